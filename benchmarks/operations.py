"""How fast the operations are, as ratios against PyTorch and SciPy, measured in one run with two threads.

    python benchmarks/operations.py

Every contestant gets bursts of its own with a pause before each, so that nobody's waiting threads hold up another, and
its best time counts: everything that disturbs a measurement makes it longer. SciPy correlates one channel with one
kernel at a time; where a layer has many pairs of them, a few are timed and the rest is reckoned from these.
"""

import os

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)  # read when NumPy and PyTorch are imported
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)  # they make OpenBLAS take this processor for another one

import math  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402
from importlib.util import find_spec  # noqa: E402

import numpy as np  # noqa: E402
from scipy.signal import correlate2d  # noqa: E402

from convbook import fast, ops  # noqa: E402
from convbook.fast import machine  # noqa: E402

ROUNDS, BURST, PAUSE = 6, 0.12, 0.05  # seconds
SCIPY_PAIRS = 8  # of one channel and one kernel

# name: batch, channels, size, filters, kernel, stride, padding, groups
DENSE = {
    "ResNet conv1 7×7/2": (1, 3, 224, 64, 7, 2, 3, 1),
    "ResNet conv2 3×3": (1, 64, 56, 64, 3, 1, 1, 1),
    "ResNet conv3 3×3/2": (1, 64, 56, 128, 3, 2, 1, 1),
    "ResNet conv3 3×3": (1, 128, 28, 128, 3, 1, 1, 1),
    "ResNet conv4 3×3/2": (1, 128, 28, 256, 3, 2, 1, 1),
    "ResNet conv4 3×3": (1, 256, 14, 256, 3, 1, 1, 1),
    "ResNet conv5 3×3/2": (1, 256, 14, 512, 3, 2, 1, 1),
    "ResNet conv5 3×3": (1, 512, 7, 512, 3, 1, 1, 1),
    "ResNet shortcut 1×1/2": (1, 64, 56, 128, 1, 2, 0, 1),
    "1×1, 256 to 64": (1, 256, 56, 64, 1, 1, 0, 1),
    "8 pictures, 3×3": (8, 64, 56, 64, 3, 1, 1, 1),
}
DEPTHWISE = {
    "MobileNet 112×112": (1, 32, 112, 32, 3, 1, 1, 32),
    "MobileNet 112×112/2": (1, 64, 112, 64, 3, 2, 1, 64),
    "MobileNet 56×56": (1, 128, 56, 128, 3, 1, 1, 128),
    "MobileNet 28×28": (1, 256, 28, 256, 3, 1, 1, 256),
    "MobileNet 14×14": (1, 512, 14, 512, 3, 1, 1, 512),
    "MobileNet 7×7": (1, 1024, 7, 1024, 3, 1, 1, 1024),
}
PICTURES = {
    "a picture, 3×3": (1, 1, 512, 1, 3, 1, 0, 1),
    "a picture, 15×15": (1, 1, 512, 1, 15, 1, 0, 1),
    "a thumbnail, 3×3": (1, 1, 64, 1, 3, 1, 0, 1),
}


def with_pytorch(x, weight, stride, padding, groups):
    """Return the same convolution in PyTorch, or None without PyTorch."""
    if not find_spec("torch"):
        return None
    import torch

    torch.set_num_threads(THREADS)
    x, weight = torch.from_numpy(x), torch.from_numpy(weight)

    def convolve():
        with torch.inference_mode():
            return torch.nn.functional.conv2d(x, weight, None, stride, padding, 1, groups)

    return convolve


def with_scipy(x, weight, padding):
    """Return a few of the correlations that make up the convolution, and how many times as many there are."""
    pairs = len(x) * weight.shape[0] * weight.shape[1]
    sample = min(pairs, SCIPY_PAIRS)
    picture, kernel = np.pad(x[0, 0], padding), weight[0, 0]

    def convolve():
        for _ in range(sample):
            correlate2d(picture, kernel, "valid")

    return convolve, pairs / sample


def best_times(contestants):
    """Return the best time of each, in seconds."""
    best = dict.fromkeys(contestants, math.inf)
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            time.sleep(PAUSE)
            run()
            end = time.perf_counter() + BURST
            while (start := time.perf_counter()) < end:
                run()
                best[name] = min(best[name], time.perf_counter() - start)
    return best


def peak_memory(convolve):
    """Return the most bytes that are in use at once beside the result, with no memory held from before."""
    machine._held = threading.local()
    tracemalloc.start()
    y = convolve()
    peak = tracemalloc.get_traced_memory()[1] - y.nbytes
    tracemalloc.stop()
    return peak, y.shape


def measure(batch, channels, size, filters, kernel, stride, padding, groups):
    """Return the times of one layer in milliseconds, and the memory as a multiple of im2col's columns."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, channels, size, size)).astype(np.float32)
    weight = rng.standard_normal((filters, channels // groups, kernel, kernel)).astype(np.float32)
    settings = {"stride": stride, "padding": padding, "groups": groups}
    scipy, times_scipy = with_scipy(x, weight, padding)
    contestants = {
        "fast": lambda: fast.conv2d(x, weight, **settings),
        "torch": with_pytorch(x, weight, stride, padding, groups),
        "readable": lambda: ops.conv2d(x, weight, **settings),
        "scipy": scipy,
    }
    peak, shape = peak_memory(contestants["fast"])
    columns = batch * channels * kernel**2 * math.prod(shape[2:]) * x.itemsize
    times = best_times({name: run for name, run in contestants.items() if run})
    times["scipy"] *= times_scipy
    return {name: 1000 * seconds for name, seconds in times.items()}, peak / columns


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def report(title, layers, limit):
    """Measure the layers, print a line for each, and return the mean ratio to PyTorch."""
    print(f"\n{title}")
    print(f"  {'layer':24}{'fast':>10}{'PyTorch':>10}{'ratio':>8}{'readable':>10}{'SciPy':>9}{'memory':>9}")
    ratios = []
    for name, layer in layers.items():
        times, memory = measure(*layer)
        own = times["fast"]
        line = f"  {name:24}{own:8.3f}ms"
        if "torch" in times:
            ratios.append(own / times["torch"])
            line += f"{times['torch']:8.3f}ms{ratios[-1]:7.2f}×"
        else:
            line += f"{'-':>10}{'-':>8}"
        print(line + f"{times['readable'] / own:9.1f}×{times['scipy'] / own:8.0f}×{memory:8.2f}×", flush=True)
    if ratios and limit:
        print(f"  geometric mean {geometric_mean(ratios):.2f}× PyTorch's time (wanted: at most {limit}×)")


def main():
    """Print the table."""
    if find_spec("torch"):
        import torch

        print(f"fast.conv2d beside PyTorch {torch.__version__} and SciPy, single precision, {THREADS} threads.")
    else:
        print("PyTorch is not installed, so its column is empty: `pip install torch==2.13.0` fills it.")
    print("ratio: our time / PyTorch's. readable, SciPy: how many times as long ops.conv2d and correlate2d take.")
    print("memory: the most that fast.conv2d uses beside its result, as a multiple of im2col's columns.")
    machine.THREADS = THREADS
    report("Dense layers", DENSE, 1.5)
    report("Depthwise layers", DEPTHWISE, 4)
    report("Single pictures", PICTURES, None)


if __name__ == "__main__":
    main()
