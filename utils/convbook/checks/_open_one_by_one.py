"""The task of chapter 5 with more than one right answer: what a result has to fulfil, and what helps if it does not.

Students get this file as it stands: nothing in it may tell an answer.
"""

import numpy as np

from convbook import ops
from convbook.checks._words import arrays
from convbook.checks.judge import Check, register

# ---- either, but not both --------------------------------------------------------------------------------------
_PAIRS = np.array([[0, 1, 0, 1], [0, 0, 1, 1]])  # a above, b below: neither, a alone, b alone, both


def _is_matrix(part):
    return part.ndim == 2


def _is_row(part):
    return part.ndim == 1


def _layers(result):
    """Return (first, bias, second) as arrays, or None if they do not fit together."""
    parts = arrays(result, lambda first: first.ndim == 2 and first.shape[1] == 2, _is_row, _is_row)
    return parts if parts and len(parts[0]) == len(parts[1]) == len(parts[2]) else None


def _lie_on_their_side(result):
    parts = arrays(result, _is_matrix, _is_row, _is_row)
    return parts is not None and len(parts[0]) == 2 and parts[0].shape[1] == len(parts[1]) == len(parts[2]) != 2


def _have_a_second_matrix(result):
    parts = arrays(result, _is_matrix, _is_row, _is_matrix)
    return parts is not None and 1 in parts[2].shape


def _answers(result):
    """Return what the network says to neither, a alone, b alone and both."""
    first, bias, second = _layers(result)
    return second @ ops.relu(first @ _PAIRS + bias[:, None])


def _are_not(*wrong):
    return lambda result: not np.allclose(_answers(result), wrong)


or_check = Check(
    "exclusive_or",
    requirements=[
        (
            lambda result: not _lie_on_their_side(result),
            "first lies on its side: it needs a row for each hidden number, and in it a weight for a and one for b.",
        ),
        (
            lambda result: not _have_a_second_matrix(result),
            "second is one row of weights, [1, 2, 3], without a second pair of brackets.",
        ),
        (
            lambda result: _layers(result) is not None,
            "return (first, bias, second): first with one row of two weights for each hidden number, bias and second "
            "with one number for each of them.",
        ),
        (lambda result: all(np.isfinite(part).all() for part in _layers(result)), "all numbers must be finite."),
        (_are_not(0, 1, 1, 1), "that is *or*: where both are 1 it must be 0. Which hidden number knows that both are?"),
        (_are_not(0, 0, 0, 1), "that is *and*: one hidden number that you will need. Which other one?"),
        (_are_not(0, 1, 1, 2), "that is the sum of the two, and only the last pixel is wrong. Who knows about it?"),
        (_are_not(0, 1, 0, 0), "you have one of the two ways: a without b. It takes a second hidden number."),
        (_are_not(0, 0, 1, 0), "you have one of the two ways: b without a. It takes a second hidden number."),
        (
            lambda result: _are_not(0, 1, -1, 0)(result) and _are_not(0, -1, 1, 0)(result),
            "that is the difference with its sign: what goes through the ReLU before is not negative any more, so "
            "why take one of the two away?",
        ),
        (_are_not(1, 0, 0, 1), "that is the opposite: 1 where the two are alike."),
        (_are_not(0, 2, 2, 0), "the right places, but twice as much: halve the weights in second."),
        (lambda result: np.isclose(_answers(result)[0], 0), "where both are 0, your network does not say 0."),
        (lambda result: np.allclose(_answers(result)[1:3], 1), "where only one is 1, your network does not say 1."),
        (lambda result: np.isclose(_answers(result)[3], 0), "where both are 1, your network does not say 0."),
    ],
)

register(or_check)
