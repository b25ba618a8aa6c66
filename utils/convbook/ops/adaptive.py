"""Poolings with as many windows as the output has pixels, down to one for the whole picture, and their gradients."""

import numpy as np

from convbook import _arguments as arguments
from convbook.ops.pooling import add_at, flat, pick, pixel_numbers


@arguments.silently
def adaptive_avg_pool2d(x, output_size):
    """Take means over as many windows as the output has pixels, whatever the size of the picture.

    x: (batch, channels, height, width), or with fewer axes in front; output_size: an int, a pair, or None in it to keep
    an axis. Window i of n runs from ⌊i · size / n⌋ to ⌈(i + 1) · size / n⌉.
    Raises ValueError if `output_size` is below 1 or a picture has no pixels, TypeError if something is not a number.
    Source: PyTorch (2019), `torch.nn.AdaptiveAvgPool2d`; He et al. (2014), "Spatial pyramid pooling".

    >>> adaptive_avg_pool2d([[1, 2, 3, 4, 5]], (1, 3))                  # of 1 2, 2 3 4 and 4 5
    array([[1.5, 3. , 4.5]])
    """
    call = arguments.read_adaptive(x, output_size)
    y = np.empty(call.output_shape, call.x.dtype)
    for cell, window in call.cells():
        y[cell] = call.x[window].mean(axis=(-2, -1))
    return call.result(y)


@arguments.silently
def adaptive_avg_pool2d_backward(dy, x, output_size):
    """Return the gradient dx of `adaptive_avg_pool2d`: each dy is shared out evenly over its window.

    dy: the shape of the output; dx: the shape of x, of which only the shape and the dtype matter.
    Raises ValueError if `dy` does not have the shape of the output, and what `adaptive_avg_pool2d` raises.
    Source: PyTorch (2019), `torch.nn.AdaptiveAvgPool2d`.

    >>> adaptive_avg_pool2d_backward([[2.0, 6.0]], [[1, 2, 3]], (1, 2))     # halves of 2 and of 6 meet in the middle
    array([[1., 4., 3.]])
    """
    call = arguments.read_adaptive(x, output_size)
    dy, dx = call.read_gradient(dy), np.zeros_like(call.x)
    for cell, window in call.cells():
        pixels = dx[window]  # a view: what is added here is added to dx
        pixels += dy[cell][..., None, None] / (pixels.shape[-2] * pixels.shape[-1])
    return call.result(dx)


@arguments.silently
def adaptive_max_pool2d(x, output_size, return_indices=False):
    """Keep the largest number of as many windows as the output has pixels, whatever the size of the picture.

    Arguments, windows and errors are those of `adaptive_avg_pool2d`, indices those of `max_pool2d`.
    Source: PyTorch (2019), `torch.nn.AdaptiveMaxPool2d`.

    >>> adaptive_max_pool2d([[1, 2, 3, 9, 5]], (1, 3))                  # of 1 2, 2 3 9 and 9 5
    array([[2., 9., 9.]])
    """
    call, return_indices = arguments.read_adaptive(x, output_size), arguments.switch("return_indices", return_indices)
    y, indices = _largest_adaptive(call)
    return (call.result(y), arguments.unbatch(indices, call.ndim)) if return_indices else call.result(y)


@arguments.silently
def adaptive_max_pool2d_backward(dy, x, output_size):
    """Return the gradient dx of `adaptive_max_pool2d`: each dy goes to the pixel that won its window.

    dy: the shape of the output; dx: the shape of x.
    Raises ValueError if `dy` does not have the shape of the output, and what `adaptive_max_pool2d` raises.
    Source: PyTorch (2019), `torch.nn.AdaptiveMaxPool2d`.

    >>> adaptive_max_pool2d_backward([[1.0, 10.0, 100.0]], [[1, 2, 3, 9, 5]], (1, 3))     # the 9 wins twice
    array([[  0.,   1.,   0., 110.,   0.]])
    """
    call = arguments.read_adaptive(x, output_size)
    return call.result(add_at(call.read_gradient(dy), _largest_adaptive(call)[1], call.size))


def global_avg_pool2d(x):
    """Take the mean of every whole channel.

    x: (batch, channels, height, width); returns (batch, channels, 1, 1). Axes in front may be left out in both.
    Raises what `adaptive_avg_pool2d` raises. Source: Lin, Chen and Yan (2014), "Network in network", section 3.2.

    >>> global_avg_pool2d([[1, 2], [3, 6]])
    array([[3.]])
    """
    return adaptive_avg_pool2d(x, 1)


def global_avg_pool2d_backward(dy, x):
    """Return the gradient dx of `global_avg_pool2d`: every pixel of a channel gets the same share of its dy.

    dy: (batch, channels, 1, 1); dx: the shape of x, of which only the shape and the dtype matter.
    Raises what `adaptive_avg_pool2d_backward` raises. Source: Lin, Chen and Yan (2014), section 3.2.

    >>> global_avg_pool2d_backward([[8.0]], [[1, 2], [3, 6]])
    array([[2., 2.],
           [2., 2.]])
    """
    return adaptive_avg_pool2d_backward(dy, x, 1)


def _largest_adaptive(call):
    """Return the maximum of every window of an adaptive pooling and its index in the picture."""
    y, indices = np.empty(call.output_shape, call.x.dtype), np.empty(call.output_shape, int)
    pixels = pixel_numbers(call)
    for cell, window in call.cells():
        values = flat(call.x[window])
        winners = values.argmax(axis=-1)
        y[cell], indices[cell] = pick(values, winners), pixels[window].ravel()[winners]
    return y, indices
