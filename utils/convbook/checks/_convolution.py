"""The exercises of chapter 1: references, probes and the mistakes that readers make."""

import numpy as np

from convbook.checks.judge import Check, register

SOBEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
_rng = np.random.default_rng(1)


# ---- four loops ------------------------------------------------------------------------------------------------
def _correlate(picture, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(picture, dtype=float), kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)


def _swapped_bounds(picture, kernel):
    (width, height), (kw, kh) = picture.shape, kernel.shape
    output = np.zeros((height - kh + 1, width - kw + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = sum(picture[i + u, j + v] * kernel[u, v] for u in range(kh) for v in range(kw))
    return output


def _flipped(picture, kernel):
    return _correlate(picture, kernel[::-1, ::-1])


def _in_the_pictures_type(picture, kernel):
    return (
        _correlate(picture, kernel).astype(int).astype(picture.dtype)
        if picture.dtype == np.uint8
        else _correlate(picture, kernel)
    )


def _in_eight_bits(picture, kernel):
    eight = picture.dtype == kernel.dtype == np.uint8
    return _correlate(picture, kernel) % 256 if eight else _correlate(picture, kernel)


_wide, _tall = _rng.integers(0, 9, (4, 7)).astype(float), _rng.integers(0, 9, (6, 4)).astype(float)
_bright = _rng.integers(180, 256, (5, 6)).astype(np.uint8)

correlate_check = Check(
    "correlate_loops",
    _correlate,
    probes=[
        (_wide, np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0]])),
        (_tall, np.array([[1.0, -2.0], [0.5, 0.0], [2.0, 4.0]])),
        (_wide[:3, :3], SOBEL.astype(float)),
        (_bright, SOBEL),
        (_bright, np.ones((3, 3), dtype=np.uint8)),
    ],
    mistakes=[
        (_flipped, "you turned the kernel round by 180°. Deep learning slides it as it stands."),
        (_swapped_bounds, "height and width are exchanged: `shape` is (rows, columns), and the row index comes first."),
        (
            lambda x, k: _correlate(x, k).T,
            "your output is turned on its side: rows come first, output[i, j] with i downwards.",
        ),
        (
            lambda x, k: _correlate(x, k)[:-1, :-1],
            "the last row and column are missing: a kernel of size k stops at n - k + 1 places.",
        ),
        (
            _in_the_pictures_type,
            "the output has the picture's type, and uint8 cannot hold what is below 0 or above 255. Make it float.",
        ),
        (
            _in_eight_bits,
            "uint8 times uint8 stays uint8 and wraps round at 256. Make the numbers float before you multiply.",
        ),
    ],
)


# ---- many channels ---------------------------------------------------------------------------------------------
def _layer(x, weight, bias):
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    return np.einsum("ncijuv,ocuv->noij", windows, weight) + bias[:, None, None]


def _bias_times(factor):
    return lambda x, weight, bias: _layer(x, weight, bias * factor(weight))


layer_check = Check(
    "conv_layer_batch",
    _layer,
    probes=[
        (_rng.normal(size=(2, 3, 5, 6)), _rng.normal(size=(4, 3, 2, 3)), _rng.normal(size=4)),
        (_rng.normal(size=(3, 2, 4, 3)), _rng.normal(size=(1, 2, 3, 3)), _rng.normal(size=1)),
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
            lambda x, w, b: _layer(x, w[:, :, ::-1, ::-1], b),
            "you turned the kernels round by 180°. Deep learning slides them as they stand.",
        ),
        (lambda x, w, b: _layer(x[:1], w, b), "only the first picture of the batch came back."),
    ],
)


# ---- design an edge kernel -------------------------------------------------------------------------------------
def _step(slope_down, slope_right, size=9):
    """Return a picture that is 1 on one side of a line through its middle and 0 on the other."""
    rows, columns = np.indices((size, size)) - size // 2
    return (slope_down * rows + slope_right * columns < 0).astype(float)


def _answer(kernel, picture):
    """Return the answer of the largest magnitude, with its sign."""
    answers = _correlate(picture, np.asarray(kernel, dtype=float))
    return answers.flat[np.abs(answers).argmax()]


def _is_kernel(result):
    try:
        kernel = np.asarray(result, dtype=float)
    except (TypeError, ValueError):
        return False
    return kernel.shape == (3, 3) and np.isfinite(kernel).all()


RISING, FALLING = _step(1, 1), _step(1, -1)  # bright above an edge like "/", bright above an edge like "\"
LEVEL, UPRIGHT = _step(1, 0), _step(0, 1)

design_check = Check(
    "diagonal_edge_kernel",
    requirements=[
        (_is_kernel, "give back nine finite numbers as an array of shape (3, 3)."),
        (np.any, "all weights are 0: such a kernel never says anything."),
        (lambda k: abs(np.sum(k)) < 1e-9, "the weights must sum to 0, or the kernel answers where nothing changes."),
        (
            lambda k: abs(_answer(k, RISING)) > abs(_answer(k, FALLING)),
            "it answers the other diagonal, \\, at least as strongly. Mirror it.",
        ),
        (
            lambda k: abs(_answer(k, RISING)) > max(abs(_answer(k, LEVEL)), abs(_answer(k, UPRIGHT))),
            "a level or an upright edge gets at least as strong an answer. Weigh the neighbours of the corners, too.",
        ),
        (
            lambda k: _answer(k, RISING) > 0,
            "the sign is turned: bright above and dark below should give a positive answer.",
        ),
    ],
)


# ---- the matrix ------------------------------------------------------------------------------------------------
def _matrix(kernel, height, width, row_length=None, corner=(0, 0)):
    """Place the kernel's weights; `row_length` and `corner` are where the mistakes are made."""
    kh, kw = kernel.shape
    rows, columns = height - kh + 1, width - kw + 1
    matrix = np.zeros((rows * columns, height * width))
    for i, j, u, v in np.ndindex(rows, columns, kh, kw):
        matrix[i * columns + j, (i + u) * (row_length or width) + j + v] += kernel[u, v]
    return matrix


matrix_check = Check(
    "kernel_matrix",
    _matrix,
    probes=[
        (SOBEL + 0.5, 4, 5),
        (np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 4, 7),
        (np.array([[2.0], [-1.0]]), 3, 2),
    ],
    mistakes=[
        (
            lambda k, h, w: _matrix(k, h, w, row_length=k.shape[1]),
            "one row down in the kernel is one row down in the picture: step by the picture's width, not the kernel's.",
        ),
        (
            lambda k, h, w: _matrix(k, h, w, row_length=w - k.shape[1] + 1),
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
    ],
)


# ---- kernel hunt -----------------------------------------------------------------------------------------------
def _hunt(picture, target):
    shape = tuple(n - m + 1 for n, m in zip(picture.shape, target.shape, strict=True))
    windows = np.lib.stride_tricks.sliding_window_view(picture, shape).reshape(target.size, -1)
    return np.linalg.lstsq(windows, target.ravel(), rcond=None)[0].reshape(shape)


def hunt_pair(kernel, size: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture of random digits, (size, size), and what the hidden `kernel` makes of it.

    >>> picture, target = hunt_pair(np.array([[0, 1], [0, 0]]))
    >>> bool((target == picture[:-1, 1:]).all())
    True
    """
    picture = np.random.default_rng(7).integers(0, 10, (size, size)).astype(float)
    return picture, _correlate(picture, np.asarray(kernel))


hunt_check = Check(
    "find_kernel",
    _hunt,
    probes=[
        hunt_pair([[2, -1, 0], [0, 3, -2], [1, 0, -1]]),
        hunt_pair([[1, 2, 3], [4, 5, 6], [7, 8, 10]]),
        hunt_pair([[1, -1], [3, 0.5]]),
    ],
    mistakes=[
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
    ],
)


# ---- predict ---------------------------------------------------------------------------------------------------
WINDOW = np.array([[3, 5, 4], [1, 0, 3], [2, 6, 5]])

prediction_check = Check(
    "prediction",
    lambda: (WINDOW * SOBEL).sum(),
    mistakes=[
        (
            lambda: (WINDOW * SOBEL[::-1, ::-1]).sum(),
            "you turned the kernel round by 180°. Deep learning slides it as it stands.",
        ),
        (lambda: WINDOW.sum(), "that is the sum of the window: you ignored the kernel."),
        (lambda: (WINDOW * np.sign(SOBEL)).sum(), "the middle row counts double: its weights are 2 and −2."),
        (lambda: (WINDOW * np.abs(SOBEL)).sum(), "a minus sign was lost: the right column is subtracted."),
    ],
)

register(prediction_check, correlate_check, layer_check, design_check, matrix_check, hunt_check)
