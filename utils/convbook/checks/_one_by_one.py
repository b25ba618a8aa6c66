"""The exercises of chapter 5: what is right, probes, and the mistakes that readers make."""

import math

import numpy as np

from convbook import ops
from convbook.checks.judge import Check, register


# ---- one product -----------------------------------------------------------------------------------------------
def _pointwise(x, weight, bias):
    return ops.pointwise_conv2d(x, weight, bias)


def _sizes(x, weight):
    return len(x), len(weight), *x.shape[2:]


def _pixels_in_rows(x):
    return x.transpose(0, 2, 3, 1).reshape(-1, x.shape[1])


def _cut_into_rows(x):
    return x.reshape(-1, x.shape[1])


def _back(rows, x, weight):
    n, c_out, height, width = _sizes(x, weight)
    return rows.reshape(n, height, width, c_out).transpose(0, 3, 1, 2)


def _cut_into_maps(rows, x, weight):
    return rows.reshape(_sizes(x, weight))


def _by_rows(enter=_pixels_in_rows, leave=_back):
    """Return an answer that writes pixels as rows, multiplies and writes them back; the arguments are the mistakes."""
    return lambda x, weight, bias: leave(enter(x) @ weight.T + bias, x, weight)


def _bias_on_the_last_axis(flat):
    """Return an answer that adds the bias as it stands, to what is (N, C, H·W) if `flat`, and (N, C, H, W) if not."""

    def pointwise(x, weight, bias):
        y = weight @ x.reshape(*x.shape[:2], -1)
        return ((y if flat else y.reshape(_sizes(x, weight))) + bias).reshape(_sizes(x, weight))

    return pointwise


def _as_one_picture(x, weight, bias):
    y = weight @ x.reshape(x.shape[1], -1) + bias[:, None]
    return y.reshape(_sizes(x, weight))


def _batch_behind_the_channels(x, weight, bias):
    y = weight @ x.swapaxes(0, 1).reshape(x.shape[1], -1) + bias[:, None]
    return y.reshape(_sizes(x, weight))


def _into_the_shape_of_x(x, weight, bias):
    output = np.zeros(x.shape)
    for channel, map_ in enumerate(_pointwise(x, weight, bias).swapaxes(0, 1)):
        output[:, channel] = map_  # raises what a student's line raises
    return output


def _draw_pixels(rng):
    """Draw pictures with several channels, in half of all cases one, of integers and as wide as there are filters."""
    n, c_in, height, filters = (int(size) for size in rng.integers([1, 2, 2, 4], [4, 4, 4, 6]))
    width = filters if rng.integers(2) else filters + 1
    x = rng.integers(0, 200, (n, c_in, height, width), dtype=np.uint8)
    weight, bias = rng.integers(-8, 9, (filters, c_in)) / 4, rng.integers(-40, 41, filters) / 4
    return [x, x / 4][rng.integers(2)], weight, bias


_ON_THE_LAST_AXIS = (
    "the bias meets the last axis and not the channels: it is one for each channel, not one for each column. Give it "
    "axes of length 1 behind, bias[:, None, None] or bias[:, None], or add it while the channels stand last."
)

pointwise_check = Check(
    "pointwise",
    _pointwise,
    probes=[
        (
            np.array([[[[1, 2, 3, 4]], [[5, 6, 7, 8]]], [[[0, 3, 1, 9]], [[2, 2, 8, 1]]]], dtype=float),
            np.array([[1, 0], [0.5, -1], [2, 1], [-1, 3]]),
            np.array([10, -20, 0.5, 1]),
        ),
        (
            np.array([[[[10, 200, 30], [4, 51, 60]], [[7, 8, 90], [100, 11, 12]]]], dtype=np.uint8),
            np.array([[0.25, 0.5], [0.75, 0], [0.5, 0.25], [0, 0.5]]),
            np.array([1, 2, 3, 4]),
        ),
    ],
    mistakes=[
        (
            _by_rows(enter=_cut_into_rows),
            "on the way in, your rows are no pixels: `reshape` takes numbers as they lie in memory, where a whole "
            "channel stands before the next one begins. Bring the channels to the end first, with a transpose.",
        ),
        (
            _by_rows(leave=_cut_into_maps),
            "on the way out, each row holds the channels of one pixel: give it the shape (N, H, W, C_out) first, then "
            "move the channels in front with a transpose.",
        ),
        (
            _by_rows(_cut_into_rows, _cut_into_maps),
            "`reshape` moves nothing, neither on the way in nor on the way out: a row of yours holds neighbours from "
            "one channel. It takes a transpose to bring the channels of a pixel together, and another one back.",
        ),
        (
            _as_one_picture,
            "with more than one picture, your rows mix them: in memory the batch stands one picture after the other. "
            "Keep its axis, x.reshape(N, C_in, H * W): the product `weight @ ...` is then done for each picture.",
        ),
        (
            _batch_behind_the_channels,
            "your rows hold one channel of *all* pictures, and so does your product: give it the shape "
            "(C_out, N, H, W) first, then exchange the first two axes.",
        ),
        (
            _by_rows(leave=lambda rows, x, weight: rows),
            "that is one row for each pixel: give them back the shape of pictures, and move the channels in front.",
        ),
        (lambda x, weight, bias: _pointwise(x, weight, None), "the bias is missing."),
        (_bias_on_the_last_axis(flat=False), _ON_THE_LAST_AXIS),
        (_bias_on_the_last_axis(flat=True), _ON_THE_LAST_AXIS),
        (
            lambda x, weight, bias: _pointwise(x, weight, weight.shape[1] * bias),
            "you add the bias once for each channel that comes in: add it once, to their sum.",
        ),
        (
            lambda x, weight, bias: _pointwise(x, weight, bias).transpose(0, 2, 3, 1),
            "the channels stand at the end: move them back, behind the batch.",
        ),
        (
            lambda x, weight, bias: _pointwise(x, weight, bias)[:1],
            "there is only the first picture of the batch.",
        ),
        (
            lambda x, weight, bias: ops.relu(_pointwise(x, weight, bias)),
            "your layer lets nothing below 0 through: no ReLU is asked for.",
        ),
        (
            lambda x, weight, bias: _pointwise(x, weight / weight.shape[1], bias),
            "that is the average of the channels: their sum is asked for.",
        ),
        *(
            (
                pointwise,
                "weight has a row for each channel that goes out. With the pixels as rows, its columns must meet their "
                "channels: pixels @ weight.T; with the channels as rows, it is weight @ channels.",
            )
            for pointwise in (
                lambda x, weight, bias: _pixels_in_rows(x) @ weight,
                lambda x, weight, bias: weight.T @ x.reshape(*x.shape[:2], -1),
            )
        ),
        *(
            (
                pointwise,
                "`@` works on the last two axes, which are the rows and the columns of a map: weight must meet the "
                "channels. Write each picture with one axis for the channels and one for all its pixels first.",
            )
            for pointwise in (
                lambda x, weight, bias: weight @ x,
                lambda x, weight, bias: np.dot(weight, x),
                lambda x, weight, bias: x @ weight.T,
                lambda x, weight, bias: x @ weight + bias,
                lambda x, weight, bias: weight @ x + bias,
                lambda x, weight, bias: weight @ x + bias[:, None, None],
            )
        ),
        *(
            (
                pointwise,
                "you give your output the shape of x: it has as many channels as weight has rows, and not as many as "
                "come in.",
            )
            for pointwise in (
                lambda x, weight, bias: _pointwise(x, weight, bias).reshape(x.shape),
                _into_the_shape_of_x,
            )
        ),
        (
            lambda x, weight, bias: _pointwise(x, weight, bias).swapaxes(0, 1),
            "the first two axes are exchanged: pictures come first, then their channels.",
        ),
        (
            lambda x, weight, bias: _pointwise(x, weight, bias).swapaxes(2, 3),
            "your maps are turned on their side: height comes before width, on the way out as on the way in.",
        ),
        (
            _by_rows(enter=lambda x: _pixels_in_rows(x.swapaxes(2, 3))),
            "height and width change places on the way in, but not on the way out.",
        ),
        (
            lambda x, weight, bias: x[:, None] * weight[:, :, None, None] + bias[:, None, None, None],
            "every weight is used once for each channel that comes in, but these products still have to be added.",
        ),
    ],
    draw=_draw_pixels,
)


# ---- two become one --------------------------------------------------------------------------------------------
def _fold(first, first_bias, second, second_bias):
    return _with_shortcut(second @ first), second @ first_bias + second_bias


def _with_shortcut(weight):
    return weight + np.eye(len(weight))


def _ones_on_the_diagonal(weight):
    np.fill_diagonal(weight, 1)
    return weight


def _into_the_second_bias(first, first_bias, second, second_bias):
    second_bias += second @ first_bias  # raises what a student's line raises if these are integers
    return _with_shortcut(second @ first), second_bias


def _weight(change, shortcut=_with_shortcut):
    """Return an answer with the right bias and another weight, to which the `shortcut` is added."""
    return lambda first, first_bias, second, second_bias: (
        shortcut(change(first, second)),
        second @ first_bias + second_bias,
    )


def _bias(change):
    """Return an answer with the right weight and another bias."""
    return lambda first, first_bias, second, second_bias: (
        _with_shortcut(second @ first),
        change(first, first_bias, second, second_bias),
    )


def _draw_layers(rng):
    """Draw two layers with as many channels behind as in front, with a bias of integers in half of all cases."""
    ends, between = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    first, second = rng.integers(-6, 7, (between, ends)) / 2, rng.integers(-6, 7, (ends, between)) / 2
    second_bias = rng.integers(-9, 10, ends)
    return first, rng.integers(-9, 10, between) / 4, second, [second_bias, second_bias / 2][rng.integers(2)]


_OUTPUT_TWICE = "you add what comes *out* once more: the shortcut adds what goes in."

fold_check = Check(
    "fold",
    _fold,
    probes=[
        (
            np.array([[1.0, 2], [0, -1], [3, 0.5]]),
            np.array([1.0, -2, 0.5]),
            np.array([[2.0, 1, 0], [-1, 0.5, 3]]),
            np.array([4.0, -3]),
        ),
        (np.array([[2, 0.5, -1]]), np.array([-0.5]), np.array([[3.0], [-1], [2]]), np.array([1, 2, 4])),
    ],
    mistakes=[
        (
            lambda first, first_bias, second, second_bias: (second @ first, second @ first_bias + second_bias),
            "the two layers are folded, but the shortcut is missing. Which matrix leaves a pixel as it is?",
        ),
        (
            _weight(lambda first, second: second @ first, shortcut=lambda weight: weight + 1),
            "your shortcut adds every channel to all of them: each goes to its own alone. Which matrix does that?",
        ),
        (
            _weight(lambda first, second: second @ first, shortcut=lambda weight: 2 * weight),
            _OUTPUT_TWICE,
        ),
        (
            lambda first, first_bias, second, second_bias: (
                2 * (second @ first),
                2 * (second @ first_bias + second_bias),
            ),
            _OUTPUT_TWICE,
        ),
        (
            _weight(lambda first, second: second @ first, shortcut=lambda weight: weight - np.eye(len(weight))),
            "you take away what goes in: the shortcut adds it.",
        ),
        (
            lambda first, first_bias, second, second_bias: (
                _fold(first, first_bias, second, second_bias)[0],
                second @ first_bias + second_bias + 1,
            ),
            "the shortcut has no bias: it adds the pixel, and nothing more.",
        ),
        (
            lambda first, first_bias, second, second_bias: _fold(second, second_bias, first, first_bias),
            "you fold them as if the second layer came first: a pixel meets the first layer, then the second, "
            "second @ (first @ x + first_bias) + second_bias. Multiply that out.",
        ),
        (
            _bias(lambda first, first_bias, second, second_bias: first @ second_bias + first_bias),
            "your weight is right, but your bias is that of the opposite order: the first bias goes through the second "
            "matrix, and not the other way round.",
        ),
        (
            _weight(lambda first, second: first @ second),
            "a pixel meets the first matrix first, and so it stands on the right: second @ (first @ x). Hence it is "
            "second @ first, in the opposite order of the layers.",
        ),
        (
            _weight(lambda first, second: second * first),
            "that multiplies number by number: a product of matrices is @, and not *.",
        ),
        (
            _bias(lambda first, first_bias, second, second_bias: second_bias),
            "the first bias is lost: it goes through the second matrix and adds to the second bias.",
        ),
        (
            _bias(lambda first, first_bias, second, second_bias: second @ first_bias),
            "the second bias is lost: it is added at the very end, as it stands.",
        ),
        (
            _bias(lambda first, first_bias, second, second_bias: first_bias + second_bias),
            "the biases cannot be added as they stand, for the first one goes through the second matrix.",
        ),
        (
            _bias(lambda first, first_bias, second, second_bias: second @ first @ first_bias + second_bias),
            "the first bias is added behind the first matrix, so it goes through the second one alone, exactly once.",
        ),
        (
            _bias(lambda first, first_bias, second, second_bias: first_bias @ second + second_bias),
            "the first bias stands on the wrong side of the second matrix, whose columns must meet it.",
        ),
        (
            _bias(lambda first, first_bias, second, second_bias: second @ (first_bias + second_bias)),
            "the first bias goes through the second matrix, and the second bias does not.",
        ),
        (
            _weight(lambda first, second: (second @ first).T),
            "your weight is turned on its side: it needs a row for each channel that goes out.",
        ),
        (
            lambda first, first_bias, second, second_bias: _fold(first, first_bias, second, second_bias)[::-1],
            "you return the bias first: (weight, bias) is asked for.",
        ),
        (
            _bias(
                lambda first, first_bias, second, second_bias: (second @ first_bias + second_bias).astype(
                    second_bias.dtype
                )
            ),
            "your bias has the integer type of second_bias, and loses what stands behind the point. Make it float.",
        ),
        *(
            (
                fold,
                "your identity has a row for each hidden number: the shortcut leads from what goes in to what comes "
                "out, and knows nothing of the layer between.",
            )
            for fold in (
                lambda first, first_bias, second, second_bias: (
                    second @ first + np.eye(len(first)),
                    second @ first_bias + second_bias,
                ),
                lambda first, first_bias, second, second_bias: (
                    np.eye(len(first)) + second @ first,
                    second @ first_bias + second_bias,
                ),
            )
        ),
        (
            _weight(lambda first, second: second @ (first + np.eye(*first.shape)), shortcut=np.asarray),
            "your shortcut leads past the first layer alone, and then through the second: it must lead past both.",
        ),
        (
            _weight(lambda first, second: second @ first, shortcut=_ones_on_the_diagonal),
            "you put ones in place of what stands on the diagonal: the shortcut adds to it.",
        ),
        (
            _into_the_second_bias,
            "`+=` writes into the very array that you were given, and where that holds integers, it has no room for "
            "what stands behind the point: `+` makes a new one.",
        ),
        (
            lambda first, first_bias, second, second_bias: (_with_shortcut(first + second), first_bias + second_bias),
            "layers one behind the other multiply: it is layers *beside* each other that are added.",
        ),
        (
            _weight(lambda first, second: _with_shortcut(second @ first)[:, :, None, None], shortcut=np.asarray),
            "your weight has two axes more than asked for: give it back as a matrix, (C_out, C_in).",
        ),
        (
            _bias(lambda first, first_bias, second, second_bias: second @ ops.relu(first_bias) + second_bias),
            "you cut the first bias off at 0: between these two layers there is no ReLU.",
        ),
    ],
    draw=_draw_layers,
)


# ---- what a detour costs ---------------------------------------------------------------------------------------
def _weights(channels, reduced, kernel):
    return np.array([channels * reduced, kernel**2 * reduced**2, reduced * channels])


def _places(height, width, stride, kernel=None):
    small = math.ceil(height / stride) * math.ceil(width / stride)
    return np.array([height * width, small, small])


def _each_axis(stops):
    """Return the places of the three layers, if the middle one makes `stops` (size, stride, kernel) along an axis."""
    return lambda height, width, stride, kernel: np.array(
        [height * width, *[stops(height, stride, kernel) * stops(width, stride, kernel)] * 2]
    )


def _costs(weights=_weights, places=_places, counted=slice(None), whole=int):
    """Return an answer; the arguments are where the mistakes are made, `counted` says which layers count."""

    def bottleneck_costs(channels, reduced, kernel, height, width, stride):
        of_each = weights(channels, reduced, kernel)[counted]
        return int(of_each.sum()), whole(of_each @ places(height, width, stride, kernel)[counted])

    return bottleneck_costs


_bottleneck_costs = _costs()


def _draw_a_block(rng):
    channels, reduced, half, height, width, stride = (
        int(n) for n in rng.integers([6, 2, 1, 7, 7, 1], [20, 6, 3, 12, 12, 4])
    )
    return channels, reduced, 2 * half + 1, height, width, stride


costs_check = Check(
    "bottleneck_costs",
    _bottleneck_costs,
    probes=[
        (256, 64, 3, 56, 56, 1),  # a stride that divides
        (12, 4, 7, 7, 5, 3),  # one that does not: 7 lies nearer to two strides, 5 leaves 2 over
    ],
    whole=True,
    mistakes=[
        (_costs(counted=slice(2)), "the third layer is missing, the one that expands."),
        (_costs(counted=slice(1, None)), "the first layer is missing, the one that reduces."),
        (_costs(counted=slice(1, 2)), "that is the middle layer alone: both detours cost something, too."),
        (
            _costs(weights=lambda channels, reduced, kernel: np.array([0, kernel**2 * channels**2, 0])),
            "that is the layer without any detour: count the three layers of the bottleneck.",
        ),
        (
            _costs(
                weights=lambda channels, reduced, kernel: np.array(
                    [channels * reduced, kernel * reduced**2, reduced * channels]
                )
            ),
            "a kernel has kernel · kernel weights: square it.",
        ),
        (
            _costs(
                weights=lambda channels, reduced, kernel: np.array(
                    [channels * reduced, kernel**2 * reduced * channels, channels**2]
                )
            ),
            "your middle layer expands: it reads the reduced maps and writes as many. The third layer expands.",
        ),
        (
            lambda channels, reduced, kernel, height, width, stride: (
                _bottleneck_costs(channels, reduced, kernel, height, width, stride)[0] + 2 * reduced + channels,
                _bottleneck_costs(channels, reduced, kernel, height, width, stride)[1],
            ),
            "count no biases here: the layers have none.",
        ),
        (
            _costs(weights=lambda channels, reduced, kernel: _weights(channels, reduced, 3)),
            "your middle kernel is always 3 × 3: take the size that is given.",
        ),
        (
            _costs(
                weights=lambda channels, reduced, kernel: np.array(
                    [channels * reduced, kernel**2 * reduced, reduced * channels]
                )
            ),
            "each kernel of the middle layer reaches through all reduced maps, and there are as many kernels as maps.",
        ),
        (
            _costs(places=lambda height, width, stride, kernel: _places(height, width, stride)[[0, 0, 1]]),
            "the middle layer writes the smaller map already, and a MAC is counted where something is written.",
        ),
        (
            _costs(places=_each_axis(lambda size, stride, kernel: (size + 2 - kernel) // stride + 1)),
            "your frame is always one zero wide: it is kernel // 2 on every side, so 2 for a kernel of 5.",
        ),
        (
            _costs(places=_each_axis(lambda size, stride, kernel: (size + 1) // stride)),
            "(size + 1) // stride rounds up where the stride is 2, and only there: 5 pixels with stride 1 give 5.",
        ),
        (
            _costs(places=_each_axis(lambda size, stride, kernel: round(size / stride))),
            "you round to the nearest: 7 pixels with stride 3 give 3. Round up, along each axis.",
        ),
        (
            _costs(places=_each_axis(lambda size, stride, kernel: size // stride + size % stride)),
            "what is left over gives one more stop, however much it is: 5 pixels with stride 3 give 2.",
        ),
        (
            _costs(places=_each_axis(lambda size, stride, kernel: size // stride + 1)),
            "one stop more than size // stride is right only where something is left over: 6 pixels with stride 2 "
            "give 3.",
        ),
        (
            _costs(
                places=lambda height, width, stride, kernel: np.array(
                    [height * width, *[height * width // stride**2] * 2]
                )
            ),
            "divide each axis by itself, and round it up, before you multiply the two.",
        ),
        (
            _costs(places=lambda height, width, stride, kernel: np.full(3, height * width)),
            "the stride is not used: the middle layer makes the map smaller.",
        ),
        (
            _costs(places=lambda height, width, stride, kernel: _places(height, width, stride)[[1, 1, 1]]),
            "the stride is in the middle layer, so the first layer still works on the whole map.",
        ),
        (
            _costs(places=lambda height, width, stride, kernel: _places(height, width, stride)[[0, 1, 0]]),
            "what comes out of the middle layer stays small: the third layer works on the smaller map, too.",
        ),
        (
            _costs(
                places=lambda height, width, stride, kernel: np.array(
                    [height * width, *[(height // stride) * (width // stride)] * 2]
                )
            ),
            "7 pixels with stride 2 and this padding give 4: round up.",
        ),
        (
            _costs(
                places=lambda height, width, stride, kernel: np.array(
                    [height * width, *[math.ceil(height * width / stride)] * 2]
                )
            ),
            "the stride makes the map smaller along both axes: round each of them by itself.",
        ),
        (
            _costs(places=lambda height, width, stride, kernel: _places(height, width, 2)),
            "your stride is always 2: take the one that is given.",
        ),
        (
            lambda *block: (_bottleneck_costs(*block)[0], 2 * _bottleneck_costs(*block)[1]),
            "a MAC is one multiplication with its addition: do not count it twice.",
        ),
        *(
            (
                _costs(places=_each_axis(lambda size, stride, kernel: size / stride), whole=whole),
                "there is no part of a stop: round up along each axis, before you multiply.",
            )
            for whole in (int, float)
        ),
        (lambda *block: _bottleneck_costs(*block)[0], "these are the weights alone: return the MACs beside them."),
        (lambda *block: _bottleneck_costs(*block)[1], "these are the MACs alone: return the weights before them."),
        (lambda *block: _bottleneck_costs(*block)[::-1], "the two are exchanged: the weights first, then the MACs."),
        (
            _costs(
                places=lambda height, width, stride, kernel: np.array(
                    [height * width, *[((height - kernel) // stride + 1) * ((width - kernel) // stride + 1)] * 2]
                )
            ),
            "your middle layer works without its frame: it is padded with kernel // 2 on every side.",
        ),
        (
            lambda *block: (_bottleneck_costs(*block)[0],) * 2,
            "each weight is used at every place of the map that its layer writes: multiply by their number.",
        ),
    ],
    draw=_draw_a_block,
)


# ---- from a row to a map ---------------------------------------------------------------------------------------
def _pixel_by_pixel(weight, height, width):
    """Read each row of the weight as (height, width, channels)."""
    return weight.reshape(len(weight), height, width, -1)


def _channel_by_channel(weight, height, width):
    return weight.reshape(len(weight), -1, height, width)


def _steps_by_the_height(weight, height, width):
    channels, rows, columns = np.ogrid[: weight.shape[1] // (height * width), :height, :width]
    return weight[:, channels * height * width + rows * height + columns]


def _channels_in_front(weight, height, width):
    return _pixel_by_pixel(weight, height, width).transpose(0, 3, 1, 2)


def _kernels(last=_channels_in_front, first=_channel_by_channel, change=lambda kernels: kernels):
    """Return an answer: how it reads each of the two orders, and what it does to the kernels in the end."""

    def fc_to_conv(weight, height, width, channels_last):
        return change((last if channels_last else first)(weight, height, width))

    return fc_to_conv


def _fc_to_conv(weight, height, width, channels_last):
    return _kernels()(weight, height, width, channels_last)


def _draw_a_head(rng):
    outputs, channels, height = (int(n) for n in rng.permutation([2, 3, 4])[:3])
    width = height + int(rng.integers(1, 3))
    weight = rng.permutation(outputs * channels * height * width).reshape(outputs, -1) / 2
    return weight, height, width, bool(rng.integers(2))


_ROWS_OF_12 = np.arange(24).reshape(2, 12) / 2

conv_check = Check(
    "fc_to_conv",
    _fc_to_conv,
    probes=[(_ROWS_OF_12, 2, 3, False), (_ROWS_OF_12, 2, 3, True)],
    mistakes=[
        (
            _kernels(last=_channel_by_channel),
            "with channels_last, your kernels are the same as without it: there, the numbers of a row stand pixel by "
            "pixel, all channels of a pixel together. A second `reshape` moves nothing; that takes a transpose.",
        ),
        (
            _kernels(first=_channels_in_front),
            "you take every row as if the channels came last: without it, all rows of the first channel come first.",
        ),
        (_kernels(_channel_by_channel, _channels_in_front), "the two orders are exchanged."),
        (
            _kernels(last=_pixel_by_pixel),
            "you leave the channels at the end: kernels have the shape (outputs, channels, height, width), so move "
            "them in front of the rows.",
        ),
        (
            _kernels(last=lambda *head: _pixel_by_pixel(*head).transpose(0, 3, 2, 1)),
            "your kernels come out turned on their side: after (outputs, height, width, channels), the axes are wanted "
            "in the order 0, 3, 1, 2.",
        ),
        (
            _kernels(
                last=lambda weight, height, width: _pixel_by_pixel(weight, width, height).transpose(0, 3, 2, 1),
            ),
            "a map is written down row by row, not column by column: read (height, width, channels), "
            "without order='F'.",
        ),
        (
            _kernels(first=lambda weight, height, width: _channel_by_channel(weight, width, height).swapaxes(2, 3)),
            "with the channels first, too, a map is written down row by row: read (channels, height, width).",
        ),
        (
            _kernels(first=_steps_by_the_height),
            "from one row to the next, the numbers lie `width` apart, not `height`.",
        ),
        (
            _kernels(change=lambda kernels: kernels[:, :, ::-1, ::-1]),
            "your kernels are flipped. The layer is a correlation, so there is no flip of 180° to undo.",
        ),
        (
            _kernels(change=lambda kernels: kernels.swapaxes(0, 1)),
            "outputs and channels are exchanged: the output is the first index of the weights.",
        ),
        (
            lambda weight, height, width, channels_last: weight[:, :, None, None],
            "that is right for the layers that come after this one. The first must read a whole map: its kernel is as "
            "large as the map.",
        ),
        (
            lambda weight, height, width, channels_last: _fc_to_conv(
                weight.T.reshape(weight.shape), height, width, channels_last
            ),
            "you turned weight first: it has a row for each output already.",
        ),
        (
            _kernels(
                last=lambda weight, height, width: weight.reshape(len(weight), height, -1, width).transpose(0, 2, 1, 3)
            ),
            "you read a row of the map channel by channel: all channels of a pixel stand together, and stay with it.",
        ),
        (
            lambda weight, height, width, channels_last: weight[:, : height * width].reshape(-1, 1, height, width),
            "channels are missing: a row of weight holds height · width numbers for each of them.",
        ),
        (
            _kernels(change=lambda kernels: kernels.reshape(-1, *kernels.shape[2:])),
            "the right numbers, but one axis for the channels is missing: (outputs, channels, height, width).",
        ),
    ],
    draw=_draw_a_head,
)

register(pointwise_check, fold_check, costs_check, conv_check)
