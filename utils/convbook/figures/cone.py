"""What one output of a stack sees."""

import matplotlib.pyplot as plt

from convbook.figures.style import COLOURS
from convbook.shapes import receptive_field


def draw_cone(layers, ax=None):
    """Draw which pixels one output of a stack sees, along one axis, with the pixels on top and a row for each layer.

    `layers` are `Conv` or `Pool` of convbook.shapes with whole numbers as settings. Every unit stands under the middle
    of its field, with lines to what it reads; a hollow one is skipped. Return the axis.

    >>> from convbook.shapes import Conv
    >>> [text.get_text() for text in draw_cone([Conv(1, 3, stride=2), Conv(1, 3)]).texts]  # 1 + 2, then 3 + 2·2
    ['pixels', 'sees 3', 'sees 7']
    >>> plt.close()
    """
    fields = [receptive_field(layers[:depth]) for depth in range(len(layers) + 1)]
    seen = _seen_units(layers)
    ax = ax or plt.subplots(figsize=(0.2 * fields[-1].size + 1.6, 0.62 * len(seen) + 0.2))[1]
    for depth, (field, units) in enumerate(zip(fields, seen, strict=True)):
        if depth:
            _draw_reads(layers[depth - 1], units, depth, field, fields[depth - 1], ax)
        colour = COLOURS["output" if depth else "input"]
        row = range(min(units), max(units) + 1)
        fills = [colour if unit in units else COLOURS["surface"] for unit in row]
        places = [_place(field, unit) for unit in row]
        ax.scatter(places, [depth] * len(row), s=46, marker="s", c=fills, edgecolors=colour, zorder=2)
        ax.text(fields[-1].first - 1, depth, f"sees {field.size}" if depth else "pixels", ha="right", va="center")
    ax.invert_yaxis()
    ax.axis("off")
    return ax


def _seen_units(layers):
    """Return the set of units that output 0 of the stack depends on, for the pixels and then for each layer."""
    seen = [{0}]
    for layer in reversed(layers):
        seen.append({read for unit in seen[-1] for read in _reads(layer, unit)})
    return seen[::-1]


def _reads(layer, unit):
    """Return the numbers of the units that `unit` of the layer reads; below 0 lies the padding."""
    start = unit * layer.stride - layer.padding
    return range(start, start + layer.kernel_size * layer.dilation, layer.dilation)


def _draw_reads(layer, units, depth, field, field_before, ax):
    """Draw a line from each of the units at `depth` to each unit of the layer before that it reads."""
    for unit in sorted(units):
        for read in _reads(layer, unit):
            ends = _place(field, unit), _place(field_before, read)
            ax.plot(ends, (depth, depth - 1), color=COLOURS["kernel"], lw=0.8, zorder=1)


def _place(field, unit):
    """Return where the middle of a unit's field lies, in pixels."""
    return field.centre + unit * field.jump
