"""The exercises of chapter 5 of which more than one answer is right, and what their texts claim."""

import numpy as np
from checks.test_answers import passes
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from convbook.checks.judge import CHECKS

PIXELS = np.array([(0, 0), (1, 0), (0, 1), (1, 1)])
EXCLUSIVE_OR = np.array([0, 1, 1, 0])
weights = st.sampled_from([-2, -1, -0.5, 0, 0.5, 1])


@given(st.lists(st.tuples(weights, weights, weights, weights), min_size=1, max_size=3))
def test_a_network_passes_if_and_only_if_it_is_right_at_all_four_pixels(rows):
    first, bias, second = (np.array(rows)[:, part] for part in (slice(2), 2, 3))
    said = [second @ np.maximum(first @ pixel + bias, 0) for pixel in PIXELS]
    assert passes(CHECKS["exclusive_or"], lambda: (first, bias, second)) == np.allclose(said, EXCLUSIVE_OR)


def can_be_done_by_one_layer(wanted):
    """Whether any v, w and c give relu(v · a + w · b + c) = wanted at the four pixels: what is 0 may be less before."""
    rows = np.column_stack([PIXELS, np.ones(4)])
    speaks = wanted > 0
    free = [(None, None)] * 3
    return linprog(np.zeros(3), rows[~speaks], wanted[~speaks], rows[speaks], wanted[speaks], bounds=free).success


def test_one_layer_with_relu_can_do_and_but_not_either():
    assert can_be_done_by_one_layer(np.array([0, 0, 0, 1]))
    assert not can_be_done_by_one_layer(EXCLUSIVE_OR)
