"""The whole convolution as one matrix, on fast loops."""

from convbook import _arguments as arguments
from convbook.fast.convolution import conv2d


def conv_matrix(weight, input_size, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Return what `ops.conv_matrix` returns, all its columns in one fast convolution.

    Arguments, shapes, errors and source are those of `ops.conv_matrix`.
    """
    # Column j is the answer to a picture that is 1 at pixel j and 0 elsewhere.
    weight, pictures = arguments.read_matrix(weight, input_size, groups)
    answers = conv2d(pictures, weight, None, stride, padding, dilation, groups, padding_mode)
    return answers.reshape(len(pictures), -1).T
