/// <reference path="window.d.ts" />
// Light or dark, before the first paint, so that nothing flashes: the reader's choice, or what the system prefers.
// The one script that a page waits for, so it reads for itself what memory.js keeps. What stands here on `window`,
// colours.js and nobody else uses.
const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

window.applyMode = (mode) => {
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (prefersDark.matches ? "dark" : "light") : mode;
};

// Where code can run: Python lies beside the book, and the page has an origin, which a page on a disk has not, nor one in
// a frame that gives it none. The room for the buttons is kept from the first paint on.
if (root.dataset.python && root.dataset.run && origin !== "null" && typeof WebAssembly === "object")
  root.dataset.runs = "";

let stored;
try {
  stored = localStorage.getItem("seeing-convolutions mode");
} catch {
  /* a browser may keep no memory for a page on disk, or for one in a frame */
}
applyMode(["light", "dark"].includes(stored) ? stored : "auto");
prefersDark.addEventListener("change", () => applyMode(root.dataset.mode));
