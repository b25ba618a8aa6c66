"""Code that runs in the page, in Firefox and in WebKit: one start of Python, and what a reader does with it."""

import pytest

START = 120  # s that Python may take to come on a busy machine
SAYS = "(cell, words) => document.querySelector(`[data-cell=${cell}] .cell_output`)?.innerText.includes(words)"
HAS_RUN = "(cell) => document.querySelector(`[data-cell=${cell}] .run-said`)?.textContent.startsWith('Done')"


def write(reader, cell, code):
    """Put a line of code in the place of what stands in a cell, by hand."""
    reader.click(f"[data-cell={cell}] pre")
    reader.until(f"() => document.activeElement.matches('[data-cell={cell}] [role=textbox]')")
    reader.press("Control+a")
    reader.type(code)


@pytest.mark.pyodide
def test_an_exercise_is_solved_in_the_page_and_a_widget_keeps_step_with_python(visit):
    reader = visit("notebooks/exercises/01_convolution.html")
    write(reader, "c04", "def prediction(): return 14")
    reader.click("[data-cell=c05] .run")
    reader.until(SAYS, "c05", "Hint", patience=START)
    write(reader, "c04", "def prediction(): return -14")
    reader.press("Shift+Enter")
    reader.until(HAS_RUN, "c04")
    reader.click("[data-cell=c05] .run")
    reader.until(SAYS, "c05", "✓ prediction: right.")
    write(reader, "c04", "from convbook.widgets import SlidingWindow; w = SlidingWindow(); w")
    reader.press("Shift+Enter")
    reader.until(
        "() => document.querySelector('[data-cell=c04] [data-widget][data-live=true]')?.dataset.widget", patience=START
    )
    reader.click("[data-cell=c04] button >> increase bias")
    write(reader, "c05", "w.bias += 4; print('bias', w.bias)")
    reader.press("Shift+Enter")
    reader.until(SAYS, "c05", "bias 5")
    reader.until("() => help.find('[data-cell=c04] input >> bias').value === '5'")
    write(reader, "c05", "1 / 0")
    reader.press("Shift+Enter")
    reader.until(SAYS, "c05", "ZeroDivisionError: division by zero")
