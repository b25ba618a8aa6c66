"""Answers as people hand them in, right ones and wrong ones: what the checks of the exercises are tested with.

Each is a function as a student would write it, marked with the exercise that it answers:

    @right("output_size")
    def count_the_stops(size, kernel, stride, padding, dilation): ...

    @wrong("output_size", "lies on both sides")
    def padding_once(size, kernel, stride, padding, dilation): ...

The second argument of `wrong` is a part of the hint that this answer must get. It is left out where no hint is known.
An answer that is nearly given code may be marked for several exercises.
"""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple


class Answer(NamedTuple):
    exercise: str
    function: Callable
    hint: str = ""

    def __str__(self):
        return f"{self.exercise}-{self.function.__name__}"


RIGHT: dict[str, Answer] = {}  # by name, for pytest may import a file once more
WRONG: dict[str, Answer] = {}


def right(exercise):
    return lambda function: _note(RIGHT, Answer(exercise, function))


def wrong(exercise, hint=""):
    return lambda function: _note(WRONG, Answer(exercise, function, hint))


def _note(answers, answer):
    answers[str(answer)] = answer
    return answer.function


for chapter in (
    "convolution",
    "padding_and_stride",
    "pooling",
    "receptive_field",
    "one_by_one",
    "separable",
    "transposed",
    "backpropagation",
    "building",
    "architectures",
):
    import_module(f"checks.answers.{chapter}")
