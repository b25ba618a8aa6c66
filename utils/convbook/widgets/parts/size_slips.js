// What readers get wrong about sizes: their slips with the formula, settings that fit nowhere, sizes as people type them.
// No DOM here.
import { parse } from "../arithmetic/numbers.js";
import { effectiveKernel, strides } from "../arithmetic/shapes.js";
import { list, outputs } from "./sizes.js";

const quotient = (axis) => strides(...list(axis)) + 1;
const SLIPS = [
  [quotient, "That is / where // belongs: part of a step is no step, so the floor drops it."],
  [(axis) => Math.ceil(quotient(axis)), "You rounded up: a window that does not fit whole is not taken."],
  [
    (axis) => outputs({ ...axis, dilation: 1 }),
    "You ignored the dilation: a dilated kernel spans d·(k − 1) + 1 pixels.",
  ],
  [
    (axis) => outputs({ ...axis, before: 0, after: axis.before }),
    "You counted the padding once: it is added on both sides.",
  ],
  [(axis) => outputs({ ...axis, before: 0 }), "You counted the padding on one side only."],
  [(axis) => outputs(axis) - 1, "The + 1 is lost: the first window counts before any step."],
  [
    (axis) => outputs({ ...axis, before: 0, after: 0 }),
    "You left out the padding: the window may start on it.",
  ],
  [
    (axis) => outputs({ ...axis, stride: 1 }),
    "You left out the stride: that is how many windows there are in steps of 1.",
  ],
  [
    (axis) => quotient(axis) - 1,
    "That is the quotient alone: apply the floor, then add 1 for the first window.",
  ],
  [(axis) => axis.size, "That is the size of the input."],
];

// The slips as predict.js wants them, for one axis (a number) or for two (a pair); slips that give the same answer speak together.
export function sizeMistakes(axes) {
  const answers = SLIPS.map(([slip, hint]) => [axes.length === 1 ? slip(axes[0]) : axes.map(slip), hint]);
  const hints = new Map();
  if (axes.length === 2)
    answers.push([[...axes].reverse().map(outputs), "The height comes first, then the width."]);
  for (const [value, hint] of answers) {
    const key = String(value);
    hints.set(key, { value, hint: hints.has(key) ? `${hints.get(key).hint} Or: ${hint}` : hint });
  }
  return [...hints.values()];
}

// Says kindly that a setting, or one of several, is no whole number in its range.
export function checkRange(what, values, [least, most]) {
  if ([values].flat(2).some((value) => !Number.isInteger(value) || value < least || value > most))
    throw new RangeError(`${what} must be from ${least} to ${most}, so nothing changed.`);
}

// Says kindly that no window fits along one of the axes, with what would help; `where` names a layer.
export function checkFits(axes, where = "") {
  if (axes.every((axis) => outputs(axis) >= 1)) return;
  const kernel = axes.map((axis) => effectiveKernel(axis.kernel, axis.dilation)).join("×");
  const padded = axes.map((axis) => axis.size + axis.before + axis.after).join("×");
  throw new RangeError(
    `No window fits${where && ` in ${where}`}: the kernel spans ${kernel} pixels, the padded input has ${padded}, so nothing changed. Choose a smaller kernel, less dilation or more padding.`,
  );
}

// Reads "3×4", "3 x 4", "3 by 4", "3 4", or "3" for 3×3. Returns [height, width], or null if that is no size.
export function parseSize(text) {
  const numbers = text
    .trim()
    .split(/\s*[x×*]\s*|\s+by\s+|,?\s+/i)
    .map(parse);
  if (numbers.length > 2 || numbers.includes(null)) return null;
  return numbers.length === 2 ? numbers : [numbers[0], numbers[0]];
}
