"""The task of chapter 7 with more than one right answer: what a result has to fulfil, and what helps if it does not.

Students get this file as it stands: nothing in it may tell an answer.
"""

import numpy as np

from convbook.checks._words import NotNumbers, numbers
from convbook.checks.judge import Check, register


# ---- a kernel without a pattern --------------------------------------------------------------------------------
def _weights(result):
    """Return the kernel that a result holds, or None if it is not one of 3 × 3."""
    try:
        kernel = numbers(result).astype(float)
    except NotNumbers:
        return None
    return kernel if kernel.shape == (3, 3) else None


def _sums(result):
    """Return what a map of ones becomes in the middle, at stride 2: the sums over every second weight (2, 2)."""
    kernel = _weights(result)
    return np.array([[kernel[i::2, j::2].sum() for j in (0, 1)] for i in (0, 1)])


def _spreads_less_than(result, axis):
    sums = _sums(result)
    return np.ptp(sums, axis=axis).max() < 1e-9 * max(np.abs(sums).max(), 1)


even_kernel_check = Check(
    "even_kernel",
    requirements=[
        (lambda result: _weights(result) is not None, "return three rows of three numbers."),
        (lambda result: np.isfinite(_weights(result)).all(), "all weights must be finite."),
        (
            lambda result: _weights(result).all(),
            "one of the weights is 0. Without those it would be easy: the task wants a kernel of nine.",
        ),
        (
            lambda result: np.ptp(_weights(result)) > 0,
            "nine equal weights: some pixels get one of them, others two or four. Which weight has to make up "
            "for standing alone?",
        ),
        (
            lambda result: not np.isclose(_weights(result).sum(), 1) or np.allclose(_sums(result), 1),
            "your weights sum to 1, as those of a blur. But here each pixel of the output gets only *some* of them, "
            "and those must sum to 1.",
        ),
        (
            lambda result: _spreads_less_than(result, axis=0) or not _spreads_less_than(result, axis=1),
            "along each row of the output all is flat, but the rows differ from one another.",
        ),
        (
            lambda result: _spreads_less_than(result, axis=1) or not _spreads_less_than(result, axis=0),
            "along each column of the output all is flat, but the columns differ from one another.",
        ),
        (
            lambda result: _spreads_less_than(result, axis=None),
            "it checkers. Four kinds of pixels take turns: one gets the four corners, one the middle of the upper and "
            "of the lower row, one that of the left and of the right column, and one the centre. Write down the four "
            "sums.",
        ),
        (
            lambda result: np.allclose(_sums(result), 1),
            "no pattern any more, but a map of ones should come out as ones: divide by what comes out.",
        ),
        (
            lambda result: len(np.unique(_weights(result).round(9))) == 9,
            "ones stay ones, but some of its weights are equal, as they are in the kernel of the chapter. Which of "
            "the four sums leave you a choice?",
        ),
    ],
)

register(even_kernel_check)
