"""The task of chapter 4 with more than one right answer: what a result has to fulfil, and what helps if it does not.

Students get this file as it stands: nothing in it may tell an answer.
"""

from numbers import Real

import numpy as np

from convbook import shapes
from convbook.checks.judge import Check, register

# ---- 61 pixels for little --------------------------------------------------------------------------------------
FAR, FEWEST = 61, 36  # pixels to see, and weights that are enough


def field(layers):
    """Return the field of a stack of (kernel, stride, dilation)."""
    return shapes.receptive_field([shapes.Conv(1, k, stride=s, dilation=d) for k, s, d in layers])


def _size_if_each_stride_came_first(layers):
    """Return what somebody expects who lets the stride of a layer widen its own field."""
    jumps = np.cumprod([stride for _, stride, _ in layers])
    return 1 + sum((kernel - 1) * dilation * jump for (kernel, _, dilation), jump in zip(layers, jumps, strict=True))


def _is_whole(number):
    return isinstance(number, Real | np.number) and not isinstance(number, bool) and number == int(number)


def _stack(result):
    """Return a list of layers of three whole numbers of at least 1, or None if `result` is nothing of the kind."""
    if not isinstance(result, list | tuple | np.ndarray):
        return None
    layers = [layer for layer in result if isinstance(layer, list | tuple | np.ndarray) and len(layer) == 3]
    fits = len(layers) == len(result) and all(_is_whole(n) and n >= 1 for layer in layers for n in layer)
    return [tuple(map(int, layer)) for layer in layers] if fits else None


def _weights(layers):
    return sum(kernel**2 for kernel, *_ in layers)


def _sees_all(layers):
    """Is every pixel between the first and the last one seen?"""
    seen, jump = {0}, 1
    for kernel, stride, dilation in layers:
        seen = {pixel + tap * dilation * jump for pixel in seen for tap in range(kernel)}
        jump *= stride
    return len(seen) == field(layers).size


def _of(holds):
    return lambda result: holds(_stack(result))


def _is_one_layer(result):
    return isinstance(result, list | tuple | np.ndarray) and len(result) == 3 and all(map(_is_whole, result))


stack_check = Check(
    "cheapest_stack",
    requirements=[
        (
            lambda result: not _is_one_layer(result),
            "that is one layer: give back a list of them, if need be with a single one, [(k, s, d)].",
        ),
        (
            lambda result: _stack(result) is not None,
            "give back a list of layers (kernel, stride, dilation), whole numbers of at least 1.",
        ),
        (_of(lambda layers: all(k % 2 for k, *_ in layers)), "a kernel of even size has no middle: use odd ones."),
        (
            _of(lambda layers: field(layers).size >= FAR or _size_if_each_stride_came_first(layers) != FAR),
            "it sees less than you think: a layer's own stride does not widen its own field.",
        ),
        (_of(lambda layers: field(layers).size >= FAR), f"it sees fewer than {FAR} pixels."),
        (_of(lambda layers: field(layers).size <= FAR), f"it sees more than {FAR} pixels."),
        (_of(_sees_all), "it reaches far enough, but there are pixels in between that it never reads."),
        (
            _of(lambda layers: _weights(layers) <= FEWEST or any(k == 1 for k, *_ in layers)),
            "it sees all of them, and yet there is a stack with fewer weights. How bold may the next step be, so that "
            "no gap opens?",
        ),
        (
            _of(lambda layers: _weights(layers) <= FEWEST),
            "it sees all of them, but a kernel of size 1 costs a weight as well: it can be done with fewer.",
        ),
    ],
)

register(stack_check)
