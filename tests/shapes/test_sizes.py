"""Sizes of outputs: worked by hand, by counting windows, and PyTorch's."""

import math
from itertools import pairwise

import numpy as np
import pytest
from drawn_calls import small
from hypothesis import assume, given
from hypothesis import strategies as st

from convbook import shapes


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "dilation", "expected"),
    [
        (3, 3, 1, 0, 1, 1),
        (32, 3, 2, 1, 1, 16),  # 16.5 without the floor
        (7, 3, 2, 0, 1, 3),  # stride 2 does not always halve
        (224, 7, 2, 3, 1, 112),
        (7, 3, 1, 0, 3, 1),  # three weights over 7 pixels
        (5, 2, 1, (0, 1), 1, 5),
        (8, 3, 2, "same_tf", 1, 4),
        (8, 4, 1, "same", 1, 8),
        (8, 4, 1, "valid", 1, 5),
    ],
)
def test_convolution_sizes_worked_by_hand(size, kernel, stride, padding, dilation, expected):
    assert shapes.conv_output_size(size, kernel, stride, padding, dilation) == expected


@given(st.integers(1, 40), small, small, st.integers(0, 5), small)
def test_sizes_count_the_windows_that_fit(size, kernel, stride, padding, dilation):
    taps = np.arange(kernel) * dilation
    starts = range(0, size + 2 * padding, stride)
    fitting = [start for start in starts if start + taps[-1] < size + 2 * padding]
    if fitting:
        assert shapes.conv_output_size(size, kernel, stride, padding, dilation) == len(fitting)
    else:
        with pytest.raises(ValueError, match="larger than the padded input"):
            shapes.conv_output_size(size, kernel, stride, padding, dilation)


@given(st.integers(1, 30), small, small, st.integers(0, 2), small, st.booleans())
def test_pool_sizes_equal_pytorch(torch, size, kernel, stride, padding, dilation, ceil_mode):
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "ceil_mode": ceil_mode}
    try:
        expected = torch.nn.functional.max_pool1d(torch.zeros(1, 1, size), kernel, **settings).shape[-1]
    except RuntimeError:  # half the kernel, or too small an output: so must ours
        with pytest.raises(ValueError, match=r"padding must be at most half|larger than the padded input"):
            shapes.pool_output_size(size, kernel, **settings)
    else:
        assert shapes.pool_output_size(size, kernel, **settings) == expected


@given(st.integers(1, 12), small, small, st.integers(0, 3), st.integers(0, 3), small)
def test_transposed_sizes_equal_pytorch(torch, size, kernel, stride, padding, extra, dilation):
    layer = [torch.zeros(1, 1, size), torch.zeros(1, 1, kernel), None, stride, padding, extra, 1, dilation]
    try:
        expected = torch.nn.functional.conv_transpose1d(*layer).shape[-1]
    except RuntimeError:
        expected = 0
    if expected:
        assert shapes.conv_transpose_output_size(size, kernel, stride, padding, extra, dilation) == expected
    else:
        with pytest.raises(ValueError, match="must"):
            shapes.conv_transpose_output_size(size, kernel, stride, padding, extra, dilation)


@given(st.integers(1, 30), small, small, st.integers(0, 2), small)
def test_output_padding_leads_back_to_the_size_that_was_shrunk(size, kernel, stride, padding, dilation):
    assume(size + 2 * padding >= shapes.effective_kernel_size(kernel, dilation))
    shrunk = shapes.conv_output_size(size, kernel, stride, padding, dilation)
    extra = shapes.output_padding_for(size, kernel, stride, padding, dilation)
    assert shapes.conv_transpose_output_size(shrunk, kernel, stride, padding, extra, dilation) == size


@pytest.mark.parametrize(("kernel", "stride", "padding", "extra"), [(2, 2, 0, 0), (3, 2, 1, 1), (4, 2, 1, 0)])
@pytest.mark.parametrize("size", [1, 7, 16])
def test_the_recipes_that_double(size, kernel, stride, padding, extra):
    assert shapes.conv_transpose_output_size(size, kernel, stride, padding, extra) == 2 * size


@given(st.integers(1, 40), small, small, small)
def test_tensorflows_same_rounds_up_and_pads_the_end_first(size, kernel, stride, dilation):
    before, after = shapes.same_padding_tf(size, kernel, stride, dilation)
    assert after - before in (0, 1)
    assert shapes.conv_output_size(size, kernel, stride, (before, after), dilation) == math.ceil(size / stride)
    if after:  # one pixel less would lose the last window
        fewer = size + before + after - 1
        assert (fewer - shapes.effective_kernel_size(kernel, dilation)) // stride + 1 < math.ceil(size / stride)


@given(st.integers(1, 40), small, small)
def test_pytorchs_same_keeps_the_size(size, kernel, dilation):
    before, after = shapes.same_padding(kernel, dilation)
    assert after - before in (0, 1)
    assert shapes.conv_output_size(size, kernel, 1, (before, after), dilation) == size


@given(st.integers(1, 20), st.integers(1, 20))
def test_adaptive_windows_cover_every_pixel_in_order(size, output_size):
    windows = shapes.adaptive_windows(size, output_size)
    assert len(windows) == output_size
    assert windows[0][0] == 0
    assert windows[-1][1] == size
    assert all(0 < stop - start <= -(-size // output_size) + 1 for start, stop in windows)
    assert all(later[0] <= earlier[1] for earlier, later in pairwise(windows))
