"""Pack what was gathered of Python for the pages: compiled where a start imports it, and without what no page opens.

    python tools/pack_python.py    packs it, if need be, and prints the folder

Compiling took half of each start. Pyodide does it once, under Node (tools/pack_python/), for no other Python writes
bytecode that it could read. The result lies beside what tools/pyodide.py has gathered. Without Node, pages get what was
gathered, and start more slowly; with CONVBOOK_REQUIRE_PYODIDE=1 a Node is fetched, and it must be packed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from base64 import urlsafe_b64encode
from fnmatch import fnmatchcase
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import javascript
import pyodide
from environment import ROOT

HOME = ROOT / "tools" / "pack_python"
MADE_BY = [Path(__file__), *sorted(HOME.glob("*.*"))]
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest time that an archive can hold
PATIENCE = 600  # seconds; it takes twenty
LOCK = "lock.json"
STANDARD_LIBRARY = "python_stdlib.zip"
# What no page opens, of what is not compiled: it makes room for the bytecode, which is larger than its source.
SPARED = (
    "*.pyi",  # types, for editors
    "*.h",  # and for compilers of C
    "*.a",
    "*.pxd",
    "*/share/jupyter/*",  # JupyterLab's side of a widget
    "anywidget/labextension/*",
    "anywidget/nbextension/*",
    "matplotlib/mpl-data/fonts/afm/*",  # for PostScript and PDF, which a page cannot show
    "matplotlib/mpl-data/fonts/pdfcorefonts/*",
    "matplotlib/mpl-data/sample_data/*",
    "pygments/lexers/*",  # colours of other languages
)


class NotPacked(Exception):
    """It could not be packed, and why."""


def folder(gathered: Path) -> Path:
    """Return where they lie when packed; its name tells what they are made from, and by what."""
    made_from = sha256(pyodide.LIST.read_bytes())
    for path in MADE_BY:
        made_from.update(path.read_bytes())
    return gathered / f"packed-{made_from.hexdigest()[:16]}"


# ---- one archive ------------------------------------------------------------------------------------------------


def packed(archive: bytes, compiled: dict[str, bytes]) -> bytes:
    """Return an archive without what is spared, and each module of `compiled`, {path of the .pyc: content}, so.

    Of a wheel, the record of what it holds is written anew.
    """
    files = {}
    with ZipFile(BytesIO(archive)) as source:
        for path in source.namelist():
            if code := compiled.get(f"{path}c"):
                files[f"{path}c"] = code
            elif not any(fnmatchcase(path, pattern) for pattern in SPARED):
                files[path] = source.read(path)
    for path in files:
        if path.endswith(".dist-info/RECORD"):
            files[path] = record(files, path)
    return archived(files)


def archived(files: dict[str, bytes]) -> bytes:
    """Return an archive of these files, {path: content}: the same files make the same bytes."""
    content = BytesIO()
    with ZipFile(content, "w") as target:
        for path, data in files.items():
            target.writestr(ZipInfo(path, LONG_AGO), data, ZIP_DEFLATED, compresslevel=9)
    return content.getvalue()


def record(files: dict[str, bytes], own: str) -> bytes:
    """Return the record of a wheel: its files, each with hash and size, but for the record itself.

    >>> record({"six.py": b"six", "six.dist-info/RECORD": b""}, "six.dist-info/RECORD").decode().split()
    ['six.py,sha256=RHeNgjZeSvaBxA1fDu9c9vWJnT8KwzUFCn7Wd5zz9nQ,3', 'six.dist-info/RECORD,,']
    """

    def line(path: str, data: bytes) -> str:
        hashed = urlsafe_b64encode(sha256(data).digest()).decode().rstrip("=")
        return f"{path},sha256={hashed},{len(data)}\n"

    listed = "".join(line(path, data) for path, data in files.items() if path != own and not path.endswith("/"))
    return f"{listed}{own},,\n".encode()


def named_by_content(name: str, data: bytes) -> str:
    """Return a wheel's name with a build of its own, which tells what is in it: browsers keep what has a name.

    >>> named_by_content("six-1.16.0-py2.py3-none-any.whl", b"six")
    'six-1.16.0-144778d82-py2.py3-none-any.whl'
    """
    package, version, tags = name.split("-", 2)
    return f"{package}-{version}-1{sha256(data).hexdigest()[:8]}-{tags}"


# ---- all of them ------------------------------------------------------------------------------------------------


def compile_modules(gathered: Path, pins: dict) -> dict[str, bytes]:
    """Return {place: bytecode} of what a start imports; a place begins with "core/" or with "packages/"."""
    with tempfile.TemporaryDirectory() as scratch:
        lock, result = Path(scratch, LOCK), Path(scratch, "modules.zip")
        lock.write_text(json.dumps({"info": pins["info"], "packages": pins["packages"]}), "utf-8")
        try:
            command = [*javascript.node("node"), HOME / "start.cjs", gathered, lock, result]
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        except (OSError, subprocess.SubprocessError) as error:
            raise NotPacked(f"Node does not run: {error}") from error
        if done.returncode:
            raise NotPacked(f"Node says: {fault(done.stderr)}")
        with ZipFile(result) as archive:
            return {place: archive.read(place) for place in archive.namelist()}


def fault(said: str) -> str:
    """Return what was wrong, among all that Node and Python said.

    >>> fault("PythonError: Traceback (most recent call last):\\n  ...\\nImportError: nothing there\\n\\nNode.js v24")
    'ImportError: nothing there'
    """
    lines = said.strip().splitlines() or ["nothing"]
    return next((line for line in reversed(lines) if "Error" in line), lines[-1])


def of(kind: str, modules: dict[str, bytes]) -> dict[str, bytes]:
    """Return those modules whose place begins with this, by the rest of their place."""
    return {place.removeprefix(f"{kind}/"): code for place, code in modules.items() if place.startswith(f"{kind}/")}


def write(gathered: Path, pins: dict, modules: dict[str, bytes], target: Path) -> None:
    """Write all files as pages get them, and the list of them."""
    core, packages = dict(pins["core"]), {}
    for name in core:
        shutil.copyfile(gathered / name, target / name)
    library = packed((gathered / STANDARD_LIBRARY).read_bytes(), of("core", modules))
    (target / STANDARD_LIBRARY).write_bytes(library)
    core[STANDARD_LIBRARY] = sha256(library).hexdigest()
    compiled = of("packages", modules)
    for name, package in pins["packages"].items():
        data = packed((gathered / package["file_name"]).read_bytes(), compiled)
        file_name = named_by_content(package["file_name"], data)
        (target / file_name).write_bytes(data)
        packages[name] = package | {"file_name": file_name, "sha256": sha256(data).hexdigest()}
    (target / LOCK).write_text(json.dumps(pins | {"core": core, "packages": packages}, indent=1), "utf-8")


def make(gathered: Path) -> None:
    """Pack what was gathered, whole or not at all, whoever else may be packing it."""
    pins = pyodide.listed()
    unfinished = Path(tempfile.mkdtemp(dir=gathered, prefix=".unfinished-"))
    try:
        write(gathered, pins, compile_modules(gathered, pins), unfinished)
        if not ready(gathered):
            shutil.rmtree(folder(gathered), ignore_errors=True)
            unfinished.rename(folder(gathered))
    except OSError:
        if not ready(gathered):
            raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def ready(gathered: Path) -> tuple[Path, dict] | None:
    """Return the folder of the packed files and the list of them, if all are there and intact."""
    place = folder(gathered)
    try:
        pins = json.loads((place / LOCK).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return None if pyodide.missing(pyodide.all_files(pins), place) else (place, pins)


def best(gathered: Path) -> tuple[Path, dict]:
    """Return the folder of what the pages get, and the list of it: packed if that is there, else as it was gathered."""
    return ready(gathered) or (gathered, pyodide.listed())


def provide(gathered: Path) -> None:
    """Pack what was gathered unless it is done; if that cannot be, say so in one line.

    If CONVBOOK_REQUIRE_PYODIDE is set, it must be.
    """
    if ready(gathered):
        return
    required = os.environ.get(pyodide.REQUIRED)
    try:
        if not (required or javascript.is_there()):
            raise NotPacked("there is no Node")
        print("Packing Python for the pages: half a minute, only this once ...", file=sys.stderr, flush=True)
        make(gathered)
    except (NotPacked, OSError) as error:
        if required:
            sys.exit(f"{pyodide.REQUIRED} is set, but Python for the pages cannot be packed: {error}")
        print(f"Python will start more slowly in the pages, for it cannot be packed: {error}", file=sys.stderr)


if __name__ == "__main__":
    found = pyodide.provide() or sys.exit(1)
    provide(found)
    print(best(found)[0])
