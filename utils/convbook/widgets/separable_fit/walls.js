// The kernels of the bank as small pictures: grey is 0, white the largest weight, black its opposite.
import { percent } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { greyCanvas } from "../parts/canvas.js";
import { grid } from "../parts/grid.js";
import { missedOf } from "./state.js";
import { nameOf } from "./words.js";

const ACROSS = 4; // tiles of a bank with one input, which are laid out row by row

/** How the kernels lie: a row for each output and a column for each input, or row by row where there is one input. */
export function layoutOf({ outputs, inputs }) {
  if (inputs > 1) return { rows: outputs, columns: inputs };
  const columns = Math.min(ACROSS, Math.ceil(Math.sqrt(outputs)));
  return { rows: Math.ceil(outputs / columns), columns };
}

/**
 * The [output, input] of a tile; null for a place that the last row does not fill.
 * @returns {[number, number] | null}
 */
export function tileAt(now, [i, j]) {
  if (now.inputs > 1) return [i, j];
  const output = i * layoutOf(now).columns + j;
  return output < now.outputs ? [output, 0] : null;
}

/** A canvas for one kernel. */
export function thumbnail() {
  const canvas = greyCanvas();
  canvas.el.classList.add("cb-thumb");
  let shown = "";
  return {
    el: canvas.el,
    draw(kernel, top) {
      const next = JSON.stringify([kernel, top]);
      if (next === shown) return;
      shown = next;
      canvas.draw(Float32Array.from(kernel.flat()), kernel.length, kernel[0].length, [-top, top]);
    },
  };
}

export class Wall {
  /** @param {{ n: number, signal: AbortSignal, onPreview: (at: any) => void, onPin: (at: any) => void }} options */
  constructor({ n, signal, onPreview, onPin }) {
    this.n = n;
    this.thumbs = [];
    this.grid = grid({ role: "kernel", signal, onPreview, onPin });
    this.el = this.grid.el;
    this.el.dataset.role = ["bank", "near", "rest"][n];
    this.el.classList.add("cb-map", "cb-bank");
  }

  paint(now, { name, top, pointed, secret }) {
    const { rows, columns } = layoutOf(now);
    const isSame = (at, tile) => at && tile && at[0] === tile[0] && at[1] === tile[1];
    this.grid.rename(name);
    this.grid.paint(
      upTo(rows).map(() => upTo(columns).map(() => 0)),
      {
        extent: this.n ? "" : `${now.outputs}×${now.inputs}`,
        marks: (i, j) => {
          const tile = tileAt(now, [i, j]);
          if (!tile) return { text: "", absent: true, label: "no kernel", weight: 0 };
          const missed = secret ? "" : `, ${percent(missedOf(now, ...tile))} missed`;
          return {
            text: "",
            weight: 0,
            here: isSame(now.at, tile),
            on: isSame(pointed, tile),
            pinned: this.n === 0 && isSame(now.at, tile),
            place: `output ${tile[0]}, input ${tile[1]}`,
            label: `${nameOf(tile)}${missed}`,
          };
        },
      },
    );
    this.grid.cells.flat().forEach((cell, n) => {
      this.draw(now, cell, n, columns, top, secret && this.n > 0);
    });
  }

  draw(now, cell, n, columns, top, secret) {
    const tile = tileAt(now, [Math.floor(n / columns), n % columns]);
    const thumb = cell.thumb ?? thumbnail();
    if (!cell.thumb) cell.append(thumb.el);
    cell.thumb = thumb;
    thumb.el.hidden = !tile || secret;
    if (tile && !secret) thumb.draw(now.banks[this.n][tile[0]][tile[1]], top);
  }
}
