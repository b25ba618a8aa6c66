"""One call of every operation, with arrays that favour no axis: what the tests of `ops` and `fast` run through."""

import numpy as np

from convbook import ops

TO_9 = np.arange(1.0, 10).reshape(3, 3)  # the first picture of the book
OPERATIONS = {name: getattr(ops, name) for name in ops.__all__}


def forward_calls():
    """Return {name: arguments} for every operation that is not a gradient."""
    rng = np.random.default_rng(0)
    convolution = {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "padding_mode": "reflect"}
    x, weight = rng.standard_normal((2, 4, 7, 6)), rng.standard_normal((6, 2, 3, 2))
    layer = {"x": x, "weight": weight, "bias": rng.standard_normal(6), "groups": 2}
    window = {"x": x, "kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 1)}
    depthwise, pointwise = rng.standard_normal((8, 1, 3, 2)), rng.standard_normal((3, 8))
    indices = rng.permuted(np.tile(np.arange(13 * 11), (2, 4, 1)), axis=-1)[..., :42].reshape(x.shape)
    return {
        "conv2d": layer | convolution,
        "conv2d_fft": layer | convolution,
        "conv2d_winograd": layer | {"weight": rng.standard_normal((6, 2, 3, 3)), "padding": ((1, 2), (0, 1))},
        "depthwise_conv2d": {"x": x, "weight": depthwise, "bias": rng.standard_normal(8)} | convolution,
        "pointwise_conv2d": {"x": x, "weight": rng.standard_normal((3, 4)), "bias": rng.standard_normal(3)},
        "separable_conv2d": {"x": x, "depthwise_weight": depthwise, "pointwise_weight": pointwise}
        | {"bias": rng.standard_normal(3)}
        | convolution,
        "conv_transpose2d": {"x": x, "weight": rng.standard_normal((4, 3, 3, 2)), "bias": rng.standard_normal(6)}
        | {"stride": (2, 3), "padding": (1, 0), "output_padding": (1, 2), "groups": 2, "dilation": (2, 1)},
        "max_pool2d": window | {"dilation": (1, 2), "ceil_mode": True},
        "avg_pool2d": window | {"ceil_mode": True, "count_include_pad": False},
        "adaptive_avg_pool2d": {"x": x, "output_size": (3, 4)},
        "adaptive_max_pool2d": {"x": x, "output_size": (3, 4)},
        "global_avg_pool2d": {"x": x},
        "blur_pool2d": {"x": x, "kernel_size": 4, "stride": (2, 3), "padding_mode": "circular"},
        "max_unpool2d": {"x": x, "indices": indices, "kernel_size": 2, "output_size": (13, 11)},
        "pixel_shuffle": {"x": x, "upscale_factor": 2},
        "pixel_unshuffle": {"x": x[..., :6, :], "downscale_factor": 2},
        "relu": {"x": x},
        "pad2d": {"x": x, "padding": ((1, 2), (0, 3)), "mode": "replicate"},
        "im2col": {"x": x, "kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "dilation": (1, 2)},
        "col2im": {"columns": rng.standard_normal((2, 12, 12)), "output_size": (7, 5), "kernel_size": (2, 3)}
        | {"stride": (2, 1), "padding": (1, 0), "dilation": (1, 1)},
        "conv_matrix": {"weight": weight, "input_size": (7, 6), "groups": 2} | convolution,
    }


def all_calls():
    """Return {name: arguments} for every operation and every gradient."""
    calls = forward_calls()
    rng = np.random.default_rng(1)
    for name, arguments in list(calls.items()):
        if f"{name}_backward" in OPERATIONS:
            y = OPERATIONS[name](**arguments)
            calls[f"{name}_backward"] = {"dy": rng.standard_normal(y.shape)} | arguments
    return calls


def arrays(arguments):
    """Return the names of the arguments that are arrays."""
    return [name for name, value in arguments.items() if isinstance(value, np.ndarray)]


def results(value):
    """Return the arrays of a result, one or several, as a tuple."""
    return value if isinstance(value, tuple) else (value,)
