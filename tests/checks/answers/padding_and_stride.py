"""Answers to the exercises of chapter 2."""

import numpy as np
from checks.answers import right
from scipy.ndimage import correlate1d, map_coordinates, shift
from scipy.signal import correlate


# ---- right -----------------------------------------------------------------------------------------------------
@right("output_size")
def count_the_stops(size, kernel, stride, padding, dilation):
    """Try every start: does the last weight still lie on the padded row?"""
    padded, last = size + 2 * padding, dilation * (kernel - 1)
    return sum(start + last < padded for start in range(0, padded, stride))


@right("same_padding")
def add_until_it_fits(size, kernel, stride):
    """Add one pixel after another, after first, until every ⌈size / stride⌉th stop has a window."""
    starts, before, after = range(0, size, stride), 0, 0
    while starts[-1] + kernel > before + size + after:
        before, after = (before, after + 1) if after == before else (before + 1, after)
    return before, after


@right("reflect_pad")
def mirror_with_scipy(row, pad):
    places = np.arange(-pad, len(row) + pad)
    return map_coordinates(row.astype(float), [places], order=0, mode="mirror")


@right("sizes")
def sizes_of_scipy_outputs(size, layers):
    row, sizes = np.ones(size), [size]
    for kernel, stride, padding in layers:
        row = correlate(np.pad(row, padding), np.ones(kernel), "valid")[::stride]
        sizes.append(len(row))
    return sizes


@right("shift_gaps")
def shift_gaps_by_scipy(row):
    rows = row, shift(row, 1, order=0, mode="grid-wrap")
    blurred = (correlate1d(one, [0.25, 0.5, 0.25], mode="wrap") for one in rows)
    return tuple(np.mean(np.abs(np.subtract(*pair))[::2]) for pair in (rows, tuple(blurred)))
