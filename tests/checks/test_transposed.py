"""The exercises of chapter 7 of which more than one answer is right, and what else is special to them."""

import numpy as np
from checks.test_answers import passes
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import convolve2d

from convbook.checks.judge import CHECKS

weights = st.sampled_from([-1.5, -1, 0, 0.1, 0.25, 0.3, 0.45, 0.5, 0.6, 1, 2, 3])
shifts = st.sampled_from([0, 0, 0, 1e-3, -0.5])


@st.composite
def nearly_even_kernels(draw):
    """Kernels of 3 × 3 whose corners and opposite sides sum to 1, but for what is added to one weight."""
    a, b, c, left, top = (draw(weights) for _ in range(5))
    kernel = np.array([[a, top, b], [left, 1, 1 - left], [c, 1 - top, 1 - a - b - c]])
    kernel[draw(st.integers(0, 2)), draw(st.integers(0, 2))] += draw(shifts)
    return kernel


@given(nearly_even_kernels())
def test_a_kernel_passes_if_and_only_if_ones_stay_ones_and_its_weights_are_nine_different_ones_and_not_0(kernel):
    """Against SciPy's true convolution of a map of ones with zeros between."""
    ones = np.zeros((13, 13))
    ones[::2, ::2] = 1
    inside = convolve2d(ones, kernel)[4:10, 4:10]
    fits = np.allclose(inside, 1) and kernel.all() and len({round(weight, 9) for weight in kernel.flat}) == 9
    assert passes(CHECKS["even_kernel"], lambda: kernel) == fits


def test_broken_layers_have_the_right_shapes_and_names_that_tell_nothing():
    for layers, shape in CHECKS["broken_layers"].probes:
        for number, (down, up) in enumerate(layers):
            assert up(down(np.ones(shape))).shape == shape
            assert (repr(down), repr(up)) == (f"down {number}", f"up {number}")
