"""The sandbox that grading needs, and its tests: install bubblewrap where that is possible without asking.

python tools/bubblewrap.py        says whether there is a sandbox on this machine
"""

import sys

from environment import ROOT
from system_packages import install

sys.path.insert(0, str(ROOT / "course"))

import sandbox


def main() -> None:
    """Install bubblewrap if it is missing. Nothing depends on it but the tests of grading, which say so themselves."""
    if sandbox.is_missing() and install("bubblewrap"):
        sandbox.fault.cache_clear()
    print(sandbox.fault() or "There is a sandbox.")


if __name__ == "__main__":
    main()
