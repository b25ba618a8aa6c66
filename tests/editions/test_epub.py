"""The EPUB, made once: what is in it against the pages that it was made of, and against the rules of EPUB."""

import json
import re
import subprocess
import sys
from collections import Counter
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest
import yaml

import epub_checker
from edition import edition
from make_epub import IDENTIFIER
from pages_in_order import pages_in_order

ROOT = Path(__file__).parents[2]
NAMES = {
    "": "http://www.w3.org/1999/xhtml",
    "m": "http://www.w3.org/1998/Math/MathML",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
}
TYPE = "{http://www.idpf.org/2007/ops}type"
SCREEN_ONLY = {"book/api.html", "book/solved.html"}
READ = [page for page in pages_in_order() if page.path not in SCREEN_ONLY]
each_page = pytest.mark.parametrize("page", READ, ids=lambda page: page.path)


def write_epub(target):
    run = subprocess.run([sys.executable, ROOT / "tools" / "make_epub.py", target], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return target


@pytest.fixture(scope="module")
def epub(book, tmp_path_factory):
    return write_epub(tmp_path_factory.mktemp("epub") / "book.epub")


@pytest.fixture(scope="module")
def files(epub):
    """Return {name: bytes} of what is in it."""
    with ZipFile(epub) as archive:
        return {name.removeprefix("EPUB/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def documents(files):
    """Return {name: root} of its pages; what is not well-formed fails here."""
    return {name: ElementTree.fromstring(data) for name, data in files.items() if name.endswith(".xhtml")}


@pytest.fixture(scope="module")
def package(files):
    return ElementTree.fromstring(files["book.opf"])


def name_of(page):
    exercises = "-exercises" if page.kind == "exercises" else ""
    return f"{page.path.rpartition('/')[2].removesuffix('.html')}{exercises}.xhtml"


def source_of(book, page):
    return (book / page.path).read_text("utf-8").partition("<article>")[2].partition("</article>")[0]


def text_of(element):
    return " ".join("".join(element.itertext()).split())


def has_class(element, name):
    return name in element.get("class", "").split()


# ---- the rules --------------------------------------------------------------------------------------------------


@pytest.mark.epubcheck
def test_epubcheck_finds_nothing(epub):
    assert epub_checker.findings(epub) == []


@pytest.mark.epubcheck
def test_epubcheck_would_speak_of_what_is_wrong(tmp_path):
    with ZipFile(tmp_path / "empty.epub", "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    assert [line for line in epub_checker.findings(tmp_path / "empty.epub") if "META-INF/container.xml" in line]


def test_the_archive_says_first_and_uncompressed_what_it_is(epub):
    with ZipFile(epub) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
        assert archive.read(first) == b"application/epub+zip"


def test_the_same_book_gives_the_same_bytes(epub, tmp_path):
    assert write_epub(tmp_path / "again.epub").read_bytes() == epub.read_bytes()


def test_every_link_leads_somewhere(documents):
    places = {name: {element.get("id") for element in root.iter()} for name, root in documents.items()}
    lost = []
    for name, root in documents.items():
        for link in root.iterfind(".//a[@href]", NAMES):
            to = urlsplit(link.get("href"))
            if to.scheme:
                assert to.scheme in ("https", "http", "mailto"), link.get("href")
                continue
            target = to.path or name
            if target not in places or (to.fragment and unquote(to.fragment) not in places[target]):
                lost.append(f"{name}: {link.get('href')}")
    assert lost == []


def test_no_place_has_its_name_twice(documents):
    for name, root in documents.items():
        names = Counter(element.get("id") for element in root.iter() if element.get("id"))
        assert [place for place, count in names.items() if count > 1] == [], name


def test_nothing_in_it_is_asked_of_another_host_or_runs(files, documents):
    for root in documents.values():
        assert not [
            e for e in root.iter() if e.tag.rpartition("}")[2] in ("script", "iframe", "object", "form", "video")
        ]
    assert not re.search(rb"@import|@font-face|url\(", files["book.css"])


# ---- the pages --------------------------------------------------------------------------------------------------


FORMULA = re.compile(r'class="math notranslate[^"]*".*?\\[(\[](.*?)\\[)\]]</(?:span|div)>', re.DOTALL)


@each_page
def test_each_formula_is_mathml_with_its_tex(page, book, documents):
    wanted = Counter(" ".join(unescape(tex).split()) for tex in FORMULA.findall(source_of(book, page)))
    assert wanted.total() == source_of(book, page).count('class="math notranslate')
    formulas = list(documents[name_of(page)].iterfind(".//m:math", NAMES))
    assert Counter(" ".join(formula.get("alttext").split()) for formula in formulas) == wanted
    assert all(text_of(formula) for formula in formulas)
    assert not re.search(r"\\[()\[\]]|\\frac|mjx", text_of(documents[name_of(page)]))


@each_page
def test_every_picture_has_an_alternative_and_is_there(page, book, documents, files):
    pictures = list(documents[name_of(page)].iterfind(".//img", NAMES))
    described = re.findall(r'<img\b[^>]*\balt="([^"]*)"', source_of(book, page))
    assert Counter(picture.get("alt") for picture in pictures) == Counter(map(unescape, described))
    assert all(picture.get("alt").strip() and picture.get("src") in files for picture in pictures)


@each_page
def test_a_widget_is_a_picture_with_a_word_on_where_it_is_alive(page, book, documents):
    widgets = re.findall(r'convbook-mount" data-widget="(\w+)"', source_of(book, page))
    figures = [e for e in documents[name_of(page)].iterfind(".//figure", NAMES) if has_class(e, "ours-widget")]
    captions = [text_of(figure.find("figcaption", NAMES)) for figure in figures]
    assert Counter(caption.partition(":")[0] for caption in captions) == Counter(widgets)
    assert all("alive in the book" in caption for caption in captions)


def test_no_picture_lies_there_unseen_and_none_changes_into_dark_ink(documents, files):
    shown = {e.get("src") for root in documents.values() for e in root.iterfind(".//img", NAMES)}
    assert shown == {name for name in files if name.startswith("pictures/") or name == "cover.jpg"}
    assert not [name for name, data in files.items() if name.endswith(".svg") and b"prefers-color-scheme" in data]


KINDS = {
    "answer": r'class="fold answer"',
    "nudge": r'class="fold hint"',
    "idea": r"<summary>The idea",
    "solution": r'class="fold solution"',
}


@each_page
def test_each_answer_stands_once_at_the_end_with_links_there_and_back(page, book, documents):
    source, root = source_of(book, page), documents[name_of(page)]
    text = root.find("body/section", NAMES)
    groups = [part for part in text if has_class(part, "ours-collected")]
    assert groups == list(text)[len(text) - len(groups) :]
    for kind, pattern in KINDS.items():
        count = len(re.findall(pattern, source))
        items = [item for group in groups for item in group if re.fullmatch(rf"{kind}-\d+", item.get("id") or "")]
        assert [item.get("id") for item in items] == [f"{kind}-{n}" for n in range(1, count + 1)]
        for item in items:
            there = [link for link in root.iterfind(".//a", NAMES) if link.get("href") == f"#{item.get('id')}"]
            *_, back = item.iterfind(".//a", NAMES)
            assert [f"#{link.get('id')}" for link in there] == [back.get("href")]
    assert not root.findall(".//details", NAMES)


def test_an_answer_is_not_seen_where_its_question_stands(documents):
    section = documents["01_convolution.xhtml"].find(
        ".//section[@id='why-not-connect-every-pixel-to-every-neuron']", NAMES
    )
    assert "How many weights is that: thousands, millions or billions?" in text_of(section)
    assert "150,528,000" not in text_of(section)
    answer = documents["01_convolution.xhtml"].find(".//section[@id='answer-1']", NAMES)
    assert "150,528,000 weights for a small photograph" in text_of(answer)
    assert "“billions”: That comes with the resolution of a phone." in text_of(answer)


@each_page
def test_a_question_says_what_there_is_to_choose_from_and_its_answer_why_the_others_tempt(page, book, documents):
    known = [json.loads(unescape(told)) for told in re.findall(r'data-prediction="([^"]*)"', source_of(book, page))]
    items = Counter(text_of(item) for item in documents[name_of(page)].iterfind(".//li", NAMES))
    for told in known:
        if isinstance(told["answer"], str):
            assert all(items[" ".join(str(option).split())] for option in [told["answer"], *told["slips"].values()])
        for sentence in told.get("slips", {}):
            if sentence.endswith((".", "!", "?")):
                assert any(item.endswith(f": {' '.join(sentence.split())}") for item in items), sentence


def test_code_keeps_its_characters_and_hangs_below_its_beginning(book, documents):
    page = READ[1]
    source = re.findall(r"<pre>(.*?)</pre>", source_of(book, page), re.DOTALL)
    wanted = Counter(unescape(re.sub(r"<[^>]+>", "", block)).strip("\n") for block in source)
    blocks = documents[name_of(page)].findall(".//pre", NAMES)
    assert Counter("".join(block.itertext()).strip("\n") for block in blocks) == wanted
    line = next(
        e for e in documents[name_of(page)].iter() if has_class(e, "ours-line") and "return np.corr" in text_of(e)
    )
    assert has_class(line, "ours-indent-4")


WIDE = """() => {
  const edge = document.documentElement.clientWidth - 20 + 1;
  const wide = [...document.querySelectorAll("body *")].filter((el) => el.getBoundingClientRect().right > edge);
  return wide.map((el) => `${el.tagName} ${el.textContent.slice(0, 60)}`);
}"""


def test_nothing_is_wider_than_the_page_of_a_small_reader(epub, in_browser, tmp_path):
    with ZipFile(epub) as archive:
        archive.extractall(tmp_path)

    def wide(browser):
        page = browser.new_page(viewport={"width": 400, "height": 600})
        found = {}
        for path in sorted(tmp_path.glob("EPUB/*.xhtml")):
            page.goto(path.as_uri())
            page.add_style_tag(content="body { margin: 20px }")
            found[path.name] = page.evaluate(WIDE)
        return found

    assert {name: lines for name, lines in in_browser(wide).items() if lines} == {}


def test_no_formula_gets_too_small_to_be_read(documents):
    formulas = [(name, math) for name, root in documents.items() for math in root.iterfind(".//m:math", NAMES)]
    assert len(formulas) > 500
    assert [(name, math.get("alttext")) for name, math in formulas if has_class(math, "ours-fit-50")] == []


def test_nothing_speaks_of_another_edition(documents):
    text = " ".join(text_of(root) for root in documents.values())
    for said in ("Below each block of code stands", "on paper they stand at the end"):
        assert said not in text


def test_its_credits_name_what_it_holds_and_nothing_else(documents):
    credits = text_of(documents["credits.xhtml"])
    assert all(work in credits for work in ("Lav Varshney", "Alpaydin", "CC BY 4.0"))
    elsewhere = (
        "MathJax",
        "Sphinx,",
        "Pyodide",
        "CodeMirror",
        "Source Serif",
        "comes to your browser",
        "come with the book",
    )
    assert [work for work in (*elsewhere, "comes with the book") if work in credits] == []


def test_it_says_which_edition_it_is(documents, package):
    assert edition().dated in text_of(documents["title.xhtml"])
    told = {meta.get("property"): meta.text for meta in package.iterfind(".//opf:meta", NAMES)}
    assert told["schema:version"] == edition().version_in_words


# ---- the publication --------------------------------------------------------------------------------------------


def test_the_pages_are_read_in_the_order_of_the_book(package):
    hrefs = {item.get("id"): item.get("href") for item in package.iterfind(".//opf:item", NAMES)}
    spine = [hrefs[ref.get("idref")] for ref in package.iterfind(".//opf:itemref", NAMES)]
    assert spine == ["cover.xhtml", "title.xhtml", "contents.xhtml", *map(name_of, READ)]


def test_the_contents_have_the_parts_the_chapters_and_their_sections(documents):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    contents = next(nav for nav in documents["contents.xhtml"].iter() if nav.get(TYPE) == "toc")
    front, *parts = contents.find("ol", NAMES)
    assert front.find("a", NAMES).get("href") == "index.xhtml"
    assert [text_of(part.find("span", NAMES)) for part in parts] == [part["caption"] for part in toc["parts"]]
    chapter = parts[0].find("ol/li", NAMES)
    assert text_of(chapter.find("a", NAMES)).startswith("1. Convolution")
    below = [text_of(entry.find("a", NAMES)) for entry in chapter.find("ol", NAMES)]
    assert below[0] == "What does the network get to see?"
    assert below[-2:] == ["Answers", "Exercises on convolution"]


def test_readers_of_epub_2_find_the_same_contents(files, documents):
    points = ElementTree.fromstring(files["contents.ncx"])
    old = [content.get("src") for content in points.iterfind(".//ncx:content", NAMES)]
    contents = next(nav for nav in documents["contents.xhtml"].iter() if nav.get(TYPE) == "toc")
    new = [link.get("href") for link in contents.iterfind(".//a", NAMES)]
    assert set(old) == set(new)


def test_the_landmarks_are_those_that_reading_systems_know(documents):
    marks = next(nav for nav in documents["contents.xhtml"].iter() if nav.get(TYPE) == "landmarks")
    known = {link.get(TYPE): link.get("href") for link in marks.iterfind(".//a", NAMES)}
    assert known == {
        "cover": "cover.xhtml",
        "toc": "contents.xhtml",
        "bodymatter": "index.xhtml",
        "glossary": "glossary.xhtml",
        "bibliography": "references.xhtml",
    }


def test_the_metadata_are_those_of_the_citation_and_say_who_can_read_it(package):
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    said = {
        name: [e.text for e in package.iterfind(f".//dc:{name}", NAMES)]
        for name in ("title", "creator", "date", "language")
    }
    assert ": ".join(said["title"]).lower() == cited["title"].lower()
    assert said["creator"] == [author["name"] for author in cited["authors"]]
    assert said["date"] == [str(cited["date-released"])]
    assert said["language"] == ["en-GB"]
    assert package.find(".//dc:identifier", NAMES).text == IDENTIFIER
    access = [(e.get("property"), e.text) for e in package.iterfind(".//opf:meta", NAMES)]
    for name, value in (
        ("accessMode", "textual"),
        ("accessMode", "visual"),
        ("accessModeSufficient", "textual"),
        ("accessibilityFeature", "MathML"),
        ("accessibilityFeature", "alternativeText"),
        ("accessibilityFeature", "tableOfContents"),
        ("accessibilityHazard", "none"),
    ):
        assert (f"schema:{name}", value) in access
    assert "schema:accessibilitySummary" in dict(access)
