"""What an output sees of the picture, along one axis and in input pixels."""

import math
from numbers import Real
from typing import NamedTuple

from convbook.shapes.settings import is_sequence, shown, whole


class ReceptiveField(NamedTuple):
    """What one output pixel sees of the input, along one axis and in input pixels.

    `size` is how many pixels it spans, `jump` how far the fields of neighbouring outputs lie apart, and `centre` where
    the field of output 0 has its middle, counted from the middle of input pixel 0. Behind a layer that joins the whole
    picture, `size` and `jump` are infinite and `centre` is not a number. It raises nothing.
    Source: Araujo, Norris and Sim (2019), "Computing receptive fields of convolutional neural networks".

    >>> ReceptiveField(size=3, jump=1, centre=0).first      # output 0 sees pixels −1 (padding), 0 and 1
    -1.0
    """

    size: float = 1
    jump: float = 1
    centre: float = 0

    @property
    def first(self) -> float:
        """The first input pixel that output 0 sees; negative where it looks at the padding."""
        return self.centre - (self.size - 1) / 2

    @property
    def last(self) -> float:
        """The last input pixel that output 0 sees."""
        return self.centre + (self.size - 1) / 2


ONE_PIXEL = ReceptiveField()


WHOLE_PICTURE = ReceptiveField(math.inf, math.inf, math.nan)


def receptive_field(layers, axis: int = 0, field: ReceptiveField = ONE_PIXEL) -> ReceptiveField:
    """Return what one output of a stack of layers sees along the height (`axis` 0) or the width (`axis` 1).

    `field` is what the inputs of the stack see already: one pixel, if they are the picture. Each layer adds
    (effective kernel − 1) · jump to the size and (that half − padding) · jump to the centre, then its
    stride multiplies the jump. Branches see together what the one or the other sees.
    Raises ValueError if the branches do not step alike, or a padding is "same_tf", which depends on the picture.
    Source: Araujo, Norris and Sim (2019); Le and Borji (2017), "What are the receptive, effective receptive, and
    projective fields of neurons in convolutional neural networks?".

    >>> from convbook.shapes import Conv
    >>> receptive_field([Conv(8, 3), Conv(8, 3), Conv(8, 3)])               # 1 + 2 + 2 + 2
    ReceptiveField(size=7, jump=1, centre=3.0)
    >>> receptive_field([Conv(8, 3, stride=2), Conv(8, 3, stride=2)])       # 1 + 2 + 2·2
    ReceptiveField(size=7, jump=4, centre=3.0)
    """
    field, axis = read_field(field, axis)
    for layer in each_layer(layers):
        field = layer.see(field, axis)
    return field


def each_layer(layers, name="layers"):
    """Yield the layers, and refuse what is none; `name` is for errors."""
    if not is_sequence(layers) and not hasattr(layers, "__next__"):
        raise TypeError(_wanted(name, layers))
    for layer in layers:
        if isinstance(layer, type) or not hasattr(layer, "see"):
            raise TypeError(f"{_wanted(name, layers)}: {shown(layer)} is no layer")
        yield layer


def _wanted(name, layers):
    return f"{name} must hold layers such as Conv(8, 3), got {shown(layers)}"


def read_field(field, axis):
    """Return both after checking that they are a field and one of the two axes."""
    if not isinstance(field, ReceptiveField) or not all(isinstance(number, Real) for number in field):
        raise TypeError(f"field must be a ReceptiveField of numbers, got {shown(field)}")
    if not (field.size > 0 and field.jump > 0):
        raise ValueError(f"field must have a size and a jump above 0, got {shown(field)}")
    return field, whole("axis", axis, 0, 1)
