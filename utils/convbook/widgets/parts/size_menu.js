// A menu of kernel sizes. Going back to a size brings its numbers back: a smaller kernel is cut out of the last larger one.
import { shape } from "../arithmetic/tensor.js";
import { choice } from "./controls.js";

/**
 * @param {{ get: () => number[][], set: (kernel: number[][]) => void, sizes: number[] }} options
 */
export function sizeMenu({ get, set, sizes }) {
  const resize = remembering();
  const isSquare = () => get().length === get()[0].length;
  return choice("size", {
    options: () => [
      ...sizes.map((size) => [size, `${size}×${size}`]),
      ...(isSquare() ? [] : [[0, shape(get()).join("×")]]),
    ],
    get: () => (isSquare() ? get().length : 0),
    set: (size) => size && set(resize(get(), size)),
  });
}

/** Returns resize(matrix, rows, columns), which cuts its own results anew out of what they were cut from; `resizing` says how. */
export function remembering(resizing = resized) {
  let whole = null; // the matrix before it was cut
  let cut = "";
  return (matrix, rows, columns = rows) => {
    if (JSON.stringify(matrix) !== cut) whole = matrix; // it was edited since, or is another one
    const next = resizing(whole, rows, columns);
    cut = JSON.stringify(next);
    return next;
  };
}

/** The same matrix in another size: cut or surrounded by zeros around its centre. */
export function resized(matrix, rows, columns = rows) {
  const [height, width] = shape(matrix);
  const down = Math.floor((height - rows) / 2);
  const right = Math.floor((width - columns) / 2);
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => matrix[i + down]?.[j + right] ?? 0),
  );
}
