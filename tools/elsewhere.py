"""Makes the environments beside .venv in which the book must run, too, each once; they lie in the user's cache.

    python tools/elsewhere.py      make all of them, and say what each is, or why there is none

    oldest   the oldest Python and the oldest packages that utils/pyproject.toml allows
    newest   the newest Python of this machine that the packages of requirements.txt have come to
    colab    what Google Colab has, by the list in tools/colab.txt

Each has what convbook needs, and a Jupyter kernel, but not convbook. CONVBOOK_CACHE names another place than the user's
cache; with CONVBOOK_REQUIRE_OLDEST=1, _NEWEST=1 and _COLAB=1 the tests want them.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from platformdirs import user_cache_path

from environment import ROOT, python_of
from lock import pinned

PROJECT = tomllib.loads((ROOT / "utils" / "pyproject.toml").read_text("utf-8"))["project"]
NEEDED = [Requirement(line) for line in PROJECT["dependencies"]]
NAMES = [*(one.name for one in NEEDED), "ipykernel", "pip"]
COLAB = ROOT / "tools" / "colab.txt"
A_MONTH = 30 * 24 * 60 * 60  # seconds
Version = tuple[int, int]


class NotToBeHad(Exception):
    """An environment cannot be made on this machine, and why."""


# ---- what is in them --------------------------------------------------------------------------------------------


def bound(specifier: SpecifierSet) -> str:
    """Return the oldest version that is allowed.

    >>> bound(SpecifierSet(">=3.8.4"))
    '3.8.4'
    """
    if [one.operator for one in specifier] != [">="]:
        raise ValueError(f"convbook says of each package the oldest version that will do, as >=2.0, got {specifier}")
    return next(iter(specifier)).version


def brought_along(names: list[str]) -> set[str]:
    """Return these packages with all that they need, as far as it is installed here.

    >>> {"ipykernel", "traitlets"} <= brought_along(["ipykernel"])
    True
    """
    found, left = set(), list(names)
    while left:
        name = canonicalize_name(left.pop())
        if name not in found:
            found.add(name)
            with suppress(PackageNotFoundError):
                wanted = map(Requirement, requires(name) or [])
                left += [one.name for one in wanted if not one.marker or one.marker.evaluate({"extra": ""})]
    return found


def ours() -> set[str]:
    """Return what the project pins for itself, of what convbook and a kernel need: the rest may change."""
    pins = {pin for name in ("requirements.txt", "constraints.txt") for pin in pinned((ROOT / name).read_text())}
    relevant = brought_along(NAMES)
    return {pin for pin in pins if canonicalize_name(pin.partition("==")[0]) in relevant}


def oldest_pins() -> set[str]:
    """Return the lower bounds as pins; what the packages themselves need is as new as it is for us."""
    names = {one.name for one in NEEDED}
    others = {pin for pin in ours() if pin.partition("==")[0].lower() not in names}
    return others | {f"{one.name}=={bound(one.specifier)}" for one in NEEDED}


def colab_pins() -> set[str]:
    """Return what Colab has."""
    return pinned(COLAB.read_text("utf-8"))


def as_version(text: str) -> Version:
    """Return major and minor of a Python.

    >>> as_version("3.11")
    (3, 11)
    """
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


OLDEST = as_version(bound(SpecifierSet(PROJECT["requires-python"])))
COLABS = as_version(re.search(r"^# Python (\S+)$", COLAB.read_text("utf-8"), re.MULTILINE)[1])


def oldest_python(there: list[Version]) -> list[Version]:
    """Return the one Python that is the oldest to be allowed."""
    return [version for version in there if version == OLDEST]


def newest_python(there: list[Version]) -> list[Version]:
    """Return the Pythons that are newer than this one, the newest first: packages come to it only after a while."""
    return [version for version in reversed(there) if version > sys.version_info[:2]]


def colabs_python(there: list[Version]) -> list[Version]:
    """Return Colab's Python; where there is none, this one will do: the packages are what matters."""
    return [version for version in (COLABS, sys.version_info[:2]) if version in there][:1]


PYTHONS = {"oldest": oldest_python, "newest": newest_python, "colab": colabs_python}
PINS: dict[str, Callable[[], set[str]]] = {"oldest": oldest_pins, "newest": ours, "colab": colab_pins}
MISSING = {
    "oldest": f"this machine has no Python {'.'.join(map(str, OLDEST))}",
    "newest": f"this machine has no Python that is newer than {sys.version_info.major}.{sys.version_info.minor}",
    "colab": "this machine has no Python for it",  # never: there is the one that runs this
}


# ---- making them ------------------------------------------------------------------------------------------------


@cache
def pythons() -> dict[Version, Path]:
    """Return the Pythons of this machine, from the oldest on: on the path, or put beside each other by pyenv."""
    found = {sys.version_info[:2]: Path(sys.executable).resolve()}  # of which .venv is made, the same for all of them
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    for minor in range(OLDEST[1], OLDEST[1] + 20):
        name = f"python3.{minor}"
        for python in (shutil.which(name), *sorted(pyenv.glob(f"*/bin/{name}"), reverse=True)):
            if (3, minor) not in found and python and _is(python, (3, minor)):
                found[3, minor] = Path(python)
    return dict(sorted(found.items()))


def _is(python, version):
    answer = subprocess.run([python, "-c", "import sys, venv; print(sys.version_info[:2])"], capture_output=True)
    return answer.stdout.decode().strip() == str(version)  # pyenv puts names on the path that lead nowhere


def place(name: str, version: Version) -> Path:
    """Return where an environment lies: another list of packages makes another one."""
    made_from = repr((version, str(pythons()[version]), sorted(PINS[name]()), NAMES))
    cached = os.environ.get("CONVBOOK_CACHE") or user_cache_path("seeing-convolutions", appauthor=False)
    return Path(cached).expanduser() / "environments" / f"{name}-{sha256(made_from.encode()).hexdigest()[:16]}"


def there(name: str) -> Path | None:
    """Return the Python of an environment that has been made, or None."""
    folders = (place(name, version) for version in PYTHONS[name](list(pythons())))
    return next((python_of(folder) for folder in folders if folder.exists()), None)


def make(name: str) -> Path:
    """Make an environment, unless it is there, and return its Python; NotToBeHad says why that cannot be."""
    why = MISSING[name]
    for version in PYTHONS[name](list(pythons())):
        folder = place(name, version)
        try:
            if not folder.exists():
                _build(name, version, folder)
        except NotToBeHad as error:
            why = f"its packages cannot be installed for Python {version[0]}.{version[1]}: {error}"
            continue
        os.utime(folder)
        _forget_what_nobody_uses(folder.parent)
        return python_of(folder)
    raise NotToBeHad(why)


def _build(name, version, folder):
    """Make it beside its place, and move it there when it is complete: somebody else may be making the same."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unfinished-") as scratch:
        subprocess.run([pythons()[version], "-m", "venv", "--without-pip", scratch], check=True)
        _install(name, version, Path(scratch))
        with suppress(OSError):  # it has come there meanwhile
            os.rename(scratch, folder)
            os.mkdir(scratch)  # to be removed at the end


def _install(name, version, folder):
    pins = folder / "pins.txt"
    pins.write_text("\n".join(sorted(PINS[name]())))
    pip = [sys.executable, "-m", "pip", "--python", python_of(folder), "--disable-pip-version-check", "install"]
    options = ["--quiet", "--no-compile", "--only-binary=:all:", "--constraint", pins]
    done = subprocess.run([*pip, *options, *NAMES], capture_output=True, text=True)
    if done.returncode:
        raise NotToBeHad((done.stderr.strip().splitlines() or ["pip does not say why"])[-1])


def _forget_what_nobody_uses(folder):
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > A_MONTH:
            shutil.rmtree(path, ignore_errors=True)


def fault(name: str) -> str | None:
    """Return why the tests of an environment cannot run, or None."""
    return None if there(name) else "`.venv/bin/python tools/elsewhere.py` makes their environment, or says why not"


def required(name: str) -> bool:
    """Say whether the tests must have it."""
    return bool(os.environ.get(f"CONVBOOK_REQUIRE_{name.upper()}"))


def main() -> int:
    """Make all of them; return 1 if one that is required cannot be made."""
    missing = []
    for name in PINS:
        try:
            python = make(name)
        except NotToBeHad as error:
            print(f"{name}: there is none, {error}")
            missing.append(name)
        else:
            print(f"{name}: {python}", flush=True)
    return int(any(map(required, missing)))


if __name__ == "__main__":
    sys.exit(main())
