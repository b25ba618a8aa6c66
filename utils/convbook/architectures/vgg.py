"""VGG16: Simonyan and Zisserman (2015), "Very deep convolutional networks for large-scale image recognition", column D.

Nothing but 3×3 convolutions and 2×2 poolings. torchvision pools to 7×7 before the head, so that other sizes fit.
"""

from convbook.architectures.network import Network
from convbook.shapes import Activation, AdaptivePool, Block, Conv, Flatten, Linear, Pool

STAGES = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))  # filters, and how many layers of them

VGG16 = Network(
    "VGG16",
    2014,
    [
        Block(f"stage {number}", [Conv(channels, 3, padding=1), Activation()] * count + [Pool(2)])
        for number, (channels, count) in enumerate(STAGES, start=1)
    ]
    + [Block("head", [AdaptivePool(7), Flatten(), *[Linear(4096), Activation()] * 2, Linear(1000)])],
)
