"""Answers that are nearly the same are found under any names; answers of people who only think alike are not."""

import inspect
import re
import textwrap
from collections import defaultdict
from functools import cache

import nbformat
import pytest
from checks.answers import RIGHT, WRONG
from classroom import ROOT

from alike import LEAST, alike, tokens
from collect import exercises


def written(answer):
    """The source of an answer as a student hands it in: under the name of the task, without our decorators."""
    source = textwrap.dedent(inspect.getsource(answer.function))
    source = re.sub(r"^@(right|wrong)\(.*?\)\n", "", source, flags=re.MULTILINE | re.DOTALL)
    return re.sub(rf"def {answer.function.__name__}\(", f"def {answer.exercise}(", source)


def class_of(answers):
    by_task = defaultdict(dict)
    for answer in answers:
        by_task[answer.exercise][answer.function.__name__] = written(answer)
    return by_task


TASKS = list(dict.fromkeys(answer.exercise for answer in [*RIGHT.values(), *WRONG.values()]))


@pytest.fixture(scope="module")
def everybody():
    return class_of([*RIGHT.values(), *WRONG.values()])


@pytest.fixture(scope="module")
def long(everybody):
    """Return (task, name) of each answer that is long enough to tell something."""
    return [
        (task, name)
        for task, answers in everybody.items()
        for name, answer in answers.items()
        if len(tokens(answer, task)) >= LEAST + 10
    ]


@pytest.fixture(scope="module")
def right():
    return class_of(RIGHT.values())


@cache
def solutions():
    """The book's own answers."""
    found = {}
    for chapter in exercises():
        notebook = nbformat.read(ROOT / "notebooks/exercises" / f"{chapter}.ipynb", as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                found[cell.metadata.nbgrader.grade_id] = cell.source
    return found


def disguised(source):
    """The same answer under other names, with other spaces, comments and words."""
    names = sorted(set(re.findall(r"\b([a-z_]{1,12})\b(?= =[^=]| in )", source)), key=len)
    for number, name in enumerate(names):
        source = re.sub(rf"(?<![\w.'\"])\b{name}\b(?!=[^=])", f"mine{number}", source)
    lines = source.splitlines()
    return "\n".join([lines[0], "    # I did this myself", "", *lines[1:]])


@pytest.mark.parametrize("task", TASKS)
def test_people_who_think_alike_are_not_suspected(right, task):
    """Each of these is right in another way."""
    assert alike(right.get(task, {}), task) == []


def test_disguised_copies_are_found(everybody, long, right):
    missed = []
    for task, name in long[::5]:
        source = everybody[task][name]
        others = {other: text for other, text in right.get(task, {}).items() if other != name}
        groups = alike({"ada": source, "bob": disguised(source), **others}, task)
        missed += [] if any({"ada", "bob"} <= set(group.students) for group in groups) else [(task, name)]
    assert missed == []


def test_there_are_such_answers(long):
    assert len(long) >= 20


def test_short_answers_tell_nothing():
    answers = {name: "def f(x):\n    return np.sum(x ** 2) / x.size" for name in "abcdefgh"}
    assert alike(answers, "f") == []


@pytest.mark.parametrize("task", solutions())
def test_the_books_own_way_tells_nothing(task):
    ours = solutions()[task]
    assert alike({"ada": ours, "bob": disguised(ours)}, task, [ours]) == []


def test_three_who_copied_are_one_group(everybody, long):
    task, name = long[0]
    source = everybody[task][name]
    (group,) = alike({"c": source, "a": disguised(source), "b": source}, task)
    assert group.students == ("a", "b", "c") and group.similarity == 1


@pytest.mark.parametrize("source", ["def f(:", "", "\0", "(" * 500, "%magic\n"])
def test_what_is_no_program_has_no_tokens(source):
    assert tokens(source, "f") == []


def test_names_of_others_count():
    """Calls of NumPy are what an answer does; one's own names are not."""
    one, other = "def f(x):\n    return np.sum(x)", "def f(x):\n    return np.prod(x)"
    assert tokens(one, "f") != tokens(other, "f")
    assert tokens("def f(a):\n    return np.sum(a)", "f") == tokens(one, "f")


def test_parameters_that_are_exchanged_are_no_other_names():
    """The task names them: who takes i for j has made a mistake, and has copied nothing by that."""
    assert tokens("def f(i, j):\n    return x[i, j]", "f") != tokens("def f(i, j):\n    return x[j, i]", "f")
