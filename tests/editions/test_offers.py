"""What the pages say of the editions that lie beside them."""

import re

import pytest

import offers
from finish_book import finish
from offers import DOWNLOADS, OFFERS, offer, size

PAGE = "<h1>The book</h1>\n<!-- offers -->\n<!-- /offers -->\n<p>The end</p>"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / DOWNLOADS).mkdir()
    for page in offers.PAGES:
        (tmp_path / page).write_text(PAGE)
    return tmp_path


def put(site, file, length):
    (site / DOWNLOADS / file).write_bytes(b"x" * length)


def told(site, page="index.html"):
    """Return [(address, name, size)] of what a page offers."""
    text = (site / page).read_text()
    return re.findall(r'<li><a href="([^"]+)" download>([^<]+)</a>\n<p>([^,]+), for ', text)


def test_every_page_that_offers_them_has_one_place_for_them(book):
    for page in offers.PAGES:
        assert len(offers.MARKS.findall((book / page).read_text("utf-8"))) == 1


def test_nothing_is_offered_where_nothing_is(site):
    offer(site)
    assert not told(site)
    assert "Take it with you" not in (site / "index.html").read_text()


def test_what_is_there_is_offered_with_its_size_from_every_page(site):
    put(site, "seeing-convolutions.epub", 2_240_000)
    put(site, "seeing-convolutions.zip", 11_870_000)
    offer(site)
    assert told(site) == [
        ("_downloads/seeing-convolutions.epub", "EPUB", "2.2 MB"),
        ("_downloads/seeing-convolutions.zip", "Zip", "12 MB"),
    ]
    assert [address for address, *_ in told(site, "book/run.html")] == [
        "../_downloads/seeing-convolutions.epub",
        "../_downloads/seeing-convolutions.zip",
    ]


def test_all_of_them_can_be_offered_and_any_alone(site):
    for one in OFFERS:
        put(site, one.file, 1000)
        offer(site)
        assert [name for _, name, _ in told(site)] == [one.name]
        (site / DOWNLOADS / one.file).unlink()


def test_a_second_time_changes_nothing_and_what_is_gone_is_no_longer_offered(site):
    put(site, "seeing-convolutions.pdf", 5_000_000)
    offer(site)
    first = (site / "index.html").read_text()
    offer(site)
    assert (site / "index.html").read_text() == first
    assert first.startswith("<h1>The book</h1>\n") and first.endswith("\n<p>The end</p>")
    (site / DOWNLOADS / "seeing-convolutions.pdf").unlink()
    offer(site)
    assert not told(site)


def test_the_last_step_of_a_build_offers_them(site):
    put(site, "seeing-convolutions.pdf", 5_000_000)
    finish(site)
    assert told(site) == [("_downloads/seeing-convolutions.pdf", "PDF", "5.0 MB")]


@pytest.mark.parametrize(
    ("length", "words"),
    [(1, "1 kB"), (850_400, "850 kB"), (999_900, "1.0 MB"), (9_940_000, "9.9 MB"), (9_960_000, "10 MB")],
)
def test_a_size_has_two_figures(tmp_path, length, words):
    (tmp_path / "file").write_bytes(b"x" * length)
    assert size(tmp_path / "file") == words
