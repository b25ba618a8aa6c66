"""Each check against the answers of checks/answers: right ones pass, wrong ones fail with the hint that helps."""

import inspect
from pathlib import Path

import nbformat
import pytest
from checks.answers import RIGHT, WRONG

from convbook.checks import CheckFailed
from convbook.checks._slips import RAISED, SLIPS
from convbook.checks.judge import CHECKS

NOTEBOOKS = sorted(Path(__file__).parents[2].glob("notebooks/exercises/*.ipynb"))
MISTAKES = [(name, mistake, hint) for name, judge in CHECKS.items() for mistake, hint in judge.mistakes]
every_check = pytest.mark.parametrize("judge", CHECKS.values(), ids=CHECKS)


def message_of(judge, answer):
    with pytest.raises(CheckFailed) as failure:
        judge(answer)
    return str(failure.value)


def passes(judge, answer):
    try:
        judge(answer)
    except CheckFailed:
        return False
    return True


def answered_in_the_notebooks():
    """Yield the name of each exercise, its function, and the namespace of its notebook."""
    for path in NOTEBOOKS:
        namespace = {}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
                exec(cell.source, namespace)
        yield from ((name, namespace[name]) for name in CHECKS if name in namespace)


SOLVED = dict(answered_in_the_notebooks())


# ---- right answers ---------------------------------------------------------------------------------------------
@every_check
def test_the_solution_of_the_notebook_passes(judge):
    judge(SOLVED[judge.name])


@pytest.mark.parametrize("answer", RIGHT.values(), ids=str)
def test_an_answer_that_was_found_in_another_way_passes(answer):
    CHECKS[answer.exercise](answer.function)


@every_check
def test_there_is_a_right_answer_that_is_not_the_solution(judge):
    assert judge.name in {answer.exercise for answer in RIGHT.values()}


@every_check
def test_the_judge_calls_the_parameters_what_the_task_calls_them(judge):
    if judge._reference:
        of_the_task = list(inspect.signature(SOLVED[judge.name]).parameters)
        assert list(inspect.signature(judge._reference).parameters)[: len(of_the_task)] == of_the_task


# ---- wrong answers ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", WRONG.values(), ids=str)
def test_a_wrong_answer_fails_with_the_hint_that_helps(answer):
    message = message_of(CHECKS[answer.exercise], answer.function)
    assert answer.hint in message.partition("Hint: ")[2]


@pytest.mark.parametrize("answer", WRONG.values(), ids=str)
def test_an_answer_without_a_known_hint_gets_none(answer):
    if not answer.hint:
        assert "Hint" not in message_of(CHECKS[answer.exercise], answer.function)


@every_check
def test_there_are_at_least_twelve_wrong_answers(judge):
    assert len(wrong_for(judge)) >= 12


def wrong_for(judge):
    return [answer for answer in WRONG.values() if answer.exercise == judge.name]


def unneeded_probes(judge):
    """Yield each probe without which every wrong answer would fail all the same."""
    for one in judge.probes if len(judge.probes) > 1 else ():
        others = judge.with_probes(probe for probe in judge.probes if probe is not one)
        if not any(passes(others, answer.function) for answer in wrong_for(judge)):
            yield one


@every_check
def test_each_probe_is_needed(judge):
    assert list(unneeded_probes(judge)) == []


@every_check
def test_each_requirement_is_needed(judge):
    hints = [message_of(judge, answer.function).partition("Hint: ")[2] for answer in wrong_for(judge)]
    assert [hint for _, hint in judge.requirements if hint not in hints] == []


# ---- hints -----------------------------------------------------------------------------------------------------
NAMES = ("PyTorch", "Python", "TensorFlow")


def test_a_hint_goes_on_in_lower_case():
    hints = {
        *(hint for judge in CHECKS.values() for _, hint in judge.mistakes + judge.requirements),
        *(hint for _, hint in SLIPS + RAISED),
    }
    assert [hint for hint in hints if hint[0].isupper() and not hint.startswith(NAMES)] == []


# ---- known mistakes --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "mistake", "hint"), MISTAKES)
def test_every_known_mistake_earns_its_own_hint(name, mistake, hint):
    assert message_of(CHECKS[name], mistake).endswith(f"\nHint: {hint}")
