"""Maxima and means of windows on fast loops."""

import numpy as np

from convbook import _arguments as arguments
from convbook.fast.ways import all_finite
from convbook.ops.padding import crop
from convbook.ops.pooling import add_at, counted, pixel_numbers, pool_padded
from convbook.ops.windows import taps


@arguments.silently
def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """Return what `ops.max_pool2d` returns, along the columns first, then along the rows.

    Arguments, shapes, errors and source are those of `ops.max_pool2d`.
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, dilation, ceil_mode)
    if not arguments.switch("return_indices", return_indices):
        return call.result(pool(call, call.x, np.maximum, -np.inf, -np.inf))
    y, indices = largest(call)
    return call.result(y), arguments.unbatch(indices, call.ndim)


@arguments.silently
def max_pool2d_backward(dy, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Return what `ops.max_pool2d_backward` returns, finding the winners tap by tap.

    Arguments, shapes, errors and source are those of `ops.max_pool2d_backward`.
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, dilation, ceil_mode)
    return call.result(route(call, call.read_gradient(dy), pool(call, call.x, np.maximum, -np.inf, -np.inf)))


@arguments.silently
def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Return what `ops.avg_pool2d` returns, along the columns first, then along the rows.

    Arguments, shapes, errors and source are those of `ops.avg_pool2d`.
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, 1, ceil_mode)
    return call.result(pool(call, call.x, np.add) / counted(call, count_include_pad))


def pool(call, x, combine, padding_value=0, overhang_value=0):
    """Combine along the columns first, then along the rows: kernel height + width steps, not their product."""
    y = pool_padded(call, x, padding_value, overhang_value)
    settings = zip((2, 3), call.kernel_size, call.dilation, call.output_size, call.stride, strict=True)
    for axis, kernel, dilation, count, stride in settings:
        before = (slice(None),) * axis
        lines = [
            y[*before, slice(i * dilation, i * dilation + (count - 1) * stride + 1, stride)] for i in range(kernel)
        ]
        y = combine(*lines[:2]) if kernel > 1 else lines[0].copy()
        for line in lines[2:]:
            combine(y, line, out=y)
    return y


def route(call, dy, y):
    """Return the gradient of the pooling whose maxima are y: each dy goes to the first tap that equals its maximum."""
    if not all_finite(y):
        return add_at(dy, largest(call)[1], call.size)  # a maximum may be NaN, or no more than the padding
    values = pool_padded(call, call.x, -np.inf, -np.inf)
    dvalues, waiting = np.zeros_like(values), np.ones(y.shape, bool)
    for i, j in np.ndindex(*call.kernel_size):
        tap = taps((i * call.dilation[0], j * call.dilation[1]), call.output_size, call.stride)
        wins = (values[tap] == y) & waiting
        dvalues[tap] += np.where(wins, dy, np.zeros((), dy.dtype))
        waiting ^= wins
    return crop(crop(dvalues, call.overhang), call.padding)


def largest(call):
    """Go through the taps of the window in order: a number that is larger than all before it takes their place."""
    values = pool_padded(call, call.x, -np.inf, -np.inf)
    sources = pool_padded(call, pixel_numbers(call), -1, -1)
    y, indices = np.full(call.output_shape, -np.inf, call.x.dtype), np.full(call.output_shape, -1)
    for i, j in np.ndindex(*call.kernel_size):
        tap = taps((i * call.dilation[0], j * call.dilation[1]), call.output_size, call.stride)
        value, source = values[tap], sources[tap]
        better = (value > y) | ((source >= 0) & (indices < 0)) | (np.isnan(value) & ~np.isnan(y))
        np.copyto(y, value, where=better)
        np.copyto(indices, source, where=better)
    return y, indices
