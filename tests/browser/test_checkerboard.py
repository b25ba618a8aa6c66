"""Checkerboard under the hands of a reader: by mouse, by keyboard, by touch."""

import re

import numpy as np
import pytest
from hands import action, cell, code_of, every_setting, in_each_theme, side_by_side, value
from lab_hands import shown as greys
from playwright.sync_api import expect

from convbook.widgets import Checkerboard

SHORT = {
    "transposed": "transposed",
    "nearest": "nearest + conv",
    "bilinear": "bilinear + conv",
    "subpixel": "sub-pixel",
    "icnr": "sub-pixel, ICNR",
}
STATES = [
    {},
    {"kernel": 4, "start": "random", "seed": 5},
    {"kernel": 5, "start": "balanced", "steps": 3, "picture": "brick"},
    {"way": "nearest", "kernel": 4, "stride": 3, "start": "random"},
    {"way": "bilinear", "start": "smooth", "stride": 4, "picture": "coffee"},
    {"way": "subpixel", "start": "random", "steps": 1},
    {"way": "icnr", "kernel": 2, "stride": 3, "start": "random", "picture": "cat"},
    {"kernel": 2, "stride": 4},
    {"weights": [[1, 0, 0.5], [0, 2, 0], [-1, 0, 0]]},
]


def way(widget, name):
    return widget.locator(".cb-way-choice", has=widget.page.get_by_text(SHORT[name], exact=True))


def strength(widget, name):
    return way(widget, name).locator("small")


def in_percent(share):
    return f"{round(100 * share, 2 if share < 0.01 else 1):g} %"


def check_code(shown, source, library):
    code_of(shown, library)
    expect(shown.locator("pre code")).to_contain_text(f'"{source.picture}"')
    expect(strength(shown, source.way)).to_have_text(in_percent(source.strength))
    names = {}
    exec(code_of(shown, library), names)
    np.testing.assert_allclose(np.asarray(names["y"]), source.output, atol=2e-3, err_msg=repr(source))
    np.testing.assert_allclose(np.asarray(names["tile"]), source.tile, atol=1e-5, err_msg=repr(source))


def test_block_strength_output_and_numpy_code_are_pythons(open_widget):
    for shown, source in every_setting(open_widget, [Checkerboard(**traits) for traits in STATES]):
        check_code(shown, source, "NumPy")
        block = shown.locator('table[data-role="tile"] .cb-value')
        expect(block).to_have_count(source.stride**2)
        expect(strength(shown, source.way)).to_have_text(in_percent(source.strength))
        numbers = [float(text.replace("−", "-")) for text in block.all_inner_texts()]
        np.testing.assert_allclose(numbers, source.tile.ravel(), atol=5.1e-4)
        expect(shown.locator(".cb-photo[data-role=input] figcaption")).to_contain_text(source.picture)
        bottom, top = source._range()
        levels = np.floor(np.clip((source.output - bottom) / (top - bottom) * 255 + 0.5, 0, 255))
        drawn = greys(shown, "output")
        assert np.abs(drawn - levels).max() <= 1  # a half may fall to either side


def test_all_ways_stand_side_by_side_and_a_press_chooses_one(open_widget):
    widget = open_widget(Checkerboard(start="random", kernel=4))
    for name in SHORT:
        source = Checkerboard(start="random", kernel=4, way=name)
        expect(strength(widget, name)).to_have_text(in_percent(source.strength))
        way(widget, name).click()
        expect(way(widget, name)).to_have_attribute("aria-pressed", "true")
    expect(widget.locator(".cb-key")).to_contain_text("One colour of 128 stays one colour")
    way(widget, "transposed").click()
    expect(widget.locator(".cb-key")).to_contain_text("They are even, for 2 divides 4; but the weights that meet")


def test_a_step_of_training_from_weights_that_hide_the_pattern(open_widget):
    widget = open_widget(Checkerboard(start="balanced"))
    expect(strength(widget, "transposed")).to_have_text("0 %")
    expect(widget.locator(".cb-key")).to_contain_text("these weights make up for it")
    losses = Checkerboard(start="balanced", steps=1).losses
    action(widget, "increase steps of training").click()
    one = Checkerboard(start="balanced", steps=1)
    expect(strength(widget, "transposed")).to_have_text(in_percent(one.strength))
    expect(widget.locator(".cb-board-lane .cb-note").last).to_contain_text(f"loss {losses[0]:.3g} → {losses[1]:.3g}")
    path = widget.locator(".cb-bars svg").get_attribute("aria-label")
    assert f"{round(100 * Checkerboard(start='balanced', steps=8).strength, 2):g} at 8 steps" in path
    assert " at 1 step," in path
    widget.get_by_label("kernel", exact=True).select_option("4×4")
    four = Checkerboard(start="balanced", steps=1, kernel=4)
    expect(strength(widget, "transposed")).to_have_text(in_percent(four.strength))
    field = widget.get_by_label("steps of training", exact=True)
    field.fill("2.5")
    field.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("whole number")
    action(widget, "Undo").click()
    action(widget, "Undo").click()
    expect(strength(widget, "transposed")).to_have_text("0 %")


def test_a_weight_can_be_changed_and_waits_where_it_has_no_use(open_widget):
    widget = open_widget(Checkerboard(start="balanced"))
    cell(widget, "kernel", 1, 1).click()
    expect(widget.locator(".cb-sum")).to_contain_text("goes to the place [0,0] of the block")
    expect(widget.locator('table[data-role="tile"] td.cb-on')).to_have_count(1)
    widget.locator(".cb-key").hover()  # what lies below the pointer may move, and be pointed at, while one types
    expect(cell(widget, "kernel", 1, 1)).to_have_attribute("aria-selected", "true")
    widget.get_by_label("pinned value", exact=True).fill("2")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "tile", 0, 0)).to_have_text("2")
    expect(widget.get_by_label("weights", exact=True)).to_have_value("your own")
    way(widget, "subpixel").click()
    expect(widget.get_by_label("weights", exact=True)).to_have_value("balanced per place")
    cell(widget, "kernel", 0, 0).press("3")
    widget.page.keyboard.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("a filter of its own")
    way(widget, "transposed").click()
    expect(value(widget, "kernel", 1, 1)).to_have_text("2")
    for size in ("2×2", "3×3"):
        widget.get_by_label("kernel", exact=True).select_option(size)
    expect(value(widget, "kernel", 1, 1)).to_have_text("2")


def test_the_lens_the_sum_and_the_block(open_widget):
    widget = open_widget(Checkerboard())
    output = widget.locator(".cb-photo[data-role=output] .cb-frame")
    output.click(position={"x": 100, "y": 100})
    expect(widget.locator(".cb-glass").first).to_be_visible()
    expect(widget.locator(".cb-sum")).to_contain_text("y[")
    output.focus()
    output.press("ArrowRight")
    output.press("Enter")
    at = widget.evaluate("el => LiveWidgets.models[el.dataset.key].get('pinned')")[1:]
    total = Checkerboard().output[tuple(at)]
    expect(widget.locator(".cb-spoken")).to_contain_text(f"row {at[0]}, column {at[1]}")
    result = float(widget.locator(".cb-sum .cb-result").last.inner_text().replace("−", "-"))
    assert result == pytest.approx(total, abs=5e-4)
    cell(widget, "tile", 1, 1).hover()
    expect(widget.locator(".cb-sum .cb-term")).to_have_count(4)
    expect(widget.locator('table[data-role="kernel"] td.cb-on')).to_have_count(4)
    cell(widget, "tile", 0, 0).click()
    expect(widget.locator(".cb-sum .cb-term")).to_have_count(1)
    expect(widget.locator(".cb-spoken")).to_contain_text("Place 0, 0 of the block: 1 weight")
    widget.locator(".cb-photo[data-role=input] .cb-frame").click(position={"x": 50, "y": 50})
    expect(widget.locator(".cb-sum")).to_contain_text("y[")


# ---- predict -------------------------------------------------------------------------------------------------------


def options(widget):
    return widget.locator(".cb-options button:has(canvas)")


def test_every_example_asks_with_several_pictures_of_which_one_is_right(open_widget):
    names = list(Checkerboard().examples)
    widget = open_widget(Checkerboard(predict=True))
    feedback = widget.locator(".cb-feedback")
    for n in range(len(names)):
        expect(widget.get_by_label("example")).to_have_value(names[n])
        expect(options(widget).nth(1)).to_be_visible()
        verdicts = []
        for option in options(widget).all():
            option.click()
            verdicts.append(feedback.get_attribute("data-mood"))
            if verdicts[-1] == "right":
                break
        assert verdicts.count("right") == 1
        expect(widget.locator('table[data-role="tile"]')).to_be_visible()
        action(widget, "Next").click()
    expect(widget.get_by_label("example")).to_have_value(names[0])


def test_the_misconception_is_named_and_nothing_is_shown_before(open_widget):
    widget = open_widget(Checkerboard(kernel=4, start="random", predict=True))
    for name in SHORT:
        expect(strength(widget, name)).to_have_text("?")
    expect(widget.locator(".cb-unknown")).to_be_visible()
    for part in ('table[data-role="tile"]', ".cb-bars", ".cb-photo:has(.cb-pattern)"):
        expect(widget.locator(part)).to_be_hidden()
    expect(widget.locator(".cb-photo[data-role=output] .cb-frame")).to_have_class(re.compile("cb-secret"))
    flat = """(button) => {
      const canvas = button.querySelector("canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return new Set(data.filter((_, n) => n % 4 === 0)).size === 1;
    }"""
    one_colour = [option for option in options(widget).all() if option.evaluate(flat)]
    assert len(one_colour) == 1
    one_colour[0].click()
    expect(widget.locator(".cb-feedback")).to_contain_text("checkerboards do not come from the kernel size alone")
    action(widget, "Show me").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("the weights that meet add up to different numbers")
    expect(strength(widget, "transposed")).to_have_text(in_percent(Checkerboard(kernel=4, start="random").strength))
    action(widget, "Reset").click()
    expect(widget.locator(".cb-unknown")).to_be_visible()


# ---- code, address, phone ------------------------------------------------------------------------------------------


@pytest.mark.pytorch
def test_the_pytorch_code_gives_what_is_on_the_screen(open_widget):
    for shown, source in every_setting(open_widget, [Checkerboard(**traits) for traits in STATES]):
        check_code(shown, source, "PyTorch")


def test_another_picture_and_the_address(open_widget):
    widget = open_widget(Checkerboard())
    widget.get_by_label("picture", exact=True).select_option("cat")
    expect(widget.locator(".cb-photo[data-role=input] figcaption")).to_contain_text("cat 60×60")
    widget.get_by_label("stride").select_option("3")
    expect(widget.locator(".cb-photo[data-role=input] figcaption")).to_contain_text("cat 40×40")
    widget.page.wait_for_function("location.hash.includes('stride')")
    widget.page.reload()
    expect(widget.locator(".cb-photo[data-role=input] figcaption")).to_contain_text("cat 40×40")
    action(widget, "Reset").click()
    expect(widget.locator(".cb-photo[data-role=input] figcaption")).to_contain_text("camera 60×60")


def test_a_picture_that_is_too_small_is_refused_kindly(open_widget):
    widget = open_widget(Checkerboard())
    small = Checkerboard(picture=np.zeros((24, 24))).picture
    tiny = widget.evaluate(
        """async (el) => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 9, height: 30 });
          return canvas.toDataURL();
        }"""
    )
    accept = "(el, picture) => { LiveWidgets.models[el.dataset.key].accept({ picture }); }"
    widget.evaluate(accept, tiny)
    expect(widget.get_by_role("alert")).to_contain_text("at least 24 pixels a side; this one has 30×9")
    expect(widget.locator(".cb-photo[data-role=input] figcaption")).to_contain_text("camera 60×60")
    widget.evaluate(accept, small)
    expect(widget.locator(".cb-photo[data-role=input] figcaption")).to_contain_text("12×12")


def test_on_a_phone_a_tapped_pixel_and_its_sum_share_the_screen(open_widget):
    widget = open_widget(Checkerboard(kernel=6, stride=4), touch=True, width=360, height=780)
    output = widget.locator(".cb-photo[data-role=output] .cb-frame")
    output.tap()
    expect(widget.locator(".cb-sum")).to_contain_text("y[")
    expect(widget.locator(".cb-sum")).to_be_in_viewport()
    expect(output).to_be_in_viewport()
    assert cell(widget, "kernel", 0, 0).bounding_box()["width"] >= 24
    cell(widget, "kernel", 2, 2).tap()
    expect(widget.get_by_label("pinned value", exact=True)).to_be_in_viewport()
    assert way(widget, "icnr").bounding_box()["height"] >= 44


def test_axe_finds_nothing(open_widget, axe):
    twice = [Checkerboard(start="random", pinned=("output", 60, 60), steps=1) for _ in range(2)]
    (shown, _), (asked, _) = side_by_side(open_widget, twice)
    for widget in (shown, asked):
        action(widget, "Code").click()
    action(asked, "Predict").click()
    assert {theme: axe(shown.page) for theme in in_each_theme(shown.page)} == {"light": [], "dark": []}
