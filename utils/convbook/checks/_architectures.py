"""The exercises of chapter 10: what is right, probes, and the mistakes that readers make."""

from bisect import bisect
from math import isqrt

import numpy as np

from convbook import ops, shapes
from convbook.checks.judge import Check, register

_rng = np.random.default_rng(10)

IN_32_BITS = (
    "in a page, NumPy's whole numbers have 32 bits: what is larger than 2,147,483,647 wraps round. Ask for "
    "`dtype=np.int64`, or count with Python's own numbers."
)


# ---- VGG by numbers --------------------------------------------------------------------------------------------
def _vgg_counts(stages, size, hidden, classes):
    layers = []
    for filters, count in stages:
        layers += [shapes.Conv(filters, 3, padding=1)] * count + [shapes.Pool(2)]
    layers += [shapes.Linear(units) for units in [*hidden, classes]]
    return shapes.cost(layers, (3, size, size))[:2]


def _counted(area=9, first=3, biases=(1, 1), places=lambda side: side**2, half=lambda side: side // 2, **slips):
    """Return a function that counts as `_vgg_counts` does, but for some slips."""

    def counts(stages, size, hidden, classes):
        channels, parameters, macs = first, 0, 0
        for filters, count in stages:
            size = half(size) if "pooled first" in slips else size
            for _ in range(1 if "one layer" in slips else count):
                size -= slips.get("window", 0)
                weights = area * channels * filters
                parameters += weights + biases[0] * filters
                macs += (weights + filters * ("biases multiplied" in slips)) * places(size)
                channels = channels if "same input" in slips else filters
                size = half(size) if "pooled each" in slips else size
            channels, size = filters, size if slips.keys() & {"pooled first", "pooled each"} else half(size)
        features = channels if "averaged" in slips else channels * size**2
        units = slips.get("units", lambda hidden, classes: [*hidden, classes])(hidden, classes)
        for out in units:
            parameters += features * out + biases[1] * out
            macs += 0 if "no work" in slips else (features + ("biases worked" in slips)) * out
            features = out
        return slips.get("told", lambda *both: both)(parameters, macs)

    return counts


def _wrapped(number):
    return (number + 2**31) % 2**32 - 2**31


def _vgg_counts_in_32_bits(*network):
    """Return what is left of both sums where NumPy counts: however they are made, it is right modulo 2³²."""
    return tuple(map(_wrapped, _vgg_counts(*network)))


_VGG_16 = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)], 224, [4096, 4096], 1000


def _draw_stages(rng):
    if rng.integers(4) == 0:  # too large for 32 bits
        stages = [(64 * int(width), 2) for width in rng.permutation(np.arange(2, 5))]
        return stages, 8 * int(rng.integers(20, 30)), [64 * int(rng.integers(2, 5))], int(rng.integers(100, 200))

    stages = [(int(filters), int(count)) for filters, count in zip(rng.permutation([2, 3, 5])[:2], (2, 3), strict=True)]
    return stages, int(rng.integers(9, 16)), [int(rng.integers(3, 6)), 7], int(rng.integers(8, 11))


vgg_check = Check(
    "vgg_counts",
    _vgg_counts,
    probes=[([(2, 2), (5, 3), (4, 2)], 31, [6, 7], 9), _VGG_16],
    mistakes=[
        (_counted(biases=(0, 0)), "the biases are missing: one for each filter, and one for each unit."),
        (_counted(biases=(1, 0)), "the fully connected layers have biases, too: one for each unit."),
        (_counted(biases=(0, 1)), "the convolutions have biases, too: one for each filter."),
        (_counted(**{"biases multiplied": 1, "biases worked": 1}), "a bias is added: it is a parameter, but no MAC."),
        (_counted(**{"biases multiplied": 1}), "a bias is added: it is a parameter, but no MAC."),
        (_counted(half=lambda side: side), "the maps never shrink: each stage ends with a pooling of 2 × 2."),
        (
            _counted(half=lambda side: side / 2),
            "half a row is none: a pooling leaves out what does not fill a window, as `//` does.",
        ),
        (_counted(half=lambda side: -(-side // 2)), "a pooling leaves out what does not fill a window: 31 becomes 15."),
        (
            _counted(**{"pooled each": 1}),
            "a pooling stands at the end of a stage, not behind each of its convolutions.",
        ),
        (
            _counted(window=2),
            "the padding is missing: a 3 × 3 with padding 1 leaves the map as large as it was.",
        ),
        (_counted(**{"pooled first": 1}), "the pooling stands at the *end* of its stage, behind the convolutions."),
        (_counted(places=lambda side: 1), "a weight of a convolution is used at each place of the map, not once."),
        (_counted(places=lambda side: side), "a map has size · size places: you counted one side."),
        (_counted(**{"same input": 1}), "within a stage, the second layer reads what the first one has written."),
        (_counted(**{"one layer": 1}), "a stage has `count` convolutions: you counted one."),
        (_counted(averaged=1), "the head reads every number of the last maps, channels · size · size of them."),
        (_counted(units=lambda hidden, classes: [classes]), "the hidden layers of the head are missing."),
        (_counted(units=lambda hidden, classes: hidden), "the last layer is missing, the one that names the classes."),
        (_counted(told=lambda parameters, macs: (parameters, 2 * macs)), "those are FLOPs: a MAC is two of them."),
        (_counted(told=lambda parameters, macs: (macs, parameters)), "the parameters come first, then the MACs."),
        (_counted(area=3), "a kernel of 3 × 3 has nine weights."),
        (_counted(first=1), "the picture has three channels: the first filters are three deep."),
        (_counted(**{"no work": 1}), "a fully connected layer works, too: each of its weights makes one MAC."),
        (_vgg_counts_in_32_bits, IN_32_BITS),
    ],
    whole=True,
    draw=_draw_stages,
)


# ---- swap and recount ------------------------------------------------------------------------------------------
def _swapped_weights(channels, layers):
    total = 0
    for number, (c_out, k) in enumerate(layers):
        if number and k > 1:
            total += shapes.conv_parameters(channels, channels, k, channels, bias=False)
            total += shapes.conv_parameters(channels, c_out, 1, bias=False)
        else:
            total += shapes.conv_parameters(channels, c_out, k, bias=False)
        channels = c_out
    return total


def _swapped(
    depthwise=lambda c, o, k: k * k * c, pointwise=lambda c, o, k: c * o, keep=lambda n, k: n == 0 or k == 1, **slips
):
    """Return a function that counts as `_swapped_weights` does, but for some slips."""

    def weights(channels, layers):
        parts = []
        for number, (out, k) in enumerate(layers):
            if keep(number, k):
                parts.append(channels * out * k * k)
            else:
                parts.append(depthwise(channels, out, k) + pointwise(channels, out, k))
            channels = channels if "same input" in slips else out
        return slips.get("told", sum)(parts)

    return weights


def _swapped_weights_with_biases(channels, layers):
    biases, reads = 0, channels
    for number, (out, k) in enumerate(layers):
        biases += out + (reads if number and k > 1 else 0)
        reads = out
    return _swapped_weights(channels, layers) + biases


def _spare_the_first_large_one(channels, layers):
    first = next((n for n, (_, k) in enumerate(layers) if k > 1), None)
    return _swapped(keep=lambda n, k: n == first or k == 1)(channels, layers)


def _draw_layers(rng):
    widths, kernels = rng.permutation([4, 6, 9, 11]), rng.permutation([1, 3, 3, 5])
    return int(rng.integers(2, 4)), [(int(width), int(k)) for width, k in zip(widths, kernels, strict=True)]


swap_check = Check(
    "swapped_weights",
    _swapped_weights,
    probes=[(3, [(8, 3), (12, 3), (10, 1), (7, 5)]), (2, [(5, 1), (4, 3)])],
    mistakes=[
        (_swapped(keep=lambda n, k: True), "nothing is swapped: that is the network as it was."),
        (_swapped(keep=lambda n, k: k == 1), "the first layer stays as it is."),
        (
            _spare_the_first_large_one,
            "the *first* layer stays as it is, even if it is a 1 × 1: then all larger ones are swapped.",
        ),
        (_swapped(keep=lambda n, k: n == 0), "a 1 × 1 stays as it is: it only mixes channels already."),
        (_swapped(keep=lambda n, k: n == 0 or k != 3), "the 5 × 5 is swapped, too: every k above 1."),
        (
            _swapped(depthwise=lambda c, o, k: k * k * o),
            "the depthwise half has a kernel for each channel that comes *in*.",
        ),
        (_swapped(depthwise=lambda c, o, k: k * k), "each channel has a depthwise kernel of its own."),
        (_swapped(depthwise=lambda c, o, k: k * c), "a depthwise kernel has k · k weights."),
        (_swapped(depthwise=lambda c, o, k: 9 * c), "k is not always 3: the depthwise kernels keep their size."),
        (_swapped(depthwise=lambda c, o, k: 0), "the depthwise half is missing."),
        (
            _swapped(pointwise=lambda c, o, k: o * o),
            "the pointwise half reads the channels that come in: c_in · c_out weights.",
        ),
        (lambda channels, layers: _swapped_weights(channels, layers[:-1]), "the last layer is missing."),
        (_swapped(pointwise=lambda c, o, k: 0), "the pointwise half is missing."),
        (_swapped(pointwise=lambda c, o, k: c * c), "the pointwise half makes c_out channels."),
        (_swapped(pointwise=lambda c, o, k: c * o + c + o), "you counted biases: there are none here."),
        (_swapped_weights_with_biases, "you counted biases: there are none here."),
        (_swapped(**{"same input": 1}), "each layer reads what the one before it has written, not the picture."),
        (_swapped(told=lambda parts: parts[-1]), "that is the last layer alone: add up all of them."),
    ],
    whole=True,
    draw=_draw_layers,
)


# ---- under a budget --------------------------------------------------------------------------------------------
def _widest(macs, size, depth):
    """Return C as the root of 3C + (depth − 1)C² = budget, in whole numbers."""
    budget, others = macs // (9 * size**2), depth - 1
    return max((isqrt(9 + 4 * others * budget) - 3) // (2 * others), 0)


def _fitted(taken, more=0):
    """Return the largest number of channels for which `taken(channels, size, depth)` fits, and `more`."""

    def widest(macs, size, depth):
        return bisect(range(1, 10**9), macs, key=lambda channels: taken(channels, size, depth)) + more

    return widest


def _needs(
    places=lambda size: size**2, area=9, first=lambda c: 3 * c, layers=lambda depth: depth - 1, each=lambda c: c**2
):
    return lambda c, size, depth: places(size) * area * (first(c) + layers(depth) * each(c))


def _root(macs, size, depth):
    return (np.sqrt(9 + 4 * (depth - 1) * macs / (9 * size**2)) - 3) / (2 * (depth - 1))


def _searched(end):
    """Return a search through the channels below `end`."""
    return lambda *budget: min(_widest(*budget), end - 1)


def _in_32_bits(end, pick):
    """Return a search through an array of the channels below `end`, as NumPy counts in a page."""

    def widest(macs, size, depth):
        channels = np.arange(end, dtype=np.int32)
        return pick(channels, 9 * size**2 * (3 * channels + (depth - 1) * channels**2) <= macs)

    return widest


def _draw_a_budget(rng):
    size, depth = int(rng.integers(5, 9)), int(rng.integers(2, 7))
    channels = [0, rng.integers(1, 30), rng.integers(1, 30), rng.integers(1100, 1500)][rng.integers(4)]
    least, more = (_needs()(int(channels) + extra, size, depth) for extra in (0, 1))
    return [least, more - 1, (9 * least + more) // 10][rng.integers(3)], size, depth


budget_check = Check(
    "widest",
    _widest,
    probes=[
        (230_850, 5, 4),  # used up to the last MAC
        (42_119, 6, 2),  # one MAC short of ten channels
        (90, 4, 2),  # hopeless
        (535_100_000, 7, 2),  # 1,100 channels, and a little left over
    ],
    mistakes=[
        (_fitted(_needs(), more=1), "that one is too wide: its MACs are above the budget."),
        (_fitted(_needs(), more=-1), "one channel more fits: the budget may be used up to the last MAC."),
        (_fitted(_needs(layers=lambda depth: depth)), "the first layer is one of the `depth`: depth − 1 are left."),
        (_fitted(_needs(first=lambda c: 0)), "the first layer works, too: it makes the channels out of three."),
        (_fitted(_needs(first=lambda c: c)), "the picture has three channels."),
        (_fitted(_needs(first=lambda c: 3 * c * c)), "the first layer joins 3 channels with C: 3 · C pairs."),
        (_fitted(_needs(each=lambda c: c)), "each layer joins C channels with C: C · C pairs."),
        (lambda *budget: max(_widest(*budget), 1), "a budget may be too small for one channel: then it is 0."),
        (_fitted(_needs(first=lambda c: c * c)), "the first layer reads the picture, not C channels: 3 · C pairs."),
        (
            _fitted(_needs(each=lambda c: 3 * c)),
            "behind the first layer, each reads C channels, and not the three of the picture.",
        ),
        (_fitted(_needs(each=lambda c: c**2 + c, first=lambda c: 4 * c)), "a bias is added: it is no MAC."),
        (
            lambda *budget: _root(*budget).round().astype(int),
            "you rounded to the *nearest* whole number: what fits nearly does not fit, so round down.",
        ),
        (
            lambda macs, *layers: _widest(macs - 1, *layers),
            "the budget may be used up to the last MAC: what takes as much as there is still fits.",
        ),
        *(
            (_searched(end), "your search ends too early: it has to go on as long as the next one fits.")
            for end in (100, 101, 128, 200, 201, 256, 257, 500, 501, 512, 513, 1000, 1001, 1024, 1025)
        ),
        *(
            (_in_32_bits(end, pick), IN_32_BITS)
            for end in (2000, 2001, 2500, 3000, 3001, 4000, 5000, 5001, 10_000, 10_001, 100_000, 100_001)
            for pick in (
                lambda channels, fits: int(fits[1:].sum()),
                lambda channels, fits: channels[fits].max(),
            )
        ),
        (_fitted(_needs(area=3)), "a kernel of 3 × 3 has nine weights."),
        (_fitted(_needs(area=1)), "each pair of channels has a kernel of nine weights."),
        (_fitted(_needs(places=lambda size: size)), "a map has size · size places."),
        (_fitted(_needs(places=lambda size: 1)), "that many *weights* would fit: each is used at size · size places."),
        (_fitted(_needs(places=lambda size: (size - 2) ** 2)), "the padding keeps the maps at size · size."),
        (_fitted(_needs(area=18)), "you counted FLOPs: a MAC is two of them, and the budget is in MACs."),
        (_fitted(_needs(layers=lambda depth: 1)), "there are depth − 1 layers behind the first, not one."),
    ],
    whole=True,
    draw=_draw_a_budget,
)


# ---- three in one ----------------------------------------------------------------------------------------------
def _one_kernel(three, one):
    """Push a dot through all three paths: what comes out is the kernel, turned round."""
    channels = len(three)
    dots = np.zeros((channels, channels, 5, 5))
    dots[np.arange(channels), np.arange(channels), 2, 2] = 1
    answers = ops.conv2d(dots, three, padding=1) + ops.conv2d(dots, one) + dots
    return answers[:, :, 1:4, 1:4][:, :, ::-1, ::-1].transpose(1, 0, 2, 3)


def _put(one=lambda one: one[:, :, 0, 0], skip=np.eye, where=(1, 1), three=1):
    """Return a function that folds, with slips."""

    def folded(three_by_three, one_by_one):
        kernel = three * np.array(three_by_three, float)
        kernel[:, :, where[0], where[1]] += one(one_by_one) + skip(len(kernel))
        return kernel

    return folded


def _in_the_middle(meet):
    """Return a function that folds, with what becomes of the middle `before`, the 1 × 1 and the skip."""

    def folded(three, one):
        kernel = np.array(three)
        kernel[:, :, 1, 1] = meet(three[:, :, 1, 1], one[:, :, 0, 0], np.eye(len(three)))
        return kernel

    return folded


def _one_added_to_a_kernel(three, one):
    kernel = _put(skip=lambda n: 0)(three, one)
    kernel[1, 1] += 1
    return kernel


def _all_four_axes(three, one):
    kernel = np.array(three)
    kernel[:, :, 1, 1] += one + np.eye(len(three))
    return kernel


def _one_by_one(kernel):
    for channel in range(3):
        kernel[channel, channel, 1, 1] += 1
    return kernel


def _cut_to_integers(three, one):
    kernel = three.astype(int)
    kernel[:, :, 1, 1] += one[:, :, 0, 0] + np.eye(len(three))
    return kernel


def _draw_paths(rng):
    channels = int(rng.integers(2, 5))
    return rng.normal(size=(channels, channels, 3, 3)), rng.normal(size=(channels, channels, 1, 1))


fold_check = Check(
    "one_kernel",
    _one_kernel,
    probes=[(_rng.integers(-4, 5, (2, 2, 3, 3)) / 2, _rng.integers(-4, 5, (2, 2, 1, 1)) / 2)],
    mistakes=[
        (lambda three, one: np.array(three), "that is the 3 × 3 as it was: the 1 × 1 and the skip are missing."),
        (
            lambda three, one: three + one,
            "you added the 1 × 1 to all nine places: it looks at the middle alone. And the skip is missing.",
        ),
        (
            _in_the_middle(lambda before, one, skip: one + skip),
            "the middle of the 3 × 3 is lost: add to it, with `+=`, where you assign.",
        ),
        (
            _in_the_middle(lambda before, one, skip: before + np.eye(len(one)) * (one + skip)),
            "of the 1 × 1 only the diagonal is used: it joins each channel with all others, too.",
        ),
        (
            _one_added_to_a_kernel,
            "`[1, 1]` picks out the kernel that joins channel 1 with itself: the middle of all kernels is "
            "`[:, :, 1, 1]`, and the ones of the skip lie there where both channels are the same.",
        ),
        (
            _all_four_axes,
            "`one` has four axes, of which the last two are one pixel: take that pixel, and a matrix of channels is "
            "left.",
        ),
        *(
            (
                wrong,
                "you count three channels, as the kernels have rows: there may be any number of them, len(three).",
            )
            for wrong in (
                _put(skip=lambda n: np.eye(3)),
                lambda three, one: _one_by_one(_put(skip=lambda n: 0)(three, one)),
                lambda three, one: _one_by_one(np.array(three)),
            )
        ),
        (
            _cut_to_integers,
            "your kernel is an array of integers, which holds nothing behind the point: leave it float, as it came.",
        ),
        (
            _put(skip=lambda n: 0),
            "the skip is missing: it adds what comes in, as a 1 × 1 of the matrix with ones on its diagonal.",
        ),
        (_put(one=lambda one: 0), "the 1 × 1 is missing."),
        (_put(skip=lambda n: 1), "a skip hands each channel to *itself* alone: ones on the diagonal, zeros elsewhere."),
        (_put(skip=lambda n: np.eye(n)[::-1]), "the skip's matrix has its ones on the other diagonal."),
        (_put(where=(0, 0)), "a 1 × 1 looks at the pixel itself: its weight belongs in the middle, [1, 1]."),
        (_put(where=(2, 2)), "the middle of a 3 × 3 is [1, 1]: places count from 0."),
        (_put(one=lambda one: one[:, :, 0, 0].T), "the 1 × 1 is transposed: weights are (out, in)."),
        (_put(three=0), "the 3 × 3 is missing."),
        (_put(skip=lambda n: -np.eye(n)), "the skip adds: it is + x."),
        (
            _put(one=lambda one: one[:, :, 0, 0] / 9),
            "you shared the 1 × 1 out: its weight stands in the middle as it is.",
        ),
        (
            lambda three, one: _put(one=lambda one: 0)(three + one, one),
            "you added the 1 × 1 to all nine places: it looks at the middle alone.",
        ),
        (
            lambda three, one: _put(skip=lambda n: 0)(three, one) + np.eye(len(three))[:, :, None, None],
            "you added the skip to all nine places: it looks at the middle alone.",
        ),
        (
            lambda three, one: _put(skip=lambda n: 0)(three, one) + np.eye(3),
            "`np.eye(3)` lies on the pixels of each kernel: the skip's ones lie where a channel meets itself.",
        ),
        (
            lambda three, one: three + one + np.eye(len(three))[:, :, None, None],
            "you added to all nine places: a 1 × 1 and a skip look at the middle alone.",
        ),
        (
            lambda three, one: _put()(three[:, :, ::-1, ::-1], one),
            "the kernel is flipped: in deep learning it is used as it stands.",
        ),
        (
            lambda three, one: (_put()(three, one)) / 3,
            "that is the average of the three paths: their results are added.",
        ),
    ],
    draw=_draw_paths,
)


# ---- patches ---------------------------------------------------------------------------------------------------
def _tokens(x, weight):
    return ops.conv2d(x, weight, stride=weight.shape[2]).reshape(len(weight), -1).T


def _cut(
    order=lambda grid: grid, flat=lambda patch: patch.ravel(), rows=lambda weight: weight.reshape(len(weight), -1)
):
    """Return a function that cuts x into patches, with slips: `order` of the places, `flat` of a patch."""

    def tokens(x, weight):
        size = weight.shape[2]
        grid = [(i, j) for i in range(0, x.shape[1], size) for j in range(0, x.shape[2], size)]
        return np.array([rows(weight) @ flat(x[:, i : i + size, j : j + size]) for i, j in order(grid)])

    return tokens


def _patches(x, size):
    return [x[:, i : i + size, j : j + size] for i in range(0, x.shape[1], size) for j in range(0, x.shape[2], size)]


def _numbered(row):
    """Return a function that writes the token of each patch (i, j) to the `row` that it takes to be its own."""

    def tokens(x, weight):
        size = weight.shape[2]
        high, wide = (n // size for n in x.shape[1:])
        found = np.zeros((high * wide, len(weight)))
        for (i, j), token in zip(np.ndindex(high, wide), _tokens(x, weight), strict=True):
            found[row(i, j, high)] = token
        return found

    return tokens


def _draw_a_picture(rng):
    size, (channels, high, wide) = int(rng.integers(2, 4)), rng.permutation([2, 3, 4])
    x = rng.normal(size=(channels, high * size, wide * size))
    return x, rng.normal(size=(int(rng.integers(5, 8)), channels, size, size))


patch_check = Check(
    "tokens",
    _tokens,
    probes=[(_rng.integers(-4, 5, (3, 4, 6)), _rng.integers(-3, 4, (5, 3, 2, 2)) / 2)],
    mistakes=[
        (lambda x, w: _tokens(x, w).T, "that is (D, N): each row is to be a token."),
        (
            lambda x, w: ops.conv2d(x, w, stride=w.shape[2]),
            "that is still a map, (D, rows, columns): lay it out as tokens.",
        ),
        (
            lambda x, w: _tokens(x, w).T.reshape(-1, len(w)),
            "`reshape` does not move axes, it only counts on: transpose the map first.",
        ),
        (
            _cut(order=lambda grid: sorted(grid, key=lambda at: at[::-1])),
            "the patches come column by column: read them row by row.",
        ),
        (_cut(order=lambda grid: grid[::-1]), "the patches come from last to first."),
        (
            _cut(flat=lambda patch: patch.transpose(1, 2, 0).ravel()),
            "the patch is laid out with its channels last, the weights with theirs first.",
        ),
        (_cut(flat=lambda patch: patch.transpose(0, 2, 1).ravel()), "rows and columns of a patch are exchanged."),
        (
            _cut(flat=lambda patch: patch[:, ::-1, ::-1].ravel()),
            "the patch is flipped: weights are used as they stand.",
        ),
        (
            lambda x, w: ops.conv2d(x, w).reshape(len(w), -1).T,
            "your windows overlap: patches lie side by side, so that the stride is the size of a patch.",
        ),
        (_cut(order=lambda grid: grid[:1]), "that is the first patch alone."),
        *(
            (
                wrong,
                "your patches have the wrong size: that of a patch is the last axis of weight, and axis 1 are its "
                "channels.",
            )
            for wrong in (
                lambda x, w: np.array([[(patch * f).sum() for f in w] for patch in _patches(x, w.shape[1])]),
                lambda x, w: np.array([w.reshape(len(w), -1) @ patch.ravel() for patch in _patches(x, w.shape[1])]),
            )
        ),
        (
            _cut(order=lambda grid: [(i // grid[1][1], j // grid[1][1]) for i, j in grid]),
            "your patches overlap: patch number i does not begin at pixel i, but `i` patches further down.",
        ),
        *(
            (
                _numbered(row),
                "two patches have the same number, and the later one wipes the earlier one out: before row i of the "
                "patches, there are i whole rows, each as long as there are patches side by side.",
            )
            for row in (lambda i, j, high: i + j, lambda i, j, high: i * high + j)
        ),
        (
            lambda x, w: _cut(rows=lambda weight: np.eye(weight[0].size))(x, w),
            "those are the patches, laid flat: each is still to meet the weights, once for each number of its token.",
        ),
        (
            lambda x, w: _cut()(x[:1], w[:, :1]),
            "only the first channel is read.",
        ),
        (
            lambda x, w: _tokens(x, w) / w[0].size,
            "that is an average: a token is a sum of products.",
        ),
        (
            lambda x, w: x.reshape(-1, w[0].size) @ w.reshape(len(w), -1).T,
            "`reshape` alone cuts no patches: it lays out whole rows of the picture. Cut rows and columns.",
        ),
        (
            lambda x, w: np.concatenate([np.zeros((1, len(w))), _tokens(x, w)]),
            "there is one token too many: the class token is not asked for.",
        ),
    ],
    draw=_draw_a_picture,
)

register(vgg_check, swap_check, budget_check, fold_check, patch_check)
