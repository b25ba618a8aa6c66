"""FilterLab under the hands of a reader: by mouse, by keyboard, by touch."""

import json
import re

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
from lab_hands import as_png, field, frame, open_file, result, setting, shown
from playwright.sync_api import expect

from convbook import images
from convbook.kernels import BOX_BLUR, LAPLACIAN, SOBEL_HORIZONTAL
from convbook.widgets import FilterLab

EDGE = [[10, 10, 200, 200], [10, 10, 200, 200], [10, 10, 200, 200]]


# ---- the pictures --------------------------------------------------------------------------------------------------


def test_browser_and_python_see_the_same_photographs(open_widget, subtests):
    both = {"kernel": LAPLACIAN, "second": BOX_BLUR, "bias": 5, "shades": "fixed"}
    for widget, lab in side_by_side(open_widget, [FilterLab(picture=name, **both) for name in images.NAMES]):
        with subtests.test(picture=lab.picture):
            np.testing.assert_array_equal(shown(widget, "input"), lab.pixels)
            for n, output in enumerate([lab.output, lab.second_output]):
                expected = np.clip((output + 255) / 2, 0, 255)
                np.testing.assert_allclose(shown(widget, "output", n), expected, atol=0.501)


def test_shades_say_what_is_black_and_what_is_white(open_widget):
    lab = FilterLab(kernel=LAPLACIAN)
    widget = open_widget(lab)
    strongest, legend = np.abs(lab.output).max(), widget.locator(".cb-legend").nth(1)
    np.testing.assert_allclose(shown(widget, "output"), (lab.output / strongest + 1) * 127.5, atol=0.501)
    assert legend.locator("span").all_inner_texts() == [f"−{strongest:g}", "0", f"{strongest:g}"]
    setting(widget, "shades").select_option("−255 to 255")
    expect(legend.locator("span")).to_have_text(["≤ −255", "0", "≥ 255"])
    setting(widget, "shades").select_option("0 to 255, as in a photo")
    expect(legend.locator("span")).to_have_text(["≤ 0", "≥ 255"])
    np.testing.assert_allclose(shown(widget, "output"), np.clip(lab.output, 0, 255), atol=0.501)


IDENTITY = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_a_kernel_that_gives_nothing_negative_is_drawn_from_black_as_a_photograph(open_widget):
    lab = FilterLab(kernel=IDENTITY, second=BOX_BLUR)
    widget = open_widget(lab)
    np.testing.assert_array_equal(shown(widget, "output"), lab.pixels[1:-1, 1:-1])
    np.testing.assert_allclose(shown(widget, "output", 1), lab.second_output, atol=0.501)
    for n in (1, 2):
        expect(widget.locator(".cb-legend").nth(n).locator("span")).to_have_text(["0", "255"])
    setting(widget, "shades").select_option("−255 to 255")
    expect(widget.locator(".cb-legend").nth(1).locator("span")).to_have_text(["−255", "0", "255"])


def test_a_kernel_that_gives_nothing_positive_is_drawn_to_white(open_widget):
    widget = open_widget(FilterLab(picture=EDGE, kernel=[[-2]]))
    expect(widget.locator(".cb-legend").nth(1).locator("span")).to_have_text(["−510", "0"])
    assert shown(widget, "output").tolist() == [[245, 245, 55, 55]] * 3  # 255 − x


def test_relu_makes_zero_black_and_counts_who_falls_silent(open_widget):
    lab = FilterLab(relu=True, bias=-40)
    widget = open_widget(lab)
    np.testing.assert_allclose(shown(widget, "output"), lab.output / lab.output.max() * 255, atol=0.501)
    expect(widget.get_by_text("% of the cells fall silent")).to_have_text(
        f"{round(100 * lab.silent, 1)} % of the cells fall silent"
    )
    widget.get_by_role("checkbox", name="ReLU").uncheck()
    expect(widget.get_by_text("fall silent")).to_have_count(0)


def test_another_photograph_is_fetched_when_it_is_chosen(open_widget):
    widget = open_widget(FilterLab())
    asked = []
    widget.page.on("request", lambda request: asked.append(request.url))
    setting(widget, "picture").select_option("cat")
    expect(widget.locator("figcaption").first).to_have_text("input cat 300×451")
    expect(widget.locator("figcaption").nth(1)).to_have_text("output 298×449")
    np.testing.assert_array_equal(shown(widget, "input"), FilterLab(picture="cat").pixels)
    assert [url.rpartition("/")[2] for url in asked if not url.startswith("data:")] == ["cat.js"]
    action(widget, "Undo").click()
    expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")


def test_an_array_is_drawn_with_its_pixels(open_widget):
    widget = open_widget(FilterLab(picture=EDGE))
    np.testing.assert_array_equal(shown(widget, "input"), EDGE)
    expect(setting(widget, "picture")).to_have_value("this picture")
    expect(widget.locator(".cb-glass").first).to_have_class("cb-glass cb-plain")  # nothing to enlarge


# ---- the lens ------------------------------------------------------------------------------------------------------


def test_the_lens_follows_the_pointer_and_a_click_pins_it(open_widget):
    lab = FilterLab()
    widget = open_widget(lab, height=1400)  # nothing scrolls meanwhile
    mouse, (x, y) = widget.page.mouse, middle(frame(widget, "output"))
    mouse.move(x, y)
    place = [int(field(widget, name).input_value()) for name in ("lens row", "lens column")]
    assert np.abs(np.array(place) - 255).max() <= 2
    assert result(widget).inner_text().replace("−", "-") == f"{lab.output[tuple(place)]:g}"
    window = lab.pixels[place[0] : place[0] + 3, place[1] : place[1] + 3]
    assert [
        int(value(widget, "input", i, j).inner_text()) for i in range(3) for j in range(3)
    ] == window.ravel().tolist()
    mouse.move(*middle(widget.locator(".cb-actions")))
    expect(field(widget, "lens row")).to_have_value("200")  # the author's pin
    mouse.click(x, y)
    mouse.move(*middle(widget.locator(".cb-actions")))
    expect(field(widget, "lens row")).to_have_value(str(place[0]))
    expect(widget.locator(".cb-spoken")).to_contain_text(f"Row {place[0]}, column {place[1]}: ")
    mouse.click(x, y)  # the same place again: released
    mouse.move(*middle(widget.locator(".cb-actions")))
    expect(widget.locator(".cb-sum").first).to_contain_text("Move over a picture")
    expect(widget.locator(".cb-glass").first).to_be_hidden()


def test_the_input_shows_the_window_around_the_pointer(open_widget):
    widget = open_widget(FilterLab(kernel=np.ones((5, 5))))
    widget.page.mouse.move(*middle(frame(widget, "input")))
    row = int(field(widget, "lens row").input_value())
    assert abs(row - 254) <= 2  # two rows above the pixel under the pointer
    box = frame(widget, "input").bounding_box()
    widget.page.mouse.move(box["x"] + 1, box["y"] + box["height"] - 1)  # a corner: the window stays inside
    expect(field(widget, "lens row")).to_have_value("507")
    expect(field(widget, "lens column")).to_have_value("0")


def test_the_lens_by_keyboard(open_widget):
    widget = open_widget(FilterLab())
    keys = widget.page.keyboard
    frame(widget, "input").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        keys.press(key)
    expect(widget.locator(".cb-sum").first).to_contain_text("y[191,189]")
    keys.press("Enter")
    keys.press("Tab")
    expect(widget.locator(".cb-sum").first).to_contain_text("y[191,189]")
    frame(widget, "output").focus()
    keys.press("Shift+ArrowLeft")
    expect(widget.locator(".cb-sum").first).to_contain_text("y[191,179]")
    keys.press("Escape")
    expect(widget.locator(".cb-sum").first).to_contain_text("Move over a picture")
    keys.press("ArrowUp")
    expect(widget.locator(".cb-sum").first).to_contain_text("y[254,255]")  # from the middle


def test_the_place_of_the_lens_can_be_typed(open_widget):
    widget = open_widget(FilterLab())
    field(widget, "lens row").fill("0")
    field(widget, "lens row").press("Enter")
    field(widget, "lens column").fill("9999")
    field(widget, "lens column").press("Enter")
    expect(widget.locator(".cb-sum").first).to_contain_text("y[0,509]")
    action(widget, "decrease lens column").click()
    expect(widget.locator(".cb-sum").first).to_contain_text("y[0,508]")
    action(widget, "decrease lens row").click()  # it is at the border already
    expect(widget.locator(".cb-sum").first).to_contain_text("y[0,508]")
    field(widget, "lens row").fill("1.5")
    field(widget, "lens row").press("Enter")
    expect(widget.get_by_role("alert")).to_have_text("A lens row is a whole number, so the lens stays.")
    field(widget, "lens row").fill("here")
    field(widget, "lens row").press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("“here” is not a number")
    expect(field(widget, "lens row")).to_have_value("0")


def test_term_weight_and_window_light_up_together(open_widget):
    widget = open_widget(FilterLab(second=SOBEL_HORIZONTAL))
    widget.locator(".cb-sum").nth(1).locator(".cb-term").nth(2).hover()
    expect(cell(widget, "input", 0, 2)).to_have_class("cb-on cb-here")
    second = widget.locator('table[data-role="kernel"]').nth(1)
    expect(second.locator("td").nth(2)).to_have_class("cb-on cb-here")
    expect(widget.locator('table[data-role="kernel"]').first.locator("td").nth(2)).to_have_class("cb-on")
    expect(cell(widget, "input", 1, 0).locator(".cb-badge")).to_have_text("×0")


def test_both_filters_show_their_sums(open_widget):
    lab = FilterLab(second=SOBEL_HORIZONTAL, bias=1, relu=True)
    widget = open_widget(lab)
    expect(widget.locator(".cb-sum").first.locator(".cb-result").first).to_have_text("y₁[200,187]")
    expect(result(widget, 0)).to_have_text(f"{lab.output[200, 187]:g}")
    expect(result(widget, 1)).to_have_text(f"{lab.second_output[200, 187]:g}")
    expect(widget.locator(".cb-spoken")).to_have_text(
        "Row 200, column 187: first kernel: 9 products and the bias = 701; ReLU makes it 701. "
        "second kernel: 9 products and the bias = 613; ReLU makes it 613."
    )


# ---- the kernels ---------------------------------------------------------------------------------------------------


def test_a_typed_weight_changes_the_picture(open_widget):
    widget = open_widget(FilterLab(shades="fixed"))
    cell(widget, "kernel", 1, 1).press("5")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "kernel", 1, 1)).to_have_text("5")
    expected = FilterLab(kernel=[[1, 0, -1], [2, 5, -2], [1, 0, -1]])
    widget.page.wait_for_function("() => new Promise(requestAnimationFrame)")
    np.testing.assert_allclose(shown(widget, "output"), np.clip((expected.output + 255) / 2, 0, 255), atol=0.501)
    widget.page.keyboard.press("Control+z")
    expect(value(widget, "kernel", 1, 1)).to_have_text("0")


def test_a_change_is_on_the_screen_in_the_next_frame(open_widget):
    widget = open_widget(FilterLab())
    changed = widget.evaluate(
        """(el) => new Promise((done) => {
          const cell = el.querySelector('table[data-role="kernel"] td');
          const canvas = el.querySelectorAll(".cb-frame > canvas")[1];
          const before = canvas.toDataURL();
          cell.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", altKey: true, bubbles: true }));
          queueMicrotask(() => requestAnimationFrame(() => done(canvas.toDataURL() !== before)));
        })"""
    )
    assert changed


def test_a_drag_scrubs_a_weight_and_undoes_as_one(open_widget):
    widget = open_widget(FilterLab())
    mouse, (x, y) = widget.page.mouse, middle(cell(widget, "kernel", 0, 0))
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 45, y, steps=6)
    mouse.up()
    expect(value(widget, "kernel", 0, 0)).to_have_text("5")
    action(widget, "Undo").click()
    expect(value(widget, "kernel", 0, 0)).to_have_text("1")


def test_a_chosen_weight_is_stepped_by_buttons(open_widget):
    widget = open_widget(FilterLab(second=LAPLACIAN))
    second = widget.locator('table[data-role="kernel"]').nth(1)
    second.locator("td").nth(1).click()
    expect(second.locator("td").nth(1)).to_have_attribute("aria-selected", "true")
    action(widget, "increase chosen weight").click()
    expect(second.locator(".cb-value").nth(1)).to_have_text("2")
    expect(widget.get_by_text("second kernel: w[0,1]")).to_be_visible()


def test_every_size_keeps_both_kernels_alike(open_widget):
    widget = open_widget(FilterLab(second=BOX_BLUR))
    for size in (1, 2, 4, 5, 3):
        setting(widget, "size").select_option(f"{size}×{size}")
        for n, which in enumerate(("first", "second")):
            expect(widget.locator('table[data-role="kernel"]').nth(n).locator("td")).to_have_count(size**2)
            caption = f"{which} output {513 - size}×{513 - size}"
            expect(widget.locator("figcaption").nth(1 + n)).to_have_text(caption)
        expect(widget.locator(".cb-formula")).to_have_text(f"output size: 512 − {size} + 1 = {513 - size}")


def test_presets_and_a_second_filter(open_widget):
    widget = open_widget(FilterLab(kernel=np.eye(5)))
    setting(widget, "second kernel").select_option("Laplacian")
    second = widget.locator('table[data-role="kernel"]').nth(1)
    expect(second.locator("td")).to_have_count(25)  # as large as the first one
    expect(second.locator(".cb-value").nth(12)).to_have_text("−4")
    setting(widget, "kernel").select_option("box blur")
    expect(value(widget, "kernel", 0, 0)).to_have_text("0.111")
    expect(second.locator("td")).to_have_count(9)
    setting(widget, "second kernel").select_option("none")
    expect(second).to_be_hidden()
    action(widget, "Undo").click()
    expect(second).to_be_visible()


def test_a_size_that_comes_back_brings_its_numbers_back(open_widget):
    widget = open_widget(FilterLab(second=BOX_BLUR))
    second = widget.locator('table[data-role="kernel"]').nth(1)
    before = [widget.locator('table[data-role="kernel"] .cb-value').all_inner_texts()]
    for size in ("1×1", "5×5", "3×3"):
        setting(widget, "size").select_option(size)
        expect(second.locator("td")).to_have_count(int(size[0]) ** 2)
    assert [widget.locator('table[data-role="kernel"] .cb-value').all_inner_texts()] == before
    expect(setting(widget, "kernel")).to_have_value("vertical edge")
    expect(setting(widget, "second kernel")).to_have_value("box blur")


def test_the_weights_in_the_corners_are_whole_or_not_there(open_widget):
    widget = open_widget(FilterLab(kernel=BOX_BLUR))
    expect(cell(widget, "input", 0, 0).locator(".cb-badge")).to_have_text("×1/9")
    cut = """(all) => all.filter((badge) => badge.scrollWidth > badge.clientWidth).length"""
    assert widget.locator(".cb-badge").evaluate_all(cut) == 0
    cell(widget, "kernel", 0, 0).press("0")
    widget.page.keyboard.type(".12345")
    widget.page.keyboard.press("Enter")
    expect(value(widget, "kernel", 0, 0)).to_have_text("0.123")
    expect(widget.locator(".cb-badge")).to_have_count(0)


def test_undo_takes_away_what_the_pointer_was_on(open_widget):
    widget = open_widget(FilterLab())
    setting(widget, "second kernel").select_option("Laplacian")
    setting(widget, "size").select_option("5×5")
    second = widget.locator('table[data-role="kernel"]').nth(1)
    second.locator("td").nth(24).click()
    expect(widget.get_by_text("second kernel: w[4,4]")).to_be_visible()
    for _ in range(2):
        widget.page.keyboard.press("Control+z")
    expect(second).to_be_hidden()
    expect(widget.get_by_text("w[1,1]", exact=True)).to_be_visible()
    action(widget, "increase chosen weight").click()
    expect(value(widget, "kernel", 1, 1)).to_have_text("1")


def test_the_bias_moves_all_sums(open_widget):
    widget = open_widget(FilterLab())
    action(widget, "increase bias").click()
    expect(result(widget)).to_have_text("710")
    field(widget, "bias").fill("-0.5")
    field(widget, "bias").press("Enter")
    expect(result(widget)).to_have_text("699.5")


# ---- what does not fit ---------------------------------------------------------------------------------------------


def test_text_in_a_weight_is_refused_kindly(open_widget, subtests):
    widget = open_widget(FilterLab())
    for text in ("abc", "NaN", "1/0", "Infinity"):
        with subtests.test(text):
            cell(widget, "kernel", 0, 0).dblclick()
            widget.page.keyboard.type(text)
            widget.page.keyboard.press("Enter")
            expect(widget.get_by_role("alert")).to_contain_text(f"“{text}” is not a number, so the last value stays")
            expect(result(widget)).to_have_text("700")


def test_a_picture_smaller_than_the_kernel_is_refused_kindly(open_widget):
    widget = open_widget(FilterLab())
    open_file(widget, "dots.png", as_png([[0, 255], [255, 0]]))
    expect(widget.get_by_role("alert")).to_contain_text("A 3×3 kernel does not fit inside a picture of 2×2 pixels")
    expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")
    expect(setting(widget, "picture")).to_have_value("camera")


def test_a_kernel_larger_than_the_picture_is_refused_kindly(open_widget):
    widget = open_widget(FilterLab(picture=EDGE))
    setting(widget, "size").select_option("4×4")
    expect(widget.get_by_role("alert")).to_contain_text("A 4×4 kernel does not fit inside a picture of 3×4 pixels")
    expect(setting(widget, "size")).to_have_value("3×3")


# ---- predict -------------------------------------------------------------------------------------------------------


def answers(widget):
    return widget.get_by_role("group", name="your answer").get_by_role("button")


def test_every_wrong_picture_has_its_own_mistake_and_the_right_one_reveals(open_widget):
    widget = open_widget(FilterLab(predict=True))
    assert not frame(widget, "output").locator(":scope > canvas").is_visible()
    expect(widget.locator(".cb-sum").first).to_have_text("y[200,187]=?")
    expect(widget.locator(".cb-spoken")).to_have_text("Row 200, column 187: what will it be?")
    assert answers(widget).count() == 4
    said = {}
    for answer in answers(widget).all():
        answer.click()
        expect(widget.locator(".cb-feedback")).not_to_be_empty()
        said[widget.locator(".cb-feedback").inner_text().split(" is not it. ")[-1].split(".")[0]] = answer
        if widget.locator(".cb-feedback").get_attribute("data-mood") == "right":
            break
        assert not frame(widget, "output").locator(":scope > canvas").is_visible()
    expect(widget.locator(".cb-feedback")).to_contain_text("Its weights add up to 0, so flat places become 0")
    expect(frame(widget, "output").locator(":scope > canvas")).to_be_visible()
    expect(result(widget)).to_have_text("700")


MISTAKES = [
    ({}, ["You flipped the kernel", "Rows and columns are swapped", "All minus signs are lost"]),
    ({"kernel": LAPLACIAN}, ["All minus signs are lost", "Look at ReLU", "All signs are turned there"]),
    ({"relu": True, "kernel": LAPLACIAN}, ["Look at ReLU"]),
    ({"bias": 100, "kernel": BOX_BLUR}, ["The bias is forgotten"]),
]


def test_known_mistakes_are_named(open_widget, subtests):
    asked = side_by_side(open_widget, [FilterLab(predict=True, **traits) for traits, _ in MISTAKES])
    for (widget, lab), (_, hints) in zip(asked, MISTAKES, strict=True):
        with subtests.test(repr(lab)):
            names_mistakes(widget, hints)


def names_mistakes(widget, hints):
    said = []
    for answer in answers(widget).all():
        answer.click()
        said.append(widget.locator(".cb-feedback").inner_text())
        if widget.locator(".cb-feedback").get_attribute("data-mood") == "right":
            action(widget, "Reset").click()  # what was answered takes no more answers: ask again
    assert sum(" is not it. " in text for text in said) == len(said) - 1
    assert all(any(hint in text for text in said) for hint in hints), said


def test_next_asks_about_kernels_that_fit(open_widget):
    presets = {"dot": [[1]], "tall": np.ones((4, 1)), "pair": [[1, -1]]}
    widget = open_widget(FilterLab(picture=EDGE, kernel=[[1]], presets=presets, predict=True))
    action(widget, "Next").click()
    expect(widget.locator('table[data-role="kernel"]').first.locator(".cb-value")).to_have_text(["1", "−1"])
    expect(widget.get_by_role("alert")).to_be_hidden()


def test_show_me_and_next(open_widget):
    widget = open_widget(FilterLab(predict=True))
    room = widget.locator(".cb-stage").bounding_box()["height"]
    action(widget, "Show me").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("It is “")
    assert widget.locator(".cb-stage").bounding_box()["height"] == room
    expect(frame(widget, "output").locator(":scope > canvas")).to_be_visible()
    action(widget, "Next").click()
    expect(frame(widget, "output").locator(":scope > canvas")).to_be_hidden()
    expect(setting(widget, "kernel")).to_have_value("this kernel")  # its name would give the answer away
    action(widget, "Show me").click()
    expect(setting(widget, "kernel")).to_have_value("horizontal edge")


# ---- code, share, reset --------------------------------------------------------------------------------------------

STATES = [
    {},
    {"picture": "cat", "second": BOX_BLUR, "bias": -7.5, "relu": True},
    {"picture": EDGE, "kernel": [[1, -0.3333]]},
]


def run(widget, library="NumPy"):
    names = {}
    exec(code_of(widget, library), names)
    return np.asarray(names["y"])


def outputs(lab):
    return lab.output if lab.second is None else np.stack([lab.output, lab.second_output])


def test_the_numpy_code_gives_what_is_on_the_screen(open_widget, capsys):
    printed = []
    for widget, lab in side_by_side(open_widget, [FilterLab(**traits) for traits in STATES]):
        np.testing.assert_allclose(run(widget), outputs(lab), rtol=0, atol=1e-9, err_msg=repr(lab))
        printed.append(capsys.readouterr().out.splitlines())
    assert printed[0] == ["(510, 510) -851.0 860.0", "700.0"]


@pytest.mark.pytorch
def test_the_pytorch_code_gives_what_is_on_the_screen(open_widget, subtests):
    for widget, lab in side_by_side(open_widget, [FilterLab(**traits) for traits in STATES]):
        with subtests.test(repr(lab)):
            np.testing.assert_allclose(run(widget, "PyTorch"), outputs(lab), rtol=0, atol=1e-9)


def test_the_code_for_an_own_picture_reads_the_saved_input(open_widget, tmp_path, monkeypatch):
    picture = np.random.default_rng(1).integers(0, 256, (30, 40, 3), np.uint8)
    widget = open_widget(FilterLab())
    open_file(widget, "mine.png", as_png(picture))
    expect(widget.locator("figcaption").first).to_have_text("input mine.png 30×40")
    action(widget, "Code").click()
    saved = shown(widget, "input")
    (tmp_path / "picture.png").write_bytes(as_png(saved))
    monkeypatch.chdir(tmp_path)
    np.testing.assert_allclose(run(widget), FilterLab(picture=picture).output, atol=1e-9)


def test_the_state_lives_in_the_address_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(FilterLab())
    setting(widget, "second kernel").select_option("emboss")
    setting(widget, "picture").select_option("brick")
    widget.get_by_role("checkbox", name="ReLU").check()
    widget.page.wait_for_function("location.hash.includes('relu')")
    widget.page.reload()
    expect(widget.locator("figcaption").first).to_have_text("input brick 512×512")
    expect(setting(widget, "second kernel")).to_have_value("emboss")
    expect(widget.locator("figcaption").nth(2)).to_have_text("second output after ReLU 510×510")
    action(widget, "Reset").click()
    expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")
    expect(setting(widget, "second kernel")).to_have_value("none")
    widget.page.wait_for_function("location.hash === ''")


def test_share_copies_a_link_that_opens_this_state(open_widget):
    widget = open_widget(FilterLab(second=LAPLACIAN))
    page = widget.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    setting(widget, "second kernel").select_option("none")
    frame(widget, "output").click(position={"x": 30, "y": 30})
    action(widget, "Share").click()
    action(widget, "Copy link").click()
    expect(widget.locator(".cb-told")).to_contain_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    place = field(widget, "lens row").input_value()
    page.goto("about:blank")
    page.goto(link)
    expect(setting(widget, "second kernel")).to_have_value("none")
    expect(field(widget, "lens row")).to_have_value(place)


NONSENSE = [
    {"picture": "dog"},
    {"picture": "data:image/png;base64,AAAA"},
    {"kernel": None},
    {"kernel": [[1, 2], [3]]},
    {"kernel": [[1] * 9] * 9},
    {"second": [[1]]},
    {"shades": "pink"},
    {"pinned": ["output", "a"]},
]


def test_nonsense_in_the_address_leaves_the_authors_state(open_widget, subtests):
    link = "&".join(f"FilterLab-{n}={json.dumps(nonsense)}" for n, nonsense in enumerate(NONSENSE, 1))
    labs = side_by_side(open_widget, [FilterLab() for _ in NONSENSE], fragment=f"#{link}")
    for (widget, _), nonsense in zip(labs, NONSENSE, strict=True):
        with subtests.test(nonsense=nonsense):
            expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")
            expect(result(widget)).to_have_text("700")


# ---- with a kernel -------------------------------------------------------------------------------------------------

WITH_A_KERNEL = """async ([esm, state]) => {
  const { default: view } = await import(URL.createObjectURL(new Blob([esm], { type: "text/javascript" })));
  const handlers = {}, model = {
    get: (name) => state[name], save_changes() {}, off() {},
    set(name, value) { state[name] = value; (handlers[`change:${name}`] ?? []).forEach((handler) => handler()); },
    on(event, handler) { (handlers[event] ??= []).push(handler); },
  };
  const el = document.querySelector("main").appendChild(document.createElement("div"));
  window.model_ = model;
  window.leave_ = await view.render({ model, el });
}"""


def test_a_notebook_gets_its_photographs_from_the_kernel(open_widget):
    page = open_widget(FilterLab()).page
    lab = FilterLab(picture="coffee")
    page.evaluate(WITH_A_KERNEL, [lab._esm, {**lab.page_state(), "_files": lab._files}])
    widget = page.locator("[data-widget]").nth(1)
    expect(widget.locator("figcaption").first).to_have_text("input coffee 300×450")
    setting(widget, "picture").select_option("cat")
    lab.picture = "cat"  # Python hears it, and answers with the file
    page.evaluate("(files) => model_.set('_files', files)", lab._files)
    expect(widget.locator("figcaption").first).to_have_text("input cat 300×451")
    page.evaluate("leave_()")


def test_a_notebook_that_is_opened_again_says_what_became_of_an_own_picture(open_widget):
    page = open_widget(FilterLab()).page
    lab = FilterLab(picture="cat")
    page.evaluate(WITH_A_KERNEL, [lab._esm, {**lab.page_state(), "picture": "own:3", "_files": FilterLab()._files}])
    widget = page.locator("[data-widget]").nth(1)
    expect(widget.get_by_role("alert")).to_contain_text("a picture of its reader’s own, which never left their browser")
    expect(widget.locator("figcaption").first).to_have_text("input camera 512×512")
    page.evaluate("leave_()")


# ---- touch, width, looks -------------------------------------------------------------------------------------------


def test_three_lanes_stand_side_by_side_each_kernel_below_its_picture(open_widget, subtests):
    labs = [FilterLab(kernel=np.eye(size), second=np.ones((size, size))) for size in (3, 5)]
    labs = side_by_side(open_widget, labs, width=768)
    for width in (768, 1280):
        assert too_wide(labs[0][0].page, width) == []
        for widget, lab in labs:
            with subtests.test(width=width, size=len(lab.kernel)):
                lanes_stand_in_order(widget)


def lanes_stand_in_order(widget):
    pictures = boxes(widget.locator(".cb-frame"))
    assert len({round(box["y"]) for box in pictures}) == 1
    for picture, box in zip(pictures, boxes(widget.locator(".cb-lane table")), strict=True):
        assert box["y"] > picture["y"] + picture["height"]
        assert abs((box["x"] + box["width"] / 2) - (picture["x"] + picture["width"] / 2)) < 2
        assert picture["x"] <= box["x"]


def test_on_a_phone_the_picture_comes_first_and_a_pixel_shares_the_screen_with_its_sum(open_widget, subtests):
    labs = [
        FilterLab(),
        FilterLab(second=LAPLACIAN),
        FilterLab(kernel=np.ones((5, 5)) / 25, second=np.eye(5)),
    ]
    for widget, lab in side_by_side(open_widget, labs, touch=True, width=360, height=780):
        with subtests.test(repr(lab)):
            fits_a_phone(widget)


def fits_a_phone(widget):
    top, pictures = widget.locator(".cb-card").bounding_box()["y"], widget.locator(".cb-frame")
    assert pictures.first.bounding_box()["y"] - top <= 120
    for lane in widget.locator(".cb-lane:visible").all():
        (room,), parts = boxes(lane), boxes(lane.locator("table, .cb-frame"))
        assert [part for part in parts if part["left"] < room["left"] or part["right"] > room["right"] + 1] == []
    cells = boxes(widget.locator("td"))
    assert min(min(box["width"], box["height"]) for box in cells) >= 24
    frame(widget, "output").tap(position={"x": 40, "y": 40})
    widget.locator(".cb-card").evaluate("(card) => card.scrollIntoView()")
    strip = widget.locator(".cb-sums").bounding_box()
    for box in (pictures.nth(0).bounding_box(), pictures.nth(1).bounding_box()):
        assert box["y"] >= 0 and box["y"] + 40 < strip["y"]
    assert strip["y"] + strip["height"] <= 781


def test_a_finger_scrolls_over_the_pictures_and_changes_only_a_weight_that_it_has_tapped(open_widget):
    widget = open_widget(FilterLab(pinned=()), touch=True, width=360, height=780)
    swipe(frame(widget, "input"), 0, -300)
    widget.page.wait_for_function("scrollY > 100")
    expect(widget.locator(".cb-sum").first).to_contain_text("Move over a picture")
    swipe(cell(widget, "kernel", 1, 1), 40, 0)
    expect(value(widget, "kernel", 1, 1)).to_have_text("0")
    tap_after_a_drag(cell(widget, "kernel", 1, 1))
    swipe(cell(widget, "kernel", 1, 1), 40, 0)
    expect(value(widget, "kernel", 1, 1)).not_to_have_text("0")


def test_by_touch_a_tap_pins_and_weights_can_be_stepped(open_widget):
    widget = open_widget(FilterLab(second=LAPLACIAN), touch=True, width=360)
    target = frame(widget, "output")
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    target.tap(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert abs(int(field(widget, "lens row").input_value()) - 255) < 5
    before = field(widget, "lens row").input_value()
    action(widget, "increase lens row").tap()
    expect(field(widget, "lens row")).to_have_value(str(int(before) + 1))
    cell(widget, "kernel", 0, 2).tap()
    expect(cell(widget, "kernel", 0, 2)).to_have_attribute("aria-selected", "true")
    action(widget, "increase chosen weight").tap()
    expect(value(widget, "kernel", 0, 2)).to_have_text("0")
    for targets, least in {"button, select, input[type=text]": 44, "td": 24}.items():
        seen = boxes(widget.locator(targets))
        assert seen
        assert [box for box in seen if min(box["width"], box["height"]) < least] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_never_scrolls_sideways(open_widget, width):
    wide = {"kernel": np.ones((5, 5)) / 7, "second": np.ones((5, 5)) / 7, "relu": True}
    labs = [FilterLab(bias=-123.456, **wide), FilterLab(bias=-123.456, predict=True)]
    labs = side_by_side(open_widget, labs, width=width, touch=width == 360)
    for widget, _ in labs:
        action(widget, "Code").click()
    assert too_wide(labs[0][0].page, width) == []


def test_nothing_jumps_while_the_pointer_moves(open_widget):
    widget = open_widget(FilterLab(second=LAPLACIAN))
    for width in (360, 1280):
        assert too_wide(widget.page, width) == []
        target = frame(widget, "output")
        target.scroll_into_view_if_needed()
        box, tops = target.bounding_box(), []
        for share in (0.05, 0.3, 0.5, 0.7, 0.95, 0.05):
            widget.page.mouse.move(box["x"] + share * box["width"], box["y"] + share * box["height"])
            tops.append(target.bounding_box()["y"])
        assert set(tops) == {box["y"]}, width


def test_axe_finds_nothing(open_widget, axe):
    states = [{}, {"second": LAPLACIAN, "relu": True, "shades": "photo"}, {"predict": True}]
    labs = side_by_side(open_widget, [FilterLab(**traits) for traits in states])
    for widget, _ in labs:
        action(widget, "Code").click()
    page = labs[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}


def test_a_finger_drags_the_lens_in_both_directions(open_widget):
    widget = open_widget(FilterLab(), touch=True, width=360)
    x, y = middle(widget.locator(".cb-glass").first)
    scrolled, session = widget.page.evaluate("scrollY"), widget.page.context.new_cdp_session(widget.page)
    for kind, points in [
        ("touchStart", [(x, y)]),
        ("touchMove", [(x + 20, y + 15)]),
        ("touchMove", [(x + 40, y + 30)]),
    ]:
        touches = [{"x": px, "y": py} for px, py in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    expect(field(widget, "lens row")).to_have_value(re.compile("2[3-9].|3.."))  # it follows while the finger is down
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    widget.page.wait_for_function("location.hash.includes('pinned')")
    expect(field(widget, "lens row")).to_have_value(re.compile("2[7-9].|3.."))
    expect(field(widget, "lens column")).to_have_value(re.compile("3.."))
    assert widget.page.evaluate("scrollY") == scrolled


@pytest.mark.parametrize("width", [1280, 360])
def test_the_weights_of_two_kernels_stand_side_by_side(open_widget, width):
    widget = open_widget(FilterLab(second=[[0, 0, 0], [0, 1, 0], [0, 0, 0]]), width=width)
    kernels = [widget.get_by_role("grid", name=f"{which} kernel").locator("tbody") for which in ("first", "second")]
    first, second = (kernel.bounding_box() for kernel in kernels)
    assert (first["y"], first["height"]) == pytest.approx((second["y"], second["height"]), abs=0.5)
