"""A widget in a real JupyterLab and Notebook 7: what Python sets is shown, and what the reader types reaches Python."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread, Timer

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from convbook import widgets
from normalise_notebook import LANGUAGE

SHOW = "from convbook.widgets import SlidingWindow\nw = SlidingWindow(input=[[1, 2], [3, 4]], kernel=[[1]])\nw"
SET = "w.kernel = [[10]]"
READ = "print(w.input, w.output.tolist())"
CHANGED = "[[1.0, 2.0], [5.0, 4.0]] [[10.0, 20.0], [50.0, 40.0]]"
SHOW_ALL = "from convbook import widgets\nevery = [vars(widgets)[name]() for name in widgets.__all__]\ndisplay(*every)"
SET_ALL = "for each in every: each.predict = True"
UNASKED = "[data-widget]:not(:has(button[aria-pressed=true]:text-is('Predict')))"
# As on a slow machine, where a widget's module does not come within the two seconds that anywidget waits for it:
IMPATIENT = """() => {
  AbortSignal.timeout = () => {
    const controller = new AbortController();
    queueMicrotask(() => controller.abort());
    return controller.signal;
  };
}"""
SHOW_LATE = "late = SlidingWindow(input=[[7]], kernel=[[1]])\nlate"
SET_LATE = "late.kernel = [[6]]"
BESIDE = "from ipywidgets import FloatSlider, HBox\nHBox([FloatSlider(), SlidingWindow()])"
READ_ALL = 'print("to be predicted:", sum(each.predict for each in every))'
EXERCISES = Path(__file__).parents[2] / "notebooks" / "exercises" / "06_separable.ipynb"
NO_ANNOUNCEMENTS = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/(?:lab|tree)\S*\?token=(\w+)")
PATIENCE = 90  # seconds that JupyterLab may take to start


# {application: the path at which it opens a notebook}
APPLICATIONS = {"jupyterlab": "lab/tree", "notebook": "notebooks"}


@contextmanager
def running(application, folder):
    """Start JupyterLab or Notebook 7, which knows nothing but `folder`; give its address and token, and end it."""
    home = folder / "jupyter"
    (home / "config" / "labconfig").mkdir(parents=True)
    (home / "config" / "labconfig" / "page_config.json").write_text(json.dumps(NO_ANNOUNCEMENTS))
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [
        sys.executable,
        "-m",
        application,
        "--no-browser",
        "--allow-root",
        "--port=0",
        f"--notebook-dir={folder}",
    ]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as lab:
        impatience = Timer(PATIENCE, lab.kill)
        impatience.start()
        try:
            yield address_in(lab.stderr)
        finally:
            impatience.cancel()
            lab.terminate()


def address_in(log):
    """Read the server's log up to its address; the rest of the log is read and forgotten, so that it never blocks."""
    read = []
    for line in log:
        read.append(line)
        if found := ADDRESS.search(line):
            Thread(target=log.read, daemon=True).start()
            return found.groups()
    pytest.fail(f"Jupyter did not start:\n{''.join(read)}", pytrace=False)


@pytest.fixture(params=APPLICATIONS)
def notebook(tmp_path, browser, request):
    """Return the page of a notebook with cells that show, set and read widgets; none has run."""
    cells = [
        new_code_cell(source) for source in (SHOW, SET, READ, SHOW_ALL, SET_ALL, READ_ALL, BESIDE, SHOW_LATE, SET_LATE)
    ]
    nbformat.write(new_notebook(cells=cells, metadata=LANGUAGE), tmp_path / "widget.ipynb")
    exceptions = []
    with running(request.param, tmp_path) as (server, token), browser.new_context() as context:
        page = context.new_page()
        page.on("pageerror", lambda error: "blob:" in str(error.stack) and exceptions.append(error.stack))  # ours
        with page.expect_websocket(lambda socket: "/channels" in socket.url, timeout=PATIENCE * 1000) as kernel:
            page.goto(f"{server}/{APPLICATIONS[request.param]}/widget.ipynb?token={token}")
        kernel.value.wait_for_event("framereceived", timeout=PATIENCE * 1000)
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=PATIENCE * 1000)
        yield page
    assert not exceptions


def run(page, source):
    """Run the cell with this source, as a reader does: click into it, then Shift+Enter, and again if nothing begins."""
    line = page.get_by_text(source.splitlines()[-1], exact=True).first
    prompt = line.locator("xpath=ancestor::div[contains(@class, 'jp-CodeCell')]").locator(".jp-InputPrompt")
    for patience in (3_000, 10_000, PATIENCE * 1000):  # ms: a notebook just opened may not listen yet
        line.click()
        page.keyboard.press("Shift+Enter")
        with suppress(AssertionError):
            return expect(prompt).not_to_have_text("[ ]:", timeout=patience)
    pytest.fail(f"this cell does not run: {source}")


def cell(page, role, row, column, value=""):
    """Return the cell of a grid, by what a screen reader says of it."""
    return page.get_by_role("gridcell", name=f"{role}, row {row}, column {column}: {value}")


def test_widgets_live_in_jupyterlab_and_are_in_step_with_python(notebook):
    """One visit answers all, for Jupyter starts slowly."""
    python_moves_the_picture_and_the_picture_changes_python(notebook)
    every_widget_of_the_book_lives_and_is_synced(notebook)
    a_widget_beside_another_has_room(notebook)
    a_widget_that_came_late_hears_of_python_all_the_same(notebook)


def python_moves_the_picture_and_the_picture_changes_python(notebook):
    run(notebook, SHOW)
    expect(cell(notebook, "output", 1, 0, value=3)).to_be_visible()
    run(notebook, SET)
    expect(cell(notebook, "kernel", 0, 0, value=10)).to_be_visible()
    expect(cell(notebook, "output", 1, 0, value=30)).to_be_visible()

    cell(notebook, "input", 1, 0).click()
    notebook.keyboard.type("x")  # elsewhere in its notebook, JupyterLab would cut the cell
    notebook.keyboard.type("5")
    notebook.keyboard.press("Enter")
    expect(cell(notebook, "output", 1, 0, value=50)).to_be_visible()
    for patience in (3_000, 10_000, 20_000):  # ms: a change is sent when Python has dealt with the one before
        run(notebook, READ)
        with suppress(AssertionError):
            return expect(notebook.get_by_text(CHANGED)).to_be_visible(timeout=patience)
    pytest.fail("what is typed into the picture does not reach Python")


def every_widget_of_the_book_lives_and_is_synced(notebook):
    run(notebook, SHOW_ALL)
    shown = notebook.locator(".jp-CodeCell", has_text=SHOW_ALL.splitlines()[-1])
    live = shown.locator("[data-widget][data-live=true]")
    expect(live).to_have_count(len(widgets.__all__), timeout=PATIENCE * 1000)
    run(notebook, SET_ALL)
    pressed = shown.get_by_role("button", name="Predict", exact=True, pressed=True)
    with suppress(AssertionError):  # then the next lines say which one it is, and what Python holds
        expect(pressed).to_have_count(len(widgets.__all__))
    if unasked := shown.locator(UNASKED).evaluate_all("(all) => all.map((one) => one.innerText)"):
        run(notebook, READ_ALL)
        pytest.fail(f"{notebook.get_by_text(re.compile('^to be predicted')).inner_text()}, not asked: {unasked}")
    for left in range(len(widgets.__all__), 0, -1):
        pressed.first.click()
        expect(pressed).to_have_count(left - 1)
    run(notebook, READ_ALL)
    expect(notebook.get_by_text("to be predicted: 0", exact=True)).to_be_visible()


def a_widget_beside_another_has_room(notebook):
    run(notebook, BESIDE)
    beside = notebook.locator(".widget-hbox > [data-widget=SlidingWindow][data-live=true]")
    expect(beside).to_be_visible()
    assert beside.evaluate("el => el.offsetWidth") > 250


def a_widget_that_came_late_hears_of_python_all_the_same(notebook):
    gave_up = []
    notebook.on("pageerror", lambda error: gave_up.append(error.message))
    notebook.evaluate(IMPATIENT)
    run(notebook, SHOW_LATE)
    expect(cell(notebook, "input", 0, 0, value=7)).to_be_visible()
    run(notebook, SET_LATE)
    expect(cell(notebook, "output", 0, 0, value=42)).to_be_visible()
    assert any("Failed to initialize model" in error for error in gave_up)


# ---- exercises, with nbgrader's own toolbar --------------------------------------------------------------------
@pytest.fixture
def assignment(tmp_path, browser):
    """Return the page of an exercise notebook in JupyterLab with the panel Create Assignment, and the file."""
    path = Path(shutil.copy(EXERCISES, tmp_path))
    with running("jupyterlab", tmp_path) as (server, token), browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{server}/lab/tree/{path.name}?token={token}")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=PATIENCE * 1000)
        page.get_by_role("tab", name="Create Assignment").click()
        yield page, path


def marks_in(path):
    cells = nbformat.read(path, as_version=4).cells
    return {
        cell.metadata.nbgrader.grade_id: dict(cell.metadata.nbgrader) for cell in cells if "nbgrader" in cell.metadata
    }


def test_exercises_can_be_edited_with_nbgrader_s_own_toolbar(assignment):
    page, path = assignment
    before = marks_in(path)
    shown = page.locator(".nbgrader-CellWidget").filter(has=page.locator(".nbgrader-CellId input:visible"))
    expect(shown).to_have_count(len(before))
    kinds = {(False, True): "Autograded answer", (True, False): "Autograded tests", (False, False): "Read-only"}
    for panel, mark in zip(shown.all(), before.values(), strict=True):
        expect(panel.get_by_label("ID:")).to_have_value(mark["grade_id"])
        expect(panel.get_by_label("Type:").locator("option:checked")).to_have_text(
            kinds[mark["grade"], mark["solution"]]
        )
        if mark["grade"]:
            expect(panel.get_by_label("Points:")).to_have_value(str(mark["points"]))
    total = page.get_by_label("Total points:")
    expect(total).to_have_value(str(sum(mark.get("points", 0) for mark in before.values())))

    first = shown.get_by_label("Points:").locator("visible=true").first
    first.fill("5")
    first.press("Tab")
    expect(total).to_have_value(str(sum(mark.get("points", 0) for mark in before.values()) + 2))
    with page.expect_response(lambda reply: reply.request.method == "PUT" and path.name in reply.url):
        page.get_by_role("menuitem", name="File").click()
        page.get_by_role("menuitem", name="Save Notebook", exact=False).first.click()
    before["grouped_conv-check"]["points"] = 5
    assert marks_in(path) == before
