"""The arguments of convolutions, plain and transposed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from convbook import shapes
from convbook._arguments.arrays import as_array, as_batch, check_room
from convbook._arguments.call import Call, grown, picture
from convbook._arguments.padding import check_padding_mode, read_padding
from convbook._arguments.windows import read_windows
from convbook.shapes.settings import plural


@dataclass(frozen=True)
class Convolution(Call):
    """A convolution, or a transposed one: the weights are OIHW (transposed: IOHW), every setting is a pair."""

    weight: np.ndarray
    bias: np.ndarray | None
    kernel_shape: tuple  # as the caller gave it
    stride: tuple
    padding: tuple  # ((top, bottom), (left, right))
    dilation: tuple
    groups: int
    padding_mode: str = "zeros"
    output_padding: tuple = (0, 0)
    transposed: bool = False

    @property
    def kernel_size(self):
        """The (height, width) of the kernels."""
        return self.weight.shape[2:]

    @property
    def padded_size(self):
        """The picture that the windows slide over; for a transposed convolution, that is its output before the crop."""
        return grown(self.output_shape[2:] if self.transposed else self.size, self.padding)

    @property
    def stamped_size(self):
        """How far the stamps of a transposed convolution reach, before output_padding and crop."""
        return tuple(size - extra for size, extra in zip(self.padded_size, self.output_padding, strict=True))

    @cached_property
    def output_shape(self):
        """The shape of the output as NCHW."""
        settings = zip(self.size, self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        if not self.transposed:
            return len(self.x), len(self.weight), *(shapes.conv_output_size(*axis) for axis in settings)
        sizes = (
            shapes.conv_transpose_output_size(*axis[:4], extra, axis[4])
            for axis, extra in zip(settings, self.output_padding, strict=True)
        )
        return len(self.x), self.weight.shape[1] * self.groups, *sizes

    @property
    def filters(self):
        """The weights with their groups on an axis of their own: (groups, first / groups, second, height, width)."""
        return self.weight.reshape(self.groups, len(self.weight) // self.groups, *self.weight.shape[1:])

    def result(self, y):
        """Return `y` (NCHW) plus the bias, with the caller's dtype and number of axes."""
        if self.bias is not None:
            y += self.bias[:, None, None]  # y is the operation's own new array
        return super().result(y)

    def gradients(self, dx, dweight, dbias):
        """Return all three with the shapes and dtype of what the caller gave."""
        dweight = dweight.astype(self.dtype, copy=False).reshape(self.kernel_shape)
        dbias = dbias.astype(self.dtype, copy=False).reshape([] if len(self.kernel_shape) == 2 else -1)
        return self.picture_gradient(dx), dweight, dbias[()]

    def picture_gradient(self, dx):
        """Return dx with the shape and dtype of x."""
        return super().result(dx)


def read_convolution(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Check the arguments of `ops.conv2d`."""
    x, ndim = as_batch("x", x)
    weight, kernel_shape = as_weight(weight, ndim, "(out channels, in channels / groups, height, width)")
    groups = check_groups(groups, x.shape[1], len(weight))
    check_channels(x, weight.shape[1], groups)
    _, stride, padding, dilation = read_windows(x.shape[2:], weight.shape[2:], stride, padding, dilation)
    check_padding_mode("padding_mode", padding_mode, padding, x.shape[2:])
    start = picture(x, ndim, weight)
    check_room("padding", (*x.shape[:2], *grown(x.shape[2:], padding)), start["x"].dtype)
    return Convolution(
        **start,
        weight=weight.astype(start["x"].dtype, copy=False),
        bias=read_bias(bias, len(weight), start["x"].dtype),
        kernel_shape=kernel_shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        padding_mode=padding_mode,
    )


def read_transposed(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Check the arguments of `ops.conv_transpose2d`."""
    x, ndim = as_batch("x", x)
    weight, kernel_shape = as_weight(weight, ndim, "(in channels, out channels / groups, height, width)")
    groups = check_groups(groups, x.shape[1], weight.shape[1] * shapes.whole("groups", groups, 1))
    if len(weight) != x.shape[1]:
        raise ValueError(
            f"weight expects {len(weight)} input channels, x has {x.shape[1]}{channels_last(x, len(weight))}"
        )
    start = picture(x, ndim, weight)
    call = Convolution(
        **start,
        weight=weight.astype(start["x"].dtype, copy=False),
        bias=read_bias(bias, weight.shape[1] * groups, start["x"].dtype),
        kernel_shape=kernel_shape,
        stride=shapes.pair("stride", stride, 1),
        padding=read_padding(padding),
        dilation=shapes.pair("dilation", dilation, 1),
        groups=groups,
        output_padding=shapes.pair("output_padding", output_padding, 0),
        transposed=True,
    )
    check_room("stride and dilation", (*call.output_shape[:2], *call.padded_size), start["x"].dtype)
    return call


def as_weight(weight, ndim, axes):
    """Return the weights with four axes, and the shape they came in; a plain picture goes with a plain kernel."""
    weight = as_array("weight", weight)
    if weight.ndim != (2 if ndim == 2 else 4):
        wanted = "(kernel height, kernel width)" if ndim == 2 else axes
        raise ValueError(f"weight must have shape {wanted} for an x with {ndim} axes, got {weight.shape}")
    if 0 in weight.shape:
        raise ValueError(f"weight must have at least one number on every axis, got {weight.shape}")
    return weight[(None,) * (4 - weight.ndim)], weight.shape


def as_pointwise(x, weight):
    """Return an (out channels, channels) matrix as the weights of a 1×1 convolution."""
    weight = as_array("weight", weight)
    if weight.ndim not in (2, 4) or weight.shape[2:] not in ((), (1, 1)):
        raise ValueError(f"weight must have shape (out channels, channels), got {weight.shape}")
    if as_array("x", x).ndim == 2:
        raise ValueError(f"x must have channels to mix: (channels, height, width), got {np.shape(x)}")
    return weight.reshape(*weight.shape[:2], 1, 1)


def channels_of(x):
    """Return how many channels a picture has, at least one."""
    x, ndim = as_batch("x", x)
    if not x.shape[1]:
        raise ValueError(f"x must have channels, got shape {x.shape[4 - ndim :]}")
    return x.shape[1]


def depthwise_groups(x, weight, name="weight"):
    """Return how many groups make a convolution depthwise, one for each channel of x, if the filters share out."""
    channels, filters = channels_of(x), as_array(name, weight)
    if np.ndim(x) > 2 and (filters.ndim != 4 or filters.shape[1] != 1 or len(filters) % channels):
        raise ValueError(
            f"{name} must have shape ({channels} channels · multiplier, 1, kernel height, kernel width), "
            f"got {filters.shape}"
        )
    return channels


def check_separable(x, depthwise_weight, pointwise_weight):
    """Refuse weights of the two steps that do not go together."""
    if as_array("x", x).ndim == 2:
        raise ValueError(f"x must have channels to mix: (channels, height, width), got {np.shape(x)}")
    depthwise_groups(x, depthwise_weight, "depthwise_weight")
    between, weight = len(depthwise_weight), as_array("pointwise_weight", pointwise_weight)
    if weight.ndim not in (2, 4) or weight.shape[1:] not in ((between,), (between, 1, 1)):
        raise ValueError(
            f"pointwise_weight must have shape (out channels, {between}), one weight for each channel between the two "
            f"steps, got {weight.shape}"
        )


def read_bias(bias, channels, dtype):
    """Return one bias a channel, or None; a single filter may have a plain number."""
    if bias is None:
        return None
    array = as_array("bias", bias)
    if array.shape != (channels,) and not (array.shape == () and channels == 1):
        raise ValueError(f"bias must have shape ({channels},), one number for each output channel, got {array.shape}")
    return array.astype(dtype, copy=False).reshape(channels)


def check_groups(groups, in_channels, out_channels):
    """Return `groups` after checking that they divide all channels."""
    groups = shapes.whole("groups", groups, 1)
    for name, channels in (("input", in_channels), ("output", out_channels)):
        if channels % groups:
            raise ValueError(f"groups must divide the {channels} {name} channels, got {groups}")
    return groups


def check_channels(x, per_group, groups):
    """Refuse pictures with other channels than the weights expect."""
    if per_group * groups != x.shape[1]:
        raise ValueError(
            f"weight expects {per_group} input channels per group, x has {plural(x.shape[1], 'channel')} / "
            f"{plural(groups, 'group')}{channels_last(x, per_group * groups)}"
        )


def channels_last(x, wanted):
    """Return a word of help for pictures whose channels come last, as they do in files and in TensorFlow."""
    if x.shape[3] != wanted:
        return ""
    return f"; if the {wanted} channels of x come last, np.moveaxis(x, -1, -3) puts them where they belong"
