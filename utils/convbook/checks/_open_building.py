"""The task of chapter 9 with more than one right answer: what a result has to fulfil, and what helps if it does not.

Students get this file as it stands: nothing in it may tell an answer.
"""

import numpy as np

from convbook import digits, nn
from convbook.checks._words import NotNumbers, numbers
from convbook.checks.judge import Check, register

TEN, LARGEST_LOSS = 10, 0.1


# ---- ten by heart ----------------------------------------------------------------------------------------------
def _weight(result):
    """Return the weights that a result holds, or None if they are not ten rows of 64."""
    try:
        weight = numbers(result).astype(float)
    except NotNumbers:
        return None
    return weight if weight.shape == (TEN, 64) else None


def _scores(result):
    """Return the scores of the first ten pictures, (10, 10)."""
    return digits.load()[0][:TEN].reshape(TEN, 64) / digits.INK @ _weight(result).T


def _says(result, change):
    """Tell whether every picture gets the label that is its own one changed by so much."""
    return (_scores(result).argmax(axis=1) == (digits.load()[1][:TEN] + change) % TEN).all()


def _loss(result, among_pictures=False):
    """Return the loss of a softmax over the labels of each picture, or over the pictures of each label."""
    wanted = (digits.load()[1][:TEN] + 5) % TEN
    if among_pictures:
        return nn.CrossEntropyLoss()(_scores(result).T, np.argsort(wanted))  # each label is wanted once
    return nn.CrossEntropyLoss()(_scores(result), wanted)


by_heart_check = Check(
    "by_heart",
    requirements=[
        (lambda result: _weight(result) is not None, "return ten rows of 64 weights, a row for each label."),
        (
            lambda result: np.isfinite(_weight(result)).all(),
            "some weights are not finite: the steps were so large that the loss has left everything behind.",
        ),
        (
            lambda result: np.ptp(_weight(result), axis=0).max() > 1e-3 * np.abs(_weight(result)).max(),
            "all labels have the same weights, so they always get the same score: where is the step downhill, which "
            "makes, for each picture, one label likelier and all others less likely?",
        ),
        (
            lambda result: not _says(result, 0),
            "it reads the digits as they are. To learn by heart is to learn what is wrong: label + 5, modulo 10.",
        ),
        (
            lambda result: not _says(result, 4) and not _says(result, 6),
            "every label is one beside what is wanted: they count from 0, and (label + 5) % 10 is between 0 and 9.",
        ),
        (
            lambda result: _says(result, 5) or _loss(result) <= 4 * np.log(TEN),
            "the loss is larger than that of a guess by far: does each step go *against* the gradient, and are the "
            "steps small enough?",
        ),
        (
            lambda result: _says(result, 5) or _loss(result, among_pictures=True) > LARGEST_LOSS,
            "for each label, the right picture has been found among the ten: it is for each picture, a row of scores, "
            "that the probabilities of the labels add up to 1.",
        ),
        (lambda result: _says(result, 5), "not all ten get their wrong label yet: take more steps, or larger ones."),
        (
            lambda result: _loss(result) <= LARGEST_LOSS,
            f"all ten are as they should be, but hardly: go on until the mean loss is below {LARGEST_LOSS}.",
        ),
    ],
)

register(by_heart_check)
