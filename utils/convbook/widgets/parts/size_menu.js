// A menu of kernel sizes. Going back to a size brings its numbers back: a smaller kernel is cut out of the last larger one.
import { shape } from "../arithmetic/tensor.js";
import { choice } from "./controls.js";

/**
 * @param {{ get: () => number[][], set: (kernel: number[][]) => void, sizes: number[] }} options
 */
export function sizeMenu({ get, set, sizes }) {
  let whole = get(); // the kernel before it was cut
  let cut = "";
  return choice("size", {
    options: () => sizes.map((size) => [size, `${size}×${size}`]),
    get: () => get().length,
    set: (size) => {
      if (JSON.stringify(get()) !== cut) whole = get(); // it was edited since, or is another one
      const next = resized(whole, size);
      cut = JSON.stringify(next);
      set(next);
    },
  });
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
