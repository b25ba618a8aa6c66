"""The pages of the exercises: what is folded, how it opens, what paper shows, and what the search keeps to itself."""

import json
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from hands import wait_until
from playwright.sync_api import expect

from exercises import tasks

FOLDER = Path(__file__).parents[2] / "notebooks" / "exercises"
NAMES = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
PAGE = "notebooks/exercises/01_convolution.html"


def tasks_of(name):
    return tasks(nbformat.read(FOLDER / f"{name}.ipynb", as_version=4))


def printed(task):
    """Return the heading of a task as the page sets it."""
    return f"{task.number}. {task.title}".replace("'", "’")


def test_every_task_shows_its_terms_and_folds_two_hints_and_its_solution(book_page):
    """Without JavaScript, for which the folds must not wait."""
    for name in NAMES:
        page = book_page(f"notebooks/exercises/{name}.html", javascript=False)
        shown = page.locator("article > section > section").evaluate_all(
            """sections => sections.map((section) => {
              const words = (part, selector) => part?.querySelector(selector)?.textContent.trim();
              const [hint, solution] = [".hint", ".solution"].map((kind) => section.querySelector(`:scope > ${kind}`));
              return {
                title: words(section, "h2").replace(/#$/, ""), terms: words(section, ".terms"),
                folds: [hint, hint.querySelector(".fold"), solution, solution.querySelector(".fold")].map((fold) =>
                  [fold.open, words(fold, ":scope > summary")].join(" ")),
                code: solution.querySelector(".fold pre").textContent,
                open: [...section.querySelectorAll(".fold :is(p, pre)")].some((part) => part.checkVisibility()),
              };
            })"""
        )
        found = tasks_of(name)
        assert [part["title"] for part in shown] == [printed(task) for task in found]
        for part, task in zip(shown, found, strict=True):
            points = f"{task.points} point{'s' * (task.points > 1)}"
            assert part["terms"] == f"{points} · about {task.minutes} minutes"
            assert part["folds"] == ["false A nudge", "false The idea", "false Solution", "false Show the solution"]
            assert part["code"].rstrip("\n") == task.solution
            assert not part["open"]


def test_by_keyboard_one_hint_leads_to_the_next_and_a_reload_keeps_what_was_open(book_page):
    page = book_page(PAGE)
    task = page.locator("section", has=page.get_by_role("heading", name="2. One stop")).last
    nudge, idea, code = task.get_by_text("What has become of 400"), task.get_by_text("one loop run"), "total += float"
    task.get_by_text("A nudge").focus()
    page.keyboard.press("Enter")
    expect(nudge).to_be_visible()
    expect(idea).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(idea).to_be_visible()
    task.get_by_text("Solution", exact=True).focus()
    page.keyboard.press("Enter")
    expect(task.get_by_text("Have you tried it")).to_be_visible()
    expect(task.get_by_text(code)).to_be_hidden()
    page.reload()
    expect(idea).to_be_visible()
    expect(task.get_by_text("Have you tried it")).to_be_visible()
    expect(task.get_by_text(code)).to_be_hidden()
    task.get_by_text("Show the solution").click()
    expect(task.get_by_text(code)).to_be_visible()
    expect(task.get_by_text("would have wrapped round before the sum saw it")).to_be_visible()
    expect(page.get_by_text("would have wrapped round")).to_have_count(1)
    page.reload()
    expect(task.get_by_text(code)).to_be_visible()
    task.get_by_text("A nudge").click()
    expect(nudge).to_be_hidden()


def test_what_is_done_by_hand_is_judged_in_the_page_and_its_answer_folds(book_page):
    page = book_page(PAGE)
    task = page.locator("section", has=page.get_by_role("heading", name="3. Four loops")).last
    shape, said = task.get_by_label("Rows and columns of the output"), task.get_by_role("status").first
    words = task.get_by_text("the last window begins at row 2, column 4")
    for typed, answer in {
        "2, 4": "the place where the first one stood counts, too.",
        "5 x 3": "The height comes first, then the width.",
        "3": "“3” is not 2 numbers.",
    }.items():
        shape.fill(typed)
        page.keyboard.press("Enter")
        expect(said).to_contain_text(answer)
        expect(words).to_be_hidden()
    shape.fill("3 × 5")
    page.keyboard.press("Enter")
    expect(said).to_have_text("Yes, 3, 5.")
    expect(words).to_be_visible()
    page.reload()
    expect(words).to_be_visible()
    expect(shape).to_have_value("3 × 5")


@pytest.mark.parametrize("javascript", [True, False])
def test_on_paper_hints_and_then_solutions_stand_behind_the_last_task(book_page, javascript):
    page = book_page(PAGE, width=700, javascript=javascript)
    expect(page.locator(".for-paper").first).to_be_hidden()
    page.emulate_media(media="print")
    if javascript:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    order = page.evaluate(
        """() => {
          const wanted = "article :is(h1, h2, .cell, .answer p, .hint .fold p, .solution pre)";
          const parts = [...document.querySelectorAll(wanted)].filter((part) => !part.matches(".solution .cell"))
            .map((part) => [
              part.getBoundingClientRect().top + part.getBoundingClientRect().height / 2,
              part.closest(".hint, .answer") ? "hint" : part.closest(".solution") ? "solution"
                : part.matches(".for-paper") ? part.innerText : "task",
            ]);
          return parts.sort(([one], [other]) => one - other).map(([, kind]) => kind);
        }"""
    )
    assert list(dict.fromkeys(order)) == ["task", "Hints", "hint", "Solutions", "solution"]
    changes = sum(one != other for one, other in pairwise(order))
    assert (changes, order.count("hint"), order.count("solution")) == (4, 7 + 2, 7)
    expect(page.get_by_text("total += float")).to_be_visible()
    expect(page.get_by_text("Have you tried it").first).to_be_hidden()
    named = page.locator(".solution").evaluate_all("f => f.map((fold) => getComputedStyle(fold, '::before').content)")
    assert named == [json.dumps(printed(task)) for task in tasks_of("01_convolution")]


# What the index of the search has of a page, what an excerpt may quote of it, and what its hints and solutions say.
KNOWN = """async (name) => {
  const html = await (await fetch(`notebooks/exercises/${name}.html`)).text();
  const number = Search._index.docnames.indexOf(`notebooks/exercises/${name}`);
  const words = (text) => splitQuery(text.toLowerCase()).map((word) => new Stemmer().stemWord(word));
  const page = new DOMParser().parseFromString(html, "text/html");
  const wanted = ".answer > p, .hint > p, .hint .fold > p, .solution pre .line, .solution .fold > p";
  const folds = [...page.querySelectorAll(wanted)];
  const quoted = Search.htmlToText(html, null), open = new Set(words(quoted));
  const entries = Object.entries(Search._index.terms).filter(([, places]) => [places].flat().includes(number));
  const indexed = new Set(entries.map(([word]) => word));
  const secret = folds.flatMap((fold) => words(fold.textContent)).filter((word) => word.length > 2 && !open.has(word));
  const said = folds.filter((fold) => !fold.matches(".line")).map((fold) => fold.textContent);
  return {
    folds: said.length, secret: secret.length, indexed: indexed.size,
    quoted: said.filter((text) => quoted.includes(text)), found: secret.filter((word) => indexed.has(word)),
  };
}"""


def test_the_search_finds_and_quotes_no_word_of_a_hint_or_a_solution(book_page):
    page = book_page("search.html")
    wait_until(page, "() => Search.hasIndex()")
    for name in NAMES:
        known = page.evaluate(KNOWN, name)
        assert known["folds"] >= 3 * len(tasks_of(name))
        assert known["secret"] > 50 and known["indexed"] > 50
        assert (known["quoted"], known["found"]) == ([], [])
