// What the state of ReceptiveField means: the stack, and what one unit of its last map sees. No DOM here.
import { checkRange } from "../arithmetic/axes.js";
import { effectiveKernel } from "../arithmetic/sizes.js";
import { gradientAt, middle, profiles, walk } from "../arithmetic/stack.js";
import { upTo } from "../arithmetic/tensor.js";

export const TRAITS = ["layers", "size", "picture", "pinned", "predict"];
export const RANGES = { kernel: [1, 16], stride: [1, 8], padding: [0, 16], dilation: [1, 16] };
export const NEW = { kind: "conv", kernel: 3, stride: 1, padding: 1, dilation: 1 };
const LARGEST = 512; // pixels a side
const MOST_ROWS = 48;
const MARGIN = 0.25; // of the picture, that is shown of the padding around it at most: the picture needs its room

/** Throws, in words for the reader, if the layers do not fit together. */
export function check({ layers, size }) {
  checkRange("The input size", size, [1, LARGEST]);
  if (layers.length < 1 || layers.length > MOST_ROWS)
    throw new RangeError(`A stack has 1 to ${MOST_ROWS} rows, so nothing changed.`);
  walk(layers, size);
}

/** Why these layers do not fit together, in words for the reader; "" if they do. */
export function misfit(layers, size) {
  try {
    walk(layers, size);
    return "";
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/**
 * Everything that is computed of a state but the gradient, which takes longer and changes with the unit alone.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state) {
  const { table, stack } = walk(state.layers, state.size);
  const { size: side, field } = table.at(-1);
  const beyond = Math.max(0, -endsOf(field, 0)[0], endsOf(field, side - 1)[1] - state.size + 1);
  return {
    ...state,
    table,
    stack,
    side,
    field,
    pin: unitOf(state.pinned.slice(1), side),
    margin: Math.min(Math.ceil(MARGIN * state.size), beyond),
  };
}

/** The place of a unit on a map of side² units, or null if there is none. */
export const unitOf = (at, side) => (at.length === 2 && Math.max(...at) < side ? at : null);
/** @type {(now: Meaning) => number[]} */
export const middleUnit = ({ side }) => [side >> 1, side >> 1];

/** The first and the last pixel that a unit sees, along one axis. */
export const endsOf = ({ size, centre, jump }, at) =>
  [-1, 1].map((side) => centre + at * jump + (side * (size - 1)) / 2);

/** The [first, last] rows, and columns, that a unit sees. */
export const boxOf = ({ field }, unit) => unit.map((at) => endsOf(field, at));

/** How many pixels of a box lie in the picture. */
export const within = (box, size) =>
  box
    .map(([first, last]) => Math.max(0, Math.min(size - 1, last) - Math.max(0, first) + 1))
    .reduce((high, wide) => high * wide);

/**
 * What a unit sees: its box by theory, and what its gradient reaches: its `sums` by row and by column, the `count` of
 * pixels, the middle 95 % of the rows and of the columns, null where all is padding.
 * @typedef {ReturnType<typeof sightOf>} Sight
 */
export function sightOf(now, unit) {
  const box = boxOf(now, unit);
  const gradient = gradientAt(now.stack, now.size, unit);
  const sums = profiles(gradient, now.size);
  const count = gradient.reduce((pixels, value) => pixels + Number(value > 0), 0);
  return {
    unit,
    box,
    gradient,
    sums,
    count,
    inside: within(box, now.size),
    middle: count ? sums.map(middle) : null,
  };
}

/** The unit whose field has its middle nearest to a pixel, along one axis. */
export const unitAt = ({ field }, pixel) => Math.round((pixel - field.centre) / field.jump);

// ---- rebuilding the stack ----------------------------------------------------------------------------------------

export const moved = (rows, from, to) => rows.toSpliced(from, 1).toSpliced(to, 0, rows[from]);

/** The next place in this direction at which everything fits; where none does, the next one. */
export function placeFor({ layers, size }, from, by) {
  let to = from + by;
  while (layers[to] && misfit(moved(layers, from, to), size)) to += by;
  return layers[to] ? to : from + by;
}

/** A kernel that kept the size keeps it when it grows, so that a block can be rebuilt one setting at a time. */
export function changed(row, setting) {
  const next = { ...row, ...setting };
  const span = (one) => effectiveKernel(one.kernel, one.dilation) - 1;
  const keeps = !("padding" in setting) && span(row) === 2 * row.padding && span(next) % 2 === 0;
  return keeps ? { ...next, padding: Math.min(span(next) / 2, RANGES.padding[1]) } : next;
}

// ---- the photograph ----------------------------------------------------------------------------------------------

/** The square in the middle of a photograph with `size` pixels a side, each the average of what it covers: adaptive pooling. */
export function square({ height, width, pixels }, size) {
  const side = Math.min(height, width);
  const top = (height - side) >> 1;
  const left = (width - side) >> 1;
  const windows = upTo(size).map((n) => [Math.floor((n * side) / size), Math.ceil(((n + 1) * side) / size)]);
  /** @param {number[]} rows @param {number[]} columns */
  const average = ([top0, bottom], [left0, right]) => {
    let sum = 0;
    for (let y = top0; y < bottom; y++)
      for (let x = left0; x < right; x++) sum += pixels[(top + y) * width + left + x];
    return sum / ((bottom - top0) * (right - left0));
  };
  return windows.flatMap((rows) => windows.map((columns) => average(rows, columns)));
}
