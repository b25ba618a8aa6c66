"""The operations, readable and fast: hand-worked numbers, PyTorch and SciPy, and what each owes its caller."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from operation_calls import OPERATIONS, all_calls, arrays, results
from scipy import ndimage, signal

from convbook import fast, ops, shapes
from convbook.kernels import SOBEL_VERTICAL, gaussian

CALLS = all_calls()
GRADIENTS = sorted(name for name in CALLS if name.endswith("_backward"))
TO_9 = np.arange(1.0, 10).reshape(3, 3)


@pytest.fixture(scope="module", params=[ops, fast], ids=["ops", "fast"])
def engine(request):
    """The readable operations and the fast ones: whatever holds for one must hold for the other."""
    return request.param


def assert_close(actual, desired):
    np.testing.assert_allclose(actual, desired, rtol=1e-8, atol=1e-8)


# ---- worked by hand


@pytest.mark.parametrize(("kernel", "expected"), [([[1, 0, 1], [0, 1, 0], [1, 0, 1]], 25), (SOBEL_VERTICAL, -8)])
@pytest.mark.parametrize("name", ["conv2d", "conv2d_fft", "conv2d_winograd"])
def test_the_first_convolution_of_the_book(engine, name, kernel, expected):
    assert_close(getattr(engine, name)(TO_9, kernel), [[expected]])


def test_true_convolution_rotates_the_kernel(engine):
    assert_close(engine.conv2d(TO_9, SOBEL_VERTICAL[::-1, ::-1]), [[8]])


def test_channels_add_up_and_every_filter_has_one_bias(engine):
    x = np.array([[[1, 2]], [[10, 20]]])  # two channels of one row
    weight = np.array([[1, 1], [1, -1]]).reshape(2, 2, 1, 1)
    assert_close(engine.conv2d(x, weight, bias=[100, 0]), [[[111, 122]], [[-9, -18]]])


def test_a_plain_kernel_takes_a_plain_bias(engine):
    assert_close(engine.conv2d(TO_9, np.eye(3), bias=0.5), [[15.5]])
    assert engine.conv2d_backward([[1.0]], TO_9, np.eye(3), bias=0.5)[2] == 1


@pytest.mark.parametrize(("stride", "expected"), [(1, [[8, 5, 3], [5, 2, 2]]), ((1, 2), [[8, 3], [5, 2]])])
def test_stride_drops_what_does_not_fill_a_step(engine, stride, expected):
    picture = np.array([[3, 3, 2, 1], [2, 0, 0, 0], [3, 0, 2, 0]])
    assert_close(engine.conv2d(picture, np.ones((2, 2)), stride=stride), expected)


def test_same_size_is_not_same_values(engine):
    row, ones = np.arange(8.0)[None], np.ones((1, 3))
    assert_close(engine.conv2d(row, ones, stride=(1, 2), padding="same_tf"), [[3, 9, 15, 13]])
    assert_close(engine.conv2d(row, ones, stride=(1, 2), padding=(0, 1)), [[1, 6, 12, 18]])


def test_unequal_padding_goes_top_bottom_left_right(engine):
    assert engine.conv2d(np.ones((1, 1)), np.ones((1, 1)), padding=((1, 2), (0, 3))).tolist() == [
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
    ]


def test_a_pair_pads_vertically_then_horizontally(engine):
    assert engine.pad2d([[1]], (1, 2)).shape == (3, 5)


def test_zeros_under_an_average_count_unless_told_otherwise(engine):
    ones = np.ones((2, 2))
    assert_close(engine.avg_pool2d(ones, 3, padding=1), [[4 / 9]])
    assert_close(engine.avg_pool2d(ones, 3, padding=1, count_include_pad=False), [[1]])


def test_padding_never_wins_a_maximum(engine):
    assert_close(engine.max_pool2d(-np.ones((2, 2)), 3, padding=1), [[-1]])


def test_a_maximum_of_minus_infinity_is_still_found_on_the_picture(engine):
    y, index = engine.max_pool2d(np.full((2, 2), -np.inf), 3, padding=1, return_indices=True)
    assert (y.item(), index.item()) == (-np.inf, 0)


def test_a_window_of_padding_alone_has_no_index_and_no_gradient(engine):
    settings = {"kernel_size": (1, 2), "padding": (0, 1), "dilation": (1, 2)}  # taps at −1 and 1, the pixel is at 0
    y, index = engine.max_pool2d([[5.0]], **settings, return_indices=True)
    assert (y[0, 0], index[0, 0]) == (-np.inf, -1)
    assert_close(engine.max_pool2d_backward(np.ones_like(y), [[5.0]], **settings), [[0]])


def test_on_ties_the_first_pixel_takes_the_gradient(engine):
    assert_close(engine.max_pool2d_backward([[1.0]], np.ones((2, 2)), 2), [[1, 0], [0, 0]])


def test_nan_wins_every_maximum_and_is_where_the_index_says(engine):
    x = np.array([[1, np.nan], [3, 4]])
    for y, index in (
        engine.max_pool2d(x, 2, return_indices=True),
        engine.adaptive_max_pool2d(x, 1, return_indices=True),
    ):
        assert np.isnan(y.item())
        assert index.item() == 1


def test_stamps_overlap_1_2_1_2_with_kernel_3_and_stride_2(engine):
    assert_close(engine.conv_transpose2d(np.ones((1, 3)), np.ones((1, 3)), stride=2), [[1, 1, 2, 1, 2, 1, 1]])


def test_output_padding_adds_room_at_the_end_and_the_bias_fills_it(engine):
    assert_close(
        engine.conv_transpose2d([[1.0]], [[2.0]], bias=7, stride=2, output_padding=1),
        [[9, 7], [7, 7]],
    )


def test_a_4x4_picture_and_a_3x3_kernel_give_a_matrix_with_36_weights(engine):
    matrix = engine.conv_matrix(TO_9, (4, 4))
    assert matrix.shape == (4, 16)
    assert np.count_nonzero(matrix) == 36
    assert_close(matrix[0].reshape(4, 4)[:3, :3], TO_9)
    assert_close(matrix[1, 1:], matrix[0, :-1])  # Toeplitz: one step further, one column further


def test_circular_padding_makes_the_matrix_circulant(engine):
    matrix = engine.conv_matrix([[1, 2, 3]], (1, 5), padding=(0, 1), padding_mode="circular")
    for i in range(1, 5):
        assert_close(matrix[i], np.roll(matrix[i - 1], 1))


# ---- equal to PyTorch


def size_for(draw, kernel, padding, dilation):
    """Draw a size that leaves room for at least one window."""
    return draw(st.integers(0, 6)) + max(shapes.effective_kernel_size(kernel, dilation) - 2 * padding, 1)


@st.composite
def layers(draw, transposed=False):
    """Draw the arrays and settings of a convolution that fits."""
    pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
    kernel, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    size = [size_for(draw, *axis) for axis in zip(kernel, padding, dilation, strict=True)]
    batch, groups, per_group, filters = (draw(st.integers(1, 3)) for _ in range(4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    if not transposed:
        weight = rng.standard_normal((groups * filters, per_group, *kernel))
    else:
        weight = rng.standard_normal((groups * per_group, filters, *kernel))
        most = [max(pair) for pair in zip(stride, dilation, strict=True)]
        settings["output_padding"] = tuple(draw(st.integers(0, each - 1)) for each in most)
        sizes = [
            (i - 1) * s + d * (k - 1) + 1 + op - 2 * p
            for i, s, k, d, p, op in zip(
                size, stride, kernel, dilation, padding, settings["output_padding"], strict=True
            )
        ]
        assume(min(sizes) > 0)
    bias = draw(st.sampled_from([None, rng.standard_normal(groups * filters)]))
    x = rng.standard_normal((batch, groups * per_group, *size))
    return {"x": x, "weight": weight, "bias": bias} | settings


@st.composite
def pools(draw, dilated=True):
    """Draw the arrays and settings of a pooling that fits; small integers make ties likely."""
    pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))
    kernel, stride = draw(pairs), draw(st.none() | pairs)
    dilation = draw(st.tuples(st.integers(1, 3), st.integers(1, 3))) if dilated else (1, 1)
    padding = tuple(draw(st.integers(0, size // 2)) for size in kernel)
    size = [size_for(draw, *axis) for axis in zip(kernel, padding, dilation, strict=True)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = rng.integers(-3, 4, (draw(st.integers(1, 2)), draw(st.integers(1, 3)), *size)).astype(float)
    settings = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": draw(st.booleans())}
    return {"x": x} | settings | ({"dilation": dilation} if dilated else {})


def compare(engine, torch, name, theirs, call):
    """See that our operation and its gradients equal PyTorch's function and what its autograd finds."""
    tensors = {key: torch.tensor(call[key], requires_grad=True) for key in arrays(call)}
    expected = theirs(**call | tensors)
    assert_close(getattr(engine, name)(**call), expected.detach())
    dy = np.random.default_rng(0).standard_normal(tuple(expected.shape))
    expected.backward(torch.tensor(dy))
    gradients = results(getattr(engine, f"{name}_backward")(dy, **call))
    for gradient, tensor in zip(gradients, tensors.values(), strict=call.get("bias", 0) is not None):
        assert_close(gradient, tensor.grad)


@given(layers())
def test_conv2d_equals_pytorch(engine, torch, call):
    compare(engine, torch, "conv2d", lambda x, **rest: torch.nn.functional.conv2d(x, **rest), call)


@given(layers(transposed=True))
def test_conv_transpose2d_equals_pytorch(engine, torch, call):
    compare(engine, torch, "conv_transpose2d", lambda x, **rest: torch.nn.functional.conv_transpose2d(x, **rest), call)


@given(layers())
def test_conv2d_fft_equals_pytorch(engine, torch, call):
    expected = torch.nn.functional.conv2d(
        *(None if call[key] is None else torch.tensor(call[key]) for key in ("x", "weight", "bias")),
        *(call[key] for key in ("stride", "padding", "dilation", "groups")),
    )
    assert_close(engine.conv2d_fft(**call), expected)


@given(layers(), st.integers(3, 9), st.integers(3, 9))
def test_conv2d_winograd_equals_pytorch(engine, torch, call, height, width):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((*call["x"].shape[:2], height, width))
    weight = rng.standard_normal((*call["weight"].shape[:2], 3, 3))
    padding, groups = call["padding"], call["groups"]
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), padding=padding, groups=groups)
    assert_close(engine.conv2d_winograd(x, weight, padding=padding, groups=groups), expected)


@given(
    st.sampled_from(["reflect", "replicate", "circular", "zeros"]),
    st.tuples(*[st.integers(0, 3)] * 4),
    st.tuples(st.integers(4, 6), st.integers(4, 6)),
)
def test_padding_modes_equal_pytorch(engine, torch, mode, sides, size):
    top, bottom, left, right = sides

    def theirs(x, padding, mode):
        name = {"zeros": "constant"}.get(mode, mode)
        return torch.nn.functional.pad(x, (left, right, top, bottom), name)

    x = np.random.default_rng(0).standard_normal((2, 3, *size))
    compare(engine, torch, "pad2d", theirs, {"x": x, "padding": ((top, bottom), (left, right)), "mode": mode})


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular", "zeros"])
def test_conv2d_with_a_padding_mode_equals_pytorch(engine, torch, mode):
    def theirs(x, weight, bias, stride, padding, dilation, groups, padding_mode):
        layer = torch.nn.Conv2d(4, 6, (3, 2), stride, padding, dilation, groups, True, padding_mode)
        return torch.func.functional_call(layer, {"weight": weight, "bias": bias}, x)

    compare(engine, torch, "conv2d", theirs, CALLS["conv2d"] | {"padding_mode": mode})


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@given(st.tuples(*[st.integers(1, 5)] * 2), st.tuples(*[st.integers(1, 3)] * 2))
def test_same_padding_equals_pytorch(engine, torch, kernel, dilation):
    rng = np.random.default_rng(0)
    call = {"x": rng.standard_normal((2, 3, 7, 8)), "weight": rng.standard_normal((2, 3, *kernel)), "bias": None}
    settings = {"stride": 1, "padding": "same", "dilation": dilation}
    compare(engine, torch, "conv2d", lambda x, **rest: torch.nn.functional.conv2d(x, **rest), call | settings)
    assert engine.conv2d(**call, **settings).shape == (2, 2, 7, 8)


@given(pools())
def test_max_pool2d_equals_pytorch(engine, torch, call):
    def theirs(x, **rest):
        return torch.nn.functional.max_pool2d(x, **rest)

    indices = engine.max_pool2d(**call, return_indices=True)[1]
    assume(indices.min() >= 0)  # of a window of padding alone, PyTorch's index points outside of the picture
    compare(engine, torch, "max_pool2d", theirs, call)
    expected = theirs(torch.tensor(call["x"]), **{key: call[key] for key in call if key != "x"}, return_indices=True)[1]
    np.testing.assert_array_equal(indices, expected)


@given(pools(dilated=False), st.booleans())
def test_avg_pool2d_equals_pytorch(engine, torch, call, count_include_pad):
    call = call | {"count_include_pad": count_include_pad}
    compare(engine, torch, "avg_pool2d", lambda x, **rest: torch.nn.functional.avg_pool2d(x, **rest), call)


@given(st.tuples(*[st.integers(1, 7)] * 2), st.tuples(*[st.none() | st.integers(1, 9)] * 2))
def test_adaptive_pools_equal_pytorch(engine, torch, size, output_size):
    call = {"x": np.random.default_rng(0).standard_normal((2, 3, *size)), "output_size": output_size}
    for name in ("adaptive_avg_pool2d", "adaptive_max_pool2d"):
        theirs = getattr(torch.nn.functional, name)
        compare(engine, torch, name, lambda x, output_size, theirs=theirs: theirs(x, output_size), call)
    indices = engine.adaptive_max_pool2d(**call, return_indices=True)[1]
    expected = theirs(torch.tensor(call["x"]), output_size, return_indices=True)[1]
    np.testing.assert_array_equal(indices, expected)


def test_the_smaller_operations_equal_pytorch(engine, torch):
    functional, rng = torch.nn.functional, np.random.default_rng(0)
    x = rng.standard_normal((2, 8, 6, 4))
    compare(engine, torch, "relu", lambda x: functional.relu(x), {"x": x.round()})  # some are exactly 0
    compare(engine, torch, "global_avg_pool2d", lambda x: x.mean((2, 3), keepdim=True), {"x": x})
    assert_close(engine.pixel_shuffle(x, 2), functional.pixel_shuffle(torch.tensor(x), 2))
    assert_close(engine.pixel_unshuffle(x, 2), functional.pixel_unshuffle(torch.tensor(x), 2))


def test_depthwise_pointwise_and_separable_equal_pytorch(engine, torch):
    def depthwise(x, weight, bias, padding_mode, **settings):
        assert padding_mode == "zeros"
        return torch.nn.functional.conv2d(x, weight, bias, **settings, groups=4)

    def pointwise(x, weight, bias):
        return torch.nn.functional.conv2d(x, weight[..., None, None], bias)

    def separable(x, depthwise_weight, pointwise_weight, bias, **settings):
        return pointwise(depthwise(x, depthwise_weight, None, **settings), pointwise_weight, bias)

    zeros = {"padding_mode": "zeros"}
    compare(engine, torch, "depthwise_conv2d", depthwise, CALLS["depthwise_conv2d"] | zeros)
    compare(engine, torch, "pointwise_conv2d", pointwise, CALLS["pointwise_conv2d"])
    compare(engine, torch, "separable_conv2d", separable, CALLS["separable_conv2d"] | zeros)


@given(layers())
def test_im2col_and_col2im_equal_pytorch(engine, torch, call):
    x, settings = call["x"], {key: call[key] for key in ("stride", "padding", "dilation")}
    kernel_size = call["weight"].shape[2:]
    columns = engine.im2col(x, kernel_size, **settings)
    assert_close(columns, torch.nn.functional.unfold(torch.tensor(x), kernel_size, **settings))
    folded = torch.nn.functional.fold(torch.tensor(columns), x.shape[2:], kernel_size, **settings)
    assert_close(engine.col2im(columns, x.shape[2:], kernel_size, **settings), folded)


@given(st.integers(2, 3), st.integers(1, 3), st.integers(6, 8))
def test_max_unpool2d_equals_pytorch(engine, torch, kernel, stride, size):
    x = np.random.default_rng(0).standard_normal((2, 3, size, size + 1))
    stride = max(stride, kernel)  # no pixel wins twice: which one stays is not defined in PyTorch
    y, indices = engine.max_pool2d(x, kernel, stride, padding=1, return_indices=True)

    def theirs(x, indices, **rest):
        return torch.nn.functional.max_unpool2d(x, torch.tensor(call["indices"]), **rest)

    call = {"x": y, "indices": indices, "kernel_size": kernel, "stride": stride, "padding": 1}
    call["output_size"] = x.shape[2:]
    tensor = torch.tensor(y, requires_grad=True)
    expected = theirs(**call | {"x": tensor})
    assert_close(engine.max_unpool2d(**call), expected.detach())
    dy = np.random.default_rng(1).standard_normal(x.shape)
    expected.backward(torch.tensor(dy))
    assert_close(engine.max_unpool2d_backward(dy, **call), tensor.grad)
    default = torch.nn.functional.max_unpool2d(torch.tensor(y), torch.tensor(indices * 0), kernel, stride, 1)
    assert engine.max_unpool2d(y, indices * 0, kernel, stride, 1).shape == default.shape


# ---- equal to SciPy


@given(st.integers(1, 5), st.integers(1, 5), st.sampled_from(["valid", "full"]))
def test_conv2d_equals_scipy(engine, kernel_height, kernel_width, mode):
    rng = np.random.default_rng(0)
    picture, kernel = rng.standard_normal((6, 7)), rng.standard_normal((kernel_height, kernel_width))
    padding = (kernel_height - 1, kernel_width - 1) if mode == "full" else "valid"
    assert_close(engine.conv2d(picture, kernel, padding=padding), signal.correlate2d(picture, kernel, mode))


@pytest.mark.parametrize(("mode", "name"), [("reflect", "mirror"), ("replicate", "nearest"), ("circular", "wrap")])
def test_blur_pool2d_equals_scipy(engine, mode, name):
    picture = np.random.default_rng(0).standard_normal((7, 8))
    blurred = ndimage.convolve(picture, gaussian(3), mode=name)
    assert_close(engine.blur_pool2d(picture, 3, stride=2, padding_mode=mode), blurred[::2, ::2])


# ---- every gradient is a slope, and transposes are transposes


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_are_the_slopes_that_finite_differences_find(engine, name):
    call = CALLS[name]
    dy, forward = call["dy"], {key: value for key, value in call.items() if key != "dy"}
    operation, rng, step = getattr(engine, name.removesuffix("_backward")), np.random.default_rng(2), 1e-6
    inputs = [key for key in arrays(forward) if key != "indices"]
    gradients = results(getattr(engine, name)(**call))
    assert len(gradients) == len(inputs)
    for key, gradient in zip(inputs, gradients, strict=True):
        direction = rng.standard_normal(forward[key].shape)
        after = operation(**forward | {key: forward[key] + step * direction})
        before = operation(**forward | {key: forward[key] - step * direction})
        slope = ((after - before) * dy).sum() / (2 * step)
        np.testing.assert_allclose((gradient * direction).sum(), slope, rtol=1e-6)


@given(layers())
def test_the_transposed_convolution_is_the_adjoint(engine, call):
    x, weight, settings = call["x"], call["weight"], {k: call[k] for k in ("stride", "padding", "dilation", "groups")}
    y = engine.conv2d(x, weight, **settings)
    axes = zip(x.shape[2:], weight.shape[2:], *(settings[k] for k in ("stride", "padding", "dilation")), strict=True)
    extra = tuple(shapes.output_padding_for(*axis) for axis in axes)
    assume(all(op < max(s, d) for op, s, d in zip(extra, settings["stride"], settings["dilation"], strict=True)))
    dy = np.random.default_rng(0).standard_normal(y.shape)
    back = engine.conv_transpose2d(dy, weight, output_padding=extra, **settings)
    assert_close((y * dy).sum(), (x * back).sum())


@given(layers())
def test_the_matrix_is_the_convolution_and_its_transpose_the_gradient(engine, call):
    x, settings = call["x"], {key: call[key] for key in ("stride", "padding", "dilation", "groups")}
    matrix = engine.conv_matrix(call["weight"], x.shape[2:], **settings)
    y = engine.conv2d(x, call["weight"], **settings)
    assert_close(matrix @ x.reshape(len(x), -1).T, y.reshape(len(x), -1).T)
    dx = engine.conv2d_backward(y, x, call["weight"], **settings)[0]
    assert_close(matrix.T @ y.reshape(len(x), -1).T, dx.reshape(len(x), -1).T)


# ---- what every operation owes its caller


def test_the_table_of_calls_has_every_public_operation():
    assert set(CALLS) == set(OPERATIONS)


@pytest.mark.parametrize("name", CALLS)
def test_inputs_may_be_read_only_and_lie_in_memory_as_they_like(engine, name):
    expected = results(getattr(engine, name)(**CALLS[name]))
    call = dict(CALLS[name])
    for key in arrays(call):
        call[key] = np.repeat(np.asfortranarray(call[key]), 2, axis=-1)[..., ::2]
        call[key].flags.writeable = False  # so nothing can change it either
    for actual, desired in zip(results(getattr(engine, name)(**call)), expected, strict=True):
        assert_close(actual, desired)


PICTURE = np.random.default_rng(0).standard_normal((2, 1, 3, 4))
NOTHING_TO_DO = {
    "conv2d": {"x": PICTURE, "weight": np.ones((1, 1, 1, 1))},
    "conv_transpose2d": {"x": PICTURE, "weight": np.ones((1, 1, 1, 1))},
    "max_pool2d": {"x": PICTURE, "kernel_size": 1},
    "avg_pool2d": {"x": PICTURE, "kernel_size": 1},
    "adaptive_avg_pool2d": {"x": PICTURE, "output_size": None},
    "blur_pool2d": {"x": PICTURE, "kernel_size": 1, "stride": 1},
    "pad2d": {"x": PICTURE, "padding": 0},
    "pad2d_backward": {"dy": PICTURE, "x": PICTURE, "padding": 0},
    "relu": {"x": np.abs(PICTURE)},
    "relu_backward": {"dy": PICTURE, "x": np.ones_like(PICTURE)},
    "pixel_shuffle": {"x": PICTURE, "upscale_factor": 1},
    "pixel_unshuffle": {"x": PICTURE, "downscale_factor": 1},
    "im2col": {"x": PICTURE, "kernel_size": 1},
    "col2im": {"columns": PICTURE.reshape(2, 1, 12), "output_size": (3, 4), "kernel_size": 1},
}


@pytest.mark.parametrize(("name", "call"), [*CALLS.items(), *NOTHING_TO_DO.items()])
def test_results_are_new_arrays_even_if_there_is_nothing_to_do(engine, name, call):
    for result in results(getattr(engine, name)(**call)):
        assert not any(np.shares_memory(result, call[key]) for key in arrays(call))
        assert result.flags.writeable


def in_dtype(call, dtype):
    floats = [key for key in arrays(call) if call[key].dtype.kind == "f"]
    return call | {key: call[key].astype(dtype) for key in floats}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-5), ("float16", 1e-2)])
def test_float_types_stay_and_half_precision_adds_in_single(engine, name, dtype, tolerance):
    call = in_dtype(CALLS[name], dtype)
    exact = results(getattr(engine, name)(**in_dtype(call, float)))
    for actual, desired in zip(results(getattr(engine, name)(**call)), exact, strict=True):
        assert actual.dtype == dtype
        np.testing.assert_allclose(actual, desired, rtol=tolerance, atol=tolerance)


MOVERS = {"relu", "relu_backward", "pad2d", "im2col", "pixel_shuffle", "pixel_unshuffle"}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_integers_become_float64_or_stay_where_numbers_only_move(engine, name, dtype):
    numbers = {key: CALLS[name][key] for key in arrays(CALLS[name]) if key != "indices"}
    whole = CALLS[name] | {key: (np.abs(array) * 50).astype(dtype) for key, array in numbers.items()}
    exact = results(getattr(engine, name)(**whole | {key: whole[key].astype(float) for key in numbers}))
    for actual, desired in zip(results(getattr(engine, name)(**whole)), exact, strict=True):
        assert actual.dtype == (dtype if name in MOVERS else np.float64)
        assert_close(actual, desired)


def test_integers_join_the_floats_beside_them(engine):
    x = np.ones((3, 3), np.float32)
    assert engine.conv2d(x, np.ones((2, 2), int)).dtype == np.float32
    assert engine.conv2d(x, np.ones((2, 2))).dtype == np.float64


def test_half_precision_does_not_overflow_on_the_way(engine):
    x, weight = np.full((1, 300), 300, np.float16), np.ones((1, 300), np.float16)
    assert engine.conv2d(x, weight / 300).item() == 300  # the sum of products alone would be beyond 65504 in no order
    assert engine.avg_pool2d(x, (1, 300)).item() == 300


def picture_calls():
    """Return the calls whose x can lose its batch axis."""
    return [name for name in CALLS if "x" in CALLS[name]]


@pytest.mark.parametrize("name", picture_calls())
def test_the_batch_axis_can_be_left_out(engine, name):
    call = {key: value[0] if key in ("x", "dy", "indices") else value for key, value in CALLS[name].items()}
    single = {key: value[:1] if key in ("x", "dy", "indices") else value for key, value in CALLS[name].items()}
    for actual, desired in zip(
        results(getattr(engine, name)(**call)), results(getattr(engine, name)(**single)), strict=True
    ):
        assert_close(actual, desired[0] if actual.ndim < desired.ndim else desired)
    first = results(getattr(engine, name)(**call))[0]
    assert first.ndim == (2 if name == "im2col" else 3)


@pytest.mark.parametrize("name", [name for name in CALLS if name != "conv_matrix"])
def test_an_empty_batch_gives_an_empty_batch_and_no_gradient_for_the_weights(engine, name):
    call = {k: v[:0] if k in ("x", "dy", "indices", "columns") else v for k, v in CALLS[name].items()}
    full = results(getattr(engine, name)(**CALLS[name]))
    for position, (actual, desired) in enumerate(zip(results(getattr(engine, name)(**call)), full, strict=True)):
        if position == 0:
            assert actual.shape == (0, *desired.shape[1:])
        else:
            np.testing.assert_array_equal(actual, np.zeros_like(desired))


PLAIN = {
    "conv2d": {"weight": np.ones((2, 3))},
    "conv2d_fft": {"weight": np.ones((2, 3))},
    "conv2d_winograd": {"weight": np.ones((3, 3))},
    "conv_transpose2d": {"weight": np.ones((2, 3))},
    "max_pool2d": {"kernel_size": 2},
    "avg_pool2d": {"kernel_size": 2},
    "adaptive_avg_pool2d": {"output_size": 2},
    "adaptive_max_pool2d": {"output_size": 2},
    "global_avg_pool2d": {},
    "blur_pool2d": {},
    "pad2d": {"padding": 1},
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_picture_gives_a_plain_picture(engine, name):
    picture = np.random.default_rng(0).standard_normal((5, 6))
    weight = PLAIN[name].get("weight")
    bank = PLAIN[name] | ({} if weight is None else {"weight": weight[None, None]})
    y = getattr(engine, name)(picture, **PLAIN[name])
    np.testing.assert_array_equal(y, getattr(engine, name)(picture[None, None], **bank)[0, 0])
    if backward := getattr(engine, f"{name}_backward", None):
        for actual, desired in zip(
            results(backward(y, picture, **PLAIN[name])),
            results(backward(y[None, None], picture[None, None], **bank)),
            strict=True,
        ):
            np.testing.assert_array_equal(actual, np.squeeze(desired))


def test_an_array_is_as_good_as_a_pair(engine):
    x = np.arange(16.0).reshape(4, 4)
    np.testing.assert_array_equal(
        engine.adaptive_avg_pool2d(x, np.array([2, 1])), engine.adaptive_avg_pool2d(x, (2, 1))
    )
    np.testing.assert_array_equal(engine.max_pool2d(x, np.array(2)), engine.max_pool2d(x, 2))


def test_taps_that_reach_beyond_everything_cost_nothing(engine, torch):
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    expected = torch.nn.functional.max_pool2d(torch.tensor(x), 9, stride=9, ceil_mode=True)
    np.testing.assert_array_equal(engine.max_pool2d(x, 9, ceil_mode=True), expected)
    np.testing.assert_array_equal(engine.max_pool2d(x, 10**9, ceil_mode=True), expected)
    assert engine.avg_pool2d(x, 10**9, ceil_mode=True).item() == x.mean()


def test_a_list_of_lists_is_a_picture(engine):
    assert engine.conv2d([[1, 2], [3, 4]], [[1]]).dtype == np.float64
