// What DrawAndTrace asks, and the mistakes that it knows. No DOM here.
import { format } from "../arithmetic/numbers.js";
import { SLIPS } from "../parts/slips.js";
import { digits, fieldSide, isOff, isSum, placeOf, sumAt, valueAt, wayBack, windowOf } from "./state.js";
import { nameOf } from "./words.js";

export const TOPICS = ["digit", "relu", "pool", "field"];

/** What the questions of a state are about. */
export const subject = ({ input, epoch, own, first_off, second_off, patch, patch_at }) => [
  input,
  epoch,
  own,
  first_off,
  second_off,
  patch,
  patch_at,
];

const FITS = {
  relu: isSum,
  pool: ({ role }) => role === "pool",
  field: ({ role }) => role in FIELD_SLIPS,
};

/** The number that a question is about: the pinned one, if the question fits it. */
export function askedUnit(now, topic) {
  if (topic === "digit") return null;
  return now.pin && FITS[topic](now.pin) ? now.pin : chosenUnit(now, topic);
}

/** The number that a topic chooses of its own accord; from round to round it is another kind of number. */
export const chosenUnit = (now, topic) => CHOOSE[topic](now, now.round);

/** @type {<T>(all: T[], round: number) => T} */
const inTurn = (all, round) => all[round % all.length];

const CHOOSE = {
  relu: (now, round) => extreme(now, ...inTurn(SUMS, round)),
  pool: (now, round) => strongestPool(now, inTurn(CORNERS, round)),
  field: (now, round) => {
    const role = inTurn(["pool", "conv2", "conv1"], round);
    return wayBack(now, { role: "score", at: [now.answer] }).find((unit) => unit.role === role);
  },
};

/** Sums that ReLU makes 0, and sums that it lets through. @type {[string, string, (...all: number[]) => number][]} */
const SUMS = [
  ["conv1", "sums1", Math.min],
  ["conv2", "sums2", Math.max],
  ["conv1", "sums1", Math.max],
  ["conv2", "sums2", Math.min],
];

function extreme(now, role, values, choose) {
  const all = now.values[values];
  return { role, at: placeOf(role, all.indexOf(choose(...all))) };
}

const CORNERS = [2, 1, 3, 0]; // of a window, row by row

/** The largest pooled number that comes from this corner of four different ones; if there is none, the largest of all. */
function strongestPool(now, corner) {
  const all = Array.from(now.values.pool, (value, n) => ({
    value,
    unit: { role: "pool", at: placeOf("pool", n) },
  }));
  const fits = all.filter(({ value, unit }) => {
    const four = windowOf(now, unit);
    return new Set(four).size === 4 && four[corner] === value;
  });
  return (fits.length ? fits : all).reduce((best, one) => (one.value > best.value ? one : best)).unit;
}

export function keyOf(now, topic) {
  const unit = askedUnit(now, topic);
  return unit ? [topic, unit.role, ...unit.at].join() : topic;
}

export function question(now, topic) {
  const unit = askedUnit(now, topic);
  return { key: JSON.stringify([subject(now), keyOf(now, topic)]), ...ASK[topic](now, unit) };
}

function askDigit({ answer, answerBefore, label, values: { probabilities } }) {
  const order = digits().sort((a, b) => probabilities[b] - probabilities[a]);
  return {
    text: "Which digit does the network answer?",
    options: digits().map((digit) => [digit, String(digit)]),
    truth: answer,
    explain:
      label === null || label === answer ? "" : `It is meant to be ${label}: the network is wrong here.`,
    mistakes: [
      { value: label, hint: "It is meant to be one, but the network does not read as you do." },
      { value: answerBefore, hint: "That is what it answers without the patch." },
      { value: order[1], hint: "That is its second choice." },
    ],
    fallback: "The score of another digit is larger: which strokes does this drawing share with it?",
  };
}

function askRelu(now, unit) {
  const sum = sumAt(now, unit);
  return {
    text: `The sum at ${nameOf(unit)} is ${format(sum)}. What leaves ReLU?`,
    truth: valueAt(now, unit),
    explain: isOff(now, unit)
      ? "The channel is switched off."
      : "ReLU keeps what is positive, the rest becomes 0.",
    mistakes: [
      ...(isOff(now, unit)
        ? [{ value: Math.max(sum, 0), hint: "The channel is switched off: nothing leaves it." }]
        : []),
      { value: sum, hint: SLIPS["relu forgotten"] },
      {
        value: -sum,
        hint: sum < 0 ? "ReLU takes no absolute value: a negative sum becomes 0." : SLIPS["sign turned"],
      },
      { value: 0, hint: "ReLU lets what is positive through as it is." },
      { value: 1, hint: "ReLU is no switch: what is positive keeps its size." },
    ],
    fallback: "ReLU is max(sum, 0).",
  };
}

function askPool(now, unit) {
  const four = windowOf(now, unit);
  const [a, b, c, d] = four.map(format);
  const sum = four.reduce((before, x) => before + x, 0);
  return {
    text: `The window of ${nameOf(unit)} holds ${a}, ${b} above and ${c}, ${d} below. What does the max pooling keep?`,
    truth: valueAt(now, unit),
    explain: "The largest of the four, whichever corner it comes from.",
    mistakes: [
      { value: sum / 4, hint: "That is the mean: average pooling would keep it." },
      { value: sum, hint: "Nothing is added up: one of the four is kept." },
      { value: Math.min(...four), hint: "That is the smallest." },
      ...four.map((value) => ({ value, hint: "That is one of the four, but another is kept." })),
    ],
    fallback: "One of the four is kept as it is: the name of the pooling says which.",
  };
}

const FIELD_SLIPS = {
  conv1: [
    { value: 9, hint: "That is how many pixels it sees in all, not along a side." },
    { value: 1, hint: "Its window is a whole kernel, not one pixel." },
    { value: 8, hint: "The kernel is small: it does not see the whole drawing." },
  ],
  pool: [
    { value: 2, hint: "That is its window on conv1: each number there sees its neighbours, too." },
    { value: 3, hint: "That is the field of conv1: the pooling looks at two of its numbers a side." },
    { value: 6, hint: SLIPS["kernels multiplied"] },
    { value: 5, hint: SLIPS["kernels added"] },
  ],
  conv2: [
    { value: 3, hint: "That is its kernel, which lies on pooled maps: a step there is two pixels." },
    { value: 5, hint: "You left out the pooling: behind it, one step is two pixels wide." },
    {
      value: 6,
      hint: "Three pooled numbers are six of conv1, and those see one pixel further on each side.",
    },
    { value: 7, hint: "That would be three 3×3 in a row; the pooling doubles the steps behind it." },
    { value: 18, hint: SLIPS["kernels multiplied"] },
  ],
};

const FIELD_SUMS = {
  conv1: "Its kernel lies on the pixels themselves.",
  pool: "conv1 sees 3, and the pooling reads one more of its numbers a side: 3 + 1 = 4.",
  conv2: "The pooling sees 4, and the kernel takes two more steps of two pixels: 4 + 2·2 = 8.",
};

const askField = (_, unit) => ({
  text: `How many pixels a side does ${nameOf(unit)} see, where the border cuts nothing off?`,
  truth: fieldSide(unit.role),
  explain: FIELD_SUMS[unit.role],
  mistakes: FIELD_SLIPS[unit.role],
  kind: "whole number",
  fallback: "Begin with 1 pixel; each layer adds (k − 1) steps of the jump before it.",
});

const ASK = { digit: askDigit, relu: askRelu, pool: askPool, field: askField };
