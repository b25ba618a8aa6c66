"""Layers that treat every position of a map alike: activations, normalisations and learnt scales."""

import math
from dataclasses import dataclass

from convbook.shapes.costs import Cost
from convbook.shapes.layers import Layer
from convbook.shapes.settings import shown


@dataclass(frozen=True)
class Activation(Layer):
    """A function of one number at a time, such as ReLU or GELU; nothing is learnt, and `name` is for readers alone.

    Raises TypeError if `name` is no text. Source: Nair and Hinton (2010), "Rectified linear units".

    >>> Activation("GELU").cost((64, 112, 112))
    Cost(parameters=0, macs=0, activations=802816)
    """

    name: str = "ReLU"

    def __post_init__(self):
        if not isinstance(self.name, str):
            raise TypeError(f"name must be a text, got {shown(self.name)}")


@dataclass(frozen=True)
class BatchNorm(Layer):
    """A batch normalisation layer: a scale and a shift for each channel; its arithmetic folds into the layer before.

    Raises what `Layer` raises. Source: Ioffe and Szegedy (2015), "Batch normalization".

    >>> BatchNorm().cost((64, 112, 112)).parameters
    128
    """

    def _measure(self, shape):
        return shape, Cost(2 * shape[0], 0, math.prod(shape))


@dataclass(frozen=True)
class LayerNorm(BatchNorm):
    """A layer normalisation over the channels of each position: a scale and a shift for each channel.

    Raises what `Layer` raises. Source: Ba, Kiros and Hinton (2016), "Layer normalization".

    >>> LayerNorm().cost((96, 56, 56)).parameters
    192
    """


@dataclass(frozen=True)
class Scale(Layer):
    """A learnt factor for each channel, the layer scale at the end of newer residual branches.

    Raises what `Layer` raises. Source: Touvron et al. (2021), "Going deeper with image transformers".

    >>> Scale().cost((96, 56, 56)).parameters
    96
    """

    def _measure(self, shape):
        return shape, Cost(shape[0], 0, math.prod(shape))
