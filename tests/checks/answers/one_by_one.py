"""Answers to the exercises of chapter 5."""

import itertools
import math

import numpy as np
from checks.answers import right, wrong


# ---- one product -----------------------------------------------------------------------------------------------
@right("pointwise")
def channels_to_the_end_and_back(x, weight, bias):
    return np.moveaxis(np.moveaxis(x, 1, -1) @ weight.T + bias, -1, 1)


@right("pointwise")
def pixel_by_pixel(x, weight, bias):
    output = np.zeros((len(x), len(weight), *x.shape[2:]))
    for n, i, j in itertools.product(range(len(x)), range(x.shape[2]), range(x.shape[3])):
        output[n, :, i, j] = weight @ x[n, :, i, j] + bias
    return output.tolist()


@right("pointwise")
def named_axes(x, weight, bias):
    return np.einsum("nchw,oc->nohw", x, weight) + bias[:, None, None]


def sizes(x, weight):
    return len(x), len(weight), *x.shape[2:]


def out_again(rows, x, weight):
    n, c_out, height, width = sizes(x, weight)
    return rows.reshape(n, height, width, c_out).transpose(0, 3, 1, 2)


@wrong("pointwise", "takes numbers as they lie in memory")
def reshaped_at_the_beginning(x, weight, bias):
    return out_again(x.reshape(-1, x.shape[1]) @ weight.T + bias, x, weight)


@wrong("pointwise", "on the way out")
def reshaped_at_the_end(x, weight, bias):
    rows = x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1]) @ weight.T + bias
    return rows.reshape(sizes(x, weight))


@wrong("pointwise", "neither on the way in nor on the way out")
def reshaped_both_times(x, weight, bias):
    return (x.reshape(-1, x.shape[1]) @ weight.T + bias).reshape(sizes(x, weight))


@wrong("pointwise", "one picture after the other")
def batch_taken_for_one_picture(x, weight, bias):
    return (weight @ x.reshape(x.shape[1], -1) + bias[:, None]).reshape(sizes(x, weight))


@wrong("pointwise", "then exchange the first two axes")
def batch_behind_the_channels(x, weight, bias):
    rows = x.transpose(1, 0, 2, 3).reshape(x.shape[1], -1)
    return (weight @ rows + bias[:, None]).reshape(sizes(x, weight))


@wrong("pointwise", "one row for each pixel")
def left_as_rows(x, weight, bias):
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1]) @ weight.T + bias


@wrong("pointwise", "bias is missing")
def no_bias(x, weight, bias):
    return np.einsum("nchw,oc->nohw", x, weight)


@wrong("pointwise", "one for each column")
def bias_for_each_column(x, weight, bias):
    return np.einsum("nchw,oc->nohw", x, weight) + bias


@wrong("pointwise", "one for each column")
def bias_for_each_pixel_of_a_row(x, weight, bias):
    n, c_out, height, width = sizes(x, weight)
    flat = weight @ x.reshape(n, -1, height * width)
    return (flat + bias).reshape(n, c_out, height, width)


@wrong("pointwise", "once for each channel that comes in")
def bias_in_every_channel(x, weight, bias):
    return sum(x[:, None, c] * weight[:, c, None, None] + np.reshape(bias, (-1, 1, 1)) for c in range(weight.shape[1]))


@wrong("pointwise", "stand at the end")
def channels_left_at_the_end(x, weight, bias):
    return x.transpose(0, 2, 3, 1) @ weight.T + bias


@wrong("pointwise", "only the first picture")
def first_picture_only(x, weight, bias):
    _, c_out, height, width = sizes(x, weight)
    return (weight @ x[0].reshape(-1, height * width) + bias[:, None]).reshape(1, c_out, height, width)


@wrong("pointwise", "lets nothing below 0 through")
def with_relu(x, weight, bias):
    return np.maximum(named_axes(x, weight, bias), 0)


@wrong("pointwise", "the average of the channels")
def averaged(x, weight, bias):
    return named_axes(x, weight / weight.shape[1], bias)


@wrong("pointwise", "weight.T")
def weight_not_turned(x, weight, bias):
    rows = x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1]) @ weight
    return out_again(rows + bias, x, weight)


@wrong("pointwise", "integer type")
def buffer_like_the_picture(x, weight, bias):
    output = np.zeros(sizes(x, weight), dtype=x.dtype)
    output[:] = named_axes(x, weight, bias)
    return output


@wrong("pointwise", "height and width change places")
def height_and_width_exchanged_on_the_way(x, weight, bias):
    n, c_out, height, width = sizes(x, weight)
    rows = x.transpose(0, 3, 2, 1).reshape(-1, x.shape[1]) @ weight.T + bias
    return rows.reshape(n, height, width, c_out).transpose(0, 3, 1, 2)


@wrong("pointwise", "weight is used once for each channel")
def channels_not_added(x, weight, bias):
    return x[:, None] * weight[:, :, None, None] + bias[:, None, None, None]


BY_THE_LAST_AXES = "`@` works on the last two axes"


@wrong("pointwise", BY_THE_LAST_AXES)
def weight_times_x_as_it_stands(x, weight, bias):
    return weight @ x + bias


@wrong("pointwise", BY_THE_LAST_AXES)
def weight_times_x_with_a_bias_for_each_channel(x, weight, bias):
    return weight @ x + bias[:, None, None]


@wrong("pointwise", "the shape of x")
def as_many_channels_as_come_in(x, weight, bias):
    n, c, h, w = x.shape
    return (weight @ x.reshape(n, c, h * w) + bias[:, None]).reshape(n, c, h, w)


@wrong("pointwise", "weight has a row for each channel that goes out")
def weight_turned_on_its_side(x, weight, bias):
    n, c, h, w = x.shape
    return (weight.T @ x.reshape(n, c, h * w) + bias[:, None]).reshape(n, -1, h, w)


@wrong("pointwise", "turned on their side")
def maps_turned_on_their_side(x, weight, bias):
    y = x.transpose(0, 3, 2, 1) @ weight.T + bias
    return y.transpose(0, 3, 1, 2)


@wrong("pointwise", BY_THE_LAST_AXES)
def x_as_it_stands_times_weight(x, weight, bias):
    return x @ weight.T + bias


@wrong("pointwise", "pictures come first")
def filters_before_pictures(x, weight, bias):
    return np.tensordot(weight, x, axes=(1, 1)) + bias[:, None, None, None]


@wrong("pointwise", "the shape of x")
def written_into_zeros_like_x(x, weight, bias):
    y = np.zeros_like(x, dtype=float)
    for o in range(len(weight)):
        for c in range(x.shape[1]):
            y[:, o] += weight[o, c] * x[:, c]
        y[:, o] += bias[o]
    return y


# ---- two become one --------------------------------------------------------------------------------------------
@right("fold")
def with_the_biases_as_one_more_column(first, first_bias, second, second_bias):
    def with_bias(weight, bias):
        below = [*np.zeros(weight.shape[1]), 1]
        return np.vstack([np.column_stack([weight, bias]), below])

    both = with_bias(second, second_bias) @ with_bias(first, first_bias)
    return both[:-1, :-1] + np.eye(len(both) - 1), both[:-1, -1]


@right("fold")
def asked_with_single_channels(first, first_bias, second, second_bias):
    def layers(x):
        return second @ (first @ x + first_bias) + second_bias + x

    bias = layers(np.zeros(first.shape[1]))
    return [np.transpose([layers(x) - bias for x in np.eye(first.shape[1])]).tolist(), bias.tolist()]


def around(weight):
    """Add the shortcut that leads around the layers."""
    return weight + np.eye(len(weight))


@wrong("fold", "the shortcut is missing")
def without_the_shortcut(first, first_bias, second, second_bias):
    return second @ first, second @ first_bias + second_bias


@wrong("fold", "to all of them")
def shortcut_of_ones(first, first_bias, second, second_bias):
    return second @ first + np.ones((len(second), first.shape[1])), second @ first_bias + second_bias


@wrong("fold", "what comes *out* once more")
def output_added_to_itself(first, first_bias, second, second_bias):
    return 2 * (second @ first), second @ first_bias + second_bias


@wrong("fold", "what comes *out* once more")
def output_added_to_itself_with_its_bias(first, first_bias, second, second_bias):
    return 2 * (second @ first), 2 * (second @ first_bias + second_bias)


@wrong("fold", "you take away what goes in")
def shortcut_taken_away(first, first_bias, second, second_bias):
    return second @ first - np.eye(len(second)), second @ first_bias + second_bias


@wrong("fold", "no bias")
def one_added_to_the_bias(first, first_bias, second, second_bias):
    return around(second @ first), second @ first_bias + second_bias + 1


@wrong("fold", "second @ first")
def matrices_in_the_order_of_the_layers(first, first_bias, second, second_bias):
    return around(first @ second), second @ first_bias + second_bias


@wrong("fold", "as if the second layer came first")
def all_in_the_order_of_the_layers(first, first_bias, second, second_bias):
    return around(first @ second), first @ second_bias + first_bias


@wrong("fold", "bias is that of the opposite order")
def bias_in_the_opposite_order(first, first_bias, second, second_bias):
    return around(second @ first), first @ second_bias + first_bias


@wrong("fold", "@, and not *")
def number_by_number(first, first_bias, second, second_bias):
    return around(second * first), second @ first_bias + second_bias


@wrong("fold", "first bias is lost")
def first_bias_forgotten(first, first_bias, second, second_bias):
    return around(second @ first), second_bias


@wrong("fold", "second bias is lost")
def second_bias_forgotten(first, first_bias, second, second_bias):
    return around(second @ first), second @ first_bias


@wrong("fold", "goes through the second matrix")
def biases_added(first, first_bias, second, second_bias):
    return around(second @ first), first_bias + second_bias


@wrong("fold", "exactly once")
def bias_through_both(first, first_bias, second, second_bias):
    weight = second @ first
    return around(weight), weight @ first_bias + second_bias


@wrong("fold", "second bias does not")
def both_biases_through_the_second(first, first_bias, second, second_bias):
    return around(second @ first), second @ (first_bias + second_bias)


@wrong("fold", "turned on its side")
def weight_on_its_side(first, first_bias, second, second_bias):
    return around(second @ first).T, second @ first_bias + second_bias


@wrong("fold", "the bias first")
def bias_before_the_weight(first, first_bias, second, second_bias):
    return second @ first_bias + second_bias, around(second @ first)


@wrong("fold")
def weight_alone(first, first_bias, second, second_bias):
    return around(second @ first)


@wrong("fold", "loses what stands behind the point")
def bias_like_the_second(first, first_bias, second, second_bias):
    bias = np.array(second_bias)
    bias[:] = second @ first_bias + second_bias
    return around(second @ first), bias


@wrong("fold", "are added")
def matrices_added(first, first_bias, second, second_bias):
    return around(first + second), first_bias + second_bias


@wrong("fold", "two axes more")
def kernels_of_one_by_one(first, first_bias, second, second_bias):
    return around(second @ first)[:, :, None, None], second @ first_bias + second_bias


@wrong("fold", "there is no ReLU")
def relu_on_the_bias(first, first_bias, second, second_bias):
    return around(second @ first), second @ np.maximum(first_bias, 0) + second_bias


@wrong("fold", "a row for each hidden number")
def identity_of_the_layer_between(first, first_bias, second, second_bias):
    return second @ first + np.eye(len(first)), second @ first_bias + second_bias


@wrong("fold", "it must lead past both")
def shortcut_past_the_first_layer(first, first_bias, second, second_bias):
    return second @ (first + np.eye(*first.shape)), second @ first_bias + second_bias


@wrong("fold", "in place of what stands on the diagonal")
def diagonal_filled(first, first_bias, second, second_bias):
    weight = np.dot(second, first)
    np.fill_diagonal(weight, 1)
    return weight, second @ first_bias + second_bias


@wrong("fold", "`+=` writes into the very array")
def written_into_the_second_bias(first, first_bias, second, second_bias):
    second_bias += second @ first_bias
    return second @ first + np.eye(len(second)), second_bias


@wrong("fold", "goes through the second one alone")
def bias_through_the_first_matrix(first, first_bias, second, second_bias):
    return second @ first + np.eye(len(second)), first @ first_bias + second_bias


@wrong("fold", "the wrong side of the second matrix")
def bias_on_the_left(first, first_bias, second, second_bias):
    return second @ first + np.eye(len(second)), first_bias @ second + second_bias


# ---- either, but not both --------------------------------------------------------------------------------------
@right("exclusive_or")
def how_far_apart():
    return np.array([[1, -1], [-1, 1]]), np.zeros(2), np.ones(2)


@right("exclusive_or")
def three_hidden_numbers():
    return [[1, 0], [0, 1], [2, 2]], [0, 0, -2], [1, 1, -1]


@right("exclusive_or")
def one_is_taken_away():
    return [[-1, -1], [1, 1], [0, 0]], [1, -1, 1], [-1, -1, 1]


@wrong("exclusive_or", "return (first, bias, second)")
def a_formula():
    return "abs(a - b)"


@wrong("exclusive_or", "return (first, bias, second)")
def no_biases():
    return [[1, -1], [-1, 1]], [1, 1]


@wrong("exclusive_or", "return (first, bias, second)")
def one_bias_for_two():
    return [[1, -1], [-1, 1]], [0], [1, 1]


@wrong("exclusive_or", "lies on its side")
def first_on_its_side():
    return [[1, 1, 2], [1, 1, 2]], [0, -1, 0], [1, -2, 0]


@wrong("exclusive_or", "second pair of brackets")
def second_as_a_matrix():
    return [[1, -1], [-1, 1]], [0, 0], [[1, 1]]


@wrong("exclusive_or", "must be finite")
def infinite_weights():
    return [[np.inf, -np.inf], [-1, 1]], [0, 0], [1, 1]


@wrong("exclusive_or", "that is *or*")
def either_or_both():
    return [[1, 1], [1, 1]], [0, -1], [1, -1]


@wrong("exclusive_or", "that is *and*")
def both():
    return [[1, 1]], [-1], [1]


@wrong("exclusive_or", "that is the sum")
def the_sum():
    return [[1, 0], [0, 1]], [0, 0], [1, 1]


@wrong("exclusive_or", "one of the two ways")
def a_but_not_b():
    return [[1, -1]], [0], [1]


@wrong("exclusive_or", "one of the two ways")
def b_but_not_a():
    return [[-1, 1], [0, 0]], [0, 0], [1, 5]


@wrong("exclusive_or", "goes through the ReLU before")
def difference_with_its_sign():
    return [[1, -1], [-1, 1]], [0, 0], [1, -1]


@wrong("exclusive_or", "the opposite")
def alike():
    return [[-1, -1], [1, 1]], [1, -1], [1, 1]


@wrong("exclusive_or", "twice")
def two_for_one():
    return [[1, -1], [-1, 1]], [0, 0], [2, 2]


@wrong("exclusive_or", "where both are 1")
def too_little_taken_away():
    return [[1, 1], [1, 1]], [0, -1], [1, -1.5]


@wrong("exclusive_or", "where both are 0")
def a_hidden_number_that_always_speaks():
    return [[1, -1], [-1, 1], [0, 0]], [0, 0, 1], [1, 1, 1]


@wrong("exclusive_or", "where only one is 1")
def half_as_much_for_one_of_them():
    return [[1, -1], [-1, 1]], [0, 0], [1, 0.5]


# ---- what a detour costs ---------------------------------------------------------------------------------------
@right("bottleneck_costs")
def layer_by_layer(channels, reduced, kernel, height, width, stride):
    layers = [(channels, reduced, 1, 1), (reduced, reduced, kernel, stride), (reduced, channels, 1, 1)]
    weights = macs = 0
    for c_in, c_out, k, s in layers:
        height, width = ((n + 2 * (k // 2) - k) // s + 1 for n in (height, width))
        weights += c_in * c_out * k * k
        macs += c_in * c_out * k * k * height * width
    return weights, macs


@right("bottleneck_costs")
def counted_with_arrays(channels, reduced, kernel, height, width, stride):
    weights = np.array([channels * reduced, (kernel * reduced) ** 2, reduced * channels])
    small = len(range(0, height, stride)) * len(range(0, width, stride))
    return np.array([weights.sum(), weights @ [height * width, small, small]])


def costs_of(weights, places):
    return sum(weights), sum(weight * place for weight, place in zip(weights, places, strict=True))


def weights_of(channels, reduced, kernel):
    return [channels * reduced, kernel**2 * reduced**2, reduced * channels]


def places_of(height, width, stride):
    small = math.ceil(height / stride) * math.ceil(width / stride)
    return [height * width, small, small]


@wrong("bottleneck_costs", "third layer is missing")
def without_expanding(channels, reduced, kernel, height, width, stride):
    return costs_of(weights_of(channels, reduced, kernel)[:2], places_of(height, width, stride)[:2])


@wrong("bottleneck_costs", "first layer is missing")
def without_reducing(channels, reduced, kernel, height, width, stride):
    return costs_of(weights_of(channels, reduced, kernel)[1:], places_of(height, width, stride)[1:])


@wrong("bottleneck_costs", "the middle layer alone")
def the_middle_alone(channels, reduced, kernel, height, width, stride):
    return costs_of(weights_of(channels, reduced, kernel)[1:2], places_of(height, width, stride)[1:2])


@wrong("bottleneck_costs", "without any detour")
def directly(channels, reduced, kernel, height, width, stride):
    weights = kernel**2 * channels**2
    return weights, weights * places_of(height, width, stride)[1]


@wrong("bottleneck_costs", "kernel has kernel · kernel weights")
def kernel_not_squared(channels, reduced, kernel, height, width, stride):
    weights = [channels * reduced, kernel * reduced**2, reduced * channels]
    return costs_of(weights, places_of(height, width, stride))


@wrong("bottleneck_costs", "always 3 × 3")
def always_nine_weights(channels, reduced, kernel, height, width, stride):
    return costs_of(weights_of(channels, reduced, 3), places_of(height, width, stride))


@wrong("bottleneck_costs", "as many kernels as maps")
def one_kernel_for_each_map(channels, reduced, kernel, height, width, stride):
    weights = [channels * reduced, kernel**2 * reduced, reduced * channels]
    return costs_of(weights, places_of(height, width, stride))


def with_stops(stops, channels, reduced, kernel, height, width, stride):
    small = stops(height) * stops(width)
    return costs_of(weights_of(channels, reduced, kernel), [height * width, small, small])


@wrong("bottleneck_costs", "always one zero wide")
def frame_for_three(channels, reduced, kernel, height, width, stride):
    return with_stops(lambda n: (n + 2 - kernel) // stride + 1, channels, reduced, kernel, height, width, stride)


@wrong("bottleneck_costs", "to the nearest")
def sizes_rounded_to_the_nearest(channels, reduced, kernel, height, width, stride):
    return with_stops(lambda n: round(n / stride), channels, reduced, kernel, height, width, stride)


@wrong("bottleneck_costs", "however much it is")
def a_stop_for_each_pixel_left_over(channels, reduced, kernel, height, width, stride):
    return with_stops(lambda n: n // stride + n % stride, channels, reduced, kernel, height, width, stride)


@wrong("bottleneck_costs", "only where something is left over")
def always_one_stop_more(channels, reduced, kernel, height, width, stride):
    return with_stops(lambda n: n // stride + 1, channels, reduced, kernel, height, width, stride)


@wrong("bottleneck_costs", "before you multiply the two")
def area_divided(channels, reduced, kernel, height, width, stride):
    small = height * width // stride**2
    return costs_of(weights_of(channels, reduced, kernel), [height * width, small, small])


@wrong("bottleneck_costs", "writes the smaller map already")
def middle_on_the_large_map(channels, reduced, kernel, height, width, stride):
    large, small, _ = places_of(height, width, stride)
    return costs_of(weights_of(channels, reduced, kernel), [large, large, small])


@wrong("bottleneck_costs", "reads the reduced maps and writes as many")
def middle_that_expands(channels, reduced, kernel, height, width, stride):
    weights = [channels * reduced, kernel**2 * reduced * channels, channels * channels]
    return costs_of(weights, places_of(height, width, stride))


@wrong("bottleneck_costs", "count no biases")
def with_biases(channels, reduced, kernel, height, width, stride):
    weights, macs = costs_of(weights_of(channels, reduced, kernel), places_of(height, width, stride))
    return weights + 2 * reduced + channels, macs


@wrong("bottleneck_costs", "stride is not used")
def stride_ignored(channels, reduced, kernel, height, width, stride):
    return costs_of(weights_of(channels, reduced, kernel), [height * width] * 3)


@wrong("bottleneck_costs", "first layer still works on the whole map")
def stride_in_the_first_layer(channels, reduced, kernel, height, width, stride):
    small = places_of(height, width, stride)[1]
    return costs_of(weights_of(channels, reduced, kernel), [small] * 3)


@wrong("bottleneck_costs", "third layer works on the smaller map, too")
def stride_in_the_middle_only(channels, reduced, kernel, height, width, stride):
    large, small, _ = places_of(height, width, stride)
    return costs_of(weights_of(channels, reduced, kernel), [large, small, large])


@wrong("bottleneck_costs", "round up")
def sizes_rounded_down(channels, reduced, kernel, height, width, stride):
    small = (height // stride) * (width // stride)
    return costs_of(weights_of(channels, reduced, kernel), [height * width, small, small])


@wrong("bottleneck_costs", "along both axes")
def stride_along_one_axis(channels, reduced, kernel, height, width, stride):
    small = math.ceil(height * width / stride)
    return costs_of(weights_of(channels, reduced, kernel), [height * width, small, small])


@wrong("bottleneck_costs", "always 2")
def always_halved(channels, reduced, kernel, height, width, stride):
    return costs_of(weights_of(channels, reduced, kernel), places_of(height, width, 2))


@wrong("bottleneck_costs", "one multiplication with its addition")
def operations_in_place_of_macs(channels, reduced, kernel, height, width, stride):
    weights, macs = costs_of(weights_of(channels, reduced, kernel), places_of(height, width, stride))
    return weights, 2 * macs


@wrong("bottleneck_costs", "weights first")
def exchanged(channels, reduced, kernel, height, width, stride):
    return costs_of(weights_of(channels, reduced, kernel), places_of(height, width, stride))[::-1]


@wrong("bottleneck_costs", "without its frame")
def padding_forgotten(channels, reduced, kernel, height, width, stride):
    small = ((height - kernel) // stride + 1) * ((width - kernel) // stride + 1)
    return costs_of(weights_of(channels, reduced, kernel), [height * width, small, small])


@wrong("bottleneck_costs", "at every place")
def as_many_macs_as_weights(channels, reduced, kernel, height, width, stride):
    weights = sum(weights_of(channels, reduced, kernel))
    return weights, weights


@wrong("bottleneck_costs", "the MACs alone")
def multiplications_alone(channels, reduced, kernel, height, width, stride):
    a, m = channels * reduced, kernel**2 * reduced**2
    places = ((height - 1) // stride + 1) * ((width - 1) // stride + 1)
    return a * height * width + (m + a) * places


@wrong("bottleneck_costs", "the weights alone")
def weights_alone(channels, reduced, kernel, height, width, stride):
    return 2 * channels * reduced + kernel**2 * reduced**2


@wrong("bottleneck_costs", "and only there")
def rounded_up_for_a_stride_of_two(channels, reduced, kernel, height, width, stride):
    a, m = channels * reduced, kernel**2 * reduced**2
    places = ((height + 1) // stride) * ((width + 1) // stride)
    return 2 * a + m, a * height * width + (m + a) * places


@wrong("bottleneck_costs", "no part of a stop")
def parts_of_stops(channels, reduced, kernel, height, width, stride):
    a, m = channels * reduced, kernel**2 * reduced**2
    places = (height / stride) * (width / stride)
    return 2 * a + m, a * height * width + (m + a) * places


# ---- from a row to a map ---------------------------------------------------------------------------------------
@right("fc_to_conv")
def number_by_number_from_the_row(weight, height, width, channels_last):
    channels = weight.shape[1] // (height * width)
    kernels = np.zeros((len(weight), channels, height, width))
    for n, c, i, j in np.ndindex(kernels.shape):
        kernels[n, c, i, j] = weight[
            n, (i * width + j) * channels + c if channels_last else (c * height + i) * width + j
        ]
    return kernels


@right("fc_to_conv")
def channels_moved_in_front(weight, height, width, channels_last):
    if not channels_last:
        return weight.reshape(len(weight), -1, height, width)
    return np.moveaxis(weight.reshape(len(weight), height, width, -1), 3, 1).tolist()


def channels_in(weight, height, width):
    return weight.shape[1] // (height * width)


@wrong("fc_to_conv", "the same as without it")
def always_channels_first(weight, height, width, channels_last):
    return weight.reshape(len(weight), -1, height, width)


@wrong("fc_to_conv", "without it, all rows of the first channel come first")
def always_channels_last(weight, height, width, channels_last):
    return weight.reshape(len(weight), height, width, -1).transpose(0, 3, 1, 2)


@wrong("fc_to_conv", "two orders are exchanged")
def orders_exchanged(weight, height, width, channels_last):
    return channels_moved_in_front(weight, height, width, not channels_last)


@wrong("fc_to_conv", "leave the channels at the end")
def not_moved_in_front(weight, height, width, channels_last):
    shape = (len(weight), height, width, -1) if channels_last else (len(weight), -1, height, width)
    return weight.reshape(shape)


@wrong("fc_to_conv", "kernels come out turned on their side")
def height_and_width_exchanged(weight, height, width, channels_last):
    if not channels_last:
        return weight.reshape(len(weight), -1, height, width)
    return weight.reshape(len(weight), height, width, -1).transpose(0, 3, 2, 1)


@wrong("fc_to_conv", "row by row, not column by column")
def columns_first(weight, height, width, channels_last):
    if not channels_last:
        return weight.reshape(len(weight), -1, height, width)
    return weight.reshape(len(weight), width, height, -1).transpose(0, 3, 2, 1)


@wrong("fc_to_conv", "with the channels first, too")
def columns_first_in_each_channel(weight, height, width, channels_last):
    if channels_last:
        return channels_moved_in_front(weight, height, width, channels_last)
    return weight.reshape(len(weight), -1, width, height).swapaxes(2, 3)


@wrong("fc_to_conv", "`width` apart, not `height`")
def rows_stepped_by_the_height(weight, height, width, channels_last):
    if channels_last:
        return channels_moved_in_front(weight, height, width, channels_last)
    kernels = np.zeros((len(weight), channels_in(weight, height, width), height, width))
    for n, q, i, j in np.ndindex(kernels.shape):
        kernels[n, q, i, j] = weight[n, q * height * width + i * height + j]
    return kernels


@wrong("fc_to_conv", "integer type")
def kernels_of_integers(weight, height, width, channels_last):
    return np.array(channels_moved_in_front(weight, height, width, channels_last)).astype(int)


@wrong("fc_to_conv", "flip of 180°")
def flipped(weight, height, width, channels_last):
    return np.array(channels_moved_in_front(weight, height, width, channels_last))[:, :, ::-1, ::-1]


@wrong("fc_to_conv", "first index of the weights")
def outputs_and_channels_exchanged(weight, height, width, channels_last):
    return np.array(channels_moved_in_front(weight, height, width, channels_last)).transpose(1, 0, 2, 3)


@wrong("fc_to_conv", "as large as the map")
def one_by_one_on_the_row(weight, height, width, channels_last):
    return weight[:, :, None, None]


@wrong("fc_to_conv", "has a row for each output")
def weight_turned_before(weight, height, width, channels_last):
    return np.array(channels_moved_in_front(weight.T.reshape(weight.shape), height, width, channels_last))


@wrong("fc_to_conv", "order='F'")
def order_of_fortran(weight, height, width, channels_last):
    if not channels_last:
        return weight.reshape(len(weight), -1, height, width)
    return weight.reshape((len(weight), channels_in(weight, height, width), height, width), order="F")


@wrong("fc_to_conv", "stay with it")
def lines_between_the_channels(weight, height, width, channels_last):
    if not channels_last:
        return weight.reshape(len(weight), -1, height, width)
    return weight.reshape(len(weight), height, -1, width).transpose(0, 2, 1, 3)


@wrong("fc_to_conv", "channels are missing")
def one_channel(weight, height, width, channels_last):
    return weight[:, : height * width].reshape(-1, 1, height, width)


@wrong("fc_to_conv", "one axis for the channels")
def outputs_and_channels_in_one(weight, height, width, channels_last):
    if channels_last:
        weight = weight.reshape(-1, height * width, channels_in(weight, height, width)).transpose(0, 2, 1)
    return weight.reshape(-1, height, width)


@wrong("fc_to_conv", "A second `reshape` moves nothing")
def reshaped_twice(weight, height, width, channels_last):
    if channels_last:
        return weight.reshape(len(weight), height, width, -1).reshape(len(weight), -1, height, width)
    return weight.reshape(len(weight), -1, height, width)
