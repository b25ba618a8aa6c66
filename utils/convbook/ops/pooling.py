"""Maxima and means of windows, maxima put back, and their gradients."""

import numpy as np

from convbook import _arguments as arguments
from convbook.ops.padding import crop, pad
from convbook.ops.windows import add_windows, windows_of


@arguments.silently
def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """Keep the largest number of every window.

    x: (batch, channels, height, width), or with fewer axes in front. A stride of None is the kernel size. Padding
    counts as −∞, so it never wins. With `return_indices` the result is (y, indices), both of the output's shape; an
    index is row · width + column of the first largest pixel of the window, or −1 if a window holds padding alone.
    Raises ValueError if the padding is more than half the kernel or the settings do not fit, TypeError if something is
    not a number. Source: Riesenhuber and Poggio (1999), "Hierarchical models of object recognition in cortex".

    >>> max_pool2d([[1, 2, 5, 4], [3, 0, 6, 7]], kernel_size=2)
    array([[3., 7.]])
    >>> y, indices = max_pool2d([[1, 2, 5, 4], [3, 0, 6, 7]], kernel_size=2, return_indices=True)
    >>> indices                             # 4 pixels a row: the first and the last of the second row
    array([[4, 7]])
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, dilation, ceil_mode)
    if not arguments.switch("return_indices", return_indices):
        return call.result(pool(call, call.x, np.maximum, -np.inf, -np.inf))
    y, indices = largest(call)
    return call.result(y), arguments.unbatch(indices, call.ndim)


@arguments.silently
def max_pool2d_backward(dy, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Return the gradient dx of `max_pool2d`: each dy goes to the pixel that won its window, the first one on ties.

    dy: the shape of the output; dx: the shape of x. Where windows overlap, a pixel may win twice: then it gets the sum.
    Raises ValueError if `dy` does not have the shape of the output, and what `max_pool2d` raises.
    Source: Zeiler and Fergus (2014), "Visualizing and understanding convolutional networks", section 2.1.

    >>> max_pool2d_backward([[10.0, 1.0]], [[1, 3, 2]], kernel_size=(1, 2), stride=1)     # 3 wins both windows
    array([[ 0., 11.,  0.]])
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, dilation, ceil_mode)
    return call.result(add_at(call.read_gradient(dy), largest(call)[1], call.size))


@arguments.silently
def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Take the mean of every window.

    x: (batch, channels, height, width), or with fewer axes in front. A stride of None is the kernel size. Padding adds
    zeros; with `count_include_pad` they count as pixels, without it the sum is divided by the real pixels alone.
    What a last window of `ceil_mode` covers beyond the padding never counts.
    Raises ValueError if the padding is more than half the kernel or the settings do not fit, TypeError if something is
    not a number. Source: LeCun et al. (1998), section II.B, which calls it sub-sampling.

    >>> avg_pool2d([[1, 2, 5, 4], [3, 0, 6, 7]], kernel_size=2)         # (1 + 2 + 3 + 0) / 4 and (5 + 4 + 6 + 7) / 4
    array([[1.5, 5.5]])
    >>> avg_pool2d(np.ones((2, 2)), kernel_size=3, padding=1)[0, 0]     # four ones and five zeros
    np.float64(0.4444444444444444)
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, 1, ceil_mode)
    return call.result(pool(call, call.x, np.add) / counted(call, count_include_pad))


@arguments.silently
def avg_pool2d_backward(dy, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Return the gradient dx of `avg_pool2d`: each dy is shared out evenly over its window.

    dy: the shape of the output; dx: the shape of x, of which only the shape and the dtype matter.
    Raises ValueError if `dy` does not have the shape of the output, and what `avg_pool2d` raises.
    Source: Goodfellow et al. (2016), section 9.3, for the operation.

    >>> avg_pool2d_backward([[10.0, 1.0]], [[1, 3, 2]], kernel_size=(1, 2), stride=1)     # halves of 10 and of 1
    array([[5. , 5.5, 0.5]])
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, 1, ceil_mode)
    share = call.read_gradient(dy) / counted(call, count_include_pad)
    shares = np.broadcast_to(share[..., None, None, :, :], (*share.shape[:2], *call.kernel_size, *share.shape[2:]))
    beyond = add_windows(shares, call.padded_size, call.stride, call.dilation)
    return call.result(crop(crop(beyond, call.overhang), call.padding))


@arguments.silently
def max_unpool2d(x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Put every maximum back where `max_pool2d` found it, and 0 everywhere else.

    x and indices: (batch, channels, height, width), or with fewer axes in front, as `max_pool2d` returned them with the
    same `kernel_size`, `stride` and `padding`. `output_size` (height, width) chooses among the sizes that pool to that
    of x; None is (size − 1) · stride + kernel − 2 · padding. If an index occurs twice, the last one stays.
    Raises ValueError if `indices` does not have the shape of x or points outside of the output, TypeError if `indices`
    does not hold integers. Source: Zeiler and Fergus (2014), section 2.1.

    >>> y, indices = max_pool2d([[1, 2, 5, 4], [3, 0, 6, 7]], kernel_size=2, return_indices=True)
    >>> max_unpool2d(y, indices, kernel_size=2)
    array([[0., 0., 0., 0.],
           [3., 0., 0., 7.]])
    """
    call, indices = arguments.read_unpooling(x, indices, kernel_size, stride, padding, output_size)
    planes = _planes_with_bin(call.x, call.output_shape[2:])
    np.put_along_axis(planes, flat(indices), flat(call.x), axis=-1)
    return call.result(planes[..., :-1].reshape(call.output_shape))


@arguments.silently
def max_unpool2d_backward(dy, x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Return the gradient dx of `max_unpool2d`: each maximum gets the dy of the place it was put to.

    dy: the shape of the output; dx: the shape of x. All other arguments are those of the forward call.
    Raises ValueError if `dy` does not have the shape of the output, and what `max_unpool2d` raises.
    Source: Zeiler and Fergus (2014), section 2.1.

    >>> max_unpool2d_backward([[1.0, 2.0, 3.0, 4.0]], [[7, 8]], [[1, 2]], kernel_size=(1, 2))
    array([[2., 3.]])
    """
    call, indices = arguments.read_unpooling(x, indices, kernel_size, stride, padding, output_size)
    planes = _planes_with_bin(call.x, call.output_shape[2:])
    planes[..., :-1] = flat(call.read_gradient(dy))
    return call.result(np.take_along_axis(planes, flat(indices), axis=-1).reshape(call.x.shape))


def pool_padded(call, x, padding_value=0, overhang_value=0):
    """Pad x as a pooling asks for it, and fill up what the last windows of ceil mode cover beyond."""
    return pad(pad(x, call.padding, value=padding_value), call.overhang, value=overhang_value)


def pool(call, x, combine, padding_value=0, overhang_value=0):
    """Combine the numbers of every window into one, by np.maximum or np.add."""
    return combine.reduce(windows(call, x, padding_value, overhang_value), axis=(-2, -1))


def windows(call, x, padding_value, overhang_value):
    """Return a view of the windows of the output: without the taps beyond everything, more of them might fit."""
    padded = pool_padded(call, x, padding_value, overhang_value)
    height, width = call.output_size
    return windows_of(padded, call.kernel_size, call.stride, call.dilation)[..., :height, :width, :, :]


def counted(call, count_include_pad, pool=pool):
    """Return how many pixels count in each window of an average pooling, by this loop."""
    ones = np.ones((1, 1, *call.size), call.x.dtype)
    return pool(call, ones, np.add, padding_value=int(arguments.switch("count_include_pad", count_include_pad)))


def largest(call):
    """Return the maximum of every window and its index in the picture, −1 where there is nothing but padding."""
    values = flat(windows(call, call.x, -np.inf, -np.inf))
    sources = flat(windows(call, pixel_numbers(call), -1, -1))
    y = values.max(axis=-1, keepdims=True)
    winners = (sources >= 0) & ((values == y) | np.isnan(values))
    return y[..., 0], pick(np.broadcast_to(sources, values.shape), winners.argmax(axis=-1))


def pixel_numbers(call):
    """Return the index of every pixel, row · width + column, as a picture."""
    return np.arange(call.size[0] * call.size[1]).reshape(1, 1, *call.size)


def add_at(values, indices, size):
    """Add each value to the pixel of its index in an empty picture of `size`; the index −1 names none."""
    planes = _planes_with_bin(values, size)
    image, channel = np.ix_(*map(np.arange, values.shape[:2]))
    np.add.at(planes, (image[..., None], channel[..., None], flat(indices)), flat(values))
    return planes[..., :-1].reshape(*values.shape[:2], *size)


def _planes_with_bin(x, size):
    """Return a zero for each pixel of pictures of `size` and one more at the end, which catches the index −1."""
    return np.zeros((*x.shape[:2], size[0] * size[1] + 1), x.dtype)


def flat(x):
    """Join the last two axes into one."""
    return x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])


def pick(x, positions):
    """Return from the last axis the number at each of the positions."""
    return np.take_along_axis(x, positions[..., None], axis=-1)[..., 0]
