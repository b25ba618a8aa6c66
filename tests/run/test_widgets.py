"""Widgets that code shows in a page: they live, and stay in step with Python both ways."""

import re

import pytest
from playwright.sync_api import expect

from convbook import widgets

pytestmark = pytest.mark.pyodide
SHOW = "from convbook.widgets import SlidingWindow\nw = SlidingWindow(input=[[1, 2], [3, 4]], kernel=[[1]])\nw"
READ = "print(w.input, w.output.tolist())"
COUNTER = """
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = '''
    function render({ model, el }) {
      const button = document.createElement("button");
      const paint = () => {
        const { buffer, byteOffset, byteLength } = model.get("data");
        const bytes = [...new Uint8Array(buffer, byteOffset, byteLength)];
        button.textContent = `${model.get("value")} and ${bytes} and ${model.get("nothing")}`;
      };
      button.onclick = () => {
        model.set("value", model.get("value") + 1);
        model.set("data", new Uint8Array([9, 8, 7]));
        model.save_changes();
        model.send({ said: "hello" });
      };
      model.on("change", paint);
      model.on("msg:custom", ({ answer }) => el.append(answer));
      paint();
      el.append(button);
      return () => { window.ended = true; };
    }
    export default { render };
    '''
    _css = "button { color: rgb(1, 2, 3) }"
    value = traitlets.Float(0).tag(sync=True)
    data = traitlets.Bytes(b"\\x01\\x02").tag(sync=True)
    nothing = traitlets.Any(None, allow_none=True).tag(sync=True)

c = Counter(value=3)
c.on_msg(lambda widget, content, buffers: (print("heard", content["said"]), widget.send({"answer": "good day"})))
c
"""


def cell(place, role, row, column, value=""):
    """Return the cell of a grid, by what a screen reader says of it."""
    return place.get_by_role("gridcell", name=f"{role}, row {row}, column {column}: {value}")


def live(place):
    return place.locator("[data-widget][data-live=true]")


def id_of(shown):
    return shown.messages[-1]["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]


def test_python_moves_the_picture_and_the_picture_changes_python(python):
    shown = python.run(SHOW)
    expect(cell(shown.place, "output", 1, 0, 3)).to_be_visible()
    first = shown.place
    python.run("w.kernel = [[10]]")
    expect(cell(first, "kernel", 0, 0, 10)).to_be_visible()
    expect(cell(first, "output", 1, 0, 30)).to_be_visible()

    cell(first, "input", 1, 0).click()
    python.page.keyboard.type("5")
    python.page.keyboard.press("Enter")
    expect(cell(first, "output", 1, 0, 50)).to_be_visible()
    assert python.run(READ).text == "[[1.0, 2.0], [5.0, 4.0]] [[10.0, 20.0], [50.0, 40.0]]\n"

    again = python.run("w").place  # a second view of the same widget
    expect(cell(again, "output", 1, 0, 50)).to_be_visible()
    python.run("w.pin = None\nw.input = [[7]]")
    for place in (first, again):
        expect(cell(place, "output", 0, 0, 70)).to_be_visible()
    first.get_by_role("button", name="Undo", exact=True).click()
    expect(cell(again, "output", 1, 0, 30)).to_be_visible()
    assert python.run(READ).text.startswith("[[1.0, 2.0], [3.0, 4.0]]")
    assert python.run("print(w.pin)").text == "None\n"


def test_what_python_refuses_does_not_stay_in_the_picture(python):
    shown = python.run(SHOW)
    expect(live(shown.place)).to_have_count(1)
    error = python.run("w.kernel = [[1, 'a']]").error
    assert error.startswith("In this cell, line 1:") and "TraitError: kernel must be" in error
    expect(cell(shown.place, "kernel", 0, 0, 1)).to_be_visible()


def test_what_a_change_makes_the_readers_own_code_say_stands_below_the_widget(python):
    shown = python.run(SHOW)
    first = shown.place
    expect(live(first)).to_have_count(1)
    python.run("w.observe(lambda change: print('now', change.new), 'predict')")
    button = first.get_by_role("button", name="Predict", exact=True)
    button.click()
    expect(first.locator(".stream pre")).to_have_text("now True")
    python.run("w.unobserve_all()\nw.observe(lambda change: 1 / 0, 'predict')")
    button.click()
    error = re.compile(r"line 2, in <lambda>:\n.*1 / 0.*\n.*\nZeroDivisionError")
    expect(first.locator(".traceback pre")).to_have_text(error)
    python.run("w.unobserve_all()")
    refused = """(id) => window.kernel.models.mount(id, document.createElement("div"), () => {}).then(({ model }) => {
      model.set("bias", 1e12);
      model.save_changes();
    })"""
    python.page.evaluate(refused, id_of(shown))
    assert python.run(READ).ok
    expect(first.locator(".traceback")).to_have_count(1)  # what a widget refuses is no fault of the reader's


def test_every_widget_of_the_book_lives_and_is_synced(python):
    shown = python.run("from convbook import widgets\nevery = [vars(widgets)[name]() for name in widgets.__all__]\n"
                       "display(*every)")  # fmt: skip
    place, count = shown.place, len(widgets.__all__)
    assert shown.ok
    expect(live(place)).to_have_count(count)
    assert place.locator("img.convbook-static").count() == 0
    python.run("for each in every: each.predict = True")
    pressed = place.get_by_role("button", name="Predict", exact=True, pressed=True)
    expect(pressed).to_have_count(count)
    for left in range(count, 0, -1):
        pressed.first.click()
        expect(pressed).to_have_count(left - 1)
    assert python.run("print(sum(each.predict for each in every))").text == "0\n"
    scripts = python.page.evaluate("performance.getEntriesByType('resource').map((file) => file.name)")
    assert not [name for name in scripts if name.startswith("blob:")]


def test_a_widget_that_was_shown_by_the_page_is_taken_for_pythons(python):
    """A cell that runs quietly leaves the page's own widget in its place, and with what the reader has done to it."""
    page = python.page
    page.evaluate(
        """async (mount) => {
          const { Outputs } = await import("./_static/run/outputs.js");
          const place = document.createElement("div");
          place.id = "quiet";
          place.innerHTML = mount;
          document.querySelector(".shown").before(place);
          window.quiet = new Outputs(place, window.kernel);
          await window.LiveWidgets.modules.live_mounting.mount(place.firstChild);
        }""",
        widgets.SlidingWindow(input=[[1, 2], [3, 4]], kernel=[[1]]).page_html("SlidingWindow-99"),
    )
    place = page.locator("#quiet")
    cell(place, "input", 1, 0).click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(cell(place, "output", 1, 0, 5)).to_be_visible()
    page.evaluate(
        "async (code) => { await window.kernel.run(code, { output: (message) => window.quiet.adopt(message) }); }", SHOW
    )
    expect(live(place)).to_have_count(1)
    assert python.run(READ).text.startswith("[[1.0, 2.0], [5.0, 4.0]]")
    python.run("w.kernel = [[10]]")
    expect(cell(place, "output", 1, 0, 50)).to_be_visible()
    cell(place, "input", 0, 0).click()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(cell(place, "output", 0, 0, 20)).to_be_visible()
    assert python.run(READ).text.startswith("[[2.0, 2.0], [5.0, 4.0]]")


def test_other_widgets_say_where_they_work(python):
    shown = python.run("from ipywidgets import IntSlider\nIntSlider(value=3)")
    still = shown.place.locator(".convbook-still")
    expect(still).to_have_text(
        "IntSlider lives in a notebook: in JupyterLab, VS Code or Colab. Here the book's own widgets do."
    )
    expect(shown.place.locator(".text_plain")).to_contain_text("IntSlider(value=3)")


def test_a_widget_of_the_readers_own_is_told_kindly_where_a_server_lets_no_script_run(python):
    python.expected.append("blob:")  # the browser's own word
    shown = python.run(COUNTER)
    expect(shown.place.locator(".convbook-still")).to_contain_text("a widget of yours needs a notebook")


def test_a_widget_of_the_readers_own_lives_where_it_may(free_python):
    first = free_python.run(COUNTER).place
    button = first.get_by_role("button")
    expect(button).to_have_text("3 and 1,2 and null")
    expect(button).to_have_css("color", "rgb(1, 2, 3)")
    button.click()
    expect(first.locator(".stream pre")).to_have_text("heard hello")
    expect(first.get_by_text("good day")).to_be_visible()
    assert free_python.run("print(c.value, bytes(c.data), c.nothing)").text == "4.0 b'\\t\\x08\\x07' None\n"
    free_python.run("c.value = float('inf')\nc.data = b'abc'\nc.nothing = [{'a': None}]")
    expect(button).to_have_text("inf and 97,98,99 and [object Object]")
    shown = free_python.run("broken = Counter()\nbroken._esm = 'export default {'\nbroken")
    expect(shown.place.locator(".convbook-still")).to_contain_text("This widget does not come to life: ")
    assert free_python.problems == []
