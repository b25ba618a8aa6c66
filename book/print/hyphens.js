// Hyphens for the text. Which words may break where, a dictionary says in tools/make_pdf.py: a browser's own is on some
// machines only. What no line needs is taken out again, so that the words can be found and copied.
const SHY = "\u00ad";
const WORD = /\p{L}{6,}/gu;
const TEXT = "article :is(p, li, dd)";
const NOT_TEXT =
  "pre, code, a[href^='http'], .math, mjx-container, table, h1, h2, h3, h4, h5, h6, .to-answer, .entry-head, figcaption";

/** @returns {Text[]} the pieces of the running text */
function texts() {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest(TEXT) && !parent.closest(NOT_TEXT))
      found.push(/** @type {Text} */ (walker.currentNode));
  }
  return found;
}

/** All words that are long enough to break. */
export const longWords = () => [...new Set(texts().flatMap((text) => text.data.match(WORD) ?? []))].sort();

/** Lets these words break: { word: the word with soft hyphens }. */
export function hyphenate(broken) {
  for (const text of texts()) {
    const data = text.data.replace(WORD, (word) => broken[word] ?? word);
    if (data !== text.data) text.data = data;
  }
}

/** Takes out the soft hyphens at which no line ends. */
export function dropUnusedHyphens() {
  const kept = texts()
    .filter((text) => text.data.includes(SHY))
    .map((text) => ({ text, data: withUsedHyphens(text) }));
  for (const { text, data } of kept) text.data = data;
}

function withUsedHyphens(text) {
  const range = document.createRange();
  const topOf = (at) => {
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    return [...range.getClientRects()].at(-1)?.top ?? 0; // of two, the first is the empty end of the line before
  };
  return text.data.replace(/\u00ad/g, (_, at) => (topOf(at + 1) - topOf(at - 1) > 2 ? SHY : ""));
}
