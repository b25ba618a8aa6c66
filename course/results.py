"""What came of a class's submissions: who has which score, and why somebody has none.

Every score that leaves the gradebook passes here: one that is not to be trusted is no number but a reason.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.utils import parse_utc

from collect import Log, Record, person_of, roster_of
from gradebook import SCORED, State, states
from lms import CANVAS, MOODLE, Person, sender_of

NOTHING = "nothing was handed in"


@dataclass
class Result:
    """What a student has for a chapter: a score, or else the reason why there is none."""

    student: str
    chapter: str
    score: float | None = None
    most: float = 0.0
    reason: str = ""
    tasks: dict[str, float] = field(default_factory=dict)  # the points of each check
    late: bool = False


class Course:
    """The results in a course folder."""

    def __init__(self, folder: Path):
        self.folder, self.log, self.roster = folder, Log(folder), roster_of(folder)

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open the gradebook; raises FileNotFoundError before anything was graded."""
        path = self.folder / "gradebook.db"
        if not path.exists():
            raise FileNotFoundError(f"there is no {path} yet: grade first, with `make grade`")
        with Gradebook(f"sqlite:///{path}") as gradebook:
            yield gradebook

    @cached_property
    def results(self) -> dict[str, list[Result]]:
        """The results of each chapter, of all students of whom the course knows."""
        with self.gradebook() as gradebook:
            noted = states(gradebook)
            most = {assignment.name: assignment.max_score for assignment in gradebook.assignments}
            for _, chapter in self.log.pairs():
                most.setdefault(chapter, 0.0)
            known = {record.student for record in self.log.records.values() if record.student}
            students = sorted(known | {student.id for student in gradebook.students})
            return {
                chapter: [
                    self._result(gradebook, student, chapter, most[chapter], _reason(noted.get((student, chapter))))
                    for student in students
                ]
                for chapter in sorted(most)
            }

    def _result(self, gradebook, student, chapter, most, state):
        late = any(record.late and record.placed for record in self.log.attempts(student, chapter))
        result = Result(student, chapter, most=most, late=late)
        try:
            submission = gradebook.find_submission(chapter, student)
        except MissingEntry:
            submission = None
        result.reason = self._why_not_scored(submission, student, chapter, state)
        if not result.reason:
            result.score = max(0.0, submission.score - (submission.late_submission_penalty or 0))
            result.tasks = {grade.name: grade.score for notebook in submission.notebooks for grade in notebook.grades}
        return result

    def _why_not_scored(self, submission: SubmittedAssignment | None, student: str, chapter: str, state: str) -> str:
        """Return why what the gradebook says of a submission is no score; nothing if it is one."""
        attempts, folder = self.log.attempts(student, chapter), self.folder / "submitted" / student / chapter
        if submission is None:
            if state or attempts or folder.exists():
                return state or next(
                    (record.problem for record in attempts[-1:] if record.problem), "is not graded yet"
                )
            return NOTHING
        handed_in = folder / "timestamp.txt"
        if handed_in.exists() and submission.timestamp:
            newest = parse_utc(handed_in.read_text(encoding="utf-8").strip())
            if newest > submission.timestamp:
                return "a newer attempt was handed in, and is not graded yet"
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        if grades and all(grade.manual_score is not None for grade in grades):
            return ""  # a person has decided
        if state:  # as make grade has noted it
            return state
        if not grades or any(grade.auto_score is None and grade.manual_score is None for grade in grades):
            return "was not graded to the end"
        if not (self.folder / "autograded" / student / chapter).exists():
            return "the last grading failed; what the gradebook holds is of before"
        return ""

    def person(self, student: str) -> Person:
        """Return what is known of a student: from the roster, the download, or the gradebook's id alone."""
        records = [record for record in self.log.records.values() if record.student == student]
        for record in records or [Record("", "", student, name=student)]:
            if known := person_of(record, self.roster):
                return known
        for record in records:
            if record.system == CANVAS:
                return Person(name=record.name, canvas_id=record.number)
            if record.system == MOODLE:
                return Person(name=record.name)
        return Person(name=student, id_number=student)

    def name(self, student: str) -> str:
        """Return a student's name as one reads it."""
        return self.person(student).full_name or student

    def not_scored(self, chapters: list[str]) -> list[tuple[str, str, str, str]]:
        """Return (student, name, chapter, why) for everybody of the course, and of its roster, without a score."""
        rows = []
        for chapter in chapters:
            for result in self.results[chapter]:
                if result.reason and result.reason != NOTHING:
                    rows.append((result.student, self.name(result.student), chapter, result.reason))
                elif result.reason and self._is_assigned(chapter):
                    why = self._instead(result.student, chapter)
                    rows.append((result.student, self.name(result.student), chapter, why))
            absent = self._absent if self._is_assigned(chapter) else []
            rows += [(person.key, person.full_name, chapter, NOTHING) for person in absent]
        return rows

    def _is_assigned(self, chapter):
        """Say whether a chapter was to be handed in: not if those few who did so have taken the wrong one."""
        records = [record for record in self.log.records.values() if record.chapter == chapter]
        return not records or not all(record.is_astray for record in records)

    def _instead(self, student, chapter):
        """Return that nothing was handed in for a chapter, and what was in its place."""
        own = [record for record in self.log.records.values() if record.student == student]
        others = [r for r in own if (r.assignment == chapter if r.assignment else not r.chapter)]
        said = [f"{sender_of(r.source.split('/')).file} ({r.problem or f'is {r.chapter}'})" for r in others]
        return f"{NOTHING} but {', '.join(said)}" if said else NOTHING

    @cached_property
    def _absent(self) -> list[Person]:
        """Those on the roster of whom nothing at all has come."""
        students = {result.student for results in self.results.values() for result in results}
        known = {self.person(student) for student in students}
        return [person for person in self.roster.people if person not in known]

    def chosen(self, chapters: list[str] | None) -> list[str]:
        """Return the chapters to speak of: all of which something was handed in, or those asked for.

        Raises ValueError if nothing was handed in, or if one that is asked for is unknown.
        """
        for chapter in chapters or []:
            if chapter not in self.results:
                raise ValueError(
                    f"CHAPTERS must be of {', '.join(self.results) or 'none: nothing is graded'}, got {chapter}"
                )
        alive = [name for name, results in self.results.items() if any(r.reason != NOTHING for r in results)]
        if not alive:
            raise ValueError("nothing was handed in yet: begin with `make collect FROM=...`")
        return chapters or alive


def _reason(state: State | None) -> str:
    """Return why `make grade` has given no score; nothing if it has, or has never seen the submission."""
    if state is None or state.state == SCORED:
        return ""
    if state.earlier is None:
        return state.reason
    return f"{state.reason}; {state.earlier:g} points of an earlier grading count no more"
