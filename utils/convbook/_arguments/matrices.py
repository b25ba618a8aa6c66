"""The arguments of what is written as a matrix: windows as columns, a whole convolution."""

import math
from dataclasses import dataclass

import numpy as np

from convbook import shapes
from convbook._arguments.arrays import as_array, as_batch, check_room, result_dtype
from convbook._arguments.call import Call, grown, picture
from convbook._arguments.padding import read_padding
from convbook._arguments.windows import read_windows


@dataclass(frozen=True)
class Columns(Call):
    """The columns of `ops.col2im` as windows (batch, channels, kernel height, kernel width, height, width)."""

    output_size: tuple
    stride: tuple
    padding: tuple
    dilation: tuple

    @property
    def padded_size(self):
        """The picture that the windows lie on."""
        return grown(self.output_size, self.padding)


def read_im2col(x, kernel_size, stride, padding, dilation):
    """Check the arguments of `ops.im2col`, and return x as NCHW, its axes and all settings as pairs."""
    x, ndim = as_batch("x", x)
    kernel_size, stride, padding, dilation = read_windows(x.shape[2:], kernel_size, stride, padding, dilation)
    check_room("padding", (*x.shape[:2], *grown(x.shape[2:], padding)), x.dtype)
    positions = _positions(x.shape[2:], kernel_size, stride, padding, dilation)
    check_room("kernel_size", (*x.shape[:2], *kernel_size, *positions), x.dtype)
    return x, ndim, kernel_size, stride, padding, dilation


def read_columns(columns, output_size, kernel_size, stride, padding, dilation):
    """Check the arguments of `ops.col2im`."""
    columns = as_array("columns", columns)
    if columns.ndim not in (2, 3):
        raise ValueError(
            "columns must have shape (batch, channels · kernel height · kernel width, positions), "
            f"or that without the batch, got {columns.shape}"
        )
    output_size, padding = shapes.pair("output_size", output_size, 1), read_padding(padding)
    kernel_size, stride, padding, dilation = read_windows(output_size, kernel_size, stride, padding, dilation)
    positions = _positions(output_size, kernel_size, stride, padding, dilation)
    _check_columns(columns, kernel_size, positions)
    windows = columns.reshape(
        *columns.shape[:-2], columns.shape[-2] // math.prod(kernel_size), *kernel_size, *positions
    )
    call = Columns(
        **picture(windows[(None,) * (3 - columns.ndim)], columns.ndim + 1),
        output_size=output_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
    )
    check_room("output_size and padding", (*call.x.shape[:2], *call.padded_size), call.x.dtype)
    return call


def _check_columns(columns, kernel_size, positions):
    windows, weights = math.prod(positions), math.prod(kernel_size)
    if columns.shape[-1] != windows:
        raise ValueError(
            f"columns must be {positions[0]} · {positions[1]} = {windows}, one for each window, got {columns.shape[-1]}"
        )
    if columns.shape[-2] % weights:
        raise ValueError(
            f"columns must have a multiple of {kernel_size[0]} · {kernel_size[1]} = {weights} rows, "
            f"got {columns.shape[-2]}"
        )


def _positions(size, kernel_size, stride, padding, dilation):
    axes = zip(size, kernel_size, stride, padding, dilation, strict=True)
    return tuple(shapes.conv_output_size(*axis) for axis in axes)


def read_matrix(weight, input_size, groups):
    """Check the arguments of `ops.conv_matrix`; return the weights and, for each pixel, a picture of it alone."""
    weight = as_array("weight", weight)
    weight = weight[None, None] if weight.ndim == 2 else weight
    channels = weight.shape[1] * shapes.whole("groups", groups, 1) if weight.ndim == 4 else 1
    height, width = shapes.pair("input_size", input_size, 1)
    pixels, dtype = channels * height * width, result_dtype(weight)
    check_room("input_size", (pixels, pixels), dtype)
    return weight, np.eye(pixels, dtype=dtype).reshape(pixels, channels, height, width)
