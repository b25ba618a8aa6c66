"""Sphinx extension: widgets that live in the built page without a kernel, a server or another host.

A chapter's widget brings its own mount (`LiveWidget.page_html`); the directive `{widget}` makes one in a Markdown page.
Each page gets one classic script, which file:// allows too: the host and exactly the modules that its widgets import.
"""

import json
import re
import shutil
from base64 import b64encode
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from traitlets import TraitError

from convbook import images, widgets
from convbook.widgets.base import HERE, module_sources, own_style

try:
    import minify
except ImportError:  # no build of it for this machine: its pages are heavier, and work the same
    minify = None

VIEW = re.compile(r'class="convbook-mount"[^>]* data-view="([\w./]+)"')
HOST = Path(__file__).parents[1] / "assets" / "live_host.js"


def as_script(function, *values):
    """Return one classic script that calls LiveWidgets.<function> with these values."""
    return f"LiveWidgets.{function}({', '.join(json.dumps(value) for value in values)});\n".replace("<", "\\u003c")


def smaller(kind: str, text: str) -> str:
    """Return this script or style sheet without comments and long local names, where the minifier can be had."""
    return minify.string(f"text/{kind}", text) if minify else text


def read(path: Path) -> str:
    """Return a source as a page carries it."""
    return smaller({".js": "javascript", ".css": "css"}[path.suffix], path.read_text("utf-8"))


def write(folder: Path, name: str, text: str):
    """Write one file of the site."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def write_shared(folder: Path):
    """Empty `folder`, and write into it what pages share: the theme and the pictures."""
    shutil.rmtree(folder, ignore_errors=True)
    write(folder, "theme.css", read(HERE / "theme.css"))
    for name in images.NAMES:
        picture = "data:image/png;base64," + b64encode(images.path(name).read_bytes()).decode()
        write(folder, f"assets/{name}.js", as_script("asset", name, picture))


def write_script(folder: Path, html: str) -> str | None:
    """Write the one script that this page's widgets need, and return its name; a page without widgets needs none.

    It holds the host, the views' own style sheets and each module once. One script compresses better than many, and
    best where like stands beside like: first what the views import, then the views.
    """
    views = sorted(set(VIEW.findall(html)))
    if not views:
        return None
    imported = {path for view in views for path in module_sources(view)} - set(views)
    name = "-".join(view.removesuffix(".js") for view in views) + ".js"
    parts = [
        read(HERE / "lib" / "link.js"),
        read(HOST),
        as_script("style", smaller("css", "".join(map(own_style, views)))),
        as_script("register", {path: read(HERE / path) for path in [*sorted(imported), *views]}),
    ]
    write(folder, name, ";\n".join(parts))
    return name


def page_with(folder: Path, *shown, theme: str = "light") -> str:
    """Return a page that holds these widgets alone, for tests and benchmarks; `folder`/live takes its script."""
    mounts = "\n".join(widget.page_html(f"{type(widget).__name__}-{i}") for i, widget in enumerate(shown, 1))
    script = f'<script defer src="live/{write_script(folder / "live", mounts)}"></script>'
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}" style="color-scheme: {theme}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Widgets alone</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="live/theme.css">'
        f"{script}<main><h1>Widgets alone</h1>{mounts}</main></html>"
    )


class WidgetDirective(SphinxDirective):
    """```{widget} SlidingWindow``` with the widget's traits as YAML in its body."""

    required_arguments = 1
    has_content = True

    def run(self):
        """Return the mount of the widget."""
        name = self.arguments[0]
        if name not in widgets.__all__:
            raise self.error(f"widget must be one of {', '.join(widgets.__all__)}; got {name}")
        try:
            widget = getattr(widgets, name)(**(yaml.safe_load("\n".join(self.content)) or {}))
        except (TypeError, ValueError, TraitError, yaml.YAMLError) as error:
            raise self.error(f"{name}: {error}") from error
        key = f"{name}-{self.env.new_serialno('widget') + 1}"
        return [nodes.raw("", widget.page_html(key), format="html")]


def live_folder(app) -> Path:
    """Return where the built book keeps what its widgets need."""
    return Path(app.outdir, "_static", "live")


def add_scripts(app, pagename, template, context, doctree):
    """Add to this page what its widgets need, and drop the widget manager that nothing uses."""
    app.add_css_file("live/theme.css", priority=400)
    if script := write_script(live_folder(app), context.get("body", "")):
        app.add_js_file(f"live/{script}", loading_method="defer")
    page_scripts = getattr(app.env, "nb_metadata", {}).get(pagename, {}).get("js_files", {})
    for key in [key for key in page_scripts if key.startswith("ipywidgets_")]:
        del page_scripts[key]


def setup(app):
    """Register the directive and the two events."""
    app.add_directive("widget", WidgetDirective)
    app.connect("builder-inited", lambda app: write_shared(live_folder(app)))
    app.connect("html-page-context", add_scripts, priority=400)  # before myst-nb adds its own scripts
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
