// Formulas as MathML, made by MathJax from the TeX that stands in the page, which stays beside it in words.

import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { fit } from "./fitting.js";

/** Loads the reading half of MathJax from the book's own files. */
export async function loadFormulas() {
  const mathjax = { loader: { load: ["core", "input/tex"] }, startup: { typeset: false } };
  const script = Object.assign(document.createElement("script"), { src: "/_static/mathjax/startup.js" });
  Object.assign(window, { MathJax: mathjax });
  await new Promise((resolve, reject) => {
    Object.assign(script, { onload: resolve, onerror: () => reject(new Error("MathJax did not come")) });
    document.head.append(script);
  });
  await /** @type {any} */ (window).MathJax.startup.promise;
}

function mathOf(tex, display) {
  const holder = document.createElement("div");
  holder.innerHTML = /** @type {any} */ (window).MathJax.tex2mml(tex, { display });
  const math = holder.querySelector("math");
  if (math.querySelector("merror")) throw new Error(`MathJax does not understand ${tex}`);
  math.setAttribute("alttext", tex);
  fit(math);
  return math;
}

// No line may break between a formula and the comma behind it.
function keepTogether(place) {
  const { nextSibling: after } = place;
  const [mark] = after?.nodeType === Node.TEXT_NODE ? after.data.match(/^[^\s\w(]*/) : [""];
  if (!mark) return;
  after.data = after.data.slice(mark.length);
  place.replaceWith(h("span", { class: "ours-together" }, ...place.childNodes, mark));
}

export function setFormulas(text) {
  for (const place of text.querySelectorAll(".math")) {
    const number = place.querySelector(".eqno");
    number?.remove();
    const [, open, tex] = place.textContent.trim().match(/^\\([([])([\s\S]*)\\[)\]]$/);
    const math = mathOf(tex.trim(), open === "[");
    place.replaceChildren(...(number ? [number] : []), math);
    if (open === "(") keepTogether(place);
  }
}
