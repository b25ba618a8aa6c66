"""Numbers that need not be whole: rates, shares and what is added against division by zero."""

import math
import numbers

import numpy as np

from convbook.shapes.settings import shown


def real(name, value, least=-math.inf, most=math.inf):
    """Return `value` as a finite float from `least` to `most`."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {shown(value)}")
    if number < least:
        raise ValueError(f"{name} must be at least {least:g}, got {shown(value)}")
    if number > most:
        raise ValueError(f"{name} must be at most {most:g}, got {shown(value)}")
    return number


def share(name, value):
    """Return `value` as a float from 0 up to, but not including, 1."""
    number = real(name, value, 0)
    if number >= 1:
        raise ValueError(f"{name} must be below 1, got {shown(value)}")
    return number
