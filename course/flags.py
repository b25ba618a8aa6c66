"""Says what a person should look at in a notebook that was handed in: nothing here is a verdict, and no score changes.

The released notebook is the measure: what stands there already is never remarked on.
"""

import ast
import re
from collections import Counter

from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution

HARMLESS = re.compile(
    r"(IPython\.display|__future__|abc|collections|copy|dataclasses|decimal|enum|fractions|functools|heapq|itertools|math"
    r"|matplotlib|numbers|numpy|operator|random|statistics|string|time|typing|warnings)(\..*)?"
)
NAMES = re.compile(
    "__builtins__|__import__|CHECKS|Check|CheckFailed|SystemExit|breakpoint|compile|delattr|eval|exec|exit|get_ipython"
    "|globals|hidden_check|open|quit|setattr|vars"
)
ATTRIBUTES = re.compile(
    "__(builtins|class|closure|code|dict|globals|mro|subclasses|wrapped)__|_getframe|ctypes|fromfile|genfromtxt|load"
    "|loadtxt|memmap|save|savetxt|savez|tofile"
)
JUDGES = {"check", "hidden_check", "convbook"}


def flags(notebook: NotebookNode, released: NotebookNode) -> list[str]:
    """Return what is worth a look in a notebook, compared with the one that was handed out."""
    known = _code_flags(released)
    return [*_layout_flags(notebook, released), *sorted(_code_flags(notebook, _locked(released)) - known)]


def mark(cell: NotebookNode) -> dict:
    """Return nbgrader's mark of a cell; empty if it has none, or something else in its place."""
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) and isinstance(found.get("grade_id"), str) else {}


def _locked(released):
    """Return {id: source} of the cells that no student is to change."""
    return {mark(c)["grade_id"]: c.source for c in released.cells if mark(c) and not is_solution(c)}


def _layout_flags(notebook, released):
    ids = Counter(mark(cell)["grade_id"] for cell in notebook.cells if mark(cell))
    theirs = {mark(cell)["grade_id"]: cell for cell in notebook.cells if mark(cell)}
    ours = {mark(cell)["grade_id"]: cell for cell in released.cells if mark(cell)}
    if not ours.keys() & theirs.keys():
        return ["has none of the cells that were handed out"]
    said = [f"cell {name} is there {times} times" for name, times in ids.items() if times > 1]
    for name, cell in ours.items():
        kind = "check" if is_grade(cell) else ("answer" if is_solution(cell) else "task")
        if name not in theirs:
            said.append(f"{kind} cell {name} is deleted")
        elif is_grade(cell) and theirs[name].source.split() != cell.source.split():
            said.append(f"{kind} cell {name} is changed")  # in the text of a task one may take notes
        elif _worth(theirs[name]) != _worth(cell):
            said.append(f"the mark of {kind} cell {name} is changed")
    return said + [f"check cell {name} is none of ours" for name in theirs.keys() - ours if is_grade(theirs[name])]


def _worth(cell):
    return [mark(cell).get(part) for part in ("points", "grade", "solution")]


def _code_flags(notebook, locked=()):
    found = set()
    for cell in notebook.cells:
        if cell.cell_type != "code" or mark(cell).get("grade_id") in locked:
            continue  # a locked cell is put back before grading
        lines = cell.source.splitlines()
        code = [line for line in lines if not line.lstrip().startswith(("%", "!"))]
        found |= {f"line for the shell or for IPython: {line.strip()[:60]}" for line in lines if line not in code}
        try:
            tree = ast.parse("\n".join(code))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # an answer that does not even run
        aliases = [node for node in ast.walk(tree) if isinstance(node, ast.alias)]
        modules = {alias.asname or alias.name.split(".")[0] for alias in aliases}
        for node in ast.walk(tree):
            found |= set(_node_flags(node, modules | JUDGES | {"np"}))
    return found


def _node_flags(node, modules):
    if isinstance(node, ast.Import):
        yield from (f"imports {alias.name}" for alias in node.names if not HARMLESS.fullmatch(alias.name))
    elif isinstance(node, ast.ImportFrom):
        module = node.module or "."
        if not HARMLESS.fullmatch(module):
            yield from (f"imports {alias.name} from {module}" for alias in node.names)
    elif isinstance(node, ast.Name) and NAMES.fullmatch(node.id):
        yield f"uses {node.id}"
    elif isinstance(node, ast.Attribute) and ATTRIBUTES.fullmatch(node.attr):
        yield f"uses .{node.attr}"
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del) and _root(node) in modules:
        yield f"sets {ast.unparse(node)}"
    if JUDGES & set(_given_names(node)):
        yield f"replaces {', '.join(sorted(JUDGES & set(_given_names(node))))}"


def _root(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _given_names(node):
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias) and node.asname:
        yield node.asname
