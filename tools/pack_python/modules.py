"""Run by start.cjs, in Pyodide: import what pages import, and return a zip of these modules, compiled.

A path in it begins with "core" for the standard library, and with "packages" for what wheels bring.
"""

import importlib.util
import io
import marshal
import sys
import zipfile
from types import SimpleNamespace

# What the start of Python in a page imports, and what convbook and the chapters do. convbook itself stays as it is: it
# changes with every build, and readers may want to see its lines.
IMPORTED = [
    "anywidget",
    "concurrent.futures.thread",
    "difflib",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "multiprocessing",
    "numpy.fft",
    "numpy.random",
    "numpy.testing",
    "PIL.BmpImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.ImageOps",
    "PIL.JpegImagePlugin",
    "PIL.PpmImagePlugin",
    "pyodide_kernel.kernel",
    "tqdm.auto",
]
MAJOR, MINOR = sys.version_info[:2]
PLACES = {f"/lib/python{MAJOR}{MINOR}.zip/": "core/", f"/lib/python{MAJOR}.{MINOR}/site-packages/": "packages/"}
UNCHECKED = (1).to_bytes(4, "little")  # known by a hash of its source, which nobody need compare: there is no source


def place_of(origin: str) -> str | None:
    """Return where a module is to stand in the zip, if it is one that can be compiled."""
    known = [kind + origin.removeprefix(start) for start, kind in PLACES.items() if origin.startswith(start)]
    return known[0] if known and origin.endswith(".py") else None


def bytecode(spec) -> bytes:
    """Return what Python would keep in the module's .pyc."""
    source_hash = importlib.util.source_hash(spec.loader.get_data(spec.origin))
    return importlib.util.MAGIC_NUMBER + UNCHECKED + source_hash + marshal.dumps(spec.loader.get_code(spec.name))


def imported() -> dict:
    """Return {place: spec} of all modules that are there by now."""
    specs = [spec for module in [*sys.modules.values()] if (spec := getattr(module, "__spec__", None))]
    return {place: spec for spec in specs if (place := place_of(str(spec.origin)))}


sys.modules["IPython.terminal.embed"] = SimpleNamespace(embed=None)  # as in book/run/kernel.py
for name in IMPORTED:
    importlib.import_module(name)
content = io.BytesIO()
with zipfile.ZipFile(content, "w") as archive:
    for place, spec in sorted(imported().items()):
        archive.writestr(f"{place}c", bytecode(spec))
content.getvalue()  # what Pyodide hands back
