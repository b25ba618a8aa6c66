"""What Moodle and Canvas call things: the names in their downloads, and their lists of participants.

Moodle (mod/assign, "Download all submissions") puts `Name_NUMBER_assignsubmission_file` before each file, as a folder
or as the beginning of the file's name; from 4.1 on without the `_` at the end. The number belongs to one participant in
*one* assignment. Canvas ("Download Submissions", lib/content_zipper.rb) writes `surnamename_LATE_USER_ATTACHMENT_file`,
and `LATE_anon_CODE_ATTACHMENT_file` where names are hidden; later attempts end in `-1`, `-2`. Both take feedback back
under the same beginnings.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

MOODLE, CANVAS = "Moodle", "Canvas"
SPREADSHEETS = (b"PK\3\4", b"\xd0\xcf\x11\xe0")  # how files of Excel and LibreOffice begin, the new and the old
_MOODLE = re.compile(r"(?P<name>[^_]*)_(?P<number>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?")
_CANVAS = re.compile(
    r"(?:(?P<name>[^\W\d_].*?)_)??(?P<late>LATE_)?"
    r"(?!20\d\d_\d\d?_)(?:(?P<number>\d+)|anon_(?P<code>\w+?))_(?P<attachment>\d+)_(?P<file>.+)"  # and no date
)


@dataclass(frozen=True)
class Sender:
    """Who handed a file in, as its path in the download says."""

    system: str  # MOODLE, CANVAS, or nothing for plain folders
    name: str  # as the download has it
    number: str  # the participant in Moodle, the user in Canvas
    handle: str  # what the name of a file begins with that goes back to this person
    file: str  # what the file was called
    late: bool = False
    attachment: int = 0  # Canvas counts them up: of two attempts, the later has the larger number
    depth: int = 0  # which part of the path says all this


def sender_of(path: Sequence[str], depths: int | None = None) -> Sender:
    """Return who handed in the file at `path`, its parts from the download's root on; the first `depths` may say so.

    >>> sender_of(["Ada Byron_77_assignsubmission_file_", "06_separable.ipynb"]).name
    'Ada Byron'
    >>> late = sender_of(["byronada_LATE_12_345_06_separable-1.ipynb"])
    >>> late.number, late.attachment, late.file, late.late
    ('12', 345, '06_separable-1.ipynb', True)
    """
    for depth, part in enumerate(path[:depths]):
        rest = "/".join(path[depth + 1 :])
        if found := _MOODLE.fullmatch(part):
            slash = "" if found["file"] else "/"
            handle = part.removesuffix(found["file"] or "") + slash
            return Sender(MOODLE, found["name"], found["number"], handle, rest or found["file"] or "", depth=depth)
        if found := _CANVAS.fullmatch(part):
            handle, number = part.removesuffix(found["file"]), found["number"] or found["code"]
            late = bool(found["late"])
            name = found["name"] or number
            return Sender(CANVAS, name, number, handle, rest or found["file"], late, int(found["attachment"]), depth)
    folder = path[0] if len(path) > 1 else ""
    return Sender("", PurePosixPath(folder).stem if folder.lower().endswith(".zip") else folder, "", "", path[-1])


# What a column is called in the exports of Moodle's gradebook, Moodle's grading worksheet and Canvas's gradebook.
_COLUMNS = {
    "name": ("student", "full name", "name", "vollständiger name"),
    "first": ("first name", "firstname", "vorname"),
    "last": ("last name", "lastname", "surname", "nachname"),
    "id_number": ("id number", "idnumber", "id-nummer", "matrikelnummer"),
    "email": ("email address", "email", "e-mail", "e-mail address", "e-mail-adresse"),
    "username": ("username", "user name", "anmeldename"),
    "participant": ("identifier", "teilnehmer/in"),
    "canvas_id": ("id",),
    "sis_user": ("sis user id",),
    "sis_login": ("sis login id",),
    "section": ("section",),
}


@dataclass(frozen=True)
class Person:
    """One line of a roster; what it does not say is empty."""

    name: str = ""
    first: str = ""
    last: str = ""
    id_number: str = ""
    email: str = ""
    username: str = ""
    participant: str = ""
    canvas_id: str = ""
    sis_user: str = ""
    sis_login: str = ""
    section: str = ""

    @property
    def key(self) -> str:
        """What stands for this person in the course: the first of the ids that the system itself knows."""
        return self.id_number or self.canvas_id or self.username or self.email or self.full_name

    @property
    def full_name(self) -> str:
        """The name as one reads it."""
        return self.name or f"{self.first} {self.last}".strip()

    @property
    def ids(self) -> tuple[str, ...]:
        """All that this person may be known by."""
        known = self.id_number, self.email, self.username, self.canvas_id, self.sis_user, self.sis_login
        return tuple(filter(None, known))


@dataclass
class Roster:
    """The participants of a course, and the other columns of the file that lists them."""

    people: list[Person] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    def find(self, *, name: str = "", number: str = "", system: str = "", known_as: str = "") -> Person | None:
        """Return the one participant who fits, by number, id or name; None if nobody does, or several do."""
        if number and system == CANVAS:
            return _only(person for person in self.people if person.canvas_id == number)
        if number and (person := _only(p for p in self.people if re.sub(r"\D", "", p.participant) == number)):
            return person
        for word in filter(None, (known_as, name)):
            if person := _only(person for person in self.people if _fold(word) in map(_fold, person.ids)):
                return person
        return _only(person for person in self.people if name_key(name) in _names(person)) if name else None


def _only(people: Iterable[Person]):
    people = list(people)
    return people[0] if len(people) == 1 else None


def _names(person):
    orders = [person.name, f"{person.first}{person.last}", f"{person.last}{person.first}"]
    if "," in person.name:  # Canvas: "Byron, Ada"
        last, first = person.name.split(",", 1)
        orders.append(first + last)
    return {name_key(name) for name in orders} - {""}


def _fold(text):
    return unicodedata.normalize("NFC", text).strip().casefold()


def name_key(name: str) -> str:
    """Return a name without what the systems change in it: case, spaces, and signs that no file name may have.

    >>> name_key("O'Neil, Zoë") == name_key("oneilzoe\N{COMBINING DIAERESIS}")
    True
    """
    return "".join(sign for sign in _fold(unicodedata.normalize("NFKC", name)) if sign.isalnum())


def read_roster(path: Path) -> Roster:
    """Return the participants in a CSV file, as Moodle's and Canvas's gradebooks and Moodle's worksheets export it.

    Raises ValueError if it is no such file, or has no column that says who somebody is.
    """
    if not path.is_file():
        raise ValueError(f"ROSTER must be a CSV file that exists, got {path}")
    data = path.read_bytes()
    if data.startswith(SPREADSHEETS):
        raise ValueError(
            f"ROSTER must be a CSV file, and {path} is a spreadsheet: export it as CSV, which is plain text"
        )
    text = _text(data)
    first_line = text.partition("\n")[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=first_line.count)))
    columns = [cell.strip() for cell in rows[0]] if rows else []
    places = {
        part: columns_folded.index(name)
        for columns_folded in [[_fold(column) for column in columns]]
        for part, names in _COLUMNS.items()
        for name in names
        if name in columns_folded
    }
    if not places.keys() & {"name", "first", "id_number", "email", "canvas_id"}:
        raise ValueError(
            f"ROSTER {path} has the columns {', '.join(columns) or 'of an empty file'}; wanted is a grade export of "
            "Moodle (First name, Last name, ID number, Email address) or of Canvas (Student, ID, SIS User ID, "
            "SIS Login ID, Section)"
        )
    people = []
    for row in rows[1:]:
        cells = {part: row[place].strip() for part, place in places.items() if place < len(row)}
        person = Person(**cells)
        if (person.full_name or person.ids) and "points possible" not in person.name.casefold() and any(person.ids):
            people.append(person)
    return Roster(people, columns)


def _text(data):
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:  # a spreadsheet has saved it
        return data.decode("cp1252", errors="replace")
