"""MobileNetV1: Howard et al. (2017), "MobileNets", table 1; MobileNetV2: Sandler et al. (2018), table 2.

The paper of V1 counts 569 M multiply-adds and 4.2 M parameters, that of V2 300 M and 3.4 M: rounded, and the second
without the batch normalisations (3,504,872 with them, as in torchvision).
"""

from convbook.architectures.blocks import conv_bn, residual
from convbook.architectures.network import Network
from convbook.shapes import AdaptivePool, Block, Flatten, Linear


def separable(before, after, stride=1):
    """Return a depthwise 3×3 and a pointwise convolution."""
    return conv_bn(before, 3, stride, groups=before) + conv_bn(after, 1)


def _v1():
    stages = [(32, 64, 1)], [(64, 128, 2), (128, 128, 1)], [(128, 256, 2), (256, 256, 1)]
    stages += [(256, 512, 2), *[(512, 512, 1)] * 5], [(512, 1024, 2), (1024, 1024, 1)]
    yield Block("stem", conv_bn(32, 3, 2))
    for number, stage in enumerate(stages, start=1):
        yield Block(f"stage {number}", [layer for one in stage for layer in separable(*one)])
    yield Block("head", [AdaptivePool(), Flatten(), Linear(1000)])


def inverted(before, after, expand, stride=1):
    """Return 1×1 to `expand` times the channels, a depthwise 3×3 and a linear 1×1; a skip where shapes allow it."""
    wide = before * expand
    path = conv_bn(wide, 1, activation="ReLU6") if expand > 1 else []
    path += conv_bn(wide, 3, stride, groups=wide, activation="ReLU6") + conv_bn(after, 1, activation="")
    return [residual(path)] if stride == 1 and before == after else path


V2 = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def _v2():
    yield Block("stem", conv_bn(32, 3, 2, activation="ReLU6"))
    before = 32
    for number, (expand, after, count, stride) in enumerate(V2, start=1):
        layers = inverted(before, after, expand, stride)
        layers += [layer for _ in range(count - 1) for layer in inverted(after, after, expand)]
        yield Block(f"stage {number}", layers)
        before = after
    yield Block("head", [*conv_bn(1280, 1, activation="ReLU6"), AdaptivePool(), Flatten(), Linear(1000)])


MOBILENET_V1 = Network("MobileNetV1", 2017, list(_v1()))
MOBILENET_V2 = Network("MobileNetV2", 2018, list(_v2()))
