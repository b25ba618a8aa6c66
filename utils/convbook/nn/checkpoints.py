"""Weights on a disk: one .npz file, which holds arrays and nothing that could run."""

import os
import zipfile

import numpy as np

from convbook import _arguments as arguments
from convbook.shapes.settings import shown


def save(state_dict, path) -> None:
    """Write the arrays of a `state_dict` to a file that `load` reads, and NumPy too.

    state_dict: {name: array}; path: a file name, whose folder exists; ".npz" is added where it is missing. The file is
    whole or not there: what stood before stays until the new one is written.
    Raises TypeError if an argument is something else. Source: NumPy (2005), `numpy.savez_compressed`.

    >>> from convbook import nn
    >>> import tempfile
    >>> from pathlib import Path
    >>> network = nn.Linear(2, 3)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nn.save(network.state_dict(), Path(folder) / "mine.npz")
    ...     state = nn.load(Path(folder) / "mine.npz")
    >>> bool((network.load_state_dict(state).weight.data == state["weight"]).all())
    True
    """
    if not hasattr(state_dict, "items") or not all(isinstance(name, str) for name in state_dict):
        raise TypeError(f"state_dict must be a dict of arrays by name, got {shown(state_dict)}")
    arrays = {name: arguments.as_array(f"state_dict[{name!r}]", value) for name, value in state_dict.items()}
    path = _with_ending(path)
    unfinished = path.with_name(path.name + ".part")
    try:
        with open(unfinished, "wb") as file:
            np.savez_compressed(file, **arrays)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path) -> dict[str, np.ndarray]:
    """Return the arrays that `save` has written, by their names, ready for `load_state_dict`.

    Raises FileNotFoundError if there is no such file, ValueError if it does not hold arrays, TypeError if `path` is no
    file name. Source: NumPy (2005), `numpy.load`. The example is that of `save`.
    """
    path = _with_ending(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: arguments.as_array(f"path[{name!r}]", file[name]) for name in file.files}
    except (ValueError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"path must be an .npz file of arrays, as nn.save writes them, got {shown(path)}") from error


def _with_ending(path):
    path = arguments.read_path(path)
    return path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
