"""StrideRuler in Python: its traits, its numbers and its page."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError

from convbook.widgets import StrideRuler
from convbook.widgets.stride_ruler import EXAMPLES, SETTINGS


def test_seven_pixels_become_three_windows():
    ruler = StrideRuler(size=7, kernel=3, stride=2)
    assert ruler.windows() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert ruler.sizes == [7, 3]
    assert ruler.dropped == [0]


def test_padding_has_places_below_zero_and_the_floor_drops_the_end():
    ruler = StrideRuler(size=8, kernel=3, stride=2, padding=1)
    assert ruler.windows() == [[-1, 0, 1], [1, 2, 3], [3, 4, 5], [5, 6, 7]]
    assert ruler.dropped == [1]


def test_dilation_spreads_the_taps():
    assert StrideRuler(size=7, dilation=3).windows() == [[0, 3, 6]]


@pytest.mark.parametrize(
    "settings, seen",
    [
        ({"padding": 1, "padding2": 1, "size": 12}, [2, 3, 4, 5, 6]),
        ({"size": 17, "stride": 2, "stride2": 2}, None),
        ({"size": 24, "kernel": 2, "kernel2": 2, "dilation2": 4}, [4, 5, 8, 9]),
    ],
)
def test_two_layers_see_what_both_windows_span(settings, seen):
    ruler = StrideRuler(stacked=True, **settings)
    if seen is None:  # three 3-pixel windows that start 2 apart, from 2·2·1 on
        seen = [4, 5, 6, 7, 8, 9, 10]
        assert ruler.inputs_of(1) == seen
    else:
        assert ruler.inputs_of(4) == seen


layer = {"kernel": st.integers(1, 7), "stride": st.integers(1, 6), "padding": st.integers(0, 6)}
layer["dilation"] = st.integers(1, 4)


@given(st.fixed_dictionaries({"size": st.integers(1, 24), **layer, **{f"{name}2": of for name, of in layer.items()}}))
def test_pytorch_has_the_same_sizes_and_gradients(torch, settings):
    try:
        ruler = StrideRuler(**settings, stacked=True, examples={})
    except TraitError:
        with pytest.raises(RuntimeError):
            _pytorch(torch, settings)
        return
    x, y = _pytorch(torch, settings)
    assert y.shape[-1] == ruler.output_size
    for unit in {0, ruler.output_size // 2, ruler.output_size - 1}:
        (gradient,) = torch.autograd.grad(y[0, 0, unit], x, retain_graph=True)
        assert gradient[0, 0].nonzero().flatten().tolist() == ruler.inputs_of(unit)


def _pytorch(torch, settings):
    x = torch.zeros(1, 1, settings["size"], requires_grad=True)
    y = x
    for suffix in ("", "2"):
        of = {name: settings[name + suffix] for name in ("stride", "padding", "dilation")}
        y = torch.nn.functional.conv1d(y, torch.ones(1, 1, settings[f"kernel{suffix}"]), **of)
    return x, y


def test_a_unit_stands_under_the_middle_of_its_window():
    ruler = StrideRuler(size=17, stride=2, stacked=True, stride2=2)
    assert [ruler.centre(unit, 1) for unit in range(3)] == [1, 3, 5]
    assert [ruler.centre(unit, 2) for unit in range(3)] == [3, 7, 11]
    assert StrideRuler(size=4, kernel=2).centre(0, 1) == 0.5


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"size": 25}, "size must be a whole number from 1 to 24; got 25"),
        ({"stride": 0}, "stride must be a whole number from 1 to 6; got 0"),
        ({"kernel": 2.5}, "kernel must be a whole number from 1 to 7; got 2.5"),
        ({"size": 2}, "kernel 3 is larger than the padded input 2"),
        ({"size": 5, "stacked": True, "kernel2": 4}, "kernel 4 is larger than the padded input 3"),
        ({"pinned": ("kernel", 0)}, r"pinned must be \(\) or a role of .*got \('kernel', 0\)"),
        ({"examples": {"odd": {"size": 2}}}, r"examples\['odd'\]: kernel 3 is larger than the padded input 2"),
        ({"examples": {"odd": {"length": 2}}}, r"examples\['odd'\] may set size, .*; got 'length'"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        StrideRuler(**traits)


def test_a_refused_setting_leaves_the_last_one():
    ruler = StrideRuler(size=5)
    with pytest.raises(TraitError):
        ruler.kernel = 6
    assert ruler.kernel == 3


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_complete_and_fits(name):
    settings = StrideRuler().examples[name]
    assert set(settings) == set(SETTINGS)
    assert StrideRuler(**settings).output_size >= 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_example_is_named_after_its_outputs(name):
    """Predict asks how many there are, below the name."""
    counts = set(StrideRuler(**StrideRuler().examples[name]).sizes[1:])
    assert not counts & set(map(int, re.findall(r"\d+", name)))


def test_the_first_state_has_a_name():
    ruler = StrideRuler()
    assert {name: getattr(ruler, name) for name in SETTINGS} in list(ruler.examples.values())


@pytest.mark.parametrize(
    "name, inputs",
    [("two layers of 3 see 5", 5), ("two layers with stride 2 see 7", 7), ("dilations 1 and 2 see 7", 7)],
)
def test_an_example_sees_what_its_name_says(name, inputs):
    ruler = StrideRuler(**StrideRuler().examples[name])
    assert len(ruler.inputs_of(ruler.output_size // 2)) == inputs


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    html = StrideRuler(size=8, stride=2, padding=1).page_html("StrideRuler-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["size"] == 8
    alt = "8 pixels; a kernel of 3, stride 2, padding 1, dilation 1 gives 4 outputs and drops 1."
    assert f'alt="{alt}"' in html
    assert html == StrideRuler(size=8, stride=2, padding=1).page_html("StrideRuler-1")


def test_the_static_picture_has_a_bar_for_each_window():
    picture = StrideRuler(size=8, stride=2, padding=1).static_svg()
    assert picture.count('opacity=".6"') == 4
    assert picture.count('<rect class="pad"') == 2
    assert picture.count('class="cross" d=') == 1
    assert "crossed: 1 dropped" in picture


def test_a_prediction_is_not_given_away_by_the_picture():
    ruler = StrideRuler(size=8, stride=2, padding=1, predict=True)
    assert 'opacity=".6"' not in ruler.static_svg()
    assert ruler.description().endswith("How many outputs are there?")
