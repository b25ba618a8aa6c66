"""How operations and layers read their arguments: one place for shapes, dtypes and the words of every error.

`ops`, `fast` and `nn` share it, so all accept the same calls and refuse the same ones. A `read_...` function takes the
arguments of an operation and returns a call: the picture as NCHW, every setting as a pair, and how to answer.
"""

from convbook._arguments.arrays import as_array, as_batch, as_signed, result_dtype, silently, unbatch
from convbook._arguments.convolution import (
    as_pointwise,
    channels_of,
    check_groups,
    check_separable,
    depthwise_groups,
    read_convolution,
    read_transposed,
)
from convbook._arguments.matrices import read_columns, read_im2col, read_matrix
from convbook._arguments.networks import (
    check_weights,
    read_dtype,
    read_features,
    read_gradient,
    read_labels,
    read_logits,
    read_maps,
    read_path,
)
from convbook._arguments.numbers import real, share
from convbook._arguments.padding import PADDING_MODES, read_padded, read_padding
from convbook._arguments.pooling import read_adaptive, read_pooling, read_unpooling
from convbook.shapes.settings import plural, switch

__all__ = [
    "PADDING_MODES",
    "as_array",
    "as_batch",
    "as_pointwise",
    "as_signed",
    "channels_of",
    "check_groups",
    "check_separable",
    "check_weights",
    "depthwise_groups",
    "plural",
    "read_adaptive",
    "read_columns",
    "read_convolution",
    "read_dtype",
    "read_features",
    "read_gradient",
    "read_im2col",
    "read_labels",
    "read_logits",
    "read_maps",
    "read_matrix",
    "read_padded",
    "read_padding",
    "read_path",
    "read_pooling",
    "read_transposed",
    "read_unpooling",
    "real",
    "result_dtype",
    "share",
    "silently",
    "switch",
    "unbatch",
]
