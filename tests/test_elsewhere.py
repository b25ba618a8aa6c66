"""The environments beside .venv: which Python and which packages each has, and what is said where there is none."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import elsewhere

ALL = [(3, 11), (3, 12), (3, 13), (3, 14)]


def names_of(pins):
    return {pin.partition("==")[0].lower() for pin in pins}


def test_each_has_a_version_for_all_that_convbook_needs():
    wanted = {one.name for one in elsewhere.NEEDED}
    for name, pins in elsewhere.PINS.items():
        assert wanted <= names_of(pins()), name
        assert len(names_of(pins())) == len(pins()), name


def test_the_oldest_are_the_bounds_themselves_and_the_newest_what_the_project_has():
    assert {f"{one.name}=={elsewhere.bound(one.specifier)}" for one in elsewhere.NEEDED} <= elsewhere.oldest_pins()
    versions = dict(pin.split("==") for pin in elsewhere.ours())
    assert all(one.specifier.contains(versions[one.name]) for one in elsewhere.NEEDED)


def test_another_version_of_what_is_not_needed_makes_no_environment_anew():
    assert {"numpy", "anywidget", "psygnal", "pyzmq", "contourpy"} <= names_of(elsewhere.ours())
    assert not {"pytest", "sphinx", "nbgrader", "playwright"} & names_of(elsewhere.ours())


def test_what_colab_has_is_what_convbook_allows():
    versions = dict(pin.split("==") for pin in elsewhere.colab_pins())
    assert all(one.specifier.contains(versions[one.name]) for one in elsewhere.NEEDED)


@pytest.mark.parametrize("wanted", ["==2.0", "<3", "~=2.0", ">=2.0,<3", ""])
def test_a_bound_in_another_form_is_refused(wanted):
    with pytest.raises(ValueError, match="the oldest version that will do"):
        elsewhere.bound(SpecifierSet(wanted))


def test_each_takes_its_own_python(monkeypatch):
    monkeypatch.setattr(elsewhere.sys, "version_info", (3, 12, 4))
    assert elsewhere.oldest_python(ALL) == [elsewhere.OLDEST]
    assert elsewhere.oldest_python([(3, 13)]) == []
    assert elsewhere.newest_python(ALL) == [(3, 14), (3, 13)]  # if the packages have not come to the first yet
    assert elsewhere.newest_python([(3, 11), (3, 12)]) == []
    assert elsewhere.colabs_python(ALL) == [elsewhere.COLABS]
    monkeypatch.setattr(elsewhere.sys, "version_info", (3, 11, 2))
    assert elsewhere.colabs_python([(3, 11), (3, 13)]) == [(3, 11)]


def test_a_name_that_leads_to_no_python_or_to_another_is_passed_over(tmp_path, monkeypatch):
    for name, line in {"python3.18": "exit 127", "python3.19": f'exec "{sys.executable}" "$@"'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    elsewhere.pythons.cache_clear()
    try:
        assert elsewhere.pythons() == {sys.version_info[:2]: Path(sys.executable).resolve()}
    finally:
        elsewhere.pythons.cache_clear()


# ---- making one, with a pip that installs nothing ----------------------------------------------------------------


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with this Python and two newer ones, where pip does as `pip` says: {version: what it complains of}."""
    this = sys.version_info[:2]
    newer = [(3, this[1] + 1), (3, this[1] + 2)]
    complaints, made = {}, []
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path))
    monkeypatch.setattr(elsewhere, "pythons", lambda: dict.fromkeys([this, *newer], Path(sys.executable)))

    def install(name, version, folder):
        made.append(version)
        if version in complaints:
            raise elsewhere.NotToBeHad(complaints[version])

    monkeypatch.setattr(elsewhere, "_install", install)
    return SimpleNamespace(newer=newer, complaints=complaints, made=made, cache=tmp_path / "environments")


def test_it_is_made_once_and_anew_for_another_list(machine, monkeypatch):
    python = elsewhere.make("newest")
    assert elsewhere.make("newest") == python == elsewhere.there("newest")
    assert machine.made == [machine.newer[-1]]
    assert subprocess.run([python, "-c", ""]).returncode == 0
    monkeypatch.setitem(elsewhere.PINS, "newest", lambda: {"numpy==9"})
    assert elsewhere.there("newest") is None and elsewhere.fault("newest")
    assert elsewhere.make("newest") != python
    assert len(list(machine.cache.iterdir())) == 2  # another checkout may still want the first


def test_what_nobody_has_used_for_a_month_goes(machine, monkeypatch):
    first = elsewhere.make("newest").parents[1]
    monkeypatch.setitem(elsewhere.PINS, "newest", lambda: {"numpy==9"})
    os.utime(first, (0, time.time() - elsewhere.A_MONTH - 1))
    second = elsewhere.make("newest").parents[1]
    assert list(machine.cache.iterdir()) == [second]


def test_two_who_make_the_same_at_once_both_get_it(machine, monkeypatch):
    folder = elsewhere.place("newest", machine.newer[-1])
    monkeypatch.setattr(elsewhere, "_install", lambda *_: (folder / "bin").mkdir(parents=True))  # the other is quicker
    assert elsewhere.make("newest") == elsewhere.there("newest")
    assert list(machine.cache.iterdir()) == [folder]


def test_where_the_packages_have_not_come_to_a_python_the_one_before_is_taken(machine):
    machine.complaints[machine.newer[-1]] = "ERROR: No matching distribution found for numpy"
    assert elsewhere.make("newest") == elsewhere.there("newest")
    assert machine.made == machine.newer[::-1]


def test_what_cannot_be_made_is_said_and_matters_only_where_it_is_required(machine, capsys, monkeypatch):
    machine.complaints.update(dict.fromkeys([sys.version_info[:2], *machine.newer], "ERROR: no connection"))
    for name in elsewhere.PINS:
        monkeypatch.delenv(f"CONVBOOK_REQUIRE_{name.upper()}", raising=False)
    assert elsewhere.main() == 0
    said = capsys.readouterr().out
    assert "newest: there is none, its packages cannot be installed for Python 3" in said and "no connection" in said
    assert not list(machine.cache.iterdir())
    monkeypatch.setenv("CONVBOOK_REQUIRE_COLAB", "1")
    assert elsewhere.main() == 1


def test_a_machine_without_another_python_is_told_so(monkeypatch, tmp_path):
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path))
    monkeypatch.setattr(elsewhere, "pythons", lambda: {sys.version_info[:2]: Path(sys.executable)})
    with pytest.raises(elsewhere.NotToBeHad, match="no Python that is newer than"):
        elsewhere.make("newest")


def test_pip_says_what_it_misses(tmp_path, monkeypatch):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path], check=True)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(elsewhere, "NAMES", ["no-such-package-of-ours"])
    with pytest.raises(elsewhere.NotToBeHad, match="No matching distribution found for no-such-package-of-ours"):
        elsewhere._install("oldest", elsewhere.OLDEST, tmp_path)


def test_convbook_names_only_lower_bounds():
    assert [Requirement(str(one)).marker for one in elsewhere.NEEDED] == [None] * len(elsewhere.NEEDED)
