"""The exercise notebooks: complete, checkable, and without solutions once they reach a reader."""

import re
from pathlib import Path

import nbformat
import pytest
from nbconvert.filters import markdown2html
from nbgrader import nbgraderformat

from convbook.checks.judge import CHECKS
from exercises import TASK, is_exercise, page_version, student_version, tasks
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
def test_nbgrader_takes_the_marks_as_they_are(path):
    notebook = nbgraderformat.read(path, 4)  # raises if they are not valid
    names = [mark_of(cell).grade_id for cell in notebook.cells if mark_of(cell)]
    assert len(names) == len(set(names)) > 0
    assert {mark_of(cell).schema_version for cell in notebook.cells if mark_of(cell)} == {3}


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


NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
MINUTES = {
    **{"an hour": 60, "an hour and a quarter": 75, "an hour and twenty minutes": 80, "an hour and a half": 90},
    **{"an hour and forty minutes": 100},
}


@every_notebook
def test_tasks_points_and_minutes_stand_in_the_text_and_add_up(path):
    notebook = nbformat.read(path, as_version=4)
    found, introduction = tasks(notebook), notebook.cells[0].source
    assert {task.name: task.points for task in found} == {
        mark_of(cell).grade_id.removesuffix("-check"): mark_of(cell).points
        for cell in notebook.cells
        if mark_of(cell).get("grade")
    }
    assert [task.number for task in found] == list(range(1, len(found) + 1))
    assert f"\n{NUMBERS[len(found)]} tasks, " in introduction
    points, words = re.search(r"(\d+) points, about (an hour.*?), and chapter", introduction).groups()
    assert int(points) == sum(task.points for task in found)
    assert abs(MINUTES[words] - sum(task.minutes for task in found)) <= 7  # "about"


@every_notebook
def test_every_task_has_a_nudge_and_in_it_the_idea_and_neither_holds_a_line_of_the_solution(path):
    for task in tasks(nbformat.read(path, as_version=4)):
        assert "?" in task.nudge
        assert "<details" not in task.nudge + task.idea
        lines = [line.strip().removeprefix("return ") for line in task.solution.splitlines()[2:]]
        code = [line for line in lines if not line.isidentifier()]
        assert code and [line for line in code if line in task.nudge + task.idea] == []
        assert len(task.nudge) < 400 and len(task.idea) < 650  # a hint, not a lecture
        assert task.why and task.why not in student_version(path.read_text("utf-8"))


@every_notebook
def test_hints_fold_one_in_the_other_wherever_a_notebook_is_shown(path):
    """The student's version holds them, and as HTML, which nbgrader's feedback is made of, they nest."""
    cells = [cell for cell in cells_of(student_version(path.read_text("utf-8"))) if TASK.fullmatch(cell.source)]
    assert len(cells) == len(tasks(nbformat.read(path, as_version=4)))
    for cell in cells:
        html = re.sub(r"\s+", " ", markdown2html(cell.source))
        shown = r".*<details><summary>A nudge</summary> <p>.*</p> "
        shown += r"<details><summary>The idea</summary> <p>.*</p> </details> </details> ?"
        assert re.fullmatch(shown, html)


def test_a_task_in_another_form_is_named():
    task = {"grade_id": "halve-task", "locked": True}
    source = "## 1. Halve\n\n**1 point, about 5 minutes.** Halve it."
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source, metadata={"nbgrader": task})])
    with pytest.raises(ValueError, match="the task halve needs a title, points, minutes, a statement, a nudge"):
        tasks(notebook)


@every_notebook
def test_the_page_has_each_solution_as_it_stands_in_the_notebook_without_its_marks_and_hidden_tests(path):
    text = path.read_text("utf-8")
    page = page_version(text)
    folds = [cell.source for cell in cells_of(page) if "{fold} Solution" in cell.source]
    found = tasks(nbformat.reads(text, as_version=4))
    assert [re.search(r"```python\n(.+)\n```", fold, re.DOTALL)[1] for fold in folds] == [
        task.solution for task in found
    ]
    for task in found:
        namespace = {}
        exec(task.solution, namespace)
        assert callable(namespace[task.name])
    assert not re.search("### (BEGIN|END)|hidden_check", page)


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
    assert "did not come to an end within 0.5 seconds, and was stopped.\nIn one_stop, line" in endless["text/plain"]
    assert (
        "out of bounds for axis 0 with size 4.\nIn correlate_loops, line 11: return picture[99, 99]"
        in crashed["text/plain"]
    )
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
