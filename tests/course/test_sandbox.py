"""The sandbox: what a cell can reach, what it can take, and what becomes of the cells around it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from classroom import ROOT, zipped

import sandbox

pytestmark = pytest.mark.sandbox
LIMITS = {"cell": 10, "patience": 2, "notebook": 90}
PATHS = [str(ROOT / "tests"), str(ROOT / "tests" / "course"), str(ROOT / "course")]  # for a process of its own
NOBODY = 65534  # who has no rights at all, and owns nothing


PACKAGE = zipped({"answers/__init__.py": "SIX = 6"})


def run(*cells, **limits):
    """Run some cells; return what is said of them all, and what each shows."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    result = sandbox.run(nbformat.writes(notebook), PACKAGE, b'{"one": 1}', LIMITS | limits)
    assert not result["refused"]
    return result["failure"], [shown(cell) for cell in nbformat.reads(result["notebook"], as_version=4).cells]


def shown(cell):
    return "".join(
        output.get("text") or f"{output.get('ename', '')} {output.get('evalue', '')}{output.get('data', '')}"
        for output in cell.outputs
    )


# ---- what can be reached ---------------------------------------------------------------------------------------
REACHING = [
    "import answers, os; print(answers.SIX, open(os.environ['CONVBOOK_PROBES']).read())",
    "import socket; socket.create_connection(('192.0.2.1', 80), 2)",
    f"open({str(ROOT / 'README.md')!r})",
    f"import os; os.listdir({str(ROOT / 'course')!r})",
    "open('/etc/passwd')",
    "open(answers.__file__, 'w')",
    "open('/usr/new', 'w')",
    "open('/new', 'w')",
    "open('/dev/new', 'w')",
    "import os; os.kill(1, 9); print(os.getuid() > 0)",
    "import os; print([name for name in os.listdir('/proc') if name.isdigit()])",
    "from pathlib import Path; Path('mine').write_text('7'); print(Path('mine').read_text(), Path.cwd())",
    "import os\nfor one in filter(str.isdigit, os.listdir('/proc')):\n"
    "    try:\n        print(open(f'/proc/{one}/environ').read())\n    except PermissionError:\n        pass",
]
IN_VAIN = {
    1: "Network is unreachable",
    2: "No such file",
    3: "No such file",
    4: "No such file",
    5: "Read-only",
    6: "Read-only",
    7: "Read-only",
    8: "Read-only",
}


def check_what_was_reached(failure, cells):
    assert not failure
    assert cells[0] == '6 {"one": 1}\n'
    assert {place: words in cells[place] for place, words in IN_VAIN.items()} == dict.fromkeys(IN_VAIN, True), cells
    assert "True" in cells[9] or "PermissionError" in cells[9]  # the first process, which is not its own, lives on
    assert len(json.loads(cells[10].replace("'", '"'))) <= 4  # its own processes alone
    assert cells[11] == "7 /home/student\n"
    assert "TEACHER" not in cells[12]
    assert os.geteuid() == 0 or "HOME=/home/student" in cells[12]  # root's kernel cannot read even its own


def test_a_cell_reaches_the_package_and_the_probes_and_nothing_else_of_this_machine(monkeypatch):
    monkeypatch.setenv("TEACHERS_TOKEN", "secret")
    check_what_was_reached(*run(*REACHING))


AS_A_USER = """
import json, os, sys
sys.path[:0] = {paths!r}
import test_sandbox as tests
assert os.getuid() == tests.NOBODY
tests.check_what_was_reached(*tests.run(*tests.REACHING))
tests.check_the_count_of_processes()
tests.check_the_folder_of_the_sockets()
tests.check_files_without_a_name()
"""


def without_rights(script):
    """Return how to run a script as a user without any rights, who can only read what Python needs."""
    hidden = next((p for p in [*Path(sys.base_prefix).parents][::-1] if not p.stat().st_mode & 0o001), None)
    shown_again = [*sandbox._way_to(sys.base_prefix), "--ro-bind", sys.base_prefix, sys.base_prefix]
    view = ["--perms", "0755", "--tmpfs", str(hidden), *shown_again] if hidden else []
    user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"]
    return ["bwrap", "--dev-bind", "/", "/", *view, "--", *user, sys.executable, "-c", script]


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0, reason="needs root to become another user; then all other tests are this one"
)
def test_the_same_holds_for_a_grader_without_rights():
    run = subprocess.run(
        without_rights(AS_A_USER.format(paths=PATHS)),
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "HOME": "/tmp", "TMPDIR": "/tmp", "TEACHERS_TOKEN": "7"},
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert run.returncode == 0, run.stderr


def test_the_project_may_lie_in_a_folder_that_the_sandbox_makes_anew(monkeypatch):
    """As in /tmp, where somebody tries it out: the Python of the project is there all the same."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", f"{folder}/venv"], check=True)
        monkeypatch.setattr(sys, "prefix", f"{folder}/venv")
        asked = [f"{folder}/venv/bin/python", "-c", "import sys; print(sys.prefix)"]
        told = subprocess.run([*sandbox._world(sandbox.LIMITS), *asked], capture_output=True, text=True)
    assert told.stdout.strip() == f"{folder}/venv", told.stderr


# ---- what can be taken -----------------------------------------------------------------------------------------
MANY = """
import subprocess
started = []
try:
    for _ in range(200):
        started.append(subprocess.Popen(["sleep", "100"]))
except BlockingIOError:
    print(len(started))
"""


def check_the_count_of_processes():
    failure, cells = run(MANY, threads=40, processes=1000)
    assert not failure
    assert 5 < int(cells[0]) < 40


def test_there_is_a_number_of_processes_that_none_can_pass():
    check_the_count_of_processes()


BESIDE_THE_SOCKETS = """
import os, time
from ipykernel import get_connection_file
folder = os.path.dirname(get_connection_file()) + "/more"
os.mkdir(folder)
open(folder + "/large", "wb").write(bytes(2**24))
while True:
    time.sleep(1)"""


def check_the_folder_of_the_sockets():
    """Root takes the folder away from the kernel, any other grader sees what is put there."""
    failure, (cell, after) = run(BESIDE_THE_SOCKETS, "print(6)")
    assert not failure
    assert ("it wrote files where none belong" if os.geteuid() else "Permission denied") in cell
    assert after == "6\n"


def test_nothing_can_be_put_beside_the_sockets():
    check_the_folder_of_the_sockets()


FORKS = "import ctypes\nlibc = ctypes.CDLL(None)\nwhile True:\n    libc.fork()"
FILLS = "for name in range(10**6):\n    open(f'{0}/{{name}}', 'wb').write(bytes(2**20))"


GREEDY = {
    "import numpy\nnumpy.ones(2**29)": "MemoryError Unable to allocate 4.00 GiB",
    "open('large', 'wb').write(bytes(10**8))": "OSError [Errno 27] File too large",
    FILLS.format("."): "OSError [Errno 28] No space left on device",
    FILLS.format("/dev/shm"): "OSError [Errno 28] No space left on device",
    "raise SystemExit": "SystemExit",
    "exit()": "exit() and quit() do nothing here",
}


def test_greed_costs_a_cell_and_the_others_run_all_the_same():
    """One kernel meets all of it, for each of these cells lets it live."""
    failure, (before, *shown) = run("number = 6", *(part for greedy in GREEDY for part in (greedy, "print(number)")))
    assert not failure and not before
    assert {greedy: words in told for (greedy, words), told in zip(GREEDY.items(), shown[::2], strict=True)} == (
        dict.fromkeys(GREEDY, True)
    ), shown
    assert shown[1::2] == ["6\n"] * len(GREEDY)


@pytest.mark.parametrize(
    ("greedy", "words"),
    [
        (FORKS, "KernelEnded the kernel was ended, for it started too many processes."),
        ("import os\nos._exit(0)", "KernelEnded this cell ended the kernel."),
        ("import os\nos.kill(os.getpid(), 9)", "KernelEnded this cell ended the kernel."),
    ],
    ids=["forks", "exit", "kill"],
)
def test_what_ends_a_kernel_costs_a_cell_and_the_others_run_in_a_fresh_one(greedy, words):
    failure, (before, cell, after) = run("number = 6", greedy, "print(number)")
    assert not failure and not before
    assert words in cell
    assert after == "6\n"


HOLDS = """
import os
for _ in range(10):
    os.write(os.memfd_create("x"), bytes(10**7))
while True:
    pass"""


def test_files_without_a_name_have_a_limit():
    check_files_without_a_name()


def check_files_without_a_name():
    failure, (cell, after) = run(HOLDS, "print(6)")
    assert not failure
    assert "the kernel was ended, for it kept too much in files without a name" in cell
    assert after == "6\n"


HUNGRY = """
import subprocess, sys
for _ in range(9):
    subprocess.Popen([sys.executable, "-c", "x = bytearray(9**8); input()"], stdin=subprocess.PIPE)
while True:
    pass"""


def test_all_processes_together_have_a_limit_for_memory():
    _, (cell, after) = run(HUNGRY, "print(6)", resident=250 * sandbox.MB)
    assert "the kernel was ended, for it took too much memory" in cell
    assert after == "6\n"


STUBBORN = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass"


@pytest.mark.parametrize(
    ("endless", "words"),
    [
        ("while True:\n    pass", "TimeLimit stopped after 2 seconds. Does every loop end?"),
        (STUBBORN, "KernelEnded this cell ran too long and could not be interrupted."),
    ],
    ids=["loop", "ignores interrupts"],
)
def test_after_an_endless_cell_the_others_still_run(endless, words):
    failure, (before, cell, after) = run("number = 6", endless, "print(number)", cell=2)
    assert not failure and not before
    assert words in cell
    assert after == "6\n"


@pytest.mark.parametrize(
    ("cells", "limits", "words"),
    [
        (["while True: pass"], {"notebook": 2}, "it did not come to an end within 2 seconds"),
        (["import os; os._exit(0)"] * 3, {"restarts": 2}, "its kernel ended 3 times"),
    ],
    ids=["time", "exits"],
)
def test_a_run_that_says_nothing_about_its_cells_has_failed(cells, limits, words):
    failure, _ = run(*cells, **limits)
    assert words in failure


@pytest.mark.parametrize(
    ("ends_at", "failure", "broken"),
    [
        ([3], "", {}),
        ([3, 3], "", {3: "this cell ended the kernel."}),
        ([3, 3, 4, 4], "", {3: "this cell ended the kernel.", 4: "this cell ended the kernel."}),
        ([3, 5], "the system ended its kernel, perhaps for want of memory", {}),
    ],
    ids=["once", "twice", "two cells", "here and there"],
)
def test_a_kernel_that_is_killed_is_tried_once_more_before_a_cell_is_blamed(ends_at, failure, broken, monkeypatch):
    left, blamed = list(ends_at), {}

    async def attempt(notebook, room, found):
        blamed.update(found)
        if left:
            raise sandbox._Outside(left.pop(0))

    monkeypatch.setattr(sandbox, "_one_attempt", attempt)
    result = sandbox.run(nbformat.writes(nbformat.v4.new_notebook()), PACKAGE, b"{}", {})
    assert (result["failure"], blamed, left) == (failure, broken, [])


FORGED = """
import json, time
kernel = get_ipython().kernel

def send(content, parent=None):
    header = kernel.session.msg_header("display_data")
    parts = [header, kernel.get_parent()["header"] if parent is None else parent, {}, content]
    parts = [json.dumps(part, default=str).encode() for part in parts]
    signed = [b"x", b"<IDS|MSG>", kernel.session.sign(parts), *parts]
    kernel.iopub_thread.schedule(lambda: kernel.iopub_thread.socket.send_multipart(signed))

for content in ([1, 2], {"data": 7}, {"text": 7}, {"transient": 7}, 7):
    send(content)
send({}, parent=[1])
print("sent")"""


def test_forged_messages_show_nothing_and_harm_nobody():
    failure, (cell, after) = run(FORGED, "print(6)")
    assert (failure, cell, after) == ("", "sent\n", "6\n")


TELLS_ITS_PEAK = """
import resource, sys
sys.path[:0] = {paths!r}
import test_sandbox as tests
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
failure, cells = tests.run("number = 6", {loud!r}, "print(number)", cell=30)
assert not failure and cells[2] == "6\\n", (failure, cells)
assert len(cells[1]) < 2**20
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
LOUD = {
    "in one piece": "print('x' * 10**9)",
    "piece by piece": "for _ in range(100):\n    print('x' * 10**7)",
}


@pytest.mark.parametrize("loud", LOUD.values(), ids=LOUD.keys())
def test_a_gigabyte_of_output_fills_neither_memory_nor_disk(loud):
    script = TELLS_ITS_PEAK.format(paths=PATHS, loud=loud)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 400 * 1024  # kilobytes


def test_what_a_cell_shows_is_cut_and_said_to_be():
    _, (many, after) = run("for n in range(300):\n    print('x' * 10_000)", "print(6)")
    assert len(many) < 1.1 * sandbox.LIMITS["shown"]
    assert many.count("[It showed more, which is left out here.]") == 1
    assert after == "6\n"


def test_a_report_passes_after_any_amount_of_output():
    shows = f"print('x' * 10**6)\ndisplay({{{sandbox.OUTCOMES!r}: {{'name': 6}}}}, raw=True)"
    _, (cell,) = run(shows)
    assert f"{{'{sandbox.OUTCOMES}': {{'name': 6}}}}" in cell


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sandbox._unpacked.cache_clear()
    run("print(6)", "import os; os._exit(0)", "print(7)")
    sandbox._unpacked.cache_clear()
    assert not list(tmp_path.iterdir())
