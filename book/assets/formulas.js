// Typesets the formulas with MathJax, from our own files and after everything else: the widgets come first.
// It draws with its web fonts, which are light. Where fonts are refused, on a disk and in a frame without an origin of
// its own, it draws shapes.
const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const folder = script.src.replace(/[^/]*$/, "mathjax/");

export function setFormulas() {
  if (!document.querySelector(".math")) return;
  const output = origin === "null" ? "output/svg" : "output/chtml";
  addEventListener("load", () => {
    window.MathJax = {
      loader: { load: ["core", "input/tex", output, "a11y/assistive-mml"] },
      options: { processHtmlClass: "math", ignoreHtmlClass: "tex2jax_ignore|mathjax_ignore" },
    };
    document.head.append(Object.assign(document.createElement("script"), { src: `${folder}startup.js` }));
  });
}
