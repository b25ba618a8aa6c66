"""Layers to experiment with: they say what they do to numbers, and not how they are made."""

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np


class Affine:
    """One direction of a layer, as the matrix that it is: it can be written down, and it runs quickly.

    It is called `name`, takes arrays of the shape `takes` and gives arrays of the shape of `plus`, which it adds.
    `matrix` is an array, or a function that will make it.
    """

    def __init__(self, name: str, takes: tuple[int, ...], matrix: np.ndarray | Callable, plus: np.ndarray):
        self.name, self.takes, self._matrix, self.plus = name, tuple(takes), matrix, plus

    @cached_property
    def matrix(self) -> np.ndarray:
        """The matrix, made when it is first asked for: most readers of a check's chapter never meet its layers."""
        return self._matrix() if callable(self._matrix) else self._matrix

    @classmethod
    def of(cls, name: str, function: Callable, takes: tuple[int, ...]) -> "Affine":
        """Return what the affine `function` does to arrays of this shape."""
        plus = function(np.zeros(takes))

        def matrix():
            dots = np.eye(math.prod(takes)).reshape(-1, *takes)
            return np.stack([(function(dot) - plus).ravel() for dot in dots], axis=1)

        return cls(name, takes, matrix, plus)

    def __call__(self, x):
        if np.shape(x) != self.takes:
            raise ValueError(f"{self.name} takes an array of shape {self.takes}, got one of {np.shape(x)}")
        return (self.matrix @ np.ravel(x)).reshape(self.plus.shape) + self.plus

    def __repr__(self):
        return self.name

    def __eq__(self, other):
        return isinstance(other, Affine) and all(
            np.array_equal(getattr(self, part), getattr(other, part)) for part in ("name", "takes", "matrix", "plus")
        )

    __hash__ = None

    def __deepcopy__(self, memo):
        return self  # a copy for each probe would take longer than the probe
