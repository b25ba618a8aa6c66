"""The arguments of poolings."""

from dataclasses import dataclass

from convbook import shapes
from convbook._arguments.arrays import as_array, as_batch, check_room
from convbook._arguments.call import Call, grown, picture
from convbook._arguments.windows import check_window_fits
from convbook.shapes.settings import is_sequence, switch


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
        """The shape of the output as NCHW."""
        return *self.x.shape[:2], *self.output_size

    @property
    def overhang(self):
        """How far the last windows of ceil mode reach beyond the padding, as ((0, rows below), (0, columns right))."""
        span = map(shapes.effective_kernel_size, self.kernel_size, self.dilation)
        reach = [(n - 1) * step + pixels for n, step, pixels in zip(self.output_size, self.stride, span, strict=True)]
        ends = grown(self.size, self.padding)
        return tuple((0, max(last - end, 0)) for last, end in zip(reach, ends, strict=True))

    @property
    def padded_size(self):
        """The picture that the windows slide over."""
        return grown(self.size, self.padding, self.overhang)


def read_pooling(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Check the arguments of the poolings with a kernel; a stride of None is the kernel size."""
    x, ndim = as_batch("x", x)
    kernel_size = shapes.pair("kernel_size", kernel_size, 1)
    stride = kernel_size if stride is None else shapes.pair("stride", stride, 1)
    padding, dilation = shapes.pair("padding", padding, 0), shapes.pair("dilation", dilation, 1)
    sides = tuple((p, p) for p in padding)
    padded = grown(x.shape[2:], sides)
    if not switch("ceil_mode", ceil_mode):
        check_window_fits(kernel_size, dilation, padded)
    axes = zip(x.shape[2:], kernel_size, stride, padding, dilation, strict=True)
    output_size = tuple(shapes.pool_output_size(*axis, ceil_mode) for axis in axes)
    call = Pooling(
        **picture(x, ndim),
        kernel_size=tuple(map(_taps_that_count, kernel_size, padded, dilation)),
        stride=stride,
        padding=sides,
        dilation=dilation,
        output_size=output_size,
    )
    check_room("kernel_size and padding", (*x.shape[:2], *call.padded_size), call.x.dtype)
    return call


def _taps_that_count(kernel, padded, dilation):
    """Leave out the taps that lie beyond the picture in every window, of which ceil mode may have any number."""
    return min(kernel, max(1, -(-padded // dilation)))


@dataclass(frozen=True)
class AdaptivePooling(Call):
    """An adaptive pooling: for each axis the (start, stop) of every window."""

    windows: tuple

    @property
    def output_shape(self):
        """The shape of the output as NCHW."""
        return *self.x.shape[:2], *map(len, self.windows)

    def cells(self):
        """Yield for each pixel of the output its index and that of its window."""
        for i, rows in enumerate(self.windows[0]):
            for j, columns in enumerate(self.windows[1]):
                yield (..., i, j), (..., slice(*rows), slice(*columns))


def read_adaptive(x, output_size):
    """Check the arguments of the adaptive poolings; None in `output_size` keeps the size of that axis."""
    x, ndim = as_batch("x", x)
    both = output_size if is_sequence(output_size) and len(output_size) == 2 else (output_size, output_size)
    if any(wanted is None for wanted in both):
        output_size = tuple(size if wanted is None else wanted for wanted, size in zip(both, x.shape[2:], strict=True))
    output_size = shapes.pair("output_size", output_size, 1)
    if 0 in x.shape[2:]:
        raise ValueError(f"x must have pixels to pool, got shape {x.shape[4 - ndim :]}")
    check_room("output_size", (*x.shape[:2], *output_size), x.dtype)
    windows = tuple(map(shapes.adaptive_windows, x.shape[2:], output_size))
    return AdaptivePooling(**picture(x, ndim), windows=windows)


@dataclass(frozen=True)
class Unpooling(Call):
    """An unpooling to a picture of `output_size`."""

    output_size: tuple

    @property
    def output_shape(self):
        """The shape of the output as NCHW."""
        return *self.x.shape[:2], *self.output_size


def read_unpooling(x, indices, kernel_size, stride, padding, output_size):
    """Check the arguments of `ops.max_unpool2d`, and return the call and the indices as NCHW."""
    x, ndim = as_batch("x", x)
    indices = as_array("indices", indices)
    if indices.dtype.kind not in "iu":
        raise TypeError(f"indices must hold integers, got an array of {indices.dtype}")
    if indices.shape != x.shape[4 - ndim :]:
        raise ValueError(f"indices must have the shape of x, {x.shape[4 - ndim :]}, got {indices.shape}")
    output_size = _unpooled_size(x.shape[2:], kernel_size, stride, padding, output_size)
    last = output_size[0] * output_size[1] - 1
    if indices.size and not (indices.min() >= -1 and indices.max() <= last):
        raise ValueError(
            f"indices must lie in 0 to {last}, the pixels of an output of {output_size}, "
            f"got {indices.min()} to {indices.max()}"
        )
    call = Unpooling(**picture(x, ndim), output_size=output_size)
    check_room("stride and output_size", call.output_shape, call.x.dtype)
    return call, indices.astype(int, copy=False).reshape(x.shape)


def _unpooled_size(size, kernel_size, stride, padding, output_size):
    kernel_size = shapes.pair("kernel_size", kernel_size, 1)
    stride = kernel_size if stride is None else shapes.pair("stride", stride, 1)
    axes = zip(size, kernel_size, stride, shapes.pair("padding", padding, 0), strict=True)
    smallest = tuple(shapes.conv_transpose_output_size(*axis) for axis in axes)
    return smallest if output_size is None else shapes.pair("output_size", output_size, 1)
