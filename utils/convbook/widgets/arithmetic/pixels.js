// Arithmetic of photographs: what pixels become before and after a convolution. No DOM here.
// A picture is { height, width, pixels }: grey levels row by row, whole numbers from 0 (black) to 255 (white).

export const BLACK = 0;
export const WHITE = 255;

// RGBA bytes to grey levels: the luminance of convbook.images.grey, rounded as NumPy rounds (a clamped array does, too).
export function greyLevels(rgba) {
  const levels = new Uint8ClampedArray(rgba.length / 4);
  for (let i = 0, at = 0; i < levels.length; i++, at += 4)
    levels[i] = (299 * rgba[at] + 587 * rgba[at + 1] + 114 * rgba[at + 2]) / 1000;
  return Float32Array.from(levels);
}

export function extremes(values) {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    lowest = Math.min(lowest, values[i]);
    highest = Math.max(highest, values[i]);
  }
  return [lowest, highest];
}

// How many values ReLU turns into 0.
export function silent(values) {
  let count = 0;
  for (let i = 0; i < values.length; i++) count += +(values[i] <= 0);
  return count;
}

// [the least, the most] that a kernel can give for pixels from black to white.
export function reach(kernel, bias) {
  const weights = kernel.flat();
  const total = (sign) => sign * weights.reduce((sum, weight) => sum + Math.max(0, sign * weight), 0);
  return [bias + WHITE * total(-1), bias + WHITE * total(1)];
}

/**
 * [What is drawn black, what is drawn white]. What a kernel can give decides: zero is black where nothing can be negative,
 * and white where nothing can be positive. Else zero is in the middle, and the strongest number that there is at an end.
 * @param {string} shades
 * @param {number[]} possible the least and the most that the kernel can give
 * @param {number[]} ends the least and the most that it does give
 * @param {boolean} rectified
 */
export function range(shades, [least, most], [lowest, highest], rectified) {
  if (shades !== "auto") return [rectified || shades === "photo" ? BLACK : -WHITE, WHITE];
  if (least >= 0) return [BLACK, most || 1];
  if (most <= 0) return rectified ? [BLACK, 1] : [least, BLACK];
  const strongest = (rectified ? Math.max(highest, 0) : Math.max(-lowest, highest)) || 1;
  return [rectified ? BLACK : -strongest, strongest];
}

/**
 * Values to RGBA greys in `rgba`, a Uint32Array: `bottom` and below is black, `top` and above white.
 * @param {ArrayLike<number>} values
 * @param {number[]} range
 * @param {Uint32Array} rgba
 */
export function shade(values, [bottom, top], rgba) {
  const scale = WHITE / (top - bottom);
  const half = 0.5 - bottom * scale;
  for (let i = 0; i < rgba.length; i++) {
    const level = Math.min(Math.max(values[i] * scale + half, 0), WHITE) | 0;
    rgba[i] = 0xff000000 | (level * 0x010101);
  }
}

/**
 * Three planes of values to RGBA colours in `rgba`, as `shade` does it for one.
 * @param {ArrayLike<number>[]} planes
 * @param {number[]} range
 * @param {Uint32Array} rgba
 */
export function colour([red, green, blue], [bottom, top], rgba) {
  const scale = WHITE / (top - bottom);
  const half = 0.5 - bottom * scale;
  const level = (value) => Math.min(Math.max(value * scale + half, 0), WHITE) | 0;
  for (let i = 0; i < rgba.length; i++)
    rgba[i] = 0xff000000 | (level(blue[i]) << 16) | (level(green[i]) << 8) | level(red[i]);
}

// The numbers of a picture below a window, as nested rows.
export function windowAt({ width, pixels }, [top, left], [rows, columns]) {
  return Array.from({ length: rows }, (_, i) =>
    Array.from(pixels.subarray((top + i) * width + left, (top + i) * width + left + columns)),
  );
}

// By how many grey levels two outputs look different, on average; outputs of another size look like nothing else.
export function difference(a, [bottomA, topA], b, [bottomB, topB]) {
  if (a.length !== b.length) return Infinity;
  const share = (value, bottom, top) => Math.min(Math.max((value - bottom) / (top - bottom), 0), 1);
  const every = Math.max(1, a.length >> 14);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < a.length; i += every, count++)
    sum += Math.abs(share(a[i], bottomA, topA) - share(b[i], bottomB, topB));
  return (WHITE * sum) / count;
}

// The same for whole photographs, at the speed of a drag: flat rows of pixels in, flat rows of float32 out, no padding.
// `out` is an array to use again. Nine weights at a time, so that each pixel is read once a row and each sum written once.
export function correlatePicture(pixels, height, width, kernel, out, bias = 0) {
  const [kh, kw] = [kernel.length, kernel[0].length];
  const oh = height - kh + 1;
  const ow = width - kw + 1;
  out = (out?.length === oh * ow ? out : new Float32Array(oh * ow)).fill(bias);
  if (Math.min(kh, kw) < BLOCK) {
    for (const [u, row] of kernel.entries())
      for (const [v, weight] of row.entries()) addPixel(pixels, width, u * width + v, weight, out, oh, ow);
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

function addBlock(pixels, width, first, block, out, oh, ow) {
  const [a, b, c, d, e, f, g, h, i] = block;
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
