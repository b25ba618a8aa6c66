// The network of the digits, as DrawAndTrace has it in Python: conv 3×3 (1→8), ReLU, max pooling 2, conv 3×3 (8→16), ReLU,
// linear. Written out for these sizes, since a patch asks it dozens of times within a frame. No DOM here.
import { bytesOf } from "./base64.js";
import { rounded } from "./numbers.js";

export const SIDE = 8;
export const INK = 16; // the darkest pixel of a drawing
export const CLASSES = 10;
export const SHAPES = {
  input: [SIDE, SIDE],
  conv1: [8, 8, 8],
  pool: [8, 4, 4],
  conv2: [16, 4, 4],
  score: [CLASSES],
};
const SIZES = [72, 8, 1152, 16, 2560, 10]; // of the weights and biases, layer by layer
const COUNT = SIZES.reduce((sum, size) => sum + size, 0);

/** @typedef {{ w1: Float64Array, b1: Float64Array, w2: Float64Array, b2: Float64Array, w3: Float64Array, b3: Float64Array }} Weights */

/** Cuts all numbers of a network into its six arrays. @returns {Weights} */
export function arraysOf(/** @type {Float64Array} */ all) {
  const ends = SIZES.map((_, n) => SIZES.slice(0, n + 1).reduce((sum, size) => sum + size, 0));
  const [w1, b1, w2, b2, w3, b3] = ends.map((end, n) => all.subarray(end - SIZES[n], end));
  return { w1, b1, w2, b2, w3, b3 };
}

/** The weights after the epoch with this index; as Python has them, a whole number times its array's scale, in float32. */
export function unpackEpoch({ scales, weights }, index) {
  const whole = new Int8Array(bytesOf(weights).buffer, index * COUNT, COUNT);
  const scaleOf = SIZES.flatMap((size, n) => Array(size).fill(scales[index][n]));
  return arraysOf(Float64Array.from(whole, (value, n) => Math.fround(value * scaleOf[n])));
}

/** The weights of a reader's own network, base64 of float32. */
export function unpackOwn(/** @type {string} */ text) {
  const view = new DataView(bytesOf(text).buffer);
  return arraysOf(Float64Array.from({ length: COUNT }, (_, n) => view.getFloat32(4 * n, true)));
}

/** Maps with a border of zeros, so that no window needs to ask where it is. */
function padded(x, channels, size) {
  const wide = size + 2;
  const out = new Float64Array(channels * wide * wide);
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < size; i++) {
      const row = x.subarray((c * size + i) * size, (c * size + i + 1) * size);
      out.set(row, (c * wide + i + 1) * wide + 1);
    }
  return out;
}

/** The sums of a 3×3 convolution with padding 1, before ReLU. */
export function conv3x3(x, channels, size, weight, bias) {
  const wide = size + 2;
  const from = padded(x, channels, size);
  const out = new Float64Array(bias.length * size * size);
  for (let f = 0, o = 0; f < bias.length; f++)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++, o++) {
        let sum = bias[f];
        for (let c = 0; c < channels; c++) {
          const a = (c * wide + i) * wide + j; // the first pixel of each row of the window
          const b = a + wide;
          const d = b + wide;
          const w = (f * channels + c) * 9;
          sum += from[a] * weight[w] + from[a + 1] * weight[w + 1] + from[a + 2] * weight[w + 2];
          sum += from[b] * weight[w + 3] + from[b + 1] * weight[w + 4] + from[b + 2] * weight[w + 5];
          sum += from[d] * weight[w + 6] + from[d + 1] * weight[w + 7] + from[d + 2] * weight[w + 8];
        }
        out[o] = sum;
      }
  return out;
}

function rectified(sums, area, off) {
  const out = new Float64Array(sums.length);
  for (let n = 0; n < sums.length; n++) if (sums[n] > 0) out[n] = sums[n];
  for (const channel of off) out.fill(0, channel * area, (channel + 1) * area);
  return out;
}

// The largest of each 2×2 numbers of an 8×8 map.
function pooled(maps) {
  const out = new Float64Array(maps.length / 4);
  for (let o = 0; o < out.length; o++) {
    const at = (o >> 4) * 64 + ((o >> 2) & 3) * 16 + (o & 3) * 2;
    out[o] = Math.max(maps[at], maps[at + 1], maps[at + 8], maps[at + 9]);
  }
  return out;
}

/** The maps of all layers. */
function mapsOf({ w1, b1, w2, b2 }, pixels, firstOff, secondOff) {
  const sums1 = conv3x3(pixels, 1, SIDE, w1, b1);
  const conv1 = rectified(sums1, 64, firstOff);
  const pool = pooled(conv1);
  const sums2 = conv3x3(pool, 8, 4, w2, b2);
  return { sums1, conv1, pool, sums2, conv2: rectified(sums2, 16, secondOff) };
}

function scoreOf({ w3, b3 }, conv2, digit) {
  let sum = b3[digit];
  for (let n = 0; n < conv2.length; n++) sum += conv2[n] * w3[digit * conv2.length + n];
  return sum;
}

/**
 * Everything that the network makes of 64 pixels from 0 to 1, with some channels of either convolution switched off.
 * @param {Weights} weights
 */
export function readDigit(weights, pixels, firstOff = [], secondOff = []) {
  const maps = mapsOf(weights, pixels, firstOff, secondOff);
  const score = weights.b3.map((_, digit) => scoreOf(weights, maps.conv2, digit));
  return { ...maps, score, probabilities: softmax(score) };
}

/** Scores as probabilities: each is exp(score), divided by the sum of all. */
export function softmax(scores) {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const sum = powers.reduce((before, power) => before + power, 0);
  return powers.map((power) => power / sum);
}

/** Pixels with those under a patch made paper. */
export function covered(pixels, size, [row, column]) {
  const out = Float64Array.from(pixels);
  for (let i = row; i < row + size; i++) out.fill(0, i * SIDE + column, i * SIDE + column + size);
  return out;
}

export const best = (scores) => scores.indexOf(Math.max(...scores));

/** By how much the score of a digit falls with a patch at each place, row by row. */
export function falls(weights, pixels, size, digit, firstOff = [], secondOff = []) {
  const score = (x) => scoreOf(weights, mapsOf(weights, x, firstOff, secondOff).conv2, digit);
  const whole = score(pixels);
  const places = Array.from({ length: SIDE - size + 1 }, (_, n) => n);
  const fall = (/** @type {[number, number]} */ at) => rounded(whole - score(covered(pixels, size, at))); // paper on paper is no fall
  return places.map((row) => places.map((column) => fall([row, column])));
}
