"""Where learning begins: random weights of the right size, so that signals neither die out nor blow up.

Each function fills an array, or the `data` of a parameter, in place and returns it. *Fan in* is how many inputs one
output adds up, *fan out* how many outputs one input goes to.

>>> import numpy as np
>>> from convbook import nn
>>> layer = nn.Conv2d(64, 128, 3)
>>> weight = nn.init.kaiming_normal_(layer.weight)
>>> bool(abs(weight.std() - np.sqrt(2 / (64 * 9))) < 0.001)        # He's rule: √(2 / fan in)
True
"""

import math

import numpy as np

from convbook import _arguments as arguments
from convbook.nn.parameters import Parameter
from convbook.nn.randomness import generator
from convbook.shapes.settings import choice, shown


def uniform(shape, bound, dtype):
    """Return numbers between ±bound, all equally likely."""
    return generator().uniform(-bound, bound, shape).astype(dtype)


def kaiming_normal_(weight, a=0, mode="fan_in"):
    """Fill with normal numbers of He's width, √(2 / fan): what ReLU halves is doubled, so that depth changes nothing.

    weight: an array of at least two axes, (outputs, inputs, ...). `a` is the slope of a leaky ReLU, for which the width
    is √(2 / (1 + a²) / fan); `mode` is "fan_in" or "fan_out". Raises ValueError or TypeError if an argument does not
    fit. Source: He et al. (2015), "Delving deep into rectifiers".

    >>> bool(0.9 < kaiming_normal_(np.zeros((1000, 200))).std() / math.sqrt(2 / 200) < 1.1)
    True
    """
    return normal_(weight, 0, _he(weight, a, mode))


def kaiming_uniform_(weight, a=0, mode="fan_in"):
    """Fill with uniform numbers of He's width, within ±√3 times the width of `kaiming_normal_`.

    Arguments, errors and source are those of `kaiming_normal_`. PyTorch begins with a = √5: within ±1 / √(fan in).

    >>> bool(np.abs(kaiming_uniform_(np.zeros((10, 25)), a=math.sqrt(5))).max() < 1 / 5)
    True
    """
    return _fill(weight, uniform, math.sqrt(3) * _he(weight, a, mode))


def xavier_normal_(weight, gain=1):
    """Fill with normal numbers of Glorot's width, gain · √(2 / (fan in + fan out)), made for tanh.

    weight: as in `kaiming_normal_`. Raises ValueError or TypeError if an argument does not fit.
    Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks".

    >>> bool(0.9 < xavier_normal_(np.zeros((300, 500))).std() / math.sqrt(2 / 800) < 1.1)
    True
    """
    return normal_(weight, 0, _glorot(weight, gain))


def xavier_uniform_(weight, gain=1):
    """Fill with uniform numbers of Glorot's width, within ±gain · √(6 / (fan in + fan out)).

    Arguments, errors and source are those of `xavier_normal_`.

    >>> bool(np.abs(xavier_uniform_(np.zeros((10, 14)))).max() < 0.5)          # √(6 / 24)
    True
    """
    return _fill(weight, uniform, math.sqrt(3) * _glorot(weight, gain))


def normal_(weight, mean=0, std=1):
    """Fill with normal numbers of this mean and this width (standard deviation).

    weight: an array of any shape. Raises ValueError or TypeError if an argument does not fit.
    Source: Krizhevsky et al. (2012), "ImageNet classification with deep convolutional neural networks", section 5.

    >>> normal_(np.ones(3), mean=5, std=0)
    array([5., 5., 5.])
    """
    mean, std = arguments.real("mean", mean), arguments.real("std", std, 0)
    return _fill(weight, lambda shape, dtype: generator().normal(mean, std, shape).astype(dtype))


def constant_(weight, value):
    """Fill with one number.

    weight: an array of any shape. Raises ValueError or TypeError if an argument does not fit.
    Source: PyTorch (2017), `torch.nn.init.constant_`.

    >>> constant_(np.zeros(3), 2)
    array([2., 2., 2.])
    """
    value = arguments.real("value", value)
    return _fill(weight, lambda shape, dtype: np.full(shape, value, dtype))


def _array(weight):
    """Return the array to be filled."""
    array = weight.data if isinstance(weight, Parameter) else weight
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f" or np.ma.isMaskedArray(array):
        raise TypeError(f"weight must be a parameter or an array of floats, got {shown(weight)}")
    return array


def _fill(weight, draw, *settings):
    array = _array(weight)
    with np.errstate(over="ignore"):  # half precision does not hold every number
        array[...] = draw(array.shape, *settings, array.dtype)
    return array


def _fans(weight):
    shape = _array(weight).shape
    if len(shape) < 2 or 0 in shape:
        raise ValueError(f"weight must have shape (outputs, inputs, ...), got {shape}")
    taps = math.prod(shape[2:])
    return {"fan_in": shape[1] * taps, "fan_out": shape[0] * taps}


def _he(weight, a, mode):
    fans, a = _fans(weight), arguments.real("a", a, -1e6, 1e6)
    return math.sqrt(2 / (1 + a**2) / fans[choice("mode", mode, fans)])


def _glorot(weight, gain):
    return arguments.real("gain", gain, 0) * math.sqrt(2 / sum(_fans(weight).values()))
