// What the state of ChannelSum means. No DOM here.
import { relu } from "../arithmetic/activation.js";
import { conv2d } from "../arithmetic/convolution.js";
import { channelLinks, linksOf, pinOf } from "../arithmetic/links.js";
import { plural } from "../arithmetic/numbers.js";
import { nested, shape, tensor, upTo } from "../arithmetic/tensor.js";

export const TRAITS = [
  "input",
  "weight",
  "bias",
  "relu",
  "filter",
  "pinned",
  "step",
  "by_channel",
  "predict",
];

/** Throws, in words for the reader, if input, weights and biases do not fit together. */
export function check({ input, weight, bias }) {
  const [channels, height, width] = shape(input);
  const [filters, expected, kh, kw] = shape(weight);
  if (channels === expected && kh <= height && kw <= width && bias.length === filters) return;
  const kernels = `${kh}×${kw} kernels for ${plural(expected, "channel")}`;
  throw new RangeError(
    `${kernels} do not fit ${plural(channels, "channel")} of ${height}×${width}, so nothing changed.`,
  );
}

/** What each channel gives alone, their sums before ReLU, and the output. */
export function compute({ input, weight, bias, relu: rectify }) {
  const x = tensor([input]);
  const before = conv2d(x, tensor(weight), { bias });
  const alone = (filter) => {
    const kernels = tensor(filter.map((kernel) => [kernel]));
    return nested(conv2d(x, kernels, { groups: input.length }))[0];
  };
  return {
    partial: weight.map(alone),
    before: nested(before)[0],
    output: nested(rectify ? relu(before) : before)[0],
  };
}

/** A function that gives the links of a state, and finds them anew only when a size has changed. */
export function rememberLinks() {
  let of = "";
  let all = [];
  return (shapes) => {
    const sizes = `${shapes.input} ${shapes.weight}`;
    if (sizes !== of) all = channelLinks(shapes);
    of = sizes;
    return all;
  };
}

/**
 * Everything that is computed of a state; `cells` is how many outputs all filters make together.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state, linksOfShapes) {
  const arrays = { ...state, ...compute(state) };
  const shapes = Object.fromEntries(Object.entries(arrays).map(([name, value]) => [name, shape(value)]));
  const [filters, channels, rows, columns] = shapes.partial;
  const cells = filters * rows * columns;
  const pin = pinOf(state.pinned, shapes);
  return {
    ...arrays,
    shapes,
    filters,
    channels,
    rows,
    columns,
    cells,
    pin,
    links: linksOfShapes(shapes),
    names: channels === 3 ? ["R", "G", "B"] : upTo(channels).map((channel) => `channel ${channel}`),
    filter: filterOf(pin) ?? Math.max(0, Math.min(state.filter, filters - 1)),
    ...progress(state.step, channels, cells),
  };
}

/** `index`: the output that the player is at; `done`: how many of its channels are added. Without a step, all is done. */
function progress(step, channels, cells) {
  if (step === null) return { playing: false, index: cells - 1, done: channels };
  const last = Math.min(step, cells * channels) - 1;
  return { playing: true, index: Math.floor(last / channels), done: (last % channels) + 1 };
}

/** Where the player is: on its way, or behind the channels of the pinned output; null if it is nowhere. */
export function stepOf(now) {
  if (now.playing) return now.index * now.channels + now.done;
  return now.pin?.role === "output" ? (indexOf(now, now.pin.at) + 1) * now.channels : null;
}

/** The filter that a cell belongs to; an input belongs to all. */
export const filterOf = (cell) => (cell && cell.role !== "input" ? cell.at[0] : null);

export const pick = (array, at) => at.reduce((level, index) => level[index], array);
export const valueAt = (now, { role, at }) => pick(now[role], at);

export function placeOf({ rows, columns }, index) {
  return [Math.floor(index / (rows * columns)), Math.floor(index / columns) % rows, index % columns];
}
export const indexOf = ({ rows, columns }, at) => (at[0] * rows + at.at(-2)) * columns + at.at(-1);

/** What each channel adds to an output. */
export const partsOf = (now, [filter, i, j]) => now.partial[filter].map((map) => map[i][j]);

/** The products of an output or of a partial sum, channel by channel. */
export function termsOf(now, cell) {
  return linksOf(now.links, cell).map(({ input, weight }) => ({
    x: pick(now.input, input),
    w: pick(now.weight, weight),
    label: `x[${input}] × w[${weight}]`,
  }));
}

export const total = (values) => values.reduce((sum, value) => sum + value, 0);

const zerosLike = (array) => (Array.isArray(array) ? array.map(zerosLike) : 0);

/** The traits with so many filters: new ones begin with zeros. */
export function withFilters({ weight, bias }, count) {
  return {
    weight: upTo(count).map((filter) => weight[filter] ?? zerosLike(weight[0])),
    bias: upTo(count).map((filter) => bias[filter] ?? 0),
  };
}
