"""Every wrong call is told what was wrong, what it was, and what would fit."""

# ruff: noqa: E501 (a table: one wrong call a line)

import inspect
import re

import numpy as np
import pytest

from convbook import fast, ops, shapes

X = np.zeros((2, 4, 5, 6))
WEIGHT = np.zeros((3, 4, 3, 3))
ROW_TOO_SHORT = [[1, 2, 3], [4, 5]]

CONVOLUTIONS = [
    # what is wrong, the error, its words
    ({"x": np.zeros(5)}, ValueError, "x must have shape (height, width), (channels, height, width) or (batch, channels"),
    ({"x": np.zeros(5)}, ValueError, "got (5,)"),
    ({"x": ROW_TOO_SHORT}, ValueError, "x must be a rectangular array of numbers, its rows have different lengths"),
    ({"x": [["a", "b"]]}, TypeError, "x must hold real numbers, got an array of <U1"),
    ({"x": X * 1j}, TypeError, "x must hold real numbers, got an array of complex128"),
    ({"x": None}, TypeError, "x must hold real numbers, got an array of object"),
    ({"weight": np.zeros((3, 3))}, ValueError, "weight must have shape (out channels, in channels / groups, height, width) for an x with 4 axes, got (3, 3)"),
    ({"weight": [["a"]]}, TypeError, "weight must hold real numbers, got an array of <U1"),
    ({"weight": WEIGHT[:, :3]}, ValueError, "weight expects 3 input channels per group, x has 4 channels / 1 group"),
    ({"weight": np.zeros((4, 1, 3, 3)), "groups": 2}, ValueError, "weight expects 1 input channels per group, x has 4 channels / 2 groups"),
    ({"weight": np.zeros((3, 4, 0, 3))}, ValueError, "weight must have at least one number on every axis, got (3, 4, 0, 3)"),
    ({"weight": np.zeros((3, 4, 7, 5))}, ValueError, "kernel (7, 5) is larger than the padded input (5, 6)"),
    ({"weight": np.zeros((3, 4, 8, 5)), "padding": 1}, ValueError, "kernel (8, 5) is larger than the padded input (7, 8)"),
    ({"dilation": 3}, ValueError, "kernel (3, 3) with dilation (3, 3) spans (7, 7) pixels, which is larger than the padded input (5, 6)"),
    ({"bias": np.zeros(4)}, ValueError, "bias must have shape (3,), one number for each output channel, got (4,)"),
    ({"bias": 1.0}, ValueError, "bias must have shape (3,), one number for each output channel, got ()"),
    ({"bias": ["a"]}, TypeError, "bias must hold real numbers, got an array of <U1"),
    ({"stride": 0}, ValueError, "stride must be at least 1, got 0"),
    ({"stride": (1, 0)}, ValueError, "stride must be at least 1, got (1, 0)"),
    ({"stride": (1, 2, 3)}, ValueError, "stride must be an integer or a pair of integers, got (1, 2, 3)"),
    ({"stride": 1.5}, TypeError, "stride must be an integer or a pair of integers, got 1.5"),
    ({"stride": "2"}, TypeError, "stride must be an integer or a pair of integers, got '2'"),
    ({"stride": np.zeros(784)}, ValueError, "got array([0., 0., ..., 0., 0.], shape=(784,))"),
    ({"stride": None}, TypeError, "stride must be an integer or a pair of integers, got None"),
    ({"dilation": -1}, ValueError, "dilation must be at least 1, got -1"),
    ({"padding": -1}, ValueError, "padding must be at least 0, got -1"),
    ({"padding": ((0, 1, 2), 0)}, ValueError, "padding must be an integer or a pair of integers, got (0, 1, 2)"),
    ({"padding": (1, 2, 3)}, ValueError, "padding must be an integer, (vertical, horizontal) or ((top, bottom), (left, right)), got (1, 2, 3)"),
    ({"padding": 0.5}, TypeError, "padding must be an integer or a pair of integers, got 0.5"),
    ({"padding": "full"}, ValueError, 'padding must be an int, a pair, "valid", "same" or "same_tf", got \'full\''),
    ({"padding": "same", "stride": 2}, ValueError, 'padding "same" keeps the size, so stride must be 1, got 2; "same_tf" takes any stride'),
    ({"groups": 0}, ValueError, "groups must be at least 1, got 0"),
    ({"groups": 2.0}, TypeError, "groups must be an integer, got 2.0"),
    ({"groups": 3}, ValueError, "groups must divide the 4 input channels, got 3"),
    ({"groups": 2}, ValueError, "groups must divide the 3 output channels, got 2"),
    ({"padding_mode": "mirror"}, ValueError, "padding_mode must be one of 'zeros', 'reflect', 'replicate', 'circular', got 'mirror'"),
    ({"padding_mode": "reflect", "padding": 5}, ValueError, "padding_mode 'reflect' can add at most 4 pixels to a side of 5, got 5"),
    ({"padding_mode": "circular", "padding": (0, 7)}, ValueError, "padding_mode 'circular' can add at most 6 pixels to a side of 6, got 7"),
]  # fmt: skip

CONVOLUTIONS += [
    ({"x": np.ma.masked_less(X, 1)}, TypeError, "x must not be masked, for the mask would be lost; x.filled(0) fills the holes"),
    ({"x": np.zeros((2, 5, 6, 4))}, ValueError, "x has 5 channels / 1 group; if the 4 channels of x come last, np.moveaxis(x, -1, -3) puts them where they belong"),
    ({"padding_mode": ["reflect", "zeros"]}, TypeError, "padding_mode must be one of 'zeros', 'reflect', 'replicate', 'circular', got ['reflect', 'zeros']"),
    ({"padding": 10**9}, ValueError, "padding must fit in memory: an array of shape (2, 4, 2000000005, 2000000006) has more than 4 GB"),
    ({"stride": True}, TypeError, "stride must be an integer or a pair of integers, got True"),
    ({"stride": [1] * 1000}, ValueError, "stride must be an integer or a pair of integers, got [1, 1, 1, 1, 1, 1, ...]"),
]  # fmt: skip

CALLS = [("conv2d", {"x": X, "weight": WEIGHT} | wrong, *rest) for wrong, *rest in CONVOLUTIONS]
CALLS += [("conv2d_fft", {"x": X, "weight": WEIGHT} | wrong, *rest) for wrong, *rest in CONVOLUTIONS]
CALLS += [
    ("conv2d", {"x": np.zeros((5, 5)), "weight": WEIGHT}, ValueError, "weight must have shape (kernel height, kernel width) for an x with 2 axes, got (3, 4, 3, 3)"),
    ("conv2d", {"x": np.zeros((1, 1, 0, 4)), "weight": np.zeros((1, 1, 1, 1)), "padding": 1, "padding_mode": "replicate"}, ValueError, "padding_mode 'replicate' can add at most 0 pixels to a side of 0, got 1"),
    ("conv2d_backward", {"dy": np.zeros((2, 3, 3, 3)), "x": X, "weight": WEIGHT}, ValueError, "dy must have the shape of the output, (2, 3, 3, 4), got (2, 3, 3, 3)"),
    ("conv2d_backward", {"dy": [[1.0, 2.0]], "x": np.zeros((3, 3)), "weight": np.zeros((3, 3))}, ValueError, "dy must have the shape of the output, (1, 1), got (1, 2)"),
    ("conv2d_backward", {"dy": "up", "x": X, "weight": WEIGHT}, TypeError, "dy must hold real numbers, got an array of <U2"),
    ("conv2d_winograd", {"x": X, "weight": np.zeros((3, 4, 2, 3))}, ValueError, "weight must hold 3×3 kernels for F(2×2, 3×3), got (2, 3)"),
    ("depthwise_conv2d", {"x": X, "weight": np.zeros((4, 2, 3, 3))}, ValueError, "weight must have shape (4 channels · multiplier, 1, kernel height, kernel width), got (4, 2, 3, 3)"),
    ("pointwise_conv2d", {"x": X, "weight": WEIGHT}, ValueError, "weight must have shape (out channels, channels), got (3, 4, 3, 3)"),
    ("pointwise_conv2d", {"x": np.zeros((5, 5)), "weight": np.zeros((3, 1))}, ValueError, "x must have channels to mix: (channels, height, width), got (5, 5)"),
    ("separable_conv2d", {"x": X, "depthwise_weight": np.zeros((4, 1, 3, 3)), "pointwise_weight": np.zeros((2, 3))}, ValueError, "pointwise_weight must have shape (out channels, 4), one weight for each channel between the two steps, got (2, 3)"),
    ("conv_transpose2d", {"x": X, "weight": WEIGHT}, ValueError, "weight expects 3 input channels, x has 4"),
    ("conv_transpose2d", {"x": X, "weight": np.zeros((4, 3, 3, 3)), "output_padding": 1}, ValueError, "output_padding must be below the stride 1 or the dilation 1, got 1"),
    ("conv_transpose2d", {"x": X, "weight": np.zeros((4, 3, 1, 1)), "padding": 3}, ValueError, "padding must leave something of the 5 stamped pixels, got (3, 3)"),
    ("conv_transpose2d", {"x": X, "weight": np.zeros((4, 3, 3, 3)), "padding": "same"}, ValueError, "padding must be an integer or a pair here, only a forward convolution knows 'same'"),
    ("conv_transpose2d", {"x": X, "weight": np.zeros((4, 3, 3, 3)), "bias": np.zeros(4)}, ValueError, "bias must have shape (3,), one number for each output channel, got (4,)"),
    ("conv_transpose2d", {"x": X, "weight": np.zeros((4, 3, 3, 3)), "groups": 3}, ValueError, "groups must divide the 4 input channels, got 3"),
    ("conv_transpose2d_backward", {"dy": np.zeros((2, 3, 5, 6)), "x": X, "weight": np.zeros((4, 3, 3, 3))}, ValueError, "dy must have the shape of the output, (2, 3, 7, 8), got (2, 3, 5, 6)"),
    ("max_pool2d", {"x": X, "kernel_size": 0}, ValueError, "kernel_size must be at least 1, got 0"),
    ("max_pool2d", {"x": X, "kernel_size": 3, "padding": 2}, ValueError, "padding must be at most half of the kernel size 3, 1, got 2"),
    ("max_pool2d", {"x": X, "kernel_size": 7}, ValueError, "kernel (7, 7) is larger than the padded input (5, 6)"),
    ("max_pool2d", {"x": X, "kernel_size": 9, "stride": 1, "ceil_mode": True}, ValueError, "kernel 9 is larger than the padded input 5"),
    ("max_pool2d", {"x": X, "kernel_size": 2, "padding": "same"}, TypeError, "padding must be an integer or a pair of integers, got 'same'"),
    ("max_pool2d_backward", {"dy": X, "x": X, "kernel_size": 2}, ValueError, "dy must have the shape of the output, (2, 4, 2, 3), got (2, 4, 5, 6)"),
    ("avg_pool2d", {"x": X, "kernel_size": 2, "stride": 0}, ValueError, "stride must be at least 1, got 0"),
    ("avg_pool2d_backward", {"dy": X, "x": X, "kernel_size": 2}, ValueError, "dy must have the shape of the output, (2, 4, 2, 3), got (2, 4, 5, 6)"),
    ("adaptive_avg_pool2d", {"x": X, "output_size": 0}, ValueError, "output_size must be at least 1, got 0"),
    ("adaptive_avg_pool2d", {"x": X, "output_size": 2.5}, TypeError, "output_size must be an integer or a pair of integers, got 2.5"),
    ("adaptive_max_pool2d", {"x": np.zeros((1, 0, 3)), "output_size": 1}, ValueError, "x must have pixels to pool, got shape (1, 0, 3)"),
    ("adaptive_max_pool2d_backward", {"dy": X, "x": X, "output_size": 1}, ValueError, "dy must have the shape of the output, (2, 4, 1, 1), got (2, 4, 5, 6)"),
    ("blur_pool2d", {"x": X, "kernel_size": 0}, ValueError, "kernel_size must be at least 1, got 0"),
    ("blur_pool2d", {"x": np.zeros((1, 3)), "kernel_size": 3}, ValueError, "padding_mode 'reflect' can add at most 0 pixels to a side of 1, got 1"),
    ("max_unpool2d", {"x": X, "indices": np.zeros((2, 4, 5, 5), int), "kernel_size": 2}, ValueError, "indices must have the shape of x, (2, 4, 5, 6), got (2, 4, 5, 5)"),
    ("max_unpool2d", {"x": X, "indices": X, "kernel_size": 2}, TypeError, "indices must hold integers, got an array of float64"),
    ("max_unpool2d", {"x": [[1.0]], "indices": [[4]], "kernel_size": 2}, ValueError, "indices must lie in 0 to 3, the pixels of an output of (2, 2), got 4 to 4"),
    ("max_unpool2d_backward", {"dy": [[1.0]], "x": [[1.0]], "indices": [[3]], "kernel_size": 2}, ValueError, "dy must have the shape of the output, (2, 2), got (1, 1)"),
    ("pixel_shuffle", {"x": np.zeros((6, 2, 2)), "upscale_factor": 2}, ValueError, "upscale_factor squared must divide the 6 channels of x, got 2² = 4"),
    ("pixel_unshuffle", {"x": np.zeros((1, 5, 4)), "downscale_factor": 2}, ValueError, "downscale_factor must divide the height and width of x, (5, 4), got 2"),
    ("max_pool2d", {"x": X, "kernel_size": 2, "ceil_mode": "no"}, TypeError, "ceil_mode must be True or False, got 'no'"),
    ("adaptive_avg_pool2d", {"x": X, "output_size": np.array([2, 2, 2])}, ValueError, "output_size must be an integer or a pair of integers, got array([2, 2, 2])"),
    ("relu", {"x": [True, False]}, TypeError, "x must hold numbers, got an array of bool; x.astype(int) makes 0 and 1 of it"),
    ("relu", {"x": "a"}, TypeError, "x must hold real numbers, got an array of <U1"),
    ("relu_backward", {"dy": [1, 2], "x": [1]}, ValueError, "dy must have the shape of the output, (1,), got (2,)"),
    ("pad2d", {"x": X, "padding": "same"}, ValueError, "padding must be an integer or a pair here, only a forward convolution knows 'same'"),
    ("pad2d", {"x": X, "padding": 1, "mode": "constant"}, ValueError, "mode must be one of 'zeros', 'reflect', 'replicate', 'circular', got 'constant'"),
    ("pad2d", {"x": np.zeros((1, 1)), "padding": 1, "mode": "reflect"}, ValueError, "mode 'reflect' can add at most 0 pixels to a side of 1, got 1"),
    ("pad2d", {"x": np.zeros((1, 1)), "padding": 2, "mode": "circular"}, ValueError, "mode 'circular' can add at most 1 pixel to a side of 1, got 2"),
    ("pad2d_backward", {"dy": [[1.0]], "x": [[1.0]], "padding": 1}, ValueError, "dy must have the shape of the output, (3, 3), got (1, 1)"),
    ("im2col", {"x": X, "kernel_size": 7}, ValueError, "kernel (7, 7) is larger than the padded input (5, 6)"),
    ("col2im", {"columns": np.zeros((4, 5)), "output_size": 3, "kernel_size": 2}, ValueError, "columns must be 2 · 2 = 4, one for each window, got 5"),
    ("col2im", {"columns": np.zeros((5, 4)), "output_size": 3, "kernel_size": 2}, ValueError, "columns must have a multiple of 2 · 2 = 4 rows, got 5"),
    ("col2im", {"columns": np.zeros(4), "output_size": 3, "kernel_size": 2}, ValueError, "columns must have shape (batch, channels · kernel height · kernel width, positions), or that without the batch, got (4,)"),
    ("conv_matrix", {"weight": WEIGHT, "input_size": 0}, ValueError, "input_size must be at least 1, got 0"),
    ("conv_matrix", {"weight": WEIGHT, "input_size": 2}, ValueError, "kernel (3, 3) is larger than the padded input (2, 2)"),
    ("conv_matrix", {"weight": np.zeros(3), "input_size": 4}, ValueError, "weight must have shape (out channels, in channels / groups, height, width) for an x with 4 axes, got (3,)"),
]  # fmt: skip


@pytest.mark.parametrize("engine", [ops, fast], ids=["ops", "fast"])
@pytest.mark.parametrize(
    ("name", "call", "error", "words"), CALLS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_wrong_call_is_told_what_would_fit(engine, name, call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        getattr(engine, name)(**call)


SIZES = [
    ("effective_kernel_size", {"kernel": 0}, ValueError, "kernel must be at least 1, got 0"),
    ("conv_output_size", {"size": -1, "kernel": 1}, ValueError, "size must be at least 0, got -1"),
    ("conv_output_size", {"size": 4, "kernel": 5}, ValueError, "kernel 5 is larger than the padded input 4"),
    ("conv_output_size", {"size": 4, "kernel": 2.0}, TypeError, "kernel must be an integer, got 2.0"),
    ("conv_output_size", {"size": 4, "kernel": 3, "padding": "SAME"}, ValueError, 'padding must be an int, a pair, "valid", "same" or "same_tf", got \'SAME\''),
    ("pool_output_size", {"size": 4, "kernel": 2, "padding": 2}, ValueError, "padding must be at most half of the kernel size 2, 1, got 2"),
    ("pool_output_size", {"size": 4, "kernel": 5}, ValueError, "kernel 5 is larger than the padded input 4"),
    ("adaptive_windows", {"size": 0, "output_size": 1}, ValueError, "size must be at least 1, got 0"),
    ("conv_transpose_output_size", {"size": 0, "kernel": 3}, ValueError, "size must be at least 1, got 0"),
    ("conv_transpose_output_size", {"size": 1, "kernel": 3, "stride": 2, "output_padding": 2}, ValueError, "output_padding must be below the stride 2 or the dilation 1, got 2"),
    ("conv_parameters", {"in_channels": 3, "out_channels": 4, "kernel_size": 3, "groups": 2}, ValueError, "groups must divide in_channels 3, got 2"),
    ("linear_parameters", {"in_features": 3, "out_features": 0}, ValueError, "out_features must be at least 1, got 0"),
    ("summary", {"layers": [shapes.Conv(8, 3), shapes.Conv(8, 5)], "input_shape": (3, 6, 6)}, ValueError, "layer 2, Conv(out_channels=8, kernel_size=5"),
    ("summary", {"layers": [shapes.Conv(8, 3), shapes.Conv(8, 5)], "input_shape": (3, 6, 6)}, ValueError, "cannot take (8, 4, 4): kernel 5 is larger than the padded input 4"),
    ("cost", {"layers": [], "input_shape": (6, 6)}, ValueError, "shape must be (channels, height, width), got (6, 6)"),
    ("cost", {"layers": [shapes.Branches([[shapes.Conv(8, 3)], []])], "input_shape": (3, 6, 6)}, ValueError, "stacks must end alike to add, got shapes [(8, 4, 4), (3, 6, 6)]"),
    ("receptive_field", {"layers": [shapes.Branches([[shapes.Conv(8, 1, stride=2)], []])]}, ValueError, "stacks must step alike to add, got jumps [2, 1]"),
    ("receptive_field", {"layers": [shapes.Conv(8, 3, padding="same_tf")]}, ValueError, 'padding must not be "same_tf" here'),
    ("receptive_field", {"layers": [shapes.Conv(8, 3, padding=(1,))]}, ValueError, "padding must be an integer, (vertical, horizontal) or ((top, bottom), (left, right)), got (1,)"),
    ("receptive_field", {"layers": [shapes.Conv(8, 3)], "axis": 2}, ValueError, "axis must be at most 1, got 2"),
    ("summary", {"layers": [3], "input_shape": (3, 6, 6)}, TypeError, "layers must hold layers such as Conv(8, 3), got [3]: 3 is no layer"),
    ("summary", {"layers": shapes.Conv(8, 3), "input_shape": (3, 6, 6)}, TypeError, "layers must hold layers such as Conv(8, 3), got Conv("),
    ("Branches", {"stacks": [[3]]}, TypeError, "stacks must hold layers such as Conv(8, 3), got [3]: 3 is no layer"),
    ("Branches", {"stacks": [], "join": "subtract"}, ValueError, "join must be one of 'add', 'concat', 'multiply', got 'subtract'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "call", "error", "words"), SIZES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_wrong_size_is_told_what_would_fit(name, call, error, words):
    with pytest.raises(error, match=re.escape(words)):
        getattr(shapes, name)(**call)


def test_every_public_name_documents_its_errors_and_its_source():
    for module in (ops, shapes):
        for name in module.__all__:
            if not callable(getattr(module, name)):
                continue
            text = inspect.getdoc(getattr(module, name))
            assert "Source: " in text, name
            assert ">>> " in text, name
            assert re.search(r"[Rr]aises? |errors", text), name
