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
from functools import cache, lru_cache
from itertools import groupby, product
from types import FunctionType
from typing import NamedTuple

import numpy as np

from convbook import ops, shapes

THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WORTH_A_THREAD = 2**15  # outputs below which handing work to a thread takes longer than doing it
HELD_AT_MOST = 2**24  # bytes
BLOCK = 2**19  # numbers in a block of columns: 2 MB in single precision, which the cores keep close


def _convolve(call):
    x, padding = (call.x, call.padding) if call.padding_mode == "zeros" else (ops._padded(call), _NONE)
    return _by_the_best_way(_Layer(x, call.filters, call.stride, call.dilation, padding))


def _correlate(x, filters, stride, dilation):
    return _by_the_best_way(_Layer(x, filters, stride, dilation, _NONE))


_NONE = ((0, 0), (0, 0))


def _by_the_best_way(layer):
    if layer.in_channels == 1 and layer.out_channels <= 2:
        y = _by_taps(layer)
    else:
        y = _by_winograd(layer) if _winograd_pays(layer) else _by_columns(layer)
    return y.reshape(len(y), layer.groups * layer.out_channels, *layer.geometry.size)


# ---- Long slices


class _Geometry:
    """Where the windows of a layer lie, when all that a tap of the kernel ever meets is one long slice of the picture.

    With the rows of the padded picture joined to one line, a tap reads on from its own start. At the end of every row
    come a few positions whose windows wrap around into the next row: they are computed, because that is cheaper than to
    avoid them, and thrown away. They are few, because the zeros behind one row are those before the next. A stride
    splits the picture into phases, of every s-th row and column each, in which neighbouring positions lie one pixel
    apart again.
    """

    def __init__(self, pixels, kernel_size, stride, dilation, padding):
        padded = [length + sum(sides) for length, sides in zip(pixels, padding, strict=True)]
        self.size = tuple(map(shapes.conv_output_size, padded, kernel_size, stride, (0, 0), dilation))
        self.rows, self.pitch = (-(-length // step) for length, step in zip(padded, stride, strict=True))
        self.tail = 0  # zeros behind the last row
        if stride[1] == 1:
            self.tail = min(padding[1])
            self.pitch -= self.tail
        self.is_plane = stride == (1, 1) and padding == _NONE  # the picture as it is
        self.is_columns = kernel_size == (1, 1) and self.pitch == self.size[1]  # even one phase of it is
        self.runs = list(product(*map(_runs, kernel_size, stride, dilation)))
        phases = {(down.phase, right.phase) for down, right in self.runs}
        self.overlaps = {phase: tuple(map(_overlap, phase, pixels, stride, padding)) for phase in phases}

    def positions(self, rows):
        """Return how many positions, wrapped ones among them, there are in so many rows of the output."""
        return (rows - 1) * self.pitch + self.size[1]


_geometry = lru_cache(maxsize=256)(_Geometry)  # a network asks for the same few again and again


class _Run(NamedTuple):
    """Taps along one axis that share a phase of the picture, in which they lie equally far apart."""

    taps: slice
    count: int
    phase: int
    first: int
    step: int


def _runs(kernel, stride, dilation):
    """Return the runs along one axis: every tap of the kernel is in one of them."""
    every = stride // math.gcd(stride, dilation)
    runs = []
    for tap in range(min(every, kernel)):
        taps, (first, phase) = range(tap, kernel, every), divmod(tap * dilation, stride)
        runs.append(_Run(slice(tap, kernel, every), len(taps), phase, first, every * dilation // stride))
    return runs


def _overlap(phase, pixels, step, padding):
    """Return, along one axis, where a phase holds pixels of the picture and which ones these are."""
    before = padding[0]
    first = max(0, -((phase - before) // step))
    source = slice(phase - before + step * first, pixels, step)
    return slice(first, first + len(range(pixels)[source])), source


class _Layer:
    """A convolution of these pictures, (batch, groups, channels, height, width), with these filters."""

    def __init__(self, x, filters, stride, dilation, padding):
        self.groups, self.out_channels, self.in_channels, *kernel_size = filters.shape
        self.kernel_size, self.stride, self.dilation = tuple(kernel_size), stride, dilation
        self.x = x.reshape(len(x), self.groups, self.in_channels, *x.shape[2:])
        self.filters, self.dtype = filters, x.dtype
        self.geometry = _geometry(x.shape[2:], self.kernel_size, stride, dilation, padding)

    def empty_output(self):
        return np.empty((len(self.x), self.groups, self.out_channels, *self.geometry.size), self.dtype)

    def plane(self, phase, pictures):
        """Return one phase of some padded pictures, with its rows joined: (batch, groups, channels, pixels)."""
        if self.geometry.is_plane:
            return np.ascontiguousarray(pictures).reshape(*pictures.shape[:3], -1)
        height, width = self.geometry.rows, self.geometry.pitch
        line = _scratch(f"plane {phase}", (*pictures.shape[:3], height * width + self.geometry.tail), self.dtype)
        line[..., height * width :] = 0
        plane = line[..., : height * width].reshape(*pictures.shape[:3], height, width)
        (rows, source_rows), (columns, source_columns) = self.geometry.overlaps[phase]
        plane[..., : rows.start, :] = 0
        plane[..., rows.stop :, :] = 0
        plane[..., : columns.start] = 0
        plane[..., columns.stop :] = 0
        plane[..., rows, columns] = pictures[..., source_rows, source_columns]
        return line

    def planes(self, images, groups):
        """Return {phase: plane} of some pictures, for all phases that a tap reads."""
        return {phase: self.plane(phase, self.x[images, groups]) for phase in self.geometry.overlaps}

    def blocks(self):
        """Return the parts (images, groups, rows) of the output that are computed at once.

        The columns of a part are as many as BLOCK, or as the filters, which must be read anew for every part.
        """
        height = self.geometry.size[0]
        if self.geometry.is_columns:
            return [(slice(n, n + 1), slice(0, self.groups), slice(0, height)) for n in range(len(self.x))]
        rows = max(BLOCK, self.filters.size) // (self.filters[0, 0].size * self.geometry.pitch)
        return list(
            product(
                _parts(len(self.x), rows // (height * self.groups)),
                _parts(self.groups, rows // height),
                _parts(height, rows),
            )
        )

    def columns(self):
        """Yield each block with its columns (groups, depth, positions)."""
        for (images, groups), same in groupby(self.blocks(), lambda block: block[:2]):
            planes = self.planes(images, groups)
            for block in same:
                yield block, self._columns(planes, block[2])

    def _columns(self, planes, rows):
        length = self.geometry.positions(rows.stop - rows.start)
        if self.geometry.is_columns:
            return planes[0, 0][0, ..., :length]
        count, groups, channels, _ = next(iter(planes.values())).shape
        columns = _scratch("columns", (groups, channels, *self.kernel_size, count, length), self.dtype)
        for taps, windows in self.windows(planes, rows.start, length):
            columns[:, :, *taps] = windows
        return columns.reshape(groups, -1, count * length)

    def windows(self, planes, top, length):
        """Yield the taps of each run, and a view of what they meet (groups, channels, *taps, batch, positions)."""
        pitch = self.geometry.pitch
        for down, right in self.geometry.runs:
            plane = planes[down.phase, right.phase]
            images, groups, channels, pixel = plane.strides
            shape = *plane.shape[1:3], down.count, right.count, len(plane), length
            strides = groups, channels, down.step * pitch * pixel, right.step * pixel, images, pixel
            start = (top + down.first) * pitch + right.first
            yield (down.taps, right.taps), np.ndarray(shape, self.dtype, plane, start * pixel, strides)

    def without_wraps(self, lines, rows):
        """Return a view (..., rows, width) of the lines (..., positions) of so many rows."""
        strides = *lines.strides[:-1], self.geometry.pitch * lines.itemsize, lines.itemsize
        return np.ndarray((*lines.shape[:-1], rows, self.geometry.size[1]), lines.dtype, lines, strides=strides)


def _parts(length, at_once):
    """Return slices that cover the length, about equally long and at most `at_once`, but at least one."""
    count = -(-length // max(1, at_once))
    return [slice(length * part // count, length * (part + 1) // count) for part in range(count)]


# ---- The ways to convolve


def _by_columns(layer):
    y, weights = layer.empty_output(), layer.filters.reshape(layer.groups, layer.out_channels, -1)
    for (images, groups, rows), columns in layer.columns():
        target = y[images, groups, :, rows]
        if layer.geometry.is_columns:
            np.matmul(weights[groups], columns, out=target[0].reshape(*target.shape[1:3], -1))
            continue
        lines = _scratch("lines", (*target.shape[1:3], columns.shape[2]), y.dtype)
        np.matmul(weights[groups], columns, out=lines)
        lines = lines.reshape(*lines.shape[:2], len(target), -1)
        target[...] = np.moveaxis(layer.without_wraps(lines, target.shape[3]), 2, 0)
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
    positions = len(layer.x) * math.prod(layer.geometry.size)
    if min(layer.in_channels, layer.out_channels) < 16 or positions < 2 * layer.out_channels:
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        return np.isfinite(layer.x.sum() + layer.filters.sum())  # a NaN would spread over four rows


def _by_winograd(layer):
    y, height = layer.empty_output(), layer.geometry.size[0]
    by_row = layer.filters[0].transpose(2, 0, 3, 1).reshape(3, -1)
    filters = (_FILTERS.astype(layer.dtype) @ by_row).reshape(6, layer.out_channels, -1)
    tiles_at_once = BLOCK // (filters[:, 0].size * layer.geometry.pitch)
    for image, output in enumerate(y[:, 0]):
        plane = layer.plane((0, 0), layer.x[image : image + 1])[0, 0]
        plane = plane[:, : layer.geometry.rows * layer.geometry.pitch].reshape(len(plane), -1, layer.geometry.pitch)
        for tiles in _parts(-(-height // 4), tiles_at_once):
            rows = slice(4 * tiles.start, 4 * tiles.stop)
            _multiply_tiles(filters, plane[:, rows.start :], output[:, rows], tiles.stop - tiles.start)
    return y


def _multiply_tiles(filters, plane, y, count):
    """Compute so many tiles of four rows of y, (filters, rows, width), from the plane (channels, rows, pitch)."""
    (channels, _, pitch), dtype = plane.shape, plane.dtype
    lines = _scratch("lines", (6, channels, count, pitch), dtype)
    for i in range(6):
        there = plane[:, i : 4 * count + i : 4]
        lines[i, :, : there.shape[1]] = there
        lines[i, :, there.shape[1] :] = 0  # below the picture
    columns = _scratch("columns", (6, filters.shape[2] // channels, channels, count * pitch), dtype)
    np.matmul(_LINES.astype(dtype), lines.reshape(6, -1), out=columns[:, 0].reshape(6, -1))
    for j in range(1, columns.shape[1]):
        columns[:, j, :, :-j] = columns[:, 0, :, j:]
        columns[:, j, :, -j:] = 0
    products = _scratch("products", (6, len(y), count * pitch), dtype)
    np.matmul(filters, columns.reshape(6, filters.shape[2], -1), out=products)
    rows = _scratch("lines", (4, len(y), count, pitch), dtype)
    np.matmul(_ROWS.astype(dtype), products.reshape(6, -1), out=rows.reshape(4, -1))
    for i in range(4):
        target = y[:, i::4]
        target[...] = rows[i, :, : target.shape[1], : y.shape[2]]


def _by_taps(layer):
    y = layer.empty_output()
    threads = min(THREADS, max(1, y[0].size // WORTH_A_THREAD)) if len(y) else 1
    parts = _parts(layer.groups, -(-layer.groups // threads))
    _side_by_side(_add_taps, [(layer, image, part, y[image, part]) for image in range(len(y)) for part in parts])
    return y


def _add_taps(layer, image, groups, y):
    """Convolve some channels of one image with their own filters into y: (channels, filters, height, width)."""
    positions = layer.geometry.positions(y.shape[2])
    total, part = (_scratch(name, (*y.shape[:2], positions), y.dtype) for name in ("lines", "columns"))
    planes = layer.planes(slice(image, image + 1), groups)
    windows = (
        (window[:, 0, :, j, 0], filters[..., j])
        for (rows, columns), window in layer.windows(planes, 0, positions)
        for filters in [layer.filters[groups, :, 0, rows, columns]]
        for j in range(filters.shape[3])
    )
    for number, (window, filters) in enumerate(windows):
        # One pass over memory multiplies and adds a whole column of the kernel.
        np.einsum("cil,coi->col", window, filters, out=part if number else total)
        if number:
            total += part
    y[...] = layer.without_wraps(total, y.shape[2])


# ---- Gradients


def _meetings(y, x, call):
    layer = _Layer(x, call.filters, call.stride, call.dilation, _NONE)
    dweight = np.zeros((layer.groups, layer.out_channels, math.prod(call.filters.shape[2:])), x.dtype)
    y = y.reshape(len(y), layer.groups, layer.out_channels, *y.shape[2:])
    for (images, groups, rows), columns in layer.columns():
        part = np.moveaxis(y[images, groups, :, rows], 0, 2)
        lines = _scratch("lines", (*part.shape[:3], columns.shape[2] // part.shape[2]), x.dtype)
        lines[...] = 0
        layer.without_wraps(lines, part.shape[3])[...] = part
        dweight[groups] += lines.reshape(*part.shape[:2], -1) @ columns.swapaxes(1, 2)
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
