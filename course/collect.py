"""Collects what a class has handed in: `make collect FROM=folder-or-zip`.

FROM is what Moodle or Canvas gives for "download all submissions", packed or unpacked, or a folder with a folder for
each student. Every notebook is kept under `attempts/`; the last one that can be read stands in `submitted/`, where
`make grade` takes it from. Whatever is not a notebook, or is nobody's, is kept under `set_aside/`. A notebook is known
by its exercises, whatever it is called. Called again, it changes nothing but what has become newer.

    make collect FROM=~/Downloads/submissions.zip
    make collect FROM=submissions.zip ROSTER=grades-export.csv DUE=2026-12-01T18:00
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import nbformat
from nbgrader.utils import is_solution

from archives import Found, files_in
from course import EXERCISES, HERE, counted, why_unreadable
from lms import CANVAS, Person, Roster, Sender, name_key, read_roster, sender_of
from notebooks import parsed, too_much

DUE_HELP = (
    "when the chapters that are collected were to be handed in, as 2026-12-01T18:00 (local time) or 2026-12-01 (the "
    "end of that day); it is kept for later calls, and another takes its place. Canvas says itself what is late"
)
LONGEST_NAME = 120  # bytes of the name of a folder


@dataclass
class Record:
    """What is known of one collected file; the log holds one line for each state that a record was in."""

    source: str
    sha256: str
    student: str = ""
    chapter: str = ""
    assignment: str = ""  # the chapter that nearly all of the same download are of, if there is one
    stored: str = ""  # where it is kept, from the course folder on
    order: tuple = ()  # of two attempts, the later has the larger one
    when: str = ""
    problem: str = ""  # why it cannot be graded
    notes: list[str] = field(default_factory=list)
    late: bool = False
    placed: bool = False  # whether it is, or was, the one to be graded
    system: str = ""
    name: str = ""
    number: str = ""
    handle: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it this file: for an attempt whose and of what it is, otherwise where it was found."""
        return (self.student, self.chapter, self.sha256) if self.student and self.chapter else (self.source,)

    @property
    def is_astray(self) -> bool:
        """Whether it is of another chapter than the rest of its assignment."""
        return bool(self.chapter and self.assignment) and self.chapter != self.assignment


class Log:
    """The file `collected.jsonl` of a course: what was collected, and with what name it goes back."""

    def __init__(self, course: Path):
        self._path = course / "collected.jsonl"
        self.records: dict[tuple, Record] = {}
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        self._torn = not text.endswith("\n") if text else False
        for line in text.splitlines():
            try:
                record = Record(**json.loads(line))
            except (ValueError, TypeError):  # the last line, of a run that was cut off: its file is collected anew
                continue
            record.order = tuple(record.order)
            self.records[record.key] = record

    def write(self, record: Record) -> None:
        """Note the state of a record; what is noted survives whatever happens next."""
        self.records[record.key] = record
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(("\n" if self._torn else "") + json.dumps(asdict(record), ensure_ascii=False) + "\n")
        self._torn = False

    def attempts(self, student: str, chapter: str) -> list[Record]:
        """Return the attempts of a student at a chapter, in the order in which they were made."""
        own = (record for record in self.records.values() if (record.student, record.chapter) == (student, chapter))
        return sorted(own, key=lambda record: (record.order, record.stored))

    def pairs(self) -> list[tuple[str, str]]:
        """Return each (student, chapter) of which something was collected."""
        return sorted({(r.student, r.chapter) for r in self.records.values() if r.student and r.chapter})


@cache
def exercises(folder: Path = EXERCISES) -> dict[str, frozenset[str]]:
    """Return {chapter: the ids of its tasks and checks}."""
    return {path.stem: frozenset(_ids(nbformat.read(path, as_version=4))) for path in sorted(folder.glob("*.ipynb"))}


def _ids(notebook):
    marks = (cell.metadata.get("nbgrader", {}) for cell in notebook.cells)
    return {mark["grade_id"] for mark in marks if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str)}


@dataclass(frozen=True)
class Seen:
    """A file after a first look: whose it is, and what kind of notebook."""

    found: Found
    sender: Sender
    when: datetime  # it was handed in
    chapter: str = ""
    problem: str = ""
    notes: tuple[str, ...] = ()
    is_notebook: bool = True


def look_at(found: Found, around: int = 0, depths: int | None = None) -> Seen:
    """Return what can be said of a file by itself.

    The folders `around` all files say nothing of students; of the parts behind, the first `depths` say whose it is.
    """
    sender = sender_of(found.path[around:], depths)
    # a student may date what is in a zip of theirs as they like: it was handed in when the zip was
    when = next((when for end, when in found.zips if end > around + sender.depth), found.when)
    seen = Seen(found, sender, when, chapter=_named_after(sender.file))
    if seen.chapter and not sender.name and not found.refused:  # ada_06_separable.ipynb, without a folder
        before = re.split(re.escape(seen.chapter), sender.file, maxsplit=1, flags=re.IGNORECASE)[0]
        seen = replace(seen, sender=replace(sender, name=before.rstrip(" _-")))
    if found.refused:
        return replace(seen, problem=found.refused, is_notebook=found.path[-1].lower().endswith(".ipynb"))
    if not found.path[-1].lower().endswith(".ipynb"):
        return replace(seen, problem="is no notebook", is_notebook=False)
    if why := too_much(found.data):
        return replace(seen, problem=why)
    try:
        notebook = parsed(found.data)
        cells = [(cell.cell_type, cell.source, cell.metadata.get("nbgrader")) for cell in notebook.cells]
    except Exception:  # of a file that anybody may have written
        return replace(seen, problem=why_unreadable(found.data))
    if not cells:
        return replace(seen, problem="is empty: it has no cells")
    return _recognised(seen, notebook)


def _recognised(seen, notebook):
    ids = _ids(notebook)
    shared = {chapter: len(ids & own) for chapter, own in exercises().items()}
    best = max(shared, key=shared.get)
    if not shared[best]:
        said = "has no exercises of the book"
        return replace(seen, notes=(said,)) if seen.chapter else replace(seen, problem=said, is_notebook=False)
    notes = []
    if seen.chapter != best:
        notes.append(f"is called {seen.sender.file}, and is {best}")
    if _is_untouched(notebook):
        notes.append("nothing is written yet")
    return replace(seen, chapter=best, notes=tuple(notes))


def _is_untouched(notebook):
    answers = [cell.source for cell in notebook.cells if cell.cell_type == "code" and is_solution(cell)]
    return bool(answers) and all("raise NotImplementedError" in answer for answer in answers)


def _named_after(name):
    """Return the chapter whose name stands in the name of a file."""
    stem = name_key(Path(name).stem)
    fitting = [chapter for chapter in exercises() if name_key(chapter) in stem]
    return fitting[0] if len(fitting) == 1 else ""


def _attempt_number(name):
    """Return which attempt a name claims to be: `-2`, `(2)` and `-Copy2` stand behind the chapter's name."""
    stem = Path(name).stem
    for chapter in exercises():
        if found := re.search(re.escape(chapter) + r"[ _-]*(?:copy|\()?[ _-]*(\d+)\)?$", stem, re.IGNORECASE):
            return int(found[1])
    return 0


class Collector:
    """Collects into the course folder `course`; what comes after `due` is late, in this call and in later ones."""

    def __init__(self, course: Path, roster: Roster | None = None, due: datetime | None = None):
        self.course, self.roster, self.due, self.log = course, roster or Roster(), due, Log(course)
        self.seen: dict[tuple, list[str]] = {}  # of this call: {what was found: where}
        self.counts = Counter()
        self.downloads: dict[str, list[tuple]] = defaultdict(list)  # of Moodle or Canvas: each is of one assignment
        self.dues = dues_of(course)

    def collect(self, place: Path) -> None:
        """Collect all that is in `place`."""
        shelved, chapters = [], set()
        for seen in _looked_at(place):
            if seen.is_notebook and not seen.chapter:
                shelved.append(seen)  # of which chapter it is, the others may tell
                continue
            chapters.update([seen.chapter] if seen.is_notebook else [])
            self._take(seen)
        for seen in shelved:
            self._take(replace(seen, chapter=min(chapters)) if len(chapters) == 1 else seen)
        self._note_assignments()
        self._note_what_is_late()
        for student, chapter in self.log.pairs():
            self._place(student, chapter)

    def _take(self, seen):
        found, sender = seen.found, seen.sender
        student = self._student(sender, seen.chapter)
        is_second = bool(sender.number) and student == _numbered(sender)
        record = Record(
            source=found.name,
            sha256=hashlib.sha256(found.data).hexdigest(),
            student=student,
            chapter=seen.chapter if seen.is_notebook else "",
            order=(
                sender.attachment,
                seen.when.isoformat(),
                _attempt_number(sender.file),
                found.when.isoformat(),
            ),
            when=seen.when.isoformat(),
            problem=seen.problem or ("" if student else "nobody's: neither a folder nor its name says whose it is"),
            notes=[*seen.notes, *([f"is of another {sender.name}: a ROSTER tells who is who"] if is_second else [])],
            **{part: getattr(sender, part) for part in ("system", "name", "number", "handle")},
        )
        if not (record.chapter or record.problem):
            record.problem = "of no chapter"
        self._keep(record, found)

    @property
    def chapters(self) -> list[str]:
        """The chapters that this call was about, without those that somebody has handed in by mistake."""
        records = (self.log.records[key] for key in self.seen)
        return sorted({record.chapter for record in records if record.chapter and not record.is_astray})

    def _note_assignments(self):
        for keys in self.downloads.values():
            records = [self.log.records[key] for key in keys]
            assignment = _common_chapter(records)
            self._update(replace(record, assignment=assignment) for record in records)

    def _note_what_is_late(self):
        if self.due and self.chapters:
            dues = self.dues | dict.fromkeys(self.chapters, self.due)
            if dues != self.dues:
                keep_dues(self.course, dues)
            self.dues = dues
        self._update(replace(record, late=self._is_late(record)) for record in [*self.log.records.values()])

    def _is_late(self, record):
        if record.system == CANVAS:  # which says it itself; the times in its zips are those of the download
            return sender_of([f"{record.handle}file"]).late
        due = self.dues.get(record.assignment or record.chapter)
        return datetime.fromisoformat(record.when) > due if due and record.student else record.late

    def _update(self, records):
        for record in records:
            if record != self.log.records[record.key]:
                self.log.write(record)

    def about(self, record: Record) -> tuple[str, list[str]]:
        """Return the name of who handed a file in, and what the roster leaves open."""
        person = person_of(record, self.roster)
        is_open = self.roster.people and record.student and not person
        said = ["is not on the roster, or several there have this name"] if is_open else []
        return (person and person.full_name) or record.name or "?", said

    def _keep(self, record, found):
        self.counts["files"] += 1
        known = self.log.records.get(record.key)
        if known is None or known.sha256 != record.sha256:
            record.stored = "" if found.refused else self._store(record, found.data)  # refused: it stays where it is
            self.log.write(record)
            self.counts["new"] += 1
        elif (renewed := self._renewed(known, record)) != known:
            self.log.write(renewed)
        self.seen.setdefault(record.key, []).append(record.source)
        if record.system:
            self.downloads[record.source.partition(record.handle)[0]].append(record.key)

    def _renewed(self, known, record):
        """Return what is known of an attempt now that the same content is there once more."""
        if record.order == known.order:  # a teacher may have excused what was late, and Canvas then names it otherwise
            return replace(known, handle=record.handle)
        if record.order < known.order:
            return known
        moved = {"order": record.order, "when": record.when}
        others = (attempt for attempt in self.log.attempts(record.student, record.chapter) if attempt is not known)
        overtaken = any(known.order < attempt.order < record.order for attempt in others)
        # if nothing came in between it was handed in back then; but it goes back under its newest name
        return replace(known, handle=record.handle, **(moved if overtaken else {}))

    def _store(self, record, data):
        """Keep a file, and return where."""
        if record.student and record.chapter:
            folder = Path("attempts", record.student, record.chapter)
            name = f"{len(self.log.attempts(record.student, record.chapter)) + 1:02d}.ipynb"
        else:
            folder, name = Path("set_aside"), f"{record.sha256[:8]}_{_plain(record.source.replace('/', '_'))}"
        write_whole(self.course / folder / name, data)
        return (folder / name).as_posix()

    def _student(self, sender, chapter):
        """Return what a student is called in this course: always what it was when something was first collected."""
        if not sender.name:
            return ""
        before = [record for record in self.log.records.values() if record.student and record.system == sender.system]
        if known := next((record for record in before if sender.number and record.number == sender.number), None):
            return known.student
        if sender.system == CANVAS:  # whose numbers are those of its gradebook
            return _plain(sender.number)
        same_name = [record for record in before if _are_one_name(record.name, sender.name)]
        others = {record.student for record in same_name if record.chapter == chapter and sender.number}
        if known := next((record for record in same_name if record.student not in others), None):
            return known.student
        known_as = "" if sender.system else sender.name
        person = self.roster.find(name=sender.name, number=sender.number, system=sender.system, known_as=known_as)
        if person:
            return _plain(person.key)
        # a name that is taken: one chapter gives a person one number, so here are two
        return _numbered(sender) if others else _plain(sender.name)

    def _place(self, student, chapter):
        """Put the last readable attempt where it is graded, or the last one if none can be read."""
        attempts = self.log.attempts(student, chapter)
        kept = [record for record in attempts if record.stored]
        if not kept:
            return
        last = ([record for record in kept if not record.problem] or kept)[-1]
        target = self.course / "submitted" / student / chapter
        notebook = target / f"{chapter}.ipynb"
        if last.placed and notebook.exists():
            return
        write_whole(notebook, (self.course / last.stored).read_bytes().removeprefix(b"\xef\xbb\xbf"))
        when = datetime.fromisoformat(last.when)
        write_whole(target / "timestamp.txt", f"{when:%Y-%m-%d %H:%M:%S} UTC".encode())
        for record in attempts:
            if record.placed != (record is last):
                self.log.write(replace(record, placed=record is last))


def _common_chapter(records):
    """Return the chapter that a download is of; none if there are several, each with many students."""
    students = {(record.student, record.chapter) for record in records if record.student and record.chapter}
    counts = Counter(chapter for _, chapter in students).most_common(2)
    if not counts or (len(counts) == 2 and 2 * counts[1][1] > counts[0][1]):
        return ""
    return counts[0][0]


def person_of(record: Record, roster: Roster) -> Person | None:
    """Return who on a roster has handed a file in; None if nobody fits, or several do."""
    return roster.find(name=record.name, number=record.number, system=record.system, known_as=record.student)


def _numbered(sender):
    return _plain(f"{sender.name} {sender.number}")


def _are_one_name(one, other):
    return (name_key(one) or one) == (name_key(other) or other)


def _looked_at(place) -> Iterator[Seen]:
    """Yield each file, whoever it is of."""
    around, depths = _layout([found.path for found in files_in(place)])
    for found in files_in(place):
        yield look_at(found, around, depths)


def _layout(paths):
    """Return how many folders lie around all others, and how many of the parts behind them say whose a file is.

    Where each file is in a place that Moodle or Canvas has named, such a name counts wherever it stands, for there may
    be several downloads. Otherwise the first part alone counts: what is in a student's folder or zip has the names that
    this student likes.
    """
    if all(sender_of(path).system for path in paths if len(path) > 1):
        return 0, None
    around = 0
    while _is_around_all(paths, around):
        around += 1
    return around, 1


def _is_around_all(paths, depth):
    if any(len(path) < depth + 2 for path in paths) or len({path[depth] for path in paths}) > 1:
        return False
    if _is_zip(paths[0][depth]):
        return False
    below = {path[depth + 1] for path in paths}
    if 2 * sum(bool(sender_of([name]).system) for name in below) > len(below):
        return True  # a download, with a note or so of the teacher's
    of_students = all(len(path) > depth + 2 or _is_zip(path[-1]) for path in paths)
    return of_students and below.isdisjoint(exercises())


def _is_zip(name):
    return name.lower().endswith(".zip")


def _plain(name):
    """Return a name that every file system and nbgrader take: letters of any script, digits, and - . _ @."""
    plain = re.sub(r"[^\w.@-]+", "-", name).strip("-.")
    if plain and len(plain.encode()) < LONGEST_NAME:
        return plain
    return f"{plain[:20]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.part")
    half.write_bytes(data)
    os.replace(half, path)


def remarks(record: Record, log: Log, places: list[str] | None = None) -> list[str]:
    """Return what a teacher should know of a collected file; `places` are all those where it was found."""
    said = [record.problem] if record.problem else []
    attempts = log.attempts(record.student, record.chapter) if record.student and record.chapter else []
    if record.late:
        said.append("late, says Canvas" if record.system == CANVAS else "late")
    if record.is_astray:
        said.append(f"{record.chapter} among the others' {record.assignment}")
    if len(attempts) > 1:
        number = [attempt.key for attempt in attempts].index(record.key) + 1
        said.append(f"attempt {number} of {len(attempts)}{', counts' if record.placed else ''}")
    elif record.placed and record.problem:
        said.append("will be listed as not scored")
    if places and len(places) > 1:
        said.append(f"was handed in {len(places)} times, also as {places[0]}")
    return said + record.notes


def in_one_line(text: str) -> str:
    """Return a text without signs that move a cursor, break a line or turn the order of letters round.

    >>> in_one_line("a\\x1b[2J\\nb\\u202ec")
    'a�[2J�b�c'
    """
    return "".join(sign if sign == " " or sign.isprintable() else "�" for sign in text)


def as_table(rows: list[tuple[str, ...]]) -> str:
    """Return rows of texts with their columns one below the other, each on one line whatever stands in it."""
    rows = [tuple(map(in_one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def summary(collector: Collector) -> str:
    """Return what a call has done: the sums, and below them a line for each file that is not simply well."""
    log, counts = collector.log, collector.counts
    seen = [log.records[key] for key in collector.seen]
    well = [record for record in seen if record.placed and not record.problem]
    lines = [
        f"{counted(counts['files'], 'file')}, {counts['new']} of them new; ready to be graded: "
        f"{counted(len(well), 'notebook')} of {counted(len({record.student for record in well}), 'student')}."
    ]
    before = "" if collector.due else ", as was said before"
    dues = [(chapter, collector.dues[chapter]) for chapter in collector.chapters if chapter in collector.dues]
    lines += [f"{chapter} is due on {due.astimezone():%Y-%m-%d at %H:%M}{before}." for chapter, due in dues]
    rows = []
    for record, places in zip(seen, collector.seen.values(), strict=True):
        name, left_open = collector.about(record)
        if said := [*remarks(record, log, places), *left_open]:
            rows.append((record.student or "?", name, record.chapter or "-", places[-1], "; ".join(said)))
    if rows:
        lines += ["", as_table([("student", "name", "chapter", "file", "remark"), *sorted(rows)])]
    kept = [f"{folder}/" for folder in ("attempts", "set_aside") if (collector.course / folder).exists()]
    return "\n".join([*lines, "", f"Kept as handed in: {' and '.join(kept) or 'nothing'} in {collector.course}"])


def dues_of(course: Path) -> dict[str, datetime]:
    """Return when each chapter of a course is due, as far as that was ever said."""
    path = course / "due.json"
    said = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {chapter: datetime.fromisoformat(moment) for chapter, moment in said.items()}


def keep_dues(course: Path, dues: dict[str, datetime]) -> None:
    """Keep when the chapters of a course are due, for later calls."""
    said = {chapter: due.isoformat() for chapter, due in sorted(dues.items())}
    write_whole(course / "due.json", json.dumps(said, indent=1).encode())


def roster_of(course: Path) -> Roster:
    """Return the participants of a course, as last given to `make collect` or `make grades`; nobody if never given."""
    path = course / "roster.csv"
    return read_roster(path) if path.exists() else Roster()


def keep_roster(course: Path, path: Path | None) -> Roster:
    """Return the participants listed in the file `path`, kept for the next call, or those given before."""
    if path:
        path = path.expanduser()  # not every shell does that behind an =
        read_roster(path)  # a file that cannot be read replaces nothing
        course.mkdir(parents=True, exist_ok=True)
        if path.resolve() != (course / "roster.csv").resolve():
            shutil.copyfile(path, course / "roster.csv")
    return roster_of(course)


def _moment(text):
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"DUE must be a date as 2026-12-01 or 2026-12-01T18:00, got {text!r}"
        ) from None
    if "T" not in text and " " not in text:
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.astimezone(UTC)


def _place_to_read(text, course):
    """Return where the submissions are; raises ValueError for a place that nobody can mean."""
    place = Path(text).expanduser()
    if not text.strip():
        raise ValueError('FROM is missing: say where the submissions are, as `make collect FROM="~/Downloads/all.zip"`')
    if course.resolve().is_relative_to(place.resolve()):
        raise ValueError(f"FROM must hold submissions alone, and in {place} lies the course folder {course}")
    return place


def main(arguments: list[str] | None = None) -> int:
    """Collect, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("place", help="a folder or a zip from Moodle or Canvas")
    parser.add_argument("--roster", type=Path, help="a CSV with the participants, as the grade export of either has it")
    parser.add_argument("--due", type=_moment, help=DUE_HELP)
    parser.add_argument("--course", type=Path, default=HERE, help="the course folder (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        place = _place_to_read(options.place, options.course)
        collector = Collector(options.course, keep_roster(options.course, options.roster), options.due)
        collector.collect(place)
    except (OSError, ValueError) as error:
        print(f"make collect: {error}", file=sys.stderr)
        return 1
    print(summary(collector))
    return 0


if __name__ == "__main__":
    sys.exit(main())
