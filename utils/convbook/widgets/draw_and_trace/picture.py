"""The picture of DrawAndTrace for paper: the drawing, all maps and the probabilities."""

import numpy as np

from convbook.widgets.static import TOP, drawing, number, shades, sign

MAP, GAP = 48, 6
LEVELS = 10


def network_picture(widget) -> str:
    """Return the drawing, the maps of every layer and the probabilities as one SVG."""
    width, rows = 4 * (MAP + GAP), []
    body = [shades("input", "drawing", (np.array(widget.input)).tolist(), 208, 0, 0, 16)]
    x = 208 + 40
    body.append(sign(x - 20, TOP + 104, "→"))
    for name, maps in (("conv1 + ReLU", widget.conv1), ("pool", widget.pool), ("conv2 + ReLU", widget.conv2)):
        body.append(_maps(name, maps, x))
        rows.append(-(-len(maps) // 4))
        x += width + 34
        body.append(sign(x - 20, TOP + 104, "→"))
    body.append(_bars(widget.probabilities, x))
    return drawing(x + 150, max(TOP + 208, TOP + max(rows) * (MAP + GAP)) + 4, "".join(body))


def _maps(name, maps, x):
    """Draw maps four in a row; cells of the same shade are one path."""
    corners = [(c % 4 * (MAP + GAP), TOP + c // 4 * (MAP + GAP)) for c in range(len(maps))]
    grounds = "".join(
        f'<rect class="ground" x="{left}" y="{top}" width="{MAP}" height="{MAP}"/>' for left, top in corners
    )
    largest, paths = float(maps.max()) or 1.0, {}
    size = MAP / maps.shape[1]
    for c, i, j in zip(*np.nonzero(maps), strict=True):
        level = int(np.ceil(LEVELS * round(float(maps[c, i, j]) / largest, 9)))
        left, top = corners[c][0] + j * size, corners[c][1] + i * size
        paths.setdefault(level, []).append(f"M{left:g} {top:g}h{size:g}v{size:g}h-{size:g}z")
    cells = "".join(f'<path opacity="{level / LEVELS:g}" d="{"".join(paths[level])}"/>' for level in sorted(paths))
    title = f'<text y="14" font-size="14" class="name">{name}</text>'
    return (
        f'<g class="output" transform="translate({x:g} 0)">{title}{grounds}<g style="fill:var(--role)">{cells}</g></g>'
    )


def _bars(probabilities, x):
    """Draw a bar and a number for each digit."""
    rows = []
    for digit, probability in enumerate(probabilities):
        y = TOP + 21 * digit
        rows.append(
            f'<text y="{y + 14}" font-size="13">{digit}</text>'
            f'<rect x="14" y="{y + 3}" width="{70 * probability:.1f}" height="14" rx="2"/>'
            f'<text class="soft" x="90" y="{y + 14}" font-size="12">{number(round(100 * probability, 1))} %</text>'
        )
    title = '<text y="14" font-size="14" class="name">probabilities</text>'
    return f'<g class="output" transform="translate({x:g} 0)">{title}{"".join(rows)}</g>'
