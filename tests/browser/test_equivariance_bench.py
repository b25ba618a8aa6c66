"""EquivarianceBench under the hands of a reader: by mouse, by keyboard, by touch."""

import re

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
    swipe,
    tap_after_a_drag,
    too_wide,
    value,
)
from playwright.sync_api import expect

from convbook.widgets import EquivarianceBench
from convbook.widgets.equivariance_bench import MAPS, PATTERNS
from convbook.widgets.static import number

TEXTURE = np.array(PATTERNS["a texture"])
BLANK = np.zeros((8, 8))


def shown(widget, role):
    """Return what every cell of a map says to a screen reader, row by row."""
    return widget.locator(f'table[data-role="{role}"]').evaluate(
        "table => [...table.rows].map((row) => [...row.cells].map((cell) => cell.ariaLabel.split(': ')[1]))"
    )


def texts(values):
    return [
        ["nothing to compare" if np.isnan(v) else number(v + 0.0) for v in row] for row in np.asarray(values, float)
    ]


def without_notes(rows):
    return [[text.removesuffix(", entered") for text in row] for row in rows]


def picture(widget):
    return [[float(text.replace("−", "-")) for text in row] for row in shown(widget, "input")]


# ---- the same numbers as in Python ---------------------------------------------------------------------------------

SETTINGS = [
    {},
    {"shift": (-3, 4)},
    {"padding_mode": "zeros", "shift": (2, -4)},
    {"padding_mode": "reflect", "relu": True},
    {"padding_mode": "replicate", "shift": (0, -1), "kernel": [[1, 2, 3], [0, -1, 4], [2, 0, 1]]},
    {"padding_mode": "valid", "shift": (4, 3)},
    {"stride": 2, "shift": (1, 2)},
    {"stride": 3, "shift": (-2, 3), "padding_mode": "zeros"},
    {"pooling": "max", "shift": (1, 0), "relu": True},
    {"pooling": "average", "shift": (-2, 2), "padding_mode": "valid"},
    {"pooling": "max", "stride": 3, "padding_mode": "reflect", "shift": (4, 4)},
    {"input": TEXTURE[:8, :11], "kernel": [[1, -2, 0, 3, 1]], "stride": 3, "shift": (3, -3)},
    {"input": TEXTURE[:9, :8] - 1.5, "kernel": [[0.25]], "padding_mode": "zeros", "shift": (0, 0)},
    {"input": np.ones((8, 8)), "kernel": np.ones((5, 5)), "padding_mode": "valid", "shift": (0, 4)},
]


def every_bench(open_widget):
    return every_setting(
        open_widget, [EquivarianceBench(**{"input": TEXTURE, "global_max": True, **traits}) for traits in SETTINGS]
    )


def run(widget, library):
    names = {}
    exec(code_of(widget, library), names)
    return names


def test_every_map_word_and_bar_and_what_the_numpy_code_prints_agrees_with_python(open_widget, capsys):
    for widget, bench in every_bench(open_widget):
        names = run(widget, "NumPy")
        np.testing.assert_allclose(names["difference"], bench.difference, err_msg=repr(bench))
        np.testing.assert_allclose(names["a"], bench.shift_then_convolve, err_msg=repr(bench))
        assert capsys.readouterr().out == f"{names['difference']}\n"
        for role in MAPS:
            assert without_notes(shown(widget, role)) == texts(getattr(bench, role)), (bench, role)
        differing = widget.locator('table[data-role="difference"] td.cb-differs')
        expect(differing).to_have_count(int(bench.differing.sum()))
        expect(widget.locator(".cb-verdict")).to_have_text(verdict(bench))
        distances = [
            f"{'–' if np.isnan(d) else number(d)} at {n} pixel{'' if n == 1 else 's'}"
            for n, d in enumerate(bench.largest_by_distance)
        ]
        label = f"largest difference, shifted {direction(bench)}: {', '.join(distances)}"
        expect(widget.locator(".cb-bars svg")).to_have_attribute("aria-label", label)
        one, other = map(number, bench.maxima)
        maxima = f"Maximum over all positions: {one} for the input, {other} for the shifted input."
        expect(widget.locator(".cb-bench-notes")).to_contain_text(maxima)
        expect(widget.locator(".cb-formula")).to_have_text(steps(bench))


def verdict(bench):
    words = bench.verdict()
    largest = f"; largest: {number(bench.largest_difference)}" if bench.differing.any() else ""
    return f"{words[0].upper()}{words[1:]}{largest}."


def bars(bench):
    largest = ["–" if np.isnan(difference) else number(difference) for difference in bench.largest_by_distance]
    distances = [f"{text} at {n} pixels" for n, text in enumerate(largest)]
    return f"largest difference, shifted {direction(bench)}: {', '.join(distances)}"


def steps(bench):
    exact = ", ".join(number(n / bench.total_stride + 0.0) for n in bench.shift)
    rounded = "" if bench.in_step else f" → ({', '.join(map(number, bench.output_shift))})"
    shift = ", ".join(map(number, bench.shift))
    return f"shift in steps of the output: ({shift}) / {bench.total_stride} = ({exact}){rounded}"


def direction(bench):
    words = [{-1: "up", 1: "down"}, {-1: "left", 1: "right"}]
    along = np.sign(bench.shift) if any(bench.shift) else (0, 1)
    return ", ".join(word[n] for word, n in zip(words, along, strict=True) if n)


def test_what_enters_is_hatched_and_says_so(open_widget):
    widget = open_widget(EquivarianceBench(padding_mode="zeros", shift=(1, 2)))
    for role, count in {"input": 0, "shifted": 34, "convolve_then_shift": 34, "difference": 0}.items():
        expect(widget.locator(f'table[data-role="{role}"] td.cb-pad')).to_have_count(count)
    assert shown(widget, "shifted")[0][0] == "0, entered"
    widget.get_by_label("padding").select_option("none (valid)")
    expect(widget.locator('table[data-role="difference"] td.cb-pad')).to_have_count(10 * 10 - 9 * 8)
    expect(widget.locator(".cb-bench-notes")).to_contain_text("Nothing is known of what enters the output")
    widget.get_by_label("padding").select_option("circular")
    expect(widget.locator("td.cb-pad")).to_have_count(0)
    expect(widget.locator(".cb-bench-notes")).to_contain_text("rolls around its edge")


# ---- drawing -------------------------------------------------------------------------------------------------------


def test_a_click_draws_and_a_second_click_wipes(open_widget):
    widget = open_widget(EquivarianceBench(input=BLANK))
    cell(widget, "input", 2, 3).click()
    assert np.argwhere(picture(widget)).tolist() == [[2, 3]]
    cell(widget, "input", 2, 3).click()
    assert not np.any(picture(widget))


def test_a_drag_draws_a_line_that_undoes_as_one(open_widget):
    widget = open_widget(EquivarianceBench(input=BLANK, pen=2.5))
    drag(cell(widget, "input", 1, 1), cell(widget, "input", 6, 6), moves=1)  # so quick that it skips cells
    np.testing.assert_array_equal(picture(widget), np.diag([0, *[2.5] * 6, 0]))
    drag(cell(widget, "input", 6, 6), cell(widget, "input", 6, 1), moves=1)  # it starts on ink, so it wipes
    np.testing.assert_array_equal(picture(widget), np.diag([0, *[2.5] * 5, 0, 0]))
    action(widget, "Undo").click()
    action(widget, "Undo").click()
    assert not np.any(picture(widget))


def test_a_stroke_may_leave_the_picture_and_come_back(open_widget):
    widget = open_widget(EquivarianceBench(input=BLANK))
    mouse = widget.page.mouse
    mouse.move(*middle(cell(widget, "input", 0, 6)))
    mouse.down()
    mouse.move(*middle(widget.locator(".cb-settings")), steps=4)
    mouse.move(*middle(cell(widget, "input", 0, 1)), steps=4)
    mouse.up()
    drawn = np.argwhere(picture(widget)).tolist()
    assert [0, 6] in drawn and [0, 1] in drawn


def test_keyboard_alone_draws_types_nudges_and_undoes(open_widget):
    widget = open_widget(EquivarianceBench(input=BLANK, pinned=()))
    page = widget.page
    cell(widget, "input", 0, 0).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert picture(widget)[1][0] == 1
    page.keyboard.press("Enter")
    assert picture(widget)[1][0] == 0
    page.keyboard.type("-1.5")
    page.keyboard.press("Enter")
    expect(cell(widget, "input", 1, 0)).to_be_focused()
    assert picture(widget)[1][0] == -1.5
    page.keyboard.press("Alt+ArrowUp")
    assert picture(widget)[1][0] == -0.5
    for _ in range(4):
        page.keyboard.press("Control+z")
    assert not np.any(picture(widget))
    expect(action(widget, "Undo")).to_be_disabled()


def test_the_pen_is_a_number(open_widget):
    widget = open_widget(EquivarianceBench(input=BLANK))
    widget.get_by_label("pen", exact=True).fill("ink")
    widget.page.keyboard.press("Tab")
    expect(widget.get_by_role("alert")).to_contain_text("“ink” is not a number")
    expect(widget.get_by_label("pen", exact=True)).to_have_value("1")
    widget.get_by_role("button", name="decrease pen").click()
    widget.get_by_role("button", name="decrease pen").click()
    cell(widget, "input", 4, 4).click()
    assert picture(widget)[4][4] == -1


def test_text_in_a_cell_is_refused_kindly_and_the_last_number_stays(open_widget):
    widget = open_widget(EquivarianceBench())
    for role, at, old in [("input", (3, 6), "1"), ("kernel", (0, 0), "1")]:
        cell(widget, role, *at).press("F2")
        widget.page.keyboard.type("NaN")
        widget.page.keyboard.press("Enter")
        expect(widget.get_by_role("alert")).to_contain_text("“NaN” is not a number")
        assert shown(widget, role)[at[0]][at[1]] == old


# ---- shifting ------------------------------------------------------------------------------------------------------


def shift_of(widget):
    return widget.locator(".cb-arrows output")


def test_the_arrows_shift_and_refuse_kindly_to_go_too_far(open_widget):
    widget = open_widget(EquivarianceBench(shift=(0, 0)))
    expect(shift_of(widget)).to_have_text("none")
    action(widget, "shift up").click()
    action(widget, "shift left").click()
    action(widget, "shift left").click()
    expect(shift_of(widget)).to_have_text("1 up, 2 left")
    action(widget, "shift down").click()
    expect(shift_of(widget)).to_have_text("2 left")
    action(widget, "no shift").click()
    expect(shift_of(widget)).to_have_text("none")
    for _ in range(5):
        action(widget, "shift right").click()
    expect(shift_of(widget)).to_have_text("4 right")
    expect(widget.get_by_role("alert")).to_contain_text("at most 4 whole pixels")
    action(widget, "shift left").click()
    expect(widget.get_by_role("alert")).to_be_hidden()


def test_arrow_keys_shift_while_the_arrows_have_the_focus(open_widget):
    widget = open_widget(EquivarianceBench(shift=(0, 0)))
    action(widget, "no shift").focus()
    for key in ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"]:
        widget.page.keyboard.press(key)
    expect(shift_of(widget)).to_have_text("1 up, 1 right")
    expect(action(widget, "no shift")).to_be_focused()


def test_dragging_the_shifted_picture_shifts_and_undoes_as_one(open_widget):
    widget = open_widget(EquivarianceBench(shift=(0, 1)))
    drag(cell(widget, "shifted", 5, 5), cell(widget, "shifted", 3, 7))
    expect(shift_of(widget)).to_have_text("2 up, 3 right")
    drag(cell(widget, "shifted", 0, 0), cell(widget, "shifted", 11, 11))
    expect(shift_of(widget)).to_have_text("4 down, 4 right")
    expect(widget.get_by_role("alert")).to_be_hidden()
    action(widget, "Undo").click()
    action(widget, "Undo").click()
    expect(shift_of(widget)).to_have_text("1 right")


def test_a_click_on_the_shifted_picture_pins_where_it_comes_from(open_widget):
    widget = open_widget(EquivarianceBench(shift=(1, 2)))
    cell(widget, "shifted", 4, 8).click()
    expect(shift_of(widget)).to_have_text("1 down, 2 right")
    expect(cell(widget, "input", 3, 6)).to_have_class("cb-on")
    expect(widget.locator(".cb-spoken")).to_have_text("Shifted, row 4, column 8: 1 comes from input[3,6].")


# ---- pins and sums -------------------------------------------------------------------------------------------------


def sums(widget):
    return widget.locator(".cb-sum")


def test_a_cell_of_the_difference_shows_both_sums(open_widget):
    widget = open_widget(EquivarianceBench(padding_mode="zeros", shift=(0, 4)))
    cell(widget, "difference", 6, 11).click()
    expect(cell(widget, "difference", 6, 11)).to_have_attribute("aria-selected", "true")
    expect(sums(widget).nth(0)).to_contain_text("shift, then convolve[6,11]=")
    expect(sums(widget).nth(1)).to_contain_text("convolve, then shift[6,11] = convolved[6,7]=")
    expect(sums(widget).nth(0).locator(".cb-term")).to_have_count(9)
    expect(sums(widget).nth(0).locator(".cb-term.cb-pad")).to_have_count(3)  # the column right of the picture
    expect(sums(widget).nth(1).locator(".cb-term.cb-pad")).to_have_count(0)
    expect(sums(widget).nth(0).locator(".cb-result").last).to_have_text("4")
    expect(sums(widget).nth(1).locator(".cb-result").last).to_have_text("3")
    expect(widget.locator(".cb-spoken")).to_have_text(
        "Row 6, column 11: shift, then convolve gives 4, convolve, then shift gives 3: they differ by 1."
    )
    expect(widget.locator('table[data-role="shifted"] td.cb-on')).to_have_count(6)
    expect(widget.locator('table[data-role="input"] td.cb-on')).to_have_count(9)
    expect(cell(widget, "convolved", 6, 7)).to_have_class("cb-on")
    cell(widget, "difference", 6, 11).press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)


def test_copied_and_entered_pixels_are_marked_in_the_sum(open_widget):
    widget = open_widget(EquivarianceBench(padding_mode="reflect", shift=(0, 1), pinned=("difference", 5, 0)))
    pads = sums(widget).nth(0).locator(".cb-term.cb-pad")
    expect(pads).to_have_count(6)  # three copies beyond the border, three zeros that entered
    expect(pads.nth(0)).to_have_attribute("title", "shifted[4,-1] × w[0,0], padding")
    expect(pads.nth(1)).to_have_attribute("title", "shifted[4,0] × w[0,1], entered")
    expect(sums(widget).nth(1)).to_contain_text("convolve, then shift[5,0]= 0, which entered with the shift.")


def test_with_pooling_the_sum_ends_with_the_maximum(open_widget):
    widget = open_widget(EquivarianceBench(pooling="max", relu=True, pinned=("convolved", 2, 3)))
    strip = sums(widget).nth(1)
    expect(strip).to_contain_text("convolved[2,3]")
    expect(strip).to_contain_text("→ReLU=4→maximum of 0, 4, 0, 4=4")
    expect(widget.locator('table[data-role="input"] td.cb-on')).to_have_count(16)
    strip.locator(".cb-term").nth(3).hover()
    expect(widget.locator('table[data-role="input"] td.cb-on')).to_have_count(1)
    expect(cell(widget, "kernel", 1, 0)).to_have_class("cb-on")


def test_a_weight_is_edited_in_place_by_keys_and_by_its_stepper(open_widget):
    widget = open_widget(EquivarianceBench())
    cell(widget, "kernel", 1, 1).click()
    expect(sums(widget).nth(0)).to_contain_text("is the same at every position")
    sums(widget).first.hover()  # the pointer leaves the grids, and the pin keeps the weight in the strip
    widget.get_by_role("button", name="increase pinned weight").click()
    expect(value(widget, "kernel", 1, 1)).to_have_text("1")
    cell(widget, "kernel", 1, 1).press("7")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "kernel", 1, 1)).to_have_text("7")
    assert shown(widget, "convolved")[3][6] == "7"  # the top of the L under the middle weight


def test_hover_previews_and_the_layout_stands_still(open_widget):
    widget = open_widget(EquivarianceBench(padding_mode="valid", pooling="max", relu=True, shift=(2, 2)))
    card = widget.locator(".cb-card")
    for role in MAPS:  # once through all, so that the strips have met their longest sum
        cell(widget, role, 2, 2).hover()
    height = card.bounding_box()["height"]
    for role in (*MAPS, "kernel"):
        cell(widget, role, 1, 1).hover()
        expect(cell(widget, role, 1, 1)).to_contain_class("cb-here")
        assert card.bounding_box()["height"] == height, role


# ---- settings ------------------------------------------------------------------------------------------------------


def test_the_settings_one_by_one(open_widget):
    widget = open_widget(EquivarianceBench(shift=(0, 1)))
    verdict = widget.locator(".cb-verdict")
    expect(verdict).to_have_text("Equal everywhere.")
    widget.get_by_label("ReLU").check()
    expect(verdict).to_have_text("Equal everywhere.")
    widget.get_by_label("stride").select_option("2")
    expect(verdict).to_contain_text("Differs in")
    expect(widget.locator(".cb-bench-notes")).to_contain_text(
        "One step of the output is 2 pixels, so it would have to move by (0, 0.5) cells."
    )
    action(widget, "shift right").click()
    expect(verdict).to_have_text("Equal everywhere.")
    widget.get_by_label("pooling").select_option("max 2×2")
    expect(widget.locator(".cb-formula")).to_have_text("shift in steps of the output: (0, 2) / 4 = (0, 0.5) → (0, 0)")
    widget.get_by_label("pooling").select_option("average 2×2")
    expect(widget.locator('table[data-role="difference"] td')).to_have_count(9)
    widget.get_by_label("input", exact=True).first.select_option("nothing")
    expect(verdict).to_have_text("Equal everywhere.")
    widget.get_by_label("kernel", exact=True).first.select_option("Laplacian")
    assert shown(widget, "kernel")[1][1] == "−4"


def test_the_maximum_of_all_is_invariant_on_a_circle(open_widget):
    widget = open_widget(EquivarianceBench())
    expect(widget.get_by_text("Maximum over all positions")).to_be_hidden()
    widget.get_by_label("then the maximum of all").check()
    expect(widget.get_by_text("Maximum over all positions: 4 for the input, 4 for the shifted input.")).to_be_visible()
    expect(widget.locator(".cb-bench-notes")).to_contain_text("it has forgotten where")
    widget.get_by_label("stride").select_option("2")
    action(widget, "shift left").click()
    expect(widget.locator(".cb-bench-notes")).to_contain_text("Not the same")


# ---- predict -------------------------------------------------------------------------------------------------------

YES, BORDER, NO = "yes, everywhere", "yes, but not near the border", "no, and the border is not why"
MISTAKES = [
    ({}, NO, "You took equivariance for invariance"),
    ({}, BORDER, "A circle has no border"),
    ({"padding_mode": "zeros"}, BORDER, "only where something meets it"),
    ({"padding_mode": "zeros", "shift": (0, 4)}, YES, "You forgot the border"),
    ({"padding_mode": "zeros", "shift": (0, 4)}, NO, "whole number of steps"),
    ({"stride": 2, "shift": (0, 1)}, YES, "You forgot the stride: one step of the output is 2 pixels"),
    ({"pooling": "max", "shift": (1, 0)}, BORDER, "You forgot the stride"),
    ({"input": TEXTURE[:8, :8], "stride": 3, "shift": (0, 3)}, YES, "You forgot the seam"),
]


def test_a_known_mistake_is_named(open_widget, subtests):
    asked = side_by_side(open_widget, [EquivarianceBench(predict=True, **traits) for traits, *_ in MISTAKES])
    for (widget, bench), (_, answer, hint) in zip(asked, MISTAKES, strict=True):
        with subtests.test(f"{answer}: {bench}"):
            action(widget, answer).click()
            expect(widget.locator(".cb-feedback")).to_contain_text(f"“{answer}” is not it.")
            expect(widget.locator(".cb-feedback")).to_contain_text(hint)
            expect(widget.locator("table.cb-secret")).to_have_count(3)


RIGHT = {YES: {}, BORDER: {"padding_mode": "zeros", "shift": (0, 4)}, NO: {"stride": 2, "shift": (0, 1)}}


def test_the_right_answer_reveals(open_widget, subtests):
    asked = side_by_side(open_widget, [EquivarianceBench(predict=True, **traits) for traits in RIGHT.values()])
    for (widget, bench), answer in zip(asked, RIGHT, strict=True):
        with subtests.test(answer):
            reveals_the_difference(widget, bench, answer)


def reveals_the_difference(widget, bench, answer):
    expect(widget.locator(".cb-verdict")).to_have_text("Where will it be 0?")
    action(widget, answer).click()
    expect(widget.locator(".cb-feedback")).to_contain_text(f"Yes, “{answer}”.")
    expect(widget.locator("table.cb-secret")).to_have_count(0)
    assert shown(widget, "difference") == texts(bench.difference)
    widget.get_by_label("padding").select_option("none (valid)")  # another setting is another question
    expect(widget.locator("table.cb-secret")).to_have_count(3)
    expect(widget.locator(".cb-feedback")).to_have_text("")


def test_next_asks_about_one_new_thing_after_the_other(open_widget):
    widget = open_widget(EquivarianceBench(predict=True))
    answers = []
    for _ in range(8):
        action(widget, "Next").click()
        expect(widget.locator("table.cb-secret")).to_have_count(3)
        action(widget, "Show me").click()
        expect(widget.locator("table.cb-secret")).to_have_count(0)
        answers.append(widget.locator(".cb-feedback").inner_text().split("”")[0].removeprefix("It is “"))
    assert answers == [YES, BORDER, YES, NO, YES, NO, YES, YES]


def test_a_hidden_difference_is_nowhere_on_the_page(open_widget):
    secret = EquivarianceBench(
        input=TEXTURE,
        stride=2,
        shift=(0, 1),
        kernel=[[41.5]],
        predict=True,
        global_max=True,
        pinned=("difference", 1, 1),
    )
    widget = open_widget(secret)
    kept = {text for name in ("input", "shifted", "convolved") for row in texts(getattr(secret, name)) for text in row}
    hidden = {
        text for name in ("shift_then_convolve", "difference") for row in texts(getattr(secret, name)) for text in row
    }
    page = widget.locator(".cb-card").evaluate("el => el.outerHTML")
    assert hidden - kept
    assert not [text for text in hidden - kept if text in page]
    for role in ("shift_then_convolve", "convolve_then_shift", "difference"):
        assert {text for row in shown(widget, role) for text in row} == {"hidden until you predict it"}
        cells = widget.locator(f'table[data-role="{role}"] td')
        assert set(cells.evaluate_all("cells => cells.map((cell) => cell.style.getPropertyValue('--weight'))")) == {"0"}
    label = "largest difference, shifted right: – at 0 pixels, – at 1 pixel,"
    expect(widget.locator(".cb-bars svg")).to_have_attribute("aria-label", re.compile(label))


# ---- code, share, reset --------------------------------------------------------------------------------------------


@pytest.mark.pytorch
def test_the_pytorch_code_gives_what_is_on_the_screen(open_widget):
    for widget, bench in every_bench(open_widget):
        names = run(widget, "PyTorch")
        np.testing.assert_allclose(names["difference"].numpy(), bench.difference)
        np.testing.assert_allclose(names["b"].numpy(), bench.convolve_then_shift)


def test_the_state_lives_in_the_address_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(EquivarianceBench())
    action(widget, "shift right").click()
    widget.get_by_label("padding").select_option("reflect")
    widget.get_by_label("stride").select_option("3")
    cell(widget, "input", 0, 11).click()
    widget.page.wait_for_function("location.hash.includes('input')")
    verdict = widget.locator(".cb-verdict").inner_text()
    widget.page.reload()
    expect(widget.locator(".cb-verdict")).to_have_text(verdict)
    expect(shift_of(widget)).to_have_text("3 right")
    expect(widget.get_by_label("padding")).to_have_value("reflect")
    action(widget, "Reset").click()
    expect(shift_of(widget)).to_have_text("2 right")
    expect(widget.locator(".cb-verdict")).to_have_text("Equal everywhere.")
    widget.page.wait_for_function("location.hash === ''")
    action(widget, "Undo").click()
    expect(widget.locator(".cb-verdict")).to_have_text(verdict)


NONSENSE = [
    '"shift":[9,0]',
    '"shift":[0.5,0]',
    '"shift":[1]',
    '"padding_mode":"same"',
    '"stride":7',
    '"pooling":"min"',
    '"input":[[1]]',
    '"kernel":[[1,2],[3,4]]',
]


def test_an_address_that_does_not_fit_shows_the_authors_state(open_widget, subtests):
    link = "&".join(f"EquivarianceBench-{n}={{{nonsense}}}" for n, nonsense in enumerate(NONSENSE, 1))
    benches = side_by_side(open_widget, [EquivarianceBench() for _ in NONSENSE], fragment=f"#{link}")
    for (widget, bench), nonsense in zip(benches, NONSENSE, strict=True):
        with subtests.test(nonsense):
            assert widget.evaluate("el => LiveWidgets.models[el.dataset.key].state") == bench.page_state()
            expect(widget.locator(".cb-verdict")).to_have_text("Equal everywhere.")


# ---- touch, width, looks -------------------------------------------------------------------------------------------


def touch_drag(start, end):
    session = start.page.context.new_cdp_session(start.page)
    (x0, y0), (x1, y1) = middle(start), middle(end)
    points = [(x0 + (x1 - x0) * n / 5, y0 + (y1 - y0) * n / 5) for n in range(6)]
    for n, (x, y) in enumerate(points):
        kind = "touchMove" if n else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_by_touch_a_finger_draws_while_drawing_is_on_and_drags_what_it_has_tapped(open_widget):
    widget = open_widget(EquivarianceBench(input=BLANK, shift=(0, 0)), touch=True, width=360)
    touch_drag(cell(widget, "input", 4, 1), cell(widget, "input", 4, 6))
    assert not np.any(picture(widget))
    action(widget, "Settings").tap()
    widget.get_by_label("draw on the input").check()
    box = cell(widget, "input", 0, 0).bounding_box()
    assert min(box["width"], box["height"]) >= 24
    cell(widget, "input", 2, 2).tap()
    assert np.argwhere(picture(widget)).tolist() == [[2, 2]]
    touch_drag(cell(widget, "input", 4, 1), cell(widget, "input", 4, 6))
    assert np.argwhere(picture(widget)).tolist() == [[2, 2], *([4, j] for j in range(1, 7))]
    touch_drag(cell(widget, "shifted", 3, 3), cell(widget, "shifted", 5, 2))
    expect(shift_of(widget)).to_have_text("none")
    cell(widget, "shifted", 3, 3).tap()
    touch_drag(cell(widget, "shifted", 3, 3), cell(widget, "shifted", 5, 2))
    expect(shift_of(widget)).to_have_text("2 down, 1 left")
    tap_after_a_drag(cell(widget, "difference", 6, 3))
    expect(cell(widget, "difference", 6, 3)).to_have_attribute("aria-selected", "true")
    cell(widget, "kernel", 0, 2).tap()
    widget.get_by_role("button", name="increase pinned weight").tap()
    assert shown(widget, "kernel")[0][2] == "0"


def test_a_mouse_needs_no_switch_to_draw(open_widget):
    widget = open_widget(EquivarianceBench())
    expect(widget.get_by_label("draw on the input")).to_be_hidden()


def test_a_vertical_swipe_over_a_map_scrolls_the_page(open_widget, subtests):
    widget = open_widget(EquivarianceBench(pinned=()), touch=True, width=360, height=500)
    for role in MAPS:
        with subtests.test(role):
            widget.page.evaluate("scrollTo(0, 0)")
            target = cell(widget, role, 6, 6)
            target.scroll_into_view_if_needed()
            before, drawn = widget.page.evaluate("scrollY"), picture(widget)
            swipe(target, 0, -150)
            widget.page.wait_for_function("before => scrollY > before + 40", arg=before)
            assert picture(widget) == drawn
            expect(shift_of(widget)).to_have_text("2 right")


def test_on_a_phone_the_maps_come_first_two_in_a_row_and_share_the_screen_with_the_sums(open_widget):
    widget = open_widget(EquivarianceBench(), touch=True, width=360, height=780)
    top = widget.locator(".cb-card").bounding_box()["y"]
    tables = {role: widget.locator(f'table[data-role="{role}"]').bounding_box() for role in MAPS}
    assert tables["input"]["y"] - top <= 120
    for left, right in (
        ("input", "shifted"),
        ("convolved", "shift_then_convolve"),
        ("convolve_then_shift", "difference"),
    ):
        assert tables[left]["x"] + tables[left]["width"] < tables[right]["x"]
    cell(widget, "difference", 6, 6).scroll_into_view_if_needed()
    cell(widget, "difference", 6, 6).tap()
    widget.page.wait_for_function("""() => {
        const cell = document.querySelector('table[data-role="difference"]').rows[6].cells[6];
        const sums = document.querySelector(".cb-sums").getBoundingClientRect();
        return cell.ariaSelected === "true" && cell.getBoundingClientRect().bottom <= sums.top + 1;
    }""")
    for strip in sums(widget).all():
        expect(strip).to_be_in_viewport()
    for role in ("convolve_then_shift", "shift_then_convolve", "difference"):
        expect(cell(widget, role, 6, 6)).to_be_in_viewport()


def test_the_steps_have_words(open_widget):
    widget = open_widget(EquivarianceBench())
    words = widget.locator(".cb-way small:not(:empty)").all_inner_texts()
    assert sorted(words) == ["convolve", "convolve", "shift", "shift", "subtract"]


def test_the_maps_keep_their_shades_in_forced_colours_and_in_print(open_widget):
    widget = open_widget(EquivarianceBench())
    shade = "cell => getComputedStyle(cell).backgroundColor"
    dark, light = cell(widget, "input", 3, 6), cell(widget, "input", 0, 0)
    before = [one.evaluate(shade) for one in (dark, light)]
    assert before[0] != before[1]
    widget.page.emulate_media(forced_colors="active")
    assert [one.evaluate(shade) for one in (dark, light)] == before
    widget.page.emulate_media(forced_colors="none", media="print")
    assert dark.evaluate("cell => getComputedStyle(cell).printColorAdjust") == "exact"
    expect(widget.locator(".cb-settings")).to_be_hidden()
    widget.page.emulate_media(media="screen")


def test_targets_are_large_enough_for_a_finger(open_widget):
    widget = open_widget(EquivarianceBench(pinned=("kernel", 0, 0), predict=True), touch=True, width=360)
    for targets, least in {"button, select": 44, 'table[data-role="kernel"] td': 24}.items():
        seen = boxes(widget.locator(targets))
        assert seen
        assert [box for box in seen if min(box["width"], box["height"]) < least] == []


def test_the_page_never_scrolls_sideways(open_widget):
    wide = {"padding_mode": "valid", "pooling": "max", "relu": True, "kernel": np.full((5, 5), -1 / 3)}
    asked = {"input": TEXTURE / 7, "predict": True, "global_max": True}
    benches = side_by_side(open_widget, [EquivarianceBench(**asked), EquivarianceBench(**asked, **wide)], width=360)
    for widget, _ in benches:
        action(widget, "Show me").click()
        action(widget, "Code").click()
    page = benches[0][0].page
    cut_off = "stages => stages.filter((el) => el.scrollWidth > el.clientWidth).map((el) => el.innerText)"
    for width in (360, 600, 768, 1280):
        assert too_wide(page, width) == []
        assert page.locator(".cb-stage").evaluate_all(cut_off) == [], width


def test_axe_finds_nothing(open_widget, axe):
    states = [{}, {"predict": True}, {"padding_mode": "valid", "pooling": "max", "pinned": ("kernel", 0, 0)}]
    benches = side_by_side(open_widget, [EquivarianceBench(**traits) for traits in states])
    for widget, _ in benches:
        action(widget, "Code").click()
    page = benches[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}


def test_a_change_is_painted_within_one_frame(open_widget):
    widget = open_widget(EquivarianceBench(input=TEXTURE))
    seen = widget.evaluate(
        """(el) => new Promise((done) => {
          const cell = el.querySelector('table[data-role="kernel"] td'), before = cell.textContent;
          cell.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", altKey: true, bubbles: true }));
          requestAnimationFrame(() => done(cell.textContent !== before));
        })"""
    )
    assert seen
