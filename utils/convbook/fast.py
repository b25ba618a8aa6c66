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
from functools import cache, cached_property
from types import FunctionType

import numpy as np

from convbook import ops, shapes

THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WORTH_A_THREAD = 2**15  # outputs below which handing work to a thread takes longer than doing it
HELD_AT_MOST = 2**24  # bytes
BLOCK = 2**18  # numbers in a block of columns: 1 MB in single precision, which the cores keep close


def _convolve(call):
    x, padding = (call.x, call.padding) if call.padding_mode == "zeros" else (ops._padded(call), _NONE)
    return _by_the_best_way(_Layer(x, call.filters, call.stride, call.dilation, padding))


def _correlate(x, filters, stride, dilation):
    return _by_the_best_way(_Layer(x, filters, stride, dilation, _NONE))


_NONE = ((0, 0), (0, 0))


def _by_the_best_way(layer):
    if layer.in_channels == 1 and layer.out_channels <= 2:
        return _by_taps(layer)
    return _by_winograd(layer) if _winograd_pays(layer) else _by_columns(layer)


# ---- Long slices


class _Layer:
    """A convolution in which all that a tap of the kernel ever meets is one long slice of the picture.

    With the rows of the padded picture joined to one line, a tap reads on from its own start. At the end of every row
    come a few positions whose windows wrap around into the next row: they are computed, because that is cheaper than to
    avoid them, and thrown away. A stride splits the picture into phases, of every s-th row and column each, in which
    neighbouring positions lie one pixel apart again.
    """

    def __init__(self, x, filters, stride, dilation, padding):
        self.x, self.filters, self.stride, self.dilation, self.padding = x, filters, stride, dilation, padding
        self.groups, self.out_channels, self.in_channels, *self.kernel_size = filters.shape
        padded = [pixels + sum(sides) for pixels, sides in zip(x.shape[2:], padding, strict=True)]
        self.size = tuple(map(shapes.conv_output_size, padded, self.kernel_size, stride, (0, 0), dilation))
        self.rows, self.pitch = (-(-pixels // step) for pixels, step in zip(padded, stride, strict=True))
        self.is_plane = stride == (1, 1) and padding == _NONE  # the picture as it is

    def empty_output(self):
        return np.empty((len(self.x), self.groups * self.out_channels, *self.size), self.x.dtype)

    @cached_property
    def taps(self):
        """Every tap of the kernel as {(i, j): (phase, start)}."""
        taps = {}
        for i, j in np.ndindex(*self.kernel_size):
            down, row_phase = divmod(i * self.dilation[0], self.stride[0])
            right, column_phase = divmod(j * self.dilation[1], self.stride[1])
            taps[i, j] = (row_phase, column_phase), down * self.pitch + right
        return taps

    def planes(self, pictures):
        """Return {phase: (batch, channels, rows · pitch)} of some pictures, for all phases that a tap reads."""
        return {phase: self.plane(phase, pictures) for phase in {phase for phase, _ in self.taps.values()}}

    def plane(self, phase, pictures):
        """Return one phase of some padded pictures, (batch, channels, rows · pitch)."""
        if self.is_plane:
            return np.ascontiguousarray(pictures).reshape(*pictures.shape[:2], -1)
        plane = _scratch(f"plane {phase}", (*pictures.shape[:2], self.rows, self.pitch), pictures.dtype)
        (rows, source_rows), (columns, source_columns) = (self._overlap(axis, phase[axis]) for axis in (0, 1))
        plane[:, :, : rows.start] = 0
        plane[:, :, rows.stop :] = 0
        plane[:, :, :, : columns.start] = 0
        plane[:, :, :, columns.stop :] = 0
        plane[:, :, rows, columns] = pictures[:, :, source_rows, source_columns]
        return plane.reshape(*pictures.shape[:2], -1)

    def _overlap(self, axis, phase):
        """Return, along one axis, where a plane holds pixels of the picture and which ones these are."""
        step, before, pixels = self.stride[axis], self.padding[axis][0], self.x.shape[2 + axis]
        first = max(0, -((phase - before) // step))
        source = slice(phase - before + step * first, pixels, step)
        return slice(first, first + len(range(pixels)[source])), source

    def blocks(self):
        """Yield (images, rows, columns): two slices of the output, and its columns (groups, depth, positions).

        A block is as large as BLOCK, or as the filters, which must be read anew for every block.
        """
        taps, channels, count = self.taps, self.x.shape[1], len(self.x)
        rows_at_once = max(BLOCK, self.filters.size) // (channels * len(taps) * self.pitch)
        images_at_once = max(1, min(count, rows_at_once // self.size[0]))
        rows_at_once = max(1, min(self.size[0], rows_at_once))
        for first in range(0, count, images_at_once):
            pictures = self.x[first : first + images_at_once]
            planes = self.planes(pictures)
            for top in range(0, self.size[0], rows_at_once):
                rows = slice(top, min(top + rows_at_once, self.size[0]))
                length = (rows.stop - top - 1) * self.pitch + self.size[1]
                columns = _scratch("columns", (channels, *self.kernel_size, len(pictures), length), self.x.dtype)
                for (i, j), (phase, start) in taps.items():
                    start += top * self.pitch
                    columns[:, i, j] = planes[phase][:, :, start : start + length].swapaxes(0, 1)
                yield (
                    slice(first, first + len(pictures)),
                    rows,
                    columns.reshape(self.groups, -1, len(pictures) * length),
                )

    def without_wraps(self, lines, rows):
        """Return a view (..., rows, width) of the lines (..., positions) of so many rows."""
        strides = *lines.strides[:-1], self.pitch * lines.itemsize, lines.itemsize
        return np.ndarray((*lines.shape[:-1], rows, self.size[1]), lines.dtype, lines, strides=strides)


# ---- The ways to convolve


def _by_columns(layer):
    y, weights = layer.empty_output(), layer.filters.reshape(layer.groups, layer.out_channels, -1)
    if len(layer.taps) == 1 and layer.pitch == layer.size[1]:  # the picture itself is the columns
        for image, target in zip(layer.x, y, strict=True):
            columns = layer.plane((0, 0), image[None]).reshape(layer.groups, layer.in_channels, -1)
            np.matmul(weights, columns[..., : target[0].size], out=target.reshape(*weights.shape[:2], -1))
        return y
    for images, rows, columns in layer.blocks():
        lines = _scratch("lines", (*weights.shape[:2], columns.shape[2]), y.dtype)
        np.matmul(weights, columns, out=lines)
        target = y[images, :, rows].swapaxes(0, 1)
        target[...] = layer.without_wraps(lines.reshape(*target.shape[:2], -1), target.shape[2])
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


def _winograd_pays(layer):
    """Tell whether the saved products outweigh the transforms, for a kernel that is three rows high."""
    if layer.kernel_size[0] != 3 or layer.groups != 1 or layer.stride != (1, 1) or layer.dilation != (1, 1):
        return False
    if min(layer.in_channels, layer.out_channels) < 16 or len(layer.x) * math.prod(layer.size) < 2 * layer.out_channels:
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(layer.x.sum() + layer.filters.sum())  # a NaN would spread over four rows


def _by_winograd(layer):
    y, kernel_width, dtype = layer.empty_output(), layer.kernel_size[1], layer.x.dtype
    by_row = layer.filters[0].transpose(2, 0, 3, 1).reshape(3, -1)
    filters = (_FILTERS.astype(dtype) @ by_row).reshape(6, layer.out_channels, -1)
    tiles = -(-layer.size[0] // 4)
    tiles_at_once = max(1, min(tiles, BLOCK // (6 * kernel_width * layer.in_channels * layer.pitch)))
    for image, output in zip(layer.x, y, strict=True):
        plane = layer.plane((0, 0), image[None]).reshape(layer.in_channels, layer.rows, layer.pitch)
        for first in range(0, tiles, tiles_at_once):
            count = min(tiles_at_once, tiles - first)
            rows = _scratch("rows", (6, layer.in_channels, count, layer.pitch), dtype)
            for i in range(6):
                there = plane[:, 4 * first + i :: 4][:, :count]
                rows[i, :, : there.shape[1]] = there
                rows[i, :, there.shape[1] :] = 0  # below the picture
            columns = _scratch("columns", (6, kernel_width, layer.in_channels, count * layer.pitch), dtype)
            np.matmul(_LINES.astype(dtype), rows.reshape(6, -1), out=columns[:, 0].reshape(6, -1))
            for j in range(1, kernel_width):
                columns[:, j, :, :-j] = columns[:, 0, :, j:]
                columns[:, j, :, -j:] = 0
            lines = _scratch("lines", (6, layer.out_channels, count * layer.pitch), dtype)
            np.matmul(filters, columns.reshape(6, filters.shape[2], -1), out=lines)
            rows = _scratch("rows", (4, layer.out_channels, count, layer.pitch), dtype)
            np.matmul(_ROWS.astype(dtype), lines.reshape(6, -1), out=rows.reshape(4, -1))
            for i in range(4):
                target = output[:, 4 * first + i : 4 * (first + count) : 4]
                target[...] = rows[i, :, : target.shape[1], : layer.size[1]]
    return y


def _by_taps(layer):
    y = layer.empty_output().reshape(len(layer.x), layer.groups, layer.out_channels, *layer.size)
    threads = min(THREADS, max(1, layer.groups * layer.out_channels * math.prod(layer.size) // WORTH_A_THREAD))
    share = -(-layer.groups // threads)
    parts = [slice(first, first + share) for first in range(0, layer.groups, share)]
    work = [(layer, image, part, y[image, part]) for image in range(len(y)) for part in parts]
    _side_by_side(_add_taps, work)
    return y.reshape(len(layer.x), layer.groups * layer.out_channels, *layer.size)


def _add_taps(layer, image, channels, y):
    """Convolve some channels of one image with their own filters into y: (channels, filters, height, width)."""
    positions = (layer.size[0] - 1) * layer.pitch + layer.size[1]
    total, part = (_scratch(name, (*y.shape[:2], positions), y.dtype) for name in ("lines", "columns"))
    first, *others = _equally_spaced(layer.taps)
    planes = layer.planes(layer.x[image, None, channels])

    def add_run(run, out):
        rows, column, phase, start, step = run
        plane, weights = planes[phase][0], layer.filters[channels, :, 0, rows, column]
        strides = plane.strides[0], step * plane.itemsize, plane.itemsize
        window = np.ndarray((len(y), weights.shape[2], positions), y.dtype, plane, start * plane.itemsize, strides)
        np.einsum("cil,coi->col", window, weights, out=out)  # one pass over memory multiplies and adds a whole column

    add_run(first, total)
    for run in others:
        add_run(run, part)
        total += part
    y[...] = layer.without_wraps(total, layer.size[0])


def _equally_spaced(taps):
    """Yield the taps as (rows, column, phase, start, step): in a column, those of one phase start equally far apart."""
    runs = {}
    for (i, j), (phase, start) in taps.items():
        runs.setdefault((j, phase), []).append((i, start))
    for (column, phase), run in runs.items():
        (row, start), (next_row, next_start) = run[0], run[1] if len(run) > 1 else run[0]
        rows = slice(row, run[-1][0] + 1, max(next_row - row, 1))
        yield rows, column, phase, start, next_start - start


# ---- Gradients


def _meetings(y, x, call):
    layer = _Layer(x, call.filters, call.stride, call.dilation, _NONE)
    dweight = np.zeros((layer.groups, layer.out_channels, math.prod(call.filters.shape[2:])), x.dtype)
    for images, rows, columns in layer.blocks():
        part = y[images, :, rows].swapaxes(0, 1)
        lines = _scratch("lines", (*part.shape[:2], columns.shape[2] // part.shape[1]), x.dtype)
        lines[...] = 0
        layer.without_wraps(lines, part.shape[2])[...] = part
        dweight += lines.reshape(*dweight.shape[:2], -1) @ columns.swapaxes(1, 2)
    return dweight.reshape(call.filters.shape)


def _stamp(y, filters, size, stride, dilation):
    if stride != (1, 1):
        return ops._stamp(y, filters, size, stride, dilation)
    # To stamp at every pixel is to correlate with the rotated filters, of which so much reaches over each side.
    span = map(shapes.effective_kernel_size, filters.shape[3:], dilation)
    around = tuple((reach - 1, whole - pixels) for reach, whole, pixels in zip(span, size, y.shape[2:], strict=True))
    rotated = np.ascontiguousarray(filters.swapaxes(1, 2)[..., ::-1, ::-1])
    return _by_the_best_way(_Layer(y, rotated, stride, dilation, around))


# ---- Pooling


def _pool(call, x, combine, padding_value=0, overhang_value=0):
    """Combine along the columns first, then along the rows: kernel height + width steps, not their product."""
    y = ops._pool_padded(call, x, padding_value, overhang_value)
    settings = zip((2, 3), call.kernel_size, call.dilation, call.output_size, call.stride, strict=True)
    for axis, kernel, dilation, count, stride in settings:
        y = np.moveaxis(y, axis, 0)
        taps = [y[i * dilation : i * dilation + (count - 1) * stride + 1 : stride] for i in range(kernel)]
        y = taps[0].copy()
        for tap in taps[1:]:
            combine(y, tap, out=y)
        y = np.moveaxis(y, 0, axis)
    return y


def _largest(call):
    """Go through the taps of the window in order: a number that is larger than all before it takes their place."""
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

    The system hands out fresh memory page by page and clears every page first, which can take longer than the
    arithmetic. What is larger than HELD_AT_MOST bytes is not kept.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size > HELD_AT_MOST:
        return np.empty(shape, dtype)
    held = vars(_held).get(name)
    if held is None or held.size < size:
        held = vars(_held)[name] = np.empty(size, np.uint8)
    return np.ndarray(shape, dtype, held)


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

_loops = (_convolve, _correlate, _stamp, _meetings, _pool, _largest)
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
