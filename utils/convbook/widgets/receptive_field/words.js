// What ReceptiveField says: its rows, its sentences and its question. No DOM here.
import { format, parse, percent, plural, thousands } from "../arithmetic/numbers.js";
import { isLayer, layersOf } from "../arithmetic/stack.js";
import { fieldMistakes, fieldSum } from "../parts/field_slips.js";

export const KINDS = {
  conv: "conv",
  max_pool: "max pool",
  avg_pool: "average pool",
  skip: "skip starts",
  add: "skip is added",
};
export const COLUMNS = {
  layer: "input first, output last",
  size: "how many units there are along each axis",
  "sees r": "receptive field: how many pixels a unit sees along each axis",
  "jump j": "jump: how many pixels lie between the fields of neighbours",
  start: "the first pixel that unit 0 sees; below 0 is padding",
};
const WRITTEN = 6; // layers whose sum is spelled out

// ---- the stack ---------------------------------------------------------------------------------------------------

export const titleOf = ({ kind, kernel }) => (kernel ? `${KINDS[kind]} ${kernel}×${kernel}` : KINDS[kind]);

/** "s2 p1": the settings that are not the usual ones; of a skip, those of the 1×1 convolution on it. */
export function detailOf(row, { shortcut }) {
  if (!isLayer(row)) return shortcut ? `1×1 s${shortcut.stride}` : "";
  const usual = { stride: 1, padding: 0, dilation: 1 };
  const unusual = Object.keys(usual).filter((key) => row[key] !== usual[key]);
  return unusual.map((key) => key[0] + row[key]).join(" ");
}

export const placed = (row, at, count) => `${titleOf(row)} is now in place ${at + 1} of ${count}.`;
export const atTheEnd = (row, by) => `${titleOf(row)} is already the ${by < 0 ? "first" : "last"}.`;
export const deleted = (row) => `${isLayer(row) ? titleOf(row) : "The skip"} is deleted.`;
export const skipped = (row) => `A skip now passes ${titleOf(row)} by: move its ends to take in more.`;

/** "r = 1 + 2·1 + 2·2 = 7, j = 4" */
export function formula({ layers, field }) {
  const all = layersOf(layers);
  const short = all.length <= WRITTEN && all.length === layers.length;
  return `r = ${short ? `${fieldSum(all)} = ` : ""}${field.size}, j = ${field.jump}`;
}

// ---- what the unit sees --------------------------------------------------------------------------------------------

const inRange = (ends) => ends.map(format).join(" to ");
const squared = (side) => `${side}×${side}`;

/** What is drawn, one thing after the other, with its numbers or, while they are secret, without: [[what, how much]]. */
export function legend(now, sight) {
  const how = sight ? numbers(now, sight) : { box: "?", padding: "?", reach: "?", middle: "?" };
  return {
    theory: [`by theory it sees ${sight ? squared(now.field.size) : "?"} pixels`, how.box],
    beyond: ["of these, in the padding", how.padding],
    gradient: ["its true gradient, if every layer averages", how.reach],
    effective: [`the middle ${percent(0.95)} of it along each axis`, how.middle],
    cone: ["its sum by column", "below: the units that it comes through"],
  };
}

function numbers(now, { box: [rows, columns], count, inside, middle }) {
  const { field } = now;
  const blind = inside - count;
  return {
    box: `rows ${inRange(rows)}, columns ${inRange(columns)}${cutInWords(now, [rows, columns])}`,
    padding: thousands(field.size ** 2 - inside),
    reach: blind
      ? `${thousands(count)} of ${plural(inside, "pixel")}: ${plural(blind, "blind spot")}`
      : `all ${plural(inside, "pixel")} in the picture`,
    middle: middle ? heldBy(middle[1], field) : "none",
  };
}

/** What of the frame lies beyond the view, which has room for some padding alone. */
function cutInWords({ size, margin }, box) {
  const cut = box.flatMap(([first, last]) => [first < -margin, last >= size + margin]);
  if (cut.every(Boolean)) return ": its frame lies beyond this view";
  return cut.some(Boolean) ? ": its frame is cut off where it leaves this view" : "";
}

const heldBy = ({ first, last, share }, { size }) =>
  `columns ${inRange([first, last])}, ${last - first + 1} of ${size}: ${percent(share)}`;

/** The same as a sentence. */
export function sightInWords({ field, side }, { unit, box: [rows, columns], count, inside, middle }) {
  const seen = `Unit (${unit.join(", ")}) of ${squared(side)} sees ${squared(field.size)} pixels: rows ${inRange(rows)}, columns ${inRange(columns)}`;
  if (!middle) return `${seen}. All that it reaches is padding.`;
  const padding =
    inside < field.size ** 2
      ? ` (${thousands(inside)} of these pixels lie in the picture, the others in the padding)`
      : "";
  const { first, last, share } = middle[1];
  const hold = `Columns ${inRange([first, last])}, ${last - first + 1} of the ${field.size}, hold ${percent(share)} of its weight`;
  return `${seen}${padding}. ${reachInWords(count, inside)}. ${hold}.`;
}

function reachInWords(count, inside) {
  const blind = inside - count;
  if (!blind) return "Its gradient reaches all of them";
  const spots = blind === 1 ? "is a blind spot" : "are blind spots";
  return `Its gradient reaches ${thousands(count)} of the ${thousands(inside)}: ${plural(blind, "pixel")} in the box ${spots}`;
}

// ---- predict -------------------------------------------------------------------------------------------------------

export function question(now) {
  return {
    text: "How many pixels does one unit of the last map see along each axis?",
    key: JSON.stringify(now.layers),
    truth: now.field.size,
    mistakes: fieldMistakes(layersOf(now.layers)),
    explain: formula(now),
    fallback: "Start with r = 1 and j = 1. Each layer adds (k − 1)·d·j to r; then its stride multiplies j.",
    read: readSide,
    kind: "whole number. Write it like 7, or 7×7",
  };
}

/** Reads "7", and "7×7" or "7,7", which mean the same of a square. */
function readSide(text) {
  const numbers = text
    .trim()
    .split(/\s*[x×*,;]\s*|\s+by\s+|\s+/i)
    .map(parse);
  const [side] = numbers;
  return numbers.length <= 2 && Number.isInteger(side) && numbers.every((one) => one === side) ? side : null;
}
