// What the state of ArchitectureExplorer means: its networks, each as a tree of parts. No DOM here.
import { total, walkThrough } from "../arithmetic/networks.js";
import { readLayers } from "../arithmetic/notation.js";
import { treeOf } from "./parts.js";

export const TRAITS = [
  "network",
  "other",
  "size",
  "measure",
  "own",
  "own_channels",
  "weights_budget",
  "macs_budget",
  "pinned",
  "predict",
];
export const OWN = "your own";
export const NONE = "none";
export const SIZES = [8, 1024]; // pixels a side
export const MEASURES = { weights: "parameters", MACs: "macs", memory: "activations" };
const MOST_PARTS = 1000;

/**
 * A network for a picture of one size: its tree of parts, and what all of them take.
 * @typedef {{ name: string, channels: number, size: number, text: string, steps: any[], parts: import("./parts.js").Part[], roots: import("./parts.js").Part[], cost: any }} Shown
 */

const READ = new Map(); // layers by text: reading takes its time
const SHOWN = new Map(); // networks by what they are made of
const KEPT = 40;

function remember(map, key, make) {
  if (!map.has(key)) {
    if (map.size > KEPT) map.clear();
    map.set(key, make());
  }
  return map.get(key);
}

export const layersOf = (text) => remember(READ, text, () => readLayers(text));

/** Where a network's description and channels stand. */
const sourceOf = (name, { own, own_channels: channels }, networks) =>
  name === OWN ? { layers: own, channels } : networks[name];

/** @returns {Shown} throws, in words for the reader, if the network cannot take such a picture */
export function shownOf(name, state, networks) {
  const { layers: text, channels } = sourceOf(name, state, networks);
  const { size } = state;
  return remember(SHOWN, JSON.stringify([name, text, channels, size]), () => {
    const steps = walkThrough(layersOf(text), [channels, size, size]);
    const { roots, parts } = treeOf(steps);
    const cost = total(steps.map((step) => step.cost));
    return { name, channels, size, text, steps, roots, parts, cost };
  });
}

/** Throws, in words for the reader, if something does not fit. */
export function check(state, networks) {
  const [least, most] = SIZES;
  if (!Number.isInteger(state.size) || state.size < least || state.size > most)
    throw new RangeError(`The input size must be whole and from ${least} to ${most}, so nothing changed.`);
  for (const kind of ["weights", "macs"])
    if (state[`${kind}_budget`] < 0) throw new RangeError("A budget is at least 0, so nothing changed.");
  checkOwn(state.own);
  for (const name of namesOf(state)) checkNetwork(name, state, networks);
}

function checkOwn(text) {
  const layers = layersOf(text);
  if (!layers.length) throw new RangeError("A network has at least one layer, so nothing changed.");
  if (countOf(layers) > MOST_PARTS)
    throw new RangeError(`A network here has at most ${MOST_PARTS} layers, so nothing changed.`);
}

const countOf = (layers) =>
  layers.reduce(
    (sum, layer) => sum + 1 + countOf([...(layer.layers ?? []), ...(layer.stacks ?? []).flat()]),
    0,
  );

function checkNetwork(name, state, networks) {
  try {
    shownOf(name, state, networks);
  } catch (error) {
    throw new RangeError(
      `${name} cannot take ${state.size}×${state.size} pixels: ${/** @type {Error} */ (error).message}. So nothing changed.`,
    );
  }
}

export const namesOf = ({ network, other }) => [network, ...(other === NONE ? [] : [other])];

/**
 * Everything that is computed of a state.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state, networks) {
  const shown = namesOf(state).map((name) => shownOf(name, state, networks));
  const [role, index] = state.pinned;
  const side = role === "other" && shown[1] ? 1 : 0;
  const isHere = role === undefined || (role === "other") === Boolean(side);
  const pin = (isHere && index !== undefined && shown[side].parts[index]) || null;
  return {
    ...state,
    shown,
    side,
    pin,
    budgets: { weights: state.weights_budget * 1e6, MACs: state.macs_budget * 1e6, memory: 0, "the same": 0 },
  };
}

/** How wide a part is: what it has of the measure. */
export const amountOf = (part, measure) =>
  measure === "the same" ? part.leaves : part.cost[MEASURES[measure]];

/** The size that another network asks for: its own, if the last one was shown at its own, or does not take this one. */
export function sizeFor(name, state, networks) {
  const usual = (one) => networks[one]?.size ?? state.size;
  if (state.size === usual(state.network) && state.other === NONE) return usual(name);
  try {
    shownOf(name, state, networks);
    return state.size;
  } catch {
    return usual(name);
  }
}
