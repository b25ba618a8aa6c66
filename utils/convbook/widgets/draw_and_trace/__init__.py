"""DrawAndTrace: a trained network that reads what you draw, open to the last product."""

from typing import ClassVar, NamedTuple

import numpy as np
import traitlets

from convbook import digits, nn, ops
from convbook.widgets.base import LiveWidget
from convbook.widgets.draw_and_trace import weights as stored
from convbook.widgets.draw_and_trace.picture import network_picture
from convbook.widgets.static import number
from convbook.widgets.traits import Channels, Examples, Flag, Pair, Pin, Tensor, Whole, fit_together

SIDE, CLASSES = 8, 10
FIRST, SECOND = 8, 16  # channels
LARGEST_PATCH = 4
ROLES = {"input": 2, "conv1": 3, "pool": 3, "conv2": 3, "score": 1}
# The first held-out digit of each class that the trained network reads, and all seven that it misreads.
HELD_OUT = (0, 3, 4, 9, 11, 12, 13, 18, 27, 33, 48, 51, 106, 152, 260, 316, 317)


def _examples():
    parts = digits.split(0)
    pictures = (parts.test_pictures[:, 0] * digits.INK).astype(int).tolist()
    return {f"held-out {n}": {"input": pictures[n], "label": int(parts.test_labels[n])} for n in HELD_OUT}


EXAMPLES = _examples()
START = EXAMPLES["held-out 18"]


class Step(NamedTuple):
    """A number of the network as it comes about: its `terms` are (what it reads, a value, the weight), strongest first.

    The weight is None for a pooling, whose first term is the winner. `sum` is what the terms and the `bias` come to,
    `value` what is left of it after ReLU, where there is one.
    """

    unit: tuple
    terms: list
    bias: float
    sum: float
    value: float


class DrawAndTrace(LiveWidget):
    """A drawing of 8×8 pixels, the network of chapter 9 that reads it, and the way of any of its numbers back to them.

    Traits: `input` (8, 8), 0 (paper) to 16 (ink); `label`, the digit that it is meant to be, or None; `epoch`, one of
    `digits.trained_epochs()`; `first_off` and `second_off`, the channels of either convolution that are switched off:
    their maps are 0. A `patch` of 1 to 4 pixels a side, 0 for none, with its corner at `patch_at` (row, column), hides
    what is under it. `pinned` is e.g. ("conv2", channel, row, column), ("pool", ...), ("conv1", ...), ("score", digit)
    or ("input", row, column); `pen` is what the reader draws with; `predict` hides what is asked for; `examples` is the
    menu {name: {"input": ..., "label": ...}}. `load` shows another network, which `own_weights` holds; None is the
    book's.

    Results: `pixels` (what the network reads, 0 to 1), `conv1` and `conv2` (behind ReLU), `pool`, `scores`,
    `probabilities`, `answer`, `falls`, `field`, `trace()`. Raises TraitError for what does not fit together.
    Sources: Alpaydin and Kaynak (1998), "Optical recognition of handwritten digits"; Zeiler and Fergus (2014),
    "Visualizing and understanding convolutional networks", section 4.2, for the patch.

    >>> reader = DrawAndTrace()                     # a held-out 3
    >>> reader.answer, round(float(reader.probabilities[3]), 3)
    (3, 1.0)
    >>> reader.epoch = 0                            # before it has learnt anything
    >>> round(float(reader.probabilities[3]), 3) < 0.2
    True
    """

    input = Tensor(START["input"], shortest=SIDE, longest=SIDE).tag(sync=True)
    label = Whole(START["label"], least=0, most=CLASSES - 1, allow_none=True).tag(sync=True)
    epoch = Whole(15, least=0, most=15).tag(sync=True)
    first_off = Channels(FIRST).tag(sync=True)
    second_off = Channels(SECOND).tag(sync=True)
    patch = Whole(0, least=0, most=LARGEST_PATCH).tag(sync=True)
    patch_at = Pair((3, 3), least=0, most=SIDE - 1).tag(sync=True)
    pen = Whole(digits.INK, least=0, most=digits.INK).tag(sync=True)
    pinned = Pin(ROLES, ("score", 3)).tag(sync=True)
    predict = Flag(False).tag(sync=True)
    examples = Examples(EXAMPLES, ("input", "label")).tag(sync=True)
    own_weights = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    pictures = traitlets.List(default_value=[stored.ASSET], read_only=True).tag(sync=True)
    _files = traitlets.Dict(default_value={}).tag(sync=True)

    _all_fit = fit_together("input", "patch", "patch_at", "epoch")
    _sizes: ClassVar[dict] = {"input": (SIDE, SIDE), "conv1": (FIRST, 8, 8), "pool": (FIRST, 4, 4)}

    @classmethod
    def assets(cls):
        """Return the network's weights, which a page holds once for all."""
        return {stored.ASSET: stored.packed()}

    @traitlets.default("_files")
    def _first_files(self):
        return self.assets()

    @staticmethod
    def check(input=START["input"], label=None, patch=0, patch_at=(0, 0), epoch=0):
        """Raise ValueError for ink that is none, a patch that sticks out, and an epoch that was not kept."""
        ink = np.asarray(input)
        if ink.min() < 0 or ink.max() > digits.INK:
            odd = ink.min() if ink.min() < 0 else ink.max()
            raise ValueError(f"input must hold numbers from 0 (paper) to {digits.INK} (ink); got {odd:g} in it")
        if max(patch_at) + patch > SIDE:
            raise ValueError(
                f"patch_at must be at most {SIDE - patch} for a patch of {patch} pixels; got {tuple(patch_at)}"
            )
        if epoch not in stored.packed()["epochs"]:
            kept = ", ".join(map(str, stored.packed()["epochs"]))
            raise ValueError(f"epoch must be one of {kept}; got {epoch}")

    @traitlets.validate("own_weights")
    def _weights_fit(self, proposal):
        if proposal["value"] is not None:
            try:
                stored.read_own(stored.from_text(proposal["value"]))
            except ValueError as error:
                raise traitlets.TraitError(f"own_weights must be None or what load() writes; {error}") from None
        return proposal["value"]

    def load(self, source):
        """Show the reader's own network of the same shape, from a file that `nn.save` wrote or from a `state_dict`.

        source: a file name, or {name: array}; None goes back to the book's network. PyTorch's arrays fit as they are.
        Raises ValueError that names the array, its shape and what would fit; TypeError; FileNotFoundError.
        """
        self.own_weights = None if source is None else stored.as_text(stored.read_own(source))

    # ---- what the network makes of the drawing ----------------------------------------------------------------------

    @property
    def state(self):
        """The weights in use, {name: array}, float64."""
        return stored.trained(self.epoch) if self.own_weights is None else stored.from_text(self.own_weights)

    @property
    def pixels(self):
        """What the network reads, (8, 8), 0 to 1, with the patch on it."""
        return self._covered(*self.patch_at)

    def _covered(self, row, column):
        x = np.array(self.input) / digits.INK
        x[row : row + self.patch, column : column + self.patch] = 0
        return x

    def _sums(self, role):
        """Return what a convolution gives before ReLU."""
        x, name = (self.pixels[None], "0") if role == "conv1" else (self.pool, "3")
        return ops.conv2d(x, self.state[f"{name}.weight"], self.state[f"{name}.bias"], padding=1)

    @property
    def conv1(self):
        """The first convolution's maps behind ReLU, (8, 8, 8)."""
        return _without(ops.relu(self._sums("conv1")), self.first_off)

    @property
    def pool(self):
        """The pooled maps, (8, 4, 4)."""
        return ops.max_pool2d(self.conv1, 2)

    @property
    def conv2(self):
        """The second convolution's maps behind ReLU, (16, 4, 4)."""
        return _without(ops.relu(self._sums("conv2")), self.second_off)

    @property
    def scores(self):
        """One score for each digit, (10,)."""
        return self._scores_of(self.pixels[None])[0]

    def _scores_of(self, pictures):
        """Return the scores (n, 10) of pictures (n, 8, 8)."""
        state = self.state
        h = ops.conv2d(pictures[:, None], state["0.weight"], state["0.bias"], padding=1)
        h = ops.max_pool2d(_without(ops.relu(h), self.first_off), 2)
        h = _without(ops.relu(ops.conv2d(h, state["3.weight"], state["3.bias"], padding=1)), self.second_off)
        return h.reshape(len(pictures), -1) @ state["6.weight"].T + state["6.bias"]

    @property
    def probabilities(self):
        """The scores after softmax, (10,)."""
        return nn.softmax(self.scores[None])[0]

    @property
    def answer(self):
        """The digit with the largest score."""
        return int(self.scores.argmax())

    @property
    def right(self):
        """The digit that it is meant to be, or else what the network answers without the patch."""
        if self.label is not None:
            return self.label
        return int(self._scores_of(np.array(self.input)[None] / digits.INK).argmax())

    @property
    def falls(self):
        """By how much the score of the `right` digit falls with the patch at each place; (0, 0) without a patch."""
        if not self.patch:
            return np.zeros((0, 0))
        places = SIDE - self.patch + 1
        covered = np.array([self._covered(row, column) for row in range(places) for column in range(places)])
        whole = self._scores_of(np.array(self.input)[None] / digits.INK)[0]
        falls = whole[self.right] - self._scores_of(covered)[:, self.right]
        return falls.round(9).reshape(places, places) + 0.0  # paper on paper is no fall, and no dust

    # ---- the way back -----------------------------------------------------------------------------------------------

    @property
    def _pin(self):
        """The pinned unit, or None if there is none, or no such one."""
        role, *at = self.pinned or [None]
        sizes = {"conv2": (SECOND, 4, 4), "score": (CLASSES,), **self._sizes}
        there = role and all(index < size for index, size in zip(at, sizes[role], strict=True))
        return (role, *at) if there else None

    @property
    def field(self):
        """The pixels that the pinned number sees, as booleans (8, 8)."""
        seen = np.zeros((SIDE, SIDE), bool)
        if self._pin is None:
            return seen
        role, *at = self._pin
        if role == "score":
            return ~seen
        jump, before, size = {"input": (1, 0, 1), "conv1": (1, 1, 3), "pool": (2, 1, 4), "conv2": (2, 3, 8)}[role]
        top, left = (jump * index - before for index in at[-2:])
        seen[max(top, 0) : top + size, max(left, 0) : left + size] = True
        return seen

    def step(self, unit) -> Step:
        """Return how one number comes about: unit is e.g. ("conv1", 3, 4, 5), as `pinned`."""
        role, *at = unit
        if role == "input":
            value = float(self.pixels[tuple(at)])
            return Step(tuple(unit), [], 0.0, value, value)
        terms, bias = {"score": self._of_score, "pool": self._of_pool}.get(role, self._of_convolution)(role, *at)
        if role == "pool":
            total = value = terms[0][1]
        else:
            total = bias + sum(value * weight for _, value, weight in terms)
            value = float(self.scores[at[0]] if role == "score" else getattr(self, role)[tuple(at)])
        return Step(tuple(unit), terms, float(bias), float(total), value)

    def trace(self) -> list[Step]:
        """Return the steps from the pinned number back to the pixels, each along the strongest term before."""
        steps, unit = [], self._pin
        while unit and unit[0] != "input":
            steps.append(self.step(unit))
            unit = steps[-1].terms[0][0] if steps[-1].terms else None
        return steps

    def _of_score(self, role, digit):
        weight, maps = self.state["6.weight"][digit].reshape(SECOND, 4, 4), self.conv2
        terms = [(("conv2", *at), float(maps[at]), float(weight[at])) for at in np.ndindex(maps.shape)]
        return _strongest(terms), self.state["6.bias"][digit]

    def _of_convolution(self, role, channel, i, j):
        name, source = ("0", "input") if role == "conv1" else ("3", "pool")
        maps = self.pixels[None] if role == "conv1" else self.pool
        weight, size = self.state[f"{name}.weight"][channel], maps.shape[1]
        terms = []
        for c, u, v in np.ndindex(weight.shape):
            row, column = i + u - 1, j + v - 1
            if 0 <= row < size and 0 <= column < size:
                unit = (source, row, column) if source == "input" else (source, c, row, column)
                terms.append((unit, float(maps[c, row, column]), float(weight[c, u, v])))
        return _strongest(terms), self.state[f"{name}.bias"][channel]

    def _of_pool(self, role, channel, i, j):
        maps = self.conv1
        places = [(channel, 2 * i + u, 2 * j + v) for u, v in np.ndindex(2, 2)]
        terms = [(("conv1", *at), float(maps[at]), None) for at in places]
        return sorted(terms, key=lambda term: -term[1]), 0.0

    # ---- in words and on paper --------------------------------------------------------------------------------------

    def static_svg(self):
        """Return the drawing, all maps and the probabilities as an SVG."""
        return network_picture(self)

    def _network(self):
        return f"the network after epoch {self.epoch}" if self.own_weights is None else "the reader's own network"

    def description(self):
        """Return what the network answers, and what is switched off, in words."""
        best = np.argsort(-self.probabilities, kind="stable")[:3]
        chances = ", ".join(f"{digit}: {number(round(100 * self.probabilities[digit], 1))} %" for digit in best)
        meant = "" if self.label is None else f", meant to be a {self.label}"
        text = f"A drawing of 8×8 pixels{meant}, read by {self._network()}. It answers {self.answer} ({chances})."
        if self.patch:
            row, column = self.patch_at
            text += f" A patch of {self.patch}×{self.patch} pixels lies at row {row}, column {column}."
        for name, off in (("first", self.first_off), ("second", self.second_off)):
            if off:
                text += f" Of the {name} convolution these channels are off: {', '.join(map(str, off))}."
        return text

    def __repr__(self):
        return f"DrawAndTrace({self._network()} answers {self.answer})"


def _without(maps, off):
    """Return maps (..., channels, height, width) with those of some channels set to 0."""
    maps = np.array(maps)
    maps[..., off, :, :] = 0
    return maps


def _strongest(terms):
    """Return terms by the size of their product; those that are as large stay in their order."""
    return sorted(terms, key=lambda term: -abs(term[1] * term[2]))
