"""Answers to the exercises of chapter 1."""

import numpy as np
from checks.answers import right
from scipy.linalg import convolution_matrix
from scipy.signal import correlate2d

from convbook import kernels


# ---- right -----------------------------------------------------------------------------------------------------
@right("prediction")
def by_hand():
    return 3 - 4 + 2 * (1 - 3) + 2 - 5


@right("correlate_loops")
def scipy_correlation(picture, kernel):
    return correlate2d(picture.astype(float), kernel.astype(float), "valid")


@right("conv_layer_batch")
def scipy_layer(x, weight, bias):
    maps = [[sum(map(correlate2d, picture, kernel, ["valid"] * len(kernel))) for kernel in weight] for picture in x]
    return np.array(maps) + bias.reshape(-1, 1, 1)


@right("kernel_matrix")
def scipy_matrix(kernel, height, width):
    """Kronecker products of SciPy's 1-D Toeplitz matrices, one for each row of the kernel."""
    across = [convolution_matrix(row[::-1], width, "valid") for row in kernel]
    down = [np.eye(height - len(kernel) + 1, height, u) for u in range(len(kernel))]
    return sum(map(np.kron, down, across))


@right("find_kernel")
def normal_equations(picture, target):
    kh, kw = np.array(picture.shape) - target.shape + 1
    rows = [picture[i : i + kh, j : j + kw].ravel() for i, j in np.ndindex(target.shape)]
    return np.linalg.solve(np.transpose(rows) @ rows, np.transpose(rows) @ target.ravel()).reshape(kh, kw)


@right("diagonal_edge_kernel")
def the_diagonal_of_the_book():
    return kernels.DIAGONAL_EDGE


@right("diagonal_edge_kernel")
def a_diagonal_as_lists():
    return [[1, 1, 0], [1, 0, -1], [0, -1, -1]]
