"""Writes the grades for Moodle and for Canvas: `make grades`.

`grades_moodle.csv` is for Moodle's gradebook, Import > CSV file (docs.moodle.org, "Grade import"): map the first column
to "ID number" or "Email address", as it is called, and each chapter to its grade item. Moodle gives the grades of a
line without such an id to the participant of the line before, and takes none at all where one id is unknown
(grade/import/csv/classes/load_data.php). So everybody in the file has the id of the first column; others are listed.

`grades_moodle_CHAPTER.csv` is another way, for what was collected from Moodle, and needs no ROSTER: the worksheet of
one assignment ("Upload grading worksheet", mod/assign/feedback/offline), which knows participants by the number that
the download has. In it are those alone who have a grade.

`grades_canvas.csv` is for Canvas's gradebook, Import (Canvas Instructor Guide, "How do I import grades in the
Gradebook?"; lib/gradebook_importer.rb): Student, ID, SIS User ID, SIS Login ID, Section, one column for each
assignment, and a line with the points possible. A chapter has the heading that Canvas's own export, given as ROSTER,
has for it, so that it finds its assignment.

Of these, a class that has handed in through one system alone gets the files of that system alone.

A submission that could not be graded, or whose grade is older than it, has no grade in either file: nothing for Canvas,
and `-` for Moodle, as its own exports write it, since a column that is imported as a new grade item takes an empty cell
for a zero. All such are listed, and stand in `not_scored.csv`, with those who have handed in nothing.

    make grades
    make grades ROSTER=export.csv CHAPTERS="06_separable"
"""

import argparse
import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

from nbgrader.plugins import ExportPlugin

from collect import as_table, keep_roster, write_whole
from course import HERE
from lms import CANVAS, MOODLE, Person, name_key
from results import NOTHING, Course

FORMULA = tuple("=+-@＝＋－＠\t\r")  # a spreadsheet takes what begins with these for something to compute
MOODLE_IDS: dict[str, Callable[[Person], str]] = {
    "ID number": lambda person: person.id_number,
    "Email address": lambda person: person.email,
    "Username": lambda person: person.username,
}


def as_text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> as_text("=1+1"), as_text("Ada")
    ("'=1+1", 'Ada')
    """
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value


def _number(score, blank):
    return blank if score is None else f"{score:.10g}"


def moodle_rows(course: Course, chapters: list[str]) -> tuple[list[list[str]], dict[str, str]]:
    """Return the lines for Moodle, and {student: why} for those who cannot stand in them."""
    people = {student: course.person(student) for student in _students(course, chapters)}
    heading = max(MOODLE_IDS, key=lambda name: sum(bool(MOODLE_IDS[name](person)) for person in people.values()))
    known = {student: MOODLE_IDS[heading](person) for student, person in people.items()}
    if not any(known.values()):  # nobody has told: then it is for the teacher to say what the ids of the course are
        known = {student: student for student in people}
    rows, missing = [[heading, "First name", "Last name", *chapters]], {}
    for student, person in people.items():
        known_as = known[student]
        if not known_as:
            missing[student] = f"has no {heading}"
        elif as_text(known_as) != known_as:
            missing[student] = f"has the {heading} {known_as}, which a spreadsheet would compute"
        elif known_as in {row[0] for row in rows}:
            missing[student] = f"has the {heading} {known_as}, and so has another"
        else:
            first, last = (person.first, person.last) if person.last else (person.full_name, "")
            rows.append([known_as, as_text(first), as_text(last), *_scores(course, student, chapters, "-")])
    return rows, missing


def worksheet_rows(course: Course, chapter: str) -> list[list[str]]:
    """Return the lines of Moodle's grading worksheet for one assignment, with those who handed in there."""
    rows = [["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"]]
    scores = {result.student: result for result in course.results[chapter] if result.score is not None}
    for record in course.log.records.values():
        if record.is_astray:  # its number is of another assignment
            continue
        if record.chapter == chapter and record.system == MOODLE and record.placed and record.student in scores:
            result = scores[record.student]
            grade = [_number(result.score, ""), _number(result.most, "")]
            rows.append([f"Participant {record.number}", as_text(record.name), *grade, "-"])
    return rows


def canvas_rows(course: Course, chapters: list[str]) -> list[list[str]]:
    """Return the lines for Canvas."""
    headings = [_canvas_heading(course, chapter) for chapter in chapters]
    most = [f"{max((r.most for r in course.results[chapter]), default=0):.10g}" for chapter in chapters]
    rows = [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *headings],
        ["    Points Possible", "", "", "", "", *most],
    ]
    for student in _students(course, chapters):
        person = course.person(student)
        login = person.sis_login or person.username or (person.email if not person.canvas_id else "")
        ids = [person.full_name, person.canvas_id, person.sis_user or person.id_number, login, person.section]
        rows.append([*map(as_text, ids), *_scores(course, student, chapters, "")])
    return rows


def _students(course, chapters):
    """Return those of whom something was handed in; of the others these files say nothing."""
    with_something = {r.student for chapter in chapters for r in course.results[chapter] if r.reason != NOTHING}
    return sorted(with_something)


def _scores(course, student, chapters, blank):
    scores = {(r.student, chapter): r.score for chapter in chapters for r in course.results[chapter]}
    return [_number(scores.get((student, chapter)), blank) for chapter in chapters]


def _canvas_heading(course, chapter):
    fitting = [column for column in course.roster.columns if name_key(chapter) in name_key(column)]
    return fitting[0] if len(fitting) == 1 else chapter


def not_scored_rows(course: Course, chapters: list[str]) -> list[list[str]]:
    """Return a line for everybody who has no grade, with the reason."""
    rows = course.not_scored(chapters)
    return [["student", "name", "chapter", "why there is no grade"], *([as_text(cell) for cell in row] for row in rows)]


def write_csv(path: Path, rows: list[list[str]]) -> None:
    """Write rows as a CSV file, as a whole or not at all."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_whole(path, text.getvalue().encode())


def export(course: Course, chapters: list[str]) -> str:
    """Write all files into the course folder, and return what a teacher should know of them."""
    moodle, missing = moodle_rows(course, chapters)
    blanks = not_scored_rows(course, chapters)
    files = {"grades_moodle.csv": moodle, "grades_canvas.csv": canvas_rows(course, chapters), "not_scored.csv": blanks}
    systems = {record.system for record in course.log.records.values() if record.placed}
    if systems in ({MOODLE}, {CANVAS}):  # nobody asks for the other's file, and an older one would mislead
        other = "grades_canvas.csv" if systems == {MOODLE} else "grades_moodle.csv"
        del files[other]
        (course.folder / other).unlink(missing_ok=True)
    worksheets = {chapter: worksheet_rows(course, chapter) for chapter in chapters}
    files |= {f"grades_moodle_{chapter}.csv": rows for chapter, rows in worksheets.items() if len(rows) > 1}
    for name, rows in files.items():
        write_csv(course.folder / name, rows)
    lines = [f"Written to {course.folder}: {', '.join(files)}; {len(_students(course, chapters))} students"]
    if len(blanks) > 1:
        lines += ["", "Without a grade (blank, not 0):", as_table([tuple(row[1:]) for row in blanks])]
    if missing and "grades_moodle.csv" in files:
        lines += ["", "Not in grades_moodle.csv, to be entered by hand:", as_table(list(missing.items()))]
    if not course.roster.people:
        lines += [
            "",
            "No ROSTER was given: Moodle and Canvas know nobody but by the ids above. Export the grades there",
        ]
        lines += ["once, and call `make grades ROSTER=that-file.csv`."]
    return "\n".join(lines)


class _CsvPlugin(ExportPlugin):
    rows: Callable
    file = ""

    def export(self, gradebook):
        course = Course(Path(self.parent.coursedir.root))
        chapters = course.chosen(list(self.assignment) or None)
        write_csv(Path(self.to or self.file), type(self).rows(course, chapters))


class MoodleCsv(_CsvPlugin):
    """`nbgrader export --exporter=grades.MoodleCsv`."""

    rows, file = staticmethod(lambda course, chapters: moodle_rows(course, chapters)[0]), "grades_moodle.csv"


class CanvasCsv(_CsvPlugin):
    """`nbgrader export --exporter=grades.CanvasCsv`."""

    rows, file = staticmethod(canvas_rows), "grades_canvas.csv"


def main(arguments: list[str] | None = None) -> int:
    """Write the grades, and say who has none."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="as 06_separable (default: all that were graded)")
    parser.add_argument("--roster", type=Path, help="a grade export of Moodle or Canvas, for the ids that they know")
    parser.add_argument("--course", type=Path, default=HERE, help="the course folder (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        keep_roster(options.course, options.roster)
        course = Course(options.course)
        print(export(course, course.chosen(options.chapters)))
    except (OSError, ValueError) as error:
        print(f"make grades: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
