"""SeparableFit in Python: its traits, its numbers and its page."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import correlate2d
from traitlets import TraitError

from convbook import kernels, ops
from convbook.widgets import SeparableFit
from convbook.widgets.separable_fit import BANKS
from convbook.widgets.separable_fit.fit import READINGS, Fit

LAPLACIAN = [[[[0, 1, 0], [1, -4, 1], [0, 1, 0]]]]
RANDOM = BANKS["a random layer"]


@pytest.mark.parametrize("name, rank", [("Sobel", 1), ("Gaussian", 1), ("Laplacian", 2), ("diagonal edge", 2)])
def test_the_ranks_of_the_chapter(name, rank):
    fit = SeparableFit(bank=BANKS[name])
    assert fit.ranks.tolist() == [[rank]]
    assert fit.errors[rank] == pytest.approx(0, abs=1e-12)
    assert fit.errors[rank - 1] > 0.005


def test_a_laplacian_by_hand():
    """Its singular values are √6 ± 2: their squares, 10 ± 4·√6, add up to 20, the sum of the squared weights."""
    fit = SeparableFit(bank=LAPLACIAN)
    np.testing.assert_allclose(fit.errors, [1, (10 - 4 * 6**0.5) / 20, 0, 0], atol=1e-12)


def test_a_random_layer_is_separable_only_with_a_multiplier_of_six():
    fit = SeparableFit(bank=RANDOM, reading="depthwise")
    assert fit.errors[[0, 1, 2]].round(2).tolist() == [1, 0.58, 0.33]
    assert len(fit.errors) == 7
    assert fit.errors[6] == 0
    assert fit.ranks.tolist() == [6, 6, 6, 6]


def test_a_sobel_is_a_column_times_a_row():
    [(column, row)] = SeparableFit(bank=BANKS["Sobel"]).terms
    np.testing.assert_allclose(column, [1, 2, 1])
    np.testing.assert_allclose(row, [1, 0, -1], atol=1e-12)


banks = st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: arrays(float, shape, elements=st.integers(-4, 4))
)


@settings(max_examples=60)
@given(banks, st.sampled_from(READINGS), st.integers(1, 6))
def test_what_is_missed_is_the_distance_and_no_bank_of_that_rank_is_nearer(bank, reading, rank):
    fit = SeparableFit(bank=bank, reading=reading, rank=rank, presets={})
    missed = ((bank - fit.approximation) ** 2).sum() / ((bank**2).sum() or 1)
    assert fit.error == pytest.approx(missed, abs=1e-12)
    errors = fit.errors
    assert (np.diff(errors) <= 1e-12).all()
    assert errors[-1] == pytest.approx(0, abs=1e-12)
    ranks = [np.linalg.matrix_rank(matrix) for matrix in _matrices(bank, reading)]
    assert np.ravel(fit.ranks).tolist() == ranks
    near = [np.linalg.matrix_rank(matrix, tol=1e-6) for matrix in _matrices(fit.approximation, reading)]
    assert max(near) <= rank
    rng = np.random.default_rng(0)
    other = Fit(fit.approximation + 0.1 * rng.normal(size=bank.shape), reading).nearest(rank)  # one of that rank, too
    assert ((bank - other) ** 2).sum() >= ((bank - fit.approximation) ** 2).sum() - 1e-9


def _matrices(bank, reading):
    if reading == "spatial":
        return [kernel for one in bank for kernel in one]
    return [bank[:, channel].reshape(len(bank), -1) for channel in range(bank.shape[1])]


@pytest.mark.parametrize("rank", [1, 2, 6])
def test_its_two_layers_compute_what_the_nearest_bank_computes(rank):
    fit = SeparableFit(bank=RANDOM, reading="depthwise", rank=rank)
    x = np.random.default_rng(1).normal(size=(4, 7, 8))
    depthwise, pointwise = fit.layers
    assert depthwise.shape == (4 * rank, 1, 3, 3)
    assert pointwise.shape == (6, 4 * rank)
    y = ops.separable_conv2d(x, depthwise, pointwise)
    np.testing.assert_allclose(y, ops.conv2d(x, fit.approximation), atol=1e-9)


@given(st.sampled_from(list(BANKS)), st.integers(1, 3))
def test_columns_and_rows_add_up_to_the_approximation(name, rank):
    fit = SeparableFit(bank=BANKS[name], rank=rank)
    sums = sum(np.outer(column, row) for column, row in fit.terms)
    np.testing.assert_allclose(sums, fit.approximation[fit.shown], atol=1e-9)


def test_scipy_filters_the_picture_as_columns_then_rows():
    picture = np.arange(48).reshape(6, 8) ** 2 % 250
    fit = SeparableFit(bank=BANKS["Sobel"], picture=picture)
    [(column, row)] = fit.terms
    twice = correlate2d(correlate2d(picture, column[:, None], "valid"), row[None], "valid")
    np.testing.assert_allclose(fit.output, twice, atol=1e-9)
    np.testing.assert_allclose(fit.approximate_output, twice, atol=1e-9)


def test_the_learnt_kernels_are_those_of_chapter_1():
    np.testing.assert_allclose(BANKS["learnt in chapter 1"][:, 0], kernels.learnt(), atol=0.005)


def test_a_bank_that_shrinks_keeps_a_kernel_in_sight():
    fit = SeparableFit(bank=RANDOM, kernel=(5, 3), rank=6)
    fit.bank = LAPLACIAN
    assert fit.shown == (0, 0)
    assert fit.error == 0


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"bank": np.ones((3, 3))}, r"bank must be a 4-D array of finite numbers.*got shape \(3, 3\)"),
        ({"bank": np.ones((25, 1, 3, 3))}, r"bank must be .*got shape \(25, 1, 3, 3\)"),
        ({"reading": "depth"}, "reading must be one of 'spatial', 'depthwise'; got 'depth'"),
        ({"rank": 0}, "rank must be a whole number from 1 to 24; got 0"),
        ({"kernel": (0, 24)}, "kernel must be at most 23"),
        ({"picture": np.ones((2, 5))}, r"bank holds 3×3 kernels, larger than the picture \(2, 5\)"),
        ({"pinned": ("bank", 0, 0)}, r"pinned must be \(\) or a role of .*got \('bank', 0, 0\)"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        SeparableFit(**traits)


def test_the_first_state_has_a_name_and_no_name_says_a_rank():
    fit = SeparableFit()
    assert fit.bank in list(fit.presets.values())
    assert not [name for name in fit.presets if re.search(r"\b[02-9]\b|rank|separable", name)]


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    html = SeparableFit(bank=LAPLACIAN).page_html("SeparableFit-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["bank"] == LAPLACIAN
    alt = "A bank of 1×1×3×3 kernels; rank 1 misses 1.01 % of its squared weights (1.01 %, 0 %, 0 % from 1 on)."
    assert f'alt="{alt}"' in html
    assert html == SeparableFit(bank=LAPLACIAN).page_html("SeparableFit-1")


def test_a_prediction_is_not_given_away_by_the_picture():
    fit = SeparableFit(bank=LAPLACIAN, predict=True)
    assert "missed" not in fit.static_svg()
    assert fit.description() == "A bank of 1×1×3×3 kernels. What is the rank?"
