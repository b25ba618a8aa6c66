"""Views of every window of a picture, and windows added up again: what all sliding operations share."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook import shapes


def windows_of(x, kernel_size, stride, dilation):
    """Return a view of every window of the last two axes: (..., output height, output width, kernel height, width)."""
    span = tuple(map(shapes.effective_kernel_size, kernel_size, dilation))
    every_window = sliding_window_view(x, span, axis=(-2, -1))
    return every_window[..., :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def add_windows(windows, size, stride, dilation):
    """Do the reverse of `windows_of`: add every window to the place in a picture of `size` where it came from.

    windows: (..., kernel height, kernel width, output height, output width), as the columns of `im2col` are ordered.
    """
    *front, kernel_height, kernel_width, height, width = windows.shape
    picture = np.zeros((*front, *size), windows.dtype)
    for i in range(kernel_height):
        for j in range(kernel_width):
            start = i * dilation[0], j * dilation[1]
            picture[taps(start, (height, width), stride)] += windows[..., i, j, :, :]
    return picture


def taps(start, count, step):
    """Index the last two axes: `count` pixels from `start`, `step` apart."""
    return ..., *(slice(a, a + (n - 1) * s + 1, s) for a, n, s in zip(start, count, step, strict=True))
