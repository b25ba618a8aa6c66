"""ConvNeXt-T: Liu et al. (2022), "A ConvNet for the 2020s", table 9; 28.6 M parameters and 4.5 G FLOPs (multiply-adds).

What PyTorch writes as Linear layers on channels-last maps are 1×1 convolutions here, with the same numbers.
"""

from convbook.architectures.blocks import residual
from convbook.architectures.network import Network
from convbook.shapes import Activation, AdaptivePool, Block, Conv, Flatten, LayerNorm, Linear, Scale

STAGES = ((96, 3), (192, 3), (384, 9), (768, 3))  # channels, blocks


def block(channels):
    """Return a depthwise 7×7 and two 1×1 convolutions, four times as wide between them, with a skip around."""
    depthwise = Conv(channels, 7, padding=3, groups=channels)
    return residual(
        [depthwise, LayerNorm(), Conv(4 * channels, 1), Activation("GELU"), Conv(channels, 1), Scale()],
    )


def _layers():
    yield Block("stem", [Conv(96, 4, stride=4), LayerNorm()])
    for number, (channels, count) in enumerate(STAGES, start=1):
        down = [LayerNorm(), Conv(channels, 2, stride=2)] if number > 1 else []
        yield Block(f"stage {number}", down + [block(channels)] * count)
    yield Block("head", [AdaptivePool(), LayerNorm(), Flatten(), Linear(1000)])


CONVNEXT_T = Network("ConvNeXt-T", 2022, list(_layers()))
