import { effectiveKernel, pair } from "./sizes.js";

// Padding as [[top, bottom], [left, right]], from one number, [vertical, horizontal] or the four themselves.
export const sides = (padding) => pair(padding).map(pair);

const halves = (total) => [Math.floor(total / 2), Math.ceil(total / 2)];

// [before, after] of SAME: PyTorch's for stride 1, and TensorFlow's, which gives ⌈size / stride⌉ outputs.
export const samePadding = (kernel, dilation = 1) => halves(effectiveKernel(kernel, dilation) - 1);
export const samePaddingTf = (size, kernel, stride = 1, dilation = 1) =>
  halves(Math.max((Math.ceil(size / stride) - 1) * stride + effectiveKernel(kernel, dilation) - size, 0));

// [before, after] of a named padding along one axis.
export function namedPadding(name, size, kernel, stride = 1, dilation = 1) {
  if (name === "valid") return [0, 0];
  if (name === "same") return samePadding(kernel, dilation);
  if (name === "same_tf") return samePaddingTf(size, kernel, stride, dilation);
  if (name === "full") return pair(effectiveKernel(kernel, dilation) - 1);
  throw new RangeError(`padding must be numbers, valid, same, same_tf or full, got ${name}`);
}

// A mode that copies can fill only as many pixels on a side as the axis holds.
export const mostPadding = (size, mode) => ({ reflect: size - 1, circular: size })[mode] ?? Infinity;

// Where position `i` of the padded axis reads from: an index into the axis, or -1 for a padded zero.
export function sourceIndex(i, size, mode = "zeros") {
  if (i >= 0 && i < size) return i;
  if (mode === "zeros") return -1;
  if (mode === "replicate") return i < 0 ? 0 : size - 1;
  if (mode === "circular") return ((i % size) + size) % size;
  if (mode === "reflect") return i < 0 ? -i : 2 * (size - 1) - i;
  throw new RangeError(`padding mode must be zeros, reflect, replicate or circular, got ${mode}`);
}
