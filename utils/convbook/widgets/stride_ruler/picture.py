"""The static picture of StrideRuler: cells, padding hatched, dropped cells crossed, and every window as a bar."""

from convbook import shapes
from convbook.widgets.static import drawing

CELL, LANE, TOP = 30, 11, 24  # px


def rulers(ruler):
    """Draw each layer's cells over the bars of the windows that read them, each unit under its window's middle."""
    shown = [0] if ruler.predict else range(len(ruler.sizes))
    left = min(ruler.centre(-ruler.pads[depth], depth) for depth in shown)
    right = max(ruler.centre(ruler.sizes[depth] - 1 + ruler.pads[depth], depth) for depth in shown)
    y, body = 0, []
    for depth in shown:
        body.append(f'<g transform="translate({-left * CELL:g} {y})">{_cells(ruler, depth, left)}')
        y += TOP + CELL + 6
        if depth + 1 in shown:
            body.append(_bars(ruler, depth))
            y += LANE * min(_lanes(ruler.layers[depth]), ruler.sizes[depth + 1]) + 6
        body.append("</g>")
    return drawing((right - left + 1) * CELL, y, "".join(body))


def _cells(ruler, depth, left):
    size, pad = ruler.sizes[depth], ruler.pads[depth]
    lost = ruler.dropped[depth] if depth < len(ruler.layers) and not ruler.predict else 0
    role, name = ("output", f"layer {depth}") if depth else ("input", "input")
    dropped = f", crossed: {lost} dropped" if lost else ""
    caption = f'<text class="soft" x="{left * CELL:g}" y="16" font-size="13">{name}: {size}{dropped}</text>'
    cells = []
    for unit in range(-pad, size + pad):
        x, padded, crossed = ruler.centre(unit, depth) * CELL, not 0 <= unit < size, unit >= size + pad - lost
        box = f'x="{x:g}" y="{TOP}" width="{CELL - 2}" height="{CELL - 2}" rx="4"'
        fill = f'<rect class="pad" {box}/>' if padded else f'<rect class="ground" {box}/><rect {box} opacity=".3"/>'
        cross = f'<path class="cross" d="M{x:g} {TOP}l{CELL - 2} {CELL - 2}m{2 - CELL} 0l{CELL - 2} {2 - CELL}"/>'
        label = "" if padded else f'<text class="value" x="{x + CELL / 2 - 1:g}" y="{TOP + 19}">{unit}</text>'
        cells.append(fill + cross * crossed + label)
    return f'{caption}<g class="{role}">{"".join(cells)}</g>'


def _bars(ruler, depth):
    bars = []
    for unit, window in enumerate(ruler.windows(depth)):
        first, last = (ruler.centre(place, depth) for place in (window[0], window[-1]))
        y = TOP + CELL + 4 + unit % _lanes(ruler.layers[depth]) * LANE
        width = (last - first + 1) * CELL - 2
        bars.append(f'<rect x="{first * CELL:g}" y="{y}" width="{width:g}" height="7" rx="3" opacity=".6"/>')
    return f'<g class="kernel">{"".join(bars)}</g>'


def _lanes(layer):
    """Return how many lanes keep a layer's bars apart: a window overlaps the next ones for as long as it spans."""
    return -(-shapes.effective_kernel_size(layer["kernel"], layer["dilation"]) // layer["stride"])
