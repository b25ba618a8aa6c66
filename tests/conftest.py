"""What all tests share: the oracle PyTorch, which is optional, and a plain word when it is not there.

A test that compares with PyTorch takes the fixture `torch`, or carries `@pytest.mark.pytorch` and imports torch itself.
Without PyTorch these tests are deselected, and the last lines of the run say so; with CONVBOOK_REQUIRE_PYTORCH=1, as in
continuous integration, its absence is an error.
"""

import os
from importlib.util import find_spec

import pytest
from hypothesis import settings

settings.register_profile("book", deadline=None)  # a busy machine is no failed test
settings.load_profile("book")

TORCH = "torch==2.13.0"
missing = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def torch():
    import torch

    torch.set_num_threads(1)
    return torch


def pytest_configure():
    if os.environ.get("CONVBOOK_REQUIRE_PYTORCH") and not find_spec("torch"):
        raise pytest.UsageError(f"CONVBOOK_REQUIRE_PYTORCH is set, but PyTorch is not installed: pip install {TORCH}")


def pytest_collection_modifyitems(config, items):
    for item in items:
        if "torch" in getattr(item, "fixturenames", ()):
            item.add_marker("pytorch")
    items.sort(key=lambda item: "/tests/browser/" in item.path.as_posix())  # stable: the quick tests speak first
    if find_spec("torch"):
        return
    left_out = [item for item in items if item.get_closest_marker("pytorch")]
    config.stash[missing] = len(left_out)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_sessionfinish(session):
    if hasattr(session.config, "workeroutput"):  # one of several processes, each of which has collected all tests
        session.config.workeroutput["missing"] = session.config.stash.get(missing, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    node.config.stash[missing] = getattr(node, "workeroutput", {}).get("missing", 0)


def pytest_terminal_summary(terminalreporter, config):
    if count := config.stash.get(missing, 0):
        terminalreporter.write_line(
            f"{count} PyTorch comparison tests did not run: PyTorch is not installed; "
            f"`.venv/bin/pip install {TORCH}` to run them",
            yellow=True,
        )
