// What StampAndAdjoint shows of the convolution that leads back: which sizes it makes one of, and C and Cᵀ one after the
// other, tried on a large picture. No DOM here.
import { plural, signed } from "../arithmetic/numbers.js";
import { count, outputOf, rowsOf } from "./state.js";

/** The sizes that the convolution with these settings makes one of: { more, size }, for each output_padding. */
export function collisions({ shapes, output_padding: chosen, stride }) {
  return Array.from({ length: stride }, (_, more) => ({
    more,
    size: shapes.output.map((length) => length - chosen + more),
  })).filter(({ size }) => Math.min(...size) >= 1);
}

/** A large picture to try the identities on, as StampAndAdjoint._probe in Python. */
export const probePicture = ({ shapes: { output }, probe }) =>
  Array.from({ length: output[0] }, (_, i) =>
    Array.from({ length: output[1] }, (_, j) => ((i * (probe + 2) + j * 3 + probe) % 5) - 1),
  );

/** C·b: each pixel of the small picture gathers where its stamp would lie. */
const gathered = ({ matrix, shapes: { input } }, picture) => {
  const b = picture.flat();
  const sums = Array.from({ length: count(input) }, (_, n) =>
    matrix.reduce((sum, row, m) => sum + row[n] * b[m], 0),
  );
  return rowsOf(sums, input[1]);
};

const scattered = ({ matrix, shapes: { output } }, picture) => {
  const x = picture.flat();
  return rowsOf(
    matrix.map((row) => row.reduce((sum, weight, n) => sum + weight * x[n], 0)),
    output[1],
  );
};

export const dot = (a, b) => a.flat().reduce((sum, value, n) => sum + value * b.flat()[n], 0);

/** b, C·b, Cᵀ·(C·b), and both sides of ⟨C·b, x⟩ = ⟨b, Cᵀ·x⟩. */
export function tried(now) {
  const b = probePicture(now);
  const there = gathered(now, b);
  const back = scattered(now, there);
  return { b, there, back, sides: [dot(there, now.input), dot(b, outputOf(now))] };
}

/** "(1)×2 + 3×(−1) + …": the first products of ⟨a, b⟩. */
export function dotInWords(a, b, most = 4) {
  const products = a.flat().map((value, n) => `${signed(value)}·${signed(b.flat()[n])}`);
  const more = products.length > most ? ` + … (${plural(products.length, "product")})` : "";
  return `${products.slice(0, most).join(" + ")}${more}`;
}

/** How many stamps meet along each axis. */
export const meetAlong = ({ axes, stride, dilation, padding }) =>
  axes.map(({ size, taps, left }) =>
    Array.from({ length: left }, (_, y) => {
      let meet = 0;
      for (let i = 0; i < size; i++)
        for (let u = 0; u < taps; u++) meet += +(i * stride + u * dilation - padding === y);
      return meet;
    }),
  );

/** How many of the places that output_padding added no stamp reaches. */
export function added({ overlap, output_padding: more, shapes: { output } }) {
  if (!more) return null;
  const places = overlap.flatMap((row, y) =>
    row.filter((_, x) => y >= output[0] - more || x >= output[1] - more),
  );
  return { places: places.length, untouched: places.filter((meet) => !meet).length };
}
