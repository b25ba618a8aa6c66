"""Checks as tables: what students get in place of what is right, for each chapter of exercises.

A table holds the public probes of a check, what is right for each, and what each known mistake gives. That is enough to
say the same words as the check that it was made from, and no more: it knows nothing of any other probe, and hidden
checks ask for others. Where a task has no arguments, a table holds digests in place of the numbers, which whoever wants
to guess has to try one by one. Predicates are named, not copied: they stand in modules that students get as they are,
`_open_*.py` for tasks with more than one right answer.
"""

import hashlib
import inspect
import json
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files

import numpy as np

from convbook.checks._running import Outcome, run
from convbook.checks._words import NotNumbers, Secret, numbers
from convbook.checks.judge import SECONDS, Check, register
from convbook.checks.outcomes import LARGEST_PROBE, decoded, encoded

ROUNDS = 20_000  # of the digest: a guess takes a moment, and so does a dictionary of guesses


# ---- making a table --------------------------------------------------------------------------------------------
def table_of(check: Check) -> dict:
    """Return `check` as JSON holds it, without what is right anywhere but on its probes."""
    secret = not all(check.probes)
    return {
        "name": check.name,
        "parameters": list(inspect.signature(check._reference).parameters),
        "probes": [encoded(probe, LARGEST_PROBE) for probe in check.probes],
        "right": _column(check, check._reference, secret),
        "mistakes": [[hint, _column(check, mistake, secret)] for mistake, hint in check.mistakes],
        "requirements": [[_name_of(holds), hint] for holds, hint in check.requirements],
        "whole": check.whole,
    }


def _column(check, function, secret):
    return [_entry(check.name, run(function, probe, SECONDS), secret) for probe in check.probes]


def _entry(name, outcome: Outcome, secret):
    if outcome.problem:
        return {"problem": [outcome.problem.kind, outcome.problem.words]}
    return {"digest": digest(name, outcome.value)} if secret else {"value": encoded(outcome.value)}


def _name_of(predicate):
    module, name = predicate.__module__, predicate.__qualname__
    if getattr(import_module(module), name, None) is not predicate:
        raise ValueError(f"a requirement must be a function of a module that students get, got {module}.{name}")
    return f"{module}:{name}"


# ---- reading one -----------------------------------------------------------------------------------------------
def register_tables(module: str) -> None:
    """Make the tables known that lie beside a `module`."""
    package, _, stem = module.rpartition(".")
    tables = json.loads(files(package).joinpath(f"{stem}.json").read_text("utf-8"))
    register(*map(check_of, tables))


def check_of(table: dict) -> Check:
    """Return the check that a table stands for."""
    probes = [decoded(code, LARGEST_PROBE) for code in table["probes"]]

    def function(column):
        return _Looked(table["name"], table["parameters"], list(zip(probes, column, strict=True)))

    return Check(
        table["name"],
        function(table["right"]),
        probes,
        [(function(column), hint) for hint, column in table["mistakes"]],
        [(_predicate(name), hint) for name, hint in table["requirements"]],
        table["whole"],
    )


def _predicate(name) -> Callable:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


class _Looked:
    """A function that is known for a few arguments, and looks them up."""

    def __init__(self, name, parameters, entries):
        self._name, self._entries = name, entries
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature([inspect.Parameter(parameter, kind) for parameter in parameters])

    def __call__(self, *probe):
        entry = next((entry for known, entry in self._entries if _is_the_same(known, probe)), None)
        if entry is None:
            raise LookupError("nothing is known for these arguments")
        if "problem" in entry:
            kind, words = entry["problem"]
            raise type(kind, (Exception,), {})(words)
        if "digest" in entry:
            return Secret(lambda value: digest(self._name, value) == entry["digest"])
        return decoded(entry["value"])


def _is_the_same(one, other):
    """Say whether two arguments are the same to the last bit."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_is_the_same, one, other))
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape) == (other.dtype, other.shape) and one.tobytes() == other.tobytes()
    return one is other or bool(one == other)


# ---- digests ---------------------------------------------------------------------------------------------------
def digest(name: str, value: object) -> str:
    """Return what tells one result of the exercise `name` from another, without telling the result."""
    salt = f"convbook {name}".encode()
    return hashlib.pbkdf2_hmac("sha256", _canonical(value).encode(), salt, ROUNDS).hex()


def _canonical(value):
    """Return a result as text that is the same for all that counts as the same result."""
    try:
        array = numbers(value)
        return f"{array.shape} {' '.join(f'{number + 0.0:.5e}' for number in array.ravel().tolist())}"
    except NotNumbers:
        return f"({', '.join(map(_canonical, value))})" if isinstance(value, list | tuple) else "no numbers"
