// Pictures for paper: drawings become part of the document, so that they are set in its own typefaces, and under each
// picture that is alive on the screen stands where that is.
import { h } from "../../utils/convbook/widgets/parts/dom.js";

const DRAWING = /\.svg$/;

/** Draws every SVG of the document in it; each in a tree of its own, since their ids and styles know nothing of others. */
export async function inlineDrawings() {
  const images = [...document.querySelectorAll("main img")].map(
    (img) => /** @type {HTMLImageElement} */ (img),
  );
  const drawings = images.filter((img) => DRAWING.test(new URL(img.src).pathname));
  const texts = new Map();
  for (const { src } of drawings)
    if (!texts.has(src))
      texts.set(
        src,
        fetch(src).then((answer) => answer.text()),
      );
  for (const img of drawings) img.replaceWith(drawn(img, await texts.get(img.src)));
}

function drawn(img, text) {
  const svg = new DOMParser().parseFromString(inOurTypefaces(text), "image/svg+xml").documentElement;
  const [width, height] = sizeOf(svg, img);
  const host = h("span", { class: `drawing ${img.className}`.trim(), role: "img", "aria-label": img.alt });
  host.style.cssText = `${img.style.cssText}; aspect-ratio: ${width} / ${height}`;
  host.style.width ||= `${width}px`;
  host.dataset.height = String(height);
  svg.setAttribute("width", "100%");
  svg.setAttribute("height", "100%");
  if (!svg.hasAttribute("viewBox")) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("aria-hidden", "true");
  const style = h(
    "style",
    {},
    ":host { display: block } svg { display: block; overflow: visible; max-width: none }",
  );
  host.attachShadow({ mode: "open" }).append(style, document.importNode(svg, true));
  return host;
}

const sizeOf = (svg, img) =>
  ["width", "height"].map(
    (side) => Number(img.getAttribute(side)) || Number.parseFloat(svg.getAttribute(side)),
  );

/** Generic families are this machine's: these are the book's. */
const inOurTypefaces = (/** @type {string} */ text) =>
  text
    .replace(/'DejaVu Sans Mono'(, [^;"<]*monospace)?/g, "'Book Code', 'Book Signs'")
    .replace(/'DejaVu Sans'(, [^;"<]*sans-serif)?/g, "'Book Sans', 'Book Signs'")
    .replace(/\bmonospace\b/g, "'Book Code', 'Book Signs'")
    .replace(/\bsans-serif\b/g, "'Book Sans', 'Book Signs'");

/**
 * Numbers the pictures that are alive on the screen, and gives each a caption that says where.
 * @returns {string[]} their addresses in the book
 */
export function captionLivePictures(pages, address) {
  return pages.flatMap((page) =>
    [...page.element.querySelectorAll(".convbook-mount")].map((mount, n) =>
      caption(mount, page, n + 1, address),
    ),
  );
}

function caption(mount, page, n, address) {
  for (const data of mount.querySelectorAll("script")) data.remove();
  const section = mount.closest("section[id]:not(.page)");
  const fragment = section?.id.replace(`${page.id}--`, "#") ?? "";
  const path = page.path + fragment;
  const name = `${page.number ? `${page.number}.` : ""}${n}`;
  const place = h(
    "span",
    { class: "place" },
    ...(address ? [link(address, path)] : inWords(page, n, section)),
  );
  const text = h(
    "span",
    {},
    h("b", {}, `Live picture ${name}. `),
    "On the screen you can play with it: ",
    place,
  );
  const figcaption = h("figcaption", {}, text);
  if (address) figcaption.append(h("span", { class: "qr", "data-address": new URL(path, address).href }));
  mount.replaceWith(
    h("figure", { class: "live-picture", id: `${page.id}--picture-${n}` }, ...mount.childNodes, figcaption),
  );
  return path;
}

const link = (address, path) => {
  const whole = new URL(path, address).href;
  return h("a", { href: whole }, whole.replace(/^https?:\/\//, ""));
};

function inWords(page, n, section) {
  const where = {
    front: "on the first page",
    chapter: `in chapter ${page.number}`,
    exercises: `in the exercises on chapter ${page.number}`,
  };
  const title = section?.querySelector(":scope > :is(h3, h4, h5, h6):not(.level-1)")?.textContent.trim();
  const under = title ? [", under ", h("em", {}, title)] : [];
  return [
    `picture ${n} ${where[page.kind] ?? `of ${page.title}`} of the book`,
    ...under,
    /[.?!]$/.test(title ?? "") ? "" : ".",
  ];
}

/** Puts the codes that lead to these addresses into their places: { address: SVG }. */
export function drawCodes(codes) {
  for (const place of document.querySelectorAll(".qr")) {
    const address = /** @type {HTMLElement} */ (place).dataset.address;
    place.innerHTML = codes[address];
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", `Code that leads to ${address}`);
  }
}

export const codesWanted = () =>
  [...document.querySelectorAll(".qr")].map((place) => /** @type {HTMLElement} */ (place).dataset.address);
