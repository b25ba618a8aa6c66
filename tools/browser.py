"""The Chromium that tests and benchmarks drive: find one, or install one.

    python tools/browser.py        prints the path of the browser, installing one if there is none

CONVBOOK_BROWSER names the program to use instead.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from system_packages import install

ON_PATH = [
    "chromium-headless-shell",  # draws the same pages, without the parts of a browser that nobody sees: a third quicker
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
    "chrome",
]
PACKAGES = ["chromium-headless-shell", "chromium"]  # of Debian: the first one that it has
ON_A_MAC = ["Google Chrome", "Chromium", "Microsoft Edge"]
ON_WINDOWS = ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"]
QUIET = [  # no graphics card, no first-run pages, and no request of the browser's own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # one process for the pages of a context: starting it takes longer than most tests
]
NONE_FOUND = """\
No browser for the tests: none is installed here, and none could be downloaded.
Install Chromium or Google Chrome (Debian, Ubuntu: `sudo apt install chromium`; macOS: `brew install --cask chromium`),
or name one: `CONVBOOK_BROWSER=/path/to/chrome make test`."""


class NoBrowser(Exception):
    """There is no browser, and what can be done about it."""


def answers(program: str | Path) -> bool:
    """Say whether this browser runs here: a wrapper without its program, or one that misses a library, does not."""
    if not Path(program).is_file():
        return False
    if os.name == "nt":  # there `--version` would open a window
        return True
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def usual_places() -> Iterator[str | Path]:
    """Yield where browsers are usually installed."""
    yield from filter(None, map(shutil.which, ON_PATH))
    for name in ON_A_MAC:
        yield Path("/Applications", f"{name}.app", "Contents/MacOS", name)
    for folder in filter(None, map(os.environ.get, ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"])):
        yield from (Path(folder, program) for program in ON_WINDOWS)


def playwrights_own() -> Path:
    """Return where Playwright keeps the browser that it downloads."""
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def download() -> None:
    """Let Playwright download its browser."""
    patience = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}  # milliseconds; the next way may be quicker
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], env=os.environ | patience, stdout=sys.stderr
    )


def candidates() -> Iterator[str | Path]:
    """Yield browsers in the order of preference; what costs most comes last."""
    yield from usual_places()
    yield playwrights_own()
    print("No browser found: downloading one for the tests.", file=sys.stderr, flush=True)
    download()
    yield playwrights_own()
    print("The download failed: trying the system's own package.", file=sys.stderr, flush=True)
    install(*PACKAGES)
    yield from usual_places()


def find_browser() -> str:
    """Return the path of a Chromium, Chrome or Edge, installing one if there is none.

    Raises NoBrowser, which says what to do.
    """
    chosen = os.environ.get("CONVBOOK_BROWSER")
    if chosen:
        path = shutil.which(chosen)
        if path is None or not answers(path):
            raise NoBrowser(
                f"CONVBOOK_BROWSER is {chosen!r}, which does not run; name the program of a Chromium or Chrome"
            )
        return path
    for program in candidates():
        if answers(program):
            return str(program)
    raise NoBrowser(NONE_FOUND)


def launch(playwright: Playwright, **options) -> Browser:
    """Start the browser without a window; `options` go to Playwright's `chromium.launch`."""
    return playwright.chromium.launch(executable_path=find_browser(), args=QUIET, **options)


if __name__ == "__main__":
    try:
        print(find_browser())
    except NoBrowser as error:
        sys.exit(str(error))
