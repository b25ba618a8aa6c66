"""The exercises of chapter 3: what is right, probes, and the mistakes that readers make."""

import math

import numpy as np

from convbook import ops, shapes
from convbook.checks.judge import Check, register


# ---- a maximum with a frame ------------------------------------------------------------------------------------
def _max_pool(x, k, s, p):
    return ops.max_pool2d(x, k, s, p)


def _pool_framed(value, reduce=np.max, sides=((1, 1), (1, 1)), kind=float, begin=None):
    """Return a pooling with a frame of `value`, `sides` times p wide; the rest is right but for what is asked for."""

    def max_pool(x, k, s, p):
        framed = np.pad(x.astype(kind or x.dtype), np.array(sides) * p, constant_values=value)
        windows = np.lib.stride_tricks.sliding_window_view(framed, (k, k))[::s, ::s]
        pooled = reduce(windows, axis=(2, 3))
        return pooled if begin is None else np.maximum(pooled, begin)

    return max_pool


def _by_loops(
    step=lambda k, s: s, number=lambda n, k, s: (n - k) // s + 1, shape=lambda height, width: (height, width)
):
    """Return a max pooling with loops; the arguments are where the mistakes are made."""

    def max_pool(x, k, s, p):
        framed = np.pad(x.astype(float), p, constant_values=-np.inf)
        height, width = (number(n + 2 * p, k, s) for n in shape(*x.shape))
        tops, lefts = step(k, s) * np.arange(height), step(k, s) * np.arange(width)
        return [[framed[top : top + k, left : left + k].max() for left in lefts] for top in tops]

    return max_pool


def _framed_by_slices(x, k, s, p):
    framed = np.full(np.array(x.shape) + 2 * p, -np.inf)
    framed[p:-p, p:-p] = x
    return _max_pool(framed, k, s, 0)


def _a_frame_of(value):
    wins = f"{value:,} is a number like any other: where the pixels lie below it, your frame wins. Only -np.inf never"
    return _pool_framed(value), f"{wins} does."


_MIXED = np.random.default_rng(2).permutation(40).reshape(8, 5)


def _draw_a_map(rng):
    """Draw a map that is high or wide, of integers or not, or far below zero."""
    x = rng.integers(-60, 10, rng.permutation([rng.integers(4, 7), rng.integers(7, 10)]))
    return [x, x / 2, 1e12 * x - 1e14][rng.integers(3)]


def _draw_a_pooling(rng):
    k, s = rng.integers([2, 1], 5)
    return _draw_a_map(rng), int(k), int(s), int(rng.integers(0, k // 2 + 1))


max_pool_check = Check(
    "max_pool",
    _max_pool,
    probes=[
        (np.array([[-5, -3, -8], [-2, -6, -4], [-7, -1, -9]]), 3, 2, 1),
        (_MIXED / 2 - 30, 3, 2, 0),  # a row is left over, and no column
        (1e12 * _MIXED[:2, :3] - 1e14, 2, 2, 1),
    ],
    mistakes=[
        (
            _pool_framed(0),
            "your frame holds zeros, and where all pixels are below 0 a zero wins. Nothing may win against a pixel: "
            "fill the frame with -np.inf.",
        ),
        *map(_a_frame_of, (-1, -99, -100, -999, -1000, -9999, -(10**6), -(10**9))),
        (
            _pool_framed(-np.inf, begin=0),
            "you begin the search with 0, and where all pixels are below it, it stays 0. Begin with -np.inf, or with "
            "the first pixel of the window.",
        ),
        (
            _pool_framed(-np.inf, kind=None),
            "an array of integers cannot hold −∞: make x float before you frame it.",
        ),
        (
            _framed_by_slices,
            "for p = 0 your slice [p:-p] is empty, since −0 is 0: it needs p:p + height, or np.pad.",
        ),
        (lambda x, k, s, p: _max_pool(x, k, s, 0), "the padding is not used: put p pixels of frame on every side."),
        (
            _pool_framed(-np.inf, sides=((1, 0), (1, 0))),
            "the frame is missing at the bottom and at the right: it lies on all four sides.",
        ),
        (
            _pool_framed(-np.inf, sides=((1, 1), (0, 0))),
            "the frame is missing at the left and at the right: it lies on all four sides.",
        ),
        *(
            (average, "that is the average: the largest is asked for.")
            for average in (ops.avg_pool2d, _pool_framed(-np.inf, np.mean))
        ),
        (_pool_framed(np.inf, np.min), "that is the smallest of each window: the largest is asked for."),
        (
            lambda x, k, s, p: _max_pool(x, k, 1, p),
            "your windows move on by one pixel: they should move on by s.",
        ),
        (
            _by_loops(step=lambda k, s: 1),
            "you have the right number of windows, but they move on by one pixel: window [i, j] begins at row s * i "
            "and column s * j.",
        ),
        (
            lambda x, k, s, p: _max_pool(x, k, k, p),
            "your windows stand side by side, whatever s is: they move on by s, not by k.",
        ),
        *(
            (
                _by_loops(number=number),
                "there is a row or a column too many: a window that would hang over the end is left out.",
            )
            for number in (lambda n, k, s: math.ceil((n - k) / s) + 1, lambda n, k, s: math.ceil(n / s))
        ),
        (
            _by_loops(number=lambda n, k, s: math.ceil((n - k) / s)),
            "a window that ends exactly with the frame is missing: a `range` leaves its own end out, so add 1 to it.",
        ),
        (
            _by_loops(shape=lambda height, width: (width, height)),
            "height and width are exchanged: `x.shape` is (rows, columns), and i counts the rows.",
        ),
        (
            _by_loops(number=lambda n, k, s: n // s),
            "the last window has no room: take k away from the size, frame included, before you divide it by s; then "
            "add the first stop.",
        ),
        (
            _by_loops(shape=lambda height, width: (height, height)),
            "a map need not be square: it has a height and a width, and so has your output.",
        ),
        (
            lambda x, k, s, p: _pool_framed(-np.inf)(np.abs(x), k, s, p),
            "you compare magnitudes: −4 is smaller than −3, though it is further from 0.",
        ),
    ],
    draw=_draw_a_pooling,
)


# ---- round up, but not too far ---------------------------------------------------------------------------------
def _windows(count, first=lambda padding: -padding, cut=lambda start, stop, size: (max(start, 0), min(stop, size))):
    """Return an answer: `count` windows for (room, stride, size, padding, ceil_mode), begun and `cut` as told."""

    def pool_windows(size, kernel, stride, padding, ceil_mode):
        number = count(size + 2 * padding - kernel, stride, size, padding, ceil_mode)
        starts = [first(padding) + n * stride for n in range(number)]
        return [cut(start, start + kernel, size) for start in starts]

    return pool_windows


def _counted(
    too_far=lambda last, size, padding: last >= size + padding,
    up=lambda room, stride, size: math.ceil(room / stride),
):
    """Return a number of windows that is rounded `up` in ceil mode, less 1 where too_far(last start, ...) says so."""

    def count(room, stride, size, padding, ceil_mode):
        steps = up(room, stride, size) if ceil_mode else room // stride
        return steps if ceil_mode and too_far(steps * stride, size, padding) else steps + 1

    return count


def _pool_windows(size, kernel, stride, padding, ceil_mode):
    number = shapes.pool_output_size(size, kernel, stride, padding, ceil_mode=ceil_mode)
    starts = [n * stride - padding for n in range(number)]
    return [(max(start, 0), min(start + kernel, size)) for start in starts]


def _draw_a_row(rng):
    """Draw windows that overlap in half of all cases: only then one that hangs over the end may stay."""
    kernel = int(rng.integers(1, 8))
    stride = rng.integers((kernel + 1) // 2, kernel + 1) if rng.integers(2) else rng.integers(1, 7)
    size, padding = rng.integers(kernel, 20), rng.integers(0, kernel // 2 + 1)
    return int(size), kernel, int(stride), int(padding), bool(rng.integers(4))


def _end_left_out(size, kernel, stride, padding, ceil_mode):
    starts = list(range(-padding, size + padding - kernel, stride)) or [-padding]
    if ceil_mode and starts[-1] + kernel < size + padding and starts[-1] + stride < size:
        starts.append(starts[-1] + stride)
    return [(max(start, 0), min(start + kernel, size)) for start in starts]


def _leftover_in_the_picture(size, kernel, stride, padding, ceil_mode):
    starts = list(range(-padding, size + padding - kernel + 1, stride))
    if ceil_mode and starts[-1] + kernel < size and starts[-1] + stride < size:
        starts.append(starts[-1] + stride)
    return [(max(start, 0), min(start + kernel, size)) for start in starts]


_LEFT_OVER = "in ceil mode a window is missing at the end: as soon as something is left over, round up."

pool_windows_check = Check(
    "pool_windows",
    _pool_windows,
    probes=[
        (9, 5, 3, 0, True),
        (8, 3, 2, 1, False),
        (5, 4, 4, 2, True),
        (6, 4, 1, 2, True),
        (4, 1, 4, 0, True),
        (7, 3, 2, 0, False),  # nothing is left over
        (5, 4, 3, 2, True),  # what is left over lies in the frame
    ],
    mistakes=[
        (
            _end_left_out,
            "a window that ends exactly with the row is missing: a `range` leaves its own end out, so add 1 to it.",
        ),
        (
            _leftover_in_the_picture,
            "in ceil mode what is left over may lie in the frame: compare with size + padding, not with size.",
        ),
        (
            _windows(_counted(lambda last, size, padding: False)),
            "your last window sees no pixel at all: one that would start behind the picture, in the frame or beyond, "
            "does not count.",
        ),
        *(
            (_windows(_counted(up=up)), _LEFT_OVER)
            for up in (
                lambda room, stride, size: math.floor(room / stride + 0.5),
                lambda room, stride, size: room // stride + (size % stride > 0),
            )
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: _pool_windows(size, kernel, stride, padding, False),
            _LEFT_OVER,
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: _pool_windows(size, kernel, stride, padding, True),
            "your windows are those of ceil mode, always: without it, one that hangs over the end is left out.",
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: _pool_windows(
                size, kernel, stride, padding, not ceil_mode
            ),
            "the two modes are exchanged: ceil mode is the one that rounds up.",
        ),
        (
            _windows(_counted(lambda last, size, padding: last >= size)),
            "in ceil mode a window is missing at the end: the padding lies *before* the picture, too, so counted from "
            "there the picture ends at size + padding.",
        ),
        (
            _windows(_counted(lambda last, size, padding: last > size + padding)),
            "look at a window that starts exactly where the picture ends: it sees no pixel, so it does not count.",
        ),
        (
            _windows(_counted(lambda last, size, padding: last >= size + 2 * padding)),
            "a window may not start in the frame at the end, either: it would see no pixel.",
        ),
        (
            _windows(_counted(lambda last, size, padding: True)),
            "in ceil mode a window is always missing at the end: leave the last one out only if it would start behind "
            "the picture.",
        ),
        (
            _windows(lambda room, stride, size, padding, ceil_mode: room // stride + (2 if ceil_mode else 1)),
            "in ceil mode you always add one: round up only if something is left over.",
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: [
                (max(start, 0), min(start + kernel, size))
                for start in range(-padding, size, stride)
                if ceil_mode or start + kernel <= size + padding
            ],
            "there are too many: once a window has reached the end of picture and frame, nothing is left for another.",
        ),
        (
            _windows(
                lambda room, stride, size, padding, ceil_mode: _counted()(
                    room - padding, stride, size, padding, ceil_mode
                )
            ),
            "the padding counts once only in the number of windows: it lies on both sides.",
        ),
        (
            _windows(_counted(), cut=lambda start, stop, size: (start, stop)),
            "your windows read pixels that do not exist: cut each off at 0 and at size.",
        ),
        (
            _windows(_counted(), cut=lambda start, stop, size: (max(start, 0), stop)),
            "your last window reads on behind the picture: cut it off at size.",
        ),
        (
            _windows(_counted(), cut=lambda start, stop, size: (start, min(stop, size))),
            "your first window begins before pixel 0: cut it off there.",
        ),
        (
            _windows(_counted(), cut=lambda start, stop, size: (max(start, 0), max(start, 0) + stop - start)),
            "you move a window that begins in the frame on to pixel 0, and let the last one read on behind the "
            "picture: cut off what hangs over, at both ends.",
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: _pool_windows(size, kernel, stride, 0, ceil_mode),
            "the padding is not used: the first window begins `padding` before pixel 0, and the last may end as far "
            "behind the picture.",
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: _pool_windows(size, kernel, stride, 0, False),
            "neither the padding nor ceil_mode is used: both have a say in how many windows there are, and the padding "
            "in where they begin.",
        ),
        (
            _windows(_counted(), first=lambda padding: 0),
            "your first window begins at pixel 0: it begins `padding` before it, on the frame.",
        ),
        (
            _windows(_counted(), first=lambda padding: 0, cut=lambda start, stop, size: (start, stop)),
            "you count from the beginning of the frame: pixel 0 is the first of the picture, `padding` further on.",
        ),
        (
            _windows(_counted(), cut=lambda start, stop, size: (max(start, 0), min(stop, size) - 1)),
            "you end with the last pixel that a window reads: `stop` is the one behind it, as in a slice.",
        ),
        (
            _windows(_counted(), cut=lambda start, stop, size: (max(start, 0), min(stop, size) - max(start, 0))),
            "your second number says how many pixels a window reads: say where it stops.",
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: [
                (max(start, 0), min(max(start, 0) + kernel, size))
                for start in (
                    n * stride - padding
                    for n in range(_counted()(size + 2 * padding - kernel, stride, size, padding, ceil_mode))
                )
            ],
            "you move the first window on to pixel 0: cut it off there. It keeps its end, and reads less.",
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: _pool_windows(size, kernel, stride, padding, ceil_mode)[
                :-1
            ],
            "the last window is missing: the place where the first one starts is a stop, too, so there is one window "
            "more than there are steps.",
        ),
        (
            lambda size, kernel, stride, padding, ceil_mode: _pool_windows(size, kernel, kernel, padding, ceil_mode),
            "your windows stand side by side: they move on by the stride.",
        ),
        *(
            (
                lambda size, kernel, stride, padding, ceil_mode, rounded_up=rounded_up: len(
                    _pool_windows(size, kernel, stride, padding, ceil_mode and rounded_up)
                ),
                "that is how many there are: list them, as (start, stop).",
            )
            for rounded_up in (True, False)
        ),
    ],
    draw=_draw_a_row,
)


# ---- blame -----------------------------------------------------------------------------------------------------
def _blame(dy, x, k, s):
    return ops.max_pool2d_backward(dy, x, k, s)


def _route(share, meet=np.add, corner=lambda i, j, s, k: (s * i, s * j), kind=float):
    """Return a backward pass: window by window, `share` (window, dy) is laid on what is there, by `meet`."""

    def max_pool_backward(dy, x, k, s):
        dx = np.zeros(x.shape, dtype=kind or x.dtype)
        for i, j in np.ndindex(dy.shape):
            top, left = corner(i, j, s, k)
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
_to_the_last = _to_number(lambda window: window.size - 1 - window[::-1].argmax())


def _winners(window):
    return window == window.max()


def _only_the_last_stays(before, now):
    return np.where(now != 0, now, before)


def _at(place, buffer=lambda dy, x, k, s: np.zeros(x.shape)):
    """Return a backward pass that adds each dy at `place` (window, its corner, x), in a `buffer`."""

    def max_pool_backward(dy, x, k, s):
        dx = buffer(dy, x, k, s)
        for i, j in np.ndindex(dy.shape):
            window = x[s * i : s * i + k, s * j : s * j + k]
            dx[place(window, (s * i, s * j), x)] += dy[i, j]
        return dx

    return max_pool_backward


def _in_the_window(window, corner, x):
    return np.unravel_index(window.argmax(), window.shape)


def _right_place(window, corner, x):
    return tuple(np.add(corner, _in_the_window(window, corner, x)))


def _as_far_as_windows_reach(dy, x, k, s):
    return np.zeros(s * (np.array(dy.shape) - 1) + k)


_FAR_BELOW = 20_000  # zero, so that a search that begins there, or at -1 or -9999, finds nothing


def _draw_a_blame(rng):
    k, s = (int(n) for n in rng.integers(2, 4, 2))
    x = rng.integers(0, 6, rng.permutation([rng.integers(4, 6), rng.integers(6, 9)]))
    shape = (np.array(x.shape) - k) // s + 1
    return rng.integers(-20, 21, shape) / 2, x - int(rng.choice([0, _FAR_BELOW])), k, s


_BEGINS_TOO_HIGH = (
    "your search begins with a number that the pixels need not reach: where all of them lie below it, none wins. Begin "
    "with -np.inf, or with the first pixel of the window."
)

backward_check = Check(
    "max_pool_backward",
    _blame,
    probes=[
        (np.array([[10.5, 1.75]]), np.array([[0, 1, 3, 2, 0, 9], [5, 4, 8, 1, 0, 9], [1, 7, 2, 0, 6, 9]]), 3, 2),
        (np.array([[3.0, -2, 8]]), np.array([[2, 7, 0, 0, 1, 5, 9], [7, 7, 6, 6, 5, 1, 9]]), 2, 2),
        (
            np.array([[1.0, 2], [3, 4], [5, 6]]),
            np.array([[0, 4, 2], [5, 4, 1], [3, 0, 6], [0, 5, 7]]) / 2 - _FAR_BELOW,
            2,
            1,
        ),
    ],
    mistakes=[
        (
            _route(_to_the_first, kind=None),
            "your dx has the integer type of x, as np.zeros_like(x) makes it, and loses what stands behind the point. "
            "Make it float.",
        ),
        (
            _route(_to_the_first, meet=_only_the_last_stays),
            "where windows overlap, a pixel that wins twice keeps the last blame only: add it, with `+=`.",
        ),
        (
            _route(_to_the_first, meet=lambda before, now: now),
            "where windows overlap, the later one wipes out what the earlier one has left there: add, with `+=`.",
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
            _route(_to_the_last),
            "on a tie you blame the last of the largest: it is the first, row by row. `>` finds it, `>=` does not.",
        ),
        (
            _route(lambda window, dy: _to_the_first(window.T, dy).T),
            "on a tie you blame the first column by column: row by row is asked for.",
        ),
        (
            _route(lambda window, dy: _to_the_first(np.maximum(window, 0), dy)),
            _BEGINS_TOO_HIGH,
        ),
        (
            _route(lambda window, dy: _to_the_first(window, dy if window.max() > 0 else 0)),
            _BEGINS_TOO_HIGH,
        ),
        (
            _route(lambda window, dy: np.full(window.shape, dy / window.size)),
            "you gave everyone the same share, as an average does: the largest pixel gets it all.",
        ),
        (
            _route(lambda window, dy: np.full(window.shape, dy)),
            "every pixel of the window gets the blame in full: only the largest gets it.",
        ),
        (
            _route(lambda window, dy: _to_number(np.argmin)(window, dy)),
            "you blame the smallest pixel of each window: the largest has won.",
        ),
        (
            _route(lambda window, dy: _to_the_first(window, 1)),
            "you counted how often each pixel wins: what it gets is dy[i, j], each time.",
        ),
        (
            _route(lambda window, dy: _to_the_first(window, window.max())),
            "you put the pixel's own value there, as on the way forward: what it gets is dy[i, j].",
        ),
        (
            _route(lambda window, dy: _to_the_first(window, dy * window.max())),
            "you multiplied by the pixel's value: the maximum follows its pixel one to one, so it gets dy[i, j].",
        ),
        (
            _route(_to_the_first, corner=lambda i, j, s, k: (i, j)),
            "your windows move on by one pixel: window [i, j] begins at row s * i, column s * j.",
        ),
        (
            _route(_to_the_first, corner=lambda i, j, s, k: (k * i, k * j)),
            "your windows stand side by side: window [i, j] begins at row s * i, column s * j.",
        ),
        (
            _at(lambda window, corner, x: corner),
            "the blame lands in the upper left corner of each window: it belongs to the pixel that has won.",
        ),
        (
            _at(_in_the_window),
            "the argmax is a place in the window: add the place of the window's corner, s * i and s * j.",
        ),
        (
            _at(lambda window, corner, x: x == window.max()),
            "you look for the largest number in the whole of x, and it may stand elsewhere, too: look in the window.",
        ),
        (
            _at(lambda window, corner, x: tuple(np.argwhere(x == window.max())[0])),
            "you look for the largest number in the whole of x, and it may stand elsewhere, too: look in the window.",
        ),
        (
            _at(lambda window, corner, x: tuple(np.add(corner, np.unravel_index(window.argmax(), x.shape)))),
            "the argmax counts the pixels of the window: unravel it with the shape of the window, not with that of x.",
        ),
        (
            _at(lambda window, corner, x: tuple(np.add(corner, _in_the_window(window, corner, x)[::-1]))),
            "row and column are exchanged: np.unravel_index gives (row, column).",
        ),
        (
            _at(_right_place, buffer=_as_far_as_windows_reach),
            "dx must be as large as x: a pixel that no window reads gets 0.",
        ),
        (
            _at(_right_place, buffer=lambda dy, x, k, s: x.astype(float)),
            "you add the blame to the pixels themselves: begin with zeros in the shape of x.",
        ),
    ],
    draw=_draw_a_blame,
)


register(max_pool_check, pool_windows_check, backward_check)
