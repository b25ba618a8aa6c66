"""A reader predicts, a number or a choice: what the page says, and the fold that keeps the answer until then."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from convbook.widgets.bundle import bundle, name_of
from page_shell import ASSETS

SCRIPT = ASSETS / "predictions.js"
CHAPTER = "notebooks/01_convolution.html"
ASKED = {"answer": -8, "slips": {"flipped": 8, "You added where the kernel subtracts.": 3}}
CHOICE = {
    "answer": "more",
    "slips": {"Its weights are fewer.": "fewer", "Nothing is equal here.": "as many"},
    "asks": "More or fewer?",
}
HTML = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>A question</title><link rel="icon" href="data:,">
<main><h1>A question</h1><p>What will the sum be?</p>
<div class="prediction" id="question-1" data-question="01/1" data-prediction='{json.dumps(ASKED)}' hidden></div>
<details class="fold answer"><summary>Show the answer</summary><p id="inside">It is −8.</p></details>
<p>And now?</p>
<div class="prediction" id="question-2" data-question="01/2" data-prediction='{json.dumps(CHOICE)}' hidden></div>
<details class="fold answer"><summary>Show it</summary><p>They are not fewer.</p></details>
<p><a href="#inside">There</a></p></main>
<script>(() => {{
{bundle(ASSETS / "folds.js", SCRIPT)}
{name_of(ASSETS / "folds.js")}.keepFolds();
{name_of(SCRIPT)}.takePredictions();
}})()</script></html>"""


@pytest.fixture
def asked(open_page, bench):
    """Return a page with one question."""
    (bench.folder / "question.html").write_text(HTML, encoding="utf-8")
    return lambda **options: open_page(bench, "question.html", **options)


def said(page):
    return page.locator("#question-1").get_by_role("status")


def answer(page, text):
    field = page.get_by_label("Your number")
    field.fill(text)
    field.press("Enter")


def test_a_slip_is_named_and_the_answer_stays_folded(asked):
    page = asked()
    answer(page, "8")
    expect(said(page)).to_have_text(
        "8 is not it. You flipped the kernel. Deep learning slides it as it stands. Try again."
    )
    answer(page, "3")
    expect(said(page)).to_have_text("3 is not it. You added where the kernel subtracts. Try again.")
    answer(page, "5")
    expect(said(page)).to_have_text("5 is not it. Have another look at the question. Try again.")
    answer(page, "eight")
    expect(said(page)).to_have_text("“eight” is not a number. Write it like −3, 0.5 or 1/9.")
    expect(page.get_by_text("It is −8.")).to_be_hidden()


def test_the_right_number_opens_the_fold_and_a_reload_keeps_both(asked):
    page = asked()
    answer(page, "-8")
    expect(said(page)).to_have_text("Yes, −8.")
    expect(page.get_by_text("It is −8.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("It is −8.")).to_be_visible()
    expect(page.get_by_label("Your number")).to_have_value("-8")
    page.get_by_text("Show the answer").click()
    page.reload()
    expect(page.get_by_text("It is −8.")).to_be_hidden()


# ---- a choice ---------------------------------------------------------------------------------------------------


def choice(page):
    return page.locator("#question-2")


def test_the_choices_stand_in_an_order_that_knows_nothing_of_the_answer(asked):
    options = choice(asked()).get_by_role("radio")
    assert [option.input_value() for option in options.all()] == ["as many", "fewer", "more"]
    assert not [option for option in options.all() if option.is_checked()]


def test_a_wrong_choice_is_told_why_it_tempts_and_the_right_one_opens_the_fold(asked):
    page = asked()
    said = choice(page).get_by_role("status")
    choice(page).get_by_role("button", name="Check").click()
    expect(said).to_have_text("Choose one of them first.")
    choice(page).get_by_text("fewer", exact=True).click()  # its words are part of the target
    choice(page).get_by_role("button", name="Check").click()
    expect(said).to_have_text("“fewer” is not it. Its weights are fewer. Try again.")
    expect(page.get_by_text("They are not fewer.")).to_be_hidden()
    choice(page).get_by_label("more").check()
    choice(page).get_by_role("button", name="Check").click()
    expect(said).to_have_text("Right: more.")
    expect(page.get_by_text("They are not fewer.")).to_be_visible()
    page.reload()
    expect(choice(page).get_by_label("more")).to_be_checked()
    expect(said).to_have_text("Right: more.")


def test_by_the_keyboard_an_arrow_chooses_enter_checks_and_only_that(asked, axe):
    page = asked()
    group = page.get_by_role("group", name="More or fewer?")
    group.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(group.get_by_label("fewer")).to_be_checked()
    expect(choice(page).get_by_role("status")).to_be_empty()
    page.keyboard.press("Enter")
    expect(choice(page).get_by_role("status")).to_contain_text("“fewer” is not it.")
    assert axe(page) == []


# ---- both -------------------------------------------------------------------------------------------------------


def test_nothing_gives_the_answer_away_before(asked):
    page = asked()
    said = page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((part) => [...part.attributes])
          .filter(({ name }) => /^(title|placeholder|value|alt|aria-)/.test(name)).map(({ value }) => value).join()
          + document.body.innerText"""
    )
    assert "8" not in said


def test_a_link_into_the_fold_opens_it(asked):
    page = asked()
    page.get_by_role("link", name="There").click()
    expect(page.get_by_text("It is −8.")).to_be_visible()


def test_a_browser_that_keeps_nothing_answers_all_the_same(asked, browser):
    page = asked()
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('refused'); } })"
    )
    page.reload()
    answer(page, "8")
    expect(said(page)).to_contain_text("You flipped the kernel.")


@pytest.fixture(scope="module")
def read(browser):
    """Return read(text, answer): how the field understands what was typed."""
    page = browser.new_page()
    yield lambda text, answer: page.evaluate(
        f"([text, answer]) => {{ {bundle(SCRIPT)}\nreturn {name_of(SCRIPT)}.read(text, answer); }}", [text, answer]
    )
    page.close()


@pytest.mark.parametrize(
    ("text", "answer", "value"),
    [
        *((" −3 ", 1, -3), ("-3", 1, -3), ("+3", 1, 3), ("1/9", 1, 1 / 9), ("0,5", 1, 0.5), (".5", 1, 0.5)),
        *(
            ("1,024", 1024, 1024),
            ("1,024", 1.024, 1.024),
            ("1,024", 1, 1.024),
            ("0,500", 1000, 0.5),
            ("-1,5", 2000, -1.5),
        ),
        *(("1 024", 7, 1024), ("−12,345,678", 7, -12345678), ("1,024.5", 7, 1024.5), ("1,02", 1024, 1.02)),
        *(("1024/2", 512, 512), ("1,024 1,024", [1024, 1024], [1024, 1024]), ("1,024, 3", [1024, 3], [1024, 3])),
        *(
            ("1 24", 1, None),
            ("1,024 000", 1, None),
            ("", 1, None),
            ("three", 1, None),
            ("3 4", 1, None),
            ("1/0", 1, None),
        ),
        *(("25 %", 25, 25), ("3,1%", 3.1, 3.1), ("%", 1, None), ("25 %%", 25, None)),
        *(("6x6", 36, 36), ("6 · 6", 36, 36), ("6 x 6 ", 6, None), ("6x", 36, None)),
        *(("3x4", [1, 2], [3, 4]), ("3 × 4", [1, 2], [3, 4]), ("3 by 4", [1, 2], [3, 4]), ("3*4", [1, 2], [3, 4])),
        *(("3, 4", [1, 2], [3, 4]), ("3,4", [1, 2], [3, 4]), ("3 4", [1, 2], [3, 4]), ("3 and 4", [1, 2], [3, 4])),
        *(("0,5 1,5", [1, 2], [0.5, 1.5]), ("0,5, 1,5", [1, 2], [0.5, 1.5]), ("−1; 2", [1, 2], [-1, 2])),
        *(("2 4 6", [1, 2, 3], [2, 4, 6]), ("2,4,6", [1, 2, 3], [2, 4, 6]), ("2, 4 and 6", [1, 2, 3], [2, 4, 6])),
        *(("(3, 4)", [1, 2], [3, 4]), ("[ 3 4 ] ", [1, 2], [3, 4]), ("(3, 4", [1, 2], None)),
        *(("3", [1, 2], None), ("3x", [1, 2], None), ("3x4x5", [1, 2], None), ("a, b", [1, 2], None)),
    ],
)
def test_numbers_are_read_as_people_write_them(read, text, answer, value):
    assert read(text, answer) == value


@pytest.fixture(scope="module")
def verdict(browser):
    """Return verdict(text, prediction): what the field says to what was typed."""
    page = browser.new_page()
    yield lambda text, prediction: page.evaluate(
        f"([text, asked]) => {{ {bundle(SCRIPT)}\nreturn {name_of(SCRIPT)}.judge(text, asked).text; }}",
        [text, prediction],
    )
    page.close()


SHARE = {"answer": 3.1, "slips": {"That is the whole.": 56.43, "Nearly.": 3.25}}
WHOLE = {"answer": 65536}
PAIR = {
    "answer": [4, 6],
    "slips": {"That is half for each.": [5, 5], "Those are neighbours.": [3, 7]},
    "any_order": True,
}


@pytest.mark.parametrize(
    ("prediction", "text", "said"),
    [
        *((SHARE, text, "Yes, 3.1.") for text in ("3.1", "3.06", "3.057 %", "3,1%")),
        *((SHARE, text, "Have another look at the question.") for text in ("3", "3.2", "3.16", "3.04", "56", "56.5")),
        *((SHARE, text, "That is the whole.") for text in ("56.43", "56.4", "56.4 %")),
        *((SHARE, text, "Nearly.") for text in ("3.25", "3.3")),
        *((PAIR, text, "Yes, 4, 6.") for text in ("4 6", "6, 4", "6 and 4")),
        *((PAIR, text, "Those are neighbours.") for text in ("3 7", "7 3")),
        *((PAIR, "5 5", "That is half for each."), (PAIR, "5", "“5” is not 2 numbers.")),
        ({"answer": [4, 6]}, "6 4", "Have another look at the question."),
        *((WHOLE, text, "Yes, 65,536.") for text in ("65536", "65,536", "65 536")),
        *((WHOLE, text, "Have another look at the question.") for text in ("65537", "65535", "65,543")),
        *(({"answer": [0.69, 1000]}, text, "Yes, 0.69, 1,000.") for text in ("0.69 1000", "0.693, 1000")),
        ({"answer": [0.69, 1000]}, "0.693, 1001", "Have another look at the question."),
    ],
)
def test_rounding_per_cent_and_order_are_met_as_the_question_means_them(verdict, prediction, text, said):
    assert said in verdict(text, prediction)


# ---- in the book ------------------------------------------------------------------------------------------------


def test_in_a_chapter_an_answer_unfolds_with_and_without_javascript(book_page):
    for javascript in (True, False):
        page = book_page(CHAPTER, javascript=javascript)
        fold = page.locator("details.answer", has=page.locator(".cell_output")).first
        expect(fold.locator(".cell_output").first).to_be_hidden()
        fold.get_by_text("Show the answer").click()
        expect(fold.locator(".cell_output").first).to_be_visible()


# The questions of a page, as it is read without JavaScript, behind which no folded answer stands in their section.
BARE = """(html) => [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("section > p")]
  .filter((p) => [...p.querySelectorAll("strong")].some((s) => s.textContent.startsWith("Predict")))
  .filter((p) => {
    while ((p = p.nextElementSibling) && !p.matches(".answer, section"));
    return !p?.matches(".answer");
  }).map((p) => p.textContent)"""


def test_every_question_of_the_chapters_has_its_answer_folded(book, browser):
    page, bare = browser.new_page(), {}
    for chapter in sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb")):
        html = (book.folder / f"notebooks/{chapter.stem}.html").read_text("utf-8")
        assert "<strong>Predict" in html
        bare[chapter.stem] = page.evaluate(BARE, html)
    page.close()
    assert not any(bare.values()), bare


def test_paper_shows_every_answer(book_page):
    page = book_page(CHAPTER)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.answer:not([open])").count() == 0
    expect(page.get_by_text("Show the answer").first).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.answer[open]").count() == 0
