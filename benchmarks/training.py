"""How long one epoch of chapter 9's network takes, as a ratio against PyTorch on the same two threads.

    python benchmarks/training.py

Both train the same network on the same digits in the same order, in single precision, and take turns; the best epoch of
each counts, for everything that disturbs a measurement makes it longer. A pause before each lets the other's threads
come to rest.
"""

import os

THREADS = 2
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(THREADS)  # read when NumPy and PyTorch are imported

import math  # noqa: E402
import time  # noqa: E402
from importlib.util import find_spec  # noqa: E402

import numpy as np  # noqa: E402

from convbook import digits, nn  # noqa: E402

ROUNDS, PAUSE = 12, 0.05  # seconds
BATCH_SIZES = (8, 16, 32, 64)
CHAPTER = 16  # the batch size of chapter 9, and of nn.fit
WANTED = 1.0
RATE = 0.002


def ours(optimizer, batch_size, dtype="float32"):
    """Return a function that trains our network for an epoch."""
    nn.manual_seed(0)
    parts, model = digits.split(), digits.network(dtype=dtype)
    steps = getattr(nn, optimizer)(model.parameters(), lr=RATE)
    pictures = parts.train_pictures.astype(dtype)
    return lambda: nn.fit(model, pictures, parts.train_labels, steps, 1, batch_size=batch_size, progress=False)


def pytorchs(optimizer, batch_size):
    """Return a function that trains PyTorch's for an epoch, with the loop that its tutorials show."""
    import torch

    torch.set_num_threads(THREADS)
    parts = digits.split()
    x, y = torch.tensor(parts.train_pictures, dtype=torch.float32), torch.tensor(parts.train_labels)
    first = torch.nn.Conv2d(1, 8, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2)
    second = torch.nn.Conv2d(8, 16, 3, padding=1), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(256, 10)
    model, loss = torch.nn.Sequential(*first, *second), torch.nn.CrossEntropyLoss()
    steps = getattr(torch.optim, optimizer)(model.parameters(), lr=RATE)

    def epoch():
        order, total, right = torch.from_numpy(np.random.default_rng(0).permutation(len(x))), 0.0, 0
        for batch in order.split(batch_size):
            answer = model(x[batch])
            value = loss(answer, y[batch])
            total += value.item() * len(batch)
            right += (answer.argmax(dim=1) == y[batch]).sum().item()
            steps.zero_grad()
            value.backward()
            steps.step()
        return total, right

    return epoch


def best_times(contestants):
    """Return the best time of each, in milliseconds."""
    best = dict.fromkeys(contestants, math.inf)
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            time.sleep(PAUSE)
            start = time.perf_counter()
            run()
            best[name] = min(best[name], 1000 * (time.perf_counter() - start))
    return best


def main():
    """Print the table."""
    print(f"One epoch of {len(digits.split().train_labels)} digits, 3,818 parameters, {THREADS} threads.")
    print(f"  {'optimiser':12}{'batch':>6}{'convbook.nn':>14}{'double':>12}{'PyTorch':>12}{'ratio':>8}")
    for optimizer in ("SGD", "Adam"):
        for size in BATCH_SIZES:
            contestants = {"ours": ours(optimizer, size), "double": ours(optimizer, size, "float64")}
            if find_spec("torch"):
                contestants["torch"] = pytorchs(optimizer, size)
            times = best_times(contestants)
            line = f"  {optimizer:12}{size:6}{times['ours']:12.1f}ms{times['double']:10.1f}ms"
            if "torch" in times:
                ratio = times["ours"] / times["torch"]
                goal = "" if size != CHAPTER else f"  (wanted: at most {WANTED}×){'' if ratio <= WANTED else ' !'}"
                line += f"{times['torch']:10.1f}ms{ratio:7.2f}×{goal}"
            print(line, flush=True)
    if not find_spec("torch"):
        print("PyTorch is not installed, so its column is empty: `pip install torch==2.13.0` fills it.")


if __name__ == "__main__":
    main()
