"""The page made from docstrings: every public name is on it, and nothing else is."""

import re
from pathlib import Path

import pytest

from api_page import fields
from convbook import nn, ops, shapes

PAGE = (Path(__file__).parents[1] / "book" / "api.md").read_text("utf-8")
LISTED = re.compile(r"^\.\. auto(?:function|class):: (\w+)$", re.MULTILINE)


def public_names(module):
    return {name for name in module.__all__ if callable(getattr(module, name))}


@pytest.mark.parametrize("module", [ops, nn, shapes])
def test_every_public_name_is_on_the_page_once(module):
    blocks = re.findall(r"```\{eval-rst\}\n\.\. currentmodule:: (\S+)\n(.*?)```", PAGE, re.DOTALL)
    listed = [name for where, block in blocks if where == module.__name__ for name in LISTED.findall(block)]
    assert sorted(listed) == sorted(public_names(module))


def test_errors_and_sources_become_fields_wherever_they_stand():
    assert fields("Raises ValueError. Source: Shi et al. (2016).") == [
        ":Raises: ValueError.",
        ":Source: Shi et al. (2016).",
    ]
    assert fields("Only prose, which raises no error.") == ["Only prose, which raises no error."]


@pytest.mark.parametrize("module", [ops, nn, shapes])
def test_every_docstring_on_the_page_has_both_fields_or_says_what_it_raises(module):
    for name in public_names(module):
        text = " ".join(getattr(module, name).__doc__.split())
        assert any(part.startswith(":Source: ") for part in fields(text)), name
