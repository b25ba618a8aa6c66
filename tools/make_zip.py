"""The built book as a zip, to be read from a disk without a connection, and as another one for a server.

    python tools/make_zip.py

Pages on a disk cannot run Python, which makes up most of the book's size: so the first archive holds none, and its
pages do not offer to run anything. Where the book has Python there is a second one that holds everything. Neither holds
the other editions, nor offers them. Same book, same bytes.
"""

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from finish_book import finish
from offers import DOWNLOADS, NAME, OFFERS
from serve import BOOK

PYTHON = "_static/python"
ONLY_TO_RUN = (PYTHON, "_static/run")  # what a page loads when its code is run
FIRST_TAG = re.compile(r"<html\b[^>]*>")
HAS_PYTHON = re.compile(r' data-python(-\w+)?="[^"]*"')
CREDITS = "book/credits.html"
CREDITED = re.compile(r"<!-- to run -->.*?<!-- /to run -->", re.DOTALL)
NOT_HERE = "<p>This copy of the book is for a disk, where no code runs in a page: Python does not lie in it.</p>"
LICENCES = "_static/licences"
LONGEST = 100  # characters of a path: with the folder into which it is unpacked, Windows takes 260
MODE = 0o644 << 16  # everyone may read what is unpacked, a web server too


def copy(book: Path, site: Path, with_python: bool) -> None:
    """Copy a built book without its editions, and without Python if that is not wanted."""
    left_out = {book / DOWNLOADS / offer.file for offer in OFFERS}
    left_out |= set() if with_python else {book / place for place in ONLY_TO_RUN}
    shutil.copytree(book, site, ignore=lambda folder, names: {n for n in names if Path(folder, n) in left_out})
    if not with_python:
        for page in site.rglob("*.html"):
            text = page.read_text("utf-8")
            page.write_text(FIRST_TAG.sub(lambda tag: HAS_PYTHON.sub("", tag[0]), text, count=1), "utf-8")
        credit_what_is_there(site)
    finish(site)


def credit_what_is_there(site: Path) -> None:
    """Let a copy without Python name only what it holds, and hold no other licence."""
    page = site / CREDITS
    text = CREDITED.sub(NOT_HERE, page.read_text("utf-8"))
    page.write_text(text, "utf-8")
    for licence in (site / LICENCES).iterdir():
        if f"{LICENCES}/{licence.name}" not in text:
            licence.unlink()


def pack(site: Path, target: Path) -> None:
    """Write a folder as one archive that unpacks into one folder.

    Raises ValueError for paths that are too long to be unpacked everywhere.
    """
    files = sorted(path for path in site.rglob("*") if path.is_file())
    names = [f"{NAME}/{path.relative_to(site).as_posix()}" for path in files]
    if long := [name for name in names if len(name) > LONGEST]:
        raise ValueError(f"a path in the zip must have at most {LONGEST} characters, got {', '.join(long)}")
    with ZipFile(target, "w") as archive:
        for name, path in zip(names, files, strict=True):
            told = ZipInfo(name)
            told.external_attr = MODE
            archive.writestr(told, path.read_bytes(), ZIP_DEFLATED)


def write(book: Path, target: Path, with_python: bool) -> None:
    """Write one archive of a built book."""
    with TemporaryDirectory() as folder:
        copy(book, Path(folder, "site"), with_python)
        target.parent.mkdir(exist_ok=True)
        pack(Path(folder, "site"), target)


def make(book: Path = BOOK) -> list[Path]:
    """Write the archives beside the pages of a built book, let these offer them, and return where they are."""
    wanted = [False, True] if (book / PYTHON).exists() else [False]
    targets = [book / DOWNLOADS / f"{NAME}{'-with-python' * with_python}.zip" for with_python in wanted]
    for target, with_python in zip(targets, wanted, strict=True):
        write(book, target, with_python)
    finish(book)
    return targets


def main() -> None:
    """Write the archives and say how large they are."""
    print("Making the zip ...", flush=True)
    try:
        made = make()
    except ValueError as error:
        sys.exit(str(error))
    for target in made:
        print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
