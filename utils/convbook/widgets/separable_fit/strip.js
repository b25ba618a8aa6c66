// The strip of SeparableFit: one weight as the products that make it, or one pixel in all three pictures.
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { pinnedStepper } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { sumStrip } from "../parts/sum.js";
import { productsAt } from "./state.js";
import { pixelValues, rankInWords } from "./words.js";

const CHIPS = 5; // products that are written out

export class Strip {
  /**
   * @param {import("../parts/card.js").Card} card
   * @param {Parameters<typeof pinnedStepper>[1]} weights how a weight of the kernel is read and changed
   */
  constructor(card, weights) {
    this.sum = sumStrip({ signal: card.signal });
    this.pinnedValue = pinnedStepper(card, weights);
    this.el = this.sum.el;
  }

  say(text) {
    this.sum.message(text);
  }

  paintPixel(now, made, at) {
    const text = ({ name, value }) =>
      chip(h("span", {}, name), h("span", { class: "cb-output" }, format(tidied(value))));
    const values = pixelValues(now, made, at).map(text);
    this.sum.message(h("span", { class: "cb-output cb-name" }, `y[${at}]`), ...values);
  }

  /** A weight of the kernel, the products that make it at this rank, and what they miss. The pinned one can be changed here. */
  paintWeight(now, at) {
    const [kernel, near, rest] = now.kernels.map((all) => all[at[0]][at[1]]);
    const isPinned = now.pin?.role === "kernel" && same(now.pin.at, at);
    const terms = productsAt(now, at);
    const more = terms.length > CHIPS ? [`+ ${terms.length - CHIPS} more`] : [];
    this.sum.message(
      h("span", { class: "cb-kernel cb-name" }, `kernel[${at.join(", ")}]`),
      "=",
      isPinned ? this.pinnedValue.el : format(kernel),
      `${rankInWords(now, now.rank)}:`,
      ...terms.slice(0, CHIPS).flatMap((term, n) => [...(n ? ["+"] : []), product(term)]),
      ...more,
      "=",
      h("span", { class: "cb-result" }, format(near)),
      `missed: ${format(rest)}`,
    );
    if (isPinned) this.pinnedValue.paint(at);
  }
}

const chip = (...parts) => h("span", { class: "cb-term" }, ...parts);

function product({ x, w, label }) {
  const el = chip(
    h("span", { class: "cb-kernel" }, format(x)),
    h("span", { class: "cb-kernel" }, `× ${format(w)}`),
  );
  el.title = label;
  return el;
}

/** Float32 sums without their dust. */
const tidied = (value) => Number(value.toFixed(3));
