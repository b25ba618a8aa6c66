"""A few photographs with free licences, shipped inside the package so that nothing is downloaded.

>>> from convbook import images
>>> images.load("camera").shape
(512, 512)
>>> print(images.credit("cat"))
"Chelsea the cat" by Stéfan van der Walt, CC0 1.0, from scikit-image (300 × 451, colour).
"""

import re
from pathlib import Path

import numpy as np
from PIL import Image

from convbook._arguments import as_array
from convbook.shapes.settings import choice

NAMES = ("camera", "cat", "coffee", "brick")

_FOLDER = Path(__file__).parent / "pictures"
_LUMINANCE = np.array([299, 587, 114])  # how bright the eye finds red, green and blue, in thousandths: whole, so exact


def path(name: str) -> Path:
    """Return the PNG file of the photograph `name`.

    Raises ValueError if `name` is not one of `NAMES`.

    >>> path("brick").name
    'brick.png'
    """
    return _FOLDER / f"{_known(name)}.png"


def load(name: str) -> np.ndarray:
    """Return the photograph `name` as uint8 in 0..255: grey as (height, width), colour as (height, width, 3).

    Raises ValueError if `name` is not one of `NAMES`. Source: the example pictures of scikit-image (2014).

    >>> load("cat").shape, load("cat").dtype
    ((300, 451, 3), dtype('uint8'))
    """
    with Image.open(path(name)) as picture:
        return np.array(picture)


def grey(picture: np.ndarray) -> np.ndarray:
    """Return the luminance (height, width) of `picture`, (height, width, 3) or already grey, as float64.

    The unit stays that of the input: 0..255 in gives 0..255 out. Green counts most, blue least.
    Raises ValueError for any other shape, TypeError if it does not hold numbers.
    Source: ITU-R recommendation BT.601-7 (2011).

    >>> red_green_blue = np.eye(3).reshape(1, 3, 3)  # one row of three pixels
    >>> grey(red_green_blue)
    array([[0.299, 0.587, 0.114]])
    """
    picture = as_array("picture", picture)
    if picture.ndim == 2:
        return picture.astype(float)
    if picture.ndim == 3 and picture.shape[-1] == 3:
        return picture @ _LUMINANCE / 1000
    raise ValueError(f"picture must have shape (height, width) or (height, width, 3), got {picture.shape}")


def credit(name: str) -> str:
    """Return who made the photograph `name`, its licence and where it comes from, as one line.

    Raises ValueError if `name` is not one of `NAMES`. Source: `pictures/CREDITS.md`.

    >>> credit("camera")
    '"Camera" by Lav Varshney, CC0 1.0, from scikit-image (512 × 512, grey).'
    """
    return _credit_of(_known(name))


def _credit_of(name):
    """Return the line of anything that lies in the folder of the pictures."""
    credits = (_FOLDER / "CREDITS.md").read_text(encoding="utf-8")
    entry = re.search(rf"^- \*\*{name}\*\*: (.*(?:\n  .*)*)", credits, re.MULTILINE)[1]
    return " ".join(entry.split())


def _known(name):
    return choice("name", name, NAMES)
