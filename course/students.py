"""Makes what the students of a course get: `make students`.

For each chapter nbgrader makes the student's notebook, without solutions and hidden checks, and notes its points in the
gradebook. Beside the notebooks lie the package, without what is right, and a README; all of it once more as a zip:

    students/seeing-convolutions-exercises.zip      for the course page
    students/seeing-convolutions-exercises/         the same, to look at
    release/06_separable/06_separable.ipynb         for nbgrader's exchange on a JupyterHub

    make students
    make students CHAPTERS="01_convolution 06_separable"

Two things make a course's variant its own. From the course's seed the probes of the hidden checks are drawn; it is made
at the first call, lies in seed.txt in the course's folder, and `SEED=2027` sets another. With `NUMBERS=own` the public
checks, too, try other numbers than those of the book, drawn from the seed so that each known mistake still gets its own
hint. Nobody gets seed.txt; keep it, for without it nothing can be graded again in the same way.
"""

import argparse
import os
import sys
import zipfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI
from tqdm import tqdm
from traitlets.config import Config

from course import EXERCISES, HERE, chapters, if_changed, let_nbgrader_find_its_tools, seed_of, students_wheel

NAME = "seeing-convolutions-exercises"
OURS = ("*.ipynb", "convbook-*.whl", "README.md")  # what a call replaces; anything else there is somebody else's
STUB = "raise NotImplementedError()"
ASSIGNED = 0o644

README = """\
# Exercises on convolutions

{count} to work on, with a check below every task that you may run as often as you like:

{listed}

## Start

You need Python 3.11 or newer. First unpack the zip: on Windows right-click it and choose *Extract All...*, for the
Explorer shows what is in a zip without unpacking it. Then open a terminal in the folder that holds this file, and once,
for all chapters:

On macOS and Linux:

    python3 -m venv .venv
    .venv/bin/pip install {wheel} jupyterlab

On Windows:

    py -m venv .venv
    .venv\\Scripts\\pip install {wheel} jupyterlab

Then, each time you want to work:

On macOS and Linux:

    .venv/bin/jupyter lab

On Windows:

    .venv\\Scripts\\jupyter lab

JupyterLab opens in your browser, with the notebooks on the left.

If you work where everything is installed already, on a JupyterHub, open the notebooks there.

When further notebooks come later, put them into this folder. If the package comes anew, too, install it once more:

On macOS and Linux:

    .venv/bin/pip install --force-reinstall --no-deps {wheel}

On Windows:

    .venv\\Scripts\\pip install --force-reinstall --no-deps {wheel}

## Work

Each task asks for a function. Put your code in place of `raise NotImplementedError()`, run the cell with Shift + Enter,
and run the check below it. The check shows the numbers that it tried and often recognises what went wrong. Two hints
are folded away below each task: open one when you are stuck.

Your function is graded on other numbers than those that the check shows. So write it for every input that the task
allows, not for the ones that you see.

Write your answers with Python and NumPy, without `convbook` except for what the notebook imports: the package can do
much of what is asked here.

Keep the names of the functions, and leave the check cells as they are: changes in them do not count. Further cells of
your own do no harm.

## Hand in

Choose *Kernel > Restart Kernel and Run All Cells...* once: a notebook that works only because of a cell that is gone
works no more. Then save it, and hand in the notebook itself under the name that it has, for example `{example}`, where
your course says. Nothing else from this folder is needed. If you hand in more than once, the last one counts.

## If something does not work

- *No module named 'convbook'*: JupyterLab was not started from this folder's `.venv`. Start it as above.
- *The terminal does not find Python*: install it from python.org; on Windows let the installer add it to the path.
- *ensurepip is not available*, on Debian and Ubuntu: `sudo apt install python3-venv`, then begin again.
- *A check does not end*: Kernel > Interrupt Kernel. It stops an answer after ten seconds by itself, as far as it can.
"""


def settings(course: Path) -> Config:
    """Return what nbgrader has to know of a course in this folder to make students' notebooks."""
    config = Config()
    config.CourseDirectory.root = str(course.resolve())
    config.CourseDirectory.db_url = f"sqlite:///{(course / 'gradebook.db').resolve()}"
    config.ClearSolutions.code_stub = {"python": STUB}
    return config


def source_of(chapter: str) -> NotebookNode:
    """Return the notebook of a chapter for nbgrader: of what its cells carry along, only nbgrader's own marks.

    A class has its own package: the cell that would get the published one, with what is right in it, stays here.
    """
    notebook = nbformat.read(EXERCISES / f"{chapter}.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "setup"]
    for cell in notebook.cells:  # answers to what is to be worked out by hand, for one, are for the page
        cell.metadata = NotebookNode({key: value for key, value in cell.metadata.items() if key == "nbgrader"})
    return notebook


def release(course: Path, chapter: str) -> Path:
    """Let nbgrader make the student's notebook of a chapter, and return where it lies."""
    source = course / "source" / chapter
    source.mkdir(parents=True, exist_ok=True)
    nbformat.write(source_of(chapter), source / f"{chapter}.ipynb")
    let_nbgrader_find_its_tools()
    made = NbGraderAPI(config=settings(course)).generate_assignment(chapter, force=True)
    if not made["success"]:
        raise RuntimeError(f"nbgrader could not make {chapter}:\n{made.get('log')}{made.get('error')}")
    return course / "release" / chapter / f"{chapter}.ipynb"


def readme(names: list[str], wheel: str) -> str:
    """Return the words for students, with the names of their files."""
    count = "One notebook" if len(names) == 1 else f"{len(names)} notebooks"
    listed = "\n".join(f"- `{name}.ipynb`" for name in names)
    return README.format(count=count, listed=listed, wheel=wheel, example=f"{names[-1]}.ipynb")


def hand_out(course: Path, names: list[str], seed: int, own_numbers: bool) -> Path:
    """Put everything for students into one folder and into a zip beside it, and return the zip."""
    wheel, package = students_wheel(seed if own_numbers else None)
    files = {f"{name}.ipynb": release(course, name).read_bytes() for name in tqdm(names, desc="notebooks", leave=False)}
    files |= {wheel: package, "README.md": readme(names, wheel).encode()}
    folder = course / "students" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    for old in (path for pattern in OURS for path in folder.glob(pattern)):
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return _zipped(folder.with_suffix(".zip"), files)


def _zipped(target: Path, files: dict[str, bytes]) -> Path:
    """Write a zip that is the same to the last byte if its files are, and at once."""
    part = target.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", (2020, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = ASSIGNED << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    os.replace(part, target)
    return target


def main(arguments: list[str] | None = None) -> int:
    """Make what students get, and say where it lies."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="chapters as 06_separable (default: all)")
    parser.add_argument("--course", type=Path, default=HERE, help="the course folder (default: %(default)s)")
    parser.add_argument("--seed", help="draws the hidden probes (default: that of before, or a new one)")
    parser.add_argument("--numbers", default="book", help="what public checks try: book or own (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        if options.numbers not in ("book", "own"):
            raise ValueError(f"NUMBERS must be book or own, got {options.numbers}")
        names = chapters(options.chapters)
        said = if_changed(options.course, options.seed)
        seed = seed_of(options.course, options.seed)
        target = hand_out(options.course, names, seed, options.numbers == "own")
    except (OSError, ValueError, RuntimeError) as error:
        print(f"make students: {error}", file=sys.stderr)
        return 1
    print(f"For students: {target}")
    print(f"  {', '.join(names)}; the same to look at in {target.with_suffix('')}")
    if said:
        print(said)
    print(f"For you alone: {options.course / 'seed.txt'}, from which the hidden checks draw what they try")
    return 0


if __name__ == "__main__":
    sys.exit(main())
