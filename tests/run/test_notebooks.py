"""Every cell of every page, run in a page: it prints what is committed, and gives outputs of the same kinds.

One Python runs all notebooks, each in a namespace of its own: starting it for each would take longer than the cells.
"""

from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.pyodide
FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted([*FOLDER.glob("*.ipynb"), *FOLDER.glob("exercises/*.ipynb")])
MEASURES = "nbval-ignore-output"  # a cell that measures the machine: no two give the same, and here it takes a minute
ELSEWHERE = "remove-cell"  # what a notebook needs in other places, and no page shows
AFRESH = """\
%reset -f
import sys
if "convbook.widgets.base" in sys.modules:
    sys.modules["convbook.widgets.base"].LiveWidget._displays = 0
if "matplotlib.pyplot" in sys.modules:
    sys.modules["matplotlib.pyplot"].close("all")
    sys.modules["matplotlib"].rcdefaults()
"""


def printed(outputs):
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


def kinds(outputs):
    return [(output["output_type"], sorted(output["data"])) for output in outputs if "data" in output]


def words(outputs):
    """Return what a reader reads: of a picture its size, of a widget or a verdict everything."""
    return [
        [output["data"].get(mime) for mime in ("text/plain", "text/html")] for output in outputs if "data" in output
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_every_cell_shows_in_a_page_what_is_committed(python, path):
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    cells = [cell for cell in cells if not {MEASURES, ELSEWHERE} & set(cell.metadata.get("tags", []))]
    python.page.evaluate("(codes) => window.quietly(codes)", [AFRESH])
    for cell, given in zip(
        cells, python.page.evaluate("(codes) => window.quietly(codes)", [cell.source for cell in cells]), strict=True
    ):
        shown = given["messages"]
        assert given["ok"], (cell.id, shown[-1:])
        for view in (printed, kinds, words):
            assert view(shown) == view(cell.outputs), cell.id


SOURCES = """\
import sys
origins = {name: str(getattr(getattr(module, "__spec__", None), "origin", "")) for name, module in sys.modules.items()}
print(*sorted(name for name, origin in origins.items() if origin.endswith(".py") and "/convbook/" not in origin))
"""


def test_what_all_these_pages_have_imported_came_compiled(python):
    """Compiling takes longer than anything else at a start: what is named here belongs into pack_python/modules.py."""
    assert python.run("import convbook.widgets, convbook.checks, convbook.figures, convbook.nn").ok
    assert python.run(SOURCES).text.split() == []
