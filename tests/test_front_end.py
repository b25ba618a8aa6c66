"""Whatever a front end, a link or a student hands to a widget: the last good state, or a TraitError of one line."""

import io
import json
import random
import struct
import tracemalloc
import zlib
from contextlib import suppress

import numpy as np
import pytest
from ipywidgets import DOMWidget
from PIL import Image
from traitlets import TraitError

from convbook import images, widgets
from convbook.widgets import FilterLab, ReceptiveField, SlidingWindow
from convbook.widgets.picture import PNG, address, pixels, png
from convbook.widgets.traits import LARGEST, LINE

JUNK = [
    *[None, True, False, 0, 1, 3, -1, 2.5, 1e308, 10**30, "", "x" * 5000, "toString", "__proto__", "same", "same_tf"],
    *[[], [[]], [[[]]], {}, {"a": 1}, [None], [[None]], [1, [2]], [[1], [2, 3]], [["a"]], [["1"]], [[True]], [[1e300]]],
    *[
        ["output", 0],
        ["output", 0, 0],
        ["output", 1e9, 0],
        [["output"], 0, 0],
        ["constructor", 1, 1],
        ["input", True, 0],
    ],
    *[{"a": [[1], [2, 3]]}, {"a": {"kernel": [[1]]}}, {"a": {"size": {}}}, {"x" * 5000: [1]}, {"a": [[1.0]]}],
    *[[[1.0] * 16] * 16, [[1.0] * 3] * 3, [[1.0] * 400] * 400, [[0, 1], [2, 3]], [[0.5, 1], [2, 3]], [1, 2], [True, 1]],
    *[[{"kind": "conv"}], [{"kind": ["x"]}], [{"kernel": True}], [{"kind": "add"}], [{}] * 60, [1], "own:1", "own:x"],
    *["camera", PNG, PNG + "A" * 100, PNG + "é", address(png([[0, 255]])), "data:text/html,<b>"],
]


@pytest.mark.parametrize("name", widgets.__all__)
def test_strange_messages_change_all_or_nothing_and_are_answered_in_a_line(name):
    dice = random.Random(name)
    widget = getattr(widgets, name)()
    names = list(widget.page_state())
    refused = 0
    for _ in range(150):
        message = {trait: dice.choice(JUNK) for trait in dice.sample(names, dice.randint(1, 4))}
        before = widget.page_state()
        try:
            widget.set_state(message)
        except TraitError as error:
            refused += 1
            assert any(trait in str(error) for trait in message), error
            assert "\n" not in str(error)
            assert len(str(error)) <= LINE
            assert widget.page_state() == before, message
        else:
            type(widget)(**{trait: getattr(widget, trait) for trait in widget._admits})  # which checks all of them
    assert refused > 100
    assert widget.description()
    assert repr(widget).startswith(name)


def test_a_value_error_on_the_way_brings_the_last_state_back():
    widget = SlidingWindow()
    before = widget.page_state()
    with pytest.raises(TraitError, match="bias must be a finite number"):
        widget.set_state({"kernel": np.ones((5, 5)).tolist(), "input": [[1.0]], "bias": "many"})
    assert widget.page_state() == before
    with pytest.raises(ZeroDivisionError), widget.hold_trait_notifications():
        widget.kernel = [[1.0]]
        1 / 0  # noqa: B018
    assert widget.page_state() == before


def test_a_front_end_that_was_refused_hears_the_good_state_again():
    widget, sent = SlidingWindow(), []
    widget.send_state = sent.append
    with pytest.raises(TraitError):
        widget.set_state({"bias": "many", "stranger": 1})
    assert sent == [["bias"]]


def test_a_pin_may_change_together_with_the_sizes():
    widget = SlidingWindow()
    with widget.hold_trait_notifications():
        widget.input, widget.kernel, widget.pinned = [[1.0]], [[1.0]], ("output", 0, 0)
    assert widget.output.tolist() == [[1.0]]
    with pytest.raises(TraitError, match=r"'output' with 2.*got \('output', 0\)"):
        widget.pinned = ("output", 0)


@pytest.mark.parametrize("size", [True, np.True_, "15", 15.0])
def test_what_only_looks_like_a_whole_number_is_none(size):
    with pytest.raises(TraitError, match="size must be a whole number from 1 to 512; got"):
        ReceptiveField(size=size)


@pytest.mark.parametrize("number", [LARGEST * 1.001, -1e308])
def test_a_number_too_large_to_draw_is_refused_kindly(number):
    for trait, value in {"bias": number, "input": np.full((3, 3), number)}.items():
        with pytest.raises(TraitError, match=rf"{trait} must be .*from -1e\+09 to 1e\+09; got"):
            SlidingWindow(**{trait: value})
    assert SlidingWindow(bias=LARGEST).bias == LARGEST


def with_flags(value):
    """Yield `value` with one of its numbers, however deep, replaced by a truth value; nothing if it holds none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield from (True, np.False_)
    for at, part in enumerate(value) if isinstance(value, list) else ():
        yield from ([*value[:at], changed, *value[at + 1 :]] for changed in with_flags(part))


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_truth_value_is_no_number_in_any_trait(name):
    widget, tried = getattr(widgets, name)(), 0
    more = {"padding": [[0, 0], [1, 1]], "second": [[1.0, 2.0]]}
    for trait, schema in widget._admits.items():
        if schema == {"type": "boolean"}:
            continue
        for value in with_flags(more.get(trait, getattr(widget, trait))):
            before, tried = widget.page_state(), tried + 1
            for change in (lambda: widget.set_state({trait: value}), lambda: setattr(widget, trait, value)):  # noqa: B023
                with pytest.raises(TraitError, match=trait):
                    change()
                assert widget.page_state() == before
    assert tried


@pytest.mark.parametrize("value", [[[True]], [[True, 2.0]], np.ones((2, 2), bool), [np.array([True, False])]])
def test_truth_values_are_no_matrix_and_no_picture(value):
    for widget, trait in ((SlidingWindow, "kernel"), (FilterLab, "picture")):
        with pytest.raises(TraitError, match=f"{trait} must be .*"):
            widget(**{trait: value})


# ---- what is the author's ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_front_end_changes_only_what_the_view_changes(name):
    widget, sent = getattr(widgets, name)(), []
    widget.send_state = sent.append
    authors = [trait for trait in widget.keys if trait not in widget._admits and not hasattr(DOMWidget, trait)]
    assert {"_esm", "_css"} < set(authors)
    for trait in authors:
        before = getattr(widget, trait)
        with pytest.raises(TraitError, match=f"{trait} is the author's; a view may change "):
            widget.set_state({next(iter(widget._admits)): None, trait: before})
        assert getattr(widget, trait) is before
        assert trait in sent.pop()


@pytest.mark.parametrize("widget", [FilterLab, ReceptiveField])
def test_what_is_read_only_is_so_for_everybody(widget):
    shown = widget()
    for change in (lambda: shown.set_state({"pictures": ["x", 1]}), lambda: setattr(shown, "pictures", ["x"])):
        with pytest.raises(TraitError, match="pictures"):
            change()
    assert shown.pictures == list(images.NAMES)


# ---- pictures ------------------------------------------------------------------------------------------------------


def large_png(height, width):
    """Return a PNG of zeros, a thousand times smaller than its pixels."""
    file = io.BytesIO()
    Image.new("L", (width, height)).save(file, "PNG")
    return file.getvalue()


def test_a_large_picture_is_refused_before_it_is_decoded():
    small = address(large_png(12_000, 12_000))
    assert len(small) < 250_000
    tracemalloc.start()
    with pytest.raises(TraitError, match=r"picture must be .*1 to 1024 pixels a side; got a PNG of 12000×12000 pixels"):
        FilterLab().set_state({"picture": small})
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_a_picture_that_lies_about_its_size_stays_within_it():
    """A header of 8×8 above the pixels of 8000×8000: no more than 8 rows come out of it."""
    rows = zlib.compress(bytes(8001 * 8000))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    lab = FilterLab()
    with suppress(TraitError):
        lab.picture = address(file)
        assert pixels(lab.picture).shape == (8, 8)


@pytest.mark.parametrize("seed", range(60))
def test_a_broken_picture_is_a_trait_error(seed):
    dice = random.Random(seed)
    file = bytearray(png(np.arange(400).reshape(20, 20) % 256))
    for _ in range(dice.randint(1, 12)):
        file[dice.randrange(len(file))] = dice.randrange(256)
    lab = FilterLab()
    try:
        lab.picture = address(bytes(file[: dice.choice([len(file), dice.randrange(len(file))])]))
    except TraitError as error:
        assert "picture must be" in str(error)
        assert lab.picture == "camera"
    else:
        assert pixels(lab.picture).shape == (20, 20)


def test_an_address_longer_than_any_picture_is_not_even_read():
    with pytest.raises(TraitError, match=r"got an address of 12000\d\d\d letters"):
        FilterLab(picture=PNG + "A" * 12_000_100)


# ---- what the page is told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", widgets.__all__)
def test_the_page_is_told_of_every_trait_but_menus(name):
    widget = getattr(widgets, name)()
    menus = {"patterns", "presets", "examples", "pictures", "networks", "own_weights"}
    assert set(widget._admits) == set(widget.page_state()) - menus
    assert json.loads(json.dumps(widget._admits)) == widget._admits
