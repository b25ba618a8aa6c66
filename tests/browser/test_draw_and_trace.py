"""DrawAndTrace under the hands of a reader: by mouse, by keyboard, by touch."""

import re
from io import BytesIO

import numpy as np
import pytest
from hands import action, cell, code_of, drag, every_setting, swipe, tap_after_a_drag
from PIL import Image
from playwright.sync_api import expect

from convbook import digits, nn
from convbook.widgets import DrawAndTrace
from convbook.widgets.draw_and_trace import EXAMPLES
from convbook.widgets.static import number

BLANK = np.zeros((8, 8))
WRONG = EXAMPLES["held-out 48"]  # a 2, read as a 1


def numbers(widget, role):
    """Return what every cell of a grid says to a screen reader, row by row."""
    said = widget.locator(f'table[data-role="{role}"]').evaluate(
        "table => [...table.rows].map((row) => [...row.cells].map((cell) => cell.ariaLabel.split(': ')[1]))"
    )
    return [[float(text.split(",")[0].replace("−", "-").rstrip(" %").strip("< ")) for text in row] for row in said]


def texts(values):
    return [[number(value + 0.0) for value in row] for row in np.asarray(values, float)]


def said(widget, role):
    return widget.locator(f'table[data-role="{role}"]').evaluate(
        "table => [...table.rows].map((row) => [...row.cells].map((cell) => cell.ariaLabel.split(': ')[1]))"
    )


def drawn(widget):
    return np.array(numbers(widget, "input"))


def thumb(widget, layer, channel):
    return widget.locator(f".cb-shelf-{layer} .cb-thumb").nth(channel)


def lines(widget):
    return widget.locator(".cb-trail .cb-part")


def choose(widget, name):
    """Choose an example by the beginning of its name."""
    menu = widget.get_by_label("drawing", exact=True)
    menu.select_option(label=next(text for text in menu.locator("option").all_inner_texts() if text.startswith(name)))


# ---- the same numbers as in Python ---------------------------------------------------------------------------------

OWN = DrawAndTrace()
nn.manual_seed(1)
OWN.load(digits.network().state_dict())
SETTINGS = [
    *({"epoch": epoch} for epoch in digits.trained_epochs()),
    {"first_off": [0, 4], "pinned": ("conv1", 4, 2, 3)},
    {"second_off": [12], "pinned": ("conv2", 12, 1, 1)},
    {"patch": 3, "patch_at": (1, 4), "pinned": ("pool", 2, 0, 3)},
    {"patch": 1, "patch_at": (7, 7), "label": None, "epoch": 1},
    {"patch": 4, "patch_at": (4, 0), "label": 9, "pinned": ("score", 9)},
    {**WRONG, "pinned": ("conv1", 7, 0, 0)},
    {"input": BLANK, "label": None, "pinned": ("conv2", 3, 3, 3)},
    {"input": np.arange(64).reshape(8, 8) / 4, "pinned": ("conv1", 1, 7, 2)},
    {"own_weights": OWN.own_weights, "patch": 2},
]


def test_every_number_agrees_with_python(open_widget):
    for widget, reader in every_setting(open_widget, [DrawAndTrace(**traits) for traits in SETTINGS]):
        assert [row[0] for row in said(widget, "score")] == [number(score) for score in reader.scores]
        for shown, share in zip(numbers(widget, "score"), reader.probabilities, strict=True):
            assert shown[1] == pytest.approx(100 * share, abs=0.1001)
        expect(widget.locator(".cb-reading")).to_contain_text(f" {reader.answer} (")
        if reader.patch:
            assert said(widget, "falls") == texts(reader.falls)
        role, *at = reader.pinned
        if role != "score":
            assert said(widget, "opened") == texts(getattr(reader, role)[at[0]])
        field = widget.locator('table[data-role="input"] td:is(.cb-on, .cb-here)')
        expect(field).to_have_count(0 if role == "score" else int(reader.field.sum()))
        steps = reader.trace()
        expect(lines(widget)).to_have_count(len(steps))
        for n, step in enumerate(steps):
            name = f"{step.unit[0]}[{','.join(map(str, step.unit[1:]))}]"
            expect(lines(widget).nth(n).locator(".cb-result").first).to_have_text(name)
            expect(lines(widget).nth(n).locator(".cb-result").last).to_have_text(number(step.value + 0.0))


# ---- drawing --------------------------------------------------------------------------------------------------------


def test_the_mouse_draws_wipes_and_changes_everything(open_widget):
    widget = open_widget(DrawAndTrace(input=BLANK, label=None))
    drag(cell(widget, "input", 1, 3), cell(widget, "input", 6, 3), moves=1)  # so quick that it skips cells
    expected = BLANK.copy()
    expected[1:7, 3] = 16
    np.testing.assert_array_equal(drawn(widget), expected)
    reader = DrawAndTrace(input=expected)
    assert [row[0] for row in said(widget, "score")] == [number(score) for score in reader.scores]
    cell(widget, "input", 1, 3).click()
    assert drawn(widget)[1, 3] == 0
    action(widget, "Undo").click()
    action(widget, "Undo").click()
    assert not drawn(widget).any()


def test_the_keyboard_draws_cell_by_cell(open_widget):
    widget = open_widget(DrawAndTrace(input=BLANK, label=None, pen=9))
    keyboard = widget.page.keyboard
    cell(widget, "input", 0, 0).focus()
    keyboard.press("ArrowDown")
    keyboard.press("Space")
    assert drawn(widget)[1, 0] == 9
    keyboard.press("Alt+ArrowUp")
    assert drawn(widget)[1, 0] == 10
    keyboard.type("12")
    keyboard.press("Enter")
    assert drawn(widget)[1, 0] == 12
    keyboard.type("17")
    keyboard.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("from 0 (paper) to 16 (ink)")
    assert drawn(widget)[1, 0] == 12
    for _ in range(3):
        keyboard.press("Control+z")
    assert not drawn(widget).any()


def test_clear_shift_pen_and_what_it_is_meant_to_be(open_widget):
    widget = open_widget(DrawAndTrace())
    action(widget, "move the drawing right").click()
    before = np.array(DrawAndTrace().input)
    np.testing.assert_array_equal(drawn(widget), np.pad(before, ((0, 0), (1, 0)))[:, :-1])
    action(widget, "move the drawing right").press("ArrowDown")
    np.testing.assert_array_equal(drawn(widget)[0], np.zeros(8))
    action(widget, "Clear").click()
    assert not drawn(widget).any()
    expect(widget.get_by_label("meant to be")).to_have_value("–")
    widget.get_by_label("pen").fill("5")
    cell(widget, "input", 4, 4).click()
    assert drawn(widget)[4, 4] == 5
    widget.get_by_label("meant to be").select_option("1")
    expect(widget.locator(".cb-reading")).to_contain_text("1")


def test_a_finger_draws_when_it_is_told_to_and_the_essentials_share_a_screen(open_widget):
    widget = open_widget(DrawAndTrace(input=BLANK, label=None), touch=True, width=360, height=780)
    swipe(cell(widget, "input", 2, 2), 60, 0)
    assert not drawn(widget).any()
    tap_after_a_drag(cell(widget, "input", 5, 5))
    assert drawn(widget)[5, 5] == 16
    widget.get_by_label("draw", exact=True).check()
    swipe(cell(widget, "input", 2, 2), 60, 0)
    assert (drawn(widget)[2, 2:4] == 16).all()
    cell(widget, "score", 1, 0).tap()
    expect(lines(widget)).to_have_count(4)
    boxes = [widget.locator(where).bounding_box() for where in ("[data-role=input]", "[data-role=score]", ".cb-trail")]
    assert min(box["y"] for box in boxes) >= 0 and max(box["y"] + box["height"] for box in boxes) <= 780
    assert boxes[2]["y"] >= max(box["y"] + box["height"] for box in boxes[:2])
    for role in ("input", "score"):
        box = cell(widget, role, 3, 0).bounding_box()
        assert box["height"] >= 23.5 and box["width"] >= 23.5


# ---- the way back ---------------------------------------------------------------------------------------------------


def test_a_score_is_followed_back_to_a_pixel(open_widget):
    widget = open_widget(DrawAndTrace())
    cell(widget, "score", 9, 0).click()
    steps = DrawAndTrace(pinned=("score", 9)).trace()
    expect(lines(widget).nth(0)).to_contain_text("and 252 more")
    for step in steps:
        term = lines(widget).nth(0).locator("button.cb-term").first
        target = step.terms[0][0]
        name = f"{'x' if target[0] == 'input' else target[0]}[{','.join(map(str, target[1:]))}]"
        expect(term).to_contain_text(name)
        term.click()
        expect(lines(widget).nth(0)).to_contain_text(f"{name}=")
    expect(lines(widget)).to_have_count(1)
    expect(lines(widget)).to_contain_text("Here the way back ends.")
    expect(widget.locator('table[data-role="input"] td.cb-here')).to_have_count(1)


def test_the_terms_fold_and_unfold(open_widget):
    widget = open_widget(DrawAndTrace(pinned=("conv1", 4, 4, 4)))
    terms = lines(widget).nth(0).locator("button.cb-term")
    expect(terms).to_have_count(4)
    action(widget, "and 5 more").click()
    expect(terms).to_have_count(9)
    total = terms.evaluate_all(
        """(all) => all.map((one) => one.ariaLabel.replaceAll("−", "-").match(/: (\\S+) × (\\S+),/).slice(1))
          .reduce((sum, [x, w]) => sum + x * w, 0)"""
    )
    step = DrawAndTrace().step(("conv1", 4, 4, 4))
    assert total == pytest.approx(step.sum - step.bias, abs=0.01)
    action(widget, "fewer").click()
    expect(terms).to_have_count(4)


def test_maps_open_by_mouse_and_by_keyboard(open_widget):
    widget = open_widget(DrawAndTrace())
    thumb(widget, "conv1", 2).scroll_into_view_if_needed()
    box = thumb(widget, "conv1", 2).locator("svg").bounding_box()
    widget.page.mouse.click(box["x"] + box["width"] * 5.5 / 8, box["y"] + box["height"] * 2.5 / 8)
    expect(lines(widget).nth(0)).to_contain_text("conv1[2,2,5]=")
    expect(cell(widget, "opened", 2, 5)).to_have_attribute("aria-selected", "true")
    thumb(widget, "conv2", 0).focus()
    widget.page.keyboard.press("ArrowRight")
    widget.page.keyboard.press("ArrowDown")
    widget.page.keyboard.press("ArrowUp")
    expect(thumb(widget, "conv2", 0)).to_be_focused()  # there is one row
    widget.page.keyboard.press("ArrowRight")
    widget.page.keyboard.press("Enter")
    peak = np.unravel_index(DrawAndTrace().conv2[1].argmax(), (4, 4))
    expect(cell(widget, "opened", *peak)).to_have_attribute("aria-selected", "true")
    cell(widget, "opened", *peak).focus()
    widget.page.keyboard.press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)
    thumb(widget, "pool", 3).hover()
    expect(widget.locator(".cb-passing")).to_contain_text("pool[3,")


# ---- channels, epochs, the patch ------------------------------------------------------------------------------------


def test_channels_of_both_layers_switch_off(open_widget):
    widget = open_widget(DrawAndTrace(pinned=("conv2", 12, 1, 1)))
    widget.get_by_label("conv2, channel 12 is on").uncheck()
    thumb(widget, "pool", 4).click()
    widget.get_by_label("conv1, channel 4 is on").uncheck()
    reader = DrawAndTrace(first_off=[4], second_off=[12])
    assert [row[0] for row in said(widget, "score")] == [number(score) for score in reader.scores]
    expect(thumb(widget, "conv1", 4)).to_have_attribute("aria-label", "conv1, channel 4: switched off")
    expect(thumb(widget, "conv2", 12)).to_have_class(re.compile("cb-off"))
    action(widget, "All channels on").click()
    assert [row[0] for row in said(widget, "score")] == [number(score) for score in DrawAndTrace().scores]
    expect(action(widget, "All channels on")).to_be_disabled()


def test_epochs_are_scrubbed(open_widget):
    widget = open_widget(DrawAndTrace())
    track = widget.get_by_label("epoch", exact=True)
    track.focus()
    track.press("Home")
    expect(track).to_have_attribute("aria-valuetext", "0")
    assert [row[0] for row in said(widget, "score")] == [number(score) for score in DrawAndTrace(epoch=0).scores]
    track.press("ArrowRight")
    track.press("ArrowRight")
    assert [row[0] for row in said(widget, "score")] == [number(score) for score in DrawAndTrace(epoch=2).scores]


def test_the_patch_is_put_dragged_and_moved_by_keys(open_widget):
    widget = open_widget(DrawAndTrace())
    widget.get_by_label("patch", exact=True).select_option("2×2")
    hidden = widget.locator('table[data-role="input"] td.cb-dropped')
    expect(hidden).to_have_count(4)
    drag(cell(widget, "input", 4, 4), cell(widget, "input", 5, 6))
    assert said(widget, "falls") == texts(DrawAndTrace(patch=2).falls)
    expect(cell(widget, "falls", 4, 5)).to_have_attribute("aria-selected", "true")
    action(widget, "move the patch up").press("ArrowLeft")
    expect(cell(widget, "falls", 4, 4)).to_have_attribute("aria-selected", "true")
    cell(widget, "falls", 4, 5).click()
    reader = DrawAndTrace(patch=2, patch_at=(4, 5))
    assert [row[0] for row in said(widget, "score")] == [number(score) for score in reader.scores]
    words = "Without the patch it reads 3" if reader.answer != 3 else "does not change"
    expect(widget.locator(".cb-reading")).to_contain_text(words)
    np.testing.assert_array_equal(drawn(widget), DrawAndTrace().input)  # nothing was drawn meanwhile
    action(widget, "Undo").click()
    expect(cell(widget, "falls", 4, 4)).to_have_attribute("aria-selected", "true")


def test_the_readers_own_network_is_shown_as_soon_as_it_is_loaded(open_widget):
    widget = open_widget(DrawAndTrace())
    score, epoch = cell(widget, "score", 0, 0), widget.get_by_label("epoch", exact=True)
    put = "(el, own) => LiveWidgets.models[el.dataset.key].set('own_weights', own)"  # as load() does from Python
    for own, reader in ((OWN.own_weights, OWN), (None, DrawAndTrace())):
        widget.evaluate(put, own)
        expect(score).to_have_attribute("aria-label", f"answer, score of 0: {number(reader.scores[0])}")
        expect(epoch).to_be_hidden() if own else expect(epoch).to_be_visible()
        expect(widget.get_by_text("your own network")).to_be_visible(visible=own is not None)


def test_a_link_carries_the_drawing_and_no_weights(open_widget):
    widget = open_widget(OWN)
    cell(widget, "input", 0, 0).click()
    link = widget.evaluate("el => LiveWidgets.models[el.dataset.key].link()")
    assert "input" in link and "own_weights" not in link


# ---- predict --------------------------------------------------------------------------------------------------------


def test_the_answer_is_hidden_everywhere_until_it_is_predicted(open_widget):
    widget = open_widget(DrawAndTrace(**WRONG, predict=True, patch=1, patch_at=(0, 0), pinned=("score", 1)))
    options = widget.get_by_label("drawing", exact=True)
    assert "read as" not in options.inner_text() and ":" not in options.inner_text()
    assert {text for row in said(widget, "score") for text in row} == {"hidden until you predict it"}
    assert {text for row in said(widget, "falls") for text in row} == {"hidden until you predict it"}
    expect(widget.locator(".cb-trail")).not_to_contain_text("score[1]")  # what is pinned would name the answer
    expect(widget.locator(".cb-formula")).to_have_text("")
    expect(widget.locator(".cb-spoken")).not_to_contain_text("score[1]")
    widget.locator(".cb-options").get_by_role("button", name="2", exact=True).click()
    expect(widget.locator(".cb-feedback")).to_contain_text("does not read as you do")
    widget.locator(".cb-options").get_by_role("button", name="1", exact=True).click()
    expect(widget.locator(".cb-feedback")).to_contain_text("It is meant to be 2: the network is wrong here.")
    expect(widget.locator(".cb-reading")).to_contain_text("It reads a 1")
    expect(widget.locator(".cb-trail")).to_contain_text("score[1]")
    assert "held-out 48: 2, read as 1" in options.inner_text()


def ask(widget, answer):
    widget.locator(".cb-predict-form .cb-number").fill(answer)
    action(widget, "Check").click()


def test_next_goes_on_to_relu_pooling_field_and_the_next_drawing(open_widget):
    widget = open_widget(DrawAndTrace(predict=True))
    feedback, question = widget.locator(".cb-feedback"), widget.locator(".cb-question")
    action(widget, "Next").click()
    expect(question).to_contain_text("What leaves ReLU?")
    lowest = re.search(r"is (−[\d.]+)\.", question.inner_text())[1]
    expect(widget.locator(".cb-trail")).to_contain_text("=?")
    expect(widget.locator('table[data-role="opened"] td.cb-later')).to_have_count(1)
    ask(widget, lowest)
    expect(feedback).to_contain_text("negative sums become 0")
    ask(widget, lowest.strip("−"))
    expect(feedback).to_contain_text("no absolute value")
    ask(widget, "0")
    expect(feedback).to_contain_text("Yes, 0.")
    action(widget, "Next").click()
    expect(question).to_contain_text("What does the max pooling keep?")
    four = [float(text) for text in re.findall(r"[\d.]*\d", question.inner_text().partition("holds")[2])]
    reader = DrawAndTrace()
    channel, row, column = map(int, re.search(r"pool\[(\d),(\d),(\d)\]", question.inner_text()).groups())
    window = reader.conv1[channel, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
    np.testing.assert_allclose(four, window.ravel(), atol=1e-3)  # as they stand there, in no order that tells
    ask(widget, str(sorted(four)[1]))
    expect(feedback).to_contain_text("That is one of the four, but another is kept.")
    ask(widget, "99")
    expect(feedback).to_contain_text("One of the four is kept as it is")
    expect(feedback).not_to_contain_text("largest")
    ask(widget, str(sum(four) / 4))
    expect(feedback).to_contain_text("That is the mean")
    ask(widget, str(max(four)))
    expect(feedback).to_contain_text("Yes,")
    action(widget, "Next").click()
    expect(question).to_contain_text("How many pixels a side does pool")
    ask(widget, "2")
    expect(feedback).to_contain_text("its window on conv1")
    ask(widget, "4")
    expect(feedback).to_contain_text("Yes, 4.")
    action(widget, "Next").click()
    expect(question).to_contain_text("Which digit")
    expect(widget.get_by_label("drawing", exact=True).locator("option:checked")).to_have_text("held-out 27")


def test_from_drawing_to_drawing_next_asks_about_other_kinds_of_numbers(open_widget):
    widget = open_widget(DrawAndTrace(predict=True))
    feedback, question = widget.locator(".cb-feedback"), widget.locator(".cb-question")
    sums, corners, fields = [], [], []
    for _ in range(4):
        for words, found in (("leaves ReLU", sums), ("max pooling keep", corners), ("pixels a side", fields)):
            action(widget, "Next").click()
            expect(question).to_contain_text(words)
            asked = question.inner_text()
            action(widget, "Show me").click()
            truth = re.search(r"It is (\S+)\.", feedback.inner_text())[1]
            if found is sums:
                sums.append((re.search(r"at (\w+)", asked)[1], re.search(r"is (\S+)\. ", asked)[1], truth))
            elif found is corners:
                corners.append(re.findall(r"[\d.]*\d", asked.partition("holds")[2]).index(truth))
            else:
                fields.append((re.search(r"does (\w+)", asked)[1], truth))
        action(widget, "Next").click()
    assert [truth for _, _, truth in sums] == [truth if truth[0] != "−" else "0" for _, truth, _ in sums]
    assert {(layer, truth == "0") for layer, _, truth in sums} == {
        (layer, cut) for layer in ("conv1", "conv2") for cut in (True, False)
    }
    assert set(corners) == {0, 1, 2, 3}
    assert set(fields) == {("conv1", "3"), ("pool", "4"), ("conv2", "8")}


def test_on_a_phone_the_edge_of_the_strip_shows_that_more_follows(open_widget):
    widget = open_widget(DrawAndTrace(pinned=("pool", 4, 1, 1)), touch=True, width=360, height=780)
    expect(lines(widget).first).to_contain_text("= largest of ")
    strip = widget.locator(".cb-trail")
    cell(widget, "score", 3, 0).tap()
    assert strip.evaluate("el => el.scrollHeight > el.clientHeight")

    def edges():
        """Return whether the first and the last row of pixels differ from the strip's own shade, at its left end."""
        with Image.open(BytesIO(strip.screenshot())) as shot:
            shades = [shot.convert("L").getpixel((3, y)) for y in (4, shot.height // 2, shot.height - 3)]
        return [abs(shade - shades[1]) > 12 for shade in (shades[0], shades[2])]

    for scroll, shown in (("0", [False, True]), ("30", [True, True]), ("el.scrollHeight", [True, False])):
        strip.evaluate(f"el => el.scrollTo({{ top: {scroll}, behavior: 'instant' }})")
        assert edges() == shown


# ---- code, and a frame ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["NumPy", pytest.param("PyTorch", marks=pytest.mark.pytorch)])
def test_the_code_runs_and_answers_the_same(open_widget, library, capsys):
    reader = DrawAndTrace(**WRONG, patch=2, patch_at=(3, 1), first_off=[1], second_off=[0, 9], epoch=5)
    exec(code_of(open_widget(reader), library), {})
    answer, *shares = capsys.readouterr().out.replace("[", " ").replace("]", " ").split()
    assert int(answer) == reader.answer
    np.testing.assert_allclose([float(share) for share in shares], reader.probabilities, atol=6e-4)
