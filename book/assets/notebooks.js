// Notebooks that a page offers to be saved. From a disk, browsers show one as text and do not save it: so there it comes
// as a script. And what is saved by a link comes from the server, also where a browser keeps the book: so there the page
// fetches it.
import { all } from "./page.js";

/** Lets the reader save a notebook under this name. */
export function handOut(name, content) {
  const address = URL.createObjectURL(new Blob([content], { type: "application/x-ipynb+json" }));
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(URL.revokeObjectURL, 60_000, address); // ms: long after it has been taken
}

function asScript({ href }) {
  document.head.append(Object.assign(document.createElement("script"), { src: `${href}.js` }));
}

async function ofWhatIsKept({ href }) {
  const response = await fetch(href).catch(() => null);
  if (response?.ok) handOut(decodeURIComponent(href.split("/").pop()), await response.blob());
  else Object.assign(document.createElement("a"), { href, download: "" }).click(); // the browser says why not
}

export function saveNotebooks() {
  const isOnDisk = location.protocol === "file:";
  if (isOnDisk) window.saveNotebook = handOut;
  for (const link of all('a[download][href$=".ipynb"]')) {
    link.addEventListener("click", (event) => {
      if (!isOnDisk && !navigator.serviceWorker?.controller) return;
      event.preventDefault();
      (isOnDisk ? asScript : ofWhatIsKept)(link);
    });
  }
}
