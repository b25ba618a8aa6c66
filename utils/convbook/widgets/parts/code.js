// From picture to code: the runnable lines for what is on the screen, and a button that copies them.
import { button, h } from "./dom.js";

// 1/9 as 1/9, so that the lines give exactly what is on the screen; without the dust of 0.1 + 0.2.
function number(value) {
  const short = Number(value.toFixed(6));
  if (Math.abs(value - short) < 1e-12) return String(short);
  for (let below = 3; below < 100; below++) {
    const above = Math.round(value * below);
    if (above && Math.abs(value - above / below) < 1e-12) return `${above}/${below}`;
  }
  return String(value);
}
export const literal = (value) =>
  Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : number(value);

// A matrix with its rows below each other, np.array([[1, 2],\n          [3, 4]]); of more axes, the matrices below each other.
export function array(name, value, call = "np.array", more = "") {
  const open = `${name} = ${call}(`;
  return `${open}${lines(value, open.length, axes(value) > 2 ? 2 : 1)}${more})`;
}

const axes = (value) => (Array.isArray(value) ? 1 + axes(value[0]) : 0);
const lines = (value, indent, inline) =>
  axes(value) <= inline
    ? literal(value)
    : `[${value.map((part) => lines(part, indent + 1, inline)).join(`,\n${" ".repeat(indent + 1)}`)}]`;

// The browser refuses the clipboard on some pages (file://, no permission): then the text is selected, ready to copy.
export async function copy(text, fallback) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(fallback);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand?.("copy") ?? false;
  }
}

const asText = (lines) =>
  [lines]
    .flat()
    .filter((line) => typeof line === "string")
    .join("\n");

/**
 * The panel with the lines. versions(): { NumPy: the text or its lines, PyTorch: ... }; a line that is no text is left
 * out. say(text) tells what became of a copy.
 */
export function codePanel({ versions, say }) {
  const text = h("code");
  const block = h("pre", { tabindex: 0, "aria-label": "code for what is shown" }, text);
  const tabs = h("div", { class: "cb-tabs", role: "group", "aria-label": "library" });
  const copyLines = async () => {
    const copied = await copy(text.textContent, text);
    say(copied ? "Copied." : "The lines are selected: press Ctrl+C to copy them.");
  };
  let chosen = null;

  function choose(name) {
    chosen = name;
    paint();
    tabs.querySelector("[aria-pressed=true]").focus();
  }
  function paint() {
    const all = versions();
    if (!Object.hasOwn(all, chosen)) chosen = Object.keys(all)[0];
    text.textContent = asText(all[chosen]);
    const tab = (name) => button(name, () => choose(name), { "aria-pressed": String(name === chosen) });
    tabs.replaceChildren(...Object.keys(all).map(tab));
  }
  const bar = h("div", { class: "cb-code-bar" }, tabs, button("Copy", copyLines));
  return { el: h("div", { class: "cb-code", "data-panel": "code" }, bar, block), paint };
}
