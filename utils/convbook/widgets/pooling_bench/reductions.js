// The four reductions of PoolingBench, their gradients, and how badly their outputs move along with a shift. No DOM here.
import { blurPool2d, blurPool2dBackward } from "../arithmetic/blur.js";
import { conv2d, conv2dBackward, shifted } from "../arithmetic/convolution.js";
import {
  avgPool2d,
  avgPool2dBackward,
  maxPool2d,
  maxPool2dBackward,
  poolWindows,
} from "../arithmetic/pooling.js";
import { nested, shape, tensor, upTo } from "../arithmetic/tensor.js";
import { convTranspose2d } from "../arithmetic/transposed.js";

export const NAMES = {
  max: "max pooling",
  average: "average pooling",
  convolution: "strided convolution",
  blur: "blur pooling",
};
export const ALL = Object.keys(NAMES);
export const FARTHEST = 4;
export const STEPS = upTo(2 * FARTHEST + 1).map((n) => n - FARTHEST);
export const FRAME = 3; // the convolution and the blur have 3×3 kernels

export const each = (make) => Object.fromEntries(ALL.map((name) => [name, make(name)]));
export const wrapped = (rows) => tensor([[rows]]);
export const rowsOf = (x) => nested(x)[0][0];

/**
 * `forward` and `backward` are of tensors, `windows` as in arithmetic/pooling.js.
 * @typedef {{ windows: any, forward: (x: any) => any, backward: (dy: any, x: any) => any, winners?: (x: any) => any }}
 *   Reduction
 */

/** @type {(state: any) => Record<string, Reduction>} */
export function reductionsOf(state) {
  const { input, kernel_size: size, stride, padding, ceil_mode: ceilMode, kernel } = state;
  const pooling = { stride, padding, ceilMode };
  const framed = { stride, padding: 1 };
  const pools = poolWindows(shape(input), size, pooling);
  const frames = poolWindows(shape(input), FRAME, framed);
  return {
    max: maximumOf(pools, size, pooling),
    average: averageOf(pools, size, { ...pooling, countIncludePad: state.count_include_pad }),
    convolution: convolutionOf(frames, wrapped(kernel), framed),
    blur: blurOf(frames, { stride, paddingMode: "zeros" }),
  };
}

/** @type {(windows: any, size: number, settings: any) => Reduction} */
const maximumOf = (windows, size, settings) => ({
  windows,
  winners: (x) => maxPool2d(x, size, { ...settings, returnIndices: true })[1],
  forward: (x) => maxPool2d(x, size, settings),
  backward: (dy, x) => maxPool2dBackward(dy, x, size, settings),
});
const averageOf = (windows, size, settings) => ({
  windows,
  forward: (x) => avgPool2d(x, size, settings),
  backward: (dy, x) => avgPool2dBackward(dy, x, size, settings),
});
const convolutionOf = (windows, weight, settings) => ({
  windows,
  forward: (x) => conv2d(x, weight, settings),
  backward: (dy, x) => conv2dBackward(dy, x, weight, settings).dx,
});
const blurOf = (windows, settings) => ({
  windows,
  forward: (x) => blurPool2d(x, FRAME, settings),
  backward: (dy, x) => blurPool2dBackward(dy, x, FRAME, settings),
});

/** { name: output } of a picture. */
export function reduced(all, picture) {
  const x = wrapped(picture);
  return each((name) => rowsOf(all[name].forward(x)));
}

/** { name: how badly its output moves along } for shifts of −4 to 4 pixels along the axis of the larger shift. */
export function changes(all, { input, shift: [down, right], stride }) {
  const still = reduced(all, input);
  const old = each((name) => stretched(still[name], stride));
  const upright = Math.abs(down) > Math.abs(right);
  const at = STEPS.map((n) => {
    /** @type {[number, number]} */
    const by = upright ? [n, right] : [down, n];
    const outputs = reduced(all, shifted(input, by));
    return each((name) => apart(old[name], stretched(outputs[name], stride), by));
  });
  return { upright, series: each((name) => at.map((change) => change[name])) };
}

// An output at the size of pixels, linear between its cells: each cell adds a tent.
function stretched(output, stride) {
  const tent = Array.from({ length: 2 * stride - 1 }, (_, n) => 1 - Math.abs(n - stride + 1) / stride);
  const tents = tent.map((high) => tent.map((wide) => high * wide));
  return rowsOf(convTranspose2d(wrapped(output), wrapped(tents), { stride }));
}

// How far two pictures are apart once the old one has moved: the norm of their difference over the sum of their norms.
/** @type {(old: number[][], fresh: number[][], by: number[]) => number} */
function apart(old, fresh, [down, right]) {
  const [rows, columns] = shape(old).map((size) => size + 2 * FARTHEST);
  const squares = [0, 0, 0];
  for (let i = -FARTHEST; i < rows; i++)
    for (let j = -FARTHEST; j < columns; j++) {
      const a = old[i - down]?.[j - right] ?? 0;
      const b = fresh[i]?.[j] ?? 0;
      squares[0] += (a - b) ** 2;
      squares[1] += a * a;
      squares[2] += b * b;
    }
  const [difference, one, other] = squares.map(Math.sqrt);
  return difference && difference / (one + other);
}
