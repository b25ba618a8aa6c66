"""The operations of `ops`, as fast as NumPy alone can make them.

Every name of `ops` is here with the same signature, the same errors and, up to rounding, the same numbers. Only the
innermost loops are others, and a convolution picks its way by the shape of the layer:

- *Columns*: im2col, but every tap of the kernel is copied as one long slice of the picture instead of row by row, and
  block after block, so that columns are still in the cache when they meet the weights.
- *Winograd on rows*: for kernels three rows high on many positions, six products make four rows of output, not twelve.
- *Taps*: where channels do not mix, a matrix product has nothing to gain; the taps are added up as they lie.

>>> from convbook import fast
>>> fast.conv2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, -1], [2, 0, -2], [1, 0, -1]])
array([[-8.]])
"""

import math
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import FunctionType

import numpy as np
from numpy.lib.stride_tricks import as_strided

from convbook import ops, shapes

THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WORTH_A_THREAD = 2**15  # outputs below which handing work to a thread takes longer than doing it
HELD_AT_MOST = 2**24  # bytes
BLOCK = 2**18  # numbers in a block of columns: 1 MB in single precision, which the cores keep close


def _correlate(x, filters, stride, dilation):
    _, out_channels, in_channels, *kernel_size = filters.shape
    size = tuple(map(shapes.conv_output_size, x.shape[2:], kernel_size, stride, (0, 0), dilation))
    if in_channels == 1 and out_channels <= 2:
        return _by_taps(x, filters, stride, dilation, size)
    if _winograd_pays(x, filters, stride, dilation, size):
        return _by_winograd(x, filters, size)
    return _by_columns(x, filters, stride, dilation, size)


# ---- Long slices


def _long_slices(x, kernel_size, stride, dilation):
    """Return planes {phase: (batch, channels, pixels)}, taps {(i, j): (phase, start)} and the pitch of a row.

    With the rows of a picture joined to one line, all that a tap of the kernel ever meets is one long slice of it, from
    the tap's own start on. At the end of every row come a few positions whose windows wrap around into the next row:
    they are computed, because that is cheaper than to avoid them, and thrown away. A stride splits the picture into
    phases, of every s-th row and column each, in which neighbours are one pixel apart again.
    """
    rows, pitch = (-(-pixels // step) for pixels, step in zip(x.shape[2:], stride, strict=True))
    planes, taps = {}, {}
    for i, j in np.ndindex(*kernel_size):
        down, first_row = divmod(i * dilation[0], stride[0])
        right, first_column = divmod(j * dilation[1], stride[1])
        phase = first_row, first_column
        taps[i, j] = phase, down * pitch + right
        if phase not in planes:
            pixels = x[:, :, first_row :: stride[0], first_column :: stride[1]]
            missing = (0, rows - pixels.shape[2]), (0, pitch - pixels.shape[3])
            plane = np.ascontiguousarray(ops._pad(pixels, missing))
            planes[phase] = plane.reshape(*x.shape[:2], rows * pitch)
    return planes, taps, pitch


def _unwrapped(lines, rows, width, pitch):
    """Return a view (..., rows, width) of lines (..., positions) without the positions that wrap around."""
    return as_strided(
        lines, (*lines.shape[:-1], rows, width), (*lines.strides[:-1], pitch * lines.itemsize, lines.itemsize)
    )


def _blocks(x, filters, stride, dilation, size):
    """Yield (images, rows, columns, pitch), block by block.

    images and rows are slices of the output; columns: (groups, channels / groups · taps, images · positions). A block
    is as large as BLOCK, or as the filters, which must be read for every block anew.
    """
    channels, kernel_size, pitch = x.shape[1], filters.shape[3:], -(-x.shape[3] // stride[1])
    one_row = channels * math.prod(kernel_size) * pitch
    at_once = max(BLOCK, filters.size) // one_row  # rows of output
    images_at_once, rows_at_once = max(1, min(len(x), at_once // size[0])), max(1, min(size[0], at_once))
    in_place = kernel_size == (1, 1)  # then the picture itself holds the columns
    if in_place:
        images_at_once, rows_at_once = 1, size[0]
    for first in range(0, len(x), images_at_once):
        pictures = x[first : first + images_at_once]
        planes, taps, pitch = _long_slices(pictures, kernel_size, stride, dilation)
        for top in range(0, size[0], rows_at_once):
            rows = min(rows_at_once, size[0] - top)
            length = (rows - 1) * pitch + size[1]
            if in_place:
                columns = planes[0, 0][0, :, :length]
            else:
                columns = _scratch("columns", (channels, *kernel_size, len(pictures), length), x.dtype)
                for (i, j), (phase, start) in taps.items():
                    start += top * pitch
                    columns[:, i, j] = planes[phase][:, :, start : start + length].swapaxes(0, 1)
            columns = columns.reshape(len(filters), -1, len(pictures) * length)
            yield slice(first, first + len(pictures)), slice(top, top + rows), columns, pitch


# ---- The three ways


def _by_columns(x, filters, stride, dilation, size):
    groups, out_channels = filters.shape[:2]
    weights = filters.reshape(groups, out_channels, -1)
    y = np.empty((len(x), groups * out_channels, *size), x.dtype)
    for images, rows, columns, pitch in _blocks(x, filters, stride, dilation, size):
        target = y[images, :, rows]
        count, height = len(target), target.shape[2]
        if count == 1 and pitch == size[1] and height == size[0]:  # nothing to throw away
            np.matmul(weights, columns, out=target.reshape(groups, out_channels, -1))
        else:
            lines = _scratch("lines", (groups, out_channels, columns.shape[2]), x.dtype)
            np.matmul(weights, columns, out=lines)
            lines = lines.reshape(groups * out_channels, count, -1)
            target[...] = _unwrapped(lines, height, size[1], pitch).swapaxes(0, 1)
    return y


# F(4, 3), Lavin and Gray (2016), section 4.2: six filters from three rows, six lines from six rows, four rows from six.
_FILTERS = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
_LINES = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ]
)
_ROWS = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]])


def _winograd_pays(x, filters, stride, dilation, size):
    """Tell whether the products that are saved outweigh the transforms, for a kernel that is three rows high."""
    groups, out_channels, in_channels, kernel_height, _ = filters.shape
    if (kernel_height, groups, stride, dilation) != (3, 1, (1, 1), (1, 1)) or min(in_channels, out_channels) < 16:
        return False
    if len(x) * size[0] * size[1] < 2 * out_channels:
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(x.sum() + filters.sum())  # the transforms would spread a NaN over four rows


def _by_winograd(x, filters, size):
    (_, out_channels, channels, _, kernel_width), (height, width) = filters.shape, size
    by_row = filters[0].transpose(2, 0, 3, 1).reshape(3, -1)
    weights = (_FILTERS.astype(x.dtype) @ by_row).reshape(6, out_channels, kernel_width * channels)
    tiles, pitch = -(-height // 4), x.shape[3]
    x = ops._pad(x, ((0, 4 * tiles + 2 - x.shape[2]), (0, 0)))
    y = np.empty((len(x), out_channels, height, width), x.dtype)
    tiles_at_once = max(1, min(tiles, BLOCK // (6 * kernel_width * channels * pitch)))
    for image in range(len(x)):
        for first in range(0, tiles, tiles_at_once):
            count = min(tiles_at_once, tiles - first)
            six_rows = _scratch("rows", (6, channels, count, pitch), x.dtype)
            for i in range(6):
                six_rows[i] = x[image, :, 4 * first + i :: 4][:, :count]
            lines = _scratch("columns", (6, kernel_width, channels, count * pitch), x.dtype)
            np.matmul(_LINES.astype(x.dtype), six_rows.reshape(6, -1), out=lines[:, 0].reshape(6, -1))
            for j in range(1, kernel_width):
                lines[:, j, :, :-j] = lines[:, 0, :, j:]
                lines[:, j, :, -j:] = 0
            products = _scratch("lines", (6, out_channels, count * pitch), x.dtype)
            np.matmul(weights, lines.reshape(6, kernel_width * channels, -1), out=products)
            four_rows = _scratch("rows", (4, out_channels, count, pitch), x.dtype)
            np.matmul(_ROWS.astype(x.dtype), products.reshape(6, -1), out=four_rows.reshape(4, -1))
            for i in range(4):
                target = y[image, :, 4 * first + i : 4 * (first + count) : 4]
                target[...] = four_rows[i, :, : target.shape[1], :width]
    return y


def _by_taps(x, filters, stride, dilation, size):
    groups, out_channels = filters.shape[:2]
    y = np.empty((len(x), groups, out_channels, *size), x.dtype)

    def convolve(image, some):
        y[image, some] = _taps_of_one_picture(x[image, some], filters[some, :, 0], stride, dilation, size)

    threads = min(THREADS, max(1, groups * out_channels * math.prod(size) // WORTH_A_THREAD))
    share = -(-groups // threads)
    parts = [slice(first, first + share) for first in range(0, groups, share)]
    _side_by_side(convolve, [(image, some) for image in range(len(x)) for some in parts])
    return y.reshape(len(x), groups * out_channels, *size)


def _taps_of_one_picture(picture, filters, stride, dilation, size):
    """Convolve each channel (channels, height, width) with its own filters (channels, filters, height, width)."""
    planes, taps, pitch = _long_slices(picture[None], filters.shape[2:], stride, dilation)
    shape = *filters.shape[:2], (size[0] - 1) * pitch + size[1]
    lines, part = _scratch("lines", shape, picture.dtype), _scratch("part", shape, picture.dtype)
    target = lines
    for j in range(filters.shape[3]):
        for rows, phase, start, step in _equally_spaced(taps, j):
            plane = planes[phase][0, :, start:]
            strides = plane.strides[0], step * plane.itemsize, plane.itemsize
            window = as_strided(plane, (len(plane), len(rows), lines.shape[2]), strides)
            np.einsum("cil,coi->col", window, filters[:, :, rows, j], out=target)
            if target is part:
                lines += part
            target = part
    return _unwrapped(lines, *size, pitch)


def _equally_spaced(taps, j):
    """Yield column j of the kernel as (rows, phase, start, step): in one phase, the taps start equally far apart."""
    by_phase = {}
    for (i, column), (phase, start) in taps.items():
        if column == j:
            by_phase.setdefault(phase, []).append((i, start))
    for phase, members in by_phase.items():
        rows, starts = zip(*members, strict=True)
        yield list(rows), phase, starts[0], starts[1] - starts[0] if len(starts) > 1 else 0


# ---- Gradients


def _meetings(y, x, call):
    (groups, out_channels), size = call.filters.shape[:2], y.shape[2:]
    dweight = np.zeros_like(call.filters.reshape(groups, out_channels, -1))
    for images, rows, columns, pitch in _blocks(x, call.filters, call.stride, call.dilation, size):
        part = y[images, :, rows]
        lines = _scratch("lines", (groups * out_channels, len(part), columns.shape[2] // len(part)), x.dtype)
        lines[...] = 0
        _unwrapped(lines, *part.shape[2:], pitch)[...] = part.swapaxes(0, 1)
        dweight += lines.reshape(groups, out_channels, -1) @ columns.swapaxes(1, 2)
    return dweight.reshape(call.filters.shape)


def _stamp(y, filters, size, stride, dilation):
    if stride != (1, 1):
        return ops._stamp(y, filters, size, stride, dilation)
    # To stamp at every pixel is to correlate with the rotated filters, of which so much reaches over each side.
    span = tuple(map(shapes.effective_kernel_size, filters.shape[3:], dilation))
    around = tuple((reach - 1, whole - pixels) for reach, whole, pixels in zip(span, size, y.shape[2:], strict=True))
    rotated = np.ascontiguousarray(filters.swapaxes(1, 2)[..., ::-1, ::-1])
    return _correlate(ops._pad(y, around), rotated, stride, dilation)


# ---- Pooling


def _pool(call, x, combine, padding_value=0, overhang_value=0):
    """Combine along the columns first, then along the rows: kernel height + width steps, not their product."""
    y = ops._pool_padded(call, x, padding_value, overhang_value)
    settings = zip((2, 3), call.kernel_size, call.dilation, call.output_size, call.stride, strict=True)
    for axis, kernel, dilation, count, stride in settings:
        lines = np.moveaxis(y, axis, 0)
        taps = [
            lines[start : start + (count - 1) * stride + 1 : stride] for start in range(0, kernel * dilation, dilation)
        ]
        lines = taps[0].copy()
        for tap in taps[1:]:
            combine(lines, tap, out=lines)
        y = np.moveaxis(lines, 0, axis)
    return y


def _largest(call):
    """Go through the taps of the window in order; the first one that is larger than all before it stays."""
    values = ops._pool_padded(call, call.x, -np.inf, -np.inf)
    sources = ops._pool_padded(call, ops._pixel_numbers(call), -1, -1)
    y, indices = np.full(call.output_shape, -np.inf, call.x.dtype), np.full(call.output_shape, -1)
    for i, j in np.ndindex(*call.kernel_size):
        tap = ops._taps((i * call.dilation[0], j * call.dilation[1]), call.output_size, call.stride)
        value, source = values[tap], sources[tap]
        better = (value > y) | ((source >= 0) & (indices < 0)) | (np.isnan(value) & ~np.isnan(y))
        np.copyto(y, value, where=better)
        np.copyto(indices, source, where=better)
    return y, indices


# ---- Memory and threads

_held = threading.local()


def _scratch(name, shape, dtype):
    """Return an array to be filled, in memory that the next call of this thread uses again.

    The system hands out fresh memory page by page and cleans every page first, which can take longer than the
    arithmetic. What is larger than HELD_AT_MOST bytes is not kept.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size > HELD_AT_MOST:
        return np.empty(shape, dtype)
    if getattr(_held, name, np.empty(0, np.uint8)).size < size:
        setattr(_held, name, np.empty(size, np.uint8))
    return getattr(_held, name)[:size].view(dtype).reshape(shape)


def _padded(call):
    if call.padding_mode != "zeros" or not np.any(call.padding):
        return ops._padded(call)
    padded = _scratch("padded", (*call.x.shape[:2], *call.padded_size), call.x.dtype)
    (top, bottom), (left, right) = call.padding
    padded[:, :, :top] = 0
    padded[:, :, padded.shape[2] - bottom :] = 0
    padded[:, :, :, :left] = 0
    padded[:, :, :, padded.shape[3] - right :] = 0
    ops._crop(padded, call.padding)[...] = call.x
    return padded


@cache
def _workers():
    return ThreadPoolExecutor(THREADS)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_workers.cache_clear)  # threads do not live on in a forked process


def _side_by_side(work, parts):
    """Call work(*part) for every part, on as many threads as there are cores; NumPy's loops let each other run."""
    waiting = [_workers().submit(work, *part) for part in parts[1:]]
    for part in parts[:1]:
        work(*part)
    for each in waiting:
        each.result()


# ---- The same functions on these loops

_loops = (_correlate, _stamp, _meetings, _padded, _pool, _largest)
_namespace = vars(ops) | {loop.__name__: loop for loop in _loops}


def _fast(function):
    """Return an operation of `ops` that calls the loops above in place of the readable ones."""
    same = FunctionType(function.__code__, _namespace, function.__name__, function.__defaults__)
    same.__doc__, same.__module__ = function.__doc__, __name__
    _namespace[function.__name__] = same
    return same


conv2d = _fast(ops.conv2d)
conv2d_backward = _fast(ops.conv2d_backward)
depthwise_conv2d = _fast(ops.depthwise_conv2d)
depthwise_conv2d_backward = _fast(ops.depthwise_conv2d_backward)
pointwise_conv2d = _fast(ops.pointwise_conv2d)
pointwise_conv2d_backward = _fast(ops.pointwise_conv2d_backward)
separable_conv2d = _fast(ops.separable_conv2d)
separable_conv2d_backward = _fast(ops.separable_conv2d_backward)
conv_transpose2d = _fast(ops.conv_transpose2d)
conv_transpose2d_backward = _fast(ops.conv_transpose2d_backward)
max_pool2d = _fast(ops.max_pool2d)
max_pool2d_backward = _fast(ops.max_pool2d_backward)
avg_pool2d = _fast(ops.avg_pool2d)
avg_pool2d_backward = _fast(ops.avg_pool2d_backward)
adaptive_avg_pool2d = _fast(ops.adaptive_avg_pool2d)
adaptive_avg_pool2d_backward = _fast(ops.adaptive_avg_pool2d_backward)
adaptive_max_pool2d = _fast(ops.adaptive_max_pool2d)
adaptive_max_pool2d_backward = _fast(ops.adaptive_max_pool2d_backward)
global_avg_pool2d = _fast(ops.global_avg_pool2d)
global_avg_pool2d_backward = _fast(ops.global_avg_pool2d_backward)
blur_pool2d = _fast(ops.blur_pool2d)
blur_pool2d_backward = _fast(ops.blur_pool2d_backward)
max_unpool2d = _fast(ops.max_unpool2d)
max_unpool2d_backward = _fast(ops.max_unpool2d_backward)
pixel_shuffle = _fast(ops.pixel_shuffle)
pixel_unshuffle = _fast(ops.pixel_unshuffle)
relu = _fast(ops.relu)
relu_backward = _fast(ops.relu_backward)
pad2d = _fast(ops.pad2d)
pad2d_backward = _fast(ops.pad2d_backward)
im2col = _fast(ops.im2col)
col2im = _fast(ops.col2im)
conv_matrix = _fast(ops.conv_matrix)
conv2d_fft = _fast(ops.conv2d_fft)
conv2d_winograd = _fast(ops.conv2d_winograd)
