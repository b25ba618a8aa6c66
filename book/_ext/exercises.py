"""Sphinx extension: exercise notebooks are shown and offered as a student gets them, with the solutions folded away.

The notebooks in notebooks/exercises/ are the only source. What stands between their marks is for nobody who works on
them: `### BEGIN SOLUTION` ... `### END SOLUTION` and `### BEGIN HIDDEN TESTS` ... `### END HIDDEN TESTS`. A page shows
each solution behind two folds, and says where the code runs, which the notebook itself need not: on the page, or, where
that cannot be, in a notebook.

A task is a cell of Markdown: its title, its points and minutes, what is asked, and two hints, one inside the other:

    ## 3. Four loops

    **2 points, about 10 minutes.** Now let the kernel slide ...

    <details><summary>A nudge</summary>

    How often does the window fit?

    <details><summary>The idea</summary>

    Ask for one stop after the other, row by row.

    </details>
    </details>

Where it has a question to be answered by hand, the cell's metadata may hold the answer, with the known slips, as for a
**Predict** in a chapter, and `because`, the answer in words: then the page takes an answer there (predictions.py).
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION$", re.MULTILINE | re.DOTALL)
HIDDEN_TESTS = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS\n?", re.MULTILINE | re.DOTALL)
WHY = re.compile(r"(?<=### BEGIN SOLUTION\n)(?:[ \t]*# .*\n)+")
MARKS = re.compile(r"\n[ \t]*### (?:BEGIN|END) SOLUTION$", re.MULTILINE)
TASK = re.compile(
    r"## (?P<number>\d+)\. (?P<title>.+)\n\n"
    r"\*\*(?P<points>\d+) points?, about (?P<minutes>\d+) minutes\.\*\* (?P<statement>.+)\n\n"
    r"<details><summary>A nudge</summary>\n\n(?P<nudge>.+)\n\n"
    r"<details><summary>The idea</summary>\n\n(?P<idea>.+)\n\n</details>\n</details>",
    re.DOTALL,
)

RUN_IT = """\
<p class="runs-here" hidden>Write your answers right here: click into the code, and run it by the button below it, then
the check. What you write stays in this browser, and the menu <em>Notebook</em> saves it.
<a href="../../book/run.html">More about running the code.</a> Hints and solutions are folded away.</p>

:::{div} runs-elsewhere
To write and check your answers you need a running notebook: [here is how to get one](../../book/run.md).
On this page you can read the tasks. Hints and solutions are folded away, or stand at the end where nothing folds.
:::"""
TASK_ON_A_PAGE = """\
## {number}. {title}

<p class="terms">{points} · about {minutes} minutes</p>

{statement}"""
BY_HAND_ON_A_PAGE = """\
::::::{{prediction}} {title}: {asks}
:of: {number}. {title} · by hand
:summary: What comes out by hand

{prediction}

{because}
::::::"""
HINTS_ON_A_PAGE = """\
::::::{{fold}} A nudge
:class: hint
:of: {number}. {title}

{nudge}

:::::{{fold}} The idea

{idea}

:::::
::::::"""
SOLUTION_ON_A_PAGE = """\
::::::{{fold}} Solution
:class: solution
:of: {number}. {title}

Have you tried it, and let the check look at what you wrote? Even a wrong answer, with what the check says about it,
will show you more than the code below.

:::::{{fold}} Show the solution

```python
{solution}
```

{why}

:::::
::::::"""
FOR_PAPER = '<h2 class="for-paper hints">Hints</h2>\n\n<h2 class="for-paper solutions">Solutions</h2>'


@dataclass(frozen=True)
class Task:
    """One exercise, as its notebook states it.

    `solution` is the whole cell of the answer without the marks, and `why` the remark with which it begins, or "".
    """

    name: str
    number: int
    title: str
    points: int
    minutes: int
    statement: str
    nudge: str
    idea: str
    solution: str
    why: str
    by_hand: dict | None


def mark_of(cell: NotebookNode) -> dict:
    """Return what nbgrader has to know about a cell, or {}."""
    return cell.metadata.get("nbgrader", {})


def marked(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return the cells of a notebook that nbgrader knows, by their names."""
    return {mark_of(cell)["grade_id"]: cell for cell in notebook.cells if mark_of(cell)}


def solution_in(source: str) -> dict[str, str]:
    """Return the solution that a cell holds, and why it is one.

    >>> solution_in('''def half(x):
    ...     ### BEGIN SOLUTION
    ...     # A half is
    ...     # one of two.
    ...     return x / 2
    ...     ### END SOLUTION''')
    {'solution': 'def half(x):\\n    return x / 2', 'why': 'A half is one of two.'}
    """
    remark = WHY.search(source)
    why = " ".join(line.strip().removeprefix("# ") for line in remark[0].splitlines()) if remark else ""
    return {"solution": MARKS.sub("", WHY.sub("", source)), "why": why}


def tasks(notebook: NotebookNode) -> list[Task]:
    """Return the exercises of a notebook, in their order; a task in another form is an error that names it."""
    cells, found = marked(notebook), []
    for grade_id, cell in cells.items():
        if not grade_id.endswith("-task"):
            continue
        name = grade_id.removesuffix("-task")
        parts = TASK.fullmatch(cell.source)
        if parts is None:
            raise ValueError(f"the task {name} needs a title, points, minutes, a statement, a nudge and the idea")
        numbers = {key: int(parts[key]) for key in ("number", "points", "minutes")}
        rest = {**numbers, **solution_in(cells[name].source), "by_hand": cell.metadata.get("prediction")}
        found.append(Task(name=name, **{**parts.groupdict(), **rest}))
    return found


def student_version(text: str) -> str:
    """Return the notebook in `text` with a stub for each solution, without hidden tests and without any answers."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("prediction", None)
        if cell.cell_type == "code" and mark_of(cell):
            cell.source = HIDDEN_TESTS.sub("", SOLUTION.sub(r"\1raise NotImplementedError()", cell.source)).rstrip("\n")
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook) + "\n"


def by_hand_on_a_page(task: Task) -> str:
    """Return the question that is to be answered by hand, as its page takes the answer; "" if there is none."""
    if not task.by_hand:
        return ""
    prediction = {key: value for key, value in task.by_hand.items() if key != "because"}
    parts = {"prediction": json.dumps(prediction, ensure_ascii=False), "because": task.by_hand["because"]}
    return BY_HAND_ON_A_PAGE.format(number=task.number, title=task.title, asks=prediction["asks"], **parts)


def page_version(text: str) -> str:
    """Return the student's version as a page shows it: with folds, and a word on where it runs."""
    notebook = nbformat.reads(student_version(text), as_version=4)
    cells = marked(notebook)
    for task in tasks(nbformat.reads(text, as_version=4)):
        parts = {**vars(task), "points": f"{task.points} point{'s' * (task.points > 1)}"}
        statement, answer, check = (cells[task.name + end] for end in ("-task", "", "-check"))
        statement.source = f"{TASK_ON_A_PAGE.format(**parts)}\n\n{by_hand_on_a_page(task)}".rstrip()
        hints, solution = (
            nbformat.v4.new_markdown_cell(text.format(**parts), id=f"{name}-{task.number}")
            for name, text in {"hints": HINTS_ON_A_PAGE, "solution": SOLUTION_ON_A_PAGE}.items()
        )
        notebook.cells.insert(notebook.cells.index(answer), hints)
        notebook.cells.insert(notebook.cells.index(check) + 1, solution)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(RUN_IT, id="run-it"))
    notebook.cells.append(nbformat.v4.new_markdown_cell(FOR_PAPER, id="for-paper"))
    return nbformat.writes(notebook) + "\n"


def is_exercise(docname: str) -> bool:
    """Say whether a page is an exercise notebook."""
    return docname.startswith("notebooks/exercises/")


def show_page_version(app, docname, source):
    """Let the page be made from the version for it."""
    if is_exercise(docname):
        source[0] = page_version(source[0])


def offer_student_version(app, exception):
    """Replace the downloads, which are copies of the sources."""
    for path in Path(app.outdir, "_sources", "notebooks", "exercises").glob("*.ipynb"):
        path.write_text(student_version(path.read_text("utf-8")), "utf-8")


def setup(app):
    """Register the events."""
    app.connect("source-read", show_page_version)
    app.connect("build-finished", offer_student_version)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
