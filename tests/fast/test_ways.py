"""A convolution equals the readable one and PyTorch's, by every way, whatever the settings."""

import numpy as np
import pytest
from drawn_calls import layer
from hypothesis import given
from hypothesis import strategies as st

from convbook import fast, ops
from convbook.fast import machine, ways
from convbook.fast.layer import Layer

WAYS = ("_by_columns", "_by_winograd", "_by_taps")


@pytest.fixture
def taken(monkeypatch):
    """Note which ways are taken."""
    taken = []
    for way in WAYS:
        original = getattr(ways, way)
        monkeypatch.setattr(ways, way, lambda *args, way=way, original=original: taken.append(way) or original(*args))
    return taken


@pytest.mark.parametrize(
    ("case", "stride", "padding", "dilation", "groups", "way"),
    [
        ((1, 32, 12, 16, 3), 1, 1, 1, 1, "_by_winograd"),
        ((2, 16, (13, 11), 24, (3, 2)), 1, (2, 1), 1, 1, "_by_winograd"),
        ((1, 16, (4, 40), 16, (3, 5)), 1, 0, 1, 1, "_by_winograd"),
        ((1, 32, 12, 16, 3), 2, 1, 1, 1, "_by_columns"),
        ((1, 32, 12, 16, 3), 1, 1, 2, 1, "_by_columns"),
        ((3, 3, (17, 14), 8, (7, 5)), (3, 2), (3, 2), (1, 2), 1, "_by_columns"),
        ((2, 6, 9, 4, 1), 1, 0, 1, 2, "_by_columns"),
        ((2, 6, (9, 8), 4, 1), (2, 3), 0, 1, 1, "_by_columns"),
        ((2, 6, 9, 6, 3), 1, 1, 1, 6, "_by_taps"),
        ((2, 5, (9, 12), 10, (3, 4)), (2, 3), (1, 2), (3, 2), 5, "_by_taps"),
        ((1, 1, (30, 41), 1, (5, 3)), 1, 0, 1, 1, "_by_taps"),
        ((1, 48, (40, 41), 48, (5, 3)), (2, 1), 2, 1, 48, "_by_taps"),
    ],
)
def test_every_way_equals_pytorch(torch, taken, case, stride, padding, dilation, groups, way):
    x, weight = layer(*case, groups=groups)
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    y = fast.conv2d(x, weight, **settings)
    assert taken == [way]
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), **settings)
    np.testing.assert_allclose(y, expected, rtol=1e-8, atol=1e-8)


@given(st.integers(1, 9), st.integers(3, 19), st.integers(3, 13), st.integers(1, 3), st.integers(0, 3))
def test_winograd_on_rows_equals_pytorch_for_all_remainders(torch, batch, height, width, kernel_width, padding):
    x, weight = layer(batch, 3, (height, width), 4, (3, kernel_width))
    winograd = ways._by_winograd(Layer(x, weight[None], (1, 1), (1, 1), ((padding, padding), (0, 0))))[:, 0]
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), padding=(padding, 0))
    np.testing.assert_allclose(winograd, expected, rtol=1e-8, atol=1e-8)


SIDES = st.tuples(*[st.integers(0, 3)] * 2)


@given(st.data(), st.tuples(SIDES, SIDES), st.sampled_from([1, 2, 6]), st.sampled_from([1, 2, 12]))
def test_unequal_sides_strides_and_dilations_are_found_right(data, padding, groups, multiplier):
    stride, dilation, kernel = (data.draw(st.tuples(*[st.integers(1, 4)] * 2)) for _ in range(3))
    x, weight = layer(2, 6, (13, 14), groups * multiplier, kernel, groups)
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    np.testing.assert_allclose(fast.conv2d(x, weight, **settings), ops.conv2d(x, weight, **settings), atol=1e-10)


@pytest.mark.parametrize("block", [1, 300, 5000])
@pytest.mark.parametrize("kernel", [1, 3])
def test_blocks_of_any_size_give_the_same(torch, monkeypatch, block, kernel):
    monkeypatch.setattr(machine, "BLOCK", block)
    x, weight = layer(3, 16, (11, 9), 20, kernel)
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), padding=1, stride=1)
    np.testing.assert_allclose(fast.conv2d(x, weight, padding=1), expected, rtol=1e-8, atol=1e-8)
    strided = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), stride=2)
    np.testing.assert_allclose(fast.conv2d(x, weight, stride=2), strided, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("kernel", "padding"),
    [((3, 3), 3), ((3, 1), 1), ((3, 2), 2), ((3, 3), (0, 9)), ((3, 1), 12), ((3, 4), ((0, 1), (5, 7)))],
)
def test_padding_may_be_wider_than_the_kernel(taken, kernel, padding):
    x, weight = layer(2, 16, 10, 16, kernel)
    y = fast.conv2d(x, weight, padding=padding)
    assert taken == ["_by_winograd"]
    np.testing.assert_allclose(y, ops.conv2d(x, weight, padding=padding), atol=1e-10)
