"""KernelWall under the hands of a reader: by mouse, by keyboard, by touch."""

import re

import pytest
from hands import action, boxes, cell, code_of, every_setting, in_each_theme, middle, side_by_side
from playwright.sync_api import expect

from convbook.widgets import KernelWall

LARGE = {"in_channels": 128, "out_channels": 256}
PAIR = {"groups": 2, "stacked": True}


def stations(widget):
    return widget.get_by_role("slider", name="from standard to separable")


def tiles(widget, role="kernel"):
    return widget.locator(f'table[data-role="{role}"] td:not(.cb-absent)')


def place_of_the_wall(widget):
    """The place of the wall on the card, wherever the page has been scrolled to."""
    wall, card = widget.locator('table[data-role="kernel"]').bounding_box(), widget.locator(".cb-card").bounding_box()
    return wall["x"] - card["x"], wall["y"] - card["y"]


def lit(widget, role):
    return widget.locator(f'table[data-role="{role}"] td:is(.cb-on, .cb-here)')


def names(cells):
    return [text.strip() for text in cells.all_inner_texts()]


def row(widget, name):
    """Return the numbers of a row of the table of costs."""
    texts = widget.locator(".cb-costs tr").filter(has=widget.page.get_by_role("rowheader", name=name, exact=True))
    return texts.locator("td").all_inner_texts()


# ---- the same numbers as in Python ---------------------------------------------------------------------------------

STATES = [
    {},
    {"groups": 4, "kernel": 5, "bias": True},
    {"in_channels": 6, "out_channels": 12, "groups": 6, "size": 7},
    {"separable": True, "multiplier": 2, "bias": True},
    PAIR,
    {**PAIR, "shuffle": True, "bias": True},
    LARGE,
    {**LARGE, "separable": True},
    {**LARGE, "separable": True, "bias": True, "size": 28},
    {**LARGE, "groups": 32, "stacked": True, "shuffle": True},
]


def test_shapes_costs_and_reach_are_those_of_python(open_widget):
    walls = [KernelWall(**state, pinned=("output", state.get("out_channels", 8) - 1)) for state in STATES]
    for widget, wall in every_setting(open_widget, walls):
        shapes = [f"({', '.join(map(str, shape))})" for shape in wall.weight_shapes]
        expect(widget.locator(".cb-layer-row td:nth-child(2)")).to_have_text(shapes)
        totals = row(widget, "together" if len(shapes) > 1 else "layer")
        biases = [f"{wall.parameters - wall.weights:,}"] if wall.bias else []
        assert totals[1:] == [f"{wall.weights:,}", *biases, f"{wall.macs:,}"]
        assert row(widget, "standard")[-1] == f"{wall.standard.macs:,}"
        formula = widget.locator(".cb-formula")
        expect(formula).to_contain_text(f"= {wall.weights:,} weights")
        if wall.bias:
            expect(formula).to_contain_text(f"= {wall.parameters:,}")
        heard = len(wall.inputs_of(wall.out_channels - 1))
        words = "hears of" if len(shapes) > 1 else "reads"
        expect(widget.locator(".cb-spoken")).to_contain_text(f"{words} {heard} ")


def test_the_large_layer_of_the_chapter_on_its_way_to_separable(open_widget):
    widget = open_widget(KernelWall(**LARGE))
    assert row(widget, "layer")[:2] == ["(256, 128, 3, 3)", "294,912"]
    stations(widget).press("End")
    expect(widget.locator(".cb-station")).to_have_text("separable")
    assert row(widget, "together")[1] == "33,920"
    expect(widget.locator(".cb-costs .cb-note")).to_have_text("8.69 times fewer weights and MACs than standard.")
    widget.get_by_label("biases").check()
    expect(widget.locator(".cb-formula")).to_have_text(
        "128·1·3·3 + 256·128·1·1 = 1,152 + 32,768 = 33,920 weights, + 384 biases = 34,304"
    )
    expect(widget.locator(".cb-costs .cb-note")).to_contain_text("8.60 times fewer numbers to learn")


# ---- from standard to separable ------------------------------------------------------------------------------------


def test_tiles_and_wires_vanish_from_station_to_station(open_widget):
    widget = open_widget(KernelWall())
    wires = widget.locator(".cb-wires path").first
    for name, count in (("standard", 64), ("2 groups", 32), ("4 groups", 16), ("depthwise", 8)):
        expect(widget.locator(".cb-station")).to_have_text(name)
        expect(stations(widget)).to_have_attribute("aria-valuetext", name)
        expect(tiles(widget)).to_have_count(count)
        expect(tiles(widget, "tensor1")).to_have_count(count)
        assert wires.get_attribute("d").count("M") == count
        stations(widget).press("ArrowRight")
    expect(tiles(widget)).to_have_count(8)
    expect(tiles(widget, "kernel2")).to_have_count(64)
    action(widget, "Undo").click()
    expect(widget.locator(".cb-station")).to_have_text("depthwise")


def test_nothing_moves_while_the_groups_change(open_widget):
    widget = open_widget(KernelWall())
    places = [widget.locator(f'table[data-role="{role}"]').bounding_box() for role in ("input", "kernel", "tensor1")]
    stations(widget).press("ArrowRight")
    expect(widget.locator(".cb-station")).to_have_text("2 groups")
    moved = [widget.locator(f'table[data-role="{role}"]').bounding_box() for role in ("input", "kernel", "tensor1")]
    assert [(box["x"], box["y"]) for box in places] == [(box["x"], box["y"]) for box in moved]


def test_groups_follow_the_channels_and_depthwise_stays_depthwise(open_widget):
    widget = open_widget(KernelWall(groups=4))
    field = widget.get_by_role("textbox", name="channels in")
    field.fill("6")
    field.press("Enter")
    expect(widget.locator(".cb-station")).to_have_text("2 groups")
    stations(widget).press("Home")
    widget.get_by_role("textbox", name="channels out").fill("12")
    widget.get_by_role("textbox", name="channels out").press("Enter")
    stations(widget).press("End")
    stations(widget).press("ArrowLeft")
    expect(widget.locator(".cb-station")).to_have_text("depthwise")
    expect(widget.get_by_label("depth multiplier")).to_have_value("2")
    widget.get_by_role("button", name="increase channels in").click()
    expect(widget.locator(".cb-station")).to_have_text("depthwise")
    assert row(widget, "layer")[0] == "(14, 1, 3, 3)"
    widget.get_by_label("depth multiplier").select_option("1")
    assert row(widget, "layer")[0] == "(7, 1, 3, 3)"


def test_what_is_no_number_of_channels_is_refused_kindly(open_widget, subtests):
    widget = open_widget(KernelWall())
    field = widget.get_by_role("textbox", name="channels in")
    for text, words in (("0", "from 1 to 1024"), ("2.5", "whole number"), ("abc", "is not a number")):
        with subtests.test(text):
            field.fill(text)
            field.press("Enter")
            expect(widget.get_by_role("alert")).to_contain_text(words)
            expect(tiles(widget)).to_have_count(64)
            expect(field).to_have_value("8")


# ---- three-way pinning ---------------------------------------------------------------------------------------------


def test_a_pinned_output_lights_its_inputs_its_wires_and_its_tiles(open_widget):
    widget = open_widget(KernelWall(groups=4))
    cell(widget, "output", 0, 3).click()
    expect(cell(widget, "output", 0, 3)).to_have_attribute("aria-selected", "true")
    widget.locator(".cb-actions").hover()
    assert names(lit(widget, "input")) == ["x2", "x3"]
    expect(lit(widget, "kernel")).to_have_count(2)
    expect(lit(widget, "tensor1")).to_have_count(2)
    assert widget.locator(".cb-wires .cb-lit").first.get_attribute("d").count("M") == 2
    expect(widget.locator(".cb-sum .cb-term")).to_have_text(["x2 ⋆ weight[3, 0]", "x3 ⋆ weight[3, 1]"])
    cell(widget, "output", 0, 3).click()
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)


def test_a_tile_of_the_wall_and_of_the_tensor_are_the_same_one(open_widget):
    widget = open_widget(KernelWall(groups=4))
    cell(widget, "tensor1", 5, 1).hover()
    expect(cell(widget, "kernel", 5, 5)).to_have_class(re.compile("cb-here"))
    cell(widget, "kernel", 5, 4).click()
    widget.locator(".cb-actions").hover()
    expect(cell(widget, "tensor1", 5, 0)).to_have_class(re.compile("cb-here"))
    assert names(lit(widget, "input")) + names(lit(widget, "output")) == ["x4", "y5"]
    expect(widget.locator(".cb-sum")).to_contain_text(
        "joins x4 to y5 and is weight[5, 0] of (8, 2, 3, 3), 9 weights used at 196 positions: 1,764 MACs."
    )
    cell(widget, "kernel", 0, 7).hover()
    expect(widget.locator(".cb-sum")).to_have_text("No kernel joins x7 and y0: they are in different groups.")
    expect(lit(widget, "input")).to_have_count(0)


def test_the_keyboard_walks_the_wall_and_pins(open_widget):
    widget = open_widget(KernelWall(groups=2))
    cell(widget, "kernel", 0, 0).focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        widget.page.keyboard.press(key)
    expect(cell(widget, "kernel", 1, 1)).to_have_attribute("aria-selected", "true")
    expect(cell(widget, "kernel", 1, 1)).to_have_attribute("aria-label", re.compile("x1 to y1, 3×3 kernel"))
    widget.page.keyboard.press("End")
    expect(widget.locator(".cb-spoken")).to_contain_text("No kernel joins x7 and y1")
    widget.page.keyboard.press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)


def test_a_shuffle_lets_the_groups_talk(open_widget):
    widget = open_widget(KernelWall(**PAIR, pinned=("output", 0)))
    assert names(lit(widget, "input")) == ["x0", "x1", "x2", "x3"]
    expect(widget.locator(".cb-reach")).to_contain_text("hears of 4 of the 8 inputs: the groups never talk.")
    widget.get_by_label("channel shuffle between").check()
    expect(lit(widget, "input")).to_have_count(8)
    assert names(widget.locator('table[data-role="dealt"] td')) == ["h0", "h4", "h1", "h5", "h2", "h6", "h3", "h7"]
    assert names(lit(widget, "dealt")) == ["h0", "h4", "h1", "h5"]
    expect(widget.locator(".cb-reach")).to_contain_text("hears of 8 of the 8 inputs")
    cell(widget, "dealt", 0, 1).click()  # h4, which the second layer reads in its first group
    expect(cell(widget, "hidden", 0, 4)).to_have_attribute("aria-selected", "true")
    assert names(lit(widget, "output")) == ["y0", "y1", "y2", "y3"]


def test_a_pair_of_a_large_layer_is_chosen_on_its_area(open_widget):
    widget = open_widget(KernelWall(**LARGE, groups=4))
    wall = widget.locator('[data-role="kernel"] .cb-area')
    x, y = middle(wall)
    widget.page.mouse.move(x - 2, y - 2)
    expect(widget.locator(".cb-sum")).to_contain_text("joins x")
    wall.focus()
    widget.page.keyboard.press("ArrowUp")
    widget.page.keyboard.press("Enter")
    changed = widget.evaluate("el => LiveWidgets.models[el.dataset.key].changes().pinned")
    assert changed[0] == "kernel"
    widget.page.keyboard.press("Shift+ArrowLeft")
    widget.page.keyboard.press("Escape")
    expect(widget.locator(".cb-sum")).to_contain_text("Point at a channel")


# ---- predict -------------------------------------------------------------------------------------------------------


def answer(widget, text):
    widget.locator(".cb-predict input").fill(text)
    widget.locator(".cb-predict input").press("Enter")
    return widget.locator(".cb-feedback")


def test_slips_of_the_shape_are_named_and_the_tensor_comes_with_the_answer(open_widget):
    widget = open_widget(KernelWall(in_channels=6, out_channels=12, groups=3, predict=True))
    for text, words in (
        ("12, 6, 3, 3", "You left out the groups"),
        ("4, 2, 3, 3", "You divided both"),
        ("4 6 3 3", "You divided the outputs"),
        ("(12, 3, 3, 3)", "not how many groups"),
        ("12, 2", "is not a list of four whole numbers"),
        ("9, 9, 9, 9", "Outputs come first"),
    ):
        expect(answer(widget, text)).to_contain_text(words)
        expect(tiles(widget, "tensor1")).to_have_count(0)
        expect(widget.locator('table[data-role="tensor1"] caption')).to_have_text("weight ?")
    kept = place_of_the_wall(widget)
    action(widget, "Code").click()
    expect(widget.locator("pre code")).not_to_contain_text("// 3")
    assert "(12, 2, 3, 3)" not in widget.locator(".cb-card").inner_text()
    expect(answer(widget, "(12, 2, 3, 3)")).to_contain_text("Yes, (12, 2, 3, 3)")
    expect(tiles(widget, "tensor1")).to_have_count(24)
    assert place_of_the_wall(widget) == kept
    assert row(widget, "layer") == ["(12, 2, 3, 3)", "?", "?"]


def test_slips_of_the_weights_are_named(open_widget):
    widget = open_widget(KernelWall(**LARGE, separable=True, bias=True, predict=True))
    action(widget, "Next").click()
    for text, words in (
        ("34048", "the biases of one layer alone"),
        ("33920", "You left out the biases"),
        ("1280", "That is the depthwise alone"),
        ("295296", "You left out the groups"),
        ("33280", "You left out the kernel"),
        ("5", "Count the filters"),
    ):
        expect(answer(widget, text)).to_contain_text(words)
    expect(answer(widget, "34304")).to_contain_text("Yes, 34,304.")
    assert row(widget, "together") == ["", "33,920", "384", "?"]
    action(widget, "Next").click()
    expect(widget.locator(".cb-question")).to_have_text("How many multiply-accumulates are that on maps of 14×14?")
    expect(answer(widget, "33920")).to_contain_text("That is the number of weights")
    expect(answer(widget, "13296640")).to_contain_text("Those are FLOPs")
    expect(answer(widget, "6648320")).to_contain_text("Yes, 6,648,320.")


def test_it_asks_which_inputs_reach_an_output_without_lighting_them(open_widget):
    widget = open_widget(KernelWall(**PAIR, shuffle=True, predict=True, pinned=("output", 0)))
    expect(lit(widget, "input")).to_have_count(0)
    expect(widget.locator(".cb-reach")).to_be_hidden()
    action(widget, "Next").click()
    action(widget, "Next").click()
    expect(answer(widget, "4")).to_contain_text("That is what one layer reads")
    expect(answer(widget, "8")).to_contain_text("Yes, 8")
    expect(lit(widget, "input")).to_have_count(8)


def test_next_goes_on_without_an_answer_and_then_to_the_next_example(open_widget):
    widget = open_widget(KernelWall(predict=True))
    asked = []
    for _ in range(5):
        asked.append(widget.locator(".cb-question").inner_text())
        action(widget, "Next").click()
    assert len(set(asked[:3])) == 3
    expect(widget.get_by_label("example")).not_to_have_value("a small layer")
    action(widget, "Reset").click()
    expect(widget.get_by_label("example")).to_have_value("a small layer")


def test_the_state_lives_in_the_address_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(KernelWall())
    stations(widget).press("End")
    widget.get_by_label("biases").check()
    widget.page.wait_for_function("location.hash.includes('bias')")
    widget.page.reload()
    expect(widget.locator(".cb-station")).to_have_text("separable")
    assert row(widget, "together")[2] == "16"
    action(widget, "Reset").click()
    expect(widget.locator(".cb-station")).to_have_text("standard")
    action(widget, "Undo").click()
    expect(widget.locator(".cb-station")).to_have_text("separable")


# ---- code ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.pytorch)])
def test_the_code_counts_what_is_on_the_screen(open_widget, subtests, library):
    walls = [KernelWall(**STATES[n], pinned=("output", 5)) for n in (0, 1, 3, 5)]
    for widget, source in side_by_side(open_widget, walls):
        with subtests.test(repr(source)):
            names = {}
            exec(code_of(widget, library), names)
            assert [tuple(weight.shape) for weight in names["layers"]] == source.weight_shapes
            assert names["parameters"] == source.parameters
            assert names["macs"] == source.macs
            assert names["inputs"].tolist() == source.inputs_of(5)


# ---- touch, width, looks -------------------------------------------------------------------------------------------


def test_on_a_phone_a_tapped_channel_shares_the_screen_with_its_partners_and_its_sum(open_widget):
    widget = open_widget(KernelWall(groups=4), touch=True, width=360, height=780)
    cell(widget, "output", 0, 3).tap()
    shown = (cell(widget, "output", 0, 3), cell(widget, "input", 0, 2), cell(widget, "kernel", 3, 2))
    for part in (*shown, widget.locator(".cb-sum")):
        expect(part).to_be_in_viewport()
    buttons = boxes(widget.locator("button, select"))
    assert buttons
    assert [box for box in buttons if min(box["width"], box["height"]) < 44] == []
    tile = cell(widget, "kernel", 0, 0).bounding_box()
    assert min(tile["width"], tile["height"]) >= 24


def test_it_is_accessible(open_widget, axe):
    states = [{**PAIR, "shuffle": True, "predict": True}, {**LARGE, "groups": 4}]
    walls = side_by_side(open_widget, [KernelWall(**state, pinned=("output", 0)) for state in states])
    page = walls[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
