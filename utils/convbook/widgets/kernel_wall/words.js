// What KernelWall says. No DOM here.
import { plural, thousands } from "../arithmetic/numbers.js";
import {
  channelAt,
  cone,
  inputsOf,
  inTensor,
  isDepthwise,
  isJoined,
  layerOf,
  levelOf,
  readBy,
  roleOf,
  runs,
} from "./state.js";

export const HELP =
  "Point at a channel or a tile to see what it joins; click or tap to keep it. Gaps are pairs that no kernel joins.";
export const LETTER = { input: "x", hidden: "h", output: "y" };

/** What stands for a weight's shape: "(8, 4, 3, 3)". */
export const written = (shape) => `(${shape.join(", ")})`;

/** The name of a station on the way from standard to separable. */
export function stationName({ in_channels: channels, groups, separable }) {
  if (separable) return "separable";
  if (groups === 1) return "standard";
  return isDepthwise({ in_channels: channels, groups }) ? "depthwise" : `${groups} groups`;
}

/** "x0", "h3", "y5" */
export const channelName = (now, level, channel) => `${LETTER[roleOf(now, level)]}${channel}`;

/** "x0", "x0 to x3", "x0, x2, x4" */
function channelsInWords(now, level, channels) {
  const sorted = [...channels].sort((a, b) => a - b);
  const name = (channel) => channelName(now, level, channel);
  const parts = runs(sorted).map(([first, count]) =>
    count > 2
      ? `${name(first)} to ${name(first + count - 1)}`
      : [...Array(count).keys()].map((n) => name(first + n)).join(", "),
  );
  return parts.length > 6 ? `${parts.slice(0, 6).join(", ")}, …` : parts.join(", ");
}

const noun = { input: "input", hidden: "map in between", output: "output" };

/** What belongs to a cell, as one sentence; `secret` hides what is still to be predicted. */
export function sentence(now, cell, secret) {
  if (!cell) return HELP;
  return layerOf(cell) < 0 ? channelSentence(now, cell, secret) : tileSentence(now, cell, secret);
}

function channelSentence(now, cell, secret) {
  const level = levelOf(now, cell);
  const [channel] = cell.at;
  const lit = cone(now, cell);
  const name = channelName(now, level, channel);
  const deeds = [];
  if (level > 0) {
    const direct = lit[level - 1];
    deeds.push(`reads ${plural(direct.size, "channel")}, ${channelsInWords(now, level - 1, direct)}`);
    if (level > 1 && !secret.reach)
      deeds.push(
        `through them hears of ${lit[0].size} of the ${now.channels[0]} inputs, ${channelsInWords(now, 0, lit[0])}`,
      );
  }
  if (level < now.layers.length) {
    const direct = lit[level + 1];
    deeds.push(`feeds ${plural(direct.size, "channel")}, ${channelsInWords(now, level + 1, direct)}`);
    if (level + 2 <= now.layers.length && !secret.reach)
      deeds.push(`through them reaches ${lit.at(-1).size} of the ${now.channels.at(-1)} outputs`);
  }
  return `${noun[cell.role][0].toUpperCase()}${noun[cell.role].slice(1)} ${name} ${deeds.join(", and ")}.`;
}

function tileSentence(now, cell, secret) {
  const n = layerOf(cell);
  const layer = now.layers[n];
  const [o, i] = cell.at;
  const from = channelName(now, n, channelAt(now, n, i));
  const to = channelName(now, n + 1, o);
  if (!isJoined(layer, cell.at)) return `No kernel joins ${from} and ${to}: they are in different groups.`;
  const weights = layer.kernel ** 2;
  const joins = `The tile in row ${o}, column ${i} joins ${from} to ${to}`;
  if (secret.shape) return `${joins}.`;
  const place = inTensor(layer, cell.at);
  const positions = now.size ** 2;
  const uses = `${plural(weights, "weight")} used at ${thousands(positions)} positions: ${thousands(weights * positions)} MACs`;
  return `${joins} and is weight[${place.join(", ")}] of ${written(now.costs[n].shape)}, ${uses}.`;
}

/** Which tiles an output adds up, for the strip: { text, to }, and how many more there are. */
export function termsOf(now, { role, at: [channel] }, most) {
  const level = levelOf(now, { role });
  const layer = now.layers[level - 1];
  const [first, end] = readBy(layer, channel);
  const shown = [...Array(Math.min(most, end - first)).keys()].map((n) => {
    const from = channelName(now, level - 1, channelAt(now, level - 1, first + n));
    return `${from} ⋆ weight[${channel}, ${n}]`;
  });
  return { shown, more: end - first - shown.length };
}

/** What all layers hold, with the numbers of this state: "8·4·3·3 = 288 weights". */
export function formula(now) {
  const parts = now.costs.map(({ shape }) => shape.join("·"));
  const sum =
    now.costs.length > 1 ? ` = ${now.costs.map(({ weights }) => thousands(weights)).join(" + ")}` : "";
  const biases = now.bias
    ? `, + ${plural(now.cost.biases, "bias", "biases")} = ${thousands(now.cost.weights + now.cost.biases)}`
    : "";
  return `${parts.join(" + ")}${sum} = ${thousands(now.cost.weights)} weights${biases}`;
}

/** How the costs compare with those of standard convolutions. */
export function comparison({ cost, standard, bias }) {
  const numbers = timesInWords((standard.weights + standard.biases) / (cost.weights + cost.biases));
  const macs = timesInWords(standard.macs / cost.macs);
  if (bias) return `Against standard: ${numbers} numbers to learn, ${macs} MACs.`;
  if (cost.macs === standard.macs) return "As many weights and MACs as standard.";
  return `${macs} weights and MACs than standard.`;
}

function timesInWords(ratio) {
  if (ratio === 1) return "as many";
  const times = (value) => (Number.isInteger(value) ? String(value) : value.toFixed(2));
  return ratio > 1 ? `${times(ratio)} times fewer` : `${times(1 / ratio)} times more`;
}

/** Why a shuffle helps, or does not. */
export function reachInWords(now) {
  if (now.layers.length < 2 || now.separable) return "";
  const reached = inputsOf(now, 0).length;
  const all = reached === now.in_channels;
  const heard = `Through both layers, output y0 hears of ${reached} of the ${now.in_channels} inputs`;
  if (now.groups === 1) return `${heard}: one group is all channels.`;
  if (!now.isShuffled) return `${heard}: the groups never talk.`;
  return `${heard}: ${all ? "the shuffle has brought every group to every group." : "a group with fewer channels than there are groups cannot hear of all of them at once."}`;
}

/** What is said of one tile to those who do not see it. */
export function tileInWords(now, n, at) {
  const [o, i] = at;
  const pair = `${channelName(now, n, channelAt(now, n, i))} to ${channelName(now, n + 1, o)}`;
  const layer = now.layers[n];
  return isJoined(layer, at) ? `${pair}, ${layer.kernel}×${layer.kernel} kernel` : `${pair}, no kernel`;
}
