"""The four reductions of PoolingBench by name, and how badly an output moves along with a shift."""

import numpy as np

from convbook import ops

FARTHEST = 4
REDUCTIONS = {
    "max": "max pooling",
    "average": "average pooling",
    "convolution": "strided convolution",
    "blur": "blur pooling",
}


def stretched(output, stride):
    """Return an output at the size of pixels, linear between its cells, with room for the farthest shift around it."""
    tent = 1 - np.abs(np.arange(1 - stride, stride)) / stride
    return np.pad(ops.conv_transpose2d(output, np.outer(tent, tent), stride=stride), FARTHEST)


def apart(one, other):
    """Return the norm of the difference over the sum of the norms: 0 if both are the same, 1 at most."""
    whole = np.linalg.norm(one) + np.linalg.norm(other)
    return float(np.linalg.norm(one - other) / whole) if whole else 0.0
