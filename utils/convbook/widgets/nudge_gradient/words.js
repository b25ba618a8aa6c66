// What NudgeGradient says: its names, its sentences and its legend. No DOM here.
import { format, plural, sumInWords } from "../arithmetic/numbers.js";
import { isAsked, partnersOf, termsOf, valueAt } from "./state.js";

export const HELP =
  "Point at any number to see what it is made of; click or tap to keep it. Type, or drag a number sideways, to change an input, a weight, the bias or the target.";
export const LAST_ONE = "This is the last gradient that you have not predicted.";
export const ALL_PREDICTED =
  "You have predicted every gradient. Change a number or choose another example, and all are asked anew.";
const LETTER = {
  input: "x",
  kernel: "w",
  bias: "b",
  output: "y",
  target: "t",
  dinput: "dX",
  dkernel: "dW",
  dbias: "db",
  doutput: "dY",
};
const NAME = {
  input: "Input",
  kernel: "Weight",
  bias: "The bias",
  output: "Output",
  target: "Target",
  dinput: "Gradient of the input, dX",
  dkernel: "Gradient of the kernel, dW",
  dbias: "Gradient of the bias, db",
  doutput: "Gradient of the output, dY",
};
/** The colours of a term's two numbers and of the sum. */
export const ROLES = {
  output: ["input", "kernel", "output"],
  dkernel: ["input", "gradient", "gradient"],
  dinput: ["gradient", "kernel", "gradient"],
  dbias: ["gradient", "plain", "gradient"],
  doutput: ["output", "plain", "gradient"],
};

const isAlone = (role) => role === "bias" || role === "dbias";

/** "dW[1]", in two dimensions "dW[0,1]"; the bias and its gradient are single numbers. */
export const nameOf = ({ dimensions }, { role, at }) =>
  isAlone(role) ? LETTER[role] : `${LETTER[role]}[${dimensions === 1 ? at[1] : at}]`;

/** How a place is said: "place 2", or "row 0, column 2". */
export const placeOf = ({ dimensions }, /** @type {number[]} */ [i, j]) =>
  dimensions === 1 ? `place ${j}` : `row ${i}, column ${j}`;

const placed = (now, { role, at }) => (isAlone(role) ? NAME[role] : `${NAME[role]}, ${placeOf(now, at)}`);

/** What is shown of one cell, as a sentence; `secret` if its number is still to be predicted. */
export function sentence(now, cell, secret) {
  if (!cell) return "";
  const place = placed(now, cell);
  if (secret) return `${place}: what will it be?`;
  const value = format(valueAt(now, cell));
  const terms = termsOf(now, cell);
  if (terms.length) {
    const bias = cell.role === "output" ? now.layer.bias : 0;
    return `${place}: ${sumInWords(terms, bias)} = ${value}.`;
  }
  if (isAsked(cell)) return `${place}: 0. ${NOTHING}`;
  if (cell.role === "target") return `${place}: ${value}.`;
  return `${place}: ${value} ${partnersInWords(now, cell)}.`;
}

export const NOTHING = "No window reads it, so it gets no blame.";

export function partnersInWords(now, cell) {
  if (cell.role === "target") return "is what this output should be";
  const count = new Set(partnersOf(now, cell).map(({ output }) => String(output))).size;
  const verb = { input: "feeds", kernel: "is used for", bias: "is added to" }[cell.role];
  return `${verb} ${plural(count, "output")}`;
}

/** Where a number goes: { text, role, to }. */
export const partners = (now, cell) =>
  partnersOf(now, cell).map(({ meets, output }) => ({
    text: meets
      ? `${nameOf(now, { role: meets[0], at: meets[1] })} = ${format(valueAt(now, { role: meets[0], at: meets[1] }))}`
      : "1",
    role: meets ? meets[0] : "plain",
    to: `→ ${nameOf(now, { role: "output", at: output })}`,
  }));

/** The label of a term: "x[2] × dY[1]". */
export const labelOf = (now, { factors, w, pad }) => {
  const names = factors.map(([role, at]) => (at ? nameOf(now, { role, at }) : "padding"));
  return names.length > 1 ? names.join(" × ") : `${names[0]} × ${format(w)}${pad ? ", padding" : ""}`;
};

export function progressInWords({ done, path, enough, ranAway, loss }) {
  if (ranAway && done === path.length - 1)
    return `step ${done}: the weights run away, a smaller learning rate would help`;
  return `step ${done} of ${enough}: loss ${format(loss)}`;
}

/** What is meant by the grids, below them. */
export const legend = ({ padding, dimensions }) =>
  `dY, dX, dW and db hold the gradient, the slope of the loss L by each number: how fast L grows as that number does.${
    padding
      ? ` With padding ${padding}, windows begin before the first pixel: what they read there is 0, and the blame that goes there is cropped from dX at ${dimensions === 1 ? "both ends" : "all sides"}.`
      : ""
  }`;
