"""Reads notebooks that anybody may have written, and none that would take much memory or time."""

import re
import warnings

import nbformat
from nbformat import NotebookNode

MOST_BYTES = 200_000_000  # with outputs: pictures, and text without an end
MOST_OBJECTS = 200_000  # in braces; each takes half a kilobyte once nbformat has read it
MOST_SIGNS = 3_000_000  # strings, and signs between them, of which each value has one or two
_SIGN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|([{\[,])', re.DOTALL)  # never goes back, so takes no time


def too_much(data: bytes) -> str:
    """Return why a notebook is not read, from a glance at its file; nothing if it can be.

    Pictures and lines of text take no more memory than their file, but numbers, lists and objects take many times that.
    """
    if len(data) > MOST_BYTES:
        return f"is larger than {MOST_BYTES // 10**6} MB"
    if data.count(b"{") <= MOST_OBJECTS and sum(map(data.count, (b"{", b"[", b",", b'"'))) <= MOST_SIGNS:
        return ""
    objects = 0
    for signs, found in enumerate(_SIGN.finditer(data), start=1):
        objects += found[1] == b"{"
        if objects > MOST_OBJECTS or signs > MOST_SIGNS:
            return "holds far more values than a notebook has"
    return ""


def parsed(data: bytes) -> NotebookNode:
    """Return a notebook, as lenient as Jupyter is. Raises what it may if that is none; ValueError if it is too much."""
    if why := too_much(data):
        raise ValueError(why)
    with warnings.catch_warnings(action="ignore"):  # of ids of cells, which grading mends
        return nbformat.reads(data.decode("utf-8-sig"), as_version=4)
