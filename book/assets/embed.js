// A widget's page of its own, in the frame of somebody else's: light or dark, and as high as it needs. It keeps nothing.
const html = document.documentElement;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const asked = new URLSearchParams(location.search).get("mode");

function wear() {
  const dark = asked === "dark" || (asked !== "light" && systemIsDark.matches);
  html.dataset.theme = dark ? "dark" : "light";
}
wear(); // before the first paint, so that nothing flashes
systemIsDark.addEventListener("change", wear);

// Whoever holds the frame may give it this height, in px. They learn nothing else, so anyone may hear it.
const tell = () => parent.postMessage({ convolutionsHeight: Math.ceil(html.offsetHeight) }, "*");
if (parent !== window) new ResizeObserver(tell).observe(html);
