"""A small class for the tests of course/: notebooks as students hand them in, and the zips of learning platforms."""

import contextlib
import io
import os
import sys
import tempfile
import warnings
import zipfile
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from nbgrader.utils import is_grade, is_solution, parse_utc

from convbook.checks.judge import CHECKS

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "06_separable"
SEPARABLE_PARAMETERS = """def separable_parameters(c_in, c_out, k, multiplier, bias):
    between = c_in * multiplier
    return k * k * between + between * c_out + (between + c_out) * bias"""


@cache
def _released(chapter):
    notebook = nbformat.read(ROOT / "notebooks" / "exercises" / f"{chapter}.ipynb", as_version=4)
    for step in (ClearSolutions(), ClearHiddenTests()):
        notebook, _ = step.preprocess(notebook, {})
    return nbformat.writes(notebook)


def released(chapter=CHAPTER):
    """Return the notebook that students get."""
    return nbformat.reads(_released(chapter), as_version=4)


def cell(notebook, grade_id):
    """Return one cell of a notebook."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def handed_in(answers=None, chapter=CHAPTER):
    """Return a notebook with {task: source} written into it."""
    notebook = released(chapter)
    for name, source in ({"separable_parameters": SEPARABLE_PARAMETERS} if answers is None else answers).items():
        cell(notebook, name).source = source
    return notebook


def as_bytes(notebook):
    """Return what stands in the file of a notebook."""
    return nbformat.writes(notebook).encode()


class OldName(zipfile.ZipInfo):
    """An entry as old packers write it: without the flag for UTF-8, its name in any bytes."""

    def __init__(self, raw, date=(2026, 11, 20, 12, 0, 0)):
        super().__init__(raw.decode("cp437"), date)

    def _encodeFilenameFlags(self):
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def zipped(files):
    """Return a zip of {name, ZipInfo or (name, day of November 2026): content}."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            name, day = name if isinstance(name, tuple) else (name, 20)
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, (2026, 11, day, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


@cache
def _empty_gradebook():
    """Return the file of a new gradebook: to make one, nbgrader calls a program, which takes a second."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # where that program is
        Gradebook(f"sqlite:///{folder}/gradebook.db").close()
        return Path(folder, "gradebook.db").read_bytes()


def hand_in(course, notebooks, chapter=CHAPTER):
    """Let {student: notebook} be handed in and graded."""
    scores = {}
    for student, notebook in notebooks.items():
        for folder in ("submitted", "autograded"):
            path = course / folder / student / chapter / f"{chapter}.ipynb"
            path.parent.mkdir(parents=True)
            if folder == "autograded":
                notebook, scores[student] = judged(notebook)
            path.write_bytes(as_bytes(notebook))
    graded(course, scores, chapter)


def graded(course, scores, chapter=CHAPTER, when="2026-11-20 12:00:00 UTC"):
    """Write {student: {task: points, or None for one that was not graded}} down, as grading does."""
    points = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in released(chapter).cells if is_grade(c)}
    database = course / "gradebook.db"
    course.mkdir(exist_ok=True)
    database.exists() or database.write_bytes(_empty_gradebook())
    answers = [c.metadata.nbgrader.grade_id for c in released(chapter).cells if is_solution(c)]
    with Gradebook(f"sqlite:///{database}") as gradebook, warnings.catch_warnings(action="ignore"):
        gradebook.update_or_create_assignment(chapter)
        gradebook.update_or_create_notebook(chapter, chapter)
        for name, most in points.items():
            gradebook.update_or_create_grade_cell(name, chapter, chapter, max_score=most, cell_type="code")
        for name in answers:
            gradebook.update_or_create_solution_cell(name, chapter, chapter)
        for student, tasks in scores.items():
            gradebook.update_or_create_student(student)
            submission = gradebook.update_or_create_submission(chapter, student, timestamp=parse_utc(when))
            for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
                grade.auto_score = tasks.get(grade.name.removesuffix("-check"), 0)
                grade.needs_manual_grade = False
            gradebook.db.commit()
            for folder in ("submitted", "autograded"):
                place = course / folder / student / chapter
                place.mkdir(parents=True, exist_ok=True)
                (place / "timestamp.txt").write_text(when)
                path = place / f"{chapter}.ipynb"
                path.exists() or path.write_bytes(as_bytes(released(chapter)))


def judged(notebook):
    """Return a notebook with what the checks say of its answers, and {task: points}; they are ours: no kernel."""
    names, points = {}, {}
    for one in notebook.cells:
        if is_grade(one):
            task = one.metadata.nbgrader.grade_id.removesuffix("-check")
            fault = CHECKS[task].fault_of(names.get(task))
            points[task] = 0 if fault else one.metadata.nbgrader.points
            error = nbformat.v4.new_output("error", ename="CheckFailed", evalue=fault, traceback=[fault])
            one.outputs = [error] if fault else []
        elif one.cell_type == "code":
            with contextlib.suppress(Exception):  # a kernel goes on, too
                exec(one.source, names)
    return notebook, points
