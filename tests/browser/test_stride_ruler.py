"""StrideRuler under the hands of a reader: by mouse, by keyboard, by touch."""

import re
from itertools import pairwise

import pytest
from hands import action, boxes, cell, code_of, in_each_theme, side_by_side, too_wide
from playwright.sync_api import expect

from convbook.widgets import StrideRuler

STACK = {"size": 17, "stride": 2, "stacked": True, "stride2": 2}


def units(widget, depth):
    return widget.locator('table[data-role="input"] td' if depth == 0 else f'table[data-role="layer-{depth}"] td')


def bars(widget, depth):
    return widget.locator(".cb-bars-below").nth(depth).locator(".cb-bar")


def said(widget):
    return widget.locator(".cb-sentence")


def slide(widget, name, value):
    widget.get_by_label(name, exact=True).fill(str(value))


# ---- the same numbers as in Python ---------------------------------------------------------------------------------

STATES = [
    {},
    {"size": 8, "stride": 2, "padding": 1},
    {"size": 16, "dilation": 3, "padding": 3},
    {"size": 24, "kernel": 7, "stride": 6, "padding": 6},
    {"size": 20, "kernel": 2, "stride": 5},
    STACK,
    {"size": 14, "padding": 2, "stacked": True, "kernel2": 2, "stride2": 3, "padding2": 1, "dilation2": 4},
]


def test_units_bars_and_what_is_dropped_are_those_of_python_and_stand_where_they_belong(open_widget, subtests):
    for widget, source in side_by_side(open_widget, [StrideRuler(**traits) for traits in STATES]):
        with subtests.test(f"units, bars and what is dropped: {source}"):
            shows_what_python_computes(widget, source)
        with subtests.test(f"a bar lies below exactly the cells that its window reads: {source}"):
            bars_lie_below_what_they_read(widget, source)
        with subtests.test(f"a unit stands under the middle of its bar: {source}"):
            units_stand_under_their_bars(widget)


def shows_what_python_computes(widget, source):
    for depth, layer in enumerate(source.layers):
        expect(bars(widget, depth)).to_have_count(source.sizes[depth + 1])
        expect(units(widget, depth)).to_have_count(source.sizes[depth] + 2 * layer["padding"])
        dropped = units(widget, depth).and_(widget.locator(".cb-dropped"))
        expect(dropped).to_have_count(source.dropped[depth])
    expect(units(widget, len(source.layers))).to_have_count(source.output_size)
    expect(widget.locator("td.cb-pad")).to_have_count(2 * sum(layer["padding"] for layer in source.layers))


def bars_lie_below_what_they_read(widget, source):
    for depth, layer in enumerate(source.layers):
        cells = boxes(units(widget, depth))
        for bar, window in zip(boxes(bars(widget, depth)), source.windows(depth), strict=True):
            first, last = cells[window[0] + layer["padding"]], cells[window[-1] + layer["padding"]]
            assert bar["x"] == pytest.approx(first["x"], abs=1.5)
            assert bar["right"] == pytest.approx(last["right"], abs=1.5)
            assert bar["y"] >= first["bottom"]


def units_stand_under_their_bars(widget):
    depths = widget.locator(".cb-bars-below:visible").count()
    assert depths
    for depth in range(depths):
        above, below = boxes(bars(widget, depth)), boxes(units(widget, depth + 1))
        pads = (len(below) - len(above)) // 2
        assert above
        for bar, unit in zip(above, below[pads : pads + len(above)], strict=True):
            assert bar["x"] + bar["width"] / 2 == pytest.approx(unit["x"] + unit["width"] / 2, abs=1)


def box_of(target):
    return target.bounding_box()


def test_bars_do_not_cover_each_other(open_widget):
    widget = open_widget(StrideRuler(size=16, dilation=3, padding=3))
    places = boxes(bars(widget, 0))
    assert len(places) == 16
    for n, one in enumerate(places):
        for other in places[n + 1 :]:
            apart = one["x"] + one["width"] <= other["x"] + 0.5 or one["y"] + one["height"] <= other["y"] + 0.5
            assert (
                apart or other["y"] + other["height"] <= one["y"] + 0.5 or other["x"] + other["width"] <= one["x"] + 0.5
            )


# ---- pointing ------------------------------------------------------------------------------------------------------


def test_a_unit_of_the_last_layer_lights_all_inputs_that_it_sees(open_widget):
    widget = open_widget(StrideRuler(**STACK))
    units(widget, 2).nth(1).click()
    expect(units(widget, 2).nth(1)).to_have_attribute("aria-selected", "true")
    lit = widget.locator('table[data-role="input"] td.cb-on')
    expect(lit).to_have_text([str(n) for n in range(4, 11)])
    expect(widget.locator('table[data-role="layer-1"] td.cb-on')).to_have_text(["2", "3", "4"])
    expect(widget.locator(".cb-bar.cb-on")).to_have_count(4)  # its own, and those of the three units that it reads
    expect(said(widget)).to_have_text(
        "Output 1 sees units 2 to 4 of layer 1, and through that pixels 4 to 10 (7 pixels)."
    )


def test_a_pixel_lights_every_unit_that_it_reaches(open_widget):
    widget = open_widget(StrideRuler(**STACK))
    units(widget, 0).nth(6).hover()
    expect(widget.locator('table[data-role="layer-1"] td.cb-on')).to_have_text(["2", "3"])
    expect(widget.locator('table[data-role="layer-2"] td.cb-on')).to_have_text(["0", "1"])
    expect(said(widget)).to_have_text("Pixel 6 reaches units 2 to 3 of layer 1, and through that outputs 0 to 1.")
    units(widget, 1).nth(7).hover()
    expect(said(widget)).to_have_text("Unit 7 of layer 1 sees pixels 14 to 16 (3 pixels), and reaches no output.")


def test_padding_and_dropped_places_say_what_they_are(open_widget):
    widget = open_widget(StrideRuler(size=8, stride=2, padding=1))
    expect(units(widget, 0).first).to_have_attribute("aria-label", "input, place −1: padding, read 1 time")
    expect(units(widget, 0).last).to_have_attribute("aria-label", "input, place 8: padding, read 0 times, dropped")
    expect(widget.locator(".cb-key")).to_have_text(
        "Hatched: padding. Every bar is one window. Crossed: dropped by the floor, 1 at the end of the input."
    )
    expect(widget.locator(".cb-formula")).to_have_text("⌊(8 + 2·1 − 3) / 2⌋ + 1 = 4")
    units(widget, 1).first.hover()
    expect(said(widget)).to_have_text("Output 0 sees pixels 0 to 1 (2 pixels) and 1 of padding.")
    units(widget, 0).last.hover()
    expect(said(widget)).to_have_text("Padding at place 8 reaches no output.")


def test_keyboard_alone_moves_pins_and_releases(open_widget):
    widget = open_widget(StrideRuler(size=7, stride=2))
    keyboard = widget.page.keyboard
    units(widget, 1).first.focus()
    expect(said(widget)).to_contain_text("Output 0 sees pixels 0 to 2")
    keyboard.press("ArrowRight")
    keyboard.press("Enter")
    expect(units(widget, 1).nth(1)).to_have_attribute("aria-selected", "true")
    keyboard.press("End")
    expect(said(widget)).to_contain_text("Output 2 sees pixels 4 to 6")
    keyboard.press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)
    widget.get_by_label("stride", exact=True).focus()
    keyboard.press("ArrowRight")
    expect(units(widget, 1)).to_have_count(2)


# ---- settings ------------------------------------------------------------------------------------------------------


def test_every_slider_has_its_effect(open_widget):
    widget = open_widget(StrideRuler(size=12))
    for name, value, count in (
        ("input size", 14, 12),
        ("kernel", 4, 11),
        ("stride", 2, 6),
        ("padding", 1, 7),
        ("dilation", 3, 4),
    ):
        slide(widget, name, value)
        expect(units(widget, 1)).to_have_count(count)
    widget.get_by_label("a second layer below").check()
    expect(units(widget, 2)).to_have_count(2)
    for name, value, count in (("kernel", 2, 3), ("padding", 2, 7), ("stride", 2, 4), ("dilation", 3, 3)):
        slide(widget, f"{name} of layer 2", value)
        expect(units(widget, 2)).to_have_count(count)


def test_a_slide_undoes_step_by_step_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(StrideRuler(size=12))
    slide(widget, "stride", 2)
    slide(widget, "kernel", 5)
    expect(units(widget, 1)).to_have_count(4)
    action(widget, "Undo").click()
    expect(units(widget, 1)).to_have_count(5)
    expect(widget.get_by_label("kernel", exact=True)).to_have_value("3")
    widget.page.wait_for_function("location.hash.includes('stride') && !location.hash.includes('kernel')")
    widget.page.reload()
    expect(units(widget, 1)).to_have_count(5)
    action(widget, "Reset").click()
    expect(units(widget, 1)).to_have_count(10)


REFUSED = [
    ({"size": 5}, "kernel", 6, "No window fits: the kernel spans 6 pixels, the padded input has 5"),
    ({"size": 6, "dilation": 2}, "dilation", 3, "No window fits: the kernel spans 7 pixels"),
    (
        {"size": 8, "stacked": True},
        "stride",
        6,
        "No window fits in layer 2: the kernel spans 3 pixels, the padded input has 1",
    ),
]


def test_a_state_without_a_window_is_refused_kindly(open_widget, subtests):
    rulers = side_by_side(open_widget, [StrideRuler(**traits) for traits, *_ in REFUSED])
    for (widget, source), (_, *change) in zip(rulers, REFUSED, strict=True):
        with subtests.test(repr(source)):
            refuses_kindly(widget, *change)


def refuses_kindly(widget, name, value, words):
    before, count = widget.get_by_label(name, exact=True).input_value(), units(widget, 1).count()
    slide(widget, name, value)
    expect(widget.locator(".cb-warning")).to_contain_text(words)
    expect(widget.get_by_label(name, exact=True)).to_have_value(before)
    expect(units(widget, 1)).to_have_count(count)
    slide(widget, "padding", 1)
    expect(widget.locator(".cb-warning")).to_be_hidden()


def test_an_example_sets_everything(open_widget):
    widget = open_widget(StrideRuler(size=9))
    expect(widget.get_by_label("example")).to_have_value("as in the text")
    slide(widget, "stride", 3)
    expect(widget.get_by_label("example")).to_have_value("your own")
    widget.get_by_label("example").select_option("two layers with stride 2 see 7")
    expect(units(widget, 2)).to_have_count(3)


def test_a_link_that_does_not_fit_opens_the_authors_state(open_widget, subtests):
    changes = ['{"size":99}', '{"kernel":0}', '{"size":1}', '{"stride":1.5}']
    link = "&".join(f"StrideRuler-{n}={change}" for n, change in enumerate(changes, 1))
    rulers = side_by_side(open_widget, [StrideRuler(size=7) for _ in changes], fragment=f"#{link}")
    for (widget, _), change in zip(rulers, changes, strict=True):
        with subtests.test(change):
            expect(units(widget, 1)).to_have_count(5)


# ---- predict -------------------------------------------------------------------------------------------------------

MISTAKES = [
    ({"size": 8, "stride": 2, "padding": 1}, "4.5", "/ where // belongs"),
    ({"size": 8, "stride": 2, "padding": 1}, "5", "You rounded up"),
    ({"size": 9, "stride": 2, "padding": 1}, "4", "You counted the padding once"),
    ({"size": 8, "stride": 2, "padding": 1}, "3", "The + 1 is lost"),
    ({"size": 12, "dilation": 2}, "10", "You ignored the dilation"),
    ({"size": 9, "stride": 2, "padding": 2}, "11", "You left out the stride"),
    ({"size": 8, "stride": 2, "padding": 1}, "many", "is not a number"),
]


def test_a_known_mistake_is_named(open_widget, subtests):
    asked = side_by_side(open_widget, [StrideRuler(**traits, predict=True) for traits, *_ in MISTAKES])
    for (widget, _), (_, answer, hint) in zip(asked, MISTAKES, strict=True):
        with subtests.test(answer=answer, hint=hint):
            widget.get_by_label("How many outputs does the layer have?").fill(answer)
            widget.page.keyboard.press("Enter")
            expect(widget.locator(".cb-feedback")).to_contain_text(hint)
            expect(widget.locator('table[data-role="layer-1"]')).to_be_hidden()
            expect(bars(widget, 0).and_(widget.locator(":visible"))).to_have_count(0)
            expect(widget.locator(".cb-formula")).to_be_empty()  # its numbers would say it


def test_two_layers_are_predicted_one_after_the_other(open_widget):
    widget = open_widget(StrideRuler(**STACK, predict=True))
    widget.get_by_label("How many outputs does layer 1 have?").fill("8")
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 8. ⌊(17 + 2·0 − 3) / 2⌋ + 1 = 8")
    expect(units(widget, 1)).to_have_count(8)
    expect(widget.locator('table[data-role="layer-2"]')).to_be_hidden()
    action(widget, "Next").click()
    widget.get_by_label("How many outputs does layer 2 have?").fill("3")
    action(widget, "Check").click()
    expect(units(widget, 2)).to_have_count(3)
    expect(widget.locator(".cb-unknown")).to_be_hidden()
    action(widget, "Next").click()
    expect(widget.get_by_label("example")).to_have_value("dilations 1 and 2 see 7")
    expect(widget.locator('table[data-role="layer-1"]')).to_be_hidden()


# ---- code ----------------------------------------------------------------------------------------------------------


def run_in_all_states(open_widget, library):
    """Yield what a ruler in each of the states shows, and the names that its code for this library leaves behind."""
    rulers = [StrideRuler(**traits, pinned=("output", 0)) for traits in STATES]
    for widget, source in side_by_side(open_widget, rulers):
        names = {}
        exec(code_of(widget, library), names)
        yield source, names


def test_the_python_code_gives_what_is_on_the_screen(open_widget, subtests):
    for source, names in run_in_all_states(open_widget, "Python"):
        with subtests.test(repr(source)):
            for depth, name in enumerate(("first", "second")[: len(source.layers)]):
                assert names[name] == source.windows(depth)
            assert names["seen"] == source.inputs_of(0)


@pytest.mark.pytorch
def test_the_pytorch_code_gives_what_is_on_the_screen(open_widget, subtests):
    for source, names in run_in_all_states(open_widget, "PyTorch"):
        with subtests.test(repr(source)):
            assert names["y"].shape[-1] == source.output_size
            assert names["seen"].tolist() == source.inputs_of(0)


# ---- touch, width, looks -------------------------------------------------------------------------------------------


def test_by_touch_a_tap_pins_and_everything_is_large_enough(open_widget):
    widget = open_widget(StrideRuler(size=8, stride=2, padding=1), touch=True, width=360)
    units(widget, 1).nth(1).tap()
    expect(widget.locator('table[data-role="input"] td.cb-on')).to_have_text(["1", "2", "3"])
    action(widget, "Settings").tap()
    for targets, least in {"button, select, input[type=range]": 44, "td": 24}.items():
        seen = boxes(widget.locator(targets))
        assert seen
        assert [box for box in seen if min(box["width"], box["height"]) < least] == []


LONG = {"size": 24, "padding": 6, "stacked": True, "padding2": 6}


def test_every_cell_is_in_sight_and_nothing_scrolls_sideways(open_widget, subtests):
    states = [LONG, {"size": 24, "kernel": 7, "stride": 6, "padding": 6}, STACK]
    rulers = side_by_side(open_widget, [StrideRuler(**traits) for traits in states], width=360)
    for widget, _ in rulers:
        action(widget, "Code").click()
    for width in (360, 768, 1280):
        assert too_wide(rulers[0][0].page, width) == []
        for widget, source in rulers:
            with subtests.test(f"{width} px: {source}"):
                assert widget.locator(".cb-stage").evaluate("el => el.scrollWidth <= el.clientWidth")
                (card,), seen = boxes(widget.locator(".cb-card")), boxes(widget.locator("td, .cb-bar"))
                assert seen
                assert [box for box in seen if box["left"] < card["left"] or box["right"] > card["right"]] == []


def test_on_a_phone_the_ruler_comes_first_and_what_is_said_stands_on_the_same_screen(open_widget):
    widget = open_widget(StrideRuler(**LONG), touch=True, width=360, height=780)
    top = box_of(widget.locator(".cb-card"))["y"]
    assert box_of(units(widget, 0).first)["y"] - top <= 120
    units(widget, 2).nth(20).tap()
    expect(said(widget)).to_contain_text("Output 20 sees")
    for shown in (units(widget, 2).nth(20), units(widget, 0).nth(20), said(widget)):
        expect(shown).to_be_in_viewport(ratio=1)


def test_where_cells_are_narrow_no_two_numbers_touch(open_widget):
    widget = open_widget(StrideRuler(**LONG), touch=True, width=360)
    for depth in range(3):
        numbers = boxes(units(widget, depth).locator(".cb-value"))
        assert len(numbers) >= 5
        for one, other in pairwise(numbers):
            assert one["right"] <= other["x"]


def test_an_undo_may_take_the_layer_away_that_is_pointed_at(open_widget):
    widget = open_widget(StrideRuler(size=9))
    widget.get_by_label("a second layer below").check()
    units(widget, 2).nth(1).focus()
    expect(said(widget)).to_contain_text("Output 1 sees units 1 to 3 of layer 1")
    widget.page.keyboard.press("Control+z")
    expect(widget.locator('table[data-role="layer-2"]')).to_be_hidden()
    expect(widget.get_by_label("a second layer below")).not_to_be_checked()
    units(widget, 1).first.hover()
    expect(said(widget)).to_contain_text("Output 0 sees pixels 0 to 2")


def test_no_example_says_how_many_outputs_there_are(open_widget):
    widget = open_widget(StrideRuler(predict=True))
    asked = set()
    for _ in StrideRuler().examples:
        expect(widget.get_by_label("example")).not_to_have_value(re.compile("your own|as in the text"))
        action(widget, "Next").click()  # without an answer
        asked.add(widget.get_by_label("example").input_value())
    assert asked == set(StrideRuler().examples)


def test_nothing_jumps_while_the_pointer_moves(open_widget):
    widget = open_widget(StrideRuler(**STACK))
    actions = widget.locator(".cb-actions")
    before = actions.bounding_box()
    for depth, n in ((0, 0), (1, 3), (2, 1)):
        units(widget, depth).nth(n).hover()
        expect(units(widget, depth).nth(n)).to_contain_class("cb-here")
        assert actions.bounding_box() == before


def test_the_cells_of_a_row_are_a_grid(open_widget):
    widget = open_widget(StrideRuler(size=7))
    grid = widget.get_by_role("grid", name="output 5 units")
    expect(grid.get_by_role("gridcell")).to_have_count(5)
    expect(cell(widget, "layer-1", 0, 4)).to_have_attribute("aria-label", "output, unit 4: reads 4 to 6")


def test_axe_finds_nothing(open_widget, axe):
    states = [{"size": 8, "stride": 2, "padding": 1}, {**STACK, "pinned": ("output", 1)}, {"predict": True}]
    rulers = side_by_side(open_widget, [StrideRuler(**traits) for traits in states])
    for widget, _ in rulers:
        action(widget, "Code").click()
    page = rulers[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
