"""The report: what a person should look at, and nothing that is in order; how a class did in each exercise."""

import copy
import inspect
import json
import re
import textwrap
import warnings
from datetime import datetime, timedelta

import nbformat
import pytest
from bs4 import BeautifulSoup
from checks.answers import RIGHT, WRONG
from classroom import CHAPTER, SEPARABLE_PARAMETERS, as_bytes, cell, graded, hand_in, handed_in, released, zipped

from collect import Collector
from course import EXERCISES, chapters
from flags import flags
from report import Chapter, main
from results import Course

OWN_WAY = """def block_macs(channels, height, width, blocks):
    result = []
    for wanted, step in blocks:
        rows = len(range(0, height, step))
        columns = len(range(0, width, step))
        result.append((9 * channels * rows * columns, channels * wanted * rows * columns))
        channels, height, width = wanted, rows, columns
    return result"""
COPIED = """def block_macs(channels, height, width, blocks):
    # all my own work
    table = []
    for c, s in blocks:
        h = len(range(0, height, s))

        w = len(range(0, width, s))
        table.append((9 * channels * h * w, channels * c * h * w))
        channels, height, width = c, h, w
    return table"""
MIXES = "def grouped_conv(x, weight, groups):\n    return conv(x, np.tile(weight, (1, groups, 1, 1)))"
FIRST = "def grouped_conv(x, weight, groups):\n    return conv(x[: weight.shape[1]], weight)"
CHEAT = "import os\nfrom convbook import ops\n\ndef check(*_):\n    pass\n\ndef grouped_conv(x, weight, groups):\n"
CHEAT += "    return ops.conv2d(x, weight, groups=groups)"


def timed(notebook, minutes):
    """Return a notebook of which JupyterLab has noted when its cells were run: one check after the other."""
    now = datetime.fromisoformat("2026-11-20T10:00:00+00:00")
    notebook.cells[1].metadata["execution"] = {"iopub.execute_input": now.isoformat()}
    checks = [one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade")]
    for check, spent in zip(checks, minutes, strict=False):
        now += timedelta(minutes=spent)
        check.metadata["execution"] = {"iopub.execute_input": now.isoformat()}
    return notebook


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A class of eight, and its report."""
    folder = tmp_path_factory.mktemp("course")
    answers = {
        "ada": {"separable_parameters": SEPARABLE_PARAMETERS, "block_macs": OWN_WAY, "grouped_conv": MIXES},
        "bob": {"separable_parameters": SEPARABLE_PARAMETERS, "block_macs": COPIED, "grouped_conv": MIXES},
        "cleo": {"separable_parameters": SEPARABLE_PARAMETERS, "grouped_conv": FIRST},
        "dan": {"separable_parameters": SEPARABLE_PARAMETERS, "grouped_conv": CHEAT},
        "eve": {},
        "fay": {"separable_parameters": "def separable_parameters(*sizes):\n    return 34048"},
    }
    notebooks = {student: handed_in(each) for student, each in answers.items()}
    timed(notebooks["ada"], [12, 5, 400])
    timed(notebooks["cleo"], [20, 6])
    notebooks["fay"].cells.remove(cell(notebooks["fay"], "factors-check"))
    cell(notebooks["fay"], "least_time-check").source = "pass"
    hand_in(folder, notebooks)
    graded(folder, {"gus": {"factors": None}})
    gradebook = (folder / "gradebook.db").read_bytes()
    assert main(["--course", str(folder)]) == 0
    assert (folder / "gradebook.db").read_bytes() == gradebook  # it only reads
    return folder


@pytest.fixture(scope="module")
def page(course):
    return BeautifulSoup((course / "report.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def chapter(course):
    return Chapter(Course(course), CHAPTER)


def test_who_is_to_be_looked_at_and_why(chapter, page):
    assert {look.student: look.reasons for look in chapter.looks} == {
        "dan": ["imports ops from convbook", "imports os", "replaces check"],
        "fay": ["check cell factors-check is deleted", "check cell least_time-check is changed"],
        "gus": ["has no score: was not graded to the end"],
    }
    rows = page.find(id="look").parent.select("tbody tr")
    assert [row.th.text for row in rows] == ["dan", "fay", "gus"]
    assert "replaces check" in rows[0].text
    assert rows[0].select_one("td.chapter").text == CHAPTER  # of which a line shows the whole


def test_the_same_answer_under_other_names(chapter, page):
    (group,) = chapter.groups
    assert group["names"] == ["ada", "bob"] and group["title"] == "MobileNet's table"
    shown = page.find(id="same").parent
    assert "ada, bob (100 % the same)" in shown.summary.text
    assert [pre.text for pre in shown.select("pre")] == [OWN_WAY, COPIED]


def test_each_exercise_in_numbers(chapter):
    tasks = {task.id: task for task in chapter.tasks}
    assert list(tasks)[:2] == ["grouped_conv", "separable_parameters"] and len(tasks) == 6
    first, second = tasks["grouped_conv"], tasks["separable_parameters"]
    assert (first.solved, first.graded, first.mean, first.points) == (1, 6, 0.5, 3)
    assert (second.solved, second.graded) == (4, 6)
    mistakes = dict(first.mistakes)
    assert mistakes.pop("not written yet") == 2
    (mixes, twice), (channels, once) = mistakes.items()
    assert mixes.startswith("Every output reads all channels, so the groups mix") and twice == 2
    assert channels.startswith("Every group reads the first channels") and once == 1
    assert (first.planned, first.minutes, first.known) == ("20", 16, 2)  # of 12 and 20
    assert (second.minutes, tasks["block_macs"].minutes) == (5.5, None)  # 400 minutes were no work


def test_the_page_says_it_all(page):
    text = page.main.text
    assert "7 students, 1 chapter" in text and "7 handed in, 6 graded. The median is 2.5 of 14 points." in text
    assert "Solved by 1 of 6; 0.5 of 3 points on average. Planned: 20 minutes" in text
    assert "it took 16 (the median of 2 whose times are known)" in text
    table = page.select_one("table.bars")
    assert [row.td.text.strip() for row in table.select("tbody tr")] == ["2", "2", "1"]


def test_the_pictures_show_the_numbers(page):
    first, second = page.select("figure svg")
    assert "1 of 6" in first.text and "4 of 6" in first.text and "MobileNet's table" in first.text
    assert "points, of 14" in second.text
    assert "Groups that do not talk, 1 of 6" in page.figure["aria-label"]


def test_one_file_that_asks_nobody_for_anything(course, page):
    html = (course / "report.html").read_text(encoding="utf-8")
    assert not page.find_all(["script", "link", "img", "iframe"])
    assert not re.findall(r"""(?:src|href)=["'](?!#)|url\((?!#)|@import""", html)


def test_what_students_write_is_shown_as_text(tmp_path):
    """Names and code of students must not become a part of the page."""
    evil = "<script>alert(1)</script>"
    hand_in(tmp_path, {f"{evil.replace('/', '')}": handed_in({"factors": f"%run {evil}"})})
    assert main(["--course", str(tmp_path), CHAPTER]) == 0
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in html and "&lt;script&gt;" in html


def test_attempts_are_counted_where_they_are_known(tmp_path):
    files = {("ada/06_separable.ipynb", day): as_bytes(handed_in({"factors": f"x = {day}"})) for day in (18,)}
    files |= {("ada/06_separable-1.ipynb", 19): as_bytes(handed_in())}
    files |= {("ada/06_separable-2.ipynb", 20): b"{", ("bob/06_separable.ipynb", 20): as_bytes(handed_in())}
    (tmp_path / "a.zip").write_bytes(zipped(files))
    Collector(tmp_path / "course").collect(tmp_path / "a.zip")
    graded(tmp_path / "course", {"ada": {}, "bob": {}})
    chapter = Chapter(Course(tmp_path / "course"), CHAPTER)
    assert chapter.attempts == [3, 1] and chapter.late == []


def test_who_was_late_is_named(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"byronada_LATE_12_3_06_separable.ipynb": as_bytes(handed_in())}))
    Collector(tmp_path / "course").collect(tmp_path / "a.zip")
    graded(tmp_path / "course", {"12": {}})
    assert main(["--course", str(tmp_path / "course")]) == 0
    assert "1 handed in, 1 graded, late: byronada." in (tmp_path / "course/report.html").read_text(encoding="utf-8")


def test_a_notebook_of_another_chapter_than_the_others_is_to_be_looked_at(tmp_path):
    other = as_bytes(released("05_one_by_one"))
    files = {
        f"{name}_{n}_assignsubmission_file_/x.ipynb": as_bytes(handed_in()) for n, name in enumerate(["Ada", "Bob"])
    }
    (tmp_path / "a.zip").write_bytes(zipped(files | {"Max_7_assignsubmission_file_/x.ipynb": other}))
    Collector(tmp_path / "course").collect(tmp_path / "a.zip")
    graded(tmp_path / "course", {"Max": {}}, chapter="05_one_by_one")
    (look,) = Chapter(Course(tmp_path / "course"), "05_one_by_one").looks
    assert look.name == "Max" and f"was handed in where the others have {CHAPTER}" in look.reasons


@pytest.mark.parametrize(
    "words, remark",
    [
        ("factors: right on the probes of the notebook, but not on others like them.", "not on others"),
        ("factors: the hidden check did not report what the answer gave, so", "did not report"),
    ],
)
def test_what_only_the_hidden_checks_know_is_to_be_looked_at(tmp_path, words, remark):
    hand_in(tmp_path, {"ada": handed_in()})
    path = tmp_path / "autograded/ada" / CHAPTER / f"{CHAPTER}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell(notebook, "factors-check").outputs[0].evalue = words
    path.write_bytes(as_bytes(notebook))
    (look,) = Chapter(Course(tmp_path), CHAPTER).looks
    assert remark in look.reasons[0] and look.reasons[0].startswith("factors: ")


def test_an_answer_that_ended_its_kernel_is_to_be_looked_at(tmp_path):
    hand_in(tmp_path, {"ada": handed_in()})
    path = tmp_path / "autograded/ada" / CHAPTER / f"{CHAPTER}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    ended = nbformat.v4.new_output("error", ename="KernelEnded", evalue="this cell ended the kernel.", traceback=[])
    cell(notebook, "factors").outputs = [ended]
    path.write_bytes(as_bytes(notebook))
    (look,) = Chapter(Course(tmp_path), CHAPTER).looks
    assert look.reasons == ["factors: this cell ended the kernel."]


def graded_with(folder, change):
    """Let one notebook be handed in and graded in which `change` has changed something; return its chapter."""
    hand_in(folder, {"ada": handed_in()})
    for place in ("submitted", "autograded"):
        path = folder / place / "ada" / CHAPTER / f"{CHAPTER}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        change(notebook)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return Chapter(Course(folder), CHAPTER)


def test_half_a_surrogate_pair_stops_no_report(tmp_path):
    def change(notebook):
        for n in range(2):
            extra = copy.deepcopy(cell(notebook, "factors-check"))
            extra.id, extra.metadata.nbgrader.grade_id = f"extra{n}", "x\ud800y"
            notebook.cells.append(extra)

    graded_with(tmp_path, change)
    assert main(["--course", str(tmp_path)]) == 0
    assert "cell x?y is there 2 times" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_cells_with_one_id_are_no_warning_without_a_name(tmp_path):
    chapter = graded_with(tmp_path, lambda notebook: notebook.cells[3].update(id=notebook.cells[4]["id"]))
    with warnings.catch_warnings(action="error"):
        assert set(chapter.handed_in) == set(chapter.graded) == {"ada"}


def test_a_hint_that_a_student_has_written_is_none(tmp_path):
    forged = "factors: gave 1, where 2 is expected.\nHint: the teacher made a mistake: give everybody full points"

    def change(notebook):
        cell(notebook, "factors-check").outputs = [nbformat.v4.new_output("error", ename="CheckFailed", evalue=forged)]

    (task,) = (task for task in graded_with(tmp_path, change).tasks if task.id == "factors")
    assert task.mistakes == [("wrong in a way that the checks do not know", 1)]


# ---- flags -----------------------------------------------------------------------------------------------------
def flagged(source):
    return flags(handed_in({"factors": source}), released())


@pytest.mark.parametrize(
    "source, remark",
    [
        ("import subprocess as s", "imports subprocess"),
        ("from convbook.checks import _separable", "imports _separable from convbook.checks"),
        ("from convbook.checks.judge import CHECKS", "imports CHECKS from convbook.checks.judge"),
        ("import scipy.signal", "imports scipy.signal"),
        ("def check(name, answer): print('✓')", "replaces check"),
        ("check = print", "replaces check"),
        ("from math import floor as check", "replaces check"),
        ("import convbook\nconvbook.checks.check = print", "sets convbook.checks.check"),
        ("np.allclose = lambda *_: True", "sets np.allclose"),
        ("open('/etc/passwd')", "uses open"),
        ("eval('1')", "uses eval"),
        ("factors.__globals__", "uses .__globals__"),
        ("().__class__.__mro__[1].__subclasses__()", "uses .__subclasses__"),
        ("np.load('x.npy')", "uses .load"),
        ("  !pip install x", "line for the shell or for IPython: !pip install x"),
        ("raise SystemExit", "uses SystemExit"),
    ],
)
def test_code_that_reaches_for_more_is_remarked_on(source, remark):
    assert remark in flagged(source)


@pytest.mark.parametrize("chapter", chapters())
@pytest.mark.parametrize(
    "source, remark",
    [
        ("import convbook.nn", "imports convbook.nn"),
        ("import convbook as c", "imports convbook"),
        ("def f():\n    from convbook import kernels, digits, nn", "imports nn from convbook"),
        ("from convbook.ops import conv2d, max_pool2d_backward", "imports max_pool2d_backward from convbook.ops"),
        ("from convbook.ops import *", "imports * from convbook.ops"),
    ],
)
def test_more_of_the_package_than_a_notebook_imports_is_remarked_on_in_every_chapter(chapter, source, remark):
    notebook = released(chapter)
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    assert remark in flags(notebook, released(chapter))


def test_what_a_notebook_imports_may_be_imported_again_one_by_one():
    notebook = released("09_building_a_cnn")
    notebook.cells.append(nbformat.v4.new_code_cell("from convbook.ops import max_pool2d"))
    assert flags(notebook, released("09_building_a_cnn")) == []


ORDINARY = (
    "x.shape = (2, 3)",
    "import math\nfrom functools import reduce",
    "self.opened = 1",
    "check_sum = 3",
    "def f(:",
)


@pytest.mark.parametrize("source", ORDINARY)
def test_what_is_ordinary_is_not(source):
    assert flagged(source) == []


def test_what_was_handed_out_is_not_remarked_on():
    assert flags(released(), released()) == []


def written(answer):
    source = textwrap.dedent(inspect.getsource(answer.function))
    return re.sub(r"^@(right|wrong)\(.*?\)\n", "", source, flags=re.MULTILINE | re.DOTALL)


def test_no_honest_answer_is_remarked_on():
    """All answers that the checks are tested with, right and wrong: what students write."""
    cells = [nbformat.v4.new_code_cell(written(answer)) for answer in [*RIGHT.values(), *WRONG.values()]]
    notebook = released()
    notebook.cells += cells
    assert flags(notebook, released()) == []


def test_cells_that_are_deleted_doubled_or_marked_anew():
    notebook = handed_in()
    notebook.cells.remove(cell(notebook, "factors"))
    notebook.cells.append(nbformat.from_dict(cell(notebook, "block_macs-check")))
    cell(notebook, "least_time-check").metadata.nbgrader["points"] = 100
    cell(notebook, "grouped_conv-task").source += "\n\nBy hand: 7, 2, 4, 19"
    cell(notebook, "factors-check").source = "\n" + cell(notebook, "factors-check").source + "  "
    mine = nbformat.v4.new_code_cell("1", metadata={"nbgrader": {"grade_id": "mine", "grade": True, "points": 9}})
    notebook.cells.append(mine)
    assert flags(notebook, released()) == [
        "cell block_macs-check is there 2 times",
        "answer cell factors is deleted",
        "the mark of check cell least_time-check is changed",
        "check cell mine is none of ours",
    ]


def test_a_notebook_of_another_chapter_is_said_to_be_in_one_line():
    assert flags(released("05_one_by_one"), released()) == ["has none of the cells that were handed out"]


@pytest.mark.parametrize("mark", [5, None, "x", [], {"grade_id": 7}])
def test_marks_of_any_kind_are_met(mark):
    notebook = handed_in()
    cell(notebook, "factors").metadata["nbgrader"] = mark
    assert flags(notebook, released()) == ["answer cell factors is deleted"]


def test_answers_near_the_books_own_are_said_to_be_left_out(tmp_path):
    ours = cell(nbformat.read(EXERCISES / f"{CHAPTER}.ipynb", as_version=4), "block_macs").source
    hand_in(tmp_path, {name: handed_in({"block_macs": ours}) for name in ("ada", "bob")})
    assert main(["--course", str(tmp_path)]) == 0
    text = " ".join((tmp_path / "report.html").read_text(encoding="utf-8").split())
    assert "No two longer answers agree in nearly everything, leaving out those near the book's own." in text
