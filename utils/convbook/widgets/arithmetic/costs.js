// What a convolution takes, as convbook.shapes has it: weights, biases and multiply-accumulates. No DOM here.
import { pair } from "./sizes.js";

/** How many numbers a convolution learns: a filter for each output channel, and perhaps a bias for each. */
export function convParameters(inChannels, outChannels, kernelSize, groups = 1, bias = true) {
  for (const [name, channels] of [
    ["in_channels", inChannels],
    ["out_channels", outChannels],
  ])
    if (channels % groups) throw new RangeError(`groups must divide ${name} ${channels}, got ${groups}`);
  const [height, width] = pair(kernelSize);
  return outChannels * ((inChannels / groups) * height * width + (bias ? 1 : 0));
}

/** How many multiply-accumulates it takes: every weight is used once at each position of the output. */
export const convMacs = (positions, inChannels, outChannels, kernelSize, groups = 1) =>
  positions * convParameters(inChannels, outChannels, kernelSize, groups, false);
