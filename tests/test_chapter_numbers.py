"""The numbers in the prose of the chapters: each is computed here anew, and looked for in the text.

What a chapter's own cells print is checked by nbval; these tests hold the sentences around them.
"""

import re
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from oracles import seen_by, stops
from scipy.signal import convolve2d, correlate2d
from scipy.special import softmax
from scipy.stats import binom, entropy

import train_filters
from convbook import images
from convbook.kernels import NAMED, SOBEL_HORIZONTAL, SOBEL_VERTICAL, learnt
from convbook.widgets import Checkerboard, KernelWall, PoolingBench, ReceptiveField, SlidingWindow

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
ONE_TO_NINE = np.arange(1, 10).reshape(3, 3)
PICTURE = np.array(SlidingWindow().input)  # the soft edge


@cache
def prose_of(chapter):
    cells = nbformat.read(NOTEBOOKS / f"{chapter}.ipynb", as_version=4).cells
    return " ".join(" ".join(cell.source.split()) for cell in cells if cell.cell_type == "markdown")


def each_source(sources):
    """Let a test ask one source of sentences after the other; nothing is computed before it runs."""
    return pytest.mark.parametrize("source", sources, ids=lambda source: source.__name__)


def missing(source, chapter):
    """Return which of the sentences a chapter does not say."""
    return [sentence for sentence in source() if sentence not in prose_of(chapter)]


def signed(value):
    return f"{value:g}".replace("-", "−")


# ---- chapter 1 -------------------------------------------------------------------------------------------------
def likeness(distance):
    camera = images.load("camera")
    return np.corrcoef(camera[:, :-distance].ravel(), camera[:, distance:].ravel())[0, 1]


def weighing_by_hand():
    as_it_stands, turned = (f(ONE_TO_NINE, SOBEL_VERTICAL, "valid").item() for f in (correlate2d, convolve2d))
    cross = correlate2d(ONE_TO_NINE, [[1, 0, 1], [0, 1, 0], [1, 0, 1]], "valid").item()
    yield f"1 + 3 + 5 + 7 + 9 = **{cross}**, both ways"
    yield f"+ 7 - 9 = {as_it_stands:g}"
    yield f"so {signed(as_it_stands)} becomes **+{turned:g}**"


def the_first_row():
    row = correlate2d(PICTURE, SOBEL_VERTICAL, "valid")[0]
    first, second, third, fourth = map(signed, row)
    yield f"(-1) \\;=\\; {row[0]:g} \\end"
    yield f"Its answer, {second}, says"
    yield f"for the sums {first}, {second}, {third}, {fourth} in the first row"
    pre_activations = [signed(value + 6) for value in row]
    yield f"with the bias 6: the pre-activations are {', '.join(pre_activations)}"
    yield "and the activations 2, **0**, 2, 6. One cell falls silent."
    assert [max(value + 6, 0) for value in row] == [2, 0, 2, 6]


def who_minds_a_flip():
    same = [name for name, kernel in NAMED.items() if (kernel == kernel[::-1, ::-1]).all()]
    assert sorted(same) == sorted(["box blur", "Gaussian blur", "Laplacian", "sharpen", "identity"])
    assert set(NAMED) - set(same) == {"vertical edge", "horizontal edge", "diagonal edge", "emboss"}
    yield "does not mind: box blur, Gaussian blur, Laplacian, sharpen, identity. The edge kernels and emboss do."


def the_rows_below_each_other():
    below = correlate2d(PICTURE, SOBEL_HORIZONTAL, "valid")
    assert not below[0].any() and (below[1:, -1] > 0).all()
    yield "The whole first row of results is 0"


def who_speaks():
    sums = np.sort(correlate2d(PICTURE, -SOBEL_VERTICAL, "valid").ravel())
    yield f"The strongest sum is {sums[-1]:g} and the second is {sums[-2]:g}, so at bias {signed(-sums[-2])} the"
    yield f"The weakest is {signed(sums[0])}: from a bias above {-sums[0]:g}, everybody speaks."


def layers(c_in, c_out, size):
    return c_out * (c_in * size**2 + 1)


def counting():
    yield f"{224 * 224 * 3 * 1000 / 1e6 // 1:.0f} million weights in one single layer"
    yield f"and {3000 * 4000 * 3 * 1000 / 1e9:g} billion at the resolution of a phone"
    yield f"32 · 3 · 9 = {32 * 3 * 9}, a small part"
    yield f"= {3**3} products and one bias for each number."
    yield f"8 · (27 + 1) = {layers(3, 8, 3)}: each of the eight filters"
    yield f"{layers(3, 96, 11):,} in place of {55**2 * layers(3, 96, 11):,}: a factor of {55**2:,}"
    yield f"({likeness(1):.2f} of a possible 1)"
    yield f"a hundred columns apart they are much less alike ({likeness(100):.2f})"


def edges_in_every_direction():
    slope = np.add.outer(8 * np.arange(6), 6 * np.arange(6))
    across, down = (correlate2d(slope, kernel, "valid")[0, 0] for kernel in (SOBEL_VERTICAL, SOBEL_HORIZONTAL))
    yield f"counts its rows 1 + 2 + 1 = 4 times: {signed(across)}."
    yield f"in the same way, says {signed(down)}."
    yield f"{np.hypot(across, down):g}, since $48^2 + 64^2 = 80^2$"
    smaller = correlate2d(slope[::2, ::2], SOBEL_VERTICAL, "valid").item()
    yield f"the vertical kernel says {signed(smaller)} in place of {signed(across)}"
    bends = correlate2d(PICTURE, NAMED["Laplacian"], "valid")[0]
    yield f"On our soft edge 0 0 1 2 2 2 it says {' '.join(map(signed, bends))}"


def filters_that_nobody_designed():
    count, size, _ = learnt().shape
    windows = train_filters.WINDOWS * len(images.NAMES)
    yield f"has cut {windows:,} windows of {size} × {size} pixels and learnt {count} filters"


def lecun_1989():
    """The layers of the paper's figure 3, as (units, inputs of each, different weights): H1, H2, H3, output."""
    stages = [(12 * 64, 25, 12 * 25), (12 * 16, 8 * 25, 12 * 8 * 25), (30, 12 * 16, 30 * 12 * 16), (10, 30, 10 * 30)]
    connections = sum(units * (inputs + 1) for units, inputs, _ in stages)
    parameters = sum(weights + units for units, _, weights in stages)
    yield f"It has {connections:,} connections, but, thanks to sharing, only {parameters:,} parameters"


def costs():
    """Name, first widget (6×6, one 3×3 kernel), AlexNet's first layer (3×227×227, 96 filters of 11×11, 55×55 stops)."""
    small, large = (1, 6, 1, 3, 4), (3, 227, 96, 11, 55)
    rows = {
        "weights": lambda c, n, o, k, m: o * c * k * k,
        "biases": lambda c, n, o, k, m: o,
        "products (MACs)": lambda c, n, o, k, m: m * m * o * c * k * k,
        "weights, not shared": lambda c, n, o, k, m: m * m * o * c * k * k,
        "weights, fully connected": lambda c, n, o, k, m: n * n * c * m * m * o,
        "numbers in im2col's table": lambda c, n, o, k, m: m * m * c * k * k,
    }
    for name, count in rows.items():
        yield rf"\| {re.escape(name)} \| [^|]+ \| {count(*small):,} \| {count(*large):,} \|"


CHAPTER_1 = (
    weighing_by_hand,
    the_first_row,
    who_minds_a_flip,
    the_rows_below_each_other,
    who_speaks,
    counting,
    edges_in_every_direction,
    filters_that_nobody_designed,
    lecun_1989,
)


@each_source(CHAPTER_1)
def test_chapter_1_says_what_is_computed(source):
    assert missing(source, "01_convolution") == []


@pytest.mark.parametrize("row", list(costs()))
def test_chapter_1_lists_what_a_layer_costs(row):
    assert re.search(row, prose_of("01_convolution"))


# ---- chapter 2 -------------------------------------------------------------------------------------------------
def losing_a_rim():
    side = 240
    for _ in range(10):
        side = stops(side, 5)
    assert 240 - side == 40
    yield f"ten take forty, and 240 becomes {side}"
    yield f"nearly a third of the area: {100 * (1 - side**2 / 240**2):.1f} %"
    yield f"{stops(4, 3)}, {stops(4, 3, padding=1)} and {stops(4, 3, padding=2)} numbers."


def reading_the_border():
    windows = sliding_window_view(np.pad(np.arange(1, 10).reshape(3, 3), 1), (3, 3))
    reads = np.bincount(windows.ravel(), minlength=10)[1:]
    corner, side, middle = reads[0], reads[1], reads[4]
    assert middle == 9
    yield f"**under-read**: {corner}, {side}, {middle}"
    assert windows.size == 81
    strided = np.bincount(sliding_window_view(np.pad(np.arange(1, 26).reshape(5, 5), 1), (3, 3))[::2, ::2].ravel())[1:]
    one, two, four = np.unique(strided)
    yield f"with stride 2 a pixel is read {one}, {two} or {four} times"


def a_black_frame():
    wall = np.full((4, 6), 255)
    blurred, edges = (correlate2d(wall, NAMED[name], "same")[1] for name in ("Gaussian blur", "vertical edge"))
    assert edges[0] == -edges[-1]
    yield f"({blurred[0]:g} in place of 255), and the edge kernel shouts ±{edges[-1]:g}"
    flat = np.ones((9, 9))
    for _ in range(3):
        flat = correlate2d(flat, NAMED["box blur"], "same")
    yield f"From {100 * flat[0, 0]:.0f} in a corner to {100 * flat[4, 4]:.0f} in the middle. Up to three pixels"
    full = np.isclose(flat, 1)
    assert full[3:6, 3:6].all() and full.sum() == 9
    yield "only the innermost nine, 100 each, know nothing"


def zero_as_the_mean():
    camera = images.load("camera").astype(float)

    def strengths(picture):
        return np.abs(correlate2d(picture, SOBEL_VERTICAL, "same"))[1:-1]

    as_it_is, centred = strengths(camera), strengths(camera - camera.mean())
    yield f"it only gets weaker, {centred[:, 0].mean():.0f} in place of {as_it_is[:, 0].mean():.0f} on average"
    yield f"still stands out against the {centred[:, 1:-1].mean():.0f} of the interior"


def waves():
    shares = {
        (name, length): abs(np.exp(2j * np.pi * np.arange(len(weights)) / length) @ weights)
        for name, weights in {"½ ½": np.array([1, 1]) / 2, "¼ ½ ¼": np.array([1, 2, 1]) / 4}.items()
        for length in (3, 8)
    }
    assert [shares[name, 3] for name in ("½ ½", "¼ ½ ¼")] == pytest.approx([1 / 2, 1 / 4])
    yield f"{shares['¼ ½ ¼', 8]:.2f} of it is left at 8 pixels, and {shares['½ ½', 8]:.2f} with ½ ½"


def jumping():
    assert stops(7, 3, 2) == 3
    yield "They start at 0, 2 and 4: three."
    yield f"(32 + 2 - 3) / 2 + 1 = {(32 + 2 - 3) / 2 + 1}$. There is no half a pixel, so it is {stops(32, 3, 2, 1)}"
    yield f"7 becomes {stops(7, 3, 2)} or {stops(7, 3, 2, 1)}, and 9 becomes {stops(9, 3, 2)} or {stops(9, 3, 2, 1)}"
    yield f"224 gives {stops(224, 11, 4)}. It takes 227 pixels, or two pixels of padding, to get to {stops(227, 11, 4)}"
    assert stops(224, 11, 4, 2) == stops(227, 11, 4) == 55
    yield f"6 rows give {stops(6, 3, 2)} and drop one, 7 columns give {stops(7, 3, 2)} and drop none"


def two_kinds_of_same():
    windows = sliding_window_view(np.pad(np.arange(8), 1), 3).sum(axis=1)
    torch, tensorflow = windows[::2], windows[1::2]  # the same sums, every second one from the first or from the next
    yield f"{', '.join(map(str, tensorflow))} against {', '.join(map(str, torch))}"


def sampling():
    camera = images.load("camera").astype(float)
    moved = np.roll(camera, 1, axis=1)

    def blur(picture):
        return correlate2d(picture, NAMED["Gaussian blur"], "same", boundary="wrap")

    plain = np.abs(camera - moved)[::2, ::2].mean()
    calm = np.abs(blur(camera) - blur(moved))[::2, ::2].mean()
    assert calm / plain == pytest.approx(0.5, abs=0.01)
    yield "Half as much. Networks with strides"


def the_formulas_of_chapter_2():
    yield f"32, k 3, s 2, p 1: {stops(32, 3, 2, 1)} |"
    yield f"| 32, k 3, s 2, p 1: {(32 + 2 - 3) % 2} |"
    yield f"| 7, k 3: {stops(7, 3)} |"
    yield f"| 4, k 3: {stops(4, 3, padding=2)} |"
    yield f"| 8, k 4, 1 + 2: {sliding_window_view(np.zeros(1 + 8 + 2), 4).shape[0]} |"


CHAPTER_2 = (
    losing_a_rim,
    reading_the_border,
    a_black_frame,
    zero_as_the_mean,
    waves,
    jumping,
    two_kinds_of_same,
    sampling,
    the_formulas_of_chapter_2,
)


@each_source(CHAPTER_2)
def test_chapter_2_says_what_is_computed(source):
    assert missing(source, "02_padding_and_stride") == []


# ---- chapter 3 -------------------------------------------------------------------------------------------------
ANSWERS = np.array([[1, 3, 2, 0], [5, 2, 1, 4], [0, 1, 6, 2], [2, 0, 1, 3]])


def a_number_for_four():
    window = ANSWERS[:2, :2].ravel()
    assert sorted(window) == sorted([1, 3, 5, 2])
    yield f"Its largest number is {window.max()}, its average is {window.sum()} / 4 = {window.mean():g}."
    yield f"{100 * (1 - 1 / 2**2):g} % at once, and after five poolings all but one in {4**5:,}."
    yield f"inside each of the {256**2:,} windows of the photograph"


def half_a_step():
    row = np.array([[0, 0, 1, 1, 0, 0, 1, 1]])
    before, after = (" ".join(map(str, each.reshape(4, 2).max(axis=1))) for each in (row, np.roll(row, -1)))
    yield f"{before} before, {after} after."
    highest = np.maximum(row, np.roll(row, -1))
    yield f"the maxima of neighbours are {' '.join(map(str, highest[0]))}"
    blurred = [correlate2d(np.roll(highest, n), [[0.25, 0.5, 0.25]], "same", "wrap")[:, ::2] for n in (0, -1)]
    assert [each.mean() for each in blurred] == [0.75, 0.75]
    assert np.abs(blurred[0] - blurred[1]).max() == 0.25
    yield "now none moves by more than ¼, and the mean stays ¾"


def grey_levels():
    camera = images.load("camera").astype(float)

    def change(blur, k):
        small = [
            blur(sliding_window_view(picture, (k, k)).max(axis=(2, 3)))[::2, ::2]
            for picture in (camera, np.roll(camera, 1, axis=1))
        ]
        return np.abs(small[0] - small[1]).mean()

    def blur(picture):
        return correlate2d(np.pad(picture, 1, "reflect"), NAMED["Gaussian blur"], "valid")

    yield (
        f"and the true blurs are calmest: {change(blur, 1):.1f} and {change(blur, 2):.1f} grey levels "
        f"against {change(lambda picture: picture, 1):.1f}"
    )


def what_the_bench_shows():
    curves = {name: np.array(values) for name, values in PoolingBench(shift=(0, 1)).changes_by_shift.items()}
    even, odd = slice(0, None, 2), slice(1, None, 2)  # the shifts run from -4 to 4
    assert not curves["max"][even].any() and not curves["average"][even].any()
    yield "At every even shift the curves of both poolings are exactly 0"
    ranked = np.array([curves[name][odd] for name in ("blur", "average", "max", "convolution")])
    assert (np.diff(ranked, axis=0) > 0).all() and (ranked > 0).all()
    yield "Blur pooling comes closest to it"
    yield "with the edge kernel of chapter 1, and its curve is the highest"
    blamed = PoolingBench(kernel_size=3, backward=True).input_gradients["average"]
    assert round(blamed.max() * 3**2) == 4
    yield "a pixel is blamed by up to four windows"
    ceil = PoolingBench(input=np.arange(1, 50).reshape(7, 7), ceil_mode=True)
    assert ceil.outputs["average"][3, 3] == 49
    yield "its average is that pixel, 49"


def remainders():
    yield f"like the last column of the cat: 451 becomes {stops(451, 2, 2)}"
    assert stops(7, 2, 2) == 3
    yield "Three windows fit, and the seventh pixel is left out"
    yield f"33 against {stops(64, 3, 2, 1)}, from the same numbers"
    starts = [at for at in range(-1, 5, 2) if at + 2 <= 5 + 1]
    assert starts[-1] + 2 == 5  # the first place behind the picture
    yield f"The windows start at {signed(starts[0])}, {starts[1]} and {starts[2]}. A fourth would start at 5"


def corners():
    corner = (ANSWERS - 6)[:2, :2]
    yield f"{', '.join(map(signed, corner.ravel()[:3]))} and {signed(corner[1, 1])}."
    yield f"Their maximum is {signed(corner.max())}, not the 0 of the frame."
    yield f"Their average is {signed(corner.sum())}/9, or {signed(corner.sum())}/4"
    yield f"4 / 9 = {4 / 9:.3f} if the frame counts as five zeros"


def whole_pictures():
    yield f"{64 * 8 * 8 * 10 + 10:,} against {64 * 10 + 10}."
    yield f"The row of {64 * 8 * 8:,} numbers exists for maps of 8 × 8 only"
    size = 31
    for _ in range(5):
        size //= 2
    assert size == 0
    yield "after five poolings by 2, one of 31 × 31 has no pixel left"


def four_turns():
    camera = images.load("camera").astype(float)
    sobel = SOBEL_VERTICAL.astype(float)

    def answers(kernels):
        return np.max([correlate2d(camera, kernel, "valid") for kernel in kernels], axis=0)

    turned = [np.rot90(sobel, n) for n in range(4)]
    turns_of_the_kernel = [np.maximum(answers([kernel]), 0).mean() for kernel in turned]
    assert len({round(mean, 1) for mean in turns_of_the_kernel}) == 4  # as if the picture were turned the other way
    assert answers(turned).mean() > max(turns_of_the_kernel)
    yield "The first does, the second stays."


def blame():
    dy = np.array([40, 20, 8, 100])
    yield f"Both ways the sum stays what it was, {dy.sum()}."
    yield f"{16 - dy.size} of 16 pixels hear nothing at all"
    yield f"The 6 has won twice and gets {10 + 1}."


def the_formulas_of_chapter_3():
    yield f"| 7, k 2, s 2: {stops(7, 2, 2)} |"
    yield f"| 7, k 2, s 2: {stops(7 + 1, 2, 2)} |"
    yield f"| s 2: {100 / 2**2:g} % |"
    yield f"| k 2: {2 * 2 - 1} |"
    yield f"| 64 maps, 10 classes: {64 * 10 + 10} |"


CHAPTER_3 = (
    a_number_for_four,
    half_a_step,
    grey_levels,
    what_the_bench_shows,
    remainders,
    corners,
    whole_pictures,
    four_turns,
    blame,
    the_formulas_of_chapter_3,
)


@each_source(CHAPTER_3)
def test_chapter_3_says_what_is_computed(source):
    assert missing(source, "03_pooling") == []


# ---- chapter 4 -------------------------------------------------------------------------------------------------
VGG16 = [layer for count in (2, 2, 3, 3, 3) for layer in [(3, 1, 1)] * count + [(2, 2, 0)]]  # kernel, stride, padding


def span_of(layers):
    first, last = seen_by(layers, 0)
    return last - first + 1


def paths_to(*dilations):
    """Count the paths from a unit to each pixel, for kernels of 3, as the coefficients of a product of polynomials."""
    product = np.poly1d([1])
    for d in dilations:
        product *= np.poly1d([1 if power % d == 0 else 0 for power in range(2 * d + 1)])
    return product.coeffs


def growing():
    weights = [span_of([(3, 1, 0)] * n) for n in (1, 2, 3)]
    assert weights == [3, 5, 7] and 0.5 < 3 * layers(64, 64, 3) / layers(64, 64, 7) < 0.6
    yield "A little more than half, and with room for two ReLUs"
    assert span_of([(3, 1, 0)] * 111) < 224 <= span_of([(3, 1, 0)] * 112)
    yield f"112: one layer less sees {span_of([(3, 1, 0)] * 111)} pixels."
    strided = [span_of([(3, 2, 0)] * n) for n in range(1, 8)]
    yield f"From {seen_by([(3, 2, 0)] * 2, 0)[0]} to {seen_by([(3, 2, 0)] * 2, 0)[1]}: seven pixels with two layers."
    yield f"$7 + 2 \\cdot 4 = {strided[2]}$, and so on."
    yield f"Seven layers reach {strided[6]} pixels, further than 112 layers without"
    yield "{}, then {}, then {}.".format(*(span_of([(5, 2, 0), (2, 2, 0), (3, 1, 0)][:n]) for n in (1, 2, 3)))


def looking_at_vgg16():
    (corner, end), (first, last) = seen_by(VGG16, 0), seen_by(VGG16, 3)
    assert first == 223 - last == 6
    yield f"it misses six pixels at either side. Unit 0 starts at {signed(corner)}."
    yield f"So {-corner} of its {end - corner + 1} pixels are padding"
    assert ((end + 1) / (end + 1 - corner)) ** 2 == pytest.approx(1 / 3, abs=0.01)
    yield "Two thirds of what the corner unit"
    starts = [seen_by(VGG16, unit)[0] for unit in range(4)]
    yield f"The frame moves by the jump, {starts[1] - starts[0]} pixels."
    yield "Units 0, 1 and 2 start at {}, {} and {}, unit 3 at {}".format(*map(signed, starts))
    whole, before = span_of(VGG16), span_of(VGG16[:-4])
    assert whole - before > whole / 2
    yield f"{whole - before} of {whole} pixels, is added by the last four layers alone"
    yield f"each of their units is worth {16} pixels"


def famous_networks():
    alexnet = [(11, 4, 2), (3, 2, 0), (5, 1, 2), (3, 2, 0), *[(3, 1, 1)] * 3, (3, 2, 0)]
    mobilenet = [(3, s, 1) for s in (2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)]

    def resnet50(in_the_1x1, in_the_first_3x3, in_the_last_3x3):
        path, counts = [(7, 2, 3), (3, 2, 1)], (3, 4, 6, 3)
        for stage, count in enumerate(counts):
            for number in range(count):
                first, last = stage > 0 and number == 0, stage < 3 and number == count - 1
                middle = in_the_first_3x3 if first else in_the_last_3x3 if last else 1
                path += [(1, in_the_1x1 if first else 1, 0), (3, middle, 1), (1, 1, 0)]
        return span_of(path)

    paper, torchvision, slim = resnet50(2, 1, 1), resnet50(1, 2, 1), resnet50(1, 1, 2)
    assert paper == slim
    yield f"AlexNet {span_of(alexnet)}, VGG16 {span_of(VGG16)}, MobileNet {span_of(mobilenet)} and ResNet-50 {slim} are"
    yield f"it loses $2 \\cdot (4 + 8 + 16) = {paper - torchvision}$ pixels"
    lenet = [(5, 1, 0), (2, 2, 0), (5, 1, 0), (2, 2, 0), (5, 1, 0)]
    yield f"its last convolution sees {span_of(lenet)} pixels, exactly its whole input"


def gradients():
    whole = span_of(VGG16)
    added = [span_of(VGG16[: n + 1]) - span_of(VGG16[:n]) for n, layer in enumerate(VGG16) if layer[0] == 2]
    yield "The five poolings have added {}, {}, {}, {} and {} pixels".format(*added)
    yield f"{whole - sum(added)} in place of {whole}: in every window"
    yield f"the {sum(added)} pixels that the poolings have added get no gradient"
    yield f"it shows {whole - sum(added)} pixels in place of {whole}"


def holes():
    three, twos = paths_to(1, 1, 1), paths_to(2, 2, 2)
    assert (three[0], three[3]) == (1, 7)
    yield f"$3 \\cdot 3 \\cdot 3 = {three.sum()}$; one of them leads to each end, and seven lead to the middle."
    yield f"It spans {twos.size} and sees {np.count_nonzero(twos)}."
    seen = np.count_nonzero(np.outer(twos, twos))
    yield f"{seen} of {twos.size**2} pixels, {100 * seen / twos.size**2:.0f} %."
    assert (paths_to(1, 3, 9) == 1).all()
    yield "27 paths, and each leads to a pixel of its own"
    assert (paths_to(1, 2, 2) > 0).all()
    assert np.flatnonzero(paths_to(2, 2, 3) == 0).tolist() == [1, 13]  # of 0 to 14
    yield "A 3 in place of a 2 comes close: it leaves one hole next to either end."


def what_counts():
    ten = paths_to(*[1] * 10) / 3.0**10
    yield f"five on either side hold {100 * ten[5:16].sum():.0f} %"
    yield f"Of {3**10:,} paths, one ends in the outermost pixel"
    yield f"{100 * ten[5:16].sum() ** 2:.0f} % of the weight in {100 * 11**2 / 21**2:.0f} % of the pixels"
    yield f"| ten: {np.sqrt(ten @ np.arange(-10, 11) ** 2):.2f} |"
    four_times = [np.sqrt(paths_to(*[1] * n) / 3.0**n @ np.arange(-n, n + 1) ** 2) for n in (5, 20)]
    assert four_times[1] == pytest.approx(2 * four_times[0])
    yield "what counts grows only twofold"
    widget = ReceptiveField(**ReceptiveField().examples["VGG16"])
    (first, last), columns = widget.effective
    assert columns == (first, last)
    one_axis = widget.gradient.sum(axis=0)
    held = one_axis[first : last + 1].sum() / one_axis.sum()  # the shares of an axis multiply: the stack is separable
    yield f"About half of them, {last - first + 1}, hold {100 * held:.0f} % along *one axis*"
    yield f"The square holds less, {100 * held**2:.0f} %, since"
    assert ((last - first + 1) / span_of(VGG16)) ** 2 == pytest.approx(1 / 4, abs=0.01)


def far_at_once():
    stack, kernel = (np.average(np.arange(-15, 16) ** 2, weights=w) for w in (paths_to(*[1] * 15), np.ones(31)))
    assert 2.5 < np.sqrt(kernel / stack) < 3
    yield "its weight reaches almost three times as far"
    squares = (224 // 16) ** 2
    yield f"has {squares} squares, which makes {squares**2:,} pairs in each layer"
    assert (2 * 224 // 16) ** 4 / squares**2 == 16
    yield "sixteen times as many if the side doubles"


def shortcuts():
    example = ReceptiveField().examples["ResNet-18"]
    starts, ends = ([n for n, row in enumerate(example["layers"]) if row["kind"] == kind] for kind in ("skip", "add"))

    def width_without(blocks):
        gone = {place[n] for place in (starts, ends) for n in blocks}
        rows = [row for n, row in enumerate(example["layers"]) if n not in gone]
        first, last = ReceptiveField(layers=rows, size=example["size"]).effective[1]
        return last - first + 1

    one_gone = [width_without([n]) for n in range(8)]
    assert max(one_gone) == one_gone[-1]
    yield (
        f"is {width_without([])} columns wide at first, {one_gone[0]} without the first shortcut, {one_gone[-1]} "
        f"without the last, and {width_without(range(8))} without any"
    )
    yield f"$2^8 = {2**8}$ paths"


def the_formulas_of_chapter_4():
    first, last = seen_by(VGG16, 3)
    yield f"| VGG16, unit 3: {first} to {last} |"
    yield f"| two 3 × 3, stride 2: {span_of([(3, 2, 0)] * 2)} |"
    yield f"| the same, p 0: {sum(seen_by([(3, 2, 0)] * 2, 0)) // 2} |"
    yield f"| the same: {seen_by([(3, 2, 0)] * 2, 1)[0]} |"
    yield f"| ten of 3: {span_of([(3, 1, 0)] * 10)} |"
    yield f"| three: {span_of([(3, 2, 0)] * 3)} |"
    yield f"| 1, 3, 9: {paths_to(1, 3, 9).size} pixels |"
    assert paths_to(1, 2, 4).size == span_of([(3, 1, 0)] * 7) == span_of([(3, 2, 0)] * 3) == 15
    yield f"{15**2} with one kernel, {7 * 3**2} with seven layers of 3 × 3, and {3 * 3**2} with three dilated ones"


CHAPTER_4 = (
    growing,
    looking_at_vgg16,
    famous_networks,
    gradients,
    holes,
    what_counts,
    shortcuts,
    far_at_once,
    the_formulas_of_chapter_4,
)


@each_source(CHAPTER_4)
def test_chapter_4_says_what_is_computed(source):
    assert missing(source, "04_receptive_field") == []


def test_the_exercises_of_chapter_4_say_what_is_computed():
    prose = prose_of("exercises/04_receptive_field")
    assert span_of([(3, 1, 0)] * 30) == span_of([(61, 1, 0)]) == 61
    assert f"costs {61**2:,} weights, and thirty layers of 3 × 3 cost {30 * 3**2}" in prose


# ---- chapter 5 -------------------------------------------------------------------------------------------------
GREY = np.array([0.299, 0.587, 0.114])
SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
CONVOLUTIONS_OF_RESNET_50 = [7] + [1, 3, 1] * (3 + 4 + 6 + 3) + [1] * 4  # kernels: the first, the blocks, the shortcuts


def one_pixel():
    weight, bias = np.array([[2, -1], [1, 1], [0, 3]]), np.array([0, 0, 1])
    first, second, third = weight @ [1, 4] + bias
    yield f"(-1) \\cdot 4 + 0 &= {first} \\"
    yield f"1 \\cdot 4 + 0 &= {second} \\"
    yield f"3 \\cdot 4 + 1 &= {third} \\end"
    yield f"0 · 3 + 3 · 2 + 1 = {(weight @ [3, 2] + bias)[2]}."
    yield f"| 1, 4 to {', '.join(map(signed, (first, second, third)))} |"
    ones = CONVOLUTIONS_OF_RESNET_50.count(1)
    yield f"{ones} of the {len(CONVOLUTIONS_OF_RESNET_50)} convolutions of ResNet-50"
    assert ones > len(CONVOLUTIONS_OF_RESNET_50) / 2
    yield "has more 1×1 layers than all others together"


def two_colours_that_are_one():
    change = np.array([15, -9, 7])
    assert np.isclose(GREY @ change, 0) and (np.array([100, 100, 100]) + change).tolist() == [115, 91, 107]
    yield "15 more red, 9 less green and 7 more blue cancel each other out, 15 · 0.299 − 9 · 0.587 + 7 · 0.114 = 0."
    yield f"| 115, 91, 107: {GREY @ [115, 91, 107]:g} |"


def what_the_cat_is_made_of():
    cat = images.load("cat").astype(float)
    luma = cat @ GREY
    parts = [luma.var(), ((cat[..., 2] - luma) / 1.772).var(), ((cat[..., 0] - luma) / 1.402).var()]
    assert round(10 * parts[0] / sum(parts)) == 9
    yield "puts what they share into one channel, nine tenths of all the variance"
    along_grey = (cat.sum(axis=2) / np.sqrt(3)).var() / cat.var(axis=(0, 1)).sum()
    yield f"{100 * along_grey:.1f} % lies along the line of the greys"
    yield "one held nine tenths"


def sepia_in_a_file():
    cat = images.load("cat").astype(float)
    brown = cat @ SEPIA.T
    yield f"above 255, here at {100 * (brown > 255).any(axis=2).mean():.2f} % of the pixels"
    back = np.linalg.solve(SEPIA, brown.round().clip(0, 255).reshape(-1, 3).T).T.reshape(cat.shape)
    yield f"and then the worst is off by {np.abs(back - cat).max():,.0f}"


def bending():
    A, B = np.array([[1, -1], [-1, 1]]), np.array([1, 1])
    first, second = A @ [3, 1]
    yield f"$A$ makes {first} and {signed(second)} of it, and $B$ adds them up, {B @ A @ [3, 1]}."
    with_relu = [B @ np.maximum(A @ pixel, 0) for pixel in ([3, 1], [1, 3], [4, 4])]
    yield f"{first} and {signed(second)} become {first} and 0, and the sum is {with_relu[0]}."
    yield f"With it, **{with_relu[0] + with_relu[1]} and {with_relu[2]}**: the sum is not kept."
    assert not (B @ A).any()
    yield "0 0, so the network without ReLU says nothing at all"
    outer = max(3, 7, 5) - min(3, 7, 5)
    yield f"for 3, 7 and 5, say, the three differences are {7 - 3}, {7 - 5} and {5 - 3}, and they add up to {2 * outer}"


def detours():
    reduce, middle, expand, direct = 256 * 64, 9 * 64 * 64, 64 * 256, 9 * 256 * 256
    total = reduce + middle + expand
    yield f"{reduce:,} + {middle:,} + {expand:,} = {total:,}, against {direct:,}"
    yield f"shrink by the same factor, {direct / total:.2f}"
    yield f"| {total:,} against {direct:,} |"
    limit = (np.sqrt(3**4 + 1) - 1) / 3**2
    yield f"&= {limit:.3f}\\, C \\quad \\text{{for }} k = 3"
    yield f"| k 3: {limit:.1%} of $C$ |".replace("%", " %")
    assert sum(2 * 256 * r + 9 * r**2 < direct for r in range(1, 257)) == 229
    yield "229 of 256: as soon as"
    assert sum(2 * 256 * r + r**2 < 256**2 for r in range(1, 257)) == 106
    yield "for 256 channels, 106 or fewer in the middle are cheaper than one matrix"
    assert sum(2 * 256 * r < 256**2 for r in range(1, 257)) == 127
    yield "anything below half is cheaper, 127 or fewer"
    yield f"{25 * 256**2 / (2 * 256 * 64 + 25 * 64**2):.1f} times fewer with 5 × 5."
    dearest = next(r for r in range(1, 257) if 9 * r**2 > r * 256)
    yield f"with 3 × 3 kernels from {dearest} channels on."


def fetching():
    places = 56 * 56
    layers = {"direct": [(256, 256, 9)], "detour": [(256, 64, 1), (64, 64, 9), (64, 256, 1)], "1×1": [(256, 64, 1)]}
    moved = {name: sum((i + o) * places + i * o * k for i, o, k in rows) for name, rows in layers.items()}
    macs = {name: sum(i * o * k * places for i, o, k in rows) for name, rows in layers.items()}
    for_each = {name: f"{macs[name] / moved[name]:.0f}" for name in layers}
    yield f"{moved['detour']:,} against {moved['direct']:,}, since each of the three layers"
    yield f"gets {for_each['direct']} MACs to work on in the direct layer, and {for_each['detour']} in the bottleneck"
    yield f"in a 1×1 by itself it is {for_each['1×1']}."
    yield f"| at 56 × 56: {macs['1×1']:,} |"
    yield f"| {moved['1×1']:,}: {for_each['1×1']} MACs for each |"
    yield f"| 256 to 64: {256 * 64:,} and 64 |"


def heads():
    row, weights = np.arange(1, 9), np.array([1, 0, 0, 1, 0, 2, 0, 0])
    yield f"1 + 4 + 12 = {row @ weights}. As kernels"
    side = 384 // 32
    yield f"{side} − 7 + 1 = {stops(side, 7)}, so 6 × 6 = {stops(side, 7) ** 2} scores"
    yield f"| {side} and 7: {(side - 7 + 1) ** 2} |"
    convolutions = {224: 0, 384: 0}
    for size in convolutions:
        channels, pixels = 3, size
        for repeats, width in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
            for _ in range(repeats):
                convolutions[size] += 9 * channels * width * pixels**2
                channels = width
            pixels //= 2
        convolutions[size] += (49 * 512 * 4096 + 4096 * 4096 + 4096 * 1000) * (pixels - 6) ** 2
    yield f"That costs {convolutions[384] / convolutions[224]:.1f} times as much as a single one, in place of 36 times"


CHAPTER_5 = (
    one_pixel,
    two_colours_that_are_one,
    what_the_cat_is_made_of,
    sepia_in_a_file,
    bending,
    detours,
    fetching,
    heads,
)


@each_source(CHAPTER_5)
def test_chapter_5_says_what_is_computed(source):
    assert missing(source, "05_one_by_one") == []


# ---- chapter 6 -------------------------------------------------------------------------------------------------
def pair_weights(c_in, c_out, k, multiplier=1):
    return multiplier * c_in * (k * k + c_out)


def mobilenet_pairs():
    """Yield (channels in, channels out, pixels of the output) of MobileNet's 13 pairs, as its paper lists them."""
    channels, side = 32, 112
    strided = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]
    for out, stride in strided:
        side = stops(side, 3, stride, 1)
        yield channels, out, side**2
        channels = out


def columns_and_rows():
    column = [0 + 0 + 0, 1 + 2 * 1 + 1, 2 + 2 * 2 + 2]
    yield f"2 + 4 + 2 = {column[2]}. Then the row, over these three: 0 · 1 + 4 · 0 + 8 · (−1) = {signed(-column[2])}"
    yield f"31 + 31 = {31 + 31} in place of {31**2}"
    diagonal = NAMED["diagonal edge"]
    np.testing.assert_array_equal(diagonal[2], 2 * diagonal[1] - diagonal[0])
    yield "the third is twice the second minus the first"
    strongest = -2 - np.sqrt(6)  # (1, λ, 1) is a column and a row of the Laplacian, with λ = −2 ± √6
    silent = strongest * (2 + strongest) ** 2 / (2 + strongest**2)
    assert 1 - strongest**2 / (NAMED["Laplacian"] ** 2).sum() == pytest.approx(0.01, abs=0.001)
    yield "but with rank 1 only 1 % of it is missed"
    yield f"It says {signed(round(200 * silent))}."
    strengths = np.linalg.eigvalsh(learnt().swapaxes(1, 2) @ learnt())[:, ::-1]  # the squares of the singular values
    left = [strengths[:, r:].sum() / strengths.sum() for r in (1, 2)]
    assert left[0] == pytest.approx(1 / 5, abs=0.005)
    yield f"a fifth is missed with one pair, and two pairs leave {100 * left[1]:.1f} %, for {2 * 9 * 2} products"


def tiles_left_out():
    groups_of_c3 = [3] * 6 + [4] * 9 + [6]  # LeCun et al. (1998), table I: how many of 6 maps each of 16 reads
    yield f"{sum(groups_of_c3)} of {16 * 6} pairs have a kernel"
    yield f"10 · 1 + 1 · 2 = {10 + 2} and 5 · 2 = {5 * 2}."
    yield f"(1, 1) and (2, 0): {3 + 4} and {2 * 3}."
    yield f"{8 * 2 * 9}, a quarter of {8 * 8 * 9}: every filter is 8 / 4 = {8 // 4} channels deep"
    for groups, reached in [(2, 8), (4, 4)]:
        deep = 8 // groups
        assert min(deep * min(deep, groups), 8) == reached  # what an output reads, and what each of these has read
        wall = KernelWall(groups=groups, stacked=True, shuffle=True)
        assert {len(wall.inputs_of(output)) for output in range(8)} == {reached}
    yield "an output reads two channels, and through them four inputs"


def what_a_pair_costs():
    full, pair = 9 * 128 * 256, pair_weights(128, 256, 3)
    yield f"{9 * 128:,} + {128 * 256:,} = {pair:,}, against {full:,}"
    yield f"with all biases | | $+\\; m\\,C_\\text{{in}} + C_\\text{{out}}$ | {pair + 128 + 256:,} |"
    yield f"| m 1: 1 / {full / pair:.2f} |"
    yield f"The pair from 128 channels to 256 takes {full / pair:.2f} times fewer MACs"
    assert 9 * 2 / pair_weights(1, 2, 3) < 2 < 9 * 3 / pair_weights(1, 3, 3)
    yield f"To 2: there it is only {9 * 2 / pair_weights(1, 2, 3):.2f} times fewer, and with one channel more"
    yield f"even costs *more*, {9 / pair_weights(1, 1, 3):.1f} times fewer"
    yield f"for 7 × 7 and 64 channels it is {49 * 64 / pair_weights(1, 64, 7):.0f}, and not {7 * 7}"
    assert all(8 < 9 * c / pair_weights(1, c, 3) < 9 for c in range(73, 5000))
    yield f"that makes {128 * 256:,} kernels"
    yield f"| {full // 4:,} with 4 |"
    yield f"a full 3 × 3 to 32 channels has {9 * 3 * 32} weights"


def imitating():
    assert 4 * (9 + 6) * 4 > 6 * 4 * 9 > 3 * (9 + 6) * 4
    yield "From multiplier 4 on the pair has more weights"
    yield f"exact only at {min(6, 9)}, with {6 * 4 * (9 + 6)} against {6 * 4 * 9}"
    yield f"6 outputs, k 3: {9 * 6 / (9 + 6):.1f} |"
    walls = np.random.default_rng(21).normal(size=(6, 4, 3, 3)).transpose(1, 0, 2, 3).reshape(4, 6, 9)
    strengths = np.linalg.eigvalsh(walls @ walls.swapaxes(1, 2))[:, ::-1]  # the squares of the singular values
    left = [strengths[:, m:].sum() / strengths.sum() for m in (1, 2)]
    assert left[1] == pytest.approx(1 / 3, abs=0.005)
    yield f"{100 * left[0]:.0f} % of the layer is missed, and with two still a third"
    yield f"three columns and rows cost {3 * (3 + 3)} weights"


def mobilenet_by_hand():
    first, classifier = (9 * 3 * 32 * 112**2, 9 * 3 * 32), (1024 * 1000, 1024 * 1000)
    depthwise = [sum(n) for n in zip(*((9 * c * pixels, 9 * c) for c, _, pixels in mobilenet_pairs()), strict=True)]
    pointwise = [sum(n) for n in zip(*((c * o * pixels, c * o) for c, o, pixels in mobilenet_pairs()), strict=True)]
    dense = [sum(n) for n in zip(*((9 * c * o * pixels, 9 * c * o) for c, o, pixels in mobilenet_pairs()), strict=True)]
    macs, weights = (sum(each) for each in zip(first, classifier, depthwise, pointwise, strict=True))
    full = [sum(each) for each in zip(first, classifier, dense, strict=True)]
    yield f"{macs / 1e6:.1f} million MACs and {weights / 1e6:.2f} million weights"
    yield f"with full convolutions {full[0] / 1e6:,.1f} and {full[1] / 1e6:.2f}: {full[0] / macs:.1f} times and"
    assert full[1] / weights == pytest.approx(7, abs=0.05)
    doubling, even = (
        {c * o * pixels for c, o, pixels in mobilenet_pairs() if c < o},
        {c * o * pixels for c, o, pixels in mobilenet_pairs() if c == o},
    )
    assert len(doubling) == len(even) == 1
    yield f"{doubling.pop() / 1e6:.1f} million where the channels double and {even.pop() / 1e6:.1f} elsewhere"
    yield f"{100 * depthwise[0] / macs:.1f} %, with {100 * depthwise[1] / weights:.1f} % of the weights"
    yield f"with {100 * pointwise[0] / macs:.1f} % of the MACs and {100 * pointwise[1] / weights:.1f} % of the weights"
    yield f"most of the other weights, {100 * classifier[1] / weights:.1f} %, sit in the classifier"


def bytes_moved():
    def per_byte(weights, read, written):
        return 2 * weights * 56**2 / (4 * ((read + written) * 56**2 + weights))

    depthwise, pointwise, full = (
        per_byte(weights, 128, out) for weights, out in [(9 * 128, 128), (128 * 256, 256), (9 * 128 * 256, 256)]
    )
    yield f"18 / 8 = {18 / 8}, and a little less for the weights: {depthwise:.1f}."
    yield f"The pointwise layer does {round(pointwise)} with each byte, and the full one {int(full)}"


CHAPTER_6 = (
    columns_and_rows,
    tiles_left_out,
    what_a_pair_costs,
    imitating,
    mobilenet_by_hand,
    bytes_moved,
)


@each_source(CHAPTER_6)
def test_chapter_6_says_what_is_computed(source):
    assert missing(source, "06_separable") == []


# ---- chapter 7 -------------------------------------------------------------------------------------------------
ROW, WEIGHTS = np.array([2, 1, 3]), np.array([1, 2, 4])


def spread_out(row, stride):
    return np.kron(row, np.eye(1, stride, dtype=int)[0])[: stride * (len(row) - 1) + 1]


def stamped(row, kernel, stride):
    """The stamps of a row, by NumPy's own convolution of the row with zeros between."""
    return np.convolve(spread_out(row, stride), kernel)


def spaced(values):
    return " ".join(f"{value:g}" for value in values)


def three_readings():
    seven = stamped(ROW, WEIGHTS, 2)
    assert spaced(seven) == "2 4 9 2 7 6 12"
    yield f"Three pixels have become {['', 'six', 'seven'][len(seven) - 5]} numbers"
    yield f"4 + 3 = {seven[4]}: two stamps meet there"
    whole = convolve2d(
        np.kron([[1, 2], [3, 4]], np.eye(1, 2)[0] * np.eye(1, 2).T)[:3, :3], [[1, 0, 2], [0, 3, 0], [1, 0, 1]]
    )
    yield f"4 · 1 = {whole[2, 2]:g}. Each pixel reaches"
    yield f"6 · 2 + 4 = {stops_up(7, 4, 2)}. Not {2 * 7}"
    framed = np.pad(spread_out(ROW, 2), 2)
    yield f"{spaced(framed)}".replace(" ", "\\;\\;")
    yield f"has the kernel to stop at, in that row of {['eight', 'nine'][len(framed) - 8]}?"
    yield "three out of four pixels are zeros"


def stops_up(size, kernel, stride, padding=0, output_padding=0):
    """How many pixels the stamps cover, counted on a canvas, without the crop."""
    return len(stamped(np.ones(size), np.ones(kernel), stride)) - 2 * padding + output_padding


def sizes_that_collide():
    assert stops(5, 3, 2, 1) == stops(6, 3, 2, 1) == 3 and stops(7, 3, 2, 1) == stops(8, 3, 2, 1) == 4
    yield "5 and 6 both become 3, 7 and 8 both become 4"
    yield "5 and 6 become 3, but 7 become 4"
    seven = stamped(ROW, WEIGHTS, 2)
    yield f"what is left of {spaced(seven)} with `padding=1`?"
    yield f"{spaced(seven[1:-1])}. In a transposed convolution"
    yield f"{seven[-1]}, and not 0!"
    yield f"in {spaced(seven[:-1])} **{seven[-1]}**"
    yield f"{spaced(np.arange(1, 10).reshape(3, 3)[1:, 1:].ravel())} is the stamp without its first row"
    assert [stops_up(i, 5, 2, 2, 1) for i in (1, 7, 32)] == [2, 14, 64]
    yield "$5 - 4 + \\text{op} = 2$, so 1."
    assert [size for size in range(3, 20) if stops(size, 3, 3) == 3] == [9, 10, 11]
    yield "At stride 3, three sizes collide, and `output_padding` may be 0, 1 or 2."
    grown = stops_up(3, len(spread_out([1, 1, 1], 3)), 1, output_padding=2)
    yield f"3 pixels become {grown}, but the convolution makes {stops(grown, 7)} of these"


def weights_of_the_layer():
    yield f"| 64 to 32, k 4: {64 * 32 * 16:,} |"
    torch_layer = 64 * 32 * 16 + 32
    yield f"64 · 32 · 16 = {64 * 32 * 16:,} weights and 32 biases"
    yield f"torch.Size([64, 32, 4, 4]) {torch_layer}"
    yield f"| 16 × 16: {16 * 16 * 64 * 32 * 16:,} |"
    yield f"| {32 * 32 * 64 * 32 * 16:,} |"
    yield f"{16**2 * 64 * 32 * 16 / 1e6:.1f} million against {32**2 * 64 * 32 * 16 / 1e6:.1f} million"


def not_the_inverse():
    yield f"{5 * 2 * 2}, where an inverse would give 5"
    seven = stamped(ROW, WEIGHTS, 2)
    back = np.correlate(seven, WEIGHTS)[::2]
    yield f"{spaced(back)}, nothing like {spaced(ROW)}"
    yield f"{WEIGHTS @ WEIGHTS} = 1² + 2² + 4² is a stamp times itself, and {WEIGHTS[2] * WEIGHTS[0]} = 4 · 1"
    x = np.array([1, 0, 2, 0, 1, 1, 0])
    down = np.correlate(x, WEIGHTS)[::2]
    assert down @ ROW == x @ seven
    products = " + ".join(f"{a} · {b}" for a, b in zip(down, ROW, strict=True))
    yield f"so {spaced(down)}, and {products} = **{down @ ROW}**"
    yield f"Up, $y$ becomes {spaced(seven)}, and with $x$"
    yield f"2 + 18 + 7 + 6 = **{x @ seven}**"
    assert [a * b for a, b in zip(x, seven, strict=True) if a] == [2, 18, 7, 6]
    yield f"| {down @ ROW} = {x @ seven} |"


def sums_of_every_second():
    inside = slice(4, 6)
    yield "{:g} {:g} {:g} {:g} with kernel 3".format(*stamped(np.ones(5), np.ones(3), 2)[1:5])
    yield f"and {stamped(np.ones(5), np.ones(4), 2)[4]:g} everywhere with kernel 4"
    four, six = stamped(np.ones(5), [1, 2, 3, 4], 2)[inside]
    yield f"{four:g} and {six:g}: it checkers, with even overlaps"
    assert (stamped(np.ones(5), [1, 2, 1], 2)[1:-1] == 2).all()
    yield "And 1 2 1 does not, with uneven ones!"
    yield f"at each of the four places for a pixel, that is {9 * 4}."
    folded = convolve2d(np.ones((2, 2)), np.ones((3, 3)))  # the stamp of one pixel, repeated and then weighed
    yield f"and it is {folded.size}, as for any $k = 4$"
    a, b, c = np.random.default_rng(0).normal(size=3)
    stamp = np.correlate([1, 1], [a, b, c], "full")
    np.testing.assert_allclose(stamp, [c, b + c, a + b, a])
    yield "$c,\\; b + c,\\; a + b,\\; a$"


def trained_unevenness():
    """The same descent with SciPy: layers with stride 2 learn to double an averaged photograph."""
    original = images.load("camera")[100:228, 150:278] / 255
    spread = np.zeros((128, 128))
    spread[::2, ::2] = original.reshape(64, 2, 64, 2).mean(axis=(1, 3))
    framed, inside = np.pad(spread, 2), np.s_[1:129, 1:129]

    def differ_after_training(weights):
        kernel = np.outer(weights, weights)
        places = [(u, v) for u in range(len(kernel)) for v in range(len(kernel))]
        for _ in range(400):
            error = 2 * (convolve2d(spread, kernel)[inside] - original) / original.size
            slopes = [(framed[3 - u : 131 - u, 3 - v : 131 - v] * error).sum() for u, v in places]
            kernel = kernel - np.reshape(slopes, kernel.shape)
        return np.ptp([kernel[i::2, j::2].sum() for i in (0, 1) for j in (0, 1)])

    three, four = differ_after_training([0.5, 1, 0.5]), differ_after_training([0.25, 0.75, 0.75, 0.25])
    yield f"After 400 steps they differ by {100 * three:.0f} %"
    assert round(255 * three) == 5
    yield "about five of 255 grey levels on a white wall"
    yield f"With even overlaps it is less, {100 * four:.1f} %"

    def differ_at_the_best(k):
        places = [(u, v) for u in range(k) for v in range(k)]
        moved = np.stack([framed[3 - u : 131 - u, 3 - v : 131 - v].ravel() for u, v in places], axis=1)
        kernel = np.linalg.lstsq(moved, original.ravel())[0].reshape(k, k)
        return np.ptp([kernel[i::2, j::2].sum() for i in (0, 1) for j in (0, 1)])

    yield f"still differ by {100 * differ_at_the_best(3):.1f} % and {100 * differ_at_the_best(4):.1f} %"


def gradients_that_checker():
    """What each pixel changes in the sum of all outputs, nudged one by one."""
    nudged = [convolve2d(each.reshape(9, 9), np.ones((3, 3)), "valid")[::2, ::2].sum() for each in np.eye(81)]
    assert set(np.reshape(nudged, (9, 9))[2:-2, 2:-2].ravel()) == {1, 2, 4}
    yield "some pixels hear four times as much as others"


def what_the_board_shows():
    def strength(**settings):
        return Checkerboard(**{"start": "balanced", **settings}).strength

    yield f"a pattern of {100 * strength(steps=1):.1f} %, and after four of {100 * strength(steps=4):.1f} %"
    assert strength() == 0 and max(range(9), key=lambda steps: strength(steps=steps)) == 4
    yield f"4 × 4, the first step makes {100 * strength(kernel=4, steps=1):.2f} %"
    resized = [strength(way=way, start="random", steps=steps) for way in ("nearest", "bilinear") for steps in (0, 1, 9)]
    assert np.abs(resized).max() < 1e-9
    yield "Only the two ways that resize *first* stay at exactly 0"
    assert strength(way="icnr", start="random") < 1e-9 < strength(way="icnr", start="random", steps=1)
    assert strength(way="subpixel", start="random") > 0.1
    yield "ICNR begins at 0, and leaves it."


def networks_that_grow():
    size = 500 + 2 * 100 - 2
    for _ in range(5):
        size = -(-size // 2)
    scores = stops(size, 7)
    grown = stops_up(scores, 64, 32)
    yield f"{scores} × {scores} scores for each of 21 classes become {grown} × {grown}"
    way_down, size = [], 572
    for _ in range(4):
        way_down.append(size - 4)
        size = way_down[-1] // 2
    size -= 4
    for _ in way_down:
        size = 2 * size - 4
    yield f"572 pixels go in, and {size} come out."
    forgotten = stops_up(stops_up(7, 3, 2, 1), 3, 2, 1)
    assert stops(stops(28, 3, 2, 1), 3, 2, 1) == 7
    yield f"{forgotten} in place of 28. Both 27 and 28 have become {stops(27, 3, 2, 1)}"
    yield f"both 13 and 14 have become {stops(13, 3, 2, 1)}"
    assert stops(28, 3, 2, 1) == 14 and stops(14, 3, 2, 1) == 7
    yield f"only of one pixel in {8 * 8}"


def the_formulas_of_chapter_7():
    yield f"| 7, k 4, s 2, p 1: {stops_up(7, 4, 2, 1)} |"
    assert stops_up(7, 3, 2, 1, 1) == 14
    yield "| k 3, s 2, p 1: op 1 |"
    assert stops_up(stops(28, 3, 2, 1), 3, 2, 1, 1) == 28
    yield "| 28, k 3, s 2, p 1: 1 |"
    yield f"| s 2: {9 * 4}, folded {(2 + 2) ** 2} |"
    spread, holes = spread_out(ROW, 2), spread_out([1, 1], 2)
    assert spaced(np.convolve(np.pad(spread, (1, 2)), WEIGHTS, "valid")) == spaced(stamped(ROW, WEIGHTS, 2)[1:])
    yield "| k 3, s 2, p 1, op 1: 1, 1 and 2 |"
    yield f"; {spaced(holes)}: {holes[::2].sum()} and {holes[1::2].sum()} |"
    assert spaced(stamped(np.ones(4), holes, 2)[2:6]) == "2 0 2 0"
    kernel = np.outer([1, 2, 1], [1, 2, 1]) / 16
    assert {kernel[i::2, j::2].sum() for i in (0, 1) for j in (0, 1)} == {0.25}


CHAPTER_7 = (
    three_readings,
    sizes_that_collide,
    weights_of_the_layer,
    not_the_inverse,
    sums_of_every_second,
    trained_unevenness,
    gradients_that_checker,
    what_the_board_shows,
    networks_that_grow,
    the_formulas_of_chapter_7,
)


@each_source(CHAPTER_7)
def test_chapter_7_says_what_is_computed(source):
    assert missing(source, "07_transposed") == []


def test_the_exercises_of_chapter_7_say_what_is_computed():
    prose = prose_of("exercises/07_transposed")
    assert f"Its stamps add up to {spaced(stamped([1, 10, 4], [1, 2, 3], 2))}." in prose


# ---- chapter 8 -------------------------------------------------------------------------------------------------
X, W, T = np.array([2, 1, 0, 0, -2, 1, 1]), np.array([2, 1, 1]), np.array([2, 1, 2, -1, -3])
Y = np.correlate(X, W, "valid")
BLAME = Y - T


def minus(numbers):
    return spaced(numbers).replace("-", "−")


def products(first, second):
    """Return "2 · 3 + (−2) · 1" of the pairs; only in front of a factor a negative number stands alone."""
    written = [f"({signed(value)})" if value < 0 else signed(value) for value in (*first, *second)]
    return " + ".join(f"{a} · {b}" for a, b in zip(written[: len(first)], written[len(first) :], strict=True))


def how_wrong_it_is():
    yield f"The first output is {products(X[:3], W)} = {Y[0]}, and all five are {minus(Y)}."
    yield f"Somebody tells us what they should have been: {minus(T)}."
    yield f"half of {' + '.join(map(str, BLAME**2))} is {(BLAME**2).sum() / 2:g}"
    met = X[:5] ** 2
    yield f"with each nudge it was {met.sum() / 2:g} times the nudge. ({met.sum()} is how strongly"
    yield f"all pixels that it meets, {' + '.join(map(str, met))}; and half of it is the {met.sum() / 2:g}.)"
    yield f"{minus(BLAME)} in our row."


def who_hears_what():
    heard, pixels = np.correlate(X, BLAME, "valid"), np.convolve(BLAME, W)
    terms = products(X[:5], BLAME).replace("·", r"\cdot").replace("−", "-")
    yield f"dW_0 = {terms} = {heard[0]}"
    yield f"(−2) · (−4) + 1 · 1 = {heard[2]}."
    yield rf"dX_2 = 3 \cdot 1 + 1 \cdot 1 + (-4) \cdot 2 = {pixels[2]} $$"
    yield f"{BLAME[0]} · {W[0]} = {pixels[0]}: only the first window reads the first pixel"
    yield f"3 + 1 − 4 + 0 + 1 = {BLAME.sum()}: the sum of the blame"
    yield f"{products(X[[0, 2, 4]], [3, -4, 1])} = {X[[0, 2, 4]] @ [3, -4, 1]}."
    yield f"Flipped, ours would be {minus(heard[::-1])} in place of {minus(heard)}."


def counts_of_chapter_8():
    yield f"8 · 10 · 9 = {8 * 10 * 9}: all places"
    yield f"hears {10 * 9} numbers in place of {8 * 10 * 9}"
    numbers = 3 + 3 + 40
    yield f"ran the network {3 * numbers} times for these {numbers} numbers"
    yield f"Six of the {3 * 2 * 9} weights pass"
    assert 3 * 2 == 6  # a middle in each kernel


CHAPTER_8 = (how_wrong_it_is, who_hears_what, counts_of_chapter_8)


@each_source(CHAPTER_8)
def test_chapter_8_says_what_is_computed(source):
    assert missing(source, "08_backpropagation") == []


def test_the_bowls_of_chapter_8_bend_as_it_says():
    """The steepest direction of the row's loss, without and with a bias, and how flat a photograph's is."""
    windows = sliding_window_view(X, 3)
    with_bias = np.column_stack([windows, np.ones(5)])
    assert 0.19 < 2 / np.linalg.eigvalsh(windows.T @ windows)[-1] < 0.21
    assert 0.19 < 2 / np.linalg.eigvalsh(with_bias.T @ with_bias)[-1] < 0.2
    part = images.load("camera")[100:164, 200:264] / 255
    nine = sliding_window_view(part, (3, 3)).reshape(-1, 9)
    bends = np.linalg.eigvalsh(nine.T @ nine)
    assert bends[-1] / bends[0] > 2000  # "thousands of times flatter"


# ---- chapter 9 -------------------------------------------------------------------------------------------------
def two_blocks_counted():
    first, second = np.zeros((32, 3 * 9 + 1)).size, np.zeros((64, 32 * 9 + 1)).size
    rows = len(range(32)[::2][::2])
    last = np.zeros((10, 64 * rows**2 + 1)).size
    yield f"32 \\cdot (3 \\cdot 9 + 1) = {first}$"
    yield f"64 \\cdot (32 \\cdot 9 + 1) = {second:,}$".replace(",", "{,}")
    yield f"10 \\cdot (4{{,}}096 + 1) = {last:,}$".replace("40,", "40{,}")
    yield f"{first + second + last:,} parameters, and {last / (first + second + last):.0%} of them".replace("%", " %")
    rows = len(range(28)[1::2][1::2])
    yield f"64 \\cdot {rows} \\cdot {rows} = {64 * rows**2:,}$ numbers".replace("3,", "3{,}")


def three_scores():
    p = softmax(np.log([1, 2, 7]))
    yield f"become {p[0]:.1f}, {p[1]:.1f} and {p[2]:.1f}"
    third, first = entropy([1, 0], [p[2], 1 - p[2]]), entropy([1, 0], [p[0], 1 - p[0]])
    yield f"$-\\ln 0.7 = {third:.3f}$; if it was the first, $-\\ln 0.1 = {first:.3f}$"
    yield f"pulled up by {1 - p[2]:.1f}, the others are pushed down by {p[0]:.1f} and {p[1]:.1f}"
    yield f"$-\\ln \\tfrac{{1}}{{10}} = \\ln 10 = {entropy(np.full(10, 0.1)):.1f}$"


def the_small_network():
    first, second, last = 8 * 9 + 8, 16 * 8 * 9 + 16, 10 * 16 * 4 * 4 + 10
    yield f"{first} + {second:,} + {last:,} = {first + second + last:,} parameters"


def how_sure():
    yield f"It is {round(0.981 * 360)} of 360"
    spread = binom(360, 0.02).std()
    assert round(400 * spread / 360) == 3  # quarters of a percent
    yield f"\\approx {spread:.1f}$ from sample to sample, three quarters of a percent"


def he_by_hand():
    products = 64 * 3 * 3
    yield f"64 \\cdot 9 = {products}$ products"
    yield f"s = \\sqrt{{2 / {products}}} \\approx {np.sqrt(2 / products):.3f}$"
    assert round(0.5**20 * 1e6) == 1
    yield "$0.5^{20}$ is about a millionth"


CHAPTER_9 = (two_blocks_counted, three_scores, the_small_network, how_sure, he_by_hand)


@each_source(CHAPTER_9)
def test_chapter_9_says_what_is_computed(source):
    assert missing(source, "09_building_a_cnn") == []


# ---- chapter 10 ------------------------------------------------------------------------------------------------
def lists_by_hand():
    yield f"6 · (25 + 1) = {6 * (25 + 1)}. Each of its {6 * 25} weights"
    yield f"is used at 28 · 28 places: {150 * 28 * 28:,} MACs."
    third = 120 * (16 * 25 + 1)
    assert third > 0.75 * 61_706
    yield f"120 · (16 · 25 + 1) = {third:,}, more than three quarters of the 61,706 in all."
    yield f"27 C² against 49 C², {100 * (1 - 27 / 49):.0f} % fewer"
    first = (512 * 7 * 7 + 1) * 4096
    yield f"{first:,} of them, {100 * first / 138_357_544:.0f} %, in one layer."
    wide = 6 * 24
    yield f"24 · 144 + 9 · 144 + 144 · 24 = {24 * wide + 9 * wide + wide * 24:,}"
    yield f"with a full 3 × 3 inside it would be {2 * 24 * wide + 9 * wide**2:,}."
    yield f"{1.2 * 1.1**2 * 1.15**2:.2f}. Let us see whether"
    yield f"uses each weight at {(224 // 2) ** 2:,} places"
    yield f"24 · 24 + 1 = {(384 // 16) ** 2 + 1}."


def networks_compared():
    macs = {"VGG16": 15.470, "GoogLeNet": 1.498, "ResNet-50": 4.089}  # as torchvision lists them
    yield f"takes {macs['VGG16'] / macs['ResNet-50']:.1f} times fewer MACs."
    assert round(138.36 / 6.62, -1) == 20 and round(macs["VGG16"] / macs["GoogLeNet"]) == 10
    yield "6.6 million parameters, a twentieth of VGG's, at a tenth of its MACs."
    outs = [64] + [n for w, count in ((64, 3), (128, 4), (256, 6), (512, 3)) for n in [w, w, 4 * w] * count + [4 * w]]
    yield f"batch normalisation it is {2 * sum(outs):,} fewer."
    per_layer, patches, head = 4 * 768**2 + 2 * 768 * 3072, 196 * 768 * 768, 768 * 1000
    layers = 12 * 197 * per_layer + patches + head
    pairs = {n: 12 * 2 * n * n * 768 for n in (197, 4097)}
    yield f"say {layers / 1e9:.1f} G MACs, others count the products"
    yield f"of attention as well and say {(layers + pairs[197]) / 1e9:.1f} G."
    assert 0.45 < pairs[4097] / (12 * 4097 * per_layer + 4096 * 768 * 768 + head + pairs[4097]) < 0.5
    yield f"{100 * pairs[197] / (layers + pairs[197]):.0f} % of the MACs at 224², nearly half at 1024²"


CHAPTER_10 = (lists_by_hand, networks_compared)


@each_source(CHAPTER_10)
def test_chapter_10_says_what_is_computed(source):
    assert missing(source, "10_architectures") == []
