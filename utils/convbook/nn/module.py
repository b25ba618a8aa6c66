"""What every layer is: forward, backward, and numbers with names."""

from __future__ import annotations

import numpy as np

from convbook import _arguments as arguments
from convbook.nn.parameters import Buffer, Parameter
from convbook.shapes import whole
from convbook.shapes.settings import shown


class Module:
    """A layer, or a network of layers: `forward` computes, `backward` says who gets the blame.

    To write your own, define two methods. `forward(x)` returns the output and keeps what `backward` will need;
    `backward(dy)` adds to the `grad` of each `Parameter` and returns the gradient of x. Parameters, buffers and layers
    that are attributes are found by their names. `gradient_check` tells whether both methods fit together.
    Raises NotImplementedError where a method is missing. Source: PyTorch (2017), `torch.nn.Module`.

    >>> class Scale(Module):
    ...     def __init__(self):
    ...         self.factor = Parameter([2.0])
    ...     def forward(self, x):
    ...         self.x = x
    ...         return self.factor.data * x
    ...     def backward(self, dy):
    ...         self.factor.grad += (dy * self.x).sum()
    ...         return self.factor.data * dy
    >>> layer = Scale()
    >>> layer(np.array([3.0, 4.0])), layer.backward(np.array([1.0, 10.0]))
    (array([6., 8.]), array([ 2., 20.]))
    >>> layer.factor.grad                                   # 1·3 + 10·4
    array([43.])
    """

    training = True
    _kept = None

    def __call__(self, x):
        """Return `forward(x)`."""
        return self.forward(x)

    def forward(self, x):
        """Return the output, and keep what `backward` will need."""
        raise NotImplementedError(f"{type(self).__name__} must define forward(x)")

    def backward(self, dy):
        """Add to the gradients of the parameters, and return the gradient of what came in last."""
        raise NotImplementedError(f"{type(self).__name__} must define backward(dy)")

    def learn(self, dy):
        """Do as `backward`, for a first layer: nobody asks for the gradient of the picture."""
        self.backward(dy)

    # ---- what is inside -----------------------------------------------------------------------------------------

    def children(self) -> dict[str, Module]:
        """Return the layers directly inside, by their names."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Module)}

    def _tensors(self, kind, prefix=""):
        """Yield (name, tensor) of this layer, then of those inside; parameters come before buffers, as in PyTorch."""
        own = [(name, value) for name, value in vars(self).items() if isinstance(value, kind)]
        for name, value in sorted(own, key=lambda each: not isinstance(each[1], Parameter)):
            yield prefix + name, value
        for name, child in self.children().items():
            yield from child._tensors(kind, f"{prefix}{name}.")

    def named_parameters(self) -> dict[str, Parameter]:
        """Return all parameters by their names, like "0.weight"."""
        return dict(self._tensors(Parameter))

    def parameters(self) -> list[Parameter]:
        """Return all parameters, in the order of their names in `state_dict`."""
        return list(self.named_parameters().values())

    def zero_grad(self) -> None:
        """Forget the gradients that were added up."""
        for parameter in self.parameters():
            parameter.grad.fill(0)

    # ---- modes and types ----------------------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Module:
        """Switch dropout and batch normalisation to how they work in training, here and inside; return the layer."""
        self.training = arguments.switch("mode", mode)
        for child in self.children().values():
            child.train(mode)
        return self

    def eval(self) -> Module:
        """Switch to how the network is used: nothing is dropped, nothing depends on the batch; return the layer."""
        return self.train(False)

    def to(self, dtype) -> Module:
        """Turn all weights into np.float32 or np.float64; return the layer."""
        dtype = arguments.read_dtype(dtype)
        for _, tensor in self._tensors(Buffer):
            tensor.to(dtype)
        return self

    # ---- weights in and out -------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, np.ndarray]:
        """Return copies of all parameters and buffers by PyTorch's names; `torch.from_numpy` takes each of them."""
        return {name: tensor.data.copy() for name, tensor in self._tensors(Buffer)}

    def load_state_dict(self, state_dict) -> Module:
        """Take over the weights of a network with the same layers, ours or PyTorch's; return the layer.

        Nothing changes unless all fit. Raises ValueError if a name is missing or unknown or a shape differs, TypeError
        if `state_dict` is no dict or does not hold numbers.
        """
        tensors = dict(self._tensors(Buffer))
        if not hasattr(state_dict, "keys"):
            raise TypeError(f"state_dict must be a dict of arrays, got {shown(state_dict)}")
        for words, names in (
            ("lacks", tensors.keys() - state_dict.keys()),
            ("must not have", state_dict.keys() - tensors.keys()),
        ):
            if names:
                raise ValueError(f"state_dict {words} {shown(sorted(map(str, names)))} for this network")
        arrays = {name: arguments.as_array(f"state_dict[{name!r}]", value) for name, value in state_dict.items()}
        for name, tensor in tensors.items():
            if arrays[name].shape != tensor.data.shape:
                raise ValueError(f"state_dict[{name!r}] must have shape {tensor.data.shape}, got {arrays[name].shape}")
        for name, tensor in tensors.items():
            tensor.data[...] = arrays[name]
        return self

    # ---- words --------------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """Return the settings of the layer, as they stand between its brackets."""
        return ""

    def __repr__(self):
        name, children = type(self).__name__, self.children()
        if not children:
            return f"{name}({self.extra_repr()})"
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in children.items()]
        return f"{name}(\n  " + "\n  ".join(lines) + "\n)"

    # ---- what a layer keeps from forward to backward ------------------------------------------------------------

    def _keep(self, *what):
        self._kept = what

    def _read_again(self, **arrays):
        """Return the last call with new arrays, or None if there was none or they differ in shape or type."""
        return self._kept and self._kept[0].again(**arrays)

    def _recall(self):
        if self._kept is None:
            raise RuntimeError(f"{type(self).__name__} must have seen an x before it can be asked for gradients")
        return self._kept


class Sequential(Module):
    """Layers one behind the other: what goes out of one comes into the next.

    layers: any number of modules; they are called "0", "1", ... and `network[0]` is the first.
    Raises TypeError if something is not a `Module`, and what its layers raise.
    Source: PyTorch (2017), `torch.nn.Sequential`.

    >>> from convbook import nn
    >>> network = Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    >>> network(np.zeros((5, 1, 8, 8))).shape
    (5, 8, 4, 4)
    >>> list(network.state_dict())
    ['0.weight', '0.bias']
    """

    def __init__(self, *layers):
        for number, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(f"layers must be modules, got {shown(layer)} as number {number}")
            vars(self)[str(number)] = layer

    def forward(self, x):
        """Return what comes out of the last layer."""
        for layer in self:
            x = layer(x)
        return x

    def backward(self, dy):
        """Go back through all layers, and return the gradient of what came into the first."""
        for layer in reversed(self):
            dy = layer.backward(dy)
        return dy

    def learn(self, dy):
        """Go back through all layers; the first one only learns."""
        for layer in reversed(self[1:]):
            dy = layer.backward(dy)
        for layer in self[:1]:
            layer.learn(dy)

    def __len__(self):
        return len(self.children())

    def __iter__(self):
        return iter(self.children().values())

    def __reversed__(self):
        return reversed(self.children().values())

    def __getitem__(self, index):
        """Return one layer, or for a slice a network of some of them, which share their weights with this one."""
        layers = list(self.children().values())
        if isinstance(index, slice):
            return Sequential(*layers[index])
        return layers[whole("index", index, -len(layers), len(layers) - 1)]
