// What EquivarianceBench says: its verdict and the reasons, its questions and the mistakes that it knows. No DOM here.
import { format } from "../arithmetic/numbers.js";
import { shape } from "../arithmetic/tensor.js";
import { inDirections } from "../parts/controls.js";
import { entered, FIRST, isResult, largestKnown, SECOND, sourceOf } from "./state.js";

export const NAMES = {
  input: "input",
  shifted: "shifted",
  [FIRST]: "shift, then convolve",
  convolved: "convolved",
  [SECOND]: "convolve, then shift",
  difference: "difference",
};
export const HELP =
  "Draw on the input, drag the shifted picture, or point at a cell to see the numbers behind it; click or tap to keep it.";
export const HIDDEN = "Predict first: this cell is still hidden.";
const ANSWERS = [
  ["yes", "yes, everywhere"],
  ["border", "yes, but not near the border"],
  ["no", "no, and the border is not why"],
];
const QUESTIONS = [
  ["circular", 1, "none", [0, 2]],
  ["zeros", 1, "none", [0, 2]],
  ["zeros", 1, "none", [0, 4]],
  ["valid", 1, "none", [2, 3]],
  ["circular", 2, "none", [0, 1]],
  ["circular", 2, "none", [2, 0]],
  ["circular", 1, "max", [1, 0]],
  ["circular", 1, "max", [-2, 2]],
].map(([padding_mode, stride, pooling, shift]) => ({ padding_mode, stride, pooling, shift }));

const capital = (text) => text[0].toUpperCase() + text.slice(1);
const vector = (values) => `(${values.map(format).join(", ")})`;

// ---- the verdict and why -----------------------------------------------------------------------------------------------

export function verdict(now, { secret }) {
  if (secret) return "Where will it be 0?";
  const largest = now.result.count ? `; largest: ${format(largestKnown(now.difference))}` : "";
  return `${capital(agreement(now.result))}${largest}.`;
}

function agreement({ all, cells, count, depth }) {
  if (!all) return "nothing can be compared: the shift moves the whole output away";
  if (!count) return `equal everywhere${all < cells ? " the two can be compared" : ""}`;
  const near = depth === null ? "" : `, ${count > 1 ? "all " : ""}within ${depth} of the border`;
  return `differs in ${count} ${count === 1 ? "cell" : "cells"} of ${all}${near}`;
}

export function rule({ wrap, valid }) {
  if (wrap) return "Shift: the picture rolls around its edge, and so does the output.";
  const where = valid
    ? " the input. Nothing is known of what enters the output: it is not compared."
    : ", in the input and in the output alike.";
  return `Shift: what leaves is lost, and zeros enter (hatched)${where}`;
}

export function because({ wrap, valid, total, shift, input, move, result }) {
  if (!result.all) return "";
  if (!result.inStep)
    return `One step of the output is ${total} pixels, so it would have to move by ${vector(shift.map((n) => n / total))} cells. No grid can: it is compared with a move by ${vector(move)}.`;
  if (result.count && wrap)
    return `${shape(input).find((size) => size % total)} is no multiple of ${total}, so the coarse grid does not close to a circle: the two differ along the seam.`;
  if (result.count)
    return "At the border one way reads padding, or zeros that entered, where the other reads the picture.";
  if (wrap) return "On a circle every window finds the same neighbours after the shift as before it.";
  return valid
    ? "Every window that is compared lies inside the picture, before the shift and after it."
    : "The layer treats all places alike, and nothing but zeros meets the border.";
}

/** The maximum over all positions, before and after the shift. */
export function maxima(now, { secret }) {
  const [one, other] = [now.convolved, now[FIRST]].map((values) => Math.max(...values.flat()));
  const both = `Maximum over all positions: ${format(one)} for the input, ${secret ? "?" : format(other)} for the shifted input.`;
  if (secret) return both;
  return now.result.differs(one - other)
    ? `${both} Not the same: what it saw has changed.`
    : `${both} The same: to this shift it is invariant, it has forgotten where.`;
}

/** How far the output has to move: the shift in steps of the output. */
export function formula({ shift, total, move, result }) {
  const nearest = result.inStep ? "" : ` → ${vector(move)}`;
  return `shift in steps of the output: ${vector(shift)} / ${total} = ${vector(shift.map((n) => n / total))}${nearest}`;
}

// ---- a cell ------------------------------------------------------------------------------------------------------------

/** What an input, a shifted pixel or a weight is, behind its name and its number. */
export function cellInWords(now, { role, at }) {
  if (role === "kernel") return "is the same at every position: nothing in it knows where it is.";
  const source = sourceOf(now, role, at);
  if (role === "input") return source ? `moves to shifted[${source}].` : "leaves the picture.";
  return source ? `comes from input[${source}].` : "entered with the shift.";
}

/** What is shown of one cell, as a sentence. */
export function sentence(now, cell, { secret }) {
  if (!cell || (secret && isResult(cell.role))) return "";
  const { role, at } = cell;
  const [i, j] = at;
  const place = `row ${i}, column ${j}`;
  const value = format(now[role][i][j]);
  if (isResult(role)) return `${capital(place)}: ${bothInWords(now, at)}.`;
  if (role === "convolved") return `Convolved, ${place}: ${value}.`;
  return `${capital(role)}, ${place}: ${value} ${cellInWords(now, cell)}`;
}

function bothInWords(now, [i, j]) {
  const a = now[FIRST][i][j];
  const b = now[SECOND][i][j];
  const first = `${NAMES[FIRST]} gives ${format(a)}, ${NAMES[SECOND]}`;
  if (Number.isNaN(b)) return `${first} nothing to compare it with`;
  const apart = now.result.differs(a - b) ? `they differ by ${format(a - b)}` : "they agree";
  return `${first} gives ${format(b)}: ${apart}`;
}

/** What is said of a cell of a map, where that is not its number alone. */
export function labelOf(now, name, at, hidden) {
  if (hidden) return "hidden until you predict it";
  if (!entered(now, name, at)) return undefined;
  const value = now[name][at[0]][at[1]];
  return Number.isNaN(value) ? "nothing to compare" : `${format(value)}, entered`;
}

// ---- predict -----------------------------------------------------------------------------------------------------------

export function question(now) {
  return {
    text: `Shift: ${inDirections(now.shift)}. Will the two ways agree?`,
    key: now.key,
    options: ANSWERS,
    truth: now.result.answer,
    explain: `${capital(agreement(now.result))}. ${because(now)}`,
    mistakes: Object.entries(mistakes(now)).map(([value, hint]) => ({ value, hint })),
  };
}

function mistakes({ wrap, total, result: { answer } }) {
  const stride = `You forgot the stride: one step of the output is ${total} pixels, far from the border as well.`;
  const known = {
    yes: {
      border: wrap
        ? "A circle has no border: what leaves on one side enters on the other."
        : "The border shows only where something meets it.",
      no: "You took equivariance for invariance: the output may change, as long as it moves along.",
    },
    border: {
      yes: wrap
        ? "You forgot the seam: is the width a multiple of the stride?"
        : "You forgot the border: what leaves is lost, and padding is read in its place.",
      no: "The shift is a whole number of steps, so windows far from the border see the same pixels.",
    },
    no: { yes: stride, border: stride },
  };
  return known[answer];
}

const isAsked = (now, settings) =>
  Object.entries(settings).every(([trait, value]) => String(value) === String(now[trait]));

/** The number of the question after the last one; never what stands there already. */
export function nextQuestion(now, last) {
  const next = (last + 1) % QUESTIONS.length;
  return isAsked(now, QUESTIONS[next]) ? (next + 1) % QUESTIONS.length : next;
}
export const settingsOfQuestion = (n) => QUESTIONS[n];
