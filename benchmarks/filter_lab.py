"""FilterLab at 512×512: frames a second while a weight of a 3×3 kernel is dragged, and what a frame costs.

    python benchmarks/filter_lab.py

A synthetic pointer moves once a frame. The peers are measured in the same run: the 16.7 ms that a screen of
60 Hz leaves for a frame, and the same correlation as plain nested loops.
"""

import sys
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT / "tools"), str(ROOT / "book" / "_ext")]

from browser import launch  # noqa: E402
from convbook.kernels import SOBEL_HORIZONTAL  # noqa: E402
from convbook.widgets import FilterLab  # noqa: E402
from convbook.widgets.bundle import HERE, modules  # noqa: E402
from live_widgets import page_with, write, write_shared  # noqa: E402
from serve import serving  # noqa: E402

BUDGET = 1000 / 60  # ms
SECONDS = 4

DRAG = """(seconds) => new Promise((done) => {
  const cell = document.querySelector('table[data-role="kernel"] td'), value = cell.querySelector(".cb-value");
  const { left, top } = cell.getBoundingClientRect(), times = [], seen = new Set();
  const point = (type, steps) => cell.dispatchEvent(
    new PointerEvent(type, { pointerId: 1, bubbles: true, clientX: left + 10 * steps, clientY: top }));
  Element.prototype.setPointerCapture = () => {}; // no real pointer is there to be captured
  point("pointerdown", 0);
  const frame = (now) => {
    times.push(now);
    seen.add(value.textContent);
    if (now - times[0] > 1000 * seconds) return done([times, seen.size]);
    point("pointermove", (times.length % 16) - 8); // another weight in every frame
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})"""
CORRELATIONS = """async () => {
  const { correlatePicture } = await import("./arithmetic/pixels.js");
  const size = 512, kernel = [[1, 2, 1], [0, 0.5, 0], [-1, -2, -1]], out = new Float32Array((size - 2) ** 2);
  const pixels = Float32Array.from({ length: size * size }, (_, i) => (i * 7919) % 256);
  function nestedLoops() {
    for (let y = 0; y < size - 2; y++) for (let x = 0; x < size - 2; x++) {
      let sum = 0;
      for (let u = 0; u < 3; u++) for (let v = 0; v < 3; v++) sum += kernel[u][v] * pixels[(y + u) * size + x + v];
      out[y * (size - 2) + x] = sum;
    }
  }
  const median = (run) => {
    const times = [];
    for (let n = 0; n < 60; n++) { const start = performance.now(); run(); times.push(performance.now() - start); }
    return times.slice(10).sort((a, b) => a - b)[25];
  };
  return [median(() => correlatePicture(pixels, size, size, kernel, out)), median(nestedLoops)];
}"""


def metrics(session):
    """Return Chromium's own counters, in ms of processor time, which other programs do not disturb."""
    return {one["name"]: 1000 * one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def drag(page):
    """Drag the first weight to and fro; return the time of each frame, and script and all work a frame, in ms."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = metrics(session)
    frames, weights = page.evaluate(DRAG, SECONDS)
    after = metrics(session)
    if weights < 16:
        sys.exit(f"the drag showed only {weights} of 16 weights: nothing was measured")
    script, work = ((after[name] - before[name]) / len(frames) for name in ("ScriptDuration", "TaskDuration"))
    return [later - earlier for earlier, later in pairwise(frames)], script, work


def report(name, times, script, work):
    times = sorted(times)
    print(
        f"  {name}: {1000 * len(times) / sum(times):.1f} frames a second, each with another weight; 95 % within "
        f"{times[int(0.95 * len(times))]:.1f} ms; script {script:.1f} ms a frame = {script / BUDGET:.2f} of the "
        f"budget, with layout and drawing {work:.1f} ms = {work / BUDGET:.2f}"
    )


def alone(widgets, scripts=()):
    """Yield (name, page) for each of the `widgets`, alive on a page of its own; `scripts` are (path, text)."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        write_shared(site / "live")
        for path, text in scripts:
            write(site, path, text)
        browser = launch(playwright)
        with serving(site) as address:
            for name, widget in widgets.items():
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                (site / "page.html").write_text(page_with(site, widget), "utf-8")
                page.goto(f"{address}/page.html")
                page.wait_for_selector('[data-live="true"]')
                yield name, page
                page.close()
        browser.close()


def main():
    print(f"FilterLab at 512×512, a 3×3 kernel dragged for {SECONDS} s; the budget is {BUDGET:.1f} ms a frame")
    labs = {"one filter ": FilterLab(), "two filters": FilterLab(second=SOBEL_HORIZONTAL)}
    arithmetic = modules(HERE / "arithmetic" / "pixels.js").items()
    for name, page in alone(labs, [(path.relative_to(HERE).as_posix(), text) for path, text in arithmetic]):
        report(name, *drag(page))
        ours, plain = page.evaluate(CORRELATIONS)
    ratio = f"{plain / ours:.1f} times as long"
    print(f"  correlation alone: {ours:.2f} ms; plain nested loops: {plain:.2f} ms = {ratio}")


if __name__ == "__main__":
    main()
