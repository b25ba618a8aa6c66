"""The rectified linear unit and its gradient."""

import numpy as np

from convbook import _arguments as arguments


def relu(x):
    """Keep what is positive and turn what is negative into 0.

    x: any shape; the result has the same shape and dtype. Raises TypeError if `x` does not hold real numbers.
    Source: Fukushima (1969), "Visual feature extraction by a multilayered network of analog threshold elements";
    Nair and Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".

    >>> relu([-2, 0, 3])
    array([0, 0, 3])
    """
    x = arguments.as_signed("x", x)
    return np.maximum(
        x, 0, out=np.empty_like(x, subok=False)
    )  # an array even without axes, of which NumPy makes a number


def relu_backward(dy, x):
    """Return the gradient dx of `relu`: dy passes where x was positive and nowhere else, at 0 neither.

    dy and x: the same shape, any; dx has the dtype of dy.
    Raises ValueError if the shapes differ, TypeError if one does not hold real numbers. Source: as of `relu` (2010).

    >>> relu_backward([5, 5, 5], [-2, 0, 3])
    array([0, 0, 5])
    """
    dy, x = arguments.as_signed("dy", dy), arguments.as_signed("x", x)
    if dy.shape != x.shape:
        raise ValueError(f"dy must have the shape of the output, {x.shape}, got {dy.shape}")
    return np.where(x > 0, dy, np.zeros((), dy.dtype))
