"""SeparableFit under the hands of a reader: by mouse, by keyboard, by touch."""

import re

import numpy as np
import pytest
from hands import action, cell, code_of, every_setting, in_each_theme, middle, side_by_side, too_wide, value
from lab_hands import frame, setting, shown
from playwright.sync_api import expect

from convbook.widgets import SeparableFit
from convbook.widgets.separable_fit import BANKS

SOBEL, LAPLACIAN, RANDOM, LEARNT = (
    BANKS[name] for name in ("Sobel", "Laplacian", "a random layer", "learnt in chapter 1")
)
PIXELS = np.arange(20 * 24).reshape(20, 24) ** 2 % 251


def curve(widget):
    return widget.locator(".cb-ranks")


def numbers(widget, role):
    """Return the numbers of a grid as they are said, with all their digits."""
    labels = widget.locator(f'table[data-role="{role}"] td').evaluate_all("cells => cells.map((one) => one.ariaLabel)")
    return [float(label.rpartition(": ")[2].replace("−", "-")) for label in labels]


# ---- the same numbers as in Python ---------------------------------------------------------------------------------

STATES = [
    {"bank": SOBEL, "rank": 1},
    {"bank": LAPLACIAN, "rank": 1},
    {"bank": BANKS["Gaussian"], "rank": 1},
    {"bank": RANDOM, "rank": 1, "kernel": (5, 3)},
    {"bank": RANDOM, "reading": "depthwise", "rank": 2, "kernel": (2, 1)},
    {"bank": RANDOM, "reading": "depthwise", "rank": 24},
    {"rank": 2, "kernel": (7, 0)},
    {"bank": LEARNT, "rank": 3, "kernel": (20, 0)},
    {"bank": LEARNT, "reading": "depthwise", "rank": 12, "kernel": (3, 0)},
]


def test_the_fit_and_what_it_misses_are_those_of_numpy(open_widget):
    fits = [SeparableFit(**state, picture=PIXELS) for state in STATES]
    for widget, fit in every_setting(open_widget, fits):
        expect(curve(widget)).to_have_attribute("aria-valuemax", str(fit.fit.most))
        heights = (
            curve(widget).locator("i").evaluate_all("bars => bars.map((one) => one.style.getPropertyValue('--level'))")
        )
        np.testing.assert_allclose([float(height) for height in heights], fit.errors, atol=1e-12)
        expect(curve(widget)).to_have_attribute("aria-valuetext", re.compile(rf"{_percent(fit.error)}\s% missed"))
        for role, of in (("near-kernel", fit.approximation), ("rest-kernel", np.subtract(fit.bank, fit.approximation))):
            np.testing.assert_allclose(numbers(widget, role), np.ravel(of[fit.shown]), rtol=0.01, atol=1e-3)


def _percent(share):
    return "< 0.1" if 0 < 100 * share < 0.05 else f"{round(100 * share, 1):g}"


def test_the_pictures_are_those_of_the_kernel_of_its_approximation_and_their_difference(open_widget):
    fit = SeparableFit(bank=RANDOM, reading="depthwise", rank=2, kernel=(2, 1), picture=PIXELS)
    widget = open_widget(fit)
    strongest = np.abs(fit.output).max()
    for n, output in enumerate((fit.output, fit.approximate_output, fit.output - fit.approximate_output)):
        expected = np.clip((output / strongest + 1) * 127.5, 0, 255)
        np.testing.assert_allclose(shown(widget, "output", n), expected, atol=0.6)


def test_sobel_loses_nothing_at_rank_1(open_widget):
    widget = open_widget(SeparableFit(bank=SOBEL))
    expect(widget.locator(".cb-curve figcaption")).to_have_text("squared weights that are missed, rank 1: 0 %")
    expect(widget.locator(".cb-product")).to_have_attribute("aria-label", "column 1, 2, 1 times row 1, 0, −1")
    assert len(np.unique(shown(widget, "output", 2))) == 1  # the difference is one grey
    expect(widget.locator(".cb-formula")).to_have_text("1·(3 + 3) = 6 products a pixel instead of 3·3 = 9")


# ---- rank, bank and kernel -----------------------------------------------------------------------------------------


def test_a_rank_is_chosen_on_the_curve_by_mouse_and_keys(open_widget):
    widget = open_widget(SeparableFit(bank=RANDOM, reading="depthwise"))
    bars = curve(widget).locator("span")
    widget.page.mouse.click(*middle(bars.nth(4)))
    expect(curve(widget)).to_have_attribute("aria-valuenow", "4")
    expect(value(widget, "near-kernel", 0, 0)).not_to_have_text("0")
    expect(widget.locator(".cb-terms")).to_contain_text("+ 1 more")
    curve(widget).focus()
    for key, rank in (("ArrowRight", "5"), ("End", "6"), ("ArrowRight", "6"), ("Home", "1"), ("ArrowLeft", "1")):
        widget.page.keyboard.press(key)
        expect(curve(widget)).to_have_attribute("aria-valuenow", rank)
    expect(curve(widget)).to_have_attribute("aria-valuetext", re.compile(r"multiplier 1: 57.9\s% missed"))
    mouse = widget.page.mouse
    mouse.move(*middle(bars.nth(1)))
    mouse.down()
    mouse.move(*middle(bars.nth(5)), steps=6)
    mouse.up()
    expect(curve(widget)).to_have_attribute("aria-valuenow", "5")
    action(widget, "Undo").click()
    expect(curve(widget)).to_have_attribute("aria-valuenow", "1")  # one drag is one step back


def test_the_two_readings_ask_for_different_things(open_widget):
    widget = open_widget(SeparableFit(bank=RANDOM, rank=3))
    expect(curve(widget)).to_have_attribute("aria-valuetext", re.compile(r"rank 3: 0\s% missed"))
    setting(widget, "fit").select_option("in depth: depthwise + 1×1")
    expect(curve(widget)).to_have_attribute("aria-valuetext", re.compile(r"multiplier 3: 16\s% missed"))
    expect(widget.locator(".cb-formula")).to_have_text("3·4·3·3 + 6·3·4 = 180 weights instead of 6·4·3·3 = 216")


def test_a_kernel_of_the_bank_is_chosen_on_any_of_its_walls(open_widget):
    widget = open_widget(SeparableFit(bank=RANDOM))
    cell(widget, "near", 4, 2).click()
    expect(cell(widget, "bank", 4, 2)).to_have_attribute("aria-selected", "true")
    expect(value(widget, "kernel", 0, 0)).to_have_text(f"{RANDOM[4, 2, 0, 0]:g}".replace("-", "−"))
    cell(widget, "rest", 1, 3).hover()
    expect(widget.locator(".cb-sum")).to_contain_text("w[1, 3]: ")
    setting(widget, "bank").select_option("Sobel")
    expect(widget.locator('table[data-role="bank"]')).to_be_hidden()
    expect(value(widget, "kernel", 1, 0)).to_have_text("2")


def test_an_edited_kernel_is_fitted_anew_and_undone(open_widget):
    widget = open_widget(SeparableFit(bank=SOBEL))
    cell(widget, "kernel", 0, 1).press("5")
    widget.page.keyboard.press("Enter")
    expect(widget.locator(".cb-curve figcaption")).not_to_contain_text("rank 1: 0 %")
    expect(setting(widget, "bank")).to_have_value("your own")
    expect(widget.locator(".cb-note", has_text="Singular values")).not_to_contain_text("3.464, 0, 0")
    action(widget, "Undo").click()
    expect(widget.locator(".cb-note", has_text="Singular values")).to_contain_text("3.464, 0, 0")
    cell(widget, "kernel", 0, 0).press("-")
    widget.page.keyboard.press("Enter")
    expect(widget.get_by_role("alert")).to_contain_text("is not a number")
    setting(widget, "size").select_option("5×5")
    expect(widget.locator('table[data-role="kernel"] td')).to_have_count(25)


def test_a_kernel_of_zeros_has_no_rank_and_breaks_nothing(open_widget):
    widget = open_widget(SeparableFit(bank=np.zeros((1, 1, 3, 3)), predict=True))
    widget.locator(".cb-predict input").fill("0")
    widget.page.keyboard.press("Enter")
    expect(widget.locator(".cb-feedback")).to_contain_text("Yes, 0.")
    expect(curve(widget)).to_have_attribute("aria-valuetext", re.compile(r"rank 1: 0\s% missed"))


# ---- three-way pinning ---------------------------------------------------------------------------------------------


def test_a_weight_is_shown_as_the_products_that_make_it(open_widget):
    widget = open_widget(SeparableFit(bank=LAPLACIAN, rank=2))
    cell(widget, "near-kernel", 1, 1).click()
    widget.locator(".cb-actions").hover()
    for role in ("kernel", "near-kernel", "rest-kernel"):
        expect(cell(widget, role, 1, 1)).to_have_attribute("aria-selected", "true")
    expect(widget.locator(".cb-sum .cb-term")).to_have_count(2)
    expect(widget.locator(".cb-sum .cb-result")).to_have_text("−4")
    expect(widget.locator(".cb-sum")).to_contain_text("missed: 0")
    expect(widget.locator(".cb-vector .cb-here")).to_have_count(4)
    cell(widget, "kernel", 1, 1).press("Escape")
    expect(widget.locator("[aria-selected=true]")).to_have_count(0)


def test_the_lens_compares_one_pixel_of_all_three_pictures(open_widget):
    fit = SeparableFit(bank=RANDOM, rank=1, kernel=(2, 1), picture=PIXELS, pinned=("output", 10, 12))
    widget = open_widget(fit)
    values = [all_[10, 12] for all_ in (fit.output, fit.approximate_output)]
    values.append(values[0] - values[1])
    texts = widget.locator(".cb-sum .cb-term .cb-output").all_inner_texts()
    np.testing.assert_allclose([float(text.replace("−", "-")) for text in texts], values, atol=0.01)
    frame(widget, "output", 1).focus()
    widget.page.keyboard.press("ArrowDown")
    expect(widget.locator(".cb-sum .cb-name")).to_have_text("y[11,12]")
    widget.page.keyboard.press("Escape")
    expect(widget.locator(".cb-sum")).to_contain_text("Choose a rank")


# ---- predict -------------------------------------------------------------------------------------------------------


def answer(widget, text):
    widget.locator(".cb-predict input").fill(text)
    widget.locator(".cb-predict input").press("Enter")
    return widget.locator(".cb-feedback")


def test_slips_of_a_rank_are_named_and_the_fit_comes_with_the_answer(open_widget):
    widget = open_widget(SeparableFit(bank=LAPLACIAN, predict=True))
    for text, words in (
        ("3", "a multiple of another brings nothing new"),
        ("5", "how many weights are not 0"),
        ("0", "Only a kernel of zeros"),
        ("7", "Count the rows that no other rows add up to"),
    ):
        expect(answer(widget, text)).to_contain_text(words)
    card = widget.locator(".cb-card")
    assert "4.449" not in card.inner_text()
    assert "4.449" not in card.evaluate("el => el.outerHTML")
    expect(widget.locator(".cb-frame.cb-secret")).to_have_count(2)
    expect(answer(widget, "2")).to_contain_text("Yes, 2. Singular values of the kernel: 4.449, 0.449, 0.")
    expect(widget.locator(".cb-frame.cb-secret")).to_have_count(0)
    expect(value(widget, "near-kernel", 1, 1)).to_have_text("−4.04")


def test_rows_that_differ_may_add_up(open_widget):
    widget = open_widget(SeparableFit(bank=BANKS["diagonal edge"], predict=True))
    expect(answer(widget, "3")).to_contain_text("a row may still be a sum of others")


def test_it_asks_for_the_multiplier_of_a_layer(open_widget):
    bank = np.concatenate([RANDOM[:3], RANDOM[:3] * 2])
    widget = open_widget(SeparableFit(bank=bank, reading="depthwise", predict=True))
    expect(answer(widget, "6")).to_contain_text("some of them may be sums of others")
    expect(answer(widget, "9")).to_contain_text("how many weights a kernel has")
    expect(answer(widget, "4")).to_contain_text("the number of input channels")
    expect(answer(widget, "3")).to_contain_text("Yes, 3.")


def test_next_asks_about_the_next_kernel_then_about_the_next_bank(open_widget):
    widget = open_widget(SeparableFit(predict=True, kernel=(7, 0)))
    action(widget, "Next").click()
    expect(cell(widget, "bank", 2, 2)).to_have_attribute("aria-selected", "true")
    action(widget, "Next").click()
    expect(setting(widget, "bank")).to_have_value("Sobel")
    expect(answer(widget, "1")).to_contain_text("Yes, 1.")


def test_the_state_lives_in_the_address_and_reset_brings_back_the_authors(open_widget):
    widget = open_widget(SeparableFit(bank=SOBEL))
    cell(widget, "kernel", 0, 1).press("5")
    widget.page.keyboard.press("Enter")
    curve(widget).press("End")
    widget.page.wait_for_function("location.hash.includes('rank')")
    widget.page.reload()
    expect(value(widget, "kernel", 0, 1)).to_have_text("5")
    expect(curve(widget)).to_have_attribute("aria-valuenow", "3")
    action(widget, "Reset").click()
    expect(value(widget, "kernel", 0, 1)).to_have_text("0")
    expect(curve(widget)).to_have_attribute("aria-valuenow", "1")


# ---- code, touch, looks --------------------------------------------------------------------------------------------

CODED = [{"bank": LAPLACIAN, "rank": 1}, {"bank": RANDOM, "reading": "depthwise", "rank": 2, "kernel": (2, 1)}]


def run_coded(open_widget, library):
    """Yield what is in Python in each of these states, and the names that its code for this library leaves behind."""
    for widget, source in side_by_side(open_widget, [SeparableFit(**state) for state in CODED]):
        names = {}
        exec(code_of(widget, library), names)
        yield source, names


def test_the_numpy_code_fits_what_is_on_the_screen(open_widget, subtests):
    for source, names in run_coded(open_widget, "NumPy"):
        with subtests.test(repr(source)):
            np.testing.assert_allclose(names["near"], source.approximation, atol=1e-9)
            assert names["missed"] == pytest.approx(source.error)


def test_the_pytorch_code_fits_what_is_on_the_screen(open_widget, torch, subtests):
    for source, names in run_coded(open_widget, "PyTorch"):
        with subtests.test(repr(source)):
            assert names["missed"].item() == pytest.approx(source.error)
            near = torch.nn.functional.conv2d(names["x"], torch.tensor(source.approximation))
            torch.testing.assert_close(names["y"], near)


def test_on_a_phone_a_tapped_bar_a_tapped_kernel_and_a_weight_do_what_they_say(open_widget):
    widget = open_widget(SeparableFit(), touch=True, width=360, height=780)
    curve(widget).locator("span").nth(2).tap()
    expect(curve(widget)).to_have_attribute("aria-valuenow", "2")
    cell(widget, "bank", 1, 0).tap()
    expect(value(widget, "kernel", 1, 1)).to_have_text("−4")
    cell(widget, "kernel", 1, 1).tap()
    for part in (cell(widget, "near-kernel", 1, 1), cell(widget, "rest-kernel", 1, 1), widget.locator(".cb-sum")):
        expect(part).to_be_in_viewport()
    widget.get_by_role("button", name="increase pinned value").tap()
    expect(value(widget, "kernel", 1, 1)).to_have_text("−3")
    for role in ("bank", "kernel"):
        box = cell(widget, role, 0, 0).bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_the_curve_of_many_ranks_stays_inside_its_card(open_widget, subtests):
    widget = open_widget(SeparableFit(bank=LEARNT, reading="depthwise"), width=760)
    for width in (760, 960, 1280):
        with subtests.test(width=width):
            assert too_wide(widget.page, width) == []
            card, bars = widget.locator(".cb-card").bounding_box(), curve(widget).bounding_box()
            assert bars["x"] + bars["width"] <= card["x"] + card["width"] - 8
            stage = widget.locator(".cb-stage").evaluate("el => [el.scrollWidth, el.clientWidth]")
            assert stage[0] <= stage[1]


def test_it_is_accessible(open_widget, axe):
    fits = side_by_side(open_widget, [SeparableFit(predict=True), SeparableFit(bank=RANDOM)])
    page = fits[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}


def test_what_is_said_of_a_kernel_is_its_own_share(open_widget):
    widget = open_widget(SeparableFit(bank=RANDOM, rank=1, kernel=(2, 1), picture=PIXELS))
    alone = widget.get_by_text("w[2, 1] alone:").inner_text().split("alone: ")[1].split(" missed")[0]
    expect(widget.locator(".cb-spoken")).to_contain_text(f"rank 1: {alone} missed")
