"""Steps downhill: what is done with the gradients."""

import numpy as np

from convbook import _arguments as arguments
from convbook.nn.parameters import Parameter
from convbook.shapes import whole
from convbook.shapes.settings import is_sequence, shown


class Optimizer:
    """What all optimisers share: `step` changes the parameters by their gradients, `zero_grad` forgets these.

    parameters: a list of `Parameter`, as `network.parameters()` returns it. A subclass says in `change` how far to go,
    for all numbers at once: one long array costs less than many short ones. `lr` may be changed between steps.
    Raises TypeError or ValueError if an argument does not fit. Source: PyTorch (2017), `torch.optim.Optimizer`.

    >>> class Downhill(Optimizer):
    ...     def change(self, gradient, values):
    ...         return -self.lr * gradient
    >>> weight = Parameter([1.0, 2.0])
    >>> weight.grad += 10
    >>> Downhill([weight], lr=0.1).step()
    >>> weight.data
    array([0., 1.])
    """

    moving = ()  # the names of what an optimiser remembers for each number, as in PyTorch

    def __init__(self, parameters, lr, weight_decay=0.0):
        if not is_sequence(parameters) or not len(parameters):
            raise TypeError(f"parameters must be a list of nn.Parameter, got {shown(parameters)}")
        for parameter in parameters:
            if not isinstance(parameter, Parameter):
                raise TypeError(f"parameters must be a list of nn.Parameter, got {shown(parameter)} among them")
        self.parameters = list(parameters)
        self.lr, self.weight_decay = arguments.real("lr", lr, 0), arguments.real("weight_decay", weight_decay, 0)
        self.steps = 0
        for name in self.moving:
            setattr(self, name, np.zeros_like(self._joined("grad")))

    def change(self, gradient, values):
        """Return what is to be added to the values."""
        raise NotImplementedError(f"{type(self).__name__} must define change(gradient, values)")

    @arguments.silently
    def step(self) -> None:
        """Change all parameters once."""
        gradient, values = self._joined("grad"), self._joined("data")
        if self.weight_decay:
            gradient += self.weight_decay * values
        self.steps += 1
        change = self.change(gradient, values)
        start = 0
        for parameter in self.parameters:
            stop = start + parameter.data.size
            parameter.data += change[start:stop].reshape(parameter.data.shape)
            start = stop

    def zero_grad(self) -> None:
        """Forget the gradients that were added up."""
        for parameter in self.parameters:
            parameter.grad.fill(0)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Return copies of what is remembered from step to step, so that training can go on later."""
        return {"steps": np.array(self.steps)} | {name: getattr(self, name).copy() for name in self.moving}

    def load_state_dict(self, state_dict) -> None:
        """Take over what an optimiser of the same kind and the same parameters remembered.

        Raises ValueError if names or shapes differ, TypeError if `state_dict` is no dict or does not hold numbers.
        """
        own = self.state_dict()
        if not hasattr(state_dict, "keys") or state_dict.keys() != own.keys():
            error = ValueError if hasattr(state_dict, "keys") else TypeError
            raise error(f"state_dict must have exactly {', '.join(own)}, got {shown(state_dict)}")
        arrays = {name: arguments.as_signed(f"state_dict[{name!r}]", value) for name, value in state_dict.items()}
        for name, array in arrays.items():
            if array.shape != own[name].shape:
                raise ValueError(f"state_dict[{name!r}] must have shape {own[name].shape}, got {array.shape}")
        self.steps = whole("steps", arrays.pop("steps")[()], 0)
        for name, array in arrays.items():
            setattr(self, name, array.astype(own[name].dtype))

    def _joined(self, what):
        return np.concatenate([getattr(parameter, what).ravel() for parameter in self.parameters])


class SGD(Optimizer):
    """Stochastic gradient descent: a step against the gradient, with momentum against its running sum.

    parameters: a list of `Parameter`. velocity = momentum · velocity + gradient + weight_decay · value, and each value
    moves by −lr · velocity; with `nesterov` by −lr · (gradient + momentum · velocity).
    Raises TypeError or ValueError if an argument does not fit.
    Source: Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning".

    >>> weight = Parameter([1.0])
    >>> optimizer = SGD([weight], lr=0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     weight.grad[:] = 2
    ...     optimizer.step()
    >>> weight.data                                                 # 1 − 0.1 · 2 − 0.1 · (0.5 · 2 + 2)
    array([0.5])
    """

    moving = ("momentum_buffer",)

    def __init__(self, parameters, lr=1e-3, momentum=0.0, weight_decay=0.0, nesterov=False):
        super().__init__(parameters, lr, weight_decay)
        self.momentum = arguments.share("momentum", momentum)
        self.nesterov = arguments.switch("nesterov", nesterov)
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov must come with a momentum above 0, got momentum 0")

    def change(self, gradient, values):
        """Return −lr times the velocity."""
        self.momentum_buffer *= self.momentum
        self.momentum_buffer += gradient
        if self.nesterov:
            return -self.lr * (gradient + self.momentum * self.momentum_buffer)
        return -self.lr * self.momentum_buffer


class Adam(Optimizer):
    """Steps of about `lr` for every number, whatever the size of its gradient: mean gradient / root mean square.

    parameters: a list of `Parameter`. Both means run, by the `betas`, and are corrected for their beginning at 0; `eps`
    is added below. Raises TypeError or ValueError if an argument does not fit.
    Source: Kingma and Ba (2015), "Adam: a method for stochastic optimization".

    >>> weight = Parameter([1.0, 1.0])
    >>> weight.grad[:] = 1000, 0.001
    >>> Adam([weight], lr=0.1).step()
    >>> weight.data.round(4)                                        # the first step is lr for both
    array([0.9, 0.9])
    """

    moving = ("exp_avg", "exp_avg_sq")

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(parameters, lr, weight_decay)
        if not is_sequence(betas) or len(betas) != 2:
            raise TypeError(f"betas must be a pair of numbers, got {shown(betas)}")
        self.betas = tuple(arguments.share("betas", beta) for beta in betas)
        self.eps = arguments.real("eps", eps, 0)

    def change(self, gradient, values):
        """Return −lr times the mean gradient over the root of its mean square."""
        for mean, beta, new in zip((self.exp_avg, self.exp_avg_sq), self.betas, (gradient, gradient**2), strict=True):
            mean *= beta
            mean += (1 - beta) * new
        first, second = (1 - beta**self.steps for beta in self.betas)
        return -self.lr / first * self.exp_avg / (np.sqrt(self.exp_avg_sq) / second**0.5 + self.eps)
