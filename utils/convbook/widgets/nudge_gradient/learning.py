"""One layer and its loss: the gradients, and what steps of gradient descent make of kernel and bias.

`arithmetic/learning.js` has the same for the view. The loss is half the sum of the squared differences from a target,
so that the gradient of the output is the difference itself.
"""

from dataclasses import dataclass

import numpy as np

from convbook import ops

LARGEST = 1e6  # of a weight: beyond it a descent has run away, and its numbers say nothing


def half_squares(y, target) -> float:
    """Return half the sum of (y − target)².

    >>> half_squares([3, 1], [1, 2])
    2.5
    """
    return float(np.square(np.subtract(y, target)).sum() / 2)


@dataclass(frozen=True)
class Layer:
    """A picture, a kernel, a bias, the target of what they make, and the settings of the convolution."""

    input: np.ndarray
    kernel: np.ndarray
    bias: float
    target: np.ndarray
    settings: dict

    @property
    def output(self) -> np.ndarray:
        """The input's convolution with the kernel, plus the bias."""
        return ops.conv2d(self.input, self.kernel, **self.settings) + self.bias

    @property
    def loss(self) -> float:
        """How far the output is from the target."""
        return half_squares(self.output, self.target)

    @property
    def gradients(self) -> dict:
        """{"output", "input", "kernel", "bias"}: the derivative of the loss by each number."""
        dy = self.output - self.target
        dx, dkernel, _ = ops.conv2d_backward(dy, self.input, self.kernel, **self.settings)
        return {"output": dy, "input": dx, "kernel": dkernel, "bias": dy.sum()}


def descent(layer: Layer, rate: float, steps: int) -> list[Layer]:
    """Return the layer before each of so many steps downhill and after the last one; fewer if it runs away."""
    path = [layer]
    for _ in range(steps):
        slopes = layer.gradients
        kernel, bias = layer.kernel - rate * slopes["kernel"], layer.bias - rate * slopes["bias"]
        if max(np.abs(kernel).max(), abs(bias)) > LARGEST:
            break
        layer = Layer(layer.input, kernel, bias, layer.target, layer.settings)
        path.append(layer)
    return path
