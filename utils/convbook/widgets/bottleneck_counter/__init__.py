"""BottleneckCounter: a k×k convolution of all channels against reduce, convolve, expand, in weights and in MACs."""

import math

from convbook import shapes
from convbook.widgets.base import LiveWidget
from convbook.widgets.static import drawing
from convbook.widgets.traits import Examples, Flag, Pin, Whole

MOST = 2048  # channels
SETTINGS = ("channels", "reduced", "kernel", "size")
EXAMPLES = {  # predict goes through them, so no name says what they cost
    "a block of ResNet-50": {},
    "its last stage": {"channels": 2048, "reduced": 512, "size": 7},
    "half as many inside": {"channels": 64, "reduced": 32, "size": 32},
    "hardly narrower": {"channels": 256, "reduced": 240},
    "wider inside": {"channels": 64, "reduced": 256, "size": 28},
    "a 5×5 in the middle": {"channels": 192, "reduced": 32, "kernel": 5, "size": 28},
    "a 1×1 in the middle": {"channels": 256, "reduced": 64, "kernel": 1},
    "few channels": {"channels": 8, "reduced": 2, "size": 16},
}
WIDE, BAR = 420, 26  # px of the static picture


class BottleneckCounter(LiveWidget):
    """What a bottleneck saves: reduce (1×1, C→R), convolve (k×k, R→R), expand (1×1, R→C) in place of one k×k, C→C.

    Traits: `channels` C and `reduced` R, 1 to 2048; `kernel` k, 1 to 7 pixels a side; `size`, 1 to 512, the side of the
    square maps in pixels: stride 1, padded to keep it, no biases. `pinned` is ("direct",), ("reduce",), ("convolve",)
    or ("expand",), the layer that is spelt out, or (); `predict` hides what the bottleneck costs until the reader has
    said it; `examples` is the menu {name: traits}, which is also what predict asks next.

    Every number is one of `convbook.shapes`. Source: He et al. (2016), "Deep residual learning", section 4.1.

    >>> counter = BottleneckCounter(channels=256, reduced=64, kernel=3)
    >>> counter.bottleneck.parameters, counter.direct.parameters          # 256·64 + 9·64·64 + 64·256, and 9·256·256
    (69632, 589824)
    >>> round(counter.ratio, 2), counter.largest_that_pays
    (8.47, 229)
    """

    channels = Whole(256, least=1, most=MOST).tag(sync=True)
    reduced = Whole(64, least=1, most=MOST).tag(sync=True)
    kernel = Whole(3, least=1, most=7).tag(sync=True)
    size = Whole(56, least=1, most=512).tag(sync=True)
    pinned = Pin({"direct": 0, "reduce": 0, "convolve": 0, "expand": 0}).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, SETTINGS).tag(sync=True)

    @staticmethod
    def check(**state):
        """Do nothing: all channels, kernels and sizes fit together."""

    @property
    def layers(self):
        """The three layers of the bottleneck by name, each a `convbook.shapes.Conv`."""
        return {
            "reduce": shapes.Conv(self.reduced, 1, bias=False),
            "convolve": shapes.Conv(self.reduced, self.kernel, padding="same", bias=False),
            "expand": shapes.Conv(self.channels, 1, bias=False),
        }

    @property
    def direct(self):
        """What one k×k convolution of all channels takes, a `convbook.shapes.Cost`."""
        return shapes.Conv(self.channels, self.kernel, padding="same", bias=False).cost(self._input)

    @property
    def bottleneck(self):
        """What the three layers take together, a `convbook.shapes.Cost`."""
        return shapes.cost(list(self.layers.values()), self._input)

    @property
    def ratio(self):
        """How many times as many weights, and as many MACs, the direct convolution takes."""
        return self.direct.parameters / self.bottleneck.parameters

    @property
    def break_even(self):
        """The R, seldom whole, at which both cost the same: 2CR + k²R² = k²C², so R = C·(√(1 + k⁴) − 1) / k²."""
        return self.channels * (math.sqrt(1 + self.kernel**4) - 1) / self.kernel**2

    @property
    def largest_that_pays(self):
        """The largest R at which the bottleneck takes fewer weights than the direct convolution; 0 if there is none."""
        return max(
            (r for r in range(1, self.channels) if self._weights(r) < self.direct.parameters),
            default=0,
        )

    def _weights(self, reduced):
        return reduced * (2 * self.channels + self.kernel**2 * reduced)

    @property
    def _input(self):
        return self.channels, self.size, self.size

    def static_svg(self):
        """Return a bar for the direct convolution and one of three parts for the bottleneck, as long as they cost."""
        parts = [] if self.predict else self._parts
        widest = max(self.direct.parameters, sum(parts))
        body = [
            _bar(0, f"direct {self.kernel}×{self.kernel}: {self.direct.parameters:,}", [self.direct.parameters], widest)
        ]
        name = f"1×1, {self.kernel}×{self.kernel}, 1×1: {sum(parts):,}" if parts else "bottleneck: ?"
        body.append(_bar(64, name, parts, widest))
        return drawing(WIDE, 120, f'<g class="kernel">{"".join(body)}</g>')

    @property
    def _parts(self):
        c, r = self.channels, self.reduced
        return [c * r, self.kernel**2 * r * r, r * c]

    def description(self):
        """Return the layers and, unless they are to be predicted, what they take in words."""
        k = f"{self.kernel}×{self.kernel}"
        direct = f"{k}, {self.channels} to {self.channels} channels: {self.direct.parameters:,} weights"
        way = f"Or 1×1 to {self.reduced}, {k}, 1×1 to {self.channels}"
        if self.predict:
            return f"{direct}. {way}: how many?"
        cost, maps = self.bottleneck, f"{self.size}×{self.size}"
        return f"{direct}. {way}: {cost.parameters:,} weights, {cost.macs:,} multiply-accumulates on {maps}."

    def __repr__(self):
        way = f"{self.channels} → {self.reduced} → {self.reduced} → {self.channels}"
        return f"BottleneckCounter({way}, {self.kernel}×{self.kernel}, {self.size}×{self.size} maps)"


def _bar(top, name, parts, widest):
    """Return one bar with its name above it, its parts side by side."""
    left, drawn = 0, []
    for n, part in enumerate(parts):
        width = part / widest * WIDE
        box = f'x="{left:.4g}" y="{top + 22}" width="{max(width - 1, 0.5):.4g}" height="{BAR}"'
        drawn.append(f'<rect {box} opacity="{0.45 if n % 2 == 0 and len(parts) > 1 else 0.8}"/>')
        left += width
    return f'<text class="name" y="{top + 14}" font-size="14">{name}</text>{"".join(drawn)}'
