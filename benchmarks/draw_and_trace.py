"""DrawAndTrace: what a stroke costs, from the pointer to the last map, with a patch at every place or without one.

    python benchmarks/draw_and_trace.py

A synthetic pen goes on to another pixel in every frame, as in filter_lab.py, and the peer is the same: the 16.7 ms that
a screen of 60 Hz leaves for a frame. Every frame reads the drawing and paints all maps, scores and sums.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from filter_lab import BUDGET  # which finds the tools
from playwright.sync_api import sync_playwright

from browser import launch
from convbook.widgets import DrawAndTrace
from live_widgets import page_with, write_shared
from serve import serving

STROKES = 200
STATES = {
    "a drawing              ": {},
    "a pinned conv2         ": {"pinned": ("conv2", 12, 1, 1)},
    "with a patch of 1 pixel": {"patch": 1},
}
# The time from a move of the pen until styles and layout of what it changed are known.
DRAW = """(strokes) => new Promise((done) => {
  const table = document.querySelector('table[data-role="input"] tbody'), times = [];
  Element.prototype.setPointerCapture = () => {}; // no real pointer is there to be captured
  const point = (type, n) => {
    const cell = table.rows[Math.floor(n / 8) % 8].cells[n % 8], { left, top } = cell.getBoundingClientRect();
    cell.dispatchEvent(
      new PointerEvent(type, { pointerId: 1, bubbles: true, clientX: left + 5, clientY: top + 5, button: 0 }));
  };
  const frame = async () => {
    const n = times.length, start = performance.now();
    point("pointerdown", n * 5);
    await null; // the painting waits for the end of the event
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
    point("pointerup", n * 5);
    if (times.length > strokes) return done(times.slice(1).sort((a, b) => a - b));
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""


def main():
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        write_shared(site / "live")
        browser = launch(playwright)
        with serving(site) as address:
            print(f"DrawAndTrace, {STROKES} strokes; the budget is {BUDGET:.1f} ms a frame")
            for name, state in STATES.items():
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                (site / "page.html").write_text(page_with(site, DrawAndTrace(**state)), "utf-8")
                page.goto(f"{address}/page.html")
                page.wait_for_selector('[data-live="true"]')
                times = page.evaluate(DRAW, STROKES)
                median, most = times[len(times) // 2], times[int(len(times) * 0.95)]
                share = f"{median / BUDGET:.0%} of a frame"
                print(f"{name}  {median:5.1f} ms a stroke, 95 % of them within {most:5.1f} ms: {share}")
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
