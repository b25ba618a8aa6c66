// Tensors: { shape: [..], data: Float64Array }, in row-major order; pictures are NCHW, weights OIHW, as in Python. No DOM here.
import { written } from "./sizes.js";

export function tensor(nested) {
  const shape = [];
  for (let level = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  const data = Float64Array.from(nested.flat(Infinity));
  if (data.length !== shape.reduce((total, size) => total * size, 1))
    throw new RangeError("every row must have the same length");
  return { shape, data };
}

export function nested({ shape, data }) {
  const build = (axis, start, size) => {
    if (axis === shape.length) return data[start];
    const step = size / (shape[axis] || 1);
    return Array.from({ length: shape[axis] }, (_, i) => build(axis + 1, start + i * step, step));
  };
  return build(0, 0, data.length);
}

// A picture of zeros, or with the bias of each channel.
export function empty(shape, bias) {
  if (bias && bias.length !== shape[1])
    throw new RangeError(
      `bias must have shape ${written([shape[1]])}, one number for each output channel, got ${written([bias.length])}`,
    );
  const data = new Float64Array(shape.reduce((total, size) => total * size, 1));
  const plane = shape[2] * shape[3];
  return { shape, data: bias ? data.map((_, i) => bias[Math.floor(i / plane) % shape[1]]) : data };
}

// [[1, 2, 3], [4, 5, 6]] -> [2, 3]
export const shape = (array) => (Array.isArray(array) ? [array.length, ...shape(array[0])] : []);

export const upTo = (count) => [...Array(count).keys()];

// The gradient of a bias.
export function channelSums({ shape: [, channels, height, width], data }) {
  const sums = new Float64Array(channels);
  data.forEach((amount, i) => {
    sums[Math.floor(i / (height * width)) % channels] += amount;
  });
  return { shape: [channels], data: sums };
}
