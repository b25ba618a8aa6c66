// What the state of NudgeGradient means: a convolution, its loss, and the gradients of both. No DOM here.
import { descent, layerGradients, layerLoss, layerOutput } from "../arithmetic/learning.js";
import { links, pinOf, same } from "../arithmetic/links.js";
import { rounded } from "../arithmetic/numbers.js";
import { effectiveKernel, outputSize, written } from "../arithmetic/sizes.js";
import { shape } from "../arithmetic/tensor.js";
import { resized } from "../parts/size_menu.js";

export const TRAITS = [
  "dimensions",
  "input",
  "kernel",
  "bias",
  "target",
  "stride",
  "padding",
  "dilation",
  "rate",
  "epsilon",
  "pinned",
  "step",
  "predict",
];
/** What a switch to the other number of dimensions, or an example, brings along. */
export const LAYER = TRAITS.slice(0, 9);
/** @type {Record<string, [number, number]>} */
export const RANGES = { stride: [1, 3], padding: [0, 2], dilation: [1, 2] };
export const LARGEST = { input: [6, 7], kernel: [3, 4], output: [6, 7] };
export const FARTHEST = 2; // of a nudge
const STEPS = 200;
const [ARRIVED, FEWEST] = [1e-6, 10]; // what is left of the first loss, and the fewest steps to show
const AXES = [0, 1];
const POINTS = 41; // of the curve

// ---- what fits ---------------------------------------------------------------------------------------------------

/** In one dimension the settings act along the row alone. */
export function settingsOf({ dimensions, stride, padding, dilation }) {
  const along = (value, across) => (dimensions === 1 ? [across, value] : [value, value]);
  return { stride: along(stride, 1), padding: along(padding, 0), dilation: along(dilation, 1) };
}

const spanOf = (state, a) => effectiveKernel(shape(state.kernel)[a], settingsOf(state).dilation[a]);

export function outputShape(state) {
  const { stride, padding, dilation } = settingsOf(state);
  const [input, kernel] = [shape(state.input), shape(state.kernel)];
  return AXES.map((a) => outputSize(input[a], kernel[a], stride[a], padding[a], padding[a], dilation[a]));
}

/** Throws, in words for the reader, if the settings do not fit together. */
export function check(state) {
  const { dimensions, input, kernel, rate, epsilon, target } = state;
  if (dimensions === 1 && Math.max(input.length, kernel.length) > 1)
    throw new RangeError("In one dimension input and kernel have one row, so nothing changed.");
  if (!(rate > 0 && rate <= 10))
    throw new RangeError("The learning rate must be above 0 and at most 10, so nothing changed.");
  if (!(Math.abs(epsilon) <= FARTHEST))
    throw new RangeError(`A nudge goes from −${FARTHEST} to ${FARTHEST}, so nothing changed.`);
  for (const a of AXES) checkAxis(state, a);
  const output = outputShape(state);
  if (target && !same(shape(target), output))
    throw new RangeError(
      `The target must be as large as the output, ${written(output)}, so nothing changed.`,
    );
}

function checkAxis(state, a) {
  const span = spanOf(state, a);
  const padding = settingsOf(state).padding[a];
  const padded = shape(state.input)[a] + 2 * padding;
  if (padding >= span)
    throw new RangeError(
      `With a padding of ${padding} the first window would hold nothing but padding: the kernel spans ${span}. Nothing changed. Choose less padding.`,
    );
  if (span > padded)
    throw new RangeError(
      `The kernel spans ${span} pixels, the padded input has ${padded}, so nothing changed. Choose a smaller kernel, less dilation or more padding.`,
    );
  if (outputShape(state)[a] > LARGEST.output[a])
    throw new RangeError(
      `The output would be too large to show: at most ${LARGEST.output.join("×")} fit here, so nothing changed.`,
    );
}

// ---- the target --------------------------------------------------------------------------------------------------

export const zeros = (/** @type {number[]} */ [rows, columns]) =>
  Array.from({ length: rows }, () => Array(columns).fill(0));

/** What a teacher's kernel, cut or surrounded by zeros to the kernel's size, makes of the input. */
export const taught = (state, teacher) =>
  layerOutput(
    { input: state.input, kernel: resized(teacher, ...shape(state.kernel)), bias: 0, target: [] },
    settingsOf(state),
  ).map((row) => row.map(rounded));

/** The teachers, by name, for so many dimensions. @type {(state: any, all: Record<string, number[][]>) => [string, number[][]][]} */
export const teachersOf = ({ dimensions }, all) =>
  Object.entries(all).filter(([, { length }]) => (length === 1) === (dimensions === 1));

/** The name of the teacher whose output is the target, "zeros", or null. */
export function teacherName(state, all) {
  const { target } = state;
  if (!target || target.flat().every((value) => value === 0)) return "zeros";
  const found = teachersOf(state, all).find(([, teacher]) =>
    same(taught(state, teacher).flat(), target.flat().map(rounded)),
  );
  return found?.[0] ?? null;
}

/** Changes of the layer, with a target that fits them: the same teacher's, or the same numbers cut or among zeros. */
export function refitted(state, changes, all) {
  const next = { ...state, ...changes };
  const size = outputShape(next);
  if (!next.target || Math.min(...size) < 1 || Math.max(...size) > 2 * LARGEST.output[1]) return changes;
  const name = teacherName(state, all);
  const target = name && name !== "zeros" ? taught(next, all[name]) : resized(next.target, ...size);
  return { ...changes, target };
}

// ---- what it means -----------------------------------------------------------------------------------------------

/**
 * Everything that is computed of a state: `values` holds the numbers of each grid, `pin` the pinned cell, and `nudged`
 * the number that is nudged. The kernel and the bias are those after the steps that are `done`.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state) {
  const settings = settingsOf(state);
  const target = state.target ?? zeros(outputShape(state));
  const path = pathOf({ ...state, target }, settings);
  const done = Math.min(state.step ?? 0, path.length - 1);
  const { kernel, bias } = done ? tidied(path[done]) : state;
  const layer = { input: state.input, kernel, bias, target };
  const { output, loss, dinput, dkernel, dbias, doutput } = layerGradients(layer, settings);
  const values = {
    input: state.input,
    kernel,
    bias: [[bias]],
    output,
    target,
    dinput,
    dkernel,
    dbias: [[dbias]],
    doutput,
  };
  for (const [role, matrix] of Object.entries(values)) values[role] = matrix.map((row) => row.map(rounded));
  const shapes = Object.fromEntries(Object.entries(values).map(([role, matrix]) => [role, shape(matrix)]));
  const pin = pinOf(state.pinned, shapes);
  return {
    ...state,
    settings,
    layer,
    values,
    shapes,
    path,
    done,
    pin,
    loss: rounded(loss),
    ranAway: path.length <= STEPS,
    enough: Math.max(done, enoughOf(path)),
    links: links(/** @type {any} */ ({ input: shapes.input, kernel: shapes.kernel, ...settings })),
    nudged: nudgedBy(pin, shapes),
  };
}

/** How many steps are worth showing: until the loss has all but gone. */
function enoughOf(path) {
  const arrived = path.findIndex(({ loss }) => loss <= ARRIVED * path[0].loss);
  return arrived < 0 ? path.length - 1 : Math.min(path.length - 1, Math.max(arrived, FEWEST));
}

/** Of a descent's numbers, without the dust of many steps. */
const tidied = ({ kernel, bias }) => ({
  kernel: kernel.map((row) => row.map(rounded)),
  bias: rounded(bias),
});

let walked = { key: "", path: [] }; // the last one: most repaintings change nothing of it

/** @returns {{ kernel: number[][], bias: number, loss: number }[]} */
function pathOf({ input, kernel, bias, target, rate }, settings) {
  const key = JSON.stringify([input, kernel, bias, target, rate, settings]);
  if (key !== walked.key)
    walked = { key, path: descent({ input, kernel, bias, target }, settings, { rate, steps: STEPS }) };
  return walked.path;
}

/** @type {(now: any, cell: { role: string, at: number[] }) => number} */
export const valueAt = (now, { role, at: [i, j] }) => now.values[role][i][j];

/** The gradient's grid of a number, and the number of a gradient. */
export const gradientOf = ({ role, at }) => ({ role: `d${role}`, at });
export const isGradient = ({ role }) => role.startsWith("d");
export const isAsked = ({ role }) => role === "dinput" || role === "dkernel" || role === "dbias";

function nudgedBy(pin, shapes) {
  const role = pin?.role.replace(/^d/, "");
  if (role === "input" || role === "kernel" || role === "bias") return { role, at: pin.at };
  return { role: "kernel", at: [0, 0].map((index, a) => Math.min(index, shapes.kernel[a] - 1)) };
}

// ---- the sums ----------------------------------------------------------------------------------------------------

/** Which links a number takes part in: of a pixel those where it is read, padding apart. */
const KEYS = { input: "source", dinput: "source", kernel: "kernel", dkernel: "kernel", output: "output" };

export const linksOf = (now, { role, at }) =>
  KEYS[role] ? now.links.filter((link) => link[KEYS[role]] && same(link[KEYS[role]], at)) : [];

const valueIn = (now, role, at) => (at ? valueAt(now, { role, at }) : 0);

/** The two numbers that are multiplied for a cell, as roles; a `null` place is padding. */
const FACTORS = {
  output: (link) => [
    ["input", link.source],
    ["kernel", link.kernel],
  ],
  dkernel: (link) => [
    ["input", link.source],
    ["doutput", link.output],
  ],
  dinput: (link) => [
    ["doutput", link.output],
    ["kernel", link.kernel],
  ],
};

const outputsOf = ({ shapes: { output } }) => zeros(output).flatMap((row, i) => row.map((_, j) => [i, j]));

/**
 * The products of one number, in the order in which they are added: each with its factors, [role, place] twice.
 * @returns {{ x: number, w: number, pad: boolean, factors: [string, number[] | null][] }[]}
 */
export function termsOf(now, cell) {
  const { role, at } = cell;
  if (role === "dbias")
    return outputsOf(now).map((place) => ({
      x: valueIn(now, "doutput", place),
      w: 1,
      pad: false,
      factors: [["doutput", place]],
    }));
  if (role === "doutput")
    return [1, -1].map((w, n) => {
      const own = n ? "target" : "output";
      return { x: valueIn(now, own, at), w, pad: false, factors: [[own, at]] };
    });
  if (!FACTORS[role]) return [];
  return linksOf(now, cell).map((link) => {
    const factors = FACTORS[role](link);
    const [x, w] = factors.map(([one, place]) => valueIn(now, one, place));
    return { x, w, pad: factors[0][1] === null, factors };
  });
}

export const total = (terms) => rounded(terms.reduce((sum, { x, w }) => sum + x * w, 0));

/** Where a number goes: of a pixel and a weight { meets: [role, place], output }, of the bias the outputs alone. */
export function partnersOf(now, cell) {
  if (cell.role === "bias") return outputsOf(now).map((output) => ({ meets: null, output }));
  if (cell.role === "input")
    return linksOf(now, cell).map(({ kernel, output }) => ({ meets: ["kernel", kernel], output }));
  return linksOf(now, cell)
    .filter(({ source }) => source)
    .map(({ source, output }) => ({ meets: ["input", source], output }));
}

// ---- the nudge ---------------------------------------------------------------------------------------------------

/** The loss with the nudged number changed by so much. */
export function lossWhenNudged({ layer, settings, nudged }, by) {
  const { role, at } = nudged;
  const change = (matrix) =>
    matrix.map((row, i) => row.map((value, j) => (same([i, j], at) ? value + by : value)));
  const changed = role === "bias" ? { bias: layer.bias + by } : { [role]: change(layer[role]) };
  return layerLoss({ ...layer, ...changed }, settings);
}

/** What a nudge by ε measures, beside the gradient's cell; without a nudge there is no slope. */
export function slopesOf(now) {
  const { epsilon, nudged } = now;
  const [ahead, here, behind] = [epsilon, 0, -epsilon].map((by) => lossWhenNudged(now, by));
  const measured = epsilon
    ? { oneSided: rounded((ahead - here) / epsilon), central: rounded((ahead - behind) / (2 * epsilon)) }
    : { oneSided: NaN, central: NaN };
  return { ahead, here, behind, gradient: valueAt(now, gradientOf(nudged)), ...measured };
}

/** The loss as the nudged number moves from −2 to 2 around where it is: [by, loss]. */
export const curveOf = (now) =>
  Array.from({ length: POINTS }, (_, n) => {
    const by = FARTHEST * ((2 * n) / (POINTS - 1) - 1);
    return [by, lossWhenNudged(now, by)];
  });
