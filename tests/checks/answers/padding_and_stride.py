"""Answers to the exercises of chapter 2."""

import math
from bisect import bisect_left, bisect_right

import numpy as np
from checks.answers import right, wrong
from scipy.ndimage import correlate1d, map_coordinates, shift
from scipy.signal import correlate


# ---- output_size: right ----------------------------------------------------------------------------------------
@right("output_size")
def count_the_stops(size, kernel, stride, padding, dilation):
    """Try every start: does the last weight still lie on the padded row?"""
    padded, last = size + 2 * padding, dilation * (kernel - 1)
    return sum(start + last < padded for start in range(0, padded, stride))


@right("output_size")
def length_of_a_correlation(size, kernel, stride, padding, dilation):
    holes = np.zeros(dilation * (kernel - 1) + 1)
    holes[::dilation] = 1
    return len(correlate(np.zeros(size + 2 * padding), holes, "valid")[::stride])


@right("output_size")
def with_the_floor_of_the_math_module(size, kernel, stride, padding, dilation):
    return math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)


# ---- output_size: wrong ----------------------------------------------------------------------------------------
def room(size, kernel, padding, dilation):
    return size + 2 * padding - dilation * (kernel - 1) - 1


@wrong("output_size", "half a step is no step")
def not_rounded(size, kernel, stride, padding, dilation):
    return room(size, kernel, padding, dilation) / stride + 1


@wrong("output_size", "you rounded up")
def rounded_up(size, kernel, stride, padding, dilation):
    return math.ceil(room(size, kernel, padding, dilation) / stride) + 1


@wrong("output_size", "to the nearest")
def rounded_to_the_nearest(size, kernel, stride, padding, dilation):
    return round(room(size, kernel, padding, dilation) / stride) + 1


@wrong("output_size", "stands in place of")
def rounded_up_in_place_of_the_one(size, kernel, stride, padding, dilation):
    return math.ceil(room(size, kernel, padding, dilation) / stride)


@wrong("output_size", "on both sides")
def padding_once(size, kernel, stride, padding, dilation):
    return (size + padding - dilation * (kernel - 1) - 1) // stride + 1


@wrong("output_size", "the padding is not used")
def padding_forgotten(size, kernel, stride, padding, dilation):
    return room(size, kernel, 0, dilation) // stride + 1


@wrong("output_size", "counted the steps")
def steps_in_place_of_stops(size, kernel, stride, padding, dilation):
    return room(size, kernel, padding, dilation) // stride


@wrong("output_size", "the dilation is not used")
def dilation_forgotten(size, kernel, stride, padding, dilation):
    return (size + 2 * padding - kernel) // stride + 1


@wrong("output_size", "k − 1 gaps")
def window_too_long(size, kernel, stride, padding, dilation):
    return (size + 2 * padding - dilation * kernel) // stride + 1


@wrong("output_size", "k − 1 gaps")
def window_too_short(size, kernel, stride, padding, dilation):
    return (size + 2 * padding - dilation * (kernel - 1)) // stride + 1


@wrong("output_size", "d − 1 lie between")
def as_many_zeros_between_as_the_dilation(size, kernel, stride, padding, dilation):
    return (size + 2 * padding - (kernel + (kernel - 1) * dilation)) // stride + 1


@wrong("output_size", "the stride is not used")
def stride_forgotten(size, kernel, stride, padding, dilation):
    return room(size, kernel, padding, dilation) + 1


@wrong("output_size", "exchanged")
def stride_and_dilation_exchanged(size, kernel, stride, padding, dilation):
    return room(size, kernel, padding, stride) // dilation + 1


@wrong("output_size", "inside the division")
def one_inside_the_division(size, kernel, stride, padding, dilation):
    return (room(size, kernel, padding, dilation) + 1) // stride


@wrong("output_size")
def a_float_that_is_right_in_value(size, kernel, stride, padding, dilation):
    return np.floor(room(size, kernel, padding, dilation) / stride) + 1


@wrong("output_size", "divided by the stride, too")
def padding_outside_the_division(size, kernel, stride, padding, dilation):
    return (size - dilation * (kernel - 1) - 1) // stride + 1 + 2 * padding


# ---- pixels_beside: right --------------------------------------------------------------------------------------
@right("pixels_beside")
def add_until_it_fits(size, kernel, stride):
    """Add one pixel after another, after first, until every ⌈size / stride⌉th stop has a window."""
    starts, before, after = range(0, size, stride), 0, 0
    while starts[-1] + kernel > before + size + after:
        before, after = (before, after + 1) if after == before else (before + 1, after)
    return kernel // 2 - before


@right("pixels_beside")
def by_cases(size, kernel, stride):
    """Without o: the last stop is the last multiple of the stride on the row."""
    last = (size - 1) // stride * stride
    return kernel // 2 - max(last + kernel - size, 0) // 2


# ---- pixels_beside: wrong --------------------------------------------------------------------------------------
def tensorflow(size, kernel, stride):
    """Return the total that TensorFlow adds; below 0 where its last window has some to spare."""
    return (-(-size // stride) - 1) * stride + kernel - size


@wrong("pixels_beside", "opposite sign")
def the_other_way_round(size, kernel, stride):
    return max(tensorflow(size, kernel, stride), 0) // 2 - kernel // 2


@wrong("pixels_beside", "where TensorFlow's windows start")
def tensorflows_alone(size, kernel, stride):
    return max(tensorflow(size, kernel, stride), 0) // 2


@wrong("pixels_beside", "where PyTorch's windows start")
def pytorchs_alone(size, kernel, stride):
    return kernel // 2


@wrong("pixels_beside", "below 0")
def total_below_zero(size, kernel, stride):
    return kernel // 2 - tensorflow(size, kernel, stride) // 2


@wrong("pixels_beside", "rounded *up*")
def stops_rounded_down(size, kernel, stride):
    return kernel // 2 - max((size // stride - 1) * stride + kernel - size, 0) // 2


@wrong("pixels_beside", "rounded *up*")
def stops_rounded_to_the_nearest(size, kernel, stride):
    return kernel // 2 - max((int(size / stride + 0.5) - 1) * stride + kernel - size, 0) // 2


@wrong("pixels_beside", "the extra pixel comes *after*")
def extra_pixel_before(size, kernel, stride):
    return kernel // 2 - math.ceil(max(tensorflow(size, kernel, stride), 0) / 2)


@wrong("pixels_beside", "`kernel // 2`")
def the_smaller_half_for_pytorch(size, kernel, stride):
    return (kernel - 1) // 2 - max(tensorflow(size, kernel, stride), 0) // 2


@wrong("pixels_beside", "half a pixel")
def half_pixels(size, kernel, stride):
    return kernel // 2 - max(tensorflow(size, kernel, stride), 0) / 2


@wrong("pixels_beside", "both sides together")
def both_sides_together(size, kernel, stride):
    return 2 * (kernel // 2) - max(tensorflow(size, kernel, stride), 0)


@wrong("pixels_beside", "the whole total")
def the_whole_total_before(size, kernel, stride):
    return kernel // 2 - max(tensorflow(size, kernel, stride), 0)


@wrong("pixels_beside", "for stride 1")
def as_if_the_stride_were_one(size, kernel, stride):
    return kernel // 2 - (kernel - 1) // 2


@wrong("pixels_beside", "the stride alone")
def half_of_a_stride(size, kernel, stride):
    return (stride - 1) // 2


@wrong("pixels_beside", "`(o - 1)`")
def steps_counted_as_stops(size, kernel, stride):
    return kernel // 2 - max(-(-size // stride) * stride + kernel - size, 0) // 2


@wrong("pixels_beside")
def always_one(size, kernel, stride):
    return 1


# ---- reflect_pad: right ----------------------------------------------------------------------------------------
@right("reflect_pad")
def mirror_with_scipy(row, pad):
    places = np.arange(-pad, len(row) + pad)
    return map_coordinates(row.astype(float), [places], order=0, mode="mirror")


@right("reflect_pad")
def two_slices(row, pad):
    return np.concatenate([row[1 : pad + 1][::-1], row, row[-pad - 1 : -1][::-1]])


@right("reflect_pad")
def a_list(row, pad):
    return [row[i] for i in range(pad, 0, -1)] + list(row) + [row[-i - 1] for i in range(1, pad + 1)]


# ---- reflect_pad: wrong ----------------------------------------------------------------------------------------
@wrong("reflect_pad", "the code that was given")
def given_code(row, pad):
    left, right = row[:pad], row[-pad:]
    return np.concatenate([left[::-1], row, right[::-1]])


@wrong("reflect_pad", "stands there twice")
def border_twice(row, pad):
    return np.pad(row, pad, mode="symmetric")


@wrong("reflect_pad", "for no padding")
def border_right_but_not_for_zero(row, pad):
    left, right = row[1 : pad + 1], row[-pad - 1 : -1] if pad else row
    return np.concatenate([left[::-1], row, right[::-1]])


@wrong("reflect_pad", "there is no room")
def an_output_whose_middle_ends_at_minus_pad(row, pad):
    output = np.zeros(len(row) + 2 * pad)
    output[pad:-pad] = row
    for i in range(pad):
        output[i], output[-1 - i] = row[pad - i], row[-1 - pad + i]
    return output


@wrong("reflect_pad", "replicate")
def replicated(row, pad):
    return np.pad(row, pad, mode="edge")


@wrong("reflect_pad", "circular")
def wrapped(row, pad):
    return np.pad(row, pad, mode="wrap")


@wrong("reflect_pad", "the frame is empty")
def zeros(row, pad):
    return np.pad(row, pad)


@wrong("reflect_pad", "a mirror turns them round")
def not_turned(row, pad):
    return np.concatenate([row[1 : pad + 1], row, row[len(row) - 1 - pad : -1]])


@wrong("reflect_pad", "the right side is missing")
def left_side_only(row, pad):
    return np.concatenate([row[1 : pad + 1][::-1], row])


@wrong("reflect_pad", "the left side is missing")
def right_side_only(row, pad):
    return np.concatenate([row, row[len(row) - pad - 1 : -1][::-1]])


@wrong("reflect_pad", "only the left side")
def left_mended_right_not(row, pad):
    return np.concatenate([row[1 : pad + 1][::-1], row, row[len(row) - pad :][::-1]])


@wrong("reflect_pad", "only the right side")
def right_mended_left_not(row, pad):
    return np.concatenate([row[:pad][::-1], row, row[len(row) - pad - 1 : -1][::-1]])


@wrong("reflect_pad", "sides are exchanged")
def sides_exchanged(row, pad):
    return np.concatenate([row[len(row) - pad - 1 : -1][::-1], row, row[1 : pad + 1][::-1]])


@wrong("reflect_pad", "largest padding")
def empty_where_the_index_reaches_minus_one(row, pad):
    last = len(row) - 1
    return np.concatenate([row[pad:0:-1], row, row[last - 1 : last - pad - 1 : -1]])


@wrong("reflect_pad", "an integer type")
def buffer_of_integers(row, pad):
    output = np.zeros(len(row) + 2 * pad, dtype=int)
    output[:] = two_slices(row, pad)
    return output


@wrong("reflect_pad", "only the left side is mended")
def left_slice_alone_mended(row, pad):
    left, right = row[1 : pad + 1], row[-pad:]
    return np.concatenate([left[::-1], row, right[::-1]])


@wrong("reflect_pad", "one pixel short")
def slices_one_short(row, pad):
    left, right = row[1:pad], row[-pad:-1]
    return np.concatenate([left[::-1], row, right[::-1]])


# ---- fitting_sizes: right --------------------------------------------------------------------------------------
SIZES = range(100_000)


@right("fitting_sizes")
def looked_up_among_all_sizes(output, layers):
    """Send rows through SciPy's correlation: the longer they are, the more comes out."""

    def outputs(size):
        row = np.ones(size)
        for kernel, stride, padding in layers:
            row = np.pad(row, padding)
            row = correlate(row, np.ones(kernel), "valid")[::stride] if len(row) >= kernel else row[:0]
        return len(row)

    return bisect_left(SIZES, output, key=outputs), bisect_right(SIZES, output, key=outputs) - 1


@right("fitting_sizes")
def up_to_just_before_the_next(output, layers):
    """The largest is one less than the smallest size that gives one output more."""

    def smallest(size):
        for kernel, stride, padding in layers[::-1]:
            size = (size - 1) * stride + kernel - 2 * padding
        return size

    return [smallest(output), smallest(output + 1) - 1]


# ---- fitting_sizes: wrong --------------------------------------------------------------------------------------
def backwards(output, layers, before=lambda o, k, s, p: (o - 1) * s + k - 2 * p, spare=lambda k, s, p: s - 1):
    smallest = largest = output
    for layer in reversed(layers):
        smallest, largest = before(smallest, *layer), before(largest, *layer) + spare(*layer)
    return smallest, largest


@wrong("fitting_sizes", "more than one size fits")
def as_if_nothing_were_dropped(output, layers):
    return backwards(output, layers, spare=lambda k, s, p: 0)


@wrong("fitting_sizes", "one pixel too many")
def largest_one_too_large(output, layers):
    return backwards(output, layers, spare=lambda k, s, p: s)


@wrong("fitting_sizes", "last layer first")
def layers_in_their_order(output, layers):
    return backwards(output, layers[::-1])


@wrong("fitting_sizes", "backwards")
def forwards(output, layers):
    for kernel, stride, padding in layers:
        output = (output + 2 * padding - kernel) // stride + 1
    return output, output


@wrong("fitting_sizes", "on both sides")
def padding_once_only(output, layers):
    return backwards(output, layers, before=lambda o, k, s, p: (o - 1) * s + k - p)


@wrong("fitting_sizes", "subtract the padding")
def padding_added(output, layers):
    return backwards(output, layers, before=lambda o, k, s, p: (o - 1) * s + k + 2 * p)


@wrong("fitting_sizes", "the padding is not used")
def without_padding(output, layers):
    return backwards(output, layers, before=lambda o, k, s, p: (o - 1) * s + k)


@wrong("fitting_sizes", "one step less than")
def steps_for_stops(output, layers):
    return backwards(output, layers, before=lambda o, k, s, p: o * s + k - 2 * p)


@wrong("fitting_sizes", "stride and padding are exchanged")
def stride_and_padding_exchanged(output, layers):
    return backwards(output, [(kernel, padding, stride) for kernel, stride, padding in layers])


@wrong("fitting_sizes", "the spare pixels of each layer")
def spare_pixels_only_added_up(output, layers):
    smallest, _ = backwards(output, layers)
    return smallest, smallest + sum(stride - 1 for _, stride, _ in layers)


@wrong("fitting_sizes", "all the sizes")
def all_of_them(output, layers):
    smallest, largest = backwards(output, layers)
    return list(range(smallest, largest + 1))


def tried_below(longest, output, layers):
    fitting = []
    for size in range(1, longest):
        n = size
        for kernel, stride, padding in layers:
            n = (n + 2 * padding - kernel) // stride + 1
        if n == output:
            fitting.append(size)
    return min(fitting), max(fitting)


@wrong("fitting_sizes", "no largest picture")
def tried_below_64(output, layers):
    return tried_below(64, output, layers)


@wrong("fitting_sizes", "no largest picture")
def tried_up_to_256(output, layers):
    return tried_below(257, output, layers)


@wrong("fitting_sizes", "no largest picture")
def tried_below_500_and_the_ends_of_the_list(output, layers):
    fits = []
    for n in range(1, 500):
        m = n
        for k, s, p in layers:
            m = (m + 2 * p - k) // s + 1
        if m == output:
            fits.append(n)
    return fits[0], fits[-1]


@wrong("fitting_sizes", "only the first layer drops pixels")
def spare_pixels_of_the_first_layer(output, layers):
    a = output
    for k, s, p in layers[::-1]:
        a = (a - 1) * s + k - 2 * p
    return a, a + layers[0][1] - 1


@wrong("fitting_sizes", "how many")
def how_many(output, layers):
    smallest, largest = backwards(output, layers)
    return smallest, largest - smallest + 1


@wrong("fitting_sizes", "opposite order")
def largest_first(output, layers):
    return backwards(output, layers)[::-1]


@wrong("fitting_sizes", "stride is larger than its kernel")
def as_if_a_window_could_spare_no_more_than_itself(output, layers):
    return backwards(output, layers, spare=lambda k, s, p: min(s, k) - 1)


@wrong("fitting_sizes")
def each_layer_by_itself(output, layers):
    for layer in reversed(layers):
        smallest, largest = backwards(output, [layer])
    return smallest, largest


@wrong("fitting_sizes")
def last_layer_taken_before_the_loop(output, layers):
    smallest, largest = backwards(output, [layers[-1]])
    return backwards(smallest, layers[:-1])[0], backwards(largest, layers[:-1])[1]


@wrong("fitting_sizes")
def multiplied_by_the_strides(output, layers):
    smallest = output * math.prod(stride for _, stride, _ in layers)
    return smallest, smallest + math.prod(stride for _, stride, _ in layers) - 1


# ---- shift_gaps: right -----------------------------------------------------------------------------------------
@right("shift_gaps")
def shift_gaps_by_scipy(row):
    rows = row.astype(float), shift(row.astype(float), 1, order=0, mode="grid-wrap")
    blurred = (correlate1d(one, [0.25, 0.5, 0.25], mode="wrap") for one in rows)
    return tuple(np.mean(np.abs(np.subtract(*pair))[::2]) for pair in (rows, tuple(blurred)))


@right("shift_gaps")
def in_plain_loops(row):
    n = len(row)
    soft = [row[i - 1] / 4 + row[i] / 2 + row[(i + 1) % n] / 4 for i in range(n)]
    return [sum(abs(one[i] - one[i - 1]) for i in range(0, n, 2)) / (n // 2) for one in (list(row), soft)]


# ---- shift_gaps: wrong -----------------------------------------------------------------------------------------
def blur(row):
    return np.roll(row, 1) / 4 + row / 2 + np.roll(row, -1) / 4


def gap(one, other):
    return np.abs(one - other).mean()


def gaps(row, blur=blur, gap=gap, keep=slice(None, None, 2), shift=1):
    moved = np.roll(row, shift)
    return gap(row[keep], moved[keep]), gap(blur(row)[keep], blur(moved)[keep])


@wrong("shift_gaps", "blurred after the stride")
def blurred_too_late(row):
    moved = np.roll(row, 1)
    return gap(row[::2], moved[::2]), gap(blur(row[::2]), blur(moved[::2]))


@wrong("shift_gaps", "moved the short row")
def short_row_moved(row):
    return gap(row[::2], np.roll(row[::2], 1)), gap(blur(row)[::2], np.roll(blur(row)[::2], 1))


@wrong("shift_gaps", "in the other order")
def blurred_one_first(row):
    return gaps(row)[::-1]


@wrong("shift_gaps", "the two numbers are the same")
def without_any_blur(row):
    return gaps(row, blur=lambda row: row)


@wrong("shift_gaps", "cancel each other out")
def without_magnitudes(row):
    return gaps(row, gap=lambda one, other: (one - other).mean())


@wrong("shift_gaps", "cancel each other out")
def magnitude_of_the_mean(row):
    return gaps(row, gap=lambda one, other: abs((one - other).mean()))


@wrong("shift_gaps", "has zeros at the ends")
def zeros_at_the_ends(row):
    return gaps(row, blur=lambda row: np.convolve(row, [0.25, 0.5, 0.25], mode="same"))


@wrong("shift_gaps", "the stride is missing")
def every_number_kept(row):
    return gaps(row, keep=slice(None))


@wrong("shift_gaps", "beginning with the first")
def the_other_half_kept(row):
    return gaps(row, keep=slice(1, None, 2))


@wrong("shift_gaps", "the sum")
def sums(row):
    return gaps(row, gap=lambda one, other: np.abs(one - other).sum())


@wrong("shift_gaps", "the largest")
def largest(row):
    return gaps(row, gap=lambda one, other: np.abs(one - other).max())


@wrong("shift_gaps", "squared")
def squares(row):
    return gaps(row, gap=lambda one, other: ((one - other) ** 2).mean())


@wrong("shift_gaps", "add up to 1")
def blur_that_brightens(row):
    return gaps(row, blur=lambda row: 4 * blur(row))


@wrong("shift_gaps", "an integer type")
def blur_in_integers(row):
    return gaps(row, blur=lambda row: blur(row).astype(row.dtype))


@wrong("shift_gaps", "*both* rows")
def one_row_blurred(row):
    moved = np.roll(row, 1)
    return gap(row[::2], moved[::2]), gap(blur(row)[::2], moved[::2])


@wrong("shift_gaps", "to the left")
def moved_to_the_left(row):
    return gaps(row, shift=-1)


@wrong("shift_gaps", "two are asked for")
def only_the_second(row):
    return gaps(row)[1]


@wrong("shift_gaps", "two are asked for")
def only_the_first_in_a_list(row):
    return [gaps(row)[0]]


@wrong("shift_gaps", "weighs all three alike")
def box_blur(row):
    return gaps(row, blur=lambda row: correlate1d(row.astype(float), [1 / 3] * 3, mode="wrap"))


@wrong("shift_gaps", "repeats the pixel at the border")
def border_repeated(row):
    return gaps(row, blur=lambda row: correlate1d(row.astype(float), [0.25, 0.5, 0.25], mode="nearest"))


@wrong("shift_gaps")
def rounded_to_two_digits(row):
    return tuple(round(gap, 2) for gap in gaps(row))
