"""Poolings to a size that is given equal PyTorch's."""

import numpy as np
from comparing import compare
from hypothesis import given
from hypothesis import strategies as st


@given(st.tuples(*[st.integers(1, 7)] * 2), st.tuples(*[st.none() | st.integers(1, 9)] * 2))
def test_adaptive_pools_equal_pytorch(engine, torch, size, output_size):
    call = {"x": np.random.default_rng(0).standard_normal((2, 3, *size)), "output_size": output_size}
    for name in ("adaptive_avg_pool2d", "adaptive_max_pool2d"):
        theirs = getattr(torch.nn.functional, name)
        compare(engine, torch, name, lambda x, output_size, theirs=theirs: theirs(x, output_size), call)
    indices = engine.adaptive_max_pool2d(**call, return_indices=True)[1]
    expected = theirs(torch.tensor(call["x"]), output_size, return_indices=True)[1]
    np.testing.assert_array_equal(indices, expected)
