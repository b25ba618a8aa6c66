"""The built book as a zip: what is in it, and that it opens from a disk as it does from a server."""

import re
from zipfile import ZipFile

import pytest

import make_zip
from finish_book import WORKER
from offers import NAME, OFFERS
from serve import STRICT, serving


@pytest.fixture(scope="module")
def archive(book, tmp_path_factory):
    target = tmp_path_factory.mktemp("zip") / "book.zip"
    make_zip.write(book, target, with_python=False)
    return target


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("a stick of Müller's")
    with ZipFile(archive) as packed:
        packed.extractall(folder)
    return folder / NAME


def names_in(archive):
    with ZipFile(archive) as packed:
        return packed.namelist()


def test_it_unpacks_into_one_folder_with_short_names(archive):
    names = names_in(archive)
    assert all(name.startswith(f"{NAME}/") and len(name) <= make_zip.LONGEST and ".." not in name for name in names)
    assert len({name.lower() for name in names}) == len(names)  # Windows takes "A" and "a" for the same
    assert not [name for name in names if set(name) & set('<>:"\\|?*')]
    assert f"{NAME}/index.html" in names


def test_everyone_may_read_what_is_unpacked(archive):
    with ZipFile(archive) as packed:
        assert {told.external_attr >> 16 for told in packed.infolist()} == {0o644}


def test_it_holds_every_file_of_the_book_but_python_and_the_other_editions(book, unpacked):
    here = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    there = {path.relative_to(book).as_posix() for path in book.rglob("*") if path.is_file()}
    assert here <= there | {WORKER}
    only_to_run = (*make_zip.ONLY_TO_RUN, make_zip.LICENCES)
    assert all(
        name.startswith(only_to_run) or name.removeprefix("_downloads/") in {offer.file for offer in OFFERS}
        for name in there - here
    )
    assert "_downloads/seeing-convolutions-notebooks.zip" in here


def test_its_credits_name_what_it_holds_and_nothing_else(book, unpacked):
    page = (unpacked / "book" / "credits.html").read_text("utf-8")
    article = page.partition("<article>")[2]
    assert [work for work in ("Pyodide", "CPython", "CodeMirror", "codemirror", "NumPy</a>") if work in article] == []
    assert "for a disk, where no code runs in a page" in article
    assert all(work in article for work in ("MathJax", "Sphinx, its search", "Source Serif", "Lav Varshney"))
    licences = {path.name for path in (unpacked / "_static" / "licences").iterdir()}
    assert licences == set(re.findall(r"_static/licences/([\w.-]+)", page))
    whole = (book / "book" / "credits.html").read_text("utf-8")
    assert licences < set(re.findall(r"_static/licences/([\w.-]+)", whole))


def test_the_same_book_gives_the_same_bytes(book, archive, tmp_path):
    make_zip.write(book, tmp_path / "again.zip", with_python=False)
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_no_page_of_it_offers_what_is_not_there(unpacked):
    for page in unpacked.rglob("*.html"):
        text = page.read_text("utf-8")
        assert "data-python" not in text.partition("<body")[0], page
        assert 'class="offers"' not in text, page


@pytest.mark.pyodide
def test_the_one_for_a_server_holds_python_and_says_so(book, tmp_path):
    make_zip.write(book, tmp_path / "book.zip", with_python=True)
    assert f"{NAME}/_static/python/pyodide.js" in names_in(tmp_path / "book.zip")
    with ZipFile(tmp_path / "book.zip") as packed:
        assert b"data-python" in packed.read(f"{NAME}/notebooks/01_convolution.html")
    assert max(map(len, names_in(tmp_path / "book.zip"))) <= make_zip.LONGEST


def test_a_name_that_some_systems_cannot_unpack_is_refused(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / f"{'long' * 20}.html").write_text("a page")
    with pytest.raises(ValueError, match=r"must have at most 100 characters, got .*longlong"):
        make_zip.pack(tmp_path / "site", tmp_path / "book.zip")


def read_on(page, address):
    """Open the book at its front page, use a widget, follow links, and return what went wrong."""
    problems = []
    page.on("console", lambda message: message.type in ("error", "warning") and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: "ABORTED" in request.failure or problems.append(request.url))
    page.goto(f"{address}/index.html")
    page.wait_for_selector("[data-widget][data-live=true]")
    page.get_by_role("main").get_by_role("link", name="Read", exact=True).click()
    page.wait_for_selector("[data-widget=SlidingWindow][data-live=true]")
    page.get_by_role("button", name="step forward").first.click()
    page.wait_for_selector("mjx-container", state="attached")
    page.get_by_role("link", name="neuron", exact=True).first.click()
    page.wait_for_url("**/book/glossary.html#term-neuron")
    return problems


def test_it_opens_from_a_disk_and_from_a_strict_server(unpacked, in_browser):
    def visit(browser):
        with serving(unpacked, policy=STRICT) as address:
            return [read_on(browser.new_page(), at) for at in (unpacked.as_uri(), address)]

    assert in_browser(visit) == [[], []]
