"""ChannelSum in Python: its traits, its numbers and its page."""

import json
import re

import numpy as np
import pytest
from scipy.signal import correlate2d
from traitlets import TraitError

from convbook.widgets import ChannelSum
from convbook.widgets.channel_sum import FILTERS, PICTURES, painted

rng = np.random.default_rng(0)
PIXEL = {  # the pixel that chapter 1 works by hand: red 3, green 1, blue 2, seen by two filters of one weight a channel
    "input": [[[3]], [[1]], [[2]]],
    "weight": [[[[1]], [[0]], [[-1]]], [[[2]], [[1]], [[0]]]],
    "bias": [0, 5],
}


def test_the_hand_worked_numbers():
    widget = ChannelSum(**PIXEL)
    np.testing.assert_array_equal(widget.per_channel[:, :, 0, 0], [[3, 0, -2], [6, 1, 0]])
    np.testing.assert_array_equal(widget.output, [[[1]], [[12]]])


def test_scipy_agrees():
    x, w, b = rng.normal(size=(4, 7, 5)), rng.normal(size=(3, 4, 2, 3)), rng.normal(size=3)
    widget = ChannelSum(input=x, weight=w, bias=b)
    alone = [[correlate2d(channel, kernel, mode="valid") for channel, kernel in zip(x, f, strict=True)] for f in w]
    np.testing.assert_allclose(widget.per_channel, alone)
    np.testing.assert_allclose(widget.output, np.sum(alone, axis=1) + b[:, None, None])


def test_relu_silences_what_is_negative():
    widget = ChannelSum(relu=True)
    assert (widget.pre_activation < 0).any()
    np.testing.assert_array_equal(widget.output, np.maximum(widget.pre_activation, 0))


def test_filters_without_a_bias_have_none():
    assert ChannelSum(weight=np.ones((3, 3, 2, 2))).bias == [0, 0, 0]
    assert ChannelSum().bias == [2, -1]


def test_the_two_edge_filters_see_what_the_other_is_blind_to():
    red_beside_blue, white_beside_black = PICTURES["red | blue"], PICTURES["white | black"]
    pair = [FILTERS["brightness edge"], FILTERS["red − blue edge"]]
    brightness, colour = ChannelSum(input=red_beside_blue, weight=pair).output
    assert not brightness.any()
    assert colour.any()
    brightness, colour = ChannelSum(input=white_beside_black, weight=pair).output
    assert brightness.any()
    assert not colour.any()


def test_grey_is_the_mean_of_the_channels():
    widget = ChannelSum(weight=[FILTERS["grey"]])
    np.testing.assert_allclose(widget.output[0], np.mean(widget.input, axis=0)[1:-1, 1:-1])


def test_letters_paint_channels():
    np.testing.assert_array_equal(painted("ky", "sw")[:, 0], [[0, 2], [0, 2], [0, 0]])
    np.testing.assert_array_equal(painted("ky", "sw")[:, 1], [[0, 2], [1, 2], [2, 2]])


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"input": np.ones((2, 5, 5))}, "weight expects 3 input channels, input has 2"),
        ({"weight": np.ones((2, 1, 3, 3))}, "weight expects 1 input channels, input has 3"),
        ({"input": np.ones((3, 2, 5))}, r"kernel \(3, 3\) is larger than the input \(2, 5\)"),
        ({"bias": [1, 2, 3]}, "bias must have one number for each of the 2 filters of weight; got 3"),
        ({"input": np.ones((5, 5))}, r"input must be a 3-D array.*1 to \(4, 8, 8\) along its axes; got shape \(5, 5\)"),
        ({"input": np.ones((3, 9, 5))}, r"input must be .*\(4, 8, 8\).*got shape \(3, 9, 5\)"),
        ({"weight": np.ones((4, 3, 3, 3))}, r"weight must be .*\(3, 4, 5, 5\).*got shape \(4, 3, 3, 3\)"),
        ({"weight": "sobel"}, "weight must be a 4-D array of finite numbers.*got 'sobel'"),
        ({"bias": [0, np.inf]}, "bias must be .*got inf in it"),
        ({"filter": 3}, "filter must be a whole number from 0 to 2; got 3"),
        ({"filter": -1}, "filter must be a whole number from 0 to 2; got -1"),
        ({"pinned": ("output", 1, 1)}, r"pinned must be .*'output' with 3.*got \('output', 1, 1\)"),
        ({"pinned": ("kernel", 0, 0, 0, 0)}, "pinned must be .*'weight' with 4"),
        ({"pinned": ("bias", -1)}, "pinned must be .*indices from 0"),
        ({"presets": {"flat": [[1, 2]]}}, r"presets\['flat'\] must be a 3-D array"),
        ({"step": 0}, "step"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        ChannelSum(**traits)


def test_a_refused_input_leaves_the_last_one():
    widget = ChannelSum()
    house = widget.input
    with pytest.raises(TraitError, match="weight expects 3 input channels, input has 1"):
        widget.input = np.ones((1, 5, 5))
    assert widget.input == house


def test_several_arrays_can_change_together():
    widget = ChannelSum()
    with widget.hold_trait_notifications():
        widget.input, widget.weight, widget.bias = PIXEL.values()
    np.testing.assert_array_equal(widget.output, [[[1]], [[12]]])


def test_python_hears_a_change():
    heard = []
    widget = ChannelSum()
    widget.observe(lambda change: heard.append(change["new"]), "bias")
    widget.bias = [0, 7]
    assert heard == [[0.0, 7.0]]


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    html = ChannelSum(**PIXEL).page_html("ChannelSum-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["weight"] == PIXEL["weight"]
    assert 'alt="3×1×1 input, 2×3×1×1 weights with bias 0, 5. Output channel 0, row by row: 1. ' in html
    assert "Output channel 1, row by row: 12." in html
    assert html == ChannelSum(**PIXEL).page_html("ChannelSum-1")
    assert repr(ChannelSum()) == "ChannelSum(3×5×5 input, 2×3×3×3 weight)"


@pytest.mark.parametrize(
    "pinned, filter, frames",
    [
        (("output", 1, 0, 2), 1, 9 * 3 + 3 + 1),
        (("partial", 0, 2, 0, 0), 0, 31),
        (("weight", 1, 0, 0, 0), 1, 0),
        ((), 0, 0),
    ],
)
def test_the_static_picture_shows_the_pinned_filter_and_its_windows(pinned, filter, frames):
    svg = ChannelSum(pinned=pinned).static_svg()
    assert svg.count('<rect class="frame"') == frames
    assert [f"filter {filter}, {name}" in svg for name in "RGB"] == [True] * 3
    assert f"filter {1 - filter}" not in svg
    assert f"bias {filter}" in svg
    assert svg.count("output 0") == svg.count("output 1") == 1
