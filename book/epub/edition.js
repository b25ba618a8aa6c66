// One page of the built book as XHTML for an e-reader, which has no scripts and no folds, turns pages, and sets the type
// as its reader likes it. Nothing of the page runs: it is read as a document, changed, and written down.
import { setCode } from "./code.js";
import { collectFolds } from "./folds.js";
import { loadFormulas, setFormulas } from "./formulas.js";
import { setPictures, setWidgets } from "./pictures.js";
import { setTables } from "./tables.js";
import { dropAttributes, dropElements, words } from "./tidy.js";

const HOME = "https://book.invalid/"; // stands for the root of the book while addresses are resolved

// Links to pages that the edition has lead there, other links into the book to where it is public, if it is anywhere.
function setLinks(text, path, names, publicly) {
  for (const link of text.querySelectorAll("a[href]")) {
    const address = link.getAttribute("href");
    const to = new URL(address, HOME + path);
    if (!to.href.startsWith(HOME)) continue;
    const target = decodeURIComponent(to.pathname.slice(1));
    if (names[target]) link.setAttribute("href", (target === path ? "" : names[target]) + to.hash);
    else if (publicly && target.endsWith(".html")) link.setAttribute("href", new URL(address, publicly).href);
    else link.replaceWith(...link.childNodes);
  }
}

/** Makes ready what the formulas need, once for all pages. */
export const start = () => loadFormulas();

const sectionsOf = (text) =>
  [...text.querySelectorAll("h2")].map((heading) => [words(heading), heading.closest("section[id]").id]);

/**
 * What stands on the page at `path`; `names` are the files of all pages of the edition, {path: name}.
 * @returns {Promise<any>} its title, its sections, [[title, id], ...], its pictures, {name: path}, and its XHTML
 */
export async function pageOf(path, names) {
  const page = new DOMParser().parseFromString(await (await fetch(`/${path}`)).text(), "text/html");
  const publicly = page.querySelector('link[rel="canonical"]')?.getAttribute("href");
  const text = page.querySelector("article > section");
  dropElements(text);
  setWidgets(text, publicly);
  setFormulas(text);
  setCode(text);
  collectFolds(text);
  const pictures = setPictures(text, HOME, path);
  setLinks(text, path, names, publicly);
  dropAttributes(text);
  setTables(text);
  const xhtml = new XMLSerializer().serializeToString(text);
  return { title: words(text.querySelector("h1")), sections: sectionsOf(text), pictures, xhtml };
}
