"""Train the network of chapter 9 on the digits, and write it where `convbook.digits.trained_state` finds it.

    python tools/train_digits.py

The training takes two or three seconds. It is the one that the chapter shows, in double precision, so that every
machine comes to the same weights; some of its epochs are kept, for those who want to watch the filters become what they
are. An array of weights is kept as whole numbers, each in one signed byte, and a scale: an eighth of the bytes, and the
same answers.
"""

import numpy as np

from convbook import digits, nn

SEED = 0
EPOCHS, LAST_EPOCHS = 12, 3  # the last ones with a tenth of the rate, to come to rest
RATE, DECAY = 4e-3, 1e-4
KEPT = (0, 1, 2, 3, 5, 8, 12, 15)
LARGEST = 127  # of a signed byte


def train() -> tuple[dict[int, dict[str, np.ndarray]], dict[str, list[float]]]:
    """Return the weights after each epoch that is kept, and what was measured in all of them."""
    parts = digits.split(SEED)
    nn.manual_seed(SEED)
    model = digits.network(dtype="float64")
    optimizer = nn.Adam(model.parameters(), lr=RATE, weight_decay=DECAY)
    states, history = {0: model.state_dict()}, {}
    for before, epochs in ((0, EPOCHS), (EPOCHS, LAST_EPOCHS)):
        optimizer.lr = RATE / 10 if before else RATE
        measured = nn.fit(
            model,
            parts.train_pictures,
            parts.train_labels,
            optimizer,
            epochs,
            validation=(parts.test_pictures, parts.test_labels),
            seed=before,
            after_epoch=lambda epoch, model, before=before: states.update({before + epoch: model.state_dict()}),
        )
        for name, values in measured.items():
            history.setdefault(name, []).extend(values)
    return {epoch: states[epoch] for epoch in KEPT}, history


def quantise(array: np.ndarray) -> tuple[np.ndarray, float]:
    """Return whole numbers of a signed byte, and the scale that makes the array of them."""
    scale = float(np.float32(np.abs(array).max() / LARGEST))
    return np.round(array / scale).astype(np.int8), scale


def main() -> None:
    """Train, and write the kept epochs down: about 30 kilobytes."""
    states, history = train()
    packed = {epoch: {name: quantise(array) for name, array in state.items()} for epoch, state in states.items()}
    arrays = {name: np.stack([packed[epoch][name][0] for epoch in KEPT]) for name in states[0]}
    scales = np.array([[scale for _, scale in packed[epoch].values()] for epoch in KEPT], np.float32)
    np.savez_compressed(digits.TRAINED_FILE, epochs=np.array(KEPT), scales=scales, **arrays)
    print(f"{history['val_accuracy'][-1]:.1%} of the held-out digits are right")
    print(digits.TRAINED_FILE, digits.TRAINED_FILE.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
