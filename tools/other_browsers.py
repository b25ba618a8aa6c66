"""The Firefox and the WebKit that tests drive beside Chromium: find them, or install them.

    python tools/other_browsers.py        says which there are, installing what is missing where that is possible

WebKit comes as the small browser of WebKitGTK, with its driver; it has no mode without a window, so it needs Xvfb.
CONVBOOK_FIREFOX names the Firefox to use instead.
"""

import os
import shutil
from pathlib import Path

from system_packages import install

PACKAGES = {"firefox": ["firefox-esr", "firefox"], "WebKitWebDriver": ["webkit2gtk-driver"], "Xvfb": ["xvfb"]}
ON_PATH = {"firefox": ["firefox-esr", "firefox"]}
USUAL_FIREFOX = ["/Applications/Firefox.app/Contents/MacOS/firefox", "C:/Program Files/Mozilla Firefox/firefox.exe"]
MINI_BROWSERS = "*/webkit2gtk-4.*/MiniBrowser"  # in /usr/lib or /usr/libexec; belongs to the library, not to the driver


def find_firefox() -> str | None:
    """Return the program of a Firefox."""
    chosen = os.environ.get("CONVBOOK_FIREFOX")
    names = [chosen] if chosen else [*ON_PATH["firefox"], *USUAL_FIREFOX]
    return next(filter(None, map(shutil.which, names)), None)


def find_webkit() -> tuple[str, str, str] | None:
    """Return the programs of WebKit's driver, of the browser that it drives, and of the screen for it."""
    folders = [Path("/usr/lib"), Path("/usr/libexec")]
    browsers = sorted(str(path) for folder in folders for path in folder.glob(MINI_BROWSERS))
    found = shutil.which("WebKitWebDriver"), next(reversed(browsers), None), shutil.which("Xvfb")
    return found if all(found) else None


FIND = {"Firefox": find_firefox, "WebKit": find_webkit}
WANTED = {
    "Firefox": "there is no Firefox (Debian: firefox-esr; CONVBOOK_FIREFOX names one)",
    "WebKit": "there is no WebKit that can be driven (Debian, Ubuntu: webkit2gtk-driver and xvfb)",
}


def missing(browser: str) -> str | None:
    """Say what to install if this browser cannot be driven here."""
    return None if FIND[browser]() else WANTED[browser]


def main() -> None:
    """Install what is missing. Nothing depends on it but some tests, which say so themselves."""
    for program, packages in PACKAGES.items():
        there = find_firefox() if program == "firefox" else shutil.which(program)
        if not there:
            install(*packages)
    for browser in FIND:
        print(missing(browser) or f"{browser} is there.")


if __name__ == "__main__":
    main()
