// What the shown kernel is made of: columns times rows, or depthwise kernels with their weights.
import { format } from "../arithmetic/numbers.js";
import { h } from "../parts/dom.js";
import { largest } from "../parts/grid.js";
import { termsOf } from "./state.js";
import { thumbnail } from "./walls.js";
import { short } from "./words.js";

const MOST = 3; // terms that are drawn
const NUMBERED = 5; // entries of a column that have room for their numbers

export class Terms {
  constructor() {
    this.el = h("div", { class: "cb-terms" });
    this.shown = "";
  }

  /** `weight` is the place of the weight that is explained, if any. */
  paint(now, weight, secret) {
    const terms = secret ? [] : termsOf(now);
    const next = JSON.stringify([terms, weight, secret]);
    if (next === this.shown) return;
    this.shown = next;
    const drawn = terms.slice(0, MOST).map((term) => (now.spatial ? product(term, weight) : mix(term)));
    const more = terms.length > MOST ? [`+ ${terms.length - MOST} more`] : [];
    const name = now.spatial
      ? "column × row"
      : "depthwise kernels of the channel, and what the 1×1 takes of each";
    this.el.hidden = secret;
    this.el.replaceChildren(
      h("p", { class: "cb-note" }, name),
      ...drawn.flatMap((term, n) => (n ? [sign("+"), term] : [term])),
      ...more.map(sign),
    );
  }
}

const sign = (text) => h("span", { class: "cb-note" }, text);

function product({ column, row }, weight) {
  return h(
    "span",
    { class: "cb-product", role: "img", "aria-label": `column ${words(column)} times row ${words(row)}` },
    vector("cb-column-of", column, weight?.[0]),
    sign("×"),
    vector("cb-row-of", row, weight?.[1]),
  );
}

const words = (values) => values.map(format).join(", ");

function vector(kind, values, here) {
  const top = largest(values);
  const cells = values.map((value, n) => {
    const cell = h("i", { class: n === here ? "cb-here" : "" }, values.length > NUMBERED ? "" : short(value));
    cell.style.setProperty("--weight", String(Math.abs(value) / top));
    if (value < 0) cell.style.setProperty("--tone", "var(--cb-negative)");
    return cell;
  });
  return h("span", { class: `cb-vector ${kind} cb-kernel`, "aria-hidden": "true" }, ...cells);
}

function mix({ kernel, weight }) {
  const { el, draw } = thumbnail();
  draw(kernel, largest(kernel));
  const name = `depthwise kernel ${kernel.map(words).join("; ")}, taken ${format(weight)} times`;
  return h("span", { class: "cb-product", role: "img", "aria-label": name }, el, sign(`× ${format(weight)}`));
}
