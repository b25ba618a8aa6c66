"""Every known mistake of every exercise, judged in a page: in the words that CPython's judge finds for it."""

import json

import pytest

from convbook.checks.judge import CHECKS

pytestmark = pytest.mark.pyodide
# Their verdicts name the type of an integer, and NumPy's own has 32 bits in a page: there the hints are compared.
NAME_THE_INTEGER = {"blind_spots", "factors", "find_kernel", "fitting_sizes", "one_kernel"}
NAME_THE_INTEGER |= {"separable_error", "stamp_and_add", "tokens"}
# This one solves a singular system: whether NumPy notices, and what it gives otherwise, depends on the last digits.
ON_THE_LAST_DIGITS = "as many equations as weights are not always enough"
JUDGE = """\
import json
from convbook.checks.judge import CHECKS, CheckFailed

def verdict(judge, answer):
    try:
        judge(answer)
    except CheckFailed as failed:
        return str(failed)

one = CHECKS[{name!r}]
print(json.dumps([verdict(one, mistake) for mistake, _ in one.mistakes]))"""


ASKS = """\
from convbook.checks import check
def helper(x):
    x = input(x)
    return x

def prediction():
    return helper("?")

def one_stop(picture, kernel, i, j):
    again = one_stop
    return again(picture, kernel, i, j)

check("prediction", prediction)
check("one_stop", one_stop)

def one_stop(picture, kernel, i, j):
    for row in kernel:
        return 0

check("one_stop", one_stop)"""


def test_the_line_of_an_error_is_the_readers_own(python):
    asked, endless, once = (message["data"]["text/plain"] for message in python.run(ASKS).messages)
    assert "raised EOFError: nobody can be asked here" in asked
    assert asked.endswith("\nIn helper, line 3: x = input(x)")
    assert "\nIn one_stop, line 11: return again(picture, kernel, i, j)\nHint: does the recursion end?" in endless
    assert "yours stands inside the loop" in once


def verdicts(name):
    return [CHECKS[name].fault_of(mistake) for mistake, _ in CHECKS[name].mistakes]


def hints(verdicts):
    return [verdict.partition("\nHint: ")[2] for verdict in verdicts]


@pytest.mark.parametrize("name", CHECKS)
def test_every_known_mistake_is_judged_in_a_page_as_in_a_notebook(python, name):
    shown = python.run(JUDGE.format(name=name))
    assert shown.ok, shown.error
    given, wanted = json.loads(shown.text), verdicts(name)
    assert len(given) == len(wanted)
    for number in sorted(range(len(given)), reverse=True):
        if CHECKS[name].mistakes[number][1].startswith(ON_THE_LAST_DIGITS):
            assert given.pop(number) and wanted.pop(number)  # wrong all the same
    if name in NAME_THE_INTEGER:
        given, wanted = map(hints, (given, wanted))
    assert given == wanted
