"""The convolution and its gradient on fast loops."""

import math

import numpy as np

from convbook import _arguments as arguments
from convbook import shapes
from convbook.fast.layer import NO_PADDING, Layer
from convbook.fast.machine import scratch
from convbook.fast.ways import all_finite, by_the_best_way
from convbook.ops import convolution as readable
from convbook.ops.padding import padded_picture, unpad


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
    dy = call.read_gradient(dy)
    return call.gradients(picture_gradient(call, dy), filter_gradient(call, dy), dy.sum(axis=(0, 2, 3)))


def convolve(call):
    """Do as `ops.convolution.convolve`; zeros are not added around the picture, but found where it ends."""
    return by_the_best_way(layer_of(call))


def layer_of(call):
    """Return the layer that a call asks for."""
    x, padding = _picture_and_zeros(call)
    return Layer(x, call.filters, call.stride, call.dilation, padding)


def picture_gradient(call, dy):
    """Return dx; what zeros around the picture would get is computed only where the stride or the padding is large."""
    _, zeros = _picture_and_zeros(call)
    if call.stride == (1, 1):
        around = _around(dy, call.filters, call.padded_size, call.dilation)
        around = tuple(
            tuple(room - cut for room, cut in zip(*sides, strict=True)) for sides in zip(around, zeros, strict=True)
        )
        if min(map(min, around)) >= 0:
            stamped = _stamp_densely(dy, call.filters, call.dilation, around)
            if all_finite(stamped):
                return unpad(stamped, call.padding, call.padding_mode) if zeros is NO_PADDING else stamped
    dpadded = stamp(dy, call.filters, call.padded_size, call.stride, call.dilation)
    return unpad(dpadded, call.padding, call.padding_mode)


def filter_gradient(call, dy, layer=None):
    """Return dweight; zeros are found where the picture ends, as `convolve` finds them.

    A layer that has kept its columns on the way there need not lay them out again.
    """
    dweight = _meet(dy, layer or layer_of(call))
    return dweight if all_finite(dweight) else readable.meetings(dy, padded_picture(call), call)


def _picture_and_zeros(call):
    """Return the picture and the zeros that are still to be thought around it."""
    return (call.x, call.padding) if call.padding_mode == "zeros" else (padded_picture(call), NO_PADDING)


def correlate(x, filters, stride, dilation):
    """Do as `ops.convolution.correlate`."""
    return by_the_best_way(Layer(x, filters, stride, dilation, NO_PADDING))


def meetings(y, x, call):
    """Do as `ops.convolution.meetings`, with the columns of the forward pass."""
    dweight = _meet(y, Layer(x, call.filters, call.stride, call.dilation, NO_PADDING))
    return dweight if all_finite(dweight) else readable.meetings(y, x, call)


def _meet(y, layer):
    """Return the gradient of the filters; right if it is finite, for wrapped positions meet pixels too, times 0."""
    dweight = np.zeros((layer.groups, layer.out_channels, math.prod(layer.filters.shape[2:])), layer.dtype)
    in_groups = y.reshape(len(y), layer.groups, layer.out_channels, *y.shape[2:])
    for (images, groups, rows), columns in layer.columns():
        part = np.moveaxis(in_groups[images, groups, :, rows], 0, 2)
        lines = scratch("lines", (*part.shape[:3], columns.shape[2] // part.shape[2]), layer.dtype)
        lines[...] = 0
        layer.without_wraps(lines, part.shape[3])[...] = part
        dweight[groups] += lines.reshape(*part.shape[:2], -1) @ columns.swapaxes(1, 2)
    return dweight.reshape(layer.filters.shape)


def stamp(y, filters, size, stride, dilation):
    """Do as `ops.convolution.stamp`: to stamp at every pixel is to correlate with the rotated filters."""
    if stride != (1, 1):
        return readable.stamp(y, filters, size, stride, dilation)
    stamped = _stamp_densely(y, filters, dilation, _around(y, filters, size, dilation))
    return stamped if all_finite(stamped) else readable.stamp(y, filters, size, stride, dilation)


def _around(y, filters, size, dilation):
    """Return how far the rotated filters reach over each side of y, to stamp a picture of `size`."""
    span = map(shapes.effective_kernel_size, filters.shape[3:], dilation)
    return tuple((reach - 1, whole - pixels) for reach, whole, pixels in zip(span, size, y.shape[2:], strict=True))


def _stamp_densely(y, filters, dilation, around):
    rotated = np.ascontiguousarray(filters.swapaxes(1, 2)[..., ::-1, ::-1])
    return by_the_best_way(Layer(y, rotated, (1, 1), dilation, around))
