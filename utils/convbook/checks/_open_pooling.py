"""The tasks of chapter 3 with more than one right answer: what a result has to fulfil, and what helps if it does not.

Students get this file as it stands: nothing in it may tell an answer.
"""

import numpy as np

from convbook import ops
from convbook.checks._words import arrays
from convbook.checks.judge import Check, register


# ---- not linear ------------------------------------------------------------------------------------------------
def _two_windows(result):
    return arrays(result, *[lambda window: window.shape == (2, 2)] * 2)


def _are_long_rows(result):
    return arrays(result, *[lambda window: window.shape == (4,)] * 2) is not None


def _share_a_largest_place(result):
    """Whether x and y are largest at one place: exactly then the maximum of x + y is the sum of the maxima."""
    x, y = _two_windows(result)
    return bool(((x == x.max()) & (y == y.max())).any())


def _is_even(window):
    return (window == window[0, 0]).all()


not_linear_check = Check(
    "not_linear",
    requirements=[
        (
            lambda result: not _are_long_rows(result),
            "these are four numbers in one row: give each window two rows, as in [[1, 2], [3, 4]].",
        ),
        (lambda result: _two_windows(result) is not None, "return two windows, (x, y), each of shape (2, 2)."),
        (
            lambda result: all(np.isfinite(window).all() for window in _two_windows(result)),
            "all numbers must be finite.",
        ),
        (
            lambda result: all(window.any() for window in _two_windows(result)),
            "a window of zeros changes nothing, so it proves nothing: put something into both.",
        ),
        (
            lambda result: not any(map(_is_even, _two_windows(result))),
            "a window of four equal numbers lifts all places alike, and the maximum with them. Let x and y each have "
            "a single largest number.",
        ),
        (
            lambda result: not _share_a_largest_place(result),
            "both windows are largest at the same place, and there the sum is largest, too. Let them disagree.",
        ),
    ],
)


# ---- a maximum from ReLU ---------------------------------------------------------------------------------------
def _deciding(first):
    """Return pairs (a, b), as columns: a network that agrees with the maximum on them does so everywhere.

    Between neighbouring ones, seen from (0, 0), both are linear: they bend only where a hidden number changes its sign,
    or where a is b.
    """
    bends = [(b, -a) for a, b in first / max(np.abs(first).max(), 1) if a or b]
    return np.transpose([*_PAIRS, *bends, *np.negative(bends).reshape(-1, 2)])


_PAIRS = [(5, 3), (3, 5), (-5, -3), (-3, -5), (4, -2), (-2, 4), (1, 1), (-1, -1)]


def _layers(result):
    layers = arrays(result, lambda first: first.ndim == 2 and first.shape[1] == 2, lambda second: second.ndim == 1)
    return layers if layers and len(layers[0]) == len(layers[1]) else None


def _lie_on_their_side(result):
    layers = arrays(result, lambda first: first.ndim == 2 and len(first) == 2, lambda second: second.ndim == 1)
    return layers is not None and layers[0].shape[1] == len(layers[1]) != 2


def _have_a_second_matrix(result):
    layers = arrays(result, lambda first: first.ndim == 2, lambda second: second.ndim == 2)
    return layers is not None and 1 in layers[1].shape


def _behaves_like(function):
    """Return a predicate on a result: is the network this function of a and b?"""

    def is_it(result):
        first, second = _layers(result)
        pairs = _deciding(first)
        return np.allclose(second @ ops.relu(first @ pairs), function(*pairs))

    return is_it


def _is_not(wrong):
    return lambda result: not _behaves_like(wrong)(result)


network_check = Check(
    "max_network",
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
            "return (first, second): first with one row of two weights for each hidden number, second with one weight "
            "for each of them.",
        ),
        (lambda result: all(np.isfinite(layer).all() for layer in _layers(result)), "all weights must be finite."),
        (_is_not(np.minimum), "that is the smaller of the two."),
        (_is_not(lambda a, b: ops.relu(a - b)), "relu(a − b) is how much a is ahead of b: now add b to it."),
        (
            _is_not(lambda a, b: ops.relu(a - b) - b),
            "you take b away from relu(a − b): which of relu(b) and relu(−b) must count for b, and which against?",
        ),
        (
            _is_not(lambda a, b: ops.relu(a - b) + abs(b)),
            "relu(b) + relu(−b) is the size of b without its sign: one of the two must be taken away.",
        ),
        (_is_not(lambda a, b: ops.relu(b - a) + b), "you have relu(b − a) + b: it is a that may be ahead of b."),
        (_is_not(lambda a, b: a + b), "that is the sum of the two: without a ReLU that cuts, nothing can be chosen."),
        (_is_not(lambda a, b: (a + b) / 2), "that is the average of the two."),
        (_is_not(lambda a, b: abs(a - b)), "that is how far they are apart. What must you add to relu(a − b)?"),
        (_is_not(lambda a, b: 2 * np.maximum(a, b)), "that is twice the larger of the two: halve the second weights."),
        (
            _is_not(lambda a, b: ops.relu(a - b) + ops.relu(b)),
            "it is right as long as b is not negative, but relu(b) is 0 for a negative b. What does relu(−b) know?",
        ),
        (
            _behaves_like(np.maximum),
            "it does not find the larger of the two. Begin with relu(a − b) + b, and get b through the ReLU in two "
            "parts.",
        ),
    ],
)

register(not_linear_check, network_check)
