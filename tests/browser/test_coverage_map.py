"""CoverageMap under the hands of a reader: by mouse, by keyboard, by touch."""

from functools import partial

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

from convbook.widgets import CoverageMap

NINE = np.arange(1, 10).reshape(3, 3)
ROW = {"input": [np.arange(8)], "kernel": [[1, 1, 1]], "stride": (1, 2), "linked": False}
MODES = ("zeros", "reflect", "replicate", "circular")


def output(widget, n=0):
    return widget.locator('table[data-role="output"]').nth(n)


def numbers(table):
    rows = table.evaluate(
        "table => [...table.rows].map((row) => [...row.cells].map((cell) => cell.firstChild.textContent))"
    )
    return [[float(text.replace("−", "-")) for text in row] for row in rows]


def ticks(widget, edge):
    return widget.locator(f".cb-tick-{edge}")


# ---- the same numbers as in Python ---------------------------------------------------------------------------------

STATES = [
    {},
    {"input": np.arange(30).reshape(5, 6), "kernel": [[1, -2], [0.5, 3], [0, 1]], "padding": ((1, 2), (0, 3))},
    {"stride": (2, 3), "dilation": (1, 2), "padding": 3, "padding_mode": "reflect"},
    {"padding": ((0, 2), (3, 1)), "padding_mode": "replicate", "stride": 2},
    {"padding": (2, 1), "padding_mode": "circular", "kernel": np.ones((2, 4))},
    {"padding": "valid"},
    {"padding": "same", "kernel": np.ones((2, 4))},
    {"padding": "full", "dilation": 2},
    {"padding": "same_tf", "stride": 2, "input": np.ones((6, 7))},
]


def in_all_states(open_widget, **more):
    return side_by_side(open_widget, [CoverageMap(**traits, **more) for traits in STATES])


def test_outputs_padding_counts_and_what_is_dropped_are_those_of_python(open_widget, subtests):
    for widget, source in in_all_states(open_widget):
        with subtests.test(repr(source)):
            shows_what_python_computes(widget, source)


def shows_what_python_computes(widget, source):
    np.testing.assert_allclose(numbers(output(widget)), source.output, atol=5e-4)
    np.testing.assert_allclose(numbers(widget.locator('table[data-role="input"]')), source.padded, atol=5e-4)
    pads = source.padded.size - np.size(source.input)
    expect(widget.locator("td.cb-pad")).to_have_count(pads)
    rows, columns = source.dropped
    height, width = source.padded.shape
    expect(widget.locator("td.cb-dropped")).to_have_count(height * width - (height - rows) * (width - columns))
    expect(ticks(widget, "top")).to_have_count(source.output.shape[1])
    expect(ticks(widget, "left")).to_have_count(source.output.shape[0])
    widget.get_by_label("show how often a pixel is read").check()
    counts = widget.locator('table[data-role="input"] td:not(.cb-pad) .cb-value').all_inner_texts()
    assert [int(text) for text in counts] == source.counts_per_pixel.ravel().tolist()


def test_a_padded_3x3_shows_4_6_and_9(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1, counts=True))
    for (i, j), count in {(1, 1): 4, (1, 2): 6, (2, 2): 9, (3, 3): 4}.items():
        expect(value(widget, "input", i, j)).to_have_text(str(count))
    expect(value(widget, "input", 0, 0)).to_have_text("")  # padding is no pixel that could be read
    expect(widget.locator(".cb-key")).to_contain_text("read 4 to 9 times")


def test_both_sames_lie_over_one_picture(open_widget, subtests):
    compared = ["PyTorch", "TensorFlow"]
    rows = side_by_side(open_widget, [CoverageMap(**ROW, compare=compare) for compare in compared])
    for (widget, _), compare in zip(rows, compared, strict=True):
        with subtests.test(compare=compare):
            compares_both_sames(widget, compare)


def compares_both_sames(widget, compare):
    assert numbers(output(widget, 0)) == [[1, 6, 12, 18]]
    assert numbers(output(widget, 1)) == [[3, 9, 15, 13]]
    expect(widget.get_by_text("Both are 1×4; 4 of 4 shared values differ (≠).")).to_be_visible()
    expect(widget.get_by_text("pads: top 0, bottom 0, left 0, right 1", exact=True)).to_be_visible()
    expect(widget.locator('table[data-role="input"] caption')).to_have_text(
        f"padded input 1×{10 if compare == 'PyTorch' else 9}"
    )
    alone = widget.get_by_text("padding of PyTorch alone")
    expect(alone).to_have_count(1 if compare == "TensorFlow" else 0)
    tops = [output(widget, n).bounding_box()["y"] for n in (0, 1)]
    assert tops[0] == tops[1]  # beside each other, no line to the second crosses the first
    expect(ticks(widget, "top")).to_have_text(["0", "1", "2", "3"])
    expect(ticks(widget, "bottom")).to_have_text(["0", "1", "2", "3"])
    expect(cell(widget, "input", 0, 9)).to_have_class(
        "cb-pad cb-dropped" if compare == "PyTorch" else "cb-pad"
    )  # PyTorch pads the right end too, but no window reaches it
    output(widget, 1).locator("td").nth(3).hover()
    expect(cell(widget, "input", 0, 9)).to_contain_class("cb-on")
    output(widget, 1).locator("td").nth(3).click()
    expect(widget.get_by_label("SAME of both frameworks")).to_have_value("draw TensorFlow's")
    expect(widget.locator(".cb-spoken")).to_contain_text("TensorFlow, row 0, column 3: 6×1 + 7×1 + 0×1 = 13; 1 of 3")


def test_both_sames_have_pythons_sizes_and_values(open_widget, subtests):
    both = {"input": np.arange(30).reshape(5, 6), "kernel": np.ones((4, 2)), "compare": "PyTorch"}
    settings = [{"stride": 2}, {}, {"stride": (1, 3), "dilation": 2}]
    for widget, source in side_by_side(open_widget, [CoverageMap(**both, **setting) for setting in settings]):
        with subtests.test(repr(source)):
            for n, answer in enumerate(source.outputs.values()):
                np.testing.assert_allclose(numbers(output(widget, n)), answer)
            framed = np.max([np.array(reading["padding"]) for reading in source.readings.values()], axis=0)
            cells = np.prod(np.add(framed.sum(axis=1), (5, 6)))
            expect(widget.locator('table[data-role="input"] td')).to_have_count(int(cells))


# ---- pointing ------------------------------------------------------------------------------------------------------


def test_an_output_lights_its_window_with_the_padding_in_it(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1, kernel=[[1, 2, 3], [4, 5, 6], [7, 8, 9]]))
    cell(widget, "output", 0, 0).click()
    expect(widget.locator('table[data-role="input"] td.cb-on')).to_have_count(9)
    expect(widget.locator('table[data-role="input"] td.cb-pad.cb-on')).to_have_count(5)
    expect(widget.locator(".cb-term.cb-pad")).to_have_count(5)
    expect(widget.locator(".cb-window .cb-badge")).to_have_text([f"×{n}" for n in range(1, 10)])
    expect(widget.locator(".cb-spoken")).to_contain_text("= 94; 5 of 9 come from padding")  # 1·5 + 2·6 + 4·8 + 5·9


def test_a_pixel_lights_the_outputs_that_read_it_and_its_copies(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1, padding_mode="replicate"))
    cell(widget, "input", 1, 1).click()
    expect(widget.locator('table[data-role="output"] td.cb-on')).to_have_count(4)
    expect(widget.locator('table[data-role="input"] td.cb-pad.cb-on')).to_have_count(3)
    expect(widget.locator('table[data-role="output"] .cb-badge')).to_have_text(["×4", "×2", "×2", "×1"])
    expect(widget.locator(".cb-spoken")).to_contain_text("Pixel, row 0, column 0: 1 is read 9 times, by 4 outputs")


HELD = {
    "zeros": ("the mode zeros puts 0 there", None),
    "reflect": ("mirrored from x[1,1] = 5", (2, 2)),
    "replicate": ("the nearest pixel, x[0,0] = 1", (1, 1)),
    "circular": ("from the other end, x[2,2] = 9", (3, 3)),
}


def test_padding_says_what_it_holds_and_lights_the_pixel_that_it_copies(open_widget, subtests):
    filled = [CoverageMap(input=NINE, padding=1, padding_mode=mode) for mode in HELD]
    for (widget, _), (mode, (words, source)) in zip(side_by_side(open_widget, filled), HELD.items(), strict=True):
        with subtests.test(mode=mode):
            cell(widget, "input", 0, 0).hover()
            expect(widget.locator(".cb-spoken")).to_contain_text(words)
            expect(widget.locator('table[data-role="input"] td.cb-on')).to_have_count(int(source is not None))
            if source:
                expect(cell(widget, "input", *source)).to_contain_class("cb-on")
            expect(widget.locator('table[data-role="output"] td.cb-on')).to_have_count(1)


def test_the_modes_look_different_from_each_other_and_from_data(open_widget):
    widget = open_widget(CoverageMap(input=np.zeros((3, 3)), padding=1))
    looks = set()
    for mode in MODES:
        widget.get_by_label("filled with").select_option(mode)
        expect(widget.locator(f'table[data-mode="{mode}"]')).to_be_visible()
        looks.add(cell(widget, "input", 0, 0).evaluate("cell => getComputedStyle(cell).backgroundImage"))
    assert len(looks) == 4
    assert cell(widget, "input", 1, 1).evaluate("cell => getComputedStyle(cell).backgroundImage") == "none"


def test_the_floor_names_what_it_drops(open_widget):
    widget = open_widget(CoverageMap(input=np.ones((6, 7)), stride=2, padding="valid"))
    expect(widget.locator(".cb-key")).to_contain_text("dropped by the floor: 1 row")
    expect(widget.locator("td.cb-dropped")).to_have_count(7)
    cell(widget, "input", 5, 0).hover()
    expect(widget.locator(".cb-spoken")).to_contain_text("read 0 times, by 0 outputs. Dropped")
    expect(cell(widget, "input", 5, 0)).to_have_attribute(
        "aria-label", "padded input, row 5, column 0: 1, read 0 times, dropped"
    )
    expect(widget.locator(".cb-formula")).to_have_text("⌊(6 + 2·0 − 3) / 2⌋ + 1 = 2, ⌊(7 + 2·0 − 3) / 2⌋ + 1 = 3")


# ---- settings ------------------------------------------------------------------------------------------------------


def test_one_setting_changes_both_axes_until_they_are_parted(open_widget):
    widget = open_widget(CoverageMap())
    menu = partial(widget.get_by_role, "combobox", exact=True)
    menu(name="kernel").select_option("2")
    expect(menu(name="kernel width")).to_be_hidden()
    menu(name="stride").select_option("2")
    menu(name="pixels").select_option("each side 2")
    expect(output(widget).locator("tr")).to_have_count(4)  # ⌊(5 + 4 − 2) / 2⌋ + 1
    widget.get_by_label("one setting for both axes").uncheck()
    for name, chosen in {"kernel height": "2", "stride width": "2", "top": "top 2", "right": "right 2"}.items():
        expect(menu(name=name)).to_have_value(chosen)
    menu(name="dilation height").select_option("3")
    expect(menu(name="dilation width")).to_have_value("1")
    menu(name="bottom").select_option("bottom 0")
    expect(menu(name="top")).to_have_value("top 2")
    expect(output(widget).locator("tr")).to_have_count(2)  # ⌊(5 + 2 − 4) / 2⌋ + 1
    widget.get_by_label("one setting for both axes").check()
    expect(menu(name="right")).to_be_visible()  # for the sides differ
    menu(name="right").select_option("right 1")
    expect(menu(name="pixels")).to_have_value("each side 1")


def test_a_size_that_comes_back_brings_its_numbers_back(open_widget):
    widget = open_widget(CoverageMap(kernel=[[2, 7], [1, 8]]))
    for size in ("1", "3", "2"):
        widget.get_by_role("combobox", name="kernel").select_option(size)
    assert numbers(widget.locator('table[data-role="kernel"]')) == [[2, 7], [1, 8]]


def test_a_named_padding_follows_the_kernel(open_widget):
    widget = open_widget(CoverageMap())
    widget.get_by_label("padding", exact=True).select_option("same (PyTorch)")
    widget.get_by_role("combobox", name="kernel").select_option("5")
    expect(widget.get_by_role("combobox", name="pixels")).to_have_value("each side 2")
    expect(output(widget).locator("tr")).to_have_count(5)
    widget.get_by_label("padding", exact=True).select_option("full")
    expect(output(widget).locator("tr")).to_have_count(9)
    widget.get_by_label("padding", exact=True).select_option("numbers")
    expect(widget.get_by_role("combobox", name="pixels")).to_have_value("each side 4")


def test_a_larger_input_counts_on(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=0))
    widget.get_by_label("input width").select_option("4")
    assert numbers(widget.locator('table[data-role="input"]')) == np.arange(1, 13).reshape(3, 4).tolist()


def test_an_example_sets_everything_and_undoes_as_one(open_widget):
    widget = open_widget(CoverageMap(padding="full"))
    expect(widget.get_by_label("example")).to_have_value("as in the text")
    widget.get_by_label("example").select_option("SAME twice: 0 to 7, stride 2")
    assert numbers(output(widget, 1)) == [[3, 9, 15, 13]]
    action(widget, "Undo").click()
    expect(widget.get_by_label("padding", exact=True)).to_have_value("full")


REFUSED = [
    (
        {"padding": "valid"},
        ("dilation", "3"),
        "No window fits: the kernel spans 7×7 pixels, the padded input has 5×5",
    ),
    ({"padding": "same"}, ("stride", "2"), "PyTorch's “same” takes stride 1 only"),
    (
        {"input": NINE, "padding_mode": "reflect"},
        ("pixels", "each side 3"),
        "reflect can add at most 2 pixels to a side of 3",
    ),
    ({"padding": "full", "kernel": np.ones((5, 5))}, ("dilation", "4"), "at most 24 a side fit here"),
]


def test_what_does_not_fit_is_refused_kindly_and_the_last_state_stays(open_widget, subtests):
    maps = side_by_side(open_widget, [CoverageMap(**traits) for traits, *_ in REFUSED])
    for (widget, source), (_, (label, option), words) in zip(maps, REFUSED, strict=True):
        with subtests.test(**{label: option}):
            menu = widget.get_by_role("combobox", name=label, exact=True)
            before = menu.input_value()
            menu.select_option(option)
            expect(widget.locator(".cb-warning")).to_contain_text(words)
            expect(menu).to_have_value(before)
            np.testing.assert_allclose(numbers(output(widget)), source.output)
            widget.get_by_label("show how often a pixel is read").check()
            expect(widget.locator(".cb-warning")).to_be_hidden()


# ---- keyboard, touch, player ---------------------------------------------------------------------------------------


def test_keyboard_alone_pins_padding_and_edits_pixels_but_not_padding_or_counts(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1, padding_mode="reflect"))
    keyboard = widget.page.keyboard
    cell(widget, "input", 0, 0).focus()
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    expect(cell(widget, "input", 0, 1)).to_have_attribute("aria-selected", "true")
    expect(widget.locator(".cb-spoken")).to_contain_text("mirrored from x[1,0] = 4")
    keyboard.type("7")
    keyboard.press("Enter")
    expect(widget.locator(".cb-warning")).to_contain_text("That is padding")
    keyboard.press("ArrowDown")
    keyboard.type("20")
    keyboard.press("Enter")
    expect(value(widget, "input", 1, 1)).to_have_text("20")
    expect(value(widget, "input", 3, 3)).to_have_text("9")
    keyboard.press("Control+z")
    expect(value(widget, "input", 1, 1)).to_have_text("1")
    keyboard.press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)
    widget.get_by_label("show how often a pixel is read").check()
    cell(widget, "input", 1, 1).press("Alt+ArrowUp")
    expect(widget.locator(".cb-warning")).to_contain_text("A count is computed")


def test_the_player_walks_from_window_to_window(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1))
    action(widget, "step forward").click()
    expect(cell(widget, "output", 0, 0)).to_have_attribute("aria-selected", "true")
    widget.get_by_label("position").fill("9")
    expect(widget.locator(".cb-count")).to_have_text("window 9 of 9")
    expect(widget.locator('table[data-role="input"] td.cb-pad.cb-on')).to_have_count(5)


def test_by_touch_a_tap_on_padding_stays_and_everything_is_large_enough(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1, padding_mode="circular"), touch=True, width=360)
    cell(widget, "input", 0, 0).tap()
    expect(widget.locator(".cb-spoken")).to_contain_text("from the other end, x[2,2] = 9")
    expect(cell(widget, "input", 3, 3)).to_contain_class("cb-on")
    cell(widget, "input", 1, 1).tap()
    widget.get_by_role("button", name="increase pinned value").tap()
    expect(value(widget, "input", 4, 4)).to_have_text("2")  # its copy
    for targets, least in {"button, select": 44, "td": 24}.items():
        seen = boxes(widget.locator(targets))
        assert seen
        assert [box for box in seen if min(box["width"], box["height"]) < least] == []


def test_the_window_lies_on_what_is_read_and_is_dragged_in_steps_of_the_stride(open_widget):
    widget = open_widget(CoverageMap(input=np.ones((9, 9)), stride=2, dilation=2, padding=0, pinned=("output", 0, 0)))
    frame, still = widget.locator(".cb-window"), "() => document.getAnimations().length === 0"
    expect(frame.locator(".cb-badge")).to_have_text(["×1"] * 9)  # the gaps between them hold none
    widget.page.wait_for_function(still)
    ends = [cell(widget, "input", *at).bounding_box() for at in ((0, 0), (4, 4))]
    side, box = (ends[1]["x"] - ends[0]["x"]) / 4, frame.bounding_box()
    assert abs(box["x"] - ends[0]["x"]) < 1
    assert abs(box["width"] - (ends[1]["x"] + ends[1]["width"] - ends[0]["x"])) < 1
    x, y = middle(widget.locator(".cb-handle"))
    widget.page.mouse.move(x, y)
    widget.page.mouse.down()
    widget.page.mouse.move(x + 4.2 * side, y + 1.9 * side, steps=6)
    widget.page.mouse.up()
    expect(cell(widget, "output", 1, 2)).to_have_attribute("aria-selected", "true")
    widget.page.wait_for_function(still)
    assert abs(frame.bounding_box()["y"] - cell(widget, "input", 2, 4).bounding_box()["y"]) < 1


def test_an_undo_may_take_away_what_is_pointed_at(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=0))
    menu = widget.get_by_role("combobox", name="pixels")
    menu.select_option("each side 2")
    cell(widget, "output", 4, 4).focus()
    widget.page.keyboard.press("Control+z")
    expect(widget.locator('table[data-role="output"] td')).to_have_count(1)
    menu.select_option("each side 1")
    expect(widget.locator('table[data-role="output"] td')).to_have_count(9)


# ---- a phone -------------------------------------------------------------------------------------------------------


def test_on_a_phone_the_picture_comes_first_and_a_cell_shares_the_screen_with_its_sum(open_widget):
    widget = open_widget(CoverageMap(), touch=True, width=360, height=780)
    top, grid = widget.locator(".cb-card").bounding_box()["y"], widget.locator('table[data-role="input"]')
    assert grid.bounding_box()["y"] - top <= 120
    kernel, result = widget.locator('table[data-role="kernel"]').bounding_box(), output(widget).bounding_box()
    assert kernel["x"] + kernel["width"] < result["x"]
    cell(widget, "output", 4, 4).tap()
    for shown in (cell(widget, "output", 4, 4), cell(widget, "input", 6, 6), widget.locator(".cb-sum")):
        expect(shown).to_be_in_viewport()
    strip = widget.locator(".cb-sum").bounding_box()
    last = cell(widget, "output", 4, 4).bounding_box()
    assert last["y"] + last["height"] <= strip["y"] + 1


SPACIOUS = [
    {"padding": 2},
    {"input": np.ones((12, 12)), "kernel": np.ones((5, 5)), "padding": "full"},
    {"input": np.ones((12, 12)), "kernel": np.ones((3, 3)), "padding": 6},
    {"input": np.ones((6, 6)), "stride": 2, "compare": "TensorFlow"},
]


def test_on_a_phone_nothing_of_the_padding_is_cut_off(open_widget, subtests):
    maps = side_by_side(open_widget, [CoverageMap(**traits) for traits in SPACIOUS], touch=True, width=360, height=780)
    for widget, source in maps:
        with subtests.test(repr(source)):
            stage = widget.locator(".cb-stage")
            assert stage.evaluate("stage => stage.scrollWidth - stage.clientWidth") <= 0
            (room,), seen = boxes(stage), boxes(widget.locator("td, [class^=cb-tick-]"))
            assert seen
            assert [box for box in seen if box["left"] < room["left"] or box["right"] > room["right"]] == []


def test_a_finger_scrolls_over_a_number_and_changes_the_one_that_it_has_tapped(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1), touch=True, width=360)
    pixel = cell(widget, "input", 1, 1)
    swipe(pixel, 40, 0)
    expect(value(widget, "input", 1, 1)).to_have_text("1")
    tap_after_a_drag(pixel)
    swipe(pixel, 40, 0)
    expect(value(widget, "input", 1, 1)).to_have_text("5")


def test_a_refusal_moves_nothing(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=0))
    before = cell(widget, "input", 2, 2).bounding_box()
    widget.get_by_role("combobox", name="dilation").select_option("4")
    expect(widget.get_by_role("alert")).to_contain_text("No window fits")
    assert cell(widget, "input", 2, 2).bounding_box() == before


def test_in_forced_colours_and_in_print_padding_looks_as_it_does(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1))
    look = """cell => {
        const { backgroundImage, printColorAdjust } = getComputedStyle(cell);
        return [backgroundImage, printColorAdjust];
    }"""
    hatch, _ = cell(widget, "input", 0, 0).evaluate(look)
    widget.page.emulate_media(forced_colors="active")
    assert cell(widget, "input", 0, 0).evaluate(look)[0] == hatch
    widget.page.emulate_media(forced_colors="none", media="print")
    assert cell(widget, "input", 0, 0).evaluate(look) == [hatch, "exact"]
    widget.page.emulate_media(media="screen")


# ---- predict -------------------------------------------------------------------------------------------------------

ODD = {"input": np.ones((8, 6)), "stride": 2, "padding": 1}  # 8 + 2 − 3 = 7 and 6 + 2 − 3 = 5 halve to 3.5 and 2.5
MISTAKES = [
    (ODD, "4.5×3.5", "/ where // belongs"),
    (ODD, "5x4", "You rounded up"),
    ({"input": np.ones((9, 7)), "stride": 2, "padding": 1}, "4 by 3", "You counted the padding once"),
    (ODD, "3 2", "The + 1 is lost"),
    ({"input": np.ones((9, 8)), "dilation": 2, "padding": 0}, "7×6", "You ignored the dilation"),
    (ODD, "3×4", "The height comes first"),
    (ODD, "9", "Count where the window can start"),
    (ODD, "a few", "is not a size. Write it like 3×4"),
    (ODD, "", "Write a size first"),
]


def test_a_known_mistake_is_named(open_widget, subtests):
    asked = side_by_side(open_widget, [CoverageMap(**traits, predict=True) for traits, *_ in MISTAKES])
    for (widget, _), (_, answer, hint) in zip(asked, MISTAKES, strict=True):
        with subtests.test(answer=answer, hint=hint):
            widget.get_by_label("How large is the output?").fill(answer)
            widget.page.keyboard.press("Enter")
            expect(widget.locator(".cb-feedback")).to_contain_text(hint)
            expect(output(widget)).to_be_hidden()


def test_slips_that_give_one_answer_are_both_named(open_widget):
    widget = open_widget(
        CoverageMap(predict=True)
    )  # 5 + 2·1 − 3 + 1 = 5; padding once gives 4, and so does the lost + 1
    widget.get_by_label("How large is the output?").fill("4")
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("You counted the padding once")
    expect(widget.locator(".cb-feedback")).to_contain_text("Or: The + 1 is lost")


RIGHT = {"4×3": ODD, "5": {}, "5 × 5": {}, "5,5": {}}


def test_the_right_size_reveals_the_output(open_widget, subtests):
    asked = side_by_side(open_widget, [CoverageMap(**traits, predict=True) for traits in RIGHT.values()])
    for (widget, _), answer in zip(asked, RIGHT, strict=True):
        with subtests.test(answer=answer):
            widget.get_by_label("How large is the output?").fill(answer)
            action(widget, "Check").click()
            expect(widget.locator(".cb-feedback")).to_contain_text("Yes, ")
            expect(output(widget)).to_be_visible()
            expect(widget.get_by_role("group", name="player")).to_be_visible()
            action(widget, "Next").click()
            expect(output(widget)).to_be_hidden()


def test_next_asks_something_else_even_without_an_answer(open_widget):
    widget = open_widget(CoverageMap(predict=True))
    before = widget.get_by_label("example").input_value()
    action(widget, "Next").click()
    expect(widget.get_by_label("example")).not_to_have_value(before)


def test_next_says_if_there_is_no_other_example(open_widget):
    widget = open_widget(CoverageMap(predict=True, examples={}))
    action(widget, "Next").click()
    expect(widget.locator(".cb-told")).to_have_text("There is no other example to ask about.")


def test_what_was_answered_is_asked_again_after_a_reset(open_widget):
    widget = open_widget(CoverageMap(predict=True))
    action(widget, "Show me").click()
    expect(output(widget)).to_be_visible()
    action(widget, "Reset").click()
    expect(output(widget)).to_be_hidden()


def test_no_name_of_an_example_gives_a_size_of_an_output_away(open_widget):
    for name, state in CoverageMap().examples.items():
        height, width = CoverageMap(**state).output.shape
        own = "×".join(map(str, np.shape(state["input"])))
        assert f"{height}×{width}" not in name or f"{height}×{width}" == own, name


def test_nothing_on_the_page_gives_the_size_away(open_widget):
    widget = open_widget(CoverageMap(input=NINE, kernel=np.ones((2, 2)), padding=1, predict=True, counts=True))
    cell(widget, "input", 1, 1).hover()
    visible = widget.locator(".cb-card").inner_text()
    assert "4×4" not in visible
    expect(widget.locator(".cb-formula")).to_have_text("")
    cell(widget, "kernel", 0, 0).hover()  # 4×4 windows share it
    expect(widget.locator(".cb-spoken")).to_have_text("Weight, row 0, column 0: 1 is a weight.")
    cell(widget, "input", 1, 1).hover()
    for left in (".cb-tick-top", ".cb-tick-left", "td.cb-on", "td.cb-dropped", ".cb-sum .cb-term"):
        expect(widget.locator(left)).to_have_count(0)
    assert set(
        widget.locator("table[data-role=input] td").evaluate_all(
            "cells => cells.map((c) => c.style.getPropertyValue('--weight'))"
        )
    ) == {"0"}


def test_the_same_of_a_framework_can_be_predicted(open_widget):
    widget = open_widget(CoverageMap(**ROW, compare="TensorFlow", predict=True))
    widget.get_by_label("How large is the output of TensorFlow?").fill("1×4")
    action(widget, "Check").click()
    expect(output(widget, 1)).to_be_visible()


# ---- code, share, reset --------------------------------------------------------------------------------------------


def run(widget, library):
    names = {}
    exec(code_of(widget, library), names)
    return names


def test_the_numpy_code_gives_what_is_on_the_screen(open_widget, subtests):
    for widget, source in in_all_states(open_widget, counts=True):
        with subtests.test(repr(source)):
            names = run(widget, "NumPy")
            np.testing.assert_allclose(names["y"], source.output)
            np.testing.assert_array_equal(names["counts"], source.counts_per_pixel)


@pytest.mark.pytorch
def test_the_pytorch_code_gives_what_is_on_the_screen(open_widget, subtests):
    for widget, source in in_all_states(open_widget, counts=True):
        with subtests.test(repr(source)):
            names = run(widget, "PyTorch")
            np.testing.assert_allclose(names["y"].detach().numpy(), source.output)
            np.testing.assert_array_equal(names["x"].grad.numpy(), source.counts_per_pixel)


@pytest.mark.pytorch
def test_the_code_compares_both_frameworks(open_widget, subtests):
    source = CoverageMap(**ROW, compare="PyTorch")
    widget = open_widget(source)
    for library in ("NumPy", "PyTorch"):
        with subtests.test(library=library):
            names = run(widget, library)
            for name, answer in source.outputs.items():
                np.testing.assert_allclose(np.asarray(names["y"][name]), answer)


def test_the_state_lives_in_the_address_even_where_a_number_becomes_a_name(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=0))
    widget.get_by_label("padding", exact=True).select_option("full")
    expect(output(widget).locator("tr")).to_have_count(5)
    widget.page.wait_for_function("location.hash.includes('padding')")
    widget.page.reload()
    expect(output(widget).locator("tr")).to_have_count(5)
    action(widget, "Reset").click()
    expect(output(widget).locator("tr")).to_have_count(1)
    widget.page.wait_for_function("location.hash === ''")
    action(widget, "Undo").click()
    expect(output(widget).locator("tr")).to_have_count(5)


MISFITS = [
    '{"padding":[[9,9],[9,9]]}',
    '{"stride":[0,1]}',
    '{"padding":"wide"}',
    '{"stride":"x"}',
    '{"padding_mode":"\\");import os#"}',
    '{"padding_mode":"constructor"}',
    '{"compare":"\\");import os#"}',
    '{"input":[[224.5]],"padding":"toString"}',
]


def test_a_link_that_does_not_fit_opens_the_authors_state(open_widget, subtests):
    link = "&".join(f"CoverageMap-{n}={change}" for n, change in enumerate(MISFITS, 1))
    maps = side_by_side(open_widget, [CoverageMap(input=NINE, padding=0) for _ in MISFITS], fragment=f"#{link}")
    for (widget, _), change in zip(maps, MISFITS, strict=True):
        with subtests.test(change):
            assert numbers(output(widget)) == [[45]]
            assert "import os" not in code_of(widget, "NumPy")


def test_a_number_that_is_not_whole_is_refused_with_that_word(open_widget):
    widget = open_widget(CoverageMap())
    refuse = "el => LiveWidgets.models[el.dataset.key].accept({ stride: [1.5, 1] })"
    widget.evaluate(refuse)
    expect(widget.get_by_role("alert")).to_have_text("The stride must be whole and from 1 to 6, so nothing changed.")


# ---- width, looks --------------------------------------------------------------------------------------------------


def test_the_page_never_scrolls_sideways(open_widget):
    widget = open_widget(CoverageMap(input=np.ones((12, 12)), kernel=np.ones((5, 5)), padding="full"), width=360)
    action(widget, "Code").click()
    assert [fault for width in (360, 1280) for fault in too_wide(widget.page, width)] == []


def test_nothing_jumps_while_the_pointer_moves(open_widget):
    widget = open_widget(CoverageMap(input=NINE, padding=1, pinned=("output", 0, 0)))
    actions = widget.locator(".cb-actions")
    before = actions.bounding_box()
    for role, i, j in (("input", 0, 0), ("input", 2, 2), ("kernel", 1, 1), ("output", 1, 1)):
        cell(widget, role, i, j).hover()
        expect(cell(widget, role, i, j)).to_contain_class("cb-here")
        assert actions.bounding_box() == before


def test_axe_finds_nothing(open_widget, axe):
    states = [{"padding_mode": "reflect"}, {**ROW, "compare": "PyTorch", "counts": True}, {"predict": True}]
    maps = side_by_side(open_widget, [CoverageMap(**traits) for traits in states])
    for widget, _ in maps:
        action(widget, "Code").click()
    page = maps[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
