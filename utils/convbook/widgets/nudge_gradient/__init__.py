"""NudgeGradient: a convolution with its gradients below it: pin them, nudge a number, follow them downhill."""

import numpy as np

from convbook import ops, shapes
from convbook.kernels import NAMED
from convbook.widgets.base import LiveWidget
from convbook.widgets.nudge_gradient.learning import Layer, descent
from convbook.widgets.static import number, rows_of, size
from convbook.widgets.traits import Examples, Finite, Flag, NamedTensors, Pin, Tensor, Whole, fit_together

INPUT, KERNEL, OUTPUT = (6, 7), (3, 4), (6, 7)  # the largest sizes, which a phone can show
STEPS = 200
FARTHEST = 2  # of a nudge
ROLES = ("input", "kernel", "bias", "output", "target", "dinput", "dkernel", "dbias", "doutput")
SETTINGS = ("dimensions", "input", "kernel", "bias", "target", "stride", "padding", "dilation", "rate")
ROW, EDGE, START = [[2, 1, 0, 0, -2, 1, 1]], [[1, 0, -1]], [[2, 1, 1]]
PATCH = [
    [-1, -2, -2, 0, -1, -2],
    [-1, 2, 0, 2, -2, 0],
    [-2, 0, 2, 0, 0, 0],
    [-1, 1, 1, 0, 0, 2],
    [-1, -2, -2, 1, -2, -1],
    [0, 2, 0, 1, -2, 1],
]
SQUARE = [[1, 0, 1], [0, 1, 2], [2, 1, -1]]
TEACHERS = {
    "edge": EDGE,
    "blur": [[0.25, 0.5, 0.25]],
    "difference": [[-1, 1]],
    **{name: NAMED[name] for name in ("vertical edge", "horizontal edge", "Gaussian blur", "Laplacian")},
}


def taught(input, teacher, stride=1, padding=0, dilation=1):
    """Return what the kernel `teacher` makes of the input: a target."""
    row = len(input) == 1
    windows = {"stride": (1, stride), "padding": (0, padding), "dilation": (1, dilation)}
    windows = windows if row else {"stride": stride, "padding": padding, "dilation": dilation}
    return ops.conv2d(input, teacher, **windows)


def _example(input, kernel, teacher, **settings):
    windows = {name: settings[name] for name in ("stride", "padding", "dilation") if name in settings}
    return {"input": input, "kernel": kernel, "target": taught(input, teacher, **windows), **settings}


def _row(teacher=EDGE, kernel=START, input=ROW, **settings):
    return _example(input, kernel, teacher, **settings)


def _square(teacher=NAMED["vertical edge"], kernel=SQUARE, input=PATCH, **settings):
    return _example(input, kernel, teacher, dimensions=2, rate=0.02, **settings)


EXAMPLES = {
    "a row": _row(),
    "a row, stride 2": _row(stride=2),
    "a row, padding 1": _row(padding=1),
    "a row, dilation 2": _row(dilation=2),
    "a row, stride 2, padding 1": _row(stride=2, padding=1),
    "a row with a bias": _row(bias=2),
    "one window": _row(input=[[3, -1, 2]]),
    "a step too large": _row(rate=0.2),
    "a picture": _square(),
    "a picture, stride 2": _square(stride=2, padding=1),
    "a picture, dilation 2": _square(dilation=2),
    "a small picture": _square(input=[row[:4] for row in PATCH[:4]]),
    "a picture and a blur": _square(NAMED["Gaussian blur"]),
}


class NudgeGradient(LiveWidget):
    """A convolution above, its gradients below: which number gets how much of the blame, and what a nudge does.

    Traits: `dimensions`, 1 or 2: in one dimension input and kernel have one row, and `stride` (1 to 3), `padding` (0 to
    2) and `dilation` (1 or 2) act along it alone. `input` (H, W), at most 6 × 7; `kernel` (kh, kw), at most 3 × 4;
    `bias`; `target`, as large as the output (None: zeros). The loss is half the sum of (output − target)². `pinned` is
    a cell, e.g. ("dkernel", 0, 1); the number that it belongs to is nudged by `epsilon`, from −2 to 2. `step` is how
    many steps of gradient descent have been taken from `kernel` and `bias` (None: none), each of them `rate` times the
    gradient; `predict` hides the gradients until the reader answers. `examples` is the menu {name: traits}, and
    `presets` that of kernels {name: array} whose output may be the target.

    Raises TraitError for what does not fit together. Source: Dumoulin and Visin (2016), section 4.

    >>> widget = NudgeGradient()
    >>> widget.output - widget.target                    # dY, the gradient of the loss by the output
    array([[ 3.,  1., -4.,  0.,  1.]])
    >>> widget.kernel_gradient                           # 2·3 + 1·1 + 0·(−4) + 0·0 + (−2)·1 = 5
    array([[5., 4., 9.]])
    >>> widget.pinned, widget.slopes
    (['dkernel', 0, 0], {'gradient': 5.0, 'one_sided': 7.25, 'central': 5.0})
    """

    dimensions = Whole(1, least=1, most=2).tag(sync=True)
    input = Tensor(ROW, longest=INPUT).tag(sync=True)
    kernel = Tensor(START, longest=KERNEL).tag(sync=True)
    bias = Finite(0.0).tag(sync=True)
    target = Tensor(taught(ROW, EDGE), longest=OUTPUT, allow_none=True).tag(sync=True)
    stride = Whole(1, least=1, most=3).tag(sync=True)
    padding = Whole(0, least=0, most=2).tag(sync=True)
    dilation = Whole(1, least=1, most=2).tag(sync=True)
    rate = Finite(0.1).tag(sync=True)
    epsilon = Finite(0.5).tag(sync=True)
    pinned = Pin(ROLES, ("dkernel", 0, 0)).tag(sync=True)
    step = Whole(None, least=1, most=STEPS, allow_none=True).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, SETTINGS).tag(sync=True)
    presets = NamedTensors(TEACHERS, longest=5).tag(sync=True)

    _fits = fit_together(*SETTINGS, "epsilon")

    @staticmethod
    def check(dimensions, input, kernel, bias, target, stride, padding, dilation, rate, epsilon=0.5):
        """Raise ValueError if the settings do not fit together."""
        if dimensions == 1 and (len(input) > 1 or len(kernel) > 1):
            raise ValueError(
                f"in one dimension input and kernel have one row, got {np.shape(input)} and {np.shape(kernel)}; "
                "change `dimensions` first"
            )
        if not 0 < rate <= 10:
            raise ValueError(f"rate must be above 0 and at most 10, got {rate:g}")
        if not abs(epsilon) <= FARTHEST:
            raise ValueError(f"epsilon must be from -{FARTHEST} to {FARTHEST}, got {epsilon:g}")
        output = _output_shape(dimensions, np.shape(input), np.shape(kernel), stride, padding, dilation)
        if target is not None and np.shape(target) != output:
            raise ValueError(f"target must have the shape of the output, {output}, or be None; got {np.shape(target)}")

    @property
    def _settings(self):
        return _settings(self.dimensions, self.stride, self.padding, self.dilation)

    @property
    def _start(self):
        shape = _output_shape(
            self.dimensions, np.shape(self.input), np.shape(self.kernel), self.stride, self.padding, self.dilation
        )
        target = np.zeros(shape) if self.target is None else np.array(self.target)
        return Layer(np.array(self.input), np.array(self.kernel), self.bias, target, self._settings)

    @property
    def path(self):
        """The `Layer` before each step of the descent and after its last one; fewer than 201 if it runs away."""
        return descent(self._start, self.rate, STEPS)

    @property
    def layer(self):
        """The `Layer` that is shown: after `step` steps of the descent."""
        return descent(self._start, self.rate, self.step or 0)[-1]

    @property
    def output(self):
        """The output of the kernel and the bias that are shown, computed by `convbook.ops.conv2d`."""
        return self.layer.output

    @property
    def loss(self):
        """Half the sum of (output − target)²."""
        return self.layer.loss

    @property
    def output_gradient(self):
        """The derivative of the loss by each output: output − target."""
        return self.layer.gradients["output"]

    @property
    def input_gradient(self):
        """The derivative of the loss by each pixel, computed by `convbook.ops.conv2d_backward`."""
        return self.layer.gradients["input"]

    @property
    def kernel_gradient(self):
        """The derivative of the loss by each weight, computed by `convbook.ops.conv2d_backward`."""
        return self.layer.gradients["kernel"]

    @property
    def bias_gradient(self):
        """The derivative of the loss by the bias: the sum of the output's gradient."""
        return float(self.layer.gradients["bias"])

    @property
    def nudged(self):
        """The number that is nudged, as (role, row, column): the one that is pinned, by itself or by its gradient."""
        role, *at = self.pinned or [""]
        role = role.removeprefix("d")
        shape = {"input": np.shape(self.input), "kernel": np.shape(self.kernel), "bias": (1, 1)}.get(role)
        fits = shape and all(index < side for index, side in zip(at, shape, strict=True))
        return (role, *at) if fits else ("kernel", 0, 0)

    def loss_when_nudged(self, by):
        """Return the loss with the nudged number changed by `by`."""
        layer, (role, *at) = self.layer, self.nudged
        changed = {name: np.array(getattr(layer, name), float) for name in ("input", "kernel", "bias")}
        changed[role][tuple(at) if role != "bias" else ()] += by
        return Layer(changed["input"], changed["kernel"], float(changed["bias"]), layer.target, layer.settings).loss

    @property
    def slopes(self):
        """{"gradient", "one_sided", "central"}: the gradient's cell, and the slopes that a nudge measures."""
        role, *at = self.nudged
        gradient = self.layer.gradients[role]
        slopes = {"gradient": float(gradient if role == "bias" else gradient[tuple(at)])}
        if self.epsilon:
            ahead, behind = (self.loss_when_nudged(by) for by in (self.epsilon, -self.epsilon))
            slopes["one_sided"] = (ahead - self.loss) / self.epsilon
            slopes["central"] = (ahead - behind) / (2 * self.epsilon)
        return slopes

    def static_svg(self):
        """Return input ⋆ kernel = output beside the target, and below them their gradients, as an SVG."""
        layer = self.layer
        slopes = layer.gradients
        ring = [tuple(self.pinned[1:])] if self.pinned else []
        pinned = self.pinned[:1]

        def grid(role, colour, name, values):
            return (colour, name, np.atleast_2d(values).tolist(), ring if pinned == [role] else [])

        gradients = [
            grid(f"d{role}", "gradient", name, slopes[role])
            for role, name in (("input", "dX"), ("kernel", "dW"), ("bias", "db"))
        ]
        return rows_of(
            (
                grid("input", "input", "x", layer.input),
                "⋆",
                grid("kernel", "kernel", "w", layer.kernel),
                "=",
                grid("output", "output", "y", layer.output),
                grid("target", "output", "target", layer.target),
            ),
            (
                *([] if self.predict else gradients),
                grid("doutput", "gradient", "dY", slopes["output"]),
            ),
        )

    def description(self):
        """Return the sizes, the loss and, unless they are to be predicted, the gradients in words."""
        text = f"{size(self.input)} input, {size(self.kernel)} kernel, {self._in_words()}. Loss {number(self.loss)}."
        if self.predict:
            return f"{text} What are the gradients?"

        def rows(values):
            return "; ".join(" ".join(number(value) for value in row) for row in np.atleast_2d(values).tolist())

        slopes = self.layer.gradients
        names = (("output", "dY"), ("kernel", "dW"), ("input", "dX"), ("bias", "db"))
        return f"{text} {', '.join(f'{name} {rows(slopes[role])}' for role, name in names)}."

    def _in_words(self):
        return ", ".join(f"{name} {getattr(self, name)}" for name in ("stride", "padding", "dilation"))

    def __repr__(self):
        return f"NudgeGradient({size(self.input)} input, {size(self.kernel)} kernel, {self._in_words()})"


def _settings(dimensions, stride, padding, dilation):
    """Return the settings for both axes; in one dimension they act along the row alone."""
    if dimensions == 2:
        return {"stride": (stride, stride), "padding": (padding, padding), "dilation": (dilation, dilation)}
    return {"stride": (1, stride), "padding": (0, padding), "dilation": (1, dilation)}


def _output_shape(dimensions, input, kernel, stride, padding, dilation):
    """Return the shape of the output; raise ValueError if no window fits, too many do, or one holds padding alone."""
    settings = _settings(dimensions, stride, padding, dilation)
    output = []
    for axis, most in enumerate(OUTPUT):
        s, p, d = (settings[name][axis] for name in ("stride", "padding", "dilation"))
        span = shapes.effective_kernel_size(kernel[axis], d)
        if p >= span:
            raise ValueError(f"padding must be below the {span} pixels that the kernel spans, got {p}")
        if span > input[axis] + 2 * p:
            raise ValueError(f"the kernel spans {span} pixels, the padded input has {input[axis] + 2 * p}")
        output.append(shapes.conv_output_size(input[axis], kernel[axis], s, p, d))
        if output[-1] > most:
            raise ValueError(
                f"the output may have {OUTPUT[0]} × {OUTPUT[1]} numbers, this one has {output[-1]} along an axis"
            )
    return tuple(output)
