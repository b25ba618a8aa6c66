"""Checks as tables: they say what the checks say that they were made from, and know nothing else."""

import json

import numpy as np
import pytest
from checks.answers import RIGHT
from checks.test_answers import every_check, message_of, passes

from convbook.checks._tables import check_of, digest, table_of
from convbook.checks.judge import CHECKS, Check

with_reference = pytest.mark.parametrize(
    "judge", [judge for judge in CHECKS.values() if judge._reference], ids=lambda judge: judge.name
)


def through_json(check):
    return check_of(json.loads(json.dumps(table_of(check), allow_nan=False)))


@with_reference
def test_a_table_recognises_every_mistake_that_the_check_knows(judge):
    table = through_json(judge)
    for mistake, _ in judge.mistakes:
        assert message_of(table, mistake) == message_of(judge, mistake)


@with_reference
def test_a_table_takes_right_answers_and_knows_nothing_of_other_probes(judge):
    table = through_json(judge)
    for answer in (answer.function for answer in RIGHT.values() if answer.exercise == judge.name):
        table(answer)
    assert not table.draw
    if judge.draw:
        (probe,) = judge.drawn(5, count=1).probes[:1]
        with pytest.raises(LookupError):
            table._reference(*probe)


@every_check
def test_what_a_table_cannot_hold_stands_in_a_file_that_students_get(judge):
    """A check that judges by predicates alone is handed on as it stands, and then it holds no other."""
    if not judge._reference:
        assert judge.requirements[0][0].__module__.startswith("convbook.checks._open_")


def test_without_arguments_there_are_digests_and_no_numbers():
    table = table_of(CHECKS["prediction"])
    entries = [*table["right"], *(entry for _, column in table["mistakes"] for entry in column)]
    assert all(list(entry) == ["digest"] and len(entry["digest"]) == 64 for entry in entries)
    assert not passes(check_of(table), lambda: 14)
    check_of(table)(lambda: np.float32(-14))


@pytest.mark.parametrize(("one", "other"), [(-14, -14.0), ([1, 2], np.array([1.0, 2])), (0.1 + 0.2, 0.3), (0.0, -0.0)])
def test_what_counts_as_the_same_has_the_same_digest(one, other):
    assert digest("prediction", one) == digest("prediction", other)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (1, [1]), ([1, 2], [[1, 2]]), (([1], [2, 3]), ([1, 2], [3]))])
def test_what_differs_has_another_digest_and_so_has_another_exercise(one, other):
    assert digest("prediction", one) != digest("prediction", other)
    assert digest("prediction", one) != digest("another", one)


def test_a_requirement_beside_a_reference_must_have_a_name():
    nameless = Check("half", lambda x: x / 2, [(1,)], requirements=[(lambda result: True, "never")])
    with pytest.raises(ValueError, match="a requirement must be a function of a module that students get"):
        table_of(nameless)
