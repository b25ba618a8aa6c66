"""What a reader can solve, as the pages list it: each question and each exercise, by names that last."""

from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from tally import boxes_of, exercises_of, in_short, line_of

EXERCISES = sorted((Path(__file__).parents[1] / "notebooks" / "exercises").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", EXERCISES, ids=lambda path: path.stem)
def test_every_task_is_an_exercise_with_the_name_that_its_check_has(notebook):
    marks = [cell.metadata.get("nbgrader", {}) for cell in nbformat.read(notebook, as_version=4).cells]
    graded = [mark["grade_id"].removesuffix("-check") for mark in marks if mark.get("grade")]
    assert list(exercises_of(notebook)) == graded
    assert all(title[:2] == f"{n}." for n, title in enumerate(exercises_of(notebook).values(), 1))


def test_a_chapter_without_exercises_has_none():
    assert exercises_of(Path("nowhere.ipynb")) == {}


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("Predict. How many?", "How many?"),
        ("Predict: which\nof the two?", "Which of the two?"),
        ("Predict the fifth of them.", "The fifth of them."),
        ("Take the first. Predict: a network?", "A network?"),
        ("Predict.", ""),
    ],
)
def test_a_question_is_listed_without_the_word_that_marks_it(words, short):
    assert in_short(words) == short


class Ids(HTMLParser):
    """All attributes of a piece of a page, by name."""

    def __init__(self, html):
        super().__init__()
        self.found = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            self.found.setdefault(name, []).append(value)


def test_the_line_and_the_boxes_name_what_they_count_and_wait_for_the_script():
    found = Ids(line_of({"01/a": "A?", "01/b": "B?"}, {"01/c": "1. C"}, "solved.html")).found
    assert found["data-questions"] == ["01/a 01/b"]
    assert found["data-exercises"] == ["01/c"]
    assert "hidden" in found
    found = Ids(boxes_of({"01/c": '1. "C" < D', "01/d": "2. D"}, "solved.html")).found
    assert found["value"] == ["01/c", "01/d"]
    assert "hidden" in found
    assert "&lt; D" in boxes_of({"01/c": '1. "C" < D'}, "")
