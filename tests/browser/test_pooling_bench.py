"""PoolingBench under the hands of a reader: by mouse, by keyboard, by touch."""

import re
from functools import partial

import numpy as np
import pytest
from hands import (
    action,
    boxes,
    cell,
    code_of,
    drag,
    every_setting,
    in_each_theme,
    middle,
    side_by_side,
    tap_after_a_drag,
    too_wide,
    value,
)
from playwright.sync_api import Locator, expect

from convbook.widgets import PoolingBench
from convbook.widgets.pooling_bench import REDUCTIONS, SHAPES
from convbook.widgets.static import number

TEXTURE, BELOW_ZERO = np.array(SHAPES["a texture"]), np.array(SHAPES["all below zero"])
BLANK = np.zeros((8, 8))
FOUR = [[1, 2, 5, 4], [3, 0, 6, 7], [0, 0, 1, 0], [0, 9, 0, 0]]


def table(widget, role):
    return widget.locator(f'table[data-role="{role}"]')


def shown(widget, role):
    """Return what every cell of a map says to a screen reader, row by row, padding left out."""
    return table(widget, role).evaluate(
        """table => [...table.rows].map((row) => [...row.cells].filter((cell) => !cell.classList.contains("cb-pad"))
          .map((cell) => cell.ariaLabel.split(": ")[1].split(",")[0])).filter((row) => row.length)"""
    )


def texts(values):
    return [[number(v + 0.0) for v in row] for row in np.asarray(values, float)]


def picture(widget):
    return [[float(text.replace("−", "-")) for text in row] for row in shown(widget, "input")]


def sentence(widget):
    return widget.locator(".cb-spoken")


def strip(widget):
    return widget.locator(".cb-sum")


# ---- the same numbers as in Python ---------------------------------------------------------------------------------

SETTINGS = [
    {},
    {"shift": (1, -3)},
    {"input": TEXTURE, "kernel_size": 3, "padding": 1, "shift": (-2, 2)},
    {"input": BELOW_ZERO, "kernel_size": 3, "stride": 1, "padding": 1, "count_include_pad": False},
    {"input": TEXTURE[:7, :11], "ceil_mode": True, "shift": (3, 0), "gradient": [[1, 2, 3], [4, -5, 6]]},
    {"input": TEXTURE[:9], "kernel_size": 4, "stride": 3, "padding": 2, "ceil_mode": True, "gradient": [[7] * 9] * 9},
    {"input": TEXTURE / 7, "kernel_size": 4, "stride": 3, "padding": 2, "ceil_mode": True, "count_include_pad": False},
    {"input": TEXTURE, "kernel_size": 1, "stride": 4, "kernel": np.arange(9).reshape(3, 3) / 9, "shift": (4, 4)},
    {"input": np.ones((4, 4)), "kernel_size": 4, "stride": 1},
    {"input": np.zeros((16, 5)), "stride": 4, "kernel_size": 3},
]


def every_bench(open_widget, **more):
    return every_setting(open_widget, [PoolingBench(**traits, **more) for traits in SETTINGS])


def run(widget, library):
    names = {}
    exec(code_of(widget, library), names)
    return names


def curves(bench):
    series = (
        f"{name} "
        + ", ".join(f"{number(change)} at {number(n)}" for n, change in zip(range(-4, 5), values, strict=True))
        for name, values in bench.changes_by_shift.items()
    )
    return "; ".join(series)


def test_every_output_mark_and_curve_and_what_the_numpy_code_prints_agree_with_python(open_widget, capsys):
    for widget, bench in every_bench(open_widget):
        names = run(widget, "NumPy")
        for name, output in bench.outputs.items():
            np.testing.assert_allclose(names["y"][name], output, atol=1e-12, err_msg=f"{bench} {name}")
        assert capsys.readouterr().out == f"{names['y']}\n"
        assert shown(widget, "input") == texts(bench.moved)
        for name, output in bench.outputs.items():
            assert shown(widget, name) == texts(output), (bench, name)
        expect(table(widget, "input").locator("td.cb-kept")).to_have_count(int(bench.kept.sum()))
        share = number(round(100 * (1 - bench.kept.mean()), 1))
        kept = f"kept by max pooling: {bench.kept.sum()} of {bench.kept.size} pixels; it discards {share} %."
        expect(widget.locator(".cb-pool-key")).to_contain_text(kept)
        label = widget.locator(".cb-lines svg").get_attribute("aria-label")
        assert label.endswith(curves(bench)), bench
        direction = "down" if abs(bench.shift[0]) > abs(bench.shift[1]) else "to the right"
        assert f"Pixels {direction}" in label
        chosen = bench.shift[0] if direction == "down" else bench.shift[1]
        expect(widget.locator(".cb-lines text.cb-here")).to_have_text([number(chosen)] * 4)


def test_every_gradient_and_what_the_numpy_code_prints_of_it_agree_with_python(open_widget, capsys):
    for widget, bench in every_bench(open_widget, backward=True):
        names = run(widget, "NumPy")
        assert capsys.readouterr().out == f"{names['dx']}\n"
        for name, dx in bench.input_gradients.items():
            np.testing.assert_allclose(names["y"][name], bench.outputs[name], atol=1e-12, err_msg=f"{bench} {name}")
            np.testing.assert_allclose(names["dx"][name], dx, atol=1e-12, err_msg=f"{bench} {name}")
            assert shown(widget, name) == texts(dx), (bench, name)
        largest = max(bench.output_gradients.values(), key=np.size)
        assert shown(widget, "gradient") == texts(largest)
        expect(widget.locator(".cb-lines")).to_be_hidden()


def test_the_curves_stand_in_a_table_too(open_widget):
    bench = PoolingBench(input=TEXTURE)
    widget = open_widget(bench)
    widget.get_by_text("the numbers").click()
    rows = widget.locator(".cb-lines table tr").all()
    assert [row.inner_text().split() for row in rows[:1]] == [["right", *REDUCTIONS]]
    for n, row in zip(range(-4, 5), rows[1:], strict=True):
        changes = [number(values[n + 4]) for values in bench.changes_by_shift.values()]
        assert row.inner_text().split() == [number(n), *changes]


def test_lines_that_nearly_coincide_have_plots_of_their_own(open_widget):
    bench = PoolingBench(shift=(0, 1))
    widget = open_widget(bench)
    np.testing.assert_allclose(bench.changes_by_shift["max"], bench.changes_by_shift["average"], atol=0.005)
    panels = widget.locator(".cb-lines .cb-panel")
    expect(panels.locator(".cb-title")).to_have_text([*REDUCTIONS])
    expect(panels.locator(".cb-value")).to_have_text([number(change) for change in bench.changes.values()])
    expect(panels.locator(".cb-other")).to_have_count(4 * 3)  # the others stand behind each, to compare
    places = boxes(panels)
    assert len(places) == 4
    for n, one in enumerate(places):
        for other in places[:n]:
            assert one["x"] >= other["x"] + other["width"] or one["y"] >= other["y"] + other["height"]
    cell(widget, "blur", 2, 2).hover()
    expect(widget.locator(".cb-lines .cb-chosen .cb-title")).to_have_text("blur")


def test_padding_is_hatched_and_pixels_that_no_window_reads_are_crossed(open_widget):
    widget = open_widget(PoolingBench(kernel_size=2, padding=1))
    expect(table(widget, "input").locator("td.cb-pad")).to_have_count(14 * 14 - 12 * 12)
    expect(table(widget, "input").locator("td.cb-dropped")).to_have_count(0)
    widget.get_by_label("padding", exact=True).select_option("0")
    widget.get_by_label("stride of all four").select_option("3")
    expect(table(widget, "input").locator("td.cb-pad")).to_have_count(0)
    expect(table(widget, "input").locator("td.cb-dropped")).to_have_count(144 - 4 * 4 * 4)
    expect(widget.locator(".cb-pool-key")).to_contain_text("80 pixels that no pooling window reads.")
    expect(cell(widget, "input", 0, 2)).to_have_attribute("aria-label", re.compile("read by no pooling window"))


# ---- moving and drawing --------------------------------------------------------------------------------------------


def shift_of(widget):
    return widget.locator(".cb-arrows output")


def test_dragging_moves_the_shape_and_undoes_as_one(open_widget):
    widget = open_widget(PoolingBench())
    drag(cell(widget, "input", 5, 5), cell(widget, "input", 3, 8))
    expect(shift_of(widget)).to_have_text("2 up, 3 right")
    np.testing.assert_array_equal(picture(widget), PoolingBench(shift=(-2, 3)).moved)
    drag(cell(widget, "input", 0, 0), cell(widget, "input", 11, 11))
    expect(shift_of(widget)).to_have_text("4 down, 4 right")
    expect(widget.get_by_role("alert")).to_be_hidden()
    action(widget, "Undo").click()
    action(widget, "Undo").click()
    expect(shift_of(widget)).to_have_text("none")


def test_arrow_keys_move_the_shape(open_widget):
    widget = open_widget(PoolingBench())
    action(widget, "no shift").focus()
    for key in ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"]:
        widget.page.keyboard.press(key)
    expect(shift_of(widget)).to_have_text("1 up, 1 right")
    expect(action(widget, "no shift")).to_be_focused()
    for _ in range(4):
        action(widget, "shift right").click()
    expect(shift_of(widget)).to_have_text("1 up, 4 right")
    expect(widget.get_by_role("alert")).to_contain_text("at most 4 whole pixels")
    action(widget, "no shift").click()
    expect(shift_of(widget)).to_have_text("none")
    expect(widget.get_by_role("alert")).to_be_hidden()


def test_a_stroke_draws_on_the_moved_picture_and_undoes_as_one(open_widget):
    widget = open_widget(PoolingBench(input=BLANK, pen=2.5, padding=1))
    widget.get_by_label("draw").check()
    drag(cell(widget, "input", 2, 2), cell(widget, "input", 7, 7), moves=1)  # so quick that it skips cells
    np.testing.assert_array_equal(picture(widget), np.diag([0, *[2.5] * 6, 0]))
    widget.get_by_label("draw").uncheck()
    drag(cell(widget, "input", 2, 2), cell(widget, "input", 2, 3))
    moved = PoolingBench(input=np.diag([0, *[2.5] * 6, 0]), shift=(0, 1)).moved
    np.testing.assert_array_equal(picture(widget), moved)
    widget.get_by_label("draw").check()
    cell(widget, "input", 1, 1).click()  # the first pixel, after one of padding
    moved[0, 0] = 2.5
    np.testing.assert_array_equal(picture(widget), moved)
    expect(shift_of(widget)).to_have_text("none")  # what was drawn is the new picture
    cell(widget, "input", 1, 1).click()
    assert picture(widget)[0][0] == 0
    for _ in range(4):  # two dots, the switch, and the move
        action(widget, "Undo").click()
    np.testing.assert_array_equal(picture(widget), np.diag([0, *[2.5] * 6, 0]))


def test_keyboard_alone_draws_types_and_pins(open_widget):
    widget = open_widget(PoolingBench(input=BLANK, pinned=()))
    page = widget.page
    cell(widget, "input", 0, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(cell(widget, "input", 1, 0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.type("-1.5")
    page.keyboard.press("Enter")
    expect(cell(widget, "input", 1, 0)).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    assert picture(widget)[1][0] == -0.5
    widget.get_by_label("draw").check()
    cell(widget, "input", 1, 1).focus()
    page.keyboard.press("Space")
    assert picture(widget)[1][1] == 1
    for _ in range(4):
        page.keyboard.press("Control+z")
    assert not np.any(picture(widget))


def test_what_is_no_number_or_no_pixel_is_refused_kindly(open_widget):
    widget = open_widget(PoolingBench(padding=1))
    cell(widget, "input", 6, 5).press("F2")
    widget.page.keyboard.type("NaN")
    widget.page.keyboard.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("“NaN” is not a number")
    cell(widget, "input", 0, 0).press("5")
    widget.page.keyboard.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("Padding is no pixel")
    np.testing.assert_array_equal(picture(widget), SHAPES["an L"])


# ---- pins forward --------------------------------------------------------------------------------------------------


def test_a_maximum_shows_its_window_and_its_winner(open_widget):
    widget = open_widget(PoolingBench(input=FOUR, pinned=()))
    cell(widget, "max", 0, 1).click()
    expect(cell(widget, "max", 0, 1)).to_have_attribute("aria-selected", "true")
    expect(table(widget, "input").locator("td.cb-on")).to_have_count(3)
    expect(cell(widget, "input", 1, 3)).to_contain_class("cb-here")
    expect(strip(widget)).to_have_text("max[0,1]= the largest of5, 4, 6, 7=7from x[1,3]")
    expect(sentence(widget)).to_have_text("Max pooling, row 0, column 1: 7, the largest of 4 pixels, from x[1,3].")


def test_ties_are_named(open_widget):
    widget = open_widget(PoolingBench(input=np.ones((4, 4)), pinned=("max", 1, 1)))
    expect(strip(widget)).to_contain_text("from x[2,2], the first of 4 that tie")
    expect(widget.locator(".cb-pool-key")).to_contain_text("In 4 of 4 windows pixels tie for the maximum")


def test_an_average_shows_equal_shares_and_its_padding(open_widget):
    widget = open_widget(PoolingBench(input=FOUR, kernel_size=3, padding=1, pinned=("average", 0, 0)))
    expect(strip(widget).locator(".cb-term")).to_have_count(4)
    expect(strip(widget)).to_contain_text("× 0.111")
    expect(sentence(widget)).to_contain_text("= 0.667; 5 of 9 places are padding.")
    widget.get_by_label("the average counts padding").uncheck()
    expect(strip(widget)).to_contain_text("× 0.25")
    expect(sentence(widget)).to_contain_text("= 1.5; 5 of 9 places are padding.")


def test_the_convolution_and_the_blur_show_their_weights(open_widget):
    widget = open_widget(PoolingBench(input=FOUR))
    cell(widget, "convolution", 1, 1).click()
    terms = strip(widget).locator(".cb-term")
    expect(terms).to_have_text(["0× 1", "6× 0", "7× −1", "0× 2", "1× 0", "0× −2", "9× 1", "0× 0", "0× −1"])
    cell(widget, "blur", 1, 1).click()
    expect(terms.nth(4)).to_have_text("1× 0.25")
    expect(terms.nth(8)).to_have_text("0× 0.0625")
    bench = PoolingBench(input=FOUR)
    expect(strip(widget).locator(".cb-result").last).to_have_text(number(bench.outputs["blur"][1, 1]))
    terms.nth(6).hover()  # a term lights its pixel
    expect(table(widget, "input").locator("td.cb-on")).to_have_count(1)
    expect(cell(widget, "input", 3, 1)).to_contain_class("cb-on")


def test_a_pixel_shows_the_outputs_that_read_it(open_widget):
    widget = open_widget(PoolingBench(input=FOUR, pinned=()))
    cell(widget, "input", 1, 1).click()
    for name, count in {"max": 1, "average": 1, "convolution": 4, "blur": 4}.items():
        expect(table(widget, name).locator("td.cb-on")).to_have_count(count)
    expect(strip(widget)).to_contain_text("max→ y[0,0]× 0")  # it loses
    expect(strip(widget)).to_contain_text("average→ y[0,0]× 0.25")
    expect(sentence(widget)).to_have_text(
        "Pixel, row 1, column 1: 0, discarded by max pooling. It goes to: max 0 outputs, average 1 output, "
        "convolution 4 outputs, blur 4 outputs."
    )


def test_hover_previews_and_the_layout_stands_still(open_widget):
    widget = open_widget(PoolingBench(input=TEXTURE, kernel_size=3, padding=1))
    card = widget.locator(".cb-card")
    roles = ("input", *REDUCTIONS)
    height = card.bounding_box()["height"]
    for role in roles:
        cell(widget, role, 2, 2).hover()
        expect(cell(widget, role, 2, 2)).to_contain_class("cb-here")
        assert card.bounding_box()["height"] == height, role


def test_an_undo_may_take_the_focused_cell_away(open_widget):
    widget = open_widget(PoolingBench(kernel_size=3, pinned=()))
    widget.get_by_label("pooling of").select_option("2")
    cell(widget, "max", 5, 5).focus()
    widget.page.keyboard.press("Control+z")
    expect(table(widget, "max").locator("tr")).to_have_count(5)
    expect(cell(widget, "max", 4, 4)).to_be_focused()
    expect(strip(widget)).to_contain_text("max[4,4]")


# ---- backward ------------------------------------------------------------------------------------------------------


def backward(widget):
    widget.get_by_label("direction").select_option("backward: a gradient")


def test_the_pinned_output_becomes_a_pinned_gradient(open_widget):
    widget = open_widget(PoolingBench(input=FOUR, pinned=("average", 1, 0)))
    backward(widget)
    expect(cell(widget, "gradient", 1, 0)).to_have_attribute("aria-selected", "true")
    expect(cell(widget, "input", 3, 1)).to_contain_class("cb-here")  # the 9 wins
    for name, count in {"max": 1, "average": 4, "blur": 6}.items():
        expect(table(widget, name).locator("td.cb-on")).to_have_count(count)
    expect(strip(widget)).to_contain_text("max→ x[3,1]1average→ x[2,0]0.25")
    widget.get_by_label("direction").select_option("forward: the outputs")
    expect(cell(widget, "max", 1, 0)).to_have_attribute("aria-selected", "true")


def test_a_gradient_is_edited_and_routed_anew(open_widget):
    widget = open_widget(PoolingBench(input=FOUR, backward=True, pinned=("gradient", 1, 0)))
    cell(widget, "gradient", 1, 0).press("8")
    widget.page.keyboard.press("Enter")
    bench = PoolingBench(input=FOUR, gradient=[[1, 1], [8, 1]])
    for name, dx in bench.input_gradients.items():
        assert shown(widget, name) == texts(dx)
    expect(sentence(widget)).to_have_text(
        "Gradient, row 1, column 0: 8. It goes to, by max: 1 pixel, average: 4 pixels, convolution: 3 pixels, "
        "blur: 6 pixels."
    )
    action(widget, "Undo").click()
    expect(value(widget, "gradient", 1, 0)).to_have_text("1")


def test_a_pixel_shows_what_it_gets_and_from_whom(open_widget):
    widget = open_widget(PoolingBench(input=np.eye(5) * 9, kernel_size=3, stride=2, backward=True, pinned=()))
    cell(widget, "input", 2, 2).click()  # of the four windows that read it, three: in the first another 9 comes before
    dx = PoolingBench(input=np.eye(5) * 9, kernel_size=3).input_gradients
    for name in REDUCTIONS:
        expect(cell(widget, name, 2, 2)).to_contain_class("cb-here")
        expect(strip(widget)).to_contain_text(f"{name}{number(dx[name][2, 2])}=dy[")
    expect(table(widget, "gradient").locator("td.cb-on")).to_have_count(4)
    cell(widget, "max", 2, 2).hover()
    expect(strip(widget).locator(".cb-part")).to_have_count(1)
    expect(strip(widget)).to_contain_text("max3=dy[0,1] = 1× 1dy[1,0] = 1× 1dy[1,1] = 1× 1dy[0,0] = 1× 0")


def test_outputs_of_another_size_use_the_part_they_have(open_widget):
    widget = open_widget(PoolingBench(kernel_size=3, backward=True, pinned=("gradient", 5, 5)))
    expect(table(widget, "gradient").locator("tr")).to_have_count(6)
    expect(strip(widget)).to_contain_text("maxhas no such output")
    expect(strip(widget)).to_contain_text("blur→ x[9,9]0.0625")


# ---- predict -------------------------------------------------------------------------------------------------------

HALVES = [[1, 2, 5, 4], [3, -2, 6, 7], [0, 0, 1, 0], [0, 9, 0, 0]]
NEGATIVE = -1 - np.array(FOUR)
MISTAKES = [
    ({"pinned": ("max", 0, 0)}, "1", "That is the average"),
    ({"pinned": ("max", 0, 0)}, "4", "You added them up"),
    ({"pinned": ("max", 0, 0)}, "7", "That is the output beside it"),
    ({"pinned": ("max", 0, 0)}, "6", "off by one pixel"),
    ({"pinned": ("average", 0, 0)}, "3", "That is the maximum"),
    ({"pinned": ("average", 0, 0)}, "4", "did not divide"),
    ({"pinned": ("average", 0, 0), "kernel_size": 3, "padding": 1}, "1", "the zeros of the padding count as well"),
    ({"pinned": ("average", 0, 0), "kernel_size": 3, "padding": 1, "count_include_pad": False}, "4/9", "only real"),
    ({"pinned": ("max", 0, 0), "kernel_size": 3, "padding": 1, "input": NEGATIVE}, "0", "pads with −∞, not with 0"),
    ({"pinned": ("blur", 1, 1)}, "7/3", "You weighed all pixels alike"),
    ({"pinned": ("convolution", 1, 1)}, "21", "You forgot the weights"),
    ({"pinned": ("max", 0, 0)}, "123", "Its window is framed in the picture"),
    ({"pinned": ("max", 0, 0)}, "three", "is not a number"),
]


def test_a_known_mistake_is_named(open_widget, subtests):
    benches = [PoolingBench(**{"input": HALVES, "predict": True} | traits) for traits, *_ in MISTAKES]
    asked = side_by_side(open_widget, benches)
    for (widget, _), (_, answer, hint) in zip(asked, MISTAKES, strict=True):
        with subtests.test(answer=answer, hint=hint):
            widget.get_by_label("What does").fill(answer)
            widget.page.keyboard.press("Enter")
            expect(widget.locator(".cb-feedback")).to_contain_text(hint)
            assert {text for row in shown(widget, "max") for text in row} == {"to be predicted"}


RIGHT = {"max": "3", "average": "1", "convolution": "−2", "blur": "0.75"}


def test_the_right_answer_uncovers_what_was_asked_and_nothing_else(open_widget, subtests):
    benches = [PoolingBench(input=HALVES, predict=True, pinned=(name, 0, 0)) for name in RIGHT]
    for (widget, bench), (name, answer) in zip(side_by_side(open_widget, benches), RIGHT.items(), strict=True):
        with subtests.test(name=name):
            uncovers_its_own_alone(widget, bench, name, answer)


def uncovers_its_own_alone(widget, bench, name, answer):
    widget.get_by_label(f"What does {REDUCTIONS[name]} write into row 0, column 0?").fill(answer)
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text(f"Yes, {answer}.")
    told = {(other, text) for other in bench.outputs for row in shown(widget, other) for text in row}
    assert told == {(name, answer), *((other, "to be predicted") for other in bench.outputs)}
    expect(widget.locator("td.cb-kept")).to_have_count(1 if name == "max" else 0)  # the winner of this window
    for other in bench.outputs:
        cell(widget, other, 0, 1).hover()
        expect(strip(widget)).to_contain_text("Predict first")
        expect(value(widget, other, 0, 1)).to_have_text("?")
    action(widget, "shift right").click()  # another picture is another question
    expect(value(widget, name, 0, 0)).to_have_text("?")


def test_next_asks_about_one_window_after_the_other(open_widget):
    widget = open_widget(PoolingBench(predict=True))
    asked = set()
    for _ in range(4):
        action(widget, "Next").click()
        action(widget, "Show me").click()
        expect(widget.locator(".cb-feedback")).to_contain_text("It is ")
        asked.add(widget.locator(".cb-question").inner_text())
    assert len(asked) >= 3
    assert {text.split()[2] for text in asked} == {"max", "average"}


TIED = [[4, 1, 0, 0], [1, 4, 0, 0], [0] * 4, [0] * 4]
WRONG_BLAMES = [
    ((1, 1), "the 4 in row 1, column 1 is not it. It ties, but another comes first"),
    ((0, 1), "the 1 in row 0, column 1 is not it. Its 1 is not the largest number"),
    ((3, 3), "It lies outside the framed window"),
]


def test_the_blame_of_the_wrong_pixel_or_of_all_is_explained(open_widget, subtests):
    widget = open_widget(PoolingBench(input=TIED, predict=True, backward=True, pinned=("gradient", 0, 0)))
    for pixel, hint in WRONG_BLAMES:
        with subtests.test(pixel=pixel):
            cell(widget, "input", *pixel).click()
            expect(widget.locator(".cb-feedback")).to_contain_text(hint)
            assert {text for row in shown(widget, "max") for text in row} == {"to be predicted"}
            expect(cell(widget, "gradient", 0, 0)).to_have_attribute("aria-selected", "true")
    action(widget, "all, in equal shares").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("That is average pooling")


BLAMED = PoolingBench(input=FOUR, predict=True, backward=True, pinned=("gradient", 1, 0))


BY = {"mouse": Locator.click, "keyboard": partial(Locator.press, key="Enter")}


def test_the_right_blame_reveals_the_gradients(open_widget, subtests):
    for (widget, bench), (by, blame) in zip(side_by_side(open_widget, [BLAMED] * 2), BY.items(), strict=True):
        with subtests.test(by=by):
            reveals_the_gradients(widget, bench, blame)


def test_the_right_blame_by_touch_reveals_the_gradients(open_widget):
    reveals_the_gradients(open_widget(BLAMED, touch=True, width=360), BLAMED, Locator.tap)


def reveals_the_gradients(widget, bench, blame):
    nine = cell(widget, "input", 3, 1)
    blame(nine)
    expect(widget.locator(".cb-feedback")).to_have_text(
        "Yes, the 9 in row 3, column 1. The winner decides, so the winner gets it all."
    )
    expect(widget.locator(".cb-feedback")).to_be_in_viewport()
    dx = texts(bench.input_gradients["max"])
    hidden = ["to be predicted"] * 4
    assert shown(widget, "max") == [
        hidden,
        hidden,
        *([*row[:2], *hidden[2:]] for row in dx[2:]),
    ]  # its own window alone
    nine.click()  # it is answered: a click pins again
    expect(nine).to_have_attribute("aria-selected", "true")


def test_next_asks_something_else_even_without_an_answer(open_widget):
    widget = open_widget(PoolingBench(predict=True))
    asked = [widget.locator(".cb-question").inner_text()]
    for _ in range(4):
        action(widget, "Next").click()
        expect(widget.locator(".cb-question")).not_to_have_text(asked[-1])
        asked.append(widget.locator(".cb-question").inner_text())
    assert len(set(asked)) == 5


def test_a_pinned_pixel_changes_no_question(open_widget):
    widget = open_widget(PoolingBench(predict=True, pinned=("blur", 2, 2)))
    asked = widget.locator(".cb-question").inner_text()
    cell(widget, "input", 4, 4).click()
    expect(cell(widget, "input", 4, 4)).to_have_attribute("aria-selected", "true")
    expect(widget.locator(".cb-question")).to_have_text(asked)


def test_the_strip_has_room_for_all_that_may_come(open_widget):
    widget = open_widget(PoolingBench(input=TEXTURE, kernel_size=3, stride=1, padding=1))
    tall = strip(widget).bounding_box()["height"]
    cell(widget, "input", 4, 4).hover()
    expect(strip(widget).locator(".cb-part")).to_have_count(4)
    assert strip(widget).bounding_box()["height"] == tall
    action(widget, "Predict").click()
    expect(strip(widget)).to_contain_text("Predict first")
    assert strip(widget).bounding_box()["height"] == tall


def test_each_gradient_has_its_own_scale(open_widget):
    bench = PoolingBench(backward=True)
    widget = open_widget(bench)
    for name, dx in bench.input_gradients.items():
        strongest = np.abs(dx).max()
        expect(table(widget, name).locator("caption")).to_contain_text(f"12×12, darkest: {number(strongest)}")
        i, j = np.argwhere(np.abs(dx) == strongest)[0]
        assert cell(widget, name, i, j).evaluate("el => el.style.getPropertyValue('--weight')") == "1"


def test_a_hidden_result_is_nowhere_on_the_page(open_widget):
    secret = PoolingBench(input=TEXTURE + 0.5, predict=True, pinned=("average", 1, 1))
    widget = open_widget(secret)
    hidden = {
        text for name in ("average", "convolution", "blur") for row in texts(secret.outputs[name]) for text in row
    }
    visible = {text for row in texts(secret.moved) for text in row}
    page = table(widget, "input").evaluate("el => el.closest('.cb-card').outerHTML")
    assert not [text for text in hidden - visible if len(text) > 4 and text in page]
    expect(widget.locator("td.cb-kept")).to_have_count(0)
    for name in REDUCTIONS:
        cells = table(widget, name).locator("td")
        assert set(cells.evaluate_all("cells => cells.map((cell) => cell.style.getPropertyValue('--weight'))")) == {"0"}


# ---- code, share, reset --------------------------------------------------------------------------------------------


@pytest.mark.pytorch
@pytest.mark.parametrize("backward", [False, True])
def test_the_pytorch_code_gives_what_is_on_the_screen(open_widget, backward):
    for widget, bench in every_bench(open_widget, backward=backward):
        names = run(widget, "PyTorch")
        for name in REDUCTIONS:
            if backward:
                np.testing.assert_allclose(names["dx"][name].numpy(), bench.input_gradients[name], atol=1e-12)
            else:
                np.testing.assert_allclose(names["y"][name].numpy(), bench.outputs[name], atol=1e-12)


def test_the_state_lives_in_the_address_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(PoolingBench(input=FOUR))
    action(widget, "shift right").click()
    backward(widget)
    cell(widget, "gradient", 0, 0).press("7")
    widget.page.keyboard.press("Enter")
    widget.page.wait_for_function("location.hash.includes('gradient')")
    widget.page.reload()
    expect(value(widget, "gradient", 0, 0)).to_have_text("7")
    expect(shift_of(widget)).to_have_text("1 right")
    action(widget, "Reset").click()
    expect(shift_of(widget)).to_have_text("none")
    assert shown(widget, "max") == [["3", "7"], ["9", "1"]]
    widget.page.wait_for_function("location.hash === ''")
    action(widget, "Undo").click()
    expect(value(widget, "gradient", 0, 0)).to_have_text("7")


NONSENSE = [
    '"shift":[9,0]',
    '"shift":[0.5,0]',
    '"shift":[1]',
    '"kernel_size":5',
    '"stride":0',
    '"padding":2',
    '"input":[[1]]',
    '"kernel":[[1,2],[3,4]]',
    '"gradient":[[1,2],[3]]',
]


def test_an_address_that_does_not_fit_shows_the_authors_state(open_widget, subtests):
    link = "&".join(f"PoolingBench-{n}={{{nonsense}}}" for n, nonsense in enumerate(NONSENSE, 1))
    benches = side_by_side(open_widget, [PoolingBench(input=FOUR) for _ in NONSENSE], fragment=f"#{link}")
    for (widget, bench), nonsense in zip(benches, NONSENSE, strict=True):
        with subtests.test(nonsense):
            assert widget.evaluate("el => LiveWidgets.models[el.dataset.key].state") == bench.page_state()
            assert shown(widget, "max") == texts(bench.outputs["max"])


def test_a_smaller_kernel_takes_the_padding_along(open_widget):
    widget = open_widget(PoolingBench(kernel_size=4, padding=2))
    widget.get_by_label("pooling of").select_option("1")
    expect(widget.get_by_label("padding", exact=True)).to_have_value("0")
    expect(table(widget, "input").locator("td.cb-pad")).to_have_count(0)


# ---- touch, width, looks -------------------------------------------------------------------------------------------


def touch_drag(start, end):
    session = start.page.context.new_cdp_session(start.page)
    (x0, y0), (x1, y1) = middle(start), middle(end)
    points = [(x0 + (x1 - x0) * n / 5, y0 + (y1 - y0) * n / 5) for n in range(6)]
    for n, (x, y) in enumerate(points):
        kind = "touchMove" if n else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_by_touch_a_finger_scrolls_and_moves_the_shape_from_a_tapped_pixel(open_widget):
    widget = open_widget(PoolingBench(), touch=True, width=360, height=780)
    touch_drag(cell(widget, "input", 8, 4), cell(widget, "input", 3, 4))
    expect(shift_of(widget)).to_have_text("none")
    widget.page.wait_for_function("scrollY > 20")
    tap_after_a_drag(cell(widget, "input", 5, 4))
    expect(strip(widget)).to_contain_text("x[5,4]")
    touch_drag(cell(widget, "input", 5, 4), cell(widget, "input", 6, 6))
    expect(shift_of(widget)).to_have_text("1 down, 2 right")
    tap_after_a_drag(cell(widget, "average", 3, 3))
    expect(cell(widget, "average", 3, 3)).to_have_attribute("aria-selected", "true")


def test_a_tap_where_the_strip_comes_up_pins_and_the_cell_comes_out_from_under_it(open_widget):
    widget = open_widget(PoolingBench(pinned=()), touch=True, width=360, height=780)
    last = cell(widget, "max", 5, 5)
    last.evaluate("el => scrollTo(0, scrollY + el.getBoundingClientRect().bottom - innerHeight + 4)")
    box = last.bounding_box()
    widget.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(last).to_have_attribute("aria-selected", "true")
    expect(strip(widget)).to_contain_text("max[5,5]")
    widget.page.wait_for_function(
        """() => document.querySelector('[aria-selected=true]').getBoundingClientRect().bottom
          <= document.querySelector('.cb-sum').getBoundingClientRect().top"""
    )


def test_by_touch_a_finger_draws_where_drawing_is_on(open_widget):
    widget = open_widget(PoolingBench(input=BLANK), touch=True, width=360)
    action(widget, "Settings").tap()
    widget.get_by_label("draw").check()
    cell(widget, "input", 0, 0).tap()
    touch_drag(cell(widget, "input", 2, 2), cell(widget, "input", 5, 2))
    expected = np.zeros((8, 8))
    expected[0, 0] = 1
    expected[2:6, 2] = 1
    np.testing.assert_array_equal(picture(widget), expected)


def test_on_a_phone_the_picture_comes_first_and_shares_the_screen_with_the_outputs_and_the_sum(open_widget, subtests):
    benches = [PoolingBench(), PoolingBench(backward=True)]
    for widget, bench in side_by_side(open_widget, benches, touch=True, width=360, height=780):
        with subtests.test(backward=bench.backward):
            top = widget.locator(".cb-card").bounding_box()["y"]
            assert cell(widget, "input", 0, 0).bounding_box()["y"] - top <= 120
            shares_the_screen(widget, "gradient" if bench.backward else "blur")


def shares_the_screen(widget, role):
    for i, j in ((0, 0), (5, 5)):
        cell(widget, role, i, j).tap()
        expect(cell(widget, role, i, j)).to_have_attribute("aria-selected", "true")
        lit = table(widget, "input").locator("td.cb-on").last.bounding_box()  # the nearest of its window
        own = cell(widget, role, i, j).bounding_box()
        span = own["y"] + own["height"] - lit["y"]
        assert span + strip(widget).bounding_box()["height"] <= 780


def test_targets_are_large_enough_for_a_finger(open_widget, subtests):
    benches = [PoolingBench(predict=True), PoolingBench(backward=True)]
    for widget, bench in side_by_side(open_widget, benches, touch=True, width=360):
        with subtests.test(backward=bench.backward):
            targets = boxes(widget.locator("button, select, summary"))
            assert targets
            assert [box for box in targets if min(box["width"], box["height"]) < 44] == []
            # 12×12 cells of 44 px have no room on a phone: the picture is one surface to drag or draw on, in cells
            # of 24 px.
            for role in ("input", "gradient") if bench.backward else ("input", "max"):
                box = cell(widget, role, 0, 0).bounding_box()
                assert min(box["width"], box["height"]) >= 24, role


def test_the_page_never_scrolls_sideways(open_widget):
    picture = np.resize(TEXTURE / 7, (16, 16))
    benches = [PoolingBench(input=picture, kernel_size=4, padding=2)]
    benches += [PoolingBench(input=picture, backward=True, stride=1)]
    (forward, _), (backward, _) = side_by_side(open_widget, benches, width=360)
    for widget in (forward, backward):
        action(widget, "Code").click()
    forward.get_by_text("the numbers").click()
    cut_off = "stages => stages.filter((el) => el.scrollWidth > el.clientWidth).map((el) => el.innerText)"
    for width in (360, 600, 768, 1280):
        assert too_wide(forward.page, width) == []
        assert forward.page.locator(".cb-stage").evaluate_all(cut_off) == [], width


def test_axe_finds_nothing(open_widget, axe):
    benches = side_by_side(
        open_widget, [PoolingBench(padding=1), PoolingBench(backward=True), PoolingBench(predict=True)]
    )
    for widget, _ in benches:
        action(widget, "Code").click()
    page = benches[0][0].page
    benches[0][0].get_by_text("the numbers").click()
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}


def test_a_strip_that_scrolls_is_reached_by_the_keyboard(open_widget, axe):
    widget = open_widget(
        PoolingBench(kernel_size=4, stride=1, pinned=("average", 4, 4)), touch=True, width=360, height=400
    )
    sum_of_sixteen = strip(widget)
    assert sum_of_sixteen.evaluate("el => el.scrollHeight > el.clientHeight")
    expect(sum_of_sixteen).to_have_attribute("tabindex", "0")
    assert axe(widget.page) == []
    widget.page.set_viewport_size({"width": 360, "height": 1600})  # now there is room for all of it
    expect(sum_of_sixteen).not_to_have_attribute("tabindex", "0")


def test_a_change_is_painted_within_one_frame(open_widget):
    widget = open_widget(PoolingBench(input=TEXTURE))
    seen = widget.evaluate(
        """(el) => new Promise((done) => {
          const arrow = el.querySelector("[aria-label='shift right']"), place = el.querySelector(".cb-arrows output");
          arrow.click();
          requestAnimationFrame(() => done(place.textContent));
        })"""
    )
    assert seen == "1 right"
