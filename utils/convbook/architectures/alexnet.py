"""AlexNet: Krizhevsky (2014), "One weird trick for parallelizing convolutional neural networks", as in torchvision.

The network of Krizhevsky, Sutskever and Hinton (2012) has 96, 256, 384, 384 and 256 filters in two groups, one for each
of two graphics cards, and about 60 million parameters; the one-column version has 64, 192, 384, 256 and 256.
"""

from convbook.architectures.network import Network
from convbook.shapes import Activation, AdaptivePool, Block, Conv, Flatten, Linear, Pool

ALEXNET = Network(
    "AlexNet",
    2014,
    [
        Block("conv 1", [Conv(64, 11, stride=4, padding=2), Activation(), Pool(3, 2)]),
        Block("conv 2", [Conv(192, 5, padding=2), Activation(), Pool(3, 2)]),
        Block(
            "conv 3 to 5",
            [layer for channels in (384, 256, 256) for layer in (Conv(channels, 3, padding=1), Activation())]
            + [Pool(3, 2)],
        ),
        Block(
            "head",
            [AdaptivePool(6), Flatten(), *[Linear(4096), Activation()] * 2, Linear(1000)],
        ),
    ],
)
