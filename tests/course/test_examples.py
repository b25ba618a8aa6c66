"""The examples in the docstrings of course/, whose programs find each other by the folder that they are in."""

import doctest
from importlib import import_module

import pytest
from classroom import ROOT

SETTINGS = "nbgrader_config"  # no program: nbgrader reads it, and gives it what it uses
PROGRAMS = sorted({path.stem for path in (ROOT / "course").glob("*.py")} - {SETTINGS})


@pytest.mark.parametrize("name", PROGRAMS)
def test_examples(name):
    assert doctest.testmod(import_module(name), raise_on_error=True).failed == 0
