"""The exercises of chapter 4: references, probes and the mistakes that readers make."""

import math
from numbers import Integral

import numpy as np

from convbook import shapes
from convbook.checks.judge import Check, register


# ---- how far does it see ---------------------------------------------------------------------------------------
def _field(layers):
    """Return the field of a stack of (kernel, stride, dilation)."""
    return shapes.receptive_field([shapes.Conv(1, k, stride=s, dilation=d) for k, s, d in layers])


def _spans(layers):
    return [shapes.effective_kernel_size(k, d) for k, _, d in layers]


def _walk(layers, span=shapes.effective_kernel_size, stride_first=False, step=lambda jump, stride: jump * stride):
    """Return the size by the recurrence; `span`, `stride_first` and `step` are where the mistakes are made."""
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        before, jump = jump, step(jump, stride)
        size += (span(kernel, dilation) - 1) * (jump if stride_first else before)
    return size


field_check = Check(
    "field_size",
    lambda layers: _field(layers).size,
    probes=[
        (((3, 1, 1), (3, 1, 1), (3, 1, 1)),),
        (((3, 2, 1), (3, 2, 1)),),
        (((3, 1, 1), (3, 1, 2), (3, 1, 4)),),
        (((7, 2, 1), (3, 2, 1), (3, 1, 2), (2, 2, 1)),),
        (((5, 3, 2), (3, 2, 1), (3, 1, 1)),),
        ((),),
    ],
    mistakes=[
        (
            lambda layers: _walk(layers, stride_first=True),
            "a layer's own stride does not widen its own field: first the size grows, then the jump.",
        ),
        (
            lambda layers: math.prod(_spans(layers)),
            "you multiplied the kernels. Windows overlap: each layer *adds* to the field.",
        ),
        (
            lambda layers: sum(_spans(layers)),
            "you added the kernels up. Each adds one less, for one of its pixels is there already.",
        ),
        (
            lambda layers: _walk(layers, step=lambda jump, stride: 1),
            "the strides are not used: behind a stride, neighbours lie further apart.",
        ),
        (
            lambda layers: _walk(layers, step=lambda jump, stride: stride),
            "only the last stride counts in your jump: the strides of all layers before multiply.",
        ),
        (
            lambda layers: _walk(layers, step=lambda jump, stride: jump + stride - 1),
            "you added the strides up: they multiply.",
        ),
        (
            lambda layers: _walk(layers, span=lambda kernel, dilation: kernel),
            "the dilation is not used: k weights span d(k − 1) + 1.",
        ),
        (
            lambda layers: _walk(layers, span=lambda kernel, dilation: kernel * dilation),
            "the dilated kernel is too long: between k weights there are k − 1 gaps, so it spans d(k − 1) + 1.",
        ),
        (lambda layers: _walk(layers) - 1, "one is missing: even without any layer, a pixel sees itself."),
    ],
)


# ---- where does it look ----------------------------------------------------------------------------------------
def _padded_field(layers):
    """Return the field of a stack of (kernel, stride, padding)."""
    return shapes.receptive_field([shapes.Conv(1, k, stride=s, padding=p) for k, s, p in layers])


def _ends(field, output, moved=0):
    return field.first + output * field.jump + moved, field.last + output * field.jump + moved


def _unpadded(layers, output, moved=0):
    return _ends(_padded_field([(k, s, 0) for k, s, _ in layers]), output, moved)


def _seen_pixels(layers, output):
    return _ends(_padded_field(layers), output)


def _padding_in_pixels(layers):
    """Return how far all paddings together move the field."""
    return _unpadded(layers, 0)[0] - _seen_pixels(layers, 0)[0]


pixels_check = Check(
    "seen_pixels",
    _seen_pixels,
    probes=[
        (((3, 1, 0), (3, 1, 0)), 4),
        (((3, 2, 1), (3, 2, 1)), 0),
        (((3, 2, 1), (3, 2, 1)), 5),
        (((7, 2, 3), (3, 2, 1), (3, 1, 1)), 3),
        (((2, 2, 0), (5, 3, 1), (4, 1, 2)), 2),
    ],
    mistakes=[
        (_unpadded, "the padding is not used: it lets the first window start before pixel 0."),
        (
            lambda layers, output: _unpadded(layers, output, -sum(p for *_, p in layers)),
            "behind a stride, one cell of padding is as wide as a jump: weigh each layer's padding with it.",
        ),
        (
            lambda layers, output: _unpadded(layers, output, -2 * _padding_in_pixels(layers)),
            "the padding counts twice: only what lies *before* the picture moves the start.",
        ),
        (
            lambda layers, output: _ends(_padded_field(layers)._replace(jump=1), output),
            "neighbouring outputs do not look at neighbouring pixels: move on by the jump for each.",
        ),
        (
            lambda layers, output: _ends(_padded_field(layers)._replace(jump=layers[-1][1]), output),
            "you moved on by the stride of the last layer: the jump is the product of all strides.",
        ),
        (
            lambda layers, output: (_seen_pixels(layers, output)[0], _seen_pixels(layers, output)[1] + 1),
            "the last pixel is one too far: a field of r pixels ends r − 1 after its first.",
        ),
        (
            lambda layers, output: tuple(max(end, 0) for end in _seen_pixels(layers, output)),
            "do not cut the field off at the border: below 0 it looks at the padding.",
        ),
    ],
)


# ---- what does it miss -----------------------------------------------------------------------------------------
def _reached(dilations):
    """Return the pixels, counted from the middle, that a stack of three weights in a row reaches."""
    reached = {0}
    for d in dilations:
        reached = {pixel + step for pixel in reached for step in (-d, 0, d)}
    return reached


def _missed(dilations, reached=_reached):
    """Return the pixels of the field that are not `reached`, from left to right."""
    return sorted(set(range(-sum(dilations), sum(dilations) + 1)) - reached(dilations))


blind_check = Check(
    "blind_spots",
    _missed,
    probes=[((2, 2, 2),), ((1, 2, 4),), ((4, 1),), ((1, 2, 9),), ((3,),), ((5, 2, 1),), ((6, 4, 6),)],
    mistakes=[
        (lambda ds: sorted(_reached(ds)), "these are the pixels that it sees: the question is which it misses."),
        (
            lambda ds: [pixel + sum(ds) for pixel in _missed(ds)],
            "you counted from the left end: the pixel in the middle is number 0.",
        ),
        (lambda ds: [pixel for pixel in _missed(ds) if pixel > 0], "the pixels left of the middle are missing."),
        (
            lambda ds: _missed(ds, lambda ds: {0}.union(*({-d, d} for d in ds))),
            "you looked through each layer by itself: a layer looks through the one before it, so their steps add up.",
        ),
        (
            lambda ds: _missed(ds, lambda ds: set(range(-sum(ds), sum(ds) + 1, min(ds)))),
            "you took just the multiples of the smallest dilation for seen: with 4 and 6, 6 − 4 reaches pixel 2.",
        ),
        (
            lambda ds: _missed(ds, lambda ds: set(range(-sum(ds), sum(ds) + 1, math.gcd(*ds)))),
            "a common divisor is not enough: with dilations 1 and 9 nothing reaches pixel 3.",
        ),
    ],
)


# ---- 31 pixels for little --------------------------------------------------------------------------------------
FAR, FEWEST = 31, 36  # pixels to see, and the weights of four 3 × 3 kernels


def _is_stack(result):
    if not isinstance(result, list | tuple) or not all(isinstance(layer, list | tuple) for layer in result):
        return False
    return all(len(layer) == 3 and all(isinstance(n, Integral) and n > 0 for n in layer) for layer in result)


def _sees_all(layers):
    """Is every pixel between the first and the last one seen?"""
    seen, jump = {0}, 1
    for kernel, stride, dilation in layers:
        seen = {pixel + tap * dilation * jump for pixel in seen for tap in range(kernel)}
        jump *= stride
    return len(seen) == _field(layers).size


stack_check = Check(
    "cheapest_stack",
    requirements=[
        (_is_stack, "give back a list of layers (kernel, stride, dilation), whole numbers of at least 1."),
        (
            lambda layers: all(kernel % 2 for kernel, *_ in layers),
            "a kernel of even size has no middle: use odd ones.",
        ),
        (lambda layers: _field(layers).size >= FAR, f"it sees fewer than {FAR} pixels."),
        (lambda layers: _field(layers).size <= FAR, f"it sees more than {FAR} pixels."),
        (_sees_all, "it reaches far enough, but there are pixels in between that it never reads."),
        (
            lambda layers: sum(kernel**2 for kernel, *_ in layers) <= FEWEST,
            "it sees all of them, and yet there is a stack with fewer weights: small kernels, far apart.",
        ),
    ],
)


# ---- what counts -----------------------------------------------------------------------------------------------
def _averaged(layers, third=1 / 3):
    weights = np.ones(1)
    for _ in range(layers):
        weights = np.convolve(weights, [third] * 3)
    return weights


def _width(weights, share):
    """Return how many pixels around the middle hold at least `share`."""
    middle = len(weights) // 2
    return next(2 * n + 1 for n in range(middle + 1) if weights[middle - n : middle + n + 1].sum() >= share)


def _effective_width(layers, share):
    return _width(_averaged(layers), share)


width_check = Check(
    "effective_width",
    _effective_width,
    probes=[(10, 0.95), (3, 0.5), (40, 0.95), (1, 0.9), (25, 0.8), (90, 0.99)],
    mistakes=[
        (lambda layers, share: _effective_width(layers, share) // 2, "that is one side: count both, and the middle."),
        (lambda layers, share: _effective_width(layers, share) - 1, "the pixel in the middle is missing."),
        (
            lambda layers, share: 2 * layers + 1,
            "that is the whole field: how few pixels around its middle are enough?",
        ),
        (
            lambda layers, share: max(_effective_width(layers, share) - 2, 1),
            "a little too narrow: the pixels must hold at least the share.",
        ),
        (
            lambda layers, share: int(np.searchsorted(_averaged(layers).cumsum(), share)) + 1,
            "you counted from the left end: begin in the middle, and take a pixel on either side.",
        ),
        (
            lambda layers, share: _width(_averaged(layers, third=1), share),
            "the weights do not add up to 1: each layer averages, so each of its three weights is a third.",
        ),
        (
            lambda layers, share: _effective_width(layers + 1, share),
            "one layer too many: with no layer at all, the pixel counts by itself alone.",
        ),
    ],
)

register(field_check, pixels_check, blind_check, stack_check, width_check)
