// Pooling and its gradients, as convbook.ops has them: options are { stride, padding, dilation, ceilMode }. No DOM here.
import { checkGradient, checkThatItFits, effectiveKernel, pair, poolOutputSize } from "./sizes.js";

// Which pixels each window holds, numbered row by row as in an array's memory, and how many places it has with its padding:
// { size: [height, width] of the output, windows: [{ pixels, places }] }.
export function poolWindows(
  [height, width],
  kernelSize,
  { stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = {},
) {
  const kernel = pair(kernelSize);
  const [sh, sw] = pair(stride);
  const [ph, pw] = pair(padding);
  const [dh, dw] = pair(dilation);
  const windows = [];
  /** @type {[number, number, number, number, number][]} */
  const axes = [
    [height, kernel[0], sh, ph, dh],
    [width, kernel[1], sw, pw, dw],
  ];
  const size = axes.map((axis) => poolOutputSize(...axis, ceilMode));
  if (!ceilMode)
    checkThatItFits(
      kernel,
      [dh, dw],
      axes.map(([pixels, , , pad]) => pixels + 2 * pad),
    );
  axes.forEach((axis, n) => {
    checkPooled(axis, size[n]);
  });
  for (let y = 0; y < size[0]; y++)
    for (let x = 0; x < size[1]; x++) {
      const pixels = [];
      let places = 0;
      for (let u = 0; u < kernel[0]; u++)
        for (let v = 0; v < kernel[1]; v++) {
          const row = y * sh + u * dh - ph;
          const column = x * sw + v * dw - pw;
          if (row >= height + ph || column >= width + pw) continue; // hangs over even the padding
          places++;
          if (row >= 0 && row < height && column >= 0 && column < width) pixels.push(row * width + column);
        }
      windows.push({ pixels, places });
    }
  return { size, windows };
}

function checkPooled([size, kernel, , padding, dilation], windows) {
  const most = Math.floor(kernel / 2);
  if (padding > most)
    throw new RangeError(
      `padding must be at most half of the kernel size ${kernel}, ${most}, got ${padding}`,
    );
  if (windows < 1)
    throw new RangeError(
      `kernel ${effectiveKernel(kernel, dilation)} is larger than the padded input ${size + 2 * padding}`,
    );
}

// answer(plane, window): what becomes of a window, from the pixels of one channel of one picture.
function pooled({ shape: [batch, channels, height, width], data }, { size, windows }, answer) {
  const planes = Array.from({ length: batch * channels }, (_, n) =>
    data.subarray(n * height * width, (n + 1) * height * width),
  );
  return {
    shape: [batch, channels, ...size],
    data: Float64Array.from(planes.flatMap((plane) => windows.map((window) => answer(plane, window)))),
  };
}

// The reverse: give(to, amount, from, window) adds what each window's dy owes to the pixels of its plane, `from` being those of x.
function shared(dy, { shape, data }, { size, windows }, give) {
  checkGradient(dy, [...shape.slice(0, 2), ...size]);
  const dx = new Float64Array(data.length);
  const area = shape[2] * shape[3];
  dy.data.forEach((amount, n) => {
    const start = Math.floor(n / windows.length) * area;
    const [to, from] = [dx, data].map((all) => all.subarray(start, start + area));
    give(to, amount, from, windows[n % windows.length]);
  });
  return { shape, data: dx };
}

const highest = (plane, { pixels }) => Math.max(...pixels.map((i) => plane[i]));
// The first of the largest pixels; -1 if the window holds padding alone.
function winner(plane, window) {
  const most = highest(plane, window);
  return window.pixels.find((i) => plane[i] === most) ?? -1;
}
const counted = ({ pixels, places }, countIncludePad) => (countIncludePad ? places : pixels.length);

/**
 * With `returnIndices` [y, indices]: which pixel won each window.
 * @param {Record<string, any>} [options]
 */
export function maxPool2d(x, kernelSize, options = {}) {
  const { returnIndices = false, ...settings } = options;
  const windows = poolWindows(x.shape.slice(2), kernelSize, settings);
  const y = pooled(x, windows, highest);
  return returnIndices ? [y, pooled(x, windows, winner)] : y;
}

export const maxPool2dBackward = (dy, x, kernelSize, options) =>
  shared(dy, x, poolWindows(x.shape.slice(2), kernelSize, options), (to, amount, from, window) => {
    const i = winner(from, window);
    if (i >= 0) to[i] += amount;
  });

export const avgPool2d = (x, kernelSize, { countIncludePad = true, ...options } = {}) =>
  pooled(
    x,
    poolWindows(x.shape.slice(2), kernelSize, options),
    (plane, window) => window.pixels.reduce((sum, i) => sum + plane[i], 0) / counted(window, countIncludePad),
  );

export const avgPool2dBackward = (dy, x, kernelSize, { countIncludePad = true, ...options } = {}) =>
  shared(dy, x, poolWindows(x.shape.slice(2), kernelSize, options), (to, amount, _, window) =>
    window.pixels.forEach((i) => {
      to[i] += amount / counted(window, countIncludePad);
    }),
  );
