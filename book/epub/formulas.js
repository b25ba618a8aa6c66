// Formulas as MathML, made by MathJax from the TeX that stands in the page, which stays beside it in words.
const LINE = 21; // em that a line of a small e-reader has
const SMALLEST = 50; // per cent of the size of the text

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

// In steps of ten per cent, how large a formula may be that has to fit into a line.
function fitting(math) {
  document.body.append(math);
  const width = math.getBoundingClientRect().width / Number.parseFloat(getComputedStyle(math).fontSize);
  math.remove();
  return Math.max(SMALLEST, Math.min(100, 10 * Math.floor((10 * LINE) / width)));
}

function mathOf(tex, display) {
  const holder = document.createElement("div");
  holder.innerHTML = /** @type {any} */ (window).MathJax.tex2mml(tex, { display });
  const math = holder.querySelector("math");
  if (math.querySelector("merror")) throw new Error(`MathJax does not understand ${tex}`);
  math.setAttribute("alttext", tex);
  const size = fitting(math);
  if (size < 100) math.classList.add(`ours-fit-${size}`);
  return math;
}

export function setFormulas(text) {
  for (const place of text.querySelectorAll(".math")) {
    const number = place.querySelector(".eqno");
    number?.remove();
    const [, open, tex] = place.textContent.trim().match(/^\\([([])([\s\S]*)\\[)\]]$/);
    const math = mathOf(tex.trim(), open === "[");
    if (number) math.after(number);
    place.replaceChildren(math, ...(number ? [number] : []));
  }
}
