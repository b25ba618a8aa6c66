"""The operations of the book and their gradients, written to be read.

Names, defaults and meanings are PyTorch's. Pictures are NCHW, (batch, channels, height, width); weights are OIHW,
(output channels, input channels / groups, kernel height, kernel width). The batch axis may be left out, and a plain
(height, width) picture goes with a plain (height, width) kernel; what comes out has as many axes as what went in.
`stride`, `padding`, `dilation` and `kernel_size` take an int or a pair (vertical, horizontal). All sizes are in pixels.

Arithmetic happens in the float type of the arrays: float32 stays float32, float16 is added up in float32 and rounded
once at the end, integers join the floats beside them and alone become float64. What only moves numbers (`pad2d`,
`im2col`, `pixel_shuffle`, `relu`) keeps every dtype. NaN and infinity are numbers like any other, and padding is a zero
that meets its weight: 0 times infinity is NaN, as in PyTorch; nothing warns about them. Inputs are never changed. What
deep learning calls a convolution is a cross-correlation: the kernel is not rotated.

A gradient takes `dy`, how much the loss changes with each output, then everything that the operation itself took, and
returns the same for each input. `im2col` and `col2im`, `pixel_shuffle` and `pixel_unshuffle` are each other's gradient.

>>> from convbook.ops import conv2d
>>> conv2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, 1], [0, 1, 0], [1, 0, 1]])     # 1 + 3 + 5 + 7 + 9
array([[25.]])
"""

from convbook.ops.activation import relu, relu_backward
from convbook.ops.adaptive import (
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
    adaptive_max_pool2d,
    adaptive_max_pool2d_backward,
    global_avg_pool2d,
    global_avg_pool2d_backward,
)
from convbook.ops.blur import blur_pool2d, blur_pool2d_backward
from convbook.ops.convolution import conv2d, conv2d_backward
from convbook.ops.matrices import col2im, conv_matrix, im2col
from convbook.ops.padding import pad2d, pad2d_backward
from convbook.ops.pooling import (
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
    max_unpool2d,
    max_unpool2d_backward,
)
from convbook.ops.separable import (
    depthwise_conv2d,
    depthwise_conv2d_backward,
    pointwise_conv2d,
    pointwise_conv2d_backward,
    separable_conv2d,
    separable_conv2d_backward,
)
from convbook.ops.shuffling import pixel_shuffle, pixel_unshuffle
from convbook.ops.transforms import conv2d_fft, conv2d_winograd
from convbook.ops.transposed import conv_transpose2d, conv_transpose2d_backward

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_avg_pool2d_backward",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "blur_pool2d",
    "blur_pool2d_backward",
    "col2im",
    "conv2d",
    "conv2d_backward",
    "conv2d_fft",
    "conv2d_winograd",
    "conv_matrix",
    "conv_transpose2d",
    "conv_transpose2d_backward",
    "depthwise_conv2d",
    "depthwise_conv2d_backward",
    "global_avg_pool2d",
    "global_avg_pool2d_backward",
    "im2col",
    "max_pool2d",
    "max_pool2d_backward",
    "max_unpool2d",
    "max_unpool2d_backward",
    "pad2d",
    "pad2d_backward",
    "pixel_shuffle",
    "pixel_unshuffle",
    "pointwise_conv2d",
    "pointwise_conv2d_backward",
    "relu",
    "relu_backward",
    "separable_conv2d",
    "separable_conv2d_backward",
]
