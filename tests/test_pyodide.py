"""Python for the pages: what is gathered is what the list names, whole or not at all; and what the book makes of it."""

import json
import os
import shutil
import threading
import tomllib
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import pack_python
import pyodide
import python_in_page as page

RELEASE = {"pyodide.js": b"start()", "numpy-2.0-py3-none-any.whl": b"not really", "six-1-py3-none-any.whl": b"six"}


def digest(data):
    return sha256(data).hexdigest()


def wheel(path, files):
    """Write a wheel that pip takes, and return its bytes."""
    name, version = path.name.split("-")[:2]
    about = f"{name}-{version}.dist-info"
    with ZipFile(path, "w") as archive:
        for inside, data in files.items():
            archive.writestr(inside, data)
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path.read_bytes()


@pytest.fixture
def index(tmp_path, monkeypatch):
    """All that pip can fetch: a folder."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": str(folder), "CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    return folder


@pytest.fixture
def pins(tmp_path, index, monkeypatch):
    """A small list: a release, a package that carries it, a wheel of its own, and one that is inside another."""
    own, carried = "own-1-py3-none-any.whl", "kernel-1-py3-none-any.whl"
    inside = wheel(tmp_path / carried, {"kernel.py": b"run()"})
    wheels = {
        "own==1": (own, wheel(index / own, {"own.py": b"ours"})),
        "holder==2": (carried, wheel(index / "holder-2-py3-none-any.whl", {f"holder/static/{carried}": inside})),
    }
    carrier = wheel(index / "carrier-3-py3-none-any.whl", {f"carrier/py/{name}": RELEASE[name] for name in RELEASE})
    files = {**RELEASE, own: wheels["own==1"][1], carried: inside}
    found = {
        "version": "1.2.3",
        "info": {"version": "1.2.3"},
        "core": {"pyodide.js": digest(RELEASE["pyodide.js"])},
        "packages": {
            name: {"file_name": name, "sha256": digest(data)} for name, data in files.items() if name != "pyodide.js"
        },
        "wheels": {what: {"sha256": digest(data), "files": [name]} for what, (name, data) in wheels.items()},
        "carrier": {"carrier==3": {"sha256": digest(carrier), "files": list(RELEASE)}},
    }
    monkeypatch.setattr(pyodide, "listed", lambda: found)
    monkeypatch.setenv("CONVBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CONVBOOK_REQUIRE_PYODIDE", raising=False)
    return found


class Release(BaseHTTPRequestHandler):
    """A server with the official release."""

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        self.server.asked.append(self.path)
        data = self.server.files[name]
        self.send_response(200)
        self.send_header("Content-Length", str(len(RELEASE[name])))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        """Say nothing."""


@pytest.fixture
def release(pins, monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), Release) as server:
        server.files, server.asked = dict(RELEASE), []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setattr(pyodide, "RELEASE", f"http://127.0.0.1:{server.server_port}/v{{version}}/{{name}}")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def no_release(monkeypatch):
    monkeypatch.setattr(pyodide, "RELEASE", "http://127.0.0.1:9/{version}/{name}")  # nobody answers there


def names_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# ---- gathering --------------------------------------------------------------------------------------------------


def test_everything_is_gathered_once_and_found_again_without_a_connection(pins, release, index):
    assert pyodide.ready() is None
    place = pyodide.provide()
    assert place == pyodide.ready()
    assert names_in(place) == sorted(pyodide.all_files(pins))
    assert sorted(release.asked) == [f"/v1.2.3/{name}" for name in sorted(RELEASE)]
    shutil.rmtree(index)
    assert pyodide.provide() == place
    assert len(release.asked) == len(RELEASE)


def test_where_the_release_cannot_be_reached_the_same_bytes_come_out_of_its_carrier(pins, no_release):
    place = pyodide.provide()
    assert names_in(place) == sorted(pyodide.all_files(pins))
    assert {name: (place / name).read_bytes() for name in RELEASE} == RELEASE


def test_a_file_that_changed_in_the_cache_is_fetched_again(pins, release):
    place = pyodide.provide()
    (place / "pyodide.js").write_bytes(b"stop()")
    assert pyodide.ready() is None
    assert pyodide.provide() == place
    assert (place / "pyodide.js").read_bytes() == RELEASE["pyodide.js"]
    assert release.asked[len(RELEASE) :] == ["/v1.2.3/pyodide.js"]


def test_another_file_than_the_list_names_is_refused_and_nothing_else_is_tried(pins, release, tmp_path, capsys):
    release.files["pyodide.js"] = b"steal()"
    assert pyodide.provide() is None
    assert names_in(tmp_path / "cache") == []
    said = capsys.readouterr().err.splitlines()[1:]
    assert len(said) == 1
    assert "pyodide.js is not the file that files.json names" in said[0]


def test_a_carrier_with_other_bytes_is_refused(pins, no_release, index, tmp_path, capsys):
    wheel(index / "carrier-3-py3-none-any.whl", {"carrier/py/pyodide.js": b"steal()"})
    assert pyodide.provide() is None
    assert names_in(tmp_path / "cache") == []
    assert "DO NOT MATCH THE HASHES" in capsys.readouterr().err


def test_a_download_that_breaks_off_leaves_nothing_half(pins, release, index, tmp_path, capsys):
    release.files["pyodide.js"] = RELEASE["pyodide.js"][:3]
    (index / "carrier-3-py3-none-any.whl").unlink()
    assert pyodide.provide() is None
    assert names_in(tmp_path / "cache") == []


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError("no space left on the device")])
def test_an_interrupted_build_leaves_nothing_half(pins, release, tmp_path, monkeypatch, fault):
    def replace(source, target):
        raise fault

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises((KeyboardInterrupt, OSError)):
        pyodide.keep(tmp_path / "cache" / "six", b"six", digest(b"six"))
    assert names_in(tmp_path / "cache") == []


def test_two_builds_may_gather_at_once(pins, release):
    place = pyodide.folder(pins)
    several = [threading.Thread(target=pyodide.gather, args=(pins, place)) for _ in range(3)]
    for thread in several:
        thread.start()
    for thread in several:
        thread.join()
    assert pyodide.ready() == place
    assert names_in(place) == sorted(pyodide.all_files(pins))  # nothing unfinished among them


def test_without_a_connection_one_line_says_that_no_code_will_run(pins, no_release, index, capsys):
    shutil.rmtree(index)
    assert pyodide.provide() is None
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2  # "Fetching ...", and this
    assert said[1].startswith("The book's code will not run in its pages, for Python cannot be had: pip says: ")


def test_a_cache_that_cannot_be_written_is_told_and_no_reason_to_stop(pins, release, tmp_path, capsys):
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert pyodide.provide() is None
    assert "Python cannot be had" in capsys.readouterr().err


def test_where_python_is_required_its_absence_is_an_error(pins, no_release, index, monkeypatch):
    shutil.rmtree(index)
    monkeypatch.setenv("CONVBOOK_REQUIRE_PYODIDE", "1")
    with pytest.raises(SystemExit, match="CONVBOOK_REQUIRE_PYODIDE is set, but Python for the pages cannot be had"):
        pyodide.provide()


def test_the_cache_is_the_users_unless_another_is_named(pins, monkeypatch, tmp_path):
    monkeypatch.setenv("CONVBOOK_CACHE", "~/elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert pyodide.folder(pins) == tmp_path / "elsewhere" / "pyodide-1.2.3"
    monkeypatch.delenv("CONVBOOK_CACHE")
    assert pyodide.ROOT not in pyodide.folder(pins).parents


# ---- the list ---------------------------------------------------------------------------------------------------


def test_each_file_of_the_list_comes_from_one_place():
    pins = pyodide.listed()
    told = [name for group in ("wheels", "carrier") for held in pins[group].values() for name in held["files"]]
    assert sorted(told) == sorted(pyodide.all_files(pins))


def test_the_list_holds_all_that_its_packages_need():
    packages = pyodide.listed()["packages"]
    assert {name for package in packages.values() for name in package["depends"]} <= {*packages}
    assert {"numpy", "matplotlib", "pillow", "pyodide-kernel", "anywidget", "tqdm"} <= {*packages}


def test_the_pages_python_suits_our_package():
    pins = pyodide.listed()
    project = tomllib.loads((page.UTILS / "pyproject.toml").read_text("utf-8"))["project"]
    assert pins["info"]["python"] in SpecifierSet(project["requires-python"])
    for wanted in map(Requirement, project["dependencies"]):
        assert pins["packages"][wanted.name]["version"] in wanted.specifier, wanted
        assert wanted.name in {*page.DEPENDS, "matplotlib"}


# ---- our own wheels ---------------------------------------------------------------------------------------------


@pytest.fixture
def utils(tmp_path, monkeypatch):
    copy = tmp_path / "utils"
    ignored = shutil.ignore_patterns("__pycache__", "widgets", "pictures")
    shutil.copytree(page.UTILS, copy, ignore=ignored, copy_function=shutil.copyfile)
    monkeypatch.setattr(page, "UTILS", copy)
    return copy


def test_the_same_sources_make_the_same_wheel_whenever_they_were_written(utils):
    first = page.convbook_wheel()
    for path in utils.rglob("*.py"):
        os.utime(path, (0, 0))
        path.chmod(0o700)
    (utils / "convbook" / "__pycache__").mkdir()
    (utils / "convbook" / "__pycache__" / "a.pyc").write_bytes(b"a machine's own")
    assert page.convbook_wheel() == first


def test_another_word_makes_a_wheel_of_another_name(utils):
    name, data = page.convbook_wheel()
    (utils / "convbook" / "kernels.py").write_text('"""Other kernels."""\n')
    other, changed = page.convbook_wheel()
    assert data != changed
    assert name != other


# ---- the folder in the book -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "python"
    page.write_python(*pack_python.best(pyodide.ready()), folder)
    return folder


@pytest.mark.pyodide
def test_the_lock_names_exactly_what_lies_there(folder):
    lock = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))
    named = {package["file_name"]: package for package in lock["packages"].values()}
    core = {name: (folder / name).read_bytes() for name in pyodide.listed()["core"]}
    assert lock["core"] == {name: {"size": len(data), "sha256": digest(data)} for name, data in core.items()}
    assert {*names_in(folder)} == {*named, *core, "pyodide-lock.json"}
    for name, package in named.items():
        data = (folder / name).read_bytes()
        assert (digest(data), len(data)) == (package["sha256"], package["size"])


@pytest.mark.pyodide
def test_what_a_package_depends_on_lies_there(folder):
    packages = json.loads((folder / "pyodide-lock.json").read_text("utf-8"))["packages"]
    assert {name for package in packages.values() for name in package["depends"]} <= {*packages}
    importable = [name for package in packages.values() for name in package["imports"]]
    assert len(importable) == len({*importable})
    assert {"convbook", "matplotlib", "numpy", "PIL", "IPython", "pyodide_kernel"} <= {*importable}


@pytest.mark.pyodide
def test_every_wheel_is_the_version_that_the_lock_says(folder):
    for package in json.loads((folder / "pyodide-lock.json").read_text("utf-8"))["packages"].values():
        with ZipFile(folder / package["file_name"]) as archive:
            (about,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            assert f"\nVersion: {package['version']}\n" in archive.read(about).decode()
