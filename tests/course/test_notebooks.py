"""Notebooks that take far more memory and time than their files let one think."""

import json

import pytest
from classroom import as_bytes, handed_in

from notebooks import MOST_OBJECTS, parsed, too_much

MB = 10**6


def with_output(data):
    notebook = json.loads(as_bytes(handed_in()))
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")["outputs"] = [output]
    return json.dumps(notebook).encode()


@pytest.mark.parametrize(
    "data",
    [
        {"image/png": "iVBO" * (30 * MB // 4)},
        {"text/plain": [f"{number}\n" for number in range(MB // 2)]},
        {"text/html": '{"a\\": [1, 2], ' * (30 * MB // 16)},  # what looks like JSON in a string is none
    ],
)
def test_large_outputs_are_no_reason(data):
    assert too_much(with_output(data)) == ""


def test_a_large_output_is_read():
    assert parsed(with_output({"image/png": "iVBO" * (30 * MB // 4)})).cells


@pytest.mark.parametrize(
    "repeated", [b"{},", b"[],", b"1,", b'"",', b'""', b"[", b"{", b'{"x":{}},', b'"a\\"b",', b'"\\\\",']
)
def test_what_would_take_much_is_refused_at_a_glance(monkeypatch, repeated):
    monkeypatch.setattr("notebooks.MOST_OBJECTS", 2000)  # a hundredth, for the sake of time
    monkeypatch.setattr("notebooks.MOST_SIGNS", 30_000)
    data = b'{"nbformat": 4, "metadata": {"x": [' + repeated * (120_000 // len(repeated)) + b"{}]}}"
    with pytest.raises(ValueError, match="holds far more values than a notebook has"):
        parsed(data)


@pytest.mark.parametrize("end", [b"", b"\\", b'"'])
def test_a_string_without_an_end_is_looked_at_once(end):
    assert too_much(b"{" * 10 + b'"' + b'\\",{' * MB + end) == ""  # going back, it would take for ever


def test_the_limits_are_named(monkeypatch):
    monkeypatch.setattr("notebooks.MOST_BYTES", 2 * MB)
    assert too_much(b" " * (2 * MB + 1)) == "is larger than 2 MB"
    assert too_much(b'["' + b"{" * 2 * MOST_OBJECTS + b'"' + b",{}" * MOST_OBJECTS + b"]") == ""
    assert too_much(b'["' + b"{" * 2 * MOST_OBJECTS + b'"' + b",{}" * (MOST_OBJECTS + 1) + b"]")
