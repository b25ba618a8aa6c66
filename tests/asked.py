"""What the chapters ask their readers to predict: the questions that take an answer, and what the cells show."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

CHAPTERS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?")


def predictions_of(path):
    """Return the place of each cell that carries an answer, and the cells of the chapter."""
    cells = nbformat.read(path, as_version=4).cells
    return [(number, cells) for number, cell in enumerate(cells) if "prediction" in cell.metadata]


EVERY = [(path.stem, *found) for path in CHAPTERS for found in predictions_of(path)]


def is_choice(number, cells):
    """Say whether the answer is in words."""
    return isinstance(cells[number].metadata["prediction"]["answer"], str)


def parametrised(names, found):
    return pytest.mark.parametrize(names, [pytest.param(*one[1:], id=f"{one[0]}-{one[1]}") for one in found])


every_prediction = parametrised(("number", "cells"), EVERY)
every_number = parametrised(("number", "cells"), [one for one in EVERY if not is_choice(*one[1:])])
CHOICES = [one for one in EVERY if is_choice(*one[1:])]
every_choice = parametrised(("number", "cells"), CHOICES)


def numbers_in(outputs):
    """Return all numbers that a cell shows, in their order."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]
    return [float(found.replace(",", "")) for found in NUMBER.findall("\n".join(texts))]


def shows(numbers, answer):
    """Say whether the answer, one number or several in a row, is among the numbers."""
    wanted = np.atleast_1d(answer).tolist()
    return any(numbers[start : start + len(wanted)] == wanted for start in range(len(numbers)))


def words_after(number, cells):
    """Return the first paragraph behind a cell."""
    after = next(cell for cell in cells[number:] if cell.cell_type == "markdown")
    return after.source.split("\n\n")[0].replace("−", "-")


def shows_a_widget(cell):
    return any("text/html" in output.get("data", {}) for output in cell.outputs)


def asks(cell):
    """Say whether a cell of prose ends in a question to predict."""
    return cell.cell_type == "markdown" and re.match(r".*\*\*Predict", cell.source.split("\n\n")[-1], re.DOTALL)


def test_there_are_predictions_in_every_chapter():
    assert all(len(predictions_of(path)) >= 5 for path in CHAPTERS)
