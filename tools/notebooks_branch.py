"""Writes the branch that readers get in Colab, Binder, Codespaces and VS Code: `make readers`, into _build/readers.

It holds what the book's archive of notebooks holds, so no solutions, and what these places want to know: which Python,
which packages. A release puts it on the branch that _config.yml names.
"""

import shutil
import sys
from pathlib import Path

from environment import ROOT

sys.path.append(str(ROOT / "book" / "_ext"))

from book_site import NOTEBOOKS, notebook_files

TARGET = ROOT / "_build" / "readers"
WORDS = ROOT / "tools" / "notebooks_branch"


def requirements(ours: str) -> str:
    """Return what the notebooks need, out of what the whole project needs.

    >>> print(requirements("-e ./utils\\n\\n# notebooks\\nnumpy==2.4.6\\ntqdm==4.70.1\\n\\n# book\\nsphinx==7\\n"))
    -c constraints.txt
    ./utils
    numpy==2.4.6
    tqdm==4.70.1
    <BLANKLINE>
    """
    pins = ours.split("# notebooks\n")[1].split("\n\n")[0]
    return f"-c constraints.txt\n./utils\n{pins}\n"


def files(root: Path = ROOT) -> dict[str, bytes]:
    """Return {path: content} of the branch."""
    binder = {
        "requirements.txt": requirements((root / "requirements.txt").read_text("utf-8")).encode(),
        "constraints.txt": (root / "constraints.txt").read_bytes(),
        "runtime.txt": (root / "runtime.txt").read_bytes(),
    }
    return {
        **{name.removeprefix(f"{NOTEBOOKS}/"): content for name, content in notebook_files(root)},
        **{f".binder/{name}": content for name, content in binder.items()},
        ".devcontainer/devcontainer.json": (WORDS / "devcontainer.json").read_bytes(),
        "README.md": (WORDS / "README.md").read_bytes(),
    }


def write(target: Path = TARGET) -> None:
    """Write the branch into an empty folder."""
    shutil.rmtree(target, ignore_errors=True)
    for name, content in files().items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)


if __name__ == "__main__":
    write()
    print(f"The notebooks for readers are in {TARGET.relative_to(ROOT)}.")
