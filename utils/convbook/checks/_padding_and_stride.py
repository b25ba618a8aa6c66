"""The exercises of chapter 2: what is right, probes, and the mistakes that students make."""

import math

import numpy as np

from convbook import shapes
from convbook.checks.judge import Check, register


# ---- any size --------------------------------------------------------------------------------------------------
def _output_size(size, kernel, stride, padding, dilation):
    return shapes.conv_output_size(size, kernel, stride, padding, dilation)


def _steps(size, kernel, stride, padding, dilation):
    """Return how many steps fit in, with their fraction."""
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride


def _draw_settings(rng):
    kernel, stride, padding, dilation = (int(n) for n in rng.integers(1, 6, 4))
    return dilation * (kernel - 1) + 1 + int(rng.integers(20)), kernel, stride, padding, dilation


size_check = Check(
    "output_size",
    _output_size,
    probes=[
        (7, 3, 2, 0, 1),  # 2 steps, without a remainder
        (13, 4, 2, 1, 3),  # 2 ½ steps
        (33, 3, 5, 9, 6),  # 7 ⅗ steps: nearer to 8
    ],
    mistakes=[
        (lambda *settings: _steps(*settings) + 1, "half a step is no step: round down, with `//` in place of `/`."),
        (
            lambda *settings: math.ceil(_steps(*settings)) + 1,
            "you rounded up. A window that would hang over the end is left out.",
        ),
        (lambda *settings: round(_steps(*settings)) + 1, "you rounded to the nearest: round down, with `//`."),
        (
            lambda *settings: math.ceil(_steps(*settings)),
            "rounding up stands in place of the + 1, and is as much only where something is left over.",
        ),
        (
            lambda i, k, s, p, d: (i + p - d * (k - 1) - 1) // s + 1,
            "the padding counts once only: it lies on both sides.",
        ),
        (lambda i, k, s, p, d: _output_size(i, k, s, 0, d), "the padding is not used."),
        (
            lambda *settings: _output_size(*settings) - 1,
            "one is missing: you counted the steps, and the place where the window starts is a stop, too.",
        ),
        (
            lambda i, k, s, p, d: _output_size(i, k, s, p, 1),
            "the dilation is not used: it makes the window span more than its weights.",
        ),
        (
            lambda i, k, s, p, d: (i + 2 * p - d * k) // s + 1,
            "the dilated window is too long: between k weights there are k − 1 gaps, so it spans d(k − 1) + 1.",
        ),
        (
            lambda i, k, s, p, d: (i + 2 * p - d * (k - 1)) // s + 1,
            "the dilated window is too short: k − 1 gaps, and one pixel more, so it spans d(k − 1) + 1.",
        ),
        (
            lambda i, k, s, p, d: (i + 2 * p - (k + (k - 1) * d)) // s + 1,
            "you put d zeros between two weights: with dilation d they lie d pixels apart, so d − 1 lie between them.",
        ),
        (lambda i, k, s, p, d: _output_size(i, k, 1, p, d), "the stride is not used: divide the room by it."),
        (lambda i, k, s, p, d: _output_size(i, k, d, p, s), "stride and dilation are exchanged."),
        (
            lambda i, k, s, p, d: (i + 2 * p - d * (k - 1)) // s,
            "the + 1 stands inside the division: it is a stop, and no pixel. Add it at the end.",
        ),
        (
            lambda i, k, s, p, d: _output_size(i, k, s, 0, d) + 2 * p,
            "the padding makes the row longer: it is divided by the stride, too.",
        ),
    ],
    whole=True,
    draw=_draw_settings,
)


# ---- one pixel beside ------------------------------------------------------------------------------------------
def _pixels_beside(size, kernel, stride):
    return kernel // 2 - shapes.same_padding_tf(size, kernel, stride)[0]


def _total(size, kernel, stride, stops=math.ceil):
    """Return the pixels that the last window lacks, below 0 if it has some to spare."""
    return (stops(size / stride) - 1) * stride + kernel - size


def _beside(before, total=_total):
    """Return a wrong answer: PyTorch's padding less `before` (total), the total never below 0."""
    return lambda size, kernel, stride: kernel // 2 - before(max(total(size, kernel, stride), 0))


_ROUNDED_UP = (
    "the number of stops is size / stride rounded *up*: wherever a stride begins on the picture, there is one."
)

beside_check = Check(
    "pixels_beside",
    _pixels_beside,
    probes=[
        (19, 11, 5),
        (8, 1, 2),  # pixels to spare
        (19, 6, 3),  # an even kernel, an odd total
        (8, 3, 2),  # the example of the task
    ],
    mistakes=[
        (
            lambda *settings: -_pixels_beside(*settings),
            "the opposite sign: PyTorch's windows start earlier, so count that positive.",
        ),
        (
            lambda i, k, s: shapes.same_padding_tf(i, k, s)[0],
            "that is where TensorFlow's windows start: how much earlier do PyTorch's?",
        ),
        (
            lambda i, k, s: k // 2,
            "that is where PyTorch's windows start: how much of it has TensorFlow, too?",
        ),
        (
            lambda *settings: settings[1] // 2 - _total(*settings) // 2,
            "the total can come out below 0, where the window is smaller than the stride: then nothing is added.",
        ),
        (_beside(lambda total: total // 2, lambda *settings: _total(*settings, stops=math.floor)), _ROUNDED_UP),
        (
            _beside(lambda total: total // 2, lambda *settings: _total(*settings, stops=lambda n: int(n + 0.5))),
            _ROUNDED_UP,
        ),
        (
            _beside(lambda total: total - total // 2),
            "where the total is odd, the extra pixel comes *after*: before the row lies the smaller half.",
        ),
        (
            lambda i, k, s: (k - 1) // 2 - shapes.same_padding_tf(i, k, s)[0],
            "PyTorch's users write `kernel // 2` here, which is more for an even kernel.",
        ),
        (_beside(lambda total: total / 2), "there is no half a pixel: the smaller half lies before, so use `//`."),
        (
            lambda i, k, s: 2 * (k // 2) - max(_total(i, k, s), 0),
            "that is the difference on both sides together: only what lies *before* the row moves the windows.",
        ),
        (_beside(lambda total: total), "TensorFlow does not put the whole total before the row: half of it."),
        (
            lambda i, k, s: k // 2 - (k - 1) // 2,
            "that is right for stride 1: with a stride, TensorFlow's total depends on the size, too.",
        ),
        (
            lambda i, k, s: (s - 1) // 2,
            "the stride alone does not say it: how many pixels TensorFlow adds depends on the size and on the kernel.",
        ),
        (
            _beside(lambda total: total // 2, lambda i, k, s: _total(i, k, s) + s),
            "o stops are only `(o - 1)` steps: the last window starts at (o - 1) * stride.",
        ),
    ],
    whole=True,
    draw=lambda rng: tuple(int(n) for n in (rng.integers(8, 40), rng.integers(1, 8), rng.integers(1, 6))),
)


# ---- debug a mirror --------------------------------------------------------------------------------------------
def _reflect_pad(row, pad):
    return np.pad(row, pad, mode="reflect")


def _padded_by(mode):
    return lambda row, pad: np.pad(row, pad, mode=mode)


def _two_sides(left="reflect", right="reflect"):
    """Return a padding that uses one mode of NumPy at the left and another one at the right; None is no padding."""

    def reflect_pad(row, pad):
        before = np.pad(row, pad, mode=left)[:pad] if left else row[:0]
        after = np.pad(row, pad, mode=right)[len(row) + pad :] if right else row[:0]
        return np.concatenate([before, row, after])

    return reflect_pad


def _given(row, pad):
    left, right = row[:pad], row[-pad:]
    return np.concatenate([left[::-1], row, right[::-1]])


def _mended_at_the_left(row, pad):
    return np.concatenate([row[1 : pad + 1][::-1], row, row[-pad:][::-1]])


def _one_too_short(row, pad):
    return np.concatenate([row[1:pad][::-1], row, row[-pad:-1][::-1]])


def _not_turned(row, pad):
    return np.concatenate([row[1 : pad + 1], row, row[len(row) - 1 - pad : -1]])


def _sides_exchanged(row, pad):
    mirrored = _reflect_pad(row, pad)
    return np.concatenate([mirrored[len(row) + pad :], row, mirrored[:pad]])


def _twice_without_padding(row, pad):
    return _reflect_pad(row, pad) if pad else np.concatenate([row, row[::-1]])


def _into_a_middle_of_nothing(row, pad):
    np.zeros(len(row) + 2 * pad)[pad:-pad] = row  # raises what a student's line raises
    return _reflect_pad(row, pad)


def _running_past_the_start(row, pad):
    last = len(row) - 1
    return np.concatenate([row[pad:0:-1], row, row[last - 1 : last - pad - 1 : -1]])


mirror_check = Check(
    "reflect_pad",
    _reflect_pad,
    probes=[
        (np.array([2.5, 7, 1, 8, 0.5, 4, 6]), 2),
        (np.array([3, 1, 4, 9, 5]), 4),  # as far as a mirror reaches
        (np.array([2, 7]), 0),
    ],
    mistakes=[
        (_given, "this does what the code that was given does: where does a mirror begin, and what is `row[-0:]`?"),
        (_padded_by("symmetric"), "the border pixel stands there twice: the mirror lies on its middle, not behind it."),
        (_twice_without_padding, "for no padding something is left over: `row[-0:]` is the whole row, not nothing."),
        (_into_a_middle_of_nothing, "for no padding there is no room: `output[0:-0]` is empty. Use `pad + len(row)`."),
        (_padded_by("edge"), "that is replicate, the border pixel again and again."),
        (_padded_by("wrap"), "that is circular, the pixels from the other end."),
        (_padded_by("constant"), "the frame is empty: fill it from the row."),
        (_not_turned, "the right pixels in the wrong order: a mirror turns them round."),
        (_two_sides(right=None), "the right side is missing. Is the slice empty, or did you forget to put it there?"),
        (_two_sides(left=None), "the left side is missing. Is the slice empty, or did you forget to put it there?"),
        *(
            (left_alone, "only the left side is mended: at the right the border pixel stands twice.")
            for left_alone in (_two_sides(right="symmetric"), _mended_at_the_left)
        ),
        (
            _one_too_short,
            "each side is one pixel short: without the border pixel, the slice must reach one pixel further at its "
            "other end.",
        ),
        (_two_sides(left="symmetric"), "only the right side is mended: at the left the border pixel stands twice."),
        (_sides_exchanged, "the two sides are exchanged: each mirrors what is next to it."),
        (
            _running_past_the_start,
            "the largest padding fails: a slice that should run down to pixel 0 needs an end *before* it, and −1 means "
            "the last.",
        ),
    ],
    draw=lambda rng: (rng.permutation(n := int(rng.integers(2, 9))) / 2, int(rng.integers(n))),
)


# ---- which pictures fit ----------------------------------------------------------------------------------------
def _fitting_sizes(output, layers):
    return _backwards(output, layers)


def _backwards(output, layers, before=lambda o, k, s, p: (o - 1) * s + k - 2 * p, spare=lambda k, s: s - 1):
    """Return (smallest, largest); mistakes are made in `before`, what a layer needs, and in its `spare` pixels."""
    smallest = largest = output
    for k, s, p in reversed(layers):
        smallest, largest = before(smallest, k, s, p), before(largest, k, s, p) + spare(k, s)
    return smallest, largest


def _forwards_from(size, layers):
    for k, s, p in layers:
        size = (size + 2 * p - k) // s + 1
    return size


def _forwards(output, layers):
    return (_forwards_from(output, layers),) * 2


def _spare_added_up(output, layers):
    smallest, _ = _fitting_sizes(output, layers)
    return smallest, smallest + sum(s - 1 for _, s, _ in layers)


def _spare_of_the_first_layer(output, layers):
    smallest = _backwards(output, layers)[0]
    return smallest, smallest + layers[0][1] - 1


def _how_many(output, layers):
    smallest, largest = _fitting_sizes(output, layers)
    return smallest, largest - smallest + 1


_FAR = 20_000  # a size that nobody tries who tries one size after the other up to some limit


def _draw_a_stack(rng):
    layers = [(int(rng.integers(1, 6)), int(rng.integers(1, 4)), 0) for _ in range(rng.integers(4))]
    return int(rng.choice([2, 3, 4, 5, _FAR])), [(k, s, int(rng.integers((k + 1) // 2))) for k, s, _ in layers]


def _tried_up_to(longest, ends=lambda fitting: (min(fitting), max(fitting))):
    """Return an answer that tries all sizes below `longest`; if none of them fits, it raises what Python raises."""

    def fitting_sizes(output, layers):
        fitting = [size for size in range(1, longest) if _forwards_from(size, layers) == output]
        return ends(fitting)

    return fitting_sizes


_NOT_ALL_TRIED = (
    "you try sizes one by one and stop too early: there is no largest picture. Go backwards, from the last layer to "
    "the first, and nothing needs to be tried."
)

fitting_check = Check(
    "fitting_sizes",
    _fitting_sizes,
    probes=[(3, [(5, 1, 0), (2, 2, 0), (5, 3, 1), (4, 2, 1)]), (2, [(2, 3, 0)]), (_FAR, [(2, 1, 0)]), (3, [])],
    mistakes=[
        (
            lambda o, layers: _backwards(o, layers, spare=lambda k, s: 0),
            "more than one size fits: the floor drops up to stride − 1 pixels, in every layer.",
        ),
        (
            lambda o, layers: _backwards(o, layers, spare=lambda k, s: s),
            "the largest has one pixel too many in every layer: with a whole stride more, there is one stop more.",
        ),
        (
            lambda o, layers: _backwards(o, layers[::-1]),
            "you began with the first layer: the output is known, so go from the end, the last layer first.",
        ),
        (
            _forwards,
            "you went forwards: the output is given, and the picture is asked for. Go backwards, from layer to layer.",
        ),
        (
            lambda o, layers: _backwards(o, layers, lambda o, k, s, p: (o - 1) * s + k - p),
            "the padding counts once only: it lies on both sides.",
        ),
        (
            lambda o, layers: _backwards(o, layers, lambda o, k, s, p: (o - 1) * s + k + 2 * p),
            "subtract the padding: what the frame provides, the picture need not have.",
        ),
        (lambda o, layers: _backwards(o, layers, lambda o, k, s, p: (o - 1) * s + k), "the padding is not used."),
        (
            lambda o, layers: _backwards(o, layers, lambda o, k, s, p: o * s + k - 2 * p),
            "from the first stop to the last it is one step less than there are stops.",
        ),
        (
            lambda o, layers: _backwards(o, [(k, p, s) for k, s, p in layers]),
            "stride and padding are exchanged: a layer is (kernel, stride, padding).",
        ),
        (
            _spare_added_up,
            "the spare pixels of each layer are pixels of *its* input: on the way back to the picture, the strides "
            "before it multiply them. Carry the largest size along, as you do with the smallest.",
        ),
        (
            lambda o, layers: range(_fitting_sizes(o, layers)[0], _fitting_sizes(o, layers)[1] + 1),
            "these are all the sizes that fit: give back the first and the last of them.",
        ),
        (_tried_up_to(64), _NOT_ALL_TRIED),  # or any other limit that is enough for small pictures
        (_tried_up_to(64, lambda fitting: (fitting[0], fitting[-1])), _NOT_ALL_TRIED),
        (
            _spare_of_the_first_layer,
            "only the first layer drops pixels in your answer: each of the others does, too, and without any layer "
            "there is none to ask.",
        ),
        (_how_many, "the second number says how many sizes fit: give back the largest."),
        (
            lambda o, layers: _backwards(o, layers, spare=lambda k, s: min(k, s) - 1),
            "where a stride is larger than its kernel, stride − 1 pixels may be left over all the same.",
        ),
    ],
    whole=True,
    draw=_draw_a_stack,
)


# ---- one pixel to the right ------------------------------------------------------------------------------------
def _shift_gaps(row):
    return _gaps(row)


def _blur(row):
    return np.roll(row, 1) / 4 + row / 2 + np.roll(row, -1) / 4


def _blur_with_zeros(row):
    return np.convolve(row, [0.25, 0.5, 0.25], mode="same")


def _blur_with_the_border(row):
    return np.convolve(np.pad(row, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")


def _mean(differences):
    return np.abs(differences).mean()


def _gaps(row, blur=_blur, measure=_mean, every=np.s_[::2]):
    """Return both numbers; blur, measure and which numbers are kept are where the mistakes are made."""
    moved = np.roll(row, 1)
    return measure((row - moved)[every]), measure((blur(row) - blur(moved))[every])


def _blurred_too_late(row):
    return _gaps(row)[0], _mean(_blur(row[::2]) - _blur(np.roll(row, 1)[::2]))


def _short_row_moved(row):
    return tuple(_mean(one[::2] - np.roll(one[::2], 1)) for one in (row, _blur(row)))


_TWO_NUMBERS = "that is one number: two are asked for, without the blur and with it."

shift_check = Check(
    "shift_gaps",
    _shift_gaps,
    probes=[(np.array([7, 0, 3, 8, 8, 1, 50, 2, 9, 4, 0, 6]),)],
    mistakes=[
        (_blurred_too_late, "you blurred after the stride. That is too late: blur first, then skip."),
        (_short_row_moved, "you moved the short row. Move the long one by one pixel, and then skip."),
        (lambda row: _gaps(row)[::-1], "right, but in the other order: without the blur first."),
        (lambda row: (_gaps(row)[0],) * 2, "the two numbers are the same: the second one needs the blur."),
        (
            lambda row: _gaps(row, measure=np.mean),
            "differences up and down cancel each other out: take their magnitude before the mean.",
        ),
        (
            lambda row: _gaps(row, measure=lambda differences: abs(differences.mean())),
            "differences up and down cancel each other out: take their magnitude before the mean.",
        ),
        (
            lambda row: _gaps(row, blur=_blur_with_zeros),
            "the blur has zeros at the ends of the row: here it must wrap round, as the shift does.",
        ),
        (
            lambda row: _gaps(row, blur=_blur_with_the_border),
            "your blur repeats the pixel at the border: here it must wrap round, as the shift does.",
        ),
        (
            lambda row: _gaps(row, blur=lambda row: (np.roll(row, 1) + row + np.roll(row, -1)) / 3),
            "your blur weighs all three alike: the middle one counts ½, its neighbours ¼ each.",
        ),
        (lambda row: _gaps(row)[0], _TWO_NUMBERS),
        (lambda row: _gaps(row)[1], _TWO_NUMBERS),
        (lambda row: _gaps(row)[:1], _TWO_NUMBERS),
        (lambda row: _gaps(row)[1:], _TWO_NUMBERS),
        (lambda row: _gaps(row, every=np.s_[:]), "the stride is missing: keep every second number only."),
        (
            lambda row: _gaps(row, every=np.s_[1::2]),
            "you kept every second number but not beginning with the first, or moved the row to the left.",
        ),
        (
            lambda row: _gaps(row, measure=lambda differences: np.abs(differences).sum()),
            "that is the sum of the differences: take their mean.",
        ),
        (
            lambda row: _gaps(row, measure=lambda differences: np.abs(differences).max()),
            "that is the largest difference: take their mean.",
        ),
        (
            lambda row: _gaps(row, measure=lambda differences: (differences**2).mean()),
            "you squared the differences: take their magnitudes.",
        ),
        (
            lambda row: _gaps(row, blur=lambda row: 4 * _blur(row)),
            "your blur makes the row brighter: its weights must add up to 1.",
        ),
        (
            lambda row: _gaps(row, blur=lambda row: _blur(row).astype(row.dtype)),
            "the blurred row has an integer type, like the row: quarters need a float.",
        ),
        (
            lambda row: (_gaps(row)[0], _mean((_blur(row) - np.roll(row, 1))[::2])),
            "only one row was blurred: blur *both* rows, then compare.",
        ),
    ],
    draw=lambda rng: (rng.integers(0, 20, 2 * int(rng.integers(3, 9))),),
)

register(size_check, beside_check, mirror_check, fitting_check, shift_check)
