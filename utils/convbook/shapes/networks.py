"""Networks: lists of layers, walked through from the picture to the last output, and `Branches` where a path forks."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from convbook.shapes.costs import Cost, total
from convbook.shapes.fields import ONE_PIXEL, WHOLE_PICTURE, ReceptiveField, each_layer, receptive_field
from convbook.shapes.layers import Layer, read_shape
from convbook.shapes.settings import choice, shown


class Step(NamedTuple):
    """One line of a `summary`: the layer, the (channels, height, width) of its output, its cost and its field so far.

    `field` is a pair of `ReceptiveField`, for the height and the width. It raises nothing.
    Source: the tables of Howard et al. (2017), "MobileNets".

    >>> from convbook.shapes import Conv
    >>> summary([Conv(8, 3)], (3, 10, 10))[0].output_shape
    (8, 8, 8)
    """

    layer: object
    output_shape: tuple
    cost: Cost
    field: tuple


def summary(layers, input_shape) -> list[Step]:
    """Walk a picture of `input_shape`, (channels, height, width), through the layers and note one `Step` for each.

    Raises ValueError if a layer cannot take what comes, and names the layer.
    Source: Araujo, Norris and Sim (2019) for the fields; Howard et al. (2017) for the costs.

    >>> from convbook.shapes import Conv, Flatten, Linear, Pool
    >>> for step in summary([Conv(6, 5), Pool(2), Flatten(), Linear(10)], (1, 28, 28)):
    ...     print(type(step.layer).__name__, step.output_shape, step.cost.parameters)
    Conv (6, 24, 24) 156
    Pool (6, 12, 12) 0
    Flatten (864, 1, 1) 0
    Linear (10, 1, 1) 8650
    """
    steps, shape, fields = [], read_shape("input_shape", input_shape), (ONE_PIXEL, ONE_PIXEL)
    for number, layer in enumerate(each_layer(layers), start=1):
        try:
            output_shape, layer_cost = layer._measure(shape)
        except (TypeError, ValueError) as error:
            raise type(error)(f"layer {number}, {shown(layer)}, cannot take {shape}: {error}") from error
        fields = tuple(layer.see(field, axis) for axis, field in enumerate(fields))
        steps.append(Step(layer, output_shape, layer_cost, fields))
        shape = output_shape
    return steps


def cost(layers, input_shape) -> Cost:
    """Return what all layers take together for one picture of `input_shape`, (channels, height, width).

    Raises what `summary` raises. Source: Sze et al. (2017), "Efficient processing of deep neural networks".

    >>> from convbook.shapes import Conv
    >>> cost([Conv(64, 3, padding=1), Conv(64, 3, padding=1)], (3, 224, 224)).parameters        # 1,792 + 36,928
    38720
    """
    return total(step.cost for step in summary(layers, input_shape))


@dataclass(frozen=True)
class Branches(Layer):
    """Stacks that all start from the same input and join again, by "add" (a residual connection) or by "concat".

    `stacks` are lists of layers; an empty one passes its input on. Raises ValueError if `join` is neither; methods
    raise it if the shapes or the jumps of the stacks do not go together.
    Source: He et al. (2016), "Deep residual learning"; Szegedy et al. (2015), "Going deeper with convolutions".

    >>> from convbook.shapes import Conv
    >>> block = Branches([[Conv(64, 3, padding=1), Conv(64, 3, padding=1)], []], join="add")
    >>> block.output_shape((64, 56, 56)), receptive_field([block]).size
    ((64, 56, 56), 5)
    """

    stacks: list
    join: str = "add"

    def __post_init__(self):
        choice("join", self.join, ("add", "concat"))
        if not isinstance(self.stacks, list | tuple) or not all(
            isinstance(stack, list | tuple) for stack in self.stacks
        ):
            raise TypeError(f"stacks must be a list of lists of layers, got {shown(self.stacks)}")
        for stack in self.stacks:
            list(each_layer(stack, "stacks"))  # refuses what is no layer

    def _measure(self, shape):
        walks = [summary(stack, shape) for stack in self.stacks]
        ends = [walk[-1].output_shape if walk else shape for walk in walks]
        must_agree = [end[1:] if self.join == "concat" else end for end in ends]
        if len(set(must_agree)) != 1:
            raise ValueError(f"stacks must end alike to {self.join}, got shapes {shown(ends)}")
        channels = sum(end[0] for end in ends) if self.join == "concat" else ends[0][0]
        output_shape = channels, *ends[0][1:]
        inside = [step.cost for walk in walks for step in walk]
        return output_shape, total([*inside, Cost(0, 0, math.prod(output_shape))])

    def _see(self, field, axis):
        fields = [receptive_field(stack, axis, field) for stack in self.stacks]
        if any(math.isinf(each.size) for each in fields):
            return WHOLE_PICTURE
        jumps = [each.jump for each in fields]
        if len(set(jumps)) != 1:
            raise ValueError(f"stacks must step alike to {self.join}, got jumps {shown(jumps)}")
        first, last = min(each.first for each in fields), max(each.last for each in fields)
        return ReceptiveField(_tidy(last - first + 1), jumps[0], (first + last) / 2)


def _tidy(number):
    """Return a whole number as an int, so that it reads like one."""
    return int(number) if number == int(number) else number
