"""What all tests share: what is optional, and a plain word when it is not there.

A test that compares with PyTorch takes the fixture `torch`, or carries `@pytest.mark.pytorch` and imports torch itself.
One that grades carries `@pytest.mark.sandbox`, one that runs the book's code in its pages `@pytest.mark.pyodide`, one
that lets epubcheck judge `@pytest.mark.epubcheck`, those in tests/three_browsers `firefox` or `webkit`, and those in
tests/elsewhere the name of another environment, `oldest`, `newest` or `colab`. Where one of them is missing, its tests
are deselected, and the last lines of the run say so; with CONVBOOK_REQUIRE_PYTORCH=1, CONVBOOK_REQUIRE_SANDBOX=1, and
so on, as in continuous integration, that is an error.
"""

import gc
import os
from importlib.util import find_spec

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("book", deadline=None)  # a busy machine is no failed test
settings.load_profile("book")

TORCH = "torch==2.13.0"
PYTORCH = f"PyTorch comparison tests did not run: PyTorch is not installed; `.venv/bin/pip install {TORCH}` to run them"
left_out = pytest.StashKey[dict]()


def no_pytorch():
    return None if find_spec("torch") else PYTORCH


def no_sandbox():
    import sandbox

    return (why := sandbox.fault()) and f"tests of grading did not run: {why}"


def no_pyodide():
    import pyodide

    return None if pyodide.ready() else "tests of code that runs in the pages did not run: `make book` says why"


def no_epubcheck():
    import epub_checker

    return (why := epub_checker.fault()) and f"tests of the EPUB by epubcheck did not run: {why}"


def no_browser(kind):
    import other_browsers

    return (why := other_browsers.missing(kind)) and f"tests in {kind} did not run: {why}"


def no_environment(name, what):
    import elsewhere

    return (why := elsewhere.fault(name)) and f"tests with {what} did not run: {why}"


OPTIONAL = {
    "pytorch": no_pytorch,
    "sandbox": no_sandbox,
    "pyodide": no_pyodide,
    "epubcheck": no_epubcheck,
    "firefox": lambda: no_browser("Firefox"),
    "webkit": lambda: no_browser("WebKit"),
    "oldest": lambda: no_environment("oldest", "the oldest Python and packages"),
    "newest": lambda: no_environment("newest", "a newer Python"),
    "colab": lambda: no_environment("colab", "what Colab has"),
}  # what is marked so: why it cannot run, if it cannot


@pytest.fixture(scope="session")
def torch():
    import torch

    torch.set_num_threads(1)
    return torch


@pytest.fixture(scope="session")
def browser():
    """Chromium, for all tests that look at pages: Playwright runs but once in a process."""
    from playwright.sync_api import sync_playwright

    from browser import NoBrowser, launch

    with sync_playwright() as playwright:
        try:
            chromium = launch(playwright)
        except NoBrowser as error:
            pytest.fail(str(error), pytrace=False)
        yield chromium
        chromium.close()


def pytest_configure():
    for mark, why_not in OPTIONAL.items():
        name = f"CONVBOOK_REQUIRE_{mark.upper()}"
        if os.environ.get(name) and (why := why_not()):
            raise pytest.UsageError(f"{name} is set, but {why}")


OTHER_BROWSERS = "tests/three_browsers/"


class InPieces(LoadScopeScheduling):
    """Gives the processes a file at a time, for a notebook is read from its first cell to its last.

    Firefox and WebKit run but once at a time, since each of them keeps a processor busy. Tests in Chromium come last,
    and one by one: whoever is ready takes the next, so that all end together.
    """

    def _split_scope(self, nodeid):
        if nodeid.startswith("tests/browser/"):
            return nodeid
        return OTHER_BROWSERS if nodeid.startswith(OTHER_BROWSERS) else nodeid.split("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return InPieces(config, log)


def pytest_collection_modifyitems(config, items):
    for item in items:
        if " at 0x" in item.nodeid:
            raise pytest.UsageError(f"the name of this test is another one in each process: {item.nodeid}")
        if "torch" in getattr(item, "fixturenames", ()):
            item.add_marker("pytorch")
    items.sort(key=lambda item: "/tests/browser/" in item.path.as_posix())  # stable: the quick tests speak first
    config.stash[left_out] = {}
    for mark, why_not in OPTIONAL.items():
        marked = [item for item in items if item.get_closest_marker(mark)]
        if marked and (why := why_not()):
            config.stash[left_out][why] = len(marked)
            config.hook.pytest_deselected(items=marked)
            items[:] = [item for item in items if item not in marked]


def pytest_collection_finish():
    gc.freeze()  # thousands of tests and all that they import stay: the collector of garbage need not go through them


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):  # one of several processes, each of which has collected all tests
        session.config.workeroutput["left_out"] = session.config.stash.get(left_out, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[left_out] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter, config):
    for why, count in config.stash.get(left_out, {}).items():
        terminalreporter.write_line(f"{count} {why}", yellow=True)
