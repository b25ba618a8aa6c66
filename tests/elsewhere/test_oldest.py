"""The lower bounds of utils/pyproject.toml: the book runs with exactly these versions, on the oldest Python."""

import pytest
from other_kernels import Other, committed, printed

import elsewhere

pytestmark = pytest.mark.oldest


def test_the_book_runs_with_the_oldest_of_all_that_convbook_allows(tmp_path):
    other, notebooks = Other("oldest", tmp_path), committed()
    other.install()
    there = other.versions()
    assert {f"{one.name}=={there[one.name]}" for one in elsewhere.NEEDED} == {
        f"{one.name}=={'.'.join((elsewhere.bound(one.specifier) + '.0.0').split('.')[:3])}" for one in elsewhere.NEEDED
    }
    assert other.run(notebooks) == {}
    for name, expected in committed().items():
        assert (name, printed(notebooks[name])) == (name, printed(expected))
