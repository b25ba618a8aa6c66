"""GoogLeNet: Szegedy et al. (2015), "Going deeper with convolutions", table 1, without the auxiliary heads.

As in torchvision: batch normalisation in place of biases, and 3×3 where the paper's third path has 5×5, which leaves
6,624,904 parameters and 1.498 G multiply-adds. The paper's table 1 adds up to about 6.8 million and 1.5 billion.
"""

from convbook.architectures.blocks import conv_bn
from convbook.architectures.network import Network
from convbook.shapes import AdaptivePool, Block, Branches, Flatten, Linear, Pool


def inception(direct, reduced, after, reduced5, after5, pooled):
    """Return a module of four paths, named by the filters of table 1, from left to right."""
    return Branches(
        [
            conv_bn(direct, 1),
            conv_bn(reduced, 1) + conv_bn(after, 3),
            conv_bn(reduced5, 1) + conv_bn(after5, 3),
            [Pool(3, 1, padding=1, ceil_mode=True), *conv_bn(pooled, 1)],
        ],
        join="concat",
    )


def down(kernel_size=3):
    """Return the pooling between two stages."""
    return Pool(kernel_size, 2, ceil_mode=True)


GOOGLENET = Network(
    "GoogLeNet",
    2014,
    [
        Block("stem", [*conv_bn(64, 7, 2), down(), *conv_bn(64, 1), *conv_bn(192, 3), down()]),
        Block("inception 3", [inception(64, 96, 128, 16, 32, 32), inception(128, 128, 192, 32, 96, 64), down()]),
        Block(
            "inception 4",
            [
                inception(192, 96, 208, 16, 48, 64),
                inception(160, 112, 224, 24, 64, 64),
                inception(128, 128, 256, 24, 64, 64),
                inception(112, 144, 288, 32, 64, 64),
                inception(256, 160, 320, 32, 128, 128),
                down(2),
            ],
        ),
        Block("inception 5", [inception(256, 160, 320, 32, 128, 128), inception(384, 192, 384, 48, 128, 128)]),
        Block("head", [AdaptivePool(), Flatten(), Linear(1000)]),
    ],
)
