"""The whole book as an EPUB 3, from the built pages.

    python tools/make_epub.py [file.epub]

epub_pages.py makes the pages; here stands what makes a publication of them: contents, cover, metadata, and one archive.
Same book, same bytes.
"""

import sys
from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path
from xml.dom import minidom
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from browser import NoBrowser
from edition import Edition, edition
from epub_cover import ALTERNATIVE, cover
from epub_pages import LANGUAGE, Leaf, document, style, workshop
from finish_book import finish
from offers import DOWNLOADS, NAME
from serve import BOOK

TARGET = BOOK / DOWNLOADS / f"{NAME}.epub"
IDENTIFIER = "urn:uuid:4c7f991a-f892-53b3-b412-c72a1efa30ea"  # of the book, whatever the edition
KINDS = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".ncx": "application/x-dtbncx+xml",
}
LICENCE = "Text and pictures: CC BY 4.0. Code: MIT licence."
LANDMARKS = {"glossary.xhtml": "glossary", "references.xhtml": "bibliography"}
ACCESS = {
    "accessMode": ["textual", "visual"],
    "accessModeSufficient": ["textual"],
    "accessibilityFeature": [
        *("tableOfContents", "structuralNavigation", "readingOrder", "displayTransformability"),
        *("alternativeText", "MathML", "latex"),
    ],
    "accessibilityHazard": ["none"],
    "accessibilitySummary": [
        "All pictures have alternative texts, formulas are MathML with their TeX, code is text, and nothing is said by"
        " colour alone. The widgets of the book on the web are still pictures here; answers, hints and solutions stand"
        " at the end of each chapter, with links there and back."
    ],
}
CONTAINER = """\
<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
PACKAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{identifier}</dc:identifier>
{metadata}
<meta name="cover" content="cover.jpg"/>
</metadata>
<manifest>
{manifest}
</manifest>
<spine toc="contents.ncx">
{spine}
</spine>
</package>
"""
NCX = """\
<?xml version="1.0" encoding="utf-8"?>
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1" xml:lang="{language}">
<head><meta name="dtb:uid" content="{identifier}"/></head>
<docTitle><text>{title}</text></docTitle>
<navMap>
{points}
</navMap>
</ncx>
"""

Entry = tuple[str, str, list]  # words, address or "", entries below


# ---- contents ---------------------------------------------------------------------------------------------------


def contents(leaves: list[Leaf]) -> list[Entry]:
    """Return the contents as a tree: parts, their chapters, the sections and the exercises of each."""
    entries = []
    for part, of_part in groupby(leaves, key=lambda leaf: leaf.page.part):
        chapters = []
        for leaf in of_part:
            sections = [(words, f"{leaf.name}#{name}", []) for words, name in leaf.sections]
            entry = (leaf.title, leaf.name, sections)
            (chapters[-1][2] if leaf.page.kind == "exercises" else chapters).append(entry)
        entries += [(part, "", chapters)] if part else chapters
    return entries


def listed(entries: list[Entry]) -> str:
    """Return the contents as the list of the navigation document."""
    items = []
    for words, address, below in entries:
        name = f'<a href="{address}">{escape(words)}</a>' if address else f"<span>{escape(words)}</span>"
        items.append(f"<li>{name}{listed(below) if below else ''}</li>\n")
    return f"<ol>\n{''.join(items)}</ol>"


def points(entries: list[Entry], under: str = "p") -> str:
    """Return the contents for readers that know EPUB 2 alone, where a part leads to its first chapter."""
    return "".join(
        f'<navPoint id="{under}-{n}"><navLabel><text>{escape(words)}</text></navLabel>'
        f'<content src="{address or below[0][1]}"/>{points(below, f"{under}-{n}")}</navPoint>\n'
        for n, (words, address, below) in enumerate(entries, 1)
    )


def navigation(leaves: list[Leaf]) -> bytes:
    """Return the navigation document: the contents, and where the parts are that each book has."""
    known = [("cover.xhtml", "cover", "Cover"), ("contents.xhtml", "toc", "Contents")]
    known.append((leaves[0].name, "bodymatter", "Beginning"))
    known += [(leaf.name, LANDMARKS[leaf.name], leaf.title) for leaf in leaves if leaf.name in LANDMARKS]
    marks = "".join(f'<li><a epub:type="{kind}" href="{name}">{escape(words)}</a></li>' for name, kind, words in known)
    body = (
        f'<nav epub:type="toc" role="doc-toc"><h1>Contents</h1>\n{listed(contents(leaves))}\n</nav>\n'
        f'<nav epub:type="landmarks" aria-label="Landmarks" hidden=""><h2>Landmarks</h2><ol>{marks}</ol></nav>'
    )
    return document("Contents", body, "frontmatter")


def old_navigation(leaves: list[Leaf], about: Edition) -> bytes:
    """Return the contents as NCX."""
    title, tree = escape(about.title), points(contents(leaves))
    return NCX.format(language=LANGUAGE, identifier=IDENTIFIER, title=title, points=tree).encode()


# ---- the first pages --------------------------------------------------------------------------------------------


def cover_page(about: Edition) -> bytes:
    """Return the page that shows the cover."""
    alternative = escape(f"{about.title}. {about.subtitle}. {ALTERNATIVE}")
    return document("Cover", f'<p class="ours-cover"><img src="cover.jpg" alt="{alternative}"/></p>', "cover")


def title_page(about: Edition) -> bytes:
    """Return the page with the title, the authors, the edition and the licence."""
    lines = [", ".join(about.authors), about.dated, LICENCE]
    body = f"<h1>{escape(about.title)}</h1>\n<p>{escape(about.subtitle)}</p>\n" + "".join(
        f"<p>{escape(line)}</p>\n" for line in lines
    )
    return document(about.title, f'<section class="ours-title" epub:type="titlepage">\n{body}</section>', "frontmatter")


# ---- the package ------------------------------------------------------------------------------------------------


def metadata(about: Edition) -> str:
    """Return what a library or a reading system wants to know."""
    lines = [
        *(
            f'<dc:title id="{kind}">{escape(words)}</dc:title>'
            f'<meta refines="#{kind}" property="title-type">{kind}</meta>'
            for kind, words in {"main": about.title, "subtitle": about.subtitle}.items()
        ),
        f"<dc:language>{LANGUAGE}</dc:language>",
        *(
            f'<dc:creator id="author{n}">{escape(name)}</dc:creator>'
            f'<meta refines="#author{n}" property="role" scheme="marc:relators">aut</meta>'
            for n, name in enumerate(about.authors, 1)
        ),
        f"<dc:rights>{LICENCE}</dc:rights>",
        '<link rel="dcterms:license" href="https://creativecommons.org/licenses/by/4.0/"/>',
        f"<dc:date>{about.date}</dc:date>",
        f'<meta property="dcterms:modified">{about.date}T00:00:00Z</meta>',
        f'<meta property="schema:version">{about.version_in_words}</meta>',
        *(f'<meta property="schema:{name}">{value}</meta>' for name, values in ACCESS.items() for value in values),
    ]
    return "\n".join(lines)


def properties(name: str, content: bytes) -> str:
    """Return what a reading system has to know about a file before it opens it."""
    told = {"contents.xhtml": "nav", "cover.jpg": "cover-image"}.get(name)
    kinds = [told] if told else ["mathml"] * (name.endswith(".xhtml") and b"<math" in content)
    return f' properties="{" ".join(kinds)}"' if kinds else ""


def package(files: dict[str, bytes], order: list[str], about: Edition) -> bytes:
    """Return the package document: metadata, the list of all files, and the order of the pages."""
    manifest = "\n".join(
        f'<item id="{key(name)}" href="{name}" media-type="{KINDS[Path(name).suffix]}"{properties(name, content)}/>'
        for name, content in files.items()
    )
    spine = "\n".join(f'<itemref idref="{key(name)}"/>' for name in order)
    return PACKAGE.format(
        language=LANGUAGE, identifier=IDENTIFIER, metadata=metadata(about), manifest=manifest, spine=spine
    ).encode()


def key(name: str) -> str:
    """Return the name of a file in the package document.

    >>> key("01_convolution.xhtml"), key("pictures/1f.svg"), key("cover.jpg")
    ('f01_convolution.xhtml', 'fpictures-1f.svg', 'cover.jpg')
    """
    plain = name.replace("/", "-")
    return plain if name in ("cover.jpg", "contents.ncx") else f"f{plain}"


def write(target: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write the archive: its first file says, uncompressed, what it is."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(target, "w") as archive:
        archive.writestr(ZipInfo("mimetype"), b"application/epub+zip", ZIP_STORED)
        for name, content in files:
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def make(target: Path = TARGET, book: Path = BOOK) -> None:
    """Write the EPUB of a built book; nothing that is not well-formed gets into it."""
    about = edition()
    with workshop(book) as place:
        leaves, pictures = place.leaves()
        front = cover(place.page.context.browser, about)
    pages = {
        "cover.xhtml": cover_page(about),
        "title.xhtml": title_page(about),
        "contents.xhtml": navigation(leaves),
        **{leaf.name: document(leaf.title, leaf.xhtml, "bodymatter") for leaf in leaves},
    }
    others = {"contents.ncx": old_navigation(leaves, about), "book.css": style(), "cover.jpg": front, **pictures}
    files = pages | others
    files = {"book.opf": package(files, list(pages), about), **files}
    for name, content in files.items():
        if name.endswith((".xhtml", ".opf", ".ncx", ".svg")):
            minidom.parseString(content)
    write(target, [("META-INF/container.xml", CONTAINER.encode()), *((f"EPUB/{n}", c) for n, c in files.items())])


def main(target: Path = TARGET) -> None:
    """Write the EPUB, let the pages offer it, and say how large it is."""
    print("Making the EPUB ...", flush=True)
    try:
        make(target)
    except NoBrowser as error:
        sys.exit(str(error))
    if target == TARGET:
        finish(BOOK)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
