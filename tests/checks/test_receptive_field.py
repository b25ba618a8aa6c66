"""The exercise of chapter 4 of which more than one answer is right, and what else is special to it."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from checks.answers import WRONG
from checks.answers.receptive_field import field_by_lighting_pixels
from checks.test_answers import message_of, passes
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import convolve

from convbook.checks._receptive_field import FAR, FEWEST
from convbook.checks.judge import CHECKS

STACK = CHECKS["cheapest_stack"]


@pytest.mark.parametrize("hint", [hint for _, hint in STACK.requirements])
def test_each_requirement_is_what_some_wrong_answer_misses(hint):
    answers = [answer.function for answer in WRONG if answer.exercise == "cheapest_stack"]
    assert any(message_of(STACK, answer).endswith(f"Hint: {hint}") for answer in answers)


def test_no_stack_is_cheaper():
    """A weight has to reach every pixel: the kernel sizes must multiply to at least FAR at the least sum of squares."""
    stacks = [sizes for n in range(1, 6) for sizes in combinations_with_replacement(range(3, FAR + 1, 2), n)]
    assert min(sum(k * k for k in sizes) for sizes in stacks if np.prod(sizes) >= FAR) == FEWEST


def pixels_that_count(layers):
    """How many pixels of the field have a weight, by SciPy."""
    row, jump = np.ones(1), 1
    for kernel, stride, dilation in layers:
        taps = np.zeros(dilation * jump * (kernel - 1) + 1)
        taps[:: dilation * jump] = 1
        row, jump = convolve(row, taps, method="direct"), jump * stride
    return np.count_nonzero(row)


@given(st.permutations([1, 3, 9, 17]), st.integers(0, 3), st.integers(-2, 2))
def test_a_stack_passes_if_and_only_if_it_sees_61_pixels_without_a_hole(dilations, changed, by):
    dilations[changed] = max(dilations[changed] + by, 1)
    layers = [(3, 1, d) for d in dilations]
    fits = pixels_that_count(layers) == FAR == field_by_lighting_pixels(layers, 1)
    assert passes(STACK, lambda: layers) == fits
