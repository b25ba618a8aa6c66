"""The golden cases, which hold the arithmetic of the browser equal to Python's: tests/cases.json.

    python tests/make_cases.py        writes the file anew

A case is {"function", "arguments", "result"}, or "error" in place of a result. The function is one of Python's (or one
that only the browser has), its arguments are plain JSON, and its result is what `convbook` answers.
`tests/browser/test_arithmetic.py` runs every case in a browser, through the modules of `widgets/arithmetic/`.

Every number of an array is a multiple of 1/4, so that its sums are exact, in whatever order a machine adds. A gradient
that an average shares out is a multiple of 2520/4, so that up to ten pixels get exact shares.
"""

import json
from base64 import b64encode
from itertools import product
from pathlib import Path

import numpy as np
from operation_calls import TO_9

from convbook import nn, ops, shapes
from convbook.architectures import NETWORKS
from convbook.kernels import LAPLACIAN, SOBEL_VERTICAL, gaussian
from convbook.widgets import DrawAndTrace, receptive_field, separable_fit
from convbook.widgets.checkerboard import upsampling
from convbook.widgets.draw_and_trace import weights as stored
from convbook.widgets.nudge_gradient.learning import Layer, descent, half_squares
from convbook.widgets.static import number

FILE = Path(__file__).with_name("cases.json")
MODES = ("zeros", "reflect", "replicate", "circular")


def values(*shape: int, seed: int = 0) -> np.ndarray:
    """Return an array that favours no axis: multiples of 1/4 from −3 to 3, the same on every machine."""
    return ((np.arange(np.prod(shape)) * 7919 + seed * 5741) % 25 - 12).reshape(shape) / 4


def case(function: str, result, **arguments) -> dict:
    """Return one case, its arrays as lists."""
    plain = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in arguments.items()}
    if isinstance(result, dict):
        result = {name: np.asarray(value).tolist() for name, value in result.items()}
    else:
        result = np.asarray(result).tolist()
    return {"function": function, "arguments": plain, "result": result}


def called(function, **arguments) -> dict:
    """Return the case of one call of a function of `convbook`, with its answer or its error."""
    try:
        return case(function.__name__, function(**arguments), **arguments)
    except ValueError as error:
        return case(function.__name__, 0, **arguments) | {"result": None, "error": str(error)}


def backward(forward, gradient, scale=1, **arguments) -> dict:
    """Return the case of the gradient of one call of `forward`."""
    dy = scale * values(*forward(**arguments).shape, seed=15)
    result = gradient(dy, **arguments)
    if isinstance(result, tuple):
        result = dict(zip(("dx", "dweight", "dbias"), result, strict=True))
    return case(gradient.__name__, result, dy=dy, **arguments)


def refused(forward, gradient, **arguments) -> dict:
    """Return the case of a `dy` that is one row too long."""
    batch, channels, height, width = forward(**arguments).shape
    return called(gradient, dy=values(batch, channels, height + 1, width), **arguments)


def convolutions():
    """Yield conv2d by hand, then with every setting, alone and together, each with its gradients."""
    for kernel in (np.array([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]]), SOBEL_VERTICAL, SOBEL_VERTICAL[::-1, ::-1]):
        yield called(ops.conv2d, x=TO_9[None, None], weight=kernel[None, None])
    calls = list(convolution_calls())
    forward = [called(ops.conv2d, **arguments) for arguments in calls]
    yield from forward
    for arguments, one in zip(calls, forward, strict=True):
        if "error" not in one:
            yield backward(ops.conv2d, ops.conv2d_backward, **arguments)
    yield refused(ops.conv2d, ops.conv2d_backward, **calls[0])


def convolution_calls():
    """Yield arguments of conv2d, some of which do not fit together."""
    x, weight, bias = values(1, 4, 6, 5), values(2, 4, 3, 2, seed=1), values(2, seed=2)
    settings = [
        {},
        {"bias": bias, "x": values(3, 4, 6, 5, seed=12)},
        {"stride": 2},
        {"stride": [3, 2]},
        {"padding": 1},
        {"padding": [2, 1], "stride": [1, 3]},
        {"padding": [[0, 2], [3, 1]], "bias": bias},
        {"dilation": 2},
        {"dilation": [2, 4], "padding": [1, 0]},
        {"groups": 2, "weight": values(6, 2, 3, 2, seed=3), "x": values(2, 4, 6, 5, seed=13)},
        {"groups": 4, "weight": values(8, 1, 2, 5, seed=4), "bias": values(8, seed=5), "stride": [2, 1]},
        {"weight": values(3, 4, 1, 1, seed=6), "bias": values(3, seed=7)},
        {"weight": values(1, 4, 6, 5, seed=8)},
        {"weight": values(1, 4, 9, 3, seed=9)},
        {"weight": values(1, 4, 3, 3, seed=9), "dilation": [1, 3], "stride": 2},
        {"weight": values(1, 4, 3, 3, seed=9), "dilation": [4, 1], "padding": 0},
        {"weight": values(2, 2, 4, 2, seed=1), "groups": 2, "stride": [1, 2], "padding": [1, 2], "dilation": [2, 3]},
        {"weight": values(3, 2, 2, 2), "groups": 2},
        {"weight": values(4, 2, 2, 2), "groups": 3},
        {"weight": values(4, 3, 2, 2)},
        {"bias": values(3)},
        {"padding": [[0, 1], [5, 0]], "padding_mode": "reflect"},
        {"padding": [7, 0], "padding_mode": "circular"},
    ]
    for mode in MODES:
        settings += [
            {"padding": [2, 1], "padding_mode": mode},
            {"padding": [[1, 3], [2, 0]], "padding_mode": mode, "stride": [2, 1], "dilation": [1, 2]},
            {"padding": [5, 4], "padding_mode": mode, "groups": 2, "weight": values(4, 2, 2, 3, seed=10)},
        ]
    for setting in settings:
        yield {"x": x, "weight": weight, **setting}


def transposed():
    """Yield conv_transpose2d with every setting, alone and together, each with its gradients."""
    x, weight = values(1, 4, 3, 4), values(4, 2, 3, 2, seed=1)
    settings = [
        {},
        {"bias": values(2, seed=2), "x": values(3, 4, 3, 4, seed=12)},
        {"stride": [2, 3]},
        {"stride": 2, "padding": [1, 0], "output_padding": [1, 0]},
        {"padding": [[0, 2], [1, 0]], "stride": [3, 1], "output_padding": [2, 0]},
        {"dilation": [2, 3], "padding": [2, 1]},
        {"dilation": [3, 1], "output_padding": [2, 0], "stride": [2, 1]},
        {"groups": 2, "weight": values(4, 3, 3, 2, seed=3), "x": values(2, 4, 3, 4, seed=13), "stride": 2},
        {"groups": 4, "weight": values(4, 1, 2, 4, seed=4), "bias": values(4, seed=5), "dilation": [1, 2], "stride": 3},
        {"weight": values(4, 3, 1, 1, seed=6), "stride": [2, 1]},
    ]
    for setting in settings:
        arguments = {"x": x, "weight": weight, **setting}
        yield called(ops.conv_transpose2d, **arguments)
        yield backward(ops.conv_transpose2d, ops.conv_transpose2d_backward, **arguments)
    for setting in (
        {"output_padding": [0, 1]},
        {"padding": [3, 0]},
        {"padding": [[2, 3], [0, 0]]},
        {"weight": values(3, 2, 2, 2)},
        {"groups": 3},
    ):
        yield called(ops.conv_transpose2d, **{"x": x, "weight": weight, **setting})
    yield refused(ops.conv_transpose2d, ops.conv_transpose2d_backward, x=x, weight=weight)


def channels():
    """Yield what ChannelSum needs: the channels' sums one by one, and the (pixel, weight) pairs of each output."""
    x, weight = values(3, 5, 4), values(2, 3, 3, 2, seed=1)
    for kernels in weight:
        yield called(ops.conv2d, x=x[None], weight=kernels[:, None], groups=3)
    weights = np.arange(weight.size).reshape(2, 1, -1)
    for stride, padding in ((1, 0), ([2, 1], [1, 0])):
        pixels = ops.im2col(np.arange(1, x.size + 1).reshape(x.shape), (3, 2), stride, padding).T - 1
        pairs = np.stack(np.broadcast_arrays(pixels, weights), axis=-1).reshape(-1, weight[0].size, 2)
        shapes_of_both = {"input": list(x.shape), "weight": list(weight.shape)}
        yield case("channel_links", pairs, **shapes_of_both, stride=stride, padding=padding)


def links():
    """Yield the pixels that each output reads, row by row, numbered from 0; −1 is a padded zero."""
    settings = [
        {},
        {"stride": [2, 1]},
        {"dilation": [1, 2]},
        *({"padding": [[2, 1], [0, 3]], "mode": mode, "stride": [1, 2]} for mode in MODES),
        {"padding": 2, "stride": 2, "dilation": 2, "mode": "reflect"},
    ]
    for setting in settings:
        padding, mode = setting.get("padding", 0), setting.get("mode", "zeros")
        windows = {key: setting[key] for key in ("stride", "dilation") if key in setting}
        numbered = ops.pad2d(np.arange(1, 36).reshape(5, 7), padding, mode)
        yield case("links", ops.im2col(numbered, (3, 2), **windows).T - 1, input=[5, 7], kernel=[3, 2], **setting)


def stamps():
    """Yield the three readings of a transposed convolution: which weight a pixel stamps where, inserted zeros, Cᵀ."""
    kernel, inputs = values(3, 2, seed=5), (2, 3)
    settings = [
        {},
        {"stride": 2},
        {"stride": 3, "padding": 1, "output_padding": 2},
        {"stride": 2, "dilation": 2, "padding": 2, "output_padding": 1},
        {"stride": 4, "output_padding": 1},
    ]
    each = np.eye(6).reshape(6, 1, *inputs)
    for setting in settings:
        numbered = ops.conv_transpose2d(each, np.arange(1, 7).reshape(1, 1, 3, 2), **setting)[:, 0]
        yield case("transposed_links", numbered, input=inputs, kernel=kernel.shape, **setting)
        stride, dilation, more = (
            setting.get(name, first) for name, first in (("stride", 1), ("dilation", 1), ("output_padding", 0))
        )
        borders = [dilation * (taps - 1) - setting.get("padding", 0) for taps in kernel.shape]
        spread = np.kron(np.arange(1, 7).reshape(inputs), np.eye(1, stride**2).reshape(stride, stride))
        spread = spread[: 1 - stride or None, : 1 - stride or None]
        padded = np.pad(spread, [(border, border + more) for border in borders])
        yield case("inserted_places", padded - 1, input=inputs, kernel=kernel.shape, **setting)
        answers = ops.conv_transpose2d(each, kernel[None, None], **setting).reshape(6, -1).T
        yield case("transposed_matrix", answers, kernel=kernel, input=inputs, **setting)


def slanted(height: int, width: int) -> np.ndarray:
    """Return grey levels that change everywhere; the browser makes them itself, for they would fill the file."""
    return (np.arange(height)[:, None] * 37 + np.arange(width) * 101) % 256.0


def upsamplings():
    """Yield the ways to enlarge a picture, what they make of one colour, and weights after steps of training."""
    for size in ((29, 37), (250, 243)):
        yield case("scene", upsampling.scene(slanted(*size))[::5, ::7], size=size)
    yield case("noise", upsampling.noise(7, 5), seed=7, count=5)
    large = upsampling.scene(slanted(29, 37))
    for way, (kernel, stride) in product(upsampling.WAYS, ((3, 2), (4, 2), (2, 3), (5, 4))):
        settings = {"way": way, "kernel": kernel, "stride": stride}
        if way == "transposed":
            yield case("overlap_along", upsampling.overlap_along(kernel, stride), kernel=kernel, stride=stride)
            yield case("recipe", list(upsampling.recipe(kernel, stride).values()), kernel=kernel, stride=stride)
        every = {start: upsampling.start_filters(way, kernel, stride, start, seed=2) for start in upsampling.STARTS}
        if stride < 4:
            yield from (case("start_filters", each, **settings, start=start, seed=2) for start, each in every.items())
        x, filters = upsampling.small(large, stride), every["random"]
        drawn = {**settings, "start": "random", "seed": 2, "size": [29, 37]}
        made = upsampling.upsample(x, filters, way, stride)
        yield case("upsample", made.round(12)[::5, ::7], **drawn)
        pattern = upsampling.tile(filters, way, stride)
        yield case("tile", pattern.round(12), **drawn)
        flat_or_not = values(stride, stride, seed=kernel) if way == "transposed" else np.full((stride, stride), 1 / 3)
        yield case("strength", upsampling.strength(flat_or_not), pattern=flat_or_not)
        trained, losses = upsampling.descended(filters, x / 255, large / 510, way, stride, 3)
        yield case("descended", {"filters": trained[:4].round(12), "losses": np.round(losses, 12)}, **drawn, steps=3)


def layers():
    """Yield a layer's loss and gradients, and what steps downhill make of it, one of which runs away."""
    yield case(
        "half_squares", half_squares(values(2, 3), values(2, 3, seed=1)), y=values(2, 3), target=values(2, 3, seed=1)
    )
    for size, taps, settings in (
        ((1, 7), (1, 3), {}),
        ((1, 7), (1, 2), {"stride": [1, 2], "padding": [0, 1], "dilation": [1, 2]}),
        ((5, 4), (3, 2), {}),
        ((6, 5), (2, 3), {"stride": [2, 2], "padding": [1, 1], "dilation": [2, 1]}),
    ):
        windows = {"stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], **settings}
        x, kernel, bias = values(*size), values(*taps, seed=1), 0.75
        target = values(*ops.conv2d(x, kernel, **windows).shape, seed=2)
        layer = Layer(x, kernel, bias, target, windows)
        arguments = {"input": x, "kernel": kernel, "bias": bias, "target": target, "settings": windows}
        slopes = {f"d{role}": gradient for role, gradient in layer.gradients.items()}
        yield case("layer_gradients", {"output": layer.output, "loss": layer.loss, **slopes}, **arguments)
        for rate in (0.01, 5):
            path = descent(layer, rate, 4)
            steps = {"kernels": [one.kernel.round(11) for one in path], "losses": [round(one.loss, 11) for one in path]}
            yield case("descent", {**steps, "bias": round(path[-1].bias, 11)}, **arguments, rate=rate, steps=4)


def axes():
    """Yield sizes and paddings along one axis."""
    for size, kernel, stride, dilation in product((1, 7, 32), (1, 2, 3, 5), (1, 2, 3), (1, 2)):
        for padding in ([0, 0], [1, 1], [0, 2]):
            if shapes.effective_kernel_size(kernel, dilation) > size + sum(padding):
                continue
            axis = {"size": size, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
            yield called(shapes.conv_output_size, **axis)
            padded = np.arange(size + sum(padding))[:, None]
            seen = ops.im2col(padded, (kernel, 1), (stride, 1), 0, (dilation, 1))
            yield case("dropped", len(padded) - 1 - seen.max(), **axis)
    for kernel, dilation in product((1, 2, 3, 4), (1, 2, 3)):
        yield called(shapes.effective_kernel_size, kernel=kernel, dilation=dilation)
        for size, stride in product((2, 7, 8), (1, 2, 3)):
            axis = {"size": size, "kernel": kernel, "stride": stride, "dilation": dilation}
            names = ["valid", "same_tf", *(["same"] if stride == 1 else [])]
            yield from (called(shapes.padding_sides, padding=name, **axis) for name in names)
    for size, kernel, stride, padding, dilation in product((5, 6, 7), (2, 3), (1, 2, 3), (0, 1), (1, 2)):
        axis = {"size": size, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        yield called(shapes.output_padding_for, **axis)
        for ceil_mode in (False, True):
            yield called(shapes.pool_output_size, **axis, ceil_mode=ceil_mode)
    for size, kernel, (stride, extra), padding, dilation in product(
        (1, 4), (3, 4), ((1, 0), (2, 0), (2, 1), (3, 2)), ([0, 0], [1, 0], [1, 2]), (1, 2)
    ):
        if (size - 1) * stride + shapes.effective_kernel_size(kernel, dilation) + extra > sum(padding):
            axis = {"size": size, "kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
            yield called(shapes.conv_transpose_output_size, **axis, output_padding=extra)


def costs():
    """Yield what a convolution learns and computes; groups that do not divide the channels are refused."""
    for channels, filters, kernel, groups in (
        *((3, 64, 3, 1), (64, 64, 1, 1), (256, 64, 1, 1), (128, 256, 3, 1), (128, 256, 3, 128), (1, 1, [5, 1], 1)),
        *((8, 12, [2, 3], 4), (12, 8, 7, 2), (8, 12, 3, 3), (12, 8, 3, 3)),
    ):
        layer = {"in_channels": channels, "out_channels": filters, "kernel_size": kernel, "groups": groups}
        yield called(shapes.conv_macs, positions=56 * 55, **layer)
        for bias in (True, False):
            yield called(shapes.conv_parameters, **layer, bias=bias)


def fields():
    """Yield what an output of a stack of layers sees along one axis, the padding being what lies before it."""
    three, halving, pool = ({"kernel": kernel, "stride": stride} for kernel, stride in ((3, 1), (3, 2), (2, 2)))
    padded = {**three, "before": 1}
    for layers in (
        [],
        [three, three, three],
        [halving, halving],
        [{"kernel": 11, "stride": 4, "before": 2}, halving, {"kernel": 5, "before": 2}, halving],
        [{**padded, "dilation": dilation, "before": dilation} for dilation in (1, 2, 4, 8)],
        [{"kernel": 4, "stride": 3, "before": 1, "dilation": 2}, pool, three],
        [pool, {"stacks": [[padded, padded], []]}, pool],
        [{"stacks": [[three], [{"kernel": 2, "before": 3}], [{"kernel": 1}, {"stacks": [[], [padded]]}]]}],
        [three, {"stacks": [[pool, {"stacks": [[], [padded]]}], [{**halving, "before": 1}]], "join": "concat"}, three],
        [{"stacks": [[halving], []]}],
        [{"stacks": [[three], [pool]], "join": "concat"}],
    ):
        stack = [_layer(layer) for layer in layers]
        try:
            yield case("receptive_field", shapes.receptive_field(stack)._asdict(), layers=layers)
        except ValueError as error:
            yield case("receptive_field", 0, layers=layers) | {"result": None, "error": str(error)}


def stacks():
    """Yield the table of a stack of rows, what one unit sees of a small picture, and how its weight lies."""
    three, halving = receptive_field.conv(3, padding=1), receptive_field.conv(3, stride=2, padding=1)
    seven, spread = receptive_field.conv(7, stride=2, padding=3), receptive_field.conv(3, padding=2, dilation=2)
    for rows, size, unit in (
        ([three, three, three], 9, (4, 4)),
        ([halving, halving], 15, (0, 3)),
        ([spread, spread, receptive_field.pool(3, 2)], 13, (2, 5)),
        ([receptive_field.conv(4, stride=3, padding=2), receptive_field.conv(2)], 12, (1, 0)),
        (receptive_field.residual(three, spread), 8, (0, 7)),
        ([seven, *receptive_field.residual(halving, three), three], 21, (2, 1)),
        (receptive_field.residual(halving, *receptive_field.residual(three, halving), three), 17, (4, 0)),
    ):
        shown = receptive_field.ReceptiveField(layers=rows, size=size, pinned=("output", *unit))
        fields = [row.field for row in shown.table]
        table = {name: [getattr(field, name) for field in fields] for name in shapes.ReceptiveField._fields}
        table["side"] = [row.size for row in shown.table]
        yield case("stack_table", table, rows=rows, size=size)
        scale = int(
            np.prod([row["kernel"] ** 2 for row in rows if "kernel" in row])
        )  # makes every share a whole number
        yield case("stack_gradient", (scale * shown.gradient).round(), rows=rows, size=size, unit=unit, scale=scale)
        yield case("stack_middle", shown.effective, rows=rows, size=size, unit=unit)
        yield case("skip_ends", _skips(rows), rows=rows)
        columns = np.flatnonzero(shown.gradient.sum(axis=0))
        yield case("stack_cone", columns, rows=rows, size=size, at=unit[1])


def networks():
    """Yield walks through networks, as texts: the famous ones without their blocks, and whatever is rare in them."""
    texts = {
        name: (shapes.write_layers(_unwrapped(network.layers)), network.input_shape)
        for name, network in NETWORKS.items()
    }
    rare = """[
        Conv(8, (3, 5), stride=(2, 1), padding=((1, 0), (2, 3)), dilation=(1, 2)), Pool((2, 3), ceil_mode=True),
        *2 * [Branches([[Conv(8, 3, padding="same", groups=4)], [], [Pool(3, 1, 1)]], "concat"), LayerNorm()],
        ConvTranspose(6, 4, stride=2, padding=1, output_padding=(1, 0), groups=2, bias=False), Scale(), Layer(),
        Block('a "gate"', [Branches([[], [AdaptivePool(1), Conv(6, 1), Activation("sigmoid")]], join="multiply")]),
        AdaptivePool((3, 2)), Attention(3), Flatten(), Linear(5, bias=False),  # the end
    ]"""
    calls = [(text, shape) for text, shape in texts.values()]
    calls += [(texts[name][0], (3, 160, 192)) for name in ("ResNet-50", "EfficientNet-B0", "GoogLeNet")]
    for text, shape in [
        *calls,
        (rare, (4, 29, 23)),
        ("[]", (3, 5, 7)),
        ('[Conv(2, 3, padding="valid")] * 3', (1, 9, 8)),
    ]:
        yield case("summary", _walk(shapes.summary(shapes.read_layers(text), shape)), text=text, shape=shape)


def _unwrapped(layers):
    """Return the layers with those of blocks in their place."""
    return [one for layer in layers for one in (layer.layers if isinstance(layer, shapes.Block) else [layer])]


def _walk(steps):
    """Return the columns of a summary; what has no end, or is no number, as −1."""
    fields = [[number if np.isfinite(number) else -1 for field in step.field for number in field] for step in steps]
    return {"shapes": [step.output_shape for step in steps], "costs": [step.cost for step in steps], "fields": fields}


def _skips(rows):
    """Return [where it starts, where it is added] of every skip."""
    started, found = [], []
    for n, row in enumerate(rows):
        if row["kind"] == "skip":
            started.append(n)
        elif row["kind"] == "add":
            found.append([started.pop(), n])
    return sorted(found)


def _layer(layer):
    if "stacks" in layer:
        stacks = [[_layer(each) for each in stack] for stack in layer["stacks"]]
        return shapes.Branches(stacks, layer.get("join", "add"))
    padding = ((layer.get("before", 0), 0),) * 2
    return shapes.Conv(1, layer["kernel"], layer.get("stride", 1), padding, layer.get("dilation", 1))


def paddings():
    """Yield where each place of a padded axis reads from, and how far a mode can pad it."""
    for size, mode in product((1, 2, 5), MODES):
        most = max(n for n in range(7) if _can_pad(size, n, mode))
        if mode in ("reflect", "circular"):
            yield case("most_padding", most, size=size, mode=mode)
        row = ops.pad2d(np.arange(1, size + 1)[None], (0, most), mode)[0] - 1
        for place, source in enumerate(row.tolist(), -most):
            yield case("source_index", source, i=place, size=size, mode=mode)


def _can_pad(size, padding, mode):
    try:
        return ops.pad2d(np.ones((1, size)), (0, padding), mode) is not None
    except ValueError:
        return False


def pools():
    """Yield maximum, average and blur pooling, with their gradients, and ReLU with its own."""
    x, tied = values(2, 3, 7, 6, seed=14), np.floor(values(2, 2, 7, 6, seed=16) / 2)
    for setting in (
        {"kernel_size": 2},
        {"kernel_size": [3, 2], "stride": [2, 1], "padding": [1, 0]},
        {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
        {"kernel_size": 2, "stride": 3, "ceil_mode": True},
        {"kernel_size": [2, 3], "stride": [1, 2], "padding": [1, 1]},
        {"kernel_size": [8, 3], "stride": [2, 4], "ceil_mode": True},
    ):
        yield called(ops.max_pool2d, x=x, **setting)
        yield called(ops.max_pool2d, x=tied, **setting, return_indices=True)
        yield backward(ops.max_pool2d, ops.max_pool2d_backward, x=tied, **setting)
        for count_include_pad in (True, False):
            average = {"x": x, **setting, "count_include_pad": count_include_pad}
            yield called(ops.avg_pool2d, **average)
            yield backward(ops.avg_pool2d, ops.avg_pool2d_backward, 2520, **average)
    for setting in (
        {"kernel_size": 2, "stride": 1, "dilation": [3, 2]},
        {"kernel_size": 3, "stride": [3, 2], "dilation": 2, "padding": 1, "ceil_mode": True},
        {"kernel_size": 2, "stride": 2, "dilation": [1, 6], "ceil_mode": True},  # wider than the 6 pixels of a row
    ):
        yield called(ops.max_pool2d, x=tied, **setting, return_indices=True)
        yield backward(ops.max_pool2d, ops.max_pool2d_backward, x=tied, **setting)
    nothing_but_padding = {"x": values(1, 1, 3, 3), "kernel_size": 2, "padding": 1, "dilation": 4}
    yield backward(ops.max_pool2d, ops.max_pool2d_backward, **nothing_but_padding)
    for setting in (
        {"kernel_size": 8},
        {"kernel_size": [3, 2], "dilation": [2, 6]},
        {"kernel_size": 9, "stride": 2, "ceil_mode": True},
        {"kernel_size": 3, "padding": 2},
    ):
        yield called(ops.max_pool2d, x=x, **setting)
    yield refused(ops.max_pool2d, ops.max_pool2d_backward, x=x, kernel_size=2)
    yield refused(ops.avg_pool2d, ops.avg_pool2d_backward, x=x, kernel_size=2)
    for setting in (
        {},
        {"kernel_size": 2, "stride": [1, 3], "padding_mode": "zeros"},
        {"kernel_size": 5, "stride": [2, 1], "padding_mode": "circular"},
        {"kernel_size": 4, "stride": 3, "padding_mode": "replicate"},
        {"kernel_size": 1, "stride": 2},
    ):
        yield called(ops.blur_pool2d, x=x, **setting)
        yield backward(ops.blur_pool2d, ops.blur_pool2d_backward, x=x, **setting)
    yield refused(ops.blur_pool2d, ops.blur_pool2d_backward, x=x)
    yield called(ops.blur_pool2d, x=values(1, 1, 2, 5), kernel_size=5)
    for size in (1, 2, 3, 5):
        yield called(gaussian, size=size)
    yield called(ops.relu, x=x)
    yield backward(ops.relu, ops.relu_backward, x=x)
    yield refused(ops.relu, ops.relu_backward, x=x)


def pictures():
    """Yield what works on one picture of rows."""
    picture = values(8, 9)
    for size in ((1, 1), (2, 2), (3, 3), (4, 3), (5, 5), (2, 5), (3, 1)):
        kernel = values(*size, seed=11)
        for bias in (0, 1.5):
            answer = ops.conv2d(picture[None], kernel[None, None], [bias])[0]
            yield case("correlate_picture", answer, picture=picture, kernel=kernel, bias=bias)
        yield case("rotate180", np.rot90(kernel, 2), matrix=kernel)
        yield case("correlate2d", ops.conv2d(picture, kernel, stride=2), picture=picture, kernel=kernel, stride=2)
    for down, right in ((0, 0), (2, -1), (-3, 4)):
        rolled = np.roll(picture, (down, right), axis=(0, 1))
        yield case("shifted", rolled, picture=picture, by=[down, right], wrap=True)
        far = np.pad(picture, 4, constant_values=0.5)
        moved = far[4 - down : 12 - down, 4 - right : 13 - right]
        yield case("shifted", moved, picture=picture, by=[down, right], enters=0.5)


def matrices():
    """Yield products, inverses and what singular values tell of matrices, wide, tall and square.

    Rounded to 11 digits, since LAPACK differs in the last ones between machines.
    """

    def steep(rows, columns):  # of full rank
        return values(rows, columns) + 4 * np.eye(rows, columns)

    colours = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
    for a in (steep(3, 3), steep(2, 3), steep(5, 2), steep(1, 3), steep(4, 9), colours):
        u, s, vt = np.linalg.svd(a, full_matrices=False)
        yield case("transposed", a.T, matrix=a)
        yield case("matmul", (a @ a.T).round(11), a=a, b=a.T)
        yield case("apply", (a @ a[0]).round(11), matrix=a, vector=a[0])
        yield case("singular_values", s.round(11), matrix=a)
        yield case("matrix_rank", np.linalg.matrix_rank(a), matrix=a)
        for rank in range(1, len(s)):
            yield case("truncated", ((u[:, :rank] * s[:rank]) @ vt[:rank]).round(11), matrix=a, rank=rank)
    for a in (steep(3, 3), steep(4, 4), colours[:2, :2]):
        yield case("inverse", np.linalg.inv(a).round(11), matrix=a)
    around = np.array([[1.0, -1, 0], [0, 1, -1], [-1, 0, 1]])  # whose rows add up to 0
    flat = (np.ones((3, 3)), np.arange(9.0).reshape(3, 3), np.outer(values(3), values(4)), np.zeros((2, 2)), around)
    for a in (*flat, np.array([[1.0, 0, 1], [0, 1, 0], [1, 1, 0]]) @ around):
        yield case("matrix_rank", np.linalg.matrix_rank(a), matrix=a)
        yield case("inverse", None, matrix=a)
        yield case("truncated", np.zeros_like(a), matrix=a, rank=0)


def banks():
    """Yield what banks of kernels miss at each rank, and the nearest bank of a rank, rounded as `matrices` are."""
    sobel = SOBEL_VERTICAL[None, None]
    for bank in (sobel, gaussian(5)[None, None], LAPLACIAN[None, None], values(6, 4, 3, 3), values(2, 3, 4, 2, seed=1)):
        for reading in separable_fit.READINGS:
            fit = separable_fit.Fit(bank, reading)
            yield case("bank_errors", fit.errors.round(11), bank=bank, reading=reading)
            yield case("bank_ranks", fit.ranks, bank=bank, reading=reading)
            for rank in {1, min(2, fit.most), fit.most}:
                yield case("nearest_bank", fit.nearest(rank).round(9), bank=bank, reading=reading, rank=rank)
    for kernel in (SOBEL_VERTICAL, gaussian(3), LAPLACIAN, values(4, 5, seed=2)):
        terms = np.array([np.outer(*term) for term in separable_fit.spatial_terms(kernel, 2)])
        yield case("spatial_terms", terms.round(8), kernel=kernel, rank=2)


def whole_weights(shape, start):
    """Return an array of multiples of 1/4 that any machine can make again: as `slanting` in run_cases.js."""
    count = int(np.prod(shape))
    return ((np.arange(count) + start) * 37 % 17 - 8).reshape(shape) / 4


def digit_network(first_off=(), second_off=(), patch=0, patch_at=(0, 0)):
    """Return a DrawAndTrace whose drawing and weights are multiples of 1/4."""
    starts = np.cumsum([0, *(np.prod(shape) for shape in stored.SHAPES.values())])
    state = {name: whole_weights(shape, n) for (name, shape), n in zip(stored.SHAPES.items(), starts, strict=False)}
    reader = DrawAndTrace(
        input=np.abs(whole_weights((8, 8), 0)) * 8 // 4 * 4,
        first_off=first_off,
        second_off=second_off,
        patch=patch,
        patch_at=patch_at,
    )
    reader.load(state)
    return reader


def digit_networks():
    """Yield what the network of the digits makes of a drawing, with a patch on it and with channels switched off."""
    for settings in (
        {},
        {"first_off": [0, 5]},
        {"second_off": [3, 4, 15], "patch": 3, "patch_at": [2, 5]},
        {"first_off": [7], "second_off": [0], "patch": 1, "patch_at": [0, 0]},
    ):
        reader = digit_network(**settings)
        result = {name: getattr(reader, name).ravel().tolist() for name in ("pool", "conv2", "scores", "falls")}
        result["answer"] = reader.answer
        yield case("digit_network", result, input=reader.input, **settings)
    yield case("softmax", nn.softmax([[0.25, -1.5, 700.0, 699.0]])[0].tolist(), scores=[0.25, -1.5, 700.0, 699.0])
    state = {name: np.round(whole_weights(shape, 0) * 4) for name, shape in stored.SHAPES.items()}
    text, scales = stored.as_text(state), [0.5, 0.25, 0.125, 1.0, 2.0, 0.75]
    packed = np.concatenate([np.concatenate([state[name].ravel() for name in stored.SHAPES])] * 2).astype(np.int8)
    heads = [array.ravel()[:5] for array in state.values()]
    yield case(
        "unpacked",
        {
            "own": [head.tolist() for head in heads],
            "epoch": [(head * scale).tolist() for head, scale in zip(heads, scales, strict=True)],
        },
        own=text,
        scales=[[1.0] * 6, scales],
        weights=b64encode(packed.tobytes()).decode(),
    )


def numbers():
    """Yield how numbers are written, and how what a person types is read."""
    for value in (
        *(0.0, -0.0, 1.0, -2.0, 10.0, 1 / 3, -1 / 9, 2 / 3, 0.1, 0.2 + 0.1, 0.5, 12.345678, -1234.5678, 99.9996, 1e6),
        *(0.0625, 0.8125, -0.8125, 0.0005, 0.00049999, 0.0999, 0.09996, -0.012345, 1e-5, -1.25e-6, 1e-7, 2.5e-10),
        *(123456789.123, 1e15, 1.5e20, 1e21, -3.25e300),
    ):
        yield case("format", number(value), value=value)
    for count in (0, 7, 999, 1000, 1001, 12_345, 139_049, 1_000_000, 1_234_567_890, 2**53 - 1):
        yield case("thousands", f"{count:,}", count=count)
    for text, value in (
        *(
            ("3", 3.0),
            (" 7 ", 7.0),
            ("-1.5", -1.5),
            ("−1.5", -1.5),
            ("+2", 2.0),
            (".5", 0.5),
            ("1,5", 1.5),
            ("1e3", 1e3),
        ),
        *(("1/9", 1 / 9), ("−2/4", -0.5), ("1 / 4", 0.25), ("1.5/2", 0.75)),
        *((text, None) for text in ("", "  ", "abc", "1/0", "0/0", "1/2/3", "--1", "NaN", "Infinity", "1 2", "1/")),
    ):
        yield case("parse", value, text=text)


def cases() -> list[dict]:
    """Return every case."""
    groups = (
        convolutions,
        transposed,
        channels,
        links,
        stamps,
        upsamplings,
        layers,
        axes,
        costs,
        fields,
        stacks,
        networks,
        paddings,
        pools,
        pictures,
        matrices,
        banks,
        digit_networks,
        numbers,
    )
    return [one for group in groups for one in group()]


def as_text() -> str:
    """Return the file's text: one case a line."""
    lines = (json.dumps(one, ensure_ascii=False, allow_nan=False, separators=(",", ":")) for one in cases())
    return "[\n" + ",\n".join(lines) + "\n]\n"


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
