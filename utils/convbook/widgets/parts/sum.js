// The arithmetic strip: one output number as the whole sum that it is, each term linked to its cells.
import { format, signed } from "../arithmetic/numbers.js";
import { h } from "./dom.js";
import { Room } from "./room.js";

/**
 * A product of a sum; `label` names its cells, `pad` says that `x` is no data.
 * @typedef {{ x: number, w: number, label?: string, pad?: boolean }} Term
 *
 * A number as its sum, e.g. `name` "y[1,1]". `steps` is what follows the sum, e.g. [{ name: "ReLU", value }]; `done`
 * how many terms are added already; `hidden` that the result is still to be predicted; `parts` are names such as
 * ["R", "G", "B"] for equal shares of the terms, each of which is added up on a line of its own first; `roles` are the
 * colours of a term's two numbers and of the result.
 * @typedef {{
 *   name: string, terms: Term[], parts?: string[], bias?: number, steps?: { name: string, value: number }[],
 *   done?: number, hidden?: boolean, roles?: string[],
 * }} Sum
 */

const ROLES = ["input", "kernel", "output"];

/** @param {{ onPreview?: (term: number | null) => void, signal: AbortSignal }} options */
export const sumStrip = (options) => new SumStrip(options);

class SumStrip {
  /** @param {{ onPreview?: (term: number | null) => void, signal: AbortSignal }} options */
  constructor({ onPreview = () => {}, signal }) {
    this.el = h("div", { class: "cb-sum", role: "group", "aria-label": "the sum" });
    this.onPreview = onPreview;
    this.pointed = null;
    this.listen(signal);
    this.room = new Room(this.el, signal, () => this.letKeysScroll());
  }

  /**
   * Keeps room for the tallest of what may come in this state: what is below must not move while the pointer moves.
   * @param {any} about what the contents depend on
   * @param {() => ((strip: SumStrip) => void)[]} contents each shows one thing on the strip that it gets
   */
  reserve(about, contents) {
    const drawn = () => contents().map((show) => (el) => show(sketch(this, el)));
    this.room.reserve(JSON.stringify(about), drawn);
  }

  listen(signal) {
    const preview = ({ target }) => {
      const term = target.closest?.(".cb-term");
      this.point(term?.dataset.term ? Number(term.dataset.term) : null);
    };
    for (const type of ["pointerover", "focusin"]) this.el.addEventListener(type, preview, { signal });
    for (const type of ["pointerleave", "focusout"])
      this.el.addEventListener(type, () => this.point(null), { signal });
    this.el.addEventListener("keydown", (event) => this.onKey(event), { signal });
  }

  point(term) {
    if (term !== this.pointed) this.onPreview(term);
    this.pointed = term;
  }

  // The terms are one stop of the tab order; the arrow keys go from term to term.
  onKey(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const terms = [...this.el.querySelectorAll("[data-term]")];
    const here = terms.indexOf(event.target);
    const next = terms[here + by];
    if (here < 0 || !next) return;
    event.preventDefault();
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  /** @param {Sum} sum */
  paint({
    name,
    terms,
    parts = [],
    bias = 0,
    steps = [],
    done = terms.length,
    hidden = false,
    roles = ROLES,
  }) {
    const result = (text) => h("span", { class: `cb-result cb-${roles[2]}` }, text);
    if (hidden) return this.show([result(name), "=", result("?")]);
    const chips = terms.map((term, n) => termChip(term, n, { waiting: n >= done, roles }));
    const subtotals = parts.length ? partSums(terms, parts, done) : [];
    const lines = parts.map((part, n) => partLine(part, chips, subtotals[n], n));
    const added = sumOf(terms.slice(0, done));
    const begun = subtotals.filter((subtotal) => subtotal.begun);
    const content = [
      ...lines,
      result(name),
      "=",
      ...joined(parts.length ? begun.map(({ value }) => h("span", {}, signed(value))) : chips),
    ];
    if (done < terms.length) return this.show([...content, "=", result(format(added))]);
    if (bias) content.push("+", biasChip(bias));
    content.push("=", result(format(added + bias)));
    for (const { name: step, value } of steps)
      content.push("→", h("span", { class: "cb-step" }, step), "=", result(format(value)));
    this.show(content);
  }

  /** Shows words and elements in place of a sum. */
  message(...content) {
    this.show(content.map((part) => (typeof part === "string" ? h("span", {}, part) : part)));
  }

  /** One link of an input or of a weight: chip("w[0,1] = 2", "kernel", "→ y[0,0]", "output"). */
  chip = (text, role, to, target) =>
    h(
      "span",
      { class: "cb-term" },
      h("span", { class: `cb-${role}` }, text),
      h("span", { class: `cb-${target}` }, to),
    );

  // What stays the same stays in place: a button that is pressed meanwhile must not be moved under the pointer.
  show(content) {
    const fresh = content.map((part) => (typeof part === "string" ? document.createTextNode(part) : part));
    const old = [...this.el.childNodes];
    const stays = (node, n) => node === fresh[n] || node.isEqualNode(fresh[n] ?? null);
    const gone = old.filter((node, n) => !stays(node, n));
    leaveFieldsOf(gone);
    fresh.forEach((node, n) => {
      if (!old[n]) this.el.append(node);
      else if (gone.includes(old[n])) old[n].replaceWith(node);
    });
    for (const node of old.slice(content.length)) node.remove();
    this.letKeysScroll();
  }

  // Where it is cut, as on a phone, the keyboard must be able to scroll it.
  letKeysScroll() {
    if (this.el.scrollHeight > this.el.clientHeight + 1) this.el.tabIndex = 0;
    else this.el.removeAttribute("tabindex");
  }
}

// Not every browser ends the typing in a field that is taken away, and what was typed would be lost.
function leaveFieldsOf(/** @type {ChildNode[]} */ parts) {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && parts.some((part) => part.contains(field))) field.blur();
}

/** A strip to be measured: it shows copies, so that nothing leaves the strip that is seen. */
function sketch(strip, el) {
  const show = (content) => el.replaceChildren(...content.map((part) => part.cloneNode?.(true) ?? part));
  return Object.assign(Object.create(strip), { el, show });
}

const result = (text) => h("span", { class: "cb-result cb-output" }, text);
const joined = (parts) => parts.flatMap((part, n) => (n ? ["+", part] : [part]));
const sumOf = (terms) => terms.reduce((sum, { x, w }) => sum + x * w, 0);

// What each part has come to, and whether its first term is added.
function partSums(terms, parts, done) {
  const size = terms.length / parts.length;
  return parts.map((_, n) => ({
    size,
    begun: n * size < done,
    value: sumOf(terms.slice(n * size, Math.min((n + 1) * size, done))),
  }));
}

function partLine(part, chips, { size, begun, value }, n) {
  const sum = begun ? ["=", result(format(value))] : [];
  const own = chips.slice(n * size, (n + 1) * size);
  return h("div", { class: "cb-part" }, h("b", {}, part), ...joined(own), ...sum);
}

/** @param {Term} term */
function termChip({ x, w, label, pad }, index, { waiting, roles }) {
  const kinds = [x * w === 0 && "cb-nil", pad && "cb-pad", waiting && "cb-waiting"].filter(Boolean);
  return h(
    "span",
    {
      class: ["cb-term", ...kinds].join(" "),
      "data-term": index,
      title: label,
      tabindex: index ? -1 : 0,
      role: "note",
      "aria-label": label && `${label}: ${format(x)} × ${format(w)}`,
    },
    h("span", { class: `cb-${roles[0]}` }, format(x)),
    h("span", { class: `cb-${roles[1]}` }, `× ${format(w)}`),
  );
}

const biasChip = (bias) =>
  h(
    "span",
    { class: "cb-term cb-bias" },
    h("span", { class: "cb-kernel" }, signed(bias)),
    h("small", {}, "bias"),
  );
