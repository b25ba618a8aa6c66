"""Serve the built book on this machine:  python tools/serve.py [folder]."""

import os
import sys
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "_build" / "html"
PORT = 8000


class Handler(SimpleHTTPRequestHandler):
    """Files as they are now: no log line for each, and no old copy after the next build."""

    def end_headers(self):
        """Let the browser ask whether its copy is still good."""
        self.send_header("Cache-Control", "no-cache")
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


def start(folder: Path, port: int = PORT, handler: type[Handler] = Handler) -> Server:
    """Return a server for `folder` that already listens, at `port` or at any free one."""
    answer = partial(handler, directory=str(folder))
    try:
        return Server(("127.0.0.1", port), answer)
    except OSError:
        return Server(("127.0.0.1", 0), answer)


@contextmanager
def serving(folder: Path, handler: type[Handler] = Handler):
    """Serve `folder` on a free port while the block runs; gives the address."""
    with start(folder, port=0, handler=handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
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
