"""What a built page asks for before its first widget can be used, and what that weighs.

A widget is mounted once the page's HTML, style sheets and scripts are there; pictures, fonts and MathJax come after.
"""

import gzip
from html.parser import HTMLParser
from pathlib import Path


class Needs(HTMLParser):
    """The style sheets and scripts that a page names, in order."""

    def __init__(self):
        super().__init__()
        self.addresses = []

    def handle_starttag(self, tag, attributes):
        """Keep the address of a style sheet or a script."""
        named = dict(attributes)
        if tag == "script" and named.get("src"):
            self.addresses.append(named["src"])
        if tag == "link" and named.get("rel") == "stylesheet":
            self.addresses.append(named["href"])


def needed(page: Path) -> list[Path]:
    """Return the files that the page needs before its first widget can be used, the page itself first."""
    needs = Needs()
    needs.feed(page.read_text(encoding="utf-8"))
    return [page, *((page.parent / address.split("?")[0]).resolve() for address in needs.addresses)]


def is_widget_code(path: Path) -> bool:
    """Say whether this file of the built book is the code of a widget."""
    return "live" in path.parts


def weight(paths: list[Path]) -> float:
    """Return the weight of these files in kB as a server sends them, each compressed by gzip."""
    return sum(len(gzip.compress(path.read_bytes(), mtime=0)) for path in paths) / 1000
