"""Says what an answer gave: small arrays in full, large ones described, nothing longer than a reader would read."""

import reprlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np

FEW = 60  # numbers that are shown in full
MOST = 100_000  # things in nested lists that are read: no task asks for more, and each hint reads them once more
WIDEST = 100  # characters of a line


class _Brief(reprlib.Repr):
    def repr1(self, value, level):
        if isinstance(value, float | np.floating):
            return number(value)
        return super().repr1(value.item() if isinstance(value, np.bool | np.integer) else value, level)

    def repr_int(self, value, level):
        if abs(value) < 10**100:
            return super().repr_int(value, level)
        return f"<int of about {int(value.bit_length() * 0.30103) + 1} digits>"  # Python refuses to write out long ones


_brief = _Brief()
_brief.maxlist = _brief.maxtuple = 16
_brief.maxstring = _brief.maxother = WIDEST


class NotNumbers(ValueError):
    """A result that cannot be read as numbers; the message says what it is, and what would fit."""


@dataclass(frozen=True)
class Told:
    """A result of which words alone came here from another process: its `text`, and `why` it is no numbers."""

    text: str
    why: str

    def __repr__(self):
        return self.text


@dataclass(frozen=True)
class Secret:
    """A result that nobody can read: it says of others whether they are the same."""

    is_same: Callable[[object], bool]


def numbers(value: object) -> np.ndarray:
    """Return `value`, a number, an array or nested sequences of them, as an array of float.

    Raises NotNumbers, in words for the reader, if it is anything else: a string of digits, too, or a complex number.
    """
    if isinstance(value, Told):
        raise NotNumbers(value.why)
    kind = _one(type(value).__name__)
    try:
        array = _array_of(value, kind)
        if array.dtype.kind in "iu":
            return array
        return array.astype(float, copy=False)
    except NotNumbers:
        raise
    except Exception as error:  # ragged, endless, too large, or an object that refuses
        raise NotNumbers(f"{kind} that cannot be read as an array of numbers{_way_out(value, error)}") from None


def _one(kind):
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}"


def nth(place: int) -> str:
    """Return the word for one of several results, counted from 0.

    >>> nth(0)
    'first'
    """
    words = ("first", "second", "third")
    return words[place] if place < len(words) else f"{place + 1}th"


def _array_of(value, kind):
    if isinstance(value, set | frozenset | dict):
        raise NotNumbers(f"{kind}, which has no order: return an array, a tuple or a list")
    if hasattr(value, "__next__"):
        raise NotNumbers(f"{kind}, which has not been run through yet: make a list of it")
    for count, part in enumerate(_parts(value)):
        if count > MOST or _is_long(part):
            raise NotNumbers(f"{kind} that holds more than {MOST} things, and no task asks for so many")
        if isinstance(part, str | bytes):  # of which NumPy would make an array, each text as long as the longest
            raise NotNumbers(f"{brief(value)}, which cannot be read as numbers")
        if _is_masked(part):
            raise NotNumbers("masked values, which are not numbers: return a plain array, with a number in every place")
    array = np.asarray(value)
    if array.dtype.kind == "c":
        raise NotNumbers("complex numbers: take their `.real` part, if the rest is rounding noise")
    if array.dtype.kind == "O" and all(isinstance(item, Real) for item in array.flat):
        array = array.astype(float)  # fractions, or integers too long for NumPy
    if array.dtype.kind not in "biuf":
        raise NotNumbers(f"{brief(value)}, which cannot be read as numbers{_way_out(value)}")
    return array


def _way_out(value, error=None):
    """Return how a tensor in a computation and a sparse matrix become arrays, or else what NumPy says."""
    for method, call in {"detach": ".detach().numpy()", "toarray": ".toarray()"}.items():
        if hasattr(type(value), method):
            return f": return `{call}`"
    return f" ({said(error)})" if error else ""


def _parts(value):
    """Yield `value` and, if it is a list or a tuple, all that it holds, however deep."""
    yield value
    if isinstance(value, list | tuple):
        for item in value:
            yield from _parts(item)


def _is_long(value):
    """Say whether it would take long to read: a list, a range or the like; NumPy says at once what an array holds."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes) and len(value) > MOST


def _is_masked(value):
    return isinstance(value, np.ma.MaskedArray) and bool(np.ma.is_masked(value))


def arrays(result: object, *fits: Callable[[np.ndarray], bool]) -> list[np.ndarray] | None:
    """Return the arrays of a result that is a sequence of them, one for each fits(array), or None if it is not."""
    try:
        parts = [numbers(part).astype(float) for part in result]
    except (TypeError, NotNumbers):
        return None
    return parts if len(parts) == len(fits) and all(map(lambda fit, part: fit(part), fits, parts)) else None


def holds_no_nan(result: object) -> bool:
    """Say whether a result is free of what 0 divided by 0 is."""
    try:
        return not np.isnan(numbers(result)).any()
    except NotNumbers:
        return True


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether two arrays hold the same numbers, but for what single precision rounds."""
    return np.shape(one) == np.shape(other) and bool(close(one, other).all())


def close(result: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Say of each number of `result` whether it is the one that is wanted; integers must agree exactly."""
    if np.asarray(result).dtype.kind in "iu" and np.asarray(wanted).dtype.kind in "iu":
        return np.equal(result, wanted)
    result, wanted = np.asarray(result, dtype=float), np.asarray(wanted, dtype=float)
    size = np.abs(wanted[np.isfinite(wanted)]).max(initial=0)
    return np.isclose(result, wanted, rtol=1e-6, atol=1e-6 * size + 1e-9)


def shorten(text: str, longest: int) -> str:
    """Return `text` without its middle if it is longer than `longest`."""
    if len(text) <= longest:
        return text
    return f"{text[: longest // 2].rstrip()} … {text[len(text) - longest // 2 :].lstrip()}"


def brief(value: object) -> str:
    """Return the repr of `value`, cut to about a line."""
    return shorten(_brief.repr(value), 2 * WIDEST)


def said(error: BaseException) -> str:
    """Return the message of an error in about a line, empty if it has none or cannot say it."""
    try:
        return shorten(str(error), 3 * WIDEST).rstrip(".")
    except Exception:
        return ""


def number(value: float, digits: int = 6) -> str:
    """Return a number as a reader would write it.

    >>> number(3.0), number(0.1 + 0.2), number(-0.0)
    ('3', '0.3', '0')
    """
    return f"{value + 0.0:.{digits}g}"


def shown(value: object) -> str:
    """Return `value` as it is shown to a reader, in one or more lines.

    >>> print(shown(np.array([[1, -2], [0.5, 2e-17]])))
    [[  1,  -2],
     [0.5,   0]]
    >>> shown(np.array([5, 100]))
    '[5, 100]'
    >>> shown(np.zeros((30, 40), dtype=np.uint8))
    '<array of shape (30, 40), uint8>'
    """
    if isinstance(value, tuple | list) and any(isinstance(part, np.ndarray) and part.ndim for part in value):
        return brief(value) if len(value) > 4 else "\n".join(shown(part) for part in value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf" and not _is_masked(value):
        return _array(np.asarray(value))
    return brief(value)


def worded(value: object) -> str:
    """Return a result as it is shown to a reader, with a word on what is no number at all.

    >>> worded(True)
    'True, a truth value and no number'
    """
    return f"{shown(value)}, a truth value and no number" if isinstance(value, bool | np.bool) else shown(value)


def _array(array):
    if array.size > FEW or (array.ndim and array.shape[-1] > 16):
        return f"<array of shape {array.shape}, {array.dtype}>"
    if array.dtype.kind == "f":
        size = np.abs(array[np.isfinite(array)]).max(initial=0)
        array = np.where(np.abs(array) < 1e-12 * size, 0, array)  # rounding noise
    texts = [brief(value) for value in array.flat]
    width = max(map(len, texts), default=0) if array.ndim > 1 else 0  # one row has no columns
    padded = iter([text.rjust(width) for text in texts])
    return _nested(array.shape, padded, 1) if array.ndim else texts[0]


def _nested(shape, texts, depth):
    if not shape:
        return next(texts)
    between = ", " if len(shape) == 1 else ",\n" + " " * depth
    return f"[{between.join(_nested(shape[1:], texts, depth + 1) for _ in range(shape[0]))}]"


def spread(**values: object) -> str:
    """Return one `name = value` for each of them; a type that is not the usual one stands beside the name.

    >>> print(spread(k=2, x=np.eye(2)))
    k = 2
    x = [[1, 0],
         [0, 1]]
    >>> spread(grey=np.zeros(3, dtype=np.uint8))
    'grey (uint8) = [0, 0, 0]'
    """
    lines = []
    for name, value in values.items():
        unusual = isinstance(value, np.ndarray) and value.dtype not in (float, int) and value.size <= FEW
        label = f"{name} ({value.dtype}) = " if unusual else f"{name} = "
        lines.append(label + shown(value).replace("\n", "\n" + " " * len(label)))
    return "\n".join(lines)


def difference(value: object, result: np.ndarray, wanted: np.ndarray) -> str:
    """Say how an answer's `value`, read as the array `result`, differs from what is `wanted`.

    >>> one, other = np.array([1, 2]), np.array([1, 3])
    >>> difference((1, 2), one, other)
    'gave (1, 2), where [1, 3] is expected.'
    """
    yours, expected = worded(value), shown(wanted)
    if (result.shape == wanted.shape and max(result.size, wanted.size) > FEW) or yours == expected:
        place = tuple(np.argwhere(~close(result, wanted))[0])
        at = f" at [{', '.join(map(str, place))}]" if place else ""
        return f"gave {number(result[place], 12)}{at}, where {number(wanted[place], 12)} is expected."
    if "\n" not in yours + expected and len(yours + expected) < WIDEST:
        return f"gave {yours}, where {expected} is expected."
    if result.shape != wanted.shape:
        if not result.ndim:
            return f"gave {number(result[()], 12)}, one number, where an array of shape {wanted.shape} is expected."
        asked = wanted.shape if wanted.ndim else "one number"
        missing = " (is a sum missing?)" if result.size > 1 and not wanted.ndim else ""
        return f"gave an array of shape {result.shape}, where {asked} is expected{missing}."
    return f"gave\n{yours}\nwhere this is expected:\n{expected}"
