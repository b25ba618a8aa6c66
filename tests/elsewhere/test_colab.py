"""Google Colab, as far as it can be had elsewhere: its packages, pip, and a google.colab that says what it was asked.

What runs is what a reader opens there: the notebooks of the book's archive, without solutions.
"""

from zipfile import ZipFile

import nbformat
import pytest
from other_kernels import ROOT, Other, committed, printed

from book_site import NOTEBOOKS, zip_notebooks
from normalise_notebook import WIDGET

pytestmark = pytest.mark.colab

GOOGLE = {
    "__init__.py": "",
    "colab/__init__.py": "",
    "colab/output.py": """\
from types import SimpleNamespace

_widgets = SimpleNamespace(_installed_url=None)
asked = 0


def enable_custom_widget_manager():
    global asked
    asked += 1
    _widgets._installed_url = "https://example.org/widgets.js"
""",
}


@pytest.fixture
def colab(tmp_path):
    """An environment like Colab's, whose kernel has imported google.colab before any cell runs."""
    other = Other("colab", tmp_path)
    for name, source in GOOGLE.items():
        (other.packages / "google" / name).parent.mkdir(parents=True, exist_ok=True)
        (other.packages / "google" / name).write_text(source)
    (other.packages / "colab.pth").write_text("import google.colab.output\n")
    return other


def for_readers(folder):
    """Return {name: notebook} of what the archive holds."""
    zip_notebooks(ROOT, folder / "notebooks.zip")
    with ZipFile(folder / "notebooks.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist() if name.endswith(".ipynb")}
    return {
        name.removeprefix(f"{NOTEBOOKS}/notebooks/"): nbformat.reads(text.decode("utf-8"), as_version=4)
        for name, text in inside.items()
    }


def shows(notebook, kind):
    """Return which cells show something of this kind."""
    outputs = {at: cell.get("outputs", []) for at, cell in enumerate(notebook.cells)}
    return [at for at, shown in outputs.items() if any(kind in output.get("data", {}) for output in shown)]


def test_each_notebook_gets_the_package_and_runs_to_its_end(colab, tmp_path):
    before, notebooks, expected = colab.versions(), for_readers(tmp_path), committed()
    assert notebooks.keys() == expected.keys()
    assert "convbook" not in before
    question = "import google.colab.output; print(google.colab.output.asked)"
    notebooks["asked"] = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(question)])
    assert colab.run(notebooks) == {}
    assert notebooks.pop("asked").cells[0].outputs[0].text == "1\n"  # anywidget asks once for all widgets
    after = colab.versions()
    assert {name for name in after if after[name] != before.get(name)} == {"convbook"}  # Colab's own stay as they are
    for name, notebook in notebooks.items():
        assert shows(notebook, WIDGET) == shows(expected[name], WIDGET)
        if not name.startswith("exercises/"):
            assert (name, printed(notebook)) == (name, printed(expected[name]))
