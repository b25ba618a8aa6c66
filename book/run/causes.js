// Where an error comes from: a cell that ends in one leaves those below without the names that it was to give.

/** @typedef {import("./cells.js").Cell} Cell */

const MISSING = /^name '(.+?)' is not defined/; // what a NameError says

/** The name that a cell looked for in vain when it ran last. */
const missing = (/** @type {Cell} */ { error }) =>
  error?.ename === "NameError" ? MISSING.exec(error.evalue)?.[1] : undefined;

/** The names that stand in it, whatever it was to do with them. */
const names = (/** @type {Cell} */ { ranWords }) => (ranWords ?? "").split(/[^\p{L}\p{N}_]+/u);

/**
 * The cell above in which it began; those between, which missed a name for it, have failed, too.
 * @param {Cell} cell
 * @param {Cell[]} cells
 * @returns {Cell | null}
 */
export function causeOf(cell, cells) {
  const name = missing(cell);
  if (!name) return null;
  const above = cells.slice(0, cells.indexOf(cell));
  const giver = above.findLast((one) => one.hasFailed && names(one).includes(name));
  return giver ? (causeOf(giver, cells) ?? giver) : null;
}
