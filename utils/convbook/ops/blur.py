"""Blur pooling and its gradient."""

import numpy as np

from convbook import _arguments as arguments
from convbook import kernels, shapes
from convbook.ops.convolution import conv2d, conv2d_backward


def blur_pool2d(x, kernel_size=3, stride=2, padding_mode="reflect"):
    """Blur every channel, then keep every `stride`-th pixel, so that a shifted picture gives nearly the same output.

    x: (batch, channels, height, width), or with fewer axes in front; the output has ⌈size / stride⌉ pixels an axis. The
    blur is `kernels.gaussian(kernel_size)`, its borders are filled by `padding_mode`.
    Raises ValueError if `kernel_size` or `stride` is below 1 or the picture too small to fill its borders.
    Source: Zhang (2019), "Making convolutional networks shift-invariant again".

    >>> blur_pool2d([[0, 0, 4, 0, 0], [0, 0, 4, 0, 0]])        # the line keeps half, a quarter goes to either side,
    array([[0., 2., 0.]])
    """
    return conv2d(**as_convolution(x, kernel_size, stride, padding_mode))


def blur_pool2d_backward(dy, x, kernel_size=3, stride=2, padding_mode="reflect"):
    """Return the gradient dx of `blur_pool2d`: each dy is spread by the blur.

    dy: the shape of the output; dx: the shape of x, of which only the shape and the dtype matter.
    Raises ValueError if `dy` does not have the shape of the output, and what `blur_pool2d` raises.
    Source: Zhang (2019), "Making convolutional networks shift-invariant again".

    >>> blur_pool2d_backward([[0, 4, 0]], np.zeros((1, 5)), padding_mode="replicate")
    array([[0., 1., 2., 1., 0.]])
    """
    return conv2d_backward(dy, **as_convolution(x, kernel_size, stride, padding_mode))[0]


def as_convolution(x, kernel_size, stride, padding_mode):
    """Return the arguments with which `conv2d` blurs every channel."""
    x, channels = arguments.as_array("x", x), arguments.channels_of(x)
    blur = kernels.gaussian(shapes.whole("kernel_size", kernel_size, 1, kernels.LARGEST)).astype(
        arguments.result_dtype(x)
    )
    return {
        "x": x,
        "weight": blur if x.ndim == 2 else np.broadcast_to(blur, (channels, 1, *blur.shape)),
        "stride": stride,
        "padding": (shapes.same_padding(kernel_size),) * 2,
        "groups": channels,
        "padding_mode": padding_mode,
    }
