// What the state of SeparableFit means. No DOM here.
import { correlatePicture, extremes, range, reach } from "../arithmetic/pixels.js";
import { fitOf, nearestBank, spatialTerms, tidy } from "../arithmetic/separable.js";
import { shape, upTo } from "../arithmetic/tensor.js";
import { knownPicture } from "../parts/album.js";

export const TRAITS = ["bank", "reading", "rank", "kernel", "picture", "pinned", "predict"];

/** Throws, in words for the reader, if the kernels are larger than the picture; one that is still to come is checked then. */
export function check({ picture, bank }, shown) {
  const whole = picture === shown.name ? shown.picture : knownPicture(picture);
  const [, , kh, kw] = shape(bank);
  if (!whole || (kh <= whole.height && kw <= whole.width)) return;
  throw new RangeError(
    `A ${kh}×${kw} kernel does not fit inside a picture of ${whole.height}×${whole.width} pixels, so nothing changed.`,
  );
}

/** Decomposes a bank, and remembers the last one: most changes leave it as it is. */
export function remembered() {
  let key = "";
  let fit = null;
  return (bank, reading) => {
    const next = JSON.stringify([bank, reading]);
    if (next !== key) fit = fitOf(bank, reading);
    key = next;
    return fit;
  };
}

const mapped = (bank, change) =>
  bank.map((filter, o) =>
    filter.map((kernel, i) => kernel.map((row, u) => row.map((value, v) => change(value, o, i, u, v)))),
  );

/**
 * Everything that is computed of a state without filtering the picture.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state, fit, picture) {
  const [outputs, inputs, kh, kw] = shape(state.bank);
  const rank = Math.min(state.rank, fit.most);
  const near = mapped(nearestBank(state.bank, fit, rank), tidy);
  const rest = mapped(state.bank, (value, o, i, u, v) => tidy(value - near[o][i][u][v]));
  /** @type {[number, number]} */
  const at = [Math.min(state.kernel[0], outputs - 1), Math.min(state.kernel[1], inputs - 1)];
  const [o, i] = at;
  const spatial = state.reading === "spatial";
  return {
    ...state,
    fit,
    rank,
    spatial,
    outputs,
    inputs,
    kh,
    kw,
    at,
    picture,
    banks: [state.bank, near, rest],
    kernels: [state.bank[o][i], near[o][i], rest[o][i]],
    part: fit.parts[spatial ? o * inputs + i : i],
    shownRank: fit.ranks[spatial ? o * inputs + i : i],
    rows: picture.height - kh + 1,
    columns: picture.width - kw + 1,
    pin: pinOf(state.pinned, kh, kw),
  };
}

// A pinned weight that is gone since the kernels are smaller is pinned no more; a pixel moves inside.
function pinOf([role, ...at], kh, kw) {
  if (!role || (role === "kernel" && (at[0] >= kh || at[1] >= kw))) return null;
  return { role, at };
}

export const isWeight = ({ kh, kw }, [u, v]) => u < kh && v < kw;

/** @type {(now: any, place: any) => number[]} the pixel of the output that is nearest to this place */
export const nearestPixel = ({ rows, columns }, [y, x]) => [
  Math.max(0, Math.min(rows - 1, y)),
  Math.max(0, Math.min(columns - 1, x)),
];

// ---- terms -----------------------------------------------------------------------------------------------------------

/**
 * What the shown kernel is made of at this rank: `left` and `right` whose product is the term. In space a column and a
 * row; in depth a depthwise kernel and the one weight by which the 1×1 takes it.
 * @returns {any[]} { column, row } or { kernel, weight }
 */
export function termsOf(now) {
  const { spatial, part, rank, kw, at } = now;
  if (spatial)
    return spatialTerms(part, rank).map(({ column, row }) => ({
      column: column.map(tidy),
      row: row.map(tidy),
    }));
  return upTo(rank).map((n) => ({
    kernel: rows(part.v[n].map(tidy), kw),
    weight: tidy(part.s[n] * part.u[n][at[0]]),
  }));
}

const rows = (flat, width) => upTo(flat.length / width).map((n) => flat.slice(n * width, (n + 1) * width));

/** The products that make one weight of the approximation. */
export const productsAt = (now, [u, v]) =>
  termsOf(now).map(({ column, row, kernel, weight }, n) =>
    now.spatial
      ? { x: column[u], w: row[v], label: `column ${n}, row ${u} × row ${n}, column ${v}` }
      : { x: kernel[u][v], w: weight, label: `depthwise kernel ${n} × its weight` },
  );

/** Which share of the squares of one kernel is missed. */
export function missedOf({ banks: [bank, , rest] }, o, i) {
  const squares = (kernel) => kernel.flat().reduce((sum, value) => sum + value * value, 0);
  return squares(rest[o][i]) / (squares(bank[o][i]) || 1);
}

// ---- costs -----------------------------------------------------------------------------------------------------------

/** In space: products a pixel for one kernel; in depth: weights of the layer. Of the bank, and at this rank. */
export function costsOf({ spatial, outputs, inputs, kh, kw, rank }) {
  if (spatial) return { whole: kh * kw, fit: rank * (kh + kw) };
  return { whole: outputs * inputs * kh * kw, fit: rank * inputs * kh * kw + outputs * rank * inputs };
}

// ---- the pictures ----------------------------------------------------------------------------------------------------

/**
 * What the kernel and its approximation make of the picture, their difference, and how all three are drawn. `before` is what
 * was made last: its arrays are used again, and what the kernel makes is kept while kernel and picture stay.
 */
export function filtered({ picture, kernels, columns }, before) {
  const { pixels, height, width } = picture;
  const by = (kernel, out) => correlatePicture(pixels, height, width, kernel, out);
  const key = JSON.stringify(kernels[0]);
  const isSame = before?.picture === picture && before.key === key;
  const whole = isSame ? before.sums[0] : by(kernels[0], before?.sums[0]);
  const near = by(kernels[1], before?.sums[1]);
  const rest = before?.sums[2].length === whole.length ? before.sums[2] : new Float32Array(whole.length);
  for (let n = 0; n < whole.length; n++) rest[n] = whole[n] - near[n];
  const sums = [whole, near, rest];
  const ends = [isSame ? before.ends[0] : extremes(whole), extremes(near), extremes(rest)];
  const drawn = range("auto", reach(kernels[0], 0), ends[0], false);
  const strongest = Math.max(...drawn.map(Math.abs));
  return { picture, key, columns, sums, ends, drawn: [drawn, drawn, [-strongest, strongest]] };
}
