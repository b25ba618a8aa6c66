// The way back of a pinned number to the pixels: a line for each step, its terms the strongest first.
import { format, signed } from "../arithmetic/numbers.js";
import { button, h } from "../parts/dom.js";
import { biasOf, isOff, isSum, sumAt, termsOf, valueAt, wayBack } from "./state.js";
import { HELP, HIDDEN, nameOf } from "./words.js";

const FEW = 4; // terms of a line before it is unfolded

export class Trail {
  /** @param {{ onFollow: (unit: any) => void, onPoint: (unit: any) => void, repaint: () => void, signal: AbortSignal }} options */
  constructor({ onFollow, onPoint, repaint, signal }) {
    this.onFollow = onFollow;
    this.repaint = repaint;
    this.unfolded = ""; // the name of the number whose terms are all shown
    this.units = [];
    this.shown = "";
    this.el = h("div", { class: "cb-sum cb-trail", role: "group", "aria-label": "the way back" });
    const point = ({ target }) => onPoint(this.units[target.closest?.("[data-unit]")?.dataset.unit] ?? null);
    for (const type of ["pointerover", "focusin"]) this.el.addEventListener(type, point, { signal });
    for (const type of ["pointerleave", "focusout"])
      this.el.addEventListener(type, () => onPoint(null), { signal });
  }

  /** @param {any} now @param {{ hides: (unit: any) => boolean }} secret */
  paint(now, { hides }) {
    this.units = [];
    const lines = this.linesOf(now, hides);
    const fresh = h("div", {}, ...lines);
    if (fresh.innerHTML === this.shown) return; // what is pressed meanwhile stays where it is
    this.shown = fresh.innerHTML;
    const focus = this.focusedLabel();
    this.el.replaceChildren(...fresh.childNodes);
    if (focus !== null) this.refocus(focus);
  }

  focusedLabel() {
    const here = document.activeElement;
    return here && this.el.contains(here) ? (here.getAttribute("aria-label") ?? here.textContent) : null;
  }

  /** What has the focus may be gone with its line: then the first of the terms takes it. */
  refocus(label) {
    const all = [...this.el.querySelectorAll("button")];
    const again = all.find((one) => (one.getAttribute("aria-label") ?? one.textContent) === label) ?? all[0];
    if (again) again.focus({ preventScroll: true });
  }

  linesOf(now, hides) {
    const { pin } = now;
    if (!pin) return [h("span", {}, HELP)];
    if (pin.role === "input") return [pixelLine(now, pin)];
    const way = wayBack(now, pin);
    const end = way.findIndex(hides);
    const open = end < 0 ? way : way.slice(0, end);
    const lines = open.map((unit) => this.line(now, unit));
    return end < 0
      ? lines
      : [
          ...lines,
          h(
            "div",
            { class: "cb-part" },
            resultChip(nameOf(way[end])),
            "=",
            resultChip("?"),
            h("span", {}, HIDDEN),
          ),
        ];
  }

  line(now, unit) {
    const terms = termsOf(now, unit);
    const name = nameOf(unit);
    const few = this.unfolded === name || terms.length <= FEW + 1 ? terms : terms.slice(0, FEW);
    const chips = few.map((term) => this.chip(term));
    const more = terms.length - few.length;
    const rest = more ? [this.unfold(`and ${more} more`, name)] : [];
    const fold = this.unfolded === name && terms.length > FEW + 1 ? [this.unfold("fewer", "")] : [];
    const parts =
      unit.role === "pool"
        ? [" largest of ", ...chips]
        : [...joined([...chips, ...rest]), "+", biasChip(biasOf(now, unit))];
    const head = isSum(unit) ? [] : ["=", resultChip(format(valueAt(now, unit)))]; // that of a sum stands behind its ReLU
    return h(
      "div",
      { class: "cb-part" },
      resultChip(name),
      ...head,
      "=",
      ...parts,
      ...fold,
      ...ending(now, unit),
    );
  }

  unfold(text, name) {
    const toggle = () => {
      this.unfolded = name;
      this.repaint();
    };
    return button(text, toggle, { class: "cb-button cb-unfold" });
  }

  chip({ unit, x, w }) {
    const index = this.units.push(unit) - 1;
    const product = w === null ? format(x) : `${format(x)} × ${format(w)}`;
    return h(
      "button",
      {
        type: "button",
        class: `cb-term${x === 0 || w === 0 ? " cb-nil" : ""}`,
        "data-unit": index,
        "aria-label": `${nameOf(unit)}: ${product}, follow it`,
        onclick: () => this.onFollow(unit),
      },
      h(
        "span",
        { class: unit.role === "input" ? "cb-input" : "cb-output" },
        h("small", {}, nameOf(unit)),
        ` ${format(x)}`,
      ),
      w === null ? null : h("span", { class: "cb-kernel" }, `× ${format(w)}`),
    );
  }
}

const resultChip = (text) => h("span", { class: "cb-result cb-output" }, text);
const joined = (parts) => parts.flatMap((part, n) => (n ? ["+", part] : [part]));
const biasChip = (bias) =>
  h(
    "span",
    { class: "cb-term cb-bias" },
    h("span", { class: "cb-kernel" }, signed(bias)),
    h("small", {}, "bias"),
  );

/** What follows the terms of a convolution: the sum, and what becomes of it. */
function ending(now, unit) {
  if (!isSum(unit)) return [];
  const value = resultChip(format(valueAt(now, unit)));
  const step = h("span", { class: "cb-step" }, isOff(now, unit) ? "off" : "ReLU");
  return ["=", resultChip(format(sumAt(now, unit))), "→", step, "=", value];
}

function pixelLine(now, unit) {
  const [i, j] = unit.at;
  const ink = now.input[i][j];
  const under = ink / 16 === valueAt(now, unit) ? "" : ", hidden by the patch";
  return h(
    "div",
    { class: "cb-part" },
    h("span", { class: "cb-input cb-name" }, nameOf(unit)),
    `= ${format(valueAt(now, unit))}: ink ${format(ink)} of 16${under}. Here the way back ends.`,
  );
}
