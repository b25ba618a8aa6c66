"""The book's still figures: each `draw_...` takes an axis, draws on it and returns it.

Hue says the role, lightness the magnitude, slate the negative, exactly as in the widgets. Figures stand on a card of
paper, so that they read the same on a light and on a dark page.

>>> import matplotlib.pyplot as plt
>>> from convbook import figures, kernels
>>> left, right = figures.panels(2)
>>> figures.draw_grid([[0, 1, 2], [0, 1, 2], [1, 2, 2]], "input", ax=left).get_title(loc="left")
'input 3×3'
>>> figures.draw_grid(kernels.SOBEL_VERTICAL, "kernel", ax=right).get_title(loc="left")
'kernel 3×3'
>>> plt.close()
"""

from convbook.figures.charts import draw_bars, draw_curve, draw_roofline, draw_shares
from convbook.figures.cone import draw_cone
from convbook.figures.grids import FULL_TONE, draw_grid, draw_picture, draw_sheet
from convbook.figures.style import COLOURS, STYLE, panels, use_book_style

__all__ = [
    "COLOURS",
    "FULL_TONE",
    "STYLE",
    "draw_bars",
    "draw_cone",
    "draw_curve",
    "draw_grid",
    "draw_picture",
    "draw_roofline",
    "draw_shares",
    "draw_sheet",
    "panels",
    "use_book_style",
]
