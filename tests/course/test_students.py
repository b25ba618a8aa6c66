"""What students get: all they need, in working order, and nothing that tells a solution."""

import ast
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tokenize
import venv
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from checks.answers import RIGHT, WRONG
from checks.test_answers import message_of
from nbgrader.api import Gradebook
from nbgrader.validator import Validator

import students
from convbook.checks import CheckFailed
from convbook.checks.judge import CHECKS
from course import EXERCISES, IN_PLACE, ROOT, chapters, hide_what_is_right, if_changed, seed_of, students_wheel
from exercises import student_version
from normalise_notebook import SETUP

SEED = 20260801


# ---- one course for all tests ----------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course with spaces é")
    assert students.main(["--course", str(folder), "--seed", str(SEED)]) == 0
    return folder


@pytest.fixture(scope="module")
def folder(course):
    return course / "students" / students.NAME


@pytest.fixture(scope="module")
def wheel(folder):
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def handed_out(course, wheel):
    """Return all text that students can read, by the name of the file that it is in."""
    with zipfile.ZipFile(course / "students" / f"{students.NAME}.zip") as archive, zipfile.ZipFile(wheel) as package:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith(".whl")}
        files |= {name: package.read(name) for name in package.namelist()}
    return {name: content.decode("utf-8", "replace") for name, content in files.items() if not name.endswith(IMAGES)}


IMAGES = (".png", ".jpg", ".npz", ".npy", ".woff2")
CHAPTERS = chapters()
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def cells_of(path):
    return nbformat.read(path, as_version=4).cells


def mark_of(cell):
    return cell.metadata.get("nbgrader", {})


# ---- what there is ---------------------------------------------------------------------------------------------
def test_the_folder_holds_notebooks_package_and_readme_and_the_zip_the_same(course, folder, wheel):
    there = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(there) == {*(f"{chapter}.ipynb" for chapter in CHAPTERS), wheel.name, "README.md"}
    with zipfile.ZipFile(folder.with_suffix(".zip")) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{students.NAME}/{name}": content for name, content in there.items()
        }


@every_chapter
def test_a_notebook_is_the_page_s_without_solutions_and_is_locked_as_nbgrader_locks_it(folder, chapter):
    made, ours = (
        cells_of(folder / f"{chapter}.ipynb"),
        nbformat.reads(student_version((EXERCISES / f"{chapter}.ipynb").read_text("utf-8")), as_version=4).cells,
    )
    # a class must not fetch the published package, which knows what is right
    assert [cell.source for cell in made] == [cell.source for cell in ours if cell.source != SETUP]
    for cell in filter(mark_of, made):
        assert mark_of(cell).checksum and mark_of(cell).schema_version == 3
        assert cell.metadata.deletable is False
        assert cell.metadata.get("editable", True) is not mark_of(cell).locked


@every_chapter
def test_a_notebook_has_no_outputs_no_counts_and_no_metadata_but_nbgrader_s(folder, chapter):
    for cell in cells_of(folder / f"{chapter}.ipynb"):
        assert not cell.get("outputs") and cell.get("execution_count") is None
        assert set(cell.metadata) <= {"nbgrader", "deletable", "editable"}


def test_the_gradebook_knows_the_points(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for chapter in CHAPTERS:
            points = [
                mark_of(cell).points for cell in cells_of(EXERCISES / f"{chapter}.ipynb") if mark_of(cell).get("grade")
            ]
            assert gradebook.find_assignment(chapter).max_score == sum(points) > 0


def test_the_readme_names_the_files_that_there_are_for_every_system(folder, wheel):
    text = (folder / "README.md").read_text("utf-8")
    assert text.count(f"install {wheel.name} jupyterlab") == 2  # macOS and Linux, Windows
    assert text.count(f"pip install --force-reinstall --no-deps {wheel.name}") == 2
    assert ".venv\\Scripts\\jupyter lab" in text and ".venv/bin/jupyter lab" in text
    assert all(f"`{chapter}.ipynb`" in text for chapter in CHAPTERS)
    assert "7 notebooks" in text or len(CHAPTERS) != 7
    assert "{" not in text


# ---- what there is not -----------------------------------------------------------------------------------------
def tokens_of(source):
    """Return a program as words without layout, comments and docstrings, and with its own names made alike."""
    words = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in (tokenize.NAME, tokenize.NUMBER, tokenize.OP):
                words.append(token.string)
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return re.findall(r"\w+|[^\w\s]", source)  # a part of a program, or none at all
    return words


def solutions():
    """Yield each line of each solution with the task that it solves."""
    for chapter in CHAPTERS:
        for cell in cells_of(EXERCISES / f"{chapter}.ipynb"):
            for block in re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.DOTALL):
                yield mark_of(cell).grade_id, block


def given():
    """Return the programs that tasks show on purpose, as words: one is to be mended."""
    tasks = "\n".join(cell.source for chapter in CHAPTERS for cell in cells_of(EXERCISES / f"{chapter}.ipynb"))
    return tokens_of("\n".join(re.findall(r"```python\n(.*?)```", tasks, re.DOTALL)))


def lines_that_tell():
    """Yield the lines of the solutions that are long enough to tell something, as words."""
    shown = given()
    for name, block in solutions():
        for line in block.splitlines():
            words = tokens_of(line.strip())
            if len(words) >= 8 and not contains(shown, words):
                yield name, line.strip(), words


def contains(words, part):
    first = part[0]
    return any(words[at : at + len(part)] == part for at, word in enumerate(words) if word == first)


@pytest.fixture(scope="module")
def readable(handed_out):
    """Return what students can read as words, programs inside notebooks and inside strings of JSON among them."""
    return {name: tokens_of(as_program(name, text)) for name, text in handed_out.items()}


def as_program(name, text):
    if not name.endswith(".ipynb"):
        return text
    return "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)


PARTS = ("ops", "fast", "shapes", "nn", "architectures", "widgets", "figures")
BOOK_S_OWN = tuple(f"convbook/{part}" for part in PARTS)  # what the book is about, for its readers to use


def test_no_line_of_a_solution_is_in_anything_that_students_get(readable):
    """Except in the operations that the book is about: whoever calls them in place of writing them can be seen."""
    texts = {name: words for name, words in readable.items() if not name.startswith(BOOK_S_OWN)}
    found = [
        (name, line, file)
        for name, line, part in lines_that_tell()
        for file, words in texts.items()
        if contains(words, part)
    ]
    assert found == []


def test_the_search_would_find_a_solution(readable):
    planted = {name: " ".join(block.split()) for name, block in solutions()}
    for name, line, part in lines_that_tell():
        assert contains(tokens_of(planted[name].replace("# ", "")), part) or "#" in planted[name], line


@pytest.mark.parametrize("part", ["BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", "END HIDDEN", '"slips"'])
def test_no_mark_of_the_source_is_left(handed_out, part):
    assert [name for name, text in handed_out.items() if part in text and not name.startswith(BOOK_S_OWN)] == []


def test_no_notebook_calls_a_hidden_check(handed_out):
    assert [name for name, text in handed_out.items() if name.endswith(".ipynb") and "hidden_check" in text] == []


def references():
    """Yield each function of the checks that knows what is right or draws what is tried, as its source's words."""
    for path in sorted((ROOT / "utils/convbook/checks").glob("_*.py")):
        source = path.read_text("utf-8")
        if "register(" not in source or path.stem.startswith("_open_") or path.stem == "_tables":
            continue
        for part in ast.parse(source).body:
            if isinstance(part, ast.FunctionDef):
                yield path.stem, part.name, tokens_of(ast.unparse(part.body[-1]))


def test_no_reference_and_no_draw_is_in_the_wheel(readable):
    texts = {name: words for name, words in readable.items() if name.startswith("convbook/checks/")}
    there = list(references())
    assert len(there) > 100
    assert [
        (stem, name, file)
        for stem, name, part in there
        for file, words in texts.items()
        if len(part) >= 20 and contains(words, part)
    ] == []


def test_what_knows_what_is_right_is_no_program_in_the_wheel(handed_out):
    tables = [name for name in handed_out if name.startswith("convbook/checks/") and name.endswith(".json")]
    assert {one["name"] for name in tables for one in json.loads(handed_out[name])} == {
        judge.name for judge in CHECKS.values() if judge._reference
    }
    assert {handed_out[f"{name.removesuffix('.json')}.py"] for name in tables} == {IN_PLACE}


def test_a_number_that_is_to_be_predicted_is_not_in_the_tables(handed_out):
    (table,) = (
        one for one in json.loads(handed_out["convbook/checks/_convolution.json"]) if one["name"] == "prediction"
    )
    told = json.dumps([table["right"], [column for _, column in table["mistakes"]]])
    assert not re.search(r'"(?:int|float|value|array)"', told) and "-14" not in told


def test_the_seed_stays_with_the_teacher(course, folder, handed_out):
    assert seed_of(course) == SEED
    assert not [path for path in folder.rglob("*") if path.name == "seed.txt"]
    assert not [name for name, text in handed_out.items() if str(SEED) in text]


def test_comments_of_authors_stay_with_them(handed_out):
    for name, text in handed_out.items():
        if name.startswith("convbook/checks/_open_"):
            assert "#" not in re.sub(r'"[^"]*"|\'[^\']*\'', "", text)


# ---- does it work ----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def clean_python(tmp_path_factory, wheel):
    """Return the Python of a new environment with nothing of ours but the wheel, and what that asks for."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, with_pip=False)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)
    packages = Path(np.__file__).parents[1]
    (site,) = home.rglob("site-packages")
    (site / "others.pth").write_text(f"{packages}\n")  # a .pth file in there is not followed: not our own package
    where = run(python, "import convbook; print(convbook.__file__)")
    assert Path(where.strip()).is_relative_to(home.resolve())
    return python


def run(python, code, **environment):
    """Run a program as students would, away from our folders; return what it prints."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [python, "-c", code], env=clean | environment, capture_output=True, encoding="utf-8", cwd=Path(python).parent
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


RUN_ALL = """
import json
for name, path in json.loads({paths!r}):
    namespace = {{}}
    for cell in json.load(open(path, encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), namespace)
    print("end of", name)
"""


def test_every_untouched_notebook_runs_to_the_end_and_each_check_is_kind(clean_python, folder):
    paths = json.dumps([(chapter, str(folder / f"{chapter}.ipynb")) for chapter in CHAPTERS])
    printed = run(clean_python, RUN_ALL.format(paths=paths), PYTHONIOENCODING="utf-8")
    assert re.findall("end of (.+)", printed) == CHAPTERS
    assert len(re.findall("✗ .* is not written yet", printed)) == len(CHECKS)


SAY_ALL = """
import json, sys
sys.path.insert(0, {tests!r})
from checks.answers import RIGHT, WRONG
from convbook.checks.judge import CHECKS
def said(answer):
    check = CHECKS[answer.exercise]
    return check.fault_of(answer.function)
for answers in (RIGHT, WRONG):
    print(json.dumps({{str(answer): said(answer) for answer in answers.values()}}))
"""


def said_by(python):
    printed = run(python, SAY_ALL.format(tests=str(ROOT / "tests")))
    return map(json.loads, printed.splitlines())


def said_here(answer):
    try:
        CHECKS[answer.exercise](answer.function)
    except CheckFailed as failure:
        return str(failure)
    return ""


def test_the_wheel_says_to_every_answer_what_the_references_say(clean_python):
    right, wrong = said_by(clean_python)
    assert right == dict.fromkeys(map(str, RIGHT.values()), "")
    here = {str(answer): said_here(answer) for answer in WRONG.values()}
    assert without_places(wrong) == without_places(here)


def without_places(said):
    """Leave out which line raised an error: another folder's libraries are not the student's own lines there."""
    return {name: re.sub(r"\nIn (\w+, )?line .*", "", words) for name, words in said.items()}


def test_whoever_looks_for_what_is_right_finds_what_is_known_of_the_public_probes_only(clean_python):
    code = """
import numpy as np
from convbook.checks.judge import CHECKS
cheat = CHECKS["one_stop"]._reference
picture, kernel, i, j = CHECKS["one_stop"].probes[0]
print(cheat(picture, kernel, i, j))
try:
    cheat(picture + 1, kernel, i, j)
except LookupError as error:
    print(error)
print(CHECKS["prediction"]._reference())
"""
    known, unknown, secret = run(clean_python, code).splitlines()
    assert float(known) == CHECKS["one_stop"]._expected(CHECKS["one_stop"].probes[0])
    assert unknown == "nothing is known for these arguments"
    assert secret.startswith("Secret(") and "-14" not in secret


def test_nbgrader_s_validate_says_what_the_checks_say(folder, tmp_path):
    """Students on a JupyterHub have this button. The first task is solved, the others are untouched."""
    solved = {mark_of(cell).get("grade_id"): cell.source for cell in cells_of(EXERCISES / "06_separable.ipynb")}
    notebook = nbformat.read(folder / "06_separable.ipynb", as_version=4)
    for cell in notebook.cells:
        if mark_of(cell).get("grade_id") == "grouped_conv":
            cell.source = solved["grouped_conv"]
    nbformat.write(notebook, tmp_path / "06_separable.ipynb")
    failed = Validator().validate(str(tmp_path / "06_separable.ipynb"))["failed"]
    checks = [cell.source for cell in notebook.cells if mark_of(cell).get("grade")]
    assert [one["source"] for one in failed] == checks[1:]
    assert all("is not written yet: put your code" in one["error"] for one in failed)


# ---- variants --------------------------------------------------------------------------------------------------
def test_a_course_keeps_its_seed_until_another_is_given(tmp_path):
    first = seed_of(tmp_path)
    assert seed_of(tmp_path) == first == int((tmp_path / "seed.txt").read_text())
    assert seed_of(tmp_path, 7) == 7 == seed_of(tmp_path)
    assert seed_of(tmp_path / "another") != seed_of(tmp_path / "a third")


def test_another_seed_says_what_it_was_and_what_follows(tmp_path):
    assert if_changed(tmp_path, "7") == ""  # the first
    seed_of(tmp_path, 7)
    assert if_changed(tmp_path, None) == if_changed(tmp_path, "7") == ""
    graded = tmp_path / "autograded/ada/06_separable/06_separable.ipynb"
    graded.parent.mkdir(parents=True)
    graded.write_text("{}")
    said = if_changed(tmp_path, "2027")
    assert "The seed was 7, and is 2027 now" in said and "(1 graded notebook)" in said and "SEED=7" in said
    assert seed_of(tmp_path) == 7  # saying it changes nothing
    with pytest.raises(ValueError, match="SEED must be"):
        if_changed(tmp_path, "autumn")


@pytest.mark.parametrize("seed", ["autumn", "-1", "1.5", str(2**63)])
def test_a_seed_that_is_none_is_told_what_would_fit(tmp_path, capsys, seed):
    assert students.main(["--course", str(tmp_path), "--seed", seed]) == 1
    assert f"make students: SEED must be a whole number from 0 to {2**63 - 1}, got '{seed}'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_chapter_that_is_none_is_told_which_there_are(tmp_path, capsys):
    assert students.main(["--course", str(tmp_path), "06"]) == 1
    assert "CHAPTERS must be of 01_convolution, 02_padding_and_stride" in capsys.readouterr().err


def test_numbers_that_are_none_are_told_what_would_fit(tmp_path, capsys):
    assert students.main(["--course", str(tmp_path), "--numbers", "mine"]) == 1
    assert "make students: NUMBERS must be book or own, got mine" in capsys.readouterr().err


def test_one_chapter_again_replaces_what_was_ours_and_keeps_what_was_not(course, tmp_path):
    shutil.copy(course / "gradebook.db", tmp_path)  # a new one takes a while
    folder = tmp_path / "students" / students.NAME
    folder.mkdir(parents=True)
    (folder / "01_convolution.ipynb").write_text("of before")
    (folder / "dates.txt").write_text("Friday")
    made = set()
    for _ in range(2):
        assert students.main(["--course", str(tmp_path), "06_separable"]) == 0
        made.add(folder.with_suffix(".zip").read_bytes())
        assert {path.name for path in folder.iterdir()} == {
            "06_separable.ipynb",
            "README.md",
            "dates.txt",
            students_wheel()[0],
        }
    assert len(made) == 1  # and it is the same to the last byte
    assert "One notebook to work on" in (folder / "README.md").read_text("utf-8")
    with zipfile.ZipFile(folder.with_suffix(".zip")) as archive:
        assert f"{students.NAME}/dates.txt" not in archive.namelist()


def test_the_package_is_the_same_to_the_last_byte_each_time():
    assert students_wheel.__wrapped__() == students_wheel()


@pytest.mark.parametrize("judge", [judge for judge in CHECKS.values() if judge.draw], ids=lambda judge: judge.name)
def test_own_numbers_find_every_mistake_and_name_it(judge):
    own = judge.with_own_probes(SEED)
    for mistake, hint in judge.mistakes:
        assert message_of(own, mistake).endswith(f"\nHint: {hint}")


@pytest.mark.parametrize("name", ["output_size", "pool_windows", "factors"])
def test_own_numbers_are_those_of_the_seed_and_not_the_book_s_nor_the_hidden_ones(name):
    own = [repr(CHECKS[name].with_own_probes(seed).probes) for seed in (1, 1, 2)]
    assert own[0] == own[1] != own[2]
    assert own[0] not in (repr(CHECKS[name].probes), repr(CHECKS[name].drawn(1).probes))


def test_where_nothing_can_be_drawn_the_numbers_stay():
    assert CHECKS["prediction"].with_own_probes(1).probes == CHECKS["prediction"].probes


def test_the_package_with_own_numbers_holds_them(tmp_path):
    hide_what_is_right(tmp_path, own_numbers=1)
    tables = {one["name"]: one for one in json.loads((tmp_path / "_padding_and_stride.json").read_text("utf-8"))}
    probes = [[int(part["int"], 16) for part in probe["tuple"]] for probe in tables["output_size"]["probes"]]
    assert probes == [list(probe) for probe in CHECKS["output_size"].with_own_probes(1).probes]
