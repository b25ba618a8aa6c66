// What SlidingWindow says: its sentences, its question and the mistakes that it knows. No DOM here.
import { correlate2d, rotate180 } from "../arithmetic/convolution.js";
import { linksOf } from "../arithmetic/links.js";
import { format, plural, sumInWords } from "../arithmetic/numbers.js";
import { lateMistakes, SLIPS } from "../parts/slips.js";
import { partial, placeOf, stepOf, termsOf, total, valueAt } from "./state.js";

export const HELP =
  "Point at any number to see where it comes from; click or tap to keep it. Type into the input or the kernel to change it.";
const LETTER = { input: "x", kernel: "w", output: "y" };
const NAME = { input: "Input", kernel: "Weight", output: "Output" };

export const nameOf = ({ role, at }) => `${LETTER[role]}[${at}]`;
const placeIn = ({ role, at: [i, j] }) => `${NAME[role]}, row ${i}, column ${j}`;

/** What is shown of one cell, as a sentence; `secret` if its number is still to be predicted. */
export function sentence(now, cell, { secret, playing }) {
  if (!cell) return "";
  const place = placeIn(cell);
  if (cell.role !== "output") return `${place}: ${format(valueAt(now, cell))} ${partnersInWords(now, cell)}.`;
  if (secret) return `${place}: what will it be?`;
  if (playing && now.done < now.products)
    return `${place}, after ${now.done} of ${now.products} products: ${format(partial(now))}.`;
  const [i, j] = cell.at;
  const tail = now.relu ? `; ReLU makes it ${format(now.output[i][j])}` : "";
  return `${place}: ${sumInWords(termsOf(now, cell.at), now.bias)} = ${format(now.before[i][j])}${tail}.`;
}

export function partnersInWords(now, cell) {
  const count = linksOf(now.links, cell).length;
  return cell.role === "input"
    ? `feeds ${plural(count, "output")}`
    : `is shared by all ${plural(count, "output")}`;
}

/** What an input or a weight meets, and which output that goes to: { text, role, to }. */
export function partners(now, cell) {
  const role = cell.role === "input" ? "kernel" : "input";
  return linksOf(now.links, cell).map((link) => ({
    text: `${LETTER[role]}[${link[role]}] = ${format(valueAt(now, { role, at: link[role] }))}`,
    role,
    to: `→ y[${link.output}]`,
  }));
}

/** The question for one output, and the mistakes that its answer may show. */
export function question(now, at) {
  const terms = termsOf(now, at);
  const [i, j] = at;
  return {
    text: `What is y[${at}]?`,
    truth: now.output[i][j],
    explain: sumInWords(terms, now.bias) + (now.relu ? ", then ReLU." : "."),
    mistakes: mistakes(now, at, terms),
  };
}

function mistakes(now, [i, j], terms) {
  const finished = (sum) => (now.relu ? Math.max(0, sum + now.bias) : sum + now.bias);
  const turned = correlate2d(now.input, rotate180(now.used))[i][j];
  const firstRow = terms.slice(0, now.used[0].length);
  return [
    { value: finished(turned), hint: now.flip ? SLIPS["not flipped"] : SLIPS.flipped },
    { value: total(terms), hint: now.bias ? SLIPS["bias forgotten"] : SLIPS["relu forgotten"] },
    { value: terms.reduce((sum, { x }) => sum + x, 0), hint: SLIPS["kernel ignored"] },
    { value: terms.reduce((sum, { x, w }) => sum + x * Math.abs(w), 0), hint: SLIPS["sign lost"] },
    { value: total(firstRow), hint: SLIPS["first row only"] },
    ...lateMistakes(total(terms) + now.bias, now.output[i][j]),
  ];
}

/** Which window the player shows. */
export function progressInWords(now) {
  const step = stepOf(now);
  if (step === null) return plural(now.outputs, "window");
  const product = now.playing && now.by_product ? `, product ${now.done}` : "";
  return `window ${Math.ceil(step / now.products)} of ${now.outputs}${product}`;
}

/** How many outputs ReLU has made 0. */
export function silence(now) {
  if (!now.relu || now.predict) return "";
  const zeros = now.before.flat().filter((value) => value <= 0).length;
  return `${zeros} of ${now.outputs} ${zeros === 1 ? "falls" : "fall"} silent`;
}

/** The first output after this one that was not asked yet, or null. */
export function nextQuestion(now, at, isAnswered) {
  const from = at[0] * now.columns + at[1];
  for (let step = 1; step <= now.outputs; step++) {
    const next = placeOf(now, (from + step) % now.outputs);
    if (!isAnswered(next)) return next;
  }
  return null;
}
