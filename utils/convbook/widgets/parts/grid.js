// A matrix of cells: a real grid for keyboards and screen readers, with previews, pins and editing.
import { format, rounded } from "../arithmetic/numbers.js";
import { shape } from "../arithmetic/tensor.js";
import { paintCell } from "./cell.js";
import { ARROWS, h, setText } from "./dom.js";
import { listenForScrubs, listenForStrokes } from "./drags.js";
import { openEditor } from "./editor.js";

const FEW = 100; // cells that may fade when they change; more of them would take most of a frame

/**
 * @typedef {object} GridOptions
 * @property {string} role names the colour and the cells: "input", "kernel", "output", "gradient"
 * @property {string} [label] what stands above
 * @property {AbortSignal} signal
 * @property {(at: number[] | null) => void} [onPreview] the pointer or the focus is on a cell
 * @property {(at: number[] | null) => void} [onPin] click, tap, Enter; Esc gives null
 * @property {(at: number[], value: number, gesture: object) => void} [onEdit] makes the grid editable; edits of one
 *   gesture undo together
 * @property {(from: number[], at: number[], gesture: any) => boolean} [onStroke] a pressed pointer went from a cell to
 *   another, maybe beyond the grid; true if that did something
 * @property {(text: string) => void} [onReject] what was typed is no number
 * @property {number} [step] of a value, for each step of a drag or of Alt and an arrow
 */

/** @param {GridOptions} options */
export const grid = (options) => new Grid(options);

export class Grid {
  /** @param {GridOptions} options */
  constructor({ role, label = role, onPreview, onPin, onEdit, onStroke, onReject, signal, step = 1 }) {
    const nothing = () => {};
    this.role = role;
    this.label = label;
    this.signal = signal;
    this.step = step;
    this.onEdit = onEdit;
    this.onStroke = onStroke;
    this.onPreview = onPreview ?? nothing;
    this.onPin = onPin ?? nothing;
    this.pins = Boolean(onPin);
    this.onReject = onReject ?? nothing;
    this.cells = [];
    this.matrix = [[]];
    this.focused = [0, 0];
    this.editor = null;
    this.dragging = false; // a pressed pointer is on its way: no previews meanwhile
    this.dragged = false; // it did something: the click at its end is no pin
    this.drawing = false; // strokes by touch, from any cell
    this.tapping = false; // a finger is down on a cell that it will pin
    this.makeTable();
    this.listenForKeys();
    this.listenForPreviews();
    this.listenForClicks();
    if (onStroke) listenForStrokes(this);
    else if (onEdit) listenForScrubs(this);
  }

  makeTable() {
    const kind = this.onStroke ? " cb-draw" : "";
    this.name = h("b", {}, this.label);
    this.size = h("span", {});
    this.body = h("tbody");
    this.el = h(
      "table",
      {
        class: `cb-grid cb-${this.role}${kind}`,
        role: "grid",
        "aria-readonly": String(!this.onEdit),
        "data-role": this.role,
      },
      h("caption", {}, this.name, " ", this.size),
      this.body,
    );
  }

  listen(type, handler) {
    this.el.addEventListener(type, handler, { signal: this.signal });
  }

  // ---- where ------------------------------------------------------------------------------------------------------

  /** The place of the cell that holds an element, or null. */
  at(target) {
    const cell = target.closest?.("td");
    return cell && this.body.contains(cell) ? [cell.parentNode.rowIndex, cell.cellIndex] : null;
  }

  cell = (at) => this.cells[at[0]]?.[at[1]];

  valueAt = (at) => this.matrix[at[0]][at[1]];

  // One cell of a grid takes part in the tab order; the arrow keys move within.
  moveFocus(to) {
    const [rows, columns] = [this.cells.length, this.cells[0].length];
    const next = to.map((index, axis) => Math.max(0, Math.min([rows, columns][axis] - 1, index)));
    this.cell(this.focused)?.setAttribute("tabindex", -1);
    this.focused = next;
    this.cell(next).setAttribute("tabindex", 0);
    return this.cell(next);
  }

  focus = (at) => this.moveFocus(at).focus();

  // ---- keyboard ---------------------------------------------------------------------------------------------------

  listenForKeys() {
    this.listen("keydown", (event) => {
      const here = this.at(event.target);
      if (here && !this.editor && this.onKey(event, here)) event.preventDefault();
    });
  }

  /** Does what a key asks for, and says whether it asked for anything. */
  onKey(event, here) {
    const { key, altKey, ctrlKey, metaKey } = event;
    const plain = !ctrlKey && !metaKey && !altKey;
    const move = ARROWS[key];
    if (move && plain) this.focus([here[0] + move[0], here[1] + move[1]]);
    else if (move?.[0] && altKey && this.onEdit) this.nudge(here, -move[0]);
    else if (key === "Home" || key === "End") this.toEnd(here, key === "End", ctrlKey);
    else if (key === "Enter" || key === " ") this.onPin(here);
    else if (key === "Escape") this.onPin(null);
    else if (this.onEdit && key === "F2") this.edit(here);
    else if (this.onEdit && plain && /^[-−+.\d]$/.test(key)) this.edit(here, key);
    else return false;
    return true;
  }

  toEnd(here, last, ofAll) {
    const lastRow = last ? this.cells.length - 1 : 0;
    this.focus([ofAll ? lastRow : here[0], last ? this.cells[0].length - 1 : 0]);
  }

  nudge(at, steps) {
    this.onEdit(at, rounded(this.valueAt(at) + steps * this.step), {});
  }

  // ---- pointer ----------------------------------------------------------------------------------------------------

  listenForPreviews() {
    const byMouse = (event) => event.pointerType === "mouse" && !this.dragging;
    this.listen("focusin", ({ target }) => {
      const here = this.at(target);
      if (!here || this.editor) return;
      this.moveFocus(here);
      if (!this.tapping) this.onPreview(here); // what a preview shows might grow over the cell before the tap ends
    });
    this.listen("focusout", ({ relatedTarget }) => {
      if (!this.el.contains(relatedTarget)) this.onPreview(null);
    });
    this.listen("pointerover", (event) => {
      const here = this.at(event.target);
      if (here && byMouse(event)) this.onPreview(here);
    });
    this.listen("pointerleave", (event) => {
      if (byMouse(event)) this.onPreview(null);
    });
  }

  listenForClicks() {
    let pressed = null; // what a press moves or relays out must not change which cell it was for
    const release = () => {
      pressed = null;
      this.tapping = false;
    };
    this.listen("pointerdown", ({ target, pointerType }) => {
      pressed = this.at(target);
      this.tapping = this.pins && pressed !== null && pointerType === "touch";
    });
    this.listen("pointercancel", release);
    const onClick = ({ target }) => {
      const here = pressed ?? this.at(target);
      if (here && !this.editor && !this.dragged) this.onPin(here);
      if (this.tapping) this.bringOut(here);
      this.dragged = false;
      release();
    };
    this.listen("click", onClick);
    // The focus of a tap lets the sum stick to the lower edge, maybe over the cell; then the click ends elsewhere.
    const missed = ({ target }) => this.tapping && !this.el.contains(target);
    const { signal } = this;
    document.addEventListener("click", (event) => missed(event) && onClick(event), { signal });
    document.addEventListener("pointerdown", (event) => missed(event) && release(), { signal }); // a drag has no click
    this.listen("dblclick", ({ target }) => {
      const here = this.at(target);
      if (here && this.onEdit && !this.onStroke && !this.editor) this.edit(here);
    });
  }

  /** Brings a cell that was pinned out from under the sum, once that is painted and measured. */
  bringOut(at) {
    const bring = () => {
      const cell = this.cell(at);
      if (cell?.ariaSelected === "true") cell.scrollIntoView({ block: "nearest" });
    };
    requestAnimationFrame(() => requestAnimationFrame(bring));
  }

  edit(at, typed) {
    this.editor = openEditor(this.cell(at), typed ?? String(this.valueAt(at)), {
      selected: typed === undefined,
      onClose: () => {
        this.editor = null;
      },
      onValue: (value) => this.onEdit(at, value, {}),
      onReject: this.onReject,
    });
  }

  /** A finger may drag what it has tapped before, or anything while it draws; elsewhere it scrolls the page. */
  mayDrag({ pointerType, target }) {
    return pointerType !== "touch" || this.drawing || target.closest("td").ariaSelected === "true";
  }

  /** Whether a finger draws from any cell. */
  draw(on) {
    this.drawing = on;
    this.el.classList.toggle("cb-drawing", on);
  }

  // ---- painting ---------------------------------------------------------------------------------------------------

  rename = (text) => {
    this.label = text;
    setText(this.name, text);
  };

  resize(rows, columns) {
    const hadFocus = this.body.contains(document.activeElement) && !this.editor;
    const cell = () => h("td", { role: "gridcell", tabindex: -1 }, h("span", { class: "cb-value" }));
    this.cells = Array.from({ length: rows }, () => Array.from({ length: columns }, cell));
    this.body.replaceChildren(...this.cells.map((row) => h("tr", {}, ...row)));
    this.el.style.setProperty("--columns", columns);
    this.el.classList.toggle("cb-many", rows * columns > FEW);
    const focused = this.moveFocus(this.focused);
    if (hadFocus) focused.focus();
  }

  /**
   * Shows these values. marks(i, j) says how a cell takes part in what is shown (see cell.js); `max` is the magnitude of
   * the strongest shade, `extent` what stands behind the name.
   * @param {number[][]} values
   * @param {{ max?: number, marks?: (i: number, j: number) => import("./cell.js").Mark | null, extent?: string }} [options]
   */
  paint = (values, { max = largest(values), marks = () => null, extent = shape(values).join("×") } = {}) => {
    this.matrix = values;
    const [rows, columns] = shape(values);
    if (this.cells.length !== rows || this.cells[0].length !== columns) this.resize(rows, columns);
    setText(this.size, extent);
    this.cells.forEach((row, i) => {
      row.forEach((cell, j) => {
        const mark = marks(i, j) ?? {};
        const place = mark.place ?? `row ${i}, column ${j}`;
        const text = mark.text ?? format(values[i][j]);
        paintCell(
          cell,
          values[i][j],
          { ...mark, text },
          max,
          `${this.label}, ${place}: ${mark.label ?? text}`,
        );
      });
    });
  };
}

export const largest = (values) => Math.max(...values.flat(Infinity).map(Math.abs), 1e-12);
