"""The exercises of chapter 3 of which more than one answer is right, and what else is special to them."""

import numpy as np
import pytest
from checks.test_answers import message_of

from convbook.checks.judge import CHECKS


@pytest.mark.parametrize(
    ("layers", "hint"),
    [
        ([1, 2, 3], "return (first, second)"),
        (([[1, -1, 0]], [1]), "return (first, second)"),
        (([[1, -1], [0, 1]], [1]), "return (first, second)"),
        (([[1, -1]], [np.inf]), "finite"),
        (([[1, -1], [1, 0], [-1, 0]], [-1, 1, -1]), "that is the smaller"),
        (([[1, -1]], [1]), "now add b to it"),
        (([[1, 1], [-1, -1]], [1, -1]), "that is the sum"),
        (([[1, -1], [-1, 1]], [1, 1]), "how far they are apart"),
        (([[1, -1], [0, 1]], [1, 1]), "as long as b is not negative"),
        (([[1, 0], [-1, 0]], [1, -1]), "does not find the larger"),
    ],
)
def test_every_way_to_miss_the_larger_is_named(layers, hint):
    assert hint in message_of(CHECKS["max_network"], lambda: layers).split("Hint:")[1]


@pytest.mark.parametrize(
    ("windows", "hint"),
    [
        ([1, 2, 3], "shape (2, 2)"),
        (([[1, 2, 3]], [[4, 5, 6]]), "shape (2, 2)"),
        ((np.eye(2), np.full((2, 2), np.inf)), "finite"),
        ((np.zeros((2, 2)), np.eye(2)), "put something into both"),
        (([[1, 2], [3, 4]], [[0, -1], [-1, 0]]), "the same place"),
    ],
)
def test_every_way_to_miss_a_counterexample_is_named(windows, hint):
    assert hint in message_of(CHECKS["not_linear"], lambda: windows).split("Hint:")[1]
