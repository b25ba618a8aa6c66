// Brings the pages of the book into one document, each a section of it, with ids and links that hold among all of them.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { collect } from "./answers.js";

/**
 * One page of the book, as tools/pages_in_order.py names it, and what becomes known of it here.
 * @typedef {{ path: string, kind: string, part: string, number: number, id: string, title: string, element: HTMLElement }} BookPage
 */

const ONLY_ON_SCREENS =
  "script:not([type='application/json']), .headerlink, .doors, .offers, form, button, input, noscript, " +
  ".on-screens, #on-the-page-itself, section:has(> :is(.credits-search, .credits-python))";
const words = (/** @type {Element} */ element) => element.textContent.trim().replace(/\s+/g, " ");
const idOf = (/** @type {string} */ path) => path.replace(/\.html$/, "").replace(/[^\w]+/g, "-");

/**
 * Fills the document with these pages; `address` is where the book is published, or "".
 * @param {BookPage[]} pages
 */
export async function gather(pages, address) {
  const fetched = await Promise.all(pages.map(fetchPage));
  const known = new Map(pages.map((page) => [new URL(page.path, location.origin).pathname, idOf(page.path)]));
  let part = "";
  for (const [n, page] of pages.entries()) {
    const opens = page.part !== part ? page.part : "";
    part = page.part;
    takeIn(page, fetched[n], opens);
    lead(page, known, address);
    collect(page);
    lowerHeadings(page);
  }
  document.body.append(h("main", {}, ...pages.map((page) => page.element)));
  document.head.append(h("style", {}, pages.map(runningHead).join("\n")));
}

/** @param {BookPage} page */
async function fetchPage(page) {
  const answer = await fetch(`/${page.path}`);
  if (!answer.ok) throw new Error(`the page ${page.path} is not in the built book: ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article");
}

/** @param {BookPage} page */
function takeIn(page, article, opens) {
  page.id = idOf(page.path);
  for (const element of article.querySelectorAll(ONLY_ON_SCREENS)) element.remove();
  for (const element of article.querySelectorAll("[id]")) element.id = `${page.id}--${element.id}`;
  for (const picture of article.querySelectorAll("img[src]")) {
    picture.src = new URL(picture.getAttribute("src"), new URL(page.path, location.origin)).href;
    picture.loading = "eager";
  }
  for (const link of article.querySelectorAll("a:has(> img)")) link.replaceWith(...link.childNodes);
  const title = article.querySelector("h1");
  page.title = words(title);
  const label = opens ? [h("h1", { class: "part", id: `${page.id}--part` }, opens)] : [];
  page.element = h("section", { class: `page ${page.kind}`, id: page.id }, ...label, article);
}

/**
 * Lets links lead to the pages of this document, to the web, or nowhere.
 * @param {BookPage} page
 */
function lead(page, known, address) {
  const here = new URL(page.path, location.origin);
  for (const link of page.element.querySelectorAll("a[href]")) {
    const target = new URL(link.getAttribute("href"), here);
    if (target.origin !== location.origin) continue;
    const id = known.get(target.pathname.replace(/\/$/, "/index.html"));
    const fragment = target.hash && `--${decodeURIComponent(target.hash.slice(1))}`;
    if (id) link.setAttribute("href", `#${id}${fragment}`);
    else if (address)
      link.setAttribute("href", new URL(target.pathname.slice(1) + target.hash, address).href);
    else link.replaceWith(...link.childNodes); // what is on the screen alone, and no one knows where
  }
}

/**
 * The bookmarks follow the headings: parts are the first level, chapters the second, their exercises the third.
 * @param {BookPage} page
 */
function lowerHeadings(page) {
  const by = { front: 0, exercises: 2 }[page.kind] ?? 1;
  for (const heading of page.element.querySelectorAll("article :is(h1, h2, h3, h4, h5, h6)")) {
    const level = Number(heading.tagName[1]);
    const lowered = h(`h${Math.min(6, level + by)}`, { class: `level-${level} ${heading.className}`.trim() });
    lowered.append(...heading.childNodes);
    if (heading.id) lowered.id = heading.id;
    heading.replaceWith(lowered);
  }
}

/**
 * A page of the paper is of the kind that its section names: its head says where one is.
 * @param {BookPage} page
 */
function runningHead(page) {
  const name = `head-${page.id}`;
  page.element.style.setProperty("page", name);
  const [left, right] = [page.part || "Seeing Convolutions", page.title].map((text) => JSON.stringify(text));
  return `@page ${name}:left { @top-right { content: ${left}; } } @page ${name}:right { @top-left { content: ${right}; } }`;
}

/** What there is to find: every heading, in words, with the place that the contents and the bookmarks name. */
export const headings = () =>
  [...document.querySelectorAll("main :is(h1, h2, h3, h4, h5, h6)")].map((heading) => ({
    title: words(heading),
    level: Number(heading.tagName[1]),
  }));
