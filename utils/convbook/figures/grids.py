"""Numbers as cells and numbers as pixels."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyBboxPatch, Rectangle

from convbook.figures.style import COLOURS
from convbook.widgets.static import number

CELL = 0.38  # inches a side: as small as a number allows, for on a phone a figure shrinks to the width of the screen
FULL_TONE = 0.55  # how much of its role's colour the largest number of a grid gets, as in the widgets


def draw_grid(values, role: str, title: str | None = None, frame=None, ax=None):
    """Draw the matrix `values` (rows, columns) as numbered cells in the colour of its `role`; return the axis.

    The larger a number, the stronger its colour; negative numbers are slate. `role` is one of
    convbook.widgets.theme.ROLES; `frame` = (row, column, height, width) outlines a window.

    >>> draw_grid([[1, 0, -1]], "kernel").texts[2].get_text()  # a true minus sign
    '−1'
    >>> plt.close()
    """
    values = np.asarray(values, dtype=float)
    size = (CELL * values.shape[1], CELL * values.shape[0] + 0.3)
    ax = ax or plt.subplots(figsize=size, layout="constrained")[1]
    largest = np.abs(values).max() or 1
    for (i, j), value in np.ndenumerate(values):
        colour = _tint(COLOURS["negative" if value < 0 else role], abs(value) / largest)
        ax.add_patch(
            FancyBboxPatch((j + 0.06, i + 0.06), 0.88, 0.88, "round,pad=0,rounding_size=.1", fc=colour, ec="none")
        )
        ax.text(j + 0.5, i + 0.5, number(value), ha="center", va="center", family="monospace")
    if frame is not None:
        _outline(ax, frame, "kernel")
    height, width = values.shape
    ax.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    ax.axis("off")
    ax.set_title(f"{role} {height}×{width}" if title is None else title, color=COLOURS[role], loc="left")
    return ax


def draw_picture(picture, title: str = "", signed: bool = False, frame=None, ax=None):
    """Draw a photograph, grey (height, width) or colour (height, width, 3) in 0..255; return the axis.

    With `signed`, zero is middle grey, positive numbers are lighter and negative ones darker, as far as the largest
    magnitude. `frame` = (row, column, height, width) outlines a window.

    >>> draw_picture([[-4, 0, 2]], signed=True).images[0].get_clim() == (-4, 4)
    True
    >>> plt.close()
    """
    picture = np.asarray(picture)
    ax = ax or plt.subplots(figsize=(3, 3 * picture.shape[0] / picture.shape[1]))[1]
    limit = (np.abs(picture).max() or 1) if signed else 255
    ax.imshow(picture, cmap="gray", vmin=-limit if signed else 0, vmax=limit)
    if frame is not None:
        row, column, height, width = frame
        _outline(ax, (row - 0.5, column - 0.5, height, width), "kernel")
    ax.axis("off")
    ax.set_title(title, loc="left")
    return ax


def draw_sheet(filters, columns: int = 8, ax=None):
    """Draw many kernels (n, size, size) side by side, `columns` in a row; return the axis.

    Zero is middle grey, positive weights are lighter and negative ones darker, each kernel on its own scale.

    >>> draw_sheet(np.ones((3, 2, 2)), columns=2).images[0].get_array().shape  # 2 rows of 2, with gaps
    (7, 7)
    >>> plt.close()
    """
    filters = np.asarray(filters, dtype=float)
    count, size, _ = filters.shape
    rows, step = -(-count // columns), size + 1
    sheet = np.full((rows * step + 1, columns * step + 1), np.nan)
    for n, kernel in enumerate(filters):
        row, column = (step * place + 1 for place in divmod(n, columns))
        sheet[row : row + size, column : column + size] = kernel / (np.abs(kernel).max() or 1)
    ax = ax or plt.subplots(figsize=(0.55 * columns, 0.55 * rows), layout="constrained")[1]
    ax.imshow(sheet, cmap="gray", vmin=-1, vmax=1)
    ax.axis("off")
    return ax


def _tint(colour, strength):
    """Mix `colour` into the sunken surface: nothing of it at strength 0, `FULL_TONE` of it at 1."""
    share = FULL_TONE * strength
    return tuple(share * np.array(to_rgb(colour)) + (1 - share) * np.array(to_rgb(COLOURS["sunken"])))


def _outline(ax, frame, role):
    row, column, height, width = frame
    ax.add_patch(Rectangle((column, row), width, height, fill=False, ec=COLOURS[role], lw=2.5, clip_on=False))
