"""A convolution laid out for long slices: where its windows lie in memory, and in which blocks it is computed."""

import math
from functools import lru_cache
from itertools import groupby, product
from typing import NamedTuple

import numpy as np

from convbook import shapes
from convbook.fast import machine
from convbook.fast.machine import scratch


class Geometry:
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
        self.tail = 0  # zeros behind the last row, which stand for those before the first one of the next
        if stride[1] == 1:
            reach = shapes.effective_kernel_size(kernel_size[1], dilation[1]) - 1
            self.tail = min(*padding[1], reach)  # more would leave a row with fewer positions than windows
            self.pitch -= self.tail
        self.is_plane = stride == (1, 1) and padding == NO_PADDING  # the picture as it is
        self.is_columns = kernel_size == (1, 1) and self.pitch == self.size[1]  # even one phase of it is
        self.runs = list(product(*map(_runs, kernel_size, stride, dilation)))
        phases = {(down.phase, right.phase) for down, right in self.runs}
        self.overlaps = {phase: tuple(map(_overlap, phase, pixels, stride, padding)) for phase in phases}

    def positions(self, rows):
        """Return how many positions, wrapped ones among them, there are in so many rows of the output."""
        return (rows - 1) * self.pitch + self.size[1]


_geometry = lru_cache(maxsize=256)(Geometry)  # a network asks for the same few again and again


class Run(NamedTuple):
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
        runs.append(Run(slice(tap, kernel, every), len(taps), phase, first, every * dilation // stride))
    return runs


def _overlap(phase, pixels, step, padding):
    """Return, along one axis, where a phase holds pixels of the picture and which ones these are."""
    before = padding[0]
    first = max(0, -((phase - before) // step))
    source = slice(phase - before + step * first, pixels, step)
    return slice(first, first + len(range(pixels)[source])), source


class Layer:
    """A convolution of these pictures, (batch, groups, channels, height, width), with these filters."""

    def __init__(self, x, filters, stride, dilation, padding):
        self.groups, self.out_channels, self.in_channels, *kernel_size = filters.shape
        self.kernel_size, self.stride, self.dilation = tuple(kernel_size), stride, dilation
        self.x = x.reshape(len(x), self.groups, self.in_channels, *x.shape[2:])
        self.filters, self.dtype = filters, x.dtype
        self.geometry = _geometry(x.shape[2:], self.kernel_size, stride, dilation, padding)
        self.kept = None

    def empty_output(self):
        """Return room for the output, (batch, groups, out channels, height, width)."""
        return np.empty((len(self.x), self.groups, self.out_channels, *self.geometry.size), self.dtype)

    def plane(self, phase, pictures):
        """Return one phase of some padded pictures, with its rows joined: (batch, groups, channels, pixels)."""
        if self.geometry.is_plane:
            return np.ascontiguousarray(pictures).reshape(*pictures.shape[:3], -1)
        height, width = self.geometry.rows, self.geometry.pitch
        line = scratch(f"plane {phase}", (*pictures.shape[:3], height * width + self.geometry.tail), self.dtype)
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
        rows = max(machine.BLOCK, self.filters.size) // (self.filters[0, 0].size * self.geometry.pitch)
        return list(
            product(
                split(len(self.x), rows // (height * self.groups)),
                split(self.groups, rows // height),
                split(height, rows),
            )
        )

    def keep_columns(self):
        """Lay out the columns once for the way there and back, if one block holds them all."""
        blocks = self.blocks()
        if len(blocks) == 1:
            self.kept = [(block, columns.copy()) for block, columns in self._columns_of(blocks)]

    def columns(self):
        """Return each block with its columns (groups, depth, positions), one after the other."""
        return self.kept or self._columns_of(self.blocks())

    def _columns_of(self, blocks):
        for (images, groups), same in groupby(blocks, lambda block: block[:2]):
            planes = self.planes(images, groups)
            for block in same:
                yield block, self._columns(planes, block[2])

    def _columns(self, planes, rows):
        length = self.geometry.positions(rows.stop - rows.start)
        if self.geometry.is_columns:
            return planes[0, 0][0, ..., :length]
        count, groups, channels, _ = next(iter(planes.values())).shape
        columns = scratch("columns", (groups, channels, *self.kernel_size, count, length), self.dtype)
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


def split(length, at_once):
    """Return slices that cover the length, about equally long and at most `at_once`, but at least one."""
    count = -(-length // max(1, at_once))
    return [slice(length * part // count, length * (part + 1) // count) for part in range(count)]


NO_PADDING = ((0, 0), (0, 0))
