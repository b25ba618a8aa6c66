"""How the operations read their arguments: one place for shapes, dtypes and the words of every error.

`ops` and `fast` share it, so both accept the same calls and refuse the same ones.
"""

from dataclasses import dataclass

import numpy as np

from convbook import shapes

PADDING_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # NumPy's names


# ---- arrays


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


# ---- calls


@dataclass(frozen=True)
class Call:
    """A picture that an operation got, as NCHW in the type to compute in, and what the caller expects back."""

    x: np.ndarray
    ndim: int
    dtype: np.dtype

    @property
    def size(self):
        return self.x.shape[2:]

    def result(self, y):
        """Return `y` (NCHW) with the caller's dtype and number of axes."""
        return unbatch(y.astype(self.dtype, copy=False), self.ndim)

    def read_gradient(self, dy):
        """Return `dy` as NCHW after checking that it has the shape of the output."""
        dy, expected = as_array("dy", dy), self.output_shape[4 - self.ndim :]
        if dy.shape != expected:
            raise ValueError(f"dy must have the shape of the output, {expected}, got {dy.shape}")
        return dy.astype(self.x.dtype, copy=False).reshape(self.output_shape)


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
        return self.weight.shape[2:]

    @property
    def padded_size(self):
        """The picture that the windows slide over; for a transposed convolution, that is its output before the crop."""
        size = self.output_shape[2:] if self.transposed else self.size
        return tuple(pixels + sum(sides) for pixels, sides in zip(size, self.padding, strict=True))

    @property
    def stamped_size(self):
        """How far the stamps of a transposed convolution reach, before output_padding and crop."""
        return tuple(size - extra for size, extra in zip(self.padded_size, self.output_padding, strict=True))

    @property
    def output_shape(self):
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
        if self.bias is not None:
            y += self.bias[:, None, None]  # y is the operation's own new array
        return super().result(y)

    def gradients(self, dx, dweight, dbias):
        """Return all three with the shapes and dtype of what the caller gave."""
        dweight = dweight.astype(self.dtype, copy=False).reshape(self.kernel_shape)
        dbias = dbias.astype(self.dtype, copy=False).reshape([] if len(self.kernel_shape) == 2 else -1)
        return super().result(dx), dweight, dbias[()]


def read_convolution(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Check the arguments of `ops.conv2d`."""
    x, ndim = as_batch("x", x)
    weight, kernel_shape = as_weight(weight, ndim, "(out channels, in channels / groups, height, width)")
    groups = check_groups(groups, x.shape[1], len(weight))
    if weight.shape[1] * groups != x.shape[1]:
        raise ValueError(
            f"weight expects {weight.shape[1]} input channels per group, "
            f"x has {x.shape[1]} channels / {plural(groups, 'group')}"
        )
    dtype = result_dtype(x, weight)
    _, stride, padding, dilation = read_windows(x.shape[2:], weight.shape[2:], stride, padding, dilation)
    check_padding_mode("padding_mode", padding_mode, padding, x.shape[2:])
    return Convolution(
        x=x.astype(working_dtype(dtype), copy=False),
        ndim=ndim,
        dtype=dtype,
        weight=weight.astype(working_dtype(dtype), copy=False),
        bias=read_bias(bias, len(weight), working_dtype(dtype)),
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
        raise ValueError(f"weight expects {len(weight)} input channels, x has {x.shape[1]}")
    dtype = result_dtype(x, weight)
    call = Convolution(
        x=x.astype(working_dtype(dtype), copy=False),
        ndim=ndim,
        dtype=dtype,
        weight=weight.astype(working_dtype(dtype), copy=False),
        bias=read_bias(bias, weight.shape[1] * groups, working_dtype(dtype)),
        kernel_shape=kernel_shape,
        stride=shapes.pair("stride", stride, 1),
        padding=read_padding(padding),
        dilation=shapes.pair("dilation", dilation, 1),
        groups=groups,
        output_padding=shapes.pair("output_padding", output_padding, 0),
        transposed=True,
    )
    _ = call.output_shape  # refuses what leaves no output
    return call


@dataclass(frozen=True)
class Pooling(Call):
    """A pooling: every setting is a pair."""

    kernel_size: tuple
    stride: tuple
    padding: tuple  # ((top, bottom), (left, right))
    dilation: tuple
    output_size: tuple

    @property
    def output_shape(self):
        return *self.x.shape[:2], *self.output_size

    @property
    def overhang(self):
        """How far the last windows of ceil mode reach beyond the padding, as ((0, rows below), (0, columns right))."""
        span = map(shapes.effective_kernel_size, self.kernel_size, self.dilation)
        reach = [(n - 1) * step + pixels for n, step, pixels in zip(self.output_size, self.stride, span, strict=True)]
        ends = [pixels + sum(sides) for pixels, sides in zip(self.size, self.padding, strict=True)]
        return tuple((0, max(last - end, 0)) for last, end in zip(reach, ends, strict=True))

    @property
    def padded_size(self):
        sides = zip(self.size, self.padding, self.overhang, strict=True)
        return tuple(pixels + sum(padding) + sum(overhang) for pixels, padding, overhang in sides)


def read_pooling(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Check the arguments of the poolings with a kernel; a stride of None is the kernel size."""
    x, ndim = as_batch("x", x)
    dtype = result_dtype(x)
    kernel_size = shapes.pair("kernel_size", kernel_size, 1)
    stride = kernel_size if stride is None else shapes.pair("stride", stride, 1)
    padding, dilation = shapes.pair("padding", padding, 0), shapes.pair("dilation", dilation, 1)
    if not ceil_mode:
        padded = [pixels + 2 * each for pixels, each in zip(x.shape[2:], padding, strict=True)]
        check_window_fits(kernel_size, dilation, padded)
    axes = zip(x.shape[2:], kernel_size, stride, padding, dilation, strict=True)
    return Pooling(
        x=x.astype(working_dtype(dtype), copy=False),
        ndim=ndim,
        dtype=dtype,
        kernel_size=kernel_size,
        stride=stride,
        padding=tuple((p, p) for p in padding),
        dilation=dilation,
        output_size=tuple(shapes.pool_output_size(*axis, ceil_mode) for axis in axes),
    )


@dataclass(frozen=True)
class AdaptivePooling(Call):
    """An adaptive pooling: for each axis the (start, stop) of every window."""

    windows: tuple

    @property
    def output_shape(self):
        return *self.x.shape[:2], *map(len, self.windows)

    def cells(self):
        """Yield for each pixel of the output its index and that of its window."""
        for i, rows in enumerate(self.windows[0]):
            for j, columns in enumerate(self.windows[1]):
                yield (..., i, j), (..., slice(*rows), slice(*columns))


def read_adaptive(x, output_size):
    """Check the arguments of the adaptive poolings; None in `output_size` keeps the size of that axis."""
    x, ndim = as_batch("x", x)
    dtype = result_dtype(x)
    both = output_size if isinstance(output_size, tuple | list) and len(output_size) == 2 else (output_size,) * 2
    if None in both:
        output_size = tuple(size if wanted is None else wanted for wanted, size in zip(both, x.shape[2:], strict=True))
    output_size = shapes.pair("output_size", output_size, 1)
    return AdaptivePooling(
        x=x.astype(working_dtype(dtype), copy=False),
        ndim=ndim,
        dtype=dtype,
        windows=tuple(map(shapes.adaptive_windows, x.shape[2:], output_size)),
    )


@dataclass(frozen=True)
class Padded(Call):
    """A padding."""

    padding: tuple

    @property
    def output_shape(self):
        sizes = (pixels + sum(sides) for pixels, sides in zip(self.size, self.padding, strict=True))
        return *self.x.shape[:2], *sizes


def read_padded(x, padding, mode):
    """Check the arguments of `ops.pad2d_backward`."""
    x, ndim = as_batch("x", x)
    padding, dtype = read_padding(padding), result_dtype(x)
    check_padding_mode("mode", mode, padding, x.shape[2:])
    return Padded(x=x.astype(working_dtype(dtype), copy=False), ndim=ndim, dtype=dtype, padding=padding)


@dataclass(frozen=True)
class Unpooling(Call):
    """An unpooling to a picture of `output_size`."""

    output_size: tuple

    @property
    def output_shape(self):
        return *self.x.shape[:2], *self.output_size


def read_unpooling(x, indices, kernel_size, stride, padding, output_size):
    """Check the arguments of `ops.max_unpool2d`, and return the call and the indices as NCHW."""
    x, ndim = as_batch("x", x)
    indices, dtype = as_array("indices", indices), result_dtype(x)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"indices must hold integers, got an array of {indices.dtype}")
    if indices.shape != x.shape[4 - ndim :]:
        raise ValueError(f"indices must have the shape of x, {x.shape[4 - ndim :]}, got {indices.shape}")
    kernel_size = shapes.pair("kernel_size", kernel_size, 1)
    stride = kernel_size if stride is None else shapes.pair("stride", stride, 1)
    padding = shapes.pair("padding", padding, 0)
    axes = zip(x.shape[2:], kernel_size, stride, padding, strict=True)
    smallest = tuple(shapes.conv_transpose_output_size(*axis) for axis in axes)
    output_size = smallest if output_size is None else shapes.pair("output_size", output_size, 1)
    last = output_size[0] * output_size[1] - 1
    if indices.size and not -1 <= indices.min() <= indices.max() <= last:
        raise ValueError(
            f"indices must lie in 0 to {last}, the pixels of an output of {output_size}, "
            f"got {indices.min()} to {indices.max()}"
        )
    call = Unpooling(x=x.astype(working_dtype(dtype), copy=False), ndim=ndim, dtype=dtype, output_size=output_size)
    return call, indices.reshape(x.shape)


@dataclass(frozen=True)
class Columns(Call):
    """The columns of `ops.col2im` as windows (batch, channels, kernel height, kernel width, height, width)."""

    output_size: tuple
    stride: tuple
    padding: tuple
    dilation: tuple

    @property
    def padded_size(self):
        return tuple(pixels + sum(sides) for pixels, sides in zip(self.output_size, self.padding, strict=True))


def read_columns(columns, output_size, kernel_size, stride, padding, dilation):
    """Check the arguments of `ops.col2im`."""
    columns = as_array("columns", columns)
    if columns.ndim not in (2, 3):
        raise ValueError(
            "columns must have shape (batch, channels · kernel height · kernel width, positions), "
            f"or that without the batch, got {columns.shape}"
        )
    output_size, padding = shapes.pair("output_size", output_size, 1), read_padding(padding)
    kernel_size, stride, padding, dilation = read_windows(output_size, kernel_size, stride, padding, dilation)
    settings = zip(output_size, kernel_size, stride, padding, dilation, strict=True)
    positions = [shapes.conv_output_size(*axis) for axis in settings]
    if columns.shape[-1] != positions[0] * positions[1]:
        raise ValueError(
            f"columns must be {positions[0]} · {positions[1]} = {positions[0] * positions[1]}, one for each window, "
            f"got {columns.shape[-1]}"
        )
    weights = kernel_size[0] * kernel_size[1]
    if columns.shape[-2] % weights:
        raise ValueError(
            f"columns must have a multiple of {kernel_size[0]} · {kernel_size[1]} = {weights} rows, "
            f"got {columns.shape[-2]}"
        )
    dtype = result_dtype(columns)
    windows = columns.reshape(*columns.shape[:-2], columns.shape[-2] // weights, *kernel_size, *positions)
    return Columns(
        x=windows[(None,) * (3 - columns.ndim)].astype(working_dtype(dtype), copy=False),
        ndim=columns.ndim + 1,
        dtype=dtype,
        output_size=output_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
    )


# ---- settings


def as_weight(weight, ndim, axes):
    """Return the weights with four axes, and the shape they came in; a plain picture goes with a plain kernel."""
    weight = as_array("weight", weight)
    if weight.ndim != (2 if ndim == 2 else 4):
        wanted = "(kernel height, kernel width)" if ndim == 2 else axes
        raise ValueError(f"weight must have shape {wanted} for an x with {ndim} axes, got {weight.shape}")
    return weight[(None,) * (4 - weight.ndim)], weight.shape


def as_pointwise(x, weight):
    """Return an (out channels, channels) matrix as the weights of a 1×1 convolution."""
    weight = as_array("weight", weight)
    if weight.ndim not in (2, 4) or weight.shape[2:] not in ((), (1, 1)):
        raise ValueError(f"weight must have shape (out channels, channels), got {weight.shape}")
    if np.ndim(x) == 2:
        raise ValueError(f"x must have channels to mix: (channels, height, width), got {np.shape(x)}")
    return weight.reshape(*weight.shape[:2], 1, 1)


def channels_of(x):
    return as_batch("x", x)[0].shape[1]


def read_bias(bias, channels, dtype):
    """Return one bias a channel, or None; a single filter may have a plain number."""
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


def read_windows(size, kernel_size, stride, padding, dilation):
    """Check where windows of `kernel_size` go on pictures of `size`, and return all four settings as pairs."""
    kernel_size = shapes.pair("kernel_size", kernel_size, 1)
    stride, dilation = shapes.pair("stride", stride, 1), shapes.pair("dilation", dilation, 1)
    axes = zip(both_axes(padding), size, kernel_size, stride, dilation, strict=True)
    padding = tuple(shapes.padding_sides(*axis) for axis in axes)
    check_window_fits(kernel_size, dilation, [pixels + sum(sides) for pixels, sides in zip(size, padding, strict=True)])
    return kernel_size, stride, padding, dilation


def read_padding(padding):
    """Return a padding without a name as ((top, bottom), (left, right))."""
    if isinstance(padding, str):
        raise ValueError(f"padding must be an integer or a pair here, only a forward convolution knows {padding!r}")
    return tuple(shapes.pair("padding", sides, 0) for sides in both_axes(padding))


def both_axes(padding):
    """Return (vertical, horizontal), each of them one number, (before, after) or a name."""
    if isinstance(padding, str) or not hasattr(padding, "__len__"):
        return padding, padding
    if len(padding) != 2:
        raise ValueError(
            f"padding must be an integer, (vertical, horizontal) or ((top, bottom), (left, right)), got {padding!r}"
        )
    return tuple(padding)


def check_padding_mode(name, mode, padding, size):
    """Refuse unknown modes, and more padding than an axis has pixels to fill it with."""
    if mode not in PADDING_MODES:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, PADDING_MODES))}, got {mode!r}")
    for sides, pixels in zip(padding, size, strict=True):
        unlimited = np.inf if pixels or mode == "zeros" else 0
        most = {"reflect": max(pixels - 1, 0), "circular": pixels}.get(mode, unlimited)
        if max(sides) > most:
            raise ValueError(
                f"{name} {mode!r} can add at most {plural(most, 'pixel')} to a side of {pixels}, got {max(sides)}"
            )


def check_window_fits(kernel_size, dilation, padded_size):
    span = tuple(map(shapes.effective_kernel_size, kernel_size, dilation))
    if span[0] > padded_size[0] or span[1] > padded_size[1]:
        spread = "" if span == tuple(kernel_size) else f" with dilation {dilation} spans {span} pixels, which"
        raise ValueError(f"kernel {tuple(kernel_size)}{spread} is larger than the padded input {tuple(padded_size)}")


def plural(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
