// Layers as convbook.shapes has them, under Python's names: what each makes of a shape [channels, height, width], what it takes,
// and what its outputs see along an axis. No DOM here.
import { convMacs, convParameters } from "./costs.js";
import { receptiveField } from "./fields.js";
import { namedPadding } from "./padding.js";
import { effectiveKernel, pair, poolOutputSize } from "./sizes.js";
import { transposedSize } from "./transposed.js";

/** @typedef {Record<string, any>} Layer { kind: "Conv", out_channels: 8, kernel_size: 3, ... } */
/** @typedef {{ parameters: number, macs: number, activations: number }} Cost */

const NEEDED = undefined;
/** The settings of each kind with their defaults, in Python's order; what is undefined must be given. */
export const KINDS = {
  Conv: {
    out_channels: NEEDED,
    kernel_size: NEEDED,
    stride: 1,
    padding: 0,
    dilation: 1,
    groups: 1,
    bias: true,
  },
  ConvTranspose: {
    out_channels: NEEDED,
    kernel_size: NEEDED,
    stride: 1,
    padding: 0,
    output_padding: 0,
    groups: 1,
    bias: true,
    dilation: 1,
  },
  Pool: { kernel_size: NEEDED, stride: null, padding: 0, dilation: 1, ceil_mode: false },
  AdaptivePool: { output_size: 1 },
  Flatten: {},
  Linear: { out_features: NEEDED, bias: true },
  Attention: { heads: 1 },
  Tokens: {},
  FirstToken: {},
  Activation: { name: "ReLU" },
  BatchNorm: {},
  LayerNorm: {},
  Scale: {},
  Block: { name: NEEDED, layers: NEEDED },
  Branches: { stacks: NEEDED, join: "add" },
  Layer: {},
};

/** What an output sees whose layer joins the whole picture. */
export const WHOLE = { size: Infinity, jump: Infinity, centre: NaN };

const product = (numbers) => numbers.reduce((all, one) => all * one, 1);
const free = (shape) => ({ parameters: 0, macs: 0, activations: product(shape) });

/** @returns {{ shape: number[], cost: Cost }} what a layer makes of a shape, and what that takes; throws if it cannot */
export function measure(/** @type {Layer} */ layer, shape) {
  const rule = MEASURES[layer.kind];
  return rule ? rule(layer, shape) : { shape, cost: free(shape) };
}

/** What an output of a layer sees along an axis, if its inputs see `field`. */
export function see(layer, field, axis) {
  if (field.size === Infinity || JOINING.has(layer.kind)) return WHOLE;
  return SIGHTS[layer.kind]?.(layer, field, axis) ?? field;
}

const JOINING = new Set(["AdaptivePool", "Flatten", "Linear", "Attention"]);

// ---- settings --------------------------------------------------------------------------------------------------------

const MOST = 2 ** 31;

/** A setting, if its numbers are whole and fit. */
function whole(layer, name, least) {
  const value = layer[name];
  for (const number of [value].flat(2)) {
    if (!Number.isInteger(number)) throw new RangeError(`${name} must be whole, got ${number}`);
    if (number < least) throw new RangeError(`${name} must be at least ${least}, got ${number}`);
    if (number > MOST) throw new RangeError(`${name} must be smaller than ${number}`);
  }
  return value;
}

function count(layer, name) {
  if (Array.isArray(layer[name])) throw new RangeError(`${name} must be one number, got ${layer[name]}`);
  return whole(layer, name, 1);
}

function both(layer, name, least) {
  const value = pair(whole(layer, name, least));
  if (value.length !== 2 || value.some(Array.isArray))
    throw new RangeError(`${name} must be a number or a pair of numbers`);
  return value;
}

/** Kernel, stride, [before, after] and dilation along an axis of so many pixels. */
function windowOf(layer, axis, size) {
  const kernel = both(layer, "kernel_size", 1)[axis];
  const stride = layer.stride === null ? kernel : both(layer, "stride", 1)[axis];
  const dilation = both(layer, "dilation", 1)[axis];
  const padding = pair(layer.padding)[axis];
  if (typeof padding !== "string") {
    whole(layer, "padding", 0);
    return { kernel, stride, sides: pair(padding), dilation };
  }
  if (padding === "full") throw new RangeError("padding must be numbers, valid, same or same_tf, got full");
  if (padding === "same" && stride > 1)
    throw new RangeError(`padding "same" needs a stride of 1, got ${stride}`);
  return { kernel, stride, sides: namedPadding(padding, size, kernel, stride, dilation), dilation };
}

// ---- shapes and costs ------------------------------------------------------------------------------------------------

function conv(layer, [channels, ...size]) {
  const after = size.map((pixels, axis) => {
    const { kernel, stride, sides, dilation } = windowOf(layer, axis, pixels);
    const span = effectiveKernel(kernel, dilation);
    const padded = pixels + sides[0] + sides[1];
    if (span > padded) throw new RangeError(`kernel ${span} is larger than the padded input ${padded}`);
    return Math.floor((padded - span) / stride) + 1;
  });
  return weighed(layer, channels, after, after);
}

function convTranspose(layer, [channels, ...size]) {
  const after = size.map((pixels, axis) => {
    const { kernel, stride, sides, dilation } = windowOf(layer, axis, pixels);
    const extra = both(layer, "output_padding", 0)[axis];
    if (extra >= Math.max(stride, dilation))
      throw new RangeError(
        `output_padding must be below the stride ${stride} or the dilation ${dilation}, got ${extra}`,
      );
    const grown = transposedSize(pixels, kernel, stride, sides[0], sides[1], extra, dilation);
    if (grown < 1)
      throw new RangeError(
        `padding must leave something of the ${grown + sides[0] + sides[1]} stamped pixels`,
      );
    return grown;
  });
  return weighed(layer, channels, after, size);
}

/** A convolution's cost: all of its weights are used at each of some positions. */
function weighed(layer, channels, after, positions) {
  const filters = count(layer, "out_channels");
  const settings = /** @type {const} */ ([channels, filters, layer.kernel_size, count(layer, "groups")]);
  const shape = [filters, ...after];
  const parameters = convParameters(...settings, layer.bias);
  return { shape, cost: { ...free(shape), parameters, macs: convMacs(product(positions), ...settings) } };
}

function pool(layer, [channels, ...size]) {
  const after = size.map((pixels, axis) => {
    const { kernel, stride, sides, dilation } = windowOf(layer, axis, pixels);
    if (Math.max(...sides) > kernel / 2)
      throw new RangeError(`padding must be at most half the kernel ${kernel}, got ${sides[0]}`);
    const span = effectiveKernel(kernel, dilation);
    if (span > pixels + 2 * sides[0])
      throw new RangeError(`kernel ${span} is larger than the padded input ${pixels + 2 * sides[0]}`);
    return poolOutputSize(pixels, kernel, stride, sides[0], dilation, layer.ceil_mode);
  });
  return flowing([channels, ...after]);
}

const flowing = (shape) => ({ shape, cost: free(shape) });
const perChannel = (times) => (_layer, shape) => ({
  shape,
  cost: { ...free(shape), parameters: times * shape[0] },
});

function linear(layer, shape) {
  const features = count(layer, "out_features");
  const macs = product(shape) * features;
  return {
    shape: [features, 1, 1],
    cost: { parameters: macs + (layer.bias ? features : 0), macs, activations: features },
  };
}

function attention(layer, shape) {
  const [channels, ...size] = shape;
  const heads = count(layer, "heads");
  const tokens = product(size);
  if (channels % heads) throw new RangeError(`heads must divide the ${channels} channels, got ${heads}`);
  const cost = {
    parameters: 4 * channels * (channels + 1),
    macs: 4 * tokens * channels ** 2 + 2 * tokens ** 2 * channels,
    activations: 5 * tokens * channels + heads * tokens ** 2,
  };
  return { shape, cost };
}

function tokens(_layer, [channels, ...size]) {
  const shape = [channels, product(size) + 1, 1];
  return { shape, cost: { ...free(shape), parameters: channels + product(shape) } };
}

const MEASURES = {
  Conv: conv,
  ConvTranspose: convTranspose,
  Pool: pool,
  AdaptivePool: (layer, [channels]) => flowing([channels, ...both(layer, "output_size", 1)]),
  Flatten: (_layer, shape) => flowing([product(shape), 1, 1]),
  Linear: linear,
  Attention: attention,
  Tokens: tokens,
  FirstToken: (_layer, [channels]) => flowing([channels, 1, 1]),
  BatchNorm: perChannel(2),
  LayerNorm: perChannel(2),
  Scale: perChannel(1),
};

// ---- what outputs see ------------------------------------------------------------------------------------------------

function slide(layer, field, axis) {
  if (pair(layer.padding)[axis] === "same_tf")
    throw new RangeError(
      'padding must not be "same_tf" here: where its windows start depends on the picture',
    );
  const { kernel, stride, sides, dilation } = windowOf(layer, axis, 0);
  return receptiveField([{ kernel, stride, before: sides[0], dilation }], field);
}

function stamp(layer, { size, jump, centre }, axis) {
  const { kernel, stride, sides, dilation } = windowOf(layer, axis, 0);
  const beyond = effectiveKernel(kernel, dilation) - 1;
  return {
    size: size + Math.floor(beyond / stride) * jump,
    jump: jump / stride,
    centre: centre + ((sides[0] - beyond / 2) / stride) * jump,
  };
}

const SIGHTS = { Conv: slide, Pool: slide, ConvTranspose: stamp };
