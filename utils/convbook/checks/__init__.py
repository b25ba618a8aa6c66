"""Checks for the exercises: each recognises the usual mistakes and says which one was made.

An exercise asks for a function. `check` runs it on a few probes and compares it with a reference; if it behaves exactly
like a known mistake, the reader gets that mistake's hint. A failed check raises CheckFailed: a reader sees its message
alone, nbgrader scores it as 0 and nbval reports it.

>>> from convbook.checks import check
>>> check("prediction", lambda: -8)
✓ prediction: right.
"""

# Each chapter makes its checks known.
from convbook.checks import convolution, padding_and_stride, pooling, receptive_field
from convbook.checks.judge import CHECKS, CheckFailed, check

__all__ = ["CHECKS", "CheckFailed", "check", "convolution", "padding_and_stride", "pooling", "receptive_field"]
