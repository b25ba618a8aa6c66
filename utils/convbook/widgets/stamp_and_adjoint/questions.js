// What StampAndAdjoint asks: the size of the output, then its numbers; and the mistakes that it knows. No DOM here.

import { rotate180 } from "../arithmetic/convolution.js";
import { plural, sumInWords } from "../arithmetic/numbers.js";
import { outputSize } from "../arithmetic/sizes.js";
import { parseSize, speakingTogether } from "../parts/size_slips.js";
import { SLIPS } from "../parts/slips.js";
import { count, indexOf, meetings, outputOf, placeOf, termsOf, total } from "./state.js";
import { nameOf, sizeFormula } from "./words.js";

export const SIZE = "size";
export const VALUES = "values"; // the reader has gone on to them

/** What the questions of a state are about. */
export const subject = ({ input, kernel, settings }) => [input, kernel, settings];

/**
 * How readers get one axis of the size wrong, and what is said to that.
 * @type {[(axis: any, settings: any) => number, string][]}
 */
const SIZE_SLIPS = [
  [
    ({ size, taps }, { stride, padding, dilation }) =>
      Math.max(0, outputSize(size, taps, stride, padding, padding, dilation)),
    "That is the formula of a convolution, which leads the other way: from large to small.",
  ],
  [
    ({ left }, { padding }) => left + 4 * padding,
    "You added the padding. In a transposed convolution it crops: it undoes the padding of the convolution that leads back.",
  ],
  [
    ({ left }, { padding }) => left + 2 * padding,
    "You forgot the padding: it crops the output on both sides.",
  ],
  [
    ({ left }, { padding }) => left + padding,
    "You cropped on one side only: padding takes away pixels on both sides.",
  ],
  [
    ({ left }, { outputPadding }) => left - outputPadding,
    "You forgot output_padding: it makes the output longer.",
  ],
  [
    ({ left }, { outputPadding }) => left + outputPadding,
    "output_padding makes the output longer at one end only, at the bottom and the right.",
  ],
  [
    ({ left }, { stride, outputPadding }) => left + stride - outputPadding,
    "The first stamp lies at 0, so the last one lies (i − 1) · s further, not i · s.",
  ],
  [
    ({ size }, { stride }) => size * stride,
    "That is input times stride: the kernel and the padding count as well.",
  ],
  [({ left, taps }, { dilation }) => left - (dilation - 1) * (taps - 1), SLIPS["dilation ignored"]],
  [
    ({ left }) => left - 1,
    "The + 1 is lost: a stamp of k̂ pixels reaches k̂ − 1 beyond its first one, and that one counts, too.",
  ],
  [({ size }) => size, SLIPS["size of the input"]],
];

export function sizeQuestion(now) {
  const { axes, settings, shapes } = now;
  const slips = SIZE_SLIPS.map(([slip, hint]) => [axes.map((axis) => slip(axis, settings)), hint]);
  return {
    text: "How large is the output? (height×width)",
    key: JSON.stringify([SIZE, subject(now)]),
    truth: shapes.output,
    read: parseSize,
    kind: "size. Write it like 3×4, or 3 for 3×3",
    explain: `${sizeFormula(now)}.`,
    mistakes: speakingTogether([...slips, [[...shapes.output].reverse(), SLIPS["height and width"]]]),
    fallback:
      "The first and the last stamp lie (i − 1) · s apart; the last one is k̂ wide; padding crops both ends, output_padding crops less at the second.",
  };
}

export function valueQuestion(now, at) {
  const stamps = termsOf({ ...now, reading: "stamp" }, at);
  return {
    text: `What is ${nameOf({ role: "output", at })}?`,
    key: JSON.stringify([at, subject(now)]),
    truth: outputOf(now)[at[0]][at[1]],
    explain: stamps.length
      ? `${plural(stamps.length, "stamp meets", "stamps meet")} there: ${sumInWords(stamps)}.`
      : "No stamp reaches that place, so it stays 0.",
    mistakes: valueMistakes(now, at, stamps),
    fallback:
      "Find the pixels whose stamps cover this place, and for each the weight that lies on it; then add the products.",
  };
}

function valueMistakes(now, at, stamps) {
  if (!stamps.length)
    return [{ value: now.input[0][0], hint: "No stamp reaches that place: look where the last stamp ends." }];
  const { kernel } = now;
  const rotated = meetings(now, { role: "output", at }).map(({ input: [i, j], kernel: [u, v] }) => ({
    x: now.input[i][j],
    w: rotate180(kernel)[u][v],
  }));
  const last = stamps.at(-1);
  return [
    {
      value: last.x * last.w,
      hint: "That is the last stamp alone: you assigned where you should add. Stamps that overlap add up.",
    },
    {
      value: stamps[0].x * stamps[0].w,
      hint: "That is one stamp alone: more of them meet there, and they add up.",
    },
    {
      value: total(rotated),
      hint: "You stamped the rotated kernel. A stamp is the kernel as it stands; it is rotated only where it reads the inserted zeros.",
    },
    {
      value: stamps.reduce((sum, { x }) => sum + x, 0),
      hint: "Those are the pixels without the weights that lie on this place.",
    },
    { value: stamps.reduce((sum, { x, w }) => sum + x * Math.abs(w), 0), hint: SLIPS["sign lost"] },
    { value: stamps.length, hint: "That is how many stamps meet there; add up what they bring." },
    { value: -total(stamps), hint: SLIPS["sign turned"] },
  ];
}

/** The output that is asked about unless another one is pinned: where the most stamps meet. */
export function firstAsked({ overlap, shapes: { output } }) {
  const counts = overlap.flat();
  return placeOf(output, counts.indexOf(Math.max(...counts)));
}

/** The first output after this one that was not asked yet, or null. */
export function nextAsked({ shapes: { output } }, at, isAnswered) {
  const all = count(output);
  for (let step = 1; step <= all; step++) {
    const next = placeOf(output, (indexOf(output, at) + step) % all);
    if (!isAnswered(next)) return next;
  }
  return null;
}
