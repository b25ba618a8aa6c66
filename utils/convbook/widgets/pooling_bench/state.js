// What the state of PoolingBench means. No DOM here.
import { shifted } from "../arithmetic/convolution.js";
import { cellsOf, pinOf, same } from "../arithmetic/links.js";
import { shape } from "../arithmetic/tensor.js";
import { ALL, changes, each, FARTHEST, reduced, reductionsOf, rowsOf, wrapped } from "./reductions.js";

export const TRAITS = [
  "input",
  "shift",
  "kernel_size",
  "stride",
  "padding",
  "ceil_mode",
  "count_include_pad",
  "kernel",
  "backward",
  "gradient",
  "pinned",
  "predict",
  "draw",
  "pen",
];

/** Throws, in words for the reader, if the shift is too far or the padding too wide. */
export function check({ shift, kernel_size: size, padding }) {
  if (shift.some((n) => !Number.isInteger(n) || Math.abs(n) > FARTHEST))
    throw new RangeError(
      `A shift is at most ${FARTHEST} whole pixels in each direction, so nothing changed.`,
    );
  if (padding > size / 2)
    throw new RangeError(
      `The padding may be at most half the kernel size ${size}: a window needs a pixel. So nothing changed.`,
    );
}

/** @type {(size: number[], valueAt: (i: number, j: number) => number) => number[][]} */
export const filled = ([rows, columns], valueAt) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => valueAt(i, j)));

/** Where a drag from one cell to another takes a picture that was moved by `start`. */
export const draggedTo = (start, from, to) =>
  start.map((n, axis) => Math.max(-FARTHEST, Math.min(FARTHEST, n + to[axis] - from[axis])));

/** Keeps what is computed of a state: the pointer moves more often than the shape. */
export function rememberComputed() {
  let key = "";
  let known = null;
  return (state) => {
    const { pinned, predict, draw, pen, ...rest } = state;
    const next = JSON.stringify(rest);
    if (next !== key) known = { ...computed(state), key: next };
    key = next;
    return known;
  };
}

function computed(state) {
  const all = reductionsOf(state);
  const moved = shifted(state.input, state.shift);
  const x = wrapped(moved);
  const outputs = reduced(all, moved);
  const sizes = each((name) => shape(outputs[name]));
  const common = [0, 1].map((axis) => Math.max(...ALL.map((name) => sizes[name][axis])));
  const gradient = filled(common, (i, j) => state.gradient?.[i]?.[j] ?? 1);
  const back = (name, dy) => rowsOf(all[name].backward(wrapped(dy), x));
  const backward = () =>
    each((name) =>
      back(
        name,
        filled(sizes[name], (i, j) => gradient[i][j]),
      ),
    );
  return {
    all,
    moved,
    outputs,
    sizes,
    common,
    gradient,
    ...(state.backward ? { dx: backward() } : { changes: changes(all, state) }),
    ...fates(all.max, x),
    share: (name, at) =>
      back(
        name,
        filled(sizes[name], (i, j) => Number(same(at, [i, j]))),
      ),
  };
}

/** What max pooling does to the pixels: who wins each window, who is kept, in how many windows several tie. */
function fates(max, x) {
  const winners = rowsOf(max.winners(x));
  const pools = max.windows.windows;
  const most = winners.flat().map((pixel) => x.data[pixel]);
  const tied = ({ pixels }, n) => pixels.filter((pixel) => x.data[pixel] === most[n]).length > 1;
  return {
    winners,
    kept: new Set(winners.flat()),
    tied: pools.filter(tied).length,
    read: new Set(pools.flatMap(({ pixels }) => pixels)),
  };
}

/**
 * Everything that is known of a state; `share(name, at)` is what one output owes to each pixel, `hides(cell)` says whether
 * an output, or backward its gradient's way, is still to be predicted.
 * @typedef {ReturnType<typeof derive>} Meaning
 * @typedef {{ role: string, at: number[], of?: string }} Cell a pixel, an output or a gradient; `of` names the reduction
 *   whose gradient of the picture it was pointed at in
 */
export function derive(state, known, isAnswered) {
  const shapes = {
    input: shape(known.moved),
    ...(state.backward ? { gradient: known.common } : known.sizes),
  };
  const hides = (cell) => state.predict && !isAnswered(cell);
  const now = {
    ...state,
    ...known,
    shapes,
    width: known.moved[0].length,
    pin: pinOf(state.pinned, shapes),
    hides,
  };
  return { ...now, keptInSight: state.predict ? keptAsFarAsKnown(now) : known.kept };
}

/** The same with nothing left to be predicted. */
export const open = (now) => ({ ...now, predict: false, secret: false, hides: () => false });

// The pixels of which may be said that a maximum keeps them.
function keptAsFarAsKnown(now) {
  const role = now.backward ? "gradient" : "max";
  const windows = cellsOf(role, now.sizes.max).filter((cell) => !now.hides(cell));
  return new Set(windows.map(({ at }) => winnerOf(now, at)));
}

/** Whether what comes of a pixel through a reduction is still to be predicted: backward, until one window with it is. */
export function hidesPixel(now, name, at) {
  if (!now.predict) return false;
  const hidden = (output) => now.hides({ role: now.backward ? "gradient" : name, at: output });
  const outputs = readers(now, name, at);
  return now.backward ? outputs.every(hidden) : outputs.some(hidden);
}

// ---- places ------------------------------------------------------------------------------------------------------

export const isReduction = (role) => ALL.includes(role);
/** @type {(now: any, at: number[]) => number} */
export const flat = (now, [i, j]) => i * now.width + j;
export const placeOf = (now, pixel) => [Math.floor(pixel / now.width), pixel % now.width];
/** @type {(now: any, at: number[]) => boolean} */
export const inside = (now, [i, j]) => now.moved[i]?.[j] !== undefined;
export const has = (now, name, [i, j]) => i < now.sizes[name][0] && j < now.sizes[name][1];

export function pixelValue(now, pixel) {
  const [i, j] = placeOf(now, pixel);
  return now.moved[i][j];
}

/** The pixels that one output reads, and how many places its window has with its padding. */
export const windowOf = (now, name, [i, j]) => now.all[name].windows.windows[i * now.sizes[name][1] + j];
export const valuesIn = (now, name, at) =>
  windowOf(now, name, at).pixels.map((pixel) => pixelValue(now, pixel));
/** @type {(now: any, at: number[]) => number} */
export const winnerOf = (now, [i, j]) => now.winners[i][j];

/** The outputs of one reduction that read a pixel. */
export function readers(now, name, at) {
  const columns = now.sizes[name][1];
  const pixel = flat(now, at);
  return now.all[name].windows.windows.flatMap(({ pixels }, n) =>
    pixels.includes(pixel) ? [[Math.floor(n / columns), n % columns]] : [],
  );
}

/** [[pixel, what one output owes to it], ...] without zeros. */
export const shares = (now, name, at) =>
  now
    .share(name, at)
    .flat()
    .flatMap((weight, pixel) => (weight ? [[pixel, weight]] : []));

/** The sum that an average, a convolution or a blur is. */
export function termsOf(now, name, at) {
  const owes = now.share(name, at).flat();
  return windowOf(now, name, at).pixels.map((pixel) => ({
    x: pixelValue(now, pixel),
    w: owes[pixel],
    label: `x[${placeOf(now, pixel)}]`,
  }));
}
