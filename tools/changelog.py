"""What CHANGELOG.md says, version by version, and how its headings read for those who know no such files.

>>> in_words("2026-11-22")
'22 November 2026'
"""

import re
from datetime import date

from environment import ROOT

CHANGELOG = ROOT / "CHANGELOG.md"
SECTION = re.compile(r"^## \[(?P<name>.+?)\](?: - (?P<date>\S+))?\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
UNRELEASED = "Unreleased"
HEADING = re.compile(r"\[(?P<name>[^\]]+)\](?: - (?P<date>\d{4}-\d\d-\d\d))?")


def sections(changelog: str) -> dict[str, re.Match]:
    """Return the parts of a changelog by the versions that they are about.

    >>> found = sections("# Changelog\\n\\n## [Unreleased]\\n\\n## [0.1.0] - 2026-11-22\\n\\n### Added\\n\\n- All.\\n")
    >>> {name: part["date"] for name, part in found.items()}
    {'Unreleased': None, '0.1.0': '2026-11-22'}
    """
    return {part["name"]: part for part in SECTION.finditer(changelog)}


def has_unreleased(changelog: str) -> bool:
    """Say whether something stands there that no version has yet.

    >>> has_unreleased("## [Unreleased]\\n\\n- More.\\n"), has_unreleased("## [Unreleased]\\n\\n## [0.1.0]\\n")
    (True, False)
    """
    told = sections(changelog)
    return UNRELEASED in told and bool(told[UNRELEASED]["text"].strip())


def in_words(day: str) -> str:
    """Return a day as it stands in a sentence."""
    parsed = date.fromisoformat(day)
    return f"{parsed.day} {parsed:%B %Y}"


def readable(heading: str) -> str:
    """Return a heading of the changelog in words; any other stays as it is.

    >>> readable("[Unreleased]"), readable("[0.1.0] - 2026-11-22"), readable("Added")
    ('Since the last edition', '0.1.0, 22 November 2026', 'Added')
    """
    if not (found := HEADING.fullmatch(heading)):
        return heading
    name = "Since the last edition" if found["name"] == UNRELEASED else found["name"]
    return f"{name}, {in_words(found['date'])}" if found["date"] else name
