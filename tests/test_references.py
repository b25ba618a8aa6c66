"""The list of sources: nothing in it that no page needs. (A source that is missing fails the build.)"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEYS = re.findall(r"^@\w+\{(\w+),", (ROOT / "book" / "references.bib").read_text("utf-8"), re.MULTILINE)
PAGES = " ".join(
    path.read_text("utf-8")
    for path in [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("notebooks/exercises/*.ipynb"), *ROOT.glob("book/*.md")]
)
CITED = {*re.findall(r"\]\(#(\w+)\)", PAGES)}.union(
    *(keys.split(",") for keys in re.findall(r"{cite}`([^`]+)`", PAGES))
)


@pytest.mark.parametrize("key", KEYS)
def test_a_page_cites_it(key):
    assert key in CITED


def test_every_key_is_that_of_one_source():
    assert len(KEYS) == len(set(KEYS)) > 40
