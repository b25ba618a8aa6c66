"""What the README, the Makefile and the other files at the top promise."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from PIL import Image

import elsewhere
import moving_picture
import serve
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
    assert {command.removeprefix("make ") for command in commands} <= TARGETS | {".ci/run", "tools/push_readers"}


def test_ci_calls_the_command_of_the_readme_and_requires_all_that_is_optional():
    assert "make test" in text_of("README.md")
    marks = tomllib.loads(text_of("pyproject.toml"))["tool"]["pytest"]["ini_options"]["markers"]
    (required,) = re.findall(
        r'^for what in ([A-Z ]+); do\n    export "CONVBOOK_REQUIRE_\$what=1"\ndone\nmake test$',
        text_of(".ci/run"),
        re.M,
    )
    optional = {mark.partition(":")[0].upper() for mark in marks} - {"NEWEST"}  # takes a machine with several Pythons
    assert optional <= set(required.split())


def test_ci_brings_a_python_for_each_environment():
    (test,) = yaml.safe_load(text_of(".github/workflows/test.yml"))["jobs"].values()
    (setup,) = (step["with"] for step in test["steps"] if step.get("uses", "").startswith("actions/setup-python@"))
    newest, colabs, oldest = map(elsewhere.as_version, setup["python-version"].split())
    assert (colabs, oldest) == (elsewhere.COLABS, elsewhere.OLDEST)
    assert newest > colabs and test["steps"][-1]["env"] == {"CONVBOOK_REQUIRE_NEWEST": "1"}


# ---- habits -----------------------------------------------------------------------------------------------------


def test_a_commit_hook_is_a_command_of_ours():
    hooks = [hook for repo in yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]]
    assert {hook["entry"] for hook in hooks} == {"make format"}
    assert all(hook["language"] == "system" for hook in hooks)  # of .venv, so that there is one version of each tool


def test_a_tool_that_is_not_content_fails_make_format_and_stops_no_other(tmp_path):
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "$@"\ncase "$@" in *--fix*) exit 1;; esac\n')
    python.chmod(0o755)
    command = ["make", "--no-print-directory", "--old-file=setup", "format", f"PYTHON={python}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode != 0
    assert run.stdout.splitlines()[-3:] == ["-m ruff check --fix .", "-m ruff format .", "tools/javascript.py format"]


def test_editors_and_tools_agree_on_how_long_a_line_may_be():
    longest = dict(re.findall(r"\[(.*)\]\n(?:\w+ = .*\n)*max_line_length = (\d+)", text_of(".editorconfig")))
    python = tomllib.loads(text_of("pyproject.toml"))["tool"]["ruff"]["line-length"]
    javascript = json.loads(text_of("tools/javascript/biome.json"))["formatter"]["lineWidth"]
    assert longest == {"*.py": str(python), "*.{js,css}": str(javascript)}


def test_the_dev_container_opens_what_our_commands_open():
    container = json.loads(re.sub(r"^ *//.*$", "", text_of(".devcontainer/devcontainer.json"), flags=re.MULTILINE))
    python = text_of("runtime.txt").strip().removeprefix("python-")
    assert re.fullmatch(rf"mcr\.microsoft\.com/devcontainers/python:\d+-{re.escape(python)}-\w+", container["image"])
    assert container["postCreateCommand"] == "make setup"
    assert container["postAttachCommand"]["JupyterLab"].startswith(".venv/bin/python -m jupyterlab notebooks ")
    assert container["forwardPorts"] == [8888, serve.PORT]
    assert set(container["portsAttributes"]) == {str(port) for port in container["forwardPorts"]}


FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_what_its_format_allows(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert all(form[key] for key in ("name", "description", "body"))
    questions = [part for part in form["body"] if part["type"] != "markdown"]
    assert {part["type"] for part in questions} <= {"input", "textarea", "dropdown", "checkboxes"}
    assert len({part["id"] for part in questions}) == len(questions)
    assert len({part["attributes"]["label"] for part in questions}) == len(questions)
    assert any(part.get("validations", {}).get("required") for part in questions)


def test_there_is_a_form_for_a_mistake_and_one_for_a_browser():
    assert [path.stem for path in FORMS] == ["browser", "mistake"]
    assert yaml.safe_load(text_of(".github/ISSUE_TEMPLATE/config.yml")) == {"blank_issues_enabled": True}


# ---- licence and citation ---------------------------------------------------------------------------------------


def test_the_citation_has_what_its_format_asks_for():
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert citation["license"] == ["MIT", "CC-BY-4.0"]
    assert citation["title"].startswith(yaml.safe_load(text_of("_config.yml"))["title"])


def test_the_readme_moves_lightly_in_words_too_and_not_for_those_who_asked_for_no_motion():
    still, moving, words = re.search(
        r'<source media="\(prefers-reduced-motion: reduce\)" srcset="([^"]+)">\s*<img src="([^"]+)" alt="([^"]+)">',
        text_of("README.md"),
    ).groups()
    assert (ROOT / still).stat().st_size <= 200_000
    assert (ROOT / moving).stat().st_size <= 400_000
    assert ROOT / moving == moving_picture.TARGET
    assert len(words) > 20
    with Image.open(ROOT / still) as one, Image.open(ROOT / moving) as many:
        assert (getattr(one, "n_frames", 1), many.n_frames) == (1, 16)  # 4×4 outputs


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
