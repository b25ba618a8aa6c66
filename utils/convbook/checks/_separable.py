"""The exercises of chapter 6: what is right, probes, and the mistakes that readers make."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from convbook import ops, shapes
from convbook.checks._words import holds_no_nan
from convbook.checks.judge import Check, register

_rng = np.random.default_rng(6)


# ---- groups that do not talk -----------------------------------------------------------------------------------
def _grouped(x, weight, groups):
    return ops.conv2d(x, weight, groups=groups)


def _parts(x, weight, groups, channels=np.split, filters=np.split):
    """Return the output of each group; `channels` and `filters` say how x and weight are cut."""
    pairs = zip(channels(x, groups), filters(weight, groups), strict=True)
    return [ops.conv2d(each, own) for each, own in pairs]


def _joined(**cuts):
    return lambda x, weight, groups: np.concatenate(_parts(x, weight, groups, **cuts))


def _dealt(array, groups):
    return [array[group::groups] for group in range(groups)]


def _full(x, weight):
    """Return a full convolution as the task gives it to its readers: what does not fit, it refuses in its own words."""
    windows = sliding_window_view(x, weight.shape[2:], axis=(1, 2))
    return np.einsum("cijuv,ocuv->oij", windows, weight)


def _sliced(channels, filters):
    """Return slices of so many channels and filters for each group, as functions of (x, weight, groups)."""

    def grouped_conv(x, weight, groups):
        c, f = channels(x, weight, groups), filters(x, weight, groups)
        cut = [(x[g * c : (g + 1) * c], weight[g * f : (g + 1) * f]) for g in range(groups)]
        return np.concatenate([_full(*pair) for pair in cut])

    return grouped_conv


def _in_turns(x, weight, groups):
    """Return what filters give of which neighbours belong to different groups."""
    (out, deep), kernel = weight.shape[:2], weight.shape[2:]
    wall = np.zeros((out, len(x), *kernel))
    for f, own in enumerate(weight):
        first = f % groups * deep
        wall[f, first : first + deep] = own
    return ops.conv2d(x, wall)


def _grouped_by_counting_groups(x, weight, groups):
    deep = weight.shape[1]
    cut = [(x[g * deep :][:deep], weight[g * groups :][:groups]) for g in range(groups)]
    return np.concatenate([ops.conv2d(*pair) for pair in cut if len(pair[1])])


def _draw_a_grouped_layer(rng):
    groups, (deep, filters), (kh, kw) = rng.integers(2, 5), rng.permutation([1, 2, 3])[:2], rng.integers(1, 4, 2)
    x = rng.integers(-9, 10, (groups * deep, kh + rng.integers(1, 4), kw + rng.integers(1, 4)))
    return x, rng.normal(size=(groups * filters, deep, kh, kw)), int(groups)


grouped_check = Check(
    "grouped_conv",
    _grouped,
    probes=[
        (_rng.integers(-4, 5, (6, 3, 4)) / 2, _rng.integers(-3, 4, (9, 2, 2, 3)), 3),
        (np.arange(36).reshape(6, 3, 2) % 7, (np.arange(24).reshape(2, 3, 2, 2) % 5 - 2.5), 2),
    ],
    mistakes=[
        (
            lambda x, w, g: ops.conv2d(x[: w.shape[1]], w),
            "every group reads the first channels: group n reads its own, from n · C_in / groups on.",
        ),
        (
            lambda x, w, g: ops.conv2d(x[-w.shape[1] :], w),
            "every group reads the last channels: each has its own share of them.",
        ),
        (
            lambda x, w, g: ops.conv2d(x, np.tile(w, (1, g, 1, 1))),
            "every output reads all channels, so the groups mix: a filter sees the channels of its own group alone.",
        ),
        (
            _joined(channels=_dealt, filters=_dealt),
            "channels and filters are both dealt out like cards, as a shuffle does: a group is a block of neighbours.",
        ),
        (
            lambda x, w, g: np.stack([ops.conv2d(x[n::g], w[n::g]) for n in range(g)], 1).reshape(
                _grouped(x, w, g).shape
            ),
            "channels and filters are both dealt out like cards, as a shuffle does: a group is a block of neighbours.",
        ),
        (
            lambda x, w, g: _grouped(x, w[:, :, ::-1, ::-1], g),
            "the kernels are flipped: deep learning slides them as they stand, and `conv` does so already.",
        ),
        (
            lambda x, w, g: _full(x, w),
            "a filter is C_in / groups channels deep, and x has all of them: let each group of filters read its own "
            "share.",
        ),
        (
            _sliced(lambda x, w, g: g, lambda x, w, g: g),
            "your slices are `groups` long: a group has C_in / groups channels, and C_out / groups filters.",
        ),
        (
            _sliced(lambda x, w, g: len(x) // g, lambda x, w, g: len(x) // g),
            "you cut the filters as you cut the channels: a group has C_in / groups channels, but C_out / groups "
            "filters.",
        ),
        (
            _sliced(lambda x, w, g: len(x) / g, lambda x, w, g: len(w) / g),
            "a slice begins and ends at whole numbers: `/` gives a float, even where nothing is left over.",
        ),
        (
            lambda x, w, g: _joined(filters=lambda weight, groups: np.split(weight, groups, axis=1))(x, w, g),
            "axis 1 of the weights holds the channels of one group, which are not to be cut: the filters are axis 0.",
        ),
        (
            _in_turns,
            "the filters take the groups in turns: the first C_out / groups of them belong to the first group.",
        ),
        (
            _grouped_by_counting_groups,
            "you took `groups` filters for each group: a group has C_out / groups of them, so output o belongs to "
            "group o // (C_out / groups).",
        ),
        (
            _joined(channels=_dealt),
            "the channels are dealt out like cards: the first group gets the first channels, side by side.",
        ),
        (
            _joined(filters=_dealt),
            "the filters of a group stand side by side in weight: the first ones belong to the first group.",
        ),
        (
            lambda x, w, g: np.stack(_parts(x, w, g), axis=1).reshape(_grouped(x, w, g).shape),
            "the outputs of the groups come in turns: first all of the first group, then all of the second.",
        ),
        (lambda x, w, g: sum(_parts(x, w, g)), "the groups are added up: they do not meet, so line them up."),
        (
            lambda x, w, g: np.stack(_parts(x, w, g)),
            "the groups have an axis of their own: let their outputs follow each other, with np.concatenate.",
        ),
        (
            _joined(filters=lambda weight, groups: [weight] * groups),
            "there are too many channels: each group has its own filters, C_out / groups of them.",
        ),
        (
            lambda x, w, g: _parts(x, w, g)[0],
            "that is only the first group: is `return` inside the loop?",
        ),
        (lambda x, w, g: _parts(x, w, g)[-1], "that is only the last group: collect the outputs, do not overwrite."),
        (
            lambda x, w, g: np.concatenate(_parts(x, w, g), axis=1),
            "the outputs lie below each other, as rows of one map: channels are the first axis.",
        ),
        (lambda x, w, g: np.concatenate(_parts(x, w, g)[::-1]), "the groups come in the opposite order."),
        (lambda x, w, g: np.concatenate(_parts(x, w, g)[:-1]), "the last group is missing: count up to groups − 1."),
        (
            lambda x, w, g: np.concatenate([ops.conv2d(a[:1], b[:, :1]) for a, b in _pairs(x, w, g)]),
            "only the first channel of a group counts: a filter adds up over all channels of its group.",
        ),
        (
            lambda x, w, g: np.concatenate([ops.conv2d(a, b) for a, b in _pairs(x, w, 2)]),
            "you always make two halves: there are `groups` parts.",
        ),
    ],
    draw=_draw_a_grouped_layer,
)


def _pairs(x, weight, groups):
    return zip(np.split(x, groups), np.split(weight, groups), strict=True)


# ---- 34,048 put right ------------------------------------------------------------------------------------------
def _separable_parameters(c_in, c_out, k, multiplier, bias):
    depthwise = shapes.conv_parameters(c_in, c_in * multiplier, k, c_in, bias)
    return depthwise + shapes.conv_parameters(c_in * multiplier, c_out, 1, bias=bias)


def _counted(weights=None, biases=lambda c, o, m: c * m + o):
    """Return a count with a mistake in its `weights` (of c_in, c_out, k, multiplier) or its `biases`."""
    weights = weights or (lambda c, o, k, m: k * k * c * m + c * m * o)
    return lambda c_in, c_out, k, multiplier, bias: (
        weights(c_in, c_out, k, multiplier) + bias * biases(c_in, c_out, multiplier)
    )


def _draw_channels(rng):
    c_in, c_out = rng.permutation(np.arange(4, 40))[:2]
    return int(c_in), int(c_out), int(rng.integers(2, 8)), int(rng.integers(2, 4)), bool(rng.integers(2))


parameters_check = Check(
    "separable_parameters",
    _separable_parameters,
    probes=[(128, 256, 3, 1, False), (10, 7, 5, 2, True)],
    mistakes=[
        (
            _counted(biases=lambda c, o, m: c * m),
            "the biases of the pointwise half are missing: it has one for each channel that goes out.",
        ),
        (
            _counted(biases=lambda c, o, m: o),
            "the biases of the depthwise half are missing: each of its outputs has one.",
        ),
        (
            lambda c, o, k, m, bias: _separable_parameters(c, o, k, m, False),
            "the biases are never counted: with bias=True, both halves have them.",
        ),
        (
            lambda c, o, k, m, bias: _separable_parameters(c, o, k, m, True),
            "the biases are always counted: with bias=False there are none.",
        ),
        (_counted(biases=lambda c, o, m: 2), "you gave one bias for each layer: it is one for each of its outputs."),
        (
            _counted(biases=lambda c, o, m: c + o),
            "the depthwise half has c_in · multiplier outputs, the channels between the halves, and a bias for each.",
        ),
        (
            lambda c, o, k, m, bias: shapes.conv_parameters(c, o, k, bias=bias),
            "that is the full convolution, with a kernel for every pair of channels.",
        ),
        (
            _counted(lambda c, o, k, m: k * k * c * m + k * k * c * m * o),
            "the pointwise half has kernels of 1 × 1: one weight for each pair.",
        ),
        (
            _counted(lambda c, o, k, m: k * k * c * c * m + c * m * o),
            "a depthwise filter reads one channel, not all of them: k² weights each.",
        ),
        (
            _counted(lambda c, o, k, m: k * c * m + c * m * o),
            "a depthwise kernel has k × k weights: you counted one side of it.",
        ),
        (
            lambda c, o, k, m, bias: _separable_parameters(c, o, k, 1, bias),
            "the multiplier is not used: it says how many filters each channel gets.",
        ),
        (
            _counted(lambda c, o, k, m: k * k * c * m + c * o),
            "the multiplier makes more channels between the halves, and the pointwise half also reads them.",
        ),
        (
            _counted(lambda c, o, k, m: k * k * c + c * m * o),
            "the multiplier multiplies the depthwise filters, too: c_in · multiplier of them.",
        ),
        (
            _counted(lambda c, o, k, m: k * k * c * m * c * m * o),
            "the halves run one after the other: their weights add, they do not multiply.",
        ),
        (
            _counted(lambda c, o, k, m: k * k * o + c * o, biases=lambda c, o, m: 2 * o),
            "a depthwise layer has filters for each input channel, not one for each output of the whole.",
        ),
        *(
            (
                _counted(wrong),
                "you gave the depthwise half a kernel for each channel that goes out of the *pair*: it works on "
                "those that come in, c_in · multiplier kernels.",
            )
            for wrong in (lambda c, o, k, m: k * k * o + c * m * o, lambda c, o, k, m: (k * k + c) * m * o)
        ),
        (
            lambda c, o, k, m, bias: _separable_parameters(o, c, k, m, bias),
            "c_in and c_out are exchanged: the depthwise half works on the channels that come in.",
        ),
        (
            lambda c, o, k, m, bias: _separable_parameters(c, o, k, m, False) + c * m,
            "that is the 34,048: the biases of the depthwise half are in it, always, and those of the pointwise half "
            "never. With bias=True both have them, with bias=False neither.",
        ),
        (
            lambda c, o, k, m, bias: (
                shapes.conv_parameters(c, c * m, k, c, bias),
                shapes.conv_parameters(c * m, o, 1, bias=bias),
            ),
            "those are the two halves: one number is asked for, of both together.",
        ),
        (
            lambda c, o, k, m, bias: shapes.conv_parameters(c, c * m, k, c, bias),
            "the pointwise half is missing.",
        ),
        (
            lambda c, o, k, m, bias: shapes.conv_parameters(c * m, o, 1, bias=bias),
            "the depthwise half is missing.",
        ),
    ],
    whole=True,
    draw=_draw_channels,
)


# ---- MobileNet's table -----------------------------------------------------------------------------------------
def _depthwise(c, o, before, pixels):
    return 9 * c * pixels


def _pointwise(c, o, before, pixels):
    return c * o * pixels


def _table(depthwise=_depthwise, pointwise=_pointwise, size=lambda n, stride: (n - 1) // stride + 1):
    """Return a table with a mistake in one of its halves or in the sizes."""

    def block_macs(channels, height, width, blocks):
        rows = []
        for out, stride in blocks:
            before = height * width
            height, width = size(height, stride), size(width, stride)
            rows.append([half(channels, out, before, height * width) for half in (depthwise, pointwise)])
            channels = out
        return rows

    return block_macs


_block_macs = _table()


def _stride_twice(channels, height, width, blocks):
    """Give the depthwise half the stride, and the pointwise half once more."""
    rows = []
    for out, stride in blocks:
        for half in (_depthwise, _pointwise):
            height, width = ((n - 1) // stride + 1 for n in (height, width))
            rows.append(half(channels, out, None, height * width))
        channels = out
    return np.reshape(rows, (-1, 2))


def _channels_of_the_picture(channels, height, width, blocks):
    return [
        [_depthwise(channels, out, None, pixels // (9 * c)), channels * out * (pixels // (9 * c))]
        for (out, _), c, (pixels, _) in zip(
            blocks,
            [channels, *(out for out, _ in blocks)],
            _block_macs(channels, height, width, blocks),
            strict=False,
        )
    ]


def _always_the_pictures_size(channels, height, width, blocks):
    before = [channels, *(out for out, _ in blocks)]
    return [_block_macs(c, height, width, [block])[0] for c, block in zip(before, blocks, strict=False)]


def _draw_blocks(rng):
    height, width = rng.permutation(np.arange(14, 31))[:2]
    outs, strides = rng.permutation(np.arange(2, 40))[:3], rng.permutation([1, 2, 3])
    blocks = [(int(out), int(stride)) for out, stride in zip(outs, strides, strict=True)]
    return int(rng.integers(2, 9)), int(height), int(width), blocks


table_check = Check(
    "block_macs",
    _block_macs,
    probes=[(3, 13, 10, [(4, 2), (8, 1), (5, 3)])],
    mistakes=[
        (_table(size=lambda n, stride: n), "the stride is ignored: with stride 2, a block leaves every second place."),
        (
            _table(depthwise=lambda c, o, before, pixels: _depthwise(c, o, None, before)),
            "the depthwise half is counted at the input's size: it has the stride itself, and stops that much less "
            "often.",
        ),
        (
            _table(
                lambda c, o, before, pixels: _depthwise(c, o, None, before),
                lambda c, o, before, pixels: _pointwise(c, o, None, before),
            ),
            "both halves are counted at the size that comes in: the stride comes first, in the depthwise half.",
        ),
        (
            _table(pointwise=lambda c, o, before, pixels: _pointwise(c, o, None, before)),
            "the pointwise half reads what the depthwise half has left, after the stride.",
        ),
        (
            _table(size=lambda n, stride: n // stride),
            "with one pixel of padding, sizes that do not divide round up: 7 becomes 4 at stride 2.",
        ),
        (
            _table(size=lambda n, stride: (n - 3) // stride + 1),
            "you left out the padding: there is one pixel of it on every side.",
        ),
        (_channels_of_the_picture, "a block reads the channels of the block before it, not those of the picture."),
        (
            _table(depthwise=lambda c, o, before, pixels: 9 * o * pixels),
            "the depthwise half works on the channels that come in: the pointwise half changes their number.",
        ),
        (
            _table(depthwise=lambda c, o, before, pixels: 9 * c * o * pixels),
            "your depthwise half is a full convolution: each of its filters reads one channel.",
        ),
        (
            _table(depthwise=lambda c, o, before, pixels: c * pixels),
            "a depthwise filter has nine weights: 9 multiplications for each output.",
        ),
        (
            _table(pointwise=lambda c, o, before, pixels: 9 * c * o * pixels),
            "the pointwise half has kernels of 1 × 1: one multiplication for each pair of channels.",
        ),
        (
            lambda channels, height, width, blocks: _block_macs(channels, height, height, blocks),
            "you took the height for both: the width shrinks by itself.",
        ),
        (
            _table(lambda c, o, before, pixels: 9 * c, lambda c, o, before, pixels: c * o),
            "that is the number of weights: each is used at every place of the output.",
        ),
        (
            _always_the_pictures_size,
            "a block begins with the size that the block before it has left, not with that of the picture.",
        ),
        (
            lambda *call: 2 * np.array(_block_macs(*call)),
            "these are FLOPs: a MAC, a multiplication and an addition, is two FLOPs.",
        ),
        (
            lambda *call: np.transpose(_block_macs(*call)),
            "those are two lists, one for each half: one pair for each block is asked for.",
        ),
        (
            _table(depthwise=lambda c, o, before, pixels: 3 * c * pixels),
            "a depthwise kernel has 3 × 3, nine weights: you counted one side of it.",
        ),
        (
            _table(depthwise=lambda c, o, before, pixels: 9 * c * c * pixels),
            "a depthwise kernel reads one channel: nine weights for each of them, and not for each pair.",
        ),
        (
            _table(size=lambda n, stride: (n + 1) // stride),
            "your maps grow where the stride is 1: divide by the stride, and round up.",
        ),
        (lambda *call: np.sum(_block_macs(*call), axis=1), "keep the two halves apart: (depthwise, pointwise)."),
        (lambda *call: np.array(_block_macs(*call))[:, ::-1], "the depthwise half comes first in each pair."),
        (lambda *call: _block_macs(*call)[:1], "that is only the first block: is `return` inside the loop?"),
        (_stride_twice, "the stride counts twice: only the depthwise half has it."),
    ],
    whole=True,
    draw=_draw_blocks,
)


# ---- column times row ------------------------------------------------------------------------------------------
def _factors(kernel):
    i, j = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    return kernel[:, j] / kernel[i, j], kernel[i].astype(float)


def _scaled(change):
    """Return a mistake that `change` makes of the right (column, row)."""
    return lambda kernel: change(*_factors(kernel))


def _largest(array):
    return array[np.abs(array).argmax()]


def _without_magnitudes(kernel):
    i, j = np.unravel_index(kernel.argmax(), kernel.shape)
    return kernel[:, j] / kernel[i, j], kernel[i]


def _by_svd(power):
    """Return the singular vectors with the singular value shared out: `power` of it for the column and for the row."""

    def factors(kernel):
        u, s, vt = np.linalg.svd(kernel)
        return u[:, 0] * s[0] ** power[0], vt[0] * s[0] ** power[1]

    return factors


def _draw_a_rank_1_kernel(rng):
    """Draw a kernel whose largest magnitude is below 0 and alone; zeros on top and left, or rows that sum to 0."""
    column, other = (rng.permutation([5, -rng.integers(1, 4), rng.integers(1, 4)]) for _ in "ab")
    row = other if rng.integers(2) else rng.permutation([5, -2, -3])
    return (np.pad(np.outer(column, -row) / 2, [(int(rng.integers(2)), 0)] * 2),)


def _by_rescaled_svd(largest=lambda column: _largest(column), row=lambda s, m: s * m):
    """Return the singular vectors, the column divided by its `largest` entry m, the row times `row` (s, m)."""

    def factors(kernel):
        u, s, vt = np.linalg.svd(kernel)
        m = largest(u[:, 0])
        return u[:, 0] / m, row(s[0], m) * vt[0]

    return factors


def _by_column_of_the_svd(kernel):
    u, s, vt = np.linalg.svd(kernel)
    m = _largest(u[:, 0])
    return u[:, 0] / m, s[0] * m * vt[:, 0]


def _by_one_number(kernel):
    i, j = np.argmax(np.abs(kernel))
    return kernel[:, j] / kernel[i, j], kernel[i]


def _by_its_magnitude(kernel):
    i, j = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    return kernel[:, j] / abs(kernel[i, j]), kernel[i]


def _from_the_middle_row(kernel):
    middle = kernel[len(kernel) // 2]
    j = np.abs(middle).argmax()
    return kernel[:, j] / middle[j], middle


factors_check = Check(
    "factors",
    _factors,
    probes=[(np.outer([0, 1, -4, 2], [0, 3, -1, 2]),), (np.outer([-6, 2, 3], [1, -3, 2]),)],
    requirements=[
        (
            holds_no_nan,
            "0 divided by 0 is not a number: the corner of a kernel may be 0, and so may the sum of each row. "
            "Where is an entry that is not?",
        )
    ],
    mistakes=[
        (_scaled(lambda column, row: (row, column)), "the two are exchanged: (column, row) is asked for."),
        (
            lambda kernel: _factors(kernel.T),
            "you worked on the kernel on its side: the column runs down, kernel[:, j], and the row across, kernel[i].",
        ),
        (
            _by_svd((0, 1)),
            "your column has length 1, as the SVD gives it: divide it by its largest entry, and multiply the row.",
        ),
        (
            _by_svd((1, 0)),
            "your column has the singular value, and your row the length 1, as the SVD gives it: divide the column by "
            "its largest entry, and multiply the row by it.",
        ),
        (
            _by_column_of_the_svd,
            "np.linalg.svd returns the second factor transposed: to the first singular value belongs its first *row*.",
        ),
        (
            _by_one_number,
            "argmax counts through the whole kernel, and gives one number: np.unravel_index makes a row and a column "
            "of it.",
        ),
        (
            lambda kernel: (_factors(kernel)[0][:, None], _factors(kernel)[1][None]),
            "your factors still have two axes: a column and a row are asked for as plain lists of numbers, with one.",
        ),
        (
            _by_its_magnitude,
            "the largest entry of your column is −1: divide by the entry itself, not by its magnitude, for its sign "
            "belongs to it.",
        ),
        (
            _by_svd((0.5, 0.5)),
            "the scale is shared out between the two: here the largest entry of the column is 1, and the row has the "
            "rest.",
        ),
        *(
            (
                _by_rescaled_svd(largest=largest),
                "the column of an SVD may come with either sign: divide it by the entry whose *magnitude* is largest, "
                "sign and all, u[np.abs(u).argmax()].",
            )
            for largest in (np.max, lambda column: np.abs(column).max())
        ),
        (
            _by_rescaled_svd(row=lambda s, m: s),
            "you have rescaled only one of the two: what the column is divided by, the row has to be multiplied by.",
        ),
        *(
            (
                _by_rescaled_svd(row=row),
                "the singular value is missing from the row: without it the product is not the kernel.",
            )
            for row in (lambda s, m: m, lambda s, m: 1)
        ),
        (
            _from_the_middle_row,
            "their product is the kernel, but you always took the middle row: the largest entry may be in any.",
        ),
        (_by_svd((0, 0)), "the singular value is missing: without it the product is not the kernel."),
        (
            _scaled(lambda column, row: (-column, -row)),
            "the largest entry of your column is −1: divide by the entry itself, not by its magnitude, for its sign "
            "belongs to it.",
        ),
        (
            _without_magnitudes,
            "you divided by the largest number, not the largest magnitude: a number below 0 may have it, as −12 has "
            "beside 6.",
        ),
        (
            _scaled(lambda column, row: (column * _largest(row), row / _largest(row))),
            "the 1 is asked of the column, not of the row.",
        ),
        (
            _scaled(lambda column, row: (column, row / _largest(row))),
            "both are scaled, and the strength of the kernel is lost: the row must keep it.",
        ),
        (
            lambda kernel: (_factors(kernel)[0], kernel[0]),
            "the column is right, but not the row: their product is the kernel only if the row is that of the 1.",
        ),
        (
            _scaled(lambda column, row: (np.trunc(column), row)),
            "the column has lost what stands behind the point: divide with `/`, and keep it float.",
        ),
        (
            lambda kernel: (_factors(kernel)[0], kernel[1]),
            "the column is right, but your row is always row 1: take the row in which the column has its 1.",
        ),
        (_scaled(np.outer), "that is the kernel again: return the two factors."),
        (_scaled(lambda column, row: (abs(column), abs(row))), "the entries keep their signs: you made all positive."),
        (
            lambda kernel: (kernel.sum(axis=1), kernel.sum(axis=0)),
            "these are sums of the rows and columns: they have the right directions, but not the right scale, and for "
            "some kernels they are 0.",
        ),
    ],
    draw=_draw_a_rank_1_kernel,
)


# ---- time against MACs -----------------------------------------------------------------------------------------
def _times(c_in, c_out, size, k, groups, gflops, gbytes, moved=(1, 1, 1)):
    """Return the milliseconds of the arithmetic and of the bytes; `moved` weighs input, weights and output."""
    weights = shapes.conv_parameters(c_in, c_out, k, groups, bias=False)
    numbers = np.dot(moved, (c_in * size**2, weights, c_out * size**2))
    return 2 * size**2 * weights / gflops / 1e6, 4 * numbers / gbytes / 1e6


def _least_time(c_in, c_out, size, k, groups, gflops, gbytes):
    return max(_times(c_in, c_out, size, k, groups, gflops, gbytes))


def _timed(pick=max, arithmetic=1, bytes_=1, moved=(1, 1, 1), unit=1):
    """Return a time with a mistake: factors for the arithmetic, the bytes and the unit, or another way to pick."""
    return lambda *call: unit * pick([arithmetic * _times(*call)[0], bytes_ * _times(*call, moved=moved)[1]])


def _groups_twice(c_in, c_out, size, k, groups, gflops, gbytes):
    weights = (c_in // groups) * (c_out // groups) * k**2
    numbers = size**2 * (c_in + c_out) + weights
    return max(2 * size**2 * weights / gflops, 4 * numbers / gbytes) / 1e6


def _draw_a_layer(rng):
    """Draw a layer for which reading, writing and the arithmetic all matter: depthwise or full."""
    size, k, channels = int(rng.integers(6, 15)), int(rng.choice([3, 5])), int(rng.integers(3, 7)) * 8
    groups = int(rng.choice([1, 8, channels]))
    return channels, 3 * channels, size, k, groups, float(rng.choice([1, 100])), float(rng.choice([1, 0.01]))


time_check = Check(
    "least_time",
    _least_time,
    probes=[(32, 96, 14, 3, 1, 100, 10), (32, 96, 14, 3, 16, 100, 3)],
    mistakes=[
        (_timed(sum), "you added the two: arithmetic and transport run at the same time, so the longer one counts."),
        (_timed(min), "that is the shorter of the two: the layer is ready when the slower one is."),
        (_timed(lambda pair: pair[0]), "that is the arithmetic alone: the bytes have to be moved, too."),
        (_timed(lambda pair: pair[1]), "that is the transport alone: the arithmetic takes time, too."),
        (_timed(arithmetic=1 / 2), "a MAC is two FLOPs, a multiplication and an addition."),
        (
            lambda i, o, n, k, g, *speeds: _least_time(i, o, n, k, 1, *speeds),
            "the groups are not used: a filter reads c_in / groups channels.",
        ),
        (
            lambda *call: _timed(moved=(1, call[4], 1))(*call),
            "the groups count for the FLOPs only: they leave fewer weights to read, too, c_out · c_in / groups · k².",
        ),
        (
            lambda *call: _timed(moved=(1, 1, call[0] / call[1]))(*call),
            "the output has c_out channels: you counted those of the input for it.",
        ),
        (_timed(moved=(1, 0, 1)), "the weights have to be read, as well as the input."),
        (_timed(moved=(1, 1, 0)), "the output has to be written: c_out · size² numbers."),
        (_timed(moved=(0, 1, 1)), "the input has to be read: c_in · size² numbers."),
        (_timed(bytes_=1 / 4), "a number has four bytes: you counted one for each."),
        (_timed(bytes_=8), "you counted bits: eight of them are a byte, and `gbytes` are bytes."),
        (
            _groups_twice,
            "the groups count twice: each of them has C_out / groups filters, but there are `groups` of them, so that "
            "there are C_out · C_in / groups · k² weights in all.",
        ),
        (_timed(bytes_=2), "a float32 has four bytes: you counted eight."),
        (_timed(unit=1 / 1000), "that is in seconds: milliseconds are asked for."),
        (_timed(unit=1000), "that is in microseconds: milliseconds are asked for."),
        (
            lambda *call: 2e6 * call[5] * _times(*call)[0] / 2,
            "that is the number of FLOPs: divide by how many there are in a time (milliseconds: gflops · 1e6).",
        ),
        (
            lambda *call: max(_times(*call)[0], _times(*call, moved=(1 / call[4], 1, 1))[1]),
            "each group reads its own group alone, but all groups together read the whole input once.",
        ),
        (_timed(np.mean), "that is the average of the two: the longer one counts."),
    ],
    draw=_draw_a_layer,
)


# ---- how separable is a layer? ---------------------------------------------------------------------------------
def _walls(weight):
    """Return, for each input channel, all its kernels as the rows of a matrix (c_out, k²)."""
    return weight.transpose(1, 0, 2, 3).reshape(weight.shape[1], len(weight), -1)


def _missed(values, multiplier, power=2):
    powers = np.linalg.svd(values, compute_uv=False) ** power
    return powers[..., max(multiplier, 0) :].sum() / powers.sum()


def _separable_error(weight, multiplier):
    return _missed(_walls(weight), multiplier)


def _with_rows_of(shape):
    """Return the error with a matrix of this `shape`, a function of the weights, for each channel."""

    def separable_error(weight, multiplier):
        walls = [weight[:, c].reshape(shape(weight)) for c in range(weight.shape[1])]
        return sum(_missed(wall, multiplier) * (wall**2).sum() for wall in walls) / (weight**2).sum()

    return separable_error


def _draw_a_bank(rng):
    c_in, c_out, (kh, kw) = rng.integers(2, 5), rng.integers(6, 9), rng.permutation([2, 3])
    scales = rng.integers(1, 4, (1, c_in, 1, 1))  # channels of different strength
    return scales * rng.normal(size=(c_out, c_in, kh, kw)), int(rng.integers(1, 3))


error_check = Check(
    "separable_error",
    _separable_error,
    probes=[
        (np.array([1, 3, 2]).reshape(3, 1, 1) * _rng.integers(-4, 5, (5, 3, 3, 3)), 2),
        (np.array([2, 1]).reshape(2, 1, 1) * _rng.integers(-4, 5, (3, 2, 2, 3)), 1),
    ],
    mistakes=[
        (lambda w, m: 1 - _separable_error(w, m), "that much is kept: what is missed is the rest."),
        (
            lambda w, m: _missed(w.reshape(-1, w[0, 0].size), m),
            "you made one matrix of all channels: each input channel has depthwise filters of its own, so it has a "
            "matrix of its own.",
        ),
        (
            lambda w, m: _missed(w.reshape(*w.shape[:2], -1), m),
            "you made a matrix for each output channel, weight[o]: here each *input* channel has one, weight[:, c].",
        ),
        (
            lambda w, m: _missed(w, m),
            "you asked of each kernel how well it is a column times a row in space: here the rows of a matrix are "
            "whole kernels.",
        ),
        (
            lambda w, m: _missed(_walls(w), m, power=1),
            "you added the singular values themselves: add their squares.",
        ),
        (
            lambda w, m: sum(np.linalg.svd(_walls(w), compute_uv=False)[:, m:].ravel()) / (w**2).sum(),
            "above the line you added the singular values, below it squares: square them above, too.",
        ),
        (
            lambda w, m: _missed(w.reshape(len(w), -1), m),
            "you made one matrix with a row for each filter, over all channels: each input channel has depthwise "
            "filters of its own, so it has a matrix of its own.",
        ),
        (
            _with_rows_of(lambda w: (-1, 9)),
            "a kernel need not be 3 × 3: its row has kh · kw numbers, which reshape(len(weight), -1) counts by itself.",
        ),
        (
            _with_rows_of(lambda w: (len(w), w.shape[2] ** 2)),
            "a kernel need not be square: its row has kh · kw numbers, which reshape(len(weight), -1) counts by "
            "itself.",
        ),
        *(
            (lambda w, m, kept=kept: _separable_error(w, kept), "the multiplier is not used: it may be any number.")
            for kept in (1, 2)
        ),
        (lambda w, m: np.sqrt(_separable_error(w, m)), "that is the root of the share: leave it squared."),
        (
            lambda w, m: np.mean([_missed(wall, m) for wall in _walls(w)]),
            "that is the average of the channels' shares: add up over all channels first, and divide once.",
        ),
        (
            lambda w, m: _separable_error(w, m + 1),
            "your fit has one too many: the multiplier is the number of singular values that are kept.",
        ),
        (
            lambda w, m: _separable_error(w, m - 1),
            "your fit has one too few: singular values count from 0, so that `s[multiplier:]` are missed.",
        ),
        (
            lambda w, m: _separable_error(w, m) * (w**2).sum(),
            "that is the sum of what is missed, not its share: divide by the sum of all squared weights.",
        ),
        (lambda w, m: _separable_error(w[:, :1], m), "that is only the first channel: all of them count."),
        (
            lambda w, m: _missed(w.reshape(w.shape[1], len(w), -1), m),
            "`reshape` does not move axes, it only counts on: take weight[:, c] for each c, or transpose first.",
        ),
        (lambda w, m: 100 * _separable_error(w, m), "that is in percent: leave it as a share, between 0 and 1."),
        (
            lambda w, m: _separable_error(w, m) - _separable_error(w, m + 1),
            "you counted only the largest that is left out: all of the following are missed, too.",
        ),
    ],
    draw=_draw_a_bank,
)

register(grouped_check, parameters_check, table_check, factors_check, time_check, error_check)
