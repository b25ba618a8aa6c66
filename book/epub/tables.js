import { fit } from "./fitting.js";

const USUAL = 85; // per cent, as in the style sheet

/** Gives wide tables smaller type; words are broken only where the smallest does not suffice. */
export function setTables(text) {
  for (const table of text.querySelectorAll("table"))
    if (!fit(table, USUAL)) table.classList.add("ours-broken");
}
