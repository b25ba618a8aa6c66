// Sets the formulas with the book's own MathJax, in its own typefaces.
import { h } from "../../utils/convbook/widgets/parts/dom.js";

export async function setFormulas() {
  window.MathJax = {
    loader: { load: ["core", "input/tex", "output/chtml"] },
    options: {
      processHtmlClass: "math",
      ignoreHtmlClass: "tex2jax_ignore|mathjax_ignore",
      enableMenu: false,
    },
    chtml: { unknownFamily: "'Book Serif', 'Book Signs', serif" }, // for signs that its own typefaces lack
    startup: { typeset: false },
  };
  await new Promise((resolve, reject) => {
    document.head.append(
      h("script", {
        src: "/_static/mathjax/startup.js",
        onload: resolve,
        onerror: () => reject(new Error("MathJax is not in the built book")),
      }),
    );
  });
  const MathJax = /** @type {any} */ (window).MathJax;
  await MathJax.startup.promise;
  await MathJax.typesetPromise();
  for (const { math, typesetRoot } of MathJax.startup.document.math) {
    typesetRoot.setAttribute("role", "img");
    typesetRoot.setAttribute("aria-label", math.trim());
  }
}
