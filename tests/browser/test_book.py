"""Every page of the built book in Chromium: over http and from the disk, wide and narrow, in light and in dark."""

import re
from base64 import b64encode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import matplotlib
import numpy as np
import pytest
from hands import wait_until
from PIL import Image
from playwright.sync_api import expect

from convbook import widgets

EVERY_FORMULA_IS_SET = (
    """() => [...document.querySelectorAll(".math")].every((m) => m.querySelector("mjx-container"))"""
)
OPEN_EVERYTHING = """() => { for (const fold of document.querySelectorAll("details")) fold.open = true; }"""
WIDE_FONTS = """
body :not(mjx-container, mjx-container *), mjx-assistive-mml * { font-family: Wide !important; }
:is(pre, code, kbd, .cb-grid td), :is(pre, code) * { font-family: "Wide Mono" !important; }
"""
# Axe needs longer for a chapter than all other questions together. What depends on the width does not depend on the
# theme: so each is looked at once here, and every widget in both themes and both widths on a small page of its own.
THEMES = {1280: "light", 360: "dark"}
ROOT = Path(__file__).parents[2]
CHAPTER = "notebooks/01_convolution.html"


def table_of_contents():
    """Return the pages that _toc.yml names, as they are called in the built book."""
    files = re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return ["index.html", *(f"{file}.html" for file in files)]


PAGES = [*table_of_contents(), "search.html"]
every_page = pytest.mark.parametrize("path", PAGES)
both_ways = pytest.mark.parametrize("over", ["http", "file"])


def test_the_book_holds_the_pages_of_its_contents_and_no_other(book):
    built = {path.relative_to(book.folder).as_posix() for path in book.folder.glob("**/*.html")}
    built -= {f"embed/{name}.html" for name in widgets.__all__}  # test_embeds.py
    assert built == set(PAGES)


@every_page
def test_a_page_opens_fits_and_is_open_to_everyone(book_page, axe, path):
    """One visit answers all: it waits for the widgets; complains of errors, of missing files and of other hosts."""
    page = book_page(path)
    is_whole(page)
    for width, theme in THEMES.items():
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) == []
        assert large_helpers(page) == []
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        assert axe(page) == [], (width, theme)
    wear_wide_fonts(page)
    for width in reversed(THEMES):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) == [], "with wide fonts"


@every_page
def test_a_double_clicked_page_opens_and_fits(book_page, path):
    page = book_page(path, over="file", width=360)
    is_whole(page)
    assert sideways(page) == []


def is_whole(page):
    """See that a page has its title, every formula and every picture; then open what folds."""
    expect(page.locator("h1")).to_have_count(1)
    wait_until(page, EVERY_FORMULA_IS_SET)
    assert page.locator("mjx-merror").count() == 0
    assert broken_pictures(page) == []
    page.evaluate(OPEN_EVERYTHING)


@every_page
def test_a_page_fits_a_phone_and_its_contents_open_by_touch(book_page, path):
    page = book_page(path, touch=True, width=360, height=780)
    assert page.evaluate("matchMedia('(hover: none) and (pointer: coarse)').matches")
    page.get_by_role("button", name="Contents").tap()
    expect(page.get_by_role("navigation", name="Contents", exact=True)).to_be_visible()
    page.touchscreen.tap(352, 600)  # beside them
    expect(page.get_by_role("navigation", name="Contents", exact=True)).to_be_hidden()
    page.evaluate(OPEN_EVERYTHING)
    assert sideways(page) == []


def broken_pictures(page):
    """Return the addresses of pictures that do not load, wherever on the page they wait."""
    page.evaluate("() => { for (const picture of document.images) picture.loading = 'eager'; }")
    wait_until(page, "() => [...document.images].every((picture) => picture.complete)")
    return page.evaluate("() => [...document.images].filter((i) => !i.naturalWidth).map((i) => i.src)")


def sideways(page):
    """Return what sticks out of the window, if that makes the page scroll sideways."""
    return page.evaluate(
        """() => {
          const root = document.documentElement, edge = root.clientWidth;
          const right = (part) => Math.round(part.getBoundingClientRect().right);
          if (root.scrollWidth <= edge) return [];
          const out = [...document.body.querySelectorAll("*")].filter((part) => right(part) > edge);
          return [`page: ${root.scrollWidth}`, ...out.map((part) => `${right(part)}: ${part.outerHTML.slice(0, 80)}`)];
        }"""
    )


def large_helpers(page):
    """Return the parts that only a screen reader reads and that take more room than a pixel."""
    return page.evaluate(
        """() => [...document.querySelectorAll("mjx-assistive-mml")]
          .filter((part) => part.offsetWidth > 1 || part.offsetHeight > 1)
          .map((part) => `${part.tagName} ${part.offsetWidth}×${part.offsetHeight}`)"""
    )


def wear_wide_fonts(page):
    """Dress the page in the widest fonts that a reader without others may have; they travel inside Matplotlib."""
    fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
    for family, file in {"Wide": "DejaVuSans.ttf", "Wide Mono": "DejaVuSansMono.ttf"}.items():
        page.evaluate(
            """async ([family, data]) => {
              const font = new FontFace(family, Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)));
              document.fonts.add(await font.load());
            }""",
            [family, b64encode((fonts / file).read_bytes()).decode()],
        )
    page.add_style_tag(content=WIDE_FONTS)
    page.evaluate("document.fonts.ready")


def test_a_page_that_is_too_wide_would_be_found(book_page):
    page = book_page("book/teaching.html", width=360)
    assert sideways(page) == []
    page.evaluate(
        """() => document.querySelector("article").insertAdjacentHTML("beforeend",
          `<span class="math"><mjx-container><mjx-assistive-mml style="position: absolute; width: 40rem">
           </mjx-assistive-mml></mjx-container></span><p class="wide" style="width: 40rem">wide</p>`)"""
    )
    assert large_helpers(page) == []  # the style sheet holds it
    assert any("wide" in part for part in sideways(page))


@pytest.mark.parametrize("kind", [".cell_output > .output.stream pre", "div.math", ".pst-scrollable-table-container"])
def test_what_is_too_wide_shows_on_which_side_it_goes_on(book_page, kind):
    page = book_page(CHAPTER, width=360)
    wait_until(page, EVERY_FORMULA_IS_SET)
    parts = page.locator(kind)
    wide = parts.evaluate_all("(all) => all.findIndex((one) => one.scrollWidth > one.clientWidth + 50)")
    seen = {}
    for place in (0, 25, 9999):
        parts.nth(wide).evaluate("(part, place) => { part.scrollLeft = place; }", place)
        picture = np.asarray(Image.open(BytesIO(parts.nth(wide).screenshot())).convert("L"))[2]  # above the letters
        seen[place] = bool(picture[2] < picture[160]), bool(picture[-3] < picture[160])
    assert seen == {0: (False, True), 25: (True, True), 9999: (True, False)}


@every_page
def test_without_scripts_the_pictures_speak(book_page, path):
    page = book_page(path, javascript=False)
    silent = "(all) => all.filter((one) => !one.checkVisibility() || one.alt.length <= 20).map((one) => one.outerHTML)"
    assert page.locator("[data-widget] img.convbook-static").evaluate_all(silent) == []


def test_the_chapter_has_pictures_for_readers_without_scripts(book_page):
    page = book_page(CHAPTER, javascript=False)
    mounts = page.locator("[data-widget]")
    assert mounts.count() >= 4
    expect(page.locator("[data-widget] img.convbook-static")).to_have_count(mounts.count())


# ---- links, read from the files ---------------------------------------------------------------------------------


class Links(HTMLParser):
    """The places that a page names and the places that it has."""

    def __init__(self, html):
        super().__init__()
        self.targets, self.places = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src", "action") and value:
                self.targets.add(value)
            if name == "id":
                self.places.add(value)


@pytest.fixture(scope="module")
def links(book):
    return {path: Links(path.read_text(encoding="utf-8")) for path in book.folder.glob("**/*.html")}


def dead(path, target, links):
    """Say what is wrong with a link, or nothing."""
    place = urlsplit(target)
    if place.scheme:
        return None if place.scheme in ("https", "data", "mailto") else f"{target}: a scheme that a book does not use"
    file = (path.parent / unquote(place.path)).resolve() if place.path else path
    if not file.is_file():
        return f"{target}: no such file"
    if place.fragment and file in links and unquote(place.fragment) not in links[file].places:
        return f"{target}: no such place in {file.name}"
    return None


@every_page
def test_no_link_is_dead(book, links, path):
    page = book.folder / path
    assert [fault for target in sorted(links[page].targets) if (fault := dead(page, target, links))] == []


def test_a_dead_link_would_be_found(book, links):
    page = book.folder / CHAPTER
    assert dead(page, "../book/glossary.html#term-stride", links) is None
    assert "no such file" in dead(page, "nowhere.html", links)
    assert "no such place" in dead(page, "#nowhere", links)
    assert "no such place" in dead(page, "../book/glossary.html#nowhere", links)
    assert "scheme" in dead(page, "http://example.org", links)


def test_the_notebook_on_offer_is_the_one_in_the_repository(book, links):
    page = book.folder / CHAPTER
    offered = [(page.parent / target).resolve() for target in links[page].targets if target.endswith(".ipynb")]
    assert [path.read_bytes() for path in offered] == [(ROOT / "notebooks" / "01_convolution.ipynb").read_bytes()]


# ---- what a reader does with the page around the text -----------------------------------------------------------


@both_ways
def test_a_word_is_found(book_page, over):
    page = book_page("search.html", over=over, fragment="?q=stride")
    results = page.locator("#search-results li a")
    expect(results.first).to_be_visible()
    assert any("glossary" in link.get_attribute("href") for link in results.all())


def test_a_choice_of_colours_lasts(book_page):
    page = book_page("index.html", theme="light")
    page.get_by_role("button", name="Colours").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(page.url.replace("index.html", CHAPTER))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_first_tab_leads_past_the_menus(book_page):
    page = book_page(CHAPTER)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main-content$"))
