"""Convolutions by Fourier and by Winograd equal PyTorch's."""

import numpy as np
from comparing import assert_close
from drawn_calls import layers
from hypothesis import given
from hypothesis import strategies as st


@given(layers())
def test_conv2d_fft_equals_pytorch(engine, torch, call):
    expected = torch.nn.functional.conv2d(
        *(None if call[key] is None else torch.tensor(call[key]) for key in ("x", "weight", "bias")),
        *(call[key] for key in ("stride", "padding", "dilation", "groups")),
    )
    assert_close(engine.conv2d_fft(**call), expected)


@given(layers(), st.integers(3, 9), st.integers(3, 9))
def test_conv2d_winograd_equals_pytorch(engine, torch, call, height, width):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((*call["x"].shape[:2], height, width))
    weight = rng.standard_normal((*call["weight"].shape[:2], 3, 3))
    padding, groups = call["padding"], call["groups"]
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), padding=padding, groups=groups)
    assert_close(engine.conv2d_winograd(x, weight, padding=padding, groups=groups), expected)
