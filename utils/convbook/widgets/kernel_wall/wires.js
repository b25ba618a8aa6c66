// The wires between two rows of channels: one for each tile, or where they are many a band for each block of them.
import { upTo } from "../arithmetic/tensor.js";
import { h } from "../parts/dom.js";

const MANY = 32; // bands, from which on the gaps between them would hide them
const HEIGHT = 10; // in any unit: it is stretched

/**
 * `widest` is the largest number of channels of all rows: every row stands in the middle of it.
 * @typedef {{ above: number, below: number, widest: number, isLarge: boolean }} Rows
 */

export class Wires {
  constructor() {
    this.el = h("div", { class: "cb-wires", "aria-hidden": "true" });
  }

  /**
   * @param {Rows} rows
   * @param {{ blocks: import("./state.js").Block[], lit: import("./state.js").Block[], few: boolean }} joins `few`: they
   *   are drawn one by one, however many channels there are
   */
  paint({ above, below, widest, isLarge }, { blocks, lit, few }) {
    /** @type {[number, number]} */
    const start = [(widest - below) / 2, (widest - above) / 2];
    const draw = isLarge && !few ? band : threads;
    const path = (kind, all) => `<path class="${kind}" d="${all.map((one) => draw(one, start)).join("")}"/>`;
    const kind = isLarge && !few ? `cb-band${blocks.length > MANY ? " cb-fine" : ""}` : "cb-thread";
    this.el.innerHTML = `<svg viewBox="0 0 ${widest} ${HEIGHT}" preserveAspectRatio="none">${path(kind, blocks)}${path(`${kind} cb-lit`, lit)}</svg>`;
  }
}

/** The wires of a shuffle, from each place of the first layer's outputs to where it stands for the second layer. */
export const crossing = (order, isLit = (_channel) => true) =>
  order.flatMap((channel, place) =>
    isLit(channel) ? [{ top: place, left: channel, rows: 1, columns: 1 }] : [],
  );

function threads({ top, left, rows, columns }, [below, above]) {
  const ends = upTo(rows).flatMap((o) =>
    upTo(columns).map((i) => [above + left + i + 0.5, below + top + o + 0.5]),
  );
  return ends.map(([from, to]) => `M${from} 0L${to} ${HEIGHT}`).join("");
}

function band({ top, left, rows, columns }, [below, above]) {
  const [x, y] = [above + left, below + top];
  return `M${x} 0H${x + columns}L${y + rows} ${HEIGHT}H${y}z`;
}
