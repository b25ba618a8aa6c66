"""The exercises of chapter 2: references, probes and the mistakes that readers make."""

import math

import numpy as np

from convbook import shapes
from convbook.checks.judge import Check, register

_rng = np.random.default_rng(2)


# ---- any size --------------------------------------------------------------------------------------------------
def _output_size(size, kernel, stride, padding, dilation):
    return shapes.conv_output_size(size, kernel, stride, padding, dilation)


def _unrounded(size, kernel, stride, padding, dilation):
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1


size_check = Check(
    "output_size",
    _output_size,
    probes=[(7, 3, 1, 0, 1), (32, 3, 2, 1, 1), (20, 4, 3, 2, 1), (16, 3, 1, 0, 2), (33, 5, 4, 3, 3), (11, 2, 2, 0, 1)],
    mistakes=[
        (_unrounded, "half a step is no step: round down, with `//` in place of `/`."),
        (
            lambda *settings: math.ceil(_unrounded(*settings)),
            "you rounded up. A window that would hang over the end is left out.",
        ),
        (
            lambda i, k, s, p, d: (i + p - d * (k - 1) - 1) // s + 1,
            "the padding counts once only: it lies on both sides.",
        ),
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
    ],
)


# ---- TensorFlow's SAME -----------------------------------------------------------------------------------------
def _missing(size, kernel, stride):
    """Return how many pixels the last window lacks; below 0 where it has some to spare."""
    return (math.ceil(size / stride) - 1) * stride + kernel - size


def _whole_stop_total(size, kernel, stride):
    return max((size // stride - 1) * stride + kernel - size, 0)


same_check = Check(
    "same_padding",
    lambda size, kernel, stride: shapes.same_padding_tf(size, kernel, stride),
    probes=[(8, 3, 2), (7, 3, 2), (5, 3, 1), (6, 4, 1), (8, 1, 2), (10, 2, 4), (224, 7, 2)],
    mistakes=[
        (
            lambda *settings: shapes.same_padding_tf(*settings)[::-1],
            "the extra pixel is on the wrong side: it comes after, at the right or the bottom.",
        ),
        (
            lambda *settings: (_missing(*settings) // 2, _missing(*settings) - _missing(*settings) // 2),
            "the total can come out below 0, where the window is smaller than the stride: then nothing is added.",
        ),
        (
            lambda i, k, s: shapes.same_padding(k),
            "this is PyTorch's, for stride 1: here the total depends on the size and the stride.",
        ),
        (
            lambda *settings: (max(_missing(*settings), 0) // 2,) * 2,
            "both sides got the smaller half: where the total is odd, one pixel is missing after.",
        ),
        (
            lambda i, k, s: (_whole_stop_total(i, k, s) // 2, -(-_whole_stop_total(i, k, s) // 2)),
            "the number of outputs is size / stride rounded *up*.",
        ),
    ],
)


# ---- debug a mirror --------------------------------------------------------------------------------------------
def _padded_by(mode):
    return lambda row, pad: np.pad(row, pad, mode=mode)


def _not_turned(row, pad):
    return np.concatenate([row[1 : pad + 1], row, row[len(row) - 1 - pad : -1]])


mirror_check = Check(
    "reflect_pad",
    _padded_by("reflect"),
    probes=[
        (_rng.permutation(9).astype(float), 2),
        (_rng.permutation(5), 4),
        (np.array([3, 1, 4, 1.5]), 1),
        (np.array([2, 7]), 0),
    ],
    mistakes=[
        (_padded_by("symmetric"), "the border pixel stands there twice: the mirror lies on its middle, not behind it."),
        (_padded_by("edge"), "that is replicate, the border pixel again and again."),
        (_padded_by("wrap"), "that is circular, the pixels from the other end."),
        (_padded_by("constant"), "the frame is empty: fill it from the row."),
        (_not_turned, "the right pixels in the wrong order: a mirror turns them round."),
        (
            lambda row, pad: np.pad(row, (pad, 0), mode="reflect"),
            "the right side is missing. Is the slice empty, or did you forget to put it there?",
        ),
    ],
)


# ---- through a whole network -----------------------------------------------------------------------------------
LENET = ((5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0), (5, 1, 0))
VGG_BEGINS = ((3, 1, 1), (3, 1, 1), (2, 2, 0), (3, 1, 1), (3, 1, 1), (2, 2, 0))
ALEXNET_BEGINS = ((11, 4, 2), (3, 2, 0), (5, 1, 2), (3, 2, 0))


def _sizes(size, layers, after=lambda i, k, s, p: (i + 2 * p - k) // s + 1):
    """Return the size before the first layer and after each one; `after` is the rule for one layer."""
    sizes = [size]
    for layer in layers:
        sizes.append(after(sizes[-1], *layer))
    return sizes


sizes_check = Check(
    "sizes",
    _sizes,
    probes=[(32, LENET), (224, VGG_BEGINS), (224, ALEXNET_BEGINS), (29, LENET[:3]), (10, ())],
    mistakes=[
        (lambda i, layers: _sizes(i, layers)[1:], "begin with the size of the picture itself."),
        (lambda i, layers: _sizes(i, layers)[-1], "you gave back the last size alone: collect them all in a list."),
        (
            lambda i, layers: [i] + [_sizes(i, [layer])[1] for layer in layers],
            "every layer got the picture: each must start from what the layer before it left.",
        ),
        (
            lambda i, layers: _sizes(i, layers, lambda i, k, s, p: (i + p - k) // s + 1),
            "the padding of a layer counts on both sides.",
        ),
        (
            lambda i, layers: _sizes(i, layers, lambda i, k, s, p: -(-(i + 2 * p - k) // s) + 1),
            "a size was rounded up: round down after every layer.",
        ),
        (
            lambda i, layers: _sizes(i, layers, lambda i, k, s, p: (i + 2 * p - k) / s + 1),
            "some sizes have halves or quarters of a pixel: round down, with `//` in place of `/`.",
        ),
        (
            lambda i, layers: _sizes(i, [(k, p, s) if p else (k, s, p) for k, s, p in layers]),
            "stride and padding are exchanged: a layer is (kernel, stride, padding).",
        ),
    ],
)


# ---- one pixel to the right ------------------------------------------------------------------------------------
def _blur(row):
    return np.roll(row, 1) / 4 + row / 2 + np.roll(row, -1) / 4


def _gap(one, other):
    return np.abs(one - other).mean()


def _moved_after_the_stride(row):
    return _gap(row[::2], np.roll(row[::2], 1)), _gap(_blur(row)[::2], np.roll(_blur(row)[::2], 1))


def _shift_gaps(row, blur_first=True):
    moved = np.roll(row, 1)
    plain = _gap(row[::2], moved[::2])
    if blur_first:
        return plain, _gap(_blur(row)[::2], _blur(moved)[::2])
    return plain, _gap(_blur(row[::2]), _blur(moved[::2]))


def _blur_with_zeros(row):
    return np.convolve(row, [0.25, 0.5, 0.25], mode="same")


shift_check = Check(
    "shift_gaps",
    _shift_gaps,
    probes=[
        (np.array([0.0, 1, 0, 1, 0, 1, 0, 1]),),
        (_rng.integers(0, 9, 12).astype(float),),
        (_rng.normal(size=10),),
    ],
    mistakes=[
        (
            lambda row: _shift_gaps(row, blur_first=False),
            "you blurred after the stride. That is too late: blur first, then skip.",
        ),
        (
            _moved_after_the_stride,
            "you moved the short row. Move the long one by one pixel, and then skip.",
        ),
        (lambda row: _shift_gaps(row)[::-1], "right, but in the other order: without the blur first."),
        (lambda row: (_shift_gaps(row)[0],) * 2, "the two numbers are the same: the second one needs the blur."),
        (
            lambda row: tuple(
                (keep(row)[::2] - keep(np.roll(row, 1))[::2]).mean() for keep in (lambda row: row, _blur)
            ),
            "differences up and down cancel each other out: take their magnitude before the mean.",
        ),
        (
            lambda row: (
                _shift_gaps(row)[0],
                _gap(_blur_with_zeros(row)[::2], _blur_with_zeros(np.roll(row, 1))[::2]),
            ),
            "the blur has zeros at the ends of the row: here it must wrap round, as the shift does.",
        ),
        (
            lambda row: tuple(_gap(keep(row), keep(np.roll(row, 1))) for keep in (lambda row: row, _blur)),
            "the stride is missing: keep every second number only.",
        ),
    ],
)

register(size_check, same_check, mirror_check, sizes_check, shift_check)
