"""The exercises of chapter 4: what is right, probes, and the mistakes that readers make."""

import math

import numpy as np

from convbook import shapes
from convbook.checks._open_receptive_field import field
from convbook.checks.judge import Check, register


# ---- how far do they see ---------------------------------------------------------------------------------------
def _spans(layers):
    return [shapes.effective_kernel_size(k, d) for k, _, d in layers]


def _field_size(layers, outputs):
    size, jump, _ = field(layers)
    return size + (outputs - 1) * jump


def _walk(
    span=shapes.effective_kernel_size, stride_first=False, step=lambda jump, s, d: jump * s, begin=1, turned=False
):
    """Return an answer by the recurrence; the arguments are where the mistakes are made."""

    def field_size(layers, outputs):
        size, jump = begin, 1
        for kernel, stride, dilation in layers[::-1] if turned else layers:
            before, jump = jump, step(jump, stride, dilation)
            size += (span(kernel, dilation) - 1) * (jump if stride_first else before)
        return size + (outputs - 1) * jump

    return field_size


def _from_the_end(needs):
    """Return an answer that goes back: n numbers need so many, needs(n, *layer), of the layer before."""

    def field_size(layers, outputs):
        for layer in reversed(layers):
            outputs = needs(outputs, *layer)
        return outputs

    return field_size


def _draw_layers(rng, least, most):
    """Draw a stack of up to four layers: `least` and `most` are what their three numbers may be."""
    layers = rng.integers(least, most, (rng.integers(0, 5), 3), endpoint=True)
    return [tuple(map(int, layer)) for layer in layers]


def _undilated(mistake):
    """Return the mistake of somebody who does not use the dilation either, of which is spoken first."""
    return lambda layers, outputs: mistake([(k, s, 1) for k, s, _ in layers], outputs)


_UNDILATED = "the dilation is not used: k weights span d(k − 1) + 1."
_WITHOUT_LAYERS = "without any layer each output *is* a pixel: how many pixels are `outputs` of them, side by side?"

_FIELD_MISTAKES = [
    (
        _walk(stride_first=True),
        "a layer's own stride does not widen its own field: first the size grows, then the jump.",
    ),
    (
        lambda layers, outputs: math.prod(_spans(layers)),
        "you multiplied the kernels. Windows overlap: each layer *adds* to the field.",
    ),
    (
        lambda layers, outputs: sum(_spans(layers)),
        "you added the kernels up. Each adds one less, for one of its pixels is there already.",
    ),
    (_walk(step=lambda jump, s, d: 1), "the strides are not used: behind a stride, neighbours lie further apart."),
    (
        _walk(step=lambda jump, s, d: s),
        "only the last stride counts in your jump: the strides of all layers before multiply.",
    ),
    (_walk(step=lambda jump, s, d: jump + s - 1), "you added the strides up: they multiply."),
    (
        _walk(step=lambda jump, s, d: jump * s * d),
        "your dilations multiply the jump: only strides do. A dilation widens the window of its own layer.",
    ),
    (_walk(lambda kernel, dilation: kernel), _UNDILATED),
    (
        _walk(lambda kernel, dilation: kernel * dilation),
        "the dilated kernel is too long: between k weights there are k − 1 gaps, so it spans d(k − 1) + 1.",
    ),
    (_walk(begin=0), "one is missing: even without any layer, a pixel sees itself."),
    (
        _walk(lambda kernel, dilation: shapes.effective_kernel_size(kernel, dilation) + 1),
        "a layer adds one unit less than its kernel is long, for one of them is there already.",
    ),
    (
        _walk(turned=True),
        "you take the layers in the opposite order: with the jump, begin at the picture, with the first one; if "
        "you go back from the outputs, begin with the last.",
    ),
    (lambda layers, outputs: _field_size(layers, outputs) if layers else 0, _WITHOUT_LAYERS),
    (lambda layers, outputs: _field_size(layers, outputs) if layers else 1, _WITHOUT_LAYERS),
    (
        lambda layers, outputs: layers[0] and _field_size(layers, outputs),
        "without any layer an output *is* a pixel: your code needs a first or a last layer even then.",
    ),
    (
        lambda layers, outputs: field(layers).size,
        "that is what one output sees: how much do `outputs` of them see?",
    ),
    (
        lambda layers, outputs: outputs * field(layers).size,
        "the fields of neighbours overlap: each further output adds one jump, not a whole field.",
    ),
    (
        lambda layers, outputs: field(layers).size + outputs - 1,
        "neighbouring outputs do not look at neighbouring pixels: each further one adds a jump.",
    ),
    (
        lambda layers, outputs: field(layers).size + outputs * field(layers).jump,
        "the first output adds nothing to its own field: it is the outputs − 1 others that add a jump each.",
    ),
    (
        lambda layers, outputs: field(layers).size + (outputs - 1) * (layers[-1][1] if layers else 1),
        "from one output to the next it is the product of all strides, not the last one alone.",
    ),
    (
        lambda layers, outputs: field(layers).size + (outputs - 1) * math.prod(s for _, s, _ in layers[:-1]),
        "the stride of the last layer is missing: it widens no field, but it sets neighbours apart.",
    ),
    (
        _from_the_end(lambda n, k, s, d: n * s + d * (k - 1) + 1),
        "n outputs lie n − 1 steps apart: on the way back, a layer needs (n − 1) strides and one window.",
    ),
    (
        lambda layers, outputs: (
            1 + sum(d * (k - 1) * s for k, s, d in layers) + (outputs - 1) * math.prod(s for _, s, _ in layers)
        ),
        "each layer counts its own stride: what it adds, it adds in steps of the strides of all layers *before* it, "
        "multiplied.",
    ),
    (
        lambda layers, outputs: 1 + sum(d * (k - 1) * s for k, s, d in layers),
        "each layer counts its own stride: what it adds, it adds in steps of the strides of all layers *before* "
        "it, multiplied. And `outputs` is not used.",
    ),
]

field_check = Check(
    "field_size",
    _field_size,
    probes=[
        ([(3, 1, 1), (3, 1, 2), (5, 1, 4)], 1),
        ([(5, 3, 1), (3, 2, 1), (2, 2, 1)], 4),
        ([], 3),
    ],
    mistakes=[*_FIELD_MISTAKES, *((_undilated(mistake), _UNDILATED) for mistake, _ in _FIELD_MISTAKES)],
    draw=lambda rng: (_draw_layers(rng, 1, [5, 2, 3]), int(rng.integers(1, 6))),
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


def _going_back(order=reversed, first=lambda at, k, s, p: at * s - p, last=lambda at, k, s, p: at * s - p + k - 1):
    """Return an answer that follows both ends back, layer by layer; the arguments are where the mistakes are made."""

    def seen_pixels(layers, output):
        ends = output, output
        for layer in order(layers):
            ends = first(ends[0], *layer), last(ends[1], *layer)
        return ends

    return seen_pixels


def _changed(change):
    """Return an answer that is right, but for a `change` (first, last) at the end."""
    return lambda layers, output: change(*_seen_pixels(layers, output))


def _with_dilations(layers, output):
    """Take the third number of a layer for a dilation, as in the exercise before."""
    size = _walk(lambda kernel, dilation: dilation * (kernel - 1) + 1)(layers, 1)
    first = output * math.prod(stride for _, stride, _ in layers)
    return first, first + size - 1


def _from_a_rounded_middle(first, last):
    middle, half = (first + last) // 2, (last - first + 1) // 2
    return middle - half, middle + half


pixels_check = Check(
    "seen_pixels",
    _seen_pixels,
    probes=[
        ([(3, 2, 1), (3, 2, 1)], 0),
        ([(2, 2, 0), (5, 3, 1), (4, 2, 3)], 4),
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
            lambda layers, output: _unpadded(layers, output, _padding_in_pixels(layers)),
            "the padding moves the field to the right in your answer: it lies before the picture, so take it away.",
        ),
        (
            _going_back(last=lambda at, k, s, p: at * s + k - 1),
            "the padding moves only your first pixel: the window is no longer for it, it moves as a whole.",
        ),
        (
            _going_back(last=lambda at, k, s, p: at * s - p + k),
            "your last pixel is too far in each layer: a window of k that starts at n ends at n + k − 1.",
        ),
        (
            _going_back(lambda layers: layers),
            "you go back from the output, so the last layer comes first: walk through reversed(layers).",
        ),
        (
            _going_back(first=lambda at, k, s, p: at - p, last=lambda at, k, s, p: at - p + k - 1),
            "the strides are not used: unit n of a layer starts at n · stride of the one before.",
        ),
        (
            _going_back(first=lambda at, k, s, p: (at - p) * s, last=lambda at, k, s, p: (at - p) * s + k - 1),
            "in each layer the stride comes first: unit n starts at n · stride, less the padding.",
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
            lambda layers, output: _seen_pixels(layers, output - 1),
            "you count the outputs from 1: the first one has the number 0.",
        ),
        (
            lambda layers, output: _seen_pixels(layers, 0),
            "that is what output 0 sees: move on by one jump for each further one.",
        ),
        (
            _changed(lambda first, last: (first, last + 1)),
            "the last pixel is one too far: a field of r pixels ends r − 1 after its first.",
        ),
        (
            _changed(lambda first, last: (first, last - first + 1)),
            "your second number says how many pixels it sees: say which is the last.",
        ),
        (
            _changed(lambda first, last: ((first + last) / 2, last - first + 1)),
            "these are the middle and the size: say where it begins and where it ends.",
        ),
        (
            _changed(lambda first, last: (max(first, 0), max(last, 0))),
            "do not cut the field off at the border: below 0 it looks at the padding.",
        ),
        (
            _with_dilations,
            "here the third number of a layer is its padding: you took it for a dilation.",
        ),
        (
            lambda layers, output: _seen_pixels([(k, s, k // 2) for k, s, _ in layers], output),
            "your padding is half a window, whatever the layer says: it is the third number of each.",
        ),
        (
            _changed(_from_a_rounded_middle),
            "a field of even size has its middle between two pixels: do not round the middle, or half of the size.",
        ),
    ],
    draw=lambda rng: (_draw_layers(rng, [1, 1, 0], [6, 3, 3]), int(rng.integers(0, 9))),
)


# ---- what does it miss -----------------------------------------------------------------------------------------
def _reached(dilations, steps=(-1, 0, 1)):
    """Return the pixels, counted from the middle, that a stack of three weights in a row reaches."""
    reached = {0}
    for d in dilations:
        reached = {pixel + step * d for pixel in reached for step in steps}
    return reached


def _blind_spots(dilations):
    return _apart_from(_reached)(dilations)


def _apart_from(reached):
    """Return an answer: the pixels of the field that are not `reached` (dilations), from left to right."""
    return lambda dilations: sorted(set(range(-sum(dilations), sum(dilations) + 1)) - set(reached(dilations)))


def _multiples(of):
    """Return the pixels at multiples of the number of(dilations)."""
    return lambda ds: [n for n in range(-sum(ds), sum(ds) + 1) if n % of(ds) == 0] if ds else [0]


blind_check = Check(
    "blind_spots",
    _blind_spots,
    probes=[([1, 2, 9],), ([6, 4],), ([],)],
    mistakes=[
        (
            lambda dilations: sorted(_reached(dilations)),
            "these are the pixels that it sees: the question is which it misses.",
        ),
        (
            lambda dilations: [pixel + sum(dilations) for pixel in _blind_spots(dilations)],
            "you counted from the left end: the pixel in the middle is number 0.",
        ),
        (
            lambda dilations: [pixel for pixel in _blind_spots(dilations) if pixel > 0],
            "the pixels left of the middle are missing.",
        ),
        (
            lambda dilations: _blind_spots(dilations)[::-1],
            "the right pixels, from right to left: begin with the one furthest to the left.",
        ),
        (
            lambda dilations: max(dilations) and _blind_spots(dilations),
            "without any layer an output *is* its pixel, and misses nothing: your code needs a dilation even then.",
        ),
        (lambda dilations: len(_blind_spots(dilations)), "that is how many it misses: list them."),
        (
            _apart_from(lambda ds: {0}.union(*({-d, d} for d in ds))),
            "you looked through each layer by itself: a layer looks through the one before it, so their steps add up.",
        ),
        (
            _apart_from(lambda ds: _reached(ds, (-1, 1))),
            "each layer has three weights: it may also stay where it is, with a step of 0.",
        ),
        (
            _apart_from(lambda ds: _reached(ds, (0, 1)) | _reached(ds, (0, -1))),
            "your paths go to one side only: one layer may step to the left and the next to the right.",
        ),
        (
            _apart_from(_multiples(min)),
            "you took just the multiples of the smallest dilation for seen: with 4 and 6, nothing reaches pixel 8, but "
            "6 − 4 reaches pixel 2.",
        ),
        (
            _apart_from(_multiples(max)),
            "you took just the multiples of the largest dilation for seen: smaller steps reach the pixels in between.",
        ),
        (
            _apart_from(_multiples(lambda ds: math.gcd(*ds))),
            "a common divisor is not enough: with dilations 1 and 9 nothing reaches pixel 3.",
        ),
        (
            _apart_from(lambda ds: {-ds[-1], 0, ds[-1]} if ds else {0}),
            "only the last layer counts in your answer: it looks through those before it, so their steps add up.",
        ),
        (
            _apart_from(_multiples(lambda ds: ds[-1])),
            "only the last layer counts in your answer: it looks through those before it, so their steps add up.",
        ),
        (
            _apart_from(_multiples(lambda ds: ds[0])),
            "only the first layer counts in your answer: the others look through it, so their steps add up.",
        ),
        (
            _apart_from(lambda ds: _reached(range(1, len(ds) + 1))),
            "you took the number of a layer for its dilation: read it from the list.",
        ),
    ],
    draw=lambda rng: ([int(d) for d in rng.integers(1, 10, rng.integers(0, 5))],),
)


# ---- what counts -----------------------------------------------------------------------------------------------
def _bell(layers, each=(0.25, 0.5, 0.25)):
    """Return the weight of each pixel of the field. Quarters and halves keep it exact, and so every comparison."""
    weights = np.ones(1, dtype=np.asarray(each).dtype)
    for _ in range(layers):
        weights = np.convolve(weights, each)
    return weights


def _width(weights, enough):
    """Return how many pixels around the middle hold a weight that is `enough`; all of them, if none does."""
    middle = len(weights) // 2
    held = (weights[middle - n : middle + n + 1].sum() for n in range(middle + 1))
    return next((2 * n + 1 for n, weight in enumerate(held) if enough(weight)), len(weights))


def _effective_width(layers, share):
    return _width(_bell(layers), lambda weight: weight >= share)


def _last_one_left_out(layers, share):
    weights, n = _bell(layers), 0
    while weights[layers - n : layers + n].sum() < share:
        n += 1
    return 2 * n + 1


def _deviations(number):
    """Return an answer: so many standard deviations of the bell on either side."""
    return lambda layers, share: 2 * round(number * math.sqrt(layers / 2)) + 1


def _draw_a_share(rng):
    """Draw a stack and a share; in one case of two it is exactly what some pixels around the middle hold."""
    layers = int(rng.choice([0, 1, 2, 3, 5, 10, 20, 100]))
    if layers in (0, 100) or rng.integers(2):
        return layers, float(rng.integers(30, 100)) / 100
    n = rng.integers(layers)
    return layers, float(_bell(layers)[layers - n : layers + n + 1].sum())


width_check = Check(
    "effective_width",
    _effective_width,
    probes=[(2, 0.875), (3, 0.2), (120, 0.955), (0, 0.9)],  # 119 layers reach 0.955 two pixels earlier
    mistakes=[
        (lambda layers, share: _effective_width(layers, share) // 2, "that is one side: count both, and the middle."),
        (lambda layers, share: _effective_width(layers, share) - 1, "the pixel in the middle is missing."),
        (
            lambda layers, share: 2 * layers + 1,
            "that is the whole field: how few pixels around its middle are enough?",
        ),
        (
            lambda layers, share: _width(_bell(layers), lambda weight: weight > share),
            "*at least* the share is asked for: three pixels that hold exactly 0.875 are enough for 0.875. So it is "
            "`>=`, or `<` to go on.",
        ),
        (
            lambda layers, share: max(_effective_width(layers, share) - 2, 1),
            "a little too narrow: the pixels must hold at least the share.",
        ),
        (
            lambda layers, share: _effective_width(layers, share) + 2,
            "one step too far on either side: stop as soon as the pixels hold the share.",
        ),
        (
            lambda layers, share: int(np.searchsorted(_bell(layers).cumsum(), share)) + 1,
            "you counted from the left end: begin in the middle, and take a pixel on either side.",
        ),
        (
            lambda layers, share: _width(_bell(layers, (1.0, 2.0, 1.0)), lambda weight: weight >= share),
            "the weights do not add up to 1: each layer weighs with ¼, ½ and ¼.",
        ),
        (
            lambda layers, share: _width(_bell(layers, [1 / 3] * 3), lambda weight: weight >= share),
            "your layers average, with three thirds: here they weigh with ¼, ½ and ¼.",
        ),
        (
            lambda layers, share: _effective_width(layers + 1, share),
            "one layer too many: with no layer at all, the pixel counts by itself alone.",
        ),
        (
            lambda layers, share: _effective_width(max(layers - 1, 0), share),
            "one layer too few: begin with a single pixel of weight 1, and let every layer spread it.",
        ),
        (
            lambda layers, share: _width(_bell(layers), lambda weight: weight**2 >= share),
            "you ask for the share of a square: here it is one axis alone.",
        ),
        (
            lambda layers, share: _width(_bell(layers), lambda weight: weight >= share / 2),
            "half of the share is not enough: both sides together hold it.",
        ),
        (
            lambda layers, share: int(np.searchsorted(np.sort(_bell(layers))[::-1].cumsum(), share)) + 1,
            "these are the heaviest pixels, one by one: take them in pairs, one on either side.",
        ),
        (
            lambda layers, share: _effective_width(max(layers, 1), share),
            "with no layer at all, the pixel counts by itself alone: begin with a single weight of 1.",
        ),
        (
            lambda layers, share: _width(
                _bell(layers, np.array([1, 2, 1])) / 4**layers, lambda weight: weight >= share
            ),
            "for 120 layers the numbers of paths no longer fit into NumPy's integers: divide by 4 in each layer.",
        ),
        (
            lambda layers, share: max(_effective_width(layers, share), 3) if layers else 1,
            "you begin with three pixels: where the share is small, the one in the middle may hold it alone.",
        ),
        (
            _last_one_left_out,
            "a slice leaves its own end out, so that yours lacks the pixel furthest to the right.",
        ),
        (_deviations(2), "two deviations on either side are about 95 %, and about is not enough: add the weights up."),
    ],
    draw=_draw_a_share,
)

register(field_check, pixels_check, blind_check, width_check)
