"""BottleneckCounter in Python: its counts, where it stops paying, and its page."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError

from convbook import shapes
from convbook.widgets import BottleneckCounter

settings = {"channels": st.integers(1, 300), "reduced": st.integers(1, 400), "kernel": st.integers(1, 7)}


def test_the_numbers_of_the_chapter():
    counter = BottleneckCounter(channels=256, reduced=64, kernel=3, size=56)
    assert counter.direct.parameters == 589_824
    assert counter.bottleneck.parameters == 16_384 + 36_864 + 16_384 == 69_632
    assert counter.bottleneck.macs == 69_632 * 56 * 56
    assert round(counter.ratio, 2) == 8.47
    counter.reduced = 229
    assert counter.ratio > 1
    counter.reduced = 230
    assert counter.ratio < 1


@given(**settings)
def test_every_count_is_that_of_shapes(channels, reduced, kernel):
    counter = BottleneckCounter(channels=channels, reduced=reduced, kernel=kernel, size=5)
    three = [(channels, reduced, 1), (reduced, reduced, kernel), (reduced, channels, 1)]
    assert counter.bottleneck.parameters == sum(shapes.conv_parameters(*one, bias=False) for one in three)
    assert counter.bottleneck.macs == sum(shapes.conv_macs(25, *one) for one in three)
    assert counter.direct.parameters == shapes.conv_parameters(channels, channels, kernel, bias=False)


@given(**settings)
def test_it_pays_up_to_a_last_channel_next_to_the_break_even(channels, reduced, kernel):
    counter = BottleneckCounter(channels=channels, reduced=reduced, kernel=kernel)
    last = counter.largest_that_pays
    assert last < counter.break_even + 1e-9
    assert counter.break_even <= last + 1 + 1e-9
    for inside, pays in ((last, True), (last + 1, False)):
        if inside:
            counter.reduced = inside
            assert (counter.ratio > 1) == pays


def test_pytorch_counts_the_same(torch):
    counter = BottleneckCounter(channels=12, reduced=5, kernel=3)
    net = [
        torch.nn.Conv2d(12, 5, 1, bias=False),
        torch.nn.Conv2d(5, 5, 3, padding=1, bias=False),
        torch.nn.Conv2d(5, 12, 1, bias=False),
    ]
    assert counter.bottleneck.parameters == sum(layer.weight.numel() for layer in net)


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"channels": 0}, "channels must be a whole number from 1 to 2048; got 0"),
        ({"reduced": 2.5}, "reduced must be a whole number from 1 to 2048; got 2.5"),
        ({"kernel": 8}, "kernel must be a whole number from 1 to 7; got 8"),
        ({"size": 600}, "size must be a whole number from 1 to 512; got 600"),
        ({"pinned": ("middle",)}, "pinned must be"),
        ({"pinned": ("reduce", 0)}, "pinned must be"),
        ({"examples": {"x": {"groups": 2}}}, r"examples\['x'\] may set channels"),
    ],
)
def test_what_does_not_fit_is_named(traits, words):
    with pytest.raises(TraitError, match=words):
        BottleneckCounter(**traits)


def test_picture_and_words_say_nothing_that_is_to_be_predicted():
    counter = BottleneckCounter()
    assert "69,632" in counter.static_svg()
    assert "69,632 weights, 218,365,952 multiply-accumulates" in counter.description()
    counter.predict = True
    assert "69,632" not in counter.static_svg() + counter.description()
    assert json.dumps(counter.page_state())
    assert repr(counter) == "BottleneckCounter(256 → 64 → 64 → 256, 3×3, 56×56 maps)"
