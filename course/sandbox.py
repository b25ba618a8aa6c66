"""Run a notebook in a kernel that can do no harm: what is handed in is a program by a stranger.

On Linux bubblewrap gives the kernel a world of its own: no network, no file of the course and none of the teacher's,
limits for memory, processor time, processes and files. What the kernel says is limited here, on its way in.

`run` takes and gives plain data and needs nothing of the course, so that a cluster can do it as well.
"""

import asyncio
import contextlib
import functools
import io
import itertools
import json
import os
import platform
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import zipfile
from compileall import compile_dir
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import Type, default

OUTCOMES = "application/vnd.convbook.outcomes+json"  # what a hidden check reports, to be judged outside
MB, DAY = 2**20, 24 * 60 * 60
LIMITS = {
    "cell": 45,  # seconds for a cell; a check gives an answer ten, and the hidden one twenty
    "notebook": 300,  # seconds for all of it, with all that is run again
    "restarts": 4,  # of a kernel that a cell has ended
    "memory": 3072 * MB,  # for each process, as it is promised; NumPy alone asks for several hundred
    "resident": 3072 * MB,  # for all processes of a notebook, as it is used
    "processor": 240,  # seconds of one process
    "processes": 32,
    "threads": 96,  # of all processes: a kernel has about a dozen
    "file": 32 * MB,
    "folder": 64 * MB,  # all files together
    "shown": MB // 2,  # bytes of output that are kept of a cell
    "message": 32 * MB,  # the longest message that is taken from a kernel; what is over "shown" is not read
    "patience": 10,  # seconds for a kernel to say that it has stopped, and for all that a cell has shown to arrive
}
HOME = "/home/student"
NOT_HERE = """\
{0}
Without it a submission could read the solutions, change the gradebook and reach the network.
On Debian and Ubuntu: `sudo apt install bubblewrap`. On a machine that cannot have it (macOS, Windows, some containers),
`make grade SANDBOX=off` goes on without, for submissions that you trust or on a machine that you can lose."""


class NoSandbox(Exception):
    """There is no sandbox on this machine, and what can be done about it."""


# ---- the world of a kernel -------------------------------------------------------------------------------------
def _launcher() -> str:
    return Path(__file__).with_name("kernel.py").read_text("utf-8")


def _system() -> list[str]:
    """Return what of this machine a kernel sees: system and Python, to be read."""
    arguments = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/lib", "/lib32", "/lib64", "/sbin"):
        if os.path.islink(name):
            arguments += ["--symlink", os.readlink(name), name]
        else:
            arguments += ["--ro-bind-try", name, name]
    arguments += _way_to("/etc/fonts")
    for name in ("/etc/alternatives", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/nix"):
        arguments += ["--ro-bind-try", name, name]
    for name in sorted({sys.base_prefix, sys.prefix}):
        if not Path(name).is_relative_to("/usr"):
            arguments += [*_way_to(name), "--ro-bind", name, name]
    for name in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        if (installed := Path(name, "convbook")).is_dir():  # the teacher's, with all that is right
            arguments += ["--tmpfs", str(installed)]
    return arguments


def _way_to(path: str | Path) -> list[str]:
    """Return how the folders above `path` are made so that another user may pass them."""
    above = [str(folder) for folder in list(Path(path).parents)[-2::-1]]
    return [part for folder in above for part in ("--perms", "0755", "--dir", folder)]


def _own_user() -> list[str]:
    """Return how a kernel becomes a user without rights: root becomes another one in kernel.py, all others are one."""
    if os.geteuid() == 0:
        return ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return ["--unshare-user"]


def _world(limits: dict) -> list[str]:
    """Return the sandbox without what belongs to one notebook."""
    room = ["--size", str(limits["folder"]), "--perms", "1777", "--tmpfs"]
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": HOME,
        "USER": "student",
        "LANG": "C.UTF-8",
        "IPYTHONDIR": "/tmp/ipython",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    return [
        *(shutil.which("bwrap") or "bwrap", "--die-with-parent", "--new-session", "--hostname", "sandbox"),
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"),
        *_own_user(),
        *("--proc", "/proc", "--dev", "/dev"),
        *(*room, "/dev/shm", *room, "/tmp", *room, HOME, "--remount-ro", "/dev"),
        *_system(),  # behind the rooms, for the project may lie in a folder that one of them would hide
        "--clearenv",
        *(part for name, value in environment.items() for part in ("--setenv", name, value)),
        *("--chdir", HOME),
    ]


def _settings(limits: dict, uid: int | None) -> str:
    """Return what kernel.py is told."""
    files = {"FSIZE": limits["file"], "NOFILE": 512, "CORE": 0}
    own = {"AS": limits["memory"], "CPU": limits["processor"], "NPROC": limits["threads"] + _others(uid)}
    return json.dumps({"limits": files | own} | ({} if uid is None else {"uid": uid}))


def _others(uid: int | None) -> int:
    """Return how many threads count that are not the notebook's own: those of the same user, before Linux 5.14."""
    recent = tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2]) >= (5, 14)
    if uid is not None or recent:
        return 0
    mine = (one for one in psutil.process_iter(["uids", "num_threads"]) if one.info["uids"])
    return sum(one.info["num_threads"] or 0 for one in mine if one.info["uids"].real == os.getuid())


def nobody() -> int | None:
    """Return a user's number for one kernel alone, for limits count by user; None if we are not root."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    nobody.given = getattr(nobody, "given", os.getpid() * 8) + 1
    return 30_000 + nobody.given % 30_000  # a container may have no more than 65,536


def is_missing() -> bool:
    """Say whether installing bubblewrap may help."""
    return sys.platform.startswith("linux") and not shutil.which("bwrap")


@functools.cache
def fault() -> str | None:
    """Say why there is no sandbox here; None if there is one."""
    if not sys.platform.startswith("linux"):
        return "There is no sandbox on this system: bubblewrap is for Linux."
    if is_missing():
        return "There is no sandbox here: the program `bwrap` of bubblewrap is not installed."
    trial = [*_world(LIMITS), sys.executable, "-c", _launcher(), _settings(LIMITS, nobody())]
    try:
        done = subprocess.run(trial, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"There is no sandbox here: bubblewrap does not start ({error})."
    if done.returncode:
        why = done.stderr.strip().splitlines() or ["it ended at once"]
        return f"There is no sandbox here: bubblewrap does not start ({why[-1]})."
    return None


def require() -> None:
    """Raise NoSandbox if there is no sandbox on this machine."""
    if why := fault():
        raise NoSandbox(NOT_HERE.format(why))


# ---- one kernel ------------------------------------------------------------------------------------------------
def unpacked(package: bytes) -> tempfile.TemporaryDirectory:
    """Return a folder with the contents of a wheel, compiled, so that each kernel starts sooner."""
    with _one_at_a_time:
        return _unpacked(package)


_one_at_a_time = threading.Lock()


@functools.lru_cache(maxsize=4)
def _unpacked(package):
    folder = tempfile.TemporaryDirectory(prefix="grading-package-")
    with zipfile.ZipFile(io.BytesIO(package)) as wheel:
        wheel.extractall(folder.name)
    compile_dir(folder.name, quiet=2)
    os.chmod(folder.name, 0o755)
    return folder


def sweep() -> None:
    """Remove what killed runs have left among the temporary files; what is younger than a day may be in use."""
    for folder in Path(tempfile.gettempdir()).glob("grading-*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > DAY:
                shutil.rmtree(folder)


class Outputs(AsyncZMQSocketChannel):
    """What a kernel shows. A message that is too long is not even read, unless it may be what a check reports."""

    longest = LIMITS["shown"]

    async def _recv(self, **options):
        _, parts = self.session.feed_identities(await self.socket.recv_multipart(**options))
        if len(parts[4]) > self.longest and OUTCOMES.encode() not in parts[4]:
            parts[1] = self.session.pack(self.session.unpack(parts[1]) | {"msg_type": "stream"})
            parts[4] = self.session.pack({"name": "stdout", "text": MORE})
            parts[0] = self.session.sign(parts[1:5])
        return self._read(parts)

    def _read(self, parts):
        """Return a message; in place of one that a cell has forged badly, one that belongs to nothing."""
        try:
            message = self.session.deserialize(parts)
            if all(isinstance(message[part], dict) for part in ("header", "parent_header", "metadata", "content")):
                return message
        except Exception:  # whatever can be wrong with what a stranger has sent
            pass
        return self.session.msg("stream", {"name": "stdout", "text": ""})


class Client(AsyncKernelClient):
    """A client that takes a kernel's outputs with care."""

    iopub_channel_class = Type(Outputs)

    @default("context")
    def _careful_context(self):
        context = zmq.asyncio.Context()
        context.setsockopt(
            zmq.MAXMSGSIZE, LIMITS["message"]
        )  # what is longer ends the connection, and a new one begins
        context.setsockopt(zmq.RCVHWM, 4)  # messages that may wait
        self._created_context = True
        return context


class Kernel(AsyncKernelManager):
    """A kernel with a world of its own, which talks through sockets in a folder."""

    client_factory = Type(Client)

    def __init__(self, folder: Path, argv: list[str], uid: int | None, **traits):
        super().__init__(**traits)
        self.transport = "tcp" if os.name == "nt" else "ipc"  # a socket in a folder needs no network
        self.connection_file, self.uid = str(folder / "kernel.json"), uid
        self._kernel_spec = KernelSpec(argv=argv, interrupt_mode="message", language="python", display_name="sandbox")

    def write_connection_file(self, **options):
        """Write it so that the kernel's user can read it, and no other."""
        super().write_connection_file(**options)
        if self.uid is not None:
            os.chown(self.connection_file, self.uid, self.uid)


class Room:
    """What one kernel is given: a folder for its sockets, the package, and probes for the answers."""

    def __init__(self, package: bytes, probes: bytes, limits: dict, sandboxed: bool):
        self.limits, self.sandboxed, self.uid = limits, sandboxed, nobody() if sandboxed else None
        self.package = Path(unpacked(package).name)
        self.folder = Path(tempfile.mkdtemp(prefix="grading-"))
        self.sockets, self.probes, self.work = (self.folder / name for name in ("s", "probes", "work"))
        self.probes.write_bytes(probes)
        self.sockets.mkdir()
        self.work.mkdir()
        if self.uid is not None:
            os.chown(self.sockets, self.uid, self.uid)
        self.folder.chmod(0o755)

    def argv(self) -> list[str]:
        """Return how the kernel is started."""
        settings = _settings(self.limits, self.uid)
        launch = [sys.executable, "-c", _launcher(), settings, "-f", "{connection_file}", *QUIET]
        if not self.sandboxed:
            return launch
        inside = {"PYTHONPATH": "/opt/package", "CONVBOOK_PROBES": "/opt/probes", **STEADY}
        return [
            *_world(self.limits),
            *(*_way_to("/opt/package"), "--ro-bind", str(self.package), "/opt/package"),
            *("--ro-bind", str(self.probes), "/opt/probes"),
            *(*_way_to(self.sockets), "--bind", str(self.sockets), str(self.sockets)),
            *("--remount-ro", "/"),
            *(part for name, value in inside.items() for part in ("--setenv", name, value)),
            *launch,
        ]

    def environment(self) -> dict[str, str]:
        """Return the environment that a kernel starts with; in a sandbox it gets another.

        There it is nearly empty, for a cell may read that of the first process, which is bubblewrap itself.
        """
        if self.sandboxed:
            return {"LANG": "C.UTF-8"}
        own = {"PYTHONPATH": str(self.package), "CONVBOOK_PROBES": str(self.probes), **STEADY}
        return dict(os.environ) | own

    def lock(self) -> None:
        """Let no file be made beside the sockets, once they are there; only root can."""
        if self.uid is not None:
            os.chown(self.sockets, os.getuid(), os.getgid())

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Excess(Exception):
    """A kernel took more than it may have; the message says of what."""


class Run(NotebookClient):
    """The run of a notebook's cells in one kernel, which keeps what a cell shows within limits."""

    def __init__(self, notebook: NotebookNode, room: Room):
        super().__init__(
            notebook,
            km=None,
            timeout=room.limits["cell"],
            interrupt_on_timeout=True,
            error_on_timeout=_error(
                "TimeLimit", f"stopped after {room.limits['cell']:g} seconds. Does every loop end?"
            ),
            raise_on_iopub_timeout=True,
            iopub_timeout=room.limits["patience"],
            on_cell_executed=self._note_the_time_limit,
            allow_errors=True,
            record_timing=False,
            shutdown_kernel="immediate",
        )
        self.room, self.shown, self.excess = room, 0, None

    async def __aenter__(self):
        self.km = Kernel(self.room.sockets, self.room.argv(), self.room.uid)
        try:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            await self.async_start_new_kernel(cwd=str(self.room.work), env=self.room.environment(), **quiet)
            self.process = psutil.Process(self.km.provisioner.process.pid)
            await self.async_start_new_kernel_client()
            self.kc.iopub_channel.longest = self.room.limits["shown"]
            self.room.lock()
        except BaseException:
            await self.__aexit__()
            raise
        self.watch = asyncio.ensure_future(self._watch())
        return self

    async def __aexit__(self, *error):
        if hasattr(self, "watch"):
            self.watch.cancel()
        if self.km is not None:
            await self._async_cleanup_kernel()

    async def _watch(self):
        """End the kernel if all its processes together take too much: no limit of a single one sees that."""
        while self.excess is None:
            await asyncio.sleep(0.25)
            with contextlib.suppress(psutil.Error, OSError):
                self.excess = self._too_much()
        self.process.kill()  # the outermost one, with which all others end

    def _too_much(self):
        everyone = self.process.children(recursive=True)
        resident = 0
        for one in everyone:
            with contextlib.suppress(psutil.Error):
                resident += one.memory_info().rss
        if len(everyone) > self.room.limits["processes"]:
            return "it started too many processes"
        if resident > self.room.limits["resident"]:
            return "it took too much memory"
        if _unnamed(everyone) > self.room.limits["folder"]:
            return "it kept too much in files without a name"
        if _is_misused(self.room.sockets):
            return "it wrote files where none belong"
        return None

    async def async_execute_cell(self, cell, cell_index, *arguments, **options):
        """Run a cell; raise Excess, DeadKernelError or CellTimeoutError if the kernel does not survive it."""
        self.shown = 0
        try:
            return await super().async_execute_cell(cell, cell_index, *arguments, **options)
        except DeadKernelError:
            if self.excess:
                raise Excess(self.excess) from None
            if self.km.provisioner.process.poll() is None:  # not dead: the time for the whole notebook is up
                raise asyncio.CancelledError from None
            raise

    @staticmethod
    def _note_the_time_limit(cell, execute_reply, **_):
        if (reply := execute_reply["content"]).get("ename") == "TimeLimit":
            cell.outputs.append(nbformat.v4.new_output("error", **{name: reply[name] for name in _error("", "")}))

    def process_message(self, msg, cell, cell_index):
        """Take what a cell shows; a message that a cell has forged badly shows nothing."""
        try:
            return self._take(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:  # whatever can be wrong with what a stranger has sent
            return None

    def _take(self, msg, cell, cell_index):
        """Take a message, as long as a cell does not show too much; widgets have nobody to talk to."""
        content = msg["content"]
        if msg["msg_type"].startswith("comm"):
            return None
        if OUTCOMES in content.get("data", {}):
            cell.outputs = [output for output in cell.outputs if OUTCOMES not in output.get("data", {})]
        elif msg["msg_type"] not in ("status", "execute_input", "clear_output"):
            before, self.shown = self.shown, self.shown + 64 + _size(content)
            if self.shown > self.room.limits["shown"]:
                if before <= self.room.limits["shown"] and content.get("text") != MORE:
                    cell.outputs.append(nbformat.v4.new_output("stream", text=MORE))
                return None
        return super().process_message(msg, cell, cell_index)


def _unnamed(processes: list[psutil.Process]) -> int:
    """Return the bytes in open files that no folder holds, which no limit of a process or a folder counts."""
    held = {}
    for one in processes:
        with contextlib.suppress(OSError):  # it has ended
            for link in os.scandir(f"/proc/{one.pid}/fd"):
                with contextlib.suppress(OSError):
                    file = link.stat()
                    if stat.S_ISREG(file.st_mode) and not file.st_nlink:
                        held[file.st_dev, file.st_ino] = file.st_blocks * 512
    return sum(held.values())


def _is_misused(sockets: Path) -> bool:
    """Say whether a folder holds more than five sockets and the file that names them, for it lies on the real disk."""
    found = [entry.stat(follow_symlinks=False) for entry in itertools.islice(os.scandir(sockets), 8)]
    files = [file for file in found if not stat.S_ISSOCK(file.st_mode)]
    return len(found) > 6 or len(files) > 1 or any(file.st_size > MB for file in files)


MORE = "\n[It showed more, which is left out here.]\n"
QUIET = ["--HistoryManager.enabled=False", "--log-level=ERROR"]
STEADY = {"PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1", "NBGRADER_EXECUTION": "autograde"}


def _size(content: dict) -> int:
    return len(content["text"]) if "text" in content else len(json.dumps(content, default=str))


def _error(name: str, words: str) -> dict:
    return {"ename": name, "evalue": words, "traceback": [f"{name}: {words}"]}


# ---- a whole notebook ------------------------------------------------------------------------------------------
def run(notebook: str, package: bytes, probes: bytes, limits: dict, sandboxed: bool = True) -> dict:
    """Run all cells of a notebook, given as JSON, and return {"notebook": JSON, "failure": words, "refused": words}.

    A cell that ends its kernel, or does not let go of it, gets an error; then a fresh kernel runs the other cells. So
    one bad cell costs no more than what builds on it. If that does not come to an end either, the run has failed: it
    says nothing about the cells, and nobody should be given a zero for it. Without a sandbox the run is refused.
    """
    if sandboxed and (why := fault()):
        return {"notebook": notebook, "failure": "", "refused": NOT_HERE.format(why)}
    cells = nbformat.reads(notebook, as_version=4)
    with ThreadPoolExecutor(1) as own:  # a loop of its own, whatever loop may be running already where this is called
        failure = own.submit(asyncio.run, _attempts(cells, package, probes, LIMITS | limits, sandboxed)).result()
    return {"notebook": nbformat.writes(cells), "failure": failure, "refused": ""}


async def _attempts(notebook, package, probes, limits, sandboxed):
    broken: dict[int, str] = {}
    suspect = None  # the cell at which something ended the kernel before
    try:
        async with asyncio.timeout(limits["notebook"]):
            while len(broken) <= limits["restarts"]:
                room = Room(package, probes, limits, sandboxed)
                try:
                    await _one_attempt(notebook, room, broken)
                    return ""
                except _Broken as cell:
                    broken[cell.index] = cell.reason
                except _Outside as event:
                    if suspect is None:
                        suspect = event.index
                    elif suspect == event.index:
                        broken[suspect], suspect = "this cell ended the kernel.", None
                    else:
                        return "the system ended its kernel, perhaps for want of memory"
                finally:
                    room.close()
    except TimeoutError:
        return f"it did not come to an end within {limits['notebook']:g} seconds"
    except RuntimeError as error:
        return f"its kernel did not start ({error})"
    return f"its kernel ended {len(broken)} times"


class _Broken(Exception):
    """A cell whose kernel did not survive it."""

    def __init__(self, index: int, reason: str):
        super().__init__(reason)
        self.index, self.reason = index, reason


class _Outside(Exception):
    """Something ended the kernel during a cell, that cell or the system: only a second time can tell."""

    def __init__(self, index: int):
        super().__init__(index)
        self.index = index


async def _one_attempt(notebook, room, broken):
    async with Run(notebook, room) as client:
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code":
                continue
            if index in broken:
                cell.outputs = [nbformat.v4.new_output("error", **_error("KernelEnded", broken[index]))]
                continue
            process = client.km.provisioner.process
            try:
                await client.async_execute_cell(cell, index, execution_count=None)
            except Excess as what:
                raise _Broken(index, f"the kernel was ended, for {what}.") from None
            except CellTimeoutError:
                raise _Broken(index, "this cell ran too long and could not be interrupted.") from None
            except DeadKernelError:
                if process.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL):
                    raise _Outside(index) from None
                raise _Broken(index, "this cell ended the kernel.") from None
