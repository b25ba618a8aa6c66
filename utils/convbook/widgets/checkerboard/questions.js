// What Checkerboard asks: which of these does one colour become? And the mistakes that it knows.
import { format } from "../arithmetic/numbers.js";
import { overlapAlong } from "../arithmetic/upsampling.js";
import { greyCanvas } from "../parts/canvas.js";
import { rangeOf, repeated } from "./state.js";
import { reason } from "./words.js";

const LETTERS = "ABCD";
const ALIKE = 0.04; // of the root mean square: patterns that differ less look alike

export const subject = ({ way, kernel, stride, start, seed, weights, steps }) => [
  way,
  kernel,
  stride,
  start,
  seed,
  weights,
  steps,
];

/** @returns {import("../parts/predict.js").Question} */
export function ask(now) {
  const found = patterns(now);
  const letter = (n) => LETTERS[n];
  return {
    text: `${sums(now)}Which of these does one colour become?`,
    key: JSON.stringify(subject(now)),
    options: found.map(({ tile }, n) => [letter(n), letter(n), thumbnail(tile)]),
    truth: letter(found.findIndex(({ hint }) => !hint)),
    mistakes: found.map(({ hint }, n) => ({ value: letter(n), hint })).filter(({ hint }) => hint),
    explain: reason(now),
  };
}

/** Where each place of a block has a filter of its own, a single one is in sight: what all of them add up to. */
function sums({ shuffled, tile }) {
  if (!shuffled) return "";
  const each = tile.map((row) => row.map((sum) => format(Number(sum.toFixed(2)))).join(" and "));
  return `Row by row of a block, the filters add up to ${each.join("; ")}. `;
}

/** The truth and the mistakes that look unlike it and unlike each other, in an order that does not give the truth away. */
function patterns(now) {
  const found = [{ tile: now.tile, hint: "" }];
  for (const one of slips(now)) {
    if (found.length === LETTERS.length) break;
    if (found.every(({ tile }) => differ(tile, one.tile))) found.push(one);
  }
  const turn = (now.kernel * 7 + now.stride * 5 + now.seed + now.steps + now.way.length) % found.length;
  return [...found.slice(turn), ...found.slice(0, turn)];
}

const squared = (counts) => counts.map((a) => counts.map((b) => a * b));

/** @returns {{ tile: number[][], hint: string }[]} */
function slips(now) {
  const { kernel, stride, way, ways, filters } = now;
  const stamped = way === "transposed";
  const counts = (taps) => squared(overlapAlong(taps, stride, stride));
  const uneven = kernel % stride ? kernel : kernel + 1;
  return [
    { tile: [[1]], hint: flatHint(now) },
    {
      tile: counts(uneven),
      hint: stamped
        ? "Those are the counts of the stamps. What counts are the weights that meet: their sum in each place."
        : "Those would be overlapping stamps. Here nothing is stamped: every pixel of the large picture is made once.",
    },
    {
      tile: ways.transposed.tile,
      hint: "That is what the transposed convolution makes with such weights: this way stamps nothing.",
    },
    {
      tile: filters[0].map((row) => row.map(Math.abs)),
      hint: `That repeats every ${kernel} pixels, as large as the kernel. Stamps lie ${stride} apart, and so does the pattern.`,
    },
    { tile: counts(stride + 1), hint: "That is the pattern of a kernel one larger than the stride." },
  ];
}

function flatHint({ way, kernel, stride, shuffled }) {
  if (shuffled)
    return "Nothing overlaps here, but each place of a block has its own weights, and their sums need not be equal.";
  if (way !== "transposed") return "Look at the weights again.";
  return kernel % stride
    ? "The stamps overlap unevenly, since the stride does not divide the kernel, and these weights do not make up for it."
    : "The overlap is even, since the stride divides the kernel; but checkerboards do not come from the kernel size alone: the weights that meet in neighbouring places add up to different numbers.";
}

/** Whether two patterns look different, whatever their brightness. */
function differ(a, b) {
  const [one, other] = [a, b].map((tile) => {
    const { data } = repeated(tile);
    const size = Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length) || 1;
    return data.map((value) => value / size);
  });
  const error = one.reduce((sum, value, n) => sum + (value - other[n]) ** 2, 0) / one.length;
  return Math.sqrt(error) > ALIKE;
}

function thumbnail(tile) {
  const canvas = greyCanvas();
  const { side, data } = repeated(tile);
  const [bottom, top] = rangeOf(tile);
  canvas.draw(data, side, side, [bottom / 128, top / 128]); // the one colour is middle grey
  canvas.el.classList.add("cb-pattern");
  return canvas.el;
}
