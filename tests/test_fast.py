"""The fast operations: the same names and numbers as the readable ones, by every way, in little memory."""

import inspect
import multiprocessing
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from operation_calls import OPERATIONS, all_calls, results

from convbook import fast, ops
from convbook.fast import machine, ways
from convbook.fast.layer import Layer

CALLS = all_calls()


def layer(batch, channels, size, filters, kernel, groups=1, dtype=float, seed=0):
    rng = np.random.default_rng(seed)
    kernel = kernel if isinstance(kernel, tuple) else (kernel, kernel)
    size = size if isinstance(size, tuple) else (size, size)
    x = rng.standard_normal((batch, channels, *size)).astype(dtype)
    return x, rng.standard_normal((filters, channels // groups, *kernel)).astype(dtype)


def test_every_operation_is_there_with_the_same_signature():
    for name, function in OPERATIONS.items():
        assert inspect.signature(getattr(fast, name)) == inspect.signature(function)


def test_every_operation_stands_where_help_says():
    for name in fast.__all__:
        function = getattr(fast, name)
        assert f"def {name}(" in inspect.getsource(function)
        assert inspect.getsourcefile(inspect.unwrap(function)) == inspect.getsourcefile(inspect.getmodule(function))
        if function is not getattr(ops, name):  # one of its own says of which operation it is the faster twin
            assert function.__module__.startswith("convbook.fast.")
            assert f"`ops.{name}`" in function.__doc__


@pytest.mark.parametrize("name", CALLS)
def test_results_equal_the_readable_ones(name):
    for actual, desired in zip(
        results(getattr(fast, name)(**CALLS[name])), results(OPERATIONS[name](**CALLS[name])), strict=True
    ):
        np.testing.assert_allclose(actual, desired, rtol=1e-10, atol=1e-10)


# ---- the ways

WAYS = ("_by_columns", "_by_winograd", "_by_taps")


@pytest.fixture
def taken(monkeypatch):
    """Note which ways are taken."""
    taken = []
    for way in WAYS:
        original = getattr(ways, way)
        monkeypatch.setattr(ways, way, lambda *args, way=way, original=original: taken.append(way) or original(*args))
    return taken


@pytest.mark.parametrize(
    ("case", "stride", "padding", "dilation", "groups", "way"),
    [
        ((1, 32, 12, 16, 3), 1, 1, 1, 1, "_by_winograd"),
        ((2, 16, (13, 11), 24, (3, 2)), 1, (2, 1), 1, 1, "_by_winograd"),
        ((1, 16, (4, 40), 16, (3, 5)), 1, 0, 1, 1, "_by_winograd"),
        ((1, 32, 12, 16, 3), 2, 1, 1, 1, "_by_columns"),
        ((1, 32, 12, 16, 3), 1, 1, 2, 1, "_by_columns"),
        ((3, 3, (17, 14), 8, (7, 5)), (3, 2), (3, 2), (1, 2), 1, "_by_columns"),
        ((2, 6, 9, 4, 1), 1, 0, 1, 2, "_by_columns"),
        ((2, 6, (9, 8), 4, 1), (2, 3), 0, 1, 1, "_by_columns"),
        ((2, 6, 9, 6, 3), 1, 1, 1, 6, "_by_taps"),
        ((2, 5, (9, 12), 10, (3, 4)), (2, 3), (1, 2), (3, 2), 5, "_by_taps"),
        ((1, 1, (30, 41), 1, (5, 3)), 1, 0, 1, 1, "_by_taps"),
        ((1, 48, (40, 41), 48, (5, 3)), (2, 1), 2, 1, 48, "_by_taps"),
    ],
)
def test_every_way_equals_pytorch(torch, taken, case, stride, padding, dilation, groups, way):
    x, weight = layer(*case, groups=groups)
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    y = fast.conv2d(x, weight, **settings)
    assert taken == [way]
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), **settings)
    np.testing.assert_allclose(y, expected, rtol=1e-8, atol=1e-8)


@given(st.integers(1, 9), st.integers(3, 19), st.integers(3, 13), st.integers(1, 3), st.integers(0, 3))
def test_winograd_on_rows_equals_pytorch_for_all_remainders(torch, batch, height, width, kernel_width, padding):
    x, weight = layer(batch, 3, (height, width), 4, (3, kernel_width))
    winograd = ways._by_winograd(Layer(x, weight[None], (1, 1), (1, 1), ((padding, padding), (0, 0))))[:, 0]
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), padding=(padding, 0))
    np.testing.assert_allclose(winograd, expected, rtol=1e-8, atol=1e-8)


SIDES = st.tuples(*[st.integers(0, 3)] * 2)


@given(st.data(), st.tuples(SIDES, SIDES), st.sampled_from([1, 2, 6]), st.sampled_from([1, 2, 12]))
def test_unequal_sides_strides_and_dilations_are_found_right(data, padding, groups, multiplier):
    stride, dilation, kernel = (data.draw(st.tuples(*[st.integers(1, 4)] * 2)) for _ in range(3))
    x, weight = layer(2, 6, (13, 14), groups * multiplier, kernel, groups)
    settings = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    np.testing.assert_allclose(fast.conv2d(x, weight, **settings), ops.conv2d(x, weight, **settings), atol=1e-10)


@pytest.mark.parametrize("block", [1, 300, 5000])
@pytest.mark.parametrize("kernel", [1, 3])
def test_blocks_of_any_size_give_the_same(torch, monkeypatch, block, kernel):
    monkeypatch.setattr(machine, "BLOCK", block)
    x, weight = layer(3, 16, (11, 9), 20, kernel)
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), padding=1, stride=1)
    np.testing.assert_allclose(fast.conv2d(x, weight, padding=1), expected, rtol=1e-8, atol=1e-8)
    strided = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(weight), stride=2)
    np.testing.assert_allclose(fast.conv2d(x, weight, stride=2), strided, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("kernel", "padding"),
    [((3, 3), 3), ((3, 1), 1), ((3, 2), 2), ((3, 3), (0, 9)), ((3, 1), 12), ((3, 4), ((0, 1), (5, 7)))],
)
def test_padding_may_be_wider_than_the_kernel(taken, kernel, padding):
    x, weight = layer(2, 16, 10, 16, kernel)
    y = fast.conv2d(x, weight, padding=padding)
    assert taken == ["_by_winograd"]
    np.testing.assert_allclose(y, ops.conv2d(x, weight, padding=padding), atol=1e-10)


AWKWARD = st.sampled_from([0.0, 1.0, -2.5, 1e6, np.nan, np.inf, -np.inf])


@st.composite
def awkward_layers(draw):
    """Draw layers of every way, small and sparse in what is awkward, with padding up to well beyond the kernel."""
    channels, groups = draw(st.sampled_from([(1, 1), (3, 1), (16, 1), (4, 4), (4, 2)]))
    kernel = draw(st.tuples(st.sampled_from([1, 2, 3, 3, 3]), st.integers(1, 4)))
    stride, dilation = (draw(st.sampled_from([(1, 1), (1, 1), (2, 1), (1, 3)])) for _ in range(2))
    padding = draw(st.tuples(st.integers(0, 9), st.integers(0, 9)))
    size = draw(st.tuples(st.integers(7, 11), st.integers(10, 12)))
    x, weight = layer(2, channels, size, channels, kernel, groups, seed=draw(st.integers(0, 9)))
    for array in (x, weight):
        for _ in range(draw(st.integers(0, 2))):
            array.flat[draw(st.integers(0, array.size - 1))] = draw(AWKWARD)
    return {"x": x, "weight": weight} | {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}


@given(awkward_layers())
def test_any_padding_and_any_number_gives_what_pytorch_gives(torch, call):
    expected = torch.nn.functional.conv2d(**call | {key: torch.tensor(call[key]) for key in ("x", "weight")})
    for engine in (ops, fast):
        np.testing.assert_allclose(engine.conv2d(**call), expected, rtol=1e-8, atol=1e-5)


@given(awkward_layers(), AWKWARD)
def test_gradients_of_any_number_equal_the_readable_ones(call, awkward):
    dy = np.random.default_rng(0).standard_normal(ops.conv2d(**call).shape)
    dy.flat[dy.size // 2] = awkward
    for actual, desired in zip(fast.conv2d_backward(dy, **call), ops.conv2d_backward(dy, **call), strict=True):
        np.testing.assert_allclose(actual, desired, rtol=1e-8, atol=1e-5)
    weights = {"weight": call["weight"], "stride": call["stride"], "groups": call["groups"]}
    np.testing.assert_allclose(
        fast.conv_transpose2d(dy, **weights), ops.conv_transpose2d(dy, **weights), rtol=1e-8, atol=1e-5
    )


@given(st.data())
def test_poolings_of_any_number_equal_pytorch(torch, data):
    x = np.random.default_rng(0).standard_normal((1, 2, 5, 6))
    for _ in range(3):
        x.flat[data.draw(st.integers(0, x.size - 1))] = data.draw(AWKWARD)
    settings = {"kernel_size": data.draw(st.integers(1, 4)), "stride": data.draw(st.integers(1, 3))}
    for name in ("max_pool2d", "avg_pool2d"):
        expected = getattr(torch.nn.functional, name)(torch.tensor(x), **settings)
        for engine in (ops, fast):
            np.testing.assert_allclose(getattr(engine, name)(x, **settings), expected, atol=1e-5)


def test_numbers_that_only_a_transform_makes_too_large_stay_finite():
    x, weight = np.full((1, 16, 12, 12), 1e306), np.full((16, 16, 3, 3), 0.5)
    assert np.isfinite(fast.conv2d(x, weight)).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_bad_pixel_spoils_only_the_windows_that_hold_it(bad):
    x, weight = layer(1, 16, 12, 16, 3)
    x[0, 3, 5, 5] = bad
    np.testing.assert_array_equal(np.isfinite(fast.conv2d(x, weight)), np.isfinite(ops.conv2d(x, weight)))


def test_single_precision_is_as_exact_as_pytorchs(torch):
    x, weight = layer(1, 64, 28, 64, 3)
    exact = ops.conv2d(x, weight, padding=1)
    ours = fast.conv2d(x.astype(np.float32), weight.astype(np.float32), padding=1)
    theirs = torch.nn.functional.conv2d(torch.tensor(x).float(), torch.tensor(weight).float(), padding=1).numpy()
    assert np.abs(ours - exact).max() < 20 * np.abs(theirs - exact).max()
    assert np.abs(ours - exact).max() < 1e-5 * np.abs(exact).max()


# ---- memory, threads and processes

LAYERS = [  # batch, channels, size, filters, kernel, stride, padding, groups
    (1, 3, 112, 64, 7, 2, 3, 1),
    (1, 64, 56, 64, 3, 1, 1, 1),
    (1, 64, 56, 128, 3, 2, 1, 1),
    (1, 128, 28, 128, 3, 1, 1, 1),
    (1, 256, 14, 256, 3, 1, 1, 1),
    (1, 512, 7, 512, 3, 1, 1, 1),
    (1, 64, 56, 256, 1, 1, 0, 1),
    (1, 256, 56, 128, 1, 2, 0, 1),
    (4, 64, 56, 64, 3, 1, 1, 1),
    (1, 32, 112, 32, 3, 1, 1, 32),
    (1, 512, 14, 512, 3, 1, 1, 512),
    (1, 64, 112, 64, 3, 2, 1, 64),
    (1, 1, 512, 1, 5, 1, 0, 1),
]


@pytest.mark.parametrize("case", LAYERS)
def test_the_memory_beside_the_result_is_at_most_twice_the_columns(monkeypatch, case):
    *case, stride, padding, groups = case
    x, weight = layer(*case, groups=groups, dtype=np.float32)
    monkeypatch.setattr(machine, "_held", threading.local())  # memory that is held already would not be seen
    tracemalloc.start()
    y = fast.conv2d(x, weight, None, stride, padding, groups=groups)
    peak = tracemalloc.get_traced_memory()[1] - y.nbytes
    tracemalloc.stop()
    columns = len(y) * x.shape[1] * weight[0, 0].size * y[0, 0].nbytes
    assert peak <= 2 * columns


def test_large_scratch_memory_is_given_back(monkeypatch):
    monkeypatch.setattr(machine, "_held", threading.local())
    fast.conv2d(np.zeros((1, 1, 3000, 3000)), np.zeros((1, 1, 3, 3)), padding=1)
    assert sum(held.nbytes for held in vars(machine._held).values()) <= 4 * machine.HELD_AT_MOST


def test_threads_do_not_disturb_each_other(monkeypatch):
    monkeypatch.setattr(machine, "WORTH_A_THREAD", 1)
    monkeypatch.setattr(machine, "THREADS", 3)
    layers = [layer(2, 8, 10 + seed, 8, 3, groups=8, seed=seed) for seed in range(8)]
    wanted = [ops.conv2d(x, weight, groups=8) for x, weight in layers]
    found = [None] * len(layers)

    def convolve(number):
        for _ in range(20):
            found[number] = fast.conv2d(*layers[number], groups=8)

    threads = [threading.Thread(target=convolve, args=(number,)) for number in range(len(layers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for actual, desired in zip(found, wanted, strict=True):
        np.testing.assert_allclose(actual, desired, atol=1e-10)


def test_an_error_in_a_thread_is_not_lost():
    def refuse(number):
        raise RuntimeError(f"part {number}")

    with pytest.raises(RuntimeError, match="part"):
        machine.side_by_side(refuse, [(0,), (1,)])


def convolve_in_child(channel):
    x, weight = layer(1, 64, 64, 64, 3, groups=64)
    channel.put(fast.conv2d(x, weight, groups=64).sum())


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_gets_threads_of_its_own():
    x, weight = layer(1, 64, 64, 64, 3, groups=64)
    expected = fast.conv2d(x, weight, groups=64).sum()  # starts the threads of this process
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if "fork" in methods else methods[0])
    channel = context.Queue()
    child = context.Process(target=convolve_in_child, args=(channel,))
    child.start()
    assert channel.get(timeout=60) == pytest.approx(expected)
    child.join(timeout=60)
    assert child.exitcode == 0
