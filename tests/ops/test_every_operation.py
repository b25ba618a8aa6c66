"""What every operation owes its caller, and the small ones with no more to say."""

import numpy as np
import pytest
from comparing import assert_close, compare
from operation_calls import OPERATIONS, all_calls, arrays, results

CALLS = all_calls()
GRADIENTS = sorted(name for name in CALLS if name.endswith("_backward"))


def test_the_table_of_calls_has_every_public_operation():
    assert set(CALLS) == set(OPERATIONS)


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


def test_the_smaller_operations_equal_pytorch(engine, torch):
    functional, rng = torch.nn.functional, np.random.default_rng(0)
    x = rng.standard_normal((2, 8, 6, 4))
    compare(engine, torch, "relu", lambda x: functional.relu(x), {"x": x.round()})  # some are exactly 0
    compare(engine, torch, "global_avg_pool2d", lambda x: x.mean((2, 3), keepdim=True), {"x": x})
    assert_close(engine.pixel_shuffle(x, 2), functional.pixel_shuffle(torch.tensor(x), 2))
    assert_close(engine.pixel_unshuffle(x, 2), functional.pixel_unshuffle(torch.tensor(x), 2))


# ---- arrays in, arrays out


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


# ---- types


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


# ---- shapes


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


@pytest.mark.parametrize("x", [-2, 3.0, np.float32(1.5), np.array(2)])
def test_one_number_gives_an_array_without_axes(engine, x):
    for y in (engine.relu(x), engine.relu_backward(x, x)):
        assert isinstance(y, np.ndarray)
        assert (y.shape, y.dtype) == ((), np.asarray(x).dtype)
        assert y == (x if x > 0 else 0)


def test_an_array_is_as_good_as_a_pair(engine):
    x = np.arange(16.0).reshape(4, 4)
    np.testing.assert_array_equal(
        engine.adaptive_avg_pool2d(x, np.array([2, 1])), engine.adaptive_avg_pool2d(x, (2, 1))
    )
    np.testing.assert_array_equal(engine.max_pool2d(x, np.array(2)), engine.max_pool2d(x, 2))


def test_a_list_of_lists_is_a_picture(engine):
    assert engine.conv2d([[1, 2], [3, 4]], [[1]]).dtype == np.float64
