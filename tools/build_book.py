"""Build the book into _build/html if its sources have changed; a warning is an error.

python tools/build_book.py
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pack_python
import pyodide
from environment import ROOT, fingerprint

BUILD = ROOT / "_build"
STAMP = BUILD / "built-from"
SOURCES = [
    "_config.yml",
    "_toc.yml",
    "book",
    "CHANGELOG.md",
    "notebooks",
    "utils/convbook",
    "tools/build_book.py",
    "tools/changelog.py",
    "tools/finish_book.py",
    "tools/offers.py",
]


def files() -> Iterator[Path]:
    """Yield every file that the book is made from."""
    for source in map(ROOT.joinpath, SOURCES):
        inside = [source, *sorted(source.rglob("*"))]
        yield from (path for path in inside if path.is_file() and "__pycache__" not in path.parts)


def digest(python: Path | None) -> str:
    """Return what the book is made from: it changes when the book needs to be built again.

    `python` is the folder of what lets the book's code run in its pages, if there is one.
    """
    total = hashlib.sha256(f"{fingerprint()} {python and pack_python.best(python)[0].name}".encode())
    for path in files():
        total.update(path.relative_to(ROOT).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def build() -> int:
    """Build every page anew, since one that is not read again would not repeat its warnings; return the exit code."""
    shutil.rmtree(BUILD / "html", ignore_errors=True)
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    options = ["--path-output", ".", "--all", "-W", "-n", "--keep-going", "-q"]
    return subprocess.run([jupyter_book, "build", ".", *options], cwd=ROOT, stdout=subprocess.DEVNULL).returncode


def main() -> int:
    """Bring the book up to date; return the exit code."""
    python = pyodide.provide()
    if python:
        pack_python.provide(python)
    wanted = digest(python)
    if STAMP.exists() and STAMP.read_text() == wanted and (BUILD / "html" / "index.html").exists():
        return 0
    print("Building the book ...", flush=True)
    STAMP.unlink(missing_ok=True)
    if code := build():
        print("The book could not be built; the lines above say why.", file=sys.stderr)
        return code
    from finish_book import finish  # here: it brings the widgets along, for which a book that stands need not wait

    finish(BUILD / "html")
    STAMP.write_text(wanted)
    print("The book is in _build/html: open index.html there, or put the folder on any web server.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
