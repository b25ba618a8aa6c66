// What the state of ChannelMatrix means. No DOM here.
import { apply, inverse, matmul, rank, svd } from "../arithmetic/matrices.js";
import { WHITE } from "../arithmetic/pixels.js";
import { upTo } from "../arithmetic/tensor.js";
import {
  compared,
  means,
  mixed,
  rectified,
  scrambled,
  shuffledOrder,
  square,
  unscrambled,
} from "./photograph.js";

export const TRAITS = [
  ...["picture", "matrix", "bias", "second", "second_bias", "relu", "window", "scramble", "unscramble"],
  ...["pixel", "pinned", "predict"],
];

export const DUST = 1e-9; // a matrix and its inverse leave that much where exact numbers would leave 0

/** Throws, in words for the reader, if a matrix or a bias does not fit what stands before it. */
export function check({ matrix, bias, second, second_bias }) {
  const refuse = (text) => {
    throw new RangeError(`${text}, so nothing changed.`);
  };
  if (matrix[0].length !== 3) refuse("The matrix must have 3 columns, one for each colour");
  if (bias && bias.length !== matrix.length)
    refuse("The bias must have one number for each row of the matrix");
  if (!second) return;
  if (second[0].length !== matrix.length)
    refuse(`The second matrix must have ${matrix.length} columns, one for each row of the first`);
  if (second_bias && second_bias.length !== second.length)
    refuse("The second bias must have one number for each row of the second matrix");
}

/**
 * Everything that is computed of a state at one pixel; `planes` below computes the whole picture.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state, picture) {
  const photograph = square(picture);
  const layers = [{ matrix: state.matrix, bias: state.bias }];
  if (state.second) layers.push({ matrix: state.second, bias: state.second_bias });
  const wide = state.window === "3×3";
  return {
    ...state,
    picture,
    name: state.picture,
    photograph,
    layers,
    wide,
    order: shuffledOrder(photograph.height * photograph.width),
    combined: combined(layers),
    rank: rank(combined(layers).matrix),
    singular: svd(combined(layers).matrix).s,
    linear: !state.relu || !state.second,
    full: [photograph.height, photograph.width],
  };
}

/** The one 1×1 that does what all of these do without a ReLU between them: B·A and B·a + b. */
export const combined = (layers) =>
  layers.reduce((first, next) => ({
    matrix: matmul(next.matrix, first.matrix),
    bias: first.bias || next.bias ? plus(apply(next.matrix, biasOf(first)), biasOf(next)) : null,
  }));

const biasOf = ({ matrix, bias }) => bias ?? matrix.map(() => 0);
const plus = (a, b) => a.map((value, n) => value + b[n]);

/** The layer that undoes this one, or null where it forgets something. */
export function undoing(layer) {
  const back = inverse(layer.matrix);
  return back && { matrix: back, bias: layer.bias && apply(back, layer.bias).map((value) => 0 - value) };
}

// ---- the whole picture -------------------------------------------------------------------------------------------

/** The input as it is shown, what the layers make of it in the same places, and the output as it is shown. */
export function planes(now) {
  const { photograph, order } = now;
  const input = now.scramble ? scrambled(photograph.planes, order) : photograph.planes;
  const made = through(now, input);
  return { input, made, output: isPutBack(now) ? unscrambled(made, order) : made };
}

export const isPutBack = ({ scramble, unscramble }) => scramble && unscramble;

const read = ({ wide, full }, input) => (wide ? means(input, full) : input);

function through(now, input) {
  const [first, second] = now.layers;
  const linear = mixed(read(now, input), first);
  const hidden = now.relu ? rectified(linear) : linear;
  return second ? mixed(hidden, second) : hidden;
}

/** How far scramble, layer, unscramble is from the layer alone. */
export const shuffleResidual = (now, made) =>
  compared(unscrambled(made, now.order), through(now, now.photograph.planes));

/** How far both layers are from the one that combines them. */
export const collapseResidual = (now, { input, made }) =>
  compared(made, mixed(read(now, input), now.combined));

/** Between which numbers each channel can lie, pixels being 0 to 255: what is drawn must not depend on the picture. */
export function reaches({ layers, combined: one, linear, relu }) {
  const [first, second] = layers;
  const colours = upTo(3).map(() => [0, WHITE]);
  if (linear && second) return spread(one, colours);
  const hidden = spread(first, colours).map((ends) => (relu ? ends.map((end) => Math.max(0, end)) : ends));
  return second ? spread(second, hidden) : hidden;
}

const spread = ({ matrix, bias }, ends) =>
  matrix.map((row, o) => [0, 1].map((end) => reach(row, ends, end) + (bias?.[o] ?? 0)));

const reach = (row, ends, end) =>
  row.reduce((sum, weight, c) => sum + weight * ends[c][weight < 0 ? 1 - end : end], 0);

// ---- one pixel -----------------------------------------------------------------------------------------------------

/** The place of the pixel in the input as it is shown: where the reader looks for a moment, or the kept one. */
export function lookAt(now, preview) {
  const at = (preview ?? now.pixel).map((index, axis) => Math.min(index, now.full[axis] - 1));
  return { ...now, at, ...vectors(now, at) };
}

/** What the matrix reads at a pixel, what it makes of it before and after ReLU, and the output. */
function vectors(now, at) {
  const [first, second] = now.layers;
  const x = now.wide ? meanAround(now, at) : upTo(3).map((c) => levelAt(now, c, at));
  const before = plus(apply(first.matrix, x), biasOf(first));
  const hidden = now.relu ? before.map((value) => Math.max(0, value)) : before;
  return { x, before, hidden, y: second ? plus(apply(second.matrix, hidden), biasOf(second)) : hidden };
}

function levelAt({ photograph: { height, width, planes: all }, scramble, order }, channel, [i, j]) {
  if (i < 0 || j < 0 || i >= height || j >= width) return 0;
  const place = i * width + j;
  return all[channel][scramble ? order[place] : place];
}

const meanAround = (now, [i, j]) =>
  upTo(3).map(
    (c) =>
      upTo(9).reduce((sum, n) => sum + levelAt(now, c, [i + Math.floor(n / 3) - 1, j + (n % 3) - 1]), 0) / 9,
  );

/** Where the output of a pixel is shown, and which pixel of the input an output comes from. */
export const toOutput = (now, at) => (isPutBack(now) ? placeOf(now, now.order[indexOf(now, at)]) : at);
export const toInput = (now, at) =>
  at && isPutBack(now) ? placeOf(now, now.order.indexOf(indexOf(now, at))) : at;

const indexOf = ({ full }, [i, j]) => i * full[1] + j;
const placeOf = ({ full }, n) => [Math.floor(n / full[1]), n % full[1]];

// ---- which numbers belong together -------------------------------------------------------------------------------

/** The number of each cell, by role: vectors are columns. */
export function valuesOf(now) {
  const column = (vector) => vector?.map((value) => [value]) ?? [];
  const [first, second] = now.layers;
  return {
    input: column(now.x),
    kernel: first.matrix,
    bias: column(first.bias),
    hidden: column(second ? now.hidden : []),
    second: second?.matrix ?? [],
    second_bias: column(second?.bias),
    output: column(now.y),
  };
}

/** A cell is { role, at }; the trait `pinned` leaves out the column of a vector. */
export function pinOf(now) {
  const [role, ...at] = now.pinned;
  const cell = role && { role, at: at.length === 1 ? [...at, 0] : at };
  return cell && isThere(now, cell) ? cell : null;
}

export const pinnedOf = ({ role, at }) =>
  role === "kernel" || role === "second" ? [role, ...at] : [role, at[0]];

/** @type {(now: any, cell: { role: string, at: number[] }) => boolean} */
export const isThere = (now, { role, at: [i, j] }) => valuesOf(now)[role]?.[i]?.[j] !== undefined;

/** The roles of the layer that a cell belongs to: those of its input, its weights and its output. */
export function rolesOf(now, { role }) {
  const first = {
    n: 0,
    input: "input",
    kernel: "kernel",
    bias: "bias",
    output: now.second ? "hidden" : "output",
  };
  const last = { n: 1, input: "hidden", kernel: "second", bias: "second_bias", output: "output" };
  const isLast = now.second && ["second", "second_bias", "output"].includes(role);
  return isLast ? last : first;
}

/** Whether a number takes part in what is explained. */
export function isLit(now, cell, other) {
  const roles = rolesOf(now, cell);
  const [o, c] = cell.at;
  const part = Object.keys(roles).find((name) => roles[name] === other.role);
  if (!part) return false;
  const [row, column] = other.at;
  if (cell.role === roles.output) return part === "input" || (part !== "output" && row === o);
  if (cell.role === roles.bias) return part === "output" && row === o;
  if (cell.role === roles.kernel) return part === "input" ? row === c : part === "output" && row === o;
  return part === "output" || (part === "kernel" && column === o);
}

/** The products of one output channel, in the order in which they are added; the bias; and what ReLU makes of it. */
export function sumOf(now, cell) {
  const { n, input, kernel } = rolesOf(now, cell);
  const { matrix, bias } = now.layers[n];
  const [o] = cell.at;
  const vector = n ? now.hidden : now.x;
  const terms = vector.map((x, c) => ({
    x,
    w: matrix[o][c],
    label: `${input}[${c}] × ${kernel}[${o},${c}]`,
  }));
  const before = terms.reduce((sum, { x, w }) => sum + x * w, bias?.[o] ?? 0);
  const rectify = now.relu && n === 0;
  return { terms, bias: bias?.[o] ?? 0, before, rectify, result: rectify ? Math.max(0, before) : before };
}

/** A matrix of another size: cut, or filled up as an identity would be. */
export const resizedTo = (matrix, rows, columns) =>
  upTo(rows).map((i) => upTo(columns).map((j) => matrix[i]?.[j] ?? Number(i === j)));

export const resizedBias = (bias, rows) => bias && upTo(rows).map((o) => bias[o] ?? 0);
