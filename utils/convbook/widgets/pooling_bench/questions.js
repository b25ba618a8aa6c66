// What PoolingBench asks, and what readers get wrong. No DOM here.
import { shifted } from "../arithmetic/convolution.js";
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { NAMES, rowsOf, wrapped } from "./reductions.js";
import { has, isReduction, pixelValue, placeOf, valuesIn, windowOf, winnerOf } from "./state.js";
import { madeOf, place } from "./words.js";

const WAYS = [
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, 0],
];

// ---- which cell is asked about -----------------------------------------------------------------------------------

/** The cell that is asked about: the pinned one, else the one that was asked about before, if it can be. */
export function askedCell(now, before) {
  const fits = (cell) => cell && (now.backward ? cell.role === "gradient" : isReduction(cell.role));
  const there = (cell) => fits(cell) && has(now, now.backward ? "max" : cell.role, cell.at);
  return [now.pin, before].find(there) ?? candidates(now)[0];
}

export const keyOf = ({ role, at }) => `${role} ${at}`;

/** The question after this one that has not been answered, or null. */
export function nextQuestion(now, isAnswered) {
  const all = candidates(now);
  const here = all.findIndex(({ role, at }) => role === now.question.role && same(at, now.question.at));
  const rest = [...all.slice(here + 1), ...all.slice(0, Math.max(here, 0))];
  return rest.find((cell) => !isAnswered(cell)) ?? null;
}

// The cells worth a question: their windows hold more than one number. The two poolings take turns.
function candidates(now) {
  const worthwhile = (name) =>
    now.outputs[name]
      .flatMap((row, i) => row.map((_, j) => [i, j]))
      .filter((at) => new Set(valuesIn(now, name, at)).size > 1);
  const cells = worthwhile("max");
  if (!cells.length) cells.push([0, 0]);
  if (now.backward) return cells.map((at) => ({ role: "gradient", at }));
  const turn = (first) => cells.map((at, n) => ({ role: ["max", "average"][(n + first) % 2], at }));
  return [...turn(0), ...turn(1)];
}

// ---- the questions -----------------------------------------------------------------------------------------------

/** @returns {Omit<import("../parts/predict.js").Question, "key" | "settled">} */
export function question(now) {
  const { role, at } = now.question;
  return role === "gradient" ? blame(now, at) : outcome(now, role, at);
}

function outcome(now, name, at) {
  const [i, j] = at;
  const output = now.outputs[name];
  const beside = WAYS.map(([down, right]) => output[i + down]?.[j + right]).filter(Number.isFinite);
  const shiftedOutput = (by) => rowsOf(now.all[name].forward(wrapped(shifted(now.moved, by))));
  return {
    text: `What does ${NAMES[name]} write into ${place(at)}?`,
    truth: output[i][j],
    explain: `${madeOf(now, name, at)}.`,
    mistakes: [
      ...slips(name, valuesIn(now, name, at), windowOf(now, name, at).places),
      ...beside.map((value) => ({ value, hint: "That is the output beside it." })),
      ...WAYS.map((by) => ({
        value: shiftedOutput(by)[i][j],
        hint: "Your window is off by one pixel: it is framed in the picture.",
      })),
    ],
    fallback: "Its window is framed in the picture.",
  };
}

/** Wrong answers to "what is this output?", from the pixels of its window and from its places with their padding. */
function slips(name, values, places) {
  const sum = values.reduce((total, value) => total + value, 0);
  const most = Math.max(...values);
  const mean = sum / values.length;
  const all = {
    max: [
      [mean, "That is the average. Max pooling keeps the largest number alone."],
      [Math.max(0, most), "You let the padding win: max pooling pads with −∞, not with 0."],
      [sum, "You added them up. Max pooling keeps the largest number alone."],
      [Math.min(...values), "That is the smallest number."],
    ],
    average: [
      [most, "That is the maximum. The average asks every pixel."],
      [sum, "You added them up, and did not divide."],
      [mean, "You divided by the real pixels alone: here the zeros of the padding count as well."],
      [sum / places, "You counted the zeros of the padding: here only real pixels count."],
    ],
    convolution: [
      [sum, "You forgot the weights of the kernel."],
      [mean, "That is the average: you forgot the weights of the kernel."],
      [most, "That is the maximum."],
    ],
    blur: [
      [most, "That is the maximum. The blur weighs every pixel."],
      [mean, "You weighed all pixels alike: the middle counts 4/16, its neighbours 2/16, the corners 1/16."],
      [sum, "You added them up without their weights."],
    ],
  }[name];
  return all.map(([value, hint]) => ({ value, hint }));
}

/** The one question that is answered by a click on a pixel: the value is its number, or "all". */
function blame(now, at) {
  const { pixels } = windowOf(now, "max", at);
  const winner = winnerOf(now, at);
  return {
    text: `Max pooling made row ${at[0]}, column ${at[1]} of the framed window. Which pixel gets its gradient? Click or tap it in the picture.`,
    truth: String(winner),
    mistakes: wrongBlames(now, pixels, winner),
    options: [["all", "all, in equal shares"]],
    inWords: (value) => (value === "all" ? "“all, in equal shares”" : pixelInWords(now, Number(value))),
    explain: "The winner decides, so the winner gets it all.",
    fallback: "It lies outside the framed window, so this output has never read it.",
  };
}

const pixelInWords = (now, pixel) => `the ${format(pixelValue(now, pixel))} in ${place(placeOf(now, pixel))}`;

const wrongBlames = (now, pixels, winner) => [
  { value: "all", hint: "That is average pooling. A maximum depends on one pixel alone." },
  ...pixels
    .filter((pixel) => pixel !== winner)
    .map((pixel) => ({
      value: String(pixel),
      hint:
        pixelValue(now, pixel) === pixelValue(now, winner)
          ? "It ties, but another comes first, row by row: the first one gets it all."
          : `Its ${format(pixelValue(now, pixel))} is not the largest number: a little more or less of it changes nothing.`,
    })),
];
