"""Sphinx extension: code cells that a reader edits and runs in the page.

Each code cell of a page carries the id that it has in its notebook, `data-cell`: the reader's own code is kept under
it. A cell whose code the page does not show brings it along, `data-code`, for the next ones may build on it. What the
first click loads stands in book/run/ and is written to _static/run/ as modules: code runs only where a server sends the
page, so modules are fine.
"""

import re
from hashlib import sha256
from html import escape
from pathlib import Path

import nbformat
from docutils import nodes

from convbook.widgets.bundle import IMPORT, modules, name_of
from live_widgets import smaller, write
from predictions import is_cell

RUN = Path(__file__).parents[1] / "run"
ENTRIES = ("page.js", "editor.js")  # the second is loaded by the first, when there is something to edit
NAMED = re.compile(r'((?:\bfrom|\bimport\(|\bnew URL\()\s*["\'`])((?:\./)?[\w./-]+\.(?:js|py))(?=["\'`])')
CELL = re.compile(r'<div class="(cell[^"]*?) run-cell-([\w-]+)([^"]*)"')


# ---- what the first click loads ---------------------------------------------------------------------------------


def file_name(path: Path) -> str:
    """Return the name under which a module is written: its own, or if it is borrowed, with its folder's before it."""
    return path.relative_to(RUN).as_posix() if path.is_relative_to(RUN) else f"{name_of(path)}.js"


def with_names(text: str, path: Path) -> str:
    """Return a module that imports others by the names under which they are written."""

    def named(found: re.Match) -> str:
        return f'import {{{found[1]}}} from "./{file_name((path.parent / found[2]).resolve())}";\n'

    return IMPORT.sub(named, text)


def is_ours(path: Path) -> bool:
    """Say whether a file was written here, and may be made smaller."""
    return path.suffix == ".js" and path.parent.name != "vendor"


def run_files() -> dict[str, str]:
    """Return {name: text} of what the first click loads, and of what this loads."""
    linked = modules(*(RUN / name for name in ENTRIES))
    apart = [path for path in RUN.glob("*.*") if path.suffix in (".js", ".py") and path not in linked]
    texts = {**{path: with_names(text, path) for path, text in linked.items()}}
    texts.update({path: path.read_text("utf-8") for path in (*apart, *RUN.glob("vendor/*.txt"))})
    return {file_name(path): smaller("javascript", text) if is_ours(path) else text for path, text in texts.items()}


def write_run(folder: Path) -> str:
    """Write these files, and return the address of the first; all carry one version, so that no browser mixes two."""
    found = run_files()
    version = sha256("".join(f"{name} {found[name]}" for name in sorted(found)).encode()).hexdigest()[:8]

    def versioned(part: re.Match) -> str:
        return f"{part[0]}?v={version}" if part[2].removeprefix("./") in found else part[0]

    for name, text in found.items():
        write(folder, name, NAMED.sub(versioned, text) if name.endswith(".js") and "/" not in name else text)
    return f"page.js?v={version}"


def write_site(app):
    """Write them into the site."""
    if app.builder.name == "html":
        app.run_page = f"_static/run/{write_run(Path(app.outdir, '_static', 'run'))}"


# ---- cells ------------------------------------------------------------------------------------------------------


def note_ids(app, docname, source):
    """Let each code cell carry its id and its code into the page."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = nbformat.reads(source[0], as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata["run"] = {"id": cell.id, "code": cell.source}
    source[0] = nbformat.writes(notebook)


def code_of(cell: nodes.container) -> str | None:
    """Return the code of a cell that shows none of it."""
    shown = any(
        part.get("nb_element") == "cell_code_source" for part in cell.children if isinstance(part, nodes.Element)
    )
    return None if shown else cell["cell_metadata"]["run"]["code"]


def mark_cells(app, doctree):
    """Mark each code cell for the page, and keep the code of those that show none."""
    hidden = app.env.metadata[app.env.docname]["hidden_code"] = {}
    for cell in doctree.findall(is_cell):
        if run := cell.get("cell_metadata", {}).get("run"):
            cell["classes"].append(f"run-cell-{run['id']}")
            if code := code_of(cell):
                hidden[run["id"]] = code


def write_ids(app, pagename, template, context, doctree):
    """Write the marks as attributes, which need no rule for the names of classes."""
    hidden = app.env.metadata.get(pagename, {}).get("hidden_code", {})

    def marked(found: re.Match) -> str:
        code = f' data-code="{escape(hidden[found[2]])}"' if found[2] in hidden else ""
        return f'<div class="{found[1]}{found[3]}" data-cell="{found[2]}"{code}'

    context["body"], count = CELL.subn(marked, context.get("body", ""))
    if count:
        context["run"] = app.run_page


def setup(app):
    """Register the events."""
    app.connect("builder-inited", write_site)
    app.connect("source-read", note_ids, priority=600)  # of what exercises.py makes of a notebook
    app.connect("doctree-read", mark_cells, priority=600)
    app.connect("html-page-context", write_ids)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
