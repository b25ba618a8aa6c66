"""The small programs in tools/: what they do on machines that are not like this one."""

import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

import browser
import build_book
import environment
import pyodide
import run_tests
import serve
import system_packages

ROOT = Path(__file__).parents[1]
ON_UNIX = pytest.mark.skipif(os.name == "nt", reason="a shell script")


# ---- a Python for the book --------------------------------------------------------------------------------------


def find_python(folder, **programs):
    """Run tools/find_python where only these programs are on the path."""
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return subprocess.run(
        [shutil.which("sh"), ROOT / "tools" / "find_python"], env={"PATH": str(folder)}, capture_output=True, text=True
    )


THIS_PYTHON = f'exec "{sys.executable}" "$@"'
WITHOUT_VENV = f'case "$2" in *ensurepip*) exit 1;; esac; {THIS_PYTHON}'


@ON_UNIX
def test_a_machine_without_a_recent_python_is_told_what_it_needs(tmp_path):
    found = find_python(tmp_path, python3="exit 1")  # what an old one answers
    assert found.returncode == 1
    assert found.stdout == ""
    assert "needs Python 3.11 or newer" in found.stderr


@ON_UNIX
def test_a_python_that_makes_environments_is_preferred(tmp_path):
    assert find_python(tmp_path, **{"python3.11": WITHOUT_VENV, "python3": THIS_PYTHON}).stdout == "python3\n"


@ON_UNIX
def test_a_recent_python_is_taken_even_if_something_is_missing(tmp_path):
    assert find_python(tmp_path, **{"python3.12": WITHOUT_VENV, "python3": "exit 1"}).stdout == "python3.12\n"


def test_a_python_without_ensurepip_gets_a_hint(monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        environment.create()


# ---- nothing is done twice --------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A tiny checkout, instead of this one."""
    for name in environment.WHAT_COUNTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a==1")
    (tmp_path / "book" / "__pycache__").mkdir(parents=True)
    (tmp_path / "book" / "index.md").write_text("# Title")
    for module in (environment, build_book):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", environment.WHAT_COUNTS)
def test_another_requirement_means_installing_anew(checkout, name):
    before = environment.fingerprint()
    assert environment.fingerprint() == before
    (checkout / name).write_text("a==2")
    assert environment.fingerprint() != before


def test_another_word_means_building_anew(checkout):
    before = build_book.digest(None)
    (checkout / "book" / "__pycache__" / "x.pyc").write_text("a machine's own")
    assert build_book.digest(None) == before
    (checkout / "book" / "index.md").write_text("# Another title")
    changed = build_book.digest(None)
    assert changed != before
    (checkout / "book" / "index.md").rename(checkout / "book" / "front.md")
    assert build_book.digest(None) != changed


def test_a_book_without_python_is_built_anew_once_there_is_python(checkout):
    assert build_book.digest(None) != build_book.digest(checkout)


def test_a_failed_build_is_not_taken_for_a_book(checkout, monkeypatch, capsys):
    monkeypatch.setattr(build_book, "BUILD", checkout)
    monkeypatch.setattr(build_book, "STAMP", checkout / "built-from")
    monkeypatch.setattr(build_book, "build", lambda: 2)
    monkeypatch.setattr(pyodide, "provide", lambda: None)
    assert build_book.main() == 2
    assert "could not be built" in capsys.readouterr().err
    assert not build_book.STAMP.exists()


# ---- serving ----------------------------------------------------------------------------------------------------


def test_a_taken_port_gives_way_to_a_free_one(tmp_path):
    (tmp_path / "index.html").write_text("the book")
    with serve.start(tmp_path, port=0) as first, serve.start(tmp_path, port=first.server_port) as second:
        assert second.server_port != first.server_port
    with serve.serving(tmp_path) as address, urlopen(address) as page:
        assert page.read() == b"the book"


@pytest.fixture
def site(tmp_path):
    """A folder with a page, and a secret beside it."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "index.html").write_text("a secret")
    folder = tmp_path / "site"
    (folder / "part").mkdir(parents=True)
    (folder / "index.html").write_text("the book")
    return folder


def ask(folder, path="/", method="GET", policy=None, host=None):
    """Return the status, the headers and the body of one answer."""
    with serve.serving(folder, policy=policy) as address:
        connection = HTTPConnection(urlsplit(address).netloc, timeout=10)
        connection.request(method, path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    return answer.status, answer.headers, body


@pytest.mark.parametrize("path", ["/%00", "/index.html%00", "/%ed%a0%80"])
def test_what_is_no_path_is_a_bad_request(site, path):
    assert ask(site, path)[0] == 400


@pytest.mark.parametrize(
    "path", ["/missing.html", "/" + "long" * 2000, "/%ff", "/..%2fsecret/", "/../secret/index.html"]
)
def test_what_is_not_there_is_not_found(site, path):
    assert ask(site, path)[0] == 404


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:1", "[::1]:8000"])
def test_every_name_of_this_machine_is_answered(site, host):
    assert ask(site, host=host)[::2] == (200, b"the book")


@pytest.mark.parametrize("host", ["example.org", "localhost.example.org:8000", "127.0.0.1.example.org", "x@localhost"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_request_for_another_host_is_refused(site, host, method):
    status, _, body = ask(site, host=host, method=method)
    assert status == 421
    assert b"the book" not in body


@ON_UNIX
@pytest.mark.parametrize(
    ("link", "target", "path"),
    [
        ("page.html", "../secret/index.html", "/page.html"),
        ("folder", "../secret", "/folder/"),
        ("folder", "../secret", "/folder/index.html"),
        ("part/index.html", "../../secret/index.html", "/part/"),
    ],
)
def test_a_link_is_not_followed_out_of_the_folder(site, link, target, path):
    (site / link).symlink_to(target)
    status, _, body = ask(site, path)
    assert status == 404
    assert b"a secret" not in body


@ON_UNIX
def test_a_link_within_the_folder_is_followed(site, tmp_path):
    (site / "start.html").symlink_to("index.html")
    (tmp_path / "door").symlink_to(site)
    assert ask(tmp_path / "door", "/start.html")[::2] == (200, b"the book")


def test_head_gives_the_headers_alone(site):
    status, headers, body = ask(site, "/index.html", method="HEAD")
    assert (status, headers["Content-Length"], body) == (200, "8", b"")


def test_a_page_carries_the_policy_that_was_asked_for(site):
    assert "Content-Security-Policy" not in ask(site)[1]
    assert ask(site, policy="default-src 'self'")[1]["Content-Security-Policy"] == "default-src 'self'"


@ON_UNIX
def test_ctrl_c_ends_it_quietly(tmp_path):
    command = [sys.executable, ROOT / "tools" / "serve.py", tmp_path]
    # A shell that runs the tests in the background has them ignore Ctrl-C, and the server would inherit that.
    attentive = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, preexec_fn=attentive) as server:
        assert server.stdout.readline() == "\n"
        assert "http://127.0.0.1:" in server.stdout.readline()  # it answers now
        server.send_signal(signal.SIGINT)
        assert server.stdout.read().strip() == "Closed."
        assert server.stderr.read() == ""
    assert server.returncode == 0


# ---- a browser for the tests ------------------------------------------------------------------------------------


def test_a_browser_that_was_named_but_does_not_run_is_refused(monkeypatch):
    monkeypatch.setenv("CONVBOOK_BROWSER", "no-such-browser")
    with pytest.raises(browser.NoBrowser, match="CONVBOOK_BROWSER is 'no-such-browser'"):
        browser.find_browser()


def test_every_way_is_tried_before_giving_up_in_clear_words(monkeypatch, tmp_path):
    tried = []
    monkeypatch.delenv("CONVBOOK_BROWSER", raising=False)
    monkeypatch.setattr(browser, "usual_places", lambda: tried.append("places") or [])
    monkeypatch.setattr(browser, "playwrights_own", lambda: tried.append("own") or tmp_path / "chrome")
    monkeypatch.setattr(browser, "download", lambda: tried.append("download"))
    monkeypatch.setattr(browser, "install", lambda *names: tried.append("package"))
    with pytest.raises(browser.NoBrowser, match="apt install chromium"):
        browser.find_browser()
    assert tried == ["places", "own", "download", "own", "package", "places"]


@ON_UNIX
@pytest.mark.parametrize(("script", "usable"), [("echo Chromium 1", True), ("exit 127", False)])
def test_a_wrapper_without_its_program_is_no_browser(tmp_path, script, usable):
    (tmp_path / "chromium").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "chromium").chmod(0o755)
    assert browser.answers(tmp_path / "chromium") is usable


# ---- the checks -------------------------------------------------------------------------------------------------


def test_a_failed_check_does_not_stop_the_others(monkeypatch, capfd):
    checks = {"first": ["-c", "raise SystemExit(1)"], "second": ["-c", "print('done')"]}
    monkeypatch.setattr(run_tests, "CHECKS", checks)
    assert run_tests.main() == 1
    printed = capfd.readouterr()
    assert "done" in printed.out
    assert "Failed: first." in printed.err


NO_PROGRAM = """
import shutil
def without(name, which):
    return lambda asked, *rest, **options: None if asked == name else which(asked, *rest, **options)
shutil.which = without({0!r}, shutil.which)
"""
HIDE = {
    "PYTORCH": """
import importlib.util
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "torch" else find_spec(name, *rest)
""",
    "SANDBOX": NO_PROGRAM.format("bwrap"),
    "EPUBCHECK": NO_PROGRAM.format("java"),
}
OPTIONAL = {
    "PYTORCH": "PyTorch comparison tests did not run: PyTorch is not installed",
    "SANDBOX": "tests of grading did not run: There is no sandbox here: the program `bwrap`",
    "EPUBCHECK": "tests of the EPUB by epubcheck did not run: there is no Java",
}
SETTINGS = """
[pytest]
pythonpath = {tools} {course}
markers =
    pytorch
    sandbox
    pyodide
    epubcheck
"""
NEEDS = """
@pytest.mark.{0}
def test_of_what_needs_{0}(): raise AssertionError
"""
TESTS = "import pytest\ndef test_of_something_else(): pass\n" + "".join(NEEDS.format(mark.lower()) for mark in HIDE)


def run_without(hidden, folder, *options, **variables):
    """Run tests under our conftest.py where something is hidden; one of them needs what is."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    (folder / "hide.py").write_text("".join(HIDE[name] for name in hidden))
    (folder / "pytest.ini").write_text(SETTINGS.format(tools=ROOT / "tools", course=ROOT / "course"))
    (folder / "test_all.py").write_text(TESTS)
    variables = {
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT / 'utils'}",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # a second instead of ten
        **{f"CONVBOOK_REQUIRE_{name}": "" for name in HIDE},
        **variables,
    }
    command = [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "hide", *options]
    return subprocess.run(command, cwd=folder, env=os.environ | variables, capture_output=True, text=True)


@pytest.mark.parametrize("options", [(), ("--numprocesses=2",)], ids=["one process", "two processes"])
def test_what_is_optional_and_missing_has_its_tests_left_out_and_counted(options, tmp_path):
    run = run_without(HIDE, tmp_path, *options)
    assert run.returncode == 0, run.stdout
    assert [said for said in OPTIONAL.values() if f"1 {said}" not in run.stdout] == []
    assert "1 passed" in run.stdout
    assert options or f"{len(OPTIONAL)} deselected" in run.stdout


@pytest.mark.parametrize("name", OPTIONAL)
def test_where_it_is_required_its_absence_is_an_error(name, tmp_path):
    run = run_without([name], tmp_path, **{f"CONVBOOK_REQUIRE_{name}": "1"})
    assert run.returncode != 0
    assert f"CONVBOOK_REQUIRE_{name} is set, but {OPTIONAL[name]}" in run.stderr


# ---- packages of the system -------------------------------------------------------------------------------------
@ON_UNIX
def test_the_first_package_that_there_is_gets_installed_by_root_alone(monkeypatch, tmp_path):
    log = tmp_path / "log"
    (tmp_path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {log}\ncase "$*" in *missing*) exit 100;; esac\n')
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not system_packages.install("there") and not log.exists()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert system_packages.install("missing", "there", "another")
    assert [line.split()[-1] for line in log.read_text().splitlines()] == ["update", "missing", "there"]
    assert not system_packages.install("missing")
