"""The operations of the book and their gradients, written to be read.

Names, defaults and meanings are PyTorch's. Pictures are NCHW, (batch, channels, height, width); weights are OIHW,
(output channels, input channels / groups, kernel height, kernel width). The batch axis may be left out, and a plain
(height, width) picture goes with a plain (height, width) kernel; what comes out has as many axes as what went in.
`stride`, `dilation` and the like take an int or a pair (vertical, horizontal). All sizes are in pixels.

Arithmetic happens in the float type of the arrays: float32 stays float32, float16 is added up in float32 and rounded
once at the end, integers join the floats beside them and alone become float64. Inputs are never changed. What deep
learning calls a convolution is a cross-correlation: the kernel is not rotated.

>>> from convbook.ops import conv2d
>>> conv2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, 1], [0, 1, 0], [1, 0, 1]])     # 1 + 3 + 5 + 7 + 9
array([[25.]])
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook import _arguments as arguments
from convbook import shapes


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Slide each filter over the picture; every output is the sum of the window times the weights, plus the bias.

    x: (batch, channels, height, width); weight: (out channels, channels / groups, kernel height, kernel width);
    bias: (out channels,). Returns (batch, out channels, output height, output width). Without a batch axis:
    (channels, height, width) gives (out channels, ...), and (height, width) with a (kernel height, kernel width) kernel
    gives (output height, output width).

    `padding` is an int, (vertical, horizontal), ((top, bottom), (left, right)), "valid", "same" (PyTorch's, stride 1)
    or "same_tf" (TensorFlow's, any stride); `padding_mode` is "zeros", "reflect", "replicate" or "circular".
    Raises ValueError if shapes or settings do not fit together, TypeError if something is not a number.
    Source: LeCun et al. (1998), "Gradient-based learning applied to document recognition", section II; groups:
    Krizhevsky et al. (2012); dilation: Yu and Koltun (2016).

    >>> picture = np.arange(1, 10).reshape(3, 3)
    >>> conv2d(picture, [[1, 0, -1], [2, 0, -2], [1, 0, -1]])      # (1 + 8 + 7) − (3 + 12 + 9)
    array([[-8.]])
    """
    call = arguments.read_convolution(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    windows = _windows(_padded(call), call.kernel_size, call.stride, call.dilation)
    y = np.einsum("ngcyxij,gocij->ngoyx", _in_groups(windows, call.groups), _filters(call), optimize=True)
    return call.result(y.reshape(call.output_shape))


def relu(x):
    """Keep what is positive and turn what is negative into 0.

    x: any shape; the result has the same shape and dtype. Raises TypeError if `x` does not hold real numbers.
    Source: Fukushima (1969), "Visual feature extraction by a multilayered network of analog threshold elements";
    Nair and Hinton (2010).

    >>> relu([-2, 0, 3])
    array([0, 0, 3])
    """
    return np.maximum(arguments.as_array("x", x), 0)


def pad2d(x, padding, mode="zeros"):
    """Add pixels around the picture: zeros, or copies of its own pixels.

    x: (height, width) or with channel and batch axes before; the result has the same dtype and
    (top + height + bottom, left + width + right) pixels. `padding` is an int, (vertical, horizontal) or
    ((top, bottom), (left, right)), in pixels. `mode` is "zeros", "reflect" (mirrored, the border pixel not repeated),
    "replicate" (the border pixel repeated) or "circular" (from the other end).
    Raises ValueError if `padding` is negative, `mode` unknown or the picture too small to fill the padding.
    Source: PyTorch (2019), `torch.nn.functional.pad`.

    >>> for mode in ["zeros", "reflect", "replicate", "circular"]:
    ...     print(pad2d([[1, 2, 3]], (0, 2), mode))
    [[0 0 1 2 3 0 0]]
    [[3 2 1 2 3 2 1]]
    [[1 1 1 2 3 3 3]]
    [[2 3 1 2 3 1 2]]
    """
    x, ndim = arguments.as_batch("x", x)
    padding = arguments.read_padding(padding, x.shape[2:], mode)
    return arguments.unbatch(_pad(x, padding, mode), ndim)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """Write every window as one column, so that a convolution becomes a matrix product.

    x: (batch, channels, height, width); returns (batch, channels · kernel height · kernel width, positions), where a
    column holds its window channel by channel and row by row, and positions run row by row, as in `torch.nn.Unfold`.
    Without a batch axis there is none in the result. The dtype stays.
    Raises ValueError or TypeError for settings that do not fit, as `conv2d` does.
    Source: Chellapilla, Puri and Simard (2006), "High performance convolutional neural networks for document
    processing", section 2.

    >>> im2col([[1, 2, 3], [4, 5, 6], [7, 8, 9]], kernel_size=2)      # four windows, the first is 1 2 4 5
    array([[1, 2, 4, 5],
           [2, 3, 5, 6],
           [4, 5, 7, 8],
           [5, 6, 8, 9]])
    """
    x, ndim = arguments.as_batch("x", x)
    kernel_size, stride, padding, dilation = arguments.read_windows(x.shape[2:], kernel_size, stride, padding, dilation)
    windows = _windows(_pad(x, padding), kernel_size, stride, dilation)
    batch, channels, height, width = windows.shape[:4]
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(batch, channels * np.prod(kernel_size), height * width)
    return columns if ndim == 4 else columns[0]


def _pad(x, padding, mode="zeros", **value):
    return np.pad(x, ((0, 0), (0, 0), *padding), arguments.PADDING_MODES[mode], **value)


def _padded(call):
    return _pad(call.x, call.padding, call.padding_mode)


def _windows(x, kernel_size, stride, dilation):
    """Return a view of every window: (N, C, output height, output width, kernel height, kernel width)."""
    span = tuple(map(shapes.effective_kernel_size, kernel_size, dilation))
    every_window = sliding_window_view(x, span, axis=(2, 3))
    return every_window[:, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def _in_groups(x, groups):
    """Split the channel axis in two, (N, C, ...) to (N, groups, C / groups, ...)."""
    return x.reshape(len(x), groups, x.shape[1] // groups, *x.shape[2:])


def _filters(call):
    """Return the weights as (groups, out channels / groups, channels / groups, kernel height, kernel width)."""
    return call.weight.reshape(call.groups, len(call.weight) // call.groups, *call.weight.shape[1:])
