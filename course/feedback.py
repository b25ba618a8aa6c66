"""Writes a page for each student and chapter: `make feedback`.

The page shows what was asked, the student's answers, what the checks said of them and which mistake they recognised,
and a teacher's comments. Hidden checks do not appear in it, neither their lines nor what they tried; so what cells have
printed is left out. It needs no connection and runs no script, whatever a student has put into the notebook.

For each system that the submissions came from there is a zip to give the pages back with. Moodle takes
`feedback_moodle_CHAPTER.zip` by "Upload multiple feedback files in a zip" (mod/assign/feedback/file): its folders are
those of the download. Canvas takes `feedback_canvas_CHAPTER.zip` by "Upload Submissions", and tells whose a file is by
the two numbers in its name.

    make feedback
    make feedback CHAPTERS="06_separable"
"""

import argparse
import builtins
import contextlib
import io
import logging
import re
import sys
import zipfile
from pathlib import Path

import bleach
import jinja2
import nbformat
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor
from nbgrader.utils import is_grade
from tqdm import tqdm
from traitlets.config import Config

from collect import write_whole
from course import HERE, counted
from lms import CANVAS, MOODLE
from pages import TEMPLATES, style
from results import NOTHING, Course

LONGEST = 1_000  # characters of what one check says
OURS = {  # errors that the grader gives in place of a cell's own
    "TimeLimit": "it was stopped, for it took too long. Does every loop end?",
    "KernelEnded": "the kernel ended in this cell, or was ended since the cell took too much.",
}
TAGS = "a abbr b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup "
TAGS = {*TAGS.split(), *["table", "tbody", "td", "th", "thead", "tr", "ul", "details", "summary"]}
ATTRIBUTES = {"a": ["href", "title"], "*": ["class", "id", "lang"], "td": ["align"], "th": ["align"]}


def may_be_seen(html: str) -> str:
    """Return HTML without what could run or load something: it comes from whoever wrote the notebook.

    >>> may_be_seen('<p onclick="x()">3 < 4 <img src="http://example.org/a.png"><script>x()</script></p>')
    '<p>3 &lt; 4 x()</p>'
    """
    return bleach.clean(_simple_formulas(str(html)), tags=TAGS, attributes=ATTRIBUTES, strip=True)


def _simple_formulas(html):
    """Set $k$ and $k^2$ as one reads them: there is no place for a typesetter in one small page."""
    html = re.sub(r"\$(\w)\^(\w)\$", r"<i>\1</i><sup>\2</sup>", html)
    return re.sub(r"\$(\w)\$", r"<i>\1</i>", html)


class Reviewed(NbGraderPreprocessor):
    """Leaves of a graded notebook what its student may see, and says what each task is worth."""

    def __init__(self, course: Course, **settings):
        super().__init__(**settings)
        self._course = course

    def preprocess(self, nb, resources):
        """Prepare a notebook, and what stands above it."""
        about = resources["nbgrader"]
        results = self._course.results[about["assignment"]]
        titles, title = task_titles(nb), chapter_title(nb)
        if title:  # stands above all
            nb.cells[0].source = re.sub(r"^# .*\n?", "", nb.cells[0].source, count=1, flags=re.MULTILINE)
        tasks = []
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("comment") == "No response.":  # nbgrader's own, and no teacher's
                cell.metadata.nbgrader["comment"] = None
            if cell.cell_type == "code":
                cell.outputs = [shown for output in cell.outputs if (shown := _shown(output, is_grade(cell)))]
            if is_grade(cell):
                tasks.append(_mark(cell, titles))
                cell.metadata["feedback"] = tasks[-1]
        resources["feedback"] = {
            "title": title or about["assignment"],
            "name": self._course.name(about["student"]),
            "late": any(result.late for result in results if result.student == about["student"]),
            "tasks": tasks,
            "css": style(),
        }
        return nb, resources


def _mark(cell, titles):
    about = cell.metadata.nbgrader
    name = about.grade_id.removesuffix("-check")
    score, most = about.get("score") or 0, about.get("points") or 0
    kind = "right" if score >= most else "wrong"
    sign = "✓" if kind == "right" else ("◐" if score else "✗")
    shown = {"title": titles.get(name, name), "score": score, "points": most, "kind": kind, "sign": sign}
    return {"id": about.grade_id, **shown}


def task_titles(notebook) -> dict[str, str]:
    """Return {task: the heading above it}, of a notebook with the exercises of a chapter."""
    titles = {}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        heading = re.match(r"#+ *(?:\d+\. *)?(.+)", cell.source)
        if cell.cell_type == "markdown" and name.endswith("-task") and heading:
            titles[name.removesuffix("-task")] = heading[1].strip()
    return titles


def chapter_title(notebook) -> str:
    """Return the title of a notebook, empty if it has none."""
    lines = (line for cell in notebook.cells[:1] if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")


def _shown(output, in_check):
    """Return what a student may see of an output: an error, in words.

    An answer that prints its arguments, or keeps them for a later cell, would show the hidden probes, and so would the
    words of its own error, or the error's name; the stack of an error holds the lines of the hidden check.
    """
    if output.output_type != "error":
        return None
    text = output.evalue if in_check and output.ename == "CheckFailed" else _kind(output.ename)
    text = text if len(text) < LONGEST else f"{text[:LONGEST]} …"
    return nbformat.v4.new_output("error", ename="", evalue="", traceback=[f"✗ {text}"])


def _kind(name):
    """Return what may be said of an error of a student's program."""
    if name in OURS:
        return f"{name}: {OURS[name]}"
    known = isinstance(error := getattr(builtins, name, None), type) and issubclass(error, BaseException)
    return f"{name if known else 'Error'}. Run the cell in your notebook to read more."


class Pages(GenerateFeedback):
    """nbgrader's feedback with our template, for all students of a chapter but those without a score."""

    def __init__(self, course: Course, chapter: str, without: list[str], count: int):
        settings = Config()
        settings.CourseDirectory.root = str(course.folder.resolve())
        settings.CourseDirectory.assignment_id = chapter
        settings.CourseDirectory.student_id_exclude = ",".join(without)
        settings.HTMLExporter.template_name = "feedback"
        settings.HTMLExporter.exclude_anchor_links = True
        settings.HTMLExporter.extra_template_basedirs = [str(TEMPLATES)]
        settings.HTMLExporter.filters = {"may_be_seen": may_be_seen}
        super().__init__(coursedir=CourseDirectory(config=settings), config=settings)
        self.force, self.faults = True, {}
        self._bar = tqdm(total=count, desc=chapter, unit="page", disable=None)  # where somebody looks on
        self.preprocessors = [GetGrades, ClearHiddenTests, Reviewed(course)]
        self.log = logging.getLogger(f"feedback of {course.folder}")
        self.log.handlers = [logging.FileHandler(course.folder / "feedback.log", delay=True, encoding="utf-8")]
        self.log.setLevel(logging.ERROR)
        self.log.propagate = False

    def convert_single_notebook(self, notebook_filename):
        """Write one page, or keep why that cannot be done."""
        self._bar.update()
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            first_line = next(iter(str(error).strip().splitlines()), "")
            self.faults[Path(notebook_filename).parts[-3]] = f"{type(error).__name__}: {first_line:.200}"
            raise

    def start(self):
        """Write all pages."""
        with self._bar:
            super().start()


def write_feedback(course: Course, chapter: str) -> tuple[int, list[str]]:
    """Write the pages of a chapter; return how many there are, and what a teacher should know."""
    results = [result for result in course.results[chapter] if result.reason != NOTHING]
    without = {result.student: result.reason for result in results if result.reason}
    pages = Pages(course, chapter, list(without), len(results) - len(without))
    if len(without) < len(results):
        with contextlib.suppress(NbGraderException):  # of one student's page: seen to below
            pages.start()
    remarks = [
        f"{course.name(student)}: no score, and a page that says so: {reason}" for student, reason in without.items()
    ]
    for result in results:
        page = _page(course, result.student, chapter)
        if result.reason or not page.exists():
            write_whole(page, _short_page(course, result).encode())
            why = pages.faults.get(result.student, "feedback.log may say why")
            remark = f"{course.name(result.student)}: only the points, for the page was not to be made ({why})"
            remarks += [] if result.reason else [remark]
    return len(results), remarks


def _page(course, student, chapter):
    return course.folder / "feedback" / student / chapter / f"{chapter}.html"


def _short_page(course, result):
    """Return a page that says what can be said without the notebook."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES / "feedback"), autoescape=False)
    page = environment.get_template("short.html.j2")
    return page.render(title=result.chapter, css=style(), name=course.name(result.student), result=result)


def zip_for(course: Course, chapter: str, system: str) -> Path | None:
    """Write the zip with which pages go back to a system, named as it asks; None if nothing came from it."""
    records = [r for r in course.log.records.values() if r.chapter == chapter and r.system == system]
    placed = [r for r in records if r.placed and not r.is_astray]  # a number there is of one assignment alone
    pages = {record.handle: _page(course, record.student, chapter) for record in placed}
    pages = {handle: page for handle, page in pages.items() if page.exists()}
    if not pages:
        return None
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for handle, page in sorted(pages.items()):
            archive.writestr(f"{handle}feedback-{chapter}.html", page.read_bytes())
    target = course.folder / f"feedback_{system.lower()}_{chapter}.zip"
    write_whole(target, buffer.getvalue())
    return target


def main(arguments: list[str] | None = None) -> int:
    """Write pages and zips, and say which."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="as 06_separable (default: all that were graded)")
    parser.add_argument("--course", type=Path, default=HERE, help="the course folder (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        course = Course(options.course)
        for chapter in course.chosen(options.chapters):
            count, remarks = write_feedback(course, chapter)
            print(f"{chapter}: {counted(count, 'page')} in {course.folder / 'feedback'}")
            for target in filter(None, (zip_for(course, chapter, system) for system in (MOODLE, CANVAS))):
                print(f"  to hand back: {target}")
            print("".join(f"  {remark}\n" for remark in remarks), end="")
    except (OSError, ValueError) as error:
        print(f"make feedback: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
