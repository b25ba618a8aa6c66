"""The judge: every exercise met kindly, whatever is handed in, and nothing run twice or for ever."""

import gc
import linecache
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from checks.test_answers import every_check, message_of, passes
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, scalar_dtypes

from convbook.checks import CheckFailed, check, judge
from convbook.checks.judge import CHECKS, Check, Verdict, register
from convbook.checks.outcomes import reported

DOUBLE = Check("double", lambda x: 2 * np.asarray(x), probes=[(np.array([[1.0, 2.5], [3.0, 0.0]]),), ([4, 5],)])


SPLIT = Check(
    "split",
    lambda x: (x[:1], x[1:]),
    probes=[(np.arange(3.0),)],
    mistakes=[(lambda x: (x[1:], x[:1]), "they stand in the wrong order.")],
)


def fault_of(answer, of=DOUBLE):
    return message_of(of, answer)


# ---- several results -------------------------------------------------------------------------------------------
def test_several_results_of_different_shapes_are_compared_one_by_one():
    SPLIT(lambda x: [[0], (1, 2)])
    assert "has its second result wrong: it gave [1, 3], where [1, 2] is expected." in fault_of(
        lambda x: ([0], [1, 3]), SPLIT
    )
    assert "has its first result wrong: it gave 'none', which cannot" in fault_of(lambda x: ("none", [1, 2]), SPLIT)


@pytest.mark.parametrize("given", [np.arange(3.0), ([0],), 7, {0: [0], 1: [1, 2]}, ([0], [1], [2])])
def test_another_number_of_results_is_named(given):
    assert "where 2 results are expected, one after the other." in fault_of(lambda x: given, SPLIT)


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_known_mistake_with_several_results_is_recognised(kind):
    assert fault_of(lambda x: kind([x[1:], x[:1]]), SPLIT).endswith("Hint: they stand in the wrong order.")


# ---- manners, for every exercise -------------------------------------------------------------------------------
def not_yet(*arguments):
    raise NotImplementedError()


def crashes(*arguments):
    raise ZeroDivisionError("division by zero")


@every_check
def test_an_untouched_exercise_is_met_kindly(judge):
    assert message_of(judge, not_yet).startswith(f"{judge.name} is not written yet: put your code")


@every_check
def test_a_missing_return_is_named(judge):
    assert message_of(judge, lambda *arguments: None).endswith("returned None: is a `return` missing?")


@every_check
def test_a_crash_is_told_in_words_with_its_line(judge):
    message = message_of(judge, crashes)
    assert "raised ZeroDivisionError: division by zero.\nIn crashes, line " in message
    assert 'raise ZeroDivisionError("division by zero")' in message


@every_check
def test_handing_in_the_result_and_not_the_function_is_named(judge):
    assert "hand in the function itself, without calling it; got -8" in message_of(judge, -8)
    assert "hand in the function itself, without quotes; got 'one_stop'" in message_of(judge, "one_stop")


@every_check
def test_answers_that_are_no_numbers_do_not_crash_the_check(judge):
    for nonsense in ("eight", [[1, 2], [3]], {"a": 1}, {1, 2}, iter([1]), object, np.full((2, 2), np.nan), 1j):
        assert message_of(judge, lambda *arguments, result=nonsense: result)


def test_errors_that_say_too_little_have_a_hint():
    def adds_halves(x):
        result = np.zeros(np.shape(x), int)
        result += np.divide(x, 2)
        return result

    def endless(x):
        return endless(x)

    assert "raised UFuncTypeError" in fault_of(adds_halves)
    assert fault_of(adds_halves).endswith("holds nothing behind the point: make it float.")
    assert "Hint: does the recursion end?" in fault_of(endless)


# ---- what counts as the same -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "answer",
    [
        lambda x: np.multiply(x, 2),
        lambda x: np.multiply(x, 2).tolist(),
        lambda x: tuple(map(tuple, np.multiply(x, 2))) if np.ndim(x) == 2 else tuple(np.multiply(x, 2)),
        lambda x: np.multiply(x, 2, dtype=np.float32),
        lambda x: np.multiply(x, 2) * (1 + 1e-12),
        lambda x: [[Fraction(v) * 2 for v in row] for row in x] if np.ndim(x) == 2 else [Fraction(8), Fraction(10)],
    ],
)
def test_equal_numbers_are_right_in_whatever_they_come(answer):
    DOUBLE(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: np.multiply(x, 2) + 5j, "complex numbers"),
        (lambda x: (2 * np.asarray(x)).astype(str), "cannot be read as numbers"),
        (lambda x: "8", "cannot be read as numbers"),
        (lambda x: {8, 10}, "a set, which has no order"),
        (lambda x: (2 * v for v in x), "a generator, which has not been run through yet"),
        (lambda x: [[1, 2], [3]], "a list that cannot be read as an array of numbers"),
        (lambda x: [None, 10], "cannot be read as numbers"),
        (lambda x: np.ma.masked, "gave masked values, which are not numbers"),
        (lambda x: np.ma.masked_all(np.shape(x)), "gave masked values, which are not numbers"),
        (lambda x: np.ma.masked_equal(np.multiply(x, 2), 5), "gave masked values, which are not numbers"),
        (lambda x: [np.ma.masked, 10], "gave masked values, which are not numbers"),
        (lambda x: np.ma.masked_array(np.multiply(x, 3)), "gave\n[[  3, 7.5],\n [  9,   0]]\nwhere"),
        (lambda x: [1] * 1_000_000, "gave a list that holds more than 100000 things, and no task asks for so many"),
        (lambda x: [[1] * 1000] * 1000, "gave a list that holds more than 100000 things"),
        (lambda x: range(10**12), "gave a range that holds more than 100000 things"),
        (lambda x: 2 * np.asarray(x) * (1 + 1e-4), "2.0002"),
    ],
)
def test_what_only_looks_right_is_not(answer, words):
    assert words in fault_of(answer)


class Long(Sequence):
    """A million ones, which count how many of them are looked at."""

    looks = 0

    def __len__(self):
        return 10**6

    def __getitem__(self, place):
        Long.looks += 1
        if place >= len(self):
            raise IndexError(place)
        return 1


def test_what_is_long_is_told_so_without_being_read():
    assert "gave a Long that holds more than 100000 things" in fault_of(lambda x: Long())
    assert Long.looks < 1000


async def waits(x):
    return 2 * np.asarray(x)


@pytest.mark.parametrize("answer", [waits, lambda x: waits(x)])
def test_a_coroutine_is_told_to_be_a_plain_function_and_python_does_not_complain(answer, recwarn):
    assert "gave a coroutine, not a result: write a plain function, `def double` without `async`." in fault_of(answer)
    gc.collect()
    assert not [str(warning.message) for warning in recwarn]


def test_integers_must_agree_exactly_however_large():
    weights = Check("weights", lambda n: n**2, probes=[(12_000,)])
    assert "gave 144000001, where 144000000 is expected" in fault_of(lambda n: n**2 + 1, weights)


def test_a_tensor_that_is_part_of_a_computation_is_told_how_to_let_go(torch):
    assert "a Tensor that cannot be read as an array of numbers: return `.detach().numpy()`" in fault_of(
        lambda x: 2 * torch.tensor(x, dtype=torch.float64, requires_grad=True)
    )
    DOUBLE(lambda x: 2 * torch.tensor(x))


def test_where_integers_are_asked_for_a_float_is_not_enough():
    whole = Check("half", lambda n: n // 2, [(6,), (7,)], whole=True)
    assert "gave 3.0: the right value, but make it an integer" in fault_of(lambda n: float(n // 2), whole)
    whole(lambda n: np.int64(n // 2))


SUM = Check("total", lambda x: np.sum(x), probes=[(np.arange(6.0).reshape(2, 3) + 0.5,), (np.ones((2, 2)),)])


@pytest.mark.parametrize("kind", [lambda n: [n], lambda n: (n,), lambda n: np.array([[n]])])
def test_the_right_number_in_brackets_is_told_to_stand_alone(kind):
    where = {list: "a list", tuple: "a tuple"}.get(type(kind(1)), "an array")
    assert f": the number is right; give it alone, not in {where}." in fault_of(lambda x: kind(np.sum(x)), SUM)
    assert "Hint" not in fault_of(lambda x: kind(np.sum(x)), SUM)
    assert f": the number is right; give it alone, not in {where}." in message_of(
        CHECKS["prediction"], lambda: kind(-14)
    )
    assert "right" not in fault_of(lambda x: kind(7), SUM) + message_of(CHECKS["prediction"], lambda: kind(7))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: True, "gave True, a truth value and no number, where 18 is expected."),
        (lambda x: x.sum() > 0, "gave True, a truth value and no number, where 18 is expected."),
        (
            lambda x: float("nan"),
            "gave nan, where 18 is expected.\nHint: `nan` stands for “not a number”: 0 / 0 gives it",
        ),
        (lambda x: x, "gave an array of shape (2, 3), where one number is expected (is a sum missing?)."),
    ],
)
def test_what_is_no_single_number_is_named(answer, words):
    assert words in fault_of(answer, SUM)


def test_a_single_number_in_place_of_an_array_is_named():
    assert "gave 3, one number, where an array of shape (2, 2) is expected." in fault_of(lambda x: 3)


# ---- how it is said --------------------------------------------------------------------------------------------
def test_small_arrays_are_shown_in_full_and_rounding_noise_is_not():
    assert fault_of(lambda x: np.zeros_like(x)) == (
        "double(x) with\nx = [[  1, 2.5],\n     [  3,   0]]\n"
        "gave\n[[0, 0],\n [0, 0]]\nwhere this is expected:\n[[2, 5],\n [6, 0]]"
    )
    noisy = Check("noisy", lambda x: x + 1e-17 * np.eye(2), [(np.diag([1.0, 0.0]),)])
    assert "e-17" not in fault_of(np.negative, noisy)


def test_large_arrays_are_described_with_the_first_number_that_is_wrong():
    large = Check("same", lambda x: x, [(np.arange(2000.0).reshape(20, 100),)])
    assert fault_of(lambda x: x + (x > 150), large) == (
        "same(x) with\nx = <array of shape (20, 100), float64>\ngave 152 at [1, 51], where 151 is expected."
    )


def test_a_short_call_stands_on_one_line():
    message = message_of(CHECKS["output_size"], lambda *settings: 77)
    assert message.startswith("output_size(7, 3, 2, 0, 1) gave 77, where 3 is expected.")


class Talkative(Exception):
    def __str__(self):
        return "x" * 10**7


def raises_at_length(x):
    raise Talkative


def a_line_of_code_without_end():
    source = f"answer = lambda x: x.nothing  # {'and so on ' * 10**4}"
    linecache.cache["<cell>"] = (len(source), None, [source], "<cell>")
    exec(compile(source, "<cell>", "exec"), namespace := {})
    return namespace["answer"]


@pytest.mark.parametrize(
    "answer",
    [
        a_line_of_code_without_end(),
        raises_at_length,
        lambda x: "9" * 10**7,
        lambda x: list(range(10**6)),
        lambda x: [[["a" * 10**6] * 9] * 9] * 9,
    ],
)
def test_a_message_is_never_longer_than_one_reads(answer):
    assert len(fault_of(answer)) < 2500


def test_the_line_is_the_readers_own_and_not_the_librarys():
    def answer(x):
        return np.linalg.inv(np.zeros((2, 2)))

    assert "raised LinAlgError: Singular matrix.\nIn answer, line" in fault_of(answer)
    assert "return np.linalg.inv(np.zeros((2, 2)))" in fault_of(answer)


def first_of(x):
    return x[99]


def calls_for_ever(x):
    more = x
    return calls_for_ever(more)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (lambda x: first_of(x), "In first_of, line {}: return x[99]"),  # of another cell than the answer, perhaps
        (lambda x: [first_of(part) for part in x], "In first_of, line {}: return x[99]"),
        (calls_for_ever, "In calls_for_ever, line {}: return calls_for_ever(more)"),
        (lambda x: 1 / 0, '(lambda x: 1 / 0, "In line'),
    ],
)
def test_the_line_is_told_with_its_function(answer, line):
    text = line.partition("{}: ")[2]
    lines = Path(__file__).read_text("utf-8").splitlines()
    number = next((n for n, one in enumerate(lines, start=1) if one.strip() == text), None)
    message = fault_of(answer, Check("first", lambda x: x[0], probes=[([[1], [2]],)]))
    assert line.format(number) in message if number else re.search(r"\nIn line \d+: .*1 / 0", message)


def test_an_answer_that_ends_the_program_is_told_so():
    assert "raised SystemExit" in fault_of(lambda x: sys.exit())


def test_changed_parameters_are_told_what_they_were():
    message = message_of(CHECKS["output_size"], lambda size, kernel: 3)
    assert "raised TypeError" in message
    assert message.endswith("as the task has it: `def output_size(size, kernel, stride, padding, dilation):`.")


class Hostile:
    """Refuses whatever one may ask of it."""

    def refuse(self, *_):
        raise RuntimeError("no")

    __array__ = __repr__ = __str__ = __eq__ = __len__ = __getattr__ = __bool__ = __float__ = __iter__ = refuse


class Silent(Exception):
    __str__ = __repr__ = Hostile.refuse


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | st.builds(Hostile)
    | st.sampled_from([object(), print, range(3), Fraction(1, 3), float, np.datetime64("2026-01-01"), ...])
    | st.builds(iter, st.lists(st.integers()))
    | arrays(scalar_dtypes(), array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
    | st.builds(np.ma.masked_array, arrays(float, (2, 2)), arrays(bool, (2, 2)))
    | st.just(np.ma.masked),
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.sets(st.integers()) | st.dictionaries(st.text(), inner)
    ),
    max_leaves=20,
)


@settings(max_examples=150, derandomize=True)
@given(st.sampled_from(list(CHECKS)), anything)
def test_whatever_an_answer_returns_it_is_right_or_told_so_in_a_few_words(name, value):
    try:
        CHECKS[name](lambda *arguments: value)
    except CheckFailed as failure:
        assert len(str(failure)) < 3000


def a_list_in_itself():
    endless = []
    endless.append(endless)
    return endless


@pytest.mark.parametrize("make", [a_list_in_itself, lambda: np.broadcast_to(np.uint8(1), (10**6, 10**6)), Hostile])
def test_not_even_an_object_that_refuses_everything_upsets_the_judge(make):
    for name in ("output_size", "correlate_loops", "diagonal_edge_kernel"):
        assert message_of(CHECKS[name], lambda *arguments: make())


@pytest.mark.parametrize("error", [Silent(), BaseException("no"), GeneratorExit(), RecursionError("too deep")])
def test_whatever_an_answer_raises_is_told(error):
    def answer(x):
        raise error

    assert f"raised {type(error).__name__}" in fault_of(answer)


def test_whoever_interrupts_is_obeyed():
    def answer(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DOUBLE(answer)


# ---- inputs ----------------------------------------------------------------------------------------------------
def test_an_answer_that_changes_its_input_is_told_so_and_the_next_one_gets_it_fresh():
    def spoils(x):
        result = 2 * np.asarray(x)
        x[0] = 7
        return result

    for _ in range(2):
        assert "gave the right result, but changed `x`, which it was given. Work on a copy" in fault_of(spoils)
    DOUBLE(lambda x: 2 * np.asarray(x))


def test_an_input_that_was_nudged_and_put_back_counts_as_unchanged():
    def nudges(x, back=1.0):
        for place in np.ndindex(x.shape):
            x[place] += 1e-5
            x[place] -= 2e-5
            x[place] += 1e-5 * back
        return 2 * x

    picture = np.array([0.1, 0.7, 0.3])
    nudged = picture.copy()
    nudges(nudged)
    assert not np.array_equal(nudged, picture)  # rounding has left something
    double = Check("double", lambda x: 2 * x, [(picture,), (np.full(2, 1e-7),)])
    double(nudges)
    assert "but changed `x`" in fault_of(
        lambda x: nudges(x, back=0.9) * 0 + [0.2, 1.4, 0.6], Check("double", lambda x: 2 * x, [(picture,)])
    )


def test_a_wrong_answer_that_changes_its_input_is_told_both_and_its_hint():
    three = Check(
        "three", lambda a, b, c: a[0] + b[0] + c[0], [([1], [2], [4])], [(lambda a, b, c: 3, "c is left out.")]
    )

    def spoils(a, b, c):
        a[0] = c[0] = 0
        return 3

    changes = "It also changed `a` and `c`, which it was given. Work on a copy, or write into a new array."
    assert fault_of(spoils, three) == (
        f"three([1], [2], [4]) gave 3, where 7 is expected.\n{changes}\nHint: c is left out."
    )


def test_a_list_that_an_answer_takes_apart_is_noticed_too():
    total = Check("total", lambda numbers: sum(numbers), probes=[([1, 2, 3],), ([],)])

    def answer(numbers):
        return sum(numbers.pop() for _ in range(len(numbers)))

    assert "gave the right result, but changed `numbers`, which it was given." in fault_of(answer, total)


def test_an_answer_gets_lists_where_the_probe_has_lists():
    seen = []
    DOUBLE(lambda x: seen.append(type(x)) or 2 * np.asarray(x))
    assert seen == [np.ndarray, list]


# ---- how often and how long ------------------------------------------------------------------------------------
@every_check
def test_an_answer_is_run_once_for_each_probe_even_if_it_fails(judge):
    calls = []
    message_of(judge, lambda *arguments: calls.append(arguments) or [[[-77]]])
    assert len(calls) == len(judge.probes)


def endless(x):
    while True:
        pass


def endless_although_it_catches_exceptions(x):
    while True:
        try:
            time.sleep(0.001)
        except Exception:
            continue


@pytest.mark.parametrize("answer", [endless, endless_although_it_catches_exceptions])
@pytest.mark.parametrize("where", ["main thread", "main thread without alarms", "another thread"])
def test_an_answer_that_does_not_end_is_stopped(monkeypatch, answer, where):
    monkeypatch.setattr(judge, "SECONDS", 0.2)
    messages = []
    if where == "main thread without alarms":
        monkeypatch.delattr(signal, "setitimer")  # as on Windows
    if where == "another thread":
        other = threading.Thread(target=lambda: messages.append(fault_of(answer)), daemon=True)
        other.start()
        other.join(20)
    else:
        messages.append(fault_of(answer))
    assert "did not come to an end within 0.2 seconds, and was stopped.\nIn endless" in messages[0]


def test_the_time_is_for_all_probes_together(monkeypatch):
    monkeypatch.setattr(judge, "SECONDS", 0.3)
    slow = DOUBLE.with_probes([([number],) for number in range(100)])

    def answer(x):
        end = time.monotonic() + 0.1
        while time.monotonic() < end:
            pass
        return 2 * np.asarray(x)

    assert "did not come to an end" in fault_of(answer, slow)


def test_what_was_set_before_is_set_again():
    code = (
        "import signal, sys; from convbook.checks import check\n"
        "before = signal.getsignal(signal.SIGALRM), sys.gettrace()\n"
        "check('prediction', lambda: -14)\n"
        "assert (signal.getsignal(signal.SIGALRM), sys.gettrace()) == before and signal.getitimer(0) == (0, 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.startswith(
        "✓"
    )


# ---- hints for slips that can happen anywhere -------------------------------------------------------------------
TABLE = Check(
    "table",
    lambda x: np.asarray(x) * 1.5,
    probes=[(np.arange(1.0, 7).reshape(2, 3),), (np.array([[400.0, 3, 7], [9, 2, 5]]),)],
)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda x: x * -1.5, "every sign is turned round"),
        (lambda x: (x * 1.5).T, "turned on its side"),
        (lambda x: (x * 1.5)[::-1, ::-1], "turned by 180°"),
        (lambda x: (x * 1.5).ravel(), "in another shape"),
        (lambda x: (x * 1.5).astype(int), "an integer type"),
        (lambda x: (x * 1.5).astype(int) % 256, "wraps round at 256"),
        (lambda x: (x * 1.5)[:-1, :-1], "the end is missing"),
        (lambda x: x * 1.25, ""),
    ],
)
def test_a_common_slip_is_named_in_any_exercise(answer, hint):
    assert hint in fault_of(answer, TABLE).partition("Hint: ")[2]
    assert bool(hint) == ("Hint" in fault_of(answer, TABLE))


def at_the_end_of_the_body(x):
    rows = []
    for row in x:
        for _ in range(2):
            rows.append(row)
        return rows


def in_a_while(x):
    n = 0
    while n < 3:
        n += 1
        return x + n


class Doubler:
    def method(self, x):
        for value in x:
            return 3 * value


def after_a_condition(x):
    for value in x:
        if value > 100:
            return value


def searching(x):
    for value in x:
        if value.any():
            continue
        return value


def without_another_end(x):
    while True:
        return 3 * x


@pytest.mark.parametrize("answer", [at_the_end_of_the_body, in_a_while, Doubler().method])
def test_a_return_that_ends_a_loop_in_its_first_round_is_named(answer):
    assert fault_of(answer).endswith("stands inside the loop, which so ends in its first round.")


@pytest.mark.parametrize(
    "answer",
    [after_a_condition, searching, without_another_end, lambda x: [row for row in x], sum, partial(max, 3)],
)
def test_other_loops_and_what_cannot_be_read_are_not(answer):
    assert "first round" not in fault_of(answer)


def test_whoever_is_right_hears_nothing_of_it_and_a_hidden_report_tells_it():
    def right(x):
        for _ in range(1):
            return 2 * np.asarray(x)

    DOUBLE(right)
    wrong = reported(CHECKS["kernel_matrix"], at_the_end_of_the_body)
    assert wrong["first_round"] is True and reported(CHECKS["kernel_matrix"], sum)["first_round"] is False


def test_the_hint_of_an_error_belongs_to_an_error_that_is_shown():
    def wrong_then_endless(x):
        return 7 if isinstance(x, np.ndarray) else wrong_then_endless(x)

    def endless(x):
        return endless(x)

    assert "recursion" in fault_of(endless)
    words = fault_of(wrong_then_endless)
    assert "gave 7" in words and "Hint" not in words


def test_a_slip_must_explain_every_probe_that_is_wrong():
    assert "Hint" not in fault_of(lambda x: x * (-1.5 if x[0, 0] == 1 else 1.25), TABLE)


# ---- the verdict -----------------------------------------------------------------------------------------------
def test_a_verdict_is_shown_and_the_notebook_runs_on(capsys):
    check("prediction", lambda: -14)
    check("prediction", lambda: 12)
    right, wrong, *_ = capsys.readouterr().out.splitlines()
    assert (right, wrong) == ("✓ prediction: right.", "✗ prediction() gave 12, which is not it.")


def test_in_a_notebook_it_is_a_box_that_holds_the_same_words_and_no_markup_of_the_reader():
    html = Verdict("f() gave '<b>&', which is not it.", right=False)._repr_html_()
    assert "✗ f() gave &#x27;&lt;b&gt;&amp;&#x27;, which" in html
    assert "white-space: pre-wrap" in html


@pytest.mark.parametrize(("name", "value"), [("CONVBOOK_CHECKS", "raise"), ("NBGRADER_EXECUTION", "validate")])
def test_those_who_wait_for_errors_get_one(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(CheckFailed, match="gave 12, which is not it") as failure:
        check("prediction", lambda: 12)
    assert failure.value._render_traceback_() == [f"✗ {failure.value}"]


def test_an_unknown_exercise_is_told_what_there_is():
    for name, words in {
        "predicton": "got 'predicton': did you mean 'prediction'?",
        "max_pol": "got 'max_pol': did you mean 'max_pool'",
        "unheard of": "got 'unheard of': it is called as the function of its task.",
        not_yet: "got <function not_yet at",
    }.items():
        with pytest.raises(ValueError, match="name must be the name of an exercise, in quotes, " + re.escape(words)):
            check(name, lambda: -8)


def test_a_name_can_be_taken_only_once():
    with pytest.raises(ValueError, match="name 'prediction' is already taken"):
        register(Check("prediction", lambda: 0))


def test_what_is_right_does_not_lie_in_a_readers_way():
    import convbook.checks

    assert convbook.checks.__all__ == ["CheckFailed", "check", "hidden_check"]
    assert not [name for name in vars(CHECKS["prediction"]) if not name.startswith("_") and name == "reference"]


def test_other_probes_can_be_drawn_from_a_seed():
    drawing = Check("double", lambda x: 2 * x, [(1,)], draw=lambda rng: (int(rng.integers(2, 99)),))
    assert drawing.drawn(5).probes == drawing.drawn(5).probes != drawing.drawn(6).probes
    assert passes(drawing, lambda x: 2) and not passes(drawing.drawn(5), lambda x: 2)
