"""What the pages are told about their code cells, and what the first click loads."""

import json
import re
from pathlib import Path

import pytest
from docutils import nodes

import codemirror
from run_cells import RUN, code_of, run_files, write_run

REFERENCE = re.compile(r'(?:\bfrom|\bimport\(|\bURL\()\s*["`\']\.?/?([\w./-]+\.(?:js|py))(\?v=\w+)?["`\']')


def test_what_is_loaded_names_only_what_is_there_and_all_in_one_version(tmp_path):
    page, version = write_run(tmp_path).split("?")
    references = {
        (path.name, *found)
        for path in tmp_path.glob("*.js")
        for found in REFERENCE.findall(path.read_text("utf-8"))
        if "pyodide" not in found[0]
    }
    assert {("written.js", "editor.js"), ("runs.js", "worker.js"), ("editor.js", "vendor/codemirror.js")} <= {
        (module, name) for module, name, _ in references
    }
    assert [one for one in references if one[2] != f"?{version}" or not (tmp_path / one[1]).exists()] == []
    assert (tmp_path / page).exists()


def test_another_word_in_any_file_is_another_version(tmp_path, monkeypatch):
    before = write_run(tmp_path)
    assert write_run(tmp_path) == before
    other = {**run_files(), "status.js": "export const Status = 1;"}
    monkeypatch.setattr("run_cells.run_files", lambda: other)
    assert write_run(tmp_path) != before


def cell(*parts):
    made = nodes.container(nb_element="cell_code", cell_metadata={"run": {"id": "c01", "code": "import numpy"}})
    return made.__class__("", *parts, **made.attributes)


def test_a_cell_brings_its_code_along_only_where_the_page_shows_none():
    shown, given = nodes.container(nb_element="cell_code_source"), nodes.container(nb_element="cell_code_output")
    assert code_of(cell(shown, given)) is None
    assert code_of(cell(given)) == "import numpy"


def test_the_bundle_of_the_editor_is_light_and_has_its_licences():
    assert (RUN / "vendor" / "codemirror.js").stat().st_size < 400_000
    licences = (RUN / "vendor" / "codemirror.txt").read_text("utf-8")
    assert "Permission is hereby granted, free of charge" in licences
    assert [name for name, version in codemirror.packages().items() if f"{name} {version}\n" not in licences] == []


def test_what_the_editor_is_bundled_from_is_pinned_and_names_no_host():
    home = Path(codemirror.HOME)
    asked = json.loads((home / "package.json").read_text("utf-8"))["devDependencies"]
    lock = (home / "package-lock.json").read_text("utf-8")
    assert asked == json.loads(lock)["packages"][""]["devDependencies"]
    assert all(re.fullmatch(r"[\d.]+", version) for version in asked.values())
    assert not re.search(r'"resolved"|registry', lock)


@pytest.mark.parametrize("stale", ["codemirror.js", "codemirror.txt", "codemirror.d.ts"])
def test_a_bundle_that_is_not_what_the_script_makes_is_told(monkeypatch, tmp_path, capsys, stale):
    """`python tools/javascript.py check` compares the real one, which takes Node."""
    monkeypatch.setattr(codemirror, "VENDOR", tmp_path)
    monkeypatch.setattr(codemirror, "ROOT", tmp_path)
    made = {tmp_path / name: "made" for name in ("codemirror.js", "codemirror.txt", "codemirror.d.ts")}
    monkeypatch.setattr(codemirror, "files", lambda: made)
    assert codemirror.main("write") == 0
    assert codemirror.main("check") == 0
    (tmp_path / stale).write_text("another")
    assert codemirror.main("check") == 1
    assert stale in capsys.readouterr().out
