"""Training: step by step as PyTorch trains, the same again for a seed, and what a reader sees of it."""

import io
import re
import sys

import numpy as np
import pytest
from layer_pairs import from_torch, to_torch

from convbook import digits, nn

OPTIMIZERS = {
    "SGD": lambda optim, parameters: optim.SGD(parameters, lr=0.1),
    "SGD with momentum": lambda optim, parameters: optim.SGD(parameters, lr=0.02, momentum=0.9, weight_decay=0.01),
    "SGD of Nesterov": lambda optim, parameters: optim.SGD(parameters, lr=0.05, momentum=0.8, nesterov=True),
    "Adam": lambda optim, parameters: optim.Adam(parameters, lr=0.01),
    "Adam with decay": lambda optim, parameters: optim.Adam(parameters, 0.01, (0.8, 0.99), 1e-4, weight_decay=0.1),
}


def network_with_batch_norm(nn):
    """Return the network of the digits with a batch normalisation, made of our layers or PyTorch's."""
    first = nn.Conv2d(1, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)
    second = nn.Conv2d(8, 16, 3, padding=1), nn.LeakyReLU(0.1), nn.Flatten(), nn.Linear(256, 10)
    return nn.Sequential(*first, *second)


def both_networks(torch, dtype):
    """Return two networks with the same weights."""
    nn.manual_seed(3)
    ours = network_with_batch_norm(nn).to(dtype)
    return ours, to_torch(torch, network_with_batch_norm(torch.nn).to(getattr(torch, dtype)), ours)


def batches(count, size=16, dtype="float32"):
    """Yield so many batches of digits."""
    parts = digits.split()
    for start in range(0, count * size, size):
        batch = slice(start, start + size)
        yield parts.train_pictures[batch].astype(dtype), parts.train_labels[batch]


def step(model, loss, optimizer, x, labels):
    value = loss(model(x), labels)
    optimizer.zero_grad()
    model.learn(loss.backward())
    optimizer.step()
    return value


def step_of_torch(torch, model, optimizer, x, labels):
    loss = torch.nn.functional.cross_entropy(model(torch.tensor(x)), torch.tensor(labels))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def farthest(ours, theirs):
    """Return how far apart the weights of both networks are, at most."""
    expected = from_torch(theirs)
    return max(np.abs(array - expected[name]).max() for name, array in ours.state_dict().items())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("training", [True, False], ids=["training", "in use"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_one_step_equals_that_of_pytorch_to_a_millionth(torch, name, training, dtype):
    ours, theirs = (model.train(training) for model in both_networks(torch, dtype))
    own, other = OPTIMIZERS[name](nn, ours.parameters()), OPTIMIZERS[name](torch.optim, theirs.parameters())
    ((x, labels),) = batches(1, dtype=dtype)
    loss = step(ours, nn.CrossEntropyLoss(), own, x, labels)
    assert loss == pytest.approx(step_of_torch(torch, theirs, other, x, labels), abs=1e-6)
    assert farthest(ours, theirs) < (1e-6 if dtype == "float32" else 1e-10)


@pytest.mark.parametrize(("dtype", "near"), [("float32", 1e-4), ("float64", 1e-9)])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_twenty_steps_stay_with_those_of_pytorch(torch, name, dtype, near):
    ours, theirs = both_networks(torch, dtype)
    own, other = OPTIMIZERS[name](nn, ours.parameters()), OPTIMIZERS[name](torch.optim, theirs.parameters())
    loss, begun = nn.CrossEntropyLoss(), ours.state_dict()
    for x, labels in batches(20, dtype=dtype):
        expected = step_of_torch(torch, theirs, other, x, labels)
        assert step(ours, loss, own, x, labels) == pytest.approx(expected, abs=near)
    assert farthest(ours, theirs) < near
    assert max(np.abs(array - begun[key]).max() for key, array in ours.state_dict().items()) > 0.01  # it has moved


def test_weights_go_to_pytorch_and_come_back(torch):
    ours, theirs = both_networks(torch, "float32")
    for x, labels in batches(3):
        step_of_torch(torch, theirs, torch.optim.SGD(theirs.parameters(), lr=0.1), x, labels)
    ours.load_state_dict(theirs.state_dict())
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert farthest(ours, theirs) == 0
    assert ours.state_dict()["1.num_batches_tracked"] == 3
    x = next(batches(1))[0]
    np.testing.assert_allclose(ours.eval()(x), theirs.eval()(torch.tensor(x)).detach(), rtol=1e-4, atol=1e-5)


# ---- losses -----------------------------------------------------------------------------------------------------


def test_the_losses_and_their_gradients_equal_pytorch(torch):
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(0, 30, (6, 5)), rng.integers(0, 5, 6)
    target = rng.normal(size=(6, 5))
    for ours, theirs, right in (
        (nn.CrossEntropyLoss(), torch.nn.CrossEntropyLoss(), labels),
        (nn.MSELoss(), torch.nn.MSELoss(), target),
    ):
        tensor = torch.tensor(logits, requires_grad=True)
        expected = theirs(tensor, torch.tensor(right))
        expected.backward()
        assert ours(logits, right) == pytest.approx(expected.item(), rel=1e-12)
        np.testing.assert_allclose(ours.backward(), tensor.grad, atol=1e-14)


def test_softmax_of_huge_scores_neither_overflows_nor_forgets():
    np.testing.assert_allclose(nn.softmax([[1e4, 1e4, -1e4]]), [[0.5, 0.5, 0]])
    assert nn.CrossEntropyLoss()([[0.0, 1e4]], [0]) == 1e4


# ---- fit --------------------------------------------------------------------------------------------------------


@pytest.fixture
def some_digits():
    parts = digits.split()
    return parts.train_pictures[:100], parts.train_labels[:100]


def trained(x, labels, epochs=2, **settings):
    nn.manual_seed(1)
    model = digits.network()
    history = nn.fit(model, x, labels, nn.Adam(model.parameters()), epochs, **{"progress": False} | settings)
    return model, history


def test_the_same_seeds_train_the_same_network_and_another_seed_another(some_digits):
    (first, history), (again, same), (other, _) = (trained(*some_digits, seed=seed) for seed in (4, 4, 5))
    assert history == same
    for name, array in first.state_dict().items():
        np.testing.assert_array_equal(array, again.state_dict()[name])
    assert (first.state_dict()["0.weight"] != other.state_dict()["0.weight"]).any()


def test_fit_is_the_loop_that_one_would_write(some_digits):
    x, labels = some_digits
    model, history = trained(x, labels, epochs=1, batch_size=32, seed=7)
    nn.manual_seed(1)
    by_hand = digits.network()
    loss, optimizer, losses = nn.CrossEntropyLoss(), nn.Adam(by_hand.parameters()), []
    order = np.random.default_rng(7).permutation(100)
    for batch in (order[:32], order[32:64], order[64:96], order[96:]):
        losses += [step(by_hand, loss, optimizer, x[batch].astype(np.float32), labels[batch])] * len(batch)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, by_hand.state_dict()[name])
    assert history["loss"] == [pytest.approx(np.mean(losses))]


def test_a_history_has_a_number_for_each_epoch_and_none_where_there_are_no_classes(some_digits):
    x, labels = some_digits
    _, history = trained(x, labels, epochs=3, validation=(x[:20], labels[:20]))
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(
        ("loss", "accuracy", "val_loss", "val_accuracy"), 3
    )
    line = nn.Linear(1, 1)
    x = np.linspace(-1, 1, 20)[:, None]
    history = nn.fit(line, x, 3 * x + 1, nn.SGD(line.parameters(), lr=0.3), 40, nn.MSELoss(), progress=False)
    assert set(history) == {"loss"}
    np.testing.assert_allclose([line.weight.data.item(), line.bias.data.item()], [3, 1], atol=1e-3)


def test_the_validation_is_what_evaluate_says_and_teaches_nothing(some_digits):
    x, labels = some_digits
    model, history = trained(x, labels, validation=(x[50:], labels[50:]))
    without, _ = trained(x, labels)
    assert nn.evaluate(model, x[50:], labels[50:]) == {
        "loss": history["val_loss"][-1],
        "accuracy": history["val_accuracy"][-1],
    }
    np.testing.assert_array_equal(model.state_dict()["0.weight"], without.state_dict()["0.weight"])


def test_dropout_works_in_training_alone_and_the_mode_is_put_back(some_digits):
    x, labels = some_digits
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(64, 10)).eval()
    nn.fit(model, x, labels, nn.SGD(model.parameters()), 1, progress=False)
    assert not model[1].training
    model.train()
    answers = nn.predict(model, x)
    np.testing.assert_allclose(answers, nn.predict(model, x, batch_size=7), atol=1e-6)
    assert model[1].training
    assert np.abs(model(x) - answers).max() > 0.01


def test_after_each_epoch_a_reader_may_keep_the_weights(some_digits):
    kept = {}
    model, _ = trained(
        *some_digits, epochs=3, after_epoch=lambda epoch, model: kept.update({epoch: model.state_dict()})
    )
    assert list(kept) == [1, 2, 3]
    np.testing.assert_array_equal(kept[3]["6.bias"], model.state_dict()["6.bias"])
    assert (kept[1]["6.bias"] != kept[2]["6.bias"]).any()


def test_lines_are_the_same_in_every_run_and_quiet_is_quiet(some_digits, capsys):
    trained(*some_digits, epochs=10, progress="lines", batch_size=50)
    lines = capsys.readouterr()
    assert lines.err == ""
    assert len(lines.out.splitlines()) == 10
    assert re.fullmatch(r"(epoch (?: \d|10)  loss \d\.\d{3}  accuracy 0\.\d{3}\n){10}", lines.out)
    trained(*some_digits, epochs=10, progress="lines", batch_size=50)
    assert capsys.readouterr() == lines
    trained(*some_digits)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_a_bar_with_what_is_learnt(some_digits, monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    trained(*some_digits, epochs=2, progress=True, batch_size=50)
    assert "100%" in screen.getvalue()
    assert "4/4" in screen.getvalue()
    assert "accuracy=0." in screen.getvalue()


def test_a_notebook_shows_a_bar_of_its_own():
    import nbformat
    from nbclient import NotebookClient

    cell = nbformat.v4.new_code_cell(
        "import numpy as np\nfrom convbook import nn\nmodel = nn.Linear(2, 2)\n"
        "nn.fit(model, np.eye(2), [0, 1], nn.SGD(model.parameters()), 3);"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    NotebookClient(notebook, kernel_name="python3").execute()
    shown = [output.get("data", {}) for output in notebook.cells[0].outputs]
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)


def test_what_is_to_be_called_must_be_callable(some_digits):
    with pytest.raises(TypeError, match="after_epoch must be a function of the epoch and the model, got 3"):
        trained(*some_digits, after_epoch=3)


# ---- optimisers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_training_that_was_broken_off_goes_on_as_if_it_had_not_been(name, tmp_path, some_digits):
    x, labels = some_digits
    through = digits.network()
    begun = through.state_dict()
    optimizer = OPTIMIZERS[name](nn, through.parameters())
    nn.fit(through, x, labels, optimizer, 1, progress=False)
    nn.save(through.state_dict(), tmp_path / "weights")
    nn.save(optimizer.state_dict(), tmp_path / "optimizer")
    nn.fit(through, x, labels, optimizer, 1, seed=1, progress=False)
    later = digits.network()
    assert any((later.state_dict()[key] != begun[key]).any() for key in begun)
    later.load_state_dict(nn.load(tmp_path / "weights"))
    optimizer = OPTIMIZERS[name](nn, later.parameters())
    optimizer.load_state_dict(nn.load(tmp_path / "optimizer"))
    nn.fit(later, x, labels, optimizer, 1, seed=1, progress=False)
    for key, array in through.state_dict().items():
        np.testing.assert_array_equal(array, later.state_dict()[key])


def test_the_rate_may_be_changed_on_the_way():
    weight = nn.Parameter([1.0])
    optimizer = nn.SGD([weight], lr=0.1)
    weight.grad[:] = 1
    optimizer.step()
    optimizer.lr /= 10
    optimizer.step()
    np.testing.assert_allclose(weight.data, 1 - 0.1 - 0.01)


# ---- the digits -------------------------------------------------------------------------------------------------


def test_the_network_of_the_chapter_reads_97_of_100_held_out_digits():
    parts = digits.split()
    nn.manual_seed(0)
    model = digits.network()
    optimizer = nn.Adam(model.parameters(), lr=4e-3, weight_decay=1e-4)
    nn.fit(model, parts.train_pictures, parts.train_labels, optimizer, 12, progress=False)
    optimizer.lr /= 10
    nn.fit(model, parts.train_pictures, parts.train_labels, optimizer, 3, seed=1, progress=False)
    assert nn.evaluate(model, parts.test_pictures, parts.test_labels)["accuracy"] >= 0.97
