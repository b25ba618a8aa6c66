"""Sphinx extension: exercise notebooks are shown and offered as a student gets them, without their solutions.

The notebooks in notebooks/exercises/ are the only source. What stands between their marks is not for the page:
`### BEGIN SOLUTION` ... `### END SOLUTION` and `### BEGIN HIDDEN TESTS` ... `### END HIDDEN TESTS`.
"""

import re
from pathlib import Path

import nbformat

SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?### END SOLUTION$", re.MULTILINE | re.DOTALL)
HIDDEN_TESTS = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS\n?", re.MULTILINE | re.DOTALL)


def student_version(text: str) -> str:
    """Return the notebook in `text` with a stub for each solution, without hidden tests and what they printed."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and "nbgrader" in cell.metadata:
            cell.source = HIDDEN_TESTS.sub("", SOLUTION.sub(r"\1raise NotImplementedError()", cell.source)).rstrip("\n")
            cell.outputs, cell.execution_count = [], None
    return nbformat.writes(notebook) + "\n"


def is_exercise(docname: str) -> bool:
    """Say whether a page is an exercise notebook."""
    return docname.startswith("notebooks/exercises/")


def show_student_version(app, docname, source):
    """Let the page be made from the student's version."""
    if is_exercise(docname):
        source[0] = student_version(source[0])


def offer_student_version(app, exception):
    """Replace the downloads, which are copies of the sources."""
    for path in Path(app.outdir, "_sources", "notebooks", "exercises").glob("*.ipynb"):
        path.write_text(student_version(path.read_text("utf-8")), "utf-8")


def setup(app):
    """Register the events."""
    app.connect("source-read", show_student_version)
    app.connect("build-finished", offer_student_version)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
