"""Layers: what each makes of a shape, what it costs and what it sees."""

import math
from dataclasses import dataclass

from convbook.shapes.costs import Cost, conv_macs, conv_parameters, linear_parameters
from convbook.shapes.fields import WHOLE_PICTURE, ReceptiveField, read_field
from convbook.shapes.settings import both_axes, is_sequence, pair, shown, whole
from convbook.shapes.sizes import (
    checked_output_padding,
    conv_output_size,
    conv_transpose_output_size,
    effective_kernel_size,
    padding_sides,
    pool_output_size,
    pool_padding,
)


@dataclass(frozen=True)
class Layer:
    """What every layer answers; this one changes nothing, like ReLU or dropout.

    A shape is (channels, height, width). Raises ValueError if a shape does not have these three or does not suit the
    layer. Source: Goodfellow et al. (2016), "Deep learning", chapter 6.

    >>> Layer().output_shape((8, 5, 5)), Layer().cost((8, 5, 5))
    ((8, 5, 5), Cost(parameters=0, macs=0, activations=200))
    """

    def output_shape(self, shape) -> tuple[int, int, int]:
        """Return the shape that goes out when `shape` comes in."""
        return self._measure(read_shape("shape", shape))[0]

    def cost(self, shape) -> Cost:
        """Return what one picture of `shape` takes."""
        return self._measure(read_shape("shape", shape))[1]

    def see(self, field: ReceptiveField, axis: int) -> ReceptiveField:
        """Return what an output of this layer sees along `axis`, if its inputs see `field`."""
        field, axis = read_field(field, axis)
        return field if math.isinf(field.size) else self._see(field, axis)

    def _measure(self, shape):
        return shape, Cost(0, 0, math.prod(shape))

    def _see(self, field, axis):
        return field


@dataclass(frozen=True)
class _Sliding(Layer):
    """What convolutions and poolings share: a window on each axis."""

    def _window(self, axis):
        """Return kernel, stride, padding and dilation along the axis."""
        kernel, stride, dilation = (
            pair(name, getattr(self, name), 1)[axis] for name in ("kernel_size", "stride", "dilation")
        )
        return kernel, stride, both_axes("padding", self.padding)[axis], dilation

    def _see(self, field, axis):
        kernel, stride, padding, dilation = self._window(axis)
        if padding == "same_tf":
            raise ValueError('padding must not be "same_tf" here: where its windows start depends on the picture')
        before, _ = padding_sides(padding, 0, kernel, stride, dilation)
        beyond = effective_kernel_size(kernel, dilation) - 1
        return ReceptiveField(
            size=field.size + beyond * field.jump,
            jump=field.jump * stride,
            centre=field.centre + (beyond / 2 - before) * field.jump,
        )


@dataclass(frozen=True)
class Conv(_Sliding):
    """A convolution layer, with the settings of `ops.conv2d`; `groups` equal to the input channels is depthwise.

    Methods raise ValueError if the settings do not fit the shape. Source: LeCun et al. (1998), section II.

    >>> layer = Conv(64, kernel_size=7, stride=2, padding=3)
    >>> layer.output_shape((3, 224, 224)), layer.cost((3, 224, 224)).parameters         # 64·(3·7·7 + 1)
    ((64, 112, 112), 9472)
    """

    out_channels: int
    kernel_size: int | tuple
    stride: int | tuple = 1
    padding: int | tuple | str = 0
    dilation: int | tuple = 1
    groups: int = 1
    bias: bool = True

    def _measure(self, shape):
        channels, *size = shape
        size = [conv_output_size(pixels, *self._window(axis)) for axis, pixels in enumerate(size)]
        settings = channels, whole("out_channels", self.out_channels, 1), self.kernel_size, self.groups
        output_shape = settings[1], *size
        macs = conv_macs(math.prod(size), *settings)
        return output_shape, Cost(conv_parameters(*settings, self.bias), macs, math.prod(output_shape))


@dataclass(frozen=True)
class ConvTranspose(_Sliding):
    """A transposed convolution layer, with the settings of `ops.conv_transpose2d`.

    Outputs between two inputs see other pixels than their neighbours: the field is as large as the largest,
    ⌈effective kernel / stride⌉ inputs, and its centre is right on average.
    Methods raise ValueError if the settings do not fit the shape. Source: Dumoulin and Visin (2016), section 4.

    >>> ConvTranspose(16, kernel_size=4, stride=2, padding=1).output_shape((32, 7, 7))
    (16, 14, 14)
    """

    out_channels: int
    kernel_size: int | tuple
    stride: int | tuple = 1
    padding: int | tuple = 0
    output_padding: int | tuple = 0
    groups: int = 1
    bias: bool = True
    dilation: int | tuple = 1

    def _measure(self, shape):
        channels, *size = shape
        settings = channels, whole("out_channels", self.out_channels, 1), self.kernel_size, self.groups
        macs = conv_macs(math.prod(size), *settings)
        output_shape = settings[1], *(self._grow(pixels, axis) for axis, pixels in enumerate(size))
        return output_shape, Cost(conv_parameters(*settings, self.bias), macs, math.prod(output_shape))

    def _window(self, axis):
        kernel, stride, padding, dilation = super()._window(axis)
        checked_output_padding(self._extra(axis), stride, dilation)
        return kernel, stride, pair("padding", padding, 0), dilation

    def _extra(self, axis):
        return pair("output_padding", self.output_padding, 0)[axis]

    def _grow(self, pixels, axis):
        *window, dilation = self._window(axis)
        return conv_transpose_output_size(pixels, *window, self._extra(axis), dilation)

    def _see(self, field, axis):
        kernel, stride, (before, _), dilation = self._window(axis)
        beyond = effective_kernel_size(kernel, dilation) - 1
        return ReceptiveField(
            size=field.size + beyond // stride * field.jump,
            jump=field.jump / stride,
            centre=field.centre + (before - beyond / 2) / stride * field.jump,
        )


@dataclass(frozen=True)
class Pool(_Sliding):
    """A max or average pooling layer, with the settings of `ops.max_pool2d`; a stride of None is the kernel size.

    Methods raise ValueError if the settings do not fit the shape. Source: LeCun et al. (1998), section II.B.

    >>> Pool(3, stride=2).output_shape((64, 55, 55))
    (64, 27, 27)
    """

    kernel_size: int | tuple
    stride: int | tuple | None = None
    padding: int | tuple = 0
    dilation: int | tuple = 1
    ceil_mode: bool = False

    def __post_init__(self):
        if self.stride is None:
            object.__setattr__(self, "stride", self.kernel_size)

    def _window(self, axis):
        kernel, stride, padding, dilation = super()._window(axis)
        return kernel, stride, pool_padding(padding, kernel), dilation

    def _measure(self, shape):
        channels, *size = shape
        size = [pool_output_size(pixels, *self._window(axis), self.ceil_mode) for axis, pixels in enumerate(size)]
        return (channels, *size), Cost(0, 0, channels * math.prod(size))


@dataclass(frozen=True)
class Joining(Layer):
    """What layers share whose outputs look at the whole picture."""

    def _see(self, field, axis):
        return WHOLE_PICTURE


@dataclass(frozen=True)
class AdaptivePool(Joining):
    """An adaptive or global pooling to `output_size`, an int or a pair; its outputs count as seeing the whole picture.

    Methods raise ValueError if `output_size` is below 1. Source: Lin, Chen and Yan (2014), section 3.2.

    >>> AdaptivePool(1).output_shape((512, 7, 7))
    (512, 1, 1)
    """

    output_size: int | tuple = 1

    def _measure(self, shape):
        output_shape = shape[0], *pair("output_size", self.output_size, 1)
        return output_shape, Cost(0, 0, math.prod(output_shape))


@dataclass(frozen=True)
class Flatten(Joining):
    """Channels, rows and columns laid out as one vector, written as (features, 1, 1).

    Raises what `Layer` raises. Source: LeCun et al. (1998), layer C5.

    >>> Flatten().output_shape((512, 7, 7))
    (25088, 1, 1)
    """

    def _measure(self, shape):
        return (math.prod(shape), 1, 1), Cost(0, 0, math.prod(shape))


@dataclass(frozen=True)
class Linear(Joining):
    """A fully connected layer; what comes in is flattened first.

    Methods raise ValueError if a number of features is below 1. Source: Goodfellow et al. (2016), chapter 6.

    >>> Linear(10).cost((512, 1, 1)).parameters          # 10·512 weights and 10 biases
    5130
    """

    out_features: int
    bias: bool = True

    def _measure(self, shape):
        features = math.prod(shape), whole("out_features", self.out_features, 1)
        macs = linear_parameters(*features, bias=False)
        return (features[1], 1, 1), Cost(linear_parameters(*features, self.bias), macs, features[1])


def read_shape(name, shape):
    """Return a (channels, height, width) as three integers."""
    if not is_sequence(shape) or len(shape) != 3:
        raise ValueError(f"{name} must be (channels, height, width), got {shown(shape)}")
    return tuple(whole(name, size, 1) for size in shape)
