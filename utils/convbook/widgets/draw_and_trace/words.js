// What DrawAndTrace says: names, the answer, and what a number is. No DOM here.
import { format, percent, plural } from "../arithmetic/numbers.js";
import { biasOf, isOff, isSum, sees, sumAt, termsOf, valueAt } from "./state.js";

export const TITLES = { conv1: "conv1 + ReLU", pool: "max pool", conv2: "conv2 + ReLU" };
export const HELP =
  "Draw, or point at a number anywhere; a click or a tap pins it and shows what it is made of, back to the pixels.";
export const HIDDEN = "Predict first: this number is still hidden.";

/** "conv2[3,1,2]", "score[7]", "x[0,4]" */
export const nameOf = ({ role, at }) => `${role === "input" ? "x" : role}[${at}]`;

/** What it answers, whether that is right, and what a patch has changed. */
export function verdict(now, secret) {
  if (secret) return "What does it read?";
  const share = percent(now.values.probabilities[now.answer]);
  const said = `It reads ${now.answer === 8 ? "an" : "a"} ${now.answer} (${share}).`;
  const known =
    now.label === null ? "" : now.label === now.answer ? " Right." : ` It is meant to be ${now.label}.`;
  return `${said}${known}${patchInWords(now)}`;
}

function patchInWords({ patch, answer, answerBefore }) {
  if (!patch) return "";
  return answer === answerBefore
    ? " The patch does not change that."
    : ` Without the patch it reads ${answerBefore}.`;
}

export const formula = (now) =>
  `softmax: ${format(now.values.score[now.answer])} → ${percent(now.values.probabilities[now.answer])}`;

/** What the map of the falls shows. */
export const fallsTitle = ({ right, label }) =>
  `fall of score ${right}${label === null ? ", its answer," : ""} by the place of the patch`;

// ---- a number ----------------------------------------------------------------------------------------------------------

const count = (unit) => {
  let pixels = 0;
  for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) pixels += sees(unit, [i, j]) ? 1 : 0;
  return plural(pixels, "pixel");
};

/** A number in passing: its name, its value and how far it sees. */
export const brieflyInWords = (now, unit) =>
  `${nameOf(unit)} = ${format(valueAt(now, unit))}, sees ${count(unit)}`;

/** What is shown of a number, as a sentence. */
export function sentence(now, unit) {
  if (!unit) return "";
  const head = `${brieflyInWords(now, unit)}.`;
  const terms = termsOf(now, unit);
  if (!terms.length) return head;
  const first = terms[0];
  if (unit.role === "pool") return `${head} The largest of four: ${nameOf(first.unit)}.`;
  const bias = format(biasOf(now, unit));
  const strongest = `${nameOf(first.unit)}: ${format(first.x)} × ${format(first.w)}`;
  const summed = isSum(unit) ? ` The sum is ${format(sumAt(now, unit))}.` : "";
  const off = isOff(now, unit) ? " The channel is switched off." : "";
  return `${head} ${plural(terms.length, "product")} and the bias ${bias}, the strongest ${strongest}.${summed}${off}`;
}

/** Of an example: its number, and unless that is asked for, what it is and what the network makes of it. */
export function exampleInWords(name, label, answer, secret) {
  if (secret) return name;
  return answer === label ? `${name}: ${label}` : `${name}: ${label}, read as ${answer}`;
}
