"""Answers to the exercises of chapter 3."""

import numpy as np
from checks.answers import right
from scipy.ndimage import maximum_filter
from scipy.optimize import approx_fprime


# ---- right -----------------------------------------------------------------------------------------------------
@right("max_pool")
def maxima_by_scipy(x, k, s, p):
    """SciPy centres a window on each pixel of the frame: keep the centres of the windows that stay inside."""
    framed = np.pad(x.astype(float), p, constant_values=-np.inf)
    height, width = framed.shape
    return maximum_filter(framed, k)[k // 2 : height - (k - 1) // 2 : s, k // 2 : width - (k - 1) // 2 : s]


@right("pool_size")
def count_the_poolings(size, kernel, stride, padding, ceil_mode):
    """Go from start to start: is there a pixel, and anything that the window before did not reach?"""
    starts = range(-padding, size, stride)
    if not ceil_mode:
        return sum(start + kernel <= size + padding for start in starts)
    return 1 + sum(before + kernel < size + padding for before in starts[:-1])


@right("max_pool_backward")
def blame_by_scipy(dy, x, k, s):
    """Nudge every pixel; ties are broken beforehand, by next to nothing, in favour of the first."""

    def weighted(flat):
        return (maxima_by_scipy(flat.reshape(x.shape), k, s, 0) * dy).sum()

    first_wins = x.ravel() - 1e-3 * np.arange(x.size) / x.size
    return approx_fprime(first_wins, weighted, 1e-6).reshape(x.shape)


@right("max_network")
def larger_by_three():
    return [[1, -1], [0, 1], [0, -1]], [1, 1, -1]


@right("max_network")
def larger_by_three_mirrored():
    return [[-1, 1], [1, 0], [-1, 0]], [1, 1, -1]


@right("max_network")
def half_the_sum_and_half_the_distance():
    return [[1, 1], [-1, -1], [1, -1], [-1, 1]], [0.5, -0.5, 0.5, 0.5]


@right("not_linear")
def windows_that_disagree():
    return np.eye(2), [[0, 1], [0, 0]]
