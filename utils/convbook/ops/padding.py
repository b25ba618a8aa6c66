"""Padding and its gradient."""

import numpy as np

from convbook import _arguments as arguments


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
    call = arguments.read_padded(x, padding, mode)
    x = arguments.as_batch("x", x)[0]  # in the dtype that it came in
    return arguments.unbatch(pad(x.copy(), call.padding, mode), call.ndim)


@arguments.silently
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
    return call.result(unpad(call.read_gradient(dy).copy(), call.padding, mode))


def pad(x, padding, mode="zeros", value=0):
    """Return pictures, or the same ones if there is nothing to add, with `padding` around them."""
    if not any(map(any, padding)):
        return x
    if mode != "zeros":
        return np.pad(x, ((0, 0),) * (x.ndim - 2) + tuple(padding), arguments.PADDING_MODES[mode])
    (top, bottom), (left, right) = padding
    height, width = x.shape[-2:]
    padded = np.full((*x.shape[:-2], top + height + bottom, left + width + right), value, x.dtype)
    padded[..., top : top + height, left : left + width] = x
    return padded


def padded_picture(call):
    """Return the picture that the windows of a convolution slide over."""
    return pad(call.x, call.padding, call.padding_mode)


def crop(x, padding):
    """Cut off `padding` pixels from the sides."""
    (top, bottom), (left, right) = padding
    return x[..., top : x.shape[-2] - bottom, left : x.shape[-1] - right]


def unpad(dy, padding, mode):
    """Return the gradient of padding: cut zeros off, and add copies to the pixel that they copy."""
    if mode == "zeros":
        return crop(dy, padding)
    for axis, sides in zip((-2, -1), padding, strict=True):
        pixels = dy.shape[axis] - sum(sides)
        source = np.pad(np.arange(pixels), sides, arguments.PADDING_MODES[mode])
        copies = np.moveaxis(dy, axis, 0)
        originals = np.zeros((pixels, *copies.shape[1:]), dy.dtype)
        np.add.at(originals, source, copies)
        dy = np.moveaxis(originals, 0, axis)
    return dy
