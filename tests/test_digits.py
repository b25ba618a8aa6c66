"""The digits: what they are, whose they are, and how they are set apart."""

import numpy as np
import pytest

import train_digits
from convbook import digits, nn


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


# ---- the network that ships -------------------------------------------------------------------------------------


def answers(state):
    """Return what a network with these weights says to the held-out digits."""
    model = digits.network(dtype="float64").load_state_dict(state)
    return nn.predict(model, digits.split(train_digits.SEED).test_pictures).argmax(axis=1)


@pytest.fixture(scope="module")
def training():
    return train_digits.train()


def test_the_shipped_weights_are_those_of_the_tool(training):
    states, history = training
    assert tuple(states) == digits.trained_epochs() == train_digits.KEPT
    assert history["val_accuracy"][-1] >= 0.97
    for epoch, state in states.items():
        for name, array in digits.trained_state(epoch).items():
            assert array.dtype == np.float32
            np.testing.assert_allclose(array, state[name], atol=0.51 * np.abs(state[name]).max() / 127)


def test_whole_numbers_answer_as_the_floats_did(training):
    states, _ = training
    labels = digits.split(train_digits.SEED).test_labels
    for epoch in train_digits.KEPT:
        floats, whole = answers(states[epoch]), answers(digits.trained_state(epoch))
        assert (floats == labels).sum() == (whole == labels).sum(), epoch
    assert (answers(states[15]) == answers(digits.trained_state())).all()


def test_all_epochs_together_weigh_little():
    assert digits.TRAINED_FILE.stat().st_size < 40_000


def test_an_epoch_that_was_not_kept_is_told_of():
    with pytest.raises(ValueError, match="epoch must be one of 0, 1, 2, 3, 5, 8, 12, 15, got 4"):
        digits.trained_state(4)
