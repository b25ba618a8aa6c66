"""Channels laid out as pixels, and pixels stacked as channels: each is the other's gradient."""

from convbook import _arguments as arguments
from convbook import shapes


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
