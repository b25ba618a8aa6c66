// One layer and its loss, half the sum of (y − target)²: its gradients, and what gradient descent makes of kernel and
// bias, as nudge_gradient/learning.py has them. Pictures and kernels are nested rows. No DOM here.
import { conv2d, conv2dBackward } from "./convolution.js";
import { nested, tensor } from "./tensor.js";

const LARGEST = 1e6; // of a weight: beyond it a descent has run away, and its numbers say nothing

/**
 * @typedef {{ input: number[][], kernel: number[][], bias: number, target: number[][] }} Layer
 * @typedef {{ stride: number[], padding: number[], dilation: number[] }} Settings
 */

export const halfSquares = (y, target) =>
  y.flat().reduce((sum, value, n) => sum + (value - target.flat()[n]) ** 2, 0) / 2;

/** @type {(layer: Layer, settings: Settings) => number[][]} */
export const layerOutput = ({ input, kernel, bias }, settings) =>
  nested(conv2d(tensor([[input]]), tensor([[kernel]]), { ...settings, bias: [bias] }))[0][0];

/** @type {(layer: Layer, settings: Settings) => number} */
export const layerLoss = (layer, settings) => halfSquares(layerOutput(layer, settings), layer.target);

/** The output, its loss, and the derivative of the loss by each number. @param {Layer} layer @param {Settings} settings */
export function layerGradients(layer, settings) {
  const output = layerOutput(layer, settings);
  const doutput = output.map((row, i) => row.map((value, j) => value - layer.target[i][j]));
  const { dx, dweight, dbias } = conv2dBackward(
    tensor([[doutput]]),
    tensor([[layer.input]]),
    tensor([[layer.kernel]]),
    settings,
  );
  return {
    output,
    loss: halfSquares(output, layer.target),
    doutput,
    dinput: nested(dx)[0][0],
    dkernel: nested(dweight)[0][0],
    dbias: dbias.data[0],
  };
}

/**
 * Kernel, bias and loss before each of so many steps downhill and after the last one; fewer if they run away.
 * @param {Layer} layer
 * @param {Settings} settings
 * @param {{ rate: number, steps: number }} how
 */
export function descent(layer, settings, { rate, steps }) {
  let { kernel, bias } = layer;
  const path = [];
  for (;;) {
    const { loss, dkernel, dbias } = layerGradients({ ...layer, kernel, bias }, settings);
    path.push({ kernel, bias, loss });
    if (path.length > steps) return path;
    const slopes = dkernel;
    kernel = kernel.map((row, u) => row.map((weight, v) => weight - rate * slopes[u][v]));
    bias -= rate * dbias;
    if (Math.max(...kernel.flat().map(Math.abs), Math.abs(bias)) > LARGEST) return path;
  }
}
