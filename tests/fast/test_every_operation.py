"""Every fast operation has the name, the signature and the numbers of a readable one."""

import inspect

import numpy as np
import pytest
from operation_calls import OPERATIONS, all_calls, results

from convbook import fast, ops

CALLS = all_calls()


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
