"""PoolingBench: one shape through four reductions, what each of them forgets, and which pixels each of them blames."""

import numpy as np

from convbook import ops
from convbook.kernels import NAMED, SOBEL_VERTICAL
from convbook.widgets.base import LiveWidget
from convbook.widgets.patterns import SIDE, pattern, shift
from convbook.widgets.pooling_bench.picture import bench
from convbook.widgets.pooling_bench.reductions import FARTHEST, REDUCTIONS, apart, stretched
from convbook.widgets.static import number, size
from convbook.widgets.traits import Finite, Flag, NamedTensors, Pin, Shift, Tensor, Whole, fit_together

SETTINGS = ("input", "kernel_size", "stride", "padding", "ceil_mode")
SHAPES = {  # the first five can move by four pixels in every direction and stay in the picture
    "an L": pattern(4, 4, "4..", "5..", "632"),
    "a dot": pattern(5, 5, "4"),
    "a bar": pattern(4, 5, *"###"),
    "a ring": pattern(4, 4, "###", "#.#", "###"),
    "a T": pattern(4, 4, "###", ".#.", ".#."),
    "a texture": [[(3 * i * i + 5 * j * j + 7 * i * j + 2 * i) % 11 for j in range(SIDE)] for i in range(SIDE)],
    "all below zero": [[(3 * i + 5 * j + i * j) % 7 - 9 for j in range(SIDE)] for i in range(SIDE)],
    "nothing": np.zeros((SIDE, SIDE)),
}


class PoolingBench(LiveWidget):
    """A shape that you can push about, and what max, average, strided convolution and blur pooling make of it.

    Traits: `input` (H, W), 4 to 16 along an axis, is moved by `shift` (down, right), each from −4 to 4 pixels; what
    leaves is lost and zeros enter. `stride`, 1 to 4, is that of all four reductions. Both poolings have `kernel_size`,
    1 to 4, `padding`, 0 to 2 but at most half the kernel (−∞ to the maximum, 0 to the average), and `ceil_mode`;
    `count_include_pad` says whether the average counts its zeros. The convolution has a 3×3 `kernel`, blur pooling the
    binomial one, both with one pixel of zeros a side. `backward` sends a gradient back through all four: `gradient` (h,
    w), or None for all ones; where it has no number for an output it is 1, and what reaches beyond an output is not
    used. `pinned` is e.g. ("max", 2, 2), an output, ("input", 4, 4), a pixel of the moved picture, or ("gradient", 2,
    2); `predict` hides the results until the reader has answered; `draw` lets the pointer draw with the value `pen`
    instead of moving the shape; `patterns` and `presets` are the menus {name: array} of inputs and kernels.

    Raises TraitError if the padding is more than half the kernel. Sources: Zhang (2019), "Making convolutional
    networks shift-invariant again", section 3; Springenberg et al. (2015), "Striving for simplicity", section 2.

    >>> bench = PoolingBench(shift=(0, 1))
    >>> float(bench.kept.mean())              # the maximum of 2×2 keeps one pixel in four
    0.25
    >>> bench.changes["max"] > bench.changes["blur"]     # by half a cell: the blur moves along better
    True
    """

    input = Tensor(SHAPES["an L"], shortest=4).tag(sync=True)
    shift = Shift(FARTHEST).tag(sync=True)
    kernel_size = Whole(2, least=1, most=4).tag(sync=True)
    stride = Whole(2, least=1, most=4).tag(sync=True)
    padding = Whole(0, least=0, most=2).tag(sync=True)
    ceil_mode = Flag(False).tag(sync=True)
    count_include_pad = Flag(True).tag(sync=True)
    kernel = Tensor(SOBEL_VERTICAL, shortest=3, longest=3).tag(sync=True)
    backward = Flag(False).tag(sync=True)
    gradient = Tensor(None, allow_none=True).tag(sync=True)
    pinned = Pin(("input", *REDUCTIONS, "gradient"), ("max", 2, 2)).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    draw = Flag(False).tag(sync=True)
    pen = Finite(1.0).tag(sync=True)
    patterns = NamedTensors(SHAPES, shortest=4).tag(sync=True)
    presets = NamedTensors(NAMED, shortest=3, longest=3).tag(sync=True)

    _windows_fit = fit_together(*SETTINGS)

    @staticmethod
    def check(input, **pooling):
        """Raise ValueError if the padding is more than half of the kernel or no window fits."""
        ops.max_pool2d(input, **pooling)

    @property
    def moved(self):
        """The picture after the shift, (H, W): what all four reductions read."""
        return shift(self.input, self.shift)

    @property
    def _calls(self):
        """{name: (the operation, its gradient, their settings)}."""
        pooling = {name: getattr(self, name) for name in SETTINGS[1:]}
        average = {**pooling, "count_include_pad": self.count_include_pad}
        convolution = {"weight": self.kernel, "stride": self.stride, "padding": 1}
        blur = {"stride": self.stride, "padding_mode": "zeros"}
        return {
            "max": (ops.max_pool2d, ops.max_pool2d_backward, pooling),
            "average": (ops.avg_pool2d, ops.avg_pool2d_backward, average),
            "convolution": (ops.conv2d, lambda *arrays, **more: ops.conv2d_backward(*arrays, **more)[0], convolution),
            "blur": (ops.blur_pool2d, ops.blur_pool2d_backward, blur),
        }

    def reduce(self, picture):
        """Return {name: output} of a (H, W) picture through the four reductions."""
        return {name: forward(picture, **settings) for name, (forward, _, settings) in self._calls.items()}

    @property
    def outputs(self):
        """{name: (output height, output width) array}: the moved picture through the four reductions."""
        return self.reduce(self.moved)

    @property
    def kept(self):
        """Which pixels of the moved picture max pooling keeps, as booleans: those that win a window."""
        pooling = self._calls["max"][2]
        _, winners = ops.max_pool2d(self.moved, **pooling, return_indices=True)
        return np.isin(np.arange(self.moved.size), winners).reshape(self.moved.shape)

    def changes_at(self, by):
        """Return {name: how badly the output moves along} when the picture is moved by (down, right) pixels.

        Each output is stretched back to pixels by linear interpolation, so that half a cell counts as half a cell. Then
        the old one, moved by the shift, is compared with the new one: the Euclidean norm of their difference over the
        sum of their norms. 0 is an output that has moved along, 1 as far apart as two can be.
        """
        before, after = self.reduce(self.input), self.reduce(shift(self.input, by))
        pairs = {name: [stretched(y[name], self.stride) for y in (before, after)] for name in REDUCTIONS}
        return {name: apart(shift(old, by), new) for name, (old, new) in pairs.items()}

    @property
    def changes(self):
        """{name: how badly the output has moved along} with the shift, as in `changes_at`."""
        return self.changes_at(self.shift)

    @property
    def changes_by_shift(self):
        """{name: changes} for shifts of −4 to 4 pixels along the axis of the larger shift, the other one as it is."""
        changes = [self.changes_at(self._along(n)) for n in range(-FARTHEST, FARTHEST + 1)]
        return {name: [at[name] for at in changes] for name in REDUCTIONS}

    @property
    def _upright(self):
        return abs(self.shift[0]) > abs(self.shift[1])

    def _along(self, n):
        return (n, self.shift[1]) if self._upright else (self.shift[0], n)

    @property
    def output_gradients(self):
        """{name: the gradient of its output}: `gradient`, and 1 wherever that has no number."""
        return {name: _laid_over(self.gradient, output.shape) for name, output in self.outputs.items()}

    @property
    def input_gradients(self):
        """{name: the gradient of the moved picture}, (H, W), by the operations' own `_backward`."""
        dy = self.output_gradients
        return {name: back(dy[name], self.moved, **settings) for name, (_, back, settings) in self._calls.items()}

    @property
    def _maps(self):
        return self.input_gradients if self.backward else self.outputs

    def _title(self):
        pooling = f"{self.kernel_size}×{self.kernel_size} pooling, stride {self.stride}, padding {self.padding}"
        return f"{pooling}{', ceil mode' * self.ceil_mode}, shift ({', '.join(map(number, self.shift))})"

    def static_svg(self):
        """Return the moved picture and the four outputs, or the four gradients of the picture, as an SVG."""
        return bench(self)

    def description(self):
        """Return the settings and, unless they are to be predicted, the results in words."""
        text = f"A {size(self.input)} picture through four reductions: {self._title()}."
        if self.predict:
            return f"{text} The results are to be predicted."
        if self.backward:
            return f"{text} Gradient of the picture, row by row: {self._in_rows(self.input_gradients)}"
        changes = ", ".join(f"{REDUCTIONS[name]} {number(change)}" for name, change in self.changes.items())
        kept = f"Max pooling keeps {self.kept.sum()} of {self.kept.size} pixels."
        return f"{text} {self._in_rows(self.outputs)} {kept} How badly the outputs move along, from 0 to 1: {changes}."

    def _in_rows(self, maps):
        rows = {name: "; ".join(" ".join(map(number, row)) for row in values) for name, values in maps.items()}
        return " ".join(f"{REDUCTIONS[name]} {size(maps[name])}: {text}." for name, text in rows.items())

    def __repr__(self):
        return f"PoolingBench({self._title()}{', backward' * self.backward})"


def _stretched(output, stride):
    """Return an output at the size of pixels, linear between its cells, with room for the farthest shift around it."""
    tent = 1 - np.abs(np.arange(1 - stride, stride)) / stride
    return np.pad(ops.conv_transpose2d(output, np.outer(tent, tent), stride=stride), FARTHEST)


def _apart(one, other):
    whole = np.linalg.norm(one) + np.linalg.norm(other)
    return float(np.linalg.norm(one - other) / whole) if whole else 0.0


def _laid_over(gradient, shape):
    dy = np.ones(shape)
    if gradient is not None:
        given = np.array(gradient)[: shape[0], : shape[1]]
        dy[: given.shape[0], : given.shape[1]] = given
    return dy
