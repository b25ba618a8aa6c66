"""The exercises of chapter 9: what is right, probes, and the mistakes that readers make."""

import math
import operator

import numpy as np

from convbook import ops
from convbook.checks._words import holds_no_nan
from convbook.checks.judge import Check, register

_rng = np.random.default_rng(9)


# ---- count before you run --------------------------------------------------------------------------------------
def _count(channels, size, first, second, classes):
    return _counted()(channels, size, first, second, classes)


def _counted(
    side=lambda size: size // 2 // 2,
    convolution=lambda c_in, c_out: 9 * c_in * c_out + c_out,
    features=lambda second, side: second * side**2,
    head=lambda features, classes: features * classes + classes,
    reads=lambda channels, first: (channels, first),
):
    """Return a count of all three layers; the arguments are where the mistakes are made."""

    def two_block_parameters(channels, size, first, second, classes):
        into_first, into_second = reads(channels, first)
        blocks = convolution(into_first, first) + convolution(into_second, second)
        return blocks + head(features(second, side(size)), classes)

    return two_block_parameters


def _draw_two_blocks(rng):
    first, second, classes = rng.permutation(np.arange(2, 9))[:3].tolist()
    return int(rng.integers(2, 5)), 4 * int(rng.integers(2, 9)) + int(rng.integers(1, 4)), first, second, classes


count_check = Check(
    "two_block_parameters",
    _count,
    probes=[(3, 32, 32, 64, 10), (1, 30, 4, 7, 5)],
    mistakes=[
        (
            _counted(
                convolution=lambda c_in, c_out: 9 * c_in * c_out, head=lambda features, classes: features * classes
            ),
            "the biases are missing: each filter has one, and each of the scores.",
        ),
        (
            _counted(convolution=lambda c_in, c_out: 9 * c_in * c_out),
            "the convolutions have biases as well, one for each filter.",
        ),
        (
            _counted(head=lambda features, classes: features * classes),
            "the last layer has biases as well, one for each class.",
        ),
        (
            _counted(convolution=lambda c_in, c_out: 9 * c_in * c_out + 1),
            "a convolution has a bias for each of its filters, not one in all.",
        ),
        (
            _counted(
                convolution=lambda c_in, c_out: 9 * c_in * c_out + 1,
                head=lambda features, classes: features * classes + 1,
            ),
            "you counted one bias for each layer: each filter has one, and each of the scores.",
        ),
        (
            _counted(convolution=lambda c_in, c_out: 10 * c_in * c_out),
            "you counted a bias for each *pair* of channels: a filter has one, however many channels it reads.",
        ),
        (_counted(side=lambda size: size // 2), "you pool once: there are two blocks, and each halves the sides."),
        (_counted(side=lambda size: size), "you forget the poolings: each halves the sides of the maps."),
        (_counted(side=lambda size: size // 8), "you pool three times: there are two blocks."),
        (
            _counted(side=lambda size: ((size - 2) // 2 - 2) // 2),
            "your convolutions shrink the maps: with kernels of 3 × 3, a padding of 1 keeps the size.",
        ),
        (
            _counted(side=lambda size: -(-size // 4)),
            "your poolings round up: a pooling drops what is left over.",
        ),
        (
            _counted(side=lambda size: size, features=lambda second, size: second * (size**2 // 16)),
            "you divide the area: each pooling halves the *sides*, and drops what is left over there.",
        ),
        (_counted(side=lambda size: size / 4), "half a row is none: a pooling drops what is left over, as `//` does."),
        (
            _counted(reads=lambda channels, first: (1, first)),
            "the first filters read all channels of the picture: each has 9 weights for every one of them.",
        ),
        (
            _counted(reads=lambda channels, first: (1, 1)),
            "the filters read more than one channel: each has nine weights for every one of them.",
        ),
        (
            _counted(reads=lambda channels, first: (channels, channels)),
            "the second convolution reads what the first has written: `first` channels.",
        ),
        (
            _counted(reads=lambda channels, first: (channels, 1)),
            "a filter of the second convolution has 9 weights for *each* channel that it reads.",
        ),
        (
            _counted(convolution=lambda c_in, c_out: 3 * c_in * c_out + c_out),
            "a kernel of 3 × 3 has nine weights.",
        ),
        (
            _counted(features=lambda second, side: second),
            "the last layer reads every pixel of every map, not one number for each map.",
        ),
        (
            _counted(features=lambda second, side: second * side),
            "a map has rows *and* columns: the side counts twice.",
        ),
        (
            _counted(features=lambda second, side: side**2),
            "the last layer reads all maps, `second` of them.",
        ),
        (_counted(head=lambda features, classes: 0), "the last layer is missing, which has most of them."),
        (
            lambda channels, size, first, second, classes: classes * (second * (size // 4) ** 2 + 1),
            "that is the last layer alone: add the two convolutions.",
        ),
    ],
    whole=True,
    draw=_draw_two_blocks,
)


# ---- why does it not fit ---------------------------------------------------------------------------------------
def _features(height, width, kernel, padding, channels):
    return _flattened()(height, width, kernel, padding, channels)


def _flattened(
    convolve=lambda n, k, p: n + 2 * p - k + 1,
    pool=lambda n: n // 2,
    maps=lambda channels: channels[-1],
    pixels=lambda height, width: height * width,
    blocks=lambda channels: channels,
):
    """Return a walk through the blocks; the arguments are where the mistakes are made."""

    def flat_features(height, width, kernel, padding, channels):
        for _ in blocks(channels):
            height, width = (pool(convolve(side, kernel, padding)) for side in (height, width))
        return maps(channels) * pixels(height, width)

    return flat_features


def _pool_all_at_the_end(height, width, kernel, padding, channels):
    for _ in channels:
        height, width = height + 2 * padding - kernel + 1, width + 2 * padding - kernel + 1
    return channels[-1] * (height // 2 ** len(channels)) * (width // 2 ** len(channels))


def _draw_blocks(rng):
    kernel, blocks = int(rng.integers(2, 6)), int(rng.integers(2, 4))
    height, width = (2**blocks * rng.permutation(np.arange(4, 9))[:2] + rng.integers(0, 4, 2)).tolist()
    channels = rng.permutation(np.arange(2, 9))[:blocks].tolist()
    return height, width, kernel, int(rng.integers(max(kernel // 2, 1), kernel)), channels


features_check = Check(
    "flat_features",
    _features,
    probes=[(13, 18, 5, 2, [4, 6]), (28, 16, 5, 0, [3, 5])],
    mistakes=[
        (_flattened(pool=lambda n: n), "the poolings are missing: each block halves height and width."),
        (
            _flattened(convolve=lambda n, k, p: n),
            "your convolutions keep the size: they do only if the padding makes up for the kernel.",
        ),
        (
            _flattened(convolve=lambda n, k, p: n + p - k + 1),
            "padding lies on both sides: it counts twice.",
        ),
        (_flattened(convolve=lambda n, k, p: n - k + 1), "the padding is forgotten."),
        (
            _flattened(convolve=lambda n, k, p: n + 2 * p - k),
            "a window of 3 fits once on 3 pixels: size + 2 · padding − kernel, *plus one*.",
        ),
        (_flattened(pool=lambda n: -(-n // 2)), "your poolings round up: what is left over is dropped."),
        (_flattened(pool=lambda n: n / 2), "half a row is none: a pooling drops what is left over, as `//` does."),
        (_pool_all_at_the_end, "you pool when all convolutions are done: each block pools before the next one begins."),
        (
            lambda height, width, kernel, padding, channels: _features(
                height // 2, width // 2, kernel, padding, channels
            ),
            "you pool once too often, before the first convolution.",
        ),
        (
            _flattened(blocks=lambda channels: channels[:1]),
            "only the first block is done: is `return` inside the loop?",
        ),
        (_flattened(maps=lambda channels: 1), "that is one map: the last block writes `channels[-1]` of them."),
        (_flattened(maps=lambda channels: channels[0]), "the maps that are left are those of the *last* block."),
        (_flattened(maps=sum), "channels do not add up from block to block: those of the last block are left."),
        (
            _flattened(maps=lambda channels: int(np.prod(channels))),
            "channels do not multiply from block to block: those of the last block are left.",
        ),
        (_flattened(pixels=lambda height, width: height**2), "the maps are not square: height times width."),
        (_flattened(pixels=lambda height, width: width**2), "the maps are not square: height times width."),
        (_flattened(pixels=lambda height, width: height + width), "a map has height *times* width pixels."),
        (
            _flattened(pixels=lambda height, width: 1),
            "flattening keeps every pixel: each map still has height times width of them.",
        ),
    ],
    whole=True,
    draw=_draw_blocks,
)


# ---- put the layers together -----------------------------------------------------------------------------------
def _relu(x):
    return np.maximum(x, 0)


def _read(x, w1, b1, w2, b2, w3, b3):
    return _layers()(x, w1, b1, w2, b2, w3, b3)


def _layers(
    first=_relu,
    second=_relu,
    pool=ops.max_pool2d,
    flatten=np.ravel,
    last=lambda scores: scores,
    weight=lambda w: w,
    biases=lambda b1, b2, b3: (b1, b2, b3),
    around="zeros",
):
    """Return a forward pass; the arguments are where the mistakes are made."""

    def read_digit(x, w1, b1, w2, b2, w3, b3):
        b1, b2, b3 = biases(b1, b2, b3)
        x = pool(first(ops.conv2d(x, weight(w1), b1, padding=1, padding_mode=around)), 2)
        x = second(ops.conv2d(x, weight(w2), b2, padding=1, padding_mode=around))
        return last(w3 @ flatten(x) + b3)

    return read_digit


def _passed(product, padding=(1, 1), pools=1, flatten=np.ravel):
    """Return a forward pass that does not fit together: with `product`, for `@` and np.dot complain in other words."""

    def read_digit(x, w1, b1, w2, b2, w3, b3):
        x = _relu(ops.conv2d(x, w1, b1, padding=padding[0]))
        x = ops.max_pool2d(x, 2) if pools > 0 else x
        x = _relu(ops.conv2d(x, w2, b2, padding=padding[1]))
        x = ops.max_pool2d(x, 2) if pools > 1 else x
        return product(w3, flatten(x)) + b3

    return read_digit


def _misfits(hint, **slips):
    return [(_passed(product, **slips), hint) for product in (np.matmul, np.dot)]


def _softmax(scores):
    return np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()


def _draw_a_network(rng):
    first, second, classes = rng.permutation(np.arange(2, 6))[:3]
    height, width = 2 * rng.permutation(np.arange(2, 5))[:2]
    return (
        rng.normal(size=(1, height, width)),
        *(rng.normal(size=(first, 1, 3, 3)), rng.normal(size=first)),
        *(rng.normal(size=(second, first, 3, 3)), rng.normal(size=second)),
        *(rng.normal(size=(classes, second * height * width // 4)), rng.normal(size=classes)),
    )


def _small_network(rng):
    return (
        rng.integers(-4, 5, (1, 4, 6)) / 2,
        *(rng.integers(-2, 3, (2, 1, 3, 3)) / 2, rng.integers(-4, 5, 2) / 2 + 0.25),
        *(rng.integers(-2, 3, (3, 2, 3, 3)) / 2, rng.integers(-4, 5, 3) / 2 + 0.25),
        *(rng.integers(-3, 4, (4, 18)) / 2, rng.integers(-4, 5, 4) / 2 + 0.25),
    )


layers_check = Check(
    "read_digit",
    _read,
    probes=[_small_network(np.random.default_rng(0))],
    mistakes=[
        (
            _layers(first=lambda x: x, second=lambda x: x),
            "both ReLUs are missing: without them all layers together are one matrix.",
        ),
        (_layers(first=lambda x: x), "the ReLU behind the first convolution is missing."),
        (_layers(second=lambda x: x), "the ReLU behind the second convolution is missing."),
        (
            _layers(last=_relu),
            "scores may be negative: there is no ReLU behind the last layer.",
        ),
        (_layers(last=_softmax), "scores are asked for, not probabilities: leave the softmax to the loss."),
        (_layers(last=np.argmax), "all scores are asked for, not the class with the largest one."),
        (_layers(first=np.abs, second=np.abs), "a ReLU turns negative numbers into 0, not into positive ones."),
        (
            _layers(first=lambda x: np.minimum(x, 0), second=lambda x: np.minimum(x, 0)),
            "your ReLU keeps what is negative: it is the *larger* of x and 0.",
        ),
        (_layers(first=np.sign, second=np.sign), "a ReLU keeps positive numbers as they are, however large."),
        (
            _layers(pool=ops.avg_pool2d),
            "the pooling keeps the largest number of each window, not the mean.",
        ),
        (
            _layers(pool=lambda x, size: x[:, ::size, ::size]),
            "you keep the first number of each window: the pooling keeps the largest.",
        ),
        (
            _layers(pool=lambda x, size: -ops.max_pool2d(-x, size)),
            "you keep the smallest number of each window: the pooling keeps the largest.",
        ),
        (
            _layers(flatten=lambda x: np.moveaxis(x, 0, -1).ravel()),
            "you flatten with the channels last: the weights expect all of the first map, then all of the second.",
        ),
        (
            _layers(flatten=lambda x: x.ravel(order="F")),
            "you flatten along the columns: `x.ravel()` as it is goes map by map, row by row.",
        ),
        (
            _layers(flatten=lambda x: x.swapaxes(1, 2).ravel()),
            "rows and columns are exchanged before you flatten.",
        ),
        (
            _layers(biases=lambda b1, b2, b3: (0 * b1, 0 * b2, 0 * b3)),
            "all three biases are missing.",
        ),
        (_layers(biases=lambda b1, b2, b3: (b1, b2, 0)), "the last layer has a bias, too: add b3."),
        (
            _layers(biases=lambda b1, b2, b3: (0 * b1, 0 * b2, b3)),
            "the convolutions have biases: hand b1 and b2 to `conv2d`.",
        ),
        (
            _layers(weight=lambda w: w[..., ::-1, ::-1]),
            "the kernels are flipped: deep learning slides them as they stand.",
        ),
        *(
            misfit
            for padding in ((0, 0), (0, 1), (1, 0))
            for misfit in _misfits(
                "both convolutions have a padding of 1: without it, maps become smaller, and too few numbers are left "
                "for the last layer.",
                padding=padding,
            )
        ),
        *_misfits(
            "the last layer gets too many numbers: behind the first convolution the maps are pooled.",
            pools=0,
        ),
        *_misfits(
            "the last layer gets too few numbers: there is one pooling, behind the first convolution alone.",
            pools=2,
        ),
        *_misfits(
            "the last layer reads a row of numbers: lay the maps flat first.",
            flatten=lambda x: x,
        ),
        (
            lambda x, w1, b1, w2, b2, w3, b3: _read(x, w1, b1, w1, b1, w3, b3),
            "the second convolution has weights and biases of its own.",
        ),
        (
            lambda x, w1, b1, w2, b2, w3, b3: _read(x, w1, b1, w2, b2, w3, 0 * b3)[:, None] + b3,
            "a column and a row make a whole table, each number of one with each of the other: lay the maps flat as a "
            "row, and the scores are one, too.",
        ),
        (_layers(around="replicate"), "the frame around a map is zeros, as `padding=1` alone makes it."),
    ],
    draw=_draw_a_network,
)


# ---- surprise --------------------------------------------------------------------------------------------------
def _loss(scores, labels):
    return _surprise()(scores, labels)


def _logarithms(scores, axis=1):
    scores = scores - scores.max(axis=axis, keepdims=True)
    return scores - np.log(np.exp(scores).sum(axis=axis, keepdims=True))


def _surprise(
    logarithms=_logarithms,
    chosen=lambda logs, labels: logs[np.arange(len(labels)), labels],
    meet=lambda values: -values.mean(),
):
    """Return a loss; the arguments are where the mistakes are made."""

    def mean_loss(scores, labels):
        return meet(chosen(logarithms(np.asarray(scores, float)), labels))

    return mean_loss


def _with_a_floor(floor):
    return lambda scores: np.log(np.exp(_logarithms(scores)) + floor)


def _with_the_rows_largest_away(scores):
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.log(exponentials / exponentials.sum(axis=1, keepdims=True))


def _by_the_formula_of_python(scores, labels):
    """Return the loss with an exp that refuses what is too large."""
    losses = [math.log(sum(map(math.exp, row))) - row[label] for row, label in zip(scores, labels, strict=True)]
    return sum(losses) / len(losses)


def _with_this_away(scores, largest):
    return scores - largest - np.log(np.exp(scores - largest).sum(axis=1, keepdims=True))


def _with_the_right_score_as_it_was(scores, labels):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return (np.log(np.exp(shifted).sum(axis=1)) - scores[np.arange(len(labels)), labels]).mean()


def _along_axis_0(scores, labels):
    shifted = scores - scores.max(axis=0)
    return (np.log(np.exp(shifted).sum(axis=0)) - shifted[np.arange(len(labels)), labels]).mean()


def _draw_scores(rng):
    count, classes = rng.permutation(np.arange(3, 7))[:2]
    return rng.normal(0, 10.0 ** rng.integers(0, 5), (count, classes)).round(2), rng.integers(1, classes, count)


surprise_check = Check(
    "mean_loss",
    _loss,
    probes=[
        (np.array([[1.0, 2.0, 0.5, -1.0], [0.0, 3.0, 1.0, 2.5], [2.0, -1.0, 0.0, 1.5]]), np.array([1, 2, 3])),
        (np.array([[0.0, 1000.0, 990.0], [-2000.0, -1000.0, -3000.0]]), np.array([2, 2])),
    ],
    mistakes=[
        *(
            (
                _surprise(_with_a_floor(floor)),
                "a tiny number below the logarithm hides how wrong a sure answer is: work with the logarithms of the "
                "probabilities, score − ln Σ exp(scores), and none is needed.",
            )
            for floor in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8)
        ),
        (
            _by_the_formula_of_python,
            "exp(1000) is more than a number can hold. Take the largest score of a row away from all of its scores "
            "first: the probabilities stay the same.",
        ),
        (
            _surprise(lambda scores: _with_this_away(scores, scores.max())),
            "take away the largest score of each *row*: with the largest of all, every exp of a row far below becomes "
            "0.",
        ),
        (
            _surprise(lambda scores: _logarithms(np.clip(scores, -700, 700))),
            "scores that are cut off are other scores: take the largest one of each row away, and all differences stay "
            "as they are.",
        ),
        (
            _with_the_right_score_as_it_was,
            "you have taken the largest score away within ln Σ exp(scores), but not from the score of the right "
            "class: that is to be the same score.",
        ),
        (
            _surprise(meet=lambda values: -np.log(np.exp(values).mean())),
            "that is the logarithm of the mean: take the mean of the logarithms.",
        ),
        (
            _along_axis_0,
            "the probabilities of one *example* add up to 1: each row has a softmax of its own.",
        ),
        (
            _surprise(_with_the_rows_largest_away),
            "the largest score is taken away, and still a probability is so small that it becomes 0, whose logarithm "
            "is −∞. Never build the probabilities: their logarithms are score − ln Σ exp(scores).",
        ),
        (_surprise(meet=lambda values: -values.sum()), "the losses are added up: take their mean."),
        (_surprise(meet=np.mean), "the sign is missing: the logarithm of a probability is negative."),
        (_surprise(meet=lambda values: -values), "there is one loss for each example: take their mean."),
        (
            _surprise(meet=lambda values: -values.mean() / np.log(2)),
            "take the natural logarithm, `np.log`, and not the one to base 2.",
        ),
        (
            _surprise(meet=lambda values: -values.mean() / np.log(10)),
            "take the natural logarithm, `np.log`, and not the one to base 10.",
        ),
        (
            _surprise(logarithms=lambda scores: _logarithms(scores, axis=0)),
            "the probabilities of one *example* add up to 1: each row has a softmax of its own.",
        ),
        (
            _surprise(chosen=lambda logs, labels: logs.max(axis=1)),
            "you look at the class that the network is surest of: look at the right one, labels[n].",
        ),
        (
            _surprise(chosen=lambda logs, labels: logs),
            "you take the mean over all classes: only the right class of each example counts.",
        ),
        (
            _surprise(chosen=lambda logs, labels: logs[:, labels]),
            "logs[:, labels] takes all labels in every row: go through rows and labels together, with np.arange.",
        ),
        (
            _surprise(chosen=lambda logs, labels: logs[np.arange(len(labels)), labels - 1]),
            "classes count from 0: you take the one in front of the right one.",
        ),
        (
            _surprise(chosen=lambda logs, labels: np.exp(logs[np.arange(len(labels)), labels])),
            "the logarithm is missing: the loss is −ln of the probability.",
        ),
        (
            lambda scores, labels: (1 - np.exp(_surprise(meet=lambda values: values)(scores, labels))).mean(),
            "the logarithm is missing: the loss is −ln of the probability, and not what it lacks of 1.",
        ),
        (
            lambda scores, labels: _loss(np.exp(_logarithms(scores)), labels),
            "there are two softmaxes, one behind the other: the scores are to go into one.",
        ),
        (
            lambda scores, labels: (scores.max(axis=1) - scores[np.arange(len(labels)), labels]).mean(),
            "the largest score stands for the whole sum: all classes count, ln Σ exp(scores).",
        ),
        (
            lambda scores, labels: -scores[np.arange(len(labels)), labels].mean(),
            "scores are no probabilities yet: take ln Σ exp(scores) of each row away.",
        ),
    ],
    requirements=[
        (
            holds_no_nan,
            "∞ / ∞ and 0 · ∞ are not numbers. exp(1000) is more than a number can hold, unless the largest score of a "
            "row is taken away first; and a probability may be so small that it becomes 0, whose logarithm, −∞, no "
            "one-hot row leaves out. Work with score − ln Σ exp(scores).",
        )
    ],
    draw=_draw_scores,
)


# ---- fold it away ----------------------------------------------------------------------------------------------
def _fold(weight, bias, gamma, beta, mean, variance, eps):
    return _folded()(weight, bias, gamma, beta, mean, variance, eps)


def _folded(
    scale=lambda gamma, variance, eps: gamma / np.sqrt(variance + eps),
    filters=lambda weight, a: weight * a[:, None, None, None],
    rest=lambda bias, beta, mean, a: beta + a * (bias - mean),
):
    """Return a folding; the arguments are where the mistakes are made."""

    def fold_batch_norm(weight, bias, gamma, beta, mean, variance, eps):
        a = scale(gamma, variance, eps)
        return filters(weight, a), rest(bias, beta, mean, a)

    return fold_batch_norm


def _draw_a_fold(rng):
    filters, channels, (kh, kw) = *rng.permutation(np.arange(2, 5))[:2], rng.permutation(np.arange(1, 4))[:2]
    gamma, beta, bias, mean = rng.normal(size=(4, filters)).round(2) + 0.3
    return (
        *(rng.normal(size=(filters, channels, kh, kw)), bias, gamma, beta, mean),
        *(rng.uniform(0.3, 4, filters).round(2), round(float(rng.uniform(0.05, 0.5)), 2)),
    )


fold_check = Check(
    "fold_batch_norm",
    _fold,
    probes=[
        (
            _rng.integers(-4, 5, (3, 2, 1, 2)) / 2,
            *(np.array([1.0, -2, 0.5]), np.array([2.0, 0.5, -1]), np.array([0.25, 3, -1.5]), np.array([-1.0, 4, 2])),
            *(np.array([3.75, 0.75, 8.75]), 0.25),
        )
    ],
    mistakes=[
        (
            _folded(lambda gamma, variance, eps: gamma / (np.sqrt(variance) + eps)),
            "eps stands below the root, beside the variance.",
        ),
        (_folded(lambda gamma, variance, eps: gamma / np.sqrt(variance)), "eps is missing, below the root."),
        (
            _folded(lambda gamma, variance, eps: gamma / (variance + eps)),
            "the root is missing: the width is the square root of the variance.",
        ),
        (
            _folded(lambda gamma, variance, eps: gamma / (variance + eps) ** 2),
            "take the *root* of the variance, and do not square it.",
        ),
        (
            _folded(lambda gamma, variance, eps: gamma * np.sqrt(variance + eps)),
            "you multiply by the width: normalising divides by it.",
        ),
        (
            _folded(lambda gamma, variance, eps: np.sqrt(variance + eps) / gamma),
            "the scale is upside down: gamma / √(variance + eps).",
        ),
        (
            _folded(lambda gamma, variance, eps: 1 / np.sqrt(variance + eps)),
            "gamma is missing: it multiplies what has been normalised.",
        ),
        (
            _folded(filters=lambda weight, a: weight),
            "the weights are scaled, too: each filter by the scale of its channel.",
        ),
        *(
            (
                _folded(filters=lambda weight, a, meet=meet, along=along: meet(weight, along(a))),
                "each *filter* has its scale, and filters are the first axis of the weights, where NumPy lines up the "
                "last ones: give the scales as many axes as the weights have, the filters first.",
            )
            for along in (
                lambda a: a,
                lambda a: a[:, None],
                lambda a: a[:, None, None],
                lambda a: a[None, :, None, None],
                lambda a: a[None, None, :, None],
                lambda a: a[None, None, None, :],
            )
            for meet in (operator.mul, lambda weight, a: a * weight, operator.imul)
        ),
        (
            lambda *call: _fold(*call)[::-1],
            "the two results are exchanged: first the weights, then the bias.",
        ),
        (
            _folded(lambda gamma, variance, eps: np.sqrt(gamma**2 / (variance + eps))),
            "gamma has lost its sign: it stands outside of the root.",
        ),
        *(
            (
                _folded(lambda gamma, variance, eps, own=own: gamma / np.sqrt(variance + own)),
                "`eps` is given: you used one of your own.",
            )
            for own in (1e-5, 1e-3)
        ),
        (
            lambda weight, bias, gamma, beta, mean, variance, eps: _fold(
                weight - mean[:, None, None, None], bias, gamma, beta, mean, variance, eps
            ),
            "the mean is taken away from what comes out, once: that is for the bias alone.",
        ),
        (
            _folded(filters=lambda weight, a: weight * a.mean()),
            "every filter has a scale of its own.",
        ),
        (
            _folded(rest=lambda bias, beta, mean, a: beta + bias - a * mean),
            "the old bias passes through the normalisation as well: it is scaled like everything else.",
        ),
        (
            _folded(rest=lambda bias, beta, mean, a: beta - a * mean),
            "the old bias is lost: the normalisation gets weight · x *plus bias*.",
        ),
        (
            _folded(rest=lambda bias, beta, mean, a: beta + a * bias),
            "the mean is missing: it is taken away before anything is scaled.",
        ),
        (
            _folded(rest=lambda bias, beta, mean, a: beta + a * bias - mean),
            "the mean is taken away *before* the scale: it is scaled, too.",
        ),
        (
            _folded(rest=lambda bias, beta, mean, a: beta + a * (bias + mean)),
            "the mean is added: normalising takes it away.",
        ),
        (_folded(rest=lambda bias, beta, mean, a: a * (bias - mean)), "beta is missing, which is added at the end."),
        (
            _folded(rest=lambda bias, beta, mean, a: a * (beta + bias - mean)),
            "beta comes last: it is not scaled.",
        ),
        (
            _folded(rest=lambda bias, beta, mean, a: bias),
            "the bias changes as well: work out what the normalisation makes of it.",
        ),
        (
            _folded(rest=lambda bias, beta, mean, a: beta),
            "beta alone is right only if the old bias equals the mean.",
        ),
    ],
    draw=_draw_a_fold,
)


register(count_check, features_check, layers_check, surprise_check, fold_check)
