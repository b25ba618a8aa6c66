"""Convolutions that do not mix channels, that mix nothing else, and the two one after the other, on fast loops."""

import numpy as np

from convbook import _arguments as arguments
from convbook.fast.convolution import conv2d, conv2d_backward


def depthwise_conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"):
    """Return what `ops.depthwise_conv2d` returns, by taps, for a matrix product has nothing to gain.

    Arguments, shapes, errors and source are those of `ops.depthwise_conv2d`.
    """
    groups = arguments.depthwise_groups(x, weight)
    return conv2d(x, weight, bias, stride, padding, dilation, groups, padding_mode)


def depthwise_conv2d_backward(dy, x, weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"):
    """Return what `ops.depthwise_conv2d_backward` returns, on the fast loops of `conv2d_backward`.

    Arguments, shapes, errors and source are those of `ops.depthwise_conv2d_backward`.
    """
    return conv2d_backward(
        dy, x, weight, bias, stride, padding, dilation, arguments.depthwise_groups(x, weight), padding_mode
    )


def pointwise_conv2d(x, weight, bias=None):
    """Return what `ops.pointwise_conv2d` returns, as one product of matrices.

    Arguments, shapes, errors and source are those of `ops.pointwise_conv2d`.
    """
    return conv2d(x, arguments.as_pointwise(x, weight), bias)


def pointwise_conv2d_backward(dy, x, weight, bias=None):
    """Return what `ops.pointwise_conv2d_backward` returns, as products of matrices.

    Arguments, shapes, errors and source are those of `ops.pointwise_conv2d_backward`.
    """
    dx, dweight, dbias = conv2d_backward(dy, x, arguments.as_pointwise(x, weight), bias)
    return dx, dweight.reshape(np.shape(weight)), dbias


def separable_conv2d(
    x, depthwise_weight, pointwise_weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Return what `ops.separable_conv2d` returns, each of the two steps in its own fast way.

    Arguments, shapes, errors and source are those of `ops.separable_conv2d`.
    """
    arguments.check_separable(x, depthwise_weight, pointwise_weight)
    return pointwise_conv2d(
        depthwise_conv2d(x, depthwise_weight, None, stride, padding, dilation, padding_mode), pointwise_weight, bias
    )


def separable_conv2d_backward(
    dy, x, depthwise_weight, pointwise_weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Return what `ops.separable_conv2d_backward` returns, each of the two steps in its own fast way.

    Arguments, shapes, errors and source are those of `ops.separable_conv2d_backward`.
    """
    arguments.check_separable(x, depthwise_weight, pointwise_weight)
    settings = (None, stride, padding, dilation, padding_mode)
    between = depthwise_conv2d(x, depthwise_weight, *settings)
    dbetween, dpointwise, dbias = pointwise_conv2d_backward(dy, between, pointwise_weight, bias)
    dx, ddepthwise, _ = depthwise_conv2d_backward(dbetween, x, depthwise_weight, *settings)
    return dx, ddepthwise, dpointwise, dbias
