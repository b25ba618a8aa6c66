"""FilterLab in Python: its picture, its kernels, its numbers and its page."""

import json
import re
from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from scipy.signal import correlate2d
from traitlets import TraitError

from convbook import images
from convbook.kernels import BOX_BLUR, LAPLACIAN, SOBEL_HORIZONTAL
from convbook.widgets import FilterLab
from convbook.widgets.picture import address, colours, grey_levels, pixels, png, reduced

EDGE = [[10, 10, 200], [10, 10, 200], [10, 10, 200]]
rng = np.random.default_rng(0)


def state_of(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])


def opened(file):
    return Image.open(BytesIO(file))


# ---- numbers -------------------------------------------------------------------------------------------------------


def test_the_hand_worked_numbers():
    lab = FilterLab(picture=EDGE)
    assert lab.output == [[10 + 20 + 10 - 200 - 400 - 200]]
    lab.bias = 100
    assert lab.pre_activation == [[-660]]
    lab.relu = True
    assert lab.output == [[0]]
    assert lab.silent == 1


@pytest.mark.parametrize("name", images.NAMES)
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 3), (4, 4), (5, 5)])
def test_scipy_agrees_on_every_photograph(name, shape):
    kernel = rng.normal(size=shape)
    lab = FilterLab(picture=name, kernel=kernel, second=kernel[::-1], bias=-3.5)
    grey = np.rint(images.grey(images.load(name)))
    np.testing.assert_allclose(lab.output, correlate2d(grey, kernel, mode="valid") - 3.5, atol=1e-9)
    np.testing.assert_allclose(lab.second_output, correlate2d(grey, kernel[::-1], mode="valid") - 3.5, atol=1e-9)


def test_relu_silences_what_is_negative():
    lab = FilterLab(kernel=LAPLACIAN, relu=True)
    assert lab.second_output is None
    assert lab.output.min() == 0
    assert lab.silent == (lab.output == 0).mean()
    np.testing.assert_array_equal(lab.output, np.maximum(lab.pre_activation, 0))


def test_pixels_are_whole_grey_levels():
    for name in images.NAMES:
        levels = FilterLab(picture=name).pixels
        assert levels.shape == images.load(name).shape[:2]
        np.testing.assert_array_equal(levels, np.clip(np.rint(levels), 0, 255))


# ---- pictures ------------------------------------------------------------------------------------------------------


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_an_array_comes_back_as_it_was(array):
    np.testing.assert_array_equal(FilterLab(picture=array, kernel=[[1]]).pixels, array)


def test_floats_go_from_black_to_white_and_colours_turn_grey():
    assert FilterLab(picture=[[0.0, 0.5, 1.0]], kernel=[[1]]).pixels.tolist() == [[0, 128, 255]]
    rainbow = np.eye(3, dtype=np.uint8).reshape(1, 3, 3) * 255
    assert FilterLab(picture=rainbow, kernel=[[1]]).pixels.tolist() == [[76, 150, 29]]


def test_a_picture_can_be_passed_on():
    first = FilterLab(picture=EDGE)
    assert first.picture.startswith("data:image/png;base64,")
    np.testing.assert_array_equal(FilterLab(picture=first.picture).pixels, EDGE)


def test_the_readers_own_picture_stays_in_the_browser():
    lab = FilterLab()
    lab.set_state({"picture": "own:1"})  # what the view says when the reader has opened a file
    for wanted in ("pixels", "output", "pre_activation", "silent"):
        with pytest.raises(ValueError, match=r"picture is the reader's own \('own:1'\), which stays in the browser"):
            getattr(lab, wanted)
    assert "reader's own" in lab.description()
    assert lab.static_svg().startswith("<svg")
    lab.picture = "cat"
    assert lab.output.shape == (298, 449)


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.integers(0, 255)))
def test_pillow_reads_our_png(levels):
    np.testing.assert_array_equal(np.array(opened(png(levels))), levels)


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 15)))
def test_pillow_reads_our_png_of_sixteen_greys(levels):
    np.testing.assert_array_equal(np.array(opened(png(levels, bits=4)).convert("L")), levels * 17)


@given(arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_pillow_reads_our_png_of_colours(levels):
    np.testing.assert_array_equal(np.array(opened(png(levels))), levels)
    np.testing.assert_array_equal(colours(address(png(levels))), levels)


def test_a_png_of_more_than_one_block_is_whole():
    levels = rng.integers(0, 256, (300, 401))
    np.testing.assert_array_equal(pixels(address(png(levels))), levels)


def test_reduced_averages_blocks():
    picture = rng.normal(size=(30, 20))
    by_hand = [[picture[i : i + 3, j : j + 3].mean() for j in range(0, 20, 3)] for i in range(0, 30, 3)]
    np.testing.assert_allclose(reduced(picture, 10), by_hand)
    np.testing.assert_array_equal(reduced(picture, 30), picture)


# ---- traits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"picture": "dog"}, r"picture must be one of 'camera', .* or an array .*got 'dog'"),
        ({"picture": "data:image/png;base64,AAAA"}, "picture must be .*got an address that holds no PNG"),
        ({"picture": np.ones((4, 4, 4))}, r"picture must be .*got shape \(4, 4, 4\)"),
        ({"picture": np.ones((1025, 3))}, r"1 to 1024 pixels a side; got shape \(1025, 3\)"),
        ({"picture": np.ones((0, 3))}, r"got shape \(0, 3\)"),
        ({"picture": np.full((4, 4), 2.0)}, "floats in 0..1.*got float64 from 2 to 2"),
        ({"picture": np.full((4, 4), -1)}, "got int64 from -1 to -1"),
        ({"picture": np.full((4, 4), np.nan)}, "got float64 from nan to nan"),
        ({"picture": np.ones((4, 4), bool)}, "got an array of bool"),
        ({"picture": [[1, 2], [3]]}, "got rows of different lengths"),
        ({"picture": 3}, "got 3"),
        ({"picture": EDGE, "kernel": np.ones((4, 4))}, r"kernel \(4, 4\) is larger than the picture \(3, 3\)"),
        ({"kernel": np.ones((6, 6))}, r"kernel must be .* 1 to 5 along each axis; got shape \(6, 6\)"),
        ({"kernel": [[np.inf]]}, "kernel must be .*got inf in it"),
        ({"second": [[1]]}, r"second must be None or have the shape of kernel, \(3, 3\); got shape \(1, 1\)"),
        ({"second": "blur"}, "second must be a 2-D array.*got 'blur'"),
        ({"bias": np.nan}, "bias must be a finite number; got nan"),
        ({"shades": "grey"}, "shades"),
        ({"pinned": ("input", 1, 1)}, r"pinned must be \(\) or a role of"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        FilterLab(**traits)


def test_a_refused_change_leaves_the_last_state():
    lab = FilterLab(picture=EDGE)
    with pytest.raises(TraitError):
        lab.kernel = np.ones((5, 5))
    with pytest.raises(TraitError):
        lab.picture = [[1]]
    assert lab.output == [[-760]]


def test_python_hears_a_change():
    heard = []
    lab = FilterLab()
    lab.observe(lambda change: heard.append(change["new"]), "kernel")
    lab.kernel = SOBEL_HORIZONTAL
    assert heard == [SOBEL_HORIZONTAL.tolist()]


def test_both_kernels_may_change_their_size_together():
    lab = FilterLab(second=BOX_BLUR)
    lab.set_state({"kernel": np.ones((5, 5)).tolist(), "second": np.eye(5).tolist()})
    assert lab.second_output.shape == (508, 508)


def test_the_view_gets_one_photograph_at_a_time():
    lab = FilterLab()
    assert list(lab._files) == ["camera"]
    lab.picture = "cat"
    ((name, file),) = lab._files.items()
    assert name == "cat"
    assert b64decode(file.partition(",")[2]) == images.path("cat").read_bytes()
    lab.picture = EDGE
    assert lab._files == {}


# ---- the page ------------------------------------------------------------------------------------------------------


def test_the_page_holds_the_state_but_no_photograph():
    html = FilterLab(second=BOX_BLUR).page_html("FilterLab-1")
    state = state_of(html)
    assert state["picture"] == "camera"
    assert not any(name.startswith("_") for name in state)
    assert len(json.dumps(state)) < 3000
    assert html == FilterLab(second=BOX_BLUR).page_html("FilterLab-1")


def test_the_static_picture_shows_input_and_output_and_is_light():
    lab = FilterLab(shades="fixed")
    svg = lab.static_svg()
    assert len(svg) < 25_000
    files = [opened(b64decode(file)) for file in re.findall(r'href="data:image/png;base64,([^"]*)"', svg)]
    shown, filtered = (np.array(file.convert("L"), float) for file in files)
    np.testing.assert_allclose(shown, reduced(lab.pixels, 112), atol=8.5)  # half of a step of 17
    expected = np.clip((reduced(lab.output, 112) + 255) / 2, 0, 255)
    np.testing.assert_allclose(filtered, expected, atol=8.5)


@pytest.mark.parametrize("shades", ["auto", "fixed", "photo"])
def test_after_relu_zero_is_black(shades):
    svg = FilterLab(picture=np.zeros((9, 9)), relu=True, shades=shades).static_svg()
    file = re.findall(r'href="data:image/png;base64,([^"]*)"', svg)[-1]
    assert np.array(opened(b64decode(file)).convert("L")).max() == 0


def test_the_description_has_the_numbers():
    lab = FilterLab(picture=EDGE, second=[[0, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert lab.description() == (
        "picture, 3×3 pixels, filtered. 3×3 kernel 1 0 −1; 2 0 −2; 1 0 −1: 1×1 output from −760 to −760. "
        "3×3 kernel 0 0 0; 0 1 0; 0 0 0: 1×1 output from 10 to 10."
    )
    assert repr(lab) == "FilterLab(picture, 3×3 kernel, second 3×3 kernel)"
    assert repr(FilterLab(picture="cat")) == "FilterLab(cat, 3×3 kernel)"


def test_grey_levels_round_halves_to_even_everywhere():
    halves = np.array([[[125, 0, 125], [0, 250, 0]]], np.uint8)  # 51.625 and 146.75
    assert grey_levels(halves).tolist() == [[52, 147]]
    assert grey_levels(np.array([[[0, 0, 250]]], np.uint8)).tolist() == [[28]]  # 28.5
