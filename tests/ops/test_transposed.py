"""The transposed convolution: hand-worked numbers, PyTorch, and what makes it the transpose."""

import numpy as np
from comparing import assert_close, compare
from drawn_calls import layers
from hypothesis import assume, given

from convbook import shapes


def test_stamps_overlap_1_2_1_2_with_kernel_3_and_stride_2(engine):
    assert_close(engine.conv_transpose2d(np.ones((1, 3)), np.ones((1, 3)), stride=2), [[1, 1, 2, 1, 2, 1, 1]])


def test_output_padding_adds_room_at_the_end_and_the_bias_fills_it(engine):
    assert_close(
        engine.conv_transpose2d([[1.0]], [[2.0]], bias=7, stride=2, output_padding=1),
        [[9, 7], [7, 7]],
    )


@given(layers(transposed=True))
def test_conv_transpose2d_equals_pytorch(engine, torch, call):
    compare(engine, torch, "conv_transpose2d", lambda x, **rest: torch.nn.functional.conv_transpose2d(x, **rest), call)


@given(layers())
def test_the_transposed_convolution_is_the_adjoint(engine, call):
    x, weight, settings = call["x"], call["weight"], {k: call[k] for k in ("stride", "padding", "dilation", "groups")}
    y = engine.conv2d(x, weight, **settings)
    axes = zip(x.shape[2:], weight.shape[2:], *(settings[k] for k in ("stride", "padding", "dilation")), strict=True)
    extra = tuple(shapes.output_padding_for(*axis) for axis in axes)
    assume(all(op < max(s, d) for op, s, d in zip(extra, settings["stride"], settings["dilation"], strict=True)))
    dy = np.random.default_rng(0).standard_normal(y.shape)
    back = engine.conv_transpose2d(dy, weight, output_padding=extra, **settings)
    assert_close((y * dy).sum(), (x * back).sum())
