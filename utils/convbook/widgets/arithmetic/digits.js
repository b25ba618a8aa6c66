// The network of the digits, as DrawAndTrace has it in Python: conv 3×3 (1→8), ReLU, max pooling 2, conv 3×3 (8→16), ReLU,
// linear. Written out for these sizes, since a patch asks it dozens of times within a frame. No DOM here.
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

const bytesOf = (/** @type {string} */ text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

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

/** The sums of a 3×3 convolution with padding 1, before ReLU. */
export function conv3x3(x, channels, size, weight, bias) {
  const area = size * size;
  const out = new Float64Array(bias.length * area);
  for (let f = 0, o = 0; f < bias.length; f++)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++, o++) {
        let sum = bias[f];
        for (let c = 0; c < channels; c++) {
          const pixels = c * area;
          const taps = (f * channels + c) * 9 + 4;
          for (let u = i ? -1 : 0; u <= (i < size - 1 ? 1 : 0); u++)
            for (let v = j ? -1 : 0; v <= (j < size - 1 ? 1 : 0); v++)
              sum += x[pixels + (i + u) * size + j + v] * weight[taps + 3 * u + v];
        }
        out[o] = sum;
      }
  return out;
}

function rectified(sums, area, off) {
  const out = sums.map((value) => Math.max(value, 0));
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

/**
 * Everything that the network makes of 64 pixels from 0 to 1, with some channels of either convolution switched off.
 * @param {Weights} weights
 */
export function readDigit({ w1, b1, w2, b2, w3, b3 }, pixels, firstOff = [], secondOff = []) {
  const sums1 = conv3x3(pixels, 1, SIDE, w1, b1);
  const conv1 = rectified(sums1, 64, firstOff);
  const pool = pooled(conv1);
  const sums2 = conv3x3(pool, 8, 4, w2, b2);
  const conv2 = rectified(sums2, 16, secondOff);
  const score = b3.map((bias, k) => conv2.reduce((sum, value, n) => sum + value * w3[k * 256 + n], bias));
  return { sums1, conv1, pool, sums2, conv2, score, probabilities: softmax(score) };
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
  const scoreOf = (x) => readDigit(weights, x, firstOff, secondOff).score[digit];
  const whole = scoreOf(pixels);
  const places = Array.from({ length: SIDE - size + 1 }, (_, n) => n);
  const fall = (/** @type {[number, number]} */ at) => rounded(whole - scoreOf(covered(pixels, size, at))); // paper on paper is no fall
  return places.map((row) => places.map((column) => fall([row, column])));
}
