// One row of StrideRuler: the cells of the input or of a layer, and below them a bar for each window that reads them.
import { receptiveField } from "../arithmetic/fields.js";
import { plural } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { h } from "../parts/dom.js";
import { grid } from "../parts/grid.js";
import { centre, isUnit, lanes, lost, span } from "./state.js";
import { cellInWords, inRanges, nameOf } from "./words.js";

const ROUND = 5; // where cells are narrow, every fifth has its number

/** Callbacks name a place: { depth, at }. */
export class Ruler {
  constructor({ depth, signal, onPreview, onPin, padding }) {
    this.depth = depth;
    const placeAt = (where) => where && { depth, at: where[1] - padding() };
    this.cells = grid({
      role: depth ? "output" : "input",
      signal,
      onPreview: (where) => onPreview(placeAt(where)),
      onPin: (where) => onPin(placeAt(where)),
    });
    this.cells.el.dataset.role = depth ? `layer-${depth}` : "input";
    this.bars = h("div", { class: "cb-bars-below cb-kernel", "aria-hidden": "true" });
    this.parts = [this.cells.el, this.bars];
  }

  /** `lit` are the places that belong to the explained one, a Set for each depth. */
  paint(now, cell, lit) {
    const { depth } = this;
    this.cells.el.hidden = depth > now.known;
    this.bars.hidden = depth >= now.known;
    if (this.cells.el.hidden) return;
    const units = upTo(now.sizes[depth] + 2 * now.pads[depth]).map((n) => n - now.pads[depth]);
    this.cells.rename(nameOf(now, depth));
    this.cells.paint([units], {
      extent: plural(now.sizes[depth], depth ? "unit" : "pixel"),
      marks: this.marks(now, units, cell, lit),
    });
    units.forEach((unit, n) => {
      const td = this.cells.cell([0, n]);
      td.style.setProperty("--x", centre(now.axes, depth, unit) - now.left);
      td.toggleAttribute("data-between", unit % ROUND !== 0);
    });
    if (!this.bars.hidden) this.paintBars(now, lit);
  }

  marks(now, units, cell, lit) {
    const { depth } = this;
    const isRead = depth < now.known;
    const gone = isRead ? lost(now.axes[depth]) : 0;
    const timesRead = (unit) => now.windows[depth].filter((window) => window.includes(unit)).length;
    const reads = units.map((unit) => (isRead ? timesRead(unit) : 1));
    const most = Math.max(...reads);
    return (_, n) => {
      const unit = units[n];
      const data = isUnit(now, { depth, at: unit });
      const here = cell?.depth === depth && cell.at === unit;
      const drop = n >= units.length - gone;
      return {
        here,
        on: lit[depth].has(unit) && !here,
        pinned: now.pin?.depth === depth && now.pin.at === unit,
        pad: !data,
        dropped: drop,
        weight: data ? reads[n] / most || 0 : 0,
        text: data ? String(unit) : "",
        place: data ? `${depth ? "unit" : "pixel"} ${unit}` : `place ${inRanges([unit])}`,
        label: cellInWords(now, depth, unit, { reads: reads[n], drop }),
      };
    };
  }

  /** One bar for each window, from the first place that it reads to the last; every tap of a dilated one is a block on it. */
  paintBars({ axes, windows, left }, lit) {
    const { depth, bars } = this;
    const axis = axes[depth];
    const step = receptiveField(axes.slice(0, depth)).jump;
    const wide = (span(axis) - 1) * step + 1;
    bars.style.setProperty("--lanes", lanes(axis));
    bars.style.setProperty("--step", step);
    const bar = (window, unit) => {
      const on = lit[depth + 1].has(unit);
      const kind = (lights) => (lights ? "cb-on" : "");
      const taps = window.map((place) =>
        h("i", { style: `--x: ${(place - window[0]) * step}`, class: kind(on && lit[depth].has(place)) }),
      );
      const x = centre(axes, depth, window[0]) - left;
      const style = `--x: ${x}; --wide: ${wide}; --lane: ${unit % lanes(axis)}`;
      return h("div", { class: `cb-bar ${kind(on)}`, style }, ...taps);
    };
    bars.replaceChildren(...windows[depth].map(bar));
  }
}
