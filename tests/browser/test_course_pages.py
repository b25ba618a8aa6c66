"""The pages that a course hands out, feedback and report: for everyone, on a phone, in the dark, offline."""

import pytest
from classroom import CHAPTER, hand_in, handed_in

import feedback
import report

LONG = "def grouped_conv(x, weight, groups):\n    return conv(x, " + " + ".join(["weight"] * 40) + ")"
WIDER_THAN_THE_PAGE = """() => [...document.querySelectorAll("body *")].filter((part) =>
  part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".scroll, svg")).map((part) => part.outerHTML)"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the texts of both pages, about a student with a long line and a long name."""
    course, student = tmp_path_factory.mktemp("course"), "Ana-María-" + "Xochitl" * 9
    hand_in(course, {student: handed_in({"grouped_conv": LONG, "factors": "import os, sys, " + "ctypes." * 30 + "x"})})
    for program in (feedback, report):
        assert program.main(["--course", str(course), CHAPTER]) == 0
    written = course / "feedback" / student / CHAPTER / f"{CHAPTER}.html", course / "report.html"
    return [path.read_text(encoding="utf-8") for path in written]


@pytest.mark.parametrize("which", [0, 1], ids=["feedback", "report"])
def test_pages_fit_and_are_open_to_everyone(open_html, axe, pages, which):
    page = open_html(pages[which], over="file", live=False)
    for width, theme in ((1280, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        assert page.evaluate(WIDER_THAN_THE_PAGE) == []
        assert axe(page) == [], (width, theme)
