"""Python in a page, without the book around it: a small page with kernel.js and outputs.js, as the book ships them.

    def test_something(python):
        shown = python.run("print(1)")        runs a cell; `shown.text`, `shown.error`, `shown.place` say what it showed

Pyodide takes seconds to start, so it starts once for each file of tests, and each test asks many questions. The page
lives under the policy of a strict server, and may not complain.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

import pack_python
import pyodide
from live_widgets import write_shared
from python_in_page import write_python
from run_cells import write_run
from serve import STRICT, serving

PATIENCE = 120_000  # ms that Python may take to start on a busy machine
PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><title>Python in a page</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="_static/live/theme.css">
<main><h1>Python in a page</h1><div class="shown"></div></main></html>"""
START = """async (run) => {
  const [{ Kernel }, { Outputs }] = await Promise.all([import(`${run}/kernel.js`), import(`${run}/outputs.js`)]);
  const told = [], [python, worker] = ["_static/python/", `${run}/worker.js`];
  const made = () => {
    const kernel = new Kernel({ python, worker });
    for (const kind of ["state", "progress", "failed"])
      kernel.addEventListener(kind, ({ detail }) => told.push({ kind, state: kernel.state, detail }));
    return kernel;
  };
  const show = (kernel, code) => {
    const place = document.createElement("div"), messages = [];
    place.className = "cell_output";
    document.querySelector(".shown").append(place);
    const outputs = new Outputs(place, kernel);
    const take = (message) => { messages.push(message); outputs.add(message); };
    const run = kernel.run(code, { output: take }).then((how) => { outputs.flush(); return { how, messages }; });
    return { outputs, messages, run };
  };
  const until = async (kind) => { // for a strict server lets Playwright wait for no function
    for (let found; !found; await new Promise(requestAnimationFrame)) found = told.find((one) => one.kind === kind);
  };
  const quietly = async (codes) => {
    const all = [];
    for (const code of codes) {
      const messages = [];
      const { ok } = await window.kernel.run(code, { output: (message) => messages.push(message) });
      all.push({ ok, messages });
    }
    return all;
  };
  Object.assign(window, { kernel: made(), made, show, quietly, told, until });
}"""


@dataclass
class Shown:
    """What a cell showed: nbformat's messages, and its place on the page."""

    ok: bool
    stopped: bool
    messages: list[dict]
    place: Locator

    @property
    def text(self) -> str:
        return "".join(message["text"] for message in self.messages if message["output_type"] == "stream")

    @property
    def error(self) -> str:
        found = [message["traceback"] for message in self.messages if message["output_type"] == "error"]
        return "\n".join(found[0]) if found else ""

    @property
    def kinds(self) -> list[str]:
        return [message["output_type"] for message in self.messages]


@dataclass
class Python:
    """A page with a kernel; `problems` is what the page complained of, but for what has a part that was `expected`."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        return [one for one in self.complaints if not any(part in one for part in self.expected)]

    def run(self, code: str) -> Shown:
        """Run a cell and wait for its end."""
        self.begin(code)
        return self.end()

    def begin(self, code: str) -> Locator:
        """Begin to run a cell; return its place."""
        self.page.evaluate("(code) => { window.begun = show(window.kernel, code); }", code)
        places = self.page.locator(".shown > .cell_output")
        return places.nth(places.count() - 1)

    def end(self) -> Shown:
        """Wait until the cell that was begun last is done."""
        places = self.page.locator(".shown > .cell_output")
        place = places.nth(places.count() - 1)
        given = self.page.evaluate("window.begun.run")
        return Shown(given["how"]["ok"], given["how"]["stopped"], given["messages"], place)

    @property
    def state(self) -> str:
        return self.page.evaluate("window.kernel.state")


class Pages:
    """Opens pages with a kernel that is off."""

    def __init__(self, browser, address):
        self.context, self.address = browser.new_context(viewport={"width": 1000, "height": 800}), address
        self.context.set_default_timeout(PATIENCE)

    def open(self) -> Python:
        python = Python(self.context.new_page())
        page = python.page
        page.on("pageerror", lambda error: python.complaints.append(f"exception: {error}"))
        page.on("console", lambda m: m.type in ("error", "warning") and python.complaints.append(f"{m.type}: {m.text}"))
        page.on("request", lambda r: self.owns(r.url) or python.complaints.append(f"another host was asked: {r.url}"))
        page.goto(f"{self.address}/page.html")
        page.evaluate(START, f"{self.address}/_static/run")
        return python

    def owns(self, url: str) -> bool:
        return url.startswith((f"{self.address}/", "data:", "blob:"))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Return a folder with what code in a page needs."""
    folder = tmp_path_factory.mktemp("python")
    write_python(*pack_python.best(pyodide.ready()), folder / "_static" / "python")
    write_shared(folder / "_static" / "live")
    write_run(folder / "_static" / "run")
    (folder / "page.html").write_text(PAGE, "utf-8")
    return folder


@contextmanager
def pages_of(browser, site, policy=STRICT):
    """Serve the site; gives what opens its pages."""
    with serving(site, policy=policy) as address:
        pages = Pages(browser, address)
        yield pages
        pages.context.close()


@pytest.fixture(scope="module")
def pages(browser, site):
    """Return what opens pages of the site, under the policy of a strict server."""
    with pages_of(browser, site) as pages:
        yield pages


@pytest.fixture(scope="module")
def open_python(pages):
    return pages.open()


@pytest.fixture
def python(open_python):
    """Return the page with a kernel of this file of tests; it may not complain."""
    expect.set_options(timeout=20_000)
    open_python.page.evaluate("document.querySelector('.shown').replaceChildren()")
    open_python.complaints.clear()
    open_python.expected.clear()
    yield open_python
    assert not open_python.problems


@pytest.fixture
def free_python(browser, site):
    """Return a page with a kernel on a server that has no policy."""
    with pages_of(browser, site, policy=None) as pages:
        yield pages.open()
