// Small matrices, as nested rows: products, inverses, and what singular values tell. No DOM here.
import { upTo } from "./tensor.js";

/** @typedef {number[][]} Matrix */

const EPSILON = 1e-9; // singular values below this share of the largest are rounding, not rank
const DUST = 1e-15; // of what two columns could have in common: less is rounding
const SWEEPS = 30; // a few do

/** @type {(matrix: Matrix) => Matrix} */
export const transposed = (matrix) => matrix[0].map((_, j) => matrix.map((row) => row[j]));

/** @type {(a: Matrix, b: Matrix) => Matrix} */
export function matmul(a, b) {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => dot(row, column)));
}

/** @type {(matrix: Matrix, vector: number[]) => number[]} */
export const apply = (matrix, vector) => matrix.map((row) => dot(row, vector));

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

/**
 * The singular value decomposition: matrix = Σ s[n] · u[n] · v[n]ᵀ, the largest s first; `u` and `v` hold their vectors as rows.
 * By one-sided Jacobi rotations (Hestenes, 1958), which turn the columns until all of them are orthogonal.
 * @param {Matrix} matrix
 */
export function svd(matrix) {
  const tall = matrix.length >= matrix[0].length;
  const columns = tall ? transposed(matrix) : matrix.map((row) => [...row]);
  const turned = upTo(columns.length).map((i) => upTo(columns.length).map((j) => Number(i === j)));
  const whole = Math.hypot(...matrix.flat());
  for (let n = 0; n < SWEEPS && sweep(columns, turned, whole); n++);
  const all = columns.map((column, n) => ({ s: Math.hypot(...column), column, turn: turned[n] }));
  all.sort((a, b) => b.s - a.s);
  const s = all.map((one) => one.s);
  const long = all.map(({ s: size, column }) => column.map((value) => (size ? value / size : 0)));
  const short = all.map(({ turn }) => turn);
  return tall ? { u: long, s, v: short } : { u: short, s, v: long };
}

/** Turns every pair of columns that is not orthogonal yet, and says whether there was one; `whole` is the size of all. */
function sweep(columns, turned, whole) {
  let any = false;
  for (let p = 0; p < columns.length; p++)
    for (let q = p + 1; q < columns.length; q++) {
      const [a, b, c] = [
        dot(columns[p], columns[p]),
        dot(columns[q], columns[q]),
        dot(columns[p], columns[q]),
      ];
      if (Math.abs(c) <= DUST * Math.sqrt(a * b) || Math.min(a, b) <= (DUST * whole) ** 2) continue;
      const zeta = (b - a) / (2 * c);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const cos = 1 / Math.hypot(1, t);
      rotate(columns, p, q, cos, cos * t);
      rotate(turned, p, q, cos, cos * t);
      any = true;
    }
  return any;
}

function rotate(rows, p, q, cos, sin) {
  const [a, b] = [rows[p], rows[q]];
  rows[p] = a.map((value, i) => cos * value - sin * b[i]);
  rows[q] = a.map((value, i) => sin * value + cos * b[i]);
}

/** @type {(matrix: Matrix) => number} how many dimensions are left behind it */
export function rank(matrix) {
  const { s } = svd(matrix);
  return s.filter((size) => size > EPSILON * s[0]).length;
}

/** @type {(matrix: Matrix, rank: number) => Matrix} the matrix of at most this rank that lies nearest (Eckart and Young, 1936) */
export function truncated(matrix, rank) {
  const { u, s, v } = svd(matrix);
  return matrix.map((row, i) =>
    row.map((_, j) => upTo(Math.min(rank, s.length)).reduce((sum, n) => sum + s[n] * u[n][i] * v[n][j], 0)),
  );
}

/** @type {(matrix: Matrix) => Matrix | null} the inverse, or null if there is none */
export function inverse(matrix) {
  const size = matrix.length;
  if (size !== matrix[0].length || rank(matrix) < size) return null;
  const { u, s, v } = svd(matrix);
  return upTo(size).map((i) =>
    upTo(size).map((j) => upTo(size).reduce((sum, n) => sum + (v[n][i] * u[n][j]) / s[n], 0)),
  );
}
