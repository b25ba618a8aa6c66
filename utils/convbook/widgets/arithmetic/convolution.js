// The convolution and its gradients, as convbook.ops has them: settings are { stride, padding, dilation, groups,
// paddingMode }. No DOM here. tests/cases.json holds all arithmetic equal to Python's.
import { mostPadding, sides, sourceIndex } from "./padding.js";
import { checkGradient, checkThatItFits, outputSize, pair } from "./sizes.js";
import { channelSums, empty, nested, tensor } from "./tensor.js";

// Calls meet(i, k, o) for every product of a convolution: pixel `i` of the input times weight `k` counts for output `o`.
// Forward, backward and transposed are this one walk; they differ in which two are multiplied, and where that is added.
export function eachProduct(
  [batch, channels, height, width],
  [filters, perGroup, kh, kw],
  [, , oh, ow],
  { stride = 1, padding = 0, dilation = 1, groups = 1, paddingMode = "zeros" },
  meet,
) {
  const [sh, sw] = pair(stride);
  const [[top], [left]] = sides(padding);
  const [dh, dw] = pair(dilation);
  let o = 0;
  for (let n = 0; n < batch; n++)
    for (let f = 0; f < filters; f++) {
      const first = n * channels + Math.floor(f / (filters / groups)) * perGroup;
      for (let y = 0; y < oh; y++)
        for (let x = 0; x < ow; x++, o++)
          for (let c = 0; c < perGroup; c++)
            for (let u = 0; u < kh; u++) {
              const row = sourceIndex(y * sh + u * dh - top, height, paddingMode);
              if (row < 0) continue;
              const pixels = ((first + c) * height + row) * width;
              const weights = ((f * perGroup + c) * kh + u) * kw;
              for (let v = 0; v < kw; v++) {
                const column = sourceIndex(x * sw + v * dw - left, width, paddingMode);
                if (column >= 0) meet(pixels + column, weights + v, o);
              }
            }
    }
}

/** @param {Record<string, any>} [options] the settings, and a bias for each output channel */
export function conv2d(x, weight, options = {}) {
  const { bias, ...settings } = options;
  const y = empty(convShape(x.shape, weight.shape, settings), bias);
  eachProduct(x.shape, weight.shape, y.shape, settings, (i, k, o) => {
    y.data[o] += x.data[i] * weight.data[k];
  });
  return y;
}

/** @type {(input: number[], weight: number[], settings: Record<string, any>) => number[]} the shape of the output */
export const convShape = (input, weight, settings) => {
  const [batch, channels, ...size] = input;
  const [filters, perGroup, ...kernel] = weight;
  const { stride = 1, padding = 0, dilation = 1, groups = 1, paddingMode } = settings;
  checkGroups(groups, channels, filters);
  if (perGroup * groups !== channels)
    throw new RangeError(
      `weight expects ${perGroup} input channels per group, x has ${channels} channels / ${groups} group${groups === 1 ? "" : "s"}`,
    );
  const steps = pair(stride);
  const spread = pair(dilation);
  const added = sides(padding);
  checkThatItFits(
    kernel,
    spread,
    size.map((pixels, axis) => pixels + added[axis][0] + added[axis][1]),
  );
  added.forEach((side, axis) => {
    checkPaddingMode(paddingMode, Math.max(...side), size[axis]);
  });
  return [
    batch,
    filters,
    ...size.map((pixels, axis) =>
      outputSize(pixels, kernel[axis], steps[axis], ...added[axis], spread[axis]),
    ),
  ];
};

export function checkGroups(groups, ...channels) {
  const n = channels.findIndex((count) => count % groups);
  if (n >= 0)
    throw new RangeError(
      `groups must divide the ${channels[n]} ${["input", "output"][n]} channels, got ${groups}`,
    );
}

function checkPaddingMode(mode, pixels, size) {
  const most = mostPadding(size, mode);
  if (pixels > most)
    throw new RangeError(
      `padding_mode '${mode}' can add at most ${most} pixel${most === 1 ? "" : "s"} to a side of ${size}, got ${pixels}`,
    );
}

// A picture of nested rows, moved by [down, right]: around the edge if `wrap`, else what leaves is lost and `enters` comes in.
export function shifted(picture, [down, right], { wrap = false, enters = 0 } = {}) {
  const [height, width] = [picture.length, picture[0].length];
  const mode = wrap ? "circular" : "zeros";
  return picture.map((row, i) =>
    row.map((_, j) => {
      const from = [sourceIndex(i - down, height, mode), sourceIndex(j - right, width, mode)];
      return Math.min(...from) < 0 ? enters : picture[from[0]][from[1]];
    }),
  );
}

export const rotate180 = (matrix) => matrix.map((row) => [...row].reverse()).reverse();

// One picture, one kernel, as nested rows: the case that most widgets show.
export function correlate2d(picture, kernel, options) {
  const y = conv2d(tensor([[picture]]), tensor([[kernel]]), options);
  return nested(y)[0][0];
}

export function conv2dBackward(dy, x, weight, settings = {}) {
  checkGradient(dy, convShape(x.shape, weight.shape, settings));
  const dx = empty(x.shape);
  const dweight = empty(weight.shape);
  eachProduct(x.shape, weight.shape, dy.shape, settings, (i, k, o) => {
    dx.data[i] += dy.data[o] * weight.data[k];
    dweight.data[k] += dy.data[o] * x.data[i];
  });
  return { dx, dweight, dbias: channelSums(dy) };
}
