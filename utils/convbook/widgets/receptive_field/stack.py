"""The rows of a stack as layers of `convbook.shapes`, and the gradient of one unit through them."""

from typing import NamedTuple

import numpy as np

from convbook import ops, shapes
from convbook._arguments import plural

KINDS = {"conv": "conv", "max_pool": "max pool", "avg_pool": "average pool"}
ENDS = {"skip": "skip starts", "add": "skip is added"}
SHARE = 0.95  # of the weight


def conv(kernel=3, stride=1, padding=0, dilation=1, kind="conv"):
    """Return one row of a stack, complete."""
    return {"kind": kind, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}


def pool(kernel=2, stride=2, padding=0, kind="max_pool"):
    """Return one row of a stack that pools."""
    return conv(kernel, stride, padding, kind=kind)


def residual(*rows):
    """Return the rows of a residual block: `rows`, and a skip from before the first to behind the last."""
    return [{"kind": "skip"}, *rows, {"kind": "add"}]


class Row(NamedTuple):
    """One row of the table: what it is, the side of its output in pixels, and what an output of it sees."""

    name: str
    size: int
    field: shapes.ReceptiveField


def walk(rows, size):
    """Return the table of the rows, and the same as a list of layers of `convbook.shapes`."""
    table, field, started, stacks = [], shapes.ONE_PIXEL, [], [[]]
    for n, row in enumerate(rows):
        if row["kind"] == "skip":
            started.append((size, field))
            stacks.append([])
        else:
            try:
                layer = _layer(row) if row["kind"] in KINDS else _joined(stacks, started, field)
                if row["kind"] == "add":
                    size, field = started.pop()
                size, field = layer.output_shape((1, size, size))[1], layer.see(field, 0)
            except ValueError as error:
                raise ValueError(f"layers[{n}], {name_of(row)}: {error}") from None
            stacks[-1].append(layer)
        table.append(Row(name_of(row), size, field))
    if started:
        raise ValueError(f'layers must have an "add" for every "skip"; {plural(len(started), "skip")} never ends')
    return table, stacks[0]


def _layer(row):
    _, kernel, stride, padding, dilation = row.values()
    if row["kind"] == "conv":
        return shapes.Conv(1, kernel, stride, padding, dilation)
    return shapes.Pool(kernel, stride, padding, dilation)


def _joined(stacks, started, field):
    """Return the block that an "add" closes: the layers since its skip, and what passes them by."""
    if not started:
        raise ValueError('there must be a "skip" before it')
    stride = field.jump // started[-1][1].jump
    return shapes.Branches([stacks.pop(), [shapes.Conv(1, 1, stride)] if stride > 1 else []])


def name_of(row):
    """Return a row in a few words, with the settings that are not the usual ones.

    >>> name_of(conv(3, stride=2, padding=1))
    'conv 3×3, stride 2, padding 1'
    """
    if row["kind"] in ENDS:
        return ENDS[row["kind"]]
    extra = [f"{key} {row[key]}" for key in ("stride", "padding", "dilation") if row[key] != conv()[key]]
    return ", ".join([f"{KINDS[row['kind']]} {row['kernel']}×{row['kernel']}", *extra])


# ---- the gradient


def back(stack, size, dy):
    """Return the gradient at the `size`×`size` input of a stack from that at its output, all layers averaging."""
    sizes = [size]
    for layer in stack:
        sizes.append(layer.output_shape((1, sizes[-1], sizes[-1]))[1])
    for layer, side in zip(reversed(stack), reversed(sizes[:-1]), strict=True):
        dy = _back_through(layer, side, dy)
    return dy


def _back_through(layer, size, dy):
    if isinstance(layer, shapes.Branches):
        return sum(back(stack, size, dy) for stack in layer.stacks)
    kernel = layer.kernel_size
    mean = np.full((kernel, kernel), 1 / kernel**2)
    settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation}
    return ops.conv2d_backward(dy, np.zeros((size, size)), mean, **settings)[0]


def middle(weights):
    """Return the (first, last) place of the middle 95 % of all weight: half of the rest lies on each side, at most."""
    half = (1 - SHARE) / 2 * weights.sum() * (1 + 1e-9)  # dust decides nothing
    before, behind = ((np.cumsum(each) <= half).sum() for each in (weights, weights[::-1]))
    return int(before), int(len(weights) - 1 - behind)
