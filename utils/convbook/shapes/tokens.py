"""Tokens: maps laid out as a sequence, written (channels, tokens, 1), and the attention that joins them."""

import math
from dataclasses import dataclass

from convbook.shapes.costs import Cost, linear_parameters
from convbook.shapes.layers import Joining, Layer
from convbook.shapes.settings import whole


@dataclass(frozen=True)
class Tokens(Layer):
    """The positions of a map as a sequence, a class token before them, and to each its learnt position added.

    The positions are learnt for one size of the map: another size needs another table, or an interpolated one.
    Raises what `Layer` raises. Source: Dosovitskiy et al. (2021), "An image is worth 16x16 words", section 3.1.

    >>> Tokens().output_shape((768, 14, 14)), Tokens().cost((768, 14, 14)).parameters         # 768 + 197·768
    ((768, 197, 1), 152064)
    """

    def _measure(self, shape):
        channels, *size = shape
        tokens = math.prod(size) + 1
        return (channels, tokens, 1), Cost(channels + channels * tokens, 0, channels * tokens)


@dataclass(frozen=True)
class FirstToken(Layer):
    """The class token alone, which the last layer of a vision transformer reads.

    Raises what `Layer` raises. Source: Dosovitskiy et al. (2021), "An image is worth 16x16 words", section 3.1.

    >>> FirstToken().output_shape((768, 197, 1))
    (768, 1, 1)
    """

    def _measure(self, shape):
        return (shape[0], 1, 1), Cost(0, 0, shape[0])


@dataclass(frozen=True)
class Attention(Joining):
    """Self-attention among all positions: four 1×1 convolutions (query, key, value, output) and two matrix products.

    The products QKᵀ and (softmax)·V take tokens² · channels multiply-accumulates each, however many `heads` share the
    channels; the tokens² weights of each head are counted as activations. Methods raise ValueError if `heads` does not
    divide the channels. Source: Vaswani et al. (2017), "Attention is all you need", section 3.2.

    >>> Attention(12).cost((768, 197, 1)).macs         # 197·4·768² + 2·197²·768
    524391936
    """

    heads: int = 1

    def _measure(self, shape):
        channels, tokens, heads = shape[0], math.prod(shape[1:]), whole("heads", self.heads, 1)
        if channels % heads:
            raise ValueError(f"heads must divide the {channels} channels, got {heads}")
        macs = 4 * tokens * channels**2 + 2 * tokens**2 * channels
        activations = 5 * tokens * channels + heads * tokens**2  # query, key, value, their mix, and the output
        return shape, Cost(4 * linear_parameters(channels, channels), macs, activations)
