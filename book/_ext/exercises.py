"""Sphinx extension: exercise notebooks are shown and offered as a student gets them, without their solutions.

The notebooks in notebooks/exercises/ are the only source. What stands between their marks is not for the page:
`### BEGIN SOLUTION` ... `### END SOLUTION` and `### BEGIN HIDDEN TESTS` ... `### END HIDDEN TESTS`. A page says how to
get a notebook that runs, which the notebook itself need not.
"""

import re
from pathlib import Path

import nbformat

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION$", re.MULTILINE | re.DOTALL)
HIDDEN_TESTS = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS\n?", re.MULTILINE | re.DOTALL)

RUN_IT = (
    "To write and check your answers you need a running notebook: [here is how to get one](../../book/run.md). "
    "On this page you can read the tasks."
)


def student_version(text: str) -> str:
    """Return the notebook in `text` with a stub for each solution, without hidden tests and what they printed."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and "nbgrader" in cell.metadata:
            cell.source = HIDDEN_TESTS.sub("", SOLUTION.sub(r"\1raise NotImplementedError()", cell.source)).rstrip("\n")
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook) + "\n"


def page_version(text: str) -> str:
    """Return the student's version with a word on where it runs, below its introduction."""
    notebook = nbformat.reads(student_version(text), as_version=4)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(RUN_IT, id="run-it"))
    return nbformat.writes(notebook) + "\n"


def is_exercise(docname: str) -> bool:
    """Say whether a page is an exercise notebook."""
    return docname.startswith("notebooks/exercises/")


def show_student_version(app, docname, source):
    """Let the page be made from the version for it."""
    if is_exercise(docname):
        source[0] = page_version(source[0])


def offer_student_version(app, exception):
    """Replace the downloads, which are copies of the sources."""
    for path in Path(app.outdir, "_sources", "notebooks", "exercises").glob("*.ipynb"):
        path.write_text(student_version(path.read_text("utf-8")), "utf-8")


def setup(app):
    """Register the events."""
    app.connect("source-read", show_student_version)
    app.connect("build-finished", offer_student_version)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
