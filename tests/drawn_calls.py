"""Calls and layers for Hypothesis to draw, and layers of random numbers."""

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from convbook import shapes

small = st.integers(1, 5)


def size_for(draw, kernel, padding, dilation, overhang=0):
    """Draw a size that leaves room for at least one window, which may reach over the end by `overhang` pixels."""
    return draw(st.integers(0, 6)) + max(shapes.effective_kernel_size(kernel, dilation) - 2 * padding - overhang, 1)


@st.composite
def layers(draw, transposed=False):
    """Draw the arrays and settings of a convolution that fits."""
    pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
    kernel, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    size = [size_for(draw, *axis) for axis in zip(kernel, padding, dilation, strict=True)]
    batch, groups, per_group, filters = (draw(st.integers(1, 3)) for _ in range(4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    if not transposed:
        weight = rng.standard_normal((groups * filters, per_group, *kernel))
    else:
        weight = rng.standard_normal((groups * per_group, filters, *kernel))
        most = [max(pair) for pair in zip(stride, dilation, strict=True)]
        settings["output_padding"] = tuple(draw(st.integers(0, each - 1)) for each in most)
        sizes = [
            (i - 1) * s + d * (k - 1) + 1 + op - 2 * p
            for i, s, k, d, p, op in zip(
                size, stride, kernel, dilation, padding, settings["output_padding"], strict=True
            )
        ]
        assume(min(sizes) > 0)
    bias = draw(st.sampled_from([None, rng.standard_normal(groups * filters)]))
    x = rng.standard_normal((batch, groups * per_group, *size))
    return {"x": x, "weight": weight, "bias": bias} | settings


@st.composite
def pools(draw, dilated=True):
    """Draw the arrays and settings of a pooling that fits; small integers make ties likely."""
    pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
    kernel, stride = draw(pairs), draw(st.none() | pairs)
    dilation = draw(st.tuples(st.integers(1, 3), st.integers(1, 3))) if dilated else (1, 1)
    padding = tuple(draw(st.integers(0, size // 2)) for size in kernel)
    ceil_mode = draw(st.booleans())
    overhang = [step - 1 if ceil_mode else 0 for step in stride or kernel]
    size = [size_for(draw, *axis) for axis in zip(kernel, padding, dilation, overhang, strict=True)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.integers(-3, 4, (draw(st.integers(1, 2)), draw(st.integers(1, 3)), *size)).astype(float)
    settings = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil_mode}
    return {"x": x} | settings | ({"dilation": dilation} if dilated else {})


def layer(batch, channels, size, filters, kernel, groups=1, dtype=float, seed=0):
    """Return x and weight of a layer, filled with the normal numbers of a seed; sizes are ints or pairs."""
    rng = np.random.default_rng(seed)
    kernel = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    size = size if isinstance(size, tuple) else (size, size)
    x = rng.standard_normal((batch, channels, *size)).astype(dtype)
    return x, rng.standard_normal((filters, channels // groups, *kernel)).astype(dtype)


AWKWARD = st.sampled_from([0.0, 1.0, -2.5, 1e6, np.nan, np.inf, -np.inf])


@st.composite
def awkward_layers(draw):
    """Draw layers of every way, small and sparse in what is awkward, with padding up to well beyond the kernel."""
    channels, groups = draw(st.sampled_from([(1, 1), (3, 1), (16, 1), (4, 4), (4, 2)]))
    kernel = draw(st.tuples(st.sampled_from([1, 2, 3, 3, 3]), st.integers(1, 4)))
    stride, dilation = (draw(st.sampled_from([(1, 1), (1, 1), (2, 1), (1, 3)])) for _ in range(2))
    padding = draw(st.tuples(st.integers(0, 9), st.integers(0, 9)))
    size = draw(st.tuples(st.integers(7, 11), st.integers(10, 12)))
    x, weight = layer(2, channels, size, channels, kernel, groups, seed=draw(st.integers(0, 9)))
    for array in (x, weight):
        for _ in range(draw(st.integers(0, 2))):
            array.flat[draw(st.integers(0, array.size - 1))] = draw(AWKWARD)
    return {"x": x, "weight": weight} | {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
