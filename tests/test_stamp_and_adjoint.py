"""StampAndAdjoint in Python: its traits, its numbers and its page."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from traitlets import TraitError

from convbook import shapes
from convbook.widgets import StampAndAdjoint


@st.composite
def widgets(draw):
    """Draw a widget whose settings fit together."""
    height, width, kh, kw = (draw(st.integers(1, 3)) for _ in range(4))
    stride, dilation = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    settings = {
        "padding": draw(st.integers(0, dilation * (min(kh, kw) - 1))),
        "output_padding": draw(st.integers(0, max(stride, dilation) - 1)),
    }
    number = st.integers(-9, 9)
    x, w = (
        draw(st.lists(st.lists(number, min_size=n, max_size=n), min_size=m, max_size=m))
        for m, n in ((height, width), (kh, kw))
    )
    try:
        return StampAndAdjoint(input=x, kernel=w, stride=stride, dilation=dilation, **settings)
    except TraitError:  # padding leaves nothing
        return StampAndAdjoint(input=x, kernel=w, stride=stride, dilation=dilation, padding=0)


def test_two_stamps_by_hand():
    widget = StampAndAdjoint(input=[[1, 10]], kernel=[[1, 2, 3]], padding=0)
    assert widget.output.tolist() == [[1, 2, 13, 20, 30]]
    assert widget.matrix.tolist() == [[1, 0], [2, 0], [3, 1], [0, 2], [0, 3]]
    assert widget.inserted.tolist() == [[0, 0, 1, 0, 10, 0, 0]]


@given(widgets())
def test_all_three_readings_are_equal_and_adjoint(widget):
    readings = widget.readings
    assert {y.shape for y in readings.values()} == {widget.output.shape}
    for y in readings.values():
        np.testing.assert_allclose(y, widget.output, atol=1e-9)
    there, back = widget.adjoint
    assert there == pytest.approx(back)


@pytest.mark.pytorch
@given(widgets())
def test_pytorch_agrees(torch, widget):
    x, w = (torch.tensor(array, dtype=torch.float64)[None, None] for array in (widget.input, widget.kernel))
    settings = {name: getattr(widget, name) for name in ("stride", "padding", "output_padding", "dilation")}
    expected = torch.nn.functional.conv_transpose2d(x, w, **settings)[0, 0]
    np.testing.assert_allclose(widget.output, expected.numpy(), atol=1e-9)


@pytest.mark.parametrize(
    "kernel, along", [(3, [1, 2, 1, 2, 1]), (4, [2, 2, 2, 2, 2, 2]), (2, [1, 1, 1, 1]), (5, [2, 3, 2, 3, 2, 2, 1])]
)
def test_how_many_stamps_meet_at_stride_2(kernel, along):
    widget = StampAndAdjoint(input=np.ones((3, 3)), kernel=np.ones((kernel, kernel)), padding=1)
    if kernel == 4:
        assert widget.overlap[1:-1, 1:-1].min() == widget.overlap[1:-1, 1:-1].max() == 4
    elif kernel != 5:
        assert widget.overlap[1].tolist() == (np.array(along) * widget.overlap[1, 0]).tolist()
    assert widget.overlap.max() == (-(-kernel // 2)) ** 2


def test_the_forward_sizes_are_those_that_a_convolution_makes_equal():
    widget = StampAndAdjoint(stride=3, output_padding=2)
    assert widget.forward_sizes == {0: (7, 7), 1: (8, 8), 2: (9, 9)}
    assert widget.output.shape == widget.forward_sizes[2]
    for size, _ in widget.forward_sizes.values():
        assert shapes.conv_output_size(size, 3, 3, 1) == 3
    assert {shapes.conv_output_size(size, 3, 3, 1) for size in (6, 10)} == {2, 4}


def test_output_padding_adds_no_zeros_where_padding_had_cropped_something():
    widget = StampAndAdjoint(output_padding=1)
    assert widget.output[5].tolist() == [4, 2, 0, 0, 2, 1]
    beyond = StampAndAdjoint(padding=0, output_padding=1)
    assert not beyond.output[-1].any()


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"output_padding": 2}, "output_padding must be below the stride 2 or the dilation 1, got 2"),
        ({"padding": 3}, "padding must be at most dilation . .kernel − 1. = 2"),
        ({"input": [[1]], "padding": 2}, "padding must leave something of the 3 stamped pixels"),
        ({"input": np.ones((5, 5)), "stride": 3}, "the stamps may cover 12 pixels a side, these cover 15"),
        ({"reading": "rows"}, "reading must be one of 'stamp', 'zeros', 'matrix'; got 'rows'"),
        ({"stride": 0}, "stride must be a whole number from 1 to 4; got 0"),
        ({"pinned": ("matrix", 1, 1)}, "pinned must be"),
        ({"examples": {"none": {"stride": 9}}}, r"examples\['none'\]: stride must be"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        StampAndAdjoint(**traits)


def test_every_example_fits():
    widget = StampAndAdjoint()
    for settings in widget.examples.values():
        example = StampAndAdjoint(**settings)
        np.testing.assert_allclose(example.readings["zeros"], example.output)


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    html = StampAndAdjoint(input=[[1, 10]], kernel=[[1, 2, 3]], padding=0).page_html("StampAndAdjoint-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["input"] == [[1, 10]]
    assert "Output 1×5, row by row: 1 2 13 20 30. Up to 2 stamps meet in one output." in html
    assert "13" not in StampAndAdjoint(input=[[1, 10]], kernel=[[1, 2, 3]], padding=0, predict=True).description()
