"""Runs an answer: it gets its own copy of the arguments and a limited time, and whatever happens is reported."""

import copy
import inspect
import linecache
import signal
import sys
import sysconfig
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from convbook.checks._words import said

LIBRARIES = (
    *sysconfig.get_paths().values(),
    str(Path(__file__).parents[1]),
    "<frozen",
    "<__array_function__",
    "<page_kernel>",  # what stands around the reader's cells in a page of the book
)

ROUNDING = 1e-12  # as a share of the largest number: what a few sums leave behind


class TooLong(BaseException):
    """The time is up. Not an Exception, for an answer may catch those."""


@dataclass(frozen=True)
class Problem:
    """Why there is no result: the kind of error, what it said, and the reader's own line where it happened.

    It is plain text, for it may have happened in another process.
    """

    kind: str
    words: str = ""
    at: str = ""


@dataclass(frozen=True)
class Outcome:
    """What an answer gave for one probe or raised instead, which of its arguments it changed, and how long it ran."""

    value: object = None
    problem: Problem | None = None
    changed: tuple[int, ...] = ()
    seconds: float = 0.0


def run(function: Callable, probe: tuple, seconds: float) -> Outcome:
    """Call `function` with a copy of `probe`, for at most some seconds."""
    arguments, begin = copy.deepcopy(probe), time.perf_counter()
    value = problem = None
    try:
        with warnings.catch_warnings(action="ignore"):  # overflow and the like: a hint says it better
            value = within(seconds, lambda: function(*arguments))
        if inspect.iscoroutine(value):
            value.close()  # or else Python complains that nobody waited for it
            value, problem = None, Problem("coroutine")
    except KeyboardInterrupt:
        raise
    except BaseException as raised:
        problem = Problem(type(raised).__name__, said(raised), where(raised))
    changed = tuple(place for place, pair in enumerate(zip(arguments, probe, strict=True)) if _differ(*pair))
    return Outcome(value, problem, changed, time.perf_counter() - begin)


def _differ(after, before):
    try:
        if isinstance(before, np.ndarray):
            return after.dtype != before.dtype or not (np.array_equal(after, before) or _put_back(after, before))
        return bool(after != before)
    except Exception:  # it holds something now that cannot be compared
        return True


def _put_back(after, before):
    """Say whether numbers that were nudged stand where they were, but for what rounding has left."""
    inexact = np.issubdtype(before.dtype, np.inexact) and after.shape == before.shape
    return inexact and bool(np.abs(after - before).max() <= ROUNDING * np.abs(before).max())


def within(seconds: float, call: Callable):
    """Return what `call` gives, or raise TooLong after `seconds`.

    On the main thread an alarm rings, which also ends a `time.sleep`. Elsewhere, in another thread, on Windows or in a
    web page, the clock is read before each line of Python, which is slower. Two things cannot be stopped so: one long
    call into C, such as `sum(itertools.count())`, and an answer that catches everything with a bare `except:`.
    """
    alarms = hasattr(signal, "setitimer") and sys.platform != "emscripten"
    if alarms and threading.current_thread() is threading.main_thread():
        return _with_an_alarm(seconds, call)
    return _line_by_line(seconds, call)


def _with_an_alarm(seconds, call):
    def ring(*_):
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return call()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)


def _line_by_line(seconds, call):
    end, before = time.monotonic() + seconds, sys.gettrace()

    def look(*_):
        if time.monotonic() > end:
            raise TooLong
        return look

    sys.settrace(look)
    try:
        return call()
    finally:
        sys.settrace(before)


def where(error: BaseException) -> str:
    """Return the last line of the reader's own code on the way to `error`, with its function and its number.

    The function says in which cell of a notebook to look, where each begins with line 1. Empty if there is none.
    """
    own = [
        (frame.f_code, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith(LIBRARIES)
    ]
    if isinstance(error, RecursionError):  # the last call had no time to begin: what counts is the line that made it
        own = [(code, line) for code, line in own if line != code.co_firstlineno] or own
    if not own:
        return ""
    code, line = own[-1]
    named = [part for part in code.co_qualname.split(".") if part.isidentifier()]  # and not <lambda> or <locals>
    text = linecache.getline(code.co_filename, line).strip()
    return "".join([f"{named[-1]}, " if named else "", f"line {line}", f": {text}" if text else ""])
