"""The exercises of chapter 3 of which more than one answer is right, and what else is special to them."""

import numpy as np
import pytest
from checks.test_answers import passes
from hypothesis import given
from hypothesis import strategies as st

from convbook.checks.judge import CHECKS

windows = st.lists(st.lists(st.integers(-9, 9), min_size=2, max_size=2), min_size=2, max_size=2)


@given(windows, windows)
def test_a_counterexample_passes_and_nothing_else_does(x, y):
    is_one = np.max(np.add(x, y)) != np.max(x) + np.max(y)
    assert passes(CHECKS["not_linear"], lambda: (x, y)) == is_one


weights = st.sampled_from([-1, -0.5, 0, 0.5, 1])


@given(st.lists(st.tuples(weights, weights, weights), min_size=1, max_size=4))
def test_a_network_passes_if_and_only_if_it_finds_the_larger_of_any_two(rows):
    """Against 4,000 pairs at random."""
    first, second = np.array(rows)[:, :2], np.array(rows)[:, 2]
    pairs = np.random.default_rng(0).normal(size=(2, 4000))
    finds_it = np.allclose(second @ np.maximum(first @ pairs, 0), pairs.max(axis=0))
    assert passes(CHECKS["max_network"], lambda: (first, second)) == finds_it


@pytest.mark.parametrize("off", [1e-3, -1e-3])
@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("column", range(3))
def test_a_network_that_is_wrong_between_two_directions_close_together_is_found_out(off, row, column):
    weights = np.array([[1, -1, 1], [0, 1, 1], [0, -1, -1]], dtype=float)
    weights[row, column] += off
    assert not passes(CHECKS["max_network"], lambda: (weights[:, :2], weights[:, 2]))
