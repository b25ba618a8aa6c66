"""The task of chapter 1 with more than one right answer: what a result has to fulfil, and what helps if it does not.

Students get this file as it stands: nothing in it may tell an answer.
"""

import numpy as np

from convbook import ops
from convbook.checks._words import NotNumbers, numbers
from convbook.checks.judge import Check, register


# ---- design an edge kernel -------------------------------------------------------------------------------------
def _step(slope_down, slope_right, size=9):
    """Return a picture that is 1 on one side of a line through its middle and 0 on the other."""
    rows, columns = np.indices((size, size)) - size // 2
    return (slope_down * rows + slope_right * columns < 0).astype(float)


# Bright below an edge like "\", below one like "/", below a level one, and to the right of an upright one.
FALLING, RISING, LEVEL, UPRIGHT = _step(-1, 1), _step(-1, -1), _step(-1, 0), _step(0, -1)


def _answers(result, picture):
    return ops.conv2d(picture, numbers(result)).round(9)


def _strength(result, picture):
    return np.abs(_answers(result, picture)).max()


def _is_kernel(result):
    try:
        return numbers(result).shape == (3, 3)
    except NotNumbers:
        return False


design_check = Check(
    "diagonal_edge_kernel",
    requirements=[
        (_is_kernel, "give back nine numbers as an array of shape (3, 3)."),
        (lambda k: np.isfinite(numbers(k)).all(), "all nine numbers must be finite."),
        (lambda k: np.any(numbers(k)), "all weights are 0: such a kernel never says anything."),
        (
            lambda k: abs(numbers(k).sum()) < 1e-9,
            "the weights must sum to 0, or the kernel answers where nothing changes.",
        ),
        (
            lambda k: _strength(k, RISING) <= max(_strength(k, edge) for edge in (FALLING, LEVEL, UPRIGHT)),
            "it answers the other diagonal, /, most strongly. Mirror it.",
        ),
        (
            lambda k: _strength(k, FALLING) > max(_strength(k, LEVEL), _strength(k, UPRIGHT)),
            "a level or an upright edge gets at least as strong an answer. Let more weights count that lie beside "
            "the falling diagonal.",
        ),
        (
            lambda k: _strength(k, FALLING) > _strength(k, RISING),
            "both diagonals get equally strong answers: one side of \\ must count otherwise than the other.",
        ),
        (
            lambda k: _answers(k, FALLING).min() >= 0 or _answers(k, FALLING).max() <= 0,
            "beside the edge it answers once with plus and once with minus: that finds a line. For an edge, one side "
            "counts positive and the other negative.",
        ),
        (
            lambda k: _answers(k, FALLING).max() > 0,
            "the sign is turned: bright below and dark above should give a positive answer.",
        ),
    ],
)

register(design_check)
