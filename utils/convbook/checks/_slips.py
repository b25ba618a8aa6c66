"""Slips that can happen in any exercise, and how to tell them from what an answer gave and what was expected."""

import ast
import inspect
import textwrap
from collections.abc import Callable

import numpy as np

from convbook.checks._words import same

IN_THE_FIRST_ROUND = (
    "a `return` ends the whole function, and yours stands inside the loop, which so ends in its first round."
)


def returns_in_the_first_round(answer: Callable) -> bool:
    """Say whether a loop of `answer` comes to a `return`, whatever happens in it; no if its lines cannot be read.

    One that goes on by `continue` is a search, and `while True` has no other end.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(answer)))
    except Exception:  # a lambda in the middle of a line, something built in, a cell that is gone
        return False
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    return any(_has_a_return(loop) and not _may_go_on(loop) for loop in loops)


def _has_a_return(loop):
    return any(isinstance(line, ast.Return) for line in loop.body)


def _may_go_on(loop):
    endless = isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant)
    return endless or any(isinstance(node, ast.Continue) for node in ast.walk(loop))


def _cut(value, wanted):
    return value.dtype.kind in "iu" and (same(value, np.trunc(wanted)) or same(value, np.floor(wanted)))


def _wrapped(value, wanted):
    return np.isfinite(wanted).all() and any(same(value, cut % 256) for cut in (wanted, np.trunc(wanted)))


def _without_its_end(value, wanted):
    ends = [value.shape == tuple(n - 1 for n in wanted.shape), value.ndim > 0]
    return all(ends) and same(value, wanted[(slice(-1),) * wanted.ndim])


def _sides(change):
    """Return a predicate: every side of a map is that much longer than it should be.

    A row may be a list of findings, of which one is missing or too many.
    """
    return lambda value, wanted: wanted.ndim > 1 and value.shape == tuple(n + change for n in wanted.shape)


# What is asked of (value, wanted), two arrays; and the hint, if it holds wherever an answer is wrong.
SLIPS = [
    (lambda value, wanted: wanted.ndim == 0 and same(value, -wanted), "the sign is turned round."),
    (lambda value, wanted: same(value, -wanted), "every sign is turned round."),
    (
        lambda value, wanted: wanted.ndim == 2 and same(value.T, wanted),
        "your output is turned on its side: rows come first, output[i, j] with i downwards.",
    ),
    (
        lambda value, wanted: value.ndim == wanted.ndim == 2 and same(value[::-1, ::-1], wanted),
        "the right numbers, but turned by 180°.",
    ),
    (
        lambda value, wanted: value.ndim == wanted.ndim == 1 and same(value[::-1], wanted),
        "the right numbers, but in the opposite order.",
    ),
    (
        lambda value, wanted: (
            wanted.ndim
            and value.shape != wanted.shape
            and value.size == wanted.size
            and same(value.ravel(), wanted.ravel())
        ),
        "the right numbers, but in another shape.",
    ),
    (_cut, "the output has an integer type, which loses what stands behind the point. Make it float."),
    (
        _wrapped,
        "the output wraps round at 256, for uint8 holds nothing else. Make the numbers float before you calculate.",
    ),
    (_without_its_end, "the end is missing: does a `range` stop one too early?"),
    (_sides(-1), "it is one too small along every axis: is a `+ 1` missing?"),
    (_sides(1), "it is one too large along every axis: is there a `+ 1` too many?"),
    (lambda value, wanted: wanted.ndim == 0 and same(value, wanted + 1), "it is one too many each time."),
    (lambda value, wanted: wanted.ndim == 0 and same(value, wanted - 1), "it is one too few each time."),
    (
        lambda value, wanted: value.shape == wanted.shape and np.isnan(value).any() and not np.isnan(wanted).any(),
        "`nan` stands for “not a number”: 0 / 0 gives it, and so does ∞ − ∞. Where can that happen?",
    ),
]

# What is asked of an error, its kind and its words; and the hint.
RAISED = [
    (
        lambda kind, words: kind == "UFuncTypeError" and "Cannot cast ufunc" in words,
        "an array of integers, and np.zeros_like makes one like it, holds nothing behind the point: make it float.",
    ),
    (
        lambda kind, words: kind == "ValueError" and words.startswith("The truth value of an array"),
        "Python's `max`, `min`, `if` and `and` compare two things as a whole, and where these are rows of numbers, no "
        "single yes or no is true. NumPy's functions look at each number.",
    ),
    (
        lambda kind, words: kind == "ValueError" and words.startswith("setting an array element with a sequence"),
        "one place of an array holds one number, and you put a whole array there: is a sum or a maximum missing?",
    ),
    (
        lambda kind, words: kind == "RuntimeError" and "changed size during iteration" in words,
        "what a loop goes through must not grow meanwhile: collect what is new beside it.",
    ),
    (
        lambda kind, words: kind == "RecursionError",
        "does the recursion end? Some call must give its result without calling itself again.",
    ),
]
