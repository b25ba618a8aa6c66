// What the reader wrote in the cells of one page: kept in this browser alone, each cell for itself, so that two tabs of a
// page lose nothing of each other; taken along as the page's own notebook.
import { hearOfOthers, namesKept, recallForGood, rememberForGood } from "../assets/memory.js";

/** @typedef {{ words: string, book: string }} Draft what the reader wrote, and the book's code that they wrote it over */

function read(text) {
  try {
    const { words, book } = JSON.parse(text);
    return typeof words === "string" && typeof book === "string" ? { words, book } : null;
  } catch {
    return null; // something else has written there
  }
}

export class Drafts {
  /** What could not be kept, since the browser keeps nothing or is full: it lasts as long as this page. @type {Map<string, Draft>} */
  #unkept = new Map();
  /** What another tab has written something else for, until the reader has chosen. @type {Set<string>} */
  #held = new Set();

  /** @param {string} notebook the page, as "notebooks/01_convolution.ipynb" */
  constructor(notebook) {
    this.start = `code ${notebook} `;
  }

  /** @returns {Draft | null} */
  of(id) {
    return this.#unkept.get(id) ?? this.kept(id);
  }

  /** What the browser keeps, whichever tab has written it. @returns {Draft | null} */
  kept(id) {
    return read(recallForGood(this.start + id) ?? "null");
  }

  /** Hears of the cells that another tab writes, by their ids. */
  listen(heard) {
    hearOfOthers(this.start, (name) => heard(name.slice(this.start.length)));
  }

  /** Keeps it for this page alone, so that it writes over nothing that another tab has written. */
  hold(id, draft) {
    this.#held.add(id);
    this.#unkept.set(id, draft);
  }

  /** @returns {boolean} whether this page has words that are kept nowhere else */
  isOnlyHere(id) {
    return this.#unkept.has(id);
  }

  isHeld(id) {
    return this.#held.has(id);
  }

  release(id) {
    this.#held.delete(id);
    this.#unkept.delete(id);
  }

  /** @returns {boolean} whether the browser keeps it */
  keep(id, draft) {
    const kept = rememberForGood(this.start + id, draft && JSON.stringify(draft));
    if (kept || !draft) this.#unkept.delete(id);
    else this.#unkept.set(id, draft);
    return kept;
  }

  /** All of them, by the ids of their cells, also of cells that this edition has not. @returns {Map<string, Draft>} */
  all() {
    const ids = namesKept(this.start).map((name) => name.slice(this.start.length));
    const found = [...new Set([...ids, ...this.#unkept.keys()])].map((id) => [id, this.of(id)]);
    return new Map(/** @type {[string, Draft][]} */ (found.filter(([, draft]) => draft)));
  }

  get hasUnkept() {
    return this.#unkept.size > 0;
  }
}
