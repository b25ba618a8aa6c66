// Arithmetic of the browser. No DOM here. tests/cases.json holds every function equal to convbook.ops.
// A tensor is { shape: [..], data: Float64Array }, in row-major order; pictures are NCHW, weights OIHW, as in Python.

export function tensor(nested) {
  const shape = [];
  for (let level = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  const data = Float64Array.from(nested.flat(Infinity));
  if (data.length !== shape.reduce((total, size) => total * size, 1)) throw new RangeError("every row must have the same length");
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
  size + before + after - (outputSize(size, kernel, stride, before, after, dilation) - 1) * stride - effectiveKernel(kernel, dilation);

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

function checkThatItFits(kernel, dilation, padded) {
  const span = kernel.map((size, axis) => effectiveKernel(size, dilation[axis])), written = (sizes) => `(${sizes.join(", ")})`;
  if (span.every((pixels, axis) => pixels <= padded[axis])) return;
  const spread = span.some((pixels, axis) => pixels !== kernel[axis]) ? ` with dilation ${written(dilation)} spans ${written(span)} pixels, which` : "";
  throw new RangeError(`kernel ${written(kernel)}${spread} is larger than the padded input ${written(padded)}`);
}

export function conv2d(x, weight, { bias, stride = 1, padding = 0, dilation = 1, groups = 1, paddingMode = "zeros" } = {}) {
  const [batch, , height, width] = x.shape, [outChannels, perGroup, kh, kw] = weight.shape;
  const [sh, sw] = pair(stride), [[top, bottom], [left, right]] = sides(padding), [dh, dw] = pair(dilation);
  const oh = outputSize(height, kh, sh, top, bottom, dh), ow = outputSize(width, kw, sw, left, right, dw);
  checkThatItFits([kh, kw], [dh, dw], [height + top + bottom, width + left + right]);
  const inChannels = x.shape[1], data = new Float64Array(batch * outChannels * oh * ow);
  let at = 0;
  for (let n = 0; n < batch; n++) for (let o = 0; o < outChannels; o++) {
    const first = Math.floor(o / (outChannels / groups)) * perGroup;
    for (let y = 0; y < oh; y++) for (let z = 0; z < ow; z++) {
      let sum = bias ? bias[o] : 0;
      for (let c = 0; c < perGroup; c++) for (let u = 0; u < kh; u++) {
        const row = sourceIndex(y * sh + u * dh - top, height, paddingMode);
        if (row < 0) continue;
        for (let v = 0; v < kw; v++) {
          const column = sourceIndex(z * sw + v * dw - left, width, paddingMode);
          if (column < 0) continue;
          sum += x.data[((n * inChannels + first + c) * height + row) * width + column]
            * weight.data[((o * perGroup + c) * kh + u) * kw + v];
        }
      }
      data[at++] = sum;
    }
  }
  return { shape: [batch, outChannels, oh, ow], data };
}

export const relu = (x) => ({ shape: x.shape, data: x.data.map((v) => Math.max(v, 0)) });

// How many windows fit: with `ceilMode` also one that hangs over the end, as long as it starts inside.
export function poolOutputSize(size, kernel, stride = kernel, padding = 0, dilation = 1, ceilMode = false) {
  if (!ceilMode) return outputSize(size, kernel, stride, padding, padding, dilation);
  const windows = Math.ceil((size + 2 * padding - effectiveKernel(kernel, dilation)) / stride) + 1;
  return windows - ((windows - 1) * stride >= size + padding ? 1 : 0);
}

// finish(values, places): what a window becomes, from its pixels and from how many places it has, padding included.
function pool2d(x, kernelSize, { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false }, finish) {
  const [batch, channels, height, width] = x.shape, [kh, kw] = pair(kernelSize);
  const [sh, sw] = pair(stride), [ph, pw] = pair(padding), [dh, dw] = pair(dilation);
  const oh = poolOutputSize(height, kh, sh, ph, dh, ceilMode), ow = poolOutputSize(width, kw, sw, pw, dw, ceilMode);
  checkThatItFits([kh, kw], [dh, dw], [height + 2 * ph, width + 2 * pw]);
  const data = new Float64Array(batch * channels * oh * ow);
  let at = 0;
  for (let plane = 0; plane < batch * channels; plane++) for (let y = 0; y < oh; y++) for (let z = 0; z < ow; z++) {
    const values = [];
    let places = 0;
    for (let u = 0; u < kh; u++) for (let v = 0; v < kw; v++) {
      const row = y * sh + u * dh - ph, column = z * sw + v * dw - pw;
      if (row >= height + ph || column >= width + pw) continue; // hangs over even the padding
      places++;
      if (row >= 0 && row < height && column >= 0 && column < width) values.push(x.data[(plane * height + row) * width + column]);
    }
    data[at++] = finish(values, places);
  }
  return { shape: [batch, channels, oh, ow], data };
}

export const maxPool2d = (x, kernelSize, options = {}) => pool2d(x, kernelSize, options, (values) => Math.max(...values));

export const avgPool2d = (x, kernelSize, { countIncludePad = true, ...options } = {}) =>
  pool2d(x, kernelSize, options, (values, places) => values.reduce((sum, value) => sum + value, 0) / (countIncludePad ? places : values.length));

// A picture of nested rows, moved by [down, right]: around the edge if `wrap`, else what leaves is lost and `enters` comes in.
export function shifted(picture, [down, right], { wrap = false, enters = 0 } = {}) {
  const [height, width] = [picture.length, picture[0].length], mode = wrap ? "circular" : "zeros";
  return picture.map((row, i) => row.map((_, j) => {
    const from = [sourceIndex(i - down, height, mode), sourceIndex(j - right, width, mode)];
    return Math.min(...from) < 0 ? enters : picture[from[0]][from[1]];
  }));
}

export const rotate180 = (matrix) => matrix.map((row) => [...row].reverse()).reverse();

// One picture, one kernel, as nested rows: the case that most widgets show.
export function correlate2d(picture, kernel, options) {
  const y = conv2d(tensor([[picture]]), tensor([[kernel]]), options);
  return nested(y)[0][0];
}

// The same for whole photographs, at the speed of a drag: flat rows of pixels in, flat rows of float32 out, no padding.
// `out` is an array to use again. Nine weights at a time, so that each pixel is read once a row and each sum written once.
export function correlatePicture(pixels, height, width, kernel, out, bias = 0) {
  const [kh, kw] = [kernel.length, kernel[0].length], oh = height - kh + 1, ow = width - kw + 1;
  out = (out?.length === oh * ow ? out : new Float32Array(oh * ow)).fill(bias);
  if (Math.min(kh, kw) < BLOCK) {
    kernel.forEach((row, u) => row.forEach((weight, v) => addPixel(pixels, width, u * width + v, weight, out, oh, ow)));
    return out;
  }
  for (const [top, u0] of blocks(kh)) for (const [left, v0] of blocks(kw)) {
    const weight = (n) => { const u = top + Math.floor(n / BLOCK), v = left + (n % BLOCK); return u < u0 || v < v0 ? 0 : kernel[u][v]; };
    addBlock(pixels, width, top * width + left, Array.from({ length: BLOCK * BLOCK }, (_, n) => weight(n)), out, oh, ow);
  }
  return out;
}
const BLOCK = 3;
// [where a block begins, the first weight in it that no block before has]: they cover an axis without reaching over its end.
const blocks = (size) => Array.from({ length: Math.ceil(size / BLOCK) }, (_, n) => [Math.min(n * BLOCK, size - BLOCK), n * BLOCK]);

function addPixel(pixels, width, first, weight, out, oh, ow) {
  for (let y = 0; y < oh; y++) {
    const from = first + y * width, to = y * ow;
    for (let x = 0; x < ow; x++) out[to + x] += weight * pixels[from + x];
  }
}

function addBlock(pixels, width, first, [a, b, c, d, e, f, g, h, i], out, oh, ow) {
  for (let y = 0; y < oh; y++) {
    const r = first + y * width, s = r + width, t = s + width, to = y * ow;
    let r0 = pixels[r], r1 = pixels[r + 1], s0 = pixels[s], s1 = pixels[s + 1], t0 = pixels[t], t1 = pixels[t + 1];
    for (let x = 0; x < ow; x++) {
      const r2 = pixels[r + x + 2], s2 = pixels[s + x + 2], t2 = pixels[t + x + 2];
      out[to + x] += a * r0 + b * r1 + c * r2 + d * s0 + e * s1 + f * s2 + g * t0 + h * t1 + i * t2;
      r0 = r1; r1 = r2; s0 = s1; s1 = s2; t0 = t1; t1 = t2;
    }
  }
}
