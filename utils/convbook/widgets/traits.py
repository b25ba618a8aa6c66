"""The kinds of traits that the widgets have: each keeps plain JSON, and says what would fit when something does not."""

import numpy as np
import traitlets

from convbook import shapes
from convbook._arguments import read_padding


class Tensor(traitlets.TraitType):
    """An array of finite numbers with `ndim` axes, kept as nested lists of floats; accepts anything NumPy can read.

    `shortest` and `longest` limit every axis (`longest` may be a tuple, one limit for each): the widgets draw each
    number, so that large arrays belong in a picture instead. Assigning anything else raises TraitError, which names the
    trait, the value and what would fit.
    """

    def __init__(self, default_value, ndim=2, longest=16, shortest=1, **kwargs):
        self.ndim, self.longest, self.shortest = ndim, longest, shortest
        default_value = None if default_value is None else np.asarray(default_value, float).tolist()
        super().__init__(default_value, **kwargs)

    def validate(self, obj, value):
        """Return `value` as nested lists, or raise TraitError."""
        wanted = (
            f"{self.name} must be a {self.ndim}-D array of finite numbers, "
            f"{self.shortest} to {self.longest} along {'its axes' if isinstance(self.longest, tuple) else 'each axis'}"
        )
        try:
            array = np.asarray(value, float)
        except (TypeError, ValueError):
            raise traitlets.TraitError(f"{wanted}; got {value!r}") from None
        fits = array.ndim == self.ndim and np.clip(array.shape, self.shortest, self.longest).tolist() == [*array.shape]
        if not fits:
            raise traitlets.TraitError(f"{wanted}; got shape {array.shape}")
        if not np.isfinite(array).all():
            raise traitlets.TraitError(f"{wanted}; got {array[~np.isfinite(array)][0]} in it")
        return array.tolist()


class Finite(traitlets.Float):
    """A float that is neither NaN nor infinite."""

    def validate(self, obj, value):
        """Return `value` as a float, or raise TraitError."""
        value = super().validate(obj, value.item() if isinstance(value, np.generic) else value)
        if not np.isfinite(value):
            raise traitlets.TraitError(f"{self.name} must be a finite number; got {value}")
        return value


class NamedTensors(traitlets.Dict):
    """A menu: {name: array}, each array as in `Tensor`. Raises TraitError, which names the entry that does not fit."""

    def __init__(self, default_value, **tensor):
        self.tensor = tensor
        super().__init__(
            default_value={name: np.asarray(array, float).tolist() for name, array in default_value.items()}
        )

    def validate(self, obj, value):
        """Return {name: nested lists}, or raise TraitError."""
        checked = {}
        for name, array in super().validate(obj, value).items():
            entry = Tensor(array, **self.tensor)
            entry.name = f"{self.name}[{name!r}]"
            checked[name] = entry.validate(obj, array)
        return checked


class Pin(traitlets.List):
    """The cell that stays lit: (role, index, ...) such as ("output", 1, 1), or () for none.

    `roles` lists the roles, or says {role: how many indices it has}.
    """

    def __init__(self, roles, default_value=(), **kwargs):
        self.roles = roles
        super().__init__(default_value=list(default_value), **kwargs)

    def validate(self, obj, value):
        """Return `value` as a list, or raise TraitError."""
        pin = list(value) if isinstance(value, (list, tuple)) else [value]
        counts = self.roles if isinstance(self.roles, dict) else dict.fromkeys(self.roles, len(pin) - 1)
        known = bool(pin) and isinstance(pin[0], str) and counts.get(pin[0]) == len(pin) - 1 > 0
        if pin and not (known and all(type(i) is int and i >= 0 for i in pin[1:])):
            raise traitlets.TraitError(
                f"{self.name} must be () or a role of {self.roles} with its indices from 0; got {value!r}"
            )
        return pin


class Shift(traitlets.List):
    """A move by (down, right) whole pixels, each from -`limit` to `limit`; negative is up and left."""

    def __init__(self, limit, default_value=(0, 0), **kwargs):
        self.limit = limit
        super().__init__(default_value=list(default_value), **kwargs)

    def validate(self, obj, value):
        """Return `value` as a list of two ints, or raise TraitError."""
        moves = list(value) if isinstance(value, (list, tuple, np.ndarray)) else []
        if (
            len(moves) != 2
            or not all(type(n) is int or isinstance(n, np.integer) for n in moves)
            or max(map(abs, moves)) > self.limit
        ):
            raise traitlets.TraitError(
                f"{self.name} must be two whole numbers (down, right) from -{self.limit} to {self.limit}; got {value!r}"
            )
        return [int(n) for n in moves]


class Pair(traitlets.TraitType):
    """Two whole numbers (vertical, horizontal), each from `least` to `most`; one number stands for both."""

    def __init__(self, default_value, least=1, most=6, **kwargs):
        self.least, self.most = least, most
        super().__init__(list(default_value), **kwargs)

    def validate(self, obj, value):
        """Return `value` as a list of two ints, or raise TraitError."""
        try:
            numbers = shapes.pair(self.name, value, self.least)
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(str(error)) from None
        if max(numbers) > self.most:
            raise traitlets.TraitError(f"{self.name} must be at most {self.most}, got {value!r}")
        return list(numbers)


class Padding(traitlets.TraitType):
    """A name, or whole numbers from 0 to `most`, kept as [[top, bottom], [left, right]].

    As in `convbook.ops`, one number is for all sides and (vertical, horizontal) for two sides each.
    """

    names = ("valid", "same", "same_tf", "full")

    def __init__(self, default_value, most=6, **kwargs):
        self.most = most
        super().__init__(default_value, **kwargs)

    def validate(self, obj, value):
        """Return the name, or the numbers as nested lists; or raise TraitError."""
        wanted = (
            f"{self.name} must be one of {', '.join(self.names)}, or 0 to {self.most} pixels: a number, "
            f"(vertical, horizontal) or ((top, bottom), (left, right)); got {value!r}"
        )
        if isinstance(value, str) and value in self.names:
            return value
        try:
            sides = np.array(read_padding(value)).tolist()
        except (TypeError, ValueError):
            raise traitlets.TraitError(wanted) from None
        if np.max(sides) > self.most:
            raise traitlets.TraitError(wanted)
        return sides


class Examples(traitlets.Dict):
    """A menu: {name: {trait: value}}, each entry completed by the defaults of the traits that it leaves out.

    The widget names the traits of an entry in `settings`; its `check(**settings)` raises ValueError for what does not
    fit together. Raises TraitError, which names the entry.
    """

    def __init__(self, menu, settings, **kwargs):
        self.menu, self.settings = menu, settings
        super().__init__(**kwargs)

    def default(self, obj=None):
        """Return the menu with all entries complete."""
        return {} if obj is None else self.validate(obj, self.menu)

    def validate(self, obj, value):
        """Return the menu with all entries complete, or raise TraitError."""
        return {name: self._complete(obj, name, entry) for name, entry in super().validate(obj, value).items()}

    def _complete(self, obj, name, entry):
        if unknown := ", ".join(set(entry) - set(self.settings)):
            raise traitlets.TraitError(f"{self.name}[{name!r}] may set {', '.join(self.settings)}; got {unknown}")
        traits = obj.traits()
        try:
            state = {
                trait: traits[trait].validate(obj, entry.get(trait, traits[trait].default(obj)))
                for trait in self.settings
            }
            obj.check(**state)
        except (traitlets.TraitError, ValueError) as error:
            raise traitlets.TraitError(f"{self.name}[{name!r}]: {error}") from None
        return state


def fit_together(*names):
    """Return the validator of these traits of a widget, whose `check(**them)` raises ValueError if they do not fit."""

    @traitlets.validate(*names)
    def validate(self, proposal):
        try:
            self.check(**{name: getattr(self, name) for name in names} | {proposal["trait"].name: proposal["value"]})
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None
        return proposal["value"]

    return validate
