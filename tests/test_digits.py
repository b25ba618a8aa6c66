"""The digits: what they are, whose they are, and how they are set apart."""

import numpy as np
import pytest

from convbook import digits


def test_there_are_about_as_many_of_each_digit():
    pictures, labels = digits.load()
    assert pictures.shape == (1797, 8, 8)
    assert pictures.dtype == np.uint8
    assert (pictures.min(), pictures.max()) == (0, digits.INK)
    assert (np.bincount(labels) >= 174).all()
    assert (np.bincount(labels) <= 183).all()


def test_the_first_picture_is_a_ring():
    assert digits.load()[0][0].tolist() == [
        [0, 0, 5, 13, 9, 1, 0, 0],
        [0, 0, 13, 15, 10, 15, 5, 0],
        [0, 3, 15, 2, 0, 11, 8, 0],
        [0, 4, 12, 0, 0, 8, 8, 0],
        [0, 5, 8, 0, 0, 9, 8, 0],
        [0, 4, 11, 0, 1, 12, 7, 0],
        [0, 2, 14, 5, 10, 12, 0, 0],
        [0, 0, 6, 13, 10, 0, 0, 0],
    ]


def test_a_split_has_every_digit_once_and_is_the_same_for_its_seed():
    parts, again, other = digits.split(3), digits.split(3), digits.split(4)
    for array, same in zip(parts, again, strict=True):
        np.testing.assert_array_equal(array, same)
    assert (parts.test_labels != other.test_labels).any()
    together = np.concatenate([parts.train_pictures, parts.test_pictures])[:, 0] * digits.INK
    for pictures in (together, digits.load()[0]):
        assert len(pictures) == 1797
    np.testing.assert_array_equal(
        np.sort(together.reshape(1797, -1).sum(axis=1)), np.sort(digits.load()[0].sum(axis=(1, 2)))
    )


def test_loading_twice_gives_arrays_that_do_not_share_memory():
    digits.load()[0][:] = 0
    assert digits.load()[0].any()


def test_the_credit_names_the_authors_the_licence_and_the_size():
    for words in ("Ethem Alpaydin and Cenk Kaynak", "CC BY 4.0", "10.24432/C50P49", "(1797 pictures, 8 × 8, grey)."):
        assert words in digits.credit()


@pytest.mark.parametrize(
    ("settings", "words"), [({"test": 0}, "test must be at least 1"), ({"seed": -1}, "seed must be")]
)
def test_a_split_that_cannot_be_is_told(settings, words):
    with pytest.raises(ValueError, match=words):
        digits.split(**settings)
