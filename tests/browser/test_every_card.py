"""What every widget owes its readers, whatever it shows: on a phone, in forced colours, on paper."""

from io import BytesIO
from time import time

import pytest
from hands import action
from PIL import Image
from playwright.sync_api import expect

from convbook import widgets

PICTURES = ".cb-stage :is(table.cb-grid, canvas, svg, .cb-frame, .cb-units)"
WAIT = """(el, where) => [...el.querySelectorAll(where)].some((one) => one.getBoundingClientRect().height > 0)
  && !el.querySelector("[aria-busy=true]")"""
# Finds the pictures in sight that lie in no other; and says what each of them is, and where in the page it is now.
FIND = f"""(el) => {{
  el.pictures = [...el.querySelectorAll("{PICTURES}:not(:is({PICTURES}) *)")]
    .filter((one) => one.checkVisibility({{ visibilityProperty: true }}) && one.getBoundingClientRect().height > 8);
}}"""
BOXES = """(el) => el.pictures.map((one) => {
  const { left, top, width, height } = one.getBoundingClientRect();
  const name = `${one.closest("[data-role]")?.dataset.role ?? ""} ${one.tagName} ${one.getAttribute("class")}`;
  return [name, [left + scrollX, top + scrollY, width, height]];
})"""
# Elements of the card that stick out of it: by how many pixels, to which side. Code may scroll within its box.
TOO_WIDE = """(el) => {
  const card = el.querySelector(".cb-card").getBoundingClientRect();
  const found = [...el.querySelectorAll(".cb-card *:not(.cb-hidden, .cb-hidden *, pre *, svg *)")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, { left, right, width }]) => width && (left < card.left - 1 || right > card.right + 1));
  return found.map(([one, { left, right }]) => `${one.tagName} ${one.className}: ${left}..${right}`);
}"""
# How large everything is that is drawn.
SIZES = """(el) => [...el.querySelectorAll(".cb-card :is(img, svg, video, canvas)")]
  .map((one) => one.getBoundingClientRect()).map(({ width, height }) => [Math.round(width), Math.round(height)])"""
# What would scroll sideways within its box, and so is cut at its edge.
CUT = """(el) => [...el.querySelectorAll(".cb-card *:not(.cb-hidden, .cb-hidden *, pre, pre *, svg *)")]
  .filter((one) => one.checkVisibility() && ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
  .filter((one) => one.scrollWidth > one.clientWidth)
  .map((one) => `${one.className}: ${one.scrollWidth} > ${one.clientWidth}`)"""
# Backgrounds that a printer leaves out unless it is told otherwise.
NOT_PRINTED = """(el) => [...el.querySelectorAll(".cb-stage td, .cb-stage .cb-units, .cb-stage .cb-swatch")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one, getComputedStyle(one)])
  .filter(([, { backgroundColor, printColorAdjust }]) =>
    !["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(backgroundColor) && printColorAdjust !== "exact")
  .map(([one]) => `${one.closest("[data-role]")?.dataset.role} ${one.className}`)"""

WEAR = """(theme) => {
  document.documentElement.dataset.theme = theme;
  document.documentElement.style.colorScheme = theme;
}"""

every_widget = pytest.mark.parametrize("name", widgets.__all__)


@pytest.fixture
def on_a_phone(open_widget):
    """Return on_a_phone(name) -> the widget of this name, under a finger."""

    def on_a_phone(name):
        widget = open_widget(getattr(widgets, name)(), touch=True, width=360, height=780)
        widget.page.add_style_tag(content="body { margin: 0 16px } main { padding-bottom: 100rem }")  # as in the book
        return drawn(widget)

    return on_a_phone


def drawn(widget):
    """Return the widget as soon as its pictures have come."""
    widget.page.wait_for_function(f"where => ({WAIT})(document.querySelector('[data-widget]'), where)", arg=PICTURES)
    return widget


TWO_FRAMES = "await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));"


@every_widget
def test_on_a_phone_it_fits_its_parts_stay_in_place_and_all_is_open_to_everyone(on_a_phone, axe, name):
    widget = on_a_phone(name)
    begins_near_the_top_whatever_styles_the_page_has(widget)
    a_finger_that_scrolls_over_the_pictures_changes_nothing(widget)
    predict_stays_under_the_thumb_that_pressed_it(widget)
    action(widget, "Settings").tap()
    action(widget, "Predict").tap()
    action(widget, "Code").tap()
    for theme in ("light", "dark"):
        widget.page.evaluate(WEAR, theme)
        assert axe(widget.page) == [], theme
    assert widget.evaluate(TOO_WIDE) == []
    assert widget.evaluate(CUT) == []
    assert widget.page.evaluate("document.documentElement.scrollWidth") <= 360


def begins_near_the_top_whatever_styles_the_page_has(widget):
    """See that the first picture is near, and that no style which pages often have changes a size."""
    widget.evaluate(FIND)
    top = widget.locator(".cb-card").bounding_box()["y"]
    assert min(y for _, (_, y, _, _) in widget.evaluate(BOXES)) - top <= 120
    sizes = widget.evaluate(SIZES)
    style = widget.page.add_style_tag(content="img, svg, video { max-width: 100%; height: auto }")
    assert widget.evaluate(SIZES) == sizes
    style.evaluate("style => style.remove()")


def predict_stays_under_the_thumb_that_pressed_it(widget):
    """Press it twice; the widget is then as before."""
    predict = action(widget, "Predict")
    predict.evaluate("el => el.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = predict.bounding_box()["y"]
    for pressed in ("true", "false"):
        predict.tap()
        expect(predict).to_have_attribute("aria-pressed", pressed)
        drawn(widget)
        widget.page.evaluate(f"async () => {{ {TWO_FRAMES} }}")
        assert abs(predict.bounding_box()["y"] - before) < 3


# Where a finger comes down on a picture: not on a handle, which is there to be dragged.
BESIDE_HANDLES = f"""async (el, n) => {{
  const picture = el.pictures[n];
  scrollTo(0, 0);
  picture.scrollIntoViewIfNeeded();
  {TWO_FRAMES} // what comes after a finger is where the last frame shows it
  const {{ left, top, width, height }} = picture.getBoundingClientRect();
  const bottom = Math.min(top + height, innerHeight - 8);
  const shares = [0.5, 0.3, 0.7, 0.15, 0.85];
  const points = shares.flatMap((y) => shares.map((x) => [left + x * width, top + y * (bottom - top)]));
  const free = ([x, y]) => !document.elementFromPoint(x, y).closest(".cb-glass, .cb-handle, .cb-grip");
  return [...points.find(free), scrollY];
}}"""


# What a finger does, how far up (px), and how long ago (s): it rests before it leaves, and no page rolls on.
SWIPE = [("touchStart", 0, 3), ("touchMove", 75, 2.9), ("touchMove", 150, 2.8), ("touchEnd", None, 0)]


def a_finger_that_scrolls_over_the_pictures_changes_nothing(widget):
    """Swipe over each picture: the page scrolls, and the widget keeps its state."""
    widget.evaluate(FIND)
    touch = widget.page.context.new_cdp_session(widget.page)
    for n, (picture, _) in enumerate(widget.evaluate(BOXES)):
        x, y, before = widget.evaluate(BESIDE_HANDLES, n)
        for kind, up, ago in SWIPE:
            points = [] if up is None else [{"x": x, "y": y - up}]
            told = {"type": kind, "touchPoints": points, "timestamp": time() - ago}
            touch.send("Input.dispatchTouchEvent", told)
        widget.page.wait_for_function("before => scrollY > before + 50", arg=before)
        assert widget.evaluate("el => LiveWidgets.models[el.dataset.key].changes()") == {}, picture
    touch.detach()


CLICK_ALL_OPTIONS = """(el) => {
  for (const option of el.querySelectorAll(".cb-options button"))
    option.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true }));
}"""


@every_widget
def test_an_answered_question_takes_no_more_answers_and_stays_answered_over_a_reload(open_widget, name):
    widget = drawn(open_widget(getattr(widgets, name)(predict=True)))
    said, field = widget.locator(".cb-feedback"), widget.locator(".cb-predict-form .cb-number")
    action(widget, "Show me").click()
    expect(said).to_contain_text("It is")
    told = said.inner_text()
    takes_text = field.is_visible()
    for again in (False, True):
        if again:
            widget.page.reload()
            widget.page.evaluate("LiveWidgets.mountAll()")
        expect(said).to_have_text(told)
        expect(action(widget, "Show me")).to_have_attribute("aria-disabled", "true")
        widget.evaluate(CLICK_ALL_OPTIONS)
        if takes_text:
            expect(field).not_to_be_editable()
            field.press("Enter")
            assert again == bool(field.input_value())  # what was typed, or after a Reload what it is
        expect(said).to_have_text(told)
    assert "answers" not in widget.evaluate("el => LiveWidgets.models[el.dataset.key].link()")
    action(widget, "Next").click()  # no dead end


def undo_can_be_undone_until_something_else_changes(widget):
    """Go back and forth by the buttons and by the keys; the widget is then as before."""
    undo, redo, predict = (action(widget, label) for label in ("Undo", "Redo", "Predict"))
    expect(redo).to_be_disabled()
    predict.click()
    undo.click()
    expect(predict).to_have_attribute("aria-pressed", "false")
    expect(undo).to_be_disabled()
    redo.click()
    expect(predict).to_have_attribute("aria-pressed", "true")
    expect(redo).to_be_disabled()
    predict.press("Control+z")
    expect(predict).to_have_attribute("aria-pressed", "false")
    predict.press("Control+y")
    expect(predict).to_have_attribute("aria-pressed", "true")
    predict.press("Control+z")
    predict.press("Control+Shift+z")
    expect(predict).to_have_attribute("aria-pressed", "true")
    undo.click()
    predict.click()  # another change: what was undone is gone
    expect(redo).to_be_disabled()
    action(widget, "Reset").click()
    expect(predict).to_have_attribute("aria-pressed", "false")
    undo.click()
    redo.click()
    expect(predict).to_have_attribute("aria-pressed", "false")


WITH_ROOM = ["SlidingWindow", "PoolingBench", "CoverageMap", "KernelWall", "NudgeGradient"]


@pytest.mark.parametrize("name", WITH_ROOM)
def test_pointing_at_numbers_moves_nothing(open_widget, name):
    widget = drawn(open_widget(getattr(widgets, name)(), height=1600))
    card = widget.locator(".cb-card")
    tall = card.bounding_box()["height"]
    for grid in widget.locator("table.cb-grid:visible").all():
        cells = grid.locator("td")
        for n in {0, cells.count() // 2, cells.count() - 1}:
            cells.nth(n).hover()
            assert card.bounding_box()["height"] == tall


LITTLE = 0.04  # of a picture's pixels: what a frame or a single number takes
WAYS = {
    "forced colours": {"forced_colors": "active"},
    "dark forced colours": {"forced_colors": "active", "color_scheme": "dark"},
    "print": {"media": "print", "forced_colors": "none", "color_scheme": "light"},
}


@every_widget
def test_undo_is_undone_and_pictures_are_drawn_in_forced_colours_and_on_paper(open_widget, name):
    widget = drawn(open_widget(getattr(widgets, name)()))
    undo_can_be_undone_until_something_else_changes(widget)
    drawn(widget).evaluate(FIND)
    at_first = inks(widget)
    assert max(drawn for _, drawn in at_first) > LITTLE
    blank = []
    for way, media in WAYS.items():
        widget.page.emulate_media(**media)
        now = inks(widget)
        pairs = zip(at_first, now, strict=True)
        blank += [f"in {way}: {what}" for (what, before), (_, after) in pairs if after < min(before, LITTLE) / 2]
    assert blank == []
    a_printer_that_saves_ink_keeps_the_colours_that_mean_something(widget)


def a_printer_that_saves_ink_keeps_the_colours_that_mean_something(widget):
    """See how the widget is printed."""
    assert widget.evaluate(NOT_PRINTED) == []
    for part in (".cb-settings", ".cb-actions"):
        expect(widget.locator(part)).to_be_hidden()


def inks(widget):
    """Return (picture, ink) of those that were found, by one shot of the page."""
    boxes = widget.evaluate(BOXES)
    with Image.open(BytesIO(widget.page.screenshot(full_page=True))) as shot:
        return [(picture, ink(shot, *box)) for picture, box in boxes]


def ink(shot, left, top, width, height):
    """Return which share of the pixels inside a picture are not of its most common shade; of a blank one, none."""
    if min(width, height) < 8:  # it is gone
        return 0
    inside = (left + 0.1 * width, top + 0.1 * height, left + 0.9 * width, top + 0.9 * height)
    counts = shot.crop(tuple(map(round, inside))).convert("L").reduce(2).histogram()
    common = counts.index(max(counts))
    near = sum(counts[max(0, common - 12) : common + 13])
    return 1 - near / sum(counts)
