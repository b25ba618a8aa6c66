"""What answers a **Predict** folds: the rule of structure, and the metadata that a field needs."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from predictions import Answer, catalogue, faults, fold_answers, list_questions, question_id

WIDGET = '<div class="convbook-mount"></div>'


def paragraph(text, bold=""):
    """Return a paragraph as MyST makes it: with an empty text before what is bold."""
    return nodes.paragraph("", "", nodes.Text(""), *([nodes.strong(text=bold)] if bold else []), nodes.Text(text))


def question(text=" What will it be?", bold="Predict."):
    return paragraph(text, bold)


def cell(code, shown=None, **metadata):
    """Return a code cell as MyST-NB makes it; what it shows is a text, or a widget."""
    parts = [nodes.container("", nodes.literal_block(text=code), nb_element="cell_code_source")]
    if shown:
        output = nodes.raw("", shown, format="html") if shown == WIDGET else nodes.literal_block(text=shown)
        parts.append(nodes.container("", output, nb_element="cell_code_output"))
    return nodes.container("", *parts, nb_element="cell_code", cell_metadata=metadata)


def folded(*parts):
    """Return the text of each fold that a section of these parts gets, and the text that stays open."""
    document = new_document("page")
    document += nodes.section("", *parts)
    fold_answers(None, document)
    answers = list(document.findall(Answer))
    texts = [" | ".join(leaf.astext() for leaf in leaves(answer)) for answer in answers]
    for answer in answers:
        answer.parent.remove(answer)
    return texts, " | ".join(leaf.astext() for leaf in leaves(document))


def leaves(node):
    return [leaf for leaf in node.findall(lambda n: isinstance(n, nodes.paragraph | nodes.literal_block | nodes.raw))]


def test_the_output_and_the_words_after_it_fold_and_the_code_stays():
    answers, open_text = folded(question(), cell("1 + 1", "2"), paragraph("Two."), paragraph("And on it goes."))
    assert answers == ["2 | Two."]
    assert open_text == "Predict. What will it be? | 1 + 1 | And on it goes."


def test_cells_without_an_output_stay_and_all_that_follow_the_first_answer_fold():
    answers, open_text = folded(question(), cell("def f"), cell("f()", "1"), cell("g()", "2"), paragraph("One, two."))
    assert answers == ["1 | g() | 2 | One, two."]
    assert open_text == "Predict. What will it be? | def f | f()"


def test_what_was_seen_in_a_widget_folds_with_what_its_colon_announces():
    rows = nodes.bullet_list("", nodes.list_item("", nodes.paragraph(text="a row")))
    seen = paragraph(" The first row is 0:", bold="What you saw.")
    answers, open_text = folded(
        paragraph("Try it."), cell("Widget()", WIDGET), seen, rows, paragraph("And on it goes.")
    )
    assert answers == ["What you saw. The first row is 0: | a row"]
    assert open_text == f"Try it. | Widget() | {WIDGET} | And on it goes."


def test_what_was_seen_folds_once_behind_a_question():
    answers, _ = folded(question(), cell("Widget()", WIDGET), paragraph(" It is 2.", bold="What you saw."))
    assert answers == ["What you saw. It is 2."]


def test_a_widget_stays_and_only_its_words_fold():
    answers, open_text = folded(question(), cell("Widget()", WIDGET), paragraph("What you saw."))
    assert answers == ["What you saw."]
    assert WIDGET in open_text


def test_what_a_colon_announces_folds_with_it():
    formula = nodes.math_block(text="o = 3")
    document = new_document("page")
    document += nodes.section("", question(), cell("1", "1"), paragraph("In general:"), formula, paragraph("Next."))
    fold_answers(None, document)
    assert isinstance(formula.parent, Answer)


@pytest.mark.parametrize("after", [paragraph(" Again?", "Predict:"), nodes.section("", paragraph("A new section."))])
def test_the_fold_ends_at_the_next_question_and_at_the_next_section(after):
    answers, open_text = folded(question(), cell("1", "1"), after)
    assert answers == ["1"]
    assert after.astext() in open_text


def test_a_question_inside_a_sentence_counts_and_one_in_a_list_does_not():
    inside = nodes.paragraph("", "", nodes.Text("No. "), nodes.strong(text="Predict:"), nodes.Text(" what now?"))
    assert folded(inside, cell("1", "1"))[0] == ["1"]
    item = nodes.bullet_list("", nodes.list_item("", question()))
    assert folded(item, cell("1", "1"))[0] == []
    assert folded(paragraph(" You saw it.", "Your turn."), cell("1", "1"))[0] == []


def test_a_question_without_an_answer_folds_nothing():
    answers, open_text = folded(question(), paragraph("Think about it."))
    assert answers == []
    assert "Think about it." in open_text


# ---- the field --------------------------------------------------------------------------------------------------


def warnings_for(monkeypatch, *parts):
    said = []
    monkeypatch.setattr("predictions.logger.warning", lambda message, **_: said.append(message))
    document = new_document("page")
    document += nodes.section("", *parts)
    fold_answers(None, document)
    return said, [answer["prediction"] for answer in document.findall(Answer)]


def test_the_answer_of_a_cell_reaches_its_fold(monkeypatch):
    prediction = {"answer": 2, "slips": {"flipped": 3, "You forgot the cat.": 4}}
    said, found = warnings_for(monkeypatch, question(), cell("1 + 1", "2", prediction=prediction))
    assert (said, found) == ([], [prediction])


def test_an_answer_that_no_question_asks_for_is_reported(monkeypatch):
    said, _ = warnings_for(monkeypatch, paragraph("No question."), cell("1", "1", prediction={"answer": 1}))
    assert said == ["the prediction of this cell follows no **Predict**"]


@pytest.mark.parametrize(
    ("prediction", "fault"),
    [
        (7, "a prediction has an answer and, if you like, any_order, asks and slips, got 7"),
        ({"slips": {}}, "a prediction has an answer and, if you like, any_order, asks and slips, got {'slips': {}}"),
        ({"answer": [1, 2], "any_order": "yes"}, "any_order must be true or left out, got 'yes'"),
        ({"answer": 1, "hints": {}}, "got {'answer': 1, 'hints': {}}"),
        ({"answer": 1, "asks": 2}, "asks must be words, got 2"),
        ({"answer": True}, "answer must be a number or a list of numbers, got True"),
        ({"answer": []}, "answer must be a number or a list of numbers, got []"),
        ({"answer": 1, "slips": [2]}, "slips must name their numbers, got [2]"),
        ({"answer": 1, "slips": {"flipped": "2"}}, "slip 'flipped' must be a number or a list of numbers, got '2'"),
        ({"answer": 1, "slips": {"flipped": 1}}, "slip 'flipped' gives the right answer"),
        ({"answer": 1, "slips": {"fliped": 2}}, "slip 'fliped' is no name in slips.js, and no sentence"),
        ({"answer": "more"}, "a choice needs at least one slip"),
        ({"answer": "more", "slips": {"It has more layers.": 2}}, "in words, as the answer 'more' is, got 2"),
        ({"answer": "more", "slips": {"flipped": "fewer"}}, "slip 'flipped' must say in a sentence why it is wrong"),
        ({"answer": "more", "slips": {"A.": "fewer", "B.": "fewer"}}, "each choice must stand there once"),
    ],
)
def test_metadata_that_cannot_be_right_is_named(prediction, fault):
    assert len(faults(prediction)) == 1
    assert faults(prediction)[0].endswith(fault)


def test_a_question_keeps_its_name_wherever_it_stands_and_however_its_lines_break():
    assert question_id("Predict. How many?") == question_id("Predict.  How\nmany?") != question_id("Predict. How much?")
    assert question_id("Predict. How many?") == "07cd34cd"  # as it was in every edition


def test_the_questions_of_a_page_are_listed_and_two_alike_are_reported(monkeypatch):
    said = []
    monkeypatch.setattr("predictions.logger.warning", lambda message, **_: said.append(message))
    document, app = new_document("page"), SimpleNamespace(env=SimpleNamespace(docname="1", metadata={"1": {}}))
    asked = {"answer": 2, "slips": {"flipped": 3}}
    document += nodes.section(
        "", question(" How many?"), cell("1 + 1", "2", prediction=asked), question(), cell("1", "1")
    )
    fold_answers(app, document)
    list_questions(app, document)
    assert app.env.metadata["1"]["questions"] == {question_id("Predict. How many?"): "Predict. How many?"}
    assert said == []
    document += nodes.section("", question(" How many?"), cell("1 + 1", "2", prediction=asked))
    fold_answers(app, document)
    list_questions(app, document)
    assert said == ["two questions of a page are the same, word for word"]


def test_every_name_that_the_chapters_may_use_is_in_the_catalogue():
    assert {
        *("flipped", "kernel ignored", "sign lost", "first row only", "bias forgotten", "relu forgotten", "relu on"),
        *("padding forgotten", "padding counted once", "rounded up", "no plus one", "dilation ignored"),
        *("stride ignored", "window not counted"),
    } <= catalogue()
