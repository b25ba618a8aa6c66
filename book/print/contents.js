// The cover, the page behind it and the contents; and the page numbers, which nobody knows before it has been printed once.
import { h } from "../../utils/convbook/widgets/parts/dom.js";

/**
 * What the title pages say, from _config.yml, CITATION.cff and CHANGELOG.md.
 * @typedef {{ title: string, subtitle: string, author: string, edition: string, licence: string[], address: string, picture: string, sign: string }} Edition
 */

/** Puts cover, imprint and contents in front of the pages. */
export function addFront(pages, /** @type {Edition} */ edition) {
  const list = h("ol", {}, ...pages.flatMap(linesOf));
  const contents = h("section", { class: "contents-page", id: "contents" }, h("h1", {}, "Contents"), list);
  document.querySelector("main").prepend(cover(edition), imprint(edition), contents);
}

function cover({ title, subtitle, author, picture, sign }) {
  const kernel = h("span", { class: "cover-sign", "aria-hidden": "true" });
  kernel.innerHTML = sign;
  return h(
    "section",
    { class: "cover" },
    h("img", { src: picture, alt: "" }),
    kernel,
    h("p", { class: "cover-title" }, title),
    h("p", { class: "cover-subtitle" }, subtitle),
    h("p", { class: "cover-author" }, author),
  );
}

function imprint({ title, author, edition, licence, address }) {
  const where = address
    ? [
        "The book on the screen, where its pictures are alive: ",
        h("a", { href: address }, address.replace(/^https?:\/\//, "")),
      ]
    : ["On the screen the pictures of this book are alive, and its code runs in the page."];
  const lines = [[h("b", {}, title)], [author], [edition], where, ...licence.map((line) => [line])];
  return h("section", { class: "imprint" }, ...lines.map((line) => h("p", {}, ...line)));
}

function linesOf(page) {
  const lines = [];
  if (page.element.querySelector(":scope > .part")) lines.push(line("part", page.part, `${page.id}--part`));
  lines.push(line(page.kind, page.title, page.id));
  const sections = page.kind === "chapter" ? page.element.querySelectorAll("h3.level-2") : [];
  for (const heading of sections)
    lines.push(line("section", heading.textContent.trim(), heading.closest("section[id]").id));
  return lines;
}

const line = (kind, title, id) =>
  h(
    "li",
    { class: `line-${kind}` },
    h(
      "a",
      { href: `#${id}` },
      h("span", {}, title),
      h("i", { class: "leader" }),
      h("span", { class: "number" }),
    ),
  );

/**
 * Writes down on which page each thing stands that the contents or a reference names.
 * @param {Record<string, number>} numbers by their ids
 */
export function fillInNumbers(numbers) {
  const numberOf = (link) => numbers[link.getAttribute("href").slice(1)] ?? "";
  for (const link of document.querySelectorAll(".contents-page a"))
    link.querySelector(".number").textContent = String(numberOf(link));
  for (const link of document.querySelectorAll("a.turn-to"))
    link.querySelector(".its-page").textContent = `${link.matches(".on") ? "on " : ""}page ${numberOf(link)}`;
}
