"""A fast convolution of any number, NaN and infinity among them, is as exact as others' are."""

import numpy as np
import pytest
from drawn_calls import AWKWARD, awkward_layers, layer
from hypothesis import given

from convbook import fast, ops


@given(awkward_layers())
def test_any_padding_and_any_number_gives_what_pytorch_gives(torch, call):
    expected = torch.nn.functional.conv2d(**call | {key: torch.tensor(call[key]) for key in ("x", "weight")})
    for engine in (ops, fast):
        np.testing.assert_allclose(engine.conv2d(**call), expected, rtol=1e-8, atol=1e-5)


@given(awkward_layers(), AWKWARD)
def test_gradients_of_any_number_equal_the_readable_ones(call, awkward):
    dy = np.random.default_rng(0).standard_normal(ops.conv2d(**call).shape)
    dy.flat[dy.size // 2] = awkward
    for actual, desired in zip(fast.conv2d_backward(dy, **call), ops.conv2d_backward(dy, **call), strict=True):
        np.testing.assert_allclose(actual, desired, rtol=1e-8, atol=1e-5)
    weights = {"weight": call["weight"], "stride": call["stride"], "groups": call["groups"]}
    np.testing.assert_allclose(
        fast.conv_transpose2d(dy, **weights), ops.conv_transpose2d(dy, **weights), rtol=1e-8, atol=1e-5
    )


def test_numbers_that_only_a_transform_makes_too_large_stay_finite():
    x, weight = np.full((1, 16, 12, 12), 1e306), np.full((16, 16, 3, 3), 0.5)
    assert np.isfinite(fast.conv2d(x, weight)).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_bad_pixel_spoils_only_the_windows_that_hold_it(bad):
    x, weight = layer(1, 16, 12, 16, 3)
    x[0, 3, 5, 5] = bad
    np.testing.assert_array_equal(np.isfinite(fast.conv2d(x, weight)), np.isfinite(ops.conv2d(x, weight)))


def test_single_precision_is_as_exact_as_pytorchs(torch):
    x, weight = layer(1, 64, 28, 64, 3)
    exact = ops.conv2d(x, weight, padding=1)
    ours = fast.conv2d(x.astype(np.float32), weight.astype(np.float32), padding=1)
    theirs = torch.nn.functional.conv2d(torch.tensor(x).float(), torch.tensor(weight).float(), padding=1).numpy()
    assert np.abs(ours - exact).max() < 20 * np.abs(theirs - exact).max()
    assert np.abs(ours - exact).max() < 1e-5 * np.abs(exact).max()
