// What PoolingBench says. No DOM here.
import { format, percent, plural, sumInWords } from "../arithmetic/numbers.js";
import { shape } from "../arithmetic/tensor.js";
import { inDirections } from "../parts/controls.js";
import { ALL, NAMES } from "./reductions.js";
import {
  flat,
  hidesPixel,
  inside,
  isReduction,
  pixelValue,
  placeOf,
  readers,
  shares,
  termsOf,
  valuesIn,
  windowOf,
  winnerOf,
} from "./state.js";

export const HELP =
  "Drag the picture or use the arrows; point at a number to see what it is made of, click or tap to keep it.";
export const PADDING = "padding: −∞ for the maximum, 0 for the average";
export const PADDING_ALONE = "Padding: −∞ for the maximum, so that it never wins, and 0 for the average.";
export const predictFirst = ({ backward }) =>
  backward
    ? "Predict first: which pixel of the framed window gets the gradient? Click or tap it."
    : "Predict first: the window is framed in the picture.";
export const MEANING =
  "Each output is stretched to the size of the picture, linearly, so that half a cell counts as half. 0: the old " +
  "output, moved by the shift, is the new one. 1: the two could not be further apart.";

/** @type {(at: number[]) => string} */
export const place = ([i, j]) => `row ${i}, column ${j}`;
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** What a drag on the picture does, and how a finger begins one. */
export function dragInWords({ draw }, byFinger) {
  if (draw) return "drag to draw";
  return byFinger ? "tap a pixel, then drag to move" : "drag to move";
}

export const mapName = ({ backward }, name) => `${backward ? "through " : ""}${NAMES[name]}`;

/** Its size; each gradient has a scale of its own, so that says what its darkest shade means. */
export const extentOf = ({ backward, predict }, values, strongest) =>
  `${shape(values).join("×")}${backward && !predict ? `, darkest: ${format(strongest)}` : ""}`;

/** What becomes of a pixel. */
export function statusOf(now, pixel) {
  if (!now.read.has(pixel)) return ", read by no pooling window";
  if (now.predict) return now.keptInSight.has(pixel) ? ", kept by max pooling" : "";
  return now.kept.has(pixel) ? ", kept by max pooling" : ", discarded by max pooling";
}

/** What one output is made of. */
export const madeOf = (now, name, at) =>
  name === "max"
    ? `The largest of ${valuesIn(now, "max", at).map(format).join(", ")}`
    : sumInWords(termsOf(now, name, at));

/** "from x[1,3], the first of 2 that tie; 5 of 9 places are padding" */
export function wonInWords(now, at) {
  const values = valuesIn(now, "max", at);
  const ties = values.filter((one) => one === Math.max(...values)).length;
  const tie = ties > 1 ? `, the first of ${ties} that tie` : "";
  return `from x[${placeOf(now, winnerOf(now, at))}]${tie}${paddedInWords(now, "max", at)}`;
}

function paddedInWords(now, name, at) {
  const { pixels, places } = windowOf(now, name, at);
  const padded = places - pixels.length;
  return padded ? `; ${padded} of ${places} places are padding` : "";
}

/** What is shown of one cell, as a sentence. */
export function sentence(now, cell) {
  if (!cell) return "";
  if (cell.role === "input") return inside(now, cell.at) ? pixelInWords(now, cell) : PADDING_ALONE;
  if (now.hides(cell)) return predictFirst(now);
  return isReduction(cell.role) ? outputInWords(now, cell) : gradientInWords(now, cell.at);
}

function outputInWords(now, { role, at }) {
  const [i, j] = at;
  const value = format(now.outputs[role][i][j]);
  const title = `${capital(NAMES[role])}, ${place(at)}`;
  if (role !== "max")
    return `${title}: ${sumInWords(termsOf(now, role, at))} = ${value}${paddedInWords(now, role, at)}.`;
  const pixels = plural(windowOf(now, role, at).pixels.length, "pixel");
  return `${title}: ${value}, the largest of ${pixels}, ${wonInWords(now, at)}.`;
}

function pixelInWords(now, { at, of }) {
  const title = `Pixel, ${place(at)}: ${format(pixelValue(now, flat(now, at)))}${statusOf(now, flat(now, at))}.`;
  const read = (of ? [of] : ALL).filter((name) => readers(now, name, at).length);
  if (!read.length || read.some((name) => hidesPixel(now, name, at))) return title;
  const [i, j] = at;
  if (now.backward)
    return `${title} Its gradient: ${read.map((name) => `${name} ${format(now.dx[name][i][j])}`).join(", ")}.`;
  const counting = (name) => readers(now, name, at).filter((output) => now.share(name, output)[i][j]).length;
  return `${title} It goes to: ${read.map((name) => `${name} ${plural(counting(name), "output")}`).join(", ")}.`;
}

function gradientInWords(now, at) {
  const [i, j] = at;
  const sent = ALL.filter((name) => i < now.sizes[name][0] && j < now.sizes[name][1]).map(
    (name) => `${name}: ${plural(shares(now, name, at).length, "pixel")}`,
  );
  return `Gradient, ${place(at)}: ${format(now.gradient[i][j])}. It goes to, by ${sent.join(", ")}.`;
}

/** How many windows read a pixel, in one line: what may be said while the results are hidden. */
export const readInWords = (now, at) =>
  ALL.map((name) => `${name} ${readers(now, name, at).length}`).join(", ");

/** [[the mark in a pixel's corner or "", what it says], ...] */
export function keyInWords({ kept, tied, read, winners, predict, moved }) {
  const pixels = moved.flat().length;
  const lines = [];
  const share = percent(1 - kept.size / pixels);
  if (!predict)
    lines.push(["kept", ` kept by max pooling: ${kept.size} of ${pixels} pixels; it discards ${share}.`]);
  if (!predict && tied) {
    const windows = plural(winners.flat().length, "window");
    lines.push([
      "",
      `In ${tied} of ${windows} pixels tie for the maximum: the first one, row by row, counts.`,
    ]);
  }
  if (read.size < pixels)
    lines.push(["dropped", ` ${plural(pixels - read.size, "pixel")} that no pooling window reads.`]);
  return lines;
}

/** Above the plot of how badly each output moves along. */
export function plotInWords({ changes: { upright }, shift: [down, right] }) {
  const also = inDirections(upright ? [0, right] : [down, 0], "");
  return `How badly does each output move along with a shift? Pixels ${upright ? "down" : "to the right"}${also && `, and ${also}`}:`;
}
