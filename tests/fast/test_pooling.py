"""Poolings of any number, NaN and infinity among them, equal PyTorch's."""

import numpy as np
from drawn_calls import AWKWARD
from hypothesis import given
from hypothesis import strategies as st

from convbook import fast, ops


@given(st.data())
def test_poolings_of_any_number_equal_pytorch(torch, data):
    x = np.random.default_rng(0).standard_normal((1, 2, 5, 6))
    for _ in range(3):
        x.flat[data.draw(st.integers(0, x.size - 1))] = data.draw(AWKWARD)
    settings = {"kernel_size": data.draw(st.integers(1, 4)), "stride": data.draw(st.integers(1, 3))}
    for name in ("max_pool2d", "avg_pool2d"):
        expected = getattr(torch.nn.functional, name)(torch.tensor(x), **settings)
        for engine in (ops, fast):
            np.testing.assert_allclose(getattr(engine, name)(x, **settings), expected, atol=1e-5)
