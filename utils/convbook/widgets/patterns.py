"""Small pictures to draw with characters and to push about, for the benches that ask what a shift changes."""

import numpy as np

SIDE = 12  # 1, 2, 3, 4 and 6 divide it, so that every stride of the benches fits their pictures


def pattern(top: int, left: int, *rows: str) -> np.ndarray:
    """Return a 12×12 picture of zeros with a shape in it: "#" is 1, "." is 0, a digit is itself.

    >>> pattern(0, 0, "#.", "25")[:2, :3]
    array([[1., 0., 0.],
           [2., 5., 0.]])
    """
    picture = np.zeros((SIDE, SIDE))
    ink = np.array([[float({"#": 1, ".": 0}.get(character, character)) for character in row] for row in rows])
    picture[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return picture


def shift(picture, by, wrap=False, enters=0.0):
    """Move a (H, W) picture by (down, right) pixels: around the edge if `wrap`, else what leaves is lost.

    Where nothing of the picture arrives, `enters` does.

    >>> shift([[1, 2, 3]], (0, 1), wrap=True), shift([[1, 2, 3]], (0, 1))
    (array([[3, 1, 2]]), array([[0, 1, 2]]))
    """
    if wrap:
        return np.roll(picture, by, axis=(0, 1))
    (down, right), (height, width), reach = by, np.shape(picture), max(map(abs, by))
    framed = np.pad(picture, reach, constant_values=enters)
    return framed[reach - down : reach - down + height, reach - right : reach - right + width]
