"""What CITATION.cff says of this edition of the book, for all that carries its name and its date.

>>> edition().title
'Seeing Convolutions'
"""

from dataclasses import dataclass

import yaml

from changelog import has_unreleased, in_words
from environment import ROOT


@dataclass(frozen=True)
class Edition:
    """The title and what stands behind its colon, who wrote it, the last version, its date, "2026-11-22", and whether
    the book has changed since.
    """

    title: str
    subtitle: str
    authors: list[str]
    version: str
    date: str
    has_changed: bool

    @property
    def called(self) -> str:
        """What this edition is called: a book that has changed since its last version is not that version.

        >>> Edition("", "", [], "0.1.0", "2026-11-22", has_changed=False).called
        'Edition 0.1.0'
        >>> Edition("", "", [], "0.1.0", "2026-11-22", has_changed=True).called
        'Edition after 0.1.0'
        """
        return f"Edition {self.version_in_words}"

    @property
    def version_in_words(self) -> str:
        """The version, or after which one it is."""
        return f"after {self.version}" if self.has_changed else self.version

    @property
    def dated(self) -> str:
        """What this edition is called, with the day of its version.

        >>> Edition("", "", [], "0.1.0", "2026-11-22", has_changed=False).dated
        'Edition 0.1.0, 22 November 2026'
        >>> Edition("", "", [], "0.1.0", "2026-11-22", has_changed=True).dated
        'Edition after 0.1.0 of 22 November 2026'
        """
        return f"{self.called}{' of' if self.has_changed else ','} {in_words(self.date)}"


def edition() -> Edition:
    """Return this edition."""
    said = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    title, _, subtitle = said["title"].partition(": ")
    names = [author.get("name") or f"{author['given-names']} {author['family-names']}" for author in said["authors"]]
    subtitle = subtitle[:1].upper() + subtitle[1:]
    has_changed = has_unreleased((ROOT / "CHANGELOG.md").read_text("utf-8"))
    return Edition(title, subtitle, names, said["version"], str(said["date-released"]), has_changed)
