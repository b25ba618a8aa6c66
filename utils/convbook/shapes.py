"""Sizes and costs: how large an output is, what it sees and what it takes. Every such formula of the book lives here.

Formulas work on one axis at a time, in pixels; call them once for the height and once for the width. A size is the
number of pixels along the axis, `padding` is what is added on each side: one number for both sides, or (before, after).

>>> from convbook.shapes import conv_output_size
>>> conv_output_size(32, kernel=3, stride=2, padding=1)     # (32 + 2·1 − 3) / 2 + 1 = 16.5, and half a pixel is none
16

A network is a list of layers, `Branches` where its path forks. A layer knows the shape (channels, height, width) of its
output, its learnt parameters and its multiply-accumulates (MACs; one is two FLOPs), and `summary` walks through all.

>>> from convbook.shapes import Conv, Linear, Pool, cost
>>> cost([Conv(6, 5), Pool(2), Linear(10)], input_shape=(1, 28, 28))      # 6·(25 + 1) and 10·(6·12·12 + 1) parameters
Cost(parameters=8806, macs=95040, activations=4330)
"""

import math
import operator
from dataclasses import dataclass
from typing import NamedTuple


def effective_kernel_size(kernel: int, dilation: int = 1) -> int:
    """Return how many pixels a kernel spans along one axis when its weights sit `dilation` pixels apart.

    Raises ValueError if `kernel` or `dilation` is below 1, TypeError if one is not an integer.
    Source: Yu and Koltun (2016), "Multi-scale context aggregation by dilated convolutions".

    >>> effective_kernel_size(3, dilation=2)     # weights on pixels 0, 2 and 4
    5
    """
    kernel, dilation = whole("kernel", kernel, 1), whole("dilation", dilation, 1)
    return dilation * (kernel - 1) + 1


def conv_output_size(size: int, kernel: int, stride: int = 1, padding=0, dilation: int = 1) -> int:
    """Return how many positions a kernel takes along one axis of `size` pixels, all in pixels.

    `padding` is an int, a pair (before, after), "valid", "same" or "same_tf". What is left of the last full step is
    dropped, which is the floor in ⌊(size + padding − effective kernel) / stride⌋ + 1.
    Raises ValueError if an argument is out of range or the kernel is larger than the padded axis, TypeError if one is
    not an integer. Source: Dumoulin and Visin (2016), "A guide to convolution arithmetic", relationship 6.

    >>> conv_output_size(7, kernel=3)                # windows start at 0, 1, 2, 3 and 4
    5
    >>> conv_output_size(7, kernel=3, stride=2)      # windows start at 0, 2 and 4
    3
    """
    size, stride = whole("size", size, 0), whole("stride", stride, 1)
    span = effective_kernel_size(kernel, dilation)
    padded = size + sum(padding_sides(padding, size, kernel, stride, dilation))
    if span > padded:
        raise ValueError(f"kernel {span} is larger than the padded input {padded}")
    return (padded - span) // stride + 1


def same_padding(kernel: int, dilation: int = 1) -> tuple[int, int]:
    """Return the (before, after) pixels with which stride 1 keeps the size, as PyTorch's padding="same" does.

    An even kernel needs an odd number of pixels: the extra one goes after, to the bottom or the right.
    Raises ValueError if `kernel` or `dilation` is below 1, TypeError if one is not an integer.
    Source: PyTorch (2019), `torch.nn.Conv2d`.

    >>> same_padding(3), same_padding(4)
    ((1, 1), (1, 2))
    """
    return _halves(effective_kernel_size(kernel, dilation) - 1)


def same_padding_tf(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Return the (before, after) pixels with which the output has ⌈size / stride⌉ pixels, as TensorFlow's SAME does.

    The padding depends on the size: it is just enough for the last window. The extra pixel goes after.
    Raises ValueError if an argument is out of range, TypeError if one is not an integer.
    Source: Abadi et al. (2016), TensorFlow, `tf.nn.convolution`.

    >>> same_padding_tf(8, kernel=3, stride=2)       # four windows from 0, 2, 4 and 6: one pixel is missing at the end
    (0, 1)
    """
    size, stride = whole("size", size, 0), whole("stride", stride, 1)
    positions = -(-size // stride)
    return _halves(max((positions - 1) * stride + effective_kernel_size(kernel, dilation) - size, 0))


def padding_sides(padding, size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Return the (before, after) pixels that `padding` adds to one axis of `size` pixels.

    `padding` is an int for both sides, a pair (before, after), "valid" (none), "same" (PyTorch's: stride 1 only) or
    "same_tf" (TensorFlow's: any stride).
    Raises ValueError if `padding` is negative, has an unknown name, or is "same" with a stride above 1; TypeError if it
    is neither a name nor made of integers. Source: the same as of `same_padding` and `same_padding_tf` (2019, 2016).

    >>> padding_sides(2, size=8, kernel=3), padding_sides("same_tf", size=8, kernel=3, stride=2)
    ((2, 2), (0, 1))
    """
    if not isinstance(padding, str):
        return pair("padding", padding, 0)
    if padding == "valid":
        return 0, 0
    if padding == "same_tf":
        return same_padding_tf(size, kernel, stride, dilation)
    if padding != "same":
        raise ValueError(f'padding must be an int, a pair, "valid", "same" or "same_tf", got {padding!r}')
    if stride != 1:
        raise ValueError(
            f'padding "same" keeps the size, so stride must be 1, got {stride}; "same_tf" takes any stride'
        )
    return same_padding(kernel, dilation)


def pool_output_size(
    size: int, kernel: int, stride: int | None = None, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> int:
    """Return how many windows a pooling takes along one axis of `size` pixels, all in pixels.

    A stride of None is the kernel size. `ceil_mode` also counts a last window that reaches over the end, unless it
    would start there: it must start on the picture or on the padding before it.
    Raises ValueError if an argument is out of range, the padding more than half the kernel or no window fits;
    TypeError if one is not an integer. Source: PyTorch (2019), `torch.nn.MaxPool2d`.

    >>> pool_output_size(7, kernel=2), pool_output_size(7, kernel=2, ceil_mode=True)    # the 7th pixel alone: 0 or 1
    (3, 4)
    """
    size, padding, span = whole("size", size, 0), whole("padding", padding, 0), effective_kernel_size(kernel, dilation)
    stride = kernel if stride is None else whole("stride", stride, 1)
    if padding > kernel // 2:
        raise ValueError(f"padding must be at most half of the kernel size {kernel}, {kernel // 2}, got {padding}")
    room = size + 2 * padding - span
    steps = -(-room // stride) if ceil_mode else room // stride
    if ceil_mode and steps * stride >= size + padding:
        steps -= 1
    if steps < 0:
        raise ValueError(f"kernel {span} is larger than the padded input {size + 2 * padding}")
    return steps + 1


def adaptive_windows(size: int, output_size: int) -> list[tuple[int, int]]:
    """Return the (start, stop) of each of the `output_size` windows that adaptive pooling lays over `size` pixels.

    Window i runs from ⌊i · size / output_size⌋ to ⌈(i + 1) · size / output_size⌉, so neighbours may share a pixel.
    Raises ValueError if `size` or `output_size` is below 1, TypeError if one is not an integer.
    Source: PyTorch (2019), `torch.nn.AdaptiveAvgPool2d`.

    >>> adaptive_windows(5, 3)
    [(0, 2), (1, 4), (3, 5)]
    """
    size, output_size = whole("size", size, 1), whole("output_size", output_size, 1)
    return [(i * size // output_size, -(-(i + 1) * size // output_size)) for i in range(output_size)]


def conv_transpose_output_size(
    size: int, kernel: int, stride: int = 1, padding=0, output_padding: int = 0, dilation: int = 1
) -> int:
    """Return how many pixels a transposed convolution makes of `size` pixels along one axis.

    The result is (size − 1) · stride + effective kernel − padding on both sides + output_padding: the stamps of the
    first and the last pixel lie (size − 1) · stride apart. `padding` is an int or (before, after) and crops.
    Raises ValueError if an argument is out of range, `output_padding` is not below the stride or the dilation, or
    nothing is left; TypeError if one is not an integer. Source: Dumoulin and Visin (2016), relationship 14.

    >>> conv_transpose_output_size(4, kernel=3, stride=2, padding=1)       # (4 − 1) · 2 + 3 − 2 · 1
    7
    """
    size, stride = whole("size", size, 1), whole("stride", stride, 1)
    span = effective_kernel_size(kernel, dilation)
    output_padding, most = whole("output_padding", output_padding, 0), max(stride, dilation) - 1
    if output_padding > most:
        raise ValueError(
            f"output_padding must be below the stride {stride} or the dilation {dilation}, got {output_padding}"
        )
    stamped = (size - 1) * stride + span + output_padding
    cropped = stamped - sum(pair("padding", padding, 0))
    if cropped < 1:
        raise ValueError(f"padding must leave something of the {stamped} stamped pixels, got {padding}")
    return cropped


def output_padding_for(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return the `output_padding` with which a transposed convolution gets back to `size` pixels.

    A convolution with a stride makes several sizes equal; this is how many pixels its floor dropped at the end.
    Raises ValueError if an argument is out of range or the kernel does not fit, TypeError if one is not an integer.
    Source: Dumoulin and Visin (2016), relationship 14.

    >>> [conv_output_size(size, kernel=3, stride=2) for size in (7, 8)]      # 7 and 8 pixels both become 3 ...
    [3, 3]
    >>> [output_padding_for(size, kernel=3, stride=2) for size in (7, 8)]    # ... and this tells them apart
    [0, 1]
    """
    conv_output_size(size, kernel, stride, padding, dilation)  # refuses what does not fit
    padded = size + sum(pair("padding", padding, 0))
    return (padded - effective_kernel_size(kernel, dilation)) % stride


# ---- Costs of one layer


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
    return out_channels * (in_channels // groups * height * width + bool(bias))


def conv_macs(positions: int, in_channels: int, out_channels: int, kernel_size, groups: int = 1) -> int:
    """Return how many multiply-accumulates a convolution takes: every weight is used once at each position.

    `positions` is output height · output width in pixels (for a transposed convolution those of the input),
    `kernel_size` an int or a pair. Biases are not counted. One multiply-accumulate is two FLOPs.
    Raises what `conv_parameters` raises. Source: Howard et al. (2017), "MobileNets", section 3.1.

    >>> conv_macs(224 * 224, 3, 64, kernel_size=3)       # 50,176 positions · 1,728 weights
    86704128
    """
    return whole("positions", positions, 0) * conv_parameters(
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
    return whole("out_features", out_features, 1) * (whole("in_features", in_features, 1) + bool(bias))


# ---- What an output sees


class ReceptiveField(NamedTuple):
    """What one output pixel sees of the input, along one axis and in input pixels.

    `size` is how many pixels it spans, `jump` how far the fields of neighbouring outputs lie apart, and `centre` where
    the field of output 0 has its middle, counted from the middle of input pixel 0. Behind a layer that joins the whole
    picture, `size` and `jump` are infinite and `centre` is not a number. It raises nothing.
    Source: Araujo, Norris and Sim (2019), "Computing receptive fields of convolutional neural networks".

    >>> ReceptiveField(size=3, jump=1, centre=0).first      # output 0 sees pixels −1 (padding), 0 and 1
    -1.0
    """

    size: float = 1
    jump: float = 1
    centre: float = 0

    @property
    def first(self) -> float:
        """The first input pixel that output 0 sees; negative where it looks at the padding."""
        return self.centre - (self.size - 1) / 2

    @property
    def last(self) -> float:
        """The last input pixel that output 0 sees."""
        return self.centre + (self.size - 1) / 2


ONE_PIXEL = ReceptiveField()
WHOLE_PICTURE = ReceptiveField(math.inf, math.inf, math.nan)


def receptive_field(layers, axis: int = 0, field: ReceptiveField = ONE_PIXEL) -> ReceptiveField:
    """Return what one output of a stack of layers sees along the height (`axis` 0) or the width (`axis` 1).

    `field` is what the inputs of the stack see already: one pixel, if they are the picture. Each layer adds
    (effective kernel − 1) · jump to the size and (that half − padding) · jump to the centre, then its
    stride multiplies the jump. Branches see together what the one or the other sees.
    Raises ValueError if the branches do not step alike, or a padding is "same_tf", which depends on the picture.
    Source: Araujo, Norris and Sim (2019); Le and Borji (2017), "What are the receptive, effective receptive, and
    projective fields of neurons in convolutional neural networks?".

    >>> receptive_field([Conv(8, 3), Conv(8, 3), Conv(8, 3)])               # 1 + 2 + 2 + 2
    ReceptiveField(size=7, jump=1, centre=3.0)
    >>> receptive_field([Conv(8, 3, stride=2), Conv(8, 3, stride=2)])       # 1 + 2 + 2·2
    ReceptiveField(size=7, jump=4, centre=3.0)
    """
    for layer in layers:
        field = layer.see(field, axis)
    return field


# ---- Layers


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
        return (self.parameters + self.activations) * bytes_per_number


class Step(NamedTuple):
    """One line of a `summary`: the layer, the (channels, height, width) of its output, its cost and its field so far.

    `field` is a pair of `ReceptiveField`, for the height and the width. It raises nothing.
    Source: the tables of Howard et al. (2017), "MobileNets".

    >>> summary([Conv(8, 3)], (3, 10, 10))[0].output_shape
    (8, 8, 8)
    """

    layer: object
    output_shape: tuple
    cost: Cost
    field: tuple


def summary(layers, input_shape) -> list[Step]:
    """Walk a picture of `input_shape`, (channels, height, width), through the layers and note one `Step` for each.

    Raises ValueError if a layer cannot take what comes, and names the layer.
    Source: Araujo, Norris and Sim (2019) for the fields; Howard et al. (2017) for the costs.

    >>> for step in summary([Conv(6, 5), Pool(2), Flatten(), Linear(10)], (1, 28, 28)):
    ...     print(type(step.layer).__name__, step.output_shape, step.cost.parameters)
    Conv (6, 24, 24) 156
    Pool (6, 12, 12) 0
    Flatten (864, 1, 1) 0
    Linear (10, 1, 1) 8650
    """
    steps, shape, fields = [], _checked(input_shape), (ONE_PIXEL, ONE_PIXEL)
    for number, layer in enumerate(layers, start=1):
        try:
            output_shape, layer_cost = layer._measure(shape)
        except ValueError as error:
            raise ValueError(f"layer {number}, {layer}, cannot take {shape}: {error}") from error
        fields = tuple(layer.see(field, axis) for axis, field in enumerate(fields))
        steps.append(Step(layer, output_shape, layer_cost, fields))
        shape = output_shape
    return steps


def cost(layers, input_shape) -> Cost:
    """Return what all layers take together for one picture of `input_shape`, (channels, height, width).

    Raises what `summary` raises. Source: Sze et al. (2017), "Efficient processing of deep neural networks".

    >>> cost([Conv(64, 3, padding=1), Conv(64, 3, padding=1)], (3, 224, 224)).parameters        # 1,792 + 36,928
    38720
    """
    return _total(step.cost for step in summary(layers, input_shape))


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
        return self._measure(_checked(shape))[0]

    def cost(self, shape) -> Cost:
        """Return what one picture of `shape` takes."""
        return self._measure(_checked(shape))[1]

    def see(self, field: ReceptiveField, axis: int) -> ReceptiveField:
        """Return what an output of this layer sees along `axis`, if its inputs see `field`."""
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
        padding = self.padding[axis] if isinstance(self.padding, tuple | list) else self.padding
        return kernel, stride, padding, dilation

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
        settings = channels, self.out_channels, self.kernel_size, self.groups
        output_shape = self.out_channels, *size
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
        settings = channels, self.out_channels, self.kernel_size, self.groups
        macs = conv_macs(math.prod(size), *settings)
        output_shape = self.out_channels, *(self._grow(pixels, axis) for axis, pixels in enumerate(size))
        return output_shape, Cost(conv_parameters(*settings, self.bias), macs, math.prod(output_shape))

    def _grow(self, pixels, axis):
        *window, dilation = self._window(axis)
        return conv_transpose_output_size(
            pixels, *window, pair("output_padding", self.output_padding, 0)[axis], dilation
        )

    def _see(self, field, axis):
        kernel, stride, padding, dilation = self._window(axis)
        (before, _), beyond = pair("padding", padding, 0), effective_kernel_size(kernel, dilation) - 1
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

    def _measure(self, shape):
        channels, *size = shape
        size = [pool_output_size(pixels, *self._window(axis), self.ceil_mode) for axis, pixels in enumerate(size)]
        return (channels, *size), Cost(0, 0, channels * math.prod(size))


@dataclass(frozen=True)
class BatchNorm(Layer):
    """A batch normalisation layer: a scale and a shift for each channel; its arithmetic folds into the layer before.

    Raises what `Layer` raises. Source: Ioffe and Szegedy (2015), "Batch normalization".

    >>> BatchNorm().cost((64, 112, 112)).parameters
    128
    """

    def _measure(self, shape):
        return shape, Cost(2 * shape[0], 0, math.prod(shape))


@dataclass(frozen=True)
class _Joining(Layer):
    """What layers share whose outputs look at the whole picture."""

    def _see(self, field, axis):
        return WHOLE_PICTURE


@dataclass(frozen=True)
class AdaptivePool(_Joining):
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
class Flatten(_Joining):
    """Channels, rows and columns laid out as one vector, written as (features, 1, 1).

    Raises what `Layer` raises. Source: LeCun et al. (1998), layer C5.

    >>> Flatten().output_shape((512, 7, 7))
    (25088, 1, 1)
    """

    def _measure(self, shape):
        return (math.prod(shape), 1, 1), Cost(0, 0, math.prod(shape))


@dataclass(frozen=True)
class Linear(_Joining):
    """A fully connected layer; what comes in is flattened first.

    Methods raise ValueError if a number of features is below 1. Source: Goodfellow et al. (2016), chapter 6.

    >>> Linear(10).cost((512, 1, 1)).parameters          # 10·512 weights and 10 biases
    5130
    """

    out_features: int
    bias: bool = True

    def _measure(self, shape):
        features = math.prod(shape), self.out_features
        macs = linear_parameters(*features, bias=False)
        return (self.out_features, 1, 1), Cost(linear_parameters(*features, self.bias), macs, self.out_features)


@dataclass(frozen=True)
class Branches(Layer):
    """Stacks that all start from the same input and join again, by "add" (a residual connection) or by "concat".

    `stacks` are lists of layers; an empty one passes its input on. Raises ValueError if `join` is neither; methods
    raise it if the shapes or the jumps of the stacks do not go together.
    Source: He et al. (2016), "Deep residual learning"; Szegedy et al. (2015), "Going deeper with convolutions".

    >>> block = Branches([[Conv(64, 3, padding=1), Conv(64, 3, padding=1)], []], join="add")
    >>> block.output_shape((64, 56, 56)), receptive_field([block]).size
    ((64, 56, 56), 5)
    """

    stacks: list
    join: str = "add"

    def __post_init__(self):
        if self.join not in ("add", "concat"):
            raise ValueError(f'join must be "add" or "concat", got {self.join!r}')

    def _measure(self, shape):
        walks = [summary(stack, shape) for stack in self.stacks]
        ends = [walk[-1].output_shape if walk else shape for walk in walks]
        must_agree = [end[1:] if self.join == "concat" else end for end in ends]
        if len(set(must_agree)) != 1:
            raise ValueError(f"stacks must end alike to {self.join}, got shapes {ends}")
        channels = sum(end[0] for end in ends) if self.join == "concat" else ends[0][0]
        output_shape = channels, *ends[0][1:]
        inside = [step.cost for walk in walks for step in walk]
        return output_shape, _total([*inside, Cost(0, 0, math.prod(output_shape))])

    def _see(self, field, axis):
        fields = [receptive_field(stack, axis, field) for stack in self.stacks]
        if any(math.isinf(each.size) for each in fields):
            return WHOLE_PICTURE
        jumps = [each.jump for each in fields]
        if len(set(jumps)) != 1:
            raise ValueError(f"stacks must step alike to {self.join}, got jumps {jumps}")
        first, last = min(each.first for each in fields), max(each.last for each in fields)
        return ReceptiveField(_tidy(last - first + 1), jumps[0], (first + last) / 2)


# ---- Reading numbers


def whole(name: str, value, least: int) -> int:
    """Return `value` as an int of at least `least`; `name` is what the error message calls it.

    Raises TypeError if `value` is not an integer, ValueError if it is too small. Source: PEP 357 (2006), `__index__`.

    >>> whole("stride", 2, least=1)
    2
    >>> whole("stride", 0, least=1)
    Traceback (most recent call last):
    ValueError: stride must be at least 1, got 0
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {value!r}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")
    return number


def pair(name: str, value, least: int) -> tuple[int, int]:
    """Return `value`, an integer or a pair of integers of at least `least`, as a pair; `name` is for the error message.

    Raises TypeError if `value` is neither, ValueError if a number is too small or there are not two.
    Source: PyTorch (2019), whose layers take an int or a pair for each such setting.

    >>> pair("stride", 2, least=1), pair("stride", (2, 1), least=1)
    ((2, 2), (2, 1))
    """
    try:
        numbers = tuple(map(operator.index, value if hasattr(value, "__len__") else (value, value)))
    except TypeError:
        raise TypeError(f"{name} must be an integer or a pair of integers, got {value!r}") from None
    if len(numbers) != 2:
        raise ValueError(f"{name} must be an integer or a pair of integers, got {value!r}")
    if min(numbers) < least:
        raise ValueError(f"{name} must be at least {least}, got {value!r}")
    return numbers


def _checked(shape):
    """Return a (channels, height, width) as three integers."""
    if not hasattr(shape, "__len__") or len(shape) != 3:
        raise ValueError(f"shape must be (channels, height, width), got {shape!r}")
    return tuple(whole("shape", size, 1) for size in shape)


def _total(costs):
    return Cost(*map(sum, zip(Cost(0, 0, 0), *costs, strict=True)))


def _tidy(number):
    """Return a whole number as an int, so that it reads like one."""
    return int(number) if number == int(number) else number


def _halves(total):
    return total // 2, total - total // 2
