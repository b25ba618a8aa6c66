"""The exercises of chapter 7: what is right, probes, and the mistakes that readers make."""

import math
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook import ops, shapes
from convbook.checks._affine import Affine
from convbook.checks.judge import Check, register


# ---- stamp and add ---------------------------------------------------------------------------------------------
def _stamp_and_add(x, kernel, stride):
    return ops.conv_transpose2d(x, kernel, stride=stride)


def _stamp(
    meet=np.add,
    side=lambda n, k, s: (n - 1) * s + k,
    step=lambda kernel, stride: (stride, stride),
    ink=lambda value, kernel: value * kernel,
    span=lambda kernel: kernel.shape,
    kind=lambda x, kernel: float,
    shape=lambda x: x.shape,
):
    """Return a loop that stamps; the arguments are where the mistakes are made."""

    def stamp_and_add(x, kernel, stride):
        (height, width), (kh, kw) = shape(x), span(kernel)
        output = np.zeros((side(height, kh, stride), side(width, kw, stride)), dtype=kind(x, kernel))
        down, right = step(kernel, stride)
        for i, j in np.ndindex(shape(x)):
            place = (slice(down * i, down * i + kh), slice(right * j, right * j + kw))
            if meet is np.add:
                output[place] += ink(x[i, j], kernel)
            else:
                output[place] = meet(output[place], ink(x[i, j], kernel))
        return output

    return stamp_and_add


def _shared_out(x, kernel, stride):
    stamps = _stamp_and_add(np.ones(x.shape), np.ones(kernel.shape), stride)
    return _stamp_and_add(x, kernel, stride) / np.maximum(stamps, 1)


def _without_the_last(x):
    """Return x with zeros in its last row and column."""
    return np.pad(x[:-1, :-1], (0, 1))


def _spread(x, kernel, stride):
    output = np.zeros([(n - 1) * stride + k for n, k in zip(x.shape, kernel.shape, strict=True)])
    output[: (len(x) - 1) * stride + 1 : stride, : (len(x[0]) - 1) * stride + 1 : stride] = x
    return output


def _draw_a_stamp(rng):
    x = rng.integers(-9, 10, rng.permutation([rng.integers(1, 4), rng.integers(4, 6)]))
    kernel = rng.integers(1, 10, rng.permutation([rng.integers(2, 4), rng.integers(4, 6)]))
    return *((x / 2, kernel) if rng.integers(2) else (x, kernel / 2)), int(rng.integers(1, 4))


stamp_check = Check(
    "stamp_and_add",
    _stamp_and_add,
    probes=[
        (np.array([[1, 10, 4], [2, 3, 5]]), np.array([[1, 2, 3.5, 7], [4, 5, 6, 9]]), 2),
        (np.array([[3, 1.5], [2, 7], [4, 5]]), np.array([[1, 5, 3], [2, 4, 6]]), 3),
    ],
    mistakes=[
        (
            _stamp(meet=lambda before, now: now),
            "where two stamps overlap, the later one wipes the earlier one out: add, with `+=`.",
        ),
        (
            _stamp(meet=np.maximum),
            "where two stamps overlap, you keep the larger number: add the two.",
        ),
        (_shared_out, "where stamps overlap, you share out what they add up to: leave the sum as it is."),
        (
            _stamp(ink=lambda value, kernel: value * kernel[::-1, ::-1]),
            "your stamps stand on their heads: lay the kernel down the way it is, unturned.",
        ),
        (
            _stamp(ink=lambda value, kernel: kernel),
            "every stamp is alike: multiply each by its pixel, x[i, j].",
        ),
        (
            _stamp(ink=lambda value, kernel: value + kernel),
            "you add the pixel to its stamp: multiply the kernel by it.",
        ),
        (
            lambda x, kernel, stride: _stamp_and_add(x, kernel, 1),
            "your stamps lie one pixel apart, whatever the stride is.",
        ),
        (
            _stamp(step=lambda kernel, stride: (1, 1)),
            "the output is large enough, but your stamps lie one pixel apart: the one of x[i, j] begins at row "
            "stride * i and column stride * j.",
        ),
        (
            lambda x, kernel, stride: np.kron(x, kernel),
            "your stamps lie side by side, whatever the stride is: they are `stride` pixels apart, and may overlap.",
        ),
        (
            _stamp(side=lambda n, k, s: n * s),
            "the output has no room for what the last stamps reach: the last one *begins* at stride * (n − 1), and is "
            "as long as the kernel.",
        ),
        (
            _stamp(side=lambda n, k, s: n),
            "your output is as large as x: the stamps lie `stride` apart, and the last one needs room for a whole "
            "kernel.",
        ),
        (
            _stamp(side=lambda n, k, s: n * s + k),
            "the output is too large: between n stamps there are n − 1 steps.",
        ),
        (
            _stamp(side=lambda n, k, s: n + k - 1),
            "the output is as large as it is with stride 1: n pixels are n − 1 steps of `stride` apart.",
        ),
        (
            _stamp(side=lambda n, k, s: (n - 1) * s),
            "the output ends where the last stamp begins: it needs as much room again as the kernel is long.",
        ),
        *(
            (_stamp(kind=kind), "the output has an integer type, and the stamps are no whole numbers: make it float.")
            for kind in (lambda x, kernel: int, lambda x, kernel: x.dtype, lambda x, kernel: kernel.dtype)
        ),
        (
            _stamp(span=lambda kernel: (len(kernel), len(kernel))),
            "you take the kernel to be as wide as it is high: kernel.shape has both numbers.",
        ),
        (
            _stamp(span=lambda kernel: (len(kernel[0]), len(kernel[0]))),
            "you take the kernel to be as high as it is wide: kernel.shape has both numbers.",
        ),
        (
            lambda x, kernel, stride: _stamp_and_add(x, kernel, stride)[: len(x) * stride, : len(x[0]) * stride],
            "the output is cut off at stride times the size: the last stamp reaches further, as far as the kernel is "
            "long.",
        ),
        (
            _stamp(span=lambda kernel: kernel.shape[::-1]),
            "the height and the width of the kernel are exchanged: kernel.shape is (height, width).",
        ),
        (
            _stamp(shape=lambda x: x.shape[::-1]),
            "height and width are exchanged: x.shape is (height, width).",
        ),
        (
            lambda x, kernel, stride: _stamp_and_add(_without_the_last(x), kernel, stride),
            "the last row and the last column of x leave no stamp: do your loops end one too early?",
        ),
        (
            lambda x, kernel, stride: _stamp_and_add(kernel, x, stride),
            "x and kernel have changed places: the pixels are `stride` apart, and each leaves a whole kernel.",
        ),
        (_spread, "the pixels lie in the right places, but nothing is stamped: each should leave a whole kernel."),
    ],
    draw=_draw_a_stamp,
)


# ---- which of the sizes ----------------------------------------------------------------------------------------
def _choose_output_padding(size, kernel, stride, padding):
    return shapes.output_padding_for(size, kernel, stride, padding)


def _way_back(outputs):
    """Return what is missing to `size` if the convolution had `outputs` (size, kernel, stride, padding) numbers."""

    def choose_output_padding(size, kernel, stride, padding):
        small = outputs(size, kernel, stride, padding)
        return size - ((small - 1) * stride + kernel - 2 * padding)

    return choose_output_padding


def _draw_a_size(rng):
    kernel, stride = int(rng.integers(2, 8)), int(rng.integers(2, 6))
    return int(rng.integers(kernel, 40)), kernel, stride, int(rng.integers(0, kernel // 2 + 1))


output_padding_check = Check(
    "choose_output_padding",
    _choose_output_padding,
    probes=[(28, 7, 5, 1), (17, 5, 4, 2), (31, 5, 3, 0)],
    mistakes=[
        (
            lambda size, kernel, stride, padding: (size - kernel) % stride,
            "the padding is missing: the window had `padding` pixels more room, on *both* sides.",
        ),
        (
            lambda size, kernel, stride, padding: (size + padding - kernel) % stride,
            "the padding counts once only: it lies on both sides.",
        ),
        (
            lambda size, kernel, stride, padding: size % stride,
            "what counts is not what is left of the size, but what the last window left: it has a length, and it may "
            "stand on the padding.",
        ),
        (
            lambda size, kernel, stride, padding: (size + 2 * padding - kernel) // stride,
            "that is how often the window has moved. What was left over after its last step?",
        ),
        (
            lambda size, kernel, stride, padding: (size + 2 * padding - kernel) // stride + 1,
            "that is how many numbers the convolution leaves. How many pixels did its last window not reach?",
        ),
        (
            lambda size, kernel, stride, padding: -(size + 2 * padding - kernel) % stride,
            "that is what is missing to one more step. Asked is what was left over after the last one.",
        ),
        (
            lambda size, kernel, stride, padding: (size + 2 * padding - kernel + 1) % stride,
            "the + 1 of the size formula counts windows, not pixels: leave it out before you take the remainder.",
        ),
        (
            lambda size, kernel, stride, padding: (size + 2 * padding - kernel) % stride + 1,
            "it is one too many each time, and could become as large as the stride, which no transposed convolution "
            "takes: with `stride` pixels more, there would be one number more in the small picture.",
        ),
        (
            lambda size, kernel, stride, padding: (size + 2 * padding - kernel) % stride or stride,
            "where nothing is left over, you give the stride itself. No transposed convolution takes that: it would "
            "lead to the smallest size of the *next* larger picture.",
        ),
        (lambda size, kernel, stride, padding: stride - 1, "that is the most there can be, for the largest size."),
        (
            lambda size, kernel, stride, padding: 0,
            "0 leads to the smallest of the sizes that collide. If there and back again always gives 0, the way there "
            "ended between two numbers: half a step is no step, so count the steps with `//`.",
        ),
        (lambda size, kernel, stride, padding: 1, "1 is right for the usual kernel of 3 with stride 2, on even sizes."),
        (
            lambda size, kernel, stride, padding: 2 * padding + stride - kernel,
            "that is the recipe for exactly `stride` times as many pixels. Here the size is given, and need not "
            "be a multiple.",
        ),
        (
            _way_back(lambda size, kernel, stride, padding: size // stride),
            "the convolution does not leave size // stride numbers: its window has a length. A result below 0, or as "
            "large as the stride, shows that something is wrong.",
        ),
        (
            _way_back(lambda size, kernel, stride, padding: math.ceil((size + 2 * padding - kernel) / stride) + 1),
            "a window that does not fit is left out: round down. A result below 0 shows that something is wrong.",
        ),
        (
            _way_back(lambda size, kernel, stride, padding: (size + 2 * padding - kernel) // stride),
            "that is a whole stride too large: the convolution leaves one number more than it has steps.",
        ),
        (
            lambda size, kernel, stride, padding: (
                size - (((size + 2 * padding - kernel) // stride + 1) * stride + kernel - 2 * padding)
            ),
            "o numbers are o − 1 steps apart on the way back.",
        ),
        (
            lambda size, kernel, stride, padding: size - ((size + 2 * padding - kernel) // stride * stride + kernel),
            "on the way back, the padding is cropped from both ends.",
        ),
        (
            lambda size, kernel, stride, padding: size - (size + 2 * padding - kernel) % stride,
            "that is the size without what was left over: asked is what was left over.",
        ),
    ],
    whole=True,
    draw=_draw_a_size,
)


# ---- insert zeros ----------------------------------------------------------------------------------------------
def _spread_and_correlate(x, kernel, stride, padding):
    return ops.conv_transpose2d(x, kernel, stride=stride, padding=padding)


def _between(zeros=lambda stride: stride - 1, end=False):
    """Return a function that puts zeros between the pixels of x, and behind the last ones if `end`."""

    def between(x, stride):
        step = zeros(stride) + 1
        spread = np.zeros([n * step if end else (n - 1) * step + 1 for n in x.shape])
        spread[::step, ::step] = x
        return spread

    return between


_zeros_between = _between()


def _repeated(x, stride):
    return x.repeat(stride, axis=0).repeat(stride, axis=1)


def _rows_only(x, stride):
    return _zeros_between(x, stride)[:, ::stride]


def _by_zeros(
    between=_zeros_between,
    turn=lambda kernel: kernel[::-1, ::-1],
    frame=lambda kernel, padding: np.subtract(kernel.shape, 1 + padding),
    step=lambda stride: 1,
):
    """Return the second reading; the arguments are where the mistakes are made."""

    def spread_and_correlate(x, kernel, stride, padding):
        rows, columns = np.broadcast_to(frame(kernel, padding), 2)
        framed = np.pad(between(x, stride), [(rows, rows), (columns, columns)])
        return ops.conv2d(framed, turn(kernel), stride=step(stride))

    return spread_and_correlate


def _quarter_by_windows(x, kernel, stride, padding):
    """Raise what windows raise that meet a kernel of the wrong shape."""
    windows = sliding_window_view(_framed_zeros(x, kernel, stride, padding), kernel.shape)
    return np.einsum("ijuv,uv", windows, kernel.T)


def _quarter_stop_by_stop(x, kernel, stride, padding):
    return (_framed_zeros(x, kernel, stride, padding)[: len(kernel), : kernel.shape[1]] * kernel.T).sum()


def _framed_zeros(x, kernel, stride, padding):
    return np.pad(_zeros_between(x, stride), [(k - 1 - padding,) * 2 for k in kernel.shape])


def _draw_zeros(rng):
    x, kernel, _ = _draw_a_stamp(rng)
    return x, kernel, int(rng.integers(2, 4)), int(rng.integers(0, (min(kernel.shape) + 1) // 2))


zeros_check = Check(
    "spread_and_correlate",
    _spread_and_correlate,
    probes=[
        (np.array([[1, 10, 4], [2, 3, 5]]), np.array([[1, 2, 3.5, 7], [4, 5, 6, 9], [8, 3, 2, 1]]), 3, 1),
        (np.array([[3, 1, 2.5], [2, 7, 5]]), np.array([[1, 5, 3], [2, 4, 6]]), 2, 0),
    ],
    mistakes=[
        (
            _by_zeros(turn=lambda kernel: kernel),
            "the kernel is not turned: seen from the output, its weights come in the opposite order, in rows and in "
            "columns.",
        ),
        (_by_zeros(turn=lambda kernel: kernel[::-1]), "you turned the rows of the kernel only: turn its columns, too."),
        (
            _by_zeros(turn=lambda kernel: kernel[:, ::-1]),
            "you turned the columns of the kernel only: turn its rows, too.",
        ),
        (
            _by_zeros(turn=lambda kernel: kernel.T),
            "kernel.T exchanges rows and columns, a mirror along the diagonal. Turn it by 180°: kernel[::-1, ::-1].",
        ),
        (
            _by_zeros(turn=np.rot90),
            "np.rot90 turns by 90°, a quarter: you need half a turn, kernel[::-1, ::-1].",
        ),
        *(
            (
                spread_and_correlate,
                "your kernel has its height for its width: that is a quarter of a turn, or a mirror along the "
                "diagonal. Half a turn keeps its shape: kernel[::-1, ::-1].",
            )
            for spread_and_correlate in (_quarter_by_windows, _quarter_stop_by_stop)
        ),
        (
            _by_zeros(between=_between(zeros=lambda stride: stride)),
            "there is a zero too many between two pixels: `stride` apart means stride − 1 zeros between them.",
        ),
        (
            _by_zeros(between=_between(end=True)),
            "zeros belong *between* pixels: yours also stand behind the last row and the last column.",
        ),
        (
            _by_zeros(between=lambda x, stride: x),
            "nothing is inserted: put stride − 1 zeros between neighbours.",
        ),
        (
            _by_zeros(between=lambda x, stride: x, step=lambda stride: stride),
            "the stride does not skip here, it spreads: put stride − 1 zeros between neighbours, and move on by 1.",
        ),
        (
            _by_zeros(step=lambda stride: stride),
            "you use the stride twice: once the zeros are in, the kernel moves on by one pixel.",
        ),
        (
            _by_zeros(between=_repeated),
            "you repeat each pixel, which is another way to grow. Put zeros in between.",
        ),
        (
            _by_zeros(between=_rows_only),
            "zeros are missing between the columns: they go between rows and between columns.",
        ),
        (
            _by_zeros(frame=lambda kernel, padding: padding),
            "your frame is `padding` wide, as in a convolution. Here a larger padding means *fewer* pixels: the frame "
            "is k − 1 − padding.",
        ),
        (
            _by_zeros(frame=lambda kernel, padding: np.subtract(kernel.shape, 1)),
            "the padding is not used: it crops, so the frame of k − 1 gets that much narrower.",
        ),
        (
            _by_zeros(frame=lambda kernel, padding: np.add(kernel.shape, padding - 1)),
            "the padding makes your output larger: it crops, so take it away from k − 1.",
        ),
        (
            _by_zeros(frame=lambda kernel, padding: np.subtract(kernel.shape, padding)),
            "the frame is one too wide: a kernel of k covers the first pixel with its last weight if the frame is "
            "k − 1 wide.",
        ),
        (
            _by_zeros(frame=lambda kernel, padding: len(kernel) - 1 - padding),
            "the frame is as wide as it is high: the kernel need not be square, so neither is the frame.",
        ),
        (
            _by_zeros(frame=lambda kernel, padding: np.floor_divide(kernel.shape, 2)),
            "the frame is half as wide as the kernel, as where a convolution keeps the size: here it is k − 1 − "
            "padding.",
        ),
        (
            _by_zeros(between=lambda x, stride: _zeros_between(np.trunc(x), stride)),
            "the array with the zeros has an integer type, and the pixels lose what stands behind the point: make it "
            "float.",
        ),
        (
            lambda x, kernel, stride, padding: _spread_and_correlate(x, kernel, stride, 0)[
                padding:-padding, padding:-padding
            ],
            "without padding your slice [p:-p] is empty, since −0 is 0: cut at the length minus p.",
        ),
        (_by_zeros(frame=lambda kernel, padding: 0), "there is no frame: it is k − 1 − padding cells on every side."),
    ],
    draw=_draw_zeros,
)


# ---- how many stamps -------------------------------------------------------------------------------------------
def _overlap_map(size, kernel, stride, padding):
    return ops.conv_transpose2d(np.ones((size, size)), np.ones((kernel, kernel)), stride=stride, padding=padding)


def _along(size, kernel, stride, padding):
    """Return how many stamps reach each pixel along one axis."""
    row = ops.conv_transpose2d(np.ones((1, size)), np.ones((1, kernel)), stride=stride, padding=(0, padding))
    return row[0]


def _filled(number):
    """Return a map of the right size that holds one number, `number` (kernel, stride), everywhere."""

    def overlap_map(size, kernel, stride, padding):
        return np.full_like(_overlap_map(size, kernel, stride, padding), number(kernel, stride))

    return overlap_map


def _cut(before, after):
    """Return the whole map without `before` · padding rows and columns in front and `after` · padding behind."""

    def overlap_map(size, kernel, stride, padding):
        whole = _overlap_map(size, kernel, stride, 0)
        kept = slice(before * padding, len(whole) - after * padding)
        return whole[kept, kept]

    return overlap_map


def _counted(step=lambda stride: stride, stamps=lambda size: size):
    """Return an answer that counts stamp by stamp on a map of the right size; the arguments are the mistakes."""

    def overlap_map(size, kernel, stride, padding):
        whole = np.zeros([(size - 1) * stride + kernel] * 2)
        for i, j in np.ndindex(stamps(size), stamps(size)):
            top, left = step(stride) * i, step(stride) * j
            whole[top : top + kernel, left : left + kernel] += 1
        return whole[padding : len(whole) - padding, padding : len(whole) - padding]

    return overlap_map


def _windows_of_a_convolution(size, kernel, stride, padding):
    seen = np.zeros((size, size))
    for i, j in np.ndindex(*[len(range(0, size - kernel + 1, stride))] * 2):
        seen[stride * i : stride * i + kernel, stride * j : stride * j + kernel] += 1
    return seen


def _draw_an_overlap(rng):
    kernel = int(rng.integers(2, 7))
    return int(rng.integers(3, 6)), kernel, int(rng.integers(2, 4)), int(rng.integers(0, (kernel + 1) // 2))


overlap_check = Check(
    "overlap_map",
    _overlap_map,
    probes=[(4, 5, 2, 1), (3, 2, 3, 0)],
    mistakes=[
        (
            _along,
            "that is one row of stamps: pixels have neighbours above and below, too. The map has two axes.",
        ),
        (
            lambda size, kernel, stride, padding: np.add.outer(*[_along(size, kernel, stride, padding)] * 2),
            "the counts of both axes are added: each of the stamps along one axis meets each along the other, so "
            "multiply.",
        ),
        (
            lambda size, kernel, stride, padding: np.tile(_along(size, kernel, stride, padding), (size, 1)),
            "every row is alike, and there is one for each pixel of the input: stamps overlap downwards, too.",
        ),
        (
            lambda size, kernel, stride, padding: np.maximum.outer(*[_along(size, kernel, stride, padding)] * 2),
            "you take the larger count of the two axes: multiply them.",
        ),
        (
            lambda size, kernel, stride, padding: _overlap_map(size, kernel, stride, 0)[
                padding:-padding, padding:-padding
            ],
            "without padding your slice [p:-p] is empty, since −0 is 0: cut at the length minus p.",
        ),
        (_cut(0, 0), "the padding is not used: it takes that many rows and columns away, on every side."),
        (_cut(1, 0), "the padding crops on every side: yours crops at the top and at the left only."),
        (_cut(0, 1), "the padding crops on every side: yours crops at the bottom and at the right only."),
        (
            lambda size, kernel, stride, padding: np.pad(_overlap_map(size, kernel, stride, 0), padding),
            "the padding makes your map larger. In a transposed convolution it crops.",
        ),
        (
            lambda size, kernel, stride, padding: _overlap_map(size, kernel, 1, padding),
            "your stamps lie one pixel apart: they are `stride` pixels apart.",
        ),
        (
            _counted(step=lambda stride: 1),
            "the map is large enough, but your stamps lie one pixel apart: they are `stride` pixels apart.",
        ),
        (
            _counted(stamps=lambda size: size - 1),
            "the last row and the last column of stamps are missing: `range(n)` goes up to n − 1 by itself.",
        ),
        (
            _windows_of_a_convolution,
            "these are the windows of a convolution, which lie inside the map: here each of the `size` pixels leaves a "
            "stamp, and the map grows.",
        ),
        (
            lambda size, kernel, stride, padding: np.minimum(_overlap_map(size, kernel, stride, padding), 1),
            "you note *whether* a stamp reaches a pixel: count how many do, with `+= 1`.",
        ),
        (_filled(lambda k, s: k * k), "not every weight reaches every pixel: count the stamps that lie on it."),
        (
            _filled(lambda k, s: math.ceil(k / s) ** 2),
            "that is the most there can be. Where stamps overlap less, and at the border, there are fewer.",
        ),
        (
            _filled(lambda k, s: (k // s) ** 2),
            "that is the least in the middle. Some pixels have more stamps, and at the border there are fewer.",
        ),
        (
            _filled(lambda k, s: (k / s) ** 2),
            "that is the average. How many stamps lie on each single pixel?",
        ),
        (
            lambda size, kernel, stride, padding: ops.conv_transpose2d(
                np.arange(size**2).reshape(size, size),
                np.ones((kernel, kernel)),
                stride=stride,
                padding=padding,
            ),
            "you add the number of the stamp: add 1 for each.",
        ),
        (
            lambda size, kernel, stride, padding: np.kron(np.ones((size, size)), np.ones((stride, stride))),
            "that is stride times the size. The last stamp reaches as far as the kernel is long, and the padding "
            "crops.",
        ),
    ],
    draw=_draw_an_overlap,
)


# ---- the broken layer ------------------------------------------------------------------------------------------
_KERNEL = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 10]]) / 10


def _convolve(x):
    return ops.conv2d(x, _KERNEL, stride=2, padding=1)


def _stamps(kernel=_KERNEL, moved=(0, 0), times=1.0, plus=0.0, turned=None):
    """Return the way back of `_convolve` to `_SHAPE`; the arguments are what is broken about it."""

    def up(y):
        y = y if turned is None else turned(y)
        return np.roll(times * ops.conv_transpose2d(y, kernel, None, 2, 1, 1), moved, axis=(0, 1)) + plus

    return up


def _shrink(x):
    return ops.avg_pool2d(x, 2)


def _grow(y):
    return y.repeat(2, axis=0).repeat(2, axis=1)


def _blur(mode):
    return lambda x: ops.conv2d(x, [[0.25, 0.5, 0.25]], padding=(0, 1), padding_mode=mode)


def _spread_out(y):
    return _between(end=True)(y, 2)


def _wiped(y):
    """Stamp, and let each stamp wipe out the one before it."""
    return _stamp(meet=lambda before, now: now)(y, _KERNEL, 2)[1:, 1:]


_SHAPE = (8, 8)


def _rounded(up):
    """Return a way up that is off in the 13th digit: so much gets lost where sums are taken in another order."""
    return lambda y: up(y) * (1 + 1e-13)


# What lies on these pixels: pairs of a way down and a way up, first those that are each other's transposes, but for
# what is rounded: so it shows each time, and not by luck, who takes equal to mean equal to the last digit.
_SOUND = [
    (down, _rounded(up))
    for down, up in (
        (_convolve, _stamps()),
        (_shrink, lambda y: _grow(y) / 4),
        (lambda x: x[::2, ::2], _spread_out),
        (_blur("zeros"), _blur("zeros")),
        (lambda x: np.roll(x, 1, axis=0), lambda y: np.roll(y, -1, axis=0)),
        (lambda x: 1e-9 * _convolve(x), _stamps(times=1e-9)),
        *((lambda x, t=times: t * _convolve(x), _stamps(times=times)) for times in (1e14, 3e15, 7e14)),
    )
]
_BROKEN = [
    (_convolve, _stamps(kernel=_KERNEL[::-1, ::-1])),
    (_convolve, _stamps(kernel=_KERNEL.T)),
    (_convolve, _stamps(moved=(0, 1))),
    (_convolve, _stamps(plus=0.5)),
    (_convolve, _stamps(turned=lambda y: y[:, ::-1])),
    (_convolve, _wiped),
    (_shrink, _grow),
    (lambda x: x[::2, ::2], _grow),
    (_blur("reflect"), _blur("reflect")),
    (lambda x: np.roll(x, 1, axis=0), lambda y: np.roll(y, 1, axis=0)),
    (lambda x: x, lambda y: y + np.roll(y, 1, axis=0) - np.roll(y, -1, axis=0)),  # no y = down(x) would show it
    (lambda x: 1e-9 * _convolve(x), _stamps(kernel=_KERNEL.T, times=1e-9)),
]


def _as_layers(pairs):
    """Return pairs of functions with names that give nothing away."""
    return [_as_layer(n, *pair) for n, pair in enumerate(pairs)]


@cache
def _as_layer(n, down, up):
    there = Affine.of(f"down {n}", down, _SHAPE)
    return there, Affine.of(f"up {n}", up, there.plus.shape)


def _relatively(forward, back):
    return not np.isclose(forward, back, rtol=1e-9, atol=0)


def _of_the_same_seed(rng, shape):
    return np.random.default_rng(0).normal(size=shape)


def _tested(
    broken=_relatively,
    draw=lambda rng, shape: rng.normal(size=shape),
    other=lambda rng, y: rng.normal(size=y.shape),
    first=0,
):
    """Return the adjoint test; the arguments are where the mistakes are made."""

    def broken_layers(layers, shape):
        rng, found = np.random.default_rng(0), []
        for number, (down, up) in enumerate(layers):
            x = draw(rng, shape)
            y = other(rng, down(x))
            if broken((down(x) * y).sum(), (x * up(y)).sum()):
                found.append(number + first)
        return found

    return broken_layers


_broken_layers = _tested()


def _by(broken):
    """Return a test of each layer by itself: `broken` (down, up, x), x at random."""

    def broken_layers(layers, shape):
        x = np.random.default_rng(0).normal(size=shape)
        return [number for number, (down, up) in enumerate(layers) if broken(down, up, x)]

    return broken_layers


def _draw_layers(rng):
    """Draw as many sound pairs as broken ones, in any order."""
    pairs = [kind[rng.integers(len(kind))] for kind in (_SOUND, _BROKEN) for _ in range(2)]
    return _as_layers([pairs[n] for n in rng.permutation(len(pairs))]), _SHAPE


broken_check = Check(
    "broken_layers",
    _broken_layers,
    probes=[
        (_as_layers([*_SOUND[:3], *_BROKEN[:8], *_SOUND[3:5], *_BROKEN[8:11]]), _SHAPE),
        (_as_layers([*_SOUND[5:], _BROKEN[11]]), _SHAPE),
    ],
    mistakes=[
        (
            lambda layers, shape: [n for n in range(len(layers)) if n not in _broken_layers(layers, shape)],
            "those are the layers that pass the test: name the ones that do not.",
        ),
        (_tested(first=1), "you count from 1: the first layer has number 0."),
        (
            lambda layers, shape: len(_broken_layers(layers, shape)),
            "that is how many are broken: say which, as a list of their numbers.",
        ),
        (
            lambda layers, shape: [n in _broken_layers(layers, shape) for n in range(len(layers))],
            "a list of yes and no: name the numbers of the broken ones.",
        ),
        (
            _by(lambda down, up, x: not np.allclose(up(down(x)), x)),
            "you ask whether up undoes down. No transpose promises that: compare ⟨down(x), y⟩ with ⟨x, up(y)⟩.",
        ),
        (
            _by(lambda down, up, x: up(down(x)).shape != x.shape),
            "nothing is found. If you compare the two products of numbers at random: does the loop come to the last "
            "layer? If you compare something else: the shapes are right in all of them, and so is every layer for an x "
            "of zeros.",
        ),
        (
            _tested(broken=lambda forward, back: forward != back),
            "you find every layer broken. Two sums that are taken in another order differ in their last digits, so "
            "`==` and `!=` say little: measure the difference against the products themselves, as np.isclose does "
            "with rtol=1e-9, atol=0.",
        ),
        (
            _tested(draw=lambda rng, shape: np.ones(shape), other=lambda rng, y: np.ones(y.shape)),
            "with ones everywhere only the sums are compared, and a turned kernel has the same sum. Take numbers at "
            "random.",
        ),
        (
            _tested(draw=lambda rng, shape: np.ones(shape)),
            "an x of ones looks alike from all sides: take numbers at random for x, too.",
        ),
        (
            _tested(other=lambda rng, y: np.ones(y.shape)),
            "a y of ones looks alike from all sides: take numbers at random for y, too.",
        ),
        *(
            (
                _tested(broken=broken, other=lambda rng, y: y),
                "your y is down(x), and some broken layers get exactly that one right: draw y at random, "
                "independently of x, in the shape of down(x).",
            )
            for broken in (_relatively, lambda forward, back: not np.isclose(forward, back))
        ),
        (
            _tested(other=lambda rng, y: rng.normal(size=_SHAPE)),
            "your y has the shape of x: it stands beside down(x), and needs the shape of that.",
        ),
        (
            _tested(draw=_of_the_same_seed, other=lambda rng, y: _of_the_same_seed(rng, y.shape)),
            "x and y hold the same numbers, since both begin at the same seed: draw both from one generator, one "
            "after the other.",
        ),
        *(
            (
                _tested(broken=lambda forward, back, limit=limit: abs(forward - back) > limit),
                "a fixed limit suits no layer but those with numbers near 1. Large products differ by rounding "
                "alone, small ones hardly differ at all: measure the difference against the products themselves, as "
                "np.isclose does with rtol=1e-9, atol=0.",
            )
            for limit in (1e-3, 3e-11)
        ),
        (
            _tested(broken=lambda forward, back: not np.isclose(forward, back, atol=1e-3)),
            "the limit is too wide for a layer with small numbers: measure the difference against the products "
            "themselves, as np.isclose does with rtol=1e-9, atol=0.",
        ),
    ],
    draw=_draw_layers,
)

register(stamp_check, output_padding_check, zeros_check, overlap_check, broken_check)
