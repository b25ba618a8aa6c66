"""The exercise notebooks: complete, checkable, and without solutions once they reach a reader."""

import re
from pathlib import Path

import nbformat
import pytest

from convbook.checks.judge import CHECKS
from exercises import is_exercise, page_version, student_version
from normalise_notebook import execute

FOLDER = Path(__file__).parents[1] / "notebooks" / "exercises"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


CHECK_CELL = """\
check("{name}", {name})
### BEGIN HIDDEN TESTS
from convbook.checks import hidden_check

hidden_check("{name}", {name})
### END HIDDEN TESTS"""


def cells_of(text):
    return nbformat.reads(text, as_version=4).cells


def source_of(path):
    return "\n".join(cell.source for cell in cells_of(path.read_text("utf-8")) if cell.cell_type == "code")


def mark_of(cell):
    return cell.metadata.get("nbgrader", {})


def test_every_check_of_the_package_belongs_to_an_exercise():
    asked = [
        mark_of(cell).grade_id for path in NOTEBOOKS for cell in cells_of(path.read_text("utf-8")) if mark_of(cell)
    ]
    assert len(asked) == len(set(asked))
    assert {f"{name}-check" for name in CHECKS} == {grade_id for grade_id in asked if grade_id.endswith("-check")}


@every_notebook
def test_every_exercise_has_a_task_a_place_to_write_and_a_check_worth_points(path):
    cells = cells_of(path.read_text("utf-8"))
    for check in (cell for cell in cells if mark_of(cell).get("grade")):
        name = mark_of(check).grade_id.removesuffix("-check")
        task, place = (
            next(cell for cell in cells if mark_of(cell).get("grade_id") == grade_id)
            for grade_id in (f"{name}-task", name)
        )
        assert task.source.startswith("## ") and mark_of(task).locked
        assert place.source.startswith(f"def {name}(") and mark_of(place).solution and not mark_of(place).locked
        assert check.source == CHECK_CELL.format(name=name)
        assert mark_of(check).points > 0 and mark_of(check).locked


@every_notebook
def test_an_exercise_imports_nothing_of_what_holds_the_answers(path):
    imported = re.findall(r"^(?:from|import) (convbook\S*)(?: import (.+))?", source_of(path), re.M)
    assert ("convbook.checks", "check") in imported
    assert not [module for module, _ in imported if module.startswith("convbook.checks.")]


@every_notebook
def test_a_reader_never_gets_a_solution(path):
    text = student_version(path.read_text("utf-8"))
    assert "SOLUTION" not in text and "HIDDEN" not in text and "hidden_check" not in text
    assert "✓" not in text
    places = [cell for cell in cells_of(text) if mark_of(cell).get("solution")]
    assert places
    for place in places:
        head, docstring, stub = place.source.splitlines()
        assert head.startswith("def ") and docstring.strip().startswith('"""')
        assert stub == "    raise NotImplementedError()"


@every_notebook
def test_an_untouched_student_version_runs_to_the_end_and_each_check_is_kind(path, capsys):
    cells = cells_of(student_version(path.read_text("utf-8")))
    namespace = {}
    for cell in cells:
        if cell.cell_type == "code":
            exec(cell.source, namespace)
    kind_words = re.findall("✗ .* is not written yet: put your code in place of", capsys.readouterr().out)
    assert len(kind_words) == sum(mark_of(cell).get("grade", False) for cell in cells) > 0


@every_notebook
def test_the_page_says_where_to_run_it_and_the_download_has_no_link_that_ends_nowhere(path):
    text = path.read_text("utf-8")
    assert "book/run.md" in page_version(text)
    links = re.findall(r"\]\(([^)#]+)\)", "\n".join(cell.source for cell in cells_of(student_version(text))))
    assert not [
        link
        for link in links
        if not link.startswith("http") and not (FOLDER / link).resolve().is_relative_to(FOLDER.parent)
    ]


@every_notebook
def test_points_and_minutes_stand_in_the_text_and_add_up(path):
    cells = cells_of(path.read_text("utf-8"))
    points = [mark_of(cell).points for cell in cells if mark_of(cell).get("grade")]
    tasks = [cell.source for cell in cells if mark_of(cell).get("grade_id", "").endswith("-task")]
    said = [re.match(r"## (\d)\. .+\n\n\*\*(\d) points?, about (\d+) minutes\.\*\* ", task) for task in tasks]
    assert all(said) and [int(task[2]) for task in said] == points
    assert [int(task[1]) for task in said] == list(range(1, len(tasks) + 1))
    assert f"{sum(points)} points" in cells[0].source
    assert 30 <= sum(int(task[3]) for task in said) <= 105  # what the introduction puts in words


@every_notebook
def test_the_chapter_lists_the_exercises_that_there_are(path):
    chapter = cells_of((FOLDER.parent / path.name).read_text("utf-8"))
    (listed,) = (cell.source for cell in chapter if cell.source.startswith("## Exercises"))
    titles = re.findall(r"^## (\d\. .+)$", "\n".join(cell.source for cell in cells_of(path.read_text("utf-8"))), re.M)
    assert [f"{number}. {title}" for number, title in re.findall(r"^(\d)\. \*\*(.+?)[.?]?\*\*", listed, re.M)] == [
        title.removesuffix("?") for title in titles
    ]


HANDED_IN = """\
from convbook.checks import check, judge

def prediction():
    return -14

def one_stop(picture, kernel, i, j):
    while True:
        i = i

def correlate_loops(picture, kernel):
    return picture[99, 99]

def diagonal_edge_kernel():
    return "<b>bold</b>"
"""


def test_in_a_kernel_run_all_reaches_the_end_with_a_box_for_each_verdict(tmp_path):
    names = ["prediction", "one_stop", "correlate_loops", "diagonal_edge_kernel"]
    sources = [HANDED_IN, *(f'check("{name}", {name})' for name in names)]
    sources[2] = f"judge.SECONDS = 0.5\n{sources[2]}\njudge.SECONDS = 10"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    execute(notebook, tmp_path)  # the first error would end it
    right, endless, crashed, escaped = (cell.outputs[0].data for cell in notebook.cells[1:])
    assert right["text/plain"] == "✓ prediction: right."
    assert "did not come to an end within 0.5 seconds, and was stopped.\nIn line" in endless["text/plain"]
    assert "out of bounds for axis 0 with size 4.\nIn line 11: return picture[99, 99]" in crashed["text/plain"]
    assert "&lt;b&gt;bold&lt;/b&gt;" in escaped["text/html"] and "<b>bold" not in escaped["text/html"]


def a_notebook(source, **metadata):
    output = nbformat.v4.new_output("stream", text="42\n")
    cell = nbformat.v4.new_code_cell(source, metadata=metadata, outputs=[output], execution_count=1)
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))


MARKED = {"nbgrader": {"grade_id": "answer", "solution": True}}


def test_several_solutions_in_one_cell_and_hidden_tests_go_and_the_rest_stays():
    source = """\
a = 1
### BEGIN SOLUTION
b = 2
### END SOLUTION
def f():
    ### BEGIN SOLUTION
    return 3
    ### END SOLUTION
### BEGIN HIDDEN TESTS
assert f() == 3
### END HIDDEN TESTS"""
    (cell,) = cells_of(student_version(a_notebook(source, **MARKED)))
    assert cell.source == "a = 1\nraise NotImplementedError()\ndef f():\n    raise NotImplementedError()"
    assert cell.outputs == []


def test_cells_that_are_not_graded_keep_what_they_show():
    (cell,) = cells_of(student_version(a_notebook("print(42)")))
    assert cell.outputs[0].text == "42\n"


@pytest.mark.parametrize(
    ("page", "yes"),
    [("notebooks/exercises/01_convolution", True), ("notebooks/01_convolution", False), ("book/run", False)],
)
def test_only_exercises_are_stripped(page, yes):
    assert is_exercise(page) == yes
