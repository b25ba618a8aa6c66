// What a pressed pointer does on a grid: scrub a number sideways, or draw and move over the cells.
import { same } from "../arithmetic/links.js";
import { rounded } from "../arithmetic/numbers.js";

const DRAG = 10; // px of sideways drag for one step of a value

/** A sideways drag on a cell changes its number, step by step. */
export function listenForScrubs(grid) {
  let drag = null;
  grid.listen("pointerdown", (event) => {
    const here = grid.at(event.target);
    grid.dragged = false;
    if (!here || grid.editor || event.button !== 0 || !grid.mayDrag(event)) return;
    drag = { here, x: event.clientX, from: grid.valueAt(here), id: event.pointerId };
  });
  grid.listen("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const steps = Math.trunc((event.clientX - drag.x) / DRAG);
    if (!grid.dragging && steps === 0) return;
    if (!grid.dragging) grid.el.setPointerCapture(drag.id);
    grid.dragging = grid.dragged = true;
    grid.onEdit(drag.here, rounded(drag.from + steps * grid.step), drag);
  });
  whenReleased(grid, () => {
    drag = null;
  });
}

/** A drag goes from cell to cell, and beyond the grid, where the cells would go on. */
export function listenForStrokes(grid) {
  let drag = null;
  const under = ({ clientX, clientY }) => {
    const { left, top, width, height } = grid.body.getBoundingClientRect();
    const [rows, columns] = [grid.cells.length, grid.cells[0].length];
    return [Math.floor(((clientY - top) / height) * rows), Math.floor(((clientX - left) / width) * columns)];
  };
  const reach = (next) => {
    drag.at = next;
    if (grid.onStroke(drag.from, next, drag)) grid.dragged = true;
  };
  grid.listen("pointerdown", (event) => {
    grid.dragged = false;
    if (grid.editor || event.button !== 0 || !grid.at(event.target) || !grid.mayDrag(event)) return;
    drag = { from: under(event), at: under(event), id: event.pointerId };
    grid.dragging = true;
    reach(drag.from);
  });
  grid.listen("pointermove", (event) => {
    if (drag?.id !== event.pointerId || same(drag.at, under(event))) return;
    grid.el.setPointerCapture(drag.id);
    for (const next of between(drag.at, under(event))) reach(next);
  });
  whenReleased(grid, () => {
    drag = null;
  });
}

function whenReleased(grid, then) {
  const release = () => {
    grid.dragging = false;
    then();
  };
  for (const end of ["pointerup", "pointercancel"]) grid.listen(end, release);
}

// The cells on the way from one to another: a quick pointer skips some.
function between(from, to) {
  const steps = Math.max(...to.map((end, axis) => Math.abs(end - from[axis])));
  return Array.from({ length: steps }, (_, n) =>
    to.map((end, axis) => Math.round(from[axis] + ((end - from[axis]) * (n + 1)) / steps)),
  );
}
