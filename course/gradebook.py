"""The gradebook is nbgrader's, with a page of our own: what was graded, from what, and what could not be.

There is one writer. What it writes of a submission comes true as a whole or not at all, so that a run may be killed at
any moment and be called again.
"""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions, ComputeChecksums, LockCells, SaveCells
from sqlalchemy import text
from sqlalchemy.orm import Session

from course import let_nbgrader_find_its_tools
from students import STUB

WAITING, SCORED, NOT_SCORED = "waiting", "scored", "not scored"
PAGE = """
CREATE TABLE IF NOT EXISTS grading (
    student VARCHAR(128), chapter VARCHAR(128), state VARCHAR(16), reason TEXT, made_from VARCHAR(64),
    earlier FLOAT, at VARCHAR(32), PRIMARY KEY (student, chapter))"""


@dataclass(frozen=True)
class Submission:
    """What one student has handed in for one chapter."""

    student: str
    chapter: str
    folder: Path

    @property
    def notebook(self) -> Path:
        """The file that is graded."""
        return self.folder / f"{self.chapter}.ipynb"

    def timestamp(self) -> datetime | None:
        """Return when it was handed in, if that is known. Raises ValueError if the file that says it cannot be read."""
        file = self.folder / "timestamp.txt"
        try:
            return utils.parse_utc(file.read_text("utf-8").strip()) if file.exists() else None
        except (ValueError, OverflowError) as error:
            raise ValueError(f"timestamp.txt must hold a time as 2026-11-20 12:00:00 UTC: {error}") from None


@dataclass(frozen=True)
class State:
    """How the grading of a submission stands. `earlier` is a score of before, which counts no more."""

    student: str
    chapter: str
    state: str
    reason: str
    made_from: str
    earlier: float | None
    at: str


class Book:
    """The gradebook in a course folder, open for the one who writes it."""

    def __init__(self, course: Path):
        self.course, self.path = course, course / "gradebook.db"
        self.url = f"sqlite:///{self.path}"

    def __enter__(self):
        if not self.path.exists():
            self._create()
        self.gradebook = Gradebook(self.url)
        with self._whole() as session:
            session.execute(text(PAGE))
        return self

    def __exit__(self, *_):
        self.gradebook.close()

    def _create(self):
        """Make the gradebook beside its place, for nbgrader takes several steps."""
        beside = self.path.with_name("gradebook.new.db")
        beside.unlink(missing_ok=True)
        beside.parent.mkdir(parents=True, exist_ok=True)
        let_nbgrader_find_its_tools()
        Gradebook(f"sqlite:///{beside}").close()
        beside.replace(self.path)

    @contextmanager
    def _whole(self) -> Iterator[Session]:
        """Let all that happens inside come true together: nbgrader's own steps commit one by one."""
        session = self.gradebook.db()
        self.gradebook.db.commit = session.flush
        try:
            with session.no_autoflush:
                yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del self.gradebook.db.commit

    # ---- chapters ----------------------------------------------------------------------------------------------
    def register(self, chapter: str, source: NotebookNode) -> None:
        """Make the tasks of a chapter known, with their hidden checks, as nbgrader does when it makes an assignment.

        Raises ValueError if the chapter has gained or lost tasks since somebody's solutions were graded.
        """
        self.gradebook.update_or_create_assignment(chapter)
        resources = self._resources(chapter)
        cleared = ClearSolutions(code_stub={"python": STUB})
        for step in (LockCells(), cleared, CheckCellMetadata(), ComputeChecksums(), SaveCells()):
            try:
                source, resources = step.preprocess(source, resources)
            except RuntimeError as error:
                raise ValueError(
                    f"{chapter} has other tasks than those that were graded before ({error}); "
                    "take the notebook of then, or another course folder"
                ) from None

    def _resources(self, chapter, student="."):
        about = {"notebook": chapter, "assignment": chapter, "student": student, "db_url": self.url}
        return {"unique_key": chapter, "nbgrader": about}

    def sanitised(self, notebook: NotebookNode, submission: Submission, steps: Iterable[type]) -> NotebookNode:
        """Return a notebook after some of nbgrader's steps, which look up in the gradebook what belongs into it."""
        resources = self._resources(submission.chapter, submission.student)
        for step in steps:
            notebook, resources = step().preprocess(notebook, resources)
        return notebook

    # ---- submissions -------------------------------------------------------------------------------------------
    def states(self) -> dict[tuple[str, str], State]:
        """Return how the grading of each submission stands, by student and chapter."""
        return states(self.gradebook)

    def expect(self, submissions: Iterable[Submission]) -> None:
        """Note that submissions are going to be graded: until they are, an earlier score counts no more."""
        states = self.states()
        with self._whole() as session:
            for one in submissions:
                before = states.get((one.student, one.chapter))
                earlier = before.earlier if before else None
                if (entry := self._entry(one)) and (not before or before.state == SCORED):
                    earlier = entry.score
                self._withdraw(entry)
                self._note(session, one, WAITING, "is not graded yet", before.made_from if before else "", earlier)

    def score(self, submission: Submission, graded: NotebookNode, made_from: str) -> float:
        """Take the points of a graded notebook into the gradebook, put it where feedback finds it; return their sum."""
        self._place(submission, nbformat.writes(graded))
        with self._whole() as session:
            entry = self._update(submission, submission.timestamp())
            (notebook,) = (one for one in entry.notebooks if one.name == submission.chapter)
            cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in graded.cells}
            for grade in notebook.grades:
                grade.auto_score, _ = utils.determine_grade(cells[grade.name])
                grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
            for comment in notebook.comments:
                comment.auto_comment = "No response." if _is_untouched(cells.get(comment.name)) else None
            self._note(session, submission, SCORED, "", made_from, None)
            session.flush()
            session.expire_all()
            return entry.score

    def fail(self, submission: Submission, reason: str) -> None:
        """Note why a submission has no score. It is not worth zero: a person should look at it."""
        shutil.rmtree(self._graded_folder(submission), ignore_errors=True)  # it may be of an earlier attempt
        before, when = self.states().get((submission.student, submission.chapter)), None
        with suppress(ValueError):  # which may be the reason
            when = submission.timestamp()
        with self._whole() as session:
            self._withdraw(self._update(submission, when))
            self._note(session, submission, NOT_SCORED, reason, "", before.earlier if before else None)

    def _entry(self, submission) -> SubmittedAssignment | None:
        try:
            return self.gradebook.find_submission(submission.chapter, submission.student)
        except MissingEntry:
            return None

    def _update(self, submission, when) -> SubmittedAssignment:
        self.gradebook.update_or_create_student(submission.student)
        return self.gradebook.update_or_create_submission(submission.chapter, submission.student, timestamp=when)

    @staticmethod
    def _withdraw(entry):
        """Take back what a program has scored; what a person has scored stays."""
        for notebook in entry.notebooks if entry else ():
            for grade in notebook.grades:
                grade.auto_score, grade.needs_manual_grade = None, True

    @staticmethod
    def _note(session, submission, state, reason, made_from, earlier):
        values = {
            "student": submission.student,
            "chapter": submission.chapter,
            "state": state,
            "reason": reason,
            "made_from": made_from,
            "earlier": earlier,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        names = ", ".join(values)
        session.execute(text(f"REPLACE INTO grading ({names}) VALUES (:{names.replace(', ', ', :')})"), values)

    def _graded_folder(self, submission):
        return self.course / "autograded" / submission.student / submission.chapter

    def _place(self, submission, content):
        folder = self._graded_folder(submission)
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / "graded.new"
        beside.write_text(content, encoding="utf-8")
        beside.replace(folder / f"{submission.chapter}.ipynb")
        for name in (
            "timestamp.txt",
            "submission_secret.txt",
        ):  # by the second, nbgrader's exchange gives feedback back
            if (submission.folder / name).exists():
                shutil.copy(submission.folder / name, folder)


def _is_untouched(cell):
    return cell is not None and cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)


def states(gradebook: Gradebook) -> dict[tuple[str, str], State]:
    """Return how the grading of each submission stands, by student and chapter; empty before the first run."""
    if not gradebook.db.execute(text("SELECT name FROM sqlite_master WHERE name = 'grading'")).first():
        return {}
    columns = ", ".join(State.__dataclass_fields__)
    rows = gradebook.db.execute(text(f"SELECT {columns} FROM grading"))
    return {(row.student, row.chapter): State(*row) for row in rows}
