"""CoverageMap in Python: its traits, its numbers and its page."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError

from convbook.widgets import CoverageMap
from convbook.widgets.coverage_map import EXAMPLES, SETTINGS

NINE = np.arange(1, 10).reshape(3, 3)
ROW = {"input": [np.arange(8)], "kernel": [[1, 1, 1]], "stride": (1, 2)}
MODES = ("zeros", "reflect", "replicate", "circular")


def test_a_padded_3x3_reads_its_corners_4_its_edges_6_and_its_middle_9_times():
    assert CoverageMap(input=NINE, padding=1).counts_per_pixel.tolist() == [[4, 6, 4], [6, 9, 6], [4, 6, 4]]


def test_around_the_edge_every_pixel_is_read_equally_often():
    widget = CoverageMap(input=NINE, padding=1, padding_mode="circular")
    assert widget.counts_per_pixel.tolist() == [[9] * 3] * 3


def test_the_two_sames_have_equal_sizes_and_not_equal_values():
    widget = CoverageMap(**ROW, compare="PyTorch")
    assert widget.outputs["PyTorch"].tolist() == [[1, 6, 12, 18]]
    assert widget.outputs["TensorFlow"].tolist() == [[3, 9, 15, 13]]
    assert widget.output.tolist() == [[1, 6, 12, 18]]
    assert widget.dropped == (0, 1)  # PyTorch pads both ends, and the last place is never read
    widget.compare = "TensorFlow"
    assert widget.readings["TensorFlow"]["padding"] == ((0, 0), (0, 1))
    assert widget.output.tolist() == [[3, 9, 15, 13]]
    assert widget.dropped == (0, 0)


def test_an_even_kernel_gives_the_two_sames_different_sizes():
    widget = CoverageMap(input=np.ones((5, 5)), kernel=np.ones((4, 2)), stride=2, compare="PyTorch")
    assert widget.readings["PyTorch"]["padding"] == ((1, 1), (0, 0))  # ⌊(4 − 1) / 2⌋ and ⌊(2 − 1) / 2⌋
    assert widget.readings["TensorFlow"]["padding"] == ((1, 2), (0, 1))
    assert {name: y.shape for name, y in widget.outputs.items()} == {"PyTorch": (2, 2), "TensorFlow": (3, 3)}


def test_at_stride_1_the_two_sames_are_one():
    widget = CoverageMap(kernel=np.ones((4, 2)), compare="PyTorch")
    assert widget.readings["PyTorch"] == widget.readings["TensorFlow"]


def test_tensorflow_puts_the_odd_pixel_at_the_bottom_and_the_right():
    widget = CoverageMap(input=np.ones((4, 5)), kernel=np.ones((2, 4)), padding="same_tf")
    assert widget.reading["padding"] == ((0, 1), (1, 2))


@pytest.mark.parametrize(
    "padding, size", [("valid", (3, 4)), ("same", (5, 6)), ("full", (7, 8)), (2, (7, 8)), (((1, 0), (0, 2)), (4, 6))]
)
def test_every_padding_gives_its_size(padding, size):
    assert CoverageMap(input=np.ones((5, 6)), padding=padding).output.shape == size


@pytest.mark.parametrize(
    "mode, row",
    [
        ("zeros", [0, 0, 1, 2, 3, 0, 0]),
        ("reflect", [3, 2, 1, 2, 3, 2, 1]),
        ("replicate", [1, 1, 1, 2, 3, 3, 3]),
        ("circular", [2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_what_each_mode_puts_into_the_padding(mode, row):
    widget = CoverageMap(input=[[1, 2, 3]], kernel=[[1, 1, 1]], padding=(0, 2), padding_mode=mode)
    assert widget.padded.tolist() == [row]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("settings", [{}, {"stride": 2}, {"stride": (1, 3), "dilation": (2, 1)}])
def test_pytorch_reads_the_same(torch, mode, settings):
    x = torch.arange(30.0, dtype=torch.float64).reshape(5, 6).requires_grad_()
    kernel = torch.tensor([[1.0, -2.0, 0.5], [3.0, 0.0, 1.0]], dtype=torch.float64)
    widget = CoverageMap(
        input=x.detach(), kernel=kernel, padding=((1, 2), (0, 3)), padding_mode=mode, **{"stride": 1} | settings
    )
    padded = torch.nn.functional.pad(x[None, None], (0, 3, 1, 2), mode="constant" if mode == "zeros" else mode)
    for weight, answer in ((kernel, widget.output), (torch.ones_like(kernel), None)):
        y = torch.nn.functional.conv2d(padded, weight[None, None], **settings)[0, 0]
        if answer is not None:
            np.testing.assert_allclose(answer, y.detach())
    y.sum().backward()
    np.testing.assert_array_equal(widget.counts_per_pixel, x.grad)


sizes, kernels, steps = st.integers(1, 12), st.integers(1, 5), st.integers(1, 4)


@given(st.tuples(sizes, sizes), st.tuples(kernels, kernels), st.tuples(steps, steps))
def test_tensorflows_same_always_gives_the_size_divided_by_the_stride_rounded_up(size, kernel, stride):
    widget = CoverageMap(input=np.ones(size), kernel=np.ones(kernel), stride=stride, padding="same_tf", examples={})
    assert widget.output.shape == tuple(-(-n // s) for n, s in zip(size, stride, strict=True))


@given(st.tuples(sizes, sizes), st.tuples(kernels, kernels), st.tuples(steps, steps), st.integers(0, 3))
def test_what_is_dropped_is_read_by_no_window_and_the_place_before_it_is(size, kernel, stride, padding):
    settings = {"kernel": np.ones(kernel), "stride": stride, "padding": padding, "examples": {}}
    try:
        widget = CoverageMap(input=np.zeros(size), **settings)
    except TraitError:
        return
    rows, columns = np.subtract(widget.padded.shape, widget.dropped)
    read = {place for y, x in np.ndindex(widget.output.shape) for place in _window(widget, y, x)}
    assert max(i for i, _ in read) == rows - 1
    assert max(j for _, j in read) == columns - 1


def _window(widget, y, x):
    widget.pinned = ("output", y, x)
    return widget._window()


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"input": np.ones((13, 4))}, r"input must be .* 1 to 12 .*got shape \(13, 4\)"),
        ({"kernel": np.ones((6, 1))}, r"kernel must be .* 1 to 5 .*got shape \(6, 1\)"),
        ({"stride": 0}, "stride must be at least 1, got 0"),
        ({"stride": (1, 7)}, r"stride must be at most 6; got \(1, 7\)"),
        ({"stride": "wide"}, "stride must be an integer or a pair of integers, got 'wide'"),
        ({"dilation": (1, 2, 3)}, r"dilation must be .*got \(1, 2, 3\)"),
        ({"padding": 7}, "padding must be one of valid, same, same_tf, full, or 0 to 6 pixels.*got 7"),
        ({"padding": "wide"}, "padding must be one of valid.*got 'wide'"),
        ({"padding": -1}, "padding must be .*got -1"),
        ({"padding": "same", "stride": 2}, 'padding "same" keeps the size, so stride must be 1'),
        ({"padding": 5, "padding_mode": "reflect"}, "can add at most 4 pixels to a side of 5, got 5"),
        ({"input": NINE[:2], "padding": 0}, r"kernel \(3, 3\) is larger than the padded input \(2, 3\)"),
        ({"padding": "full", "dilation": 4, "kernel": np.ones((5, 5))}, "may have 24 pixels a side"),
        ({"padding_mode": "mirror"}, "padding_mode"),
        ({"compare": "JAX"}, "compare"),
        ({"pinned": ("bias", 0)}, r"pinned must be \(\) or a role of"),
        ({"examples": {"odd": {"colour": 1}}}, r"examples\['odd'\] may set input, .*; got 'colour'"),
        ({"examples": {"odd": {"stride": 9}}}, r"examples\['odd'\]: stride must be at most 6; got 9"),
        ({"examples": {"odd": {"input": [[1]], "padding": 0}}}, r"examples\['odd'\]: kernel \(3, 3\) is larger"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        CoverageMap(**traits)


def test_a_refused_setting_leaves_the_last_one():
    widget = CoverageMap(padding=0)
    with pytest.raises(TraitError):
        widget.dilation = 3
    assert widget.dilation == [1, 1]
    assert widget.output.shape == (3, 3)


def test_python_hears_a_change_in_one_form():
    heard = []
    widget = CoverageMap()
    widget.observe(lambda change: heard.append(change["new"]), ["padding", "stride"])
    widget.padding, widget.stride = (2, 0), 2
    assert heard == [[[2, 2], [0, 0]], [2, 2]]


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_complete_and_fits(name):
    widget = CoverageMap(**CoverageMap().examples[name])
    assert set(CoverageMap().examples[name]) == set(SETTINGS)
    assert min(widget.output.shape) >= 1


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    settings = {"input": NINE, "padding": ((1, 0), (1, 1)), "stride": 2, "pinned": ("output", 0, 0)}
    html = CoverageMap(**settings).page_html("CoverageMap-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["padding"] == [[1, 0], [1, 1]]
    alt = re.search(r'alt="([^"]*)"', html)[1]
    assert alt == (
        "3×3 input, padded by zeros: 1 above, 0 below, 1 left, 1 right; 3×3 kernel, stride 2×2, dilation 1×1. "
        "Output 1×2, row by row: 12 16. Each pixel is read, row by row: 1 2 1; 1 2 1; 0 0 0 times; "
        "dropped: 1 row at the bottom, 0 columns at the right."
    )
    assert html == CoverageMap(**settings).page_html("CoverageMap-1")
    assert repr(CoverageMap(**settings)) == repr(CoverageMap(**settings))


def test_the_static_picture_hatches_padding_and_crosses_what_is_dropped():
    widget = CoverageMap(input=np.ones((4, 4)), stride=2, padding=((1, 0), (0, 0)))
    picture = widget.static_svg()
    assert widget.dropped == (0, 1)
    assert picture.count('<rect class="pad"') == 4
    assert picture.count('class="cross" d=') == 5
    assert "crossed: dropped" in picture


def test_a_prediction_is_not_given_away_by_the_picture():
    widget = CoverageMap(input=NINE, padding=1, kernel=np.ones((2, 2)), predict=True)
    assert "4×4" not in widget.static_svg()
    assert widget.description().endswith("What size is the output?")
