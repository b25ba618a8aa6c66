"""What goes out: the package on the index, the tag that releases it, and the branch that readers get."""

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from packaging.metadata import Metadata

import elsewhere
import notebooks_branch
import package
import release
from edition import edition
from lock import pinned

ROOT = Path(__file__).parents[1]


def text_of(name):
    return (ROOT / name).read_text("utf-8")


# ---- the package ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist, and the wheel that was built from it."""
    return package.build(tmp_path_factory.mktemp("dist"))


def test_a_wheel_from_the_sdist_holds_every_file_of_the_package(built):
    sdist, wheel = built
    ours = subprocess.run(
        ["git", "ls-files", "convbook"], cwd=ROOT / "utils", capture_output=True, text=True, check=True
    )
    wanted = set(ours.stdout.split())
    with ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if not name.split("/")[0].endswith(".dist-info")} == wanted
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert wanted | {"pyproject.toml", "README.md", "LICENSE"} <= inside


def test_the_index_gets_all_that_it_shows_and_takes_it(built):
    package.look_over(built[1])
    metadata = Metadata.from_email(package.metadata_of(built[1]))
    assert "# convbook" in metadata.description
    assert (metadata.license_expression, metadata.license_files) == (
        "MIT AND CC0-1.0 AND CC-BY-4.0",
        ["LICENSE", "convbook/pictures/CREDITS.md"],
    )
    assert metadata.keywords and metadata.classifiers and metadata.summary
    assert not metadata.project_urls  # there is no address to be known yet


def test_the_package_carries_the_licence_of_the_repository():
    (terms,) = re.findall(r"^Copyright .*?^SOFTWARE\.$", text_of("utils/LICENSE"), re.MULTILINE | re.DOTALL)
    assert terms in text_of("LICENSE")
    assert "CC0 1.0" in text_of("utils/LICENSE") and "CC BY 4.0" in text_of("utils/LICENSE")


def test_the_words_for_the_index_hold_code_that_runs():
    (program,) = re.findall(r"```python\n(.*?)```", text_of("utils/README.md"), re.DOTALL)
    names = {}
    exec(program, names)
    assert names["edges"].shape == (1, 510, 510)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('readme = "README.md"', "", "no text to show"),
        ('">=3.11"', '"3.11 or newer"', "cannot make a sdist"),
    ],
)
def test_what_an_index_would_refuse_is_not_built(old, new, said, tmp_path):
    source = shutil.copytree(ROOT / "utils", tmp_path / "utils", ignore=package.NOT_OURS)
    words = (source / "pyproject.toml").read_text("utf-8")
    assert old in words
    (source / "pyproject.toml").write_text(words.replace(old, new), "utf-8")
    with pytest.raises(package.CannotBuild, match=said):
        package.look_over(package.build(tmp_path / "dist", source)[1])


# ---- the tag ----------------------------------------------------------------------------------------------------

CHANGELOG = """\
# Changelog

## [Unreleased]

## [0.2.0] - 2027-01-02

### Added

- Everything.

## [0.1.0] - 2026-11-22

- The beginning.
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "utils").mkdir()
    (tmp_path / "utils" / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n')
    (tmp_path / "CITATION.cff").write_text("version: 0.2.0\ndate-released: 2027-01-02\n")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    return tmp_path


def test_a_tag_that_agrees_with_all_is_a_release_with_the_changelog_s_words(project):
    assert release.faults("v0.2.0", project) == []
    assert release.notes("0.2.0", project) == "### Added\n\n- Everything.\n"
    assert release.notes("0.1.0", project) == "- The beginning.\n"


RELEASED = "## [Unreleased]\n\n## [0.2.0] - 2027-01-02\n\n- More.\n"


@pytest.mark.parametrize(
    ("changelog", "called"),
    [
        (RELEASED, "Edition 0.2.0, 2 January 2027"),
        (RELEASED.replace("]\n", "]\n\n### Fixed\n\n- Less.\n", 1), "Edition after 0.2.0 of 2 January 2027"),
        (RELEASED.partition("\n\n")[2], "Edition 0.2.0, 2 January 2027"),
    ],
)
def test_an_edition_is_a_version_only_as_long_as_nothing_has_changed_since(tmp_path, monkeypatch, changelog, called):
    monkeypatch.setattr("edition.ROOT", tmp_path)
    (tmp_path / "CHANGELOG.md").write_text(changelog)
    (tmp_path / "CITATION.cff").write_text(
        "title: 'A book: what it says'\nversion: 0.2.0\ndate-released: 2027-01-02\nauthors: [{name: Somebody}]\n"
    )
    assert edition().dated == called


@pytest.mark.parametrize("tag", ["", "0.2.0", "v0.2", "v0.2.0-rc1", "version"])
def test_a_tag_in_another_form_is_told_the_form(tag, project):
    assert release.faults(tag, project) == [f"the tag must be v and three numbers, as v0.2.0, got {tag!r}"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("utils/pyproject.toml", "0.2.0", "0.1.0", "utils/pyproject.toml has version 0.1.0, and the tag is v0.2.0"),
        ("CITATION.cff", "0.2.0", "0.3.0", "CITATION.cff has version 0.3.0, and the tag is v0.2.0"),
        ("CITATION.cff", "01-02", "01-03", "CHANGELOG.md dates version 0.2.0 2027-01-02, and CITATION.cff 2027-01-03"),
        ("CHANGELOG.md", "[0.2.0]", "[0.2.1]", "CHANGELOG.md has version 0.2.1, and the tag is v0.2.0"),
        ("CHANGELOG.md", "sed]\n", "sed]\n\n- More.\n", "CHANGELOG.md still has lines under [Unreleased]"),
    ],
)
def test_what_differs_from_the_tag_is_named(file, old, new, said, project):
    words = (project / file).read_text()
    assert old in words
    (project / file).write_text(words.replace(old, new, 1))
    (fault,) = release.faults("v0.2.0", project)
    assert fault.startswith(said)


def test_the_project_itself_would_be_a_release_but_for_what_is_to_come():
    version = next(name for name in release.sections(text_of("CHANGELOG.md")) if name != "Unreleased")
    assert [fault for fault in release.faults(f"v{version}") if "[Unreleased]" not in fault] == []


def test_make_release_says_what_is_wrong_and_builds_nothing(capsys, monkeypatch):
    monkeypatch.setattr(package, "main", lambda: pytest.fail("nothing is to be built"))
    assert release.main([]) == release.main(["v99.0.0"]) == 1
    assert "Without a TAG this is no release" in (said := capsys.readouterr().err)
    assert "v99.0.0 is no release:\n  utils/pyproject.toml has version" in said


# ---- the branch for readers -------------------------------------------------------------------------------------


def test_readers_get_every_notebook_and_no_solution():
    branch = notebooks_branch.files()
    notebooks = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("notebooks/**/*.ipynb")}
    notebooks = {name for name in notebooks if "checkpoint" not in name}
    assert {name for name in branch if name.endswith(".ipynb")} == notebooks
    assert not [name for name in branch if b"### BEGIN" in branch[name] and name.endswith(".ipynb")]


def test_they_get_what_the_notebooks_need_and_none_of_our_tools():
    branch = notebooks_branch.files()
    options, *lines = branch[".binder/requirements.txt"].decode().splitlines()
    assert (options, lines[0]) == ("-c constraints.txt", "./utils")
    names = {pin.partition("==")[0] for pin in pinned("\n".join(lines))}
    brought_along = {pin.partition("==")[0] for pin in pinned(branch[".binder/constraints.txt"].decode())}
    assert {one.name for one in elsewhere.NEEDED} <= names | brought_along
    assert {"jupyterlab", "ipywidgets"} <= names
    assert not names & {"pytest", "ruff", "jupyter-book", "nbgrader", "playwright"}
    assert branch[".binder/runtime.txt"] == (ROOT / "runtime.txt").read_bytes()
    assert {"LICENSE", "utils/pyproject.toml", "utils/README.md", "utils/LICENSE", "utils/convbook/__init__.py"} <= set(
        branch
    )


def test_their_dev_container_has_the_same_python_and_opens_what_is_there():
    branch = notebooks_branch.files()
    container = json.loads(branch[".devcontainer/devcontainer.json"])
    assert (
        container["image"]
        == json.loads(re.sub("^ *//.*$", "", text_of(".devcontainer/devcontainer.json"), flags=re.M))["image"]
    )
    assert container["postCreateCommand"].split()[-1] in branch
    assert set(container["customizations"]["codespaces"]["openFiles"]) <= set(branch)


def test_what_they_are_told_names_only_what_is_there():
    branch = notebooks_branch.files()
    words = branch["README.md"].decode()
    for place in re.findall(r"`([\w./]+)`|-r (\S+)", words):
        name = next(filter(None, place))
        assert name in {"main"} or any(path.startswith(name) for path in branch), name


@pytest.fixture
def checkout(tmp_path):
    """A clone with what `make readers` has written, and the repository that it came from."""
    remote, clone = tmp_path / "remote.git", tmp_path / "clone"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q", "--bare", "-b", "main", remote], check=True)
    subprocess.run([*git, "clone", "-q", remote, clone], check=True, capture_output=True)
    (clone / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "push_readers", clone / "tools")
    shutil.copy(ROOT / "_config.yml", clone)
    (clone / ".gitignore").write_text("_build\n")
    subprocess.run([*git, "add", "-A"], cwd=clone, check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Begin"], cwd=clone, check=True)
    subprocess.run([*git, "push", "-q", "origin", "HEAD:main"], cwd=clone, check=True)
    subprocess.run([*git, "tag", "v0.2.0"], cwd=clone, check=True)
    return clone, remote


def git_says(folder, *words):
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def test_a_release_puts_their_branch_in_place_of_the_one_before_and_touches_no_other(checkout):
    clone, remote = checkout
    main = git_says(remote, "rev-parse", "main")
    for name in ("first", "second"):
        shutil.rmtree(clone / "_build", ignore_errors=True)
        (clone / "_build" / "readers").mkdir(parents=True)
        (clone / "_build" / "readers" / name).write_text(name)
        subprocess.run([clone / "tools" / "push_readers"], check=True)
        assert git_says(remote, "ls-tree", "--name-only", "readers") == name
    assert git_says(remote, "log", "--format=%s", "readers") == "The notebooks of v0.2.0"
    assert git_says(remote, "rev-parse", "main") == main


def test_it_is_never_put_on_main(checkout):
    clone, remote = checkout
    (clone / "_config.yml").write_text("repository:\n  url: x\n  branch: main\n")
    (clone / "_build" / "readers").mkdir(parents=True)
    run = subprocess.run([clone / "tools" / "push_readers"], capture_output=True, text=True)
    assert run.returncode == 1 and "must not be main" in run.stderr
    assert git_says(remote, "log", "--format=%s", "main") == "Begin"


# ---- the workflow -----------------------------------------------------------------------------------------------


def test_a_tag_alone_releases_and_in_the_right_order():
    workflow = yaml.safe_load(text_of(".github/workflows/release.yml"))
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML reads "on" as a truth
    jobs = workflow["jobs"]
    assert [(name, job.get("needs")) for name, job in jobs.items()] == [
        ("test", None),
        ("package", "test"),
        ("index", "package"),
        ("publish", "index"),
        ("release", "publish"),
    ]
    assert [name for name, job in jobs.items() if job.get("uses", "").startswith("./")] == ["test", "publish"]
    assert all("workflow_call" in yaml.safe_load(text_of(job["uses"]))[True] for job in jobs.values() if "uses" in job)


def test_the_package_is_published_by_trust_and_no_token_is_kept():
    job = yaml.safe_load(text_of(".github/workflows/release.yml"))["jobs"]["index"]
    assert job["permissions"] == {"id-token": "write"} and job["environment"]
    assert job["steps"][-1] == {"uses": "pypa/gh-action-pypi-publish@release/v1"}
    assert "secrets." not in text_of(".github/workflows/release.yml")
