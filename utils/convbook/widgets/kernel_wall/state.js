// What the state of KernelWall means. No DOM here.
import { convMacs, convParameters } from "../arithmetic/costs.js";
import { upTo } from "../arithmetic/tensor.js";

export const TRAITS = [
  "in_channels",
  "out_channels",
  "kernel",
  "groups",
  "separable",
  "multiplier",
  "stacked",
  "shuffle",
  "bias",
  "size",
  "pinned",
  "predict",
];
export const MOST = 1024; // channels
export const DRAWN = 12; // channels that are drawn one by one

/** Throws, in words for the reader, if the groups do not divide the channels or there are too many maps. */
export function check({ in_channels: channels, out_channels: filters, groups, multiplier }) {
  if (![channels, filters].every(Number.isInteger)) return; // the schema of the traits says that better
  const odd = [channels, filters].find((count) => count % groups);
  if (odd)
    throw new RangeError(
      `${groups} groups do not divide ${odd} channels into equal parts, so nothing changed.`,
    );
  if (channels * multiplier > MOST)
    throw new RangeError(
      `A multiplier of ${multiplier} makes ${channels * multiplier} channels of ${channels}, more than ${MOST}, so nothing changed.`,
    );
}

// ---- the stations from standard to separable -----------------------------------------------------------------------

/**
 * The stations that these channels allow: every number of groups that divides both, then depthwise + pointwise.
 * @returns {{ groups: number, separable: boolean }[]}
 */
export function stations({ in_channels: channels, out_channels: filters }) {
  const divides = (groups) => channels % groups === 0 && filters % groups === 0;
  const grouped = upTo(Math.min(channels, filters))
    .map((n) => n + 1)
    .filter(divides);
  return [
    ...grouped.map((groups) => ({ groups, separable: false })),
    { groups: grouped.at(-1), separable: true },
  ];
}

/** At which of its stations a state is. */
export function stationOf(state) {
  const all = stations(state);
  return state.separable ? all.length - 1 : all.findIndex(({ groups }) => groups === state.groups);
}

export const isDepthwise = ({ groups, in_channels: channels }) => groups === channels && channels > 1;

const commonDivisor = (a, b) => (b ? commonDivisor(b, a % b) : a);

/** What changes along with other channels: what is depthwise stays depthwise, else as many groups stay as divide them. */
export function withChannels(state, { channels = state.in_channels, filters = state.out_channels }) {
  const changed = { in_channels: channels, out_channels: filters };
  if (![channels, filters].every((count) => Number.isInteger(count) && count > 0)) return changed;
  if (!state.separable && isDepthwise(state) && channels !== state.in_channels)
    return {
      in_channels: channels,
      out_channels: (filters / state.in_channels) * channels,
      groups: channels,
    };
  return { ...changed, groups: commonDivisor(state.groups, commonDivisor(channels, filters)) };
}

// ---- the layers ----------------------------------------------------------------------------------------------------

/** One { inputs, outputs, kernel, groups } for each layer. */
export function layersOf(state) {
  const { in_channels: inputs, out_channels: outputs, kernel, groups } = state;
  if (state.separable) {
    const between = inputs * state.multiplier;
    return [
      { name: "depthwise", inputs, outputs: between, kernel, groups: inputs },
      { name: "pointwise", inputs: between, outputs, kernel: 1, groups: 1 },
    ];
  }
  const first = { name: state.stacked ? "layer 1" : "layer", inputs, outputs, kernel, groups };
  return state.stacked ? [first, { ...first, name: "layer 2", inputs: outputs }] : [first];
}

/** Which output of the first layer stands at each input of the second. */
function orderOf({ separable, stacked, shuffle, groups }, channels) {
  if (separable || !stacked || !shuffle) return upTo(channels);
  const wide = channels / groups;
  return upTo(channels).map((place) => (place % groups) * wide + Math.floor(place / groups));
}

/** What a layer takes on maps of size × size. */
export function costOf({ inputs, outputs, kernel, groups }, { size, bias }) {
  const weights = convParameters(inputs, outputs, kernel, groups, false);
  return {
    shape: [outputs, inputs / groups, kernel, kernel],
    weights,
    biases: bias ? outputs : 0,
    macs: convMacs(size * size, inputs, outputs, kernel, groups),
  };
}

const KINDS = ["weights", "biases", "macs"];
export const total = (costs) =>
  Object.fromEntries(KINDS.map((kind) => [kind, costs.reduce((sum, cost) => sum + cost[kind], 0)]));

/** What standard convolutions would take in the place of the layers. */
function standardCost(state) {
  const { in_channels: inputs, out_channels: outputs, kernel } = state;
  const one = (channels) => costOf({ inputs: channels, outputs, kernel, groups: 1 }, state);
  return total(state.stacked && !state.separable ? [one(inputs), one(outputs)] : [one(inputs)]);
}

/**
 * Everything that is computed of a state. Level 0 is the input, level 1 what the first layer makes, and so on.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state) {
  const layers = layersOf(state);
  const channels = [state.in_channels, ...layers.map(({ outputs }) => outputs)];
  const costs = layers.map((layer) => costOf(layer, state));
  const order = orderOf(state, channels[1]);
  return {
    ...state,
    layers,
    channels,
    order,
    isShuffled: layers.length > 1 && order.some((channel, place) => channel !== place),
    places: order.map((_, channel) => order.indexOf(channel)),
    costs,
    cost: total(costs),
    standard: standardCost(state),
    isLarge: Math.max(...channels) > DRAWN,
    pin: pinOf(state.pinned, layers, channels),
  };
}

// ---- cells: channels and tiles ------------------------------------------------------------------------------------

/** @typedef {{ role: string, at: number[] }} Cell */
const TILES = ["kernel", "kernel2"];
export const roleOf = ({ layers }, level) => {
  if (level === 0) return "input";
  return level === layers.length ? "output" : "hidden";
};
export const tilesOf = (layer) => TILES[layer];
/** Which level a channel is of, or −1 for a tile. */
export const levelOf = ({ layers }, { role }) =>
  [0, 1, 2].find((level) => roleOf({ layers }, level) === role) ?? -1;
/** Which layer a tile is of, or −1 for a channel. */
export const layerOf = ({ role }) => TILES.indexOf(role);

function pinOf([role, ...at], layers, channels) {
  const cell = { role, at };
  return role && isThere({ layers, channels }, cell) ? cell : null;
}

export function isThere({ layers, channels }, { role, at }) {
  const layer = layerOf({ role });
  if (layer >= 0)
    return layer < layers.length && at[0] < layers[layer].outputs && at[1] < layers[layer].inputs;
  const level = levelOf({ layers }, { role });
  return level >= 0 && level <= layers.length && at[0] < channels[level];
}

const groupOf = (index, count, groups) => Math.floor(index / (count / groups));

/** Whether a tile joins input `i` and output `o`, or there is a gap. */
export const isJoined = ({ inputs, outputs, groups }, [o, i]) =>
  groupOf(o, outputs, groups) === groupOf(i, inputs, groups);

/**
 * The [first, one behind the last] input place that an output channel of a layer reads.
 * @returns {[number, number]}
 */
export function readBy({ inputs, outputs, groups }, output) {
  const wide = inputs / groups;
  const first = groupOf(output, outputs, groups) * wide;
  return [first, first + wide];
}

/**
 * The [first, one behind the last] output channel that an input place of a layer reaches.
 * @returns {[number, number]}
 */
export function reachedBy({ inputs, outputs, groups }, place) {
  const high = outputs / groups;
  const first = groupOf(place, inputs, groups) * high;
  return [first, first + high];
}

const range = ([first, end]) => upTo(end - first).map((n) => first + n);

/** The channels of every level that a cell belongs together with: what reaches it and what it reaches, as Sets. */
export function cone(now, cell) {
  const { layers, order, places } = now;
  const lit = now.channels.map(() => new Set());
  const layer = layerOf(cell);
  const [o, i] = cell.at;
  if (layer >= 0 && !isJoined(layers[layer], [o, i])) return lit;
  const low = layer >= 0 ? layer : levelOf(now, cell);
  const high = layer >= 0 ? layer + 1 : low;
  lit[low].add(layer < 0 ? o : channelAt(now, layer, i));
  lit[high].add(o);
  for (let level = low; level > 0; level--)
    for (const channel of lit[level])
      addGroup(lit[level - 1], readBy(layers[level - 1], channel), level > 1 ? order : null);
  for (let level = high; level < layers.length; level++)
    for (const channel of lit[level])
      addGroup(lit[level + 1], reachedBy(layers[level], level ? places[channel] : channel), null);
  return lit;
}

// Groups are lit as a whole: whose first channel is lit has been here before.
function addGroup(lit, [first, end], order) {
  const channel = (place) => (order ? order[place] : place);
  if (!lit.has(channel(first))) for (const place of range([first, end])) lit.add(channel(place));
}

/** The channel that stands at an input place of a layer. */
export const channelAt = ({ order }, layer, place) => (layer ? order[place] : place);

/** The channels of the input that reach an output. */
export const inputsOf = (now, output) =>
  [...cone(now, { role: "output", at: [output] })[0]].sort((a, b) => a - b);

/** Where a tile of the wall stands in the tensor (O, I/g, k, k): [o, i within its group]. */
export const inTensor = (layer, [o, i]) => [o, i - readBy(layer, o)[0]];
/** Where a place of the tensor stands on the wall. */
export const onWall = (layer, [o, i]) => [o, i + readBy(layer, o)[0]];

export const product = (numbers) => numbers.reduce((all, one) => all * one, 1);

// ---- blocks: what is drawn where channels are too many for tiles ----------------------------------------------------

/** @typedef {{ top: number, left: number, rows: number, columns: number }} Block outputs from `top`, inputs from `left` */

/** One block of the wall for each group. @returns {Block[]} */
export function blocksOf({ inputs, outputs, groups }) {
  const [rows, columns] = [outputs / groups, inputs / groups];
  return upTo(groups).map((group) => ({ top: group * rows, left: group * columns, rows, columns }));
}

/** The parts of the blocks whose channels are lit at both ends. @returns {Block[]} */
export function litBlocks(now, layer, lit) {
  const isLit = (place) => lit[layer].has(channelAt(now, layer, place));
  return blocksOf(now.layers[layer]).flatMap(({ top, left, rows, columns }) => {
    const outputs = runs(range([top, top + rows]).filter((o) => lit[layer + 1].has(o)));
    if (!outputs.length) return [];
    const inputs = runs(range([left, left + columns]).filter(isLit));
    return outputs.flatMap(([o, high]) =>
      inputs.map(([i, wide]) => ({ top: o, left: i, rows: high, columns: wide })),
    );
  });
}

/** [2, 3, 4, 7] -> [[2, 3], [7, 1]]: where each run begins, and how long it is. */
export function runs(places) {
  const found = [];
  for (const place of places) {
    const last = found.at(-1);
    if (last && last[0] + last[1] === place) last[1]++;
    else found.push([place, 1]);
  }
  return found;
}
