"""What other notebooks do in their way: some say undefined for None, some hear a key before the widget does."""

import json
import re

import pytest
from playwright.sync_api import expect

from convbook import widgets
from convbook.widgets import SlidingWindow

STATE = re.compile(r'(<script type="application/json">)(.*?)(</script>)', re.DOTALL)
HEARS_FIRST = """() => {
  window.heard = [];
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest("[data-lm-suppress-shortcuts]")) window.heard.push(event.key);
  }, true);
}"""  # as Notebook 7 and JupyterLite listen


def without_nothing(html):
    """Return a page whose widgets have no value where Python has None."""

    def stated(found):
        state = {trait: value for trait, value in json.loads(found[2]).items() if value is not None}
        return found[1] + json.dumps(state) + found[3]

    return STATE.sub(stated, html)


@pytest.fixture(params=[False, True], ids=["None", "undefined"])
def said_for_none(request, monkeypatch):
    """Let the widgets of a page be told None, or nothing in its place."""
    if request.param:
        for name in widgets.__all__:
            kind = getattr(widgets, name)
            told = kind.page_html
            monkeypatch.setattr(kind, "page_html", lambda self, key, told=told: without_nothing(told(self, key)))


def test_a_widget_needs_no_word_for_none(open_widget, said_for_none):
    nones = {name for name in widgets.__all__ if None in getattr(widgets, name)().page_state().values()}
    assert len(nones) > 5
    page = open_widget(*(getattr(widgets, name)() for name in sorted(nones))).page
    for name in sorted(nones):
        widget = page.locator(f"[data-widget={name}]")
        expect(widget).to_have_attribute("data-live", "true")
        expect(widget.locator(".cb-card")).not_to_contain_text(re.compile("undefined|NaN"))


def test_a_letter_typed_into_a_grid_is_no_shortcut_even_where_the_notebook_hears_it_first(open_widget):
    widget = open_widget(SlidingWindow(input=[[1, 2], [3, 4]], kernel=[[1]]))
    page = widget.page
    page.evaluate(HEARS_FIRST)
    widget.get_by_role("gridcell", name="input, row 1, column 0: 3").click()
    page.keyboard.type("x5")
    page.keyboard.press("Enter")
    expect(widget.get_by_role("gridcell", name="input, row 1, column 0: 5")).to_be_visible()
    page.keyboard.press("Control+s")
    assert "s" in page.evaluate("heard")
    assert not {"x", "5", "Enter"} & {*page.evaluate("heard")}
