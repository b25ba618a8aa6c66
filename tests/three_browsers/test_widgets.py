"""Every widget in Firefox and in WebKit: it lives, lies where it should, and is driven by mouse and keyboard."""

import json
from urllib.parse import quote

import pytest

from convbook import widgets

CARD = "[data-widget] .cb-card"
CHANGES = "() => Object.values(LiveWidgets.models)[0].changes()"
HAS_CHANGED = f"() => Object.keys(({CHANGES})()).length > 0"
IS_AS_AT_FIRST = f"() => Object.keys(({CHANGES})()).length === 0"
every_widget = pytest.mark.parametrize("name", widgets.__all__)


def button(name):
    return f"{CARD} button >> {name}"


@every_widget
def test_a_shared_link_brings_the_state_and_the_widget_is_driven_by_mouse_and_keyboard(visit_widget, name):
    """One visit answers all; without a link every widget is opened in its chapter."""
    state = {"SlidingWindow": {"bias": 3}}.get(name, {"predict": True})
    reader = visit_widget(name, width=360, fragment=f"#{name}={quote(json.dumps(state))}")
    assert reader.run(CHANGES) == state
    reader.click(button("Reset"))
    reader.until(IS_AS_AT_FIRST)
    assert reader.run("() => help.sideways()") == []
    reader.fit(1280)
    assert reader.run("() => help.sideways()") == []
    reader.click(button("Code"))
    assert "print(" in reader.until("() => document.querySelector('[data-panel=code] pre')?.textContent")
    reader.click(button("Code"))
    answer_a_question(reader)
    for where, deed in DEEDS.items():
        if target := reader.run("(where) => help.nameOfFirst(where)", f"{CARD} {where}"):
            deed(reader, target)
            reader.until(IS_AS_AT_FIRST)


def answer_a_question(reader):
    reader.click(button("Predict"))
    reader.until("(button) => help.find(button).ariaPressed === 'true'", button("Predict"))
    reader.focus(button("Show me"))
    reader.press("Enter")
    reader.until("() => document.querySelector('.cb-feedback').textContent.includes('It is')")
    reader.focus(button("Reset"))
    reader.press(" ")
    reader.until(IS_AS_AT_FIRST)
    reader.until("() => document.activeElement.textContent === 'Reset'")
    reader.press("Shift+Tab")
    reader.until("() => document.activeElement.matches('.cb-actions button:not([disabled])')")


def type_a_number(reader, target):
    reader.focus(target)
    reader.press("4", "2", "Enter")
    reader.until(HAS_CHANGED)
    reader.press("Control+z")


def move_the_track(reader, target):
    """Press the arrow that has room."""
    reader.focus(target)
    reader.press("ArrowLeft" if reader.run(HAS_ROOM, target) else "ArrowRight")
    reader.until(HAS_CHANGED)
    reader.click(button("Undo"))


def click(reader, target):
    reader.click(target)
    reader.until(HAS_CHANGED)
    reader.click(button("Undo"))


HAS_ROOM = "(track) => Number(help.find(track).value) > Number(help.find(track).min)"
# What is done to the first of each kind of control that a widget has, and undone.
DEEDS = {
    "input[type=checkbox]": click,
    ".cb-settings button[aria-label^=increase]": click,
    ".cb-settings input[type=range]": move_the_track,
    ".cb-grid[aria-readonly=false]:not(.cb-draw) td:not(.cb-pad)": type_a_number,
}


# ---- what browsers do differently ----------------------------------------------------------------------------------

AWAY = """() => {
  const cells = [...document.querySelectorAll("[data-role=input] td.cb-on")].map((el) => el.getBoundingClientRect());
  const box = document.querySelector(".cb-window").getBoundingClientRect();
  const [first, last] = [cells[0], cells.at(-1)];
  return [box.left - first.left, box.top - first.top, box.right - last.right, box.bottom - last.bottom];
}"""


def test_the_window_lies_on_its_cells_and_follows_the_hand(visit_widget):
    reader = visit_widget("SlidingWindow")
    for width in (1280, 360):
        reader.fit(width)
        reader.until(f"() => ({AWAY})().every((by) => Math.abs(by) < 1)")
    reader.fit(1280)
    reader.drag(f"{CARD} .cb-handle", 44, 44)
    reader.until("() => help.same(Object.values(LiveWidgets.models)[0].state.pinned, ['output', 2, 2])")
    reader.until(f"() => ({AWAY})().every((by) => Math.abs(by) < 1)")


def test_what_is_half_typed_is_kept_when_its_field_is_taken_away(visit_widget):
    reader = visit_widget("SlidingWindow")
    reader.click(f"{CARD} [data-role=kernel] td")
    field = f"{CARD} .cb-sum input >> pinned value"
    reader.click(field, times=3)
    reader.type("25")
    reader.run("() => Object.values(LiveWidgets.models)[0].set('pinned', ['output', 0, 0])")  # as the player does
    reader.until("() => Object.values(LiveWidgets.models)[0].state.kernel[0][0] === 25")


@pytest.mark.parametrize("text", ["abc", "1/0"])
def test_text_in_a_cell_is_refused_kindly(visit_widget, text):
    reader = visit_widget("SlidingWindow")
    reader.click(f"{CARD} [data-role=input] td", times=2)
    reader.until("() => document.activeElement.matches('input.cb-editor')")
    reader.type(text)
    reader.press("Enter")
    reader.until(
        "(text) => document.querySelector('.cb-warning').textContent.includes(`“${text}” is not a number`)", text
    )
