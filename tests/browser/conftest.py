"""Chromium for the tests, and pages that may not complain.

    def test_on_a_page(book_page):                   a page of the built book
        page = book_page("notebooks/01_convolution.html", theme="dark", width=360)

    def test_a_widget(open_widget):                  one widget alone, without building the book
        widget = open_widget(SlidingWindow(predict=True))
        expect(widget.get_by_role("grid", name="output")).to_be_visible()

Both give live pages: they wait until every widget can be used. Options: `width`, `height` (px), `theme` ("light" or
"dark"), `over` ("http" or "file"), `touch`, `reduced_motion`, `javascript`, `fragment`.

A test fails at its end if one of its pages wrote an error or a warning to the console, threw, missed a file or asked
another host for anything (`page.problems`). A test that provokes such a thing on purpose names a part of it in
`page.expected`: a complaint may come later than what a reader sees.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from hands import PATIENCE, wait_until
from playwright.sync_api import Page, expect

from live_widgets import page_with, write_shared
from serve import BOOK, STRICT, Handler, serving

expect.set_options(timeout=PATIENCE)
VIOLATIONS = Path(__file__).with_name("axe.js").read_text("utf-8")
NOTHING_MOVES = """() => Promise.allSettled(
  document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime < Infinity).map((a) => a.finished)
)"""
# Playwright stops a tap that would land beside its target; Chromium complains of that while the page still scrolls. The
# book itself cancels no touch.
STOPPED_TAP = "Ignored attempt to cancel a touchstart event"
EVERY_WIDGET_IS_LIVE = """() => {
  window.LiveWidgets?.mountAll();  // as for paper: widgets that nobody has come near are in no hurry
  return [...document.querySelectorAll("[data-widget]")].every((w) => w.dataset.live === "true");
}"""


@dataclass
class Site:
    """A folder of pages, as it is reached over http and from the disk."""

    folder: Path
    http: str

    def address(self, path: str, over: str = "http") -> str:
        return f"{self.http}/{path}" if over == "http" else (self.folder / path).as_uri()

    def owns(self, url: str) -> bool:
        return url.startswith((f"{self.http}/", f"{self.folder.as_uri()}/", "data:", "blob:", "about:"))


@dataclass
class Watched:
    """A page that keeps what went wrong in it, and what of this was meant to."""

    page: Page
    site: Site
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.page.problems, self.page.expected = self.problems, self.expected
        self.page.on("console", self.on_console)
        self.page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        self.page.on("request", self.on_request)
        self.page.on("requestfailed", self.on_failure)
        self.page.on("response", self.on_response)

    def unexpected(self) -> list[str]:
        """Return what went wrong though no test meant it to."""
        return [problem for problem in self.problems if not any(part in problem for part in self.expected)]

    def on_console(self, message):
        if message.type in ("error", "warning") and not message.text.startswith(STOPPED_TAP):
            self.problems.append(f"console {message.type}: {message.text}")

    def on_request(self, request):
        if not self.site.owns(request.url):
            self.problems.append(f"another host was asked: {request.url}")

    def on_failure(self, request):
        if "ERR_ABORTED" not in (request.failure or ""):  # a reader who turns the page, or a download, is no failure
            self.problems.append(f"failed: {request.url} {request.failure}")

    def on_response(self, response):
        if response.status >= 400:
            self.problems.append(f"{response.status}: {response.url}")


class Fresh(Handler):
    """Sends a file whether it changed or not: its time cannot tell two pages of one second apart."""

    def send_head(self):
        """Forget what the browser has already."""
        del self.headers["If-Modified-Since"]
        return super().send_head()


class Contexts:
    """The contexts that all pages share.

    A context for each page would start a process for it and compile every script anew, which took most of a test's
    time. So a page is new, and what it would leave behind in its context is taken away.
    """

    def __init__(self, browser, folder):
        self.browser, self.folder, self.keepers = browser, folder, {}

    def new_page(self, touch: bool, javascript: bool) -> Page:
        """Return a page beside one that stays: a context's process ends with its last page."""
        if (touch, javascript) not in self.keepers:
            context = self.browser.new_context(
                has_touch=touch, is_mobile=touch, java_script_enabled=javascript, service_workers="block"
            )
            self.keepers[touch, javascript] = keeper = context.new_page()
            with serving(self.folder) as address:
                keeper.goto(address)
        return self.keepers[touch, javascript].context.new_page()

    def tidy(self, origins: set[str]) -> None:
        """Close all pages but those that stay, and forget what they stored and were allowed."""
        for keeper in self.keepers.values():
            for page in keeper.context.pages:
                if page is not keeper:
                    page.close()
            keeper.context.unroute_all()
            keeper.context.clear_permissions()
            session = keeper.context.new_cdp_session(keeper)
            for origin in origins:
                session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
            session.detach()


@pytest.fixture(scope="session")
def contexts(browser, tmp_path_factory):
    return Contexts(browser, tmp_path_factory.mktemp("keeper"))


@pytest.fixture
def open_page(contexts):
    """Return open_page(site, path, **options) -> Page; its pages are closed, and judged, when the test ends."""
    opened = []

    def open_page(site, path, *, over="http", width=1280, height=900, theme="light", touch=False, reduced_motion=False,
                  javascript=True, fragment="", live=True):  # fmt: skip
        page = contexts.new_page(touch, javascript)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce" if reduced_motion else "no-preference")
        opened.append(Watched(page, site))
        page.goto(site.address(path, over) + fragment, wait_until="load")
        if javascript and live:
            wait_until(page, EVERY_WIDGET_IS_LIVE)
        return page

    yield open_page
    contexts.tidy({"file://", *(watched.site.http for watched in opened)})
    problems = [f"{watched.page.url}: {problem}" for watched in opened for problem in watched.unexpected()]
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="session")
def book():
    """Return the built book."""
    if not (BOOK / "index.html").exists():
        pytest.fail(f"the book is not built: {BOOK} has no index.html; `make book` builds it", pytrace=False)
    with serving(BOOK, policy=STRICT) as address:
        yield Site(BOOK, address)


@pytest.fixture
def book_page(open_page, book):
    """Return book_page(path, **options) -> Page of the built book."""
    return lambda path, **options: open_page(book, path, **options)


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    """Return an empty site with the widgets' scripts, as the book ships them."""
    folder = tmp_path_factory.mktemp("widgets")
    write_shared(folder / "live")
    with serving(folder, Fresh) as address:
        yield Site(folder, address)


@pytest.fixture(scope="session")
def mount_of():
    """Return mount_of(widget, key) -> its HTML: drawing the picture for paper takes longer than opening the page."""
    drawn = {}

    def mount_of(widget, key):
        state = (type(widget), key, json.dumps(widget.page_state()))
        if state not in drawn:
            drawn[state] = widget.page_html(key)
        return drawn[state]

    return mount_of


@pytest.fixture
def open_widget(open_page, bench, mount_of):
    """Return open_widget(widget, ..., **options) -> Locator of the (first) live widget; `locator.page` is its page."""

    def open_widget(*widgets, theme="light", **options):
        page = page_with(bench.folder, *widgets, theme=theme, mount_of=mount_of)
        (bench.folder / "page.html").write_text(page, encoding="utf-8")
        return open_page(bench, "page.html", theme=theme, **options).locator("[data-widget]").first

    return open_widget


@pytest.fixture
def open_html(open_page, bench):
    """Return open_html(text, **options) -> Page of this HTML beside the widgets' scripts."""

    def open_html(text, **options):
        (bench.folder / "own.html").write_text(text, encoding="utf-8")
        return open_page(bench, "own.html", **options)

    return open_html


@pytest.fixture
def axe():
    """Return axe(page, ignore=()) -> the violations that axe finds, as "rule: selector" lines.

    Whether the colour of a text stands out takes axe most of its time, and a chapter has thousands of texts of a few
    kinds: it is asked of one of each kind (tests/browser/axe.js).
    """
    checker = Axe()

    def axe(page: Page, ignore: tuple[str, ...] = ()) -> list[str]:
        page.evaluate(NOTHING_MOVES)  # a colour that fades into another theme's is neither theme's
        if page.evaluate("typeof axe === 'undefined'"):  # it is long
            page.evaluate(checker.axe_script)
        return page.evaluate(VIOLATIONS, list(ignore))

    return axe
