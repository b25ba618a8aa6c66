"""What is known of a network: its layers, the picture that it was made for, and its year."""

from typing import NamedTuple


class Network(NamedTuple):
    """A network by its name: the `layers` as `convbook.shapes` counts them, for a picture of `input_shape`.

    `year` is that of its paper. It raises nothing. Source: each network's own module names it.

    >>> Network("a layer", 2026, [], (3, 224, 224)).input_shape
    (3, 224, 224)
    """

    name: str
    year: int
    layers: list
    input_shape: tuple = (3, 224, 224)
