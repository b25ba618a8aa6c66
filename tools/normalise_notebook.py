"""Run notebooks and write them down in one canonical form, so that a second run changes nothing.

    python tools/normalise_notebook.py notebooks/*.ipynb notebooks/exercises/*.ipynb

Canonical means: cells numbered from 1 in their order, ids by position, printed lines in one piece, and nothing of the
machine, of the moment or of the widget manager. Cell tags, alternative texts, the answers to predictions and marks for
grading stay. So does what a cell tagged `nbval-ignore-output` has measured, for it would differ each time: clear its
outputs to have it measured anew.

Below its title each notebook has one cell more, which gets the package in Colab. Its words have their home here; it
has the number 0, and neither a page of the book nor a class gets it.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

LANGUAGE = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT = ("tags", "mystnb", "nbgrader", "prediction")  # of a cell's metadata
MEASURES = "nbval-ignore-output"  # the tag of a cell whose outputs nobody compares, for they differ each time
WIDGET = "application/vnd.jupyter.widget-view+json"
SETUP = """\
import sys
from importlib.util import find_spec

if "google.colab" in sys.modules and not find_spec("convbook"):  # anywhere else this cell does nothing
    get_ipython().run_line_magic("pip", "install --quiet convbook")"""


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run all cells from a fresh kernel, in the notebook's own folder; the first error ends it.

    A cell that measures something keeps the outputs that it has, if it has any.
    """
    measured = [(cell, cell.outputs) for cell in notebook.cells if MEASURES in cell.metadata.get("tags", [])]
    client = NotebookClient(
        notebook,
        timeout=120,  # seconds for a cell
        record_timing=False,
        extra_arguments=[
            "--log-level=ERROR"
        ],  # no warning that the kernel's own lines on this machine are not encrypted
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    for cell, outputs in measured:
        cell.outputs = outputs or cell.outputs


def in_one_piece(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was printed in a row: a kernel cuts it where the moment wills."""
    joined = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text
        else:
            joined.append(output)
    return joined


def setup_cell() -> NotebookNode:
    """Return the cell that gets the package in Colab."""
    return nbformat.v4.new_code_cell(SETUP, id="setup", metadata={"tags": ["remove-cell"]}, execution_count=0)


def normalise(notebook: NotebookNode) -> None:
    """Bring an executed notebook into its canonical form."""
    notebook.metadata = nbformat.from_dict(LANGUAGE)
    notebook.cells = [cell for cell in notebook.cells if cell.get("id") != "setup"]
    count, widgets = 0, {}
    for position, cell in enumerate(notebook.cells):
        cell.id = f"c{position:02d}"
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in KEPT if key in cell.metadata})
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = in_one_piece(cell.outputs)
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
            if view := output.get("data", {}).get(WIDGET):
                view["model_id"] = widgets.setdefault(view["model_id"], f"{len(widgets):032x}")
    notebook.cells.insert(1, setup_cell())


def text_of(notebook: NotebookNode) -> str:
    """Return the notebook as it is written to its file."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def main(paths: list[Path]) -> None:
    """Run and rewrite each notebook in place."""
    for path in paths:
        print(path, flush=True)
        notebook = nbformat.read(path, as_version=4)
        execute(notebook, path.parent)
        normalise(notebook)
        path.write_text(text_of(notebook), encoding="utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
