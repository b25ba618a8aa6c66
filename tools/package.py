"""Builds convbook for the package index, as a sdist and the wheel that comes out of it, and looks them over.

python tools/package.py        both into _build/dist
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from packaging.metadata import Metadata

from environment import ROOT

UTILS = ROOT / "utils"
DIST = ROOT / "_build" / "dist"
BUILD = "import sys; from setuptools import build_meta; print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"
NOT_OURS = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", ".ipynb_checkpoints")


class CannotBuild(Exception):
    """The package cannot be built, or not as an index takes it, and why."""


def _build(hook: str, source: Path, target: Path) -> Path:
    """Call one hook of setuptools, in the folder of the source; return what it made."""
    same_each_time = os.environ | {"SOURCE_DATE_EPOCH": "1577836800"}  # archives hold times
    command = [sys.executable, "-c", BUILD, hook, str(target)]
    made = subprocess.run(command, cwd=source, env=same_each_time, capture_output=True, text=True)
    if made.returncode:
        raise CannotBuild(f"setuptools cannot make a {hook.removeprefix('build_')}:\n{made.stdout}{made.stderr}")
    return target / made.stdout.strip().splitlines()[-1]


def build(target: Path, source: Path = UTILS) -> tuple[Path, Path]:
    """Build the sdist, and the wheel from what is in the sdist; return both."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        clean = shutil.copytree(source, Path(folder, "source"), ignore=NOT_OURS)
        sdist = _build("build_sdist", clean, target)
        shutil.unpack_archive(sdist, folder)
        wheel = _build("build_wheel", Path(folder, sdist.name.removesuffix(".tar.gz")), target)
    return sdist, wheel


def metadata_of(wheel: Path) -> bytes:
    """Return what a wheel says of itself."""
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return archive.read(name)


def look_over(wheel: Path) -> None:
    """Raise CannotBuild if an index would refuse the wheel, or show it without its description."""
    try:
        metadata = Metadata.from_email(metadata_of(wheel), validate=True)
    except ExceptionGroup as several:
        raise CannotBuild("\n".join(str(error) for error in several.exceptions)) from None
    if not (metadata.description and metadata.description_content_type == "text/markdown"):
        raise CannotBuild("the package index has no text to show: utils/README.md is missing, or is no Markdown")


def main() -> int:
    """Build both anew, and say where they are."""
    shutil.rmtree(DIST, ignore_errors=True)
    try:
        sdist, wheel = build(DIST)
        look_over(wheel)
    except CannotBuild as fault:
        print(f"convbook cannot be published: {fault}", file=sys.stderr)
        return 1
    print(f"{sdist.relative_to(ROOT)} and {wheel.name}: {wheel.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
