// What the reader did, kept in the address and in the tab: Reload, Back and Forward bring all of it back.
import { entriesOf, fragmentOf, fragmentTo, isEndless, placeOf, textOf } from "./address.js";
import { lastPlace } from "./place.js";

const REST = 300; // ms: browsers limit how often the address may change, so a drag writes it once, when it rests

/** The models of this page, by key. @type {Record<string, import("./model.js").Model>} */
export const models = Object.create(null);

// One document may fill several entries of the browser's history, since every link to a heading makes one. All of them
// carry its mark, so that each brings back the last state, and not the one in which it was left.
// A quick Reload may lose the mark of an entry: then the last document at this address is the one.
const last = `live ${location.pathname}`;
const mark = history.state?.live ?? lastMark() ?? `${last} ${Date.now()}`;
const remembered = kept(mark);

/** Whether this page was followed to, by a link or by hand, and not come back to. */
export const followed = !remembered && navigationType() === "navigate";

/** Where the reader was when they left this page. @type {{ block: number, top: number } | null} */
export const place = remembered?.place ?? null;

// The browser would go back to a number of pixels, which is another place while the widgets above are still to come.
if (place) history.scrollRestoration = "manual";

dropEndless();

/** { key: state as text } of widgets that are not mounted yet. */
export const waiting = entriesOf(
  typeof remembered?.fragment === "string" ? remembered.fragment : location.hash,
);

/** { key: what was answered there }. It stays in this tab. @type {Record<string, any>} */
export const answered = { ...remembered?.answers };

function navigationType() {
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  return entry?.type ?? "navigate";
}

/** What the tab has kept under this name. @returns {any} */
function kept(/** @type {string} */ name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return null; // a browser may keep no memory for a page
  }
}

function lastMark() {
  return navigationType() === "navigate" ? null : kept(last);
}

/** The state of every widget; one that is not mounted yet keeps what the address said. */
function fragment() {
  const entries = new Map(waiting);
  for (const [key, model] of Object.entries(models)) entries.set(key, textOf(model.changes()));
  return fragmentOf(entries);
}

/** Writes the reader's state into the address of this entry of the history. */
function writeAddress() {
  const now = fragment();
  const bare = namesWidgets() ? withoutFragment() : location.href;
  replaceAddress(now === "#" ? bare : now);
}

function dropEndless() {
  if (isEndless(location.hash)) replaceAddress(withoutFragment());
}

function withoutFragment() {
  return location.pathname + location.search;
}

const namesWidgets = () => [...entriesOf(location.hash).keys()].some((key) => key in models);

function replaceAddress(/** @type {string} */ address) {
  try {
    history.replaceState({ ...history.state, live: mark }, "", address);
  } catch {
    /* some browsers refuse on file:// */
  }
}

let resting = 0;

export function remember() {
  clearTimeout(resting);
  resting = setTimeout(writeAddress, REST);
}

function keep() {
  clearTimeout(resting);
  writeAddress();
  for (const [key, { answers }] of Object.entries(models)) answered[key] = answers;
  try {
    const all = { fragment: fragment(), place: lastPlace(), answers: answered };
    sessionStorage.setItem(mark, JSON.stringify(all));
    sessionStorage.setItem(last, JSON.stringify(mark));
  } catch {
    /* then the address alone remembers */
  }
}

/** Begins to remember; `accept(key, text)` takes the state of a link that was pasted into the open page, "" for the author's. */
export function watchAddress(/** @type {(key: string, text: string) => void} */ accept) {
  writeAddress();
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
  addEventListener("hashchange", () => {
    dropEndless();
    const isNew = history.state?.live !== mark;
    const pasted = isNew ? [...entriesOf(location.hash)] : [];
    if (!pasted.length && !namesWidgets()) {
      replaceAddress(location.href); // a heading only gets our mark, a widget becomes the author's
      if (isNew) accept(placeOf(location.hash), "");
      return;
    }
    for (const [key, text] of pasted) accept(key, text);
    writeAddress();
  });
}

/** The link to one widget in its state. */
export const link = (/** @type {import("./model.js").Model} */ model) =>
  location.href.split("#")[0] + fragmentTo(model.key, textOf(model.changes()));

/** The folder of the pages that hold one widget each, for frames in other pages; undefined if this site has none. */
const pagesOfTheirOwn = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.dataset.embed;

/**
 * The address of the page that holds this widget alone, in its state; null if there is none.
 * @param {import("./model.js").Model} model
 * @param {string} widget
 * @param {Record<string, any>} defaults what that page starts from
 */
export function embedding(model, widget, defaults) {
  if (pagesOfTheirOwn === undefined) return null;
  const ours = Object.entries(model.changes(defaults)).filter(([trait]) => Object.hasOwn(defaults, trait));
  const page = new URL(`${pagesOfTheirOwn}${widget}.html`, location.href).href;
  return ours.length ? page + fragmentOf([[widget, textOf(Object.fromEntries(ours))]]) : page;
}
