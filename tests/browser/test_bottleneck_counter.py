"""BottleneckCounter under the hands of a reader: by mouse, by keyboard, by touch."""

import numpy as np
from hands import action, code_of, every_setting, in_each_theme, middle, side_by_side, swipe, tap_after_a_drag
from playwright.sync_api import expect

from convbook.widgets import BottleneckCounter
from convbook.widgets.bottleneck_counter import EXAMPLES


def row(widget, name):
    return widget.locator(f'tr[data-layer="{name}"]')


def bars(widget, kind="weights"):
    return widget.locator(f'[data-kind="{kind}"] svg')


def handle(widget, name="channels inside, by weights"):
    return widget.get_by_role("slider", name=name)


def field(widget, name):
    return widget.get_by_role("textbox", name=name, exact=True)


R = "channels inside, R"


def test_the_bars_and_the_table_show_what_python_counts_at_every_setting(open_widget):
    counters = [BottleneckCounter(**traits) for traits in EXAMPLES.values()]
    for widget, counter in every_setting(open_widget, [*counters, BottleneckCounter(channels=1, reduced=3, kernel=2)]):
        told = widget.locator(".cb-formula")
        expect(told).to_contain_text(f"= {counter.bottleneck.parameters:,} weights")
        for kind, word in (("parameters", "weights"), ("macs", "MACs")):
            direct, other = (f"{getattr(cost, kind):,}" for cost in (counter.direct, counter.bottleneck))
            name = f"direct {counter.kernel}×{counter.kernel}: {direct} {word}; "
            expect(bars(widget, word.lower())).to_have_attribute(
                "aria-label", f"{name}1×1, {counter.kernel}×{counter.kernel}, 1×1: {other} {word}"
            )
        wide = [float(r.get_attribute("width")[:-1]) for r in bars(widget).locator("rect").all()]
        costs = [counter.direct.parameters, *counter._parts]
        np.testing.assert_allclose(np.divide(wide, max(wide)), np.divide(costs, max(costs)), atol=1e-3)
        expect(row(widget, "convolve")).to_contain_text(f"{counter._parts[1]:,}")
        pays = f"up to R = {counter.largest_that_pays}:" if counter.largest_that_pays else "No R makes it pay"
        expect(widget.locator(".cb-beside .cb-note")).to_contain_text(pays)


def test_a_layer_is_spelt_out_when_it_is_pointed_at_or_pinned(open_widget):
    widget = open_widget(BottleneckCounter())
    row(widget, "convolve").hover()
    expect(widget.locator(".cb-sum")).to_contain_text(
        "64·64·3·3 = 36,864 weights, each used at 56·56 positions: 115,605,504 MACs"
    )
    expect(bars(widget).locator(".cb-lit rect")).to_have_attribute("data-layer", "convolve")
    row(widget, "expand").get_by_role("button").click()
    bars(widget, "macs").locator('[data-layer="convolve"]').click()  # a click on a bar keeps it, too
    expect(row(widget, "convolve").get_by_role("button")).to_have_attribute("aria-pressed", "true")
    expect(field(widget, R)).to_have_value("64")
    row(widget, "expand").get_by_role("button").click()
    bars(widget).locator('[data-layer="direct"]').hover()
    expect(widget.locator(".cb-sum")).to_contain_text("256·256·3·3 = 589,824")
    widget.locator(".cb-actions").hover()
    expect(widget.locator(".cb-sum")).to_contain_text("expand 1×1, 64→256: 64·256 = 16,384 weights")
    expect(widget.locator(".cb-spoken")).to_contain_text("expand 1×1")
    row(widget, "expand").get_by_role("button").click()
    widget.locator(".cb-actions").hover()
    expect(widget.locator(".cb-sum")).to_contain_text("Point at a layer")


def test_the_end_of_the_bar_is_dragged_to_where_it_stops_paying(open_widget):
    widget = open_widget(BottleneckCounter())
    mouse = widget.page.mouse
    x, y = middle(handle(widget))
    line = bars(widget).locator("line").bounding_box()["x"]
    mouse.move(x, y)
    mouse.down()
    mouse.move(line, y, steps=6)
    mouse.up()
    assert abs(int(field(widget, R).input_value()) - 229) <= 2
    action(widget, "Undo").click()
    expect(field(widget, R)).to_have_value("64")
    action(widget, "Go to where it just pays").click()
    expect(field(widget, R)).to_have_value("229")
    expect(action(widget, "Go to where it just pays")).to_be_disabled()
    expect(widget.locator(".cb-beside .cb-note")).to_contain_text("hardly fewer weights and MACs: it just pays")
    action(widget, "increase channels inside, R").click()
    expect(widget.locator(".cb-beside .cb-note")).to_contain_text("times more weights and MACs: it does not pay")


def test_the_curve_is_dragged_and_the_keys_go_step_by_step(open_widget):
    widget = open_widget(BottleneckCounter())
    curve = widget.locator(".cb-payoff")
    box = curve.bounding_box()
    widget.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert abs(int(field(widget, R).input_value()) - 132) <= 3  # half way to 229·1.15
    knob = handle(widget, "channels inside, on the curve")
    knob.focus()
    for key, value in (("End", 229), ("ArrowRight", 230), ("PageDown", 214), ("Home", 1), ("ArrowLeft", 1)):
        widget.page.keyboard.press(key)
        expect(knob).to_have_attribute("aria-valuenow", str(value))
    widget.page.keyboard.press("Control+z")
    expect(knob).to_have_attribute("aria-valuenow", "214")


def test_numbers_that_do_not_fit_are_refused_kindly(open_widget):
    widget = open_widget(BottleneckCounter())
    for name, text, words in (
        (R, "0", "reduced must be from 1 to 2048"),
        (R, "2.5", "reduced must be a whole number"),
        ("channels in and out, C", "4096", "channels must be from 1 to 2048"),
        (R, "many", "“many” is not a number"),
    ):
        old = field(widget, name).input_value()
        field(widget, name).fill(text)
        field(widget, name).press("Enter")
        expect(widget.get_by_role("alert")).to_contain_text(words)
        widget.locator(".cb-actions").click()
        expect(field(widget, name)).to_have_value(old)


# ---- predict -------------------------------------------------------------------------------------------------------

WEIGHTS = [
    ("36864", "That is the middle alone"),
    ("36,864", "That is the middle alone"),
    ("53248", "You left out one of the two 1×1s"),
    ("32768", "Those are the two 1×1s alone"),
    ("45056", "A kernel has k·k weights, not k"),
    ("70016", "You counted biases"),
    ("331776", "Only the middle layer is k×k"),
    ("589824", "That is the direct convolution"),
    ("1792", "every pair of them has its own weights"),
    ("5", "Add up three layers"),
    ("69,632", "Yes, 69,632. 256·64 + 64·64·3·3 + 64·256 = 69,632"),
]


def test_the_weights_are_asked_for_and_mistakes_are_named(open_widget):
    widget = open_widget(BottleneckCounter(predict=True))
    expect(row(widget, "expand")).to_contain_text("??")
    expect(widget.locator(".cb-payoff")).to_be_hidden()
    assert "69,632" not in widget.inner_text()
    for answer, words in WEIGHTS:
        widget.locator(".cb-predict input").fill(answer)
        action(widget, "Check").click()
        expect(widget.locator(".cb-feedback")).to_contain_text(words)
    expect(widget.locator(".cb-payoff")).to_be_visible()


def test_then_the_ratio_then_the_macs_then_the_next_example(open_widget):
    widget = open_widget(BottleneckCounter(predict=True))
    for wrong, hint, right in (
        ("36864", "middle alone", "69632"),
        ("16", "C²/R²", "8.47"),
        ("69632", "That is the number of weights", "218365952"),
    ):
        for answer, words in ((wrong, hint), (right, "Yes,")):
            widget.locator(".cb-predict input").fill(answer)
            action(widget, "Check").click()
            expect(widget.locator(".cb-feedback")).to_contain_text(words)
        action(widget, "Next").click()
    expect(widget.get_by_role("combobox", name="example", exact=True)).to_have_value("its last stage")
    expect(widget.locator(".cb-question")).to_have_text("How many weights does the bottleneck 2048→512→512→2048 have?")
    assert f"{BottleneckCounter(channels=2048, reduced=512).bottleneck.parameters:,}" not in widget.inner_text()


# ---- code, touch, axe ----------------------------------------------------------------------------------------------


def test_both_codes_count_the_same(open_widget, capsys, torch):
    counter = BottleneckCounter(channels=12, reduced=5, kernel=2, size=9)
    widget = open_widget(counter)
    for library in ("Python", "PyTorch"):
        names = {}
        exec(code_of(widget, library), names)
        assert (names["direct"], names["bottleneck"]) == (counter.direct.parameters, counter.bottleneck.parameters)
        assert f"{counter.direct.macs} {counter.bottleneck.macs}" in capsys.readouterr().out


def test_a_finger_drags_the_handle_and_sees_bars_and_product_at_once(open_widget):
    widget = open_widget(BottleneckCounter(), touch=True, width=360, height=780)
    swipe(handle(widget), 60, 0)
    expect(field(widget, R)).not_to_have_value("64")
    tap_after_a_drag(row(widget, "reduce").get_by_role("button"))
    expect(row(widget, "reduce").get_by_role("button")).to_have_attribute("aria-pressed", "true")
    box = widget.locator(".cb-sum").bounding_box()
    assert box["y"] + box["height"] <= 781
    assert row(widget, "reduce").get_by_role("button").bounding_box()["height"] >= 44


def test_axe_finds_nothing(open_widget, axe):
    counters = side_by_side(open_widget, [BottleneckCounter(), BottleneckCounter(predict=True)])
    page = counters[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
