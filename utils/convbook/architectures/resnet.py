"""ResNet-18 and ResNet-50: He et al. (2016), "Deep residual learning for image recognition", table 1.

As in torchvision: where a bottleneck halves the size, its 3×3 takes the stride; the paper puts it into the first 1×1.
Parameters are the same either way; MACs are 4.089 G against 3.858 G (the paper says 3.8 billion), and the receptive
field is 427 against 483.
"""

from convbook.architectures.blocks import conv_bn, residual
from convbook.architectures.network import Network
from convbook.shapes import Activation, AdaptivePool, Block, Flatten, Linear, Pool


def basic(width, stride, first):
    """Return two 3×3 convolutions with a skip around them, and the activation behind the addition."""
    shortcut = conv_bn(width, 1, stride, activation="") if stride > 1 else []
    return [residual(conv_bn(width, 3, stride) + conv_bn(width, 3, activation=""), shortcut), Activation()]


def bottleneck(width, stride, first, stride_in_the_3x3=True):
    """Return 1×1, 3×3 and 1×1 to four times the width with a skip around them, and the activation behind."""
    strides = (1, stride) if stride_in_the_3x3 else (stride, 1)
    path = conv_bn(width, 1, strides[0]) + conv_bn(width, 3, strides[1]) + conv_bn(4 * width, 1, activation="")
    return [residual(path, conv_bn(4 * width, 1, stride, activation="") if first else []), Activation()]


def resnet(counts, block):
    """Return the layers of a ResNet with so many blocks in its four stages."""
    layers = [Block("stem", [*conv_bn(64, 7, 2), Pool(3, 2, padding=1)])]
    for stage, count in enumerate(counts):
        strides = [2 if stage else 1] + [1] * (count - 1)
        blocks = [block(64 * 2**stage, stride, first=not number) for number, stride in enumerate(strides)]
        layers.append(Block(f"stage {stage + 1}", [layer for one in blocks for layer in one]))
    return [*layers, Block("head", [AdaptivePool(), Flatten(), Linear(1000)])]


RESNET18 = Network("ResNet-18", 2015, resnet((2, 2, 2, 2), basic))
RESNET50 = Network("ResNet-50", 2015, resnet((3, 4, 6, 3), bottleneck))
