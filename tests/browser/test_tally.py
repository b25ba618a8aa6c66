"""What a reader has solved: counted in their browser alone, over tabs and editions, and also where nothing is kept."""

import json

import pytest
from playwright.sync_api import expect

CHAPTER = "notebooks/01_convolution.html"
EXERCISES = "notebooks/exercises/01_convolution.html"
SOLVED = "book/solved.html"
KEY = "seeing-convolutions solved"
REFUSED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }"


@pytest.fixture
def kept():
    """Return kept(page) -> what the browser keeps of the tally."""
    return lambda page: json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or "{}")


def question(page, n):
    return page.locator(".prediction").nth(n)


def choose(asked, option):
    asked.get_by_label(option, exact=True).check()
    asked.get_by_role("button", name="Check").click()


def type_in(asked, text):
    asked.get_by_role("textbox").fill(text)
    asked.get_by_role("textbox").press("Enter")


def line(page):
    return page.locator(".solved-line")


def solve_two(page):
    """Answer the first question at the second try, and the second one at once."""
    choose(question(page, 0), "billions")
    choose(question(page, 0), "millions")
    type_in(question(page, 1), "864")


def test_a_chapter_ends_in_what_is_solved_of_it_and_a_reload_keeps_it(book_page, kept):
    page = book_page(CHAPTER, live=False)
    expect(line(page)).to_contain_text("You have solved 0 of 14 questions; 0 of 7 exercises.")
    solve_two(page)
    expect(line(page)).to_contain_text(
        "You have solved 2 of 14 questions, 1 of them at the first try; 0 of 7 exercises."
    )
    type_in(question(page, 1), "27")  # once right, it stays right
    page.reload()
    expect(line(page)).to_contain_text("2 of 14 questions, 1 of them at the first try")
    assert sorted(entry["tries"] for entry in kept(page).values()) == [1, 2]


def test_what_is_no_answer_counts_as_no_try_and_a_look_at_the_answer_is_remembered(book_page, kept):
    page = book_page(CHAPTER, live=False)
    question(page, 0).get_by_role("button", name="Check").click()
    type_in(question(page, 1), "many")
    expect(question(page, 0).get_by_role("status")).to_have_text("Choose one of them first.")
    assert kept(page) == {}
    question(page, 1).locator("+ details > summary").click()
    type_in(question(page, 1), "864")
    expect(line(page)).to_contain_text("You have solved 1 of 14 questions; 0")
    [entry] = kept(page).values()
    assert entry["looked"] is True and entry["tries"] == 1


def test_exercises_are_ticked_and_counted_and_other_tabs_hear_of_it(book_page):
    chapter, exercises = book_page(CHAPTER, live=False), book_page(EXERCISES, live=False)
    exercises.get_by_label("3. Four loops").check()
    expect(line(chapter)).to_contain_text("1 of 7 exercises")
    choose(question(chapter, 0), "millions")  # and neither tab undoes what the other has written
    exercises.get_by_label("1. Predict").check()
    exercises.get_by_label("3. Four loops").uncheck()
    expect(line(chapter)).to_contain_text(
        "You have solved 1 of 14 questions, 1 of them at the first try; 1 of 7 exercises."
    )
    exercises.reload()
    expect(exercises.get_by_label("1. Predict")).to_be_checked()
    expect(exercises.get_by_label("3. Four loops")).not_to_be_checked()


def test_the_page_of_the_book_counts_lists_saves_and_clears(book_page, axe):
    page = book_page(CHAPTER, live=False)
    solve_two(page)
    page.get_by_role("link", name="What I have solved").last.click()
    total, chapter = page.locator(".total"), page.locator("details").first
    expect(total).to_contain_text("You have solved 2 of ")
    expect(chapter.locator("summary")).to_contain_text("2 of 14 questions, 0 of 7 exercises")
    chapter.locator("summary").click()
    expect(chapter.locator("li").first).to_contain_text("right at try 2")
    assert axe(page) == []

    with page.expect_download() as caught:
        page.get_by_role("button", name="Save as a file").click()
    assert caught.value.suggested_filename == "what-i-have-solved.csv"
    text = caught.value.path().read_text("utf-8-sig")
    first, second, third = text.splitlines()[1:4]
    assert first.startswith('"Convolution: how does a network see an edge?","How many weights is that: thousands,')
    assert '"right at try 2","20' in first
    assert '"right at the first try","20' in second
    assert third.endswith(',"",""')

    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Clear all")).to_be_focused()
    expect(total).to_contain_text("You have solved 2 of ")
    page.get_by_role("button", name="Clear all").click()
    page.get_by_role("button", name="Yes, forget it").click()
    expect(total).to_contain_text("You have solved 0 of ")
    assert page.evaluate(f"localStorage.getItem('{KEY}')") is None


def test_a_listed_question_leads_to_the_question(book_page):
    page = book_page(SOLVED)
    page.locator("details").first.locator("summary").click()
    page.get_by_role("link", name="What do you get when the kernel is turned round?").click()
    expect(page.locator(".prediction:target input")).to_be_in_viewport()


def test_ids_that_this_edition_does_not_know_are_kept_and_not_counted(book_page, kept):
    page = book_page(CHAPTER, live=False)
    old = {"01_convolution/00000000": {"tries": 1, "right": "2026-01-01"}, "__proto__": 3, "17_new/x": "odd"}
    page.evaluate(f"old => localStorage.setItem('{KEY}', old)", json.dumps(old))
    page.reload()
    expect(line(page)).to_contain_text("You have solved 0 of 14")
    choose(question(page, 0), "millions")
    expect(line(page)).to_contain_text("You have solved 1 of 14")
    assert {name: kept(page)[name] for name in old} == old
    page.goto(page.url.replace(CHAPTER, SOLVED))
    with page.expect_download() as caught:
        page.get_by_role("button", name="Save as a file").click()
    assert '"another edition","01_convolution/00000000","right at the first try","2026-01-01"' in (
        caught.value.path().read_text("utf-8-sig")
    )


@pytest.mark.parametrize("broken", ["{", "[1]", "null", '"x"', '{"01_convolution/one_stop": null}'])
def test_what_is_broken_counts_as_nothing_and_stops_nothing(book_page, broken):
    page = book_page(EXERCISES, live=False)
    page.evaluate(f"broken => localStorage.setItem('{KEY}', broken)", broken)
    page.reload()
    expect(page.get_by_label("2. One stop")).not_to_be_checked()
    page.get_by_label("2. One stop").check()
    page.reload()
    expect(page.get_by_label("2. One stop")).to_be_checked()


@pytest.mark.parametrize("spoilt", [REFUSED, FULL], ids=["refused", "full"])
def test_where_nothing_is_kept_all_is_answered_and_counted_as_long_as_the_page_is_open(book_page, spoilt):
    page = book_page(CHAPTER, live=False)
    page.add_init_script(spoilt)
    page.reload()
    solve_two(page)
    expect(line(page)).to_contain_text("You have solved 2 of 14 questions, 1 of them at the first try")
    page.goto(page.url.replace(CHAPTER, SOLVED))
    expect(page.locator(".not-kept")).to_contain_text("Your browser keeps nothing for this page")
    expect(page.locator(".total")).to_contain_text("You have solved 0 of ")


def test_it_counts_from_a_double_clicked_file(book_page):
    page = book_page(CHAPTER, over="file", live=False)
    solve_two(page)
    page.goto(page.url.replace(CHAPTER, SOLVED))
    expect(page.locator(".total")).to_contain_text("You have solved 2 of ")
    expect(page.locator(".not-kept")).to_be_empty()


def test_everything_that_the_book_keeps_bears_its_name_and_goes_nowhere(book_page):
    page = book_page(CHAPTER, live=False)
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="Colours").click()
    solve_two(page)
    names = page.evaluate("Object.keys(localStorage)")
    assert names and all(name.startswith("seeing-convolutions ") for name in names)
    assert [url for url in sent if "/_static/" not in url and "/_images/" not in url] == []


def test_without_javascript_no_line_counts_and_the_page_is_a_list(book_page):
    expect(line(book_page(CHAPTER, javascript=False))).to_be_hidden()
    page = book_page(SOLVED, javascript=False)
    page.locator("details").first.locator("summary").click()
    expect(page.get_by_role("link", name="What do you get when the kernel is turned round?")).to_be_visible()


@pytest.mark.parametrize("path", [EXERCISES, SOLVED])
def test_on_a_phone_nothing_is_too_wide_and_all_is_open_to_everyone(book_page, axe, path):
    page = book_page(path, width=360, touch=True, theme="dark")
    if path == SOLVED:
        page.locator("details").first.locator("summary").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert axe(page) == []
