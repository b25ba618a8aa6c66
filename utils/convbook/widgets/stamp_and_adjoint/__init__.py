"""StampAndAdjoint: a transposed convolution in three readings, stamps, inserted zeros and the matrix Cᵀ."""

import numpy as np

from convbook import ops, shapes
from convbook._arguments import plural
from convbook.widgets.base import LiveWidget
from convbook.widgets.static import number, rows_of, size
from convbook.widgets.traits import Choice, Examples, Flag, Pin, Tensor, Whole, fit_together

LARGEST_STAMPED = 12  # pixels a side; more do not fit on a phone
READINGS = ("stamp", "zeros", "matrix")
PANELS = ("sizes", "overlap", "adjoint", "twice")
SETTINGS = ("input", "kernel", "stride", "padding", "output_padding", "dilation")
UNEVEN = [[1, 2, 0], [3, 1, -1], [0, 2, 1]]  # no turn of it is itself: a kernel that was not rotated shows
SMALL = [[1, 2, 0], [0, 3, 1], [2, 0, 1]]
TENT = np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 16  # what starts the upsampling layers of Long et al. (2015)
EXAMPLES = {
    "3×3 kernel, stride 2": {},
    "3×3 kernel, output padding 1": {"output_padding": 1},
    "3×3 kernel, no padding": {"padding": 0},
    "one pixel": {"input": [[2]], "padding": 0},
    "two pixels in a row": {"input": [[1, 10]], "kernel": [[1, 2, 3]], "padding": 0},
    "a kernel of ones": {"kernel": np.ones((3, 3))},
    "4×4 ones, stride 2": {"kernel": np.ones((4, 4))},
    "4×4, smooth": {"kernel": TENT},
    "2×2 kernel, stride 2": {"kernel": [[1, 2], [3, -1]], "padding": 0},
    "2×2 kernel, stride 3": {"kernel": [[1, 2], [3, -1]], "padding": 0, "stride": 3},
    "stride 1": {"stride": 1},
    "stride 3, two more rows": {"stride": 3, "output_padding": 2},
    "output padding without padding": {"input": [[1, 2], [3, 4]], "padding": 0, "output_padding": 1},
    "dilation 2": {"dilation": 2, "padding": 2},
}


class StampAndAdjoint(LiveWidget):
    """A small input above, the large output below, and three ways from one to the other that give the same numbers.

    Traits: `input` (H, W), at most 5 along an axis, and `kernel` (kh, kw), at most 5; `stride`, 1 to 4; `padding`, at
    most dilation · (kernel − 1), which crops the output; `output_padding`, below the stride or the dilation, which
    crops less at the bottom and the right; `dilation`, 1 to 3; each an int for both axes. `reading` says which way is
    drawn: "stamp" (every pixel stamps its value times the kernel), "zeros" (zeros between and around the pixels, then
    a convolution with the rotated kernel) or "matrix" (the transpose of the convolution's matrix). `counts` shows how
    many stamps meet in each output in place of its value; `panel` chooses what stands below: "sizes", "overlap",
    "adjoint" or "twice"; `probe` numbers the large picture that the last two are tried on. `pinned` is e.g. ("output",
    2, 2); `step` is how many products the player has added (None: all), `by_product` one at a time; `predict` hides
    the output until the reader has said its size, and then its values; `examples` is the menu {name: traits}.

    Raises TraitError if the settings do not fit together, or the stamped pixels are over 12 a side. Sources: Dumoulin
    and Visin (2016), section 4; Zeiler et al. (2010).

    >>> widget = StampAndAdjoint(input=[[1, 10]], kernel=[[1, 2, 3]], padding=0)
    >>> widget.output                                    # 1 2 3 and 10 20 30 meet in the third pixel
    array([[ 1.,  2., 13., 20., 30.]])
    >>> widget.inserted                                  # the same: these pixels, read by 3 2 1
    array([[ 0.,  0.,  1.,  0., 10.,  0.,  0.]])
    >>> widget.overlap
    array([[1, 1, 2, 1, 1]])
    """

    input = Tensor(SMALL, longest=5).tag(sync=True)
    kernel = Tensor(UNEVEN, longest=5).tag(sync=True)
    stride = Whole(2, least=1, most=4).tag(sync=True)
    padding = Whole(1, least=0, most=6).tag(sync=True)
    output_padding = Whole(0, least=0, most=3).tag(sync=True)
    dilation = Whole(1, least=1, most=3).tag(sync=True)
    reading = Choice(READINGS, "stamp").tag(sync=True)
    counts = Flag(False).tag(sync=True)
    panel = Choice(PANELS, "sizes").tag(sync=True)
    probe = Whole(0, least=0, most=99).tag(sync=True)
    pinned = Pin(("input", "kernel", "output")).tag(sync=True)
    step = Whole(None, least=1, allow_none=True).tag(sync=True)
    by_product = Flag(False).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, SETTINGS).tag(sync=True)

    _fits = fit_together(*SETTINGS)

    @staticmethod
    def check(input, kernel, stride, padding, output_padding, dilation):
        """Raise ValueError if the settings do not fit together or the stamped pixels are too many to draw."""
        for pixels, taps in zip(np.shape(input), np.shape(kernel), strict=True):
            most = shapes.effective_kernel_size(taps, dilation) - 1
            if padding > most:
                raise ValueError(
                    f"padding must be at most dilation · (kernel − 1) = {most}, or the inserted zeros would have a "
                    f"negative border; got {padding}"
                )
            left = shapes.conv_transpose_output_size(pixels, taps, stride, padding, output_padding, dilation)
            stamped = max(left + 2 * padding - output_padding, left + padding)
            if stamped > LARGEST_STAMPED:
                raise ValueError(f"the stamps may cover {LARGEST_STAMPED} pixels a side, these cover {stamped}")

    @property
    def _settings(self):
        return {name: getattr(self, name) for name in SETTINGS[2:]}

    @property
    def output(self):
        """The large output (H', W'), computed by `convbook.ops.conv_transpose2d`."""
        return ops.conv_transpose2d(self.input, self.kernel, **self._settings)

    @property
    def inserted(self):
        """The input with stride − 1 zeros between its pixels and a border: what the rotated kernel reads."""
        height, width = np.shape(self.input)
        spread = np.zeros(((height - 1) * self.stride + 1, (width - 1) * self.stride + 1))
        spread[:: self.stride, :: self.stride] = self.input
        return ops.pad2d(spread, [(border, border + self.output_padding) for border in self._borders])

    @property
    def _borders(self):
        return [self.dilation * (taps - 1) - self.padding for taps in np.shape(self.kernel)]

    @property
    def matrix(self):
        """Cᵀ, the (H' · W', H · W) matrix with which `matrix @ input.ravel()` is the raveled output."""
        pixels = np.eye(np.size(self.input)).reshape(-1, 1, *np.shape(self.input))
        answers = ops.conv_transpose2d(pixels, [[self.kernel]], **self._settings)
        return answers.reshape(len(pixels), -1).T

    @property
    def readings(self):
        """{reading: the output computed this way}: three arrays that are equal."""
        rotated = np.array(self.kernel)[::-1, ::-1]
        return {
            "stamp": self.output,
            "zeros": ops.conv2d(self.inserted, rotated, dilation=self.dilation),
            "matrix": (self.matrix @ np.ravel(self.input)).reshape(self.output.shape),
        }

    @property
    def overlap(self):
        """How many stamps meet in each output, as an (H', W') array of ints."""
        ones = np.ones(np.shape(self.input)), np.ones(np.shape(self.kernel))
        return ops.conv_transpose2d(*ones, **self._settings).astype(int)

    @property
    def forward_sizes(self):
        """{output_padding: (height, width)}: the sizes that a convolution with these settings makes one of.

        Each comes back as (H, W), the size of the input; `output_padding` says which of them the output has.
        """
        smallest = np.subtract(self.output.shape, self.output_padding)
        sizes = {more: tuple((smallest + more).tolist()) for more in range(self.stride)}
        return {more: size for more, size in sizes.items() if min(size) >= 1}

    @property
    def _probe(self):
        height, width = self.output.shape
        rows, columns = np.arange(height)[:, None], np.arange(width)
        return ((rows * (self.probe + 2) + columns * 3 + self.probe) % 5 - 1).astype(float)

    @property
    def adjoint(self):
        """(⟨C·b, x⟩, ⟨b, Cᵀ·x⟩) for the input x and the large picture b that `probe` numbers: the same number twice."""
        there = self.matrix.T @ self._probe.ravel()
        return float(there @ np.ravel(self.input)), float((self._probe * self.output).sum())

    def static_svg(self):
        """Return the small input and the kernel above the large output, as an SVG."""
        ring = {(self.pinned[1], self.pinned[2])} if self.pinned else ()
        rings = {role: ring if self.pinned[:1] == [role] else () for role in ("input", "kernel", "output")}
        below = "?" if self.predict else ("output", "output (large)", self.output.tolist(), rings["output"])
        return rows_of(
            (
                ("input", "input (small)", self.input, rings["input"]),
                "⋆ᵀ",
                ("kernel", "kernel", self.kernel, rings["kernel"]),
            ),
            (below,),
        )

    def description(self):
        """Return the sizes and the settings in words, and unless it is to be predicted the output's numbers."""
        text = f"Transposed convolution: {size(self.input)} input, {size(self.kernel)} kernel, {self._in_words()}."
        if self.predict:
            return f"{text} How large is the output?"
        rows = "; ".join(" ".join(number(value) for value in row) for row in self.output.tolist())
        meet = plural(int(self.overlap.max()), "stamp")
        return f"{text} Output {size(self.output)}, row by row: {rows}. Up to {meet} meet in one output."

    def _in_words(self):
        return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self._settings.items())

    def __repr__(self):
        return f"StampAndAdjoint({size(self.input)} input, {size(self.kernel)} kernel, {self._in_words()})"
