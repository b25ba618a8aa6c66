// What the state of BottleneckCounter means. No DOM here.
import { convMacs, convParameters } from "../arithmetic/costs.js";
import { upTo } from "../arithmetic/tensor.js";

export const TRAITS = ["channels", "reduced", "kernel", "size", "pinned", "predict"];
export const MOST = 2048; // channels
const ROOM = 1.15; // how far the curve goes on behind what matters

/** @typedef {{ name: string, inputs: number, outputs: number, kernel: number, weights: number, macs: number }} Layer */

/** @returns {Layer} */
function layer(name, inputs, outputs, kernel, size) {
  const weights = convParameters(inputs, outputs, kernel, 1, false);
  return { name, inputs, outputs, kernel, weights, macs: convMacs(size * size, inputs, outputs, kernel) };
}

/** The three layers that stand in the place of one. */
const bottleneckOf = ({ channels, reduced, kernel, size }) => [
  layer("reduce", channels, reduced, 1, size),
  layer("convolve", reduced, reduced, kernel, size),
  layer("expand", reduced, channels, 1, size),
];

const total = (layers, kind) => layers.reduce((sum, one) => sum + one[kind], 0);

/** The weights of a bottleneck that has this many channels inside: 2CR + k²R². */
export const weightsAt = ({ channels, kernel }, reduced) =>
  reduced * (2 * channels + kernel * kernel * reduced);

/** The number of channels inside, seldom whole, at which a bottleneck has so many weights. */
export const reducedAt = ({ channels, kernel }, weights) =>
  (Math.sqrt(channels ** 2 + kernel ** 2 * weights) - channels) / kernel ** 2;

/** The nearest number of channels that there can be. */
export const allowed = (reduced) => Math.max(1, Math.min(MOST, Math.round(reduced)));

/**
 * Everything that is computed of a state.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state) {
  const { channels, reduced, kernel, size } = state;
  const direct = layer("direct", channels, channels, kernel, size);
  const layers = bottleneckOf(state);
  const together = { weights: total(layers, "weights"), macs: total(layers, "macs") };
  const breakEven = reducedAt(state, direct.weights);
  return {
    ...state,
    direct,
    layers,
    together,
    ratio: direct.weights / together.weights,
    breakEven,
    lastThatPays: lastThatPays(state, direct.weights, breakEven),
    widest: Math.max(breakEven, reduced) * ROOM, // of the curve, in channels inside
    pin: [direct, ...layers].find(({ name }) => name === state.pinned[0]) ?? null,
  };
}

/** The largest whole number of channels inside that takes fewer weights; 0 if there is none. */
function lastThatPays(state, weights, breakEven) {
  const near = Math.ceil(breakEven);
  return upTo(3)
    .map((n) => near - n)
    .find((reduced) => reduced < 1 || weightsAt(state, reduced) < weights);
}
