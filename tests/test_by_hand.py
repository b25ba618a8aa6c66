"""What the exercises ask to be done by hand first: the answers by which a page judges are those of the solutions."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from scipy.special import softmax

from convbook.shapes import conv_output_size
from exercises import page_version, student_version, tasks
from predictions import faults

FOLDER = Path(__file__).parents[1] / "notebooks" / "exercises"
NOTEBOOKS = {path: nbformat.read(path, as_version=4) for path in sorted(FOLDER.glob("*.ipynb"))}
TASKS = {task.name: task for notebook in NOTEBOOKS.values() for task in tasks(notebook)}
BY_HAND = {name: task.by_hand for name, task in TASKS.items() if task.by_hand}
FALLEN = np.array([[-5, -3, -8], [-2, -6, -4], [-7, -1, -9]])  # the map of "A maximum with a frame"
PICTURE = np.array([[[[1, 2]], [[3, 4]]]])  # that of "One product"
ONES = np.ones((2, 2))
WINDOW = np.array([[-3, -1], [-2, -5]])  # that of "Put the layers together"
CENTRE = np.pad(np.ones((1, 1, 1, 1)), ((0, 0), (0, 0), (1, 1), (1, 1)))  # a kernel that changes nothing


@pytest.fixture(scope="module")
def solutions():
    """Return {name: function} of what the notebooks define, the solutions among it."""
    names = {}
    for notebook in NOTEBOOKS.values():
        for cell in notebook.cells:
            if cell.cell_type == "code" and "check(" not in cell.source and "print(" not in cell.source:
                exec(cell.source, names)
    return names


def biased(first, first_bias, second, second_bias):
    return [np.array([number]) for number in ([first], first_bias, [second], second_bias)]


def stamped_on_a_row(blame, kernel, stride):
    """The blame of a row with its frame, from the transposed matrix of the convolution."""
    matrix = np.zeros((len(blame), stride * (len(blame) - 1) + len(kernel)))
    for row in range(len(blame)):
        matrix[row, stride * row :][: len(kernel)] = kernel
    return matrix.T @ blame


# {exercise: what its question by hand is answered with, by the solutions or in another way}
ANSWERS = {
    "correlate_loops": lambda f: f["correlate_loops"](np.ones((4, 7)), np.ones((2, 3))).shape,
    "kernel_matrix": lambda f: np.flatnonzero(f["kernel_matrix"](ONES, 3, 4)[-1]),
    "output_size": lambda f: f["output_size"](16, 3, 1, 0, 2),
    "pixels_beside": lambda f: [f["pixels_beside"](8, 3, 2), f["pixels_beside"](224, 7, 2)],
    "fitting_sizes": lambda f: f["fitting_sizes"](3, [(2, 2, 0)]),
    "max_pool": lambda f: f["max_pool"](FALLEN, 3, 2, 1).ravel(),
    "pool_windows": lambda f: [-2 + 4 * n for n in range(3)],
    "max_pool_backward": lambda f: f["max_pool_backward"](
        np.array([[10, 0.5]]), np.array([[1, 8, 3], [8, 2, 5]]), 2, 1
    )[0, 1],
    "field_size": lambda f: f["field_size"]([(3, 2, 1)] * 2, 2),
    "seen_pixels": lambda f: f["seen_pixels"]([(3, 2, 1)] * 2, 0),
    "blind_spots": lambda f: f["blind_spots"]([2, 3]),
    "effective_width": lambda f: f["effective_width"](2, 0.875),
    "pointwise": lambda f: PICTURE[0, :, 0, 0],
    "fold": lambda f: [part.item() for part in f["fold"](*biased(2, 1, 3, 5))],
    "bottleneck_costs": lambda f: conv_output_size(7, 3, stride=2, padding=1),
    "fc_to_conv": lambda f: f["fc_to_conv"](np.array([[1, 2, 3, 4]]), 1, 2, True)[0, 0, 0],
    "grouped_conv": lambda f: f["grouped_conv"](
        np.reshape([1, 2, 3, 4], (4, 1, 1)), np.reshape([1, 3, 2, 0, 0, 1, 5, 1], (4, 2, 1, 1)), 2
    ).ravel(),
    "separable_parameters": lambda f: [f["separable_parameters"](128, 256, 3, 1, bias) for bias in (False, True)],
    "block_macs": lambda f: f["block_macs"](8, 7, 7, [(16, 2), (16, 1)])[0][0] ** 0.5 / (9 * 8) ** 0.5,
    "factors": lambda f: f["factors"](np.array([[0, 0, 0], [0, -6, 3], [0, 2, -1]]))[1],
    "least_time": lambda f: round(f["least_time"](32, 32, 10, 3, 1, 100, 10), 4),
    "separable_error": lambda f: f["separable_error"](np.reshape([3, 0, 0, 4], (2, 1, 1, 2)), 1),
    "stamp_and_add": lambda f: [
        (row := f["stamp_and_add"](np.array([[1, 10, 4]]), np.array([[1, 2, 3.5, 7]]), 2)[0]).size,
        row[2],
    ],
    "choose_output_padding": lambda f: [f["choose_output_padding"](size, 3, 2, 1) for size in (28, 27)],
    "spread_and_correlate": lambda f: np.linalg.solve([[1, 10], [10, 4]], [13, 34]),  # its sums 13 and 34
    "overlap_map": lambda f: f["overlap_map"](3, 3, 2, 0)[0],
    "even_kernel": lambda f: len({(i % 2, j % 2) for i, j in np.ndindex(6, 6)}),
    "broken_layers": lambda f: [ONES.mean() * 1, (ONES * np.ones((1, 1)).repeat(2, 0).repeat(2, 1)).sum()],
    "bias_gradient": lambda f: [
        (blame := np.array([[[[1, -2]]], [[[4, 0]]]])).size,
        f["bias_gradient"](blame)[0],
    ],
    "row_gradients": lambda f: [*(outputs := np.correlate([1, 2, 3], [2, 1])), *(outputs - [3, 9])],
    "weight_gradient": lambda f: f["weight_gradient"](
        np.array([[1, 2, 3, 4, 5, 6]]), np.array([[1, 10, 100]]), (1, 2), 2, 0
    )[0, 0],
    "input_gradient": lambda f: [
        *(heard := stamped_on_a_row([1, 10, 100], [1, 2, 3], 2))[1:3],
        heard[0] + heard[6],
    ],
    "wrong_gradients": lambda f: [
        *(losses := [(3 * x - 5) ** 2 / 2 for x in (2, 2.1, 1.9)]),
        (losses[1] - losses[2]) / 0.2,
    ],
    "two_block_parameters": lambda f: np.diff(
        [0, *(f["two_block_parameters"](1, 8, 2, *later) for later in ((0, 0), (3, 0), (3, 4)))]
    ),
    "flat_features": lambda f: f["flat_features"](28, 28, 5, 0, [6, 16]),
    "read_digit": lambda f: [f["read_digit"](WINDOW[None], *2 * (CENTRE, [0]), np.eye(1), [0])[0], WINDOW.max()],
    "mean_loss": lambda f: [
        round(f["mean_loss"](np.array([scores]), np.array([1])), 2) for scores in ([0, 0], [1000, 0])
    ],
    "fold_batch_norm": lambda f: [
        part.item() for part in f["fold_batch_norm"](3 * np.ones((1, 1, 1, 1)), *np.array([[1], [4], [5], [4], [4]]), 0)
    ],
    "by_heart": lambda f: softmax(np.zeros(10))[:2] - [1, 0],
    "vgg_counts": lambda f: f["vgg_counts"]([(4, 1)], 4, [], 2),
    "swapped_weights": lambda f: f["swapped_weights"](3, [(8, 3), (8, 3), (4, 1)]),
    "widest": lambda f: f["widest"](10_000, 4, 2),
    "one_kernel": lambda f: f["one_kernel"](np.arange(1, 10).reshape(1, 1, 3, 3), np.full((1, 1, 1, 1), 2))[0, 0, 1, 1],
    "tokens": lambda f: len(f["tokens"](np.ones((1, 48, 64)), np.ones((2, 1, 16, 16)))),
}


def test_every_question_by_hand_is_answered_here_and_takes_an_answer_on_its_page():
    asked = {name for name, task in TASKS.items() if "*By hand first:*" in task.statement}
    assert asked <= {*BY_HAND, "not_linear"}  # which asks why
    assert set(ANSWERS) == set(BY_HAND)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_answer_is_that_of_the_solution(name, solutions):
    by_hand = BY_HAND[name]
    np.testing.assert_allclose(by_hand["answer"], ANSWERS[name](solutions), rtol=1e-12)
    said = {key: value for key, value in by_hand.items() if key != "because"}
    assert faults(said) == [] and said["asks"]
    assert by_hand["because"].endswith(".")


def test_what_the_words_say_beyond_the_answers_is_so(solutions):
    lenet = [(5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0), (5, 1, 0)]
    assert solutions["fitting_sizes"](1, lenet) == (32, 35)
    assert "all sizes from 32 to 35" in BY_HAND["fitting_sizes"]["because"]
    pixels, full, grouped = 10 * 10, 32 * 32 * 9, 32 * 9
    flops = [2 * pixels * weights for weights in (full, grouped)]
    moved = [4 * (2 * 32 * pixels + weights) for weights in (full, grouped)]
    milliseconds = [count / 100e6 for count in flops] + [count / 10e6 for count in moved]
    words = BY_HAND["least_time"]["because"]
    assert all(f"{count:,}" in words for count in flops + moved)
    assert all(f"{time:.4f}" in words for time in milliseconds)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_the_page_knows_what_comes_out_by_hand(path):
    text = path.read_text("utf-8")
    assert '"because"' in text
    for version in (student_version(text), page_version(text)):
        assert '"because"' not in version and '"slips": {\n' not in version
    assert "{prediction}" in page_version(text)
