"""The static picture of ArchitectureExplorer: each network as a strip of its parts, and a row of numbers for each.

Over the strip stands how the resolution falls and what one output sees. The type is large, for e-readers show all of it
as wide as a hand.
"""

import math
from html import escape
from itertools import accumulate

from convbook.widgets.static import drawing

WIDE, CHART, BAR, LINE, TYPE = 640, 56, 34, 22, 15  # px
COLUMNS = {"weights": 365, "MACs": 500, "numbers": WIDE}  # where they end
AREA = 'style="fill:var(--role);opacity:.3"'
DASHES = 'style="fill:none;stroke:var(--role);stroke-width:2;stroke-dasharray:5 3"'
LEGEND = "area: resolution; dashes: what one output sees"
MEASURES = {"weights": "parameters", "MACs": "macs", "memory": "activations"}


def drawn(walks, measure, size):
    """Return the SVG of {name: steps} for a picture of this size; with the measure "the same" it tells no numbers."""
    sums = {name: sum(_width(step, measure) for step in steps) for name, steps in walks.items()}
    widest, top, body = max(sums.values()), 0, []
    for name, steps in walks.items():
        body.append(f'<text class="name" y="{top + 14}" font-size="{TYPE}">{escape(name)}</text>')
        top += 22
        if measure in MEASURES:
            body.append(f'<text class="soft" x="{WIDE}" y="{top - 8}" font-size="13" text-anchor="end">{LEGEND}</text>')
            body.append(_curves(steps, measure, top, widest or 1, size))
            top += CHART
        body.append(_strip(steps, measure, top, widest or 1))
        top += BAR + LINE
        for cells in _table(steps, measure):
            body.append(_row(top, *cells))
            top += LINE
        top += LINE
    return drawing(WIDE, top, f'<g class="kernel">{"".join(body)}</g>')


def _width(step, measure):
    return getattr(step.cost, MEASURES[measure]) if measure in MEASURES else 1


def _curves(steps, measure, top, widest, size):
    """Draw, on a scale of powers of two, the resolution as an area and what one output sees as a dashed line."""
    sides = [math.sqrt(math.prod(step.output_shape[1:])) for step in steps]
    fields = [step.field[0].size for step in steps]
    most = max(size, *(field for field in fields if field < math.inf), 2)

    def height(pixels):
        return top + CHART - 2 - math.log2(max(1, min(pixels, most))) / math.log2(most) * (CHART - 6)

    def path(pixels):
        ends = accumulate(_width(step, measure) / widest * WIDE for step in steps)
        return "".join(f"V{height(one):.4g}H{end:.4g}" for one, end in zip(pixels, ends, strict=True))

    area, line = f"M0 {top + CHART}{path(sides)}V{top + CHART}z", f"M0 {height(1):.4g}{path(fields)}"
    return f'<g class="input"><path {AREA} d="{area}"/></g><g class="output"><path {DASHES} d="{line}"/></g>'


def _strip(steps, measure, top, widest):
    left, bars = 0, []
    for number, step in enumerate(steps):
        width = _width(step, measure) / widest * WIDE
        box = f'x="{left:.4g}" y="{top}" width="{max(width - 1, 0.5):.4g}" height="{BAR}"'
        bars.append(f'<rect {box} opacity="{0.45 + 0.35 * (number % 2)}"/>')
        left += width
    return "".join(bars)


def _table(steps, measure):
    names = [getattr(step.layer, "name", type(step.layer).__name__) for step in steps]
    if measure not in MEASURES:
        return [[name] for name in names]
    rows = [["", *COLUMNS]]
    for name, step in zip(names, steps, strict=True):
        shape, cost = "×".join(map(str, step.output_shape)), step.cost
        rows.append([f"{name}: {shape}", *(f"{n:,}" for n in (cost.parameters, cost.macs, cost.activations))])
    return rows


def _row(top, name, *numbers):
    tone = "" if name else ' class="soft"'
    cells = [f'<text y="{top}" font-size="{TYPE}">{escape(name)}</text>' * bool(name)]
    for right, number in zip(COLUMNS.values(), numbers, strict=False):
        cells.append(f'<text{tone} x="{right}" y="{top}" font-size="{TYPE}" text-anchor="end">{number}</text>')
    return "".join(cells)
