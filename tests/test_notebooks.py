"""The committed notebooks: executed, canonical, and in cells that a reader can take in at a glance.

That their outputs are still what the code gives is checked by nbval, which passes a notebook without outputs vacuously:
hence the guards here.
"""

import copy
import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from normalise_notebook import MEASURES, SETUP, WIDGET, execute, normalise, text_of

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted([*FOLDER.glob("*.ipynb"), *FOLDER.glob("exercises/*.ipynb")])
ANSWER = {"answer": 4, "slips": {"no plus one": 3}}
LONGEST_CELL = 20  # lines; the house rule is 1 to 7, rarely over 15

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(FOLDER).as_posix())


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source != SETUP]


def faults(notebook):
    """Return what keeps a notebook from being committed, one sentence each."""
    cells = code_cells(notebook)
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        yield "its cells were not run from first to last"
    if cells and not any(cell.outputs for cell in cells):
        yield "it has no outputs"
    for position, cell in enumerate(cells, 1):
        if not cell.source.strip():
            yield f"code cell {position} is empty"
        if cell.source.count("\n") >= LONGEST_CELL:
            yield f"code cell {position} has more than {LONGEST_CELL} lines"
        if any(output.output_type == "error" for output in cell.outputs):
            yield f"code cell {position} ended in an error"
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield f"code cell {position} wrote to stderr"
    canonical = copy.deepcopy(notebook)
    normalise(canonical)
    if canonical != notebook:
        yield "it is not in its canonical form"


def test_there_are_notebooks():
    assert NOTEBOOKS


@every_notebook
def test_it_is_committed_executed_and_canonical(path):
    notebook = nbformat.read(path, as_version=4)
    assert list(faults(notebook)) == [], "`make notebooks` runs and rewrites them"
    assert path.read_text(encoding="utf-8") == text_of(notebook)


@every_notebook
def test_it_is_valid_and_keeps_its_last_lines_visible(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    hiding = [cell.source for cell in code_cells(notebook) if cell.source.rstrip().endswith(";")]
    assert not hiding, "end a plot with plt.show(), not with a semicolon"


# ---- the cell for Colab -----------------------------------------------------------------------------------------


@every_notebook
def test_below_the_title_stands_the_cell_for_colab_and_on_no_page(path):
    title, setup, *others = nbformat.read(path, as_version=4).cells
    assert title.source.startswith("# ")
    assert (setup.source, setup.metadata, setup.outputs) == (SETUP, {"tags": ["remove-cell"]}, [])
    assert not [cell for cell in others if "google.colab" in cell.source]


@pytest.mark.parametrize(
    ("colab", "there", "asked"),
    [(False, True, []), (False, False, []), (True, True, []), (True, False, [("pip", "install --quiet convbook")])],
)
def test_in_colab_it_asks_for_the_package_if_that_is_missing_and_elsewhere_for_nothing(
    colab, there, asked, monkeypatch, capsys
):
    calls = []
    shell = SimpleNamespace(run_line_magic=lambda *words: calls.append(words))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: there and name == "convbook")
    if colab:
        monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())
    exec(SETUP, {"get_ipython": lambda: shell})
    assert calls == asked
    assert capsys.readouterr() == ("", "")


# ---- the guards can fail ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# One question"),
            new_code_cell(
                "print('a', flush=True)\nprint('b')",
                metadata={"tags": ["hide-input"], "prediction": ANSWER, "scrolled": True},
            ),
            new_code_cell("import ipywidgets\nslider = ipywidgets.IntSlider()\nslider"),
            new_code_cell("slider"),
        ]
    )
    execute(notebook, tmp_path_factory.mktemp("notebook"))
    normalise(notebook)
    return notebook


def test_a_normalised_notebook_has_no_fault(executed):
    assert list(faults(executed)) == []


def test_a_second_run_changes_nothing(executed, tmp_path):
    again = copy.deepcopy(executed)
    execute(again, tmp_path)
    assert again != executed  # before it is brought into its form again
    normalise(again)
    assert text_of(again) == text_of(executed)


def test_normalising_keeps_tags_and_answers_and_drops_the_rest(executed):
    assert code_cells(executed)[0].metadata == {"tags": ["hide-input"], "prediction": ANSWER}
    assert set(executed.metadata) == {"kernelspec", "language_info"}


def test_printed_lines_come_in_one_piece():
    pieces = [new_output("stream", name="stdout", text=text) for text in ("a\n", "b\n")]
    notebook = new_notebook(cells=[new_code_cell("...", outputs=pieces)])
    normalise(notebook)
    assert [output.text for output in notebook.cells[0].outputs] == ["a\nb\n"]


def test_what_was_measured_stays_until_it_is_cleared(tmp_path):
    clock = new_code_cell("import time\nprint(time.perf_counter())", metadata={"tags": [MEASURES]})
    notebook = new_notebook(cells=[clock, new_code_cell("print(time.perf_counter())")])
    execute(notebook, tmp_path)
    first = [cell.outputs[0].text for cell in notebook.cells]
    execute(notebook, tmp_path)
    second = [cell.outputs[0].text for cell in notebook.cells]
    assert second[0] == first[0] and second[1] != first[1]
    clock.outputs = []
    execute(notebook, tmp_path)
    assert clock.outputs and clock.outputs[0].text != first[0]


def test_the_same_widget_keeps_one_name(executed):
    first, second = (cell.outputs[0].data[WIDGET]["model_id"] for cell in code_cells(executed)[1:])
    assert first == second == "0" * 32


def broken(notebook, change):
    notebook = copy.deepcopy(notebook)
    change(notebook, code_cells(notebook)[0])
    return list(faults(notebook))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda notebook, cell: cell.update(execution_count=None), "not run from first to last"),
        (lambda notebook, cell: cell.update(execution_count=7), "not run from first to last"),
        (lambda notebook, cell: [c.update(outputs=[]) for c in code_cells(notebook)], "no outputs"),
        (lambda notebook, cell: cell.update(outputs=[new_output("error", ename="E", evalue="")]), "ended in an error"),
        (lambda notebook, cell: cell.outputs[0].update(name="stderr"), "wrote to stderr"),
        (lambda notebook, cell: cell.update(source="x\n" * LONGEST_CELL + "x"), "more than 20 lines"),
        (lambda notebook, cell: cell.update(source=" "), "is empty"),
        (lambda notebook, cell: notebook.metadata.update(widgets={"state": {}}), "canonical form"),
        (lambda notebook, cell: notebook.cells.pop(1), "canonical form"),
        (lambda notebook, cell: notebook.cells[1].update(source="%pip install convbook"), "canonical form"),
        (lambda notebook, cell: cell.update(id="9f3a"), "canonical form"),
        (lambda notebook, cell: cell.metadata.update(execution={"shell.execute_reply": "2026"}), "canonical form"),
    ],
)
def test_a_fault_is_found_and_named(executed, change, fault):
    assert any(fault in sentence for sentence in broken(executed, change))
