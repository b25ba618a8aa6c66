// How well a bank of kernels (O, I, k, k), as nested rows, is made of less: in space, every kernel of columns times rows;
// in depth, the kernels of every input channel of a few depthwise ones, mixed by a 1×1. No DOM here.
import { svd } from "./matrices.js";
import { upTo } from "./tensor.js";

/** @typedef {number[][][][]} Bank */
const EPSILON = 1e-9; // singular values below this share of the largest are rounding, not rank

/** The matrices whose rank counts: each kernel, or for each input channel one with a kernel in every row. */
const matricesOf = (bank, reading) =>
  reading === "spatial"
    ? bank.flat()
    : bank[0].map((_, channel) => bank.map((filter) => filter[channel].flat()));

/**
 * The decompositions of a bank: `errors[r]` is the share of the squared weights that rank r misses; `most` the rank that
 * misses nothing, whatever the weights are; `parts` the decomposition of each matrix, and `ranks` its rank.
 * @param {Bank} bank
 * @param {string} reading "spatial" or "depthwise"
 */
export function fitOf(bank, reading) {
  const parts = matricesOf(bank, reading).map(svd);
  const most = parts[0].s.length;
  const squares = (from) =>
    parts.reduce((sum, { s }) => sum + s.slice(from).reduce((all, x) => all + x * x, 0), 0);
  const whole = squares(0);
  return {
    reading,
    parts,
    most,
    errors: upTo(most + 1).map((rank) => (whole ? share(squares(rank) / whole) : 0)),
    ranks: parts.map(({ s }) => s.filter((value) => value > EPSILON * s[0]).length),
  };
}

/** What is below the rounding of the squares is nothing. */
const share = (value) => (value < EPSILON * EPSILON ? 0 : value);

/** The bank of this rank that lies nearest (Eckart and Young, 1936). @returns {Bank} */
export function nearestBank(bank, fit, rank) {
  const [channels, width] = [bank[0].length, bank[0][0][0].length];
  const spatial = fit.reading === "spatial";
  return bank.map((filter, o) =>
    filter.map((kernel, i) => {
      const part = fit.parts[spatial ? o * channels + i : i];
      const value = (row, column) =>
        upTo(Math.min(rank, part.s.length)).reduce(
          (sum, n) => sum + part.s[n] * part.u[n][row] * part.v[n][column],
          0,
        );
      return kernel.map((line, u) => line.map((_, v) => (spatial ? value(u, v) : value(o, u * width + v))));
    }),
  );
}

/**
 * The terms of one kernel in space, each a column times a row. Of the scale the column has what makes its entries small
 * whole numbers, else its largest entry 1; the row has the rest.
 * @returns {{ column: number[], row: number[] }[]}
 */
export function spatialTerms({ u, s, v }, rank) {
  return upTo(Math.min(rank, s.length)).map((n) => {
    const scale = scaleOf(u[n]);
    return { column: u[n].map((value) => value / scale), row: v[n].map((value) => value * s[n] * scale) };
  });
}

const WHOLE = 9; // the largest whole number that is taken for a nice one

function scaleOf(column) {
  const largest = column.reduce(
    (most, value) => (Math.abs(value) > Math.abs(most) + EPSILON ? value : most),
    0,
  );
  const sizes = column.map(Math.abs).filter((size) => size > EPSILON);
  const least = Math.min(...sizes) * Math.sign(largest);
  const nice = sizes.every((size) => {
    const times = Math.abs(size / least);
    return times < WHOLE + 0.5 && Math.abs(times - Math.round(times)) < 1e-7;
  });
  return (nice ? least : largest) || 1;
}

/** Without the dust of rotations: what is meant to be 0 is 0. */
export const tidy = (value) => Number(value.toFixed(9)) + 0;
