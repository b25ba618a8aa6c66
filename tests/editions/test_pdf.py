"""The PDF: what it holds, that its references are true, and how its pages look. It is made once, from the built book.

What a page looks like is asked of PDFium, and what a printed code leads to of ZXing: neither has made them.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise, zip_longest

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from edition import edition
from environment import ROOT
from make_pdf import NotPrintable, check, main, make_pdf, pages_for_paper
from pages_in_order import pages_in_order
from serve import BOOK

ADDRESS = "https://books.example/seeing convolutions/"
OUR_TYPEFACES = {"SourceSerif4", "SourceSans3ExtraLight", "SourceCodeProExtraLight", "STIXTwoMath"}
POINT_OF = 72 / 25.4  # of a millimetre
A4 = (210, 297)
HEAD, FOOT, SIDE = 21, 18, 20  # mm that are no part of the text: above, below, and left or right
# How to work the buttons there, and what only pages hold.
ON_THE_SCREEN = ("On the page itself", "The search", "Python in the page")
SMALL = ("index.html", "notebooks/exercises/03_pooling.html", "book/notation.html")


def made(pages, address=""):
    with ThreadPoolExecutor(1) as apart:  # the tests' own browser may be open in this thread
        return apart.submit(make_pdf, pages, address).result()


@pytest.fixture(scope="module")
def whole():
    return made(pages_for_paper())


@pytest.fixture(scope="module")
def book(whole):
    return PdfReader(BytesIO(whole))


@pytest.fixture(scope="module")
def document(whole):
    return pypdfium2.PdfDocument(whole)


@pytest.fixture(scope="module")
def texts(document):
    return [document[n].get_textpage().get_text_bounded() for n in range(len(document))]


@pytest.fixture(scope="module")
def ink(document):
    """Return for each page where there is anything on it: an array of millimetres, rows by columns."""
    pictures = (document[n].render(scale=2 / POINT_OF, grayscale=True) for n in range(len(document)))
    dark = [np.asarray(picture.to_numpy()).squeeze() < 250 for picture in pictures]
    return [page[:594, :420].reshape(297, 2, 210, 2).any(axis=(1, 3)) for page in dark]


@pytest.fixture(scope="module")
def places(book):
    """Return on which page, counted from 1, and how high above its foot (mm) each named place is."""
    return {
        name.lstrip("/"): (book.get_destination_page_number(place) + 1, float(place.top) / POINT_OF)
        for name, place in book.named_destinations.items()
    }


@pytest.fixture(scope="module")
def small():
    return [page for page in pages_in_order() if page.path in SMALL]


# ---- the built pages, read without a browser --------------------------------------------------------------------


class BuiltPage(HTMLParser):
    """The headings of a built page in their order, and how many answers fold on it."""

    HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

    def __init__(self, path):
        super().__init__()
        self.headings, self.answers, self.by_hand, self.widgets = [], 0, 0, 0
        self.open, self.silent = False, False
        article = (BOOK / path).read_text("utf-8").partition("<article>")[2].partition("</article>")[0]
        self.feed(re.sub(r"<!-- offers -->.*?<!-- /offers -->", "", article, flags=re.DOTALL))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        classes = (attributes.get("class") or "").split()
        if tag in self.HEADINGS:
            self.open = True
            self.headings.append("")
        self.silent = "headerlink" in classes
        if tag == "details" and "answer" in classes:
            self.by_hand += "data-of" in attributes
            self.answers += "data-of" not in attributes
        self.widgets += "convbook-mount" in classes

    def handle_endtag(self, tag):
        self.open &= tag not in self.HEADINGS
        self.silent = False

    def handle_data(self, data):
        if self.open and not self.silent:
            self.headings[-1] += data


def words(text):
    return " ".join(text.split())


def expected_headings():
    yield "Contents"
    for before, page in pairwise([None, *pages_for_paper()]):
        if page.part != (before.part if before else ""):
            yield page.part
        built = BuiltPage(page.path)
        yield from (heading for heading in map(words, built.headings) if heading not in ON_THE_SCREEN)
        if built.answers:
            yield "Answers"


def contents_of(book):
    return book.get_destination_page_number(book.outline[0]) + 1


def flat(outline):
    for item in outline:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def slug(path):
    return re.sub(r"\W+", "-", path.removesuffix(".html"))


def links_on(page):
    """Yield (rectangle, name of the place) of each link on a page that stays in the book."""
    for annotation in page.get("/Annots", []):
        annotation = annotation.get_object()
        action = annotation.get("/A", {})
        target = annotation.get("/Dest") or action.get("/D")
        if target is not None:
            yield annotation["/Rect"], str(target).lstrip("/")


# ---- what it holds ------------------------------------------------------------------------------------------------


def test_it_has_the_size_of_a_book(book, whole):
    assert 250 <= len(book.pages) <= 420
    assert len(whole) < 15e6
    sizes = {tuple(round(float(side) / POINT_OF) for side in page.mediabox[2:]) for page in book.pages}
    assert sizes == {A4}


def test_it_says_what_it_is(book):
    told = book.metadata
    assert (told.title, told.author) == ("Seeing Convolutions", "The Seeing Convolutions authors")
    assert told["/Subject"].endswith(f". {edition().called}.")
    assert edition().dated in book.pages[1].extract_text()
    assert "CC BY 4.0" in told["/Rights"]
    assert "MIT licence" in told["/Rights"]
    cited = (ROOT / "CITATION.cff").read_text("utf-8")
    day = re.search(r"date-released: (\S+)", cited)[1]
    assert told["/CreationDate"] == told["/ModDate"] == f"D:{day.replace('-', '')}000000Z"
    root = book.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/PageMode"] == "/UseOutlines"
    assert "/AcroForm" not in root


def test_the_bookmarks_are_the_headings_of_the_pages_in_whole_words(book):
    found = [words(item.title) for item in flat(book.outline)]
    assert found == list(expected_headings())


def test_every_link_within_the_book_leads_to_a_place(book, places):
    followed = [name for page in book.pages for _, name in links_on(page)]
    assert len(followed) > 1000
    assert [name for name in followed if name not in places] == []


def text_in(document, number, left=0, bottom=0, right=A4[0] * POINT_OF, top=A4[1] * POINT_OF):
    """Return the text in a part of a page, in points from its lower left corner."""
    return document[number - 1].get_textpage().get_text_bounded(left, bottom, right, top)


def test_each_page_says_its_own_number(document, book):
    heads = {
        number: text_in(document, number, bottom=(A4[1] - HEAD) * POINT_OF) for number in range(3, len(book.pages) + 1)
    }
    assert {number: head for number, head in heads.items() if str(number) not in re.findall(r"\d+", head)} == {}


def test_the_contents_name_the_pages_on_which_things_stand(document, book, places):
    named = {}
    for n in range(contents_of(book), places[slug("index.html")][0]):
        for (_, bottom, _, top), name in links_on(book.pages[n - 1]):
            edge = text_in(document, n, left=178 * POINT_OF, bottom=float(bottom), top=float(top))
            named[name] = named.get(name) or re.sub(r"\D", "", edge)  # a link may have an empty part on the page before
    assert {slug(page.path) for page in pages_for_paper()} <= set(named)
    assert {name: number for name, number in named.items() if str(places[name][0]) != number} == {}


def test_each_answer_stands_at_the_end_once_with_references_there_and_back(book, places):
    links = {}
    for number, page in enumerate(book.pages, 1):
        for _, name in links_on(page):
            links.setdefault(name, set()).add(number)
    for page in pages_for_paper():
        own, built = slug(page.path), BuiltPage(page.path)
        answers = [name for name in places if re.fullmatch(rf"{own}--answer-\d+", name)]
        assert len(answers) == built.answers, page.path
        for answer in answers:
            question = answer.replace("--answer-", "--question-")
            assert places[question][0] in links[answer]
            assert places[answer][0] in links[question]
            assert places[question] < places[answer] or places[question][0] < places[answer][0]


def test_what_is_for_the_screen_is_not_on_paper(texts):
    text = "\n".join(texts)
    for words_of_a_button in (
        "Show the answer",
        "Show the solution",
        "Download this notebook",
        "Have you tried it",
        "Below each block of code stands",
    ):
        assert words_of_a_button not in text
    assert "convbook.ops.conv2d(" not in text  # of the reference of the package


def test_its_credits_name_what_it_holds_and_nothing_else(texts, places):
    text = "".join(texts[places["book-credits"][0] - 1 :])
    assert all(work in text for work in ("Varshney", "Alpaydin", "MathJax", "Serif"))
    elsewhere = ("Sphinx", "search", "Pyodide", "CPython", "CodeMirror", "codemirror", "browser", "comes with the book")
    assert [work for work in elsewhere if work in text] == []


def test_exercises_have_their_hints_and_solutions_behind_them(places):
    for page in pages_for_paper():
        if page.kind == "exercises":
            tasks, hints, solutions = (
                {name for name in places if re.fullmatch(rf"{slug(page.path)}--{kind}-\d+", name)}
                for kind in ("task", "hint", "solution")
            )
            assert len(tasks) == len(hints) == len(solutions) >= 4, page.path


# ---- how it looks ---------------------------------------------------------------------------------------------------


def fonts_of(resources, seen):
    for font in (resources.get("/Font") or {}).values():
        yield font.get_object()
    for form in (resources.get("/XObject") or {}).values():
        form = form.get_object()
        if form.get("/Subtype") == "/Form" and id(form) not in seen and "/Resources" in form:
            seen.add(id(form))
            yield from fonts_of(form["/Resources"].get_object(), seen)


def test_its_typefaces_are_those_that_come_with_the_book(book):
    names, seen = set(), set()
    for page in book.pages:
        for font in fonts_of(page["/Resources"].get_object(), seen):
            drawn = font["/Subtype"] == "/Type3"  # the shapes of MathJax's own, which have no name
            names.add("MathJax" if drawn else re.split(r"[+-]", font["/BaseFont"].lstrip("/"))[1])
    assert names == {*OUR_TYPEFACES, "MathJax"}


def last_pages(places):
    """Return the pages on which a part of the book ends: there may be room below."""
    return {2, *(places[slug(page.path)][0] - 1 for page in pages_for_paper())}


def test_no_page_has_a_large_hole_at_its_end(ink, places):
    room = A4[1] - HEAD - FOOT
    may_end, holes = last_pages(places), {}
    for number, page in enumerate(ink[:-1], 1):
        if number in may_end:
            continue
        rows = np.flatnonzero(page[HEAD : A4[1] - FOOT].any(axis=1))
        holes[number] = 1 - (rows[-1] + 1) / room
    assert {number: round(hole, 2) for number, hole in holes.items() if hole > 0.25} == {}


def test_nothing_reaches_into_the_margins(ink):
    cut = [
        number
        for number, page in enumerate(ink[1:], 2)
        if page[:, : SIDE - 3].any() or page[:, A4[0] - SIDE + 3 :].any() or page[A4[1] - FOOT + 2 :].any()
    ]
    assert cut == []


def test_no_heading_stands_at_the_end_of_a_page(book, ink):
    alone = []
    for item in flat(book.outline):
        page = ink[book.get_destination_page_number(item)]
        top = A4[1] - float(item.top) / POINT_OF
        rows = np.flatnonzero(page[: A4[1] - FOOT].any(axis=1))
        if rows[-1] - top < 9:  # mm: a heading and a line need more
            alone.append((item.title, book.get_destination_page_number(item) + 1))
    assert alone == []


@pytest.fixture(scope="module")
def edges(whole, ink):
    """Return {page: (its first line, its last five)}, as they stand, from the contents on."""

    def line(text, upper, lower):
        part = (0, (A4[1] - lower) * POINT_OF, A4[0] * POINT_OF, (A4[1] - upper) * POINT_OF)
        return words(text.get_text_bounded(*part))

    document, found = pypdfium2.PdfDocument(whole), {}
    for number, page in enumerate(ink[2:], 3):
        text = document[number - 1].get_textpage()
        rows = HEAD + np.flatnonzero(page[HEAD : A4[1] - FOOT].any(axis=1))
        lines = [line(text, rows[-1] + 2 - 5 * n, rows[-1] + 2) for n in (5, 1)]
        found[number] = (line(text, rows[0] - 1, rows[0] + 5), *lines)
    return found


def choices():
    """Yield the choices of each question that has some."""
    for page in pages_for_paper():
        for data in re.findall(r'data-prediction="([^"]*)"', (BOOK / page.path).read_text("utf-8")):
            prediction = json.loads(unescape(data))
            if isinstance(prediction["answer"], str):
                yield [prediction["answer"], *prediction["slips"].values()]


def without(line, parts):
    """Return what is left of a line without these parts."""
    for part in sorted(map(words, parts), key=len, reverse=True):
        line = line.replace(part, "")
    return line.strip()


def test_no_choice_stands_on_another_page_than_its_question(edges):
    asked = list(choices())
    assert len(asked) > 50
    assert without("both stay one changes", ["one changes", "both stay"]) == ""
    torn = {
        number: first
        for number, (first, *_) in edges.items()
        if first and any(not without(first, one) for one in asked)
    }
    assert torn == {}


def test_a_question_stays_with_what_it_asks_about_and_the_place_for_its_answer(edges):
    begins = {number: first for number, (first, *_) in edges.items() if re.match(r"Your answer|→ ?Answer", first)}
    assert begins == {}
    asks = re.compile(r"(Predict|Find out)\b[^•→]*\?$")
    assert {number: end for number, (_, end, last) in edges.items() if asks.search(end) and last.endswith("?")} == {}


def test_words_that_lead_on_to_something_stay_with_it(edges):
    code = re.compile(r"(class|def|elif|else|except|for|if|try|while|with)\b.*:$")  # which may go on on the next page
    ends = {number: last for number, (*_, last) in edges.items() if last.endswith(":") and not code.match(last)}
    assert ends == {}


def test_no_part_of_the_book_ends_with_a_few_lines_on_a_page(ink, places):
    fills = {
        number: (np.flatnonzero(ink[number - 1][HEAD : A4[1] - FOOT].any(axis=1))[-1] + 1) / (A4[1] - HEAD - FOOT)
        for number in last_pages(places) - {2}
    }
    assert {number: round(fill, 2) for number, fill in fills.items() if fill < 0.13} == {}


def test_no_page_is_empty(texts):
    assert [number for number, text in enumerate(texts, 1) if len(text.split()) < 4] == []


# ---- in small -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def published(small):
    return made(small, ADDRESS)


def addresses_in(pdf):
    for page in PdfReader(BytesIO(pdf)).pages:
        for annotation in page.get("/Annots", []):
            if "/URI" in (action := annotation.get_object().get("/A", {})):
                yield action["/URI"]


def test_with_a_public_address_a_code_and_a_link_lead_to_each_live_picture(published, small):
    wanted = "https://books.example/seeing%20convolutions/index.html#how-can-nine-numbers-see-an-edge"
    assert wanted in set(addresses_in(published))
    document = pypdfium2.PdfDocument(published)
    found = [
        code.text
        for n in range(len(document))
        for code in zxingcpp.read_barcodes(document[n].render(scale=3, grayscale=True).to_numpy().squeeze())
    ]
    assert wanted in found
    assert len(found) == sum(BuiltPage(page.path).widgets for page in small)


def test_without_one_words_say_where_a_picture_is_alive(small):
    pdf = made(small)
    text = pypdfium2.PdfDocument(pdf)[3].get_textpage().get_text_bounded()
    said = "Live picture 1. On the screen you can play with it: picture 1 on the first page of the book."
    assert said.replace(" ", "") in "".join(text.split())
    assert not [address for address in addresses_in(pdf) if "127.0.0.1" in address or "example" in address]


def sight_of(pdf):
    """Return what a PDF says of itself, and of each page its text and a digest of its pixels."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[n] for n in range(len(document))]
    pixels = (page.render(scale=2).to_numpy().tobytes() for page in pages)
    texts = (page.get_textpage().get_text_bounded() for page in pages)
    return document.get_metadata_dict(), [
        (text, sha256(drawn).hexdigest()) for text, drawn in zip(texts, pixels, strict=True)
    ]


def first_difference(one, other):
    """Return the first objects that differ, each from a little before where they do; or nothing."""
    for mine, others in zip_longest(one.split(b"endobj"), other.split(b"endobj"), fillvalue=b""):
        if mine != others:
            alike = next((n for n, (a, b) in enumerate(zip(mine, others, strict=False)) if a != b), 0)
            return [part[max(alike - 100, 0) : alike + 100] for part in (mine, others)]
    return None


def test_the_same_sources_give_the_same_bytes(published, small):
    again = made(small, ADDRESS)
    assert sight_of(again) == sight_of(published)  # what a reader sees first: it says more
    assert first_difference(again, published) is None
    assert first_difference(b"1 endobj 2 endobj", b"1 endobj 3 endobj") == [b" 2 ", b" 3 "]


def test_a_page_that_is_not_built_is_named(tmp_path, small):
    with pytest.raises(NotPrintable, match=r"index\.html is not in .*: `make book` builds it"):
        make_pdf(small, "", tmp_path)


def test_the_file_lies_beside_the_pages_and_they_offer_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "index.html").write_text("<!-- offers --><!-- /offers -->")
    monkeypatch.setattr("make_pdf.BOOK", tmp_path)
    monkeypatch.setattr("make_pdf.TARGET", tmp_path / "_downloads" / "seeing-convolutions.pdf")
    monkeypatch.setattr("make_pdf.make_pdf", lambda pages, address: b"%PDF" + bytes(3_000_000))
    assert main() == 0
    assert capsys.readouterr().out.endswith("seeing-convolutions.pdf: 3.0 MB.\n")
    assert "3.0 MB" in (tmp_path / "index.html").read_text()


def test_what_cannot_be_printed_is_named():
    with pytest.raises(NotPrintable, match=r"p in x is wider than the page: too wide\nold\.svg is missing"):
        check(["p in x is wider than the page: too wide", "old.svg is missing"])
