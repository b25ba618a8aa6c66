"""Grades for Moodle and Canvas: right scores for the right people, no false zero, no formula, nothing old."""

import csv
import shutil

import pytest
from classroom import CHAPTER, as_bytes, graded, handed_in, released, zipped
from nbgrader.api import Gradebook

from collect import Collector, keep_roster
from gradebook import Book, Submission
from grades import as_text, canvas_rows, main
from results import NOTHING, Course

ADA, BOB = (
    "Ada Byron_7_assignsubmission_file_/06_separable.ipynb",
    "Bob =2+3_8_assignsubmission_file_/06_separable.ipynb",
)
MOODLE = (
    "First name,Last name,ID number,Email address\n"
    "Ada,Byron,s200,ada@example.org\nBob,=2+3,s201,bob@example.org\nGrace,Hopper,s202,grace@example.org\n"
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,06 Separable (4711),Current Score\n"
    "    Points Possible,,,,,14,(read only)\n"
    '"Byron, Ada",12,u12,ada,Monday,,\n"@Hopper, Grace",13,u13,grace,Monday,,\n'
)


@pytest.fixture
def course(tmp_path):
    """A course folder, of a class in Moodle, in which Ada has 4 points and Bob none."""
    (tmp_path / "roster.csv").write_text(MOODLE)
    (tmp_path / "a.zip").write_bytes(zipped({ADA: as_bytes(handed_in()), BOB: as_bytes(handed_in({}))}))
    folder = tmp_path / "course"
    Collector(folder, keep_roster(folder, tmp_path / "roster.csv")).collect(tmp_path / "a.zip")
    graded(folder, {"s200": {"grouped_conv": 3, "separable_parameters": 1}, "s201": {}})
    return folder


def table(course, name):
    with (course / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def grades(course, *arguments):
    assert main([*arguments, "--course", str(course)]) == 0
    both = {name: course / f"grades_{name}.csv" for name in ("moodle", "canvas")}
    return {name: table(course, path.name) for name, path in both.items() if path.exists()}


def test_for_moodle(course):
    assert grades(course)["moodle"] == [
        ["ID number", "First name", "Last name", CHAPTER],
        ["s200", "Ada", "Byron", "4"],
        ["s201", "Bob", "'=2+3", "0"],
    ]


def test_for_canvas(tmp_path):
    (tmp_path / "roster.csv").write_text(CANVAS)
    files = {
        "byronada_12_1_06_separable.ipynb": as_bytes(handed_in()),
        "hoppergrace_13_2_x.ipynb": as_bytes(handed_in({})),
    }
    (tmp_path / "a.zip").write_bytes(zipped(files))
    Collector(tmp_path / "c", keep_roster(tmp_path / "c", tmp_path / "roster.csv")).collect(tmp_path / "a.zip")
    graded(tmp_path / "c", {"12": {"grouped_conv": 3}, "13": {"factors": 2, "least_time": 2}})
    assert grades(tmp_path / "c")["canvas"] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "06 Separable (4711)"],
        ["    Points Possible", "", "", "", "", "14"],
        ["Byron, Ada", "12", "u12", "ada", "Monday", "3"],
        ["'@Hopper, Grace", "13", "u13", "grace", "Monday", "4"],
    ]


def test_a_class_in_one_system_gets_the_files_of_that_system_alone(course, tmp_path, capsys):
    (course / "grades_canvas.csv").write_text("of an older call")
    assert set(grades(course)) == {"moodle"} and "grades_canvas.csv" not in capsys.readouterr().out
    (tmp_path / "a.zip").write_bytes(zipped({"byronada_12_1_06_separable.ipynb": as_bytes(handed_in())}))
    canvas = tmp_path / "another"
    Collector(canvas).collect(tmp_path / "a.zip")
    graded(canvas, {"12": {}})
    assert set(grades(canvas)) == {"canvas"}
    Collector(course).collect(tmp_path / "a.zip")  # a class in both
    assert set(grades(course)) == {"moodle", "canvas"}


def scores(course, *arguments):
    both = grades(course, *arguments)
    listed = {row[0]: row[3] for row in table(course, "not_scored.csv")[1:] if row[3] != NOTHING}
    course = Course(course)
    canvas = canvas_rows(course, course.chosen([*arguments]))
    return {row[0]: row[-1] for row in both["moodle"][1:]}, [row[-1] for row in canvas[2:]], listed


def test_what_was_not_graded_to_the_end_is_blank_and_listed(course, capsys):
    graded(course, {"s201": {"factors": None}})
    assert scores(course) == ({"s200": "4", "s201": "-"}, ["4", ""], {"s201": "was not graded to the end"})
    assert "Without a grade (blank, not 0):" in capsys.readouterr().out


def test_what_a_person_has_scored_to_the_end_is_a_score(course):
    graded(course, {"s201": {"factors": None}})
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for grade in gradebook.find_submission_notebook(CHAPTER, CHAPTER, "s201").grades:
            grade.manual_score = 0.5
        gradebook.db.commit()
    assert scores(course) == ({"s200": "4", "s201": "3"}, ["4", "3"], {})


def test_what_grading_has_noted_is_why_there_is_no_score(course):
    with Book(course) as book:
        book.fail(submission(course, "s200"), "the kernel has died")
    assert scores(course) == ({"s200": "-", "s201": "0"}, ["", "0"], {"s200": "the kernel has died"})


def test_a_second_grading_that_was_cut_off_leaves_no_old_score(course):
    with Book(course) as book:
        book.expect([submission(course, "s200")])
    moodle, _, listed = scores(course)
    assert moodle["s200"] == "-"
    assert listed["s200"] == "is not graded yet; 4 points of an earlier grading count no more"


def submission(course, student):
    return Submission(student, CHAPTER, course / "submitted" / student / CHAPTER)


def test_a_failed_second_grading_leaves_no_old_score(course):
    shutil.rmtree(course / "autograded/s200")  # what nbgrader does when it fails
    moodle, canvas, listed = scores(course)
    assert (moodle["s200"], canvas[0]) == ("-", "") and "failed" in listed["s200"]


def test_a_newer_attempt_makes_the_score_an_old_one(course, tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({(ADA, 25): as_bytes(handed_in({}))}))
    Collector(course).collect(tmp_path / "a.zip")
    moodle, canvas, listed = scores(course)
    assert (moodle["s200"], canvas[0]) == ("-", "") and "newer attempt" in listed["s200"]
    graded(course, {"s200": {}}, when="2026-11-25 12:00:00 UTC")
    assert scores(course)[0]["s200"] == "0"


def test_what_was_handed_in_and_never_graded_is_listed(course, tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({"Grace Hopper_9_assignsubmission_file_/06_separable.ipynb": b"{"}))
    Collector(course, keep_roster(course, None)).collect(tmp_path / "a.zip")
    moodle, _, listed = scores(course)
    assert moodle["s202"] == "-" and listed["s202"].startswith("cannot be read")


def test_everybody_without_a_score_is_listed(course, tmp_path):
    files = {
        ADA: as_bytes(handed_in()),
        BOB: as_bytes(handed_in({})),
        "Grace Hopper_9_assignsubmission_file_/essay.docx": b"PK",
        "Max Wrong_10_assignsubmission_file_/06_separable.ipynb": as_bytes(released("05_one_by_one")),
    }
    roster = f"{MOODLE}Max,Wrong,s203,max@example.org\nTom,Sawyer,s204,tom@example.org\n"
    (tmp_path / "roster.csv").write_text(roster)
    (tmp_path / "b.zip").write_bytes(zipped(files))
    Collector(course, keep_roster(course, tmp_path / "roster.csv")).collect(tmp_path / "b.zip")
    graded(course, {"s203": {"factors": 0}}, chapter="05_one_by_one")
    grades(course)
    assert table(course, "not_scored.csv")[1:] == [
        ["s202", "Grace Hopper", CHAPTER, f"{NOTHING} but essay.docx (is no notebook)"],
        ["s203", "Max Wrong", CHAPTER, f"{NOTHING} but 06_separable.ipynb (is 05_one_by_one)"],
        ["s204", "Tom Sawyer", CHAPTER, NOTHING],
    ]  # and nobody has missed chapter 5, which was not asked for
    assert not (course / "grades_moodle_05_one_by_one.csv").exists()  # his number is of the other assignment


def test_a_penalty_and_a_teachers_own_points_count(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade("factors-check", CHAPTER, CHAPTER, "s200")
        grade.manual_score = 1.5
        gradebook.find_submission_notebook(CHAPTER, CHAPTER, "s200").late_submission_penalty = 1
        gradebook.db.commit()
    assert scores(course)[0]["s200"] == "4.5"


def test_without_an_id_nobody_gets_the_grades_of_the_line_above(course, capsys):
    graded(course, {"stranger": {"factors": 2}})
    (course / "roster.csv").write_text(MOODLE.replace("s201", ""))
    assert scores(course)[0] == {"s200": "4", "stranger": "2"}  # whose folder's name is an id
    assert "s201  has no ID number" in capsys.readouterr().out


def test_two_students_of_one_id_are_named(course, capsys):
    graded(course, {"ada@example.org": {"factors": 2}})  # an account of Ada's, of another way to hand in
    assert scores(course)[0] == {"s200": "2", "s201": "0"}
    assert "s200  has the ID number s200, and so has another" in capsys.readouterr().out


def test_chapters_can_be_chosen(course, capsys):
    graded(course, {"s200": {}}, chapter="05_one_by_one")
    assert grades(course)["moodle"][0][3:] == ["05_one_by_one", CHAPTER]
    assert grades(course, CHAPTER)["moodle"][0][3:] == [CHAPTER]
    assert main(["07_none", "--course", str(course)]) == 1
    assert f"CHAPTERS must be of 05_one_by_one, {CHAPTER}, got 07_none" in capsys.readouterr().err


def test_of_chapters_without_submissions_there_is_no_column(course, tmp_path, capsys):
    graded(course, {}, chapter="05_one_by_one")  # handed out
    assert grades(course)["moodle"][0][3:] == [CHAPTER]
    graded(tmp_path / "new", {})
    assert main(["--course", str(tmp_path / "new")]) == 1
    assert "nothing was handed in yet" in capsys.readouterr().err


def test_before_anything_was_graded(tmp_path, capsys):
    assert main(["--course", str(tmp_path)]) == 1
    assert "grade first, with `make grade`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_a_roster_it_says_what_is_missing(course, capsys):
    (course / "roster.csv").unlink()
    assert [row[0] for row in grades(course)["moodle"]] == ["ID number", "s200", "s201"]
    assert "make grades ROSTER=" in capsys.readouterr().out


def test_moodles_worksheet_knows_participants_by_their_numbers(course):
    graded(course, {"s201": {"factors": None}})
    grades(course)
    assert table(course, f"grades_moodle_{CHAPTER}.csv") == [
        ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)"],
        ["Participant 7", "Ada Byron", "4", "14", "-"],  # and nobody else: an empty grade might be taken for one
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "＝1", "  =1"])
def test_no_text_becomes_a_formula(text):
    assert as_text(text) == f"'{text}"


def test_nbgraders_own_command_exports_too(course, monkeypatch):
    from nbgrader.apps import ExportApp

    monkeypatch.chdir(course)
    app = ExportApp()
    app.initialize(["--exporter=grades.MoodleCsv", f"--to={course / 'x.csv'}", f"--CourseDirectory.root={course}"])
    app.start()
    assert table(course, "x.csv") == grades(course)["moodle"]
