"""Reads what a learning platform hands out: a folder or a zip, with the students' own zips in it, one file at a time.

Nothing is ever unpacked to where a name points, so that no name can lead out of a folder, and nothing is read beyond
the limits below, whatever sizes an archive claims.
"""

import io
import lzma
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

MB = 1_000_000


@dataclass(frozen=True)
class Limits:
    """How much is read: of one file, of all files in a zip together, how many, and how deep zips stand in zips."""

    file: int = 100 * MB
    total: int = 20_000 * MB
    files: int = 100_000
    depth: int = 2


STUDENTS_ZIP = {"total": 300 * MB, "files": 1000}  # what one student can have handed in


@dataclass(frozen=True)
class Found:
    """A file of a download: its path, when it was changed, and what it holds, or else why it was not read."""

    path: tuple[str, ...]
    when: datetime
    data: bytes = b""
    refused: str = ""
    zips: tuple[tuple[int, datetime], ...] = ()  # those it was in: where in the path the name ends, and its time

    @property
    def name(self) -> str:
        """The path as one writes it."""
        return "/".join(self.path)


def files_in(place: Path, limits: Limits = Limits()) -> Iterator[Found]:
    """Yield every file of a folder, of a zip or of the zips within, in the order of their names.

    Raises FileNotFoundError if there is nothing at `place`.
    """
    if not place.exists():
        raise FileNotFoundError(f"FROM must be a folder or a zip that exists, got {place}")
    if place.is_dir():
        for path in sorted(_paths(place)):
            yield from _opened(_read(path, tuple(map(_composed, path.relative_to(place).parts)), limits), limits)
    elif place.suffix.lower() == ".zip":
        yield from _unzipped(place, Found((), _time(place.stat().st_mtime)), limits)
    else:
        yield _read(place, (_composed(place.name),), limits)


def _paths(folder):
    for top, _, names in os.walk(folder):
        for name in names:
            if not _is_system_file((*Path(top).relative_to(folder).parts, name)):
                yield Path(top) / name


def _is_system_file(path):
    """Whether an operating system or Jupyter has left this behind, and nobody has handed it in."""
    kinds = ("__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__")
    return any(part in kinds for part in path) or path[-1].startswith("._") or path[-1] in (".DS_Store", "Thumbs.db")


def _composed(name):
    try:
        name.encode()
    except UnicodeEncodeError:  # bytes in a folder that are no UTF-8: from an old system, most likely
        name = os.fsencode(name).decode("cp1252", errors="replace")
    return unicodedata.normalize("NFC", name)


def _time(seconds):
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)


def _read(path, parts, limits):
    info = path.lstat()
    found = Found(parts, _time(info.st_mtime))
    if not stat.S_ISREG(info.st_mode):
        return replace(found, refused="is a link, not a file")
    if info.st_size > limits.file:
        return replace(found, refused=_too_large(limits))
    return replace(found, data=path.read_bytes())


def _too_large(limits):
    return f"is larger than {limits.file // MB} MB"


def _opened(found, limits):
    """Yield what is in a zip that stands among other files, or the file itself."""
    if found.refused or not found.path[-1].lower().endswith(".zip"):
        yield found
    elif limits.depth == 0:
        yield replace(found, data=b"", refused="is a zip in a zip in a zip: not opened")
    else:
        inner = replace(limits, depth=limits.depth - 1, **STUDENTS_ZIP)
        around = Found(found.path, found.when, zips=(*found.zips, (len(found.path), found.when)))
        yield from _unzipped(io.BytesIO(found.data), around, inner)


def _unzipped(source, around, limits):
    label = replace(around, path=around.path or (_composed(source.name),))
    try:
        with zipfile.ZipFile(source) as archive:
            yield from _entries(archive, around, label, limits)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        yield replace(label, refused=f"cannot be opened as a zip ({error})")


def _entries(archive, around, label, limits):
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > limits.files:
        yield replace(label, refused=f"holds {len(entries)} files, more than {limits.files}: not opened")
        return
    left = limits.total
    for entry in sorted(entries, key=_true_name):
        name = _true_name(entry)
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or _is_system_file(parts):
            continue
        if parts[0] == "/" or ".." in parts or ":" in parts[0]:
            aside = (*label.path[:-1], f"{label.path[-1]}: {'∕'.join(parts)}")  # no path, only a name to show
            yield replace(label, path=aside, refused="has a name that leads out of the zip: left alone")
            continue
        inside = replace(around, path=(*around.path, *parts), when=_entry_time(entry, around.when))
        found, size = _read_entry(archive, entry, inside, limits, left)
        yield from _opened(found, limits)
        left -= size
        if left < 0:
            yield replace(label, refused=f"holds more than {limits.total // MB} MB: the rest was not opened")
            return


def _read_entry(archive, entry, found, limits, left):
    """Return what was found, and how much was read for it; the size that the zip claims is not believed."""
    try:
        with archive.open(entry) as stream:
            data = stream.read(min(limits.file, left) + 1)
    except RuntimeError:
        return replace(found, refused="is locked with a password"), 0
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError) as error:
        return replace(found, refused=f"is damaged ({error})"), 0
    if len(data) > left:
        return replace(found, refused="is more than there was room for"), len(data)
    if len(data) > limits.file:
        return replace(found, refused=_too_large(limits)), len(data)
    return replace(found, data=data), len(data)


def _true_name(entry):
    """Return a name as it was meant: zips without the flag for UTF-8 hold UTF-8 all the same, or an old code page."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):  # or else it was the old code page, as zipfile has read it
            name = name.encode("cp437").decode("utf-8")
    return _composed(name)


def _entry_time(entry, otherwise):
    try:
        return datetime(*entry.date_time).astimezone().astimezone(UTC)  # zips hold local time
    except (ValueError, OverflowError):
        return otherwise
