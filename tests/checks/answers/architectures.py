"""Answers to the exercises of chapter 10."""

import math
from itertools import pairwise

import numpy as np
from checks.answers import right, wrong
from numpy.lib.stride_tricks import sliding_window_view


# ---- vgg_counts: right -----------------------------------------------------------------------------------------
def sizes_and_channels(stages, size):
    """Yield (channels in, filters, side) of each convolution, and last (channels, None, side) of what is left."""
    channels = 3
    for filters, count in stages:
        for _ in range(count):
            yield channels, filters, size
            channels = filters
        size = size // 2
    yield channels, None, size


@right("vgg_counts")
def list_first_then_two_sums(stages, size, hidden, classes):
    *convs, (channels, _, side) = sizes_and_channels(stages, size)
    units = [channels * side * side, *hidden, classes]
    pairs = [*pairwise(units)]
    parameters = sum(o * (9 * i + 1) for i, o, _ in convs) + sum(o * (i + 1) for i, o in pairs)
    return parameters, sum(9 * i * o * s * s for i, o, s in convs) + sum(i * o for i, o in pairs)


# ---- vgg_counts: wrong -----------------------------------------------------------------------------------------
def conv_part(stages, size):
    *convs, (channels, _, side) = sizes_and_channels(stages, size)
    return convs, channels * side * side


def dense(units):
    pairs = [*pairwise(units)]
    return sum(o * (i + 1) for i, o in pairs), sum(i * o for i, o in pairs)


@wrong("vgg_counts", "biases are missing")
def no_biases(stages, size, hidden, classes):
    convs, features = conv_part(stages, size)
    head = dense([features, *hidden, classes])[1]
    return sum(9 * i * o for i, o, _ in convs) + head, sum(9 * i * o * s * s for i, o, s in convs) + head


@wrong("vgg_counts", "convolutions have biases, too")
def biases_in_the_head_alone(stages, size, hidden, classes):
    convs, features = conv_part(stages, size)
    parameters, macs = dense([features, *hidden, classes])
    return sum(9 * i * o for i, o, _ in convs) + parameters, sum(9 * i * o * s * s for i, o, s in convs) + macs


@wrong("vgg_counts", "a bias is added")
def biases_as_macs(stages, size, hidden, classes):
    convs, features = conv_part(stages, size)
    parameters, macs = dense([features, *hidden, classes])
    weights = sum(o * (9 * i + 1) for i, o, _ in convs) + parameters
    return weights, sum((9 * i + 1) * o * s * s for i, o, s in convs) + macs


def with_sizes(stages, size, hidden, classes, half=lambda side: side // 2, places=lambda side: side * side, first=3):
    parameters, macs, channels = 0, 0, first
    for filters, count in stages:
        for _ in range(count):
            parameters += filters * (9 * channels + 1)
            macs += 9 * channels * filters * places(size)
            channels = filters
        size = half(size)
    more = dense([channels * size * size, *hidden, classes])
    return parameters + more[0], macs + more[1]


@wrong("vgg_counts", "maps never shrink")
def without_pooling(stages, size, hidden, classes):
    return with_sizes(stages, size, hidden, classes, half=lambda side: side)


@wrong("vgg_counts", "leaves out what does not fill a window")
def rounds_up(stages, size, hidden, classes):
    return with_sizes(stages, size, hidden, classes, half=lambda side: math.ceil(side / 2))


@wrong("vgg_counts", "at each place of the map")
def each_weight_once(stages, size, hidden, classes):
    return with_sizes(stages, size, hidden, classes, places=lambda side: 1)


@wrong("vgg_counts", "you counted one side")
def one_side(stages, size, hidden, classes):
    return with_sizes(stages, size, hidden, classes, places=lambda side: side)


@wrong("vgg_counts", "three channels")
def grey_pictures(stages, size, hidden, classes):
    return with_sizes(stages, size, hidden, classes, first=1)


@wrong("vgg_counts", "`count` convolutions")
def one_layer_a_stage(stages, size, hidden, classes):
    return with_sizes([(filters, 1) for filters, _ in stages], size, hidden, classes)


@wrong("vgg_counts", "hidden layers of the head are missing")
def straight_to_the_classes(stages, size, hidden, classes):
    return with_sizes(stages, size, [], classes)


@wrong("vgg_counts", "those are FLOPs")
def flops(stages, size, hidden, classes):
    parameters, macs = with_sizes(stages, size, hidden, classes)
    return parameters, 2 * macs


@wrong("vgg_counts", "parameters come first")
def in_the_other_order(stages, size, hidden, classes):
    return with_sizes(stages, size, hidden, classes)[::-1]


@wrong("vgg_counts", "channels · size · size of them")
def head_on_channels(stages, size, hidden, classes):
    convs, _ = conv_part(stages, size)
    parameters, macs = dense([stages[-1][0], *hidden, classes])
    return sum(o * (9 * i + 1) for i, o, _ in convs) + parameters, sum(9 * i * o * s * s for i, o, s in convs) + macs


@wrong("vgg_counts")
def no_head_at_all(stages, size, hidden, classes):
    convs, _ = conv_part(stages, size)
    return sum(o * (9 * i + 1) for i, o, _ in convs), sum(9 * i * o * s * s for i, o, s in convs)


@wrong("vgg_counts", "not behind each of its convolutions")
def pools_behind_each(stages, size, hidden, classes):
    channels, parameters, macs = 3, 0, 0
    for filters, count in stages:
        for _ in range(count):
            parameters += filters * (9 * channels + 1)
            macs += 9 * channels * filters * size**2
            channels, size = filters, size // 2
    features = channels * size**2
    for out in [*hidden, classes]:
        parameters, macs, features = parameters + out * (features + 1), macs + out * features, out
    return parameters, macs


@wrong("vgg_counts", "have 32 bits")
def as_numpy_counts_in_a_page(stages, size, hidden, classes):
    channels, params, macs = 3, 0, 0
    with np.errstate(over="ignore"):
        for filters, count in stages:
            for _ in range(count):
                w = np.prod(np.array([channels, filters, 3, 3], np.int32), dtype=np.int32)
                params += w + filters
                macs += w * size * size
                channels = filters
            size = size // 2
        flat = channels * size * size
        for units in [*hidden, classes]:
            params += units * (flat + 1)
            macs += units * flat
            flat = units
    return params, macs


@wrong("vgg_counts", "half a row is none")
def halves_of_rows(stages, size, hidden, classes):
    return with_sizes(stages, size, hidden, classes, half=lambda side: side / 2)


# ---- swapped_weights -------------------------------------------------------------------------------------------
@right("swapped_weights")
def with_the_channels_side_by_side(channels, layers):
    ins = [channels, *(out for out, _ in layers)]
    cheap = [c * (k * k + o) if k > 1 else c * o for c, (o, k) in zip(ins, layers, strict=False)]
    (first, k), *_ = layers
    return sum(cheap[1:]) + channels * first * k * k


def over_pairs(channels, layers, count):
    ins = [channels, *(out for out, _ in layers)]
    return sum(count(n, c, o, k) for n, (c, (o, k)) in enumerate(zip(ins, layers, strict=False)))


def swap(hint="", **changed):
    """Mark a wrong answer that counts layers in another way."""

    def mark(count):
        def answer(channels, layers):
            return over_pairs(channels, layers, count)

        answer.__name__ = count.__name__
        return wrong("swapped_weights", hint)(answer)

    return mark


@swap("nothing is swapped")
def all_as_it_was(n, c, o, k):
    return c * o * k * k


@swap("the first layer stays")
def the_first_too(n, c, o, k):
    return c * (k * k + o) if k > 1 else c * o


@swap("a 1 × 1 stays as it is")
def every_layer_behind_the_first(n, c, o, k):
    return c * (k * k + o) if n else c * o * k * k


@swap("every k above 1")
def only_threes(n, c, o, k):
    return c * (9 + o) if n and k == 3 else c * o * k * k


@swap("for each channel that comes *in*")
def kernels_for_the_outputs(n, c, o, k):
    return o * k * k + c * o if n and k > 1 else c * o * k * k


@swap("a depthwise kernel of its own")
def one_kernel_for_all(n, c, o, k):
    return k * k + c * o if n and k > 1 else c * o * k * k


@swap("k · k weights")
def side_of_the_kernel(n, c, o, k):
    return k * c + c * o if n and k > 1 else c * o * k * k


@swap("k is not always 3")
def always_nine(n, c, o, k):
    return 9 * c + c * o if n and k > 1 else c * o * k * k


@swap("depthwise half is missing")
def pointwise_alone(n, c, o, k):
    return c * o if n and k > 1 else c * o * k * k


@swap("pointwise half is missing")
def depthwise_alone(n, c, o, k):
    return k * k * c if n and k > 1 else c * o * k * k


@swap("you counted biases")
def with_biases(n, c, o, k):
    return k * k * c + c * o + c + o if n and k > 1 else c * o * k * k


@swap("you counted biases")
def with_biases_everywhere(n, c, o, k):
    return c * (k * k + 1) + (c + 1) * o if n and k > 1 else (c * k * k + 1) * o


@swap("")
def halves_multiplied(n, c, o, k):
    return k * k * c * c * o if n and k > 1 else c * o * k * k


@wrong("swapped_weights", "each layer reads what the one before it has written")
def all_read_the_picture(channels, layers):
    (first, k), *others = layers
    return channels * first * k * k + sum(channels * (k * k + o) if k > 1 else channels * o for o, k in others)


@wrong("swapped_weights", "even if it is a 1 × 1")
def spares_the_first_that_is_large(channels, layers):
    total, spared = 0, False
    for out, k in layers:
        swap = k > 1 and spared
        total += channels * (k * k + out) if swap else channels * out * k * k
        spared, channels = spared or k > 1, out
    return total


# ---- widest ----------------------------------------------------------------------------------------------------
@right("widest")
def solves_a_square(macs, size, depth):
    """3c + (depth − 1)c² ≤ b has its largest solution at the root, if there is more than the stem."""
    b = macs // (9 * size * size)
    c = (math.isqrt(9 + 4 * (depth - 1) * b) - 3) // (2 * (depth - 1))
    return max(c, 0)


@right("widest")
def by_halving(macs, size, depth):
    low, high = 0, macs
    while low < high:
        middle = (low + high + 1) // 2
        fits = 9 * size**2 * (3 * middle + (depth - 1) * middle**2) <= macs
        low, high = (middle, high) if fits else (low, middle - 1)
    return low


@wrong("widest", "have 32 bits")
def an_array_as_numpy_counts_in_a_page(macs, size, depth):
    c = np.arange(1, 2001, dtype=np.int32)
    return int((9 * size**2 * (3 * c + (depth - 1) * c**2) <= macs).sum())


@wrong("widest", "have 32 bits")
def the_largest_as_numpy_counts_in_a_page(macs, size, depth):
    c = np.arange(3000, dtype=np.int32)
    return np.max(c[9 * size * size * (3 * c + (depth - 1) * c * c) <= macs])


@wrong("widest", "ends too early")
def up_to_99(macs, size, depth):
    best = 0
    for c in range(1, 100):
        if size * size * 9 * (3 * c + (depth - 1) * c * c) <= macs:
            best = c
    return best


@wrong("widest", "rounded to the *nearest*")
def root_rounded(macs, size, depth):
    a, b = depth - 1, 3
    q = macs / (9 * size * size)
    return round((-b + (b * b + 4 * a * q) ** 0.5) / (2 * a))


def search(hint="", more=0):
    """Mark a wrong answer that looks for the widest by another count of MACs."""

    def mark(needs):
        def answer(macs, size, depth):
            c = 0
            while needs(c + 1, size, depth) <= macs:
                c += 1
            return c + more

        answer.__name__ = needs.__name__
        return wrong("widest", hint)(answer)

    return mark


@search("that one is too wide", more=1)
def one_too_many(c, size, depth):
    return 9 * size**2 * (3 * c + (depth - 1) * c**2)


@search("one channel more fits", more=-1)
def one_too_few(c, size, depth):
    return 9 * size**2 * (3 * c + (depth - 1) * c**2)


@search("depth − 1 are left")
def one_layer_more(c, size, depth):
    return 9 * size**2 * (3 * c + depth * c**2)


@search("the first layer works, too")
def no_stem(c, size, depth):
    return 9 * size**2 * (depth - 1) * c**2


@search("the picture has three channels")
def grey_stem(c, size, depth):
    return 9 * size**2 * (c + (depth - 1) * c**2)


@search("C · C pairs")
def no_pairs(c, size, depth):
    return 9 * size**2 * (3 * c + (depth - 1) * c)


@search("has nine weights")
def three_weights(c, size, depth):
    return 3 * size**2 * (3 * c + (depth - 1) * c**2)


@search("a map has size · size places")
def one_side_of_the_map(c, size, depth):
    return 9 * size * (3 * c + (depth - 1) * c**2)


@search("that many *weights* would fit")
def weights_for_macs(c, size, depth):
    return 9 * (3 * c + (depth - 1) * c**2)


@search("the padding keeps the maps")
def maps_that_shrink(c, size, depth):
    return 9 * (size - 2) ** 2 * (3 * c + (depth - 1) * c**2)


@search("you counted FLOPs")
def in_flops(c, size, depth):
    return 18 * size**2 * (3 * c + (depth - 1) * c**2)


@search("not one")
def two_layers_whatever_the_depth(c, size, depth):
    return 9 * size**2 * (3 * c + c**2)


@search("not C channels")
def pairs_in_the_first_layer(c, size, depth):
    return 9 * size**2 * depth * c**2


@search("not the three of the picture")
def three_channels_in_each_layer(c, size, depth):
    return 9 * size**2 * depth * 3 * c


@search("it is no MAC")
def with_biases_as_macs(c, size, depth):
    return size**2 * ((27 + 1) * c + (depth - 1) * (9 * c + 1) * c)


@wrong("widest", "used up to the last MAC")
def below_the_budget_only(macs, size, depth):
    c = 0
    while 9 * size**2 * (3 * (c + 1) + (depth - 1) * (c + 1) ** 2) < macs:
        c += 1
    return c


@wrong("widest", "too small for one channel")
def at_least_one(macs, size, depth):
    return max(1, solves_a_square(macs, size, depth))


# ---- one_kernel ------------------------------------------------------------------------------------------------
@right("one_kernel")
def pads_and_adds(three, one):
    same = np.eye(len(three))[:, :, None, None]
    return three + np.pad(one + same, ((0, 0), (0, 0), (1, 1), (1, 1)))


def padded(middle):
    return np.pad(middle, ((0, 0), (0, 0), (1, 1), (1, 1)))


def same(n):
    return np.eye(n)[:, :, None, None]


@wrong("one_kernel", "1 × 1 and the skip are missing")
def only_the_three(three, one):
    return three


@wrong("one_kernel", "the skip is missing")
def without_the_skip(three, one):
    return three + padded(one)


@wrong("one_kernel", "the 1 × 1 is missing")
def without_the_one(three, one):
    return three + padded(same(len(three)))


@wrong("one_kernel", "to *itself* alone")
def ones_everywhere(three, one):
    return three + padded(one + 1)


@wrong("one_kernel", "in the middle, [1, 1]")
def in_the_corner(three, one):
    return three + np.pad(one + same(len(three)), ((0, 0), (0, 0), (0, 2), (0, 2)))


@wrong("one_kernel", "places count from 0")
def in_the_last_corner(three, one):
    return three + np.pad(one + same(len(three)), ((0, 0), (0, 0), (2, 0), (2, 0)))


@wrong("one_kernel", "transposed")
def in_and_out_exchanged(three, one):
    return three + padded(one.transpose(1, 0, 2, 3) + same(len(three)))


@wrong("one_kernel", "you added the 1 × 1 to all nine places")
def broadcast_the_one(three, one):
    return three + one + padded(same(len(three)))


@wrong("one_kernel", "you added the skip to all nine places")
def broadcast_the_skip(three, one):
    return three + padded(one) + same(len(three))


@wrong("one_kernel", "lies on the pixels")
def a_skip_of_pixels(three, one):
    return three + padded(one) + np.eye(3)


@wrong("one_kernel", "all nine places")
def broadcast(three, one):
    return three + one + same(len(three))


@wrong("one_kernel", "the 3 × 3 is missing")
def only_the_middle(three, one):
    return padded(one + same(len(three)))


@wrong("one_kernel", "flipped")
def turned(three, one):
    return three[:, :, ::-1, ::-1] + padded(one + same(len(three)))


@wrong("one_kernel", "average of the three paths")
def averaged(three, one):
    return (three + padded(one + same(len(three)))) / 3


@wrong("one_kernel", "it is + x")
def subtracts_the_skip(three, one):
    return three + padded(one - same(len(three)))


@wrong("one_kernel", "to all nine places: it looks at the middle alone. And the skip")
def simply_added(three, one):
    return three + one


@wrong("one_kernel", "the kernel that joins channel 1")
def kernel_number_1(three, one):
    k = three.copy()
    k[1, 1] += 1
    k[:, :, 1, 1] += one[:, :, 0, 0]
    return k


@wrong("one_kernel", "only the diagonal is used")
def each_channel_for_itself(three, one):
    k = three.copy()
    for c in range(len(three)):
        k[c, c, 1, 1] += one[c, c, 0, 0] + 1
    return k


@wrong("one_kernel", "has four axes")
def four_axes_into_two(three, one):
    k = three.copy()
    k[:, :, 1, 1] += one + np.eye(len(k))
    return k


@wrong("one_kernel", "any number of them")
def always_three_channels(three, one):
    k = three.copy()
    k[:, :, 1, 1] += one[:, :, 0, 0] + np.eye(3)
    return k


@wrong("one_kernel", "any number of them")
def three_channels_one_by_one(three, one):
    k = three + padded(one)
    for c in range(3):
        k[c, c, 1, 1] += 1
    return k


@wrong("one_kernel", "leave it float")
def as_integers(three, one):
    k = three.astype(int)
    k[:, :, 1, 1] += one[:, :, 0, 0] + np.eye(len(k))
    return k


@wrong("one_kernel", "is lost: add to it")
def replaces_the_middle(three, one):
    kernel = three.copy()
    kernel[:, :, 1:2, 1:2] = one + same(len(three))
    return kernel


@wrong("one_kernel")
def skip_in_the_first_channel(three, one):
    kernel = three + padded(one)
    kernel[0, 0, 1, 1] += 1
    return kernel


# ---- tokens ----------------------------------------------------------------------------------------------------
@right("tokens")
def by_axes(x, weight):
    p, (channels, high, wide) = weight.shape[2], x.shape
    cut = x.reshape(channels, high // p, p, wide // p, p).transpose(1, 3, 0, 2, 4)
    return cut.reshape(-1, channels * p * p) @ weight.reshape(len(weight), -1).T


def windows(x, weight, stride):
    p = weight.shape[2]
    return sliding_window_view(x, (p, p), axis=(1, 2))[:, ::stride, ::stride]


def as_map(x, weight):
    return np.einsum("cijuv,dcuv->dij", windows(x, weight, weight.shape[2]), weight)


@wrong("tokens", "each row is to be a token")
def tokens_in_columns(x, weight):
    return by_axes(x, weight).T


@wrong("tokens", "still a map")
def leaves_the_map(x, weight):
    return as_map(x, weight)


@wrong("tokens", "transpose the map first")
def reshapes_the_map(x, weight):
    return as_map(x, weight).reshape(-1, len(weight))


@wrong("tokens", "read them row by row")
def column_by_column(x, weight):
    return as_map(x, weight).transpose(2, 1, 0).reshape(-1, len(weight))


@wrong("tokens", "from last to first")
def backwards(x, weight):
    return by_axes(x, weight)[::-1]


@wrong("tokens", "channels last")
def channels_last(x, weight):
    p, (channels, high, wide) = weight.shape[2], x.shape
    cut = x.reshape(channels, high // p, p, wide // p, p).transpose(1, 3, 2, 4, 0)
    return cut.reshape(-1, channels * p * p) @ weight.reshape(len(weight), -1).T


@wrong("tokens", "rows and columns of a patch")
def patches_on_their_side(x, weight):
    return by_axes(x, weight.transpose(0, 1, 3, 2))


@wrong("tokens", "flipped")
def true_convolution(x, weight):
    return by_axes(x, weight[:, :, ::-1, ::-1])


@wrong("tokens", "your windows overlap")
def stride_of_one(x, weight):
    return np.einsum("cijuv,dcuv->ijd", windows(x, weight, 1), weight).reshape(-1, len(weight))


@wrong("tokens", "first patch alone")
def returns_too_early(x, weight):
    return by_axes(x, weight)[:1]


@wrong("tokens", "only the first channel")
def grey(x, weight):
    return by_axes(x[:1], weight[:, :1])


@wrong("tokens", "a sum of products")
def means(x, weight):
    return by_axes(x, weight) / weight[0].size


@wrong("tokens", "cuts no patches")
def reshape_alone(x, weight):
    return x.reshape(-1, weight[0].size) @ weight.reshape(len(weight), -1).T


@wrong("tokens", "one token too many")
def with_a_class_token(x, weight):
    return np.vstack([np.zeros(len(weight)), by_axes(x, weight)])


def one_by_one(x, weight, row, step):
    d, _, p, _ = weight.shape
    high, wide = x.shape[1] // p, x.shape[2] // p
    out = np.zeros((high * wide, d))
    for i in range(high):
        for j in range(wide):
            patch = x[:, i * step : i * step + p, j * step : j * step + p]
            out[row(i, j, high, wide)] = [(patch * f).sum() for f in weight]
    return out


@right("tokens")
def numbered_row_by_row(x, weight):
    return one_by_one(x, weight, lambda i, j, high, wide: i * wide + j, weight.shape[2])


@wrong("tokens", "your patches overlap")
def patches_pixel_by_pixel(x, weight):
    return one_by_one(x, weight, lambda i, j, high, wide: i * wide + j, 1)


@wrong("tokens", "have the same number")
def numbered_by_a_sum(x, weight):
    return one_by_one(x, weight, lambda i, j, high, wide: i + j, weight.shape[2])


@wrong("tokens", "have the same number")
def numbered_by_the_height(x, weight):
    return one_by_one(x, weight, lambda i, j, high, wide: i * high + j, weight.shape[2])


@wrong("tokens", "still to meet the weights")
def patches_alone(x, weight):
    p = weight.shape[2]
    cut = [x[:, i : i + p, j : j + p] for i in range(0, x.shape[1], p) for j in range(0, x.shape[2], p)]
    return np.array([patch.ravel() for patch in cut])


@wrong("tokens", "the wrong size")
def as_large_as_there_are_channels(x, weight):
    p, tokens = weight.shape[1], []
    for i in range(0, x.shape[1], p):
        for j in range(0, x.shape[2], p):
            tokens.append([(x[:, i : i + p, j : j + p] * f).sum() for f in weight])
    return np.array(tokens)
