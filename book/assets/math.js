// Typesets the formulas with MathJax, from our own files and after everything else: the widgets come first.
// Over a network it draws with its web fonts, which are light. From a disk, where some browsers refuse fonts, it draws shapes.
(() => {
  const folder = document.currentScript.src.replace(/[^/]*$/, "mathjax/");
  const output = location.protocol === "file:" ? "output/svg" : "output/chtml";
  addEventListener("load", () => {
    if (!document.querySelector(".math")) return;
    MathJax.loader = { load: ["core", "input/tex", output, "a11y/assistive-mml"] };
    const script = document.createElement("script");
    script.src = `${folder}startup.js`;
    document.head.append(script);
  });
})();
