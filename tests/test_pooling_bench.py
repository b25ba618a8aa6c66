"""PoolingBench in Python: what four reductions make of a shape, how they move along with it, whom they blame."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from traitlets import TraitError

from convbook.kernels import GAUSSIAN_BLUR, SOBEL_VERTICAL
from convbook.widgets import PoolingBench
from convbook.widgets.patterns import pattern, shift
from convbook.widgets.pooling_bench import REDUCTIONS, SHAPES

TEXTURE, BELOW_ZERO = np.array(SHAPES["a texture"]), np.array(SHAPES["all below zero"])
FOUR = [[1, 2, 5, 4], [3, 0, 6, 7], [0, 0, 1, 0], [0, 9, 0, 0]]


def dot(i, j, size=12):
    picture = np.zeros((size, size))
    picture[i, j] = 1
    return picture


# ---- hand-worked numbers -------------------------------------------------------------------------------------------


def test_four_reductions_by_hand():
    outputs = PoolingBench(input=FOUR).outputs
    assert outputs["max"].tolist() == [[3, 7], [9, 1]]
    assert outputs["average"].tolist() == [[1.5, 5.5], [2.25, 0.25]]
    assert outputs["convolution"][0, 0] == -(
        2 * 2 + 0
    )  # the Sobel filter around the corner: only 2 and 0 lie beside it
    assert outputs["blur"][0, 0] == (4 * 1 + 2 * 2 + 2 * 3 + 1 * 0) / 16
    assert {name: y.shape for name, y in outputs.items()} == dict.fromkeys(REDUCTIONS, (2, 2))


def test_max_pooling_2x2_discards_three_pixels_of_four():
    bench = PoolingBench(input=FOUR)
    assert np.argwhere(bench.kept).tolist() == [[1, 0], [1, 3], [2, 2], [3, 1]]
    assert 1 - bench.kept.mean() == 0.75


def test_of_tied_pixels_the_first_is_kept():
    bench = PoolingBench(input=np.ones((4, 4)))
    assert np.argwhere(bench.kept).tolist() == [[0, 0], [0, 2], [2, 0], [2, 2]]


def test_overlapping_windows_keep_a_pixel_once():
    bench = PoolingBench(input=dot(5, 5), kernel_size=3, stride=1)
    assert bench.outputs["max"].sum() == 9
    assert bench.kept[5, 5]
    assert bench.kept.sum() == 10 * 10 - 9 + 1


def test_the_maximum_pads_with_minus_infinity_and_the_average_with_zeros():
    ones = PoolingBench(input=np.ones((4, 4)), kernel_size=3, stride=3, padding=1, ceil_mode=True)
    assert ones.outputs["average"][0, 0] == pytest.approx(4 / 9)
    ones.count_include_pad = False
    assert ones.outputs["average"][0, 0] == 1
    below = PoolingBench(input=BELOW_ZERO, kernel_size=3, padding=1)
    assert below.outputs["max"].max() < 0


def test_ceil_mode_adds_a_window_that_hangs_over():
    bench = PoolingBench(input=np.ones((7, 7)))
    assert bench.outputs["max"].shape == (3, 3)
    bench.ceil_mode = True
    assert bench.outputs["max"].shape == (4, 4)
    assert bench.outputs["average"].min() == 1  # what hangs over does not count


def test_a_gradient_by_hand():
    bench = PoolingBench(input=FOUR, gradient=[[8, 4], [2, 1]])
    assert bench.input_gradients["max"].tolist() == [[0, 0, 0, 0], [8, 0, 0, 4], [0, 0, 1, 0], [0, 2, 0, 0]]
    quarters = np.kron([[8, 4], [2, 1]], np.full((2, 2), 1 / 4))
    np.testing.assert_array_equal(bench.input_gradients["average"], quarters)
    assert bench.input_gradients["blur"][1, 1] == (8 + 4 + 2 + 1) / 16  # a corner of all four windows


def test_tied_pixels_send_the_gradient_to_the_first_and_overlaps_add_up():
    tied = PoolingBench(input=np.ones((4, 4)))
    assert tied.input_gradients["max"].tolist() == [[1, 0, 1, 0], [0] * 4, [1, 0, 1, 0], [0] * 4]
    overlapping = PoolingBench(input=dot(5, 5), kernel_size=3, stride=1)
    assert overlapping.input_gradients["max"][5, 5] == 9


def test_a_gradient_is_one_wherever_it_has_no_number():
    bench = PoolingBench(gradient=[[5, 6]], kernel_size=4, stride=4)
    assert bench.output_gradients["max"].tolist() == [[5, 6, 1], [1, 1, 1], [1, 1, 1]]
    bench.input, bench.gradient = np.ones((4, 4)), np.full((3, 3), 7)
    assert bench.output_gradients["max"].tolist() == [[7]]


# ---- how an output moves along -------------------------------------------------------------------------------------


def test_half_a_cell_by_hand():
    """A dot at an even place, blurred by 1 2 1 over 4 along the row, moved by half a cell of the output.

    Before: one cell of 1/2; stretched 1/4 1/2 1/4, squares 3/8. After: two cells of 1/4; stretched 1/8 1/4 1/4 1/4 1/8,
    squares 7/32. Where they lie on each other the difference is 1/8 0 −1/4 0 1/8, squares 3/32. In the other direction
    both are the same 1/4 1/2 1/4, whose squares are 3/8: a factor that leaves the ratio as it is.
    """
    change = PoolingBench(input=dot(6, 6)).changes_at((0, 1))["blur"]
    assert change == pytest.approx(np.sqrt(3 / 32) / (np.sqrt(3 / 8) + np.sqrt(7 / 32)))


def test_a_maximum_that_stays_is_a_shift_missed():
    """The same cell wins: stretched 1/2 1 1/2 against itself moved by a pixel: 1/2 1/2 −1/2 −1/2 of norm 1."""
    change = PoolingBench(input=dot(6, 6)).changes_at((0, 1))["max"]
    assert change == pytest.approx(1 / (2 * np.sqrt(1.5)))


@pytest.mark.parametrize("name", list(SHAPES)[:5])
@pytest.mark.parametrize("stride", [2, 3, 4])  # with 1, a 3×3 window just outside would see it at the border
def test_by_whole_cells_every_reduction_moves_along(name, stride):
    bench = PoolingBench(input=SHAPES[name], stride=stride)
    for curve in bench.changes_by_shift.values():
        whole = [change for n, change in zip(range(-4, 5), curve, strict=True) if n % stride == 0]
        np.testing.assert_allclose(whole, 0, atol=1e-12)


@pytest.mark.parametrize("name", list(SHAPES)[:5])
@pytest.mark.parametrize("start", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_by_half_a_cell_the_blur_moves_along_best(name, start):
    changes = PoolingBench(input=shift(SHAPES[name], start)).changes_at((0, 1))
    assert changes["blur"] == pytest.approx(min(changes.values()))
    assert changes["convolution"] == max(changes.values())


@given(
    st.sampled_from(["an L", "a texture", "all below zero"]),
    st.tuples(st.integers(-4, 4), st.integers(-4, 4)),
    st.integers(1, 4),
)
def test_a_change_is_a_share_and_scipy_agrees(name, by, stride):
    bench = PoolingBench(input=SHAPES[name], stride=stride)
    for reduction, change in bench.changes_at(by).items():
        old, new = (
            bench.reduce(picture)[reduction]
            for picture in (SHAPES[name], ndimage.shift(SHAPES[name], by, order=0, mode="constant"))
        )

        def stretched(y):
            zoomed = np.zeros((y.shape[0] * stride + 24, y.shape[1] * stride + 24))
            cells = slice(12, 12 + y.shape[0] * stride, stride), slice(12, 12 + y.shape[1] * stride, stride)
            zoomed[cells] = y
            tent = np.convolve(np.ones(stride), np.ones(stride)) / stride
            return ndimage.correlate(zoomed, np.outer(tent, tent), mode="constant")

        moved, there = ndimage.shift(stretched(old), by, order=0, mode="constant"), stretched(new)
        total = np.linalg.norm(moved) + np.linalg.norm(there)
        assert 0 <= change <= 1
        np.testing.assert_allclose(change * total, np.linalg.norm(moved - there), atol=1e-9)


def test_nothing_moves_along_with_nothing():
    assert PoolingBench(input=np.zeros((8, 8))).changes_at((1, 2)) == dict.fromkeys(REDUCTIONS, 0.0)


def test_the_curve_follows_the_larger_shift_and_keeps_the_other():
    bench = PoolingBench(input=TEXTURE, shift=(1, -2))
    assert bench.changes_by_shift["max"][-2 + 4] == bench.changes["max"]
    assert bench.changes_by_shift["max"][3 + 4] == bench.changes_at((1, 3))["max"]
    bench.shift = (-3, 1)
    assert bench.changes_by_shift["blur"][-3 + 4] == bench.changes["blur"]
    assert bench.changes_by_shift["blur"][2 + 4] == bench.changes_at((2, 1))["blur"]


# ---- oracles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"kernel_size": 3, "padding": 1},
        {"kernel_size": 3, "stride": 1, "padding": 1, "count_include_pad": False},
        {"kernel_size": 3, "stride": 4, "ceil_mode": True},
        {"kernel_size": 4, "stride": 3, "padding": 2, "ceil_mode": True, "count_include_pad": False},
        {"kernel_size": 1, "stride": 3},
    ],
)
@pytest.mark.parametrize("name", ["a texture", "a ring", "all below zero"])
def test_pytorch_agrees(torch, name, settings):
    bench = PoolingBench(input=SHAPES[name][:11], shift=(1, -2), gradient=TEXTURE[:5, :4] - 4, **settings)
    functional = torch.nn.functional
    x = torch.tensor(ndimage.shift(np.array(SHAPES[name][:11], float), (1, -2), order=0, mode="constant"))
    x = x[None, None].requires_grad_()
    average = {"kernel_size": 2, "stride": 2} | settings
    pooling = {key: value for key, value in average.items() if key != "count_include_pad"}
    framed = {"stride": bench.stride, "padding": 1}
    outputs = {
        "max": functional.max_pool2d(x, **pooling),
        "average": functional.avg_pool2d(x, **average),
        "convolution": functional.conv2d(x, torch.tensor(SOBEL_VERTICAL)[None, None], **framed),
        "blur": functional.conv2d(x, torch.tensor(GAUSSIAN_BLUR)[None, None], **framed),
    }
    for reduction, output in outputs.items():
        np.testing.assert_allclose(bench.outputs[reduction], output[0, 0].detach().numpy(), atol=1e-12)
        dy = torch.tensor(bench.output_gradients[reduction])[None, None]
        (dx,) = torch.autograd.grad(output, x, dy)
        np.testing.assert_allclose(bench.input_gradients[reduction], dx[0, 0].numpy(), atol=1e-12)


# ---- traits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"input": np.ones((3, 8))}, r"input must be a 2-D array .* 4 to 16 along each axis; got shape \(3, 8\)"),
        ({"input": np.ones((4, 17))}, r"got shape \(4, 17\)"),
        ({"shift": (0, 5)}, r"shift must be two whole numbers \(down, right\) from -4 to 4; got \(0, 5\)"),
        ({"kernel_size": 0}, "kernel_size must be a whole number from 1 to 4; got 0"),
        ({"kernel_size": 5}, "kernel_size must be a whole number from 1 to 4; got 5"),
        ({"stride": 5}, "stride must be a whole number from 1 to 4; got 5"),
        ({"padding": 2}, "padding must be at most half of the kernel size 2, 1, got 2"),
        ({"padding": 3}, "padding must be a whole number from 0 to 2; got 3"),
        ({"kernel": np.ones((5, 5))}, r"kernel must be .* 3 to 3 along each axis; got shape \(5, 5\)"),
        ({"gradient": [[np.nan]]}, "gradient must be .*got nan in it"),
        ({"gradient": [1, 2]}, r"gradient must be a 2-D array .*got shape \(2,\)"),
        ({"pinned": ("output", 0, 0)}, r"pinned must be .*got \('output', 0, 0\)"),
        ({"pen": np.inf}, "pen must be a finite number; got inf"),
        ({"patterns": {"small": np.ones((3, 3))}}, r"patterns\['small'\] must be .* 4 to 16"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        PoolingBench(**traits)


def test_a_refused_padding_leaves_the_last_one():
    bench = PoolingBench(kernel_size=3, padding=1)
    with pytest.raises(TraitError, match="padding must be at most half of the kernel size 1, 0, got 1"):
        bench.kernel_size = 1
    assert bench.kernel_size == 3


def test_python_hears_a_change():
    heard = []
    bench = PoolingBench()
    bench.observe(lambda change: heard.append(change["new"]), ["shift", "gradient"])
    bench.shift = np.array([1, -2])
    bench.gradient = [[3]]
    bench.gradient = None
    assert heard == [[1, -2], [[3.0]], None]


def test_a_pattern_is_drawn_with_characters():
    picture = pattern(1, 9, "#.2", "0#9")
    assert picture[1:3, 9:].tolist() == [[1, 0, 2], [0, 1, 9]]
    assert picture.sum() == 13


# ---- page and paper ------------------------------------------------------------------------------------------------


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    bench = PoolingBench(input=FOUR, shift=(0, 0), kernel_size=3, padding=1)
    html = bench.page_html("PoolingBench-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["kernel_size"] == 3
    assert state["gradient"] is None
    alt = re.search(r'alt="(.*?)"', html)[1]
    assert alt.startswith("A 4×4 picture through four reductions: 3×3 pooling, stride 2, padding 1, shift (0, 0).")
    assert "max pooling 2×2: 3 7; 9 9." in alt
    assert "Max pooling keeps 3 of 16 pixels." in alt
    assert alt.endswith("max pooling 0, average pooling 0, strided convolution 0, blur pooling 0.")
    twin = PoolingBench(input=FOUR, shift=(0, 0), kernel_size=3, padding=1)
    assert html == twin.page_html("PoolingBench-1")
    assert repr(twin) == "PoolingBench(3×3 pooling, stride 2, padding 1, shift (0, 0))"


def test_backward_and_predict_are_said_in_words():
    text = PoolingBench(input=FOUR, backward=True).description()
    assert "Gradient of the picture, row by row: max pooling 4×4: 0 0 0 0; 1 0 0 1; 0 0 1 0; 0 1 0 0." in text
    hidden = PoolingBench(input=FOUR, predict=True)
    assert hidden.description().endswith("The results are to be predicted.")
    assert "<rect" in hidden.static_svg() and "polyline" not in hidden.static_svg()


SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    "pinned, framed", [(("max", 2, 2), 5), (("blur", 0, 0), 5), (("convolution", 3, 3), 10), (("average", 9, 9), 0)]
)
def test_the_static_picture_frames_the_pinned_window(pinned, framed):
    picture = ElementTree.fromstring(PoolingBench(pinned=pinned).static_svg())
    classes = [rect.get("class") for rect in picture.iter(f"{SVG}rect")]
    assert classes.count("frame") == framed  # the window and the output
    plots = [group for group in picture.iter(f"{SVG}g") if group.find(f"{SVG}polyline") is not None]
    assert [plot.find(f"{SVG}text").text for plot in plots] == [*REDUCTIONS.values()]
    assert len({plot.get("transform") for plot in plots}) == 4  # lines that coincide hide nothing
    names = [tspan.text for tspan in picture.iter(f"{SVG}tspan") if tspan.get("class") == "name"]
    assert names == ["moved picture", *REDUCTIONS.values()]
