"""Maxima and means of windows, and the way back: hand-worked numbers and PyTorch."""

import numpy as np
from comparing import assert_close, compare
from drawn_calls import pools
from hypothesis import assume, given
from hypothesis import strategies as st


def test_zeros_under_an_average_count_unless_told_otherwise(engine):
    ones = np.ones((2, 2))
    assert_close(engine.avg_pool2d(ones, 3, padding=1), [[4 / 9]])
    assert_close(engine.avg_pool2d(ones, 3, padding=1, count_include_pad=False), [[1]])


def test_padding_never_wins_a_maximum(engine):
    assert_close(engine.max_pool2d(-np.ones((2, 2)), 3, padding=1), [[-1]])


def test_a_maximum_of_minus_infinity_is_still_found_on_the_picture(engine):
    y, index = engine.max_pool2d(np.full((2, 2), -np.inf), 3, padding=1, return_indices=True)
    assert (y.item(), index.item()) == (-np.inf, 0)


def test_a_window_of_padding_alone_has_no_index_and_no_gradient(engine):
    settings = {"kernel_size": (1, 2), "padding": (0, 1), "dilation": (1, 2)}  # taps at −1 and 1, the pixel is at 0
    y, index = engine.max_pool2d([[5.0]], **settings, return_indices=True)
    assert (y[0, 0], index[0, 0]) == (-np.inf, -1)
    assert_close(engine.max_pool2d_backward(np.ones_like(y), [[5.0]], **settings), [[0]])


def test_on_ties_the_first_pixel_takes_the_gradient(engine):
    assert_close(engine.max_pool2d_backward([[1.0]], np.ones((2, 2)), 2), [[1, 0], [0, 0]])


def test_nan_wins_every_maximum_and_is_where_the_index_says(engine):
    x = np.array([[1, np.nan], [3, 4]])
    for y, index in (
        engine.max_pool2d(x, 2, return_indices=True),
        engine.adaptive_max_pool2d(x, 1, return_indices=True),
    ):
        assert np.isnan(y.item())
        assert index.item() == 1


def test_taps_that_reach_beyond_everything_cost_nothing(engine, torch):
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    expected = torch.nn.functional.max_pool2d(torch.tensor(x), 9, stride=9, ceil_mode=True)
    np.testing.assert_array_equal(engine.max_pool2d(x, 9, ceil_mode=True), expected)
    np.testing.assert_array_equal(engine.max_pool2d(x, 10**9, ceil_mode=True), expected)
    assert engine.avg_pool2d(x, 10**9, ceil_mode=True).item() == x.mean()


def test_a_kernel_wider_than_everything_has_one_window_in_ceil_mode(engine):
    x, settings = (
        np.arange(9.0).reshape(3, 3),
        ((1, 2), (1, 2), 0, (1, 3), True),
    )  # taps on pixels 0 and 3, of which 3 is none
    assert_close(engine.max_pool2d(x, *settings), [[0], [3], [6]])
    assert_close(engine.max_pool2d_backward(np.ones((3, 1)), x, *settings), [[1, 0, 0]] * 3)


@given(pools())
def test_max_pool2d_equals_pytorch(engine, torch, call):
    def theirs(x, **rest):
        return torch.nn.functional.max_pool2d(x, **rest)

    indices = engine.max_pool2d(**call, return_indices=True)[1]
    assume(indices.min() >= 0)  # of a window of padding alone, PyTorch's index points outside of the picture
    compare(engine, torch, "max_pool2d", theirs, call)
    expected = theirs(torch.tensor(call["x"]), **{key: call[key] for key in call if key != "x"}, return_indices=True)[1]
    np.testing.assert_array_equal(indices, expected)


@given(pools(dilated=False), st.booleans())
def test_avg_pool2d_equals_pytorch(engine, torch, call, count_include_pad):
    call = call | {"count_include_pad": count_include_pad}
    compare(engine, torch, "avg_pool2d", lambda x, **rest: torch.nn.functional.avg_pool2d(x, **rest), call)


@given(st.integers(2, 3), st.integers(1, 3), st.integers(6, 8))
def test_max_unpool2d_equals_pytorch(engine, torch, kernel, stride, size):
    x = np.random.default_rng(0).standard_normal((2, 3, size, size + 1))
    stride = max(stride, kernel)  # no pixel wins twice: which one stays is not defined in PyTorch
    y, indices = engine.max_pool2d(x, kernel, stride, padding=1, return_indices=True)

    def theirs(x, indices, **rest):
        return torch.nn.functional.max_unpool2d(x, torch.tensor(call["indices"]), **rest)

    call = {"x": y, "indices": indices, "kernel_size": kernel, "stride": stride, "padding": 1}
    call["output_size"] = x.shape[2:]
    tensor = torch.tensor(y, requires_grad=True)
    expected = theirs(**call | {"x": tensor})
    assert_close(engine.max_unpool2d(**call), expected.detach())
    dy = np.random.default_rng(1).standard_normal(x.shape)
    expected.backward(torch.tensor(dy))
    assert_close(engine.max_unpool2d_backward(dy, **call), tensor.grad)
    default = torch.nn.functional.max_unpool2d(torch.tensor(y), torch.tensor(indices * 0), kernel, stride, 1)
    assert engine.max_unpool2d(y, indices * 0, kernel, stride, 1).shape == default.shape
