"""What a layer keeps: numbers that it learns, and numbers that it only remembers."""

import numpy as np

from convbook import _arguments as arguments


class Buffer:
    """Numbers that a layer remembers but does not learn, like a running mean; `data` holds them.

    data: an array of any shape, copied. Raises TypeError if it does not hold numbers.
    Source: PyTorch (2024), `torch.nn.Buffer`.

    >>> Buffer([1, 2]).data
    array([1, 2])
    """

    def __init__(self, data):
        self.data = np.array(arguments.as_signed("data", data))

    def __repr__(self):
        return f"{type(self).__name__}(shape {self.data.shape}, {self.data.dtype})"

    def to(self, dtype):
        """Turn float numbers into another float type; whole numbers stay."""
        if self.data.dtype.kind == "f":
            self.data = self.data.astype(dtype)


class Parameter(Buffer):
    """Numbers that a layer learns: `data`, and in `grad` the gradient of the loss, which adds up until it is zeroed.

    data: an array of any shape, copied; whole numbers become floats. `grad` has its shape and begins with zeros.
    Raises TypeError if data does not hold numbers. Source: PyTorch (2017), `torch.nn.Parameter`.

    >>> weight = Parameter([1, 2, 3])
    >>> weight.data, weight.grad
    (array([1., 2., 3.]), array([0., 0., 0.]))
    """

    def __init__(self, data):
        super().__init__(data)
        self.data = self.data.astype(arguments.result_dtype(self.data), copy=False)
        self.grad = np.zeros_like(self.data)

    def to(self, dtype):
        """Turn the numbers and their gradient into another float type."""
        self.data, self.grad = self.data.astype(dtype), self.grad.astype(dtype)
