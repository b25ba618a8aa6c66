"""Sphinx extension: docstrings as the book writes them, on the page book/api.

A docstring is prose: what it does, then the shapes, then `Raises ...` and `Source: ...`. On the page these last two
become fields of their own, so that they are found at a glance.
"""

import re

FIELDS = re.compile(r"\s+(?=Raises |Methods raise |Source: )|^(?=Raises |Source: )")
LABELS = {"Raises ": ":Raises: ", "Methods raise ": ":Methods raise: ", "Source: ": ":Source: "}


def fields(paragraph: str) -> list[str]:
    """Split a paragraph at `Raises` and `Source`, which become fields of a reStructuredText field list.

    >>> fields("Size in pixels. Raises ValueError if it is 0. Source: Yu and Koltun (2016).")
    ['Size in pixels.', ':Raises: ValueError if it is 0.', ':Source: Yu and Koltun (2016).']
    """
    parts = [part for part in FIELDS.split(paragraph) if part]
    for start, label in LABELS.items():
        parts = [label + part.removeprefix(start) if part.startswith(start) else part for part in parts]
    return parts


def set_fields_apart(app, what, name, obj, options, lines):
    """Rewrite the prose of a docstring; examples stay as they are, and a module's introduction too."""
    if what == "module":
        return
    paragraphs = "\n".join(lines).split("\n\n")
    apart = [[paragraph] if ">>>" in paragraph else fields(" ".join(paragraph.split())) for paragraph in paragraphs]
    lines[:] = "\n\n".join(part for parts in apart for part in parts).split("\n")


def setup(app):
    """Register the events and the settings."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", set_fields_apart)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
