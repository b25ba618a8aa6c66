// What the state of SlidingWindow means. No DOM here.
import { relu } from "../arithmetic/activation.js";
import { conv2d, rotate180 } from "../arithmetic/convolution.js";
import { links, linksOf, pinOf } from "../arithmetic/links.js";
import { nested, shape, tensor } from "../arithmetic/tensor.js";

export const TRAITS = ["input", "kernel", "bias", "relu", "flip", "pinned", "step", "by_product", "predict"];

/** Throws, in words for the reader, if kernel and input do not fit together. */
export function check({ input, kernel }) {
  const [height, width] = shape(input);
  const [kh, kw] = shape(kernel);
  if (kh <= height && kw <= width) return;
  throw new RangeError(
    `A ${kh}×${kw} kernel does not fit inside a ${height}×${width} input, so nothing changed. Choose a smaller kernel.`,
  );
}

/** The sums before ReLU, and the output. */
export function compute({ input, kernel, bias, relu: rectify, flip }) {
  const weight = tensor([[flip ? rotate180(kernel) : kernel]]);
  const before = conv2d(tensor([[input]]), weight, { bias: [bias] });
  return { before: nested(before)[0][0], output: nested(rectify ? relu(before) : before)[0][0] };
}

/**
 * Everything that is computed of a state: the grids, which numbers belong together, and how far the player has come.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state) {
  const used = state.flip ? rotate180(state.kernel) : state.kernel; // the kernel as it slides
  const { before, output } = compute(state);
  const [rows, columns] = shape(output);
  const shapes = { input: shape(state.input), kernel: shape(used), output: [rows, columns] };
  return {
    ...state,
    used,
    before,
    output,
    columns,
    shapes,
    outputs: rows * columns,
    links: links(shapes),
    pin: pinOf(state.pinned, shapes),
    ...progress(state.step, used.length * used[0].length, rows * columns),
  };
}

/** `index`: the output that the player is at; `done`: how many of its products are added. Without a step, all is done. */
function progress(step, products, outputs) {
  if (step === null) return { playing: false, products, index: outputs - 1, done: products };
  const last = Math.min(step, products * outputs) - 1;
  return { playing: true, products, index: Math.floor(last / products), done: (last % products) + 1 };
}

/** @type {(now: Meaning, index: number) => number[]} */
export const placeOf = ({ columns }, index) => [Math.floor(index / columns), index % columns];
/** @type {(now: Meaning, at: number[]) => number} */
export const indexOf = ({ columns }, [i, j]) => i * columns + j;

/** Where the player is: on its way, or behind the products of the pinned output; null if it is nowhere. */
export function stepOf(now) {
  if (now.playing) return now.index * now.products + now.done;
  return now.pin?.role === "output" ? (indexOf(now, now.pin.at) + 1) * now.products : null;
}

export function valueAt(now, { role, at: [i, j] }) {
  const matrix = { input: now.input, kernel: now.used, output: now.output }[role];
  return matrix[i][j];
}

/** The products of one output, in the order in which they are added. */
export function termsOf(now, at) {
  return linksOf(now.links, { role: "output", at }).map((link) => ({
    x: valueAt(now, { role: "input", at: link.input }),
    w: valueAt(now, { role: "kernel", at: link.kernel }),
    label: `x[${link.input}] × w[${link.kernel}]`,
  }));
}

export const total = (terms) => terms.reduce((sum, { x, w }) => sum + x * w, 0);

/** What the player has added so far of the output that it is at. */
export const partial = (now) => total(termsOf(now, placeOf(now, now.index)).slice(0, now.done));

/** Whether an output is still to come while the player is on its way. */
export function isLater(now, at) {
  if (!now.playing) return false;
  const finished = now.done === now.products ? now.index : now.index - 1;
  return indexOf(now, at) > finished;
}
