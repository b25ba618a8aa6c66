// What StampAndAdjoint says: its sentences, its legend and its formula. No DOM here.
import { format, plural, sumInWords } from "../arithmetic/numbers.js";
import { count, indexOf, isAdded, isKept, meetings, outputOf, termsOf, total, valueAt } from "./state.js";

export const HELP =
  "Point at any number: an input pixel shows its stamp, an output the products that meet there, a weight all pairs that it joins. Type, or drag a number sideways, to change it.";
export const HIDDEN = "First say how large the output will be; then it appears.";
export const IS_ZERO =
  "That is an inserted zero: it holds its place, and is no data. Change a pixel of the input.";
export const IS_CROPPED =
  "That is cropped: the stamps reach it, but padding takes it away, so no output keeps it.";
/** What each reading is called, [before, what stays on a phone, behind]. */
export const TABS = {
  stamp: ["", "stamp", " and add"],
  zeros: ["insert ", "zeros", ", rotate, convolve"],
  matrix: ["the matrix ", "Cᵀ", ""],
};
const LETTER = { input: "x", kernel: "w", output: "y" };
const NAME = { input: "Input", kernel: "Weight", output: "Output" };

export const nameOf = ({ role, at }) => `${LETTER[role]}[${at}]`;
const placeIn = ({ role, at: [i, j] }) => `${NAME[role]}, row ${i}, column ${j}`;
export const sizeOf = (size) => size.join("×");

/** What is shown of one cell, as a sentence; `secret` if its number is still to be predicted, `done` of its terms are added. */
export function sentence(now, cell, { secret, done }) {
  if (!cell) return "";
  const place = placeIn(cell);
  if (cell.role !== "output") return `${place}: ${format(valueAt(now, cell))} ${partnersInWords(now, cell)}.`;
  if (secret) return `${place}: what will it be?`;
  const terms = termsOf(now, cell.at);
  const value = format(total(terms.slice(0, done)));
  if (done < terms.length) return `${place}, after ${done} of ${terms.length} products: ${value}.`;
  const sum = terms.length ? `${sumInWords(terms)} = ${value}` : "0, for no stamp reaches it";
  return `${place}: ${sum}${isAdded(now, cell.at) ? "; output_padding has added this place" : ""}.`;
}

export function partnersInWords(now, cell) {
  const kept = meetings(now, cell).length;
  if (cell.role === "kernel") return `is stamped by ${plural(kept, "pixel")}`;
  const lost = count(now.shapes.kernel) - kept;
  return `stamps ${plural(kept, "output")}${lost ? `, and ${plural(lost, "place")} that padding crops` : ""}`;
}

/** What an input or a weight meets, and which output that goes to: { text, role, to }. */
export function partners(now, cell) {
  const role = cell.role === "input" ? "kernel" : "input";
  return meetings(now, cell).map((link) => ({
    text: `${nameOf({ role, at: link[role] })} = ${format(valueAt(now, { role, at: link[role] }))}`,
    role,
    to: `→ ${nameOf({ role: "output", at: link.output })}`,
  }));
}

export function progressInWords(now) {
  const what = now.reading === "stamp" ? "stamp" : "output";
  if (!now.playing) return plural(now.turns, what);
  return `${what} ${now.turn + 1} of ${now.turns}${now.by_product ? `, product ${now.done}` : ""}`;
}

/** "(3 − 1)·2 − 2·1 + (3 − 1) + 1 = 5", the height's, and the width's where that differs. */
export function sizeFormula({ axes, stride, padding, output_padding: more, dilation }, hidden = false) {
  if (hidden) return "?"; // with its numbers the rule would leave nothing but adding up
  const lines = axes.map(({ size, taps, left }) => {
    const spread = `${dilation > 1 ? `${dilation}·` : ""}(${taps} − 1)`;
    return `(${size} − 1)·${stride} − 2·${padding} + ${spread} + ${more} + 1 = ${left}`;
  });
  return [...new Set(lines)].join(", ");
}

/** The legend: [swatch or null, text]. */
export const legend = (now) => [[null, LEGENDS[now.reading](now)], ...swatches(now)];

const LEGENDS = {
  stamp: ({ stride }) =>
    `Every input pixel stamps the kernel times its value, ${stride === 1 ? "1 pixel" : `${stride} pixels`} further for each step; where stamps overlap, they add.`,
  zeros: ({ stride, places, dilation, shapes: { kernel }, padding }) => {
    const between = stride > 1 ? `${plural(stride - 1, "zero")} between the pixels, ` : "";
    const border = kernel.map((taps) => dilation * (taps - 1) - padding);
    return `${between}a border of ${[...new Set(border)].join(" and ")}: ${places.length}×${places[0].length}. The rotated kernel slides over it in steps of 1.`;
  },
  matrix: ({ shapes, matrix, links }) =>
    `A column for each of ${plural(count(shapes.input), "input")}, a row for each of ${plural(matrix.length, "output")}; ${links.filter(({ output }) => isKept({ shapes }, output)).length} of ${matrix.length * count(shapes.input)} entries are weights. Its transpose, C, is the convolution that leads back.`,
};

function swatches({ reading, padding, output_padding: more, frame, shapes: { output } }) {
  const all = [];
  if (reading === "stamp" && (padding || frame.some((size, a) => size > output[a])))
    all.push(["absent", `cropped by padding ${padding}`]);
  if (reading === "zeros") all.push(["pad", "zeros that hold a place: no data"]);
  if (more) all.push(["added", `added by output_padding ${more}: computed, too`]);
  return all;
}

/** What an entry's row of Cᵀ is, for the strip. */
export const rowName = (now, at) =>
  now.reading === "matrix" ? `row ${indexOf(now.shapes.output, at)} of Cᵀ · x: ` : "";

export const stageName = (now) => ({
  input: "input x (small)",
  output: now.counts ? "stamps that meet (large)" : "output y (large)",
  kernel: now.reading === "zeros" ? "kernel, rotated" : "kernel",
});

export const outputInWords = (now) =>
  outputOf(now)
    .map((row) => row.map(format).join(" "))
    .join("; ");
