"""The kinds of traits that the widgets have: each keeps plain JSON, and says what would fit when something does not.

What the reader may change has a `schema()`, the JSON Schema of its plain JSON. The page checks links, Undo and edits
by it (`arithmetic/schema.js`), so that it takes what Python takes; menus have none, for they are the author's. Python
reads more than it keeps: one number for both axes, arrays of NumPy. Beside JSON Schema's own there is one keyword
more, `rectangular`: all rows have the same length, along every axis.
"""

import reprlib

import numpy as np
import traitlets

from convbook import shapes
from convbook._arguments import read_padding

LARGEST = 1e9  # the size of a number: products of two still have all their digits, and every shade can be drawn
LAST_PIXEL = 1023  # the largest index of a cell that can be pinned: a picture has at most 1024 pixels a side
LINE = 300  # letters of an error
BRIEF = reprlib.Repr()
BRIEF.maxstring = BRIEF.maxother = 60


def shown(value) -> str:
    """Return what `value` looks like, in part if it is long, on one line.

    >>> shown(list(range(1000))), shown("x" * 1000)
    ('[0, 1, 2, 3, 4, 5, ...]', "'xxxxxxxxxxxxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxxxxxxxxxx'")
    """
    return " ".join(BRIEF.repr(value).split())


def one_line(message) -> str:
    """Return the text of an error, cut where a line ends."""
    text = " ".join(str(message).split())
    return text if len(text) <= LINE else text[: LINE - 1] + "…"


def copied(value):
    """Return `value`, and of a list a copy, with the lists in it."""
    return [copied(part) for part in value] if isinstance(value, list) else value


class Kind:
    """What the kinds share: a schema, one way to refuse, and that nobody changes in place what is held and shown."""

    def get(self, obj, cls=None):
        """Return a copy of what is held, to be changed and assigned."""
        return copied(super().get(obj, cls))

    def schema(self) -> dict:
        """Return the JSON Schema of what this trait may hold."""
        own = self._schema()
        return {"anyOf": [own, {"type": "null"}]} if self.allow_none else own

    def _refuse(self, wanted, got):
        raise traitlets.TraitError(one_line(f"{self.name} must be {wanted}; got {got}"))


def is_whole(value, least, most) -> bool:
    """Say whether this is a whole number, and no truth value, from `least` to `most`."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and least <= value <= most


def holds_flag(value) -> bool:
    """Say whether this is True or False, which Python takes for 1 and 0, or a list or an array with one in it."""
    if isinstance(value, list | tuple):
        return any(map(holds_flag, value))
    return isinstance(value, bool) or (isinstance(value, np.ndarray | np.generic) and value.dtype.kind == "b")


def whole_schema(least, most) -> dict:
    """Return the schema of whole numbers from `least` to `most`."""
    return {"type": "integer", "minimum": least, "maximum": most}


def list_schema(item, shortest, longest) -> dict:
    """Return the schema of a list of such items."""
    return {"type": "array", "minItems": shortest, "maxItems": longest, "items": item}


class Flag(Kind, traitlets.Bool):
    """True or False."""

    def validate(self, obj, value):
        """Return `value`, or raise TraitError."""
        if not isinstance(value, bool | np.bool_):
            self._refuse("True or False", shown(value))
        return bool(value)

    def _schema(self):
        return {"type": "boolean"}


class Whole(Kind, traitlets.Int):
    """A whole number from `least` to `most`."""

    def __init__(self, default_value, least=0, most=int(LARGEST), **kwargs):
        self.least, self.most = least, most
        super().__init__(default_value, **kwargs)

    def validate(self, obj, value):
        """Return `value` as an int, or raise TraitError."""
        if not is_whole(value, self.least, self.most):
            self._refuse(f"a whole number from {self.least} to {self.most}", shown(value))
        return int(value)

    def _schema(self):
        return whole_schema(self.least, self.most)


class Choice(Kind, traitlets.Enum):
    """One of several words."""

    def validate(self, obj, value):
        """Return `value`, or raise TraitError."""
        if not isinstance(value, str) or value not in self.values:
            self._refuse(f"one of {', '.join(map(repr, self.values))}", shown(value))
        return value

    def _schema(self):
        return {"enum": list(self.values)}


class Tensor(Kind, traitlets.TraitType):
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
            f"a {self.ndim}-D array of finite numbers, "
            f"{self.shortest} to {self.longest} along {'its axes' if isinstance(self.longest, tuple) else 'each axis'}"
        )
        try:
            array = np.asarray(value)
        except (TypeError, ValueError, OverflowError, RecursionError):
            self._refuse(wanted, shown(value))
        if array.dtype.kind not in "iuf":
            self._refuse(wanted, shown(value))
        fits = array.ndim == self.ndim and np.clip(array.shape, self.shortest, self.longest).tolist() == [*array.shape]
        if not fits:
            self._refuse(wanted, f"shape {array.shape}")
        if holds_flag(value):
            self._refuse(wanted, shown(value))
        if not np.isfinite(array).all():
            self._refuse(wanted, f"{array[~np.isfinite(array)][0]} in it")
        array = array.astype(float)
        if np.abs(array).max() > LARGEST:
            self._refuse(
                f"an array of numbers from {-LARGEST:g} to {LARGEST:g}", f"{array.flat[np.abs(array).argmax()]:g}"
            )
        return array.tolist()

    def _schema(self):
        axes = self.longest if isinstance(self.longest, tuple) else (self.longest,) * self.ndim
        schema = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
        for longest in reversed(axes):
            schema = list_schema(schema, self.shortest, longest)
        return {**schema, "rectangular": True}


class Finite(Kind, traitlets.Float):
    """A float that is neither NaN nor infinite, nor too large to be drawn."""

    def validate(self, obj, value):
        """Return `value` as a float, or raise TraitError."""
        value = value.item() if isinstance(value, np.generic) else value
        if not isinstance(value, int | float) or isinstance(value, bool):
            self._refuse("a finite number, a float", shown(value))
        if not abs(value) <= LARGEST:  # NaN is in no order
            wanted = f"a number from {-LARGEST:g} to {LARGEST:g}" if np.isfinite(float(value)) else "a finite number"
            self._refuse(wanted, shown(value))
        return float(value)

    def _schema(self):
        return {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}


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
        for name, array in entries(self, value):
            entry = Tensor(None, **self.tensor)
            entry.name = f"{self.name}[{shown(name)}]"
            checked[name] = entry.validate(obj, array)
        return checked


def entries(menu, value):
    """Return the (name, entry) pairs of a menu; raise TraitError if it is none."""
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise traitlets.TraitError(one_line(f"{menu.name} must be a menu, {{name: entry}}; got {shown(value)}"))
    return value.items()


class Pin(Kind, traitlets.List):
    """The cell that stays lit: (role, index, ...) such as ("output", 1, 1), or () for none.

    `roles` lists the roles, each with two indices, or says {role: how many indices it has}.
    """

    def __init__(self, roles, default_value=(), **kwargs):
        self.roles = roles if isinstance(roles, dict) else dict.fromkeys(roles, 2)
        super().__init__(default_value=list(default_value), **kwargs)

    def validate(self, obj, value):
        """Return `value` as a list, or raise TraitError."""
        pin = list(value) if isinstance(value, list | tuple) else [value]
        known = bool(pin) and isinstance(pin[0], str) and self.roles.get(pin[0]) == len(pin) - 1
        if pin and not (known and all(is_whole(index, 0, LAST_PIXEL) for index in pin[1:])):
            roles = ", ".join(f"{role!r} with {count}" for role, count in self.roles.items())
            self._refuse(f"() or a role of {roles} indices from 0 to {LAST_PIXEL}", shown(value))
        return [pin[0], *map(int, pin[1:])] if pin else []

    def _schema(self):
        def cell(roles, count):
            role = {"type": "string", "enum": roles}
            return list_schema(whole_schema(0, LAST_PIXEL), count + 1, count + 1) | {"prefixItems": [role]}

        counts = sorted(set(self.roles.values()))
        pins = [cell([role for role in self.roles if self.roles[role] == count], count) for count in counts]
        return {"anyOf": [*pins, {"type": "array", "maxItems": 0}]}


class Channels(Kind, traitlets.List):
    """Some of `count` channels, by their numbers from 0."""

    def __init__(self, count, default_value=(), **kwargs):
        self.count = count
        super().__init__(default_value=list(default_value), **kwargs)

    def validate(self, obj, value):
        """Return `value` as a list of ints, or raise TraitError."""
        channels = list(value) if isinstance(value, list | tuple | set | range | np.ndarray) else [None]
        if len(channels) > self.count or not all(is_whole(n, 0, self.count - 1) for n in channels):
            self._refuse(f"a list of channels from 0 to {self.count - 1}", shown(value))
        return list(map(int, channels))

    def _schema(self):
        return list_schema(whole_schema(0, self.count - 1), 0, self.count)


class Shift(Kind, traitlets.List):
    """A move by (down, right) whole pixels, each from -`limit` to `limit`; negative is up and left."""

    def __init__(self, limit, default_value=(0, 0), **kwargs):
        self.limit = limit
        super().__init__(default_value=list(default_value), **kwargs)

    def validate(self, obj, value):
        """Return `value` as a list of two ints, or raise TraitError."""
        moves = list(value) if isinstance(value, list | tuple | np.ndarray) else []
        if len(moves) != 2 or not all(is_whole(n, -self.limit, self.limit) for n in moves):
            self._refuse(f"two whole numbers (down, right) from -{self.limit} to {self.limit}", shown(value))
        return [int(n) for n in moves]

    def _schema(self):
        return list_schema(whole_schema(-self.limit, self.limit), 2, 2)


class Pair(Kind, traitlets.TraitType):
    """Two whole numbers (vertical, horizontal), each from `least` to `most`; one number stands for both."""

    def __init__(self, default_value, least=1, most=6, **kwargs):
        self.least, self.most = least, most
        super().__init__(list(default_value), **kwargs)

    def validate(self, obj, value):
        """Return `value` as a list of two ints, or raise TraitError."""
        try:
            numbers = shapes.pair(self.name, value, self.least)
        except (TypeError, ValueError) as error:
            raise traitlets.TraitError(one_line(error)) from None
        if max(numbers) > self.most:
            self._refuse(f"at most {self.most}", shown(value))
        if holds_flag(value):
            self._refuse("an integer or a pair of integers", shown(value))
        return list(numbers)

    def _schema(self):
        return list_schema(whole_schema(self.least, self.most), 2, 2)


class Padding(Kind, traitlets.TraitType):
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
            f"one of {', '.join(self.names)}, or 0 to {self.most} pixels: a number, "
            "(vertical, horizontal) or ((top, bottom), (left, right))"
        )
        if isinstance(value, str) and value in self.names:
            return value
        try:
            sides = np.array(read_padding(value)).tolist()
        except (TypeError, ValueError):
            self._refuse(wanted, shown(value))
        if np.max(sides) > self.most or holds_flag(value):
            self._refuse(wanted, shown(value))
        return sides

    def _schema(self):
        sides = list_schema(list_schema(whole_schema(0, self.most), 2, 2), 2, 2)
        return {"anyOf": [{"type": "string", "enum": list(self.names)}, sides]}


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
        return {name: self._complete(obj, name, entry) for name, entry in entries(self, value)}

    def _complete(self, obj, name, entry):
        name = f"{self.name}[{shown(name)}]"
        if not isinstance(entry, dict):
            raise traitlets.TraitError(one_line(f"{name} must be {{trait: value}}; got {shown(entry)}"))
        if unknown := ", ".join(map(shown, set(entry) - set(self.settings))):
            raise traitlets.TraitError(one_line(f"{name} may set {', '.join(self.settings)}; got {unknown}"))
        traits = obj.traits()

        def kept(trait, value):
            return None if value is None and trait.allow_none else trait.validate(obj, value)

        try:
            state = {name: kept(traits[name], entry.get(name, traits[name].default(obj))) for name in self.settings}
            obj.check(**state)
        except (traitlets.TraitError, ValueError) as error:
            raise traitlets.TraitError(one_line(f"{name}: {error}")) from None
        return state


def fit_together(*names):
    """Return the validator of these traits of a widget, whose `check(**them)` raises ValueError if they do not fit."""

    @traitlets.validate(*names)
    def validate(self, proposal):
        try:
            self.check(**{name: getattr(self, name) for name in names} | {proposal["trait"].name: proposal["value"]})
        except ValueError as error:
            raise traitlets.TraitError(one_line(error)) from None
        return proposal["value"]

    return validate
