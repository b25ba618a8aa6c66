"""Answers to the exercises of chapter 3."""

import math

import numpy as np
from checks.answers import right, wrong
from scipy.ndimage import maximum_filter
from scipy.optimize import approx_fprime


# ---- not linear ------------------------------------------------------------------------------------------------
@right("not_linear")
def windows_that_disagree():
    return np.eye(2), [[0, 1], [0, 0]]


@right("not_linear")
def windows_in_one_array():
    return np.array([[[1, 0], [0, 0]], [[0, 0], [0, 1]]], dtype=np.uint8)


@right("not_linear")
def a_window_and_its_negative():
    return [[[1, 2], [3, 4]], [[-1, -2], [-3, -4]]]


@wrong("not_linear", "shape (2, 2)")
def a_claim():
    return True


@wrong("not_linear", "shape (2, 2)")
def two_maxima():
    return 3, 4


@wrong("not_linear", "shape (2, 2)")
def one_window():
    return [[1, 2], [3, 4]]


@wrong("not_linear", "shape (2, 2)")
def both_windows_and_their_sum():
    return [[1, 0], [0, 0]], [[0, 0], [0, 1]], [[1, 0], [0, 1]]


@wrong("not_linear", "shape (2, 2)")
def windows_of_one_row():
    return [[1, 2, 3]], [[4, 5, 6]]


@wrong("not_linear", "shape (2, 2)")
def windows_of_words():
    return [["1", "0"], ["0", "0"]], [["0", "0"], ["0", "1"]]


@wrong("not_linear", "four numbers in one row")
def four_in_a_row():
    return [1, 0, 0, 0], [0, 0, 0, 1]


@wrong("not_linear", "finite")
def an_infinite_pixel():
    return [[np.inf, 0], [0, 0]], [[0, 0], [0, -np.inf]]


@wrong("not_linear", "a window of zeros")
def nothing_and_something():
    return np.zeros((2, 2)), np.eye(2)


@wrong("not_linear", "four equal numbers")
def brighter_all_over():
    return [[1, 2], [3, 4]], [[5, 5], [5, 5]]


@wrong("not_linear", "largest at the same place")
def the_same_twice():
    return [[1, 2], [3, 4]], [[1, 2], [3, 4]]


@wrong("not_linear", "largest at the same place")
def large_numbers():
    return [[1, 2], [3, 400]], [[-7, 0], [5, 600]]


@wrong("not_linear", "largest at the same place")
def a_tie_that_helps():
    return [[7, 0], [0, 7]], [[0, 1], [2, 3]]


@wrong("not_linear", "largest at the same place")
def the_smallest_disagree():
    return [[0, 1], [1, 9]], [[1, 0], [1, 9]]


# ---- a maximum with a frame ------------------------------------------------------------------------------------
def windows_of(framed, k, s):
    """Return the windows of an array as rows of a table of windows."""
    height, width = framed.shape
    return [
        [framed[top : top + k, left : left + k] for left in range(0, width - k + 1, s)]
        for top in range(0, height - k + 1, s)
    ]


def largest_of(framed, k, s):
    return np.array([[window.max() for window in row] for row in windows_of(framed, k, s)])


@right("max_pool")
def maxima_by_scipy(x, k, s, p):
    """SciPy centres a window on each pixel of the frame: keep the centres of the windows that stay inside."""
    framed = np.pad(x.astype(float), p, constant_values=-np.inf)
    height, width = framed.shape
    return maximum_filter(framed, k)[k // 2 : height - (k - 1) // 2 : s, k // 2 : width - (k - 1) // 2 : s]


@right("max_pool")
def no_frame_but_windows_that_are_cut_off(x, k, s, p):
    height, width = x.shape
    rows, columns = range(-p, height + p - k + 1, s), range(-p, width + p - k + 1, s)
    return [[x[max(i, 0) : i + k, max(j, 0) : j + k].max() for j in columns] for i in rows]


@right("max_pool")
def a_frame_of_the_smallest_pixel(x, k, s, p):
    return largest_of(np.pad(x, p, constant_values=x.min()), k, s).tolist()


@wrong("max_pool", "frame holds zeros")
def frame_of_zeros(x, k, s, p):
    return largest_of(np.pad(x, p), k, s)


@wrong("max_pool", "-999 is a number like any other")
def frame_of_minus_999(x, k, s, p):
    return largest_of(np.pad(x, p, constant_values=-999), k, s)


@wrong("max_pool", "-1,000,000,000 is a number like any other")
def frame_of_minus_a_billion(x, k, s, p):
    return largest_of(np.pad(x, p, constant_values=-1e9), k, s)


@wrong("max_pool")
def frame_that_mirrors(x, k, s, p):
    return largest_of(np.pad(x, p, mode="reflect"), k, s)


@wrong("max_pool", "begin the search with 0")
def search_that_begins_with_0(x, k, s, p):
    framed = np.pad(x.astype(float), p, constant_values=-np.inf)
    output = np.zeros(largest_of(framed, k, s).shape)
    for i, j in np.ndindex(output.shape):
        for value in framed[s * i : s * i + k, s * j : s * j + k].ravel():
            if value > output[i, j]:
                output[i, j] = value
    return output


@wrong("max_pool", "cannot hold −∞")
def infinity_in_an_integer_array(x, k, s, p):
    framed = np.pad(x, p, constant_values=-np.inf)
    return largest_of(framed, k, s)


@wrong("max_pool", "[p:-p] is empty")
def slices_that_are_empty_without_a_frame(x, k, s, p):
    framed = np.full((len(x) + 2 * p, len(x[0]) + 2 * p), -np.inf)
    framed[p:-p, p:-p] = x
    return largest_of(framed, k, s)


@wrong("max_pool", "padding is not used")
def no_frame(x, k, s, p):
    return largest_of(x, k, s)


@wrong("max_pool", "missing at the bottom and at the right")
def frame_before_only(x, k, s, p):
    return largest_of(np.pad(x.astype(float), [(p, 0), (p, 0)], constant_values=-np.inf), k, s)


@wrong("max_pool", "missing at the left and at the right")
def frame_above_and_below_only(x, k, s, p):
    return largest_of(np.pad(x.astype(float), [(p, p), (0, 0)], constant_values=-np.inf), k, s)


def minus_infinity_around(x, p):
    return np.pad(x.astype(float), p, constant_values=-np.inf)


@wrong("max_pool", "that is the average")
def average_in_place_of_the_maximum(x, k, s, p):
    return [[window.mean() for window in row] for row in windows_of(np.pad(x, p), k, s)]


@wrong("max_pool", "that is the smallest")
def smallest_in_place_of_the_largest(x, k, s, p):
    return [[window.min() for window in row] for row in windows_of(np.pad(x * 1.0, p, constant_values=np.inf), k, s)]


@wrong("max_pool", "compare magnitudes")
def largest_magnitude(x, k, s, p):
    return largest_of(minus_infinity_around(abs(x), p), k, s)


@wrong("max_pool", "should move on by s")
def stride_of_1(x, k, s, p):
    return largest_of(minus_infinity_around(x, p), k, 1)


@wrong("max_pool", "window [i, j] begins at row s * i")
def stride_in_the_size_only(x, k, s, p):
    framed = minus_infinity_around(x, p)
    output = np.zeros(largest_of(framed, k, s).shape)
    for i, j in np.ndindex(output.shape):
        output[i, j] = framed[i : i + k, j : j + k].max()
    return output


@wrong("max_pool", "not by k")
def stride_of_k(x, k, s, p):
    return largest_of(minus_infinity_around(x, p), k, k)


@wrong("max_pool", "row or a column too many")
def one_window_over_the_end(x, k, s, p):
    framed = minus_infinity_around(x, p)
    height, width = -(-(np.array(framed.shape) - k) // s) + 1
    return [[framed[s * i : s * i + k, s * j : s * j + k].max() for j in range(width)] for i in range(height)]


@wrong("max_pool", "height and width are exchanged")
def height_and_width_exchanged(x, k, s, p):
    width, height = x.shape
    framed, output = (
        minus_infinity_around(x, p),
        np.zeros(((height + 2 * p - k) // s + 1, (width + 2 * p - k) // s + 1)),
    )
    for i, j in np.ndindex(output.shape):
        output[i, j] = framed[s * i : s * i + k, s * j : s * j + k].max()
    return output


@wrong("max_pool", "need not be square")
def as_wide_as_it_is_high(x, k, s, p):
    framed, n = minus_infinity_around(x, p), (len(x) + 2 * p - k) // s + 1
    return [[framed[s * i : s * i + k, s * j : s * j + k].max() for j in range(n)] for i in range(n)]


@wrong("max_pool", "turned on its side")
def turned_on_its_side(x, k, s, p):
    return largest_of(minus_infinity_around(x, p), k, s).T


@wrong("max_pool", "loses what stands behind the point")
def buffer_of_integers(x, k, s, p):
    largest = largest_of(minus_infinity_around(x, p), k, s)
    output = np.zeros(largest.shape, dtype=int)
    output[:] = largest
    return output


@wrong("max_pool", "the end is missing")
def one_window_too_few(x, k, s, p):
    return largest_of(minus_infinity_around(x, p), k, s)[:-1, :-1]


@wrong("max_pool")
def window_that_is_one_too_small(x, k, s, p):
    framed = minus_infinity_around(x, p)
    return [[window[:-1, :-1].max() for window in row] for row in windows_of(framed, k, s)]


@wrong("max_pool")
def window_of_one_row(x, k, s, p):
    return [[window[0].max() for window in row] for row in windows_of(minus_infinity_around(x, p), k, s)]


@wrong("max_pool", "the last window has no room")
def size_divided_by_the_stride(x, k, s, p):
    framed = minus_infinity_around(x, p)
    output = np.zeros(np.array(framed.shape) // s)
    for i, j in np.ndindex(output.shape):
        output[i, j] = framed[s * i : s * i + k, s * j : s * j + k].max()
    return output


@wrong("max_pool", "the end is missing")
def size_without_the_frame(x, k, s, p):
    framed, (height, width) = minus_infinity_around(x, p), (np.array(x.shape) - k) // s + 1
    return [[framed[s * i : s * i + k, s * j : s * j + k].max() for j in range(width)] for i in range(height)]


def framed_with_infinity(x, p):
    return np.pad(x.astype(float), p, constant_values=-np.inf)


@wrong("max_pool", "that is the average")
def mean_over_the_frame(x, k, s, p):
    x = framed_with_infinity(x, p)
    rows, columns = (range(0, n - k + 1, s) for n in x.shape)
    return np.array([[x[i : i + k, j : j + k].mean() for j in columns] for i in rows])


@wrong("max_pool", "hang over the end is left out")
def windows_up_to_the_last_pixel(x, k, s, p):
    x = framed_with_infinity(x, p)
    return np.array([[x[i : i + k, j : j + k].max() for j in range(0, x.shape[1], s)] for i in range(0, x.shape[0], s)])


@wrong("max_pool", "Python's `max`")
def maximum_of_python(x, k, s, p):
    x = framed_with_infinity(x, p)
    rows, columns = (range(0, n - k + 1, s) for n in x.shape)
    return np.array([[max(x[i : i + k, j : j + k]) for j in columns] for i in rows])


@wrong("max_pool", "a `range` leaves its own end out")
def ranges_one_too_short(x, k, s, p):
    x = framed_with_infinity(x, p)
    return np.array(
        [[x[i : i + k, j : j + k].max() for j in range(0, x.shape[1] - k, s)] for i in range(0, x.shape[0] - k, s)]
    )


# ---- round up, but not too far ---------------------------------------------------------------------------------
def cut_off(starts, kernel, size):
    return [(max(start, 0), min(start + kernel, size)) for start in starts]


def starts_of(number, stride, padding):
    return [n * stride - padding for n in range(number)]


@right("pool_windows")
def from_start_to_start(size, kernel, stride, padding, ceil_mode):
    """Is there a pixel, and anything that the window before did not reach?"""
    windows, start = [], -padding
    while start < size and (start + kernel <= size + padding or ceil_mode):
        windows.append([max(start, 0), min(start + kernel, size)])
        if start + kernel >= size + padding:
            break
        start += stride
    return np.array(windows)


@wrong("pool_windows", "leaves its own end out")
def a_plus_one_forgotten(size, kernel, stride, padding, ceil_mode):
    starts = list(range(-padding, size + padding - kernel, stride)) or [-padding]
    if ceil_mode and starts[-1] + kernel < size + padding and starts[-1] + stride < size:
        starts.append(starts[-1] + stride)
    return cut_off(starts, kernel, size)


@wrong("pool_windows", "may lie in the frame")
def leftovers_of_the_picture_alone(size, kernel, stride, padding, ceil_mode):
    starts = list(range(-padding, size + padding - kernel + 1, stride))
    if ceil_mode and starts[-1] + kernel < size and starts[-1] + stride < size:
        starts.append(starts[-1] + stride)
    return cut_off(starts, kernel, size)


@wrong("pool_windows", "as soon as something is left over")
def ceil_mode_forgotten(size, kernel, stride, padding, ceil_mode):
    number = (size + 2 * padding - kernel) // stride + 1
    return cut_off(starts_of(number, stride, padding), kernel, size)


def rounded(size, kernel, stride, padding, ceil_mode):
    steps = (size + 2 * padding - kernel) / stride
    return (math.ceil(steps) if ceil_mode else math.floor(steps)) + 1


@wrong("pool_windows", "sees no pixel at all")
def last_window_never_taken_back(size, kernel, stride, padding, ceil_mode):
    number = rounded(size, kernel, stride, padding, ceil_mode)
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "always: without it")
def always_in_ceil_mode(size, kernel, stride, padding, ceil_mode):
    number = rounded(size, kernel, stride, padding, True)
    if (number - 1) * stride >= size + padding:
        number -= 1
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "modes are exchanged")
def modes_exchanged(size, kernel, stride, padding, ceil_mode):
    return from_start_to_start(size, kernel, stride, padding, not ceil_mode)


@wrong("pool_windows", "ends at size + padding")
def taken_back_too_soon(size, kernel, stride, padding, ceil_mode):
    number = rounded(size, kernel, stride, padding, ceil_mode)
    if ceil_mode and (number - 1) * stride >= size:
        number -= 1
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "starts exactly where the picture ends")
def taken_back_only_behind_the_first_cell_of_the_frame(size, kernel, stride, padding, ceil_mode):
    number = rounded(size, kernel, stride, padding, ceil_mode)
    if ceil_mode and (number - 1) * stride > size + padding:
        number -= 1
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "may not start in the frame at the end")
def taken_back_only_behind_the_frame(size, kernel, stride, padding, ceil_mode):
    number = rounded(size, kernel, stride, padding, ceil_mode)
    if ceil_mode and (number - 1) * stride >= size + 2 * padding:
        number -= 1
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "always missing at the end")
def always_taken_back(size, kernel, stride, padding, ceil_mode):
    number = rounded(size, kernel, stride, padding, ceil_mode) - ceil_mode
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "you always add one")
def one_more_in_ceil_mode(size, kernel, stride, padding, ceil_mode):
    number = (size + 2 * padding - kernel) // stride + 1 + ceil_mode
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "there are too many")
def every_start_on_the_picture(size, kernel, stride, padding, ceil_mode):
    starts = [start for start in range(-padding, size, stride) if ceil_mode or start + kernel <= size + padding]
    return cut_off(starts, kernel, size)


@wrong("pool_windows", "cut each off at 0 and at size")
def not_cut_off(size, kernel, stride, padding, ceil_mode):
    starts = starts_of(len(from_start_to_start(size, kernel, stride, padding, ceil_mode)), stride, padding)
    return [(start, start + kernel) for start in starts]


@wrong("pool_windows", "reads on behind the picture")
def not_cut_off_at_the_end(size, kernel, stride, padding, ceil_mode):
    return [(max(start, 0), stop) for start, stop in not_cut_off(size, kernel, stride, padding, ceil_mode)]


@wrong("pool_windows", "begins before pixel 0")
def not_cut_off_at_the_beginning(size, kernel, stride, padding, ceil_mode):
    return [(start, min(stop, size)) for start, stop in not_cut_off(size, kernel, stride, padding, ceil_mode)]


@wrong("pool_windows", "from the beginning of the frame")
def counted_from_the_frame(size, kernel, stride, padding, ceil_mode):
    windows = not_cut_off(size, kernel, stride, padding, ceil_mode)
    return [(start + padding, stop + padding) for start, stop in windows]


@wrong("pool_windows", "begins at pixel 0: it begins `padding` before it")
def first_window_on_the_picture(size, kernel, stride, padding, ceil_mode):
    number = len(from_start_to_start(size, kernel, stride, padding, ceil_mode))
    return cut_off(starts_of(number, stride, 0), kernel, size)


@wrong("pool_windows", "`stop` is the one behind it")
def last_pixel_in_place_of_stop(size, kernel, stride, padding, ceil_mode):
    return [(start, stop - 1) for start, stop in from_start_to_start(size, kernel, stride, padding, ceil_mode)]


@wrong("pool_windows", "how many pixels a window reads")
def length_in_place_of_stop(size, kernel, stride, padding, ceil_mode):
    return [(start, stop - start) for start, stop in from_start_to_start(size, kernel, stride, padding, ceil_mode)]


@wrong("pool_windows", "It keeps its end")
def moved_on_to_the_picture(size, kernel, stride, padding, ceil_mode):
    windows = []
    for start, _ in not_cut_off(size, kernel, stride, padding, ceil_mode):
        start = max(start, 0)
        windows.append((start, min(start + kernel, size)))
    return windows


@wrong("pool_windows", "stand side by side")
def stride_forgotten(size, kernel, stride, padding, ceil_mode):
    return from_start_to_start(size, kernel, kernel, padding, ceil_mode)


@wrong("pool_windows", "how many there are")
def number_of_windows(size, kernel, stride, padding, ceil_mode):
    return len(from_start_to_start(size, kernel, stride, padding, ceil_mode))


@wrong("pool_windows", "the padding counts once only")
def the_frame_once(size, kernel, stride, padding, ceil_mode):
    steps = (size + padding - kernel) / stride
    number = (math.ceil(steps) if ceil_mode else math.floor(steps)) + 1
    if ceil_mode and (number - 1) * stride >= size + padding:
        number -= 1
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "one window more than there are steps")
def the_first_window_not_counted(size, kernel, stride, padding, ceil_mode):
    return from_start_to_start(size, kernel, stride, padding, ceil_mode)[:-1].tolist()


@wrong("pool_windows", "as soon as something is left over")
def remainder_of_the_size(size, kernel, stride, padding, ceil_mode):
    starts = list(range(-padding, size + padding - kernel + 1, stride))
    if ceil_mode and size % stride > 0 and starts[-1] + stride < size:
        starts.append(starts[-1] + stride)
    return cut_off(starts, kernel, size)


@wrong("pool_windows", "as soon as something is left over")
def rounded_to_the_nearest(size, kernel, stride, padding, ceil_mode):
    steps = (size + 2 * padding - kernel) / stride
    number = (math.floor(steps + 0.5) if ceil_mode else math.floor(steps)) + 1
    if ceil_mode and (number - 1) * stride >= size + padding:
        number -= 1
    return cut_off(starts_of(number, stride, padding), kernel, size)


@wrong("pool_windows", "neither the padding nor ceil_mode")
def size_kernel_and_stride_alone(size, kernel, stride, padding, ceil_mode):
    count = (size - kernel) // stride + 1
    return [(n * stride, n * stride + kernel) for n in range(count)]


@wrong("pool_windows", "the padding is not used")
def padding_ignored(size, kernel, stride, padding, ceil_mode):
    starts = list(range(0, size - kernel + 1, stride))
    if ceil_mode and starts[-1] + kernel < size and starts[-1] + stride < size:
        starts.append(starts[-1] + stride)
    return [(start, min(start + kernel, size)) for start in starts]


@wrong("pool_windows", "that is how many")
def their_number_without_ceil_mode(size, kernel, stride, padding, ceil_mode):
    return (size + 2 * padding - kernel) // stride + 1


@wrong("pool_windows", "cut off what hangs over, at both ends")
def starts_moved_and_ends_left(size, kernel, stride, padding, ceil_mode):
    count = (size + 2 * padding - kernel) // stride + 1
    if ceil_mode and (size + 2 * padding - kernel) % stride and count * stride - padding < size:
        count += 1
    return [(max(n * stride - padding, 0), max(n * stride - padding, 0) + kernel) for n in range(count)]


# ---- blame -----------------------------------------------------------------------------------------------------
@right("max_pool_backward")
def blame_by_scipy(dy, x, k, s):
    """Nudge every pixel; ties are broken beforehand, by next to nothing, in favour of the first."""

    def weighted(flat):
        return (maxima_by_scipy(flat.reshape(x.shape), k, s, 0) * dy).sum()

    first_wins = x.ravel() - x.min() - 1e-3 * np.arange(x.size) / x.size
    return approx_fprime(first_wins, weighted, 1e-6).reshape(x.shape)


@right("max_pool_backward")
def blame_as_lists(dy, x, k, s):
    x, dx = x.tolist(), [[0.0] * x.shape[1] for _ in x]
    for i, row in enumerate(dy.tolist()):
        for j, blame in enumerate(row):
            pixels = [(u, v) for u in range(s * i, s * i + k) for v in range(s * j, s * j + k)]
            u, v = max(pixels, key=lambda pixel: x[pixel[0]][pixel[1]])
            dx[u][v] += blame
    return dx


def pixel_that_wins(x, k, s, i, j):
    window = x[s * i : s * i + k, s * j : s * j + k]
    u, v = np.unravel_index(window.argmax(), window.shape)
    return s * i + u, s * j + v


@wrong("max_pool_backward", "np.zeros_like(x)")
def buffer_of_the_pixels_type(dy, x, k, s):
    dx = np.zeros_like(x)
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(x, k, s, i, j)] += dy[i, j]
    return dx


@wrong("max_pool_backward", "with `+=`")
def last_blame_stays(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(x, k, s, i, j)] = dy[i, j]
    return dx


@wrong("max_pool_backward", "wipes out")
def window_is_overwritten(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        window = np.zeros((k, k))
        window.flat[x[s * i : s * i + k, s * j : s * j + k].argmax()] = dy[i, j]
        dx[s * i : s * i + k, s * j : s * j + k] = window
    return dx


@wrong("max_pool_backward", "blame all of the largest in full")
def ties_duplicated(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        window = x[s * i : s * i + k, s * j : s * j + k]
        dx[s * i : s * i + k, s * j : s * j + k] += dy[i, j] * (window == window.max())
    return dx


@wrong("max_pool_backward", "share the blame out")
def ties_shared_out(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        window = x[s * i : s * i + k, s * j : s * j + k]
        winners = window == window.max()
        dx[s * i : s * i + k, s * j : s * j + k] += dy[i, j] * winners / winners.sum()
    return dx


@wrong("max_pool_backward", "the last of the largest")
def last_of_a_tie(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        best = s * i, s * j
        for u in range(s * i, s * i + k):
            for v in range(s * j, s * j + k):
                if x[u, v] >= x[best]:
                    best = u, v
        dx[best] += dy[i, j]
    return dx


@wrong("max_pool_backward", "column by column")
def first_of_a_tie_column_by_column(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        window = x[s * i : s * i + k, s * j : s * j + k]
        v, u = np.unravel_index(window.T.argmax(), window.shape)
        dx[s * i + u, s * j + v] += dy[i, j]
    return dx


def searched_from(best, dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        largest, place = best, (s * i, s * j)
        for u, v in np.ndindex(k, k):
            if x[s * i + u, s * j + v] > largest:
                largest, place = x[s * i + u, s * j + v], (s * i + u, s * j + v)
        dx[place] += dy[i, j]
    return dx


@wrong("max_pool_backward", "search begins with a number")
def search_begins_with_zero(dy, x, k, s):
    return searched_from(0, dy, x, k, s)


@wrong("max_pool_backward", "search begins with a number")
def search_begins_with_minus_one(dy, x, k, s):
    return searched_from(-1, dy, x, k, s)


@wrong("max_pool_backward", "search begins with a number")
def search_begins_with_minus_9999(dy, x, k, s):
    return searched_from(-9999, dy, x, k, s)


@wrong("max_pool_backward", "search begins with a number")
def nobody_above_zero_nobody_blamed(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        place = pixel_that_wins(x, k, s, i, j)
        if x[place] > 0:
            dx[place] += dy[i, j]
    return dx


@wrong("max_pool_backward", "as an average does")
def equal_shares(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[s * i : s * i + k, s * j : s * j + k] += dy[i, j] / k**2
    return dx


@wrong("max_pool_backward", "gets the blame in full")
def all_of_it_to_everyone(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[s * i : s * i + k, s * j : s * j + k] += dy[i, j]
    return dx


@wrong("max_pool_backward", "blame the smallest")
def smallest_is_blamed(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(-x, k, s, i, j)] += dy[i, j]
    return dx


@wrong("max_pool_backward", "how often each pixel wins")
def wins_counted(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(x, k, s, i, j)] += 1
    return dx


@wrong("max_pool_backward", "as on the way forward")
def values_in_place_of_blame(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        winner = pixel_that_wins(x, k, s, i, j)
        dx[winner] += x[winner]
    return dx


@wrong("max_pool_backward", "multiplied by the pixel's value")
def times_the_pixel(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        winner = pixel_that_wins(x, k, s, i, j)
        dx[winner] += dy[i, j] * x[winner]
    return dx


@wrong("max_pool_backward", "move on by one pixel")
def windows_one_pixel_apart(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(x, k, 1, i, j)] += dy[i, j]
    return dx


@wrong("max_pool_backward", "stand side by side")
def windows_side_by_side(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(x, k, k, i, j)] += dy[i, j]
    return dx


@wrong("max_pool_backward", "add the place of the window's corner")
def corner_forgotten(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        window = x[s * i : s * i + k, s * j : s * j + k]
        dx[np.unravel_index(window.argmax(), window.shape)] += dy[i, j]
    return dx


@wrong("max_pool_backward", "it may stand elsewhere, too")
def largest_number_looked_for_everywhere(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[x == x[s * i : s * i + k, s * j : s * j + k].max()] += dy[i, j]
    return dx


@wrong("max_pool_backward", "it may stand elsewhere, too")
def first_place_in_the_picture_with_that_number(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        u, v = np.argwhere(x == x[s * i : s * i + k, s * j : s * j + k].max())[0]
        dx[u, v] += dy[i, j]
    return dx


@wrong("max_pool_backward", "not with that of x")
def index_read_as_one_of_the_picture(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        window = x[s * i : s * i + k, s * j : s * j + k]
        u, v = np.unravel_index(window.argmax(), x.shape)
        dx[s * i + u, s * j + v] += dy[i, j]
    return dx


@wrong("max_pool_backward", "row and column are exchanged")
def row_and_column_exchanged(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        window = x[s * i : s * i + k, s * j : s * j + k]
        u, v = np.unravel_index(window.argmax(), window.shape)
        dx[s * i + v, s * j + u] += dy[i, j]
    return dx


@wrong("max_pool_backward", "as large as x")
def as_large_as_the_windows_reach(dy, x, k, s):
    dx = np.zeros((s * (dy.shape[0] - 1) + k, s * (dy.shape[1] - 1) + k))
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(x, k, s, i, j)] += dy[i, j]
    return dx


@wrong("max_pool_backward", "every sign is turned round")
def blame_taken_away(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(x, k, s, i, j)] -= dy[i, j]
    return dx


@wrong("max_pool_backward", "begin with zeros")
def blame_on_top_of_the_pixels(dy, x, k, s):
    dx = x.astype(float)
    for i, j in np.ndindex(dy.shape):
        dx[pixel_that_wins(x, k, s, i, j)] += dy[i, j]
    return dx


@wrong("max_pool_backward", "upper left corner")
def blame_in_the_corner(dy, x, k, s):
    dx = np.zeros(x.shape)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dx[i * s, j * s] += dy[i, j]
    return dx


# ---- a maximum from ReLU ---------------------------------------------------------------------------------------
@right("max_network")
def larger_by_three():
    return [[1, -1], [0, 1], [0, -1]], [1, 1, -1]


@right("max_network")
def larger_by_three_mirrored():
    return [[-1, 1], [1, 0], [-1, 0]], np.array([1, 1, -1])


@right("max_network")
def half_the_sum_and_half_the_distance():
    return np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]]), [0.5, -0.5, 0.5, 0.5]


@wrong("max_network", "return (first, second)")
def three_numbers():
    return [1, 2, 3]


@wrong("max_network", "return (first, second)")
def the_maximum_itself():
    return max


@wrong("max_network", "return (first, second)")
def a_weight_too_few():
    return [[1, -1], [0, 1], [0, -1]], [1, 1]


@wrong("max_network", "return (first, second)")
def with_a_bias():
    return [[1, -1, 0], [0, 1, 0], [0, -1, 0]], [1, 1, -1]


@wrong("max_network", "lies on its side")
def first_on_its_side():
    return [[1, 0, 0], [-1, 1, -1]], [1, 1, -1]


@wrong("max_network", "without a second pair of brackets")
def second_as_a_matrix():
    return [[1, -1], [0, 1], [0, -1]], [[1, 1, -1]]


@wrong("max_network", "without a second pair of brackets")
def second_as_a_column():
    return [[1, -1], [0, 1], [0, -1]], [[1], [1], [-1]]


@wrong("max_network", "finite")
def an_infinite_weight():
    return [[1, -1]], [np.inf]


@wrong("max_network", "the smaller of the two")
def smaller_of_the_two():
    return [[1, -1], [1, 0], [-1, 0]], [-1, 1, -1]


@wrong("max_network", "now add b to it")
def only_how_much_a_is_ahead():
    return [[1, -1]], [1]


@wrong("max_network", "you take b away from relu(a − b)")
def b_taken_away():
    return [[1, -1], [0, 1], [0, -1]], [1, -1, 1]


@wrong("max_network", "one of the two must be taken away")
def b_without_its_sign():
    return [[1, -1], [0, 1], [0, -1]], [1, 1, 1]


@wrong("max_network", "it is a that may be ahead of b")
def the_other_difference():
    return [[-1, 1], [0, 1], [0, -1]], [1, 1, -1]


@wrong("max_network", "the sum of the two")
def sum_of_the_two():
    return [[1, 1], [-1, -1]], [1, -1]


@wrong("max_network", "the average")
def average_of_the_two():
    return [[0.5, 0.5], [-0.5, -0.5]], [1, -1]


@wrong("max_network", "how far they are apart")
def distance_of_the_two():
    return [[1, -1], [-1, 1]], [1, 1]


@wrong("max_network", "twice the larger")
def twice_the_larger():
    return [[1, 1], [-1, -1], [1, -1], [-1, 1]], [1, -1, 1, 1]


@wrong("max_network", "as long as b is not negative")
def b_through_one_relu():
    return [[1, -1], [0, 1]], [1, 1]


@wrong("max_network", "does not find the larger")
def the_first_of_the_two():
    return [[1, 0], [-1, 0]], [1, -1]


@wrong("max_network", "does not find the larger")
def right_only_where_the_signs_agree():
    return [[1, -1], [0, 1], [0, -1], [-1, 0]], [1, 1, -1, -1]


@wrong("max_network", "does not find the larger")
def largest_of_both_and_zero():
    return [[1, 0], [0, 1], [1, 1]], [1, 1, -0.5]


@wrong("max_network", "does not find the larger")
def nearly():
    return [[1, -1], [0, 1], [0, -1]], [1, 1, -0.99]
