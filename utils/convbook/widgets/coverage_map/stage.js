// What is seen of CoverageMap: the padded input with its window, the kernel, one output for each reading, the legend.
import { notANumber } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { grid } from "../parts/grid.js";
import { rays } from "../parts/rays.js";
import { slidingWindow } from "../parts/window.js";
import { framedValues, frames, inputMarks, outputMarks } from "./marks.js";
import { cellAt, paddedSize, pinFor, placeOf, spread, startOf } from "./state.js";
import { legend, sidesInWords, titleOf, verdict } from "./words.js";

export class Stage {
  /** @param {any} view what is shown (`now`), and what the reader does with it */
  constructor(view) {
    this.view = view;
    const { stage, signal } = view.card;
    this.input = this.makeGrid("input", {
      label: "padded input",
      toCell: (framed) => cellAt(view.now, placeOf(view.now, framed)),
      onPin: (framed) => view.pin(framed ? pinFor(view.now, placeOf(view.now, framed)) : []),
      onEdit: (framed, number, by) => view.editPixel(placeOf(view.now, framed), number, by),
    });
    this.kernel = this.makeGrid("kernel", {
      onEdit: (at, number, by) => view.setNumber("kernel", at, number, by),
    });
    this.results = [0, 1].map((n) => this.makeResult(n));
    this.window = slidingWindow(this.input, { signal, onDrag: (framed) => view.dragWindow(framed) });
    this.legend = h("p", { class: "cb-note cb-key" });
    this.unknown = h("p", { class: "cb-unknown" }, "?");
    this.verdict = h("p", { class: "cb-note" });
    const sign = (text) => h("span", { class: "cb-operator" }, text);
    const boxes = this.results.map(({ box }) => box);
    stage.classList.add("cb-coverage");
    stage.append(
      h("div", { class: "cb-ruled cb-input" }, this.window.el),
      h("div", { class: "cb-beside" }, sign("⋆"), this.kernel.el),
      h(
        "div",
        { class: "cb-beside" },
        sign("="),
        h(
          "div",
          { class: "cb-column" },
          this.unknown,
          h("div", { class: "cb-results" }, ...boxes),
          this.verdict,
        ),
      ),
      this.legend,
    );
    this.rays = rays(stage, signal);
  }

  /**
   * @param {string} role
   * @param {{ label?: string, toCell?: (at: number[]) => any, onPin?: (at: number[] | null) => void,
   *   onEdit?: (at: number[], value: number, gesture: object) => void }} options `toCell` says which cell a place is
   */
  makeGrid(role, { label = role, toCell = (at) => ({ role, at }), onPin, onEdit } = {}) {
    const { view } = this;
    const pin = (at) => view.pin(at ? [role, ...at] : []);
    return grid({
      role,
      label,
      signal: view.card.signal,
      onPreview: (at) => view.preview.set(at && toCell(at)),
      onPin: onPin ?? pin,
      onEdit,
      onReject: (text) => view.card.warn(notANumber(text)),
    });
  }

  /** The output of the n-th reading; a pin on it makes its windows the drawn ones. */
  makeResult(n) {
    const table = this.makeGrid("output", {
      toCell: (at) => ({ role: "output", at, of: n }),
      onPin: (at) => this.view.pin(at ? ["output", ...at] : [], this.view.now.all[n]),
    });
    const note = h("p", { class: "cb-note" });
    return { table, note, box: h("div", { class: "cb-column" }, table.el, note) };
  }

  // ---- painting ----------------------------------------------------------------------------------------------------

  /** @param {import("./marks.js").Shown} shown */
  paint(shown) {
    const { now } = this.view;
    const { secret } = shown;
    this.input.paint(framedValues(now), { marks: inputMarks(now, shown), extent: paddedSize(now).join("×") });
    this.kernel.paint(now.kernel, { marks: frames(now, shown, "kernel") });
    this.unknown.hidden = !secret;
    this.results.forEach((result, n) => {
      result.box.hidden = secret || !now.all[n];
      if (!result.box.hidden) this.paintResult(result, now.all[n], shown);
    });
    setText(this.verdict, secret ? "" : verdict(now));
    this.paintWindow(shown.cell);
    this.paintLegend(secret);
  }

  paintResult({ table, note }, one, shown) {
    const { now } = this.view;
    table.rename(titleOf(now, one));
    table.paint(one.output, { marks: outputMarks(now, one, shown, one === this.view.reading()) });
    setText(note, now.all[1] ? `pads: ${sidesInWords(one.pads)}` : "");
  }

  /** The window lies on the input while an output is explained. */
  paintWindow(cell) {
    const { now } = this.view;
    const one = this.view.reading();
    const at = cell?.role === "output" ? cell.at : null;
    this.window.paint(at && startOf(now, one, at), spread(now));
    const { table } = this.results[now.all.indexOf(one)];
    this.rays.paint(at && this.window.frame, at && table.cell(at));
  }

  paintLegend(secret) {
    const { now } = this.view;
    const parts = legend(now, { secret });
    for (const el of [this.input.el, this.legend]) el.dataset.mode = now.drawn.mode;
    this.input.el.classList.toggle("cb-counted", now.counts);
    if (this.legend.dataset.words === String(parts)) return;
    this.legend.dataset.words = String(parts);
    const swatch = (kind) => kind && h("i", { class: `cb-swatch cb-${kind}` });
    this.legend.replaceChildren(...parts.map(([kind, text]) => h("span", {}, swatch(kind), ` ${text}`)));
  }
}
