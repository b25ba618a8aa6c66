// One cell of a grid: its number, its shade, its frame and what stands in its corners.
import { h } from "./dom.js";

/**
 * How a cell takes part in what is shown: its frame and its fill, what stands in it instead of its number, in its corner
 * or beyond its edges, how strong its shade is (0 to 1), and what is said of it.
 * @typedef {{
 *   on?: boolean, here?: boolean, later?: boolean, pad?: boolean, copy?: boolean, dropped?: boolean, kept?: boolean,
 *   absent?: boolean, added?: boolean, differs?: boolean, nil?: boolean, pinned?: boolean,
 *   text?: string, badge?: string, ticks?: Record<string, string>, weight?: number, label?: string, place?: string,
 * }} Mark
 */
const MARKS = ["on", "here", "later", "pad", "copy", "dropped", "kept", "absent", "added", "differs", "nil"];
const EDGES = ["top", "right", "bottom", "left"];
const LONG = 4; // letters that fit at full size

/** @param {Mark & { text: string }} mark */
export function paintCell(cell, value, mark, max, spoken) {
  const weight = shadeOf(value, mark, max);
  const ticks = EDGES.map((edge) => mark.ticks?.[edge]);
  const kinds = MARKS.filter((kind) => mark[kind]);
  const painted = [weight, value < 0, mark.text, spoken, mark.pinned, mark.badge, ...ticks, ...kinds].join(
    "|",
  );
  if (cell.painted === painted) return; // most cells stay as they are, and the page is slow to touch
  cell.painted = painted;
  cell.className = kinds.map((kind) => `cb-${kind}`).join(" ");
  cell.classList.toggle("cb-long", mark.text.length > LONG);
  cell.style.setProperty("--length", mark.text.length);
  cell.style.setProperty("--weight", weight);
  cell.style.setProperty("--tone", value < 0 && weight ? "var(--cb-negative)" : "var(--role)");
  cell.setAttribute("aria-selected", String(Boolean(mark.pinned)));
  cell.setAttribute("aria-label", spoken);
  cell.firstChild.textContent = mark.text;
  setNote(cell, "cb-badge", mark.badge);
  EDGES.forEach((edge, n) => {
    setNote(cell, `cb-tick-${edge}`, ticks[n]);
  });
}

function shadeOf(value, mark, max) {
  if (mark.later) return 0;
  return mark.weight ?? (Math.min(1, Math.abs(value) / (max || 1)) || 0);
}

function setNote(cell, kind, text) {
  const note = cell.querySelector(`.${kind}`);
  if (!text) note?.remove();
  else if (note) note.textContent = text;
  else cell.append(h("span", { class: kind, "aria-hidden": "true" }, text));
}
