"""The notation of networks: layers as text, as one would write them down in Python, read without running anything."""

import ast
import dataclasses
import json

from convbook.shapes.channels import Activation, BatchNorm, LayerNorm, Scale
from convbook.shapes.fields import each_layer
from convbook.shapes.layers import AdaptivePool, Conv, ConvTranspose, Flatten, Layer, Linear, Pool
from convbook.shapes.networks import Block, Branches
from convbook.shapes.settings import is_sequence, shown
from convbook.shapes.tokens import Attention, FirstToken, Tokens

SLIDING, JOINING = (Conv, ConvTranspose, Pool), (AdaptivePool, Flatten, Linear, Attention, Tokens, FirstToken)
KINDS = (*SLIDING, *JOINING, Activation, BatchNorm, LayerNorm, Scale, Block, Branches, Layer)
NAMES = {kind.__name__: kind for kind in KINDS}
MOST_LAYERS, MOST_LETTERS, WIDE, DEEP = 5000, 50_000, 100, 60  # WIDE: letters of a line; DEEP: lists within lists
EXAMPLE = "[Conv(8, 3), Pool(2), Linear(10)]"


def read_layers(text: str) -> list:
    """Return the layers that a text describes: layers in lists, lists added with `+` or repeated with `*`.

    Nothing is executed, so that the text may come from anywhere. Raises TypeError if `text` is none, ValueError if it
    is no such description: it names the line and what would fit.
    Source: Python's own grammar (2026), `ast.parse`.

    >>> read_layers("[Conv(8, 3, padding=1), Activation()] * 2")[2]
    Conv(out_channels=8, kernel_size=3, stride=1, padding=1, dilation=1, groups=1, bias=True)
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a description such as {EXAMPLE!r}, got {shown(text)}")
    if len(text) > MOST_LETTERS:
        raise ValueError(f"text must have at most {MOST_LETTERS:,} letters, got {len(text):,}")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        raise ValueError(f"text, line {line}: this is no list of layers such as {EXAMPLE}") from None
    layers = _value(tree, DEEP)
    if not isinstance(layers, list):
        raise ValueError(f"text, line 1: a network is a list of layers such as {EXAMPLE}, got {shown(layers)}")
    try:
        list(each_layer(layers))
    except TypeError as error:
        raise ValueError(f"text, line 1: {error}") from None
    known = {}
    if sum(_extent(layer, known) for layer in layers) > MOST_LAYERS:
        raise ValueError(f"text must have at most {MOST_LAYERS:,} layers")
    return layers


def _extent(layer, known):
    """Return how many layers there are in a layer, itself included; what is repeated is `known`."""
    if id(layer) not in known:
        stacks = [*getattr(layer, "stacks", ()), getattr(layer, "layers", ())]
        known[id(layer)] = 1 + sum(_extent(one, known) for stack in stacks for one in stack)
    return known[id(layer)]


def _value(node, deep):
    if not deep:
        raise ValueError(f"text, line {node.lineno}: at most {DEEP} lists can lie within each other")
    if isinstance(node, ast.Constant) and isinstance(node.value, int | str | None):
        return node.value
    if isinstance(node, ast.List):
        return [layer for one in node.elts for layer in _items(one, deep - 1)]
    if isinstance(node, ast.Tuple):
        return tuple(_value(one, deep - 1) for one in node.elts)
    if isinstance(node, ast.Call):
        return _layer(node, deep)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mult):
        return _combined(node, deep)
    raise ValueError(f"text, line {node.lineno}: {ast.unparse(node)[:60]!r} is neither a layer nor a list nor a number")


def _items(node, deep):
    """Return what stands at one place of a list: one thing, or all of a list behind a star."""
    if not isinstance(node, ast.Starred):
        return [_value(node, deep)]
    items = _value(node.value, deep)
    if not isinstance(items, list):
        raise ValueError(f"text, line {node.lineno}: * within a list stands before another list")
    return items


def _combined(node, deep):
    """Return list + list, list * count or count * list."""
    left, right = _value(node.left, deep - 1), _value(node.right, deep - 1)
    if isinstance(node.op, ast.Add) and isinstance(left, list) and isinstance(right, list):
        return left + right
    times, layers = (left, right) if isinstance(right, list) else (right, left)
    if isinstance(node.op, ast.Add) or not isinstance(layers, list) or not _is_count(times):
        raise ValueError(f"text, line {node.lineno}: lists can be added to lists, or repeated as in [Conv(8, 3)] * 2")
    if len(layers) * times > MOST_LAYERS:
        raise ValueError(f"text, line {node.lineno}: a list can have at most {MOST_LAYERS:,} layers")
    return layers * times


def _is_count(number):
    return isinstance(number, int) and not isinstance(number, bool) and number >= 0


def _layer(node, deep):
    kind = NAMES.get(getattr(node.func, "id", None))
    if kind is None:
        name = ast.unparse(node.func)[:60]
        raise ValueError(f"text, line {node.lineno}: {name} is no layer; there are {', '.join(NAMES)}")
    names = [field.name for field in dataclasses.fields(kind)]
    settings = dict(zip(names, (_value(one, deep - 1) for one in node.args), strict=False))
    if len(node.args) > len(names):
        takes = f"takes at most {len(names)}" if names else "takes no settings"
        raise ValueError(f"text, line {node.lineno}: {kind.__name__} {takes}, got {len(node.args)}")
    for keyword in node.keywords:
        if keyword.arg in settings:
            raise ValueError(f"text, line {node.lineno}: {kind.__name__} has {keyword.arg} twice")
        if keyword.arg not in names:
            has = ", ".join(names) or "none"
            raise ValueError(f"text, line {node.lineno}: {kind.__name__} has no setting {keyword.arg}; it has {has}")
        settings[keyword.arg] = _value(keyword.value, deep - 1)
    return _made(kind, settings, node.lineno)


def _made(kind, settings, line):
    missing = [
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.name not in settings
    ]
    if missing:
        raise ValueError(f"text, line {line}: {kind.__name__} needs {' and '.join(missing)}")
    try:
        return kind(**settings)
    except (TypeError, ValueError) as error:
        raise ValueError(f"text, line {line}: {kind.__name__}: {error}") from None


# ---- writing


def write_layers(layers) -> str:
    """Return the text from which `read_layers` reads the same layers, short: defaults left out, repeats written once.

    Raises TypeError if there is something else than the layers of `convbook.shapes`.
    Source: Python's own notation (2026).

    >>> print(write_layers([Conv(8, 3, padding=1), Activation()] * 2 + [Pool(2), Linear(10)]))
    [Conv(8, 3, padding=1), Activation()] * 2 + [Pool(2), Linear(10)]
    """
    return _list(list(each_layer(layers)), 0)


def _list(layers, indent):
    parts = []
    for run, times in _runs([_written(layer, indent + 4) for layer in layers]):
        flat = f"[{', '.join(run)}]"
        if len(flat) + indent > WIDE or "\n" in flat:
            flat = "[\n" + "".join(f"{' ' * (indent + 4)}{one},\n" for one in run) + " " * indent + "]"
        parts.append(f"{flat} * {times}" if times > 1 else flat)
    return " + ".join(parts) or "[]"


def _runs(texts):
    """Return [(texts, times)]: the longest repeats that follow each other, greedily, and all that lies between."""
    runs, at = [], 0
    while at < len(texts):
        length, times = max(((p, _times(texts, at, p)) for p in range(1, 9)), key=lambda one: one[0] * (one[1] - 1))
        if times == 1:
            length = 1
        if times == 1 and runs and runs[-1][1] == 1:
            runs[-1][0].append(texts[at])
        else:
            runs.append((texts[at : at + length], times))
        at += length * times
    return runs


def _times(texts, at, length):
    """Return how often the texts from `at` on repeat with this period."""
    run, times = texts[at : at + length], 1
    while len(run) == length and texts[at + times * length : at + (times + 1) * length] == run:
        times += 1
    return times


def _written(layer, indent):
    if type(layer) not in KINDS:
        raise TypeError(f"layers must be those of convbook.shapes, got {shown(layer)}")
    words = []
    for number, field in enumerate(dataclasses.fields(layer)):
        value = getattr(layer, field.name)
        usual = field.default if field.default is not None else layer.kernel_size  # the stride of a pooling
        if value != usual:
            text = _setting(value, indent)
            words.append(
                text if number < 2 and len(words) == number and field.name != "stride" else f"{field.name}={text}"
            )
    return f"{type(layer).__name__}({', '.join(words)})"


def _setting(value, indent):
    if is_sequence(value) and any(isinstance(one, Layer) for one in value):
        return _list(list(value), indent)
    if is_sequence(value) and isinstance(value, list):
        return f"[{', '.join(_list(list(stack), indent) for stack in value)}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
