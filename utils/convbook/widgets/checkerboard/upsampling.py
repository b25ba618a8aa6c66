"""Five ways to enlarge a picture by a stride, their weights before and after training, and what one colour becomes.

`arithmetic/upsampling.js` has the same for the view.
"""

import numpy as np

from convbook import ops

WAYS = {
    "transposed": "transposed convolution",
    "nearest": "nearest + convolution",
    "bilinear": "bilinear + convolution",
    "subpixel": "sub-pixel",
    "icnr": "sub-pixel, ICNR",
}
STARTS = ("ones", "smooth", "random", "balanced")
SHUFFLED = ("subpixel", "icnr")
SIDE = 120  # pixels of the large picture: 2, 3 and 4 divide it
SHORTEST = 24


def scene(levels) -> np.ndarray:
    """Return the square middle of a picture, at most 120 pixels a side: what is to be drawn from its small version.

    >>> scene(np.arange(300 * 250).reshape(300, 250)).shape
    (120, 120)
    """
    levels = np.asarray(levels, float)
    block = max(1, min(levels.shape) // SIDE)
    side = min(SIDE, min(levels.shape) // block // 12 * 12)
    top, left = ((length // block - side) // 2 * block for length in levels.shape)
    middle = levels[top : top + side * block, left : left + side * block]
    return middle.reshape(side, block, side, block).mean(axis=(1, 3))


def small(picture, stride: int) -> np.ndarray:
    """Return the average of each stride × stride block: the input of all ways."""
    return ops.avg_pool2d(picture, stride)


def recipe(kernel: int, stride: int) -> dict:
    """Return the padding and output_padding with which a transposed convolution enlarges exactly `stride` times.

    >>> recipe(3, 2), recipe(4, 2), recipe(2, 3)
    ({'padding': 1, 'output_padding': 1}, {'padding': 1, 'output_padding': 0}, {'padding': 0, 'output_padding': 1})
    """
    padding = max(0, (kernel - stride + 1) // 2)
    return {"padding": padding, "output_padding": stride - kernel + 2 * padding}


def noise(seed: int, count: int) -> np.ndarray:
    """Return nearly normal numbers, the same in Python and in the browser: twelve uniform ones added up, less 6."""
    state, numbers = (seed * 2654435761 + 12345) % 2**32, []
    for _ in range(12 * count):
        state = (1664525 * state + 1013904223) % 2**32
        numbers.append(state / 2**32)
    return np.array(numbers).reshape(count, 12).sum(axis=1) - 6


def _row(kernel, stride, way, start):
    taps = np.arange(kernel)
    row = np.ones(kernel) if start == "ones" else 1 - ((2 * taps - kernel + 1) / (kernel + 1)) ** 2
    if way != "transposed":
        return row / row.sum()
    if start == "balanced":  # whatever stamps meet in a place, their weights add up to 1
        return row / np.array([row[u % stride :: stride].sum() for u in taps])
    return row * stride / row.sum()


def start_filters(way: str, kernel: int, stride: int, start: str, seed: int = 0) -> np.ndarray:
    """Return the weights before training: (1, k, k), or for the sub-pixel ways (stride², k, k), a filter a pixel.

    "ones" and "smooth" keep the brightness, "balanced" also keeps one colour one colour, "random" is drawn as He et al.
    (2015) propose, with a variance of 2 / k². ICNR gives all filters the same weights: Aitken et al. (2017).
    """
    count = stride**2 if way in SHUFFLED else 1
    if start == "random":
        drawn = noise(seed, kernel**2 if way == "icnr" else count * kernel**2) * np.sqrt(2) / kernel
        return np.broadcast_to(drawn.reshape(-1, kernel, kernel), (count, kernel, kernel)).copy()
    row = _row(kernel, stride, way, start)
    return np.repeat(np.outer(row, row)[None], count, axis=0)


def enlarge(x, way: str, stride: int) -> np.ndarray:
    """Return (H, W) enlarged `stride` times without any weights, as `torch.nn.Upsample` does."""
    if way == "nearest":
        return np.kron(x, np.ones((stride, stride)))
    rows, columns = (_between(length, stride) for length in np.shape(x))
    return rows @ np.asarray(x) @ columns.T


def _between(length, stride):
    at = np.clip((np.arange(length * stride) + 0.5) / stride - 0.5, 0, length - 1)
    return np.maximum(0, 1 - np.abs(at[:, None] - np.arange(length)))


def _same(kernel):
    return ((kernel - 1) // 2, kernel // 2)


def _shuffled(x, filters, stride):
    planes = ops.conv2d(x[None, None], filters[:, None], padding=(_same(filters.shape[1]),) * 2)
    return ops.pixel_shuffle(planes, stride)[0, 0]


def upsample(x, filters, way: str, stride: int) -> np.ndarray:
    """Return (H, W) made `stride` times as large by these weights."""
    x, filters = np.asarray(x, float), np.asarray(filters, float)
    kernel = filters.shape[1]
    if way == "transposed":
        return ops.conv_transpose2d(x, filters[0], stride=stride, **recipe(kernel, stride))
    if way in SHUFFLED:
        return _shuffled(x, filters, stride)
    return ops.conv2d(enlarge(x, way, stride), filters[0], padding=(_same(kernel),) * 2)


def tile(filters, way: str, stride: int) -> np.ndarray:
    """Return what one colour, 1 everywhere, becomes far from the border: it repeats every stride × stride pixels."""
    far = filters.shape[1] + 1
    return upsample(np.ones((2 * far + 1,) * 2), filters, way, stride)[far * stride :, far * stride :][:stride, :stride]


def strength(pattern) -> float:
    """Return how strong a pattern is: its standard deviation over its root mean square, 0 (one colour) to 1.

    >>> strength(np.ones((2, 2))), round(strength(np.array([[1, 0], [0, 1]])), 3)
    (0.0, 0.707)
    """
    size = np.sqrt(np.mean(np.square(pattern)))
    return round(float(np.std(pattern) / size), 12) if size > 0 else 0.0  # dust is no pattern


def _gradient(x, dy, filters, way, stride):
    kernel = filters.shape[1]
    if way == "transposed":
        return ops.conv_transpose2d_backward(dy, x, filters[0], stride=stride, **recipe(kernel, stride))[1][None]
    sides = {"padding": (_same(kernel),) * 2}
    if way in SHUFFLED:
        planes = ops.pixel_unshuffle(dy[None, None], stride)
        return ops.conv2d_backward(planes, x[None, None], filters[:, None], **sides)[1][:, 0]
    return ops.conv2d_backward(dy, enlarge(x, way, stride), filters[0], **sides)[1][None]


def descended(filters, x, target, way: str, stride: int, steps: int):
    """Return the weights after so many steps of gradient descent, and the mean squared errors on the way.

    A step is half as long as the longest that is sure to descend: 1 / (2λ), where λ is the largest row sum of the
    second derivatives, which bounds how curved the loss is.
    """
    filters, x, losses = np.array(filters, float), np.asarray(x, float), []
    # The loss is quadratic: the second derivatives, times a step of ones, are the gradient of that step's own output.
    curved = _gradient(x, 2 * upsample(x, np.ones_like(filters), way, stride) / np.size(target), filters, way, stride)
    rate = 0.5 / (curved.max() or 1)  # a black picture teaches nothing
    for _ in range(steps):
        error = upsample(x, filters, way, stride) - target
        losses.append(float(np.mean(error**2)))
        filters = filters - rate * _gradient(x, 2 * error / np.size(target), filters, way, stride)
    return filters, [*losses, float(np.mean((upsample(x, filters, way, stride) - target) ** 2))]


def overlap_along(kernel: int, stride: int, places: int = 8) -> list[int]:
    """Return how many stamps meet in each place along an axis, far from the border.

    >>> overlap_along(3, 2), overlap_along(4, 2, 4), overlap_along(2, 3, 3)
    ([1, 2, 1, 2, 1, 2, 1, 2], [2, 2, 2, 2], [1, 1, 0])
    """
    padding = recipe(kernel, stride)["padding"]
    return [sum((place + padding - u) % stride == 0 for u in range(kernel)) for place in range(places)]
