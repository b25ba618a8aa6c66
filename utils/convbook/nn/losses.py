"""How wrong an answer is, as one number, and who is to blame for it."""

import numpy as np

from convbook import _arguments as arguments


@arguments.silently
def log_softmax(logits):
    """Return the logarithms of `softmax`, without ever taking the logarithm of 0.

    logits: (batch, classes); the result has the same shape. Raises ValueError for another shape, TypeError if it does
    not hold numbers. Source: Goodfellow et al. (2016), "Deep learning", section 6.2.2.3.

    >>> log_softmax([[1000.0, 0.0]])                    # exp(−1000) would be 0, and its logarithm −∞
    array([[    0., -1000.]])
    """
    logits = arguments.read_logits(logits)
    logits = logits - logits.max(axis=1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


@arguments.silently
def softmax(logits):
    """Turn scores into probabilities: each is exp(score), divided by the sum of all.

    logits: (batch, classes); the result has the same shape, and its rows sum to 1. Raises ValueError for another shape,
    TypeError if it does not hold numbers. Source: Bridle (1990), "Probabilistic interpretation of feedforward
    classification network outputs".

    >>> softmax(np.log([[1.0, 2.0, 7.0]]))
    array([[0.1, 0.2, 0.7]])
    """
    return np.exp(log_softmax(logits))


class CrossEntropyLoss:
    """The surprise at the right class: −log of its softmax probability, averaged over the batch.

    logits: (batch, classes), scores before softmax; labels: (batch,), whole numbers. Raises ValueError or TypeError if
    they do not fit. Source: Goodfellow et al. (2016), "Deep learning", section 6.2.2.3.

    >>> loss = CrossEntropyLoss()
    >>> round(loss(np.log([[1.0, 2.0, 7.0]]), [2]), 6)      # −log 0.7
    0.356675
    >>> loss.backward()                                 # the probabilities, less 1 for the right class
    array([[ 0.1,  0.2, -0.3]])
    """

    counts_right_answers = True

    @arguments.silently
    def __call__(self, logits, labels):
        """Return the loss."""
        logits = arguments.read_logits(logits)
        labels = arguments.read_labels(labels, *logits.shape)
        self._logarithms, self._right = log_softmax(logits), (np.arange(len(labels)), labels)
        return float(-self._logarithms[self._right].mean())

    @arguments.silently
    def backward(self):
        """Return the gradient of the last loss with respect to the logits."""
        dlogits = np.exp(self._logarithms)
        dlogits[self._right] -= 1
        return dlogits / len(dlogits)


class MSELoss:
    """The mean of the squared differences.

    y and target: arrays of the same shape, at least one number. Raises ValueError or TypeError if they do not fit.
    Source: Goodfellow et al. (2016), "Deep learning", section 5.1.4.

    >>> loss = MSELoss()
    >>> loss([1.0, 5.0], [1.0, 2.0]), loss.backward()   # (0 + 9) / 2, and 2 · 3 / 2
    (4.5, array([0., 3.]))
    """

    counts_right_answers = False

    @arguments.silently
    def __call__(self, y, target):
        """Return the loss."""
        y, target = arguments.as_signed("y", y), arguments.as_signed("target", target)
        if y.shape != target.shape or not y.size:
            raise ValueError(
                f"target must have the shape of y and at least one number, got {target.shape} and {y.shape}"
            )
        self._difference = (y - target).astype(arguments.result_dtype(y), copy=False)
        return float((self._difference**2).mean())

    @arguments.silently
    def backward(self):
        """Return the gradient of the last loss with respect to y."""
        return self._difference * (2 / self._difference.size)
