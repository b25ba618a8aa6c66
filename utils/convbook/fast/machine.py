"""What the machine has to give: memory that is used again, and threads."""

import math
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
THREADS = 1 if sys.platform == "emscripten" else CORES  # a web page has one, whatever stands behind it
WORTH_A_THREAD = 2**15  # outputs below which handing work to a thread takes longer than doing it
HELD_AT_MOST = 2**24  # bytes
BLOCK = 2**19  # numbers in a block of columns: 2 MB in single precision, which the cores keep close

_held = threading.local()


def scratch(name, shape, dtype):
    """Return an array to be filled, in memory that the next call of this thread uses again.

    The system hands out fresh memory page by page and clears every page first, which can take longer than the
    arithmetic. What is larger than HELD_AT_MOST bytes is not kept.
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size > HELD_AT_MOST:
        return np.empty(shape, dtype)
    held = vars(_held).get(name)
    if held is None or held.size < size:
        held = vars(_held)[name] = np.empty(size, np.uint8)
    return np.ndarray(shape, dtype, held)


@cache
def _workers():
    return ThreadPoolExecutor(THREADS)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_workers.cache_clear)  # threads do not live on in a forked process


def side_by_side(work, parts):
    """Call work(*part) for every part, on as many threads as there are cores; NumPy's loops let each other run."""
    here = 1 if THREADS > 1 else len(parts)
    waiting = [_workers().submit(work, *part) for part in parts[here:]]
    for part in parts[:here]:
        work(*part)
    for each in waiting:
        each.result()
