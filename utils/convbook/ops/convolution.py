"""The convolution and its gradient, and the loops that both are made of."""

import numpy as np

from convbook import _arguments as arguments
from convbook.ops.padding import padded_picture, unpad
from convbook.ops.windows import add_windows, windows_of


@arguments.silently
def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Slide each filter over the picture; every output is the sum of the window times the weights, plus the bias.

    x: (batch, channels, height, width); weight: (out channels, channels / groups, kernel height, kernel width);
    bias: (out channels,). Returns (batch, out channels, output height, output width). Without a batch axis:
    (channels, height, width) gives (out channels, ...), and (height, width) with a (kernel height, kernel width) kernel
    gives (output height, output width).

    `padding` is an int, (vertical, horizontal), ((top, bottom), (left, right)), "valid", "same" (PyTorch's, stride 1)
    or "same_tf" (TensorFlow's, any stride); `padding_mode` is "zeros", "reflect", "replicate" or "circular".
    Raises ValueError if shapes or settings do not fit together, TypeError if something is not a number.
    Source: LeCun et al. (1998), "Gradient-based learning applied to document recognition", section II; groups:
    Krizhevsky et al. (2012); dilation: Yu and Koltun (2016).

    >>> picture = np.arange(1, 10).reshape(3, 3)
    >>> conv2d(picture, [[1, 0, -1], [2, 0, -2], [1, 0, -1]])      # (1 + 8 + 7) − (3 + 12 + 9)
    array([[-8.]])
    """
    call = arguments.read_convolution(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    return call.result(convolve(call))


@arguments.silently
def conv2d_backward(dy, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Return the gradients (dx, dweight, dbias) of `conv2d`: who gets how much of the blame `dy`.

    dy: the shape of the output; dx, dweight and dbias: the shapes of x, weight and bias, a plain number for a plain
    kernel. All other arguments are those of the forward call; `dbias` comes even if there was no bias.
    Raises ValueError if `dy` does not have the shape of the output, and what `conv2d` raises.
    Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".

    >>> dx, dweight, dbias = conv2d_backward([[1.0, 10.0]], x=[[1, 2, 3]], weight=[[5, 7]])
    >>> dx                           # the middle pixel met 7 in the first window and 5 in the second
    array([[ 5., 57., 70.]])
    >>> dweight, dbias               # 1·1 + 10·2, 1·2 + 10·3, and 1 + 10
    (array([[21., 32.]]), np.float64(11.0))
    """
    call = arguments.read_convolution(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    return call.gradients(*backward(call, call.read_gradient(dy), stamp, meetings))


def convolve(call):
    """Return the convolution that was asked for, without its bias."""
    return correlate(padded_picture(call), call.filters, call.stride, call.dilation)


def correlate(x, filters, stride, dilation):
    """Multiply every window of x by the filters of its group and sum; returns (batch, out channels, height, width)."""
    windows = windows_of(in_groups(x, len(filters)), filters.shape[-2:], stride, dilation)
    return out_of_groups(np.einsum("ngcyxij,gocij->ngoyx", windows, filters, optimize=True))


def stamp(y, filters, size, stride, dilation):
    """Do the reverse of `correlate`: put a filter, times y, at every window of a picture of `size`, and add up."""
    windows = np.einsum("ngoyx,gocij->ngcijyx", in_groups(y, len(filters)), filters, optimize=True)
    return out_of_groups(add_windows(windows, size, stride, dilation))


def meetings(y, x, call):
    """Sum, for every weight, the pairs of y and x that it joins: the gradient of the weights in OIHW."""
    windows = windows_of(in_groups(x, call.groups), call.kernel_size, call.stride, call.dilation)
    return np.einsum("ngoyx,ngcyxij->gocij", in_groups(y, call.groups), windows, optimize=True)


def backward(call, dy, stamp, meetings):
    """Return (dx, dweight, dbias) of a convolution, by these two loops: the readable ones, or those of `fast`."""
    padded = padded_picture(call)
    dpadded = stamp(dy, call.filters, padded.shape[2:], call.stride, call.dilation)
    return unpad(dpadded, call.padding, call.padding_mode), meetings(dy, padded, call), dy.sum(axis=(0, 2, 3))


def in_groups(x, groups):
    """Split the channel axis in two, (N, C, ...) to (N, groups, C / groups, ...)."""
    return x.reshape(len(x), groups, x.shape[1] // groups, *x.shape[2:])


def out_of_groups(x):
    """Undo `in_groups`."""
    return x.reshape(len(x), x.shape[1] * x.shape[2], *x.shape[3:])
