/// <reference path="window.d.ts" />
// Before Sphinx's own search, between its options and its code.
(() => {
  // What was found is quoted as it reads, without the marks of a formula and without hints and solutions, which the index
  // leaves out, too; and a page without categories names none.
  const NOTHING =
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.";
  const withoutFolds = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const fold of page.querySelectorAll(".fold[data-of]")) fold.remove();
    return page.documentElement.outerHTML;
  };
  // Sphinx looks words up in plain objects, where "constructor" would be found as a property of every object: they get a
  // prototype that has nothing but what Sphinx asks of it. Words are in lower case, so none of them is its name.
  const bare = Object.assign(Object.create(null), { hasOwnProperty: Object.prototype.hasOwnProperty });
  document.addEventListener("DOMContentLoaded", () => {
    for (const words of [Search._index?.terms, Search._index?.titleterms])
      if (words) Object.setPrototypeOf(words, bare);
    const textOf = Search.htmlToText;
    Search.htmlToText = (html, anchor) => textOf(withoutFolds(html), anchor).replace(/\\[()[\]]/g, "");
    // A size is one word to the search, with an x, and stands in the text with its own sign.
    const quote = Search.makeSearchSummary;
    Search.makeSearchSummary = (html, words, anchor) =>
      quote(
        html,
        [...words].flatMap((word) => [word, word.replace(/(\d)x(?=\d)/g, "$1×")]),
        anchor,
      );
    Documentation.TRANSLATIONS[NOTHING] =
      "No page has all of these words. Try fewer, or another form of them.";
  });

  // A page on a disk, or in a frame without an origin, may not read other pages to quote them.
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = origin !== "null";

  // Where a browser refuses to keep anything, the search would stop: a memory that lasts as long as the page.
  try {
    localStorage.getItem("mode");
  } catch {
    const kept = new Map();
    const memory = {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => kept.set(name, value),
      removeItem: (name) => kept.delete(name),
    };
    Object.defineProperty(window, "localStorage", { value: memory });
  }
})();
