"""Code cells that run in the built pages, with Python itself: an exercise is solved, a loop is stopped."""

import re

import nbformat
import pytest
from playwright.sync_api import expect

from serve import STRICT, serving

START = 120_000  # ms: Python may take its time on a busy machine


@pytest.fixture
def exercises(open_page, book):
    """Return a page of exercises, on a strict server that lets Python run."""
    with serving(book.folder, policy=STRICT) as address:
        yield open_page(type(book)(book.folder, address), "notebooks/exercises/01_convolution.html")


def cell(page, name):
    return page.locator(f'[data-cell="{name}"]')


def write(page, name, text):
    cell(page, name).locator("pre:has(.line)").click()
    expect(cell(page, name).get_by_role("textbox")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")  # no text that is inserted replaces nothing
    page.keyboard.insert_text(text)


@pytest.mark.pyodide
def test_an_exercise_is_written_checked_and_solved_where_it_stands(exercises):
    page = exercises
    checked, said = cell(page, "c05").locator(".cell_output"), cell(page, "c05").locator(".run-said")
    box = page.get_by_label("1. Predict")
    write(page, "c04", "def prediction():\n    return 14\n")
    cell(page, "c05").get_by_role("button", name="Run").click()
    expect(said).to_have_text(re.compile(r"Loading Python: \d+ of \d+ MB, from the net only once"), timeout=START)
    expect(said).to_have_text(re.compile("Done"), timeout=START)
    expect(checked).to_contain_text("Hint")
    expect(box).not_to_be_checked()
    write(page, "c04", "while True:\n    pass")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, "c04").locator(".run-said")).to_have_text("Running …")
    cell(page, "c04").get_by_role("button", name="Stop").click()
    expect(cell(page, "c04").locator(".run-said")).to_have_text("Stopped. Python starts afresh at the next run.")
    write(page, "c04", "def prediction():\n    return -14\n")
    cell(page, "c05").get_by_role("button", name="Run").click()
    expect(checked).to_contain_text("✓ prediction: right.", timeout=START)
    expect(page.locator(".run-spoken")).to_have_text("Code 4: done. ✓ prediction: right.")
    expect(box).to_be_checked()
    for broken, told in (("def prediction(:", said), ("", checked), ("def other(): return -14", checked)):
        write(page, "c04", broken)
        cell(page, "c05").get_by_role("button", name="Run").click()
        expect(told).to_contain_text(
            "the check waits for it" if broken.endswith(":") else "'prediction' is not defined"
        )
    write(page, "c04", "def prediction():\n    return -14\n")
    cell(page, "c05").get_by_role("button", name="Run").click()
    expect(checked).to_have_text(re.compile("^✓ prediction: right."))
    page.reload()
    expect(cell(page, "c04").get_by_role("textbox")).to_contain_text("return -14")
    expect(box).to_be_checked()


@pytest.mark.parametrize("path", ["notebooks/01_convolution", "notebooks/exercises/06_separable"])
def test_the_code_on_a_page_is_that_of_its_notebook(book, book_page, path):
    page = book_page(f"{path}.html", live=False)
    shown = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-cell]")].map((cell) =>
          [cell.dataset.cell, cell.dataset.code ?? cell.querySelector("pre").textContent.replace(/\\n$/, "")]))"""
    )
    notebook = nbformat.read(book.folder / "_sources" / f"{path}.ipynb", as_version=4)
    cells = {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}
    assert shown == {name: cells[name] for name in shown}
    hidden = [cell.id for cell in notebook.cells if "remove-cell" in cell.metadata.get("tags", [])]
    assert [name for name in cells if name not in hidden] == list(shown)
