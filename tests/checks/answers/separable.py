"""Answers to the exercises of chapter 6."""

import numpy as np
from checks.answers import right, wrong
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import correlate2d

from convbook import ops, shapes


# ---- grouped_conv: right ---------------------------------------------------------------------------------------
def full(x, weight):
    """A full convolution, as the exercise gives it to its readers."""
    windows = sliding_window_view(x, weight.shape[2:], axis=(1, 2))
    return np.einsum("cijuv,ocuv->oij", windows, weight)


def in_groups(x, weight, groups):
    """Yield the channels and the filters of each group."""
    yield from zip(np.split(x, groups), np.split(weight, groups), strict=True)


@right("grouped_conv")
def each_output_looks_up_its_group(x, weight, groups):
    """No group is cut out: output o belongs to group o // (C_out / groups), and reads the channels of that group."""
    (out, deep), first = weight.shape[:2], len(x) // groups
    return [
        sum(correlate2d(x[o // (out // groups) * first + c], weight[o, c], "valid") for c in range(deep))
        for o in range(out)
    ]


@right("grouped_conv")
def full_layer_with_zeros_in_the_wall(x, weight, groups):
    """A grouped layer is a full one whose other tiles are zero."""
    out, deep = weight.shape[:2]
    wall = np.zeros((out, len(x), *weight.shape[2:]))
    for o in range(out):
        start = o * groups // out * deep
        wall[o, start : start + deep] = weight[o]
    return ops.conv2d(x, wall)


# ---- grouped_conv: wrong ---------------------------------------------------------------------------------------
@wrong("grouped_conv", "reads the first channels")
def every_group_reads_the_first_channels(x, weight, groups):
    return full(x[: weight.shape[1]], weight)


@wrong("grouped_conv", "reads the last channels")
def every_group_reads_the_last_channels(x, weight, groups):
    return full(x[-weight.shape[1] :], weight)


@wrong("grouped_conv", "every output reads all channels")
def filters_repeated_over_all_channels(x, weight, groups):
    return full(x, np.tile(weight, (1, groups, 1, 1)))


@wrong("grouped_conv", "dealt out like cards")
def channels_dealt_like_cards(x, weight, groups):
    filters = np.split(weight, groups)
    return np.concatenate([full(x[g::groups], filters[g]) for g in range(groups)])


@wrong("grouped_conv", "filters of a group")
def filters_dealt_like_cards(x, weight, groups):
    channels = np.split(x, groups)
    return np.concatenate([full(channels[g], weight[g::groups]) for g in range(groups)])


@wrong("grouped_conv", "in turns")
def outputs_in_turns(x, weight, groups):
    parts = [full(*pair) for pair in in_groups(x, weight, groups)]
    return np.stack(parts, axis=1).reshape(len(weight), *parts[0].shape[1:])


@wrong("grouped_conv", "added up")
def groups_added_up(x, weight, groups):
    return sum(full(*pair) for pair in in_groups(x, weight, groups))


@wrong("grouped_conv", "axis of their own")
def groups_on_an_axis_of_their_own(x, weight, groups):
    return np.stack([full(*pair) for pair in in_groups(x, weight, groups)])


@wrong("grouped_conv", "too many channels")
def all_filters_for_every_group(x, weight, groups):
    return np.concatenate([full(channels, weight) for channels in np.split(x, groups)])


@wrong("grouped_conv", "inside the loop")
def returns_in_the_loop(x, weight, groups):
    for channels, filters in in_groups(x, weight, groups):
        return full(channels, filters)


@wrong("grouped_conv", "only the last group")
def overwritten_by_the_last_group(x, weight, groups):
    for channels, filters in in_groups(x, weight, groups):
        output = full(channels, filters)
    return output


@wrong("grouped_conv", "below each other")
def groups_below_each_other(x, weight, groups):
    return np.concatenate([full(*pair) for pair in in_groups(x, weight, groups)], axis=1)


@wrong("grouped_conv", "opposite order")
def groups_in_the_opposite_order(x, weight, groups):
    return np.concatenate([full(*pair) for pair in in_groups(x, weight, groups)][::-1])


@wrong("grouped_conv", "let each group of filters read its own share")
def not_in_groups(x, weight, groups):
    return full(x, weight)


@wrong("grouped_conv", "you cut the filters as you cut the channels")
def one_length_for_both(x, weight, groups):
    n = len(x) // groups
    return np.concatenate([full(x[g * n : (g + 1) * n], weight[g * n : (g + 1) * n]) for g in range(groups)])


@wrong("grouped_conv", "your slices are `groups` long")
def slices_of_groups(x, weight, groups):
    cut = [np.s_[g * groups : (g + 1) * groups] for g in range(groups)]
    return np.concatenate([full(x[part], weight[part]) for part in cut])


@wrong("grouped_conv", "at whole numbers")
def slices_of_floats(x, weight, groups):
    n, m = len(x) / groups, len(weight) / groups
    return np.concatenate([full(x[g * n : (g + 1) * n], weight[g * m : (g + 1) * m]) for g in range(groups)])


@wrong("grouped_conv", "the filters are axis 0")
def filters_cut_along_axis_1(x, weight, groups):
    pairs = zip(np.split(x, groups), np.split(weight, groups, axis=1), strict=True)
    return np.concatenate([full(*pair) for pair in pairs])


@wrong("grouped_conv", "take the groups in turns")
def group_of_a_filter_by_its_remainder(x, weight, groups):
    out, deep = weight.shape[:2]
    wall = np.zeros((out, len(x), *weight.shape[2:]))
    for f in range(out):
        g = f % groups
        wall[f, g * deep : (g + 1) * deep] = weight[f]
    return full(x, wall)


@wrong("grouped_conv")
def channels_cut_by_the_number_of_filters(x, weight, groups):
    size = len(weight) // groups
    cut = [(x[g * size : (g + 1) * size], weight[g * size : (g + 1) * size]) for g in range(groups)]
    return np.concatenate([full(channels, filters[:, : len(channels)]) for channels, filters in cut])


@wrong("grouped_conv", "the last group is missing")
def last_group_missing(x, weight, groups):
    return np.concatenate([full(*pair) for pair in list(in_groups(x, weight, groups))[:-1]])


@wrong("grouped_conv", "two halves")
def always_two_halves(x, weight, groups):
    return np.concatenate([full(*pair) for pair in in_groups(x, weight, 2 if groups > 1 else 1)])


@wrong("grouped_conv", "only the first channel of a group")
def one_channel_of_each_group(x, weight, groups):
    return np.concatenate([full(a[:1], b[:, :1]) for a, b in in_groups(x, weight, groups)])


@wrong("grouped_conv", "C_out / groups")
def group_of_an_output_by_the_number_of_groups(x, weight, groups):
    deep, maps = weight.shape[1], []
    for o in range(len(weight)):
        g = o // groups
        maps.append(sum(correlate2d(x[g * deep + c], weight[o, c], "valid") for c in range(deep)))
    return np.stack(maps)


@wrong("grouped_conv", "C_out / groups")
def as_many_filters_as_groups(x, weight, groups):
    deep = weight.shape[1]
    cut = [np.s_[g * deep : (g + 1) * deep] for g in range(groups)]
    return np.concatenate([full(x[cut[g]], weight[g * groups : (g + 1) * groups]) for g in range(groups)])


@wrong("grouped_conv", "integer type")
def buffer_of_the_type_of_x(x, weight, groups):
    first = full_layer_with_zeros_in_the_wall(x, weight, groups)
    output = np.zeros(first.shape, x.dtype)
    output[:] = first
    return output


@wrong("grouped_conv", "as a shuffle does")
def channels_and_filters_dealt_like_cards(x, weight, groups):
    return np.concatenate([full(x[g::groups], weight[g::groups]) for g in range(groups)])


@wrong("grouped_conv", "as a shuffle does")
def dealt_out_and_collected_again(x, weight, groups):
    output = full_layer_with_zeros_in_the_wall(x, weight, groups)
    for g in range(groups):
        output[g::groups] = full(x[g::groups], weight[g::groups])
    return output


@wrong("grouped_conv", "flipped")
def kernels_flipped(x, weight, groups):
    return full_layer_with_zeros_in_the_wall(x, np.flip(weight, (2, 3)), groups)


# ---- separable_parameters: right -------------------------------------------------------------------------------
@right("separable_parameters")
def as_two_layers(c_in, c_out, k, multiplier, bias):
    depthwise = shapes.conv_parameters(c_in, c_in * multiplier, k, groups=c_in, bias=bias)
    return depthwise + shapes.conv_parameters(c_in * multiplier, c_out, 1, bias=bias)


@right("separable_parameters")
def by_counting_arrays(c_in, c_out, k, multiplier, bias):
    arrays = [np.zeros((c_in * multiplier, 1, k, k)), np.zeros((c_out, c_in * multiplier, 1, 1))]
    arrays += [np.zeros(len(weight)) for weight in arrays] if bias else []
    return np.int64(sum(array.size for array in arrays))


# ---- separable_parameters: wrong -------------------------------------------------------------------------------
def weights_of(c_in, c_out, k, multiplier):
    return k * k * c_in * multiplier, c_in * multiplier * c_out


@wrong("separable_parameters", "biases of the pointwise half")
def the_34048_of_many_pages(c_in, c_out, k, multiplier, bias):
    return sum(weights_of(c_in, c_out, k, multiplier)) + bias * c_in * multiplier


@wrong("separable_parameters", "biases of the depthwise half")
def biases_of_the_pointwise_half_only(c_in, c_out, k, multiplier, bias):
    return sum(weights_of(c_in, c_out, k, multiplier)) + bias * c_out


@wrong("separable_parameters", "never")
def no_biases(c_in, c_out, k, multiplier, bias):
    return sum(weights_of(c_in, c_out, k, multiplier))


@wrong("separable_parameters", "always")
def biases_always(c_in, c_out, k, multiplier, bias):
    return sum(weights_of(c_in, c_out, k, multiplier)) + c_in * multiplier + c_out


@wrong("separable_parameters", "one bias for each layer")
def one_bias_for_each_layer(c_in, c_out, k, multiplier, bias):
    return sum(weights_of(c_in, c_out, k, multiplier)) + 2 * bias


@wrong("separable_parameters", "channels between")
def biases_of_the_input_channels(c_in, c_out, k, multiplier, bias):
    return sum(weights_of(c_in, c_out, k, multiplier)) + bias * (c_in + c_out)


@wrong("separable_parameters", "full convolution")
def the_full_convolution(c_in, c_out, k, multiplier, bias):
    return k * k * c_in * c_out + bias * c_out


@wrong("separable_parameters", "1 × 1")
def pointwise_with_large_kernels(c_in, c_out, k, multiplier, bias):
    depthwise, pointwise = weights_of(c_in, c_out, k, multiplier)
    return depthwise + k * k * pointwise + bias * (c_in * multiplier + c_out)


@wrong("separable_parameters", "reads one channel")
def depthwise_that_reads_all_channels(c_in, c_out, k, multiplier, bias):
    depthwise, pointwise = weights_of(c_in, c_out, k, multiplier)
    return depthwise * c_in + pointwise + bias * (c_in * multiplier + c_out)


@wrong("separable_parameters", "k × k weights")
def kernel_not_squared(c_in, c_out, k, multiplier, bias):
    depthwise, pointwise = weights_of(c_in, c_out, k, multiplier)
    return depthwise // k + pointwise + bias * (c_in * multiplier + c_out)


@wrong("separable_parameters", "multiplier is not used")
def no_multiplier(c_in, c_out, k, multiplier, bias):
    return as_two_layers(c_in, c_out, k, 1, bias)


@wrong("separable_parameters", "also reads them")
def multiplier_in_the_depthwise_half_only(c_in, c_out, k, multiplier, bias):
    return k * k * c_in * multiplier + c_in * c_out + bias * (c_in * multiplier + c_out)


@wrong("separable_parameters", "multiplies the depthwise filters")
def multiplier_in_the_pointwise_half_only(c_in, c_out, k, multiplier, bias):
    return k * k * c_in + c_in * multiplier * c_out + bias * (c_in * multiplier + c_out)


@wrong("separable_parameters", "add")
def halves_multiplied(c_in, c_out, k, multiplier, bias):
    depthwise, pointwise = weights_of(c_in, c_out, k, multiplier)
    return depthwise * pointwise + bias * (c_in * multiplier + c_out)


@wrong("separable_parameters", "one for each output")
def a_depthwise_filter_for_each_output(c_in, c_out, k, multiplier, bias):
    return k * k * c_out + c_in * c_out + bias * 2 * c_out


@wrong("separable_parameters", "that is the 34,048")
def exactly_34048_whatever_bias_says(c_in, c_out, k, multiplier, bias):
    return sum(weights_of(c_in, c_out, k, multiplier)) + c_in * multiplier


@wrong("separable_parameters", "goes out of the *pair*")
def a_depthwise_kernel_for_each_channel_that_goes_out(c_in, c_out, k, multiplier, bias):
    return k * k * c_out + c_in * multiplier * c_out + bias * (c_in * multiplier + c_out)


@wrong("separable_parameters", "goes out of the *pair*")
def multiplier_kernels_for_each_channel_that_goes_out(c_in, c_out, k, multiplier, bias):
    return k * k * c_out * multiplier + c_in * multiplier * c_out + bias * (c_in * multiplier + c_out)


@wrong("separable_parameters", "exchanged")
def in_and_out_exchanged(c_in, c_out, k, multiplier, bias):
    return as_two_layers(c_out, c_in, k, multiplier, bias)


@wrong("separable_parameters", "pointwise half is missing")
def depthwise_half_only(c_in, c_out, k, multiplier, bias):
    return k * k * c_in * multiplier + bias * c_in * multiplier


@wrong("separable_parameters", "those are the two halves")
def a_pair_of_halves(c_in, c_out, k, multiplier, bias):
    between = c_in * multiplier
    return k * k * between + bias * between, between * c_out + bias * c_out


@wrong("separable_parameters")
def separable_parameters_as_a_float(c_in, c_out, k, multiplier, bias):
    return as_two_layers(c_in, c_out, k, multiplier, bias) / 1


# ---- block_macs: right -----------------------------------------------------------------------------------------
def walk(channels, height, width, blocks, size=lambda n, stride: (n - 1) // stride + 1):
    """Yield what each block has: channels before and after, pixels before and after."""
    for out, stride in blocks:
        before = height * width
        height, width = size(height, stride), size(width, stride)
        yield channels, out, before, height * width
        channels = out


@right("block_macs")
def by_the_layers_of_the_package(channels, height, width, blocks):
    shape, costs = (channels, height, width), []
    for out, stride in blocks:
        layers = [shapes.Conv(shape[0], 3, stride, 1, groups=shape[0]), shapes.Conv(out, 1)]
        steps = shapes.summary(layers, shape)
        costs.append([step.cost.macs for step in steps])
        shape = steps[-1].output_shape
    return np.array(costs)


@right("block_macs")
def rounded_up_with_floats(channels, height, width, blocks):
    table = walk(channels, height, width, blocks, lambda n, stride: int(np.ceil(n / stride)))
    return [(9 * c * pixels, c * out * pixels) for c, out, _, pixels in table]


# ---- block_macs: wrong -----------------------------------------------------------------------------------------
def steps_of(*call):
    return list(walk(*call))


@wrong("block_macs", "stride is ignored")
def stride_ignored(channels, height, width, blocks):
    table = walk(channels, height, width, blocks, lambda n, stride: n)
    return [(9 * c * pixels, c * out * pixels) for c, out, _, pixels in table]


@wrong("block_macs", "at the input's size")
def depthwise_before_its_own_stride(channels, height, width, blocks):
    return [(9 * c * before, c * out * pixels) for c, out, before, pixels in steps_of(channels, height, width, blocks)]


@wrong("block_macs", "stride comes first")
def both_before_the_stride(channels, height, width, blocks):
    return [(9 * c * before, c * out * before) for c, out, before, _ in steps_of(channels, height, width, blocks)]


@wrong("block_macs", "pointwise half reads")
def pointwise_before_the_stride(channels, height, width, blocks):
    return [(9 * c * pixels, c * out * before) for c, out, before, pixels in steps_of(channels, height, width, blocks)]


@wrong("block_macs", "round up")
def rounded_down(channels, height, width, blocks):
    table = walk(channels, height, width, blocks, lambda n, stride: n // stride)
    return [(9 * c * pixels, c * out * pixels) for c, out, _, pixels in table]


@wrong("block_macs", "padding")
def no_padding(channels, height, width, blocks):
    table = walk(channels, height, width, blocks, lambda n, stride: (n - 3) // stride + 1)
    return [(9 * c * pixels, c * out * pixels) for c, out, _, pixels in table]


@wrong("block_macs", "channels of the block before")
def channels_never_change(channels, height, width, blocks):
    return [
        (9 * channels * pixels, channels * out * pixels)
        for _, out, _, pixels in steps_of(channels, height, width, blocks)
    ]


@wrong("block_macs", "channels that come in")
def depthwise_over_the_channels_that_go_out(channels, height, width, blocks):
    return [(9 * out * pixels, c * out * pixels) for c, out, _, pixels in steps_of(channels, height, width, blocks)]


@wrong("block_macs", "full convolution")
def depthwise_that_mixes(channels, height, width, blocks):
    return [(9 * c * out * pixels, c * out * pixels) for c, out, _, pixels in steps_of(channels, height, width, blocks)]


@wrong("block_macs", "nine weights")
def nine_forgotten(channels, height, width, blocks):
    return [(c * pixels, c * out * pixels) for c, out, _, pixels in steps_of(channels, height, width, blocks)]


@wrong("block_macs", "1 × 1")
def nine_in_both(channels, height, width, blocks):
    return [(9 * c * pixels, 9 * c * out * pixels) for c, out, _, pixels in steps_of(channels, height, width, blocks)]


@wrong("block_macs", "width")
def height_for_both(channels, height, width, blocks):
    return by_the_layers_of_the_package(channels, height, height, blocks)


@wrong("block_macs", "that is the number of weights")
def weights_in_place_of_macs(channels, height, width, blocks):
    return [(9 * c, c * out) for c, out, _, _ in steps_of(channels, height, width, blocks)]


@wrong("block_macs", "begins with the size that the block before")
def every_block_begins_with_the_picture(channels, height, width, blocks):
    table = []
    for (out, stride), (c, *_) in zip(blocks, steps_of(channels, height, width, blocks), strict=True):
        pixels = ((height - 1) // stride + 1) * ((width - 1) // stride + 1)
        table.append((9 * c * pixels, c * out * pixels))
    return table


@wrong("block_macs", "two FLOPs")
def flops_in_place_of_macs(channels, height, width, blocks):
    return 2 * by_the_layers_of_the_package(channels, height, width, blocks)


@wrong("block_macs", "apart")
def halves_added_up(channels, height, width, blocks):
    return by_the_layers_of_the_package(channels, height, width, blocks).sum(axis=1)


@wrong("block_macs", "the depthwise half comes first")
def halves_exchanged(channels, height, width, blocks):
    return by_the_layers_of_the_package(channels, height, width, blocks)[:, ::-1]


@wrong("block_macs", "only the first block")
def returns_after_the_first_block(channels, height, width, blocks):
    return by_the_layers_of_the_package(channels, height, width, blocks)[:1]


@wrong("block_macs", "twice")
def stride_in_both_halves(channels, height, width, blocks):
    table, size = [], lambda n, stride: (n - 1) // stride + 1
    for out, stride in blocks:
        height, width = size(height, stride), size(width, stride)
        depthwise = 9 * channels * height * width
        height, width = size(height, stride), size(width, stride)
        table.append((depthwise, channels * out * height * width))
        channels = out
    return table


@wrong("block_macs", "two lists, one for each half")
def a_list_for_each_half(*call):
    table = steps_of(*call)
    return [9 * c * pixels for c, _, _, pixels in table], [c * out * pixels for c, out, _, pixels in table]


@wrong("block_macs", "one side of it")
def three_for_nine(*call):
    return [(3 * c * pixels, c * out * pixels) for c, out, _, pixels in steps_of(*call)]


@wrong("block_macs", "and not for each pair")
def nine_for_each_pair(*call):
    return [(9 * c * c * pixels, c * out * pixels) for c, out, _, pixels in steps_of(*call)]


@wrong("block_macs", "round up")
def one_more_before_the_stride(channels, height, width, blocks):
    table = walk(channels, height, width, blocks, lambda n, stride: (n + 1) // stride)
    return [(9 * c * pixels, c * out * pixels) for c, out, _, pixels in table]


# ---- factors: right --------------------------------------------------------------------------------------------
@right("factors")
def by_singular_values(kernel):
    u, s, vt = np.linalg.svd(kernel)
    largest = u[np.abs(u[:, 0]).argmax(), 0]
    return u[:, 0] / largest, s[0] * largest * vt[0]


@right("factors")
def in_two_lists(kernel):
    rows = [list(map(float, row)) for row in kernel]
    row = max(rows, key=lambda each: max(map(abs, each)))
    j = max(range(len(row)), key=lambda place: abs(row[place]))
    return [each[j] / row[j] for each in rows], row


# ---- factors: wrong --------------------------------------------------------------------------------------------
@wrong("factors", "(column, row)")
def row_first(kernel):
    return by_singular_values(kernel)[::-1]


@wrong("factors", "on its side")
def of_the_transpose(kernel):
    return by_singular_values(kernel.T)


@wrong("factors", "length 1")
def as_the_singular_vectors_come(kernel):
    u, s, vt = np.linalg.svd(kernel)
    return u[:, 0], s[0] * vt[0]


@wrong("factors", "your column has the singular value")
def singular_value_in_the_column(kernel):
    u, s, vt = np.linalg.svd(kernel)
    return u[:, 0] * s[0], vt[0]


@wrong("factors", "its first *row*")
def a_column_for_the_row(kernel):
    u, s, vt = np.linalg.svd(kernel)
    m = u[np.abs(u[:, 0]).argmax(), 0]
    return u[:, 0] / m, s[0] * m * vt[:, 0]


@wrong("factors", "gives one number")
def two_of_one_number(kernel):
    i, j = np.argmax(np.abs(kernel))
    return kernel[:, j] / kernel[i, j], kernel[i]


@wrong("factors", "still have two axes")
def axes_kept(kernel):
    i, j = np.unravel_index(np.argmax(np.abs(kernel)), kernel.shape)
    return kernel[:, [j]] / kernel[i, j], kernel[[i]]


@wrong("factors", "its sign")
def column_divided_by_the_magnitude(kernel):
    i, j = np.unravel_index(np.argmax(np.abs(kernel)), kernel.shape)
    return kernel[:, j] / abs(kernel[i, j]), kernel[i]


@wrong("factors", "shared out")
def scale_shared_out(kernel):
    u, s, vt = np.linalg.svd(kernel)
    return u[:, 0] * np.sqrt(s[0]), vt[0] * np.sqrt(s[0])


@wrong("factors", "singular value is missing")
def without_the_singular_value(kernel):
    u, _, vt = np.linalg.svd(kernel)
    return u[:, 0], vt[0]


@wrong("factors", "0 divided by 0")
def from_the_corner(kernel):
    return kernel[:, 0] / kernel[0, 0], kernel[0]


@wrong("factors", "its sign")
def divided_by_the_magnitude(kernel):
    column, row = by_singular_values(kernel)
    return -column, -row


@wrong("factors", "largest number, not the largest magnitude")
def divided_by_the_largest_number(kernel):
    i, j = np.argwhere(kernel == kernel.max())[0]
    return kernel[:, j] / kernel[i, j], kernel[i]


@wrong("factors", "1 is asked of the column")
def row_scaled_in_place_of_the_column(kernel):
    column, row = by_singular_values(kernel)
    largest = row[np.abs(row).argmax()]
    return column * largest, row / largest


@wrong("factors", "both are scaled")
def both_scaled(kernel):
    column, row = by_singular_values(kernel)
    return column, row / row[np.abs(row).argmax()]


@wrong("factors", "their product is the kernel")
def the_row_as_it_stands_on_top(kernel):
    column, _ = by_singular_values(kernel)
    return column, kernel[0]


@wrong("factors", "behind the point")
def divided_to_integers(kernel):
    column, row = by_singular_values(kernel)
    return np.trunc(column), row


@wrong("factors", "two factors")
def multiplied_again(kernel):
    return np.outer(*by_singular_values(kernel))


@wrong("factors", "keep their signs")
def magnitudes(kernel):
    return tuple(map(np.abs, by_singular_values(kernel)))


@wrong("factors", "sums of the rows")
def sums_of_rows_and_columns(kernel):
    return kernel.sum(axis=1), kernel.sum(axis=0)


@wrong("factors", "sum of each row")
def by_the_sums_of_the_rows(kernel):
    sums = kernel.sum(axis=1)
    i = np.abs(sums).argmax()
    return sums / sums[i], kernel[i]


@wrong("factors", "either sign")
def svd_by_its_largest_magnitude(kernel):
    u, s, vt = np.linalg.svd(kernel)
    m = np.abs(u[:, 0]).max()
    return u[:, 0] / m, s[0] * vt[0] * m


@wrong("factors", "either sign")
def svd_by_its_largest_number(kernel):
    u, s, vt = np.linalg.svd(kernel)
    m = u[:, 0].max()
    return u[:, 0] / m, s[0] * vt[0] * m


@wrong("factors", "middle row")
def from_the_middle_row(kernel):
    m = len(kernel) // 2
    j = np.abs(kernel[m]).argmax()
    return kernel[:, j] / kernel[m, j], kernel[m]


@wrong("factors", "missing from the row")
def svd_row_without_the_singular_value(kernel):
    u, _, vt = np.linalg.svd(kernel)
    m = u[np.abs(u[:, 0]).argmax(), 0]
    return u[:, 0] / m, m * vt[0]


@wrong("factors", "missing from the row")
def svd_row_as_it_comes(kernel):
    u, _, vt = np.linalg.svd(kernel)
    return u[:, 0] / u[np.abs(u[:, 0]).argmax(), 0], vt[0]


@wrong("factors", "only one of the two")
def only_the_column_rescaled(kernel):
    u, s, vt = np.linalg.svd(kernel)
    return u[:, 0] / u[np.abs(u[:, 0]).argmax(), 0], s[0] * vt[0]


# ---- least_time: right -----------------------------------------------------------------------------------------
def work(c_in, c_out, size, k, groups):
    """Return the FLOPs of a layer, and the numbers that it reads and writes: input, weights, output."""
    weights = shapes.conv_parameters(c_in, c_out, k, groups, bias=False)
    return 2 * size**2 * weights, (c_in * size**2, weights, c_out * size**2)


@right("least_time")
def from_flops_and_bytes(c_in, c_out, size, k, groups, gflops, gbytes):
    flops, numbers = work(c_in, c_out, size, k, groups)
    return sorted([1e3 * flops / (1e9 * gflops), 1e3 * 4 * sum(numbers) / (1e9 * gbytes)])[-1]


@right("least_time")
def by_the_roof(c_in, c_out, size, k, groups, gflops, gbytes):
    """Under the roof: whichever is lower, the peak or the slope, says how fast the arithmetic can go."""
    flops, numbers = work(c_in, c_out, size, k, groups)
    speed = np.minimum(gflops, gbytes * flops / (4 * sum(numbers)))
    return flops / speed / 1e6


# ---- least_time: wrong -----------------------------------------------------------------------------------------
def times(c_in, c_out, size, k, groups, gflops, gbytes, flops_each=2, bytes_each=4, moved=(1, 1, 1)):
    flops, numbers = work(c_in, c_out, size, k, groups)
    return flops_each / 2 * flops / gflops / 1e6, bytes_each * np.dot(moved, numbers) / gbytes / 1e6


@wrong("least_time", "you counted bits")
def bits_for_bytes(c_in, c_out, size, k, groups, gflops, gbytes):
    weights = k**2 * c_in * c_out / groups
    bits = 32 * (size**2 * (c_in + c_out) + weights)
    return max(2 * size**2 * weights / gflops, bits / gbytes) / 1e6


@wrong("least_time", "the groups count twice")
def groups_in_both_channels(c_in, c_out, size, k, groups, gflops, gbytes):
    weights = k**2 * (c_in // groups) * (c_out // groups)
    f, b = 2 * size**2 * weights, 4 * (size**2 * (c_in + c_out) + weights)
    return max(f / gflops, b / gbytes) / 1e6


@wrong("least_time", "at the same time")
def one_after_the_other(c_in, c_out, size, k, groups, gflops, gbytes):
    return sum(times(c_in, c_out, size, k, groups, gflops, gbytes))


@wrong("least_time", "the slower one")
def the_shorter_of_the_two(c_in, c_out, size, k, groups, gflops, gbytes):
    return min(times(c_in, c_out, size, k, groups, gflops, gbytes))


@wrong("least_time", "bytes have to be moved, too")
def arithmetic_only(c_in, c_out, size, k, groups, gflops, gbytes):
    return times(c_in, c_out, size, k, groups, gflops, gbytes)[0]


@wrong("least_time", "arithmetic takes time, too")
def bytes_only(c_in, c_out, size, k, groups, gflops, gbytes):
    return times(c_in, c_out, size, k, groups, gflops, gbytes)[1]


@wrong("least_time", "two FLOPs")
def one_flop_for_each_mac(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes, flops_each=1))


@wrong("least_time", "groups are not used")
def groups_not_used(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, 1, gflops, gbytes))


@wrong("least_time", "weights have to be read")
def weights_not_moved(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes, moved=(1, 0, 1)))


@wrong("least_time", "has to be written")
def output_not_moved(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes, moved=(1, 1, 0)))


@wrong("least_time", "has to be read")
def input_not_moved(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes, moved=(0, 1, 1)))


@wrong("least_time", "four bytes")
def one_byte_for_each_number(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes, bytes_each=1))


@wrong("least_time", "float32")
def eight_bytes_for_each_number(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes, bytes_each=8))


@wrong("least_time", "in seconds")
def in_seconds(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes)) / 1000


@wrong("least_time", "in microseconds")
def in_microseconds(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes)) * 1000


@wrong("least_time", "(milliseconds: ")
def the_work_in_place_of_the_time(c_in, c_out, size, k, groups, gflops, gbytes):
    return work(c_in, c_out, size, k, groups)[0]


@wrong("least_time", "reads its own group alone")
def all_groups_read_once_each(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(times(c_in, c_out, size, k, groups, gflops, gbytes, moved=(1 / groups, 1, 1)))


@wrong("least_time", "average")
def the_average_of_the_two(c_in, c_out, size, k, groups, gflops, gbytes):
    return np.mean(times(c_in, c_out, size, k, groups, gflops, gbytes))


@wrong("least_time", "c_out channels")
def output_counted_with_the_channels_of_the_input(c_in, c_out, size, k, groups, gflops, gbytes):
    flops, (read, weights, _) = work(c_in, c_out, size, k, groups)
    return max(flops / gflops, 4 * (read + weights + read) / gbytes) / 1e6


@wrong("least_time", "for the FLOPs only")
def groups_in_the_flops_only(c_in, c_out, size, k, groups, gflops, gbytes):
    flops, _ = work(c_in, c_out, size, k, groups)
    _, numbers = work(c_in, c_out, size, k, 1)
    return max(flops / gflops, 4 * sum(numbers) / gbytes) / 1e6


# ---- separable_error: right ------------------------------------------------------------------------------------
@right("separable_error")
def by_what_is_left(weight, multiplier):
    """Fit each channel and measure the rest, where the solution adds up singular values."""
    rest = 0
    for c in range(weight.shape[1]):
        wall = weight[:, c].reshape(len(weight), -1)
        u, s, vt = np.linalg.svd(wall, full_matrices=False)
        fit = u[:, :multiplier] @ np.diag(s[:multiplier]) @ vt[:multiplier]
        rest += np.square(wall - fit).sum()
    return rest / np.square(weight).sum()


@right("separable_error")
def by_eigenvalues(weight, multiplier):
    walls = np.moveaxis(weight, 1, 0).reshape(weight.shape[1], len(weight), -1)
    squares = np.sort(np.linalg.eigvalsh(walls @ walls.swapaxes(1, 2)), axis=1)[:, ::-1]
    return float(squares[:, multiplier:].sum() / squares.sum())


# ---- separable_error: wrong ------------------------------------------------------------------------------------
def squares_of(walls):
    """Return the squared singular values of a stack of matrices, the largest first."""
    return np.square(np.linalg.svd(walls, compute_uv=False))


def walls_of(weight):
    return weight.transpose(1, 0, 2, 3).reshape(weight.shape[1], len(weight), -1)


@wrong("separable_error", "need not be square")
def square_kernels(weight, multiplier):
    o, c, kh, _ = weight.shape
    a = b = 0
    for i in range(c):
        s = np.linalg.svd(weight[:, i].reshape(o, kh * kh), compute_uv=False)
        a, b = a + (s[multiplier:] ** 2).sum(), b + (s**2).sum()
    return a / b


@wrong("separable_error", "that much is kept")
def share_that_is_kept(weight, multiplier):
    squares = squares_of(walls_of(weight))
    return squares[:, :multiplier].sum() / squares.sum()


@wrong("separable_error", "one matrix of all channels")
def one_matrix_of_all_tiles(weight, multiplier):
    squares = squares_of(weight.reshape(-1, weight[0, 0].size))
    return squares[multiplier:].sum() / squares.sum()


@wrong("separable_error", "for each output channel")
def by_output_channels(weight, multiplier):
    squares = squares_of(weight.reshape(*weight.shape[:2], -1))
    return squares[:, multiplier:].sum() / squares.sum()


@wrong("separable_error", "a column times a row in space")
def separable_in_space(weight, multiplier):
    squares = squares_of(weight)
    return squares[..., multiplier:].sum() / squares.sum()


@wrong("separable_error", "squares")
def not_squared(weight, multiplier):
    values = np.sqrt(squares_of(walls_of(weight)))
    return values[:, multiplier:].sum() / values.sum()


@wrong("separable_error", "root")
def root_of_the_share(weight, multiplier):
    return np.sqrt(by_what_is_left(weight, multiplier))


@wrong("separable_error", "average of the channels")
def average_of_the_channels(weight, multiplier):
    squares = squares_of(walls_of(weight))
    return np.mean(squares[:, multiplier:].sum(axis=1) / squares.sum(axis=1))


@wrong("separable_error", "one too many")
def one_rank_too_many(weight, multiplier):
    return by_what_is_left(weight, multiplier + 1)


@wrong("separable_error", "one too few")
def one_rank_too_few(weight, multiplier):
    return by_what_is_left(weight, multiplier - 1)


@wrong("separable_error", "not its share")
def sum_in_place_of_the_share(weight, multiplier):
    return squares_of(walls_of(weight))[:, multiplier:].sum()


@wrong("separable_error", "only the first channel")
def first_channel_only(weight, multiplier):
    return by_what_is_left(weight[:, :1], multiplier)


@wrong("separable_error", "`reshape` does not move axes")
def reshaped_without_moving(weight, multiplier):
    squares = squares_of(weight.reshape(weight.shape[1], len(weight), -1))
    return squares[:, multiplier:].sum() / squares.sum()


@wrong("separable_error", "in percent")
def in_percent(weight, multiplier):
    return 100 * by_what_is_left(weight, multiplier)


@wrong("separable_error", "largest that is left out")
def only_the_next_one(weight, multiplier):
    squares = squares_of(walls_of(weight))
    return squares[:, multiplier].sum() / squares.sum()


@wrong("separable_error", "kh · kw numbers")
def rows_of_nine(weight, multiplier):
    squares = [squares_of(weight[:, c].reshape(-1, 9))[multiplier:].sum() for c in range(weight.shape[1])]
    return sum(squares) / np.square(weight).sum()


@wrong("separable_error", "multiplier is not used")
def always_two_kept(weight, multiplier):
    return by_what_is_left(weight, 2)


@wrong("separable_error", "multiplier is not used")
def always_one_kept(weight, multiplier):
    return by_what_is_left(weight, 1)


@wrong("separable_error", "a row for each filter")
def one_matrix_with_a_row_for_each_filter(weight, multiplier):
    squares = squares_of(weight.reshape(len(weight), -1))
    return squares[multiplier:].sum() / squares.sum()


@wrong("separable_error", "square them above")
def values_over_squares(weight, multiplier):
    values = np.sqrt(squares_of(walls_of(weight)))
    return values[:, multiplier:].sum() / np.square(weight).sum()
