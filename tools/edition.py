"""What CITATION.cff says of this edition of the book, for all that carries its name and its date.

>>> edition().title
'Seeing Convolutions'
"""

from dataclasses import dataclass

import yaml

from environment import ROOT


@dataclass(frozen=True)
class Edition:
    """The title and what stands behind its colon, who wrote it, the version, and its date, "2026-11-22"."""

    title: str
    subtitle: str
    authors: list[str]
    version: str
    date: str


def edition() -> Edition:
    """Return this edition."""
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    title, _, subtitle = said["title"].partition(": ")
    names = [author.get("name") or f"{author['given-names']} {author['family-names']}" for author in said["authors"]]
    return Edition(title, subtitle[:1].upper() + subtitle[1:], names, said["version"], str(said["date-released"]))
