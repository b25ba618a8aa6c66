"""How the tests find their way in FilterLab: its pictures as numbers, its settings, and files handed to it."""

from base64 import b64decode, b64encode
from io import BytesIO

import numpy as np
from hands import action
from PIL import Image

PIXELS = """(frame) => {
  const canvas = frame.querySelector(":scope > canvas"), { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  const greys = Array.from({ length: height }, (_, y) =>
    String.fromCharCode(...data.subarray(4 * width * y, 4 * width * (y + 1)).filter((_, i) => i % 4 === 0)));
  return [height, width, btoa(greys.join(""))];
}"""  # as text, for Playwright wraps each number of an array


def frame(widget, role, n=0):
    return widget.locator(f'figure[data-role="{role}"] .cb-frame').nth(n)


def shown(widget, role, n=0):
    """Return the greys on the screen, 0..255."""
    height, width, greys = frame(widget, role, n).evaluate(PIXELS)
    return np.frombuffer(b64decode(greys), np.uint8).reshape(height, width).astype(int)


def setting(widget, name):
    return widget.get_by_role("combobox", name=name, exact=True)


def field(widget, name):
    return widget.get_by_role("textbox", name=name, exact=True)


def result(widget, n=0):
    return widget.locator(".cb-sum").nth(n).locator(".cb-result").last


def as_png(array, mode=None):
    file = BytesIO()
    Image.fromarray(np.asarray(array, np.uint8), mode).save(file, "PNG")
    return file.getvalue()


def open_file(widget, name, content, kind="image/png"):
    with widget.page.expect_file_chooser() as chooser:
        action(widget, "Your picture…").click()
    chooser.value.set_files({"name": name, "mimeType": kind, "buffer": content})


def hand_over(widget, event, name, content, kind="image/png"):
    """Drop or paste a file, as the browser would."""
    frame(widget, "input").evaluate(
        """(frame, [event, name, kind, content]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name, { type: kind }));
          frame.dispatchEvent(event === "paste" ? new ClipboardEvent(event, { bubbles: true, clipboardData: transfer })
            : new DragEvent(event, { bubbles: true, cancelable: true, dataTransfer: transfer }));
        }""",
        [event, name, kind, b64encode(content).decode()],
    )
