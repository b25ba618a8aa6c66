"""SlidingWindow: slide a small kernel over a small input and see where every number comes from."""

import numpy as np

from convbook import ops
from convbook.kernels import NAMED, SOBEL_VERTICAL
from convbook.widgets.base import LiveWidget
from convbook.widgets.static import number, row_of, size
from convbook.widgets.traits import Finite, Flag, NamedTensors, Pin, Tensor, Whole, fit_together

SOFT_EDGE = [
    [0, 0, 1, 2, 2, 2],
    [0, 0, 1, 2, 2, 2],
    [0, 0, 1, 2, 2, 2],
    [0, 1, 2, 2, 2, 1],
    [0, 1, 2, 2, 1, 0],
    [1, 2, 2, 1, 0, 0],
]
PATTERNS = {
    "soft edge": SOFT_EDGE,
    "sharp edge": [[0, 0, 0, 2, 2, 2]] * 6,
    "corner": [[0] * 6] * 2 + [[0, 0, 2, 2, 2, 2]] * 4,
    "bright dot": [[0] * 6] * 2 + [[0, 0, 3, 0, 0, 0]] + [[0] * 6] * 3,
    "checkerboard": [[(i + j) % 2 * 2 for j in range(6)] for i in range(6)],
    "one colour": [[1] * 6] * 6,
    "1 to 9": [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
}


class SlidingWindow(LiveWidget):
    """Input, kernel and output side by side; point at a number to see every number that it comes from or goes to.

    Traits: `input` (H, W), at most 16 along an axis, and `kernel` (kh, kw), at most 5; `bias`; `relu`; `flip` (true
    convolution: the kernel is rotated by 180°); `pinned`, e.g. ("output", 1, 1); `step`, how many products the player
    has added (None: all); `by_product`, one product at a time; `predict`, results hidden until the reader answers;
    `patterns` and `presets`, the menus {name: array} of inputs and kernels.

    Raises TraitError for a kernel larger than the input. Source: Dumoulin and Visin (2016), section 2.

    >>> widget = SlidingWindow(input=[[1, 2, 3], [4, 5, 6], [7, 8, 9]], kernel=[[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    >>> widget.output
    array([[-8.]])
    >>> widget.flip = True
    >>> widget.output
    array([[8.]])
    """

    input = Tensor(SOFT_EDGE).tag(sync=True)
    kernel = Tensor(SOBEL_VERTICAL, longest=5).tag(sync=True)
    bias = Finite(0.0).tag(sync=True)
    relu = Flag(False).tag(sync=True)
    flip = Flag(False).tag(sync=True)
    pinned = Pin(("input", "kernel", "output"), ("output", 1, 1)).tag(sync=True)
    step = Whole(None, least=1, allow_none=True).tag(sync=True)
    by_product = Flag(False).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    presets = NamedTensors(NAMED, longest=5).tag(sync=True)
    patterns = NamedTensors(PATTERNS).tag(sync=True)

    _kernel_fits = fit_together("input", "kernel")

    @staticmethod
    def check(input, kernel):
        """Raise ValueError if the kernel is larger than the input."""
        if len(kernel) > len(input) or len(kernel[0]) > len(input[0]):
            raise ValueError(f"kernel {np.shape(kernel)} is larger than the input {np.shape(input)}")

    @property
    def pre_activation(self):
        """The (H − kh + 1, W − kw + 1) array before ReLU, computed by `convbook.ops.conv2d`."""
        return ops.conv2d(self.input, self._used_kernel) + self.bias

    @property
    def output(self):
        """The array that the widget shows as its output: the pre-activation, after ReLU where that is switched on."""
        return ops.relu(self.pre_activation) if self.relu else self.pre_activation

    def _window(self):
        if not self.pinned or self.pinned[0] != "output":
            return [], []
        _, y, x = self.pinned
        return [(y + u, x + v) for u in range(len(self.kernel)) for v in range(len(self.kernel[0]))], [(y, x)]

    @property
    def _used_kernel(self):
        return [row[::-1] for row in self.kernel[::-1]] if self.flip else self.kernel

    def static_svg(self):
        """Return input ⋆ kernel = output as an SVG, with the pinned window framed."""
        window, cell = self._window()
        return row_of(
            ("input", "input", self.input, window),
            "⋆",
            ("kernel", "kernel", self._used_kernel),
            "=",
            ("output", "after ReLU" if self.relu else "output", self.output.tolist(), cell),
        )

    def description(self):
        """Return the shapes and the output's numbers in words."""
        rows = "; ".join(" ".join(number(value) for value in row) for row in self.output.tolist())
        return f"{size(self.input)} input, {size(self.kernel)} kernel, and their output, row by row: {rows}."

    def __repr__(self):
        return f"SlidingWindow({size(self.input)} input, {size(self.kernel)} kernel)"
