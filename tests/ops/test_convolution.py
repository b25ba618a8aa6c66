"""The convolution: hand-worked numbers, PyTorch and SciPy."""

import numpy as np
import pytest
from comparing import assert_close, compare
from drawn_calls import layers
from hypothesis import given
from hypothesis import strategies as st
from operation_calls import TO_9
from scipy import signal

from convbook.kernels import SOBEL_VERTICAL


@pytest.mark.parametrize(("kernel", "expected"), [([[1, 0, 1], [0, 1, 0], [1, 0, 1]], 25), (SOBEL_VERTICAL, -8)])
@pytest.mark.parametrize("name", ["conv2d", "conv2d_fft", "conv2d_winograd"])
def test_the_first_convolution_of_the_book(engine, name, kernel, expected):
    assert_close(getattr(engine, name)(TO_9, kernel), [[expected]])


def test_true_convolution_rotates_the_kernel(engine):
    assert_close(engine.conv2d(TO_9, SOBEL_VERTICAL[::-1, ::-1]), [[8]])


def test_channels_add_up_and_every_filter_has_one_bias(engine):
    x = np.array([[[1, 2]], [[10, 20]]])  # two channels of one row
    weight = np.array([[1, 1], [1, -1]]).reshape(2, 2, 1, 1)
    assert_close(engine.conv2d(x, weight, bias=[100, 0]), [[[111, 122]], [[-9, -18]]])


def test_a_plain_kernel_takes_a_plain_bias(engine):
    assert_close(engine.conv2d(TO_9, np.eye(3), bias=0.5), [[15.5]])
    assert engine.conv2d_backward([[1.0]], TO_9, np.eye(3), bias=0.5)[2] == 1


@pytest.mark.parametrize(("stride", "expected"), [(1, [[8, 5, 3], [5, 2, 2]]), ((1, 2), [[8, 3], [5, 2]])])
def test_stride_drops_what_does_not_fill_a_step(engine, stride, expected):
    picture = np.array([[3, 3, 2, 1], [2, 0, 0, 0], [3, 0, 2, 0]])
    assert_close(engine.conv2d(picture, np.ones((2, 2)), stride=stride), expected)


@given(layers())
def test_conv2d_equals_pytorch(engine, torch, call):
    compare(engine, torch, "conv2d", lambda x, **rest: torch.nn.functional.conv2d(x, **rest), call)


@given(st.integers(1, 5), st.integers(1, 5), st.sampled_from(["valid", "full"]))
def test_conv2d_equals_scipy(engine, kernel_height, kernel_width, mode):
    rng = np.random.default_rng(0)
    picture, kernel = rng.standard_normal((6, 7)), rng.standard_normal((kernel_height, kernel_width))
    padding = (kernel_height - 1, kernel_width - 1) if mode == "full" else "valid"
    assert_close(engine.conv2d(picture, kernel, padding=padding), signal.correlate2d(picture, kernel, mode))
