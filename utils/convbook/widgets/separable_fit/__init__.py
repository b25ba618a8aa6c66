"""SeparableFit: what a bank of kernels loses when it is made of columns and rows, or of a few depthwise kernels."""

import numpy as np

from convbook import ops
from convbook.kernels import DIAGONAL_EDGE, LAPLACIAN, NAMED, SOBEL_HORIZONTAL, SOBEL_VERTICAL, gaussian, learnt
from convbook.widgets.picture import OWN, Picture, PictureWidget, pixels
from convbook.widgets.separable_fit.fit import READINGS, Fit, spatial_terms
from convbook.widgets.static import number, row_of, size
from convbook.widgets.traits import Choice, Flag, NamedTensors, Pair, Pin, Tensor, Whole, fit_together

LONGEST = (24, 4, 9, 9)  # outputs, inputs, and the kernel's sides
SEED = 21


def _alone(kernel):
    return np.array(kernel, float)[None, None]


BANKS = {  # predict goes through them, so no name says a rank
    "hand-made kernels": np.array(list(NAMED.values()))[:, None],
    "Sobel": _alone(SOBEL_VERTICAL),
    "Gaussian": _alone(gaussian(5)),
    "Laplacian": _alone(LAPLACIAN),
    "diagonal edge": _alone(DIAGONAL_EDGE),
    "edges in four directions": np.array([SOBEL_VERTICAL, SOBEL_HORIZONTAL, DIAGONAL_EDGE, DIAGONAL_EDGE[::-1]])[
        :, None
    ],
    "learnt in chapter 1": learnt()[:, None].round(2),
    "a random layer": np.random.default_rng(SEED).standard_normal((6, 4, 3, 3)).round(2),
}


class SeparableFit(PictureWidget):
    """A bank of kernels, the nearest bank that costs less, and what each of them makes of a picture.

    Traits: `bank` (outputs, inputs, kernel height, kernel width), at most (24, 4, 9, 9); `reading`: "spatial" makes
    every kernel of `rank` columns times rows, "depthwise" makes all kernels of an input channel of `rank` depthwise
    ones, the depth multiplier, which a 1×1 convolution mixes. A rank beyond the largest is the largest. `kernel` is the
    (output, input) whose kernel is shown and filters the `picture`, one of `images.NAMES` or an array as in FilterLab;
    `pinned` is a pixel of what comes out, e.g. ("output", 100, 200), a weight of the shown kernel, ("kernel", 0, 2), or
    (); `predict` hides the fit until the reader has said a rank; `presets` is the menu {name: array} of banks.

    Raises TraitError for a kernel larger than the picture. Sources: Eckart and Young (1936), "The approximation of one
    matrix by another of lower rank"; Sifre (2014), "Rigid-motion scattering for image classification", the thesis.

    >>> fit = SeparableFit(bank=[[[[0, 1, 0], [1, -4, 1], [0, 1, 0]]]])
    >>> fit.errors.round(3)                             # rank 0, 1, 2 and 3: two columns and rows make a Laplacian
    array([1.  , 0.01, 0.  , 0.  ])
    """

    bank = Tensor(BANKS["hand-made kernels"], ndim=4, longest=LONGEST).tag(sync=True)
    reading = Choice(READINGS, "spatial").tag(sync=True)
    rank = Whole(1, least=1, most=max(LONGEST)).tag(sync=True)
    kernel = Pair((0, 0), least=0, most=max(LONGEST) - 1).tag(sync=True)
    picture = Picture("camera").tag(sync=True)
    pinned = Pin(("kernel", "output")).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    presets = NamedTensors(BANKS, ndim=4, longest=LONGEST).tag(sync=True)

    _all_fit = fit_together("bank", "picture")

    @staticmethod
    def check(bank, picture):
        """Raise ValueError if the kernels are larger than the picture."""
        if not OWN.fullmatch(picture):
            side, whole = np.shape(bank)[2:], pixels(picture).shape
            if side[0] > whole[0] or side[1] > whole[1]:
                raise ValueError(f"bank holds {side[0]}×{side[1]} kernels, larger than the picture {whole}")

    @property
    def fit(self):
        """The decompositions of the bank in this reading."""
        return Fit(self.bank, self.reading)

    @property
    def errors(self):
        """The share of the squared weights that is missed at rank 0, 1, ...: 1 is everything."""
        return self.fit.errors

    @property
    def error(self):
        """The share that is missed at this rank."""
        return float(self.errors[min(self.rank, self.fit.most)])

    @property
    def ranks(self):
        """The rank of each kernel (outputs, inputs), or of each input channel's kernels (inputs,)."""
        return self.fit.ranks.reshape(np.shape(self.bank)[:2]) if self.reading == "spatial" else self.fit.ranks

    @property
    def approximation(self):
        """The nearest bank of this rank."""
        return self.fit.nearest(self.rank)

    @property
    def layers(self):
        """The (depthwise, pointwise) weights of the nearest separable layer, for `ops.separable_conv2d`."""
        fit = Fit(self.bank, "depthwise")
        return fit.layers(min(self.rank, fit.most))

    @property
    def shown(self):
        """The (output, input) of the kernel that is shown: `kernel`, or the last one there is."""
        return tuple(np.minimum(self.kernel, np.subtract(np.shape(self.bank)[:2], 1)).tolist())

    @property
    def terms(self):
        """The (column, row) pairs that make the shown kernel at this rank in space."""
        return spatial_terms(self._shown_of(self.bank), self.rank)

    @property
    def output(self):
        """What the shown kernel makes of the picture, in grey levels."""
        return ops.conv2d(pixels(self.picture), self._shown_of(self.bank))

    @property
    def approximate_output(self):
        """What its approximation makes of the picture, in grey levels."""
        return ops.conv2d(pixels(self.picture), self._shown_of(self.approximation))

    def _shown_of(self, bank):
        return np.asarray(bank)[self.shown]

    def static_svg(self):
        """Return the shown kernel ≈ its approximation + what is missed as an SVG; the kernel alone while predicting."""
        kernel = self._shown_of(self.bank).tolist()
        if self.predict:
            return row_of(("kernel", "kernel", kernel))
        near = _tidy(self._shown_of(self.approximation))
        rest = _tidy(np.subtract(kernel, near))
        return row_of(("kernel", "kernel", kernel), "≈", ("kernel", self._way, near), "+", ("kernel", "missed", rest))

    def description(self):
        """Return the bank and, unless a rank is to be predicted, what is missed in words."""
        bank = f"A bank of {size(self.bank)} kernels"
        if self.predict:
            return f"{bank}. What is the rank?"
        errors = ", ".join(f"{number(100 * error)} %" for error in self.errors[1:])
        return f"{bank}; {self._way} misses {number(100 * self.error)} % of its squared weights ({errors} from 1 on)."

    @property
    def _way(self):
        return f"{'rank' if self.reading == 'spatial' else 'multiplier'} {min(self.rank, self.fit.most)}"

    def __repr__(self):
        return f"SeparableFit({size(self.bank)} bank, {self.reading}, rank {self.rank})"


def _tidy(values):
    return (values.round(9) + 0).tolist()  # without the dust of the decomposition
