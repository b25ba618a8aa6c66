"""What the pages of a course look like: the book's colours, light and dark, in one style sheet for all."""

import re
from functools import cache
from pathlib import Path

from convbook.widgets.theme import colours

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
CODE_CSS = HERE.parent / "book" / "assets" / "code.css"


@cache
def style() -> str:
    """Return the style sheet of feedback and report."""
    words, dark_words, highlight = _code_colours()
    light, dark = (_tokens(colours(dark)) for dark in (False, True))
    page = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    print_light = f"@media print {{ :root {{ {light} {words} }} }}"
    tokens = f":root {{ {light} {words} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} {dark_words} }} }}"
    return f"{tokens}\n{print_light}\n{highlight}\n{page}"


def _tokens(names):
    return " ".join(f"--cb-{name}: {value};" for name, value in names.items())


def _code_colours():
    """Return what the book's own style sheet says of the words of code: light, dark, and which word has which."""
    css = CODE_CSS.read_text(encoding="utf-8")
    light, dark = re.findall(r"\{([^}]*--code-word:[^}]*)\}", css)
    rules = re.findall(r"^\.highlight :is\([^{]*\{[^}]*\}", css, re.MULTILINE)
    return " ".join(light.split()), " ".join(dark.split()), "\n".join(rules)
