// How many windows fit, as the formula with its numbers. No DOM here.
// An axis is { size, kernel, stride, before, after, dilation }, in pixels.
import { effectiveKernel, outputSize } from "./sizes.js";

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

// Says kindly that a setting, or one of several, is no whole number in its range.
export function checkRange(what, values, [least, most]) {
  if ([values].flat(2).some((value) => !Number.isInteger(value) || value < least || value > most))
    throw new RangeError(`${what} must be whole and from ${least} to ${most}, so nothing changed.`);
}

// Says kindly that no window fits along one of the axes, with what would help; `where` names a layer.
export function checkFits(axes, where = "") {
  if (axes.every((axis) => outputs(axis) >= 1)) return;
  const kernel = axes.map((axis) => effectiveKernel(axis.kernel, axis.dilation)).join("×");
  const padded = axes.map((axis) => axis.size + axis.before + axis.after).join("×");
  throw new RangeError(
    `No window fits${where && ` in ${where}`}: the kernel spans ${kernel} pixels, the padded input has ${padded}, so nothing changed. Choose a smaller kernel, less dilation or more padding.`,
  );
}

/** "6 − 3 + 1 = 4": how many windows fit, without padding and stride; of the height and the width, once if both say the same. */
export function sizeDifferences(input, kernel) {
  const lines = input.map((size, axis) => `${size} − ${kernel[axis]} + 1 = ${size - kernel[axis] + 1}`);
  return `output size: ${[...new Set(lines)].join(", ")}`;
}
