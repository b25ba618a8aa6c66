"""Firefox and WebKit for the tests, and pages that may not complain there either.

    def test_on_a_page(visit):                       a page of the built book, in either browser
        reader = visit("notebooks/01_convolution.html", width=360)

    def test_a_widget(visit_widget):                 the page of one widget alone, without building the book
        reader = visit_widget("SlidingWindow")

Both wait until every widget can be used. `reader` has a mouse and a keyboard: see tests/readers.py. A test fails at its
end if one of its pages wrote an error or a warning to the console, threw, missed a file or asked another host for
anything.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from readers import BROWSERS

from live_widgets import write_pages_alone, write_shared
from serve import BOOK, STRICT, Handler, serving

COMPLAINTS = Path(__file__).with_name("complaints.js").read_text("utf-8")
BLANK = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Between pages</title><link rel="icon" href="data:,">'
)
# What a page leaves in the browser is no start for the next one.
FORGET = "() => { localStorage.clear(); sessionStorage.clear(); }"


@dataclass
class Site:
    """A folder of pages that keep what goes wrong in them, as it is reached over http and from the disk."""

    folder: Path
    http: str
    refused: list[str] = field(default_factory=list)

    def address(self, path, over="http"):
        return f"{self.http}/{path}" if over == "http" else (self.folder / path).as_uri()


def watch(folder: Path) -> None:
    """Let every page of a folder load, before all else, the script that keeps what goes wrong."""
    (folder / "complaints.js").write_text(COMPLAINTS, "utf-8")
    (folder / "between.html").write_text(BLANK, "utf-8")
    for page in folder.glob("**/*.html"):
        up = "../" * (len(page.relative_to(folder).parts) - 1)
        text = page.read_text("utf-8")
        page.unlink()  # it may be the book's own file, under a second name
        head = text.index("<head>") + len("<head>") if "<head>" in text else text.index("<meta")
        page.write_text(f'{text[:head]}<script src="{up}complaints.js"></script>{text[head:]}', "utf-8")


def second_name(source, target):
    """Give a file a second name, or copy it where that cannot be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def watched(folder):
    """Give the Site of a folder while it is served."""
    refused = []

    class Noting(Handler):
        """Keeps what it could not answer."""

        def send_error(self, code, *words):
            refused.append(f"{code}: {self.path}")
            super().send_error(code, *words)

    watch(folder)
    with serving(folder, Noting, policy=STRICT) as address:
        yield Site(folder, address, refused)


@pytest.fixture(scope="session")
def book():
    """Return the built book."""
    if not (BOOK / "index.html").exists():
        pytest.fail(f"the book is not built: {BOOK} has no index.html; `make book` builds it", pytrace=False)
    with TemporaryDirectory() as folder:
        yield from watched(Path(shutil.copytree(BOOK, Path(folder, "book"), copy_function=second_name)))


@pytest.fixture(scope="session")
def alone():
    """Return a site that has a page for each widget alone."""
    with TemporaryDirectory() as name:
        folder = Path(name, "widgets")
        write_shared(folder / "live")
        write_pages_alone(folder, folder / "live")
        yield from watched(folder)


@pytest.fixture(scope="session", params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in BROWSERS])
def browser(request):
    """Return the reader with this browser, who stays for all tests."""
    reader = BROWSERS[request.param]()
    yield reader
    reader.quit()


@pytest.fixture
def open_page(browser):
    """Return open_page(site, path, ...) -> the reader, who has opened it; what went wrong fails the test at its end."""
    sites, wrong = [], []

    def look_back():
        address, said = browser.run("() => [location.href, help.complaints()]")
        wrong.extend(f"{address}: {what}" for what in said)

    def open_page(site, path, *, over="http", fragment="", **size):
        if sites:
            look_back()
        sites.append(site)
        browser.go(site.address("between.html", over))
        browser.run(FORGET)
        browser.open(site.address(path, over) + fragment, **size)
        return browser

    yield open_page
    if sites:
        look_back()
        browser.go("about:blank")
    for site in sites:
        wrong += site.refused
        site.refused.clear()
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def visit(open_page, book):
    """Return visit(path, ...) -> the reader on a page of the built book."""
    return lambda path, **options: open_page(book, path, **options)


@pytest.fixture
def visit_widget(open_page, alone):
    """Return visit_widget(name, ...) -> the reader on the page that shows one widget alone."""
    return lambda name, **options: open_page(alone, f"embed/{name}.html", **options)
