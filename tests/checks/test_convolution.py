"""The exercise of chapter 1 of which more than one answer is right, and what else is special to them."""

import numpy as np
import pytest
from checks.test_answers import message_of

from convbook import kernels
from convbook.checks._convolution import hunt_pair
from convbook.checks.judge import CHECKS


def test_the_hunt_has_one_solution_only():
    picture, _ = hunt_pair(kernels.SOBEL_VERTICAL)
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    assert np.linalg.matrix_rank(windows) == 9


@pytest.mark.parametrize(
    ("kernel", "hint"),
    [
        ([1, 2, 3], "shape (3, 3)"),
        ([["a"] * 3] * 3, "shape (3, 3)"),
        (np.full((3, 3), np.nan), "finite"),
        (np.zeros((3, 3)), "all weights are 0"),
        ([[2, 1, 0], [1, 1, -1], [0, -1, -2]], "sum to 0"),
        ([[0, 1, 0], [-1, 0, -1], [0, 1, 0]], "the other diagonal"),
        (np.fliplr(kernels.DIAGONAL_EDGE), "the other diagonal"),
        (kernels.SOBEL_VERTICAL, "at least as strong"),
        (-kernels.DIAGONAL_EDGE, "the sign is turned"),
    ],
)
def test_every_way_to_miss_the_diagonal_is_named(kernel, hint):
    assert hint in message_of(CHECKS["diagonal_edge_kernel"], lambda: kernel).split("Hint:")[1]
