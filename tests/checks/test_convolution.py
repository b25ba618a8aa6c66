"""What is special to the exercises of chapter 1."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook.checks.judge import CHECKS


def test_the_hunt_has_one_solution_only():
    for picture, target in CHECKS["find_kernel"].probes + CHECKS["find_kernel"].drawn(0, 50).probes:
        shape = tuple(np.subtract(picture.shape, target.shape) + 1)
        windows = sliding_window_view(picture, shape).reshape(target.size, -1)
        assert np.linalg.matrix_rank(windows) == np.prod(shape)
