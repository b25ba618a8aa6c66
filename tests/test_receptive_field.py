"""ReceptiveField in Python: its traits, its numbers and its page."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from traitlets import TraitError

from convbook import shapes
from convbook.widgets import ReceptiveField
from convbook.widgets.receptive_field import EXAMPLES, conv, pool, residual

PUBLISHED = {  # the field and the jump of the last map
    "three 3×3": (7, 1),
    "two 3×3, stride 2": (7, 4),
    "ten 3×3": (21, 1),
    "dilations 1, 2, 4, 8": (31, 1),
    "dilations 2, 2, 2: blind spots": (13, 1),
    "a residual block": (5, 1),
    "LeNet-5": (32, 4),
    "AlexNet": (195, 32),
    "VGG16": (212, 32),
    "ResNet-18": (435, 32),
}


def example(name, **traits):
    return ReceptiveField(**EXAMPLES[name], **traits)


# ---- theory --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_sees_what_is_published(name):
    field = example(name).receptive_field
    assert (field.size, field.jump) == PUBLISHED[name]
    assert field == example(name).table[-1].field  # the rows one by one, and the whole stack


def test_a_stack_worked_by_hand():
    shown = ReceptiveField(layers=[conv(3, stride=2, padding=1), pool(), conv(3, padding=1)], size=16)
    assert [(row.size, row.field.size, row.field.jump, row.field.first) for row in shown.table] == [
        (8, 3, 2, -1),
        (4, 5, 4, -1),
        (4, 13, 4, -5),
    ]


def test_the_box_moves_by_the_jump_and_reaches_over_the_edge():
    shown = example("VGG16", pinned=("output", 0, 1))
    assert shown.box == ((-90, 121), (-58, 153))


def test_resnet18_has_its_skips():
    blocks = [layer for layer in example("ResNet-18").stack if isinstance(layer, shapes.Branches)]
    assert [len(block.stacks[1]) for block in blocks] == [0, 0, 1, 0, 1, 0, 1, 0]  # three take a stride
    assert [row["kind"] for row in EXAMPLES["ResNet-18"]["layers"]].count("conv") == 17


def test_without_a_pin_the_unit_in_the_middle_is_looked_at():
    assert example("VGG16").unit == (3, 3)
    assert example("VGG16", pinned=("output", 6, 9)).unit == (3, 3)  # there is no unit 9
    assert example("VGG16", pinned=("output", 6, 0)).unit == (6, 0)


# ---- truth ---------------------------------------------------------------------------------------------------------


def units(shown):
    side = shown.output_size
    return {(0, 0), (side // 2, side // 2), (side - 1, side // 3)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_gradient_reaches_from_edge_to_edge_of_the_box(name):
    shown = example(name)
    for unit in units(shown):
        shown.pinned = ("output", *unit)
        rows, columns = np.nonzero(shown.gradient)
        within = [(max(first, 0), min(last, shown.size - 1)) for first, last in shown.box]
        assert within == [(rows.min(), rows.max()), (columns.min(), columns.max())]


def test_dilations_without_a_one_have_blind_spots():
    shown = example("dilations 2, 2, 2: blind spots")
    assert np.flatnonzero(shown.gradient.sum(axis=0)).tolist() == [9, 11, 13, 15, 17, 19, 21]
    assert np.count_nonzero(example("dilations 1, 2, 4, 8").gradient) == 31 * 31


def test_ten_layers_of_three_keep_97_percent_within_five_pixels():
    shown = example("ten 3×3")
    weight = shown.gradient.sum(axis=0)
    assert shown.effective == ((15, 25), (15, 25))
    assert weight[15:26].sum() / weight.sum() == pytest.approx(0.97, abs=5e-4)


def test_a_skip_adds_the_direct_path():
    plain, skipped = (ReceptiveField(layers=rows, size=9) for rows in ([conv(padding=1)], residual(conv(padding=1))))
    direct = np.zeros((9, 9))
    direct[4, 4] = 1
    np.testing.assert_allclose(skipped.gradient, plain.gradient + direct)


def by_pytorch(torch, shown):
    """Return the last map and the gradient of the unit, every layer averaging."""
    x = torch.zeros(1, 1, shown.size, shown.size, dtype=torch.float64, requires_grad=True)
    y, kept = x, []
    for row, (_, _, field) in zip(shown.layers, shown.table, strict=True):
        if row["kind"] == "skip":
            kept.append((y, field.jump))
        elif row["kind"] == "add":
            start, jump = kept.pop()
            stride = field.jump // jump
            y = y + torch.nn.functional.conv2d(start, torch.ones(1, 1, 1, 1, dtype=torch.float64), stride=stride)
        else:
            _, kernel, stride, padding, dilation = row.values()
            mean = torch.full((1, 1, kernel, kernel), kernel**-2, dtype=torch.float64)
            y = torch.nn.functional.conv2d(y, mean, stride=stride, padding=padding, dilation=dilation)
    return y, torch.autograd.grad(y[(0, 0, *shown.unit)], x)[0][0, 0].numpy()


@pytest.mark.parametrize("name", EXAMPLES)
def test_pytorch_has_the_same_gradient(torch, name):
    shown = example(name)
    y, gradient = by_pytorch(torch, shown)
    assert y.shape[-1] == shown.output_size
    np.testing.assert_allclose(shown.gradient, gradient, rtol=1e-9, atol=1e-15)


small, stride, kind = st.integers(1, 4), st.integers(1, 3), st.sampled_from(["max_pool", "avg_pool"])
layer = st.builds(conv, small, stride, st.integers(0, 3), st.integers(1, 3))
pooling = st.builds(pool, st.integers(2, 3), stride, st.integers(0, 1), kind)
centred = st.builds(lambda n, stride, d: conv(2 * n + 1, stride, n * d, d), st.integers(0, 2), stride, small)
block = st.lists(centred, max_size=3).map(lambda rows: residual(*rows))
nested = st.tuples(block, st.lists(centred, max_size=1)).map(lambda parts: residual(*parts[0], *parts[1]))
stacks = st.lists(st.lists(layer | pooling, max_size=2) | block | nested, min_size=1, max_size=3)


@given(stacks.map(lambda parts: [row for part in parts for row in part]), st.integers(1, 24), st.data())
def test_pytorch_agrees_for_any_stack(torch, rows, size, data):
    try:
        shown = ReceptiveField(layers=rows, size=size, examples={})
    except TraitError:
        assume(False)
    unit = st.integers(0, shown.output_size - 1)
    shown.pinned = ("output", data.draw(unit), data.draw(unit))
    y, gradient = by_pytorch(torch, shown)
    assert y.shape[-1] == shown.output_size
    np.testing.assert_allclose(shown.gradient, gradient, rtol=1e-9, atol=1e-15)


# ---- traits --------------------------------------------------------------------------------------------------------


def test_what_a_row_leaves_out_is_its_default():
    assert ReceptiveField(layers=[{}, {"kind": "max_pool", "kernel": 3}]).layers == [conv(3), pool(3, 3)]


@pytest.mark.parametrize(
    "layers, words",
    [
        ([], "layers must be a list of 1 to 48 layers; got 0 of them"),
        (16, "layers must be a list of 1 to 48 layers; got 16"),
        ([{}] * 49, "got 49 of them"),
        ([3], r"layers\[0\] must be a dict whose \"kind\" is one of 'conv'.*got 3"),
        ([{}, {"kind": "pool"}], r"layers\[1\] must be a dict .*got \{'kind': 'pool'\}"),
        ([{"size": 3}], r"layers\[0\], a conv, may set kernel, stride, padding, dilation; got 'size'"),
        ([{"kind": "skip", "kernel": 3}, {"kind": "add"}], r"layers\[0\], a skip, may set nothing more; got 'kernel'"),
        ([{"stride": 0}], r"layers\[0\]: stride must be a whole number from 1 to 8, got 0"),
        ([{"kernel": 2.5}], r"layers\[0\]: kernel must be a whole number from 1 to 16, got 2.5"),
        ([{}, {"kernel": 14}], r"layers\[1\], conv 14×14: kernel 14 is larger than the padded input 13"),
        ([{"kind": "max_pool", "padding": 2}], r"layers\[0\], max pool .*padding must be at most half of the kernel"),
        ([{"kind": "skip"}, {}], 'layers must have an "add" for every "skip"; 1 skip never ends'),
        ([{"kind": "add"}, {}], r'layers\[0\], skip is added: there must be a "skip" before it'),
        (residual({}), r"layers\[2\], skip is added: stacks must end alike to add, got shapes"),
    ],
)
def test_wrong_layers_say_what_would_fit(layers, words):
    with pytest.raises(TraitError, match=words):
        ReceptiveField(layers=layers)


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"size": 513}, "size must be a whole number from 1 to 512; got 513"),
        ({"size": 2, "layers": [{"kernel": 3}]}, "kernel 3 is larger than the padded input 2"),
        ({"picture": "dog"}, "picture must be one of .*'camera'.*; got 'dog'"),
        ({"pinned": ("output", 1)}, r"pinned must be \(\) or a role of .*got \('output', 1\)"),
        ({"examples": {"odd": {"size": 0}}}, r"examples\['odd'\]"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        ReceptiveField(**traits)


def test_a_refused_stack_leaves_the_last_one():
    shown = ReceptiveField()
    with pytest.raises(TraitError):
        shown.layers = [{"kernel": 16}]
    assert shown.layers == EXAMPLES["three 3×3"]["layers"]


def test_every_example_is_a_state_to_show():
    for settings in ReceptiveField().examples.values():
        assert ReceptiveField(**settings).output_size >= 1


# ---- the page ------------------------------------------------------------------------------------------------------


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    shown = ReceptiveField()
    html = shown.page_html("ReceptiveField-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["layers"] == shown.layers
    assert (
        'alt="3 times conv 3×3, padding 1. 15×15 pixels become 15×15 units. Each sees 7×7 pixels, 1 from those of its'
        " neighbour. Unit (7, 7) sees rows 4 to 10 and columns 4 to 10; its gradient reaches 49 pixels of the picture."
        '"' in html
    )
    assert html == ReceptiveField().page_html("ReceptiveField-1")
    assert repr(shown) == "ReceptiveField(15 → 15, 3 rows; sees 7, jump 1)"


def test_the_static_picture_draws_the_box_and_hatches_what_is_padding():
    assert 'class="pad"' not in ReceptiveField().static_svg()  # all of the box lies in the picture
    corner = ReceptiveField(pinned=("output", 0, 0)).static_svg()
    assert corner.count('class="pad"') == corner.count('class="frame"') == 1


@pytest.mark.parametrize("settings", ReceptiveField().examples.values(), ids=list(ReceptiveField().examples))
def test_the_numbers_of_the_picture_are_large_and_have_room(settings):
    svg = ReceptiveField(**settings).static_svg()
    width, rows = float(re.search(r'width="(\d+)"', svg)[1]), {}
    cell = r'<text(?: class="\w+")?(?: x="(\d+)")? y="(\d+)" font-size="(\d+)"[^>]*>([^<]+)<'
    for at, top, size, text in re.findall(cell, svg):
        assert 360 / width * int(size) > 7  # px, on an e-reader that is as wide as a hand
        wide = 0.6 * int(size) * len(text)  # of a wide sans serif
        rows.setdefault(top, []).append((float(at) - wide, float(at)) if at else (0, wide))
    assert len(rows) > 3
    for row in rows.values():
        assert all(end < begin for (_, end), (begin, _) in pairwise(row))


def test_a_prediction_is_not_given_away_by_the_picture():
    shown = ReceptiveField(predict=True)
    assert shown.description().endswith("How many pixels does one unit see along each axis?")
    assert 'class="frame"' not in shown.static_svg()
    assert ">7<" not in shown.static_svg()
