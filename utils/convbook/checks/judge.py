"""The judge of an exercise: runs an answer, compares it with what is right, and recognises known mistakes."""

import copy
import difflib
import inspect
import os
from collections.abc import Callable, Iterable
from html import escape

import numpy as np
from IPython.display import display

from convbook.checks._running import Outcome, Problem, run
from convbook.checks._slips import IN_THE_FIRST_ROUND, RAISED, SLIPS, returns_in_the_first_round
from convbook.checks._words import (
    NotNumbers,
    Secret,
    brief,
    difference,
    nth,
    numbers,
    same,
    shorten,
    shown,
    spread,
    worded,
)

SECONDS = 10  # for an answer, all probes together
RAISES = {"CONVBOOK_CHECKS": "raise", "NBGRADER_EXECUTION": "validate"}  # the second is nbgrader's button *Validate*
KEEP = "Work on a copy, or write into a new array."
MOST_DRAWN = 500  # probes that are drawn in search of some on which a known mistake fails


class CheckFailed(AssertionError):
    """An answer is not right yet; the message says why. IPython shows the message alone, without a stack trace."""

    def _render_traceback_(self):
        return [f"✗ {self}"]


class Check:
    """The judge of one exercise.

    `reference` is the right function, with the parameters of the task, and `probes` the argument tuples on which an
    answer must agree with it; an answer gets them as they stand here, a list as a list. `mistakes` are (wrong function,
    hint) pairs. `requirements` are (predicate on a result, hint) pairs for answers of which more than one is right. At
    least one of `reference` and `requirements` is needed. With `whole`, a result must consist of integers. `draw` takes
    a random generator and returns one more probe that is fair; `drawn` makes a check of such probes.
    """

    def __init__(
        self,
        name: str,
        reference: Callable | None = None,
        probes: Iterable[tuple] = ((),),
        mistakes: Iterable[tuple[Callable, str]] = (),
        requirements: Iterable[tuple[Callable, str]] = (),
        whole: bool = False,
        draw: Callable[[np.random.Generator], tuple] | None = None,
    ):
        self.name, self._reference, self.probes = name, reference, list(probes)
        self.mistakes, self.requirements, self.whole, self.draw = list(mistakes), list(requirements), whole, draw
        self._kept: dict[tuple[int, int], tuple] = {}  # what our own functions gave; copies of this check share it

    def __call__(self, answer: Callable) -> None:
        """Return if `answer` is right; raise CheckFailed with a hint if it is not."""
        if fault := self.fault_of(answer):
            raise CheckFailed(fault)

    def fault_of(self, answer: Callable) -> str:
        """Return what is wrong with `answer`, in words and with a hint; nothing if it is right."""
        return self.judge(self.run(answer), returns_in_the_first_round(answer))

    def run(self, answer: Callable, seconds: float | None = None) -> list[Outcome]:
        """Return what `answer` gives for each probe; end at once if it is not written or does not come to an end.

        Nothing that is right is needed for that: it may be done where nobody can trust what is known.
        """
        if not callable(answer):
            return [Outcome(problem=Problem("not callable", brief(answer)))]
        outcomes, left = [], seconds or SECONDS
        for probe in self.probes:
            outcomes.append(run(answer, probe, max(left, 0.01)))
            left -= outcomes[-1].seconds
            if gave_up(outcomes[-1]):
                break
        return outcomes

    def judge(self, outcomes: list[Outcome], in_the_first_round: bool = False) -> str:
        """Return what is wrong with the outcomes of `run`, in words and with a hint; nothing if all are right.

        `in_the_first_round`: a loop of the answer comes to a `return` at once.
        """
        pairs = list(zip(self.probes, outcomes, strict=False))
        for probe, outcome in [*(pair for pair in pairs if gave_up(pair[1])), *pairs]:
            if fault := self._given_up(probe, outcome):
                return fault
            if fault := self._fault(probe, outcome):
                return self._call(probe) + fault + self._hint(fault, outcomes, in_the_first_round)
        return ""

    def with_probes(self, probes: Iterable[tuple]) -> "Check":
        """Return the same check with other probes."""
        other = copy.copy(self)
        other.probes = list(probes)
        return other

    def drawn(self, seed: int, count: int = 8) -> "Check":
        """Return the same check with probes drawn from `seed`; if there is nothing to draw, with its own.

        There are `count` of them, and more until none of the known mistakes would pass.
        """
        if not self.draw:
            return self
        rng, probes, passing = np.random.default_rng(seed), [], [mistake for mistake, _ in self.mistakes]
        for _ in range(count + MOST_DRAWN):
            if len(probes) >= count and not passing:
                break
            probe = self.draw(rng)
            left = [mistake for mistake in passing if not self._fault(probe, run(mistake, probe, SECONDS))]
            if len(probes) < count or len(left) < len(passing):
                probes.append(probe)
            passing = left
        return self.with_probes(probes)

    def with_own_probes(self, seed: int) -> "Check":
        """Return the same check with probes of a course's own, drawn from `seed`; if none can be drawn, with its own.

        They are drawn until each known mistake fails, and gets its own hint.
        """
        if not self.draw:
            return self
        rng = np.random.default_rng([seed, 1])  # others than `drawn` gives, for these are no secret
        hints = ["", *(hint for _, hint in self.mistakes)]
        functions = [self._reference, *(mistake for mistake, _ in self.mistakes)]
        pairs = [(a, b) for b in range(len(hints)) for a in range(b) if hints[a] != hints[b]]
        probes = []
        for probe in (self.draw(rng) for _ in range(MOST_DRAWN)):
            if not pairs:
                return self.with_probes(probes)
            outcomes = [run(function, probe, SECONDS) for function in functions]
            alike = [pair for pair in pairs if _alike(*(outcomes[n] for n in pair))]
            if len(alike) < len(pairs):
                probes.append(probe)
                pairs = alike
        return self.with_probes(probes + self.probes)  # some mistakes show themselves too seldom

    def _given_up(self, probe, outcome: Outcome):
        """Return why an answer was not run to the end, if it was not."""
        if not gave_up(outcome):
            return ""
        match outcome.problem.kind:
            case "not callable":
                words = outcome.problem.words
                what = "quotes" if words.startswith(("'", '"')) else "calling it"
                return f"{self.name}: hand in the function itself, without {what}; got {words}."
            case "NotImplementedError":
                return f"{self.name} is not written yet: put your code in place of `raise NotImplementedError()`."
        return (
            f"{self._call(probe)}did not come to an end within {SECONDS:g} seconds, and was stopped."
            f"{_at(outcome.problem)}\nHint: does every loop end? Does its variable change?"
        )

    def _fault(self, probe, outcome: Outcome):
        """Return what is wrong with the outcome of one probe, in words; nothing if it is right."""
        if problem := outcome.problem:
            if problem.kind == "coroutine":
                return f"gave a coroutine, not a result: write a plain function, `def {self.name}` without `async`."
            words = ": ".join(filter(None, [problem.kind, problem.words]))
            return f"raised {words}.{_at(problem) or self._parameters(probe)}"
        if outcome.value is None:
            return "returned None: is a `return` missing?"
        wrong = self._missed(outcome.value) or (self._reference and self._unlike_the_reference(probe, outcome.value))
        return self._with_changes(wrong or "", outcome)

    def _with_changes(self, wrong, outcome):
        """Return what is wrong, and which of its arguments an answer has changed."""
        if not outcome.changed:
            return wrong
        parameters = list(inspect.signature(self._reference or (lambda: None)).parameters)
        names = " and ".join(f"`{parameters[place]}`" for place in outcome.changed if place < len(parameters))
        names = names or "something"
        if not wrong:
            return f"gave the right result, but changed {names}, which it was given. {KEEP}"
        return f"{wrong}\nIt also changed {names}, which it was given. {KEEP}"

    def _missed(self, value):
        for holds, hint in self.requirements:
            try:
                held = holds(value)
            except Exception:  # a result of a kind that nobody thought of
                held = False
            if not held:
                return f"{_gave(value)}\nHint: {hint}"
        return ""

    def _unlike_the_reference(self, probe, value):
        wanted = self._expected(probe)
        if not _are_several(wanted):
            return self._unlike(wanted, probe, value)
        if not isinstance(value, list | tuple) or len(value) != len(wanted):
            return f"gave {shown(value)}, where {len(wanted)} results are expected, one after the other."
        faults = (self._unlike(one, probe, part) for one, part in zip(wanted, value, strict=True))
        return next((f"has its {nth(n)} result wrong: it {fault}" for n, fault in enumerate(faults) if fault), "")

    def _unlike(self, wanted, probe, value):
        secret = isinstance(wanted, Secret)
        if secret and wanted.is_same(value):
            return ""
        try:
            result, wanted = numbers(value), wanted if secret else numbers(wanted)
        except NotNumbers as what:
            return f"gave {what}."
        is_right = wanted.is_same if secret else lambda one: same(one, wanted)
        if result.size == 1 and result.ndim and is_right(result.reshape(())):
            kind = {list: "a list", tuple: "a tuple"}.get(type(value), "an array")
            return f"gave {shown(value)}: the number is right; give it alone, not in {kind}."
        if secret:
            return _gave(value)
        if not is_right(result):
            return difference(value, result, wanted) if probe else _gave(value)
        if self.whole and result.dtype.kind not in "iu":
            return (
                f"gave {shorten(repr(value), 200)}: the right value, but make it an integer, as `//` and `int(...)` do."
            )
        return ""

    def _expected(self, probe):
        return self._once(self._reference, probe, lambda: self._reference(*copy.deepcopy(probe)))

    def _made(self, mistake, probe):
        return self._once(mistake, probe, lambda: run(mistake, probe, SECONDS))

    def _once(self, function, probe, call):
        """Return what `call` gives of one of our own functions: one answer after the other is judged by the same."""
        key = id(function), id(probe)
        if key not in self._kept:
            self._kept[key] = function, probe, call()  # both are kept, for an id belongs to what lives
        return self._kept[key][-1]

    def _parameters(self, probe):
        """Return what an error means that was raised before the first line of the answer."""
        names = ", ".join(list(inspect.signature(self._reference or (lambda: None)).parameters)[: len(probe)])
        return f"\nHint: leave its first line as the task has it: `def {self.name}({names}):`."

    def _hint(self, fault, outcomes, in_the_first_round):
        """Return the hint of the mistake that behaves like the answer on every probe, or else of a common slip.

        What a requirement says of the result is no common slip's to repeat.
        """
        if in_the_first_round and "\nHint: " not in fault:
            return f"\nHint: {IN_THE_FIRST_ROUND}"
        for mistake, hint in self.mistakes:
            made = (self._made(mistake, probe) for probe in self.probes)
            if all(map(_alike, made, outcomes)):
                return f"\nHint: {hint}"
        if "\nHint: " in fault:
            return ""
        if fault.startswith("raised "):  # and not where a later probe raises something that nobody is shown
            problem = next(outcome.problem for outcome in outcomes if outcome.problem)
            return next((f"\nHint: {hint}" for is_of, hint in RAISED if is_of(problem.kind, problem.words)), "")
        pairs = self._wrong_pairs(outcomes)
        for slip, hint in SLIPS:
            if pairs and all(slip(*pair) for pair in pairs):
                return f"\nHint: {hint}"
        return ""

    def _wrong_pairs(self, outcomes):
        """Return (result, wanted) for each probe with a wrong result.

        None if a result is no number, and none without arguments: there a slip would give the answer away.
        """
        if not self._reference or not all(self.probes):
            return []
        try:
            results = [numbers(outcome.value) for outcome in outcomes]
            wanted = [numbers(self._expected(probe)) for probe in self.probes]
        except NotNumbers:  # of several results, too
            return []
        return [pair for pair in zip(results, wanted, strict=True) if not same(*pair)]

    def _call(self, probe):
        """Return the call as one writes it, ready to go on; arguments that take more than a line stand below it."""
        names = inspect.signature(self._reference).parameters if probe else ()
        named = dict(zip(names, probe, strict=False))
        below = {
            name: value for name, value in named.items() if isinstance(value, np.ndarray) or len(brief(value)) > 80
        }
        line = f"{self.name}({', '.join(name if name in below else brief(value) for name, value in named.items())})"
        return f"{line} with\n{spread(**below)}\n" if below else f"{line} "


def _gave(value):
    text = worded(value)
    return f"gave\n{text}\nwhich is not it." if "\n" in text else f"gave {text}, which is not it."


def gave_up(outcome: Outcome) -> bool:
    """Say whether an answer is not run on any further probe after this outcome."""
    return outcome.problem is not None and outcome.problem.kind in ("not callable", "NotImplementedError", "TooLong")


def _at(problem):
    line = shorten(problem.at, 200)
    return f"\nIn {line}" if line else ""


def _alike(one: Outcome, other: Outcome):
    if one.problem or other.problem:
        return _error(one) == _error(other)
    return _equal(one.value, other.value)


def _error(outcome):
    return outcome.problem and (outcome.problem.kind, outcome.problem.words)


def _equal(one, other):
    if isinstance(one, Secret):
        return one.is_same(other)
    try:
        return same(numbers(one), numbers(other))
    except NotNumbers:  # several results of different shapes, perhaps
        both = isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other)
        return both and all(map(_equal, one, other))


def _are_several(value):
    """Whether the results of a task are several arrays, and not one that stands there as a tuple of numbers."""
    return isinstance(value, tuple) and any(np.ndim(part) for part in value)


class Verdict:
    """What a reader is shown: a coloured box in a notebook, plain text elsewhere."""

    def __init__(self, text: str, right: bool):
        self.text, self.right = text, right

    def __repr__(self):
        return f"{'✓' if self.right else '✗'} {self.text}"

    def _repr_html_(self):
        colour = "#00805d" if self.right else "#a55a00"
        style = (
            f"border-left: 4px solid {colour}; padding: 0.25em 0.75em; margin: 0; "
            "white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--jp-code-font-family, monospace)"
        )
        words = escape(repr(self)).replace("\nHint:", "\n<b>Hint:</b>")
        return f'<div style="{style}">{words}</div>'


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
    """Judge the function `answer` for the exercise `name` and show the verdict; the notebook runs on, right or wrong.

    With CONVBOOK_CHECKS=raise in the environment, a wrong answer raises CheckFailed, and so it does where nbgrader's
    *Validate* runs the notebook, which sees nothing but errors.
    Raises ValueError if there is no such exercise.

    >>> register(Check("half_of_six", lambda: 3, mistakes=[(lambda: 12, "that is twice six.")]))
    >>> check("half_of_six", lambda: 3)
    ✓ half_of_six: right.
    >>> check("half_of_six", lambda: 12)
    ✗ half_of_six() gave 12, which is not it.
    Hint: that is twice six.
    >>> del CHECKS["half_of_six"]
    """
    one = known(name)
    show_verdict(name, one.fault_of(answer), right="right.")


def known(name: str) -> Check:
    """Return the check of the exercise `name`.

    Raises ValueError if there is none.
    """
    if isinstance(name, str) and name in CHECKS:
        return CHECKS[name]
    alike = difflib.get_close_matches(name, CHECKS) if isinstance(name, str) else []
    way_out = f"did you mean {' or '.join(map(repr, alike))}?" if alike else "it is called as the function of its task."
    raise ValueError(f"name must be the name of an exercise, in quotes, got {brief(name)}: {way_out}")


def show_verdict(name: str, fault: str, right: str) -> None:
    """Show what is wrong or, if nothing is, what is `right`; where somebody waits for errors, raise what is wrong."""
    if fault and any(os.environ.get(name) == value for name, value in RAISES.items()):
        raise CheckFailed(fault)
    display(Verdict(fault or f"{name}: {right}", right=not fault))
