"""Where there is no sandbox: what is said, and what is done all the same. None of these tests needs one."""

import os
import shutil
import time

import nbformat
import pytest
from classroom import zipped

import sandbox

PACKAGE = zipped({"answers/__init__.py": "SIX = 6"})


@pytest.fixture
def none_here(monkeypatch):
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, *rest: None if name == "bwrap" else which(name, *rest))
    sandbox.fault.cache_clear()
    yield
    sandbox.fault.cache_clear()


def test_without_bubblewrap_a_run_is_refused_and_told_what_to_do(none_here):
    result = sandbox.run(nbformat.writes(nbformat.v4.new_notebook()), PACKAGE, b"{}", {})
    assert "`bwrap` of bubblewrap is not installed" in result["refused"]
    assert "sudo apt install bubblewrap" in result["refused"] and "SANDBOX=off" in result["refused"]
    with pytest.raises(sandbox.NoSandbox, match="not installed"):
        sandbox.require()


def test_a_bubblewrap_that_cannot_make_namespaces_says_so(monkeypatch, tmp_path):
    (tmp_path / "bwrap").write_text("#!/bin/sh\necho 'bwrap: Operation not permitted' >&2\nexit 1\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    sandbox.fault.cache_clear()
    assert "bubblewrap does not start (bwrap: Operation not permitted)" in sandbox.fault()
    sandbox.fault.cache_clear()


def test_without_a_sandbox_a_notebook_runs_where_that_is_asked_for(none_here):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import answers; print(answers.SIX)")])
    result = sandbox.run(nbformat.writes(notebook), PACKAGE, b"{}", {}, sandboxed=False)
    assert not result["failure"] and "6\\n" in result["notebook"]


def test_what_a_killed_run_has_left_is_removed_by_a_later_one(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name, age in {"grading-old": 2 * sandbox.DAY, "grading-new": 0, "other": 2 * sandbox.DAY}.items():
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    sandbox.sweep()
    assert {path.name for path in tmp_path.iterdir()} == {"grading-new", "other"}
