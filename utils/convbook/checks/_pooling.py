"""The exercises of chapter 3: references, probes, requirements and the mistakes that readers make."""

import math

import numpy as np

from convbook import ops, shapes
from convbook.checks.judge import Check, register

_rng = np.random.default_rng(3)


# ---- a maximum with a frame ------------------------------------------------------------------------------------
def _max_in_frame(frame, value):
    """Return a max pooling that is right but for its frame: `frame` (before, after) pixels of `value` a side."""

    def max_pool(x, k, s, p):
        sides = [(p * frame[0], p * frame[1])] * 2
        return ops.max_pool2d(np.pad(x.astype(float), sides, constant_values=value), k, s)

    return max_pool


_all_below_zero = -_rng.permutation(np.arange(1.0, 43)).reshape(6, 7)

max_pool_check = Check(
    "max_pool",
    lambda x, k, s, p: ops.max_pool2d(x, k, s, p),
    probes=[
        (_all_below_zero, 3, 2, 1),
        (_rng.integers(-9, 10, (5, 8)), 2, 2, 0),
        (_rng.normal(size=(9, 4)), 4, 3, 2),
        (_rng.normal(size=(7, 6)), 2, 1, 0),
        (_rng.normal(size=(6, 9)), 2, 3, 1),
    ],
    mistakes=[
        (
            _max_in_frame((1, 1), 0),
            "your frame holds zeros, and where all pixels are below 0 a zero wins. Nothing may win against a pixel: "
            "fill the frame with -np.inf.",
        ),
        (lambda x, k, s, p: ops.max_pool2d(x, k, s), "the padding is not used."),
        (
            _max_in_frame((1, 0), -np.inf),
            "the frame is missing at the bottom and at the right: it lies on all four sides.",
        ),
        (lambda x, k, s, p: ops.avg_pool2d(x, k, s, p), "that is the average: the largest is asked for."),
        (
            lambda x, k, s, p: ops.max_pool2d(x, k, 1, p),
            "your windows move on by one pixel: they should move on by the stride.",
        ),
        (
            lambda x, k, s, p: ops.max_pool2d(x, k, k, p),
            "your windows stand side by side, whatever the stride: they move on by s, not by k.",
        ),
        (
            lambda x, k, s, p: ops.max_pool2d(x, k, s, p, ceil_mode=True),
            "there is a row or a column too many: a window that would hang over the end is left out.",
        ),
        (
            lambda x, k, s, p: ops.max_pool2d(x, k, s, p).T,
            "your output is turned on its side: rows come first, output[i, j] with i downwards.",
        ),
    ],
)


# ---- round up, but not too far ---------------------------------------------------------------------------------
def _pool_size(size, kernel, stride, padding, ceil_mode):
    return shapes.pool_output_size(size, kernel, stride, padding, ceil_mode=ceil_mode)


def _taking_back(one_too_many, sides=2):
    """Return a size that is rounded up in ceil mode, less 1 where one_too_many(last start, size, padding) says so."""

    def pool_size(size, kernel, stride, padding, ceil_mode):
        steps = (size + sides * padding - kernel) / stride
        steps = math.ceil(steps) if ceil_mode else math.floor(steps)
        return steps if ceil_mode and one_too_many(steps * stride, size, padding) else steps + 1

    return pool_size


pool_size_check = Check(
    "pool_size",
    _pool_size,
    probes=[
        (7, 2, 2, 0, False),
        (7, 2, 2, 0, True),
        (8, 2, 2, 0, True),
        (5, 2, 2, 1, True),
        (5, 4, 4, 2, True),
        (64, 3, 2, 1, True),
        (64, 3, 2, 1, False),
        (6, 3, 1, 1, False),
        (4, 1, 3, 0, True),
        (3, 1, 3, 0, True),
    ],
    mistakes=[
        (
            _taking_back(lambda start, size, padding: False),
            "a last window that would start behind the picture, in the frame or beyond, does not count: then it is one "
            "less.",
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: _pool_size(size, kernel, stride, padding, False),
            "ceil mode changes nothing: with it, round up.",
        ),
        (
            _taking_back(lambda start, size, padding: start >= size),
            "you take one back too soon: the windows are counted from the edge of the frame, so the picture ends at "
            "size + padding.",
        ),
        (
            _taking_back(lambda start, size, padding: start >= size + 2 * padding),
            "you take one back too late: a window may not start in the frame at the end, either.",
        ),
        (
            _taking_back(lambda start, size, padding: start > size + padding),
            "look at a window that starts exactly where the frame begins: it sees no pixel, so `>=` in place of `>`.",
        ),
        (
            _taking_back(lambda start, size, padding: True),
            "you take one back always: only where the last window would start behind the picture.",
        ),
        (
            _taking_back(lambda start, size, padding: start >= size + padding, sides=1),
            "the padding counts once only: it lies on both sides.",
        ),
        (
            lambda *settings: _pool_size(*settings) - 1,
            "one is missing: the place where the window starts is a stop, too.",
        ),
    ],
)


# ---- blame -----------------------------------------------------------------------------------------------------
def _route(share, meet=np.add, corner=lambda i, j, s: (s * i, s * j)):
    """Return a backward pass: window by window, `share` (window, dy) is laid on what is there, by `meet`."""

    def max_pool_backward(dy, x, k, s):
        dx = np.zeros(x.shape)
        for i, j in np.ndindex(dy.shape):
            top, left = corner(i, j, s)
            place = (slice(top, top + k), slice(left, left + k))
            dx[place] = meet(dx[place], share(x[place].astype(float), dy[i, j]))
        return dx

    return max_pool_backward


def _to_number(choose):
    """Give the whole dy to the pixel of the window that `choose` (flat window) picks."""

    def share(window, dy):
        shares = np.zeros(window.size)
        shares[choose(window.ravel())] = dy
        return shares.reshape(window.shape)

    return share


_to_the_first = _to_number(np.argmax)


def _winners(window):
    return window == window.max()


def _only_the_last_stays(before, now):
    return np.where(now != 0, now, before)


def _at_the_place_in_the_window(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        window = x[s * i : s * i + k, s * j : s * j + k]
        dx[np.unravel_index(window.argmax(), window.shape)] += dy[i, j]
    return dx


backward_check = Check(
    "max_pool_backward",
    lambda dy, x, k, s: ops.max_pool2d_backward(dy, x, k, s),
    probes=[
        (np.array([[10.0, 1]]), np.array([[0, 1, 3, 2, 0], [5, 4, 8, 1, 0], [1, 7, 2, 0, 6]]), 3, 2),
        (np.array([[3.0, -2, 8]]), np.array([[2, 7, 0, 0, 1, 5], [7, 7, 0, 0, 5, 1]]), 2, 2),
        (_rng.normal(size=(3, 5)), _rng.normal(size=(4, 6)), 2, 1),
    ],
    mistakes=[
        (
            _route(_to_the_first, meet=_only_the_last_stays),
            "where windows overlap, a pixel that wins twice keeps the last blame only: add it, with `+=`.",
        ),
        (
            _route(lambda window, dy: dy * _winners(window)),
            "on a tie you blame all of the largest in full, so there is more blame than came back: only the first one "
            "gets it.",
        ),
        (
            _route(lambda window, dy: dy * _winners(window) / _winners(window).sum()),
            "on a tie you share the blame out: here, as in PyTorch, the first one gets it all.",
        ),
        (
            _route(_to_number(lambda window: window.size - 1 - window[::-1].argmax())),
            "on a tie you blame the last of the largest: it is the first, row by row. `>` finds it, `>=` does not.",
        ),
        (
            _route(lambda window, dy: np.full(window.shape, dy / window.size)),
            "you gave everyone the same share, as an average does: the largest pixel gets it all.",
        ),
        (
            _route(lambda window, dy: _to_the_first(window, 1)),
            "you counted how often each pixel wins: what it gets is dy[i, j], each time.",
        ),
        (
            _route(_to_the_first, corner=lambda i, j, s: (i, j)),
            "your windows move on by one pixel: window [i, j] begins at row s * i, column s * j.",
        ),
        (
            _at_the_place_in_the_window,
            "the argmax is a place in the window: add the place of the window's corner, s * i and s * j.",
        ),
    ],
)


# ---- a maximum from ReLU ---------------------------------------------------------------------------------------
_A, _B = np.meshgrid(np.arange(-3.0, 4.0), np.arange(-3.0, 4.0) / 2)
_PAIRS = np.stack([_A.ravel(), _B.ravel()])


def _arrays(result, *kinds):
    """Return the arrays of a result that is a sequence of them, one for each kind(array), or None if it is not."""
    try:
        arrays = [np.asarray(part, dtype=float) for part in result]
    except (TypeError, ValueError):
        return None
    fits = len(arrays) == len(kinds) and all(kind(array) for kind, array in zip(kinds, arrays, strict=True))
    return arrays if fits else None


def _layers(result):
    layers = _arrays(result, lambda first: first.ndim == 2 and first.shape[1] == 2, lambda second: second.ndim == 1)
    return layers if layers and len(layers[0]) == len(layers[1]) else None


def _is_not(wrong):
    """Return a requirement: the network does not behave like `wrong` (a, b)."""
    return lambda result: not np.allclose(_through(result), wrong(*_PAIRS))


def _through(result):
    first, second = _layers(result)
    return second @ ops.relu(first @ _PAIRS)


def _right_where(where):
    return lambda result: np.allclose(_through(result)[where], _PAIRS.max(axis=0)[where])


_everywhere, _positive = np.full(_PAIRS.shape[1], True), _PAIRS[1] >= 0

network_check = Check(
    "max_network",
    requirements=[
        (
            lambda result: _layers(result) is not None,
            "return (first, second): first with one row of two weights for each hidden number, second with one weight "
            "for each of them.",
        ),
        (lambda result: all(np.isfinite(layer).all() for layer in _layers(result)), "all weights must be finite."),
        (_is_not(np.minimum), "that is the smaller of the two."),
        (_is_not(lambda a, b: ops.relu(a - b)), "relu(a − b) is how much a is ahead of b: now add b to it."),
        (_is_not(lambda a, b: a + b), "that is the sum of the two: without a ReLU that cuts, nothing can be chosen."),
        (_is_not(lambda a, b: np.abs(a - b)), "that is how far they are apart. What must you add to relu(a − b)?"),
        (
            lambda result: _right_where(_everywhere)(result) or not _right_where(_positive)(result),
            "it is right as long as b is not negative, but relu(b) is 0 for a negative b. What does relu(−b) know?",
        ),
        (
            _right_where(_everywhere),
            "it does not find the larger of the two. Begin with relu(a − b) + b, and get b through the ReLU in two "
            "parts.",
        ),
    ],
)


# ---- not linear ------------------------------------------------------------------------------------------------
def _two_windows(result):
    return _arrays(result, *[lambda window: window.shape == (2, 2)] * 2)


def _largest_at_the_same_place(result):
    """Whether x and y share a largest place: exactly then the maximum of their sum is the sum of their maxima."""
    x, y = _two_windows(result)
    return bool(((x == x.max()) & (y == y.max())).any())


not_linear_check = Check(
    "not_linear",
    requirements=[
        (lambda result: _two_windows(result) is not None, "return two windows, (x, y), each of shape (2, 2)."),
        (
            lambda result: all(np.isfinite(window).all() for window in _two_windows(result)),
            "all numbers must be finite.",
        ),
        (
            lambda result: all(window.any() for window in _two_windows(result)),
            "with a window of zeros every function that keeps 0 passes: put something into both.",
        ),
        (
            lambda result: not _largest_at_the_same_place(result),
            "both windows are largest at the same place, and there the sum is largest, too. Let them disagree.",
        ),
    ],
)

register(max_pool_check, pool_size_check, backward_check, network_check, not_linear_check)
