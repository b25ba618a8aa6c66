// What the state of StampAndAdjoint means: three readings of one transposed convolution. No DOM here.
import { checkRange } from "../arithmetic/axes.js";
import { correlate2d, rotate180 } from "../arithmetic/convolution.js";
import { linksOf, pinOf, same } from "../arithmetic/links.js";
import { effectiveKernel } from "../arithmetic/sizes.js";
import { shape } from "../arithmetic/tensor.js";
import {
  insertedPlaces,
  transposedLinks,
  transposedMatrix,
  transposedSize,
} from "../arithmetic/transposed.js";

export const TRAITS = [
  "input",
  "kernel",
  "stride",
  "padding",
  "output_padding",
  "dilation",
  "reading",
  "counts",
  "panel",
  "probe",
  "pinned",
  "step",
  "by_product",
  "predict",
];
export const READINGS = ["stamp", "zeros", "matrix"];
/** @type {Record<string, [number, number]>} */
export const RANGES = {
  input: [1, 5],
  kernel: [1, 5],
  stride: [1, 4],
  padding: [0, 6],
  output_padding: [0, 3],
  dilation: [1, 3],
};
const LARGEST_STAMPED = 12;
const AXES = [0, 1];

// ---- what fits ---------------------------------------------------------------------------------------------------

/** Throws, in words for the reader, if the settings do not fit together or there is no room for the stamps. */
export function check(state) {
  for (const name of ["input", "kernel"]) checkRange(`The ${name}'s sides`, shape(state[name]), RANGES[name]);
  for (const name of ["stride", "padding", "output_padding", "dilation"])
    checkRange(`The ${name.replace("_", " ")}`, state[name], RANGES[name]);
  const { stride, padding, output_padding: more, dilation } = state;
  if (more >= Math.max(stride, dilation))
    throw new RangeError(
      `output_padding chooses among the sizes that one stride makes equal, so it must be below the stride ${stride}${dilation > stride ? ` or the dilation ${dilation}` : ""}; ${more} is not. Nothing changed.`,
    );
  for (const a of AXES) checkAxis(state, shape(state.kernel)[a], axisOf(state, a), padding);
}

function checkAxis({ dilation }, taps, { left, frame }, padding) {
  const most = effectiveKernel(taps, dilation) - 1;
  if (padding > most)
    throw new RangeError(
      `A padding of ${padding} would crop more than the stamps reach beyond the pixels: here ${most} is the most, so nothing changed. Choose less padding, or a larger kernel, first.`,
    );
  if (left < 1) throw new RangeError(`A padding of ${padding} would crop everything, so nothing changed.`);
  if (frame > LARGEST_STAMPED)
    throw new RangeError(
      `The stamps would cover ${frame} pixels a side; at most ${LARGEST_STAMPED} fit here, so nothing changed. Choose a smaller input, kernel or stride.`,
    );
}

/** One axis: what is `left` of the stamps, and the `frame` that holds them with what is cropped. */
function axisOf({ input, kernel, stride, padding, output_padding: more, dilation }, a) {
  const [size, taps] = [shape(input)[a], shape(kernel)[a]];
  const left = transposedSize(size, taps, stride, padding, padding, more, dilation);
  const stamped = transposedSize(size, taps, stride, 0, 0, 0, dilation);
  return { size, taps, left, stamped, frame: Math.max(stamped, left + padding) };
}

// ---- what it means -----------------------------------------------------------------------------------------------

/**
 * Everything that is computed of a state.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state) {
  const settings = settingsOf(state);
  const axes = AXES.map((a) => axisOf(state, a));
  const shapes = {
    input: axes.map(({ size }) => size),
    kernel: axes.map(({ taps }) => taps),
    output: axes.map(({ left }) => left),
  };
  const links = transposedLinks({ ...shapes, ...settings });
  const places = insertedPlaces(shapes.input, shapes.kernel, settings);
  const matrix = transposedMatrix(state.kernel, links, shapes.output, shapes.input);
  const base = { ...state, settings, axes, shapes, links, places, matrix };
  const now = { ...base, ...readingsOf(base), pin: pinOf(state.pinned, shapes) };
  return { ...now, ...progress(now) };
}

export const settingsOf = ({ stride, padding, dilation, output_padding: outputPadding }) => ({
  stride,
  padding,
  dilation,
  outputPadding,
});

/** The output by each reading, what the stamps hold with what is cropped, and how many of them meet. */
function readingsOf(now) {
  const { links, places, matrix, kernel, dilation, shapes, input } = now;
  const frame = now.axes.map((axis) => axis.frame);
  const stamped = addUp(now, links, frame);
  const x = input.flat();
  const [, columns] = shapes.output;
  const products = matrix.map((row) => row.reduce((sum, weight, n) => sum + weight * x[n], 0));
  return {
    frame,
    stamped,
    inserted: places.map((row) => row.map((from) => valueFrom(input, from))),
    outputs: {
      stamp: cropped(now, stamped),
      zeros: correlate2d(
        places.map((row) => row.map((from) => valueFrom(input, from))),
        rotate180(kernel),
        {
          dilation,
        },
      ),
      matrix: shapes.output[0] ? rowsOf(products, columns) : [],
    },
    overlap: cropped(
      now,
      addUp({ ...now, kernel: ones(shapes.kernel), input: ones(shapes.input) }, links, frame),
    ),
  };
}

const valueFrom = (input, from) => (from ? input[from[0]][from[1]] : 0);
const ones = ([rows, columns]) => Array.from({ length: rows }, () => Array(columns).fill(1));
export const rowsOf = (flat, columns) =>
  Array.from({ length: flat.length / columns }, (_, n) => flat.slice(n * columns, (n + 1) * columns));

/** The sum of these products in every place of the frame. */
export function addUp({ input, kernel, padding }, links, [rows, columns]) {
  const sums = Array.from({ length: rows }, () => Array(columns).fill(0));
  for (const {
    input: [i, j],
    kernel: [u, v],
    output: [y, x],
  } of links)
    sums[y + padding][x + padding] += input[i][j] * kernel[u][v];
  return sums;
}

export const cropped = ({ padding, shapes: { output } }, framed) =>
  framed.slice(padding, padding + output[0]).map((row) => row.slice(padding, padding + output[1]));

export const isKept = ({ shapes: { output } }, at) => at.every((index, a) => index >= 0 && index < output[a]);
/** Whether output_padding has added this place. */
export const isAdded = ({ shapes: { output }, output_padding: more }, at) =>
  isKept({ shapes: { output } }, at) && at.some((index, a) => index >= output[a] - more);

export const count = ([rows, columns]) => rows * columns;
export const indexOf = ([, columns], [i, j]) => i * columns + j;
export const placeOf = ([, columns], index) => [Math.floor(index / columns), index % columns];

// ---- the player: a turn is a stamp, or an output that is gathered ---------------------------------------------------

/** `turn`: which one the player is at; `done`: how many of its products are added. Without a step, all is done. */
function progress({ reading, step, shapes }) {
  const turns = count(reading === "stamp" ? shapes.input : shapes.output);
  const products = count(reading === "matrix" ? shapes.input : shapes.kernel);
  if (step === null) return { playing: false, turns, products, turn: turns - 1, done: products };
  const last = Math.min(step, turns * products) - 1;
  return { playing: true, turns, products, turn: Math.floor(last / products), done: (last % products) + 1 };
}

/** The cell that the player is at. */
export const turnCell = ({ reading, shapes }, turn) =>
  reading === "stamp"
    ? { role: "input", at: placeOf(shapes.input, turn) }
    : { role: "output", at: placeOf(shapes.output, turn) };

/** Whether an output is still to come while the player is on its way; stamps fill all of them bit by bit. */
export function isLater(now, at) {
  if (!now.playing || now.reading === "stamp") return false;
  return indexOf(now.shapes.output, at) > (now.done === now.products ? now.turn : now.turn - 1);
}

/** The values of the frame as far as the player has come. */
export const stampedSoFar = (now) =>
  now.playing ? addUp(now, now.links.slice(0, now.turn * now.products + now.done), now.frame) : now.stamped;

// ---- what belongs together -------------------------------------------------------------------------------------------

/** Where the window of an output lies among the inserted zeros: for each of its places the weight, and the pixel or null. */
export function windowOf({ places, shapes: { kernel }, dilation }, output) {
  const [kh, kw] = kernel;
  const [y, x] = output;
  return Array.from({ length: kh * kw }, (_, n) => {
    const [a, b] = placeOf(kernel, n);
    const at = [y + a * dilation, x + b * dilation];
    return { at, weight: [kh - 1 - a, kw - 1 - b], from: places[at[0]][at[1]] };
  });
}

/** The products of one output, in the order in which this reading adds them. */
export function termsOf(now, at) {
  const { input, kernel, reading, shapes } = now;
  const w = (at) => kernel[at[0]][at[1]];
  if (reading === "zeros")
    return windowOf(now, at).map(({ from, weight }) => ({
      x: valueFrom(input, from),
      w: w(weight),
      pad: !from,
      label: `${from ? `x[${from}]` : "inserted zero"} × w[${weight}]`,
    }));
  if (reading === "matrix") {
    const row = indexOf(shapes.output, at);
    return now.matrix[row].map((entry, n) => ({
      x: input.flat()[n],
      w: entry,
      label: `x[${placeOf(shapes.input, n)}] × Cᵀ[${row},${n}]`,
    }));
  }
  return linksOf(now.links, { role: "output", at }).map((link) => ({
    x: valueFrom(input, link.input),
    w: w(link.kernel),
    label: `x[${link.input}] × w[${link.kernel}]`,
  }));
}

export const total = (terms) => terms.reduce((sum, { x, w }) => sum + x * w, 0);
export const outputOf = (now) => now.outputs[now.reading];

/** The multiplications that a cell takes part in, and that the output keeps. */
export const meetings = (now, cell) => linksOf(now.links, cell).filter(({ output }) => isKept(now, output));

/** The link of the n-th term of an output, or null for a zero. */
export function linkOfTerm(now, at, n) {
  const all = linksOf(now.links, { role: "output", at });
  if (now.reading === "stamp") return all[n] ?? null;
  if (now.reading === "zeros") {
    const { from, weight } = windowOf(now, at)[n];
    return (from && all.find(({ kernel }) => same(kernel, weight))) ?? null;
  }
  return all.find(({ input }) => indexOf(now.shapes.input, input) === n) ?? null;
}

export function valueAt(now, { role, at: [i, j] }) {
  return { input: now.input, kernel: now.kernel, output: outputOf(now) }[role][i][j];
}

/** The kernel as it lies on what it covers, null for the gaps of dilation; `times` multiplies it. */
export function spread(kernel, dilation, times = 1) {
  const [rows, columns] = shape(kernel).map((taps) => effectiveKernel(taps, dilation));
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) =>
      i % dilation || j % dilation ? null : kernel[i / dilation][j / dilation] * times,
    ),
  );
}
