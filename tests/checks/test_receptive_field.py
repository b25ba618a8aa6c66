"""The exercise of chapter 4 of which more than one answer is right, and what else is special to them."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from checks.test_answers import message_of

from convbook.checks._receptive_field import FEWEST
from convbook.checks.judge import CHECKS


def test_no_stack_is_cheaper():
    """A weight has to reach every pixel: the kernel sizes must multiply to at least 31 at the least sum of squares."""
    stacks = [sizes for n in range(1, 5) for sizes in combinations_with_replacement(range(3, 32, 2), n)]
    assert min(sum(k * k for k in sizes) for sizes in stacks if np.prod(sizes) >= 31) == FEWEST


@pytest.mark.parametrize(
    ("layers", "hint"),
    [
        (31, "list of layers"),
        ([3, 3], "list of layers"),
        ([(3, 1)], "list of layers"),
        ([(3.0, 1, 1)], "list of layers"),
        ([(3, 0, 1)], "list of layers"),
        ([(2, 1, 1)] * 30, "no middle"),
        ([], "fewer than 31"),
        ([(3, 1, 1)] * 14, "fewer than 31"),
        ([(3, 1, 1)] * 16, "more than 31"),
        ([(3, 1, 15)], "never reads"),
        ([(3, 1, 5)] * 3, "never reads"),
        ([(1, 2, 1), (31, 1, 1)], "more than 31"),
        ([(31, 1, 1)], "fewer weights"),
        ([(3, 1, 1)] * 15, "fewer weights"),
        ([(1, 1, 1)] + [(3, 2, 1)] * 4, "fewer weights"),
    ],
)
def test_every_way_to_waste_weights_is_named(layers, hint):
    assert hint in message_of(CHECKS["cheapest_stack"], lambda: layers).split("Hint:")[1]
