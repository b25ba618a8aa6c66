"""Blur pooling and its gradient on fast loops."""

from convbook.fast.convolution import conv2d, conv2d_backward
from convbook.ops.blur import as_convolution


def blur_pool2d(x, kernel_size=3, stride=2, padding_mode="reflect"):
    """Return what `ops.blur_pool2d` returns, channel by channel, by taps.

    Arguments, shapes, errors and source are those of `ops.blur_pool2d`.
    """
    return conv2d(**as_convolution(x, kernel_size, stride, padding_mode))


def blur_pool2d_backward(dy, x, kernel_size=3, stride=2, padding_mode="reflect"):
    """Return what `ops.blur_pool2d_backward` returns, on the fast loops of `conv2d_backward`.

    Arguments, shapes, errors and source are those of `ops.blur_pool2d_backward`.
    """
    return conv2d_backward(dy, **as_convolution(x, kernel_size, stride, padding_mode))[0]
