"""Sphinx extension: widgets that live in the built page without a kernel, a server or another host.

A chapter's widget brings its own mount (`LiveWidget.page_html`); the directive `{widget}` makes one in a Markdown page.
Each page gets the host and exactly the modules that its widgets import, as classic scripts, which file:// allows too.
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

VIEW = re.compile(r'class="convbook-mount"[^>]* data-view="([\w./]+)"')
HOST = Path(__file__).parents[1] / "assets" / "live_host.js"


def as_script(function, *values):
    """Return one classic script that calls LiveWidgets.<function> with these values."""
    return f"LiveWidgets.{function}({', '.join(json.dumps(value) for value in values)});\n".replace("<", "\\u003c")


def style_of(view):
    """Return the script that carries the view's own style sheet."""
    return view.removesuffix(".js") + ".css.js"


def write_scripts(folder: Path):
    """Write the host, the theme, every module and every picture below `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    scripts = {
        "host.js": (HERE / "lib" / "link.js").read_text("utf-8") + HOST.read_text("utf-8"),
        "theme.css": (HERE / "theme.css").read_text("utf-8"),
    }
    for path in [*HERE.glob("*.js"), *HERE.glob("lib/*.js")]:
        name = path.relative_to(HERE).as_posix()
        scripts[name] = as_script("register", name, path.read_text("utf-8"))
        if own_style(name):
            scripts[style_of(name)] = as_script("style", own_style(name))
    for name in images.NAMES:
        picture = "data:image/png;base64," + b64encode(images.path(name).read_bytes()).decode()
        scripts[f"assets/{name}.js"] = as_script("asset", name, picture)
    for name, text in scripts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def scripts_for(html: str) -> list[str]:
    """Return the scripts that a page needs, in order: the host first, then each module of its widgets once."""
    views = dict.fromkeys(VIEW.findall(html))
    if not views:
        return []
    modules = dict.fromkeys(path for view in views for path in module_sources(view))
    styles = [style_of(view) for view in views if own_style(view)]
    return ["live/host.js", *(f"live/{path}" for path in [*styles, *modules])]


def page_with(*shown, theme: str = "light") -> str:
    """Return a page that holds these widgets alone, for tests and benchmarks; `live/` must lie beside it."""
    mounts = "\n".join(widget.page_html(f"{type(widget).__name__}-{i}") for i, widget in enumerate(shown, 1))
    scripts = "\n".join(f'<script defer src="{path}"></script>' for path in scripts_for(mounts))
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}" style="color-scheme: {theme}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Widgets alone</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="live/theme.css">'
        f"{scripts}<main><h1>Widgets alone</h1>{mounts}</main></html>"
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


def add_scripts(app, pagename, template, context, doctree):
    """Add to this page what its widgets need, and drop the widget manager that nothing uses."""
    app.add_css_file("live/theme.css", priority=400)
    for script in scripts_for(context.get("body", "")):
        app.add_js_file(script, loading_method="defer")
    page_scripts = getattr(app.env, "nb_metadata", {}).get(pagename, {}).get("js_files", {})
    for key in [key for key in page_scripts if key.startswith("ipywidgets_")]:
        del page_scripts[key]


def setup(app):
    """Register the directive and the two events."""
    app.add_directive("widget", WidgetDirective)
    app.connect("builder-inited", lambda app: write_scripts(Path(app.outdir, "_static", "live")))
    app.connect("html-page-context", add_scripts, priority=400)  # before myst-nb adds its own scripts
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
