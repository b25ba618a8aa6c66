"""The block that networks of a hundred layers are made of."""

from convbook import shapes
from convbook.nn.activation import ReLU
from convbook.nn.convolution import Conv2d
from convbook.nn.module import Module, Sequential
from convbook.nn.normalisation import BatchNorm2d


class BasicBlock(Module):
    """Two 3×3 convolutions whose output is added to what came in; the last ReLU stands behind the sum.

    x: (batch, in_channels, height, width); out: (batch, out_channels, height / stride, width / stride), rounded up.
    Where the shapes differ, `downsample`, a 1×1 convolution with batch normalisation, fits the shortcut. The parts have
    torchvision's names. Raises ValueError or TypeError if an argument does not fit.
    Source: He et al. (2016), "Deep residual learning for image recognition", section 3.3.

    >>> import numpy as np
    >>> from convbook.nn import init
    >>> block = BasicBlock(2, 2)
    >>> for bn in (block.bn1, block.bn2):
    ...     _ = init.constant_(bn.weight, 0)                        # the convolutions say nothing ...
    >>> x = np.array([-1.0, 2.0]).reshape(1, 2, 1, 1)
    >>> block.eval()(x).ravel()                                     # ... and the sum is x, with ReLU behind it
    array([0., 2.])
    """

    def __init__(self, in_channels, out_channels, stride=1, dtype="float32"):
        self.in_channels, self.out_channels = in_channels, out_channels
        self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False, dtype=dtype)
        self.bn1, self.relu1 = BatchNorm2d(out_channels, dtype=dtype), ReLU()
        self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, bias=False, dtype=dtype)
        self.bn2, self.relu2 = BatchNorm2d(out_channels, dtype=dtype), ReLU()
        self.downsample = None
        if shapes.pair("stride", stride, 1) != (1, 1) or in_channels != out_channels:
            fitting = Conv2d(in_channels, out_channels, 1, stride, bias=False, dtype=dtype)
            self.downsample = Sequential(fitting, BatchNorm2d(out_channels, dtype=dtype))

    def _convolutions(self):
        return Sequential(self.conv1, self.bn1, self.relu1, self.conv2, self.bn2)

    def forward(self, x):
        """Return ReLU(convolutions(x) + shortcut(x))."""
        shortcut = self.downsample(x) if self.downsample else x
        return self.relu2(self._convolutions()(x) + shortcut)

    def backward(self, dy):
        """Return dx: what went through the convolutions, plus what went around them."""
        dsum = self.relu2.backward(dy)
        around = self.downsample.backward(dsum) if self.downsample else dsum
        return self._convolutions().backward(dsum) + around
