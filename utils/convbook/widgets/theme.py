"""The style sheet of the widgets, and its colours for Matplotlib and for static pictures."""

import re
from functools import cache
from pathlib import Path

ROLES = ("input", "kernel", "output", "gradient", "negative")


@cache
def theme_css() -> str:
    """Return the style sheet of all widgets: theme.css, the one home of their colours, and that of each part."""
    theme = Path(__file__).with_suffix(".css")
    parts = sorted((theme.parent / "parts").glob("*.css"))
    return "\n".join(path.read_text(encoding="utf-8") for path in [theme, *parts])


@cache
def colours(dark: bool = False) -> dict[str, str]:
    """Return {name: "#rrggbb"} of every colour token, in the light or in the dark theme.

    >>> colours()["input"], colours(dark=True)["input"]
    ('#0072b2', '#58b4e8')
    """
    light_block, dark_block = re.findall(r"\{([^}]*--cb-input:[^}]*)\}", theme_css())
    return dict(re.findall(r"--cb-([\w-]+): (#[0-9a-f]{6});", dark_block if dark else light_block))
