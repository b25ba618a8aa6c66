// Which numbers of a convolution belong together. No DOM here.
import { sides, sourceIndex } from "./padding.js";
import { outputSize, pair } from "./sizes.js";
import { upTo } from "./tensor.js";

// Every multiplication as one link { input: [i, j], kernel: [u, v], output: [y, x] }, in the order in which it is added.
// A padded position has an input index outside the picture; `source` says which pixel a padding mode copies there.
export function links({ input, kernel, stride = 1, padding = 0, dilation = 1, mode = "zeros" }) {
  const [sh, sw] = pair(stride);
  const [[top, bottom], [left, right]] = sides(padding);
  const [dh, dw] = pair(dilation);
  const found = [];
  const oh = outputSize(input[0], kernel[0], sh, top, bottom, dh);
  const ow = outputSize(input[1], kernel[1], sw, left, right, dw);
  for (let y = 0; y < oh; y++)
    for (let x = 0; x < ow; x++)
      for (let u = 0; u < kernel[0]; u++)
        for (let v = 0; v < kernel[1]; v++) {
          const at = [y * sh + u * dh - top, x * sw + v * dw - left];
          const source = [sourceIndex(at[0], input[0], mode), sourceIndex(at[1], input[1], mode)];
          found.push({
            input: at,
            kernel: [u, v],
            output: [y, x],
            source: Math.min(...source) < 0 ? null : source,
          });
        }
  return found;
}

// The same for many channels: input [channels, height, width], weight [filters, channels, height, width]. Every link names its
// cells with their channel and filter, and `partial`, the cell of the one channel's sum that is then added to the others.
export function channelLinks({ input: [, ...input], weight: [filters, channels, ...kernel], ...settings }) {
  const each = links({ input, kernel, ...settings });
  const found = [];
  for (let o = 0; o < filters; o++)
    for (let c = 0; c < channels; c++)
      for (const link of each)
        found.push({
          ...link,
          input: [c, ...link.input],
          weight: [o, c, ...link.kernel],
          partial: [o, c, ...link.output],
          output: [o, ...link.output],
        });
  return found;
}

/** All cells of a matrix of this role and shape. @type {(role: string, shape: number[]) => { role: string, at: number[] }[]} */
export const cellsOf = (role, [rows, columns]) =>
  upTo(rows).flatMap((i) => upTo(columns).map((j) => ({ role, at: [i, j] })));

export const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

// The links that a cell takes part in: { role: "input", at: [i, j] }, where `role` is a key of the links. "source" finds
// the readings of a pixel and of its copies in the padding.
export const linksOf = (all, cell) =>
  cell ? all.filter((link) => link[cell.role] && same(link[cell.role], cell.at)) : [];

// The trait `pinned` as a cell, or null if nothing is pinned or the cell is gone since a size has changed.
export function pinOf([role, ...at], shapes) {
  return shapes[role]?.length === at.length && at.every((index, axis) => index < shapes[role][axis])
    ? { role, at }
    : null;
}
