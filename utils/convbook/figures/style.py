"""What all figures share: the colours, the look that a notebook gives them, and panels side by side."""

from base64 import b64encode
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
from IPython import get_ipython
from IPython.core.pylabtools import print_figure
from matplotlib.figure import Figure
from matplotlib_inline.backend_inline import set_matplotlib_formats
from PIL import Image

from convbook.widgets.theme import colours

COLOURS = colours()  # of the light theme: figures stand on paper

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
    """Return a JPEG with twice the pixels, for sharp screens, and the width at which it should be shown.

    It is text, as notebooks keep it: not every kernel makes text of bytes.
    """
    if not _has_photograph(figure):
        return None
    jpeg = print_figure(figure, "jpeg", dpi=2 * figure.dpi, pil_kwargs={"quality": 80})
    with Image.open(BytesIO(jpeg)) as picture:
        return b64encode(jpeg).decode(), {"width": picture.width // 2}


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
