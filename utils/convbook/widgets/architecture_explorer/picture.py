"""The static picture of ArchitectureExplorer: each network as a strip of its parts, and a line of numbers for each."""

from html import escape

from convbook.widgets.static import drawing

WIDE, BAR, LINE = 640, 34, 18  # px
MEASURES = {"weights": "parameters", "MACs": "macs", "memory": "activations"}


def drawn(walks, measure):
    """Return the SVG of {name: steps}; with the measure "the same" it tells no numbers."""
    sums = {name: sum(_width(step, measure) for step in steps) for name, steps in walks.items()}
    widest, top, body = max(sums.values()), 0, []
    for name, steps in walks.items():
        body.append(f'<text class="name" y="{top + 14}" font-size="14">{escape(name)}</text>')
        body.append(_strip(steps, measure, top + 22, widest or 1))
        top += 22 + BAR + LINE
        for step in steps:
            body.append(f'<text y="{top}" font-size="12">{escape(_line(step, measure))}</text>')
            top += LINE
        top += LINE
    return drawing(WIDE, top, f'<g class="kernel">{"".join(body)}</g>')


def _width(step, measure):
    return getattr(step.cost, MEASURES[measure]) if measure in MEASURES else 1


def _strip(steps, measure, top, widest):
    left, bars = 0, []
    for number, step in enumerate(steps):
        width = _width(step, measure) / widest * WIDE
        box = f'x="{left:.4g}" y="{top}" width="{max(width - 1, 0.5):.4g}" height="{BAR}"'
        bars.append(f'<rect {box} opacity="{0.45 + 0.35 * (number % 2)}"/>')
        left += width
    return "".join(bars)


def _line(step, measure):
    name = getattr(step.layer, "name", type(step.layer).__name__)
    if measure not in MEASURES:
        return name
    shape, cost = "×".join(map(str, step.output_shape)), step.cost
    return f"{name}: {shape}; {cost.parameters:,} weights, {cost.macs:,} MACs, {cost.activations:,} numbers"
