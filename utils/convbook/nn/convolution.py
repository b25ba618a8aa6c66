"""Convolutions that learn, plain and transposed."""

import math

from convbook import _arguments as arguments
from convbook import fast, shapes
from convbook.fast import convolution as loops
from convbook.fast.ways import by_the_best_way, winograd_pays
from convbook.nn import init
from convbook.nn.module import Module
from convbook.nn.parameters import Parameter
from convbook.shapes.settings import both_axes, choice


class Conv2d(Module):
    """A convolution with weights that it learns: `ops.conv2d` as a layer.

    x: (batch, in_channels, height, width), also without the batch; out: (batch, out_channels, output height, width).
    Settings as in `ops.conv2d`; `weight` is (out_channels, in_channels / groups, kernel height, width), `bias`
    (out_channels,) or None. Both begin as in PyTorch, uniform within ±1 / √(inputs of one output).
    Raises ValueError if settings do not fit together or the picture, TypeError if something is not a number.
    Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".

    >>> layer = Conv2d(1, 8, kernel_size=3, padding=1)
    >>> sum(parameter.data.size for parameter in layer.parameters())        # 8 · (9 + 1)
    80
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="zeros",
        dtype="float32",
    ):
        self.in_channels, self.out_channels = _channels(in_channels, out_channels, groups)
        self.kernel_size = shapes.pair("kernel_size", kernel_size, 1)
        self.stride, self.dilation = shapes.pair("stride", stride, 1), shapes.pair("dilation", dilation, 1)
        self.padding, self.padding_mode = padding, choice("padding_mode", padding_mode, arguments.PADDING_MODES)
        for axis in zip(both_axes("padding", padding), self.kernel_size, self.stride, self.dilation, strict=True):
            shapes.padding_sides(axis[0], 1, *axis[1:])  # refuses what is no padding
        self.groups = int(groups)
        weight = self.out_channels, self.in_channels // self.groups, *self.kernel_size
        _start(self, weight, self.out_channels, bias, dtype)

    @arguments.silently
    def forward(self, x):
        """Slide all filters over the pictures."""
        weight, bias = self.weight.data, self.bias and self.bias.data
        call = self._read_again(x=x, weight=weight, bias=bias)
        if not call:
            settings = self.stride, self.padding, self.dilation, self.groups, self.padding_mode
            call = arguments.read_convolution(arguments.read_maps(x, self.in_channels), weight, bias, *settings)
        layer = loops.layer_of(call)
        if self.training and not winograd_pays(layer):
            layer.keep_columns()
        self._keep(call, layer)
        return call.result(by_the_best_way(layer))

    @arguments.silently
    def backward(self, dy):
        """Add to the gradients of weight and bias, and return dx, a transposed convolution of dy."""
        self.learn(dy)
        call, _ = self._recall()
        return call.picture_gradient(loops.picture_gradient(call, call.read_gradient(dy)))

    @arguments.silently
    def learn(self, dy):
        """Add to the gradients of weight and bias."""
        call, layer = self._recall()
        dy = call.read_gradient(dy)
        self.weight.grad += loops.filter_gradient(call, dy, layer).reshape(self.weight.data.shape)
        if self.bias:
            self.bias.grad += dy.sum(axis=(0, 2, 3))

    def extra_repr(self):
        """Return channels, kernel size and whatever is not the default."""
        return _described(self, ("stride", (1, 1)), ("padding", 0), ("dilation", (1, 1)), ("padding_mode", "zeros"))


class ConvTranspose2d(Module):
    """A transposed convolution with weights that it learns: `ops.conv_transpose2d` as a layer.

    x: (batch, in_channels, height, width), also without the batch; out: (batch, out_channels, output height, width).
    Settings as in `ops.conv_transpose2d`; `weight` is (in_channels, out_channels / groups, kernel height, width),
    `bias` (out_channels,) or None. They begin as in `Conv2d`.
    Raises ValueError if settings do not fit together or the picture, TypeError if something is not a number.
    Source: Long, Shelhamer and Darrell (2015), "Fully convolutional networks for semantic segmentation".

    >>> import numpy as np
    >>> ConvTranspose2d(16, 8, kernel_size=4, stride=2, padding=1)(np.zeros((2, 16, 7, 7))).shape
    (2, 8, 14, 14)
    """

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
        dtype="float32",
    ):
        self.in_channels, self.out_channels = _channels(in_channels, out_channels, groups)
        self.kernel_size = shapes.pair("kernel_size", kernel_size, 1)
        self.stride, self.dilation = shapes.pair("stride", stride, 1), shapes.pair("dilation", dilation, 1)
        self.padding = arguments.read_padding(padding)
        self.output_padding = shapes.pair("output_padding", output_padding, 0)
        self.groups = int(groups)
        weight = self.in_channels, self.out_channels // self.groups, *self.kernel_size
        _start(self, weight, self.out_channels, bias, dtype)

    def _settings(self):
        bias = self.bias and self.bias.data
        return self.weight.data, bias, self.stride, self.padding, self.output_padding, self.groups, self.dilation

    def forward(self, x):
        """Stamp the kernels, once for every pixel."""
        x = arguments.read_maps(x, self.in_channels)
        y = fast.conv_transpose2d(x, *self._settings())
        self._keep(x)
        return y

    def backward(self, dy):
        """Add to the gradients of weight and bias, and return dx, a plain convolution of dy."""
        dx, dweight, dbias = fast.conv_transpose2d_backward(dy, *self._recall(), *self._settings())
        self.weight.grad += dweight
        if self.bias:
            self.bias.grad += dbias
        return dx

    def extra_repr(self):
        """Return channels, kernel size and whatever is not the default."""
        nothing = ((0, 0), (0, 0))
        return _described(
            self, ("stride", (1, 1)), ("padding", nothing), ("output_padding", (0, 0)), ("dilation", (1, 1))
        )


def _channels(in_channels, out_channels, groups):
    """Return both numbers of channels after checking that the groups divide them."""
    both = shapes.whole("in_channels", in_channels, 1), shapes.whole("out_channels", out_channels, 1)
    arguments.check_groups(groups, *both)
    return both


def _start(layer, weight, biases, bias, dtype):
    """Give a layer its first weights and biases, as PyTorch would."""
    arguments.check_weights("in_channels, out_channels and kernel_size", weight)
    dtype, bound = arguments.read_dtype(dtype), 1 / math.sqrt(math.prod(weight[1:]))
    layer.weight = Parameter(init.uniform(weight, bound, dtype))
    layer.bias = Parameter(init.uniform((biases,), bound, dtype)) if arguments.switch("bias", bias) else None


def _described(layer, *defaults):
    others = [(name, getattr(layer, name)) for name, default in defaults if getattr(layer, name) != default]
    others += [("groups", layer.groups)] if layer.groups != 1 else []
    others += [("bias", False)] if layer.bias is None else []
    settings = ", ".join(f"{name}={value!r}" for name, value in [("kernel_size", layer.kernel_size), *others])
    return f"{layer.in_channels}, {layer.out_channels}, {settings}"
