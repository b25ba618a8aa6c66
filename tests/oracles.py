"""Answers found in another way than the package finds them, for more than one file of tests."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def stops(size, kernel, stride=1, padding=0):
    """Count the windows of a padded row with NumPy, not with the formula."""
    return sliding_window_view(np.zeros(size + 2 * padding), kernel)[::stride].shape[0]


def seen_by(layers, unit):
    """Follow the window of one unit back to the picture: its first and its last pixel. No recurrence of fields.

    A layer is (kernel, stride, padding), all along one axis.
    """
    first = last = unit
    for kernel, stride, padding in reversed(layers):
        first, last = first * stride - padding, last * stride - padding + kernel - 1
    return first, last
