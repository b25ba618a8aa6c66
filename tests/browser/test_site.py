"""The page around the text, as a reader uses it: contents, search, light and dark, the notebook, formulas."""

import nbformat
import pytest
from playwright.sync_api import expect

CHAPTER = "notebooks/01_convolution.html"
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
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    assert not page.evaluate(SIDEWAYS)
    page.set_viewport_size({"width": 1600, "height": 900})
    expect(page.get_by_role("group", name="Table, scrolls sideways")).to_have_count(0)


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
