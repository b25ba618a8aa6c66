"""How well a bank of kernels is made of less, by singular values: in space and in depth."""

import numpy as np

READINGS = ("spatial", "depthwise")
EPSILON = 1e-9  # singular values below this share of the largest are rounding, not rank
WHOLE = 9  # the largest whole number that is taken for a nice one


class Fit:
    """The decompositions of a bank (O, I, kh, kw): of each kernel, or of each input channel's O kernels as rows.

    >>> sobel = np.outer([1, 2, 1], [1, 0, -1]).reshape(1, 1, 3, 3)
    >>> Fit(sobel, "spatial").errors.round(9) + 0       # one column times one row is all of it
    array([1., 0., 0., 0.])
    """

    def __init__(self, bank, reading):
        self.reading, self.shape = reading, np.shape(bank)
        self.u, self.s, self.v = np.linalg.svd(self._matrices(np.asarray(bank, float)), full_matrices=False)

    def _matrices(self, bank):
        if self.reading == "spatial":
            return bank.reshape(-1, *self.shape[2:])
        return bank.transpose(1, 0, 2, 3).reshape(self.shape[1], self.shape[0], -1)

    @property
    def most(self):
        """The rank that misses nothing, whatever the weights are."""
        return self.s.shape[1]

    @property
    def errors(self):
        """The share of the squared weights that rank 0, 1, ... misses."""
        missed = np.array([(self.s[:, rank:] ** 2).sum() for rank in range(self.most + 1)])
        return np.where(missed < EPSILON**2 * missed[0], 0, missed) / (missed[0] or 1)

    @property
    def ranks(self):
        """The rank of each matrix."""
        return (self.s > EPSILON * self.s[:, :1]).sum(axis=1)

    def nearest(self, rank):
        """Return the bank of this rank that lies nearest (Eckart and Young, 1936)."""
        matrices = (self.u[..., :rank] * self.s[:, None, :rank]) @ self.v[:, :rank]
        outputs, channels, height, width = self.shape
        if self.reading == "spatial":
            return matrices.reshape(self.shape)
        return matrices.reshape(channels, outputs, height, width).transpose(1, 0, 2, 3)

    def layers(self, multiplier):
        """Return the depthwise weight (I·m, 1, kh, kw) and the pointwise one (O, I·m) of the depthwise reading."""
        _, channels, height, width = self.shape
        depthwise = self.v[:, :multiplier].reshape(channels * multiplier, 1, height, width)
        mixes = self.u[..., :multiplier] * self.s[:, None, :multiplier]
        return depthwise, np.concatenate(list(mixes), axis=1)


def spatial_terms(kernel, rank):
    """Return the (column, row) pairs whose products add up to the nearest kernel of this rank.

    The column has what makes its entries small whole numbers, else its largest entry 1; the row has the rest.

    >>> [(column, row)] = spatial_terms(np.outer([1, 2, 1], [1, 0, -1]), 1)
    >>> column.round(9), row.round(9) + 0
    (array([1., 2., 1.]), array([ 1.,  0., -1.]))
    """
    u, s, v = np.linalg.svd(np.asarray(kernel, float), full_matrices=False)
    return [_scaled(u[:, n], s[n] * v[n]) for n in range(min(rank, len(s)))]


def _scaled(column, row):
    sizes = np.abs(column[np.abs(column) > EPSILON])
    largest = column[np.argmax(np.abs(column) > np.abs(column).max() - EPSILON)]
    times = sizes / sizes.min()
    nice = times.max() < WHOLE + 0.5 and np.abs(times - times.round()).max() < 1e-7
    scale = np.sign(largest) * sizes.min() if nice else largest
    return column / scale, row * scale
