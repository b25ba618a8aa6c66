"""Checkerboard in Python: its traits, its numbers and its page."""

import json
import re
from itertools import product

import numpy as np
import pytest
from traitlets import TraitError

from convbook.widgets import Checkerboard, checkerboard
from convbook.widgets.checkerboard import upsampling
from convbook.widgets.checkerboard.upsampling import STARTS, WAYS, descended

SIZES = list(product(range(2, 7), range(2, 5)))
PHOTO = ((np.arange(30)[:, None] * 37 + np.arange(41) * 101) % 256).astype(np.uint8)


@pytest.mark.pytorch
@pytest.mark.parametrize("way", WAYS)
def test_pytorch_enlarges_alike(torch, way):
    functional = torch.nn.functional
    for kernel, stride in SIZES:
        board = Checkerboard(picture=PHOTO, way=way, kernel=kernel, stride=stride, start="random", seed=3)
        x, w = torch.tensor(board.small)[None, None], torch.tensor(board.filters)[:, None]
        before, after = (kernel - 1) // 2, kernel // 2
        sides = (before, after, before, after)
        if way == "transposed":
            y = functional.conv_transpose2d(x, w, stride=stride, **upsampling.recipe(kernel, stride))
        elif way in upsampling.SHUFFLED:
            y = functional.pixel_shuffle(functional.conv2d(functional.pad(x, sides), w), stride)
        else:
            more = {"align_corners": False} if way == "bilinear" else {}
            larger = functional.interpolate(x, scale_factor=stride, mode=way, **more)
            y = functional.conv2d(functional.pad(larger, sides), w)
        np.testing.assert_allclose(board.output, y[0, 0].numpy(), atol=1e-9)


@pytest.mark.pytorch
@pytest.mark.parametrize("way", ["transposed", "bilinear", "subpixel"])
def test_a_step_is_a_step_of_pytorchs_gradient_descent(torch, way):
    board = Checkerboard(picture=PHOTO, way=way, start="random", steps=1)
    w = torch.tensor(board.begun, requires_grad=True)
    x, target = torch.tensor(board.small / 255)[None, None], torch.tensor(board.scene / 510)
    functional = torch.nn.functional
    if way == "transposed":
        y = functional.conv_transpose2d(x, w[:, None], stride=2, padding=1, output_padding=1)
    elif way == "bilinear":
        larger = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        y = functional.conv2d(larger, w[:, None], padding=1)
    else:
        y = functional.pixel_shuffle(functional.conv2d(x, w[:, None], padding=1), 2)
    loss = ((y[0, 0] - target) ** 2).mean()
    loss.backward()
    moved, gradient = (board.filters - board.begun).ravel(), w.grad.numpy().ravel()
    rate = -moved @ gradient / (gradient @ gradient)
    assert rate > 0
    np.testing.assert_allclose(moved, -rate * gradient, atol=1e-12)
    assert board.losses[0] == pytest.approx(loss.item())
    assert board.losses[1] < board.losses[0]


def test_ones_show_how_many_stamps_meet():
    for kernel, stride in SIZES:
        board = Checkerboard(kernel=kernel, stride=stride)
        counts = np.array(board.overlap[:stride])
        np.testing.assert_allclose(board.tile * kernel**2 / stride**2, np.outer(counts, counts))
        assert (board.strength == 0) == (kernel % stride == 0)


def test_the_kernel_size_alone_decides_nothing():
    for kernel, stride in SIZES:
        balanced = Checkerboard(kernel=kernel, stride=stride, start="balanced")
        random = Checkerboard(kernel=kernel, stride=stride, start="random")
        assert random.strength > 0.1
        if kernel >= stride:
            assert balanced.strength == 0
            np.testing.assert_allclose(balanced.tile, 1)
        else:
            assert balanced.tile.min() == 0  # between the stamps there is nothing


def test_a_step_of_training_brings_the_pattern_back_where_the_overlap_is_uneven():
    three = [Checkerboard(start="balanced", steps=steps).strength for steps in (0, 1, 3, 40)]
    four = Checkerboard(kernel=4, start="balanced", steps=1).strength
    assert three[0] == 0
    assert three[1] > 0.05
    assert three[2] > three[1]
    assert three[3] < 0.01  # much later the loss has pressed it out
    assert four < 0.002


@pytest.mark.parametrize("way", WAYS)
def test_a_black_picture_teaches_nothing(way):
    board = Checkerboard(picture=np.zeros((24, 36)), way=way, steps=2)
    np.testing.assert_array_equal(board.filters, board.begun)
    assert board.losses == [0, 0, 0]


@pytest.mark.parametrize("start", STARTS)
def test_what_is_resized_first_keeps_one_colour_and_icnr_begins_with_one(start):
    for way, (kernel, stride) in product(("nearest", "bilinear", "icnr"), ((3, 2), (4, 3))):
        assert Checkerboard(way=way, kernel=kernel, stride=stride, start=start).strength == 0
    assert Checkerboard(way="nearest", start=start, steps=5).strength == 0


def test_sub_pixel_filters_begin_apart_and_training_parts_those_of_icnr():
    assert Checkerboard(way="subpixel", start="random").strength > 0.5
    assert 0 < Checkerboard(way="icnr", start="random", steps=1).strength < 0.5


def test_random_weights_are_nearly_normal():
    numbers = upsampling.noise(1, 4000)
    assert abs(numbers.mean()) < 0.05
    assert numbers.std() == pytest.approx(1, abs=0.05)
    weights = np.concatenate([Checkerboard(start="random", seed=seed, kernel=6).begun.ravel() for seed in range(30)])
    assert weights.var() == pytest.approx(2 / 36, rel=0.1)


@pytest.mark.parametrize(
    "traits, words",
    [
        (
            {"weights": np.ones((2, 2))},
            r"weights must be None or have the shape of kernel, \(3, 3\); got shape \(2, 2\)",
        ),
        ({"weights": np.ones((3, 3)), "way": "icnr"}, "weights are for one kernel; 'icnr' has a filter for each"),
        ({"picture": np.zeros((23, 90))}, r"picture must have at least 24 pixels a side; got \(23, 90\)"),
        ({"kernel": 7}, "kernel must be a whole number from 2 to 6; got 7"),
        ({"way": "unpool"}, "way must be one of 'transposed', 'nearest'"),
        ({"steps": 41}, "steps must be a whole number from 0 to 40"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        Checkerboard(**traits)


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    board = Checkerboard()
    html = board.page_html("Checkerboard-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert (state["way"], state["weights"]) == ("transposed", None)
    assert "0.444 0.889; 0.889 1.778: a pattern of strength 0.436" in html
    board.predict = True
    assert "0.889" not in board.description()
    board.picture = "own:1"
    board.static_svg()
    assert "picture enlarged 2 times" in board.description()


def test_a_training_is_kept_until_what_it_learns_from_changes(monkeypatch):
    trained = []
    monkeypatch.setattr(checkerboard, "descended", lambda *a: trained.append(a) or descended(*a))
    board = Checkerboard(steps=2)
    weights, losses = board.filters, board.losses
    weights[:] = 0
    losses.clear()
    assert board.filters.any()
    assert board.strength > 0
    assert len(board.losses) == 3
    assert len(trained) == 1
    changes = {"steps": 3, "picture": "cat", "start": "random", "seed": 1, "stride": 3, "kernel": 4, "way": "nearest"}
    for number, (trait, value) in enumerate(changes.items(), start=2):
        board.set_trait(trait, value)
        assert board.losses
        assert len(trained) == number
