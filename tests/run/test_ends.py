"""How Python ends in a page, or does not begin: stopped, not to be had, left while it loads, and twice at a time."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.pyodide
ENDLESS = "print('on and on', flush=True)\nwhile True: pass"


def failure_of(page):
    """Wait until a kernel has failed; return what it told."""
    page.evaluate("window.until('failed')")
    assert page.evaluate("window.kernel.state") == "failed"
    return [one["detail"]["message"] for one in page.evaluate("window.told") if one["kind"] == "failed"][-1]


def test_an_endless_loop_is_stopped_and_the_page_goes_on(python):
    page = python.page
    python.run("x = 1")
    place = python.begin(ENDLESS)
    page.evaluate("() => { window.next = window.show(window.kernel, 'print(x)').run; }")
    expect(place).to_have_text("on and on")
    assert python.state == "busy"
    page.evaluate("window.clicks = 0; addEventListener('click', () => { window.clicks += 1; })")
    page.mouse.click(5, 5)  # the page itself is free
    assert page.evaluate("window.clicks") == 1
    page.evaluate("window.kernel.stop()")
    stopped = {"ok": False, "stopped": True}
    assert [page.evaluate(f"window.{name}")["how"] for name in ("begun.run", "next")] == [stopped, stopped]
    assert python.state == "off" and place.inner_text().strip() == "on and on"
    shown = python.run("print('x' in globals())")  # it starts afresh
    assert (shown.ok, shown.text) == (True, "False\n")
    assert python.state == "idle"


ENDS = ["import os\nos._exit(3)", "import asyncio, os\nawait asyncio.sleep(0)\nos._exit(3)", "import js\njs.close()"]


def test_a_cell_that_ends_python_is_told_so_and_the_next_one_starts_afresh(python):
    """A start takes seconds: each of them begins with the cell that ends it."""
    # What Python throws as it ends comes from the worker by itself, and is no fault of the page's.
    python.expected.append("exception: Program terminated with exit(3)")
    for code in ENDS:
        python.page.evaluate("window.told.length = 0")
        shown = python.run(f"print('so far')\n{code}")
        assert (shown.ok, shown.stopped, shown.text) == (False, True, "so far\n")
        assert failure_of(python.page) == "Python has ended with this cell. The next run starts afresh."
    assert python.run("print('code' in globals())").text == "False\n"


def test_a_server_that_does_not_know_webassembly_is_forgiven(pages, site):
    python = pages.open()
    context, wasm = python.page.context, (site / "_static" / "python" / "pyodide.asm.wasm").read_bytes()
    headers = {"Content-Type": "text/plain", "X-Content-Type-Options": "nosniff"}
    context.route("**/pyodide.asm.wasm*", lambda route: route.fulfill(body=wasm, headers=headers))
    shown = python.run("print(1)")
    context.unroute_all()
    assert shown.text == "1\n" and python.problems == []
    python.page.close()


def test_it_may_be_stopped_while_it_loads(pages):
    python = pages.open()
    python.page.evaluate("() => { window.first = window.show(window.kernel, 'print(1)').run; }")
    python.page.evaluate("window.until('progress')")
    python.page.evaluate("window.kernel.stop()")
    assert python.page.evaluate("window.first")["how"] == {"ok": False, "stopped": True}
    python.page.close()
    assert python.problems == []


def test_a_page_that_is_closed_while_python_loads_leaves_nothing(pages):
    python = pages.open()
    asked = []
    pages.context.on("request", lambda request: asked.append(request.url))
    python.page.evaluate("window.first = window.show(window.kernel, 'import numpy')")
    python.page.evaluate("window.until('progress')")
    assert len(python.page.workers) == 1
    worker = python.page.workers[0]
    with worker.expect_event("close"):
        python.page.close()
    seen = len(asked)
    other = pages.open()  # whatever else is asked for after that is asked for by this page
    assert not [address for address in asked[seen:] if "/python/" in address]
    other.page.close()


def test_two_pages_and_two_kernels_of_a_page_have_nothing_in_common(python, pages):
    other = pages.open()
    other.begin("where = 'there'\nprint(where)")
    python.page.evaluate("() => { window.second = window.made(); }")
    python.page.evaluate("() => { window.apart = window.show(window.second, 'print(\"where\" in globals())').run; }")
    assert python.run("where = 'here'\nprint(where)").text == "here\n"
    assert other.end().text == "there\n"
    assert python.page.evaluate("window.apart")["messages"][0]["text"] == "False"
    assert python.run("print(where)").text == "here\n"
    python.page.evaluate("window.second.stop()")
    other.page.close()
    assert other.problems == []


@pytest.mark.parametrize("name", ["worker.js", "kernel.py", "pyodide-lock.json", "pyodide.asm.wasm", "ipython-*.whl"])
def test_what_does_not_come_is_told_kindly_and_may_be_tried_again(pages, name):
    python = pages.open()
    python.page.context.route(f"**/{name}*", lambda route: route.fulfill(status=404, body="gone"))
    python.page.evaluate("() => { window.first = window.show(window.kernel, '1 + 1').run; }")
    told = failure_of(python.page)
    assert told.startswith("Python could not be loaded: ") and told.endswith("if that does not help, reload the page.")
    assert name.removesuffix("-*.whl") in told
    assert python.page.evaluate("window.first")["how"] == {"ok": False, "stopped": True}
    python.page.context.unroute_all()
    if name == "kernel.py":  # once is enough: it takes a start
        assert python.run("1 + 1").ok
    python.page.close()


def shortened(body):
    return body[: len(body) // 2]


def changed(body):
    """Return as many bytes, of which one in the middle is another."""
    return body[: len(body) // 2] + bytes([body[len(body) // 2] ^ 255]) + body[len(body) // 2 + 1 :]


def replaced(body):
    """Return what many a server sends in place of a file that it does not have."""
    return b"<!doctype html><title>Welcome</title>"


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("pyodide-lock.json", shortened),
        ("pyodide-lock.json", replaced),
        ("kernel.py", replaced),
        ("pyodide.js", shortened),
        ("pyodide.asm.js", shortened),
        ("pyodide.asm.wasm", shortened),
        ("python_stdlib.zip", shortened),
        ("pyodide.js", changed),
    ],
)
def test_what_does_not_come_whole_is_named(pages, site, name, broken):
    python = pages.open()
    [file] = (site / "_static").rglob(name)
    body = broken(file.read_bytes())
    kind = {"js": "text/javascript", "wasm": "application/wasm"}.get(name.split(".")[-1], "application/zip")
    python.page.context.route(f"**/{name}*", lambda route: route.fulfill(body=body, content_type=kind))
    python.page.evaluate("() => { window.first = window.show(window.kernel, '1 + 1').run; }")
    told = failure_of(python.page)
    python.page.context.unroute_all()
    assert told == f"Python could not be loaded: {name} did not come whole. Reload the page; it is then fetched again."
    assert python.page.evaluate("window.first")["how"] == {"ok": False, "stopped": True}
    python.page.close()


def test_without_a_connection_the_reader_is_told(pages):
    python = pages.open()
    python.page.context.set_offline(True)
    python.page.evaluate("() => { window.first = window.show(window.kernel, '1 + 1').run; }")
    message = failure_of(python.page)
    python.page.context.set_offline(False)
    assert message.startswith("Python is not in your browser yet, and there is no connection.")
    python.page.close()


def test_a_package_that_does_not_come_fails_its_cell_alone(python):
    assert python.run("1").ok
    context = python.page.context
    python.expected.append("404")
    context.route("**/numpy-*.whl*", lambda route: route.fulfill(status=404, body="gone"))
    shown = python.run("import numpy")
    assert not shown.ok
    assert shown.error.startswith("What this cell imports could not be loaded: it did not come.")
    assert python.run("print(1)").text == "1\n"
    context.unroute_all()
    assert python.run("import numpy\nprint(numpy.arange(2))").text == "[0 1]\n"
