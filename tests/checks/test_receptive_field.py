"""The exercise of chapter 4 of which more than one answer is right, and what else is special to it."""

from itertools import combinations_with_replacement

import numpy as np
from checks.test_answers import passes
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import convolve

from convbook.checks._open_receptive_field import FAR, FEWEST
from convbook.checks.judge import CHECKS

STACK = CHECKS["cheapest_stack"]


def test_no_stack_is_cheaper():
    """Paths must reach every pixel: the kernel sizes multiply to at least FAR, at the least sum of squares.

    Five layers cost 45 or more.
    """
    stacks = [sizes for n in range(1, 5) for sizes in combinations_with_replacement(range(3, FAR + 1, 2), n)]
    assert min(sum(k * k for k in sizes) for sizes in stacks if np.prod(sizes) >= FAR) == FEWEST


def weights_of(layers):
    """The weight of each pixel of the field, by SciPy."""
    row, jump = np.ones(1), 1
    for kernel, stride, dilation in layers:
        taps = np.zeros(dilation * jump * (kernel - 1) + 1)
        taps[:: dilation * jump] = 1
        row, jump = convolve(row, taps, method="direct"), jump * stride
    return row


@given(st.permutations([1, 3, 9, 17]), st.integers(0, 3), st.integers(-2, 2))
def test_a_stack_passes_if_and_only_if_it_sees_61_pixels_without_a_hole(dilations, changed, by):
    dilations[changed] = max(dilations[changed] + by, 1)
    layers = [(3, 1, d) for d in dilations]
    row = weights_of(layers)
    assert passes(STACK, lambda: layers) == (len(row) == np.count_nonzero(row) == FAR)


def test_the_costs_that_the_task_names():
    for layers, weights in ([(61, 1, 1)], 3721), ([(3, 1, 1)] * 30, 270):
        assert sum(kernel**2 for kernel, *_ in layers) == weights
        assert len(weights_of(layers)) == FAR
