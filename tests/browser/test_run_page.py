"""Code cells that are edited and run in the page: all that is not Python itself, for which a stand-in answers."""

import io
import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from run_stand_in import CELLS, kept, write_page, write_site

from convbook.checks._words import spread
from convbook.checks.judge import Verdict
from serve import STRICT, serving

REFUSED = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }"
OF_AN_EARLIER_RUN, OF_THE_BOOK = '"From an earlier run:"', '"Output of the book’s code:"'
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
COLOURS = """(code) => {
  const letters = [], walk = (node) => node.nodeType === 3
    ? [...node.data].forEach((letter) => letters.push([letter, getComputedStyle(node.parentNode).color]))
    : node.childNodes.forEach(walk);
  walk(code);
  return letters.filter(([letter]) => letter.trim());
}"""


@pytest.fixture(scope="module")
def site(bench, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    write_site(folder)
    with serving(folder, policy=STRICT) as address:
        yield type(bench)(folder, address)


@pytest.fixture
def chapter(open_page, site):
    """Return chapter(cells, **options) -> a page of these cells."""

    def chapter(cells=CELLS, **options):
        write_page(site.folder, cells)
        return open_page(site, "notebooks/chapter.html", live=False, **options)

    return chapter


def code(page, name):
    return page.locator(f"[data-cell={name}] pre:has(.line)")


def said(page, name):
    return page.locator(f"[data-cell={name}] .run-said")


def output(page, name):
    return page.locator(f"[data-cell={name}] .cell_output")


def bar(page, name, button):
    return page.locator(f"[data-cell={name}] .run-bar").get_by_role("button", name=re.compile(f"^{button}"))


def run(page, name):
    bar(page, name, "Run").first.click()
    expect(said(page, name)).to_have_text(re.compile("Done|Ended"))


def write(page, name, text):
    """Put other words into a cell, by hand."""
    code(page, name).click()
    expect(code(page, name).get_by_role("textbox")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(text)


def words(page, name):
    return page.evaluate(
        "code => code.value ?? code.textContent.replace(/\\n$/, '')", code(page, name).element_handle()
    )


def spoken(page):
    return page.locator(".run-spoken")


def hear(page):
    """Take note of what a screen reader says from here on; what is returned gives it."""
    page.evaluate(
        """() => {
          window.heard = [];
          const note = ({ addedNodes, target }) =>
            target.matches(".run-spoken") && heard.push(...[...addedNodes].map(({ data }) => data));
          new MutationObserver((all) => all.forEach(note)).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    return lambda: page.evaluate("heard")


# ---- before the first click -----------------------------------------------------------------------------------------


def test_nothing_is_loaded_before_the_first_click(chapter):
    page = chapter()
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert [name for name in asked if "/run/" in name or "/python/" in name] == []
    expect(page.locator(".run-bar")).to_have_count(5)
    expect(page.get_by_role("button", name="Run all")).to_have_count(1)
    expect(page.get_by_text("Run it here.")).to_be_visible()
    expect(page.get_by_text("Get a notebook.")).to_be_hidden()


@pytest.mark.parametrize("how", ["file", "no script", "no python", "no WebAssembly"])
def test_where_code_cannot_run_there_is_no_trace_of_it(open_page, site, how):
    write_page(site.folder, python="" if how == "no python" else "../_static/python/")
    options = {"over": "file"} if how == "file" else {"javascript": how != "no script"}
    page = open_page(site, "notebooks/chapter.html", live=False, **options)
    if how == "no WebAssembly":
        page.add_init_script("delete window.WebAssembly")
        page.reload()
    expect(page.get_by_text("Get a notebook.")).to_be_visible()
    expect(page.get_by_text("Run it here.")).to_be_hidden()
    expect(page.locator(".run-bar")).to_have_count(0)
    height, drawn = (
        code(page, "one").evaluate(f"e => e.closest('{box}').offsetHeight") for box in (".cell_input", "pre")
    )
    assert height == drawn
    assert code(page, "one").get_attribute("tabindex") is None


def test_the_room_of_the_buttons_is_kept_before_a_script_draws_them(chapter):
    page = chapter()
    tops = "[...document.querySelectorAll('.cell_output')].map((place) => place.offsetTop)"
    drawn = page.evaluate(tops)
    page.evaluate("document.querySelectorAll('.run-bar').forEach((bar) => bar.remove())")
    assert page.evaluate(tops) == drawn


# ---- the editor -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 360])
def test_the_editor_takes_the_place_of_the_printed_code_letter_by_letter(chapter, width):
    page = chapter(width=width, touch=width < 1000)
    for name in ("two", "five"):
        code(page, name).scroll_into_view_if_needed()
        box, colours = code(page, name).bounding_box(), code(page, name).evaluate(COLOURS)
        (code(page, name).tap if width < 1000 else code(page, name).click)()
        expect(code(page, name).get_by_role("textbox")).to_be_focused()
        assert code(page, name).bounding_box() == pytest.approx(box, abs=0.6)
        assert code(page, name).evaluate(COLOURS) == colours
        assert words(page, name) == CELLS[name]
    expect(page.get_by_role("textbox", name="Code 5 of 5")).to_be_focused()


def test_the_caret_stands_where_the_reader_clicked_and_what_was_selected_stays_selected(chapter):
    page = chapter()
    box = code(page, "two").evaluate(
        """(code) => {
          const range = document.createRange(), text = code.querySelectorAll(".line")[1];
          range.selectNodeContents(text);
          const { left, top, height } = range.getClientRects()[0];
          return { x: left, y: top + height / 2 };
        }"""
    )
    page.mouse.click(box["x"] + 1, box["y"])
    expect(code(page, "two").get_by_role("textbox")).to_be_focused()
    page.keyboard.type("z")
    assert words(page, "two") == 'x = 1\nzprint("two")'
    place = code(page, "one").locator(".nb").bounding_box()
    page.mouse.move(place["x"] + 1, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] - 1, place["y"] + 5)
    page.mouse.up()
    expect(code(page, "one").get_by_role("textbox")).to_be_focused()
    page.keyboard.type("show")
    assert words(page, "one") == 'show("one")'


def test_by_keyboard_tab_passes_the_code_until_something_is_written_and_esc_gives_it_back(chapter):
    page = chapter()
    page.get_by_role("button", name="Notebook").focus()
    for _ in range(3):  # the colours, the first code, which becomes an editor
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('pre') !== null"):
            break
    editor = page.get_by_role("textbox", name="Code 1 of 5")
    expect(editor).to_be_focused()
    expect(editor).to_have_accessible_description(re.compile("Escape, and then Tab, leaves it"))
    copy = page.locator("[data-cell=one]").get_by_role("button", name="Copy")
    page.keyboard.press("Tab")
    expect(copy).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(editor).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("for i in x:")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert words(page, "one").endswith("for i in x:\n        ")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(copy).to_be_focused()
    page.keyboard.press("Tab")
    expect(bar(page, "one", "Run").first).to_be_focused()


def test_what_stands_there_is_copied_and_undo_and_reset_give_it_back(chapter):
    page = chapter()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    write(page, "two", "a = 1\n\nb = 2")
    page.locator("[data-cell=two]").get_by_role("button", name="Copy").click()
    expect(page.locator("[data-cell=two] .copy [role=status]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "a = 1\n\nb = 2"
    bar(page, "two", "Reset").press("Enter")
    assert words(page, "two") == CELLS["two"]
    assert kept(page) == {}
    expect(bar(page, "two", "Undo")).to_be_focused()
    page.keyboard.press("Enter")
    assert words(page, "two") == "a = 1\n\nb = 2"
    code(page, "two").get_by_role("textbox").focus()
    for _ in range(3):
        page.keyboard.press("ControlOrMeta+z")
    assert words(page, "two") == CELLS["two"]
    expect(bar(page, "two", "Reset")).to_be_hidden()


# ---- running --------------------------------------------------------------------------------------------------------


def test_a_cell_runs_after_what_stands_above_it_once(chapter):
    page = chapter()
    run(page, "two")
    assert page.evaluate("ran") == [CELLS[name] for name in ("hidden", "one", "two")]
    run(page, "four")
    assert page.evaluate("ran.slice(3)") == [CELLS["asked"], CELLS["four"]]
    write(page, "one", 'print("other")')
    run(page, "four")
    assert page.evaluate("ran.slice(5)") == ['print("other")', CELLS["four"]]
    expect(output(page, "one")).to_have_text("other\n")  # what stood there was of other words
    run(page, "four")
    assert page.evaluate("ran.slice(7)") == [CELLS["four"]]


def test_what_it_gives_stands_in_its_place_and_reset_brings_the_books_back(chapter):
    page = chapter()
    run(page, "two")
    expect(output(page, "two")).to_have_text("two\n")
    expect(output(page, "one").locator("> div")).to_have_text("one")  # as the book has it: not drawn anew
    write(page, "two", "x = 1")
    run(page, "two")
    expect(output(page, "two")).to_be_empty()
    bar(page, "two", "Reset").click()
    expect(output(page, "two")).to_have_text("two")
    write(page, "four", 'print("new")')
    run(page, "four")
    expect(output(page, "four")).to_have_text("new\n")


def label(place):
    """Return what the page says of what stands in a place, or "none"."""
    return place.evaluate("place => getComputedStyle(place, '::before').content")


def test_what_other_code_has_given_says_so_also_on_paper(chapter):
    page = chapter()
    shown = output(page, "two")
    assert label(shown) == "none"
    write(page, "two", 'print("mine")\ninput()')
    assert label(shown) == OF_THE_BOOK
    page.emulate_media(media="print")
    expect(shown).to_be_visible()
    assert label(shown) == OF_THE_BOOK
    page.emulate_media(media="screen")
    page.reload()
    expect(code(page, "two").get_by_role("textbox")).to_be_visible()
    assert label(shown) == OF_THE_BOOK
    write(page, "two", 'input()\nprint("mine")')
    bar(page, "two", "Run").first.click()
    expect(said(page, "two")).to_have_text("Running …")
    expect(shown).to_have_attribute("data-age", "waits")
    bar(page, "two", "Stop").click()
    expect(shown).to_have_attribute("data-age", "book")  # it came to no end that could be shown
    write(page, "two", 'print("mine")')
    run(page, "two")
    expect(shown).to_have_text("mine\n")
    assert label(shown) == "none"
    write(page, "two", 'input()\nprint("mine")')
    assert label(shown) == OF_AN_EARLIER_RUN
    bar(page, "two", "Run").first.click()
    expect(shown).to_have_attribute("data-age", "waits")
    bar(page, "two", "Stop").click()
    assert label(shown) == OF_AN_EARLIER_RUN
    bar(page, "two", "Reset").click()
    assert label(shown) == "none"


def test_paper_has_all_of_a_long_output(chapter):
    page = chapter(width=700)
    output(page, "one").evaluate(
        """place => {
          place.innerHTML = `<div class="output long"><div class="highlight"><pre></pre></div></div>`;
          place.querySelector("pre").textContent = `${"a letter ".repeat(40)}\n`.repeat(120);
        }"""
    )
    printed = output(page, "one").locator("pre")
    hidden = "pre => [pre.scrollHeight > pre.clientHeight + 1, pre.scrollWidth > pre.clientWidth + 1]"
    assert printed.evaluate(hidden) == [True, True]
    page.emulate_media(media="print")
    assert printed.evaluate(hidden) == [False, False]


def test_what_points_into_a_line_stands_only_where_lines_are_not_wrapped(chapter):
    page = chapter()
    carets = page.locator(".carets")
    output(page, "one").evaluate(
        "place => { place.innerHTML = '<pre>1 / 0\\n<span class=carets>~~^~~\\n</span></pre>' }"
    )
    expect(carets).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 700})
    expect(carets).to_be_hidden()


def test_rows_of_seven_numbers_stand_on_a_line_in_a_verdict_on_a_phone(chapter):
    page = chapter(width=360)
    verdict = Verdict(f"f(x) with\n{spread(x=np.full((3, 7), -10))}", right=False)
    shown = f'<div class="output text_html">{verdict._repr_html_()}</div>'
    output(page, "one").evaluate("(place, shown) => { place.innerHTML = shown; }", shown)
    box = output(page, "one").locator(".text_html > div")
    height = "box => box.offsetHeight"
    wrapped = box.evaluate(height)
    output(page, "one").evaluate("place => { place.style.width = '100rem'; }")
    assert box.evaluate(height) == wrapped


@pytest.mark.parametrize("width", [360, 1280])
def test_wide_html_scrolls_in_its_place(chapter, width):
    page = chapter(width=width)
    shown = "<div class='output text_html'><table><tr>" + 60 * "<td>wide cell</td>" + "</tr></table></div>"
    output(page, "one").evaluate("(place, shown) => { place.innerHTML = shown; }", shown)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert output(page, "one").locator(".text_html").evaluate("box => box.scrollWidth > 2 * box.clientWidth")


def test_an_error_is_shown_where_it_is_and_stops_no_other_cell(chapter):
    page = chapter()
    write(page, "one", "1 / 0")
    run(page, "two")
    expect(output(page, "one").locator(".error")).to_have_text("division by zero")
    expect(said(page, "one")).to_have_text("Ended in an error")
    expect(output(page, "two")).to_have_text("two\n")
    run(page, "two")
    assert page.evaluate("ran.slice(3)") == ["1 / 0", CELLS["two"]]  # it has not run to a good end
    run(page, "one")
    expect(spoken(page)).to_have_text("Code 1: error. ZeroDivisionError: division by zero")


def test_where_an_error_comes_from_one_above_the_cell_leads_there(chapter):
    far = {f"far-{n}": f'print("{n}")' for n in range(12)}
    lines = {"a": "1 / 0\ncamera = 1", **far, "b": "camera\nedges = 1", "c": "edges", "d": "other"}
    page = chapter(lines)
    run(page, "c")
    expect(said(page, "c")).to_contain_text("Ended in an error. So did code 1 above, on which it builds.")
    told = "Code 15: error. NameError: name 'edges' is not defined. So did code 1 above, on which it builds."
    expect(spoken(page)).to_have_text(told)
    expect(said(page, "a")).to_have_text("Ended in an error")
    expect(page.locator("[data-cell=a]")).not_to_be_in_viewport()
    said(page, "c").get_by_role("button", name="Show code 1").click()
    expect(output(page, "a").locator(".error")).to_be_in_viewport()
    expect(bar(page, "a", "Run").first).to_be_focused()
    run(page, "d")
    expect(said(page, "d")).to_have_text("Ended in an error")  # of its own
    write(page, "a", "camera = 1")
    expect(said(page, "a")).to_have_text("")


def test_a_word_about_a_run_goes_with_the_code_that_ran(chapter):
    page = chapter()
    write(page, "two", "1 / 0")
    run(page, "two")
    expect(said(page, "two")).to_have_text("Ended in an error")
    bar(page, "two", "Reset").click()
    expect(said(page, "two")).to_have_text("")
    run(page, "two")
    expect(said(page, "two")).to_have_text(re.compile("^Done"))
    bar(page, "two", "Undo").click()
    expect(said(page, "two")).to_have_text("")
    run(page, "two")
    menu(page, "Back to the book’s code everywhere").click()
    expect(said(page, "two")).to_have_text("")


def test_a_reset_while_it_runs_ends_with_the_books_code_and_output(chapter):
    page = chapter()
    write(page, "two", 'x = 9\nprint("early")\ninput()\nprint("late")')
    bar(page, "two", "Run").first.click()
    expect(output(page, "two")).to_have_text("early\n")
    bar(page, "two", "Reset").click()
    expect(said(page, "two")).to_have_text("The earlier code still runs")
    expect(output(page, "two")).to_have_text("two")
    page.evaluate("go()")
    expect(said(page, "two")).to_have_text("")
    expect(spoken(page)).to_contain_text("Code 2, as it stood before: done.")
    expect(output(page, "two")).to_have_text("two")
    assert label(output(page, "two")) == "none"
    run(page, "four")  # which builds on the book's code, not on what ran last
    assert page.evaluate("ran.slice(3)") == [CELLS["two"], CELLS["asked"], CELLS["four"]]
    page.evaluate("kernel.stop(); slowly = true")
    write(page, "one", 'print("never")')
    bar(page, "one", "Run").first.click()
    bar(page, "one", "Reset").click()
    page.evaluate("loaded()")
    expect(said(page, "one")).to_have_text("")
    expect(page.locator("[data-cell=one]")).to_have_attribute("data-state", "")
    assert 'print("never")' not in page.evaluate("ran")
    expect(output(page, "one")).to_have_text("one")
    assert label(output(page, "one")) == "none"


def test_what_is_changed_while_it_runs_is_not_called_done_and_runs_when_asked(chapter):
    page = chapter()
    write(page, "one", 'input()\nprint("first")')
    bar(page, "one", "Run").first.click()
    expect(said(page, "one")).to_have_text("Running …")
    write(page, "one", 'print("second")')
    expect(said(page, "one")).to_have_text("The earlier code still runs")
    page.evaluate("go()")
    expect(output(page, "one")).to_have_text("first\n")
    expect(said(page, "one")).to_have_text("")
    assert label(output(page, "one")) == OF_AN_EARLIER_RUN
    write(page, "one", 'input()\nprint("third")')
    page.keyboard.press("Shift+Enter")
    expect(said(page, "one")).to_have_text("Running …")
    for text in ("passed over", "fourth"):
        write(page, "one", f'print("{text}")')
        page.keyboard.press("Shift+Enter")
    expect(said(page, "one")).to_have_text("Waiting: the earlier code still runs")
    page.evaluate("go()")
    expect(output(page, "one")).to_have_text("fourth\n")
    expect(said(page, "one")).to_have_text("Done")
    assert label(output(page, "one")) == "none"
    page.evaluate("kernel.stop(); slowly = true")  # Python is loaded anew
    for text in ("passed over", "fifth"):
        write(page, "one", f'print("{text}")')
        page.keyboard.press("Shift+Enter")
        expect(said(page, "one")).to_have_text("Loading Python …")
    page.evaluate("loaded()")
    expect(output(page, "one")).to_have_text("fifth\n")
    expect(said(page, "one")).to_have_text("Done")
    assert 'print("passed over")' not in page.evaluate("ran")


def test_where_only_hidden_code_stands_above_nothing_else_is_announced(chapter):
    page = chapter({"hidden": "import hidden\ninput()", "one": 'print("one")'})
    page.get_by_role("button", name="Run all").click()
    expect(said(page, "one")).to_have_text("First some code that the page does not show")
    page.evaluate("go()")
    expect(said(page, "one")).to_have_text("Done")


def test_a_check_waits_for_an_answer_that_ended_in_an_error(chapter):
    page = chapter({"answer": "f = 1", "check": 'check("one_stop", f)', "four": "y = 2"})
    box, waits = page.get_by_label("1. One stop"), "The cell above ended in an error; the check waits for it."
    write(page, "answer", "1 / 0")
    bar(page, "check", "Run").first.click()
    expect(said(page, "check")).to_have_text(waits)
    expect(spoken(page)).to_have_text(f"Code 2: {waits}")
    run(page, "four")
    page.get_by_role("button", name="Run all").click()
    expect(spoken(page)).to_have_text("All code of the page has run; 1 of its cells ended in an error.")
    assert page.evaluate("ran") == ["1 / 0", "1 / 0", "y = 2", "1 / 0", "y = 2"]
    expect(box).not_to_be_checked()
    write(page, "answer", "f = 2")
    run(page, "check")
    expect(box).to_be_checked()
    assert label(output(page, "check")) == "none"
    write(page, "answer", "1 / 0")
    assert label(output(page, "check")) == OF_AN_EARLIER_RUN
    run(page, "answer")
    bar(page, "check", "Run").first.click()
    expect(said(page, "check")).to_have_text(waits)
    assert label(output(page, "check")) == OF_AN_EARLIER_RUN


def test_what_was_made_of_something_that_is_no_more_says_so(chapter):
    made = {"a": "x = 1", "b": "y = 2  # x", "two": 'print("two")  # y', "four": 'print("four")', "five": "z = 3"}
    page = chapter(made)

    def ages():
        return [label(output(page, name)) != "none" for name in ("two", "four")]

    run(page, "four")
    assert ages() == [False, False]
    write(page, "a", "x = 2")
    assert ages() == [True, False]  # the book's output is that of the book's code
    run(page, "five")
    assert ages() == [True, False]
    run(page, "two")
    assert ages() == [False, False]
    write(page, "a", "x = 3")
    assert ages() == [True, False]
    write(page, "a", "x = 2")
    assert ages() == [False, False]
    for text in ("x = 3", "x = 3", "w = 3"):  # other words, the same anew, and a name that is gone
        write(page, "a", text)
        run(page, "a")
        assert ages() == [True, False]
        run(page, "two")
        assert ages() == [False, False]


def test_keys_that_come_before_the_editor_are_kept(chapter):
    page, held = chapter(), []
    page.route("**/editor.js*", lambda route: held.append(route))
    with page.expect_request("**/editor.js*"):
        code(page, "one").focus()
        page.keyboard.press("Shift+Enter")
    assert page.evaluate("ran") == []
    held[0].continue_()
    expect(spoken(page)).to_have_text("Code 1: done. one")
    expect(page.get_by_role("textbox", name="Code 1 of 5")).to_be_focused()
    assert words(page, "one") == CELLS["one"]


def test_keys_run_the_code_and_the_focus_stays_where_it_is(chapter):
    page = chapter()
    for n, key in enumerate(("Shift+Enter", "Control+Enter"), start=1):
        write(page, "one", f'print("{n}")')
        page.keyboard.press(key)
        expect(spoken(page)).to_have_text(f"Code 1: done. {n}")
        expect(page.get_by_role("textbox", name="Code 1 of 5")).to_be_focused()
        assert words(page, "one") == f'print("{n}")'


def test_on_android_the_keys_of_a_keyboard_run_the_code(chapter):
    page = chapter()
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setUserAgentOverride", {"userAgent": ANDROID})
    page.reload()
    write(page, "one", 'print("by keys")')
    page.keyboard.press("Shift+Enter")
    expect(output(page, "one")).to_have_text("by keys\n")
    assert words(page, "one") == 'print("by keys")'


def test_what_a_question_hides_is_opened_by_who_runs_its_code_and_by_nobody_else(chapter):
    page = chapter()
    fold = page.locator("details.answer")
    run(page, "four")
    page.get_by_role("button", name="Run all").click()
    expect(spoken(page)).to_have_text("All code of the page has run.")
    assert not fold.evaluate("fold => fold.open")
    run(page, "asked")
    assert fold.evaluate("fold => fold.open")
    expect(fold.locator(".cell_output")).to_have_text("the answer\n")
    assert "looked" in page.evaluate("localStorage['seeing-convolutions solved']")


def test_while_python_loads_and_runs_the_cell_says_so_and_stop_ends_it(chapter):
    page = chapter()
    page.evaluate("slowly = true")
    heard = hear(page)
    write(page, "two", 'print("first")\ninput()')
    bar(page, "two", "Run").first.click()
    expect(said(page, "two")).to_have_text("Loading Python …")
    page.evaluate("kernel.progress(4e6, 0)")  # before it knows how much is to come
    expect(spoken(page)).to_have_text("Loading Python.")
    for part, loaded in (("A quarter", 6e6), ("Half", 12e6), ("Three quarters", 18e6)):
        page.evaluate(f"kernel.progress({loaded}, 23.4e6)")
        expect(said(page, "two")).to_have_text(f"Loading Python: {loaded / 1e6:.0f} of 23 MB, from the net only once")
        expect(spoken(page)).to_have_text(f"{part} of Python is loaded.")
    for loaded in (23.3e6, 23.4e6):
        page.evaluate(f"kernel.progress({loaded}, 23.4e6)")
        expect(said(page, "two")).to_have_text("Python is starting …")
    page.evaluate("loaded()")
    expect(said(page, "two")).to_have_text("Running …")
    page.evaluate("kernel.progress(24e6, 24e6)")  # a package that comes later
    assert heard() == [
        "Loading Python.",
        "A quarter of Python is loaded.",
        "Half of Python is loaded.",
        "Three quarters of Python is loaded.",
        "Python is starting.",
        "First what stands above: 1 to go",
        "Running.",
    ]
    expect(page.locator("[data-cell=two]")).to_have_attribute("data-state", "running")
    expect(output(page, "two")).to_have_text("first\n")  # as soon as it is there
    bar(page, "two", "Stop").click()
    expect(said(page, "two")).to_have_text("Stopped. Python starts afresh at the next run.")
    expect(spoken(page)).to_have_text("Stopped. Python starts afresh at the next run.")
    page.evaluate("slowly = false")
    run(page, "one")
    assert page.evaluate("ran") == [CELLS["hidden"], CELLS["one"], words(page, "two"), CELLS["hidden"], CELLS["one"]]


STOPPED = "Stopped. Python starts afresh at the next run."


def test_what_was_stopped_runs_no_more_for_the_sake_of_others(chapter):
    page = chapter({"one": 'print("one")', "two": "y = 2", "four": 'print("four")'})
    write(page, "two", "input()")
    bar(page, "two", "Run").first.click()
    expect(said(page, "two")).to_have_text("Running …")
    bar(page, "two", "Stop").click()
    expect(said(page, "two")).to_have_text(STOPPED)
    run(page, "four")
    assert page.evaluate("ran.slice(2)") == ['print("one")', 'print("four")']
    expect(said(page, "two")).to_have_text(STOPPED)
    for words in ("input()\n# as before", "input()"):  # other words, and who asks for it, may try again
        write(page, "two", words)
        bar(page, "four" if "#" in words else "two", "Run").first.click()
        expect(said(page, "two")).to_have_text("Running …")
        assert page.evaluate("ran.at(-1)") == words
        if "#" in words:
            expect(said(page, "four")).to_have_text("First what stands above: code 2 runs, 1 to go")
        page.evaluate("go()")
        expect(said(page, "two")).to_have_text(re.compile("^(Done.*)?$"))


def test_stop_lets_a_cell_go_that_waits_behind_another(chapter):
    page = chapter({"one": "x = 1", "two": "x = 2", "four": 'print("four")', "five": 'print("five")'})
    write(page, "two", "input()")
    bar(page, "two", "Run").first.click()
    for name in ("four", "five"):
        bar(page, name, "Run").first.click()
        expect(said(page, name)).to_have_text("Waiting")
    bar(page, "five", "Stop").click()
    expect(spoken(page)).to_have_text("Code 4: stopped.")
    assert [said(page, name).text_content() for name in ("two", "four", "five")] == ["Running …", "Waiting", ""]
    page.evaluate("go()")
    expect(said(page, "four")).to_have_text("Done")
    assert page.evaluate("ran") == ["x = 1", "input()", 'print("four")']
    run(page, "five")
    assert page.evaluate("ran.slice(3)") == ['print("five")']


def test_run_all_that_is_stopped_says_so_where_it_was_and_what_had_run_is_of_an_earlier_run(chapter):
    page = chapter({"one": 'print("one")', "two": "input()", "four": 'print("four")'})
    page.get_by_role("button", name="Run all").click()
    expect(page.locator("[data-cell=two]")).to_have_attribute("data-state", "running")
    expect(said(page, "one")).to_have_text("Done")
    page.get_by_role("button", name="Stop all: 1 of 3").click()
    expect(said(page, "two")).to_have_text("Stopped. Python starts afresh at the next run.")
    expect(page.get_by_role("button", name="Run all", exact=True)).to_be_visible()
    expect(spoken(page)).to_have_text("Stopped. Python starts afresh at the next run.")
    assert [said(page, name).text_content() for name in ("one", "four")] == ["", ""]
    assert label(output(page, "one")) == OF_AN_EARLIER_RUN
    write(page, "two", "y = 2")
    run(page, "two")
    assert label(output(page, "one")) == "none"  # it has run once more, in the same words


def test_python_that_does_not_come_is_told_and_may_be_asked_for_again(chapter):
    page = chapter()
    page.evaluate("slowly = true")
    bar(page, "one", "Run").first.click()
    expect(said(page, "one")).to_have_text("Loading Python …")
    page.evaluate("kernel.fail('You seem to be offline.')")
    expect(said(page, "one")).to_have_text("You seem to be offline.")
    expect(spoken(page)).to_have_text("You seem to be offline.")
    assert output(page, "one").get_attribute("data-age") is None
    bar(page, "one", "Run").first.click()
    bar(page, "one", "Stop").click()
    expect(said(page, "one")).to_have_text("Stopped. Python starts afresh at the next run.")
    assert output(page, "one").get_attribute("data-age") is None  # nobody has run anything
    page.evaluate("slowly = false")
    run(page, "one")


def test_a_server_whose_policy_forbids_it_is_told(open_page, site):
    write_page(site.folder)
    with serving(site.folder, policy=STRICT.replace("'wasm-unsafe-eval'", "")) as address:
        page = open_page(type(site)(site.folder, address), "notebooks/chapter.html", live=False)
        for button, name in (("Run", "two"), ("Run all", "one")):
            bar(page, name, button).first.click()
            expect(said(page, name)).to_contain_text("This server does not let Python run in its pages")


def test_run_all_runs_all_and_says_at_the_end_how_it_went(chapter):
    page = chapter()
    write(page, "four", "1 / 0")
    page.evaluate("slowly = true")
    page.get_by_role("button", name="Run all").click()
    expect(said(page, "one")).to_have_text("Loading Python …")
    expect(said(page, "two")).to_have_text("Waiting")
    page.evaluate("loaded()")
    expect(spoken(page)).to_have_text("All code of the page has run; 1 of its cells ended in an error.")
    assert page.evaluate("ran") == [CELLS["hidden"], CELLS["one"], CELLS["two"], CELLS["asked"], "1 / 0", CELLS["five"]]
    expect(said(page, "five")).to_have_text("Done")


def test_what_runs_the_code_may_not_come(chapter):
    page = chapter()
    page.expected += ["ERR_FAILED", "Failed to fetch dynamically imported module"]
    page.route("**/kernel.js*", lambda route: route.abort())
    bar(page, "two", "Run").first.click()
    expect(said(page, "two")).to_have_text("What runs the code did not come. Are you connected? Then reload the page.")


def test_a_right_check_ticks_the_exercise(chapter):
    page = chapter({"check": 'check("one_stop", one_stop)'})
    expect(page.get_by_label("1. One stop")).not_to_be_checked()
    run(page, "check")
    expect(page.get_by_label("1. One stop")).to_be_checked()
    expect(page.get_by_label("2. Loops")).not_to_be_checked()


# ---- what the reader wrote ------------------------------------------------------------------------------------------


def test_it_survives_a_reload_and_two_tabs_lose_nothing_of_each_other(chapter):
    page, other = chapter(), chapter()
    write(page, "one", 'print("mine")')
    write(other, "two", "y = 3")
    page.reload()
    expect(code(page, "one").get_by_role("textbox")).to_be_visible()
    assert (words(page, "one"), words(page, "two")) == ('print("mine")', "y = 3")
    assert page.evaluate("document.activeElement === document.body")
    page.go_back()
    page.go_forward()
    expect(code(page, "one").get_by_role("textbox")).to_be_visible()
    assert words(page, "one") == 'print("mine")'
    write(other, "one", "")  # nothing at all is words, too
    page.reload()
    expect(code(page, "one").get_by_role("textbox")).to_be_visible()
    assert words(page, "one") == ""


def test_what_another_tab_writes_is_taken_over_and_where_both_were_writing_the_reader_chooses(chapter, axe):
    page, other = chapter(), chapter()
    note = page.locator(".run-note")
    write(page, "one", 'print("mine")')
    page.evaluate("document.activeElement.blur()")
    write(other, "one", 'print("theirs")')
    other.keyboard.type("  #")
    expect(code(page, "one")).to_have_text('print("theirs")  #')
    assert kept(page)["one"]["words"] == 'print("theirs")  #'
    bar(other, "one", "Reset").click()
    expect(code(page, "one")).to_have_text(CELLS["one"])

    code(page, "one").get_by_role("textbox").focus()
    write(other, "one", 'print("theirs")')
    expect(note).to_contain_text("You have changed this in another tab, too.")
    page.keyboard.press("End")
    page.keyboard.type("  #")
    assert kept(page)["one"]["words"] == 'print("theirs")'  # nobody writes over it without a word
    assert axe(page) == []
    note.get_by_text("The other tab’s code").click()
    expect(note.locator("pre")).to_have_text('print("theirs")')
    note.get_by_role("button", name="Take the other’s").click()
    expect(note).to_have_count(0)
    assert words(page, "one") == 'print("theirs")'

    code(page, "one").get_by_role("textbox").focus()
    write(other, "one", "x = 5")
    other.evaluate("document.activeElement.blur()")
    expect(note).to_have_count(1)
    note.get_by_role("button", name="Keep mine").click()
    expect(code(other, "one")).to_have_text('print("theirs")')
    expect(note).to_have_count(0)
    assert kept(page)["one"]["words"] == 'print("theirs")'


def test_a_new_edition_leaves_the_readers_words_and_lets_them_see_and_choose(chapter, axe):
    page = chapter()
    write(page, "one", 'print("mine")')
    write(page, "two", 'print("mine, too")')
    chapter({**CELLS, "one": 'print("newer")', "two": 'print("newer, too")'}).close()
    page.reload()
    notes = page.locator(".run-note")
    expect(notes).to_have_count(2)
    assert words(page, "one") == 'print("mine")'
    folds = notes.locator("details")
    expect(folds.locator("pre").first).to_be_hidden()
    folds.first.locator("summary").click()
    expect(folds.locator("pre").first).to_be_visible()
    assert folds.locator("pre").all_text_contents() == ['print("newer")', 'print("newer, too")']
    assert axe(page) == []
    bar(page, "two", "Reset").click()
    expect(notes).to_have_count(1)  # what stands there now is not the reader's
    bar(page, "two", "Undo").click()
    page.reload()
    expect(notes).to_have_count(2)
    notes.first.get_by_role("button", name="Keep mine").click()
    notes.first.get_by_role("button", name="Take the book’s").click()
    assert (words(page, "one"), words(page, "two")) == ('print("mine")', 'print("newer, too")')
    bar(page, "two", "Undo").click()
    assert words(page, "two") == 'print("mine, too")'
    page.reload()
    expect(notes).to_have_count(1)  # kept is kept
    assert words(page, "one") == 'print("mine")'


def saved(page, button):
    with page.expect_download() as caught:
        button.click()
    assert caught.value.suggested_filename == "chapter-mine.ipynb"  # the book's own is chapter.ipynb
    nbformat.validate(json.loads(Path(caught.value.path()).read_text("utf-8")))
    return nbformat.read(caught.value.path(), as_version=4)


def menu(page, name):
    page.get_by_role("button", name="Notebook", exact=True).click()
    return page.get_by_role("button", name=name)


def test_it_is_saved_as_the_notebook_of_the_page(chapter):
    page = chapter()
    write(page, "two", "x = 5")
    notebook = saved(page, menu(page, "Save my version as a notebook"))
    cells = {cell.id: cell for cell in notebook.cells}
    assert [cell.id for cell in notebook.cells] == ["title", *CELLS]
    assert {name: cells[name].source for name in CELLS} == {**CELLS, "two": "x = 5"}
    assert cells["one"].outputs and not cells["two"].outputs


BOOKS = [{"output_type": "stream", "name": "stdout", "text": "printed\n"}]


def prints(text):
    return [{"output_type": "stream", "name": "stdout", "text": text}]


def test_its_outputs_are_those_of_its_code(chapter):
    page = chapter({"a": "x = 1", "b": 'print("b")  # x', "c": 'print("c")', "d": 'print("d")', "e": "z = 3"})
    save = menu(page, "Save my version as a notebook")

    def outputs():
        if not save.is_visible():
            menu(page, "Save")
        return {cell.id: cell.outputs for cell in saved(page, save).cells if cell.cell_type == "code"}

    assert outputs() == dict.fromkeys("abcde", BOOKS)
    write(page, "b", 'print("b")\nprint("x")\nwidget()\nresult\n1 / 0\nprint("so far")')
    assert outputs() == {"a": BOOKS, "b": [], "c": [], "d": [], "e": []}  # b alone may be what the others build on
    run(page, "c")
    given = outputs()
    assert given == {
        "a": BOOKS,
        "b": [
            *prints("b\nx\n"),
            {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<img>", "text/plain": "Widget()"}},
            {
                "output_type": "execute_result",
                "execution_count": None,
                "metadata": {},
                "data": {"text/plain": "ab", "application/geo+json": {"a": 5}},
            },
            {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []},
            *prints("so far\n"),
        ],
        "c": prints("c\n"),
        "d": [],
        "e": [],
    }
    write(page, "b", 'print("b")  # x, again')
    run(page, "e")
    assert outputs() == {"a": BOOKS, "b": prints("b\n"), "c": prints("c\n"), "d": BOOKS, "e": []}
    write(page, "a", "x = 2")
    assert outputs() == {"a": [], "b": [], "c": prints("c\n"), "d": BOOKS, "e": []}  # "From an earlier run:"
    bar(page, "a", "Reset").click()
    write(page, "c", "input()")
    bar(page, "c", "Run").first.click()
    expect(page.locator("[data-cell=c]")).to_have_attribute("data-state", "running")
    assert outputs()["c"] == []
    page.evaluate("go()")


def test_the_file_of_the_exercises_is_not_that_of_their_chapter(chapter):
    page = chapter()
    names = page.evaluate(
        """async (names) => {
          const { fileName } = await import(new URL("../_static/run/saved.js", location.href).href);
          return names.map(fileName);
        }""",
        [f"notebooks/{name}.ipynb" for name in ("01_convolution", "exercises/01_convolution")],
    )
    assert names == ["01_convolution-mine.ipynb", "01_convolution-exercises-mine.ipynb"]


def test_code_whose_cell_is_gone_is_told_and_saved(chapter):
    page = chapter()
    write(page, "two", "x = 5")
    chapter({"one": CELLS["one"]}).close()
    page.reload()
    notice = page.get_by_role("region", name="Your code")
    expect(notice).to_contain_text("What you wrote in a cell that this edition of the book does not have")
    notebook = saved(page, notice.get_by_role("button", name="Save my version"))
    assert [cell.source for cell in notebook.cells][-1] == "x = 5"
    expect(notice).to_have_count(0)


def test_the_books_code_comes_back_everywhere_and_so_does_the_readers(chapter):
    page = chapter()
    menu(page, "Back to the book’s code everywhere").click()
    notice = page.get_by_role("region", name="Your code")
    expect(notice).to_contain_text("You have changed no code on this page.")
    write(page, "one", "x = 5")
    expect(notice).to_have_count(0)
    write(page, "two", "x = 6")
    menu(page, "Back to the book’s code everywhere").click()
    expect(notice).to_contain_text("The book’s code stands everywhere again.")
    assert (words(page, "one"), kept(page)) == (CELLS["one"], {})
    notice.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("button", name="Notebook")).to_be_focused()
    assert (words(page, "one"), words(page, "two")) == ("x = 5", "x = 6")
    assert set(kept(page)) == {"one", "two"}
    menu(page, "Back to the book’s code everywhere").click()
    write(page, "one", "x = 7")
    notice.get_by_role("button", name="Undo").click()
    expect(notice).to_contain_text("Where you have written something since, that stays.")
    assert (words(page, "one"), words(page, "two")) == ("x = 7", "x = 6")
    assert {name: draft["words"] for name, draft in kept(page).items()} == {"one": "x = 7", "two": "x = 6"}


def test_a_choice_between_two_tabs_goes_with_the_readers_code_and_comes_back_with_it(chapter):
    page, other = chapter(), chapter()
    write(page, "one", "x = 5")
    write(other, "one", "x = 6")
    other.evaluate("document.activeElement.blur()")
    note = page.locator(".run-note")
    expect(note).to_contain_text("You have changed this in another tab, too.")
    menu(page, "Back to the book’s code everywhere").click()
    expect(note).to_have_count(0)
    expect(code(other, "one")).to_have_text(CELLS["one"])
    assert (words(page, "one"), kept(page)) == (CELLS["one"], {})
    page.get_by_role("region", name="Your code").get_by_role("button", name="Undo").click()
    expect(note).to_contain_text("You have changed this in another tab, too.")
    expect(code(other, "one")).to_have_text("x = 6")
    assert (words(page, "one"), kept(page)["one"]["words"]) == ("x = 5", "x = 6")
    note.get_by_role("button", name="Keep mine").click()
    expect(code(other, "one")).to_have_text("x = 5")


@pytest.mark.parametrize("why", [REFUSED, FULL])
def test_where_nothing_is_kept_it_is_told_once_and_stays_on_the_page(chapter, why):
    page = chapter()
    page.add_init_script(why)
    page.reload()
    write(page, "one", "x = 5")
    notice = page.get_by_role("region", name="Your code")
    expect(notice).to_contain_text("Your browser keeps nothing for this page, or has no room")
    notebook = saved(page, notice.get_by_role("button", name="Save my version"))
    assert "x = 5" in [cell.source for cell in notebook.cells]
    write(page, "one", "x = 6")
    expect(notice).to_have_count(0)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def test_what_others_left_in_the_storage_harms_nothing(chapter):
    page = chapter()
    for name, text in {
        "one": "{",
        "two": '{"words": 5}',
        "four": "null",
        "five": '{"words": "z = 1", "book": ""}',
    }.items():
        key = f"seeing-convolutions code notebooks/chapter.ipynb {name}"
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, text])
    page.reload()
    expect(code(page, "five").get_by_role("textbox")).to_be_visible()
    assert [words(page, name) for name in ("one", "two", "four", "five")] == [
        *(CELLS[name] for name in ("one", "two", "four")),
        "z = 1",
    ]


# ---- for everyone ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(chapter, axe, theme):
    page = chapter(theme=theme, width=360)
    found = {"quiet": axe(page)}
    write(page, "one", "1 / 0")
    found["editor"] = axe(page)
    page.evaluate("slowly = true")
    write(page, "two", "input()")
    bar(page, "two", "Run").first.click()
    page.evaluate("kernel.progress(6e6, 23.4e6)")
    expect(said(page, "two")).to_have_text(re.compile("6 of 23"))
    found["loading"] = axe(page)
    page.evaluate("loaded()")
    expect(said(page, "two")).to_have_text("Running …")
    menu(page, "Back to the book’s code everywhere").click()
    found["running, told"] = axe(page)
    page.evaluate("go()")
    expect(said(page, "two")).to_have_text("")
    run(page, "two")
    found["done"] = axe(page)
    assert not any(found.values()), found
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_ring_around_a_button_is_whole(chapter):
    page = chapter()
    page.keyboard.press("Tab")  # whoever comes by the keyboard sees a ring
    button = bar(page, "one", "Run").first
    button.focus()
    colour = re.findall(r"\d+", button.evaluate("button => getComputedStyle(button).outlineColor"))
    box = button.bounding_box()
    around = {"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "height": box["height"] + 16}
    shot = Image.open(io.BytesIO(page.screenshot(clip=around))).convert("RGB")
    middle = [shot.getpixel((shot.width // 2, y)) for y in range(shot.height)]
    for edge in (middle[:8], middle[-8:]):
        assert edge.count(tuple(map(int, colour[:3]))) >= 2  # px


def test_paper_shows_the_code_as_it_stands_and_no_button(chapter):
    page = chapter()
    write(page, "two", "x = 5")
    page.emulate_media(media="print")
    expect(code(page, "two")).to_have_text("x = 5")
    for part in page.locator(".run-bar, .run-notice, .copy").all():
        expect(part).to_be_hidden()
