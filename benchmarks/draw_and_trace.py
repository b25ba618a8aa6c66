"""DrawAndTrace: what a stroke costs, from the pointer to the last map, with a patch at every place or without one.

    python benchmarks/draw_and_trace.py

A synthetic pen goes on to another pixel in every frame, as in filter_lab.py, and the peer is the same: the 16.7 ms that
a screen of 60 Hz leaves for a frame. Every frame reads the drawing and paints all maps, scores and sums.
"""

from filter_lab import BUDGET, alone

from convbook.widgets import DrawAndTrace

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
    print(f"DrawAndTrace, {STROKES} strokes; the budget is {BUDGET:.1f} ms a frame")
    for name, page in alone({name: DrawAndTrace(**state) for name, state in STATES.items()}):
        times = page.evaluate(DRAW, STROKES)
        median, most = times[len(times) // 2], times[int(len(times) * 0.95)]
        share = f"{median / BUDGET:.0%} of a frame"
        print(f"{name}  {median:5.1f} ms a stroke, 95 % of them within {most:5.1f} ms: {share}")


if __name__ == "__main__":
    main()
