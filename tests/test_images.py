"""The photographs: what they are, whose they are, and how they turn grey."""

import numpy as np
import pytest
from PIL import Image

from convbook import images


@pytest.mark.parametrize(
    ("name", "shape"),
    [("camera", (512, 512)), ("brick", (512, 512)), ("cat", (300, 451, 3)), ("coffee", (300, 450, 3))],
)
def test_every_picture_has_its_shape_and_something_to_see(name, shape):
    picture = images.load(name)
    assert picture.shape == shape
    assert picture.dtype == np.uint8
    assert np.ptp(picture) > 100


def test_the_names_are_exactly_the_files():
    assert {path.stem for path in images._FOLDER.glob("*.png")} == set(images.NAMES)


def test_loading_twice_gives_arrays_that_do_not_share_memory():
    first = images.load("camera")
    first[:] = 0
    assert images.load("camera").any()


@pytest.mark.parametrize("name", images.NAMES)
def test_the_credit_names_a_licence_and_the_true_size(name):
    credit = images.credit(name)
    height, width = images.load(name).shape[:2]
    assert "CC0 1.0" in credit
    assert f"({height} × {width}, {'grey' if images.load(name).ndim == 2 else 'colour'})." in credit
    assert "\n" not in credit


def test_a_credit_over_two_lines_is_read_whole():
    assert images.credit("coffee").startswith('"Coffee cup" by Rachel Michetti')
    assert "400 × 600" in images.credit("coffee")


@pytest.mark.parametrize("name", ["lena", "camera.png", "../camera", ""])
@pytest.mark.parametrize("function", [images.load, images.credit])
def test_an_unknown_name_is_told_what_there_is(function, name):
    with pytest.raises(ValueError, match=r"name must be one of 'camera', 'cat', 'coffee', 'brick', got "):
        function(name)


def test_grey_agrees_with_pillow_to_its_rounding():
    cat = images.load("cat")
    ours, theirs = images.grey(cat), np.asarray(Image.fromarray(cat).convert("L"), dtype=float)
    assert np.abs(ours - theirs).max() <= 1


def test_grey_keeps_a_grey_picture_and_its_unit():
    camera = images.load("camera")
    np.testing.assert_array_equal(images.grey(camera), camera)
    white = np.ones((2, 2, 3))
    np.testing.assert_allclose(images.grey(white), 1)


def test_grey_does_not_overflow_or_change_its_input():
    white = np.full((1, 1, 3), 255, dtype=np.uint8)
    np.testing.assert_allclose(images.grey(white), 255)
    assert (white == 255).all()


@pytest.mark.parametrize("shape", [(3,), (3, 4, 4), (2, 2, 4), (1, 2, 2, 3)])
def test_grey_names_the_shape_that_does_not_fit(shape):
    with pytest.raises(ValueError, match=r"picture must have shape \(height, width\) or .*, got \("):
        images.grey(np.zeros(shape))
