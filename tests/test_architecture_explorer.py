"""ArchitectureExplorer in Python: its networks, the reader's own, what does not fit, and its page."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from traitlets import TraitError

from convbook import shapes
from convbook.architectures import NETWORKS
from convbook.widgets import ArchitectureExplorer
from convbook.widgets.architecture_explorer import EXAMPLES, NAMES


def test_it_counts_what_shapes_count():
    explorer = ArchitectureExplorer(network="MobileNetV2", other="LeNet-5", size=160)
    assert explorer.total == shapes.cost(NETWORKS["MobileNetV2"].layers, (3, 160, 160))
    assert explorer.other_total == shapes.cost(NETWORKS["LeNet-5"].layers, (1, 160, 160))
    assert explorer.input_shape == (3, 160, 160)
    assert [step.layer.name for step in explorer.table][:2] == ["stem", "stage 1"]


def test_every_network_can_be_chosen_and_the_page_gets_the_descriptions_of_python():
    assert (*NETWORKS, "your own") == NAMES
    sent = ArchitectureExplorer().page_state()["networks"]
    assert {name: shapes.read_layers(one["layers"]) for name, one in sent.items()} == {
        name: network.layers for name, network in NETWORKS.items()
    }
    assert {(one["channels"], one["size"], one["size"]) for one in sent.values()} == {
        network.input_shape for network in NETWORKS.values()
    }
    assert len(json.dumps(sent)) < 40_000


def test_the_readers_own_network_is_a_list_or_a_text():
    layers = [shapes.Conv(8, 3, padding=1), shapes.Block("head", [shapes.AdaptivePool(), shapes.Linear(5)])]
    explorer = ArchitectureExplorer(network="your own", own=layers, own_channels=2, size=20)
    assert explorer.layers == layers
    assert explorer.total.parameters == 8 * 19 + 5 * 9
    explorer.own = "[Linear(3)]"
    assert explorer.total.parameters == 3 * 801
    explorer.other = "your own"
    assert explorer.other_total == explorer.total


WRONG = [
    ({"network": "ResNet"}, "network must be one of 'LeNet-5'"),
    ({"size": 7}, "size must be a whole number from 8 to 1024; got 7"),
    ({"size": 20}, "VGG16 cannot take 20×20 pixels: layer 5"),
    ({"other": "AlexNet", "size": 60}, "AlexNet cannot take 60×60 pixels"),
    ({"own": "[Conv(8)]"}, "own: text, line 1: Conv needs kernel_size"),
    ({"own": []}, "own must be a list of at least one layer"),
    ({"own": [3]}, "own: layers must hold layers"),
    ({"own": "[Activation()] * 1001"}, "own must be a list of at most 1000 layers"),
    ({"own": [shapes.Conv(8, 600)], "network": "your own"}, "your own cannot take 224×224 pixels"),
    ({"weights_budget": -1.0}, "weights_budget must be at least 0, got -1"),
    ({"macs_budget": float("nan")}, "macs_budget must be a finite number"),
    ({"measure": "time"}, "measure must be one of"),
    ({"pinned": ("layer", 1)}, "pinned must be"),
    ({"examples": {"x": {"own": "[Linear(3)]"}}}, r"examples\['x'\] may set network, other, size, measure"),
]


@pytest.mark.parametrize("traits, words", WRONG)
def test_what_does_not_fit_is_named(traits, words):
    with pytest.raises(TraitError, match=words):
        ArchitectureExplorer(**traits)


def test_a_refused_change_leaves_the_last_good_state():
    explorer = ArchitectureExplorer()
    for trait, value in (("size", 9), ("own", "[Conv("), ("networks", {})):
        before = getattr(explorer, trait)
        with pytest.raises(TraitError):
            setattr(explorer, trait, value)
        assert getattr(explorer, trait) == before


def curves_in(svg):
    """Return the heights, in px from the upper edge, of resolution and field over each part; the area closes below."""
    sides, fields = re.findall(r'<path style[^>]* d="([^"]+)"', svg)
    return [[float(height) for height in re.findall(r"V([\d.]+)", path)] for path in (sides, fields)]


def test_the_picture_shows_how_the_resolution_falls_and_what_an_output_sees_grows():
    *sides, ground = curves_in(ArchitectureExplorer().static_svg())[0]
    falls = np.diff(sides)
    assert falls[:4] == pytest.approx(falls[0], abs=0.1)  # 112, 56, 28, 14, 7: halved each time
    assert falls[4] == pytest.approx(falls[0] * np.log2(7), rel=0.02)  # and 1
    assert falls[0] > 0
    assert ground > max(sides)
    fields = curves_in(ArchitectureExplorer().static_svg())[1]
    assert fields == sorted(fields, reverse=True)
    assert 5 <= len(set(fields)) <= len(fields) == len(sides)
    assert "<path style" not in ArchitectureExplorer(predict=True).static_svg()


@pytest.mark.parametrize("network", NETWORKS)
def test_the_numbers_of_the_picture_are_large_and_have_room(network):
    svg = ArchitectureExplorer(network=network).static_svg()
    width = float(re.search(r'width="(\d+)"', svg)[1])
    rows = {}
    cell = r'<text(?: class="\w+")?(?: x="(\d+)")? y="(\d+)" font-size="(\d+)"[^>]*>([^<]+)<'
    for at, top, size, text in re.findall(cell, svg):
        assert 360 / width * int(size) > 7  # px, on an e-reader that is as wide as a hand
        wide = 0.6 * int(size) * len(text)  # of a wide sans serif
        rows.setdefault(top, []).append((float(at) - wide, float(at)) if at else (0, wide))
    for row in rows.values():
        assert all(end < begin for (_, end), (begin, _) in pairwise(row))
        assert row[-1][1] <= width


def test_picture_and_words_say_nothing_that_is_to_be_predicted():
    explorer = ArchitectureExplorer(other="ResNet-18")
    assert "VGG16: 138,357,544 weights, 15,470,264,320 multiply-accumulates" in explorer.description()
    assert "ResNet-18: 11,689,512 weights" in explorer.description()
    assert all(f">{cell}<" in explorer.static_svg() for cell in ("stage 5: 512×7×7", "7,079,424", "627,200"))
    explorer.predict = True
    assert not [digits for digits in ("138,357,544", "11,689,512", "7,079,424") if digits in explorer.static_svg()]
    assert "138" not in explorer.description()
    assert json.dumps(explorer.page_state())
    assert repr(explorer) == "ArchitectureExplorer(VGG16 beside ResNet-18, 224×224, 138,357,544 weights)"


def test_no_example_gives_a_number_away():
    numbers = [f"{shapes.cost(network.layers, network.input_shape).parameters:,}" for network in NETWORKS.values()]
    assert not [name for name in EXAMPLES if any(number in name for number in numbers)]
