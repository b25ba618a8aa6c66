"""SlidingWindow under the hands of a reader: by mouse, by keyboard, by touch."""

import numpy as np
import pytest
from hands import (
    action,
    boxes,
    cell,
    code_of,
    in_each_theme,
    middle,
    side_by_side,
    swipe,
    tap_after_a_drag,
    too_wide,
    value,
)
from playwright.sync_api import expect

from convbook.widgets import SlidingWindow

NINE = np.arange(1, 10).reshape(3, 3).tolist()


def lit(widget, role):
    return widget.locator(f'table[data-role="{role}"] td.cb-on')


# ---- three-way pinning ---------------------------------------------------------------------------------------------


def test_what_is_pinned_lights_what_belongs_to_it(open_widget, subtests):
    widget = open_widget(SlidingWindow())
    for pins in (an_output_its_window_its_weights_and_its_sum, an_input_every_output_it_feeds, a_weight_all_its_pairs):
        with subtests.test(pins.__name__.replace("_", " ")):
            pins(widget)


def an_output_its_window_its_weights_and_its_sum(widget):
    cell(widget, "output", 0, 1).click()
    expect(cell(widget, "output", 0, 1)).to_have_attribute("aria-selected", "true")
    expect(lit(widget, "input")).to_have_count(9)
    expect(lit(widget, "kernel")).to_have_count(9)
    expect(widget.locator(".cb-window .cb-badge")).to_have_text(
        ["×1", "×0", "×−1", "×2", "×0", "×−2", "×1", "×0", "×−1"]
    )
    expect(widget.locator(".cb-sum .cb-term")).to_have_count(9)
    expect(widget.locator(".cb-sum .cb-result").last).to_have_text("−8")
    expect(widget.locator(".cb-spoken")).to_contain_text("Output, row 0, column 1: 0×1 + 1×0 + 2×(−1)")


def an_input_every_output_it_feeds(widget):
    cell(widget, "input", 0, 1).click()
    expect(lit(widget, "output")).to_have_count(2)
    expect(cell(widget, "output", 0, 0).locator(".cb-badge")).to_have_text("×0")  # w[0,1]
    expect(cell(widget, "output", 0, 1).locator(".cb-badge")).to_have_text("×1")  # w[0,0]
    expect(widget.locator(".cb-spoken")).to_contain_text("feeds 2 outputs")


def a_weight_all_its_pairs(widget):
    cell(widget, "kernel", 0, 2).click()
    expect(lit(widget, "input")).to_have_count(16)
    expect(lit(widget, "output")).to_have_count(16)
    expect(widget.locator(".cb-spoken")).to_contain_text("shared by all 16 outputs")


def test_hover_previews_and_a_second_click_or_escape_releases(open_widget):
    widget = open_widget(SlidingWindow(pinned=("output", 1, 1)))
    cell(widget, "input", 0, 0).hover()
    expect(lit(widget, "output")).to_have_count(1)
    widget.locator(".cb-settings").hover()
    expect(lit(widget, "input")).to_have_count(9)
    cell(widget, "output", 1, 1).click()
    widget.locator(".cb-settings").hover()
    cell(widget, "output", 1, 1).press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)


def test_a_term_of_the_sum_points_at_its_three_cells(open_widget):
    widget = open_widget(SlidingWindow(pinned=("output", 0, 0)))
    widget.locator(".cb-term").nth(5).hover()  # x[1,2] × w[1,2]
    expect(lit(widget, "input")).to_have_count(1)
    expect(cell(widget, "input", 1, 2)).to_have_class("cb-on")
    expect(cell(widget, "kernel", 1, 2)).to_have_class("cb-on")


# ---- editing -------------------------------------------------------------------------------------------------------


def test_keyboard_alone_moves_pins_edits_nudges_and_undoes(open_widget):
    widget = open_widget(SlidingWindow(input=NINE, pinned=()))
    page = widget.page
    cell(widget, "kernel", 0, 0).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(cell(widget, "kernel", 1, 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell(widget, "kernel", 1, 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.type("-2.5")
    page.keyboard.press("Enter")
    expect(value(widget, "kernel", 1, 1)).to_have_text("−2.5")
    expect(value(widget, "output", 0, 0)).to_have_text("−20.5")  # −8 − 2.5·5
    expect(cell(widget, "kernel", 1, 1)).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(value(widget, "kernel", 1, 1)).to_have_text("−1.5")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(value(widget, "kernel", 1, 1)).to_have_text("0")
    page.keyboard.press("End")
    expect(cell(widget, "kernel", 1, 2)).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(cell(widget, "kernel", 0, 0)).to_be_focused()


def test_a_drag_scrubs_and_undoes_as_one(open_widget):
    widget = open_widget(SlidingWindow(input=NINE))
    mouse, box = widget.page.mouse, cell(widget, "kernel", 0, 0).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 41, y, steps=8)
    mouse.up()
    expect(value(widget, "kernel", 0, 0)).to_have_text("5")
    expect(value(widget, "output", 0, 0)).to_have_text("−4")
    action(widget, "Undo").click()
    expect(value(widget, "kernel", 0, 0)).to_have_text("1")


def test_a_change_is_painted_within_one_frame(open_widget):
    widget = open_widget(SlidingWindow(input=np.ones((16, 16)), kernel=np.ones((5, 5)), relu=True))
    # One animation frame after the key, the number is there: no timer and no second frame stands between.
    shown = widget.evaluate(
        """(el) => new Promise((done) => {
          const cell = el.querySelector('table[data-role="kernel"] td'), before = cell.textContent;
          cell.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", altKey: true, bubbles: true }));
          requestAnimationFrame(() => done(cell.textContent !== before));
        })"""
    )
    assert shown


def test_text_in_a_cell_is_refused_kindly_and_the_last_number_stays(open_widget, subtests):
    texts = ["abc", "NaN", "1/0", "--1"]
    windows = side_by_side(open_widget, [SlidingWindow(input=NINE) for _ in texts])
    for (widget, _), text in zip(windows, texts, strict=True):
        with subtests.test(text):
            cell(widget, "input", 0, 0).dblclick()
            widget.page.keyboard.type(text)
            widget.page.keyboard.press("Enter")
            expect(widget.get_by_role("alert")).to_contain_text(f"“{text}” is not a number")
            expect(value(widget, "input", 0, 0)).to_have_text("1")
            cell(widget, "input", 0, 0).press("7")
            widget.page.keyboard.press("Enter")
            expect(widget.get_by_role("alert")).to_be_hidden()


def test_a_kernel_that_does_not_fit_is_refused_kindly_and_moves_nothing(open_widget):
    widget = open_widget(SlidingWindow(input=NINE))
    before = cell(widget, "input", 2, 2).bounding_box()
    widget.get_by_label("size").select_option("5×5")
    expect(widget.get_by_role("alert")).to_contain_text("A 5×5 kernel does not fit inside a 3×3 input")
    expect(widget.get_by_label("size")).to_have_value("3×3")
    expect(value(widget, "output", 0, 0)).to_have_text("−8")
    assert cell(widget, "input", 2, 2).bounding_box() == before


# ---- settings ------------------------------------------------------------------------------------------------------


def test_flip_bias_and_relu(open_widget):
    widget = open_widget(SlidingWindow(input=NINE))
    widget.get_by_label("flip (true convolution)").check()
    expect(value(widget, "output", 0, 0)).to_have_text("8")
    expect(value(widget, "kernel", 0, 0)).to_have_text("−1")
    widget.get_by_label("flip (true convolution)").uncheck()
    widget.get_by_role("button", name="increase bias").click()
    expect(value(widget, "output", 0, 0)).to_have_text("−7")
    widget.get_by_label("ReLU").check()
    expect(value(widget, "pre-activation", 0, 0)).to_have_text("−7")
    expect(value(widget, "output", 0, 0)).to_have_text("0")
    expect(widget.locator(".cb-note")).to_have_text("1 of 1 falls silent")


def test_what_is_typed_is_for_the_cell_that_was_shown_whatever_is_pinned_meanwhile(open_widget):
    widget = open_widget(SlidingWindow(input=NINE, pinned=("input", 0, 0)))
    widget.get_by_label("pinned value", exact=True).press_sequentially("5")
    widget.evaluate("el => LiveWidgets.models[el.dataset.key].set('pinned', ['output', 0, 0])")  # as the player does
    expect(widget.locator(".cb-term")).to_have_count(9)
    expect(value(widget, "input", 0, 0)).to_have_text("51")


def test_an_edit_of_a_flipped_kernel_changes_the_cell_under_the_pointer(open_widget):
    widget = open_widget(SlidingWindow(input=NINE, flip=True))
    cell(widget, "kernel", 0, 0).press("9")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "kernel", 0, 0)).to_have_text("9")
    widget.get_by_label("flip (true convolution)").uncheck()
    expect(value(widget, "kernel", 2, 2)).to_have_text("9")


def test_every_kernel_size(open_widget, subtests):
    widget = open_widget(SlidingWindow())
    for size, outputs in ((1, 36), (2, 25), (3, 16), (4, 9), (5, 4)):
        with subtests.test(size=size):
            widget.get_by_label("size").select_option(f"{size}×{size}")
            expect(widget.locator('table[data-role="output"] td')).to_have_count(outputs)
            expect(widget.locator(".cb-formula")).to_have_text(f"output size: 6 − {size} + 1 = {7 - size}")


def test_a_cell_under_the_pointer_may_go(open_widget):
    widget = open_widget(SlidingWindow())
    widget.get_by_label("size").focus()
    widget.get_by_label("size").select_option("1×1")
    cell(widget, "output", 5, 5).hover()
    widget.page.keyboard.press("Control+z")
    expect(widget.locator('table[data-role="output"] td')).to_have_count(16)


def test_presets(open_widget):
    widget = open_widget(SlidingWindow())
    widget.get_by_label("kernel", exact=True).first.select_option("Laplacian")
    expect(value(widget, "kernel", 1, 1)).to_have_text("−4")
    widget.get_by_label("input", exact=True).first.select_option("1 to 9")
    expect(widget.locator('table[data-role="output"] td')).to_have_count(1)


# ---- the player ----------------------------------------------------------------------------------------------------


def test_the_player_stands_where_the_window_stands(open_widget):
    widget = open_widget(SlidingWindow())
    count, position = widget.locator(".cb-count"), widget.get_by_label("position")
    expect(count).to_have_text("window 6 of 16")  # y[1,1]
    expect(position).to_have_value(str(6 * 9))
    cell(widget, "output", 2, 3).click()
    expect(count).to_have_text("window 12 of 16")
    expect(position).to_have_attribute("aria-valuetext", "window 12 of 16")
    action(widget, "step back").click()
    expect(count).to_have_text("window 11 of 16")
    action(widget, "Reset").click()
    cell(widget, "kernel", 1, 1).click()
    expect(count).to_have_text("16 windows")
    action(widget, "Reset").click()
    action(widget, "▶ play").click()  # what is not on its way begins with the first
    expect(count).to_have_text("window 1 of 16")


def test_the_player_steps_by_windows_and_by_single_products(open_widget):
    widget = open_widget(SlidingWindow(pinned=()))
    action(widget, "step forward").click()
    expect(widget.locator(".cb-count")).to_have_text("window 1 of 16")
    expect(widget.locator("td.cb-later")).to_have_count(15)
    action(widget, "step forward").click()
    expect(value(widget, "output", 0, 1)).to_have_text("−8")
    widget.get_by_label("single products").check()
    action(widget, "step back").click()
    expect(widget.locator(".cb-count")).to_have_text("window 2 of 16, product 8")
    expect(value(widget, "output", 0, 1)).to_have_text("−6")  # the last product, 2 × −1, is still missing
    widget.get_by_label("position").fill("1")
    expect(widget.locator(".cb-count")).to_have_text("window 1 of 16, product 1")


def test_play_runs_to_the_end_and_stops(open_widget):
    widget = open_widget(SlidingWindow(kernel=np.ones((5, 5))))
    widget.get_by_label("speed").select_option("0.5×")  # so slow that "pause" cannot be missed
    action(widget, "▶ play").click()
    expect(action(widget, "❚❚ pause")).to_be_visible()
    widget.get_by_label("speed").select_option("8×")
    expect(widget.locator(".cb-count")).to_have_text("window 4 of 4")
    expect(action(widget, "▶ play")).to_be_visible()


def test_nothing_glides_where_less_motion_is_asked_for(open_widget):
    widget = open_widget(SlidingWindow(pinned=()), reduced_motion=True)
    action(widget, "step forward").click()
    expect(widget.locator(".cb-count")).to_have_text("window 1 of 16")
    assert widget.locator(".cb-window").evaluate("el => getComputedStyle(el).transitionProperty") == "none"
    widget.get_by_label("speed").select_option("8×")
    action(widget, "▶ play").click()  # it may step by itself when asked to, without gliding
    expect(widget.locator(".cb-count")).to_have_text("window 16 of 16")


# ---- predict -------------------------------------------------------------------------------------------------------

MISTAKES = [
    ({}, "8", "You flipped the kernel"),
    ({}, "45", "you ignored the kernel"),
    ({}, "40", "A minus sign was lost"),
    ({}, "-2", "first row only"),
    ({}, "3", "Multiply each pair"),
    ({"bias": 2}, "-8", "You forgot the bias"),
    ({"relu": True}, "-8", "before ReLU"),
    ({"kernel": [[1, 0, 1], [0, 1, 0], [1, 0, 1]], "bias": -30}, "0", "ReLU is off here"),
]


def test_a_known_mistake_is_named(open_widget, subtests):
    asked = side_by_side(open_widget, [SlidingWindow(input=NINE, predict=True, **traits) for traits, *_ in MISTAKES])
    for (widget, _), (_, answer, hint) in zip(asked, MISTAKES, strict=True):
        with subtests.test(answer=answer, hint=hint):
            expect(value(widget, "output", 0, 0)).to_have_text("?")
            widget.get_by_label("What is y[0,0]?").fill(answer)
            widget.page.keyboard.press("Enter")
            expect(widget.locator(".cb-feedback")).to_contain_text(hint)
            expect(value(widget, "output", 0, 0)).to_have_text("?")


def test_the_right_answer_reveals_its_cell_only(open_widget):
    widget = open_widget(SlidingWindow(predict=True, pinned=("output", 0, 1)))
    widget.get_by_label("What is y[0,1]?").fill("−8")
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, −8")
    expect(value(widget, "output", 0, 1)).to_have_text("−8")
    expect(value(widget, "output", 0, 0)).to_have_text("?")
    action(widget, "Next").click()
    expect(widget.get_by_label("What is y[0,2]?")).to_be_focused()
    action(widget, "Show me").click()
    expect(value(widget, "output", 0, 2)).to_have_text("−4")


def test_next_asks_something_else_even_without_an_answer_and_reset_asks_again(open_widget):
    widget = open_widget(SlidingWindow(predict=True, pinned=("output", 3, 3)))
    for name in ("y[0,0]", "y[0,1]", "y[0,2]"):
        action(widget, "Next").click()
        expect(widget.get_by_label(f"What is {name}?")).to_be_focused()
    action(widget, "Show me").click()
    expect(value(widget, "output", 0, 2)).to_have_text("−4")
    action(widget, "Reset").click()
    expect(value(widget, "output", 0, 2)).to_have_text("?")


def test_a_hidden_result_is_nowhere_on_the_page(open_widget):
    widget = open_widget(SlidingWindow(input=NINE, kernel=[[1, 0, 1], [0, 1, 0], [1, 0, 1]], predict=True))
    assert "25" not in widget.locator(".cb-card").inner_text()
    assert "25" not in widget.locator(".cb-card").evaluate("el => el.outerHTML")


# ---- code, share, reset --------------------------------------------------------------------------------------------

STATES = [
    {},
    {"input": NINE, "flip": True, "bias": 1.5, "relu": True},
    {"input": [[0.125, -1, 2], [3, 4, 5.5]], "kernel": [[1, -0.3333]]},
]


@pytest.mark.parametrize("library", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.pytorch)])
def test_the_code_gives_what_is_on_the_screen(open_widget, subtests, library):
    for widget, source in side_by_side(open_widget, [SlidingWindow(**traits) for traits in STATES]):
        with subtests.test(repr(source)):
            names = {}
            exec(code_of(widget, library), names)
            np.testing.assert_allclose(np.asarray(names["y"]), source.output)


def test_the_state_lives_in_the_address_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(SlidingWindow(input=NINE))
    cell(widget, "kernel", 0, 0).press("4")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "output", 0, 0)).to_have_text("−5")
    widget.page.wait_for_function("location.hash.includes('kernel')")
    widget.page.reload()
    expect(value(widget, "output", 0, 0)).to_have_text("−5")
    action(widget, "Reset").click()
    expect(value(widget, "output", 0, 0)).to_have_text("−8")
    widget.page.wait_for_function("location.hash === ''")
    action(widget, "Undo").click()
    expect(value(widget, "output", 0, 0)).to_have_text("−5")


def test_share_copies_a_link_that_opens_this_state(open_widget):
    widget = open_widget(SlidingWindow(input=NINE))
    page = widget.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    widget.get_by_label("flip (true convolution)").check()
    action(widget, "Share").click()
    action(widget, "Copy link").click()
    expect(widget.locator(".cb-told")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(link)
    expect(value(widget, "output", 0, 0)).to_have_text("8")


# ---- touch, width, looks -------------------------------------------------------------------------------------------


def test_by_touch_a_tap_pins_and_the_value_can_be_stepped(open_widget):
    widget = open_widget(SlidingWindow(input=NINE), touch=True, width=360)
    cell(widget, "kernel", 0, 2).tap()
    expect(cell(widget, "kernel", 0, 2)).to_have_attribute("aria-selected", "true")
    widget.get_by_role("button", name="increase pinned value").tap()
    expect(value(widget, "kernel", 0, 2)).to_have_text("0")
    expect(value(widget, "output", 0, 0)).to_have_text("−5")
    for targets, least in {"button, select": 44, "td": 24}.items():
        seen = boxes(widget.locator(targets))
        assert seen
        assert [box for box in seen if min(box["width"], box["height"]) < least] == []


def test_on_a_phone_the_picture_comes_first_and_a_cell_shares_the_screen_with_its_sum(open_widget):
    widget = open_widget(SlidingWindow(), touch=True, width=360, height=780)
    top, grid = widget.locator(".cb-card").bounding_box()["y"], widget.locator('table[data-role="input"]')
    assert grid.locator("td").first.bounding_box()["y"] - top <= 120
    kernel, output = (widget.locator(f'table[data-role="{role}"]').bounding_box() for role in ("kernel", "output"))
    assert kernel["x"] + kernel["width"] < output["x"]
    assert abs(kernel["y"] - output["y"]) < 60
    cell(widget, "output", 3, 3).tap()
    for shown in (cell(widget, "output", 3, 3), cell(widget, "input", 5, 5), widget.locator(".cb-sum")):
        expect(shown).to_be_in_viewport()
    strip = widget.locator(".cb-sum").bounding_box()
    assert cell(widget, "output", 3, 3).bounding_box()["y"] + 30 <= strip["y"] + 1  # not below the strip


def test_settings_unfold_on_a_phone(open_widget):
    widget = open_widget(SlidingWindow(), touch=True, width=360)
    expect(widget.get_by_label("ReLU")).to_be_hidden()
    action(widget, "Settings").tap()
    widget.get_by_label("ReLU").check()
    expect(widget.locator('table[data-role="pre-activation"]')).to_be_visible()


def test_a_finger_scrolls_over_a_number_and_changes_the_one_that_it_has_tapped(open_widget):
    widget = open_widget(SlidingWindow(input=NINE, pinned=()), touch=True, width=360)
    centre = cell(widget, "kernel", 1, 1)
    swipe(centre, 40, 0)
    expect(value(widget, "kernel", 1, 1)).to_have_text("0")
    tap_after_a_drag(centre)
    swipe(centre, 40, 0)
    expect(value(widget, "kernel", 1, 1)).to_have_text("4")


# ---- the window ----------------------------------------------------------------------------------------------------


def test_the_window_lies_on_its_cells_and_is_dragged_by_its_handle(open_widget):
    widget = open_widget(SlidingWindow(pinned=("output", 0, 0)))
    frame, handle = widget.locator(".cb-window"), widget.locator(".cb-handle")
    expect(frame).to_be_visible()
    widget.page.wait_for_function("() => document.getAnimations().length === 0")
    assert abs(frame.bounding_box()["x"] - cell(widget, "input", 0, 0).bounding_box()["x"]) < 1
    (x, y), side = middle(handle), cell(widget, "input", 0, 1).bounding_box()["x"] - frame.bounding_box()["x"]
    widget.page.mouse.move(x, y)
    widget.page.mouse.down()
    widget.page.mouse.move(x + 3 * side, y + 2 * side, steps=6)
    widget.page.mouse.up()
    expect(cell(widget, "output", 2, 3)).to_have_attribute("aria-selected", "true")
    expect(widget.locator(".cb-result").first).to_have_text("y[2,3]")
    widget.page.wait_for_function("() => document.getAnimations().length === 0")
    assert abs(frame.bounding_box()["y"] - cell(widget, "input", 2, 3).bounding_box()["y"]) < 1


NUMBERS = """(el) => [...el.querySelectorAll(".cb-layers .cb-value, .cb-weights .cb-badge")].map((one) => {
  const range = document.createRange();
  range.selectNodeContents(one);
  return range.getBoundingClientRect();
})"""


def test_the_handle_covers_no_number(open_widget, subtests):
    widget = open_widget(SlidingWindow(input=np.full((6, 6), -8)))
    for width in (1280, 360):
        with subtests.test(width=width):
            assert too_wide(widget.page, width) == []
            handle_covers_no_number(widget)


def handle_covers_no_number(widget):
    widget.page.wait_for_function("() => document.getAnimations().length === 0")
    box = widget.locator(".cb-handle").bounding_box()
    x, y, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] / 2

    def distance(one):
        right, down = max(one["left"] - x, 0, x - one["right"]), max(one["top"] - y, 0, y - one["bottom"])
        return (right**2 + down**2) ** 0.5

    assert min(map(distance, widget.evaluate(NUMBERS))) > radius


def test_a_size_that_comes_back_brings_its_numbers_back(open_widget):
    widget = open_widget(SlidingWindow())
    for size in ("1×1", "5×5", "3×3"):
        widget.get_by_label("size").select_option(size)
    expect(widget.locator('table[data-role="kernel"] .cb-value')).to_have_text(
        ["1", "0", "−1", "2", "0", "−2", "1", "0", "−1"]
    )


def test_what_is_said_is_what_is_shown_after_a_pause_and_at_the_end(open_widget):
    widget = open_widget(SlidingWindow(input=NINE, kernel=[[1, 0], [0, 1]]))
    widget.get_by_label("speed").select_option("8×")
    action(widget, "▶ play").click()
    expect(widget.locator(".cb-count")).to_have_text("window 4 of 4")
    expect(widget.locator(".cb-spoken")).to_contain_text("row 1, column 1: 5×1 + 6×0 + 8×0 + 9×1 = 14")
    action(widget, "▶ play").click()
    action(widget, "Reset").click()
    expect(action(widget, "▶ play")).to_be_visible()


def test_the_page_never_scrolls_sideways(open_widget):
    widget = open_widget(SlidingWindow(input=np.ones((16, 16)), kernel=np.ones((5, 5)), relu=True), width=360)
    action(widget, "Code").click()
    assert [fault for width in (360, 1280) for fault in too_wide(widget.page, width)] == []


def test_on_a_phone_on_its_side_the_sum_stays_in_sight_and_settings_fold(open_widget):
    widget = open_widget(SlidingWindow(), touch=True, width=780, height=360)
    expect(widget.get_by_label("input", exact=True)).to_be_hidden()
    cell(widget, "output", 3, 2).tap()
    expect(cell(widget, "output", 3, 2)).to_be_in_viewport()
    expect(widget.locator(".cb-sum")).to_be_in_viewport(ratio=0.9)
    action(widget, "Settings").tap()
    expect(widget.get_by_label("input", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    "replace",
    [
        "el => [...el.querySelectorAll('button')].find((one) => one.textContent === 'Reset').click()",
        "el => { location.hash = '#SlidingWindow-1={\"kernel\":[[1]]}' }",
    ],
)
def test_what_is_half_typed_into_a_cell_goes_with_the_state_that_had_it(open_widget, replace):
    widget = open_widget(SlidingWindow(kernel=[[1, 2], [3, 4]]))
    cell(widget, "kernel", 1, 1).click()
    widget.page.keyboard.press("7")
    expect(widget.locator("input.cb-editor")).to_be_focused()
    widget.evaluate(replace)
    expect(widget.locator("input.cb-editor")).to_have_count(0)
    kernel = [["1", "2"], ["3", "4"]] if "Reset" in replace else [["1"]]
    expect(widget.locator('table[data-role="kernel"] .cb-value')).to_have_text([text for row in kernel for text in row])


def test_a_number_that_is_being_typed_is_not_painted_over(open_widget):
    widget = open_widget(SlidingWindow())
    bias = widget.get_by_role("textbox", name="bias")
    bias.click()
    bias.fill("12")
    for column in (0, 2, 1):
        cell(widget, "output", 1, column).hover()  # each paints the card anew
    expect(bias).to_have_value("12")
    bias.press("Enter")
    expect(value(widget, "output", 0, 0)).to_have_text("8")
    bias.fill("7")
    widget.get_by_role("button", name="increase bias").click()
    expect(bias).to_have_value("8")


def test_axe_finds_nothing(open_widget, axe):
    states = [{}, {"relu": True, "pinned": ("kernel", 0, 0)}, {"predict": True}]
    windows = side_by_side(open_widget, [SlidingWindow(**traits) for traits in states])
    for widget, _ in windows:
        action(widget, "Code").click()
    page = windows[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}


CONTRAST = """async (el) => {
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const luminance = (colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map((v) =>
      (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  return Math.min(...[...el.querySelectorAll("td")].map((cell) => {
    const style = getComputedStyle(cell), [a, b] = [style.color, style.backgroundColor].map(luminance);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
}"""


def test_numbers_stand_out_on_the_darkest_and_the_lightest_cell(open_widget):
    widget = open_widget(SlidingWindow(input=[[9, -9, 0]] * 3, kernel=[[9, -9], [0, 1]]))
    worst = {theme: widget.evaluate(CONTRAST) for theme in in_each_theme(widget.page)}
    assert min(worst.values()) >= 4.5, worst
