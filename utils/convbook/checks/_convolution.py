"""The exercises of chapter 1: what is right, probes, and the mistakes that students make."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook.checks.judge import Check, register
from convbook.kernels import SOBEL_VERTICAL as SOBEL

_rng = np.random.default_rng(1)
_FLIPPED = "you turned the kernel round by 180°. Deep learning slides it as it stands."
_IGNORED = "that is the sum of the window: you ignored the kernel."


def _correlate(picture, kernel):
    return np.einsum("ijuv,uv->ij", sliding_window_view(np.asarray(picture, dtype=float), kernel.shape), kernel)


def _picture(rng, height, width):
    return rng.integers(1, 10, (height, width)).astype(float)


def _any_picture_and_kernel(rng):
    """Draw a picture of one type or another, larger than the kernel that comes with it."""
    kh, kw = rng.integers(1, 5, 2)
    shape = kh + rng.integers(1, 6), kw + rng.integers(1, 6)
    photograph, weights = rng.integers(0, 256, shape).astype(np.uint8), rng.integers(-8, 9, (kh, kw))
    pairs = [
        (rng.normal(size=shape), weights / 4),
        (photograph, weights),
        (photograph, rng.integers(0, 256, (kh, kw), dtype=np.uint8)),
    ]
    return pairs[rng.integers(3)]


# ---- predict ---------------------------------------------------------------------------------------------------
WINDOW = np.array([[3, 5, 4], [1, 0, 6], [2, 6, 5]])

_MIDDLE = "the middle row counts double: its weights are 2 and −2."

prediction_check = Check(
    "prediction",
    lambda: (WINDOW * SOBEL).sum(),
    mistakes=[
        (lambda: (WINDOW * SOBEL[::-1, ::-1]).sum(), _FLIPPED),
        (lambda: WINDOW.sum(), _IGNORED),
        *(
            (lambda middle=middle, sign=sign: (sign * WINDOW * [SOBEL[0], middle, SOBEL[2]]).sum(), hint)
            for sign, hint in ((1, _MIDDLE), (-1, _FLIPPED))
            for middle in ([1, 0, -1], [2, 0, -1], [1, 0, -2])
        ),
        (lambda: (WINDOW * np.abs(SOBEL)).sum(), "a minus sign was lost: the right column is subtracted."),
        (
            lambda: (WINDOW * SOBEL.T).sum(),
            "you exchanged the rows and columns of the kernel: it compares left and right.",
        ),
        (lambda: WINDOW * SOBEL, "these are the nine products: now add them up."),
        (lambda: (WINDOW * SOBEL)[0].sum(), "that is only the first row: all nine products count."),
        (lambda: (WINDOW * SOBEL).mean(), "that is the sum divided by nine: it is no average."),
        (
            lambda: (WINDOW @ SOBEL).sum(),
            "0 comes from a matrix product, or from a ReLU: multiply numbers that lie on each other, and add, no more.",
        ),
    ],
)


# ---- one stop --------------------------------------------------------------------------------------------------
def _one_stop(picture, kernel, i, j):
    return _correlate(picture, kernel)[i, j]


def _one_stop_beside(i_, j_):
    return lambda picture, kernel, i, j: _one_stop(np.roll(picture, (-i_, -j_), (0, 1)), kernel, i, j)


def _products_in_their_type(picture, kernel):
    """Correlate, but multiply in the type of the two: NumPy adds up in a larger one by itself."""
    return (sliding_window_view(picture, kernel.shape) * kernel).sum(axis=(2, 3))


def _in_a_small_type(kind):
    """Return an answer that reads each pixel as a `kind`, and adds up in whatever comes of it."""

    def one_stop(picture, kernel, i, j):
        total = 0
        with np.errstate(over="ignore", invalid="ignore"):
            for u, v in np.ndindex(kernel.shape):
                total = total + kind(picture[i + u, j + v]) * kernel[u, v]
        return total

    return one_stop


def _product_by_product(picture, kernel, i, j, span=None, weight_first=False):
    """Take one stop with two loops over `span`, as a student does: an index that runs too far raises the same."""
    total = 0
    for u, v in np.ndindex(span or kernel.shape):
        if weight_first:
            total += kernel[u, v] * float(picture[i + u, j + v])
        else:
            total += float(picture[i + u, j + v]) * kernel[u, v]
    return total


def _window(picture, kernel, i, j, span=None):
    height, width = span or kernel.shape
    return picture[i : i + height, j : j + width]


def _wrapped(value, kernel):
    return value % 256 if kernel.dtype == np.uint8 else value


def _draw_a_stop(rng):
    picture, kernel = _any_picture_and_kernel(rng)
    i, j = (int(rng.integers(n - k + 1)) for n, k in zip(picture.shape, kernel.shape, strict=True))
    return picture, kernel, i, j


_bright = _rng.integers(180, 256, (5, 5)).astype(np.uint8)
_PRODUCTS = (
    "uint8 times uint8 stays uint8, so each product has wrapped round at 256 before you add it. Make the picture float "
    "before you multiply."
)
_SIXTEEN_BITS = (
    "sixteen bits end at 32,767, or at 65,535 without a sign, and the sum goes beyond both. Make the numbers float."
)
_NO_MATRIX_PRODUCT = "`@` is the product of two matrices: multiply numbers that lie on each other, and add."
_OF_ANY_SIZE = "your loops are made for a kernel of 3 × 3, and it may have any size: its shape says which."
_EIGHT_BITS = "uint8 times uint8 stays uint8 and wraps round at 256. Make the numbers float before you multiply."

stop_check = Check(
    "one_stop",
    _one_stop,
    probes=[
        (_picture(_rng, 4, 7), np.array([[1.0, 2.0, 0.0], [4.0, 1.0, 3.0]]), 1, 2),
        (_picture(_rng, 4, 4) / 2, np.array([[0.5, -2.0], [1.0, -3.5]]), 1, 2),
        (_bright, np.array([[201, 2], [153, 77]], dtype=np.uint8), 2, 1),  # more than 16 bits hold
    ],
    mistakes=[
        (
            lambda x, k, i, j: float(x[i + len(k) - 1, j + k.shape[1] - 1]) * k[-1, -1],
            "only the last product is left: add each to the sum, with `+=`.",
        ),
        (lambda x, k, i, j: _one_stop(x[:-1], k[:1], i, j), "only the first row counts: is `return` inside the loop?"),
        (
            lambda x, k, i, j: _one_stop(x[len(k) - 1 :], k[-1:], i, j),
            "only the last row counts: a `total = 0` inside the loop means that the sum starts anew each time.",
        ),
        (lambda x, k, i, j: _one_stop(x, k[::-1, ::-1], i, j), _FLIPPED),
        (
            lambda x, k, i, j: _one_stop(x, k, 0, 0),
            "that is the first stop: count from the top left corner of the window, picture[i + u, j + v].",
        ),
        (lambda x, k, i, j: _one_stop(x, k, j, i), "i and j are exchanged: i is the row of the stop, j its column."),
        (
            lambda x, k, i, j: _one_stop(x, k.T, i, j),
            "u goes down and v to the right, in the picture as in the kernel: picture[i + u, j + v] and kernel[u, v].",
        ),
        (lambda x, k, i, j: _wrapped(_one_stop(x, k, i, j), k), _EIGHT_BITS),
        (lambda x, k, i, j: _products_in_their_type(x, k)[i, j], _PRODUCTS),
        (_in_a_small_type(np.int16), _SIXTEEN_BITS),
        (_in_a_small_type(np.uint16), _SIXTEEN_BITS),
        (
            _in_a_small_type(np.float16),
            "float16 holds no more than about three digits, and ends at 65,504. Make the numbers float, which is "
            "float64.",
        ),
        *(
            (one_stop, _OF_ANY_SIZE)
            for one_stop in (
                lambda x, k, i, j: _product_by_product(x, k, i, j, (3, 3)),
                lambda x, k, i, j: _product_by_product(x, k, i, j, (3, 3), weight_first=True),
                lambda x, k, i, j: (_window(x, k, i, j, (3, 3)) * k).sum(),
                lambda x, k, i, j: (_window(x, k, i, j, (3, 3)).astype(float) * k).sum(),
            )
        ),
        *(
            (one_stop, _NO_MATRIX_PRODUCT)
            for one_stop in (
                lambda x, k, i, j: (_window(x, k, i, j) @ k).sum(),
                lambda x, k, i, j: (_window(x, k, i, j).astype(float) @ k).sum(),
                lambda x, k, i, j: np.dot(_window(x, k, i, j), k).sum(),
                lambda x, k, i, j: np.dot(_window(x, k, i, j).astype(float), k).sum(),
            )
        ),
        (
            lambda x, k, i, j: _one_stop(x, np.ones(k.shape), i, j),
            "the sum ignores the kernel: multiply before you add.",
        ),
        (
            lambda x, k, i, j: _one_stop(x, k[:, : len(k)], i, j),
            "you took the kernel's number of rows for both: `kh, kw = kernel.shape`.",
        ),
        (_one_stop_beside(-1, -1), "[i, j] is the top left corner of the window, not its centre."),
        (
            lambda x, k, i, j: _one_stop(x, k[:-1, :-1], i, j),
            "the last row and column of weights are left out: `range(n)` goes up to n − 1 by itself.",
        ),
        (lambda x, k, i, j: _one_stop(np.trunc(x), np.trunc(k), i, j), "`int` cuts off what stands behind the point."),
        (lambda x, k, i, j: max(_one_stop(x, k, i, j), 0), "the sum may be below 0: leave it so."),
    ],
    draw=_draw_a_stop,
)


# ---- slide -----------------------------------------------------------------------------------------------------
def _loops(picture, kernel, shape=None, pixel=lambda i, j, u, v: (i + u, j + v)):
    """The four loops; `shape` and `pixel` are where the mistakes are made. Errors are those of a student's loops."""
    output = np.zeros(shape or np.subtract(picture.shape, kernel.shape) + 1)
    for i, j in np.ndindex(output.shape):
        output[i, j] = sum(float(picture[pixel(i, j, u, v)]) * kernel[u, v] for u, v in np.ndindex(kernel.shape))
    return output


def _stop_by_stop(stop):
    """Return an answer that fills each place of the output with a stop(picture, kernel, i, j)."""

    def correlate_loops(picture, kernel):
        output = np.zeros(np.subtract(picture.shape, kernel.shape) + 1)
        for i, j in np.ndindex(output.shape):
            output[i, j] = stop(picture, kernel, i, j)
        return output

    return correlate_loops


def _exchanged(picture, kernel):
    (width, height), (kh, kw) = picture.shape, kernel.shape
    return _loops(picture, kernel, (height - kh + 1, width - kw + 1))


def _in_the_pictures_type(picture, kernel):
    output = _correlate(picture, kernel)
    return output.astype(int).astype(np.uint8) if picture.dtype == np.uint8 else output


def _filled(shape, part):
    """Return zeros of this shape with `part` in the top left corner."""
    output = np.zeros(shape)
    output[tuple(map(slice, part.shape))] = part
    return output


def _side_by_side(picture, kernel):
    rows, columns = np.floor_divide(picture.shape, kernel.shape)
    return _correlate(picture, kernel)[:: kernel.shape[0], :: kernel.shape[1]][:rows, :columns]


correlate_check = Check(
    "correlate_loops",
    _correlate,
    probes=[
        (_picture(_rng, 4, 7), np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])),
        (_picture(_rng, 4, 4), np.array([[1.0, 0.25], [0.5, 2.0]])),
        (_bright[:4, :4], SOBEL),
        (_bright, np.array([[1, 2, 1], [2, 3, 2], [1, 1, 2]], dtype=np.uint8)),
    ],
    mistakes=[
        (lambda x, k: _correlate(x, k[::-1, ::-1]), _FLIPPED),
        (_exchanged, "height and width are exchanged: `shape` is (rows, columns), and the row index comes first."),
        (
            lambda x, k: _correlate(x, k)[:-1, :-1],
            "the last row and column are missing: a kernel of size k stops at n - k + 1 places.",
        ),
        (
            lambda x, k: _filled(_correlate(x, k).shape, _correlate(x, k)[:-1, :-1]),
            "the last row and column stay 0: do your loops stop one too early?",
        ),
        (
            lambda x, k: _filled(x.shape, _correlate(x, k)),
            "the output has the size of the picture, so that its last rows and columns stay 0: n - k + 1 are enough.",
        ),
        (
            lambda x, k: _correlate(x[len(k) - 1 :, k.shape[1] - 1 :], k[-1:, -1:]),
            "only the last product of each stop is left: add them up, with `+=`.",
        ),
        (
            lambda x, k: _correlate(x, k).cumsum().reshape(_correlate(x, k).shape),
            "each output holds the ones before it, too: the sum starts at 0 for each stop.",
        ),
        (
            lambda x, k: _loops(x, k, x.shape),
            "your loops go over all pixels, so that the window hangs over the end: it stops at n - k + 1 places.",
        ),
        *(
            (_stop_by_stop(stop), _OF_ANY_SIZE)
            for stop in (
                lambda x, k, i, j: _product_by_product(x, k, i, j, (3, 3)),
                lambda x, k, i, j: (_window(x, k, i, j, (3, 3)) * k).sum(),
                lambda x, k, i, j: (_window(x, k, i, j, (3, 3)).astype(float) * k).sum(),
            )
        ),
        *(
            (_stop_by_stop(stop), _NO_MATRIX_PRODUCT)
            for stop in (
                lambda x, k, i, j: (_window(x, k, i, j) @ k).sum(),
                lambda x, k, i, j: (_window(x, k, i, j).astype(float) @ k).sum(),
            )
        ),
        (_side_by_side, "your windows stand side by side: the kernel moves on by one pixel at a time."),
        (
            _in_the_pictures_type,
            "the output has the picture's type, and uint8 cannot hold what is below 0 or above 255. Make it float.",
        ),
        (lambda x, k: _wrapped(_correlate(x, k), k), _EIGHT_BITS),
        (_products_in_their_type, _PRODUCTS),
        (
            lambda x, k: _loops(x, k, pixel=lambda i, j, u, v: (i + v, j + u)),
            "u goes down and v to the right, in the picture as in the kernel: picture[i + u, j + v] and kernel[u, v].",
        ),
        (
            lambda x, k: _correlate(x, k)[:, : len(x) - len(k) + 1],
            "you took the height for both: widths count by themselves.",
        ),
        (lambda x, k: _correlate(x, np.ones(k.shape)), _IGNORED),
        (lambda x, k: np.abs(_correlate(x, k)), "an answer may be below 0: keep its sign."),
        (lambda x, k: np.maximum(_correlate(x, k), 0), "an answer may be below 0: a ReLU comes later, if at all."),
        (lambda x, k: _correlate(x, k) / k.size, "you divided by the number of weights: it is a sum, no average."),
        (
            lambda x, k: _filled(_correlate(x, k).shape, _correlate(x, k)[:1]),
            "only the first row is filled: is `return` inside the loop?",
        ),
    ],
    draw=_any_picture_and_kernel,
)


# ---- many channels ---------------------------------------------------------------------------------------------
def _layer(x, weight, bias):
    return _summed(x, weight) + bias[:, None, None]


def _summed(x, weight, axes="noij"):
    """Return the layer without its bias, with its axes in another order or some of them added up."""
    return np.einsum(f"ncijuv,ocuv->{axes}", sliding_window_view(x, weight.shape[2:], axis=(2, 3)), weight)


def _bias_times(factor):
    return lambda x, weight, bias: _layer(x, weight, bias * factor(weight))


def _channels_last(x, weight, bias):
    return _summed(x, weight, "nijo") + bias


def _draw_a_layer(rng):
    (n, c, o), (kh, kw) = rng.integers(1, 4, 3), rng.integers(1, 4, 2)
    x = rng.normal(scale=20, size=(n, c, kh + rng.integers(0, 4), kw + rng.integers(0, 4)))
    return [x, x.astype(int)][rng.integers(2)], rng.normal(size=(o, c, kh, kw)), rng.normal(size=o)


layer_check = Check(
    "conv_layer_batch",
    _layer,
    probes=[
        (_rng.normal(size=(2, 3, 5, 6)), _rng.normal(size=(4, 3, 2, 3)), _rng.normal(size=4)),  # four of everything
        (_rng.integers(0, 9, (3, 2, 4, 3)), _rng.normal(size=(1, 2, 3, 3)), _rng.normal(size=1)),  # one of some
    ],
    mistakes=[
        (
            lambda x, w, b: _layer(x[:, :1], w[:, :1], b),
            "only the first channel counts: every kernel reaches through all of them.",
        ),
        (
            lambda x, w, b: _layer(x[:, -1:], w[:, -1:], b),
            "only the last channel counts: add up over the channels, do not overwrite.",
        ),
        (
            lambda x, w, b: _summed(x, w, "nocij") + b[:, None, None, None],
            "the channels were not added up: an output channel is *one* map, the sum over all input channels.",
        ),
        (
            lambda x, w, b: _summed(x, w) / x.shape[1] + b[:, None, None],
            "you divided by the number of channels: they are added up, it is no average.",
        ),
        (_bias_times(lambda w: 0), "the bias is missing: add it once to every number of its output channel."),
        (
            _bias_times(lambda w: w.shape[1]),
            "the bias went in once for every channel: add it after the sum over the channels.",
        ),
        (
            _bias_times(lambda w: w[0].size),
            "the bias went in with every product, once per pixel of the window: add it once, at the end.",
        ),
        (
            lambda x, w, b: _summed(x, w) + b,
            "`bias` by itself lines up with the columns: `bias[:, None, None]` lines up with the channels.",
        ),
        (
            lambda x, w, b: _summed(x, w) + b[:, None],
            "`bias[:, None]` lines up with the rows: `bias[:, None, None]` lines up with the channels.",
        ),
        (
            lambda x, w, b: _layer(x, w[:, :, ::-1, ::-1], b),
            "you turned the kernels round by 180°. Deep learning slides them as they stand.",
        ),
        (lambda x, w, b: _layer(x[:1], w, b), "only the first picture of the batch came back."),
        (lambda x, w, b: _layer(x[:1], w, b)[0], "only the first picture of the batch came back, without its axis."),
        (
            lambda x, w, b: _summed(x, w, "oij") + b[:, None, None],
            "the pictures of the batch were added up: they have nothing to do with each other.",
        ),
        (
            lambda x, w, b: _layer(x, w, b).swapaxes(0, 1),
            "the first two axes are exchanged: pictures come first, then their channels.",
        ),
        (
            _channels_last,
            "the channels stand last: they belong behind the batch. `np.moveaxis(output, -1, 1)` moves them.",
        ),
        (
            lambda x, w, b: _channels_last(x, w, b).reshape(_layer(x, w, b).shape),
            "the shape is right, but the numbers stand elsewhere: `reshape` does not move axes, `transpose` does.",
        ),
        (
            lambda x, w, b: _layer(x, np.broadcast_to(w[:, :1], w.shape), b),
            "you used the same kernel for every channel: each has its own, weight[o, c].",
        ),
        (lambda x, w, b: _layer(x, w, b).swapaxes(2, 3), "each map is turned on its side: rows come before columns."),
        (lambda x, w, b: np.maximum(_layer(x, w, b), 0), "no ReLU yet: an output may be below 0."),
    ],
    draw=_draw_a_layer,
)


# ---- the matrix ------------------------------------------------------------------------------------------------
def _kernel_matrix(kernel, height, width):
    return _matrix(kernel, height, width)


def _matrix(kernel, height, width, row=None, column=None):
    """Place the kernel's weights; `row` (i, j) and `column` (i, j, u, v) are where the mistakes are made."""
    kh, kw = kernel.shape
    rows, columns = height - kh + 1, width - kw + 1
    matrix = np.zeros((rows * columns, height * width))
    for i, j, u, v in np.ndindex(rows, columns, kh, kw):
        below = row(i, j) if row else i * columns + j
        matrix[below, column(i, j, u, v) if column else (i + u) * width + j + v] = kernel[u, v]
    return matrix


def _square(kernel, height, width):
    matrix = np.zeros((height * width, height * width))
    corners = [i * width + j for i, j in np.ndindex(height - len(kernel) + 1, width - kernel.shape[1] + 1)]
    matrix[corners] = _matrix(kernel, height, width)
    return matrix


def _draw_a_matrix(rng):
    kernel = rng.integers(-8, 9, rng.integers(1, 4, 2)) / 4
    return kernel, int(len(kernel) + rng.integers(1, 4)), int(kernel.shape[1] + rng.integers(1, 4))


_BY_ITS_WIDTH = (
    "one row down in the kernel is one row down in the picture: step by the picture's width, not the kernel's."
)

matrix_check = Check(
    "kernel_matrix",
    _kernel_matrix,
    probes=[
        (np.array([[1.5, 2.0, -0.5], [0.0, 4.0, 1.0], [3.0, -2.5, 7.0]]), 4, 6),
        (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 4, 5),
    ],
    mistakes=[
        (lambda k, h, w: _matrix(k, h, w, column=lambda i, j, u, v: (i + u) * k.shape[1] + j + v), _BY_ITS_WIDTH),
        (lambda k, h, w: _matrix(k, h, w, column=lambda i, j, u, v: i * w + j + u * k.shape[1] + v), _BY_ITS_WIDTH),
        (
            lambda k, h, w: _matrix(k, h, w, column=lambda i, j, u, v: (i + u) * (w - k.shape[1] + 1) + j + v),
            "one row down in the picture is a step by the picture's width, not by the output's.",
        ),
        (
            lambda k, h, w: _matrix(k[::-1, ::-1], h, w),
            "the weights are in reverse order: that is the matrix of the kernel turned by 180°.",
        ),
        (
            lambda k, h, w: _matrix(k, h, w).T,
            "rows and columns are exchanged: one row for each output, one column for each pixel.",
        ),
        (
            lambda k, h, w: _matrix(k, h, w, column=lambda i, j, u, v: (j + v) * h + i + u),
            "you count the pixels column by column: `ravel` goes row by row.",
        ),
        (
            lambda k, h, w: _matrix(k, h, w, column=lambda i, j, u, v: u * w + j + v),
            "`i` is not used: one stop further down, all weights move on by one row of the picture.",
        ),
        (lambda k, h, w: _matrix(k, w, h), "height and width are exchanged."),
        (
            lambda k, h, w: _matrix(k, h, w, column=lambda i, j, u, v: (i + u) * h + j + v),
            "one row down in the picture is a step by as many pixels as a row has: its width, not its height.",
        ),
        (
            lambda k, h, w: _matrix(k, h, w, row=lambda i, j: j * (h - len(k) + 1) + i),
            "you number the outputs column by column: `ravel` goes row by row, through all j before the next i.",
        ),
        (
            lambda k, h, w: _matrix(k, h, w, column=lambda i, j, u, v: i * (w - k.shape[1] + 1) + j + u * w + v),
            "at the end of a row of outputs, jump to the next row of the picture: the window starts at i * width + j.",
        ),
        (
            lambda k, h, w: _filled(_matrix(k, h, w).shape, _matrix(k, h, w)[:1]),
            "only the first row is filled: is `return` inside the loop?",
        ),
        (_square, "that is a square matrix, with a row for each pixel: only the outputs have one."),
        (
            lambda k, h, w: _matrix(k, h, w, row=lambda i, j: i * w + j),
            "number the outputs by their own width: the outputs of a row are fewer than the pixels of a row.",
        ),
        (
            lambda k, h, w: _matrix(k, h, w, row=lambda i, j: j),
            "a later stop overwrites an earlier one: stop [i, j] is row i * (number of columns) + j of the matrix.",
        ),
        (
            lambda k, h, w: _matrix(k[:, : len(k)], h, w),
            "you took the kernel's number of rows for both of its sides: `kh, kw = kernel.shape`.",
        ),
    ],
    draw=_draw_a_matrix,
)


# ---- kernel hunt -----------------------------------------------------------------------------------------------
def _equations(picture, target, shape=None):
    """Return the windows, one to a row, that lead to the target, and the shape of the kernel."""
    shape = shape or tuple(n - m + 1 for n, m in zip(picture.shape, target.shape, strict=True))
    return sliding_window_view(picture, shape).reshape(-1, shape[0] * shape[1]).astype(float), shape


def _hunt(picture, target):
    windows, shape = _equations(picture, target)
    return np.linalg.lstsq(windows, target.ravel(), rcond=None)[0].reshape(shape)


def _with_rows_for_the_target(picture, target, shape, solve):
    """Write one window to a row, by as many rows as the target has numbers, which a wrong shape does not allow."""
    windows = sliding_window_view(picture.astype(float), shape).reshape(target.size, -1)
    return solve(windows, target.ravel()).reshape(shape)


def _least_squares(windows, outputs):
    return np.linalg.lstsq(windows, outputs, rcond=None)[0]


def _one_too_small(picture, target):
    return tuple(n - m for n, m in zip(picture.shape, target.shape, strict=True))


def _of_one_too_small(picture, target):
    windows, shape = _equations(picture, target, _one_too_small(picture, target))
    return _least_squares(windows, target.ravel()).reshape(shape)


def _for_three_by_three(picture, target):
    windows, shape = _equations(picture, target, (3, 3))
    return np.linalg.lstsq(windows, target.ravel(), rcond=None)[0].reshape(shape)


def _column_by_column(picture, target):
    windows, shape = _equations(picture, target)
    return np.linalg.lstsq(windows, target.T.ravel(), rcond=None)[0].reshape(shape)


def _transposed(picture, target):
    windows, shape = _equations(picture, target)
    return (windows.T @ target.ravel()).reshape(shape)


def _sum_in_eight_bits(picture, target):
    windows, shape = _equations(picture, target)
    squares = windows.T @ windows
    return np.linalg.solve(squares % 256 if picture.dtype == np.uint8 else squares, windows.T @ target.ravel()).reshape(
        shape
    )


def _as_many_equations_as_weights(picture, target):
    windows, shape = _equations(picture, target)
    return np.linalg.solve(windows[: windows.shape[1]], target.ravel()[: windows.shape[1]]).reshape(shape)


def _dark_above(picture):
    """Return the picture with three rows of zeros at the top: the first windows say nothing."""
    return np.concatenate([np.zeros_like(picture[:3]), picture[3:]])


def _through(picture, kernel):
    return picture, _correlate(picture, np.asarray(kernel))


def _draw_a_hunt(rng):
    kernel = rng.integers(-36, 37, rng.integers(1, 4, 2)) / 8
    picture = _picture(rng, 6 + int(rng.integers(3)), 7).astype(rng.choice([float, np.uint8]))
    return _through([picture, _dark_above(picture)][rng.integers(2)], kernel)


_ROUNDED = "you rounded: a weight may have more digits than that. Leave out the rounding."

hunt_check = Check(
    "find_kernel",
    _hunt,
    probes=[
        _through(_dark_above(_picture(_rng, 6, 7)), [[2, -1.125, 0], [1, 3, -2.375]]),
        _through(_bright + np.arange(5, dtype=np.uint8), [[1, -1], [3, 0]]),
    ],
    mistakes=[
        (
            lambda x, y: np.linalg.lstsq(_equations(x, y)[0], y.ravel(), rcond=None),
            "`lstsq` returns four things, and the weights are the first: `[0]`.",
        ),
        (
            lambda x, y: _hunt(x, y)[::-1, ::-1],
            "found, but turned by 180°: did you read it off a dot? A dot shows the kernel upside down.",
        ),
        (lambda x, y: _hunt(x, y).T, "found, but its rows and columns are exchanged."),
        (lambda x, y: -_hunt(x, y), "found, but every sign is turned."),
        (
            lambda x, y: _hunt(x, y).ravel(),
            "these are the right weights in one long row: give them the shape of a kernel.",
        ),
        (
            lambda x, y: _hunt(x, y).reshape(_hunt(x, y).shape[::-1]),
            "the right weights in the wrong shape: height comes first, (kh, kw).",
        ),
        *(
            (
                find_kernel,
                "there are as many windows as outputs only if the kernel has the right size, which is neither always "
                "3 × 3 nor the plain difference of the two shapes: find it whatever its size.",
            )
            for find_kernel in (_for_three_by_three, _of_one_too_small)  # which raise the same
        ),
        (
            lambda x, y: _with_rows_for_the_target(x, y, (3, 3), _least_squares),
            "it is not always 3 × 3: find the kernel whatever its size. What do the two shapes tell?",
        ),
        (
            lambda x, y: _with_rows_for_the_target(x, y, _one_too_small(x, y), _least_squares),
            "your kernel is one too small along each axis: how many places does a kernel of size 1 have, and how many "
            "one of size 2?",
        ),
        (
            lambda x, y: _with_rows_for_the_target(x, y, _hunt(x, y).shape, np.linalg.solve),
            "there are more equations than weights, and `np.linalg.solve` wants as many: `np.linalg.lstsq` takes them "
            "all.",
        ),
        (lambda x, y: np.round(_hunt(x, y)), "you rounded: a weight need not be a whole number."),
        (lambda x, y: np.round(_hunt(x, y), 1), _ROUNDED),
        (lambda x, y: np.round(_hunt(x, y), 2), _ROUNDED),
        (
            _as_many_equations_as_weights,
            "as many equations as weights are not always enough, for some say nothing, or all the same: where the "
            "picture is dark, 0 = 0. Give them all to `np.linalg.lstsq`.",
        ),
        (_column_by_column, "windows and outputs are in different orders: take both row by row."),
        (
            _transposed,
            "the transpose of the windows is not their inverse: the sums still have to be solved for the weights.",
        ),
        (_sum_in_eight_bits, _EIGHT_BITS),
    ],
    draw=_draw_a_hunt,
)

register(prediction_check, stop_check, correlate_check, layer_check, matrix_check, hunt_check)
