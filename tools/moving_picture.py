"""The moving picture of the README, taken step by step from the widget itself.

    python tools/moving_picture.py [file.gif]

Chromium shows SlidingWindow alone; its own button moves it, and each step is one frame.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from browser import launch
from environment import ROOT
from serve import serving

sys.path.append(str(ROOT / "book" / "_ext"))

from convbook.widgets import SlidingWindow
from live_widgets import page_with, write_shared

TARGET = ROOT / ".github" / "sliding-window.gif"
SHOWN = [".cb-stage", ".cb-sum"]  # the grids, and the sum behind one number
WIDTH = 1010  # px of the window: the longest sum stays on one line
STEP, REST = 450, 2500  # ms: as the player plays, and at the end
COLOURS = 255


def box(page: Page) -> tuple[float, float, float, float]:
    """Return the box (left, top, right, bottom) that holds what is shown now."""
    boxes = [page.locator(selector).first.bounding_box() for selector in SHOWN]
    return (
        min(one["x"] for one in boxes),
        min(one["y"] for one in boxes),
        max(one["x"] + one["width"] for one in boxes),
        max(one["y"] + one["height"] for one in boxes),
    )


def steps(page: Page) -> Iterator[tuple[Image.Image, tuple]]:
    """Yield the window and the box of what is shown, for each step of the player."""
    forward, position = page.get_by_role("button", name="step forward"), page.get_by_role("slider", name="position")
    playing = True
    while playing:
        forward.click()
        page.mouse.move(0, 0)  # a pointer over a button would show in the picture
        yield Image.open(io.BytesIO(page.screenshot(caret="hide"))), box(page)
        playing = position.input_value() != position.get_attribute("max")


def frames() -> list[Image.Image]:
    """Return one picture for each step, all of one size."""
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        write_shared(folder / "live")
        (folder / "page.html").write_text(page_with(folder, SlidingWindow(pinned=())), "utf-8")
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": WIDTH, "height": 1000}, reduced_motion="reduce")  # nothing half-way
        with serving(folder) as address:
            page.goto(f"{address}/page.html")
            page.wait_for_selector('[data-live="true"]')
            windows, boxes = zip(*steps(page), strict=True)
        browser.close()
    left, top, right, bottom = zip(*boxes, strict=True)
    return [window.crop((min(left), min(top), max(right), max(bottom))) for window in windows]


def save(pictures: list[Image.Image], target: Path) -> None:
    """Write the pictures as one GIF in a few flat colours, which compress well."""
    width, height = pictures[0].size
    column = Image.new("RGB", (width, height * len(pictures)))
    for i, picture in enumerate(pictures):
        column.paste(picture, (0, i * height))
    palette = column.quantize(COLOURS)
    first, *rest = [picture.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    times = [*[STEP] * len(rest), REST]
    first.save(target, save_all=True, append_images=rest, duration=times, loop=0, optimize=True)


def main(target: Path = TARGET) -> None:
    """Take the picture and say how heavy it is."""
    save(frames(), target)
    print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
