"""Padding, alone and around a convolution: hand-worked numbers and PyTorch."""

import numpy as np
import pytest
from comparing import assert_close, compare
from hypothesis import given
from hypothesis import strategies as st
from operation_calls import all_calls


def test_same_size_is_not_same_values(engine):
    row, ones = np.arange(8.0)[None], np.ones((1, 3))
    assert_close(engine.conv2d(row, ones, stride=(1, 2), padding="same_tf"), [[3, 9, 15, 13]])
    assert_close(engine.conv2d(row, ones, stride=(1, 2), padding=(0, 1)), [[1, 6, 12, 18]])


def test_unequal_padding_goes_top_bottom_left_right(engine):
    assert engine.conv2d(np.ones((1, 1)), np.ones((1, 1)), padding=((1, 2), (0, 3))).tolist() == [
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]


def test_a_pair_pads_vertically_then_horizontally(engine):
    assert engine.pad2d([[1]], (1, 2)).shape == (3, 5)


@given(
    st.sampled_from(["reflect", "replicate", "circular", "zeros"]),
    st.tuples(*[st.integers(0, 3)] * 4),
    st.tuples(st.integers(4, 6), st.integers(4, 6)),
)
def test_padding_modes_equal_pytorch(engine, torch, mode, sides, size):
    top, bottom, left, right = sides

    def theirs(x, padding, mode):
        name = {"zeros": "constant"}.get(mode, mode)
        return torch.nn.functional.pad(x, (left, right, top, bottom), name)

    x = np.random.default_rng(0).standard_normal((2, 3, *size))
    compare(engine, torch, "pad2d", theirs, {"x": x, "padding": ((top, bottom), (left, right)), "mode": mode})


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular", "zeros"])
def test_conv2d_with_a_padding_mode_equals_pytorch(engine, torch, mode):
    def theirs(x, weight, bias, stride, padding, dilation, groups, padding_mode):
        layer = torch.nn.Conv2d(4, 6, (3, 2), stride, padding, dilation, groups, True, padding_mode)
        return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, x)

    compare(engine, torch, "conv2d", theirs, all_calls()["conv2d"] | {"padding_mode": mode})


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@given(st.tuples(*[st.integers(1, 5)] * 2), st.tuples(*[st.integers(1, 3)] * 2))
def test_same_padding_equals_pytorch(engine, torch, kernel, dilation):
    rng = np.random.default_rng(0)
    call = {"x": rng.standard_normal((2, 3, 7, 8)), "weight": rng.standard_normal((2, 3, *kernel)), "bias": None}
    settings = {"stride": 1, "padding": "same", "dilation": dilation}
    compare(engine, torch, "conv2d", lambda x, **rest: torch.nn.functional.conv2d(x, **rest), call | settings)
    assert engine.conv2d(**call, **settings).shape == (2, 2, 7, 8)
