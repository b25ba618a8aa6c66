"""Answers to the exercises of chapter 1."""

import numpy as np
from checks.answers import right, wrong
from numpy.lib.stride_tricks import sliding_window_view
from scipy.linalg import convolution_matrix
from scipy.signal import correlate2d, fftconvolve

from convbook import kernels

WINDOW = np.array([[3, 5, 4], [1, 0, 6], [2, 6, 5]])


# ---- prediction: right -----------------------------------------------------------------------------------------
@right("prediction")
def by_hand():
    return 3 - 4 + 2 * (1 - 6) + 2 - 5


@right("prediction")
def as_a_float():
    return float((WINDOW * kernels.SOBEL_VERTICAL).sum())


# ---- prediction: wrong -----------------------------------------------------------------------------------------
@wrong("prediction", "turned the kernel round")
def flipped():
    return 4 - 3 + 2 * (6 - 1) + 5 - 2


@wrong("prediction", "you ignored the kernel")
def sum_of_the_window():
    return 3 + 5 + 4 + 1 + 0 + 6 + 2 + 6 + 5


@wrong("prediction", "the middle row counts double")
def all_weights_one():
    return 3 - 4 + 1 - 6 + 2 - 5


@wrong("prediction", "a minus sign was lost")
def minus_lost():
    return 3 + 4 + 2 * (1 + 6) + 2 + 5


@wrong("prediction", "rows and columns of the kernel")
def kernel_on_its_side():
    return 3 + 2 * 5 + 4 - 2 - 2 * 6 - 5


@wrong("prediction", "a matrix product")
def matrix_product():
    return (WINDOW @ kernels.SOBEL_VERTICAL).sum()


@wrong("prediction", "now add them up")
def products_not_added():
    return WINDOW * kernels.SOBEL_VERTICAL


@wrong("prediction", "only the first row")
def first_row_only():
    return 3 - 4


@wrong("prediction", "no average")
def average():
    return -14 / 9


@wrong("prediction", "ReLU")
def after_a_relu():
    return max(3 - 4 + 2 * (1 - 6) + 2 - 5, 0)


@wrong("prediction")
def miscounted():
    return -13


@wrong("prediction")
def as_text():
    return "-14"


@wrong("prediction")
def printed_and_returned_something_else():
    return WINDOW


@wrong("prediction", "the middle row counts double")
def doubled_on_one_side_only():
    return 3 - 4 + 2 * 1 - 6 + 2 - 5


@wrong("prediction", "turned the kernel round")
def flipped_and_doubled_on_one_side_only():
    return 4 - 3 + 6 - 2 * 1 + 5 - 2


# ---- one_stop: right -------------------------------------------------------------------------------------------
@right("one_stop")
def all_at_once(picture, kernel, i, j):
    window = picture[i : i + kernel.shape[0], j : j + kernel.shape[1]]
    return (window.astype(float) * kernel).sum()


@right("one_stop")
def in_pythons_own_numbers(picture, kernel, i, j):
    pairs = [(picture[i + u, j + v], kernel[u, v]) for u, v in np.ndindex(kernel.shape)]
    return sum(pixel.item() * weight.item() for pixel, weight in pairs)


# ---- one_stop: wrong -------------------------------------------------------------------------------------------
@wrong("one_stop")
def a_picture_of_whole_numbers(picture, kernel, i, j):
    rows, columns = kernel.shape
    return float((picture[i : i + rows, j : j + columns].astype(int) * kernel).sum())


@wrong("one_stop", "`+=`")
def only_the_last_product(picture, kernel, i, j):
    for u in range(kernel.shape[0]):
        for v in range(kernel.shape[1]):
            total = float(picture[i + u, j + v]) * float(kernel[u, v])
    return total


@wrong("one_stop", "inside the loop")
def returns_in_the_loop(picture, kernel, i, j):
    total = 0
    for u in range(kernel.shape[0]):
        for v in range(kernel.shape[1]):
            total += float(picture[i + u, j + v]) * float(kernel[u, v])
        return total


@wrong("one_stop", "starts anew")
def total_begins_anew_in_each_row(picture, kernel, i, j):
    for u in range(kernel.shape[0]):
        total = 0
        for v in range(kernel.shape[1]):
            total += float(picture[i + u, j + v]) * float(kernel[u, v])
    return total


@wrong("one_stop", "turned the kernel round")
def one_stop_flipped(picture, kernel, i, j):
    return all_at_once(picture, kernel[::-1, ::-1], i, j)


@wrong("one_stop", "from the top left corner")
def always_the_first_window(picture, kernel, i, j):
    return all_at_once(picture, kernel, 0, 0)


@wrong("one_stop", "i is the row")
def i_and_j_exchanged(picture, kernel, i, j):
    total = 0
    for u in range(kernel.shape[0]):
        for v in range(kernel.shape[1]):
            total += float(picture[j + u, i + v]) * float(kernel[u, v])
    return total


@wrong("one_stop", "u goes down")
def u_and_v_exchanged_in_the_picture(picture, kernel, i, j):
    total = 0
    for u in range(kernel.shape[0]):
        for v in range(kernel.shape[1]):
            total += float(picture[i + v, j + u]) * float(kernel[u, v])
    return total


@wrong("one_stop", "wraps round at 256")
def one_stop_in_eight_bits(picture, kernel, i, j):
    total = picture.dtype.type(0)
    for u in range(kernel.shape[0]):
        for v in range(kernel.shape[1]):
            total = total + picture[i + u, j + v] * kernel[u, v]
    return total


def in_a_smaller_type(kind, picture, kernel, i, j):
    total = 0
    with np.errstate(over="ignore", invalid="ignore"):  # NumPy warns, and goes on
        for u in range(kernel.shape[0]):
            for v in range(kernel.shape[1]):
                total += kind(picture[i + u, j + v]) * kernel[u, v]
    return total


@wrong("one_stop", "sixteen bits end")
def sixteen_bits(picture, kernel, i, j):
    return in_a_smaller_type(np.int16, picture, kernel, i, j)


@wrong("one_stop", "sixteen bits end")
def sixteen_bits_without_a_sign(picture, kernel, i, j):
    return in_a_smaller_type(np.uint16, picture, kernel, i, j)


@wrong("one_stop", "about three digits")
def half_precision(picture, kernel, i, j):
    return in_a_smaller_type(np.float16, picture, kernel, i, j)


@wrong("one_stop", "each product has wrapped round")
def products_in_eight_bits(picture, kernel, i, j):
    window = picture[i : i + kernel.shape[0], j : j + kernel.shape[1]]
    return (window * kernel).sum()


@wrong("one_stop", "ignores the kernel")
def adds_the_window(picture, kernel, i, j):
    return float(picture[i : i + kernel.shape[0], j : j + kernel.shape[1]].sum(dtype=float))


@wrong("one_stop", "number of rows for both")
def as_if_the_kernel_were_square(picture, kernel, i, j):
    total = 0
    for u in range(kernel.shape[0]):
        for v in range(kernel.shape[0]):
            total += float(picture[i + u, j + v]) * float(kernel[u, v])
    return total


@wrong("one_stop", "centre")
def centred(picture, kernel, i, j):
    total = 0
    for u in range(kernel.shape[0]):
        for v in range(kernel.shape[1]):
            total += float(picture[i + u - 1, j + v - 1]) * float(kernel[u, v])
    return total


@wrong("one_stop", "range")
def stops_one_too_early(picture, kernel, i, j):
    total = 0
    for u in range(kernel.shape[0] - 1):
        for v in range(kernel.shape[1] - 1):
            total += float(picture[i + u, j + v]) * float(kernel[u, v])
    return total


@wrong("one_stop", "behind the point")
def cuts_the_weights(picture, kernel, i, j):
    total = 0
    for u in range(kernel.shape[0]):
        for v in range(kernel.shape[1]):
            total += int(picture[i + u, j + v]) * int(kernel[u, v])
    return total


@wrong("one_stop", "below 0")
def nothing_below_zero(picture, kernel, i, j):
    return max(all_at_once(picture, kernel, i, j), 0)


@wrong("one_stop", "any size")
def two_loops_of_three(picture, kernel, i, j):
    s = 0
    for u in range(3):
        for v in range(3):
            s += float(picture[i + u, j + v]) * kernel[u, v]
    return s


@wrong("one_stop", "any size")
def a_window_of_three_by_three(picture, kernel, i, j):
    return (picture[i : i + 3, j : j + 3].astype(float) * kernel).sum()


@wrong("one_stop", "the product of two matrices")
def product_of_matrices(picture, kernel, i, j):
    kh, kw = kernel.shape
    return (picture[i : i + kh, j : j + kw] @ kernel).sum()


@wrong("one_stop", "the product of two matrices")
def dot_product_of_matrices(picture, kernel, i, j):
    kh, kw = kernel.shape
    return np.dot(picture[i : i + kh, j : j + kw].astype(float), kernel).sum()


# ---- correlate_loops: right ------------------------------------------------------------------------------------
@right("correlate_loops")
def scipy_correlation(picture, kernel):
    return correlate2d(picture.astype(float), kernel.astype(float), "valid")


@right("correlate_loops")
def in_nested_lists(picture, kernel):
    (height, width), (kh, kw) = picture.shape, kernel.shape
    return [[all_at_once(picture, kernel, i, j) for j in range(width - kw + 1)] for i in range(height - kh + 1)]


@right("correlate_loops")
def by_fourier_with_its_noise(picture, kernel):
    return fftconvolve(picture.astype(float), kernel[::-1, ::-1].astype(float), "valid")


# ---- correlate_loops: wrong ------------------------------------------------------------------------------------
def slide(picture, kernel, output, at=lambda i, j: (i, j), rows=None, columns=None):
    """Go over the output and fill it: what the wrong answers below have in common."""
    for i in range(rows or output.shape[0]):
        for j in range(columns or output.shape[1]):
            output[i, j] = all_at_once(picture, kernel, *at(i, j))
    return output


def room_for(picture, kernel, **settings):
    return np.zeros(np.subtract(picture.shape, kernel.shape) + 1, **settings)


@wrong("correlate_loops", "turned the kernel round")
def convolution(picture, kernel):
    return correlate2d(picture.astype(float), kernel.astype(float)[::-1, ::-1], "valid")


@wrong("correlate_loops", "height and width are exchanged")
def height_and_width_exchanged(picture, kernel):
    (width, height), (kh, kw) = picture.shape, kernel.shape
    output = np.zeros((height - kh + 1, width - kw + 1))
    for i, j in np.ndindex(output.shape):
        output[i, j] = sum(picture[i + u, j + v] * float(kernel[u, v]) for u in range(kh) for v in range(kw))
    return output


@wrong("correlate_loops", "turned on its side")
def output_on_its_side(picture, kernel):
    return scipy_correlation(picture, kernel).T


@wrong("correlate_loops", "n - k + 1")
def one_stop_missing(picture, kernel):
    return slide(picture, kernel, np.zeros(np.subtract(picture.shape, kernel.shape)))


@wrong("correlate_loops", "stay 0")
def last_row_and_column_not_filled(picture, kernel):
    output = room_for(picture, kernel)
    return slide(picture, kernel, output, rows=output.shape[0] - 1, columns=output.shape[1] - 1)


@wrong("correlate_loops", "size of the picture")
def as_large_as_the_picture(picture, kernel):
    rows, columns = room_for(picture, kernel).shape
    return slide(picture, kernel, np.zeros(picture.shape), rows=rows, columns=columns)


@wrong("correlate_loops")
def padded_to_the_same_size(picture, kernel):
    return correlate2d(picture.astype(float), kernel.astype(float), "same")


@wrong("correlate_loops", "`+=`")
def assigns_in_place_of_adding(picture, kernel):
    output = room_for(picture, kernel)
    for i, j in np.ndindex(output.shape):
        for u, v in np.ndindex(kernel.shape):
            output[i, j] = float(picture[i + u, j + v]) * float(kernel[u, v])
    return output


@wrong("correlate_loops", "starts at 0 for each")
def total_never_reset(picture, kernel):
    return scipy_correlation(picture, kernel).ravel().cumsum().reshape(room_for(picture, kernel).shape)


@wrong("correlate_loops", "hangs over the end")
def a_stop_on_every_pixel(picture, kernel):
    output = np.zeros_like(picture)
    for i in range(picture.shape[0]):
        for j in range(picture.shape[1]):
            output[i, j] = sum(float(picture[i + u, j + v]) * kernel[u, v] for u, v in np.ndindex(kernel.shape))
    return output


@wrong("correlate_loops", "side by side")
def windows_side_by_side(picture, kernel):
    (height, width), (kh, kw) = picture.shape, kernel.shape
    return slide(picture, kernel, np.zeros((height // kh, width // kw)), at=lambda i, j: (i * kh, j * kw))


@wrong("correlate_loops", "has the picture's type")
def output_in_the_type_of_the_picture(picture, kernel):
    output = room_for(picture, kernel, dtype=picture.dtype)
    for i, j in np.ndindex(output.shape):
        total = 0
        for u, v in np.ndindex(kernel.shape):
            total += float(picture[i + u, j + v]) * float(kernel[u, v])
        output[i, j] = int(total) % 256 if picture.dtype == np.uint8 else total  # as NumPy does, without its warning
    return output


@wrong("correlate_loops", "each product has wrapped round")
def products_of_windows_in_eight_bits(picture, kernel):
    output = room_for(picture, kernel)
    for i, j in np.ndindex(output.shape):
        output[i, j] = products_in_eight_bits(picture, kernel, i, j)
    return output


@wrong("correlate_loops", "has the picture's type")
def buffer_like_the_picture(picture, kernel):
    output = np.zeros_like(picture, shape=room_for(picture, kernel).shape)
    for i, j in np.ndindex(output.shape):
        window = picture[i : i + kernel.shape[0], j : j + kernel.shape[1]]
        output[i, j] += (window * kernel).sum().astype(output.dtype)
    return output


@wrong("correlate_loops", "integer type")
def output_in_integers(picture, kernel):
    return slide(picture, kernel, room_for(picture, kernel, dtype=int))


@wrong("correlate_loops", "stays uint8 and wraps")
def sums_in_eight_bits(picture, kernel):
    output = room_for(picture, kernel)
    for i, j in np.ndindex(output.shape):
        total = 0
        for u, v in np.ndindex(kernel.shape):
            total = total + picture[i + u, j + v] * kernel[u, v]
        output[i, j] = total
    return output


@wrong("correlate_loops", "u goes down")
def window_on_its_side(picture, kernel):
    output = room_for(picture, kernel)
    for i, j in np.ndindex(output.shape):
        for u, v in np.ndindex(kernel.shape):
            output[i, j] += float(picture[i + v, j + u]) * float(kernel[u, v])
    return output


@wrong("correlate_loops", "height for both")
def as_if_it_were_square(picture, kernel):
    n = picture.shape[0] - kernel.shape[0] + 1
    return slide(picture, kernel, np.zeros((n, n)))


@wrong("correlate_loops", "you ignored the kernel")
def adds_up_the_windows(picture, kernel):
    return scipy_correlation(picture, np.ones(kernel.shape))


@wrong("correlate_loops", "below 0")
def magnitudes(picture, kernel):
    return np.abs(scipy_correlation(picture, kernel))


@wrong("correlate_loops", "below 0")
def cut_off_at_zero(picture, kernel):
    return np.maximum(scipy_correlation(picture, kernel), 0)


@wrong("correlate_loops", "no average")
def averages(picture, kernel):
    return scipy_correlation(picture, kernel) / kernel.size


@wrong("correlate_loops", "in another shape")
def in_one_long_row(picture, kernel):
    return scipy_correlation(picture, kernel).ravel()


@wrong("correlate_loops", "inside the loop")
def first_row_only_comes_back(picture, kernel):
    output = room_for(picture, kernel)
    for i in range(output.shape[0]):
        for j in range(output.shape[1]):
            output[i, j] = all_at_once(picture, kernel, i, j)
        return output


@wrong("correlate_loops", "any size")
def for_three_by_three_kernels(picture, kernel):
    output = np.zeros((picture.shape[0] - 2, picture.shape[1] - 2))
    for i, j in np.ndindex(output.shape):
        for u in range(3):
            for v in range(3):
                output[i, j] += float(picture[i + u, j + v]) * float(kernel[u, v])
    return output


@wrong("correlate_loops", "any size")
def windows_of_three_by_three(picture, kernel):
    (height, width), (kh, kw) = picture.shape, kernel.shape
    output = np.zeros((height - kh + 1, width - kw + 1))
    for i in range(height - kh + 1):
        for j in range(width - kw + 1):
            output[i, j] = (picture[i : i + 3, j : j + 3].astype(float) * kernel).sum()
    return output


@wrong("correlate_loops", "the product of two matrices")
def product_of_window_and_kernel(picture, kernel):
    (height, width), (kh, kw) = picture.shape, kernel.shape
    output = np.zeros((height - kh + 1, width - kw + 1))
    for i in range(height - kh + 1):
        for j in range(width - kw + 1):
            output[i, j] = (picture[i : i + kh, j : j + kw] @ kernel).sum()
    return output


@wrong("correlate_loops", "is a sum or a maximum missing")
def products_that_are_not_added(picture, kernel):
    (height, width), (kh, kw) = picture.shape, kernel.shape
    output = np.zeros((height - kh + 1, width - kw + 1))
    for i in range(height - kh + 1):
        for j in range(width - kw + 1):
            output[i, j] = picture[i : i + kh, j : j + kw].astype(float) * kernel
    return output


# ---- conv_layer_batch: right -----------------------------------------------------------------------------------
@right("conv_layer_batch")
def scipy_layer(x, weight, bias):
    maps = [[sum(map(correlate2d, picture, kernel, ["valid"] * len(kernel))) for kernel in weight] for picture in x]
    return np.array(maps) + bias.reshape(-1, 1, 1)


@right("conv_layer_batch")
def in_single_precision(x, weight, bias):
    return scipy_layer(*(array.astype(np.float32) for array in (x, weight, bias))).astype(np.float32)


@right("conv_layer_batch")
def pytorchs_own_sum_by_tensordot(x, weight, bias):
    windows = sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    return np.moveaxis(np.tensordot(windows, weight, ([1, 4, 5], [1, 2, 3])) + bias, -1, 1)


# ---- conv_layer_batch: wrong -----------------------------------------------------------------------------------
def layer(x, weight, bias, sum_="ncijuv,ocuv->noij"):
    windows = sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    return np.einsum(sum_, windows, weight) + bias


def upright(bias):
    return bias[:, None, None]


@wrong("conv_layer_batch", "only the first channel")
def first_channel_only(x, weight, bias):
    return layer(x[:, :1], weight[:, :1], upright(bias))


@wrong("conv_layer_batch", "only the last channel")
def each_channel_overwrites_the_one_before(x, weight, bias):
    for c in range(x.shape[1]):
        output = layer(x[:, [c]], weight[:, [c]], upright(bias))
    return output


@wrong("conv_layer_batch", "not added up")
def channels_not_added_up(x, weight, bias):
    return layer(x, weight, bias[:, None, None, None], "ncijuv,ocuv->nocij")


@wrong("conv_layer_batch", "no average")
def mean_over_the_channels(x, weight, bias):
    return layer(x, weight, 0) / x.shape[1] + upright(bias)


@wrong("conv_layer_batch", "the bias is missing")
def without_bias(x, weight, bias):
    return layer(x, weight, 0)


@wrong("conv_layer_batch", "once for every channel")
def bias_for_every_channel(x, weight, bias):
    return sum(layer(x[:, [c]], weight[:, [c]], upright(bias)) for c in range(x.shape[1]))


@wrong("conv_layer_batch", "once per pixel of the window")
def bias_for_every_product(x, weight, bias):
    return layer(x, weight, upright(bias) * weight[0].size)


@wrong("conv_layer_batch", "lines up with the columns")
def bias_along_the_columns(x, weight, bias):
    return layer(x, weight, bias)


@wrong("conv_layer_batch", "lines up with the rows")
def bias_along_the_rows(x, weight, bias):
    return layer(x, weight, bias[:, None])


@wrong("conv_layer_batch", "turned the kernels round")
def kernels_flipped(x, weight, bias):
    return layer(x, weight[:, :, ::-1, ::-1], upright(bias))


@wrong("conv_layer_batch", "only the first picture")
def first_picture_only(x, weight, bias):
    return layer(x[:1], weight, upright(bias))


@wrong("conv_layer_batch", "only the first picture")
def first_picture_without_its_axis(x, weight, bias):
    return layer(x[:1], weight, upright(bias))[0]


@wrong("conv_layer_batch", "pictures of the batch were added up")
def batch_added_up(x, weight, bias):
    return layer(x, weight, upright(bias), "ncijuv,ocuv->oij")


@wrong("conv_layer_batch", "pictures come first")
def filters_before_pictures(x, weight, bias):
    return layer(x, weight, bias[:, None, None, None], "ncijuv,ocuv->onij")


@wrong("conv_layer_batch", "channels stand last")
def channels_last(x, weight, bias):
    return layer(x, weight, bias, "ncijuv,ocuv->nijo")


@wrong("conv_layer_batch", "`reshape` does not move axes")
def channels_last_and_reshaped(x, weight, bias):
    output = channels_last(x, weight, bias)
    return output.reshape(output.shape[0], output.shape[3], *output.shape[1:3])


@wrong("conv_layer_batch", "same kernel for every channel")
def first_kernel_for_every_channel(x, weight, bias):
    return layer(x, np.broadcast_to(weight[:, :1], weight.shape), upright(bias))


@wrong("conv_layer_batch", "in another shape")
def squeezed(x, weight, bias):
    return layer(x, weight, upright(bias)).squeeze()


@wrong("conv_layer_batch", "on its side")
def maps_on_their_side(x, weight, bias):
    return layer(x, weight, upright(bias)).swapaxes(2, 3)


@wrong("conv_layer_batch", "integer type")
def buffer_of_the_type_of_x(x, weight, bias):
    output = layer(x, weight, upright(bias))
    buffer = np.zeros(output.shape, x.dtype)
    buffer[:] = output
    return buffer


@wrong("conv_layer_batch", "ReLU")
def with_a_relu(x, weight, bias):
    return np.maximum(layer(x, weight, upright(bias)), 0)


# ---- diagonal_edge_kernel: right -------------------------------------------------------------------------------
@right("diagonal_edge_kernel")
def the_books_diagonal_turned():
    return np.rot90(kernels.DIAGONAL_EDGE)


@right("diagonal_edge_kernel")
def a_diagonal_as_lists():
    return [[0, -1, -1], [1, 0, -1], [1, 1, 0]]


@right("diagonal_edge_kernel")
def both_sobels_together():
    return (kernels.SOBEL_VERTICAL - kernels.SOBEL_HORIZONTAL) / 2


# ---- diagonal_edge_kernel: wrong -------------------------------------------------------------------------------
@wrong("diagonal_edge_kernel", "shape (3, 3)")
def three_numbers():
    return [1, 0, -1]


@wrong("diagonal_edge_kernel", "shape (3, 3)")
def nine_in_a_row():
    return np.ravel(the_books_diagonal_turned())


@wrong("diagonal_edge_kernel", "shape (3, 3)")
def five_by_five():
    return np.tril(np.ones((5, 5))) - np.triu(np.ones((5, 5)))


@wrong("diagonal_edge_kernel", "shape (3, 3)")
def letters():
    return [["a"] * 3] * 3


@wrong("diagonal_edge_kernel", "finite")
def not_a_number():
    return np.full((3, 3), np.nan)


@wrong("diagonal_edge_kernel", "all weights are 0")
def nothing():
    return np.zeros((3, 3))


@wrong("diagonal_edge_kernel", "sum to 0")
def with_a_bright_middle():
    return [[0, -1, -2], [1, 1, -1], [2, 1, 0]]


@wrong("diagonal_edge_kernel", "sum to 0")
def ones_on_the_diagonal():
    return np.eye(3)


@wrong("diagonal_edge_kernel", "the other diagonal")
def the_diagonal_of_the_book():
    return kernels.DIAGONAL_EDGE


@wrong("diagonal_edge_kernel", "upright")
def an_upright_sobel():
    return kernels.SOBEL_VERTICAL


@wrong("diagonal_edge_kernel", "level")
def a_level_sobel():
    return -kernels.SOBEL_HORIZONTAL


@wrong("diagonal_edge_kernel", "upright")
def the_two_corners():
    return [[0, 0, -1], [0, 0, 0], [1, 0, 0]]


@wrong("diagonal_edge_kernel", "both diagonals")
def a_laplacian():
    return [[0, 1, 0], [1, -4, 1], [0, 1, 0]]


@wrong("diagonal_edge_kernel", "both diagonals")
def a_laplacian_of_corners():
    return [[1, 0, -1], [0, 0, 0], [-1, 0, 1]]


@wrong("diagonal_edge_kernel", "a line")
def a_line_detector():
    return [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]


@wrong("diagonal_edge_kernel", "a line")
def a_dark_line_detector():
    return [[-2, 1, 1], [1, -2, 1], [1, 1, -2]]


@wrong("diagonal_edge_kernel", "the sign is turned")
def mirrored_without_another_thought():
    return np.fliplr(kernels.DIAGONAL_EDGE)


# ---- kernel_matrix: right --------------------------------------------------------------------------------------
@right("kernel_matrix")
def scipy_matrix(kernel, height, width):
    """Kronecker products of SciPy's 1-D Toeplitz matrices, one for each row of the kernel."""
    across = [convolution_matrix(row[::-1], width, "valid") for row in kernel]
    down = [np.eye(height - len(kernel) + 1, height, u) for u in range(len(kernel))]
    return sum(map(np.kron, down, across))


@right("kernel_matrix")
def a_bright_dot_for_each_column(kernel, height, width):
    dots = np.eye(height * width).reshape(-1, height, width)
    return np.stack([correlate2d(dot, kernel, "valid").ravel() for dot in dots], axis=1)


# ---- kernel_matrix: wrong --------------------------------------------------------------------------------------
def place(kernel, height, width, row=None, column=None, shape=None, dtype=float):
    """Lay the weights into a matrix; what the wrong answers get wrong is where."""
    kh, kw = kernel.shape
    rows, columns = height - kh + 1, width - kw + 1
    matrix = np.zeros(shape or (rows * columns, height * width), dtype)
    for i, j, u, v in np.ndindex(rows, columns, kh, kw):
        at_row = row(i, j) if row else i * columns + j
        at_column = column(i, j, u, v) if column else (i + u) * width + j + v
        matrix[at_row, at_column] = kernel[u, v]
    return matrix


@wrong("kernel_matrix", "by the picture's width, not the kernel's")
def weights_in_one_piece(kernel, height, width):
    matrix = np.zeros(((height - kernel.shape[0] + 1) * (width - kernel.shape[1] + 1), height * width))
    for row, (i, j) in enumerate(np.ndindex(height - kernel.shape[0] + 1, width - kernel.shape[1] + 1)):
        matrix[row, i * width + j : i * width + j + kernel.size] = kernel.ravel()
    return matrix


@wrong("kernel_matrix", "not by the output's")
def steps_by_the_outputs_width(kernel, height, width):
    columns = width - kernel.shape[1] + 1
    return place(kernel, height, width, column=lambda i, j, u, v: (i + u) * columns + j + v)


@wrong("kernel_matrix", "in reverse order")
def matrix_of_the_turned_kernel(kernel, height, width):
    return place(kernel[::-1, ::-1], height, width)


@wrong("kernel_matrix", "one row for each output")
def matrix_on_its_side(kernel, height, width):
    return place(kernel, height, width).T


@wrong("kernel_matrix", "column by column")
def pixels_counted_down_the_columns(kernel, height, width):
    return place(kernel, height, width, column=lambda i, j, u, v: (j + v) * height + i + u)


@wrong("kernel_matrix", "`i` is not used")
def only_the_columns_move(kernel, height, width):
    return place(kernel, height, width, column=lambda i, j, u, v: u * width + j + v)


@wrong("kernel_matrix", "height and width")
def steps_by_the_height(kernel, height, width):
    return place(kernel, width, height)


@wrong("kernel_matrix", "its width, not its height")
def rows_stepped_by_the_height(kernel, height, width):
    return place(kernel, height, width, column=lambda i, j, u, v: (i + u) * height + j + v)


@wrong("kernel_matrix", "the outputs column by column")
def outputs_numbered_column_by_column(kernel, height, width):
    rows = height - kernel.shape[0] + 1
    return place(kernel, height, width, row=lambda i, j: j * rows + i)


@wrong("kernel_matrix", "jump to the next row of the picture")
def each_row_one_pixel_further(kernel, height, width):
    columns = width - kernel.shape[1] + 1
    return place(kernel, height, width, column=lambda i, j, u, v: i * columns + j + u * width + v)


@wrong("kernel_matrix", "integer type")
def matrix_of_integers(kernel, height, width):
    return place(kernel, height, width, dtype=int)


@wrong("kernel_matrix", "only the first row")
def first_row_only_is_filled(kernel, height, width):
    matrix = np.zeros_like(place(kernel, height, width))
    matrix[0] = place(kernel, height, width)[0]
    return matrix


@wrong("kernel_matrix", "a square matrix")
def a_row_for_each_pixel(kernel, height, width):
    matrix = np.zeros((height * width, height * width))
    rows, columns = height - kernel.shape[0] + 1, width - kernel.shape[1] + 1
    for i, j, u, v in np.ndindex(rows, columns, *kernel.shape):
        matrix[i * width + j, (i + u) * width + j + v] = kernel[u, v]
    return matrix


@wrong("kernel_matrix", "the outputs of a row")
def rows_numbered_by_the_pictures_width(kernel, height, width):
    return place(kernel, height, width, row=lambda i, j: i * width + j)


@wrong("kernel_matrix", "overwrites")
def every_stop_into_the_same_row(kernel, height, width):
    return place(kernel, height, width, row=lambda i, j: j)


@wrong("kernel_matrix", "number of rows for both")
def as_if_its_kernel_were_square(kernel, height, width):
    return place(kernel[:, : len(kernel)], height, width)


@wrong("kernel_matrix")
def a_stop_missing_on_each_axis(kernel, height, width):
    rows, columns = height - kernel.shape[0], width - kernel.shape[1]
    matrix = np.zeros((rows * columns, height * width))
    for i, j, u, v in np.ndindex(rows, columns, *kernel.shape):
        matrix[i * columns + j, (i + u) * width + j + v] = kernel[u, v]
    return matrix


@wrong("kernel_matrix")
def as_if_the_weights_were_not_zero(kernel, height, width):
    return (place(kernel, height, width) != 0).astype(float)


# ---- find_kernel: right ----------------------------------------------------------------------------------------
@right("find_kernel")
def normal_equations(picture, target):
    kh, kw = np.array(picture.shape) - target.shape + 1
    rows = [picture[i : i + kh, j : j + kw].ravel().astype(float) for i, j in np.ndindex(target.shape)]
    return np.linalg.solve(np.transpose(rows) @ rows, np.transpose(rows) @ target.ravel()).reshape(kh, kw)


@right("find_kernel")
def pseudo_inverse(picture, target):
    kh, kw = np.array(picture.shape) - target.shape + 1
    return (np.linalg.pinv(sliding_window_view(picture, (kh, kw)).reshape(-1, kh * kw)) @ target.ravel()).reshape(
        kh, kw
    )


# ---- find_kernel: wrong ----------------------------------------------------------------------------------------
def equations(picture, target):
    kh, kw = np.array(picture.shape) - target.shape + 1
    return sliding_window_view(picture, (kh, kw)).reshape(-1, kh * kw), target.ravel(), (kh, kw)


def solved(picture, target):
    windows, answers, shape = equations(picture, target)
    return np.linalg.lstsq(windows, answers)[0].reshape(shape)


@wrong("find_kernel", "`[0]`")
def all_that_lstsq_returns(picture, target):
    windows, answers, _ = equations(picture, target)
    return np.linalg.lstsq(windows, answers)


@wrong("find_kernel", "turned by 180°")
def found_but_turned(picture, target):
    return solved(picture, target)[::-1, ::-1]


@wrong("find_kernel", "rows and columns are exchanged")
def found_but_on_its_side(picture, target):
    return solved(picture, target).T


@wrong("find_kernel", "every sign is turned")
def found_but_negative(picture, target):
    return -solved(picture, target)


@wrong("find_kernel", "in one long row")
def found_in_one_row(picture, target):
    return solved(picture, target).ravel()


@wrong("find_kernel", "(kh, kw)")
def height_and_width_exchanged_at_the_end(picture, target):
    return solved(picture, target).reshape(solved(picture, target).shape[::-1])


@wrong("find_kernel", "`+ 1`")
def kernel_one_too_small(picture, target):
    kh, kw = np.array(picture.shape) - target.shape
    windows = sliding_window_view(picture, (kh, kw))[: target.shape[0], : target.shape[1]].reshape(-1, kh * kw)
    return np.linalg.lstsq(windows, target.ravel())[0].reshape(kh, kw)


@wrong("find_kernel", "whatever its size")
def always_three_by_three(picture, target):
    windows = sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    return np.linalg.lstsq(windows, target.ravel())[0].reshape(3, 3)


@wrong("find_kernel", "rounded")
def rounded_to_whole_numbers(picture, target):
    return np.round(solved(picture, target))


@wrong("find_kernel", "more digits")
def rounded_to_one_digit(picture, target):
    return solved(picture, target).round(1)


@wrong("find_kernel", "more digits")
def rounded_to_two_digits(picture, target):
    return solved(picture, target).round(2)


@wrong("find_kernel", "0 = 0")
def first_equations_only(picture, target):
    windows, answers, shape = equations(picture, target)
    n = windows.shape[1]
    return np.linalg.solve(windows[:n], answers[:n]).reshape(shape)


@wrong("find_kernel", "row by row")
def answers_taken_column_by_column(picture, target):
    windows, _, shape = equations(picture, target)
    return np.linalg.lstsq(windows, target.T.ravel())[0].reshape(shape)


@wrong("find_kernel", "the transpose")
def normal_equations_without_the_inverse(picture, target):
    windows, answers, shape = equations(picture, target)
    return (windows.T @ answers).reshape(shape)


@wrong("find_kernel", "uint8 times uint8 stays")
def normal_equations_in_eight_bits(picture, target):
    windows, answers, shape = equations(picture, target)
    return np.linalg.solve(windows.T @ windows, windows.T.astype(float) @ answers).reshape(shape)


@wrong("find_kernel")
def nearly_right_since_it_was_damped(picture, target):
    windows, answers, shape = equations(picture, target)
    return np.linalg.solve(windows.T @ windows + 0.01 * np.eye(windows.shape[1]), windows.T @ answers).reshape(shape)


@wrong("find_kernel")
def read_off_the_brightest_pixel(picture, target):
    kh, kw = np.array(picture.shape) - target.shape + 1
    return target[:kh, :kw][::-1, ::-1] / picture.max()


@wrong("find_kernel")
def target_divided_by_the_picture(picture, target):
    return target / (picture[: target.shape[0], : target.shape[1]] + 1)


@wrong("find_kernel", "one too small along each axis")
def difference_of_the_sizes(picture, target):
    kh, kw = picture.shape[0] - target.shape[0], picture.shape[1] - target.shape[1]
    windows = sliding_window_view(picture.astype(float), (kh, kw)).reshape(target.size, -1)
    return np.linalg.lstsq(windows, target.ravel(), rcond=None)[0].reshape(kh, kw)


@wrong("find_kernel", "the plain difference")
def difference_of_the_sizes_with_a_row_for_each_window(picture, target):
    kh, kw = picture.shape[0] - target.shape[0], picture.shape[1] - target.shape[1]
    windows = sliding_window_view(picture.astype(float), (kh, kw)).reshape(-1, kh * kw)
    return np.linalg.lstsq(windows, target.ravel(), rcond=None)[0].reshape(kh, kw)


@wrong("find_kernel", "not always 3 × 3")
def three_by_three_with_a_row_for_each_output(picture, target):
    windows = sliding_window_view(picture.astype(float), (3, 3)).reshape(target.size, -1)
    return np.linalg.lstsq(windows, target.ravel(), rcond=None)[0].reshape(3, 3)


@wrong("find_kernel", "more equations than weights")
def solved_as_if_square(picture, target):
    kh, kw = picture.shape[0] - target.shape[0] + 1, picture.shape[1] - target.shape[1] + 1
    windows = sliding_window_view(picture, (kh, kw)).reshape(target.size, -1)
    return np.linalg.solve(windows, target.ravel()).reshape(kh, kw)
