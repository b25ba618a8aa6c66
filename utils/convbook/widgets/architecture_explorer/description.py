"""The networks that ArchitectureExplorer knows, as texts, and the reader's own."""

from functools import lru_cache

import traitlets

from convbook import shapes
from convbook.architectures import NETWORKS
from convbook.widgets.traits import Kind, one_line, shown

OWN = "your own"
MOST_LETTERS, MOST_PARTS = 20_000, 1000  # parts: what can be opened, and pinned


def menu():
    """Return {name: {"layers": text, "channels", "size"}} of all networks."""
    return {
        name: {
            "layers": shapes.write_layers(network.layers),
            "channels": network.input_shape[0],
            "size": network.input_shape[1],
        }
        for name, network in NETWORKS.items()
    }


class Description(Kind, traitlets.Unicode):
    """The text of a network; also takes its list of layers. Raises TraitError, which names the line."""

    def validate(self, obj, value):
        """Return the text, or raise TraitError."""
        try:
            text = value if isinstance(value, str) else shapes.write_layers(value)
            layers = shapes.read_layers(text)
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(one_line(f"{self.name}: {error}")) from None
        if not layers:
            self._refuse("a list of at least one layer", shown(value))
        if len(text) > MOST_LETTERS or parts(layers) > MOST_PARTS:
            self._refuse(f"a list of at most {MOST_PARTS} layers in {MOST_LETTERS} letters", f"{len(text)} letters")
        return text

    def _schema(self):
        return {"type": "string", "maxLength": MOST_LETTERS}


def parts(layers):
    """Return how many layers there are, with those inside of blocks and branches."""
    stacks = [stack for layer in layers for stack in [*getattr(layer, "stacks", ()), getattr(layer, "layers", ())]]
    return len(layers) + sum(parts(stack) for stack in stacks)


def fits(name, size, own, own_channels):
    """Raise ValueError if this network cannot take a picture of this size; it names the network."""
    try:
        if name == OWN:
            _walk(shapes.read_layers(own), own_channels, size)
        else:
            _walk_known(name, size)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} cannot take {size}×{size} pixels: {error}") from None


@lru_cache(maxsize=256)  # each widget asks for all its examples whenever one trait changes, and a network is long
def _walk_known(name, size):
    _walk(NETWORKS[name].layers, NETWORKS[name].input_shape[0], size)


def _walk(layers, channels, size):
    shapes.summary(layers, (channels, size, size))
