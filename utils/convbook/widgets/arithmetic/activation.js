// What stands behind a convolution: one function for each number. No DOM here.
import { checkGradient } from "./sizes.js";
export const relu = (x) => ({ shape: x.shape, data: x.data.map((v) => Math.max(v, 0)) });

export function reluBackward(dy, x) {
  checkGradient(dy, x.shape);
  return { shape: x.shape, data: dy.data.map((amount, i) => (x.data[i] > 0 ? amount : 0)) };
}
