"""Every chapter ends its tour with "The same in PyTorch": this code is run, and prints what the chapter says it prints.

It stands in the text, not in cells, so that a reader without PyTorch can still run the whole chapter.
"""

import contextlib
import io
import re
from pathlib import Path

import nbformat
import pytest

CHAPTERS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SECTION = re.compile(r"^## The same in PyTorch$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```python\n(.*?)^```\s*^```text\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples(notebook):
    """Return the (code, printed) pairs of the section "The same in PyTorch".

    Raises ValueError if there is none, or code without its printed lines.
    """
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    section = SECTION.search(text)
    if not section:
        raise ValueError('the chapter has no section "## The same in PyTorch"')
    pairs = EXAMPLE.findall(section[1])
    if not pairs or len(pairs) != section[1].count("```python"):
        raise ValueError("each ```python block of the section needs a ```text block with what it prints right after it")
    return pairs


def printed_by(code, namespace):
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "The same in PyTorch", "exec"), namespace)
    return printed.getvalue()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_has_its_section(path):
    examples(nbformat.read(path, as_version=4))


@pytest.mark.pytorch
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_section_prints_what_it_says(path):
    namespace = {"__name__": "__main__"}
    for code, expected in examples(nbformat.read(path, as_version=4)):
        assert printed_by(code, namespace) == expected


# ---- the guard can fail -----------------------------------------------------------------------------------------


def chapter(*texts):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text) for text in texts])


def test_the_section_may_span_cells_and_ends_at_the_next():
    notebook = chapter(
        "# Title", "## The same in PyTorch", "```python\nprint(1)\n```\n\n```text\n1\n```", "## Next\n```python\n2\n```"
    )
    assert examples(notebook) == [("print(1)\n", "1\n")]
    assert printed_by("print(1)\n", {}) == "1\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("## PyTorch", "no section"),
        ("## The same in PyTorch\nprose only", "needs a ```text block"),
        ("## The same in PyTorch\n```python\n1\n```\n```python\n2\n```\n```text\n2\n```", "needs a ```text block"),
    ],
)
def test_a_chapter_without_verified_code_is_refused(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        examples(chapter(text))
