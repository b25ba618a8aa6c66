"""The operations of `ops`, as fast as NumPy alone can make them.

Every name of `ops` is here with the same signature, the same errors and, up to rounding, the same numbers. What has
nothing to gain is the very function of `ops`; of the others only the innermost loops differ, and a convolution picks
its way by the shape of the layer:

- *Columns*: im2col, but every tap of the kernel is copied as one long slice of the picture instead of row by row, and
  block after block, so that columns are still in the cache when they meet the weights.
- *Winograd on rows*: for kernels three rows high on many positions, six products make four rows of output, not twelve.
- *Taps*: where channels do not mix, a matrix product has nothing to gain; the taps are added up as they lie.

>>> from convbook import fast
>>> fast.conv2d([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, -1], [2, 0, -2], [1, 0, -1]])
array([[-8.]])
"""

from convbook.fast.blur import blur_pool2d, blur_pool2d_backward
from convbook.fast.convolution import conv2d, conv2d_backward
from convbook.fast.matrices import conv_matrix
from convbook.fast.pooling import avg_pool2d, max_pool2d, max_pool2d_backward
from convbook.fast.separable import (
    depthwise_conv2d,
    depthwise_conv2d_backward,
    pointwise_conv2d,
    pointwise_conv2d_backward,
    separable_conv2d,
    separable_conv2d_backward,
)
from convbook.fast.transposed import conv_transpose2d, conv_transpose2d_backward
from convbook.ops import (
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
    adaptive_max_pool2d,
    adaptive_max_pool2d_backward,
    avg_pool2d_backward,
    col2im,
    conv2d_fft,
    conv2d_winograd,
    global_avg_pool2d,
    global_avg_pool2d_backward,
    im2col,
    max_unpool2d,
    max_unpool2d_backward,
    pad2d,
    pad2d_backward,
    pixel_shuffle,
    pixel_unshuffle,
    relu,
    relu_backward,
)

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
