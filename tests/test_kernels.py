"""The named kernels: what their sums, signs and ranks promise, and that nobody can change them by accident."""

import numpy as np
import pytest
from scipy import ndimage
from scipy.signal import correlate2d
from scipy.special import comb
from scipy.stats import kurtosis

import train_filters
from convbook import kernels

EDGES = ("vertical edge", "horizontal edge", "diagonal edge", "Laplacian")
RAMP = np.arange(5.0)


def answer(kernel, picture):
    """SciPy's, so that these tests do not lean on our own convolution."""
    return correlate2d(picture, kernel, mode="valid")


@pytest.mark.parametrize("name", kernels.NAMED)
def test_on_a_flat_picture_edges_are_silent_and_all_others_keep_the_brightness(name):
    flat = np.full((5, 5), 7.0)
    np.testing.assert_allclose(answer(kernels.NAMED[name], flat), 0 if name in EDGES else 7, atol=1e-12)


@pytest.mark.parametrize(
    ("kernel", "brighter"),
    [
        (kernels.SOBEL_VERTICAL, "left"),
        (kernels.SOBEL_HORIZONTAL, "above"),
        (kernels.DIAGONAL_EDGE, "above left"),
    ],
)
def test_an_edge_kernel_is_positive_where_it_is_brighter_on_its_plus_side(kernel, brighter):
    falls_to_the_right, falls_downwards = -RAMP[None, :], -RAMP[:, None]
    picture = ("left" in brighter) * falls_to_the_right + ("above" in brighter) * falls_downwards + np.zeros((5, 5))
    assert (answer(kernel, picture) > 0).all()
    assert (answer(kernel, -picture) < 0).all()


def test_sobel_is_scipys():
    noise = np.random.default_rng(0).normal(size=(6, 7))
    ours = answer(kernels.SOBEL_VERTICAL, noise)
    np.testing.assert_allclose(ours, -ndimage.sobel(noise, axis=1)[1:-1, 1:-1])
    np.testing.assert_array_equal(kernels.SOBEL_HORIZONTAL, kernels.SOBEL_VERTICAL.T)


def test_the_laplacian_is_scipys():
    noise = np.random.default_rng(0).normal(size=(6, 7))
    np.testing.assert_allclose(answer(kernels.LAPLACIAN, noise), ndimage.laplace(noise)[1:-1, 1:-1])


def test_sharpening_takes_the_laplacian_away():
    np.testing.assert_array_equal(kernels.SHARPEN, kernels.IDENTITY - kernels.LAPLACIAN)


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("vertical edge", 1),
        ("horizontal edge", 1),
        ("Gaussian blur", 1),
        ("box blur", 1),
        ("identity", 1),
        ("Laplacian", 2),
    ],
)
def test_the_rank_says_how_many_columns_times_rows_a_kernel_is(name, rank):
    assert np.linalg.matrix_rank(kernels.NAMED[name]) == rank


@pytest.mark.parametrize("size", range(1, 8))
def test_the_blurs_sum_to_one_and_are_what_they_say(size):
    np.testing.assert_allclose(kernels.box(size), np.ones((size, size)) / size**2)
    row = comb(size - 1, np.arange(size))
    np.testing.assert_allclose(kernels.gaussian(size), np.outer(row, row) / 4.0 ** (size - 1))


def test_a_large_gaussian_is_still_one():
    row = kernels.gaussian(3000)[1500]  # the whole numbers of Pascal's triangle are beyond a float by then
    np.testing.assert_allclose(row / row.max(), np.exp(-np.square(np.arange(3000) - 1499.5) / (2999 / 2)), atol=1e-3)


@pytest.mark.parametrize("kernel", [kernels.box, kernels.gaussian])
@pytest.mark.parametrize(("size", "words"), [("3", "an integer, got '3'"), (10**6, "at most 4096, got 1000000")])
def test_a_size_that_is_no_size_is_named(kernel, size, words):
    with pytest.raises((TypeError, ValueError), match=f"size must be {words}"):
        kernel(size)


@pytest.mark.parametrize("kernel", [kernels.box, kernels.gaussian])
@pytest.mark.parametrize("size", [0, -3])
def test_a_size_below_one_is_named(kernel, size):
    with pytest.raises(ValueError, match=f"size must be at least 1, got {size}"):
        kernel(size)


@pytest.mark.parametrize("name", kernels.NAMED)
def test_a_named_kernel_cannot_be_changed(name):
    with pytest.raises(ValueError, match="read-only"):
        kernels.NAMED[name][0, 0] = 5
    assert kernels.NAMED[name].shape == (3, 3)


def test_the_learnt_filters_are_what_the_script_learns():
    np.testing.assert_allclose(kernels.learnt(), train_filters.train(), atol=0.02)  # they are kept in bytes


def test_the_answers_of_the_learnt_filters_are_nearly_always_small_and_now_and_then_large():
    rng = np.random.default_rng(1)  # other windows than those that they were learnt from
    windows = train_filters.cut_windows(rng)
    chance = train_filters.whitener(windows) @ rng.normal(size=(24, 24))
    learnt = kernels.learnt().reshape(24, -1).T
    assert np.median(kurtosis(windows @ learnt)) > 1.5 * np.median(kurtosis(windows @ chance))
