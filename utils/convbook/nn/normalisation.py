"""Batch normalisation, and how it vanishes into the convolution before it."""

import numpy as np

from convbook import _arguments as arguments
from convbook import shapes
from convbook.nn.convolution import Conv2d
from convbook.nn.module import Module
from convbook.nn.parameters import Buffer, Parameter
from convbook.shapes.settings import shown


class BatchNorm2d(Module):
    """Shift and scale each channel to mean 0 and variance 1, then to a mean and a width that are learnt.

    x: (batch, num_features, height, width); the output has the same shape. In training, mean and variance are those of
    the batch, and the running ones move towards them by `momentum`; in use the running ones count. `eps` is added to
    the variance. `weight` and `bias` are (num_features,).
    Raises ValueError if an argument does not fit, or in training if a channel has a single number; TypeError if
    something is not a number. Source: Ioffe and Szegedy (2015), "Batch normalization".

    >>> layer = BatchNorm2d(1, eps=0)
    >>> layer(np.array([[[[1.0, 3.0]]]]))                           # mean 2, variance 1
    array([[[[-1.,  1.]]]])
    >>> layer.running_mean.data, layer.running_var.data             # a tenth of the way; 0.9 · 1 + 0.1 · 2 (of n − 1)
    (array([0.2], dtype=float32), array([1.1], dtype=float32))
    """

    def __init__(self, num_features, eps=1e-5, momentum=0.1, dtype="float32"):
        self.num_features = shapes.whole("num_features", num_features, 1)
        arguments.check_weights("num_features", (self.num_features,))
        self.eps, self.momentum = arguments.real("eps", eps, 0), arguments.real("momentum", momentum, 0, 1)
        dtype = arguments.read_dtype(dtype)
        self.weight, self.bias = Parameter(np.ones(num_features, dtype)), Parameter(np.zeros(num_features, dtype))
        self.running_mean, self.running_var = (
            Buffer(np.zeros(num_features, dtype)),
            Buffer(np.ones(num_features, dtype)),
        )
        self.num_batches_tracked = Buffer(np.array(0))

    @arguments.silently
    def forward(self, x):
        """Normalise by the batch in training, by what is remembered in use."""
        x = arguments.read_maps(x, self.num_features, with_batch=True)
        x = x.astype(arguments.result_dtype(x), copy=False)
        mean, variance = self._of_batch(x) if self.training else (self.running_mean.data, self.running_var.data)
        scale = (1 / np.sqrt(variance + self.eps)).astype(x.dtype, copy=False)
        normal = (x - _by_channel(mean.astype(x.dtype, copy=False))) * _by_channel(scale)
        self._keep(normal, scale, self.training)
        return normal * _by_channel(self.weight.data) + _by_channel(self.bias.data)

    def _of_batch(self, x):
        count = x.size // self.num_features
        if count < 2:
            raise ValueError(f"x must have at least 2 numbers in each channel to train on, got shape {x.shape}")
        mean, variance = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        for running, new in ((self.running_mean, mean), (self.running_var, variance * (count / (count - 1)))):
            running.data += self.momentum * (new - running.data)
        self.num_batches_tracked.data += 1
        return mean, variance

    @arguments.silently
    def backward(self, dy):
        """Add to the gradients of weight and bias, and return dx: in training, every number had moved the mean too."""
        normal, scale, training = self._recall()
        dy = arguments.read_gradient(dy, normal.shape, normal.dtype)
        dweight, dbias = (dy * normal).sum(axis=(0, 2, 3)), dy.sum(axis=(0, 2, 3))
        self.weight.grad += dweight
        self.bias.grad += dbias
        if training:
            count = dy.size // self.num_features
            dy = dy - _by_channel(dbias / count) - normal * _by_channel(dweight / count)
        return dy * _by_channel(self.weight.data * scale)

    def extra_repr(self):
        """Return the features, eps and momentum."""
        return f"{self.num_features}, eps={self.eps:g}, momentum={self.momentum:g}"


def fuse_conv_bn_eval(conv, bn):
    """Return one `Conv2d` that does what `conv` and, behind it, the batch normalisation `bn` do in use.

    Both are linear then: each filter is scaled by weight / √(running_var + eps), and the rest goes into the bias.
    conv: a `Conv2d`; bn: a `BatchNorm2d` of as many channels; neither is changed. Raises TypeError if they are others,
    ValueError if the channels differ. Source: Jacob et al. (2018), "Quantization and training of neural networks for
    efficient integer-arithmetic-only inference", section 3.2; the name is of `torch.nn.utils`.

    >>> conv, bn = Conv2d(3, 8, 3), BatchNorm2d(8)
    >>> x = np.ones((1, 3, 5, 5))
    >>> bool(np.allclose(fuse_conv_bn_eval(conv, bn)(x), bn.eval()(conv(x)), atol=1e-6))
    True
    """
    if not isinstance(conv, Conv2d):
        raise TypeError(f"conv must be a Conv2d, got {shown(conv)}")
    if not isinstance(bn, BatchNorm2d):
        raise TypeError(f"bn must be a BatchNorm2d, got {shown(bn)}")
    if bn.num_features != conv.out_channels:
        raise ValueError(f"bn must have the {conv.out_channels} channels of conv, got {bn.num_features}")
    settings = conv.stride, conv.padding, conv.dilation, conv.groups, True, conv.padding_mode, conv.weight.data.dtype
    fused = Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, *settings)
    scale = bn.weight.data / np.sqrt(bn.running_var.data + bn.eps)
    bias = conv.bias.data if conv.bias else 0
    fused.weight.data[...] = conv.weight.data * scale[:, None, None, None]
    fused.bias.data[...] = bn.bias.data + (bias - bn.running_mean.data) * scale
    return fused


def _by_channel(numbers):
    return numbers[:, None, None]
