"""ChannelMatrix: a 1×1 convolution is one matrix, applied to the colours of every pixel."""

import numpy as np

from convbook import ops
from convbook.widgets.channel_matrix.mixes import MIXES
from convbook.widgets.channel_matrix.photograph import shuffled_order, square
from convbook.widgets.picture import Picture, PictureWidget, address, png, reduced
from convbook.widgets.static import Photo, number, row_of, size
from convbook.widgets.traits import Choice, Examples, Flag, Pair, Pin, Tensor, fit_together

COLOURS = 3  # red, green and blue
WHITE = 255
ROLES = {"input": 1, "kernel": 2, "bias": 1, "hidden": 1, "second": 2, "second_bias": 1, "output": 1}  # indices of each
SIDE = 64  # pixels of a static picture
ROUNDING = 1e-9  # singular values below this share of the largest are rounding, not rank


class ChannelMatrix(PictureWidget):
    """A colour photograph, one or two 1×1 convolutions, and where they send its colours; a pixel shows its products.

    Traits: `picture`, one of `images.NAMES` or an array (H, W) or (H, W, 3), integers in 0..255 or floats in 0..1;
    `matrix` (C_out, 3), up to three output channels, and `bias`, None or one number for each; `second`, None or the
    matrix of a 1×1 behind it, (up to 3, C_out), with `second_bias`; `relu` behind the first; `window` "3×3" lets the
    same matrix read the mean of 3×3 pixels instead of one (zeros beyond the border); `scramble` shuffles all pixels
    before the first layer, `unscramble` puts its outputs back where their pixels came from. `pixel` (row, column) is
    the one whose sums are shown, `pinned` e.g. ("output", 0), ("kernel", 0, 2), ("input", 1), and with a second matrix
    ("hidden", 0), ("second", 0, 2). `predict` hides the sums until the reader has answered; `presets` is the menu
    {name: {"matrix": ..., "bias": ...}}.

    Pixels are levels, 0 (black) to 255 (white): the middle 256×256 of a picture, which is first reduced by a whole
    number if both sides allow it. A picture that the reader opens stays in the browser; Python cannot compute with it.
    Raises TraitError for what does not fit together. Sources: Lin, Chen and Yan (2013), "Network in network"; ITU-R
    BT.601-7 (2011); ITU-T T.871 (2011) for YCbCr.

    >>> mix = ChannelMatrix(picture=[[[200, 100, 50]]], matrix=[[0.25, 0.5, 0.25]])        # one pixel
    >>> mix.output
    array([[[112.5]]])
    >>> ChannelMatrix(matrix=[[1, -1, 0], [0, 1, -1], [-1, 0, 1]]).rank                # the rows add up to 0
    2
    """

    picture = Picture("cat", colour=True).tag(sync=True)
    matrix = Tensor(MIXES["sepia"]["matrix"], longest=COLOURS).tag(sync=True)
    bias = Tensor(None, ndim=1, longest=COLOURS, allow_none=True).tag(sync=True)
    second = Tensor(None, longest=COLOURS, allow_none=True).tag(sync=True)
    second_bias = Tensor(None, ndim=1, longest=COLOURS, allow_none=True).tag(sync=True)
    relu = Flag(False).tag(sync=True)
    window = Choice(("1×1", "3×3"), "1×1").tag(sync=True)
    scramble = Flag(False).tag(sync=True)
    unscramble = Flag(False).tag(sync=True)
    pixel = Pair((126, 80), least=0, most=255).tag(sync=True)
    pinned = Pin(ROLES, ("output", 0)).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    presets = Examples(MIXES, ("matrix", "bias")).tag(sync=True)

    _all_fit = fit_together("matrix", "bias", "second", "second_bias")

    @staticmethod
    def check(matrix, bias, second=None, second_bias=None):
        """Raise ValueError if a matrix or a bias does not fit what stands before it."""
        if np.shape(matrix)[1] != COLOURS:
            raise ValueError(f"matrix must have 3 columns, one for each colour; got shape {np.shape(matrix)}")
        if bias is not None and len(bias) != len(matrix):
            raise ValueError(f"bias must have {len(matrix)} numbers, one for each row of matrix; got {len(bias)}")
        if second is None:
            return
        if np.shape(second)[1] != len(matrix):
            raise ValueError(
                f"second must have {len(matrix)} columns, one for each row of matrix; got shape {np.shape(second)}"
            )
        if second_bias is not None and len(second_bias) != len(second):
            raise ValueError(
                f"second_bias must have {len(second)} numbers, one for each row of second; got {len(second_bias)}"
            )

    @property
    def pixels(self):
        """The levels (3, H, W) that the matrix reads, 0..255. Raises ValueError for the reader's own picture."""
        return square(self.picture)

    @property
    def order(self):
        """The shuffle: the pixel (counted row by row) that each place of the scrambled picture takes."""
        return shuffled_order(self.pixels[0].size)

    def layer(self, x):
        """Return what the first layer, and the second if there is one, make of (3, H, W)."""
        y = ops.conv2d(x, self._weight, self.bias, padding=self._reach)
        y = ops.relu(y) if self.relu else y
        if self.second is None:
            return y
        return ops.pointwise_conv2d(y, np.array(self.second)[..., None, None], self.second_bias)

    @property
    def output(self):
        """What is shown as the output, (C_out, H, W)."""
        if not self.scramble:
            return self.layer(self.pixels)
        order, x = self.order, self.pixels
        y = self.layer(x.reshape(COLOURS, -1)[:, order].reshape(x.shape))
        return _put_back(y, order) if self.unscramble else y

    @property
    def residual(self):
        """The largest |difference| between scramble, layer, unscramble and the layer alone: 0 for a 1×1."""
        order, x = self.order, self.pixels
        scrambled = self.layer(x.reshape(COLOURS, -1)[:, order].reshape(x.shape))
        return float(np.abs(_put_back(scrambled, order) - self.layer(x)).max())

    @property
    def combined(self):
        """The (matrix, bias) of the one 1×1 that does what both do without a ReLU between them: B·A and B·a + b."""
        matrix, bias = np.array(self.matrix), np.array(self.bias or [0.0] * len(self.matrix))
        if self.second is None:
            return matrix, bias
        second = np.array(self.second)
        return second @ matrix, second @ bias + np.array(self.second_bias or [0.0] * len(second))

    @property
    def rank(self):
        """The rank of what is linear: of `matrix`, or of B·A where `second` stands behind it."""
        sizes = np.linalg.svd(self.combined[0], compute_uv=False)
        return int((sizes > ROUNDING * sizes[0]).sum())

    @property
    def gap(self):
        """The largest |difference| between both layers and the one that combines them: without ReLU only rounding."""
        matrix, bias = self.combined
        one = ops.conv2d(self.pixels, self._window_of(matrix), bias, padding=self._reach)
        return float(np.abs(self.layer(self.pixels) - one).max())

    @property
    def _reach(self):
        return 1 if self.window == "3×3" else 0

    def _window_of(self, matrix):
        side = 1 + 2 * self._reach
        return np.array(matrix)[..., None, None] * np.full((side, side), 1 / side**2)

    @property
    def _weight(self):
        return self._window_of(self.matrix)

    def _photo(self, role, name, planes):
        colours = len(planes) == COLOURS
        least, most = (0, WHITE) if colours or planes.min() >= 0 else (-np.abs(planes).max(), np.abs(planes).max())
        small = np.array([reduced(plane, SIDE) for plane in planes])
        levels = np.clip((small - least) / (most - least), 0, 1) * WHITE
        levels = levels.round(6).round()  # no dust decides a half
        return Photo(role, name, planes[0], address(png(np.moveaxis(levels, 0, -1) if colours else levels[0])), 160)

    @property
    def _matrices(self):
        if self.second is None:
            return [("kernel", "matrix", self.matrix)]
        return [("kernel", "A", self.matrix), ("kernel", "B", self.second)]

    def static_svg(self):
        """Return the picture, the matrices and the output as an SVG; the matrices alone for an own picture."""
        if self._is_own:
            return row_of(*self._matrices)
        x, y = self.pixels, self.output
        name = "output" if len(y) == COLOURS else "output, channel 0"
        arrows = [part for one in self._matrices for part in ("→", one)]
        return row_of(self._photo("input", self._name, x), *arrows, "→", self._photo("output", name, y[:COLOURS]))

    def description(self):
        """Return the matrices, their rank and the range of each output channel in words."""
        parts = [
            f"{size(matrix)} {name} {'; '.join(' '.join(map(number, row)) for row in matrix)}"
            for _, name, matrix in self._matrices
        ]
        words = f"{' and '.join(parts)}, of rank {self.rank}"
        if self._is_own:
            return f"A picture of the reader's own, and {words}."
        ranges = ", ".join(f"{number(plane.min())} to {number(plane.max())}" for plane in self.output)
        return f"{self._name}, {size(self.pixels[0])} pixels, and {words}. Output channels: {ranges}."

    def __repr__(self):
        second = "" if self.second is None else f", second {size(self.second)}"
        return f"ChannelMatrix({self._name}, {size(self.matrix)} matrix{second}, rank {self.rank})"


def _put_back(y, order):
    """Return the outputs of a scrambled picture in the places that their pixels came from."""
    flat = np.empty((len(y), order.size))
    flat[:, order] = y.reshape(len(y), -1)
    return flat.reshape(y.shape)
