"""KernelWall: a kernel for every pair of channels, and what vanishes on the way from standard to separable."""

import math

from convbook import shapes
from convbook._arguments import plural
from convbook.widgets.base import LiveWidget
from convbook.widgets.kernel_wall.picture import walls
from convbook.widgets.traits import Examples, Flag, Pin, Whole, fit_together

MOST = 1024  # channels
SETTINGS = (
    *("in_channels", "out_channels", "kernel", "groups", "separable", "multiplier"),
    *("stacked", "shuffle", "bias", "size"),
)
EXAMPLES = {  # predict goes through them, so no name says how many weights there are
    "a small layer": {},
    "a small layer in groups": {"groups": 4},
    "as many outputs again": {"in_channels": 6, "out_channels": 12, "groups": 3},
    "a small depthwise layer": {"groups": 8},
    "two filters for each channel": {"in_channels": 6, "out_channels": 12, "groups": 6},
    "a small separable layer": {"out_channels": 12, "separable": True},
    "from RGB": {"in_channels": 3, "out_channels": 12, "size": 28},
    "two layers in groups": {"groups": 2, "stacked": True},
    "two layers, shuffled between": {"groups": 2, "stacked": True, "shuffle": True},
    "a large layer": {"in_channels": 128, "out_channels": 256, "size": 28},
    "a large layer in groups": {"in_channels": 128, "out_channels": 256, "groups": 4, "size": 28},
    "a large separable layer": {"in_channels": 128, "out_channels": 256, "separable": True, "size": 28},
    "with biases": {"in_channels": 128, "out_channels": 256, "separable": True, "size": 28, "bias": True},
}


class KernelWall(LiveWidget):
    """The wall of kernels of a convolution, one k×k tile for every pair of channels that it joins.

    Traits: `in_channels` and `out_channels`, 1 to 1024; `kernel`, 1 to 7 pixels a side; `groups`, which must divide
    both: 1 is the standard convolution, `in_channels` the depthwise one, whose depth multiplier is out_channels /
    in_channels. `separable` puts a depthwise convolution with `multiplier` outputs for each input, 1 to 4, and a 1×1
    behind it in the layer's place (`groups` waits meanwhile). `stacked` puts a second layer with as many groups behind
    a layer, and `shuffle` deals its inputs out over the groups. `bias` gives each output channel of each layer a bias;
    `size`, 1 to 512, is the side of the square maps in pixels: stride 1, padded to keep it.
    `pinned` is e.g. ("output", 3), ("input", 0), ("hidden", 1) between two layers, ("kernel", 3, 0), the tile from
    input 0 to output 3, or ("kernel2", 3, 0) for the second layer, whose inputs are counted as they stand after the
    shuffle; `predict` hides shapes and costs until the reader has said them; `examples` is the menu {name: traits},
    which is also what predict asks next.

    Raises TraitError if the groups do not divide the channels. Sources: Krizhevsky et al. (2012) for groups; Howard et
    al. (2017), "MobileNets"; Zhang et al. (2018), "ShuffleNet".

    >>> wall = KernelWall(in_channels=128, out_channels=256)
    >>> wall.weights, wall.weight_shapes
    (294912, [(256, 128, 3, 3)])
    >>> wall.separable = True
    >>> wall.weights, wall.weight_shapes                # 128·9 + 256·128
    (33920, [(128, 1, 3, 3), (256, 128, 1, 1)])
    """

    in_channels = Whole(8, least=1, most=MOST).tag(sync=True)
    out_channels = Whole(8, least=1, most=MOST).tag(sync=True)
    kernel = Whole(3, least=1, most=7).tag(sync=True)
    groups = Whole(1, least=1, most=MOST).tag(sync=True)
    separable = Flag(False).tag(sync=True)
    multiplier = Whole(1, least=1, most=4).tag(sync=True)
    stacked = Flag(False).tag(sync=True)
    shuffle = Flag(False).tag(sync=True)
    bias = Flag(False).tag(sync=True)
    size = Whole(14, least=1, most=512).tag(sync=True)
    pinned = Pin({"input": 1, "hidden": 1, "output": 1, "kernel": 2, "kernel2": 2}).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, SETTINGS).tag(sync=True)

    _groups_divide = fit_together(*SETTINGS)

    @staticmethod
    def check(in_channels, out_channels, groups, multiplier, **_):
        """Raise ValueError if the groups do not divide the channels, or too many maps stand between two layers."""
        shapes.conv_parameters(in_channels, out_channels, 1, groups)
        if in_channels * multiplier > MOST:
            raise ValueError(f"multiplier {multiplier} makes more than {MOST} channels of in_channels {in_channels}")

    @property
    def layers(self):
        """The one or two layers, each a `convbook.shapes.Conv`."""
        settings = {"padding": "same", "bias": self.bias}
        if self.separable:
            between = self.in_channels * self.multiplier
            depthwise = shapes.Conv(between, self.kernel, groups=self.in_channels, **settings)
            return [depthwise, shapes.Conv(self.out_channels, 1, **settings)]
        return [shapes.Conv(self.out_channels, self.kernel, groups=self.groups, **settings)] * (1 + self.stacked)

    @property
    def channels(self):
        """How many channels go into the first layer, then out of each."""
        return [self.in_channels, *(layer.out_channels for layer in self.layers)]

    @property
    def weight_shapes(self):
        """The shape (O, I/g, k, k) of each layer's weight, as PyTorch keeps it."""
        return [
            (layer.out_channels, channels // layer.groups, layer.kernel_size, layer.kernel_size)
            for channels, layer in zip(self.channels[:-1], self.layers, strict=True)
        ]

    @property
    def weights(self):
        """How many weights all layers have, without biases."""
        return sum(map(math.prod, self.weight_shapes))

    @property
    def cost(self):
        """What all layers take, a `convbook.shapes.Cost`: parameters (with biases, if any), MACs, activations."""
        return shapes.cost(self.layers, self._input_shape)

    @property
    def parameters(self):
        """How many numbers are learnt: weights, and biases if there are any."""
        return self.cost.parameters

    @property
    def macs(self):
        """How many multiply-accumulates one picture of `size` pixels a side takes."""
        return self.cost.macs

    @property
    def standard(self):
        """What standard convolutions with the same channels in and out would take, a `convbook.shapes.Cost`."""
        one = shapes.Conv(self.out_channels, self.kernel, padding="same", bias=self.bias)
        return shapes.cost([one] * (1 + (self.stacked and not self.separable)), self._input_shape)

    @property
    def order(self):
        """Which output of the first layer stands at each input of the second: [0, 1, ...] unless they are shuffled."""
        channels = self.channels[1]
        if not (self.stacked and self.shuffle) or self.separable:
            return list(range(channels))
        wide = channels // self.groups
        return [channel for first in range(wide) for channel in range(first, channels, wide)]

    def inputs_of(self, output):
        """Return the input channels that reach this output channel, through both layers if there are two.

        >>> KernelWall(groups=2, stacked=True).inputs_of(0)
        [0, 1, 2, 3]
        >>> KernelWall(groups=2, stacked=True, shuffle=True).inputs_of(0)
        [0, 1, 2, 3, 4, 5, 6, 7]
        """
        reached = {output}
        for n in reversed(range(len(self.layers))):
            places = {place for channel in reached for place in self._read_by(n, channel)}
            reached = {self.order[place] for place in places} if n else places
        return sorted(reached)

    def _read_by(self, n, channel):
        """Return the places that an output channel of layer `n` reads: those of its group."""
        layer, wide = self.layers[n], self.channels[n] // self.layers[n].groups
        group = channel // (layer.out_channels // layer.groups)
        return range(group * wide, (group + 1) * wide)

    @property
    def _input_shape(self):
        return self.in_channels, self.size, self.size

    def static_svg(self):
        """Return each layer's wall as an SVG: a row for an output, a column for an input, a tile where they join."""
        return walls(self)

    def description(self):
        """Return the channels and, unless they are to be predicted, shapes and costs in words."""
        ways = (
            f"{plural(self.in_channels, 'input channel')}, {plural(self.out_channels, 'output channel')}, {self._way}"
        )
        if self.predict:
            return f"{ways}. What shape has the weight?"
        shape = " and ".join(f"({', '.join(map(str, shape))})" for shape in self.weight_shapes)
        return f"{ways}: weight {shape}, {self.weights:,} weights, {self.macs:,} multiply-accumulates."

    @property
    def _way(self):
        size = f"{self.kernel}×{self.kernel}"
        if self.separable:
            return f"depthwise {size} and 1×1"
        twice = f", two layers{' with a shuffle between' * self.shuffle}" * self.stacked
        kind = "standard" if self.groups == 1 else plural(self.groups, "group")
        return f"{kind} {size}{twice}"

    def __repr__(self):
        return f"KernelWall({' → '.join(map(str, self.channels))}, {self._way})"
