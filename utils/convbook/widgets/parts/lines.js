// A few lines over the same whole steps, each in a small plot of its own, with the others behind it, faint, to compare:
// lines that coincide hide nothing. The numbers stand in a table as well.
import { format } from "../arithmetic/numbers.js";
import { h, setText } from "./dom.js";

const COLUMNS = 2;
const PANEL = { width: 212, height: 116 };
const PLOT = { left: 26, top: 24, width: 178, height: 70 };
const LEVELS = [0, 0.5, 1];

/**
 * `series` holds values from 0 to 1 for each step, by name; `chosen` is the step that is shown elsewhere, `strong` the
 * name of the line that is meant, if any; `unit` says what the steps count.
 * @typedef {{ caption: string, unit: string, series: Record<string, number[]>, chosen: number, strong: string }} Shown
 */

/** @param {{ steps: number[] }} options the whole numbers along the axis */
export const lines = (options) => new Lines(options);

class Lines {
  constructor({ steps }) {
    this.steps = steps;
    this.caption = h("figcaption", { class: "cb-note" });
    this.picture = h("div");
    this.table = h("table");
    const numbers = h("details", {}, h("summary", {}, "the numbers"), this.table);
    this.el = h("figure", { class: "cb-lines cb-output" }, this.caption, this.picture, numbers);
    this.shown = "";
  }

  /** @param {Shown} shown */
  paint(shown) {
    const next = JSON.stringify(shown);
    if (next === this.shown) return;
    this.shown = next;
    setText(this.caption, shown.caption);
    this.picture.innerHTML = this.drawing(shown);
    this.paintTable(shown);
  }

  xOf = (n) => PLOT.left + (n / (this.steps.length - 1)) * PLOT.width;
  yOf = (value) => PLOT.top + (1 - value) * PLOT.height;

  drawing({ caption, series, chosen, strong }) {
    const names = Object.keys(series);
    const rows = Math.ceil(names.length / COLUMNS);
    const panels = names.map((name, n) => {
      const place = `translate(${(n % COLUMNS) * PANEL.width} ${Math.floor(n / COLUMNS) * PANEL.height})`;
      const kind = name === strong ? "cb-panel cb-chosen" : "cb-panel";
      return `<g class="${kind}" transform="${place}">${this.panel(series, name, chosen)}</g>`;
    });
    const size = `0 0 ${COLUMNS * PANEL.width} ${rows * PANEL.height}`;
    const words = `${caption} ${this.inWords(series)}`;
    return `<svg role="img" aria-label="${words}" viewBox="${size}">${panels.join("")}</svg>`;
  }

  panel(series, name, chosen) {
    const here = this.steps.indexOf(chosen);
    const others = Object.keys(series).filter((other) => other !== name);
    const dots = this.points(series[name]).map(([x, y]) => `M${x} ${y}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`);
    return [
      `<text class="cb-title" x="${PLOT.left}" y="14" text-anchor="start">${name}</text>`,
      ...this.axes(here),
      ...others.map((other) => `<path class="cb-other" d="${this.path(series[other])}"/>`),
      `<path class="cb-line" d="${this.path(series[name])}"/><path class="cb-mark" d="${dots.join("")}"/>`,
      here < 0 ? "" : this.valueHere(series[name][here]),
    ].join("");
  }

  axes(here) {
    const levels = LEVELS.map((value) => {
      const y = this.yOf(value);
      return `<path d="M${PLOT.left} ${y}h${PLOT.width}"/><text x="${PLOT.left - 5}" y="${y + 4}" text-anchor="end">${value}</text>`;
    });
    const bottom = PLOT.top + PLOT.height + 16;
    const places = this.steps.map((step, n) => {
      const kind = n === here ? ' class="cb-here"' : "";
      return `<text x="${this.xOf(n)}" y="${bottom}"${kind}>${format(step)}</text>`;
    });
    const line = `<path class="cb-now" d="M${this.xOf(here)} ${PLOT.top - 4}v${PLOT.height + 8}"/>`;
    return [...levels, ...places, here < 0 ? "" : line];
  }

  valueHere = (value) =>
    `<text class="cb-value" x="${PLOT.left + PLOT.width}" y="14" text-anchor="end">${format(value)}</text>`;

  // A value that is no number is left out.
  points = (values) =>
    values.map((value, n) => [this.xOf(n), this.yOf(value)]).filter(([, y]) => Number.isFinite(y));

  path = (values) => `M${this.points(values).join("L")}`;

  inWords(series) {
    const line = ([name, values]) =>
      `${name} ${values.map((value, n) => `${format(value)} at ${format(this.steps[n])}`).join(", ")}`;
    return Object.entries(series).map(line).join("; ");
  }

  paintTable({ unit, series }) {
    const row = (kind, head, cells) => h("tr", {}, h("th", { scope: kind }, head), ...cells);
    const names = Object.keys(series).map((name) => h("th", { scope: "col" }, name));
    const rows = this.steps.map((step, n) =>
      row(
        "row",
        format(step),
        Object.values(series).map((values) => h("td", {}, format(values[n]))),
      ),
    );
    this.table.replaceChildren(row("col", unit, names), ...rows);
  }
}
