// What StrideRuler says and asks. No DOM here.
import { outputs, sizeFormula } from "../arithmetic/axes.js";
import { plural } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { sizeMistakes } from "../parts/size_slips.js";
import { isUnit, lost } from "./state.js";

const HIDDEN = "First say how many there are; then point at any cell to see what it reads and what reads it.";
const HELP =
  "Point at any cell or tap it: a unit shows what it sees, down to the input; a pixel shows every unit that it reaches.";

export function nameOf({ axes }, depth) {
  if (depth === 0) return "input";
  return axes.length === 1 ? "output" : `layer ${depth}`;
}

/** [3, 4, 5, 7] -> "3 to 5, 7" */
export function inRanges(places) {
  const runs = [];
  for (const place of [...places].sort((a, b) => a - b)) {
    if (runs.length && runs.at(-1)[1] === place - 1) runs.at(-1)[1] = place;
    else runs.push([place, place]);
  }
  const words = runs.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
  return words.join(", ").replaceAll("-", "−");
}

/** "pixels 3 to 5", "unit 2 of layer 1", "output 4", "no output" */
function unitsInWords({ axes }, depth, units) {
  const noun = depth === 0 ? "pixel" : depth === axes.length ? "output" : "unit";
  const of = noun === "unit" ? ` of layer ${depth}` : "";
  return units.length ? `${noun}${units.length > 1 ? "s" : ""} ${inRanges(units)}${of}` : `no ${noun}${of}`;
}

/** What a unit sees and reaches, as a sentence. */
export function sentence(now, cell, lit) {
  if (!now.known) return HIDDEN;
  if (!cell) return HELP;
  const { depth, at } = cell;
  const there = isUnit(now, cell);
  const below = there ? upTo(depth).reverse() : [];
  const above = upTo(now.known + 1).slice(depth + 1);
  const sees = below.map((level) => seenInWords(now, level, lit[level]));
  const reaches = above.map((level) => unitsInWords(now, level, [...lit[level]]));
  const who = there ? unitsInWords(now, depth, [at]) : `padding at place ${inRanges([at])}`;
  const deeds = [
    ["sees", sees],
    ["reaches", reaches],
  ]
    .filter(([, all]) => all.length)
    .map(([verb, all]) => `${verb} ${[...all].join(", and through that ")}`);
  return `${who[0].toUpperCase()}${who.slice(1)} ${deeds.join(", and ")}.`;
}

function seenInWords(now, level, lit) {
  const units = [...lit].filter((at) => isUnit(now, { depth: level, at }));
  const padded = lit.size - units.length;
  const count = level || !units.length ? "" : ` (${plural(units.length, "pixel")})`;
  return `${unitsInWords(now, level, units)}${count}${padded ? ` and ${padded} of padding` : ""}`;
}

/** What the hatched and the crossed cells and the bars mean. */
export function keyInWords({ axes, pads, known }) {
  const hatched = pads.some(Boolean) ? "Hatched: padding. " : "";
  if (!known) return `${hatched}Predict first, then the windows appear.`;
  const ends = axes
    .slice(0, known)
    .map(lost)
    .map((count, n) => count && `${count} at the end of ${n ? "layer 1" : "the input"}`)
    .filter(Boolean);
  const dropped = ends.length ? `Crossed: dropped by the floor, ${ends.join(", ")}.` : "Nothing is dropped.";
  return `${hatched}Every bar is one window. ${dropped}`;
}

/** How many units each layer has; what is still to be predicted shows no numbers to compute it from. */
export const formulas = ({ axes, known }) =>
  axes
    .slice(0, known)
    .map((axis) => sizeFormula(axis))
    .join(", then ");

/** What is said of one cell of a row to those who do not see it. */
export function cellInWords(now, depth, unit, { reads, drop }) {
  const data = isUnit(now, { depth, at: unit });
  const seen = data && depth && `reads ${inRanges(now.windows[depth - 1][unit])}`;
  const read = depth < now.known && `read ${plural(reads, "time")}`;
  return [!data && "padding", seen, read, drop && "dropped"].filter(Boolean).join(", ");
}

export function question({ axes }, asking) {
  const axis = axes[asking];
  return {
    text: `How many outputs does ${axes.length > 1 ? `layer ${asking + 1}` : "the layer"} have?`,
    truth: outputs(axis),
    explain: `${sizeFormula(axis)}.`,
    mistakes: sizeMistakes([axis]),
    fallback:
      "Count the places where a window can start: the first, and one more for every whole stride that still fits.",
  };
}
