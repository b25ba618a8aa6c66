// What readers get wrong about receptive fields, and the sum as it should be. No DOM here.
// Layers are those of fields.js: { kernel, stride, before, dilation }.
import { receptiveField } from "../arithmetic/fields.js";
import { effectiveKernel } from "../arithmetic/sizes.js";
import { SLIPS } from "./slips.js";

const sees = (layers) => receptiveField(layers).size;
const ignoring = (layers, name) => sees(layers.map((layer) => ({ ...layer, [name]: 1 })));
// Each layer multiplied by the jump behind it, not by the one before it.
function tooEarly(layers) {
  let jump = 1;
  let size = 1;
  for (const { kernel, stride, dilation } of layers) {
    jump *= stride;
    size += (effectiveKernel(kernel, dilation) - 1) * jump;
  }
  return size;
}
const kernels = (layers) => layers.map(({ kernel }) => kernel);
const MISTAKES = {
  "kernels multiplied": (layers) => kernels(layers).reduce((a, b) => a * b, 1),
  "kernels added": (layers) => kernels(layers).reduce((a, b) => a + b, 0),
  "strides ignored": (layers) => ignoring(layers, "stride"),
  "jump too early": tooEarly,
  "dilation ignored": (layers) => ignoring(layers, "dilation"),
  "window not counted": (layers) => sees(layers) - 1,
  "jump alone": (layers) => receptiveField(layers).jump,
};

// The slips as predict.js wants them.
export const fieldMistakes = (layers) =>
  Object.entries(MISTAKES).map(([name, slip]) => ({ value: slip(layers), hint: SLIPS[name] }));

// "1 + 2·1 + 2·2": what each layer adds, its steps times the jump before it.
export const fieldSum = (layers) =>
  [
    "1",
    ...layers.map(
      ({ kernel, dilation }, n) =>
        `${effectiveKernel(kernel, dilation) - 1}·${receptiveField(layers.slice(0, n)).jump}`,
    ),
  ].join(" + ");
