"""A web server like those of the world: with names and sub-paths, stopped, started, rebuilt and moved at will."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from serve import Handler, start


class Host:
    """Serves what lies in a folder at http://NAME:PORT/; a browser takes each name.localhost for a host of its own."""

    def __init__(
        self, root: Path, name: str = "book.localhost", handler: type[Handler] = Handler, policy: str | None = None
    ):
        self.root, self.name, self.policy, self.port, self.asked = root, name, policy, 0, []
        self.meets: Callable[[Handler], bool] = lambda _: False  # whether a request was answered already
        self.handler = self.handler_of(handler)
        self.up()

    def handler_of(self, kind: type[Handler]) -> type[Handler]:
        """Return a handler that knows its name, and notes what it was asked for."""
        host = self

        class Named(kind):
            names = re.compile(rf"{re.escape(host.name)}:\d+")

            def send_head(self):
                host.asked.append(self.path)
                if host.meets(self):
                    return None
                del self.headers["If-Modified-Since"]  # two editions of one second have the same time
                return super().send_head()

        return Named

    def up(self):
        """Answer, at the same address as before."""
        self.server = start(self.root, port=self.port, handler=self.handler, policy=self.policy)
        assert self.port in (0, self.server.server_port)
        self.port = self.server.server_port
        Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    def down(self):
        """Answer no more: there is no connection."""
        self.server.shutdown()
        self.server.server_close()

    def address(self, path: str = "") -> str:
        return f"http://{self.name}:{self.port}/{quote(path)}"


def copy_book(book: Path, target: Path, python: bool = False, without: tuple[str, ...] = ()) -> Path:
    """Copy the built book without what is saved, what has one of these names and, unless asked for, Python."""
    left_out = shutil.ignore_patterns("_downloads", *([] if python else ["python"]), *without)
    return Path(shutil.copytree(book, target, ignore=left_out))


def rewrite(path: Path, old: str, new: str):
    """Change the words of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
