"""Sphinx extension: widgets that live in the built page without a kernel, a server or another host.

A chapter's widget brings its own mount (`LiveWidget.page_html`); the directive `{widget}` makes one in a Markdown page.
Each page gets one classic script, which file:// allows too: the host and its widgets' views as one bundle.
"""

import json
import re
import shutil
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import minify
import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from traitlets import TraitError

from convbook import widgets
from convbook.widgets.bundle import bundle, modules, name_of, style, view_in_bundle, view_path
from convbook.widgets.theme import theme_css

MOUNT = re.compile(r'class="convbook-mount" data-widget="(\w+)"')
PICTURE = re.compile(r'(<img class="convbook-static" alt="[^"]*") src="data:image/svg\+xml,([^"]*)">')
END = re.compile(r'(?<=<img class="convbook-static")[^>]*></div>')  # of a mount
SIZE = re.compile(r'width="[\d.]+" height="[\d.]+"')
HOST = Path(__file__).parents[1] / "live" / "host.js"
ASSETS = Path(__file__).parents[1] / "assets"
EMBED = "embed"  # the folder of the pages that hold one widget each


@cache
def smaller(kind: str, text: str) -> str:
    """Return this script or style sheet without comments and long local names."""
    return minify.string(f"text/{kind}", text)


def read(path: Path) -> str:
    """Return a source as a page carries it."""
    return smaller({".js": "javascript", ".css": "css"}[path.suffix], path.read_text("utf-8"))


def digest(text: str) -> str:
    """Return what tells this text from others, so that no browser shows an older one."""
    return sha256(text.encode()).hexdigest()[:12]


def write(folder: Path, name: str, text: str):
    """Write one file of the site."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def write_shared(folder: Path):
    """Empty `folder`, and write into it what pages share: the theme, the pictures and other data."""
    shutil.rmtree(folder, ignore_errors=True)
    write(folder, "theme.css", smaller("css", theme_css()))
    for name, content in assets().items():
        write(folder, f"assets/{name}.js", f"LiveWidgets.asset({json.dumps(name)}, {content});\n")
    # What code in a page may show, whichever widgets the page holds.
    write(folder, "host.js", smaller("javascript", host_script()))
    for name in widgets.__all__:
        write(folder, f"shown/{name}.js", smaller("javascript", other_script([name])))


@cache
def assets() -> dict[str, str]:
    """Return the data of all widgets, {name: JSON}."""
    kinds = [getattr(widgets, name) for name in widgets.__all__]
    return {name: json.dumps(content) for kind in kinds for name, content in kind.assets().items()}


@cache
def defaults_of(widget: type) -> dict:
    """Return the state of a new widget, as far as a link may set it: what its page of its own starts from."""
    return {name: value for name, value in widget().page_state().items() if name in widget._admits}


def views_and_styles(names: list[str]) -> str:
    """Return the arguments with which a page's host learns to know these widgets: their views and style sheets."""
    shown = [getattr(widgets, name) for name in names]
    told = [(widget, {"defaults": defaults_of(widget)}) for widget in shown]
    views = ", ".join(
        f"{widget.__name__}: {view_in_bundle(widget._stem, widget._admits, **more)}" for widget, more in told
    )
    return f"{{ {views} }}, {json.dumps(smaller('css', ''.join(style(widget._stem) for widget in shown)))}"


@cache
def first_script(name: str) -> str:
    """Return the script of a page's first widget: the host, the view and its style sheet."""
    held = [HOST, view_of(name)]
    names = ", ".join(map(name_of, modules(*held)))
    return f"(() => {{\n{bundle(*held)}\n{name_of(HOST)}.start({views_and_styles([name])}, {{ {names} }});\n}})();"


def host_script() -> str:
    """Return the script of the host alone, for a page without widgets in which code shows one."""
    names = ", ".join(map(name_of, modules(HOST)))
    return f"(() => {{\n{bundle(HOST)}\n{name_of(HOST)}.start({{}}, '', {{ {names} }});\n}})();"


def other_script(names: list[str], *first: str) -> str:
    """Return the script of other widgets than the page's `first`, which takes from there the modules that both need."""
    views = list(map(view_of, names))
    held = modules(HOST, *map(view_of, first))
    code = bundle(*views, known=held)
    shared = ", ".join(name_of(path) for path in modules(*views) if path in held)
    known = f"if (!window.LiveWidgets) return;  // it did not come\nconst {{ {shared} }} = LiveWidgets.modules;"
    return f"(() => {{\n{known}\n{code}\nLiveWidgets.add({views_and_styles(names)});\n}})();"


def view_of(name: str) -> Path:
    """Return the module of a widget's view."""
    return view_path(getattr(widgets, name)._stem)


def write_script(folder: Path, stems: list[str], text: str) -> str:
    """Write one script and return its address."""
    name, text = "-".join(stems) + ".js", smaller("javascript", text)
    write(folder, name, text)
    return f"{name}?v={digest(text)}"


def write_scripts(folder: Path, html: str) -> list[str]:
    """Write what this page's widgets need and return the addresses: the first widget's, and that of the others."""
    first, *others = dict.fromkeys(MOUNT.findall(html)) or [None]
    if not first:
        return []
    stems = [getattr(widgets, name)._stem for name in [first, *sorted(others)]]
    scripts = [write_script(folder, stems[:1], first_script(first))]
    return scripts + ([write_script(folder, stems, other_script(sorted(others), first))] if others else [])


def with_pictures_apart(html: str, folder: Path, address: str) -> str:
    """Return a page's HTML with its static pictures as files in `folder`, at `address`: half of it goes unparsed."""

    def apart(found: re.Match) -> str:
        svg = unquote(found[2])
        name = f"{digest(svg)}.svg"
        write(folder, name, svg)
        return f'{found[1]} src="{address}/{name}" {SIZE.search(svg)[0]} loading="lazy">'

    return PICTURE.sub(apart, html)


def with_scripts(html: str, addresses: list[str], embed: str) -> str:
    """Return a page's HTML with its scripts behind the first mount, which thus lives before the rest is parsed.

    `embed` is the address of the folder in which each widget has a page of its own.
    """
    hows = [f'src="{{}}" data-embed="{embed}/"', 'defer src="{}"']
    tags = [f"<script {how.format(address)}></script>" for how, address in zip(hows, addresses, strict=False)]
    return END.sub(lambda end: end[0] + "".join(tags), html, count=1)


def mount_of(widget, key: str) -> str:
    """Return the HTML of a widget in a page."""
    return widget.page_html(key)


def page_with(folder: Path, *shown, theme: str = "light", mount_of=mount_of) -> str:
    """Return a page that holds these widgets alone, for tests and benchmarks; `folder`/live takes its script."""
    mounts = "\n".join(mount_of(widget, f"{type(widget).__name__}-{i}") for i, widget in enumerate(shown, 1))
    mounts = with_scripts(mounts, [f"live/{script}" for script in write_scripts(folder / "live", mounts)], "embed")
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}" style="color-scheme: {theme}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Widgets alone</title>'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="live/theme.css">'
        f"<main><h1>Widgets alone</h1>{mounts}</main></html>"
    )


# ---- a page for each widget alone, which stands in a frame of somebody else's page ------------------------------


def page_alone(widget: type, folder: Path, live: str) -> str:
    """Return the page that holds one widget, as it is at first; its files are written into `folder`, at `live`."""
    title = re.sub(r"(?<=[a-z])[A-Z]", lambda letter: f" {letter[0].lower()}", widget.__name__)
    mount = widget().page_html(widget.__name__)
    scripts = [f"{live}/{script}" for script in write_scripts(folder, mount)]
    body = with_scripts(with_pictures_apart(mount, folder / "pictures", f"{live}/pictures"), scripts, ".")
    css, script = (f"{name}?v={digest(text)}" for name, text in shell_alone().items())
    return (
        '<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title} · Seeing Convolutions</title>'
        f'<link rel="icon" href="data:,"><script src="{script}"></script><link rel="stylesheet" href="{css}"></head>'
        f"<body><main><h1>{title}</h1>{body}</main>"
        '<footer><a href="../index.html" target="_blank" rel="noopener">Seeing Convolutions</a>, CC BY 4.0</footer>'
        "</body></html>\n"
    )


@cache
def shell_alone() -> dict[str, str]:
    """Return {name: text} of what such a page loads besides its widget."""
    css = theme_css() + (ASSETS / "embed.css").read_text("utf-8")
    return {
        "embed.css": smaller("css", css),
        "embed.js": smaller("javascript", f"(() => {{\n{(ASSETS / 'embed.js').read_text('utf-8')}\n}})();"),
    }


def write_pages_alone(site: Path, live: Path):
    """Write the pages of all widgets into a site whose shared files are in `live`."""
    for name, text in shell_alone().items():
        write(site / EMBED, name, text)
    for name in widgets.__all__:
        address = f"../{live.relative_to(site).as_posix()}"
        write(site / EMBED, f"{name}.html", page_alone(getattr(widgets, name), live, address))


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
    if scripts := write_scripts(live_folder(app), context.get("body", "")):
        address = context["pathto"]("_static/live", resource=True)
        body = with_pictures_apart(context["body"], live_folder(app) / "pictures", f"{address}/pictures")
        embed = context["pathto"](EMBED, resource=True)
        context["body"] = with_scripts(body, [f"{address}/{script}" for script in scripts], embed)
    page_scripts = getattr(app.env, "nb_metadata", {}).get(pagename, {}).get("js_files", {})
    for key in [key for key in page_scripts if key.startswith("ipywidgets_")]:
        del page_scripts[key]


def complete_the_site(app, exception):
    """Add the pages of widgets alone."""
    if not exception and app.builder.name == "html":
        write_pages_alone(Path(app.outdir), live_folder(app))


def setup(app):
    """Register the directive and the events."""
    app.add_directive("widget", WidgetDirective)
    app.connect("builder-inited", lambda app: write_shared(live_folder(app)))
    app.connect("html-page-context", add_scripts, priority=400)  # before myst-nb adds its own scripts
    app.connect("build-finished", complete_the_site)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
