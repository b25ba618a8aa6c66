"""The convolution and its gradient on fast loops."""

import math

import numpy as np

from convbook import _arguments as arguments
from convbook import shapes
from convbook.fast.layer import NO_PADDING, Layer
from convbook.fast.machine import scratch
from convbook.fast.ways import all_finite, by_the_best_way
from convbook.ops import convolution as readable
from convbook.ops.padding import padded_picture


@arguments.silently
def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Return what `ops.conv2d` returns, by columns, by Winograd on rows or by taps, as it suits the layer.

    Arguments, shapes, errors and source are those of `ops.conv2d`.

    >>> conv2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    array([[-8.]])
    """
    call = arguments.read_convolution(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    return call.result(convolve(call))


@arguments.silently
def conv2d_backward(dy, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Return what `ops.conv2d_backward` returns: dx by rotated filters, dweight by columns.

    Arguments, shapes, errors and source are those of `ops.conv2d_backward`.

    >>> conv2d_backward([[1.0, 10.0]], x=[[1, 2, 3]], weight=[[5, 7]])[0]
    array([[ 5., 57., 70.]])
    """
    call = arguments.read_convolution(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    return call.gradients(*readable.backward(call, call.read_gradient(dy), stamp, meetings))


def convolve(call):
    """Do as `ops.convolution.convolve`; zeros are not added around the picture, but found where it ends."""
    x, padding = (call.x, call.padding) if call.padding_mode == "zeros" else (padded_picture(call), NO_PADDING)
    return by_the_best_way(Layer(x, call.filters, call.stride, call.dilation, padding))


def correlate(x, filters, stride, dilation):
    """Do as `ops.convolution.correlate`."""
    return by_the_best_way(Layer(x, filters, stride, dilation, NO_PADDING))


def meetings(y, x, call):
    """Do as `ops.convolution.meetings`, with the columns of the forward pass."""
    layer = Layer(x, call.filters, call.stride, call.dilation, NO_PADDING)
    dweight = np.zeros((layer.groups, layer.out_channels, math.prod(call.filters.shape[2:])), x.dtype)
    in_groups = y.reshape(len(y), layer.groups, layer.out_channels, *y.shape[2:])
    for (images, groups, rows), columns in layer.columns():
        part = np.moveaxis(in_groups[images, groups, :, rows], 0, 2)
        lines = scratch("lines", (*part.shape[:3], columns.shape[2] // part.shape[2]), x.dtype)
        lines[...] = 0
        layer.without_wraps(lines, part.shape[3])[...] = part
        dweight[groups] += lines.reshape(*part.shape[:2], -1) @ columns.swapaxes(1, 2)
    if not all_finite(dweight):
        return readable.meetings(y, x, call)  # wrapped positions must not meet an infinite pixel, even times 0
    return dweight.reshape(call.filters.shape)


def stamp(y, filters, size, stride, dilation):
    """Do as `ops.convolution.stamp`: to stamp at every pixel is to correlate with the rotated filters."""
    if stride != (1, 1):
        return readable.stamp(y, filters, size, stride, dilation)
    span = map(shapes.effective_kernel_size, filters.shape[3:], dilation)
    # So much of them reaches over each side.
    around = tuple((reach - 1, whole - pixels) for reach, whole, pixels in zip(span, size, y.shape[2:], strict=True))
    rotated = np.ascontiguousarray(filters.swapaxes(1, 2)[..., ::-1, ::-1])
    stamped = by_the_best_way(Layer(y, rotated, stride, dilation, around))
    return stamped if all_finite(stamped) else readable.stamp(y, filters, size, stride, dilation)
