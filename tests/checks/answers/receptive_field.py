"""Answers to the exercises of chapter 4."""

import math
from itertools import pairwise, product

import numpy as np
from checks.answers import right, wrong
from oracles import seen_by
from scipy.signal import convolve, correlate
from scipy.stats import binom


# ---- how far do they see ---------------------------------------------------------------------------------------
@right("field_size")
def field_by_lighting_pixels(layers, outputs):
    """Send a picture for each pixel through SciPy's correlation; count the pixels that change the first outputs."""
    dots = np.eye(300)
    for kernel, stride, dilation in layers:
        row = np.zeros((1, dilation * (kernel - 1) + 1))
        row[:, ::dilation] = 1
        dots = correlate(dots, row, "valid", method="direct")[:, ::stride]
    return np.ptp(np.flatnonzero(dots[:, :outputs].any(axis=1))) + 1


@right("field_size")
def from_the_outputs_to_the_picture(layers, outputs):
    for kernel, stride, dilation in reversed(layers):
        outputs = (outputs - 1) * stride + dilation * (kernel - 1) + 1
    return float(outputs)


@right("field_size")
def with_a_layer_put_in_front(layers, outputs):
    layers = layers + [(outputs, 1, 1)]  # noqa: RUF005, for a tuple would not do
    jumps = np.cumprod([1] + [stride for _, stride, _ in layers])
    return 1 + sum(d * (k - 1) * jump for (k, _, d), jump in zip(layers, jumps, strict=False))


@right("field_size")
def layer_by_layer_from_the_end(layers, outputs):
    if layers == []:
        return outputs
    rest = layers.copy()
    kernel, stride, dilation = rest.pop()
    return layer_by_layer_from_the_end(rest, np.int64((outputs - 1) * stride + dilation * (kernel - 1) + 1))


@wrong("field_size")
def turns_the_list_that_it_was_given(layers, outputs):
    layers.reverse()
    for kernel, stride, dilation in layers:
        outputs = (outputs - 1) * stride + dilation * (kernel - 1) + 1
    return outputs


@wrong("field_size", "each output *is* a pixel")
def nothing_seen_without_a_layer(layers, outputs):
    return from_the_outputs_to_the_picture(layers, outputs) if layers else 0


@wrong("field_size", "each output *is* a pixel")
def one_pixel_without_a_layer(layers, outputs):
    if not layers:
        return 1
    return from_the_outputs_to_the_picture(layers, outputs)


@wrong("field_size", "first the size grows, then the jump")
def jump_before_the_field(layers, outputs):
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        jump *= stride
        size += dilation * (kernel - 1) * jump
    return size + (outputs - 1) * jump


@wrong("field_size", "you multiplied the kernels")
def kernels_multiplied(layers, outputs):
    return math.prod(dilation * (kernel - 1) + 1 for kernel, _, dilation in layers)


@wrong("field_size", "you added the kernels up")
def kernels_added(layers, outputs):
    return sum(dilation * (kernel - 1) + 1 for kernel, _, dilation in layers)


def grown(layers, outputs, jump_after, start=1):
    size, jump = start, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump = jump_after(jump, stride)
    return size + (outputs - 1) * jump


@wrong("field_size", "strides are not used")
def strides_ignored(layers, outputs):
    return grown(layers, outputs, lambda jump, stride: jump)


@wrong("field_size", "only the last stride counts")
def jump_set_to_the_stride(layers, outputs):
    return grown(layers, outputs, lambda jump, stride: stride)


@wrong("field_size", "you added the strides up")
def strides_added(layers, outputs):
    return grown(layers, outputs, lambda jump, stride: jump + stride - 1)


@wrong("field_size", "one is missing")
def begun_with_nothing(layers, outputs):
    return grown(layers, outputs, lambda jump, stride: jump * stride, start=0)


@wrong("field_size", "dilations multiply the jump")
def dilation_in_the_jump(layers, outputs):
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride * dilation
    return size + (outputs - 1) * jump


@wrong("field_size", "dilation is not used")
def dilation_ignored(layers, outputs):
    return from_the_outputs_to_the_picture([(kernel, stride, 1) for kernel, stride, _ in layers], outputs)


@wrong("field_size", "dilated kernel is too long")
def a_gap_too_many(layers, outputs):
    return from_the_outputs_to_the_picture([(kernel * d, stride, 1) for kernel, stride, d in layers], outputs)


@wrong("field_size", "one unit less than its kernel is long")
def whole_kernels_added(layers, outputs):
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += (dilation * (kernel - 1) + 1) * jump
        jump *= stride
    return size + (outputs - 1) * jump


@wrong("field_size", "in the opposite order")
def widened_from_the_last_to_the_first(layers, outputs):
    size, jump = 1, 1
    for kernel, stride, dilation in reversed(layers):
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size + (outputs - 1) * jump


@wrong("field_size", "in the opposite order")
def narrowed_from_the_first_to_the_last(layers, outputs):
    for kernel, stride, dilation in layers:
        outputs = (outputs - 1) * stride + dilation * (kernel - 1) + 1
    return outputs


@wrong("field_size", "what one output sees")
def one_output_only(layers, outputs):
    return from_the_outputs_to_the_picture(layers, 1)


@wrong("field_size", "the fields of neighbours overlap")
def fields_side_by_side(layers, outputs):
    return outputs * from_the_outputs_to_the_picture(layers, 1)


@wrong("field_size", "each further one adds a jump")
def one_pixel_for_each_output(layers, outputs):
    return from_the_outputs_to_the_picture(layers, 1) + outputs - 1


@wrong("field_size", "the outputs − 1 others")
def a_jump_for_every_output(layers, outputs):
    return from_the_outputs_to_the_picture(layers, 1) + outputs * math.prod(stride for _, stride, _ in layers)


@wrong("field_size", "not the last one alone")
def outputs_a_stride_apart(layers, outputs):
    last = layers[-1][1] if layers else 1
    return from_the_outputs_to_the_picture(layers, 1) + (outputs - 1) * last


@wrong("field_size", "the stride of the last layer is missing")
def last_stride_forgotten(layers, outputs):
    jump = math.prod(stride for _, stride, _ in layers[:-1])
    return from_the_outputs_to_the_picture(layers, 1) + (outputs - 1) * jump


@wrong("field_size")
def formula_for_equal_layers(layers, outputs):
    kernel, stride, dilation = layers[0] if layers else (1, 1, 1)
    return from_the_outputs_to_the_picture([(kernel, stride, dilation)] * len(layers), outputs)


@wrong("field_size", "without any layer")
def no_network_without_a_layer(layers, outputs):
    assert layers[-1]
    return from_the_outputs_to_the_picture(layers, outputs)


@wrong("field_size", "n − 1 steps apart")
def as_many_strides_as_outputs(layers, outputs):
    n = outputs
    for k, s, d in reversed(layers):
        n = n * s + d * (k - 1) + 1
    return n


@wrong("field_size", "its own stride")
def strides_that_do_not_multiply(layers, outputs):
    r = 1
    for k, s, d in layers:
        r += d * (k - 1) * s
    return r


@wrong("field_size", "the dilation is not used")
def one_output_and_no_dilation(layers, outputs):
    r, j = 1, 1
    for layer in layers:
        r += (layer[0] - 1) * j
        j *= layer[1]
    return r


@wrong("field_size", "the dilation is not used")
def stride_first_and_no_dilation(layers, outputs):
    r, j = 1, 1
    for layer in layers:
        j *= layer[1]
        r += (layer[0] - 1) * j
    return r + (outputs - 1) * j


@wrong("field_size", "its own stride")
def strides_that_do_not_multiply_but_for_the_outputs(layers, outputs):
    r, j = 1, 1
    for k, s, d in layers:
        r += d * (k - 1) * s
        j *= s
    return r + (outputs - 1) * j


# ---- where does it look ----------------------------------------------------------------------------------------
right("seen_pixels")(seen_by)


@right("seen_pixels")
def forwards_by_the_formulas(layers, output):
    size, jump, centre = 1, 1, 0
    for kernel, stride, padding in layers:
        size += (kernel - 1) * jump
        centre += ((kernel - 1) / 2 - padding) * jump
        jump *= stride
    middle = centre + output * jump
    return [middle - (size - 1) / 2, middle + (size - 1) / 2]


@wrong("seen_pixels", "padding is not used")
def padding_ignored(layers, output):
    return seen_by([(kernel, stride, 0) for kernel, stride, _ in layers], output)


def moved(layers, output, by):
    first, last = padding_ignored(layers, output)
    return first + by, last + by


@wrong("seen_pixels", "weigh each layer's padding")
def padding_in_pixels(layers, output):
    return moved(layers, output, -sum(padding for *_, padding in layers))


@wrong("seen_pixels", "the padding counts twice")
def padding_on_both_sides(layers, output):
    return seen_by([(kernel, stride, 2 * padding) for kernel, stride, padding in layers], output)


@wrong("seen_pixels", "so take it away")
def padding_added(layers, output):
    return seen_by([(kernel, stride, -padding) for kernel, stride, padding in layers], output)


@wrong("seen_pixels", "it moves as a whole")
def padding_at_the_first_end_only(layers, output):
    return seen_by(layers, output)[0], padding_ignored(layers, output)[1]


@wrong("seen_pixels", "ends at n + k − 1")
def window_one_too_long(layers, output):
    return seen_by(layers, output)[0], seen_by([(k + 1, stride, padding) for k, stride, padding in layers], output)[1]


@wrong("seen_pixels", "walk through reversed(layers)")
def layers_in_the_wrong_order(layers, output):
    return seen_by(layers[::-1], output)


@wrong("seen_pixels", "unit n of a layer starts at n · stride")
def no_strides(layers, output):
    return seen_by([(kernel, 1, padding) for kernel, _, padding in layers], output)


@wrong("seen_pixels", "the stride comes first")
def padding_before_the_stride(layers, output):
    first = last = output
    for kernel, stride, padding in reversed(layers):
        first, last = (first - padding) * stride, (last - padding) * stride + kernel - 1
    return first, last


@wrong("seen_pixels", "move on by the jump")
def outputs_one_pixel_apart(layers, output):
    first, last = seen_by(layers, 0)
    return first + output, last + output


@wrong("seen_pixels", "by the stride of the last layer")
def outputs_one_stride_apart(layers, output):
    first, last = seen_by(layers, 0)
    return first + output * layers[-1][1], last + output * layers[-1][1]


@wrong("seen_pixels", "count the outputs from 1")
def outputs_counted_from_1(layers, output):
    return seen_by(layers, output - 1)


@wrong("seen_pixels", "that is what output 0 sees")
def output_ignored(layers, output):
    return seen_by(layers, 0)


@wrong("seen_pixels", "one too far")
def stop_in_place_of_last(layers, output):
    first, last = seen_by(layers, output)
    return first, last + 1


@wrong("seen_pixels", "how many pixels it sees")
def size_in_place_of_last(layers, output):
    first, last = seen_by(layers, output)
    return first, last - first + 1


@wrong("seen_pixels", "the middle and the size")
def middle_and_size(layers, output):
    first, last = seen_by(layers, output)
    return (first + last) / 2, last - first + 1


@wrong("seen_pixels", "do not cut the field off")
def cut_off_at_the_border(layers, output):
    first, last = seen_by(layers, output)
    return max(first, 0), max(last, 0)


@wrong("seen_pixels", "in the opposite order")
def last_before_first(layers, output):
    return seen_by(layers, output)[::-1]


@wrong("seen_pixels", "you took it for a dilation")
def padding_taken_for_a_dilation(layers, output):
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return output * jump, output * jump + size - 1


@wrong("seen_pixels", "half a window, whatever")
def padding_of_half_a_kernel(layers, output):
    return seen_by([(kernel, stride, kernel // 2) for kernel, stride, _ in layers], output)


@wrong("seen_pixels", "its middle between two pixels")
def middle_rounded_down(layers, output):
    first, last = seen_by(layers, output)
    half = (last - first + 1) // 2
    return (first + last) // 2 - half, (first + last) // 2 + half


@wrong("seen_pixels")
def the_whole_window_for_the_last_layer_only(layers, output):
    first, _ = seen_by(layers, output)
    return first, first + layers[-1][0] - 1


# ---- what does it miss -----------------------------------------------------------------------------------------
@right("blind_spots")
def missed_by_scipy(dilations):
    row = np.ones(1)
    for d in dilations:
        row = convolve(row, np.eye(1, 2 * d + 1)[0] + np.eye(1, 2 * d + 1, d)[0] + np.eye(1, 2 * d + 1, 2 * d)[0])
    return np.flatnonzero(np.round(row) == 0) - len(row) // 2


@right("blind_spots")
def every_path(dilations):
    steps = [(-d, 0, d) for d in dilations]
    ends = [sum(path) for path in product(*steps)]
    return [n for n in range(min(ends), max(ends)) if n not in ends]


def field_without(reached, dilations):
    return [n for n in range(-sum(dilations), sum(dilations) + 1) if n not in reached]


def ends_of(dilations, *steps):
    return {sum(path) for path in product(*([step * d for step in steps] for d in dilations))}


@wrong("blind_spots", "the pixels that it sees")
def seen_in_place_of_missed(dilations):
    return sorted(ends_of(dilations, -1, 0, 1))


@wrong("blind_spots", "from the left end")
def counted_from_the_left(dilations):
    return [n + sum(dilations) for n in every_path(dilations)]


@wrong("blind_spots", "left of the middle are missing")
def right_half_only(dilations):
    return [n for n in range(1, sum(dilations) + 1) if n not in ends_of(dilations, -1, 0, 1)]


@wrong("blind_spots", "how many it misses")
def number_of_blind_spots(dilations):
    return len(every_path(dilations))


@wrong("blind_spots", "their steps add up")
def each_layer_by_itself(dilations):
    return field_without({0, *dilations, *(-d for d in dilations)}, dilations)


@wrong("blind_spots", "with a step of 0")
def two_weights_in_place_of_three(dilations):
    return field_without(ends_of(dilations, -1, 1), dilations)


@wrong("blind_spots", "paths go to one side only")
def paths_to_one_side(dilations):
    to_the_right = ends_of(dilations, 0, 1)
    return field_without(to_the_right | {-n for n in to_the_right}, dilations)


@wrong("blind_spots", "multiples of the smallest dilation")
def multiples_of_the_smallest(dilations):
    return [n for n in range(-sum(dilations), sum(dilations) + 1) if dilations and n % min(dilations)]


@wrong("blind_spots", "multiples of the largest dilation")
def multiples_of_the_largest(dilations):
    return [n for n in range(-sum(dilations), sum(dilations) + 1) if dilations and n % max(dilations)]


@wrong("blind_spots", "a common divisor is not enough")
def multiples_of_the_common_divisor(dilations):
    return [n for n in range(-sum(dilations), sum(dilations) + 1) if dilations and n % math.gcd(*dilations)]


@wrong("blind_spots", "only the last layer counts")
def last_layer_only(dilations):
    return [n for n in range(-sum(dilations), sum(dilations) + 1) if n % dilations[-1]] if dilations else []


@wrong("blind_spots", "only the first layer counts")
def first_layer_only(dilations):
    return [n for n in range(-sum(dilations), sum(dilations) + 1) if n % dilations[0]] if dilations else []


@wrong("blind_spots", "the number of a layer for its dilation")
def layer_numbers_as_dilations(dilations):
    reached = {0}
    for layer in range(1, len(dilations) + 1):
        reached |= {pixel + step for pixel in reached for step in (-layer, layer)}
    return field_without(reached, dilations)


@wrong("blind_spots", "from right to left")
def from_right_to_left(dilations):
    return every_path(dilations)[::-1]


@wrong("blind_spots")
def a_set(dilations):
    return set(every_path(dilations))


@wrong("blind_spots")
def without_the_first_layer(dilations):
    return field_without(ends_of(dilations[1:], -1, 0, 1), dilations)


@wrong("blind_spots")
def pairs_of_neighbours(dilations):
    reached = {0}
    for pair in pairwise(dilations):
        reached |= ends_of(pair, -1, 0, 1)
    return field_without(reached if len(dilations) > 1 else ends_of(dilations, -1, 0, 1), dilations)


@wrong("blind_spots")
def gaps_of_growing_blocks(dilations):
    """The rule of the chapter without its sorting: what a block leaves open, the next layer never closes."""
    missed, block = set(), 0
    for d in dilations:
        missed |= {n for n in range(block + 1, d - block)} if d > 2 * block + 1 else set()
        block += d
    return sorted(missed | {-n for n in missed})


@wrong("blind_spots", "without any layer")
def no_field_without_a_layer(dilations):
    widest = max(dilations)
    return [n for n in every_path(dilations) if abs(n) < widest * len(dilations)]


@wrong("blind_spots", "must not grow")
def a_set_that_grows_in_its_own_loop(dilations):
    seen = {0}
    for d in dilations:
        for a in seen:
            seen |= {a - d, a + d}
    reach = sum(dilations)
    return [p for p in range(-reach, reach + 1) if p not in seen]


@wrong("blind_spots", "only the last layer counts")
def steps_of_the_last_layer(dilations):
    seen = {0}
    for d in dilations:
        seen = {-d, 0, d}
    reach = sum(dilations)
    return [p for p in range(-reach, reach + 1) if p not in seen]


# ---- 61 pixels for little --------------------------------------------------------------------------------------
@right("cheapest_stack")
def bold_steps():
    return [(3, 1, 1), (3, 1, 3), (3, 1, 9), (3, 1, 17)]


@right("cheapest_stack")
def bold_steps_in_another_order_as_an_array():
    return np.array([[3, 1, 17], [3, 1, 9], [3, 1, 1], [3, 1, 3]])


@right("cheapest_stack")
def strides_and_a_dilation():
    return ((3.0, 1, 17), (3, 3, 1), [3, 1, np.int64(1)], (3, 1, np.int8(3)))


@wrong("cheapest_stack", "give back a list of layers")
def the_number_of_weights():
    return 36


@wrong("cheapest_stack", "give back a list of layers")
def kernels_alone():
    return [3, 3, 3, 3]


@wrong("cheapest_stack", "give back a list of layers")
def layers_without_dilation():
    return [(3, 2)] * 4


@wrong("cheapest_stack", "give back a list of layers")
def layers_of_words():
    return [("3", "1", "1")] * 4


@wrong("cheapest_stack", "give back a list of layers")
def a_stride_of_0():
    return [(3, 0, 1)] * 30


@wrong("cheapest_stack", "give back a list of layers")
def half_a_pixel():
    return [(3, 1, 7.5)] * 4


@wrong("cheapest_stack", "that is one layer")
def a_single_layer_without_a_list():
    return (61, 1, 1)


@wrong("cheapest_stack", "has no middle")
def even_kernels():
    return [(2, 1, d) for d in (1, 2, 4, 8, 16, 29)]


@wrong("cheapest_stack", "fewer than 61")
def no_layer():
    return []


@wrong("cheapest_stack", "fewer than 61")
def doubling_dilations():
    return [(3, 1, 1), (3, 1, 2), (3, 1, 4), (3, 1, 8)]


@wrong("cheapest_stack", "fewer than 61")
def twenty_nine_layers():
    return [(3, 1, 1)] * 29


@wrong("cheapest_stack", "a layer's own stride does not widen")
def stride_that_comes_too_late():
    return [(3, 2, 1), (3, 2, 1), (3, 2, 1), (3, 2, 1)]


@wrong("cheapest_stack", "more than 61")
def powers_of_three():
    return [(3, 1, 1), (3, 1, 3), (3, 1, 9), (3, 1, 27)]


@wrong("cheapest_stack", "more than 61")
def five_layers_of_stride_2():
    return [(3, 2, 1)] * 5


@wrong("cheapest_stack", "more than 61")
def stride_before_the_whole_kernel():
    return [(1, 2, 1), (61, 1, 1)]


@wrong("cheapest_stack", "never reads")
def both_ends_and_the_middle():
    return [(3, 1, 30)]


@wrong("cheapest_stack", "never reads")
def equal_dilations():
    return [(3, 1, 10)] * 3


@wrong("cheapest_stack", "never reads")
def one_step_too_bold():
    return [(3, 1, 1), (3, 1, 2), (3, 1, 9), (3, 1, 18)]


@wrong("cheapest_stack", "fewer weights")
def one_kernel():
    return [(61, 1, 1)]


@wrong("cheapest_stack", "fewer weights")
def thirty_layers():
    return [(3, 1, 1)] * 30


@wrong("cheapest_stack", "fewer weights")
def doubling_and_a_rest():
    return [(3, 1, d) for d in (1, 2, 4, 8, 15)]


@wrong("cheapest_stack", "fewer weights")
def larger_kernels_with_strides():
    return [(5, 2, 1), (5, 2, 1), (13, 1, 1)]


@wrong("cheapest_stack", "kernel of size 1")
def a_kernel_of_1_for_its_stride():
    return [(1, 1, 1), *bold_steps()]


# ---- what counts -----------------------------------------------------------------------------------------------
@right("effective_width")
def width_by_polynomials(layers, share):
    weights = (np.poly1d([1 / 4, 1 / 2, 1 / 4]) ** layers).coeffs
    held = [weights[layers - n : layers + n + 1].sum() for n in range(layers + 1)]
    return 2 * np.searchsorted(held, share) + 1


@right("effective_width")
def width_by_coins(layers, share):
    """Each layer throws two coins: so many heads more or less than expected are so many pixels."""
    paths, n = [math.comb(2 * layers, heads) for heads in range(2 * layers + 1)], 0
    while sum(paths[layers - n : layers + n + 1]) < share * 4**layers:
        n += 1
    return float(2 * n + 1)


def bell(layers, each=(1 / 4, 1 / 2, 1 / 4)):
    weights = np.ones(1)
    for _ in range(layers):
        weights = np.convolve(weights, each)
    return weights


def held_by(weights, n):
    middle = len(weights) // 2
    return weights[middle - n : middle + n + 1].sum()


def pixels_on_one_side(weights, share):
    n = 0
    while held_by(weights, n) < share and n < len(weights) // 2:
        n += 1
    return n


@wrong("effective_width", "one side")
def one_side(layers, share):
    return pixels_on_one_side(bell(layers), share)


@wrong("effective_width", "the middle is missing")
def without_the_middle(layers, share):
    return 2 * pixels_on_one_side(bell(layers), share)


@wrong("effective_width", "the whole field")
def whole_field(layers, share):
    return 2 * layers + 1


@wrong("effective_width", "*at least* the share")
def more_than_the_share(layers, share):
    weights, n = bell(layers), 0
    while held_by(weights, n) <= share:
        n += 1
    return 2 * n + 1


@wrong("effective_width", "a little too narrow")
def last_width_before_the_share(layers, share):
    weights, n = bell(layers), 0
    while held_by(weights, n + 1) < share and n < layers:
        n += 1
    return 2 * n + 1 if held_by(weights, 0) < share else 1


@wrong("effective_width", "one step too far")
def one_step_too_far(layers, share):
    weights, n, held = bell(layers), 0, 0
    while held < share:
        held = held_by(weights, n)
        n += 1
    return 2 * n + 1


@wrong("effective_width", "from the left end")
def counted_from_the_left_end(layers, share):
    held = np.cumsum(bell(layers))
    return int(np.argmax(held >= share)) + 1


@wrong("effective_width", "do not add up to 1")
def weights_that_are_not_divided(layers, share):
    return 2 * pixels_on_one_side(bell(layers, [1, 2, 1]), share) + 1


@wrong("effective_width", "your layers average")
def averages_of_three(layers, share):
    return 2 * pixels_on_one_side(bell(layers, [1 / 3] * 3), share) + 1


@wrong("effective_width", "one layer too many")
def one_layer_too_many(layers, share):
    weights = np.array([1 / 4, 1 / 2, 1 / 4])
    for _ in range(layers):
        weights = np.convolve(weights, [1 / 4, 1 / 2, 1 / 4])
    return 2 * pixels_on_one_side(weights, share) + 1


@wrong("effective_width", "one layer too few")
def one_layer_too_few(layers, share):
    weights = np.ones(1)
    for _ in range(1, layers):
        weights = np.convolve(weights, [1 / 4, 1 / 2, 1 / 4])
    return 2 * pixels_on_one_side(weights, share) + 1


@wrong("effective_width", "no longer fit into NumPy's integers")
def paths_counted_in_integers(layers, share):
    paths = np.array([1])
    for _ in range(layers):
        paths = np.convolve(paths, [1, 2, 1])
    return 2 * pixels_on_one_side(paths / 4**layers, share) + 1


@wrong("effective_width", "the share of a square")
def share_of_a_square(layers, share):
    return 2 * pixels_on_one_side(bell(layers), math.sqrt(share)) + 1


@wrong("effective_width", "both sides together hold it")
def half_of_the_share(layers, share):
    return 2 * pixels_on_one_side(bell(layers), share / 2) + 1


@wrong("effective_width", "two deviations")
def two_deviations(layers, share):
    return 2 * round(2 * math.sqrt(layers / 2)) + 1


@wrong("effective_width")
def share_of_the_field(layers, share):
    return 2 * round(share * layers) + 1


@wrong("effective_width", "the heaviest pixels")
def the_heaviest_pixels(layers, share):
    held = np.cumsum(np.sort(bell(layers))[::-1])
    return int(np.argmax(held >= share)) + 1


@wrong("effective_width")
def weights_above_a_threshold(layers, share):
    weights = bell(layers)
    return int((weights > (1 - share) * weights.max()).sum())


@wrong("effective_width")
def bell_of_the_right_width(layers, share):
    """The bell curve in place of the weights: nearly right."""
    quantile = binom.ppf((1 + share) / 2, 10000, 0.5) / 5000 - 1
    return 2 * math.ceil(quantile * 100 * math.sqrt(layers / 2) - 0.5) + 1


@wrong("effective_width", "no layer at all")
def always_at_least_one_layer(layers, share):
    weights = np.array([1 / 4, 1 / 2, 1 / 4])
    for _ in range(layers - 1):
        weights = np.convolve(weights, [1 / 4, 1 / 2, 1 / 4])
    return 2 * pixels_on_one_side(weights, share) + 1


@wrong("effective_width", "a slice leaves its own end out")
def end_of_the_slice_forgotten(layers, share):
    row = np.array([1.0])
    for _ in range(layers):
        row = np.convolve(row, [0.25, 0.5, 0.25])
    middle, n = len(row) // 2, 0
    while row[middle - n : middle + n].sum() < share:
        n += 1
    return 2 * n + 1


@wrong("effective_width", "you begin with three pixels")
def three_pixels_at_least(layers, share):
    if layers == 0:
        return 1
    weights, n = bell(layers), 1
    while held_by(weights, n) < share:
        n += 1
    return 2 * n + 1
