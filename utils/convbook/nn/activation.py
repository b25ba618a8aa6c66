"""What is done to every number by itself: ReLU, its leaky sister, and dropout."""

import numpy as np

from convbook import _arguments as arguments
from convbook import ops
from convbook.nn.module import Module
from convbook.nn.randomness import generator


class ReLU(Module):
    """Keep what is positive and turn what is negative into 0: `ops.relu` as a layer.

    x: any shape; the output has the same. Raises TypeError if x does not hold numbers.
    Source: Nair and Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".

    >>> layer = ReLU()
    >>> layer([-2.0, 0.0, 3.0]), layer.backward([5.0, 5.0, 5.0])
    (array([0., 0., 3.]), array([0., 0., 5.]))
    """

    def forward(self, x):
        """Return max(x, 0)."""
        y = ops.relu(x)
        self._keep(y)  # positive exactly where x is
        return y

    def backward(self, dy):
        """Return dy where x was positive, and 0 elsewhere."""
        return ops.relu_backward(dy, *self._recall())


class LeakyReLU(Module):
    """Keep what is positive and shrink what is negative, so that no unit ever dies.

    x: any shape; the output has the same. `negative_slope` is what is left of a negative number.
    Raises TypeError or ValueError if an argument does not fit.
    Source: Maas, Hannun and Ng (2013), "Rectifier nonlinearities improve neural network acoustic models".

    >>> layer = LeakyReLU(0.1)
    >>> layer([-2.0, 0.0, 3.0]), layer.backward([5.0, 5.0, 5.0])
    (array([-0.2,  0. ,  3. ]), array([0.5, 0.5, 5. ]))
    """

    def __init__(self, negative_slope=0.01):
        self.negative_slope = arguments.real("negative_slope", negative_slope)

    @arguments.silently
    def forward(self, x):
        """Return x, or negative_slope · x where it is negative."""
        x = arguments.as_signed("x", x)
        slope = np.where(x > 0, 1, self.negative_slope).astype(arguments.result_dtype(x))
        self._keep(slope)
        return x * slope

    @arguments.silently
    def backward(self, dy):
        """Return dy, or negative_slope · dy where x was not positive."""
        (slope,) = self._recall()
        return slope * arguments.read_gradient(dy, slope.shape, slope.dtype)

    def extra_repr(self):
        """Return the slope."""
        return f"negative_slope={self.negative_slope}"


class Dropout(Module):
    """In training, set each number to 0 with probability p and multiply the others by 1 / (1 − p); in use, do nothing.

    x: any shape; the output has the same. What is dropped comes from `manual_seed`.
    Raises TypeError or ValueError if an argument does not fit.
    Source: Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting".

    >>> layer = Dropout(0.5)
    >>> sorted(set(layer(np.ones(100)).tolist()))               # dropped, or doubled: the mean stays
    [0.0, 2.0]
    >>> layer.eval()(np.ones(3))
    array([1., 1., 1.])
    """

    def __init__(self, p=0.5):
        self.p = arguments.real("p", p, 0, 1)

    @arguments.silently
    def forward(self, x):
        """Drop some numbers in training."""
        x = arguments.as_signed("x", x)
        dtype = arguments.result_dtype(x)
        if self.training and self.p:
            factor = (generator().random(x.shape) >= self.p) / np.float64(1 - self.p if self.p < 1 else 1)
        else:
            factor = np.ones(x.shape)
        self._keep(factor.astype(dtype))
        return x * self._kept[0]

    @arguments.silently
    def backward(self, dy):
        """Return dy where nothing was dropped, as much larger as the numbers were made."""
        (factor,) = self._recall()
        return factor * arguments.read_gradient(dy, factor.shape, factor.dtype)

    def extra_repr(self):
        """Return the probability."""
        return f"p={self.p}"
