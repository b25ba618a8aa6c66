"""How arrays are read: numbers, axes, the types that they are computed in, and how large they may become."""

import math

import numpy as np

from convbook.shapes.settings import shown

ROOM = 2**32  # bytes of one array: beyond it a slip, like a padding of a billion, would bring the machine to its knees

# What overflows becomes infinite, and what has no value NaN, as in PyTorch: seen in the result, not said on the way.
silently = np.errstate(all="ignore")


def as_array(name, value):
    """Return `value` as an array of real numbers, without copying what already is one."""
    if np.ma.isMaskedArray(value):
        raise TypeError(f"{name} must not be masked, for the mask would be lost; {name}.filled(0) fills the holes")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers, its rows have different lengths") from None
    except Exception as error:  # arrays of other libraries have errors of their own
        raise TypeError(f"{name} must be an array of numbers, but NumPy cannot read it: {shown(str(error))}") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got an array of {array.dtype}")
    return array


def as_signed(name, value):
    """Return `value` as `as_array` does, but refuse True and False, which are no more than present or absent."""
    array = as_array(name, value)
    if array.dtype.kind == "b":
        raise TypeError(f"{name} must hold numbers, got an array of bool; {name}.astype(int) makes 0 and 1 of it")
    return array


def result_dtype(*arrays):
    """Return the float type that holds all arrays; integers follow the floats, alone they are float64."""
    floats = [array.dtype for array in arrays if array.dtype.kind == "f"]
    return np.result_type(*floats) if floats else np.dtype(float)


def working_dtype(dtype):
    """Return the type to compute in: half precision overflows and rounds too coarsely to add in."""
    return np.promote_types(dtype, np.float32)


def as_batch(name, value):
    """Return a (height, width), (channels, height, width) or NCHW array as NCHW, and how many axes it had."""
    array = as_array(name, value)
    if array.ndim not in (2, 3, 4):
        raise ValueError(
            f"{name} must have shape (height, width), (channels, height, width) or (batch, channels, height, width), "
            f"got {array.shape}"
        )
    return array[(None,) * (4 - array.ndim)], array.ndim


def unbatch(array, ndim):
    """Undo `as_batch`: drop the axes that the caller's array did not have."""
    return array[(0,) * (4 - ndim)]


def check_room(names, shape, dtype):
    """Refuse settings that ask for an array which is larger than ROOM; `names` says which settings."""
    if math.prod(shape) * np.dtype(dtype).itemsize > ROOM:
        raise ValueError(f"{names} must fit in memory: an array of shape {shape} has more than {ROOM >> 30} GB")
