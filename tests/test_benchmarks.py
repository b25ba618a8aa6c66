"""What the benchmark of pages takes from a built book: a mistake there would measure something else."""

import importlib.util
from pathlib import Path

import pytest

from convbook.widgets import PoolingBench, SlidingWindow

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pages():
    """The program, which lies outside of the packages."""
    spec = importlib.util.spec_from_file_location("pages", ROOT / "benchmarks" / "pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_first_widget_of_a_page_is_shown_alone_as_the_page_has_it(pages, tmp_path):
    first, second = SlidingWindow(bias=2).page_html("SlidingWindow-1"), PoolingBench().page_html("PoolingBench-2")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "index.html").write_text(f"<main><div>Look:</div>{first}<p>and</p>{second}</main>", "utf-8")
    (tmp_path / "notebooks" / "01.html").write_text("no widget", "utf-8")
    (tmp_path / "notebooks" / "02.html").write_text(second, "utf-8")
    mounts = pages.first_mounts(tmp_path)
    assert mounts == {"index": first, "notebooks/02": second}

    pages.make_empty_pages(ROOT, tmp_path / "empty", mounts)
    assert first in (tmp_path / "empty" / "index.html").read_text("utf-8")
    assert second in (tmp_path / "empty" / "02.html").read_text("utf-8")
    assert list((tmp_path / "empty" / "live").glob("*sliding_window*.js"))


def test_numbers_are_medians_and_ratios_are_taken_within_a_turn(pages):
    ours = [pages.Visit(first, requests, 50, 400) for first, requests in [(100, 3), (300, 3), (800, 4)]]
    peers = [pages.Visit(first, 3, 20, 100) for first in (50, 100, 200)]
    assert pages.medians(ours) == pages.Visit(300, 3, 50, 400)
    assert pages.ratio(ours, peers) == 3
    assert pages.judged(3, 2) == "3.00 (goal 2) !"
    assert pages.judged(2, 2) == "2.00 (goal 2)"
