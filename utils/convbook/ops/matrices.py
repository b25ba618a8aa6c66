"""The same sum as a product of matrices: windows as columns, or the whole convolution as one matrix."""

from convbook import _arguments as arguments
from convbook.ops.convolution import conv2d
from convbook.ops.padding import crop, pad
from convbook.ops.windows import add_windows, windows_of


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
    x, ndim, kernel_size, stride, padding, dilation = arguments.read_im2col(x, kernel_size, stride, padding, dilation)
    windows = windows_of(pad(x, padding), kernel_size, stride, dilation)
    batch, channels, height, width = windows.shape[:4]
    columns = windows.transpose(0, 1, 4, 5, 2, 3).copy()
    columns = columns.reshape(batch, channels * kernel_size[0] * kernel_size[1], height * width)
    return columns if ndim == 4 else columns[0]


@arguments.silently
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
    return call.result(crop(add_windows(call.x, call.padded_size, call.stride, call.dilation), call.padding))


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
    # Column j is the answer to a picture that is 1 at pixel j and 0 elsewhere.
    weight, pictures = arguments.read_matrix(weight, input_size, groups)
    answers = conv2d(pictures, weight, None, stride, padding, dilation, groups, padding_mode)
    return answers.reshape(len(pictures), -1).T
