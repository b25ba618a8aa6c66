"""What the networks share: the convolution with its normalisation and activation, and what stands around blocks."""

from convbook.shapes import Activation, BatchNorm, Branches, Conv


def conv_bn(channels, kernel_size, stride=1, padding=None, groups=1, activation="ReLU"):
    """Return a convolution without biases, a batch normalisation and, unless it is "", an activation.

    The `padding` keeps the size at stride 1, if it is None. Source: Ioffe and Szegedy (2015), section 3.2.

    >>> [type(layer).__name__ for layer in conv_bn(64, 3)]
    ['Conv', 'BatchNorm', 'Activation']
    """
    padding = kernel_size // 2 if padding is None else padding
    conv = Conv(channels, kernel_size, stride, padding, groups=groups, bias=False)
    return [conv, BatchNorm(), *([Activation(activation)] if activation else [])]


def residual(layers, shortcut=()):
    """Return `layers` with a skip around them, on which `shortcut` stands, most often nothing.

    Source: He et al. (2016), "Deep residual learning", figure 2.

    >>> residual([Conv(8, 3, padding=1)]).join
    'add'
    """
    return Branches([list(layers), list(shortcut)])
