"""What the README, the Makefile and the other files at the top promise."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from lock import pinned

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, flags=re.MULTILINE))
DOCUMENTS = ["README.md", "CONTRIBUTING.md"]
every_document = pytest.mark.parametrize("name", DOCUMENTS)


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def lines_of(name):
    return [line for line in text_of(name).splitlines() if line and not line.startswith("#")]


def names_of(pins):
    return {pin.partition("==")[0].lower().replace("_", "-") for pin in pins}


# ---- commands ---------------------------------------------------------------------------------------------------


def test_make_lists_every_target_with_one_line():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    described = dict(re.findall(r"^  make (\w+) +(\S.*)$", listed, flags=re.MULTILINE))
    assert set(described) == TARGETS - {"help"}
    assert all(len(line) < 120 for line in listed.splitlines())


@every_document
def test_a_document_names_only_targets_that_exist(name):
    commands = re.findall(r"(?:^|`)make ([a-z]+)", text_of(name), flags=re.MULTILINE)
    assert commands
    assert set(commands) <= TARGETS


@every_document
def test_a_document_names_only_places_that_exist(name):
    text = text_of(name)
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if not link.startswith("https://")]
    code = [
        word for word in re.findall(r"`([\w./-]+)`", text) if word.endswith("/") or re.search(r"\w/\w+\.\w+$", word)
    ]
    assert links or code
    assert [place for place in {*links, *code} if not (ROOT / place).exists()] == []


# ---- what is installed ------------------------------------------------------------------------------------------


def test_every_requirement_is_pinned():
    free = [line for line in lines_of("requirements.txt") if not pinned(line)]
    assert free == ["-c constraints.txt", "-e ./utils"]
    assert all(pinned(line) for line in lines_of("constraints.txt"))


def test_a_package_is_pinned_in_one_place():
    assert not names_of(lines_of("requirements.txt")) & names_of(lines_of("constraints.txt"))


def test_pytorch_is_an_oracle_and_never_required():
    assert "torch" not in names_of(lines_of("requirements.txt") + lines_of("constraints.txt"))
    versions = {re.search(r"torch==[\d.]+", text_of(name))[0] for name in (".ci/run", "tests/conftest.py")}
    assert len(versions) == 1


# ---- continuous integration -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["test", "publish"])
def test_a_workflow_runs_our_own_commands_with_actions_of_a_fixed_major_version(name):
    jobs = yaml.safe_load(text_of(f".github/workflows/{name}.yml"))["jobs"].values()
    steps = [step for job in jobs for step in job["steps"]]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    commands = [step["run"] for step in steps if "run" in step]
    assert commands
    assert {command.removeprefix("make ") for command in commands} <= TARGETS | {".ci/run"}


def test_ci_calls_the_command_of_the_readme():
    assert "make test" in text_of("README.md")
    assert re.search(r"^CONVBOOK_REQUIRE_PYTORCH=1 make test$", text_of(".ci/run"), flags=re.MULTILINE)


# ---- licence and citation ---------------------------------------------------------------------------------------


def test_the_citation_has_what_its_format_asks_for():
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert citation["license"] == ["MIT", "CC-BY-4.0"]
    assert citation["title"].startswith(yaml.safe_load(text_of("_config.yml"))["title"])


def test_the_readme_shows_a_picture_that_is_light():
    picture = re.search(r"!\[[^]]{20,}\]\(([^)]+)\)", text_of("README.md"))[1]
    assert (ROOT / picture).stat().st_size <= 200_000


# ---- what changed -----------------------------------------------------------------------------------------------

VERSION_HEADING = re.compile(r"## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_changelog_keeps_a_place_for_what_comes_next():
    first, *versions = re.findall(r"^## .*$", text_of("CHANGELOG.md"), flags=re.MULTILINE)
    assert first == "## [Unreleased]"
    found = [VERSION_HEADING.fullmatch(heading).groups() for heading in versions]
    assert found == sorted(found, key=lambda version: [int(part) for part in version[0].split(".")], reverse=True)


def test_the_changelog_sorts_by_the_usual_kinds():
    assert set(re.findall(r"^### (.*)$", text_of("CHANGELOG.md"), flags=re.MULTILINE)) <= KINDS


def test_the_newest_version_is_the_one_to_cite():
    version, date = VERSION_HEADING.search(text_of("CHANGELOG.md")).groups()
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert (version, date) == (citation["version"], str(citation["date-released"]))
