"""ChannelSum under the hands of a reader: by mouse, by keyboard, by touch."""

import re

import numpy as np
import pytest
from hands import code_of, in_each_theme, side_by_side, too_wide
from playwright.sync_api import expect

from convbook.widgets import ChannelSum
from convbook.widgets.channel_sum import FILTERS, painted

PIXEL = {  # one pixel of three channels, seen by two filters: 6 + 1 + 6 + 4 = 17 and 3 + 1 − 2 − 9 = −7
    "input": [[[3]], [[1]], [[2]]],
    "weight": [[[[2]], [[1]], [[3]]], [[[1]], [[1]], [[-1]]]],
    "bias": [4, -9],
    "pinned": (),
}


def grid(widget, name):
    return widget.get_by_role("grid", name=re.compile(rf"^{re.escape(name)}( \d|$)"))


def cell(widget, name, i, j):
    return widget.get_by_role("gridcell", name=re.compile(rf"^{re.escape(name)}, row {i}, column {j}: "))


def value(widget, name, i=0, j=0):
    return cell(widget, name, i, j).locator(".cb-value")


def action(widget, name):
    return widget.get_by_role("button", name=name, exact=True)


def expect_lit(widget, **counts):
    """Expect so many lit cells in the grids of these names, written with _ for a space; none in all other grids."""
    expected = {name.replace("_", " "): count for name, count in counts.items()}
    for name, count in expected.items():
        expect(grid(widget, name).locator("td.cb-on")).to_have_count(count)
    expect(widget.locator("td.cb-on")).to_have_count(sum(expected.values()))


# ---- pinning -------------------------------------------------------------------------------------------------------


def test_an_output_lights_its_window_in_all_channels_and_the_strip_shows_all_27_terms(open_widget):
    widget = open_widget(ChannelSum(pinned=()))
    cell(widget, "output 0", 2, 0).click()
    expect(cell(widget, "output 0", 2, 0)).to_have_attribute("aria-selected", "true")
    kernels = {"filter 0, R": 9, "filter 0, G": 9, "filter 0, B": 9}
    expect_lit(widget, R=9, G=9, B=9, **kernels, from_R=1, from_G=1, from_B=1, bias_0=1)
    expect(cell(widget, "G", 2, 1).locator(".cb-badge")).to_have_text("×0")
    expect(widget.locator(".cb-sum [data-term]")).to_have_count(27)
    expect(widget.locator(".cb-part")).to_have_count(3)
    assert [line.split()[-1] for line in widget.locator(".cb-part").all_inner_texts()] == ["4", "4", "0"]
    expect(widget.locator(".cb-sum .cb-bias")).to_contain_text("2")
    expect(widget.locator(".cb-sum .cb-result").last).to_have_text("10")
    expect(widget.locator(".cb-spoken")).to_have_text(
        "Filter 0, row 2, column 0: 4 from R + 4 from G + 0 from B + 2 (bias) = 10."
    )


def test_whatever_is_pinned_lights_what_belongs_to_it(open_widget, subtests):
    widgets = iter(side_by_side(open_widget, [ChannelSum() for _ in range(5)]))
    widget, _ = next(widgets)
    with subtests.test("an output of the other filter brings its filter"):
        cell(widget, "output 1", 0, 0).click()
        kernels = {"filter 1, R": 9, "filter 1, G": 9, "filter 1, B": 9}
        expect_lit(widget, R=9, G=9, B=9, **kernels, from_R=1, from_G=1, from_B=1, bias_1=1)
        expect(widget.get_by_label("show filter")).to_have_value("1")
        expect(widget.get_by_label("its weights")).to_have_value("red − blue edge")
        expect(widget.locator(".cb-sum .cb-result").last).to_have_text("−9")
    widget, _ = next(widgets)
    with subtests.test("an input cell lights what it feeds in both filters"):
        cell(widget, "G", 0, 1).click()
        expect_lit(widget, **{"filter 0, G": 2, "filter 1, G": 2}, from_G=2, output_0=2, output_1=2)
        expect(cell(widget, "output 0", 0, 0).locator(".cb-badge")).to_have_text("×0")  # w[0,1,0,1]
        expect(cell(widget, "output 0", 0, 1).locator(".cb-badge")).to_have_text("×1")  # w[0,1,0,0]
        expect(widget.locator(".cb-spoken")).to_contain_text("G, row 0, column 1: 1 feeds 2 cells of every output")
        expect(widget.locator(".cb-sum .cb-term")).to_have_count(4)
    widget, _ = next(widgets)
    with subtests.test("a weight lights its pairs in its one channel and filter"):
        cell(widget, "filter 1, B", 1, 2).click()
        expect_lit(widget, B=9, from_B=9, output_1=9)
        expect(widget.locator(".cb-spoken")).to_have_text(
            "Filter 1, B, row 1, column 2: 2 joins 9 pairs, all in this channel and this filter."
        )
    widget, _ = next(widgets)
    with subtests.test("a bias is added once to each cell of its output"):
        cell(widget, "bias 0", 0, 0).click()
        expect_lit(widget, output_0=9)
        expect(widget.locator(".cb-spoken")).to_have_text(
            "Bias of filter 0: 2 is added once to each of the 9 cells of output 0."
        )
    widget, _ = next(widgets)
    with subtests.test("the sum of one channel lights that channel alone"):
        cell(widget, "from B", 1, 1).click()
        expect_lit(widget, B=9, **{"filter 0, B": 9}, output_0=1)
        expect(widget.locator(".cb-sum [data-term]")).to_have_count(9)
        expect(widget.locator(".cb-sum .cb-result").first).to_have_text("from B[0,1,1]")
        expect(widget.locator(".cb-spoken")).to_have_text("Filter 0, B alone, row 1, column 1: 9 products make −2.")


def test_hover_previews_without_choosing_and_without_moving_anything(open_widget):
    widget = open_widget(ChannelSum())
    player = widget.locator(".cb-player")
    top = player.bounding_box()["y"]
    for name in ("output 1", "filter 1, G", "R", "from G", "output 0"):
        cell(widget, name, 0, 0).hover()
        expect(cell(widget, name, 0, 0)).to_have_class(re.compile("cb-here"))
        assert player.bounding_box()["y"] == top
    cell(widget, "output 1", 0, 0).hover()
    expect(value(widget, "from B", 0, 1)).to_have_text("4")
    expect(widget.get_by_label("show filter")).to_have_value("0")
    widget.locator(".cb-settings").hover()
    expect(value(widget, "from B", 0, 1)).to_have_text("−4")


def test_a_second_click_or_escape_releases(open_widget):
    widget = open_widget(ChannelSum())
    cell(widget, "output 0", 1, 1).click()
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)
    cell(widget, "bias 0", 0, 0).click()
    cell(widget, "bias 0", 0, 0).press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)


def test_a_term_of_the_strip_points_at_its_cells(open_widget):
    widget = open_widget(ChannelSum())
    widget.locator("[data-term='14']").hover()  # the sixth product of G
    expect_lit(widget, G=1, **{"filter 0, G": 1}, from_G=1)
    expect(cell(widget, "G", 2, 3)).to_have_class("cb-on")
    expect(cell(widget, "filter 0, G", 1, 2)).to_have_class("cb-on")


def test_showing_another_filter_keeps_the_place_that_is_pinned(open_widget):
    widget = open_widget(ChannelSum())
    widget.get_by_label("show filter").select_option("1")
    expect(cell(widget, "output 1", 1, 1)).to_have_attribute("aria-selected", "true")
    expect(value(widget, "bias 1")).to_have_text("−1")
    widget.get_by_label("show filter").select_option("0")
    expect(cell(widget, "output 0", 1, 1)).to_have_attribute("aria-selected", "true")


# ---- editing -------------------------------------------------------------------------------------------------------


def test_keyboard_alone_moves_pins_edits_nudges_and_undoes(open_widget):
    widget = open_widget(ChannelSum(**PIXEL))
    keyboard = widget.page.keyboard
    cell(widget, "filter 0, G", 0, 0).focus()
    keyboard.press("Enter")
    expect(cell(widget, "filter 0, G", 0, 0)).to_have_attribute("aria-selected", "true")
    keyboard.type("-2.5")
    keyboard.press("Enter")
    expect(value(widget, "output 0")).to_have_text("13.5")  # 6 − 2.5 + 6 + 4
    expect(cell(widget, "filter 0, G", 0, 0)).to_be_focused()
    keyboard.press("Alt+ArrowUp")
    expect(value(widget, "from G")).to_have_text("−1.5")
    keyboard.press("Control+z")
    keyboard.press("Control+z")
    expect(value(widget, "output 0")).to_have_text("17")
    cell(widget, "bias 0", 0, 0).press("1")
    keyboard.press("Enter")
    expect(value(widget, "output 0")).to_have_text("14")
    cell(widget, "B", 0, 0).press("0")
    keyboard.press("Enter")
    expect(value(widget, "output 0")).to_have_text("8")
    expect(value(widget, "output 1")).to_have_text("−5")


def test_the_arrow_keys_walk_through_a_grid(open_widget):
    widget = open_widget(ChannelSum())
    cell(widget, "B", 0, 0).focus()
    for key in ("ArrowRight", "ArrowDown", "End"):
        widget.page.keyboard.press(key)
    expect(cell(widget, "B", 1, 4)).to_be_focused()
    expect_lit(widget, **{"filter 0, B": 2, "filter 1, B": 2}, from_B=2, output_0=2, output_1=2)


def test_a_drag_scrubs_and_undoes_as_one(open_widget):
    widget = open_widget(ChannelSum(**PIXEL))
    mouse, box = widget.page.mouse, cell(widget, "R", 0, 0).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 41, y, steps=8)
    mouse.up()
    expect(value(widget, "R")).to_have_text("7")
    expect(value(widget, "output 0")).to_have_text("25")
    action(widget, "Undo").click()
    expect(value(widget, "output 0")).to_have_text("17")


def test_text_in_a_cell_is_refused_kindly_and_the_last_number_stays(open_widget, subtests):
    widget = open_widget(ChannelSum(**PIXEL))
    for name in ("R", "bias 0", "filter 1, G"):
        for text in ("abc", "NaN"):
            with subtests.test(name=name, text=text):
                before = value(widget, name).inner_text()
                cell(widget, name, 0, 0).dblclick()
                widget.page.keyboard.type(text)
                widget.page.keyboard.press("Enter")
                expect(widget.get_by_role("alert")).to_contain_text(f"“{text}” is not a number")
                expect(value(widget, name)).to_have_text(before)


def test_a_change_is_painted_within_one_frame(open_widget):
    widget = open_widget(ChannelSum(input=np.ones((4, 8, 8)), weight=np.ones((3, 4, 3, 3)), relu=True))
    shown = widget.evaluate(
        """(el) => new Promise((done) => {
          const [cell, output] = ["weight", "output"].map((role) => el.querySelector(`table[data-role="${role}"] td`));
          const before = output.textContent;
          cell.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", altKey: true, bubbles: true }));
          requestAnimationFrame(() => done([before, output.textContent]));
        })"""
    )
    assert shown == ["36", "37"]


# ---- settings ------------------------------------------------------------------------------------------------------


def test_as_many_output_channels_as_filters_and_the_weights_are_counted(open_widget):
    widget = open_widget(ChannelSum())
    expect(widget.locator(".cb-formula")).to_have_text("2·3·3·3 = 54 weights + 2 biases = 56")
    expect(widget.locator(".cb-card")).to_contain_text("One filter is one (3, 3, 3) block")
    widget.get_by_label("filters", exact=True).select_option("3")
    expect(value(widget, "output 2", 2, 2)).to_have_text("0")
    expect(widget.locator(".cb-formula")).to_have_text("3·3·3·3 = 81 weights + 3 biases = 84")
    widget.get_by_label("show filter").select_option("2")
    widget.get_by_label("its weights").select_option("grey")
    expect(value(widget, "output 2", 2, 0)).to_have_text("2")  # the white wall
    widget.get_by_label("filters", exact=True).select_option("1")
    expect(widget.locator('table[data-role="output"]')).to_have_count(1)
    expect(widget.locator(".cb-formula")).to_have_text("1·3·3·3 = 27 weights + 1 bias = 28")
    expect(widget.locator(".cb-card")).to_contain_text("1 filter makes 1 output channel.")
    action(widget, "Undo").click()
    expect(value(widget, "output 2", 2, 0)).to_have_text("2")


def test_a_cell_under_the_pointer_may_go(open_widget):
    widget = open_widget(ChannelSum())
    widget.get_by_label("filters", exact=True).focus()
    widget.get_by_label("filters", exact=True).select_option("3")
    cell(widget, "output 2", 2, 2).hover()
    widget.page.keyboard.press("Control+z")
    expect(widget.locator('table[data-role="output"]')).to_have_count(2)


def test_presets_of_the_input_and_of_the_shown_filter(open_widget):
    widget = open_widget(ChannelSum(bias=[0, 0]))
    widget.get_by_label("input", exact=True).select_option("red | blue")
    expect(value(widget, "output 0", 1, 1)).to_have_text("0")
    expect(value(widget, "output 1", 1, 1)).to_have_text("16")
    widget.get_by_label("its weights").select_option("green alone")
    expect(value(widget, "filter 0, G", 1, 1)).to_have_text("1")
    expect(value(widget, "filter 1, R", 0, 0)).to_have_text("1")
    cell(widget, "filter 0, G", 0, 0).press("5")
    widget.page.keyboard.press("Enter")
    expect(widget.get_by_label("its weights")).to_have_value("your own")


def test_relu_and_what_falls_silent(open_widget):
    widget = open_widget(ChannelSum(**PIXEL))
    widget.get_by_label("ReLU").check()
    expect(value(widget, "output 1")).to_have_text("0")
    expect(widget.locator(".cb-outputs .cb-note")).to_have_text("After ReLU, 1 of 2 is silent")
    cell(widget, "output 1", 0, 0).click()
    expect(widget.locator(".cb-spoken")).to_contain_text("+ (−9) (bias) = −7; ReLU makes it 0.")


def test_every_cell_is_a_square_on_a_wide_page(open_widget):
    widget = open_widget(ChannelSum(relu=True), height=1400)
    sizes = widget.locator('table:not([data-role="bias"]) td:visible').evaluate_all(  # its caption widens a bias
        "all => all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => width - height)"
    )
    assert np.abs(sizes).max() < 1


def test_the_channels_together_are_a_colour_picture(open_widget):
    widget = open_widget(ChannelSum(input=painted("rs", "wk"), weight=np.ones((1, 3, 1, 1))))
    colours = widget.get_by_role("img", name="as one colour picture").locator("i")
    assert colours.evaluate_all("all => all.map((one) => getComputedStyle(one).backgroundColor)") == [
        "rgb(255, 0, 0)", "rgb(0, 128, 255)", "rgb(255, 255, 255)", "rgb(0, 0, 0)",
    ]  # fmt: skip


def test_other_numbers_of_channels_are_counted_through(open_widget):
    widget = open_widget(
        ChannelSum(input=[[[2]], [[5]]], weight=[[[[3]], [[-1]]]], bias=[0.5], pinned=("output", 0, 0, 0))
    )
    expect(widget.get_by_role("img", name="as one colour picture")).to_have_count(0)
    expect(widget.locator(".cb-spoken")).to_contain_text("6 from channel 0 + (−5) from channel 1 + 0.5 (bias) = 1.5.")


# ---- the player ----------------------------------------------------------------------------------------------------


def test_the_player_steps_by_outputs_and_by_channels(open_widget):
    widget = open_widget(ChannelSum(pinned=()))
    action(widget, "step forward").click()
    expect(widget.locator(".cb-count")).to_have_text("output 1 of 18")
    expect(widget.locator('table[data-role="output"] td.cb-later')).to_have_count(17)
    expect(widget.locator('table[data-role="partial"] td.cb-later')).to_have_count(24)
    widget.get_by_label("channel by channel").check()
    for _ in range(2):
        action(widget, "step forward").click()
    expect(widget.locator(".cb-count")).to_have_text("output 2 of 18, G")
    expect(value(widget, "output 0", 0, 1)).to_have_text("2")  # 4 from R, −2 from G; B and the bias are still missing
    expect(widget.locator(".cb-spoken")).to_have_text("Filter 0, row 0, column 1: after 2 of 3 channels: 2.")
    expect(widget.locator('table[data-role="partial"] td.cb-later')).to_have_count(7 + 7 + 8)
    expect_lit(widget, R=9, G=9, **{"filter 0, R": 9, "filter 0, G": 9}, from_R=1, from_G=1)
    action(widget, "step forward").click()
    expect(value(widget, "output 0", 0, 1)).to_have_text("0")
    widget.get_by_label("position").fill("54")
    expect(widget.locator(".cb-count")).to_have_text("output 18 of 18, B")
    expect(widget.locator("td.cb-later")).to_have_count(0)


def test_play_runs_to_the_end_and_stops(open_widget):
    widget = open_widget(ChannelSum(**PIXEL))
    widget.get_by_label("speed").select_option("0.5×")  # so slow that "pause" cannot be missed
    widget.get_by_label("channel by channel").check()
    action(widget, "▶ play").click()
    expect(action(widget, "❚❚ pause")).to_be_visible()
    widget.get_by_label("speed").select_option("8×")
    expect(widget.locator(".cb-count")).to_have_text("output 2 of 2, B")
    expect(action(widget, "▶ play")).to_be_visible()


def test_less_motion_leaves_the_steps(open_widget):
    widget = open_widget(ChannelSum(pinned=()), reduced_motion=True)
    action(widget, "step forward").click()
    expect(widget.locator(".cb-count")).to_have_text("output 1 of 18")


# ---- predict -------------------------------------------------------------------------------------------------------

SECOND = {"pinned": ("output", 1, 0, 0)}
MISTAKES = {
    "13": "You forgot the bias",
    "25": "once for each channel",
    "10": "That is R alone",
    "1": "That is G alone",
    "16": "G is missing",
    "8.333": "the mean of the channels",
    "17/3": "the mean of the channels",
    "-7": "That is output 1",
    "4": "That is the bias of filter 1",
    "-17": "the sign is not",
    "1000": "Add what comes from each channel",
}


def test_known_mistakes_are_named(open_widget, subtests):
    asked = [
        ({}, MISTAKES),
        (SECOND, {"17": "That is output 0", "0": "ReLU is off here", "x": "“x” is not a number"}),
        (SECOND | {"relu": True}, {"-7": "before ReLU"}),
    ]
    sums = side_by_side(open_widget, [ChannelSum(**PIXEL | {"predict": True} | traits) for traits, _ in asked])
    for (widget, _), (traits, mistakes) in zip(sums, asked, strict=True):
        for answer, hint in mistakes.items():
            with subtests.test(f"{answer}: {hint}", **traits):
                widget.get_by_label("What is y[").fill(answer)
                widget.page.keyboard.press("Enter")
                expect(widget.locator(".cb-feedback")).to_contain_text(hint)
        expect(value(widget, "output 0")).to_have_text("?")
        expect(value(widget, "output 1")).to_have_text("?")


def test_the_right_answer_reveals_its_cell_only(open_widget):
    widget = open_widget(ChannelSum(**PIXEL, predict=True))
    widget.get_by_label("What is y[0,0,0]?").fill("17")
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 17. 6 from R + 1 from G + 6 from B + 4 (bias) = 17.")
    expect(value(widget, "output 0")).to_have_text("17")
    expect(value(widget, "output 1")).to_have_text("?")
    action(widget, "Next").click()
    expect(widget.get_by_label("What is y[1,0,0]?")).to_be_focused()
    action(widget, "Show me").click()
    expect(value(widget, "output 1")).to_have_text("−7")
    action(widget, "Next").click()
    expect(widget.locator(".cb-told")).to_have_text("You have predicted every cell.")


def test_a_hidden_result_is_nowhere_on_the_page(open_widget):
    widget = open_widget(ChannelSum(**PIXEL | {"bias": [40, -9], "predict": True}))
    cell(widget, "output 0", 0, 0).click()
    expect(widget.locator(".cb-spoken")).to_have_text("Filter 0, row 0, column 0: what will it be?")
    assert "53" not in widget.locator(".cb-card").inner_text()
    assert "53" not in widget.locator(".cb-card").evaluate("el => el.outerHTML")
    tones = grid(widget, "output 0").or_(grid(widget, "output 1")).locator("td")
    assert set(tones.evaluate_all("all => all.map((one) => one.getAttribute('style'))")) == {
        tones.first.get_attribute("style")
    }  # neither a shade nor a sign
    action(widget, "Show me").click()
    expect(value(widget, "output 0")).to_have_text("53")


# ---- code, share, reset --------------------------------------------------------------------------------------------

STATES = [
    {},
    PIXEL | {"relu": True},
    {"weight": [FILTERS["grey"], FILTERS["blurred red"]], "bias": [0.1, -1 / 7]},
    {"input": np.linspace(-1, 1, 24).reshape(1, 4, 6), "weight": np.linspace(3, -2, 10).reshape(1, 1, 2, 5)},
]


@pytest.mark.parametrize("library", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.pytorch)])
def test_the_code_gives_what_is_on_the_screen(open_widget, subtests, library):
    for widget, source in side_by_side(open_widget, [ChannelSum(**traits) for traits in STATES]):
        with subtests.test(repr(source)):
            names = {}
            exec(code_of(widget, library), names)
            np.testing.assert_allclose(np.asarray(names["y"]), source.output)


def test_the_state_lives_in_the_address_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(ChannelSum(**PIXEL))
    cell(widget, "bias 0", 0, 0).press("9")
    widget.page.keyboard.press("Enter")
    widget.get_by_label("filters", exact=True).select_option("3")
    widget.page.wait_for_function("location.hash.includes('weight')")
    widget.page.reload()
    expect(value(widget, "output 0")).to_have_text("22")
    expect(value(widget, "output 2")).to_have_text("0")
    action(widget, "Reset").click()
    expect(value(widget, "output 0")).to_have_text("17")
    expect(cell(widget, "output 2", 0, 0)).to_have_count(0)
    widget.page.wait_for_function("location.hash === ''")
    action(widget, "Undo").click()
    expect(value(widget, "output 2")).to_have_text("0")


def test_share_copies_a_link_that_opens_this_state(open_widget):
    widget = open_widget(ChannelSum(**PIXEL))
    page = widget.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell(widget, "output 1", 0, 0).click()
    widget.get_by_label("ReLU").check()
    action(widget, "Share").click()
    action(widget, "Copy link").click()
    expect(widget.locator(".cb-told")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(link)
    expect(value(widget, "output 1")).to_have_text("0")
    expect(cell(widget, "output 1", 0, 0)).to_have_attribute("aria-selected", "true")


MISFITS = [
    '{"input":[[[1]]]}',  # one channel for filters of three
    '{"bias":[1]}',
    '{"input":[[[1,2],[3]],[[1]],[[2]]]}',  # rows of different lengths
    '{"filter":7,"pinned":["output",5,0,0],"step":999}',
]


def test_an_address_that_does_not_fit_is_met_calmly(open_widget, subtests):
    link = "&".join(f"ChannelSum-{n}={change}" for n, change in enumerate(MISFITS, 1))
    sums = side_by_side(open_widget, [ChannelSum(**PIXEL) for _ in MISFITS], fragment=f"#{link}")
    for (widget, _), change in zip(sums, MISFITS, strict=True):
        with subtests.test(change):
            expect(value(widget, "output 0")).to_have_text("17")
            expect(value(widget, "output 1")).to_have_text("−7")


# ---- touch, width, looks -------------------------------------------------------------------------------------------


def test_by_touch_a_tap_pins_and_the_value_can_be_stepped(open_widget):
    widget = open_widget(ChannelSum(**PIXEL), touch=True, width=360)
    cell(widget, "output 1", 0, 0).tap()
    cell(widget, "filter 1, R", 0, 0).tap()
    action(widget, "increase pinned value").tap()
    expect(value(widget, "filter 1, R")).to_have_text("2")
    expect(value(widget, "output 1")).to_have_text("−4")
    cell(widget, "bias 1", 0, 0).tap()
    action(widget, "decrease pinned value").tap()
    expect(value(widget, "output 1")).to_have_text("−5")


def test_everything_is_large_enough_for_a_finger(open_widget):
    widget = open_widget(ChannelSum(predict=True), touch=True, width=360)
    action(widget, "Code").tap()
    sizes = (
        """all => all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height))"""
    )
    assert min(widget.locator("button:visible, select:visible").evaluate_all(sizes)) >= 44
    assert min(widget.locator("td:visible").evaluate_all(sizes)) >= 24


def test_on_a_phone_each_channel_has_a_row_and_all_of_them_a_screen(open_widget):
    widget = open_widget(ChannelSum(), touch=True, width=360, height=780)
    top, stage = widget.locator(".cb-card").bounding_box()["y"], widget.locator(".cb-stage")
    assert grid(widget, "R").locator("td").first.bounding_box()["y"] - top <= 120
    assert stage.evaluate("el => el.scrollWidth <= el.clientWidth")
    last = cell(widget, "output 1", 2, 2).bounding_box()
    assert last["y"] + last["height"] - top <= 780


def test_a_phone_shows_one_filter_at_a_time_with_its_kernel_beside_its_map(open_widget):
    widget = open_widget(ChannelSum(), touch=True, width=360)
    expect(grid(widget, "filter 1, R")).to_have_count(0)  # hidden, from screen readers too
    kernel, shares = grid(widget, "filter 0, R").bounding_box(), grid(widget, "from R").bounding_box()
    assert abs(kernel["y"] - shares["y"]) < 16  # a caption may take a line more
    widget.get_by_label("show filter").select_option("1")
    expect(grid(widget, "filter 1, R")).to_be_visible()
    expect(grid(widget, "filter 0, R")).to_have_count(0)
    expect(grid(widget, "output 0")).to_be_visible()


@pytest.mark.parametrize("touch", [False, True])
def test_the_page_never_scrolls_sideways(open_widget, touch):
    largest = {"input": np.full((4, 8, 8), 1 / 3), "weight": np.full((3, 4, 5, 5), -1 / 3)}
    widget = open_widget(ChannelSum(relu=True), ChannelSum(**largest, predict=True), touch=touch)
    action(widget, "Code").click()
    for width in (360, 768, 1000, 1280):
        assert too_wide(widget.page, width) == []
        # What is too wide for its stage begins inside it, so that it can be scrolled to.
        assert widget.page.locator(".cb-stage").evaluate_all(
            "all => all.every((el) => el.querySelector('table').offsetLeft >= 0)"
        )


def test_axe_finds_nothing(open_widget, axe):
    states = [
        {},
        {"relu": True, "pinned": ("weight", 0, 0, 0, 0), "filter": 1},
        {"predict": True},
        {"step": 8, "by_channel": True},
    ]
    sums = side_by_side(open_widget, [ChannelSum(**traits) for traits in states])
    for widget, _ in sums:
        action(widget, "Code").click()
    page = sums[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
