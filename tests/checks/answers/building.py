"""Answers to the exercises of chapter 9."""

import math

import numpy as np
from checks.answers import right, wrong
from scipy.special import log_softmax, logsumexp

from convbook import digits, nn
from convbook.ops import avg_pool2d, conv2d, max_pool2d


# ---- count before you run --------------------------------------------------------------------------------------
@right("two_block_parameters")
def by_making_the_arrays(channels, size, first, second, classes):
    side = len(range(size)[1::2][1::2])
    shapes = [(first, channels, 3, 3), (first,), (second, first, 3, 3), (second,)]
    shapes += [(classes, second, side, side), (classes,)]
    return sum(np.zeros(shape).size for shape in shapes)


@wrong("two_block_parameters", "each *pair* of channels")
def ten_for_each_pair(channels, size, first, second, classes):
    return first * channels * 10 + second * first * 10 + classes * (second * (size // 4) ** 2 + 1)


@wrong("two_block_parameters", "more than one channel")
def ten_for_each_filter(channels, size, first, second, classes):
    return first * 10 + second * 10 + classes * (second * (size // 4) ** 2 + 1)


@wrong("two_block_parameters", "one bias for each layer")
def one_bias_for_each_layer(channels, size, first, second, classes):
    return 9 * first * channels + 1 + 9 * second * first + 1 + classes * second * (size // 4) ** 2 + 1


@wrong("two_block_parameters", "you divide the area")
def a_sixteenth_of_the_area(channels, size, first, second, classes):
    return first * (9 * channels + 1) + second * (9 * first + 1) + classes * (second * (size**2 // 16) + 1)


@wrong("two_block_parameters", "the biases are missing")
def weights_alone(channels, size, first, second, classes):
    s = size // 4
    return 9 * channels * first + 9 * first * second + second * s * s * classes


@wrong("two_block_parameters", "the convolutions have biases")
def biases_in_the_end_alone(channels, size, first, second, classes):
    s = size // 4
    return 9 * channels * first + 9 * first * second + (second * s * s + 1) * classes


@wrong("two_block_parameters", "the last layer has biases")
def biases_in_front_alone(channels, size, first, second, classes):
    s = size // 4
    return first * (9 * channels + 1) + second * (9 * first + 1) + second * s * s * classes


@wrong("two_block_parameters", "one in all")
def one_bias_for_a_layer(channels, size, first, second, classes):
    return 9 * channels * first + 1 + 9 * first * second + 1 + (second * (size // 4) ** 2 + 1) * classes


@wrong("two_block_parameters", "you pool once")
def pooled_once(channels, size, first, second, classes):
    total = (3 * 3 * channels + 1) * first + (3 * 3 * first + 1) * second
    side = size // 2
    return total + (side * side * second + 1) * classes


@wrong("two_block_parameters", "forget the poolings")
def never_pooled(channels, size, first, second, classes):
    total = (3 * 3 * channels + 1) * first + (3 * 3 * first + 1) * second
    return total + (size * size * second + 1) * classes


@wrong("two_block_parameters", "you pool three times")
def pooled_three_times(channels, size, first, second, classes):
    for _ in range(3):
        size = size // 2
    return (9 * channels + 1) * first + (9 * first + 1) * second + (size * size * second + 1) * classes


@wrong("two_block_parameters", "shrink the maps")
def no_padding(channels, size, first, second, classes):
    total, into = 0, channels
    for out in (first, second):
        total += out * (9 * into + 1)
        size, into = (size - 2) // 2, out
    return total + classes * (size * size * second + 1)


@wrong("two_block_parameters", "round up")
def rounded_up(channels, size, first, second, classes):
    side = math.ceil(math.ceil(size / 2) / 2)
    return (9 * channels + 1) * first + (9 * first + 1) * second + (side * side * second + 1) * classes


@wrong("two_block_parameters", "half a row is none")
def true_division(channels, size, first, second, classes):
    side = size / 4
    return (9 * channels + 1) * first + (9 * first + 1) * second + (side * side * second + 1) * classes


@wrong("two_block_parameters", "read all channels of the picture")
def channels_of_the_picture_forgotten(channels, size, first, second, classes):
    return (9 + 1) * first + (9 * first + 1) * second + ((size // 4) ** 2 * second + 1) * classes


@wrong("two_block_parameters", "reads what the first has written")
def second_reads_the_picture(channels, size, first, second, classes):
    return (9 * channels + 1) * (first + second) + ((size // 4) ** 2 * second + 1) * classes


@wrong("two_block_parameters", "for *each* channel that it reads")
def second_is_flat(channels, size, first, second, classes):
    return (9 * channels + 1) * first + (9 + 1) * second + ((size // 4) ** 2 * second + 1) * classes


@wrong("two_block_parameters", "has nine weights")
def kernel_not_squared(channels, size, first, second, classes):
    return (3 * channels + 1) * first + (3 * first + 1) * second + ((size // 4) ** 2 * second + 1) * classes


@wrong("two_block_parameters", "every pixel of every map")
def one_number_for_each_map(channels, size, first, second, classes):
    return (9 * channels + 1) * first + (9 * first + 1) * second + (second + 1) * classes


@wrong("two_block_parameters", "the side counts twice")
def side_counted_once(channels, size, first, second, classes):
    return (9 * channels + 1) * first + (9 * first + 1) * second + (size // 4 * second + 1) * classes


@wrong("two_block_parameters", "reads all maps")
def maps_forgotten(channels, size, first, second, classes):
    return (9 * channels + 1) * first + (9 * first + 1) * second + ((size // 4) ** 2 + 1) * classes


@wrong("two_block_parameters", "the last layer is missing")
def convolutions_alone(channels, size, first, second, classes):
    return (9 * channels + 1) * first + (9 * first + 1) * second


@wrong("two_block_parameters", "that is the last layer alone")
def head_alone(channels, size, first, second, classes):
    return ((size // 4) ** 2 * second + 1) * classes


@wrong("two_block_parameters")
def the_number_of_the_chapter(channels, size, first, second, classes):
    return 60362


# ---- why does it not fit ---------------------------------------------------------------------------------------
@right("flat_features")
def by_running_it(height, width, kernel, padding, channels):
    x = np.zeros((1, height, width))
    for filters in channels:
        x = max_pool2d(conv2d(x, np.zeros((filters, len(x), kernel, kernel)), padding=padding), 2)
    return x.size


def walked(height, width, channels, step):
    for _ in channels:
        height, width = step(height), step(width)
    return height, width


@wrong("flat_features", "the poolings are missing")
def without_pooling(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: n + 2 * padding - kernel + 1)
    return channels[-1] * h * w


@wrong("flat_features", "keep the size")
def as_if_always_the_same_size(height, width, kernel, padding, channels):
    return channels[-1] * (height // 2 ** len(channels)) * (width // 2 ** len(channels))


@wrong("flat_features", "lies on both sides")
def padding_once(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: (n + padding - kernel + 1) // 2)
    return h * w * channels[-1]


@wrong("flat_features", "the padding is forgotten")
def padding_forgotten(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: (n - kernel + 1) // 2)
    return h * w * channels[-1]


@wrong("flat_features", "*plus one*")
def no_plus_one(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: (n + 2 * padding - kernel) // 2)
    return h * w * channels[-1]


@wrong("flat_features", "poolings round up")
def pools_round_up(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: math.ceil((n + 2 * padding - kernel + 1) / 2))
    return h * w * channels[-1]


@wrong("flat_features", "half a row is none")
def halves_of_pixels(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: (n + 2 * padding - kernel + 1) / 2)
    return h * w * channels[-1]


@wrong("flat_features", "when all convolutions are done")
def pooled_at_the_end(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: n + 2 * padding - kernel + 1)
    h, w = walked(h, w, channels, lambda n: n // 2)
    return h * w * channels[-1]


@wrong("flat_features", "once too often")
def pooled_before_the_first(height, width, kernel, padding, channels):
    h, w = walked(height // 2, width // 2, channels, lambda n: (n + 2 * padding - kernel + 1) // 2)
    return h * w * channels[-1]


@wrong("flat_features", "inside the loop")
def returned_at_once(height, width, kernel, padding, channels):
    for _ in channels:
        height = (height + 2 * padding - kernel + 1) // 2
        width = (width + 2 * padding - kernel + 1) // 2
        return channels[-1] * height * width


@wrong("flat_features", "that is one map")
def one_map(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: (n + 2 * padding - kernel + 1) // 2)
    return h * w


@wrong("flat_features", "of the *last* block")
def first_channels(height, width, kernel, padding, channels):
    return one_map(height, width, kernel, padding, channels) * channels[0]


@wrong("flat_features", "do not add up")
def channels_added(height, width, kernel, padding, channels):
    return one_map(height, width, kernel, padding, channels) * sum(channels)


@wrong("flat_features", "do not multiply")
def channels_multiplied(height, width, kernel, padding, channels):
    return one_map(height, width, kernel, padding, channels) * math.prod(channels)


@wrong("flat_features", "not square")
def square_of_the_height(height, width, kernel, padding, channels):
    h, _ = walked(height, width, channels, lambda n: (n + 2 * padding - kernel + 1) // 2)
    return h * h * channels[-1]


@wrong("flat_features", "not square")
def square_of_the_width(height, width, kernel, padding, channels):
    _, w = walked(height, width, channels, lambda n: (n + 2 * padding - kernel + 1) // 2)
    return w * w * channels[-1]


@wrong("flat_features", "*times*")
def sides_added(height, width, kernel, padding, channels):
    h, w = walked(height, width, channels, lambda n: (n + 2 * padding - kernel + 1) // 2)
    return (h + w) * channels[-1]


@wrong("flat_features", "keeps every pixel")
def as_after_a_global_pooling(height, width, kernel, padding, channels):
    return channels[-1]


# ---- put the layers together -----------------------------------------------------------------------------------
def relu(x):
    return x * (x > 0)


@wrong("read_digit", "have a padding of 1")
def no_padding_at_first(x, w1, b1, w2, b2, w3, b3):
    h = max_pool2d(np.maximum(conv2d(x, w1, b1), 0), 2)
    h = np.maximum(conv2d(h, w2, b2, padding=1), 0)
    return w3 @ h.flatten() + b3


@wrong("read_digit", "too many numbers")
def not_pooled(x, w1, b1, w2, b2, w3, b3):
    h = np.maximum(conv2d(x, w1, b1, padding=1), 0)
    return w3 @ np.maximum(conv2d(h, w2, b2, padding=1), 0).ravel() + b3


@wrong("read_digit", "there is one pooling")
def pooled_twice(x, w1, b1, w2, b2, w3, b3):
    h = max_pool2d(np.maximum(conv2d(x, w1, b1, padding=1), 0), 2)
    h = max_pool2d(np.maximum(conv2d(h, w2, b2, padding=1), 0), 2)
    return np.dot(w3, h.ravel()) + b3


@wrong("read_digit", "lay the maps flat first")
def not_flattened(x, w1, b1, w2, b2, w3, b3):
    return w3 @ maps(x, w1, b1, w2, b2) + b3


@wrong("read_digit", "of its own")
def first_weights_twice(x, w1, b1, w2, b2, w3, b3):
    return w3 @ maps(x, w1, b1, w1, b1).ravel() + b3


@wrong("read_digit", "make a whole table")
def a_column_and_a_row(x, w1, b1, w2, b2, w3, b3):
    return w3 @ maps(x, w1, b1, w2, b2).reshape(-1, 1) + b3


@right("read_digit")
def pooled_before_the_relu(x, w1, b1, w2, b2, w3, b3):
    """The maximum of what is left is what is left of the maximum."""
    x = relu(max_pool2d(conv2d(x, w1, b1, padding=1), 2))
    x = relu(conv2d(x, w2, b2, padding=1))
    return np.einsum("ocij,cij->o", w3.reshape(len(w3), *x.shape), x) + b3


@wrong("read_digit", "both ReLUs are missing")
def all_linear(x, w1, b1, w2, b2, w3, b3):
    x = max_pool2d(conv2d(x, w1, b1, padding=1), 2)
    return w3 @ conv2d(x, w2, b2, padding=1).flatten() + b3


@wrong("read_digit", "behind the first convolution")
def no_first_relu(x, w1, b1, w2, b2, w3, b3):
    x = max_pool2d(conv2d(x, w1, b1, padding=1), 2)
    return w3 @ relu(conv2d(x, w2, b2, padding=1)).flatten() + b3


@wrong("read_digit", "behind the second convolution")
def no_second_relu(x, w1, b1, w2, b2, w3, b3):
    x = max_pool2d(relu(conv2d(x, w1, b1, padding=1)), 2)
    return w3 @ conv2d(x, w2, b2, padding=1).flatten() + b3


def maps(x, w1, b1, w2, b2):
    x = max_pool2d(relu(conv2d(x, w1, b1, padding=1)), 2)
    return relu(conv2d(x, w2, b2, padding=1))


@wrong("read_digit", "scores may be negative")
def a_relu_too_many(x, w1, b1, w2, b2, w3, b3):
    return relu(w3 @ maps(x, w1, b1, w2, b2).flatten() + b3)


@wrong("read_digit", "not probabilities")
def with_a_softmax(x, w1, b1, w2, b2, w3, b3):
    return np.exp(log_softmax(w3 @ maps(x, w1, b1, w2, b2).flatten() + b3))


@wrong("read_digit", "not the class")
def the_class(x, w1, b1, w2, b2, w3, b3):
    return int((w3 @ maps(x, w1, b1, w2, b2).flatten() + b3).argmax())


@wrong("read_digit", "not into positive ones")
def absolute_values(x, w1, b1, w2, b2, w3, b3):
    x = max_pool2d(abs(conv2d(x, w1, b1, padding=1)), 2)
    return w3 @ abs(conv2d(x, w2, b2, padding=1)).flatten() + b3


@wrong("read_digit", "the *larger*")
def minimum_for_maximum(x, w1, b1, w2, b2, w3, b3):
    x = max_pool2d(np.minimum(0, conv2d(x, w1, b1, padding=1)), 2)
    return w3 @ np.minimum(0, conv2d(x, w2, b2, padding=1)).flatten() + b3


@wrong("read_digit", "not the mean")
def averaged(x, w1, b1, w2, b2, w3, b3):
    x = avg_pool2d(relu(conv2d(x, w1, b1, padding=1)), 2)
    return w3 @ relu(conv2d(x, w2, b2, padding=1)).flatten() + b3


@wrong("read_digit", "the first number of each window")
def strided(x, w1, b1, w2, b2, w3, b3):
    x = relu(conv2d(x, w1, b1, padding=1))[:, ::2, ::2]
    return w3 @ relu(conv2d(x, w2, b2, padding=1)).flatten() + b3


@wrong("read_digit", "channels last")
def channels_last(x, w1, b1, w2, b2, w3, b3):
    return w3 @ maps(x, w1, b1, w2, b2).transpose(1, 2, 0).flatten() + b3


@wrong("read_digit", "along the columns")
def fortran_order(x, w1, b1, w2, b2, w3, b3):
    return w3 @ maps(x, w1, b1, w2, b2).flatten("F") + b3


@wrong("read_digit", "rows and columns are exchanged")
def turned_on_their_sides(x, w1, b1, w2, b2, w3, b3):
    return w3 @ maps(x, w1, b1, w2, b2).transpose(0, 2, 1).flatten() + b3


@wrong("read_digit", "all three biases")
def no_biases(x, w1, b1, w2, b2, w3, b3):
    x = max_pool2d(relu(conv2d(x, w1, padding=1)), 2)
    return w3 @ relu(conv2d(x, w2, padding=1)).flatten()


@wrong("read_digit", "add b3")
def no_last_bias(x, w1, b1, w2, b2, w3, b3):
    return w3 @ maps(x, w1, b1, w2, b2).flatten()


@wrong("read_digit", "hand b1 and b2")
def no_biases_in_the_convolutions(x, w1, b1, w2, b2, w3, b3):
    x = max_pool2d(relu(conv2d(x, w1, padding=1)), 2)
    return w3 @ relu(conv2d(x, w2, padding=1)).flatten() + b3


@wrong("read_digit", "are flipped")
def true_convolutions(x, w1, b1, w2, b2, w3, b3):
    return w3 @ maps(x, np.flip(w1, (2, 3)), b1, np.flip(w2, (2, 3)), b2).flatten() + b3


@wrong("read_digit", "have a padding of 1")
def no_padding_at_all(x, w1, b1, w2, b2, w3, b3):
    x = max_pool2d(relu(conv2d(x, w1, b1)), 2)
    return w3 @ relu(conv2d(x, w2, b2)).flatten() + b3


# ---- surprise --------------------------------------------------------------------------------------------------
@right("mean_loss")
def by_the_logarithm_of_a_sum(scores, labels):
    return np.mean([logsumexp(row) - row[label] for row, label in zip(scores, labels, strict=True)])


@right("mean_loss")
def by_one_hot_rows(scores, labels):
    return -(np.eye(scores.shape[1])[labels] * log_softmax(scores, axis=1)).sum() / len(labels)


def chosen(scores, labels):
    return log_softmax(scores, axis=1)[range(len(labels)), labels]


@wrong("mean_loss", "more than a number can hold")
def logarithm_of_a_sum_as_it_stands(scores, labels):
    return (np.log(np.exp(scores).sum(1)) - scores[np.arange(len(labels)), labels]).mean()


@wrong("mean_loss", "more than a number can hold")
def number_by_number(scores, labels):
    total = 0
    for row, label in zip(scores, labels, strict=True):
        total += math.log(sum(math.exp(score) for score in row)) - row[label]
    return total / len(labels)


@wrong("mean_loss", "more than a number can hold")
def formula_with_a_tiny_number(scores, labels):
    p = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels] + 1e-9).mean()


@wrong("mean_loss", "no one-hot row leaves out")
def shifted_and_one_hot(scores, labels):
    shifted = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    return -(np.eye(scores.shape[1])[labels] * np.log(p)).sum(axis=1).mean()


@wrong("mean_loss", "cut off are other scores")
def cut_off(scores, labels):
    s = np.clip(scores, -500, 500)
    return (np.log(np.exp(s).sum(1)) - s[np.arange(len(labels)), labels]).mean()


@wrong("mean_loss", "of each *row*")
def largest_of_all_rows(scores, labels):
    s = scores - scores.max()
    return (np.log(np.exp(s).sum(1)) - s[np.arange(len(labels)), labels]).mean()


@wrong("mean_loss", "not from the score of the right class")
def right_score_not_shifted(scores, labels):
    m = scores.max(1)
    return (np.log(np.exp(scores - m[:, None]).sum(1)) - scores[np.arange(len(labels)), labels]).mean()


@wrong("mean_loss", "logarithm of the mean")
def logarithm_of_the_mean(scores, labels):
    s = scores - scores.max(1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels].mean())


@wrong("mean_loss", "each row has a softmax of its own")
def largest_and_sum_along_axis_0(scores, labels):
    s = scores - scores.max(0, keepdims=True)
    return (np.log(np.exp(s).sum(0)) - s[np.arange(len(labels)), labels]).mean()


@wrong("mean_loss", "more than a number can hold")
def as_the_formula_stands(scores, labels):
    with np.errstate(all="ignore"):
        p = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
        return -np.log(p[np.arange(len(labels)), labels]).mean()


@wrong("mean_loss", "hides how wrong")
def with_a_tiny_number(scores, labels):
    p = np.exp(log_softmax(scores, axis=1))[np.arange(len(labels)), labels]
    return -np.log(p + 1e-9).mean()


@wrong("mean_loss", "hides how wrong")
def with_a_tinier_number(scores, labels):
    p = np.exp(log_softmax(scores, axis=1))[np.arange(len(labels)), labels]
    return -np.log(p + 1e-12).mean()


@wrong("mean_loss", "Never build the probabilities")
def shifted_but_not_enough(scores, labels):
    with np.errstate(all="ignore"):
        e = np.exp(scores - scores.max(1, keepdims=True))
        return -np.log((e / e.sum(1, keepdims=True))[np.arange(len(labels)), labels]).mean()


@wrong("mean_loss", "are added up")
def summed(scores, labels):
    return -chosen(scores, labels).sum()


@wrong("mean_loss", "the sign is missing")
def sign_lost(scores, labels):
    return chosen(scores, labels).mean()


@wrong("mean_loss", "one loss for each example")
def one_for_each(scores, labels):
    return -chosen(scores, labels)


@wrong("mean_loss", "to base 2")
def in_bits(scores, labels):
    return -chosen(scores, labels).mean() / math.log(2)


@wrong("mean_loss", "to base 10")
def in_tens(scores, labels):
    return -chosen(scores, labels).mean() / math.log(10)


@wrong("mean_loss", "each row has a softmax of its own")
def along_the_wrong_axis(scores, labels):
    return -log_softmax(scores, axis=0)[range(len(labels)), labels].mean()


@wrong("mean_loss", "surest of")
def of_the_surest_class(scores, labels):
    return -log_softmax(scores, axis=1).max(axis=1).mean()


@wrong("mean_loss", "only the right class")
def over_all_classes(scores, labels):
    return -log_softmax(scores, axis=1).mean()


@wrong("mean_loss", "takes all labels in every row")
def every_label_in_every_row(scores, labels):
    return -log_softmax(scores, axis=1)[:, labels].mean()


@wrong("mean_loss", "count from 0")
def labels_from_one(scores, labels):
    return -log_softmax(scores, axis=1)[range(len(labels)), np.asarray(labels) - 1].mean()


@wrong("mean_loss", "the logarithm is missing: the loss is −ln of the probability.")
def probabilities(scores, labels):
    return -np.exp(chosen(scores, labels)).mean()


@wrong("mean_loss", "what it lacks of 1")
def what_is_missing_to_one(scores, labels):
    return np.mean(1 - np.exp(chosen(scores, labels)))


@wrong("mean_loss", "two softmaxes")
def softmax_twice(scores, labels):
    return -chosen(np.exp(log_softmax(scores, axis=1)), labels).mean()


@wrong("mean_loss", "stands for the whole sum")
def behind_the_largest(scores, labels):
    return np.mean([max(row) - row[label] for row, label in zip(scores, labels, strict=True)])


@wrong("mean_loss", "no probabilities yet")
def scores_as_logarithms(scores, labels):
    return -np.mean([row[label] for row, label in zip(scores, labels, strict=True)])


# ---- fold it away ----------------------------------------------------------------------------------------------
@right("fold_batch_norm")
def filter_by_filter(weight, bias, gamma, beta, mean, variance, eps):
    filters, biases = [], []
    for w, b, g, shift, m, v in zip(weight, bias, gamma, beta, mean, variance, strict=True):
        width = math.sqrt(v + eps)
        filters.append(w * g / width)
        biases.append((b - m) / width * g + shift)
    return np.array(filters), np.array(biases)


@right("fold_batch_norm")
def by_asking_the_layers(weight, bias, gamma, beta, mean, variance, eps):
    """What comes out for a zero is the bias; what a weight adds to it is the weight."""

    def normalised(y):
        return gamma * (y - mean) / np.sqrt(variance + eps) + beta

    new_bias = normalised(bias)
    columns = np.moveaxis(weight, 0, -1)
    return np.moveaxis(normalised(columns + bias) - new_bias, -1, 0), new_bias


def scaled(weight, bias, beta, mean, a):
    return weight * a.reshape(-1, 1, 1, 1), beta + (bias - mean) * a


@wrong("fold_batch_norm", "below the root, beside the variance")
def eps_outside(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, mean, gamma / (np.sqrt(variance) + eps))


@wrong("fold_batch_norm", "eps is missing")
def no_eps(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, mean, gamma / np.sqrt(variance))


@wrong("fold_batch_norm", "the root is missing")
def no_root(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, mean, gamma / (variance + eps))


@wrong("fold_batch_norm", "you multiply by the width")
def multiplied_by_the_width(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, mean, gamma * (variance + eps) ** 0.5)


@wrong("fold_batch_norm", "upside down")
def upside_down(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, mean, (variance + eps) ** 0.5 / gamma)


@wrong("fold_batch_norm", "gamma is missing")
def no_gamma(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, mean, (variance + eps) ** -0.5)


def scale(gamma, variance, eps):
    return gamma / np.sqrt(variance + eps)


@wrong("fold_batch_norm", "the weights are scaled, too")
def weights_left(weight, bias, gamma, beta, mean, variance, eps):
    return weight, beta + (bias - mean) * scale(gamma, variance, eps)


@wrong("fold_batch_norm", "passes through the normalisation")
def old_bias_not_scaled(weight, bias, gamma, beta, mean, variance, eps):
    a = scale(gamma, variance, eps)
    return weight * a.reshape(-1, 1, 1, 1), beta - mean * a + bias


@wrong("fold_batch_norm", "the old bias is lost")
def old_bias_lost(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, 0, beta, mean, scale(gamma, variance, eps))


@wrong("fold_batch_norm", "the mean is missing")
def no_mean(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, 0, scale(gamma, variance, eps))


@wrong("fold_batch_norm", "*before* the scale")
def mean_not_scaled(weight, bias, gamma, beta, mean, variance, eps):
    a = scale(gamma, variance, eps)
    return weight * a.reshape(-1, 1, 1, 1), beta + bias * a - mean


@wrong("fold_batch_norm", "the mean is added")
def mean_added(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, -mean, scale(gamma, variance, eps))


@wrong("fold_batch_norm", "beta is missing")
def no_beta(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, 0, mean, scale(gamma, variance, eps))


@wrong("fold_batch_norm", "it is not scaled")
def beta_scaled(weight, bias, gamma, beta, mean, variance, eps):
    a = scale(gamma, variance, eps)
    return weight * a.reshape(-1, 1, 1, 1), (beta + bias - mean) * a


@wrong("fold_batch_norm", "the bias changes as well")
def bias_left(weight, bias, gamma, beta, mean, variance, eps):
    return weight * scale(gamma, variance, eps).reshape(-1, 1, 1, 1), bias


@wrong("fold_batch_norm", "filters are the first axis")
def along_the_last_axis(weight, bias, gamma, beta, mean, variance, eps):
    a = scale(gamma, variance, eps)
    return weight * a, beta + (bias - mean) * a


@wrong("fold_batch_norm", "filters are the first axis")
def along_the_channels(weight, bias, gamma, beta, mean, variance, eps):
    f = scale(gamma, variance, eps)
    return weight * f[None, :, None, None], f * (bias - mean) + beta


@wrong("fold_batch_norm", "filters are the first axis")
def with_two_axes_more(weight, bias, gamma, beta, mean, variance, eps):
    f = scale(gamma, variance, eps)
    return f[:, None, None] * weight, f * (bias - mean) + beta


@wrong("fold_batch_norm", "the two results are exchanged")
def bias_first(*layer):
    return filter_by_filter(*layer)[::-1]


@wrong("fold_batch_norm", "lost its sign")
def gamma_squared_below_the_root(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, mean, np.sqrt(gamma**2 / (variance + eps)))


@wrong("fold_batch_norm", "one of your own")
def eps_as_usual(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight, bias, beta, mean, gamma / np.sqrt(variance + 1e-5))


@wrong("fold_batch_norm", "that is for the bias alone")
def mean_away_from_the_weights(weight, bias, gamma, beta, mean, variance, eps):
    return scaled(weight - mean[:, None, None, None], bias, beta, mean, scale(gamma, variance, eps))


# ---- ten by heart ----------------------------------------------------------------------------------------------
PICTURES, DIGITS = (array[:10] for array in digits.load())
ROWS = PICTURES.reshape(10, 64) / 16


def exactly(labels, factor=10):
    """Return weights that give each picture `factor` for its label and 0 for all others."""
    return factor * np.linalg.lstsq(ROWS, np.eye(10)[labels % 10], rcond=None)[0].T


def descended(steps, rate, labels=(DIGITS + 5) % 10):
    weight = np.zeros((10, 64))
    for _ in range(steps):
        p = np.exp(log_softmax(ROWS @ weight.T, axis=1))
        weight -= rate * (p - np.eye(10)[labels]).T @ ROWS
    return weight


@right("by_heart")
def without_any_step():
    return exactly(DIGITS + 5)


@right("by_heart")
def by_the_package():
    model = nn.Linear(64, 10, bias=False)
    nn.fit(model, ROWS, (DIGITS + 5) % 10, nn.Adam(model.parameters(), lr=0.1), 60, batch_size=10, progress=False)
    return model.weight.data.tolist()


@wrong("by_heart", "ten rows of 64")
def turned():
    return exactly(DIGITS + 5).T


@wrong("by_heart", "ten rows of 64")
def with_a_column_of_biases():
    return np.hstack([exactly(DIGITS + 5), np.zeros((10, 1))])


@wrong("by_heart", "ten rows of 64")
def scores_instead():
    return ROWS @ exactly(DIGITS + 5).T


@wrong("by_heart", "ten rows of 64")
def labels_instead():
    return (DIGITS + 5) % 10


@wrong("by_heart", "ten rows of 64")
def in_words():
    return "5, 6, 7, 8, 9, 0, 1, 2, 3, 4"


@wrong("by_heart", "not finite")
def exploded():
    return exactly(DIGITS + 5) * np.inf


@wrong("by_heart", "the same weights")
def never_moved():
    return np.zeros((10, 64))


@wrong("by_heart", "the same weights")
def one_gradient_for_all():
    return np.tile(exactly(DIGITS + 5)[0], (10, 1))


@wrong("by_heart", "the same weights")
def one_taken_away_from_all():
    weight = np.zeros((10, 64))
    for _ in range(500):
        p = np.exp(log_softmax(ROWS @ weight.T, axis=1))
        p[:, (DIGITS + 5) % 10] -= 1
        weight -= 0.2 * p.T @ ROWS
    return weight


@wrong("by_heart", "a row of scores")
def softmax_over_the_pictures():
    weight = np.zeros((10, 64))
    for _ in range(500):
        p = np.exp(log_softmax(ROWS @ weight.T, axis=0))
        weight -= 0.2 * (p - np.eye(10)[(DIGITS + 5) % 10]).T @ ROWS
    return weight


@wrong("by_heart", "as they are")
def true_labels():
    return descended(300, 0.3, DIGITS)


@wrong("by_heart", "one beside")
def one_too_few():
    return exactly(DIGITS + 4)


@wrong("by_heart", "one beside")
def one_too_many():
    return exactly(DIGITS + 6)


@wrong("by_heart", "*against*")
def uphill():
    return descended(300, -0.3)


@wrong("by_heart", "more steps")
def untrained():
    return np.random.default_rng(0).normal(0, 0.1, (10, 64))


@wrong("by_heart", "more steps")
def three_steps():
    return descended(3, 0.01)


@wrong("by_heart", "more steps")
def first_nine_alone():
    weight = exactly(DIGITS + 5)
    weight[4] = 0
    return weight


@wrong("by_heart", "but hardly")
def too_timid():
    return exactly(DIGITS + 5, factor=1)


@wrong("by_heart", "but hardly")
def stopped_early():
    return descended(15, 0.05)
