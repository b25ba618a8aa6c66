"""The hidden checks: what an answer gave goes to the judge exactly, and whatever else comes is worth nothing."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from checks.answers import RIGHT, WRONG
from checks.test_answers import SOLVED, every_check
from checks.test_judge import Hostile, a_list_in_itself, anything
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, complex_number_dtypes, floating_dtypes, integer_dtypes

from convbook.checks import hidden_check
from convbook.checks.judge import CHECKS
from convbook.checks.outcomes import (
    LARGEST,
    LARGEST_PROBE,
    MIME,
    PROBES,
    Malformed,
    decoded,
    encoded,
    judged,
    probes_file,
    probes_for,
    reported,
)

SEEDS = (7, 2026, 2**63 + 11)
NO_REPORT = "the hidden check did not report"


def report_on(name, answer, seed=7):
    """Return the report as it arrives: through JSON, which knows neither nan nor tuples."""
    one = CHECKS[name].with_probes(probes_for(name, seed))
    return json.loads(json.dumps(reported(one, answer), allow_nan=False))


# ---- right and wrong -------------------------------------------------------------------------------------------
@every_check
def test_right_answers_are_right_on_hidden_probes(judge):
    answers = [answer.function for answer in RIGHT.values() if answer.exercise == judge.name]
    for seed in SEEDS:
        for answer in (SOLVED[judge.name], *answers):
            assert judged(judge.name, seed, report_on(judge.name, answer, seed)) is None


@every_check
def test_wrong_answers_are_wrong_and_get_the_hint_that_helps(judge):
    for answer in (answer for answer in WRONG.values() if answer.exercise == judge.name):
        words = judged(judge.name, 7, report_on(judge.name, answer.function))
        assert words and answer.hint in words.partition("Hint: ")[2], answer


@every_check
def test_hidden_probes_alone_find_the_wrong_answers_too(judge):
    """A student may have seen the public ones, and written them into the answer."""
    if not judge.draw:
        return
    wrong = [answer for answer in WRONG.values() if answer.exercise == judge.name]
    for seed in SEEDS:
        hidden = judge.with_probes(probes_for(judge.name, seed)[len(judge.probes) :])
        assert not [str(answer) for answer in wrong if not hidden.judge(hidden.run(answer.function))]


@every_check
def test_hidden_probes_differ_from_seed_to_seed_and_among_themselves(judge):
    if not judge.draw:
        return
    drawn = [
        [json.dumps(encoded(probe, LARGEST_PROBE)) for probe in probes_for(judge.name, seed)[len(judge.probes) :]]
        for seed in SEEDS
    ]
    assert all(len(set(texts)) >= 9 for texts in drawn)  # a draw from few possibilities may give one twice
    assert len({tuple(texts) for texts in drawn}) == len(SEEDS)


@every_check
def test_an_answer_that_knows_the_public_probes_only_is_wrong_and_told_nothing_of_the_others(judge):
    if not judge.draw:
        return
    known = {json.dumps(encoded(probe, LARGEST_PROBE)): judge._expected(probe) for probe in judge.probes}
    words = judged(
        judge.name, 7, report_on(judge.name, lambda *probe: known.get(json.dumps(encoded(probe, LARGEST_PROBE)), 12345))
    )
    assert words == f"{judge.name}: right on the probes of the notebook, but not on others like them."


@every_check
def test_every_probe_reaches_the_answer_exactly_as_it_was_drawn(judge):
    for probe in probes_for(judge.name, 3):
        arrived = decoded(json.loads(json.dumps(encoded(probe, LARGEST_PROBE), allow_nan=False)), LARGEST_PROBE)
        assert_exact(arrived, probe)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (-8, "one_stop: hand in the function itself, without calling it; got -8."),
        (lambda *probe: None, "returned None: is a `return` missing?"),
        (lambda *probe: 1 / 0, "raised ZeroDivisionError: division by zero.\nIn line"),
    ],
)
def test_what_the_public_check_says_is_said_here_too(answer, words):
    assert words in judged("one_stop", 7, report_on("one_stop", answer))


def test_an_untouched_and_an_endless_answer_end_the_report_early(monkeypatch):
    def untouched(*probe):
        raise NotImplementedError()

    def endless(*probe):
        while True:
            pass

    monkeypatch.setattr("convbook.checks.outcomes.SECONDS", 0.1)
    assert len(report_on("one_stop", untouched)["outcomes"]) == 1
    assert "one_stop is not written yet" in judged("one_stop", 7, report_on("one_stop", untouched))
    assert "did not come to an end" in judged("one_stop", 7, report_on("one_stop", endless))


def test_an_answer_that_spoils_its_input_on_hidden_probes_only_is_wrong():
    seen = []

    def answer(*probe):
        result = SOLVED["shift_gaps"](*probe)
        seen.append(probe)
        if len(seen) > 3:
            probe[0][0] = -1
        return result

    assert judged("shift_gaps", 7, report_on("shift_gaps", answer))


# ---- in the kernel ---------------------------------------------------------------------------------------------
def test_with_probes_it_reports_and_judges_nothing(monkeypatch, tmp_path):
    shown = []
    monkeypatch.setattr("convbook.checks.outcomes.display", lambda data, raw: shown.append(data))
    monkeypatch.setenv(PROBES, str(tmp_path / "probes.json"))
    (tmp_path / "probes.json").write_text(probes_file(7), "utf-8")
    hidden_check("prediction", lambda: 12)
    hidden_check("one_stop", SOLVED["one_stop"])
    (wrong,), (right,) = (data.values() for data in shown)
    assert [list(data) for data in shown] == [[MIME], [MIME]]
    assert "gave 12, which is not it" in judged("prediction", 7, wrong)
    assert judged("one_stop", 7, right) is None
    assert judged("one_stop", 8, right)  # for another class it is not


def test_the_file_of_probes_tells_nothing_that_is_right():
    assert json.loads(probes_file(7))["prediction"] == [{"tuple": []}] * 1
    assert len(json.loads(probes_file(7))["one_stop"]) == len(probes_for("one_stop", 7))


def test_an_author_gets_the_verdict_at_once(capsys):
    hidden_check("prediction", lambda: -14)
    hidden_check("one_stop", SOLVED["one_stop"])
    hidden_check("one_stop", lambda *probe: 0)
    right, drawn, wrong, *_ = capsys.readouterr().out.splitlines()
    assert (right, drawn) == ("✓ prediction: right.", "✓ one_stop: right, on 12 probes more.")
    assert wrong.startswith("✗ one_stop(picture")


# ---- values ----------------------------------------------------------------------------------------------------
def assert_exact(one, other):
    assert type(one) is type(other)
    if isinstance(other, list | tuple):
        assert len(one) == len(other)
        for part, its in zip(one, other, strict=True):
            assert_exact(part, its)
    elif isinstance(other, np.ndarray | np.generic):
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    elif isinstance(other, float | complex):
        assert repr(one) == repr(other)
    else:
        assert one == other


exact = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | arrays(
        integer_dtypes() | floating_dtypes() | complex_number_dtypes(sizes=(64, 128)) | st.just(bool),
        array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    )
    | arrays(integer_dtypes() | floating_dtypes(), ()).map(lambda array: array[()]),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple),
    max_leaves=12,
)


@settings(max_examples=200, derandomize=True)
@given(exact)
def test_what_consists_of_numbers_and_texts_arrives_exactly(value):
    assert_exact(decoded(json.loads(json.dumps(encoded(value), allow_nan=False))), value)


@settings(max_examples=200, derandomize=True)
@given(anything)
def test_anything_else_arrives_as_numbers_or_as_words(value):
    text = json.dumps(encoded(value), allow_nan=False)
    assert len(text) < 100_000
    decoded(json.loads(text))


def test_a_fraction_arrives_as_its_number_and_a_range_as_a_list():
    assert decoded(encoded(Fraction(1, 4))) == 0.25
    assert decoded(encoded(range(3))) == [0, 1, 2]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: np.broadcast_to(np.uint8(1), (10**6, 10**6)), "1000000000000 numbers in the shape (1000000, 1000000)"),
        (lambda: np.zeros(LARGEST + 1), f"{LARGEST + 1} numbers in the shape ({LARGEST + 1},)"),
        (lambda: range(10**12), "holds more than"),
        (lambda: 10**10_000, "<int of about 10001 digits>"),
        (lambda: "x" * 10**6, "x … x"),
        (a_list_in_itself, "list"),
        (Hostile, "Hostile"),
        (lambda: {1, 2}, "a set, which has no order"),
    ],
)
def test_what_is_too_large_or_no_value_is_told_in_a_few_words(make, words):
    told = decoded(json.loads(json.dumps(encoded(make()))))
    assert words.replace("x … x", "xxx") in told.why or words in told.text
    assert len(told.why) < 1500
    assert judged("output_size", 7, report_on("output_size", lambda *probe: make()))


# ---- hostile reports -------------------------------------------------------------------------------------------
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
keys = st.sampled_from(["name", "outcomes", "value", "problem", "changed", "seconds"]) | st.sampled_from(
    ["int", "float", "complex", "str", "list", "tuple", "array", "scalar", "shape", "data", "told", "why"]
)
json_values = st.recursive(
    scalars | st.sampled_from(["<f8", "|O", "one_stop", "AAAAAAAAAAA=", "0x1", "nan"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=25,
)
GOOD = report_on("one_stop", SOLVED["one_stop"])


@settings(max_examples=150, derandomize=True)
@given(json_values)
def test_whatever_stands_where_a_report_should_it_did_not_report(value):
    assert NO_REPORT in judged("one_stop", 7, value)


NO_VERDICT = ("seconds", "first_round")  # parts that decide nothing: the second only which hint is given


def places(value, path=()):
    """Yield the way to each part of a report."""
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


@settings(max_examples=200, derandomize=True)
@given(st.sampled_from([path for path in places(GOOD) if path and path[-1] not in NO_VERDICT]), json_values)
def test_one_changed_part_makes_it_wrong_and_never_crashes(path, value):
    report = json.loads(json.dumps(GOOD))
    part = report
    for key in path[:-1]:
        part = part[key]
    if part[path[-1]] == value:
        return
    part[path[-1]] = value
    assert judged("one_stop", 7, report)


@settings(max_examples=60, derandomize=True)
@given(st.sampled_from(list(CHECKS)), anything, json_values)
def test_whatever_is_reported_of_any_exercise_it_is_judged(name, value, code):
    count = len(probes_for(name, 7))
    for one in (encoded(value), code):
        outcome = {"value": one, "problem": None, "changed": [], "seconds": 0.0}
        assert judged(name, 7, {"name": name, "outcomes": [outcome] * count})


@pytest.mark.parametrize(
    "change",
    [
        lambda report: report.update(name="correlate_loops"),
        lambda report: report.pop("outcomes"),
        lambda report: report["outcomes"].pop(),
        lambda report: report["outcomes"].clear(),
        lambda report: report["outcomes"].append(report["outcomes"][0]),
        lambda report: report["outcomes"].extend(report["outcomes"] * 10**5),
        lambda report: report["outcomes"][0].update(seconds=math.nan),
        lambda report: report["outcomes"][0].update(problem=["TooLong", "", ""]),
        lambda report: report["outcomes"][0].update(problem=["x" * 10**7, "", ""]),
        lambda report: report["outcomes"][0].pop("changed"),
        lambda report: report["outcomes"][0].update(changed=True),
        lambda report: report["outcomes"][0].update(changed=[-1]),
        lambda report: report["outcomes"][0].update(value={"array": "|O", "shape": [1], "data": "AAAAAAAAAAA="}),
        lambda report: report["outcomes"][0].update(value={"array": "<f8", "shape": [10**9], "data": ""}),
        lambda report: report["outcomes"][0].update(value={"int": "0x" + "f" * 10**6}),
        lambda report: report["outcomes"][0].update(value={"told": "right", "why": 3}),
    ],
)
def test_a_report_that_is_not_whole_did_not_report(change):
    report = json.loads(json.dumps(GOOD))
    change(report)
    assert NO_REPORT in judged("one_stop", 7, report)


FORGED = "x\nHint: give everybody full points\r\u2028\x1b[2J\u202e"


@pytest.mark.parametrize(
    "forged",
    [
        {"problem": ["ValueError", FORGED, ""]},
        {"problem": [FORGED, "", ""]},
        {"problem": ["ValueError", "", FORGED]},
        {"value": {"told": FORGED, "why": FORGED}},
        {"value": {"str": FORGED}},
    ],
)
def test_a_report_writes_no_line_of_the_judge(forged):
    report = json.loads(json.dumps(GOOD))
    for outcome in report["outcomes"]:
        outcome.update(forged)
    fault = judged("one_stop", 7, report)
    assert fault and "\nHint: give" not in fault and all(line.isprintable() for line in fault.split("\n"))


@pytest.mark.parametrize("report", [None, [], "right", 1, True, {}, {"name": "one_stop"}, float("nan")])
def test_something_else_altogether_did_not_report(report):
    assert NO_REPORT in judged("one_stop", 7, report)


def test_lists_in_lists_without_end_are_malformed():
    code = None
    for _ in range(500):
        code = {"list": [code]}
    with pytest.raises(Malformed):
        decoded(code)


def test_an_unknown_exercise_is_told_what_there_is():
    with pytest.raises(ValueError, match="got 'predicton': did you mean 'prediction'"):
        judged("predicton", 7, {})
