"""The verdict of an exercise, as a notebook shows it: lines stay lines, columns stay columns, and nothing is markup."""

import numpy as np
import pytest

from convbook.checks.judge import CHECKS, CheckFailed, Verdict


@pytest.fixture
def shown(browser):
    """Return a function that puts what an answer gets into a page, and gives its box and its words."""
    page = browser.new_page(viewport={"width": 360, "height": 640})

    def show(name, answer):
        with pytest.raises(CheckFailed) as failure:
            CHECKS[name](answer)
        verdict = Verdict(str(failure.value), right=False)
        page.set_content(verdict._repr_html_())
        return page.locator("div"), repr(verdict)

    yield show
    page.close()


def test_lines_and_columns_are_those_of_the_plain_text(shown):
    box, words = shown("correlate_loops", lambda picture, kernel: np.zeros((3, 5)))
    assert box.inner_text() == words and "\n           [" in words
    assert "mono" in box.evaluate("box => getComputedStyle(box).fontFamily")
    assert box.locator("b").count() == words.count("Hint:")


@pytest.mark.parametrize("answer", ["<img src=x onerror=alert(1)>", "x" * 10_000, "\n".join("abc")])
def test_whatever_was_returned_stays_text_within_the_page(shown, answer):
    box, words = shown("output_size", lambda *settings: answer)
    assert box.inner_text() == words
    assert box.locator("img").count() == 0
    assert box.evaluate("() => document.scrollingElement.scrollWidth") <= 360
