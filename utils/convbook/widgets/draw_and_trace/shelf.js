// The maps of one layer as small pictures, a button each: one click pins the number that it hits.

import { SHAPES } from "../arithmetic/digits.js";
import { format } from "../arithmetic/numbers.js";
import { ARROWS, h } from "../parts/dom.js";
import { TITLES } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const BETWEEN = 0.06; // of a cell

export class Shelf {
  /**
   * @param {string} role "conv1", "pool" or "conv2"
   * @param {{ onPoint: (at: number[] | null) => void, onOpen: (channel: number, at: number[] | null) => void, signal: AbortSignal }} options
   */
  constructor(role, { onPoint, onOpen, signal }) {
    this.role = role;
    const [count, side] = SHAPES[role];
    this.count = count;
    this.side = side;
    this.thumbs = Array.from({ length: this.count }, (_, channel) => this.makeThumb(channel, onOpen));
    this.row = h(
      "div",
      { class: "cb-thumbs", role: "group", "aria-label": `maps of ${TITLES[role]}` },
      ...this.thumbs.map(({ el }) => el),
    );
    const note = `${this.count} maps of ${this.side}×${this.side}`;
    this.el = h(
      "figure",
      { class: `cb-shelf cb-output cb-shelf-${role}` },
      h("figcaption", { class: "cb-note" }, h("b", { class: "cb-name" }, TITLES[role]), " ", note),
      this.row,
    );
    this.row.addEventListener("pointermove", (event) => onPoint(this.cellUnder(event)), { signal });
    this.row.addEventListener("pointerleave", () => onPoint(null), { signal });
    this.row.addEventListener("keydown", (event) => this.onKey(event), { signal });
  }

  makeThumb(channel, onOpen) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${this.side} ${this.side}`);
    svg.setAttribute("aria-hidden", "true");
    const cells = Array.from({ length: this.side ** 2 }, (_, n) => {
      const cell = document.createElementNS(SVG, "rect");
      const place = { x: n % this.side, y: Math.floor(n / this.side) };
      for (const [axis, at] of Object.entries(place)) cell.setAttribute(axis, String(at + BETWEEN / 2));
      for (const extent of ["width", "height"]) cell.setAttribute(extent, String(1 - BETWEEN));
      return cell;
    });
    svg.append(...cells);
    const onclick = (event) => {
      const exact = event.detail > 0 && event.pointerType !== "touch";
      onOpen(channel, exact ? this.cellUnder(event) : null); // a finger hits a map, and then a cell of the large one
    };
    const el = h("button", { type: "button", class: "cb-thumb", tabindex: channel ? -1 : 0, onclick }, svg);
    return { el, svg, cells, shown: /** @type {string[]} */ ([]) };
  }

  /** The number that the pointer is on: [channel, row, column], or null. */
  cellUnder({ target, clientX, clientY }) {
    const channel = this.thumbs.findIndex(({ el }) => el.contains(target));
    if (channel < 0) return null;
    const { left, top, width, height } = this.thumbs[channel].svg.getBoundingClientRect();
    const inside = (share) => Math.max(0, Math.min(this.side - 1, Math.floor(share * this.side)));
    return [channel, inside((clientY - top) / height), inside((clientX - left) / width)];
  }

  // One map is a stop of the tab order; the arrow keys go from map to map.
  onKey(event) {
    const move = ARROWS[event.key];
    const here = this.thumbs.findIndex(({ el }) => el === event.target);
    if (!move || here < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = this.thumbs[Math.max(0, Math.min(this.count - 1, here + move[1] + move[0] * this.perRow()))];
    this.thumbs[here].el.tabIndex = -1;
    next.el.tabIndex = 0;
    next.el.focus();
  }

  perRow() {
    const tops = this.thumbs.map(({ el }) => el.offsetTop);
    return tops.filter((top) => top === tops[0]).length;
  }

  /**
   * @param {Float64Array} values of all maps
   * @param {{ opened: number | null, off: number[], markOf: (at: number[]) => string }} shown
   */
  paint(values, { opened, off, markOf }) {
    const most = Math.max(...values) || 1;
    const area = this.side ** 2;
    this.thumbs.forEach(({ el, cells, shown }, channel) => {
      const isOff = off.includes(channel);
      let largest = 0;
      cells.forEach((cell, n) => {
        const value = values[channel * area + n];
        largest = Math.max(largest, value);
        const mark = markOf([channel, Math.floor(n / this.side), n % this.side]);
        const look = `${mark}|${(value / most).toFixed(3)}`;
        if (shown[n] === look) return;
        shown[n] = look;
        cell.setAttribute("class", mark);
        cell.setAttribute("fill-opacity", (value / most).toFixed(3));
      });
      el.setAttribute("aria-pressed", String(channel === opened));
      el.classList.toggle("cb-off", isOff);
      const name = `${this.role}, channel ${channel}: ${isOff ? "switched off" : `largest ${format(largest)}`}`;
      el.setAttribute("aria-label", name);
    });
  }
}
