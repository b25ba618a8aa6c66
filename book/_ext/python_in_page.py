"""Sphinx extension: Python itself among the files of the book, so that its code can run in the page.

_static/python/ gets what tools/pyodide.py has gathered, as tools/pack_python.py packs it, our own package as a wheel,
and a lock that names exactly what lies there; pages with code cells say where that is. If nothing was gathered, no page
says anything.
"""

import json
import shutil
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools"))

import pack_python  # noqa: E402
import pyodide  # noqa: E402

UTILS = ROOT / "utils"
FONTS = ROOT / "book" / "python" / "fontlist.json"
CELL = 'class="cell_input '
# What a page loads for our package. Matplotlib, a third of everything, comes to the pages that import it by name.
DEPENDS = ["anywidget", "ipython", "numpy", "pillow", "tqdm"]


# ---- our own wheels ---------------------------------------------------------------------------------------------


def wheel(name: str, version: str, files: dict[str, bytes]) -> tuple[str, bytes]:
    """Return a wheel of these files, {path: content}, and its name: the same files make the same bytes.

    The name tells what is in it, for browsers keep what has a name.
    """
    about = f"{name}-{version}.dist-info"
    told = {"Metadata-Version": "2.4", "Name": name, "Version": version, "License-Expression": "MIT"}
    files = files | {
        f"{about}/METADATA": "".join(f"{key}: {value}\n" for key, value in told.items()).encode(),
        f"{about}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    data = pack_python.archived(dict(sorted(files.items())))
    return pack_python.named_by_content(f"{name}-{version}-py3-none-any.whl", data), data


def convbook_wheel() -> tuple[str, bytes]:
    """Return the wheel of our package."""
    paths = [path for path in (UTILS / "convbook").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return wheel("convbook", version(), {path.relative_to(UTILS).as_posix(): path.read_bytes() for path in paths})


def version() -> str:
    """Return the version of our package."""
    return tomllib.loads((UTILS / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def fonts_wheel() -> tuple[str, bytes]:
    """Return Matplotlib's list of its own fonts, which it would otherwise make, and tell of, at every start."""
    return wheel("matplotlib_fontlist", "1", {"matplotlib/fontlist.json": FONTS.read_bytes()})


def entry(name: str, file: tuple[str, bytes], imports: list[str], depends: list[str]) -> dict:
    """Return what the lock says about a wheel of ours."""
    file_name, data = file
    return {
        "name": name, "version": file_name.split("-")[1], "file_name": file_name, "install_dir": "site",
        "sha256": sha256(data).hexdigest(), "package_type": "package", "imports": imports, "depends": depends,
        "unvendored_tests": False,
    }  # fmt: skip


# ---- the folder -------------------------------------------------------------------------------------------------


def lock(pins: dict, ours: dict[str, tuple[str, bytes]]) -> dict:
    """Return the lock: what was gathered, and our own wheels."""
    packages = {name: dict(package) for name, package in pins["packages"].items()}
    matplotlib = packages["matplotlib"]
    # Matplotlib's wheel holds the list of another machine. So who imports Matplotlib gets ours, which comes after it.
    packages["matplotlib"] = matplotlib | {"imports": []}
    fonts, book = "matplotlib-fontlist", "convbook"
    packages[fonts] = entry(fonts, ours[fonts], [*matplotlib["imports"], "convbook.figures"], ["matplotlib"])
    packages[book] = entry(book, ours[book], ["convbook"], DEPENDS)
    return {"info": pins["info"], "packages": dict(sorted(packages.items()))}


def write_python(place: Path, pins: dict, target: Path) -> None:
    """Write the folder anew from the files of this list, which lie in `place`."""
    ours = {"convbook": convbook_wheel(), "matplotlib-fontlist": fonts_wheel()}
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in pyodide.all_files(pins):
        shutil.copyfile(place / name, target / name)
    for name, data in ours.values():
        (target / name).write_bytes(data)
    found = lock(pins, ours)
    sizes = {path.name: path.stat().st_size for path in target.iterdir()}  # so that a page can say how much is to come
    found["core"] = {name: {"size": sizes[name], "sha256": sha256} for name, sha256 in pins["core"].items()}
    for package in found["packages"].values():
        package["size"] = sizes[package["file_name"]]
    (target / "pyodide-lock.json").write_text(json.dumps(found, indent=1), "utf-8")


def add_python(app) -> None:
    """Give the book Python, if it was gathered."""
    if app.builder.name == "html" and (gathered := pyodide.ready()):
        write_python(*pack_python.best(gathered), python_folder(app))


def python_folder(app) -> Path:
    """Return where the built book keeps Python."""
    return Path(app.outdir, "_static", "python")


def point_to_python(app, pagename, template, context, doctree) -> None:
    """Let a page with code cells say where Python is."""
    if CELL in context.get("body", "") and python_folder(app).exists():
        context["python"] = context["pathto"]("_static/python/", resource=True)


def setup(app):
    """Register the events."""
    app.connect("builder-inited", add_python)
    app.connect("html-page-context", point_to_python)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
