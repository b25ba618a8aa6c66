"""How settings are read: whole numbers, pairs, switches and names, with the words of every error."""

import operator
from reprlib import Repr

import numpy as np

LARGEST = 2**53  # beyond it a float can no longer count, and sizes would outgrow what an index can hold


def whole(name: str, value, least: int, most: int = LARGEST) -> int:
    """Return `value` as an int from `least` to `most`; `name` is what the error message calls it.

    Raises TypeError if `value` is not an integer, ValueError if it is too small or too large.
    Source: PEP 357 (2006), `__index__`.

    >>> whole("stride", 2, least=1)
    2
    >>> whole("stride", 0, least=1)
    Traceback (most recent call last):
    ValueError: stride must be at least 1, got 0
    """
    try:
        number = _index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {shown(value)}") from None
    _check_range(name, (number,), value, least, most)
    return number


def pair(name: str, value, least: int, most: int = LARGEST) -> tuple[int, int]:
    """Return `value`, an integer or a pair of integers from `least` to `most`, as a pair; `name` is for errors.

    Raises TypeError if `value` is neither, ValueError if a number is too small or too large or there are not two.
    Source: PyTorch (2019), whose layers take an int or a pair for each such setting.

    >>> pair("stride", 2, least=1), pair("stride", (2, 1), least=1)
    ((2, 2), (2, 1))
    """
    values = value if is_sequence(value) else (value, value)
    try:
        first, second = map(_index, values) if len(values) == 2 else ()
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name} must be an integer or a pair of integers, got {shown(value)}") from None
    _check_range(name, (first, second), value, least, most)
    return first, second


def is_sequence(value) -> bool:
    """Tell tuples, lists, arrays and their like from single values, names, and what has no order."""
    if isinstance(value, (int, str, bytes, dict, type)):
        return False
    try:
        return hasattr(value, "__getitem__") and len(value) >= 0
    except Exception:  # an array without axes has no length, and a stranger may raise anything
        return False


def both_axes(name: str, value) -> tuple:
    """Return (vertical, horizontal) of a setting that is one for both axes or a pair, whatever each of them is."""
    if not is_sequence(value):
        return value, value
    if len(value) != 2:
        raise ValueError(
            f"{name} must be an integer, (vertical, horizontal) or ((top, bottom), (left, right)), got {shown(value)}"
        )
    return tuple(value)


def switch(name: str, value) -> bool:
    """Return `value`, which must be True or False; 1 and 0 and NumPy's own will do."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    try:
        return bool(whole(name, value, 0, 1))
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be True or False, got {shown(value)}") from None


def choice(name: str, value, choices) -> str:
    """Return `value`, which must be one of some names."""
    if not isinstance(value, str) or value not in choices:
        error = ValueError if isinstance(value, str) else TypeError
        raise error(f"{name} must be one of {', '.join(map(repr, choices))}, got {shown(value)}")
    return value


def shown(value) -> str:
    """Return the value as an error message shows it: on one line, however much of it there is."""
    try:
        with np.printoptions(threshold=100, edgeitems=2):  # a large array has its shape at its end, and takes no time
            return " ".join(_BRIEF.repr(value).split())
    except Exception:  # a stranger's __repr__ may do anything, and an integer may be too long to be written
        return f"something of type {type(value).__name__}"


def plural(count: int, noun: str) -> str:
    """Return how many there are of something."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


_BRIEF = Repr()
_BRIEF.maxstring = _BRIEF.maxlong = 60
_BRIEF.maxother = 160
_BRIEF.maxlevel = 3


def _index(value):
    if type(value) is int:  # nearly always, and bool is another type
        return value
    if isinstance(value, bool):
        raise TypeError("a bool is no number")
    try:
        return operator.index(value)
    except Exception as error:  # tensors of other libraries have errors of their own
        raise TypeError(str(error)) from None


def _check_range(name, numbers, value, least, most):
    try:
        too_small, too_large = bool(min(numbers) < least), bool(max(numbers) > most)
    except Exception:
        raise TypeError(f"least and most must be integers, got {shown(least)} and {shown(most)}") from None
    if too_small:
        raise ValueError(f"{name} must be at least {shown(least)}, got {shown(value)}")
    if too_large:
        raise ValueError(f"{name} must be at most {shown(most)}, got {shown(value)}")
