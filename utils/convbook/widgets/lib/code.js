// From picture to code: the runnable lines for what is on the screen, and a button that copies them.
import { h } from "./dom.js";

const number = (value) => String(Number(value.toFixed(6)));
export const literal = (value) => (Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : number(value));

// A matrix with its rows below each other: np.array([[1, 2],\n          [3, 4]])
export function array(name, value, call = "np.array", more = "") {
  const open = `${name} = ${call}(`;
  if (!Array.isArray(value[0])) return `${open}${literal(value)}${more})`;
  return `${open}[${value.map(literal).join(`,\n${" ".repeat(open.length + 1)}`)}]${more})`;
}

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

// versions(): { NumPy: "...", PyTorch: "..." }
export function codePanel({ versions, say }) {
  const text = h("code"), block = h("pre", { tabindex: 0, "aria-label": "code for what is shown" }, text);
  const tabs = h("div", { class: "cb-tabs", role: "group", "aria-label": "library" });
  const copyButton = h("button", { type: "button", class: "cb-button", onclick: async () =>
    say((await copy(text.textContent, text)) ? "Copied." : "The lines are selected: press Ctrl+C to copy them.") }, "Copy");
  let chosen = null;

  function paint() {
    const all = versions();
    chosen = chosen in all ? chosen : Object.keys(all)[0];
    text.textContent = all[chosen];
    tabs.replaceChildren(...Object.keys(all).map((name) => h("button", { type: "button", class: "cb-button", "aria-pressed": String(name === chosen),
      onclick: () => { chosen = name; paint(); tabs.querySelector("[aria-pressed=true]").focus(); } }, name)));
  }
  return { el: h("div", { class: "cb-code", "data-panel": "code" }, h("div", { class: "cb-code-bar" }, tabs, copyButton), block), paint };
}
