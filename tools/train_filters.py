"""Learn filters from the book's own photographs, and write them where `convbook.kernels.learnt` finds them.

    python tools/train_filters.py

Nothing tells the program what to look for, and no network is trained. It is *independent component analysis*: many
small windows are cut from the photographs, and filters are sought whose answers are independent of each other, which
for photographs comes to this: nearly always close to 0, and now and then large.
Sources: Bell and Sejnowski (1997) for the idea; Hyvärinen (1999), "Fast and robust fixed-point algorithms for
independent component analysis", for the steps of `rotate`.
"""

from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook import images, kernels

SIZE = 9  # pixels a side
FILTERS = 24
WINDOWS = 6000  # from each photograph
STEPS = 300
LARGEST = 127  # of a signed byte, in which the filters are kept


def cut_windows(rng: np.random.Generator) -> np.ndarray:
    """Return windows from random places of all photographs, (windows, SIZE²), each without its mean."""
    cuttings = []
    for name in images.NAMES:
        every = sliding_window_view(images.grey(images.load(name)), (SIZE, SIZE))
        rows, columns = (rng.integers(0, length, WINDOWS) for length in every.shape[:2])
        cuttings.append(every[rows, columns].reshape(WINDOWS, -1))
    windows = np.concatenate(cuttings)
    windows -= windows.mean(axis=1, keepdims=True)  # how bright a window is says nothing about its pattern
    return windows - windows.mean(axis=0)


def whitener(windows: np.ndarray) -> np.ndarray:
    """Return the matrix (SIZE², FILTERS) whose answers to the windows are uncorrelated and equally strong."""
    variances, directions = np.linalg.eigh(windows.T @ windows / len(windows))  # the smallest come first
    return directions[:, -FILTERS:] / np.sqrt(variances[-FILTERS:])


def square(rotation: np.ndarray) -> np.ndarray:
    """Return the rotation that lies closest to this matrix."""
    left, _, right = np.linalg.svd(rotation)
    return left @ right


def rotate(answers: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Turn white `answers` (windows, FILTERS) step by step until they are as independent as they get."""
    for _ in range(STEPS):
        bent = np.tanh(answers @ rotation)
        rotation = square(answers.T @ bent / len(answers) - rotation * (1 - bent**2).mean(axis=0))
    return rotation


def train() -> np.ndarray:
    """Return the filters (FILTERS, SIZE, SIZE); the largest weight of each is 1 or −1."""
    rng = np.random.default_rng(0)
    windows = cut_windows(rng)
    white = whitener(windows)
    # The start is chosen in pixels: the signs of `white` are left to chance, and it must not depend on them.
    start = square(np.linalg.pinv(white) @ rng.normal(size=(SIZE**2, FILTERS)))
    filters = (white @ rotate(windows @ white, start)).T.reshape(FILTERS, SIZE, SIZE)
    return filters / np.abs(filters).max(axis=(1, 2), keepdims=True)


def main() -> None:
    """Train and write them down: two kilobytes."""
    path: Path = kernels.LEARNT_FILE
    np.save(path, np.round(LARGEST * train()).astype(np.int8))
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
