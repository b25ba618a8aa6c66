"""Poolings as layers; they have nothing to learn."""

import numpy as np

from convbook import _arguments as arguments
from convbook import fast, shapes
from convbook.fast import pooling as loops
from convbook.nn.module import Module
from convbook.shapes.settings import is_sequence
from convbook.shapes.sizes import pool_padding

DEFAULTS = {"padding": (0, 0), "dilation": (1, 1), "ceil_mode": False, "count_include_pad": True}


class _Pooling(Module):
    """What all poolings share: settings that are read once, and an operation of `fast`."""

    _operation = ""

    def forward(self, x):
        """Pool the pictures."""
        y = getattr(fast, self._operation)(x, **self.settings)
        self._keep(x)
        return y

    def backward(self, dy):
        """Return dx: to every pixel what it had a share in."""
        return getattr(fast, f"{self._operation}_backward")(dy, *self._recall(), **self.settings)

    def extra_repr(self):
        """Return whatever is not the default."""
        return ", ".join(f"{name}={value!r}" for name, value in self.settings.items() if value != DEFAULTS.get(name))


def _windows(kernel_size, stride, padding):
    """Return the settings that say where windows lie, as pairs."""
    kernel_size = shapes.pair("kernel_size", kernel_size, 1)
    stride = kernel_size if stride is None else shapes.pair("stride", stride, 1)
    padding = shapes.pair("padding", padding, 0)
    for axis in zip(padding, kernel_size, strict=True):
        pool_padding(*axis)
    return {"kernel_size": kernel_size, "stride": stride, "padding": padding}


class MaxPool2d(_Pooling):
    """Keep the largest number of every window: `ops.max_pool2d` as a layer.

    x: (batch, channels, height, width), or with fewer axes in front; out: the same with the output's height and width.
    Settings and errors are those of `ops.max_pool2d`. Source: Riesenhuber and Poggio (1999), "Hierarchical models of
    object recognition in cortex".

    >>> layer = MaxPool2d(2)
    >>> layer([[1.0, 2.0], [3.0, 0.0]]), layer.backward([[5.0]])
    (array([[3.]]), array([[0., 0.],
           [5., 0.]]))
    """

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
        self.settings = _windows(kernel_size, stride, padding) | {
            "dilation": shapes.pair("dilation", dilation, 1),
            "ceil_mode": arguments.switch("ceil_mode", ceil_mode),
        }

    @arguments.silently
    def forward(self, x):
        """Keep the maxima, which `backward` will look for in the windows again."""
        call = self._read_again(x=x) or arguments.read_pooling(x, **self.settings)
        y = loops.pool(call, call.x, np.maximum, -np.inf, -np.inf)
        self._keep(call, y)
        return call.result(y)

    @arguments.silently
    def backward(self, dy):
        """Return dx: each dy goes to the pixel that won its window, the first one on ties."""
        call, y = self._recall()
        return call.result(loops.route(call, call.read_gradient(dy), y))


class AvgPool2d(_Pooling):
    """Take the mean of every window: `ops.avg_pool2d` as a layer.

    x: (batch, channels, height, width), or with fewer axes in front; out: the same with the output's height and width.
    Settings and errors are those of `ops.avg_pool2d`. Source: LeCun et al. (1998), section II.B.

    >>> layer = AvgPool2d(2)
    >>> layer([[1.0, 2.0], [3.0, 0.0]]), layer.backward([[8.0]])
    (array([[1.5]]), array([[2., 2.],
           [2., 2.]]))
    """

    _operation = "avg_pool2d"

    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        self.settings = _windows(kernel_size, stride, padding) | {
            "ceil_mode": arguments.switch("ceil_mode", ceil_mode),
            "count_include_pad": arguments.switch("count_include_pad", count_include_pad),
        }


class _Adaptive(_Pooling):
    def __init__(self, output_size):
        both = output_size if is_sequence(output_size) and len(output_size) == 2 else (output_size, output_size)
        known = tuple(1 if size is None else size for size in both)
        known = shapes.pair("output_size", known, 1)
        self.settings = {
            "output_size": tuple(None if size is None else int(n) for size, n in zip(both, known, strict=True))
        }


class AdaptiveAvgPool2d(_Adaptive):
    """Take means of as many windows as are wanted, whatever the size of the picture; with 1, the global mean.

    x: (batch, channels, height, width), or with fewer axes in front; out: (..., output height, output
    width). `output_size` is an int or a pair, None for an axis that keeps its size. Errors are those of
    `ops.adaptive_avg_pool2d`. Source: Lin, Chen and Yan (2014), "Network in network", section 3.2.

    >>> AdaptiveAvgPool2d(1)(np.ones((2, 512, 7, 7))).shape
    (2, 512, 1, 1)
    """

    _operation = "adaptive_avg_pool2d"


class AdaptiveMaxPool2d(_Adaptive):
    """Take maxima of as many windows as are wanted, whatever the size of the picture.

    x, out and `output_size` as in `AdaptiveAvgPool2d`, errors as of `ops.adaptive_max_pool2d`. Source: He et al.
    (2014), "Spatial pyramid pooling in deep convolutional networks for visual recognition".

    >>> AdaptiveMaxPool2d((1, 2))([[1.0, 2.0, 3.0, 4.0]])
    array([[2., 4.]])
    """

    _operation = "adaptive_max_pool2d"
