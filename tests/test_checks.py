"""The checks of the exercises: right answers pass, every known mistake earns its own hint, nobody is met unkindly."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from oracles import seen_by
from scipy.linalg import convolution_matrix
from scipy.ndimage import correlate1d, map_coordinates, maximum_filter, shift
from scipy.optimize import approx_fprime
from scipy.signal import convolve, correlate, correlate2d

from convbook import kernels
from convbook.checks import CHECKS, CheckFailed, check
from convbook.checks.convolution import SOBEL, hunt_pair
from convbook.checks.judge import Check, register
from convbook.checks.receptive_field import FEWEST

MISTAKES = [(name, mistake, hint) for name, judge in CHECKS.items() for mistake, hint in judge.mistakes]
BY_REFERENCE = [name for name, judge in CHECKS.items() if judge.reference]
GIVEN_AN_ARRAY = [
    name for name in BY_REFERENCE if any(isinstance(first, np.ndarray) for first in CHECKS[name].probes[0][:1])
]


def message_of(name, answer):
    with pytest.raises(CheckFailed) as failure:
        check(name, answer)
    return str(failure.value)


# ---- right answers ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", BY_REFERENCE)
def test_the_reference_passes_and_one_line_says_so(name, capsys):
    check(name, CHECKS[name].reference)
    assert capsys.readouterr().out == f"✓ {name}: right.\n"


def scipy_layer(x, weight, bias):
    maps = [[sum(map(correlate2d, picture, kernel, ["valid"] * len(kernel))) for kernel in weight] for picture in x]
    return np.array(maps) + bias.reshape(-1, 1, 1)


def scipy_matrix(kernel, height, width):
    """Kronecker products of SciPy's 1-D Toeplitz matrices, one for each row of the kernel."""
    across = [convolution_matrix(row[::-1], width, "valid") for row in kernel]
    down = [np.eye(height - len(kernel) + 1, height, u) for u in range(len(kernel))]
    return sum(map(np.kron, down, across))


def count_the_stops(size, kernel, stride, padding, dilation):
    """Try every start: does the last weight still lie on the padded row?"""
    padded, last = size + 2 * padding, dilation * (kernel - 1)
    return sum(start + last < padded for start in range(0, padded, stride))


def add_until_it_fits(size, kernel, stride):
    """Add one pixel after another, after first, until every ⌈size / stride⌉th stop has a window."""
    starts, before, after = range(0, size, stride), 0, 0
    while starts[-1] + kernel > before + size + after:
        before, after = (before, after + 1) if after == before else (before + 1, after)
    return before, after


def mirror_with_scipy(row, pad):
    places = np.arange(-pad, len(row) + pad)
    return map_coordinates(row.astype(float), [places], order=0, mode="mirror")


def sizes_of_scipy_outputs(size, layers):
    row, sizes = np.ones(size), [size]
    for kernel, stride, padding in layers:
        row = correlate(np.pad(row, padding), np.ones(kernel), "valid")[::stride]
        sizes.append(len(row))
    return sizes


def shift_gaps_by_scipy(row):
    rows = row, shift(row, 1, order=0, mode="grid-wrap")
    blurred = (correlate1d(one, [0.25, 0.5, 0.25], mode="wrap") for one in rows)
    return tuple(np.mean(np.abs(np.subtract(*pair))[::2]) for pair in (rows, tuple(blurred)))


def maxima_by_scipy(x, k, s, p):
    """SciPy centres a window on each pixel of the frame: keep the centres of the windows that stay inside."""
    framed = np.pad(x.astype(float), p, constant_values=-np.inf)
    height, width = framed.shape
    return maximum_filter(framed, k)[k // 2 : height - (k - 1) // 2 : s, k // 2 : width - (k - 1) // 2 : s]


def count_the_poolings(size, kernel, stride, padding, ceil_mode):
    """Go from start to start: is there a pixel, and anything that the window before did not reach?"""
    starts = range(-padding, size, stride)
    if not ceil_mode:
        return sum(start + kernel <= size + padding for start in starts)
    return 1 + sum(before + kernel < size + padding for before in starts[:-1])


def blame_by_scipy(dy, x, k, s):
    """Nudge every pixel; ties are broken beforehand, by next to nothing, in favour of the first."""

    def weighted(flat):
        return (maxima_by_scipy(flat.reshape(x.shape), k, s, 0) * dy).sum()

    first_wins = x.ravel() - 1e-3 * np.arange(x.size) / x.size
    return approx_fprime(first_wins, weighted, 1e-6).reshape(x.shape)


def field_by_lighting_pixels(layers):
    """Send a picture for each pixel through SciPy's correlation; count the pixels that change the middle output."""
    dots = np.eye(401)
    for kernel, stride, dilation in layers:
        row = np.zeros((1, dilation * (kernel - 1) + 1))
        row[:, ::dilation] = 1
        dots = correlate(dots, row, "valid", method="direct")[:, ::stride]
    return np.ptp(np.flatnonzero(dots[:, dots.shape[1] // 2])) + 1


def missed_by_scipy(dilations):
    row = np.ones(1)
    for d in dilations:
        row = convolve(row, np.eye(1, 2 * d + 1)[0] + np.eye(1, 2 * d + 1, d)[0] + np.eye(1, 2 * d + 1, 2 * d)[0])
    return np.flatnonzero(np.round(row) == 0) - len(row) // 2


def width_by_polynomials(layers, share):
    weights = (np.poly1d([1 / 3] * 3) ** layers).coeffs
    held = [weights[layers - n : layers + n + 1].sum() for n in range(layers + 1)]
    return 2 * np.searchsorted(held, share) + 1


@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("correlate_loops", lambda x, k: correlate2d(x.astype(float), k.astype(float), "valid")),
        ("conv_layer_batch", scipy_layer),
        ("kernel_matrix", scipy_matrix),
        ("prediction", lambda: 3 - 4 + 2 * (1 - 3) + 2 - 5),
        ("output_size", count_the_stops),
        ("same_padding", add_until_it_fits),
        ("reflect_pad", mirror_with_scipy),
        ("sizes", sizes_of_scipy_outputs),
        ("shift_gaps", shift_gaps_by_scipy),
        ("max_pool", maxima_by_scipy),
        ("pool_size", count_the_poolings),
        ("max_pool_backward", blame_by_scipy),
        ("field_size", field_by_lighting_pixels),
        ("seen_pixels", seen_by),
        ("blind_spots", missed_by_scipy),
        ("effective_width", width_by_polynomials),
    ],
)
def test_an_answer_that_nobody_here_wrote_passes(name, oracle):
    check(name, oracle)


@pytest.mark.parametrize(
    "layers",
    [
        [(3, 1, 1), (3, 1, 2), (3, 1, 4), (3, 1, 8)],
        [(3, 2, 1)] * 4,
        [(3, 1, 3), (3, 1, 9), (3, 1, 1), (3, 1, 2)],
    ],
)
def test_more_than_one_stack_sees_31_pixels_for_little(layers):
    check("cheapest_stack", lambda: layers)


def test_no_stack_is_cheaper():
    """A weight has to reach every pixel: the kernel sizes must multiply to at least 31 at the least sum of squares."""
    stacks = [sizes for n in range(1, 5) for sizes in combinations_with_replacement(range(3, 32, 2), n)]
    assert min(sum(k * k for k in sizes) for sizes in stacks if np.prod(sizes) >= 31) == FEWEST


@pytest.mark.parametrize("kernel", [kernels.DIAGONAL_EDGE, [[1, 1, 0], [1, 0, -1], [0, -1, -1]]])
def test_more_than_one_diagonal_kernel_is_right(kernel):
    check("diagonal_edge_kernel", lambda: kernel)


@pytest.mark.parametrize(
    "layers",
    [
        ([[1, -1], [0, 1], [0, -1]], [1, 1, -1]),
        ([[-1, 1], [1, 0], [-1, 0]], [1, 1, -1]),
        ([[1, 1], [-1, -1], [1, -1], [-1, 1]], [0.5, -0.5, 0.5, 0.5]),  # half the sum and half the distance
    ],
)
def test_more_than_one_network_finds_the_larger(layers):
    check("max_network", lambda: layers)


def test_two_windows_that_disagree_prove_that_a_maximum_is_not_linear():
    check("not_linear", lambda: (np.eye(2), [[0, 1], [0, 0]]))


def test_a_kernel_can_be_found_by_solving_the_normal_equations():
    def find_kernel(picture, target):
        kh, kw = np.array(picture.shape) - target.shape + 1
        rows = [picture[i : i + kh, j : j + kw].ravel() for i, j in np.ndindex(target.shape)]
        return np.linalg.solve(np.transpose(rows) @ rows, np.transpose(rows) @ target.ravel()).reshape(kh, kw)

    check("find_kernel", find_kernel)


def test_the_hunt_has_one_solution_only():
    picture, _ = hunt_pair(SOBEL)
    windows = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    assert np.linalg.matrix_rank(windows) == 9


# ---- mistakes --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "mistake", "hint"), MISTAKES)
def test_every_known_mistake_earns_its_own_hint(name, mistake, hint):
    assert message_of(name, mistake).endswith(f"\nHint: {hint}")


@pytest.mark.parametrize("judge", CHECKS.values(), ids=CHECKS)
def test_no_two_mistakes_share_a_hint(judge):
    hints = [hint for _, hint in [*judge.mistakes, *judge.requirements]]
    assert len(hints) == len(set(hints)) > 3


@pytest.mark.parametrize(
    ("kernel", "hint"),
    [
        ([1, 2, 3], "shape (3, 3)"),
        ([["a"] * 3] * 3, "shape (3, 3)"),
        (np.full((3, 3), np.nan), "finite"),
        (np.zeros((3, 3)), "all weights are 0"),
        ([[2, 1, 0], [1, 1, -1], [0, -1, -2]], "sum to 0"),
        ([[0, 1, 0], [-1, 0, -1], [0, 1, 0]], "the other diagonal"),
        (np.fliplr(kernels.DIAGONAL_EDGE), "the other diagonal"),
        (kernels.SOBEL_VERTICAL, "at least as strong"),
        (-kernels.DIAGONAL_EDGE, "the sign is turned"),
    ],
)
def test_every_way_to_miss_the_diagonal_is_named(kernel, hint):
    assert hint in message_of("diagonal_edge_kernel", lambda: kernel).split("Hint:")[1]


@pytest.mark.parametrize(
    ("layers", "hint"),
    [
        (31, "list of layers"),
        ([3, 3], "list of layers"),
        ([(3, 1)], "list of layers"),
        ([(3.0, 1, 1)], "list of layers"),
        ([(3, 0, 1)], "list of layers"),
        ([(2, 1, 1)] * 30, "no middle"),
        ([], "fewer than 31"),
        ([(3, 1, 1)] * 14, "fewer than 31"),
        ([(3, 1, 1)] * 16, "more than 31"),
        ([(3, 1, 15)], "never reads"),
        ([(3, 1, 5)] * 3, "never reads"),
        ([(1, 2, 1), (31, 1, 1)], "more than 31"),
        ([(31, 1, 1)], "fewer weights"),
        ([(3, 1, 1)] * 15, "fewer weights"),
        ([(1, 1, 1)] + [(3, 2, 1)] * 4, "fewer weights"),
    ],
)
def test_every_way_to_waste_weights_is_named(layers, hint):
    assert hint in message_of("cheapest_stack", lambda: layers).split("Hint:")[1]


@pytest.mark.parametrize(
    ("layers", "hint"),
    [
        ([1, 2, 3], "return (first, second)"),
        (([[1, -1, 0]], [1]), "return (first, second)"),
        (([[1, -1], [0, 1]], [1]), "return (first, second)"),
        (([[1, -1]], [np.inf]), "finite"),
        (([[1, -1], [1, 0], [-1, 0]], [-1, 1, -1]), "that is the smaller"),
        (([[1, -1]], [1]), "now add b to it"),
        (([[1, 1], [-1, -1]], [1, -1]), "that is the sum"),
        (([[1, -1], [-1, 1]], [1, 1]), "how far they are apart"),
        (([[1, -1], [0, 1]], [1, 1]), "as long as b is not negative"),
        (([[1, 0], [-1, 0]], [1, -1]), "does not find the larger"),
    ],
)
def test_every_way_to_miss_the_larger_is_named(layers, hint):
    assert hint in message_of("max_network", lambda: layers).split("Hint:")[1]


@pytest.mark.parametrize(
    ("windows", "hint"),
    [
        ([1, 2, 3], "shape (2, 2)"),
        (([[1, 2, 3]], [[4, 5, 6]]), "shape (2, 2)"),
        ((np.eye(2), np.full((2, 2), np.inf)), "finite"),
        ((np.zeros((2, 2)), np.eye(2)), "put something into both"),
        (([[1, 2], [3, 4]], [[0, -1], [-1, 0]]), "the same place"),
    ],
)
def test_every_way_to_miss_a_counterexample_is_named(windows, hint):
    assert hint in message_of("not_linear", lambda: windows).split("Hint:")[1]


def test_a_loop_written_in_the_eight_bits_of_the_picture_is_recognised():
    def correlate_loops(picture, kernel):
        height, width = np.array(picture.shape) - kernel.shape + 1
        output = np.zeros((height, width))
        for i, j in np.ndindex(height, width):
            for u, v in np.ndindex(kernel.shape):
                output[i, j] += picture[i + u, j + v] * kernel[u, v]
        return output

    def in_the_type_of_the_picture(picture, kernel):
        return correlate_loops(picture.astype(float), kernel.astype(float)).astype(int).astype(picture.dtype)

    assert "uint8 times uint8 stays uint8" not in message_of("correlate_loops", in_the_type_of_the_picture)
    assert "uint8 times uint8 stays uint8" in message_of("correlate_loops", sum_in_eight_bits)


def sum_in_eight_bits(picture, kernel):
    """What a reader writes who starts from `total = 0` and never leaves uint8."""
    height, width = np.array(picture.shape) - kernel.shape + 1
    output = np.zeros((height, width))
    for i, j in np.ndindex(height, width):
        total = 0
        for u, v in np.ndindex(kernel.shape):
            total = total + picture[i + u, j + v] * kernel[u, v]
        output[i, j] = total
    return output


def test_an_unknown_mistake_is_shown_where_it_is_worst():
    reference = CHECKS["correlate_loops"].reference
    message = message_of("correlate_loops", lambda x, k: reference(x, k) + np.eye(*np.array(x.shape) - k.shape + 1))
    assert "at [0, 0], where" in message
    assert "Hint" not in message


# ---- manners ---------------------------------------------------------------------------------------------------
def not_yet(*arguments):
    raise NotImplementedError()


@pytest.mark.parametrize("name", CHECKS)
def test_an_untouched_exercise_is_met_kindly(name):
    assert message_of(name, not_yet).startswith(f"{name} is not written yet: put your code")


@pytest.mark.parametrize("name", CHECKS)
def test_a_missing_return_is_named(name):
    assert message_of(name, lambda *arguments: None).endswith("returned None: is a `return` missing?")


@pytest.mark.parametrize("name", CHECKS)
def test_a_crash_is_told_in_words(name):
    def crashes(*arguments):
        raise ZeroDivisionError("division by zero")

    assert "raised ZeroDivisionError: division by zero." in message_of(name, crashes)


@pytest.mark.parametrize("name", CHECKS)
def test_handing_in_the_result_and_not_the_function_is_named(name):
    assert "hand in the function itself, without calling it; got -8" in message_of(name, -8)


@pytest.mark.parametrize("name", GIVEN_AN_ARRAY)
def test_an_answer_that_changes_its_input_is_told_so(name):
    def spoils(first, *others):
        result = CHECKS[name].reference(first, *others)
        first += 1
        return result

    assert "changed its input" in message_of(name, spoils)


@pytest.mark.parametrize("name", CHECKS)
def test_answers_that_are_no_numbers_do_not_crash_the_check(name):
    for nonsense in ("eight", [[1, 2], [3]], {"a": 1}, np.full((2, 2), np.nan)):
        assert message_of(name, lambda *arguments, result=nonsense: result)


def test_the_reader_sees_the_message_and_no_stack_trace():
    assert CheckFailed("not it.\nHint: look again.")._render_traceback_() == ["✗ not it.\nHint: look again."]


def test_an_unknown_exercise_is_told_what_there_is():
    with pytest.raises(ValueError, match=r"name must be one of 'prediction', .* got 'predicton'"):
        check("predicton", lambda: -8)


def test_a_name_can_be_taken_only_once():
    with pytest.raises(ValueError, match="name 'prediction' is already taken"):
        register(Check("prediction", lambda: 0))
