"""A browser that has opened the book keeps it: without a connection, one edition at a time, and with kind words."""

import json
import re
from pathlib import Path
from threading import Event
from urllib.parse import unquote

import nbformat
import pytest
from hosts import Host, copy_book, rewrite
from playwright.sync_api import expect

from finish_book import edition, finish

SUB = "Bücher 2/"  # a sub-path with a space and an umlaut
RUN = f"{SUB}book/run.html"
READY = "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')"
CONTROLLED = "() => Boolean(navigator.serviceWorker.controller)"
FETCHED = """async (path) => {
  const answer = await fetch(path).catch((error) => ({ status: String(error), text: () => "" }));
  return [answer.status, await answer.text()];
}"""
KEPT = """async () => {
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const sha256 = new URL(request.url).searchParams.get("sha256");
      const bytes = await (await cache.match(request))?.arrayBuffer();
      if (!bytes) continue; // the worker has let it go meanwhile
      if (sha256) kept[sha256] = hex(await crypto.subtle.digest("SHA-256", bytes));
    }
  }
  return kept;
}"""


# Most of the book, in bytes: a worker treats every file alike, so fewer of them show the same.
MOST = ("notebooks", "mathjax", "licences", "embed")


def serve_book(book, root, without=()):
    """Serve the book from a folder of its own; give the host."""
    copy_book(book.folder, root / SUB, without=without)
    finish(root / SUB)
    host = Host(root)
    yield host
    host.down()


@pytest.fixture
def host(book, tmp_path):
    """Return a host that has a small book: the pages that are not notebooks, and their scripts."""
    yield from serve_book(book, tmp_path, without=MOST)


@pytest.fixture
def whole(book, tmp_path):
    """Return a host that has the whole book."""
    yield from serve_book(book, tmp_path)


@pytest.fixture
def reader(browser):
    """Return a browser of a reader's own, which may keep things; what its pages complain of is in `reader.problems`."""
    with browser.new_context(service_workers="allow", viewport={"width": 1280, "height": 800}) as context:
        context.problems = []
        context.on("weberror", lambda error: context.problems.append(str(error.error)))
        context.on("console", lambda said: said.type == "error" and context.problems.append(said.text))
        yield context


def visit(reader, host, path=RUN, page=None):
    """Open a page, and wait until the worker stands ready."""
    page = page or reader.new_page()
    page.goto(host.address(path))
    page.wait_for_function(READY)
    return page


def new_edition(site, word="Second"):
    """Change a page, a script and a file that is not kept at once; say what they were."""
    rewrite(site / "book" / "glossary.html", "<h1>Glossary", f"<h1>{word} glossary")
    for path in ("_static/book.css", "_static/book.js", "_sources/book/run.md"):
        (site / path).write_text((site / path).read_text("utf-8") + f"/* {word} */\n", "utf-8")
    finish(site)


def shas(site):
    """Return the sha256 of all that is kept at once."""
    return {sha256 for sha256, _ in edition(site)["book"].values()}


def notice(page):
    return page.locator(".notice")


# ---- without a connection -------------------------------------------------------------------------------------------


def test_after_one_visit_every_page_opens_without_a_connection(reader, whole):
    host, page = whole, visit(reader, whole)
    site = host.root / SUB
    kept = page.evaluate(KEPT)
    assert set(kept) == shas(site) and all(name == real for name, real in kept.items())
    host.down()
    for path in sorted(path.relative_to(site).as_posix() for path in site.glob("**/*.html")):
        page.goto(host.address(SUB + path), wait_until="load")
        expect(page.locator("h1")).to_have_count(1)
    page.goto(host.address(f"{SUB}notebooks/01_convolution.html"))
    first = page.locator("[data-widget]").first
    expect(first).to_have_attribute("data-live", "true")
    first.get_by_role("button", name="increase bias").click()
    page.wait_for_function("location.hash.includes('bias')")
    expect(page.locator("mjx-container").first).to_be_attached()
    page.goto(host.address(SUB))  # the folder is the front page
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("equivariance")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results").get_by_role("link", name="Convolution: how does").first).to_be_visible()
    assert reader.problems == []
    save_and_run(page, host, f"{SUB}notebooks/01_convolution.html")
    assert all("net::ERR_" in problem for problem in reader.problems)  # of Python, and of the server
    page.goto(host.address(f"{SUB}nowhere.html"))
    expect(page.locator("h1")).to_have_text("This page is not kept here")
    page.get_by_role("link", name="the front page").click()
    expect(page.locator("h1")).to_contain_text("nine numbers")
    host.up()
    page.goto(host.address(f"{SUB}nowhere.html"))  # now the server says what it thinks of it
    expect(page.locator("body")).to_contain_text("404")


def save_and_run(page, host, path):
    """Take both notebooks of a page along, and run its code, though there is no connection and Python never came."""
    page.goto(host.address(path))
    code = page.locator("[data-cell] pre:has(.line)").first
    code.click()
    expect(code.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("mine = 1")
    page.get_by_role("button", name="Notebook", exact=True).click()
    committed = host.root / SUB / "_sources" / "notebooks" / "01_convolution.ipynb"
    with page.expect_download() as caught:
        page.get_by_role("link", name="Download this notebook").click()
    assert caught.value.suggested_filename == "01_convolution.ipynb"
    assert Path(caught.value.path()).read_bytes() == committed.read_bytes()
    if not page.get_by_role("button", name="Save my version").is_visible():
        page.get_by_role("button", name="Notebook", exact=True).click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Save my version").click()
    assert caught.value.suggested_filename == "01_convolution-mine.ipynb"
    assert "mine = 1" in [cell.source for cell in nbformat.read(caught.value.path(), as_version=4).cells]
    page.locator(".run-bar .run").first.click()
    expect(page.locator(".run-said").first).to_have_text(
        "Python is not in your browser yet, and there is no connection. "
        "It needs one, once: run the code again when you are connected."
    )


BREAK_THE_NOTE = """async () => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const note = (await cache.keys()).find(({ url }) => url.endsWith("?state"));
    await cache.put(note, new Response('{"pages":'));
  }
}"""


def test_a_worker_that_cannot_read_its_own_note_serves_all_the_same(reader, host):
    page = visit(reader, host, page=visit(reader, host))
    page.evaluate(BREAK_THE_NOTE)
    stop_workers(reader, page)  # the next one reads it anew
    page.reload()
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 0
    new_edition(host.root / SUB)
    visit(reader, host, page=page)
    expect(notice(page)).to_be_visible()
    assert reader.problems == []


ANSWERS = """async () => {
  const ask = async (path, options) => {
    const answer = await fetch(path, options);
    const [type, range] = ["content-type", "content-range"].map((name) => answer.headers.get(name));
    return [answer.status, type, range, await answer.text()];
  };
  return {
    query: await ask("../index.html?v=1&q=2"), folder: await ask(".."), bare: await ask("glossary"),
    head: await ask("../index.html", { method: "HEAD" }),
    part: await ask("../index.html", { headers: { range: "bytes=0-8" } }),
    open: await ask("../index.html", { headers: { range: "bytes=-8" } }),
    beyond: await ask("../index.html", { headers: { range: "bytes=99999999-" } }),
    post: await ask("../index.html", { method: "POST" }).catch(String),
  };
}"""


def test_a_request_gets_what_a_server_would_give_it(reader, host):
    page = visit(reader, host, page=visit(reader, host))
    host.down()
    index, html = (host.root / SUB / "index.html").read_text("utf-8"), "text/html; charset=utf-8"
    answers = page.evaluate(ANSWERS)
    assert answers["query"] == answers["folder"] == [200, html, None, index]
    assert answers["bare"][3] == (host.root / SUB / "book" / "glossary.html").read_text("utf-8")
    assert answers["head"] == [200, html, None, ""]
    size = len(index.encode())
    assert answers["part"] == [206, html, f"bytes 0-8/{size}", index[:9]]
    assert answers["open"] == [206, html, f"bytes {size - 8}-{size - 1}/{size}", index[-8:]]
    assert answers["beyond"] == [416, html, f"bytes */{size}", ""]
    assert "TypeError" in answers["post"]  # that is the server's to answer


# ---- editions -------------------------------------------------------------------------------------------------------


def test_a_page_takes_nothing_of_another_edition_and_the_new_one_comes_when_the_reader_wishes(reader, host, axe):
    site = host.root / SUB
    first = visit(reader, host, page=visit(reader, host))
    other = visit(reader, host, f"{SUB}book/glossary.html")
    first.evaluate("localStorage.setItem('seeing-convolutions solved', 'mine')")
    old = {path: (site / path).read_text("utf-8") for path in ("_static/book.css", "_static/book.js")}
    before = shas(site)
    new_edition(site)

    # The server has the second edition; both pages are of the first.
    for page in (first, other):
        status, words = page.evaluate(FETCHED, "../_sources/book/run.md")
        assert (status, words) == (409, "This file belongs to another edition of the book: reload the page.")
        expect(notice(page)).to_contain_text("A new edition of the book is here.")
        assert page.evaluate(FETCHED, "../_static/book.css?v=new") == [200, old["_static/book.css"]]
    assert axe(first) == []  # with the notice, and with the control of what is kept
    first.get_by_role("link", name="Glossary").first.click()
    expect(first.locator("h1")).to_have_text(re.compile("^Glossary"))

    expect(notice(first)).to_contain_text("A new edition")
    notice(first).get_by_role("button", name="Reload").click()
    expect(first.locator("h1")).to_contain_text("Second glossary")
    expect(notice(first)).to_contain_text("This is a new edition of the book.")
    assert first.evaluate("localStorage.getItem('seeing-convolutions solved')") == "mine"
    assert "Second" in first.evaluate(FETCHED, "../_static/book.css")[1]

    # The other page, which stayed open, is still of the first: also after the worker has slept.
    expect(notice(other)).to_contain_text("A new edition")
    stop_workers(reader, other)
    assert other.evaluate(FETCHED, "../_static/book.js") == [200, old["_static/book.js"]]
    expect(other.locator("h1")).to_have_text(re.compile("^Glossary"))
    other.close()

    first.reload()
    gone = f"async (old) => {{ const kept = await ({KEPT})(); return !old.some((sha256) => sha256 in kept); }}"
    first.wait_for_function(gone, arg=sorted(before - shas(site)))
    assert shas(site) <= set(first.evaluate(KEPT))
    expect(notice(first)).to_be_empty()  # it says so once
    reader.problems[:] = [problem for problem in reader.problems if "409" not in problem]
    assert reader.problems == []


def stop_workers(reader, page):
    session = reader.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")
    session.detach()


def test_when_no_page_is_open_the_new_edition_is_there_at_the_next_visit(reader, host):
    page = visit(reader, host, page=visit(reader, host))
    new_edition(host.root / SUB)
    page.reload()
    expect(notice(page)).to_contain_text("A new edition of the book is here.")
    notice(page).get_by_role("button", name="Later").click()
    expect(notice(page)).to_be_empty()
    visit(reader, host, page=page)
    expect(notice(page)).to_be_attached()
    expect(notice(page)).to_be_empty()  # later is not with the next page
    reader.new_page()
    page.close()
    page = visit(reader, host, f"{SUB}book/glossary.html")
    expect(page.locator("h1")).to_contain_text("Second glossary")
    expect(notice(page)).to_contain_text("This is a new edition")


def is_kept_now(request):
    """Say whether this is a file that a worker fetches to keep it."""
    return request.headers.get("Sec-Fetch-Dest") == "empty" and request.command == "GET"


def fails_after(host, count, then=lambda: None):
    """Let the host break off, or do something else, after so many files were fetched to be kept; return their list."""
    fetched = []

    def meets(request):
        if not is_kept_now(request):
            return False
        fetched.append(unquote(request.path).removeprefix(f"/{SUB}").split("?")[0])
        if len(fetched) == count:
            then()
        if len(fetched) > count and then is nothing:
            request.close_connection = True
            return True
        return False

    host.meets = meets
    return fetched


def nothing():
    """No more than the break."""


FAILED = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  return !registration || !(registration.installing || registration.waiting || registration.active);
}"""


def test_an_edition_that_is_half_there_goes_on_where_it_broke_off(reader, host):
    fails_after(host, 60, nothing)
    page = reader.new_page()
    page.goto(host.address(RUN))
    page.wait_for_function(f"async () => Object.keys(await ({KEPT})()).length >= 40")
    page.wait_for_function(FAILED)
    there = set(page.evaluate(KEPT))
    again = fails_after(host, 10**6)
    visit(reader, host, page=page)
    assert set(page.evaluate(KEPT)) == shas(host.root / SUB)
    known = edition(host.root / SUB)["book"]
    assert again and not there & {known[path][0] for path in again}


def test_a_book_that_is_rebuilt_while_it_is_fetched_leaves_no_mixture(reader, host):
    site = host.root / SUB
    rebuilt = Event()
    fails_after(host, 30, lambda: (new_edition(site), rebuilt.set()))
    page = reader.new_page()
    page.goto(host.address(RUN))
    page.wait_for_function(f"async () => Object.keys(await ({KEPT})()).length >= 20")
    page.wait_for_function(FAILED)
    assert rebuilt.wait(60)  # s
    page = visit(reader, host, page=page)
    kept = page.evaluate(KEPT)
    assert shas(site) <= set(kept) and all(name == real for name, real in kept.items())
    page.goto(host.address(f"{SUB}book/glossary.html"))
    expect(page.locator("h1")).to_contain_text("Second glossary")
    assert "Second" in page.evaluate(FETCHED, "../_static/book.css")[1]


# ---- going away -----------------------------------------------------------------------------------------------------


GONE = """async () => !(await navigator.serviceWorker.getRegistration()) && !(await caches.keys()).length"""


def test_a_broken_worker_is_replaced(reader, host):
    worker = host.root / SUB / "sw.js"
    good = worker.read_text("utf-8")
    worker.write_text("self.addEventListener('fetch', (event) => event.respondWith(new Response('broken')));", "utf-8")
    page = visit(reader, host)
    page.goto(host.address(RUN))
    assert page.inner_text("body") == "broken"
    worker.write_text(good, "utf-8")
    page.reload()  # which is when a browser looks for a new worker
    page.wait_for_function("async () => (await navigator.serviceWorker.getRegistration()).waiting")
    reader.new_page()
    page.close()
    visit(reader, host)


NOTE = """async (change) => {
  const [cache] = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const note = (await cache.keys()).find(({ url }) => url.endsWith("?state"));
  const state = await (await cache.match(note)).json();
  if (change) await cache.put(note, new Response(JSON.stringify({ ...state, ...change })));
  return state;
}"""


def test_a_book_that_was_taken_down_is_read_for_a_day_more_and_then_forgotten(reader, host):
    page = visit(reader, host, page=visit(reader, host))
    worker = host.root / SUB / "sw.js"
    script, all_of_it = worker.read_text("utf-8"), shas(host.root / SUB)

    def come_back():
        stop_workers(reader, page)  # the next one asks the server anew
        page.reload()
        expect(page.locator("h1")).to_have_text(re.compile("^Run the notebooks"))

    # An upload takes the files away for a moment: everything goes on.
    worker.unlink()
    (host.root / SUB / "book" / "run.html").unlink()
    come_back()
    page.wait_for_function(f"async () => (await ({NOTE})()).missing > 0")
    come_back()
    assert all_of_it <= set(page.evaluate(KEPT))
    worker.write_text(script, "utf-8")
    come_back()
    page.wait_for_function(f"async () => (await ({NOTE})()).missing === null")

    # A clock that is set back does not make it wait for longer.
    worker.unlink()
    page.evaluate(NOTE, {"missing": 4e12})  # ms: a hundred years ahead
    come_back()
    page.wait_for_function(f"async () => (await ({NOTE})()).missing <= Date.now()")

    # Still missing, a day later.
    page.evaluate(NOTE, {"missing": page.evaluate("Date.now()") - 24 * 3600 * 1000})
    come_back()
    page.wait_for_function(GONE)
    page.reload()
    expect(page.locator("body")).to_contain_text("404")


def test_a_book_that_its_server_says_is_gone_is_forgotten_at_once(reader, host):
    page = visit(reader, host, page=visit(reader, host))

    def gone(request):
        request.send_error(410)
        return True

    host.meets = gone
    stop_workers(reader, page)
    page.reload()
    page.wait_for_function(GONE)


def test_a_book_that_has_moved_shows_the_way(reader, host):
    page = visit(reader, host, page=visit(reader, host))
    (host.root / SUB).rename(host.root / "new")
    told = Event()  # the worker has asked whether the book is still there, and has its answer

    def moved(request):
        if not request.path.startswith("/B"):
            return False
        request.send_response(301)
        request.send_header("Location", f"/new/{request.path.split('/', 2)[2]}")
        request.send_header("Content-Length", "0")
        request.end_headers()
        if request.command == "HEAD":
            told.set()
        return True

    host.meets = moved
    stop_workers(reader, page)
    page.reload()
    page.wait_for_load_state()
    assert told.wait(20)
    page.goto(host.address(f"{SUB}book/glossary.html"))
    expect(page).to_have_url(re.compile("/new/book/glossary.html"))


def test_two_books_of_one_host_do_not_meet_and_one_can_be_let_go(reader, host, book):
    copy_book(book.folder, host.root / "other", without=MOST)
    rewrite(host.root / "other" / "book" / "glossary.html", "<h1>Glossary", "<h1>Other glossary")
    finish(host.root / "other")
    page = visit(reader, host, page=visit(reader, host))
    visit(reader, host, "other/index.html")
    assert len(page.evaluate("caches.keys()")) == 2
    page.locator(".keeping").get_by_role("button", name="Keep nothing").click()
    expect(page.locator(".keeping")).to_contain_text("does not keep the book")
    page.wait_for_function("async () => (await caches.keys()).length === 1")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 1
    host.down()
    other = visit(reader, host, "other/book/glossary.html")
    expect(other.locator("h1")).to_contain_text("Other glossary")
    host.up()
    page.reload()  # what the reader wished is remembered
    page.locator(".keeping").get_by_role("button", name="Keep the book").click()
    expect(page.locator(".keeping")).to_contain_text("Your browser keeps the book")


# ---- little room, little data ---------------------------------------------------------------------------------------


def test_where_data_is_saved_nothing_is_kept_unless_the_reader_asks(reader, host):
    reader.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page = reader.new_page()
    page.goto(host.address(RUN))
    expect(page.locator(".keeping")).to_contain_text("Your browser saves data, so it does not keep the book.")
    assert page.evaluate("navigator.serviceWorker.getRegistrations()") == []
    page.get_by_role("button", name="Keep the book").click()
    expect(page.locator(".keeping")).to_contain_text("Your browser keeps the book")


def test_where_there_is_no_room_the_book_reads_on_and_is_still_of_one_edition(reader, whole):
    host = whole
    page = reader.new_page()
    session = reader.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": host.address().rstrip("/"), "quotaSize": 2_500_000})
    visit(reader, host, page=page)
    expect(page.locator(".keeping")).to_contain_text("Your browser keeps a part of the book")
    kept, site = page.evaluate(KEPT), host.root / SUB
    missing = [path for path, (sha256, _) in edition(site)["book"].items() if sha256 not in kept]
    assert len(missing) > 0
    page.reload()
    page.wait_for_function(CONTROLLED)
    new_edition(site)
    page.goto(host.address(f"{SUB}book/glossary.html"))
    css = page.evaluate(FETCHED, "../_static/book.css")[1]
    assert ("Second" in page.inner_text("h1")) == ("Second" in css)
    assert reader.problems == []


# ---- no trace -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", ["http", "file"])
def test_for_an_author_and_from_a_disk_nothing_is_kept(book_page, over):
    page = book_page("book/run.html", over=over)
    page.wait_for_function("document.readyState === 'complete'")
    assert page.locator("script[src*='app.js'], link[rel=manifest], .notice").count() == 0
    expect(page.locator(".keeping")).to_be_hidden()


def test_the_manifest_is_what_a_browser_wants_of_an_app(reader, host):
    page = visit(reader, host)
    session = reader.new_cdp_session(page)
    told = session.send("Page.getAppManifest")
    assert told["errors"] == [] and told["url"] == host.address(f"{SUB}manifest.json")
    faults = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [fault["errorId"] for fault in faults] in ([], ["in-incognito"])  # as a test's browser is
    manifest = json.loads(told["data"])
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        size = page.evaluate(
            "async (src) => { const i = new Image(); i.src = src; await i.decode(); return `${i.width}x${i.height}`; }",
            host.address(f"{SUB}{icon['src']}"),
        )
        assert size == icon["sizes"]
