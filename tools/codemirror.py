"""The editor of the book: one file, bundled from CodeMirror's pinned packages.

    python tools/codemirror.py write     make book/run/vendor/codemirror.js, its types and its licences
    python tools/codemirror.py check     say whether they are what this makes

The bundle is committed, so that who builds the book needs no Node. What it takes stands in tools/codemirror/.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

from environment import ROOT
from javascript import install, node

HOME = ROOT / "tools" / "codemirror"
VENDOR = ROOT / "book" / "run" / "vendor"


def bundle() -> str:
    """Return the bundle."""
    install(HOME)
    command = [*node("node"), "bundle.js"]
    return subprocess.run(command, cwd=HOME, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def packages() -> dict[str, str]:
    """Return {name: version} of what the bundle is made of, as the lock pins it."""
    locked = json.loads((HOME / "package-lock.json").read_text("utf-8"))["packages"]
    named = {path.removeprefix("node_modules/"): found["version"] for path, found in locked.items() if path}
    return {name: version for name, version in named.items() if "esbuild" not in name}  # which only makes it


def licences() -> str:
    """Return the licences of these packages, each once, below the packages that it holds for."""
    held: dict[str, list[str]] = {}
    for name, version in packages().items():
        text = (HOME / "node_modules" / name / "LICENSE").read_text("utf-8").strip()
        held.setdefault(text, []).append(f"{name} {version}")
    return "\n\n\n".join("\n".join([*names, "", text]) for text, names in held.items()) + "\n"


def declarations() -> str:
    """Return what TypeScript takes the bundle for: names of any type, since it should not look into it."""
    lists = re.findall(r"export \{(.+?)\}", (HOME / "entry.js").read_text("utf-8"), re.DOTALL)
    names = sorted(name.strip() for names in lists for name in names.split(",") if name.strip())
    return "".join(f"export const {name}: any;\n" for name in names)


def files() -> dict[Path, str]:
    """Return {path: text} of what is committed."""
    made = {"js": bundle(), "d.ts": declarations(), "txt": licences()}
    return {VENDOR / f"codemirror.{kind}": text for kind, text in made.items()}


def main(command: str) -> int:
    """Write the files, or compare; return 1 if one is not what it should be."""
    wanted = files()
    if command == "write":
        for path, text in wanted.items():
            path.write_text(text, "utf-8")
        return 0
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what is made of tools/codemirror: `python tools/codemirror.py write`")
    return int(bool(stale))


if __name__ == "__main__":
    if sys.argv[1:] not in (["write"], ["check"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
