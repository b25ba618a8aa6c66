"""The operations of the book and their gradients, written to be read.

Names, defaults and meanings are PyTorch's. Pictures are NCHW, (batch, channels, height, width); weights are OIHW,
(output channels, input channels / groups, kernel height, kernel width). The batch axis may be left out, and a plain
(height, width) picture goes with a plain (height, width) kernel; what comes out has as many axes as what went in.
`stride`, `padding`, `dilation` and `kernel_size` take an int or a pair (vertical, horizontal). All sizes are in pixels.

Arithmetic happens in the float type of the arrays: float32 stays float32, float16 is added up in float32 and rounded
once at the end, integers join the floats beside them and alone become float64. What only moves numbers (`pad2d`,
`im2col`, `pixel_shuffle`, `relu`) keeps every dtype. Inputs are never changed. What deep learning calls a convolution
is a cross-correlation: the kernel is not rotated.

A gradient takes `dy`, how much the loss changes with each output, then everything that the operation itself took, and
returns the same for each input. `im2col` and `col2im`, `pixel_shuffle` and `pixel_unshuffle` are each other's gradient.

>>> from convbook.ops import conv2d
>>> conv2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, 1], [0, 1, 0], [1, 0, 1]])     # 1 + 3 + 5 + 7 + 9
array([[25.]])
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook import _arguments as arguments
from convbook import shapes
from convbook.kernels import gaussian

# ---- Convolution


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
    return call.result(_convolve(call))


def conv2d_backward(dy, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Return the gradients (dx, dweight, dbias) of `conv2d`: who gets how much of the blame `dy`.

    dy: the shape of the output; dx, dweight and dbias: the shapes of x, weight and bias, a plain number for a plain
    kernel. All other arguments are those of the forward call; `dbias` comes even if there was no bias.
    Raises ValueError if `dy` does not have the shape of the output, and what `conv2d` raises.
    Source: LeCun et al. (1989), "Backpropagation applied to handwritten zip code recognition".

    >>> dx, dweight, dbias = conv2d_backward([[1.0, 10.0]], x=[[1, 2, 3]], weight=[[5, 7]])
    >>> dx                           # the middle pixel met 7 in the first window and 5 in the second
    array([[ 5., 57., 70.]])
    >>> dweight, dbias               # 1·1 + 10·2, 1·2 + 10·3, and 1 + 10
    (array([[21., 32.]]), np.float64(11.0))
    """
    call = arguments.read_convolution(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    dy, padded = call.read_gradient(dy), _padded(call)
    dpadded = _stamp(dy, call.filters, padded.shape[2:], call.stride, call.dilation)
    dweight = _meetings(dy, padded, call)
    return call.gradients(_unpad(dpadded, call.padding, call.padding_mode), dweight, dy.sum(axis=(0, 2, 3)))


def depthwise_conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"):
    """Convolve every channel with filters of its own; channels never mix.

    x: (batch, channels, height, width) or without a batch axis; weight: (channels · multiplier, 1, kernel height,
    kernel width); bias: (channels · multiplier,). The outputs of a channel lie side by side. Settings as in `conv2d`.
    Raises what `conv2d` raises. Source: Sifre (2014), "Rigid-motion scattering for image classification", the thesis;
    Howard et al. (2017), "MobileNets".

    >>> x = np.array([[[1, 2]], [[3, 4]]])                  # two channels of one row
    >>> depthwise_conv2d(x, np.array([10, 100]).reshape(2, 1, 1, 1))
    array([[[ 10.,  20.]],
    <BLANKLINE>
           [[300., 400.]]])
    """
    return conv2d(x, weight, bias, stride, padding, dilation, arguments.channels_of(x), padding_mode)


def depthwise_conv2d_backward(dy, x, weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"):
    """Return the gradients (dx, dweight, dbias) of `depthwise_conv2d`.

    Shapes, settings and errors are those of `conv2d_backward`. Source: Goodfellow et al. (2016), section 9.5.

    >>> x, weight = [[[3.0]], [[4.0]]], np.ones((2, 1, 1, 1))
    >>> dx, dweight, dbias = depthwise_conv2d_backward([[[1.0]], [[2.0]]], x, weight)
    >>> dweight.ravel()                                     # 1·3 in the first channel, 2·4 in the second
    array([3., 8.])
    """
    return conv2d_backward(dy, x, weight, bias, stride, padding, dilation, arguments.channels_of(x), padding_mode)


def pointwise_conv2d(x, weight, bias=None):
    """Multiply the channels at every pixel by one and the same matrix: a 1×1 convolution.

    x: (batch, channels, height, width) or without a batch axis; weight: (out channels, channels), or the same with two
    axes of length 1 behind; bias: (out channels,). Returns (batch, out channels, height, width).
    Raises what `conv2d` raises. Source: Lin, Chen and Yan (2014), "Network in network".

    >>> rgb = np.array([30, 60, 90]).reshape(3, 1, 1)       # one pixel
    >>> pointwise_conv2d(rgb, [[1 / 3, 1 / 3, 1 / 3]])      # its grey: (30 + 60 + 90) / 3
    array([[[60.]]])
    """
    return conv2d(x, arguments.as_pointwise(x, weight), bias)


def pointwise_conv2d_backward(dy, x, weight, bias=None):
    """Return the gradients (dx, dweight, dbias) of `pointwise_conv2d`, dweight with the axes of the weight.

    Shapes and errors are those of `conv2d_backward`. Source: Goodfellow et al. (2016), section 9.5.

    >>> dx, dweight, dbias = pointwise_conv2d_backward([[[2.0]]], x=[[[3]], [[4]]], weight=[[5, 7]])
    >>> dx.ravel(), dweight                                 # dx: 2·5 and 2·7; dweight: 2·3 and 2·4
    (array([10., 14.]), array([[6., 8.]]))
    """
    dx, dweight, dbias = conv2d_backward(dy, x, arguments.as_pointwise(x, weight), bias)
    return dx, dweight.reshape(np.shape(weight)), dbias


def separable_conv2d(
    x, depthwise_weight, pointwise_weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Convolve depthwise, then pointwise: first look around in every channel, then mix the channels.

    x: (batch, channels, height, width) or without a batch axis; depthwise_weight: (channels · multiplier, 1, kernel
    height, kernel width); pointwise_weight: (out channels, channels · multiplier); bias: (out channels,), added last.
    Settings as in `conv2d`, for the depthwise step. Raises what `conv2d` raises.
    Source: Chollet (2017), "Xception"; Howard et al. (2017), "MobileNets", section 3.1.

    >>> x = np.array([[[1, 2]], [[3, 4]]])
    >>> separable_conv2d(x, np.array([10, 100]).reshape(2, 1, 1, 1), [[1, 1]])     # 10·1 + 100·3 and 10·2 + 100·4
    array([[[310., 420.]]])
    """
    return pointwise_conv2d(
        depthwise_conv2d(x, depthwise_weight, None, stride, padding, dilation, padding_mode), pointwise_weight, bias
    )


def separable_conv2d_backward(
    dy, x, depthwise_weight, pointwise_weight, bias=None, stride=1, padding=0, dilation=1, padding_mode="zeros"
):
    """Return the gradients (dx, ddepthwise_weight, dpointwise_weight, dbias) of `separable_conv2d`.

    Shapes and errors are those of `conv2d_backward`: the chain rule runs through both steps, the last one first.
    Source: Goodfellow et al. (2016), section 6.5.

    >>> x, depthwise = np.array([[[1.0]], [[3.0]]]), np.array([10, 100]).reshape(2, 1, 1, 1)
    >>> dx, ddepthwise, dpointwise, dbias = separable_conv2d_backward([[[1.0]]], x, depthwise, [[2, 5]])
    >>> dx.ravel(), dpointwise                              # dx: 2·10 and 5·100; dpointwise: 10·1 and 100·3
    (array([ 20., 500.]), array([[ 10., 300.]]))
    """
    settings = (None, stride, padding, dilation, padding_mode)
    between = depthwise_conv2d(x, depthwise_weight, *settings)
    dbetween, dpointwise, dbias = pointwise_conv2d_backward(dy, between, pointwise_weight, bias)
    dx, ddepthwise, _ = depthwise_conv2d_backward(dbetween, x, depthwise_weight, *settings)
    return dx, ddepthwise, dpointwise, dbias


# ---- Transposed convolution


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
    return call.result(_crop(_stamp(call.x, call.filters, call.padded_size, call.stride, call.dilation), call.padding))


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
    dy = call.read_gradient(dy)
    stamped = _pad(dy, call.padding)[:, :, : call.stamped_size[0], : call.stamped_size[1]]
    dx = _correlate(stamped, call.filters, call.stride, call.dilation)
    return call.gradients(dx, _meetings(call.x, stamped, call), dy.sum(axis=(0, 2, 3)))


# ---- Pooling


def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """Keep the largest number of every window.

    x: (batch, channels, height, width), or with fewer axes in front. A stride of None is the kernel size. Padding
    counts as −∞, so it never wins. With `return_indices` the result is (y, indices), both of the output's shape; an
    index is row · width + column of the first largest pixel of the window, or −1 if a window holds padding alone.
    Raises ValueError if the padding is more than half the kernel or the settings do not fit, TypeError if something is
    not a number. Source: Riesenhuber and Poggio (1999), "Hierarchical models of object recognition in cortex".

    >>> max_pool2d([[1, 2, 5, 4], [3, 0, 6, 7]], kernel_size=2)
    array([[3., 7.]])
    >>> y, indices = max_pool2d([[1, 2, 5, 4], [3, 0, 6, 7]], kernel_size=2, return_indices=True)
    >>> indices                             # 4 pixels a row: the first and the last of the second row
    array([[4, 7]])
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, dilation, ceil_mode)
    if not return_indices:
        return call.result(_pool(call, call.x, np.maximum, -np.inf, -np.inf))
    y, indices = _largest(call)
    return call.result(y), arguments.unbatch(indices, call.ndim)


def max_pool2d_backward(dy, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Return the gradient dx of `max_pool2d`: each dy goes to the pixel that won its window, the first one on ties.

    dy: the shape of the output; dx: the shape of x. Where windows overlap, a pixel may win twice: then it gets the sum.
    Raises ValueError if `dy` does not have the shape of the output, and what `max_pool2d` raises.
    Source: Zeiler and Fergus (2014), "Visualizing and understanding convolutional networks", section 2.1.

    >>> max_pool2d_backward([[10.0, 1.0]], [[1, 3, 2]], kernel_size=(1, 2), stride=1)     # 3 wins both windows
    array([[ 0., 11.,  0.]])
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, dilation, ceil_mode)
    return call.result(_add_at(call.read_gradient(dy), _largest(call)[1], call.size))


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Take the mean of every window.

    x: (batch, channels, height, width), or with fewer axes in front. A stride of None is the kernel size. Padding adds
    zeros; with `count_include_pad` they count as pixels, without it the sum is divided by the real pixels alone.
    What a last window of `ceil_mode` covers beyond the padding never counts.
    Raises ValueError if the padding is more than half the kernel or the settings do not fit, TypeError if something is
    not a number. Source: LeCun et al. (1998), section II.B, which calls it sub-sampling.

    >>> avg_pool2d([[1, 2, 5, 4], [3, 0, 6, 7]], kernel_size=2)         # (1 + 2 + 3 + 0) / 4 and (5 + 4 + 6 + 7) / 4
    array([[1.5, 5.5]])
    >>> avg_pool2d(np.ones((2, 2)), kernel_size=3, padding=1)[0, 0]     # four ones and five zeros
    np.float64(0.4444444444444444)
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, 1, ceil_mode)
    return call.result(_pool(call, call.x, np.add) / _counted(call, count_include_pad))


def avg_pool2d_backward(dy, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Return the gradient dx of `avg_pool2d`: each dy is shared out evenly over its window.

    dy: the shape of the output; dx: the shape of x, of which only the shape and the dtype matter.
    Raises ValueError if `dy` does not have the shape of the output, and what `avg_pool2d` raises.
    Source: Goodfellow et al. (2016), section 9.3, for the operation.

    >>> avg_pool2d_backward([[10.0, 1.0]], [[1, 3, 2]], kernel_size=(1, 2), stride=1)     # halves of 10 and of 1
    array([[5. , 5.5, 0.5]])
    """
    call = arguments.read_pooling(x, kernel_size, stride, padding, 1, ceil_mode)
    share = call.read_gradient(dy) / _counted(call, count_include_pad)
    shares = np.broadcast_to(share[..., None, None, :, :], (*share.shape[:2], *call.kernel_size, *share.shape[2:]))
    beyond = _add_windows(shares, call.padded_size, call.stride, call.dilation)
    return call.result(_crop(_crop(beyond, call.overhang), call.padding))


def adaptive_avg_pool2d(x, output_size):
    """Take means over as many windows as the output has pixels, whatever the size of the picture.

    x: (batch, channels, height, width), or with fewer axes in front; output_size: an int, a pair, or None in it to keep
    an axis. Window i of n runs from ⌊i · size / n⌋ to ⌈(i + 1) · size / n⌉.
    Raises ValueError if `output_size` is below 1 or a picture has no pixels, TypeError if something is not a number.
    Source: PyTorch (2019), `torch.nn.AdaptiveAvgPool2d`; He et al. (2014), "Spatial pyramid pooling".

    >>> adaptive_avg_pool2d([[1, 2, 3, 4, 5]], (1, 3))                  # of 1 2, 2 3 4 and 4 5
    array([[1.5, 3. , 4.5]])
    """
    call = arguments.read_adaptive(x, output_size)
    y = np.empty(call.output_shape, call.x.dtype)
    for cell, window in call.cells():
        y[cell] = call.x[window].mean(axis=(-2, -1))
    return call.result(y)


def adaptive_avg_pool2d_backward(dy, x, output_size):
    """Return the gradient dx of `adaptive_avg_pool2d`: each dy is shared out evenly over its window.

    dy: the shape of the output; dx: the shape of x, of which only the shape and the dtype matter.
    Raises ValueError if `dy` does not have the shape of the output, and what `adaptive_avg_pool2d` raises.
    Source: PyTorch (2019), `torch.nn.AdaptiveAvgPool2d`.

    >>> adaptive_avg_pool2d_backward([[2.0, 6.0]], [[1, 2, 3]], (1, 2))     # halves of 2 and of 6 meet in the middle
    array([[1., 4., 3.]])
    """
    call = arguments.read_adaptive(x, output_size)
    dy, dx = call.read_gradient(dy), np.zeros_like(call.x)
    for cell, window in call.cells():
        pixels = dx[window]  # a view: what is added here is added to dx
        pixels += dy[cell][..., None, None] / (pixels.shape[-2] * pixels.shape[-1])
    return call.result(dx)


def adaptive_max_pool2d(x, output_size, return_indices=False):
    """Keep the largest number of as many windows as the output has pixels, whatever the size of the picture.

    Arguments, windows and errors are those of `adaptive_avg_pool2d`, indices those of `max_pool2d`.
    Source: PyTorch (2019), `torch.nn.AdaptiveMaxPool2d`.

    >>> adaptive_max_pool2d([[1, 2, 3, 9, 5]], (1, 3))                  # of 1 2, 2 3 9 and 9 5
    array([[2., 9., 9.]])
    """
    call = arguments.read_adaptive(x, output_size)
    y, indices = _largest_adaptive(call)
    return (call.result(y), arguments.unbatch(indices, call.ndim)) if return_indices else call.result(y)


def adaptive_max_pool2d_backward(dy, x, output_size):
    """Return the gradient dx of `adaptive_max_pool2d`: each dy goes to the pixel that won its window.

    dy: the shape of the output; dx: the shape of x.
    Raises ValueError if `dy` does not have the shape of the output, and what `adaptive_max_pool2d` raises.
    Source: PyTorch (2019), `torch.nn.AdaptiveMaxPool2d`.

    >>> adaptive_max_pool2d_backward([[1.0, 10.0, 100.0]], [[1, 2, 3, 9, 5]], (1, 3))     # the 9 wins twice
    array([[  0.,   1.,   0., 110.,   0.]])
    """
    call = arguments.read_adaptive(x, output_size)
    return call.result(_add_at(call.read_gradient(dy), _largest_adaptive(call)[1], call.size))


def global_avg_pool2d(x):
    """Take the mean of every whole channel.

    x: (batch, channels, height, width); returns (batch, channels, 1, 1). Axes in front may be left out in both.
    Raises what `adaptive_avg_pool2d` raises. Source: Lin, Chen and Yan (2014), "Network in network", section 3.2.

    >>> global_avg_pool2d([[1, 2], [3, 6]])
    array([[3.]])
    """
    return adaptive_avg_pool2d(x, 1)


def global_avg_pool2d_backward(dy, x):
    """Return the gradient dx of `global_avg_pool2d`: every pixel of a channel gets the same share of its dy.

    dy: (batch, channels, 1, 1); dx: the shape of x, of which only the shape and the dtype matter.
    Raises what `adaptive_avg_pool2d_backward` raises. Source: Lin, Chen and Yan (2014), section 3.2.

    >>> global_avg_pool2d_backward([[8.0]], [[1, 2], [3, 6]])
    array([[2., 2.],
           [2., 2.]])
    """
    return adaptive_avg_pool2d_backward(dy, x, 1)


def blur_pool2d(x, kernel_size=3, stride=2, padding_mode="reflect"):
    """Blur every channel, then keep every `stride`-th pixel, so that a shifted picture gives nearly the same output.

    x: (batch, channels, height, width), or with fewer axes in front; the output has ⌈size / stride⌉ pixels an axis. The
    blur is `kernels.gaussian(kernel_size)`, its borders are filled by `padding_mode`.
    Raises ValueError if `kernel_size` or `stride` is below 1 or the picture too small to fill its borders.
    Source: Zhang (2019), "Making convolutional networks shift-invariant again".

    >>> blur_pool2d([[0, 0, 4, 0, 0], [0, 0, 4, 0, 0]])        # the line keeps half, a quarter goes to either side,
    array([[0., 2., 0.]])
    """
    return conv2d(**_as_convolution(x, kernel_size, stride, padding_mode))


def blur_pool2d_backward(dy, x, kernel_size=3, stride=2, padding_mode="reflect"):
    """Return the gradient dx of `blur_pool2d`: each dy is spread by the blur.

    dy: the shape of the output; dx: the shape of x, of which only the shape and the dtype matter.
    Raises ValueError if `dy` does not have the shape of the output, and what `blur_pool2d` raises.
    Source: Zhang (2019), "Making convolutional networks shift-invariant again".

    >>> blur_pool2d_backward([[0, 4, 0]], np.zeros((1, 5)), padding_mode="replicate")
    array([[0., 1., 2., 1., 0.]])
    """
    return conv2d_backward(dy, **_as_convolution(x, kernel_size, stride, padding_mode))[0]


def _as_convolution(x, kernel_size, stride, padding_mode):
    """Return the arguments with which `conv2d` blurs every channel."""
    x, channels = arguments.as_array("x", x), arguments.channels_of(x)
    blur = gaussian(shapes.whole("kernel_size", kernel_size, 1)).astype(arguments.result_dtype(x))
    return {
        "x": x,
        "weight": blur if x.ndim == 2 else np.broadcast_to(blur, (channels, 1, *blur.shape)),
        "stride": stride,
        "padding": (shapes.same_padding(kernel_size),) * 2,
        "groups": channels,
        "padding_mode": padding_mode,
    }


# ---- Unpooling and shuffling


def max_unpool2d(x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Put every maximum back where `max_pool2d` found it, and 0 everywhere else.

    x and indices: (batch, channels, height, width), or with fewer axes in front, as `max_pool2d` returned them with the
    same `kernel_size`, `stride` and `padding`. `output_size` (height, width) chooses among the sizes that pool to that
    of x; None is (size − 1) · stride + kernel − 2 · padding. If an index occurs twice, the last one stays.
    Raises ValueError if `indices` does not have the shape of x or points outside of the output, TypeError if `indices`
    does not hold integers. Source: Zeiler and Fergus (2014), section 2.1.

    >>> y, indices = max_pool2d([[1, 2, 5, 4], [3, 0, 6, 7]], kernel_size=2, return_indices=True)
    >>> max_unpool2d(y, indices, kernel_size=2)
    array([[0., 0., 0., 0.],
           [3., 0., 0., 7.]])
    """
    call, indices = arguments.read_unpooling(x, indices, kernel_size, stride, padding, output_size)
    planes = _planes_with_bin(call.x, call.output_shape[2:])
    np.put_along_axis(planes, _flat(indices), _flat(call.x), axis=-1)
    return call.result(planes[..., :-1].reshape(call.output_shape))


def max_unpool2d_backward(dy, x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Return the gradient dx of `max_unpool2d`: each maximum gets the dy of the place it was put to.

    dy: the shape of the output; dx: the shape of x. All other arguments are those of the forward call.
    Raises ValueError if `dy` does not have the shape of the output, and what `max_unpool2d` raises.
    Source: Zeiler and Fergus (2014), section 2.1.

    >>> max_unpool2d_backward([[1.0, 2.0, 3.0, 4.0]], [[7, 8]], [[1, 2]], kernel_size=(1, 2))
    array([[2., 3.]])
    """
    call, indices = arguments.read_unpooling(x, indices, kernel_size, stride, padding, output_size)
    planes = _planes_with_bin(call.x, call.output_shape[2:])
    planes[..., :-1] = _flat(call.read_gradient(dy))
    return call.result(np.take_along_axis(planes, _flat(indices), axis=-1).reshape(call.x.shape))


def pixel_shuffle(x, upscale_factor):
    """Lay out each block of upscale_factor² channels as a square of pixels.

    x: (batch, channels · r², height, width), with r for `upscale_factor`; returns (batch, channels, height · r,
    width · r). The batch axis may be left out in both. The dtype stays.
    Raises ValueError if r² does not divide the channels, TypeError if r is not an integer.
    Source: Shi et al. (2016), "Real-time single image and video super-resolution using an efficient sub-pixel
    convolutional neural network".

    >>> pixel_shuffle([[[1]], [[2]], [[3]], [[4]]], 2)           # four channels of one pixel
    array([[[1, 2],
            [3, 4]]])
    """
    x, ndim = arguments.as_batch("x", x)
    r = shapes.whole("upscale_factor", upscale_factor, 1)
    batch, channels, height, width = x.shape
    if channels % r**2:
        raise ValueError(f"upscale_factor squared must divide the {channels} channels of x, got {r}² = {r**2}")
    blocks = x.reshape(batch, channels // r**2, r, r, height, width).transpose(0, 1, 4, 2, 5, 3).copy()
    return arguments.unbatch(blocks.reshape(batch, channels // r**2, height * r, width * r), ndim)


def pixel_unshuffle(x, downscale_factor):
    """Stack each square of downscale_factor² pixels as channels: `pixel_shuffle` undone, and its gradient.

    x: (batch, channels, height · r, width · r), with r for `downscale_factor`; returns (batch, channels · r², height,
    width). The batch axis may be left out in both. The dtype stays.
    Raises ValueError if r does not divide the height and the width, TypeError if r is not an integer.
    Source: PyTorch (2021), `torch.nn.PixelUnshuffle`.

    >>> pixel_unshuffle([[[1, 2], [3, 4]]], 2).ravel()
    array([1, 2, 3, 4])
    """
    x, ndim = arguments.as_batch("x", x)
    r = shapes.whole("downscale_factor", downscale_factor, 1)
    batch, channels, height, width = x.shape
    if height % r or width % r:
        raise ValueError(f"downscale_factor must divide the height and width of x, {(height, width)}, got {r}")
    blocks = x.reshape(batch, channels, height // r, r, width // r, r).transpose(0, 1, 3, 5, 2, 4).copy()
    stacked = blocks.reshape(batch, channels * r**2, height // r, width // r)
    return stacked if ndim == 4 else stacked[0]


# ---- Activation and padding


def relu(x):
    """Keep what is positive and turn what is negative into 0.

    x: any shape; the result has the same shape and dtype. Raises TypeError if `x` does not hold real numbers.
    Source: Fukushima (1969), "Visual feature extraction by a multilayered network of analog threshold elements";
    Nair and Hinton (2010), "Rectified linear units improve restricted Boltzmann machines".

    >>> relu([-2, 0, 3])
    array([0, 0, 3])
    """
    return np.maximum(arguments.as_array("x", x), 0)


def relu_backward(dy, x):
    """Return the gradient dx of `relu`: dy passes where x was positive and nowhere else, at 0 neither.

    dy and x: the same shape, any; dx has the dtype of dy.
    Raises ValueError if the shapes differ, TypeError if one does not hold real numbers. Source: as of `relu` (2010).

    >>> relu_backward([5, 5, 5], [-2, 0, 3])
    array([0, 0, 5])
    """
    dy, x = arguments.as_array("dy", dy), arguments.as_array("x", x)
    if dy.shape != x.shape:
        raise ValueError(f"dy must have the shape of the output, {x.shape}, got {dy.shape}")
    return np.where(x > 0, dy, np.zeros((), dy.dtype))


def pad2d(x, padding, mode="zeros"):
    """Add pixels around the picture: zeros, or copies of its own pixels.

    x: (batch, channels, height, width), or with fewer axes in front; the result has the same dtype and
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
    padding = arguments.read_padding(padding)
    arguments.check_padding_mode("mode", mode, padding, x.shape[2:])
    return arguments.unbatch(_pad(x.copy(), padding, mode), ndim)


def pad2d_backward(dy, x, padding, mode="zeros"):
    """Return the gradient dx of `pad2d`: what a copied pixel got goes back to its original, what a zero got is lost.

    dy: the shape of the output; dx: the shape of x, of which only the shape and the dtype matter.
    Raises ValueError if `dy` does not have the shape of the output, and what `pad2d` raises.
    Source: PyTorch (2019), `torch.nn.functional.pad`.

    >>> dy = [[1, 2, 3, 4, 5, 6, 7]]
    >>> pad2d_backward(dy, [[0, 0, 0]], (0, 2))
    array([[3., 4., 5.]])
    >>> pad2d_backward(dy, [[0, 0, 0]], (0, 2), mode="replicate")      # 1 + 2 + 3, and 5 + 6 + 7
    array([[ 6.,  4., 18.]])
    """
    call = arguments.read_padded(x, padding, mode)
    return call.result(_unpad(call.read_gradient(dy).copy(), call.padding, mode))


# ---- The same sum, read in other ways


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
    columns = windows.transpose(0, 1, 4, 5, 2, 3).copy()
    columns = columns.reshape(batch, channels * kernel_size[0] * kernel_size[1], height * width)
    return columns if ndim == 4 else columns[0]


def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    """Add every column back to where `im2col` took it from, which is the gradient of `im2col`.

    columns: (batch, channels · kernel height · kernel width, positions), or without the batch axis; output_size: the
    (height, width) of the picture. Returns (batch, channels, height, width), or (channels, height, width), as
    `torch.nn.Fold` does. Where windows overlap, numbers add up, so this does not undo `im2col`.
    Raises ValueError if the columns are not as many or not as long as the windows, TypeError if something is not a
    number. Source: PyTorch (2019), `torch.nn.Fold`.

    >>> col2im([[1, 1], [1, 1]], output_size=(1, 3), kernel_size=(1, 2))      # the middle pixel is in both windows
    array([[[1., 2., 1.]]])
    """
    call = arguments.read_columns(columns, output_size, kernel_size, stride, padding, dilation)
    return call.result(_crop(_add_windows(call.x, call.padded_size, call.stride, call.dilation), call.padding))


def conv_matrix(weight, input_size, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Return the matrix C for which C @ x.ravel() is the raveled convolution of x, without a bias.

    weight: (out channels, channels / groups, kernel height, kernel width), or a plain (kernel height, kernel width);
    input_size: (height, width) of x. Returns (out channels · output height · output width, channels · height · width),
    in which nearly all entries are 0: a block Toeplitz matrix, circulant for circular padding with stride 1. Its
    transpose is the transposed convolution. Settings as in `conv2d`.
    Raises what `conv2d` raises. Source: Dumoulin and Visin (2016), section 4.1; Goodfellow et al. (2016), section 9.1.

    >>> conv_matrix([[5, 7]], input_size=(1, 4))                # the kernel slides down a diagonal
    array([[5., 7., 0., 0.],
           [0., 5., 7., 0.],
           [0., 0., 5., 7.]])
    """
    weight = arguments.as_array("weight", weight)
    weight = weight[None, None] if weight.ndim == 2 else weight
    channels = weight.shape[1] * shapes.whole("groups", groups, 1) if weight.ndim == 4 else 1
    height, width = shapes.pair("input_size", input_size, 1)
    # Column j is the answer to a picture that is 1 at pixel j and 0 elsewhere.
    pictures = np.eye(channels * height * width, dtype=arguments.result_dtype(weight))
    answers = conv2d(
        pictures.reshape(-1, channels, height, width), weight, None, stride, padding, dilation, groups, padding_mode
    )
    return answers.reshape(len(pictures), -1).T


def conv2d_fft(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Compute `conv2d` as a product of spectra: the same numbers up to rounding, whatever the size of the kernel.

    Arguments, shapes and errors are those of `conv2d`. The product in the frequency domain is a circular correlation;
    windows that would reach around the border are left out, and a stride is taken at the end.
    Source: Mathieu, Henaff and LeCun (2014), "Fast training of convolutional networks through FFTs".

    >>> conv2d_fft([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, -1], [2, 0, -2], [1, 0, -1]]).round(9)
    array([[-8.]])
    """
    call = arguments.read_convolution(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    padded, size = _padded(call), call.padded_size
    spread = np.zeros((*call.filters.shape[:3], *size), call.x.dtype)
    spread[_taps((0, 0), call.kernel_size, call.dilation)] = call.filters
    spectra = np.fft.rfft2(_in_groups(padded, call.groups)), np.fft.rfft2(spread).conj()
    everywhere = np.fft.irfft2(np.einsum("ngcuv,gocuv->ngouv", *spectra, optimize=True), s=size)
    return call.result(everywhere[_taps((0, 0), call.output_shape[2:], call.stride)].reshape(call.output_shape))


def conv2d_winograd(x, weight, bias=None, padding=0, groups=1, padding_mode="zeros"):
    """Compute a 3×3 `conv2d` of stride 1 with 16 multiplications for every 2×2 outputs instead of 36: F(2×2, 3×3).

    Arguments, shapes and errors are those of `conv2d`; the kernel must be 3×3. Each 4×4 tile of the picture and each
    filter is transformed by additions, the transforms are multiplied number by number, and every product is
    transformed back into 2×2 outputs.
    Raises ValueError if the kernel is not 3×3, and what `conv2d` raises.
    Source: Lavin and Gray (2016), "Fast algorithms for convolutional neural networks", section 4.1.

    >>> conv2d_winograd([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, -1], [2, 0, -2], [1, 0, -1]])
    array([[-8.]])
    """
    call = arguments.read_convolution(x, weight, bias, 1, padding, 1, groups, padding_mode)
    if call.kernel_size != (3, 3):
        raise ValueError(f"weight must hold 3×3 kernels for F(2×2, 3×3), got {call.kernel_size}")
    height, width = call.output_shape[2:]
    to_whole_tiles = _pad(_padded(call), ((0, height % 2), (0, width % 2)))
    tiles = _windows(_in_groups(to_whole_tiles, call.groups), (4, 4), (2, 2), (1, 1))
    tiles = np.einsum("ai,ngcyxij,bj->ngcyxab", _WINOGRAD_TILE, tiles, _WINOGRAD_TILE, optimize=True)
    filters = np.einsum("ai,gocij,bj->gocab", _WINOGRAD_FILTER, call.filters, _WINOGRAD_FILTER, optimize=True)
    products = np.einsum("ngcyxab,gocab->ngoyxab", tiles, filters, optimize=True)
    y = np.einsum("ia,ngoyxab,jb->ngoyixj", _WINOGRAD_OUTPUT, products, _WINOGRAD_OUTPUT, optimize=True)
    y = y.reshape(*call.output_shape[:2], *(2 * tiles for tiles in y.shape[3::2]))
    return call.result(y[:, :, :height, :width])


_WINOGRAD_TILE = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]], np.float32)
_WINOGRAD_FILTER = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], np.float32)
_WINOGRAD_OUTPUT = np.array([[1, 1, 1, 0], [0, 1, -1, -1]], np.float32)


# ---- What the operations share: windows, and adding windows up again


def _windows(x, kernel_size, stride, dilation):
    """Return a view of every window of the last two axes: (..., output height, output width, kernel height, width)."""
    span = tuple(map(shapes.effective_kernel_size, kernel_size, dilation))
    every_window = sliding_window_view(x, span, axis=(-2, -1))
    return every_window[..., :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def _add_windows(windows, size, stride, dilation):
    """Do the reverse of `_windows`: add every window to the place in a picture of `size` where it came from.

    windows: (..., kernel height, kernel width, output height, output width), as the columns of `im2col` are ordered.
    """
    *front, kernel_height, kernel_width, height, width = windows.shape
    picture = np.zeros((*front, *size), windows.dtype)
    for i in range(kernel_height):
        for j in range(kernel_width):
            start = i * dilation[0], j * dilation[1]
            picture[_taps(start, (height, width), stride)] += windows[..., i, j, :, :]
    return picture


def _taps(start, count, step):
    """Index the last two axes: `count` pixels from `start`, `step` apart."""
    return ..., *(slice(a, a + (n - 1) * s + 1, s) for a, n, s in zip(start, count, step, strict=True))


def _convolve(call):
    return _correlate(_padded(call), call.filters, call.stride, call.dilation)


def _correlate(x, filters, stride, dilation):
    """Multiply every window of x by the filters of its group and sum; returns (batch, out channels, height, width)."""
    windows = _windows(_in_groups(x, len(filters)), filters.shape[-2:], stride, dilation)
    return _out_of_groups(np.einsum("ngcyxij,gocij->ngoyx", windows, filters, optimize=True))


def _stamp(y, filters, size, stride, dilation):
    """Do the reverse of `_correlate`: put a filter, times y, at every window of a picture of `size`, and add up."""
    windows = np.einsum("ngoyx,gocij->ngcijyx", _in_groups(y, len(filters)), filters, optimize=True)
    return _out_of_groups(_add_windows(windows, size, stride, dilation))


def _meetings(y, x, call):
    """Sum, for every weight, the pairs of y and x that it joins: the gradient of the weights in OIHW."""
    windows = _windows(_in_groups(x, call.groups), call.kernel_size, call.stride, call.dilation)
    return np.einsum("ngoyx,ngcyxij->gocij", _in_groups(y, call.groups), windows, optimize=True)


def _in_groups(x, groups):
    """Split the channel axis in two, (N, C, ...) to (N, groups, C / groups, ...)."""
    return x.reshape(len(x), groups, x.shape[1] // groups, *x.shape[2:])


def _out_of_groups(x):
    """Undo `_in_groups`."""
    return x.reshape(len(x), x.shape[1] * x.shape[2], *x.shape[3:])


def _pad(x, padding, mode="zeros", value=0):
    if not np.any(padding):
        return x
    if mode != "zeros":
        return np.pad(x, ((0, 0),) * (x.ndim - 2) + tuple(padding), arguments.PADDING_MODES[mode])
    (top, bottom), (left, right) = padding
    height, width = x.shape[-2:]
    padded = np.full((*x.shape[:-2], top + height + bottom, left + width + right), value, x.dtype)
    padded[..., top : top + height, left : left + width] = x
    return padded


def _padded(call):
    return _pad(call.x, call.padding, call.padding_mode)


def _crop(x, padding):
    """Cut off `padding` pixels from the sides."""
    (top, bottom), (left, right) = padding
    return x[..., top : x.shape[-2] - bottom, left : x.shape[-1] - right]


def _unpad(dy, padding, mode):
    """Return the gradient of padding: cut zeros off, and add copies to the pixel that they copy."""
    if mode == "zeros":
        return _crop(dy, padding)
    for axis, sides in zip((-2, -1), padding, strict=True):
        pixels = dy.shape[axis] - sum(sides)
        source = np.pad(np.arange(pixels), sides, arguments.PADDING_MODES[mode])
        copies = np.moveaxis(dy, axis, 0)
        originals = np.zeros((pixels, *copies.shape[1:]), dy.dtype)
        np.add.at(originals, source, copies)
        dy = np.moveaxis(originals, 0, axis)
    return dy


def _pool_padded(call, x, padding_value=0, overhang_value=0):
    """Pad x as a pooling asks for it, and fill up what the last windows of ceil mode cover beyond."""
    return _pad(_pad(x, call.padding, value=padding_value), call.overhang, value=overhang_value)


def _pool(call, x, combine, padding_value=0, overhang_value=0):
    """Combine the numbers of every window into one, by np.maximum or np.add."""
    padded = _pool_padded(call, x, padding_value, overhang_value)
    return combine.reduce(_windows(padded, call.kernel_size, call.stride, call.dilation), axis=(-2, -1))


def _counted(call, count_include_pad):
    """Return how many pixels count in each window of an average pooling."""
    ones = np.ones((1, 1, *call.size), call.x.dtype)
    return _pool(call, ones, np.add, padding_value=int(count_include_pad))


def _flat(x):
    """Join the last two axes into one."""
    return x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])


def _pick(x, positions):
    """Return from the last axis the number at each of the positions."""
    return np.take_along_axis(x, positions[..., None], axis=-1)[..., 0]


def _largest(call):
    """Return the maximum of every window and its index in the picture, −1 where there is nothing but padding."""
    values, sources = _pool_padded(call, call.x, -np.inf, -np.inf), _pool_padded(call, _pixel_numbers(call), -1, -1)
    values, sources = (
        _flat(_windows(each, call.kernel_size, call.stride, call.dilation)) for each in (values, sources)
    )
    y = values.max(axis=-1, keepdims=True)
    winners = (sources >= 0) & ((values == y) | np.isnan(values))
    return y[..., 0], _pick(np.broadcast_to(sources, values.shape), winners.argmax(axis=-1))


def _largest_adaptive(call):
    """Return the maximum of every window of an adaptive pooling and its index in the picture."""
    pixels, y, indices = (
        _pixel_numbers(call),
        np.empty(call.output_shape, call.x.dtype),
        np.empty(call.output_shape, int),
    )
    for cell, window in call.cells():
        values = _flat(call.x[window])
        winners = values.argmax(axis=-1)
        y[cell], indices[cell] = _pick(values, winners), pixels[window].ravel()[winners]
    return y, indices


def _pixel_numbers(call):
    return np.arange(call.size[0] * call.size[1]).reshape(1, 1, *call.size)


def _planes_with_bin(x, size):
    """Return a zero for each pixel of pictures of `size` and one more at the end, which catches the index −1."""
    return np.zeros((*x.shape[:2], size[0] * size[1] + 1), x.dtype)


def _add_at(values, indices, size):
    """Add each value to the pixel of its index in an empty picture of `size`; the index −1 names none."""
    planes = _planes_with_bin(values, size)
    image, channel = np.ix_(*map(np.arange, values.shape[:2]))
    np.add.at(planes, (image[..., None], channel[..., None], _flat(indices)), _flat(values))
    return planes[..., :-1].reshape(*values.shape[:2], *size)
