"""ReceptiveField: a stack of layers that can be rebuilt, and what one of its outputs sees of the picture."""

import math
from itertools import groupby

import numpy as np
import traitlets

from convbook import images, shapes
from convbook._arguments import plural
from convbook.widgets.picture import PictureWidget
from convbook.widgets.receptive_field.picture import drawn
from convbook.widgets.receptive_field.stack import ENDS, KINDS, Row, back, conv, middle, pool, residual, walk
from convbook.widgets.traits import (
    Choice,
    Examples,
    Flag,
    Kind,
    Pin,
    Whole,
    fit_together,
    is_whole,
    list_schema,
    one_line,
    shown,
    whole_schema,
)

LARGEST, MOST_ROWS = 512, 48  # pixels a side, rows of a stack
RANGES = {"kernel": (1, 16), "stride": (1, 8), "padding": (0, 16), "dilation": (1, 16)}


def _basic_block(stride):
    return residual(conv(3, stride, padding=1), conv(3, padding=1))


SAME = conv(3, padding=1)
EXAMPLES = {
    "three 3×3": {"layers": [SAME] * 3, "size": 15},
    "two 3×3, stride 2": {"layers": [conv(3, 2, 1)] * 2, "size": 15},
    "ten 3×3": {"layers": [SAME] * 10, "size": 41},
    "dilations 1, 2, 4, 8": {"layers": [conv(3, padding=d, dilation=d) for d in (1, 2, 4, 8)], "size": 63},
    "dilations 2, 2, 2: blind spots": {"layers": [conv(3, padding=2, dilation=2)] * 3, "size": 31},
    "a residual block": {"layers": residual(SAME, SAME), "size": 15},
    "LeNet-5": {"layers": [conv(5), pool(kind="avg_pool"), conv(5), pool(kind="avg_pool"), conv(5)], "size": 32},
    "AlexNet": {
        "layers": [conv(11, 4), pool(3), conv(5, padding=2), pool(3), SAME, SAME, SAME, pool(3)],
        "size": 227,
    },
    "VGG16": {"layers": [row for count in (2, 2, 3, 3, 3) for row in [SAME] * count + [pool()]], "size": 224},
    "ResNet-18": {
        "layers": [conv(7, 2, 3), pool(3, 2, 1)]
        + [row for stride in (1, 2, 2, 2) for row in _basic_block(stride) + _basic_block(1)],
        "size": 224,
    },
}


class Layers(Kind, traitlets.List):
    """Rows of a stack, input first: {"kind": "conv", "kernel": 3, "stride": 1, "padding": 0, "dilation": 1}, ...

    What a row leaves out is its default: kernel 3, stride 1, padding 0, dilation 1; a pooling has kernel 2 and, as
    stride, its kernel. Anything else raises TraitError, which names the row.
    """

    def validate(self, obj, value):
        """Return the rows, complete, or raise TraitError."""
        rows = list(value) if isinstance(value, list | tuple) else None
        if rows is None or not 1 <= len(rows) <= MOST_ROWS:
            self._refuse(f"a list of 1 to {MOST_ROWS} layers", shown(value) if rows is None else f"{len(rows)} of them")
        return [self._complete(f"{self.name}[{n}]", row) for n, row in enumerate(rows)]

    def _schema(self):
        def row(kinds, settings):
            names = {"kind": {"type": "string", "enum": [*kinds]}, **settings}
            return {"type": "object", "required": [*names], "additionalProperties": False, "properties": names}

        ranges = {name: whole_schema(*ends) for name, ends in RANGES.items()}
        return list_schema({"anyOf": [row(KINDS, ranges), row(ENDS, {})]}, 1, MOST_ROWS)

    @staticmethod
    def _complete(name, row):
        kind = row.get("kind", "conv") if isinstance(row, dict) else None
        if not isinstance(kind, str) or kind not in KINDS | ENDS:
            kinds = ", ".join(map(repr, [*KINDS, *ENDS]))
            raise traitlets.TraitError(
                one_line(f'{name} must be a dict whose "kind" is one of {kinds}; got {shown(row)}')
            )
        settings = {key: value for key, value in row.items() if key != "kind"}
        allowed = RANGES if kind in KINDS else {}
        if unknown := ", ".join(map(shown, set(settings) - set(allowed))):
            raise traitlets.TraitError(
                one_line(f"{name}, a {kind}, may set {', '.join(allowed) or 'nothing more'}; got {unknown}")
            )
        if kind in ENDS:
            return {"kind": kind}
        complete = {**_defaults(kind, settings), **settings}
        for key, (least, most) in RANGES.items():
            if not is_whole(complete[key], least, most):
                raise traitlets.TraitError(
                    one_line(f"{name}: {key} must be a whole number from {least} to {most}, got {shown(complete[key])}")
                )
        return {"kind": kind, **{key: int(complete[key]) for key in RANGES}}


def _defaults(kind, settings):
    return conv() if kind == "conv" else pool(settings.get("kernel", 2), settings.get("kernel", 2))


class ReceptiveField(PictureWidget):
    """A stack of layers, and what one unit of its last map sees: the box of theory, and the gradient that is true.

    Traits: `layers`, a list of dicts, the input's layer first, with "kind" ("conv", "max_pool" or "avg_pool"),
    "kernel", "stride", "padding" and "dilation", in pixels and the same along both axes; {"kind": "skip"} and
    {"kind": "add"} stand around the layers that a skip connection passes by. Where these take strides, the skip takes
    the same one with a 1×1 convolution, as ResNet does. `size` is the side of the input, 1 to 512 pixels; `picture` is
    one of `images.NAMES`, cropped and scaled to it. `pinned` is the unit, ("output", row, column), or () for the one
    in the middle; `predict` hides what is seen until the reader has said how much; `examples` is the menu
    {name: traits}.

    The gradient is that of a network in which every layer averages its window: all weights are 1 / kernel², nothing is
    switched off, and max pooling counts as averaging too, since each of its pixels may be the largest.
    Raises TraitError if a window or a skip does not fit.
    Sources: Araujo, Norris and Sim (2019), "Computing receptive fields of convolutional neural networks"; Luo et al.
    (2016), "Understanding the effective receptive field in deep convolutional neural networks".

    >>> stack = ReceptiveField(layers=[{"kernel": 3, "stride": 2}, {"kernel": 3}], size=9, pinned=("output", 0, 1))
    >>> stack.receptive_field.size, stack.receptive_field.jump          # 1 + 2 + 2·2, and 1·2·1
    (7, 2)
    >>> stack.box                                                       # unit 1 lies one jump to the right
    ((0, 6), (2, 8))
    """

    layers = Layers(EXAMPLES["three 3×3"]["layers"]).tag(sync=True)
    size = Whole(15, least=1, most=LARGEST).tag(sync=True)
    picture = Choice(images.NAMES, "camera").tag(sync=True)
    pinned = Pin({"output": 2}).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, ("layers", "size")).tag(sync=True)

    _all_fit = fit_together("layers", "size")

    @staticmethod
    def check(layers, size):
        """Raise ValueError if a window or a skip does not fit; it names the row."""
        walk(layers, size)

    @property
    def table(self) -> list[Row]:
        """What each row makes of the input: its output's side, and what one of its outputs sees."""
        return walk(self.layers, self.size)[0]

    @property
    def stack(self):
        """The layers as `convbook.shapes` has them, with `Branches` for the skips."""
        return walk(self.layers, self.size)[1]

    @property
    def output_size(self):
        """The side of the last map."""
        return self.table[-1].size

    @property
    def receptive_field(self) -> shapes.ReceptiveField:
        """What one output of the whole stack sees along each axis, computed by `convbook.shapes`."""
        return shapes.receptive_field(self.stack)

    @property
    def unit(self):
        """The (row, column) of the unit that is looked at: the pinned one, or the one in the middle."""
        pinned = tuple(self.pinned[1:])
        return pinned if pinned and max(pinned) < self.output_size else (self.output_size // 2,) * 2

    @property
    def box(self):
        """The (first, last) rows and columns that the unit sees; below 0 and from `size` on is padding."""
        field = self.receptive_field
        return tuple(tuple(math.floor(end + at * field.jump) for end in (field.first, field.last)) for at in self.unit)

    @property
    def gradient(self):
        """The (size, size) array |∂y/∂x| of the unit y for every pixel x, by `convbook.ops`."""
        dy = np.zeros((self.output_size,) * 2)
        dy[self.unit] = 1
        return back(self.stack, self.size, dy)

    @property
    def effective(self):
        """The (first, last) rows, and columns, of the middle 95 % of the gradient; 2.5 % lie beyond on each side."""
        gradient = self.gradient
        return tuple(middle(gradient.sum(axis)) for axis in (1, 0))

    def description(self):
        """Return the layers and, unless that is to be predicted, what the unit sees, in words."""
        runs = [(name, len(list(alike))) for name, alike in groupby(row.name for row in self.table)]
        layers = "; ".join(f"{count} times {name}" if count > 1 else name for name, count in runs)
        size, output = self.size, self.output_size
        words = f"{layers[0].upper()}{layers[1:]}. {size}×{size} pixels become {output}×{output} units."
        if self.predict:
            return f"{words} How many pixels does one unit see along each axis?"
        field, gradient = self.receptive_field, self.gradient
        rows, columns = (f"{first} to {last}".replace("-", "−") for first, last in self.box)
        return (
            f"{words} Each sees {field.size}×{field.size} pixels, {field.jump} from those of its neighbour. Unit"
            f" {self.unit} sees rows {rows} and columns {columns}; its gradient reaches {np.count_nonzero(gradient)}"
            f" pixels of the picture."
        )

    def static_svg(self):
        """Return the layers and their numbers beside the picture with the unit's box, as an SVG."""
        return drawn(self)

    def __repr__(self):
        field = self.receptive_field
        return (
            f"ReceptiveField({self.size} → {self.output_size}, {plural(len(self.layers), 'row')}; "
            f"sees {field.size}, jump {field.jump})"
        )
