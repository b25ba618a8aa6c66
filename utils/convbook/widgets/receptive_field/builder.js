// The stack that is built: its rows, and what can be done to the chosen one.
import { isLayer, otherEnd } from "../arithmetic/stack.js";
import { choice, wholeNumbers } from "../parts/controls.js";
import { button, h, setText } from "../parts/dom.js";
import { pointer } from "../parts/pointer.js";
import { rowTable } from "../parts/rows.js";
import { changed, misfit, moved, NEW, placeFor, RANGES } from "./state.js";
import { atTheEnd, COLUMNS, deleted, detailOf, KINDS, placed, skipped, titleOf } from "./words.js";

export class Builder {
  /**
   * @param {import("../parts/card.js").Card} card
   * @param {{ now: () => any, numbersOf: (n: number) => any[] }} shown what is shown, and the numbers of a row
   */
  constructor(card, { now, numbersOf }) {
    this.card = card;
    this.shown = now;
    this.numbersOf = numbersOf;
    this.refused = "";
    this.selected = pointer(card, (n) => n < this.now.layers.length);
    this.list = this.makeList();
    this.title = h("b", { class: "cb-chosen-row" });
    this.menus = this.makeMenus();
    this.buttons = this.makeButtons();
    const fields = this.menus.map(({ el }) => el);
    const editor = h(
      "div",
      { class: "cb-row-editor", role: "group", "aria-label": "chosen layer" },
      this.title,
      h("div", { class: "cb-fields" }, ...fields),
      h("div", { class: "cb-fields" }, ...this.buttons),
    );
    const hint = h("p", { class: "cb-note" }, "Drag ⠿ to move a layer; choose one to change it.");
    this.el = h("div", { class: "cb-builder" }, this.list.el, hint, editor);
    card.whenReset(() => this.list.letGo());
  }

  get now() {
    return this.shown();
  }

  get row() {
    return this.now.layers[this.chosen];
  }

  get chosen() {
    return this.selected.get() ?? 0;
  }

  // ---- the parts ---------------------------------------------------------------------------------------------------

  makeList() {
    return rowTable({
      caption: h("caption", { class: "cb-hidden" }, "the stack, input first"),
      columns: COLUMNS,
      base: () => ["input", this.now.size, 1, 1, 0],
      signal: this.card.signal,
      onSelect: (n) => this.selected.set(n),
      onStep: (n, by) => this.step(n, by),
      onDelete: () => this.remove(),
      onDrag: (from, to, gesture) => this.drag(from, to, gesture),
      onDrop: () => this.drop(),
    });
  }

  makeMenus() {
    const layers = Object.entries(KINDS).slice(0, 3); // the ends of a skip are no layers
    const kind = choice("kind", {
      options: () => layers,
      get: () => this.row.kind,
      set: (kind) => this.edit({ kind }),
    });
    const settings = Object.entries(RANGES).map(([key, [least, most]]) =>
      choice(key, {
        options: () => wholeNumbers(least, most),
        get: () => this.row[key],
        set: (value) => this.edit({ [key]: value }),
      }),
    );
    return [kind, ...settings];
  }

  makeButtons() {
    this.twice = button("Duplicate", () => this.insert(this.row));
    this.skip = button("Skip around it", () => this.skipAround());
    const named = (text, label, onclick) => button(text, onclick, { "aria-label": label });
    return [
      named("▲", "move the layer up", () => this.step(this.chosen, -1)),
      named("▼", "move the layer down", () => this.step(this.chosen, 1)),
      named("Add", "add a layer below", () => this.insert(NEW)),
      this.twice,
      button("Delete", () => this.remove()),
      this.skip,
    ];
  }

  // ---- what the reader does ------------------------------------------------------------------------------------------

  edit(setting) {
    this.card.change({ layers: this.now.layers.with(this.chosen, changed(this.row, setting)) });
  }

  /** Changes the stack, chooses a row of it and says what has happened; false if it does not fit. */
  rebuild(layers, chosen, words, by = {}) {
    if (!this.card.change({ layers }, { by })) return false;
    this.selected.set(chosen);
    this.card.tell(words);
    return true;
  }

  insert(row) {
    const at = this.chosen + 1;
    const { layers } = this.now;
    this.rebuild(layers.toSpliced(at, 0, { ...row }), at, placed(row, at, layers.length + 1));
  }

  remove() {
    const { layers } = this.now;
    const gone = isLayer(this.row) ? [this.chosen] : [this.chosen, otherEnd(layers, this.chosen)];
    const left = layers.filter((_, n) => !gone.includes(n));
    this.rebuild(left, Math.max(0, Math.min(this.chosen, left.length - 1)), deleted(this.row));
  }

  skipAround() {
    const { chosen, row, now } = this;
    const block = [{ kind: "skip" }, row, { kind: "add" }];
    this.rebuild(now.layers.toSpliced(chosen, 1, ...block), chosen + 1, skipped(row));
  }

  /** To the next place in this direction at which everything fits: one where it does not is passed over. */
  step(n, by) {
    const { layers } = this.now;
    if (!layers[n + by]) {
      this.card.tell(atTheEnd(layers[n], by));
      return null;
    }
    const to = placeFor(this.now, n, by);
    return this.put(layers, n, to) ? to : null;
  }

  put(layers, from, to, gesture = {}) {
    return this.rebuild(moved(layers, from, to), to, placed(layers[from], to, layers.length), gesture);
  }

  // What does not fit is said when the row is let go.
  drag(from, to, gesture) {
    gesture.layers ??= this.now.layers;
    this.refused = misfit(moved(gesture.layers, from, to), this.now.size);
    if (!this.refused) this.put(gesture.layers, from, to, gesture);
  }

  drop() {
    if (this.refused) this.card.warn(this.refused);
    this.refused = "";
    this.card.repaint();
  }

  // ---- painting ------------------------------------------------------------------------------------------------------

  paint() {
    const { layers, table } = this.now;
    const rows = layers.map((row, n) => ({
      name: titleOf(row),
      kind: row.kind,
      depth: table[n].depth,
      detail: detailOf(row, table[n]),
      cells: this.numbersOf(n),
    }));
    this.list.paint(rows, this.chosen);
    setText(this.title, `${this.chosen + 1}: ${titleOf(this.row)}`);
    const layer = isLayer(this.row);
    for (const menu of this.menus) {
      menu.el.hidden = !layer;
      if (layer) menu.paint();
    }
    this.twice.disabled = this.skip.disabled = !layer;
  }
}
