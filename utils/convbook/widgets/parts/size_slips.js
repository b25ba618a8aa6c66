// What readers get wrong about sizes: their slips with the formula, settings that fit nowhere, sizes as people type them.
// No DOM here.
import { list, outputs } from "../arithmetic/axes.js";
import { parse } from "../arithmetic/numbers.js";
import { strides } from "../arithmetic/sizes.js";
import { SLIPS } from "./slips.js";

const quotient = (axis) => strides(...list(axis)) + 1;
const MISTAKES = {
  "not rounded": quotient,
  "rounded up": (axis) => Math.ceil(quotient(axis)),
  "dilation ignored": (axis) => outputs({ ...axis, dilation: 1 }),
  "padding counted once": (axis) => outputs({ ...axis, before: 0, after: axis.before }),
  "padding on one side": (axis) => outputs({ ...axis, before: 0 }),
  "no plus one": (axis) => outputs(axis) - 1,
  "padding forgotten": (axis) => outputs({ ...axis, before: 0, after: 0 }),
  "stride ignored": (axis) => outputs({ ...axis, stride: 1 }),
  "quotient alone": (axis) => quotient(axis) - 1,
  "size of the input": (axis) => axis.size,
};

// The slips as predict.js wants them, for one axis (a number) or for two (a pair).
export function sizeMistakes(axes) {
  const answers = Object.entries(MISTAKES).map(([name, slip]) => [
    axes.length === 1 ? slip(axes[0]) : axes.map(slip),
    SLIPS[name],
  ]);
  if (axes.length === 2) answers.push([[...axes].reverse().map(outputs), SLIPS["height and width"]]);
  return speakingTogether(answers);
}

/** [[answer, hint], ...] as predict.js wants them: slips that give the same answer speak together. */
export function speakingTogether(answers) {
  const hints = new Map();
  for (const [value, hint] of answers) {
    const key = String(value);
    hints.set(key, { value, hint: hints.has(key) ? `${hints.get(key).hint} Or: ${hint}` : hint });
  }
  return [...hints.values()];
}

// Reads "3×4", "3 x 4", "3 by 4", "3 4", or "3" for 3×3. Returns [height, width], or null if that is no size.
export function parseSize(text) {
  const numbers = text
    .trim()
    .split(/\s*[x×*,;]\s*|\s+by\s+|\s+/i)
    .map(parse);
  if (numbers.length > 2 || numbers.includes(null)) return null;
  return numbers.length === 2 ? numbers : [numbers[0], numbers[0]];
}
