"""Packages of the system, installed where that is possible without asking for a password."""

import os
import shutil
import subprocess
import sys


def install(*names: str) -> bool:
    """Install the first of these packages that there is, and say whether one was installed: on Debian, as root."""
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        return False
    _apt("update")
    return any(_apt("install", "--no-install-recommends", name) for name in names)


def _apt(*words):
    unattended = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(["apt-get", "-y", "-qq", *words], env=unattended, stdout=sys.stderr).returncode == 0
