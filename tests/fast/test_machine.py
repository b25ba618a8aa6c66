"""Little memory, and threads and processes that do not disturb each other."""

import multiprocessing
import threading
import tracemalloc

import numpy as np
import pytest
from drawn_calls import layer

from convbook import fast, ops
from convbook.fast import machine

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


def test_where_there_are_no_threads_none_is_asked_for(monkeypatch):
    monkeypatch.setattr(machine, "THREADS", 1)
    monkeypatch.setattr(machine, "_workers", lambda: pytest.fail("a web page cannot start a thread"))
    x, weight = np.random.default_rng(0).normal(size=(3, 4, 9, 9)), np.ones((4, 1, 3, 3))
    np.testing.assert_allclose(fast.conv2d(x, weight, groups=4), ops.conv2d(x, weight, groups=4), atol=1e-12)


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
