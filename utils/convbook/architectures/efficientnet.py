"""EfficientNet-B0: Tan and Le (2019), "EfficientNet: rethinking model scaling", table 1.

As in torchvision. The paper says 5.3 M parameters and 0.39 B FLOPs, by which it means multiply-adds. Its gates average
the whole map, so that every output behind the first of them sees the whole picture.
"""

from convbook.architectures.blocks import conv_bn, residual
from convbook.architectures.network import Network
from convbook.shapes import Activation, AdaptivePool, Block, Branches, Conv, Flatten, Linear

STAGES = (  # expansion, kernel, stride, filters, blocks
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)


def gate(channels, squeezed):
    """Return a squeeze and excitation: each channel is multiplied by a factor that looks at all of them."""
    layers = [Conv(squeezed, 1), Activation("SiLU"), Conv(channels, 1), Activation("sigmoid")]
    return Branches([[], [AdaptivePool(), *layers]], join="multiply")


def mbconv(before, after, expand, kernel_size, stride):
    """Return an inverted bottleneck with a gate; a skip where shapes allow it."""
    wide = before * expand
    path = conv_bn(wide, 1, activation="SiLU") if expand > 1 else []
    path += conv_bn(wide, kernel_size, stride, groups=wide, activation="SiLU")
    path += [gate(wide, before // 4), *conv_bn(after, 1, activation="")]
    return [residual(path)] if stride == 1 and before == after else path


def _b0():
    yield Block("stem", conv_bn(32, 3, 2, activation="SiLU"))
    before = 32
    for number, (expand, kernel_size, stride, after, count) in enumerate(STAGES, start=1):
        layers = mbconv(before, after, expand, kernel_size, stride)
        layers += [layer for _ in range(count - 1) for layer in mbconv(after, after, expand, kernel_size, 1)]
        yield Block(f"stage {number}", layers)
        before = after
    yield Block("head", [*conv_bn(1280, 1, activation="SiLU"), AdaptivePool(), Flatten(), Linear(1000)])


EFFICIENTNET_B0 = Network("EfficientNet-B0", 2019, list(_b0()))
