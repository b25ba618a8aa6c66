"""Whatever the readable operations are asked, the fast ones are asked, too."""

import pytest

from convbook import fast, ops


@pytest.fixture(scope="module", params=[ops, fast], ids=["ops", "fast"])
def engine(request):
    """The readable operations and the fast ones: whatever holds for one must hold for the other."""
    return request.param
