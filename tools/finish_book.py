"""Write what needs to know every file of the built book, so that a phone can keep it: the last step of each build.

    python tools/finish_book.py [folder]     again, after anything was added to the folder

The pages offer the editions that lie beside them (offers.py). `manifest.json` and the icons let the book be installed
as an app. `sw.js` is the service worker, with the list of what belongs together: every file with its sha256, and a name
for this edition of them all.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageDraw

from convbook.widgets.bundle import bundle
from convbook.widgets.theme import colours
from environment import ROOT
from offers import offer

sys.path.append(str(ROOT / "book" / "_ext"))
from live_widgets import smaller

SITE = ROOT / "_build" / "html"
ICON = ROOT / "book" / "assets" / "favicon.svg"
MANIFEST, WORKER, ICONS = "manifest.json", "sw.js", "_static/icons"
SCRIPT = ROOT / "book" / "app" / "worker.js"
ONLY_SAVED = "_downloads/"
ONLY_ON_A_DISK = (".ipynb.js", "/output/svg.js", "/svg/fonts/tex.js")
PYTHON = (
    "_static/python/"  # what runs it is small, and kept with the book: the page may have it before a worker sees it
)
ONCE_READ = ("_sources/", "objects.inv")
NOTEBOOK = ".ipynb"  # is a source as well, but kept with the book: what a reader wrote is saved in one
SIZES_TOLD = re.compile("(<!-- sizes -->).*?(<!-- /sizes -->)", re.DOTALL)
TITLE = "Seeing Convolutions"
SIZES = (192, 512)  # px: what browsers ask for before they offer to install
PLAIN, MASKABLE = "any", "maskable"
MARGIN = {PLAIN: 0, MASKABLE: 0.22}  # of the side: a maskable icon may lose all but a circle of 80 %
SHARPER = 4  # drawn so many times as large, then made smaller: smooth edges


# ---- the icons and the manifest: what a phone shows on its home screen -------------------------------------------


def draw_icon(size: int, margin: float, ground: str | None) -> Image.Image:
    """Return the book's sign, squares on a ground, as a picture of `size` × `size` pixels."""
    svg = ElementTree.parse(ICON).getroot()
    side, whole = float(svg.get("viewBox").split()[2]), size * SHARPER
    picture = Image.new("RGBA", (whole, whole), ground or (0, 0, 0, 0))
    scale, start = whole * (1 - 2 * margin) / side, whole * margin
    for group in svg:
        for rect in group:
            x, y, width, height, radius = (
                float(rect.get(name)) * scale for name in ("x", "y", "width", "height", "rx")
            )
            box = (start + x, start + y, start + x + width, start + y + height)
            ImageDraw.Draw(picture).rounded_rectangle(box, radius, group.get("fill"))
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def icon_name(size: int, purpose: str) -> str:
    """Return where an icon lies in the book."""
    return f"{ICONS}/{purpose}-{size}.png"


def write_icons(site: Path):
    """Draw the icons; a maskable one fills its square, for a phone cuts its own shape out of it."""
    (site / ICONS).mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        for purpose, margin in MARGIN.items():
            ground = colours()["surface"] if purpose == MASKABLE else None
            draw_icon(size, margin, ground).save(site / icon_name(size, purpose), optimize=True)


def manifest() -> dict:
    """Return the web app manifest; every address in it is relative, so it holds under any sub-path."""
    icons = [
        {"src": icon_name(size, purpose), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in SIZES
        for purpose in MARGIN
    ]
    return {
        "name": TITLE,
        "short_name": "Convolutions",
        "description": "An interactive textbook on 2D convolutions: how neural networks see images.",
        "lang": "en",
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": colours()["surface"],
        "theme_color": colours()["surface"],
        "icons": icons,
    }


def write_manifest(site: Path):
    """Write the manifest and what it names. It ends in .json, which every server knows."""
    write_icons(site)
    (site / MANIFEST).write_text(json.dumps(manifest(), indent=1) + "\n", "utf-8")


# ---- how large it is --------------------------------------------------------------------------------------------


def part_of(path: str) -> str:
    """Return to which part of the book a host should count a file."""
    if path.startswith(PYTHON):
        return "Python and its packages"
    return "What readers may save" if path.startswith((ONLY_SAVED, *ONCE_READ)) else "Pages, widgets and all else"


def sizes(site: Path) -> str:
    """Return what the page for hosts says of the size of the book and its parts, as HTML."""
    parts: dict[str, list[int]] = {}
    for file in filter(Path.is_file, site.rglob("*")):
        if file == site / WORKER:  # which is written later
            continue
        parts.setdefault(part_of(file.relative_to(site).as_posix()), []).append(file.stat().st_size)
    rows = [
        f"<tr><td>{part}</td><td>{len(parts[part])}</td><td>{sum(parts[part]) / 1e6:.0f} MB</td></tr>"
        for part in sorted(parts)
    ]
    head = "<thead><tr><th>Part</th><th>Files</th><th>Size</th></tr></thead>"
    table = f"<table>{head}<tbody>{''.join(rows)}</tbody></table>"
    return f'<div class="pst-scrollable-table-container">{table}</div>'


def tell_sizes(site: Path):
    """Let the page for hosts say how large the book is."""
    page = site / "book" / "host.html"
    if page.exists():
        text = page.read_text("utf-8")
        page.write_text(SIZES_TOLD.sub(lambda found: f"{found[1]}{sizes(site)}{found[2]}", text), "utf-8")


# ---- the edition: what belongs together ---------------------------------------------------------------------------


def is_kept(path: str) -> bool:
    """Say whether a worker knows this file: not what a reader saves, and not what is for a page on a disk alone.

    >>> [is_kept(path) for path in ("index.html", "_downloads/book.pdf", "_sources/a.ipynb.js", ".buildinfo")]
    [True, False, False, False]
    """
    name = path.rsplit("/", 1)[-1]
    return not (path.startswith(ONLY_SAVED) or path.endswith(ONLY_ON_A_DISK) or name.startswith(".") or name == WORKER)


def kind_of(path: str) -> str:
    """Return when a file is kept: with the "book", with "python" once the reader runs code, or, as "more", once read.

    >>> [kind_of(path) for path in ("_sources/a.ipynb", "_static/python/pyodide.js", "_sources/book/run.md")]
    ['book', 'python', 'more']
    """
    if path.startswith(PYTHON):
        return "python"
    return "more" if path.startswith(ONCE_READ) and not path.endswith(NOTEBOOK) else "book"


def edition(site: Path) -> dict[str, dict]:
    """Return the list of this edition, {kind: {path: [sha256, bytes]}}."""
    kinds: dict[str, dict] = {"book": {}, "python": {}, "more": {}}
    for file in sorted(site.rglob("*")):
        path = file.relative_to(site).as_posix()
        if file.is_file() and is_kept(path):
            content = file.read_bytes()
            kinds[kind_of(path)][path] = [hashlib.sha256(content).hexdigest(), len(content)]
    return kinds


def write_worker(site: Path):
    """Write the service worker behind the list of its edition, whose name is a digest of both."""
    code, files = smaller("javascript", bundle(SCRIPT)), edition(site)
    name = hashlib.sha256(json.dumps([code, files]).encode()).hexdigest()[:12]
    told = json.dumps({"name": name, **files}, separators=(",", ":"))
    (site / WORKER).write_text(f"(() => {{\nconst EDITION = {told};\n{code}\n}})();\n", "utf-8")


def finish(site: Path):
    """Bring what knows all files of `site` up to date; the same files give the same bytes."""
    offer(site)
    write_manifest(site)
    tell_sizes(site)
    write_worker(site)


if __name__ == "__main__":
    finish(*(map(Path, sys.argv[1:]) if sys.argv[1:] else [SITE]))
