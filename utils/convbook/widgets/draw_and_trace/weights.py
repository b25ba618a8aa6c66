"""The weights of the digits' network as the page gets them, and those of a reader's own network."""

from base64 import b64decode, b64encode
from functools import cache

import numpy as np

from convbook import digits, nn
from convbook.shapes.settings import shown

ASSET = "digits_network"
SHAPES = {
    "0.weight": (8, 1, 3, 3),
    "0.bias": (8,),
    "3.weight": (16, 8, 3, 3),
    "3.bias": (16,),
    "6.weight": (10, 256),
    "6.bias": (10,),
}
COUNT = sum(int(np.prod(shape)) for shape in SHAPES.values())
MOST = 1e6  # the size of a weight: sums stay far from what a float cannot hold


@cache
def packed() -> dict:
    """Return all kept epochs as plain JSON: `epochs`, the `scales` of each array, and the whole numbers in base64.

    The bytes are signed, array after array as in `SHAPES`, epoch after epoch; a weight is its byte times its scale.

    >>> len(packed()["weights"]) < 100_000 * 4 / 3
    True
    """
    with np.load(digits.TRAINED_FILE) as file:
        rows = [np.concatenate([file[name][n].ravel() for name in SHAPES]) for n in range(len(file["epochs"]))]
        return {
            "epochs": file["epochs"].tolist(),
            "scales": file["scales"].astype(float).tolist(),
            "weights": b64encode(np.concatenate(rows).astype(np.int8).tobytes()).decode(),
        }


@cache
def trained(epoch: int) -> dict[str, np.ndarray]:
    """Return the weights after an epoch, float64 by name."""
    return {name: array.astype(float) for name, array in digits.trained_state(epoch).items()}


def read_own(source) -> dict[str, np.ndarray]:
    """Return the arrays of a reader's network, by the names of `SHAPES`, from a file or from a `state_dict`.

    Six arrays in the order of `SHAPES` will do, whatever they are called. Raises ValueError that names the array, its
    shape and what would fit, TypeError for what is no file name and no dict, and FileNotFoundError.
    """
    state = source if hasattr(source, "keys") else nn.load(source)
    names = list(state) if state.keys() != SHAPES.keys() else list(SHAPES)
    if len(names) != len(SHAPES):
        raise ValueError(
            f"the network must have the {len(SHAPES)} arrays {', '.join(SHAPES)}; got {len(names)}: "
            f"{', '.join(map(str, names)) or 'none'}"
        )
    return {own: _read(name, own, state[name]) for own, name in zip(SHAPES, names, strict=True)}


def _read(name, own, value):
    array, shape = np.asarray(value), SHAPES[own]
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be an array of numbers of shape {shape}, got {shown(value)}")
    if array.shape != shape:
        raise ValueError(
            f"{name} has shape {array.shape}; {shape} would fit: the network is conv 3×3 (1→8), ReLU, max pooling 2, "
            "conv 3×3 (8→16), ReLU, flatten, linear 256→10"
        )
    array = array.astype(np.float32)
    if not (np.abs(array) <= MOST).all():  # NaN is in no order
        raise ValueError(
            f"{name} must hold numbers from {-MOST:g} to {MOST:g}, got {shown(array.flat[_oddest(array)])}"
        )
    return array.astype(float)


def _oddest(array):
    return int((~(np.abs(array) <= MOST)).argmax())


def as_text(state: dict[str, np.ndarray]) -> str:
    """Return weights as base64 of float32, array after array as in `SHAPES`."""
    flat = np.concatenate([state[name].ravel() for name in SHAPES])
    return b64encode(flat.astype("<f4").tobytes()).decode()


def from_text(text: str) -> dict[str, np.ndarray]:
    """Return the weights that `as_text` wrote; raise ValueError if these are none."""
    flat = np.frombuffer(b64decode(text, validate=True), "<f4").astype(float)
    if len(flat) != COUNT:
        raise ValueError(f"weights must hold {COUNT} numbers, got {len(flat)}")
    ends = np.cumsum([np.prod(shape) for shape in SHAPES.values()])[:-1]
    return {name: part.reshape(shape) for (name, shape), part in zip(SHAPES.items(), np.split(flat, ends), strict=True)}
