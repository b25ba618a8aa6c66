"""What the programs of a course share: where things lie, the teacher's seed, and the package that students get."""

import ast
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from convbook.checks._tables import table_of
from convbook.checks.judge import Check

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
EXERCISES = ROOT / "notebooks" / "exercises"
CHECKS = "convbook.checks"
LONGEST_SEED = 2**63

IN_PLACE = '''\
"""A chapter's exercises as tables: probes, what is right for each, and what the known mistakes give."""

from convbook.checks._tables import register_tables

register_tables(__name__)
'''


def counted(number: int, thing: str) -> str:
    """Return how many there are of a thing.

    >>> counted(1, "page"), counted(2, "page")
    ('1 page', '2 pages')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def why_unreadable(data: bytes) -> str:
    """Return why a file cannot be read as a notebook, in words for the one who made it.

    >>> why_unreadable(b'{"cells": [{"cell_type": "co')
    'cannot be read: it is cut off, so download it from Jupyter once more'
    """
    text = data.decode("utf-8-sig", errors="replace").strip()
    if not text:
        return "is empty"
    try:
        json.loads(text)
    except ValueError as error:
        at_the_end = not text.endswith("}") or getattr(error, "pos", 0) >= len(text)
        if text.startswith("{") and at_the_end:
            return "cannot be read: it is cut off, so download it from Jupyter once more"
    except RecursionError:  # nobody writes such a notebook
        pass
    return "cannot be read: what is in it is no notebook"


def chapters(names: list[str] | None = None) -> list[str]:
    """Return the chapters that have exercises: all of them, or those with these names. Raises ValueError for others.

    >>> chapters(["06_separable"])
    ['06_separable']
    """
    there = sorted(path.stem for path in EXERCISES.glob("*.ipynb"))
    if unknown := [name for name in names or [] if name not in there]:
        raise ValueError(f"CHAPTERS must be of {', '.join(there)}, got {', '.join(unknown)}")
    return [name for name in there if not names or name in names]


def seed_of(course: Path, given: int | None = None) -> int:
    """Return the seed of a course, from which its hidden probes are drawn: `given`, or that of before, or a new one.

    It is kept in the course's folder, in seed.txt, which students never get: who knows it knows the hidden probes.
    Raises ValueError if it is no seed.
    """
    file = course / "seed.txt"
    if given is None and file.exists():
        return _as_seed(file.read_text("utf-8"), f"{file} must hold")
    seed = secrets.randbits(32) if given is None else _as_seed(given, "SEED must be")
    course.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{seed}\n", encoding="utf-8")
    return seed


def if_changed(course: Path, given: int | None) -> str:
    """Return what follows if the seed `given` takes the place of another; nothing if it does not.

    Raises ValueError if it is no seed.
    """
    file = course / "seed.txt"
    if given is None or not file.exists() or (old := seed_of(course)) == (new := _as_seed(given, "SEED must be")):
        return ""
    graded = counted(len(list(course.glob("autograded/*/*/*.ipynb"))), "graded notebook")
    return (
        f"The seed was {old}, and is {new} now: the hidden checks try other numbers. The next `make grade` "
        f"grades again what it has graded ({graded}); until then scores are those of before. SEED={old} takes it back."
    )


def _as_seed(text, must):
    words = f"{must} a whole number from 0 to {LONGEST_SEED - 1}, got {str(text).strip()!r}"
    try:
        seed = int(text)
    except ValueError:
        raise ValueError(words) from None
    if not 0 <= seed < LONGEST_SEED:
        raise ValueError(words)
    return seed


def let_nbgrader_find_its_tools() -> None:
    """Put the programs beside this Python on the path: nbgrader calls one of them, alembic, for a new gradebook."""
    beside, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if beside not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([beside, path])


# ---- the package that students get -----------------------------------------------------------------------------
def tabled_modules() -> Iterator[tuple[str, list[Check]]]:
    """Yield each module that knows what is right, by its last name, with the checks that become tables."""
    for path in sorted((ROOT / "utils" / "convbook" / "checks").glob("_*.py")):
        if path.stem == "__init__":
            continue
        module = import_module(f"{CHECKS}.{path.stem}")
        checks = [value for value in vars(module).values() if isinstance(value, Check)]
        if any(one._reference for one in checks):
            if open_ones := [one.name for one in checks if not one._reference]:
                raise ValueError(
                    f"{path.name} must hold checks with a reference only, for students do not get it; put those with "
                    f"requirements alone into _open{path.name}: {', '.join(open_ones)}"
                )
            yield path.stem, checks


@cache
def students_wheel(own_numbers: int | None = None) -> tuple[str, bytes]:
    """Return the name and the content of the wheel that students get: convbook without what is right.

    With `own_numbers`, a course's seed, the public checks try numbers that are drawn from it instead of the book's.
    The same call gives the same to the last byte. A wheel is a zip file with the folder `convbook` in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "source")
        shutil.copytree(ROOT / "utils", source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
        hide_what_is_right(source / "convbook" / "checks", own_numbers)
        build = f"from setuptools import build_meta; build_meta.build_wheel({folder!r})"
        made = subprocess.run(
            [sys.executable, "-c", build],
            cwd=source,
            env=os.environ | {"SOURCE_DATE_EPOCH": "1577836800"},  # a wheel holds times: let them be the same each time
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise RuntimeError(f"the students' package could not be made:\n{made.stdout}{made.stderr}")
        (wheel,) = Path(folder).glob("*.whl")
        return wheel.name, wheel.read_bytes()


def hide_what_is_right(checks: Path, own_numbers: int | None = None) -> None:
    """Put tables in place of the modules that know what is right, in a copy of the folder convbook/checks."""
    for stem, ours in tabled_modules():
        tables = [table_of(one if own_numbers is None else one.with_own_probes(own_numbers)) for one in ours]
        (checks / f"{stem}.json").write_text(json.dumps(tables, separators=(",", ":")), encoding="utf-8")
        (checks / f"{stem}.py").write_text(IN_PLACE, encoding="utf-8")
    for path in checks.glob("_open_*.py"):
        path.write_text(without_comments(path.read_text("utf-8")), encoding="utf-8")


def without_comments(source: str) -> str:
    """Return a program as it runs, without what its authors say to each other."""
    return ast.unparse(ast.parse(source)) + "\n"
