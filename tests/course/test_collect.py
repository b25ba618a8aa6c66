"""Collecting: what Moodle and Canvas hand out, under all the names that students and systems give to files."""

import json
import os
import tracemalloc
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from classroom import CHAPTER, OldName, as_bytes, cell, handed_in, released, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archives import Limits, files_in
from collect import Collector, Log, keep_roster, main, remarks, summary
from lms import read_roster, sender_of

DUE = datetime(2026, 11, 21, tzinfo=UTC)
RIGHT = as_bytes(handed_in())
OTHER = as_bytes(handed_in({"separable_parameters": "def separable_parameters(*sizes):\n    return 34048"}))


@pytest.fixture
def collect(tmp_path):
    """Return a function that collects {name: content} and returns {student: (chapter, content)}."""

    def collect(files, packed=True, roster=None, due=None):
        if roster:
            (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
        collect.last = collect_into(tmp_path / "course", files, packed, roster and tmp_path / "roster.csv", due)
        return submitted(tmp_path / "course")

    return collect


def collect_into(course, files, packed=True, roster=None, due=None):
    course.mkdir(exist_ok=True)
    place = course.with_name(f"{course.name} handed in{'.zip' if packed else ''}")
    if packed:
        place.write_bytes(zipped(files))
    for name, content in () if packed else files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    collector = Collector(course, keep_roster(course, roster), due)
    collector.collect(place)
    return collector


def submitted(course):
    notebooks = sorted(course.glob("submitted/*/*/*.ipynb"))
    return {(path.parts[-3], path.stem): path.read_bytes() for path in notebooks}


def said_of(collector, student):
    """Return all remarks on the files of a student."""
    log = collector.log
    return [text for key in collector.seen if (r := log.records[key]).student == student for text in remarks(r, log)]


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    "path, student",
    [
        ("Ada Byron_77_assignsubmission_file_/06_separable.ipynb", "Ada-Byron"),
        ("Ada Byron_77_assignsubmission_file/06_separable.ipynb", "Ada-Byron"),  # from 4.1 on
        ("Ada Byron_77_assignsubmission_file_06_separable.ipynb", "Ada-Byron"),  # without folders
        ("Gruppe 1-Jürgen Müller_5_assignsubmission_file_/sub/06_separable.ipynb", "Gruppe-1-Jürgen-Müller"),
        ("Participant 77_77_assignsubmission_file_/06_separable.ipynb", "Participant-77"),  # blind marking
        ("byronada_12345_67890_06_separable.ipynb", "12345"),
        ("byronada_LATE_12345_67890_06_separable-1.ipynb", "12345"),
        ("anon_Ab3xY_67890_06_separable.ipynb", "Ab3xY"),
        ("ada/06_separable.ipynb", "ada"),
        ("ada/06_separable/06_separable.ipynb", "ada"),  # an exchange of nbgrader's
        ("ada_06_separable.ipynb", "ada"),
        ("ada/06_separable_2026_11_20_final.ipynb", "ada"),
        ("ada/hw_2026_11_20.ipynb", "ada"),
    ],
)
def test_who_handed_in(collect, path, student, packed):
    assert collect({path: RIGHT}, packed) == {(student, CHAPTER): RIGHT}


def test_a_folder_around_all_others_is_nobody(collect):
    files = {f"submissions/{name}/06_separable.ipynb": RIGHT for name in ("ada", "grace")}
    assert set(collect(files)) == {("ada", CHAPTER), ("grace", CHAPTER)}


def test_the_zips_of_students_in_one_zip(collect):
    inner = zipped({"my work/06_separable.ipynb": RIGHT, "__MACOSX/._06_separable.ipynb": b"\0"})
    got = collect(
        {
            "Ada Byron_77_assignsubmission_file_/homework.zip": inner,
            "hoppergrace_9_10_homework.zip": zipped({"06_separable.ipynb": OTHER}),
            "emmy.zip": inner,
        }
    )
    assert got == {("Ada-Byron", CHAPTER): RIGHT, ("9", CHAPTER): OTHER, ("emmy", CHAPTER): RIGHT}


@pytest.mark.parametrize(
    ("code", "form"),
    [("utf-8", "NFC"), ("utf-8", "NFD"), ("cp437", "NFC")],  # the old code page has no loose diaereses
)
def test_names_in_old_zips_are_read_as_meant(collect, code, form):
    name = unicodedata.normalize(form, "Jürgen Müller")
    entry = OldName(f"{name}_3_assignsubmission_file_/06_separable.ipynb".encode(code))
    assert set(collect({entry: RIGHT})) == {("Jürgen-Müller", CHAPTER)}


@pytest.mark.parametrize("name", ["homework", "Untitled3", "06_separable (1)", "05_one_by_one"])
def test_a_renamed_notebook_is_known_by_its_exercises(collect, name):
    assert collect({f"ada/{name}.ipynb": RIGHT}) == {("ada", CHAPTER): RIGHT}
    renamed = CHAPTER not in name
    assert (f"is called {name}.ipynb, and is {CHAPTER}" in said_of(collect.last, "ada")) == renamed


def test_of_several_attempts_the_last_counts_and_all_are_kept(collect, tmp_path):
    got = collect(
        {
            "byronada_1_30_06_separable-2.ipynb": RIGHT,  # Canvas counts its files up
            "byronada_1_20_06_separable-1.ipynb": OTHER,
            ("Emmy Noether_5_assignsubmission_file_/new.ipynb", 19): RIGHT,
            ("Emmy Noether_5_assignsubmission_file_/06_separable.ipynb", 18): OTHER,
            ("grace/06_separable.ipynb", 18): OTHER,  # the same time: the number in the name tells
            ("grace/06_separable-1.ipynb", 18): RIGHT,
        }
    )
    assert list(got.values()) == [RIGHT] * 3
    kept = {path.read_bytes() for path in (tmp_path / "course/attempts").rglob("*.ipynb")}
    assert kept == {RIGHT, OTHER} and len(list((tmp_path / "course/attempts").rglob("*.ipynb"))) == 6
    assert "attempt 2 of 2, counts" in said_of(collect.last, "1") and "attempt 1 of 2" in said_of(collect.last, "1")


def test_the_last_readable_attempt_counts(collect):
    got = collect({("ada/06_separable.ipynb", 18): RIGHT, ("ada/06_separable-1.ipynb", 19): RIGHT[:-50]})
    assert got == {("ada", CHAPTER): RIGHT}
    assert any(text.startswith("cannot be read") for text in said_of(collect.last, "ada"))


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (RIGHT[:200], "cannot be read: it is cut off"),
        (RIGHT.rstrip()[:-1], "cannot be read: it is cut off"),
        (b"PK\3\4 or whatever", "cannot be read: what is in it is no notebook"),
        (b'{"cells": 5}', "cannot be read: what is in it is no notebook"),
        (b"[1, 2]", "cannot be read: what is in it is no notebook"),
        (b"\xff\xfe{", "cannot be read: what is in it is no notebook"),
        (b"[" * 100_000, "cannot be read: what is in it is no notebook"),
        (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "is empty: it has no cells"),
    ],
)
def test_what_cannot_be_graded_is_reported_and_handed_on(collect, content, said):
    got = collect({"ada/06_separable.ipynb": content})
    assert got == {("ada", CHAPTER): content}  # so that grading lists it as not scored
    assert said_of(collect.last, "ada")[0].startswith(said)
    assert said in summary(collect.last)


def test_an_unreadable_file_is_taken_for_what_the_others_are(collect):
    got = collect({"ada/homework.ipynb": b"{", "grace/homework.ipynb": RIGHT})
    assert got[("ada", CHAPTER)] == b"{"


def test_other_files_are_set_aside_and_named(collect, tmp_path):
    got = collect(
        {
            "ada/06_separable.ipynb": RIGHT,
            "ada/notes.pdf": b"%PDF",
            "06.ipynb": OTHER,
            "x/y.ipynb": as_bytes(other_book()),
        }
    )
    assert set(got) == {("ada", CHAPTER)}
    kept = {path.read_bytes() for path in (tmp_path / "course/set_aside").iterdir()}
    assert kept == {b"%PDF", OTHER, as_bytes(other_book())}
    for word in ("is no notebook", "nobody's", "has no exercises of the book"):
        assert word in summary(collect.last)


def other_book():
    notebook = released()
    for one in notebook.cells:
        one.metadata.pop("nbgrader", None)
    return notebook


def test_an_untouched_notebook_is_said_to_be(collect):
    collect({"ada/06_separable.ipynb": as_bytes(released()), "grace/06_separable.ipynb": RIGHT})
    assert said_of(collect.last, "ada") == ["nothing is written yet"] and said_of(collect.last, "grace") == []


def test_late_by_the_mark_of_canvas_and_by_the_due_date(collect):
    collect(
        {
            "byronada_LATE_1_30_06_separable.ipynb": RIGHT,
            ("hoppergrace_2_31_06_separable.ipynb", 25): RIGHT,  # the time of the download, of no meaning
            ("Emmy Noether_5_assignsubmission_file_/06_separable.ipynb", 25): RIGHT,
            ("Mary Ross_6_assignsubmission_file_/06_separable.ipynb", 19): RIGHT,
        },
        due=DUE,
    )
    late = {r.student for r in collect.last.log.records.values() if r.late}
    assert late == {"1", "Emmy-Noether"}
    assert "late, says Canvas" in said_of(collect.last, "1") and "late" in said_of(collect.last, "Emmy-Noether")


def test_the_same_file_twice_is_one_attempt(collect):
    collect({("ada/06_separable.ipynb", 18): RIGHT, ("ada/06_separable-1.ipynb", 19): RIGHT})
    assert len(collect.last.log.records) == 1
    assert "handed in 2 times" in summary(collect.last)


def test_an_answer_that_comes_back_counts_again(collect):
    got = collect(
        {("ada/a.ipynb", 18): RIGHT, ("ada/b.ipynb", 19): OTHER, ("ada/c.ipynb", 20): RIGHT},
    )
    assert got == {("ada", CHAPTER): RIGHT}


def test_the_same_file_with_a_later_time_was_handed_in_when_it_was_first_seen(collect, tmp_path):
    """So it is with a folder that somebody has unpacked anew; in Canvas the file has got another number."""
    collect({("ada/06_separable.ipynb", 18): RIGHT, "byronada_1_30_06_separable.ipynb": RIGHT}, due=DUE)
    later = {("ada/06_separable.ipynb", 25): RIGHT, "byronada_1_99_06_separable-1.ipynb": RIGHT}
    collect(later, due=DUE)
    assert said_of(collect.last, "ada") == []
    assert {record.handle for record in Log(tmp_path / "course").records.values()} == {"", "byronada_1_99_"}
    before = everything(tmp_path / "course")
    collect(later, due=DUE)
    assert everything(tmp_path / "course") == before


def test_names_without_letters_stay_apart(collect):
    files = {
        f"{name}_{n}_assignsubmission_file_/06_separable.ipynb": RIGHT for n, name in enumerate(["😀", "🎲", "(?)"])
    }
    assert len(collect(files)) == 3
    assert len(collect(files)) == 3


def test_a_notebook_with_two_cells_of_one_id_can_be_graded_and_so_is_readable(collect):
    notebook = handed_in()
    notebook.cells[3]["id"] = notebook.cells[4]["id"]
    collect({"ada/06_separable.ipynb": json.dumps(notebook).encode()})
    assert said_of(collect.last, "ada") == []


def everything(folder):
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


def test_called_again_it_changes_only_what_is_newer(collect, tmp_path):
    course, first = (
        tmp_path / "course",
        {("ada/06_separable.ipynb", 18): RIGHT, ("bob/06_separable.ipynb", 18): RIGHT, "c.pdf": b"%"},
    )
    collect(first)
    before = everything(course)
    collect(first)
    assert everything(course) == before
    by_hand = course / "submitted/bob" / CHAPTER / f"{CHAPTER}.ipynb"
    by_hand.write_bytes(OTHER)  # a teacher may mend a copy: it stays
    got = collect({("ada/06_separable.ipynb", 19): OTHER, ("bob/06_separable.ipynb", 18): RIGHT})
    assert got == {("ada", CHAPTER): OTHER, ("bob", CHAPTER): OTHER}
    got = collect({("ada/06_separable.ipynb", 17): as_bytes(released())})  # an older download
    assert got[("ada", CHAPTER)] == OTHER
    stamp = (course / "submitted/ada" / CHAPTER / "timestamp.txt").read_text()
    assert stamp.startswith("2026-11-19 ") and stamp.endswith(" UTC")


def test_a_run_that_was_cut_off_is_gone_on_with(collect, tmp_path):
    course = tmp_path / "course"
    files = {("ada/06_separable.ipynb", 18): RIGHT, ("bob/06_separable.ipynb", 18): OTHER}
    whole = collect(files)
    log = course / "collected.jsonl"
    for length in range(0, log.stat().st_size, 97):
        log.write_bytes(log.read_bytes()[:length])
        assert collect(files) == whole
        assert len(list((course / "attempts").rglob("*.ipynb"))) == 2
        assert [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]


MOODLE = (
    "First name,Last name,ID number,Email address,Assignment: 06\n"
    "Jürgen,Müller,s100,jm@example.org,-\nAda,Byron,s200,ada@example.org,-\n"
    "Kim,Lee,s300,kim@example.org,-\nKim,Lee,s301,lee@example.org,-\n"
)


def test_a_roster_of_moodle_gives_its_ids(collect):
    files = {
        f"{unicodedata.normalize('NFD', 'Jürgen Müller')}_3_assignsubmission_file_/06_separable.ipynb": RIGHT,
        "Byron Ada_4_assignsubmission_file_/06_separable.ipynb": RIGHT,
        "s300/06_separable.ipynb": RIGHT,
    }
    assert {student for student, _ in collect(files, roster=MOODLE)} == {"s100", "s200", "s300"}


def test_two_of_one_name_stay_two(collect):
    files = {f"Kim Lee_{n}_assignsubmission_file_/06_separable.ipynb": data for n, data in [(7, RIGHT), (8, OTHER)]}
    got = collect(files, roster=MOODLE)
    assert sorted(got.values()) == sorted([RIGHT, OTHER])
    assert said_of(collect.last, "Kim-Lee-8") == ["is of another Kim Lee: a ROSTER tells who is who"]
    assert collect(files) == got


def test_one_student_has_another_number_in_each_chapter_of_moodle(collect):
    fifth = as_bytes(released("05_one_by_one"))
    collect({"Ada Byron_7_assignsubmission_file_/06_separable.ipynb": RIGHT})
    got = collect({"Ada Byron_90_assignsubmission_file_/05_one_by_one.ipynb": fifth})
    assert set(got) == {("Ada-Byron", CHAPTER), ("Ada-Byron", "05_one_by_one")}


def test_a_roster_that_comes_later_renames_nobody(collect):
    collect({"Ada Byron_7_assignsubmission_file_/06_separable.ipynb": RIGHT})
    got = collect({("Ada Byron_7_assignsubmission_file_/06_separable.ipynb", 25): OTHER}, roster=MOODLE)
    assert got == {("Ada-Byron", CHAPTER): OTHER}


@pytest.mark.parametrize(
    "text, number, name",
    [
        (
            '\ufeffStudent;ID;SIS User ID;SIS Login ID;Section\n  Points Possible;;;;\n"Byron, Ada";12;x1;ada;1\n',
            "12",
            "",
        ),
        ("Identifier,Full name,Email address,Grade\nParticipant 12,Ada Byron,ada@example.org,\n", "12", ""),
        ("Vorname\tNachname\tE-Mail-Adresse\nAda\tByron\tada@example.org\n", "", "Byron Ada"),
    ],
)
def test_rosters_of_all_kinds(tmp_path, text, number, name):
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    roster = read_roster(tmp_path / "r.csv")
    assert len(roster.people) == 1
    system = "Canvas" if "SIS" in text else "Moodle"
    assert roster.find(name=name, number=number, system=system) == roster.people[0]
    assert roster.find(name="Grace Hopper", system=system) is None


def test_a_roster_that_a_spreadsheet_has_saved(tmp_path):
    (tmp_path / "r.csv").write_bytes(MOODLE.replace(",", ";").encode("cp1252"))
    assert read_roster(tmp_path / "r.csv").people[0].full_name == "Jürgen Müller"


def test_a_roster_without_names_is_refused_with_what_would_fit(tmp_path, capsys):
    (tmp_path / "r.csv").write_text("a,b\n1,2\n")
    (tmp_path / "x").mkdir()
    assert main([str(tmp_path / "x"), "--roster", str(tmp_path / "r.csv"), "--course", str(tmp_path / "c")]) == 1
    assert "has the columns a, b; wanted is" in capsys.readouterr().err
    assert not (tmp_path / "c/roster.csv").exists()


@pytest.mark.parametrize(
    "content, said",
    [(None, "ROSTER must be a CSV file that exists, got "), (b"PK\3\4", "is a spreadsheet: export it as CSV")],
)
def test_a_roster_that_is_none_is_told_what_would_fit(tmp_path, capsys, content, said):
    roster = tmp_path / "class.xlsx"
    content is None or roster.write_bytes(content)
    (tmp_path / "x").mkdir()
    assert main([str(tmp_path / "x"), "--roster", str(roster), "--course", str(tmp_path / "c")]) == 1
    assert said in capsys.readouterr().err and not (tmp_path / "c/roster.csv").exists()


def test_a_place_that_is_not_there(tmp_path, capsys):
    assert main([str(tmp_path / "none.zip"), "--course", str(tmp_path)]) == 1
    assert "FROM must be a folder or a zip that exists" in capsys.readouterr().err


@pytest.mark.parametrize("place, said", [("", "FROM is missing"), (".", "lies the course folder")])
def test_a_place_that_nobody_can_mean(tmp_path, monkeypatch, capsys, place, said):
    monkeypatch.chdir(tmp_path)
    assert main([place, "--course", str(tmp_path / "course")]) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_due_date_may_come_later(collect):
    files = {("ada/06_separable.ipynb", 25): RIGHT}
    collect(files)
    assert "late" not in said_of(collect.last, "ada")
    collect(files, due=DUE)
    assert "late" in said_of(collect.last, "ada")
    collect(files)
    assert "late" in said_of(collect.last, "ada")  # as was said


def test_a_due_date_is_remembered_and_said_until_another_comes(collect, tmp_path):
    ada = {("ada/06_separable.ipynb", 25): RIGHT}
    collect(ada, due=DUE)
    collect({("bob/06_separable.ipynb", 25): OTHER})
    assert "late" in said_of(collect.last, "bob")
    said = f"{DUE.astimezone():%Y-%m-%d at %H:%M}, as was said before"
    assert f"{CHAPTER} is due on {said}." in summary(collect.last)
    collect({("bob/05_one_by_one.ipynb", 25): as_bytes(released("05_one_by_one"))})
    assert "late" not in said_of(collect.last, "bob") and "is due" not in summary(collect.last)  # another chapter
    collect({("bob/06_separable.ipynb", 25): OTHER}, due=DUE.replace(day=28))
    assert not any(record.late for record in Log(tmp_path / "course").records.values())  # nor Ada, of the first call


def test_canvas_takes_its_mark_back_when_a_teacher_excuses(collect):
    collect({"byronada_LATE_1_30_06_separable.ipynb": RIGHT}, due=DUE.replace(day=28))
    assert said_of(collect.last, "1") == ["late, says Canvas"]
    collect({"byronada_1_30_06_separable.ipynb": RIGHT})
    assert said_of(collect.last, "1") == []


def test_who_is_not_on_the_roster_is_named(collect):
    collect(
        {f"{name}/06_separable.ipynb": RIGHT for name in ("s100", "Ada Byron", "Kim Lee", "Mallory")}, roster=MOODLE
    )
    named = [line for line in summary(collect.last).splitlines() if "not on the roster" in line]
    assert [line.split()[0] for line in named] == ["Kim-Lee", "Mallory"]  # there are two called Kim Lee
    collect({"Mallory_7_assignsubmission_file_/a.pdf": b"%PDF"})
    assert "is no notebook; is not on the roster" in summary(collect.last)


def test_without_a_roster_nobody_is_missed_on_it(collect):
    collect({"Mallory/06_separable.ipynb": RIGHT})
    assert "not on the roster" not in summary(collect.last)


def test_remarks_name_students_as_the_roster_does(collect):
    collect({"s100/06_separable.ipynb": b"", "x/y.pdf": b"%"}, roster=MOODLE)
    assert "s100     Jürgen Müller  06_separable" in summary(collect.last)
    assert "1 file," not in summary(collect.last) and "2 files, 2 of them new" in summary(collect.last)


def a_download(others, first="Søren"):
    """Return an assignment of Moodle's in which one has handed in another chapter than the others."""
    wrong = as_bytes(released("05_one_by_one"))
    files = {f"{first}_1_assignsubmission_file_/x.ipynb": wrong}
    return files | {f"{name}_{n}_assignsubmission_file_/x.ipynb": RIGHT for n, name in enumerate(others, 2)}


def test_another_chapter_than_the_rest_of_its_assignment_is_remarked(collect, tmp_path):
    files = a_download(["Ada", "Bob"])
    collect(files, due=DUE)
    assert f"05_one_by_one among the others' {CHAPTER}" in said_of(collect.last, "Søren")
    assert said_of(collect.last, "Ada") == ["is called x.ipynb, and is 06_separable"]
    assert set(json.loads((tmp_path / "course/due.json").read_text())) == {CHAPTER}  # chapter 5 has a day of its own
    before = everything(tmp_path / "course")
    collect(files)
    assert everything(tmp_path / "course") == before


def test_two_assignments_side_by_side_are_two(collect):
    fifth = as_bytes(released("05_one_by_one"))
    one = {f"one.zip/{name}": data for name, data in a_download(["Ada", "Bob"]).items() if data == RIGHT}
    collect(one | {"two.zip/Ada_9_assignsubmission_file_/x.ipynb": fifth}, packed=False)
    assert not any(record.is_astray for record in collect.last.log.records.values())
    collect(a_download(["Ada"]))  # one against one: nobody can tell
    assert not any(record.is_astray for record in collect.last.log.records.values())


def test_no_name_leads_out_of_the_course(collect, tmp_path):
    slips = ["../../evil.ipynb", "/etc/evil.ipynb", "ada/../../evil.ipynb", "C:\\evil.ipynb", "..\\evil.ipynb"]
    got = collect({name: OTHER for name in slips} | {"ada/06_separable.ipynb": RIGHT})
    assert got == {("ada", CHAPTER): RIGHT}
    assert not [path for path in tmp_path.rglob("*evil*")]
    assert summary(collect.last).count("leads out of the zip") == len(slips)
    names = {"../..": "x", "ada/..": "x"}
    assert sender_of(["..", "06_separable.ipynb"]).name == ".." and names  # and what becomes of such a name:
    collect({"ada/06_separable.ipynb": RIGHT}, packed=True)
    assert {path.name for path in (tmp_path / "course/submitted").iterdir()} == {"ada"}


def refusals(place, **limits):
    return {found.name: found.refused for found in files_in(place, replace(Limits(), **limits)) if found.refused}


def test_bombs_are_not_opened(tmp_path):
    place = tmp_path / "a.zip"
    place.write_bytes(zipped({"big.ipynb": bytes(5000), "small.ipynb": b"x"}))
    assert refusals(place, file=4000) == {"big.ipynb": "is larger than 0 MB"}
    assert list(refusals(place, files=1)) == ["a.zip"]
    assert list(refusals(place, total=3000)) == ["big.ipynb", "a.zip"]  # what comes behind is not read either
    deep = zipped({"x.ipynb": RIGHT})
    for _ in range(4):
        deep = zipped({"in.zip": deep})
    place.write_bytes(deep)
    assert refusals(place) == {"in.zip/in.zip/in.zip": "is a zip in a zip in a zip: not opened"}


def test_a_bomb_is_not_read_to_its_end(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"big.ipynb": bytes(30_000_000)}))
    tracemalloc.start()
    assert refusals(tmp_path / "a.zip", file=4000)
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def test_a_claimed_size_is_not_believed(tmp_path):
    data = bytearray(zipped({"big.ipynb": bytes(100_000)}))
    real = (100_000).to_bytes(4, "little")
    while (at := data.find(real)) >= 0:
        data[at : at + 4] = (10).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data)
    for found in files_in(tmp_path / "a.zip"):
        assert len(found.data) <= 10 or found.refused


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"no zip"])
def test_a_damaged_zip_of_one_student_stops_nobody_else(collect, damage):
    got = collect({"ada.zip": damage(zipped({"06_separable.ipynb": RIGHT})), "bob/06_separable.ipynb": RIGHT})
    assert got == {("bob", CHAPTER): RIGHT}
    assert "cannot be opened as a zip" in summary(collect.last)


def test_the_cells_of_a_known_notebook(collect):
    """The name alone is not enough: the marks of one cell are."""
    notebook = handed_in()
    notebook.cells = [cell(notebook, "separable_parameters")]
    assert set(collect({"ada/x.ipynb": as_bytes(notebook)})) == {("ada", CHAPTER)}


def test_the_log_holds_what_going_back_needs(collect, tmp_path):
    collect({"byronada_LATE_1_30_06_separable.ipynb": RIGHT, "Al B_2_assignsubmission_file_/06_separable.ipynb": RIGHT})
    handles = {r.student: r.handle for r in Log(tmp_path / "course").records.values()}
    assert handles == {"1": "byronada_LATE_1_30_", "Al-B": "Al B_2_assignsubmission_file_/"}


contents = st.sampled_from([RIGHT, OTHER, as_bytes(released()), b"", b"{", b"text"])
folders = st.sampled_from(["", "ada/", "bob/", "Ada B_1_assignsubmission_file_/", "Ada B_2_assignsubmission_file_"])
names = st.sampled_from(["06_separable.ipynb", "a.ipynb", "a-1.ipynb", "b_1_2_x.ipynb", "notes.txt"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.tuples(folders, names), contents, min_size=1, max_size=8), st.booleans())
def test_nothing_is_lost(tmp_path_factory, files, packed):
    """Whatever is handed in, by whomever: each content is kept, and all that is readable is graded or an attempt."""
    place = tmp_path_factory.mktemp("class")
    collect_into(place, {"".join(name): content for name, content in files.items()}, packed)
    kept = {path.read_bytes() for folder in ("attempts", "set_aside") for path in (place / folder).rglob("*.*")}
    assert kept == set(files.values())
    assert {path.read_bytes() for path in place.rglob("submitted/*/*/*.ipynb")} <= kept


MOODLES_NAME = "ada_77_assignsubmission_file_/06_separable.ipynb"


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("around", ["", "all/"])
@pytest.mark.parametrize(
    "forged",
    [
        {"eve/mine.zip": zipped({(MOODLES_NAME, 30): OTHER, ("bob_1_99999_06_separable.ipynb", 30): OTHER})},
        {"eve.zip": zipped({(MOODLES_NAME, 30): OTHER})},
        {f"eve/{MOODLES_NAME}": OTHER},
        {"eve/bob_1_2_06_separable.ipynb": OTHER},
        {"eve/bob_1_2_x.txt": b"x", "eve/06_separable.ipynb": OTHER},
        {"eve.zip": b"no zip", "eve/06_separable.ipynb": OTHER},
    ],
)
def test_nobody_hands_in_for_another(collect, forged, around, packed):
    files = {"ada/06_separable.ipynb": RIGHT, "bob/06_separable.ipynb": RIGHT} | forged
    got = collect({f"{around}{name}": content for name, content in files.items()}, packed)
    assert got == {("ada", CHAPTER): RIGHT, ("bob", CHAPTER): RIGHT, ("eve", CHAPTER): OTHER}


def test_a_zip_alone_is_of_whom_it_is_called_after(collect):
    assert collect({"eve.zip": zipped({"ada/06_separable.ipynb": OTHER})}) == {("eve", CHAPTER): OTHER}


@pytest.mark.parametrize("note", [{}, {"submissions/read me.txt": b"x"}, {"read me.txt": b"x"}])
def test_a_download_in_a_folder(collect, note):
    files = {f"submissions/{MOODLES_NAME}": RIGHT, f"submissions/{MOODLES_NAME.replace('ada_77', 'bob_78')}": OTHER}
    assert collect(files | note, packed=False) == {("ada", CHAPTER): RIGHT, ("bob", CHAPTER): OTHER}


def test_several_downloads_in_a_folder(collect):
    fifth = as_bytes(released("05_one_by_one"))
    fifth_zip = zipped({"bob_5_assignsubmission_file_/05_one_by_one.ipynb": fifth})
    got = collect({f"06/{MOODLES_NAME}": RIGHT, "05.zip": fifth_zip}, packed=False, due=DUE)
    assert got == {("ada", CHAPTER): RIGHT, ("bob", "05_one_by_one"): fifth}
    assert "late" not in said_of(collect.last, "bob")  # the time is Moodle's, not that of the teacher's file


def test_what_is_in_a_students_zip_was_handed_in_when_the_zip_was(collect, tmp_path):
    inner = zipped({("a.ipynb", 2): RIGHT, ("b.ipynb", 3): OTHER})
    deep = zipped({("in.zip", 1): inner})
    got = collect(
        {("Eve E_5_assignsubmission_file_/x.zip", 25): inner, ("Al B_6_assignsubmission_file_/x.zip", 25): deep},
        due=DUE,
    )
    assert got == {("Eve-E", CHAPTER): OTHER, ("Al-B", CHAPTER): OTHER}  # among themselves the later counts
    for student in ("Eve-E", "Al-B"):
        assert said_of(collect.last, student).count("late") == 2
        stamp = (tmp_path / "course/submitted" / student / CHAPTER / "timestamp.txt").read_text()
        assert stamp.startswith("2026-11-25 ")


def test_a_file_name_in_an_old_code_stops_nobody(collect, tmp_path):
    name = os.fsdecode("Lösung.txt".encode("latin-1"))
    files = {"ada/06_separable.ipynb": RIGHT, f"eve/{name}": b"x", "eve/06_separable.ipynb": OTHER}
    assert collect(files, packed=False) == {("ada", CHAPTER): RIGHT, ("eve", CHAPTER): OTHER}
    assert "eve/Lösung.txt" in summary(collect.last)


def test_a_notebook_that_would_take_much_memory_is_kept_and_not_read(collect):
    bomb = b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {"x": [' + b"{}," * 300_000 + b'{}]}, "cells": []}'
    assert collect({"ada/06_separable.ipynb": bomb}) == {("ada", CHAPTER): bomb}
    assert said_of(collect.last, "ada") == ["holds far more values than a notebook has", "will be listed as not scored"]


def test_names_cannot_write_on_a_terminal(collect):
    evil = "\x1b]0;X\x07\x1b[2J\nadmin  06_separable  all is well\u202e.txt"
    collect({"ada/06_separable.ipynb": RIGHT, f"eve\x1b[31m/{evil}": b"x"})
    lines = summary(collect.last).split("\n")
    assert all(line.isprintable() for line in lines)
    assert not [line for line in lines if line.startswith("admin")]
