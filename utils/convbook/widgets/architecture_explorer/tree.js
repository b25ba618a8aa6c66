// The parts of a network as a table that opens, for eyes, keys and screen readers: what is in each, and what it takes.
import { percent, thousands } from "../arithmetic/numbers.js";
import { button, h, setText } from "../parts/dom.js";
import { wayTo } from "./parts.js";
import { MEASURES } from "./state.js";
import { companionsInWords, fieldInWords, memoryInWords, shapeInWords } from "./words.js";

const COLUMNS = ["part", "output", "weights", "MACs", "memory", "sees"];

export class Tree {
  /** @param {{ onPin: (part: any) => void, onPoint: (part: any) => void, signal: AbortSignal }} options */
  constructor({ onPin, onPoint, signal }) {
    this.onPin = onPin;
    this.rows = new Map();
    this.shown = null;
    this.caption = h("caption", { class: "cb-hidden" });
    const heads = COLUMNS.map((name) => h("th", { scope: "col", "data-column": name }, name));
    this.body = h("tbody");
    this.table = h(
      "table",
      { role: "treegrid" },
      this.caption,
      h("thead", {}, h("tr", {}, ...heads)),
      this.body,
    );
    this.el = h("div", { class: "cb-costs cb-parts" }, this.table);
    const on = (type, handler) => this.body.addEventListener(type, handler, { signal });
    on("keydown", (event) => this.onKey(event) && event.preventDefault());
    on("pointerover", ({ target, pointerType }) => pointerType === "mouse" && onPoint(this.partOf(target)));
    on("pointerleave", () => onPoint(null));
  }

  partOf = (target) => this.shown.parts[target.closest("tr")?.dataset.part] ?? null;

  /** Up and down from row to row, right opens, left closes or goes to what is around. */
  onKey({ key, target, altKey, ctrlKey, metaKey }) {
    const part = this.partOf(target);
    if (!part || altKey || ctrlKey || metaKey) return false;
    const order = [...this.body.rows].map((row) => Number(row.dataset.part));
    const here = order.indexOf(part.index);
    const to = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: order.length - 1 }[key];
    if (to !== undefined) this.focus(order[Math.max(0, Math.min(order.length - 1, to))]);
    else if (key === "ArrowRight") this.inwards(part);
    else if (key === "ArrowLeft") this.outwards(part);
    else return false;
    return true;
  }

  inwards(part) {
    if (!part.children.length) return;
    if (this.isOpen(part)) this.focus(part.children[0].index);
    else this.onPin(part);
  }

  outwards(part) {
    if (part.children.length && this.isOpen(part)) return this.onPin(part.above);
    if (part.above) this.focus(part.above.index);
  }

  isOpen = (part) => this.way.includes(part);

  focus(index) {
    for (const [other, row] of this.rows) row.name.tabIndex = other === index ? 0 : -1;
    this.rows.get(index)?.name.focus();
  }

  // ---- painting ------------------------------------------------------------------------------------------------------

  /**
   * @param {import("./state.js").Shown} shown
   * @param {{ pin: any, lit: any, measure: string, secret: boolean, hideSizes: boolean }} how
   */
  paint(shown, how) {
    if (this.shown?.parts !== shown.parts) this.rows.clear();
    this.shown = shown;
    this.way = wayTo(how.pin);
    const open = (part) => [part, ...(this.way.includes(part) ? part.children.flatMap(open) : [])];
    const visible = shown.roots.flatMap(open);
    setText(this.caption, `the parts of ${shown.name}`);
    this.table.dataset.measure = how.measure;
    const rows = visible.map((part) => this.rowOf(part));
    if (rows.some(({ el }, n) => this.body.rows[n] !== el) || this.body.rows.length !== rows.length) {
      const focused = rows.find(({ name }) => name === document.activeElement);
      this.body.replaceChildren(...rows.map(({ el }) => el));
      focused?.name.focus({ preventScroll: true });
    }
    visible.forEach((part, n) => {
      this.paintRow(rows[n], part, how);
    });
    const stop = rows.find(({ name }) => name.tabIndex === 0);
    if (!stop && rows.length) rows[0].name.tabIndex = 0;
  }

  rowOf(part) {
    if (!this.rows.has(part.index)) this.rows.set(part.index, this.makeRow(part));
    return this.rows.get(part.index);
  }

  makeRow(part) {
    const name = button(
      "",
      () => this.onPin(this.isOpen(part) && part === this.way.at(-1) ? part.above : part),
      {
        class: "cb-layer-name",
        tabindex: -1,
      },
    );
    const cells = COLUMNS.slice(1).map((column) => h("td", { role: "gridcell", "data-column": column }));
    const head = h("th", { scope: "row", role: "rowheader" }, name);
    const el = h(
      "tr",
      { role: "row", "aria-level": part.level + 1, "data-part": part.index },
      head,
      ...cells,
    );
    el.style.setProperty("--depth", part.level);
    return { el, name, cells };
  }

  paintRow({ el, name, cells }, part, { lit, pin, measure, secret, hideSizes }) {
    const opens = part.children.length > 0;
    const open = this.way.includes(part);
    if (opens) el.setAttribute("aria-expanded", String(open));
    el.setAttribute("aria-selected", String(part === pin));
    el.classList.toggle("cb-chosen", part === lit);
    const sign = opens ? (open ? "▾ " : "▸ ") : "";
    const more = companionsInWords(part);
    if (name.textContent !== sign + part.title + more)
      name.replaceChildren(h("span", { "aria-hidden": "true" }, sign), part.title, h("small", {}, more));
    const { parameters, macs } = part.cost;
    const numbers = secret
      ? ["?", "?", "?"]
      : [thousands(parameters), thousands(macs), memoryInWords(part.cost)];
    const texts = [
      hideSizes ? "?" : shapeInWords(part.shape),
      ...numbers,
      hideSizes ? "?" : fieldInWords(part),
    ];
    cells.forEach((cell, n) => {
      const isMeasure = COLUMNS[n + 1] === measure && !secret;
      const share = isMeasure ? part.cost[MEASURES[measure]] / (this.shown.cost[MEASURES[measure]] || 1) : 0;
      setText(cell, texts[n]);
      cell.classList.toggle("cb-share", isMeasure);
      cell.style.setProperty("--share", String(share));
      cell.title = isMeasure ? percent(share) : "";
    });
  }
}
