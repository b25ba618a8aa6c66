"""The static picture of PoolingBench: the moved picture, the four maps, and how badly each output moves along."""

import numpy as np

from convbook.widgets.pooling_bench.reductions import FARTHEST, REDUCTIONS
from convbook.widgets.static import TOP, drawing, number, shades


def bench(widget, side=250, small=160, gap=40):
    """Draw the picture at the left, the four maps beside it, and the gradient of the output or the plots below."""
    step, rise = small + gap, small + gap + TOP
    height, width = 2 * rise, side + gap + 2 * step
    moved = widget.moved
    body = [shades("input", "moved picture", moved, side, 0, 0, np.abs(moved).max(), _window(widget))]
    for n, name in enumerate(REDUCTIONS):
        x, y = side + gap + n % 2 * step, n // 2 * rise
        hidden = f'<text x="{x + small / 2:g}" y="{y + rise / 2:g}" font-size="28">?</text>'
        body.append(hidden if widget.predict else _map(widget, name, small, x, y))
    if widget.backward:
        dy = max(widget.output_gradients.values(), key=np.size)
        body.append(shades("gradient", "gradient of the output", dy, 106, 0, side + TOP + gap / 2, np.abs(dy).max()))
    elif not widget.predict:
        plots = _plots(widget.changes_by_shift, width)
        body.append(f'<g class="output" transform="translate(12 {height:g})">{plots}</g>')
        height += 150
    return drawing(width, height, "".join(body))


def _map(widget, name, side, x, y):
    """Draw one output with its pinned cell, or the gradient of the picture through it, which has its own scale."""
    maps, title = widget._maps, REDUCTIONS[name]
    alone = widget.backward or name == "convolution"  # its numbers are of another kind
    alike = [name] if alone else [other for other in REDUCTIONS if other != "convolution"]
    largest = max(np.abs(maps[other]).max() for other in alike)
    pinned = [tuple(widget.pinned[1:])] if widget.pinned[:1] == [name] and not widget.backward else ()
    return shades("gradient" if widget.backward else "output", title, maps[name], side, x, y, largest, pinned)


def _window(widget):
    """Return the cells that the pinned output reads: those that get a share when it alone has a gradient."""
    name, *at = widget.pinned or [None]
    if name not in REDUCTIONS or widget.backward:
        return set()
    reader = "average" if name == "max" else "blur" if name == "convolution" else name  # of the same windows, all of it
    one, (_, back, settings) = np.zeros(widget.outputs[name].shape), widget._calls[reader]
    if not all(index < length for index, length in zip(at, one.shape, strict=True)):
        return set()
    one[tuple(at)] = 1
    return set(zip(*np.nonzero(back(one, widget.moved, **settings)), strict=True))


def _plots(changes, width, gap=24, height=84):
    """Draw how badly each output moves along, from 0 to 1, against the shift: a small plot each, side by side."""
    side = (width - 12) / len(changes) - gap
    parts = []
    for n, (name, values) in enumerate(changes.items()):
        parts.append(f'<g transform="translate({n * (side + gap):g} 8)">{_plot(name, values, side, height)}</g>')
    caption = "how badly an output moves along (0 to 1) with a shift by so many pixels"
    return "".join(parts) + f'<text class="soft" y="{height + 56}" font-size="14">{caption}</text>'


def _plot(name, values, width, height):
    step = width / (2 * FARTHEST)
    points = " ".join(f"{x * step:g},{12 + height * (1 - value):.4g}" for x, value in enumerate(values))
    parts = [
        f'<text font-size="14">{REDUCTIONS[name]}</text>',
        f'<path class="cross" d="M0 12v{height}H{width:g}"/>',
        f'<polyline fill="none" style="stroke:var(--role)" stroke-width="2" points="{points}"/>',
    ]
    for x, n in enumerate(range(-FARTHEST, FARTHEST + 1)):
        place = f'x="{x * step:g}" y="{height + 28}" font-size="12" text-anchor="middle"'
        parts.append(f'<text class="soft" {place}>{number(n)}</text>')
    return "".join(parts)
