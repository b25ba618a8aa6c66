"""CoverageMap: where the window starts and stops, what the padding holds, and how often each pixel is read."""

import numpy as np

from convbook import ops, shapes
from convbook._arguments import plural
from convbook.widgets.base import LiveWidget
from convbook.widgets.static import number, row_of, size
from convbook.widgets.traits import Choice, Examples, Flag, Padding, Pair, Pin, Tensor, fit_together

LARGEST_PADDED = 24  # pixels a side; more does not fit on a page
SETTINGS = ("input", "kernel", "stride", "padding", "dilation", "padding_mode", "compare", "linked")


def _counting(height, width, first=1):
    return np.arange(first, first + height * width).reshape(height, width)


EXAMPLES = {
    "5×5 with one pixel of padding": {"input": _counting(5, 5), "padding": 1},
    "3×3 with one pixel of padding": {"input": _counting(3, 3), "padding": 1},
    "valid: no padding": {"input": _counting(5, 5), "padding": "valid"},
    "PyTorch’s same": {"input": _counting(5, 5), "padding": "same"},
    "full: every overlap": {"input": _counting(4, 4), "padding": "full"},
    "an even kernel, same": {"input": _counting(4, 5), "kernel": np.ones((2, 2)), "padding": "same"},
    "6×7, stride 2": {"input": _counting(6, 7), "stride": 2, "padding": "valid"},
    "dilation 2": {"input": _counting(7, 7), "dilation": 2, "padding": 1},
    "around the edge": {"input": _counting(5, 5), "padding": 1, "padding_mode": "circular"},
    "SAME twice: 0 to 7, stride 2": {
        "input": _counting(1, 8, first=0),
        "kernel": np.ones((1, 3)),
        "stride": (1, 2),
        "compare": "TensorFlow",
        "linked": False,
    },
    "SAME twice: 6×6, stride 2": {"input": _counting(6, 6), "stride": 2, "compare": "TensorFlow"},
}


def readings(input, kernel, stride, padding, dilation, padding_mode, compare, **_):
    """Return {name: settings for `ops.conv2d`}: the one reading of the picture, or SAME as each framework reads it.

    PyTorch's own "same" knows stride 1 only; for others this is what its users write: ⌊(k̂ − 1) / 2⌋ on every side.
    """

    def each_axis(rule):
        return tuple(rule(*axis) for axis in zip(np.shape(input), np.shape(kernel), stride, dilation, strict=True))

    def symmetric(_, kernel, stride, dilation):
        before, after = shapes.same_padding(kernel, dilation)
        return (before, after) if max(strides) == 1 else (before, before)

    strides, common = tuple(stride), {"stride": tuple(stride), "dilation": tuple(dilation)}
    if compare != "off":
        tensorflow = each_axis(lambda *axis: shapes.padding_sides("same_tf", *axis))
        return {
            "PyTorch": {**common, "padding": each_axis(symmetric)},
            "TensorFlow": {**common, "padding": tensorflow},
        }
    if padding == "full":
        sides = each_axis(lambda _, kernel, __, dilation: (shapes.effective_kernel_size(kernel, dilation) - 1,) * 2)
    elif isinstance(padding, str):
        sides = each_axis(lambda *axis: shapes.padding_sides(padding, *axis))
    else:
        sides = tuple(map(tuple, padding))
    return {"output": {**common, "padding": sides, "padding_mode": padding_mode}}


class CoverageMap(LiveWidget):
    """The padded picture with every place where a window starts, how often each pixel is read, and what is dropped.

    Traits: `input` (H, W), at most 12 along an axis, and `kernel` (kh, kw), at most 5; `stride`, 1 to 6, and
    `dilation`, 1 to 4, an int or (vertical, horizontal); `padding`: an int, (vertical, horizontal), ((top, bottom),
    (left, right)), up to 6 a side, "valid", "same" (PyTorch's, stride 1), "same_tf" (TensorFlow's, any stride) or
    "full" (k̂ − 1); `padding_mode` "zeros", "reflect", "replicate" or "circular". `compare` lays both frameworks' SAME
    over the picture, with zeros, in place of `padding`: "PyTorch" or "TensorFlow" says whose windows are drawn,
    "off" neither. `counts` shows how often each pixel is read in place of its value; `linked` lets a control change
    both axes; `pinned` is e.g. ("output", 1, 1); `predict` hides the output until the reader has said its size;
    `examples` is the menu {name: traits}, which is also what predict asks next.

    Raises TraitError if no window fits, the padding has nothing to copy, or the padded picture is over 24 pixels a
    side. Sources: Dumoulin and Visin (2016), sections 2 and 5; Abadi et al. (2016), `tf.nn.convolution`.

    >>> widget = CoverageMap(input=[[1, 2, 3], [4, 5, 6], [7, 8, 9]], padding=1)
    >>> widget.counts_per_pixel                      # a 3×3 window reads the corners less often than the middle
    array([[4, 6, 4],
           [6, 9, 6],
           [4, 6, 4]])
    >>> row = CoverageMap(input=[range(8)], kernel=[[1, 1, 1]], stride=(1, 2), compare="PyTorch")
    >>> row.outputs["TensorFlow"], row.outputs["PyTorch"]      # equal sizes, not equal values
    (array([[ 3.,  9., 15., 13.]]), array([[ 1.,  6., 12., 18.]]))
    """

    input = Tensor(_counting(5, 5), longest=12).tag(sync=True)
    kernel = Tensor(np.ones((3, 3)), longest=5).tag(sync=True)
    stride = Pair((1, 1), most=6).tag(sync=True)
    padding = Padding([[1, 1], [1, 1]], most=6).tag(sync=True)
    dilation = Pair((1, 1), most=4).tag(sync=True)
    padding_mode = Choice(("zeros", "reflect", "replicate", "circular"), "zeros").tag(sync=True)
    compare = Choice(("off", "PyTorch", "TensorFlow"), "off").tag(sync=True)
    linked = Flag(True).tag(sync=True)
    counts = Flag(False).tag(sync=True)
    pinned = Pin(("input", "padding", "kernel", "output")).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, SETTINGS).tag(sync=True)

    _windows_fit = fit_together(*SETTINGS)

    @staticmethod
    def check(input, kernel, **settings):
        """Raise ValueError if no window fits or the padded picture is too large to draw."""
        for reading in readings(input, kernel, **settings).values():
            ops.conv2d(input, kernel, **reading)
            padded = tuple(np.add(np.shape(input), np.sum(reading["padding"], axis=1)).tolist())
            if max(padded) > LARGEST_PADDED:
                raise ValueError(f"the padded input may have {LARGEST_PADDED} pixels a side, this has {padded}")

    @property
    def readings(self):
        """{name: settings for `ops.conv2d`}: one reading, "output", or one of each framework."""
        return readings(**{name: getattr(self, name) for name in SETTINGS})

    @property
    def reading(self):
        """The settings for `ops.conv2d` of the reading whose windows are drawn."""
        return self.readings.get(self.compare) or self.readings["output"]

    @property
    def outputs(self):
        """{name: (output height, output width) array} of each reading, computed by `convbook.ops.conv2d`."""
        return {name: ops.conv2d(self.input, self.kernel, **settings) for name, settings in self.readings.items()}

    @property
    def output(self):
        """The output of the reading whose windows are drawn."""
        return ops.conv2d(self.input, self.kernel, **self.reading)

    @property
    def padded(self):
        """The input with its padding, as the drawn windows read it."""
        return ops.pad2d(np.array(self.input), self.reading["padding"], self.reading.get("padding_mode", "zeros"))

    @property
    def counts_per_pixel(self):
        """How many times each pixel is read, itself or through a copy in the padding, as an (H, W) array of ints.

        This is the gradient of the sum of all outputs for a kernel of ones: each reading passes on a one.
        """
        ones = np.ones(self.output.shape), np.zeros(np.shape(self.input)), np.ones(np.shape(self.kernel))
        return ops.conv2d_backward(*ones, **self.reading)[0].astype(int)

    @property
    def dropped(self):
        """How many (rows, columns) of the padded input the floor drops at the bottom and the right."""
        settings = (self.reading[name] for name in ("stride", "padding", "dilation"))
        return tuple(map(shapes.output_padding_for, np.shape(self.input), np.shape(self.kernel), *settings))

    def _padding_cells(self):
        pixels = ops.pad2d(np.ones(np.shape(self.input)), self.reading["padding"])
        return {(i, j) for i, j in np.ndindex(pixels.shape) if not pixels[i, j]}

    def _dropped_cells(self):
        rows, columns = np.subtract(self.padded.shape, self.dropped)
        return {(i, j) for i, j in np.ndindex(self.padded.shape) if i >= rows or j >= columns}

    def _window(self):
        """Return the cells of the padded input that the pinned output reads."""
        if self.pinned[:1] != ["output"]:
            return set()
        _, y, x = self.pinned
        (down, right), (high, wide) = self.reading["stride"], self.reading["dilation"]
        return {(y * down + u * high, x * right + v * wide) for u, v in np.ndindex(np.shape(self.kernel))}

    def static_svg(self):
        """Return the padded input ⋆ kernel = output as an SVG: padding hatched, dropped cells crossed."""
        window, name = self._window(), "padded input" + ", crossed: dropped" * any(self.dropped)
        cell = [tuple(self.pinned[1:])] if window else []
        names = self.outputs if self.compare != "off" else {"output": self.output}
        shown = ["?"] if self.predict else [("output", *named, cell) for named in names.items()]
        return row_of(
            ("input", name, self.padded, window, self._padding_cells(), self._dropped_cells()),
            "⋆",
            ("kernel", "kernel", self.kernel),
            "=",
            *shown,
        )

    def description(self):
        """Return the settings in words, and unless it is to be predicted what comes of them."""
        text = f"{size(self.input)} input, {self._padding_in_words()}; {self._kernel_in_words()}."
        if self.predict:
            return f"{text} What size is the output?"
        outputs = " ".join(f"{_title(name)} {size(y)}, row by row: {_rows(y)}." for name, y in self.outputs.items())
        rows, columns = self.dropped
        dropped = f"dropped: {plural(rows, 'row')} at the bottom, {plural(columns, 'column')} at the right."
        return f"{text} {outputs} Each pixel is read, row by row: {_rows(self.counts_per_pixel)} times; {dropped}"

    def _padding_in_words(self):
        (top, bottom), (left, right) = self.reading["padding"]
        mode = self.reading.get("padding_mode", "zeros")
        return f"padded by {mode}: {top} above, {bottom} below, {left} left, {right} right"

    def _kernel_in_words(self):
        stride, dilation = ("×".join(map(str, self.reading[name])) for name in ("stride", "dilation"))
        return f"{size(self.kernel)} kernel, stride {stride}, dilation {dilation}"

    def __repr__(self):
        return f"CoverageMap({size(self.input)} input {self._padding_in_words()}; {self._kernel_in_words()})"


def _title(name):
    return "Output" if name == "output" else f"{name}'s output"


def _rows(values):
    return "; ".join(" ".join(number(value) for value in row) for row in np.asarray(values).tolist())
