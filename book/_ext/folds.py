"""Sphinx extension: what folds away on a page behind a few words, for whoever wants to think first.

    ::::{fold} A nudge
    :class: hint
    :of: 3. Four loops

    How often does the window fit?
    ::::

What is a fold `of` some part of a page is out of the way altogether: on paper it stands at the end, under the name of
that part, and the search does not find it.

A fold opens without JavaScript. With it, a reload keeps what was open: book/assets/folds.js.
"""

from html import escape
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst.directives import class_option, unchanged
from sphinx.util.docutils import SphinxDirective


class Fold(nodes.General, nodes.Element):
    """What folds; `summary` are the words that stay, `of` names the part of the page that it belongs to, if any."""


class FoldDirective(SphinxDirective):
    """The directive {fold}."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar = {"class": class_option, "of": unchanged}

    def run(self):
        """Return the fold with its content."""
        fold = Fold(
            summary=self.arguments[0], of=self.options.get("of", ""), classes=list(self.options.get("class", []))
        )
        self.state.nested_parse(self.content, self.content_offset, fold)
        return [fold]


def open_fold(translator, summary: str, classes: list[str], of: str = ""):
    """Write the beginning of a fold, of whatever kind; `of` with an apostrophe as in the text."""
    printed = escape(of.replace("'", "’"))
    belongs = f' data-of="{printed}"' if of else ""
    kinds = " ".join(["fold", *classes])
    translator.body.append(f'<details class="{kinds}"{belongs}><summary>{escape(summary)}</summary>\n')


def close_fold(translator, node):
    """Write the end of a fold."""
    translator.body.append("</details>\n")


def visit(translator, node):
    """Open a fold of the directive."""
    open_fold(translator, node["summary"], node["classes"], node["of"])


def is_apart(node: nodes.Node) -> bool:
    """Say whether this is a fold of a part of its page."""
    return isinstance(node, nodes.Element) and bool(node.get("of"))


def keep_out_of_the_search(app):
    """Let the index of the search be made of the pages without what belongs apart."""
    builder = app.builder
    if builder.name != "html":
        return
    index_page = builder.index_page

    def index_the_rest(pagename, doctree, title):
        rest = doctree.deepcopy()
        for fold in list(rest.findall(is_apart)):
            fold.parent.remove(fold)
        index_page(pagename, rest, title)

    builder.index_page = index_the_rest


def setup(app):
    """Register the node, the directive and the event."""
    app.add_node(Fold, html=(visit, close_fold))
    app.add_directive("fold", FoldDirective)
    app.connect("builder-inited", keep_out_of_the_search)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
