"""Strange arguments for every public function: each call works, or says kindly and briefly what would have fitted.

The calls are the same in every run. A call of which no sense can be made raises a ValueError or a TypeError that names
the argument; never another exception, a warning of NumPy's, a message of a hundred lines, or a wait without an end.
"""

import faulthandler
import itertools
import random
import re
import tempfile
import warnings

import numpy as np
import pytest
from operation_calls import all_calls

from convbook import _arguments as arguments
from convbook import digits, fast, images, kernels, nn, ops, shapes

PATIENCE = 120  # seconds for all calls of one function, before the run is ended with a trace of where it hangs


class Grumpy:
    """Something that answers every question with an error of its own."""

    def __len__(self):
        raise RuntimeError("no length")

    def __repr__(self):
        raise RuntimeError("no words")

    def __index__(self):
        raise RuntimeError("no number")

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array")

    def __getitem__(self, index):
        raise RuntimeError("no items")

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    __hash__ = None


NO_NUMBERS = {
    "None": None,
    "True": True,
    "a name": "zeros!",
    "a digit": "3",
    "bytes": b"33",
    "a long string": "long " * 100_000,
    "an object": object(),
    "a type": int,
    "a function": len,
    "a dict": {0: 1, 1: 2},
    "a set": {1, 2},
    "counting on": itertools.count(),
    "a layer": shapes.Conv(8, 3),
    "something grumpy": Grumpy(),
    "complex": 1j,
}
NUMBERS = {
    "zero": 0,
    "minus one": -1,
    "a fraction": 2.5,
    "nan": np.nan,
    "infinity": np.inf,
    "a billion": 10**9 + 7,
    "beyond an index": 2**63,
    "thirty digits": 10**30,
    "too long to print": 10**5000,
    "a NumPy int": np.int8(2),
    "a NumPy float": np.float32(2),
    "a NumPy bool": np.True_,
}
SEQUENCES = {
    "nothing": (),
    "one": (1,),
    "two": [2, 1],
    "three": (1, 2, 3),
    "unequal pairs": ((1, 2), (3,)),
    "pairs": ((5, 6), [7, 8]),
    "fractions": (1.5, 2),
    "names": ["reflect", "same"],
    "no numbers": (None, None),
    "one too large": (1, 10**12),
    "many": [1] * 100_000,
    "grumpy ones": (Grumpy(), Grumpy()),
    "a range without an end": range(10**12),
    "rows of unequal length": [[1, 2], [3]],
    "nested": [[[[[[1.0]]]]]],
    "layers": [shapes.Conv(2, 1), shapes.Pool(2)],
}
ARRAYS = {
    "two numbers": np.array([2, 2]),
    "one number": np.array(3),
    "no number": np.array([]),
    "no pixels": np.zeros((1, 1, 0, 5)),
    "no channels": np.zeros((1, 0, 7, 6)),
    "no pictures": np.zeros((0, 4, 7, 6)),
    "nothing at all": np.zeros((0, 0, 0, 0)),
    "one pixel": np.ones((1, 1, 1, 1)),
    "five axes": np.zeros((1, 1, 1, 2, 2)),
    "channels last": np.zeros((2, 7, 6, 4)),
    "bools": np.ones((2, 4, 7, 6), bool),
    "whole numbers": np.ones((2, 4, 7, 6), np.uint64),
    "halves": np.full((2, 4, 7, 6), 60000, np.float16),
    "long doubles": np.ones((2, 4, 7, 6), np.longdouble),
    "the other way round": np.ones((2, 4, 7, 6), ">f4"),
    "not a number": np.full((2, 4, 7, 6), np.nan),
    "infinities": np.where(np.arange(6) % 2, np.inf, -np.inf) * np.ones((2, 4, 7, 1)),
    "large numbers": np.full((2, 4, 7, 6), 1e308),
    "a mask": np.ma.masked_less(np.zeros((2, 4, 7, 6)), 1),
    "imaginary": np.ones((2, 4, 7, 6)) * 1j,
    "words": np.array([["a", "b"]]),
    "objects": np.array([[None, 1]], dtype=object),
    "dates": np.array(["2020-01-01"], "datetime64[D]"),
    "records": np.zeros((2, 2), [("a", int)]),
    "infinite weights": np.full((6, 2, 3, 2), np.inf),
    "large weights": np.full((6, 2, 3, 2), 1e200),
}
STRANGE = NO_NUMBERS | NUMBERS | SEQUENCES | ARRAYS

STACK = [shapes.Conv(8, 3), shapes.Branches([[shapes.Conv(8, 1)], []]), shapes.Pool(2), shapes.Linear(3)]
SIZES = {
    "adaptive_windows": {"size": 7, "output_size": 3},
    "conv_macs": {"positions": 9, "in_channels": 4, "out_channels": 6, "kernel_size": 3, "groups": 2},
    "conv_output_size": {"size": 7, "kernel": 3, "stride": 2, "padding": 1, "dilation": 1},
    "conv_parameters": {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "groups": 2, "bias": True},
    "conv_transpose_output_size": {
        "size": 7,
        "kernel": 3,
        "stride": 2,
        "padding": 1,
        "output_padding": 1,
        "dilation": 1,
    },
    "cost": {"layers": STACK, "input_shape": (3, 9, 9)},
    "effective_kernel_size": {"kernel": 3, "dilation": 2},
    "linear_parameters": {"in_features": 4, "out_features": 3, "bias": True},
    "output_padding_for": {"size": 7, "kernel": 3, "stride": 2, "padding": 1, "dilation": 1},
    "padding_sides": {"padding": "same", "size": 7, "kernel": 3, "stride": 1, "dilation": 1},
    "pair": {"name": "value", "value": 2, "least": 1},
    "pool_output_size": {"size": 7, "kernel": 3, "stride": 2, "padding": 1, "dilation": 1, "ceil_mode": True},
    "read_layers": {"text": "[Conv(8, 3), Pool(2)]"},
    "receptive_field": {"layers": STACK, "axis": 1, "field": shapes.ONE_PIXEL},
    "same_padding": {"kernel": 3, "dilation": 2},
    "same_padding_tf": {"size": 7, "kernel": 3, "stride": 2, "dilation": 2},
    "summary": {"layers": STACK, "input_shape": (3, 9, 9)},
    "write_layers": {"layers": STACK},
    "whole": {"name": "value", "value": 2, "least": 1},
}
LAYERS = {
    "Activation": {"name": "GELU"},
    "AdaptivePool": {"output_size": 2},
    "Attention": {"heads": 2},
    "BatchNorm": {},
    "Block": {"name": "a block", "layers": [shapes.Conv(8, 1)]},
    "Branches": {"stacks": [[shapes.Conv(8, 1)], []], "join": "concat"},
    "Conv": {"out_channels": 8, "kernel_size": 3, "stride": 1, "padding": 1, "dilation": 1, "groups": 1, "bias": True},
    "ConvTranspose": {"out_channels": 8, "kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1}
    | {"groups": 1, "bias": True, "dilation": 1},
    "FirstToken": {},
    "Flatten": {},
    "Layer": {},
    "LayerNorm": {},
    "Linear": {"out_features": 3, "bias": True},
    "Pool": {"kernel_size": 2, "stride": 2, "padding": 1, "dilation": 1, "ceil_mode": True},
    "Scale": {},
    "Tokens": {},
}


def asked(kind, shape=(4, 9, 9), field=shapes.ONE_PIXEL, axis=0, **settings):
    """Make a layer and ask everything that it can answer."""
    layer = getattr(shapes, kind)(**settings)
    return layer.output_shape(shape), layer.cost(shape), layer.see(field, axis), shapes.summary([layer], shape)


def memory(bytes_per_number):
    return shapes.Cost(1, 2, 3).memory(bytes_per_number)


FUNCTIONS = {f"ops.{name}": (getattr(ops, name), call) for name, call in all_calls().items()}
FUNCTIONS |= {
    f"fast.{name}": (getattr(fast, name), call)
    for name, call in all_calls().items()
    if getattr(fast, name) is not getattr(ops, name)
}
FUNCTIONS |= {f"shapes.{name}": (getattr(shapes, name), call) for name, call in SIZES.items()}
FUNCTIONS |= {
    f"shapes.{name}": (asked, {"kind": name, "shape": (4, 9, 9), "field": shapes.ONE_PIXEL, "axis": 0} | settings)
    for name, settings in LAYERS.items()
}
FUNCTIONS |= {"shapes.Cost.memory": (memory, {"bytes_per_number": 4})}
FUNCTIONS |= {f"kernels.{name}": (getattr(kernels, name), {"size": 3}) for name in ("box", "gaussian")}
FUNCTIONS |= {f"images.{name}": (getattr(images, name), {"name": "cat"}) for name in ("path", "load", "credit")}
FUNCTIONS |= {"images.grey": (images.grey, {"picture": np.ones((4, 4, 3))})}

# name: the settings of a layer, what comes in, and what is asked of the way back
PICTURES = np.random.default_rng(0).standard_normal((2, 4, 7, 6))
FEATURES = PICTURES.reshape(2, -1)
MODULES = {
    "AdaptiveAvgPool2d": ({"output_size": (3, None)}, PICTURES),
    "AdaptiveMaxPool2d": ({"output_size": 2}, PICTURES),
    "AvgPool2d": (
        {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True, "count_include_pad": False},
        PICTURES,
    ),
    "BasicBlock": ({"in_channels": 4, "out_channels": 3, "stride": 2, "dtype": "float32"}, PICTURES),
    "BatchNorm2d": ({"num_features": 4, "eps": 1e-5, "momentum": 0.1, "dtype": "float64"}, PICTURES),
    "Conv2d": (
        {
            "in_channels": 4,
            "out_channels": 6,
            "kernel_size": (3, 2),
            "stride": 1,
            "padding": 1,
            "dilation": 1,
            "groups": 2,
        }
        | {"bias": True, "padding_mode": "reflect", "dtype": np.float32},
        PICTURES,
    ),
    "ConvTranspose2d": (
        {
            "in_channels": 4,
            "out_channels": 6,
            "kernel_size": 3,
            "stride": 2,
            "padding": 1,
            "output_padding": 1,
            "groups": 2,
        }
        | {"bias": True, "dilation": 1, "dtype": np.float32},
        PICTURES,
    ),
    "Dropout": ({"p": 0.5}, PICTURES),
    "Flatten": ({}, PICTURES),
    "LeakyReLU": ({"negative_slope": 0.1}, PICTURES),
    "Linear": ({"in_features": 168, "out_features": 3, "bias": True, "dtype": np.float32}, FEATURES),
    "MaxPool2d": ({"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 1, "ceil_mode": True}, PICTURES),
    "ReLU": ({}, PICTURES),
}


def trained_once(kind, x, dy, **settings):
    """Make a layer, and go through it and back."""
    layer = getattr(nn, kind)(**settings)
    return layer(x), layer.backward(dy)


def stepped(kind, **settings):
    """Make an optimiser and take a step."""
    getattr(nn, kind)(**settings).step()


def loss_and_back(kind, **given):
    loss = getattr(nn, kind)()
    return loss(*given.values()), loss.backward()


def loaded(state_dict):
    return nn.Linear(2, 1).load_state_dict(state_dict)


def optimizer_loaded(state_dict):
    nn.Adam([nn.Parameter([1.0])]).load_state_dict(state_dict)


def switched(mode):
    nn.Sequential(nn.ReLU()).train(mode)


def asked_for_layer(index):
    return nn.Sequential(nn.ReLU(), nn.ReLU())[index]


def fitted(x, y, validation, **settings):
    """Train a new network, so that no call spoils the next."""
    model = nn.Linear(3, 2)
    settings = {"optimizer": nn.SGD(model.parameters()), "epochs": 2} | settings
    return nn.fit(**{"model": model, "x": x, "y": y, "validation": validation} | settings)


def saved(state_dict, path="never written"):
    nn.save(state_dict, tempfile.gettempdir() + "/convbook_strange" if path == "never written" else path)


def told_to_save(path):
    """Look at what `save` makes of a name without leaving files of strange names behind."""
    return arguments.read_path(path)


POINTS = {"x": [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "y": [0, 1]}
WEIGHT = {"weight": np.zeros((4, 3, 2, 2))}
PARAMETERS = {"parameters": [nn.Parameter([1.0, 2.0])], "lr": 0.1}
FUNCTIONS |= {
    f"nn.{name}": (
        trained_once,
        {"kind": name} | settings | {"x": x, "dy": np.ones(getattr(nn, name)(**settings)(x).shape)},
    )
    for name, (settings, x) in MODULES.items()
}
FUNCTIONS |= {
    "nn.Adam": (stepped, {"kind": "Adam"} | PARAMETERS | {"betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.1}),
    "nn.SGD": (stepped, {"kind": "SGD"} | PARAMETERS | {"momentum": 0.9, "weight_decay": 0.1, "nesterov": True}),
    "nn.CrossEntropyLoss": (loss_and_back, {"kind": "CrossEntropyLoss", "logits": np.ones((2, 3)), "labels": [0, 2]}),
    "nn.MSELoss": (loss_and_back, {"kind": "MSELoss", "y": [1.0, 2.0], "target": [3, 4]}),
    "nn.Module.load_state_dict": (loaded, {"state_dict": {"weight": [[1, 2]], "bias": [0]}}),
    "nn.Module.train": (switched, {"mode": False}),
    "nn.Optimizer.load_state_dict": (
        optimizer_loaded,
        {"state_dict": {"steps": np.array(3), "exp_avg": np.zeros(1), "exp_avg_sq": np.zeros(1)}},
    ),
    "nn.Parameter": (nn.Parameter, {"data": [1.0, 2.0]}),
    "nn.Buffer": (nn.Buffer, {"data": [1, 2]}),
    "nn.Sequential": (lambda layers: nn.Sequential(layers), {"layers": nn.ReLU()}),
    "nn.Sequential.index": (asked_for_layer, {"index": 1}),
    "nn.evaluate": (
        nn.evaluate,
        {"model": nn.Linear(3, 2)} | POINTS | {"loss": nn.CrossEntropyLoss(), "batch_size": 1},
    ),
    "nn.fit": (
        fitted,
        POINTS | {"validation": None, "epochs": 2, "loss": None, "batch_size": 1, "seed": 1, "progress": False},
    ),
    "nn.fit.with": (fitted, POINTS | {"validation": None, "model": nn.Linear(3, 2), "progress": False}),
    "nn.fuse_conv_bn_eval": (nn.fuse_conv_bn_eval, {"conv": nn.Conv2d(1, 2, 3), "bn": nn.BatchNorm2d(2)}),
    "nn.gradient_check": (
        nn.gradient_check,
        {"layer": nn.LeakyReLU(), "x": [1.0, -2.0], "epsilon": 1e-5, "most": 3, "seed": 1},
    ),
    "nn.load": (told_to_save, {"path": "mine.npz"}),
    "nn.save": (saved, {"state_dict": {"a": np.ones(2)}}),
    "nn.log_softmax": (nn.log_softmax, {"logits": np.ones((2, 3))}),
    "nn.softmax": (nn.softmax, {"logits": np.ones((2, 3))}),
    "nn.manual_seed": (nn.manual_seed, {"seed": 1}),
    "nn.predict": (nn.predict, {"model": nn.Linear(3, 2), "x": POINTS["x"], "batch_size": 1}),
    "nn.init.kaiming_normal_": (nn.init.kaiming_normal_, WEIGHT | {"a": 0.1, "mode": "fan_out"}),
    "nn.init.kaiming_uniform_": (nn.init.kaiming_uniform_, WEIGHT | {"a": 0.1, "mode": "fan_out"}),
    "nn.init.xavier_normal_": (nn.init.xavier_normal_, WEIGHT | {"gain": 2}),
    "nn.init.xavier_uniform_": (nn.init.xavier_uniform_, WEIGHT | {"gain": 2}),
    "nn.init.normal_": (nn.init.normal_, WEIGHT | {"mean": 1, "std": 2}),
    "nn.init.constant_": (nn.init.constant_, WEIGHT | {"value": 2}),
    "digits.split": (digits.split, {"seed": 1, "test": 100}),
    "digits.trained_state": (digits.trained_state, {"epoch": 12}),
    "digits.network": (digits.network, {"channels": (4, 8), "dtype": "float64"}),
}

NOT_ASKED = {"kernels.learnt": "takes no argument"}
NOT_ASKED |= {f"shapes.{name}": "holds numbers and checks nothing" for name in ("Cost", "ReceptiveField", "Step")}


NOT_ASKED |= {
    "nn.Module": "is for layers of one's own",
    "nn.Optimizer": "is for optimisers of one's own",
    "nn.GradientReport": "holds what was found and checks nothing",
    "nn.init.uniform": "is for the layers",
    "digits.load": "takes no argument",
    "digits.credit": "takes no argument",
    "digits.trained_epochs": "takes no argument",
    "digits.Split": "holds arrays and checks nothing",
}


def test_every_public_function_is_asked():
    public = {
        f"{module.__name__.removeprefix('convbook.')}.{name}": getattr(module, name)
        for module in (ops, fast, nn, nn.init, shapes, kernels, images, digits)
        for name in vars(module)
        if not name.startswith("_")
        and callable(getattr(module, name))
        and getattr(getattr(module, name), "__module__", "").startswith(module.__name__)
    }
    assert set(public) - set(FUNCTIONS) == set(NOT_ASKED)


def hostile_calls(name, base):
    """Yield calls in which every argument has once been every strange thing, and some with two or three of them."""
    settings = [
        key for key in base if key != "kind" and not (name in ("shapes.pair", "shapes.whole") and key == "name")
    ]
    for key, value in itertools.product(settings, STRANGE):
        yield {key: value}
    chance = random.Random(name)
    for _ in range(100 if len(settings) > 1 else 0):
        chosen = chance.sample(settings, chance.randint(2, min(3, len(settings))))
        yield {key: chance.choice(list(STRANGE)) for key in chosen}


def complaint(function, base, strange):
    """Call the function and return what is wrong with how it took the strange arguments."""
    call = base | {key: STRANGE[value] for key, value in strange.items()}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            function(**call)
    except (TypeError, ValueError) as error:
        words = str(error)
        names = "|".join(map(re.escape, [*base, "kernel"]))
        if not re.search(rf"\b(?:{names})\b", words):
            return f"no argument is named: {words}"
        if type(error) is TypeError and not re.search("|".join(map(re.escape, strange)), words):
            return f"another argument is named: {words}"
        if len(words) > 400 or words.count("\n") > 3:
            return f"too many words: {len(words)}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_strange_call_works_or_is_told_what_would_fit(name):
    function, base = FUNCTIONS[name]
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    try:
        function(**base)  # as it should be
        found = [(strange, complaint(function, base, strange)) for strange in hostile_calls(name, base)]
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert [each for each in found if each[1]] == []
