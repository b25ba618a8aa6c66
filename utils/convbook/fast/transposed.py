"""The transposed convolution and its gradient on fast loops."""

from convbook import _arguments as arguments
from convbook.fast.convolution import correlate, meetings, stamp
from convbook.ops.transposed import backward, forward


@arguments.silently
def conv_transpose2d(x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Return what `ops.conv_transpose2d` returns, with stride 1 as a convolution with rotated filters.

    Arguments, shapes, errors and source are those of `ops.conv_transpose2d`.
    """
    call = arguments.read_transposed(x, weight, bias, stride, padding, output_padding, groups, dilation)
    return call.result(forward(call, stamp))


@arguments.silently
def conv_transpose2d_backward(dy, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Return what `ops.conv_transpose2d_backward` returns, on the fast loops of `conv2d`.

    Arguments, shapes, errors and source are those of `ops.conv_transpose2d_backward`.
    """
    call = arguments.read_transposed(x, weight, bias, stride, padding, output_padding, groups, dilation)
    return call.gradients(*backward(call, call.read_gradient(dy), correlate, meetings))
