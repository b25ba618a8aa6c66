"""DrawAndTrace in Python: the network that it shows, the way back, the patch, and the reader's own weights."""

import json
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets import TraitError

from convbook import digits, nn
from convbook.widgets import DrawAndTrace
from convbook.widgets.draw_and_trace import EXAMPLES, HELD_OUT
from convbook.widgets.draw_and_trace import weights as stored

PARTS = digits.split(0)


def answers(scores):
    return np.asarray(scores).argmax(axis=1)


def network(state, dtype="float64"):
    return digits.network(dtype=dtype).load_state_dict(state).eval()


# ---- the same numbers as the network itself -------------------------------------------------------------------------


@pytest.mark.parametrize("epoch", digits.trained_epochs())
def test_every_number_is_the_networks(epoch):
    reader = DrawAndTrace(epoch=epoch, **EXAMPLES["held-out 152"])
    model, x = network(digits.trained_state(epoch)), np.array(reader.input)[None, None] / 16
    np.testing.assert_allclose(reader.conv1, model[:2](x)[0], rtol=1e-12)
    np.testing.assert_allclose(reader.pool, model[:3](x)[0], rtol=1e-12)
    np.testing.assert_allclose(reader.conv2, model[:5](x)[0], rtol=1e-12)
    np.testing.assert_allclose(reader.scores, model(x)[0], rtol=1e-9)
    assert reader.probabilities.sum() == pytest.approx(1)


def test_the_examples_are_all_classes_and_all_mistakes():
    wrong = np.flatnonzero(
        answers(nn.predict(network(digits.trained_state()), PARTS.test_pictures)) != PARTS.test_labels
    )
    right = [n for n in HELD_OUT if n not in wrong]
    assert set(wrong) <= set(HELD_OUT)
    assert sorted(PARTS.test_labels[right]) == list(range(10))
    for n, (name, one) in zip(HELD_OUT, EXAMPLES.items(), strict=True):
        np.testing.assert_array_equal(np.array(one["input"]) / 16, PARTS.test_pictures[n, 0])
        assert (DrawAndTrace(**one).answer != one["label"]) == (n in wrong), name


def test_a_widget_leaves_the_random_numbers_of_a_notebook_alone():
    nn.manual_seed(3)
    expected = nn.Linear(2, 2).weight.data
    nn.manual_seed(3)
    DrawAndTrace()._repr_mimebundle_()
    np.testing.assert_array_equal(nn.Linear(2, 2).weight.data, expected)


# ---- the way back ---------------------------------------------------------------------------------------------------


def test_an_empty_drawing_by_hand():
    """Without ink a sum of the first layer is its bias, and a score that sees nothing is its own."""
    reader = DrawAndTrace(input=np.zeros((8, 8)), second_off=range(16), pinned=("conv1", 2, 4, 4))
    (step,) = reader.trace()
    bias = float(digits.trained_state()["0.bias"][2])
    assert (step.sum, step.bias, step.value) == (bias, bias, max(bias, 0))
    np.testing.assert_allclose(reader.scores, digits.trained_state()["6.bias"])


def test_every_step_adds_up_and_leads_on():
    reader = DrawAndTrace(pinned=("score", 7), patch=2, first_off=[3])
    steps = reader.trace()
    assert [step.unit[0] for step in steps] == ["score", "conv2", "pool", "conv1"]
    for before, after in pairwise(steps):
        assert before.terms[0][0] == after.unit
    for step in steps:
        maps = {"score": reader.scores, "conv2": reader.conv2, "pool": reader.pool, "conv1": reader.conv1}
        assert maps[step.unit[0]][step.unit[1:]] == pytest.approx(step.value)
        if step.unit[0] != "pool":
            assert step.bias + sum(x * w for _, x, w in step.terms) == pytest.approx(step.sum)
            sizes = [abs(x * w) for _, x, w in step.terms]
            assert sizes == sorted(sizes, reverse=True)
    assert steps[0].value == pytest.approx(steps[0].sum)


def test_a_corner_has_no_terms_in_the_padding():
    reader = DrawAndTrace()
    assert len(reader.step(("conv1", 0, 0, 0)).terms) == 4
    assert len(reader.step(("conv2", 0, 0, 3)).terms) == 8 * 4
    assert len(reader.step(("conv2", 0, 1, 2)).terms) == 8 * 9


@settings(max_examples=12, deadline=None)  # each looks at every pixel
@given(st.sampled_from(["conv1", "pool", "conv2"]), st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(0, 7)))
def test_beyond_the_field_no_pixel_counts_and_within_it_each_may(role, at):
    size = 8 if role == "conv1" else 4
    unit = (role, at[0], at[1] % size, at[2] % size)
    rng = np.random.default_rng(1)
    reader = DrawAndTrace(input=rng.uniform(4, 12, (8, 8)), pinned=unit)
    reader.load({name: np.abs(rng.normal(size=shape)) for name, shape in stored.SHAPES.items()})
    paper, before = np.array(reader.input), reader.step(unit).value
    changed = np.zeros((8, 8), bool)
    for pixel in np.ndindex(8, 8):
        reader.input = np.where(np.arange(64).reshape(8, 8) == 8 * pixel[0] + pixel[1], 16, paper)
        changed[pixel] = reader.step(unit).value != before
    assert not (changed & ~reader.field).any()
    assert changed.sum() == reader.field.sum() or role != "conv1"  # where nothing is pooled no pixel loses


# ---- channels, patch, epochs ----------------------------------------------------------------------------------------


def test_a_channel_that_is_off_is_zero_and_so_is_what_it_brings():
    reader = DrawAndTrace(first_off=(5, 2), second_off=[0])
    assert reader.first_off == [5, 2]
    assert not reader.conv1[[2, 5]].any() and not reader.pool[[2, 5]].any() and not reader.conv2[0].any()
    state = digits.trained_state()
    state["3.weight"][:, [2, 5]] = 0
    state["6.weight"][:, :16] = 0
    np.testing.assert_allclose(reader.scores, network(state)(np.array(reader.input)[None, None] / 16)[0], rtol=1e-9)


def test_the_falls_are_what_the_patch_takes_at_each_place():
    reader = DrawAndTrace(patch=3, patch_at=(2, 4), label=9)
    whole = DrawAndTrace().scores[9]
    assert reader.falls.shape == (6, 6)
    assert reader.falls[2, 4] == pytest.approx(whole - reader.scores[9])
    assert not reader.pixels[2:5, 4:7].any()
    assert reader.right == 9
    reader.label = None
    assert reader.right == DrawAndTrace().answer
    reader.patch = 0
    assert reader.falls.shape == (0, 0)


@pytest.mark.parametrize(
    ("traits", "words"),
    [
        ({"input": np.full((8, 8), 17)}, "from 0 .paper. to 16 .ink.; got 17"),
        ({"input": np.full((8, 8), -0.5)}, "got -0.5"),
        ({"input": np.zeros((7, 8))}, r"shape \(7, 8\)"),
        ({"epoch": 4}, "epoch must be one of 0, 1, 2, 3, 5, 8, 12, 15; got 4"),
        ({"patch": 4, "patch_at": (5, 0)}, r"patch_at must be at most 4 for a patch of 4 pixels; got \(5, 0\)"),
        ({"first_off": [8]}, "first_off must be a list of channels from 0 to 7"),
        ({"second_off": "all"}, "second_off must be a list of channels from 0 to 15"),
        ({"first_off": [True]}, "first_off must be a list"),
        ({"label": 10}, "label must be a whole number from 0 to 9"),
        ({"own_weights": "AAAA"}, "own_weights must be None or what load"),
        ({"pinned": ("conv2", 1)}, "pinned must be"),
        ({"examples": {"bad": {"input": np.full((8, 8), 20)}}}, "examples"),
    ],
)
def test_what_does_not_fit_is_told(traits, words):
    with pytest.raises(TraitError, match=words):
        DrawAndTrace(**traits)


# ---- the reader's own network ---------------------------------------------------------------------------------------


def test_load_shows_the_readers_own_network(tmp_path):
    nn.manual_seed(5)
    mine = digits.network()
    nn.save(mine.state_dict(), tmp_path / "mine.npz")
    reader = DrawAndTrace()
    reader.load(tmp_path / "mine.npz")
    expected = mine.to("float64")(np.array(reader.input)[None, None] / 16)[0]
    np.testing.assert_allclose(reader.scores, expected, rtol=1e-9)
    reader.load(mine.state_dict())
    np.testing.assert_allclose(reader.scores, expected, rtol=1e-9)
    renamed = dict(zip("abcdef", mine.state_dict().values(), strict=True))
    reader.load(renamed)
    np.testing.assert_allclose(reader.scores, expected, rtol=1e-9)
    assert "own network" in reader.description()
    reader.load(None)
    assert reader.answer == 3


def test_a_network_of_pytorch_loads_as_it_is(torch):
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 16, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(256, 10),
    )
    reader = DrawAndTrace()
    reader.load({name: array.numpy() for name, array in model.state_dict().items()})
    with torch.no_grad():
        expected = model.double()(torch.tensor(reader.input)[None, None].double() / 16)[0].numpy()
    np.testing.assert_allclose(reader.scores, expected, rtol=1e-6)


def spoilt(**arrays):
    return digits.network().state_dict() | arrays


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        (
            spoilt(**{"3.weight": np.zeros((16, 4, 3, 3))}),
            ValueError,
            r"3.weight has shape \(16, 4, 3, 3\); \(16, 8, 3, 3\)",
        ),
        (digits.network(channels=(8, 32)).state_dict(), ValueError, r"3.weight has shape \(32, 8, 3, 3\); \(16, 8"),
        (spoilt(extra=np.zeros(2)), ValueError, "6 arrays 0.weight, .*; got 7"),
        ({}, ValueError, "got 0: none"),
        (spoilt(**{"6.bias": np.full(10, np.nan)}), ValueError, "6.bias must hold numbers from .* got .*nan"),
        (spoilt(**{"6.bias": ["a"] * 10}), TypeError, "6.bias must be an array of numbers"),
        ("nowhere/mine.npz", FileNotFoundError, "mine.npz"),
        (3, TypeError, "path"),
    ],
)
def test_a_network_that_does_not_fit_is_told_what_would(state, error, words):
    reader = DrawAndTrace()
    with pytest.raises(error, match=words):
        reader.load(state)
    assert reader.own_weights is None


# ---- what a page gets -----------------------------------------------------------------------------------------------


def test_the_weights_of_all_epochs_are_light_and_right():
    packed = stored.packed()
    assert len(json.dumps(DrawAndTrace.assets())) < 100_000
    assert tuple(packed["epochs"]) == digits.trained_epochs()


@pytest.mark.parametrize("epoch", digits.trained_epochs())
def test_what_the_page_unpacks_reads_the_held_out_digits_as_the_network_does(epoch):
    reader = DrawAndTrace(epoch=epoch)
    model = network(digits.trained_state(epoch))
    shown = answers(reader._scores_of(PARTS.test_pictures[:, 0]))
    np.testing.assert_array_equal(shown, answers(nn.predict(model, PARTS.test_pictures)))


def test_the_picture_for_paper_and_its_words():
    reader = DrawAndTrace(patch=2, first_off=[1], second_off=[3, 4])
    svg = ElementTree.fromstring(reader.static_svg())
    text = " ".join(svg.itertext())
    for words in ("drawing", "conv1", "pool", "conv2", "probabilities", "%"):
        assert words in text
    assert len(reader.static_svg()) < 30_000
    said = reader.description()
    for words in ("meant to be a 3", f"answers {reader.answer}", "2×2 pixels lies at row 3", "first", "3, 4"):
        assert words in said
    assert repr(DrawAndTrace()) == "DrawAndTrace(the network after epoch 15 answers 3)"
