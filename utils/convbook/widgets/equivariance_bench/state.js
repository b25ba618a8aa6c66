// What the state of EquivarianceBench means: the six maps of the two ways, and how far the ways agree. No DOM here.
import { relu as rectify } from "../arithmetic/activation.js";
import { conv2d, shifted } from "../arithmetic/convolution.js";
import { links, linksOf, pinOf, same } from "../arithmetic/links.js";
import { avgPool2d, maxPool2d } from "../arithmetic/pooling.js";
import { nested, shape, tensor, upTo } from "../arithmetic/tensor.js";
import { largest } from "../parts/grid.js";

export const TRAITS = [
  "input",
  "kernel",
  "shift",
  "padding_mode",
  "stride",
  "pooling",
  "relu",
  "global_max",
  "predict",
  "pinned",
  "pen",
];
export const FARTHEST = 4;
export const PADDINGS = ["circular", "zeros", "reflect", "replicate", "valid"];
export const STRIDES = [1, 2, 3];
export const POOLINGS = ["none", "max", "average"];
export const FIRST = "shift_then_convolve";
export const SECOND = "convolve_then_shift";
export const MAPS = ["input", "shifted", FIRST, "convolved", SECOND, "difference"];
const RESULTS = [FIRST, SECOND, "difference"];
const POOL = 2;

export const isResult = (role) => RESULTS.includes(role);

/** Throws, in words for the reader, if the state is none that the bench can show. */
export function check({ input, kernel, shift, padding_mode, stride, pooling }) {
  if (shift.length !== 2 || !shift.every((n) => Number.isInteger(n) && Math.abs(n) <= FARTHEST))
    throw new RangeError(
      `A shift is at most ${FARTHEST} whole pixels in each direction, so nothing changed.`,
    );
  const known = PADDINGS.includes(padding_mode) && POOLINGS.includes(pooling) && STRIDES.includes(stride);
  const small = shape(input).some((n) => n < 8 || n > 12);
  if (!known || small || shape(kernel).some((n) => n > 5 || n % 2 === 0))
    throw new RangeError("That does not fit, so nothing changed.");
}

// ---- the two ways ----------------------------------------------------------------------------------------------------

const known = (values) => values.flat().filter(Number.isFinite);
export const largestKnown = (values) =>
  known(values).reduce((most, value) => Math.max(most, Math.abs(value)), known(values).length ? 0 : NaN);
const places = (values) => values.map((row, i) => row.map((_, j) => [i, j]));

/** The cells by which the output moves: the nearest whole number of steps, a half goes towards 0. */
const steps = (shift, total) => shift.map((n) => Math.sign(n) * Math.ceil(Math.abs(n) / total - 0.5) || 0);

function settingsOf({ kernel, padding_mode, stride, pooling }) {
  const valid = padding_mode === "valid";
  return {
    wrap: padding_mode === "circular",
    valid,
    total: stride * (pooling === "none" ? 1 : POOL),
    padding: valid ? [0, 0] : shape(kernel).map((size) => (size - 1) / 2),
    mode: valid ? "zeros" : padding_mode,
  };
}

/** The layer, stage by stage: convolution, ReLU, pooling. */
function layer(picture, { kernel, stride, relu, pooling, padding, mode }) {
  const sums = conv2d(tensor([[picture]]), tensor([[kernel]]), { stride, padding, paddingMode: mode });
  const active = relu ? rectify(sums) : sums;
  const out = pooling === "none" ? active : { max: maxPool2d, average: avgPool2d }[pooling](active, POOL);
  const plain = (x) => nested(x)[0][0];
  return { sums: plain(sums), active: plain(active), out: plain(out) };
}

/** The six maps, with every stage of the layer on the way above and below; NaN where there is nothing to compare. */
function paths(state, shift, below = layer(state.input, state)) {
  const { wrap, total, valid } = state;
  const moved = shifted(state.input, shift, { wrap });
  const above = layer(moved, state);
  const second = shifted(below.out, steps(shift, total), { wrap, enters: valid ? NaN : 0 });
  const difference = above.out.map((row, i) => row.map((value, j) => value - second[i][j]));
  return {
    above,
    below,
    shifted: moved,
    convolved: below.out,
    [FIRST]: above.out,
    [SECOND]: second,
    difference,
  };
}

/** How far the two ways agree: everywhere ("yes"), but for the "border", or not at all ("no"). */
function compare({ shift, total, convolved, difference }) {
  const [rows, columns] = shape(difference);
  const dust = 1e-9 * Math.max(1, largest(convolved));
  const differs = (value) => Math.abs(value) > dust;
  const apart = places(difference)
    .flat()
    .filter(([i, j]) => differs(difference[i][j]));
  const inStep = shift.every((n) => n % total === 0);
  const depth = Math.max(...apart.map(([i, j]) => 1 + Math.min(i, rows - 1 - i, j, columns - 1 - j)));
  return {
    all: known(difference).length,
    cells: rows * columns,
    count: apart.length,
    depth: inStep && depth < Math.ceil(Math.min(rows, columns) / 2) ? depth : null, // null: not at the border alone
    answer: apart.length ? (inStep ? "border" : "no") : "yes",
    inStep,
    differs,
  };
}

/**
 * Everything that is computed of a state.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(traits) {
  const state = { ...traits, ...settingsOf(traits) };
  const { input, kernel, shift, stride, padding, mode } = state;
  const made = { ...state, ...paths(state, shift), move: steps(shift, state.total) };
  const shapes = Object.fromEntries([...MAPS, "kernel"].map((name) => [name, shape(made[name])]));
  const along = shift.some(Boolean) ? shift.map(Math.sign) : [0, 1];
  return {
    ...made,
    shapes,
    along,
    key: JSON.stringify([input, kernel, shift, traits.padding_mode, stride, traits.relu, traits.pooling]),
    result: compare(made),
    pin: pinOf(traits.pinned, shapes),
    byDistance: byDistance(made, along),
    all: links({ input: shapes.input, kernel: shapes.kernel, stride, padding, mode }),
    source: sources(made),
  };
}

/** The largest difference for shifts of 0, 1, 2, ... pixels in the direction of the shift. */
const byDistance = (now, along) =>
  upTo(FARTHEST + 1).map((n) =>
    largestKnown(
      paths(
        now,
        along.map((sign) => sign * n),
        now.below,
      ).difference,
    ),
  );

/** Where each cell comes from, or goes to (the input's), or null. */
function sources({ input, convolved, shift, move, wrap }) {
  const from = (values, by) => shifted(places(values), by, { wrap, enters: null });
  const back = shift.map((n) => -n);
  return { input: from(input, back), shifted: from(input, shift), [SECOND]: from(convolved, move) };
}

// ---- what a cell has to do with others ---------------------------------------------------------------------------------

export const isThere = (now, { role, at }) => pinOf([role, ...at], now.shapes) !== null;
export const sourceOf = (now, role, [i, j]) => now.source[role][i][j];

/** Whether a cell holds what entered with the shift. */
export function entered(now, role, at) {
  if (role === "shifted") return !sourceOf(now, role, at);
  return (role === SECOND || (role === "difference" && now.valid)) && !sourceOf(now, SECOND, at);
}

/** The sums that an output pools. */
export const summed = ({ pooling }, [i, j]) =>
  pooling === "none" ? [[i, j]] : upTo(POOL * POOL).map((n) => [i * POOL + (n >> 1), j * POOL + (n & 1)]);

/** The products of one sum; `picture` is what it reads, "input" or "shifted". */
export function termsOf(now, at, picture) {
  return linksOf(now.all, { role: "output", at }).map(({ input, source, kernel: [u, v] }) => {
    const copied = !source || !same(input, source);
    const isEntered = source && picture === "shifted" && entered(now, picture, source);
    const note = copied ? ", padding" : isEntered ? ", entered" : "";
    return {
      x: source ? now[picture][source[0]][source[1]] : 0,
      w: now.kernel[u][v],
      pad: note !== "",
      label: `${picture}[${input}] × w[${u},${v}]${note}`,
      source,
    };
  });
}

/** The cells that have to do with this one, as "role,i,j"; `term`: only that product's. */
export function trace(now, cell, term) {
  if (!cell || cell.role === "kernel") return new Set();
  const { role, at } = cell;
  const reads = (picture, output) =>
    (output ? summed(now, output) : [])
      .flatMap((sum) => termsOf(now, sum, picture))
      .filter(({ source }, n) => source && (term === null || n === term))
      .map(({ source }) => [picture, source]);
  if (role === "convolved") return new Set(reads("input", at).map(String));
  if (!isResult(role))
    return new Set([String([role === "input" ? "shifted" : "input", sourceOf(now, role, at)])]);
  const from = sourceOf(now, SECOND, at);
  const results = RESULTS.map((name) => [name, at]);
  return new Set(
    [...results, ...reads("shifted", at), ["convolved", from], ...reads("input", from)].map(String),
  );
}
