"""The exercises of chapter 8: what is right, probes, and the mistakes that readers make."""

import operator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook import ops
from convbook.checks._affine import Affine
from convbook.checks.judge import Check, register


def _mixed(*shape, seed=0, halves=False):
    """Return whole numbers or halves, both signs, that no turn and no exchange of axes leaves alone."""
    numbers = np.random.default_rng(seed).permutation(np.prod(shape)).reshape(shape) - np.prod(shape) // 3
    return numbers / 2 if halves else numbers


# ---- the bias --------------------------------------------------------------------------------------------------
def _bias_gradient(dy):
    return dy.sum(axis=(0, 2, 3))


bias_check = Check(
    "bias_gradient",
    _bias_gradient,
    probes=[(_mixed(2, 3, 4, 5, halves=True),)],
    mistakes=[
        (
            lambda dy: dy.mean(axis=(0, 2, 3)),
            "that is the mean. Every output had the bias once, so all their blame adds up.",
        ),
        (
            lambda dy: dy.sum(axis=(2, 3)).mean(axis=0),
            "you average over the batch: if the loss is a mean, its dY is small already. Add up.",
        ),
        (
            lambda dy: dy.mean(axis=(2, 3)).sum(axis=0),
            "you average over the places: each of them had the bias once, so add up.",
        ),
        (
            lambda dy: dy.sum(axis=(2, 3)),
            "you forgot the batch: the same bias was used in every picture, so add up over axis 0, too.",
        ),
        (
            lambda dy: dy[0].sum(axis=(1, 2)),
            "that is the first picture alone: the same bias was used in every picture of the batch.",
        ),
        (
            lambda dy: dy[-1].sum(axis=(1, 2)),
            "that is the last picture alone: add up over the batch, with `+=`, where you assign.",
        ),
        (
            lambda dy: dy.sum(axis=1),
            "you have added up over axis 1 alone, the channels: keep that one, and add up over all others.",
        ),
        (
            lambda dy: dy.sum(axis=0),
            "you have added up over the batch alone: the bias was used at every place as well.",
        ),
        (
            lambda dy: dy.sum(axis=(0, 3)),
            "you have left out the rows: axis 2 are the rows, axis 3 the columns, and the bias was used in all.",
        ),
        (
            lambda dy: dy.sum(axis=(0, 2)),
            "you have left out the columns: axis 2 are the rows, axis 3 the columns, and the bias was used in all.",
        ),
        (
            lambda dy: dy.sum(axis=(1, 2, 3)),
            "that is one number for each picture. Each *channel* has a bias: keep axis 1, and add up over the others.",
        ),
        (
            lambda dy: dy.sum(),
            "that is one number for all: each channel has a bias of its own, so keep axis 1.",
        ),
        (
            lambda dy: dy.sum(axis=(0, 1)),
            "you have added up over the channels: each of them has a bias of its own.",
        ),
        (
            lambda dy: np.abs(dy).sum(axis=(0, 2, 3)),
            "blame has a sign: what one output wants raised and another lowered cancels out.",
        ),
        (
            lambda dy: np.full(dy.shape[1], dy[:, 0].size),
            "that is how many outputs have the bias: add up their blame, dy.",
        ),
    ],
    draw=lambda rng: (rng.integers(-9, 10, (*rng.integers(2, 4, 2), 3, 5)) + rng.integers(1, 9) / 2,),
)


# ---- one dimension ---------------------------------------------------------------------------------------------
def _correlate(x, w):
    return np.correlate(np.asarray(x, float), np.asarray(w, float), "valid")


def _row_gradients(x, w, t):
    return _row()(x, w, t)


def _row(
    forward=_correlate,
    blame=lambda y, t: y - t,
    weights=lambda x, dy: _correlate(x, dy),
    pixels=lambda dy, w: np.convolve(dy, w),
    order=lambda dw, dx: (dw, dx),
):
    """Return the gradients of a row; the arguments are where the mistakes are made."""

    def row_gradients(x, w, t):
        dy = blame(forward(x, w), t)
        return order(weights(x, dy), pixels(dy, w))

    return row_gradients


def _true_convolution(x, w):
    return np.convolve(x, w, "valid")


def _laid_down(dy, w, lay=lambda before, stamp: before + stamp, kind=float):
    """Return the stamps of the windows, each laid down by `lay` (what is there, stamp) into an array of this kind."""
    row = np.zeros(len(dy) + len(w) - 1, dtype=kind)
    for n, u in np.ndindex(len(dy), len(w)):
        row[n + u] = lay(row[n + u], dy[n] * w[u])
    return row


def _cut(x, dy):
    return _correlate(x, dy).astype(int)


def _cut_in_the_end(dy, w):
    return np.convolve(dy, w).astype(int)


def _cut_stamp_by_stamp(dy, w):
    return _laid_down(dy, w, lay=lambda before, stamp: before + np.trunc(stamp))


def _cut_sum_by_sum(dy, w):
    return _laid_down(dy, w, kind=int)


def _without_the_last_window(dy, w):
    return np.convolve([*dy[:-1], 0], w)


def _draw_a_row(rng):
    taps, outputs = int(rng.integers(2, 5)), int(rng.integers(5, 8))
    x, t = rng.integers(-9, 10, taps + outputs - 1), rng.integers(-9, 10, outputs) / 2
    return x, rng.permutation(9)[:taps] - 3, t


row_check = Check(
    "row_gradients",
    _row_gradients,
    probes=[(np.array([2, 5, -1, 3, 0, 4, 7]), np.array([1, -2, 4]), np.array([3, 0.5, 8, -2, 6]))],
    mistakes=[
        (
            _row(order=lambda dw, dx: (dx, dw)),
            "the two results are exchanged: first the gradient of the weights, then that of the row.",
        ),
        (
            _row(blame=lambda y, t: t - y),
            "every sign is turned: where y is too large, the loss grows with it, so dY is y − t.",
        ),
        (
            _row(blame=lambda y, t: 2 * (y - t)),
            "all is twice too large: the loss is *half* the sum of the squares, so dY is y − t.",
        ),
        (
            _row(blame=lambda y, t: (y - t) / len(t)),
            "all is divided by the number of outputs: this loss is no mean.",
        ),
        (
            _row(blame=lambda y, t: (y - t) / 2),
            "all is half of what it should be: the half of the loss is used up by the 2 of the square.",
        ),
        (
            _row(blame=lambda y, t: y),
            "you forgot the target: the blame of an output is how much it is too large, y − t.",
        ),
        (
            _row(blame=lambda y, t: np.abs(y - t)),
            "dY has lost its signs: an output that is too small wants to be raised.",
        ),
        (
            _row(blame=lambda y, t: (y - t) ** 2),
            "dY is the slope of the square, and not the square itself: y − t.",
        ),
        (
            _row(blame=lambda y, t: t),
            "dY is not the target itself: the blame of an output is how much it is too large, y − t.",
        ),
        (
            _row(blame=lambda y, t: (y - t) ** 2 / 2),
            "that is the loss of each output: dY is its slope, y − t.",
        ),
        *(
            (
                _row(forward=_true_convolution, **rest),
                "the kernel is turned on the way forward, as np.convolve turns it: it slides as it stands.",
            )
            for rest in (
                {},
                {
                    "weights": lambda x, dy: _correlate(x, dy)[::-1],
                    "pixels": lambda dy, w: np.convolve(dy, w[::-1]),
                },
            )
        ),
        *(
            (
                _row(weights=weights, pixels=pixels),
                "what stands behind the point is lost: an array made like one of integers, by np.zeros_like, holds "
                "nothing else. Make it float.",
            )
            for weights in (_correlate, _cut)
            for pixels in (np.convolve, _cut_in_the_end, _cut_stamp_by_stamp, _cut_sum_by_sum)
            if (weights, pixels) != (_correlate, np.convolve)
        ),
        (
            _row(pixels=lambda dy, w: _laid_down(dy, w, lay=lambda before, stamp: stamp)),
            "in the row, each window wipes out what the one before it has laid down: add, with `+=`.",
        ),
        (
            _row(weights=lambda x, dy: dy[-1] * x[len(dy) - 1 :]),
            "the weights hear of the last window alone: add what each window says, with `+=`, where you assign.",
        ),
        (
            _row(
                weights=lambda x, dy: dy[-1] * x[len(dy) - 1 :],
                pixels=lambda dy, w: _laid_down(dy, w, lay=lambda before, stamp: stamp),
            ),
            "the weights and the row are both assigned anew by each window: add what it says, with `+=`.",
        ),
        (
            _row(weights=lambda x, dy: _correlate(x[:-1], dy[:-1]), pixels=_without_the_last_window),
            "the last window is missing: there are len(x) − len(w) + 1 of them. Does a `range` stop one too early?",
        ),
        (
            _row(weights=lambda x, dy: _correlate(x, dy)[::-1], pixels=lambda dy, w: np.convolve(dy, w[::-1])),
            "both are turned round the wrong way: the weights hear a correlation, as it stands; the row hears stamps.",
        ),
        (
            _row(weights=lambda x, dy: _correlate(x, dy)[::-1]),
            "the weights are flipped: weight u meets the pixels from u on, and nothing is turned.",
        ),
        (
            _row(weights=lambda x, dy: _correlate(x, dy[::-1])),
            "the blame lies backwards on the row: window n has the blame dY[n].",
        ),
        (
            _row(weights=lambda x, dy: _correlate(x, dy) / len(dy)),
            "the weights hear the mean: what the windows say adds up.",
        ),
        (
            _row(weights=lambda x, dy: np.convolve(x, dy)),
            "there are more numbers than weights: dY stops only where it lies on the row as a whole.",
        ),
        (
            _row(pixels=lambda dy, w: np.convolve(dy, w[::-1])),
            "the row gets its weights in the wrong order: lay the kernel down as it stands, at each window, times its "
            "blame; read from a pixel, it then comes backwards.",
        ),
        (
            _row(pixels=lambda dy, w: np.convolve(dy, w, "valid")),
            "the gradient of the row is too short: the pixels near the ends were read, too, by fewer windows.",
        ),
        (
            _row(pixels=lambda dy, w: np.convolve(dy, w, "same")),
            "the gradient of the row is as long as dY: it belongs to x, and has its shape.",
        ),
    ],
    draw=_draw_a_row,
)


# ---- the weights, in two dimensions ----------------------------------------------------------------------------
def _meetings(x, dy, shape, stride, padding):
    """Yield each place of the kernel with the pixels that it meets, an array like dy."""
    padded, (rows, columns) = np.pad(np.asarray(x, float), padding), dy.shape
    for u, v in np.ndindex(*shape):
        yield (u, v), padded[u : u + stride * rows : stride, v : v + stride * columns : stride]


def _gather(take=lambda met, dy: (met * dy).sum(), place=lambda at, shape: at, blame=lambda dy: dy, kind=float):
    """Return the gradient of the weights; the arguments are where the mistakes are made."""

    def weight_gradient(x, dy, shape, stride, padding):
        gradient = np.zeros(shape, dtype=kind)
        for at, met in _meetings(x, dy, shape, stride, padding):
            gradient[place(at, shape)] = take(met, blame(dy))
        return gradient

    return weight_gradient


_weight_gradient = _gather()


def _in_steps_of_1(x, dy, shape, stride, padding):
    return _weight_gradient(x, dy, shape, 1, padding)


def _window_by_window(frame=np.pad, kind=float):
    """Return the gradient of the weights in a picture that is framed so, found with windows in place of pixels."""

    def weight_gradient(x, dy, shape, stride, padding):
        framed, gradient = frame(x, padding), np.zeros(shape, dtype=kind)
        for at, blame in np.ndenumerate(dy):
            i, j = (n * stride for n in at)
            gradient += blame * framed[i : i + shape[0], j : j + shape[1]]
        return gradient

    return weight_gradient


def _number_by_number(frame=np.pad, kind=float):
    def weight_gradient(x, dy, shape, stride, padding):
        framed, gradient = frame(x, padding), np.zeros(shape, dtype=kind)
        for (i, j), blame in np.ndenumerate(dy):
            for u, v in np.ndindex(*shape):
                gradient[u, v] += blame * framed[i * stride + u, j * stride + v]
        return gradient

    return weight_gradient


def _with_pixels_for_windows(x, dy, shape, stride, padding):
    framed, gradient = np.pad(x, padding), np.zeros(shape)
    height, width = (n - k + 1 for n, k in zip(framed.shape, shape, strict=True))
    for i in range(0, height, stride):
        for j in range(0, width, stride):
            gradient += dy[i, j] * framed[i : i + shape[0], j : j + shape[1]]
    return gradient


def _weight_by_weight(frame=np.pad, meet=np.multiply, cut=True):
    """Let each weight meet what lies in steps behind it, `cut` to as many pixels as there are windows or not."""

    def weight_gradient(x, dy, shape, stride, padding):
        framed, gradient = frame(x, padding), np.zeros(shape)
        rows, columns = (n * stride if cut else None for n in dy.shape)
        for u, v in np.ndindex(*shape):
            met = framed[u:, v:][:rows:stride, :columns:stride]
            gradient[u, v] = meet(met, dy).sum()
        return gradient

    return weight_gradient


def _with_all_windows(subscripts, frame=np.pad):
    def weight_gradient(x, dy, shape, stride, padding):
        windows = sliding_window_view(frame(x, padding), shape)[::stride, ::stride]
        return np.einsum(subscripts, dy, windows)

    return weight_gradient


def _framed(frame, hint):
    """Yield the mistake of a wrong frame in the ways in which it is met: in each, NumPy stops with other words."""
    ways = [
        _window_by_window(frame),
        _number_by_number(frame),
        _weight_by_weight(frame),
        _weight_by_weight(frame, meet=lambda met, dy: dy * met),
        _with_all_windows("ij,ijuv->uv", frame),
        _with_all_windows("ij,ijuv", frame),
    ]
    return [(way, hint) for way in ways]


def _framed_at_the_end(x, dy, shape, stride, padding):
    return _weight_gradient(np.pad(x, ((0, 2 * padding), (0, 2 * padding))), dy, shape, stride, 0)


def _draw_weights(rng):
    """Draw what a layer can have: fewer pixels are left over than its stride."""
    shape, stride, padding = rng.permutation([2, 3]), int(rng.integers(1, 4)), int(rng.integers(0, 2))
    outputs = rng.permutation([2, 3])
    sizes = (outputs - 1) * stride + shape - 2 * padding + rng.integers(0, stride, 2)
    dy = rng.integers(-9, 10, outputs) + 0.5
    return rng.integers(1, 20, sizes), dy, tuple(map(int, shape)), stride, padding


weight_check = Check(
    "weight_gradient",
    lambda x, dy, shape, stride, padding: _weight_gradient(x, dy, shape, stride, padding),
    probes=[
        (_mixed(6, 7, seed=1), _mixed(3, 4, seed=2, halves=True), (3, 2), 2, 1),  # a row and a column are left over
        (_mixed(4, 3, seed=3), _mixed(6, 4, seed=4, halves=True), (3, 4), 1, 2),  # windows lie on the frame all round
    ],
    mistakes=[
        (
            _gather(place=lambda at, shape: tuple(n - 1 - i for i, n in zip(at, shape, strict=True))),
            "dW is flipped: weight [u, v] hears of the pixels that it met itself, and nothing is turned.",
        ),
        (
            _gather(blame=lambda dy: dy[::-1, ::-1]),
            "dY is turned: the window in row y and column x has the blame dy[y, x].",
        ),
        (
            _in_steps_of_1,
            "the stride is lost: neighbours in dY belong to windows that begin `stride` pixels apart.",
        ),
        (
            _framed_at_the_end,
            "your first window begins at the first row and column of the picture: padding lies on all four sides, so "
            "it begins `padding` rows above and `padding` columns further left.",
        ),
        *_framed(
            lambda x, padding: x,
            "the padding is forgotten: the windows lie on the picture *with* its frame of zeros, `padding` wide.",
        ),
        *_framed(
            lambda x, padding: np.pad(x, ((padding, 0), (padding, 0))),
            "your frame is too small: padding lies on all four sides, and is `padding` pixels wide on each.",
        ),
        (_window_by_window(lambda x, padding: np.pad(x, padding, mode="edge")), "the frame is of zeros."),
        *(
            (
                _weight_by_weight(meet=meet, cut=False),
                "your steps go on to the end of the picture, where pixels are left over: take as many as dY has rows "
                "and columns.",
            )
            for meet in (np.multiply, lambda met, dy: dy * met)
        ),
        (
            _with_pixels_for_windows,
            "your i and j count pixels: dY counts windows, of which one begins every `stride` pixels.",
        ),
        (
            lambda x, dy, shape, stride, padding: ops.conv2d(np.pad(x, padding), dy),
            "the stride is lost: neighbours in dY belong to windows that begin `stride` pixels apart.",
        ),
        (
            lambda x, dy, shape, stride, padding: ops.conv2d(np.pad(x, padding), dy, dilation=stride),
            "there are more numbers than weights, for a dilated dY has room for further steps where pixels are left "
            "over: keep the first ones, as many as `shape` says.",
        ),
        (
            lambda x, dy, shape, *settings: _window_by_window()(x, dy, shape[::-1], *settings),
            "height and width of the kernel are exchanged: `shape` is (height, width).",
        ),
        (
            lambda x, dy, *settings: _weight_gradient(x, dy[:-1, :-1], *settings),
            "the last row and column of windows are missing: does a `range` stop one too early?",
        ),
        (
            _gather(take=lambda met, dy: (met * dy).mean()),
            "that is the mean over the windows: what they say adds up.",
        ),
        (_gather(take=lambda met, dy: met.sum()), "the blame is not used: multiply each pixel by its window's dY."),
        (_gather(take=lambda met, dy: dy.sum()), "the pixels are not used: that is the gradient of a bias."),
        (
            _gather(take=lambda met, dy: met[0, 0] * dy[0, 0]),
            "that is the first window alone: the weight was used in all of them.",
        ),
        (
            _gather(take=lambda met, dy: met[-1, -1] * dy[-1, -1]),
            "only the last window is left: add, with `+=`, where you assign.",
        ),
        (
            _gather(take=lambda met, dy: np.abs(met * dy).sum()),
            "signs are lost: windows may contradict each other.",
        ),
        (
            _gather(kind=int),
            "the output has an integer type, and the blame has halves: make it float.",
        ),
        (
            _number_by_number(kind=int),
            "the output has an integer type, and the blame has halves: make it float.",
        ),
        (
            _gather(take=lambda met, dy: -(met * dy).sum()),
            "every sign is turned: a gradient says where the loss *grows*. A step goes the other way, later.",
        ),
    ],
    draw=_draw_weights,
)


# ---- the pixels, in two dimensions -----------------------------------------------------------------------------
def _inner(whole, shape, p):
    return whole[p : p + shape[0], p : p + shape[1]]


def _between_minus_signs(whole, shape, p):
    return whole[p:-p, p:-p]


def _scatter(
    kernel=lambda kernel: kernel,
    step=lambda stride: stride,
    meet=operator.iadd,
    crop=_inner,
    ink=lambda blame, kernel: blame * kernel,
    kind=float,
):
    """Return the gradient of the input; the arguments are where the mistakes are made."""

    def input_gradient(dy, weights, shape, stride, padding):
        weights, s = kernel(weights), step(stride)
        kh, kw = weights.shape
        whole = np.zeros((shape[0] + 2 * padding, shape[1] + 2 * padding), dtype=kind)
        for (i, j), blame in np.ndenumerate(dy):
            place = np.s_[i * s : i * s + kh, j * s : j * s + kw]
            whole[place] = meet(whole[place], ink(blame, weights))
        return crop(whole, shape, padding)

    return input_gradient


_input_gradient = _scatter()


def _scattered(hint, **slips):
    """Return a mistake with either crop, for the second has its own, and that comes to light later."""
    return [(_scatter(crop=crop, **slips), hint) for crop in (_inner, _between_minus_signs)]


def _pixel_by_pixel(is_kept=lambda at, shape: True, padding=lambda padding: padding):
    """Return a gradient without a frame: each blame goes to its pixel at once, if that `is_kept`."""

    def input_gradient(dy, kernel, shape, stride, p):
        gradient = np.zeros(shape)
        for (i, j), blame in np.ndenumerate(dy):
            for (u, v), weight in np.ndenumerate(kernel):
                at = i * stride + u - padding(p), j * stride + v - padding(p)
                if is_kept(at, shape):
                    gradient[at] += blame * weight
        return gradient

    return input_gradient


def _stamped_without_a_frame(dy, kernel, shape, stride, padding):
    gradient, (kh, kw) = np.zeros(shape), kernel.shape
    for (i, j), blame in np.ndenumerate(dy):
        gradient[i * stride : i * stride + kh, j * stride : j * stride + kw] += blame * kernel
    return gradient


def _no_room_behind(dy, kernel, shape, stride, padding):
    """Return what a transposed convolution gives that knows nothing of the shape."""
    return ops.conv_transpose2d(np.asarray(dy, float), kernel, stride=stride, padding=padding)


def _no_room_but_the_windows(crop):
    return lambda dy, kernel, shape, stride, padding: crop(
        _no_room_behind(dy, kernel, shape, stride, 0), shape, padding
    )


def _draw_pixels(rng):
    _, dy, shape, stride, padding = _draw_weights(rng)
    sizes = [(n - 1) * stride + k - 2 * padding for n, k in zip(dy.shape, shape, strict=True)]
    kernel = rng.permutation(9)[: shape[0] * shape[1]].reshape(shape) + 1
    more = rng.integers(stride > 1, stride), rng.integers(0, stride)
    return dy, kernel, tuple(int(n + extra) for n, extra in zip(sizes, more, strict=True)), stride, padding


input_check = Check(
    "input_gradient",
    lambda dy, kernel, shape, stride, padding: _input_gradient(dy, kernel, shape, stride, padding),
    probes=[
        (_mixed(3, 3, seed=2, halves=True), _mixed(3, 2, seed=3), (6, 5), 2, 1),
        (_mixed(3, 2, seed=4, halves=True), _mixed(2, 3, seed=5), (7, 6), 2, 0),  # more left over than padding
    ],
    mistakes=[
        *_scattered(
            "the kernel is turned where it is laid down: each window hands its blame back along the weights as they "
            "stood. (Turned, it *reads* a framed dY.)",
            kernel=lambda kernel: kernel[::-1, ::-1],
        ),
        *_scattered(
            "the stride is lost: neighbours in dY belong to windows that begin `stride` pixels apart.",
            step=lambda stride: 1,
        ),
        (
            _scatter(crop=lambda whole, shape, p: whole),
            "you forgot the crop: what the padding hears is nobody's business. The result has the shape of x.",
        ),
        *(
            (
                _scatter(crop=crop),
                "the crop takes the wrong side: the frame has `padding` rows at the top as well, so x begins behind "
                "them.",
            )
            for crop in (
                lambda whole, shape, p: whole[: shape[0], : shape[1]],
                lambda whole, shape, p: whole[: -2 * p, : -2 * p],
            )
        ),
        (
            _scatter(crop=lambda whole, shape, p: whole[2 * p :, 2 * p :]),
            "the crop takes all at the top and on the left: `padding` rows lie on either side.",
        ),
        (
            _scatter(crop=_between_minus_signs),
            "with a padding of 0, `[padding:-padding]` ends where it begins, and holds nothing: count the end from the "
            "beginning, padding + height and padding + width.",
        ),
        *(
            (
                wrong,
                "the padding is forgotten: the first window lies `padding` rows above the picture and `padding` "
                "columns further left. Lay the stamps down with the frame, and crop it then.",
            )
            for wrong in (_stamped_without_a_frame, _pixel_by_pixel(padding=lambda p: 0))
        ),
        *(
            (
                _pixel_by_pixel(is_kept),
                "an index below 0 counts from the end: what falls on the frame, at the top or on the left, comes back "
                "on the other side. It is nobody's business.",
            )
            for is_kept in (
                lambda at, shape: True,
                lambda at, shape: at[0] < shape[0] and at[1] < shape[1],
            )
        ),
        (
            _pixel_by_pixel(lambda at, shape: 0 < at[0] < shape[0] and 0 < at[1] < shape[1]),
            "the first row and the first column hear nothing: they are number 0, and belong to the picture.",
        ),
        *_scattered(
            "the kernel is transposed: its rows run down, as those of the picture do.",
            kernel=np.transpose,
        ),
        *(
            (
                wrong,
                "the result is smaller than x: the stride has left pixels over at the end. They hear nothing, but they "
                "are there; the shape says how many.",
            )
            for wrong in (
                _no_room_behind,
                _no_room_but_the_windows(_inner),
                _no_room_but_the_windows(_between_minus_signs),
            )
        ),
        *_scattered(
            "where windows overlap, the later one wipes the earlier one out: add, with `+=`.",
            meet=lambda before, now: now,
        ),
        *_scattered(
            "where windows overlap, you keep the larger: add them.",
            meet=np.maximum,
        ),
        *_scattered(
            "the blame is not used: multiply what each window hands back by its dY.",
            ink=lambda blame, kernel: kernel,
        ),
        *_scattered(
            "the weights are not used: a pixel hears of a window through the weight that it met.",
            ink=lambda blame, kernel: np.full(kernel.shape, blame),
        ),
        *_scattered(
            "each window shares its blame out: it hands all of it to each pixel, times the weight.",
            ink=lambda blame, kernel: blame * kernel / kernel.size,
        ),
        *_scattered(
            "every sign is turned: a gradient says where the loss *grows*. A step goes the other way, later.",
            ink=lambda blame, kernel: -blame * kernel,
        ),
        *_scattered(
            "the output has an integer type, and the blame has halves: make it float.",
            kind=int,
            ink=lambda blame, kernel: (blame * kernel).astype(int),
        ),
    ],
    draw=_draw_pixels,
)


# ---- the planted bug -------------------------------------------------------------------------------------------
def _loss(forward, x, t):
    return ((forward(x) - t) ** 2).sum() / 2


def _nudged(forward, x, t, eps, across=True):
    """Return the slope of the loss by every number of x, by nudges."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[place] = eps
        ahead, behind = _loss(forward, x + nudge, t), _loss(forward, x - nudge * across, t)
        slopes[place] = (ahead - behind) / (2 * eps if across else eps)
    return slopes


def _gap(claim, slopes):
    """Return the largest error of a claim as a share of the largest slope."""
    return np.abs(claim - slopes).max() / np.abs(slopes).max()


def _relatively(claim, slopes):
    return _gap(claim, slopes) > 1e-4


def _by_nudges(eps=1e-3, across=True, wrong=_relatively, relative=True):
    """Return a hunt for wrong gradients; the arguments are where the mistakes are made."""

    def wrong_gradients(forward, x, t, claims):
        slopes = _nudged(forward, x, t, eps * (np.abs(x).max() if relative else 1), across)
        return [number for number, claim in enumerate(claims) if wrong(claim, slopes)]

    return wrong_gradients


_wrong_gradients = _by_nudges()


def _by_the_first_pixel(share):
    """Return a hunt with one slope, of the first pixel."""
    return _by_nudges(wrong=lambda claim, slopes: abs(claim[0, 0] - slopes[0, 0]) > share * abs(slopes[0, 0]))


def _without_putting_back(forward, x, t, claims):
    """Look for wrong gradients with nudges that leave each number a nudge below where it was."""
    x, slopes, nudge = np.array(x), np.zeros(x.shape), 1e-4 * np.abs(x).max()
    for place in np.ndindex(x.shape):
        x[place] += nudge
        ahead = _loss(forward, x, t)
        x[place] -= 2 * nudge
        slopes[place] = (ahead - _loss(forward, x, t)) / (2 * nudge)
    return [number for number, claim in enumerate(claims) if _relatively(claim, slopes)]


def _with_the_mean(forward, x, t, claims):
    return [n for n, claim in enumerate(claims) if _relatively(claim, _nudged(forward, x, t, np.abs(x).max()) / t.size)]


_TURNED = np.array([[1.0, -2, 3], [0.5, 4, -1], [2, 1, 0.25]])


def _case(size, true, rng):
    """Return a layer, a picture and a target of this size, and claims of which those with the numbers `true` hold."""
    shape, settings = (5, 6), {"stride": 2, "padding": 1}
    kernel = rng.permutation(_TURNED.ravel()).reshape(3, 3) + rng.uniform(0, 0.2)
    forward = Affine.of("forward", lambda x: ops.conv2d(x, kernel, **settings) + size * 0.3, shape)
    x = size * rng.uniform(-1, 1, shape)
    t = size * rng.uniform(-1, 1, forward(x).shape)
    dy = forward(x) - t

    def back(dy, kernel=kernel):
        return ops.conv2d_backward(dy, x, kernel, **settings)[0]

    right, ragged, near = back(dy), back(dy), back(dy)
    ragged[-1, -1] = 0
    largest = np.abs(right).max()
    near.flat[np.abs(right).argmin()] += 5e-5 * largest  # in relation to the largest slope, that is right
    bugs = [
        back(dy, kernel[::-1, ::-1]),
        2 * right,
        right / dy.size,
        -right,
        back(dy + size),
        np.roll(right, 1, axis=1),
    ]
    bugs += [ragged, right * 1.02]
    wrong = iter([right * 1.0005, *(bugs[n] for n in rng.permutation(len(bugs)))])
    sound = iter([right, near, right])
    return forward, x, t, np.array([next(sound if n in true else wrong) for n in range(7)])


def _draw_a_case(rng):
    count = int(rng.integers(2, 4))
    return _case(float(rng.choice([1e-7, 1.0, 1e3])), set(rng.choice(7, count, replace=False).tolist()), rng)


gradients_check = Check(
    "wrong_gradients",
    lambda forward, x, t, claims: _wrong_gradients(forward, x, t, claims),
    probes=[
        _case(1e-7, {1, 4}, np.random.default_rng(1)),
        _case(1e3, {0, 3, 5}, np.random.default_rng(60)),
    ],
    mistakes=[
        (
            lambda *case: [n for n in range(len(case[-1])) if n not in _wrong_gradients(*case)],
            "those are the ones that are right: name the wrong ones.",
        ),
        (
            lambda *case: [n + 1 for n in _wrong_gradients(*case)],
            "you count from 1: the first claim is number 0.",
        ),
        (lambda *case: len(_wrong_gradients(*case)), "that is how many are wrong: say which, as a list of numbers."),
        (
            lambda *case: [n in _wrong_gradients(*case) for n in range(len(case[-1]))],
            "a list of yes and no: return the numbers of the wrong ones.",
        ),
        (lambda *case: list(range(len(case[-1]))), "you find none that is right: are your own slopes right?"),
        (lambda *case: [], "you find nothing wrong at all: compare all numbers of a claim, not their sum or shape."),
        *(
            (
                _by_nudges(1e-5, relative=False, wrong=wrong),
                "a fixed limit suits no layer but those with numbers near 1: measure the difference against the size "
                "of the slopes.",
            )
            for wrong in (
                lambda claim, slopes: np.abs(claim - slopes).max() > 1e-3,
                lambda claim, slopes: np.abs(claim - slopes).max() > 1e-6,
                lambda claim, slopes: np.abs(claim - slopes).max() > 3e-10,  # made to measure for the first case
                lambda claim, slopes: not np.allclose(claim, slopes, atol=1e-2),
            )
        ),
        (
            _by_nudges(wrong=lambda claim, slopes: not np.allclose(claim, slopes)),
            "np.allclose, as it stands, takes all that differs by less than 1e-8 to be equal, which is much for small "
            "slopes, and is strict with each number by itself: measure the largest gap against the largest slope.",
        ),
        *(
            (
                _by_nudges(wrong=lambda claim, slopes, share=share: not np.allclose(claim, slopes, share, 0)),
                "you find a claim wrong that is off by less than a ten-thousandth of the largest slope: measure the "
                "largest gap against the largest slope, and not each number against its own, which may be tiny.",
            )
            for share in (1e-2, 1e-3, 1e-4, 1e-5)
        ),
        (
            _by_nudges(wrong=lambda claim, slopes: np.abs(claim - slopes).max() > 1e-4 * slopes.max()),
            "your largest slope is the largest number: one below 0 may be larger in magnitude, np.abs(slopes).max().",
        ),
        *(
            (
                _by_nudges(eps, across=False, relative=False),
                "a slope to one side, or beside a nudge that stayed behind, is off by about as much as the nudge is "
                "large, and the numbers themselves may be tiny: nudge to both sides, and put each number back.",
            )
            for eps in (1e-3, 1e-4, 1e-5)
        ),
        *(
            (
                _by_nudges(wrong=lambda claim, slopes, share=share: _gap(claim, slopes) > share),
                "your limit lets errors pass that are larger than a ten-thousandth of the largest slope. Nudges to "
                "both sides are exact to many digits.",
            )
            for share in (0.1, 0.01)
        ),
        *(
            (
                _by_the_first_pixel(share),
                "you nudge or compare the first pixel alone: some claims are wrong elsewhere.",
            )
            for share in (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
        ),
        (
            _by_nudges(wrong=lambda claim, slopes: (np.abs(claim - slopes) > 1e-4 * np.abs(slopes).max()).all()),
            "you find a claim wrong only if *all* of its numbers are: one is enough, so ask for the largest gap.",
        ),
        (
            _without_putting_back,
            "`a = x` is no copy, but another name for x: your nudges stay behind in it, and all later slopes are taken "
            "beside them. Copy x, or put each number back.",
        ),
        (
            _by_nudges(wrong=lambda claim, slopes: (claim - slopes).max() > 1e-4 * slopes.max()),
            "you look for the largest number where the largest *magnitude* counts: differences and slopes may be "
            "below 0.",
        ),
        (_with_the_mean, "your loss is a mean: it is half the *sum* of the squares."),
        (
            _by_nudges(wrong=lambda claim, slopes: not np.isclose(claim.sum(), slopes.sum(), rtol=1e-3)),
            "you compare sums: a claim that has only moved has the same one. Compare number by number.",
        ),
        (
            _by_nudges(wrong=lambda claim, slopes: _relatively(claim, 2 * slopes)),
            "your slopes are twice what they should be: with a nudge to either side, the two pictures lie two nudges "
            "apart; and the loss has a half.",
        ),
        (
            _by_nudges(wrong=lambda claim, slopes: _relatively(np.abs(claim), np.abs(slopes))),
            "you compare without signs: a gradient with all signs turned leads uphill.",
        ),
    ],
    draw=_draw_a_case,
)

register(bias_check, row_check, weight_check, input_check, gradients_check)
