"""What a layer takes: learnt parameters, multiply-accumulates and numbers in the outputs."""

from typing import NamedTuple

from convbook.shapes.settings import LARGEST, pair, switch, whole


def conv_parameters(in_channels: int, out_channels: int, kernel_size, groups: int = 1, bias: bool = True) -> int:
    """Return how many numbers a convolution learns: a filter for each output channel, and perhaps a bias for each.

    `kernel_size` is an int or a pair, in pixels. A transposed convolution learns as many.
    Raises ValueError if an argument is below 1 or `groups` does not divide the channels, TypeError if one is not an
    integer. Source: LeCun et al. (1998), section II; groups: Krizhevsky et al. (2012).

    >>> conv_parameters(3, 64, kernel_size=3)       # 64 filters of 3·3·3 weights, and 64 biases
    1792
    """
    in_channels, out_channels = whole("in_channels", in_channels, 1), whole("out_channels", out_channels, 1)
    groups, (height, width) = whole("groups", groups, 1), pair("kernel_size", kernel_size, 1)
    for name, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
        if channels % groups:
            raise ValueError(f"groups must divide {name} {channels}, got {groups}")
    return out_channels * (in_channels // groups * height * width + switch("bias", bias))


def conv_macs(positions: int, in_channels: int, out_channels: int, kernel_size, groups: int = 1) -> int:
    """Return how many multiply-accumulates a convolution takes: every weight is used once at each position.

    `positions` is output height · output width in pixels (for a transposed convolution those of the input),
    `kernel_size` an int or a pair. Biases are not counted. One multiply-accumulate is two FLOPs.
    Raises what `conv_parameters` raises. Source: Howard et al. (2017), "MobileNets", section 3.1.

    >>> conv_macs(224 * 224, 3, 64, kernel_size=3)       # 50,176 positions · 1,728 weights
    86704128
    """
    return whole("positions", positions, 0, LARGEST**2) * conv_parameters(
        in_channels, out_channels, kernel_size, groups, bias=False
    )


def linear_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """Return how many numbers a fully connected layer learns: a weight for each pair, and perhaps a bias an output.

    Without the bias it is also the number of multiply-accumulates.
    Raises ValueError if a number of features is below 1, TypeError if it is not an integer.
    Source: Goodfellow et al. (2016), "Deep learning", chapter 6.

    >>> linear_parameters(224 * 224 * 3, 1000, bias=False)
    150528000
    """
    in_features = whole("in_features", in_features, 1, LARGEST**3)  # a product of three sizes
    return whole("out_features", out_features, 1) * (in_features + switch("bias", bias))


class Cost(NamedTuple):
    """What a layer or a network takes: learnt parameters, multiply-accumulates, and numbers in the outputs.

    It raises nothing. Source: Sze et al. (2017), "Efficient processing of deep neural networks".

    >>> Cost(parameters=10, macs=100, activations=15).memory()      # 25 numbers of 4 bytes
    100
    """

    parameters: int
    macs: int
    activations: int

    def memory(self, bytes_per_number: int = 4) -> int:
        """Return the bytes that hold all parameters and, as in training, every layer's output at once."""
        return (self.parameters + self.activations) * whole("bytes_per_number", bytes_per_number, 1)


def total(costs) -> Cost:
    """Return the sum of some costs, nothing for none."""
    return Cost(*map(sum, zip(Cost(0, 0, 0), *costs, strict=True)))
