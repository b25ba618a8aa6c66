// What KernelWall asks, and what readers get wrong. No DOM here.
import { thousands } from "../arithmetic/numbers.js";
import { SLIPS } from "../parts/slips.js";
import { inputsOf, product } from "./state.js";
import { formula, written } from "./words.js";

/** What can be asked of a state, in this order. */
export function topicsOf(now) {
  const reach = now.stacked && !now.separable ? ["reach"] : [];
  return ["shape", "weights", ...reach, "macs"];
}

/** @returns {import("../parts/predict.js").Question} */
export const question = (now, topic) => ({ ...QUESTIONS[topic](now), key: topic });

const QUESTIONS = { shape, weights, reach, macs };
const slip = (value, hint) => ({ value, hint });

// ---- the shape -----------------------------------------------------------------------------------------------------

const FOUR = "list of four whole numbers. Write it like 64, 3, 7, 7";

/** "(8, 4, 3, 3)" or "8 4 3 3" -> [8, 4, 3, 3]; null for anything else. */
export function readShape(text) {
  const inner = text
    .trim()
    .replace(/^torch\.Size/, "")
    .replace(/[()[\]]/g, " ");
  const parts = inner.split(/[\s,;×x]+/).filter(Boolean);
  return parts.length === 4 && parts.every((part) => /^\d+$/.test(part)) ? parts.map(Number) : null;
}

function shape(now) {
  const [{ inputs, outputs, kernel: k, groups, name }] = now.layers;
  const [i, o] = [inputs / groups, outputs / groups];
  const of =
    now.layers.length > 1 ? `the ${name === "depthwise" ? "depthwise layer" : "first layer"}` : "the layer";
  return {
    text: `Which shape has the weight of ${of} in PyTorch?`,
    truth: now.costs[0].shape,
    kind: FOUR,
    read: readShape,
    inWords: written,
    explain: `${outputs} filters, each ${inputs}/${groups} = ${i} ${i === 1 ? "channel" : "channels"} deep and ${k}×${k} wide.`,
    fallback: "Outputs come first, then how many inputs one output reads, then the kernel: (O, I/g, k, k).",
    mistakes: [
      slip([outputs, inputs, k, k], SLIPS["groups ignored"]),
      slip([o, i, k, k], SLIPS["divided twice"]),
      slip([o, inputs, k, k], "You divided the outputs: they all stay. Each of them reads I/g inputs."),
      slip([i, outputs, k, k], "That starts with the inputs: PyTorch counts the filters first."),
      slip([inputs, outputs, k, k], "That starts with the inputs: PyTorch counts the filters first."),
      slip(
        [outputs, groups, k, k],
        "The second number is how many inputs one output reads, not how many groups there are.",
      ),
      slip([k, k, i, outputs], "That is TensorFlow's order, (k, k, I/g, O)."),
      slip(
        [now.out_channels, i, k, k],
        "That is how many channels leave the 1×1: the depthwise layer makes fewer or more maps of its own.",
      ),
    ],
  };
}

// ---- weights ---------------------------------------------------------------------------------------------------------

function weights(now) {
  const { costs, cost, bias } = now;
  const truth = cost.weights + cost.biases;
  const who = costs.length > 1 ? "do both layers" : "does the layer";
  return {
    text: `How many ${bias ? "numbers, weights and biases," : "weights"} ${who} learn?`,
    truth,
    inWords: thousands,
    explain: `${formula(now)}.`,
    fallback: "Count the filters, how many inputs each of them reads, and k·k weights for each of these.",
    mistakes: [
      ...(bias ? biasMistakes(now) : noBias(now)),
      ...weightMistakes(now, cost.biases),
      ...weightMistakes(now, 0),
    ],
  };
}

const noBias = ({ cost, layers }) => {
  const all = layers.reduce((sum, { outputs }) => sum + outputs, 0);
  return [
    slip(cost.weights + all, SLIPS["biases counted"]),
    slip(cost.weights + layers.at(-1).outputs, SLIPS["biases counted"]),
  ];
};

function biasMistakes({ cost, costs }) {
  const once = "You counted the biases of one layer alone: each layer has one for each of its outputs.";
  return [
    slip(cost.weights, SLIPS["biases forgotten"]),
    ...(costs.length > 1 ? costs.map(({ biases }) => slip(cost.weights + biases, once)) : []),
    slip(cost.weights + 1, SLIPS["biases forgotten"]),
    slip(cost.weights + costs.length, SLIPS["biases forgotten"]),
  ];
}

function weightMistakes(now, biases) {
  const { layers, costs, standard } = now;
  const sum = (of) => layers.reduce((all, layer, n) => all + of(layer, n), 0) + biases;
  const perKernel = (layer, n) => costs[n].weights / layer.kernel ** 2;
  const alone = (name) => `That is the ${name} alone: both of them learn.`;
  const one = "That is one layer alone: there are two.";
  return [
    slip(
      sum(({ inputs, outputs, kernel }) => inputs * outputs * kernel ** 2),
      SLIPS["groups ignored"],
    ),
    slip(standard.weights + biases, SLIPS["groups ignored"]),
    slip(standard.weights + (biases && standard.biases), SLIPS["groups ignored"]),
    slip(
      sum((layer, n) => costs[n].weights / layer.groups),
      SLIPS["divided twice"],
    ),
    slip(sum(perKernel), SLIPS["kernel area forgotten"]),
    slip(
      sum((layer, n) => perKernel(layer, n) * layer.kernel),
      SLIPS["kernel side counted"],
    ),
    ...(layers.length > 1
      ? costs.map((cost, n) =>
          slip(cost.weights + (biases && cost.biases), now.separable ? alone(layers[n].name) : one),
        )
      : []),
    slip(
      product(costs.map((cost) => cost.weights)),
      "You multiplied the two layers: their weights stand side by side, so they add up.",
    ),
  ];
}

// ---- what reaches an output --------------------------------------------------------------------------------------------

function reach(now) {
  const truth = inputsOf(now, 0).length;
  const wide = now.in_channels / now.groups;
  return {
    text: "How many of the inputs reach output y0 through both layers?",
    truth,
    explain: now.isShuffled
      ? "The shuffle hands each group of the second layer one channel after another of all groups of the first."
      : "Its group hears of the same group before it, and of nothing else.",
    fallback: "Which maps in between does y0 read? Which inputs do these read?",
    mistakes: [
      slip(wide, "That is what one layer reads. Ask of each of these maps which inputs it has read."),
      slip(now.in_channels, "Not all of them: a channel of another group has to be dealt to this one first."),
      slip(now.groups, "That is the number of groups."),
      slip(2 * wide, "Two layers do not add up: ask which inputs the maps in between have read."),
    ],
  };
}

// ---- multiply-accumulates -----------------------------------------------------------------------------------------------

function macs(now) {
  const { cost, size, kernel, standard } = now;
  const inner = Math.max(1, size - kernel + 1);
  return {
    text: `How many multiply-accumulates are that on maps of ${size}×${size}?`,
    truth: cost.macs,
    inWords: thousands,
    explain: `${thousands(cost.weights)} weights at ${size}·${size} positions.`,
    fallback: "Every weight is used once at each position of the map.",
    mistakes: [
      slip(cost.weights, SLIPS["positions forgotten"]),
      slip(cost.weights * size, "A map has height times width positions."),
      slip(2 * cost.macs, SLIPS["flops counted"]),
      slip(cost.weights * inner ** 2, "The maps are padded: they keep their size."),
      slip((cost.weights + cost.biases) * size ** 2, "Biases are no multiplications: MACs leave them out."),
      slip(standard.macs, SLIPS["groups ignored"]),
    ],
  };
}
