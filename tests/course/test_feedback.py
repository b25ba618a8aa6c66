"""Feedback: what a student may see, and nothing else, on one page without a connection."""

import re
import zipfile

import nbformat
import pytest
from bs4 import BeautifulSoup
from classroom import CHAPTER, as_bytes, cell, graded, handed_in, zipped
from nbgrader.api import Gradebook

from collect import Collector
from feedback import main, may_be_seen

HINT = "every output reads all channels, so the groups mix."
WORDS = f"grouped_conv(x, weight, 3) gave 1 < 2, where 3 is expected.\nHint: {HINT}"
HIDDEN = (
    "\n### BEGIN HIDDEN TESTS\nfrom convbook.checks import hidden_check\nhidden_check('grouped_conv', grouped_conv)"
    "\n### END HIDDEN TESTS"
)
NAMES = {
    "Ada-Byron": "Ada Byron_7_assignsubmission_file_/06_separable.ipynb",
    "Jürgen-Müller": "Jürgen Müller_8_assignsubmission_file_06_separable.ipynb",
    "31": "hoppergrace_LATE_31_99_06_separable.ipynb",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder with feedback: a wrong answer, one without a score, a late one."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "a.zip").write_bytes(zipped({path: as_bytes(notebook()) for path in NAMES.values()}))
    Collector(folder).collect(folder / "a.zip")
    graded(folder, {"Ada-Byron": {"separable_parameters": 1}, "Jürgen-Müller": {"factors": None}, "31": {}})
    for student in NAMES:
        (folder / f"autograded/{student}/{CHAPTER}/{CHAPTER}.ipynb").write_bytes(as_bytes(judged(notebook())))
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        gradebook.find_comment("grouped_conv", CHAPTER, CHAPTER, "Ada-Byron").manual_comment = "Nearly! <b>Go on</b>"
        gradebook.find_comment("factors", CHAPTER, CHAPTER, "Ada-Byron").auto_comment = "No response."
        gradebook.db.commit()
    assert main(["--course", str(folder)]) == 0
    return folder


def notebook():
    """A notebook whose author has tried a few things."""
    answer = "def grouped_conv(x, weight, groups):\n    # <script>mine()</script>\n    return conv(x, weight)"
    one = handed_in({"grouped_conv": answer})
    link = '[x](javascript:alert(1)) <img src="https://example.org/a.png"> <script>alert(2)</script> $k^2$'
    one.cells.append(nbformat.v4.new_markdown_cell(link))
    one.cells.append(nbformat.v4.new_raw_cell("<script>raw()</script>", metadata={"raw_mimetype": "text/html"}))
    one.cells.append(nbformat.v4.new_raw_cell('<meta http-equiv="refresh" content="0; https://example.org">'))
    one.cells.append(nbformat.v4.new_code_cell("print(SEEN)"))
    return one


def judged(one):
    """The same after grading: the hidden part is in it, and what came out."""
    check = cell(one, "grouped_conv-check")
    check.source += HIDDEN
    stack = ["----> 3 hidden_check('grouped_conv', grouped_conv)", "SECRET LINE"]
    check.outputs = [
        nbformat.v4.new_output("stream", text="probe 4711"),
        nbformat.v4.new_output("error", ename="CheckFailed", evalue=WORDS, traceback=stack),
    ]
    error = nbformat.v4.new_output("error", ename="NameError", evalue="name 'y' is not defined", traceback=stack)
    cell(one, "factors-check").outputs = [error]
    html = nbformat.v4.new_output("display_data", data={"text/html": "<script>alert(3)</script>", "text/plain": "4712"})
    told = [
        nbformat.v4.new_output("error", ename=name, evalue="probe 4714", traceback=stack)
        for name in ("ValueError", "probe 4715", "CheckFailed", "TimeLimit", "print")
    ]
    one.cells[-1].outputs = [nbformat.v4.new_output("stream", text="probe 4713"), html, *told]
    return one


def page(course, student):
    return (course / "feedback" / student / CHAPTER / f"{CHAPTER}.html").read_text(encoding="utf-8")


def test_it_says_points_and_names_the_mistake(course):
    soup = BeautifulSoup(page(course, "Ada-Byron"), "html.parser")
    assert soup.h1.text == "Exercises on separable convolution" and len(soup.find_all("h1")) == 1
    assert "Ada Byron: 1 of 14 points" in soup.select_one(".sum").text
    assert [item.text for item in soup.select(".tasks li")][:2] == [
        "Groups that do not talk ✗ 0 of 3 points",
        "Put 34,048 right ✓ 1 of 1 point",
    ]
    check = soup.find(id="grouped_conv-check")
    assert WORDS in check.text and check.strong.text == "Hint:"
    assert len(soup.select(".comment")) == 1
    assert soup.select_one(".comment").text.strip() == "Your teacher:Nearly! Go on"
    assert "✗ NameError. Run the cell in your notebook to read more." in soup.find(id="factors-check").text
    assert "✗ TimeLimit: it was stopped, for it took too long." in soup.text


def test_every_task_of_the_list_is_there(course):
    soup = BeautifulSoup(page(course, "Ada-Byron"), "html.parser")
    assert len(soup.select(".tasks a")) == 6
    assert all(soup.find(id=link["href"][1:]) for link in soup.select(".tasks a"))


@pytest.mark.parametrize("secret", ["hidden_check", "HIDDEN TESTS", "SECRET", "4711", "4712", "4713", "4714", "4715"])
def test_hidden_checks_do_not_appear(course, secret):
    assert secret not in page(course, "Ada-Byron")


def test_nothing_runs_and_nothing_is_loaded(course):
    html = page(course, "Ada-Byron")
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all(["script", "link", "img", "iframe", "object", "form"])
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:|//|javascript:)|url\(""", html)
    assert "default-src 'none'" in soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert not [tag for tag in soup.find_all() for name in tag.attrs if name.startswith("on")]
    assert not soup.find("meta", attrs={"http-equiv": "refresh"})
    assert "# <script>mine()</script>" in soup.text  # code is shown as it was written
    assert "<script>raw()</script>" in soup.text


def test_without_a_score_the_page_says_why_and_that_it_is_no_zero(course):
    text = BeautifulSoup(page(course, "Jürgen-Müller"), "html.parser").main.text
    assert "Jürgen Müller: not graded yet" in text
    assert "was not graded to the end" in text and "not the same as 0 points" in text


def test_late_is_said(course):
    assert "handed in late" in page(course, "31") and "handed in late" not in page(course, "Ada-Byron")


def names(path):
    with zipfile.ZipFile(path) as archive:
        return sorted(archive.namelist())


def test_the_zips_have_the_names_that_the_systems_know(course):
    """For Moodle as its importer reads them: cut at _, each has number, subtype and plugin; for Canvas, two numbers."""
    moodle = names(course / f"feedback_moodle_{CHAPTER}.zip")
    assert moodle == [
        "Ada Byron_7_assignsubmission_file_/feedback-06_separable.html",
        "Jürgen Müller_8_assignsubmission_file_feedback-06_separable.html",
    ]
    for name, number in zip(moodle, "78", strict=True):
        assert name.split("_", 4)[1:4] == [number, "assignsubmission", "file"]
    (canvas,) = names(course / f"feedback_canvas_{CHAPTER}.zip")
    assert [part for part in canvas.split("_") if part.isdigit()] == ["31", "99"]


def test_a_page_that_cannot_be_made_still_says_the_points(course, tmp_path, capsys):
    import shutil

    other = shutil.copytree(course, tmp_path / "course")
    (other / f"autograded/Ada-Byron/{CHAPTER}/{CHAPTER}.ipynb").write_text("{")
    assert main(["--course", str(other), CHAPTER]) == 0
    assert "Ada Byron: 1 of 14 points" in BeautifulSoup(page(other, "Ada-Byron"), "html.parser").main.text
    assert "Ada Byron: only the points, for the page was not to be made (NotJSONError: " in capsys.readouterr().out
    assert (other / "feedback.log").exists()


def test_called_again_it_takes_new_scores(course, tmp_path):
    import shutil

    other = shutil.copytree(course, tmp_path / "course")
    graded(other, {"Ada-Byron": {"separable_parameters": 1, "factors": 2}, "Jürgen-Müller": {}})
    assert main(["--course", str(other)]) == 0
    assert "3 of 14 points" in page(other, "Ada-Byron") and "0 of 14 points" in page(other, "Jürgen-Müller")


def test_before_anything_was_graded(tmp_path, capsys):
    assert main(["--course", str(tmp_path)]) == 1
    assert "grade first, with `make grade`" in capsys.readouterr().err


LOADS = (
    "<script>x</script>",
    "<img src=x onerror=y>",
    "<a href='javascript:x'>y</a>",
    "<style>*{}</style>",
    "<svg onload=x>",
)


@pytest.mark.parametrize("html", LOADS)
def test_what_could_run_is_taken_out(html):
    soup = BeautifulSoup(may_be_seen(html), "html.parser")
    assert not soup.find_all(["script", "img", "style", "svg"]) and not soup.find_all(href=True)
