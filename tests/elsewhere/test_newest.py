"""The newest Python of this machine: what the package's words and the exercises say of it holds there, too.

.venv has the newest packages already, and the chapters run in it.
"""

import pytest
from other_kernels import Other, committed, printed

pytestmark = pytest.mark.newest

DOCTESTS = """
import doctest, importlib, pkgutil, convbook

tried = 0
for module in pkgutil.walk_packages(convbook.__path__, "convbook."):
    result = doctest.testmod(importlib.import_module(module.name))
    assert not result.failed
    tried += result.attempted
print(tried)
"""


def test_the_package_and_the_exercises_run_with_the_newest_python(tmp_path):
    other = Other("newest", tmp_path)
    other.install()
    assert int(other.ask(DOCTESTS)) > 300
    exercises = {name: notebook for name, notebook in committed().items() if name.startswith("exercises/")}
    assert other.run(exercises) == {}
    for name, expected in committed().items():
        if name in exercises:
            assert (name, printed(exercises[name])) == (name, printed(expected))
