"""Checks for the exercises: each recognises the usual mistakes and says which one was made.

An exercise asks for a function. `check` runs it on a few probes and compares it with what is right; if it behaves
exactly like a known mistake, the reader gets that mistake's hint.

>>> from convbook.checks import check
>>> check("prediction", lambda: -14)
✓ prediction: right.
"""

# Each chapter makes its checks known. What is right stands in their files, so that nobody meets it by accident; what
# students of a course get has tables in place of these files, but for the open ones (see convbook.checks._tables).
from convbook.checks import (  # noqa: F401
    _architectures,
    _backpropagation,
    _building,
    _convolution,
    _one_by_one,
    _open_building,
    _open_convolution,
    _open_one_by_one,
    _open_pooling,
    _open_receptive_field,
    _open_transposed,
    _padding_and_stride,
    _pooling,
    _receptive_field,
    _separable,
    _transposed,
)
from convbook.checks.judge import CheckFailed, check
from convbook.checks.outcomes import hidden_check

__all__ = ["CheckFailed", "check", "hidden_check"]
