// What the state of FilterLab means. No DOM here.
import { same } from "../arithmetic/links.js";
import { correlatePicture, extremes, range, reach, silent, windowAt } from "../arithmetic/pixels.js";
import { shape } from "../arithmetic/tensor.js";
import { knownPicture } from "../parts/album.js";

export const TRAITS = ["picture", "kernel", "second", "bias", "relu", "shades", "pinned", "predict"];

/** Throws, in words for the reader, if kernels and picture do not fit together; a picture that is still to come is checked then. */
export function check({ picture, kernel, second }, shown) {
  if (second && !same(shape(second), shape(kernel)))
    throw new RangeError("Both kernels must have the same size, so nothing changed.");
  const whole = picture === shown.name ? shown.picture : knownPicture(picture);
  const [kh, kw] = shape(kernel);
  if (!whole || (kh <= whole.height && kw <= whole.width)) return;
  throw new RangeError(
    `A ${kh}×${kw} kernel does not fit inside a picture of ${whole.height}×${whole.width} pixels, so nothing changed.`,
  );
}

/** Everything that is computed of a state without filtering the whole picture. */
export function derive(state, picture) {
  const [kh, kw] = shape(state.kernel);
  return {
    ...state,
    picture,
    kh,
    kw,
    rows: picture.height - kh + 1,
    columns: picture.width - kw + 1,
    kernels: [state.kernel, state.second].filter(Boolean),
  };
}

export const isOutput = (now, [i, j]) => i >= 0 && j >= 0 && i < now.rows && j < now.columns;

/** @type {(now: any, place: number[]) => number[]} the output that is nearest to this place */
export const nearest = (now, [i, j]) => [clamp(i, now.rows - 1), clamp(j, now.columns - 1)];
const clamp = (index, last) => Math.max(0, Math.min(last, index));

/** The output where the lens is, and the pixels below its window: where the reader looks for a moment, or the pinned one. */
export function lookAt(now, preview) {
  const pinned = now.pinned.length ? nearest(now, now.pinned.slice(1)) : null;
  const at = preview ?? pinned;
  return { ...now, at, window: windowAt(now.picture, at ?? [0, 0], [now.kh, now.kw]) };
}

// The middle of a window: the pixel of the input that an output lies on.
const middle = ({ kh, kw }) => [kh >> 1, kw >> 1];
export const toInput = (now, at) => at?.map((index, axis) => index + middle(now)[axis]) ?? null;
export const toOutput = (now, at) =>
  at &&
  nearest(
    now,
    at.map((index, axis) => index - middle(now)[axis]),
  );

/**
 * What a kernel makes of a picture: its sums before ReLU, the ends of what is shown, and how that is drawn.
 * @param {Float32Array} [out] an array to use again
 */
export function filtered(picture, { kernel, bias, relu, shades }, out) {
  const sums = correlatePicture(picture.pixels, picture.height, picture.width, kernel, out, bias);
  const ends = extremes(sums);
  const [kh, kw] = shape(kernel);
  return {
    sums,
    ends: relu ? ends.map((end) => Math.max(end, 0)) : ends,
    drawn: range(shades, reach(kernel, bias), ends, relu),
    size: [picture.height - kh + 1, picture.width - kw + 1],
  };
}

export const silentShare = ({ sums }) => silent(sums) / sums.length;

export const total = (values) => values.flat().reduce((sum, value) => sum + value, 0);

/** A kernel with its weights changed by change(weight, u, v). */
export const mapped = (kernel, change) =>
  kernel.map((row, u) => row.map((weight, v) => change(weight, u, v)));

/** The kernel that comes after the present one in a menu, of those that fit inside the picture. */
export function nextKernel({ kernel, picture }, menu) {
  const here = menu.findIndex((one) => JSON.stringify(one) === JSON.stringify(kernel));
  const inTurn = [...menu.slice(here + 1), ...menu.slice(0, Math.max(0, here))];
  return inTurn.find((one) => one.length <= picture.height && one[0].length <= picture.width);
}

/** The sum below the lens: its terms, and what comes of it before and after ReLU. */
export function sumAt({ window, at, bias, relu }, kernel) {
  const terms = kernel.flatMap((row, u) =>
    row.map((w, v) => ({ x: window[u][v], w, label: `x[${at[0] + u},${at[1] + v}] × w[${u},${v}]` })),
  );
  const before = total(terms.map(({ x, w }) => x * w)) + bias;
  return { terms, before, result: relu ? Math.max(before, 0) : before };
}
