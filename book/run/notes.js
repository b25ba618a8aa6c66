// What a cell says below its code where the reader has to choose between two codes.
import { h } from "../../utils/convbook/widgets/parts/dom.js";

/**
 * A note that lets the reader choose, and shows the other code to who unfolds it; it goes with the choice.
 * @param {string} words
 * @param {Record<string, () => void>} choices
 * @param {{ title: string, code: string }} other
 */
export function note(words, choices, { title, code }) {
  const el = h("div", { class: "run-note" }, h("p", {}, words));
  const done = (/** @type {() => void} */ act) => () => {
    el.remove();
    act();
  };
  for (const [name, act] of Object.entries(choices))
    el.append(h("button", { type: "button", onclick: done(act) }, name));
  el.append(h("details", {}, h("summary", {}, title), h("pre", {}, code)));
  return el;
}
