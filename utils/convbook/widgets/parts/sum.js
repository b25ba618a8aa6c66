// The arithmetic strip: one output number as the whole sum that it is, each term linked to its cells.
import { format } from "../arithmetic/numbers.js";
import { h } from "./dom.js";

export const signed = (value) => (value < 0 ? `(${format(value)})` : format(value));

export function sumStrip({ onPreview = () => {}, signal }) {
  const el = h("div", { class: "cb-sum" });
  let pointed = null;
  const point = (term) => {
    if (term !== pointed) onPreview((pointed = term));
  };
  const preview = (event) => {
    const term = event.target.closest?.(".cb-term");
    point(term ? Number(term.dataset.term) : null);
  };
  for (const type of ["pointerover", "focusin"]) el.addEventListener(type, preview, { signal });
  for (const type of ["pointerleave", "focusout"]) el.addEventListener(type, () => point(null), { signal });

  // name: "y[1,1]"; terms: [{ x, w, label, pad }], `pad` for what is no data; bias; steps: what follows the sum, e.g. [{ name: "ReLU", value }].
  // done: how many terms are already added; hidden: the result is still to be predicted.
  // parts: names such as ["R", "G", "B"] for equal shares of the terms; each is added up on a line of its own first.
  function paint({ name, terms, parts = [], bias = 0, steps = [], done = terms.length, hidden = false }) {
    const content = [result(name), "="];
    if (hidden) return show([...content, result("?")]);
    const chips = terms.map((term, t) => termChip(term, t, t >= done));
    const size = terms.length / parts.length;
    const added = (from, to) =>
      terms.slice(from, Math.min(to, done)).reduce((sum, { x, w }) => sum + x * w, 0);
    const lines = parts.map((part, p) =>
      h(
        "div",
        { class: "cb-part" },
        h("b", {}, part),
        ...plus(chips.slice(p * size, (p + 1) * size)),
        ...(p * size < done ? ["=", result(format(added(p * size, (p + 1) * size)))] : []),
      ),
    );
    content.push(
      ...plus(
        parts.length
          ? parts
              .map((_, p) => h("span", {}, signed(added(p * size, (p + 1) * size))))
              .slice(0, Math.ceil(done / size))
          : chips,
      ),
    );
    const all = done === terms.length;
    if (all && bias)
      content.push(
        "+",
        h(
          "span",
          { class: "cb-term cb-bias" },
          h("span", { class: "cb-kernel" }, signed(bias)),
          h("small", {}, "bias"),
        ),
      );
    content.push("=", result(format(added(0, terms.length) + (all ? bias : 0))));
    if (all)
      for (const step of steps)
        content.push("→", h("span", { class: "cb-step" }, step.name), "=", result(format(step.value)));
    show([...lines, ...content]);
  }

  // What stays the same stays in place: a button that is pressed meanwhile must not be moved under the pointer.
  function show(content) {
    content.forEach((part, n) => {
      const old = el.childNodes[n];
      const fresh = typeof part === "string" ? document.createTextNode(part) : part;
      if (!old) el.append(fresh);
      else if (old !== fresh && !old.isEqualNode(fresh)) old.replaceWith(fresh);
    });
    while (el.childNodes.length > content.length) el.lastChild.remove();
  }

  // The strip grows to its tallest content and stays so tall: what is below must not jump while the pointer moves.
  let tallest = 0;
  let width = 0;
  const grown = new ResizeObserver(() => {
    if (el.offsetWidth !== width) {
      width = el.offsetWidth;
      tallest = 0;
      el.style.minHeight = "";
    }
    if (el.offsetHeight > tallest) {
      tallest = el.offsetHeight;
      el.style.minHeight = `${tallest}px`;
    }
  });
  grown.observe(el, { box: "border-box" });
  signal?.addEventListener("abort", () => grown.disconnect());

  // chip("w[0,1] = 2", "kernel", "→ y[0,0]", "output"): one link of an input or of a weight.
  const chip = (text, role, to, target) =>
    h(
      "span",
      { class: "cb-term" },
      h("span", { class: `cb-${role}` }, text),
      h("span", { class: `cb-${target}` }, to),
    );

  return {
    el,
    paint,
    chip,
    message: (...content) =>
      show(content.map((part) => (typeof part === "string" ? h("span", {}, part) : part))),
  };
}

const result = (text) => h("span", { class: "cb-result" }, text);
const plus = (parts) => parts.flatMap((part, n) => (n ? ["+", part] : [part]));

function termChip({ x, w, label, pad }, index, waiting) {
  return h(
    "span",
    {
      class: `cb-term${x * w === 0 ? " cb-nil" : ""}${pad ? " cb-pad" : ""}${waiting ? " cb-waiting" : ""}`,
      "data-term": index,
      title: label,
    },
    h("span", { class: "cb-input" }, format(x)),
    h("span", { class: "cb-kernel" }, `× ${format(w)}`),
  );
}

// The same sum in words, for the live sentence.
export function sumInWords(terms, bias = 0) {
  const products = terms.map(({ x, w }) => `${signed(x)}×${signed(w)}`);
  return [...products, ...(bias ? [`${signed(bias)} (bias)`] : [])].join(" + ");
}
