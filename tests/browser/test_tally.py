"""What a reader has solved: counted in their browser alone, over tabs and editions, and also where nothing is kept."""

import json

import pytest
from playwright.sync_api import expect

from convbook.widgets.bundle import bundle, name_of
from page_shell import ASSETS
from tally import boxes_of, line_of, row

CHAPTER = "notebooks/01_convolution.html"
EXERCISES = "notebooks/exercises/01_convolution.html"
SOLVED = "book/solved.html"
KEY = "seeing-convolutions solved"
REFUSED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }"

CHOICE = {"answer": "millions", "slips": {"Count the colours, too.": "thousands", "That is for a phone.": "billions"}}
NUMBER = {"answer": 864, "slips": {"That is one question; there are 32.": 27}}
QUESTIONS = {"01/aaaa": "How many, roughly?", "01/bbbb": 'How many "exactly"?'}
TASKS = {"01/one_stop": "1. One stop", "01/loops": "2. Four loops"}
ASKED = "".join(
    f'<div class="prediction" id="question-{n}" data-question="{name}" hidden'
    f" data-prediction='{json.dumps(prediction)}'></div>"
    f'<details class="fold answer"><summary>Show the answer</summary><p>It is so.</p></details>'
    for n, (name, prediction) in enumerate(zip(QUESTIONS, (CHOICE, NUMBER), strict=True))
)
LIST = "".join(
    row(kind, name, words, "#")
    for kind, found in (("question", QUESTIONS), ("exercise", TASKS))
    for name, words in found.items()
)
HTML = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>A chapter</title><link rel="icon" href="data:,">
<main><h1>A chapter</h1>{ASKED}{line_of(QUESTIONS, TASKS, "#")}{boxes_of(TASKS, "#")}
<div class="solved-book"><details data-chapter="Chapter 1" open><summary><b>Chapter 1</b> <span></span></summary>
<ul>{LIST}</ul></details></div></main>
<script>(() => {{
{bundle(ASSETS / "predictions.js", ASSETS / "solved.js")}
{name_of(ASSETS / "predictions.js")}.takePredictions();
{name_of(ASSETS / "solved.js")}.showSolved();
}})()</script></html>"""


@pytest.fixture
def chapter(open_page, bench):
    """Return chapter(**options) -> a page with two questions, two exercises, and all places that say what is solved."""
    (bench.folder / "tally.html").write_text(HTML, encoding="utf-8")
    return lambda **options: open_page(bench, "tally.html", live=False, **options)


def kept(page):
    """Return what the browser keeps of the tally."""
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or "{}")


def keep(page, text):
    page.evaluate(f"text => localStorage.setItem('{KEY}', text)", text)
    page.reload()


def question(page, n):
    return page.locator(".prediction").nth(n)


def choose(page, option):
    question(page, 0).get_by_label(option, exact=True).check()
    question(page, 0).get_by_role("button", name="Check").click()


def type_in(page, text):
    question(page, 1).get_by_role("textbox").fill(text)
    question(page, 1).get_by_role("textbox").press("Enter")


def solve_two(page):
    """Answer the first question at the second try, and the second one at once."""
    choose(page, "billions")
    choose(page, "millions")
    type_in(page, "864")


def says(page, text):
    expect(page.locator(".solved-line")).to_contain_text(text)


def saved(page):
    """Return the rows of the file that a reader saves."""
    with page.expect_download() as caught:
        page.get_by_role("button", name="Save as a file").click()
    assert caught.value.suggested_filename == "what-i-have-solved.csv"
    return caught.value.path().read_text("utf-8-sig").splitlines()


def test_a_line_says_what_is_solved_and_a_reload_keeps_it(chapter):
    page = chapter()
    says(page, "You have solved 0 of 2 questions; 0 of 2 exercises.")
    solve_two(page)
    says(page, "You have solved 2 of 2 questions, 1 of them at the first try; 0 of 2 exercises.")
    type_in(page, "27")  # once right, it stays right
    page.reload()
    says(page, "2 of 2 questions, 1 of them at the first try")
    assert [entry["tries"] for entry in kept(page).values()] == [2, 1]


def test_what_is_no_answer_counts_as_no_try_and_a_look_at_the_answer_is_remembered(chapter):
    page = chapter()
    question(page, 0).get_by_role("button", name="Check").click()
    type_in(page, "many")
    expect(question(page, 0).get_by_role("status")).to_have_text("Choose one of them first.")
    assert kept(page) == {}
    page.get_by_text("Show the answer").nth(1).click()
    type_in(page, "864")
    says(page, "You have solved 1 of 2 questions; 0")
    assert {name: kept(page)["01/bbbb"][name] for name in ("looked", "tries")} == {"looked": True, "tries": 1}


def test_exercises_are_ticked_and_other_tabs_hear_of_it_and_undo_nothing(chapter):
    page, other = chapter(), chapter()
    other.get_by_label("2. Four loops").check()
    says(page, "1 of 2 exercises")
    choose(page, "millions")
    other.get_by_label("1. One stop").check()
    other.get_by_label("2. Four loops").uncheck()
    says(page, "You have solved 1 of 2 questions, 1 of them at the first try; 1 of 2 exercises.")
    other.reload()
    expect(other.get_by_label("1. One stop")).to_be_checked()
    expect(other.get_by_label("2. Four loops")).not_to_be_checked()


def test_the_list_counts_saves_and_asks_once_before_it_clears(chapter):
    page = chapter()
    solve_two(page)
    total = page.locator(".total")
    expect(total).to_contain_text("You have solved 2 of 2 questions")
    expect(page.locator("summary", has_text="Chapter 1")).to_contain_text("2 of 2 questions, 0 of 2 exercises")
    expect(page.locator("li").first).to_contain_text("right at try 2")

    head, first, second, third, _ = saved(page)
    assert head == "chapter,question or exercise,standing,day"
    assert first.startswith('"Chapter 1","How many, roughly?","right at try 2","20')
    assert second.startswith('"Chapter 1","How many ""exactly""?","right at the first try","20')
    assert third == '"Chapter 1","1. One stop","",""'

    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Clear all")).to_be_focused()
    expect(total).to_contain_text("You have solved 2 of 2")
    page.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="Yes, forget it").click()
    expect(total).to_contain_text("You have solved 0 of 2")
    assert page.evaluate(f"localStorage.getItem('{KEY}')") is None


def test_ids_that_this_edition_does_not_know_are_kept_and_not_counted(chapter):
    page = chapter()
    old = {"01/00000000": {"tries": 1, "right": "2026-01-01"}, "17/x": "odd"}
    keep(page, json.dumps(old))
    says(page, "You have solved 0 of 2")
    choose(page, "millions")
    says(page, "You have solved 1 of 2")
    assert {name: kept(page)[name] for name in old} == old
    assert '"another edition","01/00000000","right at the first try","2026-01-01"' in saved(page)


@pytest.mark.parametrize("broken", ["{", "[1]", "null", '"x"', '{"01/one_stop": null}', '{"__proto__": {"right": 1}}'])
def test_what_is_broken_counts_as_nothing_and_stops_nothing(chapter, broken):
    page = chapter()
    keep(page, broken)
    says(page, "You have solved 0 of 2 questions; 0 of 2")
    page.get_by_label("1. One stop").check()
    page.reload()
    expect(page.get_by_label("1. One stop")).to_be_checked()


@pytest.mark.parametrize("spoilt", [REFUSED, FULL], ids=["refused", "full"])
def test_where_nothing_is_kept_all_is_answered_and_counted_as_long_as_the_page_is_open(chapter, spoilt):
    page = chapter()
    expect(page.locator(".not-kept")).to_be_empty()
    page.add_init_script(spoilt)
    page.reload()
    solve_two(page)
    says(page, "You have solved 2 of 2 questions, 1 of them at the first try")
    expect(page.locator(".not-kept")).to_contain_text("Your browser keeps nothing for this page")
    page.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="Yes, forget it").click()
    says(page, "You have solved 0 of 2")


# ---- in the book ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", ["http", "file"])
def test_what_is_solved_in_a_chapter_stands_on_the_page_of_the_book(book_page, axe, over):
    page = book_page(CHAPTER, over=over, live=False)
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    says(page, "You have solved 0 of 14 questions; 0 of 7 exercises.")
    choose(page, "millions")
    page.get_by_role("button", name="Colours").click()
    names = page.evaluate("Object.keys(localStorage)")
    assert names and all(name.startswith("seeing-convolutions ") for name in names)
    assert [url for url in sent if "/_static/" not in url and "/_images/" not in url] == []
    page.goto(page.url.split("#")[0].replace(CHAPTER, EXERCISES))
    page.get_by_label("3. Four loops").check()
    page.get_by_role("link", name="What I have solved").last.click()
    first = page.locator(".solved-book details").first
    expect(page.locator(".total")).to_contain_text("You have solved 1 of ")
    expect(first.locator("summary")).to_contain_text("1 of 14 questions, 1 of 7 exercises")
    first.locator("summary").click()
    assert over == "file" or axe(page) == []  # axe reads style sheets, which a file may not
    page.get_by_role("link", name="What do you get when the kernel is turned round?").click()
    expect(page.locator(".prediction:target input")).to_be_in_viewport()


def test_without_javascript_no_line_counts_and_the_page_is_a_list(book_page):
    expect(book_page(CHAPTER, javascript=False).locator(".solved-line")).to_be_hidden()
    page = book_page(SOLVED, javascript=False)
    page.locator(".solved-book summary").first.click()
    expect(page.get_by_role("link", name="What do you get when the kernel is turned round?")).to_be_visible()
