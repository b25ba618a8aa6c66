"""Python for the pages, packed: what a start imports is compiled, the rest stays; all of it or nothing."""

import json
import re
import sys
import threading
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest

import javascript
import pack_python
import pyodide

WHEEL = "own-1-py3-none-any.whl"
SOURCES = {
    "own/__init__.py": b"from own import used\n",
    "own/used.py": b"ONE = 1\n",
    "own/unused.py": b"TWO = 2\n",
    "own/data.txt": b"words",
    "own/__init__.pyi": b"ONE: int",
    "own-1.data/data/share/jupyter/labextensions/own/main.js": b"view()",
    "own-1.dist-info/METADATA": b"Name: own\n",
    "own-1.dist-info/RECORD": b"",
}
CODE = {"own/__init__.pyc": b"compiled", "own/used.pyc": b"compiled, too", "other/used.pyc": b"of another wheel"}


def archive(files):
    content = BytesIO()
    with ZipFile(content, "w") as target:
        for path, data in files.items():
            target.writestr(path, data)
    return content.getvalue()


def inside(data):
    with ZipFile(BytesIO(data)) as source:
        return {path: source.read(path) for path in source.namelist()}


# ---- one archive ------------------------------------------------------------------------------------------------


def test_modules_that_are_compiled_take_the_place_of_their_sources_and_the_rest_stays():
    held = inside(pack_python.packed(archive(SOURCES), CODE))
    left = {"own/unused.py", "own/data.txt", "own-1.dist-info/METADATA"}
    compiled = {"own/__init__.pyc", "own/used.pyc"}
    assert {*held} == left | compiled | {"own-1.dist-info/RECORD"}
    assert {path: held[path] for path in left} == {path: SOURCES[path] for path in left}
    assert {path: held[path] for path in compiled} == {path: CODE[path] for path in compiled}


def test_the_record_of_a_wheel_names_what_it_holds():
    held = inside(pack_python.packed(archive(SOURCES), CODE))
    lines = [line.split(",") for line in held["own-1.dist-info/RECORD"].decode().splitlines()]
    assert [line[0] for line in lines] == [*held]
    assert {path: int(size) for path, _, size in lines if size} == {
        path: len(data) for path, data in held.items() if not path.endswith("RECORD")
    }


def test_the_same_files_make_the_same_bytes_and_another_word_another_name():
    first, second = (pack_python.packed(archive(SOURCES), CODE) for _ in range(2))
    assert first == second
    other = pack_python.packed(archive(SOURCES | {"own/data.txt": b"others"}), CODE)
    names = [pack_python.named_by_content(WHEEL, data) for data in (first, other)]
    assert names[0] != names[1]
    assert re.fullmatch(r"own-1-1[0-9a-f]{8}-py3-none-any\.whl", names[0])


# ---- all of them, or none ---------------------------------------------------------------------------------------


@pytest.fixture
def gathered(tmp_path, monkeypatch):
    """A folder with a small Pyodide, and the list of what is in it."""
    files = {
        "pyodide.js": b"start()",
        "python_stdlib.zip": archive({"re.py": b"", "os.py": b""}),
        WHEEL: archive(SOURCES),
    }
    hashes = {name: sha256(data).hexdigest() for name, data in files.items()}
    package = {"name": "own", "version": "1", "file_name": WHEEL, "sha256": hashes.pop(WHEEL), "depends": []}
    monkeypatch.delenv(pyodide.REQUIRED, raising=False)
    monkeypatch.setattr(pyodide, "LIST", tmp_path / "files.json")
    pyodide.LIST.write_text(json.dumps({"version": "0", "info": {}, "core": hashes, "packages": {"own": package}}))
    folder = tmp_path / "pyodide-0"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def node(monkeypatch):
    """In place of Node: what it was asked to compile, and nothing else is run."""
    asked = []

    def compile_modules(folder, pins):
        asked.append(folder)
        return {"core/re.pyc": b"compiled", **{f"packages/{path}": code for path, code in CODE.items()}}

    monkeypatch.setattr(pack_python, "compile_modules", compile_modules)
    monkeypatch.setattr(javascript, "is_there", lambda: True)
    return asked


def test_it_is_packed_once_and_the_list_names_what_lies_there(gathered, node, capsys):
    assert pack_python.best(gathered) == (gathered, pyodide.listed())
    for _ in range(2):
        pack_python.provide(gathered)
    assert node == [gathered]
    assert capsys.readouterr().err.count("\n") == 1
    place, pins = pack_python.best(gathered)
    assert {path.name for path in place.iterdir()} == {*pyodide.all_files(pins), "lock.json"}
    assert pyodide.missing(pyodide.all_files(pins), place) == {}
    assert {*inside((place / "python_stdlib.zip").read_bytes())} == {"re.pyc", "os.py"}
    assert pins["packages"]["own"]["file_name"] != WHEEL
    assert pins["packages"]["own"] | pyodide.listed()["packages"]["own"] == pyodide.listed()["packages"]["own"]
    assert [path.name for path in gathered.iterdir() if path.is_dir()] == [place.name]


@pytest.mark.parametrize("damage", [lambda file: file.write_bytes(b"half"), lambda file: file.unlink()])
@pytest.mark.parametrize("name", ["python_stdlib.zip", "lock.json"])
def test_what_is_not_intact_is_not_taken_and_packed_again(gathered, node, damage, name):
    pack_python.provide(gathered)
    place, pins = pack_python.best(gathered)
    damage(place / name)
    assert pack_python.best(gathered) == (gathered, pyodide.listed())
    pack_python.provide(gathered)
    assert pack_python.best(gathered) == (place, pins)


def test_another_list_is_packed_anew(gathered, node):
    pack_python.provide(gathered)
    before = pack_python.folder(gathered)
    pyodide.LIST.write_text(json.dumps(pyodide.listed() | {"version": "1"}))
    assert pack_python.folder(gathered) != before
    assert pack_python.ready(gathered) is None


def test_without_node_the_pages_get_what_was_gathered_and_one_line_says_so(gathered, monkeypatch, capsys):
    monkeypatch.setattr(javascript, "is_there", lambda: False)
    monkeypatch.setattr(javascript, "node", lambda _: pytest.fail("a Node was fetched"))
    pack_python.provide(gathered)
    told = "Python will start more slowly in the pages, for it cannot be packed: there is no Node\n"
    assert capsys.readouterr().err == told
    assert pack_python.best(gathered) == (gathered, pyodide.listed())


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["false"], "Node says: nothing"),
        (["no such program"], "Node does not run: "),
        ([sys.executable, "-c", "raise ValueError('no modules')"], "Node says: ValueError: no modules"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "Node does not run: "),
    ],
)
def test_where_it_cannot_be_compiled_nothing_half_stays(gathered, monkeypatch, capsys, command, told):
    monkeypatch.setattr(javascript, "is_there", lambda: True)
    monkeypatch.setattr(javascript, "node", lambda _: command)
    monkeypatch.setattr(pack_python, "PATIENCE", 5)
    pack_python.provide(gathered)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"Python will start more slowly in the pages, for it cannot be packed: {told}")
    assert [path for path in gathered.iterdir() if path.is_dir()] == []


def test_where_python_is_required_it_must_be_packed(gathered, monkeypatch):
    monkeypatch.setenv(pyodide.REQUIRED, "1")
    monkeypatch.setattr(javascript, "node", lambda _: ["false"])
    with pytest.raises(SystemExit, match="CONVBOOK_REQUIRE_PYODIDE is set, but Python for the pages cannot be packed"):
        pack_python.provide(gathered)


def test_two_builds_may_pack_at_once(gathered, node, monkeypatch):
    meet, write = threading.Barrier(2), pack_python.write

    def write_together(*arguments):
        meet.wait(60)
        write(*arguments)

    monkeypatch.setattr(pack_python, "write", write_together)
    both = [threading.Thread(target=pack_python.provide, args=[gathered]) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert pack_python.ready(gathered)
    assert len([path for path in gathered.iterdir() if path.is_dir()]) == 1


# ---- what the pages of the book get -----------------------------------------------------------------------------


@pytest.mark.pyodide
def test_a_page_gets_bytecode_of_its_own_python():
    found = pack_python.ready(pyodide.ready())
    assert found, "`make book` says why Python is not packed"
    place, _ = found
    held = inside((place / "python_stdlib.zip").read_bytes())
    compiled = [path for path in held if path.endswith(".pyc")]
    assert {"json/decoder.pyc", "re/_parser.pyc"} <= {*compiled} and "json/decoder.py" not in held
    assert {held[path][:8] for path in compiled} == {b"\xcb\r\r\n\x01\0\0\0"}  # Python 3.12, and no source to compare


@pytest.mark.pyodide
def test_packed_it_is_hardly_larger_than_it_was():
    gathered = pyodide.ready()
    place, pins = pack_python.best(gathered)
    before, after = (
        sum((folder / name).stat().st_size for name in pyodide.all_files(listed))
        for folder, listed in ((gathered, pyodide.listed()), (place, pins))
    )
    assert after < 1.03 * before
