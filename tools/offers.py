"""The editions of the book that lie beside its pages, and what the pages say of those that are there.

In a page they stand between two marks, `<!-- offers -->` and `<!-- /offers -->`, between which the source has nothing.
"""

import re
from dataclasses import dataclass
from pathlib import Path

DOWNLOADS = "_downloads"
NAME = "seeing-convolutions"
PAGES = ("index.html", "book/run.html")
BEGIN, END = "<!-- offers -->", "<!-- /offers -->"
MARKS = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)

SECTION = """
<section class="offers" id="take-it-with-you">
<h2>Take it with you</h2>
<ul class="doors">
{cards}</ul>
</section>
"""


@dataclass(frozen=True)
class Offer:
    """An edition: its file, what it is called, and what it is good for."""

    file: str
    name: str
    use: str


OFFERS = (
    Offer(
        f"{NAME}.pdf",
        "PDF",
        "for paper, and to write in the margin: pages that look the same everywhere, with still pictures, "
        "and the answers at the end of each chapter.",
    ),
    Offer(
        f"{NAME}.epub",
        "EPUB",
        "for an e-reader or a small screen: type as large as you like, with still pictures, and each answer one link "
        "away.",
    ),
    Offer(
        f"{NAME}.zip",
        "Zip",
        "for a disk or a USB stick: unpack it, open <code>index.html</code>, and every widget is alive without a "
        "connection.",
    ),
    Offer(
        f"{NAME}-with-python.zip",
        "Zip with Python",
        "for a server of your own, such as that of a course: the same pages, and their code runs there.",
    ),
)


def size(path: Path) -> str:
    """Return how large a file is, as a reader wants to know it before a download: "850 kB", "2.2 MB", "41 MB"."""
    length = path.stat().st_size
    if (kilobytes := round(length / 1e3)) < 1000:
        return f"{max(1, kilobytes)} kB"
    megabytes = round(length / 1e6, 1)
    return f"{megabytes:.1f} MB" if megabytes < 10 else f"{length / 1e6:.0f} MB"


def card(folder: str, path: Path, offer: Offer) -> str:
    """Return the card of an edition, as the front page has them."""
    link = f'<a href="{folder}/{path.name}" download>{offer.name}</a>'
    return f"<li>{link}\n<p>{size(path)}, {offer.use}</p></li>\n"


def offered(site: Path, page: str) -> str:
    """Return what a page says of the editions that are there; "" if there is none."""
    there = [(path, offer) for offer in OFFERS if (path := site / DOWNLOADS / offer.file).exists()]
    folder = f"{'../' * page.count('/')}{DOWNLOADS}"
    cards = "".join(card(folder, path, offer) for path, offer in there)
    return SECTION.format(cards=cards) if cards else ""


def offer(site: Path) -> None:
    """Let the pages of a built book offer the editions that are there, and no other; may be called again."""
    for page in PAGES:
        if (path := site / page).exists():
            told = f"{BEGIN}{offered(site, page)}{END}"
            path.write_text(MARKS.sub(lambda _, told=told: told, path.read_text("utf-8")), "utf-8")
