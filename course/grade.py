"""Grades what a class has handed in: `make grade`.

Every submission runs in a kernel of its own, in a sandbox without network, without the course's files and with limits;
what its answers gave is judged here, outside. One writer takes the points into the gradebook, submission by submission:
stop a run when you like and call it again, it goes on where it was. Only what is new or has changed is graded again.

A submission that cannot be graded has no score, and is listed with the reason.

    make grade
    make grade CHAPTERS="06_separable" WHERE=tcp://scheduler:8786
"""

import argparse
import copy
import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    LimitOutput,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)
from nbgrader.utils import is_grade, is_solution
from tqdm import tqdm

import sandbox
from convbook.checks.judge import Verdict
from convbook.checks.outcomes import judged, probes_file
from course import EXERCISES, HERE, chapters, counted, if_changed, seed_of, students_wheel, why_unreadable
from gradebook import SCORED, Book, Submission
from notebooks import MOST_BYTES, parsed, too_much
from results import Course

AHEAD = 64  # submissions that are prepared and not judged yet: enough for a cluster, little for memory
PATIENCE = 20  # seconds for a scheduler to answer
VERDICT = "-check"  # what the id of a check cell adds to the name of its exercise


class CannotGrade(Exception):
    """A submission cannot be graded; the message says why."""


# ---- what is graded --------------------------------------------------------------------------------------------
class Chapter:
    """A chapter's exercises: tasks with their hidden checks, and what a kernel needs to run them."""

    def __init__(self, name: str, package: bytes, seed: int):
        self.name, self.package, self.seed, path = name, package, seed, EXERCISES / f"{name}.ipynb"
        self.source = nbformat.read(path, as_version=4)
        self.checks = {grade_id(cell): cell.source for cell in self.source.cells if is_grade(cell)}
        open_ones = [name for name, source in self.checks.items() if "check(" in source and not is_hidden(source)]
        if open_ones:
            raise ValueError(f"{path} has checks without a hidden part, which anybody can pass: {', '.join(open_ones)}")

    @cached_property
    def probes(self) -> bytes:
        """What the hidden checks try the answers on."""
        return probes_file(self.seed, {task.removesuffix(VERDICT) for task in self.checks}).encode()

    @cached_property
    def mark(self) -> bytes:
        """What tells this chapter from what it was before a change."""
        return hashlib.sha256(self.package + self.probes + nbformat.writes(self.source).encode()).digest()

    def made_from(self, submission: Submission) -> str:
        """Return what tells one grading of a submission from another."""
        content = submission.notebook.read_bytes() if submission.notebook.is_file() else b""
        return hashlib.sha256(self.mark + content).hexdigest()


def chapter_of(name: str, seed: int) -> Chapter:
    """Return a chapter with the package that students have."""
    _, wheel = students_wheel()
    return Chapter(name, wheel, seed)


def grade_id(cell: NotebookNode) -> str:
    """Return the id of a cell that nbgrader knows."""
    return cell.metadata.nbgrader.grade_id


def is_hidden(check: str) -> bool:
    """Say whether the source of a check cell reports to a judge outside."""
    return "hidden_check(" in check


def submissions_in(course: Path, chapters: list[str]) -> list[Submission]:
    """Return what was handed in for some chapters, or for all."""
    folders = (folder for folder in sorted((course / "submitted").glob("*/*/")) if not folder.name.startswith("."))
    found = (Submission(folder.parent.name, folder.name, folder) for folder in folders)
    return [one for one in found if not chapters or one.chapter in chapters]


# ---- before a kernel sees it -----------------------------------------------------------------------------------
class RestoreCells(OverwriteCells):
    """nbgrader's step that puts the course's cells in place of changed ones; here in place of all missing ones, too."""

    add_missing_cells = True

    def add_missing_grade_cells(self, nb, resources):
        """Put a check that is missing behind what comes before it in the course's notebook, as far as that is there."""
        known = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        points = {cell.name: cell.max_score for cell in known.grade_cells}
        place = 0
        for cell in known.source_cells:
            places = [
                at for at, one in enumerate(nb.cells) if one.metadata.get("nbgrader", {}).get("grade_id") == cell.name
            ]
            if places:
                place = places[0] + 1
            elif cell.name in points:
                missing = self.missing_cell_transform(cell, points[cell.name])
                missing.id = nbformat.v4.nbbase.random_cell_id()
                nb.cells.insert(place, missing)
                place += 1
        return nb, resources


STEPS_BEFORE = [ClearOutput, DeduplicateIds, OverwriteKernelspec, RestoreCells, CheckCellMetadata]


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook without its outputs, which may be as large as they like. Raises CannotGrade if it is none."""
    if not path.is_file():
        raise CannotGrade(f"there is no {path.name}")
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if why := too_much(data):
        raise CannotGrade(f"it {why}")
    try:
        content = json.loads(data)
        for cell in content.get("cells", []):
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        content["metadata"].pop("widgets", None)
        whole = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")  # half a pair is no text
        return parsed(whole)
    except Exception:  # whatever can be wrong with a file
        raise CannotGrade(f"it {why_unreadable(data)}") from None


def shortly(error: object) -> str:
    """Return the first line of what an error says."""
    return next(iter(str(error).strip().splitlines()), "")[:200]


def prepared(submission: Submission, chapter: Chapter, book: Book) -> NotebookNode:
    """Return a submission's notebook with the course's own cells in it. Raises CannotGrade."""
    notebook = read_notebook(submission.notebook)
    tasks = {grade_id(cell) for cell in chapter.source.cells if is_solution(cell)}
    if tasks.isdisjoint(put_our_marks(notebook, chapter)):
        raise CannotGrade(f"it holds none of the tasks of {chapter.name}")
    try:
        return book.sanitised(notebook, submission, STEPS_BEFORE)
    except Exception as error:  # marks that somebody has edited
        raise CannotGrade(f"its marks for grading do not hold together ({shortly(error)})") from None


def put_our_marks(notebook: NotebookNode, chapter: Chapter) -> set[str]:
    """Give the first cell of each known id the course's own marks, all others none; return the ids that are there."""
    left = {grade_id(cell): cell.metadata.nbgrader for cell in chapter.source.cells if "nbgrader" in cell.metadata}
    found = set()
    for cell in notebook.cells:
        mark = cell.metadata.pop("nbgrader", None)
        name = mark.get("grade_id") if isinstance(mark, dict) else None
        if isinstance(name, str) and name in left:
            cell.metadata.nbgrader = copy.deepcopy(left.pop(name))
            found.add(name)
    return found


# ---- after it has run ------------------------------------------------------------------------------------------
HARMLESS = {"text/plain", "image/png", "image/jpeg"}  # teachers look at it in a browser, so no script and no page


def judge_notebook(notebook: NotebookNode, chapter: Chapter) -> None:
    """Put in place of what the hidden checks report what is to be said of it, and of all else what is harmless."""
    ours = {cell.source for cell in chapter.source.cells}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            cell.source = cell.source if cell.source in ours else only_words(cell.source)
        elif is_grade(cell) and is_hidden(chapter.checks.get(grade_id(cell), "")):
            cell.outputs = judge_cell(cell, chapter.seed)
        else:
            cell.outputs = [harmless(output) for output in cell.outputs]


def judge_cell(cell: NotebookNode, seed: int) -> list[NotebookNode]:
    """Return the outputs of a check cell once it is judged.

    What ran in the kernel has printed at most: no verdict of its own counts, and no warning on stderr costs a point.
    """
    name = grade_id(cell).removesuffix(VERDICT)
    reports = [output.data[sandbox.OUTCOMES] for output in cell.outputs if sandbox.OUTCOMES in output.get("data", {})]
    printed = [nbformat.v4.new_output("stream", text=one.text) for one in cell.outputs if one.output_type == "stream"]
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if errors and not reports:
        return [*printed, *errors]
    fault = judged(name, seed, reports[-1] if reports else None)
    if fault is None:
        right = Verdict(f"{name}: right.", right=True)
        data = {"text/plain": repr(right), "text/html": right._repr_html_()}
        return [*printed, nbformat.v4.new_output("display_data", data=data)]
    return [*printed, nbformat.v4.new_output("error", ename="CheckFailed", evalue=fault, traceback=[f"✗ {fault}"])]


def only_words(markdown: str) -> str:
    """Return markdown in which no tag begins and no link leads but to the web, this page or a picture in the notebook.

    >>> only_words("<b>3 < 4</b> [x](javascript:x)")
    '&lt;b>3 < 4&lt;/b> [x&#93;(javascript:x)'
    """
    without_tags = re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", markdown)
    return re.sub(r"\](?=\s*[(:]\s*(?!https?://|#|attachment:))", "&#93;", without_tags)


def harmless(output: NotebookNode) -> NotebookNode:
    """Return an output of which a browser runs nothing."""
    if "data" in output:
        output.data = {kind: value for kind, value in output.data.items() if kind in HARMLESS}
        output.metadata = {}
    return output


class RunInSandbox(NbGraderPreprocessor):
    """nbgrader's step that runs a notebook, for those who grade one in its Formgrader: in the sandbox, and judged."""

    def preprocess(self, nb, resources):
        """Run and judge; raises RuntimeError if that cannot be done, and nbgrader then says that grading failed."""
        course = Path(resources["nbgrader"]["db_url"].removeprefix("sqlite:///")).parent
        chapter = chapter_of(resources["nbgrader"]["assignment"], seed_of(course))
        job = {"package": chapter.package, "probes": chapter.probes, "limits": {}}
        result = sandbox.run(nbformat.writes(nb), **job)
        if why := result["refused"] or result["failure"]:
            raise RuntimeError(why)
        nb = nbformat.reads(result["notebook"], as_version=4)
        judge_notebook(nb, chapter)
        return nb, resources


# ---- many at a time, here or on a cluster ----------------------------------------------------------------------
def run_anywhere(programs: dict[str, str], job: dict) -> dict:
    """Run a job where the course is not installed: from the text of the programs that come with it.

    It names nothing of this module, for it travels alone.
    """
    import atexit
    import hashlib
    import shutil
    import sys
    import tempfile
    from importlib.util import module_from_spec, spec_from_file_location
    from pathlib import Path

    name = "grading_" + hashlib.sha256(repr(sorted(programs.items())).encode()).hexdigest()[:16]
    if name not in sys.modules:
        folder = Path(tempfile.mkdtemp(prefix="grading-programs-"))
        atexit.register(shutil.rmtree, folder, True)
        for program, text in programs.items():
            (folder / program).write_text(text, encoding="utf-8")
        spec = spec_from_file_location(name, folder / "sandbox.py")
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[name] = module
    return sys.modules[name].run(**job)


@contextmanager
def local_pool(at_a_time: int) -> Iterator[Callable[[dict], Future]]:
    """Yield what starts a job on this machine. Threads do, for each watches over a kernel, which is a process."""
    with ThreadPoolExecutor(at_a_time) as pool:
        yield lambda job: pool.submit(sandbox.run, **job)


@contextmanager
def cluster(where: str) -> Iterator[Callable[[dict], Future]]:
    """Yield what starts a job on a Dask cluster; a worker that dies on the way has its jobs done by another."""
    try:
        import cloudpickle
        from distributed import Client
    except ImportError:
        raise ValueError("WHERE takes a cluster of Dask, which is not installed: `pip install distributed`") from None
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    programs = {name: (HERE / name).read_text("utf-8") for name in ("sandbox.py", "kernel.py")}
    try:
        client = Client(where, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ValueError(f"WHERE must be the address of a Dask scheduler, got {where} ({shortly(error)})") from None
    with client:
        executor: Executor = client.get_executor(pure=False)
        yield lambda job: executor.submit(run_anywhere, programs, job)


def one_by_one(submissions: list[Submission], start: Callable[[Submission], Future]) -> Iterator[tuple]:
    """Start them all, some ahead of the others; yield (submission, its future) as they are done."""
    running: dict[Future, Submission] = {}
    for position, submission in enumerate(submissions):
        running[start(submission)] = submission
        while running and (len(running) >= AHEAD or position == len(submissions) - 1):
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future


# ---- the run ---------------------------------------------------------------------------------------------------
@dataclass
class Grader:
    """Takes submissions from a course folder to its gradebook."""

    book: Book
    chapters: dict[str, Chapter]
    start_job: Callable[[dict], Future]
    limits: dict
    sandboxed: bool = True

    def due(self, submissions: list[Submission]) -> list[Submission]:
        """Return those that are to be graded: new ones, changed ones, and those that have no score yet."""
        states = self.book.states()
        return [one for one in submissions if not self._is_done(states.get((one.student, one.chapter)), one)]

    def _is_done(self, state, one):
        return state and state.state == SCORED and state.made_from == self.chapters[one.chapter].made_from(one)

    def grade(self, submissions: list[Submission]) -> None:
        """Grade them, whatever happens to some."""
        self.book.expect(submissions)
        with tqdm(total=len(submissions), unit="submission", dynamic_ncols=True) as bar:
            for submission, future in one_by_one(submissions, self._start):
                self._finish(submission, future)
                bar.update()

    def _start(self, submission) -> Future:
        chapter = self.chapters[submission.chapter]
        try:
            notebook = prepared(submission, chapter, self.book)
        except CannotGrade as why:
            failed = Future()
            failed.set_exception(why)
            return failed
        job = {"package": chapter.package, "probes": chapter.probes, "limits": self.limits}
        return self.start_job(job | {"notebook": nbformat.writes(notebook), "sandboxed": self.sandboxed})

    def _finish(self, submission, future):
        chapter = self.chapters[submission.chapter]
        try:
            result = future.result()
            if result["refused"]:
                raise sandbox.NoSandbox(result["refused"])
            if result["failure"]:
                raise CannotGrade(result["failure"])
            notebook = nbformat.reads(result["notebook"], as_version=4)
            judge_notebook(notebook, chapter)
            notebook, _ = LimitOutput(max_lines=300, max_traceback=60).preprocess(notebook, {})
            self.book.score(submission, notebook, chapter.made_from(submission))
        except sandbox.NoSandbox:
            raise
        except CannotGrade as why:
            self.book.fail(submission, str(why))
        except Exception as error:  # of this submission alone; the next one may be fine
            self.book.fail(submission, f"it could not be graded ({type(error).__name__}: {shortly(error)})")


@contextmanager
def alone_in(course: Path) -> Iterator[None]:
    """Keep a second run out of the same course folder. Raises ValueError if there is one."""
    course.mkdir(parents=True, exist_ok=True)
    with open(course / "grading.lock", "w") as lock:
        try:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # Windows
            pass
        except OSError:
            raise ValueError(f"another `make grade` is at work in {course}") from None
        yield


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def report(book: Book, submissions: list[Submission], name: Callable[[str], str]) -> str:
    """Return what came of the submissions, in words; `name` tells what a student is called."""
    found = book.states()
    mine = [found[key] for key in ((one.student, one.chapter) for one in submissions) if key in found]
    left = [state for state in mine if state.state != SCORED]
    lines = [f"Scored: {len(mine) - len(left)} of {counted(len(submissions), 'submission')}."]
    if left:
        them = "it" if len(left) == 1 else "them"
        lines += ["", f"Not scored; a person should look at {them}:"]
    for state in left:
        stale = "" if state.earlier is None else f" (the earlier score of {state.earlier:g} counts no more)"
        who = state.student if (called := name(state.student)) == state.student else f"{called} ({state.student})"
        lines.append(f"  {who}, {state.chapter}: {state.reason}{stale}")
    return "\n".join([*lines, "", "Next: `make feedback`, `make grades` and `make report`."])


def arguments() -> argparse.ArgumentParser:
    """Return what can be said on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="chapters as 06_separable (default: all that were handed in)")
    parser.add_argument("--course", type=Path, default=HERE, help="the course folder (default: %(default)s)")
    parser.add_argument("--where", help="a Dask scheduler, as tcp://host:8786 (default: this machine)")
    parser.add_argument("--jobs", type=int, default=processors(), help="kernels at a time (default: %(default)s)")
    parser.add_argument("--seed", help="draws the hidden probes (default: the one of before)")
    parser.add_argument("--again", action="store_true", help="grade also what is graded already")
    parser.add_argument("--without-sandbox", action="store_true", help="run submissions with all your rights")
    for name in ("cell", "notebook"):
        value = sandbox.LIMITS[name]
        parser.add_argument(f"--{name}-seconds", type=float, default=value, help=f"for a {name} (default: {value})")
    return parser


def main(words: list[str] | None = None) -> int:
    """Grade, and say what came of it."""
    options = arguments().parse_args(words)
    try:
        with alone_in(options.course):
            return run(options)
    except (ValueError, sandbox.NoSandbox) as error:
        print(f"make grade: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What is graded is kept; call it again to go on.", file=sys.stderr)
        os._exit(130)  # kernels end with this process, and nothing waits for them


def run(options: argparse.Namespace) -> int:
    """Grade as the options say."""
    wanted = chapters(options.chapters) if options.chapters else []
    submissions = submissions_in(options.course, wanted)
    if not submissions:
        of = f" of {', '.join(wanted)}" if wanted else ""
        raise ValueError(f"there is nothing{of} to grade in {options.course / 'submitted'}: first `make collect`")
    if options.without_sandbox:
        print("Without a sandbox: what was handed in runs with all your rights.", file=sys.stderr)
    elif not options.where:
        sandbox.require()
    sandbox.sweep()
    if said := if_changed(options.course, options.seed):
        print(said)
    seed = seed_of(options.course, options.seed)
    graded = {name: chapter_of(name, seed) for name in chapters(sorted({one.chapter for one in submissions}))}
    limits = {"cell": options.cell_seconds, "notebook": options.notebook_seconds}
    pool = cluster(options.where) if options.where else local_pool(max(options.jobs, 1))
    with Book(options.course) as book, pool as start_job:
        for chapter in graded.values():
            book.register(chapter.name, chapter.source)
        grader = Grader(book, graded, start_job, limits, not options.without_sandbox)
        grader.grade(submissions if options.again else grader.due(submissions))
        print(report(book, submissions, Course(options.course).name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
