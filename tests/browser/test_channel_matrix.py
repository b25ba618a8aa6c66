"""ChannelMatrix under the hands of a reader: by mouse, by keyboard, by touch."""

import numpy as np
import pytest
from hands import action, cell, code_of, drag, every_setting, in_each_theme, swipe, value
from lab_hands import as_png, hand_over, setting
from playwright.sync_api import expect

from convbook.widgets import ChannelMatrix
from convbook.widgets.channel_matrix.mixes import MIXES
from convbook.widgets.picture import decoded

rng = np.random.default_rng(5)
SMALL = rng.integers(0, 256, (7, 9, 3), np.uint8)
AROUND = MIXES["differences"]["matrix"]
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
INK = """(canvas) => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height).data.filter((byte, i) => i % 4 === 3 && byte).length;
}"""


def frame(widget, role):
    return widget.locator(f'figure[data-role="{role}"] .cb-frame')


def colours(widget, role):
    """Return the colours (3, H, W) on the screen."""
    address = frame(widget, role).evaluate("frame => frame.querySelector(':scope > canvas').toDataURL()")
    return np.moveaxis(decoded(address).astype(int), -1, 0)


def facts(widget):
    return widget.locator(".cb-of-all")


def shown_as(output):
    return np.floor(np.clip(output + 0.5, 0, 255))


# ---- what is drawn -------------------------------------------------------------------------------------------------

STATES = [
    {},
    {"picture": SMALL, "matrix": AROUND, "bias": [128, 100, 90.5]},
    {"picture": "camera", "window": "3×3"},
    {"picture": "coffee", "scramble": True},
    {"scramble": True, "unscramble": True, "window": "3×3"},
    {"matrix": AROUND, "relu": True, "second": [[1, 0, 0.5], [0, 1, 0], [1, 1, 0.25]], "second_bias": [10, 20, 30]},
]


def shown_in_turn(open_widget, states):
    """Yield (the page, what is in Python) for each state, once it is drawn; the code is open."""
    for widget, mix in every_setting(open_widget, [ChannelMatrix(**state) for state in states]):
        title = "this picture" if mix.picture.startswith("data:") else mix.picture
        expect(widget.locator("figcaption").first).to_contain_text(title)
        widget.page.evaluate(PAINTED)
        yield widget, mix


def test_the_picture_is_what_python_computes(open_widget):
    for widget, mix in shown_in_turn(open_widget, STATES):
        if not mix.scramble:
            np.testing.assert_array_equal(colours(widget, "input"), mix.pixels)
        assert np.abs(colours(widget, "output") - shown_as(mix.output)).max() <= 1  # a half may fall to either side
        i, j = (min(index, side - 1) for index, side in zip(mix.pixel, mix.pixels.shape[1:], strict=True))
        if not mix.unscramble:
            texts = widget.locator('table[data-role="output"] .cb-value').all_inner_texts()
            numbers = [float(text.replace("−", "-")) for text in texts]
            np.testing.assert_allclose(numbers, mix.output[:, i, j], atol=6e-4)


def test_a_matrix_and_its_inverse_leave_no_dust(open_widget):
    widget = open_widget(ChannelMatrix())
    setting(widget, "second 1×1").select_option("inverse of the first")
    expect(widget.get_by_role("grid", name="B·A").locator(".cb-value")).to_have_text(
        ["1", "0", "0", "0", "1", "0", "0", "0", "1"]
    )
    legends = widget.locator(".cb-channel").all_inner_texts()
    assert legends
    assert not [text for text in legends if "−" in text], legends


def test_sepia_keeps_less_of_its_weakest_direction_than_can_be_written(open_widget):
    widget = open_widget(ChannelMatrix())
    expect(widget).to_contain_text("the weakest direction keeps less than 0.1\u00a0% of what the strongest does")


def test_one_and_two_channels_are_shown_in_grey_and_their_clouds_have_as_many_axes(open_widget):
    widget = open_widget(ChannelMatrix(picture=SMALL, matrix=MIXES["grey, as the eye weighs"]["matrix"]))
    assert np.ptp(colours(widget, "output"), axis=0).max() == 0
    expect(widget.locator(".cb-channel:visible")).to_have_count(0)
    expect(widget.locator('[data-role="cloud-output"] text')).to_have_text(["y₀"])
    expect(facts(widget)).to_contain_text("so white stays white")
    setting(widget, "output channels").select_option("2")
    expect(widget.locator(".cb-channel:visible")).to_have_count(2)
    expect(widget.locator('[data-role="cloud-output"] text')).to_have_text(["y₀", "y₁"])
    expect(cell(widget, "kernel", 1, 1)).to_contain_text("1")  # a new row is the identity's
    action(widget, "Undo").click()
    expect(widget.locator('table[data-role="kernel"] tr')).to_have_count(1)


# ---- three-way pinning ---------------------------------------------------------------------------------------------


def test_an_output_a_weight_and_a_colour_light_what_they_meet(open_widget):
    widget = open_widget(ChannelMatrix(picture=[[[200, 100, 50]]], matrix=AROUND, pinned=()))
    cell(widget, "output", 1, 0).click()
    expect(widget.locator('table[data-role="kernel"] td.cb-on')).to_have_count(3)
    expect(cell(widget, "kernel", 1, 2)).to_have_class("cb-on")
    expect(widget.locator(".cb-sum .cb-term")).to_have_count(3)
    expect(widget.locator(".cb-sum .cb-result").last).to_have_text("50")
    expect(widget.locator(".cb-spoken")).to_have_text("Pixel 0, 0, y[1]: 200×0 + 100×1 + 50×(−1) = 50.")
    cell(widget, "kernel", 2, 0).click()
    expect(cell(widget, "input", 0, 0)).to_have_class("cb-on")
    expect(cell(widget, "output", 2, 0)).to_have_class("cb-on")
    expect(widget.locator(".cb-sum")).to_contain_text("is shared by this pixel")
    cell(widget, "input", 1, 0).click()
    expect(widget.locator('table[data-role="output"] .cb-badge')).to_have_text(["×−1", "×1", "×0"])
    expect(widget.locator(".cb-spoken")).to_have_text("Pixel 0, 0: x[1] feeds 3 output channels.")


def test_a_pixel_is_kept_by_a_click_on_either_picture_and_by_the_keyboard(open_widget):
    widget = open_widget(ChannelMatrix(picture=SMALL, pixel=(0, 0)))
    box = frame(widget, "output").bounding_box()
    frame(widget, "output").click(position={"x": box["width"] * 8.5 / 9, "y": box["height"] * 3.5 / 7})
    widget.locator(".cb-actions").hover()
    for channel in range(3):
        expect(value(widget, "input", channel, 0)).to_have_text(str(SMALL[3, 8, channel]))
    frame(widget, "input").focus()
    widget.page.keyboard.press("ArrowLeft")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "input", 2, 0)).to_have_text(str(SMALL[3, 7, 2]))
    assert widget.evaluate("el => LiveWidgets.models[el.dataset.key].get('pixel')") == [3, 7]


def test_behind_an_unscrambled_output_lies_the_pixel_that_went_there(open_widget):
    mix = ChannelMatrix(picture=SMALL, matrix=np.eye(3), scramble=True, unscramble=True)
    widget = open_widget(mix)
    box = frame(widget, "output").bounding_box()
    frame(widget, "output").click(position={"x": box["width"] * 2.5 / 9, "y": box["height"] * 5.5 / 7})
    widget.locator(".cb-actions").hover()
    for channel in range(3):
        expect(value(widget, "input", channel, 0)).to_have_text(str(SMALL[5, 2, channel]))


# ---- changing it ---------------------------------------------------------------------------------------------------


def test_a_weight_is_typed_dragged_and_undone(open_widget):
    widget = open_widget(ChannelMatrix(picture=[[[200, 100, 50]]], matrix=np.eye(3)))
    cell(widget, "kernel", 0, 1).press("2")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "output", 0, 0)).to_have_text("400")
    drag(cell(widget, "kernel", 0, 1), cell(widget, "kernel", 0, 2))
    expect(value(widget, "kernel", 0, 1)).not_to_have_text("2")
    action(widget, "Undo").click()
    expect(value(widget, "output", 0, 0)).to_have_text("400")
    cell(widget, "kernel", 0, 1).press("x")
    cell(widget, "kernel", 0, 1).dblclick()
    widget.page.keyboard.type("abc")
    widget.page.keyboard.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("“abc” is not a number")
    widget.get_by_label("bias", exact=True).check()
    cell(widget, "bias", 0, 0).press("7")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "output", 0, 0)).to_have_text("407")
    cell(widget, "bias", 1, 0).click()
    expect(widget.locator(".cb-sum")).to_contain_text("is added at this pixel")
    widget.get_by_label("increase pinned value").click()
    expect(value(widget, "output", 1, 0)).to_have_text("101")
    expect(widget.locator(".cb-formula")).to_have_text("3·3 + 3 = 12 numbers for all pixels")


def test_the_cloud_collapses_with_the_rank_and_comes_back(open_widget):
    widget = open_widget(ChannelMatrix(matrix=MIXES["more colour"]["matrix"]))
    track = widget.get_by_role("slider", name="rank of the matrix")
    cloud = widget.locator('[data-role="cloud-output"] canvas')
    whole = cloud.evaluate(INK)
    found = {}
    for rank, words in (
        (2, "its colours lie in a plane"),
        (1, "its colours lie in a line"),
        (0, "its colours have become a point"),
    ):
        track.fill(str(rank))
        expect(facts(widget)).to_contain_text(f"rank {rank}: {'all ' * (rank == 0)}{words}")
        found[rank] = cloud.evaluate(INK)
    assert found[0] == 4  # one dot
    assert found[1] < found[2] / 2
    assert found[1] < whole / 4
    track.fill("3")
    expect(facts(widget)).to_contain_text("rank 3: its colours still fill the space")
    expect(setting(widget, "matrix")).to_have_value("more colour")  # to the last digit
    setting(widget, "matrix").select_option("differences")
    track.fill("3")
    expect(widget.locator(".cb-told")).to_contain_text("Rank 2 is the most that this matrix has")


EDGES_MOVED = """seen => !seen.includes(document.querySelector('[data-role="cloud-input"] path').getAttribute("d"))"""


def test_the_cube_turns_by_mouse_and_keys(open_widget):
    widget = open_widget(ChannelMatrix(picture=SMALL))
    edges = widget.locator('[data-role="cloud-input"] path')
    seen = [edges.get_attribute("d")]
    frame(widget, "cloud-output").press("ArrowRight")
    widget.page.wait_for_function(EDGES_MOVED, arg=seen)
    seen.append(edges.get_attribute("d"))
    drag(frame(widget, "cloud-input"), frame(widget, "cloud-output"))
    widget.page.wait_for_function(EDGES_MOVED, arg=seen)


# ---- theorems ------------------------------------------------------------------------------------------------------


def test_scrambling_commutes_with_a_1x1_and_not_with_a_3x3_and_the_residual_is_pythons(open_widget):
    mix = ChannelMatrix(picture=SMALL, matrix=AROUND)
    widget = open_widget(mix)
    expect(action(widget, "Unscramble the output")).to_be_disabled()
    action(widget, "Scramble pixels").click()
    expect(facts(widget)).to_contain_text("max |difference| = 0: a 1×1 reads one pixel")
    action(widget, "Unscramble the output").click()
    expect(widget.locator("figcaption", has_text="output, unscrambled")).to_be_visible()
    setting(widget, "window").select_option("3×3")
    mix.window = "3×3"
    expect(facts(widget)).to_contain_text(f"max |difference| = {round(mix.residual, 3):g}, at")
    expect(facts(widget)).to_contain_text("a 3×3 reads neighbours")


def test_two_matrices_collapse_into_one_unless_relu_stands_between_them(open_widget):
    mix = ChannelMatrix(picture=SMALL, matrix=AROUND, second=[[1, 2, 0], [0, 1, 1]])
    widget = open_widget(mix)
    one = widget.get_by_role("grid", name="B·A")
    expect(one.locator(".cb-value")).to_have_text(["1", "1", "−2", "−1", "1", "0"])
    expect(facts(widget)).to_contain_text("B·A gives the same picture, max |difference| = 0")
    widget.get_by_label("ReLU").check()
    mix.relu = True
    expect(one).to_be_hidden()
    expect(facts(widget)).to_contain_text(f"B·A is off by up to {round(mix.gap, 3):g}")
    expect(facts(widget)).to_contain_text("no longer one matrix")
    setting(widget, "matrix").select_option("sepia")
    expect(facts(widget)).to_contain_text("The ReLU met no negative number in this picture")


def test_the_inverse_brings_the_picture_back_and_a_flat_matrix_has_none(open_widget):
    widget = open_widget(ChannelMatrix(**MIXES["RGB to YCbCr"]))
    setting(widget, "second 1×1").select_option("inverse of the first")
    for channel in range(3):
        expect(value(widget, "output", channel, 0)).to_have_text(value(widget, "input", channel, 0).inner_text())
    assert np.abs(colours(widget, "output") - colours(widget, "input")).max() == 0
    setting(widget, "matrix").select_option("differences")
    expect(setting(widget, "second 1×1").locator("option", has_text="inverse")).to_have_count(0)
    setting(widget, "output channels").select_option("1")  # the second one reads what there is
    expect(widget.locator('table[data-role="second"] tr').first.locator("td")).to_have_count(1)


# ---- predict -------------------------------------------------------------------------------------------------------

MISTAKES = [
    ({}, "150", "You went down a column"),  # 200 − 50
    ({}, "200", "That is one product"),
    ({}, "350", "you ignored the matrix"),
    ({}, "300", "A minus sign was lost"),
    ({}, "1", "Multiply each channel"),
    ({"bias": [7, 0, 0]}, "100", "You forgot the bias"),
    ({"relu": True, "pinned": ("output", 2)}, "-150", "before ReLU"),
]


def test_known_mistakes_are_named_and_the_truth_is_shown(open_widget):
    one = {"picture": [[[200, 100, 50]]], "matrix": AROUND, "predict": True}
    mixes = [ChannelMatrix(**one, **traits) for traits, *_ in MISTAKES]
    for (widget, mix), (_, answer, hint) in zip(every_setting(open_widget, mixes), MISTAKES, strict=True):
        expect(value(widget, "output", mix.pinned[1], 0)).to_have_text("?")
        widget.locator(".cb-predict input").fill(answer)
        action(widget, "Check").click()
        expect(widget.locator(".cb-feedback")).to_contain_text(hint)
    widget = open_widget(ChannelMatrix(**one))
    widget.locator(".cb-predict input").fill("100")
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 100. 200×1 + 100×(−1) + 50×0 = 100.")
    expect(value(widget, "output", 0, 0)).to_have_text("100")
    action(widget, "Next").click()
    expect(widget.locator(".cb-question")).to_have_text("What is y[1] at pixel 0, 0?")
    expect(value(widget, "output", 1, 0)).to_have_text("?")


# ---- pictures, code, share -----------------------------------------------------------------------------------------


def test_the_readers_own_picture_is_read_in_colour(open_widget):
    widget = open_widget(ChannelMatrix(matrix=np.eye(3)))
    picture = rng.integers(0, 256, (40, 60, 3), np.uint8)
    hand_over(widget, "drop", "mine.png", as_png(picture))
    expect(widget.locator("figcaption").first).to_have_text("input mine.png 40×60")
    np.testing.assert_array_equal(colours(widget, "output"), np.moveaxis(picture, -1, 0))
    setting(widget, "picture").select_option("coffee")
    expect(widget.locator("figcaption").first).to_have_text("input coffee 256×256")


def test_the_code_gives_what_is_on_the_screen(open_widget, capsys, torch):
    states = [*STATES[:5], STATES[5] | {"picture": SMALL, "scramble": True, "window": "3×3"}]
    for widget, mix in shown_in_turn(open_widget, states):
        for library in ("NumPy", "PyTorch"):
            names = {}
            exec(code_of(widget, library), names)
            np.testing.assert_allclose(np.asarray(names["y"]), mix.output, atol=1e-9)
            printed = capsys.readouterr().out
            if mix.scramble and library == "NumPy":
                assert float(printed.split()[0]) == pytest.approx(mix.residual)


def test_a_shared_link_and_reset(open_widget):
    widget = open_widget(ChannelMatrix(picture=SMALL))
    setting(widget, "matrix").select_option("swap red and blue")
    widget.page.wait_for_function("location.hash.includes('matrix')")
    np.testing.assert_array_equal(colours(widget, "output"), colours(widget, "input")[::-1])
    action(widget, "Reset").click()
    expect(setting(widget, "matrix")).to_have_value("sepia")


def test_on_a_phone_a_tapped_pixel_its_numbers_and_its_sum_share_the_screen(open_widget):
    widget = open_widget(ChannelMatrix(), touch=True, width=360, height=780)
    widget.page.add_style_tag(content="main { padding-bottom: 100rem }")
    widget.locator(".cb-card").evaluate("card => scrollTo(0, card.getBoundingClientRect().top)")
    frame(widget, "input").tap()
    expect(widget.locator(".cb-spoken")).to_contain_text("Pixel 12")
    for part in (frame(widget, "input"), widget.locator(".cb-sum"), cell(widget, "kernel", 0, 0)):
        box = part.bounding_box()
        assert box["y"] > -40
        assert box["y"] + min(box["height"], 40) <= 780
    seen = [widget.locator('[data-role="cloud-input"] path').get_attribute("d")]
    frame(widget, "cloud-input").scroll_into_view_if_needed()
    swipe(frame(widget, "cloud-input"), 60, 0)
    widget.page.wait_for_function(EDGES_MOVED, arg=seen)


def test_axe_finds_nothing(open_widget, axe):
    state = {"second": np.eye(3), "bias": [1, 2, 3], "scramble": True, "predict": True}
    page = open_widget(ChannelMatrix(picture=SMALL, **state)).page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
