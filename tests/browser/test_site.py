"""The page around the text, as a reader uses it: contents, search, light and dark, the notebook, formulas."""

import json
from pathlib import Path

import nbformat
import pytest
from hands import wait_until
from playwright.sync_api import expect

CHAPTER = "notebooks/01_convolution.html"
NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "01_convolution.ipynb"
over_both = pytest.mark.parametrize("over", ["http", "file"])
THEME = "document.documentElement.dataset.theme"
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"


def button(page, name):
    return page.get_by_role("button", name=name)


@over_both
def test_the_root_is_the_front_page_with_three_doors_that_open(book_page, over):
    page = book_page("index.html", over=over)
    asleep = page.locator("[data-widget]:not([data-live=true])")
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    for door, heading in {"Read": "Convolution", "Run": "Run the notebooks", "Teach": "Teach with"}.items():
        page.get_by_role("main").get_by_role("link", name=door, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(asleep).to_have_count(0)
        page.get_by_role("banner").get_by_role("link", name="Seeing Convolutions").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("nine numbers")
        expect(asleep).to_have_count(0)


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_first_click_on_colours_is_seen_and_the_next_page_remembers(book_page, system):
    page = book_page("book/teaching.html", theme=system)
    other = {"light": "dark", "dark": "light"}[system]
    assert page.evaluate(THEME) == system
    button(page, "Colours: automatic").click()
    expect(button(page, f"Colours: {other}")).to_be_visible()
    assert page.evaluate(THEME) == other
    page.get_by_role("link", name="Glossary").first.click()
    expect(button(page, f"Colours: {other}")).to_be_visible()
    assert page.evaluate(THEME) == other


def test_automatic_colours_follow_the_system_while_the_page_is_open(book_page):
    page = book_page("book/teaching.html", theme="light")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


LINE = """() => {
  const line = [...document.querySelectorAll("main p")].find((p) => p.getBoundingClientRect().bottom > 0);
  return [line.textContent.slice(0, 60), Math.round(line.getBoundingClientRect().top)];
}"""


AT_REST = f"""async () => {{
  await document.fonts.ready;
  const before = JSON.stringify(({LINE})());
  for (let frame = 0; frame < 20; frame++) await new Promise(requestAnimationFrame);
  return JSON.stringify(({LINE})()) === before;
}}"""


def test_reload_and_back_bring_a_chapter_back_to_the_line_that_was_read(book_page):
    page = book_page(CHAPTER)
    page.evaluate("scrollTo({ top: document.body.scrollHeight / 2, behavior: 'instant' })")
    wait_until(page, "() => scrollY > 5000")
    wait_until(page, AT_REST)
    line = page.evaluate(LINE)
    for come_back in (page.reload, page.reload, lambda: (page.goto(page.url.split("notebooks")[0]), page.go_back())):
        come_back()
        expect(page.locator("[data-widget]:not([data-live=true])")).to_have_count(0)  # those above have grown
        wait_until(page, AT_REST)
        wait_until(page, f"() => (([a, b]) => a === {json.dumps(line[0])} && Math.abs(b - {line[1]}) < 8)(({LINE})())")


TOP = "(key) => Math.round(document.querySelector(`[data-key=${key}]`).getBoundingClientRect().top)"


def test_a_widget_that_was_at_the_top_is_there_again_after_a_reload_and_when_the_phone_is_turned(book_page):
    page = book_page(CHAPTER, width=360, height=780)
    page.evaluate(
        f"""() => new Promise((rests) => {{
          addEventListener("scrollend", rests, {{ once: true }});
          scrollBy({{ top: ({TOP})("FilterLab-4") - 56, behavior: "instant" }});
        }})"""
    )
    wait_until(page, f"() => Math.abs(({TOP})('FilterLab-4') - 56) < 3 && scrollY > 5000")
    page.reload()
    expect(page.locator("[data-widget]:not([data-live=true])")).to_have_count(0)
    wait_until(page, f"() => Math.abs(({TOP})('FilterLab-4') - 56) < 8")
    for width, height in ((780, 360), (360, 780)):
        page.set_viewport_size({"width": width, "height": height})
        wait_until(page, f"() => Math.abs(({TOP})('FilterLab-4') - 56) < 60")


@pytest.mark.parametrize("fragment", ["#%", "#a%", "#SlidingWindow-1=%E0%A4%A"])
def test_a_fragment_that_is_cut_off_is_ignored(book_page, fragment):
    page = book_page(f"{CHAPTER}{fragment}")
    expect(page.locator(".prediction form").first).to_be_attached()
    page.evaluate("location.hash = '%'")
    wait_until(page, "() => document.querySelectorAll('mjx-container').length > 0")


def test_a_search_without_a_hit_says_what_to_do(book_page):
    page = book_page("search.html")
    # The last ones are names that every object of JavaScript knows.
    for words in ("zzqx", "__proto__", "constructor", "toString", "hasOwnProperty", "zzqx -constructor"):
        page.goto(f"{page.url.split('?')[0]}?q={words}")
        expect(page.get_by_role("searchbox")).to_have_value(words)
        expect(page.locator("#search-results")).to_contain_text("No page has all of these words")
        expect(page.locator("#search-results")).not_to_contain_text("categories")


def test_sizes_are_found_however_they_are_written_and_quoted_as_they_stand(book_page):
    page = book_page("search.html")
    for words, chapter in {
        "1×1": "1×1 convolution",
        "1x1": "1×1 convolution",
        "3 × 3": "Separable",
        "3X3": "Separable",
    }.items():
        page.goto(f"{page.url.split('?')[0]}?q={words}")
        results = page.locator("#search-results li")
        expect(results.filter(has=page.get_by_role("link", name=chapter)).first).to_be_visible()
        sign = words.replace(" ", "").lower().replace("x", "×")
        expect(results.locator(".context").filter(has_text=sign).first).to_be_visible()
        assert results.count() > 3


@over_both
def test_a_word_is_found_from_any_page(book_page, over):
    page = book_page("book/teaching.html", over=over)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("equivariance")
    page.keyboard.press("Enter")
    result = page.locator("#search-results").get_by_role("link", name="Convolution: how does")
    expect(result.first).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("equivariance")
    result.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Convolution")


@over_both
def test_the_notebook_of_a_chapter_can_be_saved(book_page, over, tmp_path):
    page = book_page(CHAPTER, over=over)
    button(page, "Notebook").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download this notebook").click()
    assert saved.value.suggested_filename == "01_convolution.ipynb"
    saved.value.save_as(tmp_path / "saved.ipynb")
    notebook = nbformat.read(tmp_path / "saved.ipynb", as_version=4)
    assert "Convolution" in notebook.cells[0].source


def test_menus_open_without_javascript(book_page):
    page = book_page(CHAPTER, javascript=False, width=360)
    button(page, "Contents").click()
    expect(page.get_by_role("link", name="Glossary")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Glossary")).to_be_hidden()
    button(page, "Notebook").click()
    expect(page.get_by_role("link", name="Download this notebook")).to_be_visible()


def test_on_a_phone_the_contents_lead_to_a_section_and_get_out_of_the_way(book_page):
    page = book_page(CHAPTER, width=360, touch=True)
    contents = page.get_by_role("navigation", name="Contents", exact=True)
    expect(contents).to_be_hidden()
    button(page, "Contents").tap()
    contents.get_by_role("link", name="The same in PyTorch").tap()
    expect(contents).to_be_hidden()
    expect(page.get_by_role("heading", name="The same in PyTorch")).to_be_in_viewport()


def test_on_a_wide_screen_the_contents_stay_and_mark_the_section_being_read(book_page):
    page = book_page(CHAPTER, width=1280)
    contents = page.get_by_role("navigation", name="Contents", exact=True)
    expect(contents).to_be_visible()
    page.get_by_role("heading", name="The same in PyTorch").scroll_into_view_if_needed()
    contents.get_by_role("link", name="The same in PyTorch").click()
    expect(contents.locator("[data-here]")).to_have_text("The same in PyTorch")


@pytest.mark.parametrize(("over", "output"), [("http", "CHTML"), ("file", "SVG")])
def test_formulas_are_set_and_can_be_read_aloud(book_page, over, output):
    page = book_page("book/notation.html", over=over)
    formula = page.locator("mjx-container").first
    expect(formula).to_have_attribute("jax", output)
    expect(formula.locator("mjx-assistive-mml math")).to_have_count(1)
    expect(page.locator("mjx-merror")).to_have_count(0)


def test_a_wide_table_scrolls_in_itself_and_is_reached_by_keyboard(book_page):
    page = book_page("book/notation.html", width=360)
    table = page.get_by_role("group", name="Table, scrolls sideways").first
    table.focus()
    page.keyboard.press("ArrowRight")
    wait_until(page, "() => document.activeElement.scrollLeft > 0")
    assert not page.evaluate(SIDEWAYS)
    page.set_viewport_size({"width": 1600, "height": 900})
    expect(page.get_by_role("group", name="Table, scrolls sideways")).to_have_count(0)


def test_on_a_phone_the_header_goes_as_one_reads_on_and_comes_back_as_one_scrolls_up(book_page):
    page = book_page("book/glossary.html", width=360)
    header = page.get_by_role("banner")
    page.locator("dt").nth(12).scroll_into_view_if_needed()
    page.mouse.wheel(0, 400)
    expect(header).to_have_css("opacity", "0")
    page.mouse.wheel(0, -100)
    expect(header).to_have_css("opacity", "1")
    expect(header).to_be_in_viewport(ratio=1)
    page.mouse.wheel(0, 400)
    expect(header).to_have_css("opacity", "0")
    before = page.evaluate("scrollY")
    button(page, "Colours").focus()  # what has the focus is seen, and the page stays where it is
    expect(header).to_have_css("opacity", "1")
    assert page.evaluate("scrollY") == before


def test_the_keyboard_reaches_the_header_without_a_jump_and_nothing_hides_below_it(book_page):
    page = book_page("book/glossary.html")
    link = page.locator("dd a").nth(12)
    link.scroll_into_view_if_needed()
    page.mouse.wheel(0, 900)
    wait_until(page, "() => scrollY > 800")
    before = page.evaluate("scrollY")
    button(page, "Colours").focus()
    assert page.evaluate("scrollY") == before
    link.focus()
    assert link.bounding_box()["y"] >= page.get_by_role("banner").bounding_box()["height"]


def test_without_motion_the_header_does_not_glide(book_page):
    page = book_page("book/glossary.html", width=360, reduced_motion=True)
    assert page.get_by_role("banner").evaluate("header => getComputedStyle(header).transitionDuration") == "0s"


CODE = "article .highlight:has(.line) pre"


def test_on_a_phone_code_is_wrapped_and_copied_as_it_was_written(book_page):
    page = book_page(CHAPTER, width=360)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    blocks = page.locator(CODE)
    assert blocks.count() > 40
    assert blocks.evaluate_all("blocks => blocks.filter((b) => b.scrollWidth > b.clientWidth).length") == 0
    wrapped = "lines => lines.findIndex((l) => l.getClientRects()[0].height > 40)"
    line = page.locator(f"{CODE} .line").nth(page.locator(f"{CODE} .line").evaluate_all(wrapped))
    mark, first = line.evaluate(
        """line => {
          const range = document.createRange();
          range.selectNodeContents(line);
          const rows = [...range.getClientRects()].map((row) => [Math.round(row.top), row.left]);
          const lefts = (top) => Math.min(...rows.filter((row) => row[0] === top).map((row) => row[1]));
          const tops = [...new Set(rows.map((row) => row[0]))];
          return [getComputedStyle(line, "::before").content, tops.map(lefts)];
        }"""
    )
    assert "↪" in mark
    assert all(left > first[0] for left in first[1:])  # it goes on further in
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (t) => { window.copied = t; } } })"
    )
    block = page.locator(".cell_input .highlight:has(.line + .line)").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    wait_until(page, "() => window.copied")
    chapter = nbformat.read(NOTEBOOK, as_version=4)
    assert page.evaluate("window.copied").rstrip("\n") in [cell.source for cell in chapter.cells]


TARGETS = """least => [...document.querySelectorAll("a, button, summary, input, select, label.sd-tab-label")]
  .filter((part) => part.checkVisibility({ visibilityProperty: true }) && !part.closest(".convbook, .skip-link"))
  .filter((part) => !part.matches("article :is(p, li, dd, dt, td, th, figcaption, .citation) a, .sd-tab-set > input"))
  .map((part) => [part.outerHTML.slice(0, 90), part.querySelector("img") ?? part.closest("label") ?? part])
  .map(([name, part]) => [name, part.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < least || box.height < least))
  .map(([name, box]) => `${name} ${Math.round(box.width)}×${Math.round(box.height)}`)"""


@pytest.mark.parametrize("path", [CHAPTER, "book/solved.html", "book/run.html", "book/references.html", "search.html"])
@pytest.mark.parametrize(("touch", "least"), [(False, 24), (True, 44)])
def test_what_a_hand_aims_at_is_large_enough(book_page, path, touch, least):
    page = book_page(path, width=360 if touch else 1280, touch=touch)
    assert page.evaluate(TARGETS, least) == []
    if touch:
        button(page, "Contents").tap()
        assert page.evaluate(TARGETS, least) == []


REFUSED = (
    "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw 0; } })"
)


def test_the_search_works_where_a_browser_keeps_nothing(book_page):
    page = book_page("index.html")
    page.add_init_script(REFUSED)
    page.goto(page.url.replace("index.html", "search.html?q=stride"))
    results = page.locator("#search-results li a")
    expect(results.filter(has_text="Padding and stride").first).to_be_visible()


FRAMES = """<!doctype html><html lang="en"><title>A course</title><link rel="icon" href="data:,">
<iframe title="sandboxed" sandbox="allow-scripts" src="{book}/book/notation.html"></iframe>
<iframe title="search" sandbox="allow-scripts" src="{book}/search.html?q=stride"></iframe></html>"""


def test_in_a_frame_without_an_origin_formulas_are_set_and_words_are_found(open_page, bench, book):
    (bench.folder / "course.html").write_text(FRAMES.format(book=book.http), "utf-8")
    page = open_page(bench, "course.html", live=False)
    page.expected.append("another host was asked")
    formula = page.frame_locator("[title=sandboxed]").locator("mjx-container").first
    expect(formula).to_have_attribute("jax", "SVG")
    expect(page.frame_locator("[title=search]").locator("#search-results li a").first).to_be_visible()


def test_paper_shows_the_text_and_none_of_the_frame(book_page):
    page = book_page("book/notation.html", width=700, theme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(THEME) == "light"
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.locator(".contents")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(THEME) == "dark"
