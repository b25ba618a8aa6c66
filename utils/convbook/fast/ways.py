"""The ways to convolve: by columns, by Winograd on rows, by taps."""

import math

import numpy as np

from convbook._arguments import silently
from convbook.fast import machine
from convbook.fast.layer import split
from convbook.fast.machine import scratch, side_by_side


def by_the_best_way(layer):
    """Return the convolution of a layer, (batch, out channels, height, width), by the way that suits its shape."""
    if layer.in_channels == 1 and layer.out_channels <= 2:
        y = _by_taps(layer)
    elif not winograd_pays(layer) or not all_finite(y := _by_winograd(layer)):
        y = _by_columns(layer)
    return y.reshape(len(y), layer.groups * layer.out_channels, *layer.geometry.size)


def all_finite(y):
    """Tell whether a result can be trusted that a shortcut has found.

    Shortcuts compute more than the plain sum: transforms that cancel out, products with zeros. Where one number is
    infinite or not a number, or nearly too large, that shows in the result, and the plain sum must decide.
    """
    return np.isfinite(y.sum())


def _by_columns(layer):
    y, weights = layer.empty_output(), layer.filters.reshape(layer.groups, layer.out_channels, -1)
    for (images, groups, rows), columns in layer.columns():
        target = y[images, groups, :, rows]
        if layer.geometry.is_columns:
            np.matmul(weights[groups], columns, out=target[0].reshape(*target.shape[1:3], -1))
            continue
        lines = scratch("lines", (*target.shape[1:3], columns.shape[2]), y.dtype)
        np.matmul(weights[groups], columns, out=lines)
        lines = lines.reshape(*lines.shape[:2], len(target), -1)
        target[...] = np.moveaxis(layer.without_wraps(lines, target.shape[3]), 2, 0)
    return y


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


def winograd_pays(layer):
    """Tell whether the saved products outweigh the transforms, for a kernel that is three rows high."""
    if layer.kernel_size[0] != 3 or layer.groups != 1 or layer.stride != (1, 1) or layer.dilation != (1, 1):
        return False
    positions = len(layer.x) * math.prod(layer.geometry.size)
    return min(layer.in_channels, layer.out_channels) >= 16 and positions >= 2 * layer.out_channels


def _by_winograd(layer):
    y, height = layer.empty_output(), layer.geometry.size[0]
    by_row = layer.filters[0].transpose(2, 0, 3, 1).reshape(3, -1)
    filters = (_FILTERS.astype(layer.dtype) @ by_row).reshape(6, layer.out_channels, -1)
    tiles_at_once = machine.BLOCK // (filters[:, 0].size * layer.geometry.pitch)
    for image, output in enumerate(y[:, 0]):
        plane = layer.plane((0, 0), layer.x[image : image + 1])[0, 0]
        plane = plane[:, : layer.geometry.rows * layer.geometry.pitch].reshape(len(plane), -1, layer.geometry.pitch)
        for tiles in split(-(-height // 4), tiles_at_once):
            rows = slice(4 * tiles.start, 4 * tiles.stop)
            _multiply_tiles(filters, plane[:, rows.start :], output[:, rows], tiles.stop - tiles.start)
    return y


def _multiply_tiles(filters, plane, y, count):
    """Compute so many tiles of four rows of y, (filters, rows, width), from the plane (channels, rows, pitch)."""
    (channels, _, pitch), dtype = plane.shape, plane.dtype
    lines = scratch("lines", (6, channels, count, pitch), dtype)
    for i in range(6):
        there = plane[:, i : 4 * count + i : 4]
        lines[i, :, : there.shape[1]] = there
        lines[i, :, there.shape[1] :] = 0  # below the picture
    columns = scratch("columns", (6, filters.shape[2] // channels, channels, count * pitch), dtype)
    np.matmul(_LINES.astype(dtype), lines.reshape(6, -1), out=columns[:, 0].reshape(6, -1))
    for j in range(1, columns.shape[1]):
        columns[:, j, :, :-j] = columns[:, 0, :, j:]
        columns[:, j, :, -j:] = 0
    products = scratch("products", (6, len(y), count * pitch), dtype)
    np.matmul(filters, columns.reshape(6, filters.shape[2], -1), out=products)
    rows = scratch("lines", (4, len(y), count, pitch), dtype)
    np.matmul(_ROWS.astype(dtype), products.reshape(6, -1), out=rows.reshape(4, -1))
    for i in range(4):
        target = y[:, i::4]
        target[...] = rows[i, :, : target.shape[1], : y.shape[2]]


def _by_taps(layer):
    y = layer.empty_output()
    threads = min(machine.THREADS, max(1, y[0].size // machine.WORTH_A_THREAD)) if len(y) else 1
    parts = split(layer.groups, -(-layer.groups // threads))
    side_by_side(_add_taps, [(layer, image, part, y[image, part]) for image in range(len(y)) for part in parts])
    return y


@silently  # once more, for a thread does not know what its caller asked for
def _add_taps(layer, image, groups, y):
    """Convolve some channels of one image with their own filters into y: (channels, filters, height, width)."""
    positions = layer.geometry.positions(y.shape[2])
    total, part = (scratch(name, (*y.shape[:2], positions), y.dtype) for name in ("lines", "columns"))
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
