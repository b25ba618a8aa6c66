/// <reference path="window.d.ts" />
// Before Sphinx's own search, between its options and its code.
(() => {
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
