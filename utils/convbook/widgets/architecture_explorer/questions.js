// What ArchitectureExplorer asks of a network, and the mistakes that it knows. No DOM here.
import { thousands } from "../arithmetic/numbers.js";
import { SLIPS } from "../parts/slips.js";
import { wayTo } from "./parts.js";
import { short } from "./words.js";

export const TOPICS = ["most", "parameters", "side"];

/** @returns {import("../parts/predict.js").Question} */
export const question = (shown, topic) => ({
  ...QUESTIONS[topic](shown),
  key: `${topic} ${shown.name} ${shown.size} ${shown.text}`,
});

const QUESTIONS = { most, parameters, side };

const layersIn = ({ parts }) => parts.filter(({ children }) => !children.length);
const fullName = (part) =>
  wayTo(part)
    .map(({ title }) => title)
    .join(", ");
/** Two layers may go by one name, as the two large ones in the head of VGG16. */
function toldApart(part, layers) {
  const namesakes = layers.filter((one) => fullName(one) === fullName(part));
  const number = namesakes.findIndex(({ index }) => index === part.index) + 1;
  return namesakes.length > 1 ? `${fullName(part)}, number ${number} of ${namesakes.length}` : fullName(part);
}
const largest = (layers, kind) =>
  layers.reduce((best, one) => (one.cost[kind] > best.cost[kind] ? one : best));

// ---- which layer -----------------------------------------------------------------------------------------------------

function most(shown) {
  const layers = layersIn(shown);
  const top = largest(layers, "parameters");
  const others = [
    [
      largest(layers, "macs"),
      "That one takes most MACs. Its weights are used at every position, but each counts once.",
    ],
    [
      largest(layers, "activations"),
      "That one has the largest output. What a layer learns does not depend on how large its maps are.",
    ],
    [
      layers[0],
      "The first layer has few channels, and a layer has weights for each pair of an input and an output channel.",
    ],
    [
      layers.at(-1),
      "The last layer has a weight for each pair of a number that it reads and an answer: look for more pairs.",
    ],
    [runnerUp(layers, top), second(runnerUp(layers, top), top)],
  ].filter(([part, _hint]) => part && part.cost.parameters < top.cost.parameters);
  const unique = others.filter(([part], n) => others.findIndex(([one]) => one.index === part.index) === n);
  const options = [top, ...unique.map(([part]) => part)].sort((a, b) => a.index - b.index);
  return {
    text: `Which layer of ${shown.name} holds the most weights?`,
    truth: top.index,
    options: options.map((part) => [part.index, toldApart(part, layers)]),
    mistakes: unique.map(([part, hint]) => ({ value: part.index, hint })),
    explain: `It holds ${thousands(top.cost.parameters)} of ${thousands(shown.cost.parameters)}.`,
    fallback: "A layer has k·k weights for each pair of an input and an output channel.",
  };
}

const ALIKE = 0.98; // so near to each other that only biases and scales can make the difference

const second = (part, top) =>
  part?.cost.parameters > ALIKE * top.cost.parameters
    ? "That one comes second, by a hair: they join about as many pairs, and one has more biases or scales."
    : "That one comes second: compare k·k times the channels that go in and out.";

function runnerUp(layers, top) {
  const rest = layers.filter(({ cost }) => cost.parameters < top.cost.parameters);
  return rest.length ? largest(rest, "parameters") : null;
}

// ---- how many --------------------------------------------------------------------------------------------------------

const LINEAR = "Linear";
const weightsIn = (layers, wanted) =>
  layers
    .flatMap(({ steps }) => steps)
    .filter(({ layer }) => wanted(layer.kind))
    .reduce((sum, { cost }) => sum + cost.parameters, 0);

function parameters(shown) {
  const layers = layersIn(shown);
  const truth = shown.cost.parameters;
  const head = weightsIn(layers, (kind) => kind === LINEAR);
  const all = [
    [
      truth - head,
      "That is without the fully connected layers: they learn a weight for each pair of numbers.",
    ],
    [head, "Those are the fully connected layers alone: the convolutions learn, too."],
    [
      shown.cost.macs,
      "Those are the MACs: each weight is used at every position of its map, and counted once.",
    ],
    [4 * truth, "Those are the bytes: a number takes four."],
    [Math.round(truth / 10), "That is far too few: add up the largest layers first."],
  ];
  const apart = all.filter(([value], n) => isApart(value, [truth, ...all.slice(0, n).map(([one]) => one)]));
  const options = [truth, ...apart.map(([value]) => value)].sort((a, b) => a - b);
  return {
    text: `How many weights does ${shown.name} have?`,
    truth,
    options: options.map((value) => [value, short(value)]),
    mistakes: apart.map(([value, hint]) => ({ value, hint })),
    inWords: (value) => (value === truth ? thousands(value) : short(value)),
    explain: sumOf(shown),
    fallback: "Add up the layers: k·k for each pair of channels, and a bias for each output channel.",
  };
}

/** Numbers that look alike would be a riddle. */
const isApart = (value, others) =>
  value > 0 && others.every((other) => Math.abs(value - other) > 0.04 * other);

const MOST_ADDENDS = 8;
function sumOf({ roots }) {
  const amounts = roots.map(({ cost }) => cost.parameters).filter(Boolean);
  return amounts.length > MOST_ADDENDS ? "" : `${amounts.map(thousands).join(" + ")}.`;
}

// ---- how large -------------------------------------------------------------------------------------------------------

function side(shown) {
  const maps = layersIn(shown).filter(({ shape }) => shape[1] > 1 && shape[2] > 1);
  const truth = maps.at(-1)?.shape[1] ?? 1;
  return {
    text: `How many rows does the last map of ${shown.name} have that has more than one?`,
    truth,
    mistakes: [
      { value: shown.size, hint: SLIPS["size of the input"] },
      { value: 2 * truth, hint: "One of the strides or poolings is missing." },
      { value: Math.floor(truth / 2), hint: "That is one halving too many." },
      { value: truth * truth, hint: "That is how many places the map has: rows times columns." },
    ],
    explain: `The sides: ${[...new Set([shown.size, ...maps.map(({ shape }) => shape[1])])].join(", ")}.`,
    fallback: "Each stride or pooling divides the side: go through them one by one.",
  };
}
