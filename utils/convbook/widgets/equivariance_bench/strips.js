// The two sums of EquivarianceBench: of the way above, and of the way below.
import { format } from "../arithmetic/numbers.js";
import { h } from "../parts/dom.js";
import { sumStrip } from "../parts/sum.js";
import { FIRST, isResult, SECOND, sourceOf, summed, termsOf } from "./state.js";
import { cellInWords, NAMES } from "./words.js";

export class Strips {
  /** @param {any} view what is shown (`now`), and `valueOf(cell)` */
  constructor(view) {
    this.view = view;
    const strip = () => sumStrip({ signal: view.card.signal, onPreview: (index) => view.term.set(index) });
    this.above = strip();
    this.below = strip();
    this.el = h("div", { class: "cb-sums" }, this.above.el, this.below.el);
  }

  hint(text) {
    this.above.message(text);
    this.below.message("");
  }

  paint(cell) {
    const { now } = this.view;
    const { role, at } = cell;
    if (isResult(role)) return this.paintBoth(at);
    if (role !== "convolved") return this.paintCell(cell);
    this.above.message("");
    this.below.paint(sumOf(now, at, "input", now.below, `convolved[${at}]`));
  }

  paintCell(cell) {
    const role = cell.role === "kernel" ? "kernel" : "input";
    const name = h("span", { class: `cb-${role} cb-name` }, `${cell.role}[${cell.at}]`);
    this.above.message(name, "=", this.view.valueOf(cell), cellInWords(this.view.now, cell));
    this.below.message("");
  }

  paintBoth(at) {
    const { now } = this.view;
    const source = sourceOf(now, SECOND, at);
    const second = `${NAMES[SECOND]}[${at}]`;
    this.above.paint(sumOf(now, at, "shifted", now.above, `${NAMES[FIRST]}[${at}]`));
    if (source)
      return this.below.paint(sumOf(now, source, "input", now.below, `${second} = convolved[${source}]`));
    const why = now.valid
      ? "has no value: nothing is known of what enters here."
      : "= 0, which entered with the shift.";
    this.below.message(h("span", { class: "cb-result" }, second), why);
  }
}

/** The sum on one way through the layer; `picture` is what it reads, `at` the output, and `name` what that is called. */
function sumOf(now, at, picture, { active, out }, name) {
  const sums = summed(now, at);
  const values = sums.map(([i, j]) => active[i][j]);
  const isMax = now.pooling === "max";
  const best = isMax ? values.indexOf(Math.max(...values)) : 0;
  const pooled = `${isMax ? "maximum" : "mean"} of ${values.map(format).join(", ")}`;
  const relu = now.relu ? [{ name: "ReLU", value: values[best] }] : [];
  const pool = sums.length > 1 ? [{ name: pooled, value: out[at[0]][at[1]] }] : [];
  return { name, terms: termsOf(now, sums[best], picture), steps: [...relu, ...pool] };
}
