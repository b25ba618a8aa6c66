"""The transposed convolution and its gradient."""

from convbook import _arguments as arguments
from convbook.ops.convolution import correlate, meetings, stamp
from convbook.ops.padding import crop, pad


@arguments.silently
def conv_transpose2d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Stamp the kernel once for every pixel, times that pixel, `stride` apart, and add up what overlaps.

    x: (batch, channels, height, width) or without a batch axis; weight: (channels, out channels / groups, kernel
    height, kernel width); bias: (out channels,). A plain picture goes with a plain kernel. `padding` crops, and
    `output_padding` makes the output longer at the bottom and on the right, to reach each of the sizes which `conv2d`
    with the same settings shrinks to that of x. Returns (batch, out channels, output height, output width).
    Raises ValueError if shapes or settings do not fit together, TypeError if something is not a number.
    Source: Dumoulin and Visin (2016), "A guide to convolution arithmetic for deep learning", section 4;
    Zeiler et al. (2010), "Deconvolutional networks".

    >>> conv_transpose2d([[1, 10]], [[1, 2, 3]], stride=2)          # 1 2 3 and 10 20 30 meet in the third pixel
    array([[ 1.,  2., 13., 20., 30.]])
    """
    call = arguments.read_transposed(x, weight, bias, stride, padding, output_padding, groups, dilation)
    return call.result(forward(call, stamp))


@arguments.silently
def conv_transpose2d_backward(dy, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Return the gradients (dx, dweight, dbias) of `conv_transpose2d`; dx is a plain convolution of dy.

    Shapes as in `conv2d_backward`, arguments as in the forward call.
    Raises ValueError if `dy` does not have the shape of the output, and what `conv_transpose2d` raises.
    Source: Dumoulin and Visin (2016), section 4.

    >>> dx, dweight, dbias = conv_transpose2d_backward([[1, 1, 1, 1, 5.0]], [[1, 10]], [[1, 2, 3]], stride=2)
    >>> dx                              # what each stamp lies on: 1·1 + 2·1 + 3·1 and 1·1 + 2·1 + 3·5
    array([[ 6., 18.]])
    >>> dweight                         # 1·1 + 10·1, the same, and 1·1 + 10·5
    array([[11., 11., 51.]])
    """
    call = arguments.read_transposed(x, weight, bias, stride, padding, output_padding, groups, dilation)
    return call.gradients(*backward(call, call.read_gradient(dy), correlate, meetings))


def forward(call, stamp):
    """Return the transposed convolution that was asked for, without its bias, by this loop."""
    return crop(stamp(call.x, call.filters, call.padded_size, call.stride, call.dilation), call.padding)


def backward(call, dy, correlate, meetings):
    """Return (dx, dweight, dbias) of a transposed convolution, by these two loops."""
    stamped = pad(dy, call.padding)[:, :, : call.stamped_size[0], : call.stamped_size[1]]
    dx = correlate(stamped, call.filters, call.stride, call.dilation)
    return dx, meetings(call.x, stamped, call), dy.sum(axis=(0, 2, 3))
