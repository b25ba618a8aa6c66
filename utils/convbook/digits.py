"""Handwritten digits, 8×8 pixels each, and a small network that learnt to read them: shipped, so nothing is downloaded.

>>> from convbook import digits
>>> pictures, labels = digits.load()
>>> pictures.shape, labels[:10]
((1797, 8, 8), array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
>>> digits.network()(pictures[:3, None] / digits.INK).shape            # ten scores for each of three pictures
(3, 10)
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from convbook import nn
from convbook.images import _credit_of
from convbook.shapes import pair, whole

_FOLDER = Path(__file__).parent / "pictures"
FILE = _FOLDER / "digits.npz"  # written by tools/make_digits.py
TRAINED_FILE = _FOLDER / "digits_network.npz"  # written by tools/train_digits.py
MOST_CHANNELS = 4096
INK = 16  # the darkest grey value: how many of the 4×4 pixels of a finer scan were ink


class Split(NamedTuple):
    """Digits to learn from, and others to be asked about; pictures are (count, 1, 8, 8) from 0 to 1, float64.

    It raises nothing. Source: as of `load`.

    >>> split().train_labels.shape, split().test_labels.shape
    ((1437,), (360,))
    """

    train_pictures: np.ndarray
    train_labels: np.ndarray
    test_pictures: np.ndarray
    test_labels: np.ndarray


def load() -> tuple[np.ndarray, np.ndarray]:
    """Return all pictures, (1797, 8, 8) of uint8 from 0 (paper) to 16 (ink), and their labels, (1797,) of int.

    They are what 13 people wrote; who wrote which is not recorded.
    Source: Alpaydin and Kaynak (1998), "Optical recognition of handwritten digits"; the half that scikit-learn ships.

    >>> pictures, labels = load()
    >>> pictures[1].max(), labels[1]
    (np.uint8(16), np.int64(1))
    """
    with np.load(FILE) as file:
        return file["pictures"], file["labels"].astype(int)


def split(seed: int = 0, test: int = 360) -> Split:
    """Shuffle the digits by `seed` and set `test` of them aside, to be asked about after the training.

    The same people wrote both parts, so that a network finds the second easier than digits by strangers.
    Raises TypeError or ValueError if an argument does not fit. Source: as of `load`.

    >>> parts = split(seed=1, test=100)
    >>> parts.train_pictures.shape, parts.test_pictures.max()
    ((1697, 1, 8, 8), np.float64(1.0))
    """
    pictures, labels = load()
    test = whole("test", test, 1, len(labels) - 1)
    order = np.random.default_rng(whole("seed", seed, 0)).permutation(len(labels))
    pictures, labels = pictures[order, None] / INK, labels[order]
    return Split(pictures[test:], labels[test:], pictures[:test], labels[:test])


def network(channels: tuple[int, int] = (8, 16), dtype="float32") -> nn.Sequential:
    """Return the untrained network of chapter 9 for (batch, 1, 8, 8): two convolutions, one pooling, ten scores.

    With 8 and 16 channels it has 3,818 parameters. Raises TypeError or ValueError if an argument does not fit.
    Source: LeCun et al. (1998), whose first layers it follows.

    >>> sum(parameter.data.size for parameter in network().parameters())      # 80 + 1,168 + 2,570
    3818
    """
    first, second = pair("channels", channels, 1, MOST_CHANNELS)
    return nn.Sequential(
        nn.Conv2d(1, first, 3, padding=1, dtype=dtype),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3, padding=1, dtype=dtype),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(second * 4 * 4, 10, dtype=dtype),
    )


def trained_epochs() -> tuple[int, ...]:
    """Return after which epochs of its training the shipped network was kept; 0 is before the first.

    It raises nothing. Source: tools/train_digits.py.

    >>> trained_epochs()[0], trained_epochs()[-1]
    (0, 15)
    """
    with np.load(TRAINED_FILE) as file:
        return tuple(file["epochs"].tolist())


def trained_state(epoch: int = 15) -> dict[str, np.ndarray]:
    """Return the weights of the shipped network after an epoch, float32, as `network().load_state_dict` takes them.

    They are kept as whole numbers from −127 to 127 with one scale for each array, and multiplied out here.
    Raises ValueError if `epoch` is not among `trained_epochs()`, TypeError if it is not an integer.
    Source: tools/train_digits.py, which has seen the training part of `split(seed=0)`.

    >>> parts = split(seed=0)
    >>> model = network().load_state_dict(trained_state())
    >>> bool(nn.evaluate(model, parts.test_pictures, parts.test_labels)["accuracy"] >= 0.97)
    True
    """
    epochs = trained_epochs()
    if whole("epoch", epoch, 0) not in epochs:
        raise ValueError(f"epoch must be one of {', '.join(map(str, epochs))}, got {epoch}")
    number = epochs.index(epoch)
    with np.load(TRAINED_FILE) as file:
        scales = file["scales"][number]
        return {
            name: (file[name][number] * scale).astype(np.float32)
            for name, scale in zip(network().state_dict(), scales, strict=True)
        }


def credit() -> str:
    """Return who collected the digits, their licence and where they come from, as one line.

    Source: `pictures/CREDITS.md`.

    >>> credit().split(",")[1]
    ' CC BY 4.0'
    """
    return _credit_of("digits")
