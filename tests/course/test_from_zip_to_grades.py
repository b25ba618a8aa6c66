"""From the zip of a learning platform to grades, pages and a report: all programs of a teacher, one after the other."""

import csv

import pytest
from bs4 import BeautifulSoup
from classroom import CHAPTER, SEPARABLE_PARAMETERS, as_bytes, handed_in, zipped

import collect
import feedback
import grade
import grades
import report

pytestmark = pytest.mark.sandbox
ROSTER = (
    "First name,Last name,ID number,Email address\nJürgen,Müller,s1,jm@example.org\n"
    "Ada,Byron,s2,ada@example.org\nKim,Lee,s3,kim@example.org\n"
)
MIXES = "def grouped_conv(x, weight, groups):\n    return conv(x, np.tile(weight, (1, groups, 1, 1)))"
PRINTS = SEPARABLE_PARAMETERS.replace("    between", "    print('tried', c_in)\n    between", 1)


def test_from_zip_to_grades(tmp_path):
    course, place, roster = tmp_path / "course", tmp_path / "all.zip", tmp_path / "list.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    right = handed_in({"separable_parameters": PRINTS, "grouped_conv": MIXES})
    files = {
        "Jürgen Müller_7_assignsubmission_file_/my answers.ipynb": as_bytes(right),
        ("Ada Byron_8_assignsubmission_file_/06_separable.ipynb", 18): as_bytes(handed_in({})),
        ("Ada Byron_8_assignsubmission_file_/06_separable-1.ipynb", 19): as_bytes(handed_in()),
        "Kim Lee_9_assignsubmission_file_/06_separable.ipynb": as_bytes(right)[:500],
    }
    place.write_bytes(zipped(files))
    at = ["--course", str(course)]
    assert collect.main([str(place), "--roster", str(roster), *at]) == 0
    for program in (grade, feedback, grades, report):
        assert program.main(at) == 0, program

    with (course / "grades_moodle.csv").open(encoding="utf-8", newline="") as file:
        assert {row[0]: row[3] for row in csv.reader(file)} == {"ID number": CHAPTER, "s1": "1", "s2": "1", "s3": "-"}
    page = BeautifulSoup((course / f"feedback/s1/{CHAPTER}/{CHAPTER}.html").read_text(encoding="utf-8"), "html.parser")
    assert "Jürgen Müller: 1 of 14 points" in page.main.text
    assert "so the groups mix" in page.find(id="grouped_conv-check").text
    assert "hidden_check" not in str(page) and "tried" not in page.find(id="separable_parameters-check").text
    about = BeautifulSoup((course / "report.html").read_text(encoding="utf-8"), "html.parser").main.text
    assert "Kim Lee" in about and "it cannot be read: it is cut off" in about
    assert "Solved by 2 of 2; 1.0 of 1 point on average" in about
    assert "Every output reads all channels, so the groups mix" in about
    assert (course / f"feedback_moodle_{CHAPTER}.zip").exists()

    before = (course / "grades_moodle.csv").read_bytes()  # all of it once more changes nothing
    assert collect.main([str(place), *at]) == grade.main(at) == grades.main(at) == 0
    assert (course / "grades_moodle.csv").read_bytes() == before
