"""The same sum as a product of transforms: Fourier's and Winograd's."""

import numpy as np

from convbook import _arguments as arguments
from convbook.ops.convolution import in_groups
from convbook.ops.padding import pad, padded_picture
from convbook.ops.windows import taps, windows_of


@arguments.silently
def conv2d_fft(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Compute `conv2d` as a product of spectra: the same numbers up to rounding, whatever the size of the kernel.

    Arguments, shapes and errors are those of `conv2d`. The product in the frequency domain is a circular correlation;
    windows that would reach around the border are left out, and a stride is taken at the end. A single NaN or infinity
    spreads over its whole picture.
    Source: Mathieu, Henaff and LeCun (2014), "Fast training of convolutional networks through FFTs".

    >>> conv2d_fft([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[1, 0, -1], [2, 0, -2], [1, 0, -1]]).round(9)
    array([[-8.]])
    """
    call = arguments.read_convolution(x, weight, bias, stride, padding, dilation, groups, padding_mode)
    padded, size = padded_picture(call), call.padded_size
    spread = np.zeros((*call.filters.shape[:3], *size), call.x.dtype)
    spread[taps((0, 0), call.kernel_size, call.dilation)] = call.filters
    spectra = np.fft.rfft2(in_groups(padded, call.groups)), np.fft.rfft2(spread).conj()
    everywhere = np.fft.irfft2(np.einsum("ngcuv,gocuv->ngouv", *spectra, optimize=True), s=size)
    return call.result(everywhere[taps((0, 0), call.output_shape[2:], call.stride)].reshape(call.output_shape))


@arguments.silently
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
    to_whole_tiles = pad(padded_picture(call), ((0, height % 2), (0, width % 2)))
    tiles = windows_of(in_groups(to_whole_tiles, call.groups), (4, 4), (2, 2), (1, 1))
    tiles = np.einsum("ai,ngcyxij,bj->ngcyxab", _WINOGRAD_TILE, tiles, _WINOGRAD_TILE, optimize=True)
    filters = np.einsum("ai,gocij,bj->gocab", _WINOGRAD_FILTER, call.filters, _WINOGRAD_FILTER, optimize=True)
    products = np.einsum("ngcyxab,gocab->ngoyxab", tiles, filters, optimize=True)
    y = np.einsum("ia,ngoyxab,jb->ngoyixj", _WINOGRAD_OUTPUT, products, _WINOGRAD_OUTPUT, optimize=True)
    y = y.reshape(*call.output_shape[:2], *(2 * tiles for tiles in y.shape[3::2]))
    return call.result(y[:, :, :height, :width])


_WINOGRAD_TILE = np.array([[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]], np.float32)


_WINOGRAD_FILTER = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], np.float32)


_WINOGRAD_OUTPUT = np.array([[1, 1, 1, 0], [0, 1, -1, -1]], np.float32)
