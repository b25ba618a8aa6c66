"""The first program inside the sandbox: it gives up what it could do, then becomes the kernel that runs a notebook.

    python kernel.py '{"uid": 30007, "limits": {"AS": 3221225472}}' [arguments of ipykernel]

It is started by sandbox.py, which hands it over as text: the sandbox sees no file of the course.
"""

import json
import os
import sys
from contextlib import suppress


def become_nobody(uid: int) -> None:
    """Become a user who owns nothing, which only root can do; the kernel then holds this user to its limits."""
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def accept_limits(limits: dict[str, int]) -> None:
    """Accept limits for this process and for all that it starts; on Windows there are none."""
    with suppress(ImportError):
        import resource

        for name, value in limits.items():
            which = getattr(resource, f"RLIMIT_{name}", None)
            if which is not None:
                resource.setrlimit(which, (value, value))


def go_first_when_memory_runs_out() -> None:
    """Let the system end this process before any other."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")


def stay_one_process() -> None:
    """End copies of this process at once: they would answer in its name, and are no part of any task.

    This spares the rest of a notebook after a careless `os.fork()`; who wants to get around it meets the limits.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: os._exit(1))


def ignore_exit() -> None:
    """Make `exit()` and `quit()` in a cell do nothing: they would end the kernel a moment later, in another cell."""
    from ipykernel.zmqshell import ZMQInteractiveShell

    ZMQInteractiveShell.ask_exit = lambda shell: print("exit() and quit() do nothing here: the next cell follows.")


def main(settings: str, *arguments: str) -> None:
    """Give everything up, then be a kernel; without further arguments, only try whether that works."""
    given = json.loads(settings)
    go_first_when_memory_runs_out()
    if "uid" in given:
        become_nobody(given["uid"])
    accept_limits(given.get("limits", {}))
    if arguments:
        stay_one_process()
        from ipykernel.kernelapp import IPKernelApp

        ignore_exit()
        IPKernelApp.launch_instance(arguments, quiet=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
