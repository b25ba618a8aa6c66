// The readers' states as text: #SlidingWindow-1={"bias":2}&... , of each widget only what differs from the author's.

const LONGEST = 20_000; // characters for one widget: twice what the largest state needs
const MOST = 100; // widgets of a page, by far
const LONGEST_FRAGMENT = 10 * LONGEST;

/** Whether no page wrote this fragment: reading it, and each look at the address, would take seconds. */
export const isEndless = (/** @type {string} */ fragment) => fragment.length > LONGEST_FRAGMENT;

/** { key: its state as text } of the widgets that a fragment names. */
export function entriesOf(/** @type {string} */ fragment) {
  const entries = new Map();
  if (isEndless(fragment)) return entries;
  for (const part of fragment.replace(/^#/, "").split("&", MOST)) {
    const end = part.indexOf("=");
    if (end > 0 && !entries.has(part.slice(0, end))) entries.set(part.slice(0, end), part.slice(end + 1));
  }
  return entries;
}

/** The state that this text stands for; a text that is no state, or too long for one, changes nothing. */
export function stateOf(/** @type {string} */ text) {
  if (text.length > LONGEST) return {};
  try {
    const state = JSON.parse(decodeURIComponent(text));
    return typeof state === "object" && !Array.isArray(state) && state ? state : {};
  } catch {
    return {};
  }
}

/** The text of a model's changes, or "" if there are none. */
export const textOf = (/** @type {Record<string, any>} */ changes) =>
  Object.keys(changes).length ? encodeURIComponent(JSON.stringify(changes)) : "";

/** The name that a fragment is: of a heading, or of a widget as its author left it; "" if it can be none. */
export function placeOf(/** @type {string} */ fragment) {
  try {
    return isEndless(fragment) ? "" : decodeURIComponent(fragment.replace(/^#/, ""));
  } catch {
    return ""; // half a character
  }
}

/** The fragment that leads to one widget: with the text of its changes, or without any, to its place. */
export const fragmentTo = (/** @type {string} */ key, /** @type {string} */ text) =>
  text ? fragmentOf([[key, text]]) : `#${key}`;

/** The fragment for these [key, text] pairs; it is "#" if none of them has a text. */
export const fragmentOf = (/** @type {Iterable<[string, string]>} */ entries) =>
  `#${[...entries]
    .filter(([, text]) => text)
    .map(([key, text]) => `${key}=${text}`)
    .join("&")}`;
