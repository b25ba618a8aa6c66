"""ArchitectureExplorer: whole networks as strips of layers, as wide as they have weights, MACs or memory."""

import traitlets

from convbook import shapes
from convbook.architectures import NETWORKS
from convbook.widgets.architecture_explorer.description import OWN, Description, fits, menu
from convbook.widgets.architecture_explorer.picture import drawn
from convbook.widgets.base import LiveWidget
from convbook.widgets.traits import Choice, Examples, Finite, Flag, Pin, Whole, fit_together

NAMES = (*NETWORKS, OWN)
NONE = "none"
SETTINGS = ("network", "other", "size", "measure")
EXAMPLES = {  # predict goes through them, so no name says what they have
    "VGG16": {"network": "VGG16"},
    "eight layers: AlexNet": {"network": "AlexNet"},
    "the first one: LeNet-5": {"network": "LeNet-5", "size": 32},
    "paths side by side: GoogLeNet": {"network": "GoogLeNet", "measure": "MACs"},
    "skips: ResNet-18": {"network": "ResNet-18"},
    "ResNet-50 beside VGG16": {"network": "ResNet-50", "other": "VGG16", "measure": "MACs"},
    "for a phone: MobileNetV1": {"network": "MobileNetV1"},
    "MobileNetV2 beside EfficientNet-B0": {"network": "MobileNetV2", "other": "EfficientNet-B0", "measure": "memory"},
    "ConvNeXt-T beside ResNet-50": {"network": "ConvNeXt-T", "other": "ResNet-50"},
    "patches and attention: ViT-B/16": {"network": "ViT-B/16"},
}
FIRST = """[
    Block("stem", [Conv(32, 3, stride=2, padding=1), Activation()]),
    Block("body", [Branches([[Conv(32, 3, padding=1), Activation(), Conv(32, 3, padding=1)], []]), Activation()] * 2),
    Block("head", [AdaptivePool(), Flatten(), Linear(10)]),
]"""


class ArchitectureExplorer(LiveWidget):
    """Networks as strips of layers, with what each layer takes and sees; two of them beside each other, or your own.

    Traits: `network` and `other`, names of `convbook.architectures.NETWORKS`, or "your own" (`other` also "none");
    `size`, 8 to 1024, the side of the picture in pixels; `measure`, what the width of a layer is: "weights", "MACs",
    "memory" (the numbers in its outputs) or "the same". `own` is the reader's network, a list of layers of
    `convbook.shapes` or the text that `read_layers` reads, and `own_channels`, 1 to 64, what its pictures have.
    `weights_budget` and `macs_budget` are in millions, 0 for none. `pinned` is ("network", n) or ("other", n), the part
    that is opened, counted as the page's tree counts them, or (); `predict` hides the numbers until the reader has
    said some; `examples` is the menu {name: traits}; `networks` are the descriptions {name: {"layers", "channels",
    "size"}}, which no view changes.

    Raises TraitError if a network cannot take a picture of this size. Every number is one of `convbook.shapes`; memory
    is 4 bytes for each number in the outputs of all layers. Sources: the papers that `convbook.architectures` names.

    >>> explorer = ArchitectureExplorer(network="ResNet-18", size=224)
    >>> explorer.total.parameters, explorer.total.macs
    (11689512, 1814073344)
    >>> explorer.own = [shapes.Conv(8, 3), shapes.Linear(10)]
    >>> explorer.own
    '[Conv(8, 3), Linear(10)]'
    """

    networks = traitlets.Dict(menu(), read_only=True).tag(sync=True)
    network = Choice(NAMES, "VGG16").tag(sync=True)
    other = Choice((NONE, *NAMES), NONE).tag(sync=True)
    size = Whole(224, least=8, most=1024).tag(sync=True)
    measure = Choice(("weights", "MACs", "memory", "the same"), "weights").tag(sync=True)
    own = Description(FIRST).tag(sync=True)
    own_channels = Whole(3, least=1, most=64).tag(sync=True)
    weights_budget = Finite(0.0).tag(sync=True)
    macs_budget = Finite(0.0).tag(sync=True)
    pinned = Pin({"network": 1, "other": 1}).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, SETTINGS).tag(sync=True)

    _all_fit = fit_together("network", "other", "size", "own", "own_channels", "weights_budget", "macs_budget")

    @staticmethod
    def check(network, other, size, own=FIRST, own_channels=3, weights_budget=0, macs_budget=0, measure=None):
        """Raise ValueError if a network cannot take a picture of this size, or a budget is below 0."""
        for name in (network, other):
            if name != NONE:
                fits(name, size, own, own_channels)
        for name, budget in (("weights_budget", weights_budget), ("macs_budget", macs_budget)):
            if budget < 0:
                raise ValueError(f"{name} must be at least 0, got {budget:g}")

    def layers_of(self, name):
        """The layers of a network by its name, one of `NETWORKS` or "your own"."""
        return shapes.read_layers(self.own) if name == OWN else NETWORKS[name].layers

    @property
    def layers(self):
        """The layers of `network`, as `convbook.shapes` has them."""
        return self.layers_of(self.network)

    @property
    def total(self) -> shapes.Cost:
        """What `network` takes for a picture of this size."""
        return shapes.cost(self.layers, self.input_shape)

    @property
    def other_total(self):
        """What `other` takes for a picture of this size; None if there is none."""
        return None if self.other == NONE else shapes.cost(self.layers_of(self.other), self._shape_of(self.other))

    @property
    def table(self):
        """The steps of `convbook.shapes.summary` for `network`."""
        return shapes.summary(self.layers, self.input_shape)

    @property
    def input_shape(self):
        """The (channels, height, width) of the picture that `network` takes."""
        return self._shape_of(self.network)

    def _shape_of(self, name):
        channels = self.own_channels if name == OWN else NETWORKS[name].input_shape[0]
        return channels, self.size, self.size

    def static_svg(self):
        """Return the parts of each network as bars with their numbers, and over them resolution and receptive field."""
        names = [self.network] + ([] if self.other == NONE else [self.other])
        walks = {name: shapes.summary(self.layers_of(name), self._shape_of(name)) for name in names}
        return drawn(walks, "the same" if self.predict else self.measure, self.size)

    def description(self):
        """Return what the networks take in words, unless that is to be predicted."""
        names = [self.network] + ([] if self.other == NONE else [self.other])
        if self.predict:
            return f"{' and '.join(names)}, {self.size}×{self.size} pixels: how many weights, and where?"
        totals = [self.total] + ([] if self.other == NONE else [self.other_total])
        words = [
            f"{name}: {cost.parameters:,} weights, {cost.macs:,} multiply-accumulates,"
            f" {cost.activations:,} numbers in all outputs"
            for name, cost in zip(names, totals, strict=True)
        ]
        return f"At {self.size}×{self.size} pixels, {'; '.join(words)}."

    def __repr__(self):
        beside = "" if self.other == NONE else f" beside {self.other}"
        return (
            f"ArchitectureExplorer({self.network}{beside}, {self.size}×{self.size}, {self.total.parameters:,} weights)"
        )
