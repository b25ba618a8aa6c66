// Arithmetic of photographs: what pixels become before and after a convolution. No DOM here.
// A picture is { height, width, pixels }: grey levels row by row, whole numbers from 0 (black) to 255 (white).

export const BLACK = 0,
  WHITE = 255;

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

// [what is drawn black, what is drawn white]. Signed numbers have 0 in the middle; after ReLU, and in a photo, it is black.
export function range(shades, [lowest, highest], rectified) {
  const strongest = rectified ? Math.max(highest, 0) : Math.max(-lowest, highest);
  const top = shades === "auto" ? strongest || 1 : WHITE;
  return [rectified || shades === "photo" ? BLACK : -top, top];
}

// Values to RGBA greys in `rgba`, a Uint32Array: `bottom` and below is black, `top` and above white.
export function shade(values, [bottom, top], rgba) {
  const scale = WHITE / (top - bottom);
  const half = 0.5 - bottom * scale;
  for (let i = 0; i < rgba.length; i++) {
    const level = Math.min(Math.max(values[i] * scale + half, 0), WHITE) | 0;
    rgba[i] = 0xff000000 | (level * 0x010101);
  }
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
