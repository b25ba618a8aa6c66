"""Make .venv and install the packages into it; do nothing if that was done already.

    python3 tools/environment.py

Needs only Python and its standard library.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
WHAT_COUNTS = ["requirements.txt", "constraints.txt", "utils/pyproject.toml"]
NO_VENV = """\
This Python ({0}) cannot make virtual environments.
On Debian and Ubuntu: `sudo apt install python3-venv`. Then try again."""


def python_of(environment: Path) -> Path:
    """Return the Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


PYTHON = python_of(VENV)


def fingerprint() -> str:
    """Return what the environment was made from: a change of it means installing anew."""
    contents = b"".join((ROOT / name).read_bytes() for name in WHAT_COUNTS)
    return f"{VENV} {hashlib.sha256(contents).hexdigest()}"


def runs_here() -> bool:
    """Say whether .venv holds a Python that runs and belongs to this folder: it does not after a move."""
    if not PYTHON.exists():
        return False
    found = subprocess.run([PYTHON, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True)
    return found.returncode == 0 and Path(found.stdout.strip()).resolve() == VENV


def create() -> None:
    """Make .venv, in place of one that does not run."""
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        sys.exit(NO_VENV.format(sys.executable))
    venv.create(VENV, with_pip=True, clear=True)


def install() -> None:
    """Install requirements.txt."""
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if subprocess.run([*pip, "--requirement", "requirements.txt"], cwd=ROOT).returncode:
        sys.exit("The packages could not be installed; the lines above say why. Is this machine online?")


def main() -> None:
    """Bring the environment up to date."""
    usable = runs_here()
    if usable and STAMP.exists() and STAMP.read_text() == fingerprint():
        return
    if not usable:
        print("Making .venv ...", flush=True)
        create()
    print("Installing the packages into .venv: a minute or two, only this once ...", flush=True)
    install()
    STAMP.write_text(fingerprint())


if __name__ == "__main__":
    main()
