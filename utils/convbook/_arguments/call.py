"""A call that was understood: what every operation gets, and how it answers."""

from dataclasses import dataclass

import numpy as np

from convbook._arguments.arrays import as_array, result_dtype, unbatch, working_dtype


@dataclass(frozen=True)
class Call:
    """A picture that an operation got, as NCHW in the type to compute in, and what the caller expects back."""

    x: np.ndarray
    ndim: int
    dtype: np.dtype

    @property
    def size(self):
        """The (height, width) of the picture."""
        return self.x.shape[2:]

    def result(self, y):
        """Return `y` (NCHW) with the caller's dtype and number of axes."""
        return unbatch(y.astype(self.dtype, copy=False), self.ndim)

    def again(self, **arrays):
        """Return this call with other arrays in place of its own, or None where one has another shape or type.

        Its settings and sizes were found already, which for small pictures takes as long as the arithmetic.
        """
        for name, array in arrays.items():
            own = getattr(self, name)
            same = type(array) is type(own) and (own is None or (array.shape, array.dtype) == (own.shape, own.dtype))
            if not same:
                return None
        call = object.__new__(type(self))
        vars(call).update(vars(self) | arrays)  # its sizes too, which depend on nothing else
        return call

    def read_gradient(self, dy):
        """Return `dy` as NCHW after checking that it has the shape of the output."""
        dy, expected = as_array("dy", dy), self.output_shape[4 - self.ndim :]
        if dy.shape != expected:
            raise ValueError(f"dy must have the shape of the output, {expected}, got {dy.shape}")
        return dy.astype(self.x.dtype, copy=False).reshape(self.output_shape)


def picture(x, ndim, *others):
    """Return what every call begins with: x in the type to compute in, its axes, and the dtype of the answer."""
    dtype = result_dtype(x, *others)
    return {"x": x.astype(working_dtype(dtype), copy=False), "ndim": ndim, "dtype": dtype}


def grown(size, *paddings):
    """Return (height, width) with every padding, ((top, bottom), (left, right)), around it."""
    return tuple(pixels + sum(map(sum, sides)) for pixels, *sides in zip(size, *paddings, strict=True))
