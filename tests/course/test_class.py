"""A whole class, graded: right answers and wrong ones, accidents and attacks, each with the points that it is due.

One class is graded once, and all tests look at what came of it.
"""

import copy
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent

import nbformat
import psutil
import pytest
from bs4 import BeautifulSoup
from classroom import CHAPTER, ROOT, as_bytes, cell, released
from nbconvert import HTMLExporter
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from traitlets.config.loader import PyFileConfigLoader

import grade
import sandbox
from convbook.checks.judge import CHECKS
from gradebook import NOT_SCORED, SCORED, WAITING, Book, states

pytestmark = pytest.mark.sandbox
POINTS = {
    "grouped_conv": 3,
    "separable_parameters": 1,
    "block_macs": 3,
    "factors": 2,
    "least_time": 2,
    "separable_error": 3,
}
SOURCE = nbformat.read(ROOT / "notebooks" / "exercises" / f"{CHAPTER}.ipynb", as_version=4)
SOLUTIONS = {task: cell(SOURCE, task).source for task in POINTS}
FACTORS = SOLUTIONS["factors"]


def solved(**instead):
    """Return the notebook of somebody who has solved all tasks, but for those given."""
    notebook = released()
    for task, source in (SOLUTIONS | instead).items():
        cell(notebook, task).source = source
    return notebook


def without(notebook, *ids):
    notebook.cells = [one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") not in ids]
    return notebook


def with_cell(notebook, source):
    notebook.cells.insert(2, nbformat.v4.new_code_cell(source))
    return notebook


def changed(notebook, grade_id, source=None, **marks):
    one = cell(notebook, grade_id)
    one.source = one.source if source is None else source
    one.metadata.nbgrader |= marks
    return notebook


def with_copy(notebook, grade_id):
    notebook.cells.append(copy.deepcopy(cell(notebook, grade_id)))
    return notebook


def edited_marks():
    """Return a notebook that calls checks solutions and words, and asks for a thousand points more."""
    notebook = solved(separable_parameters="def separable_parameters(*given):\n    return 7")
    changed(notebook, "separable_parameters-check", "pass", points=1000, solution=True, locked=False)
    changed(notebook, "factors-check", "pass", points=1000, grade=False, solution=False, locked=False)
    changed(notebook, "factors", locked=True)
    bonus = {"grade": True, "grade_id": "bonus-check", "points": 1000, "locked": True, "solution": False}
    notebook.cells.append(nbformat.v4.new_code_cell("1", metadata={"nbgrader": bonus}))
    check = cell(notebook, "least_time-check")
    check.cell_type, check.source = "markdown", "x"
    del check["outputs"], check["execution_count"]
    return notebook


SCRIPTS = "<script>x()</script><img src=x onerror=x()> [x](javascript:x())  1 < 2"


def with_scripts(notebook):
    words = nbformat.v4.new_markdown_cell(SCRIPTS + " ![x](attachment:x)")
    words.attachments = {"x": {"image/png": "x'><script>x()</script>"}}
    notebook.cells += [words, nbformat.v4.new_raw_cell(SCRIPTS)]
    return notebook


def with_outputs(notebook, size):
    for one in notebook.cells:
        if one.cell_type == "code":
            one.outputs = [nbformat.v4.new_output("stream", text="x" * size)]
    return notebook


@dataclass
class Handed:
    """What one student handed in, and what it is worth: all tasks but those `lost`; nothing is said where `failed`."""

    content: bytes | nbformat.NotebookNode
    lost: set[str] = field(default_factory=set)
    failed: str = ""
    hints: dict[str, str] = field(default_factory=dict)  # words that the feedback of a task has

    @property
    def scores(self):
        return {task: 0 if task in self.lost else points for task, points in POINTS.items()}


ONE = {"factors"}
PUBLIC = {probe: CHECKS["separable_parameters"]._expected(probe) for probe in CHECKS["separable_parameters"].probes}
IN_TURNS = """def grouped_conv(x, weight, groups):
    parts = [conv(*pair) for pair in zip(np.split(x, groups), np.split(weight, groups))]
    return np.stack(parts, axis=1).reshape(len(weight), *parts[0].shape[1:])"""
ROOT_OF_THE_SHARE = (
    SOLUTIONS["separable_error"]
    .replace("return missed", "return (missed")
    .replace("(weight**2).sum()", "(weight**2).sum()) ** 0.5")
)
# Endless loops sleep here, for others need the processor; tests/course/test_sandbox.py ends those that work.
ENDLESS = "import time\nwhile True:\n    time.sleep(1)"
NEVER_SHORT = f"def least_time(c_in, c_out, size, k, groups, gflops, gbytes):\n{indent(ENDLESS, '    ')}"
FORGERY = f"""import convbook.checks
honest = convbook.checks.hidden_check
def hidden_check(name, answer):
    if name != "factors":
        return honest(name, answer)
    outcome = {{"value": True, "problem": None, "changed": [], "seconds": 0.0}}
    display({{{sandbox.OUTCOMES!r}: {{"name": name, "outcomes": [outcome] * 99}}}}, raw=True)
    display({{"text/plain": "✓ factors: right."}}, raw=True)
convbook.checks.hidden_check = hidden_check
def factors(kernel):
    return True"""
LOUD = """import logging, sys, warnings
warnings.simplefilter("always")
def factors(kernel):
    warnings.warn("old")
    print("hm", file=sys.stderr)
    logging.warning("well")
    i, j = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    return kernel[:, j] / kernel[i, j], kernel[i]"""
GRADEBOOK = """import sqlite3, subprocess
found = subprocess.run(["find", "/", "-name", "gradebook.db"], capture_output=True, text=True).stdout.split("\\n")
for path in [{path!r}, *filter(None, found)]:
    with sqlite3.connect(path) as book:
        book.execute("UPDATE grade SET auto_score = 100")"""


def the_class(course):
    """Return {student: what is handed in}."""
    gradebook = GRADEBOOK.format(path=str(course / "gradebook.db"))
    solutions = f"open({str(grade.EXERCISES / (CHAPTER + '.ipynb'))!r}).read()"
    return {
        "right": Handed(solved()),
        "zoë ærø-李": Handed(solved(factors=FACTORS.replace("kernel", "κernel") + "\n# größer als 0 ✓")),
        "untouched": Handed(released(), set(POINTS), hints={"factors": "factors is not written yet"}),
        "wrong": Handed(solved(**{t: SOLUTIONS[t].split("\n")[0] + "\n    return 7" for t in POINTS}), set(POINTS)),
        "makes mistakes": Handed(
            solved(
                grouped_conv=IN_TURNS,
                separable_error=ROOT_OF_THE_SHARE,
                factors=FACTORS.replace("return ", ""),
                least_time="def least_time(c_in:",
            ),
            {"grouped_conv", "separable_error", "factors", "least_time"},
            hints={
                "grouped_conv": "come in turns",
                "separable_error": "that is the root of the share: leave it squared.",
                "factors": "returned None",
            },
        ),
        # accidents
        "endless cell": Handed(solved(factors=ENDLESS), ONE),
        "endless answer": Handed(solved(least_time=NEVER_SHORT), {"least_time"}),
        "does not let go": Handed(
            solved(factors=f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{ENDLESS}"), ONE
        ),
        "exits": Handed(solved(factors="import os\nos._exit(0)"), ONE),
        "exits in the check": Handed(solved(factors="import os\ndef factors(kernel):\n    os._exit(0)"), ONE),
        "exit()": Handed(with_cell(solved(), "exit()")),
        "SystemExit, and four gigabytes": Handed(  # which a kernel outlives
            solved(
                block_macs="raise SystemExit",
                least_time="def least_time(*given):\n    raise SystemExit",
                factors="def factors(kernel):\n    return np.ones(2**29)",
            ),
            {"block_macs", "least_time", "factors"},
            hints={"factors": "Unable to allocate 4.00 GiB"},
        ),
        "fork bomb": Handed(solved(factors="import os\nwhile True:\n    os.fork()"), ONE),
        "loud": Handed(with_cell(solved(), "print('x' * 10**8)")),
        "warns": Handed(solved(factors=LOUD)),
        "large outputs": Handed(with_outputs(solved(), 1_000_000)),
        "killed": Handed(with_cell(solved(), "import os\nos.kill(os.getpid(), 9)")),
        "handed in whenever": Handed(solved(), failed="timestamp.txt must hold a time"),
        "half a letter": Handed(json.dumps(with_cell(solved(), "x = '\ud800'")).encode()),
        "corrupt": Handed(as_bytes(solved())[:5000], failed="it cannot be read: it is cut off"),
        "empty": Handed(b"", failed="it is empty"),
        "other chapter": Handed(released("05_one_by_one"), failed=f"none of the tasks of {CHAPTER}"),
        # what is done to the notebook
        "deletes a check, edits the points of another": Handed(
            changed(without(solved(), "factors-check"), "least_time-check", points=1000)
        ),
        "deletes a task": Handed(without(solved(), "factors-task", "factors", "factors-check"), ONE),
        "edits a check": Handed(
            changed(solved(factors="def factors(kernel):\n    return 7"), "factors-check", "pass"), ONE
        ),
        "replaces check": Handed(with_cell(solved(factors="check = hidden_check = print\nfactors = 7"), "7"), ONE),
        "copies a check": Handed(with_copy(solved(), "factors-check")),
        "edits all marks": Handed(edited_marks(), {"separable_parameters"}),
        "writes a page": Handed(with_scripts(solved())),
        # attacks
        "forges a report": Handed(solved(factors=FORGERY), ONE, hints={"factors": "did not report"}),
        "looks for the answers": Handed(
            solved(
                separable_parameters=f"def separable_parameters(*given):\n    return {PUBLIC!r}.get(given, 0)",
                block_macs="def block_macs(*given):\n    from convbook.checks.judge import CHECKS\n"
                "    return CHECKS['block_macs']._reference(*given)",
                factors=f"def factors(kernel):\n    {solutions}",
                least_time="def least_time(*given):\n    from convbook.checks import _separable\n"
                "    return _separable.time_check._reference(*given)",
            ),
            {"separable_parameters", "block_macs", "factors", "least_time"},
        ),
        "takes the gradebook": Handed(solved(factors=gradebook + "\n" + FACTORS), ONE),
        "calls home": Handed(
            solved(factors="import urllib.request\nurllib.request.urlopen('http://192.0.2.1/', timeout=3)"), ONE
        ),
    }


# ---- grading it ------------------------------------------------------------------------------------------------
def hand_in(course, student, content, day=20):
    folder = course / "submitted" / student / CHAPTER
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath(f"{CHAPTER}.ipynb").write_bytes(content if isinstance(content, bytes) else as_bytes(content))
    folder.joinpath("timestamp.txt").write_text(f"2026-11-{day} 12:00:00 UTC" if day else "whenever")


class Course:
    """A course folder, the command that grades it, and what came of it."""

    def __init__(self, template=None):
        self.scratch = Path(tempfile.mkdtemp(prefix="class-"))  # short, for sockets have short names
        self.folder = self.scratch / "course"
        self.folder.mkdir()
        if template:
            shutil.copy(template, self.folder / "gradebook.db")

    def start(self, *options):
        command = [sys.executable, ROOT / "course" / "grade.py", "--course", self.folder, "--seed=7", *options]
        variables = {"TMPDIR": str(self.scratch), "PYTHONPATH": str(ROOT / "utils")}
        return subprocess.Popen(
            list(map(str, command)),
            env=os.environ | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def grade(self, *options):
        """Grade in this process, which has the students' package at hand."""
        with redirect_stdout(io.StringIO()) as said:
            assert grade.main(["--course", str(self.folder), "--seed=7", "--cell-seconds=20", *options]) == 0
        return said.getvalue()

    def grade_apart(self, *options):
        """Grade in a process of its own, as a teacher does."""
        run = self.start("--jobs=2", "--cell-seconds=20", *options)
        said, complained = run.communicate()
        assert run.returncode == 0, complained
        return said

    def _read(self, read):
        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as gradebook:
            return read(gradebook)

    def states(self):
        return {student: state for (student, _), state in self._read(states).items()}

    def is_any_scored(self):
        """Say whether there is a score, in a moment: who waits for it asks often."""
        with closing(sqlite3.connect(self.folder / "gradebook.db")) as book:
            return book.execute("SELECT 1 FROM grading WHERE state = ?", (SCORED,)).fetchone()

    def scores(self):
        """Return {student: {task: points}} as the gradebook has them; None where it has none."""

        def read(gradebook):
            found = {}
            for one in gradebook.assignment_submissions(CHAPTER):
                grades = one.notebooks[0].grades
                found[one.student.id] = {grade.name.removesuffix("-check"): grade.auto_score for grade in grades}
            return found

        return self._read(read)

    def graded(self, student):
        return nbformat.read(self.folder / "autograded" / student / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)

    def running(self):
        """Return the processes that belong to a run in this folder."""
        return [
            one for one in psutil.process_iter(["cmdline"]) if str(self.scratch) in " ".join(one.info["cmdline"] or [])
        ]

    def close(self):
        shutil.rmtree(self.scratch)


@pytest.fixture(scope="module")
def class_of_many():
    course = Course()
    course.handed = the_class(course.folder)
    for student, handed in course.handed.items():
        hand_in(course.folder, student, handed.content, day="timestamp" not in handed.failed and 20)
    course.said = course.grade_apart("--notebook-seconds=150")
    yield course
    course.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A gradebook of which nobody has used a page; nbgrader takes seconds to make one."""
    with Book(tmp_path_factory.mktemp("template")) as book:
        return book.path


@pytest.fixture
def course(template):
    course = Course(template)
    yield course
    course.close()


def until(holds):
    """Wait until something holds; the caller's time limit is for what never does."""
    end = time.monotonic() + 180
    while not (result := holds()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return result


# ---- what came of it -------------------------------------------------------------------------------------------
def test_the_class_is_large_and_strange_enough(class_of_many):
    assert len(class_of_many.handed) >= 25


def test_each_submission_has_the_points_that_it_is_due(class_of_many):
    scores = class_of_many.scores()
    due = {student: handed.scores for student, handed in class_of_many.handed.items() if not handed.failed}
    assert {student: scores[student] for student in due} == due


def test_what_could_not_be_graded_is_no_zero_but_listed_with_its_reason(class_of_many):
    failed = {student: handed.failed for student, handed in class_of_many.handed.items() if handed.failed}
    scores, found = class_of_many.scores(), class_of_many.states()
    assert len(failed) >= 4
    assert {student for student, state in found.items() if state.state == NOT_SCORED} == set(failed)
    for student, reason in failed.items():
        assert set(scores[student].values()) == {None}
        assert reason in found[student].reason
        assert f"{student}, {CHAPTER}: {found[student].reason}" in class_of_many.said
        assert not (class_of_many.folder / "autograded" / student / CHAPTER).exists()
    assert f"Scored: {len(found) - len(failed)} of {len(found)} submissions." in class_of_many.said


def test_a_mistake_is_named_and_the_kernels_own_verdict_does_not_count(class_of_many):
    for student, handed in class_of_many.handed.items():
        for task, words in handed.hints.items():
            (error,) = (
                o for o in cell(class_of_many.graded(student), f"{task}-check").outputs if o.output_type == "error"
            )
            assert words in error.evalue
    right = cell(class_of_many.graded("right"), "factors-check").outputs
    assert [output.data["text/plain"] for output in right] == ["✓ factors: right."]


def test_a_browser_runs_nothing_of_what_students_write_between_their_answers(class_of_many):
    cells = class_of_many.graded("writes a page").cells[-2:]
    assert all("1 < 2" in one.source for one in cells)
    notebook = nbformat.v4.new_notebook(cells=cells)
    soup = BeautifulSoup(HTMLExporter(template_name="basic").from_notebook_node(notebook)[0], "html.parser")
    assert not soup.select("script, [onerror]")
    assert not [link for link in soup.find_all("a") if link["href"].startswith("javascript")]


def test_a_kernel_gets_the_probes_of_its_own_chapter_alone():
    assert set(json.loads(grade.Chapter(CHAPTER, b"", 7).probes)) == set(POINTS)


def test_no_probe_of_the_hidden_checks_is_told(class_of_many):
    (output,) = cell(class_of_many.graded("looks for the answers"), "separable_parameters-check").outputs
    assert "right on the probes of the notebook, but not on others like them" in output.evalue


def test_the_gradebook_is_intact_and_nothing_is_left_running_or_lying_about(class_of_many):
    with sqlite3.connect(class_of_many.folder / "gradebook.db") as book:
        assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert book.execute("SELECT max(auto_score) FROM grade").fetchone() == (3,)
    assert not class_of_many.running()
    assert [path.name for path in class_of_many.scratch.iterdir()] == ["course"]


def test_no_outputs_swell_what_is_kept(class_of_many):
    sizes = [path.stat().st_size for path in (class_of_many.folder / "autograded").glob("*/*/*.ipynb")]
    assert max(sizes) < 2**20


def test_called_again_only_what_has_no_score_is_graded_again(class_of_many):
    before = class_of_many.states()
    class_of_many.grade()
    after = class_of_many.states()
    scored = [student for student, state in before.items() if state.state == SCORED]
    assert {student: after[student] for student in scored} == {student: before[student] for student in scored}
    assert {student: state.reason for student, state in after.items()} == {
        student: state.reason for student, state in before.items()
    }


# ---- other runs ------------------------------------------------------------------------------------------------
def test_a_killed_run_leaves_nothing_half_done_and_is_finished_by_the_next(course):
    students = [f"student {number}" for number in range(3)]
    for student in students:
        hand_in(course.folder, student, solved())
    run = course.start("--jobs=1")
    until(course.is_any_scored)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    until(lambda: not course.running())
    first = course.states()
    done = {student for student, state in first.items() if state.state == SCORED}
    assert set(first) == set(students) and 0 < len(done) < len(students)
    full = {task: points for task, points in POINTS.items()}
    none = dict.fromkeys(POINTS)
    assert all(points == (full if student in done else none) for student, points in course.scores().items())
    assert {first[student].state for student in set(students) - done} == {WAITING}

    course.grade()
    last = course.states()
    assert course.scores() == dict.fromkeys(students, full)
    assert {student: last[student] for student in done} == {student: first[student] for student in done}


def test_a_grading_that_fails_keeps_no_earlier_score_unnoticed(course):
    hand_in(course.folder, "ada", solved())
    course.grade()
    hand_in(course.folder, "ada", b"{", day=21)
    said = course.grade()
    assert "ada, 06_separable: it cannot be read: it is cut off" in said
    assert "(the earlier score of 14 counts no more)" in said
    assert set(course.scores()["ada"].values()) == {None}
    course.grade()  # and it is still known after one more try
    assert course.states()["ada"].earlier == 14

    hand_in(course.folder, "ada", solved(factors="def factors(kernel):\n    return 7"), day=22)
    course.grade()
    assert sum(course.scores()["ada"].values()) == 12
    assert course.states()["ada"].earlier is None


def test_what_a_person_has_scored_stays(course):
    hand_in(course.folder, "ada", solved())
    course.grade()
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        by_hand = gradebook.find_grade("factors-check", CHAPTER, CHAPTER, "ada")
        by_hand.manual_score = 1.5
        gradebook.db.commit()
    course.grade("--again")
    with Gradebook(f"sqlite:///{course.folder / 'gradebook.db'}") as gradebook:
        by_hand = gradebook.find_grade("factors-check", CHAPTER, CHAPTER, "ada")
        assert (by_hand.manual_score, by_hand.auto_score, by_hand.needs_manual_grade) == (1.5, 2, True)
        assert gradebook.find_submission(CHAPTER, "ada").score == 13.5


def test_a_second_run_in_the_same_folder_is_refused(course, capsys):
    hand_in(course.folder, "ada", solved())
    with grade.alone_in(course.folder):
        assert grade.main(["--course", str(course.folder)]) == 1
    assert "another `make grade` is at work in" in capsys.readouterr().err


def test_another_seed_grades_anew(course):
    hand_in(course.folder, "ada", solved())
    course.grade()
    before = course.states()["ada"]
    assert "The seed was 7, and is 8 now" in course.grade("--seed=8")
    after = course.states()["ada"]
    assert after.state == SCORED and after.made_from != before.made_from
    assert (course.folder / "seed.txt").read_text() == "8\n"


def test_the_formgraders_own_autograde_uses_the_same_sandbox_and_judge(course):
    hand_in(course.folder, "ada", solved(factors="factors = print"))
    course.grade()
    hand_in(course.folder, "ada", solved(least_time="def least_time(*given):\n    return 7"), day=21)
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT / "course")).load_config()
    config.CourseDirectory.root = str(course.folder)
    config.CourseDirectory.db_url = f"sqlite:///{course.folder / 'gradebook.db'}"
    result = NbGraderAPI(config=config).autograde(CHAPTER, "ada")
    assert result["success"], result
    assert course.scores()["ada"] == POINTS | {"least_time": 0}
    (error,) = cell(course.graded("ada"), "least_time-check").outputs
    assert error.evalue.startswith("least_time(")


# ---- on a cluster ----------------------------------------------------------------------------------------------
@pytest.fixture
def cluster(course):
    """A scheduler and two workers, processes that know nothing of the course."""
    address = course.scratch / "scheduler.json"
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables |= {"TMPDIR": str(course.scratch), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}

    def start(program, *options):
        module = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--scheduler-file", str(address)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([*module, "--no-dashboard", *options], cwd=course.scratch, env=variables, **quiet)

    worker = ["--nthreads=1", "--no-nanny"]
    processes = [start("scheduler", "--port=0"), start("worker", *worker, "--name=one"), start("worker", *worker)]
    yield address, processes[1]
    for process in processes:
        process.kill()
        process.wait()


def test_a_cluster_grades_as_well_and_goes_on_when_a_worker_dies(course, cluster):
    from distributed import Client

    file, victim = cluster
    for number in range(4):
        hand_in(course.folder, f"student {number}", solved(factors="x = 7") if number == 3 else solved())
    hand_in(course.folder, "corrupt", b"{")
    until(file.exists)
    with Client(scheduler_file=str(file)) as client:
        client.wait_for_workers(2)
        run = course.start("--where", client.scheduler.address)
        (dying,) = (at for at, worker in client.scheduler_info()["workers"].items() if worker["name"] == "one")
        until(lambda: client.processing().get(dying))
        until(course.is_any_scored)
        victim.send_signal(signal.SIGKILL)
        said, complained = run.communicate()
    assert run.returncode == 0, complained
    assert "Scored: 4 of 5 submissions." in said
    full = dict(POINTS)
    assert course.scores() == {f"student {n}": full | ({"factors": 0} if n == 3 else {}) for n in range(4)} | {
        "corrupt": dict.fromkeys(POINTS)
    }


def test_where_must_be_a_scheduler(course, capsys, monkeypatch):
    monkeypatch.setattr(grade, "PATIENCE", 1)
    hand_in(course.folder, "ada", solved())
    assert grade.main(["--course", str(course.folder), "--where", "tcp://127.0.0.1:9"]) == 1
    assert "WHERE must be the address of a Dask scheduler, got tcp://127.0.0.1:9" in capsys.readouterr().err


# ---- what is refused -------------------------------------------------------------------------------------------
def test_without_a_sandbox_it_stops_in_clear_words_and_goes_on_only_where_asked(course, capsys, monkeypatch):
    monkeypatch.setattr(sandbox, "fault", lambda: "There is no sandbox here.")
    hand_in(course.folder, "ada", solved())
    assert grade.main(["--course", str(course.folder)]) == 1
    assert "There is no sandbox here." in capsys.readouterr().err
    assert grade.main(["--course", str(course.folder), "--without-sandbox"]) == 0
    assert "what was handed in runs with all your rights" in capsys.readouterr().err
    assert sum(course.scores()["ada"].values()) == 14


def test_a_course_without_submissions_and_an_unknown_chapter_are_told_what_to_do(course, capsys):
    assert grade.main(["--course", str(course.folder)]) == 1
    assert "there is nothing to grade" in capsys.readouterr().err
    for wrong in ("3", "06"):
        assert grade.main([wrong, "--course", str(course.folder)]) == 1
        assert "CHAPTERS must be of 01_convolution, 02" in (said := capsys.readouterr().err) and f"got {wrong}" in said
    assert grade.main(["06_separable", "--course", str(course.folder)]) == 1
    assert "there is nothing of 06_separable to grade" in capsys.readouterr().err
    (course.folder / "submitted" / "ada" / "99_other").mkdir(parents=True)
    assert grade.main(["--course", str(course.folder)]) == 1
    assert "CHAPTERS must be of 01_convolution, " in capsys.readouterr().err
