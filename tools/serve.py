"""Serve the built book on this machine:  python tools/serve.py [folder]."""

import os
import re
import sys
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "_build" / "html"
PORT = 8000
# All that the book needs; WebAssembly only where its code shall run in the page.
STRICT = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:"
)
OUR_NAMES = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d*)?", re.IGNORECASE)


class Handler(SimpleHTTPRequestHandler):
    """Files as they are now: no log line for each, and no old copy after the next build."""

    names = OUR_NAMES

    def __init__(self, *request, policy: str | None = None, **options):
        self.policy = policy
        super().__init__(*request, **options)  # which answers, too

    def parse_request(self) -> bool:
        """Read a request; whatever its method, one that we must not answer is refused here."""
        return super().parse_request() and not self.refuse()

    def refuse(self) -> bool:
        """Refuse what was meant for another host, what is no path, and what lies outside of our folder."""
        if not all(map(self.names.fullmatch, self.headers.get_all("Host", []))):
            # Any site may let its own name point to this machine, and would then read what we answer.
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return True
        try:
            if self.is_inside():
                return False
            self.send_error(HTTPStatus.NOT_FOUND)
        except ValueError:  # a zero byte, or half a character
            self.send_error(HTTPStatus.BAD_REQUEST)
        return True

    def is_inside(self) -> bool:
        """Return whether a path, and the index that stands for it, lie in our folder: a link may lead out of it."""
        path = Path(self.translate_path(self.path))
        places = [path, path / "index.html", path / "index.htm"] if os.path.isdir(path) else [path]
        inside = Path(self.directory).resolve()
        return all(place.resolve().is_relative_to(inside) for place in places)

    def end_headers(self):
        """Let the browser ask whether its copy is still good, and obey the policy that a test asks for."""
        self.send_header("Cache-Control", "no-cache")
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_):
        """Keep the terminal for the address."""


class Server(ThreadingHTTPServer):
    """A server that never shares its port, and has no word for readers who leave before a page is complete."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # on Windows this would let two servers answer at one address

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        """Report what is a fault of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def start(folder: Path, port: int = PORT, handler: type[Handler] = Handler, policy: str | None = None) -> Server:
    """Return a server for `folder` that already listens, at `port` or at any free one.

    `policy` is the Content-Security-Policy that its pages have to live with; without one they may do anything.
    """
    answer = partial(handler, directory=str(folder), policy=policy)
    try:
        return Server(("127.0.0.1", port), answer)
    except OSError:
        return Server(("127.0.0.1", 0), answer)


@contextmanager
def serving(folder: Path, handler: type[Handler] = Handler, policy: str | None = None):
    """Serve `folder` on a free port while the block runs; gives the address."""
    with start(folder, port=0, handler=handler, policy=policy) as server:
        Thread(target=server.serve_forever, args=[0.05], daemon=True).start()  # s until it sees that it may end
        yield server.address
        server.shutdown()


def main(folder: Path = BOOK) -> None:
    """Serve until Ctrl-C."""
    with start(folder) as server:
        try:
            print(f"\nThe book is open at {server.address}   (Ctrl-C closes it)", flush=True)
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nClosed.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
