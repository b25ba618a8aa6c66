"""Says whether a tag may become a release, and makes what goes to the package index: `make release TAG=v0.2.0`.

    python tools/release.py v0.2.0

The tag, the package, the changelog and the citation must name the same version, and nothing may be left to be released
later. Then the package is built, and what the changelog says of the version is in _build/notes.md.
"""

import re
import sys
import tomllib
from pathlib import Path

import yaml

import package
from changelog import has_unreleased, sections
from environment import ROOT

TAG = re.compile(r"v(\d+\.\d+\.\d+)")


def faults(tag: str, root: Path = ROOT) -> list[str]:
    """Return what keeps a tag from being a release, a sentence each."""
    if not (named := TAG.fullmatch(tag)):
        return [f"the tag must be v and three numbers, as v0.2.0, got {tag!r}"]
    wanted = named[1]
    packaged = tomllib.loads((root / "utils" / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    told = sections(changelog)
    newest = next((name for name in told if name != "Unreleased"), "none")
    found = {"utils/pyproject.toml": packaged, "CITATION.cff": str(citation["version"]), "CHANGELOG.md": newest}
    said = [
        f"{name} has version {version}, and the tag is {tag}" for name, version in found.items() if version != wanted
    ]
    date, cited = told[newest]["date"] if newest in told else None, str(citation["date-released"])
    if date != cited:
        said.append(f"CHANGELOG.md dates version {newest} {date}, and CITATION.cff {cited}")
    if has_unreleased(changelog):
        said.append("CHANGELOG.md still has lines under [Unreleased]: they belong to the release, or to none")
    return said


def notes(version: str, root: Path = ROOT) -> str:
    """Return what the changelog says of a version."""
    return sections((root / "CHANGELOG.md").read_text("utf-8"))[version]["text"].strip() + "\n"


def main(arguments: list[str]) -> int:
    """Say what is wrong with a tag, or make its package and its notes."""
    tag = arguments[0] if arguments else ""
    if said := faults(tag):
        print(f"{tag or 'Without a TAG this'} is no release:", *said, sep="\n  ", file=sys.stderr)
        return 1
    if code := package.main():
        return code
    (package.DIST.parent / "notes.md").write_text(notes(tag.removeprefix("v")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
