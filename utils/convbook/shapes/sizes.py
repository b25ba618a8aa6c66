"""How many pixels come out, along one axis: the size formulas, and paddings by their names."""

from convbook.shapes.settings import pair, shown, switch, whole

MOST_WINDOWS = 2**20  # a list of more would be a slip


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
        raise ValueError(f'padding must be an int, a pair, "valid", "same" or "same_tf", got {shown(padding)}')
    if whole("stride", stride, 1) != 1:
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
    size, kernel = whole("size", size, 0), whole("kernel", kernel, 1)
    padding, span = pool_padding(padding, kernel), effective_kernel_size(kernel, dilation)
    stride, ceil_mode = kernel if stride is None else whole("stride", stride, 1), switch("ceil_mode", ceil_mode)
    room = size + 2 * padding - span
    steps = -(-room // stride) if ceil_mode else room // stride
    if ceil_mode and steps * stride >= size + padding:
        steps -= 1
    if steps < 0:
        raise ValueError(f"kernel {span} is larger than the padded input {size + 2 * padding}")
    return steps + 1


def pool_padding(padding, kernel):
    """Return the pixels that a pooling adds on both sides of one axis; half the kernel at most, as PyTorch has it."""
    padding = whole("padding", padding, 0)
    if padding > kernel // 2:
        raise ValueError(f"padding must be at most half of the kernel size {kernel}, {kernel // 2}, got {padding}")
    return padding


def adaptive_windows(size: int, output_size: int) -> list[tuple[int, int]]:
    """Return the (start, stop) of each of the `output_size` windows that adaptive pooling lays over `size` pixels.

    Window i runs from ⌊i · size / output_size⌋ to ⌈(i + 1) · size / output_size⌉, so neighbours may share a pixel.
    Raises ValueError if `size` or `output_size` is below 1 or `output_size` above 2²⁰, TypeError if one is no integer.
    Source: PyTorch (2019), `torch.nn.AdaptiveAvgPool2d`.

    >>> adaptive_windows(5, 3)
    [(0, 2), (1, 4), (3, 5)]
    """
    size, output_size = whole("size", size, 1), whole("output_size", output_size, 1, MOST_WINDOWS)
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
    stamped = (size - 1) * stride + span + checked_output_padding(output_padding, stride, dilation)
    cropped = stamped - sum(pair("padding", padding, 0))
    if cropped < 1:
        raise ValueError(f"padding must leave something of the {stamped} stamped pixels, got {shown(padding)}")
    return cropped


def checked_output_padding(output_padding, stride, dilation):
    """Return the pixels that are added at the end: fewer than what one more input would add, or than a tap is wide."""
    if whole("output_padding", output_padding, 0) >= max(stride, dilation):
        raise ValueError(
            f"output_padding must be below the stride {stride} or the dilation {dilation}, got {output_padding}"
        )
    return output_padding


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


def _halves(total):
    return total // 2, total - total // 2
