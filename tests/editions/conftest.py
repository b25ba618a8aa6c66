"""What the tests of the editions share: the built book, and a browser of their own.

They look at files rather than at a site, so the fixtures of tests/browser are not theirs. Two tests may not drive
Playwright in one thread at a time, hence `in_browser`, which has a thread of its own.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import sync_playwright

from browser import launch
from serve import BOOK


@pytest.fixture(scope="session")
def book():
    """Return the folder of the built book."""
    if not (BOOK / "index.html").exists():
        pytest.fail(f"the book is not built: {BOOK} has no index.html; `make book` builds it", pytrace=False)
    return BOOK


@pytest.fixture(scope="session")
def in_browser():
    """Return in_browser(work): what `work(browser)` returns."""

    def drive(work):
        with sync_playwright() as playwright:
            browser = launch(playwright)
            try:
                return work(browser)
            finally:
                browser.close()

    with ThreadPoolExecutor(1) as thread:
        yield lambda work: thread.submit(drive, work).result()
