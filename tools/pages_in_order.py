"""The pages of the book in the order in which they are read, from _toc.yml, for editions that are made of all of them.

>>> front, first, its_exercises, *_ = pages_in_order()
>>> front
BookPage(path='index.html', kind='front', part='', number=0)
>>> first
BookPage(path='notebooks/01_convolution.html', kind='chapter', part='Part I · The operation', number=1)
>>> its_exercises.path, its_exercises.kind, its_exercises.number
('notebooks/exercises/01_convolution.html', 'exercises', 1)
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import count

import yaml

from environment import ROOT

# What lives on the screen alone: a tally that a browser remembers, and a reference that one searches.
LEFT_TO_THE_SCREEN = {"book/solved.html", "book/api.html"}
# Paper leaves out, too, commands that are copied to a server, and what is new on the screen.
LEFT_OUT_ON_PAPER = LEFT_TO_THE_SCREEN | {"book/host.html", "book/changes.html"}


@dataclass(frozen=True)
class BookPage:
    """One page of the built book.

    `path` is its address in _build/html; `kind` is "front", "chapter", "exercises" or "page"; `part` is the part of the
    book in which it stands, "" for the front page; `number` is that of the chapter, also at its exercises, else 0.
    """

    path: str
    kind: str
    part: str
    number: int


def pages_in_order() -> Iterator[BookPage]:
    """Yield the pages as _toc.yml names them, the front page first."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    yield BookPage("index.html", "front", "", 0)  # book_site.py writes it there
    numbers = count(1)
    for part in toc["parts"]:
        for entry in part["chapters"]:
            number = next(numbers) if part.get("numbered") else 0
            yield BookPage(f"{entry['file']}.html", "chapter" if number else "page", part["caption"], number)
            for section in entry.get("sections", []):
                yield BookPage(f"{section['file']}.html", "exercises", part["caption"], number)


def pages_without(left_out: Collection[str]) -> list[BookPage]:
    """Return the pages of an edition, in order: all but those at these paths.

    >>> len(list(pages_in_order())) - len(pages_without(LEFT_OUT_ON_PAPER))
    4
    >>> pages_without({"book/sloved.html"})
    Traceback (most recent call last):
    ValueError: left_out must name pages of _toc.yml, got book/sloved.html
    """
    pages = list(pages_in_order())
    if unknown := set(left_out) - {page.path for page in pages}:
        raise ValueError(f"left_out must name pages of _toc.yml, got {', '.join(sorted(unknown))}")
    return [page for page in pages if page.path not in left_out]
