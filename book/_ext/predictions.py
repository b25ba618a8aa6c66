"""Sphinx extension: what answers a **Predict** folds behind *Show the answer*, so that a reader can answer first.

A rule of structure finds all of it. The question is a paragraph with a **Predict** in it. The answer is what the next
code cells show, and the first paragraph after them, which says it in words, with the formula or the list that its colon
announces. A widget never folds, for one plays with it; of its answer only the words do. A paragraph that begins with
**What you saw** answers what a widget was to be tried for, and folds as well. In a notebook all stands open.

Where a code cell carries the metadata `{"prediction": {"answer": -8, "slips": {"flipped": 8}}}`, the page also has a
field that takes the reader's number and says what went wrong: book/assets/predictions.js. `"asks"` names that number
where the question asks for more than one thing, and with `"any_order": true` several numbers may come as they like.
An answer in words is a choice among the answer and the slips: `{"answer": "more", "slips": {"That is ...": "fewer"}}`.

A question that no cell answers has its field by a directive: what is asked, the metadata, and the answer in words.

    :::{prediction} Four loops, by hand: rows of the output
    {"answer": 3, "slips": {"size of the input": 4}}

    The window fits at three places.
    :::

Each such question has an id that is made of its own words, so that what a reader has solved stays theirs when a new
edition moves the question; env.metadata[chapter]["questions"] lists them for tally.py.
"""

import json
import re
from functools import cache
from hashlib import sha256
from html import escape
from itertools import takewhile
from numbers import Real
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import unchanged
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from convbook.widgets.bundle import HERE as WIDGETS
from folds import close_fold, open_fold

INTRODUCED = (nodes.math_block, nodes.bullet_list, nodes.enumerated_list, nodes.literal_block, nodes.table)
KEYS = {"answer", "any_order", "asks", "slips"}
logger = logging.getLogger(__name__)


class Answer(nodes.General, nodes.Element):
    """What folds; `prediction` holds the right answer and the known slips, or is None, `question` the words before."""


def question_id(words: str) -> str:
    """Return what tells a question from the others of its chapter, wherever in it they stand.

    >>> question_id("What will  the sum be?") == question_id("What will the sum be?") != question_id("And this?")
    True
    """
    return sha256(" ".join(words.split()).encode()).hexdigest()[:8]


def in_text(node: nodes.Node) -> bool:
    """Say whether this is a paragraph of the running text."""
    return isinstance(node, nodes.paragraph) and isinstance(node.parent, nodes.section)


def asks(node: nodes.Node) -> bool:
    """Say whether this is a question: a paragraph of the running text with a **Predict** in it."""
    return in_text(node) and any(strong.astext().startswith("Predict") for strong in node.findall(nodes.strong))


def looks_back(node: nodes.Node) -> bool:
    """Say whether this paragraph tells what there was to see."""
    return in_text(node) and node.astext().startswith("What you saw") and any(node.findall(nodes.strong))


def is_cell(node: nodes.Node) -> bool:
    """Say whether this is a code cell of a notebook."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def output_of(cell: nodes.container) -> nodes.container | None:
    """Return what a code cell shows, or None if it shows nothing."""
    last = cell.children[-1] if cell.children else None
    return last if isinstance(last, nodes.container) and last.get("nb_element") == "cell_code_output" else None


def shows_a_widget(cell: nodes.container) -> bool:
    """Say whether a code cell shows a widget."""
    return any("convbook-mount" in raw.astext() for raw in cell.findall(nodes.raw))


def words(following: list[nodes.Node]) -> list[nodes.Node]:
    """Return the paragraph with which the prose after the cells begins, and what its colon announces."""
    if not following or not isinstance(following[0], nodes.paragraph) or asks(following[0]):
        return []
    announces = following[0].astext().rstrip().endswith(":")
    announced = announces and len(following) > 1 and isinstance(following[1], INTRODUCED)
    return following[: 2 if announced else 1]


def parts(question: nodes.paragraph) -> tuple[list[nodes.container], list[nodes.container], list[nodes.Node]]:
    """Return the cells from the question on that stay, those that answer, and the words after them."""
    following = question.parent[question.parent.index(question) + 1 :]
    following = list(takewhile(lambda node: not isinstance(node, nodes.section) and not asks(node), following))
    shown = next((i for i, node in enumerate(following) if is_cell(node) and output_of(node)), None)
    if shown is None:
        return [], [], []
    cells = list(takewhile(is_cell, following[shown:]))
    playful = next((i for i, cell in enumerate(cells) if shows_a_widget(cell)), len(cells))
    stay = [node for node in following[:shown] if is_cell(node)] + (cells[:1] if playful == 0 else [])
    after = following[shown + len(cells) :] if playful in (0, len(cells)) else []
    return stay, cells[:playful], words(after)


@cache
def catalogue() -> set[str]:
    """Return the names of the slips whose sentences the widgets know.

    >>> {"flipped", "rounded up"} <= catalogue()
    True
    """
    text = (WIDGETS / "parts" / "slips.js").read_text("utf-8")
    return {quoted or plain for quoted, plain in re.findall(r'^  (?:"([^"]+)"|(\w+)):', text, re.MULTILINE)}


def is_number(value: object) -> bool:
    """Say whether this is a number, or a list of numbers."""
    if isinstance(value, list):
        return bool(value) and all(map(is_number, value))
    return isinstance(value, Real) and not isinstance(value, bool)


def faults(prediction: object) -> list[str]:
    """Say what is wrong with the metadata of a prediction.

    >>> faults({"answer": -8, "slips": {"flipped": 8}})
    []
    >>> faults({"answer": [-8, "8"], "slips": {"flipped": [8, -8]}})
    ["answer must be a number or a list of numbers, got [-8, '8']"]
    >>> faults({"answer": "more", "slips": {"Each layer has maps of its own.": "fewer"}})
    []
    >>> faults({"answer": "more", "slips": {"flipped": "fewer"}})
    ["slip 'flipped' must say in a sentence why it is wrong"]
    """
    if not isinstance(prediction, dict) or not {"answer"} <= set(prediction) <= KEYS:
        return [f"a prediction has an answer and, if you like, any_order, asks and slips, got {prediction!r}"]
    if prediction.get("any_order", True) is not True:
        return [f"any_order must be true or left out, got {prediction['any_order']!r}"]
    if not isinstance(prediction.get("asks", ""), str):
        return [f"asks must be words, got {prediction['asks']!r}"]
    slips = prediction.get("slips", {})
    if not isinstance(slips, dict):
        return [f"slips must name their numbers, got {slips!r}"]
    same = [name for name, value in slips.items() if value == prediction["answer"]]
    right = [f"slip {name!r} gives the right answer" for name in same]
    chosen = isinstance(prediction["answer"], str)
    return (faults_of_choice if chosen else faults_of_number)(prediction["answer"], slips) + right


def faults_of_number(answer: object, slips: dict) -> list[str]:
    """Say what is wrong where a number answers."""
    numbers = {"answer": answer, **{f"slip {name!r}": value for name, value in slips.items()}}
    wrong = [name for name, value in numbers.items() if not is_number(value)]
    unknown = [name for name in slips if name not in catalogue() and not is_sentence(name)]
    return [
        *(f"{name} must be a number or a list of numbers, got {numbers[name]!r}" for name in wrong),
        *(f"slip {name!r} is no name in slips.js, and no sentence" for name in unknown),
    ]


def faults_of_choice(answer: str, slips: dict) -> list[str]:
    """Say what is wrong where one of several answers in words is to be chosen."""
    wrong = [name for name, value in slips.items() if not isinstance(value, str)]
    unknown = [name for name in slips if not is_sentence(name)]
    twice = len({answer, *map(str, slips.values())}) < 1 + len(slips)
    return [
        *(f"slip {name!r} must be in words, as the answer {answer!r} is, got {slips[name]!r}" for name in wrong),
        *(f"slip {name!r} must say in a sentence why it is wrong" for name in unknown),
        *(["a choice needs at least one slip"] if not slips else []),
        *(["each choice must stand there once"] if twice else []),
    ]


def is_sentence(words: str) -> bool:
    """Say whether these words end as a sentence does."""
    return words.endswith((".", "!", "?"))


def prediction_in(cells: list[nodes.container]) -> dict | None:
    """Return the prediction that one of these cells carries."""
    for cell in cells:
        if found := cell.get("cell_metadata", {}).get("prediction"):
            for fault in faults(found):
                logger.warning(fault, location=cell)
            return found
    return None


def fold(question: nodes.paragraph) -> None:
    """Put what answers this question into a fold."""
    stay, cells, reveal = parts(question)
    if not cells and not reveal:
        return
    answer = Answer(prediction=prediction_in(stay + cells), question=question.astext())
    place = (cells or reveal)[0]
    parent, at = place.parent, place.parent.index(place)
    if cells:  # of the first, only what it shows: its code belongs to the question
        shown = output_of(cells[0])
        cells[0].remove(shown)
        answer += nodes.container("", shown, classes=["cell"], nb_element="cell_code")
        at += 1
    for node in cells[1:] + reveal:
        parent.remove(node)
        answer += node
    parent.insert(at, answer)


def fold_away(reveal: list[nodes.Node]) -> None:
    """Put this into a fold, where it stands."""
    parent, at = reveal[0].parent, reveal[0].parent.index(reveal[0])
    for node in reveal:
        parent.remove(node)
    parent.insert(at, Answer("", *reveal, prediction=None, question=""))


def fold_answers(app, doctree):
    """Fold the answers of a page, and warn of a prediction that no fold takes."""
    for question in [node for node in doctree.findall(nodes.paragraph) if asks(node)]:
        fold(question)
    for paragraph in [node for node in doctree.findall(nodes.paragraph) if looks_back(node)]:
        fold_away(words([paragraph, *paragraph.parent[paragraph.parent.index(paragraph) + 1 :]]))
    taken = [answer["prediction"] for answer in doctree.findall(Answer)]
    for cell in doctree.findall(is_cell):
        lost = cell.get("cell_metadata", {}).get("prediction")
        if lost is not None and lost not in taken:
            logger.warning("the prediction of this cell follows no **Predict**", location=cell)


class PredictionDirective(SphinxDirective):
    """The directive {prediction}: on paper, its answer stands at the end, below what it is an answer `of`."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {"of": unchanged, "summary": unchanged}

    def run(self):
        """Return the fold with the answer, and its field."""
        prediction = json.loads(self.content[0])
        for fault in faults(prediction):
            logger.warning(fault, location=self.get_location())
        answer = Answer(prediction=prediction, question=self.arguments[0], **self.options)
        self.state.nested_parse(self.content[1:], self.content_offset + 1, answer)
        return [answer]


def list_questions(app, doctree):
    """Note {id: words} of the questions that take an answer on this page."""
    asked = [answer["question"] for answer in doctree.findall(Answer) if answer["prediction"]]
    if len(set(asked)) < len(asked):
        logger.warning("two questions of a page are the same, word for word", location=doctree)
    if asked:
        app.env.metadata[app.env.docname]["questions"] = {question_id(words): words for words in asked}


def visit(translator, node):
    """Open the fold; the script shows the field, since without it nothing would judge the answer."""
    if node["prediction"]:
        data = escape(json.dumps(node["prediction"], ensure_ascii=False))
        name, chapter = question_id(node["question"]), Path(translator.builder.current_docname).name
        names = f'id="question-{name}" data-question="{chapter}/{name}"'
        translator.body.append(f'<div class="prediction" {names} data-prediction="{data}" hidden></div>\n')
    open_fold(translator, node.get("summary", "Show the answer"), ["answer"], node.get("of", ""))


def setup(app):
    """Register the node and the event."""
    app.add_node(Answer, html=(visit, close_fold))
    app.add_directive("prediction", PredictionDirective)
    app.connect("doctree-read", fold_answers)
    app.connect("doctree-read", list_questions, priority=600)  # of the folds that there are then
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
