"""The last step of a build: the list of an edition, its name, the manifest, the icons, and what hosts are told."""

import hashlib
import json
import re

import pytest
from PIL import Image

from finish_book import edition, finish, sizes

FILES = {
    "index.html": "<h1>Front</h1>",
    "book/host.html": "<p>Large?</p><!-- sizes --><!-- /sizes -->",
    "_static/book.css": "a {}",
    "_static/python/pyodide.js": "python",
    "_static/run/page.js": "run",
    "_static/mathjax/output/svg.js": "for a disk",
    "_sources/notebooks/a.ipynb": "{}",
    "_sources/book/run.md": "# Run",
    "_sources/notebooks/a.ipynb.js": "for a disk",
    "_downloads/book.pdf": "saved",
    ".buildinfo": "x",
}


@pytest.fixture
def site(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    finish(tmp_path)
    return tmp_path


def told(site):
    """Return what the worker is told of its edition."""
    return json.loads(re.search(r"^const EDITION = (.*);$", (site / "sw.js").read_text("utf-8"), re.M)[1])


def test_the_worker_knows_what_a_page_may_ask_for_and_when_it_is_kept(site):
    known = told(site)
    icons = {f"_static/icons/{kind}-{size}.png" for kind in ("any", "maskable") for size in (192, 512)}
    pages = {"index.html", "book/host.html", "_static/book.css", "_static/run/page.js", "manifest.json"}
    notebooks = {"_sources/notebooks/a.ipynb"}  # what a reader wrote is saved in them
    assert set(known["book"]) == pages | icons | notebooks
    assert set(known["python"]) == {"_static/python/pyodide.js"}
    assert set(known["more"]) == {"_sources/book/run.md"}
    for path, (sha256, size) in (known["book"] | known["python"] | known["more"]).items():
        content = (site / path).read_bytes()
        assert (sha256, size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_the_same_files_are_the_same_edition_and_another_word_is_another(site):
    before = (site / "sw.js").read_bytes()
    finish(site)
    assert (site / "sw.js").read_bytes() == before
    name = told(site)["name"]
    (site / "_downloads" / "book.epub").write_text("saved, too")  # of which no page takes anything
    finish(site)
    assert "0 MB" in sizes(site)
    assert told(site)["book"]["index.html"] and told(site)["python"] == edition(site)["python"]
    (site / "index.html").write_text("<h1>Another front</h1>", "utf-8")
    finish(site)
    assert told(site)["name"] != name


def test_the_manifest_is_relative_and_its_icons_are_as_large_as_it_says(site):
    manifest = json.loads((site / "manifest.json").read_text("utf-8"))
    assert {manifest[name] for name in ("id", "start_url", "scope")} == {"./"}
    for icon in manifest["icons"]:
        with Image.open(site / icon["src"]) as picture:
            assert "{}x{}".format(*picture.size) == icon["sizes"]
            corner = picture.convert("RGBA").getpixel((0, 0))
            assert corner[3] == (255 if icon["purpose"] == "maskable" else 0)


def test_hosts_are_told_how_many_files_there_are(site):
    page = (site / "book" / "host.html").read_text("utf-8")
    parts = dict(re.findall(r"<tr><td>([^<]+)</td><td>(\d+)</td>", page))
    assert parts["Python and its packages"] == "1"
    assert parts["What readers may save"] == "4"
