"""The book's still figures: each `draw_...` takes an axis, draws on it and returns it.

Hue says the role, lightness the magnitude, slate the negative, exactly as in the widgets. Figures stand on a card of
paper, so that they read the same on a light and on a dark page.

>>> from convbook import figures, kernels
>>> left, right = figures.panels(2)
>>> figures.draw_grid([[0, 1, 2], [0, 1, 2], [1, 2, 2]], "input", ax=left).get_title(loc="left")
'input 3×3'
>>> figures.draw_grid(kernels.SOBEL_VERTICAL, "kernel", ax=right).get_title(loc="left")
'kernel 3×3'
>>> plt.close()
"""

from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.core.pylabtools import print_figure
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib_inline.backend_inline import set_matplotlib_formats
from PIL import Image

from convbook.shapes import receptive_field
from convbook.widgets.static import number
from convbook.widgets.theme import colours

COLOURS = colours()  # of the light theme: figures stand on paper
CELL = 0.38  # inches a side: as small as a number allows, for on a phone a figure shrinks to the width of the screen
FULL_TONE = 0.55  # how much of its role's colour the largest number of a grid gets, as in the widgets

STYLE = {
    "figure.facecolor": COLOURS["surface"],
    "axes.facecolor": COLOURS["surface"],
    "axes.edgecolor": COLOURS["line"],
    "axes.labelcolor": COLOURS["ink"],
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "text.color": COLOURS["ink"],
    "xtick.color": COLOURS["ink-soft"],
    "ytick.color": COLOURS["ink-soft"],
    "font.size": 11,
    "lines.linewidth": 2,
    "savefig.pad_inches": 0.15,
    "svg.fonttype": "none",  # letters stay letters, they do not become outlines
    "svg.hashsalt": "convbook",  # the same figure is the same text on every run
}
_NO_DATE = {"Date": None, "Creator": None}


def use_book_style():
    """Give every figure of this notebook the look of the book: SVG for drawings, JPEG for photographs.

    Call it once, at the top of a notebook. The SVG of the same figure is the same text on every run.

    >>> use_book_style()
    >>> plt.rcParams["svg.hashsalt"]
    'convbook'
    """
    plt.rcParams.update(STYLE)
    shell = get_ipython()
    if shell is None:
        return
    set_matplotlib_formats("svg")  # also wakes the notebook backend, so that ours is the last word
    formatters = shell.display_formatter.formatters
    formatters["image/svg+xml"].for_type(Figure, _as_svg)
    formatters["image/jpeg"].for_type(Figure, _as_jpeg)


def _as_svg(figure):
    return None if _has_photograph(figure) else print_figure(figure, "svg", metadata=_NO_DATE)


def _as_jpeg(figure):
    """Return a JPEG with twice the pixels, for sharp screens, and the width at which it should be shown."""
    if not _has_photograph(figure):
        return None
    jpeg = print_figure(figure, "jpeg", dpi=2 * figure.dpi, pil_kwargs={"quality": 80})
    with Image.open(BytesIO(jpeg)) as picture:
        return jpeg, {"width": picture.width // 2}


def _has_photograph(figure):
    return any(ax.images for ax in figure.axes)


def panels(columns: int, rows: int = 1, widths=None, height: float = 2.0) -> np.ndarray:
    """Return the axes of a new figure, row by row in one array; `widths` are the columns' relative widths.

    `height` is that of one row, in inches; the widest column gets the same width.

    >>> panels(3, rows=2).shape
    (6,)
    >>> plt.close()
    """
    widths = [1] * columns if widths is None else widths
    size = (height * sum(widths) / max(widths), height * rows)
    _, axes = plt.subplots(rows, columns, figsize=size, width_ratios=widths, squeeze=False, layout="constrained")
    return axes.ravel()


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

    >>> draw_picture([[-4, 0, 2]], signed=True).images[0].get_clim()
    (-4, 4)
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


def draw_bars(amounts: dict, role: str = "kernel", unit: str = "weights", ax=None):
    """Draw one horizontal bar for each name and amount, on a scale where each step is ten times the last.

    Amounts must be at least 1, which has no length on such a scale. Return the axis.

    >>> draw_bars({"shared": 34_944, "not shared": 105_705_600}).texts[1].get_text()
    '105,705,600'
    >>> plt.close()
    """
    ax = ax or plt.subplots(figsize=(5.4, 0.5 * len(amounts) + 0.7))[1]
    bars = ax.barh(list(amounts), list(amounts.values()), color=COLOURS[role], height=0.55)
    ax.bar_label(bars, [f"{amount:,}" for amount in amounts.values()], padding=5)
    ax.set_xscale("log")
    ax.set_xlim(1, 300 * max(amounts.values()))  # room for the number behind the longest bar
    ax.set_xlabel(f"{unit} (each step: ten times as many)")
    ax.invert_yaxis()
    ax.minorticks_off()
    return ax


def draw_curve(x, y, xlabel: str, ylabel: str, role: str = "output", ax=None):
    """Draw `y` over `x`, both 1-D, as one line in the colour of its `role`; return the axis.

    `y` may also be a dict of up to four lines with their names, which then differ by their dashes.

    >>> draw_curve([0, 1], [2, 4], "bias", "silent cells").get_xlabel()
    'bias'
    >>> ax = draw_curve([0, 1], {"weak": [0, 1], "strong": [0, 9]}, "in", "out")
    >>> [text.get_text() for text in ax.get_legend().texts]
    ['weak', 'strong']
    >>> plt.close("all")
    """
    ax = ax or plt.subplots(figsize=(5.6, 2.8))[1]
    lines = y if isinstance(y, dict) else {None: y}
    for (name, values), dashes in zip(lines.items(), ("-", "--", ":", "-."), strict=False):
        ax.plot(x, values, dashes, color=COLOURS[role], label=name)
    if isinstance(y, dict):
        ax.legend(frameon=False)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.grid(color=COLOURS["line"], linewidth=0.6)
    return ax


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


def draw_shares(weights, ax=None):
    """Draw how much each pixel of a field counts in one output, `weights` (pixels,), in percent; return the axis.

    Pixels are numbered from the middle one; a pixel that does not count at all gets a ring on the floor.

    >>> ax = draw_shares([0.25, 0.5, 0.25])
    >>> [f"{bar.get_height():g} %" for bar in ax.patches]
    ['25 %', '50 %', '25 %']
    >>> plt.close()
    """
    weights = np.asarray(weights, dtype=float)
    ax = ax or plt.subplots(figsize=(5.6, 2.4))[1]
    places = np.arange(len(weights)) - (len(weights) - 1) / 2
    ax.bar(places, 100 * weights, width=0.8, color=COLOURS["gradient"])
    blind = places[weights == 0]
    ax.plot(blind, 0 * blind, "o", mfc=COLOURS["surface"], mec=COLOURS["negative"], ms=5, lw=0, clip_on=False)
    ax.set(xlabel="pixels from the middle", ylabel="share in %")
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


def _tint(colour, strength):
    """Mix `colour` into the sunken surface: nothing of it at strength 0, `FULL_TONE` of it at 1."""
    share = FULL_TONE * strength
    return tuple(share * np.array(to_rgb(colour)) + (1 - share) * np.array(to_rgb(COLOURS["sunken"])))


def _outline(ax, frame, role):
    row, column, height, width = frame
    ax.add_patch(Rectangle((column, row), width, height, fill=False, ec=COLOURS[role], lw=2.5, clip_on=False))
