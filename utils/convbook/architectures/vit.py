"""ViT-B/16: Dosovitskiy et al. (2021), "An image is worth 16x16 words", table 1: 86 M parameters.

As in torchvision: at 224² 86,567,656 parameters and 17.564 G multiply-adds, 0.715 G of which are the products of
attention; tools that count layers alone, and not these products, say 16.848 G. The two layers of the MLP are 1×1
convolutions here, with the same numbers. The table of positions belongs to one size: at another, it is another table.
"""

from convbook.architectures.blocks import residual
from convbook.architectures.network import Network
from convbook.shapes import Activation, Attention, Block, Conv, FirstToken, LayerNorm, Linear, Tokens

WIDTH, DEPTH, HEADS = 768, 12, 12
LAYER = [
    residual([LayerNorm(), Attention(HEADS)]),
    residual([LayerNorm(), Conv(4 * WIDTH, 1), Activation("GELU"), Conv(WIDTH, 1)]),
]

VIT_B16 = Network(
    "ViT-B/16",
    2020,
    [
        Block("patch embedding", [Conv(WIDTH, 16, stride=16), Tokens()]),
        *[Block("encoder layer", LAYER)] * DEPTH,
        Block("head", [LayerNorm(), FirstToken(), Linear(1000)]),
    ],
)
