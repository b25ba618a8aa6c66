// How many windows fit, as the formula with its numbers. No DOM here.
// An axis is { size, kernel, stride, before, after, dilation }, in pixels.
import { effectiveKernel, outputSize } from "../arithmetic/shapes.js";

export const list = ({ size, kernel, stride = 1, before = 0, after = before, dilation = 1 }) => [
  size,
  kernel,
  stride,
  before,
  after,
  dilation,
];
export const outputs = (axis) => outputSize(...list(axis));

// "⌊(7 + 2·1 − 5) / 2⌋ + 1 = 3"; with `hidden` the result is still to be predicted.
export function sizeFormula(axis, hidden = false) {
  const [size, kernel, stride, before, after, dilation] = list(axis);
  const span = effectiveKernel(kernel, dilation);
  const padding = before === after ? `2·${before}` : `${before} + ${after}`;
  const spread = dilation > 1 ? `, where ${span} = ${dilation}·(${kernel} − 1) + 1` : "";
  return `⌊(${size} + ${padding} − ${span}) / ${stride}⌋ + 1 = ${hidden ? "?" : outputs(axis)}${spread}`;
}

// Of the height and the width, once if both say the same.
export const sizeFormulas = (axes, hidden) =>
  [...new Set(axes.map((axis) => sizeFormula(axis, hidden)))].join(", ");
