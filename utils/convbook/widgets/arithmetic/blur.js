// Blur pooling and its gradient, as convbook.ops has them: options are { stride, paddingMode }. No DOM here.
import { conv2d, conv2dBackward } from "./convolution.js";
import { samePadding } from "./padding.js";
import { tensor } from "./tensor.js";

// The binomial kernel: a row of Pascal's triangle times itself, with a sum of 1.
export function gaussian(size) {
  let row = [1];
  while (row.length < size) row = [...row, 0].map((value, n) => value + (row[n - 1] ?? 0));
  return row.map((high) => row.map((wide) => (high * wide) / 4 ** (size - 1)));
}

function asConvolution({ shape: [, channels] }, kernelSize, { stride = 2, paddingMode = "reflect" }) {
  const blur = gaussian(kernelSize);
  const sides = samePadding(kernelSize);
  return {
    weight: tensor(Array.from({ length: channels }, () => [blur])),
    settings: { stride, paddingMode, padding: [sides, sides], groups: channels },
  };
}

export function blurPool2d(x, kernelSize = 3, options = {}) {
  const { weight, settings } = asConvolution(x, kernelSize, options);
  return conv2d(x, weight, settings);
}

export function blurPool2dBackward(dy, x, kernelSize = 3, options = {}) {
  const { weight, settings } = asConvolution(x, kernelSize, options);
  return conv2dBackward(dy, x, weight, settings).dx;
}
