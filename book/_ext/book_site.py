"""Sphinx extension: what this book adds to the site that Jupyter Book makes.

Coloured words (`{input}`, `{kernel}`, ...), the front page as index.html itself, launch buttons that wait for a public
address, MathJax from our own files, and the notebooks with their package as one download.
"""

import json
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docutils import nodes
from docutils.parsers.rst.roles import CustomRole, generic_custom_role

from exercises import is_exercise, student_version

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from changelog import readable

ROLES = ("input", "kernel", "output", "gradient", "negative", "padding")
MATHJAX = (
    *("startup.js", "core.js", "input/tex.js", "input/tex", "a11y/assistive-mml.js"),
    *("output/chtml.js", "output/chtml", "output/svg.js", "output/svg"),
)
CHANGES = "book/changes"
NOTEBOOKS = "seeing-convolutions-notebooks"  # the folder in the archive, and the archive's name


def offer_only_what_exists(app, config):
    """Offer Colab, Binder and the repository only if `repository: url` in _config.yml says where they are."""
    config.html_context["notebooks_archive"] = f"{NOTEBOOKS}.zip"
    options = config.html_theme_options
    options["use_repository_button"] = bool(options.get("repository_url"))
    if not options.get("repository_url"):
        options["launch_buttons"] = {}


def make_front_page_the_index(app):
    """Write the root page to index.html at the top, where Jupyter Book would put a blank page that redirects to it."""
    builder, root = app.builder, app.config.root_doc
    if builder.name != "html":
        return
    target_uri, outfilename = builder.get_target_uri, builder.get_outfilename
    builder.get_target_uri = lambda name, typ=None: "index.html" if name == root else target_uri(name, typ)
    builder.get_outfilename = lambda name: outfilename("index" if name == root else name)


def offer_editors(app, pagename, template, context, doctree):
    """Let a notebook be opened in Codespaces and in VS Code, too, for which the theme has no buttons."""
    options = app.config.html_theme_options
    url, branch = options.get("repository_url"), options.get("repository_branch")
    context["editors"] = []
    if not url:
        return
    if url.startswith("https://github.com/"):
        codespace = f"https://codespaces.new/{url.removeprefix('https://github.com/')}/tree/{branch}?quickstart=1"
        context["editors"].append({"text": "Codespaces", "url": codespace})
    clone = urlencode({"url": f"{url}.git", "ref": branch})
    context["editors"].append({"text": "VS Code", "url": f"vscode://vscode.git/clone?{clone}"})


def offer_a_report(app, pagename, template, context, doctree):
    """Let every page name itself in a report of a mistake, once there is a repository that takes it."""
    if url := app.config.html_theme_options.get("repository_url"):
        page = f"{re.sub('<[^>]+>', '', context.get('title') or '')} ({pagename})"
        context["report_url"] = f"{url}/issues/new?{urlencode({'template': 'mistake.yml', 'page': page})}"


def find_terms_in_any_case(app, env):
    """Let [ReLU](#ReLU) lead to the glossary, a link that reads well in a notebook, too: Sphinx looks for "relu"."""
    objects = env.get_domain("std").objects
    for kind, name in [key for key in objects if key[0] == "term"]:
        objects.setdefault((kind, name.lower()), objects[kind, name])


def name_editions(app, doctree):
    """Let the headings of the changelog read as words on the page of what is new."""
    if app.env.docname == CHANGES:
        for title in doctree.findall(nodes.title):
            words = title.astext()
            if (told := readable(words)) != words:
                title.children = []
                title += nodes.Text(told)


CODE = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)


def keep_percent_by_its_number(app, doctree):
    """Let no line break come between a number and its %."""
    for text in list(doctree.findall(nodes.Text)):
        if re.search(r"\d %", text) and not isinstance(text.parent, CODE):
            text.parent.replace(text, nodes.Text(re.sub(r"(?<=\d) %", "\u00a0%", text)))


def copy_mathjax(static: Path):
    """Copy the parts of MathJax that math.js loads."""
    package = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static" / "mathjax"
    for name in MATHJAX:
        source, target = package / name, static / "mathjax" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, target)


def notebook_files(source: Path):
    """Yield (name in the archive, content) of each chapter, each exercise and the package that they import."""
    wanted = ("LICENSE", "notebooks/**/*.ipynb", "utils/*.*", "utils/LICENSE", "utils/convbook/**/*")
    for path in sorted(path for pattern in wanted for path in source.glob(pattern)):
        if path.is_dir() or {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
            continue
        name, content = path.relative_to(source), path.read_bytes()
        if is_exercise(name.as_posix()):
            content = student_version(content.decode("utf-8")).encode("utf-8")
        yield f"{NOTEBOOKS}/{name.as_posix()}", content


def zip_notebooks(source: Path, archive: Path):
    """Write the notebooks and the package, so that they run without a repository; same files, same bytes."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(archive, "w", ZIP_DEFLATED) as target:
        for name, content in notebook_files(source):
            target.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def write_notebook_scripts(sources: Path):
    """Write each notebook once more, as a script with which book.js can save it from a page on a disk."""
    for path in sources.rglob("*.ipynb"):
        text = f"saveNotebook({json.dumps(path.name)}, {json.dumps(path.read_text('utf-8'))});\n"
        path.with_name(f"{path.name}.js").write_text(text, "utf-8")


def complete_the_site(app, exception):
    """Add what the pages load later, and what they offer."""
    if exception or app.builder.name != "html":
        return
    static = Path(app.outdir, "_static")
    copy_mathjax(static)
    zip_notebooks(Path(app.srcdir), Path(app.outdir, "_downloads", f"{NOTEBOOKS}.zip"))
    write_notebook_scripts(Path(app.outdir, "_sources"))


def setup(app):
    """Register the roles and the events."""
    for role in ROLES:
        app.add_role(role, CustomRole(role, generic_custom_role, {"classes": ["role", f"role-{role}"]}))
    app.connect("config-inited", offer_only_what_exists)
    app.connect("builder-inited", make_front_page_the_index)
    app.connect("doctree-read", name_editions, priority=400)  # before the contents are made of the headings
    app.connect("doctree-read", keep_percent_by_its_number)
    app.connect("html-page-context", offer_editors)
    app.connect("html-page-context", offer_a_report)
    app.connect("env-updated", find_terms_in_any_case)
    app.connect("build-finished", complete_the_site, priority=900)  # after the solutions have gone
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
