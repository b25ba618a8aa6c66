// What layers are called. No DOM here.
import { pair } from "../arithmetic/sizes.js";

const square = (size) => pair(size).join("×");
const strideOf = ({ stride, kernel_size: kernel, kind }) =>
  (kind === "Pool" && (stride === null || String(pair(stride)) === String(pair(kernel)))) ||
  String(pair(stride)) === "1,1"
    ? ""
    : `, stride ${stride}`;

const TITLES = {
  Conv: (layer, [channels]) => {
    const { groups } = layer;
    const kind = groups === 1 ? "conv" : groups === channels ? "depthwise" : `conv in ${groups} groups`;
    return `${kind} ${square(layer.kernel_size)}, ${layer.out_channels}${strideOf(layer)}`;
  },
  ConvTranspose: (layer) =>
    `transposed ${square(layer.kernel_size)}, ${layer.out_channels}${strideOf(layer)}`,
  Pool: (layer) => `pool ${square(layer.kernel_size)}${strideOf(layer)}`,
  AdaptivePool: ({ output_size: size }) =>
    String(pair(size)) === "1,1" ? "global pool" : `pool to ${square(size)}`,
  Linear: ({ out_features: features }) => `linear, ${features}`,
  Attention: ({ heads }) => (heads > 1 ? `attention, ${heads} heads` : "attention"),
  Tokens: () => "tokens and positions",
  FirstToken: () => "class token",
  Activation: ({ name }) => name || "activation",
  BatchNorm: () => "batch norm",
  LayerNorm: () => "layer norm",
  Scale: () => "scale",
  Flatten: () => "flatten",
  Layer: () => "nothing",
};

/** "conv 3×3, 64, stride 2": a layer in a few words. */
export const nameOf = ({ layer, input }) => TITLES[layer.kind]?.(layer, input) ?? layer.kind;

const MAIN = new Set(["Conv", "ConvTranspose", "Pool", "AdaptivePool", "Linear", "Attention", "Tokens"]);

/** Which of a layer and its companions gives the name. */
export const mainOf = (steps) => steps.find(({ layer }) => MAIN.has(layer.kind)) ?? steps[0];
export const titleOf = (steps) => nameOf(mainOf(steps));
export const companionsOf = (steps) => steps.filter((step) => step !== mainOf(steps));
