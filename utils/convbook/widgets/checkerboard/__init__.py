"""Checkerboard: what five ways to enlarge a picture make of it and of one colour, where their pattern shows most."""

import numpy as np

from convbook._arguments import plural
from convbook.widgets.checkerboard.upsampling import (
    SHORTEST,
    SHUFFLED,
    STARTS,
    WAYS,
    descended,
    overlap_along,
    scene,
    small,
    start_filters,
    strength,
    tile,
    upsample,
)
from convbook.widgets.picture import OWN, Picture, PictureWidget, address, pixels, png
from convbook.widgets.static import Photo, number, row_of
from convbook.widgets.traits import Choice, Examples, Flag, Pin, Tensor, Whole, fit_together

WHITE = 255
BRIGHTEST = 15  # of the 16 greys of a static picture
MOST_STEPS = 40
LEARNS_FROM = ("picture", "way", "kernel", "stride", "start", "seed", "weights", "steps")
IN_WORDS = {
    "ones": "all weights alike",
    "smooth": "smooth weights",
    "random": "random weights",
    "balanced": "balanced weights",
}
SETTINGS = ("way", "kernel", "stride", "start", "seed", "weights", "steps")
EXAMPLES = {
    "3×3 ones, stride 2": {},
    "4×4 ones, stride 2": {"kernel": 4},
    "4×4 random, stride 2": {"kernel": 4, "start": "random"},
    "3×3 balanced, stride 2": {"start": "balanced"},
    "3×3 balanced, one step of training": {"start": "balanced", "steps": 1},
    "4×4 balanced, one step of training": {"kernel": 4, "start": "balanced", "steps": 1},
    "nearest, then a random 3×3": {"way": "nearest", "start": "random"},
    "sub-pixel, random": {"way": "subpixel", "start": "random"},
    "sub-pixel, random with ICNR": {"way": "icnr", "start": "random"},
    "6×6 smooth, stride 3": {"kernel": 6, "stride": 3, "start": "smooth"},
    "2×2 ones, stride 3": {"kernel": 2, "stride": 3},
}


class Checkerboard(PictureWidget):
    """A picture and one colour, enlarged in one of five ways: where a pattern shows, and what training does to it.

    Traits: `way`, "transposed" (`conv_transpose2d`), "nearest" or "bilinear" (resize, then convolve), "subpixel"
    (convolve to stride² channels, then `pixel_shuffle`) or "icnr" (the same, all channels begun alike); `kernel`, the
    size k of the weights, 2 to 6; `stride`, how many times as large the picture becomes, 2 to 4; `start`, what the
    weights are at first: "ones", "smooth", "random" (He et al., 2015; `seed` says which) or "balanced" (whatever
    stamps meet, their weights add up to 1); `weights`, None or (k, k) weights of one's own in their place, not for the
    sub-pixel ways; `steps` of gradient descent from there, 0 to 40, towards the picture half as bright. `picture` is
    one of `images.NAMES` or an array of at least 24 pixels a side, of which the square middle is taken; `pinned` is
    e.g. ("output", 60, 60), or (); `predict` hides what becomes of one colour until the reader has said it; `examples`
    is the menu {name: traits}.

    Raises TraitError for weights that do not fit. Sources: Odena, Dumoulin and Olah (2016); Shi et al. (2016); Aitken
    et al. (2017).

    >>> board = Checkerboard(kernel=3, stride=2)                    # ones: 1, 2 or 4 stamps meet in a pixel
    >>> board.overlap, (board.tile / board.tile.min()).round().tolist()
    ([1, 2, 1, 2, 1, 2, 1, 2], [[1.0, 2.0], [2.0, 4.0]])
    >>> Checkerboard(kernel=4, stride=2).strength, Checkerboard(start="balanced").strength
    (0.0, 0.0)
    >>> Checkerboard(kernel=4, start="random").strength > 0.1       # even overlap, uneven weights
    True
    """

    way = Choice(tuple(WAYS), "transposed").tag(sync=True)
    kernel = Whole(3, least=2, most=6).tag(sync=True)
    stride = Whole(2, least=2, most=4).tag(sync=True)
    start = Choice(STARTS, "ones").tag(sync=True)
    seed = Whole(0, least=0, most=99).tag(sync=True)
    weights = Tensor(None, shortest=2, longest=6, allow_none=True).tag(sync=True)
    steps = Whole(0, least=0, most=MOST_STEPS).tag(sync=True)
    picture = Picture("camera").tag(sync=True)
    pinned = Pin(("output",), ()).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, SETTINGS).tag(sync=True)

    _fits = fit_together("way", "kernel", "weights", "picture")

    @staticmethod
    def check(way, kernel, weights, picture=None, **_):
        """Raise ValueError for weights that do not fit, and for a picture that is too small."""
        if weights is not None and np.shape(weights) != (kernel, kernel):
            raise ValueError(
                f"weights must be None or have the shape of kernel, {(kernel, kernel)}; got shape {np.shape(weights)}"
            )
        if weights is not None and way in SHUFFLED:
            raise ValueError(
                f"weights are for one kernel; {way!r} has a filter for each of stride² pixels, so they must be None"
            )
        if picture is not None and not OWN.fullmatch(picture) and min(pixels(picture).shape) < SHORTEST:
            raise ValueError(f"picture must have at least {SHORTEST} pixels a side; got {pixels(picture).shape}")

    @property
    def scene(self):
        """The large picture, (H, W) grey levels, at most 120 pixels a side: what training is shown half as bright."""
        return scene(pixels(self.picture))

    @property
    def small(self):
        """The small picture that is enlarged: averages of stride × stride pixels."""
        return small(self.scene, self.stride)

    @property
    def begun(self):
        """The weights before training: (1, k, k), for the sub-pixel ways (stride², k, k)."""
        if self.weights is not None:
            return np.array([self.weights])
        return start_filters(self.way, self.kernel, self.stride, self.start, self.seed)

    _last = (None, None)  # the settings of the last training, and what it came to: it takes its time

    @property
    def _trained(self):
        settings = repr([getattr(self, trait) for trait in LEARNS_FROM])
        if self._last[0] != settings:
            target = self.scene / WHITE / 2
            learnt = descended(self.begun, self.small / WHITE, target, self.way, self.stride, self.steps)
            self._last = (settings, learnt)
        return self._last[1]

    @property
    def filters(self):
        """The weights after training."""
        return self._trained[0].copy() if self.steps else self.begun

    @property
    def losses(self):
        """The mean squared error before each step and at the end, of pictures from 0 to 1."""
        return list(self._trained[1])

    @property
    def output(self):
        """The enlarged picture (H, W), in grey levels, computed by `convbook.ops`."""
        return upsample(self.small, self.filters, self.way, self.stride)

    @property
    def tile(self):
        """What one colour, 1 everywhere, becomes far from the border: (stride, stride) numbers that repeat."""
        return tile(self.filters, self.way, self.stride)

    @property
    def strength(self):
        """How strong the pattern on one colour is: standard deviation over root mean square, 0 (none) to 1."""
        return strength(self.tile)

    @property
    def overlap(self):
        """How many stamps of the transposed convolution meet in each place along an axis, far from the border."""
        return overlap_along(self.kernel, self.stride)

    def _range(self):
        pattern = self.tile
        if pattern.min() >= 0 and pattern.mean() > 0:
            return 0, WHITE * pattern.mean()
        strongest = max(np.abs(self.output).max(), WHITE * np.abs(pattern).max()) or 1
        return -strongest, strongest

    def _photo(self, role, name, values, bottom=0, top=WHITE):
        levels = np.clip((values - bottom) / (top - bottom), 0, 1) * BRIGHTEST
        return Photo(role, name, values, address(png(levels.round(6).round(), bits=4)))

    def static_svg(self):
        """Return the small picture, the weights, one colour's tile and the large picture, as an SVG."""
        kernel = (
            "kernel",
            f"first of {len(self.begun)} filters" if len(self.begun) > 1 else "kernel",
            self.begun[0].tolist(),
        )
        if self._is_own or self.predict:
            return row_of(kernel)
        kernel = (*kernel[:2], self.filters[0].tolist())
        return row_of(
            self._photo("input", self._name, self.small),
            kernel,
            "→",
            ("output", "one colour", self.tile.tolist()),
            self._photo("output", "output", self.output, *self._range()),
        )

    def description(self):
        """Return the settings in words and, unless it is to be predicted, what one colour becomes."""
        trained = f", after {plural(self.steps, 'step')} of training" if self.steps else ""
        text = f"{WAYS[self.way]}, {self._in_words()}{trained}: {self._name} enlarged {self.stride} times."
        text = text[0].upper() + text[1:]
        if self.predict or self._is_own:
            return f"{text} What becomes of one colour?"
        rows = "; ".join(" ".join(map(number, row)) for row in self.tile.tolist())
        return (
            f"{text} One colour of 1 becomes, again and again, {rows}: a pattern of strength {number(self.strength)}."
        )

    def _in_words(self):
        start = "own weights" if self.weights is not None else IN_WORDS[self.start]
        return f"{self.kernel}×{self.kernel} kernel, stride {self.stride}, {start}"

    def __repr__(self):
        return f"Checkerboard({WAYS[self.way]}, {self._in_words()}, {plural(self.steps, 'step')})"
