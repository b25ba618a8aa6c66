// What ChannelMatrix says: its names, sentences, questions and the mistakes that it knows. No DOM here.
import { format, plural, sumInWords, thousands } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { titleOf } from "../parts/picture_menu.js";
import { lateMistakes, SLIPS } from "../parts/slips.js";
import { isPutBack, rolesOf, sumOf, valuesOf } from "./state.js";

export const COLOURS = ["R", "G", "B"];
const COLOUR_NAMES = ["red", "green", "blue"];
const SHAPES = ["a point", "a line", "a plane", "all of the space"];
const ROUNDING = 1e-9;
const DUST = 0.001; // a share that would be rounded to none
const BARELY = 0.05; // of the strongest direction: less looks flat
export const HELP =
  "Point at a pixel to see its products; click or tap to keep it. Type into a matrix, or drag a weight sideways, to change it.";

export const captionOf = (name, { height, width }) => `${titleOf(name)} ${height}×${width}`;

/** Which part of the picture is shown. */
export const partOf = ({ height, width }, picture) =>
  picture.height === height && picture.width === width
    ? ""
    : `, the middle of ${picture.height} by ${picture.width}`;

/** "x", "A", "h", "B" and "y" in a formula; with one matrix it is W. */
export const letterOf = (now, role) =>
  ({
    input: "x",
    kernel: now.second ? "A" : "W",
    bias: now.second ? "a" : "b",
    hidden: "h",
    second: "B",
    second_bias: "b",
    output: "y",
  })[role];

export const nameOf = (now, { role, at: [i, j] }) => {
  const index = role === "kernel" || role === "second" ? `${i},${j}` : i;
  return `${letterOf(now, role)}[${index}]`;
};

/** The place of a number in its grid, in words. */
export function placeOf(role, i, j) {
  if (role === "input") return COLOUR_NAMES[i];
  if (role === "kernel") return `row ${i}, column ${j}, from ${COLOUR_NAMES[j]}`;
  if (role === "second") return `row ${i}, column ${j}`;
  return `channel ${i}`;
}

/** What is shown of one cell, as a sentence; `secret` if its number is still to be predicted. */
export function sentence(now, cell, secret) {
  const pixel = `Pixel ${now.at.join(", ")}`;
  if (!cell) return `${pixel}: ${COLOUR_NAMES.map((name, c) => `${name} ${format(now.x[c])}`).join(", ")}.`;
  const name = nameOf(now, cell);
  if (cell.role !== rolesOf(now, cell).output) return `${pixel}: ${name} ${partnersInWords(now, cell)}.`;
  if (secret) return `${pixel}: what is ${name}?`;
  const { terms, bias, before, rectify, result } = sumOf(now, cell);
  const tail = rectify ? `; ReLU makes it ${format(result)}` : "";
  return `${pixel}, ${name}: ${sumInWords(terms, bias)} = ${format(before)}${tail}.`;
}

export function partnersInWords(now, cell) {
  const { output, kernel, bias } = rolesOf(now, cell);
  const [height, width] = now.full;
  const everywhere = height * width === 1 ? "this pixel" : `all ${thousands(height * width)} pixels`;
  if (cell.role === kernel) return `is shared by ${everywhere}`;
  if (cell.role === bias) return `is added at ${everywhere}`;
  return `feeds ${plural(valuesOf(now)[output].length, "output channel")}`;
}

/** What a weight or an input meets, and where that goes: { text, role, to, target }. */
export function partners(now, cell) {
  const roles = rolesOf(now, cell);
  const values = valuesOf(now);
  const [o, c] = cell.at;
  const written = (role, i, j) => `${nameOf(now, { role, at: [i, j] })} = ${format(values[role][i][j])}`;
  const to = (row) => `→ ${nameOf(now, { role: roles.output, at: [row, 0] })}`;
  if (cell.role === roles.bias) return [];
  if (cell.role === roles.kernel) return [{ text: written(roles.input, c, 0), role: "input", to: to(o) }];
  return values[roles.output].map((_, row) => ({
    text: written(roles.kernel, row, o),
    role: "kernel",
    to: to(row),
  }));
}

// ---- what is true of the whole picture -----------------------------------------------------------------------------

/** "The matrix has rank 2: its cloud is flat, a plane." */
export function rankInWords(now) {
  if (!now.linear)
    return "A ReLU stands between the matrices: what comes out is no longer one matrix times the input.";
  const what = now.second ? "B·A has" : "The matrix has";
  return `${what} rank ${now.rank}: ${cloudInWords(now)}${now.wide ? " Before it, the 3×3 averages neighbours, which draws the cloud together." : ""}`;
}

function cloudInWords({ rank, singular, combined }) {
  const channels = combined.matrix.length;
  const least = singular[rank - 1] / singular[0];
  const little = least < DUST ? `less than ${percent(DUST)}` : percent(least);
  const barely = `its colours lie in ${SHAPES[rank]}, though barely: the weakest direction keeps ${little} of what the strongest does.`;
  if (rank === 0) return "all its colours have become a point.";
  if (least < BARELY) return barely;
  if (rank === 3) return "its colours still fill the space, and the matrix can be undone.";
  const most = rank === channels ? `, all that ${plural(channels, "channel")} can hold` : "";
  return `its colours lie in ${SHAPES[rank]}${most}; what was different across it has become the same.`;
}

const size = (most) => (most < ROUNDING ? (most === 0 ? "0" : "0, but for rounding") : format(most));
const percent = (share) => `${Number((100 * share).toFixed(1))} %`;

/** What scrambling did. */
export function shuffleInWords({ wide, unscramble }, { most, share }) {
  const way = unscramble ? "Scrambled and put back" : "Scrambled; put back";
  const why = wide
    ? `, at ${percent(share)} of the pixels: a 3×3 reads neighbours, and the shuffle gave each pixel others.`
    : ": a 1×1 reads one pixel at a time, so it does not care where the pixels lie.";
  return `${way}, against the layer alone max |difference| = ${size(most)}${why}`;
}

/** What two matrices are together. */
export function collapseInWords({ relu }, { most, share }) {
  if (!relu)
    return `Two matrices in a row are one: B·A gives the same picture, max |difference| = ${size(most)}.`;
  if (most < ROUNDING)
    return "The ReLU met no negative number in this picture, so B·A still gives the same: max |difference| = 0.";
  return `With the ReLU between them no one matrix does the same: B·A is off by up to ${size(most)}, at ${percent(share)} of the pixels.`;
}

/** Why the weights of grey are those. */
export function greyInWords({ matrix, second }) {
  const rows = new Set(matrix.map((row) => row.join()));
  if (second || rows.size > 1 || matrix[0].join() !== "0.299,0.587,0.114") return "";
  return "0.299 + 0.587 + 0.114 = 1, so white stays white; the eye finds green brightest and blue darkest (ITU-R BT.601).";
}

export const formula = (now) => {
  const count = now.layers.reduce(
    (sum, { matrix, bias }) => sum + matrix.flat().length + (bias?.length ?? 0),
    0,
  );
  const parts = now.layers.map(
    ({ matrix, bias }) => `${matrix.length}·${matrix[0].length}${bias ? ` + ${bias.length}` : ""}`,
  );
  return `${parts.join(" + ")} = ${count} numbers for all pixels`;
};

export const outputName = (now) => (isPutBack(now) ? "output, unscrambled" : "output");

// ---- predict -------------------------------------------------------------------------------------------------------

/** The question for one channel of the output, and the mistakes that its answer may show. */
export function question(now, cell) {
  const { terms, bias, before, rectify, result } = sumOf(now, cell);
  return {
    text: `What is ${nameOf(now, cell)} at pixel ${now.at.join(", ")}?`,
    truth: result,
    explain: `${sumInWords(terms, bias)} = ${format(before)}${rectify ? ", then ReLU" : ""}.`,
    mistakes: mistakes(now, cell),
    fallback:
      "Multiply each channel of the pixel by the weight in that row of the matrix, then add all products.",
  };
}

function mistakes(now, cell) {
  const { terms, bias, before, rectify, result } = sumOf(now, cell);
  const { n } = rolesOf(now, cell);
  const { matrix } = now.layers[n];
  const [o] = cell.at;
  const finished = (sum) => (rectify ? Math.max(0, sum + bias) : sum + bias);
  const added = (read) => terms.reduce((sum, term, c) => sum + read(term, c), 0);
  const down = upTo(matrix.length).length === terms.length;
  return [
    { value: before - bias, hint: bias ? SLIPS["bias forgotten"] : SLIPS["relu forgotten"] },
    ...(down
      ? [
          {
            value: finished(added(({ x }, c) => x * matrix[c][o])),
            hint: `You went down a column. Output channel ${o} takes row ${o} of the matrix.`,
          },
        ]
      : []),
    ...(terms[o]
      ? [
          {
            value: finished(terms[o].x * terms[o].w),
            hint: "That is one product. Every output channel adds up all input channels, not only the one in the same place.",
          },
        ]
      : []),
    {
      value: finished(added(({ x }) => x)),
      hint: "That is the sum of the channels: you ignored the matrix.",
    },
    { value: finished(added(({ x, w }) => x * Math.abs(w))), hint: SLIPS["sign lost"] },
    ...lateMistakes(before, result),
  ];
}
