"""What an answer gave, written down so that it can be judged in another process: the hidden checks.

No kernel that runs a student's code can be trusted, so nothing that knows what is right is in it. There `hidden_check`
runs the answer on probes and reports what came out; `judged` judges it elsewhere, by `convbook.checks.judge`.

A report is JSON, and reading it runs nothing of the student's: numbers and arrays come back exactly, with their types,
and of anything else there are words. It may be forged as a whole, for all that matters: only right values on probes
that the student has never seen are worth points.
"""

import base64
import binascii
import json
import math
import os
import re
from collections.abc import Callable, Container, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from IPython.display import display

from convbook.checks._affine import Affine
from convbook.checks._running import Outcome, Problem
from convbook.checks._slips import returns_in_the_first_round
from convbook.checks._words import NotNumbers, Told, brief, numbers, shorten
from convbook.checks.judge import CHECKS, SECONDS, Check, gave_up, known, show_verdict

MIME = "application/vnd.convbook.outcomes+json"
PROBES = "CONVBOOK_PROBES"  # the environment variable that names the file of the probes
COUNT = 12  # probes that are drawn for each exercise
LARGEST = 20_000  # numbers in one result, or things in its lists; what is right has fewer by far
LARGEST_PROBE = 1_000_000  # and in the arguments for one call, which come from us
DEEPEST = 16  # lists in lists
MOST_ARGUMENTS = 100  # of one call
LONGEST = 2_000  # characters of a string, or hexadecimal digits of an integer
AUTHOR = 1  # the seed where an author runs a notebook as it stands


class Malformed(ValueError):
    """A report that does not hold what it should."""


# ---- what a grader calls ---------------------------------------------------------------------------------------
def probes_for(name: str, seed: int) -> list[tuple]:
    """Return the probes on which the hidden check `name` runs an answer: the public ones, then those of `seed`."""
    one = known(name)
    return [*one.probes, *_drawn(one, seed)]


def probes_file(seed: int, names: Container[str] = CHECKS) -> str:
    """Return what the file named by CONVBOOK_PROBES has to hold: the probes of these exercises, nothing they give."""
    wanted = [name for name in CHECKS if name in names]
    return json.dumps({name: [encoded(probe, LARGEST_PROBE) for probe in probes_for(name, seed)] for name in wanted})


def judged(name: str, seed: int, report: object) -> str | None:
    """Return what is wrong with the answer that `report` is about, in words for its author; None if it is right.

    `report` is what the output of type MIME holds. Whatever else stands there is met with "did not report".
    """
    one = known(name)
    try:
        outcomes = read_report(name, report)
        if type(first_round := report.get("first_round", False)) is not bool:
            raise Malformed("a word on its loops of another type")
        return _fault(one, one.with_probes(probes_for(name, seed)), outcomes, first_round) or None
    except Malformed:
        return f"{name}: the hidden check did not report what the answer gave, so there are no points for it."


def _fault(public, all_probes, outcomes, first_round):
    """Judge the public probes in words that show them, and the others without a word of what they are."""
    ended = bool(outcomes) and gave_up(outcomes[-1])
    if len(outcomes) > len(all_probes.probes) or (len(outcomes) < len(all_probes.probes) and not ended):
        raise Malformed("another number of outcomes than there are probes")
    if any(map(gave_up, outcomes[:-1])):
        raise Malformed("outcomes after the end")
    seen = len(public.probes)
    if fault := public.judge(outcomes[:seen], first_round):
        return fault
    if fault := all_probes.judge(outcomes, first_round):
        _, hint, words = fault.partition("\nHint: ")
        return f"{public.name}: right on the probes of the notebook, but not on others like them.{hint}{words}"
    return ""


# ---- what the check cell calls ---------------------------------------------------------------------------------
def hidden_check(name: str, answer: Callable) -> None:
    """Run `answer` on probes that nobody has seen, and report what it gave.

    Where CONVBOOK_PROBES names a file, the probes come from there, and a grader judges the report. Elsewhere an author
    runs the notebook: then probes are drawn from a fixed seed, and the verdict is shown at once.

    >>> hidden_check("output_size", lambda size, kernel, stride, padding, dilation: size)
    ✗ output_size(7, 3, 2, 0, 1) gave 7, where 3 is expected.
    """
    one = known(name)
    if path := os.environ.get(PROBES):
        probes = [decoded(code, LARGEST_PROBE) for code in json.loads(Path(path).read_text("utf-8"))[name]]
        display({MIME: reported(one.with_probes(probes), answer)}, raw=True)
        return
    drawn = _drawn(one, AUTHOR)
    outcomes = _run(one.with_probes([*one.probes, *drawn]), answer)
    fault = _fault(one, one.with_probes([*one.probes, *drawn]), outcomes, returns_in_the_first_round(answer))
    show_verdict(name, fault, right=f"right, on {len(drawn)} probes more." if drawn else "right.")


def _drawn(one: Check, seed):
    return _drawn_once(one, seed) if one.draw else []


@lru_cache(maxsize=256)  # one report after the other is judged on the same probes
def _drawn_once(one, seed):
    return one.drawn(seed, COUNT).probes


def _run(one: Check, answer):
    return one.run(answer, 2 * SECONDS)  # the public check took its time before this one, and had fewer probes


def reported(one: Check, answer: Callable) -> dict:
    """Return the report on `answer`, with the outcome of each probe of the check."""
    outcomes = [_outcome_as_code(outcome) for outcome in _run(one, answer)]
    return {"name": one.name, "first_round": returns_in_the_first_round(answer), "outcomes": outcomes}


def _outcome_as_code(outcome):
    problem = outcome.problem
    return {
        "value": encoded(outcome.value),
        "problem": problem and [_line(part) for part in (problem.kind, problem.words, problem.at)],
        "changed": list(outcome.changed),
        "seconds": round(outcome.seconds, 6),
    }


def read_report(name: str, report: object) -> list[Outcome]:
    """Return the outcomes in a report on the exercise `name`. Raises Malformed for anything else."""
    try:
        if report["name"] != name or not isinstance(report["outcomes"], list) or len(report["outcomes"]) > 1000:
            raise Malformed("a report on something else")
        return [_outcome_of(code) for code in report["outcomes"]]
    except Malformed:
        raise
    except Exception as error:  # whatever can be wrong with what somebody else wrote
        raise Malformed(f"a report that cannot be read: {error}") from None


def _outcome_of(code):
    problem, changed, seconds = code["problem"], code["changed"], code["seconds"]
    if not isinstance(changed, list) or not all(
        type(place) is int and 0 <= place < MOST_ARGUMENTS for place in changed
    ):
        raise Malformed("changes of other types")
    if type(seconds) not in (int, float) or not math.isfinite(seconds):
        raise Malformed("an outcome of other types")
    return Outcome(decoded(code["value"]), _problem_of(problem), tuple(changed), float(seconds))


def _problem_of(code):
    if code is None:
        return None
    if len(code) != 3 or not all(isinstance(part, str) and len(part) <= LONGEST for part in code):
        raise Malformed("a problem of other types")
    return Problem(*map(_line, code))


# ---- values ----------------------------------------------------------------------------------------------------
def encoded(value: object, largest: int = LARGEST) -> object:
    """Return `value` as JSON holds it: exactly, if it consists of numbers, texts, lists, tuples and arrays.

    Of anything else, and of what holds more than `largest` things, there are words.

    >>> encoded([1, 0.5]), encoded(np.arange(2, dtype=np.uint8))
    ({'list': [{'int': '0x1'}, {'float': '0x1.0000000000000p-1'}]}, {'array': '|u1', 'shape': [2], 'data': 'AAE='})
    """
    try:
        return _code(value, _Room(largest), DEEPEST)
    except Exception:  # too large, endless, or an object that refuses everything
        return _told(value)


class _TooMuch(ValueError):
    pass


class _Room:
    """How many things may still be written down."""

    def __init__(self, left):
        self.left = left

    def take(self, count):
        self.left -= count
        if self.left < 0:
            raise _TooMuch


def _code(value, room, depth):
    room.take(1)
    if depth == 0:
        raise _TooMuch
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return _array_code(value, room)
    if isinstance(value, int):
        return {"int": _short(hex(value))}
    if isinstance(value, float):
        return {"float": float.hex(value)}
    if isinstance(value, complex):
        return {"complex": [float.hex(value.real), float.hex(value.imag)]}
    if isinstance(value, str):
        return {"str": _short(str(value))}
    if isinstance(value, Affine):
        return _affine_code(value, room)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        room.take(len(value))  # a range may be longer than its owner knows
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [_code(part, room, depth - 1) for part in value]}
    return _array_code(numbers(value), room)


def _short(text):
    if len(text) > LONGEST:
        raise _TooMuch
    text.encode()  # half a surrogate pair is no text that JSON carries
    return text


def _array_code(array, room):
    if isinstance(array, np.ma.MaskedArray):
        array = numbers(array)
    if array.dtype.kind not in "biufc":
        raise NotNumbers(f"{brief(array)}, which cannot be read as numbers")
    room.take(array.size)
    if array.dtype.itemsize > (16 if array.dtype.kind == "c" else 8):
        array = array.astype(complex if array.dtype.kind == "c" else float)  # what a machine has beyond differs
    kind = "array" if isinstance(array, np.ndarray) else "scalar"
    data = base64.b64encode(array.tobytes()).decode()
    return {kind: array.dtype.str, "shape": list(array.shape), "data": data}


def _affine_code(layer, room):
    """Only what is not 0 is written down, which is little of the matrix of a convolution."""
    room.take(layer.matrix.size)
    rows, columns = layer.matrix.nonzero()
    entries = rows.tolist(), columns.tolist(), _array_code(layer.matrix[rows, columns], room)
    return {"affine": layer.name, "takes": list(layer.takes), "entries": entries, "plus": _array_code(layer.plus, room)}


def _told(value):
    """Return words for what cannot be written down, and why it is not what a task asks for."""
    text = _line(brief(value))
    try:
        read = numbers(value)
        why = f"{text}: {read.size} numbers in the shape {read.shape}, and no task asks for so many"
    except NotNumbers as what:
        why = str(what)
    except Exception:
        why = f"{text}, which cannot be read as numbers"
    return {"told": text, "why": _line(why)}


def _line(text):
    """Return a text as one line; a line of a student's own could look like one of the judge's."""
    text = str(text).encode("utf-8", "replace").decode()
    return shorten("".join(sign if sign.isprintable() else " " for sign in text), LONGEST // 2)


def decoded(code: object, largest: int = LARGEST) -> object:
    """Return the value that `encoded` wrote down, or a Told of it. Raises Malformed if it is nothing of the kind.

    >>> decoded(encoded((1, [float("inf"), np.arange(3)])))
    (1, [inf, array([0, 1, 2])])
    """
    try:
        return _value(code, _Room(largest), DEEPEST)
    except Malformed:
        raise
    except Exception as error:
        raise Malformed(f"a value that cannot be read: {error}") from None


def _value(code, room, depth):
    room.take(1)
    if depth == 0:
        raise Malformed("lists in lists, too deep")
    if code is None or isinstance(code, bool):
        return code
    match code:
        case {"int": str(digits)}:
            return int(_short(digits), 16)
        case {"float": str(digits)}:
            return float.fromhex(digits)
        case {"complex": [str(real), str(imaginary)]}:
            return complex(float.fromhex(real), float.fromhex(imaginary))
        case {"str": str(text)}:
            return _short(text)
        case {"list": list(parts)}:
            return [_value(part, room, depth - 1) for part in parts]
        case {"tuple": list(parts)}:
            return tuple(_value(part, room, depth - 1) for part in parts)
        case {"array": str(kind), "shape": list(shape), "data": str(data)}:
            return _array(kind, shape, data, room)
        case {"scalar": str(kind), "shape": [], "data": str(data)}:
            return _array(kind, [], data, room)[()]
        case {"affine": str(name), "takes": list(takes), "entries": [rows, columns, values], "plus": plus}:
            return _affine(name, takes, (rows, columns), _value(values, room, 1), _value(plus, room, 1), room)
        case {"told": str(text), "why": str(why)}:
            return Told(_line(text), _line(why))
    raise Malformed("a value of no kind")


def _affine(name, takes, places, values, plus, room):
    room.take(plus.size * math.prod(takes))
    matrix = np.zeros((plus.size, math.prod(takes)))
    matrix[places] = values
    return Affine(name, tuple(takes), matrix, plus)


def _array(kind, shape, data, room):
    if not re.fullmatch(r"\|[biu]1|[<>][iuf][248]|[<>]c(8|16)", kind) or len(shape) > 32:
        raise Malformed("an array of no kind")
    if not all(type(side) is int and side >= 0 for side in shape):
        raise Malformed("an array of no shape")
    room.take(math.prod(shape))
    try:
        raw = base64.b64decode(data, validate=True)
    except binascii.Error:
        raise Malformed("an array of no numbers") from None
    if len(raw) != math.prod(shape) * np.dtype(kind).itemsize:
        raise Malformed("an array of another size")
    array = np.ndarray(shape, kind, bytearray(raw) or bytearray(1))
    return np.not_equal(array.view(np.uint8), 0, out=array) if kind == "|b1" else array
