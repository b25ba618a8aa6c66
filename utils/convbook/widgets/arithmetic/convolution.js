// Arithmetic of the browser: tensors, convolutions, pictures. No DOM here. tests/cases.json holds it all equal to convbook.ops.
// A tensor is { shape: [..], data: Float64Array }, in row-major order; pictures are NCHW, weights OIHW, as in Python.
import {
  checkGradient,
  checkThatItFits,
  mostPadding,
  outputSize,
  pair,
  sides,
  sourceIndex,
  written,
} from "./shapes.js";
import { channelSums, empty, nested, tensor } from "./tensor.js";

// Calls meet(i, k, o) for every product of a convolution: pixel `i` of the input times weight `k` counts for output `o`.
// Forward, backward and transposed are this one walk; they differ in which two are multiplied, and where that is added.
export function eachProduct(
  [batch, channels, height, width],
  [filters, perGroup, kh, kw],
  [, , oh, ow],
  { stride = 1, padding = 0, dilation = 1, groups = 1, paddingMode = "zeros" },
  meet,
) {
  const [sh, sw] = pair(stride);
  const [[top], [left]] = sides(padding);
  const [dh, dw] = pair(dilation);
  let o = 0;
  for (let n = 0; n < batch; n++)
    for (let f = 0; f < filters; f++) {
      const first = n * channels + Math.floor(f / (filters / groups)) * perGroup;
      for (let y = 0; y < oh; y++)
        for (let x = 0; x < ow; x++, o++)
          for (let c = 0; c < perGroup; c++)
            for (let u = 0; u < kh; u++) {
              const row = sourceIndex(y * sh + u * dh - top, height, paddingMode);
              if (row < 0) continue;
              const pixels = ((first + c) * height + row) * width;
              const weights = ((f * perGroup + c) * kh + u) * kw;
              for (let v = 0; v < kw; v++) {
                const column = sourceIndex(x * sw + v * dw - left, width, paddingMode);
                if (column >= 0) meet(pixels + column, weights + v, o);
              }
            }
    }
}

export function conv2d(x, weight, { bias, ...settings } = {}) {
  const y = empty(convShape(x.shape, weight.shape, settings), bias);
  eachProduct(x.shape, weight.shape, y.shape, settings, (i, k, o) => {
    y.data[o] += x.data[i] * weight.data[k];
  });
  return y;
}

export function convShape(
  [batch, channels, ...size],
  [filters, perGroup, ...kernel],
  { stride = 1, padding = 0, dilation = 1, groups = 1, paddingMode } = {},
) {
  checkGroups(groups, channels, filters);
  if (perGroup * groups !== channels)
    throw new RangeError(
      `weight expects ${perGroup} input channels per group, x has ${channels} channels / ${groups} group${groups === 1 ? "" : "s"}`,
    );
  const steps = pair(stride);
  const spread = pair(dilation);
  const added = sides(padding);
  checkThatItFits(
    kernel,
    spread,
    size.map((pixels, axis) => pixels + added[axis][0] + added[axis][1]),
  );
  added.forEach((side, axis) => checkPaddingMode(paddingMode, Math.max(...side), size[axis]));
  return [
    batch,
    filters,
    ...size.map((pixels, axis) =>
      outputSize(pixels, kernel[axis], steps[axis], ...added[axis], spread[axis]),
    ),
  ];
}

export function checkGroups(groups, ...channels) {
  const n = channels.findIndex((count) => count % groups);
  if (n >= 0)
    throw new RangeError(
      `groups must divide the ${channels[n]} ${["input", "output"][n]} channels, got ${groups}`,
    );
}

function checkPaddingMode(mode, pixels, size) {
  const most = mostPadding(size, mode);
  if (pixels > most)
    throw new RangeError(
      `padding_mode '${mode}' can add at most ${most} pixel${most === 1 ? "" : "s"} to a side of ${size}, got ${pixels}`,
    );
}

// A picture of nested rows, moved by [down, right]: around the edge if `wrap`, else what leaves is lost and `enters` comes in.
export function shifted(picture, [down, right], { wrap = false, enters = 0 } = {}) {
  const [height, width] = [picture.length, picture[0].length];
  const mode = wrap ? "circular" : "zeros";
  return picture.map((row, i) =>
    row.map((_, j) => {
      const from = [sourceIndex(i - down, height, mode), sourceIndex(j - right, width, mode)];
      return Math.min(...from) < 0 ? enters : picture[from[0]][from[1]];
    }),
  );
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
  const [kh, kw] = [kernel.length, kernel[0].length];
  const oh = height - kh + 1;
  const ow = width - kw + 1;
  out = (out?.length === oh * ow ? out : new Float32Array(oh * ow)).fill(bias);
  if (Math.min(kh, kw) < BLOCK) {
    kernel.forEach((row, u) =>
      row.forEach((weight, v) => addPixel(pixels, width, u * width + v, weight, out, oh, ow)),
    );
    return out;
  }
  for (const [top, u0] of blocks(kh))
    for (const [left, v0] of blocks(kw)) {
      const weight = (n) => {
        const u = top + Math.floor(n / BLOCK);
        const v = left + (n % BLOCK);
        return u < u0 || v < v0 ? 0 : kernel[u][v];
      };
      addBlock(
        pixels,
        width,
        top * width + left,
        Array.from({ length: BLOCK * BLOCK }, (_, n) => weight(n)),
        out,
        oh,
        ow,
      );
    }
  return out;
}
const BLOCK = 3;
// [where a block begins, the first weight in it that no block before has]: they cover an axis without reaching over its end.
const blocks = (size) =>
  Array.from({ length: Math.ceil(size / BLOCK) }, (_, n) => [Math.min(n * BLOCK, size - BLOCK), n * BLOCK]);

function addPixel(pixels, width, first, weight, out, oh, ow) {
  for (let y = 0; y < oh; y++) {
    const from = first + y * width;
    const to = y * ow;
    for (let x = 0; x < ow; x++) out[to + x] += weight * pixels[from + x];
  }
}

function addBlock(pixels, width, first, [a, b, c, d, e, f, g, h, i], out, oh, ow) {
  for (let y = 0; y < oh; y++) {
    const r = first + y * width;
    const s = r + width;
    const t = s + width;
    const to = y * ow;
    let r0 = pixels[r];
    let r1 = pixels[r + 1];
    let s0 = pixels[s];
    let s1 = pixels[s + 1];
    let t0 = pixels[t];
    let t1 = pixels[t + 1];
    for (let x = 0; x < ow; x++) {
      const r2 = pixels[r + x + 2];
      const s2 = pixels[s + x + 2];
      const t2 = pixels[t + x + 2];
      out[to + x] += a * r0 + b * r1 + c * r2 + d * s0 + e * s1 + f * s2 + g * t0 + h * t1 + i * t2;
      r0 = r1;
      r1 = r2;
      s0 = s1;
      s1 = s2;
      t0 = t1;
      t1 = t2;
    }
  }
}

export function conv2dBackward(dy, x, weight, settings = {}) {
  checkGradient(dy, convShape(x.shape, weight.shape, settings));
  const dx = empty(x.shape);
  const dweight = empty(weight.shape);
  eachProduct(x.shape, weight.shape, dy.shape, settings, (i, k, o) => {
    dx.data[i] += dy.data[o] * weight.data[k];
    dweight.data[k] += dy.data[o] * x.data[i];
  });
  return { dx, dweight, dbias: channelSums(dy) };
}
