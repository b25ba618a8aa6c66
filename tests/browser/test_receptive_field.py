"""ReceptiveField under the hands of a reader: by mouse, by keyboard, by touch."""

import json
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from hands import action, boxes, code_of, drag, in_each_theme, middle, side_by_side, swipe, too_wide
from PIL import Image
from playwright.sync_api import expect

from convbook import images, ops
from convbook.widgets import ReceptiveField
from convbook.widgets.picture import grey_levels
from convbook.widgets.receptive_field import EXAMPLES, conv, pool, residual
from convbook.widgets.receptive_field.picture import square

THREE = [conv(3, padding=1), conv(5, padding=2), pool()]  # three rows that are not alike


def example(name, **traits):
    return ReceptiveField(**EXAMPLES[name], **traits)


def rows(widget):
    return widget.locator("tr[data-row]")


def names(widget):
    return widget.locator(".cb-row-name")


def grip(widget, n):
    return rows(widget).nth(n).locator(".cb-grip")


def menu(widget, name):
    return widget.get_by_label(name, exact=True)


def said(widget):
    return widget.locator(".cb-spoken")


def told(widget):
    return widget.locator(".cb-told")


def photo(widget):
    """Return the photograph, as soon as it has come."""
    expect(widget.locator(".cb-sight")).to_have_attribute("aria-busy", "false")
    return widget.locator(".cb-scene > canvas").first


def unit_map(widget):
    return widget.get_by_role("application")


def box(widget):
    return json.loads(widget.locator(".cb-scene").get_attribute("data-box"))


# ---- the same numbers as in Python ---------------------------------------------------------------------------------


def test_every_example_has_the_numbers_of_python(open_widget, subtests):
    widget = open_widget(ReceptiveField())
    for name in EXAMPLES:
        with subtests.test(name):
            menu(widget, "example").select_option(name)
            shows_what_python_computes(widget, example(name))


def shows_what_python_computes(widget, shown):
    expect(rows(widget)).to_have_count(len(shown.layers))
    cells = [text.split("\t")[2:] for text in rows(widget).all_inner_texts()]
    for row, (_, size, field), numbers in zip(shown.layers, shown.table, cells, strict=True):
        start = f"{field.first:g}".replace("-", "−")
        assert numbers == ([""] * 4 if row["kind"] == "skip" else [str(size), str(field.size), str(field.jump), start])
    assert [tuple(ends) for ends in box(widget)] == list(shown.box)


GREYS = """canvas => {
  const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const rows = Array.from({ length: width }, (_, y) =>
    String.fromCharCode(...data.subarray(4 * width * y, 4 * width * (y + 1)).filter((_, i) => i % 4 === 0)));
  return btoa(rows.join(""));
}"""  # as text, for Playwright wraps each number of an array


def greys(canvas):
    return np.frombuffer(b64decode(canvas.evaluate(GREYS)), np.uint8).astype(int)


def test_the_photograph_is_pooled_to_the_size_of_the_input(open_widget, subtests):
    pictures = [ReceptiveField(picture=name, size=size) for name, size in (("camera", 15), ("cat", 32), ("cat", 512))]
    for widget, source in side_by_side(open_widget, pictures):
        with subtests.test(picture=source.picture, size=source.size):
            levels = square(grey_levels(images.load(source.picture)))
            pooled = ops.adaptive_avg_pool2d(levels, source.size)
            difference = greys(photo(widget)).reshape(pooled.shape) - pooled
            assert np.abs(difference).max() <= 0.5 + 1e-6  # whole numbers


TINTED = """canvas => { const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [width, [...data].flatMap((value, i) => (i % 4 === 3 && value ? [(i - 3) / 4] : []))]; }"""


def test_the_tinted_pixels_are_those_that_have_a_gradient_in_python(open_widget, subtests):
    names = ["two 3×3, stride 2", "dilations 2, 2, 2: blind spots", "LeNet-5", "a residual block"]
    shown = [(name, unit) for name in names for unit in ((), ("output", 0, 0))]
    widgets = side_by_side(open_widget, [example(name, pinned=unit) for name, unit in shown])
    for (widget, source), (name, unit) in zip(widgets, shown, strict=True):
        with subtests.test(name=name, unit=unit):
            width, tinted = widget.locator("canvas").last.evaluate(TINTED)
            assert width == source.size
            assert tinted == np.flatnonzero(source.gradient).tolist()


def test_large_networks_tint_the_whole_box(open_widget, subtests):
    shown = [(name, unit) for name in ("VGG16", "ResNet-18") for unit in ((3, 3), (0, 6))]
    widgets = side_by_side(open_widget, [example(name, pinned=("output", *unit)) for name, unit in shown])
    ends = f"canvas => {{ const [, tinted] = ({TINTED})(canvas); return [tinted.length, tinted[0], tinted.at(-1)]; }}"
    for (widget, source), (name, unit) in zip(widgets, shown, strict=True):
        with subtests.test(name=name, unit=unit):
            (top, bottom), (left, right) = [(max(first, 0), min(last, 223)) for first, last in source.box]
            whole_box = [(bottom - top + 1) * (right - left + 1), top * 224 + left, bottom * 224 + right]
            assert widget.locator("canvas").last.evaluate(ends) == whole_box


def test_the_frame_lies_where_the_box_says(open_widget):
    shown = example("VGG16")
    widget = open_widget(shown)
    picture, frame = (shape.bounding_box() for shape in (photo(widget), widget.locator(".cb-theory")))
    pixel = picture["width"] / shown.size
    (top, bottom), (left, _) = shown.box
    assert frame["x"] - picture["x"] == pytest.approx(left * pixel, abs=1)
    assert frame["y"] - picture["y"] == pytest.approx(top * pixel, abs=1)
    assert frame["height"] == pytest.approx((bottom - top + 1) * pixel, abs=1)


def test_the_sentence_says_what_is_seen(open_widget):
    widget = open_widget(example("ten 3×3"))
    expect(said(widget)).to_have_text(
        "Unit (20, 20) of 41×41 sees 21×21 pixels: rows 10 to 30, columns 10 to 30. Its gradient reaches all of them. "
        "Columns 15 to 25, 11 of the 21, hold 97 % of its weight."
    )
    menu(widget, "example").select_option("dilations 2, 2, 2: blind spots")
    expect(said(widget)).to_contain_text("Its gradient reaches 49 of the 169: 120 pixels in the box are blind spots.")


def test_a_unit_that_sees_only_padding_says_so(open_widget):
    widget = open_widget(ReceptiveField(layers=[conv(1, padding=3)], size=15, pinned=("output", 0, 0)))
    expect(said(widget)).to_contain_text(
        "sees 1×1 pixels: rows −3 to −3, columns −3 to −3. All that it reaches is padding."
    )
    expect(widget.locator(".cb-effective")).to_be_hidden()


# ---- the unit ------------------------------------------------------------------------------------------------------


def test_a_pointer_on_the_map_previews_a_click_pins_and_escape_releases(open_widget):
    widget = open_widget(example("VGG16"))
    target = unit_map(widget)
    side = target.bounding_box()["width"]
    target.hover(position={"x": side / 14, "y": side / 14})
    expect(said(widget)).to_contain_text("Unit (0, 0) of 7×7 sees 212×212 pixels: rows −90 to 121, columns −90 to 121")
    expect(said(widget)).to_contain_text("(14,884 of these pixels lie in the picture, the others in the padding)")
    target.click(position={"x": side * 0.5, "y": side / 14})
    widget.page.mouse.move(1, 1)
    expect(said(widget)).to_contain_text("Unit (0, 3)")
    target.press("Escape")
    expect(said(widget)).to_contain_text("Unit (3, 3)")


def test_arrow_keys_move_the_box_by_the_jump(open_widget):
    widget = open_widget(example("two 3×3, stride 2"))
    before = box(widget)
    unit_map(widget).press("ArrowLeft")
    unit_map(widget).press("ArrowUp")
    expect(said(widget)).to_contain_text("Unit (1, 1)")
    assert box(widget) == [[first - 4, last - 4] for first, last in before]
    for _ in range(3):
        unit_map(widget).press("ArrowUp")  # there is nothing above row 0
    expect(said(widget)).to_contain_text("Unit (0, 1)")


def test_the_picture_chooses_the_unit_whose_field_lies_there(open_widget):
    shown = example("two 3×3, stride 2")
    widget = open_widget(shown)
    picture = photo(widget).bounding_box()
    pixel = picture["width"] / shown.size
    widget.page.mouse.click(picture["x"] + 12.5 * pixel, picture["y"] + 0.5 * pixel)  # 12 is the centre of unit 3
    expect(said(widget)).to_contain_text("Unit (0, 3)")


# ---- building ------------------------------------------------------------------------------------------------------


def test_a_row_is_dragged_to_another_place_and_undone_at_once(open_widget):
    widget = open_widget(ReceptiveField(layers=THREE, size=16))
    drag(grip(widget, 2), grip(widget, 0))
    expect(names(widget)).to_have_text(["max pool 2×2 s2", "conv 3×3 p1", "conv 5×5 p2"])
    expect(told(widget)).to_have_text("max pool 2×2 is now in place 1 of 3.")
    action(widget, "Undo").click()
    expect(names(widget)).to_have_text(["conv 3×3 p1", "conv 5×5 p2", "max pool 2×2 s2"])
    expect(action(widget, "Undo")).to_be_disabled()


def test_a_row_is_moved_by_the_arrow_keys_on_its_grip(open_widget):
    widget = open_widget(ReceptiveField(layers=THREE, size=16))
    grip(widget, 0).focus()
    widget.page.keyboard.press("ArrowDown")
    expect(names(widget)).to_have_text(["conv 5×5 p2", "conv 3×3 p1", "max pool 2×2 s2"])
    expect(grip(widget, 1)).to_be_focused()
    expect(grip(widget, 1)).to_have_attribute("aria-label", "move conv 3×3, place 2 of 3")
    expect(told(widget)).to_have_text("conv 3×3 is now in place 2 of 3.")
    widget.page.keyboard.press("ArrowDown")
    widget.page.keyboard.press("ArrowDown")
    expect(told(widget)).to_have_text("conv 3×3 is already the last.")
    widget.page.keyboard.press("Control+z")
    widget.page.keyboard.press("Control+z")
    expect(names(widget)).to_have_text(["conv 3×3 p1", "conv 5×5 p2", "max pool 2×2 s2"])


def test_keyboard_alone_builds_a_stack(open_widget):
    widget = open_widget(ReceptiveField(layers=THREE, size=16))
    keyboard = widget.page.keyboard
    names(widget).nth(0).focus()
    keyboard.press("ArrowDown")
    expect(names(widget).nth(1)).to_have_attribute("aria-pressed", "true")
    keyboard.press("Delete")
    expect(names(widget)).to_have_text(["conv 3×3 p1", "max pool 2×2 s2"])
    expect(names(widget).nth(1)).to_be_focused()
    action(widget, "Duplicate").press("Enter")
    expect(names(widget)).to_have_text(["conv 3×3 p1", "max pool 2×2 s2", "max pool 2×2 s2"])
    names(widget).nth(2).press("Alt+ArrowUp")
    names(widget).nth(1).press("Alt+ArrowUp")
    expect(names(widget)).to_have_text(["max pool 2×2 s2", "conv 3×3 p1", "max pool 2×2 s2"])
    names(widget).nth(0).press("ArrowLeft")
    expect(grip(widget, 0)).to_be_focused()


def test_buttons_move_add_duplicate_and_delete(open_widget):
    widget = open_widget(ReceptiveField(layers=THREE, size=16))
    action(widget, "move the layer down").click()
    expect(names(widget)).to_have_text(["conv 5×5 p2", "conv 3×3 p1", "max pool 2×2 s2"])
    action(widget, "move the layer up").click()
    action(widget, "add a layer below").click()
    expect(names(widget)).to_have_text(["conv 3×3 p1", "conv 3×3 p1", "conv 5×5 p2", "max pool 2×2 s2"])
    expect(names(widget).nth(1)).to_have_attribute("aria-pressed", "true")
    for count in (3, 2, 1):
        action(widget, "Delete").click()
        expect(rows(widget)).to_have_count(count)
    action(widget, "Delete").click()
    expect(widget.locator(".cb-warning")).to_contain_text("A stack has 1 to 48 rows, so nothing changed.")
    expect(rows(widget)).to_have_count(1)


def test_every_menu_has_its_effect(open_widget):
    widget = open_widget(ReceptiveField(layers=[conv(3)], size=33))
    numbers = rows(widget).first.locator("td")
    for name, value, seen in (
        ("kernel", "5", ["29", "5", "1", "0"]),
        ("stride", "2", ["15", "5", "2", "0"]),
        ("padding", "2", ["17", "5", "2", "−2"]),
        ("dilation", "3", ["17", "13", "2", "−6"]),  # what kept its half goes on keeping it
        ("kind", "average pool", ["17", "13", "2", "−6"]),
    ):
        if name == "kind":
            menu(widget, "padding").select_option("2")
            seen = ["13", "13", "2", "−2"]
        menu(widget, name).select_option(value)
        expect(numbers).to_have_text([numbers.nth(0).inner_text(), numbers.nth(1).inner_text(), *seen])


def test_a_skip_is_laid_around_a_layer_stretched_and_deleted(open_widget):
    widget = open_widget(ReceptiveField(layers=[conv(3, padding=1), conv(3, padding=1)], size=15))
    action(widget, "Skip around it").click()
    expect(names(widget)).to_have_text(["skip starts", "conv 3×3 p1", "skip is added", "conv 3×3 p1"])
    grip(widget, 2).click()
    action(widget, "move the layer down").click()
    expect(names(widget)).to_have_text(["skip starts", "conv 3×3 p1", "conv 3×3 p1", "skip is added"])
    expect(widget.locator(".cb-bypass")).to_have_count(1)
    for name in ("kind", "kernel", "stride"):
        expect(menu(widget, name)).to_be_hidden()
    action(widget, "Delete").click()
    expect(names(widget)).to_have_text(["conv 3×3 p1", "conv 3×3 p1"])
    expect(told(widget)).to_have_text("The skip is deleted.")


def test_a_block_can_be_rebuilt_setting_by_setting(open_widget):
    widget = open_widget(example("a residual block"))
    names(widget).nth(1).click()
    menu(widget, "kernel").select_option("5")
    expect(names(widget).nth(1)).to_have_text("conv 5×5 p2")
    menu(widget, "stride").select_option("2")
    expect(widget.locator(".cb-formula")).to_have_text("r = 9, j = 2")
    expect(widget.locator(".cb-warning")).to_be_hidden()


REFUSED = [
    ([conv(3)], ("kernel", "16"), "No window fits in row 1: the kernel spans 16 pixels, the padded input has 15"),
    (residual(conv(3, padding=1)), ("padding", "0"), "make 13×13 of what the skip hands on as 15×15"),
    ([pool(3)], ("padding", "2"), "A pooling of 3 can have at most 1 of padding, half of its kernel"),
]


def test_what_does_not_fit_is_refused_kindly(open_widget, subtests):
    stacks = side_by_side(open_widget, [ReceptiveField(layers=layers, size=15) for layers, *_ in REFUSED])
    for (widget, source), (_, change, words) in zip(stacks, REFUSED, strict=True):
        with subtests.test(words):
            names(widget).nth(len(source.layers) // 2).click()
            before = rows(widget).all_inner_texts()
            menu(widget, change[0]).select_option(change[1])
            expect(widget.locator(".cb-warning")).to_contain_text(words)
            assert rows(widget).all_inner_texts() == before


def test_a_skip_cannot_be_added_before_it_starts(open_widget):
    widget = open_widget(ReceptiveField(layers=residual(conv(3, padding=1)), size=15))
    drag(grip(widget, 0), grip(widget, 2))
    expect(widget.locator(".cb-warning")).to_contain_text("A skip must start before it is added")
    expect(names(widget)).to_have_text(["conv 3×3 p1", "skip starts", "skip is added"])  # as far as it could go


def test_the_state_is_in_the_address_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(ReceptiveField(layers=THREE, size=16))
    menu(widget, "example").select_option("ResNet-18")
    widget.page.wait_for_function("location.hash.includes('ReceptiveField-1')")
    widget.page.reload()
    expect(rows(widget)).to_have_count(34)
    action(widget, "Reset").click()
    expect(names(widget)).to_have_text(["conv 3×3 p1", "conv 5×5 p2", "max pool 2×2 s2"])


MISFITS = [
    '{"layers":[]}',
    '{"layers":[null]}',
    '{"layers":[{"kind":"conv"}]}',
    '{"layers":[{"kind":"toString"}]}',
    '{"layers":[{"kind":"add"}]}',
    '{"size":1.5}',
    '{"picture":"dog"}',
    '{"pinned":["output",-1,0]}',
]


def test_a_link_that_does_not_fit_opens_the_authors_state(open_widget, subtests):
    link = "&".join(f"ReceptiveField-{n}={change}" for n, change in enumerate(MISFITS, 1))
    stacks = [ReceptiveField(layers=THREE, size=16) for _ in MISFITS]
    for (widget, _), change in zip(side_by_side(open_widget, stacks, fragment=f"#{link}"), MISFITS, strict=True):
        with subtests.test(change):
            expect(rows(widget)).to_have_count(3)
            expect(said(widget)).to_contain_text("Unit (4, 4) of 8×8")


def test_another_picture_comes_and_the_numbers_stay(open_widget):
    widget = open_widget(ReceptiveField())
    before, words = photo(widget).evaluate("canvas => canvas.toDataURL()"), said(widget).inner_text()
    menu(widget, "picture").select_option("cat")
    widget.page.wait_for_function(
        "before => document.querySelector('.cb-scene > canvas').toDataURL() !== before", arg=before
    )
    expect(said(widget)).to_have_text(words)


# ---- a photograph that takes its time ------------------------------------------------------------------------------


def test_the_stack_lives_before_the_photograph_has_come(open_widget):
    widget = open_widget(example("two 3×3, stride 2"))
    waiting = []
    widget.page.route("**/assets/camera.js", lambda route: waiting.append(route))
    with widget.page.expect_request("**/assets/camera.js"):
        widget.page.reload(wait_until="commit")  # the page counts as loading as long as it waits
    expect(widget).to_have_attribute("data-live", "true")
    menu(widget, "kernel").select_option("5")
    expect(widget.locator(".cb-formula")).to_have_text("r = 1 + 4·1 + 2·2 = 9, j = 4")
    expect(widget.locator(".cb-sight")).to_have_attribute("aria-busy", "true")
    expect(widget.locator(".cb-theory")).to_be_visible()
    [stalled] = waiting
    stalled.continue_()
    assert greys(photo(widget)).max() > 150


def test_a_photograph_that_does_not_come_is_asked_for_again(open_widget):
    widget = open_widget(ReceptiveField())
    before = photo(widget).evaluate(GREYS)
    widget.page.expected += ["ERR_FAILED", "willReadFrequently"]  # of GREYS, which reads one canvas again and again
    widget.page.route("**/assets/cat.js", lambda route: route.abort())
    menu(widget, "picture").select_option("cat")
    expect(widget.locator(".cb-warning")).to_have_text("The picture “cat” could not be loaded.")
    assert photo(widget).evaluate(GREYS) == before
    widget.page.unroute("**/assets/cat.js")
    menu(widget, "picture").select_option("camera")
    menu(widget, "picture").select_option("cat")
    widget.page.wait_for_function(
        f"before => ({GREYS})(document.querySelector('.cb-scene > canvas')) !== before", arg=before
    )
    expect(widget.locator(".cb-warning")).to_be_hidden()


# ---- predict -------------------------------------------------------------------------------------------------------

MISTAKES = [
    ("three 3×3", "27", "That is the product of the kernels"),
    ("three 3×3", "9", "That is the sum of the kernels"),
    ("three 3×3", "6", "The pixel that you start from counts, too"),
    ("two 3×3, stride 2", "5", "You left out the strides"),
    ("two 3×3, stride 2", "13", "You updated the jump too early"),
    ("dilations 1, 2, 4, 8", "9", "You ignored the dilation"),
    ("AlexNet", "32", "That is the jump"),
    ("VGG16", "100", "Start with r = 1 and j = 1"),
]


def test_a_known_mistake_is_named(open_widget, subtests):
    asked = side_by_side(open_widget, [example(name, predict=True) for name, *_ in MISTAKES])
    for (widget, _), (name, answer, hint) in zip(asked, MISTAKES, strict=True):
        with subtests.test(name=name, answer=answer, hint=hint):
            widget.get_by_label("How many pixels does one unit of the last map see along each axis?").fill(answer)
            widget.page.keyboard.press("Enter")
            expect(widget.locator(".cb-feedback")).to_contain_text(hint)
            expect(widget.locator(".cb-theory")).to_be_hidden()


def test_nothing_is_given_away_before_the_answer_and_all_appears_after_it(open_widget):
    widget = open_widget(example("two 3×3, stride 2", predict=True))
    for hidden in (".cb-theory", ".cb-effective", ".cb-scene > canvas >> nth=1"):
        expect(widget.locator(hidden)).to_be_hidden()
    expect(widget.locator(".cb-cone svg")).to_have_count(0)
    expect(widget.locator(".cb-formula")).to_have_text("r = ?")
    expect(rows(widget).last.locator("td")).to_have_text(["⠿", "conv 3×3 s2 p1", "4", "?", "?", "?"])
    widget.get_by_label("How many pixels").fill("7")
    action(widget, "Check").click()
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 7. r = 1 + 2·1 + 2·2 = 7, j = 4")
    expect(widget.locator(".cb-theory")).to_be_visible()
    action(widget, "Next").click()
    expect(menu(widget, "example")).to_have_value("ten 3×3")
    expect(widget.locator(".cb-theory")).to_be_hidden()


def test_a_square_may_be_written_in_full(open_widget, subtests):
    answers = ["7×7", "7,7", "7 x 7", "7"]
    asked = side_by_side(open_widget, [ReceptiveField(predict=True) for _ in answers])
    for (widget, _), answer in zip(asked, answers, strict=True):
        with subtests.test(answer):
            widget.get_by_label("How many pixels").fill(answer)
            widget.page.keyboard.press("Enter")
            expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 7.")


def test_a_number_of_pixels_is_whole(open_widget, subtests):
    widget = open_widget(ReceptiveField(predict=True))
    for answer in ("7.5", "7×8", "seven"):
        with subtests.test(answer):
            widget.get_by_label("How many pixels").fill(answer)
            widget.page.keyboard.press("Enter")
            refusal = f"“{answer}” is not a whole number. Write it like 7, or 7×7."
            expect(widget.locator(".cb-feedback")).to_have_text(refusal)


def test_next_asks_about_something_else_and_undo_asks_again(open_widget):
    widget = open_widget(ReceptiveField(predict=True))
    asked = {menu(widget, "example").input_value()}
    for _ in range(3):
        action(widget, "Next").click()
        expect(widget.get_by_label("How many pixels")).to_be_focused()
        asked.add(menu(widget, "example").input_value())
    assert len(asked) == 4
    action(widget, "Show me").click()
    expect(widget.locator(".cb-theory")).to_be_visible()
    action(widget, "Undo").click()
    expect(widget.locator(".cb-theory")).to_be_hidden()


def test_the_answer_stays_when_only_the_unit_or_the_size_changes(open_widget):
    widget = open_widget(ReceptiveField(predict=True))
    action(widget, "Show me").click()
    unit_map(widget).press("ArrowLeft")
    widget.get_by_role("button", name="increase input size").click()
    expect(widget.locator(".cb-theory")).to_be_visible()


def test_what_is_drawn_tells_nothing_while_it_is_to_be_predicted(open_widget):
    widget = open_widget(example("VGG16", predict=True))
    scene, picture = (shape.bounding_box() for shape in (widget.locator(".cb-scene"), photo(widget)))
    assert scene["width"] == pytest.approx(picture["width"], abs=1)  # room for padding would tell how far it reaches
    expect(widget.locator(".cb-legend-list")).to_contain_text("by theory it sees ? pixels")
    assert "212" not in widget.locator(".cb-card").inner_text()


# ---- the legend ----------------------------------------------------------------------------------------------------


def test_the_legend_says_what_is_drawn_with_its_numbers(open_widget):
    widget = open_widget(example("VGG16", pinned=("output", 1, 5)))
    expect(widget.locator(".cb-legend-list li")).to_have_text(
        [
            "by theory it sees 212×212 pixelsrows −58 to 153, columns 70 to 281"
            ": its frame is cut off where it leaves this view",
            f"of these, in the padding{212**2 - 154 * 154:,}",
            f"its true gradient, if every layer averagesall {154 * 154:,} pixels in the picture",
            "the middle 95 % of it along each axiscolumns 121 to 215, 95 of 212: 95.4 %",
            "its sum by columnbelow: the units that it comes through",
        ]
    )
    menu(widget, "example").select_option("ResNet-18")  # a frame of 435 pixels around a picture of 224
    expect(widget.locator(".cb-legend-list")).to_contain_text("columns −121 to 313: its frame lies beyond this view")
    menu(widget, "example").select_option("dilations 2, 2, 2: blind spots")
    expect(widget.locator(".cb-legend-list")).not_to_contain_text("view")
    expect(widget.locator(".cb-legend-list")).to_contain_text("49 of 169 pixels: 120 blind spots")


def test_the_picture_has_its_room(open_widget):
    widget = open_widget(example("VGG16"), width=996)  # a card of 980 px, as in the book
    assert photo(widget).bounding_box()["width"] >= 300


# ---- code ----------------------------------------------------------------------------------------------------------


STACKS = {**EXAMPLES, "a block with a long stride": {"layers": residual(conv(3, stride=4, padding=1)), "size": 5}}


def test_the_python_code_gives_what_is_on_the_screen(open_widget, subtests):
    stacks = side_by_side(open_widget, [ReceptiveField(**STACKS[name], pinned=("output", 0, 0)) for name in STACKS])
    for (widget, shown), name in zip(stacks, STACKS, strict=True):
        with subtests.test(name):
            found = {}
            exec(code_of(widget, "Python"), found)
            field = shown.receptive_field
            assert (found["r"], found["jump"]) == (field.size, field.jump)
            assert (found["rows"], found["columns"]) == shown.box


@pytest.mark.pytorch
def test_the_pytorch_code_gives_what_is_on_the_screen(open_widget, subtests):
    stacks = side_by_side(open_widget, [ReceptiveField(**STACKS[name]) for name in STACKS])
    for (widget, shown), name in zip(stacks, STACKS, strict=True):
        with subtests.test(name):
            found = {}
            exec(code_of(widget, "PyTorch"), found)
            np.testing.assert_allclose(found["gradient"].numpy(), shown.gradient, rtol=1e-9, atol=1e-15)


# ---- touch, width, looks -------------------------------------------------------------------------------------------


def test_by_touch_a_row_is_dragged_and_everything_is_large_enough(open_widget):
    widget = open_widget(ReceptiveField(layers=THREE, size=16), touch=True, width=360)
    start, end = middle(grip(widget, 0)), middle(grip(widget, 2))
    touch = widget.page.context.new_cdp_session(widget.page)
    for kind, x, y in (("touchStart", *start), ("touchMove", *end), ("touchEnd", *end)):
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(names(widget)).to_have_text(["conv 5×5 p2", "max pool 2×2 s2", "conv 3×3 p1"])
    targets = boxes(widget.locator("button, select, input, .cb-units"))
    assert targets
    assert [box for box in targets if min(box["width"], box["height"]) < 44] == []


def test_by_touch_a_tap_on_the_map_pins(open_widget):
    widget = open_widget(example("VGG16"), touch=True, width=360)
    unit_map(widget).tap(position={"x": 5, "y": 5})
    expect(said(widget)).to_contain_text("Unit (0, 0)")


def test_on_a_phone_the_picture_comes_first_and_a_unit_shares_the_screen_with_what_it_sees(open_widget, subtests):
    stacks = [example("three 3×3"), example("VGG16")]
    for widget, source in side_by_side(open_widget, stacks, touch=True, width=360, height=780):
        with subtests.test(repr(source)):
            top, sight = widget.locator(".cb-card").bounding_box()["y"], widget.locator(".cb-scene")
            assert sight.bounding_box()["y"] - top <= 120
            unit_map(widget).tap(position={"x": 5, "y": 5})
            expect(said(widget)).to_contain_text("Unit (0, 0)")
            for shown in (sight, unit_map(widget), widget.locator(".cb-cone .cb-profile")):
                expect(shown).to_be_in_viewport(ratio=0.99)


def test_a_finger_scrolls_over_everything_and_changes_nothing(open_widget, subtests):
    places = [".cb-scene", ".cb-units", ".cb-row-name", ".cb-legend-list"]
    stacks = side_by_side(open_widget, [ReceptiveField() for _ in places], touch=True, width=360, height=780)
    for (widget, _), where in zip(stacks, places, strict=True):
        with subtests.test(where):
            target = widget.locator(where).first
            target.scroll_into_view_if_needed()
            before = widget.page.evaluate("scrollY")
            swipe(target, 0, -150 if before == 0 else 150)
            widget.page.wait_for_function("before => scrollY !== before", arg=before)
            assert widget.evaluate("el => LiveWidgets.models[el.dataset.key].changes()") == {}
            expect(said(widget)).to_contain_text("Unit (7, 7)")


def test_the_page_never_scrolls_sideways(open_widget):
    stacks = [example("ResNet-18"), example("dilations 2, 2, 2: blind spots")]
    stacks = side_by_side(open_widget, stacks, width=360)
    for widget, _ in stacks:
        action(widget, "Code").click()
    assert [fault for width in (360, 1280) for fault in too_wide(stacks[0][0].page, width)] == []


def test_nothing_jumps_while_the_pointer_moves(open_widget):
    widget = open_widget(example("VGG16"))
    actions, side = widget.locator(".cb-actions"), unit_map(widget).bounding_box()["width"]
    unit_map(widget).hover()
    before = actions.bounding_box()
    for x, y in ((0.1, 0.1), (0.5, 0.9), (0.9, 0.5)):
        unit_map(widget).hover(position={"x": x * side, "y": y * side})
        assert actions.bounding_box() == before


def test_a_refusal_moves_nothing(open_widget):
    widget = open_widget(ReceptiveField(layers=[conv(3)], size=15))
    before = unit_map(widget).bounding_box()
    menu(widget, "kernel").select_option("16")
    expect(widget.locator(".cb-warning")).to_contain_text("No window fits in row 1")
    assert unit_map(widget).bounding_box() == before
    widget.get_by_label("input size", exact=True).fill("224.5")
    widget.page.keyboard.press("Enter")
    expect(widget.locator(".cb-warning")).to_have_text(
        "The input size must be whole and from 1 to 512, so nothing changed."
    )


def test_undo_takes_away_a_chosen_row_and_a_unit_that_is_looked_at(open_widget):
    widget = open_widget(ReceptiveField(layers=[conv(3)], size=15))
    menu(widget, "padding").select_option("1")
    action(widget, "add a layer below").click()
    expect(names(widget).nth(1)).to_have_attribute("aria-pressed", "true")
    menu(widget, "padding").select_option("4")
    side = unit_map(widget).bounding_box()["width"]
    unit_map(widget).hover(position={"x": side - 5, "y": side - 5})
    expect(said(widget)).to_contain_text("Unit (20, 20) of 21×21")
    names(widget).nth(1).focus()
    for _ in range(3):
        widget.page.keyboard.press("Control+z")
    expect(rows(widget)).to_have_count(1)
    expect(names(widget)).to_have_attribute("aria-pressed", "true")
    expect(said(widget)).to_contain_text("of 13×13")


MAPS = (".cb-scene", ".cb-cone", ".cb-units", ".cb-swatch >> nth=0", ".cb-swatch >> nth=2")


WAYS = {"forced colours": {"forced_colors": "active"}, "paper": {"forced_colors": "none", "media": "print"}}


def test_everything_is_drawn_in_forced_colours_and_on_paper(open_widget, subtests):
    widget = open_widget(example("VGG16"))
    photo(widget)
    for way, media in WAYS.items():
        with subtests.test(way):
            widget.page.emulate_media(**media)
            for name in MAPS:
                with Image.open(BytesIO(widget.locator(name).screenshot())) as shot:
                    assert shot.convert("L").getextrema()[0] < shot.convert("L").getextrema()[1], name
            expect(widget.locator(".cb-row-editor")).to_be_visible(visible=way != "paper")


def test_a_long_list_scrolls_inside_and_keeps_the_chosen_row_in_sight(open_widget):
    widget = open_widget(example("ResNet-18"))
    names(widget).first.focus()
    top = widget.page.evaluate("scrollY")
    for _ in range(33):
        widget.page.keyboard.press("ArrowDown")
    expect(names(widget).last).to_be_focused()
    frame, row = widget.locator(".cb-list").bounding_box(), rows(widget).last.bounding_box()
    assert row["y"] + row["height"] <= frame["y"] + frame["height"] + 1
    assert widget.page.evaluate("scrollY") == top


def test_axe_finds_nothing(open_widget, axe):
    states = [{}, EXAMPLES["ResNet-18"], {"predict": True}]
    stacks = side_by_side(open_widget, [ReceptiveField(**traits) for traits in states])
    for widget, _ in stacks:
        action(widget, "Code").click()
    page = stacks[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
