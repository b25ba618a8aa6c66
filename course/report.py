"""Writes one page about the class: `make report`.

First the submissions that a person should look at: without a score, with changed checks or deleted cells, with code
that reaches for more than a task needs, right on the probes that are shown and not on others, nearly the same as
another's. Then each exercise: how many have solved it, the commonest mistakes by what their hints say, minutes and
attempts where they are known. It only reads: no score changes, and what it remarks on is no verdict.

The page names students. It is one file, `report.html`, and needs no connection.

    make report
    make report CHAPTERS="06_separable"
"""

import argparse
import copy
import io
import re
import statistics
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

import jinja2
import matplotlib
import matplotlib.pyplot as plt
import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions
from nbgrader.utils import is_grade, is_solution

from alike import alike
from collect import write_whole
from convbook.checks.judge import CHECKS, SLIPS
from convbook.figures.style import COLOURS, STYLE
from course import EXERCISES, HERE
from feedback import chapter_title, task_titles
from flags import flags, mark
from notebooks import parsed
from pages import TEMPLATES, style
from results import NOTHING, Course, Result

LONGEST_PAUSE = 90  # minutes between two checks, beyond which somebody was doing something else
NOT_WRITTEN = "not written yet"
NO_HINT = "wrong in a way that the checks do not know"
ONLY_SHOWN = "right on the probes of the notebook, but not on others"


@dataclass
class Look:
    """Why a person should look at what a student has handed in."""

    student: str
    name: str
    chapter: str
    reasons: list[str]


@dataclass
class Task:
    """How a class has done in one exercise."""

    id: str
    title: str
    points: float
    solved: int = 0
    graded: int = 0
    mean: float = 0.0
    mistakes: list[tuple[str, int]] = field(default_factory=list)
    planned: str = ""  # minutes, as the task says
    minutes: float | None = None  # the median of those that are known
    known: int = 0


class Chapter:
    """What a class has handed in for one chapter."""

    def __init__(self, course: Course, name: str):
        self.course, self.name = course, name
        self.results = [result for result in course.results[name] if result.reason != NOTHING]
        self.scored = [result for result in self.results if not result.reason]

    @cached_property
    def source(self) -> NotebookNode | None:
        """The notebook that the chapter was made from, with the book's own answers; None if it is not of the book."""
        return _read(EXERCISES / f"{self.name}.ipynb")

    @cached_property
    def released(self) -> NotebookNode | None:
        """The notebook as students got it."""
        handed_out = _read(self.course.folder / "release" / self.name / f"{self.name}.ipynb")
        if handed_out or not self.source:
            return handed_out
        notebook = copy.deepcopy(self.source)
        for step in (ClearSolutions(), ClearHiddenTests()):
            notebook, _ = step.preprocess(notebook, {})
        return notebook

    @cached_property
    def handed_in(self) -> dict[str, NotebookNode]:
        """{student: notebook} of those that can be read."""
        return self._notebooks("submitted", self.results)

    @cached_property
    def graded(self) -> dict[str, NotebookNode]:
        """{student: notebook} with what the checks said."""
        return self._notebooks("autograded", self.scored)

    def _notebooks(self, folder, results):
        paths = {r.student: self.course.folder / folder / r.student / self.name / f"{self.name}.ipynb" for r in results}
        return {student: notebook for student, path in paths.items() if (notebook := _read(path))}

    # ---- what a person should look at --------------------------------------------------------------------------
    @cached_property
    def looks(self) -> list[Look]:
        """The submissions to look at, in the order of their names."""
        found = ((result.student, list(self._reasons(result))) for result in self.results)
        looks = [Look(student, self.course.name(student), self.name, why) for student, why in found if why]
        return sorted(looks, key=lambda look: look.name.casefold())

    def _reasons(self, result: Result):
        if result.reason:
            yield f"has no score: {result.reason}"
        for record in self.course.log.attempts(result.student, self.name):
            if record.placed and record.is_astray:
                yield f"was handed in where the others have {record.assignment}"
        if result.student in self.handed_in and self.released:
            yield from flags(self.handed_in[result.student], self.released)
        for cell in self.graded[result.student].cells if result.student in self.graded else ():
            ended = (output for output in cell.get("outputs", ()) if output.get("ename") == "KernelEnded")
            yield from (f"{mark(cell).get('grade_id', 'a cell')}: {output.evalue}" for output in ended)
        for task, fault in self._faults(result.student).items():
            if ONLY_SHOWN in fault:
                yield f"{task}: {ONLY_SHOWN}"
            elif "did not report" in fault:
                yield f"{task}: the hidden check did not report"

    @cached_property
    def groups(self) -> list[dict]:
        """Answers that are nearly the same, those of the fewest students first, for they are the rarest."""
        found = []
        for task, title in task_titles(self.released or nbformat.v4.new_notebook()).items():
            answers = {student: _answer(notebook, task) for student, notebook in self.handed_in.items()}
            ours = [_answer(self.source, task)] if self.source else []
            for group in alike({student: text for student, text in answers.items() if text}, task, ours):
                names = [self.course.name(student) for student in group.students]
                shown = [(name, answers[student]) for name, student in zip(names[:2], group.students, strict=False)]
                found.append({"title": title, "names": names, "share": group.similarity, "shown": shown})
        return sorted(found, key=lambda group: (len(group["names"]), -group["share"]))

    # ---- statistics --------------------------------------------------------------------------------------------
    @cached_property
    def tasks(self) -> list[Task]:
        """The exercises of the chapter, in its order."""
        notebook = self.released or next(iter(self.graded.values()), nbformat.v4.new_notebook())
        titles, planned = task_titles(notebook), _planned(notebook)
        checks = [cell for cell in notebook.cells if is_grade(cell)]
        tasks = []
        for cell in checks:
            check, most = mark(cell)["grade_id"], mark(cell).get("points", 0)
            name = check.removesuffix("-check")
            scores = [result.tasks[check] for result in self.scored if check in result.tasks]
            minutes = [spent[name] for spent in self._minutes.values() if name in spent]
            task = Task(name, titles.get(name, name), most, planned=planned.get(name, ""), graded=len(scores))
            task.solved, task.mean = sum(score >= most for score in scores), statistics.fmean(scores or [0])
            task.known, task.minutes = len(minutes), statistics.median(minutes) if minutes else None
            task.mistakes = self._mistakes[name].most_common()
            tasks.append(task)
        return tasks

    @cached_property
    def _mistakes(self) -> dict[str, Counter]:
        mistakes = defaultdict(Counter)
        for student in self.graded:
            for task, fault in self._faults(student).items():
                mistakes[task][_name_of(fault, _hints(task))] += 1
        return mistakes

    def _faults(self, student):
        """Return {task: what its check has found}."""
        notebook = self.graded.get(student)
        faults = {}
        for cell in notebook.cells if notebook else ():
            errors = [output for output in cell.get("outputs", ()) if is_grade(cell) and output.output_type == "error"]
            for error in errors[-1:]:
                kind = "" if error.ename == "CheckFailed" else f"{error.ename}: "
                faults[mark(cell)["grade_id"].removesuffix("-check")] = kind + error.evalue
        return faults

    @cached_property
    def _minutes(self) -> dict[str, dict[str, float]]:
        """{student: {task: minutes}}, where JupyterLab has noted when cells were run ("Record timing")."""
        return {student: _spent(notebook) for student, notebook in self.handed_in.items()}

    @property
    def attempts(self) -> list[int]:
        """How often each student has handed in, where that is known."""
        counts = [len(self.course.log.attempts(result.student, self.name)) for result in self.results]
        return [count for count in counts if count]

    @property
    def late(self) -> list[str]:
        """The names of those who have handed in late."""
        return [self.course.name(result.student) for result in self.results if result.late]

    @property
    def title(self) -> str:
        """The title of the chapter's exercises."""
        return (chapter_title(self.source) if self.source else "") or self.name

    # ---- pictures ----------------------------------------------------------------------------------------------
    def picture_of_tasks(self) -> str:
        """Return an SVG: for each exercise how many of those who were graded have solved it."""
        with matplotlib.rc_context(STYLE):
            figure, axes = plt.subplots(figsize=(5, 0.7 + 0.42 * len(self.tasks)), layout="constrained")
            places = range(len(self.tasks))
            axes.barh(places, [task.graded for task in self.tasks], color=COLOURS["sunken"], edgecolor=COLOURS["line"])
            axes.barh(places, [task.solved for task in self.tasks], color=COLOURS["output"])
            for place, task in enumerate(self.tasks):
                words, beside = f"{task.solved} of {task.graded}", {"xytext": (6, 0), "textcoords": "offset points"}
                axes.annotate(words, (task.graded, place), va="center", **beside)
            axes.set_yticks(places, [_cut(task.title, 26) for task in self.tasks])
            axes.invert_yaxis()
            axes.set_xlabel("students; filled: solved")
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.margins(x=0.12)
            return _svg(figure)

    def picture_of_points(self) -> str:
        """Return an SVG: how many students have how many points."""
        most = max((result.most for result in self.scored), default=0)
        with matplotlib.rc_context(STYLE):
            figure, axes = plt.subplots(figsize=(5, 2.4), layout="constrained")
            counts = Counter(round(result.score) for result in self.scored)
            axes.bar(list(counts), list(counts.values()), width=0.8, color=COLOURS["input"])
            axes.set_xlim(-0.6, most + 0.6)
            for axis in (axes.xaxis, axes.yaxis):
                axis.get_major_locator().set_params(integer=True)
            axes.set_xlabel(f"points, of {most:g}")
            axes.set_ylabel("students")
            return _svg(figure)


def _read(path):
    try:
        return parsed(path.read_bytes())
    except Exception:  # not there, or nothing that can be read: then it is listed as not scored
        return None


def _answer(notebook, task):
    """Return what stands in the cell of a task, empty if it is not written."""
    cells = [c for c in notebook.cells if mark(c).get("grade_id") == task and c.cell_type == "code" and is_solution(c)]
    source = cells[0].source if cells else ""
    return "" if "raise NotImplementedError" in source else source


def _planned(notebook):
    cells = {mark(cell).get("grade_id", ""): cell.source for cell in notebook.cells if cell.cell_type == "markdown"}
    found = {name.removesuffix("-task"): re.search(r"about (\d+) minutes", source) for name, source in cells.items()}
    return {name: minutes[1] for name, minutes in found.items() if minutes}


def _hints(task):
    """Return the hints that the check of a task may give; a student can raise any other."""
    check = CHECKS.get(task)
    own = [*check.mistakes, *check.requirements] if check else []
    return {hint for _, hint in [*own, *SLIPS]}


def _name_of(fault, hints):
    """Return what a mistake is called: its hint if it is one of ours, or what else is to be said in a few words."""
    for known in (ONLY_SHOWN, "did not report", "did not come to an end"):
        if known in fault:
            return known
    for hint in fault.split("\nHint: ")[1:]:
        if hint in hints:
            return hint[:1].upper() + hint[1:]
    if "is not written yet" in fault or "NotImplementedError" in fault:
        return NOT_WRITTEN
    kind = re.match(r"(\w+(?:Error|Exception|Exit|Interrupt)): ", fault) or re.search(r"raised (\w+)", fault)
    return f"raised {kind[1]}" if kind else NO_HINT


def _spent(notebook):
    """Return {task: minutes} between the last run of its check and that of the check before, or of the first cell."""
    spent, before = {}, None
    for cell in notebook.cells:
        moment = _moment(cell)
        if moment is None or not (before is None or is_grade(cell)):
            continue
        if before is not None:
            minutes = (moment - before).total_seconds() / 60
            if 0 < minutes <= LONGEST_PAUSE:
                spent[mark(cell)["grade_id"].removesuffix("-check")] = minutes
        before = moment
    return spent


def _moment(cell):
    noted = cell.metadata.get("execution") if cell.cell_type == "code" else None
    try:
        return datetime.fromisoformat(noted["iopub.execute_input"])
    except (TypeError, KeyError, ValueError):
        return None


def _cut(text, longest):
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _svg(figure):
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=dict.fromkeys(["Creator", "Date", "Format", "Type"]))
    plt.close(figure)
    svg = buffer.getvalue()
    return svg[svg.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" ', 1)  # its words stand beside it


def report(course: Course, names: list[str]) -> str:
    """Return the page about some chapters."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([TEMPLATES, TEMPLATES / "feedback"]), autoescape=True, trim_blocks=True
    )
    chapters = [Chapter(course, name) for name in names]
    return environment.get_template("report.html.j2").render(
        chapters=chapters,
        looks=[look for chapter in chapters for look in chapter.looks],
        groups=[group for chapter in chapters for group in chapter.groups],
        students=len({result.student for chapter in chapters for result in chapter.results}),
        day=f"{datetime.now():%d %B %Y}",
        css=style(),
        median=statistics.median,
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the report, and say where."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="as 06_separable (default: all that were graded)")
    parser.add_argument("--course", type=Path, default=HERE, help="the course folder (default: %(default)s)")
    options = parser.parse_args(arguments)
    matplotlib.use("svg")
    try:
        course = Course(options.course)
        page = report(course, course.chosen(options.chapters))
        write_whole(options.course / "report.html", page.encode("utf-8", "replace"))  # half a surrogate pair is no text
    except (OSError, ValueError) as error:
        print(f"make report: {error}", file=sys.stderr)
        return 1
    print(f"Written: {options.course / 'report.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
