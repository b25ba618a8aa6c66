"""Print the built book: one PDF for paper, with cover, contents, page numbers, bookmarks and the answers at the end.

    python tools/make_pdf.py

Chromium sets it: the scripts and styles in book/print/ make one document of the pages in _build/html, in the typefaces
that lie beside them, so that it looks the same on every machine. It is printed twice: nobody knows before on which page
a thing will stand. What the browser leaves open (metadata, dates, whole words in the bookmarks) pypdf does.
"""

import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pyphen
import segno
import yaml
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

from browser import NoBrowser, launch
from edition import Edition, edition
from environment import ROOT
from epub_cover import KERNEL, drawing
from finish_book import finish
from offers import DOWNLOADS, NAME
from pages_in_order import LEFT_OUT_ON_PAPER, BookPage, pages_without
from serve import BOOK, serving

TARGET = BOOK / DOWNLOADS / f"{NAME}.pdf"
LICENCE = (
    "Text and pictures: Creative Commons Attribution 4.0 International (CC BY 4.0). Code: MIT licence.",
    "Typefaces: Source Serif, Source Sans, Source Code and STIX Two, under the SIL Open Font License.",
)
STYLES = ("fonts", "pages", "front", "figures", "answers")
DOCUMENT = """<!doctype html><html lang="en-GB" data-theme="light"><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/_static/book.css">{styles}<body></body></html>"""
OPEN_SOURCES = ("book/", "utils/convbook/widgets/")  # what the document may load of the project
HYPHENS = pyphen.Pyphen(lang="en_GB", left=3, right=3)  # letters that stay together at the ends of a word
A4_TEXT = {"width": 643, "height": 956}  # CSS pixels: the page less its margins, so that all is measured as it is set


class NotPrintable(Exception):
    """The document is not as it must be on paper."""


@dataclass(frozen=True)
class Printed:
    """The PDF as Chromium makes it, and the headings of the document in their order."""

    pdf: bytes
    headings: list[dict]


# ---- what the book is ---------------------------------------------------------------------------------------------


def pages_for_paper() -> list[BookPage]:
    """Return the pages that are printed, in their order."""
    return pages_without(LEFT_OUT_ON_PAPER)


def public_address() -> str:
    """Return where the book is published, "https://.../", or "" as long as _config.yml does not say it."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    address = config["html"].get("baseurl") or ""
    return f"{address.rstrip('/')}/" if address else ""


def day_of(about: Edition) -> date:
    """Return the day of the edition: it dates the PDF, so that the same sources give the same."""
    return date.fromisoformat(about.date)


def title_pages(about: Edition, address: str) -> dict:
    """Return what stands on the cover, which is that of the EPUB, too, and behind it."""
    return {
        "title": about.title,
        "subtitle": about.subtitle,
        "author": ", ".join(about.authors),
        "edition": about.dated,
        "licence": LICENCE,
        "address": address,
        "picture": drawing(),
        "sign": KERNEL.read_text("utf-8"),
    }


# ---- setting and printing -----------------------------------------------------------------------------------------


def open_document(page: Page, site: str, title: str) -> None:
    """Open the empty document, which finds the project's own files under /_print/."""

    def project_file(route):
        path = (ROOT / route.request.url.partition("/_print/")[2]).resolve()
        allowed = any(path.is_relative_to(ROOT / folder) for folder in OPEN_SOURCES)
        route.fulfill(path=path) if allowed and path.is_file() else route.fulfill(status=404)

    styles = "".join(f'<link rel="stylesheet" href="/_print/book/print/{name}.css">' for name in STYLES)
    document = DOCUMENT.format(title=title, styles=styles)
    page.route("**/_print/**", project_file)
    page.route("**/paper.html", lambda route: route.fulfill(body=document, content_type="text/html"))
    page.emulate_media(media="print", color_scheme="light", reduced_motion="reduce")
    page.goto(f"{site}/paper.html")


def run(page: Page, script: str, argument: object = None) -> object:
    """Call a function of book/print/paper.js."""
    return page.evaluate(
        "async ([name, argument]) => (await import('/_print/book/print/paper.js'))[name](argument)", [script, argument]
    )


def code_for(address: str) -> str:
    """Return the QR code that leads to this address, as SVG."""
    return segno.make(address, error="m", micro=False).svg_inline(border=0, omitsize=True)


def broken(word: str) -> str:
    """Return the word with soft hyphens where a line may end.

    >>> broken("convolution").replace("\\u00ad", "-")
    'con-vo-lu-tion'
    """
    return HYPHENS.inserted(word, "\u00ad")


def print_pages(page: Page) -> bytes:
    """Let Chromium print what is there."""
    return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def page_numbers(pdf: bytes) -> dict[str, int]:
    """Return on which page each id stands that something links to."""
    reader = PdfReader(BytesIO(pdf))
    places = reader.named_destinations.items()
    return {name.lstrip("/"): reader.get_destination_page_number(place) + 1 for name, place in places}


def check(complaints: list[str]) -> None:
    """Raise NotPrintable, which says what is wrong, if anything is."""
    if complaints:
        raise NotPrintable("\n".join(["The book cannot be printed:", *complaints]))


def print_with_numbers(page: Page) -> bytes:
    """Print until the page numbers that the contents and the references name are true."""
    pdf, numbers = print_pages(page), {}
    for _ in range(4):
        if numbers == (numbers := page_numbers(pdf)):
            return pdf
        run(page, "number", numbers)
        pdf = print_pages(page)
    raise NotPrintable("the page numbers change with each printing")


def set_and_print(pages: list[BookPage], front: dict, site: str) -> Printed:
    """Make the document of these pages and print it, until the page numbers that it names are true."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport=A4_TEXT)
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(f"{request.url}: {request.failure}"))
        page.on("response", lambda answer: answer.ok or complaints.append(f"{answer.url}: {answer.status}"))
        open_document(page, site, front["title"])
        wanted = run(page, "compose", {"pages": [asdict(one) for one in pages], "edition": front})
        codes = {address: code_for(address) for address in wanted["codes"]}
        run(page, "finish", {"codes": codes, "words": {word: broken(word) for word in wanted["words"]}})
        complaints += run(page, "faults")
        check(complaints)
        printed = Printed(print_with_numbers(page), run(page, "headings"))
        browser.close()
    return printed


# ---- what the browser leaves open -----------------------------------------------------------------------------------


def bookmarks(outline: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield every bookmark below this one, in order."""
    item = outline.get("/First")
    while item is not None:
        item = item.get_object()
        yield item
        yield from bookmarks(item)
        item = item.get("/Next")


def mend_bookmarks(writer: PdfWriter, headings: list[dict]) -> None:
    """Give bookmarks the words of their headings.

    Chromium drops the space where a heading breaks into two lines, and may say twice what begins a page.
    """
    for item, heading in zip(bookmarks(writer.root_object["/Outlines"].get_object()), headings, strict=True):
        if set("".join(item["/Title"].split())) != set("".join(heading["title"].split())):
            raise NotPrintable(f"the bookmark {item['/Title']!r} is not the heading {heading['title']!r}")
        item[NameObject("/Title")] = TextStringObject(heading["title"])


def describe(writer: PdfWriter, about: Edition) -> None:
    """Write the metadata; the dates are the edition's."""
    made = f"D:{day_of(about):%Y%m%d}000000Z"
    writer.metadata = None
    writer.add_metadata(
        {
            "/Title": about.title,
            "/Author": ", ".join(about.authors),
            "/Subject": f"{about.subtitle}. {about.called}.",
            "/Rights": " ".join(LICENCE),
            "/Creator": "Seeing Convolutions",
            "/CreationDate": made,
            "/ModDate": made,
        }
    )
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject("en-GB")
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})


def renumbered(pdf: bytes) -> bytes:
    """Return the PDF with the elements of its tags numbered from 1, in their order.

    Chromium names them by its own count of all nodes, which now and then is one more or less.

    >>> renumbered(b"/ID (node00000042) /Headers [ (node00000042) (node00000007) ]")
    b'/ID (node00000002) /Headers [ (node00000002) (node00000001) ]'
    """
    name = re.compile(rb"\(node\d{8}\)")
    names = {old: b"(node%08d)" % n for n, old in enumerate(sorted(set(name.findall(pdf))), 1)}
    return name.sub(lambda found: names[found[0]], pdf)


def complete(printed: Printed, about: Edition) -> bytes:
    """Return the PDF with its bookmarks and its tags mended and its metadata written."""
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of its own count of the objects
    writer = PdfWriter(clone_from=PdfReader(BytesIO(printed.pdf)))
    mend_bookmarks(writer, printed.headings)
    describe(writer, about)
    target = BytesIO()
    writer.write(target)
    return renumbered(target.getvalue())


def make_pdf(pages: list[BookPage], address: str, book: Path = BOOK) -> bytes:
    """Return the PDF of these pages of the built book, which is published at `address`, if anywhere."""
    about = edition()
    check([f"{page.path} is not in {book}: `make book` builds it" for page in pages if not (book / page.path).exists()])
    with serving(book) as site:
        return complete(set_and_print(pages, title_pages(about, address), site), about)


def main() -> int:
    """Write the PDF; return the exit code."""
    print("Printing the book: a minute or two ...", flush=True)
    try:
        pdf = make_pdf(pages_for_paper(), public_address())
    except (NoBrowser, NotPrintable) as error:
        print(error, file=sys.stderr)
        return 1
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(pdf)
    finish(BOOK)
    print(f"The book for paper is in {TARGET}: {len(pdf) / 1e6:.1f} MB.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
