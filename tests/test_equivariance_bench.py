"""EquivarianceBench in Python: where shifting and convolving commute, where they do not, and what it says about it."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from traitlets import TraitError

from convbook.widgets import EquivarianceBench
from convbook.widgets.equivariance_bench import PATTERNS, shift

SCIPY_MODES = {"circular": "wrap", "zeros": "constant", "reflect": "mirror", "replicate": "nearest"}
COUNTING = np.arange(1, 10).reshape(3, 3)
TEXTURE = np.array(PATTERNS["a texture"])
rng = np.random.default_rng(0)


def dot(i, j, size=8):
    picture = np.zeros((size, size))
    picture[i, j] = 1
    return picture


# ---- hand-worked numbers -------------------------------------------------------------------------------------------


def test_half_a_step_by_hand():
    bench = EquivarianceBench(input=dot(4, 4), kernel=COUNTING, shift=(0, 1), stride=2)
    assert bench.convolved[2, 2] == 5  # the window around row 4, column 4 has the dot in its middle
    assert bench.shift_then_convolve[2].tolist() == [0, 0, 6, 4]  # now it is right of one centre, left of the next
    assert bench.output_shift == (0, 0)
    np.testing.assert_array_equal(bench.difference, [[0] * 4, [0] * 4, [0, 0, 1, 4], [0] * 4])
    assert bench.verdict() == "differs in 2 cells of 16"
    assert bench.largest_difference == 4


def test_the_border_by_hand():
    bench = EquivarianceBench(input=dot(4, 6), kernel=COUNTING, shift=(0, 2), padding_mode="zeros")
    assert not bench.shifted.any()  # the dot has left the picture, and so has its centre in the output
    expected = np.zeros((8, 8))
    expected[3:6, 7] = [-9, -6, -3]  # but the left column of its output, a turned kernel, has moved to the border only
    np.testing.assert_array_equal(bench.difference, expected)
    assert bench.verdict() == "differs in 3 cells of 64, all within 1 of the border"


def test_without_padding_only_the_overlap_is_compared():
    bench = EquivarianceBench(shift=(1, -2), padding_mode="valid", input=TEXTURE)
    assert np.isnan(bench.difference).sum() == 10 * 10 - 9 * 8
    assert np.nanmax(np.abs(bench.difference)) == 0
    assert bench.verdict() == "equal everywhere the two can be compared"


def test_a_shift_out_of_sight_leaves_nothing_to_compare():
    bench = EquivarianceBench(input=np.ones((8, 8)), kernel=np.ones((5, 5)), shift=(4, 0), padding_mode="valid")
    assert np.isnan(bench.difference).all()
    assert np.isnan(bench.largest_difference)
    assert bench.verdict().startswith("nothing can be compared")
    assert "– for" not in bench.description() and bench.description().endswith("0, 0, 0, 0, –.")


@pytest.mark.parametrize(
    "by, stride, pooling, output_shift",
    [
        ((2, -2), 1, "none", (2, -2)),
        ((1, -1), 2, "none", (0, 0)),  # a half goes towards 0
        ((3, -3), 2, "none", (1, -1)),
        ((1, 2), 3, "none", (0, 1)),
        ((4, -4), 2, "max", (1, -1)),
        ((2, 3), 2, "average", (0, 1)),
        ((4, 4), 3, "max", (1, 1)),
    ],
)
def test_the_output_moves_by_the_nearest_whole_number_of_steps(by, stride, pooling, output_shift):
    assert EquivarianceBench(shift=by, stride=stride, pooling=pooling).output_shift == output_shift


def test_the_maximum_forgets_where():
    bench = EquivarianceBench(global_max=True)
    assert bench.maxima == (4, 4)
    assert "Maximum over all positions: 4 for the input, 4 for the shifted input." in bench.description()
    bench.stride = 2
    bench.shift = (0, 1)
    assert bench.maxima == (1, 4)  # half a step: the coarse grid meets another part of the stroke


# ---- oracles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", SCIPY_MODES)
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_scipy_agrees(mode, stride):
    x, w = rng.integers(-9, 9, (9, 12)), rng.integers(-3, 4, (3, 5))  # whole numbers: no rounding
    bench = EquivarianceBench(input=x, kernel=w, padding_mode=mode, stride=stride, relu=True, shift=(-2, 3))

    def move(picture, by):
        return ndimage.shift(picture, by, order=0, mode="grid-wrap" if mode == "circular" else "constant")

    def layer(picture):
        return np.maximum(ndimage.correlate(picture, w, mode=SCIPY_MODES[mode])[::stride, ::stride], 0)

    np.testing.assert_array_equal(bench.shifted, move(x, (-2, 3)))
    np.testing.assert_array_equal(bench.convolved, layer(x))
    np.testing.assert_array_equal(bench.shift_then_convolve, layer(move(x, (-2, 3))))
    np.testing.assert_array_equal(bench.convolve_then_shift, move(layer(x), bench.output_shift))
    np.testing.assert_array_equal(bench.difference, bench.shift_then_convolve - bench.convolve_then_shift)


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize("mode", [*SCIPY_MODES, "valid"])
def test_pytorch_agrees(torch, mode, pooling):
    x, w = rng.normal(size=(9, 11)), rng.normal(size=(3, 3))
    bench = EquivarianceBench(input=x, kernel=w, padding_mode=mode, pooling=pooling, relu=True)
    functional = torch.nn.functional
    y = torch.tensor(x)[None, None]
    if mode != "valid":
        y = functional.pad(y, (1, 1, 1, 1), mode={"zeros": "constant"}.get(mode, mode))
    y = functional.relu(functional.conv2d(y, torch.tensor(w)[None, None]))
    y = {"max": functional.max_pool2d, "average": functional.avg_pool2d}[pooling](y, 2)
    np.testing.assert_allclose(bench.convolved, y[0, 0].numpy(), atol=1e-12)


# ---- what always holds ---------------------------------------------------------------------------------------------

moves = st.integers(-4, 4)
layers = st.fixed_dictionaries(
    {
        "shift": st.tuples(moves, moves),
        "stride": st.integers(1, 3),
        "pooling": st.sampled_from(["none", "max", "average"]),
        "relu": st.booleans(),
        "kernel": st.sampled_from([COUNTING, rng.normal(size=(5, 3)), [[2.0]]]),
    }
)


@given(layers)
def test_on_a_circle_whole_steps_commute_exactly(layer):
    bench = EquivarianceBench(input=TEXTURE, padding_mode="circular", **layer)  # every total stride divides 12
    if bench.in_step:
        assert not bench.differing.any()
        assert bench.verdict() == "equal everywhere"
        np.testing.assert_allclose(*bench.maxima)


@given(layers)
def test_without_padding_whole_steps_agree_wherever_they_can_be_compared(layer):
    bench = EquivarianceBench(input=TEXTURE, padding_mode="valid", **layer)
    if bench.in_step:
        assert not bench.differing.any()


@given(layers, st.sampled_from(["zeros", "reflect", "replicate"]), st.sampled_from([8, 10, 12]))
def test_with_padding_whole_steps_differ_only_where_the_border_reaches(layer, mode, size):
    bench = EquivarianceBench(input=TEXTURE[:size, :size], padding_mode=mode, **layer)
    if bench.in_step:
        radius = max(np.shape(bench.kernel)) // 2
        reach = -(-(max(map(abs, bench.shift)) + radius + bench.total_stride - 1) // bench.total_stride) + 1
        assert not bench.differing[reach:-reach, reach:-reach].any()


@given(st.tuples(moves, moves), st.sampled_from(list(SCIPY_MODES)))
def test_a_single_weight_has_no_border(by, mode):
    bench = EquivarianceBench(input=TEXTURE, kernel=[[3.0]], shift=by, padding_mode=mode)
    assert not bench.differing.any()


@given(st.tuples(moves, moves), st.booleans())
def test_shift_agrees_with_scipy(by, wrap):
    mode = "grid-wrap" if wrap else "constant"
    np.testing.assert_array_equal(shift(TEXTURE, by, wrap), ndimage.shift(TEXTURE, by, order=0, mode=mode))


def test_the_largest_differences_follow_the_direction_of_the_shift():
    bench = EquivarianceBench(input=TEXTURE, stride=2, shift=(-3, 0))
    for distance, largest in enumerate(bench.largest_by_distance):
        bench.shift = (-distance, 0)
        assert bench.largest_difference == largest
    bench.shift = (0, 0)
    assert bench.largest_by_distance[2] == 0  # to the right, where there is no direction
    assert bench.largest_by_distance[1] > 0


# ---- traits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"input": np.ones((7, 8))}, r"input must be a 2-D array .* 8 to 12 along each axis; got shape \(7, 8\)"),
        ({"input": np.ones((8, 13))}, r"got shape \(8, 13\)"),
        ({"kernel": np.ones((2, 3))}, r"kernel must have odd sides, .*; got shape \(2, 3\)"),
        ({"kernel": np.ones((7, 7))}, r"kernel must be .* 1 to 5 along each axis; got shape \(7, 7\)"),
        ({"kernel": [[np.inf]]}, "kernel must be .*got inf in it"),
        ({"shift": (0, 5)}, r"shift must be two whole numbers \(down, right\) from -4 to 4; got \(0, 5\)"),
        ({"shift": (0.5, 0)}, r"shift must be .*got \(0.5, 0\)"),
        ({"shift": (1, 2, 3)}, r"shift must be .*got \(1, 2, 3\)"),
        ({"shift": (True, 0)}, r"shift must be .*got \(True, 0\)"),
        ({"shift": 2}, "shift must be .*got 2"),
        ({"padding_mode": "same"}, "padding_mode.*'circular', 'zeros', 'reflect', 'replicate', 'valid'.*'same'"),
        ({"stride": 4}, "stride must be a whole number from 1 to 3; got 4"),
        ({"stride": 0}, "stride must be a whole number from 1 to 3; got 0"),
        ({"pooling": True}, "pooling.*'none', 'max', 'average'.*True"),
        ({"pen": np.nan}, "pen must be a finite number; got nan"),
        ({"pinned": ("output", 0, 0)}, r"pinned must be .*got \('output', 0, 0\)"),
        ({"patterns": {"small": np.ones((3, 3))}}, r"patterns\['small'\] must be .* 8 to 12"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        EquivarianceBench(**traits)


def test_a_refused_kernel_leaves_the_last_one():
    bench = EquivarianceBench(kernel=COUNTING)
    with pytest.raises(TraitError):
        bench.kernel = np.ones((4, 4))
    np.testing.assert_array_equal(bench.kernel, COUNTING)


def test_numpy_integers_and_arrays_are_welcome_as_a_shift():
    assert EquivarianceBench(shift=np.array([1, -2])).shift == [1, -2]


def test_python_hears_a_change():
    heard = []
    bench = EquivarianceBench()
    bench.observe(lambda change: heard.append(change["new"]), ["kernel", "shift"])
    bench.kernel = COUNTING
    bench.shift = (3, -1)
    assert heard == [COUNTING.astype(float).tolist(), [3, -1]]


# ---- page and paper ------------------------------------------------------------------------------------------------


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    html = EquivarianceBench(padding_mode="zeros", shift=(0, 4), relu=True, pooling="max").page_html(
        "EquivarianceBench-1"
    )
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["shift"] == [0, 4]
    assert state["pooling"] == "max"
    alt = re.search(r'alt="(.*?)"', html)[1]
    assert alt.startswith(
        "Shift then convolve against convolve then shift, shift (0, 4), zero padding, stride 1, ReLU, max"
    )
    assert "The outputs are 6×6. Largest difference for shifts of 0 to 4 pixels in this direction: 0, " in alt
    twin = EquivarianceBench(padding_mode="zeros", shift=(0, 4), relu=True, pooling="max")
    assert html == twin.page_html("EquivarianceBench-1")
    assert repr(twin) == "EquivarianceBench(shift (0, 4), zero padding, stride 1, ReLU, max pooling 2×2)"


@pytest.mark.parametrize("traits", [{}, {"padding_mode": "valid"}, {"stride": 3, "pooling": "average"}])
def test_the_static_picture_draws_the_square_and_frames_what_differs(traits):
    bench = EquivarianceBench(input=TEXTURE, shift=(0, 3), **traits)
    picture = ElementTree.fromstring(bench.static_svg())
    svg = "{http://www.w3.org/2000/svg}"
    captions = [
        text.findall(f"{svg}tspan")[0].text for text in picture.iter(f"{svg}text") if text.findall(f"{svg}tspan")
    ]
    assert sorted(captions) == sorted(
        ["input", "shifted", "shift, then convolve", "convolved", "convolve, then shift", "difference"]
    )
    classes = [rect.get("class") for rect in picture.iter(f"{svg}rect")]
    assert classes.count("frame") == bench.differing.sum()
    unknown = np.isnan(bench.difference).sum() + np.isnan(bench.convolve_then_shift).sum()
    assert classes.count("nothing") == unknown
