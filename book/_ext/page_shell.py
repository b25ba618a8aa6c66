"""Sphinx extension: the page around the text: one style sheet, two scripts, and what Sphinx's HTML still lacks.

The extensions that the book uses bring seven style sheets and six scripts, most of which no page needs. layout.html
names none of them: what the pages need stands in book/assets, and is written here as book.css, mode.js and book.js.
"""

import hashlib
import re
import shutil
from functools import cache
from pathlib import Path

from PIL import Image

from convbook.widgets.bundle import bundle
from convbook.widgets.theme import theme_css
from live_widgets import smaller, write

ASSETS = Path(__file__).parents[1] / "assets"
APP = ASSETS.with_name("app")
SHEETS = (
    *("book", "header", "frame", "text", "code", "run", "folds", "answers", "solved", "pages", "api", "notice"),
    "paper",  # last: it takes back what the others say
)
SEARCH = ("documentation_options.js", "doctools.js", "sphinx_highlight.js", "searchtools.js", "language_data.js")
FOLDERS = ("licences", "live", "mathjax", "python", "run")  # which other extensions write
EMPTY_HEADER = re.compile(r'<th class="head[^"]*"><p></p></th>')
CODE = re.compile(
    r'(<div class="highlight-(?!text|none|myst-ansi)[\w-]+ notranslate"><div class="highlight"><pre>)(.*?)</pre>',
    re.DOTALL,
)
PLAIN = re.compile(r'<span(?: class="(?:n|nn|o|p|w|go)")?>([^<]*)</span>')  # tokens in the colour of the text
PICTURE = re.compile(r'<img (?=[^>]*src="[^"]*_images/([^"]+)")')
POINT = 96 / 72  # CSS pixels


# ---- style sheet and scripts ------------------------------------------------------------------------------------


def shell_files() -> dict[str, str]:
    """Return {name: text} of what every page loads; the widgets' theme stands first, for it names the colours."""
    sheets = [theme_css(), *((ASSETS / f"{name}.css").read_text("utf-8") for name in SHEETS)]
    scripts = {
        "mode.js": (ASSETS / "mode.js").read_text("utf-8"),
        "book.js": bundle(ASSETS / "book.js"),
        "app.js": bundle(APP / "page.js"),
    }
    return {
        "book.css": smaller("css", "\n".join(sheets)),
        **{name: smaller("javascript", f"(() => {{\n{text}\n}})();") for name, text in scripts.items()},
    }


def write_shell(app):
    """Write these files, and remember under which address a browser may keep each of them."""
    static, files = Path(app.outdir, "_static"), shell_files()
    for name, text in files.items():
        write(static, name, text)
    versions = {name: hashlib.sha256(text.encode()).hexdigest()[:8] for name, text in files.items()}
    app.config.html_context["shell"] = {name: f"_static/{name}?v={version}" for name, version in versions.items()}


def write_search(static: Path):
    """Join the scripts of Sphinx's search and ours, which lets it run where a browser keeps nothing."""
    options, *rest = (static / name for name in SEARCH)
    parts = [options, ASSETS / "search.js", *rest]
    write(static, "search.js", smaller("javascript", "\n".join(path.read_text("utf-8") for path in parts)))


def tidy(app, exception):
    """Complete the scripts, and drop whatever the theme and the extensions ship besides."""
    if exception or app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    write_search(static)
    kept = {*shell_files(), "search.js", Path(app.config.html_favicon).name, *FOLDERS}
    for path in static.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


# ---- the body of a page -----------------------------------------------------------------------------------------


@cache
def size(picture: Path) -> tuple[int, int]:
    """Return width and height of a picture in CSS pixels; Matplotlib writes its SVGs in points."""
    if picture.suffix != ".svg":
        return Image.open(picture).size
    head = picture.read_text("utf-8")[:2000]
    return tuple(round(float(re.search(rf'{side}="([\d.]+)pt"', head)[1]) * POINT) for side in ("width", "height"))


def with_sizes(body: str, pictures: dict[str, Path]) -> str:
    """Let pictures wait until they come near, and keep their room until they are there."""

    def sized(found: re.Match) -> str:
        width, height = size(pictures[found[1]])
        return f'<img loading="lazy" width="{width}" height="{height}" '

    return PICTURE.sub(sized, body)


def line(text: str) -> str:
    """Return a line of code as an element, so that what does not fit is wrapped below where the line began.

    >>> line("    x = 1")
    '<span class="line" style="--indent:4ch">    x = 1\\n</span>'
    """
    indent = len(text) - len(text.lstrip(" "))
    style = f' style="--indent:{indent}ch"' if indent else ""
    return f'<span class="line"{style}>{text}\n</span>'


def with_lines(body: str) -> str:
    """Give each line of code an element of its own, and drop those of tokens that look like the text around them."""

    def lined(found: re.Match) -> str:
        text = PLAIN.sub(r"\1", PLAIN.sub(r"\1", found[2]))
        return f"{found[1]}{''.join(map(line, text.removesuffix(chr(10)).split(chr(10))))}</pre>"

    return CODE.sub(lined, body)


def mend_body(app, pagename, template, context, doctree):
    """Mend what Sphinx writes: code, pictures, and two things that screen readers stumble over.

    The role of bibliography entries has left ARIA, and an empty corner of a table is no header.
    """
    pictures = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}
    body = context.get("body", "").replace('role="doc-biblioentry"', 'role="listitem"')
    context["body"] = with_lines(with_sizes(EMPTY_HEADER.sub("<td></td>", body), pictures))


def setup(app):
    """Register the events."""
    app.connect("builder-inited", write_shell)
    app.connect("html-page-context", mend_body)
    app.connect("build-finished", tidy, priority=950)  # after the theme, which writes at the end, too
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
