// Rows of a table that can be chosen and put elsewhere: by dragging a grip with mouse or finger, and by the arrow keys.
import { ARROWS, button, h, setText } from "./dom.js";

/**
 * @typedef {object} RowOptions
 * @property {HTMLElement} caption
 * @property {Record<string, string>} columns what each column means
 * @property {() => any[]} base the cells of a first row that stays where it is
 * @property {(n: number) => void} onSelect a row is chosen
 * @property {(n: number, step: number) => number | null} onStep one place up or down is wanted; where the row went, if it did
 * @property {() => void} onDelete the key Delete
 * @property {(from: number, to: number, gesture: object) => void} onDrag a row that lay at `from` is held over `to`
 * @property {() => void} onDrop it is let go
 * @property {AbortSignal} signal
 */

/** @param {RowOptions} options */
export const rowTable = (options) => new RowTable(options);

const clamp = (n, count) => Math.max(0, Math.min(count - 1, n));

class RowTable {
  /** @param {RowOptions} options */
  constructor(options) {
    this.options = options;
    this.rows = [];
    this.chosen = 0;
    this.drag = null;
    const { caption, columns } = options;
    const heads = Object.entries(columns).map(([name, title]) => h("th", { title }, name));
    this.cells = heads.length - 1; // without the name
    const head = h("tr", {}, h("th", {}, h("span", { class: "cb-hidden" }, "move")), ...heads);
    this.body = h("tbody");
    this.table = h("table", { class: "cb-rows" }, caption, h("thead", {}, head), this.body);
    this.el = h("div", { class: "cb-list" }, this.table);
    this.listen("keydown", (event) => this.onKey(event) && event.preventDefault());
    this.listenForDrags();
  }

  listen(type, handler) {
    this.body.addEventListener(type, handler, { signal: this.options.signal });
  }

  rowOf = (target) => this.rows.findIndex((row) => row.el.contains(target));

  /** Does what a key asks for, and says whether it asked for anything. */
  onKey({ key, target, altKey, ctrlKey, metaKey }) {
    const n = this.rowOf(target);
    if (n < 0 || ctrlKey || metaKey) return false;
    const [step] = ARROWS[key] ?? [0];
    const part = target === this.rows[n].grip ? "grip" : "name";
    if (step && (part === "grip" || altKey)) this.move(n, step, part);
    else if (step) this.choose(clamp(n + step, this.rows.length));
    else if (key === "ArrowLeft") this.rows[n].grip.focus();
    else if (key === "ArrowRight") this.rows[n].name.focus();
    else if (key === "Delete") this.options.onDelete();
    else return false;
    return true;
  }

  move(n, step, part) {
    const to = this.options.onStep(n, step);
    if (to !== null) this.focus(to, part);
  }

  choose(n) {
    this.options.onSelect(n);
    this.focus(n, "name");
  }

  listenForDrags() {
    const { onSelect, onDrag, onDrop } = this.options;
    this.listen("pointerdown", (event) => {
      const n = this.rowOf(event.target);
      if (event.button !== 0 || event.target !== this.rows[n]?.grip) return;
      this.drag = { from: n, at: n, id: event.pointerId };
      this.body.setPointerCapture(event.pointerId);
      onSelect(n);
    });
    this.listen("pointermove", ({ pointerId, clientY }) => {
      const { drag, rows } = this;
      if (drag?.id !== pointerId) return;
      const { top, height } = rows[0].el.getBoundingClientRect();
      const to = clamp(Math.floor((clientY - top) / height), rows.length);
      if (to === drag.at) return;
      drag.at = to;
      onDrag(drag.from, to, drag);
    });
    for (const end of ["pointerup", "pointercancel"])
      this.listen(end, () => {
        if (this.drag) onDrop();
        this.drag = null;
      });
  }

  /** Another state is shown: a row that is held is held no more. */
  letGo() {
    this.drag = null;
  }

  resize(count) {
    const focused = this.rowOf(document.activeElement);
    const part = document.activeElement?.matches(".cb-grip") ? "grip" : "name";
    this.rows = Array.from({ length: count }, (_, n) => this.makeRow(n));
    const base = h("tr", { class: "cb-base" }, ...Array.from({ length: this.cells + 2 }, () => h("td")));
    this.body.replaceChildren(base, ...this.rows.map((row) => row.el));
    if (focused >= 0) this.focus(clamp(focused, count), part);
  }

  makeRow(n) {
    const grip = button("⠿", undefined, { class: "cb-grip", title: "drag, or press the arrow keys" });
    const name = button("", () => this.options.onSelect(n), { class: "cb-row-name" });
    const cells = Array.from({ length: this.cells }, () => h("td"));
    return {
      grip,
      name,
      cells,
      el: h("tr", { "data-row": n }, h("td", {}, grip), h("td", {}, name), ...cells),
    };
  }

  focus(n, part) {
    this.rows[n][part].focus({ preventScroll: true });
  }

  // Scrolls the list, never the page.
  reveal() {
    const { offsetTop, offsetHeight } = this.rows[this.chosen].el;
    const top = offsetTop - this.table.tHead.offsetHeight;
    this.el.scrollTop = Math.min(
      top,
      Math.max(this.el.scrollTop, offsetTop + offsetHeight - this.el.clientHeight),
    );
  }

  /**
   * @param {{ name: string, detail: string, depth: number, kind: string, cells: any[] }[]} all `depth`: how far a row is
   *   set in
   * @param {number} chosen
   */
  paint(all, chosen) {
    if (this.rows.length !== all.length) this.resize(all.length);
    const [base] = this.body.rows;
    this.options.base().forEach((text, i) => {
      setText(base.cells[i + 1], String(text));
    });
    this.rows.forEach((row, n) => {
      this.paintRow(row, all[n], n, n === chosen);
    });
    if (chosen === this.chosen) return;
    this.chosen = chosen;
    this.reveal();
  }

  paintRow({ el, grip, name, cells }, row, n, isChosen) {
    el.className = `${isChosen ? "cb-chosen" : ""}${this.drag && isChosen ? " cb-dragged" : ""}`;
    el.style.setProperty("--depth", row.depth);
    el.dataset.kind = row.kind;
    grip.setAttribute("aria-label", `move ${row.name}, place ${n + 1} of ${this.rows.length}`);
    name.replaceChildren(row.name, " ", h("small", {}, row.detail));
    name.setAttribute("aria-pressed", String(isChosen));
    grip.tabIndex = name.tabIndex = isChosen ? 0 : -1;
    cells.forEach((cell, i) => {
      setText(cell, String(row.cells[i] ?? ""));
    });
  }
}
