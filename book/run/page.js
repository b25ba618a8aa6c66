// A page whose code runs: its cells, what the reader writes in them, and what runs.
import { Cell } from "./cells.js";
import { Runs } from "./runs.js";
import { Status } from "./status.js";
import { Written } from "./written.js";

/** What the buttons of the page do, once the reader's words are back. */
export async function open(source) {
  const cells = [...document.querySelectorAll(".cell[data-cell]")].map((el) => new Cell(el));
  const status = new Status();
  const runs = new Runs(cells, status);
  const written = new Written(source, {
    cells,
    shown: runs.shown,
    status,
    onrun: (cell) => runs.again(cell),
    onchange: () => runs.onChange(),
  });
  await written.restore();
  return {
    run: (index) => runs.run(index),
    all: () => runs.all(),
    key: (index) => written.key(index),
    edit: (index, event) => written.edit(index, event),
    save: () => written.save(),
    resetAll: () => written.resetAll(),
  };
}
