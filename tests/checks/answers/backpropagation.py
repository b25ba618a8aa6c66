"""Answers to the exercises of chapter 8."""

import numpy as np
from checks.answers import right, wrong
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import convolve2d, correlate, correlate2d


# ---- the bias --------------------------------------------------------------------------------------------------
@right("bias_gradient")
def by_four_loops(dy):
    batch, channels, height, width = dy.shape
    sums = [0.0] * channels
    for n in range(batch):
        for c in range(channels):
            for i in range(height):
                for j in range(width):
                    sums[c] += dy[n, c, i, j]
    return sums


@right("bias_gradient")
def by_einsum(dy):
    return np.einsum("ncyx->c", dy)


@wrong("bias_gradient", "that is the mean")
def mean_of_everything(dy):
    return [dy[:, c].mean() for c in range(dy.shape[1])]


@wrong("bias_gradient", "you average over the batch")
def mean_over_the_batch(dy):
    return dy.mean(axis=0).sum(axis=(1, 2))


@wrong("bias_gradient", "you average over the places")
def mean_over_the_places(dy):
    return dy.mean(axis=(-2, -1)).sum(axis=0)


@wrong("bias_gradient", "you forgot the batch")
def batch_forgotten(dy):
    return np.array([[picture.sum() for picture in pictures] for pictures in dy])


@wrong("bias_gradient", "the first picture alone")
def first_picture(dy):
    return np.array([channel.sum() for channel in dy[0]])


@wrong("bias_gradient", "over the batch alone")
def one_bias_per_pixel(dy):
    total = np.zeros(dy.shape[1:])
    for picture in dy:
        total += picture
    return total


@wrong("bias_gradient", "left out the rows")
def rows_kept(dy):
    return dy.sum(axis=0).sum(axis=-1)


@wrong("bias_gradient", "left out the columns")
def columns_kept(dy):
    return dy.sum(axis=0).sum(axis=1)


@wrong("bias_gradient", "one number for each picture")
def axis_0_kept(dy):
    return [picture.sum() for picture in dy]


@wrong("bias_gradient", "one number for all")
def a_single_number(dy):
    return float(np.sum(dy))


@wrong("bias_gradient", "added up over the channels")
def channels_added(dy):
    return np.einsum("ncyx->yx", dy)


@wrong("bias_gradient", "blame has a sign")
def absolute_blame(dy):
    return abs(dy).sum(axis=(0, 2, 3))


@wrong("bias_gradient", "how many outputs have the bias")
def counted(dy):
    return np.ones_like(dy).sum(axis=(0, 2, 3))


@wrong("bias_gradient", "every sign is turned")
def minus(dy):
    return -dy.sum(axis=(0, 2, 3))


@wrong("bias_gradient", "the last picture alone")
def assigned_for_each_picture(dy):
    for n in range(len(dy)):
        g = dy[n].sum(axis=(1, 2))
    return g


@wrong("bias_gradient", "axis 1 alone")
def over_axis_1(dy):
    return dy.sum(axis=1)


# ---- one dimension ---------------------------------------------------------------------------------------------
def blame_of(x, w, t):
    return sliding_window_view(x, len(w)) @ w - t


@right("row_gradients")
def by_every_meeting(x, w, t):
    dy = [sum(x[n + u] * w[u] for u in range(len(w))) - t[n] for n in range(len(t))]
    dw, dx = [0.0] * len(w), [0.0] * len(x)
    for n, blame in enumerate(dy):
        for u in range(len(w)):
            dw[u] += blame * x[n + u]
            dx[n + u] += blame * w[u]
    return dw, dx


@right("row_gradients")
def by_the_matrix(x, w, t):
    matrix = np.array([[w[j - n] if 0 <= j - n < len(w) else 0 for j in range(len(x))] for n in range(len(t))])
    dy = matrix @ x - t
    return sliding_window_view(x, len(w)).T @ dy, matrix.T @ dy


def in_pieces(x, w, dy):
    return (
        np.array([x[u : u + len(dy)] @ dy for u in range(len(w))]),
        np.array([sum(dy[n] * w[j - n] for n in range(len(dy)) if 0 <= j - n < len(w)) for j in range(len(x))]),
    )


@wrong("row_gradients", "the two results are exchanged")
def in_the_other_order(x, w, t):
    return in_pieces(x, w, blame_of(x, w, t))[::-1]


@wrong("row_gradients", "dY is y − t")
def target_minus_output(x, w, t):
    return in_pieces(x, w, t - sliding_window_view(x, len(w)) @ w)


@wrong("row_gradients", "twice too large")
def half_forgotten(x, w, t):
    return in_pieces(x, w, 2 * blame_of(x, w, t))


@wrong("row_gradients", "this loss is no mean")
def mean_of_the_squares(x, w, t):
    dy = blame_of(x, w, t)
    return in_pieces(x, w, dy / dy.size)


@wrong("row_gradients", "half of what it should be")
def half_taken_twice(x, w, t):
    return in_pieces(x, w, 0.5 * blame_of(x, w, t))


@wrong("row_gradients", "you forgot the target")
def without_a_target(x, w, t):
    return in_pieces(x, w, blame_of(x, w, 0))


@wrong("row_gradients", "lost its signs")
def absolute_error(x, w, t):
    return in_pieces(x, w, np.abs(blame_of(x, w, t)))


@wrong("row_gradients", "not the square itself")
def squares_as_blame(x, w, t):
    return in_pieces(x, w, blame_of(x, w, t) ** 2)


@wrong("row_gradients", "both are turned round the wrong way")
def both_the_wrong_way(x, w, t):
    dw, _ = in_pieces(x, w, blame_of(x, w, t))
    _, dx = in_pieces(x, w[::-1], blame_of(x, w, t))
    return dw[::-1], dx


@wrong("row_gradients", "the weights are flipped")
def weights_flipped(x, w, t):
    dw, dx = in_pieces(x, w, blame_of(x, w, t))
    return np.flip(dw), dx


@wrong("row_gradients", "lies backwards on the row")
def true_convolution_for_the_weights(x, w, t):
    dy = blame_of(x, w, t)
    return np.convolve(x, dy, "valid"), np.convolve(dy, w)


@wrong("row_gradients", "the weights hear the mean")
def mean_over_the_windows(x, w, t):
    dw, dx = in_pieces(x, w, blame_of(x, w, t))
    return dw / len(t), dx


@wrong("row_gradients", "more numbers than weights")
def full_instead_of_valid(x, w, t):
    dy = blame_of(x, w, t)
    return np.convolve(x, dy, "full"), np.convolve(dy, w, "full")


@wrong("row_gradients", "in the wrong order")
def correlated_with_the_kernel(x, w, t):
    dy = blame_of(x, w, t)
    return in_pieces(x, w, dy)[0], sliding_window_view(np.pad(dy, len(w) - 1), len(w)) @ w


@wrong("row_gradients", "too short")
def ends_forgotten(x, w, t):
    dy = blame_of(x, w, t)
    return in_pieces(x, w, dy)[0], sliding_window_view(dy, len(w)) @ w[::-1]


@wrong("row_gradients", "as long as dY")
def as_long_as_the_blame(x, w, t):
    dy = blame_of(x, w, t)
    return in_pieces(x, w, dy)[0], np.convolve(dy, w, mode="same")


@wrong("row_gradients", "turned on the way forward")
def forward_by_np_convolve(x, w, t):
    return in_pieces(x, w, np.convolve(x, w, mode="valid") - t)


@wrong("row_gradients", "turned on the way forward")
def a_true_convolution_all_the_way(x, w, t):
    dw, dx = in_pieces(x, w[::-1], np.convolve(x, w, mode="valid") - t)
    return dw[::-1], dx


@wrong("row_gradients", "wipes out")
def stamps_assigned(x, w, t):
    dy, dx = blame_of(x, w, t), np.zeros(len(x))
    for n, blame in enumerate(dy):
        dx[n : n + len(w)] = blame * w
    return in_pieces(x, w, dy)[0], dx


@wrong("row_gradients", "behind the point")
def arrays_like_those_of_integers(x, w, t):
    dy, dw, dx = blame_of(x, w, t), np.zeros_like(w), np.zeros_like(x)
    for n in range(len(dy)):
        for u in range(len(w)):
            dx[n + u] += dy[n] * w[u]
    for u in range(len(w)):
        dw[u] = x[u : u + len(dy)] @ dy
    return dw, dx


@wrong("row_gradients", "behind the point")
def whole_stamps(x, w, t):
    dy, dx = blame_of(x, w, t), np.zeros_like(x)
    for n, blame in enumerate(dy):
        dx[n : n + len(w)] += (blame * w).astype(int)
    return in_pieces(x, w, dy)[0], dx


@wrong("row_gradients", "behind the point")
def results_as_integers(x, w, t):
    return tuple(part.astype(int) for part in in_pieces(x, w, blame_of(x, w, t)))


@wrong("row_gradients")
def the_weights_alone(x, w, t):
    return in_pieces(x, w, blame_of(x, w, t))[0]


@wrong("row_gradients", "the target itself")
def target_as_blame(x, w, t):
    return in_pieces(x, w, t)


@wrong("row_gradients", "the loss of each output")
def half_squares_as_blame(x, w, t):
    return in_pieces(x, w, 0.5 * blame_of(x, w, t) ** 2)


def in_a_loop(x, w, t, fewer=0, keep=lambda before, now: before + now, lay=lambda before, now: before + now):
    dx, dw = np.zeros(len(x)), np.zeros(len(w))
    for i in range(len(x) - len(w) + 1 - fewer):
        e = x[i : i + len(w)] @ w - t[i]
        dw = keep(dw, e * x[i : i + len(w)])
        dx[i : i + len(w)] = lay(dx[i : i + len(w)], e * w)
    return dw, dx


@wrong("row_gradients", "the weights hear of the last window alone")
def weights_assigned(x, w, t):
    return in_a_loop(x, w, t, keep=lambda before, now: now)


@wrong("row_gradients", "the last window is missing")
def one_window_too_few(x, w, t):
    return in_a_loop(x, w, t, fewer=1)


@wrong("row_gradients", "the weights and the row are both")
def both_assigned(x, w, t):
    return in_a_loop(x, w, t, keep=lambda before, now: now, lay=lambda before, now: now)


# ---- the weights -----------------------------------------------------------------------------------------------
def spread(dy, stride):
    holes = np.zeros([(n - 1) * stride + 1 for n in dy.shape])
    holes[::stride, ::stride] = dy
    return holes


@right("weight_gradient")
def dilated_correlation(x, dy, shape, stride, padding):
    return correlate2d(np.pad(x, padding), spread(dy, stride), "valid")[: shape[0], : shape[1]]


@right("weight_gradient")
def window_by_window(x, dy, shape, stride, padding):
    padded, gradient = np.pad(x, padding), np.zeros(shape)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            top, left = i * stride, j * stride
            gradient += dy[i, j] * padded[top : top + shape[0], left : left + shape[1]]
    return gradient


def by_windows(x, dy, shape, stride, padding, blame=lambda dy: dy, tell=lambda window, blame: blame * window):
    windows = sliding_window_view(np.pad(x, padding), shape)[::stride, ::stride]
    told = blame(dy)
    return sum(tell(windows[i, j], told[i, j]) for i, j in np.ndindex(dy.shape))


@wrong("weight_gradient", "dW is flipped")
def flipped(x, dy, shape, stride, padding):
    return by_windows(x, dy, shape, stride, padding)[::-1, ::-1]


@wrong("weight_gradient", "dY is turned")
def blame_turned(x, dy, shape, stride, padding):
    return convolve2d(np.pad(x, padding), spread(dy, stride), "valid")[: shape[0], : shape[1]]


@wrong("weight_gradient", "the stride is lost")
def stride_lost(x, dy, shape, stride, padding):
    return correlate2d(np.pad(x, padding), dy, "valid")[: shape[0], : shape[1]]


@wrong("weight_gradient", "first row and column of the picture")
def slices_that_run_out(x, dy, shape, stride, padding):
    gradient = np.zeros(shape)
    for u, v in np.ndindex(*shape):
        met = x[u::stride, v::stride][: dy.shape[0], : dy.shape[1]]
        gradient[u, v] = (met * dy[: met.shape[0], : met.shape[1]]).sum()
    return gradient


@wrong("weight_gradient", "first row and column of the picture")
def padded_behind(x, dy, shape, stride, padding):
    return by_windows(np.pad(x, (0, 2 * padding)), dy, shape, stride, 0)


@wrong("weight_gradient", "that is the mean")
def mean_of_the_windows(x, dy, shape, stride, padding):
    return by_windows(x, dy, shape, stride, padding) / dy.size


@wrong("weight_gradient", "the blame is not used")
def sum_of_the_windows(x, dy, shape, stride, padding):
    return by_windows(x, dy, shape, stride, padding, blame=np.ones_like)


@wrong("weight_gradient", "the pixels are not used")
def sum_of_the_blame(x, dy, shape, stride, padding):
    return np.full(shape, dy.sum())


@wrong("weight_gradient", "the first window alone")
def first_window(x, dy, shape, stride, padding):
    return dy[0, 0] * np.pad(x, padding)[: shape[0], : shape[1]]


@wrong("weight_gradient", "only the last window is left")
def assigned(x, dy, shape, stride, padding):
    padded = np.pad(x, padding)
    for i, j in np.ndindex(dy.shape):
        gradient = dy[i, j] * padded[i * stride :, j * stride :][: shape[0], : shape[1]]
    return gradient


@wrong("weight_gradient", "signs are lost")
def absolute_products(x, dy, shape, stride, padding):
    return by_windows(np.abs(x), np.abs(dy), shape, stride, padding)


@wrong("weight_gradient", "integer type")
def integer_buffer(x, dy, shape, stride, padding):
    gradient = np.zeros(shape, dtype=x.dtype)
    gradient[:] = by_windows(x, dy, shape, stride, padding)
    return gradient


@wrong("weight_gradient", "where the loss *grows*")
def downhill(x, dy, shape, stride, padding):
    return by_windows(x, -dy, shape, stride, padding)


@wrong("weight_gradient", "as many as `shape` says")
def leftovers_kept(x, dy, shape, stride, padding):
    """As many numbers as there is room for, not as many as there are weights."""
    return correlate(np.pad(x, padding), spread(dy, stride), "valid")


@right("weight_gradient")
def all_windows_in_one_sum(x, dy, shape, stride, padding):
    """There are as many windows as dY has numbers: what a layer has read, and no other."""
    return np.einsum("ij,ijuv->uv", dy, sliding_window_view(np.pad(x, padding), shape)[::stride, ::stride])


@wrong("weight_gradient", "the padding is forgotten")
def padding_forgotten(x, dy, shape, stride, padding):
    dw = np.zeros(shape)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dw += dy[i, j] * x[i * stride : i * stride + shape[0], j * stride : j * stride + shape[1]]
    return dw


@wrong("weight_gradient", "the padding is forgotten")
def padding_forgotten_number_by_number(x, dy, shape, stride, padding):
    dw = np.zeros(shape)
    for u, v in np.ndindex(*shape):
        for i, j in np.ndindex(dy.shape):
            dw[u, v] += x[i * stride + u, j * stride + v] * dy[i, j]
    return dw


@wrong("weight_gradient", "the padding is forgotten")
def padding_forgotten_in_one_sum(x, dy, shape, stride, padding):
    return np.einsum("ij,ijuv->uv", dy, sliding_window_view(x, shape)[::stride, ::stride])


@wrong("weight_gradient", "padding lies on all four sides")
def framed_at_the_top_and_on_the_left(x, dy, shape, stride, padding):
    p = np.pad(x, ((padding, 0), (padding, 0)))
    dw = np.zeros(shape)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dw += dy[i, j] * p[i * stride : i * stride + shape[0], j * stride : j * stride + shape[1]]
    return dw


@wrong("weight_gradient", "`padding` pixels wide")
def framed_by_one_pixel(x, dy, shape, stride, padding):
    return padding_forgotten(np.pad(x, 1), dy, shape, stride, padding)


@wrong("weight_gradient", "is of zeros")
def framed_by_its_edge(x, dy, shape, stride, padding):
    return by_windows(np.pad(x, padding, mode="edge"), dy, shape, stride, 0)


@wrong("weight_gradient", "the stride is lost")
def blame_slid_over_the_picture(x, dy, shape, stride, padding):
    return np.einsum("ijuv,uv", sliding_window_view(np.pad(x, padding), dy.shape), dy)


@wrong("weight_gradient", "go on to the end of the picture")
def steps_to_the_end(x, dy, shape, stride, padding):
    x, dw = np.pad(x, padding), np.zeros(shape)
    for u in range(shape[0]):
        for v in range(shape[1]):
            dw[u, v] = (dy * x[u::stride, v::stride]).sum()
    return dw


@wrong("weight_gradient", "count pixels")
def steps_as_places_of_the_blame(x, dy, shape, stride, padding):
    x, dw = np.pad(x, padding), np.zeros(shape)
    for i in range(0, x.shape[0] - shape[0] + 1, stride):
        for j in range(0, x.shape[1] - shape[1] + 1, stride):
            dw += dy[i, j] * x[i : i + shape[0], j : j + shape[1]]
    return dw


@wrong("weight_gradient", "are exchanged")
def height_and_width_exchanged(x, dy, shape, stride, padding):
    x = np.pad(x, padding)
    w, h = shape
    dw = np.zeros((h, w))
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dw += dy[i, j] * x[i * stride : i * stride + h, j * stride : j * stride + w]
    return dw


@wrong("weight_gradient", "the last row and column of windows")
def last_windows_skipped(x, dy, shape, stride, padding):
    x, dw = np.pad(x, padding), np.zeros(shape)
    for i in range(dy.shape[0] - 1):
        for j in range(dy.shape[1] - 1):
            dw += dy[i, j] * x[i * stride : i * stride + shape[0], j * stride : j * stride + shape[1]]
    return dw


@wrong("weight_gradient", "integer type")
def sums_of_integers(x, dy, shape, stride, padding):
    x, dw = np.pad(x, padding), np.zeros(shape, dtype=x.dtype)
    for i, j in np.ndindex(dy.shape):
        for u, v in np.ndindex(*shape):
            dw[u, v] += dy[i, j] * x[i * stride + u, j * stride + v]
    return dw


# ---- the pixels ------------------------------------------------------------------------------------------------
def stamped(dy, kernel, shape, stride, padding):
    """The stamps with their frame, as large as the padded input."""
    whole = np.zeros([n + 2 * padding for n in shape])
    stamps = convolve2d(spread(dy, stride), kernel)
    whole[: stamps.shape[0], : stamps.shape[1]] = stamps
    return whole


def cropped(whole, padding):
    return whole[padding : len(whole) - padding, padding : len(whole[0]) - padding]


@right("input_gradient")
def spread_and_convolved(dy, kernel, shape, stride, padding):
    return cropped(stamped(dy, kernel, shape, stride, padding), padding)


@right("input_gradient")
def pixel_by_pixel(dy, kernel, shape, stride, padding):
    """Ask of each pixel which windows read it, and with which weight."""
    dx = np.zeros(shape)
    for i, j in np.ndindex(*shape):
        for y, x in np.ndindex(dy.shape):
            u, v = i + padding - y * stride, j + padding - x * stride
            if 0 <= u < kernel.shape[0] and 0 <= v < kernel.shape[1]:
                dx[i, j] += dy[y, x] * kernel[u, v]
    return dx


def stamp_by_stamp(dy, kernel, shape, stride, padding, lay):
    whole = np.zeros([n + 2 * padding for n in shape])
    for i, j in np.ndindex(dy.shape):
        place = whole[i * stride :, j * stride :][: kernel.shape[0], : kernel.shape[1]]
        place[:] = lay(place, dy[i, j])
    return cropped(whole, padding)


@wrong("input_gradient", "the kernel is turned")
def kernel_turned(dy, kernel, shape, stride, padding):
    return cropped(stamped(dy, np.rot90(kernel, 2), shape, stride, padding), padding)


@wrong("input_gradient", "the stride is lost")
def windows_side_by_side(dy, kernel, shape, stride, padding):
    return cropped(stamped(dy, kernel, shape, 1, padding), padding)


@wrong("input_gradient", "you forgot the crop")
def with_its_frame(dy, kernel, shape, stride, padding):
    return stamped(dy, kernel, shape, stride, padding)


@wrong("input_gradient", "the crop takes the wrong side")
def cropped_at_the_end(dy, kernel, shape, stride, padding):
    whole = stamped(dy, kernel, shape, stride, padding)
    return whole[: -2 * padding, : -2 * padding]


@wrong("input_gradient", "all at the top and on the left")
def cropped_at_the_beginning(dy, kernel, shape, stride, padding):
    return stamped(dy, kernel, shape, stride, padding)[2 * padding :, 2 * padding :]


@wrong("input_gradient", "the result is smaller than x")
def leftovers_forgotten(dy, kernel, shape, stride, padding):
    return cropped(convolve2d(spread(dy, stride), kernel), padding)


@wrong("input_gradient", "wipes the earlier one out")
def overwritten(dy, kernel, shape, stride, padding):
    return stamp_by_stamp(dy, kernel, shape, stride, padding, lambda before, blame: blame * kernel)


@wrong("input_gradient", "you keep the larger")
def larger_of_both(dy, kernel, shape, stride, padding):
    return stamp_by_stamp(dy, kernel, shape, stride, padding, lambda before, blame: np.maximum(before, blame * kernel))


@wrong("input_gradient", "the blame is not used")
def kernels_added(dy, kernel, shape, stride, padding):
    return stamp_by_stamp(dy, kernel, shape, stride, padding, lambda before, blame: before + kernel)


@wrong("input_gradient", "the weights are not used")
def blame_spread(dy, kernel, shape, stride, padding):
    return stamp_by_stamp(dy, kernel, shape, stride, padding, lambda before, blame: before + blame)


@wrong("input_gradient", "shares its blame out")
def blame_shared_out(dy, kernel, shape, stride, padding):
    return cropped(stamped(dy, kernel / kernel.size, shape, stride, padding), padding)


@wrong("input_gradient", "where the loss *grows*")
def with_minus(dy, kernel, shape, stride, padding):
    return cropped(stamped(-dy, kernel, shape, stride, padding), padding)


@wrong("input_gradient", "integer type")
def buffer_of_integers(dy, kernel, shape, stride, padding):
    whole = np.zeros([n + 2 * padding for n in shape], dtype=int)
    for i, j in np.ndindex(dy.shape):
        stamp = (dy[i, j] * kernel).astype(int)
        whole[i * stride :, j * stride :][: kernel.shape[0], : kernel.shape[1]] += stamp
    return cropped(whole, padding)


@wrong("input_gradient", "the kernel is turned")
def read_without_turning(dy, kernel, shape, stride, padding):
    """The second reading of chapter 7, with the kernel as it stands."""
    spread_out = spread(dy, stride)
    before = [n - 1 - padding for n in kernel.shape]
    after = [
        size + n - 1 - lead - have
        for size, n, lead, have in zip(shape, kernel.shape, before, spread_out.shape, strict=True)
    ]
    return correlate2d(np.pad(spread_out, list(zip(before, after, strict=True))), kernel, "valid")


def stamps(dy, kernel, shape, stride, padding):
    kh, kw = kernel.shape
    dx = np.zeros((shape[0] + 2 * padding, shape[1] + 2 * padding))
    for i, j in np.ndindex(dy.shape):
        dx[i * stride : i * stride + kh, j * stride : j * stride + kw] += dy[i, j] * kernel
    return dx


@wrong("input_gradient", "with a padding of 0")
def cropped_by_minus_nothing(dy, kernel, shape, stride, padding):
    return stamps(dy, kernel, shape, stride, padding)[padding:-padding, padding:-padding]


@wrong("input_gradient", "the kernel is turned")
def turned_and_cropped_by_minus_nothing(dy, kernel, shape, stride, padding):
    return stamps(dy, np.rot90(kernel, 2), shape, stride, padding)[padding:-padding, padding:-padding]


@wrong("input_gradient", "the result is smaller than x")
def leftovers_forgotten_and_cropped_by_minus_nothing(dy, kernel, shape, stride, padding):
    kh, kw = kernel.shape
    dx = np.zeros(((dy.shape[0] - 1) * stride + kh, (dy.shape[1] - 1) * stride + kw))
    for i, j in np.ndindex(dy.shape):
        dx[i * stride : i * stride + kh, j * stride : j * stride + kw] += dy[i, j] * kernel
    return dx[padding:-padding, padding:-padding]


@wrong("input_gradient", "the result is smaller than x")
def room_for_the_windows_alone(dy, kernel, shape, stride, padding):
    whole = convolve2d(spread(dy, stride), kernel)
    return whole[padding : padding + shape[0], padding : padding + shape[1]]


@wrong("input_gradient", "the padding is forgotten")
def no_frame_at_all(dy, kernel, shape, stride, padding):
    kh, kw = kernel.shape
    dx = np.zeros(shape)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dx[i * stride : i * stride + kh, j * stride : j * stride + kw] += dy[i, j] * kernel
    return dx


@wrong("input_gradient", "the kernel is transposed")
def kernel_on_its_side(dy, kernel, shape, stride, padding):
    return stamps(dy, kernel.T, shape, stride, padding)[padding:-padding, padding:-padding]


@wrong("input_gradient", "counts from the end")
def indices_that_wrap(dy, kernel, shape, stride, padding):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dy.shape):
        for u, v in np.ndindex(kernel.shape):
            dx[i * stride + u - padding, j * stride + v - padding] += dy[i, j] * kernel[u, v]
    return dx


def guarded(dy, kernel, shape, stride, padding, inside):
    dx = np.zeros(shape)
    for i, j in np.ndindex(dy.shape):
        for u, v in np.ndindex(kernel.shape):
            a, b = i * stride + u - padding, j * stride + v - padding
            if inside(a, shape[0]) and inside(b, shape[1]):
                dx[a, b] += dy[i, j] * kernel[u, v]
    return dx


@right("input_gradient")
def what_lies_inside(*call):
    return guarded(*call, inside=lambda a, n: 0 <= a < n)


@wrong("input_gradient", "counts from the end")
def guarded_at_the_end_alone(*call):
    return guarded(*call, inside=lambda a, n: a < n)


@wrong("input_gradient", "they are number 0")
def guarded_against_number_0(*call):
    return guarded(*call, inside=lambda a, n: 0 < a < n)


# ---- the planted bug -------------------------------------------------------------------------------------------
def half_squares(forward, x, t):
    return 0.5 * np.sum((forward(x) - t) ** 2)


def across(forward, x, t, eps):
    slopes = np.empty_like(x)
    for i, j in np.ndindex(x.shape):
        more, less = x.copy(), x.copy()
        more[i, j] += eps
        less[i, j] -= eps
        slopes[i, j] = (half_squares(forward, more, t) - half_squares(forward, less, t)) / (2 * eps)
    return slopes


def hunted(forward, x, t, claims, differ, eps=1e-5):
    slopes = across(forward, x, t, eps)
    return [n for n, claim in enumerate(claims) if differ(claim, slopes)]


def far(claim, slopes):
    return np.linalg.norm(claim - slopes) > 1e-4 * np.linalg.norm(slopes)


@right("wrong_gradients")
def by_nudges_across(forward, x, t, claims):
    return hunted(forward, x, t, claims, far)


@right("wrong_gradients")
def with_the_nudge_in_relation_to_the_picture(forward, x, t, claims):
    return hunted(
        forward, x, t, claims, lambda a, b: not np.allclose(a, b, rtol=0, atol=1e-4 * abs(b).max()), 0.01 * x.std()
    )


@right("wrong_gradients")
def by_dots_of_light(forward, x, t, claims):
    """The layer is linear but for its bias: what a dot of light adds is a column of its matrix."""
    dark = forward(np.zeros_like(x))
    dy, slopes = forward(x) - t, np.zeros_like(x)
    for place in np.ndindex(x.shape):
        dot = np.zeros_like(x)
        dot[place] = 1
        slopes[place] = ((forward(dot) - dark) * dy).sum()
    return [n for n in range(len(claims)) if far(claims[n], slopes)]


@wrong("wrong_gradients", "name the wrong ones")
def those_that_are_right(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: not far(claim, slopes))


@wrong("wrong_gradients", "you count from 1")
def from_1(forward, x, t, claims):
    return [n + 1 for n in hunted(forward, x, t, claims, far)]


@wrong("wrong_gradients", "how many are wrong")
def how_many_are_wrong(forward, x, t, claims):
    return len(hunted(forward, x, t, claims, far))


@wrong("wrong_gradients", "a list of yes and no")
def yes_or_no(forward, x, t, claims):
    slopes = across(forward, x, t, 1e-5)
    return [bool(far(claim, slopes)) for claim in claims]


@wrong("wrong_gradients", "you find none that is right")
def compared_exactly(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: not np.array_equal(claim, slopes))


@wrong("wrong_gradients", "you find nothing wrong at all")
def shapes_alone(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: claim.shape != slopes.shape)


@wrong("wrong_gradients", "a fixed limit")
def a_thousandth(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: (np.abs(claim - slopes) > 1e-3).any())


@wrong("wrong_gradients", "a fixed limit")
def a_millionth(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: (np.abs(claim - slopes) > 1e-6).any())


@wrong("wrong_gradients", "a fixed limit")
def made_to_measure_for_the_small_picture(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: (np.abs(claim - slopes) > 3e-10).any())


@wrong("wrong_gradients", "a fixed limit")
def a_wide_atol(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: not np.allclose(claim, slopes, atol=1e-2))


@wrong("wrong_gradients", "lets errors pass")
def ten_percent(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: abs(claim - slopes).max() > 0.1 * abs(slopes).max())


@wrong("wrong_gradients", "lets errors pass")
def one_percent(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: abs(claim - slopes).max() > 0.01 * abs(slopes).max())


@wrong("wrong_gradients", "lets errors pass")
def one_thousandth(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: abs(claim - slopes).max() > 1e-3 * abs(slopes).max())


@wrong("wrong_gradients", "np.allclose, as it stands")
def allclose_as_it_stands(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: not np.allclose(claim, slopes))


@wrong("wrong_gradients", "not each number against its own")
def a_limit_for_each_entry(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: (abs(claim - slopes) > 1e-4 * abs(slopes)).any())


@wrong("wrong_gradients", "not each number against its own")
def allclose_without_an_absolute_limit(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: not np.allclose(claim, slopes, rtol=1e-3, atol=0))


@wrong("wrong_gradients", "larger in magnitude")
def the_largest_number(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: abs(claim - slopes).max() > 1e-4 * slopes.max())


@wrong("wrong_gradients", "off by less than a ten-thousandth")
def a_millionth_of_the_largest(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: abs(claim - slopes).max() > 1e-6 * abs(slopes).max())


@wrong("wrong_gradients", "the first pixel alone")
def one_pixel(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda a, b: abs(a[0, 0] - b[0, 0]) > 1e-3 * abs(b[0, 0]))


@wrong("wrong_gradients", "you compare sums")
def sums_compared(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda a, b: abs(a.sum() - b.sum()) > 1e-3 * abs(b.sum()))


@wrong("wrong_gradients", "twice what they should be")
def divided_by_one_nudge(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: far(claim, 2 * slopes))


@wrong("wrong_gradients", "without signs")
def signs_ignored(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda claim, slopes: far(abs(claim), abs(slopes)))


@wrong("wrong_gradients", "nudge to both sides")
def to_one_side(forward, x, t, claims):
    slopes, here = np.zeros(x.shape), half_squares(forward, x, t)
    for place in np.ndindex(x.shape):
        nudged = x.copy()
        nudged[place] += 1e-4
        slopes[place] = (half_squares(forward, nudged, t) - here) / 1e-4
    return [n for n, claim in enumerate(claims) if far(claim, slopes)]


def slopes_by(loss, x):
    h, slopes = 1e-4 * np.abs(x).max(), np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        a, b = x.copy(), x.copy()
        a[place] += h
        b[place] -= h
        slopes[place] = (loss(a) - loss(b)) / (2 * h)
    return slopes


@wrong("wrong_gradients", "the first pixel alone")
def one_nudge(forward, x, t, claims):
    h, a, b = 1e-4 * np.abs(x).max(), x.copy(), x.copy()
    a[0, 0] += h
    b[0, 0] -= h
    g = (half_squares(forward, a, t) - half_squares(forward, b, t)) / (2 * h)
    return [n for n, c in enumerate(claims) if abs(c[0, 0] - g) > 1e-4 * abs(g)]


@wrong("wrong_gradients", "only if *all* of its numbers are")
def all_numbers_wrong(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda c, g: np.all(np.abs(c - g) > 1e-4 * np.abs(g).max()))


@wrong("wrong_gradients", "another name for x")
def no_copy(forward, x, t, claims):
    h, g = 1e-4 * np.abs(x).max(), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        a = x
        a[i] += h
        up = half_squares(forward, a, t)
        a[i] -= 2 * h
        down = half_squares(forward, a, t)
        g[i] = (up - down) / (2 * h)
    return [n for n, c in enumerate(claims) if np.abs(c - g).max() > 1e-4 * np.abs(g).max()]


@wrong("wrong_gradients", "the largest *magnitude*")
def no_magnitude_at_all(forward, x, t, claims):
    return hunted(forward, x, t, claims, lambda c, g: (c - g).max() > 1e-4 * g.max())


@wrong("wrong_gradients", "your loss is a mean")
def mean_of_half_squares(forward, x, t, claims):
    slopes = slopes_by(lambda z: 0.5 * ((forward(z) - t) ** 2).mean(), x)
    return [n for n, c in enumerate(claims) if np.abs(c - slopes).max() > 1e-4 * np.abs(slopes).max()]
