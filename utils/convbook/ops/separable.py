"""Convolutions that do not mix channels, that mix nothing else, and the two one after the other."""

import numpy as np

from convbook import _arguments as arguments
from convbook.ops.convolution import conv2d, conv2d_backward


def depthwise_conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"):
    """Convolve every channel with filters of its own; channels never mix.

    x: (batch, channels, height, width) or without a batch axis; weight: (channels · multiplier, 1, kernel height,
    kernel width); bias: (channels · multiplier,). The outputs of a channel lie side by side. Settings as in `conv2d`.
    Raises what `conv2d` raises. Source: Sifre (2014), "Rigid-motion scattering for image classification", the thesis;
    Howard et al. (2017), "MobileNets".

    >>> x = np.array([[[1, 2]], [[3, 4]]])                  # two channels of one row
    >>> depthwise_conv2d(x, np.array([10, 100]).reshape(2, 1, 1, 1))
    array([[[ 10.,  20.]],
    <BLANKLINE>
           [[300., 400.]]])
    """
    groups = arguments.depthwise_groups(x, weight)
    return conv2d(x, weight, bias, stride, padding, dilation, groups, padding_mode)


def depthwise_conv2d_backward(dy, x, weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"):
    """Return the gradients (dx, dweight, dbias) of `depthwise_conv2d`.

    Shapes, settings and errors are those of `conv2d_backward`. Source: Goodfellow et al. (2016), section 9.5.

    >>> x, weight = [[[3.0]], [[4.0]]], np.ones((2, 1, 1, 1))
    >>> dx, dweight, dbias = depthwise_conv2d_backward([[[1.0]], [[2.0]]], x, weight)
    >>> dweight.ravel()                                     # 1·3 in the first channel, 2·4 in the second
    array([3., 8.])
    """
    return conv2d_backward(
        dy, x, weight, bias, stride, padding, dilation, arguments.depthwise_groups(x, weight), padding_mode
    )


def pointwise_conv2d(x, weight, bias=None):
    """Multiply the channels at every pixel by one and the same matrix: a 1×1 convolution.

    x: (batch, channels, height, width) or without a batch axis; weight: (out channels, channels), or the same with two
    axes of length 1 behind; bias: (out channels,). Returns (batch, out channels, height, width).
    Raises what `conv2d` raises. Source: Lin, Chen and Yan (2014), "Network in network".

    >>> rgb = np.array([30, 60, 90]).reshape(3, 1, 1)       # one pixel
    >>> pointwise_conv2d(rgb, [[1 / 3, 1 / 3, 1 / 3]])      # its grey: (30 + 60 + 90) / 3
    array([[[60.]]])
    """
    return conv2d(x, arguments.as_pointwise(x, weight), bias)


def pointwise_conv2d_backward(dy, x, weight, bias=None):
    """Return the gradients (dx, dweight, dbias) of `pointwise_conv2d`, dweight with the axes of the weight.

    Shapes and errors are those of `conv2d_backward`. Source: Goodfellow et al. (2016), section 9.5.

    >>> dx, dweight, dbias = pointwise_conv2d_backward([[[2.0]]], x=[[[3]], [[4]]], weight=[[5, 7]])
    >>> dx.ravel(), dweight                                 # dx: 2·5 and 2·7; dweight: 2·3 and 2·4
    (array([10., 14.]), array([[6., 8.]]))
    """
    dx, dweight, dbias = conv2d_backward(dy, x, arguments.as_pointwise(x, weight), bias)
    return dx, dweight.reshape(np.shape(weight)), dbias


def separable_conv2d(
    x, depthwise_weight, pointwise_weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Convolve depthwise, then pointwise: first look around in every channel, then mix the channels.

    x: (batch, channels, height, width) or without a batch axis; depthwise_weight: (channels · multiplier, 1, kernel
    height, kernel width); pointwise_weight: (out channels, channels · multiplier); bias: (out channels,), added last.
    Settings as in `conv2d`, for the depthwise step. Raises what `conv2d` raises.
    Source: Chollet (2017), "Xception"; Howard et al. (2017), "MobileNets", section 3.1.

    >>> x = np.array([[[1, 2]], [[3, 4]]])
    >>> separable_conv2d(x, np.array([10, 100]).reshape(2, 1, 1, 1), [[1, 1]])     # 10·1 + 100·3 and 10·2 + 100·4
    array([[[310., 420.]]])
    """
    arguments.check_separable(x, depthwise_weight, pointwise_weight)
    return pointwise_conv2d(
        depthwise_conv2d(x, depthwise_weight, None, stride, padding, dilation, padding_mode), pointwise_weight, bias
    )


def separable_conv2d_backward(
    dy, x, depthwise_weight, pointwise_weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Return the gradients (dx, ddepthwise_weight, dpointwise_weight, dbias) of `separable_conv2d`.

    Shapes and errors are those of `conv2d_backward`: the chain rule runs through both steps, the last one first.
    Source: Goodfellow et al. (2016), section 6.5.

    >>> x, depthwise = np.array([[[1.0]], [[3.0]]]), np.array([10, 100]).reshape(2, 1, 1, 1)
    >>> dx, ddepthwise, dpointwise, dbias = separable_conv2d_backward([[[1.0]]], x, depthwise, [[2, 5]])
    >>> dx.ravel(), dpointwise                              # dx: 2·10 and 5·100; dpointwise: 10·1 and 100·3
    (array([ 20., 500.]), array([[ 10., 300.]]))
    """
    arguments.check_separable(x, depthwise_weight, pointwise_weight)
    settings = (None, stride, padding, dilation, padding_mode)
    between = depthwise_conv2d(x, depthwise_weight, *settings)
    dbetween, dpointwise, dbias = pointwise_conv2d_backward(dy, between, pointwise_weight, bias)
    dx, ddepthwise, _ = depthwise_conv2d_backward(dbetween, x, depthwise_weight, *settings)
    return dx, ddepthwise, dpointwise, dbias
