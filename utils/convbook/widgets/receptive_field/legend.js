// What each colour and line of the drawing is, with its numbers.
import { h, setText } from "../parts/dom.js";

const KEYS = ["theory", "beyond", "gradient", "effective", "cone"];

export function legend() {
  const rows = KEYS.map((key) => {
    const [what, how] = [h("span"), h("span")];
    const swatch = h("span", { class: "cb-swatch", "data-of": key, "aria-hidden": "true" });
    return { key, what, how, el: h("li", {}, swatch, what, how) };
  });
  return {
    el: h("ul", { class: "cb-legend-list cb-output" }, ...rows.map(({ el }) => el)),
    /** @param {Record<string, string[]>} words [what, how much] of each */
    paint(words) {
      for (const { key, what, how } of rows) {
        setText(what, words[key][0]);
        setText(how, words[key][1]);
      }
    },
  };
}
