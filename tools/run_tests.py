"""Run every check of the project, to the end even if one fails; the last is pytest.

python tools/run_tests.py
"""

import os
import subprocess
import sys

from environment import ROOT

# One process more than there are cores: a test in a browser waits for it half of the time.
PROCESSES = min((os.cpu_count() or 1) + 1, 4)
# Each process computes with one thread, for threads that wait for each other on busy cores take most of their time;
# and what Python has compiled is kept, for it is started some hundred times.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
CHECKS = {
    "style": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "."],
    "javascript": ["tools/javascript.py", "check"],
    "book": ["tools/build_book.py"],
    "browser": ["tools/browser.py"],
    "other browsers": ["tools/other_browsers.py"],
    "sandbox": ["tools/bubblewrap.py"],
    "epubcheck": ["tools/epub_checker.py"],
    "elsewhere": ["tools/elsewhere.py"],
    "pytest": ["-m", "pytest", f"--numprocesses={PROCESSES}", "--dist=loadfile", "--no-loadscope-reorder"],
}


def passes(name: str) -> bool:
    """Run one check, show what it says, and say whether it passed."""
    print(f"\n=== {name} ===", flush=True)
    return subprocess.run([sys.executable, *CHECKS[name]], cwd=ROOT, env=ENVIRONMENT).returncode == 0


def main() -> int:
    """Run all checks; return 1 if any failed."""
    failed = [name for name in CHECKS if not passes(name)]
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
