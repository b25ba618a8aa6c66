"""NudgeGradient under the hands of a reader: by mouse, by keyboard, by touch."""

import re

import numpy as np
import pytest
from hands import action, cell, code_of, every_setting, in_each_theme, middle, side_by_side, value
from playwright.sync_api import expect

from convbook.widgets import NudgeGradient

EXAMPLES = NudgeGradient().examples
STATES = [
    {},
    *({**EXAMPLES[name]} for name in ("a row, stride 2, padding 1", "a row, dilation 2", "one window", "a picture")),
    {**EXAMPLES["a picture, stride 2"], "bias": -1.5},
    {**EXAMPLES["a picture, dilation 2"], "step": 3},
]
SHOWN = """(el, role) => [...el.querySelectorAll(`table[data-role="${role}"] tr`)].map((row) =>
  [...row.cells].map((one) => Number(one.getAttribute("aria-label").split(": ")[1].replace("−", "-"))))"""
PICTURE = {**EXAMPLES["a picture"], "pinned": ("dkernel", 0, 1)}


def lit(widget, role):
    return widget.locator(f'table[data-role="{role}"] td.cb-on')


def said(widget):
    return widget.locator(".cb-spoken")


def facts(widget):
    return widget.locator(".cb-slopes dd")


# ---- gradients -----------------------------------------------------------------------------------------------------


def check_code(shown, source, library):
    names = {}
    exec(code_of(shown, library), names)
    for name, role in (("dX", "input"), ("dW", "kernel"), ("db", "bias")):
        wanted = source.layer.gradients[role]
        got = np.asarray(names[name]).reshape(np.shape(wanted))
        np.testing.assert_allclose(got, wanted, atol=1e-5, err_msg=f"{source} {name}")


def test_every_grid_and_the_numpy_code_show_pythons_numbers_in_every_state(open_widget):
    for shown, source in every_setting(open_widget, [NudgeGradient(**traits) for traits in STATES]):
        check_code(shown, source, "NumPy")
        slopes = source.layer.gradients
        wanted = {f"d{role}": np.atleast_2d(slopes[role]) for role in slopes}
        wanted |= {"output": source.output, "kernel": source.layer.kernel, "target": source.layer.target}
        for role, numbers in wanted.items():
            np.testing.assert_allclose(shown.evaluate(SHOWN, role), numbers, atol=5e-4, err_msg=role)


def test_one_tap_on_a_gradient_shows_its_partners_in_all_three_grids_and_its_sum(open_widget):
    widget = open_widget(NudgeGradient(pinned=()))
    cell(widget, "dkernel", 0, 0).click()  # of the first weight: the pixels that it met, and their outputs' blame
    expect(lit(widget, "input")).to_have_count(5)
    expect(lit(widget, "doutput")).to_have_count(5)
    expect(lit(widget, "kernel")).to_have_count(1)
    expect(cell(widget, "input", 0, 0).locator(".cb-badge")).to_have_text("×3")
    expect(widget.locator(".cb-sum .cb-result").last).to_have_text("5")
    expect(said(widget)).to_have_text("Gradient of the kernel, dW, place 0: 2×3 + 1×1 + 0×(−4) + 0×0 + (−2)×1 = 5.")
    cell(widget, "dinput", 0, 2).click()
    expect(lit(widget, "doutput")).to_have_count(3)
    expect(lit(widget, "kernel")).to_have_count(3)
    expect(lit(widget, "input")).to_have_count(1)
    expect(said(widget)).to_have_text("Gradient of the input, dX, place 2: 3×1 + 1×1 + (−4)×2 = −4.")
    widget.locator(".cb-term").nth(2).hover()
    expect(lit(widget, "doutput")).to_have_count(1)
    cell(widget, "dbias", 0, 0).click()
    expect(lit(widget, "doutput")).to_have_count(5)
    expect(said(widget)).to_have_text("Gradient of the bias, db: 3×1 + 1×1 + (−4)×1 + 0×1 + 1×1 = 1.")
    cell(widget, "doutput", 0, 2).click()
    expect(said(widget)).to_have_text("Gradient of the output, dY, place 2: (−2)×1 + 2×(−1) = −4.")
    cell(widget, "output", 0, 0).click()
    expect(said(widget)).to_have_text("Output, place 0: 2×2 + 1×1 + 0×1 = 5.")


def test_inputs_weights_and_the_bias_say_where_they_go(open_widget):
    widget = open_widget(NudgeGradient(pinned=("input", 0, 0)))
    expect(said(widget)).to_have_text("Input, place 0: 2 feeds 1 output.")
    cell(widget, "kernel", 0, 1).click()
    expect(said(widget)).to_have_text("Weight, place 1: 1 is used for 5 outputs.")
    expect(lit(widget, "output")).to_have_count(5)
    cell(widget, "bias", 0, 0).click()
    expect(widget.locator(".cb-sum")).to_contain_text("is added to 5 outputs")
    widget.get_by_label("pinned value", exact=True).fill("2")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "output", 0, 0)).to_have_text("7")
    expect(value(widget, "dbias", 0, 0)).to_have_text("11")


def test_a_pixel_that_no_window_reads_gets_no_blame(open_widget):
    unread = {**EXAMPLES["a row, stride 2"], "input": [[2, 1, 0, 0, -2, 1]], "target": [[0, 0]]}
    widget = open_widget(NudgeGradient(**unread, pinned=("dinput", 0, 5)))
    expect(widget.locator(".cb-sum")).to_have_text("dX[5] = 0. No window reads it, so it gets no blame.")
    widget.get_by_label("example").select_option("a picture, stride 2")
    cell(widget, "dkernel", 0, 0).click()
    expect(widget.locator(".cb-sum .cb-term")).to_have_count(9)
    expect(widget.locator(".cb-sum .cb-term.cb-pad")).to_have_count(5)  # the first row and column of windows


# ---- the nudge -----------------------------------------------------------------------------------------------------


def test_dragging_the_dot_measures_the_slope_that_the_gradient_says(open_widget):
    source = NudgeGradient(pinned=("dinput", 0, 2))
    widget = open_widget(source)
    track = widget.get_by_role("slider", name="ε, the nudge of x[2]")
    expect(facts(widget)).to_have_text(["13.5", "12.25", "−2.5", "−4", "−4"])
    x, y = middle(track)
    box = track.bounding_box()
    widget.page.mouse.move(x, y)
    widget.page.mouse.down()
    widget.page.mouse.move(box["x"] + 0.93 * box["width"], y, steps=5)
    widget.page.mouse.up()
    source.epsilon = float(track.get_attribute("aria-valuenow"))
    assert source.epsilon > 1.5
    expect(facts(widget)).to_have_text([_text(number) for number in _facts(source)])
    assert "the gradient says −4" in track.get_attribute("aria-valuetext")
    action(widget, "Undo").click()  # the whole drag
    expect(track).to_have_attribute("aria-valuenow", "0.5")
    for keys, epsilon in (("Home", -2), ("ArrowRight", -1.9), ("End", 2)):
        track.press(keys)
        expect(track).to_have_attribute("aria-valuenow", str(epsilon))
    widget.get_by_label("ε", exact=True).fill("0")
    widget.page.keyboard.press("Enter")
    expect(facts(widget)).to_have_text(["13.5", "13.5", "–", "–", "−4"])
    widget.get_by_label("ε", exact=True).fill("3")
    widget.page.keyboard.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("A nudge goes from −2 to 2")


def _facts(source):
    slopes = source.slopes
    ahead = source.loss_when_nudged(source.epsilon)
    return [source.loss, ahead, slopes["one_sided"], slopes["central"], slopes["gradient"]]


def _text(number):
    return f"{round(number, 3):g}".replace("-", "−")


def test_the_nudge_agrees_in_every_state(open_widget):
    states = [{**traits, "pinned": (role, 0, 0)} for traits in STATES for role in ("dinput", "kernel", "dbias")]
    for shown, source in every_setting(open_widget, [NudgeGradient(**traits) for traits in states]):
        expect(shown.locator(".cb-nudged")).to_contain_text("Nudge")
        numbers = [float(text.replace("−", "-")) for text in facts(shown).all_inner_texts()]
        np.testing.assert_allclose(numbers, _facts(source), rtol=6e-3, atol=6e-4)


# ---- the descent ---------------------------------------------------------------------------------------------------


def test_descent_is_stepped_and_run_until_it_has_learnt_the_edge_filter(open_widget):
    widget = open_widget(NudgeGradient())
    count = widget.locator(".cb-count").last
    expect(count).to_have_text("step 0 of 13: loss 13.5")
    action(widget, "step forward").click()
    after = NudgeGradient(step=1)
    expect(count).to_have_text(f"step 1 of 13: loss {_text(after.loss)}")
    np.testing.assert_allclose(widget.evaluate(SHOWN, "kernel"), after.layer.kernel, atol=5e-4)
    widget.get_by_label("speed").select_option("8×")
    action(widget, "▶ play").click()
    expect(count).to_contain_text("step 13 of 13")
    np.testing.assert_allclose(widget.evaluate(SHOWN, "kernel"), [[1, 0, -1]], atol=0.005)
    expect(action(widget, "▶ play")).to_be_visible()
    expect(widget.get_by_role("img", name="The loss is 13.5 at first")).to_be_visible()
    action(widget, "start again").click()
    expect(count).to_have_text("step 0 of 13: loss 13.5")
    expect(value(widget, "kernel", 0, 0)).to_have_text("2")


def test_a_step_too_large_says_so_and_an_edit_begins_where_the_steps_have_come(open_widget):
    widget = open_widget(NudgeGradient(rate=5, step=200))
    expect(widget.locator(".cb-count").last).to_contain_text("the weights run away, a smaller learning rate would help")
    widget.get_by_label("learning rate").select_option("0.1")
    expect(widget.locator(".cb-count").last).to_contain_text("step 0")
    for _ in range(2):
        action(widget, "step forward").click()
    learnt = NudgeGradient(step=2).layer.kernel
    cell(widget, "kernel", 0, 1).press("9")
    widget.page.keyboard.press("Enter")
    np.testing.assert_allclose(widget.evaluate(SHOWN, "kernel"), [[learnt[0, 0], 9, learnt[0, 2]]], atol=5e-4)
    expect(widget.locator(".cb-count").last).to_contain_text("step 0")
    action(widget, "Undo").click()
    expect(widget.locator(".cb-count").last).to_contain_text("step 2")


# ---- settings, edits -----------------------------------------------------------------------------------------------


def test_a_teachers_target_follows_the_settings_and_both_dimensions_keep_their_layer(open_widget):
    widget = open_widget(NudgeGradient())
    target = widget.get_by_label("target", exact=True)
    expect(target).to_have_value("of edge")
    widget.get_by_label("stride").select_option("2")
    expect(target).to_have_value("of edge")
    assert widget.evaluate(SHOWN, "target") == NudgeGradient(**EXAMPLES["a row, stride 2"]).target
    cell(widget, "target", 0, 1).press("7")
    widget.page.keyboard.press("Enter")
    expect(target).to_have_value("your own")
    expect(widget.get_by_label("example")).to_have_value("your own")
    widget.get_by_label("stride").select_option("1")
    assert widget.evaluate(SHOWN, "target") == [[0, 2, 7, -3, 0]]
    widget.get_by_label("dimensions").select_option("2")
    expect(widget.get_by_label("example")).to_have_value("a picture")
    target.select_option("zeros")
    expect(value(widget, "doutput", 1, 1)).to_have_text("9")
    widget.get_by_label("kernel height").select_option("1")
    expect(target).to_have_value("zeros")
    widget.get_by_label("dimensions").select_option("1")
    assert widget.evaluate(SHOWN, "target") == [[0, 2, 7, -3, 0]]
    widget.get_by_label("dimensions").select_option("2")
    expect(widget.locator('table[data-role="kernel"] tr')).to_have_count(1)


def test_what_does_not_fit_is_refused_kindly_and_moves_nothing(open_widget):
    widget = open_widget(NudgeGradient())
    before = cell(widget, "input", 0, 0).bounding_box()
    widget.get_by_label("padding").select_option("2")
    expect(widget.get_by_role("alert")).to_contain_text("The output would be too large to show")
    widget.get_by_label("input width").select_option("2")
    expect(widget.get_by_role("alert")).to_contain_text("The kernel spans 3 pixels, the padded input has 2")
    widget.get_by_label("kernel width").select_option("1")
    widget.get_by_label("padding").select_option("1")
    expect(widget.get_by_role("alert")).to_contain_text("nothing but padding")
    widget.get_by_label("kernel width").select_option("3")
    expect(widget.locator('table[data-role="kernel"] .cb-value')).to_have_text(["2", "1", "1"])
    assert cell(widget, "input", 0, 0).bounding_box() == before
    widget.get_by_label("example").select_option("a row")
    cell(widget, "input", 0, 3).focus()
    widget.page.keyboard.press("Alt+ArrowUp")
    expect(value(widget, "dkernel", 0, 0)).to_have_text("8")  # dY becomes 3 2 −3 2 1, and the weight meets 2 1 0 1 −2
    widget.page.wait_for_function("location.hash.includes('input')")
    widget.page.reload()
    expect(value(widget, "input", 0, 3)).to_have_text("1")
    action(widget, "Reset").click()
    expect(value(widget, "input", 0, 3)).to_have_text("0")


# ---- predict -------------------------------------------------------------------------------------------------------

SLIPS = [
    ({"pinned": ("dkernel", 0, 0)}, "9", "You flipped dW"),
    ({"pinned": ("dkernel", 0, 0)}, "1", "That is the mean"),
    ({"pinned": ("dkernel", 0, 0)}, "-5", "dY is y − t, not t − y"),
    ({"pinned": ("dkernel", 0, 0)}, "16", "You multiplied by the outputs"),
    ({"pinned": ("dinput", 0, 3)}, "-2", "You flipped the kernel"),
    ({"pinned": ("dinput", 0, 2)}, "-8", "That is one product alone"),
    ({"pinned": ("dkernel", 0, 2)}, "-7", "a negative dY turns"),  # no weight is negative: the blame of −4 is
    ({"pinned": ("dinput", 0, 2)}, "12", "a negative dY turns"),
    ({"pinned": ("dbias", 0, 0)}, "0.2", "That is the mean"),
    ({"pinned": ("dbias", 0, 0)}, "5", "That is how many outputs there are"),
    ({"pinned": ("dbias", 0, 0)}, "3", "That is the dY of one output alone"),
    ({"pinned": ("dbias", 0, 0)}, "9", "a negative dY turns"),
    ({"pinned": ("dbias", 0, 0)}, "2", "That is the sum of the outputs"),
    ({**EXAMPLES["a row, stride 2"], "pinned": ("dkernel", 0, 1)}, "3", "The stride is lost"),
    ({**EXAMPLES["a row, padding 1"], "pinned": ("dinput", 0, 1)}, "10", "You forgot the crop"),
    ({**EXAMPLES["a row, dilation 2"], "pinned": ("dkernel", 0, 1)}, "77", "Find every window"),
]


def test_slips_are_named_and_nothing_gives_a_gradient_away(open_widget):
    widgets = [NudgeGradient(predict=True, **traits) for traits, *_ in SLIPS]
    for (shown, source), (_, answer, hint) in zip(every_setting(open_widget, widgets), SLIPS, strict=True):
        role, _, j = source.pinned
        name = {"dkernel": f"dW[{j}]", "dinput": f"dX[{j}]", "dbias": "db"}[role]
        shown.get_by_label(f"What is {name}?").fill(answer)
        shown.page.keyboard.press("Enter")
        expect(shown.locator(".cb-feedback")).to_contain_text(hint)
        for secret in ("dkernel", "dinput", "dbias"):
            assert set(shown.locator(f'table[data-role="{secret}"] .cb-value').all_inner_texts()) == {"?"}
        expect(shown.locator(".cb-nudging")).to_be_hidden()
        expect(shown.locator(".cb-player")).to_be_hidden()


def test_every_wrong_setting_has_its_own_slip(open_widget):
    """What the sum gives without the stride, the padding, the dilation, worked out by the loops of this test."""
    traits = {**EXAMPLES["a row, stride 2, padding 1"], "dilation": 2, "target": [[0, 0, 0]], "predict": True}
    source = NudgeGradient(**traits, pinned=("dkernel", 0, 2))
    dy, x = source.output_gradient[0], [*source.input[0], 0, 0, 0, 0]

    def weight(stride, padding, dilation):
        places = [(n * stride + 2 * dilation - padding, blame) for n, blame in enumerate(dy)]
        return sum(x[place] * blame for place, blame in places if place >= 0)

    assert source.kernel_gradient[0, 2] == weight(2, 1, 2)
    widget = open_widget(source)
    for settings, hint in (((1, 1, 2), "The stride"), ((2, 0, 2), "The padding"), ((2, 1, 1), "The dilation")):
        widget.get_by_label("What is dW[2]?").fill(str(weight(*settings)))
        widget.page.keyboard.press("Enter")
        expect(widget.locator(".cb-feedback")).to_contain_text(f"{hint} is lost")


def test_a_hidden_gradient_does_not_say_which_numbers_form_its_pairs(open_widget):
    widget = open_widget(NudgeGradient(predict=True, pinned=("dinput", 0, 3)))
    badges = widget.locator(".cb-badge:not(:empty)")
    for role, place in (
        ("dinput", (0, 3)),
        ("kernel", (0, 0)),
        ("input", (0, 3)),
        ("bias", (0, 0)),
        ("dkernel", (0, 1)),
    ):
        cell(widget, role, *place).hover()
        expect(cell(widget, role, *place)).to_have_class(re.compile("cb-here"))
        expect(badges).to_have_count(0)
        for partner in ("output", "doutput"):
            expect(lit(widget, partner)).to_have_count(0)
        expect(widget.locator(".cb-sum .cb-term")).to_have_count(0)
    cell(widget, "dinput", 0, 3).hover()
    expect(lit(widget, "kernel")).to_have_count(0)
    action(widget, "Show me").click()
    cell(widget, "dinput", 0, 3).hover()
    expect(badges).to_have_text(["×1", "×1", "×2"])
    cell(widget, "input", 0, 3).hover()
    expect(lit(widget, "output")).to_have_count(3)


def test_next_says_when_every_gradient_is_predicted(open_widget):
    widget = open_widget(NudgeGradient(predict=True, pinned=()))
    feedback = widget.locator(".cb-feedback")
    for n in range(11):  # three weights, seven pixels, the bias
        action(widget, "Show me").click()
        expect(feedback).to_contain_text("It is")
        if n < 10:
            action(widget, "Next").click()
            expect(feedback).to_have_text("")
        if n == 9:
            action(widget, "Next").click()
            expect(feedback).to_contain_text("This is the last gradient")
    action(widget, "Next").click()
    expect(feedback).to_contain_text("You have predicted every gradient.")


def test_next_goes_on_from_kernel_to_input_and_answers_stay(open_widget):
    widget = open_widget(NudgeGradient(predict=True, pinned=()))
    widget.get_by_label("What is dW[0]?").fill("5")
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 5. 2×3 + 1×1 + 0×(−4)")
    expect(value(widget, "dkernel", 0, 0)).to_have_text("5")
    expect(value(widget, "dkernel", 0, 1)).to_have_text("?")
    action(widget, "Next").click()
    expect(widget.get_by_label("What is dX[0]?")).to_be_focused()
    action(widget, "Next").click()
    expect(widget.get_by_label("What is dW[1]?")).to_be_visible()
    cell(widget, "output", 0, 0).click()  # what is pinned is no gradient: the question stays about one
    expect(widget.locator(".cb-question")).to_contain_text("dW[0]")
    action(widget, "Reset").click()
    expect(value(widget, "dkernel", 0, 0)).to_have_text("?")


# ---- code ----------------------------------------------------------------------------------------------------------


@pytest.mark.pytorch
def test_the_pytorch_code_gives_what_is_on_the_screen(open_widget):
    for shown, source in every_setting(open_widget, [NudgeGradient(**traits) for traits in STATES]):
        check_code(shown, source, "PyTorch")


# ---- on a phone ----------------------------------------------------------------------------------------------------


def test_on_a_phone_a_tapped_gradient_its_partners_and_its_sum_are_on_one_screen(open_widget):
    widget = open_widget(NudgeGradient(**PICTURE), touch=True, width=360, height=780)
    for role in ("input", "kernel", "bias", "target"):
        assert cell(widget, role, 0, 0).bounding_box()["width"] >= 23.9
    widget.locator(".cb-stage").evaluate("el => el.scrollIntoView({ behavior: 'instant' })")
    cell(widget, "dinput", 2, 2).tap()
    expect(cell(widget, "dinput", 2, 2)).to_have_attribute("aria-selected", "true")
    expect(widget.locator(".cb-sum")).to_be_in_viewport()
    expect(cell(widget, "dinput", 2, 2)).to_be_in_viewport()
    expect(lit(widget, "doutput").first).to_be_in_viewport()
    expect(lit(widget, "kernel").last).to_be_in_viewport()  # the nearest
    widget.get_by_label("example").select_option("a row")
    for role in ("input", "kernel", "bias", "target"):
        assert cell(widget, role, 0, 0).bounding_box()["width"] >= 23.9
    assert widget.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_axe_finds_nothing(open_widget, axe):
    twice = [NudgeGradient(**EXAMPLES["a picture"], step=3, pinned=("dinput", 1, 1)) for _ in range(2)]
    (shown, _), (asked, _) = side_by_side(open_widget, twice)
    for widget in (shown, asked):
        action(widget, "Code").click()
    action(asked, "Predict").click()
    assert {theme: axe(shown.page) for theme in in_each_theme(shown.page)} == {"light": [], "dark": []}
