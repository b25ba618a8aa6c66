"""The committed golden cases are what Python answers now."""

import json

from make_cases import FILE, as_text


def test_the_committed_cases_are_what_python_writes_now():
    committed, now = json.loads(FILE.read_text(encoding="utf-8")), json.loads(as_text())
    assert [case["function"] for case in committed] == [case["function"] for case in now]
    for old, new in zip(committed, now, strict=True):
        assert old == new, f"`python tests/make_cases.py` writes another {new['function']}"


def test_the_cases_hold_the_hand_worked_numbers():
    by_hand = [case["result"] for case in json.loads(FILE.read_text(encoding="utf-8"))[:3]]
    assert by_hand == [[[[[25.0]]]], [[[[-8.0]]]], [[[[8.0]]]]]
