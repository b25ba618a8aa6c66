"""Open pages as a reader far or near does, with an empty cache, and see when their widgets live."""

import gzip
import io
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock

from playwright.sync_api import Browser, Page

from serve import Handler

PATIENCE = 60_000  # ms
LATENCY, BANDWIDTH = 0.04, 10e6 / 8  # of the line to a server far away: s, bytes/s
MARK_FIRST_WIDGET = """
new MutationObserver((_, observer) => {
  if (!document.querySelector('[data-live="true"]')) return;
  window.firstWidget = performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-live"] });
"""
FILES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .filter((file) => !file.name.startsWith("data:"))"""
START = f"""() => {{
  const files = ({FILES})().filter((file) => file.startTime <= window.firstWidget);
  return [window.firstWidget, files.reduce((total, file) => total + file.encodedBodySize, 0) / 1000];
}}"""


@cache
def compressed(path: Path) -> bytes:
    """Return a file as a server sends it."""
    return gzip.compress(path.read_bytes())


class Near(Handler):
    """Sends files compressed and keeps its connections, as a public server does."""

    protocol_version = "HTTP/1.1"

    def send_head(self):
        """Return the body to send, after its headers."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        body = compressed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)


class Far(Near):
    """The same at the end of a line that all connections share."""

    line = Lock()

    def copyfile(self, source, outputfile):
        """Send the body at the pace of the line."""
        time.sleep(LATENCY)
        while piece := source.read(8192):
            with self.line:
                time.sleep(len(piece) / BANDWIDTH)
            outputfile.write(piece)


@dataclass
class Start:
    """How a page began: when its first widget lived, and what the browser had asked for by then."""

    ms: float
    requests: int
    kb: float


def opened(browser: Browser, address: str) -> Page:
    """Return a page in a context of its own, which the caller closes; it keeps its requests and `firstWidget`."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.requests = []
    page.on("request", lambda request: page.requests.append(request))
    page.add_init_script(MARK_FIRST_WIDGET)
    page.goto(address, wait_until="domcontentloaded", timeout=PATIENCE)
    return page


def start_of(page: Page) -> Start:
    """Wait for the first widget of a page, and return how it began."""
    page.wait_for_function("window.firstWidget", timeout=PATIENCE)
    ms, kb = page.evaluate(START)
    lived = page.evaluate("performance.timeOrigin") + ms
    # The browser's own list leaves out what a page makes itself and then loads (blob:); it costs time all the same.
    asked = [request for request in page.requests if not request.url.startswith("data:")]
    return Start(ms, sum(request.timing["startTime"] <= lived for request in asked), kb)
