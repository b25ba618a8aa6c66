"""Sizes and costs: how large an output is, what it sees and what it takes. Every such formula of the book lives here.

Formulas work on one axis at a time, in pixels; call them once for the height and once for the width. A size is the
number of pixels along the axis, `padding` is what is added on each side: one number for both sides, or (before, after).

>>> from convbook.shapes import conv_output_size
>>> conv_output_size(32, kernel=3, stride=2, padding=1)     # (32 + 2·1 − 3) / 2 + 1 = 16.5, and half a pixel is none
16

A network is a list of layers, `Branches` where its path forks, a `Block` where a part has a name. A layer knows the
shape (channels, height, width) of its output, its learnt parameters and its multiply-accumulates (MACs; one is two
FLOPs), and `summary` walks through all.

>>> from convbook.shapes import Conv, Linear, Pool, cost
>>> cost([Conv(6, 5), Pool(2), Linear(10)], input_shape=(1, 28, 28))      # 6·(25 + 1) and 10·(6·12·12 + 1) parameters
Cost(parameters=8806, macs=95040, activations=4330)
"""

from convbook.shapes.channels import Activation, BatchNorm, LayerNorm, Scale
from convbook.shapes.costs import Cost, conv_macs, conv_parameters, linear_parameters
from convbook.shapes.fields import ONE_PIXEL, WHOLE_PICTURE, ReceptiveField, receptive_field
from convbook.shapes.layers import AdaptivePool, Conv, ConvTranspose, Flatten, Layer, Linear, Pool
from convbook.shapes.networks import Block, Branches, Step, cost, summary
from convbook.shapes.notation import read_layers, write_layers
from convbook.shapes.settings import pair, whole
from convbook.shapes.sizes import (
    adaptive_windows,
    conv_output_size,
    conv_transpose_output_size,
    effective_kernel_size,
    output_padding_for,
    padding_sides,
    pool_output_size,
    same_padding,
    same_padding_tf,
)
from convbook.shapes.tokens import Attention, FirstToken, Tokens

__all__ = [
    "ONE_PIXEL",
    "WHOLE_PICTURE",
    "Activation",
    "AdaptivePool",
    "Attention",
    "BatchNorm",
    "Block",
    "Branches",
    "Conv",
    "ConvTranspose",
    "Cost",
    "FirstToken",
    "Flatten",
    "Layer",
    "LayerNorm",
    "Linear",
    "Pool",
    "ReceptiveField",
    "Scale",
    "Step",
    "Tokens",
    "adaptive_windows",
    "conv_macs",
    "conv_output_size",
    "conv_parameters",
    "conv_transpose_output_size",
    "cost",
    "effective_kernel_size",
    "linear_parameters",
    "output_padding_for",
    "padding_sides",
    "pair",
    "pool_output_size",
    "read_layers",
    "receptive_field",
    "same_padding",
    "same_padding_tf",
    "summary",
    "whole",
    "write_layers",
]
