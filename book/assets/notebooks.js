// From a disk, browsers show a notebook as text and do not save it: so there it comes as a script.
import { all } from "./page.js";

export function saveNotebooks() {
  if (location.protocol !== "file:") return;
  window.saveNotebook = (name, text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    Object.assign(document.createElement("a"), { href: address, download: name }).click();
  };
  for (const link of all('a[download][href$=".ipynb"]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.head.append(Object.assign(document.createElement("script"), { src: `${link.href}.js` }));
    });
  }
}
