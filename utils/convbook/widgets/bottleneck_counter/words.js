// What BottleneckCounter says and asks. No DOM here.
import { format, thousands } from "../arithmetic/numbers.js";
import { SLIPS } from "../parts/slips.js";

export const HELP =
  "Point at a layer, or tap it, to see its product; clicked or tapped, it stays. Drag the handle to change R, the channels inside.";

const times = (ratio) => (Number.isInteger(ratio) ? String(ratio) : ratio.toFixed(2));
const square = (kernel) => `${kernel}×${kernel}`;

/** "reduce 1×1, 256→64" */
export const nameOf = ({ name, kernel, inputs, outputs }) =>
  `${name} ${square(kernel)}, ${inputs}→${outputs}`;

const factors = ({ inputs, outputs, kernel }) =>
  `${inputs}·${outputs}${kernel > 1 ? `·${kernel}·${kernel}` : ""}`;

/** The product behind a layer's cost. */
export function productOf(now, layer) {
  return `${nameOf(layer)}: ${factors(layer)} = ${thousands(layer.weights)} weights, each used at ${now.size}·${now.size} positions: ${thousands(layer.macs)} MACs.`;
}

/** "256·64 + 64·64·3·3 + 64·256 = 69,632" */
export const formula = ({ layers, together }) =>
  `${layers.map(factors).join(" + ")} = ${thousands(together.weights)} weights`;

/** How the two compare. */
export function comparison({ ratio }) {
  if (ratio === 1) return "Both cost the same.";
  if (ratio > 1 && ratio < 1.005) return "The bottleneck takes hardly fewer weights and MACs: it just pays.";
  return ratio > 1
    ? `The bottleneck takes ${times(ratio)} times fewer weights and MACs.`
    : `The bottleneck takes ${times(1 / ratio)} times more weights and MACs: it does not pay.`;
}

/** Where it stops paying. */
export function breakEvenInWords({ breakEven, lastThatPays, kernel, channels }) {
  if (!lastThatPays) return "No R makes it pay: two 1×1s cost more than this one layer.";
  const share = ((100 * breakEven) / channels).toFixed(1);
  const why = kernel === 1 ? " A 1×1 in the middle has little to save." : "";
  return `It pays up to R = ${lastThatPays}: both would cost the same at R = ${format(breakEven)}, ${share} % of ${channels}.${why}`;
}

export const sameShape = ({ size }) =>
  `Each weight is used once at each of ${size}·${size} = ${thousands(size * size)} positions, so MACs are as weights are.`;

export const sentence = (now, secret) =>
  now.pin && !(secret && now.pin.name !== "direct")
    ? productOf(now, now.pin)
    : secret
      ? ""
      : `${comparison(now)} ${breakEvenInWords(now)}`;

// ---- predict -------------------------------------------------------------------------------------------------------

export const TOPICS = ["weights", "ratio", "macs"];
const slip = (value, hint) => ({ value, hint });

/** @returns {import("../parts/predict.js").Question} */
export const question = (now, topic) => ({ ...QUESTIONS[topic](now), key: topic });

const QUESTIONS = { weights, ratio, macs };

function weights(now) {
  const { layers, together } = now;
  return {
    text: `How many weights does the bottleneck ${layers[0].inputs}→${layers[0].outputs}→${layers[0].outputs}→${layers[0].inputs} have?`,
    truth: together.weights,
    inWords: thousands,
    explain: `${formula(now)}.`,
    fallback: "Add up three layers: C·R for the first 1×1, k·k·R·R in the middle, R·C for the last 1×1.",
    mistakes: [...partMistakes(now), ...biasMistakes(now), ...otherMistakes(now)],
  };
}

const sumOf = (layers, of) => layers.reduce((all, one) => all + of(one), 0);

function partMistakes({ layers, together }) {
  const [reduce, convolve] = layers;
  const one = "You left out one of the two 1×1s: one reduces, one expands.";
  return [
    slip(together.weights - reduce.weights, one),
    slip(convolve.weights, "That is the middle alone: the two 1×1s have weights, too."),
    slip(2 * reduce.weights, "Those are the two 1×1s alone: the convolution between them has weights, too."),
    slip(
      sumOf(layers, ({ inputs, outputs }) => inputs * outputs),
      SLIPS["kernel area forgotten"],
    ),
    slip(
      sumOf(layers, ({ inputs, outputs, kernel }) => inputs * outputs * kernel),
      SLIPS["kernel side counted"],
    ),
  ];
}

function biasMistakes({ together, reduced, channels }) {
  return [2 * reduced + channels, 3, channels, reduced].map((biases) =>
    slip(together.weights + biases, SLIPS["biases counted"]),
  );
}

function otherMistakes({ layers, direct, channels, reduced, kernel }) {
  const area = kernel * kernel;
  return [
    slip(direct.weights, "That is the direct convolution."),
    slip(
      area * sumOf(layers, ({ inputs, outputs }) => inputs * outputs),
      "Only the middle layer is k×k: the others are 1×1.",
    ),
    slip(
      sumOf(layers, (one) => (one.inputs + one.outputs) * one.kernel ** 2),
      "You added the channels of a layer: every pair of them has its own weights, so they multiply.",
    ),
    slip(
      2 * channels * reduced + area * channels * channels,
      "In the middle there are R channels, in and out, not C.",
    ),
    slip(
      2 * channels * reduced + area * channels * reduced,
      "In the middle there are R channels, in and out, not C.",
    ),
  ];
}

function ratio(now) {
  const { direct, layers, together, channels, reduced, kernel } = now;
  const [reduce, convolve] = layers;
  const over = (cost) => direct.weights / cost;
  return {
    text: "How many times as many weights does the direct convolution have?",
    truth: now.ratio,
    explain: `${thousands(direct.weights)} / ${thousands(together.weights)} = ${format(now.ratio)}.`,
    fallback: "Divide the weights of the direct convolution by those of all three layers.",
    mistakes: [
      slip(1 / now.ratio, "That is the bottleneck's share: turn the fraction over."),
      slip(over(convolve.weights), "That is C²/R², the middle alone: the two 1×1s cost, too."),
      slip(
        channels / reduced,
        "That is C/R. Weights go with pairs of channels, and the 1×1s have some, too.",
      ),
      slip(
        over(together.weights - reduce.weights),
        "You left out one of the two 1×1s: one reduces, one expands.",
      ),
      slip(over(sumOf(layers, ({ inputs, outputs }) => inputs * outputs)), SLIPS["kernel area forgotten"]),
      slip(kernel * kernel, "That is k·k. What is saved depends on how many channels there are inside."),
    ],
  };
}

function macs(now) {
  const { together, direct, size, layers } = now;
  return {
    text: `How many multiply-accumulates does the bottleneck take on maps of ${size}×${size}?`,
    truth: together.macs,
    inWords: thousands,
    explain: `${thousands(together.weights)} weights at ${size}·${size} positions.`,
    fallback: "Every weight is used once at each position of the map.",
    mistakes: [
      slip(together.weights, SLIPS["positions forgotten"]),
      slip(together.weights * size, "A map has height times width positions."),
      slip(2 * together.macs, SLIPS["flops counted"]),
      slip(together.macs - layers[0].macs, "You left out one of the two 1×1s: one reduces, one expands."),
      slip(direct.macs, "That is the direct convolution."),
    ],
  };
}
