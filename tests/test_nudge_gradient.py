"""NudgeGradient in Python: its traits, its gradients, its nudges and its descent."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traitlets import TraitError

from convbook.widgets import NudgeGradient
from convbook.widgets.nudge_gradient import EDGE, taught

NUMBER = st.integers(-4, 4)


@st.composite
def widgets(draw):
    """Draw a widget whose settings fit together, in one dimension or in two, with a number pinned."""

    def matrix(rows, columns):
        return np.array(draw(st.lists(NUMBER, min_size=rows * columns, max_size=rows * columns))).reshape(rows, columns)

    dimensions, dilation = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    flat = dimensions == 1
    taps = (1 if flat else draw(st.integers(1, 3)), draw(st.integers(1, 3)))
    spans = [dilation * (n - 1) + 1 for n in taps]
    size = (1 if flat else draw(st.integers(spans[0], 5)), draw(st.integers(spans[1], 5)))
    padding = draw(st.integers(0, min(1, *(span - 1 for span in spans[dimensions % 2 :]))))
    windows = {"stride": draw(st.integers(1, 3)), "padding": padding, "dilation": dilation}
    layer = {"dimensions": dimensions, "input": matrix(*size), "kernel": matrix(*taps), "bias": draw(NUMBER)}
    target = matrix(*NudgeGradient(**layer, **windows, target=None).output.shape)
    role = draw(st.sampled_from(["input", "dinput", "kernel", "dkernel", "bias", "dbias"]))
    limits = {"input": size, "kernel": taps, "bias": (1, 1)}[role.removeprefix("d")]
    pinned = (role, *(draw(st.integers(0, n - 1)) for n in limits))
    return NudgeGradient(**layer, **windows, target=target, pinned=pinned)


def test_the_numbers_that_the_chapter_works_out_by_hand():
    widget = NudgeGradient()
    assert widget.output.tolist() == [[5, 2, -2, -1, -2]]
    assert widget.target == [[2, 1, 2, -1, -3]]
    assert widget.output_gradient.tolist() == [[3, 1, -4, 0, 1]]
    assert widget.loss == (9 + 1 + 16 + 0 + 1) / 2
    assert widget.kernel_gradient.tolist() == [[6 + 1 - 2, 3 + 1, 8 + 1]]
    assert widget.input_gradient.tolist() == [[6, 3 + 2, 3 + 1 - 8, 1 - 4 + 0, -4 + 2, 1, 1]]
    assert widget.bias_gradient == 3 + 1 - 4 + 0 + 1


@settings(max_examples=60)
@given(widgets())
def test_a_nudge_to_both_sides_measures_the_gradients_cell(widget):
    """Exactly, up to rounding: along one number the loss is a parabola."""
    assert widget.slopes["central"] == pytest.approx(widget.slopes["gradient"], abs=1e-9)


@settings(max_examples=60)
@given(widgets())
def test_a_nudge_to_one_side_is_off_by_half_a_nudge_times_what_the_number_meets(widget):
    role, *at = widget.nudged
    changed = np.array(getattr(widget, role), float)
    changed[tuple(at) if role != "bias" else ()] += 1
    moved = NudgeGradient(**_traits(widget) | {role: changed.tolist()})
    curvature = ((moved.output - widget.output) ** 2).sum()
    off = widget.slopes["one_sided"] - widget.slopes["gradient"]
    assert off == pytest.approx(widget.epsilon / 2 * curvature, abs=1e-9)


def _traits(widget):
    return {name: getattr(widget, name) for name in widget.examples["a row"]}


@pytest.mark.pytorch
@settings(max_examples=60)
@given(widgets())
def test_pytorch_agrees(torch, widget):
    x, w, t = (
        torch.tensor(array, dtype=torch.float64)[None, None] for array in (widget.input, widget.kernel, widget.target)
    )
    b = torch.tensor([widget.bias], dtype=torch.float64, requires_grad=True)
    x.requires_grad_()
    w.requires_grad_()
    loss = 0.5 * ((torch.nn.functional.conv2d(x, w, b, **widget._settings) - t) ** 2).sum()
    loss.backward()
    assert widget.loss == pytest.approx(loss.item())
    np.testing.assert_allclose(widget.input_gradient, x.grad[0, 0], atol=1e-9)
    np.testing.assert_allclose(widget.kernel_gradient, w.grad[0, 0], atol=1e-9)
    assert widget.bias_gradient == pytest.approx(b.grad.item())


@pytest.mark.pytorch
def test_its_descent_is_pytorchs_sgd(torch):
    widget = NudgeGradient(step=7)
    x, t = (torch.tensor(array, dtype=torch.float64)[None, None] for array in (widget.input, widget.target))
    layer = torch.nn.Conv2d(1, 1, (1, 3), dtype=torch.float64)
    with torch.no_grad():
        layer.weight[:] = torch.tensor(widget.kernel)
        layer.bias[:] = widget.bias
    steps = torch.optim.SGD(layer.parameters(), lr=widget.rate)
    for _ in range(7):
        steps.zero_grad()
        (0.5 * ((layer(x) - t) ** 2).sum()).backward()
        steps.step()
    np.testing.assert_allclose(widget.layer.kernel, layer.weight.detach()[0, 0], atol=1e-12)
    assert widget.layer.bias == pytest.approx(layer.bias.item())


def test_it_learns_the_edge_filters_that_made_its_targets():
    row = NudgeGradient(step=30)
    np.testing.assert_allclose(row.layer.kernel, EDGE, atol=1e-3)
    picture = NudgeGradient(**NudgeGradient().examples["a picture"], step=60)
    np.testing.assert_allclose(picture.layer.kernel, [[1, 0, -1], [2, 0, -2], [1, 0, -1]], atol=1e-3)
    assert picture.kernel[0] == [1, 0, 1]  # where it began stays
    losses = [layer.loss for layer in row.path[:30]]
    assert losses == sorted(losses, reverse=True)


def test_a_step_too_large_climbs_and_stops_before_its_numbers_say_nothing():
    away = NudgeGradient(rate=5, step=150)
    losses = [layer.loss for layer in away.path]
    assert losses == sorted(losses)
    assert len(losses) < 20
    assert np.isfinite(away.loss)


@pytest.mark.parametrize(
    "traits, words",
    [
        ({"input": np.ones((2, 7))}, "in one dimension input and kernel have one row, got .2, 7. and .1, 3."),
        ({"stride": 2}, "target must have the shape of the output, .1, 3., or be None; got .1, 5."),
        ({"rate": 0}, "rate must be above 0 and at most 10, got 0"),
        ({"epsilon": 3}, "epsilon must be from -2 to 2, got 3"),
        ({"kernel": [[1]], "target": None, "padding": 1}, "padding must be below the 1 pixels that the kernel spans"),
        ({"input": [[1, 2]], "target": None}, "the kernel spans 3 pixels, the padded input has 2"),
        ({"padding": 2, "target": None}, "the output may have 6 × 7 numbers, this one has 9 along an axis"),
        ({"pinned": ("dkernel", 0)}, "pinned must be"),
        ({"step": 201}, "step must be a whole number from 1 to 200; got 201"),
        ({"examples": {"none": {"stride": 9}}}, r"examples\['none'\]: stride must be"),
    ],
)
def test_a_wrong_trait_says_what_would_fit(traits, words):
    with pytest.raises(TraitError, match=words):
        NudgeGradient(**traits)


def test_without_a_target_every_setting_can_be_changed():
    widget = NudgeGradient(target=None)
    widget.stride = 2
    assert widget.output.shape == (1, 3)
    assert widget.loss == (widget.output**2).sum() / 2


def test_without_a_nudge_there_is_no_slope_to_measure():
    assert NudgeGradient(epsilon=0).slopes == {"gradient": 5}
    assert NudgeGradient(pinned=("target", 0, 0)).nudged == ("kernel", 0, 0)
    assert NudgeGradient(pinned=("dinput", 5, 5)).nudged == ("kernel", 0, 0)


def test_every_example_fits_and_its_target_is_what_a_teacher_makes():
    widget = NudgeGradient()
    for settings_ in widget.examples.values():
        example = NudgeGradient(**settings_)
        windows = {name: settings_[name] for name in ("stride", "padding", "dilation")}
        made = [
            taught(settings_["input"], teacher, **windows).tolist()
            for teacher in widget.presets.values()
            if np.shape(teacher) == np.shape(settings_["kernel"])
        ]
        assert example.target in made


def test_the_page_holds_the_state_and_a_picture_with_its_numbers():
    html = NudgeGradient().page_html("NudgeGradient-1")
    state = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert state["input"] == [[2, 1, 0, 0, -2, 1, 1]]
    assert "Loss 13.5. dY 3 1 −4 0 1, dW 5 4 9, dX 6 5 −4 −3 −2 1 1, db 1." in html
    asked = NudgeGradient(predict=True)
    assert "5 4 9" not in asked.description()
    assert asked.static_svg().count("dW") == 0
