"""One script from many modules: what makes a view run where no module can be fetched.

A view imports the modules that it needs, and they import others. In a notebook its text stands alone, and a page on a
disk may not fetch modules at all. So both get one text with every module once, behind those that it imports, each in a
function of its own: that needs neither Node nor a network, and it is the only way for notebooks, pages and tests alike.

Our modules name what they share, one statement at the start of a line (the formatter sees to that):
`import { a, b as c } from "./path.js";`, `export const ...`, `export function ...` and `export default ...`.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from os.path import normpath
from pathlib import Path

HERE = Path(__file__).parent
NOTEBOOK = HERE / "parts" / "notebook.js"
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?(?:const|function\*?|class) (\w+))", re.MULTILINE)
UNKNOWN = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


@cache
def modules(*entries: Path) -> dict[Path, str]:
    """Return {path: text} of these modules and of all that they import, each behind those that it imports.

    >>> [path.stem for path in modules(HERE / "arithmetic" / "tensor.js")]
    ['sizes', 'tensor']
    """
    found, open_now = {}, []

    def visit(path: Path):
        if path in found:
            return
        if path in open_now:
            raise ImportError(f"{path.name} imports itself: {' -> '.join(p.name for p in [*open_now, path])}")
        open_now.append(path)
        text, targets = _read(path)
        for target in targets:
            visit(target)
        open_now.pop()
        found[path] = text

    for entry in entries:
        visit(entry.resolve())
    return found


@cache  # this and `_as_function`: many views import the same modules
def _read(path: Path) -> tuple[str, list[Path]]:
    """Return the text of a module, and the modules that it imports."""
    text = path.read_text("utf-8")
    return text, [_beside(path, target) for _, target in IMPORT.findall(text)]


def _beside(path: Path, target: str) -> Path:
    """Return the module that another one, whose path is resolved, imports as `target`."""
    return Path(normpath(path.parent / target))


def bundle(*entries: Path, known: Iterable[Path] = ()) -> str:
    """Return the text of one script that runs these modules; `name_of(entry)` is then an object of its exports.

    Left out are the modules that are `known` by name where the script stands.

    Raises ImportError for modules that import each other in a circle, and for a statement that is not read here.
    """
    return "\n".join(_as_function(path, text) for path, text in modules(*entries).items() if path not in known)


def name_of(path: Path) -> str:
    """Return the name of a module in a bundle, from its folder and its own name.

    >>> name_of(HERE / "sliding_window" / "view.js")
    'sliding_window_view'
    """
    return re.sub(r"\W", "_", f"{path.parent.name}_{path.stem}")


def view_path(stem: str) -> Path:
    """Return where the view of a widget stands."""
    return HERE / stem / "view.js"


def view_in_bundle(stem: str, admits: dict, **more: dict) -> str:
    """Return the expression for the view of a widget in a bundle, told what its traits admit, {trait: schema}, ..."""
    told = {"admits": admits, **more}
    facts = ", ".join(f"{name}: {json.dumps(fact, separators=(',', ':'))}" for name, fact in told.items())
    return f"Object.assign({name_of(view_path(stem))}.default, {{ {facts} }})"


def notebook_module(stem: str, admits: dict) -> str:
    """Return the view of a widget as the one module that anywidget asks for."""
    view = f"{name_of(NOTEBOOK)}.drawnWhenIdle({view_in_bundle(stem, admits)})"
    return f"{bundle(view_path(stem), NOTEBOOK)}\nexport default {view};\n"


@cache
def style(stem: str) -> str:
    """Return the style sheets of one widget, what the theme leaves to it alone; some need none."""
    return "".join(path.read_text("utf-8") for path in sorted((HERE / stem).glob("*.css")))


@cache
def _as_function(path: Path, text: str) -> str:
    """Return a module as a constant that holds its exports, made by a function that keeps its other names to itself."""

    def bring(found: re.Match) -> str:
        names = re.sub(r"\s+as\s+", ": ", found[1]).strip().rstrip(",")
        return f"const {{ {names} }} = {name_of(_beside(path, found[2]))};\n"

    exports = [name for _, name in EXPORT.findall(text)]
    body = EXPORT.sub(r"\1", IMPORT.sub(bring, text))
    if "\nexport default " in body:
        body = body.replace("\nexport default ", "\nconst asDefault = ", 1)
        exports.append("default: asDefault")
    if unknown := UNKNOWN.search(body):
        raise ImportError(f"{path.name}: a statement that a bundle does not know: {unknown[0]}")
    return f"const {name_of(path)} = (() => {{\n{body}\nreturn {{ {', '.join(exports)} }};\n}})();"
