// The picture as ChannelMatrix reads it: its middle as three planes of levels, shuffled, averaged, multiplied. No DOM here.
import { upTo } from "../arithmetic/tensor.js";

const LONGEST = 256; // pixels a side
const CHANNELS = 3;

/** @typedef {Float64Array[]} Planes one for each channel, row by row */
/** @typedef {{ height: number, width: number, planes: Planes }} Photograph */

/** @type {WeakMap<Uint8ClampedArray, Photograph>} */
const seen = new WeakMap();

/**
 * The middle of a picture, at most 256 pixels a side. Where both sides are at least twice as long, it is reduced before:
 * each pixel is the mean of a block, rounded as NumPy rounds.
 * @param {import("../parts/album.js").Picture} picture
 * @returns {Photograph}
 */
export function square(picture) {
  const known = seen.get(picture.rgba);
  if (known) return known;
  const block = Math.max(1, Math.floor(Math.min(picture.height, picture.width) / LONGEST));
  const [down, across] = [picture.height, picture.width].map((side) => Math.floor(side / block));
  const [top, left] = [down, across].map((side) => Math.max(0, (side - LONGEST) >> 1));
  const [height, width] = [down, across].map((side) => Math.min(side, LONGEST));
  const levels = upTo(CHANNELS).map(() => new Uint8ClampedArray(height * width));
  for (let i = 0, at = 0; i < height; i++)
    for (let j = 0; j < width; j++, at++)
      for (const [c, plane] of levels.entries())
        plane[at] = blockMean(picture, (top + i) * block, (left + j) * block, block, c);
  const photograph = { height, width, planes: levels.map((plane) => Float64Array.from(plane)) };
  seen.set(picture.rgba, photograph);
  return photograph;
}

function blockMean({ rgba, width }, top, left, block, channel) {
  let sum = 0;
  for (let i = top; i < top + block; i++)
    for (let j = left; j < left + block; j++) sum += rgba[4 * (i * width + j) + channel];
  return sum / (block * block);
}

/** @type {Map<number, Uint32Array>} */
const orders = new Map();

/** 0, 1, ... in a shuffled order, as Python has it: sorted by a hash of each number. */
export function shuffledOrder(count) {
  if (!orders.has(count)) {
    const keys = Float64Array.from({ length: count }, (_, n) => hash(n) * 2 ** 20 + n).sort(); // a hash has 32 bits
    orders.set(
      count,
      Uint32Array.from(keys, (key) => key % 2 ** 20),
    );
  }
  return orders.get(count);
}

function hash(n) {
  let key = Math.imul(n, 2654435761);
  key = Math.imul(key ^ (key >>> 15), 2246822519);
  return (key ^ (key >>> 13)) >>> 0;
}

/** compute(planes, ...) that keeps its answer for as long as the planes are there: a drag asks for it in every frame. */
function keeping(compute) {
  const known = new WeakMap();
  return (planes, ...rest) => {
    if (!known.has(planes)) known.set(planes, compute(planes, ...rest));
    return known.get(planes);
  };
}

/** Each place takes the pixel that the order names. @type {(planes: Planes, order: Uint32Array) => Planes} */
export const scrambled = keeping((planes, order) =>
  planes.map((plane) => plane.map((_, n) => plane[order[n]])),
);

/** @type {(planes: Planes, order: Uint32Array) => Planes} each pixel goes back to where the order took it from */
export const unscrambled = (planes, order) =>
  planes.map((plane) => {
    const back = new Float64Array(plane.length);
    for (let n = 0; n < plane.length; n++) back[order[n]] = plane[n];
    return back;
  });

/** The mean of the 3×3 pixels around each; beyond the border are zeros. @type {(planes: Planes, size: number[]) => Planes} */
export const means = keeping((planes, [height, width]) =>
  planes.map((plane) => {
    const out = new Float64Array(plane.length);
    for (let i = 0, at = 0; i < height; i++)
      for (let j = 0; j < width; j++, at++) out[at] = sumAround(plane, height, width, i, j) / 9;
    return out;
  }),
);

function sumAround(plane, height, width, i, j) {
  let sum = 0;
  for (let y = Math.max(0, i - 1); y <= Math.min(height - 1, i + 1); y++)
    for (let x = Math.max(0, j - 1); x <= Math.min(width - 1, j + 1); x++) sum += plane[y * width + x];
  return sum;
}

/**
 * A 1×1 convolution: the matrix times the channels of every pixel, plus the bias.
 * @param {Planes} planes
 * @param {{ matrix: number[][], bias: number[] | null }} layer
 * @returns {Planes}
 */
export function mixed(planes, { matrix, bias }) {
  return matrix.map((row, o) => {
    const out = new Float64Array(planes[0].length).fill(bias?.[o] ?? 0);
    for (const [c, weight] of row.entries()) {
      const plane = planes[c];
      for (let n = 0; n < out.length; n++) out[n] += weight * plane[n];
    }
    return out;
  });
}

/** @type {(planes: Planes) => Planes} */
export const rectified = (planes) => planes.map((plane) => plane.map((value) => Math.max(0, value)));

/** The largest |difference|, and the share of the pixels where there is one. @type {(a: Planes, b: Planes) => { most: number, share: number }} */
export function compared(a, b) {
  const rounding = 1e-9;
  let most = 0;
  let differ = 0;
  for (let n = 0; n < a[0].length; n++) {
    let here = 0;
    for (const [c, plane] of a.entries()) here = Math.max(here, Math.abs(plane[n] - b[c][n]));
    most = Math.max(most, here);
    differ += Number(here > rounding);
  }
  return { most, share: differ / a[0].length };
}
