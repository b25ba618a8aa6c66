"""What an output sees: worked by hand, and where PyTorch's gradient is not zero."""

import math
from functools import partial

import numpy as np
import pytest
from drawn_calls import small
from hypothesis import assume, given
from hypothesis import strategies as st

from convbook.shapes import (
    AdaptivePool,
    BatchNorm,
    Branches,
    Conv,
    ConvTranspose,
    Flatten,
    Layer,
    Linear,
    Pool,
    ReceptiveField,
    receptive_field,
    summary,
)


@pytest.mark.parametrize(
    ("layers", "size", "jump", "centre"),
    [
        ([], 1, 1, 0),
        ([Conv(1, 3)] * 3, 7, 1, 3),
        ([Conv(1, 3, stride=2)] * 2, 7, 4, 3),
        ([Conv(1, 3, dilation=d) for d in (1, 2, 4, 8)], 31, 1, 15),
        ([Conv(1, 3, padding=1)] * 5, 11, 1, 0),  # padding keeps the centre on the pixel
        ([Conv(1, 2), Pool(2)], 3, 2, 1),
        ([Conv(1, 3, stride=2, padding=1), Layer(), BatchNorm()], 3, 2, 0),
    ],
)
def test_receptive_fields_worked_by_hand(layers, size, jump, centre):
    assert receptive_field(layers) == ReceptiveField(size, jump, centre)


def test_height_and_width_are_separate():
    layers = [Conv(1, (1, 7), padding=(0, 3)), Conv(1, (3, 1), stride=(2, 1))]
    assert receptive_field(layers, axis=0) == ReceptiveField(3, 2, 1)
    assert receptive_field(layers, axis=1) == ReceptiveField(7, 1, 0)


def test_a_residual_sees_what_its_longest_branch_sees():
    block = Branches([[Conv(1, 3, padding=1), Conv(1, 3, padding=1)], []])
    assert receptive_field([block] * 3) == ReceptiveField(13, 1, 0)


def test_branches_that_look_to_different_sides_see_both():
    left, right = [Conv(1, 3, padding=(0, (2, 0)))], [Conv(1, 3, padding=(0, (0, 2)))]
    field = receptive_field([Branches([left, right], "concat")], axis=1)
    assert (field.first, field.last, field.size) == (-2, 2, 5)


def test_behind_a_global_layer_everything_is_seen():
    for last in (AdaptivePool(), Flatten(), Linear(10)):
        assert math.isinf(receptive_field([Conv(1, 3), last, Conv(1, 1)]).size)
    squeeze = Branches([[AdaptivePool(1)], []])
    assert math.isinf(receptive_field([squeeze, Conv(1, 3)]).size)


def torch_layers(torch, layers):
    """Return the stack as PyTorch modules whose weights are all 1, so that nothing cancels."""
    modules = []
    for layer in layers:
        if isinstance(layer, Pool):
            modules.append(torch.nn.AvgPool2d(layer.kernel_size, layer.stride, layer.padding))
            continue
        kind = torch.nn.ConvTranspose2d if isinstance(layer, ConvTranspose) else torch.nn.Conv2d
        settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, "bias": False}
        modules.append(kind(1, 1, layer.kernel_size, **settings))
        torch.nn.init.ones_(modules[-1].weight)
    return torch.nn.Sequential(*modules)


# Kernels one row high, so that a long picture of one row will do.
conv = st.builds(
    lambda k, s, p, d: Conv(1, (1, k), (1, s), (0, p), (1, d)), small, st.integers(1, 3), st.integers(0, 2), small
)


pool = st.builds(lambda k, s, p: Pool((1, k), (1, s), (0, p)), st.integers(2, 3), st.integers(1, 3), st.integers(0, 1))


grow = st.builds(lambda k, s, p: ConvTranspose(1, (1, k), (1, s), (0, p)), small, st.integers(1, 3), st.integers(0, 1))


def seen_and_foreseen(torch, layers):
    """Return the first and last pixel whose gradient is not zero, and those that the field names, for one output."""
    x = torch.zeros(1, 1, 1, 5001, requires_grad=True)  # wide enough for four layers of the largest settings
    y = torch_layers(torch, layers)(x)
    middle = y.shape[-1] // 2
    y[0, 0, 0, middle].backward()
    seen = np.flatnonzero(x.grad.numpy())
    field = receptive_field(layers, axis=1)
    return seen[[0, -1]], np.array([field.first, field.last]) + middle * field.jump


@given(st.lists(conv | pool, min_size=1, max_size=4))
def test_fields_are_where_the_gradient_is_not_zero(torch, layers):
    seen, foreseen = seen_and_foreseen(torch, layers)
    assert seen.tolist() == foreseen.tolist()


@given(conv, grow, conv)
def test_fields_behind_a_transposed_convolution_are_right_to_a_step(torch, before, stretch, after):
    assume(stretch.kernel_size >= stretch.stride)  # or some outputs see nothing at all
    seen, foreseen = seen_and_foreseen(torch, [before, stretch, after])
    assert np.abs(seen - foreseen).max() <= before.stride[1]


anything = st.integers(-1, 4)
settings_of_an_axis = anything | st.tuples(anything, anything) | st.sampled_from(["valid", "same", "full", None, 1.0])
both_axes = settings_of_an_axis | st.tuples(settings_of_an_axis, settings_of_an_axis)


@given(st.sampled_from([partial(Pool, 3), partial(ConvTranspose, 1, 3), partial(Conv, 1, 3)]), both_axes, both_axes)
def test_a_field_is_told_of_exactly_the_layers_that_take_a_picture(layer, padding, other):
    """What is refused in a network must not be measured alone: one rule for both."""
    made = layer(padding=padding, **({"output_padding": other} if layer.func is ConvTranspose else {"stride": other}))
    assert fails(lambda: summary([made], (1, 20, 20))) == fails(
        lambda: [receptive_field([made], axis) for axis in (0, 1)]
    )


def fails(call):
    try:
        call()
    except (TypeError, ValueError) as error:
        return type(error)
