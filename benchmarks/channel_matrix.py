"""ChannelMatrix at 256×256: frames a second while a weight is dragged, and what a frame costs.

    python benchmarks/channel_matrix.py

A synthetic pointer moves once a frame, as in filter_lab.py, and the peer is the same: the 16.7 ms that a screen of
60 Hz leaves for a frame. Every frame multiplies all pixels, draws the output, its channels and the clouds of colours.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from filter_lab import BUDGET, SECONDS, drag, report  # which finds the tools
from playwright.sync_api import sync_playwright

from browser import launch
from convbook.widgets import ChannelMatrix
from convbook.widgets.channel_matrix.mixes import MIXES
from live_widgets import page_with, write_shared
from serve import serving

AROUND = MIXES["differences"]["matrix"]
STATES = {
    "one matrix              ": {},
    "two matrices            ": {"matrix": AROUND, "second": AROUND},
    "ReLU between them       ": {"matrix": AROUND, "second": AROUND, "relu": True},
    "scrambled and put back  ": {"scramble": True, "unscramble": True},
    "3×3, scrambled          ": {"scramble": True, "unscramble": True, "window": "3×3"},
}


def main():
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        write_shared(site / "live")
        browser = launch(playwright)
        with serving(site) as address:
            print(f"ChannelMatrix at 256×256, a weight dragged for {SECONDS} s; the budget is {BUDGET:.1f} ms a frame")
            for name, state in STATES.items():
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                (site / "page.html").write_text(page_with(site, ChannelMatrix(**state)), "utf-8")
                page.goto(f"{address}/page.html")
                page.wait_for_selector('[data-live="true"]')
                report(name, *drag(page))
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
