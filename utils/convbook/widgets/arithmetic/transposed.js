// The transposed convolution and its gradients, as convbook.ops has them. No DOM here.
import { checkGroups, eachProduct } from "./convolution.js";
import { sides } from "./padding.js";
import { checkGradient, effectiveKernel, pair, written } from "./sizes.js";
import { channelSums, empty } from "./tensor.js";

// How far the stamps of a transposed convolution reach, less what the padding crops: all sizes that `dropped` tells apart.
export const transposedSize = (
  size,
  kernel,
  stride = 1,
  before = 0,
  after = before,
  outputPadding = 0,
  dilation = 1,
) => (size - 1) * stride + effectiveKernel(kernel, dilation) + outputPadding - before - after;

// The weights are [channels of x, channels of y / groups, kernel height, kernel width]: those of the convolution that leads back.
/** @param {Record<string, any>} [options] the settings, and a bias for each output channel */
export function convTranspose2d(x, weight, options = {}) {
  const { bias, ...settings } = options;
  const y = empty(convTransposeShape(x.shape, weight.shape, settings), bias);
  eachProduct(y.shape, weight.shape, x.shape, settings, (i, k, o) => {
    y.data[i] += x.data[o] * weight.data[k];
  });
  return y;
}

export function convTranspose2dBackward(dy, x, weight, settings = {}) {
  checkGradient(dy, convTransposeShape(x.shape, weight.shape, settings));
  const dx = empty(x.shape);
  const dweight = empty(weight.shape);
  eachProduct(dy.shape, weight.shape, x.shape, settings, (i, k, o) => {
    dx.data[o] += dy.data[i] * weight.data[k];
    dweight.data[k] += dy.data[i] * x.data[o];
  });
  return { dx, dweight, dbias: channelSums(dy) };
}

export function convTransposeShape(
  [batch, channels, ...size],
  [filters, perGroup, ...kernel],
  { stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = {},
) {
  checkGroups(groups, channels, perGroup * groups);
  if (filters !== channels)
    throw new RangeError(`weight expects ${filters} input channels, x has ${channels}`);
  const steps = pair(stride);
  const spread = pair(dilation);
  const cropped = sides(padding);
  const longer = pair(outputPadding);
  return [
    batch,
    perGroup * groups,
    ...size.map((pixels, axis) =>
      whatIsLeft(pixels, kernel[axis], steps[axis], cropped[axis], longer[axis], spread[axis]),
    ),
  ];
}

function whatIsLeft(size, kernel, stride, cropped, outputPadding, dilation) {
  if (outputPadding >= Math.max(stride, dilation))
    throw new RangeError(
      `output_padding must be below the stride ${stride} or the dilation ${dilation}, got ${outputPadding}`,
    );
  const left = transposedSize(size, kernel, stride, ...cropped, outputPadding, dilation);
  if (left < 1)
    throw new RangeError(
      `padding must leave something of the ${left + cropped[0] + cropped[1]} stamped pixels, got ${written(cropped)}`,
    );
  return left;
}

// ---- one picture, one kernel, as nested rows, with one number for both axes: what a widget draws --------------------

/**
 * Every multiplication of a transposed convolution, stamp by stamp, as links.js has those of a convolution. An `output`
 * that lies beyond the picture is cropped.
 * @param {{ input: number[], kernel: number[], stride?: number, padding?: number, dilation?: number }} settings
 */
export function transposedLinks({ input, kernel, stride = 1, padding = 0, dilation = 1 }) {
  const [rows, columns] = input;
  const [kh, kw] = kernel;
  const found = [];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let u = 0; u < kh; u++)
        for (let v = 0; v < kw; v++)
          found.push({
            input: [i, j],
            kernel: [u, v],
            output: [i * stride + u * dilation - padding, j * stride + v * dilation - padding],
          });
  return found;
}

/**
 * Where the rotated kernel reads: for each place of the picture with inserted zeros and a border, the pixel [i, j] that
 * lies there, or null for a zero that is no data.
 */
export function insertedPlaces(input, kernel, { stride = 1, padding = 0, outputPadding = 0, dilation = 1 }) {
  const sources = input.map((size, axis) => {
    const border = effectiveKernel(kernel[axis], dilation) - 1 - padding;
    const length = (size - 1) * stride + 1 + 2 * border + outputPadding;
    return Array.from({ length }, (_, at) => {
      const from = (at - border) / stride;
      return Number.isInteger(from) && from >= 0 && from < size ? from : null;
    });
  });
  return sources[0].map((i) => sources[1].map((j) => (i === null || j === null ? null : [i, j])));
}

/**
 * The matrix Cᵀ: a row for each output, a column for each pixel of the input.
 * @type {(kernel: number[][], links: any[], outputs: number[], inputs: number[]) => number[][]}
 */
export const transposedMatrix = (kernel, links, outputs, inputs) => {
  const [rows, columns] = outputs;
  const matrix = Array.from({ length: rows * columns }, () => Array(inputs[0] * inputs[1]).fill(0));
  for (const {
    input,
    kernel: [u, v],
    output: [y, x],
  } of links)
    if (y >= 0 && x >= 0 && y < rows && x < columns)
      matrix[y * columns + x][input[0] * inputs[1] + input[1]] = kernel[u][v];
  return matrix;
};
