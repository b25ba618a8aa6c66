"""Where chance comes from: one generator for weights, dropout and the order of examples, and its seed."""

import numpy as np

from convbook.shapes import whole

_generator = np.random.default_rng(0)  # the same in every run, until a reader wants another


def manual_seed(seed: int) -> None:
    """Begin chance anew: what is drawn from here on is the same for the same seed.

    Without a call the seed is 0. Raises TypeError if `seed` is not an integer, ValueError if it is negative.
    Source: PyTorch (2017), `torch.manual_seed`; its numbers are others, for its generator is.

    >>> from convbook import nn
    >>> manual_seed(1)
    >>> first = nn.Linear(2, 1).weight.data
    >>> manual_seed(1)
    >>> bool((first == nn.Linear(2, 1).weight.data).all())
    True
    """
    _generator.bit_generator.state = np.random.default_rng(whole("seed", seed, 0)).bit_generator.state


def generator() -> np.random.Generator:
    """Return the generator that everything draws from."""
    return _generator
