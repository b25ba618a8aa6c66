"""The training loop, with a progress bar, and what is asked of a trained network."""

import numpy as np
from tqdm.auto import tqdm

from convbook import _arguments as arguments
from convbook.nn.losses import CrossEntropyLoss
from convbook.nn.module import Module
from convbook.nn.optimizers import Optimizer
from convbook.shapes import whole
from convbook.shapes.settings import is_sequence, shown

MOST_EPOCHS = 100_000


def fit(
    model,
    x,
    y,
    optimizer,
    epochs,
    loss=None,
    batch_size=16,
    validation=None,
    seed=0,
    progress=True,
    after_epoch=None,
) -> dict[str, list[float]]:
    """Train a network: epoch by epoch, all examples in a new order, and one step of the optimiser for each batch.

    x: (examples, ...), what goes in; y: (examples,) classes, or what else the loss compares with. `loss` is
    `CrossEntropyLoss()` unless you give another; `validation`, a pair (x, y), is measured after each epoch. The order
    comes from `seed` alone. `progress` True shows a bar in a terminal or a notebook; "lines" prints one line an epoch,
    always the same for the same run; False is quiet. `after_epoch(epoch, model)` is called with 1, 2, ...; keep
    `model.state_dict()` or save it there. The mode of the network is put back.

    Returns {"loss": [...], "accuracy": [...]} with one number an epoch, means over the batches as they were trained on,
    and with a validation "val_loss" and "val_accuracy"; a loss without classes has no accuracy. Both are shares of 1.
    Raises TypeError or ValueError if an argument does not fit.
    Source: Goodfellow et al. (2016), "Deep learning", section 8.1.3.

    >>> from convbook import nn
    >>> nn.manual_seed(0)
    >>> x, y = np.array([[0.0, 1.0], [1.0, 0.0]] * 20), np.array([0, 1] * 20)
    >>> network = nn.Linear(2, 2)
    >>> history = fit(network, x, y, nn.SGD(network.parameters(), lr=1), epochs=3, progress=False)
    >>> history["accuracy"][-1], history["loss"][0] > history["loss"][-1]
    (1.0, True)
    """
    model, optimizer = _model(model), _of_kind("optimizer", optimizer, Optimizer)
    loss = CrossEntropyLoss() if loss is None else _loss(loss)
    x, y = _examples(model, x, y)
    validation = None if validation is None else _validation(model, validation)
    epochs, batch_size = whole("epochs", epochs, 1, MOST_EPOCHS), whole("batch_size", batch_size, 1)
    order, progress = np.random.default_rng(whole("seed", seed, 0)), _progress(progress)
    if after_epoch is not None and not callable(after_epoch):
        raise TypeError(f"after_epoch must be a function of the epoch and the model, got {shown(after_epoch)}")

    history, was_training = {}, model.training
    with tqdm(total=epochs * -(-len(x) // batch_size), unit="batch", disable=progress is not True) as bar:
        for epoch in range(1, epochs + 1):
            model.train()
            measured = _train_once(model, x, y, optimizer, loss, batch_size, order, bar)
            if validation is not None:
                measured |= {f"val_{name}": value for name, value in evaluate(model, *validation, loss).items()}
            model.train(was_training)
            for name, value in measured.items():
                history.setdefault(name, []).append(value)
            bar.set_postfix(epoch=epoch, **{name: f"{value:.3f}" for name, value in measured.items()})
            if progress == "lines":
                print(f"epoch {epoch:{len(str(epochs))}}  " + "  ".join(f"{n} {v:.3f}" for n, v in measured.items()))
            if after_epoch:
                after_epoch(epoch, model)
    return history


def _train_once(model, x, y, optimizer, loss, batch_size, order, bar):
    """Train on every example once, and return what was measured on the way."""
    shuffled, total, right = order.permutation(len(x)), 0.0, 0
    for start in range(0, len(x), batch_size):
        batch = shuffled[start : start + batch_size]
        answer = model(x[batch])
        total += _compared(loss, answer, y[batch]) * len(batch)
        if _counts(loss):
            right += int(np.count_nonzero(answer.argmax(axis=1) == y[batch]))
        optimizer.zero_grad()
        model.learn(loss.backward())
        optimizer.step()
        bar.update()
    return _measured(loss, total, right, len(x))


def evaluate(model, x, y, loss=None, batch_size=256) -> dict[str, float]:
    """Return {"loss": ..., "accuracy": ...} of a network in use, over all examples; nothing is learnt.

    x, y and loss: as in `fit`. Raises TypeError or ValueError if an argument does not fit.
    Source: Goodfellow et al. (2016), "Deep learning", section 5.1.2.

    >>> from convbook import nn
    >>> evaluate(nn.Flatten(), x=[[5.0, 0.0], [5.0, 0.0]], y=[0, 1])["accuracy"]    # it says 0, twice
    0.5
    """
    model, loss = _model(model), CrossEntropyLoss() if loss is None else _loss(loss)
    x, y = _examples(model, x, y)
    batch_size, total, right = whole("batch_size", batch_size, 1), 0.0, 0
    for start in range(0, len(x), batch_size):
        batch = slice(start, start + batch_size)
        answer = predict(model, x[batch], batch_size)
        total += _compared(loss, answer, y[batch]) * len(answer)
        if _counts(loss):
            right += int(np.count_nonzero(answer.argmax(axis=1) == y[batch]))
    return _measured(loss, total, right, len(x))


def predict(model, x, batch_size=256) -> np.ndarray:
    """Return what a network answers in use: as `model.eval()(x)`, batch by batch, and the mode is put back.

    x: (examples, ...); the answers have one row for each. For probabilities, take `softmax` of them.
    Raises TypeError or ValueError if an argument does not fit. Source: as of `evaluate`.

    >>> from convbook import nn
    >>> predict(nn.Sequential(nn.Flatten(), nn.Dropout(0.5)), [[1.0, 2.0], [3.0, 4.0]])     # nothing is dropped
    array([[1., 2.],
           [3., 4.]])
    """
    model, batch_size = _model(model), whole("batch_size", batch_size, 1)
    x, was_training = _floats(model, x), model.training
    model.eval()
    try:
        return np.concatenate([model(x[start : start + batch_size]) for start in range(0, len(x), batch_size)])
    finally:
        model.train(was_training)


def _compared(loss, answer, y):
    """Return the loss, which calls what `fit` calls y by a name of its own."""
    try:
        return loss(answer, y)
    except (TypeError, ValueError) as error:
        raise type(error)(f"y must suit {type(loss).__name__} and the answers to x: {error}") from error


def _measured(loss, total, right, count):
    measured = {"loss": total / count}
    return measured | {"accuracy": right / count} if _counts(loss) else measured


def _counts(loss):
    return getattr(loss, "counts_right_answers", False)


def _of_kind(name, value, kind):
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be an nn.{kind.__name__}, got {shown(value)}")
    return value


def _model(model):
    return _of_kind("model", model, Module)


def _loss(loss):
    if not callable(loss) or not callable(getattr(loss, "backward", None)):
        raise TypeError(f"loss must be callable and have a method backward, as CrossEntropyLoss(), got {shown(loss)}")
    return loss


@arguments.silently
def _floats(model, x):
    """Return x in the type of the network's weights."""
    x, parameters = arguments.as_array("x", x), model.parameters()
    if x.ndim == 0 or not len(x):
        raise ValueError(f"x must have shape (examples, ...), at least one, got {x.shape}")
    return x.astype(parameters[0].data.dtype if parameters else arguments.result_dtype(x), copy=False)


def _examples(model, x, y):
    x, y = _floats(model, x), arguments.as_signed("y", y)
    if y.ndim == 0 or len(y) != len(x):
        raise ValueError(f"y must have one entry for each of the {len(x)} examples of x, got shape {y.shape}")
    return x, y


def _validation(model, validation):
    if not is_sequence(validation) or len(validation) != 2:
        raise TypeError(f"validation must be a pair (x, y), got {shown(validation)}")
    try:
        return _examples(model, *validation)
    except (TypeError, ValueError) as error:
        raise type(error)(f"validation must be a pair (x, y): {error}") from None


def _progress(progress):
    if isinstance(progress, str) and progress == "lines":
        return progress
    try:
        return arguments.switch("progress", progress)
    except TypeError:
        raise TypeError(f'progress must be True, False or "lines", got {shown(progress)}') from None
