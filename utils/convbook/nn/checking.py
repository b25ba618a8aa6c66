"""Are these gradients right? Nudge every number and look."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from convbook import _arguments as arguments
from convbook.nn.module import Module
from convbook.nn.randomness import generator
from convbook.shapes import whole
from convbook.shapes.settings import plural, shown

TOLERANCE = 1e-5  # relative; a slope found with steps of 1e-5 is right to about 1e-9


@dataclass(frozen=True)
class Slip:
    """One number whose gradient is not its slope."""

    index: tuple
    gradient: float
    slope: float

    @property
    def size(self):
        """How far apart both are, relative to the larger one."""
        return abs(self.gradient - self.slope) / max(abs(self.gradient), abs(self.slope))


@dataclass(frozen=True)
class GradientReport:
    """What `gradient_check` found: `passed`, and for each array the numbers that differ, the worst first.

    `checked` is {name: how many numbers were compared}, `kinks` {name: how many have no slope and were left out},
    `slips` {name: [Slip, ...]}, `complaints` what else is wrong. It prints as words. It raises nothing.
    Source: as of `gradient_check`.

    >>> from convbook import nn
    >>> gradient_check(nn.ReLU(), np.array([[-1.0, 2.0]])).passed
    True
    """

    layer: str
    checked: dict = field(default_factory=dict)
    kinks: dict = field(default_factory=dict)
    slips: dict = field(default_factory=dict)
    complaints: list = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every gradient is the slope."""
        return not self.complaints and not any(self.slips.values())

    def __str__(self):
        lines = [f"{self.layer}: {'all gradients agree with the slopes' if self.passed else 'something is wrong'}"]
        for name, count in self.checked.items():
            slips, kinks = self.slips[name], self.kinks[name]
            if not slips:
                left_out = f", {kinks} left out that stand at a kink" if kinks else ""
                lines.append(f"  d{name}: all {plural(count, 'number')} right{left_out}")
                continue
            worst = slips[0]
            lines.append(
                f"  d{name}: {len(slips)} of {plural(count, 'number')} wrong; at {list(worst.index)} it is "
                f"{worst.gradient:.4g}, but the slope is {worst.slope:.4g}"
            )
        return "\n".join(lines + [f"  {complaint}" for complaint in self.complaints])

    __repr__ = __str__


@arguments.silently
def gradient_check(layer, x, epsilon=1e-5, most=200, seed=0) -> GradientReport:
    """Compare the gradients that a layer's `backward` returns with slopes that are measured.

    The loss is the sum of the output times random numbers, which `backward` gets as dy. Every number of x and of the
    parameters is nudged up and down by `epsilon`, and (loss up − loss down) / (2 · epsilon) must be its gradient. Where
    there is no slope, as at the kink of a ReLU or where two numbers tie for a maximum, nothing is compared. Of an array
    with more than `most` numbers, so many are drawn.
    layer: an object with `forward` and `backward`, a `Module` or your own; it stays as it is, for a copy in double
    precision is checked. x: what it takes. Raises TypeError or ValueError if an argument does not fit.
    Source: Goodfellow et al. (2016), "Deep learning", section 11.5.

    >>> from convbook import nn
    >>> class Forgetful(nn.ReLU):
    ...     def backward(self, dy):
    ...         return dy                                           # the blame passes even where x was negative
    >>> gradient_check(Forgetful(), [[-1.0, 2.0]], seed=1)
    Forgetful: something is wrong
      dx: 1 of 2 numbers wrong; at [0, 0] it is 0.3456, but the slope is 0
    """
    layer, x = _copied(layer), np.array(arguments.as_signed("x", x), float)
    epsilon, most = arguments.real("epsilon", epsilon, 1e-12, 1), whole("most", most, 1)
    chance = np.random.default_rng(whole("seed", seed, 0))
    before = copy.deepcopy(generator().bit_generator.state)

    def output():
        generator().bit_generator.state = before  # what dropout drops must not change between two nudges
        return np.asarray(layer.forward(x))

    dy = chance.standard_normal(output().shape)
    named = layer.named_parameters() if isinstance(layer, Module) else {}
    for parameter in named.values():
        parameter.grad.fill(0)
    output()
    gradients = {"x": layer.backward(dy.copy())} | {name: each.grad for name, each in named.items()}
    report = GradientReport(type(layer).__name__)
    for name, array in ({"x": x} | {name: each.data for name, each in named.items()}).items():
        gradient = np.array(gradients[name])
        if gradient.shape != array.shape:
            report.complaints.append(f"d{name} must have shape {array.shape}, got {gradient.shape}")
            continue
        places = chance.permutation(array.size)[:most]
        nudge = _Nudge(array, lambda: (output() * dy).sum(), np.abs(output() * dy).sum())
        found = [nudge.compare(gradient, np.unravel_index(place, array.shape), epsilon) for place in places]
        report.kinks[name] = found.count(KINK)
        report.checked[name] = len(places) - report.kinks[name]
        report.slips[name] = sorted((each for each in found if isinstance(each, Slip)), key=_worst_first)
    generator().bit_generator.state = before
    return report


def _worst_first(slip):
    """Return where a slip stands: of two that rounding alone sets apart, the first in the array comes first."""
    return -float(f"{slip.size:.6g}"), slip.index


def _copied(layer):
    """Return a copy of the layer in double precision."""
    if not all(callable(getattr(layer, name, None)) for name in ("forward", "backward")) or isinstance(layer, type):
        raise TypeError(f"layer must have the methods forward and backward, got {shown(layer)}")
    layer = copy.deepcopy(layer)
    return layer.to("float64") if isinstance(layer, Module) else layer


KINK = "kink"


@dataclass(frozen=True)
class _Nudge:
    """The loss as one number of an array goes up and down."""

    array: np.ndarray
    loss: Callable
    size: float  # of what the loss adds up, on which its rounding depends

    def compare(self, gradient, index, epsilon):
        """Return a Slip if the gradient of one number is not its slope, KINK if it has none, or None if all is well."""
        slope, jump = self.slopes(index, epsilon)
        if _near(gradient[index], slope, self.noise(epsilon)):
            return None
        closer, jump_closer = self.slopes(index, epsilon / 10)  # a kink nearby may lie beyond a smaller step
        if _near(gradient[index], closer, self.noise(epsilon / 10)):
            return None
        # What bends is straight from near by, and what is broken stays broken.
        if jump_closer > jump / 2 and jump > 20 * self.noise(epsilon / 10):
            return KINK
        return Slip(tuple(map(int, index)), float(gradient[index]), float(slope))

    def slopes(self, index, epsilon):
        """Return the slope between both sides, and how far the slopes of each side are apart."""
        value, here = self.array[index], self.loss()
        self.array[index] = value + epsilon
        above = self.loss()
        self.array[index] = value - epsilon
        below = self.loss()
        self.array[index] = value
        return (above - below) / (2 * epsilon), abs(above - 2 * here + below) / epsilon

    def noise(self, epsilon):
        """Return what rounding leaves of the difference of two losses."""
        return 1e-14 * self.size / epsilon


def _near(gradient, slope, noise):
    return abs(gradient - slope) <= TOLERANCE * max(abs(gradient), abs(slope)) + noise
