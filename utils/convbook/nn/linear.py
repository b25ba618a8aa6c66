"""Where pictures end: flattening, and the fully connected layer."""

import math

import numpy as np

from convbook import _arguments as arguments
from convbook import shapes
from convbook.nn import init
from convbook.nn.module import Module
from convbook.nn.parameters import Parameter


class Flatten(Module):
    """Lay out channels, rows and columns of each picture as one vector, in this order.

    x: (batch, ...); out: (batch, features). Raises ValueError if x has no axis, TypeError if it does not hold numbers.
    Source: PyTorch (2019), `torch.nn.Flatten`.

    >>> Flatten()([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]])           # one picture of two channels
    array([[1, 2, 3, 4, 5, 6, 7, 8]])
    """

    def forward(self, x):
        """Return x with all axes behind the first joined."""
        x = arguments.as_array("x", x)
        if x.ndim == 0:
            raise ValueError(f"x must have shape (batch, ...), got {x.shape}")
        self._keep(x.shape)
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def backward(self, dy):
        """Return dy in the shape of x."""
        (shape,) = self._recall()
        dy = arguments.as_array("dy", dy)
        return arguments.read_gradient(dy, (shape[0], math.prod(shape[1:])), dy.dtype).reshape(shape)


class Linear(Module):
    """A fully connected layer: every output is a weighted sum of all features, plus a bias.

    x: (..., in_features); out: (..., out_features). `weight` is (out_features, in_features), `bias` (out_features,) or
    None; both begin as in PyTorch, uniform within ±1 / √in_features.
    Raises ValueError or TypeError if an argument does not fit. Source: Goodfellow et al. (2016), chapter 6.

    >>> layer = Linear(3, 1)
    >>> layer.weight.data[:] = [1, 10, 100]
    >>> layer.bias.data[:] = 0.5
    >>> layer(np.array([[1.0, 2.0, 3.0]]))                          # 1·1 + 10·2 + 100·3 + 0.5
    array([[321.5]])
    """

    def __init__(self, in_features, out_features, bias=True, dtype="float32"):
        self.in_features = shapes.whole("in_features", in_features, 1)
        self.out_features = shapes.whole("out_features", out_features, 1)
        dtype, bound = arguments.read_dtype(dtype), 1 / math.sqrt(self.in_features)
        arguments.check_weights("in_features and out_features", (self.out_features, self.in_features))
        self.weight = Parameter(init.uniform((self.out_features, self.in_features), bound, dtype))
        has_bias = arguments.switch("bias", bias)
        self.bias = Parameter(init.uniform((self.out_features,), bound, dtype)) if has_bias else None

    @arguments.silently
    def forward(self, x):
        """Return x · weightᵀ + bias."""
        x = arguments.read_features(x, self.in_features)
        self._keep(x)
        y = x @ self.weight.data.T
        return y + self.bias.data if self.bias else y

    @arguments.silently
    def backward(self, dy):
        """Add to the gradients of weight and bias, and return dx = dy · weight."""
        self.learn(dy)
        return self._read(dy) @ self.weight.data

    @arguments.silently
    def learn(self, dy):
        """Add to the gradients of weight and bias."""
        (x,) = self._recall()
        dy = self._read(dy).reshape(-1, self.out_features)
        self.weight.grad += dy.T @ x.reshape(-1, self.in_features)
        if self.bias:
            self.bias.grad += dy.sum(axis=0)

    def _read(self, dy):
        (x,) = self._recall()
        return arguments.read_gradient(dy, (*x.shape[:-1], self.out_features), np.result_type(x, self.weight.data))

    def extra_repr(self):
        """Return the features."""
        return f"{self.in_features}, {self.out_features}{'' if self.bias else ', bias=False'}"
