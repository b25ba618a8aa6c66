"""What the chapters ask their readers to predict: the numbers that a page judges by are those of the cells."""

import nbformat
import numpy as np
import pytest
from asked import (
    CHAPTERS,
    asks,
    every_number,
    every_prediction,
    numbers_in,
    predictions_of,
    shows,
    shows_a_widget,
    words_after,
)
from oracles import seen_by, stops
from scipy.signal import convolve2d, correlate2d

from convbook.kernels import SOBEL_VERTICAL
from convbook.widgets import SlidingWindow


@every_number
def test_the_answer_is_what_the_cell_shows_or_what_is_said_of_a_widget(number, cells):
    said = [nbformat.v4.new_output("stream", text=words_after(number, cells))] if shows_a_widget(cells[number]) else []
    assert shows(numbers_in([*cells[number].outputs, *said]), cells[number].metadata["prediction"]["answer"])


@every_number
def test_every_slip_is_wrong_and_no_two_are_alike(number, cells):
    prediction = cells[number].metadata["prediction"]
    values = [str(value) for value in prediction["slips"].values()]
    assert values and len({*values, str(prediction["answer"])}) == len(values) + 1
    assert not [name for name in prediction["slips"] if "`" in name or "$" in name]  # they are shown as they stand


@every_prediction
def test_the_question_stands_before_the_cell_and_only_quiet_code_between(number, cells):
    before = cells[:number]
    while before[-1].cell_type == "code":
        assert not before.pop().outputs
    assert asks(before[-1])


# ---- slips that the pages have words for -------------------------------------------------------------------------


def of_a_sum(window, kernel):
    window, kernel = np.asarray(window), np.asarray(kernel)
    return {
        "sign lost": -correlate2d(window, kernel, "valid").item(),
        "flipped": convolve2d(window, kernel, "valid").item(),
        "kernel ignored": window.sum(),
        "first row only": window[0] @ kernel[0],
    }


def of_a_size(size, kernel, stride=1, padding=0):
    steps = (size + 2 * padding - kernel) / stride
    return {
        "no plus one": int(steps),
        "rounded up": int(np.ceil(steps)) + 1,
        "padding counted once": stops(size + padding, kernel, stride),
        "padding forgotten": stops(size, kernel, stride),
        "stride ignored": stops(size, kernel, 1, padding),
    }


def of_a_field(layers):
    first, last = seen_by([(kernel, 1, padding) for kernel, _, padding in layers], 0)
    return {
        "stride ignored": last - first + 1,
        "sign lost": -seen_by(layers, 0)[0],
        "padding forgotten": seen_by([(kernel, stride, 0) for kernel, stride, _ in layers], 0)[0],
    }


VGG16 = [layer for count in (2, 2, 3, 3, 3) for layer in [(3, 1, 1)] * count + [(2, 2, 0)]]  # kernel, stride, padding
SLIPS = {  # of each question, named by its chapter and its answer
    ("01_convolution", -8): of_a_sum(np.array(SlidingWindow().input)[:3, 1:4], SOBEL_VERTICAL),
    ("01_convolution", 8): of_a_sum(np.arange(1, 10).reshape(3, 3), SOBEL_VERTICAL[::-1, ::-1]),
    ("02_padding_and_stride", 200): {"no plus one": 240 - 10 * 5},
    ("02_padding_and_stride", 6): of_a_size(4, 3, padding=2),
    ("02_padding_and_stride", 7): of_a_size(8, 4, padding=1),
    ("02_padding_and_stride", 4): {"padding forgotten": 1},
    ("02_padding_and_stride", -1020): of_a_sum(np.pad(np.full((3, 2), 255), ((0, 0), (1, 0))), SOBEL_VERTICAL),
    ("02_padding_and_stride", 16): of_a_size(32, 3, 2, 1),
    ("02_padding_and_stride", 54): of_a_size(224, 11, 4),
    ("02_padding_and_stride", (2, 3)): {"dilation ignored": [stops(6, 3), stops(7, 3)]},
    ("03_pooling", 3): of_a_size(7, 3, 2),
    ("04_receptive_field", 7): of_a_field([(3, 2, 0)] * 2),
    ("04_receptive_field", 15): of_a_field([(3, 2, 0)] * 3),
    ("04_receptive_field", -90): of_a_field(VGG16),
    ("07_transposed", 32800): {"biases forgotten": 64 * 32 * 4 * 4},
}
NAMED = [
    pytest.param(path.stem, cells[number].metadata["prediction"], name, id=f"{path.stem}-{number}-{name}")
    for path in CHAPTERS
    for number, cells in predictions_of(path)
    for name in cells[number].metadata["prediction"]["slips"]
    if not name.endswith((".", "?"))  # a whole sentence
]


@pytest.mark.parametrize(("chapter", "prediction", "name"), NAMED)
def test_a_slip_with_a_name_gives_what_it_would(chapter, prediction, name):
    answer = prediction["answer"]
    by_how_it_goes = SLIPS[chapter, tuple(answer) if isinstance(answer, list) else answer]
    assert prediction["slips"][name] == by_how_it_goes[name]


# ---- the guards can fail ----------------------------------------------------------------------------------------


def test_numbers_are_found_as_people_and_arrays_write_them():
    printed = nbformat.v4.new_output("stream", text="1,728 weights, [-1. 2.5] and (2, 3)\n")
    assert numbers_in([printed]) == [1728, -1, 2.5, 2, 3]
    assert shows([1, 2, 3], [2, 3]) and not shows([1, 2, 3], [3, 2]) and not shows([12], 2)
