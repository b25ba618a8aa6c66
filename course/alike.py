"""Finds answers that are nearly the same, whatever their names, comments and layout: RapidFuzz over normalised tokens.

It is to be slow to suspect. A short answer tells nothing, for there are not many ways to write it; nor does one that is
nearly the book's own; and two answers must agree in nearly everything. What it finds is for a person to read.
"""

import ast
import io
import tokenize
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

LEAST = 40  # tokens in the body of an answer, below which two may well agree by chance
NEAR = 0.93  # share of the tokens that two answers have in common, in order
OURS = 0.85  # so near to the book's own answer, it is the way that anybody would take
_LAYOUT = {tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER}


@dataclass(frozen=True)
class Group:
    """Students whose answers to a task are nearly the same, and how near the two nearest are."""

    students: tuple[str, ...]
    similarity: float


def tokens(source: str, task: str) -> list[str]:
    """Return what an answer does, as tokens: without its first line, which the task gives, its own names as numbers.

    >>> tokens("def f(a):\\n    '''Twice.'''\\n    b = a * 2  # so\\n    return b", "f")
    ['$1', '=', '$0', '*', '2', 'return', '$1']
    >>> tokens("def f(x):\\n\\n    y = (x\\n      * 2)\\n    return y", "f") == _
    True
    """
    try:
        tree = ast.parse(_without_magics(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    for node in ast.walk(tree):
        _drop_docstring(node)
    body = [part for node in tree.body for part in (node.body if _is_answer(node, task) else [node])]
    own = {name for node in ast.walk(tree) for name in _bound(node)}
    text = "\n".join(map(ast.unparse, body))
    given = [part.arg for node in tree.body if _is_answer(node, task) for part in ast.walk(node.args) if _is_arg(part)]
    numbers = {name: f"${place}" for place, name in enumerate(given)}
    result = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.string in own:
            result.append(numbers.setdefault(token.string, f"${len(numbers)}"))
        elif token.type not in _LAYOUT and token.string.strip():
            result.append(token.string)
    return result


def _is_arg(node):
    return isinstance(node, ast.arg)


def _without_magics(source):
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))


def _is_answer(node, task):
    return isinstance(node, ast.FunctionDef) and node.name == task


def _drop_docstring(node):
    if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
        node.body = node.body[1:] or [ast.Pass()]


def _bound(node):
    """Yield the names that a part of the program gives to something."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias):
        yield node.asname or node.name


def alike(answers: Mapping[str, str], task: str, ours: Iterable[str] = ()) -> list[Group]:
    """Return the groups among {student: source} whose answers to `task` are nearly the same; `ours` are known ones."""
    letters: dict[str, str] = {}

    def written(source):
        return "".join(letters.setdefault(token, chr(0x4E00 + len(letters))) for token in tokens(source, task))

    texts = {student: text for student, source in sorted(answers.items()) if len(text := written(source)) >= LEAST}
    known = [written(source) for source in ours]
    texts = {s: t for s, t in texts.items() if all(Indel.normalized_similarity(t, own) < OURS for own in known)}
    students = list(texts)
    if len(students) < 2:
        return []
    near = cdist(list(texts.values()), list(texts.values()), scorer=Indel.normalized_similarity, score_cutoff=NEAR)
    groups = _connected(near > 0)
    return [
        Group(tuple(students[place] for place in places), _nearest(near[np.ix_(places, places)])) for places in groups
    ]


def _nearest(near):
    return float(near[~np.eye(len(near), dtype=bool)].max())


def _connected(joined):
    """Return the sets of places that hang together, each in order, those of one left out."""
    left, groups = set(range(len(joined))), []
    while left:
        group, edge = set(), {left.pop()}
        while edge:
            group |= edge
            edge = {int(other) for place in edge for other in np.flatnonzero(joined[place])} - group
        left -= group
        if len(group) > 1:
            groups.append(sorted(group))
    return sorted(groups)
