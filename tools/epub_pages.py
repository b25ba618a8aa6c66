"""The pages of the built book as XHTML for an e-reader: Chromium reads them, book/epub/ says what becomes of them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from browser import launch
from convbook.widgets.bundle import bundle, name_of
from convbook.widgets.theme import ROLES, colours
from environment import ROOT
from pages_in_order import LEFT_TO_THE_SCREEN, BookPage, pages_without
from serve import serving

SOURCES = ROOT / "book" / "epub"
EDITION = SOURCES / "edition.js"
LANGUAGE = "en-GB"
DARK = re.compile(rb"@media\(prefers-color-scheme:dark\)\{(?:[^{}]*\{[^{}]*\})*\}")
DOCUMENT = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" \
xml:lang="{language}">
<head><meta charset="utf-8"/><title>{title}</title><link rel="stylesheet" href="book.css"/></head>
<body{kind}>
{body}
</body>
</html>
"""


@dataclass(frozen=True)
class Leaf:
    """A page of the edition: its file, where it comes from, its title, its sections [(title, id)] and its XHTML."""

    name: str
    page: BookPage
    title: str
    sections: list[tuple[str, str]]
    xhtml: str


def document(title: str, body: str, kind: str = "") -> bytes:
    """Return a file of the edition; `kind` says what it is in the words of EPUB, as "glossary"."""
    told = f' epub:type="{kind}"' if kind else ""
    return DOCUMENT.format(language=LANGUAGE, title=escape(title), kind=told, body=body).encode()


def file_of(page: BookPage) -> str:
    """Return the name of a page's file.

    >>> file_of(BookPage("notebooks/exercises/03_pooling.html", "exercises", "Part I", 3))
    '03_pooling-exercises.xhtml'
    """
    return f"{Path(page.path).stem}{'-exercises' * (page.kind == 'exercises')}.xhtml"


def pages() -> list[BookPage]:
    """Return the pages of the edition."""
    return pages_without(LEFT_TO_THE_SCREEN)


@contextmanager
def workshop(book: Path) -> Iterator["Workshop"]:
    """Give a page at the root of the book, in which our scripts and MathJax stand ready."""
    with serving(book) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.route(f"{address}/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto(f"{address}/")
        page.add_script_tag(content=f"{bundle(EDITION)}\nwindow.edition = {name_of(EDITION)};")
        page.add_style_tag(content=style().decode())
        page.evaluate("() => edition.start()")
        yield Workshop(book, page)
        browser.close()


@dataclass(frozen=True)
class Workshop:
    """A built book, and a page of Chromium in which its pages are taken apart."""

    book: Path
    page: Page

    def leaves(self) -> tuple[list[Leaf], dict[str, bytes]]:
        """Return the pages in their order, and the pictures that they show, {name: bytes}."""
        wanted, found, pictures = pages(), [], {}
        names = {page.path: file_of(page) for page in wanted}
        for page in wanted:
            made = self.page.evaluate("([path, names]) => edition.pageOf(path, names)", [page.path, names])
            sections = [tuple(section) for section in made["sections"]]
            found.append(Leaf(names[page.path], page, made["title"], sections, made["xhtml"]))
            pictures |= {name: picture(self.book / path) for name, path in made["pictures"].items()}
        return found, dict(sorted(pictures.items()))


def picture(path: Path) -> bytes:
    """Return a picture in its light colours: the style sheet lays it on white, whatever the reader's page is."""
    return DARK.sub(b"", path.read_bytes()) if path.suffix == ".svg" else path.read_bytes()


def style() -> bytes:
    """Return the style sheet, with the colours that the book gives its roles, and type for what is wide."""

    def roles(dark: bool) -> str:
        return "".join(f".role-{role} {{ color: {colours(dark)[role]}; }}\n" for role in ROLES)

    fit = "".join(f".ours-fit-{size} {{ font-size: {size}%; }}\n" for size in range(50, 100, 10))
    indents = "".join(f".ours-indent-{n} {{ {indent(n + 2)} }}\n" for n in range(25))
    dark = f"@media (prefers-color-scheme: dark) {{\n{roles(dark=True)}}}\n"
    return "".join([(SOURCES / "book.css").read_text("utf-8"), indents, fit, roles(dark=False), dark]).encode()


def indent(characters: int) -> str:
    """Return how a line hangs; readers that know no ch take the em before it.

    >>> indent(2)
    'padding-left: 1.2em; text-indent: -1.2em; padding-left: 2ch; text-indent: -2ch;'
    """
    lengths = [f"{0.6 * characters:.4g}em", f"{characters}ch"]
    return " ".join(f"padding-left: {length}; text-indent: -{length};" for length in lengths)
