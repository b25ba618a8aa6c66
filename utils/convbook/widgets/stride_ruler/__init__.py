"""StrideRuler: one dimension, every window drawn as a bar over a ruler of cells, and a second layer below."""

from convbook import shapes
from convbook._arguments import plural
from convbook.widgets.base import LiveWidget
from convbook.widgets.stride_ruler.picture import rulers
from convbook.widgets.traits import Examples, Flag, Pin, Whole, fit_together

LONGEST = 24  # pixels of the input
LAYER = ("kernel", "stride", "padding", "dilation")
SETTINGS = ("size", *LAYER, "stacked", *(f"{name}2" for name in LAYER))
EXAMPLES = {  # predict goes through them, so no name says how many outputs there are
    "stride 2 with padding": {"size": 12, "stride": 2, "padding": 1},
    "stride 1": {"size": 12},
    "stride 1, a short input": {"size": 7},
    "stride 2, a short input": {"size": 7, "stride": 2},
    "a dropped end": {"size": 14, "kernel": 5, "stride": 3, "padding": 1},
    "stride 2 on an even size": {"size": 16, "stride": 2, "padding": 1},
    "dilation 3": {"size": 16, "dilation": 3},
    "dilation 3 with padding": {"size": 16, "padding": 3, "dilation": 3},
    "a stride longer than the kernel": {"size": 20, "kernel": 2, "stride": 5},
    "two layers of 3 see 5": {"size": 12, "padding": 1, "stacked": True, "padding2": 1},
    "two layers with stride 2 see 7": {"size": 17, "stride": 2, "stacked": True, "stride2": 2},
    "dilations 1 and 2 see 7": {"size": 14, "stacked": True, "dilation2": 2},
}


class StrideRuler(LiveWidget):
    """One axis of a convolution: where every window lies, how many there are, and what the floor leaves at the end.

    Traits, in pixels: `size` of the input, 1 to 24; `kernel`, 1 to 7; `stride`, 1 to 6; `padding` on each side, 0 to 6;
    `dilation`, 1 to 4. `stacked` puts a second layer with `kernel2`, `stride2`, `padding2` and `dilation2` on the first
    one's output. `pinned` is e.g. ("output", 2), a unit of the last layer, ("hidden", 2), one of the first of two, or
    ("input", 0); `predict` hides each layer's output until the reader has said its length; `examples` is the menu
    {name: traits}, which is also what predict asks next.

    Raises TraitError if no window fits. Source: Dumoulin and Visin (2016), section 2; Araujo, Norris and Sim (2019),
    "Computing receptive fields of convolutional neural networks".

    >>> ruler = StrideRuler(size=7, kernel=3, stride=2)
    >>> ruler.windows()
    [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    >>> StrideRuler(size=17, stride=2, stacked=True, stride2=2).inputs_of(0)    # two windows of 3, two pixels apart
    [0, 1, 2, 3, 4, 5, 6]
    """

    size = Whole(12, least=1, most=LONGEST).tag(sync=True)
    kernel = Whole(3, least=1, most=7).tag(sync=True)
    stride = Whole(1, least=1, most=6).tag(sync=True)
    padding = Whole(0, least=0, most=6).tag(sync=True)
    dilation = Whole(1, least=1, most=4).tag(sync=True)
    stacked = Flag(False).tag(sync=True)
    kernel2 = Whole(3, least=1, most=7).tag(sync=True)
    stride2 = Whole(1, least=1, most=6).tag(sync=True)
    padding2 = Whole(0, least=0, most=6).tag(sync=True)
    dilation2 = Whole(1, least=1, most=4).tag(sync=True)
    pinned = Pin({"input": 1, "hidden": 1, "output": 1}).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, SETTINGS).tag(sync=True)

    _windows_fit = fit_together(*SETTINGS)

    @staticmethod
    def check(**state):
        """Raise ValueError if no window fits into a layer's padded input."""
        _sizes(**state)

    @property
    def layers(self):
        """The settings of each layer, for `convbook.shapes.conv_output_size`."""
        return _layers(**{name: getattr(self, name) for name in SETTINGS})

    @property
    def sizes(self):
        """How many units there are: in the input, then after each layer."""
        return _sizes(**{name: getattr(self, name) for name in SETTINGS})

    @property
    def output_size(self):
        """How many units the last layer has."""
        return self.sizes[-1]

    @property
    def dropped(self):
        """How many places the floor drops at the end of each layer's padded input."""
        return [
            shapes.output_padding_for(size, **layer) for size, layer in zip(self.sizes[:-1], self.layers, strict=True)
        ]

    def windows(self, layer=0):
        """Return what each unit of a layer reads: places in the layer before; below 0 and past its end is padding."""
        kernel, stride, padding, dilation = self.layers[layer].values()
        starts = (unit * stride - padding for unit in range(self.sizes[layer + 1]))
        return [[start + tap * dilation for tap in range(kernel)] for start in starts]

    def inputs_of(self, unit, layer=None):
        """Return the pixels of the input that a unit of a layer (by default the last) sees, padding left out."""
        layer = len(self.layers) - 1 if layer is None else layer
        read = [place for place in self.windows(layer)[unit] if 0 <= place < self.sizes[layer]]
        if layer == 0:
            return read
        return sorted({pixel for place in read for pixel in self.inputs_of(place, layer - 1)})

    @property
    def pads(self):
        """How many cells of padding stand on each side of the input, then of each layer's output."""
        return [layer["padding"] for layer in self.layers] + [0]

    def centre(self, unit, depth=0):
        """Return where the middle of a unit's window lies, in pixels from the first; at depth 0 a pixel's own place."""
        if depth == 0:
            return unit
        layer = self.layers[depth - 1]
        first = unit * layer["stride"] - layer["padding"]
        last = first + shapes.effective_kernel_size(layer["kernel"], layer["dilation"]) - 1
        return (self.centre(first, depth - 1) + self.centre(last, depth - 1)) / 2

    def description(self):
        """Return the settings and, unless they are to be predicted, the lengths and what is dropped in words."""
        parts = [plural(self.size, "pixel")]
        for n, layer in enumerate(self.layers):
            kernel, stride, padding, dilation = layer.values()
            parts.append(f"a kernel of {kernel}, stride {stride}, padding {padding}, dilation {dilation}")
            if not self.predict:
                parts[-1] += f" gives {plural(self.sizes[n + 1], 'output')} and drops {self.dropped[n]}"
        return f"{'; '.join(parts)}.{' How many outputs are there?' if self.predict else ''}"

    def static_svg(self):
        """Return the rulers as an SVG: cells, padding hatched, dropped cells crossed, and every window as a bar."""
        return rulers(self)

    def __repr__(self):
        return f"StrideRuler({' → '.join(map(str, self.sizes))}; {', '.join(map(_short, self.layers))})"


def _layers(stacked, **state):
    return [{name: state[f"{name}{suffix}"] for name in LAYER} for suffix in (("", "2") if stacked else ("",))]


def _sizes(size, **state):
    sizes = [size]
    for layer in _layers(**state):
        sizes.append(shapes.conv_output_size(sizes[-1], **layer))
    return sizes


def _short(layer):
    return ", ".join(f"{name} {value}" for name, value in layer.items())
