// Sizes along one axis, as convbook.shapes has them, and where a window reads. No DOM here.

export const pair = (value) => (Array.isArray(value) ? value : [value, value]);

// Padding as [[top, bottom], [left, right]], from one number, [vertical, horizontal] or the four themselves.
export const sides = (padding) => pair(padding).map(pair);

export const effectiveKernel = (kernel, dilation = 1) => dilation * (kernel - 1) + 1;

// How many strides the last window could lie behind the first, before the floor.
export const strides = (size, kernel, stride = 1, before = 0, after = before, dilation = 1) =>
  (size + before + after - effectiveKernel(kernel, dilation)) / stride;

export const outputSize = (...axis) => Math.floor(strides(...axis)) + 1;

// How many places at the end of the padded axis the floor drops: no window reaches them.
export const dropped = (size, kernel, stride = 1, before = 0, after = before, dilation = 1) =>
  size +
  before +
  after -
  (outputSize(size, kernel, stride, before, after, dilation) - 1) * stride -
  effectiveKernel(kernel, dilation);

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

// How many windows fit: with `ceilMode` also one that hangs over the end, as long as it starts inside.
export function poolOutputSize(size, kernel, stride = kernel, padding = 0, dilation = 1, ceilMode = false) {
  if (!ceilMode) return outputSize(size, kernel, stride, padding, padding, dilation);
  const windows = Math.ceil(strides(size, kernel, stride, padding, padding, dilation)) + 1;
  return windows - ((windows - 1) * stride >= size + padding ? 1 : 0);
}

// ---- what does not fit, in Python's words

export const written = (numbers) => `(${numbers.join(", ")}${numbers.length === 1 ? "," : ""})`;

export function checkThatItFits(kernel, dilation, padded) {
  const span = kernel.map((size, axis) => effectiveKernel(size, dilation[axis]));
  if (span.every((pixels, axis) => pixels <= padded[axis])) return;
  const spread = span.some((pixels, axis) => pixels !== kernel[axis])
    ? ` with dilation ${written(dilation)} spans ${written(span)} pixels, which`
    : "";
  throw new RangeError(
    `kernel ${written(kernel)}${spread} is larger than the padded input ${written(padded)}`,
  );
}

export function checkGradient(dy, shape) {
  if (String(dy.shape) !== String(shape))
    throw new RangeError(`dy must have the shape of the output, ${written(shape)}, got ${written(dy.shape)}`);
}
