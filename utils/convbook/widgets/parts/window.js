// The window on an input: a frame that glides from place to place, carries the kernel's numbers, and is dragged by its
// handle, at the one corner where no cell has a number. What it shows stands in the grids and the sum as well, so it is hidden from screen readers.
import { brief } from "../arithmetic/numbers.js";
import { h } from "./dom.js";

/**
 * @param {import("./grid.js").Grid} grid the input
 * @param {{ signal: AbortSignal, onDrag: (topLeft: number[]) => void }} options `topLeft` is the cell under the window's
 *   first one; it may lie where no window fits
 */
export function slidingWindow(grid, { signal, onDrag }) {
  const handle = h("span", { class: "cb-handle", title: "drag the window" }, "✥");
  const numbers = h("span", { class: "cb-weights" });
  const frame = h("div", { class: "cb-window", "aria-hidden": "true", hidden: true }, numbers, handle);
  const el = h("div", { class: "cb-layers" }, grid.el, frame);
  let shown = "";
  let now = null;

  listenForDrags(handle, signal, (event) => onDrag(topLeftUnder(grid, frame, event)));

  function place() {
    if (frame.hidden) return;
    const [top, left] = now.at;
    const first = grid.cell(now.at).getBoundingClientRect();
    const last = grid
      .cell([top + now.kernel.length - 1, left + now.kernel[0].length - 1])
      .getBoundingClientRect();
    const whole = el.getBoundingClientRect(); // where a cell lies in a table with a caption, browsers count differently
    Object.assign(frame.style, {
      width: `${last.right - first.left}px`,
      height: `${last.bottom - first.top}px`,
      translate: `${first.left - whole.left}px ${first.top - whole.top}px`,
    });
  }

  /**
   * Puts the window on the cell `at`, null hides it; `kernel` says its size and its numbers, null for a gap in it, and
   * `written` how they stand there.
   */
  function paint(at, kernel, written = (number) => `×${brief(number)}`) {
    frame.hidden = !at;
    now = { at, kernel };
    place();
    if (!at) return;
    const texts = kernel.flat().map((number) => (number === null ? null : written(number)));
    const wanted = `${kernel[0].length}: ${texts}`;
    if (wanted === shown) return;
    shown = wanted;
    numbers.style.setProperty("--columns", kernel[0].length);
    numbers.replaceChildren(
      ...texts.map((text) => (text === null ? h("i") : h("b", { class: "cb-badge" }, text))),
    );
  }
  const resized = new ResizeObserver(place); // its cells have a place only in the page, and another one on a phone
  for (const one of [grid.el, el]) resized.observe(one); // within `el` the grid stands in the middle
  signal.addEventListener("abort", () => resized.disconnect());
  return { el, paint, frame };
}

// The cell on which the window's first one would lie, were its upper right corner under the pointer.
function topLeftUnder(grid, frame, { clientX, clientY }) {
  const body = grid.body.getBoundingClientRect();
  const { width } = frame.getBoundingClientRect();
  const [rows, columns] = [grid.cells.length, grid.cells[0].length];
  const down = ((clientY - body.top) / body.height) * rows;
  const right = ((clientX - width - body.left) / body.width) * columns;
  return [Math.round(down), Math.round(right)];
}

function listenForDrags(handle, signal, onMove) {
  const pressed = (event) => handle.hasPointerCapture(event.pointerId);
  handle.addEventListener(
    "pointerdown",
    (event) => {
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
    },
    { signal },
  );
  handle.addEventListener("pointermove", (event) => pressed(event) && onMove(event), { signal });
}
