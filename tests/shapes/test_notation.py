"""Networks as text: what is written is read again, nothing is executed, and errors name the line and what would fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convbook.shapes import (
    Activation,
    AdaptivePool,
    Attention,
    BatchNorm,
    Block,
    Branches,
    Conv,
    ConvTranspose,
    Layer,
    Linear,
    Pool,
    Tokens,
    read_layers,
    write_layers,
)

SIZES = st.integers(1, 9) | st.tuples(st.integers(1, 9), st.integers(1, 9))
LAYERS = st.one_of(
    st.builds(Conv, st.integers(1, 9), SIZES, SIZES, SIZES | st.just("same"), SIZES, st.integers(1, 3), st.booleans()),
    st.builds(ConvTranspose, st.integers(1, 9), SIZES, SIZES, output_padding=st.integers(0, 2), bias=st.booleans()),
    st.builds(Pool, SIZES, st.none() | SIZES, ceil_mode=st.booleans()),
    st.builds(AdaptivePool, SIZES),
    st.builds(Linear, st.integers(1, 9), st.booleans()),
    st.builds(Activation, st.sampled_from(["ReLU", "GELU", 'a "strange" one', "ü\n"])),
    st.builds(Attention, st.integers(1, 3)),
    st.sampled_from([BatchNorm(), Tokens(), Layer()]),
)
NESTED = st.recursive(
    LAYERS,
    lambda inner: (
        st.builds(Block, st.text(max_size=5), st.lists(inner, max_size=3))
        | st.builds(
            Branches,
            st.lists(st.lists(inner, max_size=3), min_size=1, max_size=3),
            st.sampled_from(["add", "concat", "multiply"]),
        )
    ),
    max_leaves=8,
)


@given(st.lists(NESTED, max_size=5), st.integers(1, 3))
def test_what_is_written_is_read_again(layers, times):
    assert read_layers(write_layers(layers * times)) == layers * times


def test_repeats_are_written_once():
    stage = [Conv(8, 3, padding=1), Activation()] * 3 + [Pool(2)]
    assert write_layers(stage) == "[Conv(8, 3, padding=1), Activation()] * 3 + [Pool(2)]"
    assert write_layers([Pool(3, 2), Pool(2)]) == "[Pool(3, stride=2), Pool(2)]"
    assert write_layers([]) == "[]"


def test_lists_are_added_and_repeated_on_either_side():
    text = "2 * [Conv(8, 3)] + [\n  # comments may stand here\n  Pool(2),\n]"
    assert read_layers(text) == [Conv(8, 3), Conv(8, 3), Pool(2)]
    assert read_layers("[Branches([[Conv(8, 3)] * 2, []])]") == [Branches([[Conv(8, 3), Conv(8, 3)], []])]


ERRORS = {
    "Conv(8, 3)": "line 1: a network is a list of layers such as",
    "[Conv(8, 3)": "line 1: this is no list of layers such as",
    "": "line 1: this is no list of layers such as",
    "[\n  Convv(8, 3),\n]": "line 2: Convv is no layer; there are Conv, ConvTranspose, Pool",
    "[Conv(8)]": "line 1: Conv needs kernel_size",
    "[Conv()]": "line 1: Conv needs out_channels and kernel_size",
    "[Conv(8, 3, strides=2)]": "line 1: Conv has no setting strides; it has out_channels, kernel_size, stride",
    "[Conv(8, 3, kernel_size=3)]": "line 1: Conv has kernel_size twice",
    "[Flatten(2)]": "line 1: Flatten takes no settings, got 1",
    "[Linear(1, True, 2)]": "line 1: Linear takes at most 2, got 3",
    "[Branches([[]], 'subtract')]": "line 1: Branches: join must be one of 'add', 'concat', 'multiply'",
    "[Branches([Conv(8, 3)])]": "line 1: Branches: stacks must be a list of lists of layers",
    "[8, 3]": "line 1: layers must hold layers such as Conv",
    "[Conv(8, 3)] + 2": "line 1: lists can be added to lists",
    "[Conv(8, 3)] * 99999": "line 1: a list can have at most 5,000 layers",
    "[Block('a', [Block('b', [Conv(8, 3)] * 4000)] * 4000)] * 4000": "text must have at most 5,000 layers",
    "[Conv(8, 3)] * -1": "line 1: '-1' is neither a layer nor a list nor a number",
    "[Conv(x, 3)]": "line 1: 'x' is neither a layer nor a list nor a number",
    "[Conv(8, 3, **{})]": "line 1: Conv has no setting None",
    "[__import__('os').system('ls')]": "line 1: __import__",
    "[" * 70 + "]" * 70: "lists can lie within each other",
}


@pytest.mark.parametrize("text", ERRORS)
def test_what_is_no_description_is_told_its_line_and_what_would_fit(text):
    with pytest.raises(ValueError) as told:
        read_layers(text)
    assert ERRORS[text] in str(told.value)


def test_only_text_is_read_and_only_our_layers_are_written():
    with pytest.raises(TypeError, match="text must be a description"):
        read_layers(3)
    with pytest.raises(ValueError, match="at most 50,000 letters"):
        read_layers("[" + " " * 60_000 + "]")

    class Mine(Layer):
        pass

    with pytest.raises(TypeError, match=r"layers must be those of convbook.shapes"):
        write_layers([Mine()])
