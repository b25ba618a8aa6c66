// The arithmetic strip: one output number as the whole sum that it is, each term linked to its cells.
import { format, h } from "./dom.js";

const signed = (value) => (value < 0 ? `(${format(value)})` : format(value));

export function sumStrip({ onPreview = () => {}, signal }) {
  const el = h("div", { class: "cb-sum" });
  const preview = (event) => {
    const term = event.target.closest?.(".cb-term");
    onPreview(term ? Number(term.dataset.term) : null);
  };
  for (const type of ["pointerover", "focusin"]) el.addEventListener(type, preview, { signal });
  for (const type of ["pointerleave", "focusout"]) el.addEventListener(type, () => onPreview(null), { signal });

  // name: "y[1,1]"; terms: [{ x, w, label, pad }], `pad` for what is no data; bias; steps: what follows the sum, e.g. [{ name: "ReLU", value }].
  // done: how many terms are already added; hidden: the result is still to be predicted.
  function paint({ name, terms, bias = 0, steps = [], done = terms.length, hidden = false }) {
    const parts = [h("span", { class: "cb-result" }, name), "="];
    if (hidden) parts.push(h("span", { class: "cb-result" }, "?"));
    else {
      terms.forEach((term, t) => parts.push(...(t ? ["+"] : []), termChip(term, t, t >= done)));
      let total = terms.slice(0, done).reduce((sum, { x, w }) => sum + x * w, 0);
      if (done === terms.length && bias) parts.push("+", h("span", { class: "cb-term cb-bias" }, h("span", { class: "cb-kernel" }, signed(bias)), h("small", {}, "bias")));
      if (done === terms.length) total += bias;
      parts.push("=", h("span", { class: "cb-result" }, format(total)));
      if (done === terms.length)
        for (const step of steps) parts.push("→", h("span", { class: "cb-step" }, step.name), "=", h("span", { class: "cb-result" }, format(step.value)));
    }
    show(parts);
  }

  // The strip grows to its tallest content and stays so tall: what is below must not jump while the pointer moves.
  let tallest = 0, width = 0;
  function show(content) {
    el.replaceChildren(...content);
    if (el.offsetWidth !== width) { width = el.offsetWidth; tallest = 0; el.style.minHeight = ""; }
    if (el.offsetHeight > tallest) { tallest = el.offsetHeight; el.style.minHeight = `${tallest}px`; }
  }

  // chip("w[0,1] = 2", "kernel", "→ y[0,0]", "output"): one link of an input or of a weight.
  const chip = (text, role, to, target) => h("span", { class: "cb-term" }, h("span", { class: `cb-${role}` }, text), h("span", { class: `cb-${target}` }, to));

  return { el, paint, chip, message: (...content) => show(content.map((part) => (typeof part === "string" ? h("span", {}, part) : part))) };
}

function termChip({ x, w, label, pad }, index, waiting) {
  return h("span", { class: `cb-term${x * w === 0 ? " cb-nil" : ""}${pad ? " cb-pad" : ""}${waiting ? " cb-waiting" : ""}`, "data-term": index, title: label },
    h("span", { class: "cb-input" }, format(x)), h("span", { class: "cb-kernel" }, `× ${format(w)}`));
}

// The same sum in words, for the live sentence.
export function sumInWords(terms, bias = 0) {
  const products = terms.map(({ x, w }) => `${signed(x)}×${signed(w)}`);
  return [...products, ...(bias ? [`${signed(bias)} (bias)`] : [])].join(" + ");
}
