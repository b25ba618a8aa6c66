// Gradients of the convolution and of ReLU, as convbook.ops has them; others are beside their operations. No DOM here.
// `dy` says how much the loss changes with each output; x, weight and settings are those of the forward call.
import { convShape, eachProduct, empty } from "./conv.js";
import { checkGradient } from "./shapes.js";

export function conv2dBackward(dy, x, weight, settings = {}) {
  checkGradient(dy, convShape(x.shape, weight.shape, settings));
  const dx = empty(x.shape), dweight = empty(weight.shape);
  eachProduct(x.shape, weight.shape, dy.shape, settings, (i, k, o) => {
    dx.data[i] += dy.data[o] * weight.data[k];
    dweight.data[k] += dy.data[o] * x.data[i];
  });
  return { dx, dweight, dbias: channelSums(dy) };
}

export function reluBackward(dy, x) {
  checkGradient(dy, x.shape);
  return { shape: x.shape, data: dy.data.map((amount, i) => (x.data[i] > 0 ? amount : 0)) };
}

// The gradient of a bias.
export function channelSums({ shape: [, channels, height, width], data }) {
  const sums = new Float64Array(channels);
  data.forEach((amount, i) => { sums[Math.floor(i / (height * width)) % channels] += amount; });
  return { shape: [channels], data: sums };
}
