"""StampAndAdjoint under the hands of a reader: by mouse, by keyboard, by touch."""

import numpy as np
import pytest
from hands import action, cell, code_of, drag, every_setting, in_each_theme, side_by_side, value
from playwright.sync_api import expect

from convbook.widgets import StampAndAdjoint

READINGS = {"stamp": "stamp and add", "zeros": "insert zeros, rotate, convolve", "matrix": "the matrix Cᵀ"}
SHOWN = """(el) => [...el.querySelectorAll('table[data-role="output"] tr')].map((row) =>
  [...row.querySelectorAll("td:not(.cb-absent) .cb-value")].map((one) => Number(one.textContent.replace("−", "-")))
).filter((row) => row.length)"""
STATES = [
    {},
    {"output_padding": 1, "counts": False},
    {"kernel": [[1, 2], [3, -1]], "padding": 0, "stride": 3, "output_padding": 2},
    {"dilation": 2, "padding": 3, "output_padding": 1},
    {"input": [[1, 10, -2]], "kernel": [[1], [2]], "padding": 0, "stride": 1},
    {"kernel": np.ones((4, 4)), "input": [[0.5, -1], [2, 3]]},
    {"stride": 1, "padding": 2, "dilation": 3, "output_padding": 2},
]


def lit(widget, role):
    return widget.locator(f'table[data-role="{role}"] td.cb-on')


def read(widget, reading):
    action(widget, READINGS[reading]).click()
    expect(action(widget, READINGS[reading])).to_have_attribute("aria-pressed", "true")
    return widget


def said(widget):
    return widget.locator(".cb-spoken")


# ---- three readings ------------------------------------------------------------------------------------------------


def in_every_reading(open_widget, library):
    """Yield a reading's name, what is on screen, what is in Python, and what the code for this library makes y."""
    widgets = [StampAndAdjoint(**traits) for traits in STATES]
    for shown, source in every_setting(open_widget, widgets):
        for reading in READINGS:
            read(shown, reading)
            names = {}
            exec(code_of(shown, library), names)
            yield reading, shown, source, np.asarray(names["y"])


def test_all_three_readings_and_their_numpy_code_show_pythons_numbers_in_every_state(open_widget):
    for reading, shown, source, computed in in_every_reading(open_widget, "NumPy"):
        expect(shown.locator('table[data-role="output"] caption')).to_contain_text("output y (large)")
        expect(shown.locator('table[data-role="input"] caption')).to_contain_text("input x (small)")
        np.testing.assert_allclose(shown.evaluate(SHOWN), source.output, atol=5e-4, err_msg=f"{source} {reading}")
        np.testing.assert_allclose(computed, source.output, atol=1e-9, err_msg=f"{source} {reading}")
        if reading == "matrix":
            drawn = [entry for row in source.matrix for entry in row]
            expect(shown.locator(".cb-matrix figcaption")).to_contain_text("×".join(map(str, source.matrix.shape)))
            assert shown.locator(".cb-entries g").count() >= np.count_nonzero(drawn)


@pytest.mark.pytorch
def test_the_pytorch_code_gives_what_is_on_the_screen_in_every_reading(open_widget):
    for reading, _, source, computed in in_every_reading(open_widget, "PyTorch"):
        np.testing.assert_allclose(computed, source.output, atol=1e-9, err_msg=f"{source} {reading}")


def test_the_input_stands_above_the_output_in_every_reading(open_widget):
    widget = open_widget(StampAndAdjoint())
    for reading in READINGS:
        read(widget, reading)
        above, below = (widget.locator(f'table[data-role="{role}"]').bounding_box() for role in ("input", "output"))
        assert above["y"] + above["height"] <= below["y"]


def test_pinning_goes_three_ways(open_widget):
    widget = open_widget(StampAndAdjoint())
    cell(widget, "input", 1, 1).click()  # its stamp
    expect(lit(widget, "output")).to_have_count(9)
    expect(widget.locator(".cb-below .cb-window .cb-badge")).to_have_text(
        ["+3", "+6", "+0", "+9", "+3", "−3", "+0", "+6", "+3"]
    )
    expect(said(widget)).to_contain_text("Input, row 1, column 1: 3 stamps 9 outputs.")
    cell(widget, "input", 0, 0).click()
    expect(said(widget)).to_contain_text("1 stamps 4 outputs, and 5 places that padding crops.")
    cell(widget, "output", 2, 3).click()  # y[1,2] in the frame with one cropped row and column
    expect(said(widget)).to_contain_text("Output, row 1, column 2: 2×2 + 3×2 = 10.")
    expect(lit(widget, "input")).to_have_count(2)
    expect(cell(widget, "input", 0, 1).locator(".cb-badge")).to_have_text("×2")
    cell(widget, "kernel", 1, 1).click()  # all pairs
    expect(lit(widget, "input")).to_have_count(9)
    expect(lit(widget, "output")).to_have_count(9)
    expect(said(widget)).to_contain_text("Weight, row 1, column 1: 1 is stamped by 9 pixels.")
    widget.locator('table[data-role="output"] td').first.click()
    expect(widget.locator(".cb-told")).to_contain_text("padding takes it away")


def test_inserted_zeros_are_no_data_and_the_kernel_is_rotated(open_widget):
    widget = open_widget(StampAndAdjoint(reading="zeros", pinned=("output", 1, 2)))
    expect(widget.locator('table[data-role="inserted"] td.cb-pad')).to_have_count(7 * 7 - 9)
    expect(value(widget, "kernel", 0, 0)).to_have_text("1")
    expect(value(widget, "kernel", 1, 0)).to_have_text("−1")
    expect(widget.locator(".cb-sum .cb-term")).to_have_count(9)
    expect(widget.locator(".cb-sum .cb-term.cb-pad")).to_have_count(7)
    expect(widget.locator(".cb-sum .cb-result").last).to_have_text("10")
    widget.locator(".cb-term").nth(1).hover()
    expect(lit(widget, "input")).to_have_count(1)
    cell(widget, "inserted", 0, 0).click()
    expect(widget.locator(".cb-told")).to_contain_text("is no data")
    cell(widget, "inserted", 1, 3).click()
    expect(cell(widget, "input", 0, 1)).to_have_attribute("aria-selected", "true")
    cell(widget, "kernel", 0, 0).press("5")
    widget.page.keyboard.press("Enter")
    read(widget, "stamp")
    expect(value(widget, "kernel", 2, 2)).to_have_text("5")


def test_the_matrix_shows_rows_and_columns(open_widget):
    widget = open_widget(StampAndAdjoint(reading="matrix", pinned=("output", 1, 1)))
    expect(widget.locator(".cb-entries .cb-lit")).to_have_count(4)
    expect(widget.locator(".cb-sum")).to_contain_text("row 6 of Cᵀ · x: y[1,1]")
    cell(widget, "input", 1, 1).click()
    expect(widget.locator(".cb-entries .cb-lit")).to_have_count(9)
    expect(widget.locator(".cb-sum")).to_contain_text("(column 4 of Cᵀ)")
    widget.locator(".cb-entries g").first.click()
    expect(cell(widget, "output", 0, 0)).to_have_attribute("aria-selected", "true")


def test_windows_are_dragged(open_widget):
    widget = open_widget(StampAndAdjoint(pinned=("input", 0, 0)))
    drag(widget.locator(".cb-below .cb-handle"), cell(widget, "output", 4, 6))
    expect(cell(widget, "input", 2, 2)).to_have_attribute("aria-selected", "true")
    read(widget, "zeros")
    cell(widget, "output", 0, 0).click()
    drag(widget.locator(".cb-stage > .cb-layers .cb-handle"), cell(widget, "inserted", 4, 6))
    expect(cell(widget, "output", 4, 4)).to_have_attribute("aria-selected", "true")


# ---- the player ----------------------------------------------------------------------------------------------------


def test_one_player_runs_all_three(open_widget):
    widget = open_widget(StampAndAdjoint())
    count = widget.locator(".cb-count").last
    action(widget, "step forward").click()
    expect(count).to_have_text("stamp 1 of 9")
    expect(value(widget, "output", 1, 1)).to_have_text("1")  # y[0,0], and nothing beyond the first stamp yet
    expect(value(widget, "output", 3, 3)).to_have_text("0")
    widget.get_by_label("single products").check()
    for _ in range(2):
        action(widget, "step forward").click()
    expect(count).to_have_text("stamp 2 of 9, product 2")
    for reading, products in (("zeros", 9), ("matrix", 9)):
        read(widget, reading)
        expect(count).to_have_text("25 outputs")
        widget.get_by_label("position").fill(str(7 * products - 8))
        expect(count).to_have_text("output 7 of 25, product 1")
        expect(value(widget, "output", 1, 1)).to_have_text("1")  # 1×1, and 3×1 is still missing
        expect(widget.locator("td.cb-later")).to_have_count(18)
    widget.get_by_label("single products").uncheck()
    read(widget, "stamp")
    widget.get_by_label("speed").select_option("8×")
    action(widget, "▶ play").click()
    expect(count).to_have_text("stamp 9 of 9")
    assert widget.evaluate(SHOWN) == StampAndAdjoint().output.tolist()
    expect(action(widget, "▶ play")).to_be_visible()
    expect(said(widget)).to_contain_text("Input, row 2, column 2: 1 stamps")


# ---- what stands below ---------------------------------------------------------------------------------------------


def test_sizes_that_collide_and_what_output_padding_adds(open_widget):
    widget = open_widget(StampAndAdjoint())
    facts = widget.locator(".cb-facts")
    expect(facts).to_contain_text("makes 3×3 of all of these sizes")
    action(widget, "6×6: output_padding 1").click()
    expect(facts).to_contain_text("adds 11 places that are computed like all others, no zeros: y[5,:] = 4 2 0 0 2 1")
    expect(facts).to_contain_text("padding had cropped them")
    expect(widget.locator("td.cb-added")).to_have_count(11)
    widget.get_by_label("padding", exact=True).select_option("0")
    expect(facts).to_contain_text("No stamp reaches them, so they stay 0")
    expect(action(widget, "8×8: output_padding 1")).to_have_attribute("aria-pressed", "true")
    widget.get_by_label("output padding").select_option("3")
    expect(widget.get_by_role("alert")).to_contain_text("it must be below the stride 2; 3 is not")
    widget.get_by_label("stride").select_option("4")
    expect(facts.locator(".cb-options button")).to_have_count(4)
    widget.get_by_label("example").select_option("dilation 2")
    widget.get_by_label("output padding").select_option("0")
    widget.get_by_label("stride").select_option("1")
    expect(facts).to_contain_text("makes 3×3 of this size, and of no other")
    widget.get_by_label("output padding").select_option("1")
    expect(facts).to_contain_text("With output_padding 1 the output is larger than any of them: dilation allows it")


def test_the_overlap(open_widget):
    widget = open_widget(StampAndAdjoint(panel="overlap"))
    facts = widget.locator(".cb-facts")
    expect(facts).to_contain_text("along each axis: 1 2 1 2 1")
    expect(facts).to_contain_text("the counts multiply: 1 to 4 here. 3 is no multiple of the stride 2")
    widget.get_by_label("show how many stamps meet").check()
    assert widget.evaluate(SHOWN) == StampAndAdjoint().overlap.tolist()
    widget.get_by_label("example").select_option("4×4 ones, stride 2")
    expect(facts).to_contain_text("The stride 2 divides the kernel, so away from the border all counts are 2·2 = 4")
    widget.get_by_label("example").select_option("2×2 kernel, stride 3")
    expect(facts).to_contain_text("there are places that none reaches")


def test_the_adjoint_identity_with_these_numbers_and_that_twice_is_not_the_identity(open_widget):
    source = StampAndAdjoint(panel="adjoint")
    widget = open_widget(source)
    both = widget.locator(".cb-facts .cb-name.cb-output")
    expect(both).to_have_text(["49", "49"])
    action(widget, "another b").click()
    source.probe = 1
    assert source.adjoint[0] == source.adjoint[1]
    expect(both).to_have_text([f"{source.adjoint[0]:g}".replace("-", "−")] * 2)
    action(widget, "there and back").click()
    expect(widget.locator(".cb-facts")).to_contain_text("pixels differ from b")
    maps = widget.locator('table[data-role="probe"]')
    shown = [float(text.replace("−", "-")) for text in maps.nth(2).locator(".cb-value").all_inner_texts()]
    np.testing.assert_allclose(shown, source.matrix @ source.matrix.T @ source._probe.ravel())
    action(widget, "Undo").click()
    expect(action(widget, "adjoint")).to_have_attribute("aria-pressed", "true")


# ---- predict -------------------------------------------------------------------------------------------------------

SIZE_SLIPS = [
    ({}, "2", "the formula of a convolution"),
    ({}, "9", "You added the padding"),
    ({}, "7", "You forgot the padding"),
    ({"output_padding": 1}, "5", "You forgot output_padding"),
    ({"output_padding": 1}, "7x7", "at one end only"),
    ({}, "4", "The + 1 is lost"),
    ({"dilation": 2, "padding": 1}, "5", "You ignored the dilation"),
    ({"input": [[1, 2]]}, "3x1", "The height comes first"),
    ({}, "20", "The first and the last stamp lie"),
]


def test_slips_with_the_size_are_named_and_nothing_shows_it(open_widget):
    widgets = [StampAndAdjoint(predict=True, **traits) for traits, *_ in SIZE_SLIPS]
    for (shown, _), (_, answer, hint) in zip(every_setting(open_widget, widgets), SIZE_SLIPS, strict=True):
        expect(shown.locator(".cb-unknown")).to_be_visible()
        shown.get_by_label("How large is the output?").fill(answer)
        shown.page.keyboard.press("Enter")
        expect(shown.locator(".cb-feedback")).to_contain_text(hint)
        expect(shown.locator('table[data-role="output"]')).to_be_hidden()
        expect(shown.locator(".cb-formula")).to_have_text("output size: ?")


def test_then_the_values_are_asked_with_their_slips(open_widget):
    ones = StampAndAdjoint(input=[[1, 2], [0, 3]], kernel=[[1, 2, 0], [4, 5, 6], [7, 8, 3]], padding=1, predict=True)
    widget = open_widget(ones)
    widget.get_by_label("How large is the output?").fill("3")
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 3×3")
    expect(value(widget, "output", 2, 2)).to_have_text("?")
    action(widget, "Next").click()
    expect(widget.get_by_label("What is y[1,1]?")).to_be_focused()
    asked = widget.get_by_label("What is y[1,1]?")
    assert ones.output[1, 1] == 1 * 3 + 2 * 7 + 0 * 0 + 3 * 1
    for answer, hint in [("3", "That is the last stamp alone"), ("6", "without the weights"), ("4", "how many stamps")]:
        asked.fill(answer)
        widget.page.keyboard.press("Enter")
        expect(widget.locator(".cb-feedback")).to_contain_text(hint)
    asked.fill("10")  # 1·1 + 2·0 + 0·7 + 3·3
    widget.page.keyboard.press("Enter")
    expect(widget.locator(".cb-feedback")).to_contain_text("You stamped the rotated kernel")
    asked.fill("20")
    widget.page.keyboard.press("Enter")
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 20. 4 stamps meet there")
    expect(value(widget, "output", 2, 2)).to_have_text("20")
    expect(value(widget, "output", 1, 1)).to_have_text("?")
    action(widget, "Next").click()
    expect(widget.get_by_label("What is y[1,2]?")).to_be_focused()
    action(widget, "Reset").click()
    expect(widget.locator(".cb-unknown")).to_be_visible()
    action(widget, "Next").click()
    expect(widget.get_by_label("example")).to_have_value("3×3 kernel, stride 2")


# ---- settings, code ------------------------------------------------------------------------------------------------


def test_a_size_that_comes_back_brings_its_numbers_back_and_refusals_move_nothing(open_widget):
    widget = open_widget(StampAndAdjoint())
    for size in ("1", "3"):
        widget.get_by_label("kernel height").select_option(size)
        if size == "1":
            expect(widget.get_by_role("alert")).to_contain_text("A padding of 1 would crop more than the stamps reach")
    widget.get_by_label("padding", exact=True).select_option("0")
    for size in ("1", "3"):
        widget.get_by_label("kernel height").select_option(size)
    expect(widget.locator('table[data-role="kernel"] .cb-value')).to_have_text(
        ["1", "2", "0", "3", "1", "−1", "0", "2", "1"]
    )
    before = cell(widget, "input", 2, 2).bounding_box()
    widget.get_by_label("stride").select_option("4")
    widget.get_by_label("input height").select_option("5")
    expect(widget.get_by_role("alert")).to_contain_text("The stamps would cover 19 pixels a side")
    assert cell(widget, "input", 2, 2).bounding_box() == before


def test_keyboard_edits_and_the_address_keeps_them(open_widget):
    widget = open_widget(StampAndAdjoint())
    cell(widget, "input", 1, 1).focus()
    widget.page.keyboard.press("Enter")
    widget.page.keyboard.press("Alt+ArrowUp")
    expect(value(widget, "input", 1, 1)).to_have_text("4")
    expect(value(widget, "output", 3, 3)).to_have_text("4")
    read(widget, "matrix")
    widget.page.wait_for_function("location.hash.includes('matrix')")
    widget.page.reload()
    expect(value(widget, "input", 1, 1)).to_have_text("4")
    action(widget, "Reset").click()
    expect(value(widget, "input", 1, 1)).to_have_text("3")


# ---- on a phone ----------------------------------------------------------------------------------------------------


def test_the_largest_state_fits_a_phone_in_every_reading(open_widget):
    source = StampAndAdjoint(input=np.ones((5, 5)), kernel=np.ones((4, 4)), padding=0, panel="twice")
    widget = open_widget(source, touch=True, width=360, height=780)
    for reading in READINGS:
        action(widget, READINGS[reading]).tap()
        expect(action(widget, READINGS[reading])).to_have_attribute("aria-pressed", "true")
        assert widget.page.evaluate("document.documentElement.scrollWidth") <= 360
        stage = widget.locator(".cb-stage").evaluate("el => [el.scrollWidth, el.clientWidth]")
        assert stage[0] <= stage[1]
        for role in ("input", "kernel", "output"):
            assert cell(widget, role, 0, 0).bounding_box()["width"] >= 23.9
    action(widget, READINGS["stamp"]).tap()
    cell(widget, "input", 2, 2).tap()
    expect(cell(widget, "input", 2, 2)).to_have_attribute("aria-selected", "true")
    expect(widget.locator(".cb-sum")).to_be_in_viewport()
    expect(cell(widget, "input", 2, 2)).to_be_in_viewport()
    expect(lit(widget, "output").first).to_be_in_viewport()


def test_axe_finds_nothing(open_widget, axe):
    readings = [StampAndAdjoint(reading=name, pinned=("input", 1, 1), panel="twice") for name in READINGS]
    widgets = [widget for widget, _ in side_by_side(open_widget, readings)]
    for widget in widgets:
        action(widget, "Code").click()
    action(widgets[0], "Predict").click()
    page = widgets[0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
