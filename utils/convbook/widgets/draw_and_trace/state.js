// What the state of DrawAndTrace means: all numbers of the network, and where each of them comes from. No DOM here.
import {
  best,
  CLASSES,
  covered,
  falls,
  INK,
  readDigit,
  SHAPES,
  SIDE,
  unpackEpoch,
  unpackOwn,
} from "../arithmetic/digits.js";
import { pinOf } from "../arithmetic/links.js";
import { shape, upTo } from "../arithmetic/tensor.js";

export const TRAITS = [
  "input",
  "label",
  "epoch",
  "first_off",
  "second_off",
  "patch",
  "patch_at",
  "pen",
  "pinned",
  "predict",
];
export const LAYERS = ["conv1", "pool", "conv2"];
export const OFF = { conv1: "first_off", conv2: "second_off" };
export const LARGEST_PATCH = 4;
const KINDS = { conv1: ["w1", "b1", "sums1"], conv2: ["w2", "b2", "sums2"] };

/** A number of the network: where it is. @typedef {{ role: string, at: number[] }} Unit */
/** What a sum multiplies; the pooling has no weight. @typedef {{ unit: Unit, x: number, w: number | null }} Term */

/** Throws, in words for the reader, if the state is none that can be shown; `epochs` are those that were kept. */
export function check({ input, patch, patch_at, epoch }, epochs) {
  if (shape(input).some((size) => size !== SIDE)) throw new RangeError("A drawing has 8×8 pixels.");
  if (input.flat().some((value) => value < 0 || value > INK))
    throw new RangeError(`A pixel holds from 0 (paper) to ${INK} (ink), so nothing changed.`);
  if (patch_at.some((index) => index + patch > SIDE))
    throw new RangeError("There the patch would stick out of the drawing, so nothing changed.");
  if (!epochs.includes(epoch))
    throw new RangeError(`Of the training the epochs ${epochs.join(", ")} were kept, so nothing changed.`);
}

// ---- the network -------------------------------------------------------------------------------------------------------

/** Weights by epoch, or the reader's own; each is unpacked once. */
export function bookshelf(packed) {
  const known = new Map();
  return {
    epochs: packed.epochs,
    weightsOf(epoch, own) {
      const key = own ?? epoch;
      if (!known.has(key))
        known.set(key, own ? unpackOwn(own) : unpackEpoch(packed, packed.epochs.indexOf(epoch)));
      return known.get(key);
    },
  };
}

export const inkOf = (input) => Float64Array.from(input.flat(), (value) => value / INK);

/** Everything that is shown of a state. */
export function derive(state, shelf, own) {
  const { first_off: firstOff, second_off: secondOff, patch } = state;
  const weights = shelf.weightsOf(state.epoch, own);
  const plain = inkOf(state.input);
  const pixels = patch ? covered(plain, patch, state.patch_at) : plain;
  const values = readDigit(weights, pixels, firstOff, secondOff);
  const before = patch ? readDigit(weights, plain, firstOff, secondOff) : values;
  const answer = best(values.score);
  const answerBefore = best(before.score);
  const right = state.label ?? answerBefore;
  return {
    ...state,
    own: Boolean(own),
    weights,
    plain,
    pixels,
    values: { ...values, input: pixels },
    before,
    answer,
    answerBefore,
    right,
    falls: patch ? falls(weights, plain, patch, right, firstOff, secondOff) : [],
    pin: pinOf(state.pinned, SHAPES),
  };
}

/** What the network answers to other drawings than the one that is shown. */
export const answerTo = ({ weights, first_off, second_off }, input) =>
  best(readDigit(weights, inkOf(input), first_off, second_off).score);

// ---- single numbers ----------------------------------------------------------------------------------------------------

export const flat = ({ role, at }) =>
  at.reduce((index, place, axis) => index * SHAPES[role][axis] + place, 0);
export const placeOf = (role, index) => {
  const [, ...rest] = SHAPES[role];
  if (!rest.length) return [index];
  return [...rest, 1].map((_, axis) => {
    const step = rest.slice(axis).reduce((product, size) => product * size, 1);
    return Math.floor(index / step) % SHAPES[role][axis];
  });
};
export const valueAt = (now, unit) => now.values[unit.role][flat(unit)];
export const isThere = ({ role, at }) => Boolean(pinOf([role, ...at], SHAPES));
export const isOff = (now, { role, at: [channel] }) => Boolean(now[OFF[role]]?.includes(channel));
export const isSum = ({ role }) => role in KINDS;

/** What a convolution gives before ReLU. */
export const sumAt = (now, unit) => now.values[KINDS[unit.role][2]][flat(unit)];

/** The numbers of one map, row by row. */
export function mapOf(now, role, channel) {
  const side = SHAPES[role][1];
  const all = now.values[role].subarray(channel * side * side, (channel + 1) * side * side);
  return upTo(side).map((i) => Array.from(all.subarray(i * side, (i + 1) * side)));
}

/** The place of the largest number of a map. */
export function peakOf(now, role, channel) {
  const rows = mapOf(now, role, channel).flat();
  const index = rows.indexOf(Math.max(...rows));
  const side = SHAPES[role][1];
  return [channel, Math.floor(index / side), index % side];
}

export const biasOf = (now, { role, at: [first] }) =>
  role === "score" ? now.weights.b3[first] : role === "pool" ? 0 : now.weights[KINDS[role][1]][first];

/** What a number is made of, the strongest first. @type {(now: any, unit: Unit) => Term[]} */
export function termsOf(now, unit) {
  const make = { score: scoreTerms, conv2: convTerms, conv1: convTerms, pool: poolTerms }[unit.role];
  if (!make) return [];
  const size = ({ x, w }) => (w === null ? x : Math.abs(x * w));
  return make(now, unit).sort((a, b) => size(b) - size(a));
}

const scoreTerms = (now, { at: [digit] }) =>
  Array.from(now.values.conv2, (x, n) => ({
    unit: { role: "conv2", at: placeOf("conv2", n) },
    x,
    w: now.weights.w3[digit * 256 + n],
  }));

function convTerms(now, { role, at: [filter, i, j] }) {
  const source = role === "conv1" ? "input" : "pool";
  const channels = role === "conv1" ? 1 : SHAPES.pool[0];
  const side = SHAPES[role][1];
  const weights = now.weights[KINDS[role][0]];
  const found = [];
  for (let c = 0; c < channels; c++)
    for (let u = 0; u < 3; u++)
      for (let v = 0; v < 3; v++) {
        const [row, column] = [i + u - 1, j + v - 1];
        if (Math.min(row, column) < 0 || Math.max(row, column) >= side) continue; // padding: a zero
        const unit = { role: source, at: source === "input" ? [row, column] : [c, row, column] };
        found.push({ unit, x: valueAt(now, unit), w: weights[((filter * channels + c) * 3 + u) * 3 + v] });
      }
  return found;
}

const poolTerms = (now, { at: [c, i, j] }) =>
  upTo(4).map((n) => {
    const unit = { role: "conv1", at: [c, 2 * i + (n >> 1), 2 * j + (n & 1)] };
    return { unit, x: valueAt(now, unit), w: null };
  });

/** The four numbers that a pooled one is the largest of, row by row. */
export const windowOf = (now, unit) => poolTerms(now, unit).map(({ x }) => x);

/** The numbers on the way back to the pixels, each the strongest term of the one before. @returns {Unit[]} */
export function wayBack(now, unit) {
  const way = [];
  for (let here = unit; here && here.role !== "input"; here = termsOf(now, here)[0]?.unit) way.push(here);
  return way;
}

// How far the field of a number reaches: the jump, the pixels before the first one, and the side.
const FIELDS = { input: [1, 0, 1], conv1: [1, 1, 3], pool: [2, 1, 4], conv2: [2, 3, 8] };
export const fieldSide = (role) => FIELDS[role][2];

/** Whether a number sees a pixel of the drawing. */
export function sees({ role, at }, pixel) {
  if (role === "score") return true;
  const [jump, before, side] = FIELDS[role];
  return at.slice(-2).every((index, axis) => {
    const first = jump * index - before;
    return pixel[axis] >= first && pixel[axis] < first + side;
  });
}

/** The drawing moved by whole pixels: what leaves is lost. */
export const moved = (input, [down, right]) =>
  input.map((row, i) => row.map((_, j) => input[i - down]?.[j - right] ?? 0));

export const blank = () => upTo(SIDE).map(() => upTo(SIDE).map(() => 0));

/** The corner of a patch moved by some pixels, as far as the drawing reaches. */
export const patchMoved = ({ patch, patch_at }, by) =>
  patch_at.map((index, axis) => Math.max(0, Math.min(SIDE - patch, index + by[axis])));

export const isUnder = ({ patch, patch_at }, at) =>
  at.every((index, axis) => index >= patch_at[axis] && index < patch_at[axis] + patch);

export const digits = () => upTo(CLASSES);

/** What the answers of the network depend on, beside the drawing. */
export const subjectOfAnswers = ({ own, epoch, first_off, second_off }) => [
  own,
  epoch,
  first_off,
  second_off,
];
