// The document that is printed, step by step as tools/make_pdf.py calls for it.
import { addFront, fillInNumbers } from "./contents.js";
import { fitPages } from "./fit.js";
import { setFormulas } from "./formulas.js";
import { gather, headings } from "./gather.js";
import { dropUnusedHyphens, hyphenate, longWords } from "./hyphens.js";
import { captionLivePictures, codesWanted, drawCodes, inlineDrawings } from "./pictures.js";

export { headings };

/** Makes the document of all pages; returns the addresses of which a code is wanted, and the words that may break. */
export async function compose({ pages, edition }) {
  await gather(pages, edition.address);
  captionLivePictures(pages, edition.address);
  addFront(pages, edition);
  await inlineDrawings();
  return { codes: codesWanted(), words: longWords() };
}

/** Draws the codes, breaks the words, sets the formulas, waits for typefaces and pictures, and fits the pages. */
export async function finish({ codes, words }) {
  hyphenate(words);
  drawCodes(codes);
  fillInNumbers({});
  await setFormulas();
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null))); // see faults
  dropUnusedHyphens();
  return fitPages();
}

export const number = fillInNumbers;

const TOO_WIDE = "pre, table, mjx-container, img, .drawing, p"; // that may not be, or would be cut off

/** What would be wrong on paper. */
export function faults() {
  const right = document.querySelector("main").getBoundingClientRect().right + 1;
  const wide = [...document.querySelectorAll(`main > :not(.cover) :is(${TOO_WIDE})`)]
    .filter((element) => element.getBoundingClientRect().right > right)
    .map((element) => `${where(element)} is wider than the page: ${element.textContent.trim().slice(0, 60)}`);
  const missing = [...document.images]
    .filter((image) => !image.naturalWidth)
    .map((image) => `${image.src} is missing`);
  const wrong = [...document.querySelectorAll("mjx-merror")].map(
    (formula) => `${where(formula)} is wrong: ${formula.textContent}`,
  );
  return [...wide, ...missing, ...wrong];
}

const where = (element) => `${element.tagName.toLowerCase()} in ${element.closest("section[id]")?.id}`;
