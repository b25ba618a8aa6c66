"""The judge of an exercise: runs an answer, compares it with a reference, and recognises known mistakes."""

import warnings
from collections.abc import Callable, Iterable

import numpy as np


class CheckFailed(AssertionError):
    """An answer is not right yet; the message says why. IPython shows the message alone, without a stack trace."""

    def _render_traceback_(self):
        return [f"✗ {self}"]


class Check:
    """The judge of one exercise.

    `reference` is the right function and `probes` the argument tuples on which the answer must agree with it;
    `mistakes` are (wrong function, hint) pairs, `requirements` are (predicate on a result, hint) pairs for answers of
    which more than one is right. At least one of `reference` and `requirements` is needed.
    """

    def __init__(
        self,
        name: str,
        reference: Callable | None = None,
        probes: Iterable[tuple] = ((),),
        mistakes: Iterable[tuple[Callable, str]] = (),
        requirements: Iterable[tuple[Callable, str]] = (),
    ):
        self.name, self.reference, self.probes = name, reference, list(probes)
        self.mistakes, self.requirements = list(mistakes), list(requirements)

    def __call__(self, answer: Callable) -> None:
        """Return if `answer` is right; raise CheckFailed with a hint if it is not."""
        if not callable(answer):
            raise CheckFailed(f"{self.name}: hand in the function itself, without calling it; got {answer!r}.")
        for probe in self.probes:
            result = self._run(answer, probe)
            for holds, hint in self.requirements:
                if not holds(result):
                    raise CheckFailed(f"{self._call(probe)} gave {_shown(result)}, which is not it.\nHint: {hint}")
            if self.reference and not _same(result, wanted := self.reference(*probe)):
                raise CheckFailed(f"{self._call(probe)} gave {_difference(result, wanted)}.{self._hint(answer)}")

    def _run(self, answer, probe):
        """Run `answer` on copies of the probe's arrays; what goes wrong on the way is told in words."""
        arguments = _copies(probe)
        try:
            with _quietly():
                result = answer(*arguments)
        except NotImplementedError:
            raise CheckFailed(
                f"{self.name} is not written yet: put your code in place of `raise NotImplementedError()`."
            ) from None
        except Exception as error:
            raise CheckFailed(
                f"{self._call(probe)} raised {type(error).__name__}: {error}.{self._hint(answer)}"
            ) from None
        if result is None:
            raise CheckFailed(f"{self._call(probe)} returned None: is a `return` missing?")
        if not all(_same(after, before) for after, before in zip(arguments, probe, strict=True)):
            raise CheckFailed(f"{self._call(probe)} changed its input. Work on a copy, or write into a new array.")
        return result

    def _hint(self, answer):
        """Return the hint of the mistake that behaves like `answer` on every probe."""
        behaviour = [_behaviour(answer, probe) for probe in self.probes]
        for mistake, hint in self.mistakes:
            if all(_same(_behaviour(mistake, probe), seen) for probe, seen in zip(self.probes, behaviour, strict=True)):
                return f"\nHint: {hint}"
        return ""

    def _call(self, probe):
        return f"{self.name}({', '.join(_described(argument) for argument in probe)})"


CHECKS: dict[str, Check] = {}


def register(*checks: Check) -> None:
    """Make `checks` known to `check` under their names.

    Raises ValueError if a name is taken.
    """
    for one in checks:
        if one.name in CHECKS:
            raise ValueError(f"name {one.name!r} is already taken by another check")
        CHECKS[one.name] = one


def check(name: str, answer: Callable) -> None:
    """Judge the function `answer` for the exercise `name`: print one line if it is right, raise CheckFailed if not.

    Raises ValueError if there is no such exercise.

    >>> register(Check("half_of_six", lambda: 3, mistakes=[(lambda: 12, "that is twice six.")]))
    >>> check("half_of_six", lambda: 3)
    ✓ half_of_six: right.
    >>> check("half_of_six", lambda: 12)
    Traceback (most recent call last):
        ...
    convbook.checks.judge.CheckFailed: half_of_six() gave 12, which is not it.
    Hint: that is twice six.
    >>> del CHECKS["half_of_six"]
    """
    if name not in CHECKS:
        raise ValueError(f"name must be one of {', '.join(map(repr, CHECKS))}, got {name!r}")
    CHECKS[name](answer)
    print(f"✓ {name}: right.")


def _copies(probe):
    return [argument.copy() if isinstance(argument, np.ndarray) else argument for argument in probe]


def _quietly():
    """Overflow and the like may warn while a mistake is at work: the hint says it better."""
    return warnings.catch_warnings(action="ignore")


def _behaviour(function, probe):
    """Return what the function gives, or the name of what it raises."""
    try:
        with _quietly():
            return function(*_copies(probe))
    except Exception as error:
        return type(error).__name__


def _same(one, other):
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one == other
    try:
        one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    except (TypeError, ValueError):
        return False
    return one.shape == other.shape and np.allclose(one, other)


def _difference(result, wanted):
    try:
        result, wanted = np.asarray(result, dtype=float), np.asarray(wanted, dtype=float)
    except (TypeError, ValueError):
        return f"{result!r}, which cannot be read as numbers"
    if result.shape != wanted.shape:
        return f"shape {result.shape}, where {wanted.shape} is expected"
    if wanted.ndim == 0:
        return f"{result:g}, which is not it"
    worst = np.unravel_index(np.nan_to_num(np.abs(result - wanted), nan=np.inf).argmax(), wanted.shape)
    where = ", ".join(str(i) for i in worst)
    return f"{result[worst]:g} at [{where}], where {wanted[worst]:g} is expected"


def _described(argument):
    return f"<{argument.dtype} array {argument.shape}>" if isinstance(argument, np.ndarray) else repr(argument)


def _shown(result):
    return np.array2string(result, separator=", ").replace("\n", "") if isinstance(result, np.ndarray) else repr(result)
