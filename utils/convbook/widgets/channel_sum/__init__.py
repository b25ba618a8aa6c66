"""ChannelSum: many channels in, many out; see how one filter adds up all channels of its window."""

import numpy as np

from convbook import ops
from convbook.kernels import BOX_BLUR, IDENTITY, SOBEL_VERTICAL
from convbook.widgets.base import LiveWidget
from convbook.widgets.static import number, rows_of, size
from convbook.widgets.traits import Flag, NamedTensors, Pin, Tensor, Whole, fit_together

LARGEST_INPUT, LARGEST_WEIGHT = (4, 8, 8), (3, 4, 5, 5)
RGB = {"k": (0, 0, 0), "w": (2, 2, 2), "r": (2, 0, 0), "y": (2, 2, 0), "g": (0, 2, 0), "b": (0, 0, 2), "s": (0, 1, 2)}


def painted(*rows: str) -> np.ndarray:
    """Return the (3, rows, columns) picture that these letters spell: k black, w white, r red, y yellow, ...

    >>> painted("rb").tolist()      # the red, the green and the blue channel of a red and a blue pixel
    [[[2, 0]], [[0, 0]], [[0, 2]]]
    """
    return np.moveaxis(np.array([[RGB[letter] for letter in row] for row in rows]), -1, 0)


HOUSE = painted("ssssy", "srrss", "rrrrs", "wwbws", "ggggg")
PICTURES = {
    "house": HOUSE,
    "red | blue": painted(*["rrbbb"] * 5),
    "white | black": painted(*["wwkkk"] * 5),
    "red square": painted("kkkkk", "krrrk", "krrrk", "krrrk", "kkkkk"),
    "yellow dot": painted("bbbbb", "bbbbb", "bbybb", "bbbbb", "bbbbb"),
    "one colour": painted(*["yyyyy"] * 5),
}
NOTHING = np.zeros((3, 3))
FILTERS = {  # one kernel for each of red, green and blue
    "brightness edge": np.array([SOBEL_VERTICAL] * 3),
    "red − blue edge": np.array([SOBEL_VERTICAL, NOTHING, -SOBEL_VERTICAL]) + 0.0,
    "grey": np.array([IDENTITY] * 3) / 3,
    "red − blue": np.array([IDENTITY, NOTHING, -IDENTITY]) + 0.0,
    "green alone": np.array([NOTHING, IDENTITY, NOTHING]),
    "blurred red": np.array([BOX_BLUR, NOTHING, NOTHING]),
    "all zeros": np.zeros((3, 3, 3)),
}


class ChannelSum(LiveWidget):
    """Every filter slides one kernel over each channel and adds the results: one output channel for each filter.

    Traits: `input` (C, H, W), up to 4 channels of 8×8; `weight` (O, C, kh, kw), up to 3 filters with kernels of 5×5;
    `bias` (O,), zeros where only weights are given; `relu`; `filter`, the filter whose sums are written out, from 0, or
    the last if there are fewer;
    `pinned`: ("output", o, i, j), ("partial", o, c, i, j) for the sum of one channel, ("weight", o, c, i, j),
    ("bias", o) or ("input", c, i, j); `step`, how many channels' sums the player has added (None: all); `by_channel`,
    one channel at a time; `predict`, the output hidden until the reader answers; `patterns` and `presets`, the menus
    {name: array} of inputs and of filters.

    Raises TraitError if shapes do not fit; change several together inside `with widget.hold_trait_notifications():`.
    Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".

    >>> widget = ChannelSum(input=[[[1]], [[2]], [[3]]], weight=[[[[1]], [[10]], [[100]]]], bias=[0.5])
    >>> widget.per_channel.ravel(), widget.output.ravel()
    (array([  1.,  20., 300.]), array([321.5]))
    """

    input = Tensor(HOUSE, ndim=3, longest=LARGEST_INPUT).tag(sync=True)
    weight = Tensor([FILTERS["brightness edge"], FILTERS["red − blue edge"]], ndim=4, longest=LARGEST_WEIGHT).tag(
        sync=True
    )
    bias = Tensor([2, -1], ndim=1, longest=LARGEST_WEIGHT[0]).tag(sync=True)
    relu = Flag(False).tag(sync=True)
    filter = Whole(0, most=LARGEST_WEIGHT[0] - 1).tag(sync=True)
    pinned = Pin({"input": 3, "weight": 4, "bias": 1, "partial": 4, "output": 3}, ("output", 0, 1, 1)).tag(sync=True)
    step = Whole(None, least=1, allow_none=True).tag(sync=True)
    by_channel = Flag(False).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    presets = NamedTensors(FILTERS, ndim=3, longest=LARGEST_WEIGHT[1:]).tag(sync=True)
    patterns = NamedTensors(PICTURES, ndim=3, longest=LARGEST_INPUT).tag(sync=True)

    def __init__(self, **traits):
        if "weight" in traits and "bias" not in traits:
            traits["bias"] = np.zeros(np.shape(traits["weight"])[:1] or 1)
        super().__init__(**traits)

    _shapes_fit = fit_together("input", "weight", "bias")

    @staticmethod
    def check(input, weight, bias):
        """Raise ValueError if the channels differ, the kernel is larger than the input, or a filter has no bias."""
        channels, *picture = np.shape(input)
        filters, expected, *kernel = np.shape(weight)
        if channels != expected:
            raise ValueError(f"weight expects {expected} input channels, input has {channels}")
        if kernel[0] > picture[0] or kernel[1] > picture[1]:
            raise ValueError(f"kernel {tuple(kernel)} is larger than the input {tuple(picture)}")
        if len(bias) != filters:
            raise ValueError(f"bias must have one number for each of the {filters} filters of weight; got {len(bias)}")

    @property
    def per_channel(self):
        """The (O, C, oh, ow) sums of each channel alone, before they are added, by `convbook.ops.conv2d`."""
        each_alone = np.asarray(self.weight)[:, :, np.newaxis]
        return np.stack([ops.conv2d(self.input, kernels, groups=len(self.input)) for kernels in each_alone])

    @property
    def pre_activation(self):
        """The (O, oh, ow) array before ReLU: the channels added up, and the bias once, by `convbook.ops.conv2d`."""
        return ops.conv2d(self.input, self.weight, self.bias)

    @property
    def output(self):
        """The array that the widget shows as its output: the pre-activation, after ReLU where that is switched on."""
        return ops.relu(self.pre_activation) if self.relu else self.pre_activation

    def _shown_filter(self):
        role, *at = self.pinned or ["input"]
        return at[0] if role != "input" and at[0] < len(self.weight) else min(self.filter, len(self.weight) - 1)

    def static_svg(self):
        """Return one row for each channel, input ⋆ kernel = its share, and the outputs below, as an SVG."""
        shown, kernel = self._shown_filter(), np.shape(self.weight)[2:]
        role, *at = self.pinned or ["none"]
        corner = at[-2:] if role in ("output", "partial") else None
        window = {(corner[0] + u, corner[1] + v) for u, v in np.ndindex(kernel)} if corner else ()
        rows = [
            (
                ("input", name, picture, window),
                "⋆",
                ("kernel", f"filter {shown}, {name}", weights),
                "=",
                ("output", f"from {name}", share, [tuple(corner)] if corner else ()),
            )
            for name, picture, weights, share in zip(
                channel_names(len(self.input)),
                self.input,
                self.weight[shown],
                self.per_channel[shown].tolist(),
                strict=True,
            )
        ]
        outputs = [
            ("output", f"output {o}", values, [tuple(corner)] if corner and o == shown else ())
            for o, values in enumerate(self.output.tolist())
        ]
        return rows_of(*rows, ("+", ("kernel", f"bias {shown}", [[self.bias[shown]]]), "=", *outputs))

    def description(self):
        """Return the shapes and the output's numbers in words."""
        biases, rectified = ", ".join(map(number, self.bias)), " after ReLU" if self.relu else ""
        channels = " ".join(
            f"Output channel {o}{rectified}, row by row: " + "; ".join(" ".join(map(number, row)) for row in rows) + "."
            for o, rows in enumerate(self.output.tolist())
        )
        return f"{size(self.input)} input, {size(self.weight)} weights with bias {biases}. {channels}"

    def __repr__(self):
        return f"ChannelSum({size(self.input)} input, {size(self.weight)} weight)"


def channel_names(count: int) -> list[str]:
    """Return what the channels are called: red, green and blue where there are three.

    >>> channel_names(3), channel_names(2)
    (['R', 'G', 'B'], ['channel 1', 'channel 2'])
    """
    return list("RGB") if count == 3 else [f"channel {c}" for c in range(1, count + 1)]
