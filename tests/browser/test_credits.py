"""The page of credits: whatever of others the built book holds stands there, with its licence and its text."""

import json
import re
from html import unescape
from importlib.metadata import version

import pytest

# What lies beside the pages: who made it, or None if it was written for this book.
MAKERS = {
    **dict.fromkeys(["app.js", "book.css", "book.js", "mode.js", "favicon.svg", "icons", "live", "licences"]),
    "mathjax": "MathJax",
    "search.js": "Sphinx, its search",
    "run": "@codemirror/state",
    "python": "Pyodide",
}


@pytest.fixture(scope="module")
def page(book):
    return (book.folder / "book" / "credits.html").read_text("utf-8")


@pytest.fixture(scope="module")
def works(page):
    """Return {work: (version, the file of its licence)} of all tables."""
    rows = re.findall(r'<tr[^>]*><td[^>]*><p>(.*?)</p></td>\s*<td[^>]*><p><a href="\.\./([^"]+)">\w', page)
    named = [(unescape(re.sub("<[^>]+>", "", work)).rpartition(" "), text) for work, text in rows]
    return {name: (number, text) for (name, _, number), text in named}


def test_whatever_lies_beside_the_pages_is_ours_or_credited(book, works):
    found = {path.name for path in (book.folder / "_static").iterdir()}
    assert found <= {*MAKERS}
    assert {MAKERS[name] for name in found} - {None} <= {*works}


def test_every_licence_comes_with_the_book(book, works):
    assert len(works) > 10
    for number, text in works.values():
        assert number
        assert re.search(r"(?i)licen[cs]e|permit|public domain", (book.folder / text).read_text("utf-8"))
    assert {text.rpartition("/")[2] for _, text in works.values()} == {
        path.name for path in (book.folder / "_static" / "licences").iterdir()
    }


@pytest.mark.pyodide
def test_every_package_that_a_page_may_load_is_credited_with_its_version(book, works):
    lock = json.loads((book.folder / "_static" / "python" / "pyodide-lock.json").read_text("utf-8"))
    credited = {re.sub(r"[-_.]+", "-", name.lower()): number for name, (number, _) in works.items()}
    for name, package in lock["packages"].items():
        assert credited[name] == package["version"]
    assert (credited["pyodide"], credited["cpython"]) == (lock["info"]["version"], lock["info"]["python"])


def test_the_editor_is_credited_package_by_package(book, works):
    told = (book.folder / "_static" / "run" / "vendor" / "codemirror.txt").read_text("utf-8")
    packages = dict(re.findall(r"^(@?[\w/-]+) (\d+\.\d+\.\d+)$", told, re.MULTILINE))
    assert len(packages) > 5
    assert packages.items() <= {name: number for name, (number, _) in works.items()}.items()


def test_the_version_of_the_search_is_the_one_that_is_installed(works):
    assert works["Sphinx, its search"][0] == version("sphinx")


def test_a_phone_shows_all_columns_of_each_table(book_page):
    page = book_page("book/credits.html", width=360)
    tables = (
        "[...document.querySelectorAll('.credits table')].map(({ parentNode: p }) => p.scrollWidth - p.clientWidth)"
    )
    assert page.evaluate(tables) == [0] * 5


@pytest.mark.parametrize("name", ["Lav Varshney", "Stéfan van der Walt", "Rachel Michetti", "CC0Textures", "Alpaydin"])
def test_who_took_the_photographs_and_the_digits_is_named(page, name):
    assert name in page
