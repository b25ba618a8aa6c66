"""SlidingWindow in Python: its traits, its numbers and its page."""

import json
import re

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d
from traitlets import TraitError

from convbook.widgets import SlidingWindow

NINE = np.arange(1, 10).reshape(3, 3)
SOBEL = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]])
rng = np.random.default_rng(0)


def test_the_hand_worked_numbers():
    widget = SlidingWindow(input=NINE, kernel=SOBEL)
    assert widget.output == [[-8]]
    widget.flip = True
    assert widget.output == [[8]]
    widget.kernel = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert widget.output == [[25]]


@pytest.mark.parametrize("flip, oracle", [(False, correlate2d), (True, convolve2d)])
def test_scipy_agrees(flip, oracle):
    x, w = rng.normal(size=(7, 5)), rng.normal(size=(2, 3))
    widget = SlidingWindow(input=x, kernel=w, flip=flip, bias=0.5)
    np.testing.assert_allclose(widget.pre_activation, oracle(x, w, mode="valid") + 0.5)


def test_relu_silences_what_is_negative():
    widget = SlidingWindow(bias=1, relu=True)
    assert (widget.pre_activation < 0).sum() == 10
    np.testing.assert_array_equal(widget.output, np.maximum(widget.pre_activation, 0))


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"kernel": np.ones((6, 6))}, r"kernel must be .* 1 to 5 along each axis; got shape \(6, 6\)"),
        ({"kernel": "edge"}, r"kernel must be a 2-D array of finite numbers.*got 'edge'"),
        ({"kernel": [[1, np.nan]]}, "kernel must be .*got nan in it"),
        ({"kernel": [1, 2]}, r"kernel must be a 2-D array.*got shape \(2,\)"),
        ({"input": np.ones((2, 2))}, r"kernel \(3, 3\) is larger than the input \(2, 2\)"),
        ({"input": np.ones((17, 4))}, r"input must be .* 1 to 16 .*got shape \(17, 4\)"),
        ({"bias": np.inf}, "bias must be a finite number; got inf"),
        ({"pinned": ("bias", 0)}, r"pinned must be \(\) or a role of .*got \('bias', 0\)"),
        ({"pinned": ("output", -1, 0)}, "pinned must be .*indices from 0"),
        ({"presets": {"flat": [1, 2]}}, r"presets\['flat'\] must be a 2-D array"),
        ({"step": 0}, "step"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        SlidingWindow(**traits)


def test_a_refused_kernel_leaves_the_last_one():
    widget = SlidingWindow(input=NINE)
    with pytest.raises(TraitError):
        widget.kernel = np.ones((4, 4))
    assert np.array_equal(widget.kernel, SOBEL)


def test_python_hears_a_change():
    heard = []
    widget = SlidingWindow()
    widget.observe(lambda change: heard.append(change["new"]), "kernel")
    widget.kernel = NINE
    assert heard == [NINE.astype(float).tolist()]


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    html = SlidingWindow(input=NINE, kernel=SOBEL).page_html("SlidingWindow-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["input"] == NINE.tolist()
    assert not any(name.startswith("_") for name in state)
    assert 'alt="3×3 input, 3×3 kernel, and their output, row by row: −8."' in html
    assert html == SlidingWindow(input=NINE, kernel=SOBEL).page_html("SlidingWindow-1")
