"""The static picture of ReceptiveField: its table on the left, what the unit sees on the right."""

import numpy as np

from convbook.widgets.picture import address, pixels, png, reduced
from convbook.widgets.static import drawing

SIDE, FRAME, LINE, BRIGHTEST = 64, 240, 22, 15  # pixels, px, px, the lightest of 16 greys
TYPE = 16  # px: large, for e-readers show all of it as wide as a hand
FIRST, NEXT, TABLE = 345, 55, 530  # px: where the first column of numbers ends, the way to the next, and all of them


def drawn(shown):
    """Draw the table on the left and the picture with the box on the right."""
    lines = [_line(0, "layer", "size", "sees", "jump", "start"), _line(1, "input", shown.size, 1, 1, 0)]
    for n, (row, (name, size, field)) in enumerate(zip(shown.layers, shown.table, strict=True), 2):
        numbers = ("?",) * 3 if shown.predict else (field.size, field.jump, f"{field.first:g}".replace("-", "−"))
        lines.append(_line(n, name, *([""] * 4 if row["kind"] == "skip" else [size, *numbers])))
    height = max(LINE * (len(lines) + 1), FRAME)
    body = f"{''.join(lines)}<g transform='translate({TABLE} 0)'>{_picture(shown)}</g>"
    return drawing(TABLE + FRAME, height, body)


def _line(n, name, *numbers):
    y, tone = LINE * (n + 1) - 5, ' class="soft"' if n == 0 else ""
    columns = "".join(
        f'<text{tone} x="{FIRST + NEXT * i}" y="{y}" font-size="{TYPE}" text-anchor="end">{number}</text>'
        for i, number in enumerate(numbers)
    )
    return f'<text{tone} y="{y}" font-size="{TYPE}">{name}</text>{columns}'


def _picture(shown):
    """Draw the picture with, unless it is to be predicted, the box; what that sees of the padding is hatched."""
    (top, bottom), (left, right) = ((0, 0), (0, 0)) if shown.predict else shown.box
    size, margin = shown.size, min(shown.size // 2, max(0, -top, -left, bottom - shown.size, right - shown.size))
    scale = FRAME / (size + 2 * margin)
    inside = [max(-margin, first) for first in (top, left)]
    ends = [min(size + margin, last + 1) for last in (bottom, right)]
    x, y, width, height = (
        round(scale * number, 2)
        for number in (margin + inside[1], margin + inside[0], ends[1] - inside[1], ends[0] - inside[0])
    )
    box = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    photo = f'x="{margin * scale:g}" y="{margin * scale:g}" width="{size * scale:g}" height="{size * scale:g}"'
    file = address(png((reduced(square(pixels(shown.picture)), SIDE) * BRIGHTEST / 255).round(6).round(), bits=4))
    image = f'<image {photo} href="{file}"/>'
    if shown.predict:
        return image
    beyond = f'<g class="input"><rect class="pad" {box}/></g>' * (min(top, left) < 0 or max(bottom, right) >= size)
    return f'{beyond}{image}<g class="output"><rect class="frame" {box}/></g>'


def square(levels):
    """Return the square in the middle of a picture.

    >>> square(np.array([[1, 2, 3, 4], [5, 6, 7, 8]]))
    array([[2, 3],
           [6, 7]])
    """
    side = min(levels.shape)
    top, left = (np.array(levels.shape) - side) // 2
    return levels[top : top + side, left : left + side]
