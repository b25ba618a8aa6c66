"""KernelWall in Python: its traits, its numbers and its page."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets import TraitError

from convbook import shapes
from convbook.widgets import KernelWall
from convbook.widgets.kernel_wall import EXAMPLES, SETTINGS

LARGE = {"in_channels": 128, "out_channels": 256}


def test_the_numbers_of_the_chapter():
    assert KernelWall(**LARGE).weights == 294_912
    assert KernelWall(**LARGE, bias=True).parameters == 295_168
    separable = KernelWall(**LARGE, separable=True)
    assert separable.weight_shapes == [(128, 1, 3, 3), (256, 128, 1, 1)]
    assert separable.weights == separable.parameters == 1_152 + 32_768 == 33_920
    separable.bias = True
    assert (separable.weights, separable.parameters) == (33_920, 34_304)  # 34,048 would count one of the two biases
    assert separable.standard.parameters / separable.parameters == pytest.approx(8.60, abs=0.005)


@pytest.mark.parametrize(
    "traits, shape, weights",
    [
        ({}, (8, 8, 3, 3), 576),
        ({"groups": 2}, (8, 4, 3, 3), 288),
        ({"groups": 8}, (8, 1, 3, 3), 72),
        ({"in_channels": 6, "out_channels": 12, "groups": 6, "kernel": 5}, (12, 1, 5, 5), 300),
    ],
)
def test_more_groups_make_filters_that_are_less_deep(traits, shape, weights):
    wall = KernelWall(**traits)
    assert wall.weight_shapes == [shape]
    assert wall.weights == weights
    assert wall.macs == weights * 14 * 14


def test_a_multiplier_makes_more_maps_between_depthwise_and_pointwise():
    wall = KernelWall(in_channels=4, out_channels=10, separable=True, multiplier=3)
    assert wall.weight_shapes == [(12, 1, 3, 3), (10, 12, 1, 1)]
    assert wall.channels == [4, 12, 10]


@st.composite
def walls(draw):
    groups = draw(st.sampled_from([1, 2, 3, 4]))
    return {
        "in_channels": groups * draw(st.integers(1, 4)),
        "out_channels": groups * draw(st.integers(1, 4)),
        "groups": groups,
        "kernel": draw(st.integers(1, 4)),
        "size": draw(st.integers(1, 6)),
        **{name: draw(st.booleans()) for name in ("separable", "stacked", "shuffle", "bias")},
        "multiplier": draw(st.integers(1, 3)),
    }


@settings(max_examples=40)
@given(walls())
@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_pytorch_has_the_same_shapes_and_lets_the_same_inputs_through(torch, traits):
    wall = KernelWall(**traits, examples={})
    net = _pytorch(torch.nn, wall)
    kept = [tuple(module.weight.shape) for module in net if isinstance(module, torch.nn.Conv2d)]
    assert kept == wall.weight_shapes
    assert sum(p.numel() for p in net.parameters()) == wall.parameters
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.fill_(1)
    x = torch.zeros(1, wall.in_channels, 3, 3, requires_grad=True)
    for output in {0, wall.out_channels - 1}:
        (gradient,) = torch.autograd.grad(net(x)[0, output].sum(), x)
        assert gradient[0].sum(dim=(1, 2)).nonzero().flatten().tolist() == wall.inputs_of(output)


def _pytorch(nn, wall):
    bias = {"bias": wall.bias}
    if wall.separable:
        between = wall.in_channels * wall.multiplier
        depthwise = nn.Conv2d(wall.in_channels, between, wall.kernel, padding="same", groups=wall.in_channels, **bias)
        return nn.Sequential(depthwise, nn.Conv2d(between, wall.out_channels, 1, **bias))
    modules = [nn.Conv2d(wall.in_channels, wall.out_channels, wall.kernel, padding="same", groups=wall.groups, **bias)]
    if wall.stacked:
        modules += [nn.ChannelShuffle(wall.groups)] if wall.shuffle else []
        outputs = wall.out_channels
        modules.append(nn.Conv2d(outputs, outputs, wall.kernel, padding="same", groups=wall.groups, **bias))
    return nn.Sequential(*modules)


@given(walls())
def test_costs_are_those_of_the_package(traits):
    wall = KernelWall(**traits, examples={})
    positions, before = traits["size"] ** 2, wall.channels[:-1]
    counted = [
        shapes.conv_macs(positions, channels, layer.out_channels, layer.kernel_size, layer.groups)
        for channels, layer in zip(before, wall.layers, strict=True)
    ]
    assert wall.macs == sum(counted) == positions * wall.weights
    assert wall.parameters == wall.weights + traits["bias"] * sum(wall.channels[1:])


def test_groups_never_talk_until_they_are_shuffled():
    apart = KernelWall(groups=2, stacked=True)
    assert apart.inputs_of(0) == [0, 1, 2, 3]
    assert apart.inputs_of(7) == [4, 5, 6, 7]
    dealt = KernelWall(groups=2, stacked=True, shuffle=True)
    assert dealt.order == [0, 4, 1, 5, 2, 6, 3, 7]
    assert dealt.inputs_of(0) == dealt.inputs_of(7) == list(range(8))
    few = KernelWall(groups=4, stacked=True, shuffle=True)  # two channels a group hear of two groups
    assert few.inputs_of(0) == [0, 1, 2, 3]
    assert KernelWall(groups=8, stacked=True, shuffle=True).inputs_of(3) == [3]


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"groups": 3}, "groups must divide in_channels 8, got 3"),
        ({"in_channels": 9, "groups": 3}, "groups must divide out_channels 8, got 3"),
        ({"in_channels": 0}, "in_channels must be a whole number from 1 to 1024; got 0"),
        ({"kernel": 8}, "kernel must be a whole number from 1 to 7; got 8"),
        ({"in_channels": 512, "multiplier": 3}, "multiplier 3 makes more than 1024 channels of in_channels 512"),
        ({"separable": 1}, "separable must be True or False; got 1"),
        ({"pinned": ("tile", 0, 0)}, r"pinned must be \(\) or a role of .*got \('tile', 0, 0\)"),
        ({"examples": {"odd": {"groups": 3}}}, r"examples\['odd'\]: groups must divide in_channels 8, got 3"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        KernelWall(**traits)


def test_channels_and_groups_change_together():
    wall = KernelWall(groups=8)
    with pytest.raises(TraitError):
        wall.in_channels = 12
    assert wall.in_channels == 8
    with wall.hold_trait_notifications():
        wall.in_channels = wall.out_channels = wall.groups = 12
    assert wall.weight_shapes == [(12, 1, 3, 3)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_complete_and_gives_no_number_away(name):
    settings = KernelWall().examples[name]
    assert set(settings) == set(SETTINGS)
    assert not re.search(r"\d", name)
    assert KernelWall(**settings).weights >= 1


def test_the_first_state_has_a_name():
    wall = KernelWall()
    assert {name: getattr(wall, name) for name in SETTINGS} in list(wall.examples.values())


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    html = KernelWall(groups=4).page_html("KernelWall-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["groups"] == 4
    alt = (
        "8 input channels, 8 output channels, 4 groups 3×3: weight (8, 2, 3, 3), 144 weights, "
        "28,224 multiply-accumulates."
    )
    assert f'alt="{alt}"' in html
    assert html == KernelWall(groups=4).page_html("KernelWall-1")


def test_the_static_picture_has_a_tile_for_each_pair_that_is_joined():
    def tiles(**traits):
        return KernelWall(**traits).static_svg().count('opacity=".6"')

    assert [tiles(groups=groups) for groups in (1, 2, 4, 8)] == [64, 32, 16, 8]
    assert tiles(separable=True) == 8 + 64
    assert tiles(**LARGE, groups=4) == 4  # a block for each group


def test_a_prediction_is_not_given_away_by_the_words():
    words = KernelWall(groups=4, predict=True).description()
    assert "144" not in words
    assert words.endswith("What shape has the weight?")


def test_arrays_of_numpy_are_no_channels():
    assert KernelWall(in_channels=np.int64(4)).in_channels == 4
