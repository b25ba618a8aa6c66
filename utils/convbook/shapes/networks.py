"""Networks: lists of layers, walked through from the picture to the last output, `Branches` and `Block` among them."""

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
class Block(Layer):
    """Layers that go by one name, such as a stage of a network: it takes what they take and sees what they see.

    Raises TypeError if `name` is no text or `layers` holds no layers; methods raise what `summary` raises.
    Source: Krizhevsky et al. (2012), figure 2, whose parts are drawn as blocks ever since.

    >>> from convbook.shapes import Conv, Pool
    >>> stage = Block("stage 1", [Conv(64, 3, padding=1), Conv(64, 3, padding=1), Pool(2)])
    >>> stage.output_shape((3, 224, 224)), stage.cost((3, 224, 224)).parameters
    ((64, 112, 112), 38720)
    """

    name: str
    layers: list

    def __post_init__(self):
        if not isinstance(self.name, str):
            raise TypeError(f"name must be a text, got {shown(self.name)}")
        list(each_layer(self.layers))

    def _measure(self, shape):
        walk = summary(self.layers, shape)
        return walk[-1].output_shape if walk else shape, total(step.cost for step in walk)

    def _see(self, field, axis):
        return receptive_field(self.layers, axis, field)


@dataclass(frozen=True)
class Branches(Layer):
    """Stacks that all start from the same input and join again.

    They join by "add" (a residual connection), by "concat", or by "multiply" (a gate, whose maps may be single
    numbers, as in squeeze and excitation). `stacks` are lists of layers; an empty one passes its input on, and is a
    skip. Raises ValueError if `join` is none of these; methods raise it if the shapes or the jumps of the stacks do not
    go together. Source: He et al. (2016), "Deep residual learning"; Szegedy et al. (2015), "Going deeper with
    convolutions"; Hu et al. (2018), "Squeeze-and-excitation networks".

    >>> from convbook.shapes import Conv
    >>> block = Branches([[Conv(64, 3, padding=1), Conv(64, 3, padding=1)], []], join="add")
    >>> block.output_shape((64, 56, 56)), receptive_field([block]).size
    ((64, 56, 56), 5)
    """

    stacks: list
    join: str = "add"

    def __post_init__(self):
        choice("join", self.join, ("add", "concat", "multiply"))
        if not isinstance(self.stacks, list | tuple) or not all(
            isinstance(stack, list | tuple) for stack in self.stacks
        ):
            raise TypeError(f"stacks must be a list of lists of layers, got {shown(self.stacks)}")
        if not self.stacks:
            raise ValueError("stacks must hold at least one list of layers, got []")
        for stack in self.stacks:
            list(each_layer(stack, "stacks"))  # refuses what is no layer

    def _measure(self, shape):
        walks = [summary(stack, shape) for stack in self.stacks]
        ends = [walk[-1].output_shape if walk else shape for walk in walks]
        output_shape = self._joined(ends)
        inside = [step.cost for walk in walks for step in walk]
        return output_shape, total([*inside, Cost(0, 0, math.prod(output_shape))])

    def _joined(self, ends):
        """Return the shape that these make together."""
        if self.join == "multiply":
            largest = tuple(map(max, *ends)) if len(ends) > 1 else ends[0]
            alike = all(end in (largest, (largest[0], 1, 1)) for end in ends)
        else:
            largest = sum(end[0] for end in ends) if self.join == "concat" else ends[0][0], *ends[0][1:]
            alike = len({end[1:] if self.join == "concat" else end for end in ends}) == 1
        if not alike:
            raise ValueError(f"stacks must end alike to {self.join}, got shapes {shown(ends)}")
        return largest

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
