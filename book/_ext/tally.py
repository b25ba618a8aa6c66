"""Sphinx extension: where a reader sees what they have solved, counted by book/assets/tally.js in their browser alone.

Each chapter ends in a line, each page of exercises in boxes to tick, and the directive `{solved}` lists all questions
and exercises of the book. The questions are those that predictions.py has found; the exercises, the tasks of the
notebooks.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from exercises import is_exercise

PAGE = "book/solved"
LEAD = re.compile(r"^.*?\bPredict\b[.:]?\s*", re.DOTALL)


def in_short(words: str) -> str:
    """Return what a question asks, without the word that marks it.

    >>> in_short("No two are alike. Predict: which is it?"), in_short("Predict the third of them.")
    ('Which is it?', 'The third of them.')
    """
    asked = LEAD.sub("", " ".join(words.split()), count=1)
    return asked[:1].upper() + asked[1:]


@cache
def exercises_of(notebook: Path) -> dict[str, str]:
    """Return {name: title} of the exercises in a notebook; the name is that of the task's cell, without "-task"."""
    if not notebook.exists():
        return {}
    cells = nbformat.read(notebook, as_version=4).cells
    marked = [(cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source) for cell in cells]
    return {
        name.removesuffix("-task"): source.splitlines()[0].lstrip("# ")
        for name, source in marked
        if name.endswith("-task")
    }


def questions_on(env, docname: str) -> dict[str, str]:
    """Return {id: words} of the questions that take an answer on a page."""
    chapter = Path(docname).name
    return {f"{chapter}/{name}": in_short(words) for name, words in env.metadata[docname].get("questions", {}).items()}


def exercises_for(env, docname: str) -> dict[str, str]:
    """Return {id: title} of the exercises for a chapter, or on its page of exercises."""
    chapter = Path(docname).name
    notebook = Path(env.srcdir, "notebooks", "exercises", f"{chapter}.ipynb")
    return {f"{chapter}/{name}": title for name, title in exercises_of(notebook).items()}


# ---- the line at the end of a chapter, the boxes at the end of its exercises ------------------------------------


def line_of(questions: dict, exercises: dict, address: str) -> str:
    """Return the line that says how many of these are solved; a script fills and shows it."""
    ids = f'data-questions="{" ".join(questions)}" data-exercises="{" ".join(exercises)}"'
    return f'<p class="solved-line" {ids} hidden><span></span> <a href="{address}">What I have solved</a></p>\n'


def boxes_of(exercises: dict, address: str) -> str:
    """Return a box to tick for each exercise; a script shows them."""
    boxes = "\n".join(
        f'<label><input type="checkbox" value="{name}"><span>{escape(title)}</span></label>'
        for name, title in exercises.items()
    )
    return (
        '<form class="solved-boxes" autocomplete="off" hidden><fieldset>'
        "<legend>Solved? Tick it, for yourself alone</legend>\n"
        f'{boxes}\n</fieldset><p><a href="{address}">What I have solved</a></p></form>\n'
    )


def add_what_is_solved(app, pagename, template, context, doctree):
    """Add the line to a chapter, or the boxes to its page of exercises."""
    if doctree is None or pagename == PAGE:
        return
    exercises = exercises_for(app.env, pagename)
    address = context["pathto"](PAGE) if PAGE in app.env.found_docs else "#"
    if is_exercise(pagename):
        context["body"] += boxes_of(exercises, address)
    elif questions := questions_on(app.env, pagename):
        context["body"] += line_of(questions, exercises, address)


# ---- the whole book ---------------------------------------------------------------------------------------------


class Solved(nodes.General, nodes.Element):
    """The place of the list, which is complete when all pages are read."""


class SolvedDirective(SphinxDirective):
    """```{solved}```: all questions and exercises, and how they stand."""

    def run(self):
        """Return the place of the list."""
        return [Solved()]


def row(kind: str, name: str, words: str, address: str) -> str:
    """Return one question or exercise; a script adds how it stands."""
    return (
        f'<li data-kind="{kind}" data-id="{name}"><a href="{escape(address)}">{escape(words)}</a> <span></span></li>\n'
    )


def page_of(builder, docname: str) -> str:
    """Return the fold of a page: a chapter with its questions and exercises, or what these ask to be done by hand."""
    env, here = builder.env, builder.get_relative_uri(PAGE, docname)
    exercises_page = builder.get_relative_uri(PAGE, f"notebooks/exercises/{Path(docname).name}")
    rows = [
        row("question", name, words, f"{here}#question-{name.rpartition('/')[2]}")
        for name, words in questions_on(env, docname).items()
    ]
    exercises = {} if is_exercise(docname) else exercises_for(env, docname)
    rows += [row("exercise", name, f"Exercise {title}", exercises_page) for name, title in exercises.items()]
    title = escape(env.titles[docname].astext())
    summary = f"<summary><b>{title}</b> <span></span></summary>"
    return f'<details data-chapter="{title}">{summary}<ul>\n{"".join(rows)}</ul></details>\n'


def visit(translator, node):
    """Write the list."""
    builder = translator.builder
    asking = [name for name, found in builder.env.metadata.items() if found.get("questions")]
    in_order = sorted(asking, key=lambda name: (Path(name).name, is_exercise(name)))
    folds = "".join(page_of(builder, name) for name in in_order)
    translator.body.append(f'<div class="solved-book">\n{folds}</div>\n')


def setup(app):
    """Register the node, the directive and the event."""
    app.add_node(Solved, html=(visit, lambda translator, node: None))
    app.add_directive("solved", SolvedDirective)
    app.connect("html-page-context", add_what_is_solved, priority=450)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}
