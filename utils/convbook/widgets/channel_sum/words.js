// What ChannelSum says: its sentences, its question and the mistakes that it knows. No DOM here.
import { linksOf } from "../arithmetic/links.js";
import { format, plural, signed } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { lateMistakes, SLIPS } from "../parts/slips.js";
import { partsOf, pick, placeOf, stepOf, total, valueAt } from "./state.js";

export const HELP =
  "Point at any number to see where it comes from; click or tap to keep it. Type into the input, the weights or the bias to change it.";
export const LETTER = { input: "x", weight: "w", bias: "b" };

const place = (at) => `row ${at.at(-2)}, column ${at.at(-1)}`;

export function nameOf(now, { role, at }) {
  if (role === "output") return `y[${at}]`;
  const [filter, channel, ...where] = at;
  return role === "partial" ? `from ${now.names[channel]}[${[filter, ...where]}]` : `${LETTER[role]}[${at}]`;
}

/** What is shown of one cell, as a sentence; `secret` if its number is still to be predicted. */
export function sentence(now, cell, { secret, unfinished }) {
  if (!cell) return "";
  const { role, at } = cell;
  if (role === "output")
    return `Filter ${at[0]}, ${place(at)}: ${outputInWords(now, at, { secret, unfinished })}`;
  if (role !== "partial")
    return `${cellInWords(now, cell)}: ${format(valueAt(now, cell))} ${deed(now, cell)}.`;
  const products = plural(linksOf(now.links, cell).length, "product makes", "products make");
  const [filter, channel] = at;
  return `Filter ${filter}, ${now.names[channel]} alone, ${place(at)}: ${products} ${format(valueAt(now, cell))}.`;
}

function outputInWords(now, at, { secret, unfinished }) {
  if (secret) return "what will it be?";
  if (!unfinished) return `${sumInWords(now, at)}.`;
  return `after ${now.done} of ${now.channels} channels: ${format(total(partsOf(now, at).slice(0, now.done)))}.`;
}

/** "2 from R + (−1) from G + 2 (bias) = 3". */
export function sumInWords(now, at) {
  const bias = now.bias[at[0]];
  const parts = partsOf(now, at).map((part, channel) => `${signed(part)} from ${now.names[channel]}`);
  if (bias) parts.push(`${signed(bias)} (bias)`);
  const rectified = now.relu ? `; ReLU makes it ${format(pick(now.output, at))}` : "";
  return `${parts.join(" + ")} = ${format(pick(now.before, at))}${rectified}`;
}

function cellInWords(now, { role, at }) {
  if (role === "bias") return `Bias of filter ${at[0]}`;
  const channel = now.names[at.at(-3)];
  return role === "input" ? `${channel}, ${place(at)}` : `Filter ${at[0]}, ${channel}, ${place(at)}`;
}

/** What an input, a weight or a bias does. */
export function deed(now, cell) {
  const count = linksOf(now.links, cell).length;
  if (cell.role === "input") {
    const cells = plural(count / now.filters, "cell");
    return `feeds ${cells} of every output, each through its own weight`;
  }
  if (cell.role === "weight") return `joins ${plural(count, "pair")}, all in this channel and this filter`;
  return `is added once to each of the ${plural(now.rows * now.columns, "cell")} of output ${cell.at[0]}`;
}

/** What an input or a weight meets, and which output that goes to: { text, role, to }. */
export function partners(now, cell) {
  const role = cell.role === "input" ? "weight" : "input";
  return linksOf(now.links, cell).map((link) => ({
    text: `${LETTER[role]}[${link[role]}] = ${format(pick(now[role], link[role]))}`,
    role,
    to: `→ y[${link.output}]`,
  }));
}

/** The question for one output, and the mistakes that its answer may show. */
export function question(now, at) {
  return {
    text: `What is y[${at}]?`,
    truth: pick(now.output, at),
    explain: `${sumInWords(now, at)}.`,
    fallback: "Add what comes from each channel, then the bias, once.",
    mistakes: mistakes(now, at),
  };
}

function mistakes(now, at) {
  const parts = partsOf(now, at);
  const sum = total(parts);
  const bias = now.bias[at[0]];
  const slip = (value, hint) => ({ value: now.relu ? Math.max(0, value) : value, hint });
  const mean = "That is the mean of the channels: they are added, not averaged.";
  return [
    slip(sum, SLIPS["bias forgotten"]),
    slip(
      sum + now.channels * bias,
      `You added the bias once for each channel: it is added once, after all ${now.channels}.`,
    ),
    ...channelMistakes(now, parts, bias, slip),
    slip(sum / now.channels + bias, mean),
    slip((sum + bias) / now.channels, mean),
    ...filterMistakes(now, at, sum, slip),
    ...lateMistakes(sum + bias, pick(now.output, at)),
  ];
}

function channelMistakes(now, parts, bias, slip) {
  const alone = (name) => `That is ${name} alone: one filter adds up all channels.`;
  const missing = (name) => `${name} is missing: one filter adds up all channels.`;
  return parts.flatMap((part, channel) => [
    slip(part + bias, alone(now.names[channel])),
    slip(part, alone(now.names[channel])),
    slip(total(parts) - part + bias, missing(now.names[channel])),
  ]);
}

function filterMistakes(now, [filter, i, j], sum, slip) {
  const others = upTo(now.filters).filter((other) => other !== filter);
  return others.flatMap((other) => [
    slip(now.output[other][i][j], `That is output ${other}: output ${filter} comes from filter ${filter}.`),
    slip(sum + now.bias[other], `That is the bias of filter ${other}: each filter has its own.`),
  ]);
}

export function progressInWords(now) {
  const step = stepOf(now);
  if (step === null) return plural(now.cells, "output");
  const channel = now.playing && now.by_channel ? `, ${now.names[now.done - 1]}` : "";
  return `output ${Math.ceil(step / now.channels)} of ${now.cells}${channel}`;
}

/** The first output after this one that was not asked yet, or null. */
export function nextQuestion(now, from, isAnswered) {
  for (let step = 1; step <= now.cells; step++) {
    const next = placeOf(now, (from + step) % now.cells);
    if (!isAnswered(next)) return next;
  }
  return null;
}

export function silence(now) {
  if (!now.relu || now.predict) return "";
  const zeros = now.before.flat(2).filter((number) => number <= 0).length;
  return `After ReLU, ${zeros} of ${now.cells} ${zeros === 1 ? "is" : "are"} silent`;
}

export function filterInWords({ shapes: { weight } }) {
  const [filters, channels, kh, kw] = weight;
  const block = `One filter is one (${channels}, ${kh}, ${kw}) block: a ${kh}×${kw} kernel for each input channel, and one bias.`;
  return `${block} ${plural(filters, "filter makes", "filters make")} ${plural(filters, "output channel")}.`;
}

export function countOfWeights({ shapes: { weight } }) {
  const weights = weight.reduce((product, size) => product * size, 1);
  const biases = plural(weight[0], "bias", "biases");
  return `${weight.join("·")} = ${plural(weights, "weight")} + ${biases} = ${weights + weight[0]}`;
}
