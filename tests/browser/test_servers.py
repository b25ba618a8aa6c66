"""The book on the servers of the world: strict ones, careless ones, in frames of course systems, in odd folders."""

import gzip
import re
from html import unescape
from pathlib import Path

import pytest
from hands import wait_until
from hosts import Host, copy_book
from playwright.sync_api import expect

from finish_book import finish
from serve import STRICT, Handler

ROOT = Path(__file__).parents[2]
HOSTS = (ROOT / "book" / "host.md").read_text("utf-8")
ODD = "Bücher & Übungen (neu) 100 %"
CHAPTER = "notebooks/01_convolution.html"
EXERCISES = "notebooks/exercises/01_convolution.html"
FORMULAS = "() => [...document.querySelectorAll('.math')].every((m) => m.querySelector('mjx-container'))"
ACTIVE = "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')"


class Careless(Handler):
    """Knows the types of a web page alone, says wrong ones for the rest, and forbids to guess."""

    KNOWN = (".html", ".css", ".js", ".svg", ".png", ".jpg")

    def guess_type(self, path):
        return super().guess_type(path) if str(path).endswith(self.KNOWN) else "text/plain; charset=iso-8859-1"

    def end_headers(self):
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()


@pytest.fixture(scope="module")
def odd(book, tmp_path_factory):
    """Return a folder that holds the book in a folder with an odd name."""
    root = tmp_path_factory.mktemp("servers")
    copy_book(book.folder, root / ODD, python=True)
    finish(root / ODD)
    return root


@pytest.fixture
def visitor(browser):
    """Return a browser of its own; at the end nothing may have been complained of, nor refused by a policy."""
    with browser.new_context(service_workers="allow", viewport={"width": 1280, "height": 800}) as context:
        context.complaints = []
        context.on("weberror", lambda error: context.complaints.append(str(error.error)))
        context.on("console", lambda said: said.type in ("error", "warning") and context.complaints.append(said.text))
        yield context
        assert context.complaints == []


def opens(page, address):
    """Open a page of the book, and wait until its first widget lives and its formulas are set."""
    page.goto(address)
    for widget in page.locator("[data-widget]").all()[:1]:
        expect(widget).to_have_attribute("data-live", "true")
    wait_until(page, "() => [...document.querySelectorAll('.math')].every((m) => m.querySelector('mjx-container'))")


def every_kind(page, host):
    """Open a page of each kind."""
    for path in ("index.html", CHAPTER, EXERCISES, "book/solved.html", "book/api.html", "embed/FilterLab.html"):
        opens(page, host.address(f"{ODD}/{path}"))
    page.goto(host.address(f"{ODD}/search.html") + "?q=stride")
    expect(page.locator("#search-results li a").first).to_be_visible()


def test_all_kinds_of_pages_work_behind_a_strict_and_careless_server(visitor, odd):
    """From an author's own machine, which keeps nothing, and from a host, which a browser keeps."""
    here, host = (Host(odd, name, Careless, STRICT) for name in ("localhost", "book.localhost"))
    page = visitor.new_page()
    every_kind(page, here)
    page.goto(host.address(f"{ODD}/index.html"))
    page.evaluate(ACTIVE)
    here.down()
    host.down()
    every_kind(page, host)


@pytest.mark.pyodide
def test_code_runs_behind_such_a_server_and_once_it_ran_without_a_connection(visitor, odd):
    host = Host(odd, handler=Careless, policy=STRICT)
    page = visitor.new_page()
    page.goto(host.address(f"{ODD}/{EXERCISES}"))
    page.evaluate(ACTIVE)
    run_first_cell(page)
    host.down()
    page.reload()
    run_first_cell(page)
    host.up()
    page.goto(host.address(f"{ODD}/book/run.html"))
    shelf = page.locator(".keeping")
    expect(shelf).to_contain_text("Your browser keeps the book and a part of Python")
    host.asked.clear()
    shelf.get_by_role("button", name="Keep Python too").click()
    expect(shelf).to_contain_text("Your browser keeps the book and Python, ")
    assert not any("pyodide.asm.wasm" in path for path in host.asked)  # that was there
    page.reload()  # the next edition of the book has the same Python: nothing of it is fetched again
    text = (odd / ODD / "book" / "glossary.html").read_text("utf-8")
    (odd / ODD / "book" / "glossary.html").write_text(text.replace("<h1>", "<h1>The "), "utf-8")
    finish(odd / ODD)
    host.asked.clear()
    page.reload()
    page.locator(".notice").get_by_role("button", name="Reload").click()
    expect(page.locator(".notice")).to_contain_text("This is a new edition of the book.")
    expect(shelf).to_contain_text("Your browser keeps the book and Python, ")
    assert not any("_static/python/" in path for path in host.asked)
    host.down()


def run_first_cell(page):
    page.locator(".run-bar button.run").first.click()
    said = page.locator(".run-said").first
    expect(said).to_have_text(re.compile("^(Done|Ended)"), timeout=120_000)
    expect(said).to_contain_text("Done")


# ---- in a course system ---------------------------------------------------------------------------------------------

FRAMES = {
    "Moodle": "",  # a page or a "URL" that is embedded: a frame without further ado
    "Canvas": 'sandbox="allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts"',
    "strict": 'sandbox="allow-scripts"',
}


def test_the_page_for_hosts_names_the_policy_that_all_tests_live_with():
    assert set(re.findall(r"default-src[^\n\"]*", HOSTS)) == {STRICT}
    assert HOSTS.count(STRICT) == 4  # by itself, and in each of three servers


def test_files_shrink_as_the_page_for_hosts_says(book):
    def times(*suffixes):
        """How many times smaller all files of these kinds get."""
        files = [path.read_bytes() for path in book.folder.rglob("*") if path.suffix in suffixes]
        return round(sum(map(len, files)) / sum(len(gzip.compress(file, 6)) for file in files)) if files else None

    assert "Pages and drawings shrink to a fifth, scripts and `.wasm` to about a third" in HOSTS
    assert times(".html", ".svg") == 5
    assert times(".js", ".wasm") == 3


def test_a_line_that_does_not_fit_shows_where_it_goes_on(book):
    page = (book.folder / "book" / "host.html").read_text("utf-8")
    longest = {
        block: max(map(len, unescape(re.sub("<[^>]+>", "", block)).splitlines()))
        for block in re.findall("<pre>.*?</pre>", page, re.DOTALL)
    }
    assert sum(length > 100 for length in longest.values()) >= 4  # the policy, and each of three servers
    assert [block for block, length in longest.items() if length > 100 and 'class="line"' not in block] == []


@pytest.mark.parametrize("system", FRAMES)
def test_in_the_frame_of_a_course_system_the_book_works_and_leaves_nothing_behind(browser, odd, tmp_path, system):
    """Another origin, whose browser gives frames of others no storage at all."""
    host, course = Host(odd, policy=STRICT), Host(tmp_path, name="course.localhost")
    address = host.address(f"{ODD}/{CHAPTER}")
    frame = f'<iframe title="book" width="1000" height="700" src="{address}" {FRAMES[system]}></iframe>'
    (tmp_path / "course.html").write_text(f'<!doctype html><html lang="en"><title>A course</title>{frame}', "utf-8")
    complaints = []
    with browser.new_context(service_workers="allow") as context:
        context.add_init_script(FORBIDDEN)
        page = context.new_page()
        context.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page.goto(course.address("course.html"))
        inside = page.frame_locator("iframe")
        expect(inside.locator("[data-widget]").first).to_have_attribute("data-live", "true")
        inside.locator("[data-widget]").first.get_by_role("button", name="increase bias").click()
        expect(inside.locator("mjx-container").first).to_be_attached()
        inside.get_by_role("link", name="Next").click()
        expect(inside.get_by_role("heading", level=1)).to_contain_text("exercises", ignore_case=True)
        runs = inside.locator("html").get_attribute("data-runs")
        assert (runs is None) == (system == "strict")  # there no code can be fetched
        assert inside.locator("script[src*='app.js']").count() == 0
        assert complaints == []  # before the servers go, for the page may still be loading
        host.down()
        course.down()


FORBIDDEN = """if (self !== top) for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""


# ---- in a folder with an odd name -----------------------------------------------------------------------------------


def test_a_book_on_a_disk_may_lie_in_a_folder_with_an_odd_name(visitor, odd):
    page = visitor.new_page()
    for path in ("index.html", CHAPTER, "embed/FilterLab.html"):
        opens(page, (odd / ODD / path).as_uri())
    page.goto((odd / ODD / "search.html").as_uri() + "?q=stride")
    expect(page.locator("#search-results li a").first).to_be_visible()
