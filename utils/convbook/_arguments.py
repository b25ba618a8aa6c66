"""How the operations read their arguments: one place for shapes, dtypes and the words of every error.

`ops` and `fast` share it, so both accept the same calls and refuse the same ones.
"""

from dataclasses import dataclass

import numpy as np

from convbook import shapes

PADDING_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # NumPy's names


def as_array(name, value):
    """Return `value` as an array of real numbers, without copying what already is one."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a rectangular array of numbers, its rows have different lengths") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got an array of {array.dtype}")
    return array


def result_dtype(*arrays):
    """Return the float type that holds all arrays; integers follow the floats, alone they are float64."""
    floats = [array.dtype for array in arrays if array.dtype.kind == "f"]
    return np.result_type(*floats) if floats else np.dtype(float)


def working_dtype(dtype):
    """Return the type to compute in: half precision overflows and rounds too coarsely to add in."""
    return np.promote_types(dtype, np.float32)


def as_batch(name, value):
    """Return a (height, width), (channels, height, width) or NCHW array as NCHW, and how many axes it had."""
    array = as_array(name, value)
    if array.ndim not in (2, 3, 4):
        raise ValueError(
            f"{name} must have shape (height, width), (channels, height, width) or (batch, channels, height, width), "
            f"got {array.shape}"
        )
    return array[(None,) * (4 - array.ndim)], array.ndim


def unbatch(array, ndim):
    """Undo `as_batch`: drop the axes that the caller's array did not have."""
    return array[(0,) * (4 - ndim)]


@dataclass(frozen=True)
class Convolution:
    """The arguments of one convolution, checked: NCHW pictures, OIHW weights, every setting as a pair."""

    x: np.ndarray
    weight: np.ndarray
    bias: np.ndarray | None
    stride: tuple
    padding: tuple  # ((top, bottom), (left, right))
    dilation: tuple
    groups: int
    padding_mode: str
    ndim: int
    dtype: np.dtype

    @property
    def kernel_size(self):
        return self.weight.shape[2:]

    @property
    def padded_size(self):
        return tuple(size + sum(sides) for size, sides in zip(self.x.shape[2:], self.padding, strict=True))

    @property
    def output_shape(self):
        sizes = zip(self.x.shape[2:], self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        return (len(self.x), len(self.weight), *(shapes.conv_output_size(*axis) for axis in sizes))

    def result(self, y):
        """Return `y` (NCHW) plus the bias as the caller expects it: in the caller's dtype and number of axes."""
        if self.bias is not None:
            y = y + self.bias[:, None, None]
        return unbatch(y.astype(self.dtype, copy=False), self.ndim)


def read_convolution(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Check the arguments of `ops.conv2d` and return them as a `Convolution`."""
    x, ndim = as_batch("x", x)
    weight = as_array("weight", weight)
    if weight.ndim == 2 and ndim == 2:
        weight = weight[None, None]
    if weight.ndim != 4 or (ndim == 2 and weight.shape[:2] != (1, 1)):
        wanted = "(kernel height, kernel width)" if ndim == 2 else "(out channels, in channels / groups, height, width)"
        raise ValueError(f"weight must have shape {wanted} for an x with {ndim} axes, got {weight.shape}")
    dtype = result_dtype(x, weight)
    kernel_size = shapes.pair("kernel size", weight.shape[2:], 1)
    stride, dilation = shapes.pair("stride", stride, 1), shapes.pair("dilation", dilation, 1)
    groups = check_groups(groups, x.shape[1], len(weight))
    if weight.shape[1] * groups != x.shape[1]:
        raise ValueError(
            f"weight expects {weight.shape[1]} input channels per group, "
            f"x has {x.shape[1]} channels / {plural(groups, 'group')}"
        )
    padding = padding_of_both_axes(padding, x.shape[2:], kernel_size, stride, dilation)
    check_padding_mode(padding_mode, padding, x.shape[2:])
    call = Convolution(
        x=x.astype(working_dtype(dtype), copy=False),
        weight=weight.astype(working_dtype(dtype), copy=False),
        bias=read_bias(bias, len(weight), working_dtype(dtype)),
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        padding_mode=padding_mode,
        ndim=ndim,
        dtype=dtype,
    )
    check_window_fits(kernel_size, dilation, call.padded_size)
    return call


def read_bias(bias, channels, dtype):
    """Return one bias a channel, or None; a single kernel may have a plain number."""
    if bias is None:
        return None
    array = as_array("bias", bias)
    if array.shape != (channels,) and not (array.shape == () and channels == 1):
        raise ValueError(f"bias must have shape ({channels},), one number for each output channel, got {array.shape}")
    return array.astype(dtype, copy=False).reshape(channels)


def check_groups(groups, in_channels, out_channels):
    groups = shapes.whole("groups", groups, 1)
    for name, channels in (("input", in_channels), ("output", out_channels)):
        if channels % groups:
            raise ValueError(f"groups must divide the {channels} {name} channels, got {groups}")
    return groups


def padding_of_both_axes(padding, size, kernel_size, stride, dilation):
    """Return ((top, bottom), (left, right)) for a name, an int, (vertical, horizontal) or that itself."""
    each = (padding, padding)
    if not isinstance(padding, str) and hasattr(padding, "__len__"):
        if len(padding) != 2:
            raise ValueError(
                f"padding must be an integer, (vertical, horizontal) or ((top, bottom), (left, right)), got {padding!r}"
            )
        each = tuple(padding)
    axes = zip(each, size, kernel_size, stride, dilation, strict=True)
    return tuple(shapes.padding_sides(*axis) for axis in axes)


def read_padding(padding, size, mode):
    """Check the padding of `pad2d` and return it as ((top, bottom), (left, right))."""
    if isinstance(padding, str):
        raise ValueError(f"padding must be a number of pixels, got {padding!r}; names belong to conv2d")
    padding = padding_of_both_axes(padding, size, (1, 1), (1, 1), (1, 1))
    check_padding_mode(mode, padding, size)
    return padding


def read_windows(size, kernel_size, stride, padding, dilation):
    """Check where windows of `kernel_size` go on pictures of `size`, and return all four settings as pairs."""
    kernel_size = shapes.pair("kernel_size", kernel_size, 1)
    stride, dilation = shapes.pair("stride", stride, 1), shapes.pair("dilation", dilation, 1)
    padding = padding_of_both_axes(padding, size, kernel_size, stride, dilation)
    check_window_fits(kernel_size, dilation, [pixels + sum(sides) for pixels, sides in zip(size, padding, strict=True)])
    return kernel_size, stride, padding, dilation


def check_padding_mode(mode, padding, size):
    """Refuse unknown modes, and more padding than an axis has pixels to fill it with."""
    if mode not in PADDING_MODES:
        names = ", ".join(map(repr, PADDING_MODES))
        raise ValueError(f"padding_mode must be one of {names}, got {mode!r}")
    most = {"zeros": lambda pixels: np.inf, "replicate": lambda pixels: np.inf if pixels else 0}
    most |= {"reflect": lambda pixels: max(pixels - 1, 0), "circular": lambda pixels: pixels}
    for sides, pixels in zip(padding, size, strict=True):
        if max(sides) > most[mode](pixels):
            raise ValueError(
                f"padding_mode {mode!r} can add at most {most[mode](pixels)} pixels to a side of {pixels}, "
                f"got {max(sides)}"
            )


def check_window_fits(kernel_size, dilation, padded_size):
    span = tuple(map(shapes.effective_kernel_size, kernel_size, dilation))
    if span[0] > padded_size[0] or span[1] > padded_size[1]:
        spread = "" if span == tuple(kernel_size) else f" with dilation {dilation} spans {span} pixels, which"
        raise ValueError(f"kernel {tuple(kernel_size)}{spread} is larger than the padded input {tuple(padded_size)}")


def plural(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
