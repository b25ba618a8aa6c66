"""The room that the sum takes: on a phone it sticks to the window's lower edge, and covers nothing that is in use."""

import pytest
from playwright.sync_api import expect

from convbook.widgets import SlidingWindow

PLACES = """(card) => {
  const sum = card.querySelector(".cb-sum"), cell = document.activeElement.getBoundingClientRect();
  const { top, bottom } = sum.getBoundingClientRect();
  return { sticks: getComputedStyle(sum).position, top, bottom, lower: cell.bottom, window: innerHeight };
}"""


@pytest.mark.parametrize("key", ["Control+End", "ArrowDown"])
def test_a_cell_that_gets_the_focus_is_clear_of_the_sum(open_widget, key):
    widget = open_widget(SlidingWindow(), width=360, height=560)
    cells = widget.get_by_role("grid", name="output").get_by_role("gridcell")
    cells.first.focus()
    for _ in range(6):
        widget.page.keyboard.press(key)
    expect(cells.first).not_to_be_focused()
    there = widget.locator(".cb-card").evaluate(PLACES)
    assert there["sticks"] == "sticky" and there["bottom"] <= there["window"]
    assert there["lower"] <= there["top"]
