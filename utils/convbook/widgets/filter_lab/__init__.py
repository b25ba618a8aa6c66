"""FilterLab: filter a photograph with your own kernel, and look through a lens at the sum behind any pixel."""

import numpy as np

from convbook import ops
from convbook.kernels import NAMED, SOBEL_VERTICAL
from convbook.widgets.picture import OWN, Picture, PictureWidget, address, pixels, png, reduced
from convbook.widgets.static import Photo, number, row_of, size
from convbook.widgets.traits import Choice, Finite, Flag, NamedTensors, Pin, Tensor, fit_together

SHADES = ("auto", "fixed", "photo")
WHITE = 255
SIDE = 112  # pixels of a static picture: small enough for a page, large enough to be recognised
BRIGHTEST = 15  # of their 16 greys


class FilterLab(PictureWidget):
    """A photograph, one or two kernels, and what each of them makes of it; a lens shows the sum behind one pixel.

    Traits: `picture`, one of `images.NAMES` or an array (H, W) or (H, W, 3), integers in 0..255 or floats in 0..1, at
    most 1024 a side (it is turned grey); `kernel` (kh, kw), at most 5 along an axis; `second`, None or a kernel of the
    same shape; `bias`, in grey levels, added to both; `relu`; `shades`, how the numbers are drawn: "auto" (as the
    kernel needs them: 0 to the most that it can give, where no pixels make it negative; else zero is middle grey, the
    strongest number black or white), "fixed" (−255 to 255) or "photo" (0 black, 255 white); after ReLU zero is black
    in all of them. `pinned` is where the lens rests, e.g. ("output", 100, 200), or ();
    `predict` hides the outputs until the reader has recognised them; `presets` is the menu {name: array} of kernels.

    Pixels are grey levels, whole numbers from 0 (black) to 255 (white). A picture that the reader opens stays in the
    browser: `picture` is then "own:1" and Python cannot compute with it.
    Raises TraitError for a kernel larger than the picture. Sources: Sobel and Feldman (1968); Gonzalez and Woods
    (2018), "Digital image processing", section 3.4.

    >>> lab = FilterLab(picture=[[10, 10, 200], [10, 10, 200], [10, 10, 200]])      # dark to light
    >>> lab.output                                            # 1·10 + 2·10 + 1·10 − (1·200 + 2·200 + 1·200)
    array([[-760.]])
    >>> lab.relu = True
    >>> lab.output, lab.silent
    (array([[0.]]), 1.0)
    """

    picture = Picture("camera").tag(sync=True)
    kernel = Tensor(SOBEL_VERTICAL, longest=5).tag(sync=True)
    second = Tensor(None, longest=5, allow_none=True).tag(sync=True)
    bias = Finite(0.0).tag(sync=True)
    relu = Flag(False).tag(sync=True)
    shades = Choice(SHADES, "auto").tag(sync=True)
    pinned = Pin(("output",), ("output", 200, 187)).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    presets = NamedTensors(NAMED, longest=5).tag(sync=True)

    _all_fit = fit_together("kernel", "second", "picture")

    @staticmethod
    def check(kernel, second, picture):
        """Raise ValueError if the kernels differ in shape or are larger than the picture."""
        size = np.shape(kernel)
        if second is not None and np.shape(second) != size:
            raise ValueError(f"second must be None or have the shape of kernel, {size}; got shape {np.shape(second)}")
        if not OWN.fullmatch(picture):
            whole = pixels(picture).shape
            if size[0] > whole[0] or size[1] > whole[1]:
                raise ValueError(f"kernel {size} is larger than the picture {whole}")

    @property
    def pixels(self):
        """The grey levels (H, W) that the kernels read, 0..255. Raises ValueError for the reader's own picture."""
        return pixels(self.picture)

    @property
    def pre_activation(self):
        """The (H − kh + 1, W − kw + 1) array before ReLU, computed by `convbook.ops.conv2d`, in grey levels."""
        return self._filtered(self.kernel)

    @property
    def output(self):
        """What the first kernel makes of the picture: the pre-activation, after ReLU where that is switched on."""
        return self._activated(self.kernel)

    @property
    def second_output(self):
        """What the second kernel makes of the picture, like `output`, or None if there is none."""
        return None if self.second is None else self._activated(self.second)

    @property
    def silent(self):
        """The share of the output, 0 to 1, that ReLU turns into 0."""
        return float((self.pre_activation <= 0).mean())

    def _filtered(self, kernel):
        return ops.conv2d(self.pixels, kernel) + self.bias

    def _activated(self, kernel):
        return ops.relu(self._filtered(kernel)) if self.relu else self._filtered(kernel)

    @property
    def _outputs(self):
        return [self.output] if self.second is None else [self.output, self.second_output]

    def _photo(self, role, name, values, kernel=None):
        small = reduced(values, SIDE)
        bottom, top = (0, WHITE) if kernel is None else self._range(kernel, small)
        levels = np.clip((small - bottom) / (top - bottom), 0, 1) * BRIGHTEST
        return Photo(role, name, values, address(png(levels.round(6).round(), bits=4)))  # no dust decides a half

    def _range(self, kernel, values):
        """Return what is drawn black and what is drawn white, as the view does (`range` in arithmetic/pixels.js)."""
        if self.shades != "auto":
            return 0 if self.relu or self.shades == "photo" else -WHITE, WHITE
        least, most = (self.bias + WHITE * np.clip(kernel, *signs).sum() for signs in ((None, 0), (0, None)))
        if least >= 0:
            return 0, most or 1
        if most <= 0:
            return (0, 1) if self.relu else (least, 0)
        strongest = np.abs(values).max() or 1
        return 0 if self.relu else -strongest, strongest

    def static_svg(self):
        """Return picture ⋆ kernel = output as an SVG, the pictures small; just the kernels for the reader's own."""
        kernels = [("kernel", "kernel", kernel) for kernel in (self.kernel, self.second) if kernel is not None]
        if self._is_own:
            return row_of(*kernels)
        name = "after ReLU" if self.relu else "output"
        parts = [self._photo("input", self._name, self.pixels)]
        for kernel, output in zip(kernels, self._outputs, strict=True):
            parts += ["⋆", kernel, "=", self._photo("output", name, output, kernel[2])]
        return row_of(*parts)

    def description(self):
        """Return the picture, the kernels and the range of each output in words."""
        words = [
            f"{size(kernel)} kernel {'; '.join(' '.join(map(number, row)) for row in kernel)}"
            for kernel in (self.kernel, self.second)
            if kernel is not None
        ]
        if self._is_own:
            return f"A picture of the reader's own, and {', and '.join(words)}."
        after = " after ReLU" if self.relu else ""
        ranges = [
            f"{word}: {size(output)} output{after} from {number(output.min())} to {number(output.max())}"
            for word, output in zip(words, self._outputs, strict=True)
        ]
        return f"{self._name}, {size(self.pixels)} pixels, filtered. {'. '.join(ranges)}."

    def __repr__(self):
        second = "" if self.second is None else f", second {size(self.second)} kernel"
        return f"FilterLab({self._name}, {size(self.kernel)} kernel{second})"
