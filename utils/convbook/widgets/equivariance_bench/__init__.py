"""EquivarianceBench: shift then convolve, convolve then shift, and what is left between the two."""

import numpy as np
import traitlets

from convbook import ops
from convbook.kernels import NAMED, SOBEL_VERTICAL
from convbook.widgets.base import LiveWidget
from convbook.widgets.patterns import SIDE, pattern, shift
from convbook.widgets.static import TOP, drawing, number, shades, sign
from convbook.widgets.traits import Choice, Finite, Flag, NamedTensors, Pin, Shift, Tensor, Whole

FARTHEST = 4
POOL = 2
PADDINGS = {
    "circular": "circular padding",
    "zeros": "zero padding",
    "reflect": "reflect padding",
    "replicate": "replicate padding",
    "valid": "no padding",
}
MAPS = ("input", "shifted", "convolved", "shift_then_convolve", "convolve_then_shift", "difference")
PATTERNS = {
    "an L": pattern(3, 6, "#..", "#..", "#..", "#..", "###"),
    "a dot": pattern(5, 6, "#"),
    "a bar": pattern(3, 6, *"######"),
    "a face": pattern(2, 2, ".#####.", "#.....#", "#.#.#.#", "#.....#", "#.###.#", "#.....#", ".#####."),
    "a texture": [[(3 * i * i + 5 * j * j + 7 * i * j + 2 * i) % 11 // 3 for j in range(SIDE)] for i in range(SIDE)],
    "nothing": np.zeros((SIDE, SIDE)),
}


class EquivarianceBench(LiveWidget):
    """Two ways through one layer, shift first or convolve first, and the difference of what they give.

    Traits: `input` (H, W), 8 to 12 along an axis, and `kernel` (kh, kw), odd, at most 5; `shift` (down, right), each
    from −4 to 4 pixels. The layer is a convolution with `padding_mode` ("circular", "zeros", "reflect", "replicate",
    each of them (k − 1) / 2 pixels a side, or "valid", none) and `stride` 1 to 3, then ReLU if `relu`, then `pooling`
    ("none", "max", "average", 2×2 with stride 2). `global_max` adds the maximum over all positions; `predict` hides the
    difference until the reader has answered; `pinned` is e.g. ("difference", 3, 4); `pen` is the value that the reader
    draws with; `patterns` and `presets` are the menus {name: array} of inputs and kernels.

    With circular padding a shift rolls the picture around its edge. Otherwise what leaves is lost and zeros enter, in
    the input and in the output alike; without padding ("valid") nothing is known of what enters the output, so there
    is nothing to compare: NaN. The output moves by shift / total stride cells, in each direction; where this is not
    whole, by the nearest whole number, a half towards 0.

    Raises TraitError for a kernel with an even side. Sources: Cohen and Welling (2016), "Group equivariant
    convolutional networks", section 3; Zhang (2019), "Making convolutional networks shift-invariant again", section 3.

    >>> bench = EquivarianceBench(shift=(0, 1), padding_mode="circular")
    >>> bench.largest_difference                     # the grid of a circle has no border
    0.0
    >>> bench.stride = 2                             # half a cell: no grid can move by that
    >>> bench.largest_difference
    4.0
    """

    input = Tensor(PATTERNS["an L"], shortest=8, longest=SIDE).tag(sync=True)
    kernel = Tensor(SOBEL_VERTICAL, longest=5).tag(sync=True)
    shift = Shift(FARTHEST, (0, 2)).tag(sync=True)
    padding_mode = Choice(tuple(PADDINGS), "circular").tag(sync=True)
    stride = Whole(1, least=1, most=3).tag(sync=True)
    pooling = Choice(("none", "max", "average"), "none").tag(sync=True)
    relu = Flag(False).tag(sync=True)
    global_max = Flag(False).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    pinned = Pin((*MAPS, "kernel"), ("difference", 4, 9)).tag(sync=True)
    pen = Finite(1.0).tag(sync=True)
    presets = NamedTensors(NAMED, longest=5).tag(sync=True)
    patterns = NamedTensors(PATTERNS, shortest=8, longest=SIDE).tag(sync=True)

    @traitlets.validate("kernel")
    def _kernel_has_a_centre(self, proposal):
        size = np.shape(proposal["value"])
        if size[0] % 2 == 0 or size[1] % 2 == 0:
            raise traitlets.TraitError(f"kernel must have odd sides, so that it has a centre; got shape {size}")
        return proposal["value"]

    @property
    def total_stride(self):
        """How many pixels of the input one step in the output is."""
        return self.stride * (1 if self.pooling == "none" else POOL)

    @property
    def output_shift(self):
        """The (down, right) cells by which the output moves: shift / total stride, rounded if it is not whole."""
        return self._output_shift(self.shift)

    @property
    def in_step(self):
        """Whether the shift is a whole number of steps of the output, in both directions."""
        return all(n % self.total_stride == 0 for n in self.shift)

    def _output_shift(self, by):
        by = np.array(by)
        return tuple((np.sign(by) * np.ceil(np.abs(by) / self.total_stride - 0.5)).astype(int).tolist())

    @property
    def _wraps(self):
        return self.padding_mode == "circular"

    @property
    def _settings(self):
        if self.padding_mode == "valid":
            return {"stride": self.stride}
        padding = tuple(size // 2 for size in np.shape(self.kernel))
        return {"stride": self.stride, "padding": padding, "padding_mode": self.padding_mode}

    def layer(self, picture):
        """Return what the layer makes of a (H, W) picture: convolution, ReLU, pooling."""
        y = ops.conv2d(picture, self.kernel, **self._settings)
        if self.relu:
            y = ops.relu(y)
        return {"none": lambda y, _: y, "max": ops.max_pool2d, "average": ops.avg_pool2d}[self.pooling](y, POOL)

    @property
    def shifted(self):
        """The input after the shift, (H, W)."""
        return shift(self.input, self.shift, self._wraps)

    @property
    def convolved(self):
        """What the layer makes of the input as it stands."""
        return self.layer(self.input)

    @property
    def shift_then_convolve(self):
        """What the layer makes of the shifted input."""
        return self.layer(self.shifted)

    @property
    def convolve_then_shift(self):
        """What the layer makes of the input, shifted afterwards; NaN where nothing is known to enter ("valid")."""
        return self._shift_output(self.shift)

    def _shift_output(self, by):
        enters = np.nan if self.padding_mode == "valid" else 0.0
        return shift(self.convolved, self._output_shift(by), self._wraps, enters)

    @property
    def difference(self):
        """`shift_then_convolve` − `convolve_then_shift`; NaN where there is nothing to compare."""
        return self._difference(self.shift)

    def _difference(self, by):
        return self.layer(shift(self.input, by, self._wraps)) - self._shift_output(by)

    @property
    def differing(self):
        """Where the two disagree by more than rounding, as booleans."""
        difference, scale = self.difference, np.abs(self.convolved).max()
        return np.abs(np.nan_to_num(difference)) > 1e-9 * max(1, scale)

    @property
    def largest_difference(self):
        """The largest absolute value of `difference`, or NaN where nothing can be compared."""
        return _largest(self.difference)

    @property
    def largest_by_distance(self):
        """The largest absolute difference for shifts of 0, 1, 2, 3 and 4 pixels in the direction of `shift`."""
        along = np.sign(self.shift) if any(self.shift) else np.array([0, 1])
        return [_largest(self._difference(tuple(along * n))) for n in range(FARTHEST + 1)]

    @property
    def maxima(self):
        """The maximum over all positions, for the input and for the shifted input."""
        return self.convolved.max(), self.shift_then_convolve.max()

    def verdict(self):
        """Return in words how far the two agree."""
        differing, comparable = self.differing, ~np.isnan(self.difference)
        if not comparable.any():
            return "nothing can be compared: the shift moves the whole output away"
        if not differing.any():
            return "equal everywhere" if comparable.all() else "equal everywhere the two can be compared"
        (height, width), (i, j) = differing.shape, np.nonzero(differing)
        depth = 1 + np.minimum(np.minimum(i, height - 1 - i), np.minimum(j, width - 1 - j)).max()
        count = len(i)
        cells = f"differs in {count} {'cell' if count == 1 else 'cells'} of {comparable.sum()}"
        if not self.in_step or depth >= (min(height, width) + 1) // 2:
            return cells
        return f"{cells}, {'all ' if count > 1 else ''}within {depth} of the border"

    def _title(self):
        down, right = (number(n) for n in self.shift)
        stages = [PADDINGS[self.padding_mode], f"stride {self.stride}"] + ["ReLU"] * self.relu
        stages += [] if self.pooling == "none" else [f"{self.pooling} pooling {POOL}×{POOL}"]
        return f"shift ({down}, {right}), {', '.join(stages)}"

    def static_svg(self):
        """Return the commuting square with its six maps as an SVG, the cells that differ framed."""
        return _square({name: np.array(getattr(self, name)) for name in MAPS}, self.differing, self._words())

    def _words(self):
        largest = "" if np.isnan(self.largest_difference) else f"; largest difference {number(self.largest_difference)}"
        return self._title(), self.verdict() + largest

    def description(self):
        """Return the settings, the verdict and the largest differences in words."""
        height, width = self.difference.shape
        by_distance = ", ".join("–" if np.isnan(d) else number(d) for d in self.largest_by_distance)
        text = (
            f"Shift then convolve against convolve then shift, {': '.join(self._words())}. "
            f"The outputs are {height}×{width}. "
            f"Largest difference for shifts of 0 to {FARTHEST} pixels in this direction: {by_distance}."
        )
        if self.global_max:
            text += " Maximum over all positions: {} for the input, {} for the shifted input.".format(
                *map(number, self.maxima)
            )
        return text

    def __repr__(self):
        return f"EquivarianceBench({self._title()})"


def _largest(difference):
    known = np.abs(difference[~np.isnan(difference)])
    return float(known.max()) if known.size else np.nan


def _square(maps, differing, words, side=190, gap=64, drop=36):
    """Draw the maps as a commuting square: the way over the top, the way below, and their difference at the end."""
    step, rise = side + gap, side + drop + TOP
    names = {"shift_then_convolve": "shift, then convolve", "convolve_then_shift": "convolve, then shift"}
    places = {"input": (0, 0), "shifted": (1, 0), "shift_then_convolve": (2, 0)}
    places |= {"convolved": (0, 1), "convolve_then_shift": (1, 1), "difference": (2, 1)}
    outputs = [maps[name] for name in MAPS if name not in ("input", "shifted")]
    scale = {"input": _largest(maps["input"]), "output": max(map(_largest, outputs))}
    body = []
    for name, (column, row) in places.items():
        role = "input" if name in ("input", "shifted") else "output"
        ring = set(zip(*np.nonzero(differing), strict=True)) if name == "difference" else ()
        body.append(shades(role, names.get(name, name), maps[name], side, column * step, row * rise, scale[role], ring))
    foot = "".join(
        f'<text y="{2 * rise + 20 * line:g}" font-size="14">{text}</text>' for line, text in enumerate(words)
    )
    return drawing(3 * step - gap, 2 * rise + 28, _steps(side, step, rise, drop) + "".join(body) + foot)


def _steps(side, step, rise, drop):
    """Draw the steps between the maps, each a sign with its word below or beside it."""
    across, middle, below = (side + step) / 2, TOP + side / 2, rise - drop / 2
    beside = [
        (across, middle, "→", "shift"),
        (across + step, middle, "→", "convolve"),
        (across, rise + middle, "→", "shift"),
        (across + step, rise + middle, "−", "subtract"),
    ]
    down = [(side / 2, below, "↓", "convolve"), (2 * step + side / 2, below, "↓", "")]
    words = [(x, y + 22, "middle", word) for x, y, _, word in beside]
    words += [(x + 12, y + 4, "start", word) for x, y, _, word in down if word]
    return "".join(sign(x, y, arrow) for x, y, arrow, _ in beside + down) + "".join(
        f'<text class="soft" x="{x:g}" y="{y:g}" font-size="12" text-anchor="{anchor}">{word}</text>'
        for x, y, anchor, word in words
    )
