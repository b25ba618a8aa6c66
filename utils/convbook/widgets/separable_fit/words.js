// What SeparableFit says. No DOM here.
import { format, percent } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { costsOf, missedOf } from "./state.js";

export const HELP =
  "Choose a rank on the curve. Point at a weight or a pixel to compare the numbers; type into the kernel to change it.";
export const READINGS = {
  spatial: "in space: columns × rows",
  depthwise: "in depth: depthwise + 1×1",
};

/** What the two readings ask. */
export const MEANINGS = {
  spatial: "Each kernel by itself: how many columns × rows add up to it?",
  depthwise:
    "All kernels of one input channel together: how many depthwise kernels is each of them mixed from?",
};

/** A number where there is little room: two digits behind the point, or the first two that are not 0. */
export const short = (value) =>
  format(Math.abs(value) < 0.1 ? Number(value.toPrecision(2)) : Number(value.toFixed(2)));

/** "rank 2", "multiplier 2" */
export const rankInWords = ({ spatial }, rank) => `${spatial ? "rank" : "multiplier"} ${rank}`;

/** The names of the three columns. */
export const columnsOf = (now) => ["kernel", rankInWords(now, now.rank), "missed"];
export const picturesOf = (now) => ["kernel", rankInWords(now, now.rank), "difference"];

export const nameOf = ([o, i]) => `w[${o}, ${i}]`;

export const curveTitle = ({ outputs, inputs }) =>
  outputs * inputs > 1 ? "squared weights of the bank that are missed" : "squared weights that are missed";

export const errorInWords = (now, rank) =>
  `${rankInWords(now, rank)}: ${percent(now.fit.errors[rank])} missed`;

export function singularValues({ part, spatial, at }) {
  const values = part.s.map((value) => format(Number(value.toFixed(9))));
  const of = spatial ? "the kernel" : `input channel ${at[1]}`;
  const shown = values.slice(0, 9).join(", ");
  return `Singular values of ${of}: ${shown}${values.length > 9 ? ` and ${values.length - 9} more` : ""}.`;
}

/** What is missed of the shown kernel, where there are others, and why. */
export function shownInWords(now) {
  if (now.outputs * now.inputs === 1) return singularValues(now);
  return `${nameOf(now.at)} alone: ${percent(missedOf(now, ...now.at))} missed. ${singularValues(now)}`;
}

/** What this rank costs, with the numbers of this state. */
export function formula(now) {
  const { spatial, outputs: o, inputs: i, kh, kw, rank } = now;
  const { whole, fit } = costsOf(now);
  if (spatial) return `${rank}·(${kh} + ${kw}) = ${fit} products a pixel instead of ${kh}·${kw} = ${whole}`;
  return `${rank}·${i}·${kh}·${kw} + ${o}·${rank}·${i} = ${fit} weights instead of ${o}·${i}·${kh}·${kw} = ${whole}`;
}

/** One kernel of the bank, for the strip and for those who do not see it. */
export function tileInWords(now, [o, i]) {
  return `${nameOf([o, i])}: ${percent(missedOf(now, o, i))} of its squares are missed at ${rankInWords(now, now.rank)}.`;
}

/** One pixel of all three pictures, { name, value }. */
export function pixelValues(now, { sums }, [y, x]) {
  const n = y * now.columns + x;
  return upTo(3).map((k) => ({ name: picturesOf(now)[k], value: sums[k][n] }));
}

/** What is shown, as a sentence. */
export function sentence(now, secret) {
  const kernel = `Kernel ${nameOf(now.at)} of ${now.outputs * now.inputs}`;
  if (secret) return `${kernel}: what is its rank?`;
  const missed = `${rankInWords(now, now.rank)}: ${percent(missedOf(now, ...now.at))} missed`;
  return `${kernel}, ${missed}. ${singularValues(now)}`;
}
