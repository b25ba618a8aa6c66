"""ChannelMatrix in Python: its picture, its matrices, its numbers and its page."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from traitlets import TraitError

from convbook import images
from convbook.widgets import ChannelMatrix
from convbook.widgets.channel_matrix.mixes import MIXES
from convbook.widgets.channel_matrix.photograph import shuffled_order, square

PIXEL = [[[200, 100, 50]]]
AROUND = MIXES["differences"]["matrix"]
matrices = arrays(float, st.tuples(st.integers(1, 3), st.just(3)), elements=st.integers(-3, 3))


# ---- numbers -------------------------------------------------------------------------------------------------------


def test_the_hand_worked_numbers():
    mix = ChannelMatrix(picture=PIXEL, matrix=[[1, -1, 0], [0, 0.5, 2]], bias=[10, -200])
    assert mix.output.ravel().tolist() == [100 + 10, 50 + 100 - 200]
    mix.relu = True
    assert mix.output.ravel().tolist() == [110, 0]
    mix = ChannelMatrix(picture=PIXEL, matrix=[[1, -1, 0], [0, -1, 1]], relu=True, second=[[1, 1]], second_bias=[5])
    assert mix.output.ravel().tolist() == [100 + 0 + 5]
    assert mix.gap == 50  # without the ReLU it would be 100 − 50 + 5


@given(matrices)
def test_every_pixel_is_multiplied_by_the_same_matrix(matrix):
    picture = np.random.default_rng(0).integers(0, 256, (4, 5, 3))
    mix = ChannelMatrix(picture=picture, matrix=matrix)
    np.testing.assert_allclose(mix.output, np.moveaxis(picture @ matrix.T, -1, 0))
    assert mix.rank == np.linalg.matrix_rank(matrix)
    assert mix.residual == 0


def test_pytorch_agrees(torch):
    second = np.array([[1.0, 0.5, -2], [0.25, 3, 1]])
    for window, padding in (("1×1", 0), ("3×3", 1)):
        mix = ChannelMatrix(matrix=AROUND, bias=[1, 2, 3], relu=True, second=second, second_bias=[4, 5], window=window)
        side = 3 if padding else 1
        weight = torch.tensor(AROUND).double()[:, :, None, None].expand(-1, -1, side, side) / side**2
        hidden = torch.nn.functional.conv2d(
            torch.tensor(mix.pixels)[None], weight, torch.tensor([1.0, 2, 3]).double(), padding=padding
        ).relu()
        y = torch.nn.functional.conv2d(hidden, torch.tensor(second)[:, :, None, None], torch.tensor([4.0, 5]).double())
        np.testing.assert_allclose(mix.output, y[0].numpy(), atol=1e-9)


def test_a_1x1_commutes_with_a_shuffle_and_a_3x3_does_not():
    mix = ChannelMatrix(scramble=True, unscramble=True)
    np.testing.assert_array_equal(mix.output, mix.layer(mix.pixels))
    assert mix.residual == 0
    mix.window = "3×3"
    assert mix.residual > 100
    assert np.abs(mix.output - mix.layer(mix.pixels)).max() == mix.residual


@given(st.integers(1, 5000))
def test_the_shuffle_takes_every_pixel_once(count):
    assert sorted(shuffled_order(count)) == list(range(count))


def test_two_matrices_without_relu_are_one_and_with_it_they_are_not():
    mix = ChannelMatrix(matrix=AROUND, second=[[1, 2, 0], [0, 1, 1]])
    np.testing.assert_array_equal(mix.combined[0], np.array([[1, 2, 0], [0, 1, 1]]) @ AROUND)  # BA, not AB
    assert mix.gap < 1e-9
    mix.relu = True
    assert mix.gap > 50


# ---- the named matrices --------------------------------------------------------------------------------------------


def test_ycbcr_and_back_is_the_picture_again_as_pillow_has_it():
    there, back = MIXES["RGB to YCbCr"], MIXES["YCbCr to RGB"]
    both = ChannelMatrix(second=back["matrix"], second_bias=back["bias"], **there)
    np.testing.assert_allclose(both.output, both.pixels, atol=1e-9)
    picture = images.load("cat")
    pillow = np.moveaxis(np.array(Image.fromarray(picture).convert("YCbCr"), float), -1, 0)
    ours = np.einsum("oc,hwc->ohw", there["matrix"], picture) + np.reshape(there["bias"], (3, 1, 1))
    assert np.abs(ours - pillow).max() < 1.01  # it cuts its sums to whole numbers, in fixed point


def test_grey_is_the_books_own_and_every_mix_has_its_rank():
    mix = ChannelMatrix(**MIXES["grey, as the eye weighs"])
    np.testing.assert_allclose(mix.output[0], images.grey(np.moveaxis(mix.pixels, 0, -1)))
    ranks = {name: ChannelMatrix(**entry).rank for name, entry in MIXES.items()}
    flat = {
        "grey, as the eye weighs": 1,
        "grey, the plain mean": 1,
        "grey in three channels": 1,
        "differences": 2,
        "opponent colours": 2,
    }
    assert ranks == dict.fromkeys(MIXES, 3) | flat


# ---- the picture ---------------------------------------------------------------------------------------------------


def test_a_picture_is_its_middle_and_a_large_one_is_reduced():
    np.testing.assert_array_equal(square("cat"), np.moveaxis(images.load("cat")[22:278, 97:353], -1, 0))
    halves = images.load("camera").reshape(256, 2, 256, 2).mean(axis=(1, 3)).round()
    np.testing.assert_array_equal(square("camera"), [halves] * 3)
    small = ChannelMatrix(picture=np.full((5, 7, 3), [1, 2, 3]))
    assert small.pixels.shape == (3, 5, 7)
    assert small.pixels[:, 0, 0].tolist() == [1, 2, 3]


def test_the_readers_own_picture_stays_in_the_browser():
    mix = ChannelMatrix()
    mix.set_state({"picture": "own:1"})
    with pytest.raises(ValueError, match="stays in the browser"):
        mix.output  # noqa: B018
    assert "reader's own" in mix.description()
    assert mix.static_svg().startswith("<svg")


# ---- traits and pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"matrix": [[1, 2]]}, r"matrix must have 3 columns, one for each colour; got shape \(1, 2\)"),
        ({"matrix": np.ones((4, 3))}, r"matrix must be .*got shape \(4, 3\)"),
        ({"bias": [1, 2]}, "bias must have 3 numbers, one for each row of matrix; got 2"),
        ({"second": [[1, 2]]}, r"second must have 3 columns, one for each row of matrix; got shape \(1, 2\)"),
        ({"second": [[1, 2, 3]], "second_bias": [1, 2]}, "second_bias must have 1 numbers, one for each row of second"),
        ({"window": "5×5"}, "window must be one of '1×1', '3×3'; got '5×5'"),
        ({"pixel": (0, 256)}, r"pixel must be at most 255; got \(0, 256\)"),
        ({"pinned": ("output", 0, 1)}, "pinned must be"),
        ({"presets": {"x": {"matrix": [[1, 2]]}}}, r"presets\['x'\]: matrix must have 3 columns"),
    ],
)
def test_what_does_not_fit_is_named(traits, words):
    with pytest.raises(TraitError, match=words):
        ChannelMatrix(**traits)


def test_the_page_holds_a_small_picture_and_the_words_hold_the_numbers():
    mix = ChannelMatrix(matrix=AROUND, second=[[1, 0, 0]])
    assert "B" in mix.static_svg()
    assert len(mix.static_svg()) < 50_000
    assert "1×3 B 1 0 0, of rank 1" in mix.description()
    assert json.dumps(mix.page_state())
    assert repr(mix) == "ChannelMatrix(cat, 3×3 matrix, second 1×3, rank 1)"
