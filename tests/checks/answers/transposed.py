"""Answers to the exercises of chapter 7."""

import math

import numpy as np
from checks.answers import right, wrong
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import convolve2d, correlate2d


# ---- stamp and add ---------------------------------------------------------------------------------------------
def with_zeros_between(x, stride):
    spread = np.zeros([stride * (n - 1) + 1 for n in x.shape])
    spread[::stride, ::stride] = x
    return spread


@right("stamp_and_add")
def a_true_convolution_of_the_spread_picture(x, kernel, stride):
    return convolve2d(with_zeros_between(x, stride), kernel, "full")


@right("stamp_and_add")
def weight_by_weight(x, kernel, stride):
    """Each weight lays down the whole picture, `stride` apart."""
    (height, width), (kh, kw) = x.shape, kernel.shape
    output = [[0.0] * (stride * (width - 1) + kw) for _ in range(stride * (height - 1) + kh)]
    for i in range(height):
        for j in range(width):
            for u in range(kh):
                for v in range(kw):
                    output[stride * i + u][stride * j + v] += float(x[i, j] * kernel[u, v])
    return output


def empty_output(x, kernel, stride):
    return np.zeros([stride * (n - 1) + k for n, k in zip(x.shape, kernel.shape, strict=True)])


@wrong("stamp_and_add", "wipes the earlier one out")
def assigned_instead_of_added(x, kernel, stride):
    output, (kh, kw) = empty_output(x, kernel, stride), kernel.shape
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            output[i * stride : i * stride + kh, j * stride : j * stride + kw] = x[i, j] * kernel
    return output


@wrong("stamp_and_add", "you keep the larger")
def larger_of_the_two(x, kernel, stride):
    output, (kh, kw) = empty_output(x, kernel, stride), kernel.shape
    for i, j in np.ndindex(x.shape):
        place = np.s_[i * stride : i * stride + kh, j * stride : j * stride + kw]
        output[place] = np.maximum(output[place], x[i, j] * kernel)
    return output


@wrong("stamp_and_add", "share out")
def averaged_where_they_overlap(x, kernel, stride):
    output, counts = empty_output(x, kernel, stride), empty_output(x, kernel, stride)
    for i, j in np.ndindex(x.shape):
        place = np.s_[i * stride : i * stride + len(kernel), j * stride : j * stride + len(kernel[0])]
        output[place] += x[i, j] * kernel
        counts[place] += 1
    return output / np.where(counts == 0, 1, counts)


@wrong("stamp_and_add", "stand on their heads")
def turned_stamps(x, kernel, stride):
    return convolve2d(with_zeros_between(x, stride), kernel[::-1, ::-1], "full")


@wrong("stamp_and_add", "every stamp is alike")
def pixel_forgotten(x, kernel, stride):
    return a_true_convolution_of_the_spread_picture(np.ones(x.shape), kernel, stride)


@wrong("stamp_and_add", "you add the pixel to its stamp")
def pixel_added(x, kernel, stride):
    output = empty_output(x, kernel, stride)
    for i, j in np.ndindex(x.shape):
        output[i * stride :, j * stride :][: len(kernel), : len(kernel[0])] += x[i, j] + kernel
    return output


@wrong("stamp_and_add", "lie one pixel apart, whatever")
def stride_forgotten(x, kernel, stride):
    return convolve2d(x, kernel, "full")


@wrong("stamp_and_add", "the output is large enough")
def stride_in_the_size_only(x, kernel, stride):
    output, (kh, kw) = empty_output(x, kernel, stride), kernel.shape
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            output[i : i + kh, j : j + kw] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "side by side")
def side_by_side(x, kernel, stride):
    return np.block([[pixel * kernel for pixel in row] for row in x])


@wrong("stamp_and_add", "no room for what the last stamps reach")
def stride_times_the_size(x, kernel, stride):
    output, (kh, kw) = np.zeros((stride * x.shape[0], stride * x.shape[1])), kernel.shape
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            output[i * stride : i * stride + kh, j * stride : j * stride + kw] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "there are n − 1 steps")
def one_stride_too_large(x, kernel, stride):
    return np.pad(a_true_convolution_of_the_spread_picture(x, kernel, stride), [(0, stride), (0, stride)])


@wrong("stamp_and_add", "the output ends where the last stamp begins")
def without_the_last_stamp(x, kernel, stride):
    (height, width), (kh, kw) = x.shape, kernel.shape
    output = np.zeros(((height - 1) * stride, (width - 1) * stride))
    for i in range(height):
        for j in range(width):
            output[i * stride : i * stride + kh, j * stride : j * stride + kw] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "as large as it is with stride 1")
def size_of_stride_1(x, kernel, stride):
    (height, width), (kh, kw) = x.shape, kernel.shape
    output = np.zeros((height + kh - 1, width + kw - 1))
    for i, j in np.ndindex(height, width):
        output[i * stride : i * stride + kh, j * stride : j * stride + kw] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "integer type")
def buffer_of_integers(x, kernel, stride):
    output = empty_output(x, kernel, stride).astype(x.dtype)
    for i, j in np.ndindex(x.shape):
        output[i * stride : i * stride + kernel.shape[0], j * stride : j * stride + kernel.shape[1]] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "integer type")
def buffer_of_the_type_of_the_kernel(x, kernel, stride):
    output = empty_output(x, kernel, stride).astype(kernel.dtype)
    for i, j in np.ndindex(x.shape):
        output[i * stride : i * stride + kernel.shape[0], j * stride : j * stride + kernel.shape[1]] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "as high as it is wide")
def width_of_the_kernel_for_both(x, kernel, stride):
    k = kernel.shape[1]
    output = np.zeros(((x.shape[0] - 1) * stride + k, (x.shape[1] - 1) * stride + k))
    for i, j in np.ndindex(x.shape):
        output[i * stride : i * stride + k, j * stride : j * stride + k] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "cut off at stride times the size")
def cut_at_stride_times_the_size(x, kernel, stride):
    whole = a_true_convolution_of_the_spread_picture(x, kernel, stride)
    return whole[: x.shape[0] * stride, : x.shape[1] * stride]


@wrong("stamp_and_add", "as wide as it is high")
def square_kernel(x, kernel, stride):
    k = kernel.shape[0]
    output = np.zeros(((x.shape[0] - 1) * stride + k, (x.shape[1] - 1) * stride + k))
    for i, j in np.ndindex(x.shape):
        output[i * stride : i * stride + k, j * stride : j * stride + k] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "height and the width of the kernel are exchanged")
def kernel_on_its_side(x, kernel, stride):
    kw, kh = kernel.shape
    output = np.zeros(((x.shape[0] - 1) * stride + kh, (x.shape[1] - 1) * stride + kw))
    for i, j in np.ndindex(x.shape):
        output[i * stride : i * stride + kh, j * stride : j * stride + kw] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "x.shape is (height, width)")
def picture_on_its_side(x, kernel, stride):
    width, height = x.shape
    kh, kw = kernel.shape
    output = np.zeros(((height - 1) * stride + kh, (width - 1) * stride + kw))
    for i in range(height):
        for j in range(width):
            output[i * stride : i * stride + kh, j * stride : j * stride + kw] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "nothing is stamped")
def pixels_spread_only(x, kernel, stride):
    output = empty_output(x, kernel, stride)
    for i, j in np.ndindex(x.shape):
        output[i * stride, j * stride] = x[i, j]
    return output


@wrong("stamp_and_add")
def always_stride_2(x, kernel, stride):
    return a_true_convolution_of_the_spread_picture(x, kernel, 2)


@wrong("stamp_and_add", "turned on its side")
def turned_on_its_side(x, kernel, stride):
    return a_true_convolution_of_the_spread_picture(x, kernel, stride).T


@wrong("stamp_and_add", "leave no stamp")
def loops_one_too_short(x, kernel, stride):
    h, w = x.shape
    kh, kw = kernel.shape
    output = np.zeros(((h - 1) * stride + kh, (w - 1) * stride + kw))
    for i in range(h - 1):
        for j in range(w - 1):
            output[i * stride : i * stride + kh, j * stride : j * stride + kw] += x[i, j] * kernel
    return output


@wrong("stamp_and_add", "x and kernel have changed places")
def picture_laid_down_for_each_weight(x, kernel, stride):
    h, w = x.shape
    kh, kw = kernel.shape
    output = np.zeros(((kh - 1) * stride + h, (kw - 1) * stride + w))
    for i in range(kh):
        for j in range(kw):
            output[i * stride : i * stride + h, j * stride : j * stride + w] += kernel[i, j] * x
    return output


@wrong("stamp_and_add", "as large as x")
def stamped_on_zeros_like_x(x, kernel, stride):
    output = np.zeros(x.shape)
    kh, kw = kernel.shape
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            output[i * stride : i * stride + kh, j * stride : j * stride + kw] += x[i, j] * kernel
    return output


# ---- which of the sizes ----------------------------------------------------------------------------------------
def smaller(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


def larger(size, kernel, stride, padding):
    return (size - 1) * stride + kernel - 2 * padding


@right("choose_output_padding")
def there_and_back(size, kernel, stride, padding):
    return size - larger(smaller(size, kernel, stride, padding), kernel, stride, padding)


@right("choose_output_padding")
def counted_down(size, kernel, stride, padding):
    """How many pixels can go before the convolution notices?"""
    return next(
        gone
        for gone in range(stride)
        if gone == stride - 1
        or smaller(size - gone - 1, kernel, stride, padding) < smaller(size, kernel, stride, padding)
    )


@wrong("choose_output_padding", "the padding is missing")
def no_padding(size, kernel, stride, padding):
    return (size - kernel) % stride


@wrong("choose_output_padding", "counts once only")
def padding_once(size, kernel, stride, padding):
    return (size - kernel + padding) % stride


@wrong("choose_output_padding", "what is left of the size")
def remainder_of_the_size(size, kernel, stride, padding):
    return size % stride


@wrong("choose_output_padding", "how often the window has moved")
def steps_in_place_of_the_rest(size, kernel, stride, padding):
    return (size - kernel + 2 * padding) // stride


@wrong("choose_output_padding", "how many numbers the convolution leaves")
def forward_size(size, kernel, stride, padding):
    return smaller(size, kernel, stride, padding)


@wrong("choose_output_padding", "what is missing to one more step")
def up_to_the_next_step(size, kernel, stride, padding):
    steps = (size + 2 * padding - kernel) / stride
    return round((math.ceil(steps) - steps) * stride)


@wrong("choose_output_padding", "counts windows, not pixels")
def one_before_the_remainder(size, kernel, stride, padding):
    return (size + 2 * padding - kernel + 1) % stride


@wrong("choose_output_padding", "could become as large as the stride")
def one_too_many(size, kernel, stride, padding):
    return there_and_back(size, kernel, stride, padding) + 1


@wrong("choose_output_padding", "the most there can be")
def always_the_most(size, kernel, stride, padding):
    return stride - 1


@wrong("choose_output_padding", "the smallest of the sizes")
def always_none(size, kernel, stride, padding):
    return 0


@wrong("choose_output_padding", "the usual kernel of 3")
def always_one(size, kernel, stride, padding):
    return 1


@wrong("choose_output_padding", "the recipe for exactly")
def recipe_for_a_multiple(size, kernel, stride, padding):
    return stride - kernel + 2 * padding


@wrong("choose_output_padding", "size // stride numbers")
def as_if_it_divided(size, kernel, stride, padding):
    return size - larger(size // stride, kernel, stride, padding)


@wrong("choose_output_padding", "round down")
def rounded_up(size, kernel, stride, padding):
    return size - larger(math.ceil((size + 2 * padding - kernel) / stride + 1), kernel, stride, padding)


@wrong("choose_output_padding", "a whole stride too large")
def plus_one_forgotten(size, kernel, stride, padding):
    return size - larger((size + 2 * padding - kernel) // stride, kernel, stride, padding)


@wrong("choose_output_padding", "o − 1 steps apart")
def as_many_steps_as_numbers(size, kernel, stride, padding):
    return size - (smaller(size, kernel, stride, padding) * stride + kernel - 2 * padding)


@wrong("choose_output_padding", "cropped from both ends")
def crop_forgotten(size, kernel, stride, padding):
    return size - larger(smaller(size, kernel, stride, padding), kernel, stride, 0)


@wrong("choose_output_padding", "without what was left over")
def size_that_is_read(size, kernel, stride, padding):
    return larger(smaller(size, kernel, stride, padding), kernel, stride, padding)


@wrong("choose_output_padding")
def remainder_by_the_kernel(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) % kernel


@wrong("choose_output_padding", "you give the stride itself")
def a_whole_stride_in_place_of_none(size, kernel, stride, padding):
    return (size + 2 * padding - kernel - 1) % stride + 1


@wrong("choose_output_padding")
def capped_at_one(size, kernel, stride, padding):
    return min(there_and_back(size, kernel, stride, padding), 1)


@wrong("choose_output_padding")
def nothing_if_the_stride_is_not_2(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) % 2


@wrong("choose_output_padding")
def half_of_the_padding(size, kernel, stride, padding):
    return (size + padding // 2 - kernel) % stride


@wrong("choose_output_padding")
def nothing_without_padding(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) % stride if padding else 0


@wrong("choose_output_padding")
def only_for_even_sizes(size, kernel, stride, padding):
    return 0 if size % 2 else (size + 2 * padding - kernel) % stride


@wrong("choose_output_padding", "half a step is no step")
def there_and_back_with_a_plain_division(size, kernel, stride, padding):
    out = (size + 2 * padding - kernel) / stride + 1
    return size - ((out - 1) * stride + kernel - 2 * padding)


@wrong("choose_output_padding", "the sign is turned round")
def what_is_too_little_below_zero(size, kernel, stride, padding):
    out = (size + 2 * padding - kernel) // stride + 1
    return (out - 1) * stride + kernel - 2 * padding - size


# ---- insert zeros ----------------------------------------------------------------------------------------------
@right("spread_and_correlate")
def stamped_and_cropped(x, kernel, stride, padding):
    whole = a_true_convolution_of_the_spread_picture(x, kernel, stride)
    return whole[padding : len(whole) - padding, padding : len(whole[0]) - padding]


@right("spread_and_correlate")
def written_into_a_framed_canvas(x, kernel, stride, padding):
    (rows, columns), (height, width) = np.array(kernel.shape) - 1 - padding, x.shape
    canvas = np.zeros((2 * rows + stride * (height - 1) + 1, 2 * columns + stride * (width - 1) + 1))
    canvas[rows : rows + stride * height : stride, columns : columns + stride * width : stride][:height, :width] = x
    return correlate2d(canvas, np.rot90(kernel, 2), "valid")


def by_zeros(x, kernel, stride, rows, columns):
    framed = np.pad(with_zeros_between(x, stride), [(rows, rows), (columns, columns)])
    return correlate2d(framed, kernel, "valid")


def frames(kernel, padding):
    return kernel.shape[0] - 1 - padding, kernel.shape[1] - 1 - padding


@wrong("spread_and_correlate", "the kernel is not turned")
def not_turned(x, kernel, stride, padding):
    return by_zeros(x, kernel, stride, *frames(kernel, padding))


@wrong("spread_and_correlate", "turned the rows of the kernel only")
def rows_turned(x, kernel, stride, padding):
    return by_zeros(x, np.flipud(kernel), stride, *frames(kernel, padding))


@wrong("spread_and_correlate", "turned the columns of the kernel only")
def columns_turned(x, kernel, stride, padding):
    return by_zeros(x, np.fliplr(kernel), stride, *frames(kernel, padding))


@wrong("spread_and_correlate", "a mirror along the diagonal")
def mirrored_along_the_diagonal(x, kernel, stride, padding):
    return by_zeros(x, kernel.T, stride, *frames(kernel, padding))


@wrong("spread_and_correlate", "a quarter")
def a_quarter_turn(x, kernel, stride, padding):
    return by_zeros(x, np.rot90(kernel), stride, *frames(kernel, padding))


@wrong("spread_and_correlate", "a zero too many")
def a_zero_too_many(x, kernel, stride, padding):
    return by_zeros(x, kernel[::-1, ::-1], stride + 1, *frames(kernel, padding))


@wrong("spread_and_correlate", "behind the last row")
def zeros_behind_the_last(x, kernel, stride, padding):
    rows, columns = frames(kernel, padding)
    spread = np.zeros((x.shape[0] * stride, x.shape[1] * stride))
    spread[::stride, ::stride] = x
    return correlate2d(np.pad(spread, [(rows, rows), (columns, columns)]), kernel[::-1, ::-1], "valid")


@wrong("spread_and_correlate", "nothing is inserted")
def no_zeros(x, kernel, stride, padding):
    return by_zeros(x, kernel[::-1, ::-1], 1, *frames(kernel, padding))


@wrong("spread_and_correlate", "does not skip here")
def strides_that_skip(x, kernel, stride, padding):
    return no_zeros(x, kernel, stride, padding)[::stride, ::stride]


@wrong("spread_and_correlate", "use the stride twice")
def spread_and_skipped(x, kernel, stride, padding):
    return stamped_and_cropped(x, kernel, stride, padding)[::stride, ::stride]


@wrong("spread_and_correlate", "you repeat each pixel")
def pixels_repeated(x, kernel, stride, padding):
    rows, columns = frames(kernel, padding)
    spread = np.kron(x, np.ones((stride, stride)))
    return correlate2d(np.pad(spread, [(rows, rows), (columns, columns)]), kernel[::-1, ::-1], "valid")


@wrong("spread_and_correlate", "missing between the columns")
def zeros_between_rows_only(x, kernel, stride, padding):
    rows, columns = frames(kernel, padding)
    spread = np.zeros((stride * (len(x) - 1) + 1, x.shape[1]))
    spread[::stride] = x
    return correlate2d(np.pad(spread, [(rows, rows), (columns, columns)]), kernel[::-1, ::-1], "valid")


@wrong("spread_and_correlate", "as in a convolution")
def padding_of_a_convolution(x, kernel, stride, padding):
    return by_zeros(x, kernel[::-1, ::-1], stride, padding, padding)


@wrong("spread_and_correlate", "the padding is not used")
def never_cropped(x, kernel, stride, padding):
    return by_zeros(x, kernel[::-1, ::-1], stride, *frames(kernel, 0))


@wrong("spread_and_correlate", "makes your output larger")
def padding_added(x, kernel, stride, padding):
    return by_zeros(x, kernel[::-1, ::-1], stride, *frames(kernel, -padding))


@wrong("spread_and_correlate", "the frame is one too wide")
def frame_one_too_wide(x, kernel, stride, padding):
    return by_zeros(x, kernel[::-1, ::-1], stride, kernel.shape[0] - padding, kernel.shape[1] - padding)


@wrong("spread_and_correlate", "neither is the frame")
def square_frame(x, kernel, stride, padding):
    rows, _ = frames(kernel, padding)
    return by_zeros(x, kernel[::-1, ::-1], stride, rows, rows)


@wrong("spread_and_correlate", "half as wide")
def frame_of_half_the_kernel(x, kernel, stride, padding):
    return by_zeros(x, kernel[::-1, ::-1], stride, kernel.shape[0] // 2, kernel.shape[1] // 2)


@wrong("spread_and_correlate", "integer type")
def spread_over_integers(x, kernel, stride, padding):
    spread = np.zeros((stride * (x.shape[0] - 1) + 1, stride * (x.shape[1] - 1) + 1), int)
    spread[::stride, ::stride] = x
    return by_zeros(spread, kernel[::-1, ::-1], 1, *frames(kernel, padding))


@wrong("spread_and_correlate", "[p:-p]")
def crop_that_is_empty_without_padding(x, kernel, stride, padding):
    return stamped_and_cropped(x, kernel, stride, 0)[padding:-padding, padding:-padding]


@wrong("spread_and_correlate", "there is no frame")
def no_frame(x, kernel, stride, padding):
    return by_zeros(x, kernel[::-1, ::-1], stride, 0, 0)


@wrong("spread_and_correlate", "turned by 180°")
def result_turned(x, kernel, stride, padding):
    return stamped_and_cropped(x, kernel, stride, padding)[::-1, ::-1]


@wrong("spread_and_correlate")
def spread_by_one_pixel(x, kernel, stride, padding):
    return stamped_and_cropped(x, kernel, 2, padding)


@wrong("spread_and_correlate")
def padding_of_one(x, kernel, stride, padding):
    return stamped_and_cropped(x, kernel, stride, 1)


@wrong("spread_and_correlate", "its height for its width")
def windows_times_the_transposed_kernel(x, kernel, stride, padding):
    kh, kw = kernel.shape
    z = np.pad(with_zeros_between(x, stride), ((kh - 1 - padding,) * 2, (kw - 1 - padding,) * 2))
    return np.einsum("ijuv,uv", sliding_window_view(z, (kh, kw)), kernel.T)


@wrong("spread_and_correlate", "its height for its width")
def windows_times_a_kernel_turned_once(x, kernel, stride, padding):
    kh, kw = kernel.shape
    z = np.pad(with_zeros_between(x, stride), ((kh - 1 - padding,) * 2, (kw - 1 - padding,) * 2))
    return np.einsum("ijuv,uv->ij", sliding_window_view(z, (kh, kw)), np.rot90(kernel))


@wrong("spread_and_correlate", "its height for its width")
def stops_times_the_transposed_kernel(x, kernel, stride, padding):
    kh, kw = kernel.shape
    z = np.pad(with_zeros_between(x, stride), ((kh - 1 - padding,) * 2, (kw - 1 - padding,) * 2))
    rows, columns = range(len(z) - kh + 1), range(len(z[0]) - kw + 1)
    return np.array([[(z[i : i + kh, j : j + kw] * kernel.T).sum() for j in columns] for i in rows])


# ---- how many stamps -------------------------------------------------------------------------------------------
def stamps_counted(size, kernel, stride, step=None):
    counts = np.zeros(2 * [(size - 1) * stride + kernel])
    for i, j in np.ndindex(size, size):
        row, column = i * (step or stride), j * (step or stride)
        counts[row : row + kernel, column : column + kernel] += 1
    return counts


@right("overlap_map")
def counted_and_cropped(size, kernel, stride, padding):
    counts = stamps_counted(size, kernel, stride)
    return counts[padding : len(counts) - padding, padding : len(counts) - padding]


@right("overlap_map")
def asked_of_every_pixel(size, kernel, stride, padding):
    """Which stamps begin at most kernel - 1 pixels before this one?"""
    along = along_one_axis(size, kernel, stride, padding)
    return [[rows * columns for columns in along] for rows in along]


def along_one_axis(size, kernel, stride, padding):
    side = range(padding, (size - 1) * stride + kernel - padding)
    return [sum(0 <= at - stride * n < kernel for n in range(size)) for at in side]


@wrong("overlap_map", "one row of stamps")
def one_row(size, kernel, stride, padding):
    return along_one_axis(size, kernel, stride, padding)


@wrong("overlap_map", "the counts of both axes are added")
def axes_added(size, kernel, stride, padding):
    row = along_one_axis(size, kernel, stride, padding)
    return [[one + other for other in row] for one in row]


@wrong("overlap_map", "every row is alike")
def rows_alike(size, kernel, stride, padding):
    return [along_one_axis(size, kernel, stride, padding) for _ in range(size)]


@wrong("overlap_map", "the larger count")
def larger_of_both_axes(size, kernel, stride, padding):
    row = along_one_axis(size, kernel, stride, padding)
    return [[max(one, other) for other in row] for one in row]


@wrong("overlap_map", "the padding is not used")
def not_cropped(size, kernel, stride, padding):
    return stamps_counted(size, kernel, stride)


@wrong("overlap_map", "at the top and at the left only")
def cropped_before_only(size, kernel, stride, padding):
    return stamps_counted(size, kernel, stride)[padding:, padding:]


@wrong("overlap_map", "at the bottom and at the right only")
def cropped_behind_only(size, kernel, stride, padding):
    counts = stamps_counted(size, kernel, stride)
    return counts[: len(counts) - padding, : len(counts) - padding]


@wrong("overlap_map", "makes your map larger")
def padded_in_place_of_cropped(size, kernel, stride, padding):
    return np.pad(stamps_counted(size, kernel, stride), padding)


@wrong("overlap_map", "one pixel apart")
def stamps_one_pixel_apart(size, kernel, stride, padding):
    return counted_and_cropped(size, kernel, 1, padding)


@wrong("overlap_map", "*whether* a stamp")
def whether_in_place_of_how_many(size, kernel, stride, padding):
    return np.sign(counted_and_cropped(size, kernel, stride, padding))


def everywhere(number, size, kernel, stride, padding):
    side = (size - 1) * stride + kernel - 2 * padding
    return np.full((side, side), number)


@wrong("overlap_map", "not every weight")
def all_the_weights(size, kernel, stride, padding):
    return everywhere(kernel**2, size, kernel, stride, padding)


@wrong("overlap_map", "the most there can be")
def the_most_everywhere(size, kernel, stride, padding):
    return everywhere(math.ceil(kernel / stride) ** 2, size, kernel, stride, padding)


@wrong("overlap_map", "the least in the middle")
def the_least_everywhere(size, kernel, stride, padding):
    return everywhere((kernel // stride) ** 2, size, kernel, stride, padding)


@wrong("overlap_map", "that is the average")
def the_average_everywhere(size, kernel, stride, padding):
    return everywhere((kernel / stride) ** 2, size, kernel, stride, padding)


@wrong("overlap_map", "stride times the size")
def blocks_of_ones(size, kernel, stride, padding):
    return np.ones((size * stride, size * stride))


@wrong("overlap_map", "[p:-p]")
def slice_that_is_empty_without_padding(size, kernel, stride, padding):
    return stamps_counted(size, kernel, stride)[padding:-padding, padding:-padding]


@wrong("overlap_map")
def one_stamp_missing(size, kernel, stride, padding):
    return counted_and_cropped(size - 1, kernel, stride, padding)


@wrong("overlap_map")
def a_crop_of_one(size, kernel, stride, padding):
    return counted_and_cropped(size, kernel, stride, min(padding, 1) or 1)


@wrong("overlap_map")
def only_for_stride_2(size, kernel, stride, padding):
    return counted_and_cropped(size, kernel, 2, padding)


@wrong("overlap_map")
def kernel_and_stride_exchanged(size, kernel, stride, padding):
    return counted_and_cropped(size, stride, kernel, padding)


@wrong("overlap_map")
def border_forgotten(size, kernel, stride, padding):
    along = np.array([math.ceil((kernel - at) / stride) for at in range(stride)])
    side = np.resize(along, (size - 1) * stride + kernel - 2 * padding)
    return np.outer(side, side)


@wrong("overlap_map", "the windows of a convolution")
def windows_of_a_convolution(size, kernel, stride, padding):
    c = np.zeros((size, size))
    for i in range(0, size - kernel + 1, stride):
        for j in range(0, size - kernel + 1, stride):
            c[i : i + kernel, j : j + kernel] += 1
    return c


@wrong("overlap_map", "the last row and the last column")
def one_stamp_too_few(size, kernel, stride, padding):
    n = (size - 1) * stride + kernel
    c = np.zeros((n, n))
    for i in range(size - 1):
        for j in range(size - 1):
            c[i * stride : i * stride + kernel, j * stride : j * stride + kernel] += 1
    return c[padding : n - padding, padding : n - padding]


@wrong("overlap_map", "the map is large enough")
def stamps_one_pixel_apart_on_a_large_map(size, kernel, stride, padding):
    n = (size - 1) * stride + kernel
    c = np.zeros((n, n))
    for i in range(size):
        for j in range(size):
            c[i : i + kernel, j : j + kernel] += 1
    return c[padding : n - padding, padding : n - padding]


# ---- a kernel without a pattern --------------------------------------------------------------------------------
@right("even_kernel")
def a_column_times_a_row():
    return np.outer([0.2, 1, 0.8], [0.3, 1, 0.7])


@right("even_kernel")
def with_negative_weights():
    return [[3, -5.5, -8], [6, 1, -5], [4, 6.5, 2]]


@wrong("even_kernel", "some of its weights are equal")
def straight_lines_between():
    return np.outer([0.5, 1, 0.5], [0.5, 1, 0.5])


@wrong("even_kernel", "some of its weights are equal")
def two_weights_alike():
    return [[0.1, 0.7, 0.2], [0.4, 1, 0.6], [0.4, 0.3, 0.3]]


@wrong("even_kernel", "three rows of three")
def a_row_only():
    return [0.5, 1, 0.5]


@wrong("even_kernel", "three rows of three")
def four_by_four():
    return np.ones((4, 4)) / 4


@wrong("even_kernel", "three rows of three")
def words():
    return "bilinear"


@wrong("even_kernel", "finite")
def not_a_number():
    return [[1, 1, 1], [1, np.nan, 1], [1, 1, 1]]


@wrong("even_kernel", "one of the weights is 0")
def nearest_neighbour():
    return [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


@wrong("even_kernel", "one of the weights is 0")
def no_corners():
    return [[0, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 0]]


@wrong("even_kernel", "nine equal weights")
def box_blur():
    return np.full((3, 3), 1 / 9)


@wrong("even_kernel", "nine equal weights")
def nine_ones():
    return np.ones((3, 3))


@wrong("even_kernel", "as those of a blur")
def gaussian_blur():
    return np.outer([1, 2, 1], [1, 2, 1]) / 16


@wrong("even_kernel", "as those of a blur")
def another_blur():
    return np.array([[1, 2, 1], [2, 8, 2], [1, 2, 1]]) / 20


@wrong("even_kernel", "the rows differ")
def even_along_the_rows():
    return np.outer([1, 1, 1], [0.5, 1, 0.5])


@wrong("even_kernel", "the columns differ")
def even_along_the_columns():
    return np.outer([0.5, 1, 0.5], [1, 1, 1])


@wrong("even_kernel", "it checkers")
def larger_in_the_middle_only():
    return [[1, 1, 1], [1, 4, 1], [1, 1, 1]]


@wrong("even_kernel", "it checkers")
def counting():
    return [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


@wrong("even_kernel", "should come out as ones")
def divided_by_four():
    return np.outer([1, 2, 1], [1, 2, 1])


# ---- the broken layer ------------------------------------------------------------------------------------------
@right("broken_layers")
def with_one_dot_after_the_other(layers, shape):
    """Build both matrices whole, from pictures with a single bright pixel."""

    def matrix(step, shape):
        dots = np.eye(math.prod(shape)).reshape(-1, *shape)
        return np.stack([step(dot).ravel() for dot in dots], axis=1)

    found = []
    for number, (down, up) in enumerate(layers):
        forward = matrix(down, shape)
        small = down(np.zeros(shape)).shape
        if not np.allclose(matrix(up, small).T, forward, rtol=1e-6, atol=0):
            found.append(number)
    return np.array(found)


@right("broken_layers")
def three_times_with_a_relative_limit(layers, shape):
    rng = np.random.default_rng(5)

    def gap(down, up):
        x = rng.uniform(-1, 1, shape)
        y = rng.uniform(-1, 1, down(x).shape)
        one, other = np.vdot(down(x), y), np.vdot(x, up(y))
        return abs(one - other) / max(abs(one), abs(other))

    return [n for n in range(len(layers)) if max(gap(*layers[n]) for _ in range(3)) > 1e-8]


def by_products(layers, shape, of_x, of_y, differ=lambda one, other: not np.isclose(one, other, 1e-9, 0)):
    rng, found = np.random.default_rng(3), []
    for n, (down, up) in enumerate(layers):
        x = of_x(rng, shape)
        y = of_y(rng, down(x).shape)
        if differ(np.sum(down(x) * y), np.sum(x * up(y))):
            found.append(n)
    return found


def noise(rng, shape):
    return rng.normal(size=shape)


def ones(rng, shape):
    return np.ones(shape)


@wrong("broken_layers", "those are the layers that pass")
def sound_in_place_of_broken(layers, shape):
    return by_products(layers, shape, noise, noise, lambda one, other: np.isclose(one, other, 1e-9, 0))


@wrong("broken_layers", "you count from 1")
def counted_from_1(layers, shape):
    return [n + 1 for n in by_products(layers, shape, noise, noise)]


@wrong("broken_layers", "how many are broken")
def how_many(layers, shape):
    return len(by_products(layers, shape, noise, noise))


@wrong("broken_layers", "a list of yes and no")
def yes_and_no(layers, shape):
    broken = by_products(layers, shape, noise, noise)
    return [n in broken for n in range(len(layers))]


@wrong("broken_layers", "differ in their last digits")
def not_equal_to_the_last_digit(layers, shape):
    return by_products(layers, shape, noise, noise, lambda one, other: one != other)


@wrong("broken_layers", "whether up undoes down")
def tested_as_inverse(layers, shape):
    x = np.arange(math.prod(shape)).reshape(shape)
    return [n for n, (down, up) in enumerate(layers) if not np.allclose(up(down(x)), x)]


@wrong("broken_layers", "the shapes are right in all of them")
def shapes_compared(layers, shape):
    return [n for n, (down, up) in enumerate(layers) if up(down(np.zeros(shape))).shape != tuple(shape)]


@wrong("broken_layers", "with ones everywhere")
def ones_everywhere(layers, shape):
    return by_products(layers, shape, ones, ones)


@wrong("broken_layers", "an x of ones")
def an_x_of_ones(layers, shape):
    return by_products(layers, shape, ones, noise)


@wrong("broken_layers", "a y of ones")
def a_y_of_ones(layers, shape):
    return by_products(layers, shape, noise, ones)


@wrong("broken_layers", "for an x of zeros")
def an_x_of_zeros(layers, shape):
    return by_products(layers, shape, lambda rng, shape: np.zeros(shape), noise)


@wrong("broken_layers", "a fixed limit")
def a_limit_of_a_thousandth(layers, shape):
    return by_products(layers, shape, noise, noise, lambda one, other: abs(one - other) > 1e-3)


@wrong("broken_layers", "a fixed limit")
def a_limit_of_a_millionth(layers, shape):
    return by_products(layers, shape, noise, noise, lambda one, other: abs(one - other) > 1e-6)


@wrong("broken_layers", "a fixed limit")
def rounded_to_six_digits(layers, shape):
    return by_products(layers, shape, noise, noise, lambda one, other: round(one, 6) != round(other, 6))


@wrong("broken_layers", "too wide")
def isclose_with_a_wide_absolute_limit(layers, shape):
    return by_products(layers, shape, noise, noise, lambda one, other: not np.isclose(one, other, atol=1e-3))


@wrong("broken_layers", "too wide")
def isclose_as_it_stands(layers, shape):
    return by_products(layers, shape, noise, noise, lambda one, other: not np.isclose(one, other))


@wrong("broken_layers", "independently of x")
def y_is_what_down_makes_of_x(layers, shape):
    x = noise(np.random.default_rng(8), shape)
    return [n for n, (d, up) in enumerate(layers) if not np.isclose((d(x) * d(x)).sum(), (x * up(d(x))).sum())]


@wrong("broken_layers", "independently of x")
def y_is_what_down_makes_of_x_compared_relatively(layers, shape):
    x = noise(np.random.default_rng(8), shape)
    return [n for n, (d, up) in enumerate(layers) if not np.isclose((d(x) * d(x)).sum(), (x * up(d(x))).sum(), 1e-9, 0)]


@wrong("broken_layers", "the same seed")
def one_seed_for_both(layers, shape):
    def same_seed(_, shape):
        return noise(np.random.default_rng(1), shape)

    return by_products(layers, shape, same_seed, same_seed)


@wrong("broken_layers", "a fixed limit")
def exactly_equal_to_ten_digits(layers, shape):
    return by_products(layers, shape, noise, noise, lambda one, other: abs(one - other) > 1e-10)


@wrong("broken_layers")
def only_the_first_one(layers, shape):
    return by_products(layers, shape, noise, noise)[:1]


@wrong("broken_layers")
def magnitudes_compared(layers, shape):
    return [n for n, (down, up) in enumerate(layers) if not np.isclose(*sizes(down, up, shape))]


def sizes(down, up, shape):
    x = noise(np.random.default_rng(1), shape)
    return np.linalg.norm(down(x)), np.linalg.norm(up(down(x)))


@wrong("broken_layers", "does the loop come to the last layer")
def the_first_layer_alone(layers, shape):
    rng, broken = np.random.default_rng(0), []
    for n, (down, up) in enumerate(layers):
        x = rng.normal(size=shape)
        y = rng.normal(size=down(x).shape)
        if not np.isclose((down(x) * y).sum(), (x * up(y)).sum(), rtol=1e-9, atol=0):
            broken.append(n)
        break
    return broken


@wrong("broken_layers", "your y has the shape of x")
def y_in_the_shape_of_x(layers, shape):
    rng, broken = np.random.default_rng(0), []
    for n, (down, up) in enumerate(layers):
        x, y = rng.normal(size=shape), rng.normal(size=shape)
        if not np.isclose((down(x) * y).sum(), (x * up(y)).sum(), rtol=1e-6, atol=0):
            broken.append(n)
    return broken
