export const pair = (value) => (Array.isArray(value) ? value : [value, value]);

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
