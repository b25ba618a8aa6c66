"""ArchitectureExplorer under the hands of a reader: by mouse, by keyboard, by touch."""

import numpy as np
import pytest
from hands import action, code_of, every_setting, in_each_theme, side_by_side
from playwright.sync_api import expect

from convbook import shapes
from convbook.architectures import NETWORKS
from convbook.widgets import ArchitectureExplorer


def menu(widget, name):
    return widget.get_by_role("combobox", name=name, exact=True)


def strip(widget, side=0):
    return widget.locator(".cb-strip").nth(side)


def row(widget, name, level=1):
    return widget.locator(f'tr[aria-level="{level}"]').filter(has=widget.page.get_by_role("button", name=name)).first


def total(widget, side=0):
    return strip(widget, side).locator(".cb-strip-totals")


def inside(layers, shape):
    """Return the costs of all layers that are neither blocks nor branches, and of every place where branches meet."""
    costs = []
    for step in shapes.summary(layers, shape):
        stacks = getattr(step.layer, "stacks", None) or ([step.layer.layers] if hasattr(step.layer, "layers") else [])
        for stack in stacks:
            costs += inside(stack, shape)
        if not stacks:
            costs.append(step.cost)
        elif hasattr(step.layer, "stacks"):
            costs.append(shapes.Cost(0, 0, int(np.prod(step.output_shape))))
        shape = step.output_shape
    return costs


MEASURES = {"weights": "parameters", "MACs": "macs", "memory": "activations"}


def test_every_network_shows_what_python_counts(open_widget):
    explorers = [
        ArchitectureExplorer(network=name, size=size, measure=measure)
        for (name, network), measure in zip(NETWORKS.items(), ["weights", "MACs", "memory"] * 4, strict=False)
        for size in (
            (network.input_shape[1], 97) if name in ("LeNet-5", "AlexNet", "ViT-B/16") else (network.input_shape[1],)
        )
    ]
    for widget, explorer in every_setting(open_widget, explorers):
        expect(widget.locator(".cb-formula")).to_contain_text(f"{explorer.total.parameters:,} weights")
        names, sizes, weights, macs, _, fields = zip(*table_of(widget), strict=True)
        assert list(zip(sizes, weights, macs, fields, strict=True)) == list(map(in_words, explorer.table)), explorer
        for name, step in zip(names, explorer.table, strict=True):
            assert name.startswith(step.layer.name)  # those of one name are numbered
        boxes = (
            strip(widget)
            .locator("rect.cb-bar")
            .evaluate_all("all => all.map((one) => [one.x.baseVal.value, one.width.baseVal.value])")
        )
        wide = [width for _, width in boxes]
        kind = MEASURES[explorer.measure]
        costs = [getattr(cost, kind) for cost in inside(explorer.layers, explorer.input_shape)]
        assert sum(wide) == pytest.approx(1000, abs=0.5)
        assert max(wide) >= 1000 * max(costs) / sum(costs) - 0.01
        np.testing.assert_allclose([x for x, _ in boxes][1:], np.cumsum(wide)[:-1], atol=0.5)  # one behind the other


def table_of(widget):
    """Return (name, what its columns say, ...) of all layers of the table, by one question to the page."""
    return widget.locator('tr[aria-level="1"]').evaluate_all(
        """rows => rows.map((row) => [row.querySelector("small").previousSibling, ...row.querySelectorAll("td")]
          .map((part) => part.textContent.trim()))"""
    )


def in_words(step):
    """Return what a row of the table says of a layer: its output's shape, its weights, its MACs, its field."""
    shape, size = step.output_shape, step.field[0].size
    written = str(shape[0]) if shape[1] * shape[2] == 1 else "×".join(map(str, shape))
    field = "all" if size == float("inf") else f"{size}×{size}"
    return written, f"{step.cost.parameters:,}", f"{step.cost.macs:,}", field


def test_a_layer_is_opened_by_the_strip_and_by_the_table(open_widget):
    widget = open_widget(ArchitectureExplorer(network="VGG16"))
    picture = strip(widget).locator("svg")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.5, "y": box["height"] - 10})  # the first linear layer is that wide
    sum_ = widget.locator(".cb-sum")
    expect(sum_).to_contain_text("linear, 4096 + ReLU in head: 25088×1×1 → 4096×1×1")
    expect(sum_).to_contain_text("weights: 4096·25088 + 4096 = 102,764,544")
    expect(sum_).to_contain_text("MACs: 4096·25088 = 102,760,448")
    expect(row(widget, "head")).to_have_attribute("aria-expanded", "true")
    expect(widget.locator(".cb-spoken")).to_contain_text("102,764,544")
    row(widget, "stage 3").get_by_role("button").click()
    expect(row(widget, "head")).to_have_attribute("aria-expanded", "false")
    expect(sum_).to_contain_text("weights: 295,168 + 590,080 + 590,080 = 1,475,328")
    row(widget, "conv 3×3, 256", 2).get_by_role("button").click()
    expect(sum_).to_contain_text("weights: 256·128·3·3 + 256 = 295,168")
    expect(sum_).to_contain_text("MACs: 256·128·3·3 · 56·56 = 924,844,032")
    expect(sum_).to_contain_text("each output sees 24×24 pixels, 4 from those of its neighbour")


def test_pointing_shows_a_layer_and_leaves_again(open_widget):
    widget = open_widget(ArchitectureExplorer(network="LeNet-5", size=32))
    row(widget, "C3 and S4").hover()
    expect(widget.locator(".cb-sum")).to_contain_text("C3 and S4: 6×14×14 → 16×5×5")
    expect(strip(widget).locator(".cb-lit")).to_have_count(1)
    widget.locator(".cb-actions").hover()
    expect(widget.locator(".cb-sum")).to_contain_text("LeNet-5: 1×32×32 → 10×1×1")
    expect(strip(widget).locator(".cb-lit")).to_have_count(0)


def test_the_keys_walk_through_the_tree(open_widget):
    widget = open_widget(ArchitectureExplorer(network="ResNet-18"))
    keyboard, focused = widget.page.keyboard, widget.locator(".cb-parts button:focus")
    row(widget, "stem").get_by_role("button").focus()
    for key, name in (
        ("ArrowDown", "stage 1"),
        ("ArrowRight", "stage 1"),  # opens
        ("ArrowRight", "residual 1"),
        ("ArrowRight", "residual 1"),
        ("ArrowRight", "conv 3×3, 64"),
        ("ArrowLeft", "residual 1"),
        ("ArrowLeft", "residual 1"),  # closes
        ("ArrowLeft", "stage 1"),
        ("End", "head"),
        ("Home", "stem"),
    ):
        keyboard.press(key)
        expect(focused).to_contain_text(name)
    keyboard.press("Enter")
    expect(row(widget, "stem")).to_have_attribute("aria-selected", "true")
    expect(focused).to_contain_text("stem")


def test_buttons_walk_from_layer_to_layer_and_zoom(open_widget):
    widget = open_widget(ArchitectureExplorer(network="ResNet-50"))
    expect(action(widget, "Zoom in")).to_be_disabled()
    action(widget, "layer behind").click()
    expect(widget.locator(".cb-sum")).to_contain_text("conv 7×7, 64, stride 2 + batch norm + ReLU in stem")
    for _ in range(2):
        action(widget, "layer behind").click()
    expect(widget.locator(".cb-sum")).to_contain_text(
        "conv 1×1, 64 + batch norm + ReLU in stage 1, residual 1, branch 1"
    )
    action(widget, "layer before").click()
    expect(widget.locator(".cb-sum")).to_contain_text("pool 3×3, stride 2 in stem")
    row(widget, "stage 2").get_by_role("button").click()
    action(widget, "Zoom in").click()
    expect(strip(widget).locator(".cb-strip-labels")).to_contain_text("residual 3")
    lit = strip(widget).locator(".cb-lit")
    assert float(lit.get_attribute("width")) == pytest.approx(1000)
    action(widget, "Zoom out").click()
    expect(strip(widget).locator(".cb-strip-labels")).to_contain_text("stage 4")


def test_branches_and_skips_are_drawn(open_widget):
    widgets = [ArchitectureExplorer(network=name, measure="the same") for name in ("GoogLeNet", "ResNet-50", "VGG16")]
    counts = {}
    for widget, explorer in every_setting(open_widget, widgets):
        picture = strip(widget)
        counts[explorer.network] = [picture.locator(f".cb-{kind}").count() for kind in ("wire", "skip")]
    assert counts == {"GoogLeNet": [9 * 4, 0], "ResNet-50": [4 * 2, 12], "VGG16": [0, 0]}


def test_two_networks_stand_beside_each_other_on_one_scale(open_widget):
    widget = open_widget(ArchitectureExplorer(network="ResNet-18", other="ResNet-50"))
    wide = [
        sum(strip(widget, side).locator("rect.cb-bar").evaluate_all("all => all.map((one) => one.width.baseVal.value)"))
        for side in (0, 1)
    ]
    assert wide == pytest.approx([1000 * 11_689_512 / 25_557_032, 1000], abs=1)
    expect(widget.locator(".cb-architectures > .cb-note")).to_have_text(
        "ResNet-18 beside ResNet-50: 1/2.19 of the weights, 1/2.25 of the MACs, 1/4.56 of the memory for outputs."
    )
    action(widget, "ResNet-50").click()
    expect(row(widget, "stage 1").locator("td").nth(1)).to_have_text("215,808")
    menu(widget, "beside it").select_option("none")
    expect(strip(widget, 1)).to_be_hidden()
    expect(row(widget, "stage 1").locator("td").nth(1)).to_have_text("147,968")


def test_the_size_changes_what_it_changes_and_one_that_does_not_fit_is_refused(open_widget):
    widget = open_widget(ArchitectureExplorer(network="MobileNetV1"))
    slider = widget.get_by_role("slider", name="input size")
    slider.fill("128")
    at_128 = shapes.cost(NETWORKS["MobileNetV1"].layers, (3, 128, 128))
    expect(total(widget)).to_contain_text(f"4,231,976 weights, {round(at_128.macs / 1e6)}\u00a0M MACs")
    menu(widget, "network").select_option("VGG16")
    slider.fill("20")
    expect(widget.get_by_role("alert").filter(has_text="VGG16 cannot take 20×20 pixels")).to_be_visible()
    expect(slider).to_have_value("128")
    action(widget, "Undo").click()
    action(widget, "Undo").click()
    expect(slider).to_have_value("224")
    menu(widget, "network").select_option("LeNet-5")
    expect(slider).to_have_value("32")


def test_budgets_draw_a_line_and_say_what_is_left(open_widget):
    widget = open_widget(ArchitectureExplorer(network="MobileNetV1", weights_budget=5.0, macs_budget=500.0))
    lines = widget.locator(".cb-budget-line")
    expect(lines).to_have_text(
        ["4.23\u00a0M of 5\u00a0M weights: 768\u00a0k left", "569\u00a0M of 500\u00a0M MACs: 68.7\u00a0M too many"]
    )
    line = strip(widget).locator(".cb-budget")
    assert float(line.get_attribute("x1")) == pytest.approx(1000 / 1.02, abs=0.1)
    field = widget.get_by_role("textbox", name="budget of MACs, in millions")
    field.fill("600")
    field.press("Enter")
    expect(lines.nth(1)).to_contain_text("31.3\u00a0M left")
    field.fill("-3")
    field.press("Enter")
    expect(widget.get_by_role("alert").filter(has_text="A budget is at least 0")).to_be_visible()
    expect(field).to_have_value("600")


# ---- the reader's own ----------------------------------------------------------------------------------------------


def text(widget):
    return widget.get_by_role("textbox", name="layers of your own network")


def test_a_network_of_ones_own_is_typed_counted_and_told_what_is_wrong(open_widget):
    widget = open_widget(ArchitectureExplorer())
    action(widget, "Your own network").click()
    text(widget).fill("[Conv(8, 3), Pool(2), Linear(10)]")
    text(widget).press("Control+Enter")
    own = shapes.cost([shapes.Conv(8, 3), shapes.Pool(2), shapes.Linear(10)], (3, 224, 224))
    expect(total(widget)).to_contain_text(f"{own.parameters:,} weights")
    expect(menu(widget, "network")).to_have_value("your own")
    for wrong, words in (
        ("[Conv(8, 3)\n Pool(2)]", "Line 2 expects “,” or “]” (opened in line 1), but finds “Pool”"),
        ("[\nConvv(8, 3)]", "Line 2 has “Convv”, which is no layer. There are Conv,"),
        ("[Conv(8, size=3)]", "has a Conv with “size”; it takes out_channels, kernel_size"),
        ("[Conv(8)]", "has a Conv that needs kernel_size"),
        ("[Conv(8, 3), Conv(8, 300)]", "layer 2, a Conv, cannot take 8×222×222: kernel 300 is larger"),
        (
            "[Branches([[Conv(8, 3)], []])]",
            "where branches meet: stacks must end alike to add, got 8×222×222 and 3×224×224",
        ),
        ("[]", "A network has at least one layer"),
        ("", "expects a layer, a list or a number, but finds the end"),
        ("Conv(8, 3)", "A network is a list of layers"),
        ("[Conv(8, 3)] * 2000", "at most 1000 layers"),
        ("[Attention(4)]", "heads must divide the 3 channels, got 4"),
        ("[Conv(8, 3, groups=3)]", "groups must divide out_channels 8, got 3"),
        ("[Conv(8, 3) $]", "means nothing here"),
    ):
        text(widget).fill(wrong)
        action(widget, "Count it").click()
        expect(widget.locator(".cb-network-editor .cb-warning")).to_contain_text(words)
        expect(text(widget)).to_have_value(wrong)  # nothing that was typed is lost
        expect(total(widget)).to_contain_text(f"{own.parameters:,} weights")  # the last good state stays


REFUSED = ["[Conv(8)]", "[3]", "Conv(8, 3)", "[Conv(0, 3)]", "[Pool(2)] * 2.5", "[Conv(8, 3, padding='wide')]"]


def test_python_refuses_what_the_page_refuses(open_widget):
    widget = open_widget(ArchitectureExplorer())
    action(widget, "Your own network").click()
    for wrong in REFUSED:
        with pytest.raises(ValueError):
            shapes.summary(shapes.read_layers(wrong), (3, 9, 9))
        text(widget).fill(wrong)
        action(widget, "Count it").click()
        expect(widget.locator(".cb-network-editor .cb-warning")).to_be_visible()
        expect(total(widget)).to_contain_text("138,357,544 weights")


def test_what_was_typed_is_not_lost_to_a_start_from_another_network(open_widget):
    widget = open_widget(ArchitectureExplorer())
    action(widget, "Your own network").click()
    text(widget).fill("[Conv(8, 3), Linear(10)]")
    action(widget, "Start from VGG16").click()
    expect(total(widget)).to_contain_text("138,357,544 weights")
    action(widget, "Undo").click()
    expect(text(widget)).to_have_value("[Conv(8, 3), Linear(10)]")
    text(widget).fill("[Conv(8, 3")
    action(widget, "Start from VGG16").click()
    expect(widget.locator(".cb-network-editor .cb-warning")).to_contain_text("Press again to replace it")
    expect(text(widget)).to_have_value("[Conv(8, 3")
    action(widget, "Start from VGG16").click()
    expect(text(widget)).to_have_value(shapes.write_layers(NETWORKS["VGG16"].layers))


def test_one_starts_from_a_famous_network_which_stands_beside(open_widget):
    widget = open_widget(ArchitectureExplorer(network="LeNet-5", size=32))
    action(widget, "Your own network").click()
    action(widget, "Start from LeNet-5").click()
    expect(total(widget)).to_contain_text("61,706 weights")
    expect(total(widget, 1)).to_contain_text("61,706 weights")
    text(widget).fill(text(widget).input_value().replace("Linear(84)", "Linear(42)"))
    action(widget, "Count it").click()
    expect(total(widget)).to_contain_text(f"{61_706 - 42 * 121 - 42 * 10:,} weights")
    action(widget, "Undo").click()
    expect(text(widget)).to_have_value(shapes.write_layers(NETWORKS["LeNet-5"].layers))
    action(widget, "Reset").click()
    expect(menu(widget, "network")).to_have_value("LeNet-5")


# ---- predict -------------------------------------------------------------------------------------------------------


def test_it_asks_for_the_largest_layer_the_total_and_the_last_map(open_widget):
    widget = open_widget(ArchitectureExplorer(predict=True))
    said = widget.locator(".cb-feedback")
    assert "138" not in widget.locator(".cb-stage").inner_text()
    for wrong, hint, right in (
        ("stage 1, conv 3×3, 64, number 2 of 2", "That one takes most MACs", "head, linear, 4096, number 1 of 2"),
        ("15.5\u00a0G", "Those are the MACs", "138\u00a0M"),
    ):
        action(widget, wrong).first.click()
        expect(said).to_contain_text(hint)
        action(widget, right).first.click()
        expect(said).to_contain_text("Yes,")
        action(widget, "Next").click()
    expect(row(widget, "stage 5").locator("td").nth(0)).to_have_text("?")
    for answer, words in (("224", "That is the size of the input"), ("14", "One of the strides"), ("7", "Yes, 7")):
        widget.locator(".cb-predict input").fill(answer)
        action(widget, "Check").click()
        expect(said).to_contain_text(words)
    expect(total(widget)).to_contain_text("138,357,544")
    action(widget, "Next").click()
    expect(menu(widget, "example")).to_have_value("eight layers: AlexNet")


def test_there_is_something_to_ask_of_every_network(open_widget):
    for widget, _ in every_setting(
        open_widget, [ArchitectureExplorer(network=name, predict=True) for name in [*NETWORKS][::2]]
    ):
        names = widget.locator(".cb-options button").all_inner_texts()
        assert len(names) == len(set(names)) >= 3
        action(widget, "Show me").click()
        expect(widget.locator(".cb-feedback")).to_contain_text("It holds")


# ---- code, touch, axe ----------------------------------------------------------------------------------------------


def test_both_codes_count_the_same(open_widget, capsys, torch):
    sizes = {"GoogLeNet": 64, "EfficientNet-B0": 64, "ConvNeXt-T": 64, "ViT-B/16": 224}
    explorers = [ArchitectureExplorer(network=name, size=size) for name, size in sizes.items()]
    for widget, explorer in side_by_side(open_widget, explorers):
        exec(code_of(widget, "PyTorch"), {})
        printed = capsys.readouterr().out
        shape = explorer.table[-1].output_shape
        assert f"{explorer.total.parameters}\n" in printed, explorer.network
        assert f"torch.Size([1, {shape[0]}, 1, 1])" in printed, explorer.network
        exec(code_of(widget, "Python"), {})
        counted = f"{explorer.total.parameters} {explorer.total.macs}"
        assert counted in capsys.readouterr().out, explorer.network


def test_a_finger_opens_a_layer_and_sees_strip_and_sum_at_once(open_widget):
    widget = open_widget(ArchitectureExplorer(network="ResNet-50"), touch=True, width=360, height=780)
    picture = strip(widget).locator("svg")
    box = picture.bounding_box()
    widget.page.touchscreen.tap(box["x"] + box["width"] * 0.9, box["y"] + box["height"] - 40)
    expect(widget.locator(".cb-sum")).to_contain_text("in stage 4")
    top, sum_ = picture.bounding_box(), widget.locator(".cb-sum").bounding_box()
    assert sum_["y"] + sum_["height"] - top["y"] <= 780
    button = widget.locator(".cb-parts .cb-layer-name").first
    assert button.bounding_box()["height"] >= 44
    action(widget, "layer before").tap()
    expect(widget.locator(".cb-sum")).to_contain_text("conv 3×3, 512")


def test_axe_finds_nothing(open_widget, axe):
    compared = ArchitectureExplorer(other="ResNet-50", pinned=("network", 3), macs_budget=20.0)
    explorers = side_by_side(open_widget, [compared, ArchitectureExplorer(predict=True)])
    for widget, _ in explorers:
        action(widget, "Your own network").click()
    page = explorers[0][0].page
    assert {theme: axe(page) for theme in in_each_theme(page)} == {"light": [], "dark": []}
