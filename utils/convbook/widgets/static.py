"""Static pictures of the widgets: SVG that needs no script, for paper and for readers without JavaScript."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from html import escape
from math import isfinite, isnan
from urllib.parse import quote

import numpy as np

from convbook.widgets.theme import ROLES, colours

CELL, GAP, TOP = 36, 2, 26
HATCH = (
    '<defs><pattern id="hatch" class="input" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path class="hatch" d="M0 0v6"/></pattern></defs>'
)


def number(value: float) -> str:
    """Write a number as the widgets do: integers as integers, at most three decimals, a true minus sign.

    >>> number(-2.0), number(1 / 9), number(0.0625)
    ('−2', '0.111', '0.0625')
    """
    if not isfinite(value):
        return "–"
    exact = Decimal(float(value))
    step = Decimal("0.001") if abs(value) >= 0.1 or value == 0 else Decimal(1).scaleb(exact.adjusted() - 2)
    rounded = float(exact.quantize(step, ROUND_HALF_UP, Context(prec=400))) + 0.0  # + 0.0 makes −0 a plain 0
    if rounded == 0 or 1e-6 <= abs(rounded) < 1e21:
        text = np.format_float_positional(rounded, trim="-")
    else:
        text = np.format_float_scientific(rounded, trim="-", exp_digits=1)
    return text.replace("-", "−")


def size(values) -> str:
    """Write the size of an array, rows and columns last.

    >>> size([[1, 2, 3], [4, 5, 6]])
    '2×3'
    """
    return "×".join(map(str, np.shape(values)))


def as_image(svg: str, description: str) -> str:
    """Return an <img> that holds the SVG itself, so that its digits stay out of the search index."""
    address = "data:image/svg+xml," + quote(svg, safe=" =:/;,()!?*+~-.")
    return f'<img class="convbook-static" alt="{escape(description)}" src="{address}">'


def _style() -> str:
    def rules(dark):
        tone = colours(dark)
        roles = "".join(f".{role}{{--role:{tone[role]}}}" for role in ROLES)
        return f"{roles}text{{fill:{tone['ink']}}}.soft{{fill:{tone['ink-soft']}}}.ground{{fill:{tone['sunken']}}}"

    return (
        f"{rules(dark=False)}@media(prefers-color-scheme:dark){{{rules(dark=True)}}}"
        "rect:not(.ground){fill:var(--role)}.name{fill:var(--role);font-weight:600}"
        "rect.frame{fill:none;stroke:var(--role);stroke-width:2.5}"
        "rect.nothing{fill:none;stroke:var(--role);stroke-dasharray:1 3}"
        "rect.pad{fill:url(#hatch)}.hatch,.cross{fill:none;stroke:var(--role);opacity:.45}.cross{opacity:1}"
        ".value{text-anchor:middle;font:15px monospace}.long{font-size:11px}.value.soft{font-style:italic}"
    )


def drawing(width: float, height: float, body: str) -> str:
    """Return an SVG of this size, in px, whose roles have their colours in light and in dark."""
    if 'class="pad"' in body:
        body = f"{HATCH}{body}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}"'
        f' height="{height:g}" font-family="sans-serif"><style>{_style()}</style>{body}</svg>'
    )


def _cell(role, value, largest, i, j, marks):
    left, top, text = j * (CELL + GAP), TOP + i * (CELL + GAP), number(value)
    box = f'x="{left:g}" y="{top:g}" width="{CELL}" height="{CELL}" rx="4"'
    tone, shade = "negative" if value < 0 else role, f"{0.55 * abs(value) / largest:.2f}"
    kind = "value" + " long" * (len(text) > 4) + " soft" * ("pad" in marks)
    cross = f'<path class="cross" d="M{left:g} {top:g}l{CELL} {CELL}m-{CELL} 0l{CELL} -{CELL}"/>'
    parts = [
        f'<rect class="pad" {box}/>' * ("pad" in marks),
        f'<rect class="ground" {box}/><rect class="{tone}" {box} opacity="{shade}"/>' * ("pad" not in marks),
        f'<rect class="frame" {box}/>' * ("ring" in marks),
        cross * ("dropped" in marks),
        f'<text class="{kind}" x="{left + CELL / 2:g}" y="{top + CELL / 2 + 5:g}">{text}</text>',
    ]
    return "".join(parts)


def matrix(role: str, name: str, values, x: float = 0, y: float = 0, ring=(), pad=(), dropped=()) -> str:
    """Return one captioned grid of numbers, its top left corner at (x, y).

    The cells (i, j) of `ring` are framed, those of `pad` hatched, for they are no data, and those of `dropped` crossed.
    """
    largest = max(abs(value) for row in values for value in row) or 1
    marked = {"ring": ring, "pad": pad, "dropped": dropped}
    cells = "".join(
        _cell(role, value, largest, i, j, [name for name, where in marked.items() if (i, j) in where])
        for i, row in enumerate(values)
        for j, value in enumerate(row)
    )
    return _captioned(role, name, values, x, y, cells)


def _captioned(role, name, values, x, y, cells):
    return (
        f'<g class="{role}" transform="translate({x:g} {y:g})"><text y="14" font-size="14"><tspan class="name">'
        f'{escape(name)}</tspan><tspan class="soft" dx="5">{size(values)}</tspan></text>{cells}</g>'
    )


def shades(role: str, name: str, values, side: float, x: float, y: float, largest: float, ring=()) -> str:
    """Return one captioned grid without digits, `side` px wide, whose strongest tone stands for the value `largest`.

    The cells (i, j) of `ring` are framed; NaN, no value at all, is an empty dotted cell.
    """
    cell = side / len(values[0])
    cells = [f'<rect class="ground" y="{TOP}" width="{side:g}" height="{cell * len(values):g}" rx="4"/>']
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            box = f'x="{j * cell:.4g}" y="{TOP + i * cell:.4g}" width="{cell - 1:.4g}" height="{cell - 1:.4g}"'
            if isnan(value):
                cells.append(f'<rect class="nothing" {box}/>')
            elif value:
                tone = ' class="negative"' if value < 0 else ""
                cells.append(f'<rect{tone} {box} opacity="{0.1 + 0.7 * abs(value) / (largest or 1):.2f}"/>')
            if (i, j) in ring:
                cells.append(f'<rect class="frame" {box}/>')
    return _captioned(role, name, values, x, y, "".join(cells))


@dataclass(frozen=True)
class Photo:
    """A captioned picture of `values` (H, W), drawn from a smaller PNG of it at the address `file`."""

    role: str
    name: str
    values: Sequence
    file: str
    longest: int = 208  # px

    @property
    def width(self) -> float:
        """Its width in px."""
        height, width = len(self.values), len(self.values[0])
        return self.longest * width / max(height, width)

    @property
    def height(self) -> float:
        """Its height in px, without the caption."""
        return self.width * len(self.values) / len(self.values[0])

    def drawn(self, x: float, y: float) -> str:
        """Return it with its top left corner at (x, y)."""
        box = f'y="{TOP}" width="{self.width:g}" height="{self.height:g}" preserveAspectRatio="none"'
        look = ' style="image-rendering:pixelated"' if len(self.values) < CELL else ""  # pixels large enough to be seen
        return _captioned(self.role, self.name, self.values, x, y, f'<image {box}{look} href="{self.file}"/>')


def sign(x: float, y: float, text: str) -> str:
    """Return a sign like "⋆" or "→" around the point (x, y)."""
    return f'<text class="soft" x="{x:g}" y="{y + 6:g}" font-size="20" text-anchor="middle">{text}</text>'


def row_of(*parts) -> str:
    """Return an SVG with its parts side by side: a sign like "⋆", a grid (role, name, values[, ring]) or a `Photo`."""
    return rows_of(parts)


def rows_of(*rows) -> str:
    """Return an SVG with rows of parts below each other; each row is a tuple of parts as in `row_of`."""
    widest, y, body = 0, 0, []
    for row in rows:
        width, height, parts = _row(row)
        body.append(f'<g transform="translate(0 {y:g})">{parts}</g>')
        widest, y = max(widest, width), y + height + 16
    return drawing(widest, y - 16, "".join(body))


def _row(parts):
    """Return the width and the height of one row, and what is drawn in it."""

    def extent(part):
        if isinstance(part, str):
            return 18, 0
        if isinstance(part, Photo):
            return part.width, TOP + part.height
        _, name, values, *_ = part
        caption = 8 * len(f"{name} {size(values)}")
        return max(caption, len(values[0]) * (CELL + GAP)), TOP + len(values) * (CELL + GAP)

    height, x, body = max(extent(part)[1] for part in parts), 0, []
    for part in parts:
        width, tall = extent(part)
        if isinstance(part, str):
            body.append(sign(x + width / 2, (height + TOP) / 2, part))
        elif isinstance(part, Photo):
            body.append(part.drawn(x, (height - tall) / 2))
        else:
            role, name, values, *ring = part
            body.append(matrix(role, name, values, x, (height - tall) / 2, *ring))
        x += width + 16
    return x - 16, height, "".join(body)
