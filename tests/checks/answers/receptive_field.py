"""Answers to the exercises of chapter 4."""

import numpy as np
from checks.answers import right
from oracles import seen_by
from scipy.signal import convolve, correlate


# ---- right -----------------------------------------------------------------------------------------------------
@right("field_size")
def field_by_lighting_pixels(layers):
    """Send a picture for each pixel through SciPy's correlation; count the pixels that change the middle output."""
    dots = np.eye(401)
    for kernel, stride, dilation in layers:
        row = np.zeros((1, dilation * (kernel - 1) + 1))
        row[:, ::dilation] = 1
        dots = correlate(dots, row, "valid", method="direct")[:, ::stride]
    return np.ptp(np.flatnonzero(dots[:, dots.shape[1] // 2])) + 1


right("seen_pixels")(seen_by)


@right("blind_spots")
def missed_by_scipy(dilations):
    row = np.ones(1)
    for d in dilations:
        row = convolve(row, np.eye(1, 2 * d + 1)[0] + np.eye(1, 2 * d + 1, d)[0] + np.eye(1, 2 * d + 1, 2 * d)[0])
    return np.flatnonzero(np.round(row) == 0) - len(row) // 2


@right("effective_width")
def width_by_polynomials(layers, share):
    weights = (np.poly1d([1 / 3] * 3) ** layers).coeffs
    held = [weights[layers - n : layers + n + 1].sum() for n in range(layers + 1)]
    return 2 * np.searchsorted(held, share) + 1


@right("cheapest_stack")
def doubling():
    return [(3, 1, 1), (3, 1, 2), (3, 1, 4), (3, 1, 8)]


@right("cheapest_stack")
def four_strides():
    return [(3, 2, 1)] * 4


@right("cheapest_stack")
def powers_of_three():
    return [(3, 1, 3), (3, 1, 9), (3, 1, 1), (3, 1, 2)]
