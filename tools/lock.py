"""Write constraints.txt: the version of every package that those in requirements.txt bring along.

    python tools/lock.py

Run it with the oldest Python at hand (Debian 12 has 3.11.2): the newest releases of some packages may refuse it.
"""

import re
import subprocess
import tempfile
import venv
from pathlib import Path

from environment import ROOT, python_of

HEADER = """\
# Made by `make lock`: what the packages of requirements.txt bring along. Those that only Windows or macOS needs
# (colorama, pywinpty, appnope) are left to pip.
"""


def pinned(requirements: str) -> set[str]:
    """Return the lines that pin a package.

    >>> sorted(pinned("# notebooks\\n-e ./utils\\nnumpy==2.4.6\\npywinpty==3.0.2; os_name == 'nt'\\n"))
    ['numpy==2.4.6', 'pywinpty==3.0.2']
    """
    return set(re.findall(r"^[\w.-]+==[^\s;]+", requirements, flags=re.MULTILINE))


def resolve(requirements: str) -> set[str]:
    """Return the pins of everything in a fresh environment with these requirements."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        wanted = Path(folder, "requirements.txt")
        wanted.write_text(requirements)
        pip = [python_of(Path(folder)), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "-r", wanted], cwd=ROOT, check=True)
        return pinned(subprocess.run([*pip, "freeze"], capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Write constraints.txt anew."""
    requirements = (ROOT / "requirements.txt").read_text().replace("-c constraints.txt", "")
    brought_along = sorted(resolve(requirements) - pinned(requirements), key=str.lower)
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(brought_along) + "\n")


if __name__ == "__main__":
    main()
