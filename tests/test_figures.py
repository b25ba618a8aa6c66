"""The still figures: roles keep their colours, the same figure is the same text, and every function takes an axis."""

import re
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.colors import to_hex, to_rgb
from PIL import Image

from convbook import figures
from convbook.shapes import Conv, Pool
from convbook.widgets.theme import ROLES, theme_css


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def shell():
    """A notebook without a notebook: IPython with the book's style switched on."""
    shell = InteractiveShell.instance()
    shell.run_cell("import matplotlib; matplotlib.use('module://matplotlib_inline.backend_inline')")
    shell.run_cell("import matplotlib.pyplot as plt; from convbook import figures; figures.use_book_style()")
    yield shell
    InteractiveShell.clear_instance()
    plt.switch_backend("agg")


def outputs(shell, code):
    """Return {mime type: data} of the one figure that `code` shows, and its metadata."""
    with capture_output() as captured:
        assert shell.run_cell(f"{code}\nplt.show()").success
    (output,) = captured.outputs
    return output.data, output.metadata


GRID = "figures.draw_grid([[1, -2], [0, 3]], 'kernel')"
PICTURE = "figures.draw_picture([[0, 255], [255, 0]], 'a photograph')"


# ---- colours ---------------------------------------------------------------------------------------------------
def test_the_full_tone_is_that_of_the_widgets():
    assert f"--cb-tint: {figures.FULL_TONE:.0%};" in theme_css().split("[data-theme")[0]


@pytest.mark.parametrize("role", ROLES)
def test_the_largest_cell_has_the_full_tone_of_its_role_and_zero_none(role):
    ax = figures.draw_grid([[4, 0]], role)
    full, nothing = (to_rgb(patch.get_facecolor()) for patch in ax.patches)
    paper, hue = to_rgb(figures.COLOURS["sunken"]), to_rgb(figures.COLOURS[role])
    np.testing.assert_allclose(full, 0.55 * np.array(hue) + 0.45 * np.array(paper))
    np.testing.assert_allclose(nothing, paper)


def test_negative_cells_are_slate_whatever_the_role():
    first, second = (figures.draw_grid([[-1, 1]], role).patches[0].get_facecolor() for role in ("kernel", "output"))
    assert first == second != figures.draw_grid([[1, 1]], "kernel").patches[0].get_facecolor()


def contrast(one, other):
    """WCAG 2: (lighter + 0.05) / (darker + 0.05) of the relative luminances."""
    linear = [
        [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(hue)] for hue in (one, other)
    ]
    darker, lighter = sorted(np.dot(linear, [0.2126, 0.7152, 0.0722]))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("role", ROLES)
def test_numbers_and_titles_can_be_read(role):
    cell = figures.draw_grid([[4]], role).patches[0].get_facecolor()
    assert contrast(figures.STYLE["text.color"], to_hex(cell)) >= 4.5
    assert contrast(figures.COLOURS[role], figures.COLOURS["surface"]) >= 4.5


# ---- what is drawn ---------------------------------------------------------------------------------------------
def test_a_grid_shows_every_number_in_its_place():
    ax = figures.draw_grid([[1, -2, 0.125], [0, 12, 100]], "output", frame=(0, 1, 2, 2))
    assert [text.get_text() for text in ax.texts] == ["1", "−2", "0.125", "0", "12", "100"]
    assert [text.get_position() for text in ax.texts[:4]] == [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (0.5, 1.5)]
    assert ax.get_title(loc="left") == "output 2×3"
    assert ax.patches[-1].get_bbox().bounds == (1, 0, 2, 2)


def test_a_signed_picture_has_zero_in_the_middle():
    image = figures.draw_picture([[-8, 0, 2]], signed=True).images[0]
    np.testing.assert_allclose(image.cmap(image.norm(0))[:3], 0.5, atol=0.01)
    assert image.norm(-8) == 0


def test_a_photograph_keeps_its_brightness():
    assert figures.draw_picture([[100, 120]]).images[0].get_clim() == (0, 255)


def test_a_signed_picture_of_nothing_is_grey():
    image = figures.draw_picture(np.zeros((2, 2)), signed=True).images[0]
    np.testing.assert_allclose(image.cmap(image.norm(0))[:3], 0.5, atol=0.01)


def test_bars_carry_their_numbers():
    ax = figures.draw_bars({"shared": 34_944, "not shared": 105_705_600})
    assert [text.get_text() for text in ax.texts] == ["34,944", "105,705,600"]
    assert ax.get_xscale() == "log"


def squares_of(ax):
    """Return, for each row of a cone, the pixels first, the places of its squares and whether they are filled."""
    paper = to_rgb(figures.COLOURS["surface"])
    for row in ax.collections:
        filled = [tuple(colour[:3]) != paper for colour in row.get_facecolors()]
        yield row.get_offsets()[:, 0].tolist(), filled


def test_a_cone_opens_to_the_pixels_that_it_sees():
    ax = figures.draw_cone([Conv(1, 3, stride=2, padding=1), Pool(2)])
    pixels, units, top = squares_of(ax)
    assert pixels == ([-1, 0, 1, 2, 3], [True] * 5)  # pixel −1 is padding
    assert units == ([0, 2], [True] * 2)
    assert top == ([1], [True])
    lines = {(*line.get_xdata(), *line.get_ydata()) for line in ax.lines}
    assert lines == {(0, -1, 1, 0), (0, 0, 1, 0), (0, 1, 1, 0), (2, 1, 1, 0), (2, 2, 1, 0), (2, 3, 1, 0)} | {
        (1, 0, 2, 1),
        (1, 2, 2, 1),
    }
    assert [text.get_text() for text in ax.texts] == ["pixels", "sees 3", "sees 5"]


def test_a_cone_shows_its_blind_spots_hollow():
    pixels, *_ = squares_of(figures.draw_cone([Conv(1, 3, dilation=2), Conv(1, 3, dilation=2)]))
    assert pixels == (list(range(9)), [True, False] * 4 + [True])


def test_shares_are_counted_from_the_middle_and_a_blind_spot_gets_a_ring():
    ax = figures.draw_shares([0.25, 0, 0.5, 0, 0.25])
    assert [bar.get_height() for bar in ax.patches] == [25, 0, 50, 0, 25]
    np.testing.assert_allclose([bar.get_x() + bar.get_width() / 2 for bar in ax.patches], [-2, -1, 0, 1, 2], atol=1e-12)
    (rings,) = ax.lines
    assert rings.get_xdata().tolist() == [-1, 1]


def test_a_roof_slopes_as_bytes_allow_and_then_runs_flat():
    layers = {"slow": (2, 10), "fast": (50, 90), "faster than the roof": (400, 130)}
    roof, *lines = figures.draw_roofline(peak=100, bandwidth=20, layers=layers).lines
    (left, low), ridge, (_, flat) = roof.get_xydata()
    assert low == pytest.approx(20 * left) and ridge.tolist() == [5, 100] and flat == 100
    gains, points = lines[::2], lines[1::2]
    assert [point.get_xydata()[0].tolist() for point in points] == [[2, 10], [50, 90], [400, 130]]
    assert [line.get_ydata().tolist() for line in gains] == [[10, 40], [90, 100], [130, 100]]
    assert len({point.get_marker() for point in points}) == 3  # told apart without colours


def test_a_roof_says_what_it_is_made_of():
    ax = figures.draw_roofline(peak=117.6, bandwidth=13.6, layers={"depthwise": (2, 10)})
    assert [text.get_text() for text in ax.texts] == ["14 GB/s", "peak 118 GFLOP/s", "depthwise"]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    bottom, top = ax.get_ylim()
    assert bottom < 10 < 117.6 < top


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: figures.draw_grid([[1]], "input", ax=ax),
        lambda ax: figures.draw_picture([[1]], ax=ax),
        lambda ax: figures.draw_bars({"one": 1}, ax=ax),
        lambda ax: figures.draw_curve([0, 1], [1, 2], "x", "y", ax=ax),
        lambda ax: figures.draw_cone([Conv(1, 3)], ax=ax),
        lambda ax: figures.draw_shares([0.5, 0.5], ax=ax),
        lambda ax: figures.draw_roofline(100, 10, {"layer": (2, 15)}, ax=ax),
    ],
)
def test_every_figure_takes_an_axis_and_returns_it(draw):
    given = plt.subplots()[1]
    assert draw(given) is given
    assert draw(None) is not given


# ---- in a notebook ---------------------------------------------------------------------------------------------
def test_a_drawing_is_svg_and_the_same_text_twice(shell):
    first, _ = outputs(shell, GRID)
    second, _ = outputs(shell, GRID)
    assert first == second
    assert set(first) == {"image/svg+xml", "text/plain"}
    assert ">−2</text>" in first["image/svg+xml"]
    assert not re.search(r"dc:date|matplotlib\.org|<image", first["image/svg+xml"])


def test_a_photograph_is_a_sharp_jpeg_that_knows_its_width(shell):
    data, metadata = outputs(shell, PICTURE)
    assert set(data) == {"image/jpeg", "text/plain"}
    width, height = Image.open(BytesIO(b64decode(data["image/jpeg"], validate=True))).size
    assert metadata["image/jpeg"] == {"width": width // 2}
    assert width > 400 < height


def test_what_a_figure_shows_is_text_whatever_the_kernel(shell):
    shown = outputs(shell, GRID)[0] | outputs(shell, PICTURE)[0]
    assert {type(data) for data in shown.values()} == {str}


def test_the_card_is_paper_on_any_page(shell):
    data, _ = outputs(shell, GRID)
    assert f"fill: {figures.COLOURS['surface']}" in data["image/svg+xml"]


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[1].glob("notebooks/*.ipynb")), ids=lambda path: path.stem
)
def test_every_figure_of_a_chapter_can_be_read_aloud(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if any({"image/svg+xml", "image/jpeg"} & output.get("data", {}).keys() for output in cell.get("outputs", [])):
            words = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(words.split()) >= 8, f"the figure of this cell needs an alternative text:\n{cell.source}"
