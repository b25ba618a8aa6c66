"""Every page of the built book in Firefox and in WebKit, and what a reader does with the page around the text."""

import re
from pathlib import Path

import pytest

TOC = (Path(__file__).parents[2] / "_toc.yml").read_text("utf-8")
PAGES = ["index.html", *(f"{file}.html" for file in re.findall(r"file: (\S+)", TOC)), "search.html"]
CHAPTER = "notebooks/01_convolution.html"
THEME = "() => document.documentElement.dataset.theme"
FORMULAS_ARE_SET = """() => [...document.querySelectorAll(".math")].every((el) => el.querySelector("mjx-container"))"""
PICTURES_ARE_THERE = """() => {
  for (const picture of document.images) picture.loading = "eager";
  return [...document.images].every((picture) => picture.complete);
}"""
BROKEN = "() => [...document.images].filter((one) => !one.naturalWidth).map((one) => one.src)"
OPEN_FOLDS = "() => { for (const fold of document.querySelectorAll('details')) fold.open = true; }"


def is_whole(reader, widths=(1280, 360)):
    """Say so if all of the page is there and fits, wide and narrow."""
    reader.until(FORMULAS_ARE_SET)
    assert reader.run("() => document.querySelectorAll('mjx-merror').length") == 0
    reader.until(PICTURES_ARE_THERE)
    assert reader.run(BROKEN) == []
    reader.run(OPEN_FOLDS)
    for width in widths:
        reader.fit(width)
        assert reader.run("() => help.sideways()") == [], width


@pytest.mark.parametrize("path", [path for path in PAGES if path != CHAPTER])
def test_a_page_opens_and_fits(visit, path):
    is_whole(visit(path))


@pytest.mark.parametrize("path", ["index.html", CHAPTER])
def test_a_double_clicked_page_opens_and_fits(visit, path):
    is_whole(visit(path, over="file"))


def test_a_word_is_found(visit):
    for over in ("http", "file"):
        reader = visit("search.html", over=over, fragment="?q=stride")
        found = reader.until("() => document.querySelector('#search-results li a')?.textContent")
        assert found


WIDGET_TOP = "() => document.querySelector('[data-key=FilterLab-4]').getBoundingClientRect().top"
IS_THERE = f"() => Math.abs(({WIDGET_TOP})() - 60) < 60"


def test_the_longest_page_keeps_its_place_its_menus_open_and_close_it_is_whole_and_colours_last(visit):
    """One visit answers all: what scrolls first, while no fold is open."""
    reader = visit(CHAPTER, width=420, height=780)
    a_widget_that_was_at_the_top_is_there_again_when_the_window_gets_wider(reader)
    reader.fit(360)
    menus_open_and_close(reader)
    is_whole(reader, widths=(360, 1280))
    colours_last(reader)


def a_widget_that_was_at_the_top_is_there_again_when_the_window_gets_wider(reader):
    reader.run(f"() => help.rest(() => scrollBy({{ top: ({WIDGET_TOP})() - 60, behavior: 'instant' }}))")
    reader.until(IS_THERE)
    reader.fit(780, 420)
    reader.until(IS_THERE)
    assert reader.run("() => scrollY") > 3000


def menus_open_and_close(reader):
    reader.click("header button >> Contents")
    reader.until("() => help.isThere('.contents a >> The same in PyTorch')")
    reader.press("Escape")
    reader.until("() => !help.isThere('.contents a >> The same in PyTorch')")
    reader.click("header button >> Contents")
    reader.click(".contents a >> The same in PyTorch")
    reader.until("() => location.hash === '#the-same-in-pytorch'")
    reader.until("() => !help.isThere('.contents a >> The same in PyTorch')")


def colours_last(reader):
    before = reader.run(THEME)
    reader.click("header button >> Colours: automatic")
    reader.until("(before) => document.documentElement.dataset.theme !== before", before)
    reader.follow("header a >> Seeing Convolutions")
    reader.until("() => document.querySelector('h1')?.textContent.includes('nine numbers') && help.everyWidgetIsLive()")
    assert reader.run(THEME) != before
