"""The picture as ChannelMatrix reads it, and its shuffle: as photograph.js has them."""

import numpy as np

from convbook.widgets.picture import colours

LONGEST = 256  # pixels a side


def square(picture: str) -> np.ndarray:
    """Return the levels (3, H, W) of the middle of a picture, at most 256 pixels a side.

    Where both sides are at least twice as long, it is reduced before: each pixel is the mean of a block, rounded.

    >>> square("cat").shape, square("camera").shape
    ((3, 256, 256), (3, 256, 256))
    """
    levels = np.moveaxis(colours(picture), -1, 0)
    block = max(1, min(levels.shape[1:]) // LONGEST)
    height, width = (side // block for side in levels.shape[1:])
    levels = levels[:, : height * block, : width * block].reshape(3, height, block, width, block).mean(axis=(2, 4))
    top, left = (max(0, (side - LONGEST) // 2) for side in (height, width))
    return levels[:, top : top + LONGEST, left : left + LONGEST].round()


def shuffled_order(count: int) -> np.ndarray:
    """Return 0, 1, ..., count − 1 in a shuffled order, the same on every machine and in the browser.

    The numbers are sorted by a hash of each: two steps of MurmurHash3's finaliser (Appleby, 2011).

    >>> shuffled_order(6)
    array([0, 3, 4, 1, 2, 5])
    """
    keys = np.arange(count, dtype=np.uint32) * np.uint32(2654435761)
    keys = (keys ^ keys >> np.uint32(15)) * np.uint32(2246822519)
    return np.argsort(keys ^ keys >> np.uint32(13))
