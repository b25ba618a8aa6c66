"""The arguments of padding: how much on which side, and with what."""

from dataclasses import dataclass

import numpy as np

from convbook import shapes
from convbook._arguments.arrays import as_batch, check_room
from convbook._arguments.call import Call, grown, picture
from convbook.shapes.settings import both_axes, choice, plural, shown

PADDING_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # NumPy's names


@dataclass(frozen=True)
class Padded(Call):
    """A padding."""

    padding: tuple

    @property
    def output_shape(self):
        """The shape of the padded pictures."""
        return *self.x.shape[:2], *grown(self.size, self.padding)


def read_padded(x, padding, mode):
    """Check the arguments of `ops.pad2d` and its gradient."""
    x, ndim = as_batch("x", x)
    padding = read_padding(padding)
    check_padding_mode("mode", mode, padding, x.shape[2:])
    call = Padded(**picture(x, ndim), padding=padding)
    check_room("padding", call.output_shape, call.x.dtype)
    return call


def read_padding(padding):
    """Return a padding without a name as ((top, bottom), (left, right))."""
    if isinstance(padding, str):
        raise ValueError(
            f"padding must be an integer or a pair here, only a forward convolution knows {shown(padding)}"
        )
    return tuple(shapes.pair("padding", sides, 0) for sides in both_axes("padding", padding))


def check_padding_mode(name, mode, padding, size):
    """Refuse unknown modes, and more padding than an axis has pixels to fill it with."""
    choice(name, mode, PADDING_MODES)
    for sides, pixels in zip(padding, size, strict=True):
        unlimited = np.inf if pixels or mode == "zeros" else 0
        most = {"reflect": max(pixels - 1, 0), "circular": pixels}.get(mode, unlimited)
        if max(sides) > most:
            raise ValueError(
                f"{name} {mode!r} can add at most {plural(most, 'pixel')} to a side of {pixels}, got {max(sides)}"
            )
