"""Kernels with names: the hand-made filters that the chapters and the widgets use.

Every kernel is written for cross-correlation, the sliding product of deep learning: the picture is multiplied by the
kernel as it stands here, not by its rotated copy. They are read-only; copy one before you change it.

>>> from convbook.kernels import SOBEL_VERTICAL, gaussian
>>> SOBEL_VERTICAL.sum()          # an edge detector answers 0 where nothing changes
np.float64(0.0)
>>> gaussian(3).sum()             # a blur keeps the brightness
np.float64(1.0)
"""

from pathlib import Path

import numpy as np

from convbook.shapes import whole

LARGEST = 2**12  # pixels on a side: such a kernel has 134 MB, and a larger one is a slip
LEARNT_FILE = Path(__file__).parent / "pictures" / "learnt_filters.npy"  # written by tools/train_filters.py


def _kernel(rows):
    kernel = np.array(rows, dtype=float)
    kernel.flags.writeable = False
    return kernel


def box(size: int) -> np.ndarray:
    """Return the (size, size) box blur: every weight is 1 / size².

    Raises TypeError if `size` is not an integer, ValueError if it is below 1 or above `LARGEST`.

    >>> box(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    size = whole("size", size, 1, LARGEST)
    return np.full((size, size), 1 / size**2)


def gaussian(size: int) -> np.ndarray:
    """Return the (size, size) binomial kernel, the usual small stand-in for a Gaussian blur; its weights sum to 1.

    The weights are the outer product of a row of Pascal's triangle with itself.
    Raises TypeError if `size` is not an integer, ValueError if it is below 1 or above `LARGEST`.
    Source: Burt and Adelson (1983), "The Laplacian pyramid".

    >>> gaussian(3) * 16
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """
    size, row = whole("size", size, 1, LARGEST), np.ones(1)
    for _ in range(size - 1):
        row = np.convolve(row, [0.5, 0.5])  # halves keep the sum at 1, where whole numbers would outgrow a float
    return np.outer(row, row)


def learnt() -> np.ndarray:
    """Return filters that nobody designed, (24, 9, 9), learnt from the photographs; the largest weight is 1 or −1.

    They are independent components: filters whose answers to small windows depend on each other as little as possible.
    Source: Bell and Sejnowski (1997), "The independent components of natural scenes are edge filters".

    >>> np.abs(learnt().sum(axis=(1, 2))).max() < 0.2  # like edge kernels, they answer (almost) nothing to a flat area
    np.True_
    """
    filters = np.load(LEARNT_FILE).astype(float)
    return filters / np.abs(filters).max(axis=(1, 2), keepdims=True)


IDENTITY = _kernel([[0, 0, 0], [0, 1, 0], [0, 0, 0]])
BOX_BLUR = _kernel(box(3))
GAUSSIAN_BLUR = _kernel(gaussian(3))
SHARPEN = _kernel([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
SOBEL_VERTICAL = _kernel([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
SOBEL_HORIZONTAL = _kernel([[1, 2, 1], [0, 0, 0], [-1, -2, -1]])
DIAGONAL_EDGE = _kernel([[2, 1, 0], [1, 0, -1], [0, -1, -2]])
LAPLACIAN = _kernel([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
EMBOSS = _kernel([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])

# What a reader can choose from, in the order of the menu.
NAMED = {
    "vertical edge": SOBEL_VERTICAL,
    "horizontal edge": SOBEL_HORIZONTAL,
    "diagonal edge": DIAGONAL_EDGE,
    "Laplacian": LAPLACIAN,
    "box blur": BOX_BLUR,
    "Gaussian blur": GAUSSIAN_BLUR,
    "sharpen": SHARPEN,
    "emboss": EMBOSS,
    "identity": IDENTITY,
}
