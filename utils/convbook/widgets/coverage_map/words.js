// What CoverageMap says: its sentences, its legend, its question and the mistakes that it knows. No DOM here.
import { sizeFormulas } from "../arithmetic/axes.js";
import { linksOf, same } from "../arithmetic/links.js";
import { format, plural, sumInWords } from "../arithmetic/numbers.js";
import { parseSize, sizeMistakes } from "../parts/size_slips.js";
import { isDropped, isRead, paddedSize, SIDES, sourceOf, termsOf, valueAt } from "./state.js";

export const HELP =
  "Point at any number: an output shows its window, a pixel the outputs that read it, padding the pixel that it copies. Drag a number sideways, or type, to change it.";
export const HIDDEN = "First say how large the output will be; then it appears.";
export const IS_PADDING =
  "That is padding: it holds no data of its own, so there is nothing to type. Change a pixel, or the padding mode.";
export const IS_COUNT = "A count is computed, not typed. Show the values to change a pixel.";
const IS_COPIED = {
  reflect: "mirrored from",
  replicate: "the nearest pixel,",
  circular: "from the other end,",
};

/** A place counts from the picture's first pixel, as x[i,j] does: padding above and to the left of it lies before 0. */
export const placeName = ([i, j]) => `row ${format(i)}, column ${format(j)}`;
export const sidesInWords = (pads) => SIDES.map((side, n) => `${side} ${pads.flat()[n]}`).join(", ");
export const titleOf = (now, one) => (now.compare === "off" ? "output" : one.name);
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** What is shown of one cell, as a sentence. */
export function sentence(now, cell, one, { secret }) {
  if (!cell) return "";
  const place = placeName(cell.at);
  if (cell.role === "output") return outputInWords(now, one, cell.at);
  if (cell.role === "kernel") return `Weight, ${place}: ${weightInWords(now, cell, one, { secret })}`;
  if (cell.role === "source") return `Pixel, ${place}: ${pixelInWords(now, cell, one, { secret })}`;
  return `${capital(place)} ${paddingInWords(now, cell, one, { secret })}`;
}

function outputInWords(now, one, at) {
  const terms = termsOf(now, one, at);
  const padded = terms.filter(({ pad }) => pad).length;
  const share = padded ? `; ${padded} of ${terms.length} come from padding` : "";
  const value = format(one.output[at[0]][at[1]]);
  return `${capital(titleOf(now, one))}, ${placeName(at)}: ${sumInWords(terms)} = ${value}${share}.`;
}

/** How many windows share a weight. While the output's size is asked, that would give it away. */
export const sharedInWords = (cell, one, { secret }) =>
  secret ? "is a weight." : `is shared by all ${plural(linksOf(one.all, cell).length, "window")}.`;
const weightInWords = (now, cell, one, options) =>
  `${format(now.kernel[cell.at[0]][cell.at[1]])} ${sharedInWords(cell, one, options)}`;

const pixelInWords = (now, cell, one, options) =>
  `${format(now.input[cell.at[0]][cell.at[1]])} ${readsInWords(now, cell, one, options)}`;

/** How often a pixel is read, or why not. While the output's size is asked, that would give it away. */
export function readsInWords(now, cell, one, { secret }) {
  return secret ? "is a pixel of the input." : `is ${reads(now, cell, one)}`;
}

function reads(now, cell, one) {
  const found = linksOf(one.all, cell);
  const readers = new Set(found.map(({ output }) => String(output))).size;
  const often = `read ${plural(found.length, "time")}, by ${plural(readers, "output")}.`;
  if (isDropped(now, cell.at)) return `${often} Dropped: the floor leaves it behind the last window.`;
  return found.length ? often : `${often} No window starts where it would reach this place.`;
}

export function paddingInWords(now, cell, one, { secret }) {
  const holds = paddingHolds(now, cell.at);
  return secret ? `${holds}.` : `${holds}; ${reads(now, cell, one)}`;
}

function paddingHolds(now, at) {
  if (!isRead(now, at)) return "is padding of the other framework only";
  const source = sourceOf(now, at);
  if (!source) return "is padding: the mode zeros puts 0 there";
  return `is padding: ${IS_COPIED[now.drawn.mode]} x[${source}] = ${format(valueAt(now, at))}`;
}

/** The legend: [swatch or null, text], in the order in which they stand. */
export function legend(now, { secret }) {
  const { drawn } = now;
  const known = secret
    ? []
    : [
        ["shade", `read ${countsInWords(drawn.counts.flat())}`],
        lossInWords(drawn.lost) ? ["dropped", lossInWords(drawn.lost)] : [null, "nothing dropped"],
      ];
  const both = now.all[1] && !secret;
  const rulers = both
    ? [[null, "windows start: PyTorch’s above and left, TensorFlow’s below and right"]]
    : [];
  const other = now.all.find((one) => one !== drawn);
  const absent = same(paddedSize(now), now.frame) ? [] : [["absent", `padding of ${other.name} alone`]];
  return [["pad", `padding (${drawn.mode}): ${sidesInWords(drawn.pads)}`], ...absent, ...known, ...rulers];
}

function countsInWords(counts) {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return `${least < most ? `${least} to ` : ""}${plural(most, "time")}`;
}

function lossInWords([rows, columns]) {
  const lost = [rows && plural(rows, "row"), columns && plural(columns, "column")].filter(Boolean);
  return lost.length ? `dropped by the floor: ${lost.join(", ")}` : "";
}

/** How both frameworks' SAME differ, or nothing if there is one reading. */
export function verdict({ all: [a, b] }) {
  if (!b) return "";
  const sizes = same(a.size, b.size)
    ? `Both are ${a.size.join("×")}`
    : `${a.size.join("×")} and ${b.size.join("×")}`;
  const shared = a.output
    .flatMap((row, y) => row.map((value, x) => [value, b.output[y]?.[x]]))
    .filter(([, other]) => other !== undefined);
  const differ = shared.filter(([value, other]) => value !== other).length;
  return `${sizes}; ${differ} of ${plural(shared.length, "shared value")} differ (≠).`;
}

/** What the question is about; another padding asks another one, even if it looks alike. */
export const subject = ({ drawn: { name, mode, axes } }) => JSON.stringify([name, mode, axes]);

export function question(now) {
  const { axes, size } = now.drawn;
  const whose = now.compare === "off" ? "the output" : `the output of ${now.compare}`;
  return {
    text: `How large is ${whose}? (height×width)`,
    key: subject(now),
    truth: size,
    read: parseSize,
    kind: "size. Write it like 3×4, or 3 for 3×3",
    explain: `${sizeFormulas(axes)}.`,
    mistakes: sizeMistakes(axes),
    fallback:
      "Count where the window can start along each axis: the first place, and one more for every whole stride that still fits.",
  };
}
