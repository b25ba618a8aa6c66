"""A small class for the tests of course/: notebooks as students hand them in, and the zips of learning platforms."""

import io
import zipfile
from functools import cache
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "06_separable"
SEPARABLE_PARAMETERS = """def separable_parameters(c_in, c_out, k, multiplier, bias):
    between = c_in * multiplier
    return k * k * between + between * c_out + (between + c_out) * bias"""


@cache
def _released(chapter):
    notebook = nbformat.read(ROOT / "notebooks" / "exercises" / f"{chapter}.ipynb", as_version=4)
    for step in (ClearSolutions(), ClearHiddenTests()):
        notebook, _ = step.preprocess(notebook, {})
    return nbformat.writes(notebook)


def released(chapter=CHAPTER):
    """Return the notebook that students get."""
    return nbformat.reads(_released(chapter), as_version=4)


def cell(notebook, grade_id):
    """Return one cell of a notebook."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def handed_in(answers=None, chapter=CHAPTER):
    """Return a notebook with {task: source} written into it."""
    notebook = released(chapter)
    for name, source in (answers or {"separable_parameters": SEPARABLE_PARAMETERS}).items():
        cell(notebook, name).source = source
    return notebook


def as_bytes(notebook):
    """Return what stands in the file of a notebook."""
    return nbformat.writes(notebook).encode()


class OldName(zipfile.ZipInfo):
    """An entry as old packers write it: without the flag for UTF-8, its name in any bytes."""

    def __init__(self, raw, date=(2026, 11, 20, 12, 0, 0)):
        super().__init__(raw.decode("cp437"), date)

    def _encodeFilenameFlags(self):
        return self.filename.encode("cp437"), self.flag_bits & ~0x800


def zipped(files):
    """Return a zip of {name, ZipInfo or (name, day of November 2026): content}."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            name, day = name if isinstance(name, tuple) else (name, 20)
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, (2026, 11, day, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()
