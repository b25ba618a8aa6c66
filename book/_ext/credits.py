"""Sphinx extension: what others have made and this book hands on, with version, licence and the licence's text.

The directive `{credits} formulas` makes a table of what sets them, `search` of what searches, `editor` and `python` of
what lets the code run in the page, and `fonts` of what the PDF is set in. An edition that lacks a kind drops its
section, by the class `credits-<kind>` of the table. All is read from what is handed on: the wheels' metadata, the
packages, the files. The texts of the licences become files of the site; where a work carries none, it stands in
book/licences/.
"""

import json
import re
from collections.abc import Callable, Iterator
from email import message_from_string
from email.message import Message
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from python_in_page import pyodide

BOOK = Path(__file__).parents[1]
TEXTS = BOOK / "licences"  # of works that do not carry their own
EDITOR = BOOK / "run" / "vendor" / "codemirror.txt"
FONTS = BOOK / "print" / "fonts"
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*$|\.dist-info/licenses/", re.IGNORECASE)
A_NAME = re.compile(r"(?!Copyright|Dual)[A-Z][\w .+-]{1,39}", re.IGNORECASE)  # rather than a text
INDEX, NPM = "Python Package Index", "npm"
HOMES = ("homepage", "home", "source", "repository", "source code")


class Work(NamedTuple):
    """Something that others have made."""

    name: str
    version: str
    licence: str
    home: str
    source: str  # where these files were taken from
    text: str  # of the licence


# ---- Python in the page -----------------------------------------------------------------------------------------


def licence_of(about: Message) -> str:
    """Return the name of the licence that a package's metadata give.

    >>> licence_of(message_from_string("License-Expression: MIT"))
    'MIT'
    >>> licence_of(message_from_string("License: BSD 3-Clause License\\n        - Copyright (c) 2001"))
    'BSD 3-Clause License'
    >>> licence_of(message_from_string("License: Copyright (c) 2001\\nClassifier: License :: BSD License"))
    'BSD License'
    """
    if expression := about["License-Expression"]:
        return expression
    kinds = [kind.split(" :: ")[-1] for kind in about.get_all("Classifier", []) if kind.startswith("License ::")]
    first = (about["License"] or "").strip().partition("\n")[0].strip()
    return first if A_NAME.fullmatch(first) and len(kinds) < 2 else " or ".join(kinds)


def home_of(about: Message) -> str:
    """Return where a package is at home, by the secure way, which older metadata do not name.

    >>> home_of(message_from_string("Project-URL: Documentation, https://a\\nProject-URL: Source, http://b"))
    'https://b'
    """
    named = [url.partition(", ")[::2] for url in about.get_all("Project-URL", [])]
    links = {name.lower(): url for name, url in named} | {"home": about["Home-page"]}
    home = next((links[name] for name in HOMES if links.get(name)), "")
    return re.sub(r"^http:", "https:", home)


def kept_text(name: str) -> str:
    """Return the licence of a work that does not carry it."""
    return (TEXTS / f"{name}.txt").read_text("utf-8")


def wheel_work(path: Path, source: str) -> Work:
    """Return what a wheel says about itself."""
    with ZipFile(path) as archive:
        names = archive.namelist()
        about = message_from_string(
            archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
        )
        texts = [
            archive.read(name).decode(errors="replace").strip()
            for name in names
            if LICENCE_FILE.search(name) and not name.endswith((".py", "/"))
        ]
    name = about["Name"]
    licence, home = licence_of(about), home_of(about)
    if name == "sqlite3":  # Pyodide's own part of CPython, and the library: it says nothing
        licence, home = "public domain, PSF-2.0", "https://www.sqlite.org"
    return Work(name, about["Version"], licence, home, source, "\n\n\n".join(texts) or kept_text(name))


def python_works(folder: Path) -> Iterator[Work]:
    """Yield all that _static/python/ holds; nothing if the book is built without Python."""
    if not folder.exists():
        return
    lock = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))
    version, python, platform = (lock["info"][key] for key in ("version", "python", "platform"))
    release, emscripten = f"Pyodide {version}", platform.removeprefix("emscripten_").replace("_", ".")
    code = f"https://github.com/pyodide/pyodide/tree/{version}"
    yield Work("Pyodide", version, "MPL-2.0", code, release, kept_text("pyodide"))
    yield Work("CPython", python, "PSF-2.0", "https://www.python.org", release, kept_text("python"))
    runtime = kept_text("runtime")
    yield Work("Emscripten and libraries", emscripten, "MIT and others", "https://emscripten.org", release, runtime)
    yield Work("Libraries inside Pillow", lock["packages"]["pillow"]["version"], "IJG, FTL, libtiff and others",
               "https://pillow.readthedocs.io", release, libraries_of_pillow())  # fmt: skip
    sources = wheel_sources(release)
    for package in sorted(lock["packages"].values(), key=lambda package: package["name"].lower()):
        yield wheel_work(folder / package["file_name"], sources.get(package["name"], "this book"))


def libraries_of_pillow() -> str:
    """Return the licences of what is linked into Pillow: its build for desktops has them, that for pages does not."""
    (text,) = (file.read_text("utf-8") for file in metadata.files("pillow") if file.name == "LICENSE")
    return text


def wheel_sources(release: str) -> dict[str, str]:
    """Return {package: where its wheel was taken from}; those that are made here are not among them."""
    pins = pyodide.listed()
    inside = {
        file: requirement.replace("==", " ") if len(wheel["files"]) > 1 else INDEX
        for requirement, wheel in pins["wheels"].items()
        for file in wheel["files"]
    }
    taken = dict.fromkeys(pyodide.from_release(pins), release) | inside
    return {package["name"]: taken[package["file_name"]] for package in pins["packages"].values()}


# ---- the site, and the paper ------------------------------------------------------------------------------------


def formula_works() -> Iterator[Work]:
    """Yield what sets the formulas."""
    mathjax = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax" / "startup.js"
    version = re.search(r'VERSION="([\d.]+)"', mathjax.read_text("utf-8"))[1]
    carrier = f"sphinx-mathjax-offline {metadata.version('sphinx-mathjax-offline')}"
    yield Work("MathJax", version, "Apache-2.0", "https://www.mathjax.org", carrier, kept_text("mathjax"))


def search_works() -> Iterator[Work]:
    """Yield what searches."""
    sphinx = metadata.distribution("sphinx")
    (text,) = (file.read_text() for file in sphinx.files if "LICENSE" in file.name)
    about = message_from_string(sphinx.read_text("METADATA"))
    yield Work("Sphinx, its search", sphinx.version, licence_of(about), home_of(about), INDEX, text)


def editor_works() -> Iterator[Work]:
    """Yield the packages of the editor, which names them above their licences."""
    text = EDITOR.read_text("utf-8")
    for name, version in sorted(re.findall(r"^(@?[\w/-]+) (\d[\w.-]*)$", text, re.MULTILINE)):
        yield Work(name, version, "MIT", "https://codemirror.net", NPM, text)


def font_works() -> Iterator[Work]:
    """Yield the typefaces of the PDF, whose licences stand beside them."""
    for path in sorted(FONTS.glob("*-LICENSE.txt")):
        name = path.name.removesuffix("-LICENSE.txt").replace("-", " ").title()
        yield Work(name, "", "OFL-1.1", "https://openfontlicense.org", NPM, path.read_text("utf-8"))


# ---- the tables -------------------------------------------------------------------------------------------------


def file_of(work: Work) -> str:
    """Return the name of the file that holds a work's licence.

    >>> file_of(Work("@codemirror/state", "6", "MIT", "", "", ""))
    'codemirror-state.txt'
    """
    return re.sub(r"\W+", "-", work.name.lower()).strip("-") + ".txt"


def row(work: Work) -> str:
    """Return a work as a line of a table; the licence leads to its text."""
    name = f"[{work.name}]({work.home})" if work.home else f"`{work.name}`"
    licence = f'<a href="../_static/licences/{file_of(work)}">{work.licence}</a>'
    return f"| {name} {work.version} | {licence} | {work.source} |"


def write_text(folder: Path, work: Work) -> None:
    """Write the licence of a work."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file_of(work)).write_text(work.text.strip() + "\n", "utf-8")


class CreditsDirective(SphinxDirective):
    """A table of works; what stands in the directive is shown if there are none."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the table, and write the texts of the licences."""
        static = Path(self.env.app.outdir, "_static")
        kinds: dict[str, Callable[[], Iterator[Work]]] = {
            "python": lambda: python_works(static / "python"),
            "formulas": formula_works,
            "search": search_works,
            "editor": editor_works,
            "fonts": font_works,
        }
        works = list(kinds[self.arguments[0]]())
        for work in works:
            write_text(static / "licences", work)
        head = ["| Work | Licence | Taken from |", "|:--|:--|:--|"]
        lines = head + list(map(row, works)) if works else list(self.content)
        place = nodes.container(classes=["credits", f"credits-{self.arguments[0]}"])
        self.state.nested_parse(StringList(lines, source=self.env.doc2path(self.env.docname)), 0, place)
        return [place]


def setup(app):
    """Register the directive."""
    app.add_directive("credits", CreditsDirective)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
